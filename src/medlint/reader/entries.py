"""Which blocks under a heading such as “Resources” are entries of a reference list.

Such a heading may stand over references, over links for the reader, or over plain text. The shape of what
stands below decides: an entry has a year, and beside it something by which works are listed and hardly
anything else is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from medlint.expressions import compiled
from medlint.model import Block

_YEAR = compiled(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_NUMBER = r"\s*(?:\[?\d{1,3}[\].):]+\s+)?"
_NAME = r"[^\W\d_][\w'’-]*(?: [^\W\d_][\w'’-]*){0,2}"
_INITIALS = r"(?:,\s?(?:[A-Z]\.[\s-]?){1,3}|,?\s[A-Z]{1,3}(?=[.,;]\s|\s\())"
_BEGINS_WITH_AUTHOR = compiled(rf"{_NUMBER}{_NAME}{_INITIALS}")
_BEGINS_WITH_ET_AL = compiled(rf"{_NUMBER}{_NAME}(?:{_INITIALS})?,? et al\b")
_PUBLISHED_IN = compiled(
    r"(?<!\d)(?!(?:19|20)\d\d)\d{1,4}\s?\(\d{1,4}(?:[-–]\d{1,4})?\)"  # volume(issue)
    r"|(?:[:;,]\s?|\bpp?\.\s?)e?\d{1,6}\s?[-–]\s?e?\d{1,6}(?=[.,;)]|\s?$|\s(?:doi|http))"  # pages
    r"|\b10\.\d{4,9}/\S|\bPMID\b|\bPMC\d|pubmed\.ncbi"
)


def reference_entries(blocks: Sequence[Block]) -> frozenset[int]:
    """The indices in `blocks`, all that stands under a heading, of those that are reference entries.

    There are none unless most list items and paragraphs have the shape of one. A list counts as a whole, a
    paragraph for itself.
    """
    candidates = [at for at, block in enumerate(blocks) if block.kind in ("paragraph", "list-item")]
    shaped = frozenset(at for at in candidates if _has_shape(blocks[at]))
    if 2 * len(shaped) <= len(candidates):
        return frozenset()
    items = Counter(blocks[at].group for at in candidates)
    entries = Counter(blocks[at].group for at in shaped)
    return frozenset(
        at
        for at in candidates
        if at in shaped or (blocks[at].group >= 0 and 2 * entries[blocks[at].group] > items[blocks[at].group])
    )


def _has_shape(block: Block) -> bool:
    """“Hale et al.” begins many a sentence too: it makes an entry of a list item, but not of a paragraph."""
    text = " ".join((block.text, *(mark.target for mark in block.marks if mark.kind == "link")))
    if not _YEAR.search(block.text):
        return False
    if _BEGINS_WITH_AUTHOR.match(text) or _PUBLISHED_IN.search(text):
        return True
    return block.kind == "list-item" and _BEGINS_WITH_ET_AL.match(text) is not None
