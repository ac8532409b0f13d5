"""Checks of a whole document, which rule files name under `structure:`.

Each is a plain function from the article to the places it objects to. A hit may carry values for the message
beside {match}, such as {count}. Options called `words` and the like are phrases of the language of rule files.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from medlint.evidence import Citation, Evidence, Reference
from medlint.model import Block, Document, Finding, Span
from medlint.quantity import Dose, DoseDetector
from medlint.citing.sources import parse_address

_ISBN = re.compile(r"\bISBN(?:-1[03])?:?\s*((?:97[89][\s-]?)?\d[\d\s-]{7,15}[\dX])(?![\w-])", re.IGNORECASE)
_ISSN = re.compile(r"\be?ISSN(?:-L)?:?\s*(\d{4}-?\d{3}[\dXx])(?![\w-])", re.IGNORECASE)
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]+", re.IGNORECASE)
_PMID = re.compile(r"PMID:?\s*(\d{1,8})\b|pubmed\.ncbi\.nlm\.nih\.gov/(\d{1,8})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Article:
    """What a check may look at. `findings` are those of the sentence rules, `names` the publisher's own names,
    `find(phrase, text)` finds a phrase of the language of rule files."""

    document: Document
    evidence: Evidence
    findings: Sequence[Finding]
    names: Sequence[str]
    lexicons: Mapping[str, Sequence[str]]
    find: Callable[[str, str], list[tuple[int, int]]]
    doses: DoseDetector


@dataclass(frozen=True, slots=True)
class Hit:
    """A place a check objects to; `values` fill the message."""

    span: Span
    values: Mapping[str, str] = field(default_factory=dict)


Options = Mapping[str, Any]
Check = Callable[[Article, Options], Iterator[Hit]]


def uncited_reference_list(article: Article, options: Options) -> Iterator[Hit]:
    """A list of sources at the end that no sentence points to: one hit at its heading."""
    for listing in article.evidence.lists:
        if listing.heading >= 0 and listing.cited == 0 and len(listing.entries) >= options.get("at-least", 2):
            span = article.document.blocks[listing.heading].span
            yield Hit(span, {"count": str(len(listing.entries))})


def orphan_reference(article: Article, options: Options) -> Iterator[Hit]:
    """An entry that nothing points to, in a list of which other entries are cited."""
    for listing in article.evidence.lists:
        if listing.cited:
            yield from (Hit(entry.span, {"label": entry.label}) for entry in listing.entries if not entry.cited)


def dangling_mark(article: Article, options: Options) -> Iterator[Hit]:
    """A citation mark of one of the `kinds` that leads to no entry."""
    for citation in article.evidence.citations:
        if citation.kind in options["kinds"] and not citation.resolved:
            yield Hit(citation.span, {"label": citation.target})


def duplicate_reference(article: Article, options: Options) -> Iterator[Hit]:
    """The same work listed twice: same DOI, same PMID, or the same words."""
    for listing in article.evidence.lists:
        first: dict[str, Reference] = {}
        for entry in listing.entries:
            for key in _identities(entry):
                earlier = first.setdefault(key, entry)
                if earlier is not entry:
                    yield Hit(entry.span, {"label": entry.label, "other": earlier.label})
                    break


def _identities(entry: Reference) -> Iterator[str]:
    yield from (doi.rstrip(".,;)]").lower() for doi in _DOI.findall(entry.text))
    yield from ("pmid " + (a or b) for a, b in _PMID.findall(entry.text))
    words = re.findall(r"\w+", entry.text.lower())
    if len(words) >= 6:
        yield " ".join(word for word in words if not word.isdigit())


def isbn_checksum(article: Article, options: Options) -> Iterator[Hit]:
    """An ISBN whose check digit is wrong. ISBN-13: weights 1 and 3, modulo 10; ISBN-10: weights 10 to 2, modulo 11."""
    for span, number in _numbers(article.document, _ISBN):
        if not _valid_isbn(re.sub(r"[\s-]", "", number).upper()):
            yield Hit(span)


def issn_checksum(article: Article, options: Options) -> Iterator[Hit]:
    """An ISSN whose check digit is wrong: weights 8 to 2, modulo 11."""
    for span, number in _numbers(article.document, _ISSN):
        if not _divides_by_11(number.replace("-", "").upper()):
            yield Hit(span)


def _numbers(document: Document, pattern: re.Pattern[str]) -> Iterator[tuple[Span, str]]:
    for block in document.blocks:
        for m in pattern.finditer(block.text):
            yield block.source_span(*m.span(1)), m[1]


def _valid_isbn(digits: str) -> bool:
    if len(digits) == 13 and digits.isdigit():
        return sum(int(d) * (1 + 2 * (i % 2)) for i, d in enumerate(digits)) % 10 == 0
    return len(digits) == 10 and _divides_by_11(digits)


def _divides_by_11(digits: str) -> bool:
    if "X" in digits[:-1]:
        return False
    return sum(_value(d) * (len(digits) - i) for i, d in enumerate(digits)) % 11 == 0


def _value(digit: str) -> int:
    return 10 if digit == "X" else int(digit)


def own_names(article: Article, options: Options) -> Iterator[Hit]:
    """The publisher's own clinic, brand or product, named in running text: once a block."""
    if not article.names:
        return
    names = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in article.names))
    for block in _prose(article.document, options):
        if m := names.search(block.text):
            yield Hit(block.source_span(*m.span()), {"name": m.group()})


def without_risks(article: Article, options: Options) -> Iterator[Hit]:
    """An article that makes several claims of benefit and never a word about harm: the first such claim."""
    claims = [f for f in article.findings if f.family == "claims"]
    blocks = article.document.blocks
    if len(claims) >= options.get("at-least", 3) and not any(article.find(options["words"], b.text) for b in blocks):
        yield Hit(claims[0].span, {"count": str(len(claims))})


def disclaimer_beside_claim(article: Article, options: Options) -> Iterator[Hit]:
    """A disclaimer in an article that makes a claim of `severity` in the family claims all the same."""
    if any(f.family == "claims" and f.severity == "error" for f in article.findings):
        for block in _prose(article.document, options):
            for start, end in article.find(options["words"], block.text)[:1]:
                yield Hit(block.source_span(start, end))


def only_own_sources(article: Article, options: Options) -> Iterator[Hit]:
    """Every link that could be a source leads to the publisher's own pages."""
    links = [c for c in article.evidence.citations if c.kind in ("link", "autolink", "url", "anchor")]
    own = [c for c in links if not c.source and "own" in c.why_not]
    if len(own) >= options.get("at-least", 3) and not any(c.source for c in article.evidence.citations):
        yield Hit(own[0].span, {"count": str(len(own))})


def affiliate_link(article: Article, options: Options) -> Iterator[Hit]:
    """A link that earns a commission, with no word of it early in the article or in its own paragraph."""
    early = article.document.text[: max(1000, len(article.document.text) // 10)]
    if article.find(options["disclosure"], early):
        return
    for citation in article.evidence.citations:
        beside = article.document.blocks[citation.block].text
        if _earns(citation, article, options) and not article.find(options["disclosure"], beside):
            yield Hit(citation.span)


def _earns(citation: Citation, article: Article, options: Options) -> bool:
    if citation.kind not in ("link", "autolink", "url", "anchor"):
        return False
    address = parse_address(citation.target)
    parameters = {part.partition("=")[0] for part in address.query.split("&") if "=" in part}
    hosts = article.lexicons[options["hosts"]]
    return not parameters.isdisjoint(article.lexicons[options["parameters"]]) or any(
        address.host == host or address.host.endswith("." + host) for host in hosts
    )


def inconsistent_doses(article: Article, options: Options) -> Iterator[Hit]:
    """A dose that differs by the `factor` or more from every earlier one of the same substance, unit and route."""
    earlier: dict[tuple[str, str, str, str], list[Dose]] = defaultdict(list)
    for number, block in enumerate(article.document.blocks):
        for start, end in article.evidence.sentences[number]:
            for dose in article.doses.find(article.evidence.prose[number][start:end]):
                if dose.kind != "dose" or not dose.substance or not dose.value:
                    continue
                known = earlier[dose.substance.lower(), dose.unit, dose.per, dose.route]
                if known and all(_far_apart(dose, other, options["factor"]) for other in known):
                    yield Hit(block.source_span(start + dose.start, start + dose.end))
                known.append(dose)


def _far_apart(one: Dose, other: Dose, factor: float) -> bool:
    low, high = sorted((one, other), key=lambda dose: dose.value or 0)
    return (high.value or 0) >= factor * (low.high or low.value or 0)


def front_matter(article: Article, options: Options) -> Iterator[Hit]:
    """Metadata that cannot be read."""
    yield from _faults(article.document, within_front_matter=True)


def unread(article: Article, options: Options) -> Iterator[Hit]:
    """A part of the text that could not be read."""
    yield from _faults(article.document, within_front_matter=False)


def _faults(document: Document, *, within_front_matter: bool) -> Iterator[Hit]:
    extent = document.front_matter
    for span, fault in document.faults:
        inside = extent is not None and extent.start <= span.start < extent.end
        if inside == within_front_matter:
            yield Hit(span, {"fault": fault})


def repeated_density(article: Article, options: Options) -> Iterator[Hit]:
    """Words of a list that stand in the text more often than `per-thousand` times in 1,000 words."""
    hits, words = [], 0
    for block in _prose(article.document, options):
        words += len(block.text.split())
        hits += [block.source_span(*at) for at in article.find(options["words"], block.text)]
    if len(hits) >= 3 and words and 1000 * len(hits) / words > options["per-thousand"]:
        yield Hit(hits[0], {"count": str(len(hits))})


def _prose(document: Document, options: Options) -> Iterator[Block]:
    kinds = options.get("kinds", ("paragraph", "list-item", "table-cell", "heading", "front-matter"))
    return (block for block in document.blocks if block.kind in kinds)


CHECKS: Mapping[str, Check] = {
    check.__name__.replace("_", "-"): check
    for check in (
        uncited_reference_list,
        orphan_reference,
        dangling_mark,
        duplicate_reference,
        isbn_checksum,
        issn_checksum,
        own_names,
        without_risks,
        disclaimer_beside_claim,
        only_own_sources,
        front_matter,
        unread,
        repeated_density,
        affiliate_link,
        inconsistent_doses,
    )
}
