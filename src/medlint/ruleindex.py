"""What a run needs to know before it reads any rule; made when rules are compiled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from medlint.patterns import lexicon_keys


def make_index(rules: Mapping[str, Any], lexicons: Mapping[str, Any]) -> dict[str, Any]:
    """What a run needs to know before it reads any rule: severities, which patterns to try for which keyword, which
    keys are those of word lists, and which rules look at whole documents."""
    wanted = {key for rule in rules.values() for p in rule["patterns"] for key in _keys_asked_for(p)}
    lists = {key: sorted(names & wanted) for key, names in _lists_of_keys(lexicons).items() if names & wanted}
    patterns: list[tuple[str, int, list[list[str]]]] = []
    anchors: dict[str, list[int]] = {}
    for rule_id, rule in rules.items():
        for number, pattern in enumerate(rule["patterns"]):
            telling = _most_telling(pattern, lexicons)
            for key in telling:
                anchors.setdefault(key, []).append(len(patterns))
            others = [group for group in pattern.get("keywords", ()) if group != telling]
            patterns.append((rule_id, number, others))
    prefixes = sorted(key[:-1] for key in {*wanted, *lists} if key.endswith("*") and len(key) > 1)
    structures = [
        (rule_id, pattern["source"], pattern.get("options") or {})
        for rule_id, rule in rules.items()
        for pattern in rule["patterns"]
        if pattern["kind"] == "structure"
    ]
    return {
        "severities": {rule_id: rule["severity"] for rule_id, rule in rules.items()},
        "lexicons": list(lexicons),
        "patterns": patterns,
        "anchors": anchors,
        "lists": lists,
        "prefixes": prefixes,
        "structures": structures,
    }


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


def _most_telling(pattern: Mapping[str, Any], lexicons: Mapping[str, Any]) -> Sequence[str]:
    """The group of keywords that the fewest words answer to, and the longest, which are the rarest."""

    def breadth(group: Sequence[str]) -> int:
        return sum(len(lexicons[key[1:-1]]["terms"]) * 3 if _is_list(key) else 1 for key in group)

    groups = pattern.get("keywords") or [[]]
    return min(groups, key=lambda group: (breadth(group), -min(map(len, group), default=0), group))


def _is_list(key: str) -> bool:
    return key.startswith("{") and len(key) > 1
