"""A web server on this machine that answers as Crossref and PubMed do, for tests that look references up.

What it says about a work is written here; nothing else is ever asked, as the addresses of both catalogues are its own.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

Reply = tuple[int, Mapping[str, str], bytes]
Fault = Callable[[str], Reply | None]
"""From the path of a request to what to answer instead; None to answer as usual."""


@dataclass
class Catalogue:
    """What the server has, what it was asked, and how many requests it had at once."""

    works: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """Crossref's records by DOI."""
    agencies: dict[str, str] = field(default_factory=dict)
    """DOIs that another agency gave out."""
    papers: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """PubMed's summaries by PMID."""
    cited: dict[str, str] = field(default_factory=dict)
    """Citations as ecitmatch is given them, without the key, and the PMIDs they match."""
    in_pmc: dict[str, str] = field(default_factory=dict)
    """PMC numbers and the PMIDs they go with."""
    fault: Fault | None = None
    delay: float = 0.0
    requests: list[str] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    most_at_once: int = 0
    base: str = ""
    _now: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def asked(self, start: str) -> list[str]:
        """The requests whose path begins so."""
        return [path for path in self.requests if path.startswith(start)]

    def reply(self, path: str, agent: str) -> Reply:
        with self._lock:
            self.requests.append(path)
            self.agents.append(agent)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        try:
            time.sleep(self.delay)
            instead = self.fault(path) if self.fault else None
            return instead or self._answer(path)
        finally:
            with self._lock:
                self._now -= 1

    def _answer(self, path: str) -> Reply:
        address = urlsplit(path)
        given = {name: values[0] for name, values in parse_qs(address.query, keep_blank_values=True).items()}
        if address.path == "/crossref/works":
            return self._list(given)
        if address.path.startswith("/crossref/works/"):
            return self._work(address.path.removeprefix("/crossref/works/"))
        if address.path == "/pubmed/esummary.fcgi":
            return self._summary(given)
        if address.path == "/pubmed/ecitmatch.cgi":
            cited = given["bdata"].rpartition("|medlint|")[0]
            return text(f"{given['bdata']}{self.cited.get(cited, 'NOT_FOUND')}\n")
        return 404, {}, b"Resource not found."

    def _work(self, name: str) -> Reply:
        doi = unquote(name.removesuffix("/agency")).lower()
        if name.endswith("/agency"):
            agency = "crossref" if doi in self.works else self.agencies.get(doi)
            if agency is None:
                return 404, {"Content-Type": "text/plain"}, b"Resource not found."
            told = {"DOI": doi, "agency": {"id": agency, "label": agency.title()}}
            return message("work-agency", told)
        if doi not in self.works:
            return 404, {"Content-Type": "text/plain"}, b"Resource not found."
        return message("work", self.works[doi])

    def _list(self, given: Mapping[str, str]) -> Reply:
        """The works that share most words with the query, as a search engine would have them."""
        asked = set(given["query.bibliographic"].split())
        found = [
            (len(asked & set(" ".join(work["title"]).lower().split())), work) for work in self.works.values()
        ]
        ranked = [work for shared, work in sorted(found, key=lambda pair: -pair[0]) if shared]
        items = ranked[: int(given["rows"])]
        return message(
            "work-list", {"total-results": len(ranked), "items": items, "items-per-page": len(items)}
        )

    def _summary(self, given: Mapping[str, str]) -> Reply:
        number = given["id"]
        known: Mapping[str, Any] | None = self.papers.get(number)
        if given["db"] == "pmc":
            pmid = self.in_pmc.get(number)
            ids = [{"idtype": "pmid", "value": pmid}, {"idtype": "pmcid", "value": f"PMC{number}"}]
            known = {"title": "A paper in PMC", "articleids": ids} if pmid else None
        told = {"uid": number, **(known or {"error": "cannot get document summary"})}
        return as_json(
            {"header": {"type": "esummary", "version": "0.3"}, "result": {"uids": [number], number: told}}
        )


def as_json(data: Any) -> Reply:
    return 200, {"Content-Type": "application/json"}, json.dumps(data).encode()


def text(body: str) -> Reply:
    return 200, {"Content-Type": "text/plain"}, body.encode()


def message(kind: str, told: Mapping[str, Any]) -> Reply:
    return as_json({"status": "ok", "message-type": kind, "message-version": "1.0.0", "message": told})


def work(
    doi: str, title: str, family: str, year: int, journal: str, place: str = "", **more: Any
) -> dict[str, Any]:
    """A record as Crossref has it; `place` is volume:pages."""
    volume, _, pages = place.partition(":")
    return {
        "DOI": doi,
        "type": "journal-article",
        "title": [title],
        "author": [{"given": "A.", "family": family, "sequence": "first", "affiliation": []}],
        "issued": {"date-parts": [[year, 3, 1]]},
        "container-title": [journal],
        **({"volume": volume, "page": pages} if place else {}),
        "relation": {},
        **more,
    }


def update(kind: str, doi: str, source: str = "publisher") -> dict[str, Any]:
    """A notice as it stands under `updated-by`."""
    told = {"DOI": doi, "type": kind, "label": kind.title(), "source": source}
    return {**told, "updated": {"date-parts": [[2022, 5, 2]], "date-time": "2022-05-02T00:00:00Z"}}


def paper(
    pmid: str, title: str, author: str, year: int, journal: str, place: str, **more: Any
) -> dict[str, Any]:
    """A summary as PubMed has it."""
    volume, _, pages = place.partition(":")
    return {
        "uid": pmid,
        "pubdate": f"{year} Mar",
        "epubdate": "",
        "source": journal,
        "authors": [{"name": author, "authtype": "Author", "clusterid": ""}],
        "title": f"{title}.",
        "volume": volume,
        "pages": pages,
        "pubtype": ["Journal Article"],
        "articleids": [{"idtype": "pubmed", "idtypen": 1, "value": pmid}],
        "references": [],
        "fulljournalname": journal,
        **more,
    }


NAPS = work("10.5555/lake.1", "Naps and mood at the lake", "Marsh", 2020, "Sleep and Rest", "4:11-19")


def first(fault: Reply, times: int = 1) -> Fault:
    """Answers otherwise so many times, then as usual."""
    left = [fault] * times
    return lambda _: left.pop() if left else None


def unused_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def served(catalogue: Catalogue) -> Iterator[Catalogue]:
    """The catalogue at `catalogue.base`, for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, headers, body = catalogue.reply(self.path, self.headers.get("User-Agent", ""))
            try:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                self.close_connection = True  # whoever asked has gone

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    catalogue.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield catalogue
    finally:
        server.shutdown()
        server.server_close()
