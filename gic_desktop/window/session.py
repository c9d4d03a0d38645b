"""The open report in the window: its history, values and findings, and the one signal.

Every view holds the session and nothing else. An edit goes in (`apply`, `type_figure`), `changed`
comes out once, when report, values and findings are all up to date. Rules that read text follow
after a pause, off the GUI thread; what they found arrives as `findings_changed`.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from gic_desktop import user_folders, verbs
from gic_desktop.checks.finding import SEVERITIES, Count, Finding, count
from gic_desktop.checks.run import arranged, check
from gic_desktop.forms.description import Severity
from gic_desktop.report.bound import BoundFigures
from gic_desktop.report.edits import Change, Edit, SetCells, change_between
from gic_desktop.report.figures import Number, Refusal, read_figure
from gic_desktop.report.history import History
from gic_desktop.report.place import Place
from gic_desktop.report.report import Report
from gic_desktop.report.totals import values_of
from gic_desktop.store import gicr
from gic_desktop.store.durable import Fingerprint, NotConfirmed, Saved
from gic_desktop.store.earlier_versions import KEPT_VERSIONS, EarlierVersions
from gic_desktop.store.faults import StoreError
from gic_desktop.store.journal import JournalWriter
from gic_desktop.store.lock import Lock, holder
from gic_desktop.store.projects import save_project
from gic_desktop.values import Struct
from gic_desktop.window import background

if TYPE_CHECKING:
    from gic_desktop.checks.figures_in_text import Offer

PAUSE_OF_TYPING = 400
JOURNAL_PAUSE = 700


class Opened(Struct):
    """Where the report came from and what was agreed about its file."""

    path: Path | None = None
    fingerprint: Fingerprint | None = None
    lock: Lock | None = None
    read_only: bool = False


class Session(QObject):
    changed = Signal(object)
    stepped = Signal(object)
    """What undo or redo has changed, so that it can be shown."""
    findings_changed = Signal()
    state_changed = Signal()
    """Saved or not, path, read-only: what the title and the status line show."""
    journal_failed = Signal(str)
    _lock_lost = Signal()

    def __init__(
        self, report: Report, opened: Opened | None = None, *, unsaved: bool = False
    ) -> None:
        super().__init__()
        self._history = History(report)
        self._opened = opened or Opened()
        self._saved: Report | None = None if unsaved or self._opened.path is None else report
        self._blank = report
        self._unsaved = unsaved
        self.open_cell: str | None = None
        self.versions_kept = KEPT_VERSIONS
        self._fonts: Mapping[str, str] = {}
        self._values = values_of(report)
        self._bound: BoundFigures | None = None
        self._at_once: tuple[Finding, ...] = ()
        self._after_pause: tuple[Finding, ...] = ()
        self.offers: tuple[Offer, ...] = ()
        """Numbers in the text that could follow the tables, as of the last pause of typing."""
        self._findings: tuple[Finding, ...] = ()
        self._by_cell: dict[str, list[Finding]] = {}
        self._slow_task: background.Task | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_OF_TYPING)
        self._pause.timeout.connect(self._check_slowly)
        self._journal_pause = QTimer(self)
        self._journal_pause.setSingleShot(True)
        self._journal_pause.setInterval(JOURNAL_PAUSE)
        self._journal_pause.timeout.connect(self._write_journal)
        self._journal: JournalWriter | None = None
        self._unfit = False
        self._closed = False
        self.taken_over = ""
        """Who has taken the file over from this window, as a sentence; empty while it is ours."""
        self._lock_lost.connect(self._other_has_it)
        self._keep(self._opened.lock)
        self._run_at_once()
        self._pause.start()
        if unsaved:
            self._write_journal()

    # -- reading ---------------------------------------------------------------------------------

    @property
    def report(self) -> Report:
        return self._history.report

    @property
    def values(self) -> dict[str, Number]:
        return self._values

    @property
    def bound(self) -> BoundFigures:
        if self._bound is None:
            self._bound = BoundFigures(self.report, self._values)
        return self._bound

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self._findings

    @property
    def count(self) -> Count:
        return count(self._findings)

    @property
    def path(self) -> Path | None:
        return self._opened.path

    @property
    def read_only(self) -> bool:
        return self._opened.read_only

    @property
    def modified(self) -> bool:
        if self._saved is None:
            return self._unsaved or self.report != self._blank
        return self.report is not self._saved and self.report != self._saved

    @property
    def undo_name(self) -> str | None:
        return self._history.undo_name

    @property
    def redo_name(self) -> str | None:
        return self._history.redo_name

    def findings_for_cell(self, cell: str) -> list[Finding]:
        """What speaks of a cell, the gravest first, what stands with a reason last.

        The open cell is never accused.
        """
        return [] if cell == self.open_cell else self._by_cell.get(cell, [])

    def mark_for_cell(self, cell: str) -> tuple[Severity | None, bool, bool]:
        """The gravest severity at a cell, whether it is the cell to look at, and has a reason."""
        found = self.findings_for_cell(cell)
        if not found:
            return None, False, False
        return found[0].severity, found[0].place.cell == cell, bool(found[0].overridden)

    # -- editing ---------------------------------------------------------------------------------

    def type_figure(self, cell: str, text: str, visit: object) -> Refusal | None:
        """What stands in a cell's editor at this keystroke. A refusal leaves the report as it is."""
        read = read_figure(text, self.report.form.cells[cell])
        if isinstance(read, Refusal):
            return read
        self.apply(SetCells({cell: read}), visit)
        return None

    def apply(self, edit: Edit, visit: object = None) -> Change:
        if self.read_only:
            return Change()
        return self._move(lambda: self._history.apply(edit, visit))

    def end_visit(self) -> None:
        self._history.end_visit()

    def cancel_visit(self, visit: object) -> Change:
        return self._move(lambda: self._history.cancel_visit(visit))

    def undo(self) -> Change:
        return self._step(self._history.undo)

    def redo(self) -> Change:
        return self._step(self._history.redo)

    def _step(self, step: Callable[[], object]) -> Change:
        change = self._move(step)
        if change:
            self.stepped.emit(change)
        return change

    def set_open_cell(self, cell: str | None) -> None:
        """The cell whose editor is open; its marks wait until it is left."""
        if cell != self.open_cell:
            touched = {c for c in (cell, self.open_cell) if c is not None}
            self.open_cell = cell
            self.changed.emit(Change(cells=frozenset(touched)))

    def _move(self, step: Callable[[], object]) -> Change:
        before = self.report
        was_modified, names = self.modified, (self.undo_name, self.redo_name)
        step()
        after = self.report
        if after is before:
            return Change()
        self._values = values_of(after)
        self._bound = None
        change = change_between(before, after)
        self._run_at_once()
        self._pause.start()
        if not self._journal_pause.isActive():
            self._journal_pause.start()
        self.changed.emit(change)
        if (was_modified, names) != (self.modified, (self.undo_name, self.redo_name)):
            self.state_changed.emit()
        return change

    # -- checking --------------------------------------------------------------------------------

    def _run_at_once(self) -> None:
        self._at_once = check(self.report, pace="at once", today=_today())
        self._gather()

    def _check_slowly(self) -> None:
        if self._slow_task is not None:
            self._slow_task.abandon()
        report = self.report

        def look() -> tuple[tuple[Finding, ...], tuple["Offer", ...]]:
            from gic_desktop.checks.figures_in_text import offers

            return self._read_texts(report), offers(report)

        def found(result: tuple[tuple[Finding, ...], tuple["Offer", ...]]) -> None:
            self._slow_task = None
            # The report moved on, and the timer runs again; or its window is gone, and with it all
            # that signals: an answer may have been on its way when the task was abandoned.
            if self._closed or report is not self.report:
                return
            self._after_pause, self.offers = result
            self._gather()
            self.findings_changed.emit()

        def failed(error: Exception) -> None:
            self._slow_task = None
            raise error

        self._slow_task = background.start(look, found, failed)

    def _read_texts(self, report: Report) -> tuple[Finding, ...]:
        def unprintable(report: Report) -> list[tuple[Place, str]]:
            return verbs.unprintable(report, fonts)

        fonts = self._fonts
        return check(report, pace="after a pause", today=_today(), unprintable=unprintable)

    def use_fonts(self, fonts: Mapping[str, str]) -> None:
        """The fonts of this PC to print with: what they have is not missed."""
        if fonts != self._fonts:
            self._fonts = dict(fonts)
            self._pause.start()

    def check_now(self) -> tuple[Finding, ...]:
        """Everything, at once and in full: before an export."""
        self._after_pause = self._read_texts(self.report)
        self._run_at_once()
        self.findings_changed.emit()
        return self._findings

    def _gather(self) -> None:
        self._findings = arranged(self.report, (*self._at_once, *self._after_pause))
        by_cell: dict[str, list[Finding]] = {}
        for finding in self._findings:
            for cell in dict.fromkeys((finding.place.cell, *finding.also)):
                if cell:
                    by_cell.setdefault(cell, []).append(finding)
        for cell, found in by_cell.items():
            found.sort(
                key=lambda f: (
                    bool(f.overridden),
                    SEVERITIES.index(f.severity),
                    f.place.cell != cell,
                )
            )
        self._by_cell = by_cell

    # -- keeping ---------------------------------------------------------------------------------

    def save(self, path: Path | None = None, *, over_others: bool = False) -> Saved:
        """Saves here or elsewhere. Raises `StoreError`; the old file is whole then."""
        target = path or self._opened.path
        if target is None:
            raise ValueError("a report without a name needs a path")
        report = self.report
        same = target == self._opened.path
        expected = self._opened.fingerprint if same and not over_others else None
        try:
            kept = EarlierVersions(user_folders.earlier_versions(), limit=self.versions_kept)
            saved = save_project(target, report, expected=expected, keep=kept.keep)
        except NotConfirmed as doubtful:
            self._opened.path, self._opened.fingerprint = target, doubtful.saved.fingerprint
            raise
        self._opened.path, self._opened.fingerprint = target, saved.fingerprint
        self._saved, self._unsaved = report, False
        if self._journal is not None:
            self._journal.clear(target, saved.fingerprint.sha256)
        self.end_visit()
        self.state_changed.emit()
        return saved

    def agree_on_file(self, path: Path, fingerprint: Fingerprint | None, lock: Lock | None) -> None:
        """The file was opened or saved elsewhere, and its lock is ours."""
        if self._opened.lock is not None and self._opened.lock is not lock:
            self._opened.lock.release()
        self._opened = Opened(path, fingerprint, lock, read_only=False)
        self.taken_over = ""
        self._keep(lock)
        self.state_changed.emit()

    def _keep(self, lock: Lock | None) -> None:
        if lock is not None:
            lock.keep_fresh(on_lost=self._say_lock_lost)

    def _say_lock_lost(self) -> None:
        # Called on the lock's thread: the signal carries it over, while there is a window to tell.
        with suppress(RuntimeError):
            self._lock_lost.emit()

    def _other_has_it(self) -> None:
        held = self._opened.lock
        if self._closed or held is None or not held.lost:
            return
        other = holder(self._opened.path) if self._opened.path is not None else None
        if other is None or (not other.here and not other.host):
            who = "他人"
        else:
            who = "本机的另一个窗口" if other.here else f"另一台电脑（{other.host}）"
        self.taken_over = f"文件已由{who}接着编辑，请用“另存为”保留您的修改。"
        self.state_changed.emit()

    @property
    def fingerprint(self) -> Fingerprint | None:
        return self._opened.fingerprint

    def _write_journal(self) -> None:
        if self.read_only or self._closed:
            return
        if self._journal is None:
            base = self._opened.fingerprint
            self._journal = JournalWriter(
                user_folders.journal(),
                self._opened.path,
                base=base.sha256 if base is not None else "",
                on_error=self._journal_said,
            )
        if self.modified:
            self._put(self._journal)

    def _put(self, journal: JournalWriter) -> None:
        """What no file can hold, no journal can: that is told, and told again when it fits."""
        try:
            journal.put(gicr.write(self.report))
        except StoreError as error:
            self._unfit = True
            self.journal_failed.emit(error.sentence)
            return
        if self._unfit:
            self._unfit = False
            self.journal_failed.emit("")

    def _journal_said(self, error: StoreError | None) -> None:
        # Called on the journal's thread: the signal carries it over.
        self.journal_failed.emit("" if error is None else error.sentence)

    def rescue(self) -> None:
        """At a crash: the work on disk before anything else."""
        self._write_journal()
        if self._journal is not None:
            self._journal.flush()

    def close(self, *, discard: bool) -> None:
        """Leaves the file alone; the journal goes when its work is saved or not wanted."""
        self._closed = True
        self._pause.stop()
        self._journal_pause.stop()
        if self._slow_task is not None:
            self._slow_task.abandon()
        if self._journal is not None:
            if discard or not self.modified:
                self._journal.discard()
            else:
                self._put(self._journal)
                self._journal.close()
        if self._opened.lock is not None:
            self._opened.lock.release()


def _today() -> date:
    # In the office's own time zone: a deadline is a day on the wall calendar.
    return date.today()  # noqa: DTZ011
