"""Reads an article: Markdown or MDX in, blocks of prose with exact places out."""

from __future__ import annotations

from typing import NamedTuple

from medlint.model import Document
from medlint.reader.blocks import BlockReader
from medlint.reader.inline import Page
from medlint.reader.layout import lay_out
from medlint.reader.outline import Outline
from medlint.reader.parser import parser

_TOLD = ("description", "summary", "excerpt")
_FIELDS = ("title", *_TOLD, *(f"{table}.{name}" for table in ("params", "extra") for name in _TOLD))
"""In the tables, Hugo and Zola keep what they do not know themselves."""


class ReaderOptions(NamedTuple):
    """What counts as prose beyond the body.

    `fields` are dotted paths of front-matter fields (`faq.answer` also reaches into lists, `*.answer`
    matches at any depth), `text_props` names of component properties, `reference_headings` the
    lower-case headings under which a section holds reference entries, `maybe_reference_headings` those under
    which it does when they have the shape of entries.
    """

    fields: tuple[str, ...] = _FIELDS
    text_props: tuple[str, ...] = ("title", "caption", "description", "text", "label", "alt", "summary")
    reference_headings: tuple[str, ...] = ("references", "sources", "bibliography", "citations")
    maybe_reference_headings: tuple[str, ...] = ("resources", "further reading", "notes")


def read(text: str, path: str, options: ReaderOptions = ReaderOptions()) -> Document:
    """Read one article. `text` is decoded source without a byte order mark.

    What cannot be read becomes a fault of the document; nothing is raised.
    """
    mdx = path.endswith(".mdx")
    layout = lay_out(text, mdx, options.fields)
    page = Page(text, layout.regions, frozenset(options.text_props))
    env: dict[str, object] = {}
    tokens = parser(mdx).parse("\n".join(layout.lines), env)
    outline = Outline(options.reference_headings, options.maybe_reference_headings)
    reader = BlockReader(page, layout, env, outline)
    reader.read(tokens)
    return Document(
        path,
        text,
        tuple(reader.blocks),
        reader.definitions(),
        reader.footnotes,
        tuple(sorted(page.comments, key=lambda comment: comment.span)),
        layout.front_matter,
        tuple(sorted([*layout.faults, *reader.faults])),
    )
