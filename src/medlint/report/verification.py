"""What was found out about references: a table for people, JSON for programs."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from medlint.bibliography.entry import Entry
from medlint.model import Lines
from medlint.report.excerpt import columns, neutral
from medlint.report.totals import Style, counted
from medlint.verifying.judging import VERDICTS, Judgement
from medlint.verifying.telling import absence, difference, notice
from medlint.verifying.verify import Outcome, Verified

_LABELS = {
    "retracted": "retracted",
    "concern": "in doubt",
    "mismatch": "mismatched",
    "not-found": "not found",
    "unverified": "unverified",
    "corrected": "corrected",
    "unlisted": "no article",
    "found": "found",
}
_COLOURS = {
    "retracted": "error",
    "concern": "error",
    "mismatch": "warning",
    "not-found": "warning",
    "unverified": "info",
}
_WIDE = max(map(len, _LABELS.values()))


def table(outcome: Outcome, style: Style) -> str:
    """The references of each article with the verdict on each, and a closing line."""
    parts = [
        line for article in outcome.articles if article.judged for line in _article(article, outcome, style)
    ]
    return "\n".join([*parts, *_closing(outcome, style)]) + "\n"


def _article(article: Verified, outcome: Outcome, style: Style) -> Iterator[str]:
    yield style.paint("path", neutral(article.listed.path))
    lines = Lines(article.listed.text)
    places = [str(lines.position(entry.span.start)[0]) for entry, _ in article.judged]
    margin = max(map(len, places))
    for place, (entry, judgement) in zip(places, article.judged, strict=True):
        label = f"{_LABELS[judgement.verdict]:{_WIDE}}"
        before = f"  {place:>{margin}}  "
        room = max(style.width - len(before) - _WIDE - 2, 20)
        painted = style.paint(_COLOURS.get(judgement.verdict, "faint"), label)
        yield f"{before}{painted}  {_cut(_named(entry), room)}"
        indent = " " * (len(before) + _WIDE + 2)
        told = neutral(detail(judgement, outcome.silent))
        yield from textwrap.wrap(
            told, max(style.width, len(indent) + 20), initial_indent=indent, subsequent_indent=indent
        )
    yield ""


def _named(entry: Entry) -> str:
    number = "" if entry.number is None else f"{entry.number}. "
    return neutral(number + " ".join(entry.text.split()))


def _cut(text: str, room: int) -> str:
    if sum(map(columns, text)) <= room:
        return text
    kept = ""
    for char in text:
        if sum(map(columns, kept + char)) >= room:
            break
        kept += char
    return kept.rstrip() + "…"


def detail(judgement: Judgement, silent: Mapping[str, str]) -> str:
    """What there is to say beyond the verdict."""
    verdict = judgement.verdict
    if verdict in ("retracted", "concern", "corrected"):
        return "; ".join(filter(None, (notice(judgement), difference(judgement))))
    if verdict == "mismatch":
        return difference(judgement)
    if verdict == "not-found":
        return absence(judgement)
    asked = dict.fromkeys(question.catalogue for question in judgement.open)
    return "; ".join(silent[catalogue] for catalogue in asked if catalogue in silent)


def _closing(outcome: Outcome, style: Style) -> Iterator[str]:
    verdicts = _verdicts(outcome)
    told = [
        style.paint(_COLOURS.get(verdict, "faint"), f"{verdicts[verdict]:,} {_LABELS[verdict]}")
        for verdict in VERDICTS
        if verdicts[verdict]
    ]
    yield f"{counted(sum(verdicts.values()), 'reference')}: {', '.join(told) or 'nothing to look up'}"
    for _, reason in sorted(outcome.silent.items()):
        yield f"{neutral(reason)}; run the command again later, it goes on where it stopped"


def _verdicts(outcome: Outcome) -> Counter[str]:
    return Counter(judgement.verdict for article in outcome.articles for _, judgement in article.judged)


def as_json(outcome: Outcome) -> str:
    """One object for each reference, in the order of the articles."""
    verdicts = _verdicts(outcome)
    data = {
        "version": 1,
        "references": [entry for article in outcome.articles for entry in _entries(article)],
        "summary": {verdict: verdicts[verdict] for verdict in VERDICTS},
        "unanswered": dict(sorted(outcome.silent.items())),
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _entries(article: Verified) -> Iterator[dict[str, Any]]:
    lines = Lines(article.listed.text)
    for entry, judgement in article.judged:
        line, column = lines.position(entry.span.start)
        work = judgement.work or judgement.led or judgement.near
        yield {
            "path": article.listed.path,
            "line": line,
            "column": column,
            "number": entry.number,
            "text": " ".join(entry.text.split()),
            "verdict": judgement.verdict,
            "detail": detail(judgement, {}),
            "differences": [found._asdict() for found in judgement.differences],
            "notices": [found._asdict() for found in judgement.notices],
            "astray": list(judgement.astray),
            "record": {"title": work.titles[0], "doi": work.doi, "pmid": work.pmid} if work else None,
        }
