"""The words of titles and names, in the one spelling in which they can be compared."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

from medlint.expressions import compiled

_TAG = compiled(r"</?[A-Za-z][^<>]*>")
_WORD = compiled(r"[^\W_]+")


def plain(text: str) -> str:
    """Text without the markup and entities that catalogues leave in it, on one line."""
    return " ".join(html.unescape(_TAG.sub("", html.unescape(text))).split())


@lru_cache(2048)
def words(text: str) -> tuple[str, ...]:
    """Words in small letters without accents; Greek letters by their names, as some catalogues spell them."""
    text = unicodedata.normalize("NFKD", plain(text).replace("&", " and "))
    text = re.sub(r"['’ʼ`´]", "", "".join(_letter(char) for char in text))
    return tuple(_WORD.findall(text.casefold()))


def _letter(char: str) -> str:
    if char.isascii():
        return char
    if unicodedata.combining(char):
        return ""
    name = unicodedata.name(char, "")
    if name.startswith(("GREEK SMALL LETTER ", "GREEK CAPITAL LETTER ")):
        return name.split()[3].lower()
    return {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"}.get(
        char, char
    )


def folded(text: str) -> str:
    """A title as its words alone."""
    return " ".join(words(text))
