"""Which marks are recognised, where they lead, and which look-alikes are left alone."""

from __future__ import annotations

import pytest
from documents import document, options
from hypothesis import given, settings
from hypothesis import strategies as st

from medlint.citing.sources import why_not_a_source
from medlint.evidence import Citation, gather

ENTRIES = (
    "1. Hale A, Ruiz B. Zinc lozenges. 2019.",
    "2. Krupitsky E. Colds and tea. 2002;4:1-9.",
    "3. World Health Organization. Guideline on colds. 2020.",
)


def citations(text: str, with_list: bool = True, **fields: object) -> list[Citation]:
    entry = {"kind": "reference", "section": 1, "group": 0}
    below = [("References", {"kind": "heading", "level": 2}), *((text, entry) for text in ENTRIES)]
    found = gather(document(text, *(below if with_list else [])), options(**fields)).citations
    return [citation for citation in found if citation.block == 0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zinc helps [1].", ["number 1"]),
        ("Zinc helps [1, 3].", ["number 1", "number 3"]),
        ("Zinc helps [1–3].", ["number 1", "number 2", "number 3"]),
        ("Zinc helps (refs 1-2).", ["number 1", "number 2"]),
        ("Zinc helps [[1]](https://x.example/a).", ["link https://x.example/a"]),
        ("Zinc helps.¹ Tea too.²,³", ["superscript 1", "superscript 2", "superscript 3"]),
        ("Zinc helps.<sup>1,2</sup>", ["superscript 1", "superscript 2"]),
        ("Zinc helps.^1^", ["superscript 1"]),
        ("In 2019^1^ it did.", ["superscript 1"]),
        (
            "Zinc helps (Hale & Ruiz, 2019; Krupitsky 2002).",
            ["author-year Hale 2019", "author-year Krupitsky 2002"],
        ),
        ("Zinc helps (see van der Hale et al., 2019, p. 4).", ["author-year van der Hale 2019"]),
        ("Krupitsky (2002) gave zinc.", ["author-year Krupitsky 2002"]),
        ("Hale and Ruiz (2019) gave zinc.", ["author-year Hale 2019"]),
        ("Hale et al. (2019) gave zinc.", ["author-year Hale 2019"]),
        (
            "The guideline says so (World Health Organization 2020).",
            ["author-year World Health Organization 2020"],
        ),
        ("Zinc helps [@hale2019; @ruiz-2020, p. 3].", ["key hale2019", "key ruiz-2020"]),
        ("As @hale2019 says, zinc helps.", ["key hale2019"]),
        ("Zinc helps (doi:10.5555/x.1(2)).", ["doi 10.5555/x.1(2)"]),
        ("Zinc helps, https://doi.org/10.5555/x.1.", ["doi 10.5555/x.1"]),
        ("Zinc helps (PMID: 123456, PMC1234567).", ["pmid 123456", "pmcid PMC1234567"]),
        ("Zinc helps (NCT01234567).", ["trial NCT01234567"]),
        ("Zinc helps (EudraCT 2015-001234-12).", ["trial EudraCT 2015-001234-12"]),
        ("Zinc helps (ChiCTR-TRC-14004395).", ["trial ChiCTR-TRC-14004395"]),
        ("Zinc helps (www.who.example/zinc).", ["url www.who.example/zinc"]),
        ("Zinc helps [3](#ref3).", ["link #ref3"]),
        ("Zinc helps [2](#references).", ["link #references"]),
    ],
)
def test_marks_that_count(text: str, expected: list[str]) -> None:
    found = citations(text)
    assert [f"{c.kind} {c.target}" for c in found] == expected
    assert all(c.source and c.resolved for c in found if c.target != "van der Hale 2019")


@pytest.mark.parametrize(
    "text",
    [
        "Zinc helped 30% (95% CI [1, 3]).",
        "See a[1] and the [x] box and [2020] and [0].",
        "A range [1-400] of 10^6^ and x^2^ at 5 m^2^.",
        "Doses in kg/m² and cm³ and 10⁶ and mL/min/1.73 m².",
        "¹³C-labelled, ¹⁸F and Ca²⁺ and I² and min⁻¹.",
        "It was 90<sup>o</sup> and 10<sup>3</sup> and m<sup>2</sup>.",
        "Out in spring (May 2020), reviewed (Monday, 2019).",
        "As shown (Figure 2, 2019), (updated March 2024), (since 1998), (n = 40 in 2019).",
        "The ATBC (1994) trial and July (2019) and Figure (2019).",
        "Write to hale2019@clinic.example or see [@fig:colds].",
        "A 2019 study in a journal said so.",
        "Batch 10.5 and room 10.1000 and NCT and PMC.",
    ],
)
def test_look_alikes_are_left_alone(text: str) -> None:
    assert citations(text) == []


@pytest.mark.parametrize(
    ("text", "why_not"),
    [
        ("Zinc helps [7].", "no entry 7 in the reference list"),
        ("Zinc helps.⁷", "no entry 7 in the reference list"),
        ("Zinc helps [7](#ref7).", "no entry 7 in the reference list"),
        ("Zinc helps.[^x]", "the footnote x is not defined"),
        ("Zinc [helps](#benefits).", "a link within this page"),
    ],
)
def test_marks_that_lead_nowhere(text: str, why_not: str) -> None:
    (found,) = citations(text)
    assert (found.resolved, found.source, found.why_not) == (False, False, why_not)


def test_a_number_needs_an_entry_but_an_author_can_be_looked_up() -> None:
    assert [c.source for c in citations("Zinc helps [1].", with_list=False)] == [False]
    (found,) = citations("Zinc helps (Hale, 2019).", with_list=False)
    assert (found.resolved, found.source) == (False, True)


@pytest.mark.parametrize(
    ("note", "source"),
    [
        ("Hale A. Zinc. 2019.", True),
        ("See https://x.example/zinc.", True),
        ("Not reviewed by any agency.", False),
    ],
)
def test_a_footnote_counts_when_it_names_a_source(note: str, source: bool) -> None:
    article = document("Zinc helps.[^1]", (note, {"kind": "footnote", "label": "1"}), footnotes={"1": 1})
    found = gather(article, options())
    assert [c.source for c in found.citations if c.kind == "footnote"] == [source]
    assert [(listing.footnotes, listing.cited) for listing in found.lists] == ([(True, 1)] if source else [])


def test_numbers_lead_to_the_list_of_their_own_section() -> None:
    def section(title: str, start: int, *entries: str) -> list[tuple[str, dict[str, object]]]:
        heading = (title, {"kind": "heading", "level": 2})
        listing = ("References", {"kind": "heading", "level": 3})
        fields = {"kind": "reference", "section": start + 2, "group": start}
        return [
            heading,
            ("It helps [1].", {"section": start}),
            listing,
            *((text, fields) for text in entries),
        ]

    article = document(
        *section("Zinc", 0, "1. Hale. 2019."), *section("Tea", 4, "1. Ruiz. 2020.", "2. Ash. 2021.")
    )
    assert [[e.cited for e in found.entries] for found in gather(article, options()).lists] == [
        [True],
        [True, False],
    ]


@pytest.mark.parametrize(
    ("blocks", "labels"),
    [
        (["**Sources**", "[1] Hale. 2019. [2] Ruiz. 2020."], ["1", "2"]),
        (["**Sources**", "Hale A. Zinc. 2019.\nRuiz B. Tea. 2020."], ["", ""]),
        (["**Sources**", "Hale A. Zinc.\nIn a book. 2019."], [""]),
        (["<sup>1</sup> Hale A. 2019.\n<sup>2</sup> Ruiz B. 2020."], ["1", "2"]),
        (["1. Hale A. 2019."], ["1"]),
        (["Zinc was first used in 2019."], []),
        (["**Sources**", "They are listed elsewhere."], []),
    ],
)
def test_reference_lists_come_in_many_shapes(blocks: list[str], labels: list[str]) -> None:
    found = gather(document("Zinc helps.", *blocks), options()).lists
    assert [entry.label for listing in found for entry in listing.entries] == labels


@pytest.mark.parametrize(
    ("url", "why_not"),
    [
        ("https://doi.org/10.5555/x", ""),
        ("https://www.example.org/a", ""),
        ("https://journal.example/article?id=3", ""),
        ("https://www.example.gov/shop/booklet", ""),
        ("/services", "a link to the site's own pages"),
        ("../zinc.md", "a link to the site's own pages"),
        ("https://clinic.example/zinc", "a link to the site's own pages"),
        ("https://blog.clinic.example", "a link to the site's own pages"),
        ("https://notclinic.example", ""),
        ("mailto:a@b.example", "a contact address"),
        ("tel:+1555", "a contact address"),
        ("https://m.facebook.com/x", "a link to social media"),
        ("https://apps.apple.com/app", "an app store"),
        ("https://www.google.com/maps/place", "a link to a map"),
        ("https://calendly.com/x", "a link to a form"),
        ("https://x.example/book", "a link to a form"),
        ("https://x.example/products/zinc", "a link to a shop"),
        ("https://shop.x.example/zinc", "a link to a shop"),
        ("https://x.example/zinc?aff_id=3", "an affiliate link"),
        ("https://x.example/zinc.JPG?w=3", "an image"),
        ("https://refused.example/study", "not accepted"),
        ("https://trusted.example/shop/zinc.jpg", ""),
        ("https://clinic.example/trials/1", ""),
        ("https://[broken", ""),
    ],
)
def test_addresses(url: str, why_not: str) -> None:
    given_options = options(
        own_hosts=("www.clinic.example",),
        trusted=("trusted.example", "clinic.example/trials"),
        refused=("refused.example", "trusted.example"),
    )
    found = why_not_a_source(url, given_options)
    assert why_not in found
    assert bool(found) is bool(why_not)


def test_patterns_of_the_site_count() -> None:
    (found,) = citations("Zinc helps {{cite hale}}.", patterns=(r"\{\{cite [^}]*\}\}",))
    assert (found.kind, found.target, found.source) == ("pattern", "{{cite hale}}", True)


PIECES = (
    "Zinc helps",
    ". ",
    " [1]",
    "¹",
    " (Hale, 2019)",
    "[^1]",
    "[x](https://x.example)",
    "<sup>2</sup>",
    " @a2019 ",
    "10.5555/x)",
    "((",
    "]",
    "\n",
    "é",
)


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
@settings(max_examples=150, deadline=None)
def test_offsets_and_masks_fit_the_text(text: str) -> None:
    article = document(text)
    found = gather(article, options())
    body = article.blocks[0].text
    assert len(found.prose[0]) == len(body)
    assert all(0 <= c.start <= c.end <= len(body) for c in found.citations)
    assert all(article.text[c.span.start : c.span.end] for c in found.citations)
    bounds = [offset for sentence in found.sentences[0] for offset in sentence]
    assert bounds == sorted(bounds)
    for start in range(0, len(body), 7):
        found.covering(0, start, start + 1)
        found.rejected(0, start, start + 1)


@pytest.mark.parametrize(
    "piece", ["[", "(", "[1,", "^1", "A", "Hale et al", "https://x.example/)", "@a", "¹", "(A 2019; "]
)
def test_repetition_does_not_blow_up(piece: str) -> None:
    gather(document(piece * 4000), options())
