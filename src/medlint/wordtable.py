"""What each word of a text answers to: keywords of patterns, and terms of word lists that begin with it.

A run looks at some hundred words of the many thousand that rules and lists know, so the table is kept in rows, each
with a few words, and a row is read when the first of its words is met.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from medlint.patterns import Program, packed


class Known(NamedTuple):
    """What is known of a word: its `keys` (itself, beginnings of it, lists as `{name}` that have a term with such a
    key), the numbers of the `patterns` that are thought of by one of them, and the names of the `lists` that have a
    term which begins with it."""

    keys: frozenset[str]
    patterns: frozenset[int]
    lists: frozenset[str]


class Rows(NamedTuple):
    """`words`: for keys the numbers of the patterns that are thought of by it, the lists that have it, and the names of
    those with a term that begins with it, with bars between. `terms`: for keys those terms by the name of their list:
    what follows the first word of plain ones as one text with semicolons between, and programs."""

    words: list[dict[str, str]]
    terms: list[dict[str, dict[str, Sequence[Any]]]]


def make_rows(
    anchors: Mapping[str, Sequence[int]],
    lists: Mapping[str, Sequence[str]],
    terms: Mapping[str, Mapping[str, Sequence[Program]]],
) -> Rows:
    """The rows of a table of all keys, each with what belongs to some of them."""
    keys = sorted({*anchors, *lists, *terms})
    rows = Rows([{} for _ in keys] or [{}], [{} for _ in terms] or [{}])
    for key in keys:
        numbers = " ".join(map(str, anchors.get(key, ())))
        told = "|".join([numbers, " ".join(lists.get(key, ())), " ".join(terms.get(key, ()))])
        rows.words[_row(key, len(rows.words))][key] = told
    for key, begun in terms.items():
        compact = {name: _compact(key, programs) for name, programs in begun.items()}
        rows.terms[_row(key, len(rows.terms))][key] = compact
    return rows


def _compact(first: str, terms: Sequence[Program]) -> Sequence[Any]:
    plain = ";".join(dict.fromkeys(term[len(first) + 1 :] for term in terms if isinstance(term, str)))
    programs = [packed(term) for term in terms if not isinstance(term, str)]
    if not programs:
        return plain
    return [plain, *programs] if any(isinstance(term, str) for term in terms) else programs


def _row(key: str, rows: int) -> int:
    return zlib.crc32(key.encode("utf-8", "surrogatepass")) % rows


class WordTable:
    """`words` and `terms` are those of `make_rows`, `prefixes` the keys that are beginnings of words, as `benefit*`."""

    def __init__(
        self,
        words: Sequence[Mapping[str, str]],
        terms: Sequence[Mapping[str, Mapping[str, Sequence[Any]]]],
        prefixes: Sequence[str],
    ) -> None:
        self._word_rows, self._term_rows = words, terms
        self._prefixes: dict[str, list[str]] = {}
        for prefix in prefixes:
            self._prefixes.setdefault(prefix[0], []).append(prefix[:-1])
        self.of = lru_cache(maxsize=65536)(self._of)
        self.terms = lru_cache(maxsize=65536)(self._terms)
        self._entry = lru_cache(maxsize=65536)(self._find)
        self._terms_of_key = lru_cache(maxsize=65536)(self._find_terms)

    def _of(self, word: str) -> Known:
        """What is known of a word."""
        keys = self._beginnings(word)
        entries = [entry for entry in map(self._entry, keys) if entry]
        if not entries:
            return Known(frozenset(keys), _NONE, _NO_LISTS)
        names = " ".join([entry[1] for entry in entries]).split()
        entries_of_lists = [entry for entry in map(self._entry, names) if entry]
        numbers = " ".join([entry[0] for entry in (*entries, *entries_of_lists)])
        lists = frozenset(" ".join([entry[2] for entry in entries]).split())
        return Known(frozenset([*keys, *names]), frozenset(map(int, numbers.split())), lists)

    def _terms(self, word: str, name: str) -> Sequence[Program]:
        """The terms of a list that begin with a word, or with a beginning of it."""
        found: list[Program] = []
        for key in self._beginnings(word):
            begun = self._terms_of_key(key).get(name, ())
            for term in [begun] if isinstance(begun, str) else begun:
                if isinstance(term, str):
                    found += [f"{word} {rest}" if rest else word for rest in term.split(";")]
                else:
                    found.append(term)
        return found

    def _beginnings(self, word: str) -> list[str]:
        """The keys that stand for a word: itself, and beginnings of it."""
        return [word, *[p + "*" for p in self._prefixes.get(word[0], ()) if word.startswith(p)]]

    def _find(self, key: str) -> list[str] | None:
        found = self._word_rows[_row(key, len(self._word_rows))].get(key)
        return found.split("|") if found else None

    def _find_terms(self, key: str) -> Mapping[str, Sequence[Any]]:
        return self._term_rows[_row(key, len(self._term_rows))].get(key, {})


_NONE: frozenset[int] = frozenset()
_NO_LISTS: frozenset[str] = frozenset()
