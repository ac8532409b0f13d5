"""Crossref: what to ask of its REST API, and what its answers mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from medlint.verifying.answers import Answer, Notice, Question, Work
from medlint.verifying.foreign import UnreadableError, load, objects, text, texts, within
from medlint.verifying.wording import words

ROWS = 3
_DATES = ("issued", "published-print", "published-online", "published")
_MOST_AUTHORS = 5
_NO_TITLE = "(without a title)"

Kinds = Mapping[str, str]
"""What catalogues call a notice → retraction, concern or correction."""


def request(question: Question, contact: str) -> tuple[str, dict[str, str]]:
    """The path below the base address, and the parameters."""
    polite = {"mailto": contact} if contact else {}
    if question.how == "query":
        return "/works", {"query.bibliographic": question.what, "rows": str(ROWS), **polite}
    path = f"/works/{quote(question.what, safe='')}"
    return (f"{path}/agency" if question.how == "agency" else path), polite


def read(question: Question, body: bytes | None, kinds: Kinds, asked: str) -> Answer:
    """The answer in a body, which is None when Crossref knows of no such thing. Raises UnreadableError."""
    if body is None:
        return Answer((), asked)
    message = within(load(body), "message")
    if question.how == "agency":
        return Answer((), asked, text(within(message, "agency").get("id")).lower())
    if question.how == "doi":
        if not message.get("DOI"):
            raise UnreadableError("its answer lacks “DOI”")
        return Answer((_work(message, kinds),), asked)
    if not isinstance(message.get("items"), list):
        raise UnreadableError("its answer lacks “items”")
    return Answer(tuple(_work(item, kinds) for item in objects(message["items"])), asked)


def _work(item: Mapping[str, Any], kinds: Kinds) -> Work:
    people = list(objects(item.get("author")))
    return Work(
        titles=_titles(item) or (_NO_TITLE,),
        authors=tuple(filter(None, (text(person.get("family")) for person in people)))[:_MOST_AUTHORS],
        groups=tuple(filter(None, (text(person.get("name")) for person in people)))[:_MOST_AUTHORS],
        years=tuple(dict.fromkeys(year for key in _DATES for year in _years(item.get(key)))),
        containers=texts(item.get("container-title")) + texts(item.get("short-container-title")),
        volume=text(item.get("volume")),
        # where a paper has a number, its pages are those of the file
        pages=text(item.get("article-number")) or text(item.get("page")),
        doi=text(item.get("DOI")).lower(),
        notices=tuple(dict.fromkeys(_notices(item, kinds))),
    )


def _titles(item: Mapping[str, Any]) -> tuple[str, ...]:
    """The title, alone and with its subtitle, and those in other languages."""
    titles = texts(item.get("title"))
    subtitles = texts(item.get("subtitle"))
    longer = [f"{titles[0]}: {subtitles[0]}"] if titles and subtitles else []
    other = texts(item.get("original-title")) + texts(item.get("short-title"))
    return tuple(dict.fromkeys([*titles, *longer, *other]))


def _years(value: Any) -> Iterator[int]:
    parts = value.get("date-parts") if isinstance(value, Mapping) else None
    for date in parts if isinstance(parts, list) else ():
        if isinstance(date, list) and date and type(date[0]) is int:
            yield date[0]


def _notices(item: Mapping[str, Any], kinds: Kinds) -> Iterator[Notice]:
    """`updated-by` are the notices about a work, `update-to` the works that a notice is about: some publishers put a
    notice in the place of the work, which then is about itself."""
    own = text(item.get("DOI")).lower()
    updates = [(u, text(u.get("DOI")).lower()) for u in objects(item.get("updated-by"))]
    updates += [(u, own) for u in objects(item.get("update-to")) if text(u.get("DOI")).lower() == own]
    for update, by in updates:
        if kind := kinds.get("".join(words(text(update.get("type"))))):
            yield Notice(kind, "" if by == own else by)
    relation = item.get("relation")
    for name, related in relation.items() if isinstance(relation, Mapping) else ():
        if kind := kinds.get("".join(words(str(name)))):
            yield from (Notice(kind, text(other.get("id")).lower()) for other in objects(related))
