"""Reading entries of reference lists, and writing them out again."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks import references as measured
from medlint.bibliography import Author, Entry, read_entries
from medlint.bibliography.bibtex import from_bibtex, to_bibtex
from medlint.bibliography.csl import from_json, from_yaml, to_json
from medlint.cli import main
from medlint.model import Span, UserError

READING = measured.cases("reading.yml")
HELD_OUT = measured.cases("held-out.yml")
PARTS = ("title", "container", "volume", "issue", "pages", "doi", "pmid", "pmcid", "isbn", "url", "publisher")
ARTICLE = """\
---
title: Naps
references:
  - id: lind2018
    type: article-journal
    title: Light at noon
    author: [{family: Lind, given: P.}]
    issued: {date-parts: [[2018, 5]]}
    container-title: Sun Letters
    DOI: 10.5555/sun.2018.1
---

Naps lifted mood [1] and rest helped [2].

## References

1. Marsh J. Naps. Sleep. 2020;4:1-9. 2. Osei K. Rest at work. Work. 2019;3:2-8.
"""


def entries(text: str) -> tuple[Entry, ...]:
    document, evidence = measured.LINTER.read(text, "article.md")
    return read_entries(document, evidence, measured.RULES.lexicons)


@pytest.mark.parametrize("case", READING, ids=lambda case: f"{case['style']}: {case['text'][:40]}")
def test_an_entry_is_read(case: dict[str, Any]) -> None:
    assert measured.found(measured.entry_of(case)) == measured.expected(case)


@pytest.mark.parametrize("case", READING, ids=lambda case: f"{case['style']}: {case['text'][:40]}")
def test_its_faults_are_found_and_no_others(case: dict[str, Any]) -> None:
    assert measured.faults_of(case) == set(case.get("faults", ()))


def test_entries_that_were_put_aside_are_read_as_well() -> None:
    shares = measured.shares(HELD_OUT)
    assert min(shares[field] for field in ("doi", "pmid", "year")) >= 0.95
    assert min(shares[field] for field in ("title", "first author", "container")) >= 0.9


@pytest.mark.parametrize("case", [*READING, *HELD_OUT], ids=lambda case: case["text"][:40])
def test_spans_lead_to_the_parts(case: dict[str, Any]) -> None:
    source, entry = measured.article(case), measured.entry_of(case)
    for part in PARTS:
        if part in entry.spans and part not in ("isbn", "container", "url"):
            written = source[entry.spans[part].start : entry.spans[part].end]
            words = [word for word in getattr(entry, part).split() if word.isalnum()]
            assert all(word.lower() in written.lower() for word in words), (part, written)
    if "year" in entry.spans:
        assert source[entry.spans["year"].start :].startswith(str(entry.year))


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="Aa Bb.,;:()[]*_“”'\"0123456789-–&/\n", max_size=200))
@example("In: (eds). pp. 1.")
@example("“")
@example("A. (2020). “.")
@example("1. 2020;;;;:::: https://doi.org/10.5555/()")
def test_anything_can_be_read(text: str) -> None:
    for entry in entries(f"Naps [1].\n\n## References\n\nMarsh J 2020 {text}\n"):
        for span in entry.spans.values():
            assert 0 <= span.start < span.end


@pytest.mark.parametrize(
    "piece", ["Hale M, ", "a. ", "(", "“a ", "2020;1(1):1-2. ", "A A A ", "10.5555/a(", "Et al. "]
)
def test_long_entries_take_no_long_time(piece: str) -> None:
    began = time.perf_counter()
    entries(f"Naps [1].\n\n## References\n\n1. Marsh J. {piece * (2_900 // len(piece))} 2020.\n")
    assert time.perf_counter() - began < 3


def test_lists_of_several_shapes_are_found() -> None:
    text = (
        "Naps [1].\n\n**References:** [1] Marsh J. Naps. Sleep. 2020;4:1-9. [2] Osei K. Rest. Work. 2019;3:2-8.\n\n"
        "## Works cited\n\nLind, P. (2018). Light. *Sun*, 1, 1-3.\n\nOyl, T. (2017). Tea. *Leaf*, 2, 4-6.\n\n"
        "## Further reading\n\n- Aber K. Noon. *Day*. 2016;3:7-9.\n"
    )
    read = entries(text)
    assert [(entry.authors[0].family, entry.container, entry.pages) for entry in read] == [
        ("Lind", "Sun", "1-3"),
        ("Oyl", "Leaf", "4-6"),
        ("Aber", "Day", "7-9"),
        ("Marsh", "Sleep", "1-9"),
        ("Osei", "Work", "2-8"),
    ]
    assert all(text[entry.span.start :].startswith(entry.text[:10]) for entry in read)


@pytest.mark.parametrize(
    ("mark", "entry", "cited"),
    [
        ("", "Marsh J. Naps. Sleep. 2020. [PubMed](https://pubmed.ncbi.nlm.nih.gov/30123456/)", False),
        ("([Marsh, 2020](https://journal.example/naps))", "Marsh J. Naps. Sleep. 2020;4:1-9.", True),
        ("([Marsh et al. 2019](https://journal.example/naps))", "Marsh J. Naps. Sleep. 2020;4:1-9.", False),
        (
            "([PubMed](https://www.ncbi.nlm.nih.gov/pubmed/30123456))",
            "Marsh J. Naps. 2020. PMID: 30123456",
            True,
        ),
        ("(PMID 30123456)", "Marsh J. Naps. [PubMed](https://pubmed.ncbi.nlm.nih.gov/30123456/) 2020.", True),
        ("(doi:10.5555/naps)", "Marsh J. Naps. 2020. https://doi.org/10.5555/naps", True),
        ("([Marsh study](https://journal.example/x))", "Marsh JA, Osei K. Naps. Sleep. 2020;4:1-9.", True),
        ("([Naps course](https://journal.example/x))", "Naps for all. Sleep. 2020;4:1-9.", False),
        ("by 19 min [1]", "Marsh J. Naps. Sleep. 2020;4:1-9.", True),
        ("by 19 min [1, 2]", "Marsh J. Naps. Sleep. 2020;4:1-9.", False),
    ],
)
def test_what_points_to_an_entry(mark: str, entry: str, cited: bool) -> None:
    _, evidence = measured.LINTER.read(f"Naps lifted mood {mark}.\n\n## References\n\n1. {entry}\n", "a.md")
    assert evidence.lists[0].entries[0].cited is cited


def test_readers_count_where_a_list_has_no_numbers() -> None:
    text = "It helps [2], and more so [3].\n\n## References\n\n- Hale. Zinc. 2019.\n- Ruiz. Tea. 2020.\n"
    _, evidence = measured.LINTER.read(text, "a.md")
    (listing,) = evidence.lists
    assert [entry.cited for entry in listing.entries] == [False, True]
    assert [citation.resolved for citation in evidence.citations if citation.kind == "number"] == [
        True,
        False,
    ]


def test_one_line_and_the_front_matter_hold_entries() -> None:
    read = entries(ARTICLE)
    assert [entry.title for entry in read] == ["Naps", "Rest at work", "Light at noon"]
    assert [entry.number for entry in read] == [1, 2, None]
    last = read[-1]
    assert (last.authors, last.year, last.key) == ((Author("Lind", "P."),), 2018, "lind2018")
    assert ARTICLE[slice(*last.spans["doi"])] == "10.5555/sun.2018.1"
    assert ARTICLE[slice(*last.spans["title"])] == "Light at noon"


def same(one: Entry, other: Entry) -> bool:
    return all(getattr(one, part) == getattr(other, part) for part in (*PARTS, "authors", "year", "kind"))


def test_what_is_written_out_reads_back_the_same() -> None:
    read = [measured.entry_of(case) for case in READING]
    for back in (from_bibtex(to_bibtex(read), "a.bib"), from_json(to_json(read), "a.json")):
        assert len(back) == len(read)
        assert [one.text for one, other in zip(read, back, strict=True) if not same(one, other)] == []


def test_keys_are_told_apart() -> None:
    entry = Entry("", Span(0, 0), authors=(Author("Marsh", "J"),), year=2020)
    assert [item["id"] for item in json.loads(to_json([entry, entry, entry]))] == [
        "marsh2020",
        "marsh2020a",
        "marsh2020b",
    ]


def test_bibtex_of_others_is_read() -> None:
    text = (
        '@string{js = "J Sleep"}\n@article{m, author = {van der Poel, Hugo and {Lakeside Group}}, '
        "title = {{N}aps \\& caf\\'e}, journal = js, year = 2019, pages = {1--9}, doi = {10.5555/js_1}}\n"
    )
    (entry,) = from_bibtex(text, "a.bib")
    assert entry.authors == (Author("van der Poel", "Hugo"), Author("Lakeside Group"))
    assert (entry.title, entry.container, entry.year, entry.pages) == ("Naps & café", "J Sleep", 2019, "1–9")
    assert text[slice(*entry.span)].startswith("@article{m,")


@pytest.mark.parametrize(
    ("read", "text"), [(from_json, "{]"), (from_json, "{}"), (from_yaml, "a: [b"), (from_bibtex, "no entry")]
)
def test_what_is_no_bibliography_is_told(read: Any, text: str) -> None:
    with pytest.raises(UserError):
        read(text, "file")


def run(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = main(["references", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_command_lists_articles_and_their_bibliographies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.md").write_text(
        "---\nbibliography: [lib.bib, more.json]\n---\n\nNaps.\n", encoding="utf-8"
    )
    (tmp_path / "lib.bib").write_text(
        "@book{b, title={Rest}, publisher={Mast}, year=2001}\n", encoding="utf-8"
    )
    (tmp_path / "more.json").write_text('[{"id": "n", "title": "Naps", "PMID": 1234567}]', encoding="utf-8")
    (tmp_path / "b.md").write_text(ARTICLE, encoding="utf-8")
    code, out, _ = run(".", capsys=capsys)
    assert code == 0
    assert "lib.bib  1 reference\n" in out
    assert "1. Naps\n" in out
    assert "published  Work, 2019, 3:2-8" in out
    assert out.endswith("5 references in 3 files\n")
    code, out, _ = run("--format", "json", "b.md", capsys=capsys)
    first = json.loads(out)["references"][0]
    assert (first["path"], first["line"], first["title"], first["places"]["title"]["column"]) == (
        "b.md",
        17,
        "Naps",
        13,
    )
    assert run("--format", "bibtex", "b.md", capsys=capsys)[1].count("@article{") == 3
    assert len(json.loads(run("--format", "csl", "b.md", capsys=capsys)[1])) == 3


def test_trouble_with_a_bibliography_is_told_and_the_rest_is_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.md").write_text("---\nbibliography: gone.bib\n---\n\nNaps.\n", encoding="utf-8")
    (tmp_path / "b.md").write_text(ARTICLE, encoding="utf-8")
    code, out, err = run(".", capsys=capsys)
    assert code == 2
    assert "gone.bib: there is no such file" in err
    assert "3 references in 1 file" in out


def test_a_check_without_a_list_reads_no_references(tmp_path: Path) -> None:
    article = tmp_path / "a.md"
    article.write_text("# Naps\n\nThe bench is by the lake.\n", encoding="utf-8")
    code = (
        "import sys; from medlint.cli import main; main(['check', '--no-config', sys.argv[1]]); "
        "print([name for name in sys.modules if name.startswith('medlint.bibliography.') "
        "or name in ('medlint.bibliography', 'bibtexparser')])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(article)], capture_output=True, text=True, check=True
    )
    assert run.stdout.splitlines()[-1] == "[]"
