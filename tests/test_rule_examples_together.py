"""What one rule shows as right no other rule calls wrong."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pytest

from medlint.config import Config
from medlint.lint import lint_text
from medlint.model import Finding
from medlint.rules import load_rules
from medlint.ruletest import EXAMPLE_PATH

RULES = load_rules()
OF_SOME_COUNTRIES = {rule_id for pack in RULES.packs.values() for rule_id in pack.levels} - {
    *RULES.packs["strict"].levels
}
"""Rules that stand only in packs beside `strict`: they contradict one another, as countries do."""
EVERYWHERE = Config(
    extends=(),
    rules={rule.id: rule.severity for rule in RULES.rules.values() if rule.id not in OF_SOME_COUNTRIES},
)
ALLOWED: Mapping[tuple[str, str], str] = {}
"""The rule whose good example it is and the rule that may mind it → why that is right."""


@cache
def serious(text: str) -> tuple[Finding, ...]:
    found = lint_text(text, EXAMPLE_PATH, EVERYWHERE, RULES).findings
    return tuple(f for f in found if f.severity != "info" and f.suppressed is None)


@pytest.mark.parametrize("rule_id", sorted(RULES.rules))
def test_no_rule_minds_a_good_example_of_another(rule_id: str) -> None:
    minded = [
        (text, finding.rule, finding.excerpt)
        for text in RULES.rules[rule_id].good
        for finding in serious(text)
        if (rule_id, finding.rule) not in ALLOWED
    ]
    assert minded == []


def test_every_allowance_is_needed() -> None:
    needed = {
        (rule.id, finding.rule)
        for rule in RULES.rules.values()
        for text in rule.good
        for finding in serious(text)
    }
    assert ALLOWED.keys() - needed == set()
