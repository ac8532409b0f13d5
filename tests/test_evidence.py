"""What covers a sentence, block by block, on documents built by hand."""

from __future__ import annotations

import pytest
from documents import document, options

from medlint.evidence import Evidence, gather
from medlint.model import PLACEHOLDER, Document

LINK = "[Hale, 2019](https://doi.org/10.5555/x.1)"


def evidence(article: Document) -> Evidence:
    return gather(article, options())


def covered(article: Document, block: int, excerpt: str, scope: str | None = None) -> bool:
    start = article.blocks[block].text.index(excerpt)
    return bool(evidence(article).covering(block, start, start + len(excerpt), scope))


@pytest.mark.parametrize(
    ("paragraph", "excerpt", "scope", "expected"),
    [
        (f"Zinc shortens colds {LINK}.", "shortens", "sentence", True),
        (f"Zinc shortens colds. ({LINK})", "shortens", "sentence", True),
        (f"Zinc shortens colds. ({LINK}) Tea is pleasant.", "pleasant", "sentence", False),
        (f"Zinc shortens colds. Tea is pleasant. ({LINK})", "shortens", "sentence", False),
        (f"Zinc shortens colds. Tea is pleasant. ({LINK})", "shortens", "paragraph", True),
        (f"Zinc shortens colds. Tea was liked in a trial {LINK}.", "shortens", "paragraph", False),
        (f"Zinc shortens colds. Colds lasted a day less in a trial {LINK}.", "shortens", "paragraph", True),
        (f"Zinc was tried {LINK}. It shortens colds.", "shortens", "paragraph", False),
        ("Zinc shortens colds; see [our page](/zinc).", "shortens", "document", False),
    ],
)
def test_a_paragraph_is_covered_by_what_closes_the_thought(
    paragraph: str, excerpt: str, scope: str, expected: bool
) -> None:
    assert covered(document(paragraph), 0, excerpt, scope) is expected


def test_a_match_is_judged_by_its_whole_sentence() -> None:
    article = document(f"Colds end sooner with zinc. Colds lasted a day less {LINK}.")
    assert covered(article, 0, "sooner")


@pytest.mark.parametrize(
    ("mark", "expected"), [(f"({LINK})", True), (f"Source: {LINK}", True), (f"Read {LINK}.", False)]
)
def test_a_block_of_marks_covers_the_unit_above(mark: str, expected: bool) -> None:
    item = {"kind": "list-item", "group": 0, "lead": 0}
    article = document("Zinc:", ("shortens colds", item), ("tastes of metal", item), mark)
    assert covered(article, 1, "colds") is expected
    assert covered(article, 2, "metal") is expected


def test_a_list_is_covered_by_its_lead_in_but_not_by_its_other_items() -> None:
    item = {"kind": "list-item", "group": 0, "lead": 0}
    cited = document(f"A trial {LINK} found that zinc:", ("shortens colds", item))
    assert covered(cited, 1, "colds")
    uncited = document("Zinc:", ("shortens colds", item), (f"tastes of metal {LINK}", item))
    assert not covered(uncited, 1, "colds")
    assert covered(uncited, 0, "Zinc")


def cell(text: str, row: int, label: str = "") -> tuple[str, dict[str, object]]:
    return text, {"kind": "table-cell", "group": 0, "row": row, "label": label}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("Zinc", "10 mg", f"tablet {LINK}"), True),
        ((f"Zinc {LINK}", "10 mg", "tablet"), True),
        (("Zinc", "10 mg", "Hale 2019", "tablet"), True),
        (("Zinc", "10 mg", f"8 mg {LINK}", "tablet"), False),
        (("Zinc", "10 mg", "tablet"), False),
    ],
)
def test_a_table_cell_is_covered_by_its_row(cells: tuple[str, ...], expected: bool) -> None:
    labels = ("Medicine", "Dose", "Source", "Form")
    row = [cell(text, 1, label) for text, label in zip(cells, labels, strict=False)]
    other = [cell(f"Iron {LINK}", 2, "Medicine"), cell("65 mg", 2, "Dose")]
    assert covered(document(*row, *other), 1, "10 mg") is expected


def test_a_heading_is_covered_by_the_block_below_it() -> None:
    heading = ("Zinc shortens colds", {"kind": "heading", "level": 2})
    assert covered(document(heading, (f"By a day {LINK}.", {"section": 0})), 0, "colds")
    assert not covered(
        document(heading, ("By a day.", {"section": 0}), (f"So {LINK}.", {"section": 0})), 0, "colds"
    )


def test_wider_scopes_reach_the_section_and_the_document() -> None:
    article = document(
        ("Zinc", {"kind": "heading", "level": 2}),
        ("It shortens colds.", {"section": 0}),
        (f"A day less {LINK}.", {"section": 0}),
        ("Tea", {"kind": "heading", "level": 2}),
        ("It warms.", {"section": 3}),
    )
    assert not covered(article, 1, "colds")
    assert covered(article, 1, "colds", "section")
    assert not covered(article, 4, "warms", "section")
    assert covered(article, 4, "warms", "document")
    with pytest.raises(ValueError, match="not one of"):
        evidence(article).covering(1, 0, 2, "page")


def test_front_matter_is_covered_by_nothing_below_it() -> None:
    assert not covered(
        document(("Zinc shortens colds", {"kind": "front-matter"}), f"By a day {LINK}."), 0, "colds"
    )


def test_a_list_that_nothing_points_to_covers_nothing() -> None:
    heading = ("References", {"kind": "heading", "level": 2})
    entry = ("1. Hale A. Zinc. 2019. doi:10.5555/x.1", {"kind": "reference", "section": 1, "group": 0})
    article = document("Zinc shortens colds.", heading, entry)
    assert not covered(article, 0, "colds", "document")
    assert [(len(found.entries), found.cited) for found in evidence(article).lists] == [(1, 0)]
    pointing = document("Zinc shortens colds [1].", heading, entry)
    assert covered(pointing, 0, "colds")
    assert evidence(pointing).lists[0].entries[0].cited


def test_rejected_citations_are_those_near_the_match() -> None:
    article = document(
        "Zinc shortens colds ([shop](https://x.example/shop)). Tea is pleasant, see [us](/tea)."
    )
    assert [c.why_not for c in evidence(article).rejected(0, 0, 4)] == ["a link to a shop"]


@pytest.mark.parametrize(
    ("paragraph", "missed"),
    [
        (f"Tea was tried {LINK}. Zinc shortens colds.", "before"),
        (f"Tea was tried {LINK}. Water, too. Zinc shortens colds.", ""),
        (f"Zinc shortens colds. Tea is pleasant {LINK}.", "after"),
        ("Tea was tried, see [us](/tea). Zinc shortens colds.", ""),
    ],
)
def test_a_source_that_does_not_reach_the_match_is_missed(paragraph: str, missed: str) -> None:
    article = document(paragraph)
    start = article.blocks[0].text.index("Zinc")
    assert evidence(article).missed(0, start, start + 4) == missed


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (f"Zinc helps. ({LINK})", ["Zinc helps. ############"]),
        (f"Zinc helps. ({LINK}) Tea too.", ["Zinc helps. ############", "Tea too."]),
        (f"{LINK} found less. Tea too.", ["Hale, 2019 found less.", "Tea too."]),
        ("Zinc helps.[^1] Tea too.", ["Zinc helps.", "Tea too."]),
        (
            "Write to a@b.example, see https://x.example/a.",
            ["Write to ###########, see ###################."],
        ),
        (f"[Zinc](https://x.example/z) helps (see {LINK}).", ["Zinc helps ################."]),
    ],
)
def test_prose_has_no_marks_and_sentences_keep_theirs(text: str, sentences: list[str]) -> None:
    found = evidence(document(text))
    prose = found.prose[0].replace(PLACEHOLDER, "#")
    assert [prose[start:end] for start, end in found.sentences[0]] == sentences
