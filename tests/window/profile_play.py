"""A clerk's session on a PC whose profile folder is in some state: start, open, edit, save, close.

python profile_play.py FILE      the profile is GIC_DESKTOP_HOME; prints what was said, as JSON
"""

import json
import sys
from pathlib import Path

from PySide6.QtTest import QTest

from gic_desktop import user_folders
from gic_desktop.report.edits import SetCells
from gic_desktop.report.figures import Figure
from gic_desktop.window import application, background
from gic_desktop.window.notice import Notice


def journalled() -> bool:
    return any(one.stat().st_size for one in user_folders.journal().glob("*.gicj"))


def play(file: Path) -> dict[str, object]:
    raised: list[str] = []
    sys.excepthook = lambda _kind, error, _trace: raised.append(repr(error))
    application.AFTER_START = 50
    qt = application.make_application(["profile"])
    program = application.Program(qt)
    program.show_start()
    QTest.qWait(100)
    window = program.open(file)
    assert window is not None
    window.session.apply(SetCells({"requests.received.person": Figure(7)}))
    for _ in range(100):
        if window.statusBar().currentMessage() or journalled():
            break
        QTest.qWait(50)
    in_journal = journalled()
    journal = window.statusBar().currentMessage()
    again = window.settings.write()
    saved = window.session.save()
    window.settings.zoom = 150
    window.close()
    background.wait_for_all()
    # Every window that stands is told, each once.
    notices = {n.label.toolTip() for top in qt.topLevelWidgets() for n in top.findChildren(Notice)}
    return {
        "raised": raised,
        "notices": sorted(notices),
        "journal": journal,
        "again": again,
        "journalled": in_journal,
        "kept": [error.sentence for error in saved.notes],
        "scheme": program.settings.scheme,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(play(Path(sys.argv[1])), ensure_ascii=False))
