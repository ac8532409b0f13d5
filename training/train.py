"""Learns the weights of a score and writes them to rules/scores/.

    python -m training.train [--neutral PLACE …] PLACE …

A place is an article or a folder of them. Labelled articles have `name.expected.tsv` beside them or belong to a corpus
with a folder `labels` beside the one they are in; others are left out. In articles under --neutral nothing
counts as a claim.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from training.labelled import Reader, Row, articles, is_labelled
from training.model import Model, learn

SCORES = Path(__file__).parents[1] / "rules" / "scores"


def read_all(reader: Reader, places: list[Path], neutral: list[Path]) -> tuple[list[Row], list[Row]]:
    """The rows of the labelled and of the neutral articles."""
    labelled = [row for path in articles(places) if is_labelled(path) for row in reader.rows(path)]
    return labelled, [row for path in articles(neutral) for row in reader.rows(path, neutral=True)]


def page(model: Model) -> Iterator[str]:
    yield "# yaml-language-server: $schema=../schema/weights.schema.json"
    yield "# Made by training/train.py; edits here are lost."
    yield f"bias: {model.bias}"
    yield "weights:"
    for name in sorted(model.weights, key=lambda name: (name.partition(" ")[0], -model.weights[name], name)):
        yield f"  {json.dumps(name, ensure_ascii=False)}: {model.weights[name]}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Learn the weights of a score from labelled articles.")
    parser.add_argument("places", nargs="+", type=Path)
    parser.add_argument("--neutral", nargs="+", type=Path, default=[])
    parser.add_argument("--score", default="claims")
    options = parser.parse_args()
    labelled, neutral = read_all(Reader(options.score), options.places, options.neutral)
    model = learn(labelled, neutral)
    path = SCORES / f"{options.score}.weights.yml"
    path.write_text("\n".join(page(model)) + "\n", encoding="utf-8", newline="\n")
    count = len({row.article for row in labelled})
    print(f"{path}: {len(model.weights)} weights from {count} articles, {len(labelled)} sentences")


if __name__ == "__main__":
    main()
