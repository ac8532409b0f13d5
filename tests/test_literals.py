"""What an expression cannot do without; and that nothing it matches lacks it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medlint.literals import contains, needs_digit, required


@pytest.mark.parametrize(
    ("pattern", "groups"),
    [
        (r"\bcures?\b", [["cure"]]),
        (r"\b(?:spots?|places?) (?:left|filling)\b", [["spot", "place"], ["filling", "left"]]),
        (r"\d+ ?%", [["%"]]),
        (r"(?:act )?now", [["now"]]),
        (r"(?:very|so)?", []),
        (r"[ab]c+", [["a", "b"], ["c"]]),
        (r"[a-c]d", [["d"]]),
        (
            r"(?:a|i) \w+ (?:me|us) (?:surveyed|polled) of [£$]",
            [["polled", "surveyed"], [" of "], ["$", "£"], ["me", "us"]],
        ),
        (r"a|\d", []),
        (r"(?i:WOW)", [["wow"]]),
        (r"(?=ab)c", [["c"]]),
    ],
)
def test_required(pattern: str, groups: list[list[str]]) -> None:
    assert sorted(map(sorted, required(pattern))) == sorted(map(sorted, groups))


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        (r"\d+ ?%", True),
        (r"(?:\d|[1-9]0)x", True),
        (r"(?:\d|one)x", False),
        (r"[\d,]+", False),
        (r"(?<=\d)\s?mg", True),
        (r"(?<!\d)mg", False),
        (r"(?:\d)?mg", False),
        (r"mg{1,2}[0-9]", True),
        (r"B12", True),
    ],
)
def test_needs_digit(pattern: str, needed: bool) -> None:
    assert needs_digit(pattern) is needed


PATTERNS = (
    r"a(?:b|cd)?e+",
    r"(?:ab|b[cd]|c{2,3})d?",
    r"a*?b|c",
    r"\b(?:Ab){1,2}c?",
    r"(a)(b)?(?!c)",
    r"[a-c]d|(?:a|b)c",
)


@given(st.sampled_from(PATTERNS), st.text(alphabet="abcdeAB ", max_size=12))
def test_nothing_matches_without_it(pattern: str, text: str) -> None:
    if re.search(pattern, text, re.IGNORECASE):
        assert contains(text.casefold(), required(pattern))
