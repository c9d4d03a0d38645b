"""Measures the budgets against their peers, interleaved, and prints medians and ratios.

    python3 build_scripts/dev.py bench [--rounds N] [--json FILE] [--only NAME]

Nothing here passes or fails: machines are shared and noisy, so a figure is a median of many rounds
in random order beside a peer measured in the same rounds. The further scripts `bench_*.py` follow.
"""

import argparse
import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "resources" / "samples" / "2021.gicr"
EMPTY_WINDOW = """
import sys
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
class Painted(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, app.quit)
        return False
app = QApplication(sys.argv)
window = QMainWindow()
painted = Painted()
window.installEventFilter(painted)
window.resize(1280, 720)
window.show()
app.exec()
"""

Row = dict[str, object]


def interleaved(things: dict[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Runs every thing once a round, in random order; the median of each."""
    chance = random.Random(1)  # noqa: S311 - an order, not a secret
    taken: dict[str, list[float]] = {name: [] for name in things}
    for thing in things.values():
        thing()
    for _ in range(rounds):
        order = list(things)
        chance.shuffle(order)
        for name in order:
            taken[name].append(things[name]())
    return {name: statistics.median(times) for name, times in taken.items()}


def row(what: str, value: float, unit: str, peer: str, ratio: float, budget: str) -> Row:  # noqa: PLR0917 - the columns
    shown = {"what": what, "value": round(value, 3), "unit": unit, "peer": peer}
    return {**shown, "ratio": round(ratio, 3), "budget": budget}


def keystrokes(rounds: int) -> list[Row]:
    """One typed digit to totals, change and arithmetic findings, in CPU time."""
    from gic_desktop.checks.run import check
    from gic_desktop.report.edits import SetCells, change_between
    from gic_desktop.report.figures import Figure, read_figure
    from gic_desktop.report.history import History
    from gic_desktop.store import gicr

    data = SAMPLE.read_bytes()
    report = gicr.read(data).report
    inputs = [cell for cell in report.form.cells.values() if not cell.computed]
    history = History(report)
    turn = 0

    def key() -> float:
        nonlocal turn
        turn += 1
        cell = inputs[turn % len(inputs)]
        before = history.report
        start = time.process_time_ns()
        figure = read_figure(str(turn % 100), cell)
        if isinstance(figure, Figure):
            after = history.apply(SetCells({cell.id: figure}), visit=cell.id)
            check(after, pace="at once")
            change_between(before, after)
        return (time.process_time_ns() - start) / 1e6

    def peer() -> float:
        start = time.process_time_ns()
        json.loads(data)
        return (time.process_time_ns() - start) / 1e6

    taken = interleaved({"key": key, "json": peer}, max(rounds * 20, 200))
    ratio = taken["key"] / taken["json"]
    return [
        row(
            "keystroke to totals and findings",
            taken["key"],
            "ms CPU",
            "json.loads of the file",
            ratio,
            "1 ms",
        )
    ]


def _spawn(command: list[str], home: Path) -> Callable[[], float]:
    environment = {**os.environ, "GIC_DESKTOP_HOME": str(home)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def run() -> float:
        start = time.perf_counter()
        subprocess.run(command, check=False, env=environment, capture_output=True)
        return (time.perf_counter() - start) * 1e3

    return run


def console(rounds: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        gic = [sys.executable, "-m", "gic_desktop.console.main"]
        things = {
            "nothing": _spawn([sys.executable, "-c", "pass"], home),
            "help": _spawn([*gic, "--help"], home),
            "check": _spawn([*gic, "check", str(SAMPLE)], home),
        }
        taken = interleaved(things, rounds)
    return [
        row(
            f"gic {name}, whole process",
            taken[name],
            "ms",
            "python -c pass",
            taken[name] / taken["nothing"],
            "",
        )
        for name in ("help", "check")
    ]


def _peak(command: list[str], environment: dict[str, str]) -> float:
    """Resident memory at its highest, MB."""
    code = (
        "import resource,subprocess,sys;"
        "subprocess.run(sys.argv[1:],capture_output=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return int(done.stdout) / 1024


def window(rounds: int) -> list[Row]:
    """Spawn to painted, and memory, against an empty PySide6 main window."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        empty = [sys.executable, "-c", EMPTY_WINDOW]
        ours = [sys.executable, "-m", "gic_desktop", "--quit-when-painted", str(SAMPLE)]
        writer = shutil.which("soffice")
        things = {"empty": _spawn(empty, home), "ours": _spawn(ours, home)}
        taken = interleaved(things, rounds)
        environment = {**os.environ, "GIC_DESKTOP_HOME": folder}
        memory = {
            name: _peak(command, environment)
            for name, command in (("empty", empty), ("ours", ours))
        }
    peer = "empty PySide6 window"
    start, most = taken["ours"] / taken["empty"], memory["ours"] / memory["empty"]
    rows = [
        row("spawn to painted, report open", taken["ours"], "ms", peer, start, "1.8 ×"),
        row("memory with a report open", memory["ours"], "MB", peer, most, "1.5 ×"),
    ]
    if writer is None:
        print("LibreOffice Writer is not installed: not measured beside the window.")
    return rows


PARTS: dict[str, Callable[[int], list[Row]]] = {
    "keystrokes": keystrokes,
    "console": console,
    "window": window,
}


def table(rows: list[Row]) -> str:
    heads = ("what", "value", "unit", "peer", "ratio", "budget")
    lines = [[str(r[h]) for h in heads] for r in rows]
    widths = [max(len(line[i]) for line in [list(heads), *lines]) for i in range(len(heads))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in [list(heads), *lines]
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", help="one part, or one of the scripts bench_NAME.py")
    given = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    rows: list[Row] = []
    for name, part in PARTS.items():
        if given.only in (None, name):
            rows += part(given.rounds)
    if rows:
        print(table(rows))
    if given.json:
        machine = {"machine": platform.platform(), "python": platform.python_version()}
        given.json.write_text(json.dumps({**machine, "rows": rows}, indent=1, ensure_ascii=False))
    for script in sorted(Path(__file__).parent.glob("bench_*.py")):
        if given.only in (None, script.stem.removeprefix("bench_")):
            print(f"\n{script.stem}")
            sys.stdout.flush()
            subprocess.run([sys.executable, str(script)], check=False)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
