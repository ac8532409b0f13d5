"""Says how well a score would do on articles that it has not seen.

    python -m training.evaluate [--neutral PLACE …] [--held PLACE …] [--show BOUND] PLACE …

Places are those of train.py. Without --held, every article is scored with weights learnt from the others (ten parts,
whole articles). With it, the weights come from all of PLACE and the articles under --held are scored.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

from training.labelled import Reader, Row
from training.model import learn
from training.train import read_all

PARTS = 10
BOUNDS = (-0.5, 0.0, 0.5, 1.0, 1.5, 2.0)
Piece = tuple[str, int]


def cross_validated(labelled: Sequence[Row], neutral: Sequence[Row], seed: int) -> dict[int, float]:
    """The score of each row, by weights that were learnt without its article. A neutral page that is labelled
    too is left out of the neutral ones."""
    names = sorted({row.article for row in labelled})
    random.Random(seed).shuffle(names)
    part = {name: at % PARTS for at, name in enumerate(names)}
    stems = {Path(name).stem.partition("-")[2] for name in names}
    apart = [
        row for row in neutral if not any(stem and Path(row.article).stem.endswith(stem) for stem in stems)
    ]
    scores = {}
    for number in range(PARTS):
        model = learn([row for row in labelled if part[row.article] != number], apart)
        scores.update({i: model.score(row) for i, row in enumerate(labelled) if part[row.article] == number})
    return scores


def held_out(labelled: Sequence[Row], neutral: Sequence[Row], held: Sequence[Row]) -> dict[int, float]:
    model = learn(labelled, neutral)
    return {i: model.score(row) for i, row in enumerate(held)}


def pieces(rows: Sequence[Row], scores: Mapping[int, float]) -> dict[Piece, tuple[str, bool, float]]:
    """What was judged: the verdict, whether a rule objects, and the highest score of its sentences."""
    found: dict[Piece, tuple[str, bool, float]] = {}
    for i, row in enumerate(rows):
        key = row.article, row.piece
        verdict, hit, best = found.get(key, ("", False, -99.0))
        found[key] = (
            row.verdict or verdict,
            hit or row.found,
            best if row.excuse else max(best, scores[i]),
        )
    return found


def average_precision(judged: Sequence[tuple[str, float]]) -> float:
    """The mean of the precision at each piece that must be found, the pieces in order of their scores."""
    right = seen = 0
    total = 0.0
    for verdict, _ in sorted(judged, key=lambda pair: -pair[1]):
        if verdict != "may":
            seen += 1
            if verdict == "must":
                right += 1
                total += right / seen
    return total / max(1, right)


def line(name: str, judged: Sequence[tuple[str, bool]]) -> str:
    right = sum(verdict == "must" and said for verdict, said in judged)
    wrong = sum(not verdict and said for verdict, said in judged)
    missed = sum(verdict == "must" and not said for verdict, said in judged)
    precision, recall = right / max(1, right + wrong), right / max(1, right + missed)
    f1 = 2 * right / max(1, 2 * right + wrong + missed)
    return f"{name:20}{precision:10.3f}{recall:8.3f}{f1:7.3f}{right:7}{wrong:7}{missed:8}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Say how well a score does on articles it has not seen.")
    parser.add_argument("places", nargs="+", type=Path)
    parser.add_argument("--neutral", nargs="+", type=Path, default=[])
    parser.add_argument("--held", nargs="+", type=Path, default=[])
    parser.add_argument("--score", default="claims")
    parser.add_argument("--seed", type=int, default=0, help="how the articles are dealt out (default: 0)")
    parser.add_argument("--show", type=float, help="list what scores above this bound and no rule finds")
    options = parser.parse_args()
    reader = Reader(options.score)
    rows, neutral = read_all(reader, options.places, options.neutral)
    if options.held:
        held, _ = read_all(reader, options.held, [])
        rows, scores = held, held_out(rows, neutral, held)
    else:
        scores = cross_validated(rows, neutral, options.seed)
    judged = list(pieces(rows, scores).values())
    print(f"{len({row.article for row in rows})} articles, {len(judged)} pieces")
    print(
        f"average precision {average_precision([(v, s) for v, _, s in judged]):.3f}, where no rule objects",
        end=" ",
    )
    print(f"{average_precision([(v, s) for v, hit, s in judged if not hit]):.3f}")
    print(f"{'':20}{'precision':>10}{'recall':>8}{'F1':>7}{'right':>7}{'wrong':>7}{'missed':>8}")
    print(line("rules", [(verdict, hit) for verdict, hit, _ in judged]))
    for bound in BOUNDS:
        print(
            line(
                f"rules, score > {bound}", [(verdict, hit or score > bound) for verdict, hit, score in judged]
            )
        )
    if options.show is not None:
        listed = [(scores[i], row) for i, row in enumerate(rows) if not row.found and not row.excuse]
        for score, row in sorted(listed, key=lambda pair: -pair[0]):
            if score > options.show:
                print(f"{row.verdict or 'wrong':6}{score:5.1f}  {Path(row.article).stem}: {row.text}")


if __name__ == "__main__":
    main()
