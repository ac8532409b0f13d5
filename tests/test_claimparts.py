"""The parts of a claim that a message names."""

from __future__ import annotations

import pytest

from medlint.claimparts import PartNamer
from medlint.rules import load_rules

RULES = load_rules()
NAMER = PartNamer(RULES.language["claim-parts"], RULES.phrases)


@pytest.mark.parametrize(
    ("before", "sentence", "match", "parts"),
    [
        ("", "Magnesium glycinate improves sleep quality.", "improves sleep quality",
         ("Magnesium glycinate", "improves", "sleep quality")),
        ("", "On most days turmeric drops ease joint pain.", "turmeric drops ease joint pain",
         ("turmeric drops", "ease", "joint pain")),
        ("We brew ginger tea. ", "It relieves sore throats.", "relieves sore throats",
         ("It (ginger tea)", "relieves", "sore throats")),
        ("", "It relieves sore throats.", "relieves sore throats", ("It", "relieves", "sore throats")),
        ("", "The Marlow blend can reverse depression.", "can reverse depression",
         ("blend", "reverse", "depression")),
        ("", "Brain fog lifts by noon.", "Brain fog lifts", ("lifts", "Brain fog")),
        ("", "Magnesium is the purest you can buy for your bones.", "is the purest", ()),
        ("", "Yes, from day one.", "Yes", ()),
    ],
)  # fmt: skip
def test_parts(before: str, sentence: str, match: str, parts: tuple[str, ...]) -> None:
    start = sentence.index(match)
    assert NAMER.name(before, sentence, start, start + len(match)) == parts
