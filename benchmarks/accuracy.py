"""Compares what medlint finds with what an editor marked, sentence by sentence.

    python -m benchmarks.accuracy [--show claims] [FOLDER …]

An article `name.md` counts as marked when `name.expected.tsv` stands beside it. Each line of that table names
the words with which a sentence begins, a family of rules, and `must` (it has to be found) or `may` (to find
it is neither right nor wrong); lines stand in the order of the article. A finding in any other sentence is a
false alarm. Articles without a table are only counted: findings at warning or above for 1,000 words.
"""

from __future__ import annotations

import argparse
import csv
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from medlint.config import Config
from medlint.language import Endings, split_sentences
from medlint.lint import lint_text
from medlint.markdown import read
from medlint.model import Report, Span
from medlint.rules import RuleSet, load_rules

ARTICLES = Path(__file__).parents[1] / "tests" / "articles"
FAMILIES = ("claims", "citations", "doses", "promotion")


@dataclass(slots=True)
class Sentences:
    """The sentences of one article that must, may and do carry a finding of a family."""

    must: set[Span] = field(default_factory=set)
    may: set[Span] = field(default_factory=set)
    found: set[Span] = field(default_factory=set)

    @property
    def missed(self) -> set[Span]:
        return self.must - self.found

    @property
    def wrong(self) -> set[Span]:
        return self.found - self.must - self.may


def sentences_of(text: str, path: str, endings: Endings) -> list[Span]:
    """Where the sentences of an article stand in its source, in order."""
    return sorted(
        block.source_span(start, end)
        for block in read(text, path).blocks
        for start, end in split_sentences(block.text, endings)
    )


def compare(article: Path, report: Report, endings: Endings) -> dict[str, Sentences]:
    """What is expected of a marked article and what was found in it, by family."""
    spans = sentences_of(report.text, report.path, endings)
    starts = [span.start for span in spans]
    families: dict[str, Sentences] = defaultdict(Sentences)
    at = 0
    with table_of(article).open(encoding="utf-8", newline="") as file:
        for opening, family, verdict in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            at = report.text.find(opening, at)
            if at < 0:
                raise SystemExit(f"{table_of(article)}: “{opening}” is not in the article, or out of order")
            span = spans[max(0, bisect_right(starts, at) - 1)]
            (families[family].must if verdict == "must" else families[family].may).add(span)
    for finding in report.findings:
        if finding.suppressed is None:
            touched = {s for s in spans if s.start < finding.span.end and finding.span.start < s.end}
            families[finding.family].found |= touched
    return families


def table_of(article: Path) -> Path:
    return article.with_name(f"{article.stem}.expected.tsv")


def measure(
    articles: Sequence[Path], rules: RuleSet, show: str
) -> tuple[dict[str, Counter[str]], Counter[str]]:
    """Sentences found rightly, found wrongly and missed in marked articles, by family; and, of those without
    marks, the words and the findings at warning or above."""
    marked: dict[str, Counter[str]] = {family: Counter() for family in FAMILIES}
    others: Counter[str] = Counter()
    config, endings = Config(), Endings.from_data(rules.language["sentences"])
    for article in articles:
        report = lint_text(article.read_text(encoding="utf-8-sig"), str(article), config, rules)
        if not table_of(article).exists():
            others["words"] += report.words
            others.update(f.family for f in report.findings if f.severity != "info" and f.suppressed is None)
            continue
        for family, sentences in compare(article, report, endings).items():
            if family in marked:
                right = len(sentences.found & sentences.must)
                marked[family].update(right=right, wrong=len(sentences.wrong), missed=len(sentences.missed))
            if family == show:
                print(*listing(article, report, sentences), sep="\n")
    return marked, others


def listing(article: Path, report: Report, sentences: Sentences) -> Iterator[str]:
    for what, spans in (("missed", sentences.missed), ("wrong", sentences.wrong)):
        for span in sorted(spans):
            yield f"{what:7}{article.stem}: {' '.join(report.text[span.start : span.end].split())}"


def ratio(part: int, rest: int) -> float:
    return part / (part + rest) if part + rest else 1.0


def lines(marked: dict[str, Counter[str]], others: Counter[str]) -> Iterator[str]:
    if any(map(sum, (counts.values() for counts in marked.values()))):
        yield f"{'':12}{'precision':>10}{'recall':>8}{'F1':>6}{'right':>7}{'wrong':>7}{'missed':>8}"
        for family, n in marked.items():
            precision, recall = ratio(n["right"], n["wrong"]), ratio(n["right"], n["missed"])
            f1 = ratio(2 * n["right"], n["wrong"] + n["missed"])
            yield (
                f"{family:12}{precision:10.2f}{recall:8.2f}{f1:6.2f}{n['right']:7}{n['wrong']:7}{n['missed']:8}"
            )
    if words := others["words"]:
        rates = ", ".join(f"{family} {1000 * others[family] / words:.2f}" for family in FAMILIES)
        total = sum(count for name, count in others.items() if name != "words")
        yield f"without marks: {words:,} words, {1000 * total / words:.2f} findings per 1,000 words ({rates})"


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare medlint's findings with those of an editor.")
    parser.add_argument("folders", nargs="*", type=Path, default=[ARTICLES], help="default: tests/articles")
    parser.add_argument(
        "--show", choices=FAMILIES, default="", help="list misses and false alarms of a family"
    )
    options = parser.parse_args()
    rules = load_rules()
    for folder in options.folders:
        articles = sorted(path for path in folder.rglob("*") if path.suffix in (".md", ".mdx"))
        print(f"{folder}: {len(articles)} articles")
        print(*lines(*measure(articles, rules, options.show)), sep="\n")


if __name__ == "__main__":
    main()
