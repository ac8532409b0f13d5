"""What a sentence or a title is about: the ailments and treatments named in it, and the groups these belong to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from medlint.expressions import compiled

STEM_LETTERS = 6
"""Words that begin with the same letters, as many as these, are taken for the same word."""
WORD_LETTERS = 5
PREFIX_LETTERS = 3
"""No open-ended word of a group begins with fewer letters."""

VAGUE, LOOSE, FIRM = range(3)

_WORD = compiled(r"[^\W_]+")
_OE = compiled(r"oe(?=str|dem|so|t[au]|li|[aio])")
"""As in oestrogen and diarrhoea, not in gastroenteritis."""
_CAPITALS = compiled(r"[A-Z]\S*[A-Z]")

_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹", "01234567890123456789")

Group = tuple[str, str]
"""A kind (ailment or treatment) and the number of a group of words, or the one term that stands for itself."""


class Named(NamedTuple):
    """A subject named in `text[start:end]` and the groups it belongs to. A `wide` word stands for several groups.
    `weight` is what it says: VAGUE words can be part of anything and only show what a text agrees with, LOOSE ones
    tell what a title is about, FIRM ones also what a sentence is about."""

    start: int
    end: int
    groups: frozenset[Group]
    wide: bool = False
    weight: int = FIRM


class _Term(NamedTuple):
    """A term of a group: its words after the first, whether the last is open-ended, whether it is in capitals."""

    words: tuple[str, ...]
    open: bool
    capitals: bool
    group: Group


class Lists(NamedTuple):
    """The word lists to go by: groups by kind, wide groups, vague and loose words, words too common to say anything,
    and the terms by kind that stand for themselves where no group has them."""

    groups: tuple[tuple[str, tuple[str, ...]], ...]
    wide: tuple[str, ...]
    vague: tuple[str, ...]
    loose: tuple[str, ...]
    common: tuple[str, ...]
    terms: tuple[tuple[str, tuple[str, ...]], ...]


class Vocabulary:
    """Finds subjects in a text."""

    def __init__(self, lists: Lists) -> None:
        self._whole: dict[str, list[_Term]] = {}
        self._open: dict[str, list[_Term]] = {}
        self._weights = {_plain(term): LOOSE for term in lists.loose} | {
            _plain(term): VAGUE for term in lists.vague
        }
        self._open_weights = [
            (fold(term[:-1]), weight)
            for terms, weight in ((lists.vague, VAGUE), (lists.loose, LOOSE))
            for term in terms
            if term.endswith("*") and " " not in term
        ]
        self._common = tuple(fold(term.rstrip("*")) for term in lists.common if term.endswith("*"))
        self._common_words = frozenset(fold(term) for term in lists.common if not term.endswith("*"))
        for kind, groups in lists.groups:
            for number, group in enumerate(groups):
                for term in _alternatives(group):
                    self._add(term, (kind, str(number)))
        self._wide: dict[Group, frozenset[Group]] = {}
        for number, group in enumerate(lists.wide):
            self._add_wide(_alternatives(group), ("wide", str(number)))
        for kind, terms in lists.terms:
            # singular and plural come to the same
            for name, term in {" ".join(_plain(term)): term for term in terms if term[0] != "("}.items():
                self._add(term, (kind, name))

    def _add(self, term: str, group: Group) -> None:
        words = [fold(word) for word in _WORD.findall(term)]
        if not words:
            return
        open_ended = term.endswith("*")
        capitals = _CAPITALS.search(term) is not None
        if len(words) == 1 and open_ended:
            entry = _Term((words[0],), True, capitals, group)
            self._open.setdefault(words[0][:PREFIX_LETTERS], []).append(entry)
        else:
            entry = _Term(tuple(words[1:]), open_ended, capitals, group)
            self._whole.setdefault(words[0], []).append(entry)

    def _add_wide(self, terms: Sequence[str], group: Group) -> None:
        """The words of a wide group that no other group has stand for the groups of its other words."""
        known = {term: self._groups_of(term.rstrip("*")) for term in terms}
        self._wide[group] = frozenset(each for groups in known.values() for each in groups)
        for term, groups in known.items():
            if not groups:
                self._add(term, group)

    def _groups_of(self, text: str) -> frozenset[Group]:
        return frozenset(each for named in self.find(text) for each in named.groups if each[0] == "ailment")

    def find(self, text: str) -> list[Named]:
        """The subjects named in a text, from left to right. A term that stands for itself yields to a group."""
        words = list(_WORD.finditer(text))
        folded = [fold(m.group()) for m in words]
        found: list[Named] = []
        for at, m in enumerate(words):
            groups: dict[int, set[Group]] = {}
            for length, term in self._terms_at(folded, at):
                if not term.capitals or _CAPITALS.search(text, m.start(), words[at + length - 1].end()):
                    groups.setdefault(length, set()).add(term.group)
            if groups and not (at and folded[at - 1] == "non"):
                length = max(groups)
                every = frozenset().union(*groups.values())
                spelled = tuple(folded[at : at + length])
                found.append(self._named(m.start(), words[at + length - 1].end(), every, spelled))
        return _settled(found)

    def _named(self, start: int, end: int, groups: frozenset[Group], spelled: tuple[str, ...]) -> Named:
        wide = [group for group in groups if group in self._wide]
        own = frozenset(
            group for group in groups if group not in self._wide and (group[1].isdecimal() or not wide)
        )
        if len(own) > 1:  # in a group, it need not stand for itself
            own = frozenset(group for group in own if group[1].isdecimal()) or own
        if own:
            return Named(start, end, own, weight=self._weight(spelled))
        covered = frozenset(each for group in wide for each in self._wide[group])
        return Named(start, end, covered, wide=True, weight=self._weight(spelled))

    def _weight(self, spelled: tuple[str, ...]) -> int:
        known = self._weights.get(spelled)
        if known is None and len(spelled) == 1:
            known = next(
                (weight for start, weight in self._open_weights if spelled[0].startswith(start)), None
            )
        return FIRM if known is None else known

    def _terms_at(self, folded: Sequence[str], at: int) -> Iterator[tuple[int, _Term]]:
        word = folded[at]
        for term in self._open.get(word[:PREFIX_LETTERS], ()):
            if word.startswith(term.words[0]):
                yield 1, term
        for term in self._whole.get(word, ()):
            rest = folded[at + 1 : at + 1 + len(term.words)]
            if len(rest) == len(term.words) and _same(rest, term):
                yield 1 + len(rest), term

    def stems(self, text: str) -> set[str]:
        """The beginnings of the words of a text that are not common to texts about anything."""
        words = (fold(word) for word in _WORD.findall(text) if len(word) >= WORD_LETTERS)
        return {
            word[:STEM_LETTERS]
            for word in words
            if word not in self._common_words and not word.startswith(self._common) and not word.isdecimal()
        }


def narrowed(found: Iterable[Named]) -> list[Named]:
    """Without wide words for which a narrower one stands in the same text: “heroin addiction” is about heroin."""
    found = list(found)
    narrow = {group for named in found if not named.wide for group in named.groups}
    return [named for named in found if not named.wide or named.groups.isdisjoint(narrow)]


@lru_cache(maxsize=4096)
def fold(word: str) -> str:
    """A word in lower case and the singular, with the spelling that Americans use and without raised figures."""
    if word.endswith("s") and word[:-1].isupper() and len(word) > 2:
        word = word[:-1]  # several UTIs
    word = word.lower().translate(_LOWERED)
    if len(word) > 4:
        word = _OE.sub("e", word.replace("ae", "e"))
        word = re.sub(r"our(?=s?$)", "or", word)
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if word.endswith("che"):
        return word[:-1]  # so that headaches and patches both lose what they should
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-3] + "y" if word.endswith("ies") else word[:-1]
    return word


def _plain(term: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in _WORD.findall(term))


def _alternatives(group: str) -> list[str]:
    return [term.strip() for term in group.strip("() ").split("|")]


def _same(rest: Sequence[str], term: _Term) -> bool:
    if not term.open:
        return tuple(rest) == term.words
    return tuple(rest[:-1]) == term.words[:-1] and rest[-1].startswith(term.words[-1])


def _settled(found: Sequence[Named]) -> list[Named]:
    """A term that stands for itself and holds a word of a group belongs to that group: “sore gums” are about gums."""
    grouped = [named for named in found if _is_grouped(named)]
    settled = []
    for named in found:
        within = [g for g in grouped if named.start < g.end and g.start < named.end]
        if _is_grouped(named) or not within:
            settled.append(named)
        elif any(named.end - named.start > g.end - g.start for g in within):
            groups = frozenset(group for g in within for group in g.groups)
            settled.append(Named(named.start, named.end, groups, all(g.wide for g in within), named.weight))
    return settled


def _is_grouped(named: Named) -> bool:
    return named.wide or any(group[1].isdecimal() for group in named.groups)
