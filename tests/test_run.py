"""Files in, results out: what is read, under which settings, and what becomes of a failure."""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from medlint.config import Config
from medlint.files import MAX_BYTES, Source, decode, find, write
from medlint.model import Finding, Problem, Report, Span, UserError
from medlint.run import Result, check
from medlint.settings import Settings


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for each test, which is the current one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    return tmp_path


def make(files: Mapping[str, str | bytes]) -> None:
    for name, content in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))


# -- which files ---------------------------------------------------------------------------------------------


def found(*paths: str) -> list[str]:
    sources, problems = find(paths)
    assert problems == []
    return [source.path for source in sources]


def test_a_folder_means_the_markdown_below_it() -> None:
    skipped = ["node_modules/x/a.md", ".git/a.md", ".cache/a.md", "venv/lib/a.md", ".#lock.md", "a.txt"]
    make(
        dict.fromkeys(["b.MD", "a/x.markdown", "a/y.mdx", "a/b/z.mdown", "folder.md/w.md", *skipped], "Text.")
    )
    assert found(".") == ["a/b/z.mdown", "a/x.markdown", "a/y.mdx", "b.MD", "folder.md/w.md"]
    assert found("folder.md") == ["folder.md/w.md"]


def test_a_file_that_is_named_is_meant_and_each_is_meant_once(here: Path) -> None:
    make({"notes.txt": "Text.", "node_modules/a.md": "Text.", "b.md": "Text."})
    named = ["notes.txt", "./notes.txt", str(here / "b.md"), "b.md", "node_modules/a.md"]
    assert found(*named) == ["b.md", "node_modules/a.md", "notes.txt"]


def test_links_to_folders_do_not_lead_in_circles() -> None:
    make({"a/b.md": "Text."})
    Path("a/again").symlink_to("..", target_is_directory=True)
    assert found(".") == ["a/b.md"]


def test_what_is_not_there_is_a_problem() -> None:
    assert find(["gone.md", "a.md/b"])[1] == [
        Problem("gone.md", "there is no such file or folder"),
        Problem("a.md/b", "there is no such file or folder"),
    ]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbfText.")))
    ((source,), _) = find(["-"], "a/b.mdx")
    assert (source.path, source.text(), source.size()) == ("a/b.mdx", "Text.", 8)


# -- what they say -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"", ""), ("é\r\n".encode(), "é\r\n"), (b"\xef\xbb\xbfa", "a"), (b"a\x1a\x0c", "a\x1a\x0c")],
)
def test_text(data: bytes, text: str) -> None:
    assert decode(data, "a.md") == text


@pytest.mark.parametrize(
    ("data", "line", "column", "words"),
    [
        (b"one\nit\x92s", 2, 3, "the byte 0x92 is no UTF-8; the file looks like Windows-1252"),
        (b"one\r\n\xff\x81", 2, 1, "the byte 0xFF is no UTF-8; save the file as UTF-8"),
        ("\ufeffText.".encode("utf-16-le"), 0, 0, "the file is UTF-16"),
        ("Text without a mark".encode("utf-16-be"), 0, 0, "the file is UTF-16"),
        (b"\x89PNG\n\x1a\n" + b"abc\0" * 3, 3, 4, "a NUL byte"),
        (b"a" * (MAX_BYTES + 1), 0, 0, "larger than 10 MB"),
    ],
)
def test_what_is_no_text_is_told_in_plain_words(data: bytes, line: int, column: int, words: str) -> None:
    with pytest.raises(UserError) as caught:
        decode(data, "a.md")
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (line, column)
    assert words in problem.message


def problem_with(path: str) -> str:
    with pytest.raises(UserError) as caught:
        Source(path, Path(path)).text()
    return str(caught.value)


def test_a_link_that_leads_nowhere() -> None:
    Path("a.md").symlink_to("gone.md")
    assert problem_with("a.md") == "a.md: a link that leads nowhere (gone.md)"
    Path("loop.md").symlink_to("loop.md")
    assert problem_with("loop.md").startswith("loop.md: the file cannot be read: ")


def test_a_pipe_is_not_waited_for() -> None:
    os.mkfifo("a.md")
    assert problem_with("a.md").startswith("a.md: neither a file nor a folder")


def test_files_are_written_whole(here: Path) -> None:
    make({"a": "old"})
    Path("link").symlink_to("a")
    write(Path("link"), "new\n")
    assert Path("a").read_text() == "new\n"
    assert sorted(os.listdir(here)) == [".git", "a", "link"]
    with pytest.raises(UserError, match="gone/b: cannot be written"):
        write(Path("gone/b"), "text")


# -- under which settings ------------------------------------------------------------------------------------


@dataclass
class Everywhere:
    """The same configuration for every file."""

    config: Config = field(default_factory=Config)
    problems: list[Problem] = field(default_factory=list)

    def near(self, _file: Path) -> Config:
        return self.config


def flag(text: str, path: str, config: Config) -> Report:
    """Stands in for the linter: what it finds is the scope it was given."""
    finding = Finding("claims/cure", "warning", Span(0, 1), text[:1], config.scope, "Mend it", ())
    return Report(path, text, len(text.split()), (finding,) if text else ())


def scopes(results: Iterable[Result]) -> dict[str, list[str]]:
    return {result.report.path: [f.message for f in result.report.findings] for result in results}


def test_the_nearest_configuration_holds() -> None:
    make(
        {
            ".medlint.yml": "scope: document\nexclude: [drafts/**]\n"
            "paths: [{files: [c.md], scope: section}]\n",
            "sub/.medlint.yml": "scope: sentence\n",
            **dict.fromkeys(["a.md", "c.md", "sub/deep/b.md", "drafts/d.md"], "Text."),
        }
    )
    sources, _ = find([".", "drafts/d.md"])
    expected = {"a.md": ["document"], "c.md": ["section"], "sub/deep/b.md": ["sentence"]}
    assert scopes(check(sources, Settings(), lint=flag)) == expected
    given = Settings(Path("sub/.medlint.yml"))
    assert set(map(tuple, scopes(check(sources, given, lint=flag)).values())) == {("sentence",)}
    none = scopes(check(sources, Settings(ignore=True), lint=flag))
    assert len(none) == 4
    assert set(map(tuple, none.values())) == {("paragraph",)}


def test_a_faulty_configuration_is_told_once_and_stops_only_its_own_files() -> None:
    bad = "scope: chapter\nextends: [recomended]\n"
    make({"bad/.medlint.yml": bad, **dict.fromkeys(["bad/a.md", "bad/sub/b.md", "good.md"], "Text.")})
    results = list(check(find(["."])[0], Settings(), lint=flag))
    assert [result.report.path for result in results] == ["bad/.medlint.yml", "good.md"]
    assert [result.exit_code() for result in results] == [2, 1]


@pytest.mark.parametrize(
    ("fail_on", "option", "code"),
    [
        ("warning", None, 1),
        ("error", None, 0),
        ("never", None, 0),
        ("error", "info", 1),
        ("info", "never", 0),
    ],
)
def test_the_level_that_fails(fail_on: str, option: str | None, code: int) -> None:
    config = Config(fail_on=fail_on)
    assert Result(flag("Text.", "a.md", config), config).exit_code(option) == code


# -- what becomes of failures --------------------------------------------------------------------------------


def stumble(text: str, path: str, config: Config) -> Report:
    if "interrupt" in text:
        raise KeyboardInterrupt
    if "die" in text:
        os._exit(1)
    if "crash" in text:
        raise ValueError("no\nidea")
    if "slow" in text:
        time.sleep(0.1)
    return flag(text, path, config)


def run(files: Mapping[str, str | bytes], jobs: int) -> dict[str, Report]:
    make(files)
    results = list(check(find(files)[0], Everywhere(), jobs=jobs, lint=stumble))
    assert [result.report.path for result in results] == sorted(files)
    return {result.report.path: result.report for result in results}


@pytest.mark.parametrize("jobs", [1, 2])
def test_one_bad_file_does_not_stop_the_others(jobs: int) -> None:
    reports = run({"a.md": "crash", "b.md": "Text.", "c.md": b"\xff", "d.md": "Text."}, jobs)
    (crash,) = reports["a.md"].problems
    assert crash.message.startswith("medlint failed on this file (ValueError: no idea, test_run.py:")
    assert "in stumble): please report it" in crash.message
    assert reports["c.md"].problems[0].line == 1
    assert len(reports["b.md"].findings) == len(reports["d.md"].findings) == 1


def test_the_trace_is_shown_to_those_who_ask(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run({"a.md": "crash"}, 1)
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("MEDLINT_DEBUG", "1")
    run({"a.md": "crash"}, 1)
    assert "Traceback" in capsys.readouterr().err


def test_a_process_that_dies_loses_its_own_file_only() -> None:
    big = "Text. " * 10_000
    files = {f"{n:02}.md": big for n in range(8)} | {"03.md": big + "die", "05.md": big + "die"}
    reports = run(files, 2)
    assert [path for path, report in reports.items() if report.problems] == ["03.md", "05.md"]
    assert "stopped without a word" in reports["03.md"].problems[0].message
    assert all(report.findings for path, report in reports.items() if path not in ("03.md", "05.md"))


def test_results_do_not_depend_on_the_number_of_processes() -> None:
    files = {f"{n:02}.md": f"{n} " * 20_000 + ("slow" if n % 3 == 0 else "") for n in range(9)}
    alone = run(files, 1)
    assert run(files, 2) == alone
    assert run(files, 3) == alone
    assert run(files, 0) == alone


def test_ctrl_c_is_not_taken_for_a_fault_of_the_file() -> None:
    make({"a.md": "interrupt"})
    with pytest.raises(KeyboardInterrupt):
        list(check(find(["a.md"])[0], Everywhere(), jobs=1, lint=stumble))
