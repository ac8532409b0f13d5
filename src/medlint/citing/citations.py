"""Reads the citations of one block: what each points to, whether it counts, what of the text is no prose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from medlint.citing.author_year import TextMark, author_year
from medlint.citing.marks import (
    find_emails,
    find_marks,
    is_only_a_mark,
    plain_numbers,
    superscript_numbers,
)
from medlint.citing.resolver import Resolver
from medlint.citing.sources import SAME_PAGE, EvidenceOptions, parse_address, why_not_a_source
from medlint.expressions import compiled
from medlint.model import Block, Document, Mark, Span

_LINKS = ("link", "autolink", "anchor")
_IN_NOTES = ("doi", "pmid", "pmcid", "trial", "url")
_ENTRY_FRAGMENT = compiled(
    r"^(?:user-content-)?(?:(?:refs?|references?|fn|footnote|endnote|note|cite_note|cite|citation|bibr?|cit|b|r|en)"
    r"(?:[-_:.]{1,2}|(?=\d)))?(?P<key>[\w.:-]{1,60})$",
    re.IGNORECASE,
)
_LIST_FRAGMENTS = compiled(
    r"^(?:references?|sources?|bibliography|citations|footnotes|endnotes|notes)$", re.IGNORECASE
)
_BETWEEN_LINKS = compiled(r"[\s;,&\ufffc\]\[]{0,12}(?:and\s|see\s|also\s){0,2}")
_OPENING = compiled(
    r"(?P<open>[(\[])\s?(?:(?:see(?: also)?|sources?|refs?|references?|via|from|e\.g\.|cf\.)[:,.]?\s)?\[?$",
    re.IGNORECASE,
)
_CLOSING = compiled(r"\]?\s?[.,;]?\s?[)\]]")


class Citation(NamedTuple):
    """A mark that says where something comes from.

    `kind` is one of link, autolink, url, anchor, footnote, number, superscript, author-year, key, doi, pmid,
    pmcid, trial, pattern. `start:end` are offsets in the text of block `block` (equal for a mark that leaves
    no text), `span` its source. `target` is an address, a label, “3”, “Krupitsky 2002” or an identifier.
    `resolved`: it leads somewhere; `source`: it counts as evidence, otherwise `why_not` says why it does not.
    """

    kind: str
    block: int
    start: int
    end: int
    span: Span
    target: str
    resolved: bool
    source: bool
    why_not: str = ""


class BlockReading:
    """What one block yields: its citations, the stretches to mask, and the entries it points to."""

    __slots__ = ("citations", "masks", "pointed")

    def __init__(self) -> None:
        self.citations: list[Citation] = []
        self.masks: list[tuple[int, int]] = []
        self.pointed: set[tuple[int, int]] = set()


def read_block(resolver: Resolver, index: int, options: EvidenceOptions, entry: bool) -> BlockReading:
    """Reads block `index`; in an `entry` (of a list, a footnote) only addresses and identifiers count."""
    return _BlockReader(resolver, index, options).read(entry)


def entries_of(citation: Citation, resolver: Resolver) -> set[tuple[int, int]]:
    """What a citation leads to, as (index of the list, index of the entry)."""
    kind, target, block = citation.kind, citation.target, citation.block
    found: set[tuple[int, int] | None] = set()
    if kind in ("number", "superscript"):
        found.add(resolver.number(target, block))
    elif kind == "author-year":
        found.add(resolver.author_year(target, block))
    elif kind == "footnote":
        found |= resolver.footnote(target)
    elif kind in _LINKS:
        label = resolver.document.blocks[block].text[citation.start : citation.end]
        fragment = _ENTRY_FRAGMENT.match(parse_address(target).fragment) if target.startswith("#") else None
        found |= resolver.linked(target, label, block)
        found.add(resolver.number(fragment["key"].lstrip("0"), block) if fragment else None)
    else:
        found.add(resolver.at(target, kind))
    return {entry for entry in found if entry is not None}


class _BlockReader:
    def __init__(self, resolver: Resolver, index: int, options: EvidenceOptions) -> None:
        self.resolver = resolver
        self.document: Document = resolver.document
        self.index = index
        self.block: Block = resolver.document.blocks[index]
        self.options = options
        self.reading = BlockReading()

    def read(self, entry: bool) -> BlockReading:
        counting = bytearray(len(self.block.text))
        linked = bytearray(len(self.block.text))
        for mark in self.block.marks:
            self._read_mark(mark)
            if mark.kind in (*_LINKS, "sup") and mark.end > mark.start:
                length = mark.end - mark.start
                linked[mark.start : mark.end] = b"\1" * length
                if (
                    any(c.source for c in self.reading.citations[-1:])
                    and self.reading.citations[-1].start == mark.start
                ):
                    counting[mark.start : mark.end] = b"\1" * length
        for found in find_marks(self.block.text, self.options):
            inside = counting if found.kind != "url" else linked
            if inside.find(1, found.start, found.end) < 0 and not (entry and found.kind not in _IN_NOTES):
                self._read_text_mark(found)
        self._read_patterns()
        if self.block.kind == "table-cell":
            self._read_source_cell()
        self.reading.masks += find_emails(self.block.text)
        self.reading.masks += self._link_parentheses()
        return self.reading

    def _add(
        self,
        kind: str,
        start: int,
        end: int,
        span: Span,
        target: str,
        why_not: str = "",
        resolved: bool = True,
    ) -> None:
        self.reading.citations.append(
            Citation(kind, self.index, start, end, span, target, resolved, not why_not, why_not)
        )

    def _read_mark(self, mark: Mark) -> None:
        if mark.kind in _LINKS:
            self._read_link(mark)
        elif mark.kind == "footnote":
            self._read_footnote(mark.target, mark.start, mark.end, mark.span)
        elif mark.kind == "sup":
            if numbers := superscript_numbers(self.block.text, mark.start, mark.end, self.options):
                self._read_numbers("superscript", numbers, mark.start, mark.end, mark.span)
                self.reading.masks.append((mark.start, mark.end))
        elif mark.kind == "component" and (
            mark.target.lower() in self.options.words("citation-components")
            or any(pattern.search(mark.text) for pattern in _compiled(self.options.patterns))
        ):
            self._add("pattern", mark.start, mark.end, mark.span, mark.target)

    def _read_link(self, mark: Mark) -> None:
        label = self.block.text[mark.start : mark.end]
        why_not = why_not_a_source(mark.target, self.options)
        resolved = not why_not
        if why_not == SAME_PAGE:
            why_not, resolved = self._why_not_within_page(parse_address(mark.target).fragment, label)
        self._add(mark.kind, mark.start, mark.end, mark.span, mark.target, why_not, resolved)
        self.reading.pointed |= self.resolver.linked(mark.target, label, self.index)
        if is_only_a_mark(label, self.options) and not self._reads_on(mark.start, mark.end):
            self.reading.masks.append((mark.start, mark.end))

    def _why_not_within_page(self, fragment: str, label: str) -> tuple[str, bool]:
        """#ref3 and #fn:3 count when such an entry exists, #references when the label is its number."""
        numbers = plain_numbers(label.strip(" []()"))
        match = _ENTRY_FRAGMENT.match(fragment)
        key = match["key"] if match else ""
        candidates = numbers if _LIST_FRAGMENTS.match(fragment) else (key.lstrip("0"), *numbers)
        for number in candidates:
            if entry := self.resolver.number(number, self.index):
                self.reading.pointed.add(entry)
                return "", True
        if key in self.document.footnotes:
            return "", True
        looks_like_a_mark = bool(numbers) or (
            match is not None and match.end("key") - match.start("key") < len(fragment)
        )
        if not looks_like_a_mark or _LIST_FRAGMENTS.match(fragment):
            return SAME_PAGE, False
        return (
            ("", True)
            if fragment in self.resolver.anchors
            else (f"no entry {key} in the reference list", False)
        )

    def _read_footnote(self, label: str, start: int, end: int, span: Span) -> None:
        if label in self.document.footnotes:
            why_not = self._why_not_note(label)
            self._add("footnote", start, end, span, label, why_not)
            self.reading.pointed |= self.resolver.footnote(label)
        else:
            self._add(
                "footnote", start, end, span, label, f"the footnote {label} is not defined", resolved=False
            )

    def _why_not_note(self, label: str) -> str:
        if self.resolver.footnote(label):
            return ""
        blocks = [self.document.blocks[i] for i in self.document.footnotes[label]]
        reasons = [
            why_not_a_source(mark.target, self.options)
            for block in blocks
            for mark in block.marks
            if mark.kind in _LINKS
        ]
        return _EMPTY_NOTE if not reasons else min(reasons)

    def _read_numbers(self, kind: str, numbers: Iterable[str], start: int, end: int, span: Span) -> None:
        for number in numbers:
            entry = self.resolver.number(number, self.index)
            if entry is not None:
                self.reading.pointed.add(entry)
            why_not = "" if entry is not None else f"no entry {number} in the reference list"
            self._add(kind, start, end, span, number, why_not, entry is not None)

    def _read_text_mark(self, mark: TextMark) -> None:
        span = self.block.source_span(mark.start, mark.end)
        if mark.kind in ("number", "superscript"):
            self._read_numbers(mark.kind, mark.targets, mark.start, mark.end, span)
        elif mark.kind == "footnote":
            self._read_footnote(mark.targets[0], mark.start, mark.end, span)
        elif mark.kind == "author-year":
            if not self._read_authors(mark, span):
                return
        else:
            for target in mark.targets:
                why_not = self._why_not(mark.kind, target)
                self._add(mark.kind, mark.start, mark.end, span, target, why_not, not why_not)
                if (entry := self.resolver.at(target, mark.kind)) is not None:
                    self.reading.pointed.add(entry)
        if mark.kind in ("number", "superscript", "footnote") or not self._reads_on(mark.start, mark.end):
            self.reading.masks.append((mark.start, mark.end))

    def _why_not(self, kind: str, target: str) -> str:
        keys = self.options.keys
        if kind == "key" and keys is not None and target not in keys:
            return f"no entry {target} in the bibliography"
        return why_not_a_source(target, self.options) if kind == "url" else ""

    def _read_authors(self, mark: TextMark, span: Span) -> bool:
        """An author and a year can be looked up even without an entry; a doubtful shape cannot."""
        for target in mark.targets:
            entry = self.resolver.author_year(target, self.index)
            if entry is not None:
                self.reading.pointed.add(entry)
            elif not mark.sure:
                return False
            self._add("author-year", mark.start, mark.end, span, target, resolved=entry is not None)
        return True

    def _read_patterns(self) -> None:
        for pattern in _compiled(self.options.patterns):
            for match in pattern.finditer(self.block.text):
                if match.end() > match.start():
                    span = self.block.source_span(*match.span())
                    self._add("pattern", *match.span(), span, match.group())
                    self.reading.masks.append(match.span())

    def _read_source_cell(self) -> None:
        """In a column of sources a bare “3” or “Hale 2019” is a mark."""
        text = self.block.text
        if (
            self.block.label.strip(" .:").lower() not in self.options.words("source-columns")
            or not text.strip()
        ):
            return
        span = self.block.source_span(0, len(text))
        if numbers := plain_numbers(text):
            self._read_numbers("number", numbers, 0, len(text), span)
        elif not self.reading.citations and (target := author_year(text, self.options)):
            self._read_authors(TextMark("author-year", 0, len(text), (target,)), span)
        else:
            return
        self.reading.masks.append((0, len(text)))

    def _reads_on(self, start: int, end: int) -> bool:
        """A mark that begins a sentence and is its subject (“Hale 2019 found …”) is part of the prose."""
        text = self.block.text
        before, after = text[max(0, start - 3) : start].rstrip(), text[end : end + 3]
        return (not before or before[-1] in ".!?") and after[:1].isspace() and after.lstrip()[:1].islower()

    def _link_parentheses(self) -> Iterator[tuple[int, int]]:
        """Parentheses that hold nothing but links to sources are marks as a whole: ([Hale, 2019](…))."""
        text = self.block.text
        sources = [c for c in self.reading.citations if c.source and c.end > c.start]
        runs: list[tuple[int, int]] = []
        for citation in sorted(sources, key=lambda c: c.start):
            if runs and _BETWEEN_LINKS.fullmatch(text, runs[-1][1], citation.start):
                runs[-1] = (runs[-1][0], citation.end)
            elif not runs or citation.start >= runs[-1][1]:
                runs.append((citation.start, citation.end))
        for start, end in runs:
            opening = _OPENING.search(text[max(0, start - 24) : start])
            closing = _CLOSING.match(text, end)
            if opening and closing:
                yield max(0, start - 24) + opening.start("open"), closing.end()


_EMPTY_NOTE = "the footnote names no source"


@cache
def _compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, patterns))
