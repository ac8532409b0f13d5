"""From the words of a sentence to the patterns that could match it.

The index over the keywords of all patterns is made when rules are compiled (`rulefiles`); here it is asked. It is
sound: a pattern it leaves out cannot match. It is a filter and no more, so a linter without it finds the same (a
test compares them).
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Set
from functools import cache, cached_property, lru_cache

from medlint.patterns import words_and_symbols
from medlint.rules import Pattern, Rule, RuleSet


class KeywordIndex:
    """Answers which patterns of the chosen rules are worth trying."""

    @classmethod
    def of(cls, rule_set: RuleSet) -> KeywordIndex:
        """The index of a set of rules, made once and kept as long as the rules."""
        index: KeywordIndex | None = rule_set.__dict__.get("_keyword_index")
        if index is None:
            index = rule_set.__dict__["_keyword_index"] = cls(rule_set)
        return index

    def __init__(self, rule_set: RuleSet) -> None:
        self._rule_set = rule_set
        self._anchors: Mapping[str, str] = rule_set.index["anchors"]
        self._entry = cache(self._read_entry)
        self._group = cache(lambda number: frozenset(rule_set.index["groups"][number].split(" ")))
        self._numbers = cache(lambda key: [int(number) for number in self._anchors[key].split()])
        self._keys_of = lru_cache(maxsize=65536)(self._find_keys)

    def candidates(self, keys: Set[str], chosen: Container[str]) -> Iterator[tuple[Rule, Pattern]]:
        """The patterns of the chosen rules whose keywords are all among the keys of a text."""
        numbers = {number for key in keys & self._anchors.keys() for number in self._numbers(key)}
        for number in sorted(numbers):
            rule_id, at, others = self._entry(number)
            if rule_id in chosen and not any(map(keys.isdisjoint, others)):
                rule = self._rule_set.rules[rule_id]
                yield rule, rule.patterns[at]

    def _read_entry(self, number: int) -> tuple[str, int, list[frozenset[str]]]:
        """Of a pattern its rule, its number in the rule, and the groups of keywords that must be there as well."""
        rule_id, at, *groups = self._rule_set.index["patterns"][number].split(" ")
        return rule_id, int(at), [self._group(int(group)) for group in groups]

    def lists_lacking(self, keys: Set[str]) -> Set[str]:
        """The word lists without a term in a text with these keys, of those that the index knows."""
        return self._known_lists - {key[1:-1] for key in keys if key[0] == "{"}

    @cached_property
    def _known_lists(self) -> frozenset[str]:
        names = (names.split(" ") for names in self._rule_set.index["lists"])
        return frozenset(name[1:-1] for some in names for name in some)

    def keys(self, text: str) -> set[str]:
        """Every key that the words and symbols of a text answer to."""
        keys: set[str] = set()
        for word in words_and_symbols(text):
            keys.update(self._keys_of(word))
        return keys

    def _find_keys(self, word: str) -> frozenset[str]:
        """Every key that a word answers to: itself, prefixes of it, and the lists that it may begin a term of."""
        keys = [word, *(word[:n] + "*" for n, prefixes in self._prefixes.items() if word[:n] in prefixes)]
        return frozenset([*keys, *(name for key in keys for name in self._lists_of_key.get(key, ()))])

    @cached_property
    def _lists_of_key(self) -> dict[str, list[str]]:
        """Word or beginning of a word → the lists that have a term with that key."""
        of_key: dict[str, list[str]] = {}
        for names, keys in self._rule_set.index["lists"].items():
            of_key.update(dict.fromkeys(keys.split(" "), names.split(" ")))
        return of_key

    @cached_property
    def _prefixes(self) -> dict[int, set[str]]:
        """The beginnings of words that are keys, by their length."""
        by_length: dict[int, set[str]] = {}
        for prefix in self._rule_set.index["prefixes"]:
            by_length.setdefault(len(prefix), set()).add(prefix)
        return by_length
