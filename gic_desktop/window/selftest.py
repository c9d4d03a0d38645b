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
            # After everything that is due now: then the window stands there whole. Not by `quit`,
            # which closes windows, and closing writes the settings.
            QTimer.singleShot(0, lambda: self._application.exit(0))
        return super().eventFilter(watched, event)


def quit_when_painted(application: QApplication, window: QWidget) -> None:
    window.installEventFilter(_FirstPaint(application))


def selftest(application: QApplication, file: Path, result: Path | None) -> int:
    """Opens, exports, shows; whatever breaks, the result says which step broke and how."""
    found: dict[str, object] = {"version": __version__, "opened": False, "window": False}
    exports: dict[str, int] = {}
    found["exports"] = exports
    step = "open"
    try:
        project = verbs.open_report(file)
        found["opened"] = True
        found["org"] = project.report.organ
        found["cells"] = len(project.report.cells)
        step = "check"
        found["errors"] = sum(f.blocks for f in verbs.check(project.report))
        target = (result or file).parent
        for suffix in verbs.EXPORTS:
            step = f"export {suffix}"
            path = target / f"selftest{suffix}"
            verbs.export(project.report, path, draft=True)
            exports[suffix] = path.stat().st_size
        step = "window"
        _show(application, file, found)
        # The words for one are loaded from inside the library, and not before.
        step = "mistake"
        found["mistake"] = _told_mistake()
    except Exception as error:  # noqa: BLE001 - an installer's test reads the result, not a traceback
        told = str(error) or type(error).__name__
        foreseen = isinstance(error, (verbs.Refused, StoreError))
        found["refused"] = told if foreseen else f"{type(error).__name__}: {told}"
        found["refused_at"] = step
        if not foreseen:
            import traceback

            found["trace"] = traceback.format_exc()
    text = json.dumps(found, ensure_ascii=False, indent=1)
    if result is not None:
        result.write_text(text, encoding="utf-8")
    else:
        print(text)  # noqa: T201 - asked for on the console
    return 0 if found["window"] and "refused" not in found else 2


def _told_mistake() -> str:
    try:
        QObject().setObjectName(5)  # type: ignore[arg-type]
    except TypeError as error:
        return str(error).partition("\n")[0]
    return ""


def _show(application: QApplication, file: Path, found: dict[str, object]) -> None:
    from gic_desktop.window.application import Program
    from gic_desktop.window.session import Opened, Session

    program = Program(application)
    # Beside the program's own way of opening a file: that asks questions, and here nobody answers.
    project = verbs.open_report(file)
    window = program.show(Session(project.report, Opened(file, project.fingerprint)))
    for _ in range(50):
        application.processEvents()
        if window.isVisible() and not window.grab().isNull():
            break
    found["window"] = window.isVisible()
    found["title"] = window.windowTitle()
    window.session.close(discard=True)
    window.hide()
