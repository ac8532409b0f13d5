"""The words medlint speaks: frozen values that every other module passes on.

All offsets are counted in characters of the decoded text of one file (a byte order mark is not part
of it), from 0, the end exclusive. Lines and columns count from 1.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from medlint.names import FAMILIES as FAMILIES
from medlint.names import SEVERITIES as SEVERITIES

SCOPES = ("sentence", "paragraph", "section", "document")
BLOCK_KINDS = (
    "paragraph",
    "heading",
    "list-item",
    "table-cell",
    "quote",
    "front-matter",
    "image-alt",
    "caption",
    "definition",
    "footnote",
    "reference",
)
PLACEHOLDER = "\ufffc"
"""Stands in a block's text, one character each, for what is not prose: code, an image, an expression."""

_LINE_END = re.compile(r"\r\n|\r|\n")


class Span(NamedTuple):
    """A stretch of source text: `source[span.start:span.end]`."""

    start: int
    end: int


class Segment(NamedTuple):
    """A run of a block's text and the source it was read from.

    `text_start:text_end` are offsets in `Block.text`, `start:end` in the source. When both are
    equally long the run was copied character by character; otherwise it was replaced as a whole
    (an entity, an escape, a line break with its indentation).
    """

    text_start: int
    text_end: int
    start: int
    end: int


class Mark(NamedTuple):
    """Something inside a block that is not plain words.

    `kind` is one of: link, autolink, anchor (an HTML `<a href>`), image, footnote (`[^x]`, also an
    inline `^[…]`), sup (text of `<sup>`), code, component (an MDX component or a shortcode).
    `start:end` are offsets in the block's text (equal for a mark that leaves no text behind, such as
    a footnote mark), `span` is its whole source extent. `target` is the address of a link or image,
    the label of a footnote, the name of a component; `text` what a reader sees of it, or the source
    of a component.
    """

    kind: str
    start: int
    end: int
    span: Span
    target: str = ""
    text: str = ""


class Block(NamedTuple):
    """A unit of prose: a paragraph, a list item, a table cell, a front-matter field, …

    `text` is what a reader sees; `segments` lead every character of it back to the source.
    `section` is the index (in `Document.blocks`) of the heading the block stands under, -1 before the
    first. `lead` is the index of the block that introduces it - the stem of a list, the caption of a
    table - or -1. Items of one list and cells of one table share `group`, cells of one row share `row`
    (both -1 elsewhere); the header row of a table is row 0. `label` is the dotted path of a
    front-matter field, the column header of a table cell, the label of a footnote definition, the
    name of a component property. `level` is a heading's level or a list item's depth from 1.
    """

    kind: str
    text: str
    segments: tuple[Segment, ...]
    span: Span
    marks: tuple[Mark, ...] = ()
    section: int = -1
    lead: int = -1
    group: int = -1
    row: int = -1
    label: str = ""
    level: int = 0

    def source_span(self, start: int, end: int) -> Span:
        """The source extent of `text[start:end]`; `start < end` is required."""
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"{start}:{end} is not a stretch of a text of {len(self.text)} characters")
        first, last = self._segment_at(start), self._segment_at(end - 1)
        return Span(_source_of(first, start).start, _source_of(last, end - 1).end)

    def _segment_at(self, offset: int) -> Segment:
        return self.segments[bisect.bisect_right(self.segments, offset, key=lambda s: s.text_start) - 1]


def _source_of(segment: Segment, offset: int) -> Span:
    if segment.end - segment.start == segment.text_end - segment.text_start:
        at = segment.start + offset - segment.text_start
        return Span(at, at + 1)
    return Span(segment.start, segment.end)


class Comment(NamedTuple):
    """An HTML or MDX comment: `body` is its text without the delimiters, `inline` whether it stands inside a
    paragraph or other block of text rather than on lines of its own."""

    span: Span
    body: str
    inline: bool = False


class LinkDefinition(NamedTuple):
    """A link reference definition `[label]: url "title"`; labels are normalised as CommonMark does."""

    label: str
    url: str
    span: Span
    title: str = ""


class Problem(NamedTuple):
    """Something about an input that a person has to mend: where it is and what was found.

    `path` names the file, `line` and `column` the place (0 when the whole file is meant).
    """

    path: str
    message: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        place = f":{self.line}:{self.column}" if self.line else ""
        return f"{self.path}{place}: {self.message}"


class UserError(Exception):
    """Trouble with what the user gave us. Carries every problem found, never only the first."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


class Document(NamedTuple):
    """One article as the reader left it.

    `text` is the decoded source. `faults` are places in it that could not be read (malformed front
    matter, nesting without end): (span, what is wrong). `footnotes` maps a label to the indices of the
    blocks of its definition, `front_matter` is the extent of the metadata with its fences, if any.
    """

    path: str
    text: str
    blocks: tuple[Block, ...]
    definitions: Mapping[str, LinkDefinition] = MappingProxyType({})
    footnotes: Mapping[str, tuple[int, ...]] = MappingProxyType({})
    comments: tuple[Comment, ...] = ()
    front_matter: Span | None = None
    faults: tuple[tuple[Span, str], ...] = ()


class Suppression(NamedTuple):
    """Why a finding is not shown: `kind` is line, next, file or config; `reason` is the writer's own."""

    kind: str
    reason: str


class Fix(NamedTuple):
    """What to write in the source instead of `span`."""

    span: Span
    text: str


class Near(NamedTuple):
    """Something near a finding that a reader could take for what was looked for.

    `kind` is that of a citation mark, or `reference-list` for the heading of one. `span` is its source, `relation`
    where it stands, seen from the finding. `leads_to` holds addresses, identifiers and the text of entries.
    `why_not` says why it does not count; empty when it does.
    """

    kind: str
    span: Span
    relation: str
    leads_to: tuple[str, ...] = ()
    why_not: str = ""


class Sought(NamedTuple):
    """What was looked for behind a finding, and what stands near it, the nearest first.

    `asked_for` is source, entry, mark or nothing; `scope` how near it had to be, empty where that is no question.
    `more` is how many others there are that are not in `found`.
    """

    asked_for: str
    scope: str
    looked_for: str
    found: tuple[Near, ...] = ()
    more: int = 0


class Finding(NamedTuple):
    """One place that a medical editor would mark.

    `rule` is its id, `excerpt` the source slice of `span`, `message` says what is wrong and why in one
    line, `remedy` how to mend the sentence, `standards` are keys of rules/standards.yml. `fix` mends it where
    that needs no writer. `evidence` says what was looked for and what was found near it, where that was asked.
    """

    rule: str
    severity: str
    span: Span
    excerpt: str
    message: str
    remedy: str
    standards: tuple[str, ...]
    suppressed: Suppression | None = None
    fix: Fix | None = None
    evidence: Sought | None = None

    @property
    def family(self) -> str:
        return self.rule.partition("/")[0]


class Report(NamedTuple):
    """What was found in one file. `words` counts words of prose. A file with `problems` is never clean.

    Where fixes were put in, `text` is what they made of the file, `before` what it says, `fixed` how many they are.
    """

    path: str
    text: str
    words: int
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...] = ()
    fixed: int = 0
    before: str = ""


class Lines:
    """Turns offsets into lines and columns. Lines end at CRLF, CR or LF only, as CommonMark has it."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(m.end() for m in _LINE_END.finditer(text))]

    def __len__(self) -> int:
        return len(self._starts)

    def start(self, line: int) -> int:
        """The offset at which `line` (from 1) begins."""
        return self._starts[line - 1]

    def position(self, offset: int) -> tuple[int, int]:
        """(line, column) of an offset, both from 1."""
        line = bisect.bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1
