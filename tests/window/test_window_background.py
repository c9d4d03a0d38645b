"""Work off the GUI thread: what nobody wants any more holds nothing."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
from pytestqt.qtbot import QtBot

from gic_desktop import resources
from gic_desktop.report.edits import SetCells
from gic_desktop.report.figures import Figure
from gic_desktop.store import gicr
from gic_desktop.window import background
from gic_desktop.window.session import Session


class Held:
    pass


@pytest.mark.parametrize("abandoned", [False, True])
@pytest.mark.parametrize("breaks", [False, True])
def test_a_task_is_let_go_when_it_has_ended(*, qtbot: QtBot, abandoned: bool, breaks: bool) -> None:
    go, told = threading.Event(), []
    held = Held()
    gone = weakref.ref(held)

    def work() -> int:
        go.wait(10)
        if breaks:
            raise ValueError("甲")
        return 7

    def arrived(result: object, held: Held = held) -> None:
        told.append((result, held))

    task = background.start(work, arrived, arrived)
    if abandoned:
        task.abandon()
    del task, arrived, held, work
    gc.collect()
    assert gone() is not None
    go.set()
    qtbot.waitUntil(lambda: bool(told) or abandoned)
    assert len(told) == (0 if abandoned else 1)
    told.clear()
    qtbot.waitUntil(lambda: gc.collect() >= 0 and gone() is None)
    assert not told


def test_a_task_that_ends_at_once_is_let_go(qtbot: QtBot) -> None:
    """It had often run before Qt's `start` came back, and then its runner was kept for ever."""
    gone = []
    for _ in range(400):
        gone.append(weakref.ref(background.start(lambda: 7, lambda _: None, lambda _: None)))
        background.wait_for_all()
    qtbot.waitUntil(lambda: gc.collect() >= 0 and not any(one() for one in gone))


def test_a_session_closed_while_its_words_are_checked_is_let_go(qtbot: QtBot) -> None:
    """It was held for ever with all its history: the monkey's memory grew on a busy machine."""
    session = Session(gicr.read(resources.path("samples", "2021.gicr").read_bytes()).report)
    gone = weakref.ref(session)
    for number in range(5):
        session.apply(SetCells({"requests.received.person": Figure(number + 1)}))
        session._check_slowly()
    session.close(discard=True)
    del session
    qtbot.waitUntil(lambda: gc.collect() >= 0 and gone() is None)
