"""What a reference says, taken apart: who wrote what, where and when it was published, and where to find it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from medlint.model import Span


class Author(NamedTuple):
    """A person, or a body under its whole name as `family`."""

    family: str
    given: str = ""


class Entry(NamedTuple):
    """One reference. A part that was not found is empty; `year` and `number` are then None.

    `text` is the entry as a reader sees it, `span` its source. `spans` leads from the name of a part, such as
    “title”, to its place in the source: `source[span.start:span.end]` is the part as it is written. `number` is
    what the list calls the entry, where that is a number. `kind` is article, book, chapter, preprint or web, or
    empty where it cannot be told; `key` what a bibliography file calls the entry.
    """

    text: str
    span: Span
    authors: tuple[Author, ...] = ()
    year: int | None = None
    title: str = ""
    container: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    isbn: str = ""
    url: str = ""
    number: int | None = None
    spans: Mapping[str, Span] = MappingProxyType({})
    publisher: str = ""
    kind: str = ""
    key: str = ""


class Library(NamedTuple):
    """The keys of all bibliographies of an article; None when one of them cannot be read. `faults` says where it is
    named, and what is wrong."""

    keys: frozenset[str] | None
    faults: tuple[tuple[Span, str], ...] = ()
