"""Who wrote it: the names at the beginning of an entry, in the order and with the signs of each style."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from medlint.bibliography.entry import Author
from medlint.bibliography.words import ReferenceWords
from medlint.expressions import compiled

_UPPER = "".join(chr(code) for code in range(0x250) if chr(code).isupper())
_PARTICLE = (
    r"(?:van|von|der|den|de|del|della|di|da|das|do|dos|du|la|le|ten|ter|zu|zur|af|av|bin|ibn|st\."
    r"|Van|Von|De|Del|St\.)"
)
_FAMILY = (
    rf"(?:{_PARTICLE}\s){{0,3}}(?:(?:[dDlLO]|al|el|Al|El)[-'’ʼ])?[{_UPPER}][\w'’ʼ‐‑-]{{0,40}}"
    rf"(?:\s(?:(?:{_PARTICLE}|e|y)\s){{0,2}}[{_UPPER}][\w'’ʼ‐‑-]{{0,40}}){{0,3}}"
)
_INITIALS = rf"(?!(?:I{{2,3}}|IV)\b)[{_UPPER}](?![a-z])\.?(?:[\s-]?[{_UPPER}](?![a-z])\.?){{0,3}}"
_DOTTED = rf"[{_UPPER}]\.(?:[\s-]?-?[{_UPPER}]\.){{0,3}}"
_SUFFIX = r"(?:Jr|Sr|I{2,3}|IV|2nd|3rd)\b\.?"
_BEHIND = r"(?=\s*(?:[,;.:(\[“\"]|and\b|&|et\b|$|\d{4}|on\sbehalf|for\sthe))"
_ET_AL = r"[,;.]?\s*\(?(?:(?:and\s)?et\.?\s?al\b\.?|and\sothers\b|others\b|and\scolleagues\b)"
_LONGEST_LIST = 120


class Names(NamedTuple):
    """The authors and where their names end; a `bare` name has neither first name nor initials."""

    authors: tuple[Author, ...]
    end: int
    bare: bool = False


def read_names(text: str, start: int, words: ReferenceWords) -> Names | None:
    """The names that begin at `start`; None when what stands there reads like none."""
    for begins, follows in _STYLES:
        found = _listed(text, start, begins, follows, words)
        if found is not None:
            return found
    return _body(text, start, words) or _bare(text, start, words)


def read_editors(text: str, start: int, words: ReferenceWords) -> Names | None:
    """Names that are said to be those of editors; the end is behind that word."""
    names = read_names(text, start, words)
    told = words.editors.match(text, names.end) if names else None
    return names._replace(end=told.end()) if names and told else None


def _listed(
    text: str, start: int, begins: re.Pattern[str], follows: re.Pattern[str], words: ReferenceWords
) -> Names | None:
    """A list of persons in one style, and a body that signs with them."""
    first = begins.match(text, start)
    if first is None or _no_person(first, words):
        return None
    authors, at = [_author(first)], first.end()
    while len(authors) < _LONGEST_LIST:
        step = _ELLIPSIS.match(text, at) or _SEPARATOR.match(text, at)
        if step is None:
            break
        person = follows.match(text, step.end())
        if person is None or _no_person(person, words):
            break
        authors.append(_author(person))
        at = person.end()
    at = _end_of(_OTHERS, text, at)
    for body, end in _bodies_behind(text, at, words):
        authors.append(body)
        at = end
    return Names(tuple(authors), _end_of(_OTHERS, text, at))


def _author(m: re.Match[str]) -> Author:
    parts = m.groupdict()
    given = " ".join(part for part in (parts["given"], parts.get("suffix")) if part)
    return Author(" ".join(parts["family"].split()), " ".join(given.split()))


def _no_person(m: re.Match[str], words: ReferenceWords) -> bool:
    """“Vitamin D.” and “Fenwick Library, Leeds” have the shape of a person and are none."""
    family = m["family"]
    last = family.split()[-1].lower()
    return last in words.among("reference-no-names") or (
        " " in family and words.has("reference-bodies", family)
    )


def _bodies_behind(text: str, at: int, words: ReferenceWords) -> Iterator[tuple[Author, int]]:
    m = _SIGNING_TOO.match(text, at)
    if m and (words.has("reference-bodies", m["name"]) or m["name"].isupper()):
        yield Author(" ".join(m["name"].split())), m.end("name")


def _body(text: str, start: int, words: ReferenceWords) -> Names | None:
    """A body: nothing but capitalised words, one of which says what it is, or one acronym."""
    m = _BODY.match(text, start)
    if m is None:
        return _body_and_persons(text, start, words)
    name = m["name"].strip()
    tokens = [token for token in re.findall(r"[\w.'’&-]+", name) if token.lower() not in _JOINING]
    capitalised = all(token[0].isupper() or token == "&" for token in tokens)
    known = words.has("reference-bodies", name) or re.fullmatch(r"[A-Z]{2,9}", name) is not None
    if not tokens or len(tokens) > 14 or not capitalised or not known:
        return None
    return Names(
        (Author(" ".join((name + (m["acronym"] or "")).split())),),
        m.end("ends") if m["ends"] in ".:" else m.start("ends"),
    )


def _body_and_persons(text: str, start: int, words: ReferenceWords) -> Names | None:
    """“Harbour Task Force, Hale M, Ruiz P.”: a body in front of those who wrote for it."""
    m = _BODY_FIRST.match(text, start)
    if m is None or not words.has("reference-bodies", m["name"]):
        return None
    persons = _listed(text, m.end(), *_STYLES[0], words)
    return persons and persons._replace(authors=(Author(" ".join(m["name"].split())), *persons.authors))


def _bare(text: str, start: int, words: ReferenceWords) -> Names | None:
    """“Hale et al.”, “Hale & Ruiz (2019)”, and “Hale 2019” where nothing but the year follows."""
    m = _BARE.match(text, start)
    if m is None or m["family"].lower() in words.among("not-authors"):
        return None
    authors = [Author(m["family"])] + ([Author(m["second"])] if m["second"] else [])
    return Names(tuple(authors), m.end(), bare=True)


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    m = pattern.match(text, at)
    return m.end() if m else at


_AMA = compiled(rf"(?P<family>{_FAMILY})\s(?P<given>{_INITIALS})(?:\s(?P<suffix>{_SUFFIX}))?{_BEHIND}")
_APA = compiled(
    rf"(?P<family>{_FAMILY}),\s?(?P<given>{_DOTTED}|{_INITIALS})(?:,?\s(?P<suffix>{_SUFFIX}))?(?:(?=\s*(?:[,;.:(\[“\"'‘&]|and\b|et\b|$|\d{{4}}|…|ed)))"
)
_IEEE = compiled(rf"(?P<given>{_DOTTED})\s?(?P<family>{_FAMILY}){_BEHIND}")
_WHOLE = rf"[{_UPPER}][\w'’-]+(?:\s[{_UPPER}]\.|\s[{_UPPER}][\w'’-]+){{0,2}}"
_MLA = compiled(
    rf"(?P<family>{_FAMILY}),\s(?P<given>[{_UPPER}][a-zà-ɏ'’-]+(?:\s[{_UPPER}](?![a-z])\.?|\s[{_UPPER}][a-zà-ɏ'’-]+){{0,2}})"
    rf"(?=\.\s|\.?,?\s(?:and|&)\s|\.?,\s(?:{_WHOLE},|et\sal|ed)|\s\()"
)
_GIVEN_FIRST = compiled(
    rf"(?P<given>[{_UPPER}][\w'’-]+(?:\s[{_UPPER}]\.)?)\s(?P<family>{_FAMILY})(?=[.,;]|\s(?:and|&)\s|\s\()"
)
_STYLES = ((_AMA, _AMA), (_APA, _APA), (_IEEE, _IEEE), (_MLA, _GIVEN_FIRST))
_SEPARATOR = compiled(r"\s*(?:[,;]\s*(?:and\s|&\s?)?|\s(?:and|&)\s)")
_ELLIPSIS = compiled(r",?\s*(?:\.\s?\.\s?\.|…),?\s*")
_OTHERS = compiled(_ET_AL, re.IGNORECASE)
_SIGNING_TOO = compiled(
    rf"\s*(?:;\s*|,?\s+(?:on\sbehalf\sof|for|and)\s)(?:and\s|on\sbehalf\sof\s|for\s)?(?:the\s)?(?P<name>[{_UPPER}][^.;:,]{{2,100}}?)(?=[.;:]|,|$)"
)
_JOINING = frozenset(("of", "for", "and", "the", "on", "in", "at", "de", "des", "la", "to", "with"))
_BODY = compiled(
    rf"(?P<name>(?:U\.?[SK]\.?\s)?[{_UPPER}](?:[^.;:()\[\],“\"?!]|\([{_UPPER}]{{2,10}}\)(?=\s)|,(?=\s[^,.;:]{{2,60}},?\sand\s)){{1,180}}?)"
    rf"(?P<acronym>\s\([{_UPPER}]{{2,10}}\)|(?<=[{_UPPER}])\s\([^()]{{5,80}}\))?"
    r"(?P<ends>\.(?=\s)|:(?=\s)|\.?\s?\(?(?=\(?(?:(?:1[89]|20)\d\d|n\.d|in\spress)))"
)
_BODY_FIRST = compiled(
    rf"(?P<name>[{_UPPER}][^.;:()\[\],“\"?!]{{2,100}}),\s(?={_FAMILY}\s{_INITIALS}{_BEHIND})"
)
_BARE = compiled(
    rf"(?P<family>{_FAMILY})(?:,?\s(?:and|&)\s(?P<second>{_FAMILY}))?"
    rf"(?:{_ET_AL}|(?=\s\((?:1[89]|20)\d\d)|(?=,?\s(?:1[89]|20)\d\d[a-z]?[.,;:]?\s*$))"
)
