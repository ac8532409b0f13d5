"""English, as far as a rule needs it: where sentences end, and what the words around a match say about it.

Both are data (rules/language.yml). Measured against trained sentence splitters on biomedical text, a short list
of abbreviations did better than any of them and costs nothing to load.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from medlint.patterns import compile_phrase, expand

CONTEXTS = ("negated", "denied", "hedged", "question", "quoted", "attributed", "animal", "limited", "absolute")

# A stop, closing quotes or brackets, then citation marks: all of it belongs to the sentence before.
_STOP = re.compile(
    r"(?P<stop>[.!?…]+)"
    r"(?P<close>[\"'”’»)\]*_]*)"
    r"(?P<marks>(?:\s?\[[\d^][\d\s,;–-]{0,30}\]|[⁰¹²³⁴-⁹⁻˒]|\^[\d,–-]{1,12}\^|\s?\ufffc)*)"
    r"(?=\s|$)"
)
_TOKEN_BEFORE = re.compile(r"(?:[^\W_]+\.)*[^\W_]+$")
_NEXT = re.compile(r"\s*[\"'“”‘’«(\[*_¿¡]*(?P<word>[^\W_]+)?")


@dataclass(frozen=True, slots=True)
class Endings:
    """Which full stops do not end a sentence (all in lower case, without their last full stop)."""

    never_end: frozenset[str] = frozenset()
    may_end: frozenset[str] = frozenset()
    before_number: frozenset[str] = frozenset()
    letter_names: frozenset[str] = frozenset()
    joined: Mapping[str, frozenset[str]] = field(default_factory=dict)

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


def split_sentences(text: str, endings: Endings = Endings()) -> list[tuple[int, int]]:  # noqa: B008 - frozen
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


@dataclass(frozen=True, slots=True)
class _Cues:
    """Compiled cues of one context: where a cue must stand, and what looks like a cue and is none."""

    before: re.Pattern[str] | None
    before_within: int
    behind: re.Pattern[str] | None
    behind_within: int
    anywhere: re.Pattern[str] | None
    never: re.Pattern[str] | None
    ends: re.Pattern[str] | None


class Contexts:
    """Answers whether the words around a match put it into a context (negated, hedged, quoted, …).

    `data` is the `contexts` part of rules/language.yml, `lexicons` the expressions of the word lists that its
    phrases name. Cues are compiled when first asked for.
    """

    def __init__(self, data: Mapping[str, Any], lexicons: Mapping[str, str]) -> None:
        self._data = data
        self._lexicons = lexicons
        self._cues = lru_cache(maxsize=None)(self._compile)
        self._special: dict[str, Callable[[str, int, int], bool]] = {
            "question": self._is_question,
            "quoted": self._is_quoted,
        }

    def holds(self, context: str, sentence: str, start: int, end: int) -> bool:
        """Whether `sentence[start:end]` stands in the context. The match itself never excuses itself: its words
        are not read as cues."""
        if context in self._special:
            return self._special[context](sentence, start, end)
        cues = self._cues(context)
        text = sentence[:start] + " " * (end - start) + sentence[end:]
        if cues.never:
            text = cues.never.sub(lambda m: "_" * len(m.group()), text)
        return (
            bool(cues.anywhere and cues.anywhere.search(text))
            or self._cue_before(cues, text, start)
            or bool(cues.behind and cues.behind.search(text, end, min(len(text), end + cues.behind_within)))
        )

    @staticmethod
    def _cue_before(cues: _Cues, text: str, start: int) -> bool:
        if not cues.before:
            return False
        window = text[max(0, start - cues.before_within) : start]
        if cues.ends:
            window = cues.ends.split(window)[-1]
        return bool(cues.before.search(window))

    def _is_question(self, sentence: str, start: int, end: int) -> bool:
        return sentence.rstrip("\"'”’)*_ \ufffc").endswith(self._data["question"]["ends-with"])

    def _is_quoted(self, sentence: str, start: int, end: int) -> bool:
        return any(_between(sentence, start, end, *pair) for pair in self._data["quoted"]["between"])

    def _compile(self, context: str) -> _Cues:
        data = self._data[context]
        before, behind = data.get("before", {}), data.get("behind", {})
        return _Cues(
            self._union(before),
            before.get("within", 0),
            self._union(behind),
            behind.get("within", 0),
            self._union(data.get("anywhere", {})),
            self._union({"phrases": data.get("never", ())}),
            self._union({"phrases": data.get("ends", ())}),
        )

    def _union(self, part: Mapping[str, Sequence[str]]) -> re.Pattern[str] | None:
        sources = [compile_phrase(p).source for p in part.get("phrases", ())]
        sources += part.get("regex", ())
        return re.compile(expand("|".join(sources), self._lexicons), re.IGNORECASE) if sources else None


def _between(sentence: str, start: int, end: int, opening: str, closing: str) -> bool:
    """Whether a pair of quotation marks opens before the match and closes behind it."""
    if opening == closing:
        return sentence.count(opening, 0, start) % 2 == 1 and closing in sentence[end:]
    opened = sentence.rfind(opening, 0, start)
    return opened >= 0 and closing not in sentence[opened + 1 : start] and closing in sentence[end:]
