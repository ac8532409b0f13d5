"""How a finding is told: headings that say more than the text below them, sources that nobody has reviewed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medlint.checks.article import Article, Hit, Options
from medlint.checks.identifiers import expression
from medlint.checks.links import addresses
from medlint.expressions import compiled
from medlint.model import Block

STEM_LETTERS = 5
"""Words that begin with the same letters, as many as these, are taken for the same word."""

_WORD = compiled(r"[^\W\d_]{3,}")


def headline_beyond_text(article: Article, options: Options) -> Iterator[Hit]:
    """A heading, or a title in the front matter under one of the names in `fields`, that says outright (`words`)
    what the text under it tells as a link (`softer`), while nothing there is an experiment (`unless`); and no
    sentence rule on evidence objects to the same words."""
    known = {finding.span for finding in article.findings if finding.family == "evidence"}
    for number, block in enumerate(article.document.blocks):
        if not _is_headline(block, options["fields"]) or block.text.rstrip().endswith("?"):
            continue
        said = article.find(options["words"], block.text)
        if said and not article.find(options["softer"], block.text):
            start, end = said[0]
            cause, effect = _stems(block.text[:start]), _stems(block.text[start:].partition(" ")[2])
            under = _text_under(article, number)
            told = [each for each in under if cause & _stems(each) and effect & _stems(each)]
            hit = Hit(block.source_span(start, end))
            if (
                hit.span not in known
                and _any(options["softer"], told, article)
                and not _any(options["unless"], under, article)
            ):
                yield hit


def _is_headline(block: Block, fields: Sequence[str]) -> bool:
    named = block.kind == "front-matter" and block.label.rpartition(".")[2].lower() in fields
    return named or block.kind == "heading"


def _any(phrase: str, sentences: Sequence[str], article: Article) -> bool:
    return any(article.find(phrase, sentence) for sentence in sentences)


def _text_under(article: Article, heading: int) -> list[str]:
    """The sentences of running text that a heading stands over: down to the next one of its level, and all of them
    for a title."""
    blocks, sentences = article.document.blocks, []
    level = blocks[heading].level if blocks[heading].kind == "heading" else 0
    for number in range(heading + 1, len(blocks)):
        if blocks[number].kind == "heading" and blocks[number].level <= level:
            break
        if blocks[number].kind in ("paragraph", "list-item", "table-cell"):
            prose = article.evidence.prose[number]
            sentences += [prose[start:end] for start, end in article.evidence.sentences[number]]
    return sentences


def _stems(text: str) -> set[str]:
    return {word[:STEM_LETTERS].lower() for word in _WORD.findall(text)}


def unlabelled_source(article: Article, options: Options) -> Iterator[Hit]:
    """A link, or an address in the text or a reference, that the expression `pattern` matches, where the paragraph or
    entry has none of the `words` that say what kind of source it is."""
    for citation, address in addresses(article):
        beside = article.document.blocks[citation.block].text
        if expression(options["pattern"]).search(address) and not article.find(options["words"], beside):
            yield Hit(citation.span)
