"""A score and its weights → plain data for `scorer`, with the terms of all classes in one index.

An ordinary run reads this from the cache. One long text is read there in a hundredth of the time that as many small
values take, so terms stand in lines; semicolons part them, since JSON would have to escape line ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from medlint.model import Problem
from medlint.patterns import ALTERNATIVES, WORD, Program, kind_of, unpacked, written
from medlint.rulecompiler import problem
from medlint.yamlfile import YamlFile

WEIGHTS = ".weights"
"""What the name of the file with the weights adds to that of the score."""
SCALE = 100
"""Weights are kept as whole numbers, so that their sum does not depend on the order in which they are added."""
KINDS = ("word", "class", "has", "lead", "header", "after", "place", "position", "length")
"""What the names of features begin with; see `scorer`."""
_OF_CLASSES = ("class", "has", "after")
_PAIR = " .. "


def compile_scores(
    files: Mapping[str, YamlFile], lexicons: Mapping[str, Mapping[str, Any]], problems: list[Problem]
) -> dict[str, dict[str, Any]]:
    """The plain data of each score, by its name. `files` are those of rules/scores/, `lexicons` the compiled word
    lists; what is wrong is added to `problems`."""
    found = {}
    for name, file in files.items():
        partner = name.removesuffix(WEIGHTS) if name.endswith(WEIGHTS) else name + WEIGHTS
        if partner not in files:
            beside = str(Path(file.path).with_name(f"{partner}.yml"))
            if all(each.path != beside for each in problems):
                problems.append(Problem(file.path, f"there is no “{partner}.yml” beside it"))
            continue
        if name.endswith(WEIGHTS):
            continue
        weights = files[partner]
        problems += _unknown_lists(file, lexicons)
        problems += _unknown_features(weights, file.data["classes"])
        found[name] = _score(file.data["classes"], weights.data, lexicons)
    return found


def _unknown_lists(file: YamlFile, lexicons: Mapping[str, Any]) -> Iterator[Problem]:
    for name, each in file.data["classes"].items():
        for at, known in enumerate(each["lists"]):
            if known not in lexicons:
                yield problem(file, ("classes", name, "lists", at), f"no word list is called “{known}”")


def _unknown_features(file: YamlFile, classes: Mapping[str, Any]) -> Iterator[Problem]:
    for feature in file.data["weights"]:
        kind, _, rest = feature.partition(" ")
        pair = feature.split(_PAIR) if _PAIR in feature else []
        named = pair or (rest.split(" ") if kind in _OF_CLASSES else [])
        unknown = [each for each in named if each.isalpha() and each.isupper() and each not in classes]
        if not pair and (kind not in KINDS or not rest):
            yield problem(file, ("weights", feature), f"a feature begins with {', '.join(KINDS)}")
        elif unknown:
            yield problem(file, ("weights", feature), f"no class is called “{unknown[0]}”")


def _score(
    classes: Mapping[str, Any], weights: Mapping[str, Any], lexicons: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """`terms`: the first two letters of words → a line for each term that begins so, with the numbers of the classes
    that have it. `open`: such lines for terms that leave the ending of a word open."""
    terms: dict[str, set[int]] = {}
    for number, each in enumerate(classes.values()):
        for lexicon in _with_included(each["lists"], lexicons):
            for program in (*chain(*lexicon["words"].values()), *chain(*lexicon["prefixes"].values())):
                for words in _spelled(unpacked(program)):
                    terms.setdefault(" ".join(words), set()).add(number)
    lines: dict[str, list[str]] = {}
    open_terms: dict[str, list[str]] = {}
    for term, numbers in sorted(terms.items()):
        first = term.partition(" ")[0]
        room = open_terms if "*" in term else lines
        room.setdefault(first[:2], []).append(f"{term}|{','.join(map(str, sorted(numbers)))}")
    return {
        "scale": SCALE,
        "bias": round(weights["bias"] * SCALE),
        "weights": {feature: round(weight * SCALE) for feature, weight in weights["weights"].items()},
        "classes": {name: each["means"] for name, each in classes.items()},
        "terms": {key: ";".join(sorted(together)) for key, together in lines.items()},
        "open": open_terms,
    }


def _spelled(program: Program) -> Iterator[tuple[str, ...]]:
    """The words of a term, once for each way to make its choices."""
    if not program:
        yield ()
        return
    first, rest = program[0], list(_spelled(program[1:]))
    choices: list[tuple[str, ...]] = []
    if kind_of(first) == WORD:
        choices.append(tuple(piece for piece, _ in written(first)[0]))
    elif kind_of(first) == ALTERNATIVES:
        choices += [words for alternative in first[1] for words in _spelled(alternative)]
        choices += [()] if first[2] else []
    yield from ((*words, *behind) for words in choices for behind in rest)


def _with_included(
    names: list[str], lexicons: Mapping[str, Mapping[str, Any]]
) -> Iterator[Mapping[str, Any]]:
    """The word lists of these names, and those that they include, each once."""
    lists = [name for name in names if name in lexicons]
    for name in lists:
        lists += [other for other in lexicons[name]["includes"] if other in lexicons and other not in lists]
        yield lexicons[name]
