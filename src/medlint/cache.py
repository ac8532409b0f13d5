"""Plain JSON in the user's cache folder, each file named by the hash of what it was computed from.

A cache that cannot be read or written is only slower, never an error; one that is damaged, half written or of
another making is not used. A file is one line of JSON that says what is in it, then a line for each part, so that
a run reads only the parts it needs.
"""

from __future__ import annotations

import json
import os
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any


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
    """Named JSON values, each read from its line when it is first asked for."""

    def __init__(self, lines: Mapping[str, bytes]) -> None:
        self._lines = lines
        self._read: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._read:
            self._read[name] = json.loads(self._lines[name])
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


def cached(kind: str, key: str, compute: Callable[[], Mapping[str, Any]]) -> Parts:
    """The parts kept under `key`, computed and kept when they are not there."""
    path = folder() / f"{kind}-{key}.jsonl"
    found = _read(path, key)
    if found is None:
        found = {name: _line(part) for name, part in compute().items()}
        _write(path, key, found)
    return Parts(found)


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _read(path: Path, key: str) -> dict[str, bytes] | None:
    try:
        first, _, body = path.read_bytes().partition(b"\n")
        head = json.loads(first)
    except (OSError, ValueError):
        return None
    if not isinstance(head, dict) or head.get("key") != key or head.get("crc") != zlib.crc32(body):
        return None
    return dict(zip(head["parts"], body.split(b"\n"), strict=True))


def _write(path: Path, key: str, parts: Mapping[str, bytes]) -> None:
    """Written beside its place and moved there, so that a run that is killed leaves no half a file."""
    body = b"\n".join(parts.values())
    head = _line({"key": key, "crc": zlib.crc32(body), "parts": list(parts)})
    beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(head + b"\n" + body)
        os.replace(beside, path)
    except OSError:
        return
