"""Finds the entry of a reference list that a mark points to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from medlint.citing.references import YEAR, ReferenceList
from medlint.expressions import compiled
from medlint.model import Document

_ADDRESS = compiled(r"https?://[^\s<>\"]+|\b10\.\d{4,9}/[^\s<>\"]+")
_ANCHOR = compiled(r"\b(?:id|name)=[\"']([^\"'\s>]+)|\{#([^\s}]+)")
_PUBMED = compiled(
    r"^(?:pubmed\.ncbi\.nlm\.nih\.gov/|(?:m\.)?ncbi\.nlm\.nih\.gov/(?:m/)?pubmed/(?:\?term=)?)(?P<pmid>\d{1,8})\b"
    r"|^(?:pmc\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pmc)/articles/(?P<pmc>pmc\d{3,10})\b"
)
_AS_ADDRESS = {"pmid": "pubmed.ncbi.nlm.nih.gov/", "pmcid": "pmc.ncbi.nlm.nih.gov/articles/"}
_NUMBERED_IN = compiled(r"\bPMID:?\s?(?P<pmid>\d{1,8})\b|\b(?P<pmc>PMC\d{3,10})\b")
_LABEL = compiled(
    r"(?P<name>[^\W\d_][\w'’-]{1,40}(?: [^\W\d_][\w'’-]{1,40}){0,3}?)"
    r"(?: et al\.?| (?:and|&) [^\d,()]{2,40})?,? \(?(?P<year>(?:19|20)\d\d)[a-z]?\)?"
)
_FIRST_AUTHOR = compiled(r"[\W\d]{0,8}(?P<name>[^\W\d_]{2,40}),? (?:[A-Z]\.?[ -]?){1,3}(?![^\W\d_])")
_WORD = compiled(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True, eq=False, repr=False)
class Resolver:
    """Finds the entry that a mark points to, as (index of the list, index of the entry)."""

    document: Document
    lists: tuple[ReferenceList, ...]

    def number(self, number: str, block: int) -> tuple[int, int] | None:
        """The entry with that number: in the list of the block's own section first, then in any list. In a list
        without numbers readers count for themselves."""
        order = self._order(block)
        for position in order:
            entry = self._labels[position].get(number)
            if entry is not None:
                return position, entry
        at = int(number) - 1 if number.isdecimal() else -1
        for position in order:
            if 0 <= at < len(self.lists[position].entries) and not self._labels[position]:
                return position, at
        return None

    def author_year(self, target: str, block: int) -> tuple[int, int] | None:
        """The entry that has every name (or the acronym) and the year of “Krupitsky 2002”."""
        name, _, year = target.rpartition(" ")
        wanted = frozenset(word.lower() for word in _WORD.findall(name) if word[0].isupper())
        for position in self._order(block):
            for index in self._years[position].get(year[:4], ()):
                words = self._words[position][index]
                if wanted <= words or (name.isupper() and name.lower() in words):
                    return position, index
        return None

    def linked(self, url: str, label: str, block: int) -> set[tuple[int, int]]:
        """The entry that has the address of a link, or the number or author and year that is its label."""
        bare = label.strip(" []()")
        named = _LABEL.fullmatch(bare)
        found = {
            self.at(url),
            self.number(bare, block),
            self.author_year(f"{named['name']} {named['year']}", block) if named else None,
            self._begun_with(bare),
        }
        return {entry for entry in found if entry is not None}

    def _begun_with(self, label: str) -> tuple[int, int] | None:
        """The one entry that begins with the author in “Etzioni study”."""
        name, *rest = label.split() or [""]
        if len(rest) != 1 or not name.isalpha() or not name.istitle() or not rest[0].islower():
            return None
        found = self._first_authors.get(name.lower(), ())
        return found[0] if len(found) == 1 else None

    def at(self, target: str, kind: str = "url") -> tuple[int, int] | None:
        """The entry that has an address, or the identifier that the address is made of; of a mark of that kind."""
        return self._addresses.get(_plain_address(_AS_ADDRESS.get(kind, "") + target))

    def footnote(self, label: str) -> set[tuple[int, int]]:
        """The definition of a footnote when it names a source."""
        return {
            (position, self._labels[position][label])
            for position, listing in enumerate(self.lists)
            if listing.footnotes and label in self._labels[position]
        }

    def _order(self, block: int) -> Sequence[int]:
        """Lists whose section encloses the block come first, the narrowest before the wider ones.

        Among equals it is the first that follows the block.
        """
        return sorted(
            (position for position, listing in enumerate(self.lists) if not listing.footnotes),
            key=lambda position: (
                *self._distance(self._regions[position], block),
                self.lists[position].heading < block,
                position,
            ),
        )

    @staticmethod
    def _distance(region: tuple[int, int], block: int) -> tuple[bool, int]:
        return not region[0] <= block < region[1], region[1] - region[0]

    @cached_property
    def _regions(self) -> dict[int, tuple[int, int]]:
        return {
            position: self._region(listing.heading)
            for position, listing in enumerate(self.lists)
            if not listing.footnotes
        }

    def _region(self, heading: int) -> tuple[int, int]:
        """The blocks that the list serves: the section that its heading is part of."""
        blocks = self.document.blocks
        level = (blocks[heading].level or 7) if heading >= 0 else 0
        above = [i for i in range(heading) if blocks[i].kind == "heading" and blocks[i].level < level]
        if not above:
            return 0, len(blocks)
        start = above[-1]
        following = (
            i
            for i in range(start + 1, len(blocks))
            if blocks[i].kind == "heading" and blocks[i].level <= blocks[start].level
        )
        return start, next(following, len(blocks))

    @cached_property
    def anchors(self) -> frozenset[str]:
        """The names that a link within the page can lead to."""
        return frozenset(a or b for a, b in _ANCHOR.findall(self.document.text))

    @cached_property
    def _addresses(self) -> dict[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        for position, listing in enumerate(self.lists):
            for index, entry in enumerate(listing.entries):
                targets = (
                    mark.target for mark in self.document.blocks[entry.block].marks if mark.kind != "footnote"
                )
                for url in (*targets, *_ADDRESS.findall(entry.text), *_identifiers(entry.text)):
                    found.setdefault(_plain_address(url), (position, index))
        found.pop("", None)
        return found

    @cached_property
    def _first_authors(self) -> dict[str, list[tuple[int, int]]]:
        found: dict[str, list[tuple[int, int]]] = {}
        for position, listing in enumerate(self.lists):
            for index, entry in enumerate(listing.entries):
                if first := _FIRST_AUTHOR.match(entry.text):
                    found.setdefault(first["name"].lower(), []).append((position, index))
        return found

    @cached_property
    def _labels(self) -> list[dict[str, int]]:
        return [
            {entry.label: index for index, entry in reversed(list(enumerate(listing.entries))) if entry.label}
            for listing in self.lists
        ]

    @cached_property
    def _years(self) -> list[dict[str, list[int]]]:
        found: list[dict[str, list[int]]] = []
        for listing in self.lists:
            years: dict[str, list[int]] = {}
            for index, entry in enumerate(listing.entries):
                for year in dict.fromkeys(YEAR.findall(entry.text)):
                    years.setdefault(year, []).append(index)
            found.append(years)
        return found

    @cached_property
    def _words(self) -> list[list[frozenset[str]]]:
        return [[_name_words(entry.text) for entry in listing.entries] for listing in self.lists]


def _plain_address(url: str) -> str:
    """An address without what differs between two ways of writing it; of a DOI the identifier alone."""
    plain = re.sub(r"^(?:https?:)?//(?:www\.)?", "", url.lower()).rstrip("/.,;)")
    if plain.startswith(("doi.org/10.", "dx.doi.org/10.")):
        return plain[plain.find("10.") :]
    number = _PUBMED.search(plain)
    return f"pmid {number['pmid']}" if number and number["pmid"] else number["pmc"] if number else plain


def _identifiers(text: str) -> Iterator[str]:
    """The numbers of PubMed that an entry gives, as addresses."""
    for m in _NUMBERED_IN.finditer(text):
        kind = "pmid" if m["pmid"] else "pmcid"
        yield _AS_ADDRESS[kind] + (m["pmid"] or m["pmc"])


def _name_words(text: str) -> frozenset[str]:
    """The words of an entry in lower case, and the acronyms of its first capitalised words: WHO."""
    words = _WORD.findall(text)
    initials = "".join(word[0] for word in words[:10] if word[0].isupper()).lower()
    acronyms = (initials[:length] for length in range(2, min(len(initials), 6) + 1))
    return frozenset((*(word.lower() for word in words), *acronyms))
