"""The JSON report, version 1: a stable account of a run for other programs."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from medlint import __version__
from medlint.model import FAMILIES, SEVERITIES, Finding, Lines, Near, Problem, Report, Sought, Span
from medlint.report.totals import Totals

VERSION = 1
_IN_MEMORY = 1_000_000
_AT_ONCE = 100_000


def render(reports: Iterable[Report]) -> str:
    """The reports as one JSON document, whatever their order."""
    return "".join(pieces(sorted(reports, key=lambda report: report.path)))


def pieces(reports: Iterable[Report]) -> Iterator[str]:
    """Reports that are sorted by path, as one JSON document that ends in a line break, in pieces.

    Lines and columns count from 1, columns in characters, ends are exclusive. Findings and problems are sorted by path,
    then by position. The totals stand before the findings, which wait in a file for them when they are many.
    """
    import tempfile

    totals, problems, found = Totals(), list[Problem](), False
    with tempfile.SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8", newline="\n") as kept:
        for report in reports:
            totals += Totals.of(report)
            problems += report.problems
            for entry in _findings(report):
                kept.write(("," if found else "") + "\n" + _indented(entry, 4))
                found = True
        yield _head(totals) + "["
        kept.seek(0)
        while piece := kept.read(_AT_ONCE):
            yield piece
    yield ("\n  ]" if found else "]") + _tail(totals, problems)


def _head(totals: Totals) -> str:
    """The document up to the findings."""
    head = {
        "version": VERSION,
        "tool": {"name": "medlint", "version": __version__},
        "files": totals.files,
        "words": totals.words,
    }
    return _text(head).removesuffix("\n}") + ',\n  "findings": '


def _tail(totals: Totals, problems: Iterable[Problem]) -> str:
    """The document from behind the findings."""
    families = dict.fromkeys((*FAMILIES, *sorted(totals.family)))
    tail = {
        "problems": [
            {"path": p.path, "line": p.line, "column": p.column, "message": p.message}
            for p in sorted(problems, key=lambda p: (p.path, p.line, p.column))
        ],
        "summary": {
            "severity": {name: totals.severity[name] for name in reversed(SEVERITIES)},
            "family": {name: totals.family[name] for name in families},
            "suppressed": totals.suppressed,
        },
    }
    return "," + _text(tail).removeprefix("{") + "\n"


def _indented(value: Any, columns: int) -> str:
    indent = " " * columns
    return indent + _text(value).replace("\n", "\n" + indent)


def _text(value: Any) -> str:
    # a file name that is no UTF-8 holds lone surrogates, which no JSON reader would take
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return text.encode("utf-8", "replace").decode("utf-8")


def _findings(report: Report) -> list[dict[str, Any]]:
    lines = Lines(report.text)
    equals: Counter[tuple[str, str]] = Counter()
    entries = []
    for finding in sorted(report.findings, key=lambda f: (f.span, f.rule)):
        same = (finding.rule, _normal(finding.excerpt))
        fingerprint = _fingerprint(report.path, *same, equals[same])
        entries.append(_entry(finding, report, lines, fingerprint))
        equals[same] += 1
    return entries


def _entry(finding: Finding, report: Report, lines: Lines, fingerprint: str) -> dict[str, Any]:
    hidden, fix = finding.suppressed, finding.fix
    return {
        "rule": finding.rule,
        "family": finding.family,
        "severity": finding.severity,
        "path": report.path,
        **_place(finding.span, lines),
        "excerpt": finding.excerpt,
        "message": finding.message,
        "remedy": finding.remedy,
        "standards": list(finding.standards),
        "fingerprint": fingerprint,
        "suppressed": {"kind": hidden.kind, "reason": hidden.reason} if hidden else None,
        "fix": {"start": fix.span.start, "end": fix.span.end, "text": fix.text} if fix else None,
        "evidence": _evidence(finding.evidence, report.text, lines) if finding.evidence else None,
    }


def _place(span: Span, lines: Lines) -> dict[str, int]:
    line, column = lines.position(span.start)
    end_line, end_column = lines.position(span.end)
    return {"line": line, "column": column, "end_line": end_line, "end_column": end_column}


def _evidence(sought: Sought, text: str, lines: Lines) -> dict[str, Any]:
    return {
        "asked_for": sought.asked_for,
        "scope": sought.scope or None,
        "looked_for": sought.looked_for,
        "found": [_near(near, text, lines) for near in sought.found],
        "more": sought.more,
    }


def _near(near: Near, text: str, lines: Lines) -> dict[str, Any]:
    return {
        "kind": near.kind,
        "text": text[near.span.start : near.span.end],
        **_place(near.span, lines),
        "start": near.span.start,
        "end": near.span.end,
        "relation": near.relation,
        "leads_to": list(near.leads_to),
        "counts": not near.why_not,
        "why_not": near.why_not or None,
    }


def _normal(excerpt: str) -> str:
    return " ".join(excerpt.split()).casefold()


def _fingerprint(path: str, rule: str, excerpt: str, number: int) -> str:
    """The same for a finding whatever lines are written above it; `number` tells equal ones apart."""
    joined = "\0".join((rule, path, excerpt, str(number)))
    return hashlib.sha256(joined.encode("utf-8", "replace")).hexdigest()[:16]
