"""Where the configuration of a folder is, and what is known of one that has been read before.

For a run that has nothing to do but to find that out, this imports next to nothing.
"""

from __future__ import annotations

import os

from medlint import __version__
from medlint.cache import find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

NAMES = (".medlint.yml", ".medlint.yaml")
RECORD = "medlint-references.json"
"""What catalogues answered about references stands in this file, beside the configuration."""
_FORMAT = 1
"""Raised when a check is added or the form of what is kept changes, so that older caches are not read."""


def nearest(folder: str, root: str | None = None) -> list[str]:
    """The configuration of `folder` or of the nearest folder above it that has one: its absolute path, or two paths
    where both spellings stand side by side.

    The search ends at `root`, else at the top of the repository (`.git`) or of the file system.
    """
    at = os.path.abspath(folder)
    while True:
        found = [path for name in NAMES if os.path.isfile(path := os.path.join(at, name))]
        if found or at == root or (root is None and os.path.lexists(os.path.join(at, ".git"))):
            return found
        above = os.path.dirname(at)
        if above == at:
            return []
        at = above


def config_key(text: str) -> str:
    """Under which name a checked configuration is kept."""
    return f"{__version__} {_FORMAT} {text}"


def checked(text: str) -> Mapping[str, Any] | None:
    """What a configuration says, when it was read before and found free of problems."""
    parts = find("config", config_key(text))
    return None if parts is None else parts["data"]
