"""The phrase language: how phrases are read, and the keywords they cannot do without."""

from __future__ import annotations

import re

import pytest

from medlint.inflect import inflections
from medlint.patterns import (
    PatternError,
    compile_lexicon,
    expand,
    lexicon_keys,
    lexicon_source,
    list_names,
    read_phrase,
    words_and_symbols,
)

# -- phrases -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "problem"),
    [
        ("", "empty"),
        ("^ ", "empty"),
        ("... now", "gap"),
        ("* now", "gap"),
        ("now ...", "gap"),
        ("^ ... now", "gap"),
        ("(a|b", "bracket"),
        ("a) b", "bracket"),
        ("((a) b)", "bracket"),
        ("(a||b) c", "empty alternative"),
        ("(* a) b", "begins with a gap"),
        ("fail(s|ed)? to", "joins"),
        ("(a|b)s", "joins"),
        ("% (a|b)", "before no word"),
        ("% {drugs}", "before no word"),
        ("(a)?", "optional"),
        ("(a)? (b)?", "optional"),
        ("%", "begins with a symbol"),
        ("(%|percent) of", "begins with a symbol"),
    ],
)
def test_unreadable_phrases_say_why(phrase: str, problem: str) -> None:
    with pytest.raises(PatternError, match=problem):
        read_phrase(phrase)


@pytest.mark.parametrize(
    ("phrase", "keywords"),
    [
        ("act now", [{"act"}, {"now"}]),
        ("Act NOW", [{"act"}, {"now"}]),
        ("cur* (it|them)? fast", [{"cur*"}, {"fast"}]),
        ("(a|b c) {drugs}", [{"a", "b"}, {"{drugs}"}]),
        ("a ... b", [{"a"}, {"b"}]),
        ("^ a *? b", [{"a"}, {"b"}]),
        ("100% safe", [{"100"}, {"safe"}]),
        ("don't", [{"don"}]),
        ("{drugs}-based", [{"{drugs}"}, {"based"}]),
    ],
)
def test_keywords(phrase: str, keywords: list[set[str]]) -> None:
    assert [set(group) for group in read_phrase(phrase).keywords] == keywords


def test_capitals_are_kept_where_they_count() -> None:
    assert read_phrase("IT heals").program == ["it", "heals"]
    assert read_phrase("IT heals", case_sensitive=True).program == ["IT", "heals"]
    assert read_phrase("IT heals", case_sensitive=True).keywords[0] == {"it"}


# -- word lists ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "keys"),
    [
        ("magnesium", {"magnesium"}),
        ("statin*", {"statin*"}),
        ("wipe (it)? away", {"wipe"}),
        ("make (better|easier)? sense", {"sense"}),
        ("(very)? good", {"very", "good"}),
        ("{other} oil", {"{other}"}),
        ("%", set()),
    ],
)
def test_keys_of_a_list_are_the_longest_words_of_its_terms(term: str, keys: set[str]) -> None:
    assert set(lexicon_keys(compile_lexicon([term]))) == keys


@pytest.mark.parametrize(
    ("terms", "text", "expected"),
    [
        (["magnesium", "magnesium glycinate"], "magnesium glycinate", "magnesium glycinate"),
        (["St. John's wort"], "ST. JOHN’S\nWORT", "ST. JOHN’S\nWORT"),
        (["statin*"], "statins", "statins"),
        (["(very)? good"], "so very-good", "very-good"),
        (["mg/kg", "%"], "5%", "%"),
        ([], "anything", None),
    ],
)
def test_a_list_as_an_expression(terms: list[str], text: str, expected: str | None) -> None:
    found = re.search(lexicon_source(terms), text, re.IGNORECASE)
    assert (found and found.group()) == expected


def test_expressions_name_lists() -> None:
    assert list_names(r"\b{drugs} (?:{doses}|x{2})") == ["drugs", "doses"]
    assert expand(r"{drugs} x{2,3}", {"drugs": "(?:a|b)"}) == r"(?:a|b) x{2,3}"
    with pytest.raises(PatternError, match="wizards"):
        expand("{wizards} heal", {"drugs": "a"})


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
        ("cur*", {"cur*"}),
    ],
)
def test_verb_forms(verb: str, forms: set[str]) -> None:
    assert set(inflections(verb, "verb")) == forms


@pytest.mark.parametrize(
    ("noun", "plural"),
    [("tablet", "tablets"), ("patch", "patches"), ("therapy", "therapies"), ("day", "days")],
)
def test_plurals(noun: str, plural: str) -> None:
    assert inflections(f"blue {noun}", "noun") == [f"blue {noun}", f"blue {plural}"]


# -- sentences -----------------------------------------------------------------------------------------------


def test_keys_of_a_sentence() -> None:
    assert words_and_symbols("Don't pay $5!") == {"don", "t", "pay", "5", "'", "$", "!", "0-9"}
    assert words_and_symbols("") == set()
