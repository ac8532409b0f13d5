"""A strict reader of YAML that remembers where every key and value stands.

It reads the part of YAML that a person needs to write rules and settings: mappings with text keys, lists,
text, numbers, `true`, `false` and `null`. `off`, `yes`, `12:30` and `2024-01-31` are text. What would
surprise a reader - duplicate keys, anchors, tags, several documents - is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from medlint.model import Lines, Problem, UserError

if TYPE_CHECKING:
    import yaml

Place = tuple[int, int]
"""Line and column, both from 1."""
DataPath = tuple[str | int, ...]
"""The way to a value from the top: keys of mappings and indices of lists."""

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 40

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})\.[0-9]{1,15}")
_WORDS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULLS = ("", "~", "null", "Null", "NULL")


class YamlFile(NamedTuple):
    """What a file says and where it says it. `places` leads from the way to a value to its first character,
    `keys` to the first character of the key it stands behind."""

    path: str
    data: Any
    places: Mapping[DataPath, Place] = MappingProxyType({})
    keys: Mapping[DataPath, Place] = MappingProxyType({})

    def place(self, at: DataPath) -> Place:
        """Where the value at `at` begins, or the nearest value around it that the file has."""
        while at and at not in self.places:
            at = at[:-1]
        return self.places.get(at, (1, 1))

    def key_place(self, at: DataPath) -> Place:
        """Where the key of the value at `at` begins; an entry of a list has none and gives its own place."""
        return self.keys.get(at) or self.place(at)


def load(text: str, path: str) -> YamlFile:
    """Read one YAML file. Raises UserError with every problem found."""
    file, problems = parse(text, path)
    if problems:
        raise UserError(*problems)
    return file


def parse(text: str, path: str) -> tuple[YamlFile, list[Problem]]:
    """Read one YAML file as far as its structure is clear, beside the problems that did not hide it
    (duplicate keys, anchors, tags). Raises UserError with all of them when the structure is not clear."""
    if len(text) > MAX_CHARACTERS:
        raise UserError(Problem(path, f"the file is too long; {MAX_CHARACTERS:,} characters is the limit"))
    lines = Lines(text)
    if found := _UNPRINTABLE.search(text):
        message = f"a control character (U+{ord(found[0]):04X}); remove it"
        raise UserError(Problem(path, message, *lines.position(found.start())))
    return _parse(text, path, lines)


def compose(text: str, path: str) -> yaml.Node | None:
    """The nodes of YAML that was written for other programs, None where it holds nothing. They are safe to walk over:
    aliases, which let a small file stand for an endless one, and deep nesting are refused. Raises UserError."""
    import yaml

    from medlint.yamlerrors import in_words

    lines = Lines(text)
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    if found := _UNPRINTABLE.search(text):
        message = f"a control character (U+{ord(found[0]):04X}); remove it"
        raise UserError(Problem(path, message, *lines.position(found.start())))
    try:
        try:
            _refuse_endless(yaml.parse(text, Loader=loader), path, lines)
        except yaml.YAMLError:  # read again: only the Python parser's errors are the same on every machine
            _refuse_endless(yaml.parse(text, Loader=yaml.SafeLoader), path, lines)
        node: yaml.Node | None = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        offset, message = in_words(error, text)
        raise UserError(Problem(path, message, *lines.position(offset))) from error
    return node


def _refuse_endless(events: Iterator[yaml.Event], path: str, lines: Lines) -> None:
    """Read events to their end. Raises UserError at the first alias, or where they are nested too deeply."""
    import yaml

    depth = 0
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH or isinstance(event, yaml.AliasEvent):
            deep = f"nested too deeply; {MAX_DEPTH} levels is the limit"
            alias = f"*{getattr(event, 'anchor', '')} is an alias; write the value out instead"
            at = event.start_mark.index if event.start_mark else 0
            raise UserError(Problem(path, deep if depth > MAX_DEPTH else alias, *lines.position(at)))


def _parse(text: str, path: str, lines: Lines) -> tuple[YamlFile, list[Problem]]:
    import yaml

    from medlint.yamlerrors import in_words

    fast = getattr(yaml, "CSafeLoader", None)
    if fast is not None:
        try:
            return _Builder(path, lines).read(yaml.parse(text, Loader=fast))
        except yaml.YAMLError:
            pass  # read again below: only the Python parser's errors are the same on every machine
    builder = _Builder(path, lines)
    try:
        return builder.read(yaml.parse(text, Loader=yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        offset, message = in_words(error, text)
        problem = Problem(path, message, *lines.position(offset))
        raise UserError(*builder.problems, problem) from error


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being read: `key` is the key whose value comes next."""

    at: DataPath
    value: dict[str, Any] | list[Any]
    key: str | None = None


class _Builder:
    """Puts parser events together without recursion, so that nesting cannot exhaust the stack."""

    def __init__(self, path: str, lines: Lines) -> None:
        self.problems: list[Problem] = []
        self._path, self._lines = path, lines
        self._places: dict[DataPath, Place] = {}
        self._keys: dict[DataPath, Place] = {}
        self._stack: list[_Open] = []
        self._data: Any = None

    def read(self, events: Iterator[yaml.Event]) -> tuple[YamlFile, list[Problem]]:
        import yaml

        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(event, "a second document begins here; keep one document in a file")
            elif isinstance(event, yaml.AliasEvent):
                self._report(event, f"*{event.anchor} is an alias; write the value out instead")
                self._value(event, None)
            elif isinstance(event, yaml.NodeEvent):
                self._node(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._stack.pop()
        return YamlFile(self._path, self._data, self._places, self._keys), self.problems

    def _node(self, event: yaml.NodeEvent) -> None:
        import yaml

        if event.anchor is not None:
            self._report(event, f"&{event.anchor} is an anchor; medlint does not read anchors and aliases")
        if getattr(event, "tag", None) is not None:
            self._report(event, "a tag (!); medlint does not read tags, remove it")
        if isinstance(event, yaml.ScalarEvent):
            plain = event.style in (None, "")
            if self._wants_key():
                self._key(event, plain)
            else:
                self._value(event, _plain(event.value) if plain else event.value)
        else:
            self._collection(event, isinstance(event, yaml.MappingStartEvent))

    def _collection(self, event: yaml.NodeEvent, mapping: bool) -> None:
        if self._wants_key():
            self._refuse(event, "a list or mapping as a key; put text that contains { } or [ ] in quotes")
        if len(self._stack) == MAX_DEPTH:
            self._refuse(event, f"nested too deeply; {MAX_DEPTH} levels is the limit")
        value: dict[str, Any] | list[Any] = {} if mapping else []
        self._stack.append(_Open(self._value(event, value), value))

    def _wants_key(self) -> bool:
        return bool(self._stack) and isinstance(self._stack[-1].value, dict) and self._stack[-1].key is None

    def _key(self, event: yaml.ScalarEvent, plain: bool) -> None:
        top = self._stack[-1]
        top.key = event.value
        at = (*top.at, event.value)
        if plain and event.value == "<<":
            self._report(event, "<< is a merge key; write the keys out instead")
        elif plain and not isinstance(_plain(event.value), str):
            what = f"“{event.value}”" if event.value else "nothing"
            self._report(event, f"a key must be text, found {what}; put it in quotes")
        elif at in self._keys:
            line = self._keys[at][0]
            self._report(event, f"“{event.value}” is given twice; the first is in line {line}")
        self._keys.setdefault(at, self._place(event))

    def _value(self, event: yaml.Event, value: Any) -> DataPath:
        """Put a value where it belongs; returns the way to it. Of a key given twice the first value stays."""
        at: DataPath = ()
        if self._stack:
            at = self._put(self._stack[-1], value)
        else:
            self._data = value
        self._places.setdefault(at, self._place(event))
        return at

    @staticmethod
    def _put(top: _Open, value: Any) -> DataPath:
        if isinstance(top.value, list):
            top.value.append(value)
            return (*top.at, len(top.value) - 1)
        key, top.key = str(top.key), None
        top.value.setdefault(key, value)
        return (*top.at, key)

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        return self._lines.position(mark.index) if mark else (1, 1)

    def _report(self, event: yaml.Event, message: str) -> None:
        self.problems.append(Problem(self._path, message, *self._place(event)))

    def _refuse(self, event: yaml.Event, message: str) -> None:
        self._report(event, message)
        raise UserError(*self.problems)


def _plain(text: str) -> str | int | float | bool | None:
    """What text without quotes stands for."""
    if text in _NULLS:
        return None
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
