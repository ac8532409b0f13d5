"""`python -m fuzz [--seconds N] [--inputs N] [--target NAME] [--seed N] [--keep FOLDER] [FOLDER …]`

Mutates articles, rules and settings, and stops at nothing: each distinct fault is told once, and its input kept.
Ends with 1 when there were any.
"""

from __future__ import annotations

import argparse
import hashlib
import signal
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from types import FrameType

from fuzz.mutate import mutated, window
from fuzz.targets import TARGETS, Target, articles_in

LIMIT = 5.0
"""Seconds of processor time after which an input is said to hang."""
_ARTICLES = ("article", "reader", "evidence")
_SHARES = {
    "article": 10,
    "reader": 7,
    "evidence": 7,
    "settings": 3,
    "library": 3,
    "directive": 1,
    "record": 1,
    "rule": 0.3,
}
"""How the inputs are shared out among the targets: first what is asked most often, and what takes little time."""


class HangError(BaseException):
    """No part of medlint may catch it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run until the budget is used up; returns the exit code."""
    args = _parser().parse_args(argv)
    names = args.target or list(TARGETS)
    more = [seed for folder in args.folders for seed in articles_in(Path(folder))]
    campaign = Campaign(args.seed, Path(args.keep), names, more)
    campaign.run(args.seconds, args.inputs)
    print(campaign.told(), flush=True)
    return int(bool(campaign.faults))


class Campaign:
    """One run: what is tried next, and what came of it so far."""

    def __init__(self, seed: int, keep: Path, names: Sequence[str], more: Sequence[bytes]) -> None:
        self._random = Random(seed)
        self._keep = keep
        self._names, self._shares = names, [_SHARES[name] for name in names]
        self._seeds = {name: [*TARGETS[name].seeds(), *(more if name in _ARTICLES else ())] for name in names}
        self.faults: dict[str, int] = {}
        self.counts = dict.fromkeys(names, 0)
        self.slowest: tuple[float, str] = (0.0, "")

    def run(self, seconds: float | None, inputs: int | None) -> None:
        """Try inputs until either limit is reached."""
        begun = last = time.monotonic()
        signal.signal(signal.SIGPROF, _hangs)
        for count, (name, data) in enumerate(self._inputs(), 1):
            self._try(name, data)
            now = time.monotonic()
            if now - last > 60:
                last = now
                print(self.told(), flush=True)
            if (inputs is not None and count >= inputs) or (seconds is not None and now - begun >= seconds):
                return

    def _inputs(self) -> Iterator[tuple[str, bytes]]:
        while True:
            (name,) = self._random.choices(self._names, self._shares)
            yield name, self._next(TARGETS[name], self._seeds[name])

    def _next(self, target: Target, seeds: Sequence[bytes]) -> bytes:
        random = self._random
        longest = target.longest if random.random() < 0.99 else 1_000_000
        return mutated(window(random.choice(seeds), random, longest), random, target.pieces, seeds)

    def _try(self, name: str, data: bytes) -> None:
        self.counts[name] += 1
        begun = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, LIMIT)
        try:
            TARGETS[name].run(data)
        except (Exception, HangError) as error:  # noqa: BLE001 - that is what it is for
            signal.setitimer(signal.ITIMER_PROF, 0)
            self._fault(name, data, error)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        taken = time.process_time() - begun
        if taken > self.slowest[0]:
            self.slowest = taken, f"{name}, {len(data):,} bytes"

    def _fault(self, name: str, data: bytes, error: BaseException) -> None:
        """Tell a fault the first time it is met at its place, and keep the input; count the others."""
        frames = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in frames if "medlint" in frame.filename] or frames
        about = str(error)[:40] if isinstance(error, AssertionError) else ""
        where = f"{name}: {type(error).__name__} {about} at {Path(ours[-1].filename).name}:{ours[-1].lineno}"
        if where not in self.faults:
            self._keep.mkdir(parents=True, exist_ok=True)
            file = self._keep / f"{name}-{hashlib.sha256(data).hexdigest()[:12]}"
            file.write_bytes(data)
            print(f"\n== {where}\n   {str(error)[:300]}\n   kept as {file}", flush=True)
            traceback.print_exception(error, limit=-4, file=sys.stdout)
        self.faults[where] = self.faults.get(where, 0) + 1

    def told(self) -> str:
        """What has been done so far, on one line."""
        each = ", ".join(f"{name} {count:,}" for name, count in self.counts.items())
        slow, where = self.slowest
        total = sum(self.counts.values())
        return f"{total:,} inputs ({each}), {len(self.faults)} kinds of fault, slowest {slow:.2f} s ({where})"


def _hangs(_: int, __: FrameType | None) -> None:
    raise HangError(f"more than {LIMIT} seconds")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m fuzz", description="Mutates inputs and looks for faults.")
    parser.add_argument(
        "folders", nargs="*", metavar="FOLDER", help="articles to begin with, beside medlint's own"
    )
    parser.add_argument("--seconds", type=float, metavar="N", help="stop after so long")
    parser.add_argument("--inputs", type=int, metavar="N", help="stop after so many inputs")
    parser.add_argument("--target", action="append", choices=TARGETS, help="only this one; may be repeated")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the random numbers; default: 0")
    parser.add_argument(
        "--keep", default=".fuzz", metavar="FOLDER", help="where inputs go that break something"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
