"""For benchmarks and installer tests: end after the first paint; open, export, and write what was found."""

import json
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from gic_desktop import __version__, verbs
from gic_desktop.store.faults import StoreError


class _FirstPaint(QObject):
    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._seen = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and not self._seen:
            self._seen = True
            # After everything that is due now: then the window stands there whole.
            QTimer.singleShot(0, self._application.quit)
        return super().eventFilter(watched, event)


def quit_when_painted(application: QApplication, window: QWidget) -> None:
    window.installEventFilter(_FirstPaint(application))


def selftest(application: QApplication, file: Path, result: Path | None) -> int:
    from gic_desktop.window.application import Program

    found: dict[str, object] = {"version": __version__, "opened": False, "exports": {}}
    try:
        project = verbs.open_report(file)
        found["opened"] = True
        found["org"] = project.report.organ
        found["cells"] = len(project.report.cells)
        found["errors"] = sum(f.blocks for f in verbs.check(project.report))
        exports: dict[str, int] = {}
        target = (result or file).parent
        for suffix in verbs.EXPORTS:
            path = target / f"selftest{suffix}"
            verbs.export(project.report, path, draft=True)
            exports[suffix] = path.stat().st_size
        found["exports"] = exports
        program = Program(application)
        window = program.open(file)
        found["window"] = window is not None
        application.processEvents()
        if window is not None:
            found["title"] = window.windowTitle()
            window.session.close(discard=True)
    except (verbs.Refused, StoreError, ValueError) as error:
        found["refused"] = str(error)
    text = json.dumps(found, ensure_ascii=False, indent=1)
    if result is not None:
        result.write_text(text, encoding="utf-8")
    else:
        print(text)  # noqa: T201 - asked for on the console
    return 0 if found["opened"] and "refused" not in found else 2
