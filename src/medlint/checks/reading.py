"""What of an article could not be read."""

from __future__ import annotations

from collections.abc import Iterator

from medlint.checks.article import Article, Hit, Options
from medlint.model import Document


def front_matter(article: Article, _: Options) -> Iterator[Hit]:
    """Metadata that cannot be read."""
    yield from _faults(article.document, within_front_matter=True)


def unread(article: Article, _: Options) -> Iterator[Hit]:
    """A part of the text that could not be read."""
    yield from _faults(article.document, within_front_matter=False)


def _faults(document: Document, *, within_front_matter: bool) -> Iterator[Hit]:
    extent = document.front_matter
    for span, fault in document.faults:
        inside = extent is not None and extent.start <= span.start < extent.end
        if inside == within_front_matter:
            yield Hit(span, {"fault": fault})
