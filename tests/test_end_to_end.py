"""Real commits, in real repositories, through the real pre-commit."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from catalogues import NAPS, Catalogue, served

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
PACKAGE = (
    "hatch_build.py",
    "src",
    "rules",
    "pyproject.toml",
    ".pre-commit-hooks.yaml",
    "README.md",
    "LICENSE",
)
FAMILY_HOOKS = ("medlint-claims", "medlint-citations", "medlint-doses", "medlint-promotion")
FINDING = re.compile(r"\b(claims|citations|doses|promotion)/[a-z-]+")

BAD_RULE = """\
summary: Calls a treatment magical
severity: fatal
mesage: "“{match}” is not a finding"
"""


def git(folder: Path, env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs git; what it and its hooks print is all in `stdout`."""
    return subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env=env,
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )


def commit(folder: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    git(folder, env, "add", "--all")
    return git(folder, env, "commit", "--message", "A change")


@pytest.fixture(scope="session")
def env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which git and pre-commit know nothing of the person who runs the tests."""
    ours = ("GIT_", "PRE_COMMIT", "FORCE_COLOR")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return inherited | {
        "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("pre-commit")),
        "XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache")),
        "PRE_COMMIT_COLOR": "never",
        "PYTHONUTF8": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Writer",
        "GIT_AUTHOR_EMAIL": "writer@example.org",
        "GIT_COMMITTER_NAME": "Writer",
        "GIT_COMMITTER_EMAIL": "writer@example.org",
    }


@pytest.fixture(scope="session")
def hook_config(tmp_path_factory: pytest.TempPathFactory, env: dict[str, str]) -> Callable[..., str]:
    """Makes a `.pre-commit-config.yaml` that takes hooks from a commit of the code under test."""
    source = tmp_path_factory.mktemp("medlint")
    for name in PACKAGE:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    git(source, env, "init", "--quiet")
    commit(source, env)
    revision = git(source, env, "rev-parse", "HEAD").stdout.strip()

    def config(*hooks: str) -> str:
        ids = "".join(f"      - id: {hook}\n" for hook in hooks)
        return f"repos:\n  - repo: {source.as_posix()}\n    rev: {revision}\n    hooks:\n{ids}"

    return config


@pytest.fixture
def articles(tmp_path: Path, env: dict[str, str], hook_config: Callable[..., str]) -> Callable[..., Path]:
    """Makes a repository for articles in which the named hooks guard every commit."""

    def repository(*hooks: str) -> Path:
        git(tmp_path, env, "init", "--quiet")
        (tmp_path / ".pre-commit-config.yaml").write_text(hook_config(*hooks), encoding="utf-8")
        subprocess.run([sys.executable, "-m", "pre_commit", "install"], cwd=tmp_path, env=env, check=True)
        return tmp_path

    return repository


def test_the_faulty_article_is_kept_out_and_the_mended_one_let_in(
    articles: Callable[..., Path], env: dict[str, str]
) -> None:
    folder = articles("medlint")
    article = folder / "esketamine.md"

    shutil.copy(EXAMPLES / "faulty.md", article)
    kept_out = commit(folder, env)
    assert kept_out.returncode == 1, kept_out.stdout
    assert "- exit code: 1" in kept_out.stdout
    assert {found[1] for found in FINDING.finditer(kept_out.stdout)} == {
        "claims",
        "citations",
        "doses",
        "promotion",
    }
    assert "esketamine.md:" in kept_out.stdout
    assert git(folder, env, "rev-parse", "--verify", "HEAD").returncode != 0

    shutil.copy(EXAMPLES / "mended.md", article)
    let_in = commit(folder, env)
    assert let_in.returncode == 0, let_in.stdout
    assert git(folder, env, "show", "HEAD:esketamine.md").stdout == article.read_text(encoding="utf-8")


@pytest.mark.parametrize("hook", FAMILY_HOOKS)
def test_a_family_hook_looks_for_its_own_family_alone(
    hook: str, articles: Callable[..., Path], env: dict[str, str]
) -> None:
    folder = articles(hook)
    shutil.copy(EXAMPLES / "faulty.md", folder)
    kept_out = commit(folder, env)
    assert kept_out.returncode == 1, kept_out.stdout
    assert {found[1] for found in FINDING.finditer(kept_out.stdout)} == {hook.removeprefix("medlint-")}

    (folder / "faulty.md").unlink()
    shutil.copy(EXAMPLES / "mended.md", folder)
    let_in = commit(folder, env)
    assert let_in.returncode == 0, let_in.stdout


def test_a_faulty_config_is_trouble_not_a_pass(articles: Callable[..., Path], env: dict[str, str]) -> None:
    folder = articles("medlint")
    shutil.copy(EXAMPLES / "mended.md", folder)
    (folder / ".medlint.yml").write_text("extends: [recomended]\n", encoding="utf-8")

    kept_out = commit(folder, env)
    assert kept_out.returncode == 1, kept_out.stdout
    assert "- exit code: 2" in kept_out.stdout
    assert ".medlint.yml:1:11" in kept_out.stdout
    assert "recommended" in kept_out.stdout


def test_the_rules_hook_checks_config_and_rules(articles: Callable[..., Path], env: dict[str, str]) -> None:
    folder = articles("medlint-rules")
    rule = folder / "medlint-rules" / "claims" / "magical.yml"
    rule.parent.mkdir(parents=True)
    rule.write_text(BAD_RULE, encoding="utf-8")
    (folder / ".medlint.yml").write_text("rule-folders: [medlint-rules]\n", encoding="utf-8")

    kept_out = commit(folder, env)
    assert kept_out.returncode == 1, kept_out.stdout
    assert "- exit code: 2" in kept_out.stdout
    assert "magical.yml:2:11" in kept_out.stdout
    assert "magical.yml:3:1" in kept_out.stdout

    shutil.rmtree(folder / "medlint-rules")
    (folder / ".medlint.yml").write_text("extends: [recommended]\n", encoding="utf-8")
    let_in = commit(folder, env)
    assert let_in.returncode == 0, let_in.stdout


REFERENCES = """\
# Naps

Naps lifted mood [1], and rest was counted in hours [2].

## References

1. Marsh J. Naps and mood at the lake. Sleep Rest. 2020;4:11-19.
2. Marsh J. Naps and mood in village number 7. Sleep Rest. 2020;7:11-19.
"""


def verified(folder: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """What the hook says when it is called for."""
    command = ("run", "--hook-stage", "manual", "--all-files", "medlint-references")
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", *command],
        cwd=folder,
        env=env,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )


def test_the_references_hook_asks_when_it_is_called_for_and_never_in_a_commit(
    articles: Callable[..., Path], env: dict[str, str]
) -> None:
    folder = articles("medlint", "medlint-references")
    (folder / "naps.md").write_text(REFERENCES, encoding="utf-8")
    with served(Catalogue()) as catalogue:
        catalogue.works[NAPS["DOI"]] = NAPS
        env = env | {
            "MEDLINT_CROSSREF": f"{catalogue.base}/crossref",
            "MEDLINT_PUBMED": f"{catalogue.base}/pubmed",
            "NO_PROXY": "127.0.0.1",
        }
        let_in = commit(folder, env)
        assert let_in.returncode == 0, let_in.stdout
        assert catalogue.requests == []

        told = verified(folder, env)
        assert told.returncode == 1, told.stdout
        assert "2 references: 1 not found, 1 found" in told.stdout
        assert catalogue.requests != []

    # the catalogue is gone, and its answers stay
    (folder / "notes.md").write_text("The bench is by the lake.\n", encoding="utf-8")
    (folder / "naps.md").write_text(f"{REFERENCES}\n", encoding="utf-8")
    kept_out = commit(folder, env)
    assert kept_out.returncode == 1, kept_out.stdout
    assert "citations/not-found" in kept_out.stdout

    listed, _, _ = REFERENCES.partition("2. Marsh")
    (folder / "naps.md").write_text(
        listed.replace(", and rest was counted in hours [2]", ""), encoding="utf-8"
    )
    let_in = commit(folder, env)
    assert let_in.returncode == 0, let_in.stdout
    told = verified(folder, env)
    assert told.returncode == 0, told.stdout
    assert "1 reference: 1 found" in told.stdout

    # nobody answers: the new entry stays unverified, and no commit fails for it
    (folder / "naps.md").write_text(REFERENCES.replace("number 7", "number 8"), encoding="utf-8")
    told = verified(folder, env)
    assert told.returncode == 0, told.stdout
    assert "1 unverified" in told.stdout
    let_in = commit(folder, env)
    assert let_in.returncode == 0, let_in.stdout
