from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from medlint.rulefiles import schema
from medlint.schema import check, did_you_mean, where
from medlint.yamlfile import DataPath, parse

KINDS = ("rule", "config", "lexicon", "pack", "score", "weights", "standards", "references", "maxima")
RULE = """\
summary: Promises the impossible
severity: error
message: "“{match}” promises a lot"
remedy: Say less
why: |
  Nobody can know this.
standards: [CAP-12]
find:
  - phrases: ["once and for all"]
examples:
  bad:
    - text: "It is gone once and for all."
      flags: ["once and for all"]
  good:
    - "It is gone."
"""


def told(text: str, kind: str = "rule") -> list[str]:
    file, problems = parse(text, "r.yml")
    return [
        str(problem).removeprefix("r.yml:") for problem in [*problems, *check(file, schema(kind), "r.yml")]
    ]


def find(new: str) -> str:
    return rule('phrases: ["once and for all"]', new)


def rule(old: str, new: str) -> str:
    assert old in RULE
    return RULE.replace(old, new)


@pytest.mark.parametrize("kind", KINDS)
def test_schema_is_sound(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(dict(schema(kind)))


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_described(kind: str) -> None:
    def undescribed(part: Any, way: DataPath) -> list[str]:
        found = []
        for key, field in part.get("properties", {}).items() if isinstance(part, dict) else ():
            field = (
                schema(kind)["$defs"][field["$ref"].rpartition("/")[2]] | field if "$ref" in field else field
            )
            if not field.get("description") and "contains" not in field:
                found.append(where((*way, key)))
        for key, inner in part.items() if isinstance(part, dict) else enumerate(part):
            if isinstance(inner, dict | list) and key not in ("if", "then"):
                found += undescribed(inner, (*way, key))
        return found

    assert undescribed(schema(kind), ()) == []


def test_a_sound_rule() -> None:
    assert told(RULE) == []


@pytest.mark.parametrize(
    "entry",
    [
        "regex: ['\\bcures?\\b']\n    case: sensitive",
        "phrases: [a]\n    needs: ['{conditions}']",
        "phrases: [a]\n    under: ['{conditions}']",
        "tokens: [{LOWER: {IN: [no, off]}}, {OP: '{0,6}'}, {ENT_TYPE: CONDITIONS}, {LENGTH: {'>=': 3}}, {}]",
        "quantity: dose",
        "quantity: dose\n    with: {kinds: [dose]}",
        "structure: uncited-reference-list\n    with: {at-least: 2}",
        "structure: link-address\n    with: {hosts: tertiary-hosts, sources: true}",
        "structure: isbn-checksum",
    ],
)
def test_what_can_be_found(entry: str) -> None:
    keywords = "keywords: [cure*, '%', '0-9', '{conditions}']\n"
    assert told(keywords + find(entry)) == []


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("", ["1:1: expected a rule, found nothing; fill it in or take the key out"]),
        ("[]", ["1:1: expected a rule, found a list"]),
        (
            RULE + "keywrods: 3\n",
            ["16:1: keywrods: unknown key (did you mean “keywords”? known: summary, sev"],
        ),
        (
            rule("severity: error", "severity: eror"),
            ["2:11: severity: expected error, warning or info, found “eror” (did you mean “error”?)"],
        ),
        (rule("summary: Promises the impossible\n", ""), ["1:1: “summary” is missing: what the rule finds"]),
        (
            rule("summary: Promises the impossible", "summary: |\n  a\n  b"),
            ["1:10: summary: expected one line of text, found “a b”"],
        ),
        (
            rule("remedy: Say less", "remedy:"),
            ["4:8: remedy: expected one line of text, found nothing; fill it in"],
        ),
        (rule("remedy: Say less", 'remedy: ""'), ["4:9: remedy: expected one line of text, found “”"]),
        (rule("[CAP-12]", "[CAP-12, CAP-12]"), ["7:21: standards[1]: “CAP-12” stands here twice"]),
        (
            find("phrases: once"),
            ["9:14: find[0].phrases: expected a list of text, found text; put it in [ ]"],
        ),
        (
            find("phrases: [{a}]"),
            [
                (
                    "9:15: find[0].phrases[0]: expected text, "
                    "found a mapping; put text that contains { } in quotes"
                )
            ],
        ),
        (
            find("regex: 5"),
            ["1:1: “keywords” is missing", "9:12: find[0].regex: expected a list of text, found a number"],
        ),
        (
            rule('- phrases: ["once and for all"]', "- {}"),
            [
                (
                    "9:5: find[0]: expected exactly one of phrases, regex, "
                    "tokens, quantity or structure, found none"
                )
            ],
        ),
        (rule('- phrases: ["once and for all"]', "- once"), ["9:5: find[0]: expected a mapping, found text"]),
        (
            rule('- phrases: ["once and for all"]', "- {phrases: [a], quantity: dose}"),
            [
                (
                    "9:5: find[0]: expected exactly one of phrases, regex, "
                    "tokens, quantity or structure, found phrases and quantity"
                )
            ],
        ),
        (
            find("quantity: dose\n    case: sensitive"),
            ["9:5: find[0]: “case” goes with phrases or regex only"],
        ),
        (
            find("phrases: [a]\n    with: {at-least: 1}"),
            ["9:5: find[0]: “with” goes with structure or quantity only"],
        ),
        (
            find("quantity: dosis"),
            ["9:15: find[0].quantity: expected dose, found “dosis” (did you mean “dose”?)"],
        ),
        (
            find("tokens: [{LOWER: {INN: [a]}}]"),
            ["9:23: find[0].tokens[0].LOWER.INN: unknown key (did you mean “IN”? known: IN, NOT_IN, REGEX)"],
        ),
        (
            find("tokens: [{LOWER: 5}]"),
            ["9:22: find[0].tokens[0].LOWER: expected text or a mapping, found a number"],
        ),
        (
            find("tokens: [{IS_PUNCT: yes}]"),
            ["9:25: find[0].tokens[0].IS_PUNCT: expected true or false, found text"],
        ),
        (
            RULE + "unless: {cited: paragraf}",
            [
                (
                    "16:17: unless.cited: expected true, sentence, paragraph, "
                    "section or document, found “paragraf” (did you mean “paragraph”?)"
                )
            ],
        ),
        (
            RULE + "unless: {cited: false}",
            ["16:17: unless.cited: expected true, sentence, paragraph, section or document, found false"],
        ),
        (
            RULE + "unless: {cited: 1}",
            ["16:17: unless.cited: expected true, sentence, paragraph, section or document, found a number"],
        ),
        (RULE + "unless: {context: [negated, hegded]}", ["16:29: unless.context[1]: expected negated, "]),
        (RULE + "unless: {}", ["16:9: unless: expected at least one entry, found an empty mapping"]),
        (
            RULE + "per: sentences",
            [
                (
                    "16:6: per: expected sentence, match, block or document, "
                    "found “sentences” (did you mean “sentence”?)"
                )
            ],
        ),
        (RULE + "scope: paragraph", ["16:8: scope: expected a list, found text; put it in [ ]"]),
        (
            RULE + "keywords: [Cure]",
            ["16:12: keywords[0]: expected one word in lower case, a symbol, or a {lexicon}, found “Cure”"],
        ),
        (
            rule('  good:\n    - "It is gone."\n', ""),
            ["11:3: examples: “good” is missing: markdown that no rule flags"],
        ),
        (
            rule('- "It is gone."', "[]"),
            ["15:5: examples.good: expected at least one entry, found an empty list"],
        ),
        (
            rule('      flags: ["once and for all"]\n', ""),
            ["12:7: examples.bad[0]: “flags” is missing: the exact words"],
        ),
    ],
)
def test_what_a_rule_gets_wrong(text: str, messages: list[str]) -> None:
    found = told(text)
    assert len(found) == len(messages), found
    for line, start in zip(found, messages, strict=True):
        assert line.startswith(start)
        assert not any(repr in line for repr in ("{'", "['", "None", "True", "$", "\n")), line


@pytest.mark.parametrize(
    ("kind", "text", "messages"),
    [
        ("lexicon", "summary: a\nsource: b\nterms: [x]", []),
        ("lexicon", "summary: a\nsource: b\nincludes: [x]", []),
        ("lexicon", "summary: a\nsource: b", ["1:1: expected at least one of terms or includes, found none"]),
        ("lexicon", "summary: a\nsource: b\nterms: [no, no]", ["3:13: terms[1]: “no” stands here twice"]),
        (
            "lexicon",
            "summary: a\nsource: b\nterms: [x]\ninflect: verbs",
            ["4:10: inflect: expected verb or noun, found “verbs” (did"],
        ),
        ("pack", "summary: a\nrules: [claims/cure]", []),
        ("pack", "summary: a\nrules: {claims/cure: off}", []),
        ("pack", "summary: a\nincludes: [b]", []),
        (
            "pack",
            "summary: a\nrules: [cure]",
            ["2:9: rules[0]: expected a rule id such as claims/cure, found “cure”"],
        ),
        (
            "pack",
            "summary: a\nrules: {claims/cure: of}",
            [
                (
                    "2:22: rules.claims/cure: expected off, info, "
                    "warning or error, found “of” (did you mean “off”?)"
                )
            ],
        ),
        (
            "pack",
            "summary: a\nrules: {cure: off}",
            ["2:9: rules.cure: expected a rule id such as claims/cure, found “cure”"],
        ),
        (
            "pack",
            "summary: a\nrules: cure",
            ["2:8: rules: expected a list of text or a mapping, found text; put it in [ ]"],
        ),
        ("standards", "A-1: {title: a, issuer: b, year: '2020', section: c, url: https://a.example}", []),
        (
            "standards",
            "A-1: {title: a, issuer: b, year: 2020, section: c, url: https://a.example}",
            ['1:34: A-1.year: expected a year in quotes such as "2022", or current, found a number'],
        ),
        (
            "standards",
            "A 1: {title: a, issuer: b, year: '2020', section: c, url: https://a.example}",
            ["1:1: A 1: expected a key such as CAP-12, found “A 1”"],
        ),
        ("standards", "A-1: x", ["1:6: A-1: expected a standard, found text"]),
    ],
)
def test_other_files(kind: str, text: str, messages: list[str]) -> None:
    found = told(text, kind)
    assert len(found) == len(messages), found
    assert all(line.startswith(start) for line, start in zip(found, messages, strict=True)), found


@pytest.mark.parametrize(
    ("at", "words"),
    [((), ""), (("a",), "a"), (("find", 0, "regex"), "find[0].regex"), ((0, "a", 1, 2), "[0].a[1][2]")],
)
def test_where(at: DataPath, words: str) -> None:
    assert where(at) == words


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("claims/cure", "claims/cure"),
        ("claims/cur", "claims/cure"),
        ("Claims/Cure", "claims/cure"),
        ("cure", "claims/cure"),
        ("curee", "claims/cure"),
        ("claim", "claims"),
        ("zebra", ""),
        ("", ""),
    ],
)
def test_did_you_mean(word: str, near: str) -> None:
    hint = did_you_mean(word, ["claims", "claims/cure", "doses/no-source"])
    assert hint == (f" (did you mean “{near}”?)" if near else "")


def test_shipped_schemas_are_plain_json() -> None:
    folder = Path(__file__).parents[1] / "rules" / "schema"
    names = {path.name for path in folder.iterdir()}
    assert names == {f"{kind}.schema.json" for kind in KINDS}
    assert all(json.loads((folder / name).read_text(encoding="utf-8"))["description"] for name in names)
