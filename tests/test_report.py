"""What a run looks like to people and to programs."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medlint.model import FAMILIES, Finding, Lines, Problem, Report, Span, Suppression
from medlint.report import json_report
from medlint.report.excerpt import columns, marked, neutral
from medlint.report.text import render, render_short
from medlint.report.totals import Style, Totals, render_totals
from medlint.rules import Standard

STANDARDS = {
    "FTC": Standard("FTC", "Guidance", "Trade Commission", "2022", "Part II", "https://ftc.example"),
    "CAP": Standard("CAP", "The code", "Advertising Authority", "2010", "", "https://cap.example"),
}


def finding(
    text: str,
    excerpt: str,
    rule: str = "claims/cure",
    severity: str = "error",
    *,
    nth: int = 0,
    hidden: Suppression | None = None,
) -> Finding:
    start = -1
    for _ in range(nth + 1):
        start = text.index(excerpt, start + 1)
    span = Span(start, start + len(excerpt))
    return Finding(rule, severity, span, excerpt, f"“{excerpt}” is wrong", "Mend it", ("FTC", "CAP"), hidden)


def report(text: str, findings: Sequence[Finding], path: str = "a.md") -> Report:
    return Report(path, text, len(text.split()), tuple(findings))


# -- for people ----------------------------------------------------------------------------------------------


def test_the_report_for_people() -> None:
    text = "# Sleep\n\nGlycine cures insomnia.\nIt cures jet lag, too.\n"
    findings = [
        finding(text, "cures", nth=1),
        finding(text, "cures"),
        finding(text, "too", "promotion/hype", "info"),
        finding(text, "Sleep", "doses/uncited", "warning", hidden=Suppression("line", "a title")),
    ]
    assert render([report(text, findings)], STANDARDS) == (
        "a.md: 2 errors, 1 note\n"
        "\n"
        "  3:9  error  claims/cure\n"
        "    | Glycine cures insomnia.\n"
        "    |         ^^^^^\n"
        "    “cures” is wrong\n"
        "    → Mend it\n"
        "    Trade Commission, Guidance, Part II\n"
        "    Advertising Authority, The code\n"
        "\n"
        "  4:4  error  claims/cure\n"
        "    | It cures jet lag, too.\n"
        "    |    ^^^^^\n"
        "    “cures” is wrong\n"
        "    → Mend it\n"
        "\n"
        "  4:19  note  promotion/hype\n"
        "    | It cures jet lag, too.\n"
        "    |                   ^^^\n"
        "    “too” is wrong\n"
        "    → Mend it\n"
        "    Trade Commission, Guidance, Part II\n"
        "    Advertising Authority, The code\n"
        "\n"
        "1 file, 10 words: 2 errors, 1 note (1 suppressed)\n"
    )


def test_problems_stand_out_and_are_counted() -> None:
    lost = Report("b.md", "", 0, (), (Problem("b.md", "the file is UTF-16"), Problem("b.md", "bad", 2, 3)))
    assert render([lost, report("Fine.", [])], STANDARDS) == (
        "b.md: problem\n"
        "    the file is UTF-16\n"
        "\n"
        "b.md:2:3: problem\n"
        "    bad\n"
        "\n"
        "1 file, 1 word: 2 problems, nothing else found\n"
    )


@pytest.mark.parametrize(
    ("totals", "line"),
    [
        (Totals(), "0 files, 0 words: nothing found"),
        (Totals(files=1, words=1), "1 file, 1 word: nothing found"),
        (Totals(files=4, words=3812, suppressed=2), "4 files, 3,812 words: nothing found (2 suppressed)"),
    ],
)
def test_the_closing_line(totals: Totals, line: str) -> None:
    assert render_totals(totals, Style()) == line + "\n"


def test_colour_changes_nothing_but_colour() -> None:
    text = "Zinc cures colds."
    plain = render([report(text, [finding(text, "cures")])], STANDARDS)
    coloured = render([report(text, [finding(text, "cures")])], STANDARDS, colour=True)
    assert "\x1b[1;31m" in coloured
    parts = coloured.split("\x1b[")
    assert parts[0] + "".join(part.partition("m")[2] for part in parts[1:]) == plain


def test_nothing_in_an_article_or_its_name_steers_the_terminal() -> None:
    text = "Zinc \x1b[2J\x07cures\u202e \x9bcolds."
    shown = render([report(text, [finding(text, "cures")], "a\x1b]0;b\n.md")], STANDARDS)
    assert {c for c in shown if unicodedata.category(c) in ("Cc", "Cf")} == {"\n"}
    assert "a␛]0;b␊.md: 1 error" in shown
    (short,) = render_short(report(text, [finding(text, "cures")], "a\x1b.md"))
    assert short == "a␛.md:1:11: error: claims/cure: “cures” is wrong"


def test_lines_keep_to_the_width() -> None:
    text = "word " * 60 + "cures " + "word " * 60
    shown = render([report(text, [finding(text, "cures")])], STANDARDS, width=50)
    assert max(len(line) for line in shown.splitlines()) <= 50


# -- the line and its carets ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "word", "width", "shown", "carets"),
    [
        ("Zinc cures.", "cures", 40, "Zinc cures.", "     ^^^^^"),
        ("    - Zinc cures.\r\n", "cures", 40, "- Zinc cures.", "       ^^^^^"),
        ("a\tcures\tb", "cures", 40, "a   cures   b", "    ^^^^^"),
        ("亜鉛 cures", "cures", 40, "亜鉛 cures", "     ^^^^^"),
        ("亜鉛 cures", "亜鉛", 40, "亜鉛 cures", "^^^^"),
        ("cafe\u0301 cures", "cures", 40, "cafe\u0301 cures", "     ^^^^^"),
        ("one two three four cures five six seven", "cures", 21, "…four cures five six…", "      ^^^^^"),
        ("cures one two three four five", "cures", 16, "cures one two…", "^^^^^"),
        ("one two three four five cures", "cures", 16, "…five cures", "      ^^^^^"),
        ("a" * 30, "a" * 30, 10, "a" * 8 + "…", "^^^^^^^^"),
    ],
)
def test_the_line_and_its_carets(line: str, word: str, width: int, shown: str, carets: str) -> None:
    start = line.index(word)
    assert marked(line, start, start + len(word), width) == (shown, carets)


def test_a_stretch_that_runs_on_is_marked_to_the_end_of_the_line() -> None:
    assert marked("only three\n", 5, 40, 60) == ("only three", "     ^^^^^")


@given(st.text("ab \t亜\u0301\x1b…", max_size=60), st.data(), st.integers(12, 40))
def test_carets_stand_under_what_they_mark(line: str, data: st.DataObject, width: int) -> None:
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, len(line)))
    shown, carets = marked(line, start, end, width)
    assert sum(map(columns, shown)) <= width
    assert set(carets) <= {" ", "^"}
    assert carets.endswith("^")


@given(st.text())
def test_neutral_text_is_as_long_and_holds_no_controls(text: str) -> None:
    safe = neutral(text)
    assert len(safe) == len(text)
    assert not {"Cc", "Cs", "Zl", "Zp"} & {unicodedata.category(c) for c in safe}


# -- for programs --------------------------------------------------------------------------------------------


def test_the_report_for_programs() -> None:
    text = "Zinc\ncures\ncolds."
    hidden = Suppression("line", "quoted")
    lost = Report("b.md", "", 0, (), (Problem("b.md", "bad", 2, 3),))
    found = report(
        text, [finding(text, "cures\ncolds", hidden=hidden), finding(text, "Zinc", "own/tin", "info")]
    )
    data = json.loads(json_report.render([lost, found]))
    fingerprints = [entry.pop("fingerprint") for entry in data["findings"]]
    assert len(set(fingerprints)) == 2
    common = {"path": "a.md", "remedy": "Mend it", "standards": ["FTC", "CAP"], "fix": None, "evidence": None}
    place = {"line": 1, "column": 1, "end_line": 1, "end_column": 5}
    lower = {"line": 2, "column": 1, "end_line": 3, "end_column": 6}
    assert data == {
        "version": 1,
        "tool": {"name": "medlint", "version": "0.1.0"},
        "files": 1,
        "words": 3,
        "findings": [
            {
                **common,
                **place,
                "rule": "own/tin",
                "family": "own",
                "severity": "info",
                "excerpt": "Zinc",
                "message": "“Zinc” is wrong",
                "suppressed": None,
            },
            {
                **common,
                **lower,
                "rule": "claims/cure",
                "family": "claims",
                "severity": "error",
                "excerpt": "cures\ncolds",
                "message": "“cures\ncolds” is wrong",
                "suppressed": {"kind": "line", "reason": "quoted"},
            },
        ],
        "problems": [{"path": "b.md", "line": 2, "column": 3, "message": "bad"}],
        "summary": {
            "severity": {"error": 0, "warning": 0, "info": 1},
            "family": {**dict.fromkeys(FAMILIES, 0), "own": 1},
            "suppressed": 1,
        },
    }


def test_order_of_reports_does_not_matter() -> None:
    text = "Zinc cures."
    one, two = (report(text, [finding(text, "cures")], path) for path in ("a.md", "b.md"))
    assert json_report.render([two, one]) == json_report.render([one, two])
    assert json_report.render([one]).endswith("}\n")


def fingerprints(text: str, *findings: Finding) -> list[str]:
    return [
        entry["fingerprint"] for entry in json.loads(json_report.render([report(text, findings)]))["findings"]
    ]


def test_fingerprints_outlive_edits_elsewhere_and_tell_equal_findings_apart() -> None:
    text = "Zinc cures. Zinc cures."
    before = fingerprints(text, finding(text, "cures"), finding(text, "cures", nth=1))
    assert before[0] != before[1]
    longer = "A new line.\n\n" + text
    assert fingerprints(longer, finding(longer, "cures"), finding(longer, "cures", nth=1)) == before
    assert fingerprints(text, finding(text, "Zinc cures")) == fingerprints(
        "ZINC\n cures", finding("ZINC\n cures", "ZINC\n cures")
    )


def test_lone_surrogates_do_not_break_the_document() -> None:
    assert json.loads(json_report.render([report("x", [], "a\udcff.md")]).encode("utf-8"))["files"] == 1


@given(st.text("a1 \n\r\t“é亜"), st.data())
def test_places_lead_back_to_the_excerpt(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    made = Finding("claims/cure", "error", Span(start, end), text[start:end], "m", "r", ())
    (entry,) = json.loads(json_report.render([report(text, [made])]))["findings"]
    lines = Lines(text)
    begin = lines.start(entry["line"]) + entry["column"] - 1
    stop = lines.start(entry["end_line"]) + entry["end_column"] - 1
    assert text[begin:stop] == entry["excerpt"]


def test_what_is_taken_for_one_column_each_is() -> None:
    from medlint.report.excerpt import _ONE_COLUMN_EACH, columns

    plain = [chr(code) for code in range(0x3000) if _ONE_COLUMN_EACH.fullmatch(chr(code))]
    assert len(plain) > 300
    assert {columns(char) for char in plain} == {1}
    assert "\t" not in plain


def test_json_in_pieces_is_the_same_document(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Ketamine cures gout."
    reports = [report(text, [finding(text, "cures")] * (n % 3), f"{n}.md") for n in range(9)]
    whole = json_report.render(reports)
    monkeypatch.setattr(json_report, "_IN_MEMORY", 10)
    monkeypatch.setattr(json_report, "_AT_ONCE", 7)
    pieces = list(json_report.pieces(reports))
    assert "".join(pieces) == whole == json.dumps(json.loads(whole), ensure_ascii=False, indent=2) + "\n"
    assert max(map(len, pieces[1:-1])) <= 7
    assert json_report.render([]) == json.dumps(json.loads(json_report.render([])), indent=2) + "\n"
