"""What no rule has words for and still reads like what editors mark."""

from __future__ import annotations

from collections.abc import Iterator

from medlint.checks.article import Article, Hit, Options
from medlint.model import PLACEHOLDER, Span
from medlint.scorer import surroundings


def reads_as_claim(article: Article, options: Options) -> Iterator[Hit]:
    """A sentence that nothing cites, of one of the `kinds` of text and of no more words than `longest`, whose
    `score` is `above` a bound. Silent where it stands in one of the `contexts`, and where a rule of the family that
    the score is named after objects already."""
    scorer, evidence = article.scorer(options["score"]), article.evidence
    known = [finding.span for finding in article.findings if finding.family == options["score"]]
    for number, block in enumerate(article.document.blocks):
        if block.kind not in options["kinds"]:
            continue
        for nth, (start, end) in enumerate(evidence.sentences[number]):
            text = evidence.prose[number][start:end]
            if len(text.split()) > options["longest"]:
                continue
            around = surroundings(evidence, number, nth)
            if (
                scorer.exceeds(options["above"], text, around)
                and not evidence.covering(number, start, end)
                and not any(article.touches(context, text) for context in options["contexts"])
            ):
                stretch = text.strip(PLACEHOLDER + " \t\r\n")
                first = start + text.index(stretch)
                span = block.source_span(first, first + len(stretch))
                if not any(_overlap(span, other) for other in known):
                    yield Hit(span, {"reasons": " · ".join(scorer.reasons(text, around))})


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
