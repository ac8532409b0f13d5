"""What a rule is about, for people: its facts on one page, or many rules in a table."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator

from medlint.report import topics
from medlint.report.excerpt import neutral
from medlint.report.totals import Style
from medlint.rules import Pack, Rule, RuleSet, Standard

_DONE_BY_FIX = "; “medlint check --fix” does so where no writer is needed"


def page(rule: Rule, rules: RuleSet, style: Style, scope: str = "paragraph") -> str:
    """One rule: what it finds, why that matters, how to mend it, what excuses it, what it rests on, and examples.
    `scope` is that of the configuration."""
    packs = _packs(rule, rules)
    parts = [
        f"{style.paint('path', neutral(rule.id))}  {style.paint(rule.severity, rule.severity)}",
        *_wrapped(rule.summary, style, ""),
        *_part("Why", _wrapped(rule.why, style), style),
        *_part("How to mend it", _wrapped(rule.remedy + _DONE_BY_FIX * bool(rule.fix), style), style),
        *(_part("Excused by", _cited_in(rule, scope, style), style) if rule.cited else ()),
        *_part("Rests on", _standards(rule, rules, style), style),
        *_part("Packs", _wrapped(", ".join(packs) or "none: name it under “rules” to use it", style), style),
        *_part("Marked", _listed(bad.text for bad in rule.bad), style),
        *_part("Not marked", _listed(rule.good), style),
    ]
    if rule.note:
        parts += _part("Note", _wrapped(rule.note, style), style)
    return "\n".join(parts) + "\n"


def overview(rules: RuleSet, style: Style) -> str:
    """What can be explained, for those who have not said what."""
    rows = (
        ("medlint explain RULE", "a rule: medlint explain claims/cure"),
        ("medlint explain FAMILY", f"the rules of a family: {', '.join(rules.families)}"),
        *(
            (f"medlint explain {name}", topics.title(name)[0].lower() + topics.title(name)[1:])
            for name in topics.names()
        ),
    )
    wide = max(len(command) for command, _ in rows) + 2
    lines = []
    for command, told in rows:
        first, *rest = textwrap.wrap(told, max(style.width, 40) - wide)
        lines += [f"{style.paint('path', command)}{' ' * (wide - len(command))}{first}"]
        lines += [f"{' ' * wide}{line}" for line in rest]
    return "\n".join(lines) + "\n"


def table(rules: Iterable[Rule], rule_set: RuleSet, style: Style, pack: Pack | None = None) -> str:
    """A line for each rule: id, severity, summary and the packs it is in. For a pack: the level it gives the rule,
    and where the recommended rules say otherwise."""
    rules = list(rules)
    wide = max((len(rule.id) for rule in rules), default=0)
    lines = []
    for rule in rules:
        level = _level(rule, pack)
        beside = _otherwise(rule, level, rule_set) if pack else ", ".join(_packs(rule, rule_set)) or "-"
        beside = style.paint("faint", f"({neutral(beside)})") if beside else ""
        severity = style.paint(level if level != "off" else "faint", f"{level:7}")
        lines.append(f"{neutral(rule.id):{wide}}  {severity}  {neutral(rule.summary)}  {beside}".rstrip())
    return "".join(line + "\n" for line in lines)


def _level(rule: Rule, pack: Pack | None) -> str:
    return (pack and pack.levels.get(rule.id)) or rule.severity


def _otherwise(rule: Rule, level: str, rule_set: RuleSet) -> str:
    """What the recommended rules say of a rule, when it is something else than `level`."""
    recommended = rule_set.packs.get("recommended")
    if recommended is None or rule.id not in recommended.levels:
        return "not in recommended"
    known = _level(rule, recommended)
    return "" if known == level else f"{known} in recommended"


def as_json(rules: Iterable[Rule], rule_set: RuleSet, pack: Pack | None = None) -> str:
    """The same for programs: a list of objects, with the level that a pack gives the rule."""
    entries = [
        {
            "id": rule.id,
            "family": rule.family,
            "severity": rule.severity,
            **({"level": _level(rule, pack)} if pack else {}),
            "summary": rule.summary,
            "standards": list(rule.standards),
            "packs": _packs(rule, rule_set),
        }
        for rule in rules
    ]
    return json.dumps(entries, ensure_ascii=False, indent=2) + "\n"


def _packs(rule: Rule, rules: RuleSet) -> list[str]:
    return sorted(name for name, pack in rules.packs.items() if pack.levels.get(rule.id, "off") != "off")


def _part(heading: str, lines: Iterable[str], style: Style) -> Iterator[str]:
    yield ""
    yield style.paint("path", heading)
    yield from lines


def _wrapped(text: str, style: Style, indent: str = "  ") -> list[str]:
    words = neutral(" ".join(text.split()))
    return textwrap.wrap(words, max(style.width, 40), initial_indent=indent, subsequent_indent=indent)


def _cited_in(rule: Rule, scope: str, style: Style) -> Iterator[str]:
    """How near a source has to be, with a picture."""
    within = scope if rule.cited == "configured" else rule.cited
    told = f"A source, in the scope “{within}”; “medlint explain scope” draws how near that is"
    yield from _wrapped(told, style)
    yield ""
    yield from topics.first_picture("scope", f"scope: {within}")


def _standards(rule: Rule, rules: RuleSet, style: Style) -> Iterator[str]:
    for key in rule.standards:
        standard = rules.standards.get(key)
        yield from _wrapped(f"{key}: {_cited(standard)}" if standard else key, style)
        if standard and standard.url:
            yield f"    {neutral(standard.url)}"


def _cited(standard: Standard) -> str:
    year = f" ({standard.year})" if standard.year else ""
    return ", ".join(filter(None, (standard.issuer, standard.title + year, standard.section)))


def _listed(texts: Iterable[str]) -> Iterator[str]:
    """Examples as they stand, each set off from the next by a dash."""
    for text in texts:
        first, *rest = text.rstrip().split("\n")
        yield f"  - {neutral(first)}"
        yield from (f"    {neutral(line)}".rstrip() for line in rest)
