"""Sources that do not fit the sentence: pairs written for the rule, what it compares, and where it looks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from medlint.checks.fitting import lists_of, vocabulary
from medlint.checks.subjects import FIRM, LOOSE, VAGUE, Vocabulary, fold, narrowed
from medlint.config import Config
from medlint.data import data_folder
from medlint.lint import lint_text
from medlint.model import Finding, UserError
from medlint.rules import load_rules

FOLDER = Path(__file__).parent / "fit"
RULES = load_rules()
RULE = "citations/source-fit"
CONFIG = Config(extends=(), rules={RULE: "info"})


def found(text: str, config: Config = CONFIG) -> list[Finding]:
    return [f for f in lint_text(text, "a.md", config, RULES).findings if f.rule == RULE]


def article(case: dict[str, Any]) -> str:
    above = case.get("above", "")
    between = "\n\n" if above.startswith("#") else " " if above else ""
    return f"{above}{between}{case['text']}\n\n## References\n\n1. {case['entry']}\n"


def pairs(name: str) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize(
    ("name", "precision", "recall"), [("pairs.yml", 0.97, 0.95), ("held-out.yml", 0.9, 0.9)]
)
def test_pairs(name: str, precision: float, recall: float) -> None:
    judged = [(bool(found(article(case))), not case["fits"], case["text"]) for case in pairs(name)]
    hits = sum(flagged and wrong for flagged, wrong, _ in judged)
    reached = hits / sum(flagged for flagged, _, _ in judged), hits / sum(wrong for _, wrong, _ in judged)
    missed = [text for flagged, wrong, text in judged if flagged != wrong]
    print(f"{name}: {len(judged)} pairs, precision {reached[0]:.2f}, recall {reached[1]:.2f}")
    assert reached[0] >= precision, missed
    assert reached[1] >= recall, missed


LIST = (
    "## References\n\n1. Marsh J. Naltrexone for alcohol dependence: a trial by the lake. Sober. 2020;4:1-9."
)
KNEES = "Osei K. Knee replacement in runners: a register of the lake. Joints. 2019;3:2-8."


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        (f"Heroin is used by few [1].\n\n{LIST}", []),  # naltrexone is given for both
        (f"Cocaine is used by few [1].\n\n{LIST}", ["[1]"]),
        (f"Cocaine is used by few.<sup>1</sup>\n\n{LIST}", ["<sup>1</sup>"]),
        (f"Cocaine is used by few (Marsh, 2020).\n\n{LIST}", ["(Marsh, 2020)"]),
        (f"Cocaine is used by few.[^a]\n\n[^a]: {KNEES}", ["[^a]"]),
        (f"Cocaine is used by few [1].\n\n{LIST}\n2. {KNEES}", ["[1]"]),
        (f"Cocaine is used by few [1, 2].\n\n{LIST}\n2. {KNEES}", ["[1, 2]", "[1, 2]"]),
        # nothing behind the sentence says what it is about
        (
            "Cocaine is used by few [1].\n\n## References\n\n1. Marsh J. Notes from the lake. Sober. 2020;4:1-9.",
            [],
        ),
        ("Cocaine is used by few [1].\n\n## References\n\n1. Marsh J. Sober. 2020.", []),
        (f"Cocaine is used by few.\n\n{LIST}", []),
        # what stands around it agrees
        (f"Some drink alcohol, too. Cocaine is used by few [1].\n\n{LIST}", []),
        (f"# Alcohol and cocaine\n\nCocaine is used by few [1].\n\n{LIST}", []),
        (f"# Addiction\n\nCocaine is used by few [1].\n\n{LIST}", ["[1]"]),
        (f"Of alcohol:\n\n- Cocaine is used by few [1].\n\n{LIST}", []),
        (f"| drug | users |\n|---|---|\n| Alcohol, cocaine | 5% [1] |\n\n{LIST}", []),
        (f"| drug | users |\n|---|---|\n| Cocaine | 5% [1] |\n\n{LIST}", ["[1]"]),
        # the heading says what a sentence that names nothing is about
        (f"# Cocaine by the lake\n\nFew use it [1].\n\n{LIST}", ["[1]"]),
        (f"# Cocaine by the lake\n\nFew use it [1].\n\nSome drink alcohol.\n\n{LIST}", []),
        # marks without a sentence
        (f"[^a]\n\n- [^a]\n\n[^a]: {KNEES}", []),
        (f"| drug | source |\n|---|---|\n| Cocaine | [1] |\n\n{LIST}", ["[1]"]),
        # links, with the words of their address for a title
        ("Cocaine is used by few [(news)](https://lake.example/news/notes-from-the-lake).", []),
        ("Cocaine is used by few [(news)](https://lake.example/a/knee-replacement-in-old-runners.html).", 1),
        ("Cocaine is used by few [(news)](https://lake.example/knee-replacement).", []),
    ],
)
def test_where_it_looks(text: str, flags: list[str] | int) -> None:
    excerpts = [finding.excerpt for finding in found(text)]
    assert excerpts == flags or len(excerpts) == flags


def test_entries_of_the_front_matter() -> None:
    text = (
        "---\ntitle: By the lake\nreferences:\n- id: osei\n  type: article-journal\n"
        "  title: Knee replacement in runners\n  container-title: Joints\n---\n\nCocaine is used by few [@osei].\n"
    )
    assert [finding.excerpt for finding in found(text)] == ["[@osei]"]


def test_message_names_both_sides() -> None:
    (finding,) = found(f"Cocaine is used by few [1].\n\n{LIST}")
    assert finding.message == (
        "the sentence is about “Cocaine”; the source it cites, “Naltrexone for alcohol dependence: a trial by the "
        "lake”, is about “alcohol dependence”"
    )


def test_a_group_of_ones_own() -> None:
    rules = load_rules((), {"source-fit-conditions": ["(cocaine|alcohol*)"]})
    text = f"Cocaine is used by few [1].\n\n{LIST}"
    assert not [f for f in lint_text(text, "a.md", CONFIG, rules).findings if f.rule == RULE]


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    options = RULES.rules[RULE].patterns[0].options
    assert options is not None
    return vocabulary(lists_of(RULES.lexicons, options["subjects"]))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Heroin addiction was rare", ["Heroin addiction"]),  # the narrower word counts
        ("Addiction was rare", ["Addiction"]),
        ("non-alcoholic and nonsmokers", []),
        ("the patients were led away", []),  # LED is a lamp only in capitals
        ("LED masks", ["LED"]),
        ("Sore gums", ["Sore", "gums"]),
        ("tends to be compulsory and exhaustive", []),
        ("hypertension and haemorrhoids", ["hypertension", "haemorrhoids"]),
    ],
)
def test_subjects(words: Vocabulary, text: str, named: list[str]) -> None:
    assert [text[each.start : each.end] for each in narrowed(words.find(text))] == named


@pytest.mark.parametrize(
    ("text", "weight"),
    [("treatment", VAGUE), ("exercise", LOOSE), ("exercises", LOOSE), ("fluoxetine", FIRM)],
)
def test_weight(words: Vocabulary, text: str, weight: int) -> None:
    (named,) = words.find(text)
    assert named.weight == weight


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tumours", "tumor"),
        ("Oestrogen", "estrogen"),
        ("patches", "patch"),
        ("VO₂", "VO2"),
        ("allergies", "allergy"),
    ],
)
def test_fold(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_two_names_of_the_same_go_together(words: Vocabulary) -> None:
    apart = []
    for one, other in yaml.safe_load((FOLDER / "same.yml").read_text(encoding="utf-8")):
        ours, theirs = (
            {group for named in words.find(text) for group in named.groups} for text in (one, other)
        )
        if ours.isdisjoint(theirs) and words.stems(one).isdisjoint(words.stems(other)):
            apart.append(f"{one} = {other}")
    assert apart == []


@pytest.mark.parametrize("name", ["source-fit-conditions", "source-fit-treatments", "source-fit-wide"])
def test_open_words_are_long_enough(name: str) -> None:
    open_ended = [
        word
        for group in RULES.lexicons[name]
        for word in group.strip("() ").split("|")
        if word.strip().endswith("*")
    ]
    assert [word for word in open_ended if len(word.strip("* ")) < 3] == []


def test_a_word_list_that_is_not_there(tmp_path: Path) -> None:
    text = (data_folder() / "citations" / "source-fit.yml").read_text(encoding="utf-8")
    (tmp_path / "house").mkdir()
    (tmp_path / "house" / "fit.yml").write_text(text.replace("[conditions]", "[ailing]"), encoding="utf-8")
    with pytest.raises(UserError, match="no word list is called “ailing”"):
        load_rules((tmp_path,))
