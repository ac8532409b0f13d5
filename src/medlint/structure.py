"""The checks of a whole document, by the names that rule files give under `structure:`.

Each is a plain function from the article to the places it objects to, `a_check` in one of the modules of `checks` for
the name `a-check`. A hit may carry values for the message beside {match}, such as {count}. Options called `words` and
the like are phrases of the language of rule files. A module is imported when one of its checks is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from medlint.checks.article import Article, Check, Hit

__all__ = ["CHECKS", "Article", "Hit"]

_NAMES = {
    "bibliography": (
        "incomplete-reference",
        "impossible-reference",
        "doi-against-year",
        "doi-against-journal",
        "predatory-suspect",
        "number-order",
        "mixed-numbering",
        "author-year-near-miss",
        "author-year-unlisted",
    ),
    "evidence_reading": ("headline-beyond-text", "unlabelled-source"),
    "identifiers": ("isbn-checksum", "issn-checksum", "unmasked-text"),
    "links": ("link-address", "only-own-sources", "affiliate-link"),
    "metadata": ("unsaid", "unreferenced", "stale-review", "finding-density"),
    "reading": ("front-matter", "unread"),
    "references": (
        "uncited-reference-list",
        "orphan-reference",
        "dangling-mark",
        "duplicate-reference",
        "stale-sources",
        "fabricated-suspect",
    ),
    "scoring": ("reads-as-claim",),
    "source_fit": ("source-fit",),
    "statements": (
        "section-uncited",
        "without-risks",
        "own-names",
        "repeated-density",
        "inconsistent-doses",
        "dose-above-maximum",
    ),
    "verification": (
        "retracted-reference",
        "mismatched-reference",
        "unfound-reference",
        "unverified-reference",
    ),
}


class _Checks(Mapping[str, Check]):
    def __init__(self) -> None:
        self._modules = {name: module for module, names in _NAMES.items() for name in names}

    def __getitem__(self, name: str) -> Check:
        module = import_module(f"medlint.checks.{self._modules[name]}")
        check: Check = getattr(module, name.replace("-", "_"))
        return check

    def __contains__(self, name: object) -> bool:
        return name in self._modules

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)


CHECKS: Mapping[str, Check] = _Checks()
