"""Where the rules, word lists, packs and schemas that come with medlint are kept."""

from __future__ import annotations

from pathlib import Path


def data_folder() -> Path:
    """Inside the installed package, or at the top of the checkout that the package runs from."""
    packaged = Path(__file__).parent / "_rules"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "rules"
