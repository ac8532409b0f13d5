"""Dose statements: amounts that belong together, with the route and the schedule behind them.

"2 tablets of 500 mg twice a day" is one statement, "5 mg for adults, 2 mg for children" are two.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from medlint.doses.amounts import Amount, AmountReader
from medlint.doses.numbers import figures
from medlint.doses.terms import Terms
from medlint.expressions import compiled
from medlint.patterns import lexicon_source

_JOINT = compiled(
    r"\s*[\[(/=]\s*(?:=|or|about|around|approximately)?\s*|\s+(?:of|x|×)\s+|\s*[x×]\s*|\s+\w{3,20}\s*\(\s*|\s+(?:is|equals)\s+"
)
_RANGE_JOINT = compiled(r"\s*(?:to|up to|[-\u2010-\u2014])\s*")
_BARE_CELL = compiled(r"\s*(?:[~≈<>≤≥]|about|up to)?\s*")
WORD_OF = compiled(
    r"\s+of\s+(?:the\s+|elemental\s+|pure\s+|oral\s+|dried\s+)?([A-Za-z][\w'’+-]{2,30}(?:\s[A-Z]\d{0,2}\b)?)"
)
_CLAUSE = compiled(r"[;:]|\.\s|,\s(?:but|while|and then)\s")
_NUMBER = r"(?:\d{1,4}(?:\.\d)?|one|two|three|four|five|six|seven|eight|ten|twelve|forty|thirty|sixty|ninety)"
_NEAR = 300
_LONGEST_STEP = 60


class Statement(NamedTuple):
    """Amounts that state one dose: the amounts end at `core`, the schedule behind them at `end`.

    `route` and `frequency` are quoted from the schedule, `header` is the column heading of a table cell.
    """

    text: str
    amounts: tuple[Amount, ...]
    core: int
    end: int
    route: str
    frequency: str
    header: str

    @property
    def start(self) -> int:
        return self.amounts[0].start

    @property
    def cell(self) -> bool:
        """Whether it stands in a table cell."""
        return bool(self.header)

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

    @property
    def near(self) -> str:
        """The sentence, or what is near in one without end."""
        return self.text[max(0, self.start - _NEAR) : self.end + _NEAR]

    def around(self, width: int) -> str:
        return f"{self.before(width)} \n {self.after(width)}"


class StatementReader:
    """Reads the statements off a sentence or a table cell, given the word lists by name."""

    def __init__(self, lexicons: Mapping[str, Sequence[str]], terms: Terms) -> None:
        self._lexicons = lexicons
        self._terms = terms
        self._amounts = AmountReader(lexicons)

    @cached_property
    def _timed(self) -> re.Pattern[str]:
        """A frequency or a duration with a number in it."""
        time = lexicon_source(self._lexicons["time-units"])
        return compiled(
            rf"(?:every\s{_NUMBER}(?:\s?(?:-|–|to)\s?{_NUMBER})?\s?{time}"
            rf"|{_NUMBER}\s?(?:x|×|times)\s(?:daily|weekly|(?:a|per|each|every)\s{time})|{_NUMBER}\s?[x×]\s?(?:daily|/\s?day)"
            rf"|q\d{{1,2}}h|(?:for|over|x|×|within)\s(?:the\s)?(?:first\s|next\s|at\sleast\s|about\s)?"
            rf"{_NUMBER}(?:\s?(?:-|–|to)\s?{_NUMBER})?[\s-]?{time})(?!\w)",
            re.IGNORECASE,
        )

    def _step(self, text: str, at: int, limit: int) -> tuple[str, str, int] | None:
        """One step of a schedule, (route, frequency, where it ends); one of the two is empty."""
        behind = text[at:limit]
        start = limit - len(behind.lstrip(", \t\r\n\u00a0\u202f"))
        start += text.startswith("(", start, limit)
        ahead = text[start : min(limit, start + _LONGEST_STEP)]
        route = self._terms.at_start("dose-routes", ahead)
        timed = self._timed.match(ahead)
        frequency = (
            "" if route else self._terms.at_start("dose-frequencies", ahead) or (timed[0] if timed else "")
        )
        if not (route or frequency):
            return None
        end = start + len(route or frequency)
        return route, frequency, end + text.startswith(")", end, limit)

    def read(self, text: str, header: str) -> Iterator[Statement]:
        """The statements in order. `header` is the column heading of a table cell, empty elsewhere."""
        amounts = deque(self._amounts.read(text)) or deque(self._headed(text, header))
        while amounts:
            group = [amounts.popleft()]
            while amounts and _joined(text, group[-1], amounts[0]):
                group.append(amounts.popleft())
            limit = amounts[0].start if amounts else len(text)
            core = _balanced(text, group[0].start, group[-1].end)
            end, route, frequency = self._schedule(text, core, limit)
            end = _balanced(text, group[0].start, end)
            yield Statement(text, tuple(group), core, end, route, frequency, header)

    def _headed(self, text: str, header: str) -> list[Amount]:
        """A cell that holds a bare number, with the unit of its column."""
        unit = self._amounts.heading(header) if header else None
        figure = next(figures(text), None)
        if unit is None or figure is None or figure.article:
            return []
        bare = _BARE_CELL.fullmatch(text, 0, figure.start) and not re.search(r"\w", text[figure.end :])
        return [Amount(figure.start, figure.end, figure, *unit)] if bare else []

    def _schedule(self, text: str, end: int, limit: int) -> tuple[int, str, str]:
        """Where the schedule behind an amount ends, its first route and its first frequency."""
        route = frequency = ""
        named = WORD_OF.match(text, end, limit)
        at = named.end() if named else end
        for _ in range(5):
            step = self._step(text, at, limit)
            if step is None:
                break
            route, frequency = route or step[0], frequency or step[1]
            at = end = step[2]
        return end, route, frequency


def _joined(text: str, first: Amount, second: Amount) -> bool:
    """Whether neighbours state one dose: "2 tablets of 500 mg", "1 mL (500 mg)", "50 mg to 100 mg"."""
    gap = text[first.end : second.start]
    if _RANGE_JOINT.fullmatch(gap):
        return first.unit == second.unit
    return second.figure.article is False and _JOINT.fullmatch(gap) is not None


def _balanced(text: str, start: int, end: int) -> int:
    """Where the statement ends with the bracket that it opens, and without one that it does not."""
    stretch = text[start:end]
    surplus = stretch.count("(") - stretch.count(")")
    if surplus > 0 and text[end : end + 1] == ")":
        return end + 1
    return end - 1 if surplus < 0 and stretch.endswith(")") else end
