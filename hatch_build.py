"""Compiles the rules when a wheel is built, so that the first run after an installation need not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_COMPILE = "from medlint.rules import load_rules; load_rules()"


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Puts `medlint/_rules/compiled.jsonl` into the wheel. It is plain JSON under the hash of what it was made of, so
    that a run to which anything of that looks different makes its own."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel" or version != "standard":
            return
        self._scratch = tempfile.mkdtemp()
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([os.path.join(self.root, "src"), *sys.path]),
            "MEDLINT_CACHE_DIR": self._scratch,
        }
        subprocess.run([sys.executable, "-c", _COMPILE], env=environment, check=True)
        (made,) = Path(self._scratch).glob("rules-*.jsonl")
        build_data["force_include"][str(made)] = "medlint/_rules/compiled.jsonl"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        shutil.rmtree(getattr(self, "_scratch", ""), ignore_errors=True)
