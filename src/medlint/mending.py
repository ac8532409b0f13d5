"""Which finding can be mended without a writer, and with which words.

A fix changes the article's own prose and nothing else. What others have said or named stays as it is: quotations,
titles of works, entries of reference lists, the words of links, names. So do headings and front matter, which links
and programs hold on to, and whatever does not stand in the source as a reader sees it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from medlint.evidence import Evidence
from medlint.expressions import compiled
from medlint.match import Match
from medlint.model import Block, Document, Fix, Span
from medlint.phrases import Words
from medlint.replacement import replacement
from medlint.rules import RuleSet

PROTECTED_NAMES = "protected-names"
"""The word list of names that hold words which rules object to."""
_OWN_PROSE = frozenset({"paragraph", "list-item", "table-cell", "definition"})
_WITH_ADDRESSES = _OWN_PROSE | {"footnote", "reference"}
_LINKS = frozenset({"link", "autolink", "anchor"})
_OPENING_SINGLE = compiled(r"(?<!\w)['‘](?=\w)")
_CLOSING_SINGLE = compiled(r"(?<=[\w.,!?…])['’](?!\w)")
_DELIMITERS = compiled(r"\\.|(?P<code>`+).*?(?P=code)|(?P<run>\*+|_+)", re.DOTALL)
_OTHERS_WORDS = compiled(
    r"<(?P<closing>/?)(?P<name>i|em|cite|q|var|code|samp|kbd|pre|\w*quote\w*)\b[^>]*>", re.IGNORECASE
)
_VOLUME = compiled(r"(?:19|20)\d\d[a-z]?\s*;\s*\d")
_SOURCE_LINE = compiled(r"\W*(?:sources?|references?|adapted from)\b\W*:", re.IGNORECASE)
_OPENERS = " \t\"“‘'«([*_"


def fix_of_match(
    match: Match, document: Document, evidence: Evidence, rules: RuleSet, names: Iterable[str]
) -> Fix | None:
    """The fix of what a sentence rule has found; None when there is none that is safe. `names` are the publisher's."""
    block = document.blocks[match.block]
    span = block.source_span(match.start, match.end)
    source = document.text[span.start : span.end]
    if (
        not match.rule.fix
        or block.kind not in _OWN_PROSE
        or source.split() != block.text[match.start : match.end].split()
        or _is_reference(match.block, evidence)
        or any(mark.start < match.end and match.start < mark.end for mark in block.marks)
        or _is_quoted(block.text, match.start, match.end, _quotation_marks(rules))
        or _is_title(document.text, block, span.start)
        or _is_name(block.text, match.start, match.end, rules, names)
    ):
        return None
    opens = any(
        first <= match.start < last and not block.text[first : match.start].strip(_OPENERS)
        for first, last in evidence.sentences[match.block]
    )
    return _fix(match.rule.fix, document, span, opens=opens)


def fix_of_span(
    fixes: Sequence[Mapping[str, Any]], span: Span, document: Document, rules: RuleSet
) -> Fix | None:
    """The fix of what a check of the whole document has found: an address or an identifier, which may stand in an
    entry of a reference list, too. None when there is none that is safe."""
    around = [b for b in document.blocks if b.span.start <= span.start and span.end <= b.span.end]
    if not around:
        return None
    block = min(around, key=lambda b: b.span.end - b.span.start)
    at = _offset_in_text(block, span.start)
    if (
        block.kind not in _WITH_ADDRESSES
        or any(m.kind in _LINKS and m.span != span and _holds(m.span, span) for m in block.marks)
        or (at is not None and _is_quoted(block.text, at, at, _quotation_marks(rules)))
    ):
        return None
    return _fix(fixes, document, span, opens=False)


def _fix(fixes: Sequence[Mapping[str, Any]], document: Document, span: Span, *, opens: bool) -> Fix | None:
    new = replacement(fixes, document.text, span.start, span.end, opens=opens)
    return None if new is None else Fix(span, new)


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _offset_in_text(block: Block, place: int) -> int | None:
    """The offset in the block's text of a place in the source; None for one that leaves nothing behind in it."""
    return next((s.text_start + place - s.start for s in block.segments if s.start <= place < s.end), None)


# -- what others have said or named --------------------------------------------------------------------------


def _is_reference(number: int, evidence: Evidence) -> bool:
    """Whether a block is an entry of a reference list, or looks like one."""
    text = evidence.document.blocks[number].text
    return (
        any(entry.block == number for listing in evidence.lists for entry in listing.entries)
        or _VOLUME.search(text) is not None
        or _SOURCE_LINE.match(text) is not None
    )


def _quotation_marks(rules: RuleSet) -> Sequence[Sequence[str]]:
    pairs: Sequence[Sequence[str]] = rules.language["contexts"]["quoted"]["between"]
    return pairs


def _is_quoted(text: str, start: int, end: int, pairs: Iterable[Sequence[str]]) -> bool:
    """Whether a quotation that begins before a stretch of a block is still open there. Quotations run over several
    sentences, and those of several paragraphs are closed in the last alone."""
    for opening, closing in pairs:
        if opening == closing:
            if text.count(opening, 0, start) % 2:
                return True
        elif text.rfind(opening, 0, start) > text.rfind(closing, 0, start):
            return True
    opened = max((m.end() for m in _OPENING_SINGLE.finditer(text, 0, start)), default=-1)
    return (
        opened >= 0
        and _CLOSING_SINGLE.search(text, opened, start) is None
        and _CLOSING_SINGLE.search(text, end) is not None
    )


def _is_title(source: str, block: Block, place: int) -> bool:
    """Whether a place stands in italics, as titles of works and words that are spoken of do, or in an element for what
    is quoted or typed."""
    italic = False
    begin = block.segments[0].start
    while begin and source[begin - 1] in "*_":
        begin -= 1
    for m in _DELIMITERS.finditer(source, begin, place):
        run = m["run"] or ""
        before, behind = source[m.start() - 1 : m.start()], source[m.end() : m.end() + 1]
        within = (
            before.isalnum() and behind.isalnum()
            if run.startswith("_")
            else before.isspace() and behind.isspace()
        )
        italic ^= bool(len(run) % 2 and not within)
    open_elements: dict[str, int] = {}
    for m in _OTHERS_WORDS.finditer(source, 0, place):
        name = m["name"].lower()
        open_elements[name] = open_elements.get(name, 0) + (-1 if m["closing"] else not m[0].endswith("/>"))
    return italic or any(number > 0 for number in open_elements.values())


def _is_name(text: str, start: int, end: int, rules: RuleSet, names: Iterable[str]) -> bool:
    found = set[tuple[int, int]]()
    if PROTECTED_NAMES in rules.lexicons:
        found.update(rules.phrases.find_terms(PROTECTED_NAMES, Words(text)))
    found.update(
        m.span() for name in names if name for m in re.finditer(re.escape(name), text, re.IGNORECASE)
    )
    return any(first < end and start < last for first, last in found)
