"""Those who check, on a Dask cluster: handing out, collecting in order, and what becomes of lost workers.

A chunk whose workers died as often as the scheduler allows is taken apart. Its articles go one at a time, with nothing
else on its way, so that the one that is to blame is known; that one becomes a problem, the others are checked.
"""

from __future__ import annotations

import logging
import uuid
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medlint import libraries
from medlint.cluster.work import Piece, RuleFiles, Setup, name_of, work
from medlint.config import Config
from medlint.crew import (
    CHUNK_BYTES,
    Article,
    Item,
    Lint,
    Open,
    died,
    processes,
)
from medlint.model import Problem, UserError
from medlint.rulefolders import read_files
from medlint.run import names_a_library
from medlint.settings import rules_of

if TYPE_CHECKING:
    from distributed import Client, Future

SCHEME = "dask://"
HERE = ("", "local")
_SECONDS_TO_CONNECT = 4
_SECONDS_FOR_A_WORKER = 15
_WORKERS_IN_BOUNDS = 8
"""The bounds on what is open are as for one machine up to so many threads, and grow with more of them."""
_DEATHS = 2
"""How many workers of this machine may die over one chunk before it is taken apart."""


class Cluster:
    """A connection to a cluster, or a cluster of this machine; `with` ends it. Raises UserError when there is none."""

    def __init__(self, executor: str, jobs: int = 0, *, nearby: bool = False) -> None:
        self.executor = executor
        self._nearby = nearby
        self._local: Any = None
        self._team: Team | None = None
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        try:
            import dask
            from distributed import Client, LocalCluster
        except ImportError as error:
            raise UserError(
                Problem("medlint", "--executor takes Dask: pip install 'medlint[dask]'")
            ) from error
        address = executor.removeprefix(SCHEME)
        try:
            if address in HERE:
                dask.config.set({"distributed.scheduler.allowed-failures": _DEATHS - 1})
                self._local = LocalCluster(
                    n_workers=jobs or processes(),
                    threads_per_worker=1,
                    memory_limit=None,
                    scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
                    host="127.0.0.1",
                    silence_logs=logging.CRITICAL,
                    preload=[work.__module__],
                )
                address = self._local.scheduler_address
            full = address if "://" in address else f"tcp://{address}"
            self.client: Client = Client(full, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
        except Exception as error:
            self._end_local()
            what = f"no Dask scheduler answers there ({_words(error)})"
            raise UserError(Problem(executor, what)) from error

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        if self._team:
            self._team.cancel()
        with suppress(Exception):
            self.client.close(timeout=2)
        self._end_local()

    def _end_local(self) -> None:
        if self._local is not None:
            with suppress(Exception):
                self._local.close(timeout=5)

    def crew(self, _lint: Lint, configs: Sequence[Config], seconds: float, _jobs: int) -> Team:
        """Like `Crew`; what a worker does is always to lint."""
        rules: dict[object, RuleFiles] = {}
        for config in configs:
            asked = _asked(config)
            if asked not in rules:
                rules[asked] = _rule_files(config)
        # what a worker has no use for may be large, and names of folders are nobody's business there
        sent = (c._replace(services={}, sections=(), rule_folders=(), lexicons={}) for c in configs)
        setup = Setup(
            uuid.uuid4().hex, tuple(sent), tuple(rules[_asked(c)] for c in configs), seconds, self._nearby
        )
        self._team = Team(self, setup)
        return self._team


def _asked(config: Config) -> object:
    return config.rule_folders, tuple(sorted((name, tuple(terms)) for name, terms in config.lexicons.items()))


def _rule_files(config: Config) -> RuleFiles:
    folders = tuple(
        tuple((_below(folder, file), content) for folder, file, content in read_files([each]))
        for each in config.rule_folders
    )
    return RuleFiles(folders, config.lexicons, name_of(rules_of(config)))


def _below(folder: Path, file: Path) -> str:
    return file.relative_to(folder).as_posix()


class Team:
    """Checks articles on the workers; one run only."""

    def __init__(self, cluster: Cluster, setup: Setup) -> None:
        self._cluster, self._setup = cluster, setup
        self._open = Open()
        self._suspects: deque[Item] = deque()
        self._busy: dict[Future, list[Item]] = {}
        self._held: Future | None = None
        """What holds for all, on the cluster; a task rather than data of its own: it is made again when it is lost."""
        self._done: Any = None

    def check(self, items: Iterable[Item]) -> Iterator[Item]:
        """The same items, each with a report."""
        items, more = iter(items), True
        try:
            while more or self._open:
                more = more and self._open.take(items)
                yield from self._open.ready()
                if self._open:
                    self._begin()
                    self._hand_out()
                    self._listen()
                    yield from self._open.ready()
        finally:
            self.cancel()

    def cancel(self) -> None:
        """Have what nobody waits for any more not done."""
        if self._busy:
            with suppress(Exception):
                self._cluster.client.cancel(list(self._busy), force=True)
            self._busy.clear()

    def _begin(self) -> None:
        """Once there is something to check, and not before: see who is there, and tell what holds for all."""
        if self._held is not None:
            return
        from distributed import as_completed

        client = self._cluster.client
        try:
            client.wait_for_workers(1, timeout=_SECONDS_FOR_A_WORKER)
        except Exception as error:
            raise UserError(Problem(self._cluster.executor, "the scheduler has no workers")) from error
        threads = sum(client.nthreads().values())
        self._open.room = max(1, -(-threads // _WORKERS_IN_BOUNDS))
        self._held = client.submit(_itself, self._setup, pure=False)
        self._done = as_completed(loop=client.loop)

    def _hand_out(self) -> None:
        if self._suspects:
            if not self._busy:
                self._submit([self._suspects.popleft()])
            return
        while self._open.waiting:
            chunk = list(self._chunk())
            self._submit(chunk)

    def _chunk(self) -> Iterator[Item]:
        size = 0
        while self._open.waiting and size < CHUNK_BYTES:
            item = self._open.waiting.popleft()
            size += item.size() + 1
            yield item

    def _submit(self, items: list[Item]) -> None:
        pieces = [_piece(item.article) for item in items if item.article]
        future = self._cluster.client.submit(work, self._held, pieces, pure=False)
        self._busy[future] = items
        self._done.add(future)

    def _listen(self) -> None:
        """Wait until one chunk has an end, whichever."""
        future: Future = next(self._done)
        items = self._busy.pop(future)
        if future.status == "finished":
            self._take_in(items, future.result())
        elif future.status == "error":
            self._failed(items, future.exception())
        else:
            raise UserError(Problem(self._cluster.executor, "the scheduler is gone; nothing more is known"))

    def _take_in(self, items: list[Item], told: list[Any] | str) -> None:
        if isinstance(told, str):
            what = f"the worker on {told} has another medlint, Python or libraries than there are here"
            raise UserError(Problem(self._cluster.executor, f"{what}; install the same versions on both"))
        for item, report in zip(items, told, strict=True):
            assert item.article is not None
            known = report.problems or report.text
            item.report = report if known else report._replace(text=item.article.text)

    def _failed(self, items: list[Item], error: BaseException) -> None:
        from distributed.scheduler import KilledWorker

        if not isinstance(error, KilledWorker):
            what = f"a worker cannot check anything ({_words(error)}); is the same medlint installed there?"
            raise UserError(Problem(self._cluster.executor, what)) from error
        for item in items:
            if item.alone and item.article:
                item.report = died(item.article)
            else:
                item.alone = True
                self._suspects.append(item)


def _itself(setup: Setup) -> Setup:
    return setup


def _piece(article: Article) -> Piece:
    """Bibliographies are read where the article was."""
    library = None
    if not article.address and names_a_library(article.text):
        library = libraries.library(article.text, article.path)
    return Piece(article, library)


def _words(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]
