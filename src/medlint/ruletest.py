"""Runs the examples that rules carry, over their own sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from medlint.config import Config
from medlint.model import Report
from medlint.rules import Rule, RuleSet

EXAMPLE_PATH = "example.md"


class Failure(NamedTuple):
    """An example of a rule that came out otherwise than the rule file says: the excerpts it must flag, none
    for a good example, and those it did flag, in order."""

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
    config = Config(extends=neighbours, rules={rule.id: rule.severity})
    examples = [*((bad.text, bad.flags) for bad in rule.bad), *((good, ()) for good in rule.good)]
    for text, expected in examples:
        report = lint(text, EXAMPLE_PATH, config, rules)
        hits = sorted((f for f in report.findings if f.rule == rule.id), key=lambda f: f.span)
        found = tuple(hit.excerpt for hit in hits if hit.suppressed is None)
        if found != expected:
            yield Failure(rule.id, text, expected, found)


def _looks_at_documents(rule: Rule) -> bool:
    return any(pattern.kind == "structure" for pattern in rule.patterns)
