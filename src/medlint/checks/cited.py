"""Which sentence cites which work: every mark that leads to a source whose title can be read."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from medlint.citing.citations import Citation, entries_of
from medlint.citing.resolver import Resolver
from medlint.citing.sources import parse_address
from medlint.evidence import Evidence
from medlint.expressions import compiled
from medlint.model import Document, Span

if TYPE_CHECKING:
    from medlint.bibliography import Entry

FEWEST_WORDS = 4
"""A title of fewer words that nothing but itself says to be one may be the name of a journal or a site."""

_READ = ("paragraph", "list-item", "quote", "definition", "caption", "table-cell")
_ADDRESSES = ("link", "anchor", "autolink", "url")
_WORDS_OF_ADDRESS = compiled(r"[^\W_]+(?:[-_+ ][^\W_]+)+")
_ENDING = compiled(r"\.\w{2,5}$")


class Cited(NamedTuple):
    """A sentence, by its block and number, and the mark in it that leads to an entry."""

    block: int
    sentence: int
    citation: Citation
    entry: Entry


def cited(document: Document, evidence: Evidence, lexicons: Mapping[str, Sequence[str]]) -> Iterator[Cited]:
    """Every sentence that cites a work with a title, once for each work. A link that leads to no entry has the words
    of its address for a title, where there are enough."""
    listed = {entry.block for listing in evidence.lists for entry in listing.entries}
    citations = [
        c
        for c in evidence.citations
        if c.source and c.block not in listed and document.blocks[c.block].kind in _READ
    ]
    if not citations:
        return
    works = _Works(document, evidence, lexicons)
    known: set[tuple[int, int, Span]] = set()
    for citation in citations:
        sentence = _sentence_of(evidence, citation)
        for entry in works.of(citation):
            key = citation.block, sentence, entry.span
            if _is_readable(entry) and key not in known:
                known.add(key)
                yield Cited(citation.block, sentence, citation, entry)


class _Works:
    """The entries of an article, as marks lead to them."""

    def __init__(self, document: Document, evidence: Evidence, lexicons: Mapping[str, Sequence[str]]) -> None:
        from medlint.bibliography import read_entries

        self._resolver = Resolver(document, evidence.lists)
        entries = iter(read_entries(document, evidence, lexicons))
        self._listed = {
            (at, n): next(entries)
            for at, listing in enumerate(evidence.lists)
            for n in range(len(listing.entries))
        }
        self._keyed = {entry.key: entry for entry in entries if entry.key}

    def of(self, citation: Citation) -> list[Entry]:
        """The entries that a mark leads to."""
        if citation.kind == "key":
            return [self._keyed[citation.target]] if citation.target in self._keyed else []
        found = [self._listed[place] for place in sorted(entries_of(citation, self._resolver))]
        if not found and citation.kind in _ADDRESSES and (title := _title_of(citation.target)):
            from medlint.bibliography import Entry

            return [Entry(citation.target, citation.span, title=title, url=citation.target)]
        return found


def _sentence_of(evidence: Evidence, citation: Citation) -> int:
    starts = [start for start, _ in evidence.sentences[citation.block]]
    before = bisect.bisect_left if citation.start == citation.end else bisect.bisect_right
    return max(0, before(starts, citation.start) - 1)


def _is_readable(entry: Entry) -> bool:
    return bool(entry.title) and (bool(entry.container) or len(entry.title.split()) >= FEWEST_WORDS)


def _title_of(address: str) -> str:
    """The words at the end of an address such as “/news/naps-and-mood-at-the-lake.html”."""
    last = unquote(parse_address(address).path).rstrip("/").rpartition("/")[2]
    words = _WORDS_OF_ADDRESS.fullmatch(_ENDING.sub("", last))
    return (
        " ".join(words.group().replace("-", " ").replace("_", " ").replace("+", " ").split()) if words else ""
    )
