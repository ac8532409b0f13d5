from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medlint.markdown import read
from medlint.model import Finding, Span
from medlint.suppress import MALFORMED, UNKNOWN, UNUSED, Directive, Reporter, apply, directives

KNOWN = ("claims/cure", "claims/safe", "doses/no-source", "promotion/urgency", UNUSED, UNKNOWN, MALFORMED)


def finding(rule: str, span: Span, text: str = "", message: str = "") -> Finding:
    return Finding(rule, "warning", span, text[span.start : span.end], message, "", ())


def reporter(text: str) -> Reporter:
    def report(rule_id: str, span: Span, **values: str) -> Finding:
        return finding(rule_id, span, text, " ".join(values.values()))

    return report


def lint(
    text: str, path: str = "a.md", active: tuple[str, ...] | None = None
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Every CURE is a finding of claims/cure, every DOSE of doses/no-source. Returns the excerpts with the
    kind of what suppressed them, and what is said about directives."""
    document = read(text, path)
    words = {"CURE": "claims/cure", "DOSE": "doses/no-source"}
    found = [
        finding(rule, Span(at, at + 4), text)
        for at in range(len(text))
        for word, rule in words.items()
        if text.startswith(word, at)
    ]
    given = apply(document, found, KNOWN, reporter(text), active)
    said = [(f.rule.removeprefix("medlint/"), f.message) for f in given if f.family == "medlint"]
    lined = [(f.excerpt, f.suppressed.kind if f.suppressed else "") for f in given if f.family != "medlint"]
    return lined, said


def one(body: str) -> Directive:
    (directive,) = directives(read(f"<!--{body}-->\n\nText.\n", "a.md"))
    return directive


@pytest.mark.parametrize(
    ("body", "kind", "rules", "reason"),
    [
        (
            " medlint: ignore[claims/cure] quoted from the label ",
            "next",
            ("claims/cure",),
            "quoted from the label",
        ),
        (" medlint: ignore[claims/cure, doses] why ", "next", ("claims/cure", "doses"), "why"),
        ("medlint:ignore[ claims ]why", "next", ("claims",), "why"),
        (" MedLint : ignore [claims/cure] why", "next", ("claims/cure",), "why"),
        (" medlint: ignore-file[doses] a list of doses ", "file", ("doses",), "a list of doses"),
        (" medlint: ignore[claims, claims] why", "next", ("claims",), "why"),
        (" medlint: ignore[claims] - why", "next", ("claims",), "why"),
        (" medlint: ignore[claims]: why", "next", ("claims",), "why"),
        ("\nmedlint: ignore[claims]\n  why\n  not\n", "next", ("claims",), "why not"),
        (" medlint: ignore[claims] see [1] and (2)", "next", ("claims",), "see [1] and (2)"),
    ],
)
def test_what_a_directive_says(body: str, kind: str, rules: tuple[str, ...], reason: str) -> None:
    directive = one(body)
    assert (directive.kind, directive.rules, directive.reason, directive.error) == (kind, rules, reason, "")
    assert directive.span == Span(0, len(body) + 7)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("medlint:", "it does not say what to do"),
        ("medlint: [claims] why", "it does not say what to do"),
        ("medlint: ignore", "no rule is named"),
        ("medlint: ignore claims/cure why", "no rule is named"),
        ("medlint: ignore[] why", "no rule is named between the brackets"),
        ("medlint: ignore[claims/cure]", "the reason is missing"),
        ("medlint: ignore[claims/cure] -", "the reason is missing"),
        ("medlint: ignore[claims/cure why", "the bracket “[” is never closed"),
        ("medlint: ignore[claims,, doses] why", "a comma too many"),
        ("medlint: ignore[claims doses] why", "“claims doses” is no rule"),
        ("medlint: ignore[*] why", "“*” is no rule"),
        ("medlint: ignor[claims] why", "“ignor” is not known (did you mean “ignore”?)"),
        ("medlint: ignore_file[claims] why", "“ignore_file” is not known (did you mean “ignore-file”?)"),
        ("medlint: disable[claims] why", "“disable” is not known; write ignore or ignore-file"),
        ("medlint: ignore[claims] why ignore[doses] why", "a second directive in the same comment"),
        ("medlint: ignore[claims] why medlint: ignore[doses] why", "a second directive in the same comment"),
        ("medlint: ignore[medlint/unused-suppression] why", "“medlint/unused-suppression” cannot be ignored"),
        ("medlint: ignore[medlint] why", "“medlint” cannot be ignored"),
    ],
)
def test_malformed(body: str, error: str) -> None:
    directive = one(body)
    assert directive.error.startswith(error)
    assert lint(f"<!-- {body} -->\nCURE DOSE\n") == (
        [("CURE", ""), ("DOSE", "")],
        [("malformed-suppression", directive.error)],
    )


@pytest.mark.parametrize(
    "text",
    [
        "<!-- ask medlint: it knows -->",
        "<!-- medlint is strict here -->",
        "<!-- about medlint -->",
        "<!-- medlint-disable -->",
        "`<!-- medlint: ignore[claims] why -->`",
        "```\n<!-- medlint: ignore -->\n```",
        "medlint: ignore[claims] why",
        "---\ntitle: 'medlint: ignore'\n---\n",
    ],
)
def test_no_directive(text: str) -> None:
    assert directives(read(f"{text}\n\nCURE\n", "a.md")) == ()


C, D = "<!-- medlint: ignore[claims/cure] why -->", "<!-- medlint: ignore[doses] why -->"
FILE = "<!-- medlint: ignore-file[claims] why -->"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (f"{C}\nCURE\n\nCURE\n", ["next", ""]),
        (f"{C}\n\nCURE DOSE\n", ["next", ""]),
        (f"{C}\n{D}\n\nCURE DOSE\n", ["next", "next"]),
        (f"{C} {D}\n\nCURE DOSE\n", ["next", "next"]),
        (f"CURE\n      {C}\nCURE\n\nCURE\n", ["next", "next", ""]),
        (f"{C} {D} CURE DOSE\n", ["line", "line"]),
        (f"CURE\n\n{C}\n\nCURE\nmore CURE\n", ["", "next", "next"]),
        (f"{C}\n\n# CURE\n\nCURE\n", ["next", ""]),
        (f"{C}\n\n> CURE\n", ["next"]),
        (f"> {C}\n> CURE\n", ["next"]),
        (f"{C}\n\n- CURE\n- b\n  - CURE\n\n    CURE\n\nCURE\n", ["next", "next", "next", ""]),
        (f"{C}\n\n- a\n  - CURE\n\nCURE\n", ["next", ""]),
        (f"- a CURE\n- {C}\n  CURE\n- CURE\n", ["", "next", ""]),
        (f"- {C}\n  CURE\n- CURE\n", ["next", ""]),
        (f"{C}\n\n| a | CURE |\n|---|---|\n| CURE | b |\n\nCURE\n", ["next", "next", ""]),
        (f"{C}\n\n![CURE](a.png) CURE\n\nCURE\n", ["next", "next", ""]),
        (f"CURE one\nCURE two {C}\nCURE three\n", ["", "line", ""]),
        (f"CURE\r\nCURE {C} CURE\r\nCURE\r\n", ["", "line", "line", ""]),
        (f"- CURE {C}\n- CURE\n", ["line", ""]),
        (f"| CURE | a |\n|---|---|\n| CURE {C} | CURE |\n| CURE | b |\n", ["", "line", "line", ""]),
        (f"# CURE {C}\n\nCURE\n", ["line", ""]),
        (f"{C} CURE\n\nCURE\n", ["line", ""]),
        (f"CURE\n\n{FILE}\n\nCURE DOSE\n", ["file", "file", ""]),
        (f"CURE {FILE}\n\nCURE\n", ["file", "file"]),
        ("---\ntitle: CURE\n# medlint: ignore[claims] why\n---\n\nCURE\n", ["next", ""]),
        ("---\n# medlint: ignore-file[claims] why\ntitle: CURE\n---\n\nCURE\n", ["file", "file"]),
    ],
)
def test_reach(text: str, kinds: list[str]) -> None:
    found, said = lint(text)
    assert [kind for _, kind in found] == kinds
    assert said == []


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("{/* medlint: ignore[claims] why */}\n\nCURE\n\nCURE\n", ["next", ""]),
        ("{/* medlint: ignore[claims] why */}\nCURE\n\nCURE\n", ["next", ""]),
        ("CURE\n{/* medlint: ignore[claims] why */}\nCURE\n\nCURE\n", ["", "next", ""]),
        ("CURE {/* medlint: ignore[claims] why */}\nCURE\n", ["line", ""]),
        ("<Note>\n{/* medlint: ignore[claims] why */}\nCURE\n</Note>\n", ["next"]),
    ],
)
def test_reach_in_mdx(text: str, kinds: list[str]) -> None:
    found, said = lint(text, "a.mdx")
    assert [kind for _, kind in found] == kinds
    assert said == []


@pytest.mark.parametrize(
    ("text", "active", "said"),
    [
        (f"{C}\n\nDOSE\n", None, [("unused-suppression", "claims/cure")]),
        (f"CURE\n\n{C}\n", None, [("unused-suppression", "claims/cure")]),
        ("<!-- medlint: ignore[claims, doses] why -->\nCURE\n", None, [("unused-suppression", "doses")]),
        (f"{C}\n\nDOSE\n", ("doses/no-source",), []),
        (f"{FILE}\n\nDOSE\n", ("doses/no-source",), []),
        (f"{FILE}\n\nDOSE\n", ("claims/safe",), [("unused-suppression", "claims")]),
        (f"{C}\n{C}\n\nCURE\n", None, []),
        (
            "<!-- medlint: ignore[claims/cur] why -->\nCURE\n",
            None,
            [("unknown-rule", "claims/cur  (did you mean “claims/cure”?)")],
        ),
        (
            "<!-- medlint: ignore[cure] why -->\nCURE\n",
            None,
            [("unknown-rule", "cure  (did you mean “claims/cure”?)")],
        ),
        ("<!-- medlint: ignore[zebra] why -->\nCURE\n", None, [("unknown-rule", "zebra ")]),
        ("<!-- medlint: ignore[zebra, claims] why -->\nCURE\n", None, [("unknown-rule", "zebra ")]),
    ],
)
def test_audit(text: str, active: tuple[str, ...] | None, said: list[tuple[str, str]]) -> None:
    assert lint(text, active=active)[1] == said


def test_audit_stands_at_the_directive() -> None:
    text = f"Text.\n\n{C}\n\nText.\n"
    document = read(text, "a.md")
    (said,) = apply(document, (), KNOWN, reporter(text))
    assert said.excerpt == C


def test_own_findings_are_not_suppressed() -> None:
    text = "<!-- medlint: ignore-file[medlint/unused-suppression] why -->\n\nText.\n"
    document = read(text, "a.md")
    own = finding(UNUSED, Span(0, 4), text)
    first, *_ = apply(document, [own], KNOWN, reporter(text))
    assert first == own


def test_the_reason_is_kept() -> None:
    text = f"{C}\n\nCURE\n"
    at = text.index("CURE")
    found = [finding("claims/cure", Span(at, at + 4), text)]
    (marked,) = apply(read(text, "a.md"), found, KNOWN, reporter(text))
    assert marked.suppressed is not None
    assert (marked.suppressed.kind, marked.suppressed.reason) == ("next", "why")


words = st.lists(st.from_regex(r"[a-z]{1,6}", fullmatch=True), min_size=1, max_size=4)
names = st.lists(
    st.from_regex(r"(claims|doses)(/[a-z]{1,5})?", fullmatch=True), min_size=1, max_size=3, unique=True
)


@given(names, words, st.booleans(), st.sampled_from(["", " ", "\n"]))
def test_round_trip(rules: list[str], reason: list[str], whole: bool, gap: str) -> None:
    verb = "ignore-file" if whole else "ignore"
    directive = one(f"{gap}medlint: {verb}[{f',{gap}'.join(rules)}] {' '.join(reason)}{gap}")
    assert directive.error == ""
    assert (directive.rules, directive.reason) == (tuple(rules), " ".join(reason))


@given(
    st.lists(
        st.sampled_from([C, D, FILE, "CURE", "DOSE", "- ", "\n", "\n\n", "> ", "| ", "# ", "  "]), max_size=16
    )
)
def test_no_finding_is_lost(parts: list[str]) -> None:
    text = "".join(parts)
    document = read(text, "a.md")
    found = [
        finding("claims/cure", Span(at, at + 4), text)
        for at in range(len(text))
        if text[at : at + 4] == "CURE"
    ]
    given = apply(document, found, KNOWN, reporter(text))
    kept = [f for f in given if f.family != "medlint"]
    assert [f.span for f in kept] == [f.span for f in found]
    assert {f.rule for f in given} <= {"claims/cure", UNUSED}
    assert all(text[f.span.start : f.span.end] in (C, D, FILE, "CURE") for f in given)
