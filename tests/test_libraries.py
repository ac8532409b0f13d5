"""Marks such as [@doe2020] and the bibliography files in which they are looked up."""

from __future__ import annotations

from pathlib import Path

import pytest

from medlint.cli import main

BIB = """\
@comment{ignored, title={No entry}}
@article{doe2020, title={Valerian}, author={Doe, J}, year=2020}
@Book( roe:2021-a ,
  title = {Hops})
"""
JSON = '[{"id": "lind2018", "title": "Light at noon"}, {"id": 7, "title": "Seven"}]'
YAML = "references:\n- id: vale2017\n  title: Warm baths\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "articles").mkdir()
    for name, text in (("refs.bib", BIB), ("more.json", JSON), ("more.yaml", YAML)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def dangling(text: str, capsys: pytest.CaptureFixture[str], path: str = "a.md") -> list[str]:
    """The marks that lead nowhere, and what is wrong with the bibliographies."""
    Path(path).write_text(text, encoding="utf-8")
    main(["check", "--quiet", path])
    told = capsys.readouterr()
    assert told.err == ""
    found = [line.split(": ", 3) for line in told.out.splitlines()]
    return [rest[3] for rest in found if rest[2] in ("citations/dangling-ref", "medlint/front-matter")]


@pytest.mark.parametrize(
    ("front", "marks", "expected"),
    [
        ("bibliography: refs.bib", "[@doe2020] and [see @roe:2021-a, p. 3; @doe2020]", []),
        ("bibliography: refs.bib", "[@gone2020]", ["[@gone2020]"]),
        ("bibliography: refs.bib", "[@doe2020; @gone2020]", ["[@doe2020; @gone2020]"]),
        ("bibliography: refs.bib", "[@ignored]", ["[@ignored]"]),
        ("bibliography: [refs.bib, 'more.json']", "[@doe2020; @lind2018; @7]", []),
        ("bibliography:\n  - refs.bib\n  - more.yaml # baths", "[@vale2017; @doe2020]", []),
        ("bibliography: more.json", "[@doe2020]", ["[@doe2020]"]),
        ("bibliography: refs.bib", "[@fig:beds] and [@tbl-beds], [write](mailto:a@b.example)", []),
        ("bibliography: refs.bib\nreferences:\n- id: own1\n  title: Own", "[@own1; @doe2020]", []),
        ("references:\n- id: own1\n  title: Own", "[@own1; @doe2020]", ["[@own1; @doe2020]"]),
        ("title: Naps", "[@gone2020]", []),
        ("bibliography: refs.bib\r", "[@gone2020; @doe2020]", ["[@gone2020; @doe2020]"]),
    ],
)
def test_a_key_leads_to_an_entry(
    front: str, marks: str, expected: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    found = dangling(f"---\n{front}\n---\n\nBeds were counted {marks}.\n", capsys)
    assert found == [f"“{mark}” leads to no reference" for mark in expected]


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("gone.bib", None, "there is no such file"),
        ("bad.bib", "nothing here", "no BibTeX entry was found"),
        ("bad.json", "{", "this cannot be read as JSON (line 1)"),
        ("bad.json", '{"id": "x"}', "a list of references was expected: CSL JSON is one"),
        ("bad.yaml", "a: [", ""),
        ("refs.ris", "TY  - JOUR", "a bibliography ends in .bib, .bibtex, .json, .yaml, .yml"),
    ],
)
def test_a_bibliography_that_cannot_be_read_is_told_at_its_name(
    name: str, content: str | None, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        Path(name).write_text(content, encoding="utf-8")
    text = f"---\nbibliography: [refs.bib, {name}]\n---\n\nBeds were counted [@gone2020].\n"
    (found,) = dangling(text, capsys)
    assert f"the bibliography “{name}”: {fault}" in found
    main(["check", "--quiet", "a.md"])
    assert f"a.md:2:{len('bibliography: [refs.bib, ') + 1}: " in capsys.readouterr().out


def test_a_file_that_no_mark_needs_is_not_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert dangling("---\nbibliography: gone.bib\n---\n\nBeds were counted.\n", capsys) == []


def test_a_bibliography_may_stand_above_the_article(capsys: pytest.CaptureFixture[str]) -> None:
    text = "---\nbibliography: refs.bib\n---\n\nBeds were counted [@doe2020] and [@gone2020].\n"
    assert dangling(text, capsys, "articles/a.md") == ["“[@gone2020]” leads to no reference"]
    assert main(["references", "articles"]) == 0


def test_a_change_of_the_bibliography_is_seen(capsys: pytest.CaptureFixture[str]) -> None:
    text = "---\nbibliography: refs.bib\n---\n\nBeds were counted [@new2024].\n"
    assert len(dangling(text, capsys)) == 1
    Path("refs.bib").write_text("@misc{new2024, title={New}}", encoding="utf-8")
    assert dangling(text, capsys) == []


def test_a_key_that_leads_nowhere_is_no_source(capsys: pytest.CaptureFixture[str]) -> None:
    text = "---\nbibliography: refs.bib\n---\n\nValerian relieves insomnia [@{}].\n"
    Path("a.md").write_text(text.format("doe2020"), encoding="utf-8")
    assert main(["check", "a.md"]) == 0
    Path("a.md").write_text(text.format("gone2020"), encoding="utf-8")
    assert main(["check", "--family", "claims", "a.md"]) == 1
    assert "no entry gone2020 in the bibliography" in " ".join(capsys.readouterr().out.split())
