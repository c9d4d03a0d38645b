"""The window around one open report: menus, the rail of sections, panels, the status line.

It joins views and asks the person; what is done stands in `session`, `verbs` and the tabs.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMenu,
    QSizePolicy,
    QSlider,
    QSplitter,
    QStackedWidget,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gic_desktop import verbs
from gic_desktop.checks.finding import Finding
from gic_desktop.report.edits import Change, ReplaceReport, SetField, fill_blanks
from gic_desktop.report.place import Place
from gic_desktop.store import lock
from gic_desktop.store.durable import ChangedOutside, NotConfirmed
from gic_desktop.store.faults import StoreError
from gic_desktop.window import icons
from gic_desktop.window.cover_tab import CoverTab
from gic_desktop.window.dialogs.ask import ask, tell
from gic_desktop.window.edit_menu import EditMenu
from gic_desktop.window.findings_panel import FindingsPanel
from gic_desktop.window.folded_finding import FoldedFinding
from gic_desktop.window.rail import Rail, State
from gic_desktop.window.session import Session
from gic_desktop.window.settings import Settings
from gic_desktop.window.theme import POINTS, TIGHT_BARS, Theme, delete_later

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDockWidget

    from gic_desktop.window.charts_tab import ChartsTab
    from gic_desktop.window.dialogs.find import FindDialog
    from gic_desktop.window.section_tab import SectionTab

CHARTS = "charts"
REMEMBERED = ("address", "postcode", "telephone", "email", "website")
# In half-width brackets, or Qt looks for files that are called so.
PROJECT_FILTER = "年报项目文件 (*.gicr)"
NARROW = 1200
WITH_WORDS = 1060
LOW = 540
"""Below this height the findings fold to one line, so that the table keeps its rows."""
TIGHT = 440
"""Below this one, headings and tools give way too."""
SMALLEST = QSize(480, 280)
"""Smaller than its parts would like: they fold, and a window must fit on every screen."""
PREVIEW, PREVIEW_SHARE = 640, 0.4
"""The preview's width at first: of a window 1366 wide it leaves a table of fifteen columns whole."""
TABS, LEAST_PREVIEW = 540, 300
"""What a table of fifteen columns needs with the space around it; the preview gives way down to its least."""
# Below this width the preview and the tabs share no row: a table of fifteen columns needs its own.
_BOTH = 1000
TITLE_BAR = 32
ON_THE_COVER = {"organ", "title", "annex", "preamble", "contacts", "signature"}


class _ZoomSlider(QSlider):
    """Steps of ten; the wheel does not turn what it passes over."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(100, 300)
        self.setSingleStep(10)
        self.setPageStep(50)
        self.setFixedWidth(120)
        self.setAccessibleName("显示比例")
        self.setToolTip("显示比例")

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class MainWindow(QMainWindow):
    """`open_asked` and the like go to the application, which owns the windows."""

    start_asked = Signal()
    open_asked = Signal(object)
    files_dropped = Signal(list)
    import_asked = Signal()
    roll_up_asked = Signal()
    settings_changed = Signal()
    named = Signal()
    """The report has a new name on disk: the next start, whatever ends this one, must offer it."""
    closed = Signal()

    def __init__(self, session: Session, settings: Settings, theme: Theme) -> None:
        super().__init__()
        self.session = session
        # It goes with its window: what is connected to it holds the window, which Python cannot see.
        session.setParent(self)
        self.settings = settings
        self.theme = theme
        self._table_menu = QMenu("表格")
        self._last_saved: datetime | None = None
        self._finder: FindDialog | None = None
        self._low = self._tight = False
        self.setAcceptDrops(True)
        self.setMinimumSize(SMALLEST)
        self.setDockNestingEnabled(False)
        self._make_tabs()
        self.panel = FindingsPanel(session, theme)
        self._join()
        self._make_actions()
        self._make_status_line()
        self.preview_dock: QDockWidget | None = None
        self._preview_wide = self._preview_dragged = 0
        self._said = self._unkept = ""
        self.apply_look(theme)
        session.changed.connect(self._report_changed)
        session.stepped.connect(self._show_stepped)
        session.findings_changed.connect(self._show_state)
        session.state_changed.connect(self._show_state)
        session.journal_failed.connect(self._journal_failed)
        self.panel.chosen.connect(self.go_to_finding)
        session.versions_kept = settings.versions
        session.use_fonts(settings.fonts)
        self._restore()
        self._show_state()

    # -- building --------------------------------------------------------------------------------

    def _make_tabs(self) -> None:
        self.rail = Rail(self.theme)
        self.stack = QStackedWidget()
        self.tabs: dict[str, QWidget] = {}
        """Those that were looked at: a tab is built when it is first shown."""
        self._keys: list[str] = []
        self._section_tabs: dict[str, SectionTab] = {}
        self.charts: ChartsTab | None = None
        self._add_tab("cover", "封面与基本信息")
        for section in self.session.report.form.sections:
            self._add_tab(section.id, section.heading)
        self._add_tab(CHARTS, "图表")
        self.rail.currentRowChanged.connect(self._tab_changed)
        # Who clicks a section means to work in it: what is typed next must not fall on the rail.
        self.rail.itemClicked.connect(lambda _: self.show_tab(self.tab))
        self.rail.itemActivated.connect(lambda _: self.show_tab(self.tab))

    def built(self, key: str) -> QWidget:
        """The tab, made now if nobody has looked at it yet."""
        if key not in self.tabs:
            if key == CHARTS:
                tab: QWidget = self._charts_tab()
            else:
                tab = CoverTab(self.session) if key == "cover" else self._section_tab(key)
            self.tabs[key] = tab
            place = self._keys.index(key)
            stand_in = self.stack.widget(place)
            self.stack.insertWidget(place, tab)
            self.stack.removeWidget(stand_in)
            stand_in.deleteLater()
        return self.tabs[key]

    def _section_tab(self, key: str) -> "SectionTab":
        from gic_desktop.window.section_tab import SectionTab

        tab = SectionTab(self.session, self.session.report.form.section(key), self.theme)
        tab.said.connect(self.say)
        tab.selection_summed.connect(self._show_sum)
        tab.zoom_asked.connect(self._zoom_by)
        tab.set_tight(tight=self._tight)
        self._section_tabs[key] = tab
        self._dress(tab)
        return tab

    def _charts_tab(self) -> "ChartsTab":
        # Half a second of imports: only for those who look at charts.
        from gic_desktop.window.charts_tab import ChartsTab

        tab = ChartsTab(self.session, self.theme)
        tab.said.connect(self.say)
        tab.set_look(self.theme, self.settings.zoom, self.settings.points)
        self.charts = tab
        return tab

    def section_tab(self, key: str) -> "SectionTab":
        self.built(key)
        return self._section_tabs[key]

    def section_tabs(self) -> list["SectionTab"]:
        """Those that were built."""
        return list(self._section_tabs.values())

    def _dress(self, tab: "SectionTab") -> None:
        settings = self.settings
        tab.set_look(self.theme, settings.zoom, settings.points, comfortable=settings.comfortable)

    @property
    def cover(self) -> CoverTab:
        tab = self.built("cover")
        assert isinstance(tab, CoverTab)
        return tab

    def _add_tab(self, key: str, name: str) -> None:
        self.rail.add(key, name)
        self.stack.addWidget(QWidget())
        self._keys.append(key)

    def _join(self) -> None:
        self.below = QSplitter(Qt.Orientation.Vertical)
        self.below.setChildrenCollapsible(True)
        self.below.addWidget(self.stack)
        self.below.addWidget(self.panel)
        self.below.setStretchFactor(0, 1)
        self.below.setSizes([600, 150])
        self.folded = FoldedFinding()
        self.folded.opened.connect(self._toggle_panel)
        self.session.findings_changed.connect(lambda: self.folded.keep(self.session.findings))
        centre = QWidget()
        beside = QHBoxLayout(centre)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        beside.addWidget(self.rail)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.below, 1)
        right.addWidget(self.folded)
        beside.addLayout(right, 1)
        self.setCentralWidget(centre)

    def _action(
        self, text: str, run: Callable[[], Any], keys: QKeySequence.StandardKey | str | None = None
    ) -> QAction:
        made = QAction(text, self)
        if keys is not None:
            made.setShortcut(QKeySequence(keys))
        made.triggered.connect(lambda _checked=False: run())
        self.addAction(made)
        return made

    def _make_actions(self) -> None:
        standard = QKeySequence.StandardKey
        bar = self.menuBar()
        files = bar.addMenu("文件(&F)")
        self.new_action = self._action("新建…", self.start_asked.emit, standard.New)
        self.open_action = self._action("打开…", self._choose_file, standard.Open)
        self.save_action = self._action("保存", self.save, standard.Save)
        self.save_as_action = self._action("另存为…", self.save_as, "Ctrl+Shift+S")
        self.versions_action = self._action("早前版本…", self._show_versions)
        self.import_action = self._action("导入上年年报…", self.import_asked.emit)
        self.export_actions = {
            suffix: self._action(f"导出为{name}…", partial(self.export, suffix))
            for suffix, name in (
                (".pdf", " PDF"),
                (".docx", " Word"),
                (".xlsx", " Excel"),
                (".html", "网页"),
            )
        }
        self.export_all_action = self._action("导出全部格式…", self.export_all, "Ctrl+Shift+E")
        self.web_copy_action = self._action("复制到网页编辑器", self._copy_for_web)
        self.export_actions[".pdf"].setShortcut(QKeySequence("Ctrl+E"))
        self.preview_print_action = self._action("打印预览…", self._preview_print)
        self.print_action = self._action("打印…", self._print, standard.Print)
        self.close_action = self._action("关闭", self.close, standard.Close)
        files.addActions([self.new_action, self.open_action])
        self._recent_menu = files.addMenu("最近的年报")
        self._recent_menu.aboutToShow.connect(self._fill_recent_menu)
        files.addActions([self.save_action, self.save_as_action, self.versions_action])
        files.addSeparator()
        files.addAction(self.import_action)
        export_menu = files.addMenu("导出")
        export_menu.addActions(list(self.export_actions.values()))
        export_menu.addSeparator()
        export_menu.addAction(self.export_all_action)
        files.addActions([self.preview_print_action, self.print_action])
        files.addSeparator()
        files.addAction(self.close_action)

        edit = bar.addMenu("编辑(&E)")
        self.undo_action = self._action("撤销", self.session.undo, standard.Undo)
        self.redo_action = self._action("重做", self.session.redo)
        # Ctrl+Y as in Excel and WPS, also where the system has another key for it.
        redo_keys = [QKeySequence("Ctrl+Y"), *QKeySequence.keyBindings(standard.Redo)]
        self.redo_action.setShortcuts(list(dict.fromkeys(redo_keys)))
        self.find_action = self._action("查找和替换…", self._find, standard.Find)
        find_keys = QKeySequence.keyBindings(standard.Find)
        self.find_action.setShortcuts([*find_keys, QKeySequence("Ctrl+H")])
        edit.addActions([self.undo_action, self.redo_action])
        edit.addSeparator()
        self.edit_menu = EditMenu(edit, self, self.session)
        edit.addSeparator()
        edit.addAction(self.find_action)

        self._table_menu = bar.addMenu("表格(&T)")
        self._table_menu.aboutToShow.connect(self._fill_table_menu)

        checks = bar.addMenu("检查(&C)")
        self.next_action = self._action("下一条检查结果", self.panel.go_to_next, "F8")
        self.previous_action = self._action(
            "上一条检查结果", lambda: self.panel.go_to_next(-1), "Shift+F8"
        )
        self.check_action = self._action("全面检查", self._check_all, "Ctrl+Shift+C")
        self.fill_action = self._action("所有空白格填 0", self._fill_all)
        checks.addActions([self.check_action, self.next_action, self.previous_action])
        checks.addSeparator()
        checks.addActions(list(self.panel.tools.values()))
        checks.addSeparator()
        checks.addAction(self.fill_action)

        view = bar.addMenu("视图(&V)")
        self.preview_action = self._action("版式预览", self._toggle_preview, "F5")
        self.preview_action.setCheckable(True)
        self.panel_action = self._action("检查结果", self._toggle_panel, "F7")
        self.panel_action.setCheckable(True)
        view.aboutToShow.connect(lambda: self.panel_action.setChecked(self.panel.isVisible()))
        view.addActions([self.preview_action, self.panel_action])
        view.addSeparator()
        view.addAction(self._action("放大", lambda: self._zoom_by(1), standard.ZoomIn))
        view.addAction(self._action("缩小", lambda: self._zoom_by(-1), standard.ZoomOut))
        view.addAction(self._action("原始大小", lambda: self._zoom_to(100), "Ctrl+0"))
        view.addSeparator()
        for number, key in enumerate(self._keys):
            name = self.rail.item(number).data(Qt.ItemDataRole.UserRole + 1)
            keys = f"Ctrl+{number + 1}" if number < 9 else None
            view.addAction(self._action(name, partial(self.show_tab, key), keys))
        self._action("下一章节", lambda: self._turn(1), "Ctrl+PgDown")
        self._action("上一章节", lambda: self._turn(-1), "Ctrl+PgUp")

        tools = bar.addMenu("工具(&O)")
        tools.addAction(self._action("汇总年报…", self.roll_up_asked.emit))
        tools.addSeparator()
        tools.addAction(self._action("设置…", self._show_settings))

        self.help_menu = bar.addMenu("帮助(&H)")
        self.help_menu.addAction(self._action("使用说明", self._show_help, standard.HelpContents))
        self.help_menu.addAction(self._action("快捷键", self._show_shortcuts))
        self.help_menu.addAction(self._action("关于", self._show_about))

        toolbar = QToolBar("工具栏")
        toolbar.setObjectName("tools")
        toolbar.setMovable(False)
        toolbar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        toolbar.setIconSize(QSize(icons.SIDE, icons.SIDE))
        toolbar.addActions([self.new_action, self.open_action, self.save_action])
        toolbar.addSeparator()
        toolbar.addActions([self.undo_action, self.redo_action])
        toolbar.addSeparator()
        toolbar.addActions(
            [
                self.import_action,
                export_menu.menuAction(),
                self.print_action,
                self.preview_action,
            ]
        )
        for action, short in (
            (self.new_action, "新建"),
            (self.open_action, "打开"),
            (self.import_action, "导入上年"),
            (self.print_action, "打印"),
        ):
            action.setIconText(short)
        self._pictured = {
            "new": self.new_action, "open": self.open_action, "save": self.save_action,
            "undo": self.undo_action, "redo": self.redo_action, "import": self.import_action,
            "export": export_menu.menuAction(), "print": self.print_action,
            "preview": self.preview_action,
        }  # fmt: skip
        for action in self._pictured.values():
            # In menus the words stand alone, as they do on this system's other programs.
            action.setIconVisibleInMenu(False)
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            name = action.text().rstrip("…")
            action.setToolTip(f"{name}（{keys}）" if keys else name)
        export_button = toolbar.widgetForAction(export_menu.menuAction())
        if isinstance(export_button, QToolButton):
            export_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        space = QWidget()
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        toolbar.addWidget(space)
        self.state_button = QToolButton()
        self.state_button.setToolTip("到下一条检查结果（F8）")
        self.state_button.clicked.connect(self.next_action.trigger)
        toolbar.addWidget(self.state_button)
        self.addToolBar(toolbar)
        self.toolbar = toolbar

    def _make_status_line(self) -> None:
        line = self.statusBar()
        line.setSizeGripEnabled(False)
        self.saved_label, self.sum_label = QLabel(), QLabel()
        self.blanks_label, self.form_label, self.zoom_label = QLabel(), QLabel(), QLabel()
        self.state_label = QToolButton()
        self.zoom_slider = _ZoomSlider()
        self.zoom_slider.valueChanged.connect(self._zoom_to)
        for label in (self.saved_label, self.sum_label):
            label.setContentsMargins(8, 0, 8, 0)
            line.addWidget(label)
        for label in (self.form_label, self.zoom_label, self.blanks_label):
            label.setContentsMargins(8, 0, 8, 0)
        for one in (
            *(self.form_label, self.zoom_label, self.zoom_slider),
            *(self.blanks_label, self.state_label),
        ):
            line.addPermanentWidget(one)
        # What Qt hides for a message it shows again, across it, while a window is being shown.
        for label in (self.saved_label, self.sum_label):
            line.messageChanged.connect(lambda said, hidden=label: hidden.setVisible(not said))
        self.state_label.setObjectName("state")
        self.state_label.setToolTip("显示或收起检查结果（F7）")
        self.state_label.clicked.connect(self._toggle_panel)

    # -- looks -----------------------------------------------------------------------------------

    def apply_settings(self, theme: Theme) -> None:
        """What the settings' dialog, or the system's own scheme, has changed."""
        self.session.versions_kept = self.settings.versions
        self.session.use_fonts(self.settings.fonts)
        self.apply_look(theme)
        if (preview := self._preview()) is not None:
            preview.apply_settings()

    def set_deadline(self, day: str) -> None:
        """`01-20`, or empty for the form's: an edit of this report, so that a colleague sees it."""
        others = {k: v for k, v in self.session.report.settings.items() if k != "deadline"}
        self.session.apply(SetField("settings", {**others, **({"deadline": day} if day else {})}))

    def apply_look(self, theme: Theme) -> None:
        self.theme = theme
        for tab in self.section_tabs():
            self._dress(tab)
        if self.charts is not None:
            self.charts.set_look(theme, self.settings.zoom, self.settings.points)
        self.panel.set_theme(theme)
        self.rail.set_theme(theme)
        for name, action in self._pictured.items():
            action.setIcon(icons.icon(name, theme, self.devicePixelRatioF()))
        self.zoom_label.setText(f"{self.settings.zoom} %")
        self.zoom_slider.setValue(self.settings.zoom)
        self._show_state()

    def _zoom_by(self, steps: int) -> None:
        self._zoom_to(self.settings.zoom + (10 if steps > 0 else -10))

    def _zoom_to(self, percent: int) -> None:
        percent = min(max(percent, 100), 300)
        if percent != self.settings.zoom:
            self.settings.zoom = percent
            self.apply_look(self.theme)

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        if self.focusWidget() is None:
            # One goes on typing where one stopped, not in the list of sections.
            self.show_tab(self.tab)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._show_rail()
        self._make_room()
        self._share_room()
        self._fit_preview()

    @property
    def _paged(self) -> bool:
        """The preview has the whole of a window that is too narrow for both."""
        dock = self.preview_dock
        return dock is not None and not dock.isHidden() and self.width() < _BOTH

    def _share_room(self) -> None:
        if self.preview_dock is not None:
            self.centralWidget().setVisible(not self._paged)

    def _fit_preview(self) -> None:
        """Its share of the window, or what the clerk has dragged it to, beside a table that is whole."""
        dock = self.preview_dock
        if dock is None or dock.isHidden() or self._paged:
            return
        if self._preview_wide and dock.width() != self._preview_wide:
            self._preview_dragged = dock.width()
        tabs = self.rail.minimumWidth() + int(TABS * self.settings.points / POINTS)
        room = max(self.width() - tabs, LEAST_PREVIEW)
        usual = min(PREVIEW, int(self.width() * PREVIEW_SHARE))
        self._preview_wide = min(self._preview_dragged or usual, room)
        self.resizeDocks([dock], [self._preview_wide], Qt.Orientation.Horizontal)

    def _make_room(self) -> None:
        """On a low screen the table comes first; what gives way comes back with the room."""
        unit = self.settings.points / POINTS
        low, tight = self.height() < LOW * unit, self.height() < TIGHT * unit
        if low != self._low:
            self._low = low
            self._show_panel()
        if tight == self._tight:
            return
        self._tight = tight
        for tab in self.section_tabs():
            tab.set_tight(tight=tight)
        self.rail.set_tight(tight=tight)
        for bar in (self.menuBar(), self.toolbar):
            bar.setStyleSheet(TIGHT_BARS if tight else "")

    def _show_panel(self) -> None:
        # A chart has nothing to be found fault with: the room is its own.
        shown = self.settings.panel(low=self._low) and self.tab != CHARTS
        self.panel.setVisible(shown)
        if shown or self.tab == CHARTS:
            self.folded.hide()

    def _show_rail(self) -> None:
        """Full headings where there is room; their numerals below that, the heading on hover."""
        if not hasattr(self, "zoom_label"):
            return  # Qt sizes the window while it is being built
        self.rail.set_narrow(narrow=self.width() < NARROW * self.settings.points / POINTS)
        style = Qt.ToolButtonStyle
        slim = self.width() < WITH_WORDS * self.settings.points / POINTS
        self.toolbar.setToolButtonStyle(
            style.ToolButtonIconOnly if slim else style.ToolButtonTextBesideIcon
        )
        self.zoom_label.setVisible(not slim)
        self.zoom_slider.setVisible(not slim)
        counted: dict[str, list[int]] = {key: [0, 0] for key in self._keys}
        for finding in self.session.findings:
            section = finding.place.section
            key = section if section in counted else "cover"
            if finding.blocks:
                counted[key][0] += 1
            elif finding.severity == "warning":
                counted[key][1] += 1
        del counted[CHARTS]
        for key, (errors, warnings) in counted.items():
            whole = not errors and not warnings and key != "cover" and self._complete(key)
            self.rail.show_state(key, State(errors, warnings, whole))

    def _complete(self, key: str) -> bool:
        report = self.session.report
        section = report.form.section(key)
        if section.table:
            cells = report.form.table(section.table).cells
            return all(c in report.cells for c in cells if not report.form.cells[c].computed)
        return bool(report.section(key).body)

    # -- moving ----------------------------------------------------------------------------------

    @property
    def tab(self) -> str:
        item = self.rail.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else "cover"

    def show_tab(self, key: str) -> None:
        self.rail.setCurrentRow(self._keys.index(key))
        tab = self.built(key)
        if isinstance(tab, CoverTab):
            tab.organ.setFocus()
        elif self.charts is not None and tab is self.charts:
            self.charts.first_focus()
        else:
            self.section_tab(key).first_focus()

    def _turn(self, by: int) -> None:
        row = (self.rail.currentRow() + by) % self.rail.count()
        self.show_tab(self._keys[row])

    def _tab_changed(self, row: int) -> None:
        key = self._keys[row]
        self.built(key)
        self._show_sum("")
        self.stack.setCurrentIndex(row)
        self._show_panel()
        self.panel.show_section(key)
        if key == CHARTS:
            return  # no place of the report, and too slow for the next start
        self.settings.last_tab = key
        if self.preview_dock is not None and self.preview_dock.isVisible():
            self._preview().show_place(Place(key, part="heading", paragraph=0))

    def go_to_finding(self, finding: Finding) -> None:
        self.go_to(finding.place)
        if not self.panel.isVisible():
            self.folded.tell(finding, self.theme)

    def go_to(self, place: Place) -> None:
        if self._paged and self.preview_dock is not None:
            self.preview_dock.close()
        if place.section in self._keys:
            self.show_tab(place.section)
            if place.section != "cover":
                self.section_tab(place.section).show_place(place)
        else:
            self.show_tab("cover")
            if place.section == "preamble":
                self.cover.preamble.show_place(place)
            elif place.section == "signature":
                self.cover.signature_organ.setFocus()

    def _show_stepped(self, change: Change) -> None:
        """What was undone comes into sight, as in Excel: from another section nobody would see it."""
        if "form_id" in change.fields:
            return
        form = self.session.report.form
        cells = {cell for cell in change.cells if not form.cells[cell].computed}
        tables = {table.section: cells & set(table.cells) for table in form.tables}
        sections = [key for key, changed in tables.items() if changed]
        if sections:
            key = self.tab if self.tab in sections else sections[0]
            self.show_tab(key)
            editor = self.section_tab(key).table
            assert editor is not None
            editor.view.select_cells(tables[key])
        elif change.sections:
            if self.tab not in change.sections:
                self.show_tab(min(change.sections, key=self._keys.index))
        elif change.fields & ON_THE_COVER and self.tab != "cover":
            self.show_tab("cover")

    # -- state -----------------------------------------------------------------------------------

    def _report_changed(self, change: Change) -> None:
        if change:
            self._show_state()

    def _show_state(self) -> None:
        session = self.session
        counted = session.count
        if counted.errors or counted.warnings:
            said = [f"{counted.errors} 处错误"] if counted.errors else []
            said += [f"{counted.warnings} 处提醒"] if counted.warnings else []
            sign = "● " if counted.errors else "▲ "
            text = sign + " ".join(said) + ("" if counted.errors else "，可导出")
        else:
            text = "可导出"
        token = "error" if counted.errors else "warning" if counted.warnings else "hint"
        for button in (self.state_label, self.state_button):
            button.setText(text)
            button.setAccessibleName(f"检查情况：{text}")
            colour = f"color: {getattr(self.theme, token)};"
            if button.styleSheet() != colour:
                button.setStyleSheet(colour)
        report = session.report
        inputs = (c for c, cell in report.form.cells.items() if not cell.computed)
        blanks = sum(c not in report.cells for c in inputs)
        # A blank is not a zero: that the report may be exported does not make it complete.
        self.blanks_label.setText(f"还有 {blanks} 格未填")
        self.blanks_label.setVisible(blanks > 0)
        self.fill_action.setEnabled(blanks > 0 and not session.read_only)
        for action in (self.next_action, self.previous_action):
            action.setEnabled(bool(session.findings))
        self.form_label.setText(f"{report.year} 年度 · {report.form.name}")
        if session.taken_over:
            saved = session.taken_over
        elif session.read_only:
            saved = "只读"
        elif session.modified:
            # Said once by the journal, and by a line that the next notice takes the place of.
            kept = "未能自动留存，请保存" if self._unkept else "已自动留存"
            saved = f"有修改未保存（{kept}）"
        elif session.path is None:
            saved = "尚未保存"
        else:
            when = f" {self._last_saved:%H:%M}" if self._last_saved else ""
            saved = f"已保存{when}"
        self.saved_label.setText(saved)
        self.saved_label.setToolTip(self._unkept)
        alarming = session.taken_over or (self._unkept and session.modified)
        warned = f"color: {self.theme.error};" if alarming else ""
        if self.saved_label.styleSheet() != warned:
            self.saved_label.setStyleSheet(warned)
        name = session.path.stem if session.path is not None else "尚未命名的年报"
        read_only = "（只读）" if session.read_only else ""
        self.setWindowTitle(f"{name}{read_only}[*] - 政府信息公开年报")
        self.setWindowModified(session.modified and not session.read_only)
        self.undo_action.setEnabled(session.undo_name is not None)
        self.undo_action.setText(f"撤销{session.undo_name or ''}")
        self.undo_action.setIconText("撤销")
        self.undo_action.setToolTip(f"{self.undo_action.text()}（Ctrl+Z）")
        self.redo_action.setEnabled(session.redo_name is not None)
        self.redo_action.setText(f"重做{session.redo_name or ''}")
        self.redo_action.setIconText("重做")
        self.redo_action.setToolTip(f"{self.redo_action.text()}（Ctrl+Y）")
        self.save_action.setEnabled(not session.read_only)
        self._show_rail()

    def _show_sum(self, text: str) -> None:
        self.sum_label.setText(text)
        if text and self.statusBar().currentMessage() == self._said:
            # What was said of the cells before hides the sum of those that are marked now.
            self.statusBar().clearMessage()

    def say(self, text: str) -> None:
        """A line for the status line; several lines are a message to be read."""
        if "\n" in text.strip():
            tell(self, "表格", text)
        else:
            self._said = text
            self.statusBar().showMessage(text, 8000)

    def _journal_failed(self, sentence: str) -> None:
        self._unkept = sentence
        self._show_state()
        if sentence:
            self.statusBar().showMessage(sentence)
        else:
            self.statusBar().clearMessage()

    # -- files -----------------------------------------------------------------------------------

    def _choose_file(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        name, _ = QFileDialog.getOpenFileName(
            self, "打开年报", str(self.settings.folder), f"{PROJECT_FILTER};;PDF (*.pdf)"
        )
        if name:
            self.open_asked.emit(Path(name))

    def _fill_recent_menu(self) -> None:
        """Whether a file is still there is told when it is opened: a share may be slow to answer."""
        self._recent_menu.clear()
        for path in self.settings.recent:
            if path != self.session.path:
                name = f"{path.stem}（{path.parent.name or path.parent}）".replace("&", "&&")
                action = self._recent_menu.addAction(name, partial(self.open_asked.emit, path))
                action.setToolTip(str(path))
        self._recent_menu.setToolTipsVisible(True)
        if self._recent_menu.isEmpty():
            self._recent_menu.addAction("没有其他年报").setEnabled(False)

    def save(self) -> bool:
        """Saves; without a name, or where saving is refused, asks for another place."""
        if self.session.read_only:
            return False
        path = self.session.path
        if path is None or path.suffix.lower() == ".pdf":
            return self.save_as()
        if self.session.taken_over:
            said = self.session.taken_over
            answer = ask(self, "保存", said, ["另存为…", "仍然保存到这里", "取消"], safe=0)
            if answer != "仍然保存到这里":
                return answer == "另存为…" and self.save_as(beside=True)
        return self._save_to(None)

    def save_as(self, *, beside: bool = False) -> bool:
        """`beside`: somebody else has written the file, which must not be the one proposed."""
        from gic_desktop.window.dialogs.save_name import save_name

        now = self.session.path
        if now is None or now.suffix.lower() == ".pdf":
            proposed = self.settings.folder / verbs.proposed_name(self.session.report)
        else:
            beside = beside or self.session.read_only
            proposed = now.with_name(f"{now.stem}（副本）.gicr") if beside else now
        path = save_name(self, "另存为", proposed, PROJECT_FILTER, [".gicr"])
        if path is None:
            return False
        own = path == now and not self.session.read_only
        held = None if own else lock.acquire(path)
        if isinstance(held, lock.HeldBy):
            tell(self, "另存为", held.sentence, warning=True)
            return False
        if not self._save_to(path):
            if isinstance(held, lock.Lock):
                held.release()
            return False
        if held is not None:
            taken = held if isinstance(held, lock.Lock) else None
            self.session.agree_on_file(path, self.session.fingerprint, taken)
        self.settings.opened(path)
        self.named.emit()
        return True

    def _save_to(self, path: Path | None, *, over_others: bool = False) -> bool:
        try:
            saved = self.session.save(path, over_others=over_others)
        except ChangedOutside as changed:
            answer = ask(
                self, "保存", changed.sentence, ["另存为…", "仍然保存到这里", "取消"], safe=0
            )
            if answer == "另存为…":
                return self.save_as(beside=True)
            return answer == "仍然保存到这里" and self._save_to(path, over_others=True)
        except NotConfirmed as doubtful:
            tell(self, "保存", doubtful.sentence, warning=True)
            return False
        except StoreError as error:
            answer = ask(self, "保存", error.sentence, ["再试一次", "另存为…", "取消"], safe=0)
            if answer == "再试一次":
                return self._save_to(path, over_others=over_others)
            return answer == "另存为…" and self.save_as()
        self._last_saved = datetime.now().astimezone()
        self._show_state()
        if saved.notes:
            self.say(saved.notes[0].sentence)
        else:
            self.say("已保存。")
        return True

    def closeEvent(self, event: QCloseEvent) -> None:
        for tab in self.section_tabs():
            if tab.table is not None:
                tab.table.close_editor()
        if self.session.modified and not self.session.read_only:
            answer = ask(
                self,
                "关闭",
                "年报有修改尚未保存。",
                ["保存", "不保存", "取消"],
                details="选择“不保存”会放弃上次保存以后的修改。",
            )
            if answer == "取消" or (answer == "保存" and not self.save()):
                event.ignore()
                return
        self._remember()
        self.session.close(discard=True)
        event.accept()
        self.closed.emit()

    def _restore(self) -> None:
        geometry = self.settings.bytes_of("geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            screen = self.screen().availableSize()
            self.resize(QSize(1320, 740).boundedTo(screen - QSize(0, TITLE_BAR)))
        state = self.settings.bytes_of("below")
        if state is not None:
            self.below.restoreState(state)
        # A report that was never saved is begun at its cover, wherever one was in the last one.
        last = self.settings.last_tab if self.session.path is not None else ""
        self.rail.setCurrentRow(self._keys.index(last) if last in self._keys else 0)

    def _remember(self) -> None:
        self.settings.set_bytes("geometry", self.saveGeometry())
        self.settings.set_bytes("below", self.below.saveState())
        contacts = self.session.report.contacts
        self.settings.office = {
            "organ": self.session.report.organ,
            **{name: getattr(contacts, name) for name in REMEMBERED},
        }
        self.settings.write()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        urls = event.mimeData().urls()
        self.files_dropped.emit([Path(url.toLocalFile()) for url in urls if url.isLocalFile()])

    # -- doing -----------------------------------------------------------------------------------

    def _fill_table_menu(self) -> None:
        self._table_menu.clear()
        here = self._section_tabs.get(self.tab)
        table = None if here is None else here.table
        if table is not None:
            # What the menu 编辑 has for every part of the window is not said twice.
            there = self.edit_menu.actions
            self._table_menu.addActions(
                [action for action in table.actions_for_menu() if action.text() not in there]
            )
            if here is not None and here.notes_wanting:
                self._table_menu.addAction("添加表后说明").triggered.connect(here.show_notes)
            self._table_menu.addSeparator()
            self._table_menu.addAction(self.web_copy_action)
        else:
            self._table_menu.addAction("本页没有表格").setEnabled(False)

    def _fill_all(self) -> None:
        self.session.apply(fill_blanks(self.session.report, self.session.report.form.cells))

    def _check_all(self) -> None:
        findings = self.session.check_now()
        self.say(
            "检查完成，没有发现问题。" if not findings else f"检查完成，共 {len(findings)} 条。"
        )

    def export(self, suffix: str) -> None:
        from gic_desktop.window.dialogs.export import export_with_questions

        export_with_questions(self, self.session, self.settings, suffix)

    def export_all(self) -> None:
        from gic_desktop.window.dialogs.export import export_all

        export_all(self, self.session)

    def _copy_for_web(self) -> None:
        section = next((s for s in self.session.report.form.sections if s.id == self.tab), None)
        if section is not None and section.table:
            from gic_desktop.window.dialogs.export import copy_for_web_editor

            copy_for_web_editor(self, self.session, section.table)

    def open_outside(self, path: Path) -> None:
        """With the system's own program: the only other program ever started."""
        from gic_desktop.window.other_programs import open_with_system

        if not open_with_system(path):
            tell(self, "打开", f"系统没有能打开“{path.name}”的程序。文件在：{path.parent}")

    def _print(self) -> None:
        self._on_paper(preview=False)

    def _preview_print(self) -> None:
        self._on_paper(preview=True)

    def _on_paper(self, *, preview: bool) -> None:
        from gic_desktop.window.dialogs.export import draft_or_final
        from gic_desktop.window.printing import preview_print, print_report

        fonts = self.settings.fonts or None
        try:
            if preview:
                draft = any(finding.blocks for finding in self.session.check_now())
                preview_print(self.session.report, self, draft=draft, fonts=fonts)
            elif (asked := draft_or_final(self, self.session, "打印")) is not None and print_report(
                self.session.report, self, draft=asked, fonts=fonts
            ):
                self.say("已送去打印。")
        except (RuntimeError, ValueError) as error:
            if missing := getattr(error, "missing", ()):
                self.go_to(missing[0][0])  # to the character that no font has
            tell(self, "打印", str(error), warning=True)

    def _preview(self) -> Any:
        return self.preview_dock.widget() if self.preview_dock is not None else None

    def _toggle_preview(self) -> None:
        if self.preview_dock is None:
            from PySide6.QtWidgets import QDockWidget

            from gic_desktop.window.preview import Preview

            dock = QDockWidget("版式预览", self)
            dock.setObjectName("preview")
            preview = Preview(self.session, self.settings)
            preview.place_chosen.connect(self.go_to)
            preview.failed.connect(self.say)
            dock.setWidget(preview)
            # The preview has a head of its own; Qt's would only repeat it.
            dock.setTitleBarWidget(QWidget())
            preview.close_asked.connect(dock.close)
            dock.visibilityChanged.connect(self.preview_action.setChecked)
            dock.visibilityChanged.connect(self._share_room)
            self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
            self.preview_dock = dock
            dock.show()
        else:
            self.preview_dock.setVisible(not self.preview_dock.isVisible())
        self._share_room()
        self._preview_wide = 0  # as wide as the window was when it was last seen
        self._fit_preview()
        if not self.preview_dock.isHidden():
            self._preview().show_place(Place(self.tab, part="heading", paragraph=0))

    def _toggle_panel(self) -> None:
        if self.tab != CHARTS:
            self.settings.set_panel(low=self._low, shown=not self.panel.isVisible())
            self._show_panel()

    def _find(self) -> None:
        from gic_desktop.window.dialogs.find import FindDialog

        if self._finder is None:
            self._finder = FindDialog(self.session, self)
            self._finder.found.connect(self.go_to)
        self._finder.ask()

    def _show_versions(self) -> None:
        from gic_desktop.window.dialogs.versions import VersionsDialog

        if self.session.path is None:
            tell(self, "早前版本", "年报还没有保存过，没有早前版本。")
            return
        dialog = VersionsDialog(self.session.path, self.session.report, self)
        chosen = dialog.exec()
        delete_later(dialog)
        if chosen and dialog.chosen is not None:
            self.session.apply(ReplaceReport(dialog.chosen))
            self.say("已恢复到选择的版本；可以撤销。")
            for tab in self.section_tabs():
                for part in tab.parts.values():
                    part.editor.load()

    def _show_settings(self) -> None:
        from gic_desktop.window.dialogs.settings import SettingsDialog

        deadline = self.settings.deadline
        dialog = SettingsDialog(self.settings, self)
        changed = dialog.exec()
        delete_later(dialog)
        if changed:
            if self.settings.deadline != deadline:
                self.set_deadline(self.settings.deadline)
            self.settings_changed.emit()

    def _show_help(self) -> None:
        from gic_desktop.window.dialogs.help import show_help

        self._help = show_help(self.tab, self)

    def _show_shortcuts(self) -> None:
        from gic_desktop.window.dialogs.help import show_help

        self._help = show_help("shortcuts", self)

    def _show_about(self) -> None:
        from gic_desktop.window.dialogs.help import show_about

        show_about(self)
