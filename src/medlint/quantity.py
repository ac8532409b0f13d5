"""Finds doses in a sentence or a table cell, and tells them from other amounts.

An amount (a number and a unit) is joined with what belongs to the same statement - "2 tablets of 500 mg
twice a day" is one dose - and then judged by its unit and by the words around it: laboratory results,
food, body weight, prices, strengths, laboratory methods and pack sizes are no doses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from medlint.amounts import Amount, AmountReader
from medlint.numbers import figures
from medlint.patterns import lexicon_source

KINDS = ("dose", "laboratory", "nutrition", "body", "price", "concentration", "methods", "pack-size")

_JOINT = re.compile(
    r"\s*[\[(/=]\s*(?:=|or|about|around|approximately)?\s*|\s+(?:of|x|×)\s+|\s*[x×]\s*|\s+\w{3,20}\s*\(\s*|\s+(?:is|equals)\s+"
)
_RANGE_JOINT = re.compile(r"\s*(?:to|up to|[-\u2010-\u2014])\s*")
_BARE_CELL = re.compile(r"\s*(?:[~≈<>≤≥]|about|up to)?\s*")
_MONEY = r"(?:[$€£]|\b(?:USD|EUR|GBP|dollars?|euros?|pounds?)\b)"
_PRICE_BEFORE = re.compile(rf"{_MONEY}\s?\d[\d.,]*\s*(?:for|per|each|a|an|/|\()\s*(?:\w+\s)?$")
_PRICE_AFTER = re.compile(rf"\s*(?:\w+\s)?(?:for|at|costs?|is|=|[–-])?\s*{_MONEY}\s?\d")
_WORD_OF = re.compile(r"\s+of\s+(?:the\s+|elemental\s+|pure\s+|oral\s+|dried\s+)?([A-Za-z][\w'’+-]{2,30}(?:\s[A-Z]\d{0,2}\b)?)")
_CLAUSE = re.compile(r"[;:]|\.\s|,\s(?:but|while|and then)\s")
_NUMBER = r"(?:\d{1,4}(?:\.\d)?|one|two|three|four|five|six|seven|eight|ten|twelve|forty|thirty|sixty|ninety)"


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose statement at `text[start:end]`.

    `value` and `high` are in `unit` per `per` ("kg", "kg/min", "day"; empty when nothing is said); `high` is
    None unless a range or list is given. `substance`, `route` and `frequency` are quoted as they stand, empty
    when they cannot be read off. `kind` is one of `KINDS`.
    """

    start: int
    end: int
    value: float | None
    high: float | None
    unit: str
    per: str = ""
    substance: str = ""
    route: str = ""
    frequency: str = ""
    kind: str = "dose"


@dataclass(frozen=True, slots=True)
class _Statement:
    """Amounts that state one dose, the schedule behind them, and where they stand."""

    text: str
    amounts: tuple[Amount, ...]
    end: int
    route: str
    frequency: str
    header: str
    cell: bool

    @property
    def start(self) -> int:
        return self.amounts[0].start

    @property
    def core(self) -> int:
        """Where the amounts end and the schedule begins."""
        return self.amounts[-1].end

    def before(self, width: int) -> str:
        """Up to `width` characters in front, within the clause."""
        text = self.text[max(0, self.start - width) : self.start]
        cuts = [m.end() for m in _CLAUSE.finditer(text)]
        return text[cuts[-1] :] if cuts else text

    def after(self, width: int) -> str:
        """Up to `width` characters behind the schedule, within the clause."""
        text = self.text[self.end : self.end + width]
        cut = _CLAUSE.search(text)
        return text[: cut.start()] if cut else text

    def around(self, width: int) -> str:
        return f"{self.before(width)} \n {self.after(width)}"


class DoseDetector:
    """Finds dose statements, given the word lists by name (rules/lexicons)."""

    def __init__(self, lexicons: Mapping[str, Sequence[str]]) -> None:
        self._lexicons = lexicons
        self._words: dict[str, re.Pattern[str]] = {}

    def find(self, text: str, header: str = "") -> list[Dose]:
        """The doses and other amounts of one sentence, in order, never overlapping.

        `header` is the column heading when `text` is a table cell; a bare number is a dose under a heading
        that names a unit.
        """
        found = []
        for statement in self._statements(text, header):
            kind = self._kind(statement)
            if kind:
                found.append(self._dose(statement, kind))
        return found

    # -- reading ---------------------------------------------------------------------------------------------

    @cached_property
    def _reader(self) -> AmountReader:
        return AmountReader(self._lexicons)

    @cached_property
    def _tail(self) -> re.Pattern[str]:
        """One step of a schedule: a route, a frequency or a duration."""
        time = lexicon_source(self._lexicons["time-units"])
        timed = (
            rf"every\s{_NUMBER}(?:\s?(?:-|–|to)\s?{_NUMBER})?\s?{time}"
            rf"|{_NUMBER}\s?(?:x|×|times)\s(?:daily|weekly|(?:a|per|each|every)\s{time})|{_NUMBER}\s?[x×]\s?(?:daily|/\s?day)"
            rf"|q\d{{1,2}}h|(?:for|over|x|×|within)\s(?:the\s)?(?:first\s|next\s|at\sleast\s|about\s)?"
            rf"{_NUMBER}(?:\s?(?:-|–|to)\s?{_NUMBER})?[\s-]?{time}"
        )
        routes = lexicon_source(self._lexicons["dose-routes"])
        times = lexicon_source(self._lexicons["dose-frequencies"])
        return re.compile(
            rf"[\s,]*\(?(?:(?P<route>{routes})|(?P<frequency>{times}|{timed}))(?!\w)(?:\)(?=[^()]*$))?", re.IGNORECASE
        )

    def _statements(self, text: str, header: str) -> Iterator[_Statement]:
        amounts = list(self._reader.read(text)) or self._headed(text, header)
        while amounts:
            group = [amounts.pop(0)]
            while amounts and _joined(text, group[-1], amounts[0]):
                group.append(amounts.pop(0))
            limit = amounts[0].start if amounts else len(text)
            end, route, frequency = self._schedule(text, group[-1].end, limit)
            yield _Statement(text, tuple(group), end, route, frequency, header, bool(header))

    def _headed(self, text: str, header: str) -> list[Amount]:
        """A cell that holds a bare number, with the unit of its column."""
        unit = self._reader.heading(header) if header else None
        figure = next(figures(text), None)
        if unit is None or figure is None or figure.article:
            return []
        bare = _BARE_CELL.fullmatch(text, 0, figure.start) and not re.search(r"\w", text[figure.end :])
        return [Amount(figure.start, figure.end, figure, *unit)] if bare else []

    def _schedule(self, text: str, end: int, limit: int) -> tuple[int, str, str]:
        """Where the schedule behind an amount ends, its first route and its first frequency."""
        route = frequency = ""
        named = _WORD_OF.match(text, end, limit)
        at = named.end() if named else end
        for _ in range(5):
            step = self._tail.match(text, at, limit)
            if step is None:
                break
            route, frequency = route or step["route"] or "", frequency or step["frequency"] or ""
            at = end = step.end()
        return end, route, frequency

    # -- judging ---------------------------------------------------------------------------------------------

    def _has(self, lexicon: str, text: str) -> bool:
        return self._pattern(lexicon).search(text) is not None

    def _pattern(self, lexicon: str) -> re.Pattern[str]:
        if lexicon not in self._words:
            source = lexicon_source(self._lexicons[lexicon])
            self._words[lexicon] = re.compile(rf"(?<!\w){source}(?!\w)", re.IGNORECASE)
        return self._words[lexicon]

    def _kind(self, s: _Statement) -> str | None:
        """What sort of amount a statement gives; None when it is no amount of a substance at all."""
        if s.cell and self._has("price-words", s.header):
            return "price"
        if _PRICE_BEFORE.search(s.before(30)) or _PRICE_AFTER.match(s.text[s.end : s.end + 30]):
            return "price"
        judge = {
            "mass": self._of_mass,
            "volume": self._of_volume,
            "form": self._of_form,
            "counted": self._of_counted,
            "percent": self._of_percent,
            "body": lambda _: "body",
            "food": lambda _: "nutrition",
        }
        # "2 tablets (500 mg)": the mass decides, "50 micrograms (0.5 mL)": the first
        first = next((a for a in s.amounts if a.family == "mass"), s.amounts[0])
        return judge[first.family](s)

    def _of_mass(self, s: _Statement) -> str | None:
        unit = next(a for a in s.amounts if a.family == "mass")
        if unit.figure.article and (unit.unit not in ("g", "mg", "microgram", "grain") or unit.per):
            return None
        if self._pattern("laboratory-units").fullmatch(f"{unit.unit}/{unit.per}"):
            return "laboratory"
        if unit.unit in ("mM", "µM", "nM"):
            return "methods" if self._has("study-method-words", s.text) else "laboratory"
        if self._has("study-method-words", s.text):
            return "methods"
        if self._has("body-measure-words", s.before(30)) or (s.cell and self._has("laboratory-words", s.header)):
            return "laboratory" if s.cell else "body"
        if unit.per in ("mL", "g"):
            return "laboratory" if self._has("laboratory-words", s.text) else "concentration"
        if self._is_food(s, unit):
            return "nutrition"
        return "pack-size" if self._is_pack(s) else "dose"

    def _is_food(self, s: _Statement, unit: Amount) -> bool:
        """Nutrients and foods stand near their amounts; grams of a nutrient may be named farther off."""
        if unit.unit == "g" and self._has("nutrients", s.text):
            return True
        # "fish oil" and "whey" are given in doses: they are no food
        near = self._pattern("dose-substances").sub(" ", s.around(25))
        return self._has("nutrition-words", near)

    def _is_pack(self, s: _Statement) -> bool:
        if s.cell and self._has("pack-headers", s.header) and not self._has("dose-headers", s.header):
            return True
        behind = self._pattern("containers").match(s.text[s.core :].lstrip(" -"))
        return behind is not None and not s.frequency

    def _of_volume(self, s: _Statement) -> str | None:
        unit = s.amounts[0]
        if self._has("sample-words", s.around(40)):
            return "laboratory"
        if unit.unit == "L" and not self._has("fluid-words", s.text):
            return "nutrition" if self._has("nutrition-words", s.around(30)) else None
        if self._is_food(s, unit):
            return "nutrition"
        if self._has("study-method-words", s.text):
            return "methods"
        return "pack-size" if self._is_pack(s) else "dose"

    def _of_form(self, s: _Statement) -> str | None:
        """Counted forms are a dose when somebody is told to take them, or how often."""
        if self._counts_pack(s):
            return "pack-size"
        if s.cell:
            at_start = not s.text[: s.start].strip(" ~≈(")
            return "dose" if s.frequency or s.route or at_start or self._has("dose-headers", s.header) else None
        if s.frequency or s.route:
            return "nutrition" if self._is_food(s, s.amounts[0]) else "dose"
        told = not s.amounts[0].figure.article and self._has("dose-verbs", s.before(20))
        return "dose" if told and not self._is_food(s, s.amounts[0]) else None

    def _counts_pack(self, s: _Statement) -> bool:
        if s.cell and self._has("pack-headers", s.header) and not self._has("dose-headers", s.header):
            return True
        near = self._has("containers", s.before(20)) or re.match(r"\s+(?:per|in (?:a|each|every))\s+\w", s.text[s.core :])
        return bool(near) and not s.frequency and not s.route

    def _of_counted(self, s: _Statement) -> str | None:
        unit = s.amounts[0]
        if self._has("alcohol-words", s.text):
            return "nutrition"
        if self._pattern("laboratory-units").fullmatch(f"{unit.unit}/{unit.per}"):
            return "laboratory"
        if self._has("dose-substances", s.around(45)) or self._has("containers", s.after(30)) or unit.per == "kg":
            return "dose"
        told = s.route or self._has("dose-verbs", s.before(25)) or (s.cell and not s.text[: s.start].strip())
        return "dose" if told else None

    def _of_percent(self, s: _Statement) -> str | None:
        """A percentage is a strength only next to the preparation or the substance it is one of."""
        name = rf"(?:{self._pattern('product-forms').pattern}|{self._pattern('strength-substances').pattern})"
        ahead = rf"\s+(?:in\s+an?\s+)?(?:(?!of\b|in\b|with\b|who\b|and\b|or\b|more\b|less\b|on\b)[\w-]+\s){{0,2}}{name}"
        if re.match(ahead, s.text[s.core : s.core + 60], re.IGNORECASE):
            return "concentration"
        return "concentration" if re.search(rf"{name}\s*[(,:]?\s*$", s.before(40), re.IGNORECASE) else None

    # -- the result ------------------------------------------------------------------------------------------

    def _dose(self, s: _Statement, kind: str) -> Dose:
        first, last = s.amounts[0], s.amounts[-1]
        lead = next((a for a in s.amounts if a.family == "mass"), first)
        ranged = len(s.amounts) > 1 and lead.unit == last.unit and lead is not last
        high = last.figure.high or last.figure.value if ranged else lead.figure.high
        per = lead.per or (last.per if ranged else "")
        return Dose(
            s.start, s.end, lead.figure.value, high, lead.unit, per, self._substance(s), s.route, s.frequency, kind
        )

    def _substance(self, s: _Statement) -> str:
        named = _WORD_OF.match(s.text, s.core)
        if named:
            return named[1]
        known = self._pattern("dose-substances")
        behind = known.match(s.text[s.core :].lstrip(" )"))
        if behind:
            return behind.group()
        before = list(known.finditer(s.before(60)))
        return before[-1].group() if before else ""


def _joined(text: str, first: Amount, second: Amount) -> bool:
    """Whether two neighbouring amounts state one dose: "2 tablets of 500 mg", "1 mL (500 mg)", "50 mg to 100 mg"."""
    gap = text[first.end : second.start]
    if _RANGE_JOINT.fullmatch(gap):
        return first.unit == second.unit
    return second.figure.article is False and _JOINT.fullmatch(gap) is not None
