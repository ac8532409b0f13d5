"""Builds small documents by hand, so that what reads them can be tested without the Markdown reader."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from medlint.citing.sources import EvidenceOptions
from medlint.language import Endings
from medlint.model import Block, Document, Mark, Segment, Span

RULES = Path(__file__).parent.parent / "rules"
_INLINE = re.compile(
    r"\[(?P<label>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?P<url>[^()\s]*)\)|(?P<note>\[\^(?P<name>[^\]]+)\])|<sup>(?P<sup>[^<]*)</sup>"
)


@cache
def lists() -> Mapping[str, tuple[str, ...]]:
    """The word lists of the rules, as they are shipped."""
    paths = sorted((RULES / "lexicons").glob("*.yml"))
    return {path.stem: tuple(yaml.safe_load(path.read_text("utf-8"))["terms"]) for path in paths}


@cache
def endings() -> Endings:
    return Endings.from_data(yaml.safe_load((RULES / "language.yml").read_text("utf-8"))["sentences"])


def options(**fields: Any) -> EvidenceOptions:
    return EvidenceOptions(lists=lists(), endings=endings(), **fields)


def document(
    *parts: str | tuple[str, Mapping[str, Any]], footnotes: Mapping[str, int] | None = None
) -> Document:
    """One block a part, a paragraph unless fields say otherwise; links, `[^x]` and `<sup>` become marks."""
    source, blocks = "", []
    for part in parts:
        text, fields = (part, {}) if isinstance(part, str) else part
        blocks.append(_block(text, len(source), dict(fields)))
        source += f"{text}\n\n"
    notes = {label: (index,) for label, index in (footnotes or {}).items()}
    return Document("article.md", source, tuple(blocks), footnotes=notes)


def _block(source: str, offset: int, fields: dict[str, Any]) -> Block:
    text, segments, marks, at = "", [], [], 0

    def copy(start: int, end: int) -> None:
        nonlocal text
        if start < end:
            segments.append(Segment(len(text), len(text) + end - start, offset + start, offset + end))
            text += source[start:end]

    for match in _INLINE.finditer(source):
        copy(at, match.start())
        begin = len(text)
        kind, group = (
            ("footnote", None) if match["note"] else ("sup", "sup") if match["sup"] else ("link", "label")
        )
        if group:
            copy(*match.span(group))
        span = Span(offset + match.start(), offset + match.end())
        marks.append(Mark(kind, begin, len(text), span, match["url"] or match["name"] or "", text[begin:]))
        at = match.end()
    copy(at, len(source))
    kind = fields.pop("kind", "paragraph")
    return Block(kind, text, tuple(segments), Span(offset, offset + len(source)), tuple(marks), **fields)
