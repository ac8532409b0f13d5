"""HTML and JSX tags, shortcodes and their properties, with the place of every value."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from medlint.expressions import compiled
from medlint.reader.prose import Prose

_NAME = compiled(r"</?([A-Za-z][^\s/>{]*)?")
_ATTRIBUTE = compiled(
    r"""([^\s"'<>/={}\[\]]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|\{\s*"((?:[^"\\]|\\.)*)"\s*\}|\{\s*'((?:[^'\\]|\\.)*)'\s*\}"""
    r"""|\{\s*`((?:[^`\\$]|\\.|\$(?!\{))*)`\s*\}|`([^`]*)`|(?![{"'`])([^\s"'=<>`]+))""",
    re.DOTALL,
)
_ENTITY = compiled(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ESCAPE = compiled(r"\\(.)", re.DOTALL)
_SPACE = compiled(r"[ \t\r\n\f]+")
_STYLES = ("", "entities", "entities", "escapes", "escapes", "escapes", "raw", "entities")


class Attribute(NamedTuple):
    """`start:end` is the value's extent in the source without its quotes; `style` tells how it is
    written: with HTML entities, with backslash escapes, or raw."""

    name: str
    start: int
    end: int
    style: str

    def read(self, source: str) -> Prose:
        """The value as a reader sees it."""
        prose = Prose(source)
        if self.style == "entities":
            copy_html(prose, source, self.start, self.end)
        else:
            copy_escaped(prose, source, self.start, self.end, _ESCAPE if self.style == "escapes" else None)
        return prose

    def value(self, source: str) -> str:
        raw = source[self.start : self.end]
        return html.unescape(raw) if self.style == "entities" else raw


class Tag(NamedTuple):
    """A tag or shortcode. `name` is as written; an empty tag closes itself."""

    name: str
    start: int
    end: int
    closing: bool = False
    empty: bool = False
    attributes: tuple[Attribute, ...] = ()

    def value(self, name: str, source: str) -> str | None:
        """The value of an attribute, None when it is not there."""
        for attribute in self.attributes:
            if attribute.name.lower() == name:
                return attribute.value(source)
        return None

    @property
    def component(self) -> bool:
        """Whether the name is a component's or a custom element's rather than HTML's own."""
        return not self.name.islower() or "-" in self.name or "." in self.name


def parse_tag(source: str, start: int, end: int) -> Tag:
    """The tag written in `source[start:end]`, which begins with `<` and ends with `>`."""
    match = _NAME.match(source, start, end)
    name = (match and match[1]) or ""
    after = match.end() if match else start + 1
    closing = source.startswith("</", start)
    empty = source.endswith("/>", start, end)
    return Tag(name, start, end, closing, empty, tuple(attributes(source, after, end)))


def attributes(source: str, start: int, end: int) -> Iterator[Attribute]:
    """The properties written as `name="value"` in a stretch of source."""
    for match in _ATTRIBUTE.finditer(source, start, end):
        group = next(g for g in range(2, 9) if match.start(g) >= 0)
        yield Attribute(match[1], match.start(group), match.end(group), _STYLES[group - 1])


def copy_html(prose: Prose, source: str, start: int, end: int) -> None:
    """Append HTML text: entities decoded, each run of white space one blank."""
    for match in _ENTITY.finditer(source, start, end):
        if (text := html.unescape(match[0])) == match[0]:
            continue
        _copy_spaced(prose, source, start, match.start())
        prose.put(text, match.start(), match.end())
        start = match.end()
    _copy_spaced(prose, source, start, end)


def copy_escaped(prose: Prose, source: str, start: int, end: int, escape: re.Pattern[str] | None) -> None:
    """Append text in which a backslash protects the character behind it; a line break becomes a blank."""
    for match in escape.finditer(source, start, end) if escape else ():
        _copy_spaced(prose, source, start, match.start())
        prose.put({"n": " ", "t": " "}.get(match[1], match[1]), match.start(), match.end())
        start = match.end()
    _copy_spaced(prose, source, start, end)


def _copy_spaced(prose: Prose, source: str, start: int, end: int) -> None:
    for match in _SPACE.finditer(source, start, end):
        if match[0] == " " and (match.start() > start or not prose.ends_in_space()):
            continue
        prose.copy(start, match.start())
        if not prose.ends_in_space():
            prose.put(" ", match.start(), match.end())
        start = match.end()
    prose.copy(start, end)
