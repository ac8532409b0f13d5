"""Where links lead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from medlint.checks.article import Article, Hit, Options
from medlint.checks.identifiers import expression
from medlint.citing.sources import parse_address
from medlint.evidence import Citation

_LINKS = ("link", "autolink", "url", "anchor")
_IN_TEXT = ("url", "doi")


def link_address(article: Article, options: Options) -> Iterator[Hit]:
    """A link, or an address in the text, whose host is in the word list `hosts` or whose address the
    expression `pattern` matches. With `sources`, only one that the article rests on: not a button to a shop
    or a profile."""
    for citation, address in addresses(article):
        if (citation.source or not options.get("sources")) and _is_meant(address, article, options):
            yield Hit(citation.span)


def _is_meant(address: str, article: Article, options: Options) -> bool:
    if "hosts" in options:
        return _is_on(address, article.lexicons[options["hosts"]])
    return expression(options["pattern"]).search(address) is not None


def addresses(article: Article) -> Iterator[tuple[Citation, str]]:
    """All addresses in their order; one that is the text of a link is not given a second time."""
    behind = 0
    for citation in sorted(article.evidence.citations, key=lambda c: (c.span.start, -c.span.end)):
        if citation.kind not in (*_LINKS, *_IN_TEXT) or citation.span.start < behind:
            continue
        behind = citation.span.end
        written = article.document.text[citation.span.start : citation.span.end]
        yield citation, written if citation.kind in _IN_TEXT else citation.target


def _is_on(address: str, hosts: Iterable[str]) -> bool:
    host = parse_address(address).host
    return any(host == each or host.endswith("." + each) for each in hosts)


def only_own_sources(article: Article, options: Options) -> Iterator[Hit]:
    """Every link that could be a source leads to the publisher's own pages."""
    links = [c for c in article.evidence.citations if c.kind in _LINKS]
    own = [c for c in links if not c.source and "own" in c.why_not]
    if len(own) >= options.get("at-least", 3) and not any(c.source for c in article.evidence.citations):
        yield Hit(own[0].span, {"count": str(len(own))})


def affiliate_link(article: Article, options: Options) -> Iterator[Hit]:
    """A link that earns a commission, with no word of it early in the article or in its own paragraph."""
    prose = "\n".join(
        block.text for block in article.document.blocks
    )  # what readers see: a comment tells them nothing
    if article.find(options["disclosure"], prose[: max(1000, len(prose) // 10)]):
        return
    for citation in article.evidence.citations:
        beside = article.document.blocks[citation.block].text
        if _earns(citation, article, options) and not article.find(options["disclosure"], beside):
            yield Hit(citation.span)


def _earns(citation: Citation, article: Article, options: Options) -> bool:
    if citation.kind not in _LINKS:
        return False
    query = parse_address(citation.target).query
    parameters = {part.partition("=")[0] for part in query.split("&") if "=" in part}
    if not parameters.isdisjoint(article.lexicons[options["parameters"]]):
        return True
    return _is_on(citation.target, article.lexicons[options["hosts"]])
