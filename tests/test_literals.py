"""What an expression cannot do without; and that nothing it matches lacks it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medlint.literals import contains, required


@pytest.mark.parametrize(
    ("pattern", "groups"),
    [
        (r"\bcures?\b", [["cure"]]),
        (r"\b(?:spots?|places?) (?:left|filling)\b", [["spot", "place"], ["filling", "left"], [" "]]),
        (r"\d+ ?%", [["%"]]),
        (r"(?:act )?now", [["now"]]),
        (r"(?:very|so)?", []),
        (r"[ab]c+", [["c"]]),
        (r"a|\d", []),
        (r"(?i:WOW)", [["wow"]]),
        (r"(?=ab)c", [["c"]]),
    ],
)
def test_required(pattern: str, groups: list[list[str]]) -> None:
    assert sorted(map(sorted, required(pattern))) == sorted(map(sorted, groups))


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
