"""One index over the keywords of all patterns: from the words of a sentence to the patterns that could match it.

The index is sound: a pattern it leaves out cannot match. It is a filter and no more, so a linter without it finds
the same (a test compares them).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache

from medlint.patterns import lexicon_keys, words_and_symbols
from medlint.rules import Pattern, Rule, RuleSet

Entry = tuple[Rule, Pattern]


class KeywordIndex:
    """Files each pattern under the most telling group of its keywords."""

    def __init__(self, entries: Iterable[Entry], rule_set: RuleSet) -> None:
        self._rule_set = rule_set
        self._entries = list(entries)
        self._index: dict[str, list[Entry]] = {}
        for rule, pattern in self._entries:
            for key in min(pattern.keywords, key=lambda keys: (sum(map(self._breadth, keys)), sorted(keys))):
                self._index.setdefault(key, []).append((rule, pattern))
        self._keys_of = lru_cache(maxsize=65536)(self._find_keys)

    def candidates(self, text: str) -> Iterator[Entry]:
        """The patterns whose keywords are all in a sentence."""
        keys: set[str] = set()
        for word in words_and_symbols(text):
            keys.update(self._keys_of(word))
        seen: set[int] = set()
        for key in keys & self._index.keys():
            for rule, pattern in self._index[key]:
                if id(pattern) not in seen and not any(map(keys.isdisjoint, pattern.keywords)):
                    seen.add(id(pattern))
                    yield rule, pattern

    def _breadth(self, key: str) -> int:
        """How many words answer to a key: the fewer, the more a sentence says by having it."""
        return len(self._rule_set.lexicons[key[1:-1]]) if key.startswith("{") and len(key) > 1 else 1

    def _find_keys(self, word: str) -> frozenset[str]:
        """Every key that a word answers to: itself, prefixes of it, and the lists that it may begin a term of."""
        keys = {word, *(word[:n] + "*" for n, prefixes in self._prefixes.items() if word[:n] in prefixes)}
        new = set(keys)
        while new:
            new = {name for key in new for name in self._lists_of_key.get(key, ())} - keys
            keys |= new
        return frozenset(key for key in keys if key in self._wanted)

    @cached_property
    def _wanted(self) -> frozenset[str]:
        return frozenset(key for _, pattern in self._entries for group in pattern.keywords for key in group)

    @cached_property
    def _prefixes(self) -> Mapping[int, frozenset[str]]:
        """Keys such as `cur*`, by the length of what stands before the star."""
        by_length: dict[int, set[str]] = {}
        for key in (*self._wanted, *self._lists_of_key):
            if key.endswith("*") and len(key) > 1:
                by_length.setdefault(len(key) - 1, set()).add(key[:-1])
        return {length: frozenset(prefixes) for length, prefixes in by_length.items()}

    @cached_property
    def _lists_of_key(self) -> Mapping[str, list[str]]:
        """Key → the word lists that have a term beginning with it, or that include such a list."""
        found: dict[str, list[str]] = {}
        for name, lexicon in self._rule_set.compiled_lexicons.items():
            for key in lexicon_keys(lexicon):
                found.setdefault(key, []).append("{" + name + "}")
            for included in lexicon["includes"]:
                found.setdefault("{" + included + "}", []).append("{" + name + "}")
        return found
