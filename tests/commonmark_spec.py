"""Every example of the CommonMark specification. `make commonmark` fetches and runs them: they come with the
source of markdown-it-py, whose parser medlint uses, and with no package that could simply be installed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from test_commonmark import shown, visible

EXAMPLES: list[dict[str, Any]] = json.loads(Path(os.environ["COMMONMARK_EXAMPLES"]).read_text("utf-8"))

DIFFERENT = {
    # a browser shows the emphasised word inside <pre>, which the comparison takes for code
    "<table><tr><td>\n<pre>\n**Hello**,\n\n_world_.\n</pre>\n</td></tr></table>\n": "world.",
}


def test_all_examples_are_here() -> None:
    assert len(EXAMPLES) >= 650
    assert DIFFERENT.keys() <= {example["markdown"] for example in EXAMPLES}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example["example"]))
def test_example(example: dict[str, Any]) -> None:
    source = example["markdown"]
    assert shown(source) == DIFFERENT.get(source, visible(example["html"]))
