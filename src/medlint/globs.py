"""File patterns of the configuration: `drafts/**`, `*.draft.md`, `news/`.

`*` and `?` stand for anything but a slash, `**` for any folders; brackets stand for themselves, since many
sites have them in file names. A pattern without a slash holds at any depth; one that names a folder holds for
all that is in it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from medlint.expressions import compiled

_PART = compiled(r"\*\*/|\*\*|.", re.S)
_SOURCES = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def matches(path: str, patterns: Iterable[str]) -> bool:
    """Whether a path, relative and with slashes, fits one of the patterns."""
    return any(_compiled(pattern).fullmatch(path) for pattern in patterns)


def fault(pattern: str) -> str | None:
    """What is wrong with a pattern, in words, or None."""
    if "\\" in pattern:
        return "write folders with /, not \\"
    if pattern.startswith("!"):
        return "a pattern cannot begin with “!”; name the files that are meant"
    if ".." in pattern.split("/"):
        return "a pattern cannot lead out of the folder of this file"
    return None


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    body = pattern.removeprefix("./").rstrip("/")
    anywhere = "" if "/" in body else "(?:.*/)?"
    source = "".join(_source(part) for part in _PART.finditer(body.removeprefix("/")))
    return compiled(f"{anywhere}{source}(?:/.*)?", re.S)


def _source(part: re.Match[str]) -> str:
    return _SOURCES.get(part[0]) or re.escape(part[0])
