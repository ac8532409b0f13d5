"""Reads blocks of HTML: the text counts, tags, comments, scripts and preformatted text do not."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from medlint.expressions import compiled
from medlint.model import PLACEHOLDER, Block, Comment, Span
from medlint.reader.inline import Page, Weaver
from medlint.reader.outline import Outline
from medlint.reader.prose import Places
from medlint.reader.tags import Tag, parse_tag

_TOKEN = compiled(
    r"<!--(?P<comment>.*?)-->|<\?.*?\?>|<![^>]*>|(?P<tag></?[A-Za-z](?:[^\"'<>]|\"[^\"]*\"|'[^']*')*>)|(?P<text>[^<]+|<)",
    re.DOTALL,
)
_SIMPLE = compiled(
    r"<!--(?P<comment>.*?)-->|<\?.*?\?>|<![^>]*>|(?P<tag></?[A-Za-z][^<>]*>)|(?P<text>[^<]+|<)", re.DOTALL
)
_PAIRS = (("<!--", "-->"), ("<?", "?>"), ("<!", ">"))
_KINDS = {
    "blockquote": "quote",
    "figcaption": "caption",
    "caption": "caption",
    "li": "list-item",
    "td": "table-cell",
    "th": "table-cell",
    "dt": "definition",
    "dd": "definition",
    **{f"h{level}": "heading" for level in range(1, 7)},
}
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "body",
        "center",
        "details",
        "dialog",
        "div",
        "dl",
        "fieldset",
        "figure",
        "footer",
        "form",
        "header",
        "hgroup",
        "html",
        "main",
        "menu",
        "nav",
        "ol",
        "option",
        "p",
        "section",
        "select",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
        "hr",
        "iframe",
        "noscript",
        "video",
        "audio",
        "picture",
    ]
) | frozenset(_KINDS)
_VOID = frozenset(
    {"hr", "img", "br", "input", "link", "meta", "source", "wbr", "col", "area", "base", "embed", "track"}
)
_OMITTED_END = frozenset({"li", "td", "th", "dt", "dd", "p", "tr", "option"})
_HIDDEN = frozenset({"script", "style", "template", "pre", "textarea", "svg"})


class _Element:
    __slots__ = ("column", "group", "header", "lead", "name", "row")

    def __init__(
        self,
        name: str,
        group: int = -1,
        lead: int = -1,
        row: int = -1,
        column: int = 0,
        header: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.group = group
        self.lead = lead
        self.row = row
        self.column = column
        self.header = header


class HtmlReader:
    """Reads HTML piece by piece; elements may stay open from one piece to the next, with Markdown between."""

    def __init__(self, page: Page, outline: Outline) -> None:
        self._page = page
        self._outline = outline
        self._open: list[_Element] = []
        self._weaver = Weaver(page)
        self._hidden = ""
        self.ended_in_image = False

    @property
    def kind(self) -> str:
        """The kind that a Markdown paragraph takes on inside the elements now open."""
        element = self._of(_KINDS)
        kind = _KINDS[element.name] if element else "paragraph"
        return "paragraph" if kind in ("table-cell", "heading") else kind

    def read(self, content: str, places: Places) -> None:
        """Take in one block of HTML; `places` tells where its characters stand."""
        self.ended_in_image = False
        for kind, start, end in _tokens(content):
            span = places.span(start, end)
            if kind == "comment":
                self._comment(span)
            elif kind == "tag":
                self._tag(parse_tag(self._page.source, span.start, span.end))
            elif kind == "text" and not self._hidden:
                for first, last in places.stretches(start, end):
                    self._weaver.copy_web(first, last)
        self._flush()

    def standalone(self, tag: Tag) -> None:
        """Take in a tag that stands on a line of its own between Markdown blocks."""
        self.ended_in_image = False
        self._tag(tag)
        self._flush()

    def _comment(self, span: Span) -> None:
        source = self._page.source
        before = re.split(r"[\r\n]", source[max(0, span.start - 200) : span.start])[-1]
        after = re.split(r"[\r\n]", source[span.end : span.end + 200], maxsplit=1)[0]
        inline = bool(before.strip(" \t>-*+") or after.strip())
        body = source[span.start + 4 : span.end - 3]
        self._page.comments.append(Comment(span, body, inline))

    def _tag(self, tag: Tag) -> None:
        name = tag.name.lower()
        if self._hidden:
            if tag.closing and name == self._hidden:
                self._hidden = ""
        elif name in _HIDDEN:
            self._hidden = "" if tag.closing or tag.empty else name
        elif name not in _BLOCKS:
            self._weaver.tag(tag)
        elif tag.closing:
            self._flush()
            self._close(name)
        else:
            self._flush()
            self._begin(name, tag.empty)

    def _begin(self, name: str, empty: bool) -> None:
        if name in _VOID or empty:
            return
        if name in _OMITTED_END and self._open and self._open[-1].name == name:
            self._open.pop()
        element = _Element(name)
        if name in ("ul", "ol", "table"):
            element.group, element.lead = self._outline.new_group(), self._outline.stem
            element.lead = self._outline.caption() if name == "table" else element.lead
        elif name == "tr" and (table := self._of(("table",))):
            table.row, table.column = table.row + 1, 0
        elif name in ("td", "th") and (table := self._of(("table",))):
            table.column += 1
        self._open.append(element)

    def _close(self, name: str) -> None:
        for index in range(len(self._open) - 1, max(-1, len(self._open) - 100), -1):
            if self._open[index].name == name:
                del self._open[index:]
                return

    def _of(self, names: Container[str]) -> _Element | None:
        return next((e for e in reversed(self._open[-100:]) if e.name in names), None)

    def _flush(self) -> None:
        weaver, self._weaver = self._weaver, Weaver(self._page)
        block = weaver.prose.block("paragraph")
        words = block.text.replace(PLACEHOLDER, "").strip()
        if words or (block.text and not weaver.images) or (block.marks and not weaver.images):
            self._add(block)
        if weaver.images:
            self.ended_in_image = not words
        elif words:
            self.ended_in_image = False
        for extra in weaver.extras:
            self._outline.extra(extra)

    def _add(self, block: Block) -> None:
        element = self._of(_KINDS)
        kind = _KINDS[element.name] if element else "paragraph"
        if kind == "heading" and element:
            self._outline.heading(block._replace(level=int(element.name[1])))
        elif kind == "table-cell" and element and (table := self._of(("table",))):
            self._cell(block, table, element.name == "th")
        elif kind == "list-item" and (parent := self._of(("ul", "ol"))):
            depth = sum(e.name in ("ul", "ol") for e in self._open[-100:])
            item = block._replace(kind=kind, group=parent.group, lead=parent.lead, level=depth)
            self._outline.paragraph(item, False)
        elif kind in ("caption", "definition"):
            self._outline.add(block._replace(kind=kind))
        else:
            self._outline.paragraph(block._replace(kind=kind), False)

    def _cell(self, block: Block, table: _Element, header: bool) -> None:
        label, column = "", table.column - 1
        if header and table.row <= 0:
            table.header += ("",) * (column - len(table.header)) + (block.text,)
        elif 0 <= column < len(table.header):
            label = table.header[column]
        cell = block._replace(
            kind="table-cell", group=table.group, lead=table.lead, row=max(table.row, 0), label=label
        )
        self._outline.add(cell)


def _tokens(content: str) -> Iterator[tuple[str, int, int]]:
    """(comment | tag | text | other, start, end) over all of `content`; linear whatever is left unclosed."""
    pattern, at = _TOKEN, 0
    while at < len(content):
        if any(content.startswith(a, at) and content.find(b, at) < 0 for a, b in _PAIRS):
            yield "other", at, len(content)
            return
        match = pattern.match(content, at)
        if match is None:
            at += 1
            continue
        if match["text"] == "<" and content[at + 1 : at + 2].isalpha():
            pattern = _SIMPLE
        yield match.lastgroup or "other", at, match.end()
        at = match.end()
