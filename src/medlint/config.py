"""`.medlint.yml` → Config: what a repository wants checked, and how."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from medlint import globs
from medlint.cache import cached
from medlint.model import Problem, UserError
from medlint.nearest import NAMES, config_key, nearest

if TYPE_CHECKING:
    from medlint.verifying.answers import Answers
    from medlint.yamlfile import DataPath, Place


class Section(NamedTuple):
    """Settings for the files that match `files` only. `names` are added, `rules` and `scope` ("" to leave it
    as it is) replace what stands above."""

    files: tuple[str, ...]
    rules: Mapping[str, str] = {}
    scope: str = ""
    names: tuple[str, ...] = ()


class _Fields(NamedTuple):
    """See `Config`."""

    extends: tuple[str, ...] = ("recommended",)
    rules: Mapping[str, str] = {}
    scope: str = "paragraph"
    fail_on: str = "warning"
    names: tuple[str, ...] = ()
    own_hosts: tuple[str, ...] = ()
    trusted: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    citation_patterns: tuple[str, ...] = ()
    front_matter: tuple[str, ...] | None = None
    text_props: tuple[str, ...] | None = None
    lexicons: Mapping[str, tuple[str, ...]] = {}
    rule_folders: tuple[Path, ...] = ()
    exclude: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    services: Mapping[str, str] = {}
    answers: Answers | None = None
    path: str | None = None
    places: Mapping[DataPath, Place] = {}
    key: str = ""


class Config(_Fields):
    """What a configuration asks for; `Config()` is what holds without one.

    The fields are those of the file. `rules` gives levels (off, info, warning, error) by rule id or family.
    Hosts are in lower case. `front_matter` and `text_props` are None where the file leaves them to the reader
    of documents. `rule_folders` are absolute. `services` is what the file says under `references`, `answers` what is
    recorded beside it. `path` is the file it was read from, `places` where it says
    what: the way to a key or entry → line and column. `key` is a name for all that it and its rules consist of, ""
    where that is not known.
    """

    def excludes(self, file: str | Path) -> bool:
        """Whether a file, given absolutely or from the folder of the configuration, is to be left out."""
        return globs.matches(self._from_here(file), self.exclude)

    def for_path(self, file: str | Path) -> Config:
        """The configuration as it stands for a file, given as above. Files to which the same sections
        apply get the same object."""
        path = self._from_here(file)
        chosen = tuple(at for at, s in enumerate(self.sections) if globs.matches(path, s.files))
        if not chosen:
            return self
        known: dict[tuple[int, ...], Config] = self.__dict__.setdefault("_known", {})
        if chosen not in known:
            known[chosen] = self._with(self.sections[at] for at in chosen)
        return known[chosen]

    def _with(self, sections: Iterable[Section]) -> Config:
        config = self
        for section in sections:
            config = config._replace(
                rules={**config.rules, **section.rules},
                scope=section.scope or config.scope,
                names=tuple(dict.fromkeys((*config.names, *section.names))),
            )
        return config._replace(sections=())

    def _from_here(self, file: str | Path) -> str:
        path = os.fspath(file)
        if os.path.isabs(path):
            path = os.path.relpath(path, os.path.dirname(os.path.abspath(self.path or "x")))
        return path.replace(os.sep, "/")


def find_config(start: Path, root: Path | None = None) -> Path | None:
    """The nearest configuration at or above `start`, a file or folder.

    The search ends at `root`, else at the top of the repository (`.git`) or of the file system.
    Raises UserError when both spellings of the name stand side by side.
    """
    found = nearest(os.fspath(start), None if root is None else os.fspath(root))
    if len(found) > 1:
        raise UserError(Problem(found[1], f"{NAMES[0]} stands beside it; keep one of the two"))
    return Path(found[0]) if found else None


def parse_config(text: str, path: str) -> Config:
    """Read a configuration; `path` names the file, and its folder is what paths in it start from.

    Raises UserError with every problem. What has been found to be free of problems is kept in the cache, so
    that an ordinary run reads no YAML.
    """

    def checked() -> Any:
        from medlint.configfile import read_checked

        return read_checked(text, path)

    kept = cached("config", config_key(text), checked)
    places: Mapping[DataPath, Place] = {tuple(at): (line, column) for at, line, column in kept["places"]}
    return config_of(kept["data"], path, places)


def config_of(
    data: Mapping[str, Any], path: str | None, places: Mapping[DataPath, Place] | None = None
) -> Config:
    """The configuration that checked data say."""
    here = os.path.dirname(os.path.abspath(path)) if path else ""
    sources = data.get("sources", {})
    return Config(
        extends=tuple(data.get("extends", ("recommended",))),
        rules=data.get("rules", {}),
        scope=data.get("scope", "paragraph"),
        fail_on=data.get("fail-on", "warning"),
        names=_texts(data, "names"),
        own_hosts=_hosts(data, "own-hosts"),
        trusted=_hosts(sources, "trusted"),
        refused=_hosts(sources, "refused"),
        citation_patterns=_texts(data, "citation-patterns"),
        front_matter=_texts(data, "front-matter") if "front-matter" in data else None,
        text_props=_texts(data, "text-props") if "text-props" in data else None,
        lexicons={name: _texts(data["lexicons"], name) for name in data.get("lexicons", {})},
        rule_folders=tuple(
            Path(os.path.normpath(os.path.join(here, f))) for f in data.get("rule-folders", ())
        ),
        exclude=_texts(data, "exclude"),
        sections=tuple(
            Section(_texts(s, "files"), s.get("rules", {}), s.get("scope", ""), _texts(s, "names"))
            for s in data.get("paths", ())
        ),
        services=data.get("references", {}),
        path=path,
        places=places or {},
    )


def _texts(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(text.strip() for text in data.get(key, ()))


def _hosts(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(host.lower() for host in _texts(data, key))


def check_rule_ids(
    config: Config,
    rule_ids: Collection[str],
    families: Collection[str],
    pack_ids: Collection[str],
    lexicon_names: Collection[str],
) -> list[Problem]:
    """What the configuration names that does not exist: rules and families, packs, word lists."""
    packs: list[DataPath] = [("extends", at) for at in range(len(config.extends))]
    lexicons: list[DataPath] = [("lexicons", name) for name in config.lexicons]
    rules: list[DataPath] = [("rules", rule) for rule in config.rules]
    for at, section in enumerate(config.sections):
        rules += [("paths", at, "rules", rule) for rule in section.rules]
    known = {*rule_ids, *families}
    return [
        *_unknown(config, zip(packs, config.extends, strict=True), "pack", pack_ids),
        *_unknown(config, ((at, str(at[-1])) for at in rules), "rule or family", known),
        *_unknown(config, ((at, str(at[-1])) for at in lexicons), "lexicon", lexicon_names),
    ]


def _unknown(
    config: Config, named: Iterable[tuple[DataPath, str]], kind: str, known: Collection[str]
) -> Iterator[Problem]:
    from medlint.schema import did_you_mean

    for at, name in named:
        if name not in known:
            message = f"there is no {kind} “{name}”{did_you_mean(name, known)}"
            yield Problem(config.path or "", message, *config.places.get(at, (0, 0)))


def check_folders(config: Config) -> list[Problem]:
    """The rule folders that do not exist."""
    return [
        Problem(
            config.path or "",
            f"there is no folder “{folder}”",
            *config.places.get(("rule-folders", at), (0, 0)),
        )
        for at, folder in enumerate(config.rule_folders)
        if not folder.is_dir()
    ]
