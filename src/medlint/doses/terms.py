"""Terms of word lists in a stretch of text, found as the phrase language finds them: no expression is compiled."""

from __future__ import annotations

from functools import lru_cache

from medlint.phrases import PhraseMatcher, Words

Place = tuple[int, int]


class Terms:
    """Looks terms up by the name of their list."""

    def __init__(self, phrases: PhraseMatcher) -> None:
        self._phrases = phrases
        self._words = lru_cache(maxsize=64)(Words)

    def places(self, name: str, text: str) -> list[Place]:
        """Where terms of a list stand in a text, from left to right, the longest at each place, not overlapping."""
        found: list[Place] = []
        for start, end in self._phrases.find_terms(name, self._words(text)):
            if not found or start >= found[-1][1]:
                found.append((start, end))
        return found

    def has(self, name: str, text: str) -> bool:
        """Whether a term of the list stands in the text."""
        return bool(self.places(name, text))

    def without(self, name: str, text: str) -> str:
        """The text with each term of the list replaced by a space."""
        parts, at = [], 0
        for start, end in self.places(name, text):
            parts.append(text[at:start])
            at = end
        return " ".join([*parts, text[at:]])

    def at_start(self, name: str, text: str) -> str:
        """The term of the list that the text begins with, or nothing."""
        first = next(iter(self.places(name, text)), (-1, -1))
        return text[: first[1]] if first[0] == 0 else ""

    def last(self, name: str, text: str) -> str:
        """The last term of the list in the text, or nothing."""
        found = self.places(name, text)
        return text[slice(*found[-1])] if found else ""
