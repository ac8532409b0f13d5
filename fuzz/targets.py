"""What is fuzzed: each target takes bytes, gives them to a part of medlint and raises when a promise is broken.

A target may be refused its input in words (UserError); anything else that is raised is a fault.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from fuzz.mutate import MARKDOWN, YAML
from medlint.bibliography import read_entries
from medlint.bibliography.bibtex import from_bibtex, to_bibtex
from medlint.bibliography.csl import from_json, from_yaml, to_json
from medlint.config import Config, parse_config
from medlint.data import data_folder
from medlint.files import decode
from medlint.fix import mend, put_in
from medlint.lint import Linter, lint_text
from medlint.listing import Listed, bibliography_files
from medlint.model import Finding, Report, UserError
from medlint.patterns import lexicon_source
from medlint.report import json_report, references, text
from medlint.report.totals import Style
from medlint.rulecompiler import compile_rule
from medlint.rulefiles import compile_files, schema
from medlint.rules import RuleSet, load_rules
from medlint.ruletest import failures
from medlint.schema import check
from medlint.suppress import UNUSED, directives
from medlint.verifying import answers
from medlint.yamlfile import load

ROOT = Path(__file__).parents[1]
_OBEYED = frozenset(map(chr, (*range(10), *range(11, 32), *range(127, 160), *range(0x202A, 0x202F))))
"""Characters that a terminal obeys, but for the line break."""
_STYLE = Style(False, 80)


class Target(NamedTuple):
    """`run` is given bytes, `seeds` are inputs to begin with, `pieces` the syntax that is put in between."""

    run: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]
    pieces: tuple[bytes, ...] = MARKDOWN
    longest: int = 300


class BrokenPromiseError(AssertionError):
    """A promise of medlint's that an input breaks."""


def promise(kept: object, *about: object) -> None:
    """Raise BrokenPromiseError unless `kept`."""
    if not kept:
        raise BrokenPromiseError(" ".join(map(repr, about)))


@cache
def rules() -> RuleSet:
    """The rules of medlint, read once. From here on nothing is written into the cache."""
    loaded = load_rules()
    os.environ["MEDLINT_CACHE_DIR"] = str(Path(os.devnull) / "none")
    return loaded


@cache
def config() -> Config:
    """Everything on."""
    return Config(extends=tuple(sorted(rules().packs)), names=("Dr. Smith",), own_hosts=("clinic.example",))


def decoded(data: bytes) -> str:
    """The text of an article, broken letters replaced as no reader of files would, to come further."""
    try:
        return decode(data, "a.md")
    except UserError:
        return decode(data.decode("utf-8", "replace").replace("\0", "\ufffd").encode("utf-8"), "a.md")


# -- articles ------------------------------------------------------------------------------------------------


def article(data: bytes) -> None:
    """Lint it as Markdown or, every fourth time, as MDX; report, suppress and mend what is found."""
    source = decoded(data)
    path = "a.mdx" if sum(data[:64]) % 4 == 0 else "a.md"
    report = lint_text(source, path, config(), rules())
    for finding in report.findings:
        _check_finding(finding, source)
    check_reports(report)
    _check_suppression(report)
    if any(finding.fix for finding in report.findings):
        _check_mending(report)


def _check_finding(finding: Finding, source: str) -> None:
    start, end = finding.span
    promise(0 <= start <= end <= len(source), "a span outside the text", finding)
    promise(source[start:end] == finding.excerpt, "an excerpt that is not the source", finding)
    promise(start < end or finding.family in ("medlint", "metadata"), "an empty span", finding)
    promise(
        "{match}" not in finding.message or "{match}" in source, "a message that is not filled in", finding
    )


def check_reports(report: Report) -> None:
    """All reports can be made, and the ones for people hold nothing that a terminal would obey."""
    told = text.render([report], rules().standards) + "".join(text.render_short(report))
    promise(not _OBEYED & set(told), "something a terminal obeys", _OBEYED & set(told))
    made = json.loads(json_report.render([report]))
    promise(len(made["findings"]) == len(report.findings), "findings that the JSON does not have")
    for entry in made["findings"]:
        promise(entry["line"] >= 1 and entry["column"] >= 1, "a place before the beginning", entry)


def _check_suppression(report: Report) -> None:
    """A directive for the whole file, put before it, hides every finding, is in use, and changes nothing else."""
    mine = [f for f in report.findings if f.family != "medlint" and f.suppressed is None]
    if not mine:
        return
    document, _ = Linter.of(config(), rules()).read(report.text, report.path)
    at = document.front_matter.end if document.front_matter else 0
    named = ", ".join(sorted({finding.rule for finding in mine}))
    inner = f"medlint: ignore-file[{named}] checked by hand"
    comment = f"{{/* {inner} */}}" if report.path.endswith("x") else f"<!-- {inner} -->"
    put = f"\n\n{comment}\n\n" if at else f"{comment}\n\n"
    again = lint_text(report.text[:at] + put + report.text[at:], report.path, config(), rules())
    left = [f for f in again.findings if f.suppressed is None]
    shown = [f for f in left if f.family != "medlint"]
    promise(not shown, "a finding that a directive did not hide", shown[:1], named)
    unused = [f for f in left if f.rule == UNUSED and f.excerpt == comment]
    promise(not unused, "a directive in use that is called unused", unused)
    more, less = _counted(again.findings), _counted(report.findings)
    promise(more == less, "a directive that changes what is found", more - less, less - more)


def _counted(findings: Iterable[Finding]) -> Counter[tuple[str, str]]:
    return Counter((f.rule, f.excerpt) for f in findings if f.family != "medlint")


def _check_mending(report: Report) -> None:
    """Fixes touch only what they name, and what was mended is not mended again."""
    fixes = [f.fix for f in report.findings if f.fix]
    for fix in fixes:
        promise(0 <= fix.span.start <= fix.span.end <= len(report.text), "a fix outside the text", fix)
    put_in(report.text, fixes)

    def lint(source: str) -> Report:
        return lint_text(source, report.path, config(), rules())

    once = mend(report.text, lint, lambda _: True)
    twice = mend(once.text, lint, lambda _: True)
    promise(twice.text == once.text, "what was mended is mended again", once.text, twice.text)


def reader(data: bytes) -> None:
    """Read it alone: every character of every block leads back to the source."""
    source = decoded(data)
    for path in ("a.md", "a.mdx"):
        document = Linter.of(config(), rules()).read(source, path)[0]
        for block in document.blocks:
            promise(0 <= block.span.start <= block.span.end <= len(source), "a block outside the text", block)
            at = 0
            for piece in block.segments:
                promise(piece.text_start == at and at < piece.text_end, "segments with gaps", block)
                promise(0 <= piece.start <= piece.end <= len(source), "a segment outside the text", block)
                at = piece.text_end
            promise(at == len(block.text), "text that leads nowhere", block)
            for mark in block.marks:
                promise(0 <= mark.start <= mark.end <= len(block.text), "a mark outside its block", mark)
                promise(0 <= mark.span.start < mark.span.end <= len(source), "a mark of nothing", mark)


def evidence(data: bytes) -> None:
    """What cites what, and the entries of reference lists, out and in again as a bibliography."""
    source = decoded(data)
    linter = Linter.of(config(), rules())
    document, found = linter.read(source, "a.md")
    for number, block in enumerate(document.blocks):
        prose = found.prose[number]
        promise(len(prose) == len(block.text), "prose that is longer or shorter than its block", block)
        for start, end in found.sentences[number]:
            promise(0 <= start <= end <= len(prose), "a sentence outside its block", block)
            for scope in ("sentence", "paragraph", "section", "document"):
                found.covering(number, start, end, scope)
    entries = read_entries(document, found, rules().lexicons)
    bibliography_files(document)
    listed = [Listed("a.md", source, config(), entries)]
    told = "".join(references.blocks(listed, _STYLE))
    promise(not _OBEYED & set(told), "something a terminal obeys", _OBEYED & set(told))
    json.loads(references.as_json(listed))
    for entry in entries:
        promise(0 <= entry.span.start <= entry.span.end <= len(source), "an entry outside the text", entry)
    promise(len(from_json(to_json(entries), "a.json")) == len(entries), "entries lost in CSL JSON", entries)
    if entries:
        promise(to_bibtex(entries), "no BibTeX")


def directive(data: bytes) -> None:
    """The input as the body of a comment between two findings."""
    body = decoded(data)
    for source in (
        f"Ketamine cures depression.\n\n<!-- medlint:{body} -->\n\nGinger cures cancer.\n",
        f"---\ntitle: Naps # medlint:{body}\n---\n\nIt cures cancer. <!-- medlint:{body} -->\n",
    ):
        document, _ = Linter.of(config(), rules()).read(source, "a.md")
        for given in directives(document):
            promise(source[slice(*given.span)], "a directive of nothing")
        report = lint_text(source, "a.md", config(), rules())
        for finding in report.findings:
            _check_finding(finding, source)
        check_reports(report)


# -- rules and settings --------------------------------------------------------------------------------------


@cache
def _lexicons() -> Mapping[str, str]:
    return {name: lexicon_source(terms) for name, terms in rules().lexicons.items()}


def rule(data: bytes) -> None:
    """The input as a rule file; one that is accepted is tried on its own examples."""
    source = data.decode("utf-8", "replace")
    try:
        file = load(source, "rule.yml")
        problems = check(file, schema_of("rule"), "rule.yml")
        compiled = None if problems else compile_rule(file, _lexicons(), rules().standards, problems)
    except UserError:
        return
    for problem in problems:
        promise(problem.line >= 1 and problem.column >= 1 and problem.message, "a problem nowhere", problem)
    if compiled and not problems:
        _try_out(source)


def _try_out(source: str) -> None:
    """Compile a rule with the least that it needs beside it, and run its examples."""
    path = _RULES / "claims" / "fuzzed.yml"
    try:
        made = RuleSet(compile_files([*_beside(), (_RULES, path, source)], {}))
    except UserError as error:
        promise(all(problem.path == str(path) for problem in error.problems), "a problem elsewhere", error)
        return
    for _ in failures(made.rules["claims/fuzzed"], made, lint_text):
        pass


_RULES = Path("rules")


@cache
def _beside() -> list[tuple[Path, Path, str]]:
    """The files of medlint that a rule cannot do without, word lists cut short."""
    folder = data_folder()
    files = [*folder.glob("*.yml"), *(folder / "medlint").glob("*.yml"), *(folder / "scores").glob("*.yml")]
    texts = {path.relative_to(folder): path.read_text("utf-8") for path in files}
    for path in (folder / "lexicons").glob("*.yml"):
        data = yaml.safe_load(path.read_text("utf-8"))
        texts[path.relative_to(folder)] = yaml.safe_dump({**data, "terms": data.get("terms", [])[:3]})
    texts[Path("packs/recommended.yml")] = "summary: Nothing\nrules: [claims/fuzzed]\n"
    return [(_RULES, _RULES / path, text) for path, text in sorted(texts.items())]


@cache
def schema_of(kind: str) -> Mapping[str, Any]:
    """A schema, read once."""
    return schema(kind)


def settings(data: bytes) -> None:
    """The input as `.medlint.yml`; one that is accepted is used."""
    rules()
    try:
        parsed = parse_config(decode(data, ".medlint.yml"), ".medlint.yml")
    except UserError as error:
        promise(error.problems and all(problem.message for problem in error.problems), "no problem told")
        return
    parsed.excludes("articles/a.md")
    parsed.for_path("articles/a.md")
    known = {name: level for name, level in parsed.rules.items() if name in rules().rules}
    usable = Config(**{f: getattr(parsed, f) for f in _USED}, rules=known)
    lint_text(
        "It cures cancer (Smith, 2020) [1].\n\n## References\n\n1. Smith. 2020.\n", "a.md", usable, rules()
    )


_USED = (
    "scope", "names", "own_hosts", "trusted", "refused", "citation_patterns", "front_matter", "text_props"
)  # fmt: skip


def record(data: bytes) -> None:
    """The input as the record of what catalogues answered."""
    try:
        answers.parse(decode(data, "medlint-references.json"), "medlint-references.json")
    except UserError:
        return


def library(data: bytes) -> None:
    """The input as a bibliography in each of the forms that are read."""
    for read, path in ((from_json, "a.json"), (from_yaml, "a.yaml"), (from_bibtex, "a.bib")):
        try:
            source = decode(data, path)
            entries = read(source, path)
        except UserError:
            continue
        told = "".join(references.blocks([Listed(path, source, config(), tuple(entries))], _STYLE))
        promise(not _OBEYED & set(told), "something a terminal obeys", _OBEYED & set(told))
        to_bibtex(entries)
        json.loads(to_json(entries))


# -- what to begin with --------------------------------------------------------------------------------------


def articles_in(folder: Path) -> list[bytes]:
    """The articles below a folder."""
    return [path.read_bytes() for path in sorted(folder.rglob("*.md*")) if path.is_file()]


@cache
def _articles() -> list[bytes]:
    return [
        seed
        for name in ("tests/articles", "examples", "benchmarks/articles")
        for seed in articles_in(ROOT / name)
    ]


@cache
def _examples() -> list[bytes]:
    """The examples of the rules: short, and each of them reaches something."""
    texts = [
        example for rule in rules().rules.values() for example in (*(b.text for b in rule.bad), *rule.good)
    ]
    return [text.encode("utf-8") for text in texts]


def _everything() -> list[bytes]:
    return [*_articles(), *_examples()]


def _rule_files() -> list[bytes]:
    return [
        p.read_bytes()
        for p in sorted(data_folder().glob("*/*.yml"))
        if p.parent.name not in ("lexicons", "scores")
    ]


def _with_references() -> list[bytes]:
    lists = [
        seed[at:]
        for seed in _articles()
        if (at := seed.find(b"## Ref")) >= 0 or (at := seed.find(b"## Sour")) >= 0
    ]
    return [
        *lists,
        *(p.read_bytes() for p in sorted((ROOT / "tests/references").rglob("*.md"))),
        *_examples(),
    ]


_SETTINGS = b"""\
extends: [recommended, strict]
rules: {claims/cure: error, doses: off}
scope: section
fail-on: error
names: [Acme Clinic]
own-hosts: [clinic.example]
sources: {trusted: [a.org], refused: [b.org]}
citation-patterns: ['\\(Note \\d+\\)', 'ref\\. ?[a-z]+']
front-matter: [title, faq.answer, '*.text']
text-props: [title]
lexicons: {cure-verbs: [mends, 'takes away']}
exclude: ['drafts/**', '*.mdx', '{a,b}/[!c]?.md']
paths:
  - {files: ['blog/**'], scope: sentence, rules: {claims: info}, names: [Bob]}
"""
_DIRECTIVES = (
    b" ignore[claims/cure] because",
    b" ignore-file[claims, doses/unsourced-dose]: reviewed",
    b"ignore[claims/cure]",
    b" ignore [ claims/cure , doses ] - a reason with [brackets] and medlint: ignore[",
)
_LIBRARIES = (
    (
        b'[{"id": "a", "type": "article-journal", "title": "T", "author": [{"family": "F", "given": "G"}],'
        b' "issued": {"date-parts": [[2020, 1]]}, "DOI": "10.1/a", "page": "1-2", "volume": 3}]'
    ),
    b"references:\n- id: a\n  type: book\n  title: T\n  author:\n  - family: F\n    given: G\n  issued: 2020-01\n",
    b"- {id: &a x, title: T, issued: {date-parts: [[2020, 1, 2]]}, author: [{literal: *a}], volume: 010}\n",
    b"references:\n- title: T\n  issued:\n  - year: 2020\n  accessed: 2020-01-31\n  PMID: 123\n  author: A and B\n",
    b'@article{a, title={T {\\\'e}}, author={F, G and H. van der I}, year=2020, journal="J", pages={1--2}}\n',
)
_RECORD = (
    b'{"version": 1, "about": "x", "answers": {"crossref doi 10.1/a": {"asked": "2026-01-31", "works": ['
    b'{"titles": ["T"], "authors": ["F"], "years": [2020], "containers": ["J"], "volume": "3", "pages": "1",'
    b' "doi": "10.1/a", "notices": [{"kind": "retraction", "by": "1"}]}]}}}'
)

TARGETS: Mapping[str, Target] = {
    "article": Target(article, _everything),
    "reader": Target(reader, _everything),
    "evidence": Target(evidence, _with_references, longest=900),
    "directive": Target(directive, lambda: list(_DIRECTIVES), longest=120),
    "rule": Target(rule, _rule_files, YAML, longest=1_000_000),
    "settings": Target(settings, lambda: [_SETTINGS], YAML, longest=1_000_000),
    "library": Target(library, lambda: list(_LIBRARIES), YAML + MARKDOWN, longest=1_000_000),
    "record": Target(record, lambda: [_RECORD], YAML, longest=1_000_000),
}
