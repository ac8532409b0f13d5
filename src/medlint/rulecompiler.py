"""One rule file → its plain data: phrases read, expressions tried, keywords found."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from medlint.literals import needs_digit, required
from medlint.model import Problem
from medlint.patterns import (
    ALTERNATIVES,
    LIST,
    PatternError,
    Phrase,
    Program,
    expand,
    kind_of,
    read_phrase,
)
from medlint.regexguard import dangerous
from medlint.regexwords import required_words
from medlint.replacement import replacement
from medlint.yamlfile import YamlFile

DEFAULT_SCOPE = ("paragraph", "heading", "list-item", "table-cell", "front-matter", "caption", "image-alt")

_PHRASE_OPTIONS = ("words", "disclosure", "softer", "unless", "about", "beside", "refused", "boasts")
_LIST_OPTIONS = ("hosts", "parameters", "dates")

Place = tuple[str | int, ...]


def compile_rule(
    file: YamlFile, lexicons: Mapping[str, str], standards: Container[str] | None, problems: list[Problem]
) -> dict[str, Any]:
    """The plain data of one rule file that is as the schema wants it.

    `lexicons` are the expressions of the word lists there are, by which expressions are checked; what is wrong
    is added to `problems`. `standards` are the keys there are, None when their file could not be read.
    """
    data = file.data
    unless = data.get("unless", {})
    compiler = _Compiler(file, problems, lexicons)
    for at, key in enumerate(data["standards"]):
        if standards is not None and key not in standards:
            problems.append(problem(file, ("standards", at), f"no standard has the key “{key}”"))
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
        "columns": compiler.programs(unless.get("columns", []), ("unless", "columns")),
        "per": data.get("per", "sentence"),
        "bad": [
            (e["text"], e["flags"], *([e["fixed"]] if "fixed" in e else [])) for e in data["examples"]["bad"]
        ],
        "good": data["examples"]["good"],
        **compiler.fix(),
        **compiler.record(),
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
            "under": self.programs(entry.get("under", []), (*place, "under")),
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
        self._check_lists([group for _, _, groups in found for group in groups], place)
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

    def record(self) -> dict[str, Any]:
        """What catalogues answered, for the examples of a rule that goes by it."""
        given = self.file.data["examples"].get("record")
        if given is None:
            return {}
        from medlint.verifying.answers import read_data

        try:
            read_data(given)
        except ValueError as error:
            self._note(("examples", "record"), str(error))
        return {"record": given}

    def fix(self) -> dict[str, Any]:
        """The fixes of the rule, if it has any that can be read; its bad examples have to show what they do."""
        given = self.file.data.get("fix")
        shown = [(at, e) for at, e in enumerate(self.file.data["examples"]["bad"]) if "fixed" in e]
        if given is None:
            for at, _ in shown:
                self._note(
                    ("examples", "bad", at, "fixed"), "the rule has no “fix” that could make this of it"
                )
            return {}
        unusable = [at for at, fix in enumerate(given) if "regex" in fix and not self._can_replace(fix, at)]
        if unusable:
            return {}
        if not shown:
            self._note(("fix",), "no bad example shows what it does: put what becomes of one under “fixed”")
        for at, example in shown:
            if not any(_changes(given, example["text"], flag) for flag in example["flags"]):
                self._note(
                    ("examples", "bad", at, "fixed"),
                    "the fix of the rule changes none of the words that are marked",
                )
        return {"fix": given}

    def _can_replace(self, fix: Mapping[str, str], at: int) -> bool:
        if not self._readable(fix["regex"], ("fix", at, "regex")):
            return False
        try:
            re.compile(fix["regex"]).sub(fix["replace"], "")
        except (re.error, IndexError) as error:
            self._note(("fix", at, "replace"), f"this cannot be put in: {error}")
            return False
        return True

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
                without_lists = _without_lists(source)
                derived = [["0-9"]] if needs_digit(without_lists) else []
                derived += required_words(without_lists)
                out.append(
                    ("regex", source, keywords + [group for group in derived if group not in keywords])
                )
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
            elif option == "subjects":
                for part, named in value.items():
                    for name in [named] if isinstance(named, str) else named:
                        if name not in self.lexicons:
                            self._note((*place, option, part), f"no word list is called “{name}”")

    def _check_lists(self, groups: Iterable[Sequence[str]], place: Place) -> None:
        """The word lists that stand for keywords must be there."""
        named = {word[1:-1] for group in groups for word in group if word[:1] == "{" and word[-1:] == "}"}
        for name in sorted(named - self.lexicons.keys()):
            self._note(place, f"no word list is called “{name}”")

    def _keywords(self, words: Sequence[str]) -> list[list[str]]:
        return [[word.lower() if not word.startswith("{") else word for word in words]] if words else []

    def _note(self, place: Place, message: str) -> None:
        self.problems.append(problem(self.file, place, message))


def _changes(fixes: Sequence[Mapping[str, Any]], text: str, marked: str) -> bool:
    """Whether the fixes know better words for one of the places where those that are marked stand in a text."""
    places = (m.start() for m in re.finditer(re.escape(marked), text))
    return any(replacement(fixes, text, at, at + len(marked), opens=True) is not None for at in places)


def _contains(kind: str, source: str) -> list[list[str]]:
    return required(_without_lists(source)) if kind == "regex" else []


def _without_lists(source: str) -> str:
    """An expression that can be parsed, with any letter in place of its word lists."""
    return re.sub(r"\{([a-z][\w-]*)\}", r"(?:\\w)", source)


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
            groups.append([_key(lower)])
        elif isinstance(lower, Mapping) and "IN" in lower:
            groups.append([_key(word) for word in lower["IN"]])
        elif isinstance(token.get("ENT_TYPE"), str):
            groups.append(["{" + token["ENT_TYPE"].lower().replace("_", "-") + "}"])
    return groups


def _key(word: str) -> str:
    """The key under which a sentence has a token: spaCy's tokens, such as n't, are not always words."""
    return max(re.findall(r"\w+", word), key=len, default=word[:1])


def problem(file: YamlFile, place: Place, message: str) -> Problem:
    """A problem with the value at a place of a file, which is named in front of the message."""
    line, column = file.place(place)
    return Problem(file.path, f"{_dotted(place)}: {message}", line, column)


def _dotted(place: Place) -> str:
    out = ""
    for part in place:
        out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else part
    return out
