"""References looked up: what is asked, what an answer means, and what becomes of trouble on the way.

Crossref and PubMed are a server on this machine, which speaks as they do; see catalogues.py.
"""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from catalogues import NAPS, Catalogue, Reply, first, paper, served, unused_port, update, work

from medlint import __version__, cli
from medlint.nearest import RECORD
from medlint.verifying.answers import parse, render

TODAY = datetime.now(timezone.utc).date()
NAPS_CITED = "Marsh J. Naps and mood at the lake. Sleep Rest. 2020;4:11-19."


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    connect = socket.socket.connect

    def nearby(self: socket.socket, address: tuple[str, int]) -> None:
        assert address[0] == "127.0.0.1", f"medlint wants to reach {address[0]}"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", nearby)
    (tmp_path / ".git").mkdir()
    return tmp_path


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch) -> Iterator[Catalogue]:
    """An empty catalogue, which is all that medlint knows of the network."""
    with served(Catalogue()) as found:
        monkeypatch.setenv("MEDLINT_CROSSREF", f"{found.base}/crossref")
        monkeypatch.setenv("MEDLINT_PUBMED", f"{found.base}/pubmed")
        yield found


# -- medlint references --verify -----------------------------------------------------------------------------


def invented(number: int) -> str:
    return f"Marsh J. Naps and mood in village number {number}. Sleep Rest. 2020;{number}:11-19."


def article(*entries: str, text: str = "Naps lifted mood.") -> str:
    listed = "".join(f"{at}. {entry}\n" for at, entry in enumerate(entries, 1))
    return f"# Naps\n\n{text}\n\n## References\n\n{listed}"


def write(name: str, content: str) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def verify(*args: str) -> int:
    return cli.main(["references", "--verify", "--timeout", "5", *args])


MIXED = (
    NAPS_CITED,
    "Osei K. Rest at work and the speed of typing. Work. 2014;3:2-8. doi:10.5555/work.3",
    "Lund P. Cold swims and later sleep in sailors. Seas. 2016;8:21-27. doi:10.5555/geese",
    invented(7),
    "Ndiaye A. Short walks after lunch in an office. Walking. 2018;2:31-39. doi:10.5555/walk.2",
    "Vale R. Warm baths before bed in shift workers. Baths. 2017;5:41-44. PMID: 77",
    "Roth S. Dim light and the first hour of sleep. Light. 2015;6:51-58. doi:10.5555/light.6",
    "Sleep Council. Naps for beginners. https://health.example/naps. Accessed 3 May 2024.",
)


def stocked(catalogue: Catalogue) -> None:
    retracted = {"updated-by": [update("retraction", "10.5555/walk.9", "retraction-watch")]}
    corrected = {"updated-by": [update("correction", "10.5555/light.9")]}
    for one in (
        NAPS,
        work("10.5555/work.3", "Rest at work and the speed of typing", "Osei", 2019, "Work", "3:2-8"),
        work("10.5555/geese", "Migration of geese over northern wetlands", "Halvorsen", 2011, "Birds"),
        work(
            "10.5555/walk.2",
            "Short walks after lunch in an office",
            "Ndiaye",
            2018,
            "Walking",
            "2:31-39",
            **retracted,
        ),
        work(
            "10.5555/light.6",
            "Dim light and the first hour of sleep",
            "Roth",
            2015,
            "Light",
            "6:51-58",
            **corrected,
        ),
    ):
        catalogue.works[one["DOI"]] = one
    concern = {"references": [{"reftype": "Expression of concern in", "pmid": 78}]}
    catalogue.papers["77"] = paper(
        "77", "Warm baths before bed in shift workers", "Vale R", 2017, "Baths", "5:41-44", **concern
    )


TABLE = """\
naps.md
   7  found       1. Marsh J. Naps and mood at the lake. Sleep Rest. 2020;4:11-…
   8  mismatched  2. Osei K. Rest at work and the speed of typing. Work. 2014;3…
                  year “2014” here, “2019” there
   9  mismatched  3. Lund P. Cold swims and later sleep in sailors. Seas. 2016;…
                  DOI 10.5555/geese leads to another work, “Halvorsen. Migration
                  of geese over northern wetlands. Birds 2011”
  10  not found   4. Marsh J. Naps and mood in village number 7. Sleep Rest. 20…
  11  retracted   5. Ndiaye A. Short walks after lunch in an office. Walking. 2…
                  was retracted (notice: https://doi.org/10.5555/walk.9)
  12  in doubt    6. Vale R. Warm baths before bed in shift workers. Baths. 201…
                  is under an expression of concern (notice: PMID 78)
  13  corrected   7. Roth S. Dim light and the first hour of sleep. Light. 2015…
                  was corrected (notice: https://doi.org/10.5555/light.9)
  14  no article  8. Sleep Council. Naps for beginners. https://health.example/…

8 references: 1 retracted, 1 in doubt, 2 mismatched, 1 not found, 1 corrected, 1 no article, 1 found
"""


def test_every_verdict_in_one_table(catalogue: Catalogue, capsys: pytest.CaptureFixture[str]) -> None:
    stocked(catalogue)
    write("naps.md", article(*MIXED))
    assert verify("naps.md") == 1
    assert capsys.readouterr().out == TABLE


def test_the_record_serves_an_ordinary_check(
    catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    stocked(catalogue)
    write("naps.md", article(*MIXED))
    verify("naps.md")
    asked = len(catalogue.requests)
    capsys.readouterr()
    assert cli.main(["check", "--quiet", "naps.md"]) == 1
    told = [line.split(": ", 2) for line in capsys.readouterr().out.splitlines()]
    rules = ("retracted", "metadata-mismatch", "not-found", "unverified")
    assert [(at.split(":")[1], rule) for at, _, rule in by_rule(told, rules)] == [
        ("8", "metadata-mismatch"),
        ("9", "metadata-mismatch"),
        ("10", "not-found"),
        ("11", "retracted"),
        ("12", "retracted"),
    ]
    assert len(catalogue.requests) == asked


def by_rule(told: Sequence[Sequence[str]], names: Sequence[str]) -> list[tuple[str, str, str]]:
    """(place, severity, rule) of the findings of some rules of the family citations."""
    found = [(at, severity, rest.split(":")[0].removeprefix("citations/")) for at, severity, rest in told]
    return [each for each in found if each[2] in names]


def test_the_record_is_plain_and_always_the_same(catalogue: Catalogue) -> None:
    stocked(catalogue)
    write("naps.md", article(*MIXED))
    verify("naps.md")
    text = Path(RECORD).read_text(encoding="utf-8")
    data = json.loads(text)
    assert list(data) == ["about", "version", "answers"]
    assert list(data["answers"]) == sorted(data["answers"])
    assert data["answers"]["crossref doi 10.5555/walk.2"] == {
        "asked": TODAY.isoformat(),
        "works": [
            {
                "titles": ["Short walks after lunch in an office"],
                "authors": ["Ndiaye"],
                "years": [2018],
                "containers": ["Walking"],
                "volume": "2",
                "pages": "31-39",
                "doi": "10.5555/walk.2",
                "notices": [{"kind": "retraction", "by": "10.5555/walk.9"}],
            }
        ],
    }
    assert render(parse(text, RECORD)) == text
    write("naps.md", article(*reversed(MIXED)))
    Path(RECORD).unlink()
    verify("naps.md")
    assert Path(RECORD).read_text(encoding="utf-8") == text


@pytest.mark.usefixtures("catalogue")
def test_ten_inventions_make_ten_lines(capsys: pytest.CaptureFixture[str]) -> None:
    write("naps.md", article(*map(invented, range(1, 11))))
    assert verify("naps.md") == 1
    told = capsys.readouterr().out
    assert told.count("not found") == 11
    assert told.splitlines()[-1] == "10 references: 10 not found"


def test_as_json(catalogue: Catalogue, capsys: pytest.CaptureFixture[str]) -> None:
    stocked(catalogue)
    write("naps.md", article(*MIXED))
    assert verify("--format", "json", "naps.md") == 1
    told = json.loads(capsys.readouterr().out)
    assert [one["verdict"] for one in told["references"]] == [
        "found", "mismatch", "mismatch", "not-found", "retracted", "concern", "corrected", "unlisted",
    ]  # fmt: skip
    second = told["references"][1]
    assert (second["path"], second["line"], second["number"]) == ("naps.md", 8, 2)
    assert second["differences"] == [{"part": "year", "given": "2014", "recorded": "2019"}]
    assert second["record"] == {
        "title": "Rest at work and the speed of typing",
        "doi": "10.5555/work.3",
        "pmid": "",
    }
    assert told["summary"]["mismatch"] == 2


def test_a_near_hit_is_told_apart_from_a_miss(
    catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    stocked(catalogue)
    write("naps.md", article(NAPS_CITED.replace("2020", "2011"), NAPS_CITED.replace("Marsh J", "Lund P")))
    assert verify("naps.md") == 1
    told = capsys.readouterr().out
    assert "year “2011” here, “2020” there" in told
    assert "first author “Lund” here, “Marsh” there" in told


@pytest.mark.usefixtures("catalogue")
def test_a_bibliography_file_is_looked_up_too(capsys: pytest.CaptureFixture[str]) -> None:
    write(
        "naps.bib",
        "@article{marsh, author={Marsh, Jo}, title={Naps and mood in village number 1}, journal={Sleep Rest}, "
        "volume={4}, pages={11--19}, year={2020}}\n",
    )
    assert verify("naps.bib") == 1
    told = capsys.readouterr()
    assert "1 reference: 1 not found" in told.out
    assert "looking up references: 1 of 1\n" in told.err
    write(".medlint.yml", "rules: {citations/not-found: info}\n")
    assert verify("naps.bib") == 0


def test_the_verdicts_are_no_bibliography(capsys: pytest.CaptureFixture[str]) -> None:
    write("naps.md", article(NAPS_CITED))
    assert verify("--format", "bibtex", "naps.md") == 2
    assert "--verify reports as text or json, not bibtex" in capsys.readouterr().err


def test_lists_without_an_article_to_look_up(
    catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    write("naps.md", "# Naps\n\nNaps are short.\n")
    assert verify("naps.md") == 0
    assert capsys.readouterr().out == "0 references: nothing to look up\n"
    assert (catalogue.requests, Path(RECORD).exists()) == ([], False)


# -- being polite --------------------------------------------------------------------------------------------


def test_services_are_told_whom_to_write_to(catalogue: Catalogue, capsys: pytest.CaptureFixture[str]) -> None:
    write(".medlint.yml", "references: {contact: ed@clinic.example}\n")
    write("naps.md", article(invented(1)))
    verify("naps.md")
    assert all("mailto=ed%40clinic.example" in path for path in catalogue.asked("/crossref"))
    assert all("email=ed%40clinic.example&" in f"{path}&" for path in catalogue.asked("/pubmed"))
    assert all("tool=medlint" in path for path in catalogue.asked("/pubmed"))
    assert set(catalogue.agents) == {
        f"medlint/{__version__} (https://github.com/medlint/medlint; mailto:ed@clinic.example)"
    }
    assert "contact" not in capsys.readouterr().err
    verify("--refresh", "--contact", "me@clinic.example", "naps.md")
    assert "mailto:me@clinic.example" in catalogue.agents[-1]


@pytest.mark.usefixtures("catalogue")
def test_without_an_address_there_is_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    write("naps.md", article(invented(1)))
    verify("naps.md")
    assert "give your e-mail address" in capsys.readouterr().err


@pytest.mark.parametrize("contact", ["nobody", "a@b", "a@b.example\r\nX: y"])
def test_an_address_that_is_none(contact: str, capsys: pytest.CaptureFixture[str]) -> None:
    write("naps.md", article(invented(1)))
    with pytest.raises(SystemExit):
        verify("--contact", contact, "naps.md")
    assert "is no e-mail address" in capsys.readouterr().err


def test_addresses_in_the_configuration(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MEDLINT_CROSSREF", "MEDLINT_PUBMED"):
        monkeypatch.delenv(name)
    write(
        ".medlint.yml",
        f"references:\n  crossref: {catalogue.base}/crossref/\n  pubmed: {catalogue.base}/pubmed\n",
    )
    write("naps.md", article(invented(1)))
    verify("naps.md")
    assert [path.partition("?")[0] for path in catalogue.requests] == [
        "/crossref/works",
        "/pubmed/ecitmatch.cgi",
    ]


@pytest.mark.parametrize(
    "config",
    ["references: {contact: nobody}", "references: {crossref: ftp://x.example}", "references: {mail: x}"],
)
def test_a_configuration_that_is_wrong(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    write(".medlint.yml", config + "\n")
    write("naps.md", article(invented(1)))
    assert verify("naps.md") == 2
    assert capsys.readouterr().err.startswith(".medlint.yml:1:")


# -- trouble -------------------------------------------------------------------------------------------------


def test_after_429_the_run_goes_on(catalogue: Catalogue, capsys: pytest.CaptureFixture[str]) -> None:
    stocked(catalogue)
    catalogue.fault = first((429, {"Retry-After": "1"}, b""), 2)
    write("naps.md", article(NAPS_CITED))
    assert verify("naps.md") == 0
    assert "1 found" in capsys.readouterr().out
    assert len(catalogue.requests) == 3


BROKEN: Mapping[str, Callable[[str], Reply | None]] = {
    "is out of order (500)": lambda _: (500, {}, b"oops"),
    "has had too many requests": lambda _: (429, {"Retry-After": "3600"}, b""),
    "cannot be understood: its answer is no JSON": lambda _: (200, {}, b"<html>maintenance</html>"),
    "cannot be understood: its answer lacks “message”": lambda _: (
        200,
        {},
        b'{"status": "ok", "message": []}',
    ),
}


@pytest.mark.parametrize("reason", BROKEN)
def test_trouble_with_a_service_is_told_and_changes_nothing(
    reason: str, catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue.fault = BROKEN[reason]
    write("naps.md", article(NAPS_CITED))
    assert verify("naps.md") == 0
    told = capsys.readouterr().out
    assert f"unverified  1. {NAPS_CITED[:20]}" in told
    assert f"\nCrossref {reason}; run the command again later" in told
    assert not Path(RECORD).exists()


def test_nobody_listens(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("MEDLINT_CROSSREF", "MEDLINT_PUBMED"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{unused_port()}")
    write("naps.md", article(NAPS_CITED, *map(invented, range(1, 9))))
    start = time.monotonic()
    assert verify("naps.md") == 0
    assert capsys.readouterr().out.count("Crossref cannot be reached") == 10
    assert time.monotonic() - start < 15, "a service that is down is not asked about every entry"


def test_a_slow_service(catalogue: Catalogue, capsys: pytest.CaptureFixture[str]) -> None:
    catalogue.delay = 2
    write("naps.md", article(NAPS_CITED))
    assert cli.main(["references", "--verify", "--timeout", "0.2", "naps.md"]) == 0
    assert "Crossref did not answer in time" in capsys.readouterr().out


def test_what_one_service_says_is_kept_when_the_other_is_down(
    catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    stocked(catalogue)
    catalogue.fault = lambda path: (500, {}, b"") if path.startswith("/pubmed") else None
    write("naps.md", article(NAPS_CITED, "Vale R. Warm baths before bed. Baths. 2017;5:41-44. PMID: 77"))
    assert verify("naps.md") == 0
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "2 references: 1 unverified, 1 found",
        "PubMed is out of order (500); run the command again later, it goes on where it stopped",
    ]


def test_killed_half_way_and_resumed(catalogue: Catalogue, folder: Path) -> None:
    stocked(catalogue)
    write("naps.md", article(*map(invented, range(1, 13))))
    command = [sys.executable, "-m", "medlint", "references", "--verify", "naps.md"]
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    until = time.monotonic() + 30
    while len(catalogue.requests) < 6 and time.monotonic() < until:
        time.sleep(0.02)
    run.kill()
    run.wait(10)
    before = len(parse(Path(RECORD).read_text(encoding="utf-8"), RECORD))
    assert 0 < before < 24
    asked = len(catalogue.requests)
    assert verify("naps.md") == 1
    assert len(parse(Path(RECORD).read_text(encoding="utf-8"), RECORD)) == 24
    assert len(catalogue.requests) - asked == 24 - before, "what was answered is not asked again"


def test_ctrl_c_ends_the_run_and_keeps_what_it_has(catalogue: Catalogue, folder: Path) -> None:
    write("naps.md", article(*map(invented, range(1, 13))))
    command = [sys.executable, "-m", "medlint", "references", "--verify", "naps.md"]
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=folder, text=True)
    until = time.monotonic() + 30
    while len(catalogue.requests) < 6 and time.monotonic() < until:
        time.sleep(0.02)
    start = time.monotonic()
    run.send_signal(signal.SIGINT)
    _, told = run.communicate(timeout=10)
    assert (run.returncode, told.splitlines()[-1]) == (130, "medlint: stopped")
    assert time.monotonic() - start < 3
    assert len(parse(Path(RECORD).read_text(encoding="utf-8"), RECORD)) > 0


# -- the record ----------------------------------------------------------------------------------------------


def aged(days: int) -> None:
    """Make all answers so many days older."""
    data = json.loads(Path(RECORD).read_text(encoding="utf-8"))
    for answer in data["answers"].values():
        answer["asked"] = (TODAY - timedelta(days=days)).isoformat()
    write(RECORD, json.dumps(data))


def test_answers_hold_for_thirty_days(catalogue: Catalogue, capsys: pytest.CaptureFixture[str]) -> None:
    stocked(catalogue)
    write("naps.md", article(NAPS_CITED))
    for days, asked in ((0, 1), (30, 1), (31, 2)):
        if days:
            aged(days)
        assert verify("naps.md") == 0
        assert len(catalogue.requests) == asked
    assert f'"asked": "{TODAY.isoformat()}"' in Path(RECORD).read_text(encoding="utf-8")
    catalogue.works["10.5555/lake.1"] = {**NAPS, "updated-by": [update("retraction", "10.5555/n")]}
    assert verify("naps.md") == 0
    assert verify("--refresh", "naps.md") == 1
    assert "1 retracted" in capsys.readouterr().out


def test_old_answers_are_better_than_none(catalogue: Catalogue, capsys: pytest.CaptureFixture[str]) -> None:
    stocked(catalogue)
    write("naps.md", article(MIXED[4]))
    verify("naps.md")
    aged(90)
    catalogue.fault = lambda _: (500, {}, b"")
    assert verify("naps.md") == 1
    assert "1 retracted\nCrossref is out of order (500)" in capsys.readouterr().out
    assert cli.main(["check", "--quiet", "naps.md"]) == 1
    assert "citations/retracted" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"version": 1, "answers": {', f"{RECORD}:1:28: this is no JSON; put an earlier version"),
        (
            '<<<<<<< HEAD\n{"version": 1}\n',
            f"{RECORD}:1:1: two versions of the file were merged by halves; put",
        ),
        ("[]", f"{RECORD}: “the file”: expected keys and values; put"),
        ('{"version": 9, "answers": {}}', f"{RECORD}: expected “version” 1, found 9; put"),
        (
            '{"version": 1, "answers": {"a": {"works": [{"titles": []}]}}}',
            f"{RECORD}: “a”: expected a title under",
        ),
        (
            '{"version": 1, "answers": {"a": {"works": {}}}}',
            f"{RECORD}: “a”: expected a list under “works”; put",
        ),
    ],
)
def test_a_damaged_record_is_told_and_left_as_it_is(
    content: str, told: str, catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    write("naps.md", article(NAPS_CITED))
    write(RECORD, content)
    for command in (["references", "--verify"], ["check", "--quiet"]):
        assert cli.main([*command, "naps.md"]) == 2
        captured = capsys.readouterr()
        assert told in captured.out + captured.err
    assert Path(RECORD).read_text(encoding="utf-8") == content
    assert catalogue.requests == []


@pytest.mark.usefixtures("catalogue")
def test_a_record_that_cannot_be_written(capsys: pytest.CaptureFixture[str]) -> None:
    write("site/naps.md", article(NAPS_CITED))
    write("site/.medlint.yml", "fail-on: error\n")
    Path("site", RECORD).mkdir()
    assert verify("site") == 2
    assert f"site/{RECORD}" in capsys.readouterr().err


@pytest.mark.usefixtures("catalogue")
def test_each_configuration_has_its_own_record() -> None:
    write("a/.medlint.yml", "fail-on: warning\n")
    write("a/deep/naps.md", article(invented(1)))
    write("b/.medlint.yml", "fail-on: never\n")
    write("b/naps.md", article(invented(2)))
    write("naps.md", article(invented(3)))
    assert verify(".") == 1
    assert verify("b") == 0
    for at, number in (("a", 1), ("b", 2), (".", 3)):
        assert f"village number {number} " in Path(at, RECORD).read_text(encoding="utf-8")


@pytest.mark.usefixtures("catalogue")
def test_a_finding_that_is_suppressed_fails_neither_run() -> None:
    off = "<!-- medlint: ignore-file[citations/not-found] our own archive -->\n\n"
    write("naps.md", off + article(invented(1)))
    assert verify("naps.md") == 0


@pytest.mark.usefixtures("catalogue")
def test_several_processes_know_the_record(capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(3):
        write(f"{number}.md", article(invented(number + 1)))
    verify(".")
    capsys.readouterr()
    assert cli.main(["check", "--quiet", "--jobs", "2", "."]) == 1
    told = [line.split(": ", 2) for line in capsys.readouterr().out.splitlines()]
    assert [at.split(":")[0] for at, _, _ in by_rule(told, ["not-found"])] == ["0.md", "1.md", "2.md"]


def test_an_entry_that_is_new_is_noted(catalogue: Catalogue, capsys: pytest.CaptureFixture[str]) -> None:
    stocked(catalogue)
    write("naps.md", article(NAPS_CITED))
    verify("naps.md")
    write("naps.md", article(NAPS_CITED, invented(1)))
    capsys.readouterr()
    cli.main(["check", "--quiet", "naps.md"])
    told = [line.split(": ", 2) for line in capsys.readouterr().out.splitlines()]
    assert by_rule(told, ["unverified", "not-found"]) == [("naps.md:8:4", "note", "unverified")]


# -- what it costs -------------------------------------------------------------------------------------------

LOADED = """\
import sys
from medlint.cli import main
main(sys.argv[1:])
names = ("httpx", "rich", "difflib", "medlint.bibliography", "medlint.verifying")
print(*[name for name in names if name in sys.modules], file=sys.stderr)
"""


def loaded(*args: str) -> list[str]:
    run = subprocess.run([sys.executable, "-c", LOADED, *args], capture_output=True, text=True, check=True)
    return run.stderr.split()


@pytest.mark.usefixtures("catalogue")
def test_a_check_loads_none_of_this_unless_there_is_a_record() -> None:
    write("naps.md", "# Naps\n\nNaps are short.\n")
    assert loaded("check", "naps.md") == []
    write("naps.md", article(NAPS_CITED))
    verify("naps.md")
    assert "httpx" not in loaded("check", "naps.md")


EVERYTHING = """\
import sys
from medlint.cli import main
main(sys.argv[1:])
print(*sys.modules, file=sys.stderr)
"""
NETWORK = {"httpx", "rich", "http.client", "urllib.request", "ssl", "socket", "medlint.verifying.client"}


@pytest.mark.parametrize(
    "command",
    [
        ("check", "--fail-on", "never", "plain.md"),
        ("check", "--fail-on", "never", "--format", "json", "plain.md"),
        ("check", "--fail-on", "never", "naps.md"),
        ("check", "--fail-on", "never", "--format", "json", "naps.md"),
        ("references", "naps.md"),
        ("references", "--format", "bibtex", "naps.md"),
        ("references", "--format", "csl", "naps.md"),
    ],
)
def test_without_verify_there_is_no_code_for_the_network(command: Sequence[str]) -> None:
    new = f"Naps cure everything. Draft {time.time_ns()}."  # what was checked before is only told again
    write("plain.md", f"# Naps\n\n{new}\n")
    write("naps.md", article(NAPS_CITED, text=new))
    run = subprocess.run(
        [sys.executable, "-c", EVERYTHING, *command], capture_output=True, encoding="utf-8", check=True
    )
    modules = set(run.stderr.split())
    assert modules & NETWORK == set()
    if "plain.md" in command:
        assert [name for name in modules if name.startswith("medlint.bibliography")] == []
    assert ("medlint.nearby" in modules) is ("json" in command)


def test_without_httpx_there_is_a_plain_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.startswith("medlint.verifying.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "httpx", None)
    write("naps.md", article(NAPS_CITED))
    assert verify("naps.md") == 2
    assert "pip install 'medlint[verify]'" in capsys.readouterr().err
