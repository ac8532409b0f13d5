"""How well reference entries are read: the share of fields that are right, by field and by style.

`python -m benchmarks.references` reads the entries of tests/references; `--show` lists what was read wrongly.
"""

from __future__ import annotations

import argparse
import html
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from medlint.bibliography import Entry, read_entries
from medlint.config import Config
from medlint.lint import Linter
from medlint.rules import load_rules

FOLDER = Path(__file__).parents[1] / "tests" / "references"
FIELDS = (
    "doi", "pmid", "pmcid", "isbn", "year", "first author", "authors", "title", "container", "volume", "issue",
    "pages", "publisher", "url",
)  # fmt: skip
FAULTS = {
    "citations/incomplete-ref": {
        "the year": "no-year",
        "the title": "no-title",
        "the journal": "no-container",
    },
    "citations/impossible-ref": {"the year": "year", "pages": "pages"},
    "citations/doi-year": {"": "doi-year"},
    "citations/doi-journal": {"": "doi-journal"},
}
"""Rule → the words in its message → the fault, as it is called in the files."""
RULES = load_rules()
LINTER = Linter.of(Config(extends=(), rules=dict.fromkeys(FAULTS, "warning")), RULES)


def cases(name: str) -> list[dict[str, Any]]:
    """The entries of one file."""
    found: list[dict[str, Any]] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return found


def article(case: Mapping[str, Any]) -> str:
    """An article that cites the entry."""
    text = case["text"].replace("\n", "\n ")
    return f"# Naps\n\nNaps lifted mood [1].\n\n## References\n\n1. {text}\n"


def entry_of(case: Mapping[str, Any]) -> Entry:
    """What is read of an entry."""
    document, evidence = LINTER.read(article(case), "article.md")
    (entry,) = read_entries(document, evidence, RULES.lexicons)
    return entry


def found(entry: Entry) -> dict[str, str]:
    """The fields of an entry in the form in which they are compared."""
    authors = [" ".join(_initials(author.family, author.given)) for author in entry.authors]
    fields = {
        name: str(getattr(entry, name) or "") for name in FIELDS if hasattr(Entry, name) and name != "authors"
    }
    return _plain({**fields, "authors": "; ".join(authors), "first author": authors[0] if authors else ""})


def expected(case: Mapping[str, Any]) -> dict[str, str]:
    """The fields that an entry should have, in the same form."""
    people = [person.partition(",") for person in str(case.get("authors", "")).split(";") if person.strip()]
    authors = [" ".join(_initials(family.strip(), given.strip())) for family, _, given in people]
    fields = {name: str(case.get(name, "")) for name in FIELDS if name not in ("authors", "first author")}
    return _plain({**fields, "authors": "; ".join(authors), "first author": authors[0] if authors else ""})


def _initials(family: str, given: str) -> Iterator[str]:
    yield family.rstrip(".")
    if given:
        yield "".join(re.findall(r"[^\W_]", given))


def _plain(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: _same(text) for name, text in fields.items()}


def _same(text: str) -> str:
    text = html.unescape(text).lower().translate(str.maketrans("–—−’‘“”", "---''\"\""))
    return " ".join(re.sub(r"\s*-\s*", "-", text).split()).rstrip(".,;: ")


def faults_of(case: Mapping[str, Any]) -> set[str]:
    """The faults that the rules find in an entry."""
    report = LINTER.lint(article(case), "article.md")
    return {
        fault
        for finding in report.findings
        for words, fault in FAULTS.get(finding.rule, {}).items()
        if words in finding.message.rpartition("”")[2]
    }


def shares(entries: list[dict[str, Any]]) -> dict[str, float]:
    """The share of entries of which a field is right, among those that have it."""
    pairs = [(found(entry_of(case)), expected(case)) for case in entries]
    judged = {
        field: [got[field] == wanted[field] for got, wanted in pairs if wanted[field]] for field in FIELDS
    }
    return {field: sum(right) / len(right) if right else 1.0 for field, right in judged.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--show", action="store_true", help="list what was read wrongly")
    parser.add_argument("--only", metavar="FILE", help="one file of tests/references")
    args = parser.parse_args()
    for name in [args.only] if args.only else ["reading.yml", "held-out.yml"]:
        _print(name, cases(name), show=args.show)
    return 0


def _print(name: str, entries: list[dict[str, Any]], *, show: bool) -> None:
    right: Counter[tuple[str, str]] = Counter()
    total: Counter[tuple[str, str]] = Counter()
    invented: Counter[str] = Counter()
    faults = Counter[str]()
    for case in entries:
        entry = entry_of(case)
        got, wanted = found(entry), expected(case)
        for field in FIELDS:
            if wanted[field]:
                total[field, case["style"]] += 1
                right[field, case["style"]] += got[field] == wanted[field]
            elif got[field]:
                invented[field] += 1
            if show and got[field] != wanted[field]:
                print(
                    f"{case['text'][:90]!r}\n  {field}: {got[field]!r}, not {wanted[field]!r}",
                    file=sys.stderr,
                )
        named, seen = set(case.get("faults", ())), faults_of(case)
        faults.update(found=len(named & seen), missed=len(named - seen), alarms=len(seen - named))
        if show and named != seen:
            print(f"{case['text'][:90]!r}\n  faults: {sorted(seen)}, not {sorted(named)}", file=sys.stderr)
    styles = sorted({case["style"] for case in entries})
    print(f"\n{name}: {len(entries)} entries\n")
    print(
        f"{'':14}{'right':>7}{'of':>5}{'share':>7}{'made up':>9}  " + " ".join(f"{s[:7]:>7}" for s in styles)
    )
    for field in FIELDS:
        sums = [sum(counts[field, style] for style in styles) for counts in (right, total)]
        shares = [
            f"{right[field, style] / total[field, style]:7.2f}" if total[field, style] else f"{'-':>7}"
            for style in styles
        ]
        share = sums[0] / sums[1] if sums[1] else 1
        print(f"{field:14}{sums[0]:7}{sums[1]:5}{share:7.2f}{invented[field]:9}  " + " ".join(shares))
    print(f"\nfaults: {faults['found']} found, {faults['missed']} missed, {faults['alarms']} false alarms")


if __name__ == "__main__":
    raise SystemExit(main())
