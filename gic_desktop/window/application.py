"""Builds and joins everything, once: fonts, Chinese texts of Qt, the crash hook, windows and files."""

import gc
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow

from gic_desktop import resources, user_folders, verbs
from gic_desktop.report.report import Report
from gic_desktop.store import gicr, lock
from gic_desktop.store.faults import StoreError
from gic_desktop.store.journal import Pending, pending
from gic_desktop.store.places import is_there
from gic_desktop.values import replace
from gic_desktop.window import chinese, on_screen, screen_font
from gic_desktop.window import theme as look
from gic_desktop.window.dialogs.ask import ask, tell
from gic_desktop.window.main_window import PROJECT_FILTER, MainWindow
from gic_desktop.window.session import Opened, Session
from gic_desktop.window.settings import Settings

if TYPE_CHECKING:
    from gic_desktop.store.earlier_versions import Version
    from gic_desktop.window.dialogs.help import HelpWindow
    from gic_desktop.window.dialogs.import_several import ImportSeveralDialog
    from gic_desktop.window.dialogs.roll_up import RollUpDialog
    from gic_desktop.window.notice import Notice
    from gic_desktop.window.start_page import StartPage

OWN = (".gicr", ".pdf")
IMPORTS = "可以导入的文件 (*.gicr *.pdf *.docx *.doc *.wps *.xlsx *.html *.htm *.mht *.txt)"

AFTER_START = 1200


class StartWindow(QMainWindow):
    """The window while no report is open."""

    def __init__(self, page: "StartPage", dropped: Callable[[list[Path]], object]) -> None:
        super().__init__()
        self.setWindowTitle("政府信息公开年报")
        self.setCentralWidget(page)
        on_screen.resize(self, 980, 620)
        self.setAcceptDrops(True)
        self._dropped = dropped

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        urls = event.mimeData().urls()
        self._dropped([Path(url.toLocalFile()) for url in urls if url.isLocalFile()])

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()


class Program:
    """The one owner of windows. A window asks; the program opens, tells, and remembers."""

    def __init__(self, application: QApplication) -> None:
        self.application = application
        self.settings = Settings()
        self.theme = look.choose(self.settings.scheme)
        self.windows: list[MainWindow] = []
        self._start: StartWindow | None = None
        self._page: StartPage | None = None
        self._roll_up: RollUpDialog | None = None
        self._several: ImportSeveralDialog | None = None
        self._help: HelpWindow | None = None
        self._untold = ""
        self._notices: list[Notice] = []
        self._told_of_settings: set[str] = set()
        look.dress(application, self.theme, self.settings.points)
        application.styleHints().colorSchemeChanged.connect(lambda _: self._settings_changed())
        application.commitDataRequest.connect(lambda _: self.keep_work())

    # -- the start page --------------------------------------------------------------------------

    def show_start(self) -> StartWindow:
        if self._start is None:
            from gic_desktop.window.start_page import StartPage

            page = StartPage(_today())
            page.organ.setText(self.settings.office["organ"])
            page.new_asked.connect(self.new)
            page.open_asked.connect(self._choose_file)
            page.path_chosen.connect(self.open)
            page.forget_asked.connect(self._forget)
            page.from_last_asked.connect(lambda: self.start_from_last(None))
            page.sample_asked.connect(self.open_sample)
            page.roll_up_asked.connect(self.roll_up)
            page.recover_asked.connect(self.recover)
            page.discard_asked.connect(self._discard)
            self._page = page
            self._start = StartWindow(page, self.dropped)
            help_keys = QShortcut(QKeySequence(QKeySequence.StandardKey.HelpContents), self._start)
            help_keys.activated.connect(self._show_help)
        assert self._page is not None
        self._page.show_recent(self.settings.recent)
        self._page.show_recovered(pending(user_folders.journal()))
        self._start.show()
        self._start.raise_()
        return self._start

    def _forget(self, path: Path) -> None:
        self.settings.forget(path)
        self.keep_settings()
        if self._page is not None:
            self._page.show_recent(self.settings.recent)

    def _choose_file(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        name, _ = QFileDialog.getOpenFileName(
            self._start, "打开年报", str(self.settings.folder), f"{PROJECT_FILTER};;PDF (*.pdf)"
        )
        if name:
            self.open(Path(name))

    # -- opening ---------------------------------------------------------------------------------

    def show(self, session: Session) -> MainWindow:
        window = MainWindow(session, self.settings, self.theme)
        window.start_asked.connect(self.show_start)
        window.open_asked.connect(self.open)
        window.files_dropped.connect(lambda files: self.dropped(files, window))
        window.import_asked.connect(lambda: self.start_from_last(window))
        window.roll_up_asked.connect(self.roll_up)
        window.settings_changed.connect(self._settings_changed)
        window.named.connect(self.keep_settings)
        window.closed.connect(lambda: self._window_closed(window))
        self.windows.append(window)
        self._tell_quietly(window)
        QTimer.singleShot(AFTER_START, window, self.keep_settings)
        others = [other for other in self.windows[:-1] if other.isVisible()]
        if others:
            on_screen.beside(window, others[-1])
        window.show()
        if self._start is not None:
            self._start.hide()
        return window

    def _window_closed(self, window: MainWindow) -> None:
        if window in self.windows:
            self.windows.remove(window)
        look.delete_later(window)

    def new(self, organ: str, year: int) -> MainWindow | None:
        try:
            report = verbs.new(organ, year)
        except verbs.Refused as error:
            tell(self._start, "新建", str(error), warning=True)
            return None
        return self.show(Session(self._with_office(report), unsaved=True))

    def _with_office(self, report: Report) -> Report:
        """What was typed for the same office before: its contacts, and the day its superior set."""
        office = self.settings.office
        if office["organ"] == report.organ:
            known: dict[str, Any] = {n: text for n, text in office.items() if n != "organ"}
            report = replace(report, contacts=replace(report.contacts, **known))
        if self.settings.deadline:
            kept = {**report.settings, "deadline": self.settings.deadline}
            report = replace(report, settings=kept)
        return report

    def open_sample(self) -> MainWindow:
        """The sample is opened as a report without a file: whatever is done to it stays a trial."""
        data = resources.path("samples", "2021.gicr").read_bytes()
        return self.show(Session(gicr.read(data).report))

    def open(self, path: Path) -> MainWindow | None:
        """Opens a file, or brings the window to the front that has it open already.

        Work on it that was never saved is offered first: who opens by a double click sees no start page.
        """
        path = path.absolute()
        for window in self.windows:
            if window.session.path is not None and _same(window.session.path, path):
                window.raise_()
                window.activateWindow()
                return window
        parent = self._start if self._start is not None and self._start.isVisible() else None
        if (recovered := self._recover_first(path, parent)) is not None:
            return recovered
        try:
            project = verbs.open_report(path)
        except (verbs.Refused, StoreError) as error:
            if isinstance(error, verbs.Refused) and self._kept_of(path):
                return self._open_earlier(path, str(error), parent)
            tell(parent, "打开", str(error), warning=True)
            return None
        self.settings.opened(path)
        if project.from_pdf:
            return self.show(Session(project.report, unsaved=True))
        opened = Opened(path, project.fingerprint)
        if project.newer:
            tell(parent, "打开", "这份年报由更新版本的程序保存，只能查看。请升级本程序后再修改。")
            opened.read_only = True
        else:
            # Taken last, when everything else has succeeded.
            held: lock.Lock | lock.HeldBy | lock.NoLock | None = lock.acquire(path)
            if isinstance(held, lock.HeldBy):
                held = self._agree(path, held)
            if held is None:
                return None
            if isinstance(held, lock.Lock):
                opened.lock = held
            elif isinstance(held, lock.HeldBy):
                opened.read_only = True
        return self.show(Session(project.report, opened))

    @staticmethod
    def _kept_of(path: Path) -> tuple["Version", ...]:
        from gic_desktop.store.earlier_versions import EarlierVersions

        return EarlierVersions(user_folders.earlier_versions()).of(path)

    def _open_earlier(self, path: Path, said: str, parent: QMainWindow | None) -> MainWindow | None:
        """In place of a damaged file, which stays as it is."""
        said += "本机留有它的早前版本，可以从中恢复。"
        if ask(parent, "打开", said, ["查看早前版本…", "取消"]) == "取消":
            return None
        from gic_desktop.window.dialogs.versions import VersionsDialog

        dialog = VersionsDialog(path, None, parent)
        accepted, report = dialog.exec(), dialog.chosen
        look.delete_later(dialog)
        if not accepted or report is None:
            return None
        window = self.show(Session(report, unsaved=True))
        window.say("已打开早前版本，请核对后保存；原来的文件没有改动。")
        return window

    def _agree(
        self, path: Path, held: lock.HeldBy
    ) -> "lock.Lock | lock.HeldBy | lock.NoLock | None":
        choices = ["只读打开", *(["接着编辑"] if held.stale else []), "取消"]
        answer = ask(None, "打开", held.sentence, choices)
        if answer == "取消":
            return None
        return lock.take_over(path, held) if answer == "接着编辑" else held

    def start_from_last(self, window: MainWindow | None) -> MainWindow | None:
        """Reads last year's report, shows what came of it, and begins this year's or links it."""
        from PySide6.QtWidgets import QFileDialog

        names, _ = QFileDialog.getOpenFileNames(
            window or self._start, "选择上年年报", str(self.settings.folder), IMPORTS
        )
        if len(names) > 1:
            self.import_several([Path(name) for name in names])
        return self.import_one(Path(names[0]), window) if len(names) == 1 else None

    def dropped(self, files: list[Path], window: MainWindow | None = None) -> None:
        """Projects are opened; of other files one is looked through, several are all imported."""
        foreign = [file for file in files if file.suffix.lower() not in OWN]
        for file in files:
            if file not in foreign:
                self.open(file)
        if len(foreign) > 1:
            self.import_several(foreign)
        elif foreign:
            self.import_one(foreign[0], window)

    def import_several(self, files: list[Path]) -> None:
        from gic_desktop.window.dialogs.import_several import ImportSeveralDialog

        self.settings.folder = files[0].absolute().parent
        self._several = ImportSeveralDialog(files, self.theme)
        self._several.file_asked.connect(self.open)
        self._several.show()

    def import_one(self, path: Path, window: MainWindow | None) -> MainWindow | None:
        """Beside the open report of `window`, if there is one."""
        from gic_desktop.window.dialogs.import_last_year import ImportDialog
        from gic_desktop.window.dialogs.import_several import read_file

        parent = window or self._start
        try:
            outcome = read_file(path, parent)
        except (verbs.Refused, StoreError) as error:
            tell(parent, "导入上年年报", str(error), warning=True)
            return None
        if outcome is None:
            return None
        self.settings.folder = path.absolute().parent
        dialog = ImportDialog(
            outcome,
            window.session.report if window else None,
            parent,
            theme=self.theme,
            points=self.settings.points,
            name=path.name,
        )
        accepted = dialog.exec()
        look.delete_later(dialog)
        if not accepted:
            return None
        if window is not None and dialog.link_only:
            from gic_desktop.report.edits import LinkEarlier

            window.session.apply(LinkEarlier(dialog.report))
            window.say(f"已关联{dialog.report.year}年年报，跨年数据已核对。")
            return window
        if dialog.open_imported:
            return self.show(Session(dialog.report, unsaved=True))
        try:
            report = verbs.new("", dialog.report.year + 1, dialog.report)
        except verbs.Refused as error:
            tell(parent, "导入上年年报", str(error), warning=True)
            return None
        return self.show(Session(report, unsaved=True))

    def roll_up(self) -> None:
        """One for all windows; it stays open beside the reports that are opened from it."""
        if self._roll_up is None:
            from gic_desktop.window.dialogs.roll_up import RollUpDialog

            self._roll_up = RollUpDialog(self.settings, self.theme)
            self._roll_up.report_asked.connect(
                lambda report: self.show(Session(report, unsaved=True))
            )
            self._roll_up.file_asked.connect(self.open_or_import)
        self._roll_up.show()
        self._roll_up.raise_()
        self._roll_up.activateWindow()

    def open_or_import(self, path: Path) -> MainWindow | None:
        """A project is opened; what another program wrote is read into one that is not yet saved."""
        if path.suffix.lower() in OWN:
            return self.open(path)
        try:
            outcome = verbs.import_report(path)
        except (verbs.Refused, StoreError) as error:
            tell(self._roll_up, "打开", str(error), warning=True)
            return None
        return self.show(Session(outcome.report, unsaved=True))

    # -- unsaved work ----------------------------------------------------------------------------

    def _recover_first(self, path: Path, parent: QMainWindow | None) -> MainWindow | None:
        for work in pending(user_folders.journal()):
            if work.project is None or not _same(work.project, path):
                continue
            when = work.time.astimezone()
            answer = ask(
                parent,
                "打开",
                f"“{path.stem}”有 {when.month} 月 {when.day} 日 {when:%H:%M} 的修改没有保存。",
                ["恢复修改", "放弃修改", "暂不恢复"],
                details="上次没有正常退出，修改已自动留存。选择“放弃修改”后不能再恢复。",
            )
            if answer == "恢复修改":
                return self.recover(work)
            if answer == "放弃修改":
                work.discard()
            break
        return None

    def recover(self, work: Pending) -> MainWindow | None:
        if not work.claim():
            tell(self._start, "恢复", "这份内容正在由另一个窗口恢复。")
            return None
        try:
            report = gicr.read(work.read().state).report
        except (StoreError, gicr.DamagedProject) as error:
            tell(self._start, "恢复", str(error), warning=True)
            return None
        opened, said = Opened(), "已恢复上次没有保存的内容，请核对后保存。"
        if work.project is not None and is_there(work.project):
            try:
                project = verbs.open_report(work.project)
            except (verbs.Refused, StoreError):
                project = None
            if project is not None:
                held = lock.acquire(work.project)
                if isinstance(held, lock.Lock):
                    known = project.fingerprint
                    if work.base and work.base != known.sha256:
                        # Saving asks then, before it replaces what was saved since.
                        known = replace(known, sha256=work.base)
                        said = "已恢复上次没有保存的内容；项目文件在那以后又有改动，请核对后另存。"
                    opened = Opened(work.project, known, held)
                    self.settings.opened(work.project)
        session = Session(report, opened, unsaved=True)
        window = self.show(session)
        session.rescue()
        work.discard()
        window.say(said)
        return window

    def _discard(self, work: Pending) -> None:
        answer = ask(
            self._start, "上次没有保存的内容", "放弃后不能再恢复。", ["保留", "放弃"], safe=0
        )
        if answer == "放弃":
            work.discard()
        self.show_start()

    def keep_work(self) -> None:
        """The system is about to shut down: what was typed just now is on disk before its answer."""
        for window in self.windows:
            window.session.rescue()

    def tell_input_method(self) -> None:
        """Until it was read, on a Linux desktop where no Chinese can be typed: why, what to do."""
        if self.application.platformName() not in {"xcb", "wayland"}:
            return
        from gic_desktop.window.input_method import missing

        if not self.settings.was_told("input_method"):
            self._untold = missing(os.environ)
            for window in [self._start, *self.windows]:
                if window is not None and window.isVisible():
                    self._tell_quietly(window)

    def _tell_quietly(self, window: QMainWindow) -> None:
        if not self._untold:
            return
        from gic_desktop.window.notice import Notice

        notice = Notice(self._untold, self._help_with_input, window)
        notice.read_button.clicked.connect(self._was_read)
        self._notices.append(notice)

    def keep_settings(self) -> None:
        """Once the window stands: what was opened is remembered; why not, if not, is told once."""
        said = self.settings.write()
        if not said or said in self._told_of_settings:
            return
        from gic_desktop.window.notice import Notice

        self._told_of_settings.add(said)
        for window in [self._start, *self.windows]:
            if window is not None and window.isVisible():
                Notice(said, None, window)

    def _was_read(self) -> None:
        self._untold = ""
        self.settings.tell_no_more("input_method")
        self.keep_settings()
        for notice in self._notices:
            with suppress(RuntimeError):  # its window is gone, and it with it
                notice.hide()
        self._notices.clear()

    def _help_with_input(self) -> None:
        self._show_help("input")

    def _show_help(self, page: str = "index") -> None:
        from gic_desktop.window.dialogs.help import HelpWindow

        self._help = HelpWindow(page, self.application.activeWindow())
        self._help.show()

    # -- looks -----------------------------------------------------------------------------------

    def _settings_changed(self) -> None:
        self.theme = look.choose(self.settings.scheme)
        look.dress(self.application, self.theme, self.settings.points)
        for window in self.windows:
            window.apply_settings(self.theme)
        if self._roll_up is not None:
            self._roll_up.model.apply_look(self.theme)


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the wall calendar


def _same(one: Path, other: Path) -> bool:
    try:
        return one.resolve() == other.resolve()
    except OSError:
        return one == other


def make_application(arguments: list[str]) -> QApplication:
    """Qt with its Chinese texts and a font that has Chinese characters."""
    from gic_desktop.window.input_method import prepare

    prepare(os.environ)
    chinese.before_start()
    QApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    application = QApplication([*arguments[:1], *look.FUSION])
    application.setApplicationName("gic-desktop")
    application.setApplicationDisplayName("")
    application.setDesktopFileName("gic-desktop")
    chinese.install(application)
    screen_font.install(application)
    return application


def run(arguments: list[str]) -> int:
    """`gic-desktop [FILE]`: the window. Returns the exit status."""
    from gic_desktop.arguments import parser_for

    parser = parser_for("gic-desktop", "政府信息公开年报编制工具的窗口程序。")
    parser.add_argument("files", metavar="文件", nargs="*", type=Path, help="要打开的项目文件")
    for option, what in (("--selftest", "以该文件自检"), ("--result", "自检结果写入该文件")):
        parser.add_argument(option, metavar="文件", type=Path, help=what)
    parser.add_argument("--quit-when-painted", action="store_true", help="显示后即退出，用于测量")
    given = parser.parse_args(arguments[1:])
    application = make_application(arguments)
    if given.selftest is not None:
        from gic_desktop.window.selftest import selftest

        return selftest(application, given.selftest, given.result)
    program = Program(application)
    from gic_desktop.window.crash import install

    install(program)
    opened = [program.open(file) for file in given.files]
    shown = next((window for window in opened if window is not None), None) or program.show_start()
    if given.quit_when_painted:
        from gic_desktop.window.selftest import quit_when_painted

        quit_when_painted(application, shown)
    else:
        QTimer.singleShot(AFTER_START, program.tell_input_method)
        QTimer.singleShot(AFTER_START, program.keep_settings)
    QTimer.singleShot(0, _started)
    return application.exec()


def _started() -> None:
    """The window stands: collecting begins, and leaves alone what the start has made."""
    gc.freeze()
    gc.enable()


def main() -> int:
    return run(sys.argv)
