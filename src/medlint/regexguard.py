"""Finds regular expressions that can take for ever.

An expression runs away when the rounds of a repeat can share out the same text among themselves in many ways:
`(a+)+`, `(\\w+\\s*)*`, `(a|ab|b)+`. Python then tries all of them before it gives up. Two repeats side by
side that match the same, such as `\\s*\\s*`, are not as bad, but slow in a long sentence, and one is enough.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations, pairwise
from typing import Any, NamedTuple

MANY = 20
"""A repeat that may go round more often than this is taken to have no bound."""

NESTED = "it repeats what repeats already, and nothing keeps the rounds apart; compare (a+)+ with (a+,)+"
OVERLAPPING = "it repeats alternatives of which one is the beginning of another; compare (a|ab)+ with (a|cb)+"
ADJACENT = "two repeats side by side match the same text; one of them is enough, compare \\s*\\s* with \\s*"

_SAMPLE = frozenset(map(chr, range(9, 127))) | set("éßµ²’“–\xa0\u2028")
_CATEGORIES: Mapping[str, Callable[[str], bool]] = {
    "DIGIT": str.isdecimal,
    "SPACE": str.isspace,
    "WORD": lambda char: char.isalnum() or char == "_",
}
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT")
_LOOKS = ("ASSERT", "ASSERT_NOT")


class _Item(NamedTuple):
    """A part of an expression: the characters it can match, in lower case; whether it can match nothing,
    text of several lengths, any number of the characters."""

    chars: frozenset[str]
    empty: bool = False
    varies: bool = False
    endless: bool = False


def dangerous(pattern: str) -> str | None:
    """Why an expression can run without end, in words, or None.

    The expression must be one that `re` can compile.
    """
    parser = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")
    return _Guard(pattern).look(parser.parse(pattern))


class _Guard:
    def __init__(self, pattern: str) -> None:
        self._sample = _SAMPLE | set(pattern)

    def look(self, nodes: Iterable[Any]) -> str | None:
        """The first reason found in a sequence or anything inside it, the worst first."""
        return self._inner(nodes) or self._beside(nodes)

    def _inner(self, nodes: Iterable[Any]) -> str | None:
        for op, value in nodes:
            if op.name in _REPEATS and value[1] > MANY and (reason := self._round(value[2])):
                return reason
            for inner in _inside(op.name, value):
                if reason := self.look(inner):
                    return reason
        return None

    def _beside(self, nodes: Iterable[Any]) -> str | None:
        """Why neighbours in a sequence are ambiguous."""
        pairs = pairwise(self._items(nodes))
        return ADJACENT if any(a.endless and b.endless and a.chars & b.chars for a, b in pairs) else None

    def _round(self, body: Iterable[Any]) -> str | None:
        """Why a repeat of `body` is ambiguous: seen from two rounds, one behind the other."""
        items = self._items(body)
        for first, last in combinations(range(2 * len(items)), 2):
            if _share(items * 2, first, last):
                return NESTED
        return OVERLAPPING if any(self._overlap(branches) for branches in _branches(body)) else None

    def _overlap(self, branches: Iterable[Any]) -> bool:
        ways = [items for branch in branches if (items := self._items(branch))]
        return any(
            all(a.chars & b.chars for a, b in zip(one, other, strict=False))
            for one, other in combinations(ways, 2)
        )

    def _items(self, nodes: Iterable[Any]) -> list[_Item]:
        return [item for op, value in nodes for item in self._item(op.name, value)]

    def _item(self, op: str, value: Any) -> list[_Item]:
        if op == "SUBPATTERN":
            return self._items(value[-1])
        if op == "BRANCH":
            return [_merged([self._items(branch) for branch in value[1]])]
        if op in _REPEATS or op == "POSSESSIVE_REPEAT":
            least, most, body = value
            items = self._items(body)
            if least == most:
                return items * (2 if least > 1 else int(least))
            whole = _merged([items])
            varies = op in _REPEATS
            endless = varies and most > MANY and len(items) == 1
            return [_Item(whole.chars, least == 0 or whole.empty, varies, endless)]
        if op in ("LITERAL", "NOT_LITERAL", "IN", "ANY"):
            return [_Item(self._chars(op, value))]
        if op in ("ATOMIC_GROUP", "GROUPREF", "GROUPREF_EXISTS"):
            return [_Item(self._sample, empty=True)]
        return []

    def _chars(self, op: str, value: Any) -> frozenset[str]:
        members = value if op == "IN" else [(_Name(op), value)]
        negated = bool(members) and members[0][0].name == "NEGATE"
        found = {c for c in self._sample if any(_is(c, kind.name, what) for kind, what in members)}
        return frozenset(c.lower() for c in (self._sample - found if negated else found))


class _Name(NamedTuple):
    name: str


def _is(char: str, kind: str, what: Any) -> bool:
    if kind == "LITERAL":
        return chr(what) == char
    if kind == "NOT_LITERAL":
        return chr(what) != char
    if kind == "RANGE":
        return bool(what[0] <= ord(char) <= what[1])
    if kind == "CATEGORY":
        name = str(what.name).removeprefix("CATEGORY_")
        return _CATEGORIES[name.removeprefix("NOT_")](char) != name.startswith("NOT_")
    return kind == "ANY"


def _share(items: list[_Item], first: int, last: int) -> bool:
    """Whether two parts of varying length can share out the same text, with nothing between that stops it."""
    both = items[first].chars & items[last].chars
    if not (items[first].varies and items[last].varies and both):
        return False
    return all(item.empty or item.chars & both for item in items[first + 1 : last])


def _merged(ways: list[list[_Item]]) -> _Item:
    """Several ways to match as one part."""
    chars = frozenset[str]().union(*(item.chars for way in ways for item in way))
    empty = any(all(item.empty for item in way) for way in ways)
    return _Item(chars, empty, empty or any(item.varies for way in ways for item in way))


def _inside(op: str, value: Any) -> Iterator[Iterable[Any]]:
    """The sequences that a part consists of."""
    if op == "BRANCH":
        yield from value[1]
    elif op in (*_REPEATS, *_LOOKS, "SUBPATTERN", "POSSESSIVE_REPEAT"):
        yield value[-1]
    elif op == "ATOMIC_GROUP":
        yield value
    elif op == "GROUPREF_EXISTS":
        yield from (branch for branch in value[1:] if branch is not None)


def _branches(nodes: Iterable[Any]) -> Iterator[list[Any]]:
    for op, value in nodes:
        if op.name == "BRANCH":
            yield value[1]
        if op.name not in _LOOKS:
            for inner in _inside(op.name, value):
                yield from _branches(inner)
