"""Articles behind an address, such as `s3://bucket/articles/**/*.md`: which there are, and what they say.

What an address means is up to fsspec. Addresses are listed here and read where the articles are checked.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from medlint import files
from medlint.files import ENDINGS, MAX_BYTES, SKIPPED_FOLDERS, Source, read_bytes, shown
from medlint.model import Problem, UserError

_MAGIC = frozenset("*?[")
_LOCAL = ("file", "local")


def is_address(given: str) -> bool:
    """Whether an argument is an address rather than a file here."""
    kind, mark, _ = given.partition("://")
    return bool(mark) and kind.replace("+", "").isalnum() and not os.path.lexists(given)


def find(paths: Iterable[str], stdin_filename: str | None = None) -> tuple[list[Source], list[Problem]]:
    """As `files.find` has it, for addresses, too."""
    paths = list(paths)
    sources, problems = files.find((path for path in paths if not is_address(path)), stdin_filename)
    known = {os.path.abspath(source.file): source for source in sources}
    for address in filter(is_address, paths):
        for found in _expand(address):
            if isinstance(found, Problem):
                problems.append(found)
            else:
                known.setdefault(str(found.file) if _is_local(found.address) else found.address, found)
    return sorted(known.values(), key=lambda source: source.path), problems


def _expand(address: str) -> Iterator[Source | Problem]:
    """The files that an address means: what a pattern matches, the Markdown in a folder, or one file."""
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        what = f"{address} takes fsspec: pip install 'medlint[dask]'"
        raise UserError(Problem("medlint", what)) from error
    try:
        system, path = url_to_fs(address)
        if _MAGIC.intersection(path):
            listed = system.glob(path, detail=True)
        elif system.isdir(path):
            found = system.find(path, detail=True)
            listed = {name: facts for name, facts in found.items() if _is_article(name, path)}
        else:
            listed = {path: system.info(path)}
        for name, facts in listed.items():
            if facts.get("type", "file") != "directory":
                yield _source(system.unstrip_protocol(name), name, facts)
        if not listed and _MAGIC.intersection(path):
            yield Problem(address, "nothing there matches")
    except FileNotFoundError:
        yield Problem(address, "there is no such file or folder")
    except Exception as error:  # noqa: BLE001 - what each kind of store raises is known to nobody
        yield Problem(address, f"cannot be listed: {_words(error)}")


def _is_article(name: str, folder: str) -> bool:
    parts = PurePosixPath(name.removeprefix(folder)).parts
    hidden = any(part.startswith(".") or part in SKIPPED_FOLDERS for part in parts)
    return not hidden and name.lower().endswith(ENDINGS)


def _source(address: str, name: str, facts: Mapping[str, Any]) -> Source:
    """A file of this system goes by the name it has here; any other is under the configuration of this folder."""
    length = int(facts.get("size") or 0)
    if _is_local(address):
        return Source(shown(name), Path(os.path.abspath(name)), None, address, length)
    return Source(address, Path.cwd() / name.lstrip("/"), None, address, length)


def local_file(address: str) -> Path | None:
    """The file that the address of a local one means."""
    if not _is_local(address):
        return None
    from fsspec.core import url_to_fs

    return Path(url_to_fs(address)[1])


def _is_local(address: str) -> bool:
    return address.partition("://")[0] in _LOCAL


def read(address: str, path: str) -> bytes:
    """The contents, not much more than `files.MAX_BYTES` of them; `path` is the name in reports. Raises UserError."""
    file = local_file(address)
    if file is not None:
        return read_bytes(file, path)
    from fsspec.core import url_to_fs

    try:
        system, name = url_to_fs(address)
        with system.open(name, "rb") as stream:
            data: bytes = stream.read(MAX_BYTES + 1)
            return data
    except FileNotFoundError as error:
        raise UserError(Problem(path, "there is no such file")) from error
    except Exception as error:  # what each kind of store raises is known to nobody
        raise UserError(Problem(path, f"the file cannot be read: {_words(error)}")) from error


def _words(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror and error.errno in errno.errorcode:
        return error.strerror
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]
