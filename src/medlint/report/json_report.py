"""The JSON report, version 1: a stable account of a run for other programs."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from medlint import __version__
from medlint.model import FAMILIES, SEVERITIES, Finding, Lines, Report
from medlint.report.totals import Totals

VERSION = 1


def render(reports: Iterable[Report]) -> str:
    """The reports as one JSON document that ends in a line break.

    Lines and columns count from 1, columns in characters, ends are exclusive. Findings and problems are
    sorted by path, then by position, whatever the order of the reports.
    """
    ordered = sorted(reports, key=lambda report: report.path)
    totals = sum((Totals.of(report) for report in ordered), Totals())
    document = {
        "version": VERSION,
        "tool": {"name": "medlint", "version": __version__},
        "files": totals.files,
        "words": totals.words,
        "findings": [entry for report in ordered for entry in _findings(report)],
        "problems": [
            {"path": p.path, "line": p.line, "column": p.column, "message": p.message}
            for p in sorted(
                (problem for report in ordered for problem in report.problems),
                key=lambda p: (p.path, p.line, p.column),
            )
        ],
        "summary": {
            "severity": {name: totals.severity[name] for name in reversed(SEVERITIES)},
            "family": {
                name: totals.family[name] for name in dict.fromkeys((*FAMILIES, *sorted(totals.family)))
            },
            "suppressed": totals.suppressed,
        },
    }
    # a file name that is no UTF-8 holds lone surrogates, which no JSON reader would take
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return text.encode("utf-8", "replace").decode("utf-8") + "\n"


def _findings(report: Report) -> list[dict[str, Any]]:
    lines = Lines(report.text)
    equals: Counter[tuple[str, str]] = Counter()
    entries = []
    for finding in sorted(report.findings, key=lambda f: (f.span, f.rule)):
        same = (finding.rule, _normal(finding.excerpt))
        entries.append(_entry(finding, report.path, lines, _fingerprint(report.path, *same, equals[same])))
        equals[same] += 1
    return entries


def _entry(finding: Finding, path: str, lines: Lines, fingerprint: str) -> dict[str, Any]:
    line, column = lines.position(finding.span.start)
    end_line, end_column = lines.position(finding.span.end)
    hidden, fix = finding.suppressed, finding.fix
    return {
        "rule": finding.rule,
        "family": finding.family,
        "severity": finding.severity,
        "path": path,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "excerpt": finding.excerpt,
        "message": finding.message,
        "remedy": finding.remedy,
        "standards": list(finding.standards),
        "fingerprint": fingerprint,
        "suppressed": {"kind": hidden.kind, "reason": hidden.reason} if hidden else None,
        "fix": {"start": fix.span.start, "end": fix.span.end, "text": fix.text} if fix else None,
    }


def _normal(excerpt: str) -> str:
    return " ".join(excerpt.split()).casefold()


def _fingerprint(path: str, rule: str, excerpt: str, number: int) -> str:
    """The same for a finding whatever lines are written above it; `number` tells equal ones apart."""
    joined = "\0".join((rule, path, excerpt, str(number)))
    return hashlib.sha256(joined.encode("utf-8", "replace")).hexdigest()[:16]
