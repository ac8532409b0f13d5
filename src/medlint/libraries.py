"""The bibliography files that an article names, as far as its marks need them: which keys they have.

An article is judged by these files, too, so that they are read where the article is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from medlint.bibliography.csl import from_json, from_yaml
from medlint.bibliography.entry import Library
from medlint.expressions import compiled
from medlint.files import decode, read_bytes, shown
from medlint.model import Problem, Span, UserError

BIBTEX = (".bib", ".bibtex")
ENDINGS = (*BIBTEX, ".json", ".yaml", ".yml")
"""How files end that hold nothing but references."""

_END = compiled(r"(?m)^(?:---|\.\.\.)[ \t]*\r?$")
_NAMED = compiled(r"(?m)^bibliography[ \t]*:[ \t]*(?P<inline>[^\n]*)(?P<items>(?:\n[ \t]*-[ \t]+[^\n]+)*)")
_FILE = compiled(r"[^\s\[\],\"'#-][^\[\],\"'#\n]*")
_COMMENT = compiled(r"(?:^|(?<=\s))#[^\n]*")
_BIBTEX_KEY = compiled(r"(?i)@(?!comment\b|string\b|preamble\b)[a-z]+\s*[{(]\s*(?P<key>[^\s,{}()\"]+)\s*,")


def named(text: str, start: int, end: int) -> list[tuple[str, Span]]:
    """The files that the front matter, which is `text[start:end]`, names under `bibliography`, and where."""
    m = _NAMED.search(text, start, end)
    if m is None:
        return []
    at = m.start("inline")
    values = _COMMENT.sub(lambda comment: " " * len(comment[0]), text[at : m.end()])
    names = ((file[0].strip(), at + file.start()) for file in _FILE.finditer(values))
    return [(name, Span(start, start + len(name))) for name, start in names if name]


def library(text: str, path: str) -> Library | None:
    """What the bibliographies hold that the article at `path` names; None when it names none or cites no key."""
    closing = _END.search(text, 4)
    files = named(text, 0, closing.start()) if closing and "@" in text[closing.end() :] else []
    if not files:
        return None
    keys: set[str] = set()
    faults = []
    for name, span in files:
        found, fault = _read(name, Path(path).parent)
        keys |= found
        if fault:
            faults.append((span, f"the bibliography “{name}”: {fault}"))
    return Library(None if faults else frozenset(keys), tuple(faults))


def _read(name: str, folder: Path) -> tuple[frozenset[str], str]:
    """The keys of a file, and what is wrong with it."""
    try:
        file = find(name, folder)
        facts = file.stat() if file.is_file() else None
        return _keys(file, facts and (facts.st_mtime_ns, facts.st_size)), ""
    except UserError as error:
        problem = error.problems[0]
        return frozenset(), f"{problem.message} (line {problem.line})" if problem.line else problem.message


def find(name: str, folder: Path) -> Path:
    """Where a bibliography is that an article in `folder` names: there, or in a folder above it up to the top of the
    repository, from where sites are built."""
    return next((at / name for at in _above(folder) if (at / name).is_file()), folder / name)


def _above(folder: Path) -> Iterator[Path]:
    folder = Path(os.path.abspath(folder))
    for at in (folder, *folder.parents):
        yield at
        if (at / ".git").exists():
            return


@lru_cache(maxsize=64)
def _keys(file: Path, _: tuple[int, int] | None) -> frozenset[str]:
    """The keys of a file, which many articles may name; read again when its time or size is another. Raises UserError
    for a file that cannot be read."""
    path, ending = shown(file), file.suffix.lower()
    if ending not in ENDINGS:
        raise UserError(Problem(path, f"a bibliography ends in {', '.join(ENDINGS)}"))
    text = decode(read_bytes(file, path), path)
    if ending not in BIBTEX:
        read = from_json if ending == ".json" else from_yaml
        return frozenset(entry.key for entry in read(text, path))
    # the keys alone need no library for the rest
    keys = frozenset(m["key"] for m in _BIBTEX_KEY.finditer(text))
    if not keys and text.strip():
        raise UserError(Problem(path, "no BibTeX entry was found"))
    return keys
