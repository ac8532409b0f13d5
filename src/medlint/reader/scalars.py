"""Reads the strings of YAML, TOML and JSON character by character, so that each keeps its place."""

from __future__ import annotations

from collections.abc import Callable

from medlint.expressions import compiled
from medlint.reader.prose import Prose

_ESCAPE = compiled(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|(?:\r\n|[\s\S]))"
)
_FOLD = compiled(r"[ \t]*(\r\n|\r|\n)\s*")
_LINE = compiled(r"([^\r\n]*)(\r\n|\r|\n|$)")
_NEWLINE = compiled(r"\r\n|\r|\n")
_LETTERS = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}


def yaml_scalar(source: str, start: int, end: int, style: str | None, value: str) -> Prose:
    """The value of a YAML scalar written in `source[start:end]` (with its quotes or block header).

    Where our own reading differs from the parser's, the value stands for the scalar as a whole.
    """
    prose = Prose(source)
    if style in ("|", ">"):
        _block_scalar(prose, source, start, end, style == ">")
    elif style == '"':
        _escaped(prose, source, start + 1, end - 1, _fold)
    elif style == "'":
        _single_quoted(prose, source, start + 1, end - 1)
    else:
        _fold(prose, source, start, end)
    if prose.text.strip() == value.strip():
        return prose
    whole = Prose(source)
    whole.put(value.strip(), start, end)
    return whole


def quoted(source: str, start: int, end: int) -> Prose:
    """The value of a TOML or JSON string written in `source[start:end]`, with its quotes."""
    prose = Prose(source)
    quote = source[start]
    width = 3 if source.startswith(quote * 3, start) and end - start >= 6 else 1
    start, end = start + width, end - width
    if width == 3 and (first := _NEWLINE.match(source, start, end)):
        start = first.end()
    if quote == "'":
        _lines(prose, source, start, end)
    else:
        _escaped(prose, source, start, end, _lines)
    return prose


def _lines(prose: Prose, source: str, start: int, end: int) -> None:
    for match in _NEWLINE.finditer(source, start, end):
        prose.copy(start, match.start())
        prose.put("\n", match.start(), match.end())
        start = match.end()
    prose.copy(start, end)


def _fold(prose: Prose, source: str, start: int, end: int) -> None:
    for match in _FOLD.finditer(source, start, end):
        prose.copy(start, match.start())
        breaks = len(_NEWLINE.findall(match[0]))
        prose.put(" " if breaks == 1 else "\n" * (breaks - 1), match.start(), match.end())
        start = match.end()
    prose.copy(start, end)


def _single_quoted(prose: Prose, source: str, start: int, end: int) -> None:
    while (at := source.find("''", start, end)) >= 0:
        _fold(prose, source, start, at)
        prose.put("'", at, at + 2)
        start = at + 2
    _fold(prose, source, start, end)


def _escaped(
    prose: Prose, source: str, start: int, end: int, copy: Callable[[Prose, str, int, int], None]
) -> None:
    while match := _ESCAPE.search(source, start, end):
        copy(prose, source, start, match.start())
        start = match.end()
        if match[0][1] in "\r\n" or (copy is _lines and match[0][1] in " \t"):
            while start < end and source[start] in " \t\r\n":
                start += 1
        else:
            prose.put(_unescape(match[0]), match.start(), match.end())
    copy(prose, source, start, end)


def _unescape(escape: str) -> str:
    if escape[1] in "xuU" and len(escape) > 2:
        code = int(escape[2:6], 16) if len(escape) == 12 else int(escape[2:], 16)
        if len(escape) == 12:
            code = 0x10000 + ((code & 0x3FF) << 10) + (int(escape[8:], 16) & 0x3FF)
        return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
    return _LETTERS.get(escape[1], escape[1])


def _block_scalar(prose: Prose, source: str, start: int, end: int, folded: bool) -> None:
    header = _NEWLINE.search(source, start, end)
    if not header:
        return
    lines = [m for m in _LINE.finditer(source, header.end(), end) if m[0]]
    indent = next((len(m[1]) - len(m[1].lstrip(" ")) for m in lines if m[1].strip(" ")), 0)
    previous = ""
    breaks: list[tuple[int, int]] = []
    for match in lines:
        first = min(match.start() + indent, match.end(1))
        line = source[first : match.end(1)]
        if line:
            joined = folded and previous and not (line[0].isspace() or previous[0].isspace())
            _put_breaks(prose, breaks, bool(joined))
            prose.copy(first, match.end(1))
            previous, breaks = line, []
        breaks.append((match.end(1), match.end()))


def _put_breaks(prose: Prose, breaks: list[tuple[int, int]], joined: bool) -> None:
    """Line breaks between two lines; joined, one becomes a blank, of more the first is lost."""
    if joined:
        prose.put("\n" * (len(breaks) - 1) or " ", breaks[0][0], breaks[-1][1])
        return
    for start, end in breaks:
        prose.put("\n", start, end)
