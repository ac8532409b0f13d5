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
_GROUPS_KEPT = 4
_COMMON = " .,-'’"

Group = list[str]


def required(pattern: str) -> list[Group]:
    """Groups of pieces of text, folded: whatever the expression matches, with or without regard to capitals,
    contains one piece of each group."""
    groups = {tuple(sorted(set(group))) for group in _of_sequence(parsed(pattern))}
    useful = [list(group) for group in groups if len(group) <= _MOST_CHOICES and all(map(str.strip, group))]
    return sorted(useful, key=lambda group: (sum(map(_frequency, group)), group))[:_GROUPS_KEPT]


def _frequency(piece: str) -> float:
    """How often a piece is met, roughly: only the order of groups hangs on it."""
    return 12.0 ** -sum(1 if c.isalnum() or c in _COMMON else 3 for c in piece)


def needs_digit(pattern: str) -> bool:
    """Whether the expression matches nothing without a digit."""
    return _has_digit(parsed(pattern))


def parsed(pattern: str) -> Any:
    """The syntax tree of an expression, as Python's own compiler makes it."""
    return importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse").parse(
        pattern
    )


def contains(folded: str, groups: Iterable[Sequence[str]]) -> bool:
    """Whether a folded text contains one piece of each group."""
    for group in groups:
        for piece in group:
            if piece in folded:
                break
        else:
            return False
    return True


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
    if str(code) == "IN" and all(str(kind) == "LITERAL" for kind, _ in argument):
        return [[chr(character).casefold() for _, character in argument]]
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


def _has_digit(sequence: Any) -> bool:
    return any(_is_digit(str(code), argument) for code, argument in sequence)


def _is_digit(code: str, argument: Any) -> bool:
    if code == "LITERAL":
        return chr(argument).isdigit()
    if code == "IN":
        return all(_is_digit(str(kind), what) for kind, what in argument)
    if code == "RANGE":
        return bool(argument[0] >= ord("0") and argument[1] <= ord("9"))
    if code == "CATEGORY":
        return str(argument) == "CATEGORY_DIGIT"
    if code == "SUBPATTERN":
        return _has_digit(argument[-1])
    if code in ("MAX_REPEAT", "MIN_REPEAT"):
        return bool(argument[0]) and _has_digit(argument[2])
    if code == "BRANCH":
        return all(map(_has_digit, argument[1]))
    return code == "ASSERT" and _has_digit(argument[1])
