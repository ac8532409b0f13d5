"""The files of rule folders, and the key under which what is compiled from them is kept."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from medlint.cache import cached

ENDINGS = (".yml", ".yaml")
COMPILER = (
    "patterns.py",
    "inflect.py",
    "literals.py",
    "rulecompiler.py",
    "ruleindex.py",
    "scorefiles.py",
    "rulefiles.py",
)
"""The modules that decide what rule files are compiled to."""


def read_files(folders: Iterable[Path]) -> list[tuple[Path, Path, bytes]]:
    """(folder, file, contents) of every YAML file below the folders, in a stable order."""
    return [
        (folder, Path(entry.path), Path(entry.path).read_bytes())
        for folder in folders
        for entry in _walk(folder)
    ]


def content_key(folders: Sequence[Path], salt: str) -> str:
    """The hash of `salt` and the contents of all files.

    It is remembered by the sizes, times and inodes of the files, so that an ordinary run reads none of them.
    """
    seen = [salt]
    for folder in folders:
        for entry in _walk(folder):
            facts = entry.stat()
            seen.append(
                f"{entry.path} {facts.st_size} {facts.st_mtime_ns} {facts.st_ctime_ns} {facts.st_ino}"
            )
    return str(cached("seen", "\n".join(seen), lambda: {"key": _hash(folders, salt)})["key"])


def compiler_stamp() -> str:
    """Changes whenever the code does that compiles rules, so that what older code made is not used."""
    facts = [(Path(__file__).parent / name).stat() for name in COMPILER]
    return " ".join(f"{fact.st_size}-{fact.st_mtime_ns}" for fact in facts)


def _hash(folders: Iterable[Path], salt: str) -> str:
    import hashlib

    digest = hashlib.sha256(salt.encode("utf-8", "surrogatepass"))
    for folder, path, content in read_files(folders):
        digest.update(
            f"\0{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode("utf-8", "surrogatepass")
        )
        digest.update(content)
    return digest.hexdigest()[:32]


def _walk(folder: Path | str) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path)
            elif entry.name.endswith(ENDINGS) and entry.is_file():
                yield entry
