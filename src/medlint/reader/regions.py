"""What other tools than a Markdown parser read in an article: shortcodes, template tags, components.

They are found before the Markdown is parsed and are hidden from the parser under characters that mean
nothing to it, equally many, so that nothing moves.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from medlint.expressions import compiled
from medlint.reader.tags import Tag, attributes

_CODE_OR_SHORTCODE = compiled(
    r"(?P<fence>^[ >]{0,12}(?:[-*+][ ]+)?(?P<ticks>`{3,}|~{3,})[^\n]*$)"
    r"|(?P<comment><!--)"
    r"|(?P<code>`+)"
    r"|(?P<open>\{\{[<%]?|\{%)",
    re.MULTILINE,
)
_CLOSE = {"{{<": ">}}", "{{%": "%}}", "{{": "}}", "{%": "%}"}
_HEAD = compiled(r"[-~]?\s*(/?)\s*([\w./:-]*)")
_BLANK_LINE = compiled(r"\n[ \t]*\n")
_LONGEST = 20_000


class Region(NamedTuple):
    """A stretch of source that is not Markdown.

    `kind` is one of: tag (HTML or JSX), shortcode, expression (a value that will be put in there),
    comment, skip (code such as an import).
    """

    start: int
    end: int
    kind: str
    tag: Tag | None = None


def shortcodes(source: str, start: int) -> list[Region]:
    """Hugo shortcodes, Liquid tags and `{{ … }}` values from `start` on, outside code and comments."""
    found: list[Region] = []
    at = start
    while match := _CODE_OR_SHORTCODE.search(source, at):
        region = None
        if match["comment"]:
            at = _behind(source, "-->", match.end())
        elif match["open"] is None:
            at = code_end(source, match)
        else:
            region = _shortcode(source, match)
            at = region.end if region else match.end()
        if region:
            found.append(region)
    return found


def hide(text: str) -> str:
    """`text`, the part of a region on one line, under a cover that a Markdown parser leaves alone."""
    return text if len(text) < 2 else "{" + "x" * (len(text) - 2) + "}"


def code_end(source: str, match: re.Match[str]) -> int:
    """Behind the fenced code or code span that `match` (with groups fence, ticks, code) opens."""
    return _end_of_code(source, match) if match["fence"] is None else _end_of_fence(source, match)


def _end_of_fence(source: str, match: re.Match[str]) -> int:
    ticks = match["ticks"]
    if ticks[0] == "`" and "`" in match["fence"].split(ticks, 1)[1]:
        return match.end()
    closing = re.compile(rf"^[ >]*{re.escape(ticks)}{re.escape(ticks[0])}*[ \t\r]*$", re.MULTILINE)
    end = closing.search(source, match.end())
    return end.end() if end else len(source)


def _end_of_code(source: str, match: re.Match[str]) -> int:
    """Behind the code span that a run of backticks opens, or behind the run if nothing closes it."""
    ticks = match["code"]
    limit = match.end() + 2000
    if blank := _BLANK_LINE.search(source, match.end(), limit):
        limit = blank.start()
    closing = re.compile(rf"(?<!`){ticks}(?!`)").search(source, match.end(), limit)
    return closing.end() if closing else match.end()


def _behind(source: str, what: str, at: int) -> int:
    found = source.find(what, at)
    return len(source) if found < 0 else found + len(what)


def _shortcode(source: str, match: re.Match[str]) -> Region | None:
    start, opening = match.start(), match["open"]
    closing = _CLOSE[opening]
    end = source.find(closing, match.end(), match.end() + _LONGEST)
    if end < 0:
        return None
    if opening == "{{":
        return Region(start, end + 2, "expression")
    if opening == "{%" and source.startswith("comment", match.end() + 1):
        return Region(start, _behind(source, "endcomment %}", end), "skip")
    head = _HEAD.match(source, match.end(), end)
    name, slash = (head[2], head[1]) if head else ("", "")
    self_closing = source[end - 1] == "/" or name.endswith("/")
    after = head.end() if head else match.end()
    tag = Tag(
        name.rstrip("/"),
        start,
        end + len(closing),
        bool(slash) or (opening == "{%" and name.startswith("end")),
        self_closing,
        tuple(attributes(source, after, end)),
    )
    return Region(start, tag.end, "shortcode", tag)
