"""Beyond one machine: the same report from a cluster as from here, whatever happens to its workers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from rulefile import HEAD

from medlint import cli
from medlint.cluster import addresses, team, work
from medlint.config import Config
from medlint.crew import Article, Crew
from medlint.files import find
from medlint.model import Problem, Report, UserError
from medlint.run import check
from medlint.settings import Settings, rules_of

ARTICLE = """\
# Willow tea {0}

Willow tea cures arthritis in {0} days [1]. Take 400 mg of curcumin every day. Our clinic is the best in the world.

<!-- medlint: ignore[claims/cure] the quotation is what this piece is about -->
A study of {0} patients showed that the tea prevents cancer. Snazzle heals.

[1]: https://example.org/{0}
"""
QUIET = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}
CITED = "---\nbibliography: refs.bib\n---\nA trial found that it lowers pain in 40% of patients [@doe2020; @{0}].\n"
RULE = f"""\
{HEAD}find: [{{phrases: [snazzle]}}]
examples:
  bad: [{{text: Snazzle heals., flags: [Snazzle]}}]
  good: [Tea heals.]
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with articles under settings of their own, which is the current one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "refs.bib").write_text("@article{doe2020, title={Tea}}", encoding="utf-8")
    rule = tmp_path / "house" / "words" / "ours.yml"
    rule.parent.mkdir(parents=True)
    rule.write_text(RULE, encoding="utf-8")
    (tmp_path / ".medlint.yml").write_text(
        "rule-folders: [house]\nrules: {words/ours: error}\nlexicons: {conditions: [teaitis]}\n"
        "exclude: [articles/7.md]\n"
        "paths: [{files: [articles/5.md], rules: {claims: off}}]\n",
        encoding="utf-8",
    )
    (tmp_path / "articles").mkdir()
    for number in range(24):
        (tmp_path / "articles" / f"{number}.md").write_text(ARTICLE.format(number), encoding="utf-8")
    (tmp_path / "articles" / "cited.md").write_text(CITED.format("nobody"), encoding="utf-8")
    (tmp_path / "articles" / "broken.md").write_bytes(b"Tea \xff")
    return tmp_path


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two workers, each a process."""
    distributed = pytest.importorskip("distributed", reason="takes medlint[dask]")
    dask = pytest.importorskip("dask")
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", silence_logs=50, scheduler_kwargs=QUIET
        ) as started,
    ):
        yield started


@pytest.fixture
def executor(cluster: Any) -> str:
    return f"dask://{cluster.scheduler_address.removeprefix('tcp://')}"


@pytest.fixture
def threads() -> Iterator[str]:
    """The address of two workers that are threads of this process, and see its memory:// files."""
    distributed = pytest.importorskip("distributed", reason="takes medlint[dask]")
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=2,
        processes=False,
        protocol="tcp",
        host="127.0.0.1",
        silence_logs=50,
        scheduler_kwargs=QUIET,
    ) as started:
        yield f"dask://{started.scheduler_address}"


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team, "CHUNK_BYTES", 800)


def told(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str]:
    code = cli.main(["check", "--no-cache", *args])
    return code, capsys.readouterr().out


# -- the same report -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_cluster_reports_what_this_machine_does(
    executor: str, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    here_told = told(capsys, "articles", "nowhere.md", "--format", form, "--jobs", "1")
    assert here_told[0] == 2
    assert here_told[1].count("words/ours") >= 23
    assert told(capsys, "articles", "nowhere.md", "--format", form, "--executor", executor) == here_told


@pytest.mark.parametrize("level", ["error", "never"])
def test_exit_codes_are_the_same(executor: str, capsys: pytest.CaptureFixture[str], level: str) -> None:
    args = ("articles/1.md", "articles/2.md", "--fail-on", level, "--family", "claims")
    assert told(capsys, *args, "--executor", executor) == told(capsys, *args)


def test_addresses_of_files_mean_the_files(
    here: Path, executor: str, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = told(capsys, "articles", "--format", "json")
    for given in (f"file://{here}/articles/*.md", f"file://{here}/articles"):
        assert told(capsys, given, "articles/1.md", "--format", "json", "--executor", executor) == expected


def test_results_are_kept_and_looked_up(
    here: Path, executor: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "articles" / "1.md").write_text(ARTICLE.format(uuid.uuid4().hex), encoding="utf-8")
    assert cli.main(["check", "articles/1.md", "articles/2.md", "--executor", executor]) == 1
    first = capsys.readouterr().out
    assert cli.main(["check", "articles/1.md", "articles/2.md", "--executor", "dask://127.0.0.1:1"]) == 1
    assert capsys.readouterr().out == first


# -- addresses -----------------------------------------------------------------------------------------------


def test_patterns_are_listed_here_and_read_by_the_workers(
    threads: str, capsys: pytest.CaptureFixture[str]
) -> None:
    fsspec = pytest.importorskip("fsspec", reason="takes medlint[dask]")
    store = fsspec.filesystem("memory")
    for number in range(3):
        store.pipe(f"/shelf/{number}.md", ARTICLE.format(number).encode())
    store.pipe("/shelf/deep/a.md", b"Tea \xff")
    store.pipe("/shelf/.hidden/a.md", b"Tea")
    store.pipe("/shelf/a.txt", b"Tea")
    try:
        code, out = told(capsys, "memory://shelf/?.md", "--format", "json", "--executor", threads)
        names = [f"articles/{number}.md" for number in range(3)]
        expected = told(capsys, *names, "--format", "json")
        assert code == expected[0]
        assert anywhere(out, "memory:///shelf/") == anywhere(expected[1], "articles/")
        code, out = told(capsys, "memory://shelf", "--executor", threads)
        assert code == 2
        assert "memory:///shelf/deep/a.md:1:5" in out
        assert "the byte 0xFF is no UTF-8" in out
        assert "hidden" not in out
    finally:
        store.rm("/shelf", recursive=True)


def anywhere(out: str, folder: str) -> Any:
    """A JSON report without what depends on where the files are."""
    told = json.loads(out)
    assert told["findings"]
    return told | {
        "findings": [
            found | {"path": found["path"].removeprefix(folder), "fingerprint": ""}
            for found in told["findings"]
        ]
    }


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("memory://nobody/*.md", "nothing there matches"),
        ("memory://nobody/a.md", "there is no such file or folder"),
        ("nonsense://a/b.md", "cannot be listed: ValueError: Protocol not known: nonsense"),
    ],
)
def test_what_is_wrong_with_an_address(address: str, message: str) -> None:
    pytest.importorskip("fsspec", reason="takes medlint[dask]")
    sources, problems = addresses.find([address])
    assert sources == []
    assert problems[0].path == address
    assert problems[0].message.startswith(message)


def test_a_file_that_is_gone_by_the_time_it_is_read() -> None:
    pytest.importorskip("fsspec", reason="takes medlint[dask]")
    with pytest.raises(UserError, match="there is no such file"):
        addresses.read("memory://nobody/a.md", "a.md")


# -- lost workers --------------------------------------------------------------------------------------------


def reports(articles: Sequence[str], crew: Any = Crew, *, after: Any = None) -> list[Report]:
    sources, _ = find(articles)
    made = []
    for result in check(sources, Settings(), crew=crew, seconds=60):
        made.append(result.report)
        if after:
            after(len(made))
    return made


def test_a_worker_that_is_killed_changes_nothing(executor: str) -> None:
    expected = reports(["articles"])
    killed: list[list[int]] = []

    def kill(done: int) -> None:
        if done == 3:
            pid = next(iter(connected.client.run(os.getpid).values()))
            busy = [len(tasks) for tasks in connected.client.processing().values()]
            os.kill(pid, signal.SIGKILL)
            killed.append(busy)

    with team.Cluster(executor) as connected:
        assert reports(["articles"], connected.crew, after=kill) == expected
        assert len(killed) == 1
        assert sum(killed[0]) > 0
        connected.client.wait_for_workers(2, timeout=20)


def deadly(setup: work.Setup, pieces: Sequence[work.Piece]) -> list[Report] | str:
    if any("deadly" in piece.article.text for piece in pieces):
        os.kill(os.getpid(), signal.SIGKILL)
    return work.work(setup, pieces)


def test_an_article_that_kills_workers_is_a_problem_and_the_others_are_checked(
    executor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"articles/{number}.md" for number in range(1, 6)]
    expected = reports(names)
    Path("articles/3.md").write_text("This is deadly.", encoding="utf-8")
    monkeypatch.setattr(team, "work", deadly)
    with team.Cluster(executor) as connected:
        found = reports(names, connected.crew)
    assert [report.path for report in found] == names
    assert "stopped without a word" in found[2].problems[0].message
    assert found[:2] + found[3:] == expected[:2] + expected[3:]


# -- what is in the way --------------------------------------------------------------------------------------


def ends_with(capsys: pytest.CaptureFixture[str], executor: str) -> str:
    assert cli.main(["check", "--no-cache", "articles/1.md", "--executor", executor]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err


def test_a_scheduler_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("distributed", reason="takes medlint[dask]")
    begun = time.monotonic()
    assert ends_with(capsys, "dask://127.0.0.1:1").startswith(
        "dask://127.0.0.1:1: no Dask scheduler answers there"
    )
    assert time.monotonic() - begun < 10


def test_a_scheduler_without_workers(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    distributed = pytest.importorskip("distributed", reason="takes medlint[dask]")
    monkeypatch.setattr(team, "_SECONDS_FOR_A_WORKER", 0.2)
    with distributed.LocalCluster(
        n_workers=0, protocol="tcp", host="127.0.0.1", silence_logs=50, scheduler_kwargs=QUIET
    ) as started:
        address = f"dask://{started.scheduler_address}"
        assert ends_with(capsys, address) == f"{address}: the scheduler has no workers\n"


def test_dask_is_not_installed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert (
        ends_with(capsys, "dask://local") == "medlint: --executor takes Dask: pip install 'medlint[dask]'\n"
    )


def test_addresses_without_an_executor(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "memory://shelf/*.md"]) == 2
    assert "addresses are read with --executor" in "".join(capsys.readouterr())


@pytest.mark.parametrize("executor", ["ray://a:1", "dask:", "dask://host", "local"])
def test_executors_that_are_none(executor: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["check", "--executor", executor])
    assert ended.value.code == 2
    assert "is neither dask://HOST:PORT nor dask://local" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--fix", "--diff"])
def test_nothing_is_mended_from_afar(capsys: pytest.CaptureFixture[str], option: str) -> None:
    assert cli.main(["check", option, "articles", "--executor", "dask://local"]) == 2
    assert "without --executor" in capsys.readouterr().err


def test_nothing_of_it_is_imported_by_other_runs() -> None:
    code = (
        "import sys; from medlint import cli; cli.main(['check', '-q', 'articles', '--jobs', '1']); "
        "print(*sorted(n for n in sys.modules if n.startswith(('medlint.cluster', 'dask', 'distributed', 'fsspec'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == ""


def test_ctrl_c_ends_it_quietly_and_leaves_nobody_behind(here: Path) -> None:
    pytest.importorskip("distributed", reason="takes medlint[dask]")
    command = [sys.executable, "-m", "medlint", "check", "--no-cache", "-q", "articles", "--jobs", "2"]
    for number in range(300):
        (here / "articles" / f"more-{number}.md").write_text(ARTICLE.format(number) * 4, encoding="utf-8")
    process = subprocess.Popen(
        [*command, "--executor", "dask://local"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, b"medlint: stopped\n")
    assert nobody_left(process.pid)


def nobody_left(group: int) -> bool:
    for _ in range(50):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


# -- what a worker does --------------------------------------------------------------------------------------


def setup(name: str, seconds: float = 0) -> work.Setup:
    return work.Setup(name, (Config(),), (work.RuleFiles((), {}, name),), seconds, nearby=False)


def test_a_worker_of_another_make_says_so() -> None:
    assert "Python" in work.work(setup("another"), [])


def test_the_run_ends_when_a_worker_is_of_another_make(
    executor: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(team, "name_of", lambda _: "another")
    assert "has another medlint, Python or libraries than there are here" in ends_with(capsys, executor)


def test_an_article_may_take_so_long_in_a_thread_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*_: object, **__: object) -> Report:
        with suppress(Exception):
            while True:
                time.sleep(0.001)
        raise AssertionError

    monkeypatch.setattr("medlint.lint.lint_text", endless)
    made = setup(work.name_of(rules_of(Config())), seconds=0.2)
    made = made._replace(key="endless")
    report = work.work(made, [work.Piece(Article("a.md", "Tea.", 0))])[0]
    assert isinstance(report, Report)
    assert report.problems[0].message.startswith("checking this file took longer than 0.2 seconds")
    assert isinstance(report.problems[0], Problem)
    monkeypatch.undo()
    report = work.work(made, [work.Piece(Article("a.md", "Tea.", 0))])[0]
    assert isinstance(report, Report)
    assert report.problems == ()
