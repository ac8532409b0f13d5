"""From the parser's block tokens to the blocks of an article."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from medlint.expressions import compiled
from medlint.model import PLACEHOLDER, Block, LinkDefinition, Span
from medlint.reader.inline import Page, Weaver, mdx_comment, property_blocks
from medlint.reader.layout import Layout
from medlint.reader.outline import Outline
from medlint.reader.parser import MAX_NESTING
from medlint.reader.prose import Places
from medlint.reader.regions import Region
from medlint.reader.tables import cells
from medlint.reader.webtext import HtmlReader

if TYPE_CHECKING:
    from markdown_it.token import Token

_PARAGRAPHS = frozenset({"paragraph", "list-item", "quote", "reference"})


class _List:
    __slots__ = ("group", "lead", "reference")

    def __init__(self, group: int, lead: int, reference: bool) -> None:
        self.group = group
        self.lead = lead
        self.reference = reference


class _Table:
    __slots__ = ("column", "group", "header", "lead", "places", "row")

    def __init__(
        self,
        group: int,
        lead: int,
        row: int = -1,
        column: int = 0,
        header: tuple[str, ...] = (),
        places: Sequence[Places] = (),
    ) -> None:
        self.group = group
        self.lead = lead
        self.row = row
        self.column = column
        self.header = header
        self.places = places


class BlockReader:
    """Walks over the tokens of one article and gathers its blocks."""

    def __init__(self, page: Page, layout: Layout, env: dict[str, Any], outline: Outline) -> None:
        self.page = page
        self.layout = layout
        self.env = env
        self.outline = outline
        self.html = HtmlReader(page, self.outline)
        self.faults: list[tuple[Span, str]] = []
        self._lists: list[_List] = []
        self._table = _Table(-1, -1)
        self._quotes: list[bool] = []
        self._notes: list[str] = []
        self._term = -1
        self._level = 0
        self._in: list[str] = []
        self._after_image = False
        waiting: list[Region | Block] = [*layout.standalone, *layout.titles]
        self._waiting = sorted(waiting, key=_begin, reverse=True)

    @property
    def blocks(self) -> list[Block]:
        return self.outline.blocks

    @property
    def footnotes(self) -> dict[str, tuple[int, ...]]:
        return {label: tuple(indices) for label, indices in self.outline.footnotes.items()}

    def definitions(self) -> dict[str, LinkDefinition]:
        """The link reference definitions, the first of each label."""
        found = {}
        for label, entry in self.env.get("references", {}).items():
            first, behind = entry["map"]
            span = Span(self.layout.ends[first] - self.env["brackets"][first], self._line_end(behind - 1))
            found[label] = LinkDefinition(label, entry["href"], span, entry["title"])
        return found

    def read(self, tokens: Sequence[Token]) -> None:
        """Take in all tokens of the article."""
        for block in self.layout.blocks:
            self.outline.add(block)
        for token in tokens:
            if token.type == "inline":
                self._inline(token)
            elif token.type == "html_block":
                self._html_block(token)
            elif token.nesting == 1:
                self._open(token)
            elif token.nesting == -1:
                self._close(token)
            else:
                self.outline.stem = -1
        self._regions_before(len(self.page.source))
        self.outline.decide()

    def _open(self, token: Token) -> None:
        kind = token.type
        self._in.append(kind)
        if kind == "heading_open":
            self._level = int(token.tag[1])
        if token.map and token.level >= MAX_NESTING - 1:
            span = Span(self.layout.starts[token.map[0]], self._line_end(token.map[1] - 1))
            self.faults.append((span, f"nested more than {MAX_NESTING} deep; what is inside was not read"))
        if kind in ("bullet_list_open", "ordered_list_open"):
            self._lists.append(
                _List(self.outline.new_group(), self.outline.stem, self.outline.begins_references())
            )
        elif kind == "blockquote_open":
            self._quotes.append(token.map is not None and token.map[0] in self.layout.alerts)
        elif kind == "footnote_reference_open":
            self._notes.append(token.meta["label"])
        elif kind == "table_open":
            self._table = _Table(self.outline.new_group(), self.outline.caption())
        elif kind == "tr_open" and token.map:
            self._row(token.map[0])

    def _close(self, token: Token) -> None:
        kind = token.type
        self._in.pop()
        if kind in ("bullet_list_close", "ordered_list_close"):
            self._lists.pop()
            self.outline.stem = -1
        elif kind == "blockquote_close":
            self._quotes.pop()
            self.outline.stem = -1
        elif kind == "footnote_reference_close":
            self._notes.pop()
        elif kind == "table_close":
            self.outline.table_ended(self._table.group)

    def _row(self, line: int) -> None:
        end = self.layout.ends[line]
        length = self.env["rows"][line]
        prepared = self.layout.lines[line]
        self._table.row += 1
        self._table.column = 0
        self._table.places = cells(prepared[len(prepared) - length :], end - length)

    def _inline(self, token: Token) -> None:
        first = token.map[0] if token.map else 0
        self._regions_before(self.layout.ends[first])
        if token.meta.get("unread"):
            behind = token.map[1] if token.map else 1
            span = Span(self.layout.starts[first], self._line_end(behind - 1))
            self.faults.append((span, "brackets nested too deep; this block was not read"))
            return
        parent = self._in[-1] if self._in else ""
        if parent in ("th_open", "td_open"):
            self._cell(token, parent == "th_open")
        elif token.content:
            weaver = Weaver(self.page)
            weaver.weave(token.children or (), self._places(token, parent == "heading_open"))
            self._emit(weaver, parent)

    def _cell(self, token: Token, header: bool) -> None:
        table = self._table
        column, table.column = table.column, table.column + 1
        weaver = Weaver(self.page)
        if token.content and column < len(table.places):
            weaver.weave(token.children or (), table.places[column])
        block = weaver.prose.block("table-cell")
        if header:
            table.header += (block.text,)
        label = "" if header or column >= len(table.header) else table.header[column]
        if block.text:
            self.outline.add(block._replace(lead=table.lead, group=table.group, row=table.row, label=label))
        self._extras(weaver)

    def _places(self, token: Token, heading: bool = False) -> Places:
        """Lines of content are the ends of source lines, but for what was trimmed from the last one."""
        starts, sources, length = [], [], 0
        lines = token.content.removesuffix("\n").split("\n")
        first = self._first_line(token, lines)
        for index, line in enumerate(lines):
            end = self.layout.ends[first + index]
            if index == len(lines) - 1:
                end -= _trimmed(self.layout.lines[first + index], line, heading)
            starts.append(length)
            sources.append(end - len(line))
            length += len(line) + 1
        return Places(starts, sources)

    def _first_line(self, token: Token, lines: Sequence[str]) -> int:
        """Which line the content begins on: the parser trims white space, so lines that hold only such
        characters as a no-break space are counted in the token's map but are not in its content."""
        first, behind = token.map or (0, 0)
        begin = lines[0].rstrip()
        while behind - first > len(lines) and not self.layout.lines[first].rstrip().endswith(begin):
            first += 1
        return first

    def _emit(self, weaver: Weaver, parent: str) -> None:
        block = weaver.prose.block("paragraph")
        words = block.text.replace(PLACEHOLDER, "").strip()
        noted = any(mark.kind in ("footnote", "component") for mark in block.marks)
        captioned = weaver.emphasised and bool(words) and (self._after_image or weaver.images > 0)
        if words or noted or (block.text and not weaver.images):
            self._add(block, parent, captioned, weaver.emphasised)
        elif weaver.images:
            self.outline.stem = -1
        self._after_image = bool(weaver.images) and not words
        self._extras(weaver)

    def _add(self, block: Block, parent: str, captioned: bool, emphasised: bool) -> None:
        outline = self.outline
        if parent == "heading_open":
            outline.heading(block._replace(level=self._level))
        elif self._notes:
            outline.note(block._replace(kind="footnote", label=self._notes[-1]))
        elif captioned:
            outline.add(block._replace(kind="caption"))
        elif parent == "dt_open":
            self._term = outline.add(block._replace(kind="definition"))
        elif any(not alert for alert in self._quotes):
            outline.paragraph(block._replace(kind="quote", **self._list_fields()), emphasised)
        elif self._lists:
            reference = self._lists[-1].reference
            outline.paragraph(
                block._replace(kind="reference" if reference else "list-item", **self._list_fields()),
                emphasised,
            )
        elif "dd_open" in self._in:
            outline.add(block._replace(kind="definition", lead=self._term))
        else:
            outline.paragraph(block._replace(kind=self.html.kind), emphasised)

    def _list_fields(self) -> dict[str, Any]:
        if not self._lists:
            return {}
        inner = self._lists[-1]
        return {"group": inner.group, "lead": inner.lead, "level": len(self._lists)}

    def _extras(self, weaver: Weaver) -> None:
        for extra in weaver.extras:
            self.outline.extra(extra)

    def _html_block(self, token: Token) -> None:
        first = token.map[0] if token.map else 0
        self._regions_before(self.layout.ends[first])
        self.html.read(token.content.removesuffix("\n"), self._places(token))
        self._after_image = self.html.ended_in_image

    def _regions_before(self, offset: int) -> None:
        while self._waiting and _begin(self._waiting[-1]) < offset:
            waiting = self._waiting.pop()
            if isinstance(waiting, Block):
                self.outline.add(waiting)
            else:
                self._standalone(waiting)

    def _standalone(self, region: Region) -> None:
        if region.kind == "comment":
            self.page.comments.append(mdx_comment(self.page.source, Span(region.start, region.end), False))
        if region.tag is None:
            return
        if region.kind == "tag" and not region.tag.component:
            self.html.standalone(region.tag)
            self._after_image = self.html.ended_in_image
        else:
            for block in property_blocks(region.tag, self.page):
                self.outline.extra(block)

    def _line_end(self, line: int) -> int:
        text = self.layout.lines[line]
        return self.layout.ends[line] - (len(text) - len(text.rstrip()))


def _begin(waiting: Region | Block) -> int:
    return waiting.span.start if isinstance(waiting, Block) else waiting.start


_CLOSING_HASHES = compiled(r"(?<=[ \t])#+$")


def _trimmed(prepared: str, content: str, heading: bool) -> int:
    """How many characters the parser cut from the end of the line that `content` is the end of."""
    line = prepared.rstrip()
    if heading:
        bare = _CLOSING_HASHES.sub("", line)
        if bare.rstrip().endswith(content.rstrip()):
            line = bare.rstrip()
    return len(prepared) - len(line) - (len(content) - len(content.rstrip()))
