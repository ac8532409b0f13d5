"""Regular expressions that need not be compiled again in every run.

A run over one article uses some 150 expressions, and to compile them takes longer than to read the article. What
Python makes of an expression is a list of numbers for its matching engine; the command line keeps these in the
cache and hands them back to the engine, which checks them as it checks its own. The modules of Python that do this
have no documented interface, though the same one since Python 3.6: where anything about it differs, expressions are
compiled as everywhere else. Programs are kept for one build of Python only.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Mapping
from functools import cache
from typing import Any

from medlint import __version__
from medlint.cache import find, keep

_MOST_KEPT = 800


_DIFFERENT = (ImportError, AttributeError, TypeError, ValueError, RuntimeError, OverflowError)
"""What a Python that is not made as expected says, or one that is handed the program of another."""


class _Kept:
    """The programs of earlier runs, and those of this one."""

    def __init__(self) -> None:
        self.programs: Mapping[str, Any] = {}
        self.new: dict[str, Any] = {}
        self.used = False


_kept = _Kept()
_KEY = f"{__version__} {sys.version}"


@cache
def compiled(source: str, flags: int = 0) -> re.Pattern[str]:
    """The expression, as `re.compile` gives it. Raises re.error."""
    flags = int(flags)
    if not _kept.used:
        return re.compile(source, flags)
    name = f"{flags} {source}"
    try:
        program = _kept.programs.get(name)
        if program is None:
            program = _kept.new[name] = _program(source, flags)
        return _assembled(source, program)
    except _DIFFERENT:
        _kept.new.pop(name, None)
        return re.compile(source, flags)


def use_kept() -> None:
    """From here on look for programs that earlier runs have kept."""
    _kept.programs, _kept.used = find("expressions", _KEY) or {}, True


def keep_new() -> None:
    """Keep the programs of this run for later ones, unless there are enough."""
    if _kept.new and len(_kept.programs) + len(_kept.new) <= _MOST_KEPT:
        keep("expressions", _KEY, {**_kept.programs, **_kept.new})


def _assembled(source: str, program: Any) -> re.Pattern[str]:
    flags, code, groups, names, indexes = program
    pattern: re.Pattern[str] = importlib.import_module("_sre").compile(
        source, flags, code, groups, names, tuple(indexes)
    )
    return pattern


def _program(source: str, flags: int) -> Any:
    """What `_assembled` needs. Raises re.error."""
    new = sys.version_info >= (3, 11)
    parser = importlib.import_module("re._parser" if new else "sre_parse")
    compiler = importlib.import_module("re._compiler" if new else "sre_compile")
    tree = parser.parse(source, flags)
    names: dict[str, int] = tree.state.groupdict
    indexes: list[str | None] = [None] * tree.state.groups
    for name, index in names.items():
        indexes[index] = name
    return [flags | tree.state.flags, compiler._code(tree, flags), tree.state.groups - 1, names, indexes]
