"""PubMed: what to ask of NCBI's E-utilities, and what their answers mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from medlint.expressions import compiled
from medlint.verifying.answers import Answer, Notice, Question, Work
from medlint.verifying.foreign import UnreadableError, load, objects, text, texts, within
from medlint.verifying.wording import words

TOOL = "medlint"
_KEY = "medlint"
_MOST_AUTHORS = 5
_YEAR = compiled(r"(?:1[89]|20)\d\d")
_INITIALS = compiled(r"(?:\s+[A-Z]{1,3})?(?:\s+(?:Jr|Sr|[2-4](?:nd|rd|th)|I{2,3}|IV))?\.?$")

Kinds = Mapping[str, str]


def request(question: Question, contact: str) -> tuple[str, dict[str, str]]:
    """The path below the base address, and the parameters."""
    polite = {"tool": TOOL, **({"email": contact} if contact else {})}
    if question.how == "citation":
        cited = f"{question.what}|{_KEY}|"
        return "/ecitmatch.cgi", {"db": "pubmed", "retmode": "xml", "bdata": cited, **polite}
    where, number = ("pmc", question.what[3:]) if question.how == "pmcid" else ("pubmed", question.what)
    return "/esummary.fcgi", {"db": where, "id": number, "retmode": "json", **polite}


def read(question: Question, body: bytes | None, kinds: Kinds, asked: str) -> Answer:
    """The answer in a body, which is None when there is no such thing. Raises UnreadableError."""
    if body is None:
        return Answer((), asked)
    if question.how == "citation":
        return Answer((), asked, _matched(body))
    number = question.what.removeprefix("PMC")
    result = within(load(body), "result")
    summary = within(result, number) if number in result else {"error": "not in the answer"}
    if summary.get("error"):
        return Answer((), asked)
    if not text(summary.get("title")):
        raise UnreadableError("its answer lacks “title”")
    numbers = {
        text(entry.get("idtype")): text(entry.get("value")) for entry in objects(summary.get("articleids"))
    }
    if question.how == "pmcid":
        pmid = numbers.get("pmid", "").lstrip("0")
        return (
            Answer((), asked, pmid) if pmid.isdecimal() else Answer((_work(summary, numbers, kinds),), asked)
        )
    return Answer((_work(summary, {**numbers, "pmid": number}, kinds),), asked)


def _matched(body: bytes) -> str:
    """The PMID behind the last bar; "" for NOT_FOUND and AMBIGUOUS."""
    line = next(iter(body.decode("utf-8", "replace").strip().splitlines()), "")
    if f"|{_KEY}|" not in line:
        raise UnreadableError("its answer is of another form than expected")
    found = line.rpartition("|")[2].strip()
    return found if found.isdecimal() else ""


def _work(summary: Mapping[str, Any], numbers: Mapping[str, str], kinds: Kinds) -> Work:
    people = [
        (text(person.get("authtype")), text(person.get("name"))) for person in objects(summary.get("authors"))
    ]
    dates = texts([summary.get("pubdate"), summary.get("epubdate"), summary.get("printpubdate")])
    # a title in translation stands in brackets
    title = re.sub(r"^\[(.*)\]\.?$", r"\1", text(summary.get("title"))).removesuffix(".")
    return Work(
        titles=tuple(dict.fromkeys((title, *texts(summary.get("vernaculartitle"))))),
        authors=tuple(_INITIALS.sub("", name) for kind, name in people if kind == "Author" and name)[
            :_MOST_AUTHORS
        ],
        groups=tuple(name for kind, name in people if kind == "CollectiveName" and name)[:_MOST_AUTHORS],
        years=tuple(dict.fromkeys(int(year) for date in dates for year in _YEAR.findall(date))),
        containers=texts([summary.get("source"), summary.get("fulljournalname")]),
        volume=text(summary.get("volume")),
        pages=text(summary.get("pages")),
        doi=numbers.get("doi", "").lower(),
        pmid=numbers.get("pmid", ""),
        notices=tuple(dict.fromkeys(_notices(summary, kinds))),
    )


def _notices(summary: Mapping[str, Any], kinds: Kinds) -> Iterator[Notice]:
    """What points from the work to a notice (“Retraction in”), and what the work is called since."""
    kind_of = {name: kinds.get("".join(words(name))) for name in texts(summary.get("pubtype"))}
    pointed = [
        (kinds.get("".join(words(text(r.get("reftype"))))), r) for r in objects(summary.get("references"))
    ]
    yield from (Notice(kind, text(r.get("pmid")).lstrip("0")) for kind, r in pointed if kind)
    # other types are those of notices themselves
    if "retraction" in kind_of.values() and all(kind != "retraction" for kind, _ in pointed):
        yield Notice("retraction")
