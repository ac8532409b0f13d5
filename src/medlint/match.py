"""Sentences in, matches out: one keyword index over all rules, then only the patterns that can match.

The order is by cost. Words of a sentence choose the patterns worth trying; excuses and citations drop most of what
they find; whatever needs spaCy waits until the end and runs only on what is left. No step changes the result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from medlint.evidence import Evidence
from medlint.language import Contexts
from medlint.model import PLACEHOLDER, Block, Document
from medlint.patterns import words_and_symbols
from medlint.quantity import DoseDetector
from medlint.rules import Pattern, Rule, RuleSet
from medlint.tokens import TokenMatcher

_TRIM = PLACEHOLDER + " \t\r\n"


@dataclass(frozen=True, slots=True)
class Match:
    """`text[start:end]` of block number `block` is what `rule` looks for, and nothing excuses it."""

    rule: Rule
    block: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of one block: `start` is its offset in the block's text, `text` its prose, citation marks and
    addresses replaced by placeholders."""

    block: int
    start: int
    text: str


class Matcher:
    """Finds what the chosen rules look for. `rules` are those that are switched on."""

    def __init__(self, rules: Iterable[Rule], rule_set: RuleSet, *, prefilter: bool = True) -> None:
        self._rule_set = rule_set
        self._prefilter = prefilter
        self._rules = tuple(rules)
        self._tokens = TokenMatcher(rule_set.lexicons)
        self._contexts = Contexts(rule_set.language["contexts"], rule_set.lexicon_sources)
        self._always: list[tuple[Rule, Pattern]] = []
        self._index: dict[str, list[tuple[Rule, Pattern]]] = {}
        for rule in self._rules:
            for pattern in rule.patterns:
                if pattern.kind != "structure":
                    self._enter(rule, pattern)
        self._keys_of_word = lru_cache(maxsize=65536)(self._keys_of)

    def _enter(self, rule: Rule, pattern: Pattern) -> None:
        """File a pattern under its most telling group of keywords."""
        if not self._prefilter:
            self._always.append((rule, pattern))
            return
        group = min(pattern.keywords, key=lambda keys: (sum(map(self._breadth, keys)), sorted(keys)))
        for key in group:
            self._index.setdefault(key, []).append((rule, pattern))

    def _breadth(self, key: str) -> int:
        return len(self._rule_set.lexicon_keys[key[1:-1]]) if key.startswith("{") else 1

    # -- keys ------------------------------------------------------------------------------------------------

    @cached_property
    def _prefixes(self) -> dict[int, frozenset[str]]:
        """Keys such as `cur*`, by the length of what stands before the star."""
        keys = {key for rule in self._rules for p in rule.patterns for group in p.keywords for key in group}
        keys.update(key for lexicon in self._rule_set.lexicon_keys.values() for key in lexicon)
        by_length: dict[int, set[str]] = {}
        for key in keys:
            if key.endswith("*") and len(key) > 1:
                by_length.setdefault(len(key) - 1, set()).add(key[:-1])
        return {length: frozenset(prefixes) for length, prefixes in by_length.items()}

    @cached_property
    def _lexicons_of_key(self) -> dict[str, list[str]]:
        """Key → the word lists that have a term beginning with it, through lists within lists."""
        out: dict[str, list[str]] = {}
        for name, keys in self._rule_set.lexicon_keys.items():
            for key in keys:
                out.setdefault(key, []).append("{" + name + "}")
        return out

    def _keys_of(self, word: str) -> tuple[str, ...]:
        """Every key that a word answers to: itself, prefixes of it, and the lists that it may begin a term of."""
        keys = [word, *(word[:n] + "*" for n, prefixes in self._prefixes.items() if word[:n] in prefixes)]
        return (*keys, *(name for key in keys for name in self._lexicons_of_key.get(key, ())))

    def _candidates(self, text: str) -> Iterator[tuple[Rule, Pattern]]:
        if not self._prefilter:
            yield from self._always
            return
        keys: set[str] = set()
        for word in words_and_symbols(text):
            keys.update(self._keys_of_word(word))
        seen: set[int] = set()
        for key in keys & self._index.keys():
            for rule, pattern in self._index[key]:
                if id(pattern) not in seen and not any(keys.isdisjoint(group) for group in pattern.keywords):
                    seen.add(id(pattern))
                    yield rule, pattern

    # -- matching --------------------------------------------------------------------------------------------

    def find(self, document: Document, evidence: Evidence) -> list[Match]:
        """Everything the sentence rules object to in a document, in the order of the text."""
        found: dict[tuple[str, int, int, int], Match] = {}
        for sentence, rule, start, end in self._unexcused(document, evidence):
            match = Match(rule, sentence.block, sentence.start + start, sentence.start + end)
            found.setdefault(_place(rule, sentence, match), match)
            kept = found[_place(rule, sentence, match)]
            if (match.start, -match.end) < (kept.start, -kept.end):
                found[_place(rule, sentence, match)] = match
        ordered = sorted(found.values(), key=lambda m: (m.block, m.start, m.end, m.rule.id))
        return list(_first_per_document(ordered))

    def _unexcused(self, document: Document, evidence: Evidence) -> Iterator[tuple[Sentence, Rule, int, int]]:
        for number, block in enumerate(document.blocks):
            for start, end in evidence.sentences[number]:
                sentence = Sentence(number, start, evidence.prose[number][start:end])
                candidates = [
                    (rule, pattern)
                    for rule, pattern in self._candidates(sentence.text)
                    if block.kind in rule.scope
                ]
                # spaCy comes last, and only for what nothing cites or has flagged already: importing it is the
                # costliest thing we do
                candidates.sort(key=lambda c: c[1].kind == "tokens")
                flagged: set[str] = set()
                for rule, pattern in candidates:
                    if pattern.kind == "tokens" and rule.id in flagged:
                        continue
                    for at in self._matches(pattern, rule, sentence, block, evidence):
                        flagged.add(rule.id)
                        yield sentence, rule, *at

    def _matches(
        self, pattern: Pattern, rule: Rule, sentence: Sentence, block: Block, evidence: Evidence
    ) -> Iterator[tuple[int, int]]:
        if pattern.kind == "tokens" and self._is_cited(rule, sentence, evidence, 0, len(sentence.text)):
            return
        for start, end in self._places(pattern, sentence, block):
            start, end = _trimmed(sentence.text, start, end)
            if (
                start < end
                and self._has_needed(pattern, sentence.text, start, end)
                and not self._is_excused(rule, sentence.text, start, end, block)
                and not self._is_cited(rule, sentence, evidence, start, end)
            ):
                yield start, end
                if rule.per != "match":
                    return

    def _places(self, pattern: Pattern, sentence: Sentence, block: Block) -> Iterable[tuple[int, int]]:
        if pattern.kind == "tokens":
            return self._tokens.find(pattern.tokens, sentence.text)
        if pattern.kind == "quantity":
            kinds = (pattern.options or {}).get("kinds", ["dose"])
            header = block.label if block.kind == "table-cell" else ""
            return [(d.start, d.end) for d in self.doses.find(sentence.text, header) if d.kind in kinds]
        regex = self._rule_set.regex(pattern.source, case_sensitive=pattern.case_sensitive)
        return (m.span() for m in regex.finditer(sentence.text))

    @cached_property
    def doses(self) -> DoseDetector:
        """What the pattern kind `quantity` finds doses with."""
        return DoseDetector(self._rule_set.lexicons)

    def _has_needed(self, pattern: Pattern, text: str, start: int, end: int) -> bool:
        return not pattern.needs or bool(self._rule_set.regex(pattern.needs).search(_without(text, start, end)))

    def _is_excused(self, rule: Rule, text: str, start: int, end: int, block: Block) -> bool:
        for source in rule.excuses:
            if self._rule_set.regex(source).search(text):
                return True
        return any(self._in_context(context, text, start, end, block) for context in rule.contexts)

    def _in_context(self, context: str, text: str, start: int, end: int, block: Block) -> bool:
        if block.kind in self._rule_set.language["contexts"][context].get("kinds", ()):
            return True
        return self._contexts.holds(context, text, start, end)

    @staticmethod
    def _is_cited(rule: Rule, sentence: Sentence, evidence: Evidence, start: int, end: int) -> bool:
        if not rule.cited:
            return False
        scope = None if rule.cited == "configured" else rule.cited
        return bool(evidence.covering(sentence.block, sentence.start + start, sentence.start + end, scope))


def _place(rule: Rule, sentence: Sentence, match: Match) -> tuple[str, int, int, int]:
    """What counts as one finding of a rule: a sentence, a match, a block."""
    if rule.per == "match":
        return rule.id, match.block, match.start, match.end
    if rule.per == "sentence":
        return rule.id, match.block, sentence.start, -1
    return rule.id, match.block, -1, -1


def _first_per_document(matches: Iterable[Match]) -> Iterator[Match]:
    done: set[str] = set()
    for match in matches:
        if match.rule.id not in done:
            yield match
        if match.rule.per == "document":
            done.add(match.rule.id)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    stretch = text[start:end]
    return start + len(stretch) - len(stretch.lstrip(_TRIM)), end - len(stretch) + len(stretch.rstrip(_TRIM))


def _without(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]
