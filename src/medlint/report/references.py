"""The references of articles, read: blocks for people, JSON for programs."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from medlint.bibliography.entry import Entry
from medlint.listing import Listed
from medlint.model import Lines
from medlint.report.excerpt import neutral
from medlint.report.totals import Style, counted

FIELDS = (
    "year", "title", "container", "volume", "issue", "pages", "publisher", "doi", "pmid", "pmcid", "isbn", "url"
)  # fmt: skip
_LABEL = 11
_MOST_AUTHORS = 6


def blocks(files: Sequence[Listed], style: Style) -> Iterator[str]:
    """What was read in each file, an entry a block, and a closing line."""
    for file in files:
        yield f"{style.paint('path', neutral(file.path))}  {counted(len(file.entries), 'reference')}\n\n"
        lines = Lines(file.text)
        for entry in file.entries:
            yield _block(entry, lines.position(entry.span.start)[0], style)
    total = sum(len(file.entries) for file in files)
    yield f"{counted(total, 'reference')} in {counted(len(files), 'file')}\n"


def _block(entry: Entry, line: int, style: Style) -> str:
    number = f"{entry.number}. " if entry.number is not None else f"{entry.key}. " if entry.key else ""
    before = f"  {line:>4}  "
    named = entry.title or " ".join(entry.text.split())
    head = textwrap.wrap(
        neutral(number + named),
        max(style.width, 40),
        initial_indent=before,
        subsequent_indent=" " * (len(before) + len(number)),
    )
    return "\n".join([*head, *_told(entry, len(before), style)]) + "\n\n"


def _told(entry: Entry, indent: int, style: Style) -> Iterator[str]:
    for label, text in (
        ("authors", _authors(entry)),
        ("published", _published(entry)),
        ("found by", _found_by(entry)),
        ("not found", ", ".join(_missing(entry))),
    ):
        if text:
            yield from textwrap.wrap(
                neutral(text),
                max(style.width, 40),
                initial_indent=f"{' ' * indent}{label:{_LABEL}}",
                subsequent_indent=" " * (indent + _LABEL),
                break_long_words=False,
                break_on_hyphens=False,
            )


def _authors(entry: Entry) -> str:
    names = [f"{author.family} {author.given}".strip() for author in entry.authors]
    more = [] if len(names) <= _MOST_AUTHORS else [f"and {len(names) - _MOST_AUTHORS} more"]
    return "; ".join([*names[:_MOST_AUTHORS], *more])


def _published(entry: Entry) -> str:
    issue = f"{entry.volume}{f'({entry.issue})' if entry.issue else ''}"
    place = f"{issue}{f':{entry.pages}' if entry.pages else ''}".lstrip(":")
    return ", ".join(
        part for part in (entry.container, entry.publisher, str(entry.year or ""), place) if part
    )


def _found_by(entry: Entry) -> str:
    parts = {"DOI": entry.doi, "PMID": entry.pmid, "PMCID": entry.pmcid, "ISBN": entry.isbn, "": entry.url}
    return ", ".join(f"{label} {value}".strip() for label, value in parts.items() if value)


def _missing(entry: Entry) -> Iterator[str]:
    """What a reader would look for and was not there to be read; an identifier stands for all of it."""
    if entry.doi or entry.pmid or entry.pmcid:
        return
    if not entry.authors:
        yield "authors"
    if entry.year is None:
        yield "year"
    if not entry.title:
        yield "title"
    if not (entry.container or entry.publisher or entry.url):
        yield "journal or publisher"


def as_json(files: Iterable[Listed]) -> str:
    """All references as one JSON document; docs/references.md describes it."""
    found = [_object(file.path, entry, Lines(file.text)) for file in files for entry in file.entries]
    return json.dumps({"version": 1, "references": found}, ensure_ascii=False, indent=2) + "\n"


def _object(path: str, entry: Entry, lines: Lines) -> dict[str, Any]:
    place = _place(entry.span.start, entry.span.end, lines)
    return {
        "path": path,
        **place,
        "number": entry.number,
        "key": entry.key,
        "kind": entry.kind,
        "text": " ".join(entry.text.split()),
        "authors": [{"family": author.family, "given": author.given} for author in entry.authors],
        **{field: getattr(entry, field) for field in FIELDS},
        "places": {part: _place(span.start, span.end, lines) for part, span in entry.spans.items()},
    }


def _place(start: int, end: int, lines: Lines) -> dict[str, int]:
    line, column = lines.position(start)
    end_line, end_column = lines.position(end)
    return {"line": line, "column": column, "end_line": end_line, "end_column": end_column}
