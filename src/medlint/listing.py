"""The references of articles: what their lists hold, their front matter, and the bibliography files they name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from medlint import libraries
from medlint.bibliography import Entry, read_entries
from medlint.bibliography.bibtex import from_bibtex
from medlint.bibliography.csl import from_json, from_yaml
from medlint.config import Config
from medlint.files import Source, decode, find, read_bytes, shown
from medlint.lint import Linter
from medlint.model import Document, Problem, UserError
from medlint.settings import Settings, rules_of


class Listed(NamedTuple):
    """A file and the references that stand in it. `config` is the configuration it is under."""

    path: str
    text: str
    config: Config
    entries: tuple[Entry, ...]


def listed(paths: Iterable[str], settings: Settings) -> tuple[list[Listed], list[Problem]]:
    """The files that `paths` mean and that hold references, each followed by the bibliography files it names, and
    what is wrong with others."""
    sources, problems = find(paths)
    seen: set[Path] = set()
    found = [each for source in sources for each in _readable(source, settings, seen, problems)]
    return [each for each in found if each.entries], [*problems, *settings.problems]


def _readable(
    source: Source, settings: Settings, seen: set[Path], problems: list[Problem]
) -> Iterator[Listed]:
    """What can be read of a file and of those that it names; what is wrong is added to `problems`."""
    try:
        yield from _of_source(source, settings, seen)
    except UserError as error:
        problems += error.problems


def _of_source(source: Source, settings: Settings, seen: set[Path]) -> Iterator[Listed]:
    config = settings.near(source.file)
    if config is None:
        return
    text = source.text()
    if source.path.lower().endswith(libraries.ENDINGS):
        yield Listed(source.path, text, config, _library(text, source.path))
        return
    rules = rules_of(config)
    document, evidence = Linter.of(config, rules).read(text, source.path)
    yield Listed(source.path, text, config, read_entries(document, evidence, rules.lexicons))
    for name in bibliography_files(document):
        file = libraries.find(name, source.file.parent)
        if (whole := file.resolve()) not in seen:
            seen.add(whole)
            content = decode(read_bytes(file, shown(file)), shown(file))
            yield Listed(shown(file), content, config, _library(content, shown(file)))


def bibliography_files(document: Document) -> tuple[str, ...]:
    """The files that the front matter of an article names under `bibliography`."""
    extent = document.front_matter
    named = libraries.named(document.text, extent.start, extent.end) if extent else ()
    return tuple(name for name, _ in named)


def _library(text: str, path: str) -> tuple[Entry, ...]:
    ending = Path(path).suffix.lower()
    if ending in libraries.BIBTEX:
        return from_bibtex(text, path)
    if ending == ".json":
        return from_json(text, path)
    if ending in (".yaml", ".yml"):
        return from_yaml(text, path)
    raise UserError(Problem(path, f"a bibliography ends in {', '.join(libraries.ENDINGS)}"))
