"""Recognises an author and a year: (Hale et al., 2019), Hale (2019), [see Hale & Ruiz 2019, p. 4]."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from medlint.citing.sources import EvidenceOptions
from medlint.expressions import compiled

_PARTICLES = (
    "van",
    "von",
    "de",
    "del",
    "della",
    "der",
    "den",
    "di",
    "da",
    "dos",
    "du",
    "el",
    "al",
    "la",
    "le",
    "ten",
    "ter",
)
_JOINING = frozenset((*_PARTICLES, "and", "et", "&", "of", "for", "on", "in", "the"))
_CASED = "".join(chr(code) for code in range(0x250) if chr(code).isupper())
YEAR = r"(?:1[89]|20)\d\d[a-z]?"
_PREFIX = "|".join((*_PARTICLES, *map(str.capitalize, _PARTICLES)))
_NAME = rf"(?<![\w-])(?:(?:{_PREFIX})[ -]){{0,2}}(?:[dlO]['’])?[{_CASED}][\w'’-]{{1,40}}"
_REST = r"(?:[,;:][^()\[\]]{0,60})?"
_BRACKETED_YEAR = compiled(r"[(\[](?:1[89]|20)\d\d")


class TextMark(NamedTuple):
    """A mark at `start:end`, which is the stretch to mask; `targets` is what it points to.

    `sure` is false for a shape that is also common elsewhere (ATBC (1994)) and counts only with an entry.
    """

    kind: str
    start: int
    end: int
    targets: tuple[str, ...]
    sure: bool = True


def author_year(part: str, options: EvidenceOptions) -> str | None:
    """“Krupitsky 2002” for “see Krupitsky et al., 2002, p. 3”; None when it is not an author and a year."""
    match = _part().match(part.strip())
    if match is None:
        return None
    tokens = match["authors"].split()
    names = [t.strip(".,:'’\"“”&") for t in tokens if t.strip(".,").lower() not in _JOINING]
    names = [name for name in names if name]
    if not names or len(tokens) > 14 or not all(name[0].isupper() and name[-1].isalpha() for name in names):
        return None
    banned = options.words("not-authors")
    if len(names[0]) < 2 or names[0].lower() in banned or names[-1].lower() in banned:
        return None
    first = re.split(r",| et al| & | and |;", match["authors"])[0].strip(" .")
    return f"{first} {match['year']}"


def author_years(text: str, options: EvidenceOptions) -> Iterator[TextMark]:
    """(Hale et al., 2019; Ruiz 2020), Hale et al. 2019 and Hale (2019), each as a mark."""
    for m in _group().finditer(text):
        if not re.search(r"\d{4}|n\.d\.|in press", m["inner"]):
            continue
        yield from _parts_of(m, options)
    for m in _et_al().finditer(text):
        yield TextMark("author-year", m.start("year"), m.end(), (f"{m['name']} {m['year'].strip(' ([')}",))
    for m in _narrative().finditer(text) if _BRACKETED_YEAR.search(text) else ():
        name = m["name"]
        if name.lower() in options.words("not-authors") or (m["second"] or "").lower() in options.words(
            "not-authors"
        ):
            continue
        sure = not name.isupper() and not name.islower()
        yield TextMark(
            "author-year",
            m.start("year"),
            m.end(),
            (f"{name} {m['year'].strip('([')[:5].rstrip('),;: ')}",),
            sure,
        )


def _parts_of(group: re.Match[str], options: EvidenceOptions) -> Iterator[TextMark]:
    """The marks of one parenthesis: all of it when it holds nothing else, else parts between semicolons."""
    parts, at = [], group.start("inner")
    for part in group["inner"].split(";"):
        parts.append((at, at + len(part), author_year(part, options)))
        at += len(part) + 1
    found = [(start, end, target) for start, end, target in parts if target]
    if found and len(found) == len(parts):
        yield TextMark("author-year", group.start(), group.end(), tuple(target for _, _, target in found))
        return
    for start, end, target in found:
        yield TextMark("author-year", start, end, (target,))


@cache
def _group() -> re.Pattern[str]:
    return compiled(r"[(\[](?P<inner>[^()\[\]]{4,400})[)\]]")


@cache
def _part() -> re.Pattern[str]:
    return compiled(
        r"(?:(?:see(?: also)?|also|e\.g\.,?|i\.e\.,?|cf\.?|but see|(?:adapted|data|taken) from|from|after"
        r"|reviewed (?:in|by)|reported (?:in|by)|sources?:)\s+)?"
        rf"(?P<authors>[^\d;]{{2,160}}?)[,.:]?\s*\(?(?P<year>{YEAR}|n\.d\.|in press|forthcoming)"
        rf"(?:(?:,|/|–|-| and| &)\s?(?:{YEAR}|\d\d|[a-z])\b){{0,6}}\)?"
        r"(?:[,:].{0,120}|\s(?:for|and|who|which)\s.{0,120})?$",
        re.IGNORECASE,
    )


@cache
def _et_al() -> re.Pattern[str]:
    return compiled(
        rf"(?P<name>{_NAME}) (?:et al\.?|and (?:colleagues|co-?workers)),?(?P<year>\s?[(\[]{YEAR}|\s{YEAR})"
        rf"{_REST}[)\]]?"
    )


@cache
def _narrative() -> re.Pattern[str]:
    others = rf",? (?:and|&) (?P<second>{_NAME})|(?:, {_NAME}){{1,6}},? (?:and|&) {_NAME}|['’]s?"
    return compiled(rf"(?P<name>{_NAME})(?:{others})? ?(?P<year>[(\[]{YEAR}{_REST}[)\]])")
