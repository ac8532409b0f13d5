"""Whatever the input: places are exact, nothing is raised, and line endings make no difference."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_markdown import assert_exact

from medlint.markdown import read

PIECES = st.sampled_from(
    [
        *"abc \n\n\n\t*_`~[]()!<>#-+|:&\\^{}\"'/$%=.1",
        *(
            "\u2028",
            "\U0001f600",
            "\0",
            "é",
            "\x0c",
            "\x85",
            "&amp;",
            "[^1]",
            "[^1]: ",
            "^[",
            "](u)",
            "```\n",
            "    ",
            "> ",
            "- ",
        ),
        *(
            "| a | b |\n|---|---|\n",
            "<b>",
            "</b>",
            "<p>",
            "<li>",
            "<!-- ",
            " -->",
            "<a href='x'>",
            "</a>",
            "<sup>",
            "<img alt='y'>",
        ),
        *(
            "{{< x >}}",
            "{{ y }}",
            "{% z %}",
            "{/* c */}",
            '<C d="e">',
            "</C>",
            "import f\n",
            "::: g\n",
            '!!! h "i"\n',
            "[!NOTE]",
        ),
        *(
            "---\n",
            "+++\n",
            "title: ",
            "title = ",
            '"\n',
            "'\n",
            "|\n  ",
            ">\n  ",
            "[r]: /s\n",
            "<script>",
            "<pre>",
            "\n: ",
        ),
    ]
)
SOURCES = st.lists(PIECES, max_size=40).map("".join)


@pytest.mark.parametrize("path", ["a.md", "a.mdx"])
@settings(max_examples=250, deadline=None)
@given(source=SOURCES)
def test_places_are_exact(path: str, source: str) -> None:
    document = read(source, path)
    assert_exact(document)
    for block in document.blocks:
        assert 0 <= block.span.start <= block.span.end <= len(source)
        for mark in block.marks:
            assert 0 <= mark.start <= mark.end <= len(block.text)
            assert 0 <= mark.span.start < mark.span.end <= len(source)


@pytest.mark.parametrize("path", ["a.md", "a.mdx"])
@settings(max_examples=150, deadline=None)
@given(source=SOURCES, ending=st.sampled_from(["\r\n", "\r"]))
@example(source="\0import f\n\x0c", ending="\r\n")
def test_line_endings_make_no_difference(path: str, source: str, ending: str) -> None:
    plain = read(source, path)
    other = read(source.replace("\n", ending), path)
    assert [(b.kind, b.text) for b in other.blocks] == [(b.kind, b.text) for b in plain.blocks]
    assert len(other.comments) == len(plain.comments)


@pytest.mark.parametrize(
    "piece",
    [
        ">",
        "> ",
        "- ",
        "*",
        "*a ",
        "[",
        "![",
        "^[",
        "[^",
        "<a ",
        "<div>",
        "`",
        "{",
        "<A>",
        "{{",
        "|",
        "~~",
        "[a](",
        "<!--",
        "1. ",
    ],
)
@pytest.mark.parametrize("path", ["a.md", "a.mdx"])
def test_nothing_is_too_much(piece: str, path: str) -> None:
    assert_exact(read(piece * 3000 + "x", path))
