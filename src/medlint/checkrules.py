"""Checks files that people write for medlint: settings, and rule folders of their own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from medlint.config import Config
from medlint.data import data_folder
from medlint.files import shown
from medlint.model import Problem, UserError
from medlint.nearest import NAMES
from medlint.settings import Settings, read_config, rules_of


def problems(files: Iterable[Path]) -> list[Problem]:
    """Everything that is wrong with configurations, and with rule, lexicon and pack files in a folder that a
    configuration names; each once, sorted."""
    settings = Settings()
    found = [problem for file in files for problem in _of(Path(os.path.abspath(file)), settings)]
    return sorted(set(found), key=lambda p: (p.path, p.line, p.column, p.message))


def _of(file: Path, settings: Settings) -> Iterator[Problem]:
    try:
        if file.name in NAMES:
            read_config(file)
        elif not file.is_file():
            yield Problem(shown(file), "there is no such file")
        elif file.is_relative_to(data_folder().resolve()):
            rules_of(Config())
        else:
            yield from _of_rule_file(file, settings)
    except UserError as error:
        yield from error.problems


def _of_rule_file(file: Path, settings: Settings) -> Iterator[Problem]:
    config = settings.of_folder(file.parent)
    if config is None:
        yield from settings.problems
    elif not any(file.is_relative_to(folder) for folder in config.rule_folders):
        yield Problem(
            shown(file), f"no {NAMES[0]} names its folder under “rule-folders”, so medlint does not use it"
        )
