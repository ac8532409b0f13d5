"""Does a source fit the sentence that cites it?

Reading entries and titles takes time and modules of its own, which are loaded when an article cites something.
"""

from __future__ import annotations

from collections.abc import Iterator

from medlint.checks.article import Article, Hit, Options

_LONGEST_TITLE = 80


def source_fit(article: Article, options: Options) -> Iterator[Hit]:
    """A citation whose source is about another ailment or treatment than the sentence, as far as the title tells;
    `subjects` are the word lists to compare them by. Anything in common excuses: in the sentence, its paragraph,
    and the headings above."""
    from medlint.checks.cited import cited

    found = list(cited(article.document, article.evidence, article.lexicons))
    if not found:
        return
    from medlint.checks.fitting import Comparing

    comparing = Comparing(article.document, article.evidence, article.lexicons, options["subjects"])
    for each in found:
        if clash := comparing.clash(each):
            yield Hit(each.citation.span, {**clash._asdict(), "title": _shortened(each.entry.title)})


def _shortened(title: str) -> str:
    title = " ".join(title.split())
    return title if len(title) <= _LONGEST_TITLE else title[:_LONGEST_TITLE].rpartition(" ")[0] + " …"
