"""What a page owes its readers beside its claims: where the checks speak and what excuses a page."""

from __future__ import annotations

import pytest

from medlint.config import Config
from medlint.lint import lint_text
from medlint.rules import load_rules

RULES = load_rules()
ABOUT = (
    "Yoga calms anxiety. Massage relieves back pain. Light therapy lifts low mood. Exercise relieves stiffness. "
    "Acupuncture relieves headaches. Magnesium relieves cramps."
)
SELLING = "[Book a free call](/call). Readers get 20% off the first bottle."


def excerpts(rule: str, text: str, **config: object) -> list[str]:
    chosen = Config(rules={rule: RULES.rules[rule].severity}, **config)  # type: ignore[arg-type]
    report = lint_text(text, "a.md", chosen, RULES)
    return [finding.excerpt for finding in report.findings if finding.rule == rule]


def page(front: str, body: str = ABOUT) -> str:
    return f"---\ntitle: Rest\n{front}\n---\n\n{body}"


@pytest.mark.parametrize(
    ("front", "flagged"),
    [
        ("author: Amara Osei", []),
        ("author: 'Amara Osei, MD'", []),
        ("AUTHOR: Amara Osei", []),
        ("authors:\n  - Amara Osei\n  - Admin", []),
        ("authors: [Admin, Amara Osei]", []),
        ("author:\n  name: Amara Osei", []),
        ("author: Amara Osei (Harbour Lane Clinic)", []),
        ("author: Dr Osei and the team", []),
        ("writtenBy: Amara Osei", []),
        ("written_by: Amara Osei", []),
        ("written-by: Amara Osei", []),
        ("author: Admin", ["author: Admin"]),
        ("author: The clinical team at Harbour Lane", ["author: The clinical team at Harbour Lane"]),
        ("authors:\n  - Admin\n  - Staff", ["authors:"]),
        ("author:\ndate: 2024-01-01", ["author:"]),
        ("author: Harbour Lane", ["author: Harbour Lane"]),
        ("# author: Amara Osei", ["Rest"]),
        ("coauthor_count: 2", ["Rest"]),
    ],
)
def test_authors(front: str, flagged: list[str]) -> None:
    assert excerpts("metadata/author", page(front), names=("Harbour Lane",)) == flagged


@pytest.mark.parametrize(
    "front",
    ['+++\ntitle = "Rest"\nauthor = "Amara Osei"\n+++', '{"title": "Rest",\n "author": "Amara Osei"}'],
)
def test_front_matter_of_all_kinds(front: str) -> None:
    assert excerpts("metadata/author", f"{front}\n\n{ABOUT}") == []
    missing = front.replace("author", "layout")
    assert excerpts("metadata/author", f"{missing}\n\n{ABOUT}") == ["Rest"]


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        (f"# Rest\n\n{ABOUT}", ["Rest"]),
        (f"# Rest\n\nBy Amara Osei\n\n{ABOUT}", []),
        (f"# Rest\n\n*By Dr. Amara Osei, 3 May*\n\n{ABOUT}", []),
        (f"# Rest\n\n{ABOUT}\n\nWritten by Amara Osei.", []),
        (f"# Rest\n\nBy the way: {ABOUT}", ["Rest"]),
        (f"{ABOUT}", [ABOUT]),
        ("# Privacy\n\nWe keep your address for a year. Write to us.", []),
        ("# Privacy\n\n" + "The clinic keeps your address. " * 20, []),
        ("", []),
    ],
)
def test_bylines(text: str, flagged: list[str]) -> None:
    assert excerpts("metadata/author", text) == flagged


@pytest.mark.parametrize(
    ("rule", "front", "silent"),
    [
        ("reviewer", "reviewed_by: our team", False),
        ("reviewer", "reviewed_by: Jane Smith", True),
        ("reviewer", "lastReviewed: 2025-11-02", True),
        ("dates", "date: tbd", False),
        ("dates", "lastupdate: 2018-02-13", True),
        ("dates", "created: 2018/05/09", True),
        ("disclaimer", "medical_disclaimer: short", True),
    ],
)
def test_fields(rule: str, front: str, silent: bool) -> None:
    assert (excerpts(f"metadata/{rule}", page(front)) == []) == silent


def test_what_stands_in_notes_is_not_said() -> None:
    noted = f"# Rest\n\n{ABOUT}[^1]\n\n[^1]: Marsh J. Nobody knows. Sleep. 2020;4:1-9."
    assert excerpts("metadata/uncertainty", noted) == ["Rest"]
    assert excerpts("metadata/uncertainty", f"# Rest\n\n{ABOUT} Nobody knows why.") == []


@pytest.mark.parametrize(
    ("body", "flagged"),
    [
        ("", True),
        ("Risks are small.", True),
        ("Risks are small. Side effects are rare. Harm is rare.", False),
        ("## Who should not have it\n\nAsk first.", False),
    ],
)
def test_a_heading_says_as_much_as_three_mentions(body: str, flagged: bool) -> None:
    drugs = " ".join(f"{name} is for depression." for name in ("Fluoxetine", "Sertraline", "Lithium") * 2)
    assert bool(excerpts("metadata/risks", f"# Tablets\n\n{drugs}\n\n{body}")) == flagged


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        (f"# Rest\n\n{SELLING}", True),
        (f"# Rest\n\n{SELLING} Funding: the publisher sells the lamp.", False),
        (page("disclosure: The publisher sells lamps.", SELLING), False),
        (page("disclosure: tbd", SELLING), True),
        (page("competing_interests: none declared", SELLING), False),
        ("# Rest\n\n[Book a free call](/call).", False),
    ],
)
def test_selling_is_to_be_disclosed(text: str, flagged: bool) -> None:
    assert bool(excerpts("metadata/conflict", text)) == flagged


@pytest.mark.parametrize(
    ("front", "newest", "flagged"),
    [
        ("last_reviewed: 2019-05-01", 2023, ["last_reviewed: 2019-05-01"]),
        ("last_reviewed: 2022-05-01", 2023, []),
        ("last_reviewed: 2019-05-01\nupdated: 2024-01-01", 2018, ["last_reviewed: 2019-05-01"]),
        ("last_reviewed: 2019-05-01\nreviewed: 2023-05-01", 2023, []),
        ("next_review: 2021-01-01\nupdated: 2023-05-01", 2018, ["next_review: 2021-01-01"]),
        ("next_review: 2024-01-01\nupdated: 2023-05-01", 2018, []),
        ("next_review: 2021-01-01", 2023, []),
        ("last_reviewed: soon", 2023, []),
        ("layout: page", 2023, []),
    ],
)
def test_reviews_are_compared_with_what_came_after(front: str, newest: int, flagged: list[str]) -> None:
    entry = f"Naps may help [1].\n\n## References\n\n1. Marsh J. Naps at work. Sleep. {newest};4(1):1-9."
    assert excerpts("metadata/stale-review", page(front, entry)) == flagged


def test_a_review_is_told_by_its_years() -> None:
    text = page("last_reviewed: 2019-05-01\nupdated: 2024-01-01", "The bench is by the lake.")
    report = lint_text(text, "a.md", Config(rules={"metadata/stale-review": "info"}), RULES)
    (message,) = (f.message for f in report.findings if f.rule == "metadata/stale-review")
    assert "2019" in message
    assert "2024" in message


CLAIMS = (
    "The spray eases anxiety. It improves sleep. It restores energy. It calms nausea. It prevents migraines."
)


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        (f"# Spray\n\n{CLAIMS}", True),
        ("# Spray\n\nThe spray eases anxiety.", False),
        (
            f"# Spray\n\n{CLAIMS}\n\nIt was tried once ([Marsh, 2020](https://doi.org/10.1016/j.s.2020.01)).",
            False,
        ),
        (f"# Spray\n\n{CLAIMS}\n\n## References\n\n1. Marsh J. Naps at work. Sleep. 2020;4(1):1-9.", False),
        (f"# Spray\n\n{CLAIMS}\n\n## References\n\nComing soon.", True),
    ],
)
def test_pages_without_any_source(text: str, flagged: bool) -> None:
    assert bool(excerpts("metadata/references-section", text)) == flagged


def test_calls_are_counted_against_the_words_between_them() -> None:
    call = "[Book a free call](/call). "
    assert excerpts("promotion/cta-density", call * 3) == ["Book a free call"]
    assert excerpts("promotion/cta-density", call * 2) == []
    assert excerpts("promotion/cta-density", call + "The bench is by the lake. " * 600 + call * 2) == []


SUICIDE = "# Young people\n\nSuicide is talked about. Self-harm often comes first. Suicidal thoughts come and go.\n\n"


@pytest.mark.parametrize(
    ("line", "somewhere", "here"),
    [
        ("Call or text 988.", "us", "uk"),
        ("Samaritans are there on 116 123.", "uk", "au"),
        ("Lifeline: 13 11 14.", "au", "us"),
        ("[Write to them](https://988lifeline.org/chat).", "us", "au"),
    ],
)
def test_crisis_lines_are_those_of_the_reader(line: str, somewhere: str, here: str) -> None:
    assert excerpts("people/suicide-helpline", SUICIDE + line) == []
    assert excerpts(f"people/suicide-helpline-{somewhere}", SUICIDE + line) == []
    assert excerpts(f"people/suicide-helpline-{here}", SUICIDE + line) == ["Young people"]


def test_a_number_among_others_is_no_crisis_line() -> None:
    assert excerpts(
        "people/suicide-helpline", SUICIDE + "Of 1,000 people, 112 answered and 999 did not."
    ) == ["Young people"]


@pytest.mark.parametrize("pack", ["us", "uk", "eu", "au", "ca"])
def test_packs_of_countries_change_others_and_bring_none(pack: str) -> None:
    levels = RULES.packs[pack].levels
    assert all(levels.values())
    chosen = RULES.select(("clinic", pack), {})
    assert "people/suicide-helpline" not in chosen
    assert chosen[f"people/suicide-helpline-{pack}"] == "warning"
    assert chosen["metadata/risks"] == RULES.packs["clinic"].levels["metadata/risks"]


def test_rules_that_count_the_findings_of_others_name_rules_that_exist() -> None:
    options = [pattern.options or {} for rule in RULES.rules.values() for pattern in rule.patterns]
    named = {rule_id for option in options for rule_id in option.get("rules", ())}
    assert named
    assert named <= RULES.rules.keys()
