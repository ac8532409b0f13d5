"""Where blocks stand among each other: sections, stems of lists, captions of tables, references."""

from __future__ import annotations

import re
from collections.abc import Iterable

from medlint.expressions import compiled
from medlint.model import Block
from medlint.reader.entries import reference_entries

_NUMBERING = compiled(r"^\W*(?:(?:\d+|[ivx]+)(?:\.\d+)*[.):]*\s+)?")
_LAST_PUNCTUATION = compiled(r"\W+$")
_SPACE = compiled(r"\s+")
_BELOW_HEADINGS = 7
_TABLE_CAPTION = compiled(r"(?:tables?\b|:)", re.IGNORECASE)


class Outline:
    """The blocks of an article in their order.

    `stem` is the index of the paragraph, heading or list item directly before, which a list or table
    that follows takes as its lead; -1 when something else came between. Under `reference_headings` stand
    references; what stands under `maybe_headings` is seen when the section is complete.
    """

    def __init__(self, reference_headings: Iterable[str], maybe_headings: Iterable[str]) -> None:
        self.blocks: list[Block] = []
        self.footnotes: dict[str, list[int]] = {}
        self.stem = -1
        self._reference_headings = frozenset(reference_headings)
        self._maybe_headings = frozenset(maybe_headings)
        self._undecided: tuple[int, int] | None = None
        self._sections: list[tuple[int, int]] = []
        self._groups = 0
        self._references_from = 0
        self._reference_stem = -1
        self._table = -1

    def new_group(self) -> int:
        self._groups += 1
        return self._groups - 1

    def add(self, block: Block) -> int:
        """Append a block of its own; nothing that follows belongs to it."""
        self.stem = -1
        return self._append(block)

    def extra(self, block: Block) -> None:
        """Append a block that was found inside another one."""
        index = self._append(block)
        if block.kind == "footnote":
            self.footnotes.setdefault(block.label, []).append(index)

    def note(self, block: Block) -> None:
        """Append a block of a footnote definition."""
        self.footnotes.setdefault(block.label, []).append(self.add(block))

    def paragraph(self, block: Block, emphasised: bool) -> None:
        """Append a paragraph or list item, which may introduce what follows."""
        if self._references_from and block.kind in ("paragraph", "list-item"):
            block = block._replace(kind="reference")
        title = _plain(block.text) if emphasised or block.text.endswith(":") else ""
        self.stem = self._append(block)
        self._reference_stem = self.stem if title in self._reference_headings else -1
        if title in self._maybe_headings and block.kind == "paragraph":
            self._begin_undecided(_BELOW_HEADINGS)

    def heading(self, block: Block) -> None:
        """Append a heading, `block.level` set; what follows stands under it."""
        while self._sections and self._sections[-1][0] >= block.level:
            self._sections.pop()
        if block.level <= self._references_from:
            self._references_from = 0
        if self._undecided and block.level <= self._undecided[1]:
            self.decide()
        title = _plain(block.text)
        if not self._references_from and title in self._reference_headings:
            self._references_from = block.level
        self.stem = self._append(block._replace(kind="heading"))
        if title in self._maybe_headings:
            self._begin_undecided(block.level)
        self._sections.append((block.level, self.stem))

    def _begin_undecided(self, level: int) -> None:
        if not self._undecided and not self._references_from:
            self._undecided = len(self.blocks), level

    def decide(self) -> None:
        """See what stands under a heading that may be one of references, now that its section is complete."""
        if self._undecided is None:
            return
        (first, _), self._undecided = self._undecided, None
        for entry in reference_entries(self.blocks[first:]):
            self.blocks[first + entry] = self.blocks[first + entry]._replace(kind="reference")

    def begins_references(self) -> bool:
        """Whether the stem announces the list that begins now as a list of references."""
        return self.stem >= 0 and self.stem == self._reference_stem

    def caption(self) -> int:
        """The index of the stem if it reads as the caption of the table that begins now, else -1."""
        if self.stem < 0:
            return -1
        text = self.blocks[self.stem].text
        return self.stem if text.endswith(":") or _TABLE_CAPTION.match(text) else -1

    def table_ended(self, group: int) -> None:
        """A paragraph that follows at once may be the caption of this table."""
        self.stem = -1
        self._table = group

    def _append(self, block: Block) -> int:
        section = self._sections[-1][1] if self._sections else -1
        index = len(self.blocks)
        self.blocks.append(block._replace(section=section))
        group, self._table = self._table, -1
        if group >= 0 and block.kind == "paragraph" and _TABLE_CAPTION.match(block.text):
            self._lead_table(group, index)
        return index

    def _lead_table(self, group: int, lead: int) -> None:
        index = lead - 1
        while index >= 0 and self.blocks[index].group in (group, -1):
            block = self.blocks[index]
            if block.group == group and block.lead < 0:
                self.blocks[index] = block._replace(lead=lead)
            if block.group == -1 and block.kind not in ("image-alt", "footnote", "caption"):
                return
            index -= 1


def _plain(heading: str) -> str:
    bare = _LAST_PUNCTUATION.sub("", _NUMBERING.sub("", heading.lower()))
    return _SPACE.sub(" ", bare)
