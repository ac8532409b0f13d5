"""Directives: `<!-- medlint: ignore[claims/cure, doses] the reason -->` and what they hold for.

On lines of its own it holds for the next block, in front of a list or table for all of it; beside text it
holds for that line; `ignore-file` holds for the file. In front matter a YAML comment, `# medlint: ignore[…]
reason`, holds for the front matter. Every directive is audited: it names rules and a reason, the rules exist,
and it is of use.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import accumulate
from typing import NamedTuple, Protocol

from medlint.expressions import compiled
from medlint.model import Block, Comment, Document, Finding, Lines, Span, Suppression

UNUSED = "medlint/unused-suppression"
UNKNOWN = "medlint/unknown-rule"
MALFORMED = "medlint/malformed-suppression"

_VERBS = ("ignore", "ignore-file")
_OURS = compiled(r"\s*medlint\s*:\s*(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_RULE = compiled(r"[A-Za-z][\w-]*(?:/[\w-]+)?")
_SECOND = compiled(r"\bmedlint\s*:|\bignore(?:-file)?\s*\[", re.IGNORECASE)
_WORD = compiled(r"\w")
_MARKERS = compiled(r"[\s>]*(?:(?:[-*+]|\d+[.)])\s+)?")
_COMMENT = compiled(r"<!--.*?-->|\{/\*.*?\*/\}")
_LONGEST_LINE = 20_000
"""A longer line that holds a directive is taken to hold text as well."""
_YAML_COMMENT = compiled(r"^[ \t]*(?P<comment>#(?P<body>[^\r\n]*))", re.MULTILINE)


class Directive(NamedTuple):
    """One directive. `span` is the whole comment, `reach` what it holds for (None for nothing at all).

    `kind` is line, next or file, `rules` are ids or families. `error` says in plain words what is wrong with
    it; such a directive suppresses nothing.
    """

    span: Span
    kind: str
    rules: tuple[str, ...]
    reason: str
    error: str = ""
    reach: Span | None = None


class Reporter(Protocol):
    """Makes a finding of one of medlint's own rules; `values` fill its message."""

    def __call__(self, rule_id: str, span: Span, **values: str) -> Finding: ...


class _MalformedError(ValueError):
    """What is wrong with a directive, in plain words."""


def directives(document: Document) -> tuple[Directive, ...]:
    """The directives of a document in the order of its text. A comment that only mentions medlint is none."""
    places = _Places(document)
    found = [
        _directive(comment.span, ours["rest"], places)
        for comment in _comments(document)
        if (ours := _OURS.fullmatch(comment.body))
    ]
    return tuple(sorted(found, key=lambda d: d.span))


def apply(
    document: Document,
    findings: Iterable[Finding],
    known_ids: Collection[str],
    report: Reporter,
    active_ids: Collection[str] | None = None,
) -> tuple[Finding, ...]:
    """The findings, those marked that a directive covers, and what is to be said about the directives.

    `known_ids` are the rules there are, `active_ids` those that were looked for (all when None): a directive
    for a rule that is off is not called unused. Findings of the family medlint are never suppressed.
    """
    given = directives(document)
    marked, used = _marked(findings, [directive for directive in given if not directive.error])
    known, active = _with_families(known_ids), _with_families(known_ids if active_ids is None else active_ids)
    return (
        *marked,
        *(said for directive in given for said in _audit(directive, used, known, active, report)),
    )


_Used = set[tuple[Span, str]]
"""Directives, by their places, with those of their rules that are of use."""


@dataclass(slots=True)
class _Reach:
    """All directives that hold for the same stretch: the names of rules lead to those that name them."""

    span: Span
    line: bool
    named: dict[str, list[Directive]]

    def covers(self, span: Span) -> bool:
        """A line counts for everything that touches it, a block for what lies in it."""
        if self.line:
            return span.start < self.span.end and self.span.start < span.end
        return self.span.start <= span.start and span.end <= self.span.end


def _reaches(given: Iterable[Directive]) -> list[_Reach]:
    """In the order of their stretches."""
    found: dict[tuple[Span, bool], _Reach] = {}
    for directive in given:
        if directive.reach is not None:
            line = directive.kind == "line"
            reach = found.setdefault((directive.reach, line), _Reach(directive.reach, line, {}))
            for rule in directive.rules:
                reach.named.setdefault(rule, []).append(directive)
    return sorted(found.values(), key=lambda reach: reach.span)


def _marked(findings: Iterable[Finding], given: Sequence[Directive]) -> tuple[list[Finding], _Used]:
    """The findings, those suppressed that a directive covers, and what is of use."""
    marked, used = list(findings), _Used()
    waiting = _reaches(given)[::-1]
    if not waiting:
        return marked, used
    # in the order of the text, so that each finding is held against the directives around it only
    open_ones: list[tuple[int, int, _Reach]] = []
    for at in sorted(range(len(marked)), key=lambda at: marked[at].span):
        finding = marked[at]
        while waiting and waiting[-1].span.start <= finding.span.end:
            reach = waiting.pop()
            heappush(open_ones, (reach.span.end, len(waiting), reach))
        while open_ones and open_ones[0][0] < finding.span.start:
            heappop(open_ones)
        if finding.family != "medlint":
            around = (reach for _, _, reach in open_ones if reach.covers(finding.span))
            marked[at] = _suppressed(finding, around, used)
    return marked, used


def _suppressed(finding: Finding, around: Iterable[_Reach], used: _Used) -> Finding:
    """The finding, suppressed by the first directive that names it."""
    first: Directive | None = None
    for reach in around:
        for name in (finding.rule, finding.family):
            naming = reach.named.get(name, ())
            if naming and (naming[-1].span, name) not in used:
                used.update((directive.span, name) for directive in naming)
            if naming and (first is None or naming[0].span < first.span):
                first = naming[0]
    if first is None or finding.suppressed is not None:
        return finding
    return finding._replace(suppressed=Suppression(first.kind, first.reason))


def _audit(
    directive: Directive,
    used: Collection[tuple[Span, str]],
    known: Collection[str],
    active: Collection[str],
    report: Reporter,
) -> Iterator[Finding]:
    if directive.error:
        yield report(MALFORMED, directive.span, error=directive.error)
        return
    for rule in directive.rules:
        if rule not in known:
            yield report(UNKNOWN, directive.span, name=rule, hint=_hint(rule, known))
        elif rule in active and (directive.span, rule) not in used:
            yield report(UNUSED, directive.span, name=rule)


def _with_families(rules: Collection[str]) -> set[str]:
    return {*rules, *(rule.partition("/")[0] for rule in rules)}


def _hint(word: str, known: Iterable[str]) -> str:
    from medlint.schema import did_you_mean

    return did_you_mean(word, known)


# -- reading -------------------------------------------------------------------------------------------------


def _comments(document: Document) -> Iterator[Comment]:
    yield from document.comments
    if document.front_matter is not None:
        meta = document.front_matter
        for found in _YAML_COMMENT.finditer(document.text, meta.start, meta.end):
            yield Comment(Span(*found.span("comment")), found["body"])


def _directive(span: Span, rest: str, places: _Places) -> Directive:
    kind = places.kind(span)
    try:
        verb, rules, reason = _read(" ".join(rest.split()))
    except _MalformedError as error:
        return Directive(span, kind, (), "", str(error))
    kind = "file" if verb == "ignore-file" else kind
    return Directive(span, kind, rules, reason, reach=places.reach(span, kind))


def _read(rest: str) -> tuple[str, tuple[str, ...], str]:
    """The verb, the rules and the reason of what stands behind `medlint:`. Raises _MalformedError."""
    at = next((at for at, char in enumerate(rest) if char in " ["), len(rest))
    verb, behind = rest[:at], rest[at:].lstrip()
    if verb not in _VERBS:
        raise _MalformedError(_about_verb(verb))
    if not behind.startswith("["):
        raise _MalformedError(f"no rule is named; write {verb}[claims/cure] and the reason")
    inside, closed, reason = behind[1:].partition("]")
    if not closed:
        raise _MalformedError("the bracket “[” is never closed")
    if _SECOND.search(reason):
        raise _MalformedError("a second directive in the same comment; give it a comment of its own")
    if not _WORD.search(reason):
        raise _MalformedError("the reason is missing; write it behind the bracket")
    return verb, _rules(inside), reason.lstrip(" :–—-")


def _about_verb(verb: str) -> str:
    if not verb:
        return "it does not say what to do; write ignore[claims/cure] and the reason"
    return f"“{verb}” is not known{_hint(verb, _VERBS)}; write ignore or ignore-file"


def _rules(inside: str) -> tuple[str, ...]:
    if not inside.strip():
        raise _MalformedError("no rule is named between the brackets; write a rule such as claims/cure")
    rules = tuple(dict.fromkeys(name.strip() for name in inside.split(",")))
    for rule in rules:
        if not rule:
            raise _MalformedError("a comma too many between the brackets")
        if not _RULE.fullmatch(rule):
            raise _MalformedError(
                f"“{rule}” is no rule; write rules such as claims/cure, with commas between them"
            )
        if rule.partition("/")[0] == "medlint":
            raise _MalformedError(f"“{rule}” cannot be ignored; mend the directive it speaks of")
    return rules


# -- what a directive holds for ------------------------------------------------------------------------------


class _Places:
    """Where the blocks and lines of a document lie."""

    def __init__(self, document: Document) -> None:
        self._text, self._meta = document.text, document.front_matter
        self._lines = Lines(document.text)
        self._blocks = sorted(document.blocks, key=lambda block: (block.span.start, -block.span.end))
        self._starts = [block.span.start for block in self._blocks]
        self._furthest = list(accumulate((block.span.end for block in self._blocks), max))
        self._first: dict[int, int] = {}
        self._last: dict[int, int] = {}
        for at, block in enumerate(self._blocks):
            self._first.setdefault(block.group, at)
            self._last[block.group] = at
        self._together: dict[int, Span] = {}

    def kind(self, span: Span) -> str:
        """line when text shares a line with it, else next."""
        lines = self._line(span)
        if lines.end - lines.start > _LONGEST_LINE:
            return "line"
        before = _COMMENT.sub("", self._text[lines.start : span.start])
        behind = _COMMENT.sub("", self._text[span.end : lines.end])
        return "next" if _MARKERS.fullmatch(before) and not behind.strip() else "line"

    def reach(self, span: Span, kind: str) -> Span | None:
        """What a directive at `span` holds for."""
        if kind == "file":
            return Span(0, len(self._text))
        if self._in_meta(span):
            return self._meta
        return self._line(span) if kind == "line" else self._next(span)

    def _in_meta(self, span: Span) -> bool:
        return self._meta is not None and self._meta.start <= span.start < self._meta.end

    def _line(self, span: Span) -> Span:
        """The whole lines that `span` stands on."""
        start = self._lines.start(self._lines.position(span.start)[0])
        last = self._lines.position(span.end)[0]
        if last == len(self._lines):
            return Span(start, len(self._text))
        end = self._lines.start(last + 1)
        return Span(start, end - (2 if self._text.endswith("\r\n", start, end) else 1))

    def _next(self, span: Span) -> Span | None:
        """The block around `span`, or else behind it; all of the list or table if that begins there."""
        at = bisect_left(self._starts, span.end)
        around = bisect_left(self._furthest, span.end, 0, at)
        if around < at:
            return self._blocks[around].span
        if at == len(self._blocks):
            return None
        block = self._blocks[at]
        inside_item = self._text[self._line(span).start : span.start].strip(" \t>")
        if block.group < 0 or inside_item or self._first[block.group] < at:
            return block.span
        if at not in self._together:
            end = max(other.span.end for other in self._from(at))
            self._together[at] = Span(block.span.start, end)
        return self._together[at]

    def _from(self, at: int) -> Iterator[Block]:
        """The list or table that begins with a block, lists inside it included."""
        first, behind = self._blocks[at], self._last[self._blocks[at].group] + 1
        yield from self._blocks[at:behind]
        while behind < len(self._blocks):
            block = self._blocks[behind]
            if block.kind != first.kind or block.level <= first.level:
                return
            yield block
            behind += 1
