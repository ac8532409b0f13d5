"""A short round of the fuzzers, and that they would find what there is to find."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from fuzz import __main__ as fuzzer
from fuzz.__main__ import Campaign
from fuzz.generated import look
from fuzz.mutate import MARKDOWN, mutated
from fuzz.targets import TARGETS, Target


@pytest.fixture(autouse=True)
def _cache_is_put_back() -> Iterator[None]:
    before = os.environ.get("MEDLINT_CACHE_DIR")
    yield
    os.environ.pop("MEDLINT_CACHE_DIR", None)
    if before is not None:
        os.environ["MEDLINT_CACHE_DIR"] = before


@pytest.mark.parametrize("name", TARGETS)
def test_mutated_inputs(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    campaign = Campaign(1, tmp_path, [name], ())
    campaign.run(None, 8 if name == "rule" else 60)
    assert campaign.faults == {}, capsys.readouterr().out


@pytest.mark.parametrize("name", TARGETS)
def test_generated_inputs(name: str) -> None:
    look(name, 20)


def test_a_fault_is_found_and_its_input_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def brittle(data: bytes) -> None:
        if b"x" in data:
            raise KeyError("x")

    monkeypatch.setitem(TARGETS, "record", Target(brittle, lambda: [b"abcxabc"]))
    campaign = Campaign(1, tmp_path, ["record"], ())
    campaign.run(None, 50)
    (fault,) = campaign.faults
    assert fault.startswith("record: KeyError")
    (kept,) = tmp_path.iterdir()
    assert b"x" in kept.read_bytes()
    assert str(kept) in capsys.readouterr().out
    assert "1 kinds of fault" in campaign.told()


def test_an_input_that_hangs_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(_: bytes) -> None:
        while True:
            pass

    monkeypatch.setitem(TARGETS, "record", Target(endless, lambda: [b"a"]))
    monkeypatch.setattr(fuzzer, "LIMIT", 0.05)
    campaign = Campaign(1, tmp_path, ["record"], ())
    campaign.run(None, 1)
    assert "HangError" in next(iter(campaign.faults))


def test_the_same_seed_makes_the_same_inputs() -> None:
    one, other = (
        [mutated(b"It cures cancer. " * 9, Random(n), MARKDOWN) for n in range(50)] for _ in range(2)
    )
    assert one == other
    assert len(set(one)) > 45
