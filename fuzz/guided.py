"""`python -m fuzz.guided TARGET [libFuzzer's own options]`: inputs led by what code they reach, with atheris.

atheris is optional, and not there for every Python and system: pip install 'medlint[fuzz]'. It goes on until it is
stopped or finds a fault; `-max_total_time=60` gives it a minute. What breaks something is kept in `.fuzz/`.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

KEPT = Path(".fuzz")
_ANY = 64


def main(argv: Sequence[str]) -> int:
    """Fuzz one target; 2 when that cannot be done here."""
    try:
        atheris: Any = importlib.import_module("atheris")
    except ImportError:
        print("coverage-guided fuzzing needs atheris, which is not installed: pip install 'medlint[fuzz]'")
        return 2
    with atheris.instrument_imports(include=["medlint"]):
        targets = importlib.import_module("fuzz.targets")
    name = argv[0] if argv else ""
    if name not in targets.TARGETS:
        print(f"name one of {', '.join(targets.TARGETS)}")
        return 2
    target = targets.TARGETS[name]
    corpus = KEPT / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds()[:_ANY]):
        (corpus / f"seed{number}").write_bytes(seed[:600])
    words = KEPT / f"{name}.dict"
    words.write_text("".join(f'"{_quoted(piece)}"\n' for piece in dict.fromkeys(target.pieces) if piece))
    options = [
        f"-dict={words}",
        f"-artifact_prefix={KEPT}/{name}-",
        "-timeout=5",
        "-rss_limit_mb=0",
        "-max_len=600",
        *argv[1:],
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], target.run)
    atheris.Fuzz()
    return 0


def _quoted(piece: bytes) -> str:
    """A word as the dictionaries of libFuzzer have it."""
    return "".join(f"\\x{byte:02x}" for byte in piece[:60])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
