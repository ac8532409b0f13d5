"""The phrase language: what a phrase matches, and the keywords it cannot do without."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medlint.patterns import (
    PatternError,
    compile_phrase,
    expand,
    inflections,
    lexicon_keys,
    lexicon_source,
    words_and_symbols,
)

LISTS = {
    "drugs": lexicon_source(["magnesium", "magnesium glycinate", "vitamin D", "statin*", "St. John's wort"]),
    "eases": lexicon_source(["ease", "eases", "wipe(s)? out", "help(s)? with"]),
}


def found(phrase: str, text: str) -> str | None:
    source = expand(compile_phrase(phrase).source, LISTS)
    match = re.search(source, text, re.IGNORECASE)
    return match and match.group()


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("act now", "Please ACT NOW, friends", "ACT NOW"),
        ("act now", "act-now offers", "act-now"),
        ("act now", "act  \n now", "act  \n now"),
        ("act now", "fact now", None),
        ("act now", "act nowhere", None),
        ("cure-all", "a cure all", "cure all"),
        ("don't wait", "Don’t wait", "Don’t wait"),
        ("cur*", "curative", "curative"),
        ("cur*", "secure", None),
        ("get rid of your *", "get rid of your back pain", "get rid of your back"),
        ("lose * pounds", "lose up to ten pounds", "lose up to ten pounds"),
        ("lose * pounds", "lose pounds", None),
        ("lose ... pounds", "lose pounds", "lose pounds"),
        ("lose ... pounds", "lose, they say, some of those pounds", "lose, they say, some of those pounds"),
        ("lose ... pounds", "lose one two three four five six seven eight nine pounds", None),
        ("(very|so)? good", "very good", "very good"),
        ("(very|so)? good", "good", "good"),
        ("is (very good|bad)", "is very good", "is very good"),
        ("is (really)? good", "is good", "is good"),
        ("{drugs} ... {eases}", "Magnesium glycinate really eases", "Magnesium glycinate really eases"),
        ("{drugs} (can|will)? {eases}", "Statins can help with", "Statins can help with"),
        ("{drugs}-based", "vitamin D-based", "vitamin D-based"),
        ("{drugs}", "St. John’s wort", "St. John’s wort"),
        ("100% safe", "It is 100% safe.", "100% safe"),
        ("#1", "the #1 clinic", "#1"),
    ],
)
def test_phrase(phrase: str, text: str, expected: str | None) -> None:
    assert found(phrase, text) == expected


@pytest.mark.parametrize(
    ("phrase", "problem"),
    [
        ("", "empty"),
        ("... now", "gap"),
        ("now ...", "gap"),
        ("(a|b", "bracket"),
        ("(a||b) c", "empty alternative"),
        ("(a)?", "optional"),
    ],
)
def test_unreadable_phrases_say_why(phrase: str, problem: str) -> None:
    with pytest.raises(PatternError, match=problem):
        compile_phrase(phrase)


def test_an_unknown_list_is_named() -> None:
    with pytest.raises(PatternError, match="wizards"):
        expand(compile_phrase("{wizards} heal").source, LISTS)


@pytest.mark.parametrize(
    ("phrase", "keywords"),
    [
        ("act now", [{"act"}, {"now"}]),
        ("cur* (it|them)? fast", [{"cur*"}, {"fast"}]),
        ("(a|b c) {drugs}", [{"a", "b"}, {"{drugs}"}]),
        ("100% safe", [{"100"}, {"safe"}]),
        ("don't", [{"don"}]),
    ],
)
def test_keywords(phrase: str, keywords: list[set[str]]) -> None:
    assert [set(group) for group in compile_phrase(phrase).keywords] == keywords


def test_the_longest_term_of_a_list_wins() -> None:
    assert found("{drugs}", "magnesium glycinate") == "magnesium glycinate"


def test_an_empty_list_matches_nothing() -> None:
    assert re.search(lexicon_source([]), "anything") is None


def test_keys_of_a_list_are_the_first_words_of_its_terms() -> None:
    assert lexicon_keys(["St. John's wort", "statin*", "(very)? good"]) == {"st", "statin*", "good"}


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("ease", {"ease", "eases", "eased", "easing"}),
        ("stop", {"stop", "stops", "stopped", "stopping"}),
        ("carry", {"carry", "carries", "carried", "carrying"}),
        ("fix", {"fix", "fixes", "fixed", "fixing"}),
        ("relax", {"relax", "relaxes", "relaxed", "relaxing"}),
        ("prevent", {"prevent", "prevents", "prevented", "preventing"}),
        ("wipe out", {"wipe out", "wipes out", "wiped out", "wiping out"}),
        ("free", {"free", "frees", "freed", "freeing"}),
        ("enjoy", {"enjoy", "enjoys", "enjoyed", "enjoying"}),
    ],
)
def test_verb_forms(verb: str, forms: set[str]) -> None:
    assert set(inflections(verb, "verb")) == forms


@pytest.mark.parametrize(("noun", "plural"), [("tablet", "tablets"), ("patch", "patches"), ("therapy", "therapies")])
def test_plurals(noun: str, plural: str) -> None:
    assert inflections(f"blue {noun}", "noun") == [f"blue {noun}", f"blue {plural}"]


def test_keys_of_a_sentence() -> None:
    assert {"don", "t", "pay", "5", "$", "0-9", "!"} <= words_and_symbols("Don't pay $5!")


@given(st.text(alphabet="aAbBéß-’' .,%#1", min_size=1), st.sampled_from(["ab", "a* b", "a-b ... b", "b (a|b)? a", "1%"]))
def test_a_phrase_never_matches_without_its_keywords(text: str, phrase: str) -> None:
    compiled = compile_phrase(phrase)
    if re.search(compiled.source, text, re.IGNORECASE):
        words = words_and_symbols(text)
        keys = words | {w[:n] + "*" for w in words for n in range(len(w) + 1)}
        assert all(keys & group for group in compiled.keywords)
