"""How far a run is, for people: a bar on a terminal, a line now and then elsewhere. All on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

_LINES = 10
"""As many lines as a run writes where there is no terminal."""
_PATIENCE = 1.0
"""A run that is over by then needs no bar."""
_BETWEEN = 0.1


@contextmanager
def progress(total: int, what: str) -> Iterator[Callable[[], None]]:
    """What to call each time that one of `total` is done."""
    if not sys.stderr.isatty():
        with _lines(total, what) as done:
            yield done
        return
    bar = Bar(total, what, patience=0)
    try:
        yield bar.done
    finally:
        bar.hide()


@contextmanager
def _lines(total: int, what: str) -> Iterator[Callable[[], None]]:
    count, step = 0, max(1, -(-total // _LINES))

    def done() -> None:
        nonlocal count
        count += 1
        if count % step == 0 or count == total:
            print(f"{what}: {count:,} of {total:,}", file=sys.stderr, flush=True)

    yield done


def wanted() -> bool:
    """Whether anybody would see a bar: there is a terminal, and it is not that of a hook, which shows it later."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and "PRE_COMMIT" not in os.environ


class Bar:
    """A bar on the terminal, once the run has taken `patience` seconds. It has no thread, so that processes can be
    started beside it."""

    def __init__(self, total: int, what: str, patience: float = _PATIENCE) -> None:
        self._total, self._what = total, what
        self._count = 0
        self._next = monotonic() + patience
        self._bar: _Rich | _Plain | None = None

    def done(self) -> None:
        """One more is done."""
        self._count += 1
        if monotonic() >= self._next:
            self._bar = self._bar or _made(self._total, self._what)
            self._bar.show(self._count)
            self._next = monotonic() + _BETWEEN

    def hide(self) -> None:
        """Make room for something else."""
        if self._bar:
            self._bar.hide()


def _made(total: int, what: str) -> _Rich | _Plain:
    try:
        return _Rich(total, what)
    except ImportError:
        return _Plain(total, what)


class _Rich:
    """Raises ImportError where rich is not installed."""

    def __init__(self, total: int, what: str) -> None:
        from rich.console import Console
        from rich.progress import Progress

        self._progress = Progress(
            console=Console(stderr=True),
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task = self._progress.add_task(what, total=total)

    def show(self, count: int) -> None:
        self._progress.start()
        self._progress.update(self._task, completed=count)
        self._progress.refresh()

    def hide(self) -> None:
        self._progress.stop()


class _Plain:
    """A line that is written over."""

    def __init__(self, total: int, what: str) -> None:
        self._total, self._what = total, what

    def show(self, count: int) -> None:
        print(f"\r\x1b[K{self._what}: {count:,} of {self._total:,}", end="", file=sys.stderr, flush=True)

    def hide(self) -> None:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
