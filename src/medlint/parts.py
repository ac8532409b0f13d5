"""Named JSON values as bytes, each of which can be read without the others.

Every value is a line behind a checksum, so damage is noticed where it matters, when a value is read. Like `cache` this
imports next to nothing.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    import mmap
    from collections.abc import Callable, Iterator
    from typing import Any

    Values = Mapping[str, Any]
    ManyValues = Sequence[Any]
    Tuple = tuple[Any, ...]
    Place = tuple[int, ...]
    """Where a part begins and ends; or where its rows do, and a third place: up to there stands where each of them
    ends, _WIDTH digits for each."""
else:
    Values, ManyValues, Tuple = Mapping, Sequence, tuple

_WIDTH = 8
"""Digits of a number among the lines: base 16, enough for four gigabytes and for a checksum."""
_DECODER = json.JSONDecoder()


class Rows(Tuple):
    """A part of many small values, of which a run needs few: each is kept on a line of its own and read when it is
    asked for by its number."""


class Parts(Values):
    """Named JSON values, each read when it is first asked for; one that was kept as `Rows` is a sequence that reads
    its values. What turns out to be damaged is computed again."""

    def __init__(self, content: _Content, compute: Callable[[], Parts] | None = None) -> None:
        self.content, self._compute = content, compute
        self._read: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._read:
            many = len(self.content.places[name]) > 2
            self._read[name] = _ReadRows(self, name) if many else self._value(name)
        return self._read[name]

    def _value(self, name: str) -> Any:
        try:
            return self.content.value(name)
        except ValueError:
            self.mend(name)
            return self.content.value(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.content.places)

    def __len__(self) -> int:
        return len(self.content.places)

    def mend(self, name: str) -> None:
        """Compute everything again, for what stands under a name is damaged. Raises KeyError where nobody can."""
        if self._compute is None:
            raise KeyError(name)
        self.content = self._compute().content


class _ReadRows(ManyValues):
    """The rows of a part. They are not remembered: whoever asks twice for the same keeps it."""

    def __init__(self, parts: Parts, name: str) -> None:
        self._parts, self._name = parts, name
        self._rows = range(parts.content.rows(name))

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return [self[n] for n in self._rows[at]]
        try:
            return self._parts.content.row(self._name, self._rows[at])
        except ValueError:
            self._parts.mend(self._name)
            return self._parts.content.row(self._name, self._rows[at])

    def __len__(self) -> int:
        return len(self._rows)


class _Content:
    """What stands in a file, and where."""

    def __init__(self, data: bytes | mmap.mmap, places: Mapping[str, Place]) -> None:
        self.data, self.places = data, places

    def value(self, name: str) -> Any:
        """The value of a part. Raises ValueError when what stands there is not what was written."""
        start, end = self.places[name]
        return _read_line(self.data[start:end])

    def row(self, name: str, number: int) -> Any:
        """A row of a part. Raises ValueError when what stands there is not what was written."""
        first, ends, _ = self.places[name]
        at = ends + number * _WIDTH
        start = first + int(self.data[at - _WIDTH : at], 16) if number else first
        return _read_line(self.data[start : first + int(self.data[at : at + _WIDTH], 16)])

    def rows(self, name: str) -> int:
        """How many rows a part has."""
        _, ends, behind = self.places[name]
        return (behind - ends) // _WIDTH


def _read_line(line: bytes) -> Any:
    written = line[_WIDTH:]
    if int(line[:_WIDTH], 16) != zlib.crc32(written):
        raise ValueError("damaged")
    return _DECODER.raw_decode(written.decode("utf-8", "surrogatepass"))[0]


def written(parts: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The lines of all parts, and how long they are: what `placed` needs to find them again."""
    sizes: dict[str, Any] = {}
    body = bytearray()
    for name, part in parts.items():
        start = len(body)
        if isinstance(part, Rows):
            ends = bytearray()
            for row in part:
                body += _checked(line(row))
                ends += b"%0*x" % (_WIDTH, len(body) - start)
            sizes[name] = [len(body) - start, len(ends)]
            body += ends + b"\n"
        else:
            body += _checked(line(part))
            sizes[name] = len(body) - start
    return sizes, bytes(body)


def placed(
    data: bytes | mmap.mmap,
    sizes: Mapping[str, Any],
    start: int = 0,
    compute: Callable[[], Parts] | None = None,
) -> Parts | None:
    """The parts whose lines begin at `start`; None when they end before or behind the data. `compute` makes all of them
    anew when one turns out to be damaged."""
    places: dict[str, Place] = {}
    for name, size in sizes.items():
        if isinstance(size, list):
            rows, ends = size
            places[name] = start, start + rows, start + rows + ends
            start += rows + ends + 1
        else:
            places[name] = start, start + size
            start += size
    return Parts(_Content(data, places), compute) if start == len(data) else None


def _checked(line: bytes) -> bytes:
    """A line behind a sum by which damage is noticed."""
    return b"%0*x" % (_WIDTH, zlib.crc32(line)) + line


def line(value: Any) -> bytes:
    """JSON on a line."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
    return text.encode("utf-8", "surrogatepass")
