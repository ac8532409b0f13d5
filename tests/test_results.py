"""The store of results: what was kept is found or nothing is, whatever runs that are killed or run together leave."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medlint import cache, results
from medlint.model import Finding, Fix, Near, Problem, Report, Sought, Span, Suppression


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDLINT_CACHE_DIR", str(tmp_path / "cache"))


def key(number: int, shard: str = "ab") -> str:
    return shard + cache.digest(str(number))[2:]


def shard(generation: str = "new") -> Path:
    return cache.folder() / "results" / f"ab.{generation}"


VALUE = [650, [["claims/cure", "“é”\n\u2028\ud800", None, 1.5]]]


def test_what_is_kept_is_found() -> None:
    assert results.find(key(1)) is None
    results.keep(key(1), VALUE)
    results.keep(key(2), [])
    assert results.find(key(1)) == VALUE
    assert results.find(key(2)) == []
    assert results.find(key(3)) is None


def test_what_was_kept_last_holds() -> None:
    results.keep(key(1), 1)
    results.keep(key(1), 2)
    assert results.find(key(1)) == 2


@given(cut=st.integers(0, 60), flip=st.integers(0, 200))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_line_is_not_used_and_spoils_no_other(cut: int, flip: int) -> None:
    for path in (shard(), shard("old")):
        path.unlink(missing_ok=True)
    for number in range(3):
        results.keep(key(number), {"number": number, "text": "x" * 20})
    whole = shard().read_bytes()
    damaged = bytearray(whole[: len(whole) - cut])
    if damaged:
        damaged[flip % len(damaged)] ^= 0x11
    shard().write_bytes(bytes(damaged))
    results.keep(key(3), {"number": 3, "text": "x" * 20})
    found = [results.find(key(number)) for number in range(4)]
    assert found[3] == {"number": 3, "text": "x" * 20}
    assert all(value in (None, {"number": at, "text": "x" * 20}) for at, value in enumerate(found))
    assert sum(value is None for value in found) <= 3


def test_it_is_bounded_and_what_is_asked_for_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "_FULL", 4_000)
    monkeypatch.setattr(results, "_LONGEST", 1_000)
    results.keep(key(0), "asked for")
    for number in range(1, 300):
        results.keep(key(number), "x" * 50)
        assert results.find(key(0)) == "asked for"
        assert sum(path.stat().st_size for path in shard().parent.iterdir()) <= 8_000
    assert results.find(key(299)) == "x" * 50
    assert results.find(key(1)) is None
    results.keep(key(300), "x" * 2_000)
    assert results.find(key(300)) is None, "longer than any line"


def test_a_folder_that_cannot_be_written_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    monkeypatch.setenv("MEDLINT_CACHE_DIR", str(tmp_path / "file"))
    results.keep(key(1), VALUE)
    assert results.find(key(1)) is None


TWO = """\
import sys
from medlint import results
for number in range(400):
    results.keep("ab" + format(number, "030x"), [sys.argv[1], number, "x" * 90])
"""


def test_two_runs_at_once_write_whole_lines() -> None:
    runs = [subprocess.Popen([sys.executable, "-c", TWO, name], env=os.environ) for name in "ab"]
    assert [run.wait() for run in runs] == [0, 0]
    for number in range(400):
        found: Any = results.find("ab" + format(number, "030x"))
        assert found[0] in "ab"
        assert found[1:] == [number, "x" * 90]


TEXT = "Ketamine cures gout. It is a miracle."
FINDING = Finding("claims/cure", "error", Span(9, 14), "cures", "A claim", "Mend it", ("FTC",))
NEAR = Near("link", Span(0, 8), "before", ("https://a.example",), "it is a shop")


@pytest.mark.parametrize(
    "finding",
    [
        FINDING,
        FINDING._replace(suppressed=Suppression("line", "quoted")),
        FINDING._replace(fix=Fix(Span(9, 14), "may help")),
        FINDING._replace(evidence=Sought("source", "paragraph", "a link", (NEAR, NEAR), 2)),
    ],
)
def test_a_report_comes_back_as_it_was(finding: Finding) -> None:
    report = Report("a.md", TEXT, 7, (finding,))
    results.keep(key(1), results.record(report))
    assert results.report_of(results.find(key(1)), "a.md", TEXT) == report


@pytest.mark.parametrize(
    "report",
    [
        Report("a.md", TEXT, 0, (), (Problem("a.md", "cannot be read"),)),
        Report("a.md", TEXT, 7, (), fixed=1, before="Text."),
        Report("a.md", TEXT, 7, (FINDING._replace(excerpt="something else"),)),
    ],
)
def test_what_would_not_come_back_as_it_was_is_not_kept(report: Report) -> None:
    assert results.record(report) is None
