"""What a run comes to, counted once for every format."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from medlint.model import Report


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts of a run; add them up with `+`.

    `files` and `words` count what was read. `severity` and `family` count the findings that are shown,
    `suppressed` those that are not. `problems` counts what a person has to mend before medlint can judge.
    """

    files: int = 0
    words: int = 0
    severity: Counter[str] = field(default_factory=Counter)
    family: Counter[str] = field(default_factory=Counter)
    suppressed: int = 0
    problems: int = 0

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
