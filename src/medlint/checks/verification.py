"""What the record of verified references says against entries; silent where there is no record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from medlint.checks.article import Article, Hit, Options

FAILING: Mapping[str, tuple[str, ...]] = {
    "retracted-reference": ("retracted", "concern"),
    "mismatched-reference": ("mismatch",),
    "unfound-reference": ("not-found",),
}
"""The checks for what is known to be wrong, and the verdicts that they stand for."""


def retracted_reference(article: Article, options: Options) -> Iterator[Hit]:
    """An entry for a work that was retracted or withdrawn, or about which its publisher has doubts, by the record of
    verified references; unless the entry says so itself in the words of `unless`."""
    for entry, judgement in article.judged:
        if judgement.serious and not article.find(options["unless"], entry.text):
            from medlint.verifying.telling import notice

            yield Hit(entry.span, {"notice": notice(judgement)})


def mismatched_reference(article: Article, _: Options) -> Iterator[Hit]:
    """An entry that says otherwise than what the record of verified references has for it, or whose DOI or PMID
    leads to another work."""
    for entry, judgement in article.judged:
        if judgement.verdict == "mismatch" or (judgement.serious and judgement.differences):
            from medlint.verifying.telling import difference

            yield Hit(entry.span, {"difference": difference(judgement)})


def unfound_reference(article: Article, _: Options) -> Iterator[Hit]:
    """An entry that no catalogue has, by the record of verified references."""
    for entry, judgement in article.judged:
        if judgement.verdict == "not-found":
            from medlint.verifying.telling import absence

            told = absence(judgement)
            yield Hit(entry.span, {"nearest": f" ({told})" if told else ""})


def unverified_reference(article: Article, _: Options) -> Iterator[Hit]:
    """An entry about which the record of verified references says nothing yet."""
    for entry, judgement in article.judged:
        if judgement.verdict == "unverified":
            yield Hit(entry.span)
