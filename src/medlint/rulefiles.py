"""Rule folders → plain, checked data. Imported only when a rule file is new or has changed.

Every problem of every file is collected before anything is raised. What YAML says is checked against
`rules/schema/`, then phrases and expressions are compiled here, once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from medlint.data import data_folder
from medlint.literals import required
from medlint.model import Problem, UserError
from medlint.patterns import (
    ALTERNATIVES,
    LIST,
    PatternError,
    Phrase,
    Program,
    compile_lexicon,
    expand,
    inflections,
    kind_of,
    lexicon_keys,
    lexicon_source,
    read_phrase,
)
from medlint.regexguard import dangerous
from medlint.schema import check
from medlint.yamlfile import YamlFile, load

DEFAULT_SCOPE = ("paragraph", "heading", "list-item", "table-cell", "front-matter", "caption", "image-alt")

_PHRASE_OPTIONS = ("words", "disclosure")
_LIST_OPTIONS = ("hosts", "parameters", "dates")

Place = tuple[str | int, ...]


@dataclass
class _Reading:
    """What has been read so far, and what was wrong with it."""

    problems: list[Problem] = field(default_factory=list)
    rules: dict[str, YamlFile] = field(default_factory=dict)
    lexicons: dict[str, YamlFile] = field(default_factory=dict)
    packs: dict[str, YamlFile] = field(default_factory=dict)
    standards: dict[str, Any] = field(default_factory=dict)
    language: dict[str, Any] = field(default_factory=dict)


def compile_files(
    files: Iterable[tuple[Path, Path, str]], additions: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """The named parts that all (folder, path, text) come to, plain JSON ready for the cache: `index`, `rule …` and
    `lexicon …` for each of them, `packs`, `standards`, `language`.

    Raises UserError with every problem found in any of the files.
    """
    reading = _Reading()
    for folder, path, text in files:
        _read(reading, folder, path, text)
    lexicons = _lexicons(reading, additions)
    sources = {
        name: lexicon_source(lexicon["terms"]) for name, lexicon in lexicons.items()
    }  # to check expressions by
    rules = {rule_id: _rule(reading, file, sources) for rule_id, file in reading.rules.items()}
    packs = {name: _pack(reading, name, file, rules) for name, file in reading.packs.items()}
    if reading.problems:
        raise UserError(*sorted(set(reading.problems), key=lambda p: (p.path, p.line, p.column, p.message)))
    return {
        "index": _index(rules, lexicons),
        **{f"rule {rule_id}": rule for rule_id, rule in rules.items()},
        **{f"lexicon {name}": lexicon for name, lexicon in lexicons.items()},
        "packs": packs,
        "standards": reading.standards,
        "language": _language(reading),
    }


def _read(reading: _Reading, folder: Path, path: Path, text: str) -> None:
    parts = path.relative_to(folder).with_suffix("").parts
    try:
        file = load(text, str(path))
    except UserError as error:
        reading.problems += error.problems
        return
    if parts == ("language",):
        reading.language = file.data
        return
    kind = _kind(parts)
    if kind is None:
        found = "/".join(parts)
        reading.problems.append(
            Problem(
                str(path),
                f"“{found}” is neither family/rule, lexicons/name nor packs/name: put rules into a folder",
            )
        )
        return
    problems = check(file, schema(kind), str(path))
    if problems:
        reading.problems += problems
    elif kind == "standards":
        reading.standards.update(_standards(file.data))
    else:
        room = {"rule": reading.rules, "lexicon": reading.lexicons, "pack": reading.packs}[kind]
        room[parts[-1] if kind != "rule" else "/".join(parts)] = file


def _kind(parts: tuple[str, ...]) -> str | None:
    if parts == ("standards",):
        return "standards"
    if len(parts) != 2:
        return None
    return {"lexicons": "lexicon", "packs": "pack"}.get(parts[0], "rule")


def schema(kind: str) -> Mapping[str, Any]:
    """The JSON Schema of a kind of file: rule, config, lexicon, pack or standards."""
    text = (data_folder() / "schema" / f"{kind}.schema.json").read_text(encoding="utf-8")
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded


def _standards(data: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    fields = ("title", "issuer", "year", "section", "url")
    return {key: {f: str(standard.get(f, "")) for f in fields} for key, standard in data.items()}


# -- the index -----------------------------------------------------------------------------------------------


def _index(rules: Mapping[str, Any], lexicons: Mapping[str, Any]) -> dict[str, Any]:
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
            reading.problems.append(_problem(file, ("terms",), str(error)))
            continue
        includes = file.data.get("includes", [])
        for at, included in enumerate(includes):
            if included not in reading.lexicons:
                reading.problems.append(
                    _problem(file, ("includes", at), f"no word list is called “{included}”")
                )
        out[name] = {"terms": terms[name], "includes": includes, **compiled}
    return out


def _own_terms(data: Mapping[str, Any]) -> list[str]:
    kind = data.get("inflect")
    terms = [str(term) for term in data.get("terms", ())]
    return [form for term in terms for form in inflections(term, kind)] if kind else terms


# -- rules ---------------------------------------------------------------------------------------------------


def _rule(reading: _Reading, file: YamlFile, sources: Mapping[str, str]) -> dict[str, Any]:
    data = file.data
    unless = data.get("unless", {})
    compiler = _Compiler(file, reading.problems, sources)
    for at, key in enumerate(data["standards"]):
        if reading.standards and key not in reading.standards:
            reading.problems.append(_problem(file, ("standards", at), f"no standard has the key “{key}”"))
    cited = unless.get("cited", False)
    return {
        "summary": data["summary"],
        "severity": data["severity"],
        "message": data["message"],
        "remedy": data["remedy"],
        "why": data["why"].strip(),
        "note": data.get("note", "").strip(),
        "standards": data["standards"],
        "scope": data.get("scope", list(DEFAULT_SCOPE)),
        "patterns": [
            {key: value for key, value in pattern.items() if value}
            for at, entry in enumerate(data["find"])
            for pattern in compiler.patterns(entry, ("find", at))
        ],
        "cited": "configured" if cited is True else cited or "",
        "contexts": unless.get("context", []),
        "excuses": compiler.programs(unless.get("match", []), ("unless", "match")),
        "per": data.get("per", "sentence"),
        "bad": [(e["text"], e["flags"]) for e in data["examples"]["bad"]],
        "good": data["examples"]["good"],
    }


@dataclass
class _Compiler:
    """Compiles the patterns of one rule file and notes what cannot be compiled."""

    file: YamlFile
    problems: list[Problem]
    lexicons: Mapping[str, str]

    def patterns(self, entry: Mapping[str, Any], place: Place) -> list[dict[str, Any]]:
        keywords = self._keywords(entry.get("keywords") or self.file.data.get("keywords", []))
        common: dict[str, Any] = {
            "case_sensitive": entry.get("case") == "sensitive",
            "needs": self.programs(entry.get("needs", []), (*place, "needs")),
            "program": [],
            "tokens": [],
            "options": entry.get("with"),
        }
        if "phrases" in entry:
            return self._phrase_patterns(entry["phrases"], (*place, "phrases"), common)
        if "regex" in entry:
            found = self._regex_patterns(entry["regex"], keywords, (*place, "regex"))
        elif "tokens" in entry:
            common["tokens"] = entry["tokens"]
            found = [("tokens", "", _token_keywords(entry["tokens"]) or keywords)]
        elif "quantity" in entry:
            found = [("quantity", entry["quantity"], keywords)]
        else:
            self._check_options(entry.get("with", {}), (*place, "with"))
            found = [("structure", entry["structure"], [])]
        if any(kind != "structure" and not groups for kind, _, groups in found):
            self._note(
                place, "nothing here gives keywords; name under `keywords` words of which one is always there"
            )
        return [
            {
                "kind": kind,
                "source": source,
                "keywords": groups,
                "contains": _contains(kind, source),
                **common,
            }
            for kind, source, groups in found
        ]

    def programs(self, phrases: Sequence[str], place: Place) -> list[Program]:
        """The programs of phrases; those that cannot be read are noted and left out."""
        return [phrase.program for phrase in self._read(phrases, place, case_sensitive=False)]

    def _phrase_patterns(
        self, phrases: Sequence[str], place: Place, common: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        return [
            {
                "kind": "phrase",
                **common,
                "keywords": [sorted(group) for group in phrase.keywords],
                "program": phrase.program,
            }
            for phrase in self._read(phrases, place, case_sensitive=common["case_sensitive"])
        ]

    def _read(self, phrases: Sequence[str], place: Place, *, case_sensitive: bool) -> Iterator[Phrase]:
        for at, text in enumerate(phrases):
            try:
                phrase = read_phrase(text, case_sensitive=case_sensitive)
                for name in _lists(phrase.program):
                    if name not in self.lexicons:
                        raise PatternError(f"no word list is called “{name}”")
            except PatternError as error:
                self._note((*place, at), str(error))
                continue
            yield phrase

    def _regex_patterns(
        self, sources: str | Sequence[str], keywords: list[list[str]], place: Place
    ) -> list[tuple[str, str, list[list[str]]]]:
        out = []
        for at, source in enumerate([sources] if isinstance(sources, str) else sources):
            where = place if isinstance(sources, str) else (*place, at)
            if self._readable(source, where):
                out.append(("regex", source, keywords))
        return out

    def _readable(self, source: str, place: Place) -> bool:
        try:
            expanded = expand(source, self.lexicons)
            re.compile(expanded)
        except (PatternError, re.error) as error:
            self._note(place, f"this expression cannot be read: {error}")
            return False
        reason = dangerous(re.sub(r"\{([a-z][\w-]*)\}", "(?:word)", source))
        if reason:
            self._note(place, f"this expression may run without end: {reason}")
        return reason is None

    def _check_options(self, options: Mapping[str, Any], place: Place) -> None:
        """What the options of a document check name must be there, and what they say must be readable."""
        for option, value in options.items():
            if option == "pattern":
                self._readable(value, (*place, option))
            elif option in _PHRASE_OPTIONS:
                self.programs([value], (*place, option))
            elif option in _LIST_OPTIONS and value not in self.lexicons:
                self._note((*place, option), f"no word list is called “{value}”")

    def _keywords(self, words: Sequence[str]) -> list[list[str]]:
        return [[word.lower() if not word.startswith("{") else word for word in words]] if words else []

    def _note(self, place: Place, message: str) -> None:
        self.problems.append(_problem(self.file, place, message))


def _contains(kind: str, source: str) -> list[list[str]]:
    return required(re.sub(r"\{([a-z][\w-]*)\}", r"(?:\\w)", source)) if kind == "regex" else []


def _lists(program: Program) -> Iterator[str]:
    """The names of the word lists that a program asks for."""
    for element in program:
        if kind_of(element) == LIST:
            yield element[1]
        elif kind_of(element) == ALTERNATIVES:
            for alternative in element[1]:
                yield from _lists(alternative)


def _token_keywords(tokens: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """Keywords from the token patterns that must match: words under LOWER, and word lists under ENT_TYPE."""
    groups = []
    for token in tokens:
        if str(token.get("OP", "1")) not in ("1", "+"):
            continue
        lower = token.get("LOWER")
        if isinstance(lower, str):
            groups.append([lower])
        elif isinstance(lower, Mapping) and "IN" in lower:
            groups.append(list(lower["IN"]))
        elif isinstance(token.get("ENT_TYPE"), str):
            groups.append(["{" + token["ENT_TYPE"].lower().replace("_", "-") + "}"])
    return groups


def _problem(file: YamlFile, place: Place, message: str) -> Problem:
    line, column = file.place(place)
    return Problem(file.path, f"{_dotted(place)}: {message}", line, column)


def _dotted(place: Place) -> str:
    out = ""
    for part in place:
        out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else part
    return out


# -- language ------------------------------------------------------------------------------------------------


def _language(reading: _Reading) -> dict[str, Any]:
    """rules/language.yml with the phrases of its cues read."""
    contexts = {name: _cues(cues) for name, cues in reading.language.get("contexts", {}).items()}
    return {"sentences": reading.language.get("sentences", {}), "contexts": contexts}


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
                reading.problems.append(_problem(file, ("includes",), f"no pack is called “{included}”"))
            else:
                collect(included, above | {included})
        chosen = data.get("rules", [])
        levels.update(chosen if isinstance(chosen, Mapping) else dict.fromkeys(chosen, ""))

    collect(name, frozenset({name}))
    for rule_id in levels:
        if rule_id not in rules and rule_id not in reading.rules:
            reading.problems.append(_problem(file, ("rules",), f"no rule has the id “{rule_id}”"))
    return {"summary": file.data["summary"], "levels": levels}
