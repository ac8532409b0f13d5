"""What a run needs to know before it reads any rule; made when rules are compiled.

JSON is read the faster the fewer values it holds. So what belongs together is one text and is split when it is asked
for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from medlint.patterns import lexicon_keys
from medlint.wordtable import Rows, make_rows

_FREQUENT = 30
"""How many ordinary words a frequent one weighs: of 20,000 sentences of health articles it stands in one of 21, any
other keyword in one of 690."""
_IN_A_LIST = 0.3
"""What a term of a word list weighs: many terms are rarer than the words that rules name one by one."""


class Compiled(NamedTuple):
    """`facts`, of which every run needs all: `severities` of the rules, in order; names of `lexicons`, which of them
    include others (`includes`), and those of their terms that begin with no word (`others`); `prefixes`: the keys
    that are beginnings of words; `structures`: the patterns that look at whole documents.

    `rows`: those of a `wordtable.WordTable`. `patterns`: for each its rule, its number in the rule, and groups of
    keywords that must be there beside the one that made it be thought of.
    """

    facts: dict[str, Any]
    rows: Rows
    patterns: list[str]


def make_index(
    rules: Mapping[str, Any], lexicons: Mapping[str, Any], frequent: Collection[str] = ()
) -> Compiled:
    """What a run needs to know before it reads any rule, see there.

    Patterns have numbers, those of one rule in a row. They are thought of by keywords that are rare; `frequent` are
    the words that are not.
    """
    weight = _weights(lexicons, frozenset(frequent))
    wanted = {key for rule in rules.values() for p in rule["patterns"] for key in _keys_asked_for(p)}
    lists = {key: sorted(names & wanted) for key, names in _lists_of_keys(lexicons).items() if names & wanted}
    terms = _terms_by_beginning(lexicons)
    patterns: list[str] = []
    anchors: dict[str, list[int]] = {}
    for rule_id, rule in rules.items():
        for number, pattern in enumerate(rule["patterns"]):
            telling = _most_telling(pattern, weight)
            for key in telling:
                anchors.setdefault(key, []).append(len(patterns))
            others = [" ".join(group) for group in pattern.get("keywords", ()) if group != telling]
            patterns.append("|".join([rule_id, str(number), *others]))
    structures = [
        (rule_id, pattern["source"], pattern.get("options") or {})
        for rule_id, rule in rules.items()
        for pattern in rule["patterns"]
        if pattern["kind"] == "structure"
    ]
    facts = {
        "severities": {rule_id: rule["severity"] for rule_id, rule in rules.items()},
        "lexicons": list(lexicons),
        "includes": {name: lexicon["includes"] for name, lexicon in lexicons.items() if lexicon["includes"]},
        "others": {name: lexicon["others"] for name, lexicon in lexicons.items() if lexicon["others"]},
        "prefixes": sorted(key for key in {*wanted, *lists, *terms} if key.endswith("*") and len(key) > 1),
        "structures": structures,
    }
    return Compiled(facts, make_rows(anchors, lists, terms), patterns)


def _terms_by_beginning(lexicons: Mapping[str, Any]) -> dict[str, dict[str, list[Any]]]:
    """Word, or beginning of one with `*` → name of a list → its own terms that begin so."""
    found: dict[str, dict[str, list[Any]]] = {}
    for name, lexicon in lexicons.items():
        for word, programs in lexicon["words"].items():
            found.setdefault(word, {})[name] = programs
        for prefix, programs in lexicon["prefixes"].items():
            found.setdefault(prefix + "*", {})[name] = programs
    return found


def _keys_asked_for(pattern: Mapping[str, Any]) -> Iterator[str]:
    for group in pattern.get("keywords", ()):
        yield from group
    yield from (pattern.get("options") or {}).get("keywords", ())


def _lists_of_keys(lexicons: Mapping[str, Any]) -> dict[str, set[str]]:
    """Word or prefix → the lists, as `{name}`, that have a term with that key, directly or through other lists."""
    above: dict[str, set[str]] = {}
    for name, lexicon in lexicons.items():
        for key in (*lexicon_keys(lexicon), *("{" + included + "}" for included in lexicon["includes"])):
            above.setdefault(key, set()).add("{" + name + "}")
    changed = True
    while changed:
        changed = False
        for names in above.values():
            further = set().union(*(above.get(name, set()) for name in names))
            changed |= not further <= names
            names |= further
    return {key: names for key, names in above.items() if not _is_list(key)}


def _most_telling(pattern: Mapping[str, Any], weight: Callable[[str], float]) -> Sequence[str]:
    """The group of keywords that the fewest sentences answer to, and the longest, which are the rarest."""
    groups = pattern.get("keywords") or [[]]
    return min(groups, key=lambda group: (sum(map(weight, group)), -min(map(len, group), default=0), group))


def _weights(lexicons: Mapping[str, Any], frequent: Collection[str]) -> Callable[[str], float]:
    """How often sentences answer to a key, in ordinary words."""

    @cache
    def of(key: str) -> float:
        if not _is_list(key):
            return _FREQUENT if key in frequent else 1
        lists, at = [key[1:-1]], 0
        while at < len(lists):
            lists += [other for other in lexicons[lists[at]]["includes"] if other not in lists]
            at += 1
        keys = {key for name in lists for key in lexicon_keys(lexicons[name])}
        return sum(_FREQUENT if key in frequent else _IN_A_LIST for key in keys)

    return of


def _is_list(key: str) -> bool:
    return key.startswith("{") and len(key) > 1
