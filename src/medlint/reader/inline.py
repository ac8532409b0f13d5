"""From the parser's inline tokens to the text of a block: words, marks, images, notes."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from medlint.model import Block, Comment, Span
from medlint.reader.parser import place
from medlint.reader.prose import Places, Prose
from medlint.reader.regions import Region
from medlint.reader.tags import Tag, copy_html, parse_tag

if TYPE_CHECKING:
    from markdown_it.token import Token

_HIDDEN_TAGS = frozenset({"script", "style", "template"})
_EMPHASIS = {"em_open": 1, "strong_open": 1, "em_close": -1, "strong_close": -1}


class Page:
    """What all blocks of one article share while it is read."""

    __slots__ = ("comments", "notes", "regions", "source", "starts", "text_props")

    def __init__(
        self,
        source: str,
        regions: Sequence[Region] = (),
        text_props: frozenset[str] = frozenset(),
        notes: int = 0,
    ) -> None:
        self.source = source
        self.regions = regions
        self.text_props = text_props
        self.comments: list[Comment] = []
        self.notes = notes
        self.starts = [region.start for region in regions]

    def region_at(self, offset: int) -> int:
        """The index of the region that covers `offset`, or of the first one behind it."""
        index = bisect.bisect_right(self.starts, offset) - 1
        return index if index >= 0 and self.regions[index].end > offset else index + 1


class Weaver:
    """Reads the inline content of one block.

    `prose` is the block's own text; `extras` are the blocks found on the way: alternative texts,
    text properties of components, inline footnotes.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.prose = Prose(page.source)
        self.extras: list[Block] = []
        self.images = 0
        self.emphasised = True
        self._outer: list[tuple[Prose, str, int]] = []
        self._components: list[str] = []
        self._hidden = ""
        self._read_to = 0

    def weave(self, tokens: Sequence[Token], places: Places, base: int = 0) -> None:
        """Append a content's tokens; `base` is where the content begins within that of `places`."""
        cursor, depth = base, 0
        for token in tokens:
            at = place(token)
            if at is None:
                start, end = cursor, cursor + len(token.content)
            else:
                start, end = (base + at[0] if at[0] >= 0 else cursor), base + at[1]
            depth += _EMPHASIS.get(token.type, 0)
            if depth == 0 and token.type in ("text", "text_special") and token.content.strip():
                self.emphasised = False
            self._token(token, places, start, end)
            cursor = max(cursor, end)

    def _token(self, token: Token, places: Places, start: int, end: int) -> None:
        handler = _HANDLERS.get(token.type)
        if handler and start < end:
            handler(self, token, places, start, end)

    def _text(self, token: Token, places: Places, start: int, end: int) -> None:
        content = token.content
        if self._hidden or not content:
            return
        if len(content) != end - start:
            self._replace(content, places.span(start, end))
            return
        for first, last in places.stretches(start, end):
            self._copy(max(first, self._read_to), last)

    def copy_web(self, start: int, end: int) -> None:
        """Append `source[start:end]` read as HTML text."""
        self._copy(max(start, self._read_to), end, True)

    def _copy(self, start: int, end: int, web: bool = False) -> None:
        index = self.page.region_at(start)
        while start < end and index < len(self.page.regions) and self.page.regions[index].start < end:
            region = self.page.regions[index]
            self._plain(start, region.start, web)
            self.region(region)
            start = self._read_to = region.end
            index += 1
        self._plain(start, end, web)

    def _plain(self, start: int, end: int, web: bool) -> None:
        if web:
            copy_html(self.prose, self.page.source, start, end)
        else:
            self.prose.copy(start, end)

    def _break(self, _token: Token, places: Places, start: int, end: int) -> None:
        span = places.span(start, end)
        if span.start >= self._read_to and not self._hidden:
            self.prose.put(" ", span.start, span.end)

    def _replace(self, text: str, span: Span) -> None:
        if not self._hidden:
            self.prose.put(text, span.start, span.end)

    def _special(self, token: Token, places: Places, start: int, end: int) -> None:
        self._replace(token.content, places.span(start, end))

    def _code(self, token: Token, places: Places, start: int, end: int) -> None:
        self._stand_in("code", places.span(start, end), "", token.content)

    def _stand_in(self, kind: str, span: Span, target: str = "", text: str = "") -> None:
        if not self._hidden:
            self.prose.stand_in(kind, span, target, text)

    def _image(self, token: Token, places: Places, start: int, end: int) -> None:
        inner = Weaver(self.page)
        inner.weave(token.children or (), places, start + 2)
        span = places.span(start, end)
        alt = inner.prose.block("image-alt")
        self.images += 1
        self._stand_in("image", span, str(token.attrs.get("src", "")), alt.text)
        if alt.text:
            self.extras.append(alt)
        self.extras.extend(inner.extras)

    def _link_open(self, token: Token, places: Places, start: int, _end: int) -> None:
        at = places.source(start)
        kind = "autolink" if token.info == "auto" else "link"
        self.prose.begin(kind, at, str(token.attrs.get("href", "")))

    def _link_close(self, token: Token, places: Places, start: int, end: int) -> None:
        span = places.span(start, end)
        index = self.page.region_at(span.start)
        target = None
        if index < len(self.page.regions) and self.page.regions[index].start < span.end:
            region = self.page.regions[index]
            target = self.page.source[region.start : region.end]
        self.prose.end("autolink" if token.info == "auto" else "link", span.end, target)

    def _note(self, token: Token, places: Places, start: int, end: int) -> None:
        self.prose.note("footnote", places.span(start, end), token.meta["label"])

    def _note_open(self, _token: Token, places: Places, start: int, _end: int) -> None:
        at = places.source(start)
        self._outer.append((self.prose, f"inline {self.page.notes + 1}", at))
        self.page.notes += 1
        self.prose = Prose(self.page.source)

    def _note_close(self, _token: Token, places: Places, first: int, last: int) -> None:
        end = places.span(first, last).end
        note = self.prose
        self.prose, label, start = self._outer.pop()
        self.prose.note("footnote", Span(start, end), label)
        self.extras.append(note.block("footnote", Span(start, end), label=label))

    def _html(self, _token: Token, places: Places, first: int, last: int) -> None:
        span = places.span(first, last)
        source = self.page.source
        if source.startswith("<!--", span.start):
            self.page.comments.append(Comment(span, source[span.start + 4 : span.end - 3], True))
        elif not source.startswith(("<!", "<?"), span.start):
            self.tag(parse_tag(source, span.start, span.end))

    def region(self, region: Region) -> None:
        """Append what a region leaves behind in the text."""
        source, span = self.page.source, Span(region.start, region.end)
        if region.kind == "comment":
            self.page.comments.append(mdx_comment(source, span, True))
        elif region.kind == "expression":
            self._stand_in("component", span, "", source[span.start : span.end])
        elif region.tag and (region.kind == "shortcode" or region.tag.component):
            self._component(region.tag)
        elif region.tag:
            self.tag(region.tag)

    def tag(self, tag: Tag) -> None:
        """Append what an HTML tag leaves behind in the text."""
        name = tag.name.lower()
        if self._hidden or name in _HIDDEN_TAGS:
            self._hide(tag, name)
        elif name == "a":
            self._anchor(tag)
        elif name == "sup":
            self.prose.end("sup", tag.end) if tag.closing else self.prose.begin("sup", tag.start, "")
        elif name == "br":
            self.prose.put(" ", tag.start, tag.end)
        elif name == "img" and not tag.closing:
            self.images += 1
            alt = tag.value("alt", self.page.source) or ""
            self._stand_in("image", Span(tag.start, tag.end), tag.value("src", self.page.source) or "", alt)
            self.extras.extend(property_blocks(tag, self.page))
        elif tag.component and name:
            self._component(tag)

    def _hide(self, tag: Tag, name: str) -> None:
        if not tag.closing and not tag.empty and not self._hidden:
            self._hidden = name
        elif tag.closing and name == self._hidden:
            self._hidden = ""

    def _anchor(self, tag: Tag) -> None:
        if tag.closing:
            self.prose.end("anchor", tag.end)
        elif (href := tag.value("href", self.page.source)) is not None:
            self.prose.begin("anchor", tag.start, href)

    def _component(self, tag: Tag) -> None:
        span = Span(tag.start, tag.end)
        if not tag.closing:
            self.prose.note("component", span, tag.name, self.page.source[tag.start : tag.end])
        self.extras.extend(property_blocks(tag, self.page))


def mdx_comment(source: str, span: Span, inline: bool) -> Comment:
    """The comment written as `{/* … */}` in a stretch of source."""
    return Comment(span, source[span.start + 1 : span.end - 1].strip()[2:-2], inline)


def property_blocks(tag: Tag, page: Page) -> list[Block]:
    """The properties of a tag or shortcode that hold prose, each as a block."""
    if tag.closing:
        return []
    wanted = page.text_props if tag.component or tag.name.lower() != "img" else frozenset({"alt"})
    blocks = []
    for attribute in tag.attributes:
        if attribute.name in wanted or attribute.name == "alt":
            kind = "image-alt" if attribute.name == "alt" else "caption"
            block = attribute.read(page.source).block(kind, label=attribute.name)
            if block.text:
                blocks.append(block)
    return blocks


_HANDLERS: dict[str, Callable[[Weaver, Token, Places, int, int], None]] = {
    "text": Weaver._text,
    "softbreak": Weaver._break,
    "hardbreak": Weaver._break,
    "text_special": Weaver._special,
    "code_inline": Weaver._code,
    "html_inline": Weaver._html,
    "image": Weaver._image,
    "link_open": Weaver._link_open,
    "link_close": Weaver._link_close,
    "footnote_ref": Weaver._note,
    "footnote_inline_open": Weaver._note_open,
    "footnote_inline_close": Weaver._note_close,
}
