"""Times medlint beside other linters: `make bench`; `make performance` also writes docs/performance.md.

    python -m benchmarks.bench [--only clean] [--rounds 11] [--corpus-rounds 3] [--limit 120] [--quick] [--write]

`timing` says what is measured and how, `peers` what is measured and where it comes from.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import peers
from benchmarks.generate import write_corpus
from benchmarks.peers import BENCH, ROOT, Tool, medlint
from benchmarks.timing import Figure, measure, table

DOCUMENT = ROOT / "docs" / "performance.md"
SECTIONS = {
    name: (f"<!-- {name}: written by make {target} -->", f"<!-- {name}: end -->")
    for name, target in (("comparison", "performance"), ("scaling", "scaling"))
}
"""What stands before and behind each section of the document that is written by a command."""
CLEAN, FAULTY = ROOT / "examples" / "mended.md", ROOT / "examples" / "faulty.md"
BASE = "medlint"
SPACY = "import spacy; spacy.blank('en')"


@dataclass(frozen=True, slots=True)
class Options:
    """What is measured: the names of scenarios, rounds over an article and over much text, seconds for a run, files of
    the corpus; and whether the document is written."""

    only: tuple[str, ...]
    rounds: int
    corpus_rounds: int
    limit: float
    files: int
    write: bool


@dataclass(frozen=True, slots=True)
class Scenario:
    """`files` makes what is read, and says where it is and in which folder; `tools` makes what reads it, given the
    peers. `large` text has fewer rounds."""

    title: str
    files: Callable[[Options], tuple[Sequence[Path], Path]]
    tools: Callable[[Sequence[Tool]], Sequence[Tool]]
    large: bool = False


# -- medlint in its variants ---------------------------------------------------------------------------------


def plain() -> Tool:
    """Rules are compiled and kept, results are neither used nor kept: what most articles meet."""
    return medlint(BASE, "--no-cache")


def again() -> Tool:
    return medlint("medlint, seen before", filling=True)


def first() -> Tool:
    return medlint("medlint, empty cache", fresh=True)


def small_variants(others: Sequence[Tool]) -> list[Tool]:
    """On one article, where the start is most of it."""
    return [
        plain(),
        again(),
        first(),
        medlint("medlint, rules not compiled", where="uncompiled", fresh=True),
        medlint("medlint, no bytecode", "--no-cache", where="bare"),
        medlint("medlint, no bytecode, empty cache", where="bare", fresh=True),
        *others,
    ]


def faulty_variants(others: Sequence[Tool]) -> list[Tool]:
    spacy = Tool(
        "spaCy alone", lambda *_: [peers.medlint_python("medlint"), "-c", SPACY], peers.environment()
    )
    return [plain(), again(), first(), spacy, *others]


def corpus_variants(others: Sequence[Tool]) -> list[Tool]:
    return [plain(), again(), first(), *others]


def file_variants(others: Sequence[Tool]) -> list[Tool]:
    """Articles with thousands of findings are not kept."""
    return [plain(), *others]


def hook_variants(others: Sequence[Tool]) -> list[Tool]:  # noqa: ARG001
    try:
        return [plain(), again(), *peers.hooks([CLEAN, FAULTY])]
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"pre-commit is left out: {error}")
        return [plain(), again()]


# -- scenarios -----------------------------------------------------------------------------------------------


def example(path: Path) -> Callable[[Options], tuple[Sequence[Path], Path]]:
    """An article in a folder of its own, which has no settings."""

    def made(_: Options) -> tuple[Sequence[Path], Path]:
        folder = BENCH / path.stem
        folder.mkdir(exist_ok=True)
        return [Path(shutil.copy(path, folder))], folder

    return made


def corpus(options: Options) -> tuple[Sequence[Path], Path]:
    folder = BENCH / f"corpus-{options.files}"
    return write_corpus(folder, options.files), folder


def one_file(size: int) -> Callable[[Options], tuple[Sequence[Path], Path]]:
    """Made by another process: what a process has in memory when it starts one counts as memory of that one."""

    def made(_: Options) -> tuple[Sequence[Path], Path]:
        return [large_file(size)], BENCH / str(size)

    return made


def large_file(size: int) -> Path:
    path = BENCH / str(size) / "article.md"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "benchmarks.generate", str(path), "--bytes", str(size)]
        subprocess.run(command, check=True, cwd=ROOT)
    return path


SCENARIOS: Mapping[str, Scenario] = {
    "clean": Scenario("one clean article", example(CLEAN), small_variants),
    "faulty": Scenario("one faulty article", example(FAULTY), faulty_variants),
    "hook": Scenario("one clean article in a commit", example(CLEAN), hook_variants),
    "articles": Scenario("{files:,} articles", corpus, corpus_variants, large=True),
    "1mb": Scenario("one file of 1 MB", one_file(1_000_000), file_variants, large=True),
    "10mb": Scenario("one file of 10 MB", one_file(10_000_000), file_variants, large=True),
}


def parse(argv: Sequence[str] | None) -> Options:
    parser = argparse.ArgumentParser(description="Time medlint beside other linters.")
    parser.add_argument("--only", action="append", choices=SCENARIOS, help="one of these; may be repeated")
    parser.add_argument("--rounds", type=int, default=11, help="on one article (default: 11)")
    parser.add_argument("--corpus-rounds", type=int, default=3, help="on much text (default: 3)")
    parser.add_argument(
        "--limit", type=float, default=120, metavar="SECONDS", help="for a run (default: 120)"
    )
    parser.add_argument("--files", type=int, default=1000, help="articles of the corpus (default: 1000)")
    parser.add_argument("--quick", action="store_true", help="a look: few rounds, 100 articles, no 10 MB")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/performance.md")
    args = parser.parse_args(argv)
    if args.write and (args.only or args.quick):
        parser.error("--write is for everything that is measured, without --only and --quick")
    if min(args.rounds, args.corpus_rounds, args.files) < 1 or args.limit <= 0:
        parser.error("numbers have to be above 0")
    if args.quick:
        only = tuple(args.only or (name for name in SCENARIOS if name != "10mb"))
        return Options(only, 2, 1, min(args.limit, 20), min(args.files, 100), write=False)
    only = tuple(args.only or SCENARIOS)
    return Options(only, args.rounds, args.corpus_rounds, args.limit, args.files, args.write)


def tables(options: Options, others: Sequence[Tool]) -> Iterator[list[str]]:
    for name in options.only:
        scenario = SCENARIOS[name]
        files, folder = scenario.files(options)
        rounds = options.corpus_rounds if scenario.large else options.rounds
        figures: dict[str, Figure] = measure(scenario.tools(others), files, folder, rounds, options.limit)
        yield list(table(scenario.title.format(files=options.files), figures, BASE))


# -- the document --------------------------------------------------------------------------------------------


def machine() -> str:
    """What the figures hold for, without anything that says whose machine it is."""
    node = shutil.which("node")
    version = (
        subprocess.run([node, "--version"], capture_output=True, text=True, check=False) if node else None
    )
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    parts = [
        processor(),
        f"{os.cpu_count()} cores",
        system(),
        f"Python {platform.python_version()}",
        *([f"Node {version.stdout.strip().lstrip('v')}"] if version else []),
    ]
    return f"{', '.join(parts)}; {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}{load}"


def processor() -> str:
    try:
        facts = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    named = re.search(r"^model name\s*:\s*(.+)$", facts, re.MULTILINE)
    return named[1].strip() if named else platform.machine()


def system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return f"{platform.system()} {platform.release()}"


def section(about: str, options: Options, measured: Sequence[Sequence[str]]) -> str:
    """What stands between the marks."""
    versions = ", ".join(" ".join(re.split("==|@", name)) for peer in peers.PEERS for name in peer.packages)
    about = (
        f"On {about}. At most {options.rounds} counted rounds on one article and {options.corpus_rounds} on much text; "
        f"runs of over 10 seconds are done once, and ended after {options.limit:.0f}. Others: {versions}."
    )
    return "\n\n".join([about, *("\n".join(lines) for lines in measured)])


def inserted(document: str, name: str, made: str) -> str:
    """The document with one of its sections made anew. Raises ValueError where its marks are not there."""
    opening, closing = SECTIONS[name]
    before, found, rest = document.partition(opening)
    _, closed, behind = rest.partition(closing)
    if not found or not closed:
        raise ValueError(f"{DOCUMENT.name} has no marks for “{name}”")
    return f"{before}{opening}\n\n{made}\n\n{closing}{behind}"


def write_section(name: str, made: str) -> None:
    document = inserted(DOCUMENT.read_text(encoding="utf-8"), name, made)
    DOCUMENT.write_text(document, encoding="utf-8", newline="\n")


def main(argv: Sequence[str] | None = None) -> int:
    options = parse(argv)
    BENCH.mkdir(exist_ok=True)
    peers.install_medlint()
    peers.write_textlint_rules()
    others = [] if options.only == ("hook",) else list(peers.installed(peers.PEERS))
    about = machine()
    print(f"\n{about}")
    measured = []
    for lines in tables(options, others):
        print("", *lines, sep="\n", flush=True)
        measured.append(lines)
    if options.write:
        write_section("comparison", section(about, options, measured))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
