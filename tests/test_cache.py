"""The cache: what is kept is what was computed, and whatever is wrong with it costs time only."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from medlint.cache import cached, find, folder


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDLINT_CACHE_DIR", str(tmp_path / "cache"))


def counting(value: dict[str, Any]) -> tuple[Callable[[], dict[str, Any]], list[int]]:
    calls: list[int] = []

    def compute() -> dict[str, Any]:
        calls.append(1)
        return value

    return compute, calls


VALUE = {"a": [1, "é\n\u2028"], "b c": {"x": None}, "empty": ""}


def test_the_second_time_nothing_is_computed() -> None:
    compute, calls = counting(VALUE)
    assert dict(cached("kind", "key", compute)) == dict(cached("kind", "key", compute)) == VALUE
    assert len(calls) == 1


def test_another_key_is_another_value() -> None:
    compute, calls = counting(VALUE)
    cached("kind", "one", compute)
    cached("kind", "two", compute)
    assert len(calls) == 2


def test_keys_of_the_same_name_do_not_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("medlint.cache.zlib.crc32", lambda _: 1)
    assert dict(cached("kind", "one", lambda: {"a": 1})) == {"a": 1}
    assert dict(cached("kind", "two", lambda: {"a": 2})) == {"a": 2}
    assert dict(cached("kind", "two", lambda: {"a": 3})) == {"a": 2}


def damage(path: Path, how: str) -> None:
    content = path.read_bytes()
    made = {
        "half": content[: len(content) // 2],
        "empty": b"",
        "flipped": content.replace(b"null", b"true"),
        "foreign": content.replace(b'"key":"key"', b'"key":"kay"'),
        "garbage": b"\xff\x00\n" * 9,
        "other": b"[]\n",
        "older": b'{"key":"key","crc":0,"parts":["a"]}\n',
    }
    path.write_bytes(made[how])


@pytest.mark.parametrize("how", ["half", "empty", "flipped", "foreign", "garbage", "other", "older"])
def test_a_damaged_file_is_not_used(how: str) -> None:
    compute, calls = counting(VALUE)
    cached("kind", "key", compute)
    (path,) = folder().iterdir()
    damage(path, how)
    assert dict(cached("kind", "key", compute)) == VALUE
    assert len(calls) == 2
    assert dict(cached("kind", "key", compute)) == VALUE
    assert len(calls) == 2


def test_a_folder_that_cannot_be_written_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    monkeypatch.setenv("MEDLINT_CACHE_DIR", str(tmp_path / "file"))
    compute, calls = counting(VALUE)
    assert dict(cached("kind", "key", compute)) == dict(cached("kind", "key", compute)) == VALUE
    assert len(calls) == 2


def test_nothing_but_the_file_is_left_behind() -> None:
    cached("kind", "key", counting(VALUE)[0])
    (path,) = folder().iterdir()
    assert path.name.startswith("kind-")
    assert path.suffix == ".jsonl"


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {"XDG_CACHE_HOME": "/x"}, Path("/x/medlint")),
        ("linux", {}, Path("~/.cache/medlint").expanduser()),
        ("darwin", {}, Path("~/Library/Caches/medlint").expanduser()),
    ],
)
def test_the_folder_is_that_of_the_platform(
    platform: str, variables: dict[str, str], expected: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MEDLINT_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.platform", platform)
    assert folder() == expected


# -- what is too much ----------------------------------------------------------------------------------------


def age(path: Path, days: float) -> None:
    changed = path.stat().st_mtime - days * 24 * 3600
    os.utime(path, (changed, changed))


def names() -> set[str]:
    return {path.name for path in folder().iterdir()}


def test_what_was_not_used_for_the_longest_time_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        cached("kind", str(number), lambda: {"a": "x" * 100})
    by_key = {
        str(n): path for path in folder().iterdir() for n in range(5) if f'"key":"{n}"' in path.read_text()
    }
    for number in range(5):
        age(by_key[str(number)], 20 - number)
    assert find("kind", "0") is not None, "and thereby used"
    monkeypatch.setattr("medlint.cache.MOST_BYTES", 4 * by_key["0"].stat().st_size + 9)
    cached("kind", "new", lambda: {"a": "x" * 100})
    assert find("kind", "new") is not None
    assert [n for n in range(5) if find("kind", str(n)) is not None] == [0, 3, 4]


def test_the_use_of_a_file_is_noted_once_a_day() -> None:
    cached("kind", "key", lambda: {"a": 1})
    (path,) = folder().iterdir()
    age(path, 0.5)
    before = path.stat().st_mtime
    find("kind", "key")
    assert path.stat().st_mtime == before
    age(path, 1)
    find("kind", "key")
    assert path.stat().st_mtime > before


def test_what_a_killed_run_left_is_removed_in_time() -> None:
    cached("kind", "one", lambda: {"a": 1})
    for name, days in (("kind-1.jsonl.7.tmp", 1.0), ("kind-2.jsonl.8.tmp", 0.0), ("notes.txt", 9.0)):
        (folder() / name).write_text("half", encoding="utf-8")
        age(folder() / name, days)
    cached("kind", "two", lambda: {"a": 1})
    assert names() - {name for name in names() if name.endswith(".jsonl")} == {
        "kind-2.jsonl.8.tmp",
        "notes.txt",
    }
