"""Numbers and addresses of publications as they are written: check digits and shapes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from medlint.checks.article import Article, Hit, Options
from medlint.expressions import compiled
from medlint.model import Block, Document, Mark, Span

_ISBN = compiled(r"\bISBN(?:-1[03])?:?\s*((?:97[89][\s-]?)?\d[\d\s-]{7,15}[\dX])(?![\w-])", re.IGNORECASE)
_YEAR_IN_DOI = compiled(
    r"(?<!-\d{3}-)(?<=[./-])(?P<year>(?:19|20)\d\d)(?=[./-])|S\d{4}-\d{3}[\dX]\((?P<short>\d\d)\)\d{5}"
)
_FROM_1950 = 50
FIRST_DOIS = 2003
"""Older works were given their DOIs later, and those hold the year of that."""
_ISSN = compiled(r"\be?ISSN(?:-L)?:?\s*(\d{4}-?\d{3}[\dXx])(?![\w-])", re.IGNORECASE)


def unmasked_text(article: Article, options: Options) -> Iterator[Hit]:
    """What the expression `pattern` matches in any block, references included. Sentence rules cannot see
    identifiers and addresses, which are replaced in the prose they read. What ends in a link to it is left alone, and
    blocks that hold none of the texts `holds`, if there are any, are not looked at."""
    pattern, pieces = expression(options["pattern"]), options.get("holds", ("",))
    for block in article.document.blocks:
        if not any(piece in block.text for piece in pieces):
            continue
        for m in pattern.finditer(block.text):
            if m.group() and not any(_leads_there(mark, block, m) for mark in block.marks):
                yield Hit(block.source_span(*m.span()))


def _leads_there(mark: Mark, block: Block, found: re.Match[str]) -> bool:
    """Whether what was found ends in a link to just what the link is called: "DOI: [10.1000/x](https://…/10.1000/x)"."""
    named = block.text[mark.start : mark.end].lower()
    return found.start() < mark.start < found.end() <= mark.end and named in mark.target.lower()


@cache
def expression(source: str) -> re.Pattern[str]:
    """The expression of an option; capitals do not count."""
    return compiled(source, re.IGNORECASE)


def year_in_doi(doi: str, published: int) -> int | None:
    """The year that a DOI holds, when it holds just one and that is of the same work: what was published before there
    were DOIs has one from later years."""
    years = list(_YEAR_IN_DOI.finditer(doi))
    if len(years) != 1:
        return None
    short = int(years[0]["short"] or 0)
    year = int(years[0]["year"] or (1900 + short if short > _FROM_1950 else 2000 + short))
    return None if year > published and published < FIRST_DOIS else year


def isbn_checksum(article: Article, _: Options) -> Iterator[Hit]:
    """An ISBN whose check digit is wrong. ISBN-13: weights 1 and 3, modulo 10; ISBN-10: weights 10 to 2,
    modulo 11."""
    yield from (Hit(span) for span, number in _numbers(article.document, _ISBN) if not _valid_isbn(number))


def issn_checksum(article: Article, _: Options) -> Iterator[Hit]:
    """An ISSN whose check digit is wrong: weights 8 to 2, modulo 11."""
    yield from (Hit(span) for span, number in _numbers(article.document, _ISSN) if not _divides_by_11(number))


def misprinted(text: str) -> bool:
    """Whether a text holds an ISBN or ISSN whose check digit is wrong."""
    return any(not _valid_isbn(_bare(m[1])) for m in _ISBN.finditer(text)) or any(
        not _divides_by_11(_bare(m[1])) for m in _ISSN.finditer(text)
    )


def _numbers(document: Document, pattern: re.Pattern[str]) -> Iterator[tuple[Span, str]]:
    for block in document.blocks:
        for m in pattern.finditer(block.text):
            yield block.source_span(*m.span(1)), _bare(m[1])


def _bare(number: str) -> str:
    return re.sub(r"[\s-]", "", number).upper()


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
