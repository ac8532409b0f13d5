"""The scorer: what it sees of a sentence, how weights add up, what it names as reasons, and what it leaves out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medlint.config import Config
from medlint.lint import Linter, lint_text
from medlint.model import UserError
from medlint.rulefiles import compile_files
from medlint.rules import RuleSet, load_rules
from medlint.scorer import Scorer, Surroundings, surroundings

RULES = load_rules()
CLAIMS = Scorer(RULES.score("claims"))
ARTICLES = sorted((Path(__file__).parent / "articles").glob("*.md*"))
ALONE = Surroundings("paragraph", "alone")

FOLDER = Path("rules")
LISTS = {
    "relieving": "summary: S\nsource: Own.\nterms: [ease*, take the edge off, let up on]",
    "ailments": "summary: S\nsource: Own.\nterms: [pain, '(back|neck) pain', side effect*]\nincludes: [colds]",
    "colds": "summary: S\nsource: Own.\nterms: [cough, don't know what]",
    "body": "summary: S\nsource: Own.\nterms: [back, pain]",
}
SCORE = """\
summary: S
source: Own.
classes:
  RELIEVE: {means: a verb of relief, lists: [relieving]}
  AILMENT: {means: an ailment, lists: [ailments]}
  BODY: {means: a part of the body, lists: [body]}
"""
WEIGHTS = """\
bias: -2
weights:
  "word gentle": 1.5
  "has BODY": 0.25
  "class RELIEVE the": 0.5
  "RELIEVE .. AILMENT": 2
  "lead benefits": 1.25
  "header for": 0.75
  "after AILMENT": 0.6
  "after BODY": -0.1
  "place list-item": 0.5
  "length 1-3": -1
"""


def compiled(score: str = SCORE, weights: str = WEIGHTS) -> RuleSet:
    texts = {f"lexicons/{name}.yml": text for name, text in LISTS.items()}
    texts |= {"scores/own.yml": score, "scores/own.weights.yml": weights}
    return RuleSet(compile_files([(FOLDER, FOLDER / name, text) for name, text in texts.items()], {}))


OWN = Scorer(compiled().score("own"))


def names(text: str, around: Surroundings = ALONE) -> set[str]:
    return set(OWN.features(text, around))


# -- features ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Gentle on 20 mg", {"word gentle", "word 0", "word mg"}),
        ("It eases pain", {"class RELIEVE", "class it RELIEVE", "class RELIEVE AILMENT", "class AILMENT $"}),
        ("Eased pain", {"class ^ RELIEVE", "has RELIEVE", "RELIEVE .. AILMENT"}),
        ("It takes the edge off", set()),
        ("Take the edge off a cough", {"class RELIEVE a", "class a AILMENT", "RELIEVE .. AILMENT"}),
        ("Back pain", {"class AILMENT", "class ^ AILMENT", "has AILMENT", "has BODY"}),
        ("No side effects", {"class no AILMENT", "has AILMENT"}),
        ("A side-effect", {"has AILMENT"}),
        ("We don’t know what", {"class we AILMENT"}),
        ("A cough. Pain", {"class a AILMENT", "AILMENT .. AILMENT"}),
    ],
)
def test_what_is_seen_of_a_sentence(text: str, found: set[str]) -> None:
    assert found <= names(text)


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("It takes the edge off", "has RELIEVE"),
        ("Let up, on and on", "has RELIEVE"),
        ("On the side; effects", "has AILMENT"),
        ("Back pain", "class BODY"),
        ("Painful", "has AILMENT"),
    ],
)
def test_what_is_no_term_is_not_seen(text: str, left_out: str) -> None:
    assert left_out not in names(text)


def test_surroundings_are_features_too() -> None:
    around = Surroundings("later cell", "closes", "Benefits:", "Good for", "The pain is gone.")
    assert {
        "lead benefits",
        "header good",
        "header for",
        "after AILMENT",
        "after BODY",
        "place later cell",
        "position closes",
        "length 1-3",
    } <= names("Eases it", around)


TEXT = """\
---
title: Baths
---

# Baths

One. Two.
Three.

Benefits:

- First
- Second

| Bath | Good for |
| ---- | -------- |
| Moor | Rest     |
"""


def test_what_stands_around_the_sentences_of_an_article() -> None:
    _, evidence = Linter.of(Config(), RULES).read(TEXT, "a.md")
    around = {
        evidence.prose[number][start:end]: surroundings(evidence, number, nth)
        for number, sentences in enumerate(evidence.sentences)
        for nth, (start, end) in enumerate(sentences)
    }
    assert around["One."] == Surroundings("paragraph", "opens", before="Baths")
    assert around["Two."] == Surroundings("paragraph", "within", before="One.")
    assert around["Three."] == Surroundings("paragraph", "closes", before="Two.")
    assert around["Second"] == Surroundings("list-item", "alone", lead="Benefits:", before="First")
    assert around["Bath"].place == "header"
    assert around["Moor"].place == "first cell"
    assert around["Rest"] == Surroundings("later cell", "alone", around["Rest"].lead, "Good for", "Moor")


# -- scores --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "around", "score"),
    [
        ("Nothing of the kind.", ALONE, -2),
        ("A gentle, gentle thing it is.", ALONE, -0.5),
        ("It eases the back a bit.", ALONE, -1.25),
        ("It eases the cough.", ALONE, 0.5),
        ("Gentle", Surroundings("list-item", "alone", "Benefits:"), 0.25),
        ("This is for you.", Surroundings("paragraph", "closes", before="The pain went."), -1.5),
        ("This is for you.", Surroundings("later cell", "alone", header="Good for"), -1.25),
    ],
)
def test_weights_add_up(text: str, around: Surroundings, score: float) -> None:
    assert OWN.score(text, around) == score
    assert OWN.exceeds(score - 0.01, text, around)
    assert not OWN.exceeds(score, text, around)


WORDS = (
    "gentle",
    "eases",
    "the",
    "back",
    "pain",
    "cough",
    "side",
    "effects",
    "a",
    "2",
    "benefits",
    "for",
    ",",
)
SENTENCES = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)


@settings(max_examples=300)
@given(SENTENCES, SENTENCES, SENTENCES, st.sampled_from([-3, -1.9, -0.5, 0, 0.6, 1.5]))
def test_the_first_look_changes_nothing(text: str, before: str, lead: str, bound: float) -> None:
    around = Surroundings("list-item", "closes", lead, "", before)
    assert OWN.exceeds(bound, text, around) == (OWN.score(text, around) > bound)


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.name)
def test_the_first_look_changes_nothing_in_articles(path: Path) -> None:
    _, evidence = Linter.of(Config(), RULES).read(path.read_text(encoding="utf-8"), str(path))
    for number, sentences in enumerate(evidence.sentences):
        for nth, (start, end) in enumerate(sentences):
            text, around = evidence.prose[number][start:end], surroundings(evidence, number, nth)
            for bound in (0.0, 1.5):
                assert CLAIMS.exceeds(bound, text, around) == (CLAIMS.score(text, around) > bound)


def test_scores_do_not_depend_on_what_was_read_before() -> None:
    texts = ["It eases the cough.", "A gentle thing.", "The back pain is gone.", "It eases the cough."]
    fresh = [Scorer(compiled().score("own")).score(text, ALONE) for text in texts]
    assert [OWN.score(text, ALONE) for text in texts] == fresh


# -- reasons -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "around", "reasons"),
    [
        ("It eases the cough.", ALONE, ["“eases” (a verb of relief)", "“cough” (an ailment)"]),
        ("A gentle thing.", ALONE, ["“gentle”"]),
        (
            "Gentle",
            Surroundings("list-item", "alone", "The benefits:"),
            ["“Gentle”", "it stands under “The benefits”"],
        ),
        ("So", Surroundings("later cell", "alone", header="Good for"), ["its column is headed “Good for”"]),
        ("Nothing of the kind.", ALONE, []),
    ],
)
def test_reasons_are_what_weighs_most(text: str, around: Surroundings, reasons: list[str]) -> None:
    assert OWN.reasons(text, around) == reasons


def test_a_long_line_over_a_list_is_shortened() -> None:
    around = Surroundings("list-item", "alone", "The many benefits that our guests have told us of all year:")
    (reason,) = OWN.reasons("So it is", around)
    assert reason == "it stands under “The many benefits that our guests …”"


# -- files ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "weights", "message"),
    [
        (SCORE.replace("[body]", "[bodies]"), WEIGHTS, "no word list is called “bodies”"),
        (SCORE, WEIGHTS.replace("has BODY", "has BODIES"), "no class is called “BODIES”"),
        (SCORE, WEIGHTS.replace("RELIEVE .. AILMENT", "RELIEVE .. AIL"), "no class is called “AIL”"),
        (SCORE, WEIGHTS.replace("word gentle", "gentle"), "a feature begins with word"),
        (SCORE.replace("BODY:", "body:"), WEIGHTS, "expected a name in capitals, found “body”"),
        (SCORE, "bias: low\nweights: {}", "bias"),
    ],
)
def test_faults_of_scores_are_told(score: str, weights: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        compiled(score, weights)


@pytest.mark.parametrize("missing", ["scores/own.yml", "scores/own.weights.yml"])
def test_a_score_and_its_weights_belong_together(missing: str) -> None:
    texts = {"scores/own.yml": SCORE, "scores/own.weights.yml": WEIGHTS}
    texts = {name: text for name, text in texts.items() if name != missing}
    files = [(FOLDER, FOLDER / name, text) for name, text in texts.items()]
    with pytest.raises(UserError, match=f"there is no “{Path(missing).name}” beside it"):
        compile_files(files, {})


# -- the rule ------------------------------------------------------------------------------------------------

CLAIM = "There is nothing harsh in our syrup, and the cough fades within days."
RULE = "claims/reads-as-claim"


def found(text: str, rules: dict[str, str] | None = None) -> list[str]:
    config = Config(extends=(), rules=rules or {RULE: "warning"})
    return [f.excerpt for f in lint_text(text, "a.md", config, RULES).findings if f.rule == RULE]


@pytest.mark.parametrize(
    "text",
    [
        CLAIM,
        f"# Syrup\n\n- {CLAIM}",
        f"| Syrup |\n| --- |\n| {CLAIM} |",
        f"---\ndescription: {CLAIM}\n---\n\nText.",
    ],
)
def test_the_rule_marks_the_sentence(text: str) -> None:
    assert found(text) == [CLAIM]


@pytest.mark.parametrize(
    "text",
    [
        f"{CLAIM} ([Osei, 2021](https://doi.org/10.5555/ex.1))",
        f"> {CLAIM}",
        f"“{CLAIM}”",
        CLAIM[:-1] + "?",
        CLAIM.replace("fades", "may fade"),
        CLAIM.replace(
            ".", " on the days on which the post comes late and the cat sleeps on the bench by the stove."
        ),
    ],
)
def test_the_rule_lets_pass(text: str) -> None:
    assert found(text) == []


def test_the_rule_is_silent_where_another_one_objects() -> None:
    text = f"{CLAIM} Our gentle syrup cures the cough completely."
    assert len(found(text)) == 2
    assert found(text, {RULE: "warning", "claims/cure": "error"}) == [CLAIM]


def test_the_message_gives_reasons() -> None:
    (finding,) = lint_text(CLAIM, "a.md", Config(extends=(), rules={RULE: "warning"}), RULES).findings
    assert "“fades” (a verb of relief)" in finding.message
    assert "{" not in finding.message
