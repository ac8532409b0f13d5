"""Rules as the linter uses them: compiled, indexed by keyword, chosen by packs and levels.

Rule files are read and checked by `rulefiles`; what comes out is plain JSON and is kept in the cache by the hash
of all files, so that an ordinary run reads no YAML.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from medlint import __version__
from medlint.cache import cached
from medlint.data import data_folder
from medlint.model import SEVERITIES
from medlint.patterns import expand, lexicon_source, list_names
from medlint.phrases import PhraseMatcher

LEVELS = ("off", *SEVERITIES)


@dataclass(frozen=True, slots=True)
class Example:
    """A piece of Markdown that a rule must flag, and the exact excerpts it must flag, in order."""

    text: str
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """One thing a rule looks for.

    `kind` is phrase, regex, tokens, quantity or structure. `source` is an expression in which `{lexicon}` stands
    for a word list, or the name of a quantity or a structure check; a phrase has a `program` (see `patterns`).
    A sentence is looked at only if every group of `keywords` has a member among its keys. One of the phrases
    `needs`, if there are any, must stand elsewhere in the sentence.
    """

    kind: str
    source: str
    keywords: tuple[frozenset[str], ...]
    case_sensitive: bool = False
    program: Sequence[Any] = ()
    needs: Sequence[Sequence[Any]] = ()
    tokens: tuple[Mapping[str, Any], ...] = ()
    options: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing an editor objects to. Fields are those of the rule file; see docs/rule-format.md.

    `cited` says in which scope a citation excuses a match: "" never, "configured" in the scope of the
    configuration, else the scope itself.
    """

    id: str
    summary: str
    severity: str
    message: str
    remedy: str
    why: str
    standards: tuple[str, ...]
    note: str
    scope: frozenset[str]
    patterns: tuple[Pattern, ...]
    cited: str
    contexts: tuple[str, ...]
    excuses: Sequence[Sequence[Any]]
    per: str
    bad: tuple[Example, ...]
    good: tuple[str, ...]

    @property
    def family(self) -> str:
        return self.id.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Standard:
    """A published standard that rules rest on."""

    key: str
    title: str
    issuer: str
    year: str
    section: str
    url: str


@dataclass(frozen=True, slots=True)
class Pack:
    """A named selection: rule id → level, where "" means the rule's own severity."""

    id: str
    summary: str
    levels: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class RuleSet:
    """Everything that rule folders hold."""

    rules: Mapping[str, Rule]
    packs: Mapping[str, Pack]
    standards: Mapping[str, Standard]
    lexicons: Mapping[str, tuple[str, ...]]
    language: Mapping[str, Any]
    compiled_lexicons: Mapping[str, Mapping[str, Any]]

    @cached_property
    def phrases(self) -> PhraseMatcher:
        """What finds phrases that may name these word lists."""
        return PhraseMatcher(self.compiled_lexicons)

    def regex(self, source: str, *, case_sensitive: bool = False) -> re.Pattern[str]:
        """The compiled expression of a pattern, with its word lists put in."""
        if (source, case_sensitive) not in self._compiled:
            sources = {name: lexicon_source(self.lexicons[name]) for name in list_names(source) if name in self.lexicons}
            flags = 0 if case_sensitive else re.IGNORECASE
            self._compiled[source, case_sensitive] = re.compile(expand(source, sources), flags)
        return self._compiled[source, case_sensitive]

    @cached_property
    def _compiled(self) -> dict[tuple[str, bool], re.Pattern[str]]:
        return {}

    @cached_property
    def families(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(rule.family for rule in self.rules.values()))

    def select(self, packs: Iterable[str], levels: Mapping[str, str]) -> dict[str, str]:
        """Rule id → severity of the rules that are on: those of the packs, then `levels` by family, then by id.

        Tool rules (`medlint/…`) are always on unless a level says off.
        """
        chosen = {rule.id: rule.severity for rule in self.rules.values() if rule.family == "medlint"}
        for name in packs:
            for rule_id, level in self.packs[name].levels.items():
                chosen[rule_id] = level or self.rules[rule_id].severity
        for rule in self.rules.values():
            level = levels.get(rule.id) or (rule.id in chosen and levels.get(rule.family)) or ""
            if level:
                chosen[rule.id] = level
        return {rule_id: level for rule_id, level in chosen.items() if level != "off"}


def load_rules(
    folders: Sequence[Path] = (), lexicon_additions: Mapping[str, Sequence[str]] | None = None
) -> RuleSet:
    """The rules that come with medlint and those of the given folders.

    `lexicon_additions` extends word lists by terms. Raises UserError with every problem of every file.
    """
    additions = {name: list(terms) for name, terms in (lexicon_additions or {}).items()}
    files = [found for folder in (data_folder(), *folders) for found in _files(folder)]
    key = _key(files, additions)

    def compute() -> Any:
        from medlint.rulefiles import compile_files

        return compile_files([(folder, path, text.decode("utf-8-sig")) for folder, path, text in files], additions)

    return _from_data(cached("rules", key, compute))


def _files(folder: Path) -> list[tuple[Path, Path, bytes]]:
    """(folder, file, contents) of every YAML file below the folder, in a stable order."""
    paths = sorted(p for p in folder.rglob("*.y*ml") if p.suffix in (".yml", ".yaml") and p.is_file())
    return [(folder, path, path.read_bytes()) for path in paths]


def _key(files: Iterable[tuple[Path, Path, bytes]], additions: Mapping[str, Sequence[str]]) -> str:
    digest = hashlib.sha256(f"{__version__}\0{_FORMAT}\0{sorted(additions.items())}".encode())
    for folder, path, content in files:
        digest.update(f"\0{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:32]


_FORMAT = 3
"""Raised when the form of the compiled data below changes, so that older caches are not read."""


def _from_data(data: Mapping[str, Any]) -> RuleSet:
    return RuleSet(
        rules={rule_id: _rule(rule_id, spec) for rule_id, spec in data["rules"].items()},
        packs={name: Pack(name, p["summary"], p["levels"]) for name, p in data["packs"].items()},
        standards={key: Standard(key=key, **fields) for key, fields in data["standards"].items()},
        lexicons=_Terms(data["lexicons"]),
        language=data["language"],
        compiled_lexicons=data["lexicons"],
    )


class _Terms(Mapping[str, tuple[str, ...]]):
    """The terms of each word list, those of the lists it includes among them; put together when asked for."""

    def __init__(self, lexicons: Mapping[str, Mapping[str, Any]]) -> None:
        self._lexicons = lexicons
        self._known: dict[str, tuple[str, ...]] = {}

    def __getitem__(self, name: str) -> tuple[str, ...]:
        if name not in self._known:
            lists, at = [name], 0
            while at < len(lists):
                lists += [other for other in self._lexicons[lists[at]]["includes"] if other not in lists]
                at += 1
            self._known[name] = tuple(dict.fromkeys(term for each in lists for term in self._lexicons[each]["terms"]))
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lexicons)

    def __len__(self) -> int:
        return len(self._lexicons)


def _rule(rule_id: str, spec: Mapping[str, Any]) -> Rule:
    return Rule(
        id=rule_id,
        summary=spec["summary"],
        severity=spec["severity"],
        message=spec["message"],
        remedy=spec["remedy"],
        why=spec["why"],
        standards=tuple(spec["standards"]),
        note=spec["note"],
        scope=frozenset(spec["scope"]),
        patterns=tuple(_pattern(p) for p in spec["patterns"]),
        cited=spec["cited"],
        contexts=tuple(spec["contexts"]),
        excuses=spec["excuses"],
        per=spec["per"],
        bad=tuple(Example(text, tuple(flags)) for text, flags in spec["bad"]),
        good=tuple(spec["good"]),
    )


def _pattern(spec: Mapping[str, Any]) -> Pattern:
    return Pattern(
        kind=spec["kind"],
        source=spec.get("source", ""),
        keywords=tuple(frozenset(group) for group in spec.get("keywords", ())),
        case_sensitive=spec.get("case_sensitive", False),
        program=spec.get("program", ()),
        needs=spec.get("needs", ()),
        tokens=tuple(spec.get("tokens", ())),
        options=spec.get("options"),
    )
