"""Which files are meant, and what they say: paths → files → decoded text."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from medlint.model import Lines, Problem, UserError

ENDINGS = (".md", ".markdown", ".mdx", ".mdown")
SKIPPED_FOLDERS = frozenset({"node_modules", "venv"})
"""Folders that are never searched, beside the hidden ones."""
MAX_BYTES = 10_000_000
STDIN = "-"
STDIN_NAME = "<stdin>"

_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class Source(NamedTuple):
    """A file to check. `path` is its name in reports: with slashes, relative when it is below this folder.
    `content` is what has been read of it already, which is so for standard input only. One with an `address`, and
    `length` bytes, is read by a worker of a cluster; `file` then says which configuration it is under."""

    path: str
    file: Path
    content: bytes | None = None
    address: str = ""
    length: int = 0

    def text(self) -> str:
        """What it says. Raises UserError when that cannot be read, in words a writer understands."""
        return decode(read_bytes(self.file, self.path) if self.content is None else self.content, self.path)

    def size(self) -> int:
        """In bytes; 0 when that cannot be told, which reading will explain."""
        if self.content is not None:
            return len(self.content)
        try:
            return self.file.stat().st_size
        except OSError:
            return 0


def find(paths: Iterable[str], stdin_filename: str | None = None) -> tuple[list[Source], list[Problem]]:
    """The sources that `paths` mean, each once and sorted by path, and what is wrong with the others.

    A folder means every Markdown file below it, outside hidden folders, `node_modules` and `venv`; links to
    folders are not followed. A file that is named is meant whatever its name. `-` is standard input.
    """
    sources: dict[str, Source] = {}
    problems: list[Problem] = []
    for given in paths:
        for found in _expand(given, stdin_filename):
            if isinstance(found, Problem):
                problems.append(found)
            else:
                sources.setdefault(os.path.abspath(found.file), found)
    return sorted(sources.values(), key=lambda source: source.path), problems


def _expand(given: str, stdin_filename: str | None) -> Iterator[Source | Problem]:
    if given == STDIN:
        yield Source(stdin_filename or STDIN_NAME, Path(stdin_filename or STDIN_NAME), _read_stdin())
    elif os.path.isdir(given):
        yield from _walk(given)
    elif os.path.lexists(given):
        yield Source(shown(given), Path(given))
    else:
        yield Problem(shown(given), "there is no such file or folder")


def _walk(folder: str) -> Iterator[Source | Problem]:
    refused: list[OSError] = []
    for at, folders, files in os.walk(folder, onerror=refused.append):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in SKIPPED_FOLDERS)
        for name in sorted(files):
            if name.lower().endswith(ENDINGS) and not name.startswith("."):
                path = os.path.join(at, name)
                yield Source(shown(path), Path(path))
    for error in refused:
        yield Problem(shown(str(error.filename)), f"the folder cannot be read: {error.strerror}")


def shown(path: str | Path) -> str:
    """The name of a file in reports, the same on every system."""
    absolute = os.path.abspath(path)
    here = os.path.join(os.getcwd(), "")
    return Path(absolute.removeprefix(here)).as_posix()


def _read_stdin() -> bytes:
    return sys.stdin.buffer.read(MAX_BYTES + 1)


def read_bytes(file: Path, path: str) -> bytes:
    """The contents of a regular file, not much more than MAX_BYTES of them. Raises UserError."""
    try:
        with open(file, "rb", opener=_without_waiting) as stream:
            if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return stream.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        what = (
            f"a link that leads nowhere ({os.readlink(file)})"
            if file.is_symlink()
            else "there is no such file"
        )
        raise UserError(Problem(path, what)) from error
    except OSError as error:
        if error.errno != errno.ENXIO:  # what opening a socket says
            raise UserError(Problem(path, f"the file cannot be read: {error.strerror}")) from error
    what = "neither a file nor a folder; pipe what a program writes to “medlint check -”"
    raise UserError(Problem(path, what))


def _without_waiting(path: str, flags: int) -> int:
    """Open a file to see what it is: a pipe must not make medlint wait for somebody to write into it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))


def decode(data: bytes, path: str) -> str:
    """`data` as UTF-8 without its byte order mark. Raises UserError when it is something else or too long."""
    if len(data) > MAX_BYTES:
        raise UserError(
            Problem(
                path,
                f"the file is larger than {MAX_BYTES // 1_000_000} MB; medlint reads articles, not archives",
            )
        )
    if data.startswith(_UTF16_MARKS) or _every_other_byte_is_nul(data):
        raise UserError(Problem(path, "the file is UTF-16; save it as UTF-8"))
    if (nul := data.find(b"\0")) >= 0:
        raise UserError(_problem_at(nul, data, path, "a NUL byte, so this is no text"))
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        byte = data[error.start]
        message = f"the byte 0x{byte:02X} is no UTF-8; {_guess(data)}save the file as UTF-8"
        raise UserError(_problem_at(error.start, data, path, message)) from error


def _every_other_byte_is_nul(data: bytes) -> bool:
    start = data[:400]
    return len(start) > 3 and max(start[::2].count(0), start[1::2].count(0)) * 10 > len(start) * 4


def _problem_at(offset: int, data: bytes, path: str, message: str) -> Problem:
    before = data[:offset].decode("utf-8", "replace").removeprefix("\ufeff")
    return Problem(path, message, *Lines(before).position(len(before)))


def _guess(data: bytes) -> str:
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return ""
    return "the file looks like Windows-1252: "


def rewrite(source: Source, before: str, after: str) -> None:
    """Make a file that says `before` say `after`, whole or not at all. A byte order mark and its permissions stay.

    Raises UserError when that cannot be done, or the file says something else by now.
    """
    data = read_bytes(source.file, source.path)
    if decode(data, source.path) != before:
        raise UserError(Problem(source.path, "the file has changed while it was read; nothing was written"))
    if not os.access(source.file, os.W_OK):
        raise UserError(Problem(source.path, "the file is read-only; nothing was written"))
    import tempfile

    mark = _UTF8_MARK if data.startswith(_UTF8_MARK) else b""
    beside: Path | None = None
    try:
        number, name = tempfile.mkstemp(prefix=".medlint-", dir=source.file.parent)
        beside = Path(name)
        with open(number, "wb") as stream:
            stream.write(mark + after.encode("utf-8"))
        beside.chmod(stat.S_IMODE(source.file.stat().st_mode))
        beside.replace(source.file)
    except OSError as error:
        if beside is not None:
            beside.unlink(missing_ok=True)
        raise UserError(Problem(source.path, f"cannot be written: {error.strerror}")) from error


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all. What is no regular file, such as a pipe, is written into as it is.

    Raises UserError when that cannot be done.
    """
    target = path.resolve()
    beside: Path | None = None
    try:
        if target.exists() and not target.is_file():
            target.write_text(text, encoding="utf-8", newline="\n", errors="replace")
            return
        beside = new_beside(target)
        beside.write_text(text, encoding="utf-8", newline="\n", errors="replace")
        beside.replace(target)
    except OSError as error:
        if beside is not None:
            beside.unlink(missing_ok=True)
        raise UserError(Problem(shown(path), f"cannot be written: {error.strerror}")) from error


def new_beside(target: Path) -> Path:
    """A new, empty file in the folder of `target`, to be written and then moved there, with the permissions that
    `target` has or would get. No file or link that is there already is touched. Raises OSError."""
    number = 0
    while True:
        beside = target.with_name(f".{target.name}.{os.getpid()}.{number}")
        try:
            os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
            break
        except FileExistsError:
            number += 1
    if target.is_file():
        beside.chmod(stat.S_IMODE(target.stat().st_mode))
    return beside
