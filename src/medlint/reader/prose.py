"""Puts the text of a block together, piece by piece, each piece with its place in the source."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence

from medlint.model import PLACEHOLDER, Block, Mark, Segment, Span

_COVERING = frozenset({"link", "autolink", "anchor", "sup"})


class Places:
    """Where the characters of a parser's content stand in the source.

    `starts[i]` is an offset in the content; from there up to the next start the content was copied
    from the source at `sources[i]`.
    """

    __slots__ = ("sources", "starts")

    def __init__(self, starts: Sequence[int], sources: Sequence[int]) -> None:
        self.starts = starts
        self.sources = sources

    def source(self, offset: int) -> int:
        """The source offset of the content's character at `offset`."""
        index = bisect.bisect_right(self.starts, offset) - 1
        return self.sources[index] + offset - self.starts[index]

    def span(self, start: int, end: int) -> Span:
        """The source extent of `content[start:end]`; `start < end` is required."""
        return Span(self.source(start), self.source(end - 1) + 1)

    def stretches(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The stretches of source that `content[start:end]` was copied from, in order."""
        index = bisect.bisect_right(self.starts, start) - 1
        while start < end:
            stop = self.starts[index + 1] if index + 1 < len(self.starts) else end
            stop = min(stop, end)
            at = self.sources[index] + start - self.starts[index]
            yield at, at + stop - start
            start = stop
            index += 1


class Prose:
    """The text of one block in the making. Offsets passed in are offsets in the source."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._parts: list[str] = []
        self._segments: list[Segment] = []
        self._marks: list[Mark] = []
        self._open: list[tuple[str, int, int, str]] = []
        self._copied_to = -1
        self.length = 0

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def ends_in_space(self) -> bool:
        """Whether a blank appended now would be one too many."""
        return not self._parts or self._parts[-1][-1].isspace()

    def copy(self, start: int, end: int) -> None:
        """Append `source[start:end]`, character by character."""
        if start >= end:
            return
        self._parts.append(self._source[start:end])
        if self._copied_to == start:
            last = self._segments[-1]
            self._segments[-1] = Segment(last.text_start, last.text_end + end - start, last.start, end)
        else:
            self._segments.append(Segment(self.length, self.length + end - start, start, end))
        self.length += end - start
        self._copied_to = end

    def put(self, text: str, start: int, end: int) -> None:
        """Append `text`, which stands for `source[start:end]` as a whole."""
        if not text:
            return
        if text == self._source[start:end]:
            self.copy(start, end)
            return
        if len(text) == end - start > 1:
            self._segments.append(Segment(self.length, self.length + 1, start, end))
            self._segments.append(Segment(self.length + 1, self.length + len(text), start, end))
        else:
            self._segments.append(Segment(self.length, self.length + len(text), start, end))
        self._parts.append(text)
        self.length += len(text)
        self._copied_to = -1

    def stand_in(self, kind: str, span: Span, target: str = "", text: str = "") -> None:
        """Append one PLACEHOLDER for `span` and mark it."""
        self._marks.append(Mark(kind, self.length, self.length + 1, span, target, text))
        self.put(PLACEHOLDER, span.start, span.end)

    def note(self, kind: str, span: Span, target: str, text: str = "") -> None:
        """Mark a place where `span` leaves no text behind."""
        self._marks.append(Mark(kind, self.length, self.length, span, target, text))

    def begin(self, kind: str, start: int, target: str) -> None:
        """Open a mark over what is appended from now on."""
        self._open.append((kind, start, self.length, target))

    def end(self, kind: str, end: int, target: str | None = None) -> None:
        """Close the innermost open mark of that kind, if any; `target` overrides the one it began with."""
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index][0] == kind:
                _, start, at, first = self._open.pop(index)
                self._marks.append(Mark(kind, at, self.length, Span(start, end), target or first))
                return

    def block(self, kind: str, span: Span | None = None, *, label: str = "", level: int = 0) -> Block:
        """What was gathered, without white space at either end; `span` defaults to the extent of the text."""
        text = self.text
        low = len(text) - len(text.lstrip())
        high = max(len(text.rstrip()), low)
        segments = tuple(
            _cut(segment, low, high)
            for segment in self._segments
            if low < segment.text_end and segment.text_start < high
        )
        marks = sorted(
            (_clamp(mark, text, low, high) for mark in self._marks), key=lambda m: (m.start, -m.end, m.span)
        )
        if span is None:
            places = [(s.start, s.end) for s in segments] + [(m.span.start, m.span.end) for m in marks]
            span = Span(min(places)[0], max(end for _, end in places)) if places else Span(0, 0)
        return Block(kind, text[low:high], segments, span, tuple(marks), label=label, level=level)


def _cut(segment: Segment, low: int, high: int) -> Segment:
    first, last = max(segment.text_start, low), min(segment.text_end, high)
    if segment.end - segment.start != segment.text_end - segment.text_start:
        return Segment(first - low, last - low, segment.start, segment.end)
    start = segment.start + first - segment.text_start
    return Segment(first - low, last - low, start, start + last - first)


def _clamp(mark: Mark, text: str, low: int, high: int) -> Mark:
    start, end = min(max(mark.start, low), high), min(max(mark.end, low), high)
    seen = text[start:end] if mark.kind in _COVERING else mark.text
    return Mark(mark.kind, start - low, end - low, mark.span, mark.target, seen)
