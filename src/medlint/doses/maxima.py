"""The most of a substance that labels and nutrition standards name, and whether a dose is above it.

The figures are data (rules/maxima.yml), by mouth and for adults. A sum such as four doses of 500 mg is compared only
where the schedule says how often, and an intake that is meant day after day only where a day is spoken of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from medlint.doses.numbers import read_number
from medlint.expressions import compiled

if TYPE_CHECKING:
    from medlint.quantity import Dose

_MILLIGRAMS = {"g": 1000.0, "mg": 1.0, "microgram": 0.001, "ng": 1e-6}
_ACTIVITY = ("IU", "unit")
_WRITTEN = {"microgram": "micrograms", "unit": "units"}
_A_DAY = ("day", "night")
_AT_ONCE = (
    "dose",
    "tablet",
    "capsule",
    "pill",
    "softgel",
    "gummy",
    "lozenge",
    "chew",
    "sachet",
    "scoop",
    "serving",
)
_HOURS = r"(?P<first>[\w.]{1,6})(?:\s?(?:-|–|to)\s?(?P<last>[\w.]{1,6}))?[\s-]?(?:hours?|hrs?|h)\b"
_HOURLY = compiled(rf"\b(?:every\s|q\s?(?=\d)){_HOURS}", re.IGNORECASE)
_COUNTED = compiled(
    r"\b(?P<times>\d|one|two|three|four|five|six)\s?(?:x|×|times)\s?(?:daily|/\s?day|(?:a|per|each|every)\s(?:day|night))\b",
    re.IGNORECASE,
)
_SELDOM = compiled(
    r"\b(?:weekly|fortnightly|monthly|yearly|annually|every other|alternate"
    r"|(?<!for )(?<!over )(?<!within )(?:a|per|each)\s(?:week|month|year)"
    r"|every\s(?:\w+\s)?(?:weeks?|months?|years?|days|(?:second|third)\s(?:day|night)))\b",
    re.IGNORECASE,
)
_TO_NAME = compiled(
    r"\s*[),]?\s*(?:(?:of|as)\s+)?(?:(?:the|elemental|pure|oral|liquid|dried|extra|supplemental)\s+)?",
    re.IGNORECASE,
)
_END = compiled(r"[;:.!?()]|(?<![A-Za-z])\d|\s(?:and|but|then|or|while|plus)\s", re.IGNORECASE)
_BREAK = compiled(r"[;!?]|\.\s|,\s(?:and|but|so|then|whereas|while)\s", re.IGNORECASE)
_ITEM = compiled(r",|/|\+|\b(?:and|or|plus|with|versus|vs|than)\b", re.IGNORECASE)
_ADDED = compiled(
    r"\b(?:and|or|plus|with|than|versus|vs)\s+(?!(?:food|meals?|water|doses?|up|then)\b)[a-z][\w-]{2,}",
    re.IGNORECASE,
)
_FARTHEST = 45
_BEFORE = 40
_BEHIND = 60


class Maximum(NamedTuple):
    """The most of a substance: amounts are (figure, unit), the same in several units. `intake` is one that is meant
    day after day; `element` says that compounds of the substance are something else."""

    name: str
    day: tuple[tuple[float, str], ...]
    dose: tuple[tuple[float, str], ...]
    who: str
    source: str
    intake: bool
    element: bool


class Excess(NamedTuple):
    """A dose above a maximum: what stands for {sum}, {maximum}, {name}, {who} and {source} in a message, and whether it
    is a sum of several doses."""

    values: Mapping[str, str]
    reckoned: bool


class Maxima:
    """Compares doses with the maxima. `data` is the compiled rules/maxima.yml, `schedules` the terms of the word list
    that say how often a day."""

    def __init__(self, data: Mapping[str, Any], schedules: Iterable[str]) -> None:
        sources = {key: _told(source) for key, source in data.get("sources", {}).items()}
        self._by_name: dict[str, Maximum | None] = {}
        for name, entry in data.get("substances", {}).items():
            maximum = _maximum(name, entry, sources)
            self._by_name.update({_folded(each): maximum for each in entry["names"]})
            self._by_name.update({_folded(each): None for each in entry.get("not", ())})
        self._names = compiled(rf"(?<![\w-])(?:{_alternatives(self._by_name)})(?![\w-])", re.IGNORECASE)
        self._compounds = frozenset(word.lower() for word in data.get("compounds", ()))
        groups = [term.strip("()").split("|") for term in schedules]
        self._times = {_folded(each): float(group[0]) for group in groups for each in group[1:]}
        self._schedule = compiled(rf"(?<![\w-])(?:{_alternatives(self._times)})(?![\w-])", re.IGNORECASE)

    def named(self, text: str) -> list[tuple[int, int, Maximum | None]]:
        """The substances that a text names, with their places; None where a longer name means something else."""
        found = []
        for m in self._names.finditer(text):
            maximum = self._by_name[_folded(m.group())]
            behind = text[m.end() :].split(None, 1)[:1]
            if maximum and maximum.element and behind and behind[0].strip(".,;:)").lower() in self._compounds:
                maximum = None
            found.append((m.start(), m.end(), maximum))
        return found

    def above(self, dose: Dose, text: str, row: str = "", heading: str = "") -> Excess | None:
        """How a dose in a text is above the maximum of its substance, if it is.

        `row` is what names the substance where the text does not: the first cell of a row. `heading` is what may say
        how often: the header of a column, the stem of a list.
        """
        if (
            dose.kind not in ("dose", "nutrition")
            or not dose.value
            or dose.per not in ("", *_A_DAY, *_AT_ONCE)
        ):
            return None
        names = self.named(text)
        maximum = _of(dose, text, names) if names else self._alone(row)
        times = 0.0 if maximum is None else self._times_a_day(dose, text, heading)
        if maximum is None or times < 0:
            return None
        return _excess(maximum, dose, times)

    def _alone(self, row: str) -> Maximum | None:
        """The one substance that the first cell of a row names."""
        found = {maximum for _, _, maximum in self.named(row)}
        return found.pop() if len(found) == 1 else None

    def _times_a_day(self, dose: Dose, text: str, heading: str) -> float:
        """How often a day; 0 when nothing says so, -1 when it is not every day."""
        if dose.per in _A_DAY:
            return 1
        end = _END.search(text, dose.end)
        behind = text[dose.start : min(end.start() if end else len(text), dose.end + _BEHIND)]
        ahead = _END.split(text[max(0, dose.start - _BEFORE) : dose.start])[-1]
        for stretch in (behind, ahead, heading):
            if _SELDOM.search(stretch):
                return -1
            if times := self._said(stretch):
                return times
        return 0

    def _said(self, stretch: str) -> float:
        """How often a day a stretch of text says; 0 when it does not."""
        if m := _HOURLY.search(stretch):
            try:
                hours = max(read_number(each) for each in (m["first"], m["last"]) if each)
            except ValueError:
                return 0
            return 24 / hours if 0 < hours <= 24 else 0
        if m := _COUNTED.search(stretch):
            return read_number(m["times"])
        said = self._schedule.search(stretch)
        return self._times[_folded(said.group())] if said else 0


def _of(dose: Dose, text: str, names: Sequence[tuple[int, int, Maximum | None]]) -> Maximum | None:
    """The substance that a dose is one of: named inside the statement, right behind it, or not far ahead of it."""
    for start, end, maximum in names:
        if dose.start <= start and end <= dose.end:
            return maximum
    if dose.substance and dose.substance in text[dose.start : dose.end]:
        return None
    linked = _TO_NAME.match(text, dose.end)
    at = linked.end() if linked else dose.end
    for start, _, maximum in names:
        if start == at:
            return maximum
    if dose.substance and text.startswith(dose.substance, at):
        return None
    before = [found for found in names if found[1] <= dose.start]
    if not before:
        return None
    _, end, maximum = before[-1]
    gap = text[end : dose.start]
    return None if len(gap) > _FARTHEST or _BREAK.search(gap) or _names_another(gap, dose) else maximum


def _names_another(gap: str, dose: Dose) -> bool:
    """Whether another substance than the one before the gap is added in it, known or not, which the dose may be of."""
    if _ADDED.search(gap):
        return True
    at = gap.rfind(dose.substance) if dose.substance else -1
    return at >= 0 and _ITEM.search(gap, 0, at) is not None


def _excess(maximum: Maximum, dose: Dose, times: float) -> Excess | None:
    amount = dose.high or dose.value or 0.0
    most, at_once = _in_unit(maximum.day, dose.unit), _in_unit(maximum.dose, dose.unit)
    if most is None or (maximum.intake and not times):
        return None
    total = amount * max(times, 1)
    if _is_more(total, most):
        words = f"comes to {_written(total, dose.unit)} a day," if times > 1 else "is"
        return Excess(_values(maximum, words, f"{_written(most, dose.unit)} a day"), times > 1)
    if at_once and (times > 1 or dose.per in _AT_ONCE) and _is_more(amount, at_once):
        return Excess(_values(maximum, "is", f"{_written(at_once, dose.unit)} at a time"), False)
    return None


def _values(maximum: Maximum, words: str, most: str) -> Mapping[str, str]:
    told = {"name": maximum.name, "who": maximum.who, "source": maximum.source}
    return {"sum": words, "maximum": most, **told}


def _is_more(amount: float, most: float) -> bool:
    """Whether it is more by more than the rounding of units."""
    return amount > most * 1.0001


def _in_unit(amounts: Sequence[tuple[float, str]], unit: str) -> float | None:
    """The amount in a unit, when one of the units it is given in can be turned into that."""
    for figure, given in amounts:
        if unit in _MILLIGRAMS and given in _MILLIGRAMS:
            return figure * _MILLIGRAMS[given] / _MILLIGRAMS[unit]
        if unit in _ACTIVITY and given in _ACTIVITY:
            return figure
    return None


def _written(figure: float, unit: str) -> str:
    return f"{figure:,.4f}".rstrip("0").rstrip(".") + f" {_WRITTEN.get(unit, unit)}"


def _maximum(name: str, entry: Mapping[str, Any], sources: Mapping[str, str]) -> Maximum:
    return Maximum(
        name,
        tuple(map(_amount, entry["day"])),
        tuple(map(_amount, entry.get("dose", ()))),
        entry["for"],
        sources[entry["source"]],
        entry.get("intake", False),
        entry.get("element", False),
    )


def _amount(text: str) -> tuple[float, str]:
    figure, unit = text.split()
    return float(figure), unit.removesuffix("s")


def _told(source: Mapping[str, Any]) -> str:
    return f"{source['name']} of {source['year']} ({source['issuer']})"


def _folded(name: str) -> str:
    return re.sub(r"[\s-]+", " ", name.lower())


def _alternatives(names: Iterable[str]) -> str:
    """The longest first: "vitamin D3" is not "vitamin D"."""
    found = (re.escape(name).replace(r"\ ", r"[\s-]+") for name in sorted(names, key=len, reverse=True))
    return "|".join(found) or r"(?!)"
