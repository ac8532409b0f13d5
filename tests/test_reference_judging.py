"""What the answers of catalogues say about an entry of a reference list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import references as measured
from medlint.bibliography import Author, Entry
from medlint.model import Span
from medlint.rules import load_rules
from medlint.verifying.answers import Answer, Answers, Notice, Question, Work
from medlint.verifying.comparing import Measure
from medlint.verifying.judging import VERDICTS, Judgement, judge
from medlint.verifying.telling import absence, difference, notice
from medlint.verifying.wording import words

DATA = load_rules().references
MEASURE = Measure(DATA)

NAPS_CITED = "Marsh J. Naps and mood at the lake. Sleep Rest. 2020;4:11-19."


# -- titles, names and journals ------------------------------------------------------------------------------


def alike(ours: str, theirs: str) -> float:
    entry = Entry("", Span(0, 1), title=ours)
    return MEASURE.likeness(entry, Work((theirs,))).title


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Naps and mood at the lake", "NAPS and Mood at the Lake."),
        ("Tumour growth in randomised mice", "Tumor growth in randomized mice"),
        ("Follow-up of short naps after lunch", "Followup of short naps after lunch"),
        ("β-carotene and sleep in older adults", "Beta-carotene and sleep in older adults"),
        ("Naps and mood at the lake", "Naps and mood at the lake: a randomized trial"),
        ("Naps and mood at the lake: a randomized trial", "Naps and mood at the lake"),
        ("Naps and mood at the lake", "RETRACTED: Naps and mood at the lake"),
        ("CO2 and rest in <i>Mus musculus</i>", "CO<sub>2</sub> and rest in &lt;i&gt;Mus musculus&lt;/i&gt;"),
        ("Schlaf & Stimmung über Mittag", "Schlaf und Stimmung uber Mittag"),
    ],
)
def test_titles_of_the_same_work(ours: str, theirs: str) -> None:
    assert alike(ours, theirs) >= DATA["alike"]["same"]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (
            "Ketamine for the treatment of alcohol dependence",
            "Ketamine for the treatment of opioid dependence",
        ),
        ("Naps", "Naps: how they lift the mood of those who work at night"),
        ("Sleep: a review of naps", "Sleep: an atlas of dreams"),
        ("Removed stones and later pain", "Stones and later pain in those who keep them"),
    ],
)
def test_titles_of_different_works(ours: str, theirs: str) -> None:
    assert alike(ours, theirs) < DATA["alike"]["same"]


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("J Subst Abuse Treat", "Journal of Substance Abuse Treatment", True),
        ("Arch. Gen. Psychiatry", "Archives of General Psychiatry", True),
        ("Proc Natl Acad Sci U S A", "Proceedings of the National Academy of Sciences", True),
        ("PNAS", "Proceedings of the National Academy of Sciences", True),
        ("NEJM", "The New England Journal of Medicine", True),
        ("JAMA", "Journal of the American Medical Association", True),
        ("The Lancet", "Lancet (London, England)", True),
        ("BMJ", "BMJ (Clinical research ed.)", True),
        ("Journal of Affective Disorder", "Journal of Affective Disorders", True),
        ("Alcoholism: Clinical and Experimental Research", "Alcohol Clin Exp Res", True),
        ("Lancet", "The Lancet Psychiatry", False),
        ("Nature", "Nature Medicine", False),
        ("J Clin Psychol", "Journal of Clinical Psychiatry", False),
        ("Journal of Clinical Psychology", "Journal of Clinical Psychiatry", False),
        ("Sleep", "Work", False),
    ],
)
def test_journals(ours: str, theirs: str, same: bool) -> None:
    assert MEASURE.same_container(ours, theirs) is same
    assert MEASURE.same_container(theirs, ours) is same


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("Krupitsky", "Krupitskiy", True),
        ("van der Berg", "Berg", True),
        ("Muller", "Müller", True),
        ("O'Brien", "O’Brien", True),
        ("Smith-Jones", "Smith", True),
        ("Lee", "Lea", False),
        ("Hansen", "Larsen", False),
    ],
)
def test_family_names(ours: str, theirs: str, same: bool) -> None:
    assert MEASURE.same_name(ours, theirs) is same


# -- what an entry comes to ----------------------------------------------------------------------------------


def entry(**parts: Any) -> Entry:
    given = {
        "authors": (Author("Marsh", "J"),),
        "year": 2020,
        "title": "Naps and mood at the lake",
        "container": "Sleep Rest",
        "volume": "4",
        "pages": "11-19",
        "kind": "article",
        **parts,
    }
    return Entry(NAPS_CITED, Span(0, 10), **given)


RECORD_OF_NAPS = Work(
    ("Naps and mood at the lake",),
    ("Marsh", "Osei"),
    (),
    (2020,),
    ("Sleep and Rest",),
    "4",
    "11-19",
    "10.5555/lake.1",
)


def judged(one: Entry, by_question: Mapping[str, Work | str | None]) -> Judgement:
    """By what was answered: a work, none, or a note."""
    answers = Answers()
    for key, told in by_question.items():
        works = (told,) if isinstance(told, Work) else ()
        answers.add(key, Answer(works, "2026-01-01", told if isinstance(told, str) else ""))
    return judge(one, answers, MEASURE)


QUERY = "crossref query marsh naps and mood at the lake sleep rest 2020"
CITATION = "pubmed citation sleep rest|2020|4|11|marsh"


def test_an_entry_with_a_doi_is_found_by_it() -> None:
    assert (
        judged(entry(doi="10.5555/LAKE.1"), {"crossref doi 10.5555/lake.1": RECORD_OF_NAPS}).verdict
        == "found"
    )


def test_an_entry_without_one_is_searched_for() -> None:
    assert judged(entry(), {QUERY: RECORD_OF_NAPS}).verdict == "found"


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"year": 2014}, "year “2014” here, “2020” there"),
        ({"authors": (Author("Lund", "P"),)}, "first author “Lund” here, “Marsh” there"),
        ({"container": "Work"}, "journal “Work” here, “Sleep and Rest” there"),
        ({"volume": "7"}, "volume “7” here, “4” there"),
        ({"pages": "31-39"}, "pages “31-39” here, “11-19” there"),
        (
            {"title": "Naps and mood by the sea"},
            "title “Naps and mood by the sea” here, “Naps and mood at the lake” there",
        ),
    ],
)
def test_what_an_entry_says_otherwise(parts: Mapping[str, Any], told: str) -> None:
    found = judged(entry(doi="10.5555/lake.1", **parts), {"crossref doi 10.5555/lake.1": RECORD_OF_NAPS})
    assert (found.verdict, difference(found)) == ("mismatch", told)


@pytest.mark.parametrize(
    "parts",
    [
        {"year": 2021},
        {"year": None},
        {"authors": ()},
        {"container": ""},
        {"pages": "e17"},
        {"pages": "1-9"},
        {"volume": "IV"},
        {"title": "Naps and mood at the lake: a trial in 40 anglers"},
    ],
)
def test_what_is_no_difference(parts: Mapping[str, Any]) -> None:
    found = judged(entry(doi="10.5555/lake.1", **parts), {"crossref doi 10.5555/lake.1": RECORD_OF_NAPS})
    assert found.verdict == "found"


GEESE = Work(
    ("Migration of geese over northern wetlands",),
    ("Halvorsen",),
    (),
    (2011,),
    ("Birds",),
    doi="10.5555/geese",
)


def test_a_doi_of_another_work_and_the_right_one() -> None:
    by_doi = {"crossref doi 10.5555/geese": GEESE}
    wrong = entry(doi="10.5555/geese")
    assert judged(wrong, by_doi).open == (
        Question("crossref", "query", QUERY.removeprefix("crossref query ")),
    )
    found = judged(wrong, {**by_doi, QUERY: RECORD_OF_NAPS})
    assert found.verdict == "mismatch"
    assert difference(found) == (
        "DOI 10.5555/geese leads to another work, “Halvorsen. Migration of geese over northern wetlands. Birds 2011”; "
        "this work is https://doi.org/10.5555/lake.1"
    )
    lost = judged(wrong, {**by_doi, QUERY: None, CITATION: None})
    assert (lost.verdict, lost.work) == ("mismatch", None)


def test_a_doi_that_leads_nowhere() -> None:
    dead = {"crossref doi 10.5555/none": None, "crossref agency 10.5555/none": None}
    found = judged(entry(doi="10.5555/none"), {**dead, QUERY: RECORD_OF_NAPS})
    assert difference(found) == "DOI 10.5555/none leads nowhere; this work is https://doi.org/10.5555/lake.1"
    lost = judged(entry(doi="10.5555/none"), {**dead, QUERY: None, CITATION: None})
    assert (lost.verdict, absence(lost)) == ("not-found", "DOI 10.5555/none leads nowhere")


def test_a_doi_that_another_agency_gave_out_is_no_invention() -> None:
    elsewhere = {"crossref doi 10.5555/data": None, "crossref agency 10.5555/data": "datacite"}
    assert judged(entry(doi="10.5555/data"), {**elsewhere, QUERY: None, CITATION: None}).verdict == "unlisted"


def test_a_pmid_of_another_work() -> None:
    found = judged(
        entry(doi="10.5555/lake.1", pmid="77"),
        {"crossref doi 10.5555/lake.1": RECORD_OF_NAPS, "pubmed pmid 77": GEESE},
    )
    assert (found.verdict, found.astray) == ("mismatch", ("PMID 77",))


def test_two_catalogues_must_both_disagree() -> None:
    online = RECORD_OF_NAPS._replace(years=(2018,))
    by = {"crossref doi 10.5555/lake.1": RECORD_OF_NAPS, "pubmed pmid 77": online}
    assert judged(entry(doi="10.5555/lake.1", pmid="77"), by).verdict == "found"


def test_a_pmc_number_leads_to_a_pmid() -> None:
    by: Mapping[str, Work | str] = {"pubmed pmcid PMC5": "77", "pubmed pmid 77": RECORD_OF_NAPS}
    assert judged(entry(pmcid="PMC5"), by).verdict == "found"


def test_pubmed_finds_by_volume_and_page_what_a_search_misses() -> None:
    assert (
        judged(entry(), {QUERY: GEESE, CITATION: "77", "pubmed pmid 77": RECORD_OF_NAPS}).verdict == "found"
    )
    other = judged(entry(), {QUERY: None, CITATION: "77", "pubmed pmid 77": GEESE})
    assert other.verdict == "not-found"
    assert (
        absence(other) == "the nearest is “Halvorsen. Migration of geese over northern wetlands. Birds 2011”"
    )


def test_a_title_alone_does_not_make_it_the_same_work() -> None:
    namesake = Work(RECORD_OF_NAPS.titles, ("Lund",), (), (1999,), ("Boats",), doi="10.5555/boats")
    assert judged(entry(), {QUERY: namesake, CITATION: None}).verdict == "not-found"


def test_a_near_title_of_the_same_author_and_year_is_a_mismatch() -> None:
    near = RECORD_OF_NAPS._replace(titles=("Naps and mood on the lake at night",))
    assert (
        judged(
            entry(title="Naps and mood on the lake shore at night"),
            {"crossref query marsh naps and mood on the lake shore at night sleep rest 2020": near},
        ).verdict
        == "mismatch"
    )


@pytest.mark.parametrize(
    "parts", [{"kind": "book", "volume": ""}, {"kind": "chapter"}, {"kind": "preprint"}, {"volume": ""}]
)
def test_what_need_not_be_in_a_catalogue(parts: Mapping[str, Any]) -> None:
    assert judged(entry(**parts), {QUERY: None, CITATION: None}).verdict == "unlisted"


def test_a_short_title_needs_more_to_go_by() -> None:
    short = entry(title="Naps")
    query = "crossref query marsh naps sleep rest 2020"
    same = RECORD_OF_NAPS._replace(titles=("Naps",))
    assert judged(short, {query: same}).verdict == "found"
    assert judged(short, {query: same._replace(authors=("Lund",)), CITATION: None}).verdict == "not-found"


def test_a_web_page_is_not_asked_about() -> None:
    page = entry(kind="web", url="https://health.example/naps", container="", volume="", pages="")
    assert judged(page, {}) == Judgement("unlisted")


def test_a_group_may_sign_for_its_members() -> None:
    group = RECORD_OF_NAPS._replace(authors=(), groups=("The Lake Study Group",))
    by = {"crossref doi 10.5555/lake.1": group}
    assert judged(entry(doi="10.5555/lake.1"), by).verdict == "found"
    assert judged(entry(doi="10.5555/lake.1", authors=(Author("Lake Study Group"),)), by).verdict == "found"


@pytest.mark.parametrize(
    ("notices", "title", "verdict"),
    [
        ((Notice("retraction", "10.5555/n"),), "Naps and mood at the lake", "retracted"),
        ((Notice("concern"),), "Naps and mood at the lake", "concern"),
        ((Notice("correction"),), "Naps and mood at the lake", "corrected"),
        ((Notice("correction"), Notice("retraction")), "Naps and mood at the lake", "retracted"),
        ((), "RETRACTED: Naps and mood at the lake", "retracted"),
        ((), "[Withdrawn] Naps and mood at the lake", "retracted"),
    ],
)
def test_notices(notices: tuple[Notice, ...], title: str, verdict: str) -> None:
    found = RECORD_OF_NAPS._replace(notices=notices, titles=(title,))
    assert judged(entry(doi="10.5555/lake.1"), {"crossref doi 10.5555/lake.1": found}).verdict == verdict


def test_a_title_may_speak_of_withdrawal() -> None:
    found = RECORD_OF_NAPS._replace(titles=("Withdrawn from opioids at the lake",))
    one = entry(title="Withdrawn from opioids at the lake", doi="10.5555/lake.1")
    assert judged(one, {"crossref doi 10.5555/lake.1": found}).verdict == "found"


def test_a_retraction_is_told_though_a_question_is_open() -> None:
    gone = RECORD_OF_NAPS._replace(notices=(Notice("retraction", "10.5555/n"),))
    found = judged(entry(doi="10.5555/lake.1", pmid="77"), {"crossref doi 10.5555/lake.1": gone})
    assert (found.verdict, notice(found)) == (
        "retracted",
        "was retracted (notice: https://doi.org/10.5555/n)",
    )
    assert found.open == (Question("pubmed", "pmid", "77"),)


def test_what_was_mended_by_the_record_needs_no_new_question() -> None:
    by = {QUERY.replace("2020", "2014"): RECORD_OF_NAPS}
    assert judged(entry(year=2014), by).verdict == "mismatch"
    assert judged(entry(year=2020), by).verdict == "found"
    assert judged(entry(year=2020, doi="10.5555/lake.1"), by).verdict == "found"


TEXT = st.text(max_size=12)


@given(
    st.builds(
        Entry,
        TEXT,
        st.just(Span(0, 1)),
        st.lists(st.builds(Author, TEXT, TEXT)).map(tuple),
        st.none() | st.integers(0, 3000),
        TEXT,
        TEXT,
        TEXT,
        TEXT,
        TEXT,
        TEXT,
        TEXT,
        TEXT,
    ),
    st.builds(
        Work,
        st.lists(TEXT.filter(str.strip), min_size=1, max_size=3).map(tuple),
        st.lists(TEXT).map(tuple),
        st.lists(TEXT).map(tuple),
        st.lists(st.integers(0, 3000)).map(tuple),
        st.lists(TEXT).map(tuple),
        TEXT,
        TEXT,
    ),
)
def test_any_entry_can_be_judged_by_any_work(one: Entry, record: Work) -> None:
    answers = Answers()
    for _ in range(6):
        found = judge(one, answers, MEASURE)
        assert found.verdict in VERDICTS
        if not found.open:
            break
        for question in found.open:
            answers.add(question, Answer((record,), "2026-01-01"))
    assert not judge(one, answers, MEASURE).open
    assert isinstance(difference(found) + absence(found), str)


# -- the corpus of entries -----------------------------------------------------------------------------------

CASES = [
    case
    for name in ("reading.yml", "held-out.yml")
    for case in measured.cases(name)
    if case.get("title") and not case.get("faults")
]
"""Entries in all styles, and what is right about them; here it is what the catalogues have."""


def work_of(case: Mapping[str, Any]) -> Work:
    people = [person.strip() for person in str(case.get("authors", "")).split(";") if person.strip()]
    return Work(
        titles=(str(case["title"]),),
        authors=tuple(person.partition(",")[0] for person in people if "," in person),
        groups=tuple(person for person in people if "," not in person),
        years=(int(case["year"]),) if case.get("year") else (),
        containers=(str(case["container"]),) if case.get("container") else (),
        volume=str(case.get("volume", "")),
        pages=str(case.get("pages", "")),
        doi=str(case.get("doi", "")),
        pmid=str(case.get("pmid", "")),
    )


WORKS = [work_of(case) for case in CASES]


def answered(question: Question) -> Answer:
    """As a catalogue of all these works would."""
    if question.how in ("doi", "pmid"):
        return Answer(tuple(one for one in WORKS if getattr(one, question.how).lower() == question.what)[:1])
    if question.how == "query":
        asked = set(question.what.split())
        return Answer(tuple(sorted(WORKS, key=lambda one: -len(asked & _told(one)))[:3]))
    return Answer()


def _told(one: Work) -> set[str]:
    return set(words(" ".join((*one.titles, *one.authors, *one.containers))))


def verdict(one: Entry) -> str:
    answers = Answers()
    while open_ := judge(one, answers, MEASURE).open:
        answers.add(open_[0], answered(open_[0]))
    return judge(one, answers, MEASURE).verdict


@pytest.fixture(scope="module")
def corpus() -> list[Entry]:
    return [measured.entry_of(case) for case in CASES]


def test_no_entry_of_the_corpus_is_accused_of_anything(corpus: list[Entry]) -> None:
    verdicts = [(one.text, verdict(one)) for one in corpus]
    assert [text for text, found in verdicts if found not in ("found", "unlisted")] == []
    assert sum(found == "found" for _, found in verdicts) > 0.8 * len(corpus)


FAULTS: Mapping[str, Callable[[Entry], Mapping[str, Any]]] = {
    "year": lambda one: {"year": one.year + 4} if one.year else {},
    "journal": lambda _: {"container": "Annals of Harbour Fog"},
    "volume": lambda one: {"volume": str(int(one.volume) + 9)} if one.volume.isdecimal() else {},
    "author": lambda one: (
        {"authors": (Author("Zyrophane", "Q"),)} if one.authors and one.authors[0].given else {}
    ),
}


@pytest.mark.parametrize("part", FAULTS)
def test_a_fault_in_any_entry_is_told(part: str, corpus: list[Entry]) -> None:
    wrong = [(one, FAULTS[part](one)) for one in corpus if one.kind == "article" and one.volume]
    faulty = [one._replace(**fields) for one, fields in wrong if fields]
    assert len(faulty) > 60
    assert [one.text for one in faulty if verdict(one) not in ("mismatch", "not-found")] == []
