"""Flat YAML read without a parser is what the parser makes of it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from medlint.reader.flatyaml import flat_strings
from medlint.reader.frontmatter import _parsed_strings
from medlint.reader.prose import Prose

_CHARS = st.sampled_from(list("ab0 :#'\"-,[]{}&*!|>%@`?~.éµ…\u2013\t\\\x85\u2028\ufeff\U0001f600=/()_<"))
_VALUE = st.text(_CHARS, max_size=12)
_LINE = st.one_of(
    st.tuples(st.sampled_from(["title", "tags", "a-b", "no", "null"]), _VALUE).map(": ".join),
    st.tuples(st.sampled_from(["title", "b_1"]), _VALUE).map(lambda pair: f'{pair[0]}: "{pair[1]}"'),
    st.tuples(st.sampled_from(["title", "x"]), _VALUE).map(lambda pair: f"{pair[0]}:  '{pair[1]}' "),
    _VALUE,
)


def seen(strings: list[tuple[tuple[str, ...], Prose]]) -> list[tuple[object, ...]]:
    """Paths with text and places; of scalars without text only the path."""
    blocks = [(path, prose.block("front-matter")) for path, prose in strings]
    return [(path, block.text, block.segments, block.text and block.span) for path, block in blocks]


@given(st.lists(_LINE, min_size=1, max_size=4), st.sampled_from(["\n", "\r\n"]), st.booleans())
@example(["title: a: b"], "\n", True)
@example(["title: a:"], "\n", True)
@example(["title: 'a'  "], "\r\n", False)
def test_it_says_what_the_parser_says_or_nothing(lines: list[str], end: str, closed: bool) -> None:
    text = end.join(lines) + end * closed
    flat = flat_strings(text, 0, len(text))
    if flat is not None:
        assert seen(list(flat)) == seen(list(_parsed_strings(text, 0, len(text))))


@pytest.mark.parametrize(
    "text",
    [
        "title: Sleep and magnesium\n",
        'title: "What a trial found: less"\ndate: 2026-01-02\n',
        "title: 'A'\r\ndescription: b, c (d) [e]\r\n",
    ],
)
def test_common_front_matter_needs_no_parser(text: str) -> None:
    assert flat_strings(text, 0, len(text)) is not None


@pytest.mark.parametrize(
    "text", ["a:\n  - b\n", "a: |\n  b\n", "a: b # c\n", 'a: "\\n"\n', "a: b: c\n", "- a\n", "a: &b c\n", ""]
)
def test_all_else_is_left_to_it(text: str) -> None:
    assert flat_strings(text, 0, len(text)) is None
