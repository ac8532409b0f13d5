"""Plain JSON in the user's cache folder, each file under the key of what it was computed from.

A cache that cannot be read or written is only slower, never an error; one that is damaged, half written or of
another making is not used. A file is one line of JSON that says what is in it, then a line for each part, so that
a run reads only the parts it needs.
"""

from __future__ import annotations

import json
import mmap
import os
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

_FORMAT = 2
"""Raised when files are written in another way, so that older ones are not used."""


def folder() -> Path:
    """Where medlint keeps its cache: $MEDLINT_CACHE_DIR, or the platform's cache folder."""
    if given := os.environ.get("MEDLINT_CACHE_DIR"):
        return Path(given)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "medlint"


class Parts(Mapping[str, Any]):
    """Named JSON values, each read from its line when it is first asked for. `lines` tells where in `content` it
    begins and ends."""

    def __init__(self, content: bytes | mmap.mmap, lines: Mapping[str, tuple[int, int]]) -> None:
        self._content, self._lines = content, lines
        self._read: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._read:
            start, end = self._lines[name]
            self._read[name] = json.loads(self._content[start:end])
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


def cached(kind: str, key: str, compute: Callable[[], Mapping[str, Any]]) -> Parts:
    """The parts kept under `key`, computed and kept when they are not there.

    The key is any text. It stands in the file in full, so a file that another key has the name of is not used.
    """
    found = find(kind, key)
    return keep(kind, key, compute()) if found is None else found


def find(kind: str, key: str) -> Parts | None:
    """The parts kept under `key`, if any are."""
    try:
        with _path(kind, key).open("rb") as file:
            # mapped, not read: of a megabyte of rules a run looks at a tenth
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        body = content.find(b"\n") + 1
        head = json.loads(content[:body])
    except (OSError, ValueError):
        return None
    if not isinstance(head, dict) or (head.get("format"), head.get("key")) != (_FORMAT, key):
        return None
    if head.get("crc") != zlib.crc32(memoryview(content)[body:]):
        return None
    return Parts(content, _places(head["parts"], body))


def keep(kind: str, key: str, parts: Mapping[str, Any]) -> Parts:
    """Keep the parts under `key`.

    They are written beside their place and moved there, so that a run that is killed leaves no half a file.
    """
    lines = {name: _line(part) for name, part in parts.items()}
    sizes = {name: len(line) for name, line in lines.items()}
    body = b"".join(lines.values())
    path = _path(kind, key)
    beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(
            _line({"format": _FORMAT, "key": key, "crc": zlib.crc32(body), "parts": sizes}) + body
        )
        os.replace(beside, path)
    except OSError:
        pass  # a cache that cannot be written is only slower
    return Parts(body, _places(sizes, 0))


def _places(sizes: Mapping[str, int], start: int) -> dict[str, tuple[int, int]]:
    places = {}
    for name, size in sizes.items():
        places[name] = start, start + size
        start += size
    return places


def _path(kind: str, key: str) -> Path:
    return folder() / f"{kind}-{zlib.crc32(key.encode('utf-8', 'surrogatepass')):08x}.jsonl"


def _line(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
    return text.encode("utf-8", "surrogatepass")
