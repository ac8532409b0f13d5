"""A run over many files: which configuration each is under, what is known of it, and who checks it.

Results come in the order of the sources and are the same whatever the number of processes, and whether the articles
were checked before or not.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from medlint import again, results
from medlint.config import Config
from medlint.crew import Article, Crew, Item, Lint, of_problems
from medlint.files import Source, decode, read_bytes
from medlint.model import SEVERITIES, Problem, Report, UserError
from medlint.settings import rules_of

NEVER = "never"
_NO_CONFIG = -1


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


class Checkers(Protocol):
    """Those who check (see `medlint.crew.Crew`)."""

    def check(self, items: Iterable[Item]) -> Iterator[Item]: ...


def lint_source(text: str, path: str, config: Config, *, nearby: bool = False) -> Report:
    """The linter under the rules that `config` asks for; `nearby` as in `lint_text`. Imported where it is needed: in
    a worker, mostly."""
    from medlint.lint import lint_text

    library = None
    if names_a_library(text):
        from medlint import libraries

        library = libraries.library(text, path)
    return lint_text(text, path, config, rules_of(config), nearby=nearby, library=library)


def names_a_library(text: str) -> bool:
    """Whether other files may have a say in what is found in an article: the bibliographies that it names."""
    return text.startswith("---") and "\nbibliography" in text


def fix_source(
    text: str, path: str, config: Config, families: Collection[str] = (), *, nearby: bool = False
) -> Report:
    """The same with the fixes put in, of the given families or of all."""
    from medlint.fix import mend

    return mend(
        text,
        lambda text: lint_source(text, path, config, nearby=nearby),
        lambda f: not families or f.family in families,
    )


def check(
    sources: Sequence[Source],
    settings: Settings,
    *,
    jobs: int = 0,
    lint: Lint = lint_source,
    seconds: float = 0,
    form: str | None = None,
    crew: Callable[[Lint, Sequence[Config], float, int], Checkers] = Crew,
) -> Iterator[Result]:
    """A result for each source that no configuration excludes, after one for each configuration at fault.

    `jobs` is the number of processes, 0 for as many as pay; `seconds` how long one file may take (see `Crew`). Results
    are kept and looked up under `form`, a name for what `lint` does, unless it is None. `crew` makes those who check:
    this machine, or a cluster. Sources under a faulty
    configuration are left out: nobody knows what they should be checked for.
    """
    configs: dict[int, int] = {}
    used: list[Config] = []
    under = array("l")
    for source in sources:
        config = settings.near(source.file)
        if config is not None and id(config) not in configs:
            configs[id(config)] = len(used)
            used.append(config)
        under.append(_NO_CONFIG if config is None else configs[id(config)])
    yield from (Result(of_problems(problem)) for problem in settings.problems)
    known = _Known(used, form)
    wanted = ((source, at) for source, at in zip(sources, under, strict=True) if at != _NO_CONFIG)
    for item in crew(lint, used, seconds, jobs).check(known.item(source, at) for source, at in wanted):
        assert item.report is not None
        known.keep(item)
        yield Result(item.report, used[item.config])


class _Known:
    """What earlier runs have found, as far as it can be asked for."""

    def __init__(self, configs: Sequence[Config], form: str | None) -> None:
        self._configs, self._form = configs, form

    def item(self, source: Source, at: int) -> Item:
        """A source with its report, if that is known, or the reason why it cannot be read."""
        if source.address:
            return Item(at, Article(source.path, "", at, source.address, source.length))
        try:
            content = read_bytes(source.file, source.path) if source.content is None else source.content
            article = Article(source.path, decode(content, source.path), at)
        except UserError as error:
            return Item(at, None, of_problems(*error.problems))
        config, file = self._configs[at], os.path.abspath(source.file)
        if self._form is None or not config.key or not again.on_its_own(content):
            return Item(at, article)
        key = again.article_name(config.key, config.path, file, source.path, content, self._form)
        made = results.find(key)
        if made is not None:
            return Item(at, None, results.report_of(made, source.path, article.text))
        return Item(at, article, key=key)

    def keep(self, item: Item) -> None:
        """Keep what has been found out in this run; what went wrong may go right in the next."""
        if item.key and item.report and (made := results.record(item.report)) is not None:
            results.keep(item.key, made)
