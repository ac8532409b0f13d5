"""What people forget: one-way imports, cheap start, documents that keep up with the code."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "medlint"
README = ROOT / "README.md"

# Each module imports only from those that stand before it.
ORDER = (
    "medlint",
    "medlint.names",
    "medlint.model",
    "medlint.data",
    "medlint.parts",
    "medlint.cache",
    "medlint.results",
    "medlint.nearest",
    "medlint.rulefolders",
    "medlint.expressions",
    "medlint.verifying",
    "medlint.verifying.wording",
    "medlint.verifying.answers",
    "medlint.patterns",
    "medlint.wordtable",
    "medlint.phrases",
    "medlint.regexguard",
    "medlint.literals",
    "medlint.regexwords",
    "medlint.globs",
    "medlint.yamlerrors",
    "medlint.yamlfile",
    "medlint.schema",
    "medlint.inflect",
    "medlint.replacement",
    "medlint.rulecompiler",
    "medlint.ruleindex",
    "medlint.scorefiles",
    "medlint.rulefiles",
    "medlint.rules",
    "medlint.configfile",
    "medlint.config",
    "medlint.reader",
    "medlint.reader.prose",
    "medlint.reader.flatyaml",
    "medlint.reader.scalars",
    "medlint.reader.tags",
    "medlint.reader.regions",
    "medlint.reader.mdx",
    "medlint.reader.frontmatter",
    "medlint.reader.layout",
    "medlint.reader.parser",
    "medlint.reader.inline",
    "medlint.reader.entries",
    "medlint.reader.outline",
    "medlint.reader.webtext",
    "medlint.reader.tables",
    "medlint.reader.blocks",
    "medlint.markdown",
    "medlint.language",
    "medlint.claimparts",
    "medlint.citing",
    "medlint.citing.sources",
    "medlint.citing.author_year",
    "medlint.citing.marks",
    "medlint.citing.references",
    "medlint.citing.resolver",
    "medlint.citing.citations",
    "medlint.citing.masking",
    "medlint.evidence",
    "medlint.nearby",
    "medlint.bibliography.entry",
    "medlint.bibliography.words",
    "medlint.bibliography.written",
    "medlint.bibliography.identifiers",
    "medlint.bibliography.names",
    "medlint.bibliography.locators",
    "medlint.bibliography.reader",
    "medlint.bibliography.csl",
    "medlint.bibliography.bibtex",
    "medlint.bibliography",
    "medlint.verifying.comparing",
    "medlint.verifying.judging",
    "medlint.verifying.telling",
    "medlint.doses",
    "medlint.doses.terms",
    "medlint.doses.numbers",
    "medlint.doses.amounts",
    "medlint.doses.statements",
    "medlint.quantity",
    "medlint.doses.maxima",
    "medlint.tokens",
    "medlint.keywords",
    "medlint.match",
    "medlint.scorer",
    "medlint.mending",
    "medlint.checks",
    "medlint.checks.article",
    "medlint.checks.identifiers",
    "medlint.checks.links",
    "medlint.checks.references",
    "medlint.checks.bibliography",
    "medlint.checks.scoring",
    "medlint.checks.verification",
    "medlint.checks.subjects",
    "medlint.checks.cited",
    "medlint.checks.fitting",
    "medlint.checks.source_fit",
    "medlint.checks.statements",
    "medlint.checks.evidence_reading",
    "medlint.checks.metadata",
    "medlint.checks.reading",
    "medlint.structure",
    "medlint.suppress",
    "medlint.lint",
    "medlint.report",
    "medlint.report.totals",
    "medlint.again",
    "medlint.fix",
    "medlint.files",
    "medlint.settings",
    "medlint.libraries",
    "medlint.crew",
    "medlint.run",
    "medlint.cluster",
    "medlint.cluster.addresses",
    "medlint.cluster.work",
    "medlint.cluster.team",
    "medlint.listing",
    "medlint.verifying.foreign",
    "medlint.verifying.crossref",
    "medlint.verifying.pubmed",
    "medlint.verifying.client",
    "medlint.verifying.lookup",
    "medlint.verifying.verify",
    "medlint.ruletest",
    "medlint.checkrules",
    "medlint.starter",
    "medlint.report.excerpt",
    "medlint.report.output",
    "medlint.report.references",
    "medlint.report.text",
    "medlint.report.topics",
    "medlint.report.about",
    "medlint.report.json_report",
    "medlint.report.progress",
    "medlint.report.verification",
    "medlint.commands",
    "medlint.cli",
    "medlint.__main__",
)
HEAVY = ("yaml", "markdown_it", "mdit_py_plugins", "spacy", "jsonschema", "difflib")
NOT_OURS = {line.rstrip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()} | {
    ".git"
}

MODULES = sorted(SOURCE.rglob("*.py"))
DOCUMENTS = [README, *sorted(ROOT.glob("[A-Z]*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
DOCUMENTS = sorted(set(DOCUMENTS))


def name_of(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """The modules of medlint that a module imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.partition(".")[0] == "medlint")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "medlint":
            for alias in node.names:
                longer = f"{node.module}.{alias.name}"
                yield longer if longer in ORDER else str(node.module)


def files(root: Path) -> Iterator[Path]:
    for path in sorted(root.iterdir()):
        if path.name in NOT_OURS or path.name.endswith(".egg-info"):
            continue
        if path.is_dir():
            yield from files(path)
        else:
            yield path


def test_every_module_has_its_place() -> None:
    assert {name_of(path) for path in MODULES} == set(ORDER)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_one_way(path: Path) -> None:
    name = name_of(path)
    before = ORDER[: ORDER.index(name)]
    assert [other for other in imports(path) if other not in before] == []


def test_start_is_cheap() -> None:
    code = f"import sys, medlint.cli; print(*[name for name in {HEAVY} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []


def test_readme_names_every_hook() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    readme = README.read_text(encoding="utf-8")
    assert [hook["id"] for hook in hooks if f"`{hook['id']}`" not in readme] == []


def test_readme_names_every_command() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "medlint", "--help"], capture_output=True, encoding="utf-8", check=True
    )
    commands = re.search(r"\{([a-z,-]+)\}", shown.stdout)
    assert commands is not None
    readme = README.read_text(encoding="utf-8")
    assert [name for name in commands[1].split(",") if f"medlint {name}" not in readme] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_documents_name_make_targets_that_exist(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", path.read_text(encoding="utf-8"), re.M))
    assert named <= targets


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_documents_name_paths_that_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tops = "|".join(
        re.escape(top.name) for top in ROOT.iterdir() if top.is_dir() and top.name not in NOT_OURS
    )
    quoted = re.findall(rf"`((?:{tops})/[\w./-]*)`", text)
    assert [name for name in quoted if not (ROOT / name).exists()] == []


@pytest.mark.parametrize(
    ("pattern", "what"),
    [
        (r"(?<![\w.:/])/(?:work|home|root|Users)/", "a path of somebody's machine"),
        (r"# ?(?:TODO|FIXME|XXX)\b", "something unfinished"),
        (r"pytest\.(?:skip|mark\.skip|mark\.xfail)\b", "a test that does not run"),
        (r"except Exception:\s*(?:pass|continue)", "a swallowed error"),
    ],
)
def test_no_file_holds(pattern: str, what: str) -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in files(ROOT)
        if re.search(pattern, path.read_bytes().decode("utf-8", errors="replace"))
    ]
    assert found == [], f"{what} in {', '.join(found)}"


def test_changelog_has_room_for_what_comes() -> None:
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
