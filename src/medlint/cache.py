"""Plain JSON in the user's cache folder, each file under the key of what it was computed from.

A cache that cannot be read or written is only slower, never an error; one that is damaged, half written or of
another making is not used. A file is one line of JSON that says what is in it, then a line for each part, so that
a run reads only the parts it needs. Whoever writes a file looks whether there are too many and removes those that
were not used for the longest time.

This is imported by a run that has nothing to do but to find that out, so it imports next to nothing itself.
"""

from __future__ import annotations

import os
import sys
import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import Any

    from medlint.parts import Parts

MOST_BYTES = 64_000_000
"""All files together may hold as much, beside the results (see `results`); compiled rules take about three million."""
_FORMAT = 3
"""Raised when files are written in another way, so that older ones are not used."""
_USED_EVERY = 24 * 3600
"""The use of a file is noted once in so many seconds."""
_ABANDONED = 3600
"""After as many seconds a file that is half written belongs to a run that was killed."""


def folder() -> Path:
    """Where medlint keeps its cache: $MEDLINT_CACHE_DIR, or the platform's cache folder."""
    from pathlib import Path

    return Path(folder_name())


def folder_name() -> str:
    """The same as text."""
    if given := os.environ.get("MEDLINT_CACHE_DIR"):
        return given
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return os.path.join(os.path.expanduser(base), "medlint")


def digest(*parts: str | bytes) -> str:
    """32 hexadecimal digits for a sequence of texts, which differ for any other sequence."""
    try:
        from _blake2 import blake2b  # hashlib takes as long to import as all the rest, for OpenSSL
    except ImportError:
        from hashlib import blake2b
    made = blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        made.update(b"%d:" % len(data))
        made.update(data)
    return made.hexdigest()


def cached(kind: str, key: str, compute: Callable[[], Mapping[str, Any]]) -> Parts:
    """The parts kept under `key`, computed and kept when they are not there.

    The key is any text. It stands in the file in full, so a file that another key has the name of is not used.
    """

    def computed() -> Parts:
        return keep(kind, key, compute())

    found = find(kind, key, computed)
    return computed() if found is None else found


def find(kind: str, key: str, compute: Callable[[], Parts] | None = None) -> Parts | None:
    """The parts kept under `key`, if any are; `compute` makes them anew if some turn out to be damaged."""
    path = _path(kind, key)
    found = read(path, key, compute)
    if found is not None:
        _note_use(path)
    return found


def read(path: str, key: str, compute: Callable[[], Parts] | None = None) -> Parts | None:
    """The parts that a file holds under `key`, if it does."""
    import json
    import mmap

    from medlint.parts import placed

    try:
        with open(path, "rb", buffering=0) as file:
            # mapped, not read: of megabytes of rules a run looks at a tenth
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        body = content.find(b"\n") + 1
        head = json.loads(content[:body])
    except (OSError, ValueError):
        return None
    if not isinstance(head, dict) or (head.get("format"), head.get("key")) != (_FORMAT, key):
        return None
    return placed(content, head["parts"], body, compute)


def keep(kind: str, key: str, parts: Mapping[str, Any]) -> Parts:
    """Keep the parts under `key`.

    They are written beside their place and moved there, so that a run that is killed leaves no half a file.
    """
    from medlint.parts import Parts, line, placed, written

    sizes, body = written(parts)
    head = line({"format": _FORMAT, "key": key, "parts": sizes})
    try:
        os.makedirs(folder_name(), exist_ok=True)
        _write_whole(_path(kind, key), head + body)
        _prune()
    except OSError:
        pass  # a cache that cannot be written is only slower
    made = placed(body, sizes)
    assert isinstance(made, Parts)
    return made


def _write_whole(path: str, content: bytes) -> None:
    """Write a file beside its place and move it there. Raises OSError."""
    beside = f"{path}.{os.getpid()}.tmp"
    with open(beside, "wb") as file:
        file.write(content)
    os.replace(beside, path)


def _note_use(path: str) -> None:
    """The time of change says when a file was last used, to the day: not every system keeps the time of access."""
    from time import time

    try:
        if time() - os.stat(path).st_mtime > _USED_EVERY:
            os.utime(path)
    except OSError:
        return  # it belongs to somebody else, or has just been removed


def _prune() -> None:
    """Remove what killed runs have left, and, when there is too much, what was not used for the longest time."""
    from time import time

    now = time()
    found = []
    with os.scandir(folder_name()) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                facts = entry.stat(follow_symlinks=False)
                if entry.name.endswith(".jsonl"):
                    found.append((facts.st_mtime, facts.st_size, entry.path))
                elif entry.name.endswith(".tmp") and now - facts.st_mtime > _ABANDONED:
                    _remove(entry.path)
    left = sum(size for _, size, _ in found)
    for _, size, path in sorted(found)[:-1]:
        if left <= MOST_BYTES:
            break
        _remove(path)
        left -= size


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return  # another run has removed it, or has it open and the system does not let go of it


def _path(kind: str, key: str) -> str:
    return os.path.join(folder_name(), f"{kind}-{zlib.crc32(key.encode('utf-8', 'surrogatepass')):08x}.jsonl")
