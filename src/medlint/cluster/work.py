"""What a worker is sent, and what it does with it. Plain data goes both ways; the code is medlint as installed there.

All that decides the findings comes from the client: settings, texts or where they are, rule files of folders of one's
own. A worker whose medlint, Python or libraries would find something else says so and checks nothing.
"""

from __future__ import annotations

import platform
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock, Thread, get_ident
from typing import NamedTuple

from medlint import libraries
from medlint.again import settings_name
from medlint.bibliography.entry import Library
from medlint.cluster.addresses import local_file, read
from medlint.config import Config
from medlint.crew import Article, Crew, of_problems, too_long
from medlint.files import decode
from medlint.model import Report, UserError
from medlint.rules import RuleSet, load_rules
from medlint.run import names_a_library

_SETUPS_KEPT = 4


class RuleFiles(NamedTuple):
    """The files of rule folders, each as (path below its folder, contents), terms added to word lists, and a name for
    all that the findings under them depend on but settings and articles."""

    folders: tuple[tuple[tuple[str, bytes], ...], ...]
    lexicons: Mapping[str, tuple[str, ...]]
    name: str


class Setup(NamedTuple):
    """What holds for a whole run: its configurations, the rules of each, how long an article may take, and whether to
    tell what stands near a finding. `key` is of this run alone."""

    key: str
    configs: tuple[Config, ...]
    rules: tuple[RuleFiles, ...]
    seconds: float
    nearby: bool


class Piece(NamedTuple):
    """An article to check, with what the bibliographies hold that it names. One without a text is to be read at its
    address first."""

    article: Article
    library: Library | None = None


class _Ready(NamedTuple):
    setup: Setup
    rules: Sequence[RuleSet]


_ready: dict[str, _Ready] = {}
_one_at_a_time = Lock()
"""A worker may have many threads. Only one can use the interpreter, and rules are made as they are asked for."""


def dask_setup(_worker: object) -> None:
    """What a worker of this machine does as it starts (by the name that Dask looks for). Ctrl-C reaches every process
    of a terminal; only the first has something to say about it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def name_of(rules: RuleSet) -> str:
    """What `RuleFiles.name` is, for rules as they are here."""
    return settings_name(None, None, rules.key)


def work(setup: Setup, pieces: Sequence[Piece]) -> list[Report] | str:
    """A report for each, or why this worker would not find what others do. The text of a report is left out where the
    client has it or has no use for it."""
    with _one_at_a_time:
        ready = _made_ready(setup)
    return ready if isinstance(ready, str) else [_report(ready, piece) for piece in pieces]


def _made_ready(setup: Setup) -> _Ready | str:
    if setup.key not in _ready:
        made: dict[int, RuleSet] = {}
        for files in setup.rules:
            made[id(files)] = made.get(id(files)) or _loaded(files)
            if name_of(made[id(files)]) != files.name:
                return f"{platform.node()} (Python {platform.python_version()})"
        while len(_ready) >= _SETUPS_KEPT:
            del _ready[next(iter(_ready))]
        _ready[setup.key] = _Ready(setup, [made[id(files)] for files in setup.rules])
    return _ready[setup.key]


def _loaded(files: RuleFiles) -> RuleSet:
    with TemporaryDirectory(prefix="medlint-") as top:
        folders = [Path(top, str(at)) for at in range(len(files.folders))]
        for folder, held in zip(folders, files.folders, strict=True):
            folder.mkdir()
            for name, content in held:
                file = folder / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
        return load_rules(folders, files.lexicons)


def _report(ready: _Ready, piece: Piece) -> Report:
    article, library = piece
    try:
        if article.address:
            text = decode(read(article.address, article.path), article.path)
            article = article._replace(text=text)
            file = local_file(article.address)
            if file is not None and names_a_library(text):
                library = libraries.library(text, str(file))
    except UserError as error:
        return of_problems(*error.problems)

    def lint(text: str, path: str, config: Config) -> Report:
        from medlint.lint import lint_text

        rules = ready.rules[article.config]
        return lint_text(text, path, config, rules, nearby=ready.setup.nearby, library=library)

    with _one_at_a_time:
        report = _in_time(Crew(lint, ready.setup.configs, ready.setup.seconds), article)
    return report if article.address and report.findings else report._replace(text="")


# -- time ----------------------------------------------------------------------------------------------------


class _TimeUp(BaseException):
    """Not an Exception: what handles those goes on, and this is to end it."""


def _in_time(crew: Crew, article: Article) -> Report:
    """The report, unless it takes longer. A thread has no timer of its own, so another one interrupts it."""
    seconds = crew.limit(article)
    if not seconds:
        return crew.report(article)
    over, lock, here = Event(), Lock(), get_ident()

    def watch() -> None:
        wait = seconds
        while not over.wait(wait):
            with lock:
                if not over.is_set():
                    _raise_in(here, _TimeUp)
            wait = 0.5  # where Python swallows what is raised, the next one is not

    def stop() -> None:
        with lock:
            over.set()
            _raise_in(here, None)

    Thread(target=watch, daemon=True).start()
    try:
        try:
            return crew.report(article)
        finally:
            stop()
    except _TimeUp:
        stop()
        return too_long(article, seconds)


def _raise_in(thread: int, what: type[BaseException] | None) -> None:
    """Have a thread raise something; None takes back what it has not raised yet."""
    import ctypes

    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread), ctypes.py_object(what) if what else None
    )
