"""Killed at any moment of a save, and two programs that save the same file at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from store_arena import is_whole, state

from gic_desktop.store import durable

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks and signals of Unix")
ARENA = Path(__file__).with_name("store_arena.py")
SOURCE = Path(__file__).parents[2]


def arena(*arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(ARENA), *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )


def answer(process: subprocess.Popen[str]) -> dict[str, int]:
    said, _ = process.communicate()
    assert process.returncode == 0
    return json.loads(said)


def kill(folder: Path, times: int, seed: int) -> dict[str, int]:
    (folder / "台账").mkdir()
    result = answer(arena("kill", folder / "台账", str(times), str(seed)))
    assert result["kills"] == times
    assert result["torn"] == 0
    assert result["damaged_versions"] == 0
    return result


def test_killed_300_times_at_random_moments_of_saving(tmp_path: Path) -> None:
    result = kill(tmp_path, 300, seed=2026)
    # Worth something only if kills fell into saves, and saves got through between them.
    assert result["during_a_save"] > 30
    assert result["different"] > 30


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5))
def test_killed_ten_thousand_times(tmp_path: Path, seed: int) -> None:
    result = kill(tmp_path, 10_000, seed)
    assert result["during_a_save"] > 1_000


def test_two_programs_adding_to_one_file_lose_nothing(tmp_path: Path) -> None:
    """Each reads, adds one, and saves only if nobody wrote in between: all additions count."""
    file = tmp_path / "a.gicr"
    file.write_bytes(b"0")
    children = [arena("count", file, "150") for _ in range(2)]
    refused = sum(answer(child)["refused"] for child in children)
    assert file.read_bytes() == b"300"
    assert refused > 0
    assert [path.name for path in tmp_path.iterdir()] == ["a.gicr"]


def test_two_programs_overwriting_one_file_leave_it_whole_at_every_look(tmp_path: Path) -> None:
    file = tmp_path / "a.gicr"
    file.write_bytes(state(0))
    children = [arena("overwrite", file, "150") for _ in range(2)]
    looks = 0
    while any(child.poll() is None for child in children):
        assert is_whole(file.read_bytes())
        looks += 1
    for child in children:
        answer(child)
    assert looks > 20
    assert [path.name for path in tmp_path.iterdir()] == ["a.gicr"]


def test_threads_saving_one_file(tmp_path: Path) -> None:
    file = tmp_path / "a.gicr"
    file.write_bytes(b"0")

    def add() -> None:
        for _ in range(50):
            while True:
                content, known = durable.read(file, 100)
                try:
                    durable.replace(file, b"%d" % (int(content) + 1), expected=known)
                except durable.ChangedOutside:
                    continue
                break

    threads = [threading.Thread(target=add) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert file.read_bytes() == b"150"
