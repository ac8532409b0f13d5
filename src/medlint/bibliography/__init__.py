"""Reads the entries of reference lists into their parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from medlint.bibliography.csl import from_front_matter
from medlint.bibliography.entry import Author, Entry
from medlint.bibliography.reader import EntryReader
from medlint.bibliography.words import ReferenceWords
from medlint.evidence import Evidence
from medlint.model import Document
from medlint.rules import load_rules

__all__ = ["Author", "Entry", "read_entries"]

_KEPT = "_entries"


def read_entries(
    document: Document, evidence: Evidence, lists: Mapping[str, Sequence[str]] | None = None
) -> tuple[Entry, ...]:
    """The entries of all reference lists of a document in order, footnotes last, then those that the front matter
    lists under `references:`.

    `lists` are the word lists to read them by, those of medlint where none are given. What was read of a document
    is kept as long as its evidence.
    """
    known: tuple[Entry, ...] | None = evidence.__dict__.get(_KEPT)
    if known is None:
        reader = EntryReader(document, ReferenceWords(load_rules().lexicons if lists is None else lists))
        listed = (reader.read(entry) for listing in evidence.lists for entry in listing.entries)
        known = (*listed, *from_front_matter(document.text, document.front_matter))
        evidence.__dict__[_KEPT] = known
    return known
