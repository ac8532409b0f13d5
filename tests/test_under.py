"""Patterns that hold only under certain words: a column, a row, the stem of a list, a heading."""

from __future__ import annotations

from pathlib import Path

import pytest
from rulefile import HEAD

from medlint.config import Config
from medlint.lint import lint_text
from medlint.rules import RuleSet, load_rules

RULE = """\
find:
  - phrases: ["^ (yes|magic)"]
    under: ["(safe|works) ... {conditions}", "benefits"]
scope: [paragraph, list-item, table-cell]
examples:
  bad: [{text: "## Benefits\\n\\nMagic.", flags: [Magic]}]
  good: [Magic.]
"""


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    folder: Path = tmp_path_factory.mktemp("rules")
    (folder / "own").mkdir()
    (folder / "own" / "magic.yml").write_text(HEAD + RULE, encoding="utf-8")
    return load_rules([folder])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("| | Works in asthma |\n| --- | --- |\n| Balm | Yes |", ["Yes"]),
        ("| | Balm |\n| --- | --- |\n| Safe with asthma | Yes |", ["Yes"]),
        ("| | Balm |\n| --- | --- |\n| Contains nuts | Yes |", []),
        ("| | Balm |\n| --- | --- |\n| Safe in asthma | No |\n| Contains nuts | Yes |", []),
        ("Benefits for all:\n\n- yes, all of them\n- magic", ["yes", "magic"]),
        ("Contents:\n\n- magic", []),
        ("# Benefits\n\nMagic is here. Magic again.", ["Magic", "Magic"]),
        ("# Benefits\n\n## Opening hours\n\nMagic is here.", []),
        ("Yes, safe in asthma.", []),
        ("**Is it safe in asthma?** Yes.", ["Yes"]),
        ("Is it safe in asthma? Dear me. Yes.", []),
        ("What does it hold? Yes.", []),
    ],
)
def test_under(text: str, found: list[str], rules: RuleSet) -> None:
    report = lint_text(text, "a.md", Config(extends=(), rules={"own/magic": "error"}), rules)
    assert [finding.excerpt for finding in report.findings] == found


COLUMNS = """\
find:
  - phrases: [magic]
unless:
  columns: ["^ (strength|dose)", "active (ingredient|substance)"]
examples:
  bad: [{text: Magic., flags: [Magic]}]
  good: ["| Balm | Strength |\\n| --- | --- |\\n| Fennwell | magic |"]
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("| Balm | Dose in a day |\n| --- | --- |\n| Fennwell | magic |", []),
        ("| Balm | Active ingredient |\n| --- | --- |\n| Fennwell | magic |", []),
        ("| Balm | Low dose |\n| --- | --- |\n| Fennwell | magic |", ["magic"]),
        ("| Strength | Result |\n| --- | --- |\n| 5 mg | magic |", ["magic"]),
        ("## Strength\n\nMagic is here.", ["Magic"]),
    ],
)
def test_headers_of_columns_that_excuse(text: str, found: list[str], tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "magic.yml").write_text(HEAD + COLUMNS, encoding="utf-8")
    report = lint_text(text, "a.md", Config(extends=(), rules={"own/magic": "error"}), load_rules([tmp_path]))
    assert [finding.excerpt for finding in report.findings] == found
