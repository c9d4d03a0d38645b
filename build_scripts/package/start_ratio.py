"""How long the built programs take to start, against the same programs from source.

Runs of both are interleaved, so that what else the PC does falls on both alike; medians are compared.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import contents
from commands import say

BUDGET = 1.1
RUNS = 11


def measure(folder: Path, runs: int = RUNS) -> dict[str, float]:
    """Print and give the ratios, by program."""
    sample = str(contents.ROOT / "resources" / "samples" / "2021.gicr")
    found = {}
    calls = {
        "gic-desktop": ("gic_desktop", ["--quit-when-painted", sample]),
        "gic": ("gic_desktop.console.main", ["check", sample]),
    }
    for program, (module, arguments) in calls.items():
        built = [str(folder / program), *arguments]
        source = [sys.executable, "-m", module, *arguments]
        one, other = _medians(built, source, runs)
        found[program] = one / other
        told = "" if one <= other * BUDGET else f", over the budget of {BUDGET}"
        times = f"{one * 1000:.0f} against {other * 1000:.0f} ms"
        say(f"  start of {program}: {one / other:.2f} x from source ({times}{told})")
    return found


def _medians(one: Sequence[str], other: Sequence[str], runs: int) -> tuple[float, float]:
    with tempfile.TemporaryDirectory(prefix="gic-start-") as home:
        environment = dict(os.environ, QT_QPA_PLATFORM="offscreen", GIC_DESKTOP_HOME=home)
        _seconds(one, environment)
        _seconds(other, environment)
        times = [(_seconds(one, environment), _seconds(other, environment)) for _ in range(runs)]
    first, second = zip(*times, strict=True)
    return statistics.median(first), statistics.median(second)


def _seconds(command: Sequence[str], environment: dict[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run(
        command,
        cwd=contents.ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=True,
        timeout=120,
    )
    return time.perf_counter() - started
