"""How much faster two workers of a Dask cluster are than one: `python -m benchmarks.scale` (takes medlint[dask]).

The workers are there before the clock starts, and have checked something, so that only what grows with the number of
articles is measured. Runs with one and with two workers take turns; the fastest of each counts.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.generate import write_corpus
from medlint.cluster.team import Cluster
from medlint.files import find
from medlint.run import check
from medlint.settings import Settings


def seconds(folder: Path, cluster: Cluster) -> float:
    """How long it takes to check the articles in a folder on workers that are there."""
    sources, _ = find([str(folder)])
    begun = time.perf_counter()
    for _ in check(sources, Settings(ignore=True), crew=cluster.crew):
        pass
    return time.perf_counter() - begun


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args(argv)
    fastest: dict[int, float] = {}
    with (
        tempfile.TemporaryDirectory() as top,
        Cluster("dask://local", 1) as one,
        Cluster("dask://local", 2) as two,
    ):
        folder = Path(top)
        write_corpus(folder, args.articles)
        size = sum(file.stat().st_size for file in folder.iterdir())
        for at in range(args.rounds + 1):
            for workers, cluster in ((1, one), (2, two)):
                took = seconds(folder, cluster)
                if at:
                    fastest[workers] = min(took, fastest.get(workers, took))
    print(f"{args.articles:,} articles, {size:,} bytes")
    for workers, took in fastest.items():
        print(f"{workers} workers: {took:.1f} s, {args.articles / took:.0f} articles a second")
    print(f"ratio: {fastest[1] / fastest[2]:.2f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
