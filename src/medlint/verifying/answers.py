"""What catalogues of publications have answered, as it is kept in medlint-references.json."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from medlint.model import Problem, UserError
from medlint.verifying.wording import folded

FORMAT = 1
_ABOUT = "What Crossref and PubMed answered about the references. Written by medlint references --verify."
_DAMAGED = "; put an earlier version of the file back, or delete it and run medlint references --verify"


class Question(NamedTuple):
    """What is asked of a catalogue. `how` is doi, agency or query (crossref), pmid, pmcid or citation (pubmed)."""

    catalogue: str
    how: str
    what: str

    def __str__(self) -> str:
        return f"{self.catalogue} {self.how} {self.what}"


class Notice(NamedTuple):
    """What a publisher has had to say about a work since. `kind` is retraction, concern or correction; `by` the DOI
    or PMID of the notice where that is known."""

    kind: str
    by: str = ""


class Work(NamedTuple):
    """A publication as a catalogue has it. `titles` begin with the one it goes by; others are longer, shorter or
    in the language it was written in. `authors` are family names, `groups` those who are no persons."""

    titles: tuple[str, ...]
    authors: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    containers: tuple[str, ...] = ()
    volume: str = ""
    pages: str = ""
    doi: str = ""
    pmid: str = ""
    notices: tuple[Notice, ...] = ()


class Answer(NamedTuple):
    """What came back: the works, none when the catalogue has none, and the day it was asked (2026-01-31).

    `note` is what a question other than for works is answered with: the agency of a DOI, the PMID of a citation.
    """

    works: tuple[Work, ...] = ()
    asked: str = ""
    note: str = ""


class Answers:
    """All that is known, by question, by identifier and by title."""

    def __init__(self, by_question: Mapping[str, Answer] | None = None) -> None:
        self._by_question: dict[str, Answer] = {}
        self._by_name: dict[str, list[Work]] = {}
        for key, answer in (by_question or {}).items():
            self.add(key, answer)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Answers) and other._by_question == self._by_question

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        return len(self._by_question)

    def __iter__(self) -> Iterator[tuple[str, Answer]]:
        return iter(self._by_question.items())

    def add(self, question: Question | str, answer: Answer) -> None:
        """Keep an answer, in place of an earlier one to the same question."""
        if (earlier := self._by_question.get(str(question))) is not None:
            for name, work in self._names(earlier):
                self._by_name[name].remove(work)
        self._by_question[str(question)] = answer
        for name, work in self._names(answer):
            self._by_name.setdefault(name, []).append(work)

    def _names(self, answer: Answer) -> Iterator[tuple[str, Work]]:
        for work in answer.works:
            names = [
                ("doi", work.doi.lower()),
                ("pmid", work.pmid),
                *(("title", folded(t)) for t in work.titles),
            ]
            yield from ((f"{kind} {name}", work) for kind, name in dict.fromkeys(names) if name)

    def get(self, question: Question) -> Answer | None:
        return self._by_question.get(str(question))

    def named(self, kind: str, name: str) -> tuple[Work, ...]:
        """The works with this doi, pmid or title, whatever was asked when they were found."""
        return tuple(self._by_name.get(f"{kind} {name.lower() if kind == 'doi' else name}", ()))


# -- the file ------------------------------------------------------------------------------------------------


def render(answers: Answers) -> str:
    """The text of a record file: the same answers always make the same text."""
    data = {
        "about": _ABOUT,
        "version": FORMAT,
        "answers": {key: _of_answer(answer) for key, answer in sorted(answers)},
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _of_answer(answer: Answer) -> dict[str, Any]:
    works = [
        _filled(work._asdict() | {"notices": [_filled(notice._asdict()) for notice in work.notices]})
        for work in answer.works
    ]
    return _filled({"asked": answer.asked, "note": answer.note}) | {"works": works}


def _filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}


def parse(text: str, path: str) -> Answers:
    """The answers that a record file holds. Raises UserError when it is damaged, and says where."""
    try:
        data = json.loads(text)
    except ValueError as error:
        line, column = getattr(error, "lineno", 0), getattr(error, "colno", 0)
        what = "two versions of the file were merged by halves" if "<<<<<<<" in text else "this is no JSON"
        raise UserError(Problem(path, f"{what}{_DAMAGED}", line, column)) from error
    except RecursionError as error:
        raise UserError(Problem(path, f"this is no record of medlint{_DAMAGED}")) from error
    try:
        return _answers(_mapping(data, "the file"))
    except _UnfitError as unfit:
        raise UserError(Problem(path, f"{unfit}{_DAMAGED}")) from unfit


def read_data(data: Mapping[str, Any]) -> Answers:
    """The answers under the key `record` of a rule's examples. Raises ValueError."""
    return _answers({"version": FORMAT, "answers": data})


class _UnfitError(ValueError):
    """Something in a record is not what it should be."""


def _answers(data: Mapping[str, Any]) -> Answers:
    version = data.get("version")
    if version != FORMAT:
        raise _UnfitError(f"expected “version” {FORMAT}, found {json.dumps(version)[:40]}")
    return Answers(
        {
            key: _answer(_mapping(answer, key), key)
            for key, answer in _mapping(data.get("answers"), "answers").items()
        }
    )


def _answer(data: Mapping[str, Any], at: str) -> Answer:
    works = tuple(_work(_mapping(work, at), at) for work in _list(data, "works", at))
    return Answer(works, _text(data, "asked", at), _text(data, "note", at))


def _work(data: Mapping[str, Any], at: str) -> Work:
    notices = [_mapping(notice, at) for notice in _list(data, "notices", at)]
    years = _list(data, "years", at)
    if not all(type(year) is int for year in years):
        raise _UnfitError(f"“{at}”: expected numbers under “years”")
    titles = _texts(data, "titles", at)
    if not titles:
        raise _UnfitError(f"“{at}”: expected a title under “titles”")
    return Work(
        titles=titles,
        authors=_texts(data, "authors", at),
        groups=_texts(data, "groups", at),
        years=tuple(years),
        containers=_texts(data, "containers", at),
        volume=_text(data, "volume", at),
        pages=_text(data, "pages", at),
        doi=_text(data, "doi", at),
        pmid=_text(data, "pmid", at),
        notices=tuple(Notice(_text(notice, "kind", at), _text(notice, "by", at)) for notice in notices),
    )


def _mapping(data: Any, at: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise _UnfitError(f"“{at}”: expected keys and values")
    return data


def _list(data: Mapping[str, Any], key: str, at: str) -> list[Any]:
    found = data.get(key, [])
    if not isinstance(found, list):
        raise _UnfitError(f"“{at}”: expected a list under “{key}”")
    return found


def _text(data: Mapping[str, Any], key: str, at: str) -> str:
    found = data.get(key, "")
    if not isinstance(found, str):
        raise _UnfitError(f"“{at}”: expected text under “{key}”")
    return found


def _texts(data: Mapping[str, Any], key: str, at: str) -> tuple[str, ...]:
    found = _list(data, key, at)
    if not all(isinstance(text, str) and text.strip() for text in found):
        raise _UnfitError(f"“{at}”: expected text under “{key}”")
    return tuple(found)
