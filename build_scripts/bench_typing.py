"""CPU time of one keystroke in the largest table: edit, totals, checks, marks; without and with painting.

    python build_scripts/bench_typing.py [--rounds N] [--json FILE]

Medians of `time.process_time` over every cell of the table, one digit each. "Without painting" is
the time until the editor has its text and the report, the totals and all marks are up to date; "with
painting" adds the repaint of all that changed. A benchmark, never a test: it fails for no number.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--json", type=Path)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["GIC_DESKTOP_HOME"] = home
        rows = measure(given.rounds)
    if given.json:
        given.json.write_text(json.dumps({"rows": rows}, indent=1), "utf-8")
    return 0


def measure(rounds: int) -> list[dict[str, object]]:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from gic_desktop.forms.catalogue import form_for_year
    from gic_desktop.report.edits import SetCells
    from gic_desktop.report.figures import Figure
    from gic_desktop.report.report import new_report
    from gic_desktop.window import theme
    from gic_desktop.window.session import Session
    from gic_desktop.window.table.editor import TableEditor

    application = QApplication([])
    theme.dress(application, theme.LIGHT)
    form = form_for_year(2025)
    session = Session(new_report(form, 2025, "某街道办事处"))
    table = max(form.tables, key=lambda t: len(t.cells))
    editor = TableEditor(session, table.id)
    editor.resize(1000, 560)
    editor.show()
    application.processEvents()
    cells = [place.cell for place in editor.places.inputs]
    core, key, painted = [], [], []
    for number in range(rounds):
        for cell in cells:
            editor.view.show_cell(cell)
            QTest.keyClick(editor.view, Qt.Key.Key_1)
            application.processEvents()
            digit = Qt.Key(int(Qt.Key.Key_1) + number % 9)
            line = editor.view.open_editor
            assert line is not None
            start = time.process_time()
            QTest.keyClick(line, digit)
            typed = time.process_time()
            application.processEvents()
            done = time.process_time()
            key.append(typed - start)
            painted.append(done - start)
            editor.close_editor()
            start = time.process_time()
            session.apply(SetCells({cell: Figure(number + 2)}))
            core.append(time.process_time() - start)
            application.processEvents()
    rows: list[dict[str, object]] = []
    for name, found in (
        ("edit, totals, checks, marks of one figure", core),
        ("the same through a key event in the editor", key),
        ("with painting", painted),
    ):
        milliseconds = sorted(one * 1000 for one in found)
        high = milliseconds[int(len(milliseconds) * 0.95)]
        middle = statistics.median(milliseconds)
        print(f"{name}: median {middle:.2f} ms, 95 % under {high:.2f} ms")
        rows.append({"what": name, "ms": middle, "95 % under": high})
    session.close(discard=True)
    return rows


if __name__ == "__main__":
    sys.exit(main())
