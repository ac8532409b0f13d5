"""References as BibTeX has them. Reading takes the library bibtexparser, writing takes nothing."""

from __future__ import annotations

import importlib
import logging
import re
from collections.abc import Iterable, Iterator
from typing import Any

from medlint.bibliography.csl import citation_keys
from medlint.bibliography.entry import Author, Entry
from medlint.expressions import compiled
from medlint.model import Problem, Span, UserError

_FIELDS = {
    "title": "title",
    "volume": "volume",
    "issue": "number",
    "pages": "pages",
    "doi": "doi",
    "pmid": "pmid",
    "pmcid": "pmcid",
    "isbn": "isbn",
    "url": "url",
    "publisher": "publisher",
}
_CONTAINERS = ("journal", "journaltitle", "booktitle", "howpublished", "archiveprefix", "eprinttype")
_TYPES = {
    "article": "article",
    "book": "book",
    "chapter": "incollection",
    "preprint": "unpublished",
    "web": "online",
}
_KINDS = {
    "article": "article",
    "book": "book",
    "incollection": "chapter",
    "inbook": "chapter",
    "inproceedings": "chapter",
    "unpublished": "preprint",
    "online": "web",
    "electronic": "web",
    "www": "web",
}
_SPECIAL = {
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
}
_UNSAFE = compiled("[\x00-\x1f\x7f-\x9f\u061c\u2028-\u202e\u2066-\u2069]")
"""What a terminal would obey, and BibTeX has no use for."""
_VERBATIM = ("doi", "url", "pmid", "pmcid", "isbn")


def from_bibtex(text: str, path: str) -> tuple[Entry, ...]:
    """The references of a BibTeX file. Raises UserError when the library is not there or the file holds none."""
    try:
        parser = importlib.import_module("bibtexparser")
        middlewares = importlib.import_module("bibtexparser.middlewares")
    except ImportError as error:
        raise UserError(
            Problem(path, "reading BibTeX takes the library bibtexparser: pip install 'medlint[references]'")
        ) from error
    _silence(logging.getLogger("bibtexparser"))
    library = parser.parse_string(
        text,
        append_middleware=[
            middlewares.SeparateCoAuthors(),
            middlewares.SplitNameParts(),
            middlewares.LatexDecodingMiddleware(),
        ],
    )
    if not library.entries and text.strip():
        raise UserError(Problem(path, "no BibTeX entry was found"))
    return tuple(_entries(library.entries, text))


def _silence(logger: logging.Logger) -> None:
    """Keep the library from quoting the file on standard error, with whatever a terminal would obey in it."""
    if logger.propagate:
        logger.propagate = False
        logger.addHandler(logging.NullHandler())


def _entries(blocks: Iterable[Any], text: str) -> Iterator[Entry]:
    at = 0
    for block in blocks:
        raw = str(block.raw or "")
        begin = text.find(raw, at)
        begin = begin if begin >= 0 else at
        at = begin + len(raw)
        yield _entry(block, Span(begin, at))


def _entry(block: Any, span: Span) -> Entry:
    values = {name.lower(): field.value for name, field in block.fields_dict.items()}
    parts: dict[str, Any] = {field: _plain(values.get(name)) for field, name in _FIELDS.items()}
    container = next((_plain(values[name]) for name in _CONTAINERS if values.get(name)), "")
    authors = tuple(_authors(values.get("author")))
    year = re.search(r"\d{4}", str(values.get("year") or values.get("date") or ""))
    shown = (
        ", ".join(f"{a.family} {a.given}".strip() for a in authors),
        parts["title"],
        container,
        year[0] if year else "",
    )
    read = Entry(
        ". ".join(part for part in shown if part),
        span,
        authors=authors,
        year=int(year[0]) if year else None,
        container=container,
        kind=_KINDS.get(block.entry_type.lower(), ""),
        key=block.key,
    )
    return read._replace(**parts)


def _authors(people: Any) -> Iterator[Author]:
    for person in people if isinstance(people, list) else ():
        if isinstance(person, str):
            yield Author(_plain(person))
            continue
        family = " ".join((*person.von, *person.last))
        given = " ".join((*person.first, *person.jr))
        if family not in ("others", ""):
            yield Author(_plain(family), _plain(given))


def _plain(value: Any) -> str:
    text = re.sub(r"[{}]", "", str(value or ""))
    return " ".join(text.replace("--", "–").split())


def to_bibtex(entries: Iterable[Entry]) -> str:
    """The entries as BibTeX."""
    keys = citation_keys(entries := tuple(entries))
    return "\n".join(_written(entry, key) for entry, key in zip(entries, keys, strict=True))


def _written(entry: Entry, key: str) -> str:
    fields = {"author": " and ".join(_person(author) for author in entry.authors)}
    fields |= {"year": str(entry.year or "")}
    name = {"chapter": "booktitle", "web": "howpublished", "": "howpublished"}.get(entry.kind, "journal")
    fields |= {name: _escaped(entry.container)}
    for field, bibtex in _FIELDS.items():
        value = str(getattr(entry, field))
        fields[bibtex] = value if field in _VERBATIM else _escaped(value).replace("–", "--")
    lines = "".join(
        f"  {field} = {{{_UNSAFE.sub('', value)}}},\n" for field, value in fields.items() if value
    )
    return f"@{_TYPES.get(entry.kind, 'misc')}{{{_UNSAFE.sub('', key)},\n{lines}}}\n"


def _person(author: Author) -> str:
    if not author.given:
        return f"{{{_escaped(author.family)}}}"
    family = _escaped(author.family)
    family = f"{{{family}}}" if re.search(r",|\sand\s", family) else family
    given, _, suffix = author.given.rpartition(" ")
    if given and re.fullmatch(r"(?:Jr|Sr)\.?|I{2,3}|IV", suffix):
        return f"{family}, {suffix}, {_escaped(given)}"
    return f"{family}, {_escaped(author.given)}"


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(char, char) for char in text)
