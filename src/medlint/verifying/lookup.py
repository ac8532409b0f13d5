"""Looks entries up: asks what is open, keeps each answer at once, and goes on where an earlier run was stopped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import date, timedelta
from typing import Any

from medlint.bibliography.entry import Entry
from medlint.verifying import crossref, pubmed
from medlint.verifying.answers import Answer, Answers, Question
from medlint.verifying.client import AT_ONCE, Client, Service, UnansweredError
from medlint.verifying.comparing import Measure
from medlint.verifying.foreign import UnreadableError
from medlint.verifying.judging import judge

_Request = Callable[[Question, str], tuple[str, dict[str, str]]]
_Read = Callable[[Question, bytes | None, Mapping[str, str], str], Answer]
_SPEECH: Mapping[str, tuple[_Request, _Read]] = {
    "crossref": (crossref.request, crossref.read),
    "pubmed": (pubmed.request, pubmed.read),
}


class Catalogues:
    """Crossref and PubMed behind one question."""

    def __init__(
        self, services: Mapping[str, Service], client: Client, contact: str, kinds: Mapping[str, str]
    ) -> None:
        self._services, self._client, self._contact, self._kinds = services, client, contact, kinds

    def stop(self) -> None:
        """Ends what is under way."""
        self._client.close()

    def name(self, question: Question) -> str:
        return self._services[question.catalogue].name

    def ask(self, question: Question, today: date) -> Answer:
        """Raises UnansweredError, with what was wrong."""
        request, read = _SPEECH[question.catalogue]
        path, params = request(question, self._contact)
        body = self._client.get(self._services[question.catalogue], path, params)
        try:
            return read(question, body, self._kinds, today.isoformat())
        except UnreadableError as error:
            raise UnansweredError(f"cannot be understood: {error}") from error


def kinds_of_notices(data: Mapping[str, Any]) -> dict[str, str]:
    """What catalogues call a notice → what it comes to, by rules/references.yml."""
    return {name: kind for kind, names in data["notices"].items() for name in names}


def valid(answers: Answers, today: date, days: int) -> Answers:
    """Those of the answers that are not older than so many days. One from the future was dated by a wrong clock."""
    earliest, latest = (today - timedelta(days=days)).isoformat(), (today + timedelta(days=1)).isoformat()
    return Answers({key: answer for key, answer in answers if earliest <= answer.asked <= latest})


def look_up(
    entries: Sequence[Entry],
    known: Answers,
    catalogues: Catalogues,
    measure: Measure,
    *,
    today: date,
    keep: Callable[[Question, Answer], None],
    done: Callable[[], None],
) -> Mapping[str, str]:
    """Ask whatever is open for the entries, as many questions at once as is polite, and add the answers to `known`.

    Every answer is handed to `keep` as soon as it is there; `done` is called once for each entry. Returns what is to
    be said of each catalogue that did not answer.
    """
    return _LookUp(entries, known, catalogues, measure, today, keep, done).run()


class _LookUp:
    def __init__(
        self,
        entries: Sequence[Entry],
        known: Answers,
        catalogues: Catalogues,
        measure: Measure,
        today: date,
        keep: Callable[[Question, Answer], None],
        done: Callable[[], None],
    ) -> None:
        self._entries, self._known, self._catalogues = entries, known, catalogues
        self._measure, self._today, self._keep, self._done = measure, today, keep, done
        self._waiting: dict[Question, list[Entry]] = {}
        self._pending: dict[Future[Answer], Question] = {}
        self._failed: set[Question] = set()
        self._silent: dict[str, str] = {}

    def run(self) -> Mapping[str, str]:
        pool = ThreadPoolExecutor(AT_ONCE)
        try:
            for entry in self._entries:
                self._advance(entry, pool)
            while self._pending:
                finished, _ = wait(self._pending, return_when=FIRST_COMPLETED)
                for future in finished:
                    self._take(future, pool)
        finally:
            # nobody who presses Ctrl-C waits for an answer
            self._catalogues.stop()
            pool.shutdown(wait=False, cancel_futures=True)
        return self._silent

    def _advance(self, entry: Entry, pool: ThreadPoolExecutor) -> None:
        """Ask what is open for an entry; when nothing is, or nobody answers, the entry is done."""
        for question in judge(entry, self._known, self._measure).open:
            if question in self._failed:
                continue
            if question not in self._waiting:
                self._waiting[question] = []
                self._pending[pool.submit(self._catalogues.ask, question, self._today)] = question
            self._waiting[question].append(entry)
            return
        self._done()

    def _take(self, future: Future[Answer], pool: ThreadPoolExecutor) -> None:
        question = self._pending.pop(future)
        try:
            answer = future.result()
        except UnansweredError as error:
            self._failed.add(question)
            self._silent.setdefault(question.catalogue, f"{self._catalogues.name(question)} {error}")
        else:
            self._known.add(question, answer)
            self._keep(question, answer)
        for entry in self._waiting.pop(question):
            self._advance(entry, pool)
