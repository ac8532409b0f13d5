"""Finds regular expressions that can take for ever.

An expression runs away when the rounds of a repeat can share out the same text among themselves in many ways:
`(a+)+`, `(\\w+\\s*)*`, `(a|ab|b)+`. Python then tries all of them before it gives up. Two repeats side by
side that match the same, such as `\\s*\\s*`, are not as bad, but slow in a long sentence, and one is enough. Several
repeats in a row that have bounds, or something between them, share out text as well: `(.*a){20}`, `.*a.*b.*c`,
`(\\w{1,15} ?){1,15}`. Of these the ways are counted, and too many refused.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from typing import Any, NamedTuple

MANY = 20
"""A repeat that may go round more often than this is taken to have no bound."""

NESTED = "it repeats what repeats already, and nothing keeps the rounds apart; compare (a+)+ with (a+,)+"
OVERLAPPING = "it repeats alternatives of which one is the beginning of another; compare (a|ab)+ with (a|cb)+"
CHAINED = (
    "its repeats can share out the same text in too many ways; say what may not stand in them,"
    " compare .*,.*,.*, with [^,]*,[^,]*,[^,]*,"
)
ADJACENT = "two repeats side by side match the same text; one of them is enough, compare \\s*\\s* with \\s*"

_MOST_WAYS = 5 * 10**6
_WAYS_OF_ENDLESS = 1000
"""How many places the end of a repeat without bound can be at, in a long sentence."""
_MOST_PICKS = 4
_MOST_STEPS = 300

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


class _Step(NamedTuple):
    """A part of an expression as one step of many: the characters it can match, in lower case; whether it can match
    nothing; the number of places at which it can end."""

    chars: frozenset[str]
    empty: bool = False
    ways: int = 1


class _Choice(NamedTuple):
    """One way through an expression: whether what is optional is left out, which of several alternatives is taken."""

    short: bool
    pick: int


def dangerous(pattern: str) -> str | None:
    """Why an expression can run without end, in words, or None.

    The expression must be one that `re` can compile.
    """
    parser = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")
    guard, nodes = _Guard(pattern), list(parser.parse(pattern))
    return guard.look(nodes) or guard.count(nodes)


class _Guard:
    def __init__(self, pattern: str) -> None:
        self._sample = _SAMPLE | set(pattern)
        self._known: dict[tuple[str, Any], frozenset[str]] = {}

    def look(self, nodes: Iterable[Any], *, within: bool = False) -> str | None:
        """The first reason found in a sequence or anything inside it, the worst first. `within` an endless repeat,
        whatever can share out text in two ways doubles the ways with each round."""
        return self._inner(nodes, within) or self._beside(nodes)

    def count(self, nodes: Iterable[Any]) -> str | None:
        """The reason to refuse a sequence for the number of ways to match it, or a look around inside it."""
        nodes = list(nodes)
        choices = (_Choice(short, pick) for pick in range(_MOST_PICKS) for short in (False, True))
        if any(_ways(self._steps(nodes, choice)) >= _MOST_WAYS for choice in choices):
            return CHAINED
        return next((reason for look in _looks(nodes) if (reason := self.count(look))), None)

    def _inner(self, nodes: Iterable[Any], within: bool) -> str | None:
        for op, value in nodes:
            again = op.name in _REPEATS and value[1] > (1 if within else MANY)
            if again and (reason := self._round(value[2])):
                return reason
            endless = within or (op.name in _REPEATS and value[1] > MANY)
            for inner in _inside(op.name, value):
                if reason := self.look(inner, within=endless and op.name not in _LOOKS):
                    return reason
        return None

    def _beside(self, nodes: Iterable[Any]) -> str | None:
        """Why neighbours in a sequence are ambiguous."""
        pairs = pairwise(self._items(nodes))
        return ADJACENT if any(a.endless and b.endless and a.chars & b.chars for a, b in pairs) else None

    def _round(self, body: Iterable[Any]) -> str | None:
        """Why a repeat of `body` is ambiguous: seen from two rounds, one behind the other."""
        items = self._items(body)
        if not items:
            return NESTED
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

    def _steps(self, nodes: Iterable[Any], choice: _Choice) -> list[_Step]:
        """A sequence as steps."""
        out: list[_Step] = []
        for op, value in nodes:
            out += self._step(op.name, value, choice)
            if len(out) > _MOST_STEPS:
                break
        return out[:_MOST_STEPS]

    def _step(self, op: str, value: Any, choice: _Choice) -> list[_Step]:
        if op == "SUBPATTERN":
            return self._steps(value[-1], choice)
        if op == "BRANCH":
            branches = [self._steps(branch, choice) for branch in value[1]]
            wide = [branch for branch in branches if any(step.ways > 1 for step in branch)]
            if wide:
                return wide[choice.pick % len(wide)]
            return [_one([step for b in branches for step in b], not all(map(_needed, branches)), 1)]
        if op in _REPEATS:
            return self._rounds(value, choice)
        return [_Step(item.chars, item.empty) for item in self._item(op, value)]

    def _rounds(self, repeat: tuple[int, int, Iterable[Any]], choice: _Choice) -> list[_Step]:
        least, most, body = int(repeat[0]), int(repeat[1]), repeat[2]
        steps = self._steps(body, choice)
        if most > MANY and least != most:
            ends = min(most - least + 1, _WAYS_OF_ENDLESS)
            return [_one(steps, least == 0 or not _needed(steps), ends)]
        if len(steps) == 1 and steps[0].ways == 1:
            return [_one(steps, least == 0, most - least + 1)]
        return (steps * min(least if choice.short else most, MANY))[:_MOST_STEPS]

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
        """What of the sample a part matches; asked for the same parts many times."""
        key = op, tuple(value) if op == "IN" else value
        if key not in self._known:
            self._known[key] = self._matched(op, value)
        return self._known[key]

    def _matched(self, op: str, value: Any) -> frozenset[str]:
        if op == "LITERAL":
            return frozenset(c.lower() for c in self._sample & {chr(value)})
        if op == "LITERAL":
            return frozenset(chr(value).lower())
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


def _ways(steps: Sequence[_Step]) -> int:
    """In how many ways at most steps can share out the same text: those that end at several places, where what stands
    between them can be matched by all of them."""
    return max((_ways_from(steps, at, least) for at in range(len(steps)) for least in (2, 3)), default=1)


def _ways_from(steps: Sequence[_Step], first: int, least: int) -> int:
    """The same beginning at one step, by those alone that can end at `least` places."""
    if steps[first].ways < least:
        return 1
    ways, common = steps[first].ways, steps[first].chars
    between: list[frozenset[str]] = []
    for step in steps[first + 1 :]:
        shared = common & step.chars
        if step.ways >= least and shared and all(chars & shared for chars in between):
            ways, common = ways * step.ways, shared
        elif not step.empty:
            if not shared:
                break
            between.append(step.chars)
    return ways


def _one(steps: Iterable[_Step], empty: bool, ways: int) -> _Step:
    """Several steps as one."""
    return _Step(frozenset[str]().union(*(step.chars for step in steps)), empty, ways)


def _needed(steps: Iterable[_Step]) -> bool:
    """Whether the steps match some text, never nothing."""
    return any(not step.empty for step in steps)


def _looks(nodes: Iterable[Any]) -> Iterator[Iterable[Any]]:
    """What the looks ahead and behind in a sequence consist of."""
    for op, value in nodes:
        if op.name in _LOOKS:
            yield value[-1]
        else:
            for inner in _inside(op.name, value):
                yield from _looks(inner)


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
