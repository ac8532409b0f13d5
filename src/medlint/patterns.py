"""The phrase language of rule files, turned into regular expressions.

`act now` matches the words, however they are spaced, hyphenated or capitalised; `cur*` any ending; ` * ` one
to three words; ` ... ` nought to eight; `(a|b c)` alternatives and `(a)?` what may be left out; `{lexicon}`
any term of that list. Words match whole.

Beside its expression every phrase yields the keywords without which it cannot match, so that one look at
the words of a sentence tells which phrases are worth trying.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SEPARATOR = r"[\s\-\u2010-\u2015\ufffc]+"
_ONE_TO_THREE_WORDS = rf"(?:{SEPARATOR}[\w'’]+){{1,3}}?"
_UP_TO_EIGHT_WORDS = r"(?:\W+\w[\w'’]*){0,8}?"
_ITEM = re.compile(r"\.\.\.|\*(?=\s|$)|\((?P<group>[^()]*)\)(?P<optional>\?)?|[^\s()]+")
_PIECE = re.compile(r"\{(?P<lexicon>[\w-]+)\}|(?P<join>[-\u2010-\u2015])|(?P<apostrophe>['’])|(?P<any>\*$)|(?P<char>.)")
_WORD = re.compile(r"\w+")


class PatternError(ValueError):
    """A phrase that cannot be read; the message says what was found, in plain words."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A compiled phrase: `source` is a regular expression in which `{lexicon}` still stands for a word list;
    every group of `keywords` must have one member among the keys of a sentence (see `sentence_keys`)."""

    source: str
    keywords: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class _Item:
    source: str
    keys: frozenset[str]
    gap: bool = False
    optional: bool = False


def compile_phrase(phrase: str) -> Phrase:
    """Read one phrase.

    Raises PatternError when it is empty, begins with a gap or ends with `...`, or has unbalanced brackets.
    """
    items = _items(phrase)
    if not items:
        raise PatternError("an empty phrase")
    if items[0].gap or items[-1].source == _UP_TO_EIGHT_WORDS:
        raise PatternError(f"“{phrase}” begins or ends with a gap; begin and end with words")
    if all(item.optional for item in items):
        raise PatternError(f"“{phrase}” consists of optional words only")
    keywords = tuple(item.keys for item in items if item.keys and not item.optional)
    return Phrase(_join(items), keywords)


def _items(phrase: str) -> list[_Item]:
    if _ITEM.sub("", phrase).strip():
        raise PatternError(f"“{phrase}” has a bracket without its partner")
    items = []
    for m in _ITEM.finditer(phrase):
        if m.group() == "*":
            items.append(_Item(_ONE_TO_THREE_WORDS, frozenset(), gap=True))
        elif m.group() == "...":
            items.append(_Item(_UP_TO_EIGHT_WORDS, frozenset(), gap=True))
        elif m["group"] is not None:
            items.append(_alternatives(m["group"], phrase, optional=bool(m["optional"])))
        else:
            items.append(_Item(_word(m.group()), _keys(m.group())))
    return items


def _alternatives(group: str, phrase: str, *, optional: bool) -> _Item:
    sources: list[str] = []
    keys: set[str] = set()
    for alternative in group.split("|"):
        words = alternative.split()
        if not words:
            raise PatternError(f"“{phrase}” has an empty alternative; write (…)? for what may be left out")
        sources.append(SEPARATOR.join(map(_word, words)))
        keys |= _keys(words[0])
    return _Item(f"(?:{'|'.join(sources)})", frozenset(keys), optional=optional)


def _join(items: Sequence[_Item]) -> str:
    """Words, the separators between them, and word boundaries at both ends. A gap brings its own separators."""
    out: list[str] = []
    separator, started = SEPARATOR, False
    for item in items:
        if item.gap:
            out.append(item.source)
            separator = r"\W+"
        elif item.optional:
            out.append(f"(?:{separator}{item.source})?" if started else f"(?:{item.source}{SEPARATOR})?")
        else:
            out.append(separator + item.source if started else item.source)
            separator, started = SEPARATOR, True
    return _bounded("".join(out))


def _bounded(source: str) -> str:
    return rf"(?<!\w)(?:{source})(?!\w)"


def _word(word: str) -> str:
    return "".join(_atoms(word))


def _atoms(word: str) -> list[str]:
    atoms = []
    for m in _PIECE.finditer(word):
        if m["lexicon"]:
            atoms.append(m.group())
        elif m["join"]:
            atoms.append(SEPARATOR)
        elif m["apostrophe"]:
            atoms.append("['’]")
        elif m["any"]:
            atoms.append(r"\w*")
        else:
            atoms.append(re.escape(m["char"]))
    return atoms


def _keys(word: str) -> frozenset[str]:
    """The key by which a word of a phrase is found: its first word, `prefix*`, `{lexicon}` or a symbol."""
    if word.startswith("{"):
        return frozenset({word[: word.index("}") + 1]})
    first = _WORD.search(word.lower())
    if first is None:
        return frozenset({word[0]})
    if word[first.end() :].startswith(("*", "{")):
        return frozenset({first.group() + "*"})
    return frozenset({first.group()})


# -- lexicons ------------------------------------------------------------------------------------------------


def lexicon_source(terms: Iterable[str]) -> str:
    """One expression for a word list. Plain terms become a prefix trie, which matches many times faster than a
    flat alternation; the longest term wins."""
    trie: dict[str, object] = {}
    others = []
    for term in sorted(set(terms)):
        if "(" in term:
            others.append(_join(_items(term)))
            continue
        node = trie
        for atom in _term_atoms(term):
            node = node.setdefault(atom, {})  # type: ignore[assignment]
        node[""] = {}
    branches = [*others, *([_trie_source(trie)] if trie else [])]
    return f"(?:{'|'.join(branches)})" if branches else r"(?!)"


def _term_atoms(term: str) -> list[str]:
    atoms: list[str] = []
    for word in term.split():
        atoms += ([SEPARATOR] if atoms else []) + _atoms(word)
    return atoms


def _trie_source(node: Mapping[str, object]) -> str:
    ends = "" in node
    branches = [atom + _trie_source(child) for atom, child in node.items() if atom]  # type: ignore[arg-type]
    if not branches:
        return ""
    if len(branches) == 1 and not ends:
        return branches[0]
    return f"(?:{'|'.join(branches)})" + ("?" if ends else "")


def lexicon_keys(terms: Iterable[str]) -> frozenset[str]:
    """The keys of which one must be in a sentence that holds a term of the list."""
    keys: set[str] = set()
    for term in terms:
        first = next((item for item in _items(term) if not item.optional and item.keys), None)
        keys |= first.keys if first else frozenset()
    return frozenset(keys)


def expand(source: str, lexicons: Mapping[str, str]) -> str:
    """Put the word lists into an expression. Raises PatternError for a list that is not there."""

    def list_of(m: re.Match[str]) -> str:
        try:
            return lexicons[m[1]]
        except KeyError:
            raise PatternError(f"no word list is called “{m[1]}”") from None

    return re.sub(r"\{([a-z][\w-]*)\}", list_of, source)


def inflections(term: str, kind: str) -> list[str]:
    """A term with its regular forms: `kind` is verb (the first word takes -s, -ed, -ing) or noun (the last word
    takes the plural). Irregular forms are listed in the lexicon itself."""
    words = term.split()
    at = 0 if kind == "verb" else len(words) - 1
    if words[at].endswith(("*", ")", "?", "}")):
        return [term]
    forms = _verb_forms(words[at]) if kind == "verb" else [words[at], _with_s(words[at])]
    return [" ".join([*words[:at], form, *words[at + 1 :]]) for form in forms]


def _with_s(word: str) -> str:
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    return word + ("es" if re.search(r"(?:s|x|z|ch|sh)$", word) else "s")


def _verb_forms(verb: str) -> list[str]:
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        stem, past = verb[:-1], verb + "d"
    elif re.search(r"[^aeiou]y$", verb):
        stem, past = verb, verb[:-1] + "ied"
    elif re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", verb):
        stem, past = verb + verb[-1], verb + verb[-1] + "ed"
    else:
        stem, past = verb, verb + ("d" if verb.endswith("e") else "ed")
    return [verb, _with_s(verb), past, stem + "ing"]


# -- keys of a sentence --------------------------------------------------------------------------------------


def words_and_symbols(text: str) -> set[str]:
    """The plain keys of a sentence: its words in lower case, its symbols, and `0-9` when it has a digit."""
    keys = set(_WORD.findall(text.lower()))
    keys.update(c for c in set(text) if not c.isalnum() and not c.isspace())
    if any(c.isdigit() for c in text):
        keys.add("0-9")
    return keys
