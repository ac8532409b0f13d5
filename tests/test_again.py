"""Results of earlier runs: the same as those of this one, and never those of something else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rulefile import HEAD

from medlint import again, cli, results, rulefolders
from medlint.cache import digest, folder

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "medlint"
RULE = (
    HEAD
    + "find:\n  - phrases: [magical]\nexamples:\n"
    + "  bad: [{text: A magical herb., flags: [magical]}]\n  good: [A herb.]\n"
)
LEXICON = "summary: Herbs\nsource: Own list.\nterms: [zibotan]\n"
Out = tuple[int, str]
Run = Callable[..., Out]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that the tests of this file share, for the rules are compiled only once then."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def run(
    compiled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs `check` in a folder of its own, without results of others: exit code and output."""
    monkeypatch.setenv("MEDLINT_CACHE_DIR", str(compiled))
    shutil.rmtree(compiled / "results", ignore_errors=True)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    (tmp_path / "here" / ".git").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")

    def run(*argv: str) -> Out:
        code = cli.main(["check", *argv])
        return code, capsys.readouterr().out

    return run


def put(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


def found(*paths: str, form: str = "text", config: str | None = None) -> bool:
    """Whether the articles are known, so that a run over them has nothing to do."""
    args = Namespace(
        paths=paths,
        format=form,
        config=config,
        no_config=False,
        no_cache=False,
        fix=False,
        diff=False,
        family=None,
    )
    return again.known(args) is not None


# -- the same ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [(), ("--format", "json"), ("--quiet",), ("--family", "claims")])
def test_findings_are_the_same_with_and_without(run: Run, options: tuple[str, ...]) -> None:
    for path in (*ROOT.glob("tests/articles/*.md"), *ROOT.glob("examples/*.md")):
        shutil.copy(path, ".")
    articles = sorted(path.name for path in Path().glob("*.md"))
    plain = run(*options, "--no-cache", ".")
    assert not list(folder().glob("results/*"))
    assert run(*options, ".") == plain
    assert run(*options, ".") == plain
    assert len(articles) < again.MOST_FILES
    assert run(*options, *articles) == plain
    for article in articles:
        assert run(*options, article) == run(*options, "--no-cache", article)


def test_a_second_run_imports_next_to_nothing(run: Run) -> None:
    put("a.md", "The clinic opens at nine.\n")
    run("a.md")
    code = (
        "import sys; from medlint import cli; code = cli.main(['check', 'a.md']);"
        "print(code, [name for name in ('typing', 'pathlib', 'yaml', 'markdown_it', 'medlint.model', 'medlint.lint')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "1 file, 5 words: nothing found\n0 []\n"


def test_several_files_keep_their_order_and_are_named_once(run: Run) -> None:
    for name in "cab":
        put(f"{name}.md", f"Ketamine cures {name} depression.\n")
    named = ["c.md", "./a.md", str(Path("b.md").absolute()), "a.md"]
    plain = run("--no-cache", *named)
    assert run(*named) == plain
    assert found(*named)
    assert run(*named) == plain


@pytest.mark.parametrize(("option", "code"), [("error", 1), ("never", 0)])
def test_the_level_that_fails(run: Run, option: str, code: int) -> None:
    put(".medlint.yml", "fail-on: never\n")
    put("a.md", "Ketamine cures depression.\n")
    assert run("a.md")[0] == 0
    assert found("a.md")
    assert run("a.md")[0] == 0
    assert run("--fail-on", option, "a.md")[0] == code


def test_problems_are_not_kept(run: Run) -> None:
    Path("a.md").write_bytes(b"\xff")
    assert run("a.md")[0] == 2
    assert run("a.md")[0] == 2
    assert not found("a.md")
    assert not list(folder().glob("results/*"))


def test_excluded_files_are_left_out(run: Run) -> None:
    put("a.md", "Ketamine cures depression.\n")
    run("a.md")
    put(".medlint.yml", "exclude: [a.md]\n")
    assert run("a.md") == (0, "0 files, 0 words: nothing found\n")
    assert run("a.md") == (0, "0 files, 0 words: nothing found\n")


# -- never something else ------------------------------------------------------------------------------------

CHANGES: dict[str, Callable[[], object]] = {
    "text": lambda: put("a.md", "A magical herb!\n"),
    "line breaks": lambda: Path("a.md").write_bytes(b"A magical herb.\r\n"),
    "byte order mark": lambda: put("a.md", "\ufeffA magical herb.\n"),
    "configuration": lambda: put(".medlint.yml", "rule-folders: [house]\n"),
    "comment in it": lambda: put(".medlint.yml", Path(".medlint.yml").read_text(encoding="utf-8") + "# so\n"),
    "rule": lambda: put("house/claims/magical.yml", RULE.replace("magical", "herb")),
    "another rule": lambda: put("house/claims/herbal.yml", RULE),
    "word list": lambda: put("house/lexicons/herbs.yml", LEXICON.replace("zibotan", "zibotan, other")),
    "record": lambda: put("medlint-references.json", "{}"),
    "no configuration": lambda: Path(".medlint.yml").unlink(),
    "another configuration": lambda: put(".medlint.yaml", ""),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_is_looked_at_again(run: Run, change: str) -> None:
    put("house/claims/magical.yml", RULE)
    put("house/lexicons/herbs.yml", LEXICON)
    put(".medlint.yml", "rule-folders: [house]\nrules: {claims/magical: error}\n")
    put("a.md", "A magical herb.\n")
    code, out = run("a.md")
    assert (code, "claims/magical" in out) == (1, True)
    assert found("a.md")
    assert run("a.md") == (code, out)
    CHANGES[change]()
    assert not found("a.md")


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_an_article_with_a_bibliography_is_read_every_time(run: Run, end: str) -> None:
    text = end.join(("---", "title: Sleep", "bibliography : own.bib", "---", "", "It helps [@a].", ""))
    Path("a.md").write_bytes(text.encode())
    put("own.bib", "@article{a, title={A}}")
    run("a.md")
    assert not found("a.md")
    assert not list(folder().glob("results/*"))


def test_the_path_and_the_form_count(run: Run) -> None:
    put("a.md", "Ketamine cures depression.\n")
    run("a.md")
    shutil.copy("a.md", "a.mdx")
    put("sub/a.md", "Ketamine cures depression.\n")
    put("other.yml", "")
    assert found("a.md")
    assert not found("a.mdx")
    assert not found("sub/a.md")
    assert not found("a.md", form="json")
    assert not found("a.md", config="other.yml")


@pytest.mark.parametrize(
    ("where", "name", "value"),
    [
        ("medlint.rulefolders", "__version__", "9.9.9"),
        ("medlint.again", "_libraries", lambda: "spacy-9.9.9"),
        ("sys", "version_info", (9, 9, 9)),
    ],
)
def test_versions_count(
    run: Run, monkeypatch: pytest.MonkeyPatch, where: str, name: str, value: object
) -> None:
    put("a.md", "Ketamine cures depression.\n")
    run("a.md")
    assert found("a.md")
    monkeypatch.setattr(f"{where}.{name}", value)
    assert not found("a.md")


def test_libraries_are_found() -> None:
    told = again._libraries()
    assert re.search(r"markdown_it_py-\d", told)
    assert re.search(r"spacy-\d", told)


@given(st.lists(st.text(max_size=3), max_size=4), st.lists(st.text(max_size=3), max_size=4))
def test_a_name_stands_for_one_sequence_of_texts(one: list[str], other: list[str]) -> None:
    assert (digest(*one) == digest(*other)) == (one == other)


def test_rules_and_code_count_by_what_they_say_not_where_and_when(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDLINT_CACHE_DIR", str(tmp_path / "cache"))
    for name in ("one", "two"):
        put(str(tmp_path / name / "claims" / "magical.yml"), RULE)
        put(str(tmp_path / name / "code" / "lint.py"), "x = 1\n")

    def keys(name: str) -> tuple[str, str]:
        monkeypatch.setattr(rulefolders, "_CODE", str(tmp_path / name / "code"))
        return rulefolders.keys([tmp_path / name], {})

    before = keys("one")
    assert keys("two") == before
    os.utime(tmp_path / "one" / "claims" / "magical.yml", (1, 1))
    assert keys("one") == before
    put(str(tmp_path / "one" / "code" / "lint.py"), "x = 2\n")
    assert keys("one")[0] == before[0], "this is no code that compiles rules"
    assert keys("one")[1] != before[1]
    put(str(tmp_path / "two" / "claims" / "magical.yml"), RULE + "\n")
    assert keys("two")[0] != before[0]
    assert rulefolders.keys([tmp_path / "two"], {"herbs": ["a"]}) != rulefolders.keys([tmp_path / "two"], {})


def test_what_compiles_rules_is_part_of_their_name() -> None:
    code = "import sys, medlint.rulefiles; print(*[m[8:] for m in sys.modules if m.startswith('medlint.')])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    says_nothing_else = {"model", "names", "data", "expressions"}
    only_refuses = {"schema", "regexguard", "yamlerrors"}
    has_a_format_of_its_own = {"cache", "parts"}
    others = says_nothing_else | only_refuses | has_a_format_of_its_own
    assert {f"{name}.py" for name in set(loaded.stdout.split()) - others} == set(rulefolders.COMPILER)


def test_findings_depend_on_nothing_else() -> None:
    """What reads a clock, the environment or files would have to be part of the name."""
    core = ["lint.py", "match.py", "evidence.py", "language.py", "structure.py", "suppress.py", "mending.py"]
    core += ["keywords.py", "phrases.py", "scorer.py", "quantity.py", "tokens.py", "markdown.py", "nearby.py"]
    folders = ("checks", "citing", "doses", "reader", "bibliography")
    files = [SOURCE / name for name in core] + [
        path for name in folders for path in (SOURCE / name).glob("*.py")
    ]
    files += [SOURCE / "verifying" / name for name in ("judging.py", "comparing.py", "telling.py")]
    reads = re.compile(
        r"^\s*(?:import|from) (?:os|time|datetime|random|pathlib|socket|locale|platform)\b|(?<![.\w])open\(",
        re.M,
    )
    assert [path.name for path in files if reads.search(path.read_text(encoding="utf-8"))] == []


def test_many_files_are_not_held(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The short way is for few files; the others go through the same store one by one."""
    monkeypatch.setattr(again, "MOST_FILES", 2)
    for name in "abc":
        put(f"{name}.md", f"Ketamine cures {name} depression.\n")
    plain = run("--no-cache", "a.md", "b.md", "c.md")
    run("a.md")
    assert run("a.md", "b.md", "c.md") == plain
    monkeypatch.setattr(results, "keep", lambda *_: pytest.fail("it was known"))
    assert run("a.md", "b.md", "c.md") == plain
