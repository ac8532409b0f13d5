"""The reader shows what a CommonMark renderer shows: its text, and nothing else."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from test_markdown import assert_exact

from medlint.markdown import read
from medlint.model import PLACEHOLDER

_COMMENT = re.compile(r"<!--(?:-?>|.*?-->)|<\?.*?\?>|<!\[CDATA\[.*?\]\]>|<![A-Z][^>]*>", re.DOTALL)
_NOT_PROSE = re.compile(r"<(pre|code|script|style|textarea)\b.*?(?:</\1>|\Z)", re.DOTALL)
_TAG = re.compile(r"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")

SOURCES = [
    "\tfoo\tbaz\n\n  - foo\n\n\tbar",
    "- `one\n- two`",
    "\\*not emphasised* \\<br/> \\[x](/y)\n\\\\*em*",
    "&nbsp; &copy; &#35; &#0; &nosuch; &#xD06;",
    "***\n---\n___\n+++\n - - -",
    "# a\n#b\n####### c\n# d \\#\n#\n## ##",
    "Multi *line\nheading*\t\n====\n\npara\n---",
    "    code\n\n  para\n\t code?",
    "~~~~ lang ~~~\naaa\n~~~\n~~~~\nb",
    "<div\nid='a'>\n*hi*\n\n*em*\n</div>",
    "[foo]: /url\n'the title'\n[foo]\n\n[bar]: <>\n[bar]",
    "> # Foo\n> bar\nlazy\n> - x\n>   y\n\n>>> deep\n> out",
    "1. a\n\n       code\n2) b\n10. c\n    - d\n - e",
    "- a\n\n\n- b\n  > q\n\n  ```\n  c\n  ```\n* d",
    "`` a ` b `` `unclosed *x*",
    "*a `*`* **b*c** ***d** e* _f_g _h_. __i__ **j**k",
    "[l](<a b> 't') [m](\\) [n](a(b)) [o [p](q)](r) ![s *t*](u)",
    "[x][y] [x][] [x]\n\n[X]: /z",
    "<http://a.b/c?d> <e@f.gh> <notlink> <a:b",
    "a <b c='d'> e </b > <!-- f --> <?g?> <!H i> <![CDATA[j]]> < k>",
    "a  \nb\\\nc \n d\n",
    "a\u00a0*b*\u3000\n\u2003c",
]


def visible(rendered: str) -> str:
    """The words a browser shows, without white space, and without code."""
    for pattern in (_COMMENT, _NOT_PROSE, _TAG):
        rendered = pattern.sub("", rendered)
    return "".join(html.unescape(rendered).split())


def shown(source: str) -> str:
    """The words medlint reads, without white space; each is checked to stand where it says."""
    document = read(source, "a.md")
    assert_exact(document)
    text = "".join(block.text for block in document.blocks if block.kind != "image-alt")
    return "".join(text.replace(PLACEHOLDER, "").replace("\0", "\ufffd").split())


@pytest.mark.parametrize("source", SOURCES)
def test_shows_what_a_renderer_shows(source: str) -> None:
    assert shown(source) == visible(MarkdownIt("commonmark").render(source))


@settings(max_examples=150, deadline=None)
@given(st.text("ab *_`[]()!\\>#-+=.1\n\t&;~", max_size=80))
def test_shows_what_a_renderer_shows_of_anything(source: str) -> None:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(deflist_plugin)
    source = source.replace("[^", "[").replace("^[", "[")
    rendered = re.sub(r"<img[^>]*>", "", parser.render(source))
    assert shown("\n" + source) == visible(rendered)
