"""What `medlint explain` has to say beside rules: texts with pictures, read from the data."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

from medlint.data import data_folder
from medlint.report.totals import Style

_PART = re.compile(r"^#+ (?P<heading>.+?)$|^```text\n(?P<picture>.*?)^```$", re.MULTILINE | re.DOTALL)
_BETWEEN = "  "


def names() -> list[str]:
    """The topics there are."""
    return sorted(path.stem for path in _folder().glob("*.md"))


def title(name: str) -> str:
    """What a topic is about, in a few words."""
    return (_folder() / f"{name}.md").read_text(encoding="utf-8").partition("\n")[0].strip("# ")


def topic(name: str, style: Style) -> str:
    """A topic as a terminal shows it: headings, prose, and pictures as they stand."""
    text = (_folder() / f"{name}.md").read_text(encoding="utf-8")
    return "\n".join(_shown(text, style)).rstrip() + "\n"


def first_picture(name: str, heading: str) -> list[str]:
    """The lines of the first picture below a heading."""
    text = (_folder() / f"{name}.md").read_text(encoding="utf-8")
    below = text.partition(f"\n## {heading}\n")[2]
    drawn = next((m["picture"] for m in _PART.finditer(below) if m["picture"]), "")
    return [f"{_BETWEEN}{line}".rstrip() for line in drawn.splitlines()]


def _folder() -> Path:
    return Path(data_folder()) / "topics"


def _shown(text: str, style: Style) -> Iterator[str]:
    at = 0
    for part in _PART.finditer(text):
        yield from _prose(text[at : part.start()], style)
        at = part.end()
        if part["heading"]:
            yield from (style.paint("path", part["heading"]), "")
        else:
            yield from (f"{2 * _BETWEEN}{line}".rstrip() for line in part["picture"].splitlines())
            yield ""
    yield from _prose(text[at:], style)


def _prose(text: str, style: Style) -> Iterator[str]:
    for paragraph in text.split("\n\n"):
        if paragraph.strip():
            words = " ".join(paragraph.split()).replace("`", "")
            yield from (*textwrap.wrap(words, max(style.width, 40)), "")
