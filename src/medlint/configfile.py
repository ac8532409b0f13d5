"""Reads and checks `.medlint.yml`. Imported only when a configuration is new or has changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from medlint import globs
from medlint.model import Problem, UserError
from medlint.patterns import PatternError, read_phrase
from medlint.regexguard import dangerous
from medlint.rulefiles import schema
from medlint.schema import check, problem
from medlint.yamlfile import DataPath, YamlFile, parse

_HOST = re.compile(r"[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+")
_AROUND_HOST = re.compile(r"^(?:[a-z]+:(?=//))?(?://)?(?:\*?\.)?|[/:?#].*$|\.$", re.I)
_HOST_LISTS: tuple[DataPath, ...] = (("own-hosts",), ("sources", "trusted"), ("sources", "refused"))

Texts = list[tuple[DataPath, str]]
Faults = Iterator[tuple[DataPath, str]]


def read_checked(text: str, path: str) -> dict[str, Any]:
    """What a configuration says, as plain JSON: `data`, and `places` as (way, line, column).

    Raises UserError with every problem.
    """
    file, problems = parse(text, path)
    problems += check(file, schema("config"), path)
    problems += [problem(file, path, at, message) for at, message in _faults(file)]
    if problems:
        raise UserError(*_sorted(problems))
    places = [(at, *file.key_place(at)) for at in file.places]
    return {"data": file.data or {}, "places": places}


def _sorted(problems: list[Problem]) -> list[Problem]:
    return sorted(set(problems), key=lambda p: (p.line, p.column, p.message))


def _faults(file: YamlFile) -> Faults:
    """What a schema cannot say."""
    for at in _HOST_LISTS:
        yield from _host_faults(_texts(file, at))
    yield from _contradictions(file)
    for at, text in _texts(file, ("citation-patterns",)):
        if text and (message := _pattern_fault(text)):
            yield at, message
    for at, text in _globs(file):
        if message := globs.fault(text):
            yield at, message
    yield from _term_faults(file)


def _texts(file: YamlFile, at: DataPath) -> Texts:
    """The entries that are text of the list at `at`; none when there is no list."""
    found: Any = file.data
    for step in at:
        found = _inside(found, step)
    entries = enumerate(found) if isinstance(found, list) else ()
    return [((*at, index), entry) for index, entry in entries if isinstance(entry, str)]


def _inside(value: Any, step: str | int) -> Any:
    """What stands under a key of a mapping or at a number of a list; None where it is neither, or not there."""
    if isinstance(value, Mapping):
        return value.get(step)
    return value[step] if isinstance(value, list) and isinstance(step, int) and step < len(value) else None


def _host_faults(hosts: Texts) -> Faults:
    for at, text in hosts:
        if _HOST.fullmatch(text.strip()):
            continue
        host = _AROUND_HOST.sub("", text.strip())
        if _HOST.fullmatch(host):
            yield at, f"write {host}, not {text.strip()}"
        else:
            yield at, f"expected a host such as clinic.example, found “{text}”"


def _contradictions(file: YamlFile) -> Faults:
    trusted = {text.strip().lower() for _, text in _texts(file, ("sources", "trusted"))}
    for at, text in _texts(file, ("sources", "refused")):
        if text.strip().lower() in trusted:
            yield at, f"{text} is trusted too; keep it in one of the two lists"


def _pattern_fault(pattern: str) -> str | None:
    try:
        found = re.compile(pattern).search("")
    except (re.error, RecursionError, OverflowError) as error:
        return f"this expression cannot be read: {error}"
    if found is not None:
        return "this expression matches everywhere, so that everything would count as cited"
    reason = dangerous(pattern)
    return f"this expression may run without end: {reason}" if reason else None


def _globs(file: YamlFile) -> Texts:
    sections = (at for at in file.places if len(at) == 4 and at[0] == "paths" and at[2] == "files")
    return [
        *_texts(file, ("exclude",)),
        *(found for at in dict.fromkeys(at[:3] for at in sections) for found in _texts(file, at)),
    ]


def _term_faults(file: YamlFile) -> Faults:
    names = [at for at in file.places if len(at) == 2 and at[0] == "lexicons"]
    for at, term in chain.from_iterable(_texts(file, name) for name in names):
        if message := _term_fault(term):
            yield at, message


def _term_fault(term: str) -> str | None:
    try:
        read_phrase(term)
    except PatternError as error:
        return str(error)
    return None
