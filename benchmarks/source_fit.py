"""How well citations/source-fit tells sources that fit a sentence from sources that do not.

`python -m benchmarks.source_fit FOLDER …` reads the articles of the folders and asks the rule about every citation,
first as written, then with the titles dealt out at random: among the entries of the same article, and among those of
all articles. The first share is that of false alarms, as nearly every source of a careful article fits; the last shows
how many sources on something else are found. `--show` lists what is reported as written.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from medlint.bibliography import Entry
from medlint.checks.cited import Cited, cited
from medlint.checks.fitting import Comparing
from medlint.config import Config
from medlint.lint import Linter
from medlint.model import PLACEHOLDER, Document, Span
from medlint.rules import load_rules

Key = tuple[str, Span]
RULE = "citations/source-fit"
ROUNDS = 5
SEED = 20240501
RULES = load_rules()
LINTER = Linter.of(Config(extends=(), rules={RULE: "info"}), RULES)


class Article(NamedTuple):
    """One article: its words, what it cites where, and how the two are compared."""

    document: Document
    words: int
    cited: tuple[Cited, ...]
    comparing: Comparing

    @property
    def entries(self) -> dict[Key, Entry]:
        """The entries that are cited, each under the article and the place where it stands."""
        return {(self.document.path, each.entry.span): each.entry for each in self.cited}


def articles(folders: Iterable[str]) -> Iterator[Article]:
    """The articles of the folders that cite entries with titles."""
    options = RULES.rules[RULE].patterns[0].options or {}
    for folder in folders:
        for path in sorted(Path(folder).rglob("*.md*")):
            text = path.read_text(encoding="utf-8")
            document, evidence = LINTER.read(text, str(path))
            found = tuple(cited(document, evidence, RULES.lexicons))
            if found:
                comparing = Comparing(document, evidence, RULES.lexicons, options["subjects"])
                words = LINTER.lint(text, str(path)).words
                yield Article(document, words, found, comparing)


def flagged(found: Article, deal: Mapping[Key, Entry]) -> int:
    """How many citations are reported when each entry has the title of another."""
    path = found.document.path
    swapped = (each._replace(entry=deal.get((path, each.entry.span), each.entry)) for each in found.cited)
    return sum(found.comparing.clash(each) is not None for each in swapped)


def dealt(entries: Mapping[Key, Entry], chance: random.Random) -> dict[Key, Entry]:
    """For each entry another one whose title it gets."""
    order = list(entries)
    chance.shuffle(order)
    return {key: entries[other] for key, other in zip(order, [*order[1:], *order[:1]], strict=True)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="+", metavar="FOLDER", help="articles with reference lists")
    parser.add_argument("--show", action="store_true", help="list what is reported as written")
    args = parser.parse_args()
    read = list(articles(args.folders))
    total, words = sum(len(each.cited) for each in read), sum(each.words for each in read)
    if not total:
        print("no article cites an entry with a title")
        return 0
    if args.show:
        _show(read)
    chance = random.Random(SEED)
    everything = {key: entry for each in read for key, entry in each.entries.items()}
    own = sum(flagged(each, {}) for each in read)
    within = sum(flagged(each, dealt(each.entries, chance)) for _ in range(ROUNDS) for each in read) / ROUNDS
    across = 0.0
    for _ in range(ROUNDS):
        deal = dealt(everything, chance)
        across += sum(flagged(each, deal) for each in read) / ROUNDS
    print(f"{len(read)} articles, {words} words, {len(everything)} entries cited {total} times\n")
    print(f"{'titles':28}{'reported':>9}{'share':>8}")
    for name, count in (
        ("as written", own),
        ("dealt out in each article", within),
        ("dealt out among all", across),
    ):
        print(f"{name:28}{count:9.0f}{count / total:8.1%}")
    print(f"\n{1000 * own / words:.2f} reported in 1,000 words")
    return 0


def _show(read: Iterable[Article]) -> None:
    for found in read:
        for each in found.cited:
            if clash := found.comparing.clash(each):
                sentence = " ".join(found.comparing.sentence(each).replace(PLACEHOLDER, " ").split())
                print(f"{found.document.path}\n  {clash.where}: {clash.about} / {clash.other}")
                print(f"  {sentence}\n  → {each.entry.title}\n")


if __name__ == "__main__":
    raise SystemExit(main())
