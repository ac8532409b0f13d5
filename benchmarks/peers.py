"""What `make bench` measures, each as a command line: medlint in its variants, and the peers from the registries.

All of it is installed into `.bench/`: medlint as a wheel of this tree, as people have it, and peers in the versions
named here. Python packages share an environment, and so do the packages of npm. A peer that cannot be installed is
left out. Each is called in the way that serves it best: with the folder where it takes one, else with the paths of
all files in one process.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
BENCH = ROOT / ".bench"
PACKAGE = (
    "hatch_build.py",
    "src",
    "rules",
    "pyproject.toml",
    ".pre-commit-hooks.yaml",
    "README.md",
    "LICENSE",
)
"""What a wheel is built from."""
PRE_COMMIT = "pre-commit==4.7.0"
TEXTLINT_RULES = ("terminology", "write-good")
PROBE = """\
#No space
In order to recieve  javascript, teh chairman was very very clearly being utilized !!   It is a crazy fact of the matter
"""
_OURS = ("MEDLINT_", "PRE_COMMIT", "GIT_", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")


@dataclass(frozen=True, slots=True)
class Tool:
    """`command` makes the command line from the files to check and the folder that holds them. `fresh` is a folder
    that is emptied before each run. `filling` says that the first run makes what the later ones use, so that it never
    counts."""

    name: str
    command: Callable[[Sequence[Path], Path], Sequence[str | Path]]
    environment: Mapping[str, str] = field(default_factory=dict)
    fresh: Path | None = None
    filling: bool = False


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool from a registry: the packages that it needs, with their versions, and the arguments in front of the files.
    `by_folder` says that it takes a folder."""

    name: str
    registry: str
    packages: tuple[str, ...]
    arguments: tuple[str, ...]
    by_folder: bool

    def tool(self) -> Tool:
        folder = python_folder() / "bin" if self.registry == "pip" else BENCH / "node_modules" / ".bin"
        names = few if self.by_folder else all_of
        return Tool(
            self.name,
            lambda files, place: [folder / self.name, *self.arguments, *names(files, place)],
            environment(),
        )


PEERS = (
    Peer("proselint", "pip", ("proselint==0.16.0",), ("check",), by_folder=True),
    Peer("codespell", "pip", ("codespell==2.4.3",), (), by_folder=True),
    Peer("rumdl", "pip", ("rumdl==0.3.0",), ("check", "--no-cache"), by_folder=True),
    Peer("write-good", "npm", ("write-good@1.0.8",), (), by_folder=False),
    Peer(
        "textlint",
        "npm",
        ("textlint@15.8.0", "textlint-rule-terminology@5.2.16", "textlint-rule-write-good@2.0.0"),
        ("--config", str(BENCH / "textlintrc.json")),
        by_folder=False,
    ),
    Peer("alex", "npm", ("alex@11.0.1",), ("--quiet",), by_folder=False),
)


def few(files: Sequence[Path], folder: Path) -> list[Path]:
    return [files[0] if len(files) == 1 else folder]


def all_of(files: Sequence[Path], folder: Path) -> list[Path]:  # noqa: ARG001
    return list(files)


def environment(**more: str) -> dict[str, str]:
    """The variables of a run. Bytecode is there on the second run, as on anybody's machine."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_OURS)} | more


# -- installing ----------------------------------------------------------------------------------------------


def run(command: Sequence[str | Path], **more: str) -> None:
    """Run a command that has to succeed. Raises OSError or CalledProcessError."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment(**more))


def python_folder() -> Path:
    return BENCH / "python"


def once(marker: Path, state: str, make: Callable[[], None]) -> None:
    """Make something unless the marker says that it was made for the same state."""
    if marker.is_file() and marker.read_text(encoding="utf-8") == state:
        return
    make()
    marker.parent.mkdir(parents=True, exist_ok=True)
    marker.write_text(state, encoding="utf-8")


def pip_install(folder: Path, *arguments: str | Path) -> None:
    if not (folder / "bin" / "python").exists():
        run([sys.executable, "-m", "venv", folder])
    run(
        [
            folder / "bin" / "python",
            "-m",
            "pip",
            "--disable-pip-version-check",
            "install",
            "--quiet",
            *arguments,
        ]
    )


def npm_install(*packages: str) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("npm is not on this machine")
    run([npm, "install", "--silent", "--no-fund", "--no-audit", "--prefix", BENCH, *packages])


def install(peer: Peer) -> None:
    """Raises OSError or CalledProcessError."""

    def make() -> None:
        if peer.registry == "pip":
            pip_install(python_folder(), *peer.packages)
        else:
            npm_install(*peer.packages)

    once(BENCH / "installed" / peer.name, " ".join(peer.packages), make)


def installed(peers: Sequence[Peer], say: Callable[[str], None] = print) -> Iterator[Tool]:
    """The peers that are here or can be installed; says which are left out, and why."""
    for peer in peers:
        trouble = trouble_with(peer)
        if not trouble and not at_work(peer.tool()):
            trouble = "it does not report a faulty text"
        if trouble:
            say(f"{peer.name} is left out: {trouble}.")
        else:
            yield peer.tool()


def trouble_with(peer: Peer) -> str:
    """Why a peer cannot be installed; empty when it is there."""
    try:
        install(peer)
    except OSError as error:
        return str(error)
    except subprocess.CalledProcessError as error:
        return f"{peer.registry} could not install it (exit code {error.returncode})"
    return ""


def at_work(tool: Tool) -> bool:
    """Whether a tool reports a text in which there is something for everyone: one that lacks its rules is swift."""
    probe = BENCH / "probe" / "probe.md"
    probe.parent.mkdir(parents=True, exist_ok=True)
    probe.write_text(PROBE, encoding="utf-8")
    command = [str(word) for word in tool.command([probe], probe.parent)]
    try:
        told = subprocess.run(
            command, capture_output=True, env=dict(tool.environment), check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return probe.name.encode() in told.stdout + told.stderr


def tree_state(root: Path = ROOT) -> str:
    """Stands for everything that a wheel is built from."""
    made = hashlib.blake2b(digest_size=16)
    for name in PACKAGE:
        top = root / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and "__pycache__" not in path.parts:
                made.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return made.hexdigest()


def copy_package(target: Path) -> None:
    """The tree without what is none of its own, since it may be edited while it is installed."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in PACKAGE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, target / name)


def install_medlint() -> Path:
    """The environment that holds medlint."""
    folder, source = BENCH / "medlint", BENCH / "source"

    def make() -> None:
        copy_package(source)
        pip_install(folder, source)
        pip_install(folder, "--force-reinstall", "--no-deps", source)
        for name, left_out in (("bare", "__pycache__"), ("uncompiled", "compiled.jsonl")):
            without(folder, BENCH / name, left_out)

    once(BENCH / "installed" / "medlint", tree_state(), make)
    return folder


def without(folder: Path, target: Path, left_out: str) -> None:
    """The same environment without the files or folders of a name. Files are linked, which costs no room."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(
        folder, target, symlinks=True, copy_function=os.link, ignore=shutil.ignore_patterns(left_out)
    )


def medlint_python(name: str) -> Path:
    return BENCH / name / "bin" / "python"


def medlint(
    name: str, *arguments: str, where: str = "medlint", fresh: bool = False, filling: bool = False
) -> Tool:
    """medlint with a cache of its own, from one of its environments. `bare` stays without bytecode."""
    cache = BENCH / "caches" / name.replace(" ", "-").replace(",", "")
    script = BENCH / where / "bin" / "medlint"
    # the first line of a script in a copy names the Python of the original
    start = [script] if where == "medlint" else [medlint_python(where), script]
    return Tool(
        name,
        lambda files, folder: [*start, "check", *arguments, *few(files, folder)],
        environment(MEDLINT_CACHE_DIR=str(cache))
        | ({"PYTHONDONTWRITEBYTECODE": "1"} if where == "bare" else {}),
        cache if fresh else None,
        filling,
    )


def write_textlint_rules() -> None:
    rules = {"rules": dict.fromkeys(TEXTLINT_RULES, True)}
    (BENCH / "textlintrc.json").write_text(json.dumps(rules), encoding="utf-8")


# -- through pre-commit --------------------------------------------------------------------------------------


def hooks(articles: Sequence[Path]) -> Iterator[Tool]:
    """pre-commit with medlint's hook in a repository that holds the articles, and with a hook that does nothing.
    Raises OSError or CalledProcessError."""
    folder, source, home = BENCH / "hook", BENCH / "hook-source", BENCH / "pre-commit"
    person = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"} | {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "Writer"), ("EMAIL", "writer@example.org"))
    }
    variables = person | {"PRE_COMMIT_HOME": str(home), "MEDLINT_CACHE_DIR": str(BENCH / "caches" / "hook")}
    program = python_folder() / "bin" / "pre-commit"

    def make() -> None:
        pip_install(python_folder(), PRE_COMMIT)
        copy_package(source)
        for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "All"]):
            run(["git", "-C", str(source), *command], **person)
        revision = subprocess.run(
            ["git", "-C", source, "rev-parse", "HEAD"], capture_output=True, encoding="utf-8", check=True
        ).stdout.strip()
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        run(["git", "init", "--quiet", str(folder)], **person)
        for article in articles:
            shutil.copy(article, folder)
        for name, text in hook_settings(source, revision).items():
            (folder / name).write_text(text, encoding="utf-8")
        run(["git", "-C", str(folder), "add", "--all"], **person)
        for name in hook_settings(source, revision):
            run(
                ["sh", "-c", f'cd "$1" && "$2" install-hooks --config {name}', "sh", folder, program],
                **variables,
            )
        run(["sh", "-c", 'cd "$1" && "$2" install', "sh", folder, program], **variables)

    once(BENCH / "installed" / "hook", f"{PRE_COMMIT} {tree_state()}", make)
    for title, name in (
        ("pre-commit, medlint", ".pre-commit-config.yaml"),
        ("pre-commit, nothing", "nothing.yaml"),
    ):
        yield Tool(title, hook_command(program, folder, name), environment(**variables), filling=True)


def hook_command(
    program: Path, folder: Path, settings: str
) -> Callable[[Sequence[Path], Path], list[str | Path]]:
    def command(files: Sequence[Path], _: Path) -> list[str | Path]:
        run_it = f'cd "$1" && shift && exec "$0" run --config {settings} --files "$@"'
        return ["sh", "-c", run_it, program, folder, *(path.name for path in files)]

    return command


def hook_settings(source: Path, revision: str) -> dict[str, str]:
    """The settings of pre-commit, by the names of their files."""
    ours = {"repo": str(source), "rev": revision, "hooks": [{"id": "medlint"}]}
    nothing = {"id": "nothing", "name": "nothing", "entry": "true", "language": "system"}
    return {
        ".pre-commit-config.yaml": json.dumps({"repos": [ours]}),
        "nothing.yaml": json.dumps({"repos": [{"repo": "local", "hooks": [nothing]}]}),
    }
