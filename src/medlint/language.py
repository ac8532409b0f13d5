"""English, as far as a rule needs it: where sentences end, and what the words around a match say about it.

Both are data (rules/language.yml). Measured against trained sentence splitters on biomedical text, a short list
of abbreviations did better than any of them and costs nothing to load.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from medlint.expressions import compiled
from medlint.phrases import PhraseMatcher, Words

CONTEXTS = (
    "negated",
    "denied",
    "hedged",
    "question",
    "quoted",
    "attributed",
    "animal",
    "limited",
    "absolute",
)

# A stop, closing quotes or brackets, then citation marks: all of it belongs to the sentence before.
_STOP = compiled(
    r"(?P<stop>[.!?…]+)"
    r"(?P<close>[\"'”’»)\]*_]*)"
    r"(?P<marks>(?:\s?\[[\d^][\d\s,;–-]{0,30}\]|[⁰¹²³⁴-⁹⁻˒]|\^[\d,–-]{1,12}\^|\s?\ufffc)*)"
    r"(?=\s|$)"
)
_TOKEN_BEFORE = compiled(r"(?:[^\W_]+\.)*[^\W_]+$")
_NEXT = compiled(r"\s*[\"'“”‘’«(\[*_¿¡]*(?P<word>[^\W_]+)?")


class Endings(NamedTuple):
    """Which full stops do not end a sentence (all in lower case, without their last full stop)."""

    never_end: frozenset[str] = frozenset()
    may_end: frozenset[str] = frozenset()
    before_number: frozenset[str] = frozenset()
    letter_names: frozenset[str] = frozenset()
    joined: Mapping[str, frozenset[str]] = MappingProxyType({})

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Endings:
        """From the `sentences` part of rules/language.yml."""
        return cls(
            frozenset(data["never-end"]),
            frozenset(data["may-end"]),
            frozenset(data["before-number"]),
            frozenset(data["letter-names"]),
            {word: frozenset(followers) for word, followers in data["joined"].items()},
        )


def split_sentences(text: str, endings: Endings = Endings()) -> list[tuple[int, int]]:
    """The sentences of a block as (start, end) offsets, without the white space around them.

    Citation marks behind a full stop belong to the sentence that they follow.
    """
    cuts = [m.end() for m in _STOP.finditer(text) if _ends_sentence(text, m, endings)]
    spans = []
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        stretch = text[start:end]
        if stretch.strip():
            spans.append((start + len(stretch) - len(stretch.lstrip()), start + len(stretch.rstrip())))
    return spans


def _ends_sentence(text: str, stop: re.Match[str], endings: Endings) -> bool:
    following = _NEXT.match(text, stop.end())
    word = (following and following["word"]) or ""
    if stop.end() == len(text) or not word:
        return True
    if word[0].islower() and not _capital_inside(word):
        return False
    if stop["stop"] != "." or stop["close"]:
        return True
    before = _TOKEN_BEFORE.search(text, max(0, stop.start() - 40), stop.start())
    return before is None or not _is_abbreviation(text, before, word, endings)


def _capital_inside(word: str) -> bool:
    """eGFR and mRNA begin sentences, "and" does not."""
    return any(c.isupper() for c in word[1:3])


def _is_abbreviation(text: str, before: re.Match[str], following: str, endings: Endings) -> bool:
    token = before.group().lower()
    if token in endings.never_end:
        return token != "al" or not following[0].isupper()
    if following[0].isdigit() and token in endings.before_number:
        return True
    if token in endings.may_end:
        return following.lower() in endings.joined.get(token, ())
    alone = before.start() == 0 or text[before.start() - 1] not in "/%°"
    if len(token) == 1 and alone and before.group().isupper() and token.isalpha():
        return _word_before(text, before.start()) not in endings.letter_names
    return bool(re.fullmatch(r"(?:[A-Z]\.)+[A-Z]", before.group())) and following[0].isdigit()


def _word_before(text: str, offset: int) -> str:
    m = re.search(r"([^\W_]+)\W*$", text[max(0, offset - 30) : offset])
    return m[1].lower() if m else ""


# -- contexts ------------------------------------------------------------------------------------------------


class Contexts:
    """Answers whether the words around a match put it into a context (negated, hedged, quoted, …).

    `data` is the `contexts` part of rules/language.yml with its phrases read; `phrases` finds them.
    """

    def __init__(self, data: Mapping[str, Any], phrases: PhraseMatcher) -> None:
        self._data = data
        self._phrases = phrases
        self._found = lru_cache(maxsize=512)(self._find)
        self._expressions = lru_cache(maxsize=None)(self._compile)

    def holds(self, context: str, sentence: str, start: int, end: int) -> bool:
        """Whether `sentence[start:end]` stands in the context. The match itself never excuses itself: its words
        are not read as cues."""
        if context == "question":
            return self._is_question(sentence)
        if context == "quoted":
            return self._is_quoted(sentence, start, end)
        return (
            any(not _overlap(cue, (start, end)) for cue in self._found(context, "anywhere", sentence))
            or self._cue_before(context, sentence, start)
            or self._cue_behind(context, sentence, end)
        )

    def touches(self, context: str, sentence: str) -> bool:
        """Whether any words of the sentence stand in the context."""
        words = Words(sentence)
        return any(self.holds(context, sentence, *at) for at in zip(words.starts, words.ends, strict=True))

    def _cue_before(self, context: str, sentence: str, start: int) -> bool:
        data = self._data[context]
        if "before" not in data:
            return False
        first = max(0, start - data["before"]["within"], self._clause_start(context, sentence, start))
        return any(first <= cue[0] and cue[1] <= start for cue in self._found(context, "before", sentence))

    def _cue_behind(self, context: str, sentence: str, end: int) -> bool:
        data = self._data[context]
        if "behind" not in data:
            return False
        last = min(end + data["behind"]["within"], self._clause_end(context, sentence, end))
        return any(end <= cue[0] and cue[1] <= last for cue in self._found(context, "behind", sentence))

    def _clause_start(self, context: str, sentence: str, start: int) -> int:
        """Where the clause of a match begins: behind the last word or sign that ends the scope of a cue."""
        ends = [end for _, end in self._found(context, "ends", sentence) if end <= start]
        symbols = (
            sentence.rfind(symbol, 0, start) + 1 for symbol in self._data[context].get("end-symbols", "")
        )
        return max([0, *ends, *symbols])

    def _clause_end(self, context: str, sentence: str, end: int) -> int:
        """Where the clause of a match ends: before the next word or sign that ends the scope of a cue."""
        data = self._data[context]
        signs = (*data.get("end-symbols", ""), *data["behind"].get("ends-at", ()))
        places = [sentence.find(sign, end) for sign in signs]
        places += [start for start, _ in self._found(context, "ends", sentence) if start >= end]
        return min((place for place in places if place >= 0), default=len(sentence))

    def _find(self, context: str, part: str, sentence: str) -> tuple[tuple[int, int], ...]:
        """The cues of one part of a context in a sentence, without those that only look like one."""
        data = self._data[context]
        section = data.get(part, {})
        lexicon = section if part == "ends" else section.get("phrases")
        words = Words(sentence)
        found = list(self._phrases.find_any(lexicon, words)) if lexicon else []
        if part == "anywhere":
            found += [m.span() for regex in self._expressions(context) for m in regex.finditer(sentence)]
        if found and "never" in data and part != "ends":
            lookalikes = list(self._phrases.find_any(data["never"], words))
            found = [cue for cue in found if not any(_overlap(cue, other) for other in lookalikes)]
        return tuple(found)

    def _compile(self, context: str) -> list[re.Pattern[str]]:
        return [
            compiled(source, re.IGNORECASE)
            for source in self._data[context].get("anywhere", {}).get("regex", ())
        ]

    def _is_question(self, sentence: str) -> bool:
        return sentence.rstrip("\"'”’)*_ \ufffc").endswith(self._data["question"]["ends-with"])

    def _is_quoted(self, sentence: str, start: int, end: int) -> bool:
        return any(_between(sentence, start, end, *pair) for pair in self._data["quoted"]["between"])


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _between(sentence: str, start: int, end: int, opening: str, closing: str) -> bool:
    """Whether a pair of quotation marks opens before the match and closes behind it."""
    if opening == closing:
        return sentence.count(opening, 0, start) % 2 == 1 and closing in sentence[end:]
    opened = sentence.rfind(opening, 0, start)
    return opened >= 0 and closing not in sentence[opened + 1 : start] and closing in sentence[end:]
