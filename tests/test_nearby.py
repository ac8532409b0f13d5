"""What the JSON report tells of a finding: what was looked for, what stands near it, and why that does not count."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medlint.config import Config
from medlint.lint import lint_text
from medlint.model import Finding, Report, Sought
from medlint.report import json_report
from medlint.rules import load_rules

RULES = load_rules()
ARTICLES = sorted((Path(__file__).parent / "articles").glob("*.md"))
DOE = "[Doe 2020](https://doi.org/10.5555/naps)"
REFERENCES = """

## References

1. Doe J. Valerian and sleep. Example Sleep Journal. 2020;4:1-9.
2. Roe K. Valerian and mood. Example Mood Journal. 2021;2:3-8.
"""
BEFORE = "it stands before the sentence: a reader takes it for the source of what stood there"
AFTER = "it stands in a later sentence on another thought"


STRICT = Config(extends=("strict",))


def report(text: str, config: Config = STRICT) -> Report:
    return lint_text(text, "a.md", config, RULES, nearby=True)


def sought(text: str, rule: str = "claims/efficacy-uncited", config: Config = STRICT) -> Sought:
    """What the first finding of a rule looked for."""
    found = next(f for f in report(text, config).findings if f.rule == rule)
    assert found.evidence is not None
    return found.evidence


def told(text: str, found: Sought) -> list[tuple[str, str, str]]:
    return [(text[n.span.start : n.span.end], n.relation, n.why_not) for n in found.found]


CASES = [
    (f"One trial counted hours ({DOE}). Valerian relieves insomnia.", [(DOE, "before", BEFORE)]),
    (f"Valerian relieves insomnia. Hops are a climbing plant ({DOE}).", [(DOE, "after", AFTER)]),
    (
        "Valerian relieves insomnia ([our page](/valerian)).",
        [("[our page](/valerian)", "in-sentence", "a link to the site's own pages")],
    ),
    (
        "Valerian relieves insomnia, [buy it](https://shop.example/cart).",
        [("[buy it](https://shop.example/cart)", "in-sentence", "a link to a shop")],
    ),
    (
        "Valerian relieves insomnia, [look](https://www.facebook.com/valerian).",
        [("[look](https://www.facebook.com/valerian)", "in-sentence", "a link to social media")],
    ),
    ("Valerian relieves insomnia.[^x]", [("[^x]", "in-sentence", "the footnote x is not defined")]),
    (
        "Valerian relieves insomnia.[^x]\n\n[^x]: So they say.",
        [("[^x]", "in-sentence", "the footnote names no source")],
    ),
    (
        f"Valerian relieves insomnia [7]. Mood was measured [1].{REFERENCES}",
        [("[7]", "in-sentence", "no entry 7 in the reference list"), ("[1]", "after", AFTER)],
    ),
    (
        f"Valerian relieves insomnia.\n\nHops grow high {DOE}.",
        [(DOE, "below", "it stands in another paragraph below")],
    ),
    (
        f"# Sleep\n\nHops grow high {DOE}.\n\n# Valerian\n\nValerian relieves insomnia.",
        [],
    ),
    (
        f"Plants:\n\n- Valerian relieves insomnia\n- Hops are bitter {DOE}",
        [(DOE, "same-list", "it stands at another item of the list")],
    ),
    (
        f"What {DOE} saw. It was this:\n\n- Valerian relieves insomnia\n- Hops are bitter",
        [(DOE, "lead-in", "it stands before the last sentence of the line that introduces the list")],
    ),
    (
        f"| Plant | Effect |\n| --- | --- |\n| Valerian | Valerian relieves insomnia |\n| Hops | bitter {DOE} |",
        [(DOE, "same-table", "it stands in another row of the table")],
    ),
    (
        f"Valerian relieves insomnia.{REFERENCES}",
        [("References", "list", "nothing in the text points to any of its 2 entries")],
    ),
    (
        f"## Valerian relieves insomnia\n\nIt grows on meadows.\n\nHops grow high {DOE}.",
        [(DOE, "below", "it stands further down than the first paragraph below the heading")],
    ),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text[:60] for text, _ in CASES])
def test_what_stands_near_a_statement(text: str, expected: list[tuple[str, str, str]]) -> None:
    found = sought(text)
    assert (found.asked_for, found.scope) == ("source", "paragraph")
    assert told(text, found) == expected


def test_a_host_that_the_site_refuses_is_near_but_no_source() -> None:
    text = "Valerian relieves insomnia ([see](https://blog.example/valerian))."
    config = Config(extends=("strict",), refused=("blog.example",))
    ((piece, relation, why_not),) = told(text, sought(text, config=config))
    assert (piece, relation) == ("[see](https://blog.example/valerian)", "in-sentence")
    assert why_not == "a site that is not accepted as a source"


def test_what_a_mark_leads_to() -> None:
    text = f"Sleep was measured [1, 2] and ({DOE}). Valerian relieves insomnia.{REFERENCES}"
    found = {text[n.span.start : n.span.end]: n.leads_to for n in sought(text).found}
    assert found["[1, 2]"] == (
        "Doe J. Valerian and sleep. Example Sleep Journal. 2020;4:1-9.",
        "Roe K. Valerian and mood. Example Mood Journal. 2021;2:3-8.",
    )
    assert found[DOE] == ("https://doi.org/10.5555/naps",)


def test_the_nearest_comes_first_and_the_rest_are_counted() -> None:
    cited = [f"Hops number {i} grow high ([Doe](https://doi.org/10.5555/n{i}))." for i in range(9)]
    text = "\n\n".join([*cited, "Valerian relieves insomnia."])
    found = sought(text)
    assert [n.leads_to[0][-2:] for n in found.found] == ["n8", "n7", "n6", "n5", "n4"]
    assert found.more == 4


@pytest.mark.parametrize(
    ("scope", "looked_for", "why_not"),
    [
        (
            "sentence",
            "a source in the sentence or right behind its full stop",
            "it stands in another sentence",
        ),
        ("section", "a source anywhere under the same heading", "it stands under another heading"),
    ],
)
def test_other_scopes(scope: str, looked_for: str, why_not: str) -> None:
    near = "same paragraph. " if scope == "sentence" else "same page.\n\n# Valerian\n\n"
    text = f"# Sleep\n\nOne trial counted hours ({DOE}) on the {near}Valerian relieves insomnia."
    found = sought(text, config=Config(extends=("strict",), scope=scope))
    assert (found.scope, found.looked_for) == (scope, looked_for)
    assert found.found[0].why_not.startswith(why_not)


@pytest.mark.parametrize(
    ("text", "rule", "asked_for", "expected"),
    [
        (
            f"Sleep was measured [1], mood too [2], and hours [9].{REFERENCES}",
            "citations/dangling-ref",
            "entry",
            [("References", "list", "it has no entry “9”")],
        ),
        (
            "Sleep was measured.[^one]\n\n[^two]: Doe J. Naps. 2020.",
            "citations/dangling-ref",
            "entry",
            [("Doe J. Naps. 2020.", "list", "it is called “two”")],
        ),
        (
            f"Sleep was measured ([a trial](https://naps.example/trial)).{REFERENCES}",
            "citations/uncited-list",
            "mark",
            [("[a trial](https://naps.example/trial)", "elsewhere", "it leads to nothing that the list has")],
        ),
        (
            f"Sleep was measured [1]. Mood was, too.{REFERENCES}",
            "citations/orphan-ref",
            "mark",
            [],
        ),
        (
            "Sleep was measured [1].\n\n## References\n\n1. Doe J. Naps. Example Journal. 2020;4:9-1.",
            "citations/impossible-ref",
            "nothing",
            [("[1]", "leads-here", "")],
        ),
        (
            f"Valerian is guaranteed to work ({DOE}).",
            "claims/guarantee",
            "nothing",
            [(DOE, "in-sentence", "")],
        ),
    ],
)
def test_rules_that_ask_for_something_else(
    text: str, rule: str, asked_for: str, expected: list[tuple[str, str, str]]
) -> None:
    found = sought(text, rule)
    assert found.asked_for == asked_for
    assert told(text, found) == expected


def test_an_author_with_another_year_is_near() -> None:
    text = (
        "Sleep was measured (Roe 2021), and hours (Doe 2019).\n\n## References\n\n"
        "Doe J. Valerian and sleep. Example Sleep Journal. 2020;4:1-9.\n\n"
        "Roe K. Valerian and mood. Example Mood Journal. 2021;2:3-8.\n"
    )
    found = sought(text, "citations/author-year-mismatch")
    entry, listing = found.found
    assert (entry.kind, entry.why_not) == ("entry", "its year is 2020")
    assert listing.kind == "reference-list"


# -- over everything there is --------------------------------------------------------------------------------


def articles() -> Iterator[str]:
    """The examples of all rules, and whole articles."""
    for rule in RULES.rules.values():
        if rule.family in ("citations", "claims", "doses"):
            yield from (bad.text for bad in rule.bad)
    yield from (path.read_text(encoding="utf-8") for path in ARTICLES)


def check_entry(text: str, entry: dict[str, object], finding: Finding) -> None:
    told = entry["evidence"]
    if finding.family in ("citations", "claims"):
        assert told is not None
    if told is None:
        return
    assert isinstance(told, dict)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for near in told["found"]:
        assert text[near["start"] : near["end"]] == near["text"] != ""
        assert lines[near["line"] - 1][near["column"] - 1 :].startswith(near["text"].split("\n")[0])
        assert near["counts"] is (near["why_not"] is None)
        if told["asked_for"] == "source":
            assert not near["counts"], "what counts would have excused the finding"


def test_every_place_is_the_text_it_is_said_to_be() -> None:
    for text in articles():
        made = report(text)
        entries = json.loads(json_report.render([made]))["findings"]
        for entry, finding in zip(entries, made.findings, strict=True):
            check_entry(text, entry, finding)


PIECES = (
    "Valerian relieves insomnia.", "Hops are bitter", " ", "\n\n", "- ", "[1]", "[^x]", "[^y]", DOE, "(Doe 2020)",
    "<sup>2</sup>", "| a | b |\n| - | - |\n| Valerian cures gout | 5 mg [2] |", "# Sleep\n\n",
    "\n\n[^x]: Note 2020.\n\n",
    "![see](a.png)", "[shop](https://shop.example)", REFERENCES, "&amp;", "  \n", "> ", "*", "https://doi.org/10.5555/x",
)  # fmt: skip


@settings(max_examples=40)
@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_any_article_can_be_looked_around_in(pieces: list[str]) -> None:
    text = "".join(pieces)
    made = report(text)
    for entry, finding in zip(json.loads(json_report.render([made]))["findings"], made.findings, strict=True):
        check_entry(text, entry, finding)


def test_findings_are_the_same_with_and_without() -> None:
    for path in ARTICLES[:4]:
        text = path.read_text(encoding="utf-8")
        plain = lint_text(text, "a.md", Config(), RULES).findings
        around = lint_text(text, "a.md", Config(), RULES, nearby=True).findings
        assert [f._replace(evidence=None) for f in around] == list(plain)
