"""What the fixes of a rule make of the words that the rule marks.

A fix is plain JSON of one of two kinds: `words` leads from all that is marked to what to write instead, and `regex`
with `replace` changes what the expression matches in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from medlint.expressions import compiled

_LOOKED_AT_BEHIND = 80
"""How many characters behind the marked words an expression may look at."""
_BREAK = compiled(r"\s*[\r\n]\s*")
_GLUED_BEFORE = compiled(r"[\w\-\u2010\u2011/'’&]\Z")
_GLUED_BEHIND = compiled(r"[\w\-\u2010\u2011/'’&]")
_WORD_BEFORE = compiled(r"(\w+)\s+\Z")
_WORD_BEHIND = compiled(r"\s+(\w+)")
_WORD = compiled(r"\w+")


def replacement(
    fixes: Sequence[Mapping[str, Any]], text: str, start: int, end: int, *, opens: bool
) -> str | None:
    """What to write instead of `text[start:end]`, as the first of the fixes has it that knows something better; None
    when none does.

    `opens` says whether it begins a sentence: only there a capital is no sign of a name.
    """
    for fix in fixes:
        if "words" in fix:
            new = _in_other_words(fix["words"], text, start, end, opens=opens)
        else:
            new = _changed(compiled(fix["regex"], re.IGNORECASE), fix["replace"], text, start, end)
        if new is not None and new != text[start:end]:
            return new
    return None


def _in_other_words(words: Mapping[str, str], text: str, start: int, end: int, *, opens: bool) -> str | None:
    new = _other_words(words, text[start:end], opens=opens)
    if new is None or _is_part_of_a_word(text, start, end) or _would_stutter(new, text, start, end):
        return None
    return new


def _other_words(words: Mapping[str, str], marked: str, *, opens: bool) -> str | None:
    """The words for what is marked, in capitals as that is. A line break in it goes where the first blank is."""
    plain = " ".join(marked.split())
    lower = plain.lower()
    if plain in words:
        new = words[plain]
    elif plain.isupper() and lower in words:
        new = words[lower].upper()
    elif opens and plain[:1].isupper() and plain[:1].lower() + plain[1:] in words:
        new = words[plain[:1].lower() + plain[1:]]
        new = new[:1].upper() + new[1:]
    else:
        return None
    at_break = _BREAK.search(marked)
    if at_break is None:
        return new
    return new.replace(" ", at_break[0], 1) if " " in new else None


def _is_part_of_a_word(text: str, start: int, end: int) -> bool:
    """Whether more than white space and punctuation joins on: “pre-…”, “…'s”, “and/or”."""
    before = _GLUED_BEFORE.search(text, max(0, start - 1), start)
    return bool(before or _GLUED_BEHIND.match(text, end))


def _would_stutter(new: str, text: str, start: int, end: int) -> bool:
    """Whether a word beside the marked ones stands in the new ones too: “died by suicide by”."""
    words = set(_WORD.findall(new.lower()))
    beside = (_WORD_BEFORE.search(text, max(0, start - 40), start), _WORD_BEHIND.match(text, end))
    return any(word is not None and word[1].lower() in words for word in beside)


def _changed(regex: re.Pattern[str], replace: str, text: str, start: int, end: int) -> str:
    """`text[start:end]` with every match inside it replaced. The expression sees what stands around."""
    out, at = [], start
    for m in _inside(regex, text, start, end):
        out += [text[at : m.start()], m.expand(replace)]
        at = m.end()
    return "".join([*out, text[at:end]])


def _inside(regex: re.Pattern[str], text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    for m in regex.finditer(text, start, end + _LOOKED_AT_BEHIND):
        if m.start() >= end:
            return
        if m.end() <= end:
            yield m
