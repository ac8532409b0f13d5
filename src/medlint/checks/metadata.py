"""What a page about treatment owes its readers beside its claims: who wrote it, when, on what, and the other side."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from medlint.checks.article import Article, Hit, Options
from medlint.checks.identifiers import expression
from medlint.citing.references import YEAR
from medlint.expressions import compiled
from medlint.model import Finding, Span

_FIELD = compiled(
    r"^(?P<indent>[ \t]*)(?:\{[ \t]*)?[\"']?(?P<name>[\w-]+)[\"']?[ \t]*[:=](?P<value>[^\r\n]*)", re.MULTILINE
)
_AROUND_VALUES = " \t\r\n\"'[]{}(),;+-|>"
_BETWEEN_VALUES = compiled(r"[,;/()|\r\n]|\s(?:and|&|\+|[-–—])\s")
Find = Callable[[str, str], list[tuple[int, int]]]
_NOTES = ("reference", "footnote")
_NEED_SOURCES = ("claims", "citations")


class _Field(NamedTuple):
    """A field of the front matter: `value` is all that belongs to it, `span` its first line."""

    name: str
    value: str
    span: Span


def unsaid(article: Article, options: Options) -> Iterator[Hit]:
    """A page with `at-least` sentences that name one of `about` and, if given, of `beside`, or with as many findings
    of other `rules`, where nothing tells what the rule asks for: neither `words` (in one heading, or as many `times`
    in all), nor `pattern`, nor one of the front-matter `fields`, unless it holds only words that are `refused`. One
    hit, at that field or at the title."""
    if not _is_meant(article, options):
        return
    fields = [field for field in _fields(article) if field.name in _plain(options.get("fields", ()))]
    if not any(_tells(field, article, options) for field in fields) and not _is_said(article, options):
        yield Hit(fields[0].span if fields else _title(article))


def finding_density(article: Article, options: Options) -> Iterator[Hit]:
    """Findings of other `rules`, `at-least` so many and more often than `per-thousand` in 1,000 words: one hit at the
    first of them."""
    found = _findings(article, options)
    words = sum(len(sentence.split()) for sentence in _sentences(article))
    if len(found) >= options["at-least"] and 1000 * len(found) > options["per-thousand"] * words:
        yield Hit(found[0].span, {"count": str(len(found))})


def unreferenced(article: Article, options: Options) -> Iterator[Hit]:
    """A page with `at-least` statements that need a source, without any source and without a list of references: one
    hit at its title."""
    count = sum(finding.family in _NEED_SOURCES for finding in article.findings)
    if count >= options["at-least"] and not any(article.entries()) and not _is_cited(article):
        yield Hit(_title(article), {"count": str(count)})


def stale_review(article: Article, options: Options) -> Iterator[Hit]:
    """A review, dated by one of the front-matter `fields`, that is older by `years` or more than the newest entry of
    the reference lists or the latest of the `dates`; and a page with such a date later than the year in which,
    by a field of `until`, the next review was due."""
    dated = [(max(map(int, YEAR.findall(f.value)), default=0), f) for f in _fields(article)]
    changed = _latest(dated, article.lexicons[options["dates"]])
    reviewed, due = _latest(dated, options["fields"]), _latest(dated, options["until"])
    sources = [int(year) for entry in article.entries() for year in YEAR.findall(entry.text)]
    newest = max([*sources, changed[0] if changed else 0])
    if reviewed and newest - reviewed[0] >= options["years"]:
        yield Hit(reviewed[1].span, {"known": str(reviewed[0]), "newest": str(newest)})
    elif due and changed and changed[0] > due[0]:
        yield Hit(due[1].span, {"known": str(due[0]), "newest": str(changed[0])})


def _latest(dated: Sequence[tuple[int, _Field]], names: Sequence[str]) -> tuple[int, _Field] | None:
    """The latest year, with its field, of those that have one of the names."""
    wanted = _plain(names)
    known = [pair for pair in dated if pair[0] and pair[1].name in wanted]
    return max(known, key=lambda pair: pair[0], default=None)


def _is_cited(article: Article) -> bool:
    return bool(article.evidence.covering(0, 0, 0, "document"))


def _title(article: Article) -> Span:
    """The title as the front matter or the first heading gives it, else the first thing there is to read."""
    blocks = article.document.blocks
    titles = [block for block in blocks if block.kind == "front-matter" and block.label.lower() == "title"]
    headings = [block for block in blocks if block.kind == "heading"]
    return [*titles, *headings, *blocks][0].span


# -- what the page says --------------------------------------------------------------------------------------


def _fields(article: Article) -> Iterator[_Field]:
    """The fields of the front matter, with whatever is indented under them."""
    extent = article.document.front_matter
    if extent is None:
        return
    text = article.document.text[extent.start : extent.end]
    found = list(_FIELD.finditer(text))
    for number, m in enumerate(found):
        behind = (other.start() for other in found[number + 1 :] if len(other["indent"]) <= len(m["indent"]))
        value = text[m.start("value") : next(behind, len(text))].strip(_AROUND_VALUES)
        start, end = m.start("name"), m.start() + len(m[0].rstrip())
        (name,) = _plain([m["name"]])
        yield _Field(name, value, Span(extent.start + start, extent.start + end))


def _plain(names: Sequence[str]) -> set[str]:
    """Names without the signs in which front matter differs: last_reviewed, last-reviewed and lastReviewed are one."""
    return {name.replace("_", "").replace("-", "").lower() for name in names}


def _tells(field: _Field, article: Article, options: Options) -> bool:
    """Whether a field holds something that is neither refused nor the publisher's own name."""
    parts = (part.strip(_AROUND_VALUES) for part in _BETWEEN_VALUES.split(field.value))
    refused = options.get("refused")
    return any(
        part and part not in article.names and not (refused and article.find(refused, part)) for part in parts
    )


def _is_said(article: Article, options: Options) -> bool:
    blocks = [block for block in article.document.blocks if block.kind not in _NOTES]
    text = "\n\n".join(part for block in blocks for part in (block.text, *(m.target for m in block.marks)))
    if "pattern" in options and expression(options["pattern"]).search(text):
        return True
    return "words" in options and (
        len(article.find(options["words"], text)) >= options.get("times", 1)
        or any(block.kind == "heading" and article.find(options["words"], block.text) for block in blocks)
    )


# -- what the page is about ----------------------------------------------------------------------------------


def _is_meant(article: Article, options: Options) -> bool:
    """Whether the page is one of those that owe their readers what the rule asks for."""
    enough: int = options["at-least"]
    if "rules" in options:
        return len(_findings(article, options)) >= enough
    sentences = tuple(_sentences(article))
    if "beside" in options:
        sentences = _naming(options["beside"], sentences, article.find)
    return len(_naming(options["about"], sentences, article.find)) >= enough


def _findings(article: Article, options: Options) -> list[Finding]:
    return [finding for finding in article.findings if finding.rule in options["rules"]]


def _sentences(article: Article) -> Iterator[str]:
    kinds = ("paragraph", "list-item", "table-cell", "heading", "front-matter")
    for number, block in enumerate(article.document.blocks):
        if block.kind in kinds:
            prose = article.evidence.prose[number]
            yield from (prose[start:end] for start, end in article.evidence.sentences[number])


@lru_cache(maxsize=8)
def _naming(phrase: str, sentences: tuple[str, ...], find: Find) -> tuple[str, ...]:
    """The sentences in which a phrase is found; a dozen rules ask for the same of a page, one after the other."""
    return tuple(sentence for sentence in sentences if find(phrase, sentence))
