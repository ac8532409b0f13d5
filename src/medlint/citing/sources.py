"""Which addresses count as a source: outside pages do; own pages, shops, forms and media do not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from medlint.expressions import compiled
from medlint.language import Endings

_ADDRESS = compiled(
    r"^(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?(?://(?P<host>[^/?#]*))?"
    r"(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?$",
    re.DOTALL,
)

OWN_PAGE = "a link to the site's own pages"
SAME_PAGE = "a link within this page"
NOT_A_PAGE = "not the address of a page"

_REFUSED_HOSTS = (
    ("social-hosts", "a link to social media"),
    ("app-stores", "a link to an app store"),
    ("map-hosts", "a link to a map"),
    ("search-pages", "a link to a search page"),
    ("form-hosts", "a link to a form or a booking page"),
    ("shop-hosts", "a link to a shop"),
)


class EvidenceOptions(NamedTuple):
    """What a site counts as evidence.

    `own_hosts` are the site's own hosts (with all their subdomains), `trusted` hosts always count and
    `refused` never do; a host may be followed by the beginning of a path. `patterns` are regular expressions:
    text, or the source of a component, that counts as a citation. `lists` holds the word lists of
    rules/lexicons by name; a list that is missing is empty. `keys` are those that the bibliographies of the article
    have, None where they are not known and any key will do.
    """

    scope: str = "paragraph"
    own_hosts: tuple[str, ...] = ()
    trusted: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    lists: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    endings: Endings = Endings()
    keys: frozenset[str] | None = None

    def words(self, name: str) -> frozenset[str]:
        """The terms of a word list in lower case."""
        return _lowered(tuple(self.lists.get(name, ())))


class Address(NamedTuple):
    """The parts of a URL, host without port and in lower case; all but `path` may be empty."""

    scheme: str
    host: str
    path: str
    query: str
    fragment: str


def parse_address(url: str) -> Address:
    """Takes any string apart; `www.` without a scheme is read as a host."""
    if url.lower().startswith("www."):
        url = f"//{url}"
    parts = _ADDRESS.match(url)
    assert parts is not None  # every part of the expression is optional
    host = (parts["host"] or "").rpartition("@")[2].partition(":")[0].lower().rstrip(".")
    return Address(
        (parts["scheme"] or "").lower(), host, parts["path"], parts["query"] or "", parts["fragment"] or ""
    )


def why_not_a_source(url: str, options: EvidenceOptions) -> str:
    """Empty when the address counts as a source, else the reason in plain words."""
    address = parse_address(url.strip())
    if address.scheme == "doi":
        return ""
    if address.scheme not in ("", "http", "https"):
        return "a contact address" if address.scheme in ("mailto", "tel", "sms") else NOT_A_PAGE
    if not address.host:
        return OWN_PAGE if address.path or address.query else SAME_PAGE
    if _on(address, options.trusted):
        return ""
    if _on(address, options.refused):
        return "a site that is not accepted as a source"
    if _on(address, options.own_hosts):
        return OWN_PAGE
    return _why_refused(address, options)


def _why_refused(address: Address, options: EvidenceOptions) -> str:
    for name, reason in _REFUSED_HOSTS:
        if _on(address, options.lists.get(name, ())):
            return reason
    if address.path.lower().endswith(tuple(options.words("media-endings"))):
        return "a link to an image or a media file"
    if _on(address, options.lists.get("scholarly-hosts", ())):
        return ""
    segments = {segment.lower() for segment in address.path.split("/")}
    if options.words("shop-paths") & segments or address.host.split(".")[0] in options.words("shop-labels"):
        return "a link to a shop"
    if options.words("form-paths") & segments:
        return "a link to a form or a booking page"
    parameters = {pair.partition("=")[0].lower() for pair in address.query.split("&")}
    return "an affiliate link" if options.words("affiliate-parameters") & parameters else ""


def _on(address: Address, places: Iterable[str]) -> bool:
    """Whether the address lies on one of the places, each a host or a host with the beginning of a path."""
    paths = _paths_by_host(tuple(places))
    host = address.host
    while host:
        if host in paths and address.path.lower().startswith(paths[host]):
            return True
        host = host.partition(".")[2]
    return False


@cache
def _paths_by_host(places: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for place in places:
        host, slash, path = place.lower().removeprefix("https://").removeprefix("http://").partition("/")
        host = host.removeprefix("www.")
        found[host] = (*found.get(host, ()), f"{slash}{path}" if path else "")
    return found


@cache
def _lowered(terms: tuple[str, ...]) -> frozenset[str]:
    return frozenset(term.lower() for term in terms)
