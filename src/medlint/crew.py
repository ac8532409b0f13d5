"""Those who check: this process, or several that it starts. One article may take so long, and no longer.

A process has one article after the other in hand and tells of each, so that it is known which one it was when it
dies or takes too long. It is ended then, and the others go to a new one. Articles that are read, on their way or not
yet asked for are held within bounds, whatever the number of files.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from medlint.model import Problem, Report, UserError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess

    from medlint.config import Config

PARALLEL_FROM_BYTES = 200_000
"""Below this, processes save less than starting them takes: two need 3.6 s for 260 kB, one needs 4.7 s."""
CHUNK_BYTES = 40_000
MOST_BYTES_OPEN = 4_000_000
MOST_FILES_OPEN = 1_000
_BYTES_A_LIMIT = 1_000_000

Lint = Callable[[str, str, "Config"], Report]
"""(text, path, configuration) → report; a function of a module, so that other processes find it by name."""


class Article(NamedTuple):
    """What is to be checked: its name in reports, its text, which of the configurations it is under. One with an
    `address`, and `length` bytes, is read by who checks it, on a cluster."""

    path: str
    text: str
    config: int
    address: str = ""
    length: int = 0


class Item:
    """An article in its place among the others, and its report as soon as there is one. `key` is for the caller."""

    def __init__(
        self, config: int, article: Article | None, report: Report | None = None, key: str = ""
    ) -> None:
        self.config, self.article, self.report, self.key = config, article, report, key
        self.alone = False
        """It has been the last words of a process."""

    def size(self) -> int:
        return self.article.length or len(self.article.text) if self.article else 0


class Crew(NamedTuple):
    """`seconds` is how long an article may take, and again for each megabyte after the first; 0 for as long as it
    likes. `jobs` is the number of processes, 0 for as many as pay."""

    lint: Lint
    configs: Sequence[Config]
    seconds: float = 0
    jobs: int = 0

    def check(self, items: Iterable[Item]) -> Iterator[Item]:
        """The same items, each with a report."""
        items = iter(items)
        if self.jobs == 1:
            return map(self._checked, items)
        return self._few_or_many(items)

    def _few_or_many(self, items: Iterator[Item]) -> Iterator[Item]:
        held: deque[Item] = deque()
        enough, size = 1 if self.jobs else PARALLEL_FROM_BYTES, 0
        for item in items:
            held.append(item)
            size += item.size() + 1 if item.report is None else 0
            if size >= enough:
                yield from _Processes(self).check(chain(held, items))
                return
            if size == 0 or len(held) >= MOST_FILES_OPEN:
                yield from map(self._checked, held)
                held.clear()
                size = 0
        yield from map(self._checked, held)

    def _checked(self, item: Item) -> Item:
        if item.report is None and item.article:
            item.report = _within(self.limit(item.article), item.article, self)
        return item

    def limit(self, article: Article) -> float:
        """How many seconds an article may take."""
        return self.seconds * max(1, -(-len(article.text) // _BYTES_A_LIMIT))

    def report(self, article: Article) -> Report:
        """Never raises: what goes wrong with one file is told of that file, and the others are still checked."""
        try:
            return self.lint(article.text, article.path, self.configs[article.config])
        except UserError as error:
            return of_problems(*error.problems)
        except Exception as error:  # noqa: BLE001 - a fault of medlint must not hide what it finds in other files
            return of_problems(Problem(article.path, _crash(error)))


def of_problems(problem: Problem, *more: Problem) -> Report:
    """A report on what could not be checked."""
    return Report(problem.path, "", 0, (), (problem, *more))


def processes() -> int:
    """How many processes can run at once."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _crash(error: Exception) -> str:
    import traceback

    if os.environ.get("MEDLINT_DEBUG"):
        traceback.print_exception(error, file=sys.stderr)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{os.path.basename(frame.filename)}:{frame.lineno} in {frame.name}"
    words = " ".join(str(error).split())[:200]
    what = f"{type(error).__name__}: {words}" if words else type(error).__name__
    return f"medlint failed on this file ({what}, {where}): please report it; MEDLINT_DEBUG=1 shows more"


def died(article: Article) -> Report:
    """A report on an article that ends whoever checks it."""
    message = "medlint stopped without a word while it read this file (out of memory?): please report it"
    return of_problems(Problem(article.path, message))


def too_long(article: Article, seconds: float) -> Report:
    """A report on an article that took longer than it may."""
    message = (
        f"checking this file took longer than {seconds:g} seconds, so nothing is known about it; "
        "split it, or allow more with --timeout"
    )
    return of_problems(Problem(article.path, message))


# -- in this process -----------------------------------------------------------------------------------------


class _TimeUp(BaseException):
    """Not an Exception: what handles those goes on, and this is to end it."""


def _within(seconds: float, article: Article, crew: Crew) -> Report:
    """The report, unless it takes longer. Where there is no timer for that, it may."""
    import signal
    import threading

    if (
        not seconds
        or not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        return crew.report(article)

    def end(*_: object) -> None:
        raise _TimeUp

    before = signal.signal(signal.SIGALRM, end)
    try:
        # again and again: where Python swallows what a handler raises, the next one is not
        signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)
        try:
            return crew.report(article)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except _TimeUp:
        signal.setitimer(signal.ITIMER_REAL, 0)
        return too_long(article, seconds)
    finally:
        signal.signal(signal.SIGALRM, before)


# -- in several ----------------------------------------------------------------------------------------------


class Open:
    """The articles that were taken in and not given back yet, in order; `waiting` are those of them that nobody has in
    hand. There is room for so many times as much as for one machine."""

    def __init__(self) -> None:
        self.waiting: deque[Item] = deque()
        self.room = 1
        self._all: deque[Item] = deque()
        self._size = 0

    def __bool__(self) -> bool:
        return bool(self._all)

    def take(self, items: Iterator[Item]) -> bool:
        """Take in what there is room for; whether there may be more."""
        while self._size < MOST_BYTES_OPEN * self.room and len(self._all) < MOST_FILES_OPEN * self.room:
            item = next(items, None)
            if item is None:
                return False
            self._all.append(item)
            self._size += item.size()
            if item.report is None:
                self.waiting.append(item)
        return True

    def ready(self) -> Iterator[Item]:
        """Give back those that have a report, up to the first that has none."""
        while self._all and self._all[0].report is not None:
            self._size -= self._all[0].size()
            yield self._all.popleft()


class _Worker:
    """A process, the way to it, and what it has in hand, first that which it is at since `since`."""

    def __init__(self, process: BaseProcess, way: Connection) -> None:
        self.process, self.way = process, way
        self.items: deque[Item] = deque()
        self.since = 0.0

    def end(self) -> None:
        self.way.close()
        self.process.kill()
        self.process.join()


class _Processes:
    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._most = crew.jobs or processes()
        self._workers: list[_Worker] = []
        self._open = Open()
        self._context = _context()

    def check(self, items: Iterator[Item]) -> Iterator[Item]:
        try:
            more = True
            while more or self._open:
                more = more and self._open.take(items)
                self._hand_out()
                yield from self._open.ready()
                if self._open:
                    self._listen()
                    yield from self._open.ready()
        finally:
            for worker in self._workers:
                worker.end()

    def _hand_out(self) -> None:
        idle = [worker for worker in self._workers if not worker.items]
        while self._open.waiting and (idle or len(self._workers) < self._most):
            worker = idle.pop() if idle else self._start()
            worker.items.extend(self._chunk())
            worker.since = _now()
            try:
                worker.way.send([item.article for item in worker.items])
            except OSError:
                self._lost(worker)

    def _chunk(self) -> Iterator[Item]:
        """Of what is waiting about CHUNK_BYTES; what has ended a process goes alone."""
        size = 0
        while self._open.waiting and size < CHUNK_BYTES and not (size and self._open.waiting[0].alone):
            item = self._open.waiting.popleft()
            size += CHUNK_BYTES if item.alone else item.size() + 1
            yield item

    def _start(self) -> _Worker:
        here, there = self._context.Pipe()
        # a process that holds on to the way to another would keep it from seeing that this one is gone
        others = [here, *(worker.way for worker in self._workers)] if _forks() else []
        process = self._context.Process(target=_work, args=(self._crew, there, others), daemon=True)  # type: ignore[attr-defined]
        process.start()
        there.close()
        worker = _Worker(process, here)
        self._workers.append(worker)
        return worker

    def _listen(self) -> None:
        """Wait until there is news, or somebody has taken too long."""
        from multiprocessing.connection import wait

        busy = {worker.way: worker for worker in self._workers if worker.items}
        limits = [worker.since + limit - _now() for worker in busy.values() if (limit := self._limit(worker))]
        for way in wait(list(busy), max(0, min(limits)) if limits else None):
            self._hear(busy[way])  # type: ignore[index]
        for worker in busy.values():
            limit = self._limit(worker)
            if limit and worker.items and _now() - worker.since > limit and not worker.way.poll():
                item = worker.items.popleft()
                assert item.article is not None
                item.report = too_long(item.article, limit)
                self._dismiss(worker)

    def _limit(self, worker: _Worker) -> float:
        article = worker.items[0].article if worker.items else None
        return self._crew.limit(article) if article else 0

    def _hear(self, worker: _Worker) -> None:
        try:
            report = worker.way.recv()
        except (EOFError, OSError):
            self._lost(worker)
            return
        item = worker.items.popleft()
        worker.since = _now()
        assert item.article is not None
        # what it is about is here already, and need not be sent twice
        item.report = report if report.problems else report._replace(text=report.text or item.article.text)

    def _lost(self, worker: _Worker) -> None:
        """A process has died over the first of what it had in hand, which gets a second chance, alone."""
        item = worker.items[0]
        if item.alone and item.article:
            item.report = died(item.article)
            worker.items.popleft()
        item.alone = True
        self._dismiss(worker)

    def _dismiss(self, worker: _Worker) -> None:
        self._open.waiting.extendleft(reversed(worker.items))
        worker.items.clear()
        self._workers.remove(worker)
        worker.end()


def _now() -> float:
    from time import monotonic

    return monotonic()


def _forks() -> bool:
    """Where a process is made in a hundredth of a second, and safely: this one has no threads."""
    return sys.platform == "linux"


def _context() -> BaseContext:
    from multiprocessing import get_context

    return get_context("fork" if _forks() else "spawn")


def _work(crew: Crew, way: Connection, others: Sequence[Connection]) -> None:
    """What a process does: check what it is sent, until there is nobody left to send anything.

    Ctrl-C reaches every process of a terminal; only the first has something to say about it.
    """
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for other in others:
        other.close()
    try:
        while True:
            for article in way.recv():
                report = crew.report(article)
                way.send(report._replace(text="") if report.text == article.text else report)
    except (EOFError, OSError):
        return
