"""What the packs promise."""

from __future__ import annotations

import pytest

from medlint.config import Config
from medlint.lint import lint_text
from medlint.model import FAMILIES
from medlint.rules import load_rules

RULES = load_rules()
EDITORIAL = [family for family in FAMILIES if family != "medlint"]
COUNTRIES = ("us", "uk", "eu", "au", "ca")


@pytest.mark.parametrize("pack", sorted(RULES.packs))
def test_packs_name_rules_that_exist(pack: str) -> None:
    assert RULES.packs[pack].levels.keys() <= RULES.rules.keys()
    assert RULES.packs[pack].summary


def test_recommended_is_worth_having() -> None:
    assert len(RULES.packs["recommended"].levels) >= 60


def test_recommended_holds_every_error() -> None:
    errors = {
        rule.id for rule in RULES.rules.values() if rule.family in EDITORIAL and rule.severity == "error"
    }
    assert errors - RULES.packs["recommended"].levels.keys() == set()


def test_strict_holds_everything_that_holds_in_every_country() -> None:
    everywhere = {rule for name, pack in RULES.packs.items() if name not in COUNTRIES for rule in pack.levels}
    local = {rule for name in COUNTRIES for rule in RULES.packs[name].levels} - everywhere
    editorial = {rule.id for rule in RULES.rules.values() if rule.family in EDITORIAL}
    assert RULES.packs["strict"].levels.keys() == editorial - local


@pytest.mark.parametrize("pack", COUNTRIES)
def test_packs_of_countries_hold_changes_only(pack: str) -> None:
    for rule_id, level in RULES.packs[pack].levels.items():
        own = RULES.rules[rule_id].severity
        general = [RULES.packs[name].levels.get(rule_id, "off") or own for name in ("recommended", "strict")]
        assert any((level or own) != known for known in general), rule_id


@pytest.mark.parametrize("family", [family for family in EDITORIAL if family != "metadata"])
def test_recommended_covers_every_family(family: str) -> None:
    assert any(RULES.rules[rule_id].family == family for rule_id in RULES.packs["recommended"].levels)


def test_the_rules_of_the_tool_are_on_without_any_pack() -> None:
    text = "<!-- medlint: ignore[claims/cure] -->\n\nThe bench is by the lake."
    report = lint_text(text, "a.md", Config(extends=()), RULES)
    assert [finding.rule for finding in report.findings] == ["medlint/malformed-suppression"]
