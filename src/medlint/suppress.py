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
from typing import NamedTuple, Protocol

from medlint.expressions import compiled
from medlint.model import Block, Comment, Document, Finding, Span, Suppression

UNUSED = "medlint/unused-suppression"
UNKNOWN = "medlint/unknown-rule"
MALFORMED = "medlint/malformed-suppression"

_VERBS = ("ignore", "ignore-file")
_OURS = compiled(r"\s*medlint\s*:\s*(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_RULE = compiled(r"[A-Za-z][\w-]*(?:/[\w-]+)?")
_SECOND = compiled(r"\bmedlint\s*:|\bignore(?:-file)?\s*\[", re.IGNORECASE)
_WORD = compiled(r"\w")
_LINE_END = compiled(r"\r\n|\r|\n")
_MARKERS = compiled(r"[\s>]*(?:(?:[-*+]|\d+[.)])\s+)?")
_COMMENT = compiled(r"<!--.*?-->|\{/\*.*?\*/\}")
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

    def names(self, rule: str) -> bool:
        """Whether it names this rule or its family."""
        return rule in self.rules or rule.partition("/")[0] in self.rules


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
    sound = [directive for directive in given if not directive.error]
    used: set[tuple[Span, str]] = set()
    marked = tuple(_marked(finding, sound, used) for finding in findings)
    active = set(known_ids if active_ids is None else active_ids)
    audit = (said for d in given for said in _audit(d, used, set(known_ids), active, report))
    return (*marked, *audit)


def _marked(finding: Finding, given: Sequence[Directive], used: set[tuple[Span, str]]) -> Finding:
    if finding.family == "medlint":
        return finding
    covering = [d for d in given if d.names(finding.rule) and _covers(d, finding.span)]
    for directive in covering:
        named = (finding.rule, finding.family)
        used.update((directive.span, rule) for rule in directive.rules if rule in named)
    if not covering or finding.suppressed is not None:
        return finding
    return finding._replace(suppressed=Suppression(covering[0].kind, covering[0].reason))


def _covers(directive: Directive, span: Span) -> bool:
    """A line counts for everything that touches it, a block for what lies in it."""
    reach = directive.reach
    if reach is None:
        return False
    if directive.kind == "line":
        return span.start < reach.end and reach.start < span.end
    return reach.start <= span.start and span.end <= reach.end


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
    known, active = _with_families(known), _with_families(active)
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
        self._blocks = sorted(document.blocks, key=lambda block: (block.span.start, -block.span.end))
        self._starts = [block.span.start for block in self._blocks]

    def kind(self, span: Span) -> str:
        """line when text shares a line with it, else next."""
        lines = self._line(span)
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
        start = max(self._text.rfind("\n", 0, span.start), self._text.rfind("\r", 0, span.start)) + 1
        end = _LINE_END.search(self._text, span.end)
        return Span(start, end.start() if end else len(self._text))

    def _next(self, span: Span) -> Span | None:
        """The block around `span`, or else behind it; all of the list or table if that begins there."""
        at = bisect_left(self._starts, span.end)
        for block in self._blocks[:at]:
            if block.span.end >= span.end:
                return block.span
        if at == len(self._blocks):
            return None
        block = self._blocks[at]
        inside_item = self._text[self._line(span).start : span.start].strip(" \t>")
        earlier = any(other.group == block.group for other in self._blocks[:at])
        if block.group < 0 or inside_item or earlier:
            return block.span
        return Span(block.span.start, max(other.span.end for other in self._together(at)))

    def _together(self, at: int) -> Iterator[Block]:
        """The list or table that begins with a block, lists inside it included."""
        first = self._blocks[at]
        last = max(i for i, block in enumerate(self._blocks) if block.group == first.group)
        yield from self._blocks[at : last + 1]
        for block in self._blocks[last + 1 :]:
            if block.kind != first.kind or block.level <= first.level:
                return
            yield block
