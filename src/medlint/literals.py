"""What a text must contain for a regular expression to match it.

Compiling expressions takes longer than reading an article, so an expression is compiled only for texts that hold
the letters it cannot do without. They are read off its syntax tree when a rule is compiled.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Sequence
from typing import Any

_MOST_CHOICES = 40
_GROUPS_KEPT = 3

Group = list[str]


def required(pattern: str) -> list[Group]:
    """Groups of pieces of text, folded: whatever the expression matches, with or without regard to capitals,
    contains one piece of each group."""
    parser = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")
    groups = _of_sequence(parser.parse(pattern))
    useful = [sorted(set(group)) for group in groups if len(set(group)) <= _MOST_CHOICES]
    return sorted(useful, key=lambda group: (len(group), -min(map(len, group))))[:_GROUPS_KEPT]


def contains(folded: str, groups: Iterable[Sequence[str]]) -> bool:
    """Whether a folded text contains one piece of each group."""
    return all(any(piece in folded for piece in group) for group in groups)


def _of_sequence(sequence: Any) -> list[Group]:
    groups: list[Group] = []
    run = ""
    for code, argument in sequence:
        if str(code) == "LITERAL":
            run += chr(argument).casefold()
            continue
        groups += [[run]] if run else []
        run = ""
        groups += _of_element(code, argument)
    return [*groups, [run]] if run else groups


def _of_element(code: Any, argument: Any) -> list[Group]:
    if str(code) == "SUBPATTERN":
        return _of_sequence(argument[-1])
    if str(code) in ("MAX_REPEAT", "MIN_REPEAT") and argument[0] > 0:
        return _of_sequence(argument[2])
    if str(code) == "BRANCH":
        choices = [_of_sequence(alternative) for alternative in argument[1]]
        if all(choices):
            # of each alternative the longest piece it cannot do without
            return [[piece for groups in choices for piece in max(groups, key=lambda g: min(map(len, g)))]]
    return []
