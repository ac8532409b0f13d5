"""What is mended, what stays as it is, and that mending comes to an end."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rulefile import HEAD

from medlint.cli import main
from medlint.config import Config
from medlint.fix import as_diff, mend, put_in
from medlint.lint import lint_text
from medlint.model import Finding, Fix, Report, Span, UserError
from medlint.replacement import replacement
from medlint.rules import load_rules

RULES = load_rules()
MENDING = [rule.id for rule in RULES.rules.values() if rule.fix]
EVERY_FIX = Config(extends=(), rules={rule_id: RULES.rules[rule_id].severity for rule_id in MENDING})
EVERYTHING = Config(extends=("strict",), names=("Centre for drug abuse",))


def lint(text: str, path: str = "article.md", config: Config = EVERYTHING) -> Report:
    return lint_text(text, path, config, RULES)


def mended(text: str, path: str = "article.md") -> str:
    return mend(text, lambda text: lint(text, path), lambda _: True).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Take 2.0 mg at night.", "Take 2 mg at night."),
        ("Take **2.0 mg** at night.", "Take **2 mg** at night."),
        ("Take 2.0\nmg at night.", "Take 2\nmg at night."),
        ("Take 10000IU, then .5mg.", "Take 10,000 IU, then 0.5 mg."),
        ("| dose |\n| --- |\n| 1.0-2.0 mg |", "| dose |\n| --- |\n| 1-2 mg |"),
        ("- Give 5 mg. every day.\r\n- Rest.\r\n", "- Give 5 mg every day.\r\n- Rest.\r\n"),
        ("He committed suicide. She Committed Suicide.", "He died by suicide. She Committed Suicide."),
        ("HE COMMITTED SUICIDE.", "HE DIED BY SUICIDE."),
        ("They had committed\n  suicide at home.", "They had died\n  by suicide at home."),
        ("Drug abuse and alcohol abuse.", "Drug misuse and alcohol misuse."),
        ("> He died.\n\nAlcoholism kills.", "> He died.\n\nAlcohol use disorder kills."),
        ("“No.” Alcoholism kills.", "“No.” Alcohol use disorder kills."),
        ("Isn't it? People's alcoholism kills.", "Isn't it? People's alcohol use disorder kills."),
        ("*So* alcoholism *kills*.", "*So* alcohol use disorder *kills*."),
        (
            "Text.[^1]\n\n[^1]: Marsh J. DOI: 10.1016/x.1.",
            "Text.[^1]\n\n[^1]: Marsh J. https://doi.org/10.1016/x.1.",
        ),
        ("<http://dx.doi.org/10.1016/x.1>", "<https://doi.org/10.1016/x.1>"),
        ("[A](http://dx.doi.org/10.1016/x.1.)", "[A](https://doi.org/10.1016/x.1)"),
    ],
)
def test_what_is_mended(text: str, expected: str) -> None:
    assert mended(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        # quotations
        "“I take 2.0 mg. That is all,” she said.",
        "“I take 2.0 mg.\n\n“And more.”",
        'He wrote "the elderly fall".',
        "The words ‘committed suicide’ and 'alcoholism' are old.",
        "> He committed suicide.",
        "<blockquote>\n\nHe committed suicide.\n\n</blockquote>",
        "<q>He committed suicide</q>",
        # titles and names
        "Read *A history of alcoholism* first.",
        "Read _Alcoholism_ first.",
        "*Alcoholism* is a book.",
        "**Read *a history of alcoholism***",
        "Read <cite>A history of alcoholism</cite> first.",
        "We read Substance Abuse every month.",
        "Ask the centre for drug abuse.",
        "# Alcoholism",
        "---\ntitle: Alcoholism\n---\nText.",
        "![Alcoholism](a.png)",
        # links and references
        "See [a page on alcoholism](https://a.example).",
        "See [Marsh, doi:10.1016/x.1](https://a.example).",
        "Marsh J. The course of alcoholism. J Ex. 2019;3:4.",
        "Source: the course of alcoholism.",
        "## References\n\n1. Marsh J. The course of alcoholism. 2019.",
        # what is no prose, or does not stand in the source as it is read
        "Type `2.0 mg`.",
        "    2.0 mg",
        "Take 2&#46;0 mg.",
        "Take 2.*0* mg.",
        "He committed *suicide*.",
        # words that hang together with others
        "He committed suicide by gas.",
        "The alcohol-abuse clinic and anti-drug abuse laws.",
        "Severe or morbid obesity.",
        "The elderly's wishes.",
        "Non-alcoholic cirrhosis.",
        # identifiers that an address cannot hold
        "DOI: 10.1002/(SICI)1<1::A>3.0.CO;2-2",
        "https://a.example/doi:10.1016/x.1",
    ],
)
def test_what_stays_as_it_is(text: str) -> None:
    assert mended(text) == text


def test_a_suppressed_finding_is_not_mended() -> None:
    text = "<!-- medlint: ignore[doses/trailing-zero] a copy of the label -->\nTake 2.0 mg.\n\nTake 3.0 mg.\n"
    assert mended(text) == text.replace("3.0", "3")


def test_mdx_is_mended_outside_of_its_code() -> None:
    text = 'Take 2.0 mg {dose("2.0 mg")}.\n\n<Box title="Take 2.0 mg">\n\nTake 3.0 mg.\n\n</Box>\n'
    assert (
        mended(text, "a.mdx")
        == 'Take 2 mg {dose("2.0 mg")}.\n\n<Box title="Take 2.0 mg">\n\nTake 3 mg.\n\n</Box>\n'
    )


def test_a_finding_says_what_to_write() -> None:
    (finding,) = [f for f in lint("Take 2.0 mg.").findings if f.rule == "doses/trailing-zero"]
    assert finding.fix == Fix(Span(5, 11), "2 mg")


# -- whatever the article ------------------------------------------------------------------------------------

FAULTS = [
    *("2.0 mg", ".5 mg", "10mg", "10000 units", "5 mg. daily", "1.0, 2.0 and 3.0mg", "1000-2000IU"),
    *("doi:10.1016/x.1", "[a](http://dx.doi.org/10.1016/x.1,)", "https://doi.org/10.1016/x.1."),
    *(
        "committed suicide",
        "tried to commit suicide",
        "the elderly",
        "The elderly",
        "elderly men",
        "alcoholism",
    ),
    *("Substance abuse", "ALCOHOL ABUSE", "morbid obesity", "people suffer from depression", "the disabled"),
    *(
        "alcoholic hepatitis",
        "failed suicide attempts",
        "dirty urine test",
        "alcohol abuse",
        "alcoholic cirrhosis",
    ),
]
AROUND = [
    *(
        "He",
        "and",
        "take",
        "by",
        "’s",
        "-",
        ",",
        ".",
        ". ",
        "?",
        "\n",
        "\n\n",
        "\r\n",
        "  \n",
        " ",
        "\n> ",
        "\n- ",
        "\n# ",
    ),
    *(
        "*",
        "**",
        "_",
        "“",
        "”",
        '"',
        "'",
        "‘",
        "`",
        "[",
        "](b)",
        "<i>",
        "</i>",
        "<q>",
        "|",
        "\n| - |\n|",
        "&amp;",
        "\\",
        "é",
    ),
    *(
        "[^1]",
        "\n\n[^1]: ",
        "\u2028",
        "\u00a0",
        "😀",
        "<!-- medlint: ignore[people] so -->",
        "## References\n\n",
    ),
]
ARTICLES = st.lists(st.one_of(st.sampled_from(FAULTS), st.sampled_from(AROUND)), max_size=14).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(ARTICLES)
def test_mending_comes_to_an_end(text: str) -> None:
    once = mend(text, lambda text: lint(text, config=EVERY_FIX), lambda _: True)
    assert [f for f in once.findings if f.fix and f.suppressed is None] == []
    again = mend(once.text, lambda text: lint(text, config=EVERY_FIX), lambda _: True)
    assert (again.text, again.fixed) == (once.text, 0)


@settings(max_examples=150, deadline=None)
@given(ARTICLES)
def test_nothing_changes_but_what_fixes_name(text: str) -> None:
    fixes = [f.fix for f in lint(text, config=EVERY_FIX).findings if f.fix]
    after, count = put_in(text, fixes)
    assert count <= len(fixes)
    marked = sorted({place for fix in fixes for place in range(*fix.span)})
    stays = re.escape("".join("\0" if place in marked else c for place, c in enumerate(text)))
    assert re.fullmatch(re.sub(r"(?:\\\x00|\x00)+", ".*", stays), after, re.DOTALL)


# -- edits ---------------------------------------------------------------------------------------------------


def test_of_fixes_that_overlap_the_first_is_put_in() -> None:
    fixes = [Fix(Span(2, 4), "XX"), Fix(Span(0, 3), "y"), Fix(Span(4, 5), ""), Fix(Span(1, 2), "no")]
    assert put_in("abcdef", fixes) == ("ydf", 2)


def test_a_fix_that_undoes_another_is_not_followed_for_ever() -> None:
    def flip(text: str) -> Report:
        fix = Fix(Span(0, 1), "b" if text == "a" else "a")
        return Report("a.md", text, 1, (Finding("x/y", "info", fix.span, text, "", "", (), None, fix),))

    assert mend("a", flip, lambda _: True).text == "b"


def test_the_difference_is_one_that_git_takes(tmp_path: Path) -> None:
    before = "One\u2028line.\nTake 2.0 mg.\r\n\nTake 3.0 mg."
    report = mend(before, lint, lambda _: True)
    (tmp_path / "article.md").write_bytes(before.encode())
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=as_diff(report).encode(), check=True)
    assert (tmp_path / "article.md").read_bytes().decode() == report.text
    assert as_diff(lint("Nothing.")) == ""


@pytest.mark.parametrize(
    ("fix", "text", "marked", "expected"),
    [
        ({"words": {"old word": "new one"}}, "An old word.", "old word", "new one"),
        ({"words": {"old word": "new one"}}, "An OLD WORD.", "OLD WORD", "NEW ONE"),
        ({"words": {"old word": "new one"}}, "An Old word.", "Old word", None),
        ({"words": {"old word": "new one"}}, "An old\r\nword.", "old\r\nword", "new\r\none"),
        ({"words": {"old word": "newer"}}, "An old\nword.", "old\nword", None),
        ({"words": {"old word": "new one"}}, "An old word one.", "old word", None),
        ({"words": {"old word": "new one"}}, "A new old word.", "old word", None),
        ({"words": {"AB": "CD"}}, "AB and ab.", "AB", "CD"),
        ({"words": {"AB": "CD"}}, "AB and ab.", "ab", None),
        ({"regex": "b(c)", "replace": r"\1\1"}, "abcabc", "bca", "cca"),
        ({"regex": "(?<=a)b(?=d)", "replace": ""}, "abd", "b", ""),
        ({"regex": "bd", "replace": ""}, "abd", "b", None),
    ],
)
def test_what_a_fix_makes_of_words(
    fix: dict[str, object], text: str, marked: str, expected: str | None
) -> None:
    start = text.index(marked)
    assert replacement([fix], text, start, start + len(marked), opens=False) == expected


# -- rule files ----------------------------------------------------------------------------------------------

RULE = (
    HEAD
    + """\
find:
  - phrases: [magical herb]
fix:
  - {fix}
examples:
  bad:
    - text: A magical herb.
      flags: [magical herb]
      fixed: {fixed}
  good: [A leaf.]
"""
)


@pytest.mark.parametrize(
    ("fix", "fixed", "expected"),
    [
        ("words: {magical herb: plain herb}", "A plain herb.", ""),
        ("words: {magic herb: plain herb}", "A plain herb.", "changes none of the words that are marked"),
        ("words: {magical herb: plain herb}", None, "no bad example shows what it does"),
        ("words: {}", "A.", "expected at least one entry"),
        ("{regex: magical, replace: plain}", "A plain herb.", ""),
        ("regex: magical", "A.", "“regex” needs replace beside it"),
        ("{regex: '(a+)+', replace: ''}", "A.", "may run without end"),
        ("{regex: 'magical', replace: '\\2'}", "A.", "cannot be put in: invalid group reference"),
        (
            "{regex: a, replace: b, words: {a: b}}",
            "A.",
            "exactly one of words or regex, found words and regex",
        ),
    ],
)
def test_fixes_of_rule_files_are_checked(tmp_path: Path, fix: str, fixed: str | None, expected: str) -> None:
    (tmp_path / "house").mkdir()
    rule = RULE.replace("{fix}", fix).replace(
        "      fixed: {fixed}\n", "" if fixed is None else f"      fixed: {fixed}\n"
    )
    (tmp_path / "house" / "magical.yml").write_text(rule, encoding="utf-8")
    if not expected:
        assert load_rules((tmp_path,)).rules["house/magical"].fix
        return
    with pytest.raises(UserError) as error:
        load_rules((tmp_path,))
    assert expected in str(error.value)


def test_fixed_needs_a_fix(tmp_path: Path) -> None:
    (tmp_path / "house").mkdir()
    rule = RULE.replace("fix:\n  - {fix}\n", "").replace("{fixed}", "A herb.")
    (tmp_path / "house" / "magical.yml").write_text(rule, encoding="utf-8")
    with pytest.raises(UserError, match="the rule has no “fix”"):
        load_rules((tmp_path,))


# -- the command ---------------------------------------------------------------------------------------------

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()

    def run(*argv: str) -> tuple[int, str, str]:
        code = main(["check", "--no-config", *argv])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def test_files_are_mended_and_what_is_left_is_reported(run: Run) -> None:
    Path("a.md").write_bytes(b"\xef\xbb\xbfHe committed suicide.\r\nTake 2.0 mg at night.\r\n")
    os.chmod("a.md", 0o640)
    code, out, err = run("--fix", "a.md")
    assert Path("a.md").read_bytes() == b"\xef\xbb\xbfHe died by suicide.\r\nTake 2 mg at night.\r\n"
    assert stat.S_IMODE(Path("a.md").stat().st_mode) == 0o640
    assert (code, err) == (1, "a.md: 2 fixed\n")
    assert "doses/unsourced" in out
    assert "trailing-zero" not in out
    assert sorted(os.listdir()) == [".git", "a.md"]


def test_nothing_left_is_clean(run: Run) -> None:
    Path("a.md").write_text("He committed suicide.\n", encoding="utf-8")
    assert run("--fix", "--format", "json", "--output", "report.json") == (0, "", "a.md: 1 fixed\n")
    assert json.loads(Path("report.json").read_text(encoding="utf-8"))["findings"] == []
    assert run("--fix") == (0, "1 file, 4 words: nothing found\n", "")


def test_a_report_tells_the_fix(run: Run) -> None:
    Path("a.md").write_text("He committed suicide.\n", encoding="utf-8")
    code, out, _ = run("a.md")
    assert code == 1
    assert "    → write “died by suicide”\n" in out
    (finding,) = json.loads(run("a.md", "--format", "json")[1])["findings"]
    assert finding["fix"] == {"start": 3, "end": 20, "text": "died by suicide"}
    assert Path("a.md").read_text(encoding="utf-8") == "He committed suicide.\n"


def test_only_families_that_are_asked_for_are_mended(run: Run) -> None:
    Path("a.md").write_text("He committed suicide. Take 2.0 mg.\n", encoding="utf-8")
    assert run("--fix", "--family", "people") == (0, "1 file, 8 words: nothing found\n", "a.md: 1 fixed\n")
    assert Path("a.md").read_text(encoding="utf-8") == "He died by suicide. Take 2.0 mg.\n"


def test_a_difference_is_shown_and_nothing_written(run: Run) -> None:
    Path("a.md").write_text("He committed suicide.\n", encoding="utf-8")
    diff = "--- a/a.md\n+++ b/a.md\n@@ -1 +1 @@\n-He committed suicide.\n+He died by suicide.\n"
    assert run("--diff") == (1, diff, "")
    assert run("--fix", "--diff") == (1, diff, "")
    assert Path("a.md").read_text(encoding="utf-8") == "He committed suicide.\n"
    assert run("--diff", "gone.md") == (2, "", "gone.md: there is no such file or folder\n")
    Path("a.md").write_text("He died.\n", encoding="utf-8")
    assert run("--diff") == (0, "", "")


@pytest.mark.parametrize("option", ["--fix", "--diff"])
def test_standard_input_is_not_mended(run: Run, option: str) -> None:
    assert run(option, "-") == (2, "", "-: --fix and --diff mend files, and standard input is none\n")


def test_what_lies_behind_a_link_stays_as_it_is(run: Run) -> None:
    Path("elsewhere").write_text("He committed suicide.\n", encoding="utf-8")
    Path("a.md").symlink_to("elsewhere")
    code, out, err = run("--fix")
    assert (code, err) == (1, "")
    assert "committed suicide" in out
    assert Path("a.md").is_symlink()
    assert Path("elsewhere").read_text(encoding="utf-8") == "He committed suicide.\n"


def test_a_file_that_cannot_be_read_or_written_stays_as_it_is(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("a.md").write_bytes(b"He committed suicide.\xff\n")
    assert run("--fix")[0] == 2
    assert Path("a.md").read_bytes() == b"He committed suicide.\xff\n"
    Path("a.md").write_bytes(b"He committed suicide.\n")

    def refuse(_from: Path, _to: Path) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "replace", refuse)
    code, out, err = run("--fix")
    assert (code, err) == (2, "")
    assert "a.md: problem\n    cannot be written: Read-only file system\n" in out
    assert Path("a.md").read_bytes() == b"He committed suicide.\n"
    assert sorted(os.listdir()) == [".git", "a.md"]


def test_many_files_are_mended_by_several_processes(run: Run) -> None:
    for number in range(4):
        Path(f"{number}.md").write_text("He committed suicide.\n" * 2, encoding="utf-8")
    code, out, err = run("--fix", "--jobs", "2")
    assert (code, out) == (0, "4 files, 32 words: nothing found\n")
    assert err == "".join(f"{number}.md: 2 fixed\n" for number in range(4))
