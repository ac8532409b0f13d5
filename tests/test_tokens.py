"""Token patterns: what they match, where, and that spaCy is only asked when nothing cheaper has answered."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from rulefile import HEAD

from medlint.tokens import TokenMatcher

LISTS = {
    "drugs": ["magnesium", "magnesium glycinate", "vitamin D", "(very)? odd", "statin*"],
    "body-parts": ["knee", "lower back"],
    "pains": ["pain", "back pain"],
}
MATCHER = TokenMatcher(LISTS)


def found(tokens: Sequence[Mapping[str, Any]], text: str) -> list[str]:
    return [text[start:end] for start, end in MATCHER.find(tokens, text)]


@pytest.mark.parametrize(
    ("tokens", "text", "expected"),
    [
        ([{"LOWER": "heals"}], "It HEALS, it heals.", ["HEALS", "heals"]),
        ([{"LOWER": {"IN": ["heals", "cures"]}}, {"LOWER": "pain"}], "It cures pain.", ["cures pain"]),
        (
            [{"LOWER": "it"}, {"OP": "{0,2}"}, {"LOWER": "pain"}],
            "It really cures pain.",
            ["It really cures pain"],
        ),
        ([{"LOWER": "it"}, {"OP": "{0,1}"}, {"LOWER": "pain"}], "It really cures pain.", []),
        ([{"ENT_TYPE": "DRUGS"}], "Take vitamin D now", ["vitamin", "D"]),
        ([{"ENT_TYPE": "DRUGS", "OP": "+"}], "Take Magnesium Glycinate now", ["Magnesium Glycinate"]),
        (
            [{"ENT_TYPE": "BODY_PARTS", "OP": "+"}, {"LOWER": "hurts"}],
            "My lower back hurts",
            ["lower back hurts"],
        ),
        (
            [{"ENT_TYPE": {"IN": ["DRUGS", "PAINS"]}, "OP": "+"}],
            "vitamin D, back pain",
            ["back pain", "vitamin D"],
        ),
        ([{"ENT_TYPE": "DRUGS"}], "very odd statins", []),
        ([{"IS_DIGIT": True}, {"LOWER": "mg"}], "Take 50 mg 😀 or 20mg.", ["50 mg", "20mg"]),
        ([{"LOWER": "a"}, {"LOWER": "b", "OP": "*"}], "a b b a", ["a b b", "a"]),
    ],
)
def test_find(tokens: list[dict[str, Any]], text: str, expected: list[str]) -> None:
    assert sorted(found(tokens, text)) == sorted(expected)


def test_the_first_match_comes_first() -> None:
    assert found([{"LOWER": "a"}, {"LOWER": "b", "OP": "*"}], "a, a b b") == ["a", "a b b"]


def test_where_two_lists_overlap_the_longer_term_counts() -> None:
    tokens = [{"ENT_TYPE": "BODY_PARTS", "OP": "+"}, {"ENT_TYPE": "PAINS", "OP": "+"}]
    assert sorted(found(tokens, "knee pain and lower back pain")) == ["knee pain", "lower back pain"]


@pytest.mark.parametrize("tokens", [[{"LOWR": "a"}], [{"LOWER": 5}], [{"LOWER": "a", "OP": "many"}]])
def test_what_spacy_does_not_accept_is_refused(tokens: list[dict[str, Any]]) -> None:
    with pytest.raises(ValueError, match=r"."):
        MATCHER.find(tokens, "a")


# -- through the command line --------------------------------------------------------------------------------

RULE = (
    HEAD
    + """\
find:
  - phrases: [pure magic]
  - tokens: [{ENT_TYPE: CURE_VERBS}, {OP: "{0,2}"}, {LOWER: {IN: [magically, magic]}}]
unless:
  cited: true
examples:
  bad:
    - {text: It cures magically., flags: [cures magically]}
  good: [A herb.]
"""
)
LOADED = """
import sys
from medlint.cli import main
code = main(["check", "--no-cache", "a.md", "--family", "magic", "--format", "json", "--output", "report.json"])
print(code, "spacy" in sys.modules)
"""


def run(folder: Path, text: str) -> tuple[str, list[tuple[str, int, int]]]:
    """What the linter answered and whether it loaded spaCy; excerpt, line and column of each finding."""
    (folder / "house/magic").mkdir(parents=True)
    (folder / "house/magic/magical.yml").write_text(RULE, "utf-8")
    (folder / ".medlint.yml").write_text("rule-folders: [house]\nrules: {magic/magical: error}\n", "utf-8")
    (folder / "a.md").write_bytes(text.encode())
    told = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    report = json.loads((folder / "report.json").read_text("utf-8"))
    found = [(f["excerpt"], f["line"], f["column"]) for f in report["findings"]]
    return told.stdout.strip(), found


@pytest.mark.parametrize(
    ("text", "answer", "findings"),
    [
        ("It cures, quite magically.", "1 True", [("cures, quite magically", 1, 4)]),
        (
            "# Title\r\n\r\n- 😀 It *cures*\r\n  magically &amp; fast.",
            "1 True",
            [("cures*\r\n  magically", 3, 9)],
        ),
        ("It cures and cures; that is all.", "0 False", []),
        ("It is magic.", "0 False", []),
        ("It cures magically [1](https://example.org/study).", "0 False", []),
        ("It is pure magic, which cures magically.", "1 False", [("pure magic", 1, 7)]),
    ],
    ids=["found", "places", "other words", "no verb", "cited", "found already"],
)
def test_spacy_is_asked_last(
    tmp_path: Path, text: str, answer: str, findings: list[tuple[str, int, int]]
) -> None:
    assert run(tmp_path, text) == (answer, findings)
