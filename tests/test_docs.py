"""What the documents show is true: examples are run, links lead somewhere, outputs are real."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from medlint import cli
from medlint.config import Config, parse_config
from medlint.lint import lint_text
from medlint.rules import load_rules

ROOT = Path(__file__).parents[1]
GENERATED = ROOT / "docs" / "rules.md"
DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "examples" / "README.md",
    ROOT / "rules" / "README.md",
]

_BLOCK = re.compile(r"^[ -]*(```+)([^\n`]*)\n(.*?)^ *\1$", re.MULTILINE | re.DOTALL)
_NAMED = re.compile(r"# (\S+\.ya?ml)\n")
_LINK = re.compile(r"(?<!\\)\]\((?![a-z][a-z0-9+.-]*:)([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Example:
    """A fenced block: `info` is what stands behind the opening fence, `name` the file that a comment in its
    first line names."""

    document: Path
    line: int
    info: str
    text: str

    @property
    def name(self) -> str:
        named = _NAMED.match(self.text)
        return named[1] if named else ""

    def __str__(self) -> str:
        return f"{self.document.name}:{self.line}"


def blocks(document: Path) -> Iterator[Example]:
    text = document.read_text(encoding="utf-8")
    for m in _BLOCK.finditer(text):
        yield Example(document, text.count("\n", 0, m.start()) + 1, m[2].strip(), m[3])


def prose(document: Path) -> str:
    """A document without what is code in it."""
    return re.sub(r"(`+).*?\1", "", _BLOCK.sub("", document.read_text(encoding="utf-8")))


def anchors(document: Path) -> set[str]:
    """The names that headings get on the usual forges."""
    headings = _HEADING.findall(_BLOCK.sub("", document.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


EXAMPLES = [example for document in DOCUMENTS if document != GENERATED for example in blocks(document)]
ARTICLES = [example for example in EXAMPLES if example.info in ("markdown pass", "markdown fail")]
CONFIGS = [example for example in EXAMPLES if example.name == ".medlint.yml"]
YAML = [example for example in EXAMPLES if example.info == "yaml"]


def in_readme(name: str) -> str:
    (text,) = [e.text for e in EXAMPLES if e.name == name and e.document == ROOT / "README.md"]
    return text


def test_generated_pages_are_current() -> None:
    check = [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"]
    stale = subprocess.run(check, capture_output=True, encoding="utf-8", check=False)
    assert (stale.returncode, stale.stderr) == (0, ""), "run docs/generate.py"


@pytest.mark.parametrize("example", ARTICLES, ids=str)
def test_articles_pass_or_fail_as_the_document_says(example: Example) -> None:
    report = lint_text(example.text, "article.md", Config(), load_rules())
    shown = [f.rule for f in report.findings if f.suppressed is None and f.severity != "info"]
    assert bool(shown) is (example.info == "markdown fail"), shown


@pytest.mark.parametrize("example", CONFIGS, ids=str)
def test_configurations_parse(example: Example) -> None:
    assert parse_config(example.text, ".medlint.yml") != Config()


@pytest.mark.parametrize("example", YAML, ids=str)
def test_yaml_is_yaml(example: Example) -> None:
    yaml.safe_load(example.text)


def test_readme_shows_every_key_of_the_configuration() -> None:
    schema = yaml.safe_load((ROOT / "rules/schema/config.schema.json").read_text(encoding="utf-8"))
    assert set(yaml.safe_load(in_readme(".medlint.yml"))) == set(schema["properties"])


def test_configuration_page_has_every_key() -> None:
    schema = yaml.safe_load((ROOT / "rules/schema/config.schema.json").read_text(encoding="utf-8"))
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert re.findall(r"^### `(.+)`$", page, re.MULTILINE) == list(schema["properties"])


@pytest.mark.parametrize("words", ["properties", "find", "contexts", "scope"])
def test_rule_page_has_every_word_of_the_schema(words: str) -> None:
    schema = yaml.safe_load((ROOT / "rules/schema/rule.schema.json").read_text(encoding="utf-8"))
    fields = schema["properties"]
    expected = {
        "properties": fields,
        "find": schema["$defs"]["find"]["properties"],
        "contexts": fields["unless"]["properties"]["context"]["items"]["enum"],
        "scope": fields["scope"]["items"]["enum"],
    }[words]
    page = (ROOT / "docs" / "rule-format.md").read_text(encoding="utf-8")
    assert [word for word in expected if f"`{word}`" not in page and f"{word}:" not in page] == []


@pytest.mark.parametrize(
    "document", [ROOT / "README.md", ROOT / "docs" / "rule-format.md"], ids=lambda p: p.name
)
def test_rules_of_your_own_hold(
    document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {".medlint.yml": in_readme(".medlint.yml")}
    files |= {
        e.name: e.text
        for name in ("README.md", document.name)
        for e in EXAMPLES
        if e.document.name == name and e.name.startswith("medlint-rules/")
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["check-rules", *files]) == 0, capsys.readouterr()
    assert cli.main(["test", "house"]) == 0, capsys.readouterr()
    assert capsys.readouterr().out.endswith("1 rule, 4 examples: all hold\n")


def test_design_names_every_module() -> None:
    design = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    source = sorted(path for path in (ROOT / "src" / "medlint").iterdir() if path.name[0] not in "_.")
    names = [f"{path.name}/" if path.is_dir() else path.name for path in source]
    assert [name for name in names if f"`{name}`" not in design and name != "py.typed"] == []


def test_hooks_of_the_snippet_exist() -> None:
    (source,) = yaml.safe_load(in_readme(".pre-commit-config.yaml"))["repos"]
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {hook["id"] for hook in source["hooks"]} <= {hook["id"] for hook in hooks}


def test_workflow_has_the_least_permissions() -> None:
    workflow = yaml.safe_load(in_readme(".github/workflows/medlint.yml"))
    assert workflow["permissions"] == {"contents": "read"}


def test_example_articles_are_what_they_are_called(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "--no-config", str(ROOT / "examples" / "mended.md")]) == 0
    assert "nothing found (1 suppressed)" in capsys.readouterr().out
    assert cli.main(["check", "--no-config", "--quiet", str(ROOT / "examples" / "faulty.md")]) == 1
    found = capsys.readouterr().out
    assert [
        rule
        for rule in (
            "citations/statistic",
            "citations/uncited-list",
            "claims/cure",
            "claims/no-side-effects",
            "doses/naked-decimal",
            "doses/trailing-zero",
            "doses/unsourced",
            "promotion/exclamation: “THE NUMBERS SPEAK FOR THEMSELVES”",
            "promotion/hope-selling",
            "promotion/self-naming",
        )
        if rule not in found
    ] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    missing = []
    for target in _LINK.findall(prose(document)):
        path, _, anchor = target.partition("#")
        page = (document.parent / path).resolve() if path else document
        if not page.exists() or (anchor and anchor not in anchors(page)):
            missing.append(target)
    assert missing == []
