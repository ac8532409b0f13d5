"""The report for people: findings grouped by file, each with its line, what is wrong and how to mend it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping

from medlint.model import Finding, Lines, Problem, Report
from medlint.report.excerpt import marked, neutral
from medlint.report.totals import LABELS, Style, Totals, counts_told, render_totals
from medlint.rules import Standard

_BODY = " " * 4


def render(
    reports: Iterable[Report], standards: Mapping[str, Standard], *, colour: bool = False, width: int = 80
) -> str:
    """The whole report with its closing line."""
    style = Style(colour, width)
    reports = tuple(reports)
    totals = sum(map(Totals.of, reports), Totals())
    return "".join(render_file(report, standards, style) for report in reports) + render_totals(totals, style)


def render_file(report: Report, standards: Mapping[str, Standard], style: Style) -> str:
    """What there is to say about one file; "" when that is nothing. Suppressed findings are left out.

    The standards that a rule rests on are told at its first finding in the file.
    """
    shown = sorted((f for f in report.findings if f.suppressed is None), key=lambda f: (f.span, f.rule))
    out: list[str] = []
    for problem in report.problems:
        out += [*_problem(problem, style), ""]
    if shown:
        counts = ", ".join(counts_told(Totals.of(report._replace(problems=())), Style()))
        out += [style.paint("path", neutral(report.path) + ":") + " " + counts, ""]
    lines, told = Lines(report.text), set[str]()
    for finding in shown:
        out += _finding(finding, report.text, lines, style)
        if finding.rule not in told:
            out += [style.paint("faint", line) for line in _standards(finding, standards, style)]
        told.add(finding.rule)
        out.append("")
    return "".join(line + "\n" for line in out)


def render_short(report: Report) -> Iterator[str]:
    """One line for each problem and finding, as compilers write them."""
    yield from (neutral(str(problem)) for problem in report.problems)
    lines = Lines(report.text)
    for finding in sorted(report.findings, key=lambda f: (f.span, f.rule)):
        if finding.suppressed is None:
            line, column = lines.position(finding.span.start)
            label = LABELS[finding.severity]
            yield neutral(f"{report.path}:{line}:{column}: {label}: {finding.rule}: {finding.message}")


def _wrap(style: Style, text: str, first: str = "") -> list[str]:
    """`text` as an indented paragraph; `first` stands before its first line and indents the others."""
    return textwrap.wrap(
        neutral(" ".join(text.split())),
        max(style.width, 40),
        initial_indent=_BODY + first,
        subsequent_indent=_BODY + " " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _problem(problem: Problem, style: Style) -> list[str]:
    place = f":{problem.line}:{problem.column}" if problem.line else ""
    head = f"{style.paint('path', neutral(problem.path) + place + ':')} {style.paint('problem', 'problem')}"
    return [head, *_wrap(style, problem.message)]


def _finding(finding: Finding, text: str, lines: Lines, style: Style) -> list[str]:
    line, column = lines.position(finding.span.start)
    begin = lines.start(line)
    end = lines.start(line + 1) if line < len(lines) else len(text)
    excerpt, carets = marked(
        text[begin:end], column - 1, finding.span.end - begin, max(style.width, 40) - len(_BODY) - 2
    )
    severity = style.paint(finding.severity, LABELS[finding.severity])
    bar = _BODY + style.paint("faint", "|") + " "
    return [
        f"  {line}:{column}  {severity}  {neutral(finding.rule)}",
        bar + excerpt,
        bar + style.paint(finding.severity, carets),
        *_wrap(style, finding.message),
        *_wrap(style, f"write “{finding.fix.text}”" if finding.fix else finding.remedy, "→ "),
    ]


def _standards(finding: Finding, standards: Mapping[str, Standard], style: Style) -> Iterator[str]:
    """The first standards the rule rests on, a line each, and where to read of the others."""
    keys = finding.standards
    shown = keys if len(keys) <= 2 else keys[:1]
    for key in shown:
        known = standards.get(key)
        told = ", ".join(filter(None, (known.issuer, known.title, known.section))) if known else key
        yield _BODY + textwrap.shorten(neutral(told), max(style.width, 40) - len(_BODY), placeholder=" …")
    if len(keys) > len(shown):
        yield f"{_BODY}and {len(keys) - len(shown)} more: medlint explain {neutral(finding.rule)}"
