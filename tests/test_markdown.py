"""What the reader makes of each construct, and that every word comes from its own place in the source."""

from __future__ import annotations

import pytest

from medlint.markdown import ReaderOptions, read
from medlint.model import PLACEHOLDER, Document

HOLE = PLACEHOLDER


def blocks(source: str, path: str = "a.md") -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in read(source, path).blocks]


def assert_exact(document: Document) -> None:
    """Segments are in order and without gaps, lie inside their block, and copied runs equal their source."""
    for block in document.blocks:
        at = 0
        for segment in block.segments:
            assert segment.text_start == at
            assert block.span.start <= segment.start <= segment.end <= block.span.end
            at = segment.text_end
            copied, shown = document.text[segment.start : segment.end], block.text[segment.text_start : at]
            if len(copied) == len(shown) > 1:
                assert copied == shown
        assert at == len(block.text)


CONSTRUCTS = [
    ("One *two* **three** ~~four~~.", [("paragraph", "One two three four.")]),
    ("Fish &amp; chips \\*", [("paragraph", "Fish & chips *")]),
    ("soft\n  break  \nhard\\\nbreak", [("paragraph", "soft break hard break")]),
    ("# One ##\n\nTwo\n===", [("heading", "One"), ("heading", "Two")]),
    ("Use `code` here\n\n    indented\n\n```\nfenced\n```", [("paragraph", f"Use {HOLE} here")]),
    ("> one\n> two\nthree", [("quote", "one two three")]),
    ("> [!NOTE]\n> Mind this.", [("paragraph", "Mind this.")]),
    (
        "- one\n  two\n- three\n\n  four",
        [("list-item", "one two"), ("list-item", "three"), ("list-item", "four")],
    ),
    ('[a *b*](http://x.example "t") [c][d] [e]\n\n[d]: /u', [("paragraph", "a b c [e]")]),
    ("See <https://x.example/a>.", [("paragraph", "See https://x.example/a.")]),
    ("![An *image*](a.png)", [("image-alt", "An image")]),
    ("Look ![alt](a.png) here", [("paragraph", f"Look {HOLE} here"), ("image-alt", "alt")]),
    ("![alt](a.png)\n\n*Words below*", [("image-alt", "alt"), ("caption", "Words below")]),
    (
        "A[^1] b[^9].\n\n[^1]: Note.\n\n    More.",
        [("paragraph", "A b."), ("footnote", "Note."), ("footnote", "More.")],
    ),
    ("A^[an *aside*].", [("paragraph", "A."), ("footnote", "an aside")]),
    ("Term\n: Meaning", [("definition", "Term"), ("definition", "Meaning")]),
    (
        "| a \\| b | c |\n|---|---|\n| *d* | `e\\|f` |",
        [("table-cell", "a | b"), ("table-cell", "c"), ("table-cell", "d"), ("table-cell", HOLE)],
    ),
    ("a <b>c</b> <!-- no --> d<br>e", [("paragraph", "a c  d e")]),
    ("<p>One &mdash;\n  two</p>\n<script>no</script><pre>no</pre>", [("paragraph", "One — two")]),
    (
        "<h2>Head</h2><ul><li>one<li>two</ul>",
        [("heading", "Head"), ("list-item", "one"), ("list-item", "two")],
    ),
    (
        "<figure><img src=a alt='x &lt; y'><figcaption>Cap</figcaption></figure>",
        [("image-alt", "x < y"), ("caption", "Cap")],
    ),
    (
        "<blockquote>\n\nSaid *so*.\n\n</blockquote>\n\nAfter.",
        [("quote", "Said so."), ("paragraph", "After.")],
    ),
    ("<table><tr><th>H</th></tr><tr><td>c</td></tr></table>", [("table-cell", "H"), ("table-cell", "c")]),
    ("<?php\n\n echo '>';\n\n?>\n\nafter", [("paragraph", "after")]),
    ("Text {{< cite 3 >}} and {{ page.x }}.", [("paragraph", f"Text  and {HOLE}.")]),
    ('{{< figure src="a" caption="The cap" alt="Alt" >}}', [("caption", "The cap"), ("image-alt", "Alt")]),
    ("{{% note %}}\nInside.\n{{% /note %}}", [("paragraph", "Inside.")]),
    ("One\n{{< cite 3 >}}\ntwo.", [("paragraph", "One  two.")]),
    ("{% include a.html %}\n\nText.", [("paragraph", "Text.")]),
    ("```\n{{ a\n```\n\nText }} here", [("paragraph", "Text }} here")]),
    ("::: tip My title\nInside.\n:::", [("caption", "My title"), ("paragraph", "Inside.")]),
    (
        '!!! note "Mind"\n    One.\n\n    - two\n\nThree.',
        [("caption", "Mind"), ("paragraph", "One."), ("list-item", "two"), ("paragraph", "Three.")],
    ),
    ('+++\ntitle = "T"\n+++\nBody', [("front-matter", "T"), ("paragraph", "Body")]),
    ('{"title": "T"}\n\nBody', [("front-matter", "T"), ("paragraph", "Body")]),
    ("---\n\nnot front matter\n\n---", [("paragraph", "not front matter")]),
]


@pytest.mark.parametrize(("source", "expected"), CONSTRUCTS)
def test_constructs(source: str, expected: list[tuple[str, str]]) -> None:
    assert blocks(source) == expected
    assert_exact(read(source, "a.md"))


MDX = [
    ("import A from 'a'\n\nText.", [("paragraph", "Text.")]),
    ("export const a = {\n  b: 1,\n\n  c: 2\n}\n\nText.", [("paragraph", "Text.")]),
    ("Duties on\nimport (and\nexport) rose.", [("paragraph", "Duties on import (and export) rose.")]),
    ("import a {\n\nText.", [("paragraph", "import a {"), ("paragraph", "Text.")]),
    ('Now {count}% {/* no */}well <Cite id="x" />.', [("paragraph", f"Now {HOLE}% well .")]),
    (
        '<Box title="A &amp; B">\n    Indented *text*.\n</Box>',
        [("caption", "A & B"), ("paragraph", "Indented text.")],
    ),
    ('<Figure caption={"Say \\"x\\""} src={a} />', [("caption", 'Say "x"')]),
    ("<blockquote>\nquoted\n</blockquote>", [("quote", "quoted")]),
    ("`{code}` and \\{ and {open", [("paragraph", f"{HOLE} and {{ and {{open")]),
    ("```js\nimport a\n{b\n```\n\nText.", [("paragraph", "Text.")]),
]


@pytest.mark.parametrize(("source", "expected"), MDX)
def test_mdx(source: str, expected: list[tuple[str, str]]) -> None:
    assert blocks(source, "a.mdx") == expected
    assert_exact(read(source, "a.mdx"))


PLACES = [
    ("> - *a* [word](x)\n>   next", "word", "word"),
    ("> a\n>   *word*", "a w", "a\n>   *w"),
    ("1. x\n\n\t- a **word**", "word", "word"),
    ("| a |\n|---|\n| b \\| word |", "| word", "| word"),
    ("- | a |\n  |---|\n  | word |", "word", "word"),
    ("a\r\nb\rc &gt; word", "> w", "&gt; w"),
    ("\U0001f600\u2028 &amp; word", "word", "word"),
    ("## a `b` word ##", "word", "word"),
    ("<https://word.example>", "https://word", "https://word"),
    ("x ~~~a~~ word", "word", "word"),
    ("<div>\n<p>one\n   word</p></div>", "one word", "one\n   word"),
    ("    code\n\na\n    word", "a word", "a\n    word"),
    ("---\ntitle: 'it''s a word'\n---\n", "it's", "it''s"),
    ('---\ntitle: "caf\\u00e9 word"\n---\n', "é w", "\\u00e9 w"),
    ("---\ntitle: >\n  a\n  word\n\n  b\n---\n", "a word", "a\n  word"),
    ('!!! tip "x"\n    a\n    word', "a word", "a\n    word"),
    ("Text\n: a *word*", "word", "word"),
    ("[^1]: a\n    word", "a word", "a\n    word"),
]


@pytest.mark.parametrize(("source", "words", "expected"), PLACES)
def test_places(source: str, words: str, expected: str) -> None:
    document = read(source, "a.md")
    block = next(block for block in document.blocks if words in block.text)
    start = block.text.index(words)
    span = block.source_span(start, start + len(words))
    assert source[span.start : span.end] == expected
    assert_exact(document)


MARKS = [
    ("[[1]](http://x.example)", ("link", "[1]", "http://x.example", "[[1]](http://x.example)")),
    ("[a *b*][R]\n\n[r]: http://x.example", ("link", "a b", "http://x.example", "[a *b*][R]")),
    ("<https://x.example>", ("autolink", "https://x.example", "https://x.example", "<https://x.example>")),
    ('x<a href="y">z</a>', ("anchor", "z", "y", '<a href="y">z</a>')),
    ("x<sup>3</sup>", ("sup", "3", "", "<sup>3</sup>")),
    ("x[^9]", ("footnote", "", "9", "[^9]")),
    ("x ![a](b)", ("image", "a", "b", "![a](b)")),
    ("x `y`", ("code", "y", "", "`y`")),
    ("x {{< cite 3 >}}", ("component", "{{< cite 3 >}}", "cite", "{{< cite 3 >}}")),
    ("x <Cite id='3'/>", ("component", "<Cite id='3'/>", "Cite", "<Cite id='3'/>")),
    ('[x]({{< ref "a.md" >}})', ("link", "x", '{{< ref "a.md" >}}', '[x]({{< ref "a.md" >}})')),
]


@pytest.mark.parametrize(("source", "expected"), MARKS)
def test_marks(source: str, expected: tuple[str, str, str, str]) -> None:
    (mark,) = read(source, "a.md").blocks[0].marks
    assert (mark.kind, mark.text, mark.target, source[mark.span.start : mark.span.end]) == expected


def test_structure() -> None:
    source = "# A\n\nStem:\n\n- one\n  - two\n\n## B\n\nTable 1. Doses\n\n| H |\n|---|\n| c |\n\n"
    source += "## References\n\n1. Entry\n\n# C\n\nEnd."
    found = read(source, "a.md").blocks
    assert [(b.kind, b.text, b.section, b.lead, b.group, b.row, b.label, b.level) for b in found] == [
        ("heading", "A", -1, -1, -1, -1, "", 1),
        ("paragraph", "Stem:", 0, -1, -1, -1, "", 0),
        ("list-item", "one", 0, 1, 0, -1, "", 1),
        ("list-item", "two", 0, 2, 1, -1, "", 2),
        ("heading", "B", 0, -1, -1, -1, "", 2),
        ("paragraph", "Table 1. Doses", 4, -1, -1, -1, "", 0),
        ("table-cell", "H", 4, 5, 2, 0, "", 0),
        ("table-cell", "c", 4, 5, 2, 1, "H", 0),
        ("heading", "References", 0, -1, -1, -1, "", 2),
        ("reference", "Entry", 8, 8, 3, -1, "", 1),
        ("heading", "C", -1, -1, -1, -1, "", 1),
        ("paragraph", "End.", 10, -1, -1, -1, "", 0),
    ]


def test_a_caption_may_follow_its_table() -> None:
    found = read("| H |\n|---|\n| c |\n\nTable 1. Doses", "a.md").blocks
    assert [block.lead for block in found] == [2, 2, -1]


@pytest.mark.parametrize("stem", ["**References**", "Sources:", "__3. References:__"])
def test_reference_list_without_a_heading(stem: str) -> None:
    assert blocks(f"{stem}\n\n- Entry\n\nAfter")[1:] == [("reference", "Entry"), ("paragraph", "After")]


def test_definitions_footnotes_and_comments() -> None:
    source = "a<!-- in -->\n\n<!-- own -->\n\n> [Ref]: http://x.example 'T'\n\n[^n]: Note"
    document = read(source, "a.md")
    definition = document.definitions["REF"]
    assert (definition.url, definition.title) == ("http://x.example", "T")
    assert source[definition.span.start : definition.span.end] == "[Ref]: http://x.example 'T'"
    assert [document.blocks[i].text for i in document.footnotes["n"]] == ["Note"]
    assert [(c.body, c.inline, source[c.span.start : c.span.end]) for c in document.comments] == [
        (" in ", True, "<!-- in -->"),
        (" own ", False, "<!-- own -->"),
    ]


def test_mdx_comments() -> None:
    document = read("a {/* in */} b\n\n{/* own */}\n", "a.mdx")
    assert [(comment.body, comment.inline) for comment in document.comments] == [
        (" in ", True),
        (" own ", False),
    ]


FIELDS = [
    (("faq.answer",), ["one", "two"]),
    (("*.answer",), ["one", "two", "three"]),
    (("title", "tags"), ["T", "x", "y"]),
    (("answer",), ["three"]),
]


@pytest.mark.parametrize(("fields", "expected"), FIELDS)
def test_front_matter_fields(fields: tuple[str, ...], expected: list[str]) -> None:
    source = "---\ntitle: T\nfaq:\n  - answer: one\n  - {answer: 'two', q: no}\ntags: [x, y]\n"
    source += "answer: three\n---\nBody"
    document = read(source, "a.md", ReaderOptions(fields=fields))
    assert [block.text for block in document.blocks if block.kind == "front-matter"] == expected
    assert document.front_matter is not None
    assert source[document.front_matter.end :] == "\nBody"


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ('+++\ntitle = "T"\n[params]\ndescription = "one"\nweight = "x"\n+++\n', ["T", "one"]),
        ('+++\n[extra]\nsummary = "one"\n[extra.seo]\nsummary = "x"\n+++\n', ["one"]),
        ('+++\n[[menu]]\ndescription = "x"\n+++\n', []),
        ("---\ntitle: T\nparams:\n  description: one\n---\n", ["T", "one"]),
        ('{"title": "T", "extra": {"excerpt": "one", "title": "x"}}\n', ["T", "one"]),
    ],
)
def test_fields_that_are_read_when_none_are_named(front: str, expected: list[str]) -> None:
    blocks = read(front + "\nBody", "a.md").blocks
    assert [block.text for block in blocks if block.kind == "front-matter"] == expected


FAULTS = [
    ("---\na: b\ntitle: 'x\n---\nBody", "not valid YAML: a quotation mark that opens here is never closed"),
    ("---\na: \x07b\n---\nBody", "not valid YAML: a control character (U+0007); remove it"),
    ("+++\na = 1\ntitle = x\n+++\nBody", "not valid TOML: Invalid value"),
    (';;;\n{"a": x}\n;;;\nBody', "not valid JSON: Expecting value"),
    ("---\ntitle: x\n\nBody", "never closed"),
    ("---\na: " + "[" * 5000 + "\n---\nBody", "nested too deep"),
    (">" * 5000 + "a\n\nBody", "nested more than 100 deep"),
    ("[" * 5000 + "\n\nBody", "brackets nested too deep"),
]


@pytest.mark.parametrize(("source", "message"), FAULTS)
def test_faults(source: str, message: str) -> None:
    document = read(source, "a.md")
    assert len(document.faults) == 1
    assert message in document.faults[0][1]
    assert document.blocks[-1].text.endswith("Body")


def test_aliases_do_not_explode() -> None:
    levels = "".join(
        f"{b}: &{b} [{', '.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert blocks(f"---\na: &a [x]\n{levels}title: T\n---\n") == [("front-matter", "T")]


def test_empty_cells_of_html_tables_count() -> None:
    source = "<table><tr><th>A<th>B</tr><tr><td></td><td>c</td></tr></table>"
    assert [(cell.text, cell.label, cell.row) for cell in read(source, "a.md").blocks] == [
        ("A", "", 0),
        ("B", "", 0),
        ("c", "B", 1),
    ]
