"""Finds the metadata at the head of an article and reads the fields that hold prose."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from medlint.expressions import compiled
from medlint.model import Block, Span
from medlint.reader.flatyaml import flat_strings
from medlint.reader.prose import Prose
from medlint.reader.scalars import quoted, yaml_scalar

_LARGEST = 1_000_000
_DEEPEST = 100
_NESTING = compiled(r"[\[\]{}]|(?:[-?:][ \t]+){50,}|(?<![\w.-])(?:[\w-]+\.){50,}")
_FENCE = compiled(r"(---|\+\+\+|;;;)[ \t]*(\r\n|\r|\n)")
_JSON_START = compiled(r"\{\s*[\"}]")
_KEY_LINE = compiled(r"^[\w\"'][\w \"'.-]*:(?:[ \t]|\r|\n|$)", re.MULTILINE)
_LINE_END = compiled(r"\r\n|\r|\n")
_TOML_PLACE = compiled(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_TOKEN = compiled(
    r"(?P<comment>\#[^\r\n]*)|(?P<newline>\r\n|\r|\n)|(?P<string>\"\"\"(?:[^\\]|\\[\s\S])*?\"{3,5}|'''[\s\S]*?'{3,5}"
    r"|\"(?:[^\"\\\r\n]|\\.)*\"|'[^'\r\n]*')|(?P<word>[\w+-]+)|(?P<mark>[\[\]{}=:,.])"
)


class FrontMatter(NamedTuple):
    """`span` covers the metadata with its fences (None when there is none), `blocks` its prose."""

    span: Span | None = None
    blocks: tuple[Block, ...] = ()
    faults: tuple[tuple[Span, str], ...] = ()


class _MalformedError(Exception):
    def __init__(self, reason: str, offset: int) -> None:
        self.reason = reason
        self.offset = offset


_Strings = Iterator[tuple[tuple[str, ...], Prose]]


def read_front_matter(text: str, fields: Sequence[str]) -> FrontMatter:
    """Read the metadata of an article whose decoded source is `text`; malformed metadata is a fault."""
    found = _locate(text)
    if found is None:
        return _unclosed(text)
    kind, start, end, span = found
    if end - start > _LARGEST:
        return FrontMatter(span, (), ((span, "the front matter is too large; it was not read"),))
    if _too_deep(text, start, end):
        return FrontMatter(span, (), ((span, "the front matter is nested too deep; it was not read"),))
    try:
        strings = list(_READERS[kind](text, start, end))
    except _MalformedError as error:
        if kind == "YAML" and not _KEY_LINE.search(text, start, end):
            return FrontMatter()
        return FrontMatter(span, (), (_fault(text, kind, span, error),))
    if kind == "YAML" and not strings and text[start:end].strip() and not _KEY_LINE.search(text, start, end):
        return FrontMatter()
    wanted = _wanted(fields)
    blocks = [_block(prose)._replace(label=".".join(path)) for path, prose in strings if wanted(path)]
    return FrontMatter(span, tuple(block for block in blocks if block.text))


def _too_deep(text: str, start: int, end: int) -> bool:
    """Whether brackets or list markers are nested beyond what any article needs and parsers bear."""
    depth = 0
    for match in _NESTING.finditer(text, start, end):
        depth = max(0, depth + (1 if match[0] in "[{" else -1)) if len(match[0]) == 1 else _DEEPEST + 1
        if depth > _DEEPEST:
            return True
    return False


def _block(prose: Prose) -> Block:
    return prose.block("front-matter")


def _locate(text: str) -> tuple[str, int, int, Span] | None:
    """(kind, start and end of the data, extent with fences)."""
    if _JSON_START.match(text):
        return _locate_json(text)
    fence = _FENCE.match(text)
    if not fence:
        return None
    closing = r"(?:---|\.\.\.)" if fence[1] == "---" else re.escape(fence[1])
    end = compiled(rf"(?:^|(?<=[\r\n])){closing}[ \t]*(?=[\r\n]|\Z)").search(text, fence.end())
    if not end:
        return None
    kind = {"---": "YAML", "+++": "TOML", ";;;": "JSON"}[fence[1]]
    return kind, fence.end(), end.start(), Span(0, end.end())


def _locate_json(text: str) -> tuple[str, int, int, Span]:
    try:
        end = json.JSONDecoder().raw_decode(text[:_LARGEST])[1]
    except (ValueError, RecursionError):
        closing = compiled(r"^\}[ \t]*$", re.MULTILINE).search(text)
        end = closing.end() if closing else len(re.split(r"\r?\n\r?\n", text, maxsplit=1)[0])
    return "JSON", 0, end, Span(0, end)


def _unclosed(text: str) -> FrontMatter:
    fence = _FENCE.match(text)
    if fence and _KEY_LINE.match(text, fence.end()):
        return FrontMatter(
            None, (), ((Span(0, 3), "the front matter that begins in line 1 is never closed"),)
        )
    return FrontMatter()


def _fault(text: str, kind: str, span: Span, error: _MalformedError) -> tuple[Span, str]:
    """The rest of the line from where the error is; all of the line when nothing follows there."""
    offset = min(max(error.offset, span.start), span.end)
    line_end = _LINE_END.search(text, offset, span.end)
    end = line_end.start() if line_end else span.end
    if not text[offset:end].strip():
        offset = max(text.rfind("\n", 0, end), text.rfind("\r", 0, end)) + 1
    return Span(offset, end), f"not valid {kind}: {error.reason}"


def _wanted(fields: Sequence[str]) -> Any:
    exact = {tuple(field.split(".")) for field in fields if not field.startswith("*")}
    anywhere = [tuple(field.lstrip("*").lstrip(".").split(".")) for field in fields if field.startswith("*")]

    def wanted(path: tuple[str, ...]) -> bool:
        return path in exact or any(path[-len(tail) :] == tail for tail in anywhere)

    return wanted


def _yaml_strings(text: str, start: int, end: int) -> _Strings:
    flat = flat_strings(text, start, end)
    yield from _parsed_strings(text, start, end) if flat is None else flat


def _parsed_strings(text: str, start: int, end: int) -> _Strings:
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    frames: list[_Frame] = []
    try:
        events: Iterator[Any] = yaml.parse(text[start:end], Loader=loader)
        for event in events:
            if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                path = frames[-1].path_of_next() if frames else ()
                frames.append(_Frame(path, isinstance(event, yaml.MappingStartEvent)))
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                frames.pop()
                if frames:
                    frames[-1].passed("")
            elif isinstance(event, yaml.ScalarEvent) and frames:
                if not frames[-1].awaits_key:
                    marks: Any = event.start_mark, event.end_mark
                    first, last = (start + mark.index for mark in marks)
                    yield frames[-1].path_of_next(), yaml_scalar(text, first, last, event.style, event.value)
                frames[-1].passed(event.value)
            elif isinstance(event, yaml.AliasEvent) and frames:
                frames[-1].passed("")
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise _malformed_yaml(text[start:end], start) from error


def _malformed_yaml(data: str, start: int) -> _MalformedError:
    """What is wrong with YAML that begins at `start`, as the parser in Python says: its errors are the same
    on every machine."""
    import yaml

    from medlint.yamlerrors import in_words

    try:
        for _ in yaml.parse(data, Loader=yaml.SafeLoader):
            pass
    except yaml.MarkedYAMLError as error:
        offset, message = in_words(error, data)
        return _MalformedError(message, start + offset)
    except yaml.reader.ReaderError as error:
        message = f"a control character (U+{ord(data[error.position]):04X}); remove it"
        return _MalformedError(message, start + error.position)
    return _MalformedError("this is not YAML that can be read", start)


class _Frame:
    """An open mapping or list of YAML: where it hangs, and the key whose value comes next."""

    def __init__(self, path: tuple[str, ...], mapping: bool, key: str | None = None) -> None:
        self.path, self.mapping, self.key = path, mapping, key

    @property
    def awaits_key(self) -> bool:
        return self.mapping and self.key is None

    def path_of_next(self) -> tuple[str, ...]:
        return (*self.path, self.key or "") if self.mapping else self.path

    def passed(self, value: str) -> None:
        if self.mapping:
            self.key = value if self.key is None else None


def _toml_strings(text: str, start: int, end: int) -> _Strings:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        tomllib.loads(re.sub(r"\r(?!\n)", "\n", text[start:end]))
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.search(str(error))
        offset = _offset(text, start, int(place[1]), int(place[2])) if place and place[1] else end
        raise _MalformedError(_TOML_PLACE.sub("", str(error)), offset) from error
    return _strings(text, start, end, False)


def _offset(text: str, start: int, line: int, column: int) -> int:
    """Where a line and a column are, counted from 1 at `start`."""
    for _ in range(line - 1):
        found = _LINE_END.search(text, start)
        start = found.end() if found else start
    return start + column - 1


def _json_strings(text: str, start: int, end: int) -> _Strings:
    try:
        json.loads(text[start:end])
    except json.JSONDecodeError as error:
        raise _MalformedError(error.msg.removesuffix(" at"), start + error.pos) from error
    return _strings(text, start, end, True)


def _strings(text: str, start: int, end: int, is_json: bool) -> _Strings:
    """The string values of valid TOML or JSON with the paths of their keys."""
    cursor = _Cursor(is_json, in_key=not is_json)
    for token in _TOKEN.finditer(text, start, end):
        if token["string"] and not cursor.in_key:
            yield cursor.path_of_value(), quoted(text, token.start(), token.end())
        elif token["string"]:
            cursor.key.append(quoted(text, token.start(), token.end()).text)
        elif token["word"] and cursor.in_key:
            cursor.key.append(token["word"])
        elif token["newline"]:
            cursor.line_ended()
        elif token["mark"]:
            cursor.passed(token["mark"])


class _Cursor:
    """Where a scan of TOML or JSON stands: the brackets open around it with their paths, and the key."""

    def __init__(self, is_json: bool, in_key: bool) -> None:
        self.is_json, self.in_key = is_json, in_key
        self.frames: list[tuple[str, tuple[str, ...]]] = [("root", ())]
        self.key: list[str] = []

    def path_of_value(self) -> tuple[str, ...]:
        kind, path = self.frames[-1]
        return path if kind == "array" or (self.is_json and kind == "root") else (*path, *self.key)

    def line_ended(self) -> None:
        if self.frames[-1][0] == "root" and not self.is_json:
            self._expect_key()

    def passed(self, mark: str) -> None:
        kind = self.frames[-1][0]
        if self.in_key and kind == "root" and mark in "[]":
            self.frames[0] = ("root", tuple(self.key) if mark == "]" else ())
        elif mark in "[{":
            self.frames.append(("array" if mark == "[" else "table", self.path_of_value()))
            if mark == "{":
                self._expect_key()
        elif mark in "]}":
            self.frames.pop()
            self.in_key = False
        elif mark in "=:":
            self.in_key = False
        elif mark == "," and kind == "table":
            self._expect_key()

    def _expect_key(self) -> None:
        self.key, self.in_key = [], True


_READERS = {"YAML": _yaml_strings, "TOML": _toml_strings, "JSON": _json_strings}
