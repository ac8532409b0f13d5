"""Labelled articles → the sentences a scorer learns from, with their features and what an editor said of them."""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from medlint.config import Config
from medlint.evidence import Evidence
from medlint.language import Contexts
from medlint.lint import Linter
from medlint.model import Span
from medlint.rules import RuleSet, load_rules
from medlint.scorer import Scorer, surroundings

FAMILIES = {"claim": "claims", "citation": "citations", "dose": "doses", "promo": "promotion"}
"""What corpora call the families of rules."""


class Labels(NamedTuple):
    """What was judged in an article, piece by piece, and the verdict on each piece where there is one."""

    pieces: Sequence[Span]
    verdicts: Mapping[Span, str]


class Row(NamedTuple):
    """A sentence. `piece` numbers what was judged: several sentences of a table row can be one. `verdict` is `must`,
    `may` or nothing, `main` whether it is the longest sentence of its piece. `excuse` says why it is never scored,
    `found` whether a rule of the family objects to it."""

    article: str
    piece: int
    text: str
    features: frozenset[str]
    verdict: str
    main: bool
    excuse: str
    found: bool


class Reader:
    """Reads articles as a run of medlint does, under the rules but without those that ask for the score."""

    def __init__(self, score: str) -> None:
        self.score = score
        self._rules = load_rules()
        self._options, asking = _asking_for(score, self._rules)
        self._linter = Linter.of(Config(rules=dict.fromkeys(asking, "off")), self._rules)
        self._contexts = Contexts(self._rules.language["contexts"], self._rules.phrases)
        self._scorer = Scorer(self._rules.score(score))

    def rows(self, path: Path, *, neutral: bool = False) -> Iterator[Row]:
        """The sentences of an article; in a `neutral` one nothing is labelled and all counts as judged."""
        text = path.read_text(encoding="utf-8-sig")
        document, evidence = self._linter.read(text, str(path))
        report = self._linter.lint(text, str(path))
        found = [f.span for f in report.findings if f.family == self.score and f.suppressed is None]
        places = [
            (document.blocks[number].source_span(start, end), number, nth)
            for number, sentences in enumerate(evidence.sentences)
            for nth, (start, end) in enumerate(sentences)
        ]
        spans = [span for span, _, _ in places]
        labels = Labels(spans, {}) if neutral else labels_of(path, text, spans, self.score)
        pieces = [_piece_of(span, labels.pieces) for span in spans]
        longest = dict(sorted(zip(pieces, spans, strict=True), key=_size))
        for piece, (span, number, nth) in zip(pieces, places, strict=True):
            start, end = evidence.sentences[number][nth]
            prose = evidence.prose[number][start:end]
            yield Row(
                article=str(path),
                piece=piece,
                text=prose,
                features=frozenset(self._scorer.features(prose, surroundings(evidence, number, nth))),
                verdict=labels.verdicts.get(labels.pieces[piece], "") if labels.pieces else "",
                main=longest[piece] == span,
                excuse=self._excuse(evidence, number, start, end),
                found=any(span.start < other.end and other.start < span.end for other in found),
            )

    def _excuse(self, evidence: Evidence, number: int, start: int, end: int) -> str:
        kind = evidence.document.blocks[number].kind
        if kind not in self._options["kinds"]:
            return f"kind {kind}"
        if evidence.covering(number, start, end):
            return "cited"
        prose = evidence.prose[number][start:end]
        if len(prose.split()) > self._options["longest"]:
            return "long"
        touched = (name for name in self._options["contexts"] if self._contexts.touches(name, prose))
        return next(touched, "")


def _asking_for(score: str, rules: RuleSet) -> tuple[Mapping[str, Any], list[str]]:
    """The options of the first rule that asks for a score, and the ids of all that do."""
    asking = [
        (rule, options) for rule, _, options in rules.index["structures"] if options.get("score") == score
    ]
    if not asking:
        raise SystemExit(f"no rule asks for the score “{score}”")
    return asking[0][1], [rule for rule, _ in asking]


def _size(pair: tuple[int, Span]) -> tuple[int, int]:
    return pair[1].end - pair[1].start, -pair[1].start


def _piece_of(span: Span, pieces: Sequence[Span]) -> int:
    """The number of the judged piece that a sentence shares most with."""
    first = max(0, bisect_right(pieces, (span.start, 0)) - 1)
    last = max(first + 1, bisect_right(pieces, (span.end, 0)))
    return max(
        range(first, min(last, len(pieces))),
        key=lambda at: (min(span.end, pieces[at].end) - max(span.start, pieces[at].start), -at),
        default=0,
    )


# -- labels --------------------------------------------------------------------------------------------------


def articles(places: Iterable[Path]) -> list[Path]:
    """The articles among files and in folders, in order."""
    found = [
        path
        for place in places
        for path in (sorted(place.rglob("*")) if place.is_dir() else [place])
        if path.suffix in (".md", ".mdx")
    ]
    return list(dict.fromkeys(found))


def is_labelled(path: Path) -> bool:
    return _table(path).exists() or _of_corpus(path, "labels").exists()


def labels_of(path: Path, text: str, sentences: Sequence[Span], family: str) -> Labels:
    """The labels of one family: those of a corpus, which says what was judged, or else of the table beside the
    article, each line of which names the words that a sentence begins with (see benchmarks/accuracy.py)."""
    if _of_corpus(path, "labels").exists():
        return _labels_of_corpus(path, family)
    pieces = sorted(set(sentences))
    verdicts: dict[Span, str] = {}
    at = 0
    for opening, named, verdict, *_ in _lines(_table(path)):
        at = text.find(opening, at)
        if at < 0:
            raise SystemExit(f"{_table(path)}: “{opening}” is not in the article, or out of order")
        if named == family and pieces:
            piece = pieces[max(0, bisect_right(pieces, (at, len(text))) - 1)]
            verdicts[piece] = "must" if "must" in (verdict, verdicts.get(piece)) else verdict
    return Labels(pieces, verdicts)


def _labels_of_corpus(path: Path, family: str) -> Labels:
    pieces = {name: Span(int(start), int(end)) for name, start, end, *_ in _lines(_of_corpus(path, "spans"))}
    verdicts = {
        pieces[name]: verdict
        for name, named, verdict, *_ in _lines(_of_corpus(path, "labels"))
        if FAMILIES[named] == family
    }
    return Labels(sorted(pieces.values()), verdicts)


def _table(path: Path) -> Path:
    return path.with_name(f"{path.stem}.expected.tsv")


def _of_corpus(path: Path, what: str) -> Path:
    return path.parent.parent / "labels" / f"{path.stem}.{what}.tsv"


def _lines(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [line for line in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if line]
