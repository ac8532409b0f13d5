"""What an article says as a whole: claims without harms, sections without sources, doses that disagree."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from medlint.checks.article import Article, Hit, Options
from medlint.expressions import compiled

if TYPE_CHECKING:
    from medlint.doses.maxima import Excess
    from medlint.model import Block
    from medlint.quantity import Dose

_NEED_SOURCES = ("claims", "citations")
_CLAUSE = compiled(r"[;:.!?(]")
_BEYOND = compiled(r"[>≥]")
_AHEAD = 40
"""How far before a dose the words stand that say it is not what to take."""


def section_uncited(article: Article, options: Options) -> Iterator[Hit]:
    """A section with several sentences that need a source, and no citation at all: one hit at its heading."""
    places = [finding.span.start for finding in article.findings if finding.family in _NEED_SOURCES]
    counts: dict[int, int] = defaultdict(int)
    for number, block in enumerate(article.document.blocks):
        here = [place for place in places if block.span.start <= place < block.span.end]
        if block.section >= 0 and here:
            spans = [block.source_span(*sentence) for sentence in article.evidence.sentences[number]]
            counts[block.section] += sum(any(s.start <= p < s.end for p in here) for s in spans)
    for heading, count in counts.items():
        if count >= options["at-least"] and not article.evidence.covering(heading, 0, 1, "section"):
            yield Hit(article.document.blocks[heading].span, {"count": str(count)})


def without_risks(article: Article, options: Options) -> Iterator[Hit]:
    """An article that makes several claims of benefit and never a word about harm: the first such claim."""
    claims = [f for f in article.findings if f.family == "claims"]
    blocks = article.document.blocks
    if len(claims) >= options["at-least"] and not any(article.find(options["words"], b.text) for b in blocks):
        yield Hit(claims[0].span, {"count": str(len(claims))})


def own_names(article: Article, options: Options) -> Iterator[Hit]:
    """The publisher's own clinic, brand or product, named in running text: once a block."""
    if not article.names:
        return
    names = compiled("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in article.names))
    for block in article.prose(options):
        if m := names.search(block.text):
            yield Hit(block.source_span(*m.span()), {"name": m.group()})


def repeated_density(article: Article, options: Options) -> Iterator[Hit]:
    """Words of a list that stand in the text more often than `per-thousand` times in 1,000 words."""
    hits, words = [], 0
    for block in article.prose(options):
        words += len(block.text.split())
        hits += [block.source_span(*at) for at in article.find(options["words"], block.text)]
    if len(hits) >= 3 and words and 1000 * len(hits) / words > options["per-thousand"]:
        yield Hit(hits[0], {"count": str(len(hits))})


def inconsistent_doses(article: Article, options: Options) -> Iterator[Hit]:
    """A dose that differs by the `factor` or more from every earlier one of the same substance, unit and
    route. `keywords` are those of which a sentence with a dose has one."""
    earlier: dict[tuple[str, str, str, str], list[Dose]] = defaultdict(list)
    for number, block in enumerate(article.document.blocks):
        for start, end in article.evidence.sentences[number]:
            text = article.evidence.prose[number][start:end]
            if article.keys(text).isdisjoint(options["keywords"]):
                continue
            for dose in article.doses(text):
                if dose.kind != "dose" or not dose.substance or not dose.value:
                    continue
                known = earlier[dose.substance.lower(), dose.unit, dose.per, dose.route]
                if known and all(_far_apart(dose, other, options["factor"]) for other in known):
                    yield Hit(block.source_span(start + dose.start, start + dose.end))
                known.append(dose)


def _far_apart(one: Dose, other: Dose, factor: float) -> bool:
    low, high = sorted((one, other), key=lambda dose: dose.value or 0)
    return (high.value or 0) >= factor * (low.high or low.value or 0)


def dose_above_maximum(article: Article, options: Options) -> Iterator[Hit]:
    """A dose, or what doses come to in a day, above the most in `maxima.yml`, where no source stands behind it.
    `keywords` are those of which a sentence with a dose has one. Silent in a sentence with words of `unless` or in
    one of the `contexts`, right behind words of `refused`, and for a sum with words of `softer` in the same block."""
    for number, start, text, header in _uncited_doses(article, options):
        above = [
            found for dose in article.doses(text, header) for found in _above(article, number, text, dose)
        ]
        if not above or _excused(article, options, text):
            continue
        block = article.document.blocks[number]
        limited = article.find(options["softer"], block.text)
        for dose, excess in above:
            ahead = _CLAUSE.split(text[max(0, dose.start - _AHEAD) : dose.start])[-1]
            refused = _BEYOND.search(ahead) or article.find(options["refused"], ahead)
            if not refused and not (limited and excess.reckoned):
                yield Hit(block.source_span(start + dose.start, start + dose.end), excess.values)


def _uncited_doses(article: Article, options: Options) -> Iterator[tuple[int, int, str, str]]:
    """The sentences that may hold a dose and that nothing cites: the number of the block, where the sentence begins
    in it, the sentence, the header of its column."""
    for number, block in enumerate(article.document.blocks):
        header = block.label if block.kind == "table-cell" else ""
        for start, end in article.evidence.sentences[number] if block.kind in options["kinds"] else ():
            text = article.evidence.prose[number][start:end]
            keys = article.keys(f"{text} {header}" if header else text)
            if not keys.isdisjoint(options["keywords"]) and not article.evidence.covering(number, start, end):
                yield number, start, text, header


def _above(article: Article, number: int, text: str, dose: Dose) -> Iterator[tuple[Dose, Excess]]:
    """The dose with how it is above a maximum, if it is."""
    blocks = article.document.blocks
    block, row = blocks[number], _row(blocks, number)
    around = [block.label, *row] if row else [blocks[block.lead].text] if block.lead >= 0 else []
    excess = article.maxima().above(dose, text, row[0] if row else "", "; ".join(around))
    if excess:
        yield dose, excess


def _row(blocks: Sequence[Block], number: int) -> list[str]:
    """The other cells of the row that a block is a cell of; the cell itself in front when it is the first."""
    block = blocks[number]
    if block.kind != "table-cell":
        return []
    place, first, last = (block.group, block.row), number, number
    while first and (blocks[first - 1].group, blocks[first - 1].row) == place:
        first -= 1
    while last + 1 < len(blocks) and (blocks[last + 1].group, blocks[last + 1].row) == place:
        last += 1
    return [blocks[at].text for at in range(first, last + 1) if at != number or at == first]


def _excused(article: Article, options: Options, text: str) -> bool:
    return bool(article.find(options["unless"], text)) or any(
        article.touches(context, text) for context in options["contexts"]
    )
