"""`medlint references --verify`: the references of articles are looked up, and what was answered is kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timezone
from pathlib import Path
from typing import NamedTuple

from medlint.bibliography.entry import Entry
from medlint.checks.verification import FAILING
from medlint.config import Config
from medlint.files import write
from medlint.libraries import ENDINGS
from medlint.listing import Listed
from medlint.model import Finding, Report
from medlint.run import Result, lint_source
from medlint.settings import record_file, rules_of
from medlint.verifying.answers import Answer, Answers, Question, render
from medlint.verifying.client import Client, Service
from medlint.verifying.comparing import Measure
from medlint.verifying.judging import Judgement, judge
from medlint.verifying.lookup import Catalogues, kinds_of_notices, look_up, valid

Progress = Callable[[int], AbstractContextManager[Callable[[], None]]]
"""From the number of entries to what is called once for each of them."""


class Options(NamedTuple):
    """What was asked for on the command line. An empty `contact` leaves it to the configuration."""

    contact: str = ""
    timeout: float = 20.0
    refresh: bool = False


class Verified(NamedTuple):
    """An article with what is known about each of its entries; `failing` is the exit code that it asks for."""

    listed: Listed
    judged: tuple[tuple[Entry, Judgement], ...]
    failing: int


class Outcome(NamedTuple):
    """What a run comes to. `silent` is what is to be said of each catalogue that did not answer; `anonymous` says that
    they were given no address to write to."""

    articles: tuple[Verified, ...]
    silent: Mapping[str, str]
    anonymous: bool


def verify(articles: Sequence[Listed], options: Options, progress: Progress) -> Outcome:
    """Look up what is open for the entries of all articles, and keep the answers beside their configurations.

    Raises UserError when they cannot be written. A service that does not answer is no error.
    """
    by_record: dict[Path, list[Listed]] = {}
    for article in articles:
        by_record.setdefault(record_file(article.config), []).append(article)
    verified: dict[int, Verified] = {}
    silent: dict[str, str] = {}
    anonymous = False
    for file, group in by_record.items():
        config = group[0].config
        contact = options.contact or config.services.get("contact", "")
        known = config.answers or Answers()
        silent |= _ask(group, known, file, contact, options, progress)
        anonymous = anonymous or not contact
        configs: dict[int, Config] = {}
        for article in group:
            told = configs.setdefault(id(article.config), article.config._replace(answers=known))
            verified[id(article)] = _verified(article, told, known)
    return Outcome(tuple(verified[id(article)] for article in articles), silent, anonymous)


def _ask(
    articles: Sequence[Listed], known: Answers, file: Path, contact: str, options: Options, progress: Progress
) -> Mapping[str, str]:
    """Ask, and keep every answer at once; returns which catalogues did not answer, and why."""
    config = articles[0].config
    data = rules_of(config).references
    entries = [entry for article in articles for entry in article.entries]
    today = _today()
    client = Client(contact, options.timeout)
    catalogues = Catalogues(_services(config), client, contact, kinds_of_notices(data))

    def keep(question: Question, answer: Answer) -> None:
        known.add(question, answer)
        write(file, render(known))

    with progress(len(entries)) as done:
        fresh = Answers() if options.refresh else valid(known, today, data["valid-days"])
        return look_up(entries, fresh, catalogues, Measure(data), today=today, keep=keep, done=done)


def _today() -> date:
    return datetime.now(timezone.utc).date()


def _services(config: Config) -> dict[str, Service]:
    """Where each catalogue is: by the environment, the configuration, or rules/references.yml."""
    return {
        name: Service(
            given["name"],
            os.environ.get(f"MEDLINT_{name.upper()}") or config.services.get(name) or given["base"],
            given["per-second"],
        )
        for name, given in rules_of(config).references["services"].items()
    }


def _verified(article: Listed, config: Config, known: Answers) -> Verified:
    measure = Measure(rules_of(config).references)
    judged = tuple((entry, judge(entry, known, measure)) for entry in article.entries)
    library = article.path.lower().endswith(ENDINGS)
    report = _report_on_library(article, config, judged) if library else _report_on_article(article, config)
    return Verified(article, judged, Result(report, config).exit_code())


def _report_on_article(article: Listed, config: Config) -> Report:
    """What `medlint check` finds by the record, suppressions included; what has not been answered does not count."""
    report = lint_source(article.text, article.path, config)
    ids = {rule_id for rule_id, name, _ in rules_of(config).index["structures"] if name in FAILING}
    return report._replace(findings=tuple(finding for finding in report.findings if finding.rule in ids))


def _report_on_library(article: Listed, config: Config, judged: Sequence[tuple[Entry, Judgement]]) -> Report:
    """The same for a file of references, which is no article and cannot suppress anything."""
    rules = rules_of(config)
    levels = rules.select(config.extends, config.rules)
    findings = [
        Finding(rule_id, levels[rule_id], entry.span, "", "", "", ())
        for entry, judgement in judged
        for rule_id, name, _ in rules.index["structures"]
        if judgement.verdict in FAILING.get(name, ()) and rule_id in levels
    ]
    return Report(article.path, article.text, 0, tuple(findings))
