"""The parts of the benchmark that decide something: options, rounds, what is left out, tables, the picture."""

from __future__ import annotations

import random
import sys
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks import bench, peers, scaling, timing
from benchmarks.generate import article
from benchmarks.peers import PEERS, Peer, Tool
from benchmarks.scaling import Point
from benchmarks.timing import Figure, Run

# -- options -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        ([], bench.Options(tuple(bench.SCENARIOS), 11, 3, 120, 1000, write=False)),
        (["--write", "--rounds", "2"], bench.Options(tuple(bench.SCENARIOS), 2, 3, 120, 1000, write=True)),
        (
            ["--only", "clean", "--only", "1mb"],
            bench.Options(("clean", "1mb"), 11, 3, 120, 1000, write=False),
        ),
        (["--quick", "--only", "10mb"], bench.Options(("10mb",), 2, 1, 20, 100, write=False)),
        (["--quick", "--files", "7", "--limit", "5", "--only", "articles"],
         bench.Options(("articles",), 2, 1, 5, 7, write=False)),
    ],
)  # fmt: skip
def test_options(argv: Sequence[str], expected: bench.Options) -> None:
    assert bench.parse(argv) == expected


def test_a_quick_look_leaves_the_longest_out() -> None:
    assert bench.parse(["--quick"]).only == ("clean", "faulty", "hook", "articles", "1mb")


@pytest.mark.parametrize(
    "argv",
    [
        ["--only", "nothing"],
        ["--write", "--quick"],
        ["--write", "--only", "clean"],
        ["--rounds", "0"],
        ["--files", "-1"],
        ["--limit", "0"],
    ],
)
def test_options_that_are_refused(argv: Sequence[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        bench.parse(argv)
    assert refused.value.code == 2


# -- peers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_versions_of_peers_are_pinned(peer: Peer) -> None:
    mark = "==" if peer.registry == "pip" else "@"
    assert all(name.rpartition(mark)[2].replace(".", "").isdigit() for name in peer.packages)
    assert peer.tool().name == peer.name


@pytest.mark.parametrize(
    ("by_folder", "files", "expected"),
    [
        (True, ["a.md"], ["a.md"]),
        (True, ["a.md", "b.md"], ["."]),
        (False, ["a.md", "b.md"], ["a.md", "b.md"]),
    ],
)
def test_what_a_peer_is_called_with(by_folder: bool, files: list[str], expected: list[str]) -> None:
    peer = Peer("look", "pip", ("look==1",), ("--now",), by_folder)
    program, *arguments = peer.tool().command([Path(name) for name in files], Path())
    assert Path(program).name == "look"
    assert [str(word) for word in arguments] == ["--now", *expected]


def test_peers_that_cannot_be_installed_are_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(peers, "BENCH", tmp_path)
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setattr(
        peers, "pip_install", lambda *_: peers.run([sys.executable, "-c", "raise SystemExit(3)"])
    )
    absent = (
        Peer("wheel", "pip", ("wheel-of-none==1",), (), by_folder=True),
        Peer("node", "npm", ("node-of-none@1",), (), by_folder=True),
    )
    assert list(peers.installed(absent)) == []
    assert capsys.readouterr().out.splitlines() == [
        "wheel is left out: pip could not install it (exit code 3).",
        "node is left out: npm is not on this machine.",
    ]


def test_peers_that_are_there_are_not_installed_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls: list[tuple[object, ...]] = []
    monkeypatch.setattr(peers, "BENCH", tmp_path)
    monkeypatch.setattr(peers, "pip_install", lambda *arguments: calls.append(arguments[1:]))
    for version in ("1", "1", "2"):
        monkeypatch.setattr(peers, "at_work", lambda _: True)
        peer = Peer("look", "pip", (f"look=={version}",), (), by_folder=True)
        assert [tool.name for tool in peers.installed([peer])] == ["look"]
    assert calls == [("look==1",), ("look==2",)]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import sys; print(sys.argv[1] + ':1: a doubtful word'); sys.exit(1)", True),
        ("import sys; print(sys.argv[1], file=sys.stderr)", True),
        ("print('No rules are configured')", False),
        ("pass", False),
    ],
)
def test_a_peer_has_to_report_something(
    code: str, expected: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(peers, "BENCH", tmp_path)
    tool = Tool("look", lambda files, _: [sys.executable, "-c", code, *files], peers.environment())
    assert peers.at_work(tool) is expected


def test_a_copy_without_what_is_left_out(tmp_path: Path) -> None:
    for name in ("all/a.py", "all/deep/b.py", "all/deep/__pycache__/b.pyc"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    peers.without(tmp_path / "all", tmp_path / "less", "__pycache__")
    found = sorted(str(path.relative_to(tmp_path / "less")) for path in (tmp_path / "less").rglob("*"))
    assert [name.replace("\\", "/") for name in found] == ["a.py", "deep", "deep/b.py"]


# -- timing --------------------------------------------------------------------------------------------------


def python(code: str, fresh: Path | None = None) -> Tool:
    return Tool("python", lambda *_: [sys.executable, "-c", code], peers.environment(), fresh)


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        ("pass", ""),
        ("raise SystemExit(1)", ""),
        ("import sys; print('two words are doubtful', file=sys.stderr); sys.exit(200)", ""),
        ("1 / 0", "failed"),
        ("import os; os.abort()", "failed"),
    ],
)
def test_findings_are_no_failure_and_crashes_are(code: str, trouble: str) -> None:
    run = timing.timed(python(code), [], Path(), 60)
    assert run.trouble == trouble
    assert run.memory > 1_000_000


def test_a_run_that_takes_too_long_is_ended_with_all_its_processes(tmp_path: Path) -> None:
    late = tmp_path / "late"
    child = f"import time, pathlib; time.sleep(3); pathlib.Path({str(late)!r}).touch()"
    code = (
        f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(600)"
    )
    figures = timing.measure([python(code)], [], Path(), 3, 1)
    assert figures["python"].trouble == "> 1 s"
    assert figures["python"].seconds == []
    assert not late.exists()


def test_a_fresh_folder_is_emptied_before_each_run(tmp_path: Path) -> None:
    fresh = tmp_path / "cache"
    code = f"import os; os.mkdir({str(fresh)!r})"
    figures = timing.measure([python(code, fresh)], [], Path(), 2, 60)
    assert (figures["python"].trouble, len(figures["python"].seconds)) == ("", 2)


@pytest.mark.parametrize(
    ("took", "expected"),
    [
        ([0.4, 0.1, 0.2, 0.3], [0.1, 0.2, 0.3]),
        ([11.0, 0.1, 0.2, 0.3], [11.0]),
        ([0.4, 12.0, 0.2, 0.3], [12.0]),
    ],
)
def test_rounds(monkeypatch: pytest.MonkeyPatch, took: list[float], expected: list[float]) -> None:
    times = iter(took)
    monkeypatch.setattr(timing, "timed", lambda *_: Run(next(times), 5))
    figures = timing.measure([python("pass")], [], Path(), 3, 60)
    assert figures["python"].seconds == expected


def test_a_run_that_fills_a_cache_never_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([30.0, 0.2])
    monkeypatch.setattr(timing, "timed", lambda *_: Run(next(times), 5))
    tool = Tool("again", lambda *_: [], filling=True)
    assert timing.measure([tool], [], Path(), 1, 60)["again"].seconds == [0.2]


def test_tools_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []

    def timed(tool: Tool, *_: object) -> Run:
        order.append(tool.name)
        return Run(1.0, 5, "> 9 s" if tool.name == "b" else "")

    monkeypatch.setattr(timing, "timed", timed)
    timing.measure([Tool(name, lambda *_: []) for name in "abc"], [], Path(), 2, 9)
    assert "".join(order) == "abcacac"


# -- tables --------------------------------------------------------------------------------------------------


def test_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "own", lambda: 20_000_000)
    figures = {
        "medlint": Figure([0.2, 0.1, 0.4], 31_400_000),
        "swift": Figure([0.05], 1_000_000),
        "slow": Figure([70.04], 1_234_000_000),
        "late": Figure([], 90_000_000, "> 120 s"),
        "broken": Figure([], 0, "failed"),
    }
    assert list(timing.table("one article", figures, "medlint")) == [
        "| one article | median | least | most | runs | medlint = 1 | memory |",
        "| --- | --: | --: | --: | --: | --: | --: |",
        "| medlint | 0.200 s | 0.100 s | 0.400 s | 3 | 1.00 | 31 MB |",
        "| swift | 0.050 s | 0.050 s | 0.050 s | 1 | 0.25 | < 20 MB |",
        "| slow | 70.0 s | 70.0 s | 70.0 s | 1 | 350.20 | 1,234 MB |",
        "| late | > 120 s | – | – | – | – | 90 MB |",
        "| broken | failed | – | – | – | – | – |",
    ]


def test_a_table_without_the_base_has_no_ratios() -> None:
    figures = {"medlint": Figure([], 0, "failed"), "other": Figure([1.0], 0)}
    assert (
        list(timing.table("x", figures, "medlint"))[-1] == "| other | 1.00 s | 1.00 s | 1.00 s | 1 | – | – |"
    )


def test_a_section_is_replaced_and_the_rest_stays() -> None:
    opening, closing = bench.SECTIONS["scaling"]
    document = f"before\n{opening}\nold\n{closing}\nbehind\n"
    once = bench.inserted(document, "scaling", "new")
    assert once == f"before\n{opening}\n\nnew\n\n{closing}\nbehind\n"
    assert bench.inserted(once, "scaling", "new") == once


@pytest.mark.parametrize("document", ["", bench.SECTIONS["scaling"][0], bench.SECTIONS["scaling"][1]])
def test_a_document_without_marks_is_left_alone(document: str) -> None:
    with pytest.raises(ValueError, match="no marks"):
        bench.inserted(document, "scaling", "new")


@pytest.mark.parametrize("name", bench.SECTIONS)
def test_the_document_has_a_place_for_figures(name: str) -> None:
    assert bench.inserted(bench.DOCUMENT.read_text(encoding="utf-8"), name, "figures")


def test_the_machine_is_named_and_nobody_with_it() -> None:
    about = bench.machine()
    assert "Python" in about
    assert "/" not in bench.system().replace("GNU/Linux", "")


# -- growth --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [5_000, 30_000, 200_000])
def test_an_article_of_a_size(size: int) -> None:
    assert size - 2_000 < len(article(random.Random(1), size).encode()) <= size


@pytest.mark.parametrize(("value", "expected"), [(0.9, 1), (1, 1), (3, 4), (5, 8), (9, 10), (23, 40), (0, 1)])
def test_the_scale_ends_above_the_highest_point(value: float, expected: float) -> None:
    assert scaling.ceiling(value) == expected


SERIES = {
    "one file": [Point("1 file, 10 kB", 10_000, 0.2, 0), Point("1 file, 10 MB", 10_000_000, 200, 0)],
    "a < b": [Point("10 files", 40_000, 0.4, 0)],
}


def test_the_picture_shows_each_point_in_its_place() -> None:
    drawn = ET.fromstring(scaling.picture(SERIES))
    space = "{http://www.w3.org/2000/svg}"
    places = [(float(c.get("cx", 0)), float(c.get("cy", 0))) for c in drawn.iter(f"{space}circle")]
    assert len(places) == 3
    assert places[0][0] == scaling.LEFT
    assert places[1][0] == scaling.WIDTH - scaling.RIGHT
    # 20 µs a byte at both ends of the first line, 10 in the second: half as high on a scale from 0 to 20
    assert places[0][1] == places[1][1] == scaling.TOP
    assert places[2][1] == (scaling.TOP + scaling.HEIGHT - scaling.BOTTOM) / 2
    assert len(list(drawn.iter(f"{space}polyline"))) == 2
    texts = [text.text for text in drawn.iter(f"{space}text")]
    assert {"10 kB", "10 MB", "one file", "a < b", "µs a byte"} <= set(texts)


def test_nothing_to_draw_is_said() -> None:
    with pytest.raises(ValueError, match="nothing to draw"):
        scaling.picture({"one file": []})


def test_rows_of_growth() -> None:
    assert list(scaling.rows(SERIES))[2:] == [
        "| 1 file, 10 kB | 10,000 | 0.200 s | 20.00 | – |",
        "| 1 file, 10 MB | 10,000,000 | 200.0 s | 20.00 | – |",
        "| 10 files | 40,000 | 0.400 s | 10.00 | – |",
    ]
