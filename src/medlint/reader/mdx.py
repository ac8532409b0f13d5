"""Finds what is not Markdown in an MDX file: imports and exports, expressions, comments, component tags."""

from __future__ import annotations

import re
from collections.abc import Iterator

from medlint.expressions import compiled
from medlint.reader.regions import Region, code_end
from medlint.reader.tags import Tag, attributes

_CODE = compiled(r"(?P<fence>^[ \t>]*(?:[-*+][ ]+)?(?P<ticks>`{3,}|~{3,})[^\n]*$)|(?P<code>`+)", re.MULTILINE)
_INTERESTING = compiled(
    _CODE.pattern + r"|(?P<module>^(?:import|export)\b(?=[ {*]))|(?P<escape>\\[\s\S])|(?P<brace>\{)"
    r"|(?P<tag><(?=[A-Za-z/>]))",
    re.MULTILINE,
)
_BLANK_LINE = compiled(r"\r?\n[ \t]*\r?(?:\n|\Z)|\r[ \t]*\r|\Z")
_NAME = compiled(r"</?\s*([A-Za-z][\w.:-]*)?")
_IN_BRACES = compiled(r"[{}\"'`]|/\*")
_STRING = compiled(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`", re.DOTALL)
_BRACKET = compiled(r"[()\[\]{}]")
_LONGEST = 50_000
_SHORT = 500
_PATIENCE = 20


def mdx_regions(source: str, start: int) -> Iterator[Region]:
    """The regions of an MDX file from `start` on, in order; code is left to the Markdown parser.

    After a few braces or tags that nothing closes, only the near surroundings of each are searched.
    """
    at, failures = start, 0
    unclosed: set[int] = set()
    while match := _INTERESTING.search(source, at):
        region = None
        limit = min(len(source), match.start() + (_LONGEST if failures < _PATIENCE else _SHORT))
        if match["fence"] is not None or match["code"]:
            at = code_end(source, match)
            continue
        if match["module"]:
            region = (
                _module(source, match.start(), limit) if _opens_block(source, start, match.start()) else None
            )
        elif match["brace"]:
            region = _expression(source, match.start(), limit, unclosed)
        elif match["tag"]:
            region = _tag(source, match.start(), limit, unclosed)
        if region:
            yield region
        elif not match["escape"]:
            failures += 1
        at = region.end if region else match.end()


def _opens_block(source: str, start: int, at: int) -> bool:
    """Whether nothing stands on the line before; a line of a paragraph may begin with “import” too."""
    return at == start or not source[source.rfind("\n", 0, at - 1) + 1 : at].strip()


def _module(source: str, start: int, limit: int) -> Region | None:
    """An import or export: up to a blank line outside brackets, or none when its brackets are never closed."""
    at, depth = start, 0
    for blank in _BLANK_LINE.finditer(source, start):
        depth += sum(
            (bracket in "([{") - (bracket in ")]}") for bracket in _BRACKET.findall(source, at, blank.start())
        )
        if depth <= 0:
            return Region(start, blank.start(), "skip")
        at = blank.end()
        if at > limit:
            break
    return None


def _expression(source: str, start: int, limit: int, unclosed: set[int]) -> Region | None:
    end = _closing_brace(source, start, limit, unclosed)
    if end < 0:
        return None
    inner = source[start + 1 : end - 1].strip()
    if inner.startswith("/*") and inner.endswith("*/"):
        return Region(start, end, "comment")
    return Region(start, end, "skip" if not inner.strip("\"'` ") else "expression")


def _closing_brace(source: str, start: int, limit: int, unclosed: set[int]) -> int:
    """Behind the brace that closes the one at `start`, -1 when none does; strings, comments are skipped.

    `unclosed` remembers the braces that were found to stay open, so that none of them is followed twice.
    """
    if start in unclosed:
        return -1
    opened: list[int] = []
    at = start
    while match := _IN_BRACES.search(source, at, limit):
        found, at = match[0], match.end()
        if found == "{":
            opened.append(match.start())
        elif found == "}":
            opened.pop()
            if not opened:
                return at
        elif found == "/*":
            at = source.find("*/", at, limit) + 2
            if at < 2:
                break
        elif string := _STRING.match(source, match.start(), limit):
            at = string.end()
    unclosed.update(opened)
    return -1


def _tag(source: str, start: int, limit: int, unclosed: set[int]) -> Region | None:
    name = _NAME.match(source, start)
    at = name.end() if name else start + 1
    while at < limit and source[at] != ">":
        character = source[at]
        if character == "{":
            at = _closing_brace(source, at, limit, unclosed)
            if at < 0:
                return None
        elif character in "\"'":
            closing = source.find(character, at + 1, limit)
            if closing < 0:
                return None
            at = closing + 1
        elif character == "<":
            return None
        else:
            at += 1
    if at >= limit:
        return None
    end = at + 1
    label = (name and name[1]) or ""
    closing_tag = source.startswith("</", start)
    after = name.end() if name else start + 1
    tag = Tag(label, start, end, closing_tag, source[at - 1] == "/", tuple(attributes(source, after, at)))
    return Region(start, end, "tag", tag)
