"""Runs the examples that rules carry, over their own sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from medlint.config import Config
from medlint.fix import mend
from medlint.model import Report
from medlint.rules import Rule, RuleSet

if TYPE_CHECKING:
    from medlint.verifying.answers import Answers

EXAMPLE_PATH = "example.md"


class Failure(NamedTuple):
    """An example of a rule that came out otherwise than the rule file says: the excerpts it must flag, none
    for a good example, and those it did flag, in order; or what its fix must make of the text, and what it made."""

    rule: str
    text: str
    expected: tuple[str, ...]
    found: tuple[str, ...]


def failures(
    rule: Rule, rules: RuleSet, lint: Callable[[str, str, Config, RuleSet], Report]
) -> Iterator[Failure]:
    """The examples of `rule` that do not hold when it is the only rule that is on. A rule that looks at a
    whole document may build on what others find there and has the recommended ones beside it."""
    neighbours = ("recommended",) if _looks_at_documents(rule) else ()
    config = Config(extends=neighbours, rules={rule.id: rule.severity}, answers=recorded(rule))
    examples = [*((bad.text, bad.flags) for bad in rule.bad), *((good, ()) for good in rule.good)]
    for text, expected in examples:
        report = lint(text, EXAMPLE_PATH, config, rules)
        hits = sorted((f for f in report.findings if f.rule == rule.id), key=lambda f: f.span)
        found = tuple(hit.excerpt for hit in hits if hit.suppressed is None)
        if found != expected:
            yield Failure(rule.id, text, expected, found)
    for bad in rule.bad if rule.fix else ():
        report = mend(
            bad.text, lambda text: lint(text, EXAMPLE_PATH, config, rules), lambda f: f.rule == rule.id
        )
        mended = bad.text if bad.fixed is None else bad.fixed
        left = tuple(f.excerpt for f in report.findings if f.rule == rule.id and bad.fixed is not None)
        if report.text != mended or left:
            yield Failure(rule.id, bad.text, (mended,), (report.text, *left))


def recorded(rule: Rule) -> Answers | None:
    """The answers of catalogues that the examples of a rule go by."""
    if rule.record is None:
        return None
    from medlint.verifying.answers import read_data

    return read_data(rule.record)


def _looks_at_documents(rule: Rule) -> bool:
    return any(pattern.kind == "structure" for pattern in rule.patterns)
