"""`python -m fuzz.generated [--examples N] [--target NAME]`: inputs put together from their parts, with hypothesis.

Mutation stays near what people write; these begin with nothing, and a fault is told by the smallest input that has it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from fuzz.targets import TARGETS, schema_of

_WORDS = (b"It cures cancer. ", b"ginger ", b"a", b" ", b"\n\n", b"Take 5 mg a day. ", b"(Lee, 2020)", b"[1]")
_SCHEMAS = {"rule": "rule", "settings": "config"}
_KEYS = {
    "library": ("id", "type", "title", "author", "issued", "date-parts", "family", "DOI", "volume", "references"),
    "record": ("version", "answers", "works", "titles", "authors", "years", "notices", "kind", "doi", "asked", "a b c"),
}  # fmt: skip


def inputs(name: str) -> SearchStrategy[bytes]:
    """Inputs for a target."""
    if name in _SCHEMAS:
        properties = schema_of(_SCHEMAS[name])["properties"]
        return _mappings(properties, _values(tuple(properties))).map(_as_yaml)
    if name in _KEYS:
        values = _values(_KEYS[name])
        written = _as_json if name == "record" else _as_yaml
        return st.one_of(values.map(written), st.lists(values, max_size=3).map(written))
    pieces = st.sampled_from((*TARGETS[name].pieces, *_WORDS * 4))
    return st.lists(pieces, max_size=40).map(b"".join)


def _mappings(properties: Any, odd: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """Mappings with some of the keys that a schema knows, and values that it may or may not admit."""
    known = {key: st.one_of(_of(schema), odd) for key, schema in properties.items()}
    return st.fixed_dictionaries({}, optional=known)


def _of(schema: Any) -> SearchStrategy[Any]:
    """Values that a part of a schema admits, as far as its type tells."""
    kind = schema.get("type")
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if kind == "array":
        return st.lists(_of(schema.get("items", {})), max_size=3)
    if kind == "object":
        return st.one_of(
            _mappings(schema.get("properties", {}), _texts()), st.dictionaries(_texts(), _texts(), max_size=2)
        )
    if kind in ("integer", "number"):
        return st.integers(-3, 10**6)
    return st.booleans() if kind == "boolean" else _texts()


def _texts() -> SearchStrategy[str]:
    known = (
        "claims/cure",
        "recommended",
        "cures",
        "{treatments}",
        "(a|b)+",
        r"\d+ mg",
        "a.org",
        "*.md",
        "**",
        "[",
        "{",
        "2020",
    )
    return st.one_of(st.sampled_from(known), st.text(max_size=8))


def _values(keys: Sequence[str]) -> SearchStrategy[Any]:
    leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), _texts())
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(st.one_of(st.sampled_from(keys), _texts()), inner, max_size=4),
        ),
        max_leaves=8,
    )


def _as_yaml(value: Any) -> bytes:
    return yaml.safe_dump(value, allow_unicode=True).encode("utf-8", "replace")


def _as_json(value: Any) -> bytes:
    return json.dumps(value).encode("utf-8")


def look(name: str, examples: int) -> None:
    """Try so many inputs; raises what the smallest faulty one raises."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(inputs(name))
    def tried(data: bytes) -> None:
        TARGETS[name].run(data)

    tried()


def main(argv: Sequence[str] | None = None) -> int:
    """Look at every target, or those that are named."""
    parser = argparse.ArgumentParser(
        "python -m fuzz.generated", description="Puts inputs together and looks for faults."
    )
    parser.add_argument(
        "--examples", type=int, default=1000, metavar="N", help="for each target; default: 1000"
    )
    parser.add_argument("--target", action="append", choices=TARGETS, help="only this one; may be repeated")
    args = parser.parse_args(argv)
    for name in args.target or TARGETS:
        look(name, args.examples)
        print(f"{name}: {args.examples:,} inputs, no fault", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
