"""What one long-lived process keeps: memory and open handles while the same work is done again and again.

    python3 build_scripts/dev.py bench_growth [--times N] [--json FILE]

Exports to PDF, opening and saving, keystrokes with all checks, undo and redo through a long history.
Each line gives megabytes resident and open handles at the start, in the middle and at the end of its
work, after a first go that loads what is loaded once. Flat is what is wanted; nothing here fails.
"""

import argparse
import gc
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from gic_desktop.values import replace

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gic_desktop import verbs  # noqa: E402 - after the path to the source tree
from gic_desktop.checks.run import check  # noqa: E402
from gic_desktop.output import series  # noqa: E402
from gic_desktop.report.edits import SetCells, SetSection  # noqa: E402
from gic_desktop.report.figures import Figure  # noqa: E402
from gic_desktop.report.history import History  # noqa: E402
from gic_desktop.report.narrative import Chart  # noqa: E402
from gic_desktop.store.projects import save_project  # noqa: E402

SAMPLE = ROOT / "resources" / "samples" / "2021.gicr"


def held() -> tuple[float, int]:
    """Megabytes resident and open handles; what the garbage collector can free is freed before."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6, len(list(Path("/proc/self/fd").iterdir()))


def grown(work: Callable[[int], object], times: int) -> list[tuple[float, int]]:
    for number in range(max(times // 20, 3)):
        work(number)
    seen = [held()]
    for number in range(times):
        work(number)
        if number + 1 in (times // 2, times):
            seen.append(held())
    return seen


def works(folder: Path) -> dict[str, tuple[Callable[[int], object], int]]:
    report = verbs.open_any(SAMPLE)
    cells = [c for c, d in report.form.cells.items() if not d.computed]
    charts = tuple(Chart(one.key) for one in series.charts(report))
    section = replace(report.section("overview"), body=charts)
    with_drawings = SetSection(section).apply(report)
    file = folder / "年报.gicr"
    save_project(file, report)
    history = History(report)

    def export(number: int) -> None:
        verbs.export_bytes(with_drawings, verbs.EXPORTS[number % len(verbs.EXPORTS)])

    def open_and_save(number: int) -> None:
        opened = verbs.open_report(file)
        changed = verbs.set_cells(opened.report, {cells[number % len(cells)]: str(number)})
        save_project(file, changed, expected=opened.fingerprint)

    def keystroke(number: int) -> None:
        cell = cells[number % len(cells)]
        history.apply(SetCells({cell: Figure(number % 1000)}), visit=number // 3)
        check(history.report, pace="at once")

    def there_and_back(_: int) -> None:
        steps = 0
        while history.undo_name is not None:
            history.undo()
            steps += 1
        for _step in range(steps):
            history.redo()

    return {
        "exports to PDF": (lambda _: verbs.export_bytes(report, ".pdf"), 500),
        "with charts to each format in turn": (export, 400),
        "opened, changed, saved": (open_and_save, 1000),
        # The history is full after 2,000 steps, 6,000 keys: from the middle on nothing may come.
        "keystrokes with totals and checks": (keystroke, 20_000),
        "undone to the beginning and redone": (there_and_back, 20),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, help="of each, instead of its own number")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory(prefix="gic-growth-") as folder:
        os.environ["GIC_DESKTOP_HOME"] = str(Path(folder) / "home")
        for name, (work, times) in works(Path(folder)).items():
            seen = grown(work, given.times or times)
            told = "  ".join(f"{megabytes:6.1f} MB {handles:3}" for megabytes, handles in seen)
            print(f"{name:36} {given.times or times:6,} times  {told}", flush=True)
            rows.append({"what": name, "times": given.times or times, "MB and handles": seen})
    if given.json:
        given.json.write_text(json.dumps({"rows": rows}, indent=1), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
