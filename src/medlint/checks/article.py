"""What a check of a whole document is given, and what it gives back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from medlint.citing.references import YEAR, Reference
from medlint.evidence import Evidence
from medlint.expressions import compiled
from medlint.model import Block, Document, Finding, Span

if TYPE_CHECKING:
    from medlint.bibliography.entry import Entry
    from medlint.doses.maxima import Maxima
    from medlint.quantity import Dose
    from medlint.scorer import Scorer
    from medlint.verifying.judging import Judgement

_PROSE = ("paragraph", "list-item", "table-cell", "heading", "front-matter")


class Article(NamedTuple):
    """What a check may look at. `findings` are those of the sentence rules, `names` the publisher's own.

    `find(phrase, text)` finds a phrase of the language of rule files, `doses(text, header)` doses, `keys(text)` the
    keywords that a text answers to, `touches(context, text)` whether a sentence stands in a context with some of its
    words, `scorer(name)` the scorer of a name, `maxima()` what compares doses with the most that labels name.
    `judged` is what the record of verified references says about each entry, where there is one.
    """

    document: Document
    evidence: Evidence
    findings: Sequence[Finding]
    names: Sequence[str]
    lexicons: Mapping[str, Sequence[str]]
    find: Callable[[str, str], list[tuple[int, int]]]
    doses: Callable[..., Sequence[Dose]]
    keys: Callable[[str], Set[str]]
    touches: Callable[[str, str], bool]
    scorer: Callable[[str], Scorer]
    maxima: Callable[[], Maxima]
    judged: Sequence[tuple[Entry, Judgement]] = ()

    def prose(self, options: Options) -> Iterator[Block]:
        """The blocks of the `kinds` asked for, running text when none are."""
        kinds = options.get("kinds", _PROSE)
        return (block for block in self.document.blocks if block.kind in kinds)

    def entries(self) -> Iterator[Reference]:
        """The entries of all reference lists."""
        return (entry for listing in self.evidence.lists for entry in listing.entries)

    def year(self, fields: Sequence[str]) -> int | None:
        """The latest year that the front matter gives under one of the `fields`: when the article was written
        or last looked at."""
        extent = self.document.front_matter
        if extent is None:
            return None
        names = "|".join(map(re.escape, fields))
        dated = compiled(rf"^\W*(?:{names})[\"']?[ \t]*[:=](?P<value>.*)$", re.IGNORECASE | re.MULTILINE)
        values = (m["value"] for m in dated.finditer(self.document.text[extent.start : extent.end]))
        return max((int(year) for value in values for year in YEAR.findall(value)), default=None)


class Hit(NamedTuple):
    """A place a check objects to; `values` fill the message."""

    span: Span
    values: Mapping[str, str] = MappingProxyType({})


Options = Mapping[str, Any]
Check = Callable[[Article, Options], Iterator[Hit]]
