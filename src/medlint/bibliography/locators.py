"""Where in a publication: year, volume, issue and pages, in the notation of each style."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from medlint.bibliography.words import YEAR, ReferenceWords
from medlint.expressions import compiled

Stretch = tuple[int, int]

_DASH = r"\s?[-–—−]\s?"
_PAGE = r"(?:[A-Za-z]{0,3}\d{1,7}(?:\.e\d{1,4})?|[ivxlIVXL]{1,6})"
PAGES = rf"{_PAGE}(?:{_DASH}{_PAGE})?(?:{_DASH}\d{{1,3}})?(?!\w)"
_SUPPLEMENT = r"(?:(?:Suppl|Pt|Part|Spec\sNo|S(?=\d))\.?\s?[\w-]{0,4})"
_LABEL = r"(?:pp?\.?\s?|pages?\s|Article\s(?:No\.?\s|number\s)?|art\.\s?|:\s?)?"
_PLACE = (
    rf"(?:vol(?:ume|\.)?\s?)?(?P<volume>\d{{1,4}}(?:/\d{{1,4}})?)?(?=[\s(:;,.]|$)"
    rf"(?:\s?(?P<part>{_SUPPLEMENT}))?(?:[\s,]{{0,2}}\(\s?(?P<issue>[^()]{{1,24}}?)\s?\))?(?:Issue\s(?P<number>\d{{1,3}}))?"
    rf"(?:\s?[:;,]\s?{_LABEL}(?P<pages>{PAGES}))?"
)
_COMPACT = compiled(
    rf"(?:(?<=[\s,.;])|^)(?:vol\.?\s?)?(?P<volume>(?!{YEAR})\d{{1,4}})\s?(?:\(\s?(?P<issue>[^()]{{1,20}}?)\s?\))?"
    rf"\s?[:,]\s?{_LABEL}(?P<pages>(?!{YEAR}(?!{_DASH}\d)){PAGES})",
    re.IGNORECASE,
)
_NO_PAGES = compiled(
    r"(?:(?<=[\s,.;])|^)(?P<volume>\d{1,4})\s?\(\s?(?P<issue>[^()]{1,20}?)\s?\)(?=\s*[.,]?\s*$)"
)
_SPELT = compiled(r"[,.]?\s?\bvol(?:ume|\.)?\s?(?P<volume>\d{1,4})\b", re.IGNORECASE)
_ISSUE_SPELT = compiled(r"\b(?:no|issue|iss|number)\.?\s?(?P<issue>\w{1,8})\b", re.IGNORECASE)
_PAGES_SPELT = compiled(rf"\b(?:pp?\.?|pages?)\s?(?P<pages>{PAGES})", re.IGNORECASE)
_ALONE = compiled(YEAR)
_FEW_LETTERS = 3


class Locator(NamedTuple):
    """What was found, as stretches of the text by name, and how far it reaches."""

    start: int
    end: int
    parts: Mapping[str, Stretch]


def find_locator(text: str, start: int, words: ReferenceWords, year_known: bool) -> Locator | None:
    """The volume and pages in `text[start:]` with the year that stands with them, or else a year by itself."""
    spelt = _spelt(text, start)
    if spelt is not None:
        return spelt
    found = [locator for locator in _with_year(text, start, words) if len(locator.parts) > 1]
    if found:
        return max(found, key=lambda locator: (len(locator.parts), locator.start))
    return _without_year(text, start) or (None if year_known else _year_alone(text, start, words))


def _stretches(m: re.Match[str]) -> dict[str, Stretch]:
    parts = {name: m.span(name) for name, value in m.groupdict().items() if value}
    for other, name in (("part", "issue"), ("number", "issue"), ("only", "pages")):
        if other in parts:
            parts.setdefault(name, parts.pop(other))
    parts.pop("part", None)
    return parts


def _with_year(text: str, start: int, words: ReferenceWords) -> Iterator[Locator]:
    """2020 May 3;4(1):1-9 and the like."""
    date = (
        rf"(?:(?:\d{{1,2}}\s)?{words.month}(?:\s\d{{1,2}})?,?\s)?(?P<year>{YEAR})[a-z]?"
        rf"(?:\)|[\s;,.]{{1,2}}{words.month}(?:{_DASH}{words.month})?)?(?:\s\d{{1,2}}(?:[-–]\d{{1,2}})?(?=\s?[:;]))?"
    )
    ending = r"(?=\s*(?:[.,;\])]|$|doi|e?PMC?ID))"
    pages = rf"(?::\s?|[.,;]\s?(?=p|\w{{1,8}}{_DASH}))(?:pp?\.?\s?)?(?P<only>(?=\w{{0,4}}\d|[ivx]+\b){PAGES}){ending}"
    pattern = compiled(rf"\(?{date}\s*(?:{pages}|[;,:]\s?(?:;\s?)?{_PLACE})")
    for m in pattern.finditer(text, start):
        yield Locator(m.start(), m.end(), _stretches(m))


def _without_year(text: str, start: int) -> Locator | None:
    """23(1), 89-96: the last such place behind which nothing is told any more."""
    for m in reversed([*_COMPACT.finditer(text, start), *_NO_PAGES.finditer(text, start)]):
        if len(re.findall(r"[^\W\d_]", text[m.end() :])) < _FEW_LETTERS:
            return Locator(m.start(), m.end(), _stretches(m))
    return None


def _spelt(text: str, start: int) -> Locator | None:
    """vol. 4, no. 1, 2020, pp. 1-9, in whatever order."""
    volume = _SPELT.search(text, start)
    pages = _PAGES_SPELT.search(text, start)
    if volume is None or pages is None:
        return None
    parts = {"volume": volume.span("volume"), "pages": pages.span("pages")}
    if issue := _ISSUE_SPELT.search(text, volume.end()):
        parts["issue"] = issue.span("issue")
    if year := _ALONE.search(text, volume.end()):
        parts["year"] = year.span()
    return Locator(volume.start(), max(end for _, end in parts.values()), parts)


def _year_alone(text: str, start: int, words: ReferenceWords) -> Locator | None:
    """The last year that stands by itself between two signs of punctuation."""
    pattern = compiled(rf"(?:(?<=[.,;:(\[?!])|(?<=\s[-–—])|^)\s*\(?(?:{words.date})(?=\s*(?:[).,;:\]]|$))")
    found = [m for m in pattern.finditer(text, start) if m["year"]]
    return Locator(found[-1].start(), found[-1].end(), {"year": found[-1].span("year")}) if found else None


def find_pages(text: str, start: int) -> tuple[int, Stretch] | None:
    """Pages that are said to be pages, “pp. 61-84”, and where that begins."""
    m = _PAGES_SPELT.search(text, start)
    return (m.start(), m.span("pages")) if m else None
