"""Reference lists: where they stand, what their entries are, and which entry a mark points to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from medlint.citing.sources import EvidenceOptions
from medlint.expressions import compiled
from medlint.model import Block, Document, Span

_ENTRY_KINDS = ("paragraph", "list-item", "reference", "table-cell")
_LONGEST_HEADING = 60
_BELOW_HEADINGS = 7
YEAR = compiled(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_POINTER = compiled(r"https?://|www\.|\b10\.\d{4,9}/|\bPMID|\bPMC\d|\bISBN|\bet al\b|\bNCT\d", re.IGNORECASE)
_NUMBER_BEFORE = compiled(r"(\d{1,4})[.)]\s*(?:\[[ xX]\]\s*)?$")
_NUMBER_WITHIN = compiled(r"\s*(?:\[(\d{1,3})\][.:]?|(\d{1,3})[.)])\s+\S")
_COUNTED_ENTRY = compiled(r"(?<=[\w.)\]/])\s{1,3}(\d{1,3})[.)]\s{1,3}(?=[^\W\d_a-z])")
_NAME_OF_LIST = compiled(r"\s{0,3}(?P<name>[^\W\d_][\w ]{3,40}):\s{0,3}(?=\[1\]|1[.)]\s)")
_BRACKETED_ENTRY = compiled(r"(?:^|(?<=\s))\[(\d{1,3})\](?=[\s.:])")


class Reference(NamedTuple):
    """One entry of a reference list, or one footnote definition that names a source.

    `label` is its number or footnote label, empty where it has none; `section` the index of the heading it
    stands under; `cited` whether something in the text points to it; `start` where it begins in its block.
    """

    label: str
    block: int
    span: Span
    text: str
    section: int
    cited: bool = False
    start: int = 0


class ReferenceList(NamedTuple):
    """A reference list under the block `heading` (-1 when it has none, as the footnotes do).

    `cited` is how many of its entries something in the text points to. A list under a heading such as
    “Further reading” is `optional`: beside other sources it need not be cited. `name` is where the list is named
    when it begins in the paragraph that names it.
    """

    heading: int
    entries: tuple[Reference, ...]
    cited: int = 0
    footnotes: bool = False
    optional: bool = False
    name: Span | None = None


def names_a_source(text: str) -> bool:
    """Whether a note or entry says where something was published: a year, an address or an identifier."""
    return bool(YEAR.search(text) or _POINTER.search(text))


def find_lists(document: Document, options: EvidenceOptions) -> tuple[ReferenceList, ...]:
    """The reference lists in order, the footnotes last; nothing is marked as cited yet."""
    headings = _headings(document, options)
    lists = [found for heading in headings if (found := _list_below(document, heading, headings)).entries]
    lists += _named_within(document, options)
    taken = {entry.block for listing in lists for entry in listing.entries}
    if unheaded := _closing_entries(document, taken):
        lists.append(ReferenceList(-1, unheaded))
    if notes := tuple(_footnotes(document)):
        lists.append(ReferenceList(-1, notes, footnotes=True))
    return tuple(lists)


def _named_within(document: Document, options: EvidenceOptions) -> Iterator[ReferenceList]:
    """“References: 1. … 2. …” in one paragraph."""
    names = options.words("reference-headings")
    for index, block in enumerate(document.blocks):
        m = _NAME_OF_LIST.match(block.text) if block.kind == "paragraph" else None
        if m is None or m["name"].lower() not in names:
            continue
        entries = tuple(_entries_between(document, index, m.end()))
        if len(entries) > 1 and all(entry.label and names_a_source(entry.text) for entry in entries):
            yield ReferenceList(index, entries, name=block.source_span(*m.span("name")))


def _entries_between(document: Document, index: int, start: int) -> Iterator[Reference]:
    block = document.blocks[index]
    numbers = list(_BRACKETED_ENTRY.finditer(block.text, start))
    ends = [m.start() for m in numbers[1:]] + [len(block.text)]
    if numbers:
        for m, end in zip(numbers, ends, strict=True):
            text = block.text[m.start() : end].strip()
            span = block.source_span(m.start(), m.start() + len(text))
            yield Reference(m[1], index, span, text, block.section, start=m.start())
        return
    text = block.text[start:].strip()
    whole = Reference(
        "1", index, block.source_span(start, start + len(text)), text, block.section, start=start
    )
    yield from _counted_entries(document, whole)


def _closing_entries(document: Document, taken: set[int]) -> tuple[Reference, ...]:
    """A numbered list of sources without a heading that ends the document."""
    blocks = document.blocks
    last = next((i for i in range(len(blocks) - 1, -1, -1) if blocks[i].kind != "footnote"), -1)
    if last < 0 or last in taken or blocks[last].kind not in ("paragraph", "list-item"):
        return ()
    first = last
    while first > 0 and blocks[last].group >= 0 and blocks[first - 1].group == blocks[last].group:
        first -= 1
    entries = tuple(_entries_of(document, range(first, last + 1)))
    return entries if all(entry.label and names_a_source(entry.text) for entry in entries) else ()


def _headings(document: Document, options: EvidenceOptions) -> dict[int, bool]:
    """Block index of each heading of references → whether it may stand over something else as well."""
    sure, maybe = options.words("reference-headings"), options.words("maybe-reference-headings")
    titles = (
        (index, _title(block))
        for index, block in enumerate(document.blocks)
        if block.kind in ("heading", "paragraph", "reference") and len(block.text) <= _LONGEST_HEADING
    )
    return {index: title not in sure for index, title in titles if title in sure or title in maybe}


def _list_below(document: Document, heading: int, headings: Mapping[int, bool]) -> ReferenceList:
    """The entries up to the next heading that is not deeper, or begins a list of its own."""
    blocks = document.blocks
    level = blocks[heading].level if blocks[heading].kind == "heading" else _BELOW_HEADINGS
    ends = (
        i
        for i in range(heading + 1, len(blocks))
        if i in headings or (blocks[i].kind == "heading" and blocks[i].level <= level)
    )
    end = next(ends, len(blocks))
    # where the heading may mean something else, the reader has told the entries from the rest
    kinds = ("reference",) if headings[heading] else _ENTRY_KINDS
    entries = _entries_of(document, (i for i in range(heading + 1, end) if blocks[i].kind in kinds))
    return ReferenceList(heading, tuple(entries), optional=headings[heading])


def _title(heading: Block) -> str:
    plain = heading.text.strip().strip("*_:#").partition("{")[0].strip().lower()
    return re.sub(r"^\d+[.)]?\s+", "", plain)


def _entries_of(document: Document, indices: Iterable[int]) -> Iterator[Reference]:
    """Each block an entry or, where entries are lines of one paragraph, several."""
    numbering: dict[int, int] = {}
    for index in indices:
        block = document.blocks[index]
        if block.kind not in _ENTRY_KINDS or not block.text.strip():
            continue
        if block.group >= 0:
            yield from _counted_entries(document, _list_entry(document, index, numbering))
        else:
            yield from _paragraph_entries(document, index)


def _list_entry(document: Document, index: int, numbering: dict[int, int]) -> Reference:
    """Numbers count on from the first item of the list, as Markdown renders them."""
    block = document.blocks[index]
    inner = _NUMBER_WITHIN.match(block.text)
    label = (inner[1] or inner[2]) if inner else ""
    if not label:
        line_start = (
            max(
                document.text.rfind("\n", 0, block.segments[0].start),
                document.text.rfind("\r", 0, block.segments[0].start),
            )
            + 1
        )
        written = _NUMBER_BEFORE.search(document.text[line_start : block.segments[0].start])
        if written:
            numbering[block.group] = numbering.get(block.group, int(written[1]) - 1) + 1
            label = str(numbering[block.group])
    return Reference(label, index, block.span, block.text, block.section)


def _counted_entries(document: Document, whole: Reference) -> Iterator[Reference]:
    """An item that goes on with “2. …”, “3. …” on the same line holds several entries."""
    starts = list(_counting_on(whole.text, whole.label))
    ends = [at for _, at, _ in starts] + [len(whole.text)]
    parts = [(0, whole.label), *((begin, label) for begin, _, label in starts)]
    texts = [whole.text[begin:end].strip() for (begin, _), end in zip(parts, ends, strict=True)]
    if not starts or not all(names_a_source(text) for text in texts):
        yield whole
        return
    block = document.blocks[whole.block]
    for (begin, label), text in zip(parts, texts, strict=True):
        at = whole.start + whole.text.index(text, begin)
        span = block.source_span(at, at + len(text))
        yield whole._replace(label=label, span=span, text=text, start=at)


def _counting_on(text: str, label: str) -> Iterator[tuple[int, int, str]]:
    """(where the entry begins, where the one before ends, its number) for each number that follows the last."""
    following = int(label) + 1 if label.isdecimal() else 0
    for m in _COUNTED_ENTRY.finditer(text):
        if int(m[1]) == following:
            yield m.end(), m.start(), m[1]
            following += 1


def _paragraph_entries(document: Document, index: int) -> Iterator[Reference]:
    block = document.blocks[index]
    for start, end, label in _stretches(document, block):
        text = block.text[start:end].strip()
        if text and (label or names_a_source(text)):
            begin = block.text.index(text, start)
            whole = Reference(label, index, block.source_span(start, end), text, block.section, start=begin)
            yield from _counted_entries(document, whole)


def _stretches(document: Document, block: Block) -> Iterator[tuple[int, int, str]]:
    """Cuts a paragraph that holds several entries: at [1], [2], … or at line ends."""
    text = block.text
    marks = list(_BRACKETED_ENTRY.finditer(text))
    if marks and not text[: marks[0].start()].strip():
        ends = [m.start() for m in marks[1:]] + [len(text)]
        yield from ((m.start(), end, m[1]) for m, end in zip(marks, ends, strict=True))
        return
    raised = {mark.start: text[mark.start : mark.end].strip() for mark in block.marks if mark.kind == "sup"}
    starts = [0, *(at + 1 for at in _line_ends(document, block))]
    lines = list(zip(starts, [*starts[1:], len(text)], strict=True))
    if not all(names_a_source(text[start:end]) for start, end in lines):
        lines = [(0, len(text))]
    for start, end in lines:
        number = _NUMBER_WITHIN.match(text, start, end)
        yield start, end, (number[1] or number[2]) if number else raised.get(start, "")


def _line_ends(document: Document, block: Block) -> Iterator[int]:
    """Where in a block's text the lines of the source end: a reader sees a space there."""
    for segment in block.segments:
        source = document.text[segment.start : segment.end]
        if len(source) == segment.text_end - segment.text_start:
            yield from (segment.text_start + m.start() for m in re.finditer(r"\r\n?|\n", source))
        elif "\n" in source or "\r" in source:
            yield segment.text_start


def _footnotes(document: Document) -> Iterator[Reference]:
    for label, indices in document.footnotes.items():
        blocks = [document.blocks[index] for index in indices]
        text = "\n".join(block.text for block in blocks)
        targets = " ".join(mark.target for block in blocks for mark in block.marks if mark.kind != "image")
        if blocks and names_a_source(f"{text} {targets}"):
            yield Reference(label, indices[0], blocks[0].span, text, blocks[0].section)
