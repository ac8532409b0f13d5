"""Sentences in, matches out: one keyword index over all rules, then only the patterns that can match.

The order is by cost. Words of a sentence choose the patterns worth trying; excuses and citations drop most of what
they find; whatever needs spaCy waits until the end and runs only on what is left. No step changes the result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from medlint.evidence import Evidence
from medlint.keywords import KeywordIndex
from medlint.language import Contexts
from medlint.model import PLACEHOLDER, Block, Document
from medlint.phrases import Words
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
    addresses replaced by placeholders, `words` its words for phrases."""

    block: int
    start: int
    text: str
    words: Words


class Matcher:
    """Finds what the chosen rules look for. `rules` are those that are switched on; `prefilter` is for the test
    that the keyword index changes nothing."""

    def __init__(self, rules: Iterable[Rule], rule_set: RuleSet, *, prefilter: bool = True) -> None:
        self._rule_set = rule_set
        self._tokens = TokenMatcher(rule_set.lexicons)
        self._contexts = Contexts(rule_set.language["contexts"], rule_set.phrases)
        entries = [(rule, p) for rule in rules for p in rule.patterns if p.kind != "structure"]
        self._candidates: Callable[[str], Iterable[tuple[Rule, Pattern]]]
        self._candidates = KeywordIndex(entries, rule_set).candidates if prefilter else lambda text: entries

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
                text = evidence.prose[number][start:end]
                sentence = Sentence(number, start, text, Words(text))
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
                and self._has_needed(pattern, sentence, start, end)
                and not self._is_excused(rule, sentence, start, end, block)
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
        if pattern.kind == "phrase":
            return self._rule_set.phrases.find(
                pattern.program, sentence.words, case_sensitive=pattern.case_sensitive
            )
        regex = self._rule_set.regex(pattern.source, case_sensitive=pattern.case_sensitive)
        return (m.span() for m in regex.finditer(sentence.text))

    @cached_property
    def doses(self) -> DoseDetector:
        """What the pattern kind `quantity` finds doses with."""
        return DoseDetector(self._rule_set.lexicons)

    def _has_needed(self, pattern: Pattern, sentence: Sentence, start: int, end: int) -> bool:
        found = (at for phrase in pattern.needs for at in self._rule_set.phrases.find(phrase, sentence.words))
        return not pattern.needs or any(at[1] <= start or end <= at[0] for at in found)

    def _is_excused(self, rule: Rule, sentence: Sentence, start: int, end: int, block: Block) -> bool:
        if any(any(self._rule_set.phrases.find(phrase, sentence.words)) for phrase in rule.excuses):
            return True
        return any(self._in_context(context, sentence.text, start, end, block) for context in rule.contexts)

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
