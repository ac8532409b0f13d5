"""Which configuration a file is under, and the rules that it asks for; each is read once in a run."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from medlint import again
from medlint.config import Config, check_folders, check_rule_ids, find_config, parse_config
from medlint.files import decode, read_bytes, shown
from medlint.model import Problem, UserError
from medlint.nearest import RECORD
from medlint.rules import RuleSet, load_rules


class Settings:
    """The configurations of a run: the nearest of each folder, or `given` for all, or with `ignore` the one
    medlint comes with.

    What is wrong with them is kept in `problems`; nothing under a faulty configuration is checked.
    """

    def __init__(self, given: Path | None = None, *, ignore: bool = False) -> None:
        self.problems: list[Problem] = []
        self._given, self._ignore = given, ignore
        self._by_folder: dict[Path, Config | None] = {}
        self._by_file: dict[Path | None, Config | None] = {}

    def near(self, file: Path) -> Config | None:
        """The configuration as it stands for `file`; None when it excludes the file or is at fault.

        Files under the same settings get the same object.
        """
        file = Path(os.path.abspath(file))
        config = self.of_folder(file.parent)
        if config is None or config.excludes(file):
            return None
        return config.for_path(file)

    def here(self) -> Config:
        """The configuration of this folder. Raises UserError when it is at fault."""
        config = self.of_folder(Path.cwd())
        if config is None:
            raise UserError(*self.problems)
        return config

    def of_folder(self, folder: Path) -> Config | None:
        """The configuration that files in `folder` are under; None when it is at fault."""
        if folder not in self._by_folder:
            self._by_folder[folder] = self._nearest(folder)
        return self._by_folder[folder]

    def _nearest(self, folder: Path) -> Config | None:
        try:
            file = None if self._ignore else self._given or find_config(folder)
            if file not in self._by_file:
                self._by_file[file] = None
                self._by_file[file] = read_config(file)
            return self._by_file[file]
        except UserError as error:
            self.problems += [problem for problem in error.problems if problem not in self.problems]
            return None


def read_config(file: Path | None) -> Config:
    """The configuration that a file holds, or without one that of medlint, with rules that can be used.

    Raises UserError with every problem of it, and of the rule files it names.
    """
    if file is None:
        return _named(Config(), None)
    text = decode(read_bytes(file, shown(file)), shown(file))
    config = parse_config(text, shown(file))
    missing = list(check_folders(config))
    if missing:
        raise UserError(*missing)
    rules = rules_of(config)
    problems = check_rule_ids(
        config, rules.rules.keys(), rules.families, rules.packs.keys(), rules.lexicons.keys()
    )
    if problems:
        raise UserError(*problems)
    return _named(config, text)


def record_file(config: Config) -> Path:
    """Where the answers about the references of its articles are kept: beside it, or in this folder."""
    return Path(os.path.abspath(config.path)).parent / RECORD if config.path else Path.cwd() / RECORD


def _named(config: Config, text: str | None) -> Config:
    """The configuration that `text` says, with the record beside it and a name for all of that and its rules."""
    file, record = record_file(config), None
    rules = rules_of(config)
    if file.is_file():
        from medlint.verifying.answers import parse

        record = read_bytes(file, shown(file))
        config = config._replace(answers=parse(decode(record, shown(file)), shown(file)))
    return config._replace(key=again.settings_name(text, record, rules.key))


def rules_of(config: Config) -> RuleSet:
    """The rules under a configuration: medlint's own and those of its folders. Raises UserError."""
    lexicons = tuple(sorted((name, tuple(terms)) for name, terms in config.lexicons.items()))
    return _load(config.rule_folders, lexicons)


@cache
def _load(folders: tuple[Path, ...], lexicons: tuple[tuple[str, tuple[str, ...]], ...]) -> RuleSet:
    try:
        return load_rules(folders, dict(lexicons))
    except UserError as error:
        raise UserError(
            *(Problem(shown(p.path), p.message, p.line, p.column) for p in error.problems)
        ) from error
