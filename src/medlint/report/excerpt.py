"""One line of an article, made safe for a terminal, with a stretch of it marked underneath."""

from __future__ import annotations

import re
import unicodedata
from itertools import accumulate

from medlint.expressions import compiled

_UNSAFE = compiled("[\x00-\x1f\x7f-\x9f\u061c\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_ONE_COLUMN_EACH = compiled("[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u20a0-\u20bf\u2190-\u21ff]*")
_TAB_STOP = 4
_CUT = "…"


def neutral(text: str) -> str:
    """`text`, of the same length, without anything a terminal would obey: escape sequences, line breaks,
    changes of writing direction. Control characters become their pictures, the rest U+FFFD."""
    return _UNSAFE.sub(_picture, text)


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else "\ufffd"


def columns(char: str) -> int:
    """How many columns a terminal gives a character: 0 for marks that join another, 2 for wide ones."""
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def marked(line: str, start: int, end: int, width: int) -> tuple[str, str]:
    """`line` cut to `width` columns around `line[start:end]`, and the carets that belong under it.

    Indentation is taken off, tabs are spread, cuts are shown as … and made between words where that is
    possible. A stretch that is empty or runs on into the next line is marked as far as it is on this one.
    """
    line = line.rstrip()
    start, end = min(start, len(line)), min(end, len(line))
    indent = min(len(line) - len(line.lstrip()), start)
    line, start, end = line[indent:], start - indent, end - indent
    at = _offsets(line)
    low, high = (0, len(line)) if at[-1] <= width else _window(line, at, start, end, width)
    before, behind = _CUT if low else "", _CUT if high < len(line) else ""
    shown = "".join(" " * (at[i + 1] - at[i]) if line[i] == "\t" else line[i] for i in range(low, high))
    start, end = min(max(start, low), high), min(end, high)
    carets = " " * (len(before) + at[start] - at[low]) + "^" * max(at[end] - at[start], 1)
    return before + neutral(shown) + behind, carets


def _offsets(line: str) -> list[int]:
    """The column at which each character of `line` begins, and the one behind the last."""

    if _ONE_COLUMN_EACH.fullmatch(line):
        return list(range(len(line) + 1))

    def after(column: int, char: str) -> int:
        return column + (_TAB_STOP - column % _TAB_STOP if char == "\t" else columns(neutral(char)))

    return list(accumulate(line, after, initial=0))


def _window(line: str, at: list[int], start: int, end: int, width: int) -> tuple[int, int]:
    """The stretch of `line` to show, with the marked one in the middle as far as there is text around it."""
    room = width - 2 * len(_CUT)
    spare = max(room - (at[end] - at[start]), 0)
    left = max(0, min(at[start] - spare // 2, at[-1] - room))
    low = next(i for i, column in enumerate(at) if column >= left)
    if low and (space := line.find(" ", low - 1, start)) >= 0:
        low = space + 1
    high = max(i for i, column in enumerate(at) if column <= at[low] + room)
    if high < len(line) and (space := line.rfind(" ", end, high + 1)) >= 0:
        high = space
    return low, high
