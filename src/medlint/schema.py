"""Checks what a YAML file says against a JSON Schema, in words that a writer understands.

A schema may help: its `title` is the noun used for what was expected ("a rule id such as claims/cure"),
and the description of a key is told when the key is missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from medlint.model import Problem
from medlint.yamlfile import DataPath, YamlFile

Schema: TypeAlias = Mapping[str, Any]
ValidationError: TypeAlias = Any  # jsonschema's own type calls every field possibly unset
_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
    "array": "a list",
    "object": "a mapping",
}


def check(file: YamlFile, schema: Schema, path: str) -> list[Problem]:
    """Everything in which `file` differs from `schema`, in the order of the file; `path` names it."""
    import jsonschema

    validator = jsonschema.Draft202012Validator(dict(schema))
    told = _Told(file, schema, path)
    problems = {p for error in validator.iter_errors(file.data) for p in told.problems(error)}
    return sorted(problems, key=lambda p: (p.line, p.column, p.message))


def problem(file: YamlFile, path: str, at: DataPath, message: str, *, key: bool = False) -> Problem:
    """A problem with the value at `at`, or with its key: `find[0].regex: …` at its line and column."""
    line, column = file.key_place(at) if key else file.place(at)
    return Problem(path, f"{where(at)}: {message}" if at else message, line, column)


def where(at: DataPath) -> str:
    """The way to a value as a person writes it: `find[0].regex`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in at)
    return text.removeprefix(".")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` (did you mean “…”?)`, or nothing when no known word is near; see `nearest`."""
    near = nearest(word, known)
    return f" (did you mean “{near}”?)" if near else ""


def one_of(words: Iterable[str], last: str = "or") -> str:
    """`a, b or c`."""
    *first, final = list(words)
    return f"{', '.join(first)} {last} {final}" if first else final


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that is most like `word`, or an empty text. Of a known id the last part is enough:
    `cure` leads to `claims/cure`."""
    import difflib

    ids = sorted(known, reverse=True)
    by_name = {k.rpartition("/")[2].lower(): k for k in ids} | {k.lower(): k for k in ids}
    near = difflib.get_close_matches(word.lower(), by_name, n=1)
    return by_name[near[0]] if near else ""


class _Told:
    """Tells the errors of one file."""

    def __init__(self, file: YamlFile, root: Schema, path: str) -> None:
        self._file, self._root, self._path = file, root, path

    def problems(self, error: ValidationError) -> Iterator[Problem]:
        at: DataPath = tuple(error.absolute_path)
        if "propertyNames" in error.absolute_schema_path:
            yield self._problem((*at, str(error.instance)), self._mismatch(error), key=True)
        elif error.validator in ("anyOf", "oneOf"):
            yield from self._alternatives(error, at)
        elif error.validator == "additionalProperties":
            yield from self._unknown_keys(error, at)
        elif error.validator == "required":
            yield self._problem(at, self._missing(error))
        elif error.validator == "uniqueItems":
            yield from self._repeated(error, at)
        elif error.validator == "dependentRequired":
            yield self._problem(at, _dependents(error))
        else:
            yield self._problem(at, self._mismatch(error))

    def _problem(self, at: DataPath, message: str, *, key: bool = False) -> Problem:
        return problem(self._file, self._path, at, message, key=key)

    def _mismatch(self, error: ValidationError) -> str:
        value, schema = error.instance, error.schema
        if error.validator in ("minItems", "minProperties") and len(value) == 0:
            kind = "list" if isinstance(value, list) else "mapping"
            return f"expected at least one entry, found an empty {kind}"
        if error.validator == "minItems":
            return f"expected at least {error.validator_value} entries, found {len(value)}"
        if error.validator == "minLength" and not value:
            return f"expected {self._expected(schema)}, found empty text"
        expected = self._expected(schema)
        hint = did_you_mean(value, _choices(schema)) if isinstance(value, str) else ""
        return f"expected {expected}, found {_found(value, error.validator)}{hint}{_advice(value, expected)}"

    def _alternatives(self, error: ValidationError, at: DataPath) -> Iterator[Problem]:
        branches = [self._resolve(branch) for branch in error.validator_value]
        if all(set(branch) == {"required"} for branch in branches):
            if isinstance(error.instance, dict):  # another error tells of what is no mapping at all
                yield self._problem(at, _one_of_keys(error, [b["required"][0] for b in branches]))
            return
        apart = [
            [e for e in error.context or () if e.relative_schema_path[0] == i] for i in range(len(branches))
        ]
        near = [errors for errors in apart if errors and not any(_wrong_kind(e) for e in errors)]
        if not near:
            yield self._problem(at, self._mismatch(error))
            return
        for e in min(near, key=len):
            yield from self.problems(e)

    def _unknown_keys(self, error: ValidationError, at: DataPath) -> Iterator[Problem]:
        known = list(error.schema.get("properties", ()))
        for key in error.instance:
            if key in known:
                continue
            near = nearest(key, known)
            mean = f"did you mean “{near}”? " if near else ""
            message = f"unknown key ({mean}known: {', '.join(known)})" if known else "no key is allowed here"
            yield self._problem((*at, key), message, key=True)

    def _missing(self, error: ValidationError) -> str:
        key = next(k for k in error.validator_value if f"'{k}' is a required" in error.message)
        properties = error.schema.get("properties", {})
        about = self._resolve(properties.get(key, {})).get("description") or error.schema.get("title", "")
        return f"“{key}” is missing" + (f": {about[0].lower()}{about[1:].rstrip('.')}" if about else "")

    def _repeated(self, error: ValidationError, at: DataPath) -> Iterator[Problem]:
        seen: list[Any] = []
        for index, value in enumerate(error.instance):
            if value in seen:
                yield self._problem((*at, index), f"{_found(value, 'enum')} stands here twice")
            seen.append(value)

    def _expected(self, schema: Schema) -> str:
        schema = self._resolve(schema)
        if "title" in schema:
            return str(schema["title"])
        if "enum" in schema:
            return one_of(_shown(choice) for choice in schema["enum"])
        if "const" in schema:
            return _shown(schema["const"])
        if "type" in schema:
            kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
            return one_of(self._list_of(schema) if kind == "array" else _TYPES[kind] for kind in kinds)
        branches = schema.get("anyOf") or schema["oneOf"]
        return one_of(dict.fromkeys(self._expected(branch) for branch in branches))

    def _list_of(self, schema: Schema) -> str:
        items = self._resolve(schema.get("items", {}))
        kind = items.get("type")
        return {"string": "a list of text", "object": "a list of mappings"}.get(str(kind), "a list")

    def _resolve(self, schema: Schema) -> Schema:
        """The schema itself; for a reference `#/…` what it points to, with the words that stand beside it."""
        if "$ref" not in schema:
            return schema
        target: Any = self._root
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        return {**self._resolve(target), **{k: v for k, v in schema.items() if k != "$ref"}}


def _wrong_kind(error: ValidationError) -> bool:
    """Whether this says that the value is of another kind altogether than the branch wants."""
    return not error.relative_path and error.validator in ("type", "enum", "const")


def _choices(schema: Schema) -> list[str]:
    return [choice for choice in schema.get("enum", ()) if isinstance(choice, str)]


def _one_of_keys(error: ValidationError, keys: list[str]) -> str:
    path = list(error.absolute_schema_path)
    if "dependentSchemas" in path:
        return f"“{path[path.index('dependentSchemas') + 1]}” goes with {one_of(keys)} only"
    given = [key for key in keys if key in error.instance]
    count = "exactly one" if error.validator == "oneOf" else "at least one"
    return f"expected {count} of {one_of(keys)}, found {one_of(given, 'and') if given else 'none'}"


def _dependents(error: ValidationError) -> str:
    for key, needed in error.validator_value.items():
        missing = [n for n in needed if n not in error.instance]
        if key in error.instance and missing:
            return f"“{key}” needs {one_of(missing, 'and')} beside it"
    raise AssertionError("jsonschema reported a dependency that is met")


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value


def _found(value: Any, validator: str) -> str:
    """What stands there: the words themselves where the words are at fault, else the kind of value."""
    if isinstance(value, str) and validator not in ("type", "anyOf", "oneOf"):
        words = " ".join(value.split())
        return f"“{words if len(words) <= 40 else words[:39] + '…'}”"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return "text"
    if isinstance(value, list):
        return "a list"
    return "a mapping" if isinstance(value, dict) else "a number"


def _advice(value: Any, expected: str) -> str:
    if expected.startswith("a list") and isinstance(value, str):
        return "; put it in [ ]"
    if isinstance(value, dict) and value and all(v is None for v in value.values()):
        return "; put text that contains { } in quotes"
    return "; fill it in or take the key out" if value is None else ""
