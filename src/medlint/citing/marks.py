"""Recognises the citation marks that stand in running text.

Nothing here knows about a document: whether a number has an entry in a reference list is for others to say.
Every expression is anchored by a rare character or bounded, so that the time stays linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from medlint.citing.author_year import YEAR, TextMark, author_year, author_years
from medlint.citing.sources import EvidenceOptions
from medlint.expressions import compiled

_LONGEST_RANGE = 60
"""A mark such as [1-400] is an interval, not a list of references."""

_NUMBERS = r"\d{1,3}(?:\s{0,2}[,;–—-]\s{0,2}\d{1,3}){0,20}"
_CROSS_REFERENCES = tuple(
    f"{kind}{sign}"
    for kind in ("fig", "tbl", "tab", "sec", "eq", "lst", "thm", "def", "nte", "tip", "wrn", "imp", "cau")
    for sign in ":-"
)
"""How keys begin that stand for a figure, a table or another part of the page itself."""

_PAIRS = ("()", "[]", "{}")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻˒", "0123456789-,")


def find_marks(text: str, options: EvidenceOptions) -> list[TextMark]:
    """All marks in a block's text, in order; where two overlap the more telling shape wins."""
    found: list[TextMark] = []
    taken = bytearray(len(text))
    for mark in _candidates(text, options):
        if taken.find(1, mark.start, mark.end) < 0:
            found.append(mark)
            taken[mark.start : mark.end] = b"\1" * (mark.end - mark.start)
    return sorted(found, key=lambda mark: mark.start)


def plain_numbers(text: str) -> tuple[str, ...]:
    """The references that a text of nothing but numbers stands for: “3”, “1, 2”, “4–6”."""
    return _expand(text) if re.fullmatch(_NUMBERS, text.strip()) else ()


def _candidates(text: str, options: EvidenceOptions) -> Iterator[TextMark]:
    """Marks of every shape, the most telling first."""
    yield from _identifiers(text, options)
    yield from _addresses(text)
    yield from _bracketed(text, options)
    yield from _superscripts(text, options)
    yield from author_years(text, options)
    yield from _loose_keys(text)


def find_emails(text: str) -> list[tuple[int, int]]:
    """E-mail addresses: no citations, and no prose either."""
    return [m.span() for m in _email().finditer(text)] if "@" in text else []


def superscript_numbers(text: str, start: int, end: int, options: EvidenceOptions) -> tuple[str, ...]:
    """The references that a superscript stands for; none when it is a power, a unit or a charge."""
    inner = text[start:end].strip()
    if not re.fullmatch(_NUMBERS, inner) or not _can_carry_superscript(text, start, end, options):
        return ()
    return _expand(inner)


def is_only_a_mark(label: str, options: EvidenceOptions) -> bool:
    """Whether a link's label names nothing but its source: 1, PMC, Author 2020, example.org/page."""
    bare = label.strip(" \t\n[]().:,;→↗")
    return (
        not bare
        or bare.lower() in options.words("source-labels")
        or re.fullmatch(rf"{_NUMBERS}|(?:https?://|www\.)\S+|[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/\S*)?", bare)
        is not None
        or any(m.start == 0 and m.end == len(bare) for m in _identifiers(bare, options))
        or author_year(bare, options) is not None
    )


def _expand(numbers: str) -> tuple[str, ...]:
    found: list[str] = []
    for item in re.split(r"\s*[,;]\s*", numbers.strip()):
        bounds = [int(n) for n in re.split(r"\s*[–—-]\s*", item)]
        if min(bounds) < 1 or len(bounds) > 2 or not 0 <= bounds[-1] - bounds[0] <= _LONGEST_RANGE:
            return ()
        found += [str(n) for n in range(bounds[0], bounds[-1] + 1)]
    return tuple(found)


def _identifiers(text: str, options: EvidenceOptions) -> Iterator[TextMark]:
    if "10." in text:
        for m in _doi().finditer(text):
            end = _trim(text, m.start("doi"), m.end())
            yield TextMark("doi", m.start(), end, (text[m.start("doi") : end],))
    for m in _pubmed().finditer(text):
        kind = "pmid" if m["pmid"] else "pmcid"
        yield TextMark(kind, m.start(), m.end(), (m["pmid"] or m["pmc"],))
    for m in _trial(options.lists.get("trial-registries", ())).finditer(text):
        yield TextMark("trial", m.start(), m.end(), (m.group(),))


def _addresses(text: str) -> Iterator[TextMark]:
    for m in _url().finditer(text):
        end = _trim(text, m.start(), m.end())
        yield TextMark("url", m.start(), end, (text[m.start() : end],))


def _trim(text: str, start: int, end: int) -> int:
    """Leaves out closing punctuation of the sentence, and brackets that were not opened inside."""
    surplus = {pair[1]: text.count(pair[1], start, end) - text.count(pair[0], start, end) for pair in _PAIRS}
    while end > start and (text[end - 1] in ".,;:!?'’”*_" or surplus.get(text[end - 1], 0) > 0):
        if text[end - 1] in surplus:
            surplus[text[end - 1]] -= 1
        end -= 1
    return end


def _bracketed(text: str, options: EvidenceOptions) -> Iterator[TextMark]:
    for m in _square().finditer(text):
        inner = m["inner"]
        if keys := _keys_in(inner):
            yield TextMark("key", m.start(), m.end(), keys)
        elif inner.startswith("^") and len(inner) > 1 and " " not in inner:
            yield TextMark("footnote", m.start(), m.end(), (inner[1:],))
        elif targets := _bracketed_numbers(text, m, options):
            doubled = text[m.start() - 1 : m.start()] == "[" and text[m.end() : m.end() + 1] == "]"
            yield TextMark("number", m.start() - doubled, m.end() + doubled, targets)
    for m in _round_reference().finditer(text):
        if targets := _expand(m["numbers"]):
            yield TextMark("number", m.start(), m.end(), targets)


def _bracketed_numbers(text: str, bracket: re.Match[str], options: EvidenceOptions) -> tuple[str, ...]:
    number = _numbered().fullmatch(bracket["inner"])
    if number is None or _after_interval_word(text, bracket.start(), bracket["inner"], options):
        return ()
    return _expand(number["numbers"])


def _after_interval_word(text: str, start: int, inner: str, options: EvidenceOptions) -> bool:
    """CI [1, 3] is an interval; a[1] an element. “19 min [7]” has a mark: an interval has two ends."""
    before = re.search(r"([^\W_]+)([:=]?\s?)$", text[max(0, start - 24) : start])
    if before is None:
        return False
    touching_letter = not before[2] and len(before[1]) == 1
    two_ends = not inner.strip().isdecimal()
    return touching_letter or (two_ends and before[1].lower() in options.words("interval-words"))


def _keys_in(inner: str) -> tuple[str, ...]:
    keys = tuple(m["key"].rstrip(".:") for m in _key().finditer(inner)) if "@" in inner else ()
    return tuple(key for key in keys if not key.startswith(_CROSS_REFERENCES))


def _loose_keys(text: str) -> Iterator[TextMark]:
    if "@" in text:
        for m in _loose_key().finditer(text):
            yield TextMark("key", m.start(), m.end(), (m["key"],))


def _superscripts(text: str, options: EvidenceOptions) -> Iterator[TextMark]:
    for m in _superscript().finditer(text):
        inner = (m["caret"] or m["raised"]).translate(_SUPERSCRIPTS)
        if _can_carry_superscript(text, *m.span(), options) and (targets := _expand(inner)):
            yield TextMark("superscript", *m.span(), targets)


def _can_carry_superscript(text: str, start: int, end: int, options: EvidenceOptions) -> bool:
    """A superscript number is a reference behind a word or punctuation.

    Behind a unit, a symbol or a digit it is a power; before a letter or a sign part of an isotope or ion.
    """
    if (
        start == 0
        or text[start - 1].isspace()
        or text[end : end + 1] in ("⁺", "⁻", "+")
        or text[end : end + 1].isalnum()
    ):
        return False
    before = re.search(r"[^\W_]+$", text[max(0, start - 24) : start])
    if before is None:
        return text[start - 1] in ".,;:!?)]}\"'”’»%…*_"
    word = before[0]
    if word.isdigit():
        return re.fullmatch(YEAR, word) is not None
    return len(word) > 1 and word.lower() not in options.words("superscript-units") and not word[-1].isdigit()


@cache
def _email() -> re.Pattern[str]:
    return compiled(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


@cache
def _doi() -> re.Pattern[str]:
    return compiled(
        r"(?:(?:https?://)?(?:dx\.)?doi\.org/|\bdoi:?\s?)?(?<![\w.])(?P<doi>10\.\d{4,9}/[^\s<>\"“”\ufffc]+)",
        re.IGNORECASE,
    )


@cache
def _pubmed() -> re.Pattern[str]:
    return compiled(r"\bPMID:?\s?(?P<pmid>\d{1,8})\b|\b(?:PMCID:?\s?)?(?P<pmc>PMC\d{4,10})\b")


@cache
def _trial(registries: tuple[str, ...]) -> re.Pattern[str]:
    named = "|".join(map(re.escape, registries)) or "NCT"
    return compiled(
        rf"(?<![\w/-])(?:{named})(?:\s?(?:No\.?|number))?[\s:#/-]{{0,2}}"
        r"(?=[A-Za-z/-]{0,8}\d)[A-Za-z\d][A-Za-z\d/-]{3,24}(?<![/-])"
        r"|(?<![\w-])20\d\d-\d{6}-\d\d(?:-\d\d)?(?![\w-])"
    )


@cache
def _url() -> re.Pattern[str]:
    return compiled(r"(?<![\w/])(?:https?://|www\.(?=\w))[^\s<>\"“”\ufffc]+", re.IGNORECASE)


@cache
def _square() -> re.Pattern[str]:
    return compiled(r"\[(?P<inner>[^\[\]]{1,300})\]")


@cache
def _numbered() -> re.Pattern[str]:
    return compiled(
        rf"\s*(?:[Rr]efs?\.?\s?|[Rr]eferences?\s)?(?P<numbers>{_NUMBERS})\s*(?:,\s?(?:pp?\.|ch\.|§).*)?"
    )


@cache
def _round_reference() -> re.Pattern[str]:
    return compiled(rf"\((?:[Rr]efs?\.?\s?|[Rr]eferences?\s)(?P<numbers>{_NUMBERS})\)")


@cache
def _key() -> re.Pattern[str]:
    return compiled(r"(?:^|(?<=[\s;,-]))@\{?(?P<key>[A-Za-z0-9_][\w:.#$%&+?~/-]{0,120})")


@cache
def _loose_key() -> re.Pattern[str]:
    return compiled(r"(?<![\w@/.])@(?P<key>[A-Za-z][\w:-]{0,80}?(?:19|20)\d\d[a-z]?)(?![\w@.]*\w)")


@cache
def _superscript() -> re.Pattern[str]:
    raised = "[¹²³⁴-⁹][⁰¹²³⁴-⁹]{0,2}"
    return compiled(
        rf"\^(?P<caret>{_NUMBERS})\^|(?<![⁰¹²³⁴-⁹⁺⁻])(?P<raised>{raised}(?:[,˒⁻]{raised}){{0,10}})"
    )
