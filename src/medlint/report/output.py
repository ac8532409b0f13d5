"""Writes a report that is too long to hold into a file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from medlint.files import new_beside, shown
from medlint.model import Problem, UserError


def to_file(path: Path, pieces: Iterable[str]) -> None:
    """Write a file whole or not at all, piece by piece. What is no regular file, such as a pipe, is written into as it
    is.

    Raises UserError when that cannot be done.
    """
    target = path.resolve()
    into = target
    try:
        if not target.exists() or target.is_file():
            into = new_beside(target)
        with into.open("w", encoding="utf-8", newline="\n", errors="replace") as file:
            file.writelines(pieces)
        if into is not target:
            into.replace(target)
    except OSError as error:
        raise UserError(Problem(shown(path), f"cannot be written: {error.strerror}")) from error
    finally:
        if into is not target:
            into.unlink(missing_ok=True)
