"""A monkey at the real window: keys, pastes, undo, tabs, searches, saves, closing and opening again.

    python3 build_scripts/dev.py monkey [--minutes 60] [--rounds N] [--seed S] [--trace]

Runs without a screen. After each burst of some dozen actions what the window holds must be true:

* the report equals a replay of the same edits by a history of its own;
* what the tables and texts show is what the report holds;
* the file, once saved, reads back as the report; undone to the beginning and redone it is the same.

No exception may pass unseen, and Qt may not complain. The same seed does the same. A failure names
the round and the last actions, and ends with 1.

Every hundred bursts the window is closed and the sample opened in a new one, so that no history, no
report and no log of the replay is held, and the caches that have a bound are emptied; what is held
then is measured: bytes in use, memory of the process, handles, widgets, other objects of Qt, objects
of Python. The first third warms up; after it none may grow, by the median of all slopes between two
measurements. The kinds of objects that became more are named; `--trace` names the lines that took
the memory, at half the speed.

Bytes in use are what the C library has given out and Python holds of its own small blocks. The memory
of the process has the gaps between them too, which come and go: it may grow by three times as much.
"""

import argparse
import ctypes
import functools
import gc
import itertools
import json
import os
import random
import statistics
import sys
import tempfile
import time
import tracemalloc
import zlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, QTimer, QtMsgType, qInstallMessageHandler  # noqa: E402 - after the path
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QPixmapCache  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication, QDialog, QWidget  # noqa: E402

from gic_desktop import verbs  # noqa: E402
from gic_desktop.report.edits import Edit  # noqa: E402
from gic_desktop.report.history import History  # noqa: E402
from gic_desktop.report.report import Report  # noqa: E402
from gic_desktop.store import gicr  # noqa: E402
from gic_desktop.window import background  # noqa: E402
from gic_desktop.window import theme as look  # noqa: E402
from gic_desktop.window.dialogs.find import replace_all  # noqa: E402
from gic_desktop.window.main_window import MainWindow  # noqa: E402
from gic_desktop.window.session import PAUSE_OF_TYPING, Opened, Session  # noqa: E402
from gic_desktop.window.settings import Settings  # noqa: E402

SAMPLE = ROOT / "resources" / "samples" / "2021.gicr"
ACTIONS_A_BURST = 25
EVERY = 100
# A report that grew to so many bytes gives way to the sample: its growth would hide the program's.
LARGEST = 30_000
DIGITS = "0123456789０１２３４５６７８９.-+,／/— abc件（）"
WORDS = (
    "公开信息63条，其中动态类73条。", "{收到申请总数}", "（一）主动公开", "，，", "𬱖", "2019年",
    "本年新收政府信息公开申请35件", "的的", "13800138000", "\u200b", "一", " ",
)  # fmt: skip
TABLE_KEYS = (
    Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Left, Qt.Key.Key_Right,
    Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_F2,
    Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Escape, Qt.Key.Key_PageDown,
)  # fmt: skip
HELD = (
    Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier,
)  # fmt: skip
"""With Shift a selection grows; with Ctrl Enter fills it, and the arrows go far."""
TEXT_KEYS = (
    Qt.Key.Key_Return, Qt.Key.Key_Backspace, Qt.Key.Key_Delete, Qt.Key.Key_Left, Qt.Key.Key_Right,
    Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End,
)  # fmt: skip


class Watched(History):
    """Writes down what is done to the report, so that another history can do it again."""

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.first = report
        self.log: list[tuple[str, tuple[object, ...]]] = []

    def apply(self, edit: Edit, visit: object = None) -> Report:
        self.log.append(("apply", (edit, visit)))
        return super().apply(edit, visit)

    def undo(self) -> Report:
        self.log.append(("undo", ()))
        return super().undo()

    def redo(self) -> Report:
        self.log.append(("redo", ()))
        return super().redo()

    def end_visit(self) -> None:
        self.log.append(("end_visit", ()))
        super().end_visit()

    def cancel_visit(self, visit: object) -> Report:
        self.log.append(("cancel_visit", (visit,)))
        return super().cancel_visit(visit)

    def replayed(self) -> Report:
        again = History(self.first)
        for name, arguments in self.log:
            getattr(again, name)(*arguments)
        return again.report


def strike(widget: QWidget, text: str) -> None:
    """Keys for what keys have; the rest comes as an input method brings it."""
    for character in text:
        if character.isascii():
            QTest.keyClicks(widget, character)
        else:
            event = QInputMethodEvent()
            event.setCommitString(character)
            QApplication.sendEvent(widget, event)


class Untrue(Exception):
    """The window shows, keeps or says something that is not so."""


def must(so: object, what: str) -> None:
    if not so:
        raise Untrue(what)


class Monkey:
    def __init__(self, seed: int, folder: Path) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - the same seed, the same deeds
        self.settings = Settings(folder / "settings.ini")
        self.path = folder / "年报.gicr"
        self.path.write_bytes(SAMPLE.read_bytes())
        self.last: deque[str] = deque(maxlen=40)
        self.window = self._open()

    def _open(self) -> MainWindow:
        project = verbs.open_report(self.path)
        session = Session(project.report, Opened(self.path, project.fingerprint))
        self.history = Watched(project.report)
        session._history = self.history  # noqa: SLF001 - the one place where all edits pass
        window = MainWindow(session, self.settings, look.LIGHT)
        window.resize(1366, 700)
        window.show()
        return window

    def close(self) -> None:
        self.window.session.close(discard=True)
        self.window.hide()
        self._delete()
        look.delete_later(self.window)
        self._delete()

    @staticmethod
    def _delete() -> None:
        """Without an event loop of its own nothing else would carry out what is to be deleted later."""
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def begin_anew(self) -> None:
        """The sample in a new window: nothing of what was done is held for its own sake."""
        self.close()
        self.path.write_bytes(SAMPLE.read_bytes())
        background.wait_for_all()
        self.window = self._open()
        QApplication.processEvents()
        self._delete()

    # -- what it does ----------------------------------------------------------------------------

    def burst(self) -> None:
        for _ in range(ACTIONS_A_BURST):
            deed = self.chance.choices(
                (self.type_figures, self.move, self.write, self.paste, self.undo, self.redo,
                 self.turn, self.find, self.fill, self.repair, self.save, self.rest),
                (60, 40, 28, 16, 20, 12, 12, 2, 4, 4, 2, 1),
            )[0]  # fmt: skip
            self.last.append(deed.__name__)
            deed()
            QApplication.processEvents()
        self.look_at_it()

    def _table(self) -> QWidget | None:
        tab = self.window.section_tab(self.window.tab) if self._in_section() else None
        if tab is None or tab.table is None:
            return None
        return tab.table.view.open_editor or tab.table.view

    def _in_section(self) -> bool:
        form = self.window.session.report.form
        return self.window.tab in {section.id for section in form.sections}

    def type_figures(self) -> None:
        for _ in range(self.chance.randrange(1, 5)):
            if (table := self._table()) is not None:
                strike(table, self.chance.choice(DIGITS))

    def move(self) -> None:
        if (table := self._table()) is not None:
            held = self.chance.choice(HELD)
            QTest.keyClick(table, self.chance.choice(TABLE_KEYS), held)

    def write(self) -> None:
        if not self._in_section():
            return
        parts = self.window.section_tab(self.window.tab).parts
        editor = self.chance.choice(list(parts.values())).editor
        if self.chance.random() < 0.5:
            strike(editor, self.chance.choice(WORDS))
        else:
            QTest.keyClick(editor, self.chance.choice(TEXT_KEYS))

    def paste(self) -> None:
        rows = [
            [str(self.chance.randrange(200)) for _ in range(self.chance.randrange(1, 8))]
            for _ in range(self.chance.randrange(1, 5))
        ]
        data = QMimeData()
        if self.chance.random() < 0.5:
            cells = "".join("<tr>" + "".join(f"<td>{c}" for c in row) for row in rows)
            data.setHtml(f"<table>{cells}</table>")
        data.setText(
            self.chance.choice(WORDS)
            if self.chance.random() < 0.2
            else "\r\n".join("\t".join(row) for row in rows)
        )
        QGuiApplication.clipboard().setMimeData(data)
        if not self._in_section():
            return
        tab = self.window.section_tab(self.window.tab)
        if tab.table is not None and self.chance.random() < 0.7:
            tab.table.paste()
        elif tab.parts:
            self.chance.choice(list(tab.parts.values())).editor.paste()

    def undo(self) -> None:
        for _ in range(self.chance.randrange(1, 4)):
            self.window.undo_action.trigger()

    def redo(self) -> None:
        for _ in range(self.chance.randrange(1, 4)):
            self.window.redo_action.trigger()

    def turn(self) -> None:
        keys = ["cover", *(section.id for section in self.window.session.report.form.sections)]
        self.window.show_tab(self.chance.choice(keys))

    def find(self) -> None:
        session = self.window.session
        wanted, by = self.chance.choice("公开信息件条"), self.chance.choice(("公开", "件", ""))
        session.apply(replace_all(session, wanted, by))

    def fill(self) -> None:
        tab = self.window.section_tab(self.window.tab) if self._in_section() else None
        if tab is not None and tab.table is not None:
            self.chance.choice((tab.table.fill_table, tab.table.clear, tab.table.fill_selection))()

    def repair(self) -> None:
        self.window.session.check_now()
        self.window.panel.go_to_next()
        self.window.panel.repair()

    def save(self) -> None:
        self._leave_cell()
        self.window.session.save()
        must(
            gicr.read(self.path.read_bytes()).report == self.window.session.report, "file ≠ report"
        )
        if self.chance.random() < 0.3:
            self.close()
            if self.path.stat().st_size > LARGEST:
                self.path.write_bytes(SAMPLE.read_bytes())
            self.window = self._open()

    def rest(self) -> None:
        """Long enough for the checks of words to begin, now and then not for them to end."""
        QTest.qWait(PAUSE_OF_TYPING + self.chance.choice((0, 20, 80)))

    def _leave_cell(self) -> None:
        for tab in self.window.section_tabs():
            if tab.table is not None:
                tab.table.close_editor()

    # -- what must be true -----------------------------------------------------------------------

    def look_at_it(self) -> None:
        self._leave_cell()
        QApplication.processEvents()
        session = self.window.session
        must(self.history.replayed() == session.report, "the replay gives another report")
        must(gicr.read(gicr.write(session.report)).report == session.report, "written ≠ read")
        for tab in self.window.section_tabs():
            for name, part in tab.parts.items():
                known, held = part.editor.written(), part.editor.narrative
                blocks = part.editor._blocks  # noqa: SLF001 - what it knows is read once more
                blocks[:] = [None] * len(blocks)
                shown = part.editor.written()
                must(shown == held, f"{tab.section.id}/{name} shows {shown}, not {held}")
                must(shown == known, f"{tab.section.id}/{name} shows {shown}, believes {known}")
        if self.chance.random() < 0.1:
            self.there_and_back()

    def there_and_back(self) -> None:
        session, steps = self.window.session, 0
        now = session.report
        while session.undo_name is not None:
            session.undo()
            steps += 1
        for _ in range(steps):
            session.redo()
        must(session.report == now, f"{steps} steps undone and redone give another report")


# -- what it leaves behind ----------------------------------------------------------------------


@dataclass(frozen=True)
class Held:
    """What the process holds with the sample just opened."""

    bursts: int
    in_use: float
    megabytes: float
    handles: int
    widgets: int
    qt_objects: int
    objects: int
    packed_kinds: bytes = field(repr=False)

    @property
    def kinds(self) -> Counter[str]:
        return Counter(json.loads(zlib.decompress(self.packed_kinds)))


def held(bursts: int, window: QWidget) -> Held:
    QPixmapCache.clear()
    forget_what_is_bounded()
    gc.collect()
    kinds = Counter(f"{type(o).__module__}.{type(o).__qualname__}" for o in gc.get_objects())
    return Held(
        bursts,
        in_use(),
        resident(),
        handles(),
        len(QApplication.allWidgets()),
        len(window.findChildren(QObject)),
        kinds.total(),
        # A look is kept for an hour and more: it may not be what grows.
        zlib.compress(json.dumps({kind: n for kind, n in kinds.items() if n >= 20}).encode()),
    )


def forget_what_is_bounded() -> None:
    """Caches of so many entries fill up and stay; one without an end is not emptied, and shows."""
    for one in gc.get_objects():
        if isinstance(one, functools._lru_cache_wrapper):  # noqa: SLF001 - it has no other name
            ours = str(one.__module__).startswith("gic_desktop")
            if ours and one.cache_parameters()["maxsize"] is not None:
                one.cache_clear()


class _MallInfo(ctypes.Structure):
    """What glibc tells of its heap, in bytes."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks",
            "fordblks", "keepcost",
        )
    ]  # fmt: skip


# A small block of Python, of 16 to 512 bytes: in the open window they take 86 bytes on average.
BLOCK = 86


def in_use() -> float:
    """Megabytes that somebody holds, or 0 where the C library does not tell; what is free goes back."""
    if not sys.platform.startswith("linux"):
        return 0.0
    library = ctypes.CDLL(None)
    if not hasattr(library, "mallinfo2"):
        return 0.0
    library.malloc_trim(0)
    library.mallinfo2.restype = _MallInfo
    heap = library.mallinfo2()
    given_out = int(heap.uordblks) + int(heap.hblkhd)
    return (given_out + sys.getallocatedblocks() * BLOCK) / 1_000_000


def resident() -> float:
    """Megabytes, or 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000


def handles() -> int:
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.is_dir() else 0


# Of each what may come and go without being growth: over the whole time, by the slope.
ALLOWED = {
    "in_use": 2.0, "megabytes": 6.0, "handles": 3.0, "widgets": 10.0, "qt_objects": 10.0,
    "objects": 4000.0,
}  # fmt: skip
FEWEST = 6


def after_warming_up(seen: Sequence[Held]) -> Sequence[Held]:
    return seen[len(seen) // 3 :]


def grown(seen: Sequence[Held], what: str) -> float:
    """How much more there is at the end, by the median of the slopes between any two looks."""
    points = [(one.bursts, float(getattr(one, what))) for one in seen]
    slopes = [
        (later - before) / (end - start)
        for (start, before), (end, later) in itertools.combinations(points, 2)
    ]
    return statistics.median(slopes) * (points[-1][0] - points[0][0])


def judged(seen: Sequence[Held]) -> Iterable[str]:
    """What grew after warming up, as sentences; nothing is said of too few looks."""
    warm = after_warming_up(seen)
    if len(warm) < FEWEST:
        return
    for what, allowed in ALLOWED.items():
        if (more := grown(warm, what)) > allowed:
            bursts = warm[-1].bursts - warm[0].bursts
            yield f"{what}: {more:+.1f} in {bursts:,} bursts, {allowed:g} would be allowed"


def told(seen: Sequence[Held]) -> Iterable[str]:
    warm = after_warming_up(seen)
    if len(warm) < FEWEST:
        yield "too few looks to speak of growth"
        return
    growth = ", ".join(f"{what} {grown(warm, what):+.1f}" for what in ALLOWED)
    yield f"after warming up, from burst {warm[0].bursts:,} to {warm[-1].bursts:,}: {growth}"
    more = (warm[-1].kinds - warm[0].kinds).most_common(8)
    yield "kinds of objects there are more of: " + (
        ", ".join(f"{kind} {count:+,}" for kind, count in more) or "none"
    )


def _answer() -> None:
    """A dialog that waits for an answer gets the one that Escape gives."""
    dialog = QApplication.activeModalWidget()
    if isinstance(dialog, QDialog):
        dialog.reject()


def run(
    seed: int,
    more: Callable[[int], bool],
    folder: Path,
    say: Callable[[str], None],
    seen: list[Held] | None = None,
) -> int:
    """Bursts while `more(round)`; the number of them. Raises what went wrong. `seen`: what is held."""
    raised: list[BaseException] = []
    hook = sys.excepthook
    sys.excepthook = lambda _type, error, _trace: raised.append(error)

    def complained(kind: QtMsgType, _context: object, text: str) -> None:
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and "plugin" not in text:
            raised.append(Untrue(f"Qt: {text}"))

    before = qInstallMessageHandler(complained)
    answers = QTimer()
    answers.timeout.connect(_answer)
    answers.start(20)
    # Python makes its table of names anew, a megabyte larger, once so many have come and gone.
    for name in range(50_000):
        sys.intern(f"come and gone {name}")
    monkey, number = Monkey(seed, folder), 0
    try:
        while more(number):
            monkey.burst()
            must(not raised, f"{raised[:1]}")
            number += 1
            if seen is not None and number % EVERY == 0:
                size, steps = monkey.window.session.report, len(monkey.history.log)
                kilobytes = len(gicr.write(size)) / 1000
                monkey.begin_anew()
                now = held(number, monkey.window)
                seen.append(now)
                say(
                    f"{number:7,} bursts  {now.in_use:6.2f} MB in use  {now.megabytes:6.1f} MB"
                    f"  {now.handles:3} handles"
                    f"  {now.widgets:4} widgets  {now.qt_objects:5} Qt objects"
                    f"  {now.objects:8,} objects  (before: {kilobytes:3.0f} kB, {steps:5,} deeds)"
                )
    except BaseException:
        say(f"burst {number}, seed {seed}: {' '.join(monkey.last)}")
        raise
    finally:
        monkey.close()
        QGuiApplication.clipboard().clear()
        background.wait_for_all()
        sys.excepthook = hook
        qInstallMessageHandler(before)
    return number


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--rounds", type=int, default=0, help="so many bursts, whatever the time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--trace", action="store_true", help="name the lines that took memory")
    given = parser.parse_args()
    application = QApplication.instance() or QApplication(["monkey", *look.FUSION])
    assert isinstance(application, QApplication)
    look.dress(application, look.LIGHT)
    until = time.monotonic() + given.minutes * 60

    def more(number: int) -> bool:
        return number < int(given.rounds) if given.rounds else time.monotonic() < until

    seen: list[Held] = []
    before = None
    with tempfile.TemporaryDirectory(prefix="gic-monkey-") as folder:
        os.environ["GIC_DESKTOP_HOME"] = str(Path(folder) / "home")
        if given.trace:
            tracemalloc.start(8)

        def say(text: str) -> None:
            nonlocal before
            print(text, flush=True)
            # Once it is warm: after a third of the time.
            if given.trace and before is None and time.monotonic() > until - given.minutes * 40:
                before = tracemalloc.take_snapshot()

        done = run(given.seed, more, Path(folder), say, seen)
        if before is not None:
            for line in tracemalloc.take_snapshot().compare_to(before, "lineno")[:15]:
                print(line)
    print(f"{done:,} bursts of {ACTIONS_A_BURST} actions, nothing untrue")
    print("\n".join(told(seen)))
    complaints = list(judged(seen))
    for complaint in complaints:
        print(f"GROWS: {complaint}")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
