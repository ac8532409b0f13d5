"""How Crossref and PubMed are asked, and what their answers mean; a server on this machine stands for both."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import pytest
from catalogues import NAPS, Catalogue, Reply, as_json, first, paper, served, unused_port, update
from hypothesis import given
from hypothesis import strategies as st

from medlint.bibliography import Author, Entry
from medlint.model import Span
from medlint.rules import load_rules
from medlint.verifying import crossref, pubmed
from medlint.verifying.answers import Answer, Answers, Notice, Question, Work, parse, render
from medlint.verifying.client import ATTEMPTS, Client, Service, UnansweredError
from medlint.verifying.comparing import Measure
from medlint.verifying.foreign import UnreadableError
from medlint.verifying.lookup import Catalogues, kinds_of_notices, look_up

KINDS = kinds_of_notices(load_rules().references)


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch) -> Iterator[Catalogue]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with served(Catalogue()) as found:
        yield found


# -- what catalogues say -------------------------------------------------------------------------------------


def body(reply: Reply) -> bytes:
    return reply[2]


DOI = Question("crossref", "doi", "10.5555/lake.1")


def crossref_work(**fields: Any) -> Work:
    told = body(as_json({"status": "ok", "message": {**NAPS, **fields}}))
    return crossref.read(DOI, told, KINDS, "2026-01-31").works[0]


def test_a_record_of_crossref() -> None:
    assert crossref_work(subtitle=["A Trial"], **{"short-container-title": ["Sleep Rest"]}) == Work(
        titles=("Naps and mood at the lake", "Naps and mood at the lake: A Trial"),
        authors=("Marsh",),
        years=(2020,),
        containers=("Sleep and Rest", "Sleep Rest"),
        volume="4",
        pages="11-19",
        doi="10.5555/lake.1",
    )


@pytest.mark.parametrize(
    ("fields", "notices"),
    [
        (
            {"updated-by": [update("retraction", "10.5555/N", "retraction-watch")]},
            (Notice("retraction", "10.5555/n"),),
        ),
        ({"updated-by": [update("withdrawal", "10.5555/n")]}, (Notice("retraction", "10.5555/n"),)),
        ({"updated-by": [update("expression_of_concern", "10.5555/n")]}, (Notice("concern", "10.5555/n"),)),
        ({"updated-by": [update("erratum", "10.5555/n")]}, (Notice("correction", "10.5555/n"),)),
        ({"update-to": [update("withdrawal", "10.5555/LAKE.1")]}, (Notice("retraction"),)),
        ({"update-to": [update("retraction", "10.5555/other")]}, ()),
        (
            {"relation": {"is-retracted-by": [{"id-type": "doi", "id": "10.5555/N"}]}},
            (Notice("retraction", "10.5555/n"),),
        ),
        ({"relation": {"is-preprint-of": [{"id-type": "doi", "id": "10.5555/n"}]}}, ()),
        ({"updated-by": [update("something_new", "10.5555/n")]}, ()),
    ],
)
def test_notices_of_crossref(fields: Mapping[str, Any], notices: tuple[Notice, ...]) -> None:
    assert crossref_work(**fields).notices == notices


def test_crossref_is_asked_in_its_own_way() -> None:
    sici = Question("crossref", "doi", "10.1002/(sici)1097-0258(1998)17:15<1661::aid-sim968>3.0.co;2-2")
    path, params = crossref.request(sici, "ed@clinic.example")
    assert (
        path == "/works/10.1002%2F%28sici%291097-0258%281998%2917%3A15%3C1661%3A%3Aaid-sim968%3E3.0.co%3B2-2"
    )
    assert params == {"mailto": "ed@clinic.example"}
    assert crossref.request(Question("crossref", "agency", "10.1/a"), "") == ("/works/10.1%2Fa/agency", {})
    query = crossref.request(Question("crossref", "query", "naps"), "")
    assert query == ("/works", {"query.bibliographic": "naps", "rows": "3"})


PMID = Question("pubmed", "pmid", "77")


def pubmed_work(**fields: Any) -> Work:
    told = {
        "result": {
            "uids": ["77"],
            "77": {**paper("77", "Naps at the lake", "Van Berg JA Jr", 2020, "Sleep", "4:1"), **fields},
        }
    }
    return pubmed.read(PMID, json.dumps(told).encode(), KINDS, "2026-01-31").works[0]


def test_a_summary_of_pubmed() -> None:
    ids = [{"idtype": "doi", "value": "10.5555/LAKE.1"}]
    assert pubmed_work(epubdate="2019 Dec 3", fulljournalname="Sleep and rest", articleids=ids) == Work(
        titles=("Naps at the lake",),
        authors=("Van Berg",),
        years=(2020, 2019),
        containers=("Sleep", "Sleep and rest"),
        volume="4",
        pages="1",
        doi="10.5555/lake.1",
        pmid="77",
    )
    assert pubmed_work(title="[Naps at the lake].").titles == ("Naps at the lake",)


@pytest.mark.parametrize(
    ("fields", "notices"),
    [
        ({"pubtype": ["Journal Article", "Retracted Publication"]}, (Notice("retraction"),)),
        ({"references": [{"reftype": "Retraction in", "pmid": 810}]}, (Notice("retraction", "810"),)),
        (
            {"pubtype": ["Retracted Publication"], "references": [{"reftype": "Retraction in", "pmid": 810}]},
            (Notice("retraction", "810"),),
        ),
        (
            {"references": [{"reftype": "Expression of concern in", "pmid": "810"}]},
            (Notice("concern", "810"),),
        ),
        ({"references": [{"reftype": "Erratum in", "pmid": ""}]}, (Notice("correction"),)),
        ({"references": [{"reftype": "ExpressionOfConcernIn"}]}, (Notice("concern"),)),
        ({"references": [{"reftype": "Comment in", "pmid": 810}]}, ()),
        ({"references": [{"reftype": "Erratum for", "pmid": 810}], "pubtype": ["Published Erratum"]}, ()),
        (
            {
                "references": [{"reftype": "Retraction of", "pmid": 810}],
                "pubtype": ["Retraction of Publication"],
            },
            (),
        ),
        ({"pubtype": ["Expression of Concern"]}, ()),
    ],
)
def test_notices_of_pubmed(fields: Mapping[str, Any], notices: tuple[Notice, ...]) -> None:
    assert pubmed_work(**fields).notices == notices


def test_an_unknown_pmid_is_an_answer() -> None:
    told = {"result": {"uids": ["77"], "77": {"uid": "77", "error": "cannot get document summary"}}}
    assert pubmed.read(PMID, json.dumps(told).encode(), KINDS, "2026-01-31") == Answer((), "2026-01-31")


@pytest.mark.parametrize(
    ("told", "pmid"),
    [
        ("sleep|2020|4|11|marsh|medlint|77\n", "77"),
        ("sleep|2020|4|11|marsh|medlint|NOT_FOUND\n", ""),
        ("sleep|2020|4|11|marsh|medlint|NOT_FOUND;INVALID_JOURNAL", ""),
        ("sleep|2020|4|11|marsh|medlint|AMBIGUOUS (3 citations)", ""),
    ],
)
def test_citation_match(told: str, pmid: str) -> None:
    question = Question("pubmed", "citation", "sleep|2020|4|11|marsh")
    assert pubmed.read(question, told.encode(), KINDS, "2026-01-31").note == pmid


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (DOI, b"<html>busy</html>"),
        (DOI, b"[]"),
        (DOI, b'{"status": "failed", "message": [{"type": "validation-failure"}]}'),
        (DOI, b'{"message": {}}'),
        (DOI, b"[" * 100_000),
        (Question("crossref", "query", "naps"), b'{"message": {"items": {}}}'),
        (Question("crossref", "agency", "10.1/a"), b'{"message": {}}'),
        (PMID, b'{"error": "API rate limit exceeded"}'),
        (PMID, b'{"result": {"77": {"uid": "77"}}}'),
        (Question("pubmed", "citation", "a|b"), b"<html>busy</html>"),
    ],
)
def test_what_cannot_be_understood_is_no_answer(question: Question, told: bytes) -> None:
    with pytest.raises(UnreadableError):
        (crossref if question.catalogue == "crossref" else pubmed).read(question, told, KINDS, "2026-01-31")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *NAPS,
                    "family",
                    "name",
                    "DOI",
                    "type",
                    "date-parts",
                    "updated-by",
                    "update-to",
                    "references",
                    "reftype",
                    "pubtype",
                    "authors",
                    "articleids",
                    "77",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_answers_of_any_form_do_no_harm(told: Any) -> None:
    for question, data in [
        (DOI, {"message": told}),
        (DOI, {"message": {**NAPS, **(told if isinstance(told, dict) else {}), "DOI": "10.5555/a"}}),
        (Question("crossref", "query", "naps"), {"message": {"items": [told, NAPS]}}),
        (PMID, {"result": told}),
        (PMID, {"result": {"77": told}}),
    ]:
        catalogue = crossref if question.catalogue == "crossref" else pubmed
        try:
            answer = catalogue.read(question, json.dumps(data).encode(), KINDS, "2026-01-31")
        except UnreadableError:
            continue
        assert parse(render(Answers({str(question): answer})), "r.json") == Answers({str(question): answer})


# -- asking --------------------------------------------------------------------------------------------------


def service(base: str, per_second: float = 1000) -> Service:
    return Service("Crossref", f"{base}/crossref", per_second)


ENTRY = Entry(
    "", Span(0, 1), (Author("Marsh", "J"),), 2020, container="Sleep Rest", volume="4", pages="11-19"
)
PATH = "/works/10.5555%2Flake.1"


def test_a_service_that_has_had_enough_is_left_alone_for_as_long_as_it_says(catalogue: Catalogue) -> None:
    catalogue.works["10.5555/lake.1"] = NAPS
    catalogue.fault = first((429, {"Retry-After": "1"}, b"Too many requests"))
    start = time.monotonic()
    told = Client("", 5).get(service(catalogue.base), PATH, {})
    assert told is not None
    assert b"Naps" in told
    assert time.monotonic() - start >= 1
    assert len(catalogue.requests) == 2


def test_retry_after_may_be_a_date(catalogue: Catalogue) -> None:
    later = format_datetime(datetime.now(timezone.utc) + timedelta(hours=1), usegmt=True)
    catalogue.fault = first((503, {"Retry-After": later}, b""), ATTEMPTS)
    start = time.monotonic()
    with pytest.raises(UnansweredError, match="is out of order"):
        Client("", 5).get(service(catalogue.base), PATH, {})
    assert (len(catalogue.requests), time.monotonic() - start < 1) == (1, True)


def test_a_service_that_fails_is_asked_again_but_not_for_ever(catalogue: Catalogue) -> None:
    catalogue.fault = lambda _: (500, {}, b"oops")
    with pytest.raises(UnansweredError, match=r"is out of order \(500\)"):
        Client("", 5).get(service(catalogue.base), PATH, {})
    assert len(catalogue.requests) == ATTEMPTS


def test_a_service_that_never_answers_is_given_up(catalogue: Catalogue) -> None:
    catalogue.fault = lambda _: (403, {}, b"")
    asked, client = service(catalogue.base), Client("", 5)
    for _ in range(5):
        with pytest.raises(UnansweredError, match=r"refused to answer \(403\)"):
            client.get(asked, PATH, {})
    assert len(catalogue.requests) == 3


def test_a_service_that_is_slow(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("medlint.verifying.client.ATTEMPTS", 1)
    catalogue.delay = 1.0
    start = time.monotonic()
    with pytest.raises(UnansweredError, match="did not answer in time"):
        Client("", 0.2).get(service(catalogue.base), PATH, {})
    assert time.monotonic() - start < 0.9


def test_an_answer_that_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("medlint.verifying.client.ATTEMPTS", 1)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(4000)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                for _ in range(40):
                    try:
                        connection.sendall(b" ")
                    except OSError:
                        return
                    time.sleep(0.05)

        threading.Thread(target=drip, daemon=True).start()
        start = time.monotonic()
        with pytest.raises(UnansweredError, match="did not answer in time"):
            Client("", 0.3).get(service(f"http://127.0.0.1:{server.getsockname()[1]}"), PATH, {})
        assert time.monotonic() - start < 1


def test_an_answer_of_great_length(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("medlint.verifying.client.MOST_BYTES", 1000)
    catalogue.fault = lambda _: (200, {}, b" " * 2000)
    with pytest.raises(UnansweredError, match="at too great a length"):
        Client("", 5).get(service(catalogue.base), PATH, {})


def test_nothing_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("medlint.verifying.client.ATTEMPTS", 1)
    with pytest.raises(UnansweredError, match="cannot be reached"):
        Client("", 5).get(service(f"http://127.0.0.1:{unused_port()}"), PATH, {})


def test_a_redirect_is_followed_on_the_same_host_alone(catalogue: Catalogue) -> None:
    catalogue.works["10.5555/lake.1"] = NAPS
    moved = (301, {"Location": f"/crossref{PATH}"}, b"")
    catalogue.fault = lambda path: moved if path.endswith("old") else None
    assert Client("", 5).get(service(catalogue.base), "/works/old", {}) is not None
    catalogue.fault = lambda _: (302, {"Location": "http://elsewhere.example/"}, b"")
    with pytest.raises(UnansweredError, match=r"sends medlint on to elsewhere\.example"):
        Client("", 5).get(service(catalogue.base), PATH, {})


def test_requests_keep_their_distance(catalogue: Catalogue) -> None:
    asked, client, start = service(catalogue.base, per_second=20), Client("", 5), time.monotonic()
    for _ in range(5):
        client.get(asked, PATH, {})
    assert time.monotonic() - start >= 4 / 20


def test_not_more_than_three_at_once(catalogue: Catalogue) -> None:
    catalogue.delay = 0.05
    client = Client("ed@clinic.example", 5)
    services = {
        "crossref": service(catalogue.base),
        "pubmed": Service("PubMed", f"{catalogue.base}/pubmed", 1000),
    }
    catalogues = Catalogues(services, client, "ed@clinic.example", KINDS)
    kept: list[Question] = []
    look_up(
        [ENTRY._replace(title=f"Naps and mood at the lake on day {n}") for n in range(12)],
        Answers(),
        catalogues,
        Measure(load_rules().references),
        today=date(2026, 1, 31),
        keep=lambda question, _: kept.append(question),
        done=lambda: None,
    )
    assert len(catalogue.requests) == len(kept) == 13, "one citation is the same for all"
    assert catalogue.most_at_once == 3
