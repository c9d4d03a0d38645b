"""The short form of build_scripts/fuzz.py: some inputs for every reader, the same in each run."""

from __future__ import annotations

import importlib.util
import random
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "build_scripts" / "fuzz.py"
NAMES = (
    "project", "journal", "docx", "xlsx", "html", "text", "pdf", "doc",
    "pasted table", "pasted text", "typed figure", "sentences",
)  # fmt: skip


@pytest.fixture(scope="module")
def fuzz() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fuzz", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["fuzz"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def targets(fuzz: ModuleType) -> dict[str, Any]:
    made: dict[str, Any] = fuzz.targets()
    return made


def test_every_target_is_tried_here(targets: dict[str, Any]) -> None:
    assert tuple(targets) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_harmed_input_ends_in_a_result_or_a_sentence(
    name: str,
    fuzz: ModuleType,
    targets: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fuzz, "KEPT", tmp_path)
    # An old Word file takes fifty times as long as the others.
    rounds = 15 if name == "doc" else 80
    outcome = fuzz.fuzz(name, targets[name], seed=2, rounds=rounds)
    assert outcome.runs == rounds
    assert outcome.faults == 0


@pytest.mark.parametrize("name", NAMES)
def test_the_input_is_good_before_it_is_harmed(name: str, targets: dict[str, Any]) -> None:
    for sample in targets[name].samples:
        targets[name].read(sample)


def test_a_fault_is_found_kept_and_counted(
    fuzz: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(data: bytes) -> None:
        if b"9" not in data:
            raise IndexError(data)

    monkeypatch.setattr(fuzz, "KEPT", tmp_path)
    outcome = fuzz.fuzz("broken", fuzz.Target((b"1999",), read), seed=1, rounds=200)
    assert outcome.faults == fuzz.MOST_FAULTS
    assert len(list(tmp_path.iterdir())) == fuzz.MOST_FAULTS


def test_the_same_seed_gives_the_same_inputs(fuzz: ModuleType) -> None:
    one, two = random.Random("1/x"), random.Random("1/x")
    assert [fuzz.harmed(b"abcdef", one) for _ in range(50)] == [
        fuzz.harmed(b"abcdef", two) for _ in range(50)
    ]
