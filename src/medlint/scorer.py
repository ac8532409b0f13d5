"""How much a sentence reads like those that editors mark: a sum of weights, and what weighs most in plain words.

A score is data: `rules/scores/claims.yml` puts word lists together into classes such as “a verb of relief”, and
`rules/scores/claims.weights.yml` says what each feature of a sentence weighs, as `training/` learnt it from labelled
articles. Features are names, made here for learning and use alike:

    word gentle              a word; a figure is 0
    class RELIEVES           a term of a class, the longest that begins at its place
    class RELIEVES the       such a term and what stands beside it; ^ and $ are the ends of the sentence
    has AILMENT              a term of a class, inside a longer term of another too
    RELIEVES .. AILMENT      a term of a class, and further on one of the other
    lead benefits            a word of the line over the list or the table
    header for               a word of the header over the column
    after FOOD               a term of a class in the sentence before
    place list-item          the kind of text; of table cells whether they are header, first or later
    position closes          which sentence of its block it is
    length 8-14              how many words it has
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, zip_longest
from typing import Any, NamedTuple

from medlint.evidence import Evidence
from medlint.phrases import Words, words_of

_MOST_IN_PAIRS = 14
"""How many classes of a sentence are looked at in pairs; one with more of them is a list of things."""
_LENGTHS = (4, 8, 15, 25)
_LENGTH_NAMES = ("1-3", "4-7", "8-14", "15-24", "25+")
_LONGEST_QUOTE = 40
_LEAST_REASON = 30
"""What weighs less, in hundredths, is not named as a reason."""
_JOINTS = " -\u2010\u2011\u2012\u2013\u2014\u2015'’\t\r\n"
"""What may stand between the words of a term."""

Stretch = tuple[int, int]
"""Some words of a sentence by their numbers, the end exclusive."""
Features = dict[str, tuple[Stretch, ...]]
"""The names of features, each with the words that make it; none for what stands around the sentence."""


class Surroundings(NamedTuple):
    """What stands around a sentence: where it is, the line that introduces it, the header of its column, the
    sentence before."""

    place: str
    position: str
    lead: str = ""
    header: str = ""
    before: str = ""


class Reading(NamedTuple):
    """A sentence as a scorer sees it. `sequence` names classes where their terms could be told and words elsewhere,
    `stretches` says where each of them stands, `classes` gives one place of each class that is there."""

    words: Words
    sequence: Sequence[str]
    stretches: Sequence[Stretch]
    classes: Mapping[str, Stretch]


def surroundings(evidence: Evidence, number: int, nth: int) -> Surroundings:
    """What stands around the sentence number `nth` of block `number`."""
    blocks, last = evidence.document.blocks, len(evidence.sentences[number]) - 1
    block = blocks[number]
    place, header = block.kind, ""
    if block.kind == "table-cell":
        begins = number == 0 or (blocks[number - 1].group, blocks[number - 1].row) != (block.group, block.row)
        place = "header" if block.row == 0 else "first cell" if begins else "later cell"
        header = block.label
    position = "alone" if last == 0 else "opens" if nth == 0 else "closes" if nth == last else "within"
    lead = blocks[block.lead].text if block.lead >= 0 else ""
    return Surroundings(place, position, lead, header, _before(evidence, number, nth))


def _before(evidence: Evidence, number: int, nth: int) -> str:
    """The sentence before, in the same block or at the end of the one above. Front matter is apart from the text."""
    above = number if nth else number - 1
    if above < 0 or not evidence.sentences[above]:
        return ""
    if above != number and evidence.document.blocks[above].kind == "front-matter":
        return ""
    return evidence.prose[above][slice(*evidence.sentences[above][nth - 1])]


class Scorer:
    """Scores sentences. `data` is what rules/scores/ says under one name, as `scorefiles` compiles it."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._scale: int = data["scale"]
        self._bias: int = data["bias"]
        self._weights: Mapping[str, int] = data["weights"]
        self._meanings: Mapping[str, str] = data["classes"]
        self._classes = list(data["classes"])
        self._terms_by_letters: Mapping[str, str] = data["terms"]
        self._open: Mapping[str, Sequence[str]] = data["open"]
        self._most_before = sum(w for name, w in self._weights.items() if name.startswith("after ") and w > 0)
        self._lines = lru_cache(maxsize=None)(self._find_lines)
        self._beginning_with = lru_cache(maxsize=65536)(self._find_beginning_with)
        self._beginning_with_both = lru_cache(maxsize=65536)(self._find_beginning_with_both)
        self._weight_of_words = lru_cache(maxsize=64)(lambda kind, text: self._weigh(_of_words(kind, text)))
        self.read = lru_cache(maxsize=64)(self._read)

    # -- scores ----------------------------------------------------------------------------------------------

    def score(self, text: str, around: Surroundings) -> float:
        """What the features of a sentence weigh together."""
        return (self._bias + self._weigh(self.features(text, around))) / self._scale

    def exceeds(self, bound: float, text: str, around: Surroundings) -> bool:
        """Whether a sentence scores more than a bound: the same as asking for its score, but the sentence before is
        read only when it can make a difference."""
        reading = self.read(text)
        score = self._bias + self._weigh(_of_sentence(reading)) + self._weigh(_of_place(reading, around))
        score += self._weight_of_words("lead", around.lead) + self._weight_of_words("header", around.header)
        if score + self._most_before <= bound * self._scale:
            return False
        return score + self._weigh(self._of_text_before(around)) > bound * self._scale

    def _weigh(self, features: Features) -> int:
        weights = self._weights
        return sum([weights[name] for name in weights.keys() & features.keys()])

    def features(self, text: str, around: Surroundings) -> Features:
        """Everything that can be seen of a sentence and its surroundings."""
        reading = self.read(text)
        return {
            **_of_sentence(reading),
            **_of_place(reading, around),
            **_of_words("lead", around.lead),
            **_of_words("header", around.header),
            **self._of_text_before(around),
        }

    def _of_text_before(self, around: Surroundings) -> Features:
        return {f"after {name}": () for name in (self.read(around.before).classes if around.before else ())}

    # -- reasons ---------------------------------------------------------------------------------------------

    def reasons(self, text: str, around: Surroundings, most: int = 3) -> list[str]:
        """What weighs most in favour, in plain words. Each word or term of the sentence has the weights of the features
        that it makes, in equal parts with others that they need; a line over it those of its words together."""
        reading, features = self.read(text), self.features(text, around)
        part_of = {at: part for part, stretch in enumerate(reading.stretches) for at in range(*stretch)}
        shares: dict[int | str, float] = {}
        for name in self._weights.keys() & features.keys():
            stretches = features[name]
            parts: list[int | str] = [part_of[first] for first, _ in stretches]
            for part in parts or [name.partition(" ")[0]]:
                shares[part] = shares.get(part, 0) + self._weights[name] / max(1, len(parts))
        told = {part: self._told(part, reading, around) for part in shares if shares[part] >= _LEAST_REASON}
        ordered = sorted(filter(told.get, told), key=lambda part: (-round(shares[part], 6), told[part]))
        return [told[part] for part in ordered[:most]]

    def _told(self, part: int | str, reading: Reading, around: Surroundings) -> str:
        if part == "lead":
            return f"it stands under “{_shortened(around.lead)}”"
        if part == "header":
            return f"its column is headed “{_shortened(around.header)}”"
        if isinstance(part, str):
            return ""
        first, end = reading.stretches[part]
        quoted = f"“{reading.words.text[reading.words.starts[first] : reading.words.ends[end - 1]]}”"
        meaning = self._meanings.get(reading.sequence[part])
        return f"{quoted} ({meaning})" if meaning else quoted

    # -- reading ---------------------------------------------------------------------------------------------

    def _read(self, text: str) -> Reading:
        words = words_of(text)
        classes: dict[str, Stretch] = {}
        longest: dict[int, tuple[int, int]] = {}
        for first, end, numbers in self._terms(words):
            for number in numbers:
                classes[self._classes[number]] = first, end
            longest[first] = max(longest.get(first, (0, 0)), (end, -numbers[0]))
        sequence: list[str] = []
        stretches: list[Stretch] = []
        behind = 0
        for first, word in enumerate(words.lower):
            if first >= behind:
                behind, number = longest.get(first, (first + 1, 1))
                sequence.append(_plain(word) if number > 0 else self._classes[-number])
                stretches.append((first, behind))
        return Reading(words, sequence, stretches, classes)

    def _terms(self, words: Words) -> Iterator[tuple[int, int, Sequence[int]]]:
        """Every term of the classes: its first word, its end, the numbers of its classes."""
        for at, (word, behind) in enumerate(zip_longest(words.lower, words.lower[1:])):
            terms = self._beginning_with(word)
            if terms.alone:
                yield at, at + 1, terms.alone
            longer = terms.open
            if terms.longer and behind:
                longer = [*longer, *self._beginning_with_both(word, behind)]
            for rest, numbers in longer:
                if _stand_at(rest, words, at + 1):
                    yield at, at + 1 + len(rest), numbers

    def _find_beginning_with(self, word: str) -> _Terms:
        lines = self._lines(word[:2])
        longer = _line_from(lines, f"{word} ")
        alone = _line_from(lines, f"{word}|")
        numbers = _numbers(alone) if alone else []
        open_terms: list[_Term] = []
        for line in self._open.get(word[:2], ()):
            if _may_begin(line, word):
                rest = _words(line)[1:]
                if rest:
                    open_terms.append((rest, _numbers(line)))
                else:
                    numbers = sorted({*numbers, *_numbers(line)})
        return _Terms(numbers, bool(longer), open_terms)

    def _find_beginning_with_both(self, word: str, behind: str) -> list[_Term]:
        lines = self._lines(word[:2])
        both = f"{word} {behind}"
        found: list[_Term] = []
        at = bisect_left(lines, both)
        while at < len(lines) and lines[at].startswith(both):
            if lines[at][len(both)] in " |":
                found.append((_words(lines[at])[1:], _numbers(lines[at])))
            at += 1
        return found

    def _find_lines(self, letters: str) -> list[str]:
        return self._terms_by_letters.get(letters, "").split(";")


_Term = tuple[Sequence[str], Sequence[int]]
"""The words of a term behind the first, and the numbers of the classes that have it."""


class _Terms(NamedTuple):
    """The terms that begin with a word: the classes of the word `alone`, whether there are `longer` ones, and the
    longer ones that leave an ending open."""

    alone: Sequence[int]
    longer: bool
    open: Sequence[_Term]


def _line_from(lines: Sequence[str], text: str) -> str:
    """The first of the lines, which are in order, that begins so; nothing if none does."""
    at = bisect_left(lines, text)
    return lines[at] if at < len(lines) and lines[at].startswith(text) else ""


def _words(line: str) -> list[str]:
    return line[: line.index("|")].split(" ")


def _numbers(line: str) -> list[int]:
    return list(map(int, line[line.index("|") + 1 :].split(",")))


def _may_begin(line: str, word: str) -> bool:
    """Whether the first word of the term on a line is the word, or leaves an ending open that makes it the word."""
    first = _words(line)[0]
    return first == word or (first.endswith("*") and word.startswith(first[:-1]))


def _stand_at(rest: Sequence[str], words: Words, at: int) -> bool:
    """Whether the words of a term from the second on stand at a place, with nothing but joints between them."""
    if at + len(rest) > len(words):
        return False
    return all(
        (words.lower[at + n] == word or (word.endswith("*") and words.lower[at + n].startswith(word[:-1])))
        and not words.between(at + n).strip(_JOINTS)
        for n, word in enumerate(rest)
    )


def _of_sentence(reading: Reading) -> Features:
    found: Features = {
        "word 0" if word[0].isdigit() else "word " + word: ((at, at + 1),)
        for at, word in enumerate(reading.words.lower)
    }
    for name, stretch in reading.classes.items():
        found["has " + name] = (stretch,)
    sequence, stretches = reading.sequence, reading.stretches
    told = [at for at, name in enumerate(sequence) if name in reading.classes]
    for at in told:
        name = sequence[at]
        before = sequence[at - 1] if at else "^"
        behind = sequence[at + 1] if at + 1 < len(sequence) else "$"
        here = (stretches[at],)
        found[f"class {name}"] = found[f"class {before} {name}"] = found[f"class {name} {behind}"] = here
    first = told[:_MOST_IN_PAIRS]
    pairs = combinations([sequence[at] for at in first], 2)
    found.update(zip(map(" .. ".join, pairs), combinations([stretches[at] for at in first], 2), strict=True))
    return found


def _of_place(reading: Reading, around: Surroundings) -> Features:
    length = _LENGTH_NAMES[bisect_right(_LENGTHS, len(reading.words))]
    return {f"place {around.place}": (), f"position {around.position}": (), f"length {length}": ()}


def _of_words(kind: str, text: str) -> Features:
    return {f"{kind} {_plain(word)}": () for word in Words(text).lower}


def _plain(word: str) -> str:
    return "0" if word[0].isdigit() else word


def _shortened(text: str) -> str:
    line = " ".join(text.split()).rstrip(":")
    return line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 2].rsplit(" ", 1)[0] + " …"
