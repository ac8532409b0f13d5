"""What the answers of the catalogues say about an entry, and which question is still open.

One pure function for both: a run that asks goes on asking what is open, a run that checks takes what is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from medlint.bibliography.entry import Entry
from medlint.verifying.answers import Answer, Answers, Notice, Question, Work
from medlint.verifying.comparing import Difference, Likeness, Measure
from medlint.verifying.wording import folded, words

VERDICTS = ("retracted", "concern", "mismatch", "not-found", "unverified", "corrected", "unlisted", "found")
_SHORTEST = 3
"""Fewer words of author, title, journal and year are no reference that could be looked up."""
_LONGEST = 60
"""More are not needed to find one."""


class Judgement(NamedTuple):
    """What is known about an entry.

    `work` is what a catalogue has for it, `near` what comes nearest where none has it. `astray` are the identifiers
    that lead to another work, which is `led`, or nowhere. `unlisted` is the verdict on what no catalogue
    has to have: a web page, a book. `open` are the questions to ask next, all of which can be asked now.
    """

    verdict: str
    work: Work | None = None
    led: Work | None = None
    near: Work | None = None
    differences: tuple[Difference, ...] = ()
    notices: tuple[Notice, ...] = ()
    astray: tuple[str, ...] = ()
    open: tuple[Question, ...] = ()

    @property
    def serious(self) -> tuple[Notice, ...]:
        """The notices for which a work should no longer be relied upon."""
        return tuple(notice for notice in self.notices if notice.kind != "correction")


def judge(entry: Entry, answers: Answers, measure: Measure) -> Judgement:
    """What `answers` say about an entry."""
    return _Judge(entry, answers, measure).judge()


@dataclass
class _Judge:
    entry: Entry
    answers: Answers
    measure: Measure
    open: list[Question] = field(default_factory=list)
    astray: list[str] = field(default_factory=list)
    found: list[tuple[Work, Likeness]] = field(default_factory=list)
    other: list[Work] = field(default_factory=list)
    near: list[Work] = field(default_factory=list)
    elsewhere: bool = False

    def judge(self) -> Judgement:
        self._by_identifiers()
        if not self.found and not self.open:
            self._by_words()
        return self._conclusion()

    # -- asking ----------------------------------------------------------------------------------------------

    def _ask(self, catalogue: str, how: str, what: str) -> Answer | None:
        question = Question(catalogue, how, what)
        answer = self.answers.get(question)
        if answer is None:
            self.open.append(question)
        return answer

    def _by_identifiers(self) -> None:
        if self.entry.doi:
            self._by_doi(self.entry.doi.lower())
        if self.entry.pmid:
            self._by_pmid(self.entry.pmid, f"PMID {self.entry.pmid}")
        elif self.entry.pmcid and not self.entry.doi:
            self._by_pmcid(self.entry.pmcid.upper())

    def _by_doi(self, doi: str) -> None:
        name = f"DOI {self.entry.doi}"
        if self._known("doi", doi):
            return
        answer = self._ask("crossref", "doi", doi)
        if answer is None:
            return
        if answer.works:
            self._take(answer.works[:1], name)
            return
        agency = self._ask("crossref", "agency", doi)
        if agency is not None and agency.note in ("", "crossref"):
            self.astray.append(name)
        elif agency is not None:
            self.elsewhere = True

    def _by_pmid(self, pmid: str, name: str) -> None:
        if self._known("pmid", pmid):
            return
        answer = self._ask("pubmed", "pmid", pmid)
        if answer is not None and answer.works:
            self._take(answer.works[:1], name)
        elif answer is not None:
            self.astray.append(name)

    def _by_pmcid(self, pmcid: str) -> None:
        answer = self._ask("pubmed", "pmcid", pmcid)
        if answer is None:
            return
        if answer.note:
            self._by_pmid(answer.note, pmcid)
        elif answer.works:
            self._take(answer.works[:1], pmcid)
        else:
            self.astray.append(pmcid)

    def _known(self, kind: str, name: str) -> bool:
        """Whether a work of this DOI or PMID came up under another question, such as before the entry had one."""
        own = Question("crossref" if kind == "doi" else "pubmed", kind, name)
        if self.answers.get(own) is not None:
            return False
        works = [(work, self.measure.likeness(self.entry, work)) for work in self.answers.named(kind, name)]
        agreeing = [pair for pair in works if self._agrees(pair[1])]
        self.found += agreeing[:1]
        return bool(agreeing)

    def _take(self, works: Sequence[Work], name: str) -> None:
        """Sort what an identifier leads to: the work that the entry names, or another."""
        for work in works:
            likeness = self.measure.likeness(self.entry, work)
            if self._is_led_to(likeness):
                self.found.append((work, likeness))
            else:
                self.other.append(work)
                self.astray.append(name)

    def _is_led_to(self, likeness: Likeness) -> bool:
        limits = self.measure.limits
        if likeness.title >= limits["same"]:
            return True
        if not self.entry.title:
            return likeness.author is not False or likeness.year is True
        if likeness.title >= limits["other"]:
            return likeness.author is not False or likeness.year is not False
        # a title in translation, or one that was not read right: all the rest must agree
        rest = likeness[1:]
        return likeness.author is likeness.year is True and sum(map(bool, rest)) > 2 and False not in rest

    # -- searching -------------------------------------------------------------------------------------------

    def _by_words(self) -> None:
        query = self._query()
        if len(query.split()) < _SHORTEST or not self._could_be_listed():
            self.elsewhere = True
            return
        known = self._likenesses(self.answers.named("title", folded(self.entry.title)))
        if agreeing := [pair for pair in known if self._agrees(pair[1])]:
            self.found += agreeing[:1]
            return
        answer = self._ask("crossref", "query", query)
        if answer is not None and not self._hit(answer.works):
            self._by_citation()

    def _hit(self, works: Sequence[Work]) -> bool:
        """Whether the work that the entry names is among those that a search came up with."""
        each = self._likenesses(works)
        if hits := [pair for pair in each if self._is_hit(pair[1])]:
            self.found.append(max(hits, key=lambda pair: _agreement(pair[1])))
        self.near += [work for work, likeness in each if likeness.title >= self.measure.limits["near"]]
        return bool(hits)

    def _likenesses(self, works: Iterable[Work]) -> list[tuple[Work, Likeness]]:
        return [(work, self.measure.likeness(self.entry, work)) for work in works]

    def _by_citation(self) -> None:
        """PubMed finds a paper by its place in a journal. What stands there may be another one."""
        entry = self.entry
        first = entry.pages.partition("-")[0].partition("–")[0].strip()
        if not (entry.container and entry.year and entry.volume and (first or entry.authors)):
            return
        name = entry.authors[0].family if entry.authors else ""
        place = [folded(entry.container), str(entry.year), folded(entry.volume), folded(first), folded(name)]
        answer = self._ask("pubmed", "citation", "|".join(place))
        if answer is None or not answer.note:
            return
        record = self._ask("pubmed", "pmid", answer.note)
        if record is not None and not self._hit(record.works):
            self.near += record.works

    def _query(self) -> str:
        entry = self.entry
        if not entry.title:
            return _shortened(entry.text)
        name = entry.authors[0].family if entry.authors else ""
        parts = [name, entry.title, entry.container, str(entry.year or "")]
        return _shortened(" ".join(parts))

    def _could_be_listed(self) -> bool:
        """A page that is known by its address alone is in no catalogue of publications."""
        entry = self.entry
        return bool(entry.doi or entry.pmid or entry.pmcid) or entry.kind != "web"

    def _is_hit(self, likeness: Likeness) -> bool:
        limits = self.measure.limits
        place = bool(likeness.year or likeness.container)
        if likeness.title >= limits["same"]:
            if self.measure.is_short(self.entry.title):
                return likeness.author is True and place
            told = [a for a in (likeness.author, likeness.year, likeness.container) if a is not None]
            return likeness.author is True or sum(told) * 2 >= len(told)
        return likeness.title >= limits["near"] and likeness.author is True and place

    def _agrees(self, likeness: Likeness) -> bool:
        return likeness.title >= self.measure.limits["same"] and False not in likeness[1:]

    # -- concluding ------------------------------------------------------------------------------------------

    def _conclusion(self) -> Judgement:
        works = [work for work, _ in self.found]
        differences = self._differences()
        notices = tuple(dict.fromkeys(notice for work in works for notice in self._notices(work)))
        work, led = next(iter(works), None), next(iter(self.other), None)
        near = None if works else next(iter(self.near), None)
        verdict = self._verdict(differences, {notice.kind for notice in notices})
        return Judgement(verdict, work, led, near, differences, notices, tuple(self.astray), tuple(self.open))

    def _verdict(self, differences: Sequence[Difference], notices: set[str]) -> str:
        if "retraction" in notices:
            return "retracted"
        if "concern" in notices:
            return "concern"
        if self.open:
            return "unverified"
        if self.other or (self.found and (differences or self.astray)):
            return "mismatch"
        if self.found:
            return "corrected" if notices else "found"
        if self.astray or (self._is_article() and not self.elsewhere and self._could_be_listed()):
            return "not-found"
        return "unlisted"

    def _is_article(self) -> bool:
        """Whether the entry gives a place in a journal, as what catalogues have does."""
        entry = self.entry
        return entry.kind in ("article", "") and bool(entry.title and entry.container and entry.volume)

    def _differences(self) -> tuple[Difference, ...]:
        """What the entry says otherwise than every catalogue that has the work."""
        each = [self.measure.differences(self.entry, work, likeness) for work, likeness in self.found]
        if not each:
            return ()
        parts = set.intersection(*({difference.part for difference in found} for found in each))
        return tuple(difference for difference in each[0] if difference.part in parts)

    def _notices(self, work: Work) -> Iterator[Notice]:
        yield from work.notices
        # the title of a notice begins in the same way, and so does that of an entry that means the notice
        told = self.measure.says_retracted(work.titles[0]) and not self.measure.says_retracted(
            self.entry.title
        )
        if told and all(notice.kind != "retraction" for notice in work.notices):
            yield Notice("retraction")


def _shortened(text: str) -> str:
    return " ".join(words(text)[:_LONGEST])


def _agreement(likeness: Likeness) -> tuple[float, float]:
    return sum(part is True for part in likeness[1:]) - sum(
        part is False for part in likeness[1:]
    ), likeness.title
