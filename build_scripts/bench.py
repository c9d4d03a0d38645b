"""Measures every budget against its peers, interleaved, and says which are met, which missed by how much.

    python3 build_scripts/dev.py bench [--quick] [--rounds N] [--json FILE] [--only NAME]

Machines are shared and noisy, so a figure is a median of many rounds in random order beside a peer
measured in the same rounds; a ratio tells more than milliseconds. What stands here is measured
first, then every `bench_NAME.py` beside this script; NAME is one of them, or a part of this one. At
the end stands one line for each budget. A peer that is not installed is left out, and said so.
The window stands beside LibreOffice Writer with a docx of the same report too. Both draw on a screen of
Xvfb, whose memory is looked at every 10 ms: painted is the first look after which no more than one
point in 300 (a blinking caret) differs from the picture that stays for 1.5 seconds. Both start with
a profile that was used once before, and its notices read; Writer shows no splash. Without Xvfb or soffice it is left out.
`--quick` takes few rounds and 4,000 reports instead of the country's 40,000, which fill a gigabyte.
Nothing here passes or fails: the status is 0 unless a script breaks.
"""

import argparse
import json
import os
import platform
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    return rows + beside_writer(min(rounds, 7))


STILL, LOOK, LONGEST = 1.5, 0.01, 40.0
SCREEN = (1366, 768)


def _drawn(command: list[str], environment: dict[str, str], screen: Path) -> Callable[[], float]:
    """From the call to the picture that stays, in ms; `screen` is the memory of Xvfb's screen."""
    import numpy as np

    def look() -> Any:
        points = np.fromfile(screen, dtype=np.uint32)
        return points[-SCREEN[0] * SCREEN[1] :]

    def run() -> float:
        empty = look()
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            env=environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        seen: list[tuple[float, Any]] = [(0.0, empty)]
        few = empty.size // 300
        try:
            while True:
                now = time.perf_counter() - start
                picture = look()
                if np.count_nonzero(picture != seen[-1][1]):
                    seen.append((now, picture))
                changed = [at for at, one in seen if np.count_nonzero(one != picture) > few]
                drawn = np.count_nonzero(picture != empty) > picture.size // 2
                if drawn and now - changed[-1] > STILL:
                    after = next(at for at, _ in seen if at > changed[-1])
                    return after * 1e3
                if now > LONGEST:
                    raise TimeoutError(f"{command[0]} was not painted in {LONGEST:.0f} s")
                seen = [one for one in seen if one[0] >= changed[-1]] if changed else seen
                time.sleep(LOOK)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            time.sleep(0.5)

    return run


def beside_writer(rounds: int) -> list[Row]:
    writer, server = shutil.which("soffice"), shutil.which("Xvfb")
    if writer is None or server is None:
        missing = "LibreOffice Writer" if writer is None else "Xvfb"
        print(f"{missing} is not installed: Writer is not measured beside the window.")
        return []
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        document = here / "report.docx"
        # A line about input methods, which Xvfb has none of, comes a second later and moves the picture.
        settings = here / "home" / "settings"
        settings.mkdir(parents=True)
        (settings / "settings.json").write_text('{"told/input_method": "yes"}')
        gic = [sys.executable, "-m", "gic_desktop.console.main"]
        subprocess.run([*gic, "export", str(SAMPLE), "-o", str(document)], check=True)
        told, tell = os.pipe()
        size = "x".join(map(str, (*SCREEN, 24)))
        display = subprocess.Popen(
            [server, "-displayfd", str(tell), "-screen", "0", size, "-fbdir", folder, "-nocursor"],
            pass_fds=[tell],
            stderr=subprocess.DEVNULL,
        )
        try:
            number = os.read(told, 16).decode().strip()
            environment = {
                **os.environ,
                "DISPLAY": f":{number}",
                "GIC_DESKTOP_HOME": str(here / "home"),
                "QT_QPA_PLATFORM": "xcb",
            }
            screen = here / "Xvfb_screen0"
            settled = f"-env:UserInstallation={(here / 'profile').as_uri()}"
            quiet = ["--norestore", "--nologo", "--nolockcheck", "--nofirststartwizard"]
            ours = [sys.executable, "-m", "gic_desktop", str(SAMPLE)]
            theirs = [writer, settled, *quiet, str(document)]
            taken = interleaved(
                {
                    "ours": _drawn(ours, environment, screen),
                    "Writer": _drawn(theirs, environment, screen),
                },
                rounds,
            )
        except TimeoutError as error:
            print(f"{error}: Writer is not measured beside the window (Debian's -nogui has none).")
            return []
        finally:
            display.terminate()
            display.wait()
    ratio = taken["ours"] / taken["Writer"]
    peer = f"LibreOffice Writer, {taken['Writer']:.0f} ms"
    return [row("spawn to a picture that stays", taken["ours"], "ms", peer, ratio, "")]


PARTS: dict[str, Callable[[int], list[Row]]] = {
    "keystrokes": keystrokes,
    "console": console,
    "window": window,
}


# -- the budgets ----------------------------------------------------------------------------------

Told = dict[str, Any]


class Unmeasured(Exception):
    """Why a budget has no figure, as words."""


@dataclass(frozen=True)
class Budget:
    """`found` takes the figure out of what a script wrote: of this one, or of `bench_SCRIPT.py`."""

    what: str
    most: float
    unit: str
    script: str
    found: Callable[[Told], float]


def _row(told: Told, key: str, value: object) -> Told:
    rows: list[Told] = told["rows"]
    for one in rows:
        if str(one[key]).startswith(str(value)):
            return one
    raise Unmeasured(f"not measured: {value}")


PDF, GIC = "this program, .gicr", "gic export"


def _of_typst(ours: str, which: str) -> Callable[[Told], float]:
    def found(told: Told) -> float:
        try:
            peer = _row(told, "name", "Typst")
        except Unmeasured:
            raise Unmeasured("Typst is not installed") from None
        return float(_row(told, "name", ours)[which] / peer[which])

    return found


def _rolled_up(key: str) -> Callable[[Told], float]:
    def found(told: Told) -> float:
        row: Told = told["rows"][-1]
        if row["files"] < 40_000:
            raise Unmeasured(f"{row['files']:,} files: {row[key]:.2f}; 40,000 without --quick")
        return float(row[key])

    return found


def _built(ending: str) -> Callable[[Told], float]:
    def found(_: Told) -> float:
        built = sorted((ROOT / "dist").glob(f"*{ending}"))
        if not built:
            raise Unmeasured("not built: dev.py package all")
        return built[-1].stat().st_size / 1e6

    return found


BUDGETS = (
    Budget(
        "start to the window painted", 1.8, "× an empty PySide6 window", "",
        lambda told: float(_row(told, "what", "spawn to painted")["ratio"]),
    ),
    Budget(
        "memory with a report open", 1.5, "× that window", "",
        lambda told: float(_row(told, "what", "memory with")["ratio"]),
    ),
    Budget(
        "a figure: edit, totals, arithmetic", 1, "ms", "",
        lambda told: float(_row(told, "what", "keystroke")["value"]),
    ),
    Budget(
        "a key in a cell, painted", 16, "ms", "typing",
        lambda told: float(_row(told, "what", "with painting")["ms"]),
    ),
    Budget(
        "checks of words, twenty pages", 50, "ms", "text_checks",
        lambda told: float(told["twenty pages, ms"]["nothing remembered"]),
    ),
    Budget(
        "a ten-page Word file read", 500, "ms", "import",
        lambda told: float(_row(told, "what", "whole")["ms"]),
    ),
    Budget("PDF of a project, whole process", 0.8, "× Typst", "pdf", _of_typst(PDF, "process_ms")),
    Budget("the same by gic, with checks", 0.8, "× Typst", "pdf", _of_typst(GIC, "process_ms")),
    Budget("PDF again, in process", 0.8, "× Typst", "pdf", _of_typst(PDF, "again_ms")),
    Budget("the same by gic, with checks", 0.8, "× Typst", "pdf", _of_typst(GIC, "again_ms")),
    Budget("40,000 reports rolled up", 15, "s", "rollup", _rolled_up("s")),
    Budget("memory of that", 300, "MB", "rollup", _rolled_up("MB")),
    Budget("Windows installer", 80, "MB", "", _built(".exe")),
    Budget(".deb", 95, "MB", "", _built(".deb")),
)  # fmt: skip


def judged(budget: Budget, told: dict[str, Told]) -> Told:
    row: Told = {"budget": budget.what, "most": budget.most, "unit": budget.unit}
    if budget.script not in told:
        return {**row, "said": f"not measured: bench_{budget.script}.py"}
    try:
        value = budget.found(told[budget.script])
    except Unmeasured as error:
        return {**row, "said": str(error)}
    away = abs(value / budget.most - 1)
    said = f"met, {away:.0%} below" if value <= budget.most else f"MISSED by {away:.0%}"
    return {**row, "value": round(value, 3), "met": value <= budget.most, "said": said}


def show(budgets: list[Told]) -> None:
    print("\nBudgets")
    for row in budgets:
        value = f"{row['value']:.4g}" if "value" in row else "-"
        print(f"{row['budget']:36}{value:>8}  of {row['most']:<4g}{row['unit']:27}{row['said']}")


# -- the run --------------------------------------------------------------------------------------


def table(rows: list[Row]) -> str:
    heads = ("what", "value", "unit", "peer", "ratio", "budget")
    lines = [[str(r[h]) for h in heads] for r in rows]
    widths = [max(len(line[i]) for line in [list(heads), *lines]) for i in range(len(heads))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in [list(heads), *lines]
    )


def by_script(script: Path, arguments: list[str]) -> Told | None:
    """What a script wrote down; None where it broke."""
    print(f"\n{script.stem}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "told.json"
        call = [sys.executable, str(script), "--json", str(target), *arguments]
        if subprocess.run(call, check=False).returncode or not target.exists():
            print(f"{script.name} broke", file=sys.stderr)
            return None
        told = json.loads(target.read_text("utf-8"))
    return told if isinstance(told, dict) else {"rows": told}


def commit() -> str:
    try:
        call = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
        return subprocess.run(call, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


QUICK = {
    "pdf": ["--rounds", "5"],
    "text_checks": ["--only", "pages"],
    "import": ["--only", "speed"],
}
QUICK |= {"growth": ["--times", "20"], "typing": ["--rounds", "1"], "sizes": ["--only", "findings"]}
FULL = {"rollup": ["--counts", "4000", "40000"]}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", help="one part, or one of the scripts bench_NAME.py")
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    rows: list[Row] = []
    for name, part in PARTS.items():
        if given.only in (None, name):
            rows += part(given.rounds or (5 if given.quick else 20))
    if rows:
        print(table(rows))
    told: dict[str, Told] = {"": {"rows": rows}}
    broken = 0
    for script in sorted(Path(__file__).parent.glob("bench_*.py")):
        name = script.stem.removeprefix("bench_")
        if given.only not in (None, name):
            continue
        found = by_script(script, (QUICK if given.quick else FULL).get(name, []))
        broken += found is None
        if found is not None:
            told[name] = found
    budgets = [judged(budget, told) for budget in BUDGETS]
    show([row for row in budgets if given.only is None or "value" in row])
    if given.json:
        made = {
            "date": time.strftime("%Y-%m-%d"),
            "machine": platform.platform(),
            "processors": os.cpu_count(),
            "python": platform.python_version(),
            "commit": commit(),
            "budgets": budgets,
            "told": told,
        }
        given.json.write_text(json.dumps(made, indent=1, ensure_ascii=False), "utf-8")
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
