"""A run that is killed leaves nothing behind that a later one would believe; `make kill` does it a hundred times."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.generate import write_corpus
from benchmarks.kill import campaign


@pytest.mark.parametrize("compiled", [True, False])
def test_the_next_run_finds_what_it_should(tmp_path: Path, compiled: bool) -> None:
    write_corpus(tmp_path, 4)
    _, wrong = campaign(3 if compiled else 1, tmp_path, 1, compiled=compiled)
    assert wrong == 0
