"""The files of rule folders, and the keys under which what comes of them is kept: by content.

What a run would have to read for that, some five hundred files, is remembered by sizes, times and inodes, so that an
ordinary run opens none of them.
"""

from __future__ import annotations

import os

from medlint import __version__
from medlint.cache import cached, digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

ENDINGS = (".yml", ".yaml")
_MOST_BYTES = 5_000_000
"""The reader of YAML refuses a longer file by its number of characters."""
COMPILER = (
    "patterns.py",
    "inflect.py",
    "literals.py",
    "regexwords.py",
    "replacement.py",
    "rulecompiler.py",
    "ruleindex.py",
    "wordtable.py",
    "scorefiles.py",
    "rulefiles.py",
    "yamlfile.py",
)
"""The modules that decide what rule files are compiled to."""
_CODE = os.path.dirname(__file__)
_Found = dict[object, tuple[str, str]]
_known: _Found | None = None


def look_once() -> None:
    """From here on look at the files of a folder once only: for a process that is a single run."""
    global _known
    _known = {}


def shipped() -> str:
    """The folder of the rules that come with medlint, as `data.data_folder` has it."""
    packaged = os.path.join(_CODE, "_rules")
    return (
        packaged
        if os.path.isdir(packaged)
        else os.path.join(os.path.dirname(os.path.dirname(_CODE)), "rules")
    )


def compiled_file() -> str:
    """What the rules that come with medlint were compiled to when it was built, if it was (see `hatch_build.py`)."""
    return os.path.join(_CODE, "_rules", "compiled.jsonl")


def read_files(folders: Iterable[Path]) -> list[tuple[Path, Path, bytes]]:
    """(folder, file, contents) of every YAML file below the folders, in a stable order."""
    from pathlib import Path

    return [
        (folder, Path(entry.path), _read(entry.path))
        for folder in folders
        for entry in _walk(folder, ENDINGS)
    ]


def keys(folders: Sequence[str | Path], additions: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """What names the rules of the folders with words added to their lists, as they are compiled; and what names the
    rules and all of medlint's code, hence whatever it says about a text.

    Files count by what is in them, so that both are the same wherever medlint is installed. Raises OSError.
    """
    words = [f"{name}\0" + "\0".join(terms) for name, terms in sorted(additions.items())]
    at = (*map(str, folders), None, *words)
    if _known is not None and at in _known:
        return _known[at]
    rules = [found for folder in folders for found in _facts(str(folder), ENDINGS)]
    code = _facts(_CODE, (".py",))

    def read() -> Mapping[str, str]:
        return {
            "rules": _content(rules),
            "compiler": _content(pair for pair in code if pair[0] in COMPILER),
            "code": _content(code),
        }

    seen = cached("seen", "\n".join([fact for _, fact in rules] + [fact for _, fact in code]), read)
    compiled = digest(__version__, seen["compiler"], seen["rules"], *words)
    found = compiled, digest(compiled, seen["code"])
    if _known is not None:
        _known[at] = found
    return found


def _facts(folder: str, endings: tuple[str, ...]) -> list[tuple[str, str]]:
    """The name of each file as seen from the folder, and what changes whenever the file does: its path first."""
    start = len(folder) + 1
    return [
        (
            entry.path[start:].replace(os.sep, "/"),
            f"{entry.path}\0 {f[6]} {f.st_mtime_ns} {f.st_ctime_ns} {f[1]}",
        )
        for entry in _walk(folder, endings)
        for f in (entry.stat(),)
    ]


def _content(found: Iterable[tuple[str, str]]) -> str:
    parts: list[str | bytes] = []
    for name, fact in found:
        parts += [name, _read(fact.partition("\0")[0])]
    return digest(*parts)


def _read(path: str) -> bytes:
    """What a file says: all of it, unless it is far longer than a file of rules can be."""
    with open(path, "rb") as file:
        return file.read(_MOST_BYTES)


def _walk(folder: Path | str, endings: tuple[str, ...]) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path, endings)
            elif entry.name.endswith(endings) and entry.is_file():
                yield entry
