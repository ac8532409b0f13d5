"""What the packs promise."""

from __future__ import annotations

import pytest

from medlint.config import Config
from medlint.lint import lint_text
from medlint.model import FAMILIES
from medlint.rules import load_rules

RULES = load_rules()
FOUR = [family for family in FAMILIES if family != "medlint"]


@pytest.mark.parametrize("pack", sorted(RULES.packs))
def test_packs_name_rules_that_exist(pack: str) -> None:
    assert RULES.packs[pack].levels.keys() <= RULES.rules.keys()
    assert RULES.packs[pack].summary


def test_recommended_is_worth_having() -> None:
    assert len(RULES.packs["recommended"].levels) >= 60


def test_recommended_holds_every_error() -> None:
    errors = {rule.id for rule in RULES.rules.values() if rule.family in FOUR and rule.severity == "error"}
    assert errors - RULES.packs["recommended"].levels.keys() == set()


def test_strict_holds_everything() -> None:
    of_four = {rule.id for rule in RULES.rules.values() if rule.family in FOUR}
    assert RULES.packs["strict"].levels.keys() == of_four


@pytest.mark.parametrize("family", FOUR)
def test_recommended_covers_every_family(family: str) -> None:
    assert any(RULES.rules[rule_id].family == family for rule_id in RULES.packs["recommended"].levels)


def test_the_rules_of_the_tool_are_on_without_any_pack() -> None:
    text = "<!-- medlint: ignore[claims/cure] -->\n\nThe bench is by the lake."
    report = lint_text(text, "a.md", Config(extends=()), RULES)
    assert [finding.rule for finding in report.findings] == ["medlint/malformed-suppression"]
