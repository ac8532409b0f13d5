"""Sentences in, matches out: one keyword index over all rules, then only the patterns that can match.

The order is by cost. Words of a sentence choose the patterns worth trying; excuses and citations drop most of what
they find; whatever needs spaCy waits until the end and runs only on what is left. No step changes the result.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence, Set
from functools import cache, cached_property, lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple

from medlint.evidence import Evidence
from medlint.keywords import KeywordIndex
from medlint.language import Contexts
from medlint.literals import contains
from medlint.model import PLACEHOLDER, Block, Document
from medlint.phrases import Words, words_of
from medlint.rules import Pattern, Rule, RuleSet

if TYPE_CHECKING:
    from medlint.quantity import Dose, DoseDetector
    from medlint.tokens import TokenMatcher

_LONGEST_SENTENCE = 5_000
"""How far into a sentence expressions look: no person writes a longer one, and time must stay bounded."""
_BEHIND_A_QUESTION = PLACEHOLDER + " \t\r\n\"'”’)*_"
_TRIM = PLACEHOLDER + " \t\r\n"


class Match(NamedTuple):
    """`text[start:end]` of block number `block` is what `rule` looks for, and nothing excuses it."""

    rule: Rule
    block: int
    start: int
    end: int


class Sentence(NamedTuple):
    """One sentence of one block: `start` is its offset in the block's text, `text` its prose, citation marks and
    addresses replaced by placeholders, `words` its words for phrases,
    `folded` its text without regard to capitals, `introduction` what stands over it."""

    block: int
    start: int
    text: str
    words: Words
    folded: str
    introduction: Callable[[], Words]


class Matcher:
    """Finds what the chosen rules look for, given by their ids. `prefilter` is for the test that the keyword index
    changes nothing."""

    def __init__(self, rule_set: RuleSet, chosen: Collection[str], *, prefilter: bool = True) -> None:
        self._rule_set = rule_set
        self._contexts = Contexts(rule_set.language["contexts"], rule_set.phrases)
        self._chosen = chosen
        self._index = KeywordIndex.of(rule_set)
        self._prefilter = prefilter
        self._doses_of = lru_cache(maxsize=256)(lambda text, header: self._dose_detector.find(text, header))

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
            asked = ""
            for start, end in evidence.sentences[number]:
                text = evidence.prose[number][start:end]
                introduction = cache(partial(_introduction, document.blocks, number, asked))
                asked = text if text.rstrip(_BEHIND_A_QUESTION).endswith("?") else ""
                sentence = Sentence(number, start, text, words_of(text), text.casefold(), introduction)
                cited = _Citations(evidence, sentence)
                candidates = [
                    (rule, pattern)
                    for rule, pattern in self._candidates(sentence, block)
                    if block.kind in rule.scope and not cited.excuse(rule)
                ]
                # spaCy comes last, and only for what nothing cites or has flagged already: importing it is the
                # costliest thing we do
                candidates.sort(key=lambda c: c[1].kind == "tokens")
                flagged: set[str] = set()
                for rule, pattern in candidates:
                    if pattern.kind == "tokens" and rule.id in flagged:
                        continue
                    for at in self._matches(pattern, rule, sentence, block):
                        flagged.add(rule.id)
                        yield sentence, rule, *at

    def _candidates(self, sentence: Sentence, block: Block) -> Iterable[tuple[Rule, Pattern]]:
        if not self._prefilter:
            return self._all
        header = f" {block.label}" if block.kind == "table-cell" else ""
        return self._index.candidates(sentence.text + header, self._chosen)

    def keys(self, text: str) -> Set[str]:
        """The keywords that a text answers to."""
        return self._index.keys(text)

    def touches(self, context: str, text: str) -> bool:
        """Whether some of the words of a sentence stand in a context."""
        return self._contexts.touches(context, text)

    @cached_property
    def _all(self) -> list[tuple[Rule, Pattern]]:
        rules = [self._rule_set.rules[rule_id] for rule_id in self._chosen]
        return [(rule, p) for rule in rules for p in rule.patterns if p.kind != "structure"]

    def _matches(
        self, pattern: Pattern, rule: Rule, sentence: Sentence, block: Block
    ) -> Iterator[tuple[int, int]]:
        if pattern.under and not self._stands_under(pattern, sentence):
            return
        for start, end in self._places(pattern, sentence, block):
            start, end = _trimmed(sentence.text, start, end)
            if (
                start < end
                and self._has_needed(pattern, sentence, start, end)
                and not self._is_excused(rule, sentence, start, end, block)
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
            return [(d.start, d.end) for d in self.find_doses(sentence.text, header) if d.kind in kinds]
        if pattern.kind == "phrase":
            return self._rule_set.phrases.find(
                pattern.program, sentence.words, case_sensitive=pattern.case_sensitive
            )
        if self._prefilter and not contains(sentence.folded, pattern.contains):
            return ()
        regex = self._rule_set.regex(pattern.source, case_sensitive=pattern.case_sensitive)
        return (m.span() for m in regex.finditer(sentence.text, 0, _LONGEST_SENTENCE))

    def find_doses(self, text: str, header: str = "") -> Sequence[Dose]:
        """The doses and other amounts of a sentence, or of a table cell under a header."""
        return self._doses_of(text, header)

    @cached_property
    def _dose_detector(self) -> DoseDetector:
        from medlint.quantity import DoseDetector

        return DoseDetector(self._rule_set.lexicons, self._rule_set.phrases)

    @cached_property
    def _tokens(self) -> TokenMatcher:
        from medlint.tokens import TokenMatcher

        return TokenMatcher(self._rule_set.lexicons)

    def _stands_under(self, pattern: Pattern, sentence: Sentence) -> bool:
        words = sentence.introduction()
        return any(any(self._rule_set.phrases.find(phrase, words)) for phrase in pattern.under)

    def _has_needed(self, pattern: Pattern, sentence: Sentence, start: int, end: int) -> bool:
        found = (at for phrase in pattern.needs for at in self._rule_set.phrases.find(phrase, sentence.words))
        return not pattern.needs or any(at[1] <= start or end <= at[0] for at in found)

    def _is_excused(self, rule: Rule, sentence: Sentence, start: int, end: int, block: Block) -> bool:
        if any(any(self._rule_set.phrases.find(phrase, sentence.words)) for phrase in rule.excuses):
            return True
        header = words_of(block.label) if rule.columns and block.kind == "table-cell" else ()
        if header and any(any(self._rule_set.phrases.find(phrase, header)) for phrase in rule.columns):
            return True
        return any(self._in_context(context, sentence, start, end, block) for context in rule.contexts)

    def _in_context(self, context: str, sentence: Sentence, start: int, end: int, block: Block) -> bool:
        data = self._rule_set.language["contexts"][context]
        if block.kind in data.get("kinds", ()):
            return True
        if data.get("reach") == "block":
            at = sentence.start
            return self._contexts.holds(context, block.text, at + start, at + end)
        return self._contexts.holds(context, sentence.text, start, end)


def _introduction(blocks: Sequence[Block], number: int, asked: str) -> Words:
    """What a reader has in mind at a sentence of a block: the question before it (`asked`), the header of its column
    and the first cell of its row, the stem of its list, the heading it stands under; a line each."""
    block = blocks[number]
    lines = [asked, block.label] if block.kind == "table-cell" else [asked]
    row = block.group, block.row
    first = number
    while first and block.row >= 0 and (blocks[first - 1].group, blocks[first - 1].row) == row:
        first -= 1
    lines += [blocks[at].text for at in (first, block.lead, block.section) if at not in (-1, number)]
    return Words("\n".join(lines))


class _Citations:
    """Whether a sentence is cited, asked once for each scope."""

    def __init__(self, evidence: Evidence, sentence: Sentence) -> None:
        self._evidence, self._sentence = evidence, sentence
        self._known: dict[str, bool] = {}

    def excuse(self, rule: Rule) -> bool:
        """Whether citations excuse what the rule would find in the sentence."""
        if rule.cited and rule.cited not in self._known:
            at, scope = self._sentence, None if rule.cited == "configured" else rule.cited
            covering = self._evidence.covering(at.block, at.start, at.start + len(at.text), scope)
            self._known[rule.cited] = bool(covering)
        return bool(rule.cited) and self._known[rule.cited]


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
