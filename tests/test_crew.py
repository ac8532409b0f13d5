"""Those who check: the same whatever their number, nobody waited for without end, nobody left behind."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from medlint import crew
from medlint.config import Config
from medlint.crew import Article, Crew, Item
from medlint.model import Report

pytestmark = pytest.mark.filterwarnings("error")


def lint(text: str, path: str, _: Config) -> Report:
    """Stands in for the linter: texts say how it behaves."""
    if "DIE" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "once" in text and not Path(text.split()[1]).exists():
        Path(text.split()[1]).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if "crash" in text:
        raise ValueError("no idea")
    if "sleep" in text:
        time.sleep(60)
    if "loop" in text:
        while True:
            with contextlib.suppress(Exception):
                time.sleep(0.01)
    if "runaway" in text:
        re.search(r"(a+)+b", "a" * 60)
    return Report(path, text, len(text.split()), ())


def checked(texts: list[str], jobs: int, seconds: float = 0) -> list[Report]:
    items = (Item(0, Article(f"{number}.md", text, 0)) for number, text in enumerate(texts))
    done = list(Crew(lint, [Config()], seconds, jobs).check(items))
    return [item.report for item in done if item.report]


def told(reports: list[Report]) -> list[str]:
    return [" ".join(problem.message for problem in report.problems) for report in reports]


@pytest.mark.parametrize("jobs", [1, 2, 3])
@pytest.mark.parametrize("how", ["sleep", "loop", "runaway"])
def test_an_article_that_takes_too_long_is_a_problem_and_the_others_are_checked(jobs: int, how: str) -> None:
    start = time.monotonic()
    reports = checked(["a", how, "b", "crash", how, "c"], jobs, 0.4)
    assert [report.path for report in reports] == [f"{number}.md" for number in range(6)]
    assert [bool(report.problems) for report in reports] == [False, True, False, True, True, False]
    assert told(reports)[1].startswith("checking this file took longer than 0.4 seconds")
    assert "ValueError: no idea" in told(reports)[3]
    assert time.monotonic() - start < 30


def test_long_articles_may_take_longer() -> None:
    limit = Crew(lint, [], seconds=2).limit
    assert limit(Article("a.md", "x" * 1_000_000, 0)) == 2
    assert limit(Article("a.md", "x" * 1_000_001, 0)) == 4
    assert Crew(lint, [], seconds=0).limit(Article("a.md", "x", 0)) == 0


def test_a_process_that_dies_gets_a_second_chance(tmp_path: Path) -> None:
    reports = checked(["a", f"once {tmp_path / 'x'}", "b", "DIE", "c"], 2)
    assert [bool(report.problems) for report in reports] == [False, False, False, True, False]
    assert "stopped without a word" in told(reports)[3]


def test_every_article_comes_back_once_and_in_order() -> None:
    texts = ["DIE" if number % 7 == 3 else "x" * (number * 997 % 30_000) for number in range(120)]
    reports = checked(texts, 3)
    assert [report.path for report in reports] == [f"{number}.md" for number in range(120)]
    assert all(bool(report.problems) == ("DIE" in text) for report, text in zip(reports, texts, strict=True))
    assert all(report.text == text for report, text in zip(reports, texts, strict=True) if "DIE" not in text)


@pytest.mark.parametrize("jobs", [0, 1, 2])
def test_articles_are_not_asked_for_before_there_is_room(jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "MOST_FILES_OPEN", 8)
    monkeypatch.setattr(crew, "PARALLEL_FROM_BYTES", 500)
    asked = 0

    def items() -> Iterator[Item]:
        nonlocal asked
        for number in range(200):
            asked += 1
            report = Report(f"{number}.md", "", 0, ()) if number % 3 == 0 else None
            yield Item(0, None if report else Article(f"{number}.md", "x" * 100, 0), report)

    for given, _ in enumerate(Crew(lint, [Config()], 0, jobs).check(items()), 1):
        assert asked - given <= 20
    assert asked == 200


def test_what_is_known_needs_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "_Processes", lambda _: pytest.fail("nothing to do"))
    known = (Item(0, None, Report(f"{number}.md", "", 0, ())) for number in range(50))
    assert len(list(Crew(lint, [Config()], 0, 2).check(known))) == 50


@pytest.mark.parametrize("jobs", [1, 2])
def test_no_process_and_no_timer_is_left(jobs: int) -> None:
    before = signal.getsignal(signal.SIGALRM)
    others = children(os.getpid())
    some = Crew(lint, [Config()], 5, jobs).check(Item(0, Article(f"{n}.md", "a", 0)) for n in range(9))
    next(some)
    some.close() if hasattr(some, "close") else None
    assert children(os.getpid()) == others
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def children(parent: int) -> list[int]:
    listed = subprocess.run(
        ["ps", "-e", "-o", "pid=,ppid=,stat=,comm="], capture_output=True, text=True, check=True
    )
    rows = [line.split(None, 3) for line in listed.stdout.splitlines()]
    return [int(row[0]) for row in rows if int(row[1]) == parent and row[3] != "ps" and "Z" not in row[2]]


SLOW = """\
import time, os, sys
from medlint import cli, run

def lint(*_, **__):
    print("begun", flush=True)
    time.sleep(60)

run.lint_source = lint
raise SystemExit(cli.main())
"""


def ended(pids: list[int]) -> bool:
    """Whether all of them are gone within a few seconds."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        listed = subprocess.run(["ps", "-e", "-o", "pid=,stat="], capture_output=True, text=True, check=True)
        alive = {int(pid) for pid, stat in map(str.split, listed.stdout.splitlines()) if "Z" not in stat}
        if not alive.intersection(pids):
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize(
    ("number", "code", "err"),
    [(signal.SIGINT, 130, b"medlint: stopped\n"), (signal.SIGTERM, -signal.SIGTERM, b"")],
)
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_run_that_is_stopped_stops_at_once_with_all_its_processes(
    tmp_path: Path, jobs: str, number: signal.Signals, code: int, err: bytes
) -> None:
    """As Ctrl-C and `kill` do it: to the whole group of processes."""
    for name in "abcd":
        (tmp_path / f"{name}.md").write_text("Text.", encoding="utf-8")
    argv = [sys.executable, "-c", SLOW, "check", "--no-config", "--no-cache", "--jobs", jobs, "."]
    process = subprocess.Popen(
        argv, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"begun\n"
    workers = children(process.pid)
    assert len(workers) == (0 if jobs == "1" else 2) or jobs == "2"
    start = time.monotonic()
    os.killpg(process.pid, number)
    _, told = process.communicate(timeout=30)
    assert (process.returncode, told) == (code, err)
    assert time.monotonic() - start < 10
    assert ended(workers)
