"""An entry as it is written: what a reader sees of it, and where in the source each character stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from medlint.citing.references import Reference
from medlint.expressions import compiled
from medlint.model import Block, Document, Mark, Span

_EMPHASIS = compiled(r"</?(?:em|i|cite)\b[^<>]{0,80}>|(\*{1,3}|_{1,3})", re.IGNORECASE)


@dataclass(frozen=True, eq=False, repr=False)
class Written:
    """The text of an entry, and its links and slanted stretches as offsets in it."""

    source: str
    block: Block
    start: int
    text: str

    @classmethod
    def of(cls, document: Document, reference: Reference) -> Written:
        block = document.blocks[reference.block]
        text = block.text[reference.start : reference.start + len(reference.text)]
        return cls(document.text, block, reference.start, text)

    def span(self, start: int, end: int) -> Span:
        return self.block.source_span(self.start + start, self.start + end)

    @cached_property
    def links(self) -> tuple[Mark, ...]:
        """The links of the entry, `start` and `end` as offsets in `text`."""
        inside = (
            mark._replace(start=mark.start - self.start, end=mark.end - self.start)
            for mark in self.block.marks
            if mark.kind in ("link", "autolink", "anchor")
        )
        return tuple(mark for mark in inside if mark.start >= 0 and mark.end <= len(self.text))

    @cached_property
    def slanted(self) -> tuple[tuple[int, int], ...]:
        return tuple(self._slanted())

    def _slanted(self) -> Iterator[tuple[int, int]]:
        """Reads emphasis off the source between the pieces that the text was put together from."""
        begun, before = -1, None
        for segment in self.block.segments:
            since = segment.start - 1 if before is None else before.end
            begun_here, at = begun, segment.text_start - self.start
            for mark in _EMPHASIS.finditer(self.source, max(0, since), segment.start):
                if mark[1] and len(mark[1]) == 2:
                    continue
                if begun_here >= 0:
                    yield begun_here, at
                begun_here = -1 if begun_here >= 0 else at
            begun, before = begun_here, segment
        if begun >= 0:
            yield begun, len(self.text)
