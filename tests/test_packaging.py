"""What a person gets who installs medlint from an index instead of a checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RULES = {
    path.relative_to(ROOT / "rules").as_posix() for path in (ROOT / "rules").rglob("*") if path.is_file()
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (path,) = built.glob("medlint-*-py3-none-any.whl")
    return path


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel is installed, without what it depends on."""
    folder = tmp_path_factory.mktemp("site")
    options = ("--quiet", "--no-deps", "--no-index", "--target", str(folder))
    subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, str(wheel)], check=True, capture_output=True
    )
    return folder


def test_the_sdist_holds_what_a_checkout_holds(built: Path) -> None:
    (path,) = built.glob("medlint-*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {f"rules/{name}" for name in RULES} <= names
    assert {"LICENSE", "README.md", "CHANGELOG.md", ".pre-commit-hooks.yaml", "Makefile"} <= names
    assert {name.partition("/")[0] for name in names}.isdisjoint({".venv", ".venvs", ".bench", "dist"})


def test_the_wheel_holds_the_rules_and_nothing_beside_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    prefix = "medlint/_rules/"
    assert {name.removeprefix(prefix) for name in names if name.startswith(prefix)} == RULES | {
        "compiled.jsonl"
    }
    assert "medlint/py.typed" in names
    tops = {name.partition("/")[0] for name in names}
    assert [top for top in tops if not top.endswith(".dist-info")] == ["medlint"]


def run_installed(site: Path, folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(site), "PYTHONUTF8": "1", "XDG_CACHE_HOME": str(folder)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_the_installed_package_finds_its_rules(site: Path, tmp_path: Path) -> None:
    where = run_installed(site, tmp_path, "import medlint; print(medlint.__file__)")
    assert Path(where.stdout.strip()).parents[1] == site

    listed = run_installed(site, tmp_path, "from medlint.cli import main; raise SystemExit(main(['rules']))")
    assert listed.returncode == 0, listed.stderr
    assert "claims/cure" in listed.stdout


def test_the_installed_package_lints(site: Path, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("Ketamine cures depression.\n", encoding="utf-8")
    code = "from medlint.cli import main; raise SystemExit(main(['check', 'a.md']))"
    checked = run_installed(site, tmp_path, code)
    assert checked.returncode == 1, checked.stderr
    assert "claims/cure" in checked.stdout


def test_the_installed_package_need_not_compile_its_rules(site: Path, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("Ketamine cures depression.\n", encoding="utf-8")
    code = (
        "import sys; from medlint.cli import main; code = main(['check', '--quiet', 'a.md']);"
        "raise SystemExit(3 if {'yaml', 'medlint.rulefiles'} & set(sys.modules) else code)"
    )
    checked = run_installed(site, tmp_path, code)
    assert checked.returncode == 1, checked.stdout + checked.stderr
