"""The words by which references are read, and the expressions made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from medlint.expressions import compiled

YEAR = r"(?<![\d/.–—-])(?:1[5-9]|20)\d\d(?!\d)"
_EDITION = (
    r"(?:\d{1,2}(?:st|nd|rd|th)|rev(?:ised|\.)?|new|second|third|fourth|fifth)\s(?:ed(?:n|ition)?)\b\.?"
)


@dataclass(frozen=True, eq=False, repr=False)
class ReferenceWords:
    """The word lists of rules/lexicons that reading references takes."""

    lists: Mapping[str, Sequence[str]]

    def has(self, name: str, text: str) -> bool:
        """Whether one of the words of a text is in a list."""
        return not self.among(name).isdisjoint(re.findall(r"[^\W\d_](?:[\w-]*\w)?", text.lower()))

    def among(self, name: str) -> frozenset[str]:
        """The terms of a list in lower case."""
        if name not in self._lowered:
            self._lowered[name] = frozenset(term.lower() for term in self.lists.get(name, ()))
        return self._lowered[name]

    def choice(self, name: str) -> str:
        """The terms of a list as alternatives of an expression, the longest first."""
        terms = sorted((term for term in self.lists.get(name, ()) if "(" not in term), key=len, reverse=True)
        return "|".join(re.escape(term).replace(r"\ ", r"\s") for term in terms) or r"(?!)"

    @cached_property
    def _lowered(self) -> dict[str, frozenset[str]]:
        return {}

    @cached_property
    def month(self) -> str:
        months = self.choice("reference-months")
        return rf"(?:{months})\b\.?"

    @cached_property
    def date(self) -> str:
        """A date that has a year, in any order of its parts; the year is the group `year`."""
        return (
            rf"(?:(?:\d{{1,2}}(?:st|nd|rd|th)?\s)?{self.month}(?:\s\d{{1,2}}(?:st|nd|rd|th)?)?,?\s)?"
            rf"(?P<year>{YEAR})(?:\s{self.month}(?:\s\d{{1,2}})?)?(?:-\d\d-\d\d)?"
        )

    @cached_property
    def _nameless_date(self) -> str:
        return self.date.replace("?P<year>", "?:")

    @cached_property
    def accessed(self) -> re.Pattern[str]:
        words = self.choice("reference-access")
        return compiled(
            rf"[\[(<]?\b(?:{words})(?:\son)?:?\s{self._nameless_date}(?:,?\s?(?:at|from)\b:?)?[\])>]?",
            re.IGNORECASE,
        )

    @cached_property
    def dated(self) -> re.Pattern[str]:
        words = self.choice("reference-dated")
        return compiled(rf"[\[(]?\b(?:{words})(?:\son)?:?\s{self.date}[\])]?", re.IGNORECASE)

    @cached_property
    def placed(self) -> re.Pattern[str]:
        """The words before an address that has been hidden, which leaves blanks behind."""
        words = self.choice("reference-places")
        return compiled(rf"[\[(<]?\b(?:{words})\b:?(?=\s{{4}}|\s*$)", re.IGNORECASE)

    @cached_property
    def states(self) -> re.Pattern[str]:
        words = self.choice("reference-states")
        return compiled(
            rf"[\[(]\s?(?:{words})[^\[\]()]{{0,20}}[\])]"
            rf"|(?:(?<=[.?!\])]\s)|(?<=\s\s))(?:{words})(?=\.|;|\s*$)",
            re.IGNORECASE,
        )

    @cached_property
    def early(self) -> re.Pattern[str]:
        """When an article came out before its issue did."""
        return compiled(rf"\b(?:epub|ecollection|print)\s{self._nameless_date}", re.IGNORECASE)

    @cached_property
    def edition(self) -> re.Pattern[str]:
        return compiled(rf"[,.]?\s?\(?{_EDITION}(?:,[^()]{{0,24}})?\)?", re.IGNORECASE)

    @cached_property
    def labels(self) -> re.Pattern[str]:
        """[PubMed], where nothing leads to PubMed any more."""
        words = self.choice("source-labels")
        return compiled(rf"[\[(]{{1,3}}\s?(?:{words})[\s.]{{0,9}}[\])]{{1,3}}", re.IGNORECASE)

    @cached_property
    def editors(self) -> re.Pattern[str]:
        words = self.choice("reference-editors")
        return compiled(rf"[\s,]*\(?\b(?:{words})\b\.?\)?[.,:]?\s*", re.IGNORECASE)
