"""Doses above the most that a label names: which are compared, with what, and which are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from medlint.config import Config
from medlint.lint import lint_text
from medlint.model import Finding, UserError
from medlint.rules import RuleSet, load_rules

RULE = "doses/max-exceeded"
RULES = load_rules()
SOURCE = "[^1]\n\n[^1]: Marsh J. A dose study. J Ex. 2020. https://doi.org/10.5555/dose"


def found(text: str, rules: RuleSet = RULES) -> list[Finding]:
    return list(lint_text(text, "a.md", Config(rules={RULE: "info"}, extends=()), rules).findings)


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        # a day is said
        ("Take acetaminophen 6 g a day.", ["6 g a day"]),
        ("Take 6 g of acetaminophen a day.", ["6 g of acetaminophen a day"]),
        ("Take 5,000 mg/day of Tylenol.", ["5,000 mg/day"]),
        ("Take a daily dose of 6,000 mg paracetamol.", ["6,000 mg"]),
        ("Each day, take 5 g of aspirin.", ["5 g"]),
        ("Take 90 mg of fluoxetine in the morning.", ["90 mg of fluoxetine in the morning"]),
        ("Most people take 5,000 IU vitamin D3 capsules daily.", ["5,000 IU"]),
        ("Most people take 5,000 units of vitamin D a day.", ["5,000 units of vitamin D a day"]),
        ("Take 150 mcg of cholecalciferol daily.", ["150 mcg of cholecalciferol daily"]),
        ("Sertraline (250 mg a day) came next.", ["250 mg a day"]),
        ("Zinc: 80 mg daily.", ["80 mg daily"]),
        ("A zinc supplement of 80 mg daily is sold.", ["80 mg daily"]),
        ("Vitamin D 1,000 to 10,000 IU daily is common.", ["1,000 to 10,000 IU daily"]),
        ("Take 600 mg of caffeine every morning.", ["600 mg of caffeine every morning"]),
        ("Take vitamin A 25,000 IU each day for a month.", ["25,000 IU each day"]),
        # a single dose above what a label names for a day
        ("Start with 8 g of paracetamol.", ["8 g"]),
        ("Give zolpidem 100 mg.", ["100 mg"]),
        # several doses a day
        ("Take 2 g of paracetamol three times a day.", ["2 g of paracetamol three times a day"]),
        ("Take paracetamol 1,500 mg every 6 hours.", ["1,500 mg every 6 hours"]),
        ("Take ibuprofen 1,000 mg twice daily.", ["1,000 mg twice daily"]),
        ("Take 1 g of paracetamol every four hours.", ["1 g of paracetamol every four hours"]),
        ("Take metformin 2 g twice a day.", ["2 g twice a day"]),
        # tables and lists
        ("| Vitamin | A day |\n|---|---|\n| Vitamin C | 5 g |", ["5 g"]),
        ("| Vitamin | mg per day |\n|---|---|\n| Niacin | 500 |", ["500"]),
        ("Take every day:\n\n- Selenium 2 mg\n- Zinc 15 mg", ["2 mg"]),
        ("| Vitamin | Dose | When |\n|---|---|---|\n| Vitamin D3 | 10,000 IU | daily |", ["10,000 IU"]),
        ("| Vitamin | Dose |\n|---|---|\n| Vitamin C | 1,000 mg 3x daily |", ["1,000 mg 3x daily"]),
        # what sets a limit is compared, too
        ("The maximum dose of paracetamol is 8 g a day.", ["8 g a day"]),
    ],
)
def test_above(text: str, flagged: list[str]) -> None:
    assert [finding.excerpt for finding in found(text)] == flagged


@pytest.mark.parametrize(
    "text",
    [
        # not above
        "Take 1 g of paracetamol up to four times a day.",
        "Take 1 g of paracetamol every 4 to 6 hours.",
        "Take ibuprofen 800 mg every 6 to 8 hours.",
        "Take 4,000 IU of vitamin D a day.",
        "Take 100 micrograms of vitamin D daily.",
        "Take sertraline 200 mg a day in two divided doses.",
        "Take 40 mg of citalopram daily and 50 mg of sertraline daily.",
        # a limit stands beside a sum
        "Take 1 g of paracetamol every 4 hours. No more than 4 g in 24 hours.",
        # not every day
        "Take 50,000 IU of vitamin D once a week.",
        "Take 50,000 IU vitamin D3 capsules weekly.",
        "Take a weekly dose of 50,000 IU vitamin D.",
        "Take 20,000 IU of vitamin D every other week.",
        "| Vitamin | Dose | When |\n|---|---|---|\n| Vitamin D3 | 50,000 IU | weekly |",
        "Prozac Weekly 90 mg is another product.",
        # vitamins without a day
        "The capsule has 10,000 IU of vitamin D.",
        # another substance, or a compound
        "Take paracetamol with 5 g of creatine a day.",
        "Take zinc gluconate 100 mg daily.",
        "Take calcium carbonate 5 g a day.",
        "Take zinc and magnesium 400 mg daily.",
        "Naproxen sodium 1,650 mg a day is another salt.",
        "Take 300 mg of magnesium a day.",
        "Take zolpidem with Foobarol 500 mg at night.",
        "Take zolpidem, magnesium 300 mg at night.",
        "A D3 agonist 5 mg daily is another medicine.",
        "Take calcium dobesilate 3 g a day.",
        "Wash with povidone-iodine 10 g daily.",
        # not taken by mouth, not by people, not per person
        "The drip has 10 g of vitamin C a day.",
        "Give 15 g of vitamin C a day by infusion.",
        "The mice had 50 mg of fluoxetine in the first week and 100 mg a day later.",
        "Give 60 mg/kg of paracetamol a day.",
        # laboratory values, food
        "Serum calcium was 10 mg/dL.",
        # said as too much, as a question, with a source
        "An overdose of 10 g of paracetamol a day can kill.",
        "Never take 6 g of paracetamol a day.",
        "Doses over 4 g to 6 g of paracetamol a day harm the liver.",
        "More than 5,000 IU of vitamin D a day brings nothing.",
        "Ingestion of sertraline > 250 mg needs a call.",
        "Is 6 g of paracetamol a day safe?",
        f"Take paracetamol 6 g a day.{SOURCE}",
        # the two have nothing to do with each other
        "Paracetamol was sold first. Eat 30 g of nuts a day.",
        "Sertraline helped some; the bench weighs 90 g daily.",
    ],
)
def test_left_alone(text: str) -> None:
    assert [finding.excerpt for finding in found(text)] == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Take paracetamol 6 g a day.",
            "than the 4 g a day of paracetamol that the label of paracetamol 500 mg tablets of 2023 (United",
        ),
        ("Take Tylenol 6,000 mg a day.", "is more than the 4,000 mg a day of paracetamol"),
        ("Take 2 g of paracetamol three times a day.", "comes to 6 g a day, more than the 4 g a day"),
        ("Take ibuprofen 1,000 mg twice daily.", "is more than the 800 mg at a time of ibuprofen"),
        (
            "Take 5,000 IU of vitamin D daily.",
            "the 4,000 IU a day of vitamin D that the table of tolerable upper intake levels of 2011",
        ),
        ("Take 0.2 mg of vitamin D daily.", "the 0.1 mg a day of vitamin D"),
        ("Take 200 mcg of vitamin D daily.", "the 100 micrograms a day of vitamin D"),
    ],
)
def test_message(text: str, told: str) -> None:
    (finding,) = found(text)
    assert told in finding.message


OWN = """\
sources:
  LABEL-X: {name: label of Lindapril tablets, year: 2024, issuer: Harbour, url: "https://label.example/lindapril"}
substances:
  lindapril: {names: [lindapril, Linda XR], day: [20 mg], for: adults, source: LABEL-X}
"""


def folder(tmp_path: Path, text: str) -> RuleSet:
    (tmp_path / "maxima.yml").write_text(text, encoding="utf-8")
    return load_rules([tmp_path])


def test_own_table_adds_to_ours(tmp_path: Path) -> None:
    rules = folder(tmp_path, OWN)
    assert (
        "label of Lindapril tablets of 2024 (Harbour)"
        in found("Take Linda XR 30 mg daily.", rules)[0].message
    )
    assert found("Take paracetamol 6 g a day.", rules)


def test_own_entry_replaces_ours(tmp_path: Path) -> None:
    rules = folder(
        tmp_path, OWN.replace("  lindapril:", "  paracetamol:").replace("lindapril, Linda XR", "paracetamol")
    )
    assert "than the 20 mg a day" in found("Take paracetamol 30 mg daily.", rules)[0].message


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("LABEL-X}", "LABEL-Y}", "no source has the key “LABEL-Y”"),
        ("[20 mg]", "[20 pints]", "expected an amount such as 200 mg"),
        (", for: adults", "", "“for” is missing"),
        ("year: 2024", "year: soon", "expected a year"),
    ],
)
def test_faults_are_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in OWN
    with pytest.raises(UserError, match=r"maxima\.yml") as caught:
        folder(tmp_path, OWN.replace(old, new))
    assert any(told in problem.message for problem in caught.value.problems)


def test_every_figure_has_a_source_and_a_single_dose_is_not_above_the_day() -> None:
    data = RULES.maxima
    assert {entry["source"] for entry in data["substances"].values()} <= data["sources"].keys()
    used = {entry["source"] for entry in data["substances"].values()}
    assert data["sources"].keys() - used == set()
    names = [name.lower() for entry in data["substances"].values() for name in entry["names"]]
    assert len(names) == len(set(names))
