"""Numbers as people write them in prose: 1,234.5, .5, 2½, 10^6, 5 million, twenty-five, half a, 10 to 20.

Every repetition in the patterns is bounded, so reading a text takes time linear in its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from medlint.expressions import compiled

_ONES = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_LETTER_SCALES = {"k": 1e3, "m": 1e6, "mm": 1e6}
_COUNTS = {
    **{word: float(value) for value, word in enumerate(_ONES, 1)},
    **{word: 10.0 * value for value, word in enumerate(_TENS, 2)},
    "dozen": 12.0,
    "couple": 2.0,
    "half": 0.5,
    "quarter": 0.25,
    "third": 1 / 3,
    "tenth": 0.1,
}
_GLYPHS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 0.125}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_DASHES = "-\u2010\u2011\u2012\u2013\u2014"
_GAPS = "\u00a0\u2009\u202f"

_COUNT = "|".join((*_ONES, *_TENS))
_SCALE = "|".join(_SCALES)
_PLAIN = (
    rf"(?:\d{{1,3}}(?:[,{_GAPS}]\d{{3}}){{1,4}}(?!\d)(?:\.\d{{1,6}})?"
    r"|\d{1,12}(?:[.,]\d{1,6})?(?!\d)|\.\d{1,6})"
)
_DIGITS = (
    r"(?:\d{0,3}\s?[½¼¾⅓⅔⅛]|(?:\d{1,2}[\s-])?[1235]/[23468](?![\d/])"
    r"|(?:\d{1,3}(?:\.\d{1,3})?\s?[x×]\s?)?10(?:\^\d{1,2}|[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})"
    rf"|{_PLAIN}(?:\s?(?:{_SCALE})\b|\s?(?:MM|[kKM])(?=\s?(?:IU|[Uu]nits?|CFU|mg)\b))?)"
)
_WORDS = (
    r"(?:(?:(?:an?[\s-])?(?:half|quarter)(?:[\s-](?:of[\s-])?an?\b)?|an?\s(?:third|tenth)\sof\san?"
    r"|an?\s(?:dozen|couple)(?:\sof)?"
    rf"|(?:{_COUNT}|(?:an?\s)?(?:{_SCALE}))"
    rf"(?:[\s-](?:and\s)?(?:{_COUNT}|{_SCALE}|an?\shalf|half)){{0,4}})\b)"
)
_NUMBER = rf"(?:{_DIGITS}|{_WORDS})"
_ONE = compiled(rf"(?P<number>{_NUMBER})|(?P<article>an?)\b", re.IGNORECASE)
_BEGINNING = compiled(r"(?<![\w$€£#])(?<!\d[.,:/^])(?<![A-Za-z]-)")
_STEP = compiled(rf"\s?[{_DASHES}~]\s?|/|\s(?:to|or|and)\s", re.IGNORECASE)
_COMMA = compiled(r",\s")
_LAST = compiled(r",?\s(?:and|or)\s", re.IGNORECASE)
_POWER = compiled(r"(?:([\d.]+)\s?[x×]\s?)?10\^?(\d+)")
_RATIO = compiled(r"(?:(\d+)[\s-])?(\d)/(\d)")
_MIXED = compiled(r"(\d*)\s?([½¼¾⅓⅔⅛])")


class Figure(NamedTuple):
    """A number, range or list at `text[start:end]`; `high` is the last number of a range or list.

    `article` marks a bare "a" or "an", which counts as one only before a noun that can be counted.
    """

    start: int
    end: int
    value: float
    high: float | None = None
    article: bool = False


def figures(text: str) -> Iterator[Figure]:
    """The numbers of a text from left to right, never overlapping."""
    at = 0
    while match := _ONE.search(text, at):
        if not _BEGINNING.match(text, match.start()):
            at = match.start() + 1
        elif match["article"]:
            at = match.end()
            yield Figure(match.start(), at, 1.0, article=True)
        else:
            last = _end_of_list(text, match.end()) or _number_behind(_STEP, text, match.end())
            at = last.end() if last else match.end()
            high = read_number(last.group()) if last else None
            yield Figure(match.start(), at, read_number(match.group()), high)


def _end_of_list(text: str, at: int) -> re.Match[str] | None:
    """The last number of "10, 20 and 30" whose first ends at `at`."""
    listed = 0
    while listed < 4 and (found := _number_behind(_COMMA, text, at)):
        at, listed = found.end(), listed + 1
    return _number_behind(_LAST, text, at) if listed else None


def _number_behind(joint: re.Pattern[str], text: str, at: int) -> re.Match[str] | None:
    joined = joint.match(text, at)
    found = _ONE.match(text, joined.end()) if joined else None
    return found if found and found["number"] else None


@lru_cache(maxsize=1024)
def read_number(text: str) -> float:
    """The value of one number; ValueError unless it is written as one."""
    text = text.strip().lower()
    if power := ("^" in text or text[-1] in "⁰¹²³⁴⁵⁶⁷⁸⁹") and _POWER.fullmatch(text.translate(_SUPERSCRIPTS)):
        return float(power[1] or 1) * 10.0 ** int(power[2])
    if mixed := _MIXED.fullmatch(text):
        return float(mixed[1] or 0) + _GLYPHS[mixed[2]]
    if ratio := _RATIO.fullmatch(text):
        return float(ratio[1] or 0) + int(ratio[2]) / int(ratio[3])
    return _scaled(text) if text[0] in ".0123456789" else _spelled(text)


def _scaled(text: str) -> float:
    """Digits with their separators, perhaps with a scale behind them: "1,000", "2,5", "10 billion", "50K"."""
    digits = text.rstrip("abcdefghijklmnopqrstuvwxyz ")
    scale = text[len(digits) :].strip()
    for gap in _GAPS:
        digits = digits.replace(gap, "")
    grouped = re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits)
    value = float(digits.replace(",", "" if grouped else "."))
    return value * ({**_SCALES, **_LETTER_SCALES}[scale] if scale else 1.0)


def _spelled(text: str) -> float:
    """Number words: "twenty-five", "five hundred", "one and a half", "half a", "a dozen"."""
    total = current = 0.0
    for word in re.findall(r"[a-z]+", text):
        if word in _SCALES:
            current = (current or 1.0) * _SCALES[word]
            if word != "hundred":
                total, current = total + current, 0.0
        elif word in _COUNTS:
            current += _COUNTS[word]
        elif word not in ("a", "an", "and", "of"):
            raise ValueError(f"{text!r} is not a number")
    return total + current
