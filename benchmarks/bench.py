"""Times medlint beside proselint and write-good: `make bench`.

What is timed is a whole process, from start to exit, as a person or a hook waits for it. The tools take
turns (A B C A B C …), so that a busy moment of the machine falls on all of them. One round that is not
counted comes first. Every tool is called in the way that serves it best: medlint and proselint with the
folder, write-good with the paths of all files in one process.

proselint and write-good are installed into `.bench/`; without npm, write-good is left out.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.generate import write_corpus

ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".bench"
ARTICLE = ROOT / "examples" / "mended.md"
PROSELINT = "proselint==0.16.0"
# bytecode is there on the second run, as on anybody's machine
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
WRITE_GOOD = "write-good@1.0.8"
SPACY_CHECK = """\
import sys
from medlint.cli import main
code = main(["check", sys.argv[1]])
print("imported" if "spacy" in sys.modules else "did not import", "spaCy; exit code", code)
"""


@dataclass(frozen=True, slots=True)
class Tool:
    """`command` makes the command line from the files to check and the folder that holds them."""

    name: str
    command: Callable[[Sequence[Path], Path], list[str]]


def medlint() -> Tool:
    executable = str(Path(sys.executable).with_name("medlint"))
    return Tool("medlint", lambda files, folder: [executable, "check", *few(files, folder)])


def proselint() -> Tool:
    folder = CACHE / "proselint"
    executable = folder / "bin" / "proselint"
    if not executable.exists():
        venv.create(folder, with_pip=True, clear=True)
        run([str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", PROSELINT])
    return Tool("proselint", lambda files, folder: [str(executable), "check", *few(files, folder)])


def write_good() -> Tool | None:
    npm = shutil.which("npm")
    if npm is None:
        return None
    executable = CACHE / "node_modules" / ".bin" / "write-good"
    if not executable.exists():
        run([npm, "install", "--silent", "--no-fund", "--no-audit", "--prefix", str(CACHE), WRITE_GOOD])
    return Tool("write-good", lambda files, _: [str(executable), *map(str, files)])


def few(files: Sequence[Path], folder: Path) -> list[str]:
    return [str(files[0] if len(files) == 1 else folder)]


def run(command: list[str]) -> None:
    subprocess.run(command, check=True)


def seconds(command: list[str]) -> float:
    """How long the command takes. Its exit code says how much it found; a crash is seen on stderr."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False, env=ENVIRONMENT)
    return time.perf_counter() - start


def measure(
    tools: Sequence[Tool], files: Sequence[Path], folder: Path, rounds: int
) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {tool.name: [] for tool in tools}
    for number in range(rounds + 1):
        for tool in tools:
            taken = seconds(tool.command(files, folder))
            if number:
                times[tool.name].append(taken)
    return times


def show(title: str, times: dict[str, list[float]]) -> None:
    print(f"\n{title}")
    print(f"{'':12}{'median':>10}{'least':>10}{'most':>10}{'medlint = 1':>14}")
    base = statistics.median(times["medlint"])
    for name, taken in times.items():
        median = statistics.median(taken)
        print(f"{name:12}{median:9.3f}s{min(taken):9.3f}s{max(taken):9.3f}s{median / base:14.2f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Time medlint beside proselint and write-good.")
    parser.add_argument("--rounds", type=int, default=11, help="rounds on one article (default: 11)")
    parser.add_argument("--corpus-rounds", type=int, default=3, help="rounds on the corpus (default: 3)")
    parser.add_argument("--files", type=int, default=1000, help="files of the corpus (default: 1000)")
    options = parser.parse_args()

    CACHE.mkdir(exist_ok=True)
    wanted = [medlint(), proselint(), write_good()]
    tools = [tool for tool in wanted if tool is not None]
    if len(tools) < len(wanted):
        print("write-good is left out: npm is not on this machine.")

    subprocess.run([sys.executable, "-c", SPACY_CHECK, str(ARTICLE)], check=True)
    show(
        f"One clean article ({ARTICLE.name}), {options.rounds} rounds",
        measure(tools, [ARTICLE], ARTICLE.parent, options.rounds),
    )
    corpus = CACHE / f"corpus-{options.files}"
    files = write_corpus(corpus, options.files)
    show(
        f"{options.files} articles, {options.corpus_rounds} rounds",
        measure(tools, files, corpus, options.corpus_rounds),
    )


if __name__ == "__main__":
    main()
