"""The phrase language of rule files, read into programs of words.

`act now` matches the words, however they are spaced, hyphenated or capitalised; `cur*` any ending; ` * ` one
to three words, ` *? ` up to three, ` ... ` up to eight; `(a|b c)` alternatives and `(a)?` what may be left out;
`{lexicon}` any term of that list; `^ ` at the front: only where a sentence begins. Words match whole.

Beside its program every phrase yields the keywords without which it cannot match, so that one look at
the words of a sentence tells which phrases are worth trying. `phrases.py` runs programs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from medlint.expressions import compiled

WORD, ALTERNATIVES, LIST, GAP, START, PLAIN = range(6)
"""The elements of a program, which is plain JSON:

"word", or "cur*" for any ending
[WORD, [[word, what joins it to the one before], …], symbols before, symbols behind]
[ALTERNATIVES, [program, …], whether all of it may be left out]
[LIST, name of a lexicon]
[GAP, least, most, whether more than white space and hyphens may stand between the words]
[START] the beginning of the sentence
[PLAIN, "cold|common cold", whether it may be left out] what ALTERNATIVES of nothing but words become in `packed`
"""

Element = Any
Program = Sequence[Element]


def kind_of(element: Element) -> int:
    """Which of the elements it is."""
    return WORD if isinstance(element, str) else int(element[0])


SEPARATOR = r"[\s\-\u2010-\u2015\ufffc]+"
_ITEM = compiled(r"\.\.\.|\*\??(?=\s|$)|\((?P<group>[^()]*)\)(?P<optional>\?)?|[^\s()]+")
_LIST_NAME = compiled(r"(\{[\w-]+\})")
_GAPS = {"*": (1, 3, False), "*?": (0, 3, False), "...": (0, 8, True)}
_GLUED = compiled(r"[\w}]\(|\)\??[\w{]")
_PIECE = compiled(r"\w+\*?")
_HYPHENS = "-\u2010\u2011\u2012\u2013\u2014\u2015"
_WORD = compiled(r"\w+")


class PatternError(ValueError):
    """A phrase that cannot be read; the message says what was found, in plain words."""


class Phrase(NamedTuple):
    """A phrase that has been read; every group of `keywords` must have one member among the keys of a sentence
    (see `words_and_symbols`)."""

    program: Program
    keywords: tuple[frozenset[str], ...]


@lru_cache(maxsize=4096)
def read_phrase(phrase: str, *, case_sensitive: bool = False) -> Phrase:
    """Read one phrase.

    Raises PatternError when it is empty, begins with a gap or ends with `...`, or has unbalanced brackets.
    """
    text = phrase if case_sensitive else phrase.lower()
    if _ITEM.sub("", text.removeprefix("^ ")).strip():
        raise PatternError(f"“{phrase}” has a bracket without its partner")
    program = _program(text, phrase)
    if not program:
        raise PatternError("an empty phrase")
    words = program[1:] if kind_of(program[0]) == START else program
    if not words:
        raise PatternError("an empty phrase")
    if kind_of(words[0]) == GAP or (kind_of(words[-1]) == GAP and words[-1][3]):
        raise PatternError(f"“{phrase}” begins or ends with a gap; begin and end with words")
    if not all(_begins_with_word(choice) for choice in _unfolded(words)):
        raise PatternError(f"“{phrase}” begins with a symbol; begin with a word, or write a regex")
    required = [element for element in words if kind_of(element) != GAP and not _may_be_left_out(element)]
    if not required:
        raise PatternError(f"“{phrase}” consists of optional words only")
    return Phrase(program, tuple(_keys(element) for element in required))


def _program(text: str, phrase: str) -> Program:
    """The elements of a phrase, or of an alternative in one; `phrase` is what to call it. Raises PatternError."""
    if glued := _GLUED.search(text):
        raise PatternError(f"“{phrase}”: “{glued[0]}” joins a word and a bracket; write the words out")
    program: list[Element] = [[START]] if text.startswith("^ ") else []
    symbols = ""
    for m in _ITEM.finditer(text.removeprefix("^ ")):
        written_word = _LIST_NAME.sub("", m.group()) if m["group"] is None else ""
        if _WORD.search(written_word):
            program += _word(symbols + m.group())
            symbols = ""
        elif gap := _GAPS.get(m.group()):
            program.append([GAP, *gap])
        elif m["group"] is None and not _LIST_NAME.search(m.group()):
            symbols += m.group()
        elif symbols:
            raise PatternError(f"“{phrase}”: “{symbols}” stands before no word; write a regex for it")
        else:
            program += [_choice(m, phrase)] if m["group"] is not None else _word(m.group())
    return _with_symbols(program, symbols)


def _choice(m: re.Match[str], phrase: str) -> Element:
    return [ALTERNATIVES, _alternatives(m["group"], phrase), bool(m["optional"])]


def _with_symbols(program: list[Element], symbols: str) -> Program:
    """A program with the symbols that end it: behind its last word, or an element of their own."""
    if symbols and program and kind_of(program[-1]) == WORD:
        return [*program[:-1], _with_tail(program[-1], symbols)]
    return [*program, [WORD, [], symbols, ""]] if symbols else program


def _with_tail(word: Element, symbols: str) -> Element:
    pieces, lead, tail = written(word)
    return [WORD, pieces, lead, tail + symbols]


def written(word: Element) -> tuple[list[list[str]], str, str]:
    """The pieces of a word element, and the symbols before and behind them."""
    if isinstance(word, str):
        return [[word, ""]], "", ""
    return word[1], word[2], word[3]


def _alternatives(group: str, phrase: str) -> list[Program]:
    if not all(alternative.strip() for alternative in group.split("|")):
        raise PatternError(f"“{phrase}” has an empty alternative; write (…)? for what may be left out")
    programs = [_program(alternative, phrase) for alternative in group.split("|")]
    if any(kind_of(program[0]) == GAP for program in programs):
        raise PatternError(f"“{phrase}” has an alternative that begins with a gap")
    return programs


def _word(word: str) -> Program:
    """The elements of what stands between two blanks: `{lexicon}-based`, `cure-all`, `don't`, `100%`."""
    program: list[Element] = []
    for part in _LIST_NAME.split(word):
        if _LIST_NAME.fullmatch(part):
            program.append([LIST, part[1:-1]])
        elif _WORD.search(part):
            program.append(_pieces(part))
    return program


def _pieces(part: str) -> Element:
    found = list(_PIECE.finditer(part))
    if found[0].group() == part:
        return part
    pieces, end = [], found[0].start()
    for m in found:
        pieces.append([m.group(), _joint(part[end : m.start()])])
        end = m.end()
    return [WORD, pieces, part[: found[0].start()].strip(_HYPHENS), part[end:].strip(_HYPHENS)]


def _joint(between: str) -> str:
    """`'` for an apostrophe, nothing for hyphens, which stand for blanks too, else the symbols themselves."""
    return "'" if between in ("'", "’") else between.strip(_HYPHENS)


def _may_be_left_out(element: Element) -> bool:
    return kind_of(element) == ALTERNATIVES and bool(element[2])


def _keys(element: Element) -> frozenset[str]:
    """The keys by one of which an element is found: its longest word, `prefix*`, `{lexicon}` or symbol."""
    if kind_of(element) == LIST:
        return frozenset({"{" + element[1] + "}"})
    if kind_of(element) == WORD:
        pieces, lead, _ = written(element)
        return frozenset(
            {max((piece for piece, _ in reversed(pieces)), key=len).lower() if pieces else lead[0]}
        )
    return frozenset().union(*(_first_keys(alternative) for alternative in element[1]))


def _first_keys(program: Program) -> frozenset[str]:
    """The keys of which one must be there for the program to match, read off its first words."""
    keys: frozenset[str] = frozenset()
    for element in program:
        if kind_of(element) == GAP:
            continue
        keys |= _keys(element)
        if not _may_be_left_out(element):
            break
    return keys


# -- lexicons ------------------------------------------------------------------------------------------------


def compile_lexicon(terms: Iterable[str]) -> dict[str, Any]:
    """The terms of a word list by the word they begin with (`words`), the beginning of one (`prefixes`), or neither
    (`others`), as `phrases.PhraseMatcher` looks them up. Most terms are words and nothing else, and such a program is
    one text: it is read and kept in a third of the time. Raises PatternError for a term that cannot be read."""
    words: dict[str, list[Program]] = {}
    prefixes: dict[str, list[Program]] = {}
    others: list[Program] = []
    for term in terms:
        for program in _unfolded(_program(term.lower(), term)):
            if not _begins_with_word(program):  # a symbol such as %: of use in expressions only
                continue
            if kind_of(program[0]) != WORD:
                others.append(program)
                continue
            first = written(program[0])[0][0][0]
            room = prefixes if first.endswith("*") else words
            room.setdefault(first.rstrip("*"), []).append(_packed(program))
    return {"words": words, "prefixes": prefixes, "others": others}


def lexicon_keys(lexicon: Mapping[str, Any]) -> list[str]:
    """The keys of which one must be in a sentence that holds a term of a compiled list: of each term the words that
    tell most, which are the longest."""
    rooms = [*lexicon["words"].values(), *lexicon["prefixes"].values(), lexicon["others"]]
    return sorted({key for room in rooms for program in room for key in _telling_keys(unpacked(program))})


def _packed(program: Program) -> Program:
    """A program of nothing but words as one text; one with an ending to choose (`cur*`) stays as it is."""
    plain = all(isinstance(element, str) and not element.endswith("*") for element in program)
    return " ".join(program) if plain else program


def unpacked(program: Program) -> Program:
    """The program of a term of a compiled list."""
    return program.split(" ") if isinstance(program, str) else program


def packed(program: Program) -> Program:
    """A program in fewer pieces, to be kept: alternatives of nothing but words as one text."""
    return [_packed_element(element) for element in program]


def _packed_element(element: Element) -> Element:
    if kind_of(element) != ALTERNATIVES:
        return element
    alternatives = [_packed(alternative) for alternative in element[1]]
    if all(isinstance(alternative, str) for alternative in alternatives):
        return [PLAIN, "|".join(map(str, alternatives)), element[2]]
    return [ALTERNATIVES, [packed(alternative) for alternative in element[1]], element[2]]


@lru_cache(maxsize=16384)
def plain_choices(alternatives: str) -> Mapping[str, Sequence[Sequence[str]]]:
    """Of the alternatives of a PLAIN element: first word → what follows it, a choice each, in order."""
    choices: dict[str, list[Sequence[str]]] = {}
    for alternative in alternatives.split("|"):
        first, *rest = alternative.split(" ")
        choices.setdefault(first, []).append(rest)
    return choices


def _telling_keys(program: Program) -> frozenset[str]:
    required = [element for element in program if kind_of(element) != GAP and not _may_be_left_out(element)]
    choices = [_keys(element) for element in required]
    return max(choices, key=lambda keys: min(map(len, keys))) if choices else _first_keys(program)


def _begins_with_word(program: Program) -> bool:
    first = kind_of(program[0]) if program else GAP
    return first == LIST or (first == WORD and bool(written(program[0])[0]))


def _unfolded(program: Program) -> list[Program]:
    """The programs that a program stands for when the choices at its beginning are made."""
    if not program or kind_of(program[0]) != ALTERNATIVES:
        return [program] if program else []
    _, alternatives, may_be_left_out = program[0]
    choices: list[Program] = [[*alternative, *program[1:]] for alternative in alternatives]
    choices += [program[1:]] if may_be_left_out else []
    return [unfolded for choice in choices for unfolded in _unfolded(choice)]


def lexicon_source(terms: Iterable[str]) -> str:
    """A regular expression for a word list, for what cannot be said in phrases. Plain terms become a prefix trie,
    which matches many times faster than a flat alternation; the longest term wins."""
    trie: dict[str, Any] = {}
    others = []
    for term in sorted(set(terms)):
        if "(" in term:
            others += [_source(program) for program in _unfolded(_program(term, term))]
            continue
        node = trie
        for atom in _atoms(term):
            node = node.setdefault(atom, {})
        node[""] = {}
    branches = [*others, *([_trie_source(trie)] if trie else [])]
    return f"(?:{'|'.join(branches)})" if branches else r"(?!)"


def _source(program: Program) -> str:
    """A program without lists and gaps as a regular expression."""
    out = ""
    for element in program:
        separator = SEPARATOR if out else ""
        if kind_of(element) == ALTERNATIVES:
            choices = "|".join(_source(alternative) for alternative in element[1])
            out += f"(?:{separator}(?:{choices})){'?' if element[2] else ''}"
        else:
            pieces, lead, tail = written(element)
            joined = "".join(
                (_joint_source(joint) if n else "") + _piece_source(p) for n, (p, joint) in enumerate(pieces)
            )
            out += separator + re.escape(lead) + joined + re.escape(tail)
    return out


def _piece_source(piece: str) -> str:
    return re.escape(piece[:-1]) + r"\w*" if piece.endswith("*") else re.escape(piece)


def _joint_source(joint: str) -> str:
    return "['’]" if joint == "'" else re.escape(joint) if joint else SEPARATOR


def _atoms(term: str) -> list[str]:
    atoms: list[str] = []
    for char in " ".join(term.split()):
        if char in " -" or char in _HYPHENS:
            atoms.append(SEPARATOR)
        elif char in "'’":
            atoms.append("['’]")
        elif char == "*":
            atoms.append(r"\w*")
        else:
            atoms.append(re.escape(char))
    return atoms


def _trie_source(node: Mapping[str, object]) -> str:
    ends = "" in node
    branches = [atom + _trie_source(child) for atom, child in node.items() if atom]  # type: ignore[arg-type]
    if not branches:
        return ""
    if len(branches) == 1 and not ends:
        return branches[0]
    return f"(?:{'|'.join(branches)})" + ("?" if ends else "")


def expand(source: str, lexicons: Mapping[str, str]) -> str:
    """Put the word lists into an expression. Raises PatternError for a list that is not there."""

    def list_of(m: re.Match[str]) -> str:
        try:
            return lexicons[m[1]]
        except KeyError:
            raise PatternError(f"no word list is called “{m[1]}”") from None

    return re.sub(r"\{([a-z][\w-]*)\}", list_of, source)


def list_names(source: str) -> list[str]:
    """The word lists that an expression asks for."""
    return re.findall(r"\{([a-z][\w-]*)\}", source)


# -- keys of a sentence --------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def words_and_symbols(text: str) -> frozenset[str]:
    """The plain keys of a sentence: its words in lower case, the letters behind digits (the mg of 500mg), its symbols,
    and `0-9` when it has a digit."""
    keys = set(_WORD.findall(text.lower()))
    keys.update([word.lstrip("0123456789") for word in keys if word[0].isdigit() and not word.isdigit()])
    others = [c for c in set(text) if not c.isalpha() and not c.isspace()]
    keys.update([c for c in others if not c.isalnum()])
    if any(map(str.isdigit, others)):
        keys.add("0-9")
    return frozenset(keys)
