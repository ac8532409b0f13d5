"""Where the text of table cells stands: cells lie between pipes, and an escaped pipe loses its backslash."""

from __future__ import annotations

from medlint.reader.prose import Places


def cells(row: str, start: int) -> list[Places]:
    """For each cell of a table row, where its trimmed content was copied from.

    `row` is the text of the row's line, `start` the source offset of its first character.
    """
    start += len(row) - len(row.lstrip())
    row = row.strip()
    bounds = _bounds(row)
    if bounds and bounds[0][0] == bounds[0][1]:
        bounds.pop(0)
    if bounds and bounds[-1][0] == bounds[-1][1]:
        bounds.pop()
    return [_places(row, first, last, start) for first, last in bounds]


def _bounds(row: str) -> list[tuple[int, int]]:
    bounds, begin = [], 0
    at = row.find("|")
    while at >= 0:
        if at == 0 or row[at - 1] != "\\":
            bounds.append((begin, at))
            begin = at + 1
        at = row.find("|", at + 1)
    return [*bounds, (begin, len(row))]


def _places(row: str, first: int, last: int, start: int) -> Places:
    cell = row[first:last]
    at = first + len(cell) - len(cell.lstrip())
    starts, sources, length = [0], [start + at], 0
    while (pipe := row.find("\\|", at, last)) >= 0:
        length += pipe - at
        starts.append(length)
        sources.append(start + pipe + 1)
        length, at = length + 1, pipe + 2
        starts.append(length)
        sources.append(start + at)
    return Places(starts, sources)
