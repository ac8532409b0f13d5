"""What decides the findings in an article, as a name: where that is the same, so are they, and need not be made again.

The name stands for the contents of the article, its path in reports and seen from its configuration, the text of the
configuration and the record of verified references beside it, all rule files, medlint's code, the version of Python
and of the libraries that read articles. There is nothing else: findings depend on no clock, machine or network.

A run over articles that were all checked before ends here, so this imports next to nothing.
"""

from __future__ import annotations

import os
import sys

from medlint import nearest, results, rulefolders
from medlint.cache import digest
from medlint.names import FAMILIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping, Sequence
    from typing import Any

NEARBY = "nearby"
"""The form of results that also tell what stands near a finding."""
MOST_FILES = 32
_MOST_BYTES = 1_000_000
_MARK = "\ufeff"
_LIBRARIES = ("markdown_it_py-", "mdit_py_plugins-", "mdurl-", "spacy-")
_KIND, _REGULAR = 0o170000, 0o100000
"""As in the module stat."""


class Settings:
    """A configuration as far as a name needs it: `name` stands for all of it and the rules, `path` is its file, None
    where there is none. `data` is what the file says."""

    def __init__(self, name: str, path: str | None, data: Mapping[str, Any]) -> None:
        self.name, self.path, self.data = name, path, data


class Known:
    """An article that was checked before: its path in reports, its contents, what was recorded of its report, and
    what it is under."""

    def __init__(self, path: str, content: bytes, made: list[Any], settings: Settings) -> None:
        self.path, self.content, self.made, self.settings = path, content, made, settings

    def text(self) -> str:
        return self.content.decode("utf-8").removeprefix(_MARK)


# -- names ---------------------------------------------------------------------------------------------------


def settings_name(text: str | None, record: bytes | None, rules: str) -> str:
    """For a configuration and what it rests on: its text, the record beside it, and the name of its rules."""
    python = f"{sys.implementation.name} {sys.version_info[:2]}"
    return digest(
        python, _libraries(), rules, str(text is None), text or "", str(record is None), record or b""
    )


def article_name(settings: str, config: str | None, file: str, path: str, content: bytes, form: str) -> str:
    """For one article: `settings` as above, `config` the file of the configuration, `file` that of the article, `path`
    its name in reports, `form` what else was asked for."""
    seen = os.path.relpath(file, os.path.dirname(os.path.abspath(config))) if config else ""
    return digest(settings, seen, path, form, content)


def on_its_own(content: bytes) -> bool:
    """Whether an article is judged by nothing but itself: one that may name a file of references is not, since nobody
    looks whether that has changed."""
    return b"\nbibliography" not in content.replace(b"\r", b"\n")


def form(args: Namespace) -> str:
    """What results a run asks for."""
    return NEARBY if args.format == "json" and not args.diff else "plain"


def _libraries() -> str:
    """The versions of the libraries that have a say in what is found, by the names of the folders that tell them."""
    found: list[str] = []
    for folder in sys.path:
        if folder.endswith("-packages"):
            try:
                found += sorted(name for name in os.listdir(folder) if name.startswith(_LIBRARIES))
            except OSError:
                continue
    if len(found) >= len(_LIBRARIES):
        return " ".join(found)
    from importlib.metadata import distributions

    ours = tuple(name.rstrip("-").replace("_", "-") for name in _LIBRARIES)
    told = ((each.metadata["Name"].lower().replace("_", "-"), each.version) for each in distributions())
    return " ".join(sorted(f"{name} {version}" for name, version in told if name in ours))


# -- a run that has been done before ---------------------------------------------------------------------------


def known(args: Namespace) -> list[Known] | None:
    """The articles that `medlint check` is asked for, when all were checked before; else None.

    Only plain files that are named are looked at: anything else, and whatever is wrong with one, is for others.
    """
    plain = not (args.no_cache or args.fix or args.diff) and set(args.family or ()) <= set(FAMILIES)
    if not plain or not 0 < len(args.paths) <= MOST_FILES:
        return None
    under: dict[str, Settings | None] = {}
    found: dict[str, Known] = {}
    for given in args.paths:
        file = os.path.abspath(given)
        content = _content(given)
        folder = os.path.dirname(file)
        if content is None or not on_its_own(content):
            return None
        if folder not in under:
            under[folder] = _settings(folder, args)
        settings = under[folder]
        if settings is None:
            return None
        path = _shown(file)
        made = results.find(article_name(settings.name, settings.path, file, path, content, form(args)))
        if made is None:
            return None
        found[file] = Known(path, content, made, settings)
    return sorted(found.values(), key=lambda article: article.path)


def closing_line(args: Namespace, known: Sequence[Known]) -> str | None:
    """All there is to say in text about articles that were clean; None when there is more."""
    if args.format != "text" or args.output or args.family:
        return None
    findings = [finding for article in known for finding in article.made[1]]
    if not all(finding[results.HIDDEN] for finding in findings):
        return None
    if args.quiet:
        return ""
    from medlint.report.totals import Style, Totals, render_totals

    words = sum(article.made[0] for article in known)
    return render_totals(Totals(len(known), words, suppressed=len(findings)), Style())


def _content(given: str) -> bytes | None:
    try:
        facts = os.lstat(given)
        if facts.st_mode & _KIND != _REGULAR or facts.st_size > _MOST_BYTES:
            return None
        with open(given, "rb", buffering=0) as file:
            return file.read()
    except (OSError, ValueError):
        return None


def _shown(file: str) -> str:
    """As `files.shown` has it."""
    return file.removeprefix(os.path.join(os.getcwd(), "")).replace(os.sep, "/")


def _settings(folder: str, args: Namespace) -> Settings | None:
    """What files in `folder` are under, as `settings.Settings` has it; None when that takes more to find out."""
    try:
        files = [] if args.no_config else [args.config] if args.config else nearest.nearest(folder)
        if len(files) > 1:
            return None
        text, at, path = None, "", None
        data: Mapping[str, Any] | None = {}
        if files:
            with open(files[0], "rb") as file:
                text = file.read().decode("utf-8").removeprefix(_MARK)
            data = nearest.checked(text)
            path = os.path.abspath(files[0])
            at = os.path.dirname(path)
        if data is None:
            return None
        rules = rulefolders.keys(_rule_folders(data, at), _additions(data))[1]
        return Settings(settings_name(text, _record(at), rules), path, data)
    except (OSError, ValueError):
        return None


def _record(folder: str) -> bytes | None:
    file = os.path.join(folder or os.getcwd(), nearest.RECORD)
    if not os.path.isfile(file):
        return None
    with open(file, "rb") as stream:
        return stream.read()


def _rule_folders(data: Mapping[str, Any], at: str) -> Sequence[str]:
    own = [os.path.normpath(os.path.join(at, folder)) for folder in data.get("rule-folders", ())]
    return [rulefolders.shipped(), *own]


def _additions(data: Mapping[str, Any]) -> Mapping[str, Sequence[str]]:
    lexicons = data.get("lexicons", {})
    return {name: [term.strip() for term in lexicons[name]] for name in lexicons}
