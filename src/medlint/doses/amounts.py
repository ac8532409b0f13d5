"""Numbers with their units: "0.5 mg/kg", "2,000 IU", "half a tablet", "10-20 drops", "5 mg per 5 mL"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from medlint.doses.numbers import Figure, figures
from medlint.expressions import compiled

FAMILIES = {
    "dose-units": "mass",
    "dose-volumes": "volume",
    "dose-forms": "form",
    "counted-units": "counted",
    "body-units": "body",
    "food-units": "food",
    "strength-units": "percent",
}
"""Unit lexicons and the family their units belong to."""

_QUALIFIER = r"(?:(?:heaped|heaping|level|rounded|small|large|extra|more|full|whole|vegan|single|scored)\s)?"
_MANY = r"(?:(?:\d{1,4}|four|six|eight|twelve)\s?)?"
_TRAIL = r"(?:\s+of\s+body\s?weight)?"


class Amount(NamedTuple):
    """A figure and its unit at `text[start:end]`, named as the unit lexicons name them.

    `family` is one of `FAMILIES`; `per` holds what it is given per, joined by "/" ("kg/min").
    """

    start: int
    end: int
    figure: Figure
    unit: str
    family: str
    per: str = ""


class _Names:
    """The spellings of a set of units: a pattern that finds one, and the name each stands for."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._exact: dict[str, str] = {}
        self._folded: dict[str, str] = {}
        for term in terms:
            spellings = term.strip("()").split("|")
            for spelling in spellings:
                # "g" is a gram and "G" a network; "IU" is a unit and "iu" in a word is not
                room, key = (self._exact, spelling) if len(spelling) < 3 else (self._folded, _fold(spelling))
                room[key] = spellings[0]

    @property
    def pattern(self) -> str:
        exact = _alternatives(self._exact)
        return rf"(?:{exact}|(?i:{_alternatives(self._folded)}))(?![\w%])"

    def name(self, spelling: str) -> str:
        return self._exact.get(spelling) or self._folded[_fold(spelling)]


def _fold(spelling: str) -> str:
    return re.sub(r"[\s-]+", " ", spelling.lower())


def _alternatives(spellings: Iterable[str]) -> str:
    return "|".join(re.escape(s).replace(r"\ ", r"[\s-]") for s in sorted(spellings, key=len, reverse=True))


class AmountReader:
    """Reads amounts off a text, given the unit lexicons (`FAMILIES` and "dose-rates")."""

    def __init__(self, lexicons: Mapping[str, Sequence[str]]) -> None:
        self._units = _Names(term for name in FAMILIES for term in lexicons[name])
        self._rates = _Names(lexicons["dose-rates"])
        self._families = {
            term.strip("()").split("|")[0]: family
            for name, family in FAMILIES.items()
            for term in lexicons[name]
        }
        per = rf"(?:\s?/\s?|\s+(?:per|for\severy|for\seach)\s+){_MANY}({self._rates.pattern}){_TRAIL}"
        self._unit = compiled(rf"[\s-]?{_QUALIFIER}({self._units.pattern})")
        self._per = compiled(per)

    def read(self, text: str) -> Iterator[Amount]:
        """The amounts of a text from left to right, never overlapping."""
        end = 0
        for figure in figures(text):
            amount = self.behind(text, figure) if figure.start >= end else None
            if amount is not None:
                end = amount.end
                yield amount

    def behind(self, text: str, figure: Figure) -> Amount | None:
        """The amount that the figure begins, or None when no unit follows it."""
        found = self._unit.match(text, figure.end)
        if found is None or (figure.article and len(found[1]) < 3):
            return None
        unit = self._units.name(found[1])
        per, end = self.rates(text, found.end())
        return Amount(figure.start, end, figure, unit, self._families[unit], per)

    def rates(self, text: str, start: int) -> tuple[str, int]:
        """What an amount that ends at `start` is given per, and where that ends."""
        names: list[str] = []
        while len(names) < 3 and (found := self._per.match(text, start)):
            names.append(self._rates.name(found[1]))
            start = found.end()
        return "/".join(names), start

    def heading(self, header: str) -> tuple[str, str, str] | None:
        """(unit, family, per) that a column heading gives for its bare numbers, as "Amount (mg)" does."""
        for found in re.finditer(rf"(?<![\w/])(?:in\s)?({self._units.pattern})", header):
            unit = self._units.name(found[1])
            per, end = self.rates(header, found.end())
            if re.match(r"\s*\)?\s*$", header[end:]) and self._families[unit] in ("mass", "volume", "form"):
                return unit, self._families[unit], per
        return None
