"""Finds phrases of the phrase language in sentences, word by word.

Turning phrases with word lists into regular expressions is easy, but compiling them costs a hundred times what it
takes to lint an article. So phrases stay what `patterns.program` makes of them, lists of words, and are compared
with the words of a sentence; the terms of word lists are looked up by their first word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from typing import Any, NamedTuple

from medlint.expressions import compiled
from medlint.patterns import (
    ALTERNATIVES,
    GAP,
    LIST,
    PLAIN,
    START,
    WORD,
    Element,
    Program,
    kind_of,
    plain_choices,
    unpacked,
    written,
)
from medlint.wordtable import WordTable

_WORD = compiled(r"\w+")
_SEPARATORS = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2015\ufffc")
"""What may stand between two words of a phrase, beside white space."""
_APOSTROPHES = ("'", "’")

_FRESH, _NEXT, _LOOSE = range(3)
"""What must stand before the next word: anything, what may separate two words of a phrase, or anything but a word."""

Position = tuple[int, str]
"""The number of the word after what has matched so far, and a symbol that must follow it, such as %."""


class Words:
    """The words of one sentence with their places, as phrases are compared with them.

    `terms` keeps what the matcher `known_to` has found out about them: of word lists where terms stand.
    """

    known_to: PhraseMatcher | None = None
    beginning: Mapping[str, Sequence[str]]
    terms: dict[str, Mapping[int, tuple[Position, ...]]]

    def __init__(self, text: str) -> None:
        self.text = text
        found = list(_WORD.finditer(text))
        self.written = [m.group() for m in found]
        self.lower = [word.lower() for word in self.written]
        self.starts = [m.start() for m in found]
        self.ends = [m.end() for m in found]

    def __len__(self) -> int:
        return len(self.lower)

    def between(self, at: int) -> str:
        """What stands between the word before `at` and the word `at`."""
        return self.text[self.ends[at - 1] : self.starts[at]]

    @cached_property
    def where(self) -> Mapping[str, list[int]]:
        """Word → the places where it stands."""
        places: dict[str, list[int]] = {}
        for at, word in enumerate(self.lower):
            places.setdefault(word, []).append(at)
        return places


@lru_cache(maxsize=1024)
def words_of(text: str) -> Words:
    """The words of a sentence, kept since one step after the other asks for them."""
    return Words(text)


class PhraseMatcher:
    """Finds phrases. `table` knows the terms of word lists by the word they begin with; `others` are those that begin
    with none and can only be tried everywhere, `includes` the lists that a list includes, both by name of the list."""

    def __init__(
        self,
        table: WordTable,
        includes: Mapping[str, Sequence[str]],
        others: Mapping[str, Sequence[Program]],
    ) -> None:
        self._table, self._includes, self._others = table, includes, others
        self._openings: dict[int, tuple[Program, _Opening]] = {}
        self._lists = cache(self._with_included)

    def find(
        self, program: Program, words: Words, *, case_sensitive: bool = False
    ) -> Iterator[tuple[int, int]]:
        """The stretches of the text that the phrase matches, as character offsets, from left to right."""
        spelled = words.written if case_sensitive else words.lower
        behind = 0
        for start in self._starts(program, words, case_sensitive):
            if start < behind:
                continue
            end = next(self._match(program, 0, words, spelled, start, "", _FRESH), None)
            if end is not None and end[0] > start:
                behind = end[0]
                yield words.starts[start] - len(_lead(program)), words.ends[end[0] - 1] + len(end[1])

    def _starts(self, program: Program, words: Words, case_sensitive: bool) -> Iterable[int]:
        """Where a phrase may begin, as its first word or word list tells."""
        if kind_of(program[0]) == START:
            return range(min(1, len(words)))
        return range(len(words)) if case_sensitive else sorted(self._first_places(program, words))

    def _first_places(self, program: Program, words: Words) -> set[int]:
        opening = self._opening(program)
        places = {at for word in opening.words & words.where.keys() for at in words.where[word]}
        for prefix in opening.prefixes:
            places.update(at for at, word in enumerate(words.lower) if word.startswith(prefix))
        for name in opening.lists:
            places.update(self._terms(name, words))
        return places

    def _opening(self, program: Program) -> _Opening:
        # the program is kept beside it, so that its id stays its own
        known = self._openings.get(id(program))
        if known is None:
            known = self._openings[id(program)] = program, _opening_of(program)
        return known[1]

    def find_terms(self, name: str, words: Words) -> Iterator[tuple[int, int]]:
        """The stretches of the text that are a term of a word list, as `find_any` gives them."""
        for at, ends in sorted(self._terms(name, words).items()):
            for end, tail in ends:
                yield words.starts[at], words.ends[end - 1] + len(tail)

    def find_any(self, lexicon: Mapping[str, Any], words: Words) -> Iterator[tuple[int, int]]:
        """The stretches of the text that are a term of a compiled list, as character offsets, longest first at each
        place."""
        for at, ends in sorted(self._standing(_terms_that_may_begin(lexicon, words), words).items()):
            for end, tail in sorted(ends, reverse=True):
                yield words.starts[at], words.ends[end - 1] + len(tail)

    # -- one phrase at one place -----------------------------------------------------------------------------

    def _match(
        self, program: Program, at: int, words: Words, spelled: Sequence[str], i: int, tail: str, before: int
    ) -> Iterator[Position]:
        """Where the rest of a phrase can end if it begins at word `i`: the best way first, long lists before short
        ones, words that may be left out before leaving them out, short gaps before long ones."""
        if at == len(program):
            if _followed_by(tail, words, i):
                yield i, tail
            return
        element = program[at]
        what = kind_of(element)
        if what == GAP:
            yield from self._over_gap(program, at, words, spelled, i, tail)
            return
        if what == START:
            yield from self._match(program, at + 1, words, spelled, i, tail, before)
            return
        for ended, new_tail in self._element(element, words, spelled, i, tail, before):
            yield from self._match(program, at + 1, words, spelled, ended, new_tail, _NEXT)
        if what in (ALTERNATIVES, PLAIN) and element[2]:
            yield from self._match(program, at + 1, words, spelled, i, tail, before)

    def _element(
        self, element: Element, words: Words, spelled: Sequence[str], i: int, tail: str, before: int
    ) -> Iterator[Position]:
        if i >= len(spelled):
            return
        what = kind_of(element)
        if what == WORD:
            ended = _word(element, words, spelled, i, tail, before)
            if ended is not None:
                yield ended
        elif what == PLAIN:
            for rest in plain_choices(element[1]).get(spelled[i], ()):
                if (before == _FRESH or _separated(words, i, tail, "", before)) and (
                    not rest or _follow(rest, words, spelled, i + 1)
                ):
                    yield i + 1 + len(rest), ""
        elif what == LIST:
            if before == _FRESH or _separated(words, i, tail, "", before):
                yield from self._terms(element[1], words).get(i, ())
        else:
            for alternative in element[1]:
                yield from self._match(alternative, 0, words, spelled, i, tail, before)

    def _over_gap(
        self, program: Program, at: int, words: Words, spelled: Sequence[str], i: int, tail: str
    ) -> Iterator[Position]:
        least, most, loose = program[at][1:]
        before = _LOOSE if loose else _NEXT
        for skipped in range(most + 1):
            if skipped:
                if not _separated(words, i, tail, "", before):
                    return
                i, tail = _behind_word(words, i), ""
            if skipped < least:
                continue
            if at + 1 == len(program):
                yield i, ""
                return
            yield from self._match(program, at + 1, words, spelled, i, tail, before)

    # -- word lists ------------------------------------------------------------------------------------------

    def _terms(self, name: str, words: Words) -> Mapping[int, tuple[Position, ...]]:
        """Where terms of a list stand in a sentence: the word they begin at → where they end, longest first."""
        if words.known_to is not self:
            words.known_to, words.terms, words.beginning = self, {}, self._beginning(words)
        if name not in words.terms:
            found = self._standing(self._that_may_begin(name, words), words)
            words.terms[name] = {at: tuple(sorted(ends, reverse=True)) for at, ends in found.items()}
        return words.terms[name]

    def _beginning(self, words: Words) -> Mapping[str, Sequence[str]]:
        """List → the words of a sentence that begin some of its terms."""
        found: dict[str, list[str]] = {}
        for word in words.where:
            for name in self._table.of(word).lists:
                found.setdefault(name, []).append(word)
        return found

    def _that_may_begin(self, name: str, words: Words) -> Iterator[tuple[int, Program]]:
        """Terms of a list and those it includes, each with a place of the sentence where it may begin."""
        for each in self._lists(name):
            for word in words.beginning.get(each, ()):
                for term in self._table.terms(word, each):
                    yield from [(at, term) for at in words.where[word]]
            for term in self._others.get(each, ()):
                yield from ((at, term) for at in range(len(words)))

    def _with_included(self, name: str) -> list[str]:
        lists, at = [name], 0
        while at < len(lists):
            lists += [other for other in self._includes.get(lists[at], ()) if other not in lists]
            at += 1
        return lists

    def _standing(self, candidates: Iterable[tuple[int, Program]], words: Words) -> dict[int, set[Position]]:
        """Where the terms end that stand in a sentence where they may begin, by their first word."""
        found: dict[int, set[Position]] = {}
        for at, term in candidates:
            if not isinstance(term, str):
                ends = set(self._match(term, 0, words, words.lower, at, "", _FRESH))
            else:
                rest = term.split(" ")[1:]
                stands = not rest or _follow(rest, words, words.lower, at + 1)
                ends = {(at + 1 + len(rest), "")} if stands else set()
            if ends:
                found.setdefault(at, set()).update(ends)
        return found


def _terms_that_may_begin(lexicon: Mapping[str, Any], words: Words) -> Iterator[tuple[int, Program]]:
    """Terms of a compiled list, each with a place of the sentence where its first word stands."""
    for word in lexicon["words"].keys() & words.where.keys():
        for term in lexicon["words"][word]:
            yield from ((at, term) for at in words.where[word])
    for prefix, terms in lexicon["prefixes"].items():
        for word in words.where:
            if word.startswith(prefix):
                yield from ((at, unpacked(term)) for term in terms for at in words.where[word])
    for term in lexicon["others"]:
        yield from ((at, term) for at in range(len(words)))


def _follow(plain: Sequence[str], words: Words, spelled: Sequence[str], at: int) -> bool:
    """Whether words without symbols and endings to choose stand from a place on, and nothing but separators before
    each of them."""
    behind = at + len(plain)
    return spelled[at:behind] == plain and all(_separates(words.between(i)) for i in range(at, behind))


class _Opening(NamedTuple):
    """What a phrase may begin with: words, beginnings of words, terms of lists."""

    words: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()

    def __or__(self, other: _Opening) -> _Opening:
        return _Opening(self.words | other.words, self.prefixes | other.prefixes, self.lists | other.lists)


def _opening_of(program: Program) -> _Opening:
    first = program[0]
    if kind_of(first) == LIST:
        return _Opening(lists=frozenset([first[1]]))
    if kind_of(first) == WORD:
        word = written(first)[0][0][0]
        one = frozenset([word.rstrip("*")])
        return _Opening(prefixes=one) if word.endswith("*") else _Opening(words=one)
    opening = _Opening()
    if kind_of(first) == PLAIN:
        opening = _Opening(words=frozenset(plain_choices(first[1])))
    else:
        for alternative in first[1]:
            opening |= _opening_of(alternative)
    return opening | _opening_of(program[1:]) if first[2] else opening


def _word(
    element: Element, words: Words, spelled: Sequence[str], i: int, tail: str, before: int
) -> Position | None:
    """One written word, which may be several in the text (`cure-all`, `don't`, `100%`)."""
    pieces, lead, new_tail = written(element)
    if not pieces:
        return i, tail + lead
    if i + len(pieces) > len(spelled):
        return None
    for number, (piece, joint) in enumerate(pieces):
        word = spelled[i + number]
        if word != piece and not (piece.endswith("*") and word.startswith(piece[:-1])):
            return None
        if number and not _joined(words.between(i + number), joint):
            return None
    if before == _FRESH:
        return (i + len(pieces), new_tail) if _preceded_by(lead, words, i) else None
    return (i + len(pieces), new_tail) if _separated(words, i, tail, lead, before) else None


def _separated(words: Words, i: int, tail: str, lead: str, before: int) -> bool:
    """Whether what stands before word `i` is what a phrase has there."""
    if not 0 < i < len(words):
        return False
    between = words.between(i)
    if tail or lead:
        return "".join(between.split()) == tail + lead
    return before == _LOOSE or _separates(between)


def _behind_word(words: Words, i: int) -> int:
    """The number of the word behind word `i` as people count words: an apostrophe joins."""
    i += 1
    while i < len(words) and words.between(i) in _APOSTROPHES:
        i += 1
    return i


def _separates(between: str) -> bool:
    return between == " " or all(c.isspace() or c in _SEPARATORS for c in between)


def _joined(between: str, joint: str) -> bool:
    if joint == "'":
        return between in _APOSTROPHES
    return between == joint if joint else _separates(between)


def _preceded_by(lead: str, words: Words, i: int) -> bool:
    return not lead or words.text.endswith(lead, 0, words.starts[i])


def _followed_by(tail: str, words: Words, i: int) -> bool:
    return not tail or words.text.startswith(tail, words.ends[i - 1])


def _lead(program: Program) -> str:
    return written(program[0])[1] if kind_of(program[0]) == WORD else ""
