from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medlint.model import Lines, Problem, UserError
from medlint.yamlfile import DataPath, YamlFile, load, parse


def told(text: str) -> list[str]:
    with pytest.raises(UserError) as caught:
        load(text, "r.yml")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("", None),
        ("# nothing", None),
        ("a: 1", {"a": 1}),
        ("a: -3", {"a": -3}),
        ("a: 1.5", {"a": 1.5}),
        ("a: true\nb: False", {"a": True, "b": False}),
        ("a: 'true'", {"a": "true"}),
        ("a: null\nb: ~\nc:", {"a": None, "b": None, "c": None}),
        ("doses: off\nb: on\nc: yes\nd: no", {"doses": "off", "b": "on", "c": "yes", "d": "no"}),
        ("off: 1\nyes: 2", {"off": 1, "yes": 2}),
        ("a: 12:30\nb: 2024-01-31\nc: 1_000", {"a": "12:30", "b": "2024-01-31", "c": "1_000"}),
        ("a: 010\nb: 0x1F\nc: .inf\nd: =", {"a": "010", "b": "0x1F", "c": ".inf", "d": "="}),
        ("a: 99999999999999999999", {"a": "99999999999999999999"}),
        ("a: [b, {c: d}]\n", {"a": ["b", {"c": "d"}]}),
        ("a:\n- b\n- c", {"a": ["b", "c"]}),
        ("a: |\n  b\n  c\n", {"a": "b\nc\n"}),
        ("'1': a\n'<<': b", {"1": "a", "<<": "b"}),
        ("---\na: b\n...\n", {"a": "b"}),
        ("a: Grüße 😀", {"a": "Grüße 😀"}),
    ],
)
def test_data(text: str, data: object) -> None:
    loaded = load(text, "r.yml").data
    assert loaded == data
    assert json.dumps(loaded) == json.dumps(data), "1, 1.0 and true are equal, but not the same"


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (
            "a: 1\na: 2\nb: 1\na: 3",
            ["2:1: “a” is given twice; the first is in line 1", "4:1: “a” is given twice"],
        ),
        ("x: {a: 1, a: 2}", ["1:11: “a” is given twice; the first is in line 1"]),
        ("a: &x 1\nb: *x", ["1:4: &x is an anchor", "2:4: *x is an alias"]),
        ("<<: {a: 1}", ["1:1: << is a merge key"]),
        ("a: !x b", ["1:4: a tag"]),
        ("a: !!python/object:os.system b", ["1:4: a tag"]),
        ("a: !!set {b}", ["1:4: a tag"]),
        ("a: 1\n---\nb: 1", ["2:1: a second document"]),
        ("1: a", ["1:1: a key must be text, found “1”; put it in quotes"]),
        ("true: a\n~: b", ["1:1: a key must be text, found “true”", "2:1: a key must be text, found “~”"]),
        ("? [a]\n: b", ["1:3: a list or mapping as a key"]),
        ("{a: b}: c", ["1:1: a list or mapping as a key"]),
        ("a: b: c", ["1:5: a colon that begins no value"]),
        ("a: [b\nc: d", ["2:2: a comma or “]” is missing"]),
        ("a: [b", ["1:4: the “[” that opens here is never closed"]),
        ("a: {b", ["1:4: the “{” that opens here is never closed"]),
        ("a: [b,", ["1:7: the file ends before “[” or “{” is closed"]),
        ("a: {b\nc: d", ["2:2: a comma or “}” is missing"]),
        ('a: "b\nc: d', ["1:4: a quotation mark that opens here is never closed"]),
        ("a: b\n\tc: d", ["2:1: a tab; indent with spaces"]),
        ("- a\nb: c", ["2:1: this does not fit the lines above it"]),
        ("a:\n  b: 1\n c: 2", ["3:2: this line is indented more or less than its neighbours"]),
        ("a: @x", ["1:4: text cannot begin with “@”"]),
        ('a: "\\d"', ["1:6: an unknown escape after the backslash"]),
        ("a: 'b' c", ["1:8: text behind a closing quotation mark"]),
        ("a: [{x} may]", ["1:9: a comma or “]” is missing"]),
        ("a: - b", ["1:4: a dash that begins no list entry"]),
        ("a: b\nc", ["2:2: a line without “key: value”"]),
        ("a: | x\n y", ["1:6: text behind “|” or “>”"]),
        ("a: * b", ["1:5: “*” and “&” have a meaning of their own"]),
        ("a\x00b", ["1:2: a control character (U+0000)"]),
        ('a: "\udc00"', ["1:5: a control character (U+DC00)"]),
        ("a: 1\na: 2\nb: [", ["2:1: “a” is given twice", "3:5: the file ends before “[”"]),
        ("a: x\r\nb: c: d\r\n", ["2:5: a colon that begins no value"]),
        ("a: x\u2028y", ["1:5: a control character (U+2028)"]),
    ],
)
def test_refused(text: str, messages: list[str]) -> None:
    found = told(text)
    assert len(found) == len(messages)
    for line, start in zip(found, messages, strict=True):
        assert line.startswith(f"r.yml:{start}")


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000, "{a: " * 100_000, "- {a: [" + "[" * 50_000])
def test_absurd_nesting(text: str) -> None:
    assert "nested too deeply" in told(text)[0]


def test_too_long() -> None:
    assert told("x" * 1_000_001) == ["r.yml: the file is too long; 1,000,000 characters is the limit"]


def test_deepest_nesting_allowed() -> None:
    assert load("[" * 40 + "]" * 40, "r.yml").data is not None


def test_parse_goes_on_behind_faults_that_hide_nothing() -> None:
    file, problems = parse("a: 1\na: 2\nb: &x 3", "r.yml")
    assert file.data == {"a": 1, "b": 3}
    assert [problem.line for problem in problems] == [2, 3]


def test_places() -> None:
    file = load("a:\n  - b: c\n  - 'd'\n", "r.yml")
    assert file.place(("a", 0, "b")) == (2, 8)
    assert file.place(("a", 1)) == (3, 5)
    assert file.key_place(("a", 0, "b")) == (2, 5)
    assert file.key_place(("a", 1)) == (3, 5)
    assert file.place(("a", 7, "x")) == file.place(("a",)) == (2, 3)


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=12,
)


def written(value: object, indent: int) -> str:
    """JSON is YAML; it is spread over several lines, so that lines and columns have work to do."""
    return json.dumps(value, ensure_ascii=False, indent=indent)


def at(data: Any, path: DataPath) -> Any:
    for step in path:
        data = data[step]
    return data


@given(values, st.integers(1, 4))
def test_round_trip(value: object, indent: int) -> None:
    text = written(value, indent)
    file: YamlFile = load(text, "r.yml")
    lines = Lines(text)
    assert file.data == value
    for path, (line, column) in file.places.items():
        start = lines.start(line) + column - 1
        assert json.JSONDecoder().raw_decode(text, start)[0] == at(value, path)
    for path, (line, column) in file.keys.items():
        start = lines.start(line) + column - 1
        assert json.JSONDecoder().raw_decode(text, start)[0] == path[-1]


@given(st.text(max_size=60) | st.text("ab:-?[]{},&*!|>'\"%@# \n\t\\", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        problems: Sequence[Problem] = parse(text, "r.yml")[1]
    except UserError as error:
        problems = error.problems
    assert all(problem.path == "r.yml" and problem.message for problem in problems)
