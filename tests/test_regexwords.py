"""The words that an expression cannot match without."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medlint.patterns import words_and_symbols
from medlint.regexwords import required_words


@pytest.mark.parametrize(
    ("expression", "groups"),
    [
        (r"\b(?:just|only|for under) [£$€]", [["just", "only", "under"]]),
        (r"^\W*(?:start|check|book now) your\b", [["book", "check", "start"]]),
        (r"\bI(?:[’']ve)? (?:lost|dropped) (?:\d+|two)\b", [["dropped", "lost"]]),
        (r"(?<!\w)(?:mg|mcg)(?!\w)", [["mcg", "mg"]]),
        (r"\bcure[sd]?\b", [["cure", "cured", "cures"]]),
        (r"\b(?:no|not any) .{0,9} harm\b", [["harm"], ["no", "not"]]),
        (r"\bthe\W*cat\b", [["the", "thecat"]]),
        (r"\w+ing the \w+", [["the"]]),
        (r"\b(?:five|5) stars?\b|★{3,}", [["five", "star", "stars", "★"]]),
        (r"(?:!\s?){2,}", [["!"]]),
        # no word is kept apart from other letters, or not in every choice
        (r"cure[sd]?\b", []),
        (r"\b(?:cure)?\b", []),
        (r"\Bthe\B", []),
    ],
)
def test_words_that_must_be_there(expression: str, groups: list[list[str]]) -> None:
    assert required_words(expression) == groups


PIECES = st.sampled_from(
    [
        "a",
        "b",
        "ab",
        " ",
        "-",
        r"\b",
        r"\W*",
        r"\s+",
        "(?:a|b )",
        "(?:ab)?",
        r"\w",
        ".",
        "[ab]",
        "(?!b)",
        "^",
        "’",
    ]
)


@settings(max_examples=500, deadline=None)
@given(
    pieces=st.lists(PIECES, min_size=1, max_size=7),
    text=st.text(alphabet="abAB -’.\n1", max_size=14),
)
def test_nothing_matches_without_them(pieces: list[str], text: str) -> None:
    expression = "".join(pieces)
    if re.search(expression, text, re.IGNORECASE):
        keys = words_and_symbols(text)
        assert all(keys & set(group) for group in required_words(expression))
