"""Names the parts of a claim: who or what · does what · to which outcome.

A reviewer who sees what medlint took for the treatment, the verb and the outcome can tell at once whether it read the
sentence rightly. Which word lists hold which part is data (rules/language.yml).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from medlint.phrases import PhraseMatcher, Words

Place = tuple[int, int]

_LONGEST = 1_000
"""How many characters before a match are looked at, and behind it: more than a sentence has."""
_NEAR = 30
"""How many characters behind a match its outcome may end."""


class PartNamer:
    """`parts` leads from `who`, `does` and `what` to the names of word lists, and from `stands-for` to words such as
    “it” that may stand for what the sentence before named."""

    def __init__(self, parts: Mapping[str, Sequence[str]], phrases: PhraseMatcher) -> None:
        self._parts, self._phrases = parts, phrases

    def name(self, before: str, sentence: str, start: int, end: int) -> tuple[str, ...]:
        """The parts of the claim at `sentence[start:end]`, quoted as they stand there, those that can be told.

        `before` is the text of the same block in front of the sentence.
        """
        cut = max(0, start - _LONGEST)
        sentence, start, end = sentence[cut : end + _LONGEST], start - cut, end - cut
        before = before[-_LONGEST:]
        words = Words(sentence)
        what = self._first("what", words, start, min(end + _NEAR, len(sentence)))
        does = self._beside(what, words, start, end)
        who = self._last("who", words, min(place[0] for place in (does, what, (start, end)) if place))
        who = who or (self._last("who", words, does[0]) if does else None)
        if not does:
            return ()
        named = [sentence[slice(*place)] for place in (who, does, what) if place]
        if not who and (pronoun := self._pronoun(sentence, does[0])):
            meant = self._last("who", Words(before), len(before))
            named.insert(0, f"{pronoun} ({before[slice(*meant)]})" if meant else pronoun)
        return tuple(named)

    def _first(self, part: str, words: Words, start: int, end: int) -> Place | None:
        """The first term of a part, the longest there is at its place."""
        inside = [place for place in self._places(part, words) if start <= place[0] and place[1] <= end]
        return min(inside, key=lambda place: (place[0], -place[1]), default=None)

    def _beside(self, what: Place | None, words: Words, start: int, end: int) -> Place | None:
        """The verb of the match that stands nearest to the outcome, in front of it if one does."""
        if what is None:
            return self._first("does", words, start, end)
        verbs = [place for place in self._places("does", words) if start <= place[0] and place[1] <= end]
        front = [place for place in verbs if place[1] <= what[0]]
        behind = [place for place in verbs if place[0] >= what[1]]
        last = max(front, key=lambda place: (place[1], -place[0]), default=None)
        return last or min(behind, key=lambda place: (place[0], -place[1]), default=None)

    def _last(self, part: str, words: Words, end: int) -> Place | None:
        """The last term of a part that ends by `end`, with the terms right in front of it: “saffron drops”."""
        inside = sorted(place for place in self._places(part, words) if place[1] <= end)
        if not inside:
            return None
        start, stop = max(inside, key=lambda place: (place[1], -place[0]))
        for place in reversed(inside):
            if words.text[place[1] : start] in (" ", "-"):
                start = place[0]
        return start, stop

    def _places(self, part: str, words: Words) -> Iterator[Place]:
        for name in self._parts[part]:
            yield from self._phrases.find_terms(name, words)

    def _pronoun(self, sentence: str, end: int) -> str:
        """The last word in front of the verb that stands for something said before."""
        spoken = sentence[:end].replace("’", "'").split()
        return next((word for word in reversed(spoken[-4:]) if word.lower() in self._parts["stands-for"]), "")
