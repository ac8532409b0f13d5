"""Reads JSON that somebody else wrote: what is not as it should be is left out, never an error."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from medlint.verifying.wording import plain


class UnreadableError(Exception):
    """An answer is not what its service says that it sends."""


def load(body: bytes) -> Mapping[str, Any]:
    """The JSON object that a body holds. Raises UnreadableError."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableError("its answer is no JSON") from error
    if not isinstance(data, Mapping):
        raise UnreadableError("its answer is of another form than expected")
    return data


def within(data: Any, key: str) -> Mapping[str, Any]:
    """The object under a key. Raises UnreadableError when there is none."""
    found = data.get(key) if isinstance(data, Mapping) else None
    if not isinstance(found, Mapping):
        raise UnreadableError(f"its answer lacks “{key}”")
    return found


def objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """The objects in a list."""
    yield from (item for item in value if isinstance(item, Mapping)) if isinstance(value, list) else ()


def text(value: Any) -> str:
    """Text or a number, on one line."""
    return plain(str(value)) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def texts(value: Any) -> tuple[str, ...]:
    """The texts of a list, or of one alone, each once."""
    found = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(filter(None, map(text, found))))
