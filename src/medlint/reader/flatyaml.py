"""Reads the YAML that most articles begin with, lines of `key: value`, without a parser of YAML.

To import one takes a tenth of the time of a run over one article. Whatever is not plainly of this form is left to
the parser, and a test compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from medlint.expressions import compiled
from medlint.reader.prose import Prose

_SAFE = r"[ -~\xa1-\u1fff\u2010-\u2027\u2030-\ud7ff]"
"""What YAML takes for a character of a line without question."""
_PLAIN = rf"[A-Za-z0-9](?:(?!:(?:[ \r\n]|\Z)| \#){_SAFE})*"
_QUOTED = rf"\"(?:(?![\"\\]){_SAFE})*\" *|'(?:(?!'){_SAFE})*' *"
_KEY = r"[A-Za-z][A-Za-z0-9_-]{0,99}"
_ALL = compiled(rf"(?:{_KEY}: +(?:{_QUOTED}|{_PLAIN})(?:\r?\n|\Z))+")
_LINE = compiled(rf"(?P<key>{_KEY}): +(?:(?P<quoted>{_QUOTED})|(?P<plain>{_PLAIN}))(?:\r?\n|\Z)")


def flat_strings(text: str, start: int, end: int) -> Iterator[tuple[tuple[str, ...], Prose]] | None:
    """The strings of `text[start:end]` with the paths of their keys, or None when it takes a parser to say."""
    if not _ALL.fullmatch(text, start, end):
        return None
    return (((line["key"],), _prose(text, line)) for line in _LINE.finditer(text, start, end))


def _prose(text: str, line: re.Match[str]) -> Prose:
    prose = Prose(text)
    if line["plain"]:
        prose.copy(*line.span("plain"))
    else:
        start = line.start("quoted") + 1
        prose.copy(start, start + len(line["quoted"].rstrip(" ")) - 2)
    return prose
