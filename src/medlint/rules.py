"""Rules as the linter uses them: compiled, indexed by keyword, chosen by packs and levels.

Rule files are read and checked by `rulefiles`; what comes out is plain JSON and is kept in the cache by the hash
of all files, so that an ordinary run reads no YAML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, overload

from medlint.cache import cached, keep, read
from medlint.data import data_folder
from medlint.expressions import compiled
from medlint.model import SEVERITIES, Problem, UserError
from medlint.patterns import expand, lexicon_source, list_names
from medlint.phrases import PhraseMatcher
from medlint.rulefolders import compiled_file, keys, read_files
from medlint.wordtable import WordTable

LEVELS = ("off", *SEVERITIES)


class Example(NamedTuple):
    """A piece of Markdown that a rule must flag, and the exact excerpts it must flag, in order. `fixed` is what the
    fix of the rule makes of it, None where it has none for what is marked."""

    text: str
    flags: tuple[str, ...]
    fixed: str | None = None


class Pattern(NamedTuple):
    """One thing a rule looks for.

    `kind` is phrase, regex, tokens, quantity or structure. `source` is an expression in which `{lexicon}` stands
    for a word list, or the name of a quantity or a structure check; a phrase has a `program` (see `patterns`).
    One of the phrases `needs`, if there are any, must stand elsewhere in the sentence; one of the phrases `under`
    in what introduces it: the question before it, the header of its column, the first cell of its row, the stem of
    its list, its heading.
    """

    kind: str
    source: str
    case_sensitive: bool = False
    program: Sequence[Any] = ()
    contains: Sequence[Sequence[str]] = ()
    needs: Sequence[Sequence[Any]] = ()
    under: Sequence[Sequence[Any]] = ()
    tokens: tuple[Mapping[str, Any], ...] = ()
    options: Mapping[str, Any] | None = None


class About(NamedTuple):
    """What a rule says, and the examples by which it is tested. Fields are those of the rule file."""

    summary: str
    message: str
    remedy: str
    why: str
    standards: tuple[str, ...]
    note: str
    bad: tuple[Example, ...]
    good: tuple[str, ...]
    fix: Sequence[Mapping[str, Any]] = ()
    record: Mapping[str, Any] | None = None


class Rule(NamedTuple):
    """One thing an editor objects to. Fields are those of the rule file; see docs/rule-format.md.

    `cited` says in which scope a citation excuses a match: "" never, "configured" in the scope of the
    configuration, else the scope itself. `excuses` are phrases that excuse a match in their sentence, `columns` those
    that do in the header of its column.
    """

    id: str
    severity: str
    scope: frozenset[str]
    patterns: Sequence[Pattern]
    cited: str
    contexts: tuple[str, ...]
    excuses: Sequence[Sequence[Any]]
    columns: Sequence[Sequence[Any]]
    per: str
    about: Callable[[], About]
    """What the rule says when it has found something; read when it is first asked for."""

    @property
    def family(self) -> str:
        return self.id.partition("/")[0]

    @property
    def summary(self) -> str:
        return self.about().summary

    @property
    def message(self) -> str:
        return self.about().message

    @property
    def remedy(self) -> str:
        return self.about().remedy

    @property
    def why(self) -> str:
        return self.about().why

    @property
    def standards(self) -> tuple[str, ...]:
        return self.about().standards

    @property
    def note(self) -> str:
        return self.about().note

    @property
    def bad(self) -> tuple[Example, ...]:
        return self.about().bad

    @property
    def good(self) -> tuple[str, ...]:
        return self.about().good

    @property
    def fix(self) -> Sequence[Mapping[str, Any]]:
        return self.about().fix

    @property
    def record(self) -> Mapping[str, Any] | None:
        return self.about().record


class Standard(NamedTuple):
    """A published standard that rules rest on."""

    key: str
    title: str
    issuer: str
    year: str
    section: str
    url: str


class Pack(NamedTuple):
    """A named selection: rule id → level, where "" means the rule's own severity."""

    id: str
    summary: str
    levels: Mapping[str, str]


class RuleSet:
    """Everything that rule folders hold. What a run does not ask for is not even read from the cache.

    `parts` are those that `rulefiles.compile_files` makes, `key` is a name for all that a result of them depends on,
    "" where none is known. `rules`, `packs` and `standards` lead from ids to values,
    `lexicons` from the name of a word list to its terms.
    """

    def __init__(self, parts: Mapping[str, Any], key: str = "") -> None:
        self._parts, self.key = parts, key
        self._compiled: dict[tuple[str, bool], re.Pattern[str]] = {}
        self.index: Mapping[str, Any] = parts["index"]
        self.rules: Mapping[str, Rule] = _Lazy(
            self.index["severities"], lambda rule_id: _rule(rule_id, parts)
        )
        self.packs: Mapping[str, Pack] = _Lazy(self.index["packs"], lambda name: _pack(name, parts))
        self.lexicons: Mapping[str, tuple[str, ...]] = _Lazy(self.index["lexicons"], self._terms)
        self.words = WordTable(parts["words"], parts["terms"], self.index["prefixes"])
        self.phrases = PhraseMatcher(self.words, self.index["includes"], self.index["others"])

    @property
    def candidates(self) -> Sequence[str]:
        """For each pattern its rule, its number in the rule, and groups of keywords (see `ruleindex`)."""
        candidates: Sequence[str] = self._parts["candidates"]
        return candidates

    @property
    def language(self) -> Mapping[str, Any]:
        """rules/language.yml, the phrases of its cues read."""
        language: Mapping[str, Any] = self._parts["language"]
        return language

    @property
    def references(self) -> Mapping[str, Any]:
        """rules/references.yml: how references are compared with what catalogues have."""
        references: Mapping[str, Any] = self._parts["references"]
        return references

    @property
    def maxima(self) -> Mapping[str, Any]:
        """rules/maxima.yml: the most of a substance that labels and nutrition standards name."""
        maxima: Mapping[str, Any] = self._parts["maxima"]
        return maxima

    @cached_property
    def standards(self) -> Mapping[str, Standard]:
        return {key: Standard(key=key, **fields) for key, fields in self._parts["standards"].items()}

    @cached_property
    def families(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(rule_id.partition("/")[0] for rule_id in self.rules))

    def score(self, name: str) -> Mapping[str, Any]:
        """The compiled data of a score, which `scorer` makes a scorer of."""
        data: Mapping[str, Any] = self._parts["score " + name]
        return data

    def _terms(self, name: str) -> tuple[str, ...]:
        """The terms of a word list, those of the lists it includes among them."""
        lists, at = [name], 0
        while at < len(lists):
            lists += [other for other in self.index["includes"].get(lists[at], ()) if other not in lists]
            at += 1
        return tuple(dict.fromkeys(term for each in lists for term in self._parts["terms " + each]))

    def regex(self, source: str, *, case_sensitive: bool = False) -> re.Pattern[str]:
        """The compiled expression of a pattern, with its word lists put in."""
        if (source, case_sensitive) not in self._compiled:
            sources = {
                name: lexicon_source(self.lexicons[name])
                for name in list_names(source)
                if name in self.lexicons
            }
            flags = 0 if case_sensitive else re.IGNORECASE
            self._compiled[source, case_sensitive] = compiled(expand(source, sources), flags)
        return self._compiled[source, case_sensitive]

    def select(self, packs: Iterable[str], levels: Mapping[str, str]) -> dict[str, str]:
        """Rule id → severity of the rules that are on: those of the packs, then `levels` by family, then by id.

        Tool rules (`medlint/…`) are always on unless a level says off.
        """
        severities: Mapping[str, str] = self.index["severities"]
        chosen = {rule_id: level for rule_id, level in severities.items() if rule_id.startswith("medlint/")}
        for name in packs:
            for rule_id, level in self.packs[name].levels.items():
                chosen[rule_id] = level or severities[rule_id]
        for rule_id in severities:
            level = levels.get(rule_id) or (rule_id in chosen and levels.get(rule_id.partition("/")[0])) or ""
            if level:
                chosen[rule_id] = level
        return {rule_id: level for rule_id, level in chosen.items() if level != "off"}


def load_rules(
    folders: Sequence[Path] = (), lexicon_additions: Mapping[str, Sequence[str]] | None = None
) -> RuleSet:
    """The rules that come with medlint and those of the given folders.

    `lexicon_additions` extends word lists by terms. Raises UserError with every problem of every file.
    """
    additions = {name: list(terms) for name, terms in (lexicon_additions or {}).items()}
    everywhere = (data_folder(), *folders)

    def compute() -> Mapping[str, Any]:
        from medlint.rulefiles import compile_files

        return compile_files(_decoded(read_files(everywhere)), additions)

    try:
        compiled_key, key = keys(everywhere, additions)
        parts = read(compiled_file(), compiled_key, lambda: keep("rules", compiled_key, compute()))
        return RuleSet(cached("rules", compiled_key, compute) if parts is None else parts, key)
    except OSError as error:
        raise UserError(Problem(str(error.filename), f"cannot be read: {error.strerror}")) from error


def _decoded(files: Sequence[tuple[Path, Path, bytes]]) -> list[tuple[Path, Path, str]]:
    """The files as text. Raises UserError with all that are none."""
    problems = [problem for _, path, data in files if (problem := _no_text(path, data))]
    if problems:
        raise UserError(*problems)
    return [(folder, path, data.decode("utf-8-sig")) for folder, path, data in files]


def _no_text(path: Path, data: bytes) -> Problem | None:
    """Why the contents of a file are no text, if they are none."""
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"the byte 0x{data[error.start]:02X} is no UTF-8; save the file as UTF-8"
        return Problem(str(path), what, data.count(b"\n", 0, error.start) + 1, 1)
    return None


Value = TypeVar("Value")


class _Lazy(Mapping[str, Value]):
    """A mapping of known keys whose values are made when they are first asked for."""

    def __init__(self, keys: Collection[str], make: Callable[[str], Value]) -> None:
        self._keys, self._make = keys, make
        self._made: dict[str, Value] = {}

    def __getitem__(self, key: str) -> Value:
        if key not in self._made:
            if key not in self._keys:
                raise KeyError(key)
            self._made[key] = self._make(key)
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


def _rule(rule_id: str, parts: Mapping[str, Any]) -> Rule:
    spec = parts["rule " + rule_id]
    return Rule(
        id=rule_id,
        severity=spec["severity"],
        scope=frozenset(spec["scope"]),
        patterns=_Patterns(parts, range(*spec["patterns"])),
        cited=spec["cited"],
        contexts=tuple(spec["contexts"]),
        excuses=spec["excuses"],
        columns=spec["columns"],
        per=spec["per"],
        about=cache(lambda: _about(parts["about " + rule_id])),
    )


def _about(spec: Mapping[str, Any]) -> About:
    return About(
        summary=spec["summary"],
        message=spec["message"],
        remedy=spec["remedy"],
        why=spec["why"],
        standards=tuple(spec["standards"]),
        note=spec["note"],
        bad=tuple(Example(text, tuple(flags), *fixed) for text, flags, *fixed in spec["bad"]),
        good=tuple(spec["good"]),
        fix=spec.get("fix", ()),
        record=spec.get("record"),
    )


def _pack(name: str, parts: Mapping[str, Any]) -> Pack:
    spec = parts["pack " + name]
    return Pack(name, spec["summary"], spec["levels"])


class _Patterns(Sequence[Pattern]):
    """The patterns of a rule, each made when it is first asked for: a sentence seldom asks for more than one."""

    def __init__(self, parts: Mapping[str, Any], numbers: range) -> None:
        self._parts, self._numbers = parts, numbers
        self._made: dict[int, Pattern] = {}

    @overload
    def __getitem__(self, at: int) -> Pattern: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Pattern]: ...
    def __getitem__(self, at: int | slice) -> Pattern | Sequence[Pattern]:
        if isinstance(at, slice):
            return [self[i] for i in range(len(self))[at]]
        if at not in self._made:
            self._made[at] = _pattern(self._parts["patterns"][self._numbers[at]])
        return self._made[at]

    def __len__(self) -> int:
        return len(self._numbers)


def _pattern(spec: Mapping[str, Any]) -> Pattern:
    return Pattern(
        kind=spec["kind"],
        source=spec.get("source", ""),
        case_sensitive=spec.get("case_sensitive", False),
        program=spec.get("program", ()),
        contains=spec.get("contains", ()),
        needs=spec.get("needs", ()),
        under=spec.get("under", ()),
        tokens=tuple(spec.get("tokens", ())),
        options=spec.get("options"),
    )
