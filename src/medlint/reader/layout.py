"""Prepares the lines of an article for the parser: what is not Markdown is hidden, nothing moves.

Each prepared line is as long as its source line or its end: a place counted from the end of a line is
the same in both.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Container, Sequence

from medlint.expressions import compiled
from medlint.model import Block, Span
from medlint.reader.frontmatter import read_front_matter
from medlint.reader.prose import Prose
from medlint.reader.regions import Region, hide, shortcodes

_LINE_END = compiled(r"\r\n|\r|\n")
_COLONS = compiled(r"^([ \t>]*):{3,}[ \t]*([\w-]+)?(?:\{[^}]*\})?[ \t]*")
_BANG = compiled(r"^([ \t]*)(?:!!!|\?\?\?\+?)[ \t]+[\w-]+(?:[ \t]+[\w-]+)*(?:[ \t]+\"(.*)\")?[ \t]*$")
_ALERT = compiled(r"^([ \t]*(?:>[ \t]?)+)\[![A-Za-z][\w-]*\][-+]?")
_FENCE = compiled(r"^[ \t>]*(?:[-*+][ ]+)?(`{3,}|~{3,})")
_PICTURE = frozenset({"src", "alt", "caption", "title"})
_ODD_SPACES = str.maketrans(dict.fromkeys("\0\x1c\x1d\x1e\x1f\x85", "\ufffd"))
"""White space to Python, but not to CommonMark, hidden so that nobody trims it; and NUL, as the parser hides it."""
_CONTAINER = compiled(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?")


class Layout:
    """The lines as the parser shall see them; `starts` and `ends` are those of the source's lines,
    `ends` without their line ends.

    `regions` stand among words, `standalone` ones fill lines of their own. `alerts` are lines that
    open a GitHub alert in a block quote. `titles` are those of containers, as blocks.
    """

    __slots__ = (
        "alerts",
        "blocks",
        "ends",
        "faults",
        "front_matter",
        "lines",
        "regions",
        "standalone",
        "starts",
        "text",
        "titles",
    )

    def __init__(
        self,
        text: str,
        lines: list[str],
        starts: list[int],
        ends: list[int],
        front_matter: Span | None = None,
    ) -> None:
        self.text = text
        self.lines = lines
        self.starts = starts
        self.ends = ends
        self.regions: list[Region] = []
        self.standalone: list[Region] = []
        self.blocks: list[Block] = []
        self.titles: list[Block] = []
        self.faults: list[tuple[Span, str]] = []
        self.alerts: set[int] = set()
        self.front_matter = front_matter

    def line_of(self, offset: int) -> int:
        """The index of the line on which a source offset lies."""
        return bisect.bisect_right(self.starts, offset) - 1


def lay_out(text: str, mdx: bool, fields: Sequence[str]) -> Layout:
    """Find and hide everything in `text` that is not Markdown."""
    breaks = list(_LINE_END.finditer(text))
    starts = [0, *(match.end() for match in breaks)]
    ends = [*(match.start() for match in breaks), len(text)]
    plain = text.translate(_ODD_SPACES)
    lines = [plain[start:end] for start, end in zip(starts, ends, strict=True)]
    layout = Layout(text, lines, starts, ends)
    first = _front_matter(layout, fields)
    body = starts[first] if first < len(starts) else len(text)
    if mdx or "{{" in text or "{%" in text:
        from medlint.reader.mdx import mdx_regions

        scan = mdx_regions if mdx else shortcodes
        _hide_regions(layout, list(scan(text.replace("\r\n", " \n").replace("\r", "\n"), body)))
    if ":::" in text or "!!!" in text or "???" in text or "[!" in text:
        _hide_containers(layout, first)
    return layout


def _front_matter(layout: Layout, fields: Sequence[str]) -> int:
    """Blank the front matter out; the index of the first line behind it."""
    found = read_front_matter(layout.text, fields)
    layout.front_matter = found.span
    layout.blocks.extend(found.blocks)
    layout.faults.extend(found.faults)
    if not found.span:
        return 0
    behind = layout.line_of(found.span.end) + 1
    layout.lines[:behind] = [""] * behind
    return behind


def _hide_regions(layout: Layout, regions: Sequence[Region]) -> None:
    by_line: dict[int, list[Region]] = {}
    for region in regions:
        for line in range(layout.line_of(region.start), layout.line_of(region.end - 1) + 1):
            by_line.setdefault(line, []).append(region)
    alone = _standalone(layout, by_line)
    for line, found in by_line.items():
        start, end = layout.starts[line], layout.ends[line]
        text = layout.lines[line]
        pieces: list[str] = []
        at = 0
        for region in found:
            first, last = max(region.start - start, at), min(region.end, end) - start
            if last > first:
                pieces += [
                    text[at:first],
                    " " * (last - first) if region in alone else hide(text[first:last]),
                ]
                at = last
        layout.lines[line] = "".join(pieces) + text[at:]
    layout.standalone = [region for region in regions if region in alone]
    layout.regions = [region for region in regions if region not in alone]


def _standalone(layout: Layout, by_line: dict[int, list[Region]]) -> set[Region]:
    """The regions that fill all the lines they stand on, and do not carry on a paragraph."""
    shared: set[Region] = set()
    closed = {
        region.tag.name.removeprefix("end")
        for found in by_line.values()
        for region in found
        if region.tag and region.tag.closing
    }
    for line, found in by_line.items():
        whole, at = layout.lines[line], 0
        pieces: list[str] = []
        for region in found:
            first = max(region.start - layout.starts[line], at)
            last = min(region.end, layout.ends[line]) - layout.starts[line]
            if last > first:
                pieces += [whole[at:first], " " * (last - first)]
                at = last
        rest = "".join(pieces) + whole[at:]
        before = by_line.get(line - 1)
        follows = line > 0 and layout.lines[line - 1].strip() and (before is None or before[-1] in shared)
        carries_on = follows and all(_carries_on(region, closed) for region in found)
        if _CONTAINER.sub("", rest, count=1).strip() or carries_on:
            shared.update(found)
    return {region for found in by_line.values() for region in found} - shared


def _carries_on(region: Region, closed: Container[str]) -> bool:
    """Whether a region on its own line below words may belong to them, as a citation does.

    `closed` are the names of what surrounds other content and so is never part of a sentence.
    """
    tag = region.tag
    if tag is None:
        return region.kind == "expression"
    if tag.closing or tag.name in closed or not (tag.empty or region.kind == "shortcode"):
        return False
    return not any(attribute.name in _PICTURE for attribute in tag.attributes)


def _hide_containers(layout: Layout, first: int) -> None:
    fence = ""
    indents: list[int] = []
    for line in range(first, len(layout.lines)):
        text = layout.lines[line]
        if text.strip():
            width = len(text) - len(text.lstrip(" "))
            while indents and width < indents[-1] + 4:
                indents.pop()
        opening = _FENCE.match(text)
        if fence:
            fence = "" if opening and opening[1].startswith(fence) else fence
        elif opening:
            fence = opening[1]
        elif bang := _BANG.match(text):
            _title(layout, line, *bang.span(2))
            layout.lines[line] = ""
            indents.append(len(bang[1]))
            continue
        elif colons := _COLONS.match(text):
            _colon_line(layout, line, colons)
        elif alert := _ALERT.match(text):
            layout.alerts.add(line)
            layout.lines[line] = alert[1] + " " * (alert.end() - len(alert[1])) + text[alert.end() :]
        if indents:
            layout.lines[line] = layout.lines[line][min(4 * len(indents), len(layout.lines[line])) :]


def _title(layout: Layout, line: int, first: int, last: int) -> None:
    """Note the title of a container, if one stands between two places of a line."""
    if first >= last:
        return
    prose = Prose(layout.text)
    start = layout.ends[line] - len(layout.lines[line])
    prose.copy(start + first, start + last)
    layout.titles.append(prose.block("caption", label="title"))


def _colon_line(layout: Layout, line: int, colons: re.Match[str]) -> None:
    """`::: name {attributes} title {attributes}`, the title in brackets or not."""
    text = layout.lines[line].rstrip(" \t")
    first, last = colons.end(), len(text)
    if text.endswith("}", first):
        attributes = text.find("{", max(text.rfind("}", first, last - 1) + 1, first))
        last = len(text[:attributes].rstrip(" \t")) if attributes >= 0 else last
    if text.startswith("[", first) and text.endswith("]", first + 1, last):
        first, last = first + 1, last - 1
    _title(layout, line, first, last)
    layout.lines[line] = colons[1] + " " * (len(layout.lines[line]) - len(colons[1]))
