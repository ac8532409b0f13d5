"""The checks of a whole document: where they object and what they say, each under a rule of its own."""

from __future__ import annotations

import pytest

from medlint.config import Config
from medlint.lint import lint_text
from medlint.model import Finding
from medlint.rules import load_rules

RULES = load_rules()
ENTRY = "Marsh J. Naps at work. Sleep. 2020;4(1):1-9."
APA = "Osei, K. L., et al. (2011). Rest at work. Work and Rest, 35(12), 2404-2410."
LIST = "## References\n\n"


def found(rule: str, text: str, **config: object) -> list[Finding]:
    chosen = Config(rules={rule: RULES.rules[rule].severity}, **config)  # type: ignore[arg-type]
    return [f for f in lint_text(text, "a.md", chosen, RULES).findings if f.rule == rule]


def excerpts(rule: str, text: str) -> list[str]:
    return [finding.excerpt for finding in found(rule, text)]


def entries(*texts: str) -> str:
    return "\n".join(f"{number}. {text}" for number, text in enumerate(texts, 1))


@pytest.mark.parametrize(
    ("rule", "text", "flagged"),
    [
        (
            "tertiary",
            "See [one](https://en.wikipedia.org/wiki/Nap) and [two](https://www.who.int/x).",
            ["[one](https://en.wikipedia.org/wiki/Nap)"],
        ),
        ("tertiary", "See https://www.webmd.com/naps.", ["https://www.webmd.com/naps"]),
        ("tertiary", "See <https://www.webmd.com/naps>.", ["<https://www.webmd.com/naps>"]),
        (
            "tertiary",
            'See <a href="https://webmd.com/n">this</a>.',
            ['<a href="https://webmd.com/n">this</a>'],
        ),
        (
            "tertiary",
            "See [this][w].\n\n[w]: https://webmd.com/n",
            ["[this][w]"],
        ),
        ("tertiary", "Follow us on [Facebook](https://www.facebook.com/clinic).", []),
        ("tertiary", "See [one](https://notwikipedia.org/wiki/Nap).", []),
        ("tertiary", "![one](https://en.wikipedia.org/nap.jpg)", []),
        (
            "tertiary",
            f"{LIST}1. Marsh J. Naps. 2020. https://www.webmd.com/naps",
            ["https://www.webmd.com/naps"],
        ),
        (
            "doi-display",
            "Naps (http://dx.doi.org/10.1016/j.s.2020.01).",
            ["http://dx.doi.org/10.1016/j.s.2020.01"],
        ),
        ("doi-display", f"{LIST}1. Naps. 2020. doi:10.1016/j.s.2020.01.", ["doi:10.1016/j.s.2020.01"]),
        ("doi-display", "Naps (https://doi.org/10.1016/j.s.2020.01).", []),
        ("doi-display", "Naps. DOI: [10.1016/j.s.2020](https://doi.org/10.1016/j.s.2020)", []),
        ("doi-display", 'Naps. doi: <a href="https://doi.org/10.1016/j.s.2020">10.1016/j.s.2020</a>', []),
        (
            "doi-display",
            f"{LIST}1. Naps. 2020. doi:[10.1016/j.s.2020](https://doi.org/10.1016/j.s.2020).",
            [],
        ),
        (
            "doi-display",
            "Naps. DOI: [10.1016/j.s.2020](https://shop.example/)",
            ["DOI: [10.1016/j.s.2020"],
        ),
        ("pmid-format", "Naps. PMID: PMC1234567", ["PMID: PMC1234567"]),
        ("pmid-format", f"{LIST}1. Naps. 2020. PMID PMC1234567.", ["PMID PMC1234567"]),
        ("pmid-format", f"{LIST}1. Naps. 2020. PMID: 1234567. PMCID: PMC1234567.", []),
        (
            "doi-display",
            "[http://dx.doi.org/10.1016/j.s](http://dx.doi.org/10.1016/j.s)",
            ["[http://dx.doi.org/10.1016/j.s](http://dx.doi.org/10.1016/j.s)"],
        ),
        ("doi-syntax", "See [it](https://doi.org/jama.2021).", ["[it](https://doi.org/jama.2021)"]),
        (
            "bare-url",
            "See [it](https://www.google.com/search?q=naps).",
            ["[it](https://www.google.com/search?q=naps)"],
        ),
        ("trial-id-format", "> Registered as NCT123.\n\nAlso ISRCTN12.", ["NCT123", "ISRCTN12"]),
        ("trial-id-format", "See [NCT0291831](https://clinicaltrials.gov/).", ["NCT0291831"]),
    ],
)
def test_addresses_and_identifiers(rule: str, text: str, flagged: list[str]) -> None:
    assert excerpts(f"citations/{rule}", text) == flagged


THREE = "About 35% of workers nap. Some 20% nap daily. Nearly 12% nap twice."
CITED = "Naps are short ([Marsh, 2020](https://doi.org/10.1016/j.sleep.2020.01.001))."


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        (f"## Numbers\n\n{THREE}", ["3"]),
        (f"## Numbers\n\n{THREE}\n\n{THREE}", ["6"]),
        (f"## Numbers\n\n{THREE}\n\n{CITED}", []),
        (f"## Numbers\n\n{THREE}\n\n## More\n\n{CITED}", ["3"]),
        (f"## Numbers\n\n{CITED}\n\n### More\n\n{THREE}", ["3"]),
        (THREE, []),
        ("## Numbers\n\nAbout 35% of workers nap. The bench is by the lake.", []),
    ],
)
def test_sections_without_a_source(text: str, counts: list[str]) -> None:
    hits = found("citations/section-uncited", text)
    assert [f"makes {count} statements" in hit.message for hit, count in zip(hits, counts, strict=True)] == [
        True
    ] * len(counts)


OLD = f"Naps lifted mood [1].\n\n{LIST}1. Marsh J. Naps. Sleep. 2009;4:1-9."


@pytest.mark.parametrize(
    ("front", "flagged"),
    [
        ("date: 2025-03-01", True),
        ("date: 2012-03-01", False),
        ("date: 2010-03-01\nlastmod: 2025-01-01", True),
        ("updated: March 3, 2025", True),
        ("lastUpdated: '2025-03-01'", True),
        ("title: Naps in 2025", False),
        ("expires: 2030-01-01", False),
    ],
)
def test_age_of_sources(front: str, flagged: bool) -> None:
    text = f"---\n{front}\n---\n\n{OLD}"
    assert bool(excerpts("citations/stale", text)) == flagged


def test_age_is_told_in_years() -> None:
    (hit,) = found("citations/stale", f"+++\ndate = 2025-03-01\n+++\n\n{OLD}")
    assert hit.message == "the newest source is of 2009, 16 years older than the page"


@pytest.mark.parametrize(
    "text",
    [
        OLD,
        f"---\ndate: 2025-03-01\n---\n\n{CITED} {OLD}",
        "---\ndate: 2025-03-01\n---\n\nThe bench is by the lake.",
    ],
)
def test_age_is_not_guessed(text: str) -> None:
    assert excerpts("citations/stale", text) == []


@pytest.mark.parametrize(
    ("entry", "signs"),
    [
        ("Marsh J. Naps. Sleep. 1750;4:9-1.", ["the year 1750", "pages 9 to 1"]),
        ("Marsh J. Naps. Sleep. 2031;4:19-11.", ["the year 2031 in an article of 2024", "pages 19 to 11"]),
        (
            "Marsh, J. (2014). Naps. Sleep, 4(1), 90-81. https://doi.org/10.1016/j.sleep.2020.01.001",
            ["the year 2014 against 2020 in the DOI", "pages 90 to 81"],
        ),
        ("Marsh J. Naps. Sleep. 2020;4:9-1. ISBN 978-0-306-40615-2", ["pages 9 to 1", "a wrong check digit"]),
        ("Marsh J. Naps. Sleep. 2020;4:9-1.", []),
        ("Marsh J. Naps. Sleep. 2012;4:9-1. https://doi.org/10.1007/s00125-012-2002-3", []),
        ("Marsh J. Naps. Sleep. 1996;4:9-1. https://doi.org/10.1016/j.sleep.2002.01.001", []),
        ("Marsh J. Naps. Sleep. 2020;4:347-54. doi:10.1016/j.sleep.2019.01.001", []),
        ("Marsh J. Naps. Sleep. 1790;4:1-9.", []),
    ],
)
def test_signs_of_an_invented_reference(entry: str, signs: list[str]) -> None:
    hits = found("citations/fabricated-suspect", f"---\ndate: 2024-01-02\n---\n\nSo [1].\n\n{LIST}1. {entry}")
    assert [hit.excerpt for hit in hits] == [entry] * bool(signs)
    assert all(", ".join(signs) in hit.message for hit in hits)


@pytest.mark.parametrize(
    ("heading", "below", "count"),
    [
        ("## Resources", entries(ENTRY, APA), 2),
        ("## Resources", entries(ENTRY, APA) + "\n\n[Next article](/next)", 2),
        ("## Further reading", "\n\n".join((ENTRY, APA)), 2),
        ("**Resources**", entries(ENTRY, APA), 2),
        ("## Resources", f"### Trials\n\n{entries(ENTRY, APA)}", 2),
        ("## Notes", "1. Marsh et al. 2020. Naps.\n2. Osei et al. 2019. Rest.\n3. Ask your nurse.", 3),
        ("## Resources", "- [Find a clinic](/clinics)\n- [Call 988](https://988lifeline.org)", 0),
        ("## Resources", f"- {ENTRY}\n- [Find a clinic](/clinics)\n- [Call us](/call)", 0),
        ("## Notes", "In 2019, Hale et al. gave naps to 20-30 people.\n\nIn 2020 they slept.", 0),
        ("## Results", entries(ENTRY, APA), 0),
    ],
)
def test_headings_that_may_stand_over_references(heading: str, below: str, count: int) -> None:
    hits = found("citations/uncited-list", f"The bench is by the lake.\n\n{heading}\n\n{below}\n")
    assert [hit.message.partition(" ")[0] for hit in hits] == [str(count)] * bool(count)
    assert all(hit.excerpt in heading for hit in hits)


@pytest.mark.parametrize(
    "before",
    [
        f"Naps lifted mood [1].\n\n{LIST}1. Hale P. Sleep. Sleep. 2019;3:2-8.",
        f"{CITED} Rest helps ([Osei](https://doi.org/10.1016/j.sleep.2019.03.002)).",
    ],
)
def test_further_reading_need_not_be_cited(before: str) -> None:
    assert (
        excerpts("citations/uncited-list", f"{before}\n\n## Further reading\n\n{entries(ENTRY, APA)}") == []
    )


def test_what_is_no_entry_is_read_as_prose() -> None:
    text = f"## Resources\n\n{entries(ENTRY, APA)}\n\nAct now and book your place today."
    assert [finding.excerpt for finding in found("promotion/urgency", text)] == ["Act now"]
    assert excerpts("promotion/urgency", f"## Resources\n\n{entries(ENTRY, APA + ' Act now.')}") == []


@pytest.mark.parametrize(
    ("rule", "text", "flagged"),
    [
        ("orphan-ref", f"So [1].\n\n{LIST}{entries(ENTRY, APA)}", [APA]),
        ("orphan-ref", f"So.\n\n{LIST}{entries(ENTRY, APA)}", []),
        ("dangling-ref", f"So [3].\n\n{LIST}{entries(ENTRY, APA)}", ["[3]"]),
        ("duplicate-ref", f"So [1].\n\n{LIST}{entries(ENTRY, APA, ENTRY)}", [ENTRY]),
    ],
)
def test_reference_lists(rule: str, text: str, flagged: list[str]) -> None:
    assert excerpts(f"citations/{rule}", text) == flagged


def test_own_names_are_those_of_the_settings() -> None:
    text = "Lakeside Clinic is by the lake. The Lakeside Clinics are not."
    rule = "promotion/self-naming"
    assert [f.excerpt for f in found(rule, text, names=("Lakeside Clinic",))] == ["Lakeside Clinic"]
    assert found(rule, text) == []
