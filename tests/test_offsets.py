"""Whatever the article, a finding points at the words it speaks of."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from medlint.config import Config
from medlint.lint import lint_text
from medlint.model import Finding, Lines
from medlint.rules import load_rules

RULES = load_rules()
WORDS = st.sampled_from(
    [
        *(
            "Ketamine cures depression",
            "Ketamine",
            "cures",
            "depression",
            "no",
            "side",
            "effects",
            "100%",
            "safe",
            "guaranteed",
            "the",
            "best",
        ),
        *(
            "5",
            "mg",
            "10mg",
            ".5 mg",
            "daily",
            "and",
            "in",
            "mice",
            "it",
            "may",
            "help",
            "studies",
            "show",
            "that",
        ),
        *(
            "&amp;",
            "&#37;",
            "&nbsp;",
            "\\*",
            "\\|",
            "😀",
            "𝒙",
            "é",
            "e\u0301",
            "\u2028",
            "\u00a0",
            "\t",
            "[1]",
            "[^1]",
        ),
        *(
            "`code`",
            "**bold**",
            "*cures depression*",
            "~~struck~~",
            "_a_",
            "<b>cures</b>",
            "<sup>1</sup>",
            "<br>",
        ),
        *(
            "[cures](https://example.org/a)",
            "[a][r]",
            "<https://example.org>",
            "![It cures](a.png)",
            "^[It cures it.]",
        ),
        *(
            "{{< cite 1 >}}",
            "{{ value }}",
            "<!-- note -->",
            "{/* note */}",
            "<Ref id='1' />",
            "“cures”",
            "don’t",
        ),
    ]
)
SENTENCES = st.builds(
    lambda words, end: " ".join(words) + end,
    st.lists(WORDS, min_size=1, max_size=7),
    st.sampled_from([".", "!", "?", ""]),
)
TEXTS = st.builds(
    lambda parts, gap: gap.join(parts),
    st.lists(SENTENCES, min_size=1, max_size=3),
    st.sampled_from([" ", "\n", "  \n", "\\\n"]),
)
LINES = SENTENCES.map(lambda text: text.replace("\n", " "))
CELLS = LINES.map(lambda text: text.replace("\\|", "\x00").replace("|", "").replace("\x00", "\\|"))


def _listed(texts: list[str], marker: str) -> str:
    return "\n".join(marker + text.replace("\n", "\n" + " " * len(marker)) for text in texts)


def _quoted(text: str) -> str:
    return "> " + text.replace("\n", "\n> ")


def _table(rows: list[tuple[str, str]]) -> str:
    return "\n".join(["| Drug | Dose (mg) |", "| --- | --- |", *(f"| {a} | {b} |" for a, b in rows)])


BLOCKS = st.one_of(
    TEXTS,
    st.builds(lambda level, text: "#" * level + " " + text, st.integers(1, 4), LINES),
    st.builds(lambda text: text + "\n===", LINES),
    st.builds(_listed, st.lists(TEXTS, min_size=1, max_size=3), st.sampled_from(["- ", "* ", "1. ", "10) "])),
    TEXTS.map(_quoted),
    st.builds(_listed, st.lists(TEXTS.map(_quoted), min_size=1, max_size=2), st.just("- ")),
    st.builds(_table, st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=3)),
    st.builds(lambda text: "[^1]: " + text.replace("\n", "\n    "), TEXTS),
    st.builds(lambda text: f"<p>{text}</p>", LINES),
    st.builds(
        lambda text: f'<Note title="It cures {text.replace(chr(34), "")}">\n\n{text}\n\n</Note>', LINES
    ),
    st.builds(lambda text: f"Term\n: {text}", LINES),
    st.builds(lambda text: f"```\n{text}\n```", LINES),
    st.builds(lambda text: f":::tip[It cures]\n{text}\n:::", LINES),
    st.just("[r]: https://example.org/study"),
)
META = st.one_of(
    st.just(""),
    st.builds(lambda text: f"---\ntitle: >\n  {text}\n  more\n---\n\n", st.just("Ketamine cures depression")),
    st.builds(
        lambda tail: f'---\ntitle: "Ketamine \\u0063ures {tail}"\n---\n\n', st.sampled_from(["😀", "it all"])
    ),
    st.just("+++\ntitle = 'Ketamine cures depression'\n+++\n\n"),
)
ARTICLES = st.builds(
    lambda meta, blocks: meta + "\n\n".join(blocks) + "\n", META, st.lists(BLOCKS, min_size=1, max_size=5)
)
ENDINGS = st.lists(st.sampled_from(["\n", "\r\n", "\r"]), min_size=1, max_size=7)


def findings(text: str, path: str = "a.md") -> tuple[Finding, ...]:
    return lint_text(text, path, Config(), RULES).findings


def respelled(text: str, endings: list[str]) -> str:
    """The text with its line ends replaced in turn; a lone CR never stands before an empty line's LF."""
    at = iter(range(text.count("\n")))
    return re.sub("\n", lambda _: endings[next(at) % len(endings)], text).replace("\r\n\n", "\r\n\r\n")


@pytest.mark.parametrize("path", ["a.md", "a.mdx"])
@settings(max_examples=150, deadline=None)
@given(article=ARTICLES, endings=ENDINGS)
def test_every_finding_is_an_exact_slice_of_the_source(path: str, article: str, endings: list[str]) -> None:
    text = respelled(article, endings)
    lines = Lines(text)
    for finding in findings(text, path):
        span = finding.span
        assert 0 <= span.start < span.end <= len(text)
        assert finding.excerpt == text[span.start : span.end]
        line, column = lines.position(span.start)
        assert text[lines.start(line) + column - 1 :].startswith(finding.excerpt)
        assert finding.excerpt == finding.excerpt.strip()


@pytest.mark.parametrize("path", ["a.md", "a.mdx"])
@settings(max_examples=120, deadline=None)
@given(article=ARTICLES, ending=st.sampled_from(["\r\n", "\r"]))
def test_line_ends_make_no_difference(path: str, article: str, ending: str) -> None:
    def told(text: str) -> list[tuple[str, str, str, tuple[int, int]]]:
        lines = Lines(text)
        return [
            (f.rule, f.message, f.excerpt.replace(ending, "\n"), lines.position(f.span.start))
            for f in findings(text, path)
        ]

    assert told(article.replace("\n", ending)) == told(article)


PLAIN = "The clinic opens at nine."


@settings(max_examples=100, deadline=None)
@given(paragraph=TEXTS, before=st.integers(0, 3), after=st.integers(0, 3))
def test_neighbours_make_no_difference(paragraph: str, before: int, after: int) -> None:
    assume(not re.search(r"\[\^|\[r\]|\[1\]|\]\[", paragraph))
    start = f"{PLAIN}\n\n" * before
    end = f"\n\n{PLAIN}" * after
    moved = [
        (f.rule, f.span.start - len(start), f.span.end - len(start), f.message)
        for f in findings(start + paragraph + end)
    ]
    assert moved == [(f.rule, f.span.start, f.span.end, f.message) for f in findings(paragraph)]


@pytest.mark.parametrize(
    ("source", "excerpts"),
    [
        ("Ketamine cures depression.", ["cures", "cures depression"]),
        ("😀 𝒙 e\u0301 Ketamine *cures* depression.", ["cures", "cures* depression"]),
        ("Ketamine cures&nbsp;depression.", ["cures", "cures&nbsp;depression"]),
        ("- Ketamine cures\r\n  depression.", ["cures", "cures\r\n  depression"]),
        ("* Ketamine c&#117;res\r  depression.", ["c&#117;res", "c&#117;res\r  depression"]),
        ("| a |\n|---|\n| x \\| Ketamine **cures** depression. |", ["cures", "cures** depression"]),
        ("\u00a0\nKetamine cures depression.", ["cures", "cures depression"]),
        ("---\ntitle: 'Ketamine\n  cures depression'\n---", ["cures", "cures depression"]),
        ('---\ntitle: "Ketamine \\x63ures depression"\n---', ["\\x63ures", "\\x63ures depression"]),
        ("A ![Ketamine cures depression](a.png).", ["cures", "cures depression"]),
        ('<A title="Ketamine cures&#32;depression">', ["cures", "cures&#32;depression"]),
        ("A.[^1]\n\n[^1]: Ketamine cures\n    depression.", []),
    ],
)  # fmt: skip
def test_known_places(source: str, excerpts: list[str]) -> None:
    found = [f.excerpt for f in findings(source, "a.mdx") if f.rule in ("claims/cure", "claims/disease-verb")]
    assert found == excerpts
