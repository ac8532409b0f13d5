"""What `medlint explain` draws is what medlint does: every arrow and every cross is tried on the article beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from medlint.cli import main
from medlint.config import Config
from medlint.data import data_folder
from medlint.lint import Linter, lint_text
from medlint.model import SCOPES, Lines
from medlint.rules import load_rules

TOPIC = Path(data_folder()) / "topics" / "scope.md"
RULES = load_rules()
MARGIN = 58
"""In which column of a picture the lines and arrows begin; the article stands to the left."""
_PICTURE = re.compile(r"^## scope: (?P<scope>\w+)$|^```text\n(?P<picture>.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"\s?\[Doe 2020\]\([^)]*\)|\s?\(Doe 2020\)|Doe 2020|\[\^doe\](?!:)|\s?\[1\](?!:)")


class Picture(NamedTuple):
    scope: str
    article: str
    margins: tuple[str, ...]

    def lines(self, *beginnings: str) -> set[int]:
        return {at for at, margin in enumerate(self.margins, 1) if margin.startswith(beginnings)}


def pictures() -> Iterator[Picture]:
    scope = ""
    for m in _PICTURE.finditer(TOPIC.read_text(encoding="utf-8")):
        scope = m["scope"] or scope
        if m["picture"]:
            lines = m["picture"].splitlines()
            article = "".join(f"{line[:MARGIN].rstrip()}\n" for line in lines)
            yield Picture(scope, article, tuple(line[MARGIN:].rstrip() for line in lines))


PICTURES = list(pictures())
CONFIGS = {scope: Config(scope=scope) for scope in SCOPES}


def flagged(article: str, scope: str) -> set[int]:
    """The lines on which something was found that a source would have excused."""
    report = lint_text(article, "a.md", CONFIGS[scope], RULES, nearby=True)
    lines = Lines(article)
    asked = (f for f in report.findings if f.evidence is not None and f.evidence.asked_for == "source")
    return {lines.position(f.span.start)[0] for f in asked}


def test_each_scope_is_drawn() -> None:
    assert {picture.scope for picture in PICTURES} == set(SCOPES)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda p: f"{p.scope}: {p.article[:40]}")
def test_arrows_and_crosses_hold(picture: Picture) -> None:
    reached, crossed = picture.lines("<-"), picture.lines(" x")
    assert reached or crossed
    assert flagged(picture.article, picture.scope) == crossed
    without = _MARK.sub("", picture.article)
    assert flagged(without, picture.scope) - picture.lines("--") == crossed | reached


@pytest.mark.parametrize("picture", [p for p in PICTURES if p.lines("<-")], ids=lambda p: p.article[:40])
def test_a_line_leads_from_the_mark_to_what_it_reaches(picture: Picture) -> None:
    document, evidence = Linter.of(CONFIGS[picture.scope], RULES).read(picture.article, "a.md")
    lines, starts = Lines(picture.article), picture.lines("--") or picture.lines("<--")
    for at, block in enumerate(document.blocks):
        for start, end in evidence.sentences[at]:
            line = lines.position(block.source_span(start, end).start)[0]
            if line in picture.lines("<-"):
                covering = evidence.covering(at, start, end)
                assert {lines.position(c.span.start)[0] for c in covering} == starts


@pytest.mark.parametrize("picture", PICTURES, ids=lambda p: p.article[:40])
def test_lines_have_no_gaps(picture: Picture) -> None:
    assert set(picture.margins) <= {"", "<--", "---", "<-+", "--+", "  |", " x"}
    joined = [at for at, margin in enumerate(picture.margins) if margin[2:] in ("+", "|")]
    assert joined == list(range(joined[0], joined[-1] + 1)) if joined else True
    if joined:
        assert "+" in picture.margins[joined[0]]
        assert "+" in picture.margins[joined[-1]]


def explain(capsys: pytest.CaptureFixture[str], *what: str) -> tuple[int, str, str]:
    code = main(["explain", "--no-config", *what])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_the_topic_shows_every_picture(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = explain(capsys, "scope")
    assert code == 0
    assert "```" not in out
    assert not any(line.startswith("#") for line in out.splitlines())
    for picture in PICTURES:
        drawn = "".join(
            f"    {line:{MARGIN}}{margin}".rstrip() + "\n"
            for line, margin in zip(picture.article.splitlines(), picture.margins, strict=True)
        )
        assert drawn in out
    assert max(map(len, out.splitlines())) <= 80


def test_a_rule_that_sources_excuse_shows_how_near(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = explain(capsys, "claims/cure")
    assert "Excused by\n  A source, in the scope “paragraph”" in out
    assert "medlint explain scope" in out
    assert "Valerian relieves insomnia (Doe 2020).                    <--\n" in out
    _, out, _ = explain(capsys, "claims/guarantee")
    assert "Excused by" not in out


def test_the_scope_of_a_rule_or_of_the_configuration_is_the_one_shown(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, out, _ = explain(capsys, "evidence/headline-causal")
    assert "A source, in the scope “section”" in out
    monkeypatch.chdir(tmp_path)
    Path(".medlint.yml").write_text("scope: sentence\n", encoding="utf-8")
    assert main(["explain", "claims/cure"]) == 0
    assert "A source, in the scope “sentence”" in capsys.readouterr().out


def test_without_a_topic_there_is_a_list_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = explain(capsys)
    assert (code, err) == (0, "")
    for example in ("medlint explain scope", "medlint explain claims/cure", "citations, claims"):
        assert example in out
    expected = "medlint: no rule, family or topic is called “scop” (did you mean “scope”?)\n"
    assert explain(capsys, "scop") == (2, "", expected)
