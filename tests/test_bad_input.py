"""Whatever it is given, medlint answers in plain words and still checks the good file beside it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from rulefile import HEAD

from medlint.cli import main
from medlint.files import Source
from medlint.model import UserError

GOOD = "Ketamine cures depression.\n"
CURE = "claims/cure"


class Answer(NamedTuple):
    """What a run said. `found` are (path, rule, line, column, excerpt), `problems` path → message."""

    code: int
    found: list[tuple[str, str, int, int, str]]
    messages: list[str]
    problems: Mapping[str, str]
    places: Mapping[str, tuple[int, int]]

    def rules(self, path: str) -> list[str]:
        return [rule for at, rule, *_ in self.found if at == path]


Check = Callable[..., Answer]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Check:
    """Checks the current folder, in which a good file always stands: its finding is always shown."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    put("good/good.md", GOOD)

    def check(*paths: str) -> Answer:
        code = main(["check", *(paths or ["."]), "good", "--format", "json"])
        told = capsys.readouterr()
        assert told.err == ""
        report: dict[str, Any] = json.loads(told.out)
        found = [(f["path"], f["rule"], f["line"], f["column"], f["excerpt"]) for f in report["findings"]]
        assert ("good/good.md", CURE, 1, 10, "cures") in found
        assert not any("medlint failed" in problem["message"] for problem in report["problems"])
        return Answer(
            code,
            [f for f in found if f[0] != "good/good.md"],
            [f["message"] for f in report["findings"] if f["path"] != "good/good.md"],
            {problem["path"]: problem["message"] for problem in report["problems"]},
            {problem["path"]: (problem["line"], problem["column"]) for problem in report["problems"]},
        )

    return check


def put(path: str, content: str | bytes) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))


# -- files that are no articles ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "place", "words"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", (3, 1), "a NUL byte, so this is no text"),
        (bytes(range(1, 256)), (3, 115), "the byte 0x80 is no UTF-8"),
        ("It’s a café.".encode("cp1252"), (1, 3), "the file looks like Windows-1252: save the file as UTF-8"),
        ("Ketamine cures depression.".encode("utf-16"), (0, 0), "the file is UTF-16; save it as UTF-8"),
        ("Ketamine cures depression.".encode("utf-32"), (0, 0), "the file is UTF-16; save it as UTF-8"),
        ("Ketamine cures depression.".encode("utf-16-le"), (0, 0), "the file is UTF-16; save it as UTF-8"),
        ("Ketamine \ud800 cures.".encode("utf-8", "surrogatepass"), (1, 10), "the byte 0xED is no UTF-8"),
    ],
    ids=["image", "all bytes", "Windows-1252", "UTF-16", "UTF-32", "UTF-16 without mark", "surrogate"],
)
def test_what_is_no_text(check: Check, content: bytes, place: tuple[int, int], words: str) -> None:
    put("a.md", content)
    answer = check()
    assert (answer.code, answer.found) == (2, [])
    assert words in answer.problems["a.md"]
    assert answer.places["a.md"] == place


def test_an_empty_file_is_clean(check: Check) -> None:
    put("a.md", b"")
    put("b.md", b"\xef\xbb\xbf\r\n")
    answer = check()
    assert (answer.code, answer.found, answer.problems) == (1, [], {})


def test_a_file_of_20_megabytes(check: Check) -> None:
    put("a.md", b"")
    os.truncate("a.md", 20_000_000)
    assert check().problems == {"a.md": "the file is larger than 10 MB; medlint reads articles, not archives"}


def test_what_is_no_file(check: Check) -> None:
    put("folder.md/a.md", GOOD)
    Path("gone.md").symlink_to("nowhere")
    Path("loop.md").symlink_to("loop.md")
    Path("round").symlink_to(".", target_is_directory=True)
    os.mkfifo("pipe.md")
    answer = check(".", "never.md")
    assert answer.code == 2
    assert answer.rules("folder.md/a.md")[0] == CURE
    assert answer.problems == {
        "gone.md": "a link that leads nowhere (nowhere)",
        "loop.md": f"the file cannot be read: {os.strerror(40)}",
        "pipe.md": "neither a file nor a folder; pipe what a program writes to “medlint check -”",
        "never.md": "there is no such file or folder",
    }


def test_a_file_that_the_disk_does_not_give(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.md").write_text(GOOD)
    monkeypatch.setattr("medlint.files.os.open", refuse)
    with pytest.raises(UserError) as caught:
        Source("a.md", tmp_path / "a.md").text()
    assert str(caught.value) == "a.md: the file cannot be read: Permission denied"


# -- front matter --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "place", "words"),
    [
        (
            '---\ntitle: "Naps\ntags: [a]\n---\n',
            (2, 8, '"Naps'),
            "not valid YAML: a quotation mark that opens",
        ),
        ("---\ntitle: a: b\n---\n", (2, 9, ": b"), "not valid YAML: a colon that begins no value"),
        ("---\nt: a\n\tb: c\n---\n", (3, 1, "\tb: c"), "not valid YAML: a tab; indent with spaces"),
        ("---\r\nt: a\r\nu: [b\r\n---\r\n", (3, 4, "[b"), "not valid YAML: the “[” that opens here is never"),
        ("---\ntitle: a\x07b\n---\n", (2, 9, "\x07b"), "not valid YAML: a control character (U+0007)"),
        ("+++\ntitle = Naps\n+++\n", (2, 9, "Naps"), "not valid TOML: Invalid value"),
        ("+++\r\na = 1\r\na = 2\r\n+++\r\n", (3, 1, "a = 2"), "not valid TOML: Cannot overwrite a value"),
        ('{\n  "title": Naps\n}\n', (2, 12, "Naps"), "not valid JSON: Expecting value"),
        (';;;\n{"a": "b" "c"}\n;;;\n', (2, 11, '"c"}'), "not valid JSON: Expecting ',' delimiter"),
        ("---\na: " + "[" * 100_000 + "\n---\n", (1, 1, None), "the front matter is nested too deep"),
        ("+++\na = " + "[" * 100_000 + "\n+++\n", (1, 1, None), "the front matter is nested too deep"),
        ('{"a":' * 100_000 + "\n\n", (1, 1, None), "the front matter is nested too deep"),
        ("---\n" + "- " * 100_000 + "\n---\n", (1, 1, None), "the front matter is nested too deep"),
        ("---\na: " + "b" * 1_000_001 + "\n---\n", (1, 1, None), "the front matter is too large"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)
def test_malformed_front_matter(
    check: Check, head: str, place: tuple[int, int, str | None], words: str
) -> None:
    put("a.md", head + "\n" + GOOD)
    answer = check()
    line, column, excerpt = place
    assert answer.code == 1
    assert answer.found[0][:4] == ("a.md", "medlint/front-matter", line, column)
    assert excerpt is None or answer.found[0][4] == excerpt
    assert words in answer.messages[0]
    assert CURE in answer.rules("a.md"), "the body is still read"


def test_aliases_in_front_matter_do_not_explode(check: Check) -> None:
    levels = "".join(
        f"{b}: &{b} [{', '.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefghi", "bcdefghij", strict=True)
    )
    put("a.md", f"---\nx: &a [{', '.join('y' * 9)}]\n{levels}title: It cures depression\n---\n\nText.\n")
    assert check().rules("a.md")[0] == CURE


# -- absurd Markdown -----------------------------------------------------------------------------------------

DEEP = 10_000
UNREAD = [
    ("a.md", ">" * DEEP + " x"),
    ("a.md", "> " * DEEP + "x"),
    ("a.md", "[" * DEEP + "x" + "]" * DEEP),
    ("a.md", "![" * DEEP + "x"),
    ("a.md", "^[" * DEEP + "x"),
]
READ = [
    ("a.md", "*" * DEEP + "a" + "*" * DEEP),
    ("a.md", "*a _b " * DEEP),
    ("a.md", "**a *b " * 1000),
    ("a.md", "`" * 200_000),
    ("a.md", "` " * 50_000),
    ("a.md", "<div>" * DEEP),
    ("a.md", "<b>" * DEEP),
    ("a.md", "<!--" * DEEP),
    ("a.md", "[a](" * DEEP),
    ("a.md", "{{<" * DEEP),
    ("a.mdx", "{" * DEEP),
    ("a.mdx", "a {b " * DEEP),
    ("a.mdx", "{/*" * DEEP),
    ("a.mdx", "<A b={" * DEEP),
    ("a.md", "".join(f"{'  ' * depth}- a\n" for depth in range(90))),
    ("a.md", "|" + "a|" * 2000 + "\n|" + "-|" * 2000 + "\n|" + "5 mg|" * 2000),
    ("a.md", "x" * 5_000_000),
    ("a.md", "." * 100_000),
    ("a.md", "1," * 20_000),
    ("a.md", "a" + " " * 500_000 + "b"),
    ("a.md", "\u202e\x1b[31m\x07\x00d".replace("\0", "") * 1000),
]  # fmt: skip


def name(value: object) -> str:
    return value[:12] if isinstance(value, str) else ""


@pytest.mark.parametrize(("path", "absurd"), UNREAD, ids=name)
def test_what_is_too_deep_is_said_to_be_unread(check: Check, path: str, absurd: str) -> None:
    put(path, f"{absurd}\n\n{GOOD}")
    answer = check()
    assert answer.rules(path)[0] == "medlint/unread"
    assert answer.found[0][2] == 1
    assert answer.found[-1][2:4] == (3, 10), "what follows is read"


@pytest.mark.parametrize("marker", ["- ", "1. "])
def test_a_list_that_is_too_deep_takes_the_rest_along_and_says_so(check: Check, marker: str) -> None:
    put("a.md", f"{GOOD}\n{marker * DEEP}x\n\n{GOOD}")
    answer = check()
    assert answer.rules("a.md") == [CURE, "claims/disease-verb", "medlint/unread"]
    assert answer.found[-1][4].endswith(GOOD.strip())


@pytest.mark.parametrize(("path", "absurd"), READ, ids=name)
def test_what_is_absurd_is_read_all_the_same(check: Check, path: str, absurd: str) -> None:
    put(path, f"{GOOD}\n{absurd}\n")
    answer = check()
    assert answer.problems == {}
    assert (path, CURE, 1, 10, "cures") in answer.found


# -- settings ------------------------------------------------------------------------------------------------

BOMB = "a: &a [x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("rules: {claims/cur: off}", ["1:9: problem there is no rule or family", "“claims/cure”?"]),
        ("rules: [claims/cure]", ["1:8: problem rules: expected a mapping, found a list"]),
        ("rules: {claims/cure: loud}", ["1:22: problem rules.claims/cure: expected off, info,"]),
        ("rules: {claims: off, claims: error}", ["1:22: problem “claims” is given twice"]),
        ("scope: chapter", ["1:8: problem scope: expected sentence, paragraph, section or"]),
        ("scopes: paragraph", ["1:1: problem scopes: unknown key (did you mean “scope”?"]),
        ("sources: {trusted: [a.org], refused: [a.org]}", ["a.org"]),
        ("extends: [recomended]", ["(did you mean “recommended”?)"]),
        ("citation-patterns: ['(a+)+$']", ["it repeats what repeats already"]),
        ("citation-patterns: ['x.*.*y']", ["1:21: problem", "two repeats side by side match the same"]),
        ("citation-patterns: ['(a']", ["citation-patterns"]),
        ("rule-folders: [nowhere]", ["nowhere"]),
        ("[" * 100_000, ["nested too deeply; 40 levels is the limit"]),
        (BOMB, ["&a is an anchor", "*a is an alias"]),
        ("a: \x1b[31m", ["1:4: problem a control character (U+001B); remove it"]),
        ("scope: [", ["1:9: problem the file ends before “[” or “{” is closed"]),
    ],
    ids=name,
)  # fmt: skip
def test_faulty_settings(
    settings: str, told: list[str], check: Check, capsys: pytest.CaptureFixture[str]
) -> None:
    put("bad/.medlint.yml", settings)
    put("bad/a.md", GOOD)
    assert check().code == 2
    assert main(["check", "bad"]) == 2
    said = " ".join(capsys.readouterr().out.split())
    assert "Traceback" not in said
    for words in told:
        assert words in said


RULE = (
    HEAD
    + """\
keywords: [magic]
find:
  - regex: ['EXPRESSION']
examples:
  bad:
    - {text: It is magic., flags: [magic]}
  good: [A herb.]
"""
)


EXPRESSIONS = {
    "nested": (r"(?:\w+ ?)+x", "it repeats what repeats already"),
    "overlapping": (r"(ma|m|ag)+ic", "it repeats alternatives of which one is the beginning of another"),
    "adjacent": (r"magic.*.*x", "two repeats side by side match the same text"),
    "unbalanced": (r"magic(", "find[0].regex[0]: "),
    "unknown-list": (r"magic {spells}", "spells"),
}


def test_faulty_rules_are_told_all_at_once(check: Check) -> None:
    put("bad/.medlint.yml", "rule-folders: [house]\n")
    put("bad/a.md", GOOD)
    for rule, (expression, _) in EXPRESSIONS.items():
        put(f"bad/house/magic/{rule}.yml", RULE.replace("EXPRESSION", expression))
    answer = check()
    assert answer.code == 2
    assert answer.problems.keys() == {f"bad/house/magic/{rule}.yml" for rule in EXPRESSIONS}
    for rule, (_, words) in EXPRESSIONS.items():
        assert words in answer.problems[f"bad/house/magic/{rule}.yml"]


# -- terminals -----------------------------------------------------------------------------------------------


def test_nothing_is_sent_to_the_terminal_that_it_would_obey(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.chdir(tmp_path)
    for odd in ("a\x1b]0;title\x07.md", "b\n\x1b[2J.md", "c\u202emd.md"):
        put(odd, f"\x1b[31m\x9b2J\u202e {GOOD}")
    put("d.md", f"---\ntitle: \x1b[31m\n---\n<!-- medlint: ignore[\x1b[31m] \x1b -->\n\n{GOOD}")
    Path(os.fsdecode(b"e\xff.md")).write_text(GOOD)
    for options in ([], ["--quiet"], ["--format", "json"]):
        assert main(["check", "nowhere\x1b[31m", ".", *options]) == 2
        told = capfdbinary.readouterr()
        text = told.out.decode("utf-8") + told.err.decode("utf-8")
        assert "cures" in text
        obeyed = {"\x1b", "\x07", "\x9b", "\u202e"} if "json" not in options else {"\x1b", "\x07"}
        assert not obeyed & set(text)
