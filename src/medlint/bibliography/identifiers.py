"""Identifiers and addresses in an entry: DOI, PubMed numbers, ISBN, where to find it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from medlint.bibliography.written import Written
from medlint.expressions import compiled
from medlint.model import Mark, Span

_DOI = compiled(
    r"(?:(?:https?://)?(?:www\.|dx\.)?doi\.org/|\bdoi\b[:.]?\s{0,2}(?:https?://(?:www\.|dx\.)?doi\.org/)?)?"
    r"(?<![\w.])(?P<value>10\.\d{4,9}/[^\s<>\"“”\ufffc]{1,200})",
    re.IGNORECASE,
)
_PMID = compiled(
    r"(?:\bPubMed\s)?\bPMID[:\s]{0,3}(?P<value>\d{1,8})\b"
    r"|(?:https?://)?(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed|pubmed\.gov)/(?:\?term=)?(?P<in_url>\d{1,8})\b/?",
    re.IGNORECASE,
)
_PMCID = compiled(
    r"(?:https?://)?(?:www\.)?(?:pmc\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pmc)/articles/(?P<in_url>PMC\d{3,10})/?"
    r"|(?:\bPMCID[:\s]{0,3})?\b(?P<value>PMC\d{3,10})\b",
    re.IGNORECASE,
)
_ISBN = compiled(
    r"\bISBN(?:-1[03])?[:\s]{0,3}(?P<value>(?:97[89][\s-]?)?\d[\d\s-]{7,15}[\dXx])(?![\w-])", re.IGNORECASE
)
_ISSN = compiled(r"\be?ISSN(?:-L)?[:\s]{0,3}(?P<value>\d{4}-?\d{3}[\dXx])(?![\w-])", re.IGNORECASE)
_URL = compiled(r"(?<![\w/@])(?P<value>(?:https?://|www\.(?=\w))[^\s<>\"“”\ufffc]{1,500})", re.IGNORECASE)
_PAIRS = ("()", "[]", "{}")
_QUERY = compiled(r"[?&#](?:utm_|via=|ref=|source=).*$|#.*$", re.IGNORECASE)
_IDENTIFIED = compiled(
    r"doi\.org/10\.|ncbi\.nlm\.nih\.gov/(?:\d|pubmed/|pmc/)|pmc\.ncbi\.nlm\.nih\.gov/", re.IGNORECASE
)


class Identified(NamedTuple):
    """An identifier: its kind, its `value`, its `span` in the source, and the stretch of text that it takes up (an
    empty one when it stands in the address of a link)."""

    kind: str
    value: str
    span: Span
    start: int = 0
    end: int = 0


def identified(written: Written) -> Iterator[Identified]:
    """What stands in the text of an entry, then what its links lead to."""
    taken = bytearray(len(written.text))
    for kind, pattern in (
        ("doi", _DOI), ("pmid", _PMID), ("pmcid", _PMCID), ("isbn", _ISBN), ("issn", _ISSN), ("url", _URL)
    ):  # fmt: skip
        for m in pattern.finditer(written.text):
            if taken.find(1, m.start(), m.end()) >= 0:
                continue
            found = _in_text(written, kind, m)
            taken[found.start : found.end] = b"\1" * (found.end - found.start)
            yield found
    for link in written.links:
        yield from _in_link(written, link)


def _in_text(written: Written, kind: str, m: re.Match[str]) -> Identified:
    group = "in_url" if m.groupdict().get("in_url") else "value"
    start, end = m.span(group)
    whole = m.end()
    if kind in ("doi", "url"):
        end = whole = _trimmed(written.text, start, end)
    value = written.text[start:end]
    if kind == "doi" and (query := _QUERY.search(value)):
        end -= len(query[0])
    return Identified(kind, _plain(kind, written.text[start:end]), written.span(start, end), m.start(), whole)


def _in_link(written: Written, link: Mark) -> Iterator[Identified]:
    """A link may lead to an identifier that no reader sees."""
    for kind, pattern in (("doi", _DOI), ("pmid", _PMID), ("pmcid", _PMCID)):
        if m := pattern.search(link.target):
            value = m["in_url"] if m.groupdict().get("in_url") else m["value"]
            value = _QUERY.sub("", value) if kind == "doi" else value
            yield Identified(kind, _plain(kind, value), _place_of(written, link, value))
            return
    if link.target.lower().startswith(("http://", "https://", "www.")):
        yield Identified("url", link.target, _place_of(written, link, link.target))


def _place_of(written: Written, link: Mark, value: str) -> Span:
    at = written.source.rfind(value, link.span.start, link.span.end)
    return Span(at, at + len(value)) if at >= 0 else link.span


def _plain(kind: str, value: str) -> str:
    if kind == "isbn":
        return re.sub(r"[\s-]", "", value).upper()
    return value.upper() if kind == "pmcid" else value


def leads_elsewhere(url: str) -> bool:
    """Whether an address is more than an identifier in another form."""
    return _IDENTIFIED.search(url) is None


def _trimmed(text: str, start: int, end: int) -> int:
    """Leaves out closing punctuation of the sentence, and brackets that were not opened inside."""
    surplus = {pair[1]: text.count(pair[1], start, end) - text.count(pair[0], start, end) for pair in _PAIRS}
    while end > start + 1 and (text[end - 1] in ".,;:!?'’”*_" or surplus.get(text[end - 1], 0) > 0):
        if text[end - 1] in surplus:
            surplus[text[end - 1]] -= 1
        end -= 1
    return end
