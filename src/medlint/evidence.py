"""What a document cites, and which citations stand behind a given stretch of text."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from medlint.citing.citations import Citation, read_block
from medlint.citing.masking import LETTER, masked, sentences_of
from medlint.citing.references import Reference, ReferenceList, find_lists
from medlint.citing.resolver import Resolver
from medlint.citing.sources import EvidenceOptions
from medlint.expressions import compiled
from medlint.model import PLACEHOLDER, SCOPES, Document

__all__ = ["Citation", "Evidence", "EvidenceOptions", "Reference", "ReferenceList", "gather"]

WORD_LETTERS = 5
STEM_LETTERS = 6
"""Two sentences are on the same thought when they share a stem: the first letters of a long enough word."""

_BOUND_TO_SENTENCE = ("footnote", "number", "superscript")
"""Marks that stand behind the stop by custom and still speak for one sentence alone."""
_NOTES = ("footnote", "reference")
_SOURCE_LINE = compiled(
    r"\W*(?:sources?|references?|data(?: taken)? from|adapted from)\b[^.]{0,3}", re.IGNORECASE
)
_WORD = compiled(r"[^\W\d_]+")


_FURTHEST = 200
"""How many citations further down in a paragraph are looked at: more than any paragraph has."""


def _sentence(numbered: tuple[int, Citation]) -> int:
    return numbered[0]


@dataclass(frozen=True, eq=False, repr=False)
class Evidence:
    """The citations, reference lists, prose and sentences of a document.

    `prose` holds the text of each block with every citation mark, bare address and identifier replaced by
    PLACEHOLDER characters, equally long. `sentences` are offsets in it; a stretch of nothing but marks
    belongs to the sentence before it.
    """

    document: Document
    scope: str
    citations: tuple[Citation, ...]
    lists: tuple[ReferenceList, ...]
    prose: tuple[str, ...]
    sentences: tuple[tuple[tuple[int, int], ...], ...]

    def covering(self, block: int, start: int, end: int, scope: str | None = None) -> tuple[Citation, ...]:
        """The citations that count as evidence for `text[start:end]` of a block.

        Scope `sentence` asks for a mark in the sentences touched or right behind their stop; `paragraph`
        also takes one that closes the paragraph, introduces the list, or speaks for the table row (in its
        first or last cell or alone in one); `section` one anywhere under the same heading; `document` any.
        """
        scope = scope or self.scope
        if scope not in SCOPES:
            raise ValueError(f"{scope!r} is not one of {', '.join(SCOPES)}")
        if scope == "document":
            return self._everywhere
        if scope == "section":
            return self._by_section.get(self.section(block), ())
        first, last = self.touched(block, start, end)
        if scope == "sentence":
            return self._in_sentences(block, first, last)
        here = self._in_sentences(block, first, last)
        return here or tuple(
            {
                **dict.fromkeys(self._further_down(block, start, end)),
                **dict.fromkeys(self._around(block, last)),
            }
        )

    def rejected(
        self, block: int, start: int, end: int, *, in_sentence: bool = False
    ) -> tuple[Citation, ...]:
        """Citations that do not count: those of the sentences touched, or else, unless only these are asked for, of
        the whole block."""
        first, last = self.touched(block, start, end)
        found = [(sentence, c) for sentence, c in self._by_block.get(block, ()) if not c.source]
        here = tuple(c for sentence, c in found if first <= sentence <= last)
        return here or (() if in_sentence else tuple(c for _, c in found))

    def missed(self, block: int, start: int, end: int) -> str:
        """Where in the block a source stands that does not reach a stretch nothing covers: “before” it, in the
        sentence right before, or “after” it; empty when there is none."""
        first, last = self.touched(block, start, end)
        cited = {sentence for sentence, citation in self._by_block.get(block, ()) if citation.source}
        return "before" if first - 1 in cited else "after" if any(s > last for s in cited) else ""

    def touched(self, block: int, start: int, end: int) -> tuple[int, int]:
        """The first and last sentence of a block that a stretch of it touches."""
        starts = self._starts[block]
        first = max(0, bisect.bisect_right(starts, start) - 1)
        return first, max(first, bisect.bisect_left(starts, end) - 1)

    def _in_sentences(self, block: int, first: int, last: int) -> tuple[Citation, ...]:
        found = self._by_block.get(block, ())
        behind = bisect.bisect_right(found, last, key=_sentence)
        return tuple(
            c for _, c in found[bisect.bisect_left(found, first, key=_sentence) : behind] if c.source
        )

    def _further_down(self, block: int, start: int, end: int) -> Iterator[Citation]:
        """Citations of later sentences that speak for `text[start:end]` too.

        One in parentheses behind the last stop closes the whole paragraph; any other does when its sentence
        is on the same thought. Measured on labelled articles, this excused 11 of 674 uncited statements and
        missed 4 of 440 cited figures; to take every later citation excused 31 and missed 3, none 10 and 220.
        """
        first, last = self.touched(block, start, end)
        if not self.sentences[block]:
            return
        whole = slice(self.sentences[block][first][0], self.sentences[block][last][1])
        stems = _stems(self.prose[block][whole])
        found = self._by_block.get(block, ())
        begin = bisect.bisect_right(found, last, key=_sentence)
        for sentence, citation in found[begin : begin + _FURTHEST]:
            if not citation.source:
                continue
            closing = sentence == len(self.sentences[block]) - 1 and self._closes(citation)
            if closing or not stems.isdisjoint(self._cited_stems[block, sentence]):
                yield citation

    def _closes(self, citation: Citation) -> bool:
        before = self.prose[citation.block][max(0, citation.start - 200) : citation.start].rstrip(
            f"{PLACEHOLDER} (["
        )
        return citation.kind not in _BOUND_TO_SENTENCE and before.endswith((".", "!", "?"))

    def _counting(self, block: int) -> tuple[Citation, ...]:
        return self._in_sentences(block, 0, len(self.sentences[block]))

    def _around(self, index: int, sentence: int) -> Iterator[Citation]:
        """Citations in other blocks that a reader takes for the evidence of this one."""
        block = self.document.blocks[index]
        if index in self._closed_by:
            yield from self._counting(self._closed_by[index])
        if block.kind in ("list-item", "table-cell") and block.lead >= 0:
            yield from self._in_sentences(
                block.lead, len(self.sentences[block.lead]) - 1, len(self.sentences[block.lead])
            )
        if block.kind == "table-cell":
            row = self._rows[block.group, block.row]
            for cell in sorted({index, row[0], row[-1], *self._wordless[block.group, block.row]}):
                yield from self._counting(cell)
            yield from self._counting(self._headers.get((block.group, block.label), index))
        elif block.kind == "heading":
            if index in self._first_below:
                yield from self._counting(self._first_below[index])
        elif sentence >= len(self.sentences[index]) - 1 and block.text.rstrip().endswith(":"):
            for item in self._introduced.get(index, ()):
                yield from self._counting(item)

    def section(self, index: int) -> int:
        """The heading that a block stands under, or is."""
        block = self.document.blocks[index]
        return index if block.kind == "heading" else block.section

    @cached_property
    def _starts(self) -> list[list[int]]:
        return [[start for start, _ in sentences] for sentences in self.sentences]

    def sentence_of(self, citation: Citation) -> int:
        """Which sentence of its block a citation belongs to."""
        before = bisect.bisect_left if citation.start == citation.end else bisect.bisect_right
        return max(0, before(self._starts[citation.block], citation.start) - 1)

    @cached_property
    def _by_block(self) -> dict[int, list[tuple[int, Citation]]]:
        """(index of its sentence, citation) for each block."""
        found: dict[int, list[tuple[int, Citation]]] = {}
        for citation in self.citations:
            found.setdefault(citation.block, []).append((self.sentence_of(citation), citation))
        for numbered in found.values():
            numbered.sort(key=_sentence)
        return found

    @cached_property
    def _cited_stems(self) -> dict[tuple[int, int], frozenset[str]]:
        """What each sentence with a citation is about."""
        cited = {(block, sentence) for block, found in self._by_block.items() for sentence, _ in found}
        return {
            (b, s): _stems(self.prose[b][slice(*self.sentences[b][s])]) for b, s in cited if self.sentences[b]
        }

    @cached_property
    def entry_blocks(self) -> frozenset[int]:
        """The blocks of reference lists and footnotes."""
        return _entry_blocks(self.document, self.lists)

    @cached_property
    def _by_section(self) -> dict[int, tuple[Citation, ...]]:
        found: dict[int, list[Citation]] = {}
        for citation in self.citations:
            if citation.source and citation.block not in self.entry_blocks:
                found.setdefault(self.section(citation.block), []).append(citation)
        return {section: tuple(citations) for section, citations in found.items()}

    @cached_property
    def _everywhere(self) -> tuple[Citation, ...]:
        return tuple(c for c in self.citations if c.source and c.block not in self.entry_blocks)

    @cached_property
    def _closed_by(self) -> dict[int, int]:
        """Blocks whose evidence is a paragraph of nothing but marks, or a source line, right below them."""
        found: dict[int, int] = {}
        for index in range(1, len(self.document.blocks)):
            if not self._only_cites(index):
                continue
            for above in _unit_above(self.document, index):
                found[above] = index
        return found

    def _only_cites(self, index: int) -> bool:
        if self.document.blocks[index].kind not in ("paragraph", "caption") or not self._counting(index):
            return False
        prose = self.prose[index]
        return not LETTER.search(prose) or _SOURCE_LINE.match(prose) is not None

    @cached_property
    def _rows(self) -> dict[tuple[int, int], list[int]]:
        found: dict[tuple[int, int], list[int]] = {}
        for index, block in enumerate(self.document.blocks):
            if block.kind == "table-cell":
                found.setdefault((block.group, block.row), []).append(index)
        return found

    @cached_property
    def _wordless(self) -> dict[tuple[int, int], list[int]]:
        """The cells of each row that hold citations and no words."""
        return {
            row: [cell for cell in cells if cell in self._by_block and not LETTER.search(self.prose[cell])]
            for row, cells in self._rows.items()
        }

    @cached_property
    def _headers(self) -> dict[tuple[int, str], int]:
        """The header cell of each column of each table."""
        cells = enumerate(self.document.blocks)
        return {(b.group, b.label or b.text): i for i, b in cells if b.kind == "table-cell" and b.row == 0}

    @cached_property
    def _first_below(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for index, block in enumerate(self.document.blocks):
            if block.kind != "heading" and block.section >= 0:
                found.setdefault(block.section, index)
        return found

    @cached_property
    def _introduced(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for index, block in enumerate(self.document.blocks):
            if block.lead >= 0:
                found.setdefault(block.lead, []).append(index)
        return found


def gather(document: Document, options: EvidenceOptions) -> Evidence:
    """Reads every citation of a document and finds out what it leads to."""
    lists = find_lists(document, options)
    entries = _entry_blocks(document, lists)
    resolver = Resolver(document, lists)
    citations: list[Citation] = []
    pointed: set[tuple[int, int]] = set()
    prose: list[str] = []
    sentences: list[tuple[tuple[int, int], ...]] = []
    for index, block in enumerate(document.blocks):
        reading = read_block(resolver, index, options, entry=index in entries)
        citations += sorted(reading.citations, key=lambda c: (c.start, c.end))
        # an entry that links to what it names points to nothing
        pointed |= {(at, entry) for at, entry in reading.pointed if lists[at].entries[entry].block != index}
        prose.append(masked(block.text, reading.masks))
        sentences.append(tuple(sentences_of(prose[-1], options.endings)))
    return Evidence(
        document,
        options.scope,
        tuple(citations),
        _with_pointers(lists, pointed),
        tuple(prose),
        tuple(sentences),
    )


def _stems(text: str) -> frozenset[str]:
    return frozenset(w[:STEM_LETTERS] for w in _WORD.findall(text.lower()) if len(w) >= WORD_LETTERS)


def _entry_blocks(document: Document, lists: Iterable[ReferenceList]) -> frozenset[int]:
    notes = (index for index, block in enumerate(document.blocks) if block.kind in _NOTES)
    return frozenset((*notes, *(entry.block for listing in lists for entry in listing.entries)))


def _with_pointers(
    lists: tuple[ReferenceList, ...], pointed: set[tuple[int, int]]
) -> tuple[ReferenceList, ...]:
    counted = []
    for position, listing in enumerate(lists):
        entries = tuple(e._replace(cited=(position, i) in pointed) for i, e in enumerate(listing.entries))
        counted.append(listing._replace(entries=entries, cited=sum(e.cited for e in entries)))
    return tuple(counted)


def _unit_above(document: Document, index: int) -> Iterator[int]:
    """The paragraph, the whole list or the whole table that ends right above a block."""
    blocks = document.blocks
    above = blocks[index - 1]
    if above.kind in ("heading", "front-matter", *_NOTES):
        return
    yield index - 1
    if above.kind not in ("list-item", "table-cell"):
        return
    for earlier in range(index - 2, -1, -1):
        if blocks[earlier].kind != above.kind or (
            above.kind == "table-cell" and blocks[earlier].group != above.group
        ):
            return
        yield earlier
