"""Times whole processes, from start to exit, as a person or a hook waits for them, and the memory that they take.

The tools take turns (A B C A B C …), so that a busy moment of the machine falls on all of them. One round that is not
counted comes first and fills caches. What takes long, or too long, is run in that round alone, and that is what counts.
Memory is the most that the largest process of a run ever had, or, on Linux, what all of them were seen to have
together, five times a second.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.peers import Tool

SLOW = 10.0
"""A run that takes more seconds is not repeated."""
_LOOK_EVERY = 0.2
_PROC = Path("/proc")
_CRASHES = (b"Traceback (most recent call last)", b"FATAL ERROR", b"Error: Cannot find module")


@dataclass(slots=True)
class Figure:
    """What was measured of a tool: seconds of each run, the most bytes of memory, and why there is no figure."""

    seconds: list[float] = field(default_factory=list)
    memory: int = 0
    trouble: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


@dataclass(frozen=True, slots=True)
class Run:
    """One run: `trouble` is empty, or says what came between."""

    seconds: float
    memory: int
    trouble: str = ""


def measure(
    tools: Sequence[Tool], files: Sequence[Path], folder: Path, rounds: int, limit: float
) -> dict[str, Figure]:
    """Each tool over the files, at most `limit` seconds at a time."""
    figures = {tool.name: Figure() for tool in tools}
    for number in range(rounds + 1):
        for tool in tools:
            figure = figures[tool.name]
            if figure.trouble or done_early(figure, number):
                continue
            note(figure, timed(tool, files, folder, limit), counts=number > 0, alone=not tool.filling)
    return figures


def done_early(figure: Figure, number: int) -> bool:
    """Whether the round that is not counted was taken for the only one."""
    return number > 0 and bool(figure.seconds) and figure.seconds[0] > SLOW


def note(figure: Figure, run: Run, *, counts: bool, alone: bool) -> None:
    """Take a run into the figure if it counts, or may count alone because it was slow."""
    if run.trouble:
        figure.trouble, figure.seconds = run.trouble, []
    elif counts or (alone and run.seconds > SLOW):
        figure.seconds.append(run.seconds)
    else:
        return
    figure.memory = max(figure.memory, run.memory)


def timed(tool: Tool, files: Sequence[Path], folder: Path, limit: float) -> Run:
    """One run. The exit code says how much a tool has found; a crash is seen from what it says."""
    if tool.fresh:
        shutil.rmtree(tool.fresh, ignore_errors=True)
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in tool.command(files, folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env=dict(tool.environment),
            start_new_session=True,
        )
        late = threading.Event()
        alarm = threading.Timer(limit, end, (process.pid, late))
        alarm.start()
        watch = Watch(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        alarm.cancel()
        process.returncode = code = os.waitstatus_to_exitcode(status)
        memory = max(bytes_of(usage.ru_maxrss), watch.most())
        if late.is_set():
            return Run(seconds, memory, f"> {limit:.0f} s")
        said.seek(0)
        words = said.read()
    crashed = code < 0 or any(sign in words for sign in _CRASHES)
    return Run(seconds, memory, "failed" if crashed else "")


def end(process: int, late: threading.Event) -> None:
    """End a process and all that it started."""
    late.set()
    try:
        os.killpg(process, signal.SIGKILL)
    except ProcessLookupError:
        return


# -- memory --------------------------------------------------------------------------------------------------


def bytes_of(maxrss: int) -> int:
    return maxrss if sys.platform == "darwin" else maxrss * 1024


class Watch:
    """Looks how much memory a process and its children take together, what they share counted once."""

    def __init__(self, process: int) -> None:
        self._process, self._most, self._done = process, 0, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        if _PROC.is_dir():
            self._thread.start()

    def most(self) -> int:
        """The most bytes that were seen; ends the watch."""
        self._done.set()
        if self._thread.is_alive():
            self._thread.join()
        return self._most

    def _look(self) -> None:
        while not self._done.wait(_LOOK_EVERY):
            self._most = max(self._most, sum(map(share_of, family(self._process))))


def family(process: int) -> Iterator[int]:
    """A process and those that it or they started, as far as they are there."""
    yield process
    try:
        tasks = list((_PROC / str(process) / "task").iterdir())
        children = [child for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return
    for child in children:
        yield from family(int(child))


def share_of(process: int) -> int:
    """The memory of a process, with its share of what several have in common; 0 where that cannot be told."""
    try:
        lines = (_PROC / str(process) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def own() -> int:
    """What this process ever took: a process that it starts is told to have had no less."""
    return bytes_of(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


# -- tables --------------------------------------------------------------------------------------------------


def table(title: str, figures: Mapping[str, Figure], base: str) -> Iterator[str]:
    """The lines of a table in Markdown. Ratios are those to the median of `base`, where it has one."""
    yield f"| {title} | median | least | most | runs | {base} = 1 | memory |"
    yield "| --- | --: | --: | --: | --: | --: | --: |"
    one = figures.get(base)
    for name, figure in figures.items():
        if figure.seconds:
            times = [span(each) for each in (figure.median, min(figure.seconds), max(figure.seconds))]
            ratio = f"{figure.median / one.median:.2f}" if one and one.seconds else "–"
            cells = [*times, str(len(figure.seconds)), ratio]
        else:
            cells = [figure.trouble or "–", "–", "–", "–", "–"]
        yield f"| {name} | " + " | ".join([*cells, size(figure.memory)]) + " |"


def span(seconds: float) -> str:
    """A time with three figures."""
    return f"{seconds:.3f} s" if seconds < 1 else f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s"


def size(memory: int) -> str:
    if not memory:
        return "–"
    least = own()
    return f"{memory / 1e6:,.0f} MB" if memory > least else f"< {least / 1e6:,.0f} MB"
