"""The short form of build_scripts/fuzz.py: some inputs for every reader, the same in each run."""

from __future__ import annotations

import importlib.util
import random
import sys
from pathlib import Path
from types import ModuleType

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
def targets(fuzz: ModuleType) -> dict[str, object]:
    made: dict[str, object] = fuzz.targets()
    return made


def test_every_target_is_tried_here(targets: dict[str, object]) -> None:
    assert tuple(targets) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_harmed_input_ends_in_a_result_or_a_sentence(
    name: str, fuzz: ModuleType, targets: dict[str, object], tmp_path: Path
) -> None:
    fuzz.KEPT = tmp_path
    outcome = fuzz.fuzz(name, targets[name], seed=2, rounds=80)
    assert outcome.runs == 80
    assert outcome.faults == 0


def test_a_fault_is_found_kept_and_counted(fuzz: ModuleType, tmp_path: Path) -> None:
    def read(data: bytes) -> None:
        if b"9" not in data:
            raise IndexError(data)

    fuzz.KEPT = tmp_path
    outcome = fuzz.fuzz("broken", fuzz.Target((b"1999",), read), seed=1, rounds=200)
    assert outcome.faults == fuzz.MOST_FAULTS
    assert len(list(tmp_path.iterdir())) == fuzz.MOST_FAULTS


def test_the_same_seed_gives_the_same_inputs(fuzz: ModuleType) -> None:
    one, two = random.Random("1/x"), random.Random("1/x")
    assert [fuzz.harmed(b"abcdef", one) for _ in range(50)] == [
        fuzz.harmed(b"abcdef", two) for _ in range(50)
    ]
