"""Entries of reference lists taken apart: what is missing in them, impossible, or at odds with itself.

Reading entries takes time and modules of its own: a check asks for them only when there is a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from medlint.checks.article import Article, Hit, Options
from medlint.checks.identifiers import year_in_doi
from medlint.citing.citations import Citation
from medlint.citing.references import YEAR, Reference, ReferenceList
from medlint.expressions import compiled
from medlint.model import Span

if TYPE_CHECKING:
    from medlint.bibliography import Entry

_LINKS = ("link", "anchor")
FIRST_JOURNALS = 1800
"""Hardly any work that a health article cites is older."""
OF_NEXT_YEAR = 1
"""An issue may be dated a year ahead of the article that cites it."""
FEWEST_MARKS = 2
"""A single mark of another kind is a slip, or something else altogether."""

_PART_NAMES = {"year": "the year", "title": "the title", "container": "the journal or publisher"}
_RANGE = compiled(r"^\s*(?P<first>\d{1,6})\s?[-–—]\s?(?P<last>\d{1,6})\s*$")
_WORDS = compiled(r"[^\W_]+")
_UNDATED = compiled(
    r"\b(?:n\.\s?d\.|no date|in press|forthcoming|accessed|retrieved|viewed|cited|ongoing)", re.IGNORECASE
)
_NEARLY = 0.84
_LEADING_ARTICLE = re.compile(r"^the ")


def _read(article: Article) -> Iterator[tuple[ReferenceList, Reference, Entry]]:
    """Every entry of the lists with what it says."""
    if not any(listing.entries for listing in article.evidence.lists):
        return
    from medlint.bibliography import read_entries

    entries = read_entries(article.document, article.evidence, article.lexicons)
    listed = [(listing, entry) for listing in article.evidence.lists for entry in listing.entries]
    for (listing, reference), entry in zip(listed, entries, strict=False):
        yield listing, reference, entry


def _place(entry: Entry, *parts: str) -> Span:
    return next((entry.spans[part] for part in parts if part in entry.spans), entry.span)


# -- what an entry says ---------------------------------------------------------------------------------------


def incomplete_reference(article: Article, options: Options) -> Iterator[Hit]:
    """An entry that names who wrote something and not one of the `kinds` of parts by which it is found: `year`,
    `title`, `container`. An identifier stands for all of them."""
    for listing, reference, entry in _read(article):
        if listing.footnotes or entry.doi or entry.pmid or entry.pmcid or entry.isbn or not _is_signed(entry):
            continue
        missing = [part for part in options["kinds"] if _is_missing(part, entry, reference)]
        if missing:
            yield Hit(reference.span, {"missing": " and ".join(_PART_NAMES[part] for part in missing)})


def _is_signed(entry: Entry) -> bool:
    return any(author.given for author in entry.authors) or bool(entry.authors and entry.volume)


def _is_missing(part: str, entry: Entry, reference: Reference) -> bool:
    if part == "year":
        return entry.year is None and not YEAR.search(reference.text) and not _UNDATED.search(reference.text)
    if part == "title":
        return not entry.title and bool(entry.container)
    return not (entry.container or entry.publisher or entry.url) and bool(entry.title)


def impossible_reference(article: Article, options: Options) -> Iterator[Hit]:
    """A year before there were journals, after the article was written (as the front matter says under one of
    `dates`) or after `latest`, and pages that end before they begin."""
    written = article.year(article.lexicons[options["dates"]])
    latest = options["latest"] if written is None else written + OF_NEXT_YEAR
    for _, _, entry in _read(article):
        if entry.year is not None and not FIRST_JOURNALS <= entry.year <= latest:
            yield Hit(_place(entry, "year"), {"what": f"the year {entry.year}"})
        if _end_before_they_begin(entry.pages):
            yield Hit(_place(entry, "pages"), {"what": f"pages {entry.pages}"})


def _end_before_they_begin(pages: str) -> bool:
    m = _RANGE.match(pages)
    if m is None:
        return False
    first, last = m["first"], m["last"]
    whole = first[: -len(last)] + last if len(last) < len(first) else last
    return int(whole) < int(first)


def doi_against_year(article: Article, options: Options) -> Iterator[Hit]:
    """A DOI that holds a year further than `years` from the one of the entry."""
    for _, _, entry in _read(article):
        coded = None if entry.year is None else year_in_doi(entry.doi, entry.year)
        if entry.year is not None and coded is not None and abs(coded - entry.year) > options["years"]:
            yield Hit(_place(entry, "doi"), {"coded": str(coded), "year": str(entry.year)})


def doi_against_journal(article: Article, options: Options) -> Iterator[Hit]:
    """A DOI that does not begin as those of the journal named do, or begins as only those of others do; `journals`
    says how they begin."""
    for _, _, entry in _read(article):
        if not entry.doi or not entry.container or entry.kind in ("book", "chapter"):
            continue
        clash = _clash(entry, options["journals"])
        if clash:
            yield Hit(_place(entry, "doi"), {"journal": entry.container, "clash": clash})


def _clash(entry: Entry, journals: Sequence[Mapping[str, Any]]) -> str:
    doi, name = entry.doi.lower(), _plain(entry.container)
    for journal in journals:
        beginnings = tuple(beginning.lower() for beginning in journal["doi"])
        named = any(name == _plain(other) for other in journal["names"])
        related = any(f" {_plain(other)} " in f" {name} " for other in journal.get("related", ()))
        if named and not doi.startswith(beginnings):
            return f"DOIs of that journal begin with {journal['doi'][0]}"
        if journal.get("alone") and not named and not related and doi.startswith(beginnings):
            return f"{journal['doi'][0]} belongs to {journal['names'][0]}"
    return ""


def _plain(name: str) -> str:
    return _LEADING_ARTICLE.sub("", " ".join(_WORDS.findall(name.lower())))


def predatory_suspect(article: Article, options: Options) -> Iterator[Hit]:
    """An entry with so many `signs` of a journal that reviews nothing: a name made of `words` that such journals
    like, `boasts` in the entry, and no trace in PubMed or of a DOI."""
    for _, reference, entry in _read(article):
        if entry.pmid or entry.pmcid or entry.kind in ("book", "chapter") or not entry.container:
            continue
        signs = []
        if article.find(options["words"], entry.container):
            signs.append("the name of the journal")
        if article.find(options["boasts"], reference.text):
            signs.append("what it says of itself")
        if signs and not entry.doi:
            signs.append("no DOI")
        if len(signs) >= options["signs"]:
            yield Hit(_place(entry, "container"), {"signs": ", ".join(signs)})


# -- marks and entries ----------------------------------------------------------------------------------------


def number_order(article: Article, _: Options) -> Iterator[Hit]:
    """Numbers that do not follow each other: those of the entries, and those of the marks where each first stands.
    A list in alphabetical order may be cited in any."""
    numbered = [listing for listing in article.evidence.lists if not listing.footnotes and _numbers(listing)]
    for listing in numbered:
        for before, entry in pairwise(listing.entries):
            if (
                entry.label.isdecimal()
                and before.label.isdecimal()
                and int(entry.label) != int(before.label) + 1
            ):
                values = {"number": entry.label, "expected": str(int(before.label) + 1)}
                yield Hit(entry.span, values)
    if len(numbered) == 1 and not _alphabetical(numbered[0]):
        yield from _out_of_order(article, numbered[0])


def _numbers(listing: ReferenceList) -> list[int]:
    return [int(entry.label) for entry in listing.entries if entry.label.isdecimal()]


def _alphabetical(listing: ReferenceList) -> bool:
    names = [re.sub(r"^\W*\d*\W*", "", entry.text).lower()[:12] for entry in listing.entries]
    return len(names) > 2 and names == sorted(names)


def _out_of_order(article: Article, listing: ReferenceList) -> Iterator[Hit]:
    """The first mark that is ahead of its turn, once."""
    known, expected = set(_numbers(listing)), min(_numbers(listing))
    seen: set[int] = set()
    for citation in _marks(article, ("number", "superscript", *_LINKS)):
        number = _number_of(article, citation)
        if number not in known or number in seen:
            continue
        if number != expected:
            yield Hit(citation.span, {"number": str(number), "expected": str(expected)})
            return
        seen.add(number)
        expected = next((n for n in sorted(known) if n > number), number + 1)


def _number_of(article: Article, citation: Citation) -> int:
    """The number of a mark, or of a link that has one for its label."""
    text = article.document.blocks[citation.block].text[citation.start : citation.end]
    label = text.strip(" []()") if citation.kind in _LINKS else citation.target
    return int(label) if label.isdecimal() and label.isascii() else 0


def mixed_numbering(article: Article, _: Options) -> Iterator[Hit]:
    """Marks of two kinds that both lead to sources, each more than once: the first of the rarer kind."""
    kinds: dict[str, list[Citation]] = {}
    for citation in _marks(article, tuple(_SCHEMES)):
        if citation.resolved and citation.source:
            kinds.setdefault(_SCHEMES[citation.kind], []).append(citation)
    often = [name for name, found in kinds.items() if len(found) >= FEWEST_MARKS]
    often.sort(key=lambda name: (len(kinds[name]), -kinds[name][0].span.start))
    if len(often) > 1:
        rarer, usual = often[0], often[-1]
        yield Hit(kinds[rarer][0].span, {"kind": rarer, "usual": usual})


_SCHEMES = {
    "number": "numbers in brackets",
    "superscript": "raised numbers",
    "footnote": "footnotes",
    "author-year": "author and year",
    "key": "keys",
}


def _marks(article: Article, kinds: tuple[str, ...]) -> Iterator[Citation]:
    """The marks of the text, outside the lists themselves."""
    listed = {entry.block for entry in article.entries()}
    for citation in sorted(article.evidence.citations, key=lambda c: c.span):
        if citation.kind in kinds and citation.block not in listed:
            yield citation


def author_year_near_miss(article: Article, _: Options) -> Iterator[Hit]:
    """A mark of author and year whose entry has another year, or a name that is spelt a little differently."""
    for citation, near in _unlisted(article):
        if near:
            yield Hit(_trimmed(article, citation.span), {"near": near})


def author_year_unlisted(article: Article, _: Options) -> Iterator[Hit]:
    """A mark of author and year without an entry, in an article whose list is cited in this way."""
    for citation, near in _unlisted(article):
        if not near:
            yield Hit(_trimmed(article, citation.span))


def _trimmed(article: Article, span: Span) -> Span:
    text = article.document.text[span.start : span.end]
    return Span(span.end - len(text.lstrip()), span.end)


def _unlisted(article: Article) -> Iterator[tuple[Citation, str]]:
    """The marks that find no entry, with the entry that comes nearest."""
    marks = [
        citation for citation in _marks(article, ("author-year",)) if _YEAR_OF_MARK.search(citation.target)
    ]
    if all(mark.resolved for mark in marks):
        return
    entries = [
        entry
        for listing, _, entry in _read(article)
        if not listing.footnotes and entry.authors and entry.year
    ]
    if len(entries) < FEWEST_MARKS:
        return
    used = any(mark.resolved for mark in marks)
    for mark in marks:
        if not mark.resolved and (near := _nearest(mark.target, entries)) is not None and (near or used):
            yield mark, near


_YEAR_OF_MARK = compiled(r" (?P<year>\d{4})[a-z]?$")


def _nearest(target: str, entries: Sequence[Entry]) -> str | None:
    """The author and year of the entry that is meant; empty when there is none, None when it is listed all the
    same."""
    m = _YEAR_OF_MARK.search(target)
    assert m is not None  # others are no marks of author and year
    year, name = int(m["year"]), _plain(target[: m.start()].partition(" and ")[0].partition(" & ")[0])
    families = [(_plain(entry.authors[0].family), entry) for entry in entries]
    if any(entry.year == year and name in _everyone(entry) for entry in entries):
        return None
    same_name = [entry for family, entry in families if family == name]
    if same_name:
        closest = min(same_name, key=lambda entry: abs((entry.year or 0) - year))
        return f"{closest.authors[0].family} {closest.year}"
    alike = [entry for family, entry in families if entry.year == year and _alike(family, name)]
    return f"{alike[0].authors[0].family} {year}" if alike else ""


def _everyone(entry: Entry) -> list[str]:
    return [_plain(author.family) for author in entry.authors]


def _alike(one: str, other: str) -> bool:
    from difflib import SequenceMatcher

    return min(len(one), len(other)) > 3 and SequenceMatcher(None, one, other).ratio() >= _NEARLY
