"""Shows how time grows with size: `make scaling`, or `python -m benchmarks.scaling [--most BYTES] [--write]`.

Whole processes, without results of earlier runs, over one file of 10 kB to 10 MB and over 10 to 10,000 articles. What a
run over a single line takes is taken off, so that what is left is the time for the text. With `--write` the table and
the picture, `docs/scaling.svg`, are written.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

from benchmarks import peers
from benchmarks.bench import BASE, large_file, machine, plain, write_section
from benchmarks.generate import write_corpus
from benchmarks.peers import BENCH, ROOT
from benchmarks.timing import Figure, measure, size, span

PICTURE = ROOT / "docs" / "scaling.svg"
BYTES = (10_000, 100_000, 1_000_000, 10_000_000)
FILES = (10, 100, 1_000, 10_000)
COLOURS = ("#1b6ca8", "#b3541e")
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 680, 340, 60, 120, 30, 50


class Point(NamedTuple):
    """How much was read, in how many seconds after the start, and with how much memory."""

    name: str
    size: int
    seconds: float
    memory: int

    @property
    def microseconds(self) -> float:
        """For a byte."""
        return self.seconds / self.size * 1e6


# -- measuring -----------------------------------------------------------------------------------------------


def points(made: Sequence[tuple[str, Sequence[Path], Path]], start: float, rounds: int) -> Iterator[Point]:
    for name, files, folder in made:
        figure = run(files, folder, rounds)
        if figure.seconds:
            read = sum(path.stat().st_size for path in files)
            yield Point(name, read, max(0.0, figure.median - start), figure.memory)


def run(files: Sequence[Path], folder: Path, rounds: int, limit: float = 1200) -> Figure:
    return measure([plain()], files, folder, rounds, limit)[BASE]


def line() -> Path:
    """An article of one line, with nothing to find."""
    path = BENCH / "line" / "article.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("The clinic opens at nine.\n", encoding="utf-8")
    return path


def single_files(most: int) -> Iterator[tuple[str, Sequence[Path], Path]]:
    for each in BYTES:
        if each <= most:
            path = large_file(each)
            yield f"1 file, {amount(each)}", [path], path.parent


def many_files(most: int) -> Iterator[tuple[str, Sequence[Path], Path]]:
    for each in FILES:
        if each <= most:
            folder = BENCH / f"corpus-{each}"
            yield f"{each:,} files", write_corpus(folder, each), folder


def amount(read: float) -> str:
    return f"{read / 1e6:.3g} MB" if read >= 1e6 else f"{read / 1e3:.3g} kB"


# -- telling -------------------------------------------------------------------------------------------------


def rows(series: Mapping[str, Sequence[Point]]) -> Iterator[str]:
    yield "| read | bytes | time after the start | µs a byte | memory |"
    yield "| --- | --: | --: | --: | --: |"
    for each in (point for group in series.values() for point in group):
        figures = (f"{each.size:,}", span(each.seconds), f"{each.microseconds:.2f}", size(each.memory))
        yield f"| {each.name} | " + " | ".join(figures) + " |"


def picture(series: Mapping[str, Sequence[Point]]) -> str:
    """Microseconds a byte over bytes, as SVG: a line for each series of points."""
    every = [point for group in series.values() for point in group]
    if not every:
        raise ValueError("there is nothing to draw")
    first = math.floor(math.log10(min(point.size for point in every)))
    last = max(math.ceil(math.log10(max(point.size for point in every))), first + 1)
    top = ceiling(max(point.microseconds for point in every))

    def x(read: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(read) - first) / (last - first)

    def y(microseconds: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * microseconds / top

    drawn = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>']
    for step in range(5):
        at = top * step / 4
        drawn.append(f'<path d="M{LEFT} {y(at):.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        drawn.append(label(LEFT - 8, y(at) + 4, f"{at:g}", "end"))
    drawn += [
        label(x(10.0**power), HEIGHT - BOTTOM + 18, amount(10.0**power)) for power in range(first, last + 1)
    ]
    drawn.append(label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, "text in a run"))
    drawn.append(label(LEFT - 8, TOP - 12, "µs a byte", "start"))
    for (name, group), colour in zip(series.items(), COLOURS, strict=False):
        placed = [(x(point.size), y(point.microseconds)) for point in group]
        path = " ".join(f"{across:.1f},{down:.1f}" for across, down in placed)
        drawn.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        drawn += [
            f'<circle cx="{across:.1f}" cy="{down:.1f}" r="3.5" fill="{colour}"/>' for across, down in placed
        ]
        drawn += [label(across + 8, down + 4, name, "start", colour) for across, down in placed[-1:]]
    letters = 'font-family="sans-serif" font-size="12"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {letters}>'
    return "\n".join([head, *drawn, "</svg>"]) + "\n"


def label(across: float, down: float, text: str, anchor: str = "middle", colour: str = "#333") -> str:
    return (
        f'<text x="{across:.1f}" y="{down:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'
    )


def ceiling(value: float) -> float:
    """The next of 1, 2, 4, 8 times a power of ten that is not below the value."""
    unit = 10.0 ** math.floor(math.log10(value)) if value > 0 else 1.0
    return next(step * unit for step in (1, 2, 4, 8, 10) if step * unit >= value)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Measure how the time for a byte changes with size.")
    parser.add_argument(
        "--most", type=int, default=BYTES[-1], metavar="BYTES", help="the largest single file"
    )
    parser.add_argument("--most-files", type=int, default=FILES[-1], metavar="N", help="the most articles")
    parser.add_argument("--rounds", type=int, default=5, help="for runs of up to 10 seconds (default: 5)")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md and docs/scaling.svg")
    options = parser.parse_args(argv)
    BENCH.mkdir(exist_ok=True)
    peers.install_medlint()
    about = machine()
    one = line()
    start = run([one], one.parent, max(5, options.rounds)).median
    series = {
        "one file": list(points(list(single_files(options.most)), start, options.rounds)),
        "many files": list(points(list(many_files(options.most_files)), start, options.rounds)),
    }
    told = [
        f"On {about}. The start, {span(start)}, is taken off.",
        "\n".join(rows(series)),
        f"![Microseconds a byte, by the size of one file and of many files]({PICTURE.name})",
    ]
    print("", *told[:2], sep="\n")
    if options.write:
        PICTURE.write_text(picture(series), encoding="utf-8", newline="\n")
        write_section("scaling", "\n\n".join(told))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
