"""What a run comes to, counted once for every format; and the closing line that tells people.

A run that finds nothing needs no more of the report than this.
"""

from __future__ import annotations

from collections import Counter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from medlint.model import Report

LABELS = {"error": "error", "warning": "warning", "info": "note"}
"""What people are told instead of the severity's name in files."""

_COLOURS = {"error": "1;31", "warning": "1;33", "info": "1;36", "problem": "1;35", "path": "1", "faint": "2"}


class Style:
    """How to write: with or without colour, in lines of at most `width` columns. `seen`: on a terminal."""

    __slots__ = ("colour", "seen", "width")

    def __init__(self, colour: bool = False, width: int = 80, *, seen: bool = False) -> None:
        self.colour, self.width, self.seen = colour, width, seen

    def paint(self, kind: str, text: str) -> str:
        return f"\x1b[{_COLOURS[kind]}m{text}\x1b[0m" if self.colour else text


class Totals:
    """Counts of a run; add them up with `+`.

    `files` and `words` count what was read. `severity` and `family` count the findings that are shown,
    `suppressed` those that are not. `problems` counts what a person has to mend before medlint can judge.
    """

    __slots__ = ("family", "files", "problems", "severity", "suppressed", "words")

    def __init__(
        self,
        files: int = 0,
        words: int = 0,
        severity: Counter[str] | None = None,
        family: Counter[str] | None = None,
        suppressed: int = 0,
        problems: int = 0,
    ) -> None:
        self.files, self.words = files, words
        self.severity, self.family = severity or Counter(), family or Counter()
        self.suppressed, self.problems = suppressed, problems

    @classmethod
    def of(cls, report: Report) -> Totals:
        shown = [finding for finding in report.findings if finding.suppressed is None]
        return cls(
            # a report with problems and without text is about something that could not be read
            files=1 if report.text or not report.problems else 0,
            words=report.words,
            severity=Counter(finding.severity for finding in shown),
            family=Counter(finding.family for finding in shown),
            suppressed=len(report.findings) - len(shown),
            problems=len(report.problems),
        )

    def __add__(self, other: Totals) -> Totals:
        return Totals(
            self.files + other.files,
            self.words + other.words,
            self.severity + other.severity,
            self.family + other.family,
            self.suppressed + other.suppressed,
            self.problems + other.problems,
        )


def counted(number: int, noun: str) -> str:
    """`1 file`, `3,812 words`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def render_totals(totals: Totals, style: Style) -> str:
    """The closing line: what was read and what was found in it."""
    counts = list(counts_told(totals, style))
    if not totals.severity.total():
        counts.append("nothing else found" if counts else "nothing found")
    hidden = f" ({totals.suppressed:,} suppressed)" if totals.suppressed else ""
    read = f"{counted(totals.files, 'file')}, {counted(totals.words, 'word')}"
    return f"{read}: {', '.join(counts)}{hidden}\n"


def counts_told(totals: Totals, style: Style) -> Iterator[str]:
    """The parts of the closing line that are not zero: problems, errors, warnings, notes."""
    if totals.problems:
        yield style.paint("problem", counted(totals.problems, "problem"))
    for severity, label in LABELS.items():
        if number := totals.severity[severity]:
            yield style.paint(severity, counted(number, label))
