"""Reference lists: entries that nothing points to, marks that lead nowhere, works old or invented."""

from __future__ import annotations

import re
from collections.abc import Iterator

from medlint.checks.article import Article, Hit, Options
from medlint.checks.identifiers import misprinted, year_in_doi
from medlint.citing.references import YEAR, Reference
from medlint.citing.resolver import Resolver
from medlint.expressions import compiled
from medlint.model import Span

_DOI = compiled(r"10\.\d{4,9}/[^\s\"<>]+", re.IGNORECASE)
_PMID = compiled(r"PMID:?\s*(\d{1,8})\b|pubmed\.ncbi\.nlm\.nih\.gov/(\d{1,8})", re.IGNORECASE)
_ADDRESS = compiled(r"https?://\S+|" + _DOI.pattern, re.IGNORECASE)
_PUBLISHED = compiled(r"(?:\(|(?<=[.,;]) )(\d{4})[a-z]?(?=[);.,:]|$)")
_PAGES = compiled(r"(?:[:,]|\bpp?\.?) ?(\d{1,6})[-–](\d{1,6})(?![\w–-])")

_ADDRESSES = ("link", "autolink", "url", "anchor", "doi", "pmid", "pmcid")
FIRST_JOURNALS = 1800
"""Hardly any work that a health article cites is older."""
_WORDS_OF_A_TITLE = 4
_WORDS_OF_A_NAME = 6
AHEAD_OF_PRINT = 2
"""By so many years the year of an issue may differ from the one in the DOI, which is given out earlier."""


def uncited_reference_list(article: Article, options: Options) -> Iterator[Hit]:
    """A list of sources at the end that no sentence points to: one hit at its heading."""
    for listing in article.evidence.lists:
        count = len(listing.entries)
        if listing.heading < 0 or listing.cited or count < options["at-least"] or _unplaced(article) >= count:
            continue
        if not (listing.optional and _rests_on_others(article, count)):
            named = listing.name or article.document.blocks[listing.heading].span
            yield Hit(named, {"count": str(count)})


def _rests_on_others(article: Article, count: int) -> bool:
    """Whether another list is cited, or the text itself cites as many sources."""
    return (
        any(other.cited for other in article.evidence.lists)
        or len(article.evidence.covering(0, 0, 0, "document")) >= count
    )


def orphan_reference(article: Article, _: Options) -> Iterator[Hit]:
    """An entry that nothing points to, in a list of which other entries are cited."""
    for listing in article.evidence.lists:
        if listing.cited and not listing.optional:
            uncited = [entry for entry in listing.entries if not entry.cited]
            if uncited and _unplaced(article) < len(uncited):
                yield from (Hit(entry.span, {"label": _named(entry)}) for entry in uncited)


def _named(entry: Reference) -> str:
    """The number of an entry, or its first words."""
    words = entry.text.split()
    return entry.label or " ".join(words[:_WORDS_OF_A_NAME]) + " …" * (len(words) > _WORDS_OF_A_NAME)


def _unplaced(article: Article) -> int:
    """How many addresses the text gives as sources that no entry has. One work can be found under several
    addresses, so each may stand for an entry that seems to be cited nowhere."""
    resolver = Resolver(article.document, article.evidence.lists)
    listed = {entry.block for entry in article.entries()}
    targets = {
        (c.target, c.kind)
        for c in article.evidence.citations
        if c.source and c.block not in listed and c.kind in _ADDRESSES
    }
    return sum(resolver.at(target, kind) is None for target, kind in targets)


def dangling_mark(article: Article, options: Options) -> Iterator[Hit]:
    """A citation mark of one of the `kinds` that leads to no entry."""
    for citation in article.evidence.citations:
        if citation.kind in options["kinds"] and not citation.resolved:
            yield Hit(citation.span, {"label": citation.target})


def duplicate_reference(article: Article, _: Options) -> Iterator[Hit]:
    """The same work listed twice: same DOI, same PMID, the same words, or the same title by the same first author."""
    titles = _titles(article) if any(len(listing.entries) > 1 for listing in article.evidence.lists) else {}
    for listing in article.evidence.lists:
        first: dict[str, Reference] = {}
        for entry in listing.entries:
            for key in (*_identities(entry), *titles.get(entry.span, ())):
                earlier = first.setdefault(key, entry)
                if earlier is not entry:
                    yield Hit(entry.span, {"label": entry.label, "other": _named(earlier)})
                    break


def _identities(entry: Reference) -> Iterator[str]:
    yield from (doi.rstrip(".,;)]").lower() for doi in _DOI.findall(entry.text))
    yield from ("pmid " + (a or b) for a, b in _PMID.findall(entry.text))
    words = re.findall(r"\w+", entry.text.lower())
    if len(words) >= 6:
        yield " ".join(word for word in words if not word.isdigit())


def _titles(article: Article) -> dict[Span, tuple[str, ...]]:
    """Title and first author of each entry that has a title long enough to be told from others."""
    from medlint.bibliography import read_entries

    found: dict[Span, tuple[str, ...]] = {}
    for entry in read_entries(article.document, article.evidence, article.lexicons):
        words = re.findall(r"\w+", entry.title.lower())
        if len(words) >= _WORDS_OF_A_TITLE and entry.authors and entry.kind != "chapter":
            found[entry.span] = (f"title {' '.join(words)} by {entry.authors[0].family.lower()}",)
    return found


def stale_sources(article: Article, options: Options) -> Iterator[Hit]:
    """The newest entry, when it is older by `years` or more than the year that the front matter gives under
    one of `dates`. Silent when the article also cites pages outside its lists, which carry no year."""
    written = article.year(article.lexicons[options["dates"]])
    dated = [(max(map(int, YEAR.findall(e.text)), default=0), e) for e in article.entries()]
    dated = [(year, entry) for year, entry in dated if year]
    if written is None or not dated or _cites_beyond_lists(article):
        return
    newest, entry = max(dated, key=lambda pair: pair[0])
    if written - newest >= options["years"]:
        yield Hit(entry.span, {"newest": str(newest), "years": str(written - newest)})


def _cites_beyond_lists(article: Article) -> bool:
    listed = {entry.block for entry in article.entries()}
    cited = (c for c in article.evidence.citations if c.source and c.kind in _ADDRESSES)
    return any(
        c.block not in listed and article.document.blocks[c.block].kind not in ("reference", "footnote")
        for c in cited
    )


def fabricated_suspect(article: Article, options: Options) -> Iterator[Hit]:
    """An entry with so many `signs` of an invented one, as far as they can be seen without looking it up."""
    written = article.year(article.lexicons[options["dates"]])
    for entry in article.entries():
        signs = list(_signs(entry, written))
        if len(signs) >= options["signs"]:
            yield Hit(entry.span, {"signs": ", ".join(signs)})


def _signs(entry: Reference, written: int | None) -> Iterator[str]:
    plain = _ADDRESS.sub("", entry.text)
    published = [int(m[1]) for m in _PUBLISHED.finditer(plain)]
    for year in published[:1]:
        if year < FIRST_JOURNALS:
            yield f"the year {year}"
        if written is not None and year > written:
            yield f"the year {year} in an article of {written}"
        coded = [y for doi in _DOI.findall(entry.text) if (y := year_in_doi(doi, year)) is not None]
        if coded and all(abs(year - other) > AHEAD_OF_PRINT for other in coded):
            yield f"the year {year} against {coded[0]} in the DOI"
    for first, last in _PAGES.findall(plain):
        if len(first) == len(last) and int(last) < int(first):
            yield f"pages {first} to {last}"
    if misprinted(entry.text):
        yield "a wrong check digit"
