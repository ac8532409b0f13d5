"""Token patterns: spaCy's Matcher over sentences whose terms are marked with the names of their word lists.

spaCy is imported when the first sentence gets here, never before: it costs ten times the rest of a run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import Matcher, PhraseMatcher
    from spacy.tokens import Doc

_SIMPLE = frozenset("()*{}|?")


class TokenMatcher:
    """Finds token patterns. `lexicons` are the word lists that a pattern may name under ENT_TYPE, in capitals and
    with `_` for `-`."""

    def __init__(self, lexicons: Mapping[str, Sequence[str]]) -> None:
        self._lexicons = lexicons
        self._phrase_matcher = lru_cache(maxsize=None)(self._make_phrase_matcher)
        self._documents = lru_cache(maxsize=256)(self._read)
        self._matchers: dict[str, tuple[Matcher, tuple[str, ...]]] = {}

    def find(self, tokens: Sequence[Mapping[str, Any]], text: str) -> list[tuple[int, int]]:
        """The stretches of `text` that the pattern matches, as character offsets, in order, not overlapping.

        Raises ValueError when the pattern is not one that spaCy's Matcher accepts.
        """
        matcher, labels = self._matcher(tokens)
        document = self._documents(text, labels)
        return sorted((span.start_char, span.end_char) for span in matcher(document, as_spans=True))

    @cached_property
    def _language(self) -> Language:
        import spacy

        return spacy.blank("en")

    def _matcher(self, tokens: Sequence[Mapping[str, Any]]) -> tuple[Matcher, tuple[str, ...]]:
        key = repr(tokens)
        if key not in self._matchers:
            from spacy.matcher import Matcher

            matcher = Matcher(self._language.vocab, validate=True)
            matcher.add("pattern", [[dict(token) for token in tokens]], greedy="LONGEST")
            self._matchers[key] = matcher, _labels(tokens)
        return self._matchers[key]

    def _read(self, text: str, labels: tuple[str, ...]) -> Doc:
        """The tokens of a text, the terms of the named word lists marked as entities, longest first."""
        from spacy.util import filter_spans

        document = self._language.make_doc(text)
        spans = [span for label in labels for span in self._phrase_matcher(label)(document, as_spans=True)]
        document.ents = filter_spans(spans)
        return document

    def _make_phrase_matcher(self, label: str) -> PhraseMatcher:
        from spacy.matcher import PhraseMatcher

        matcher = PhraseMatcher(self._language.vocab, attr="LOWER")
        terms = [term for term in self._lexicons[label.lower().replace("_", "-")] if _SIMPLE.isdisjoint(term)]
        matcher.add(label, [self._language.make_doc(term) for term in terms])
        return matcher


def _labels(tokens: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    labels = []
    for token in tokens:
        wanted = token.get("ENT_TYPE")
        labels += [wanted] if isinstance(wanted, str) else list((wanted or {}).get("IN", ()))
    return tuple(dict.fromkeys(label for label in labels if label))
