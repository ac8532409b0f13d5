"""The pure core: an article, a configuration and rules in, one report out."""

from __future__ import annotations

import pytest

from medlint.config import Config, Section
from medlint.lint import lint_text
from medlint.model import Finding
from medlint.rules import load_rules

RULES = load_rules()
NOTE = "\n\n[^1]: Doe J. A trial of a cream. J Ex. 2020. https://doi.org/10.5555/cream"


def found(text: str, config: Config | None = None, path: str = "a.md") -> list[Finding]:
    return list(lint_text(text, path, config or Config(), RULES).findings)


def excerpts(text: str, rule: str, config: Config | None = None, path: str = "a.md") -> list[str]:
    return [f.excerpt for f in found(text, config, path) if f.rule == rule and f.suppressed is None]


@pytest.mark.parametrize(
    ("text", "rule", "flagged"),
    [
        ("Ketamine cures depression.", "claims/cure", ["cures"]),
        ("# Ketamine cures depression", "claims/cure", ["cures"]),
        ("- Ketamine **cures** depression.", "claims/cure", ["cures"]),
        ("---\ntitle: Ketamine cures depression\n---\nText.\n", "claims/cure", ["cures"]),
        ("---\nslug: ketamine cures depression\n---\nText.\n", "claims/cure", []),
        ("`Ketamine cures depression.`", "claims/cure", []),
        ("> Ketamine cures depression.", "claims/cure", []),
        ("Ketamine cures depression.[^1]" + NOTE, "claims/cure", []),
        ("Ketamine cures depression. [^1]" + NOTE, "claims/cure", []),
        ("Ketamine cures depression.[^2]" + NOTE, "claims/cure", ["cures"]),
        ("Does ketamine cure depression?", "claims/cure", []),
        ("Give 5 mg now, and 10 mg at noon.", "doses/unsourced", ["5 mg", "10 mg"]),
    ],
)
def test_what_is_flagged(text: str, rule: str, flagged: list[str]) -> None:
    assert excerpts(text, rule) == flagged


def test_the_report_of_an_article() -> None:
    text = "---\ntitle: Sleep well\n---\n\nKetamine cures depression.\n\n```\nnot prose\n```\n"
    report = lint_text(text, "a.md", Config(), RULES)
    assert (report.path, report.text, report.words, report.problems) == ("a.md", text, 5, ())
    finding = next(f for f in report.findings if f.rule == "claims/cure")
    assert finding.severity == "error"
    assert text[finding.span.start : finding.span.end] == finding.excerpt == "cures"
    assert "“cures”" in finding.message
    assert finding.remedy
    assert set(finding.standards) <= set(RULES.standards)


@pytest.mark.parametrize(
    ("levels", "severities"),
    [
        ({}, ["error"]),
        ({"claims/cure": "info"}, ["info"]),
        ({"claims": "warning"}, ["warning"]),
        ({"claims": "warning", "claims/cure": "error"}, ["error"]),
        ({"claims": "off"}, []),
        ({"claims/cure": "off"}, []),
    ],
)
def test_levels(levels: dict[str, str], severities: list[str]) -> None:
    config = Config(rules=levels)
    assert [
        f.severity for f in found("Ketamine cures gout.", config) if f.rule == "claims/cure"
    ] == severities


def test_a_pack_decides_which_rules_are_on() -> None:
    assert {f.family for f in found("Ketamine cures gout. Buy now!", Config(extends=()))} == set()
    assert excerpts("Ketamine cures gout.", "claims/cure", Config(extends=("strict",))) == ["cures"]


@pytest.mark.parametrize(
    ("scope", "flagged"),
    [("sentence", ["cures"]), ("paragraph", []), ("section", []), ("document", [])],
)
def test_the_scope_of_evidence(scope: str, flagged: list[str]) -> None:
    text = "Ketamine cures depression. The trial of ketamine in depression was small.[^1]" + NOTE
    assert excerpts(text, "claims/cure", Config(scope=scope)) == flagged


@pytest.mark.parametrize(
    ("config", "flagged"),
    [
        (Config(), []),
        (Config(own_hosts=("clinic.example",)), ["cures"]),
        (Config(refused=("clinic.example",)), ["cures"]),
        (Config(own_hosts=("clinic.example",), trusted=("research.clinic.example",)), []),
    ],
)
def test_which_links_count(config: Config, flagged: list[str]) -> None:
    text = "Ketamine cures depression ([trial](https://research.clinic.example/trial))."
    assert excerpts(text, "claims/cure", config) == flagged


def test_a_message_says_why_the_link_beside_it_does_not_count() -> None:
    message = found("Ketamine cures depression, [order it](https://shop.example.com/cart).")[0].message
    assert "beside it: a link to a shop, which is no source" in message


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "One trial counted hours ([Doe](https://doi.org/10.5555/x)). Ketamine cures depression.",
            "(a source stands in the sentence before, and speaks for that one)",
        ),
        (
            "Ketamine cures depression. Hops grow high ([Doe](https://doi.org/10.5555/x)).",
            "(a source stands further down, and speaks for another thought)",
        ),
        (
            "One saw it ([Doe](https://doi.org/10.5555/x)). Ketamine cures depression, see [us](/shop).",
            "(beside it: a link to the site's own pages, which is no source)",
        ),
    ],
)
def test_a_message_says_why_a_source_in_the_paragraph_does_not_count(text: str, told: str) -> None:
    assert found(text)[0].message.endswith(told)


def test_a_pattern_of_the_configuration_counts_as_a_citation() -> None:
    text = 'Ketamine cures depression {{< proof "k1" >}}.'
    assert excerpts(text, "claims/cure") == ["cures"]
    assert excerpts(text, "claims/cure", Config(citation_patterns=(r"\{\{<\s*proof\b",))) == []


def test_own_names() -> None:
    text = "Visit Harbour Lane one day."
    assert excerpts(text, "promotion/self-naming") == []
    assert excerpts(text, "promotion/self-naming", Config(names=("Harbour Lane",))) == ["Harbour Lane"]


def test_sections_of_the_configuration() -> None:
    config = Config(
        sections=(Section(("news/**",), rules={"claims/cure": "off"}),), path="/site/.medlint.yml"
    )
    assert excerpts("Ketamine cures gout.", "claims/cure", config.for_path("news/a.md")) == []
    assert excerpts("Ketamine cures gout.", "claims/cure", config.for_path("blog/a.md")) == ["cures"]


def test_mdx_is_chosen_by_the_name_of_the_file() -> None:
    text = "{/* medlint: ignore[claims/cure] the history of an idea */}\n\nKetamine cures gout.\n"
    assert excerpts(text, "claims/cure", path="a.mdx") == []
    assert excerpts(text, "claims/cure", path="a.md")[-1:] == ["cures"]


def test_a_suppressed_finding_keeps_its_reason() -> None:
    text = "<!-- medlint: ignore[claims/cure] the history of an idea -->\nKetamine cures gout.\n"
    suppressed = [f.suppressed for f in found(text) if f.rule == "claims/cure"]
    assert [(s.kind, s.reason) for s in suppressed if s] == [("next", "the history of an idea")]


def test_word_lists_of_the_configuration_widen_the_rules() -> None:
    text = "Zibotentan improves sleep."
    widened = load_rules(lexicon_additions={"interventions": ("zibotentan",)})
    assert any(f.family == "claims" for f in lint_text(text, "a.md", Config(), widened).findings)
