"""Plain functions off the GUI thread; the result comes back as a signal on the GUI thread."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QThreadPool, Signal


class Task(QObject):
    """One function under way. `done` or `failed` is emitted once, unless it was abandoned."""

    done = Signal(object)
    failed = Signal(object)
    ended = Signal()
    """Always, abandoned or not: only then is the task let go."""

    def __init__(self, function: Callable[[], Any]) -> None:
        super().__init__()
        self._function: Callable[[], Any] | None = function
        self.abandoned = False

    def abandon(self) -> None:
        """Nobody wants the answer any more; the function itself runs on to its end."""
        self.abandoned = True

    def run(self) -> None:
        assert self._function is not None
        try:
            result = self._function()
        except Exception as error:  # noqa: BLE001 - handed to the GUI thread, which judges it
            self._emit(self.failed, error)
        else:
            self._emit(self.done, result)
        # What it worked on is not held until somebody has time to hear that it ended.
        self._function = None
        self._emit(self.ended)

    def _emit(self, signal: Any, *value: object) -> None:
        if value and self.abandoned:
            return
        try:
            signal.emit(*value)
        except RuntimeError:
            # The window was closed meanwhile and took the object's other half with it.
            self.abandoned = True


_under_way: set[Task] = set()


def start(
    function: Callable[[], Any],
    done: Callable[[Any], None],
    failed: Callable[[Exception], None],
) -> Task:
    """Runs `function` in Qt's pool of threads. The callbacks run on the calling thread's event loop."""
    task = Task(function)
    _under_way.add(task)

    def ended() -> None:
        _under_way.discard(task)
        # Its connections hold the callbacks, and this one holds it: Python sees no cycle in that.
        task.deleteLater()

    task.done.connect(done)
    task.failed.connect(failed)
    task.ended.connect(ended)
    # Not as a QRunnable of Python: one that has run before `start` returns is never freed (PySide 6.9).
    QThreadPool.globalInstance().start(task.run)
    return task


def wait_for_all(milliseconds: int = 10_000) -> bool:
    return bool(QThreadPool.globalInstance().waitForDone(milliseconds))
