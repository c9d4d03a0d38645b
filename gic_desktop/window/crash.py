"""When something breaks: the work first, then one dialog, and the reason in the log."""

import sys
from types import TracebackType
from typing import TYPE_CHECKING

from gic_desktop import __version__, user_folders

if TYPE_CHECKING:
    import logging

    from gic_desktop.window.application import Program

LOG = "gic-desktop.log"
MOST_BYTES = 1_000_000


class _Hook:
    """PySide goes on after an exception, and a broken paint would raise on every repaint: told once."""

    def __init__(self, program: "Program") -> None:
        self._program = program
        self._log: logging.Logger | None = None
        self._told = False

    def __call__(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        if not self._told:
            for window in self._program.windows:
                window.session.rescue()
        if self._log is None:
            self._log = opened_log()
        self._log.error("version %s", __version__, exc_info=(kind, error, trace))
        if self._told:
            return
        self._told = True
        from gic_desktop.window.dialogs.ask import tell

        tell(
            None,
            "程序遇到问题",
            "程序遇到问题，刚才的操作可能没有完成。您的内容已经留存。\n"
            "请保存年报后重新启动程序；如果再次出现，请把日志交给技术人员：\n"
            f"{user_folders.logs() / LOG}",
            warning=True,
        )


def install(program: "Program") -> None:
    sys.excepthook = _Hook(program)


def opened_log() -> "logging.Logger":
    """Only when there is something to write: the module for it costs a start 6 ms."""
    import logging
    import logging.handlers

    log = logging.getLogger("gic_desktop")
    try:
        handler: logging.Handler = logging.handlers.RotatingFileHandler(
            user_folders.logs() / LOG, maxBytes=MOST_BYTES, backupCount=2, encoding="utf-8"
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
    return log
