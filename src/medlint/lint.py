"""The one pure core that the command line, the hooks, the tests and editors call: text in, report out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING

from medlint import structure
from medlint.evidence import Evidence, EvidenceOptions, gather
from medlint.expressions import compiled
from medlint.language import Endings
from medlint.markdown import ReaderOptions, read
from medlint.match import Match, Matcher
from medlint.model import PLACEHOLDER, Document, Finding, Report, Span
from medlint.patterns import read_phrase
from medlint.phrases import words_of
from medlint.rules import Rule, RuleSet
from medlint.suppress import Reporter, apply

if TYPE_CHECKING:
    from medlint.bibliography.entry import Entry, Library
    from medlint.claimparts import PartNamer
    from medlint.config import Config
    from medlint.doses.maxima import Maxima
    from medlint.scorer import Scorer
    from medlint.verifying.comparing import Measure
    from medlint.verifying.judging import Judgement

_LONGEST_QUOTE = 60
_MOST_LINTERS = 32
"""More configurations than a run has; a program that makes a new one for each text must not fill the memory."""
_MISSED = {
    "before": " (a source stands in the sentence before, and speaks for that one)",
    "after": " (a source stands further down, and speaks for another thought)",
}
_WORD = compiled(r"[^\W_]+(?:['’\-][^\W_]+)*")


def lint_text(
    text: str,
    path: str,
    config: Config,
    rules: RuleSet,
    *,
    nearby: bool = False,
    library: Library | None = None,
) -> Report:
    """Read one article and report what its rules object to.

    `text` is the decoded source without a byte order mark, `path` its name in the report and what chooses MDX.
    `config` is the configuration as it stands for this path. With `nearby`, findings that ask for a source say what
    was looked for and what stands near. `library` is what its bibliographies hold. Nothing but the arguments has a say
    in the result.
    """
    return Linter.of(config, rules).lint(text, path, nearby=nearby, library=library)


class Linter:
    """Rules made ready under one configuration: worth keeping for many files."""

    def __init__(self, config: Config, rules: RuleSet, levels: Mapping[str, str]) -> None:
        self.config, self.rules, self.levels = config, rules, levels

    @classmethod
    def of(cls, config: Config, rules: RuleSet) -> Linter:
        """The linter of a configuration, made once for each and kept as long as the rules."""
        known: dict[int, Linter] = rules.__dict__.setdefault("_linters", {})
        linter = known.get(id(config))
        if linter is None or linter.config is not config:
            if len(known) == _MOST_LINTERS:
                known.clear()
            linter = known[id(config)] = cls(config, rules, rules.select(config.extends, config.rules))
        return linter

    def lint(self, text: str, path: str, *, nearby: bool = False, library: Library | None = None) -> Report:
        """One article's report; see `lint_text`."""
        document, evidence = self.read(text, path, library)
        findings = [
            self._found(match, document, evidence) for match in self._matcher.find(document, evidence)
        ]
        findings += self._structural(document, evidence, findings)
        findings = list(
            apply(document, findings, self.rules.rules.keys(), self._reporter(document), self.levels.keys())
        )
        findings = [f for f in findings if f.rule in self.levels]
        findings.sort(key=lambda f: (f.span, f.rule))
        if nearby and findings:
            findings = self._with_surroundings(findings, evidence)
        return Report(path, text, _count_words(document), tuple(findings))

    def read(self, text: str, path: str, library: Library | None = None) -> tuple[Document, Evidence]:
        """One article as the rules see it, and what it cites; `library` as in `lint_text`."""
        document, options = read(text, path, self._reader_options), self._evidence_options
        if library:
            document = document._replace(faults=tuple(sorted((*document.faults, *library.faults))))
        if document.front_matter and "@" in text:
            options = options._replace(keys=_keys(document, library))
        return document, gather(document, options)

    def _with_surroundings(self, findings: list[Finding], evidence: Evidence) -> list[Finding]:
        from medlint.nearby import Surroundings

        around = Surroundings(evidence)
        return [f._replace(evidence=around.of(self.rules.rules[f.rule], f.span)) for f in findings]

    def _found(self, match: Match, document: Document, evidence: Evidence) -> Finding:
        span = document.blocks[match.block].source_span(match.start, match.end)
        finding = self._finding(match.rule, span, document, self._parts(match, evidence))
        if match.rule.fix:
            from medlint.mending import fix_of_match

            fix = fix_of_match(match, document, evidence, self.rules, self.config.names)
            finding = finding._replace(fix=fix)
        return finding._replace(message=finding.message + _why_not_cited(match, evidence))

    def _parts(self, match: Match, evidence: Evidence) -> dict[str, str]:
        """What stands for {parts} in a message: the parts of a claim where two of them can be told."""
        if "{parts}" not in match.rule.message:
            return {}
        text, sentences = evidence.prose[match.block], evidence.sentences[match.block]
        start, end = next(s for s in reversed(sentences) if s[0] <= match.start)
        parts = self._part_namer.name(text[:start], text[start:end], match.start - start, match.end - start)
        told = " · ".join(_shortened(part) for part in parts)
        return {"parts": f" ({told})" if len(parts) > 1 else ""}

    @cached_property
    def _part_namer(self) -> PartNamer:
        from medlint.claimparts import PartNamer

        return PartNamer(self.rules.language["claim-parts"], self.rules.phrases)

    def _structural(
        self, document: Document, evidence: Evidence, findings: list[Finding]
    ) -> Iterator[Finding]:
        article = structure.Article(
            document,
            evidence,
            tuple(findings),
            self.config.names,
            self.rules.lexicons,
            self._find,
            self._matcher.find_doses,
            self._matcher.keys,
            self._matcher.touches,
            self._scorer,
            lambda: self._maxima,
            self._judged(document, evidence),
        )
        for rule_id, name, options in self.rules.index["structures"]:
            if rule_id in self.levels and name in structure.CHECKS:
                for hit in structure.CHECKS[name](article, options):
                    finding = self._finding(self.rules.rules[rule_id], hit.span, document, hit.values)
                    if fixes := self.rules.rules[rule_id].fix:
                        from medlint.mending import fix_of_span

                        fix = fix_of_span(fixes, hit.span, document, self.rules)
                        finding = finding._replace(fix=fix)
                    yield finding

    @cached_property
    def _maxima(self) -> Maxima:
        from medlint.doses.maxima import Maxima

        return Maxima(self.rules.maxima, self.rules.lexicons["daily-schedules"])

    def _judged(self, document: Document, evidence: Evidence) -> Sequence[tuple[Entry, Judgement]]:
        """What the record of verified references says about each entry."""
        if self.config.answers is None:
            return ()
        from medlint.bibliography import read_entries
        from medlint.verifying.judging import judge

        entries = read_entries(document, evidence, self.rules.lexicons)
        return [(entry, judge(entry, self.config.answers, self._measure)) for entry in entries]

    @cached_property
    def _measure(self) -> Measure:
        from medlint.verifying.comparing import Measure

        return Measure(self.rules.references)

    def _find(self, phrase: str, text: str) -> list[tuple[int, int]]:
        return list(self.rules.phrases.find(read_phrase(phrase).program, words_of(text)))

    def _reporter(self, document: Document) -> Reporter:
        def report(rule_id: str, span: Span, **values: str) -> Finding:
            return self._finding(self.rules.rules[rule_id], span, document, values)

        return report

    def _finding(self, rule: Rule, span: Span, document: Document, values: Mapping[str, str]) -> Finding:
        excerpt = document.text[span.start : span.end]
        message = rule.message.replace("{match}", _shortened(excerpt))
        for name, value in values.items():
            message = message.replace("{" + name + "}", value)
        severity = self.levels.get(rule.id, rule.severity)
        return Finding(rule.id, severity, span, excerpt, message, rule.remedy, rule.standards)

    @cached_property
    def _scorer(self) -> Callable[[str], Scorer]:
        @cache
        def scorer(name: str) -> Scorer:
            from medlint.scorer import Scorer

            return Scorer(self.rules.score(name))

        return scorer

    @cached_property
    def _matcher(self) -> Matcher:
        return Matcher(self.rules, self.levels.keys())

    @cached_property
    def _reader_options(self) -> ReaderOptions:
        default = ReaderOptions()
        return default._replace(
            fields=default.fields if self.config.front_matter is None else self.config.front_matter,
            text_props=default.text_props if self.config.text_props is None else self.config.text_props,
            reference_headings=self.rules.lexicons["reference-headings"],
            maybe_reference_headings=self.rules.lexicons["maybe-reference-headings"],
        )

    @cached_property
    def _evidence_options(self) -> EvidenceOptions:
        return EvidenceOptions(
            scope=self.config.scope,
            own_hosts=self.config.own_hosts,
            trusted=self.config.trusted,
            refused=self.config.refused,
            patterns=self.config.citation_patterns,
            lists=self.rules.lexicons,
            endings=Endings.from_data(self.rules.language["sentences"]),
        )


def _keys(document: Document, library: Library | None) -> frozenset[str] | None:
    """The keys that the front matter and the bibliographies it names have; None where they are not known."""
    if library and library.keys is None:
        return None
    named = library.keys if library and library.keys else frozenset()
    if "\nreferences" in document.text:
        from medlint.bibliography.csl import from_front_matter

        named |= {entry.key for entry in from_front_matter(document.text, document.front_matter)}
    return named or None


def _why_not_cited(match: Match, evidence: Evidence) -> str:
    """What a writer may take for the source of a match, and why it is none."""
    if not match.rule.cited:
        return ""
    place = match.block, match.start, match.end
    missed = evidence.missed(*place)
    if beside := evidence.rejected(*place, in_sentence=bool(missed)):
        reasons = " and ".join(dict.fromkeys(citation.why_not for citation in beside))
        return f" (beside it: {reasons}, which is no source)"
    return _MISSED.get(missed, "")


def _shortened(excerpt: str) -> str:
    """A match as a message quotes it: on one line, and not longer than a line."""
    line = " ".join(excerpt.split())
    if len(line) <= _LONGEST_QUOTE:
        return line
    return line[: _LONGEST_QUOTE - 2].rsplit(" ", 1)[0] + " …"


def _count_words(document: Document) -> int:
    return sum(
        len(_WORD.findall(block.text.replace(PLACEHOLDER, " ")))
        for block in document.blocks
        if block.kind not in ("reference", "footnote")
    )
