"""Takes the citation marks out of a text, in place, and finds its sentences without them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from medlint.expressions import compiled
from medlint.language import Endings, split_sentences
from medlint.model import PLACEHOLDER

LETTER = compiled(r"[^\W_]")
_OPENING_MARKS = compiled(rf"[\s{PLACEHOLDER}]*{PLACEHOLDER}(?=\s+[^\s{PLACEHOLDER}])")


def masked(text: str, stretches: Iterable[tuple[int, int]]) -> str:
    """The text with each stretch replaced by PLACEHOLDER characters, equally long."""
    characters = list(text)
    for start, end in stretches:
        characters[start:end] = PLACEHOLDER * (end - start)
    return "".join(characters)


def sentences_of(prose: str, endings: Endings) -> Iterator[tuple[int, int]]:
    """The sentences of a masked text; marks that stand alone or open one belong to the one before."""
    held: tuple[int, int] | None = None
    for start, end in split_sentences(prose, endings):
        if held is None:
            held = (start, end)
        elif not LETTER.search(prose, start, end):
            held = (held[0], end)
        elif marks := _OPENING_MARKS.match(prose, start, end):
            yield held[0], marks.end()
            held = (end - len(prose[marks.end() : end].lstrip()), end)
        else:
            yield held
            held = (start, end)
    if held is not None:
        yield held
