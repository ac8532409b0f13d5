"""A run over many files: which configuration each is under, who checks it, and what becomes of a failure.

Results come in the order of the sources and are the same whatever the number of processes.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from medlint.config import Config
from medlint.files import Source
from medlint.model import SEVERITIES, Problem, Report, UserError
from medlint.settings import rules_of

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor


PARALLEL_FROM_BYTES = 200_000
"""Below this, processes save less than starting them takes: two need 3.6 s for 260 kB, one needs 4.7 s."""
CHUNK_BYTES = 40_000
NEVER = "never"

Lint = Callable[[str, str, Config], Report]
"""(text, path, configuration) → report; a function of a module, so that other processes find it by name."""


class Result(NamedTuple):
    """A report, and the configuration it was made under: None for what belongs to no file."""

    report: Report
    config: Config | None = None

    def exit_code(self, fail_on: str | None = None) -> int:
        """0, 1 when a finding is at or above `fail_on` (or what the configuration says), 2 for a problem."""
        if self.report.problems:
            return 2
        level = fail_on or (self.config.fail_on if self.config else NEVER)
        failing = () if level == NEVER else SEVERITIES[SEVERITIES.index(level) :]
        return int(any(f.suppressed is None and f.severity in failing for f in self.report.findings))


class Settings(Protocol):
    """What a run asks of `medlint.settings.Settings`."""

    problems: list[Problem]

    def near(self, file: Path) -> Config | None: ...


class _Task(NamedTuple):
    source: Source
    config: int
    """Which of the configurations of the run."""


def lint_source(text: str, path: str, config: Config) -> Report:
    """The linter under the rules that `config` asks for. Imported where it is needed: in a worker, mostly."""
    from medlint.lint import lint_text

    return lint_text(text, path, config, rules_of(config))


def fix_source(text: str, path: str, config: Config, families: Collection[str] = ()) -> Report:
    """The same with the fixes put in, of the given families or of all."""
    from medlint.fix import mend

    return mend(
        text, lambda text: lint_source(text, path, config), lambda f: not families or f.family in families
    )


def check(
    sources: Iterable[Source], settings: Settings, *, jobs: int = 0, lint: Lint = lint_source
) -> Iterator[Result]:
    """A result for each source that no configuration excludes, after one for each configuration at fault.

    `jobs` is the number of processes, 0 for as many as pay. Sources under a faulty configuration are left
    out: nobody knows what they should be checked for.
    """
    configs: dict[int, int] = {}
    used: list[Config] = []
    tasks = []
    for source in sources:
        config = settings.near(source.file)
        if config is None:
            continue
        if id(config) not in configs:
            configs[id(config)] = len(used)
            used.append(config)
        tasks.append(_Task(source, configs[id(config)]))
    yield from (Result(of_problems(problem)) for problem in settings.problems)
    crew = _Crew(lint, tuple(used))
    for task, report in zip(tasks, crew.check(tasks, _processes(tasks, jobs)), strict=True):
        yield Result(report, used[task.config])


def of_problems(problem: Problem, *more: Problem) -> Report:
    """A report on what could not be checked."""
    return Report(problem.path, "", 0, (), (problem, *more))


def _processes(tasks: Sequence[_Task], jobs: int) -> int:
    if jobs == 0:
        few = sum(task.source.size() for task in tasks) < PARALLEL_FROM_BYTES
        jobs = 1 if few else _cpus()
    return min(jobs, len(tasks))


def _cpus() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


# -- one file ------------------------------------------------------------------------------------------------


def _check_one(source: Source, config: Config, lint: Lint) -> Report:
    """Never raises: what goes wrong with one file is told of that file, and the others are still checked."""
    try:
        return lint(source.text(), source.path, config)
    except UserError as error:
        return of_problems(*error.problems)
    except Exception as error:  # noqa: BLE001 - a fault of medlint must not hide what it finds in other files
        if os.environ.get("MEDLINT_DEBUG"):
            traceback.print_exc(file=sys.stderr)
        return of_problems(Problem(source.path, _crash(error)))


def _crash(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{os.path.basename(frame.filename)}:{frame.lineno} in {frame.name}"
    words = " ".join(str(error).split())[:200]
    what = f"{type(error).__name__}: {words}" if words else type(error).__name__
    return f"medlint failed on this file ({what}, {where}): please report it; MEDLINT_DEBUG=1 shows more"


# -- many files ----------------------------------------------------------------------------------------------


class _Crew(NamedTuple):
    """Those who check: this process, or several."""

    lint: Lint
    configs: tuple[Config, ...]

    def check(self, tasks: Sequence[_Task], processes: int) -> Iterator[Report]:
        """The reports, in the order of the tasks."""
        if processes <= 1:
            return (_check_one(task.source, self.configs[task.config], self.lint) for task in tasks)
        return self._together(_chunks(tasks), processes)

    def _together(self, chunks: Sequence[Sequence[_Task]], processes: int) -> Iterator[Report]:
        """All chunks in a pool. A process that dies takes the pool along, so the chunk whose turn it was is
        checked file by file, each in a process of its own, and the rest in a new pool."""
        while chunks:
            done = 0
            for reports in self._until_broken(chunks, processes):
                yield from reports
                done += 1
            for task in chunks[done] if done < len(chunks) else ():
                yield from next(self._until_broken([[task]], 1), [_died(task.source)])
            chunks = chunks[done + 1 :]

    def _until_broken(self, chunks: Sequence[Sequence[_Task]], processes: int) -> Iterator[list[Report]]:
        """The reports of each chunk in turn; ends early when a process has died."""
        from concurrent.futures.process import BrokenProcessPool

        pool = self._pool(processes)
        try:
            for future in [pool.submit(_check_chunk, chunk) for chunk in chunks]:
                yield future.result()
        except BrokenProcessPool:
            return
        finally:
            pool.shutdown(cancel_futures=True)

    def _pool(self, processes: int) -> ProcessPoolExecutor:
        from concurrent.futures import ProcessPoolExecutor

        return ProcessPoolExecutor(processes, initializer=_join, initargs=(self,))


def _chunks(tasks: Sequence[_Task]) -> list[list[_Task]]:
    """The tasks in order, in chunks of about CHUNK_BYTES."""
    chunks: list[list[_Task]] = []
    size = CHUNK_BYTES
    for task in tasks:
        if size >= CHUNK_BYTES:
            chunks.append([])
            size = 0
        chunks[-1].append(task)
        size += task.source.size()
    return chunks


def _died(source: Source) -> Report:
    message = "medlint stopped without a word while it read this file (out of memory?): please report it"
    return of_problems(Problem(source.path, message))


_crew: _Crew
"""Of the process this is, when it is one of a pool."""


def _join(crew: _Crew) -> None:
    """Ctrl-C reaches every process of a terminal; only the first has something to say about it."""
    global _crew
    _crew = crew
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _check_chunk(tasks: Sequence[_Task]) -> list[Report]:
    return [_check_one(task.source, _crew.configs[task.config], _crew.lint) for task in tasks]
