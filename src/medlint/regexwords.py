"""Words and symbols that a regular expression cannot match without, read off its syntax tree when rules are compiled.

They let the keyword index pass over expressions as it passes over phrases. Only whole words count: those that the
expression itself keeps apart from other letters, by blanks, punctuation or `\\b`.
"""

from __future__ import annotations

import re
from typing import Any

from medlint.literals import parsed

_APART = "\0"
"""Stands for whatever parts two words, of which it need not be known what it is."""
_MOST_STRINGS = 400
_MOST_WORDS = 120
_GROUPS_KEPT = 2
_WORD = re.compile(r"\w+")
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
_NO_WORD = ("CATEGORY_SPACE", "CATEGORY_NOT_WORD")

Group = frozenset[str]
Strings = frozenset[str]


def required_words(pattern: str) -> list[list[str]]:
    """Groups of words in lower case and symbols: whatever the expression matches holds one of each group."""
    groups = sorted(_groups(parsed(pattern)), key=lambda group: (len(group), sorted(group)))
    return [sorted(group) for group in groups if len(group) <= _MOST_WORDS][:_GROUPS_KEPT]


def _groups(sequence: Any) -> set[Group]:
    """The groups of a sequence of elements, of which nothing is known to stand before it or behind it."""
    found: set[Group] = set()
    run: Strings = frozenset({""})
    for code, argument in sequence:
        strings = _strings(str(code), argument)
        if strings is not None and len(run) * len(strings) <= _MOST_STRINGS:
            run = frozenset(before + behind for before in run for behind in strings)
            continue
        found |= _whole_words(run)
        run = frozenset({""}) if strings is None else strings
        if strings is None:
            found |= _groups_within(str(code), argument)
    return found | _whole_words(run)


def _groups_within(code: str, argument: Any) -> set[Group]:
    if code == "SUBPATTERN":
        return _groups(argument[-1])
    if code in _REPEATS and argument[0] > 0:
        return _groups(argument[2])
    if code == "BRANCH":
        choices = [_groups(alternative) for alternative in argument[1]]
        if all(choices):
            return {frozenset().union(*(min(groups, key=len) for groups in choices))}
    return set()


def _whole_words(run: Strings) -> set[Group]:
    """The group of the longest whole word in each string, or of a symbol in it; none where a string has neither."""
    group = set()
    for string in run:
        whole = [m.group() for m in _WORD.finditer(string) if m.start() > 0 and m.end() < len(string)]
        symbols = [c for c in string if not c.isalnum() and not c.isspace() and c != _APART]
        if not whole and not symbols:
            return set()
        group.add(max(whole, key=len) if whole else symbols[0])
    return {frozenset(group)}


def _strings(code: str, argument: Any) -> Strings | None:
    """All that an element can match, where that is little; None where it is not."""
    if code == "LITERAL":
        return frozenset({chr(argument).lower()})
    if code == "IN":
        return _of_class(argument)
    if code == "AT":
        return None if str(argument) == "AT_NON_BOUNDARY" else frozenset({_APART})
    if code in ("ASSERT", "ASSERT_NOT"):
        return frozenset({_APART if code == "ASSERT_NOT" and _is_any_letter(argument[1]) else ""})
    if code == "SUBPATTERN":
        return _of_sequence(argument[-1])
    if code == "BRANCH":
        return _together([_of_sequence(alternative) for alternative in argument[1]])
    return _of_repeat(*argument) if code in _REPEATS else None


def _of_class(items: Any) -> Strings | None:
    if all(_is_no_letter(str(kind), what) for kind, what in items):
        return frozenset({_APART})
    if all(str(kind) == "LITERAL" for kind, _ in items):
        return frozenset(chr(what).lower() for _, what in items)
    return None


def _is_no_letter(kind: str, what: Any) -> bool:
    if kind == "LITERAL":
        return not _WORD.match(chr(what))
    return kind == "CATEGORY" and str(what) in _NO_WORD


def _is_any_letter(sequence: Any) -> bool:
    """Whether a look around is for any character of a word, among others."""
    return len(sequence) == 1 and any(
        str(code) == "IN" and any(str(what) == "CATEGORY_WORD" for _, what in items)
        for code, items in sequence
    )


def _of_sequence(sequence: Any) -> Strings | None:
    run: Strings = frozenset({""})
    for code, argument in sequence:
        strings = _strings(str(code), argument)
        if strings is None or len(run) * len(strings) > _MOST_STRINGS:
            return None
        run = frozenset(before + behind for before in run for behind in strings)
    return run


def _together(choices: list[Strings | None]) -> Strings | None:
    known = [strings for strings in choices if strings is not None]
    union = frozenset().union(*known)
    return union if len(known) == len(choices) and len(union) <= _MOST_STRINGS else None


def _of_repeat(least: int, most: int, sequence: Any) -> Strings | None:
    strings = _of_sequence(sequence)
    if strings == frozenset({_APART}):
        return strings if least else strings | {""}
    if strings is None or (least, most) not in ((0, 1), (1, 1)):
        return None
    return strings if least else strings | {""}
