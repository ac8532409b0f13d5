"""The commands as people and hooks call them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from rulefile import HEAD

from medlint import __version__
from medlint.cli import main, parser
from medlint.config import Config, parse_config
from medlint.model import Finding, Report, Span
from medlint.rules import Example, Rule, RuleSet, load_rules
from medlint.ruletest import Failure, failures

FAULTY = "Ketamine cures depression.\n"
RULE = (
    HEAD
    + """\
find:
  - phrases: [magical]
examples:
  bad:
    - text: A magical herb.
      flags: [FLAGGED]
  good: [A herb.]
"""
)

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in a folder of its own: exit code, output, errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    (tmp_path / ".git").mkdir()

    def run(*argv: str) -> tuple[int, str, str]:
        code = main(argv)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def put(path: str, text: str) -> None:
    Path(path).write_text(text, encoding="utf-8")


def own_rule(flagged: str = "magical") -> None:
    Path("house/claims").mkdir(parents=True)
    put("house/claims/magical.yml", RULE.replace("FLAGGED", flagged))
    put(".medlint.yml", "rule-folders: [house]\nrules: {claims/magical: error}\n")


# -- check ---------------------------------------------------------------------------------------------------


def test_findings_fail(run: Run) -> None:
    put("a.md", FAULTY)
    code, out, err = run("check")
    assert (code, err) == (1, "")
    assert "  1:10  error  claims/cure\n    | Ketamine cures depression.\n    |          ^^^^^\n" in out
    assert out.splitlines()[-1].startswith("1 file, 3 words: ")


def test_nothing_found(run: Run) -> None:
    put("a.md", "The clinic opens at nine.\n")
    assert run("check", "a.md") == (0, "1 file, 5 words: nothing found\n", "")
    assert run("check", "--quiet") == (0, "", "")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--fail-on", "never"], 0),
        (["--family", "doses"], 0),
        (["--family", "doses", "--family", "claims"], 1),
        (["--no-config"], 1),
        (["gone.md"], 2),
        (["--config", "gone.yml"], 2),
    ],
)
def test_exit_codes(run: Run, options: Sequence[str], code: int) -> None:
    put("a.md", FAULTY)
    assert run("check", "a.md", *options)[0] == code


def test_a_family_nobody_knows_is_refused(run: Run) -> None:
    expected = "medlint: no family is called “claim” (did you mean “claims”?)\n"
    assert run("check", "--family", "claim") == (2, "", expected)


def test_a_family_of_ones_own(run: Run) -> None:
    own_rule()
    Path("house/claims").rename("house/magic")
    put(".medlint.yml", "rule-folders: [house]\nrules: {magic/magical: error}\n")
    put("a.md", "A magical herb.\n")
    code, out, _ = run("check", "--family", "magic", "--format", "json")
    assert code == 1
    assert json.loads(out)["summary"]["family"]["magic"] == 1


def test_json_to_a_file(run: Run) -> None:
    put("a.md", FAULTY)
    assert run("check", "--format", "json", "--output", "report.json") == (1, "", "")
    report = json.loads(Path("report.json").read_text(encoding="utf-8"))
    assert "claims/cure" in {finding["rule"] for finding in report["findings"]}


def test_one_line_for_each_finding(run: Run) -> None:
    put("a.md", FAULTY)
    _, out, _ = run("check", "--quiet", "--family", "claims")
    assert all(line.startswith("a.md:1:") for line in out.splitlines())


def test_colour_is_for_terminals_and_for_those_who_ask(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    put("a.md", FAULTY)
    assert "\x1b[" not in run("check")[1]
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in run("check")[1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run("check")[1]


def test_a_faulty_configuration_is_trouble(run: Run) -> None:
    put("a.md", FAULTY)
    put(".medlint.yml", "extends: [recomended]\n")
    code, out, _ = run("check")
    assert code == 2
    assert ".medlint.yml:1:11: problem\n" in out
    assert out.endswith("0 files, 0 words: 1 problem, nothing else found\n")


# -- rules ---------------------------------------------------------------------------------------------------


def test_explain(run: Run) -> None:
    code, out, _ = run("explain", "claims/cure")
    assert code == 0
    for expected in (
        "claims/cure  error",
        "Why",
        "How to mend it",
        "Rests on",
        "https://",
        "Marked",
        "Not marked",
    ):
        assert expected in out
    code, out, _ = run("explain", "doses")
    assert code == 0
    assert all(line.startswith("doses/") for line in out.splitlines())
    expected = "medlint: no rule, family or topic is called “claims/cur” (did you mean “claims/cure”?)\n"
    assert run("explain", "claims/cur") == (2, "", expected)


def test_every_rule_can_be_explained_and_is_listed(run: Run) -> None:
    rules = load_rules().rules
    assert [rule["id"] for rule in json.loads(run("rules", "--format", "json")[1])] == list(rules)
    for rule_id in rules:
        assert run("explain", rule_id)[0] == 0


def test_rules_of_a_family_and_a_pack(run: Run) -> None:
    _, out, _ = run("rules", "--family", "claims", "--pack", "recommended")
    assert "claims/cure" in out
    assert all(line.startswith("claims/") for line in out.splitlines())
    assert run("rules", "--pack", "recomended")[0] == 2


def test_rules_of_ones_own_are_tested(run: Run) -> None:
    own_rule()
    held = (0, "1 rule, 2 examples: all hold\n", "")
    assert run("test", "house") == held
    assert run("test", "house/claims/magical.yml") == held
    assert run("test", "claims/magical") == held
    assert run("test", "claims/magic")[0] == 2
    Path("empty").mkdir()
    assert run("test", "empty") == (2, "", "empty: holds no rules; they stand in family/name.yml\n")


def test_an_example_that_does_not_hold_fails(run: Run) -> None:
    own_rule("herb")
    code, out, _ = run("test", "house")
    assert code == 1
    assert "claims/magical: A magical herb.\n  expected: “herb”\n  found:    “magical”\n" in out
    assert out.endswith("1 rule, 2 examples: 1 failed\n")


def test_the_examples_of_a_rule_are_held_to_the_letter() -> None:
    rules = load_rules()
    first: Rule = rules.rules["claims/cure"]
    examples = (Example("x cures y", ("cures",)), Example("y", ("y",)))

    def lint(text: str, path: str, config: Config, _rules: RuleSet) -> Report:
        assert config.rules == {first.id: first.severity}
        at = text.find("cures")
        other = Finding("medlint/unused-suppression", "warning", Span(0, 1), text[:1], "", "", ())
        made = Finding(first.id, "error", Span(at, at + 5), "cures", "", "", ())
        return Report(path, text, 1, (other, made) if at >= 0 else (other,))

    about = first.about()._replace(bad=examples, good=("it cures",))
    rule = first._replace(about=lambda: about)
    assert list(failures(rule, rules, lint)) == [
        Failure("claims/cure", "y", ("y",), ()),
        Failure("claims/cure", "it cures", (), ("cures",)),
    ]


# -- files to begin with -------------------------------------------------------------------------------------


def test_init_writes_settings_that_can_be_used_and_never_over_others(run: Run) -> None:
    code, out, _ = run("init")
    assert code == 0
    assert f"rev: v{__version__}" in out
    text = Path(".medlint.yml").read_text(encoding="utf-8")
    assert parse_config(text, ".medlint.yml").extends == ("recommended",)
    assert run("check-rules", ".medlint.yml") == (0, "1 file: nothing found\n", "")
    put(".medlint.yml", "scope: section\n")
    assert run("init") == (2, "", ".medlint.yml: is there already; --force writes over it\n")
    assert Path(".medlint.yml").read_text(encoding="utf-8") == "scope: section\n"
    assert run("init", "--force")[0] == 0


def test_every_example_of_the_settings_can_be_used(run: Run) -> None:
    run("init")
    Path("medlint-rules").mkdir()
    head, _, body = Path(".medlint.yml").read_text(encoding="utf-8").partition("\n\n")
    lines = [
        line.removeprefix("# ") for line in body.splitlines() if not line.startswith("# ") or ":" in line
    ]
    used = [line for line in lines if line.lstrip(" -").partition(":")[0].islower()]
    put(".medlint.yml", "\n".join([*head.splitlines(), *used]))
    assert run("check-rules", ".medlint.yml") == (0, "1 file: nothing found\n", "")


@pytest.mark.parametrize("kind", ["rule", "config", "lexicon", "pack"])
def test_schema(run: Run, kind: str) -> None:
    code, out, _ = run("schema", kind)
    assert code == 0
    assert json.loads(out)["$schema"]


def test_check_rules(run: Run) -> None:
    own_rule()
    files = [".medlint.yml", "house/claims/magical.yml"]
    assert run("check-rules", *files) == (0, "2 files: nothing found\n", "")
    put("other.yml", RULE)
    assert "medlint does not use it" in run("check-rules", "other.yml")[2]
    assert run("check-rules", "gone.yml") == (2, "", "gone.yml: there is no such file\n")


def test_check_rules_tells_each_problem_once(run: Run) -> None:
    own_rule()
    put("house/claims/magical.yml", RULE.replace("severity: error", "severity: fatal"))
    code, out, err = run("check-rules", ".medlint.yml", "house/claims/magical.yml")
    assert (code, out) == (2, "")
    assert err.count("house/claims/magical.yml:2:11: ") == 1


# -- as a program --------------------------------------------------------------------------------------------


def test_help_of_every_command_holds_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("check", "explain", "rules", "test", "init", "schema", "check-rules"):
        with pytest.raises(SystemExit) as stopped:
            parser().parse_args([name, "--help"])
        assert stopped.value.code == 0
        assert f"\n  medlint {name}" in capsys.readouterr().out


def test_version_and_what_it_imports() -> None:
    code = "import sys\nfrom medlint.cli import main\ntry: main(['--version'])\nfinally: print(*sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    version, modules = shown.splitlines()
    assert version == f"medlint {__version__}"
    assert not {"yaml", "markdown_it", "spacy", "jsonschema", "medlint.rules"} & set(modules.split())


def test_an_output_that_cannot_show_every_letter_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(FAULTY, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "medlint", "check", "a.md"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, b"")


def test_a_reader_that_goes_away_is_no_trouble() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "medlint", "rules"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 141


SLOW = """\
import time

def lint(*_, **__):
    print("begun", flush=True)
    time.sleep(2)
"""


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_ends_it_quietly(tmp_path: Path, jobs: str) -> None:
    for name in ("a.md", "b.md", "c.md"):
        (tmp_path / name).write_text("Text.", encoding="utf-8")
    (tmp_path / "slow.py").write_text(SLOW, encoding="utf-8")
    code = (
        "import slow; from medlint import cli, run\nrun.lint_source = slow.lint\nraise SystemExit(cli.main())"
    )
    argv = [sys.executable, "-c", code, "check", "--no-config", "--jobs", jobs]
    process = subprocess.Popen(argv, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"begun\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert (process.returncode, err) == (130, b"medlint: stopped\n")
