"""References as CSL has them: the `references:` of pandoc, CSL JSON and CSL YAML, read and written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from medlint.bibliography.entry import Author, Entry
from medlint.expressions import compiled
from medlint.model import Problem, Span, UserError

_FIELDS = {
    "title": "title",
    "container": "container-title",
    "volume": "volume",
    "issue": "issue",
    "pages": "page",
    "doi": "DOI",
    "pmid": "PMID",
    "pmcid": "PMCID",
    "isbn": "ISBN",
    "url": "URL",
    "publisher": "publisher",
}
_TYPES = {
    "article": "article-journal",
    "book": "book",
    "chapter": "chapter",
    "preprint": "article",
    "web": "webpage",
}
_KINDS = {
    **{name: kind for kind, name in _TYPES.items()},
    "article-magazine": "article",
    "article-newspaper": "article",
    "post": "web",
    "post-weblog": "web",
}
_YEAR = compiled(r"(?<!\d)\d{4}(?!\d)")
_REFERENCES = compiled(r"(?m)^references[ \t]*:")

Places = Mapping[tuple[Any, ...], Span]


def from_yaml(text: str, path: str, offset: int = 0) -> tuple[Entry, ...]:
    """The references of a YAML text, a list of items or a mapping with one under `references`; `offset` is where
    the text begins in its file. Raises UserError when it is no YAML."""
    from medlint.yamlfile import compose

    places: dict[tuple[Any, ...], Span] = {}
    data = _noted(compose(text, path), (), places, offset)
    prefix: tuple[Any, ...] = ()
    if isinstance(data, Mapping):
        data, prefix = data.get("references"), ("references",)
    return tuple(_entries(data, prefix, places))


def from_front_matter(source: str, extent: Span | None) -> tuple[Entry, ...]:
    """The references that stand in the front matter of an article; none where it cannot be read."""
    if extent is None or not _REFERENCES.search(source, extent.start, extent.end):
        return ()
    begin = source.find("\n", extent.start, extent.end) + 1
    end = max(source.rfind("\n---", begin, extent.end), source.rfind("\n...", begin, extent.end))
    try:
        return from_yaml(source[begin : end + 1 if end > begin else extent.end], "", begin)
    except UserError:
        return ()


def from_json(text: str, path: str) -> tuple[Entry, ...]:
    """The references of a CSL JSON file. Raises UserError when it is none."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserError(
            Problem(
                path, "this cannot be read as JSON", getattr(error, "lineno", 0), getattr(error, "colno", 0)
            )
        ) from error
    if not isinstance(data, list):
        raise UserError(Problem(path, "a list of references was expected: CSL JSON is one"))
    places = {(at,): span for at, span in enumerate(_items(text))}
    return tuple(_entries(data, (), places))


def to_json(entries: Iterable[Entry]) -> str:
    """The entries as CSL JSON."""
    keys = citation_keys(entries := tuple(entries))
    items = [_item(entry, key) for entry, key in zip(entries, keys, strict=True)]
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def citation_keys(entries: Iterable[Entry]) -> list[str]:
    """What to call each entry: its own key, or author and year, with a letter where that is taken."""
    taken: set[str] = set()
    keys = []
    for entry in entries:
        family = "".join(
            c for c in (entry.authors[0].family if entry.authors else entry.title) if c.isalnum()
        )
        base = entry.key or f"{family[:30].lower() or 'source'}{entry.year or ''}"
        key, number = base, 0
        while key in taken:
            number += 1
            key = f"{base}{_letters(number)}"
        taken.add(key)
        keys.append(key)
    return keys


def _letters(number: int) -> str:
    """1 → a, 26 → z, 27 → aa."""
    out = ""
    while number:
        number, digit = divmod(number - 1, 26)
        out = chr(ord("a") + digit) + out
    return out


def _item(entry: Entry, key: str) -> dict[str, Any]:
    item: dict[str, Any] = {"id": key, "type": _TYPES.get(entry.kind, "document")}
    if entry.authors:
        item["author"] = [
            {"family": author.family, "given": author.given} if author.given else {"literal": author.family}
            for author in entry.authors
        ]
    if entry.year is not None:
        item["issued"] = {"date-parts": [[entry.year]]}
    item.update({name: getattr(entry, field) for field, name in _FIELDS.items() if getattr(entry, field)})
    return item


def _entries(data: object, prefix: tuple[Any, ...], places: Places) -> Iterator[Entry]:
    for at, item in enumerate(data if isinstance(data, Sequence) and not isinstance(data, str) else ()):
        if isinstance(item, Mapping):
            yield _entry(item, (*prefix, at), places)


def _entry(item: Mapping[str, Any], place: tuple[Any, ...], places: Places) -> Entry:
    parts: dict[str, Any] = {field: _text(item.get(name)) for field, name in _FIELDS.items()}
    authors = tuple(_authors(item.get("author")))
    spans = {field: places[(*place, name)] for field, name in _FIELDS.items() if (*place, name) in places}
    spans |= {
        field: places[(*place, name)]
        for field, name in (("authors", "author"), ("year", "issued"))
        if (*place, name) in places
    }
    year = _year(item.get("issued"))
    shown = (
        ", ".join(f"{a.family} {a.given}".strip() for a in authors),
        parts["title"],
        parts["container"],
        str(year or ""),
    )
    read = Entry(
        ". ".join(part for part in shown if part),
        places.get(place, Span(0, 0)),
        authors=authors,
        year=year,
        spans=spans,
        kind=_KINDS.get(str(item.get("type", "")), ""),
        key=_text(item.get("id")),
    )
    return read._replace(**parts)


def _authors(people: object) -> Iterator[Author]:
    for person in people if isinstance(people, list) else ():
        if isinstance(person, Mapping):
            particle = _text(person.get("non-dropping-particle"))
            family = _text(person.get("literal")) or f"{particle} {_text(person.get('family'))}".strip()
            given = f"{_text(person.get('given'))} {_text(person.get('suffix'))}".strip()
            if family:
                yield Author(family, given)
        elif person:
            yield Author(_text(person))


def _year(issued: object) -> int | None:
    if isinstance(issued, Mapping) and (parts := issued.get("date-parts")):
        issued = parts
    while isinstance(issued, list):
        issued = issued[0] if issued else None
    if isinstance(issued, Mapping):
        issued = issued.get("year") or issued.get("literal") or issued.get("raw")
    m = _YEAR.search(str(issued or ""))
    return int(m[0]) if m else None


def _text(value: object) -> str:
    """Text or a number on one line; half a character, which JSON can hold and nothing can write, becomes “?”."""
    if not isinstance(value, (str, int, float)):
        return ""
    return " ".join(str(value).split()).encode("utf-8", "replace").decode("utf-8")


def _items(text: str) -> Iterator[Span]:
    """Where each item of a JSON list stands."""
    decoder, at = json.JSONDecoder(), text.index("[") + 1
    while True:
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        if at >= len(text) or text[at] == "]":
            return
        end = decoder.raw_decode(text, at)[1]
        yield Span(at, end)
        at = end


def _noted(node: Any, path: tuple[Any, ...], places: dict[tuple[Any, ...], Span], offset: int) -> Any:
    """What a YAML node says, with the extent of every value, by its path, put into `places`. Dates and numbers stay
    the text they are."""
    if node is None:
        return None
    places[path] = Span(offset + node.start_mark.index, offset + node.end_mark.index)
    if node.id == "mapping":
        named = ((key.value, value) for key, value in node.value if key.id == "scalar")
        return {name: _noted(value, (*path, name), places, offset) for name, value in named}
    if node.id == "sequence":
        return [_noted(value, (*path, at), places, offset) for at, value in enumerate(node.value)]
    return None if node.tag.endswith(":null") else node.value
