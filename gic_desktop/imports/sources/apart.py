"""Runs a reader in a process of its own, with a time and a memory limit.

Used for formats that are read by other people's native or binary code, which cannot be asked to
stop: a PDF whose pages refer to themselves, an old Word file with a damaged table of pieces. When
the time is over the process is ended, and the clerk gets a sentence.

A built program must call `multiprocessing.freeze_support()` first thing in every entry point.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import time
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from gic_desktop.imports.source import MB, TOO_SLOW, Budget, ImportRefused, Source

_MEMORY = 1536 * MB
_STARTING = 30
"""Seconds that a new process may take to stand, with a virus scanner at work."""
STOPPED = "读取这份文件时中途停止，文件可能已损坏；请用 Word 或 WPS 打开，另存为 .docx 后再导入。"


def _limit_memory() -> None:
    """Bound the process's memory where the system offers it (not on Windows)."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, most))


def _work(kind: str, budget: Budget, asked: Connection) -> None:
    asked.send(None)
    data = asked.recv_bytes()
    _limit_memory()
    budget.deadline = time.monotonic() + budget.seconds
    result: Source | str
    try:
        if kind == "pdf":
            from gic_desktop.imports.sources.pdf import read_pdf

            result = read_pdf(data, budget)
        else:
            from gic_desktop.imports.sources.doc import read_doc

            result = read_doc(data, budget)
    except ImportRefused as refused:
        result = str(refused)
    except (MemoryError, RecursionError):
        result = TOO_SLOW
    except Exception:  # noqa: BLE001 (the other side knows only a Source or a sentence)
        result = STOPPED
    asked.send(result)
    asked.close()


def _answers(ours: Connection, process: SpawnProcess, seconds: float) -> bool:
    """Whether there is an answer in time; that the process is gone without one is told at once.

    The pipe alone does not tell it on Windows, where the other end is ours until the process takes it.
    """
    ended = process.sentinel
    if ended in wait([ours, ended], max(seconds, 0)) and not ours.poll():
        raise EOFError
    return ours.poll()


def read_apart(kind: str, data: bytes, budget: Budget) -> Source:
    """Read a `pdf` or `doc` in another process; ended when the budget's seconds are over."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    # The file follows when the process says that it stands. Handed over at the start it would fill
    # the pipe of one that dies on the way, and nobody would ever read on.
    process = context.Process(target=_work, args=(kind, budget, theirs), daemon=True)
    process.start()
    theirs.close()
    result: Source | str = TOO_SLOW
    try:
        if _answers(ours, process, _STARTING):
            ours.recv()
            ours.send_bytes(data)
            # The reader stops itself at its own deadline; the rest is for handing over.
            result = ours.recv() if _answers(ours, process, budget.seconds + 5) else TOO_SLOW
    except (EOFError, OSError):
        result = STOPPED
    finally:
        ours.close()
        if process.is_alive() and result in (TOO_SLOW, STOPPED):
            process.kill()
        process.join(10)
    if not isinstance(result, Source):
        raise ImportRefused(result)
    return result
