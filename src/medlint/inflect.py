"""Regular forms of English verbs and nouns, for word lists that ask for them."""

from __future__ import annotations

import re


def inflections(term: str, kind: str) -> list[str]:
    """A term with its regular forms: `kind` is verb (the first word takes -s, -ed, -ing) or noun (the last word
    takes the plural). Irregular forms are listed in the lexicon itself."""
    words = term.split()
    at = 0 if kind == "verb" else len(words) - 1
    if words[at].endswith(("*", ")", "?", "}")):
        return [term]
    forms = _verb_forms(words[at]) if kind == "verb" else _noun_forms(words[at])
    return [" ".join([*words[:at], form, *words[at + 1 :]]) for form in forms]


def _noun_forms(noun: str) -> list[str]:
    """A noun and its plural; what ends like a plural ("levels", "Crohn's", "arthritis") has no other form."""
    plural_already = re.search(r"[^su]s$", noun) and not noun.endswith(("gas", "lens"))
    return [noun] if plural_already else [noun, _with_s(noun)]


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
