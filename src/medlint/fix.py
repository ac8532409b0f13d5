"""Puts the fixes of findings into a text and looks at the result again, until there is nothing left to mend."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from medlint.expressions import compiled
from medlint.model import Finding, Fix, Report

MOST_ROUNDS = 200
"""More than any article needs: in each round every rule mends at least one place."""
_LINE = compiled(r"[^\n]*\n|[^\n]+")


def mend(text: str, lint: Callable[[str], Report], wanted: Callable[[Finding], bool]) -> Report:
    """The report on what `text` becomes with the fixes of all `wanted` findings that are not suppressed.

    Its `text` is the mended one, `before` what it was, `fixed` the number of places. Fixes that touch one another wait
    for the next round, and so does what a finding of its neighbour hid.
    """
    report, fixed = lint(text), 0
    seen = {text}
    for _ in range(MOST_ROUNDS):
        fixes = [f.fix for f in report.findings if f.fix and f.suppressed is None and wanted(f)]
        mended, count = put_in(report.text, fixes)
        if mended in seen:
            break
        seen.add(mended)
        report, fixed = lint(mended), fixed + count
    return report._replace(before=text, fixed=fixed) if fixed else report


def put_in(text: str, fixes: Iterable[Fix]) -> tuple[str, int]:
    """The text with the fixes in it, and how many that are: of those that overlap only the first."""
    out: list[str] = []
    at = 0
    for fix in sorted(fixes):
        if fix.span.start >= at and fix.span.start < fix.span.end:
            out += [text[at : fix.span.start], fix.text]
            at = fix.span.end
    return "".join([*out, text[at:]]), len(out) // 2


def as_diff(report: Report) -> str:
    """What was mended, as a unified diff that git and patch understand; "" when nothing was."""
    if not report.fixed:
        return ""
    import difflib

    name = report.path.lstrip("/")
    old, new = _LINE.findall(report.before), _LINE.findall(report.text)
    lines = difflib.unified_diff(old, new, f"a/{name}", f"b/{name}")
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )
