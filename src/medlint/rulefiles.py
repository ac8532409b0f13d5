"""Rule folders → plain, checked data. Imported only when a rule file is new or has changed.

Every problem of every file is collected before anything is raised. What YAML says is checked against
`rules/schema/`, then phrases and expressions are compiled here, once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from medlint.data import data_folder
from medlint.inflect import inflections
from medlint.model import Problem, UserError
from medlint.parts import Rows
from medlint.patterns import PatternError, compile_lexicon, lexicon_source, packed
from medlint.rulecompiler import compile_rule, problem
from medlint.ruleindex import make_index
from medlint.schema import check
from medlint.scorefiles import WEIGHTS, compile_scores
from medlint.yamlfile import YamlFile, load


@dataclass
class _Reading:
    """What has been read so far, and what was wrong with it."""

    problems: list[Problem] = field(default_factory=list)
    rules: dict[str, YamlFile] = field(default_factory=dict)
    lexicons: dict[str, YamlFile] = field(default_factory=dict)
    packs: dict[str, YamlFile] = field(default_factory=dict)
    scores: dict[str, YamlFile] = field(default_factory=dict)
    standards: dict[str, Any] = field(default_factory=dict)
    language: dict[str, Any] = field(default_factory=dict)
    references: dict[str, Any] = field(default_factory=dict)
    maxima: dict[str, YamlFile] = field(default_factory=dict)


def compile_files(
    files: Iterable[tuple[Path, Path, str]], additions: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """The named parts that all (folder, path, text) come to, plain JSON ready for the cache: `index`, `words`, `terms`
    and `candidates` (see `ruleindex`), `patterns`, for each of them `rule …`, `about …`, `terms …`, `pack …` and
    `score …`, `standards`, `language`, `references`, `maxima`.

    Raises UserError with every problem found in any of the files.
    """
    reading = _Reading()
    for folder, path, text in files:
        _read(reading, folder, path, text)
    lexicons = _lexicons(reading, additions)
    sources = {
        name: lexicon_source(lexicon["terms"]) for name, lexicon in lexicons.items()
    }  # to check expressions by
    rules = {
        rule_id: compile_rule(file, sources, reading.standards or None, reading.problems)
        for rule_id, file in reading.rules.items()
    }
    packs = {name: _pack(reading, name, file, rules) for name, file in reading.packs.items()}
    scores = compile_scores(reading.scores, lexicons, reading.problems)
    _check_scores_asked_for(reading)
    maxima = _maxima(reading)
    if reading.problems:
        raise UserError(*sorted(set(reading.problems), key=lambda p: (p.path, p.line, p.column, p.message)))
    index, rows, candidates = make_index(rules, lexicons, reading.language.get("frequent-words", ()))
    return {
        "index": {**index, "packs": list(packs)},
        "words": Rows(rows.words),
        "terms": Rows(rows.terms),
        "candidates": candidates,
        **_parts_of_rules(rules),
        **{f"terms {name}": lexicon["terms"] for name, lexicon in lexicons.items()},
        **{f"pack {name}": pack for name, pack in packs.items()},
        **{f"score {name}": score for name, score in scores.items()},
        "standards": reading.standards,
        "language": reading.language,
        "references": reading.references,
        "maxima": maxima,
    }


_ABOUT = ("summary", "message", "remedy", "why", "standards", "note", "bad", "good", "fix", "record")
"""What is asked of a rule only when it has found something."""


def _parts_of_rules(rules: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A part for what is looked for by a rule and one for the rest, and all patterns, of which a run needs few."""
    parts: dict[str, Any] = {}
    patterns: list[Any] = []
    for rule_id, rule in rules.items():
        first = len(patterns)
        patterns += map(_pattern_to_keep, rule["patterns"])
        looked_for = {key: value for key, value in rule.items() if key not in _ABOUT}
        for phrases in ("excuses", "columns"):
            looked_for[phrases] = [packed(program) for program in rule[phrases]]
        parts[f"rule {rule_id}"] = {**looked_for, "patterns": [first, len(patterns)]}
        parts[f"about {rule_id}"] = {key: rule[key] for key in _ABOUT if key in rule}
    return {**parts, "patterns": Rows(patterns)}


def _pattern_to_keep(pattern: Mapping[str, Any]) -> dict[str, Any]:
    """A pattern without its keywords, which the index has."""
    kept = {key: value for key, value in pattern.items() if key != "keywords"}
    if "program" in kept:
        kept["program"] = packed(kept["program"])
    kept.update(
        {key: [packed(program) for program in kept[key]] for key in ("needs", "under") if key in kept}
    )
    return kept


def _read(reading: _Reading, folder: Path, path: Path, text: str) -> None:
    parts = path.relative_to(folder).with_suffix("").parts
    try:
        file = load(text, str(path))
    except UserError as error:
        reading.problems += error.problems
        return
    if parts == ("language",):
        try:
            reading.language = _language(file.data)
        except PatternError as error:
            reading.problems.append(Problem(str(path), str(error)))
        return
    kind = _kind(parts)
    if kind is None:
        found = "/".join(parts)
        reading.problems.append(
            Problem(
                str(path),
                f"“{found}” is neither family/rule, lexicons/name, packs/name nor scores/name: put rules into a folder",
            )
        )
        return
    problems = check(file, schema(kind), str(path))
    if problems:
        reading.problems += problems
    elif kind == "standards":
        reading.standards.update(_standards(file.data))
    elif kind == "references":
        reading.references.update(file.data)
    elif kind == "maxima":
        reading.maxima[str(path)] = file
    else:
        rooms = {"rule": reading.rules, "lexicon": reading.lexicons, "pack": reading.packs}
        rooms.get(kind, reading.scores)[parts[-1] if kind != "rule" else "/".join(parts)] = file


def _check_scores_asked_for(reading: _Reading) -> None:
    """What rules ask for under `score` must be there."""
    for file in reading.rules.values():
        for at, entry in enumerate(file.data["find"]):
            name = entry.get("with", {}).get("score")
            if name is not None and name not in reading.scores:
                reading.problems.append(
                    problem(file, ("find", at, "with", "score"), f"no score is called “{name}”")
                )


def _kind(parts: tuple[str, ...]) -> str | None:
    if parts in (("standards",), ("references",), ("maxima",)):
        return parts[0]
    if len(parts) != 2:
        return None
    if parts[0] == "scores":
        return "weights" if parts[1].endswith(WEIGHTS) else "score"
    return {"lexicons": "lexicon", "packs": "pack"}.get(parts[0], "rule")


def schema(kind: str) -> Mapping[str, Any]:
    """The JSON Schema of a kind of file: rule, config, lexicon, pack, score, weights, standards, references or
    maxima."""
    text = (data_folder() / "schema" / f"{kind}.schema.json").read_text(encoding="utf-8")
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded


def _maxima(reading: _Reading) -> dict[str, Any]:
    """The maxima of all folders together: a later entry of the same name replaces an earlier one."""
    found: dict[str, Any] = {"sources": {}, "substances": {}, "compounds": []}
    for file in reading.maxima.values():
        found["sources"].update(file.data.get("sources", {}))
        found["substances"].update(file.data.get("substances", {}))
        found["compounds"] += file.data.get("compounds", [])
    for file in reading.maxima.values():
        for name, entry in file.data.get("substances", {}).items():
            if entry["source"] not in found["sources"]:
                place = ("substances", name, "source")
                reading.problems.append(problem(file, place, f"no source has the key “{entry['source']}”"))
    return found


def _standards(data: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    fields = ("title", "issuer", "year", "section", "url")
    return {key: {f: str(standard.get(f, "")) for f in fields} for key, standard in data.items()}


# -- lexicons ------------------------------------------------------------------------------------------------


def _lexicons(reading: _Reading, additions: Mapping[str, Sequence[str]]) -> dict[str, dict[str, Any]]:
    terms = {
        name: _own_terms(file.data) + list(additions.get(name, ())) for name, file in reading.lexicons.items()
    }
    out = {}
    for name, file in reading.lexicons.items():
        try:
            compiled = compile_lexicon(terms[name])
        except PatternError as error:
            reading.problems.append(problem(file, ("terms",), str(error)))
            continue
        includes = file.data.get("includes", [])
        for at, included in enumerate(includes):
            if included not in reading.lexicons:
                reading.problems.append(
                    problem(file, ("includes", at), f"no word list is called “{included}”")
                )
        out[name] = {"terms": terms[name], "includes": includes, **compiled}
    return out


def _own_terms(data: Mapping[str, Any]) -> list[str]:
    kind = data.get("inflect")
    terms = [str(term) for term in data.get("terms", ())]
    return [form for term in terms for form in inflections(term, kind)] if kind else terms


# -- language ------------------------------------------------------------------------------------------------


def _language(data: Mapping[str, Any]) -> dict[str, Any]:
    """rules/language.yml with the phrases of its cues read. Raises PatternError."""
    return {**data, "contexts": {name: _cues(cues) for name, cues in data["contexts"].items()}}


def _cues(cues: Any) -> Any:
    if not isinstance(cues, Mapping):
        return cues
    read = {"phrases", "never", "ends"}
    return {
        key: {"includes": [], **compile_lexicon(value)}
        if key in read
        else _cues(value)
        if isinstance(value, Mapping)
        else value
        for key, value in cues.items()
    }


# -- packs ---------------------------------------------------------------------------------------------------


def _pack(reading: _Reading, name: str, file: YamlFile, rules: Mapping[str, Any]) -> dict[str, Any]:
    levels: dict[str, str] = {}

    def collect(current: str, above: frozenset[str]) -> None:
        data = reading.packs[current].data
        for included in data.get("includes", ()):
            if included not in reading.packs or included in above:
                reading.problems.append(problem(file, ("includes",), f"no pack is called “{included}”"))
            else:
                collect(included, above | {included})
        chosen = data.get("rules", [])
        levels.update(chosen if isinstance(chosen, Mapping) else dict.fromkeys(chosen, ""))

    collect(name, frozenset({name}))
    for rule_id in levels:
        if rule_id not in rules and rule_id not in reading.rules:
            reading.problems.append(problem(file, ("rules",), f"no rule has the id “{rule_id}”"))
    return {"summary": file.data["summary"], "levels": levels}
