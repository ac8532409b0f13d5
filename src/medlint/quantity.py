"""Finds doses in a sentence or a table cell, and tells them from other amounts.

An amount (a number and a unit) is joined with what belongs to the same statement - "2 tablets of 500 mg
twice a day" is one dose - and then judged by its unit and by the words around it: laboratory results,
food, body weight, prices, strengths, laboratory methods and pack sizes are no doses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from medlint.doses.amounts import Amount
from medlint.doses.statements import WORD_OF, Statement, StatementReader
from medlint.doses.terms import Terms
from medlint.expressions import compiled
from medlint.phrases import PhraseMatcher

KINDS = ("dose", "laboratory", "nutrition", "body", "price", "concentration", "methods", "pack-size")

_MONEY = r"(?:[$€£]|\b(?:USD|EUR|GBP|dollars?|euros?|pounds?)\b)"
_PRICE_BEFORE = compiled(rf"{_MONEY}\s?\d[\d.,]*\s*(?:for|per|each|a|an|/|\()\s*(?:\w+\s)?$")
_PRICE_AFTER = compiled(rf"\s*(?:\w+\s)?(?:for|at|costs?|is|=|[–-])?\s*{_MONEY}\s?\d")
_LINK = compiled(r"^[\s)]*(?:of\s+)?(?:(?:the|elemental|pure|oral|dried|intravenous)\s+)?")
_GAUGE = compiled(r"\s?(?:needle|gauge|cannula|catheter|force|forces)\b")
_ITEM = compiled(r",|\b(?:and|or|plus|with)\b", re.IGNORECASE)
_ARM = compiled(r"(?:\s+dose)?\s+(?:groups?|arms?|cohorts?)\b")
_PACKED = compiled(r"\s+in (?:a|each|every)\s+\w")
_MARK = compiled(r"\s(?:mark|marks|line|lines|syringes?)\b")
_BASE = compiled(r"\bper\s*$", re.IGNORECASE)
_COMPARED = compiled(
    r"\s*\)?\s*(?:vs|versus|compared|higher|lower|greater|more|less|fewer|faster|better|increase|reduction)\b"
)

_UP_TO_NAME = compiled(
    r"\s+(?:in\s+an?\s+)?(?:(?!(?:of|in|with|who|and|or|on|for|to|than)\b)[\w-]+\s){0,2}", re.IGNORECASE
)
_FROM_NAME = compiled(r"\s*(?:[(,:]|is|at)?\s*", re.IGNORECASE)


class Dose(NamedTuple):
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


class DoseDetector:
    """Finds dose statements, given the word lists by name (rules/lexicons) and what finds their terms."""

    def __init__(self, lexicons: Mapping[str, Sequence[str]], phrases: PhraseMatcher) -> None:
        self._lexicons = lexicons
        self._terms = Terms(phrases)

    def find(self, text: str, header: str = "") -> list[Dose]:
        """The doses and other amounts of one sentence, in order, never overlapping.

        `header` is the column heading when `text` is a table cell; a bare number is a dose under a heading
        that names a unit.
        """
        found = []
        for statement in self._reader.read(text, header):
            kind = self._kind(statement)
            if kind:
                found.append(self._dose(statement, kind))
        return found

    @cached_property
    def _reader(self) -> StatementReader:
        return StatementReader(self._lexicons, self._terms)

    # -- judging ---------------------------------------------------------------------------------------------

    def _has(self, lexicon: str, text: str) -> bool:
        return self._terms.has(lexicon, text)

    def _kind(self, s: Statement) -> str | None:
        """What sort of amount a statement gives; None when it is no amount of a substance at all."""
        if s.cell and self._has("price-words", s.header):
            return "price"
        if _PRICE_BEFORE.search(s.before(30)) or _PRICE_AFTER.match(s.text[s.end : s.end + 30]):
            return "price"
        if _BASE.search(s.before(8)):
            return None
        judge: Mapping[str, Callable[[Statement], str | None]] = {
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

    def _of_mass(self, s: Statement) -> str | None:
        unit = next(a for a in s.amounts if a.family == "mass")
        if unit.figure.article and (unit.unit not in ("g", "mg", "microgram") or unit.per):
            return None
        if self._is_laboratory(unit):
            return "laboratory"
        if unit.unit in ("mM", "µM", "nM"):
            return "methods" if self._has("study-method-words", s.near) else "laboratory"
        if _ARM.match(s.text, s.core) or self._has("study-method-words", s.near):
            return "methods"
        if s.cell and self._has("laboratory-words", s.header):
            return "laboratory"
        if unit.unit == "g" and (
            _GAUGE.match(s.text, s.core) or self._has("body-measure-words", s.before(30))
        ):
            return "body"
        if unit.per in ("mL", "g"):
            return "laboratory" if self._has("laboratory-words", s.near) else "concentration"
        if self._is_food(s, unit):
            return "nutrition"
        return "pack-size" if self._is_pack(s) else "dose"

    def _is_laboratory(self, unit: Amount) -> bool:
        return f"{unit.unit}/{unit.per}".lower() in self._laboratory_units

    @cached_property
    def _laboratory_units(self) -> frozenset[str]:
        return frozenset(term.lower() for term in self._lexicons["laboratory-units"])

    def _is_food(self, s: Statement, unit: Amount) -> bool:
        """Nutrients and foods stand near their amounts; grams of a nutrient may be named farther off."""
        # once the substance has been named, as in "300 mg of berberine", what follows is something else
        named = self._substance_behind(s)
        if unit.unit == "g" and not named and self._has("nutrients", self._terms.without("no-food", s.near)):
            return True
        near = self._terms.without("no-food", s.text[max(0, s.start - 60) : s.start])[-25:]
        if named:
            near = _ITEM.split(near)[-1]
        else:
            near += " \n " + self._terms.without("no-food", s.text[s.core : s.core + 60])[:25]
        return self._has("nutrition-words", self._terms.without("dose-substances", near))

    def _is_pack(self, s: Statement) -> bool:
        if s.cell and self._has("pack-headers", s.header) and not self._has("dose-headers", s.header):
            return True
        behind = self._terms.at_start("containers", s.text[s.core : s.core + 40].lstrip(" -"))
        return bool(behind) and not s.frequency

    def _of_volume(self, s: Statement) -> str | None:
        unit = s.amounts[0]
        if self._is_laboratory(unit) or self._has("sample-words", s.around(40)):
            return "laboratory"
        if unit.unit == "L" and not self._has("fluid-words", s.near):
            return "nutrition" if self._is_food(s, unit) else None
        if self._is_food(s, unit):
            return "nutrition"
        if self._has("study-method-words", s.near):
            return "methods"
        return "pack-size" if self._is_pack(s) else "dose"

    def _of_form(self, s: Statement) -> str | None:
        """Counted forms are a dose when somebody is told to take them, or how often."""
        if self._counts_pack(s):
            return "pack-size"
        if s.cell:
            at_start = not s.text[: s.start].strip(" ~≈(")
            return (
                "dose" if s.frequency or s.route or at_start or self._has("dose-headers", s.header) else None
            )
        if s.frequency or s.route:
            return "nutrition" if self._is_food(s, s.amounts[0]) else "dose"
        told = not s.amounts[0].figure.article and self._has("dose-verbs", s.before(20))
        return "dose" if told and not self._is_food(s, s.amounts[0]) else None

    def _counts_pack(self, s: Statement) -> bool:
        if s.cell and self._has("pack-headers", s.header) and not self._has("dose-headers", s.header):
            return True
        packed = self._has("containers", f"{s.before(20)} {s.amounts[0].per}") or _PACKED.match(
            s.text, s.core
        )
        return bool(packed) and not s.frequency and not s.route

    def _of_counted(self, s: Statement) -> str | None:
        unit = s.amounts[0]
        if self._has("alcohol-words", s.near):
            return "nutrition"
        if _MARK.match(s.text, s.core):
            return None
        if self._is_laboratory(unit):
            return "laboratory"
        if self._has("dose-substances", s.near) or self._has("unit-words", s.near) or unit.per == "kg":
            return "dose"
        told = s.route or self._has("dose-verbs", s.before(25)) or (s.cell and not s.text[: s.start].strip())
        return "dose" if told else None

    def _of_percent(self, s: Statement) -> str | None:
        """A percentage is a strength only next to the preparation or the substance it is one of."""
        if _COMPARED.match(s.text, s.core):
            return None
        ahead, behind = s.text[s.core : s.core + 60], s.text[max(0, s.start - 40) : s.start]
        known = any(_UP_TO_NAME.fullmatch(ahead[:start]) for start, _ in self._strength_names(ahead))
        known = known or any(_FROM_NAME.fullmatch(behind[end:]) for _, end in self._strength_names(behind))
        return "concentration" if known else None

    def _strength_names(self, text: str) -> list[tuple[int, int]]:
        """Where a text names what has a strength: "1% hydrocortisone cream", "minoxidil 5%"."""
        return self._terms.places("product-forms", text) + self._terms.places("strength-substances", text)

    # -- the result ------------------------------------------------------------------------------------------

    def _dose(self, s: Statement, kind: str) -> Dose:
        first, last = s.amounts[0], s.amounts[-1]
        lead = next((a for a in s.amounts if a.family == "mass"), first)
        ranged = len(s.amounts) > 1 and lead.unit == last.unit and lead is not last
        high = last.figure.high or last.figure.value if ranged else lead.figure.high
        per = lead.per or (last.per if ranged else "")
        return Dose(
            s.start,
            s.end,
            lead.figure.value,
            high,
            lead.unit,
            per,
            self._substance(s),
            s.route,
            s.frequency,
            kind,
        )

    def _substance(self, s: Statement) -> str:
        named = WORD_OF.match(s.text, s.core)
        if named:
            return named[1]
        before = s.text[max(0, s.start - 60) : s.start]
        return self._substance_behind(s) or self._terms.last("dose-substances", before)

    def _substance_behind(self, s: Statement) -> str:
        """A known substance right behind the amount: "5 mg of melatonin", "(2 mg/kg) ketamine"."""
        return self._terms.at_start("dose-substances", _LINK.sub("", s.text[s.core : s.core + 60]))
