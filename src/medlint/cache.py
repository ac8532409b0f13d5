"""Small JSON files in the user's cache folder, each named by the hash of what it was computed from.

A cache that cannot be read or written is only slower, never an error: nothing is looked up that the contents
of the inputs do not name.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
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


def cached(kind: str, key: str, compute: Callable[[], Any]) -> Any:
    """The JSON value kept under `key`, computed and kept when it is not there."""
    path = folder() / f"{kind}-{key}.json"
    found = _read(path, key)
    if found is not None:
        return found
    value = compute()
    _write(path, {"key": key, "value": value})
    return value


def _read(path: Path, key: str) -> Any:
    try:
        kept = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return kept.get("value") if isinstance(kept, dict) and kept.get("key") == key else None


def _write(path: Path, content: object) -> None:
    """Written beside its place and moved there, so that a run that is killed leaves no half a file."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
            json.dump(content, file, ensure_ascii=False, separators=(",", ":"))
        os.replace(file.name, path)
    except OSError:
        return
