"""Every rule holds what it promises, and nothing in rules/ is left over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from medlint.config import Config
from medlint.evidence import EvidenceOptions, gather
from medlint.language import Endings
from medlint.lint import lint_text
from medlint.markdown import read
from medlint.match import Matcher
from medlint.model import Finding
from medlint.rulefiles import schema
from medlint.rules import Rule, load_rules
from medlint.ruletest import EXAMPLE_PATH, failures, recorded
from medlint.structure import CHECKS
from medlint.suppress import MALFORMED, UNKNOWN, UNUSED

ROOT = Path(__file__).parents[1]
RULES = load_rules()
EVERYTHING = Config(extends=(), rules={rule_id: rule.severity for rule_id, rule in RULES.rules.items()})
AUDITS = {"suppression-malformed": MALFORMED, "suppression-unknown": UNKNOWN, "suppression-unused": UNUSED}
RECOMMENDED = sorted(RULES.packs["recommended"].levels)

by_rule = pytest.mark.parametrize("rule_id", sorted(RULES.rules))


def examples(rule: Rule) -> list[str]:
    return [*(bad.text for bad in rule.bad), *rule.good]


@cache
def findings(text: str, rule_id: str = "") -> tuple[Finding, ...]:
    """What all rules together find; with the record that goes with the examples of a rule."""
    answers = recorded(RULES.rules[rule_id]) if rule_id else None
    config = EVERYTHING._replace(answers=answers) if answers else EVERYTHING
    return lint_text(text, EXAMPLE_PATH, config, RULES).findings


def structures(rule: Rule) -> Iterator[str]:
    return (pattern.source for pattern in rule.patterns if pattern.kind == "structure")


@by_rule
def test_examples_hold(rule_id: str) -> None:
    assert list(failures(RULES.rules[rule_id], RULES, lint_text)) == []


@by_rule
def test_messages_are_filled_in(rule_id: str) -> None:
    rule = RULES.rules[rule_id]
    holes = re.findall(r"\{\w+\}", rule.message)
    found = [f for bad in rule.bad for f in findings(bad.text, rule_id) if f.rule == rule_id]
    assert found
    assert [f.message for f in found for hole in holes if hole in f.message] == []
    if rule_id not in AUDITS.values() and not list(structures(rule)):
        assert set(holes) <= {"{match}", "{parts}"}


@by_rule
def test_standards_are_known(rule_id: str) -> None:
    rule = RULES.rules[rule_id]
    assert rule.standards
    assert set(rule.standards) <= RULES.standards.keys()


def test_every_check_is_used_and_every_name_is_a_check() -> None:
    assert {name for rule in RULES.rules.values() for name in structures(rule)} == {*CHECKS, *AUDITS}


def test_the_schema_names_every_check() -> None:
    named = schema("rule")["$defs"]["find"]["properties"]["structure"]["enum"]
    assert sorted(named) == sorted([*CHECKS, *AUDITS])


def test_the_rules_of_suppression_are_there() -> None:
    assert {name: next(structures(RULES.rules[rule_id])) for name, rule_id in AUDITS.items()} == {
        name: name for name in AUDITS
    }


def test_every_lexicon_is_used() -> None:
    named = _words_of(ROOT / "rules", "*.yml", r"\{([a-z][\w-]*)\}")
    named |= _words_of(ROOT / "rules", "*.yml", r"\b(?:hosts|parameters|dates): ([\w-]+)")
    named |= _words_of(
        ROOT / "rules", "*.yml", r"\b(?:ailments|treatments|wide|vague|loose|common): ([\w-]+)"
    )
    named |= _words_of(ROOT / "src", "*.py", r'"([a-z][a-z-]*)"')
    for file in (ROOT / "rules").rglob("*.yml"):
        named |= set(_includes_and_entities(yaml.safe_load(file.read_text(encoding="utf-8"))))
    assert sorted(RULES.lexicons.keys() - named) == []


def _words_of(folder: Path, files: str, pattern: str) -> set[str]:
    return {
        name for file in folder.rglob(files) for name in re.findall(pattern, file.read_text(encoding="utf-8"))
    }


def _includes_and_entities(data: object) -> Iterator[str]:
    if isinstance(data, list):
        for part in data:
            yield from _includes_and_entities(part)
    elif isinstance(data, dict):
        for key, value in data.items():
            if key == "includes":
                yield from value
            elif key == "ENT_TYPE":
                yield str(value).lower().replace("_", "-")
            else:
                yield from _includes_and_entities(value)


@pytest.mark.parametrize("rule_id", RECOMMENDED)
def test_no_recommended_rule_minds_a_good_example(rule_id: str) -> None:
    minded = [
        (text, finding.rule, finding.excerpt)
        for text in RULES.rules[rule_id].good
        for finding in lint_text(text, EXAMPLE_PATH, _RECOMMENDED, RULES).findings
        if finding.severity != "info" and finding.suppressed is None
    ]
    assert minded == []


_RECOMMENDED = Config()


def found_with(text: str, *matchers: Matcher) -> list[list[tuple[str, int, int, int]]]:
    document = read(text, EXAMPLE_PATH)
    endings = Endings.from_data(RULES.language["sentences"])
    evidence = gather(document, EvidenceOptions(lists=RULES.lexicons, endings=endings))
    return [
        [(match.rule.id, match.block, match.start, match.end) for match in matcher.find(document, evidence)]
        for matcher in matchers
    ]


@pytest.fixture(scope="module")
def matchers() -> tuple[Matcher, Matcher]:
    everything = EVERYTHING.rules.keys()
    return Matcher(RULES, everything), Matcher(RULES, everything, prefilter=False)


@by_rule
def test_the_keyword_index_changes_nothing(rule_id: str, matchers: tuple[Matcher, Matcher]) -> None:
    for text in examples(RULES.rules[rule_id]):
        with_index, without = found_with(text, *matchers)
        assert with_index == without


@pytest.mark.parametrize("article", sorted((ROOT / "examples").glob("*.md")), ids=lambda path: path.stem)
def test_the_keyword_index_changes_nothing_in_an_article(
    article: Path, matchers: tuple[Matcher, Matcher]
) -> None:
    with_index, without = found_with(article.read_text(encoding="utf-8"), *matchers)
    assert with_index == without
