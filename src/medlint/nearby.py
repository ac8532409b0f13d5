"""What was looked for behind a finding, and what stands near it: for those who ask for it in a report.

Nothing of this is computed, or imported, in an ordinary run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from medlint.citing.citations import Citation, entries_of
from medlint.citing.references import YEAR, Reference, ReferenceList
from medlint.citing.resolver import Resolver
from medlint.evidence import Evidence
from medlint.model import Near, Sought, Span
from medlint.rules import Rule

MOST_IN_BLOCK = 20
MOST_ELSEWHERE = 5
"""Marks outside the block of the finding that are told of; the others are counted."""

_FAMILIES = ("citations", "claims")
_ASKS = {
    "reads-as-claim": ("source", "configured"),
    "section-uncited": ("source", "section"),
    "only-own-sources": ("source", "document"),
    "dangling-mark": ("entry", ""),
    "author-year-unlisted": ("entry", ""),
    "author-year-near-miss": ("entry", ""),
    "uncited-reference-list": ("mark", ""),
    "orphan-reference": ("mark", ""),
}
"""What the checks of a whole document ask for, and how near."""

_IN_SENTENCE = "in the sentence or right behind its full stop"
_PARAGRAPH = (
    f"{_IN_SENTENCE}, in a later sentence of the paragraph that is on the same thought, in parentheses as the last "
    "word of the paragraph, or in a line of sources right below it"
)
_PLACES = {
    "sentence": _IN_SENTENCE,
    "section": "anywhere under the same heading",
    "document": "anywhere in the article",
    "list-item": f"{_PARAGRAPH}, or at the end of the line that introduces the list",
    "table-cell": f"{_IN_SENTENCE}, in the first or last cell of the row or one of nothing but sources, in the head "
    "of the column, in the caption, or in a line of sources right below the table",
    "heading": "in the heading, or in the first paragraph below it",
}
"""Where a source counts: by scope, and in the scope of the paragraph by what the finding stands in."""

_WHY_NOT = {
    "before": "it stands before the sentence: a reader takes it for the source of what stood there",
    "after": "it stands in a later sentence on another thought",
    "lead-in": "it stands before the last sentence of the line that introduces the list",
    "same-row": "it stands at another cell of the row",
    "same-table": "it stands in another row of the table",
    "same-list": "it stands at another item of the list",
    "above": "it stands in another paragraph above",
    "below": "it stands in another paragraph below",
    "elsewhere": "it stands under another heading",
}
_WITHIN_SENTENCE = "it stands in another sentence, and the sentence is what the configuration asks for"
_BELOW_FIRST = "it stands further down than the first paragraph below the heading"
_NEAREST_FIRST = ("lead-in", "same-row", "same-list", "same-table", "above", "below", "elsewhere")
_SIDES = ("above", "below")


class Surroundings:
    """What stands around the findings of one article."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._blocks = evidence.document.blocks
        self._resolver = Resolver(evidence.document, evidence.lists)

    def of(self, rule: Rule, span: Span) -> Sought | None:
        """What a rule looked for at `span`, and what is near; None for a rule that asks for no evidence."""
        asked, scope = self._asked(rule)
        if not asked:
            return None
        if asked == "source":
            return self._source(span, scope)
        if asked == "entry":
            return self._entry(span)
        if asked == "mark":
            return self._mark(span)
        return self._nothing(span)

    def _asked(self, rule: Rule) -> tuple[str, str]:
        asked, scope = "nothing" if rule.family in _FAMILIES else "", ""
        for pattern in rule.patterns:
            if pattern.kind == "structure":
                asked, scope = _ASKS.get(pattern.source, (asked, scope))
        if rule.cited:
            asked, scope = "source", rule.cited
        return asked, self._evidence.scope if scope == "configured" else scope

    # -- a source for a statement ----------------------------------------------------------------------------

    def _source(self, span: Span, scope: str) -> Sought:
        index = self._block_at(span)
        place = self._blocks[index].kind if index >= 0 and scope == "paragraph" else scope
        looked_for = f"a source {_PLACES.get(place, _PARAGRAPH)}"
        found, more = self._beside(index, span, scope)
        return Sought("source", scope, looked_for, (*found, *self._uncited_lists()), more)

    def _nothing(self, span: Span) -> Sought:
        entry = self._entry_at(span)
        if entry is not None:
            marks = (c for c in self._in_text if entry in self._pointed(c))
            found, more = self._cut(list(self._nears((c, "leads-here", "") for c in marks)))
            told = "no source: the entry itself is at fault, and what is found rests on it"
            return Sought("nothing", "", told, found, more)
        found, more = self._beside(self._block_at(span), span, "")
        return Sought("nothing", "", "no source: none excuses these words", found, more)

    def _beside(self, index: int, span: Span, scope: str) -> tuple[tuple[Near, ...], int]:
        """The marks of the block, then those around it, the nearest first."""
        if index < 0:
            return (), 0
        covering = frozenset() if scope else self._covering(index, span)
        kind, here, around = self._blocks[index].kind, [], []
        for citation in self._in_text if index not in self._evidence.entry_blocks else self._everything:
            relation = self._relation(citation, index, span)
            why_not = "" if citation in covering else citation.why_not or self._why_not(relation, scope, kind)
            if citation.block == index:
                here.append((citation, relation, why_not))
            elif relation != "elsewhere" or scope in ("section", "document"):
                around.append((citation, relation, why_not))
        around.sort(key=lambda found: self._distance(found[0], found[1], index))
        near, hidden = self._cut(list(self._nears(here)), MOST_IN_BLOCK)
        far, more = self._cut(list(self._nears(around)) if scope else [])
        return (*near, *far), hidden + more

    def _covering(self, index: int, span: Span) -> frozenset[Citation]:
        return frozenset(self._evidence.covering(index, *self._stretch(index, span)))

    def _relation(self, citation: Citation, index: int, span: Span) -> str:
        here, there = self._blocks[index], self._blocks[citation.block]
        if citation.block == index:
            first, last = self._evidence.touched(index, *self._stretch(index, span))
            sentence = self._evidence.sentence_of(citation)
            return "before" if sentence < first else "after" if sentence > last else "in-sentence"
        if citation.block == here.lead:
            return "lead-in"
        if here.group >= 0 and here.group == there.group:
            same_row = here.row >= 0 and here.row == there.row
            return "same-row" if same_row else "same-table" if here.row >= 0 else "same-list"
        if self._evidence.section(index) == self._evidence.section(citation.block):
            return _SIDES[citation.block > index]
        return "elsewhere"

    def _why_not(self, relation: str, scope: str, kind: str) -> str:
        if kind == "heading" and relation == "below":
            return _BELOW_FIRST
        if relation in ("before", "after") and scope == "sentence":
            return _WITHIN_SENTENCE
        return _WHY_NOT.get(relation, "")

    @staticmethod
    def _distance(citation: Citation, relation: str, index: int) -> tuple[int, int, int]:
        rank = _NEAREST_FIRST.index("above" if relation == "below" else relation)
        return rank, abs(citation.block - index), citation.start

    def _uncited_lists(self) -> Iterator[Near]:
        for listing in self._evidence.lists:
            if listing.entries and not listing.cited and not listing.footnotes:
                count = len(listing.entries)
                told = f"nothing in the text points to any of its {count} entries" if count > 1 else ""
                yield self._list(listing, told or "nothing in the text points to its entry")

    # -- an entry for a mark, a mark for an entry --------------------------------------------------------------

    def _entry(self, span: Span) -> Sought:
        """The lists that have no such entry, after the entries that come near."""
        mark = next((c for c in self._everything if c.span.start <= span.start < c.span.end), None)
        if mark is None:
            return Sought("entry", "", "an entry that the mark leads to")
        looked_for = f"an entry or a footnote that “{mark.target}” leads to"
        near, more = self._cut(list(self._footnotes() if mark.kind == "footnote" else self._entries(mark)))
        return Sought("entry", "", looked_for, near, more)

    def _footnotes(self) -> Iterator[Near]:
        for label, (first, *_) in self._evidence.document.footnotes.items():
            block = self._blocks[first]
            yield Near("footnote-text", block.span, "list", (_line(block.text),), f"it is called “{label}”")

    def _entries(self, mark: Citation) -> Iterator[Near]:
        if mark.kind == "author-year":
            yield from self._same_name(mark.target)
        for listing in self._evidence.lists:
            if listing.entries and not listing.footnotes:
                yield self._list(listing, f"it has no entry “{mark.target}”")

    def _same_name(self, target: str) -> Iterator[Near]:
        name = target.rpartition(" ")[0].partition(" and ")[0].partition(" & ")[0].lower()
        for listing in self._evidence.lists:
            for entry in listing.entries:
                if name and name in entry.text.lower()[: 2 * len(name) + 40]:
                    years = " and ".join(dict.fromkeys(YEAR.findall(entry.text))) or "none"
                    yield Near("entry", entry.span, "list", (_line(entry.text),), f"its year is {years}")

    def _mark(self, span: Span) -> Sought:
        """Marks that lead to nothing that is listed."""
        marks = (c for c in self._in_text if not self._pointed(c))
        told = ((c, "elsewhere", c.why_not or "it leads to nothing that the list has") for c in marks)
        found, more = self._cut(list(self._nears(told)))
        whose = "this entry" if self._entry_at(span) is not None else "an entry of the list"
        return Sought("mark", "", f"a mark in the text that points to {whose}", found, more)

    # -- marks as they are told of ---------------------------------------------------------------------------

    def _nears(self, found: Iterable[tuple[Citation, str, str]]) -> Iterator[Near]:
        """Each mark once: [1, 2] is two citations in one place, and counts when one of them does."""
        places: dict[Span, list[tuple[Citation, str, str]]] = {}
        for each in found:
            places.setdefault(each[0].span, []).append(each)
        for span, those in places.items():
            kept = [each for each in those if each[0].source] or those
            to = dict.fromkeys(text for citation, _, _ in kept for text in self._leads_to(citation))
            why_not = dict.fromkeys(why for _, _, why in kept)
            told = "" if "" in why_not else "; ".join(why_not)
            yield Near(kept[0][0].kind, span, kept[0][1], tuple(to), told)

    @staticmethod
    def _cut(found: Sequence[Near], most: int = MOST_ELSEWHERE) -> tuple[tuple[Near, ...], int]:
        return tuple(found[:most]), max(0, len(found) - most)

    def _list(self, listing: ReferenceList, why_not: str) -> Near:
        if listing.name:
            span = listing.name
        elif listing.heading >= 0:
            span = self._blocks[listing.heading].span
        else:
            span = listing.entries[0].span
        return Near("reference-list", span, "list", (), why_not)

    def _leads_to(self, citation: Citation) -> list[str]:
        """The address or identifier, or the text of the entry."""
        if citation.kind in ("number", "superscript", "author-year", "key", "footnote"):
            notes = self._evidence.document.footnotes.get(citation.target, ())
            entries = [_line(entry.text) for entry in self._pointed(citation)]
            return entries or [_line(self._blocks[at].text) for at in notes if citation.kind == "footnote"]
        return [citation.target]

    def _pointed(self, citation: Citation) -> list[Reference]:
        """The entries that a mark leads to."""
        lists = self._evidence.lists
        return [lists[at].entries[entry] for at, entry in sorted(entries_of(citation, self._resolver))]

    @cached_property
    def _everything(self) -> tuple[Citation, ...]:
        return tuple(sorted(self._evidence.citations, key=lambda c: c.span))

    @cached_property
    def _in_text(self) -> tuple[Citation, ...]:
        """The marks outside reference lists and footnotes."""
        return tuple(c for c in self._everything if c.block not in self._evidence.entry_blocks)

    # -- where a finding stands ------------------------------------------------------------------------------

    def _block_at(self, span: Span) -> int:
        """The narrowest block that holds the beginning of a stretch of source, or -1."""
        around = [i for i, b in enumerate(self._blocks) if b.span.start <= span.start < b.span.end]
        return min(around, key=lambda i: self._blocks[i].span.end - self._blocks[i].span.start, default=-1)

    def _stretch(self, index: int, span: Span) -> tuple[int, int]:
        """Where in the text of a block a stretch of source stands; an empty one where nothing of it is text."""
        block = self._blocks[index]
        start = len(block.text)
        for segment in block.segments:
            if segment.end > span.start:
                copied = segment.end - segment.start == segment.text_end - segment.text_start
                start = segment.text_start + (max(0, span.start - segment.start) if copied else 0)
                break
        reached = [s for s in block.segments if s.start < span.end]
        if not reached:
            return start, start
        last = reached[-1]
        copied = last.end - last.start == last.text_end - last.text_start
        end = last.text_start + min(last.end, span.end) - last.start if copied else last.text_end
        return start, max(start, end)

    def _entry_at(self, span: Span) -> Reference | None:
        """The entry of a reference list, or the footnote, that a stretch of source begins in."""
        if self._block_at(span) not in self._evidence.entry_blocks:
            return None
        entries = (entry for listing in self._evidence.lists for entry in listing.entries)
        return next((e for e in entries if e.span.start <= span.start < e.span.end), None)


def _line(text: str) -> str:
    return " ".join(text.split())
