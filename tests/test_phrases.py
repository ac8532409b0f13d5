"""What phrases match in a sentence; and that a regular expression of the same meaning matches it too."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medlint.patterns import compile_lexicon, lexicon_keys, read_phrase, words_and_symbols
from medlint.phrases import PhraseMatcher, Words
from medlint.ruleindex import make_index
from medlint.wordtable import WordTable


def lexicons(**lists: tuple[Sequence[str], Sequence[str]]) -> dict[str, Mapping[str, Any]]:
    """Compiled word lists: name → (terms, included lists)."""
    return {name: {**compile_lexicon(terms), "includes": other} for name, (terms, other) in lists.items()}


LISTS = lexicons(
    drugs=(["magnesium", "magnesium glycinate", "vitamin D", "statin*", "St. John's wort"], []),
    eases=(["ease", "eases", "(wipe|wipes) out", "help (along)? with", "free of"], []),
    oils=(["{drugs} oil", "balm"], ["salves"]),
    salves=(["salve"], ["oils"]),
    empty=([], []),
)


def matcher(lists: Mapping[str, Mapping[str, Any]]) -> PhraseMatcher:
    index, rows, _ = make_index({}, lists)
    return PhraseMatcher(WordTable(*rows, index["prefixes"]), index["includes"], index["others"])


MATCHER = matcher(LISTS)


def found(phrase: str, text: str, *, case_sensitive: bool = False) -> list[str]:
    program = read_phrase(phrase, case_sensitive=case_sensitive).program
    places = MATCHER.find(program, Words(text), case_sensitive=case_sensitive)
    return [text[start:end] for start, end in places]


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("act now", "Please ACT NOW, friends", "ACT NOW"),
        ("act now", "act-now offers", "act-now"),
        ("act now", "act  \n now", "act  \n now"),
        ("act now", "act\ufffcnow", "act\ufffcnow"),
        ("act now", "act, now", None),
        ("act now", "fact now", None),
        ("act now", "act nowhere", None),
        ("cure-all", "a cure all", "cure all"),
        ("cure-all", "a cure–all", "cure–all"),
        ("cure-all", "a cureall", None),
        ("don't wait", "Don’t wait", "Don’t wait"),
        ("don't wait", "Don t wait", None),
        ("cur*", "curative", "curative"),
        ("cur*", "secure", None),
        ("get rid of your *", "get rid of your back pain", "get rid of your back"),
        ("get rid of your *", "get rid of your", None),
        ("lose * pounds", "lose up to ten pounds", "lose up to ten pounds"),
        ("lose * pounds", "lose one two three four pounds", None),
        ("lose * pounds", "lose pounds", None),
        ("lose *? pounds", "lose pounds", "lose pounds"),
        ("ease * cough", "ease a child’s cough", "ease a child’s cough"),
        ("ease * cough", "ease it. Anna's cough", None),
        ("lose *? pounds", "lose, I say, pounds", None),
        ("lose ... pounds", "lose pounds", "lose pounds"),
        ("lose ... pounds", "lose, they say, some of those pounds", "lose, they say, some of those pounds"),
        ("lose ... pounds", "lose 1 2 3 4 5 6 7 8 pounds", "lose 1 2 3 4 5 6 7 8 pounds"),
        ("lose ... pounds", "lose 1 2 3 4 5 6 7 8 9 pounds", None),
        ("a ... b", "a c a b b", "a c a b"),
        ("(very|so)? good", "very good", "very good"),
        ("(very|so)? good", "good", "good"),
        ("is (very good|bad)", "is very good", "is very good"),
        ("is (really)? good", "is good", "is good"),
        ("is (very ... so) good", "is very, very so good", "is very, very so good"),
        ("{drugs} ... {eases}", "Magnesium glycinate really eases", "Magnesium glycinate really eases"),
        ("{drugs} (can|will)? {eases}", "Statins can help with", "Statins can help with"),
        ("{drugs} (can|will)? {eases}", "Statins can help along with", "Statins can help along with"),
        ("{drugs} {eases}", "vitamin D wipes out", "vitamin D wipes out"),
        ("{drugs} glycinate", "magnesium glycinate", "magnesium glycinate"),
        ("{drugs}-based", "vitamin D-based", "vitamin D-based"),
        ("{drugs}", "St. John’s wort", "St. John’s wort"),
        ("{drugs}", "Saint John’s wort", None),
        ("{oils}", "a magnesium oil", "magnesium oil"),
        ("{oils}", "a salve", "salve"),
        ("{salves}", "a balm", "balm"),
        ("a {empty}", "a b", None),
        ("^ now", "Now it is", "Now"),
        ("^ now", "It is now", None),
        ("^ (so|then) now", "so now then now", "so now"),
        ("100% safe", "It is 100% safe.", "100% safe"),
        ("100% safe", "It is 100 safe.", None),
        ("#1", "the #1 clinic", "#1"),
        ("#1", "the 1 clinic", None),
        ("mg/kg", "5 mg/kg", "mg/kg"),
        ("mg/kg", "5 mg kg", None),
        ("cured !", "It is cured!", "cured!"),
        ("cured !", "It is cured.", None),
    ],
)
def test_phrase(phrase: str, text: str, expected: str | None) -> None:
    assert found(phrase, text)[:1] == ([] if expected is None else [expected])


def test_every_place_is_found_and_none_twice() -> None:
    assert found("a ... b", "a b b a c b b") == ["a b", "a c b"]
    assert found("{drugs}", "magnesium glycinate, magnesium, statins") == [
        "magnesium glycinate",
        "magnesium",
        "statins",
    ]


@pytest.mark.parametrize(("text", "expected"), [("IT heals", ["IT"]), ("It heals, it does", [])])
def test_capitals_count_where_the_phrase_says_so(text: str, expected: list[str]) -> None:
    assert found("IT", text, case_sensitive=True) == expected


def test_later_words_of_a_term_may_have_any_ending() -> None:
    lexicon = {"includes": [], **compile_lexicon(["side effect*", "numb*"])}
    text = "Numbness and other side effects."
    found = matcher({}).find_any(lexicon, Words(text))
    assert [text[start:end] for start, end in found] == ["Numbness", "side effects"]


def test_terms_of_a_list_are_found_longest_first() -> None:
    text = "Magnesium glycinate eases"
    places = MATCHER.find_any(LISTS["drugs"], Words(text))
    assert [text[start:end] for start, end in places] == ["Magnesium glycinate", "Magnesium"]


# -- against regular expressions -----------------------------------------------------------------------------

PIECES = {
    "a": r"\ba\b",
    "b": r"\bb\b",
    "a*": r"\ba\w*",
    "b-a": r"\bb[\s-]+a\b",
    "(a|b a)": r"\b(?:a|b[\s-]+a)\b",
    "{ab}": r"\b(?:b[\s-]+b|ab|b)\b",
}
GAPS = {
    " ": r"[\s-]+",
    " * ": r"[\s-]+(?:\w+[\s-]+){1,3}?",
    " *? ": r"[\s-]+(?:\w+[\s-]+){0,3}?",
    " ... ": r"\W+(?:\w+\W+){0,8}?",
}
AB = matcher(lexicons(ab=(["ab", "b", "b b"], [])))
PHRASES = st.lists(
    st.tuples(st.sampled_from(sorted(GAPS)), st.sampled_from(sorted(PIECES))), min_size=1, max_size=4
)
TEXTS = st.lists(st.sampled_from(["a", "b", "ab", "c", " ", " ", "-", ", ", ".\n"]), max_size=20).map("".join)


@settings(max_examples=400, deadline=None)
@given(parts=PHRASES, text=TEXTS)
def test_a_phrase_is_found_where_an_expression_is(parts: list[tuple[str, str]], text: str) -> None:
    phrase = "".join(gap + piece for gap, piece in parts).removeprefix(parts[0][0])
    source = "".join(GAPS[gap] + PIECES[piece] for gap, piece in parts).removeprefix(GAPS[parts[0][0]])
    expected = re.search(source, text)
    program = read_phrase(phrase).program
    place = next(iter(AB.find(program, Words(text))), None)
    assert (place is None) == (expected is None)
    if place and expected:
        assert place[0] == expected.start()
        assert re.fullmatch(source, text[slice(*place)])


@settings(max_examples=200, deadline=None)
@given(
    text=st.text(alphabet="aAbB-’' .,%#1", min_size=1),
    phrase=st.sampled_from(["ab", "a* b", "a-b ... b", "b (a|b)? a", "1%", "{ab} a", "^ #1 *? b", "a'b"]),
)
def test_a_phrase_is_never_found_without_its_keywords(text: str, phrase: str) -> None:
    read = read_phrase(phrase)
    if next(iter(AB.find(read.program, Words(text))), None):
        words = words_and_symbols(text)
        keys = words | {word[:n] + "*" for word in words for n in range(len(word) + 1)}
        if any(key in keys for key in lexicon_keys(AB_LIST)):
            keys |= {"{ab}"}
        assert all(keys & group for group in read.keywords)


AB_LIST = compile_lexicon(["ab", "b", "b b"])
