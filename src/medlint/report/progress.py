"""How far a run is, for people: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_LINES = 10
"""As many lines as a run writes where there is no terminal."""


@contextmanager
def progress(total: int, what: str) -> Iterator[Callable[[], None]]:
    """What to call each time that one of `total` is done. Everything goes to standard error."""
    bar = _bar(total, what) if sys.stderr.isatty() else _lines(total, what)
    with bar as done:
        yield done


@contextmanager
def _lines(total: int, what: str) -> Iterator[Callable[[], None]]:
    count, step = 0, max(1, -(-total // _LINES))

    def done() -> None:
        nonlocal count
        count += 1
        if count % step == 0 or count == total:
            print(f"{what}: {count:,} of {total:,}", file=sys.stderr, flush=True)

    yield done


@contextmanager
def _bar(total: int, what: str) -> Iterator[Callable[[], None]]:
    try:
        from rich.console import Console
        from rich.progress import Progress
    except ImportError:
        with _lines(total, what) as done:
            yield done
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)
