"""Writes the pages that are read off the program: `python docs/generate.py`.

docs/rules.md is made from the rules, the table of checks in docs/rule-format.md from their docstrings, the
outputs in README.md and docs/json-report.md by running medlint. With `--check` nothing is written; the exit
code is 1 when a page is not what it should be.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from medlint.model import FAMILIES
from medlint.rules import Rule, RuleSet, Standard, load_rules
from medlint.structure import CHECKS

ROOT = Path(__file__).parents[1]
FAULTY = "examples/faulty.md"
SHOWN = ("claims/no-side-effects", "doses/trailing-zero", "promotion/hope-selling", "citations/uncited-list")
"""The rules of which README shows a finding, the last one each has in the faulty article."""
BLOCKED = "Take melatonin 2 mg before bed.\n"
LEFT_OUT = "  […]\n"

_ABOUT = {
    "claims": "Statements on what works and what is safe.",
    "evidence": "Findings told as more than the study behind them can show.",
    "citations": "Studies and figures without a source, and faulty references.",
    "doses": "Dose figures without a source, or written so that they can be misread.",
    "promotion": "Copy that sells where it should inform.",
    "people": "Words that label or blame the people an article is about.",
    "metadata": "What a page about treatment owes its readers: who wrote it, when, and what it leaves out.",
    "medlint": "What medlint has to say about a file itself. Always on, unless a configuration says off.",
}
_HEAD = """\
# Rules

<!-- Made by docs/generate.py from rules/; edits here are lost. -->

`medlint explain` prints what stands here about one rule. The severity is the rule's own; a configuration can
change it. [rule-format.md](rule-format.md) says how rules are written.
"""
_BY_FIX = " `medlint check --fix` does so where no writer is needed."
_FENCE = re.compile(r"^\s*(`{3,})", re.MULTILINE)


def main() -> int:
    pages = {path: page for path, page in _pages() if path.read_text(encoding="utf-8") != page}
    for path, page in pages.items():
        print(path.relative_to(ROOT).as_posix(), file=sys.stderr)
        if "--check" not in sys.argv[1:]:
            path.write_text(page, encoding="utf-8", newline="\n")
    return int(bool(pages) and "--check" in sys.argv[1:])


def _pages() -> Iterator[tuple[Path, str]]:
    rules = ROOT / "docs" / "rules.md"
    rules.touch()
    yield rules, _rules_page(load_rules())
    readme = ROOT / "README.md"
    text = _put(readme.read_text(encoding="utf-8"), "faulty", _fenced(_faulty(), "text"))
    failed = f"medlint{'.' * 66}Failed\n- hook id: medlint\n- exit code: 1\n\n"  # as pre-commit puts it
    yield readme, _put(text, "blocked", _fenced(failed + _blocked(), "text"))
    form = ROOT / "docs" / "rule-format.md"
    yield form, _put(form.read_text(encoding="utf-8"), "checks", _checks())
    report = ROOT / "docs" / "json-report.md"
    example = _fenced(_blocked("--format", "json"), "json")
    yield report, _put(report.read_text(encoding="utf-8"), "json", example)


def _put(text: str, name: str, content: str) -> str:
    """`text` with `content` between the comments that name it."""
    begin, end = f"<!-- output of docs/generate.py: {name} -->\n", "<!-- end of output -->"
    before, _, rest = text.partition(begin)
    return f"{before}{begin}{content}{end}{rest.partition(end)[2]}"


def _fenced(text: str, language: str) -> str:
    longest = max((len(m[1]) for m in _FENCE.finditer(text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}\n"


# -- outputs -------------------------------------------------------------------------------------------------


def _faulty() -> str:
    output = _run("check", "--no-config", FAULTY, folder=ROOT)
    head, *findings, total = re.split(r"\n\n(?=  \d+:|\d+ files?,)", output)
    last = {finding.splitlines()[0].split()[-1]: finding for finding in findings}
    shown = [finding for finding in findings if finding in [last[rule] for rule in SHOWN]]
    return "\n\n".join([head, LEFT_OUT + "\n" + f"\n\n{LEFT_OUT}\n".join(shown), LEFT_OUT + "\n" + total])


def _blocked(*options: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "sleep.md").write_text(BLOCKED, encoding="utf-8")
        return _run("check", "--no-config", *options, "sleep.md", folder=Path(folder))


def _run(*arguments: str, folder: Path) -> str:
    run = subprocess.run(
        [sys.executable, "-m", "medlint", *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    if run.returncode != 1:
        raise SystemExit(f"medlint {' '.join(arguments)} finds nothing: exit code {run.returncode}")
    return run.stdout


# -- docs/rule-format.md -------------------------------------------------------------------------------------


def _checks() -> str:
    rows = [f"| `{name}` | {_cell(check.__doc__ or '')} |\n" for name, check in sorted(CHECKS.items())]
    return "| check | what it reports |\n| --- | --- |\n" + "".join(rows)


# -- docs/rules.md -------------------------------------------------------------------------------------------


def _rules_page(rules: RuleSet) -> str:
    families = [[rule for rule in rules.rules.values() if rule.family == family] for family in FAMILIES]
    contents = "".join(
        f"- [{group[0].family}](#{group[0].family}): {len(group)} rules\n" for group in families
    )
    return "\n".join([_HEAD, contents, *(_family(group, rules) for group in families)]).rstrip() + "\n"


def _family(group: list[Rule], rules: RuleSet) -> str:
    family = group[0].family
    table = "| rule | severity | packs | what it finds |\n| --- | --- | --- | --- |\n"
    for rule in group:
        packs = ", ".join(_packs(rule, rules)) or "-"
        table += f"| [`{rule.id}`](#{_anchor(rule)}) | {rule.severity} | {packs} | {_cell(rule.summary)} |\n"
    return "\n".join([f"## {family}\n\n{_ABOUT[family]}\n", table, *(_rule(rule, rules) for rule in group)])


def _rule(rule: Rule, rules: RuleSet) -> str:
    standards = "; ".join(_cited(rules.standards[key]) for key in rule.standards)
    parts = [
        f"### {rule.id}",
        f"{rule.summary}.",
        f"**Why:** {_line(rule.why)}",
        f"**How to mend it:** {_line(rule.remedy)}.{_BY_FIX if rule.fix else ''}",
        *([f"**Note:** {_line(rule.note)}"] if rule.note else []),
        f"**Rests on:** {standards}.",
        "Marked:",
        "\n".join(f"{_example(bad.text)}\n  ({_flags(bad.flags)})" for bad in rule.bad),
        "Not marked:",
        "\n".join(_example(good) for good in rule.good),
    ]
    return "\n\n".join(parts) + "\n"


def _example(text: str) -> str:
    """A list item with the Markdown as it stands."""
    if "\n" not in text.strip():
        ticks = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
        pad = " " if "`" in text else ""
        return f"- {ticks}{pad}{text.strip()}{pad}{ticks}"
    return "- " + _fenced(text, "markdown").rstrip().replace("\n", "\n  ").replace("\n  \n", "\n\n")


def _anchor(rule: Rule) -> str:
    return rule.id.replace("/", "")


def _packs(rule: Rule, rules: RuleSet) -> list[str]:
    return sorted(name for name, pack in rules.packs.items() if pack.levels.get(rule.id, "off") != "off")


def _cited(standard: Standard) -> str:
    return f"{standard.issuer}, [{standard.title}]({standard.url.removeprefix('docs/')})"


def _flags(flags: Iterable[str]) -> str:
    return ", ".join(f"“{_literal(flag)}”" for flag in flags)


def _literal(text: str) -> str:
    """Text that Markdown leaves as it is."""
    return re.sub(r"([\\`*_\[\]<>#~])", r"\\\1", _line(text))


def _cell(text: str) -> str:
    return _line(text).replace("|", "\\|")


def _line(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    raise SystemExit(main())
