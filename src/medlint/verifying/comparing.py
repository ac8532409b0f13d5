"""How alike an entry of a reference list and a work in a catalogue are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from medlint.bibliography.entry import Entry
from medlint.expressions import compiled
from medlint.verifying.answers import Work
from medlint.verifying.wording import folded, plain, words

_SUBTITLE = compiled(r"[:.?!]\s+|\s[-–—]\s|\s?—\s?|\s[(\[]")
_BRACKETED = compiled(r"\s*[(\[][^()\[\]]*[)\]]\s*$")
_COUNTRY = compiled(r"(?:[\s.]+[A-Z]){2,}\.?\s*$")
_FIRST_PAGE = compiled(r"\s*(\d+)\s*(?:[-–—]|$)")


class Difference(NamedTuple):
    """A part of an entry, what the entry says and what the catalogue says."""

    part: str
    given: str
    recorded: str


class Likeness(NamedTuple):
    """`title` is how alike the titles are, from 0 to 1. The others say whether that part agrees, None where one of
    the two does not tell."""

    title: float
    author: bool | None
    year: bool | None
    container: bool | None
    volume: bool | None
    pages: bool | None


class Measure:
    """Compares by the figures and words of rules/references.yml."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.limits: Mapping[str, float] = data["alike"]
        self._years: int = data["years-apart"]
        self._small = frozenset(data["small-words"])
        told = "|".join(map(re.escape, data["retracted-titles"]))
        self._withdrawn = re.compile(rf"\s*(?:[\[(](?:{told})[\])]:?|(?:{told})\s*[:–—])\s*", re.IGNORECASE)

    def likeness(self, entry: Entry, work: Work) -> Likeness:
        return Likeness(
            self._title(entry, work),
            self._author(entry, work),
            self._year(entry, work),
            self._container(entry, work),
            _same_number(entry.volume, work.volume),
            _same_start(entry.pages, work.pages),
        )

    def differences(self, entry: Entry, work: Work, likeness: Likeness) -> tuple[Difference, ...]:
        """What an entry tells otherwise than the catalogue."""
        found = []
        if entry.title and likeness.title < self.limits["same"]:
            found.append(Difference("title", entry.title, plain(work.titles[0])))
        if likeness.author is False:
            first = entry.authors[0].family
            found.append(Difference("first author", first, (*work.authors, *work.groups)[0]))
        if likeness.year is False:
            found.append(Difference("year", str(entry.year), str(work.years[0])))
        if likeness.container is False:
            found.append(Difference("journal", entry.container, work.containers[0]))
        if likeness.volume is False:
            found.append(Difference("volume", entry.volume, work.volume))
        if likeness.pages is False:
            found.append(Difference("pages", entry.pages, work.pages))
        return tuple(found)

    def is_short(self, title: str) -> bool:
        """Whether many works could have a title."""
        return len(self._content(title)) < self.limits["words-of-a-title"]

    def says_retracted(self, title: str) -> bool:
        """Whether a title begins as publishers begin that of a work that they have withdrawn."""
        return self._withdrawn.match(title) is not None

    # -- titles ----------------------------------------------------------------------------------------------

    def _title(self, entry: Entry, work: Work) -> float:
        if not entry.title:
            return max(self._within(title, entry.text) for title in work.titles)
        return max(self._alike(entry.title, title) for title in work.titles)

    def _alike(self, ours: str, theirs: str) -> float:
        """With and without the subtitle of either: it is often left out, or kept apart by the catalogue."""
        pairs = [(ours, theirs)]
        pairs += [(main, theirs) for main in self._mains(ours)]
        pairs += [(ours, main) for main in self._mains(theirs)]
        return max(self._overlap(self._content(a), self._content(b)) for a, b in pairs)

    def _mains(self, title: str) -> list[str]:
        """A title cut before each of its subtitles, where what is left still says something."""
        cuts = [title[: m.start()] for m in _SUBTITLE.finditer(title)]
        return [cut for cut in cuts if len(self._content(cut)) > 1]

    def _content(self, title: str) -> Sequence[str]:
        found = words(self._withdrawn.sub("", plain(title), count=1))
        return [word for word in found if word not in self._small] or found

    def _overlap(self, ours: Sequence[str], theirs: Sequence[str]) -> float:
        """The share of the words that both have, in the same order. Other spellings of a word count."""
        if not ours or not theirs:
            return 0.0
        if "".join(ours) == "".join(theirs):
            return 1.0
        return 2 * self._matched(ours, theirs) / (len(ours) + len(theirs))

    def _within(self, title: str, text: str) -> float:
        """How much of a title stands in a text that could not be taken apart."""
        content = self._content(title)
        if len(content) < self.limits["words-of-a-title"]:
            return 0.0
        return self._matched(content, words(text)) / len(content)

    def _matched(self, ours: Sequence[str], theirs: Sequence[str]) -> float:
        matched = 0.0
        for tag, i, j, k, n in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
            if tag == "equal":
                matched += j - i
            elif tag == "replace":
                matched += self._respelt(ours[i:j], theirs[k:n])
        return matched

    def _respelt(self, ours: Sequence[str], theirs: Sequence[str]) -> float:
        """How many words of two stretches are the same in another spelling: randomised, follow-up."""
        if "".join(ours) == "".join(theirs):
            return (len(ours) + len(theirs)) / 2
        pairs = zip(ours, theirs, strict=False)
        return sum(1.0 for a, b in pairs if _close(a, b, self.limits["spelling"]))

    # -- names -----------------------------------------------------------------------------------------------

    def _author(self, entry: Entry, work: Work) -> bool | None:
        if not entry.authors or not (work.authors or work.groups):
            return None
        first = entry.authors[0]
        if any(self.same_name(first.family, group) for group in work.groups):
            return True
        if not work.authors:
            # a study group signs for its members, who may be listed
            return None if first.given else False
        if self.same_name(first.family, work.authors[0]):
            return True
        if work.groups and any(self.same_name(first.family, name) for name in work.authors):
            return True
        # a body that an entry names as its author may stand elsewhere in the catalogue, as the publisher
        return False if first.given or len(words(first.family)) == 1 else None

    def same_name(self, ours: str, theirs: str) -> bool:
        """Whether two family names are one, particles, second names and transliteration aside."""
        a, b = words(ours), words(theirs)
        if not a or not b:
            return False
        if set(a) <= set(b) or set(b) <= set(a) or a[-1] == b[-1]:
            return True
        return _close("".join(a), "".join(b), self.limits["name"])

    def _year(self, entry: Entry, work: Work) -> bool | None:
        if entry.year is None or not work.years:
            return None
        return any(abs(entry.year - year) <= self._years for year in work.years)

    def _container(self, entry: Entry, work: Work) -> bool | None:
        if not entry.container or not work.containers:
            return None
        return any(self.same_container(entry.container, name) for name in work.containers)

    def same_container(self, ours: str, theirs: str) -> bool:
        """Whether two names of a journal are one: in full, abbreviated, by initials, without its place."""
        a, b = self._names(ours), self._names(theirs)
        if not a or not b:
            return False
        if any(_abbreviates(*pair) or _initials(*pair) for pair in ((a, b), (b, a))):
            return True
        return _close(" ".join(a), " ".join(b), self.limits["container"])

    def _names(self, container: str) -> Sequence[str]:
        found = words(_COUNTRY.sub("", _BRACKETED.sub("", plain(container))))
        return [word for word in found if word not in self._small] or found


def _close(a: str, b: str, limit: float) -> bool:
    if a == b:
        return True
    # bounds from above first: two names seldom share their letters
    pair = SequenceMatcher(None, a, b, autojunk=False)
    ratios = (pair.real_quick_ratio, pair.quick_ratio, pair.ratio)
    return min(len(a), len(b)) >= 4 and all(ratio() >= limit for ratio in ratios)


def _abbreviates(short: Sequence[str], full: Sequence[str]) -> bool:
    """Word by word: each begins alike and its letters stand in that order in the other. What the full name has
    beyond the last of them is a subtitle, after at least two words."""
    if len(short) > len(full) or (len(short) < len(full) and len(short) < 2):
        return False
    return all(_shortens(a, b) for a, b in zip(short, full, strict=False))


def _shortens(short: str, full: str) -> bool:
    letters = iter(full)
    return short[0] == full[0] and all(letter in letters for letter in short)


def _initials(short: Sequence[str], full: Sequence[str]) -> bool:
    """JAMA, NEJM, PNAS: one word of the first letters of all the others, or of the first of them."""
    if len(short) != 1 or len(short[0]) < 3 or len(full) < 3:
        return False
    return "".join(word[0] for word in full).startswith(short[0])


def _same_number(ours: str, theirs: str) -> bool | None:
    """Volumes; None unless both are plain numbers."""
    a, b = folded(ours), folded(theirs)
    return int(a) == int(b) if a.isdecimal() and b.isdecimal() else None


def _same_start(ours: str, theirs: str) -> bool | None:
    """First pages; None unless both are plain numbers. A file counts its own pages from 1, which says nothing."""
    a, b = _FIRST_PAGE.match(ours), _FIRST_PAGE.match(theirs)
    if a is None or b is None or int(a[1]) == 1 or int(b[1]) == 1:
        return None
    return int(a[1]) == int(b[1])
