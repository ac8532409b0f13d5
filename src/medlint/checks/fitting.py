"""What a sentence and the source it cites are about, compared.

Careful by design: anything in common excuses, in the sentence, in its paragraph, or in the headings above.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from medlint.checks.cited import Cited
from medlint.checks.subjects import FIRM, LOOSE, Group, Lists, Vocabulary, narrowed
from medlint.evidence import Evidence
from medlint.model import PLACEHOLDER, Document

Lexicons = Mapping[str, Sequence[str]]
KINDS = ("ailment", "treatment")
_HEADING = "the heading above"
_NOTES = ("reference", "footnote")


def lists_of(lexicons: Lexicons, names: Mapping[str, Any]) -> Lists:
    return Lists(
        groups=tuple((kind, tuple(lexicons[names[f"{kind}s"]])) for kind in KINDS),
        wide=tuple(lexicons[names["wide"]]),
        vague=tuple(lexicons[names["vague"]]),
        loose=tuple(lexicons[names["loose"]]),
        common=tuple(lexicons[names["common"]]),
        terms=tuple(
            (kind, tuple(term for name in names[f"{kind}-terms"] for term in lexicons[name]))
            for kind in KINDS
        ),
    )


@lru_cache(maxsize=4)
def vocabulary(lists: Lists) -> Vocabulary:
    """The vocabulary of word lists, kept for the next article."""
    return Vocabulary(lists)


class _Subjects(NamedTuple):
    """What a text agrees with (the groups of its narrow words, those of each wide one, `stems`) and what it is about:
    by kind its first word that is FIRM, and its first that is at least LOOSE."""

    narrow: frozenset[Group]
    wide: tuple[frozenset[Group], ...]
    stems: frozenset[str]
    firm: Mapping[str, str]
    loose: Mapping[str, str]

    def agrees(self, said: _Subjects, nearer: Set[Group]) -> bool:
        """Whether another text has something in common with this one. Its wide words do not count where a narrower
        one stands `nearer`: below “Addiction”, what is said of heroin is not said of alcohol."""
        if not said.stems.isdisjoint(self.stems):
            return True
        ours = self.narrow.union(*self.wide)
        wide = (groups for groups in said.wide if groups.isdisjoint(nearer))
        return not said.narrow.isdisjoint(ours) or any(not groups.isdisjoint(ours) for groups in wide)


class Clash(NamedTuple):
    """What a passage and what the title of its source is about, in their words. `where` is the part of the passage
    that says so."""

    where: str
    about: str
    other: str


class Comparing:
    """Compares the sentences of an article with titles, by the word lists that the rule names."""

    def __init__(
        self, document: Document, evidence: Evidence, lexicons: Lexicons, subjects: Mapping[str, Any]
    ) -> None:
        self._document, self._evidence = document, evidence
        self._vocabulary = vocabulary(lists_of(lexicons, subjects))
        self._known: dict[str, _Subjects] = {}

    def clash(self, cited: Cited) -> Clash | None:
        """Where the passage and the title have nothing in common: what either is about."""
        title = self._of(cited.entry.title).loose
        if not title:
            return None
        whole = self._of(f"{cited.entry.title} | {cited.entry.container}")
        about: dict[str, tuple[str, str]] = {}
        narrow: set[Group] = set()
        for where, text in self._passage(cited):
            said = self._of(text)
            if whole.agrees(said, narrow):
                return None
            narrow |= said.narrow
            for kind, named in (said.loose if where == _HEADING else said.firm).items():
                about.setdefault(kind, (where, named))
        shared = next((kind for kind in KINDS if kind in about and kind in title), None)
        if shared is None:
            return None
        where, word = about[shared]
        if where == _HEADING and any(whole.agrees(self._of(text), narrow) for text in self._section(cited)):
            return None
        return Clash(where, word, title[shared])

    def sentence(self, cited: Cited) -> str:
        """The sentence that cites; the whole block where it holds nothing but marks."""
        prose, sentences = self._evidence.prose[cited.block], self._evidence.sentences[cited.block]
        return prose[slice(*sentences[cited.sentence])] if sentences else prose

    def _passage(self, cited: Cited) -> Iterator[tuple[str, str]]:
        """The sentence and what stands around it, the nearest first: its paragraph or row, what leads up to it, and
        the headings above."""
        blocks, prose = self._document.blocks, self._evidence.prose
        block = blocks[cited.block]
        yield "the sentence", self.sentence(cited)
        yield "the paragraph", prose[cited.block]
        for number in self._rows.get((block.group, block.row), ()) if block.kind == "table-cell" else ():
            yield "the table", prose[number]
        for number in self._rows.get((block.group, 0), ()) if block.kind == "table-cell" else ():
            yield "the table", prose[number]
        if block.lead >= 0:
            yield "the text above the list", prose[block.lead]
        for number in self._headings(block.section):
            yield _HEADING, prose[number]
        for number in self._titles:
            yield _HEADING, prose[number]

    def _section(self, cited: Cited) -> Iterator[str]:
        section = self._document.blocks[cited.block].section
        for number, block in enumerate(self._document.blocks):
            if block.section == section and block.kind not in _NOTES:
                yield self._evidence.prose[number]

    def _headings(self, heading: int) -> Iterator[int]:
        """A heading and those that it stands under."""
        blocks = self._document.blocks
        level = 7
        for number in range(heading, -1, -1):
            if blocks[number].kind == "heading" and blocks[number].level < level:
                level = blocks[number].level
                yield number

    @cached_property
    def _rows(self) -> Mapping[tuple[int, int], list[int]]:
        found: dict[tuple[int, int], list[int]] = {}
        for number, block in enumerate(self._document.blocks):
            if block.kind == "table-cell":
                found.setdefault((block.group, block.row), []).append(number)
        return found

    @cached_property
    def _titles(self) -> list[int]:
        """The title in the front matter."""
        return [
            n for n, b in enumerate(self._document.blocks) if b.kind == "front-matter" and b.label == "title"
        ]

    def _of(self, text: str) -> _Subjects:
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = self._read(text.replace(PLACEHOLDER, " "))
        return known

    def _read(self, text: str) -> _Subjects:
        found = narrowed(self._vocabulary.find(text))
        firm: dict[str, str] = {}
        loose: dict[str, str] = {}
        # what is of one kind alone names it better: of alcohol rather than of what is given for it
        for named in sorted(found, key=lambda named: len({kind for kind, _ in named.groups})):
            for kind in {kind for kind, _ in named.groups}:
                word = text[named.start : named.end]
                if named.weight >= LOOSE:
                    loose.setdefault(kind, word)
                if named.weight >= FIRM:
                    firm.setdefault(kind, word)
        narrow = frozenset(group for named in found if not named.wide for group in named.groups)
        wide = tuple(named.groups for named in found if named.wide)
        return _Subjects(narrow, wide, frozenset(self._vocabulary.stems(text)), firm, loose)
