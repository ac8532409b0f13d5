"""Kills runs at random moments, and looks whether the next one finds what it should: `make kill`.

Each time the cache is empty at first, so that the run that is killed is about to read rules, to write what it made of
them, to start processes, or to keep results. Half of the time only the first process is killed, as by a system that
runs out of memory, else all of them. The two runs behind it must print what an undisturbed run prints, byte by byte.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.generate import write_corpus

RUN = (
    sys.executable,
    "-c",
    "from medlint.cli import entry; entry()",
    "check",
    "--format",
    "json",
    "--no-config",
)


def command(folder: Path) -> list[str]:
    return [*RUN, "--jobs", "2", str(folder)]


def findings(folder: Path, cache: Path) -> tuple[int, bytes]:
    done = subprocess.run(
        command(folder), env=environment(cache), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    return done.returncode, done.stdout


def environment(cache: Path) -> dict[str, str]:
    return {**os.environ, "MEDLINT_CACHE_DIR": str(cache)}


def killed(folder: Path, cache: Path, seconds: float, *, alone: bool) -> bool:
    """Start a run and kill it; whether it was still running."""
    process = subprocess.Popen(
        command(folder),
        env=environment(cache),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(seconds)
    running = process.poll() is None
    try:
        if alone:
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        running = False
    process.wait()
    return running


def campaign(kills: int, folder: Path, seed: int, *, compiled: bool = False) -> tuple[int, int]:
    """How many runs were killed while they ran, and how many of those behind them went wrong. With `compiled` the rules
    are in the cache already, and only results are not."""
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory() as scratch:
        cache, ready = Path(scratch, "cache"), Path(scratch, "ready")
        start = time.perf_counter()
        expected = findings(folder, ready)
        if compiled:
            shutil.rmtree(ready / "results")
            start = time.perf_counter()
            findings(folder, ready)
            shutil.rmtree(ready / "results")
        longest = time.perf_counter() - start
        hit = wrong = 0
        for number in range(kills):
            shutil.rmtree(cache, ignore_errors=True)
            if compiled:
                shutil.copytree(ready, cache)
            hit += killed(folder, cache, dice.uniform(0, longest), alone=number % 2 == 0)
            wrong += any(findings(folder, cache) != expected for _ in range(2))
    return hit, wrong


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="Kill runs at random moments and compare what the next ones find."
    )
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--files", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        write_corpus(Path(folder), options.files)
        hit, wrong = campaign(options.kills, Path(folder), options.seed)
    print(
        f"{options.kills} runs killed, {hit} of them before they were done: {wrong} of the next ones differ"
    )
    return int(wrong > 0)


if __name__ == "__main__":
    raise SystemExit(main())
