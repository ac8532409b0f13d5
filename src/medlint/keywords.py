"""From the words of a sentence to the patterns that could match it.

The index over the keywords of all patterns is made when rules are compiled (`ruleindex`); here it is asked. It is
sound: a pattern it leaves out cannot match. It is a filter and no more, so a linter without it finds the same (a
test compares them).
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence, Set
from functools import cache, cached_property
from typing import NamedTuple

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
        self._group = cache(lambda words: frozenset(words.split(" ")))
        self._entry = cache(self._read_entry)
        self._wanted = cache(self._rule_and_pattern)

    def candidates(self, text: str, chosen: Container[str]) -> Iterator[tuple[Rule, Pattern]]:
        """The patterns of the chosen rules whose keywords are all among the keys of a text."""
        known = [self._rule_set.words.of(word) for word in words_and_symbols(text)]
        keys = frozenset().union(*[word.keys for word in known])
        for number in sorted(frozenset().union(*[word.patterns for word in known])):
            entry = self._entry(number)
            if entry.rule in chosen and not any(map(keys.isdisjoint, entry.others)):
                yield self._wanted(number)

    def keys(self, text: str) -> frozenset[str]:
        """Every key that the words and symbols of a text answer to."""
        return frozenset().union(*[self._rule_set.words.of(word).keys for word in words_and_symbols(text)])

    @cached_property
    def _written(self) -> Sequence[str]:
        return self._rule_set.candidates

    def _read_entry(self, number: int) -> _Entry:
        rule_id, at, *groups = self._written[number].split("|")
        return _Entry(rule_id, int(at), [self._group(group) for group in groups])

    def _rule_and_pattern(self, number: int) -> tuple[Rule, Pattern]:
        entry = self._entry(number)
        rule = self._rule_set.rules[entry.rule]
        return rule, rule.patterns[entry.at]


class _Entry(NamedTuple):
    """Of a pattern its rule, its number in the rule, and the groups of keywords that must be there beside the one that
    made it be thought of."""

    rule: str
    at: int
    others: Sequence[Set[str]]
