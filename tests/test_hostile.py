"""What somebody who means harm may hand over: much of it once crashed, hung or reached the terminal."""

from __future__ import annotations

import json
import os
import socket
import stat
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from rulefile import HEAD

from medlint.bibliography.bibtex import to_bibtex
from medlint.bibliography.csl import from_json, from_yaml
from medlint.cli import main
from medlint.config import Config, parse_config
from medlint.files import new_beside, write
from medlint.lint import lint_text
from medlint.model import UserError
from medlint.rulefolders import read_files
from medlint.rules import load_rules

GOOD = "Ketamine cures depression.\n"
OBEYED = {
    *map(chr, (*range(10), *range(11, 32), *range(127, 160))),
    *"\u061c\u2028\u202a\u202b\u202d\u202e\u2066\u2067",
}
RULE = (
    HEAD
    + "keywords: [magic]\nfind:\n  - regex: ['magic']\nexamples:\n"
    + "  bad:\n    - {text: It is magic., flags: [magic]}\n  good: [A herb.]\n"
)

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository, and the current folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    return tmp_path


@pytest.fixture
def run(here: Path, capfd: pytest.CaptureFixture[str]) -> Run:  # noqa: ARG001 - the folder it runs in
    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        told = capfd.readouterr()
        return code, told.out, told.err

    return run


def put(path: str, content: str | bytes) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))


# -- time in proportion to size ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("a.md", lambda n: ":::a" + " " * n + "b"),
        ("a.md", lambda n: ":::[" + "\t" * n + "b"),
        ("a.md", lambda n: "::: " + "{" * n + "}"),
        ("a.md", lambda n: "<!-- medlint: ignore[claims/cure] x -->\nIt cures cancer.\n\n" * (n // 55)),
        ("a.md", lambda n: "<!-- medlint: ignore[claims/cure] x --> It cures cancer. " * (n // 57)),
        (
            "a.md",
            lambda n: "<!-- medlint: ignore[claims/cure] x -->\n" * (n // 40) + "- It cures\n" * (n // 40),
        ),
        ("a.mdx", lambda n: "{a}" * (n // 3)),
        ("a.mdx", lambda n: "</A>" * (n // 4)),
    ],
    ids=[
        "colons",
        "colons and tabs",
        "braces",
        "directives",
        "on one line",
        "before a list",
        "expressions",
        "tags",
    ],
)
def test_twice_the_size_takes_twice_the_time(name: str, shape: Callable[[int], str]) -> None:
    rules, config = load_rules(), Config()
    lint_text(shape(1_000), name, config, rules)
    texts = shape(5_000), shape(20_000)
    short, long = (_processor_time(partial(lint_text, text, name, config, rules)) for text in texts)
    assert long < 8 * short + 0.1


def _processor_time(run: Callable[[], object]) -> float:
    begun = time.process_time()
    run()
    return time.process_time() - begun


# -- bibliographies ------------------------------------------------------------------------------------------

LETTERS = "abcdefghijklmnopqrstuvwxyz"
BOMB = "a: &a [x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}]\n" for a, b in pairwise(LETTERS))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BOMB, "a.yaml:2:8: *a is an alias; write the value out instead"),
        ("&a [*a]", "a.yaml:1:5: *a is an alias"),
        ("[" * 5_000, "a.yaml:1:41: nested too deeply; 40 levels is the limit"),
        ("- " * 5_000, "a.yaml:1:81: nested too deeply"),
        ("- title: \x07", "a.yaml:1:10: a control character (U+0007)"),
        ("- title: [", "a.yaml:1:11: the file ends before"),
    ],
    ids=["bomb", "in itself", "brackets", "dashes", "control character", "unclosed"],
)
def test_yaml_that_explodes_is_refused(text: str, told: str) -> None:
    with pytest.raises(UserError) as caught:
        from_yaml(text, "a.yaml")
    assert str(caught.value).startswith(told)


@pytest.mark.parametrize(
    ("item", "year"),
    [
        ("issued: 2020-99-99", 2020),
        ("issued: {date-parts: 3}", None),
        ("issued: {date-parts: {a: b}}", None),
        ("issued: {date-parts: [[]]}", None),
        ("issued: {date-parts: [[[2021]]]}", 2021),
        ("issued: [{year: 2019}]", 2019),
        ("? [a]\n  : b", None),
        ("volume: !!python/object/apply:os.getcwd []", None),
    ],
)
def test_odd_values_are_no_crash(item: str, year: int | None) -> None:
    (entry,) = from_yaml(f"- {item}\n", "a.yaml")
    assert entry.year == year
    assert entry.volume == ""


def test_numbers_and_dates_stay_as_they_are_written() -> None:
    (entry,) = from_yaml("- {volume: 010, page: 1_2, PMID: 123, DOI: null, title: ~}\n", "a.yaml")
    assert (entry.volume, entry.pages, entry.pmid, entry.doi, entry.title) == ("010", "1_2", "123", "", "")


@pytest.mark.parametrize("text", ["[" * 100_000, "[" + "9" * 5_000 + "]", '{"a": 1}', '["\\'])
def test_json_that_is_no_bibliography(text: str) -> None:
    with pytest.raises(UserError):
        from_json(text, "a.json")


def test_front_matter_with_aliases_in_its_references() -> None:
    text = f"---\nreferences:\n- x: 1\n{BOMB}---\n\n{GOOD}"
    assert "claims/cure" in {f.rule for f in lint_text(text, "a.md", Config(), load_rules()).findings}


def test_half_a_character_is_written_as_a_question_mark() -> None:
    entries = from_json(r'[{"id": "a", "title": "T\ud800"}]', "a.json")
    assert "title = {T?}" in to_bibtex(entries)


# -- terminals -----------------------------------------------------------------------------------------------


@pytest.fixture
def poisoned(here: Path) -> Path:
    """A repository in which everything holds what a terminal would obey."""
    escaped = RULE.replace("Calls a", r'"Calls \e[31m a').replace(" magical\n", ' \\u202E"\n', 1)
    put("house/evil/magic.yml", escaped.replace("A herb.", r'"A \u202E \e]0;x\a herb."'))
    put("house/evil/a\x1b[31mb.yml", escaped.replace("flags: [magic]", r'flags: ["magi\e"]'))
    put(".medlint.yml", "rule-folders: [house]\nrules: {evil/magic: error}\n")
    put(
        "a.md",
        "It is magic\u202e.\n\n## References\n\n1. Smith J. A \x1b[31mtitle\u202e. J Med. 2020;1(2):3-4.\n",
    )
    put(
        "l.bib",
        "@article{a\x1b[31m, title={T\x1b]0;x\x07\u202e}, year=2020}\n@book{b, title={\x1b[31m},,}\n@x{\x1b",
    )
    put(
        "l.json",
        '[{"id": "a\\u001b", "title": "T\\u001b[31m\\u202e\\u009b", "author": [{"family": "\\u001b]0;x\\u0007"}]}]',
    )
    put("l.yaml", 'references:\n- title: "T\\e[31m\\u202E"\n  id: "\\e]0;x"\n')
    return here


@pytest.mark.parametrize(
    "arguments",
    [
        ("check",),
        ("check", "--quiet"),
        ("explain", "evil/magic"),
        ("explain", "evil/a\x1b[31mb"),
        ("explain", "evil"),
        ("explain", "no\x1b[31m"),
        ("rules",),
        ("rules", "--pack", "no\x1b[31m"),
        ("test", "evil"),
        ("check-rules", "no\x1b[31m"),
        ("check", "no\x1b[31m"),
        ("check", "--config", "no\x1b[31m"),
        ("references",),
        ("references", "l.bib", "l.json", "l.yaml"),
        ("references", "l.bib", "l.json", "l.yaml", "--format", "bibtex"),
        ("init", "folder\x1b[31m"),
    ],
    ids=" ".join,
)
def test_nothing_that_a_terminal_obeys(poisoned: Path, run: Run, arguments: tuple[str, ...]) -> None:
    (poisoned / "folder\x1b[31m").mkdir()
    _, out, err = run(*arguments)
    assert out + err
    assert not OBEYED & set(out + err)


def test_faults_of_settings_hold_nothing_that_a_terminal_obeys(here: Path, run: Run) -> None:  # noqa: ARG001
    put("a.md", GOOD)
    put(
        ".medlint.yml",
        'extends: ["a\\e[31m"]\nrules: {"cl\\e[31m": off}\nrule-folders: ["\\e[31m"]\n"n\\ex": ["\\e"]\n',
    )
    code, out, err = run("check")
    assert code == 2
    assert "␛" in out
    assert not OBEYED & set(out + err)


def test_a_diff_is_safe_to_look_at_and_exact_for_programs(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put("a.md", "Take .5 mg of zinc daily \x1b[31m (Lee, 2020).\n")
    assert "\x1b" in run("check", "--diff")[1]
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    out = run("check", "--diff")[1]
    assert "␛" in out
    assert not OBEYED & set(out)


# -- files that are none -------------------------------------------------------------------------------------


@pytest.fixture
def odd(here: Path) -> Iterator[Path]:
    """Files of every kind that opening must not wait for, read from, or write to."""
    os.mkfifo("pipe.md")
    Path("zero.md").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("socket.md")
        yield here


@pytest.mark.parametrize("paths", [(), ("pipe.md", "zero.md", "socket.md")], ids=["in a folder", "named"])
def test_pipes_sockets_and_devices_are_not_read(odd: Path, run: Run, paths: tuple[str, ...]) -> None:  # noqa: ARG001
    code, out, _ = run("check", *paths, "--format", "json")
    assert code == 2
    told = {problem["path"]: problem["message"] for problem in json.loads(out)["problems"]}
    assert told.keys() == {"pipe.md", "zero.md", "socket.md"}
    assert all(message.startswith("neither a file nor a folder") for message in told.values())


@pytest.mark.parametrize("name", [".medlint.yml", "medlint-references.json", "house/evil/magic.yml"])
def test_a_pipe_in_the_place_of_a_file_of_ours_is_passed_by(here: Path, run: Run, name: str) -> None:  # noqa: ARG001
    put("house/evil/other.yml", RULE)
    put("a.md", GOOD)
    if name != ".medlint.yml":
        put(".medlint.yml", "rule-folders: [house]\n")
    os.mkfifo(name)
    code, out, _ = run("check")
    assert (code, "cures" in out) == (1, True)


def test_a_bibliography_that_is_no_file(here: Path, run: Run) -> None:  # noqa: ARG001
    put("a.md", "---\nbibliography: /dev/zero\n---\n\nA.\n\n## References\n\n1. Smith J. 2020.\n")
    code, out, err = run("references")
    assert (code, "Smith" in out) == (2, True)
    assert "/dev/zero: neither a file nor a folder" in err


# -- rule files ----------------------------------------------------------------------------------------------


def test_faulty_rule_files_are_told(here: Path, run: Run) -> None:  # noqa: ARG001
    faults: dict[str, tuple[str, str]] = {
        "list": (
            RULE.replace("[magic]\nfind", '["{nolist}"]\nfind'),
            "find[0]: no word list is called “nolist”",
        ),
        "anchor": (RULE.replace("summary: ", "summary: &a "), "&a is an anchor"),
        "tag": (RULE.replace("summary: ", "summary: !!python/name:os.system "), "a tag (!)"),
        "ways": (RULE.replace("'magic'", "'(.*a){20}'"), "can share out the same text in too many ways"),
        "long": ("#" * 1_000_001, "the file is too long"),
    }
    for name, (content, _) in faults.items():
        put(f"house/evil/{name}.yml", content)
    put(".medlint.yml", "rule-folders: [house]\n")
    put("a.md", GOOD)
    code, out, _ = run("check", "--quiet")
    assert code == 2
    for name, (_, told) in faults.items():
        assert any(f"evil/{name}.yml" in line and told in line for line in out.splitlines())
    put("house/evil/bytes.yml", b"summary: x\nwhy: \xff\n")
    assert "house/evil/bytes.yml:2:1: the byte 0xFF is no UTF-8" in run("check", "--quiet")[1]


def test_no_more_is_read_of_a_rule_file_than_one_can_hold(tmp_path: Path) -> None:
    put(str(tmp_path / "evil/magic.yml"), b"")
    os.truncate(tmp_path / "evil/magic.yml", 10**11)
    assert [len(content) for _, _, content in read_files([tmp_path])] == [5_000_000]


def test_rule_folders_that_lead_round_in_a_circle(here: Path, run: Run) -> None:  # noqa: ARG001
    put("house/evil/magic.yml", RULE)
    Path("house/evil/round").symlink_to("..", target_is_directory=True)
    put(".medlint.yml", "rule-folders: [house]\nrules: {evil/magic: error}\n")
    put("a.md", "It is magic.\n")
    assert run("check", "--quiet")[0] == 1


@pytest.mark.parametrize(
    "settings",
    [
        "paths: {0: {files: [a]}}",
        "paths: a",
        "paths: [a]",
        "paths: {files: {a: [b]}}",
        "paths: [{files: {a: b}}]",
    ],
)
def test_settings_of_another_shape(settings: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_config(settings, ".medlint.yml")
    assert "paths" in str(caught.value)


# -- names that read like options ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["--config=a.md", "--output=a.md", "-q", "--no-config"])
def test_a_file_called_like_an_option_is_no_option(here: Path, run: Run, name: str) -> None:  # noqa: ARG001
    put("a.md", GOOD)
    put(name, GOOD)
    code, out, err = run("check", name, "a.md")
    assert (code, out) == (2, "")
    assert err == f"medlint: {name} is a file here, and reads like an option; write ./ before it\n"
    assert run("check", "--", name)[0] == 1
    assert Path("a.md").read_text() == GOOD


# -- writing -------------------------------------------------------------------------------------------------


def test_writing_keeps_permissions_and_touches_no_file_beside(here: Path) -> None:
    target, secret = here / "report.txt", here / "secret"
    secret.write_text("mine")
    target.write_text("old")
    target.chmod(0o640)
    (here / f".report.txt.{os.getpid()}.0").symlink_to(secret)
    write(target, "new")
    assert (target.read_text(), secret.read_text()) == ("new", "mine")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert sorted(path.name for path in here.iterdir() if path.name.startswith(".report")) == [
        f".report.txt.{os.getpid()}.0"
    ]


def test_a_report_goes_where_a_link_at_its_name_leads(here: Path, run: Run) -> None:
    put("a.md", GOOD)
    (here / "report.txt").symlink_to("elsewhere.txt")
    run("check", "--output", "report.txt", "a.md")
    assert "cures" in (here / "elsewhere.txt").read_text()
    assert (here / "report.txt").is_symlink()


def test_a_new_file_has_the_permissions_that_others_get(here: Path) -> None:
    (here / "other").touch()
    assert new_beside(here / "a").stat().st_mode == (here / "other").stat().st_mode


def test_a_disclosure_that_no_reader_sees_is_none() -> None:
    text = "<!-- affiliate links -->\n\nThe lamp is [sold here](https://amzn.to/3abcDEF).\n"
    assert "promotion/affiliate" in [f.rule for f in lint_text(text, "a.md", Config(), load_rules()).findings]


@pytest.mark.parametrize(
    "text",
    [
        "It cures cancer ([a study](https://[x/naps-and-mood-at-the-lake)).\n",
        "[^1]\n\n[^1]: Doe J. Weight. J Ex. 2020. https://doi.org/10.5555/weight.\n",
    ],
    ids=["an address that is none", "a paragraph that is a mark"],
)
def test_what_the_fuzzers_found(text: str) -> None:
    rules = load_rules()
    report = lint_text(text, "a.md", Config(extends=tuple(sorted(rules.packs))), rules)
    assert all(text[slice(*finding.span)] == finding.excerpt for finding in report.findings)
