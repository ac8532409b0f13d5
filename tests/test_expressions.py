"""Expressions put together from kept programs are those that Python compiles; a program at fault is not used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from medlint import cache, expressions
from medlint.expressions import compiled, keep_new, use_kept

SOURCES = [
    (r"\b(?:cure|heal)s?\b", re.IGNORECASE),
    (r"(?P<number>\d+)\s?(?P<unit>mg|µg)(?!\w)", 0),
    (r"^[^\w\"“]*(?=(?:[A-Z’'-]+ ){0,8})", re.MULTILINE),
    (r"(a)(b)?(?P<c>c)|(?i:dé)", 0),
    (r"[^\x00-\x7f]+|\Z", re.DOTALL),
]
TEXT = "It CURES and heals 20 mg, 5µg.\nABC abc DÉ dé É"


@pytest.fixture(autouse=True)
def _as_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MEDLINT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(expressions, "_kept", expressions._Kept())
    compiled.cache_clear()
    yield
    compiled.cache_clear()


def next_run() -> None:
    keep_new()
    expressions._kept.__init__()  # type: ignore[misc]
    compiled.cache_clear()
    use_kept()


def found(pattern: re.Pattern[str]) -> list[Any]:
    return [(m.span(), m.groups(), m.groupdict(), m.lastgroup) for m in pattern.finditer(TEXT)]


@pytest.mark.parametrize("run", [1, 2])
@pytest.mark.parametrize(("source", "flags"), SOURCES)
def test_the_same_expression_in_every_run(source: str, flags: int, run: int) -> None:
    use_kept()
    for _ in range(run):
        compiled(source, flags)
        next_run()
    pattern, plain = compiled(source, flags), re.compile(source, flags)
    assert not expressions._kept.new, "it was compiled again"
    assert found(pattern) == found(plain)
    assert (pattern.pattern, pattern.flags, pattern.groupindex) == (
        plain.pattern,
        plain.flags,
        plain.groupindex,
    )
    assert pattern == plain


def test_without_being_asked_nothing_is_kept(tmp_path: Path) -> None:
    assert compiled("ab+").findall("abb") == ["abb"]
    keep_new()
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    "program",
    [None, [], [32, [1, 2, 3], 0, {}, []], [32, ["x"], 0, {}, []], [32, [-1], 0, {}, []], "abc", {"a": 1}],
)
def test_a_program_that_is_none_is_not_used(program: Any) -> None:
    cache.keep("expressions", expressions._KEY, {"0 ab+": program})
    use_kept()
    assert compiled("ab+").findall("abb ab") == ["abb", "ab"]


def test_a_python_made_otherwise_compiles(monkeypatch: pytest.MonkeyPatch) -> None:
    use_kept()

    def missing(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr("medlint.expressions.importlib.import_module", missing)
    assert compiled("ab+").findall("abb ab") == ["abb", "ab"]
    assert not expressions._kept.new


def test_an_expression_at_fault_says_so() -> None:
    use_kept()
    with pytest.raises(re.error):
        compiled("a(")


def test_no_more_is_kept_than_is_of_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expressions, "_MOST_KEPT", 2)
    use_kept()
    for source in ("a", "b", "c"):
        compiled(source)
    keep_new()
    assert cache.find("expressions", expressions._KEY) is None
