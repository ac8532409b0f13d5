from __future__ import annotations

import os
import pickle
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medlint import globs
from medlint.config import Config, check_folders, check_rule_ids, find_config, parse_config
from medlint.model import UserError
from medlint.regexguard import dangerous

FULL = r"""
extends: [recommended, uk]
rules: {promotion/urgency: off, doses: info}
scope: section
fail-on: never
names: [Hill Clinic]
own-hosts: [Clinic.example]
sources: {trusted: [Trials.example], refused: [blog.example]}
citation-patterns: ['\{\{<\s*cite\b']
front-matter: [title, faq.answer, "*.answer"]
text-props: [title, aria-label]
lexicons: {interventions: [zibotentan, "make (better|easier)?"]}
rule-folders: [house-rules, ../more]
exclude: ["drafts/**"]
paths:
  - files: ["news/**"]
    rules: {doses: off, claims/cure: error}
    names: [The Newsroom]
  - files: ["news/archive/**", "*.old.md"]
    scope: document
    rules: {claims/cure: info}
"""


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDLINT_CACHE_DIR", str(tmp_path / "cache"))


def told(text: str) -> list[str]:
    with pytest.raises(UserError) as caught:
        parse_config(text, "site/.medlint.yml")
    return [str(problem).removeprefix("site/.medlint.yml:") for problem in caught.value.problems]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n"])
def test_an_empty_file_changes_nothing(text: str) -> None:
    config = parse_config(text, ".medlint.yml")
    assert config == Config(path=".medlint.yml", places=config.places)


def test_defaults() -> None:
    config = Config()
    assert (config.extends, config.scope, config.fail_on) == (("recommended",), "paragraph", "warning")


def test_every_field(tmp_path: Path) -> None:
    config = parse_config(FULL, str(tmp_path / ".medlint.yml"))
    assert config.extends == ("recommended", "uk")
    assert config.rules == {"promotion/urgency": "off", "doses": "info"}
    assert (config.scope, config.fail_on) == ("section", "never")
    assert config.names == ("Hill Clinic",)
    assert (config.own_hosts, config.trusted, config.refused) == (
        ("clinic.example",),
        ("trials.example",),
        ("blog.example",),
    )
    assert config.citation_patterns == (r"\{\{<\s*cite\b",)
    assert config.front_matter == ("title", "faq.answer", "*.answer")
    assert config.text_props == ("title", "aria-label")
    assert config.lexicons == {"interventions": ("zibotentan", "make (better|easier)?")}
    assert config.rule_folders == (tmp_path / "house-rules", tmp_path.parent / "more")
    assert config.exclude == ("drafts/**",)
    assert [section.files for section in config.sections] == [("news/**",), ("news/archive/**", "*.old.md")]
    assert config.places["rules", "doses"] == (3, 33)
    assert pickle.loads(pickle.dumps(config)) == config


def test_the_cache_changes_nothing() -> None:
    first, second = parse_config(FULL, "a/.medlint.yml"), parse_config(FULL, "a/.medlint.yml")
    assert first == second
    elsewhere = parse_config(FULL, "b/.medlint.yml")
    assert elsewhere.path == "b/.medlint.yml"
    assert elsewhere.rule_folders != first.rule_folders


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("- a", ["1:1: expected the settings of medlint, found a list"]),
        ("scop: document", ["1:1: scop: unknown key (did you mean “scope”? known: extends, rules"]),
        ("scope: para", ["1:8: scope: expected sentence, paragraph, section or document, found “para”"]),
        ("fail-on: off", ["1:10: fail-on: expected info, warning, error or never, found “off”"]),
        ("rules:", ["1:7: rules: expected a mapping, found nothing; fill it in or take the key out"]),
        (
            "rules: {doses: of}",
            ["1:16: rules.doses: expected off, info, warning or error, found “of” (did you mean “off”?)"],
        ),
        ("rules: {doses: true}", ["1:16: rules.doses: expected off, info, warning or error, found true"]),
        ("rules: {a: off, a: off}", ["1:17: “a” is given twice; the first is in line 1"]),
        (
            "rules: {Claims: off}",
            ["1:9: rules.Claims: expected a rule id such as claims/cure, or a family such as claims, found"],
        ),
        ("extends: recommended", ["1:10: extends: expected a list of text, found text; put it in [ ]"]),
        ("extends: [us, us]", ["1:15: extends[1]: “us” stands here twice"]),
        (
            'names: ["", " "]',
            ["1:9: names[0]: expected text that is not empty", "1:13: names[1]: expected text that is"],
        ),
        (
            "own-hosts: [https://clinic.example/x]",
            ["1:13: own-hosts[0]: write clinic.example, not https://clinic.example/x"],
        ),
        (
            "own-hosts: ['*.clinic.example']",
            ["1:13: own-hosts[0]: write clinic.example, not *.clinic.example"],
        ),
        (
            "own-hosts: ['clinic.example:8080']",
            ["1:13: own-hosts[0]: write clinic.example, not clinic.example:8080"],
        ),
        (
            "own-hosts: [//clinic.example?q]",
            ["1:13: own-hosts[0]: write clinic.example, not //clinic.example?q"],
        ),
        (
            "own-hosts: [clinic]",
            ["1:13: own-hosts[0]: expected a host such as clinic.example, found “clinic”"],
        ),
        ("own-hosts: [5]", ["1:13: own-hosts[0]: expected text, found a number"]),
        (
            "sources: {trusted: [a.example], refused: [A.example]}",
            ["1:43: sources.refused[0]: A.example is trusted too"],
        ),
        (
            "citation-patterns: ['(']",
            ["1:21: citation-patterns[0]: this expression cannot be read: missing )"],
        ),
        (
            "citation-patterns: ['(a+)+b']",
            ["1:21: citation-patterns[0]: this expression may run without end: it repeats"],
        ),
        ("citation-patterns: ['x*']", ["1:21: citation-patterns[0]: this expression matches everywhere"]),
        ("citation-patterns: ['']", ["1:21: citation-patterns[0]: expected text, found empty text"]),
        (
            "front-matter: [a..b]",
            ["1:16: front-matter[0]: expected a field such as title or faq.answer, found “a..b”"],
        ),
        ("lexicons: {a: b}", ["1:15: lexicons.a: expected a list of text, found text; put it in [ ]"]),
        ("lexicons: {a: ['(b']}", ["1:16: lexicons.a[0]: "]),
        (r"exclude: ['a\b']", ["1:11: exclude[0]: write folders with /, not \\"]),
        ("exclude: ['!a']", ["1:11: exclude[0]: a pattern cannot begin with “!”"]),
        ("paths: [{files: [../a], scope: section}]", ["1:18: paths[0].files[0]: a pattern cannot lead out"]),
        (
            "paths: [{files: [a]}]",
            ["1:9: paths[0]: expected at least one of rules, scope or names, found none"],
        ),
        ("paths: [{scope: section}]", ["1:9: paths[0]: “files” is missing"]),
        (
            "paths: [{files: [a], fail-on: error, scope: section}]",
            ["1:22: paths[0].fail-on: unknown key (known: files"],
        ),
        (
            "scope: para\nfail-on: x\nown-hosts: [a]\nscop: 1\nscope: section",
            ["1:8:", "2:10:", "3:13:", "4:1:", "5:1:"],
        ),
        ("scope: [", ["1:9: the file ends before “[”"]),
    ],
)
def test_what_is_wrong(text: str, messages: list[str]) -> None:
    found = told(text)
    assert len(found) == len(messages), found
    assert all(line.startswith(start) for line, start in zip(found, messages, strict=True)), found


@pytest.mark.parametrize(
    ("path", "scope", "doses", "cure", "names"),
    [
        ("index.md", "section", "info", None, 1),
        ("news/a.md", "section", "off", "error", 2),
        ("news/archive/a/b.md", "document", "off", "info", 2),
        ("deep/x.old.md", "document", "info", "info", 1),
    ],
)
def test_for_path(path: str, scope: str, doses: str, cure: str | None, names: int) -> None:
    config = parse_config(FULL, "site/.medlint.yml")
    here = config.for_path(path)
    assert (here.scope, here.rules["doses"], here.rules.get("claims/cure"), len(here.names)) == (
        scope,
        doses,
        cure,
        names,
    )
    assert here.for_path(path) is here
    assert config.for_path(Path("site", path).absolute()) is config.for_path(path)


def test_files_under_the_same_sections_share_a_configuration() -> None:
    config = parse_config(FULL, ".medlint.yml")
    assert config.for_path("news/a.md") is config.for_path("news/b.md")
    assert config.for_path("a.md") is config


def test_excludes() -> None:
    config = parse_config(FULL, "site/.medlint.yml")
    assert config.excludes("drafts/a/b.md")
    assert config.excludes(Path("site/drafts/a.md").absolute())
    assert not config.excludes("news/a.md")


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("drafts/**", "drafts/a.md", True),
        ("drafts/**", "drafts/a/b.md", True),
        ("drafts/**", "x/drafts/a.md", False),
        ("drafts", "x/drafts/a.md", True),
        ("drafts/", "drafts/a.md", True),
        ("/drafts", "drafts/a.md", True),
        ("/drafts", "x/drafts/a.md", False),
        ("./drafts/**", "drafts/a.md", True),
        ("drafts", "draftsman.md", False),
        ("*.md", "a.md", True),
        ("*.md", "x/a.md", True),
        ("news/*.md", "news/a.md", True),
        ("news/*.md", "news/x/a.md", False),
        ("**/a.md", "a.md", True),
        ("**/a.md", "x/y/a.md", True),
        ("a/**/b.md", "a/b.md", True),
        ("a/**/b.md", "a/x/y/b.md", True),
        ("**", "a/b.md", True),
        ("a?.md", "ab.md", True),
        ("a?c", "a/c", False),
        ("[slug]/a.md", "[slug]/a.md", True),
        ("a.md", "axmd", False),
        ("README.md", "readme.md", False),
    ],
)
def test_globs(pattern: str, path: str, fits: bool) -> None:
    assert globs.matches(path, [pattern]) is fits


@given(st.text(max_size=20), st.text("ab*?/.[]!", max_size=12))
def test_globs_take_anything(path: str, pattern: str) -> None:
    assert globs.matches(path, [pattern]) in (True, False)
    assert globs.matches(path, ["**"])


def test_names_that_do_not_exist() -> None:
    config = parse_config(FULL, "site/.medlint.yml")
    problems = check_rule_ids(
        config, ["promotion/urgent", "claims/cure"], ["claims", "dose"], ["recommended"], ["intervention"]
    )
    assert [str(problem) for problem in problems] == [
        "site/.medlint.yml:2:24: there is no pack “uk”",
        (
            "site/.medlint.yml:3:9: there is no rule or family “promotion/urgency”"
            " (did you mean “promotion/urgent”?)"
        ),
        "site/.medlint.yml:3:33: there is no rule or family “doses” (did you mean “dose”?)",
        "site/.medlint.yml:17:13: there is no rule or family “doses” (did you mean “dose”?)",
        "site/.medlint.yml:12:12: there is no lexicon “interventions” (did you mean “intervention”?)",
    ]


def test_names_that_exist() -> None:
    rules = ["promotion/urgency", "claims/cure", "doses/x"]
    config = parse_config(FULL, ".medlint.yml")
    assert check_rule_ids(config, rules, ["doses"], ["recommended", "uk"], ["interventions"]) == []


def test_folders_that_do_not_exist(tmp_path: Path) -> None:
    config = parse_config("rule-folders: [here, gone]", str(tmp_path / ".medlint.yml"))
    (tmp_path / "here").mkdir()
    (problem,) = check_folders(config)
    assert (problem.line, problem.column) == (1, 22)
    assert problem.message == f"there is no folder “{tmp_path / 'gone'}”"


@pytest.mark.parametrize(
    ("files", "start", "found"),
    [
        ([".medlint.yml"], "a/b", ".medlint.yml"),
        ([".medlint.yaml"], "a/b/c.md", ".medlint.yaml"),
        ([".medlint.yml", "a/.medlint.yml"], "a/b", "a/.medlint.yml"),
        (["a/.git/HEAD", ".medlint.yml"], "a/b", None),
        (["a/.git", ".medlint.yml"], "a/b", None),
        (["a/.git", "a/.medlint.yml"], "a/b", "a/.medlint.yml"),
        ([".medlint.yml/x"], "a/b", None),
    ],
)
def test_find_config(tmp_path: Path, files: list[str], start: str, found: str | None) -> None:
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert find_config(tmp_path / start, tmp_path) == (tmp_path / found if found else None) or found is None
    (tmp_path / ".git").mkdir(exist_ok=True)
    assert find_config(tmp_path / start) == (tmp_path / found if found else None)


def test_the_search_ends_at_the_root(tmp_path: Path) -> None:
    (tmp_path / ".medlint.yml").touch()
    assert find_config(tmp_path / "a" / "b", tmp_path / "a") is None
    assert find_config(tmp_path / "a" / "b", tmp_path) == tmp_path / ".medlint.yml"


def test_the_search_starts_from_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".medlint.yml").touch()
    monkeypatch.chdir(tmp_path)
    found = find_config(Path("a.md"))
    assert found is not None
    assert os.path.samefile(found, tmp_path / ".medlint.yml")


def test_both_spellings(tmp_path: Path) -> None:
    (tmp_path / ".medlint.yml").touch()
    (tmp_path / ".medlint.yaml").touch()
    with pytest.raises(UserError, match=r"\.medlint\.yml stands beside it"):
        find_config(tmp_path)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+",
        r"(a*)*",
        r"(\w+\s*)*x",
        r"(\w+ \w+)+",
        r"(.*,)+",
        r"((a+)b?)+",
        r"x(?:[^)]*\w)*",
        r"(\w{1,3})+",
        r"(?=(a+)+)b",
        r"(a|b+)+",
        r"(a+){5,}",
        r"(?i:(?:x+)+)",
        r"(?:(?:a+)+)?",
        r"((ab)+)+",
        r"(a|ab|b)+",
        r"(a|aa)+",
        r"(?:a|b|(?:c|cd|d))*",
        r"(a(?:|a))+",
        r"((?:a|b?)c?)+",
        r".*.*",
        r"\s*\s*$",
        r"\w*(\d+)x",
        r"\s*\b\s{2,}",
        r"(.*a){20}",
        r"(.*?,){11}P",
        r"(.{0,50}a){5}x",
        r".*a.*b.*c",
        r"(\w{1,15} ?){1,15}x",
        r"(?= .*a.*b.*c)d",
        r"(?: (?:(?:ab|a)?){0,3}){5,}x",
        r"(?:(?=a))+b",
        r"([ab]|(?:.*a.*a.*))x",
    ],
)
def test_dangerous(pattern: str) -> None:
    assert re.compile(pattern)
    assert dangerous(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        r"\bcures?\b",
        r"(\w+\s+)+",
        r"(\w+,)+",
        r"(?:, ?\w+)*",
        r"\d+(?:\.\d+)?",
        r"(foo|bar)+",
        r"(?:foo|far)+",
        r"(foo|ba)+",
        r"(?:\w+\s+){0,5}",
        r"(\s+\w+)*",
        r"\{\{<\s*cite\b[^>]*>\}\}",
        r"(?:[^\s,]+,)+",
        r".*,.*",
        r"\[\d+(?:,\s*\d+)*\]",
        r"\w+\s+\w*",
        r"(a?b)+",
        r"(?:\d{3} )+",
        r"[a-z]+",
        r"(?:[ab]|c)+",
        r"(?P<x>a)(?(x)b|c)+",
        r"(?:(?:mg|g|kg)/)+",
        r"(?:\w+-)*\w+",
        r"(\\.|[^\\])*",
        r"(?<=a)b+",
        r"(\w|\d)+",
        r"(?:mg(?:/kg|))+",
        r"\w+ (?:\w+ ){0,5}\w+",
        r"[^,]*,[^,]*,[^,]*,",
        r".{0,30}a.{0,30}b.{0,30}c",
        r"(?:\W+\w+){0,3}\W{1,3}\d+",
    ],
)
def test_harmless(pattern: str) -> None:
    assert re.compile(pattern)
    assert dangerous(pattern) is None
