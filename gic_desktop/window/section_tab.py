"""One statutory section: its printed heading, its table if it has one, its narrative."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gic_desktop.forms.description import Section
from gic_desktop.report.edits import Change, SetSection
from gic_desktop.report.numbering import PutInOrder, in_order
from gic_desktop.report.place import Place
from gic_desktop.values import replace
from gic_desktop.window.narrative.editor import NarrativeEditor
from gic_desktop.window.narrative.figures_menu import FiguresMenu
from gic_desktop.window.narrative.keys import LEVEL_KEYS
from gic_desktop.window.narrative.marks import BIND_ALL, BIND_WHY
from gic_desktop.window.session import Session
from gic_desktop.window.table.editor import TableEditor
from gic_desktop.window.theme import Theme
from gic_desktop.window.tool_row import ToolRow

_LEAST_TEXT = 82
LEVELS = ((0, "正文"), (2, "（一）二级标题"), (3, "1.三级标题"), (4, "（1）四级标题"))


class NarrativePart(QWidget):
    """The editor with its few tools."""

    def __init__(
        self, session: Session, section: Section, theme: Theme, part: str, title: str = ""
    ) -> None:
        super().__init__()
        self._session = session
        self._section = section
        self._tight = False
        self.editor = NarrativeEditor(
            session, section.id, theme, "notes" if part == "notes" else "body"
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._row = row = ToolRow()
        if title:
            label = QLabel(title)
            label.setProperty("faint", True)
            row.addWidget(label)
        self.level = _Level()
        self.level.setAccessibleName("标题级别")
        self.level.setToolTip(LEVEL_KEYS)
        for value, name in LEVELS:
            self.level.addItem(name, value)
        self.level.activated.connect(lambda i: self._set_level(int(self.level.itemData(i))))
        row.addWidget(self.level)
        figures = FiguresMenu(session, self)
        figures.chosen.connect(self.editor.insert_figure)
        self.bind_action = QAction(self)
        self.bind_action.setToolTip(BIND_WHY)
        self.bind_action.triggered.connect(self._bind_offered)
        figures.insertAction(figures.actions()[0], self.bind_action)
        row.addWidget(self._menu_button("插入表格数字", figures))
        if section.aspects and part == "body":
            row.addWidget(self._menu_button("写作提示", self._prompts_menu()))
        row.addWidget(self._menu_button("图片", self._pictures_menu()))
        if part == "body":
            self._outline = QMenu(self)
            self._outline.aboutToShow.connect(self._fill_outline)
            row.addWidget(self._menu_button("提纲", self._outline))
        self.bind_button = QPushButton()
        self.bind_button.setToolTip(BIND_WHY)
        self.bind_button.clicked.connect(self._bind_offered)
        self.bind_button.hide()
        row.addWidget(self.bind_button)
        self.count = QLabel()
        self.count.setProperty("faint", True)
        if title:
            row.spring()
            row.addWidget(self.count)
        column.addLayout(row)
        column.addWidget(self.editor, 1)
        self.editor.counted.connect(lambda n: self.count.setText(f"{n} 字"))
        self.editor.cursorPositionChanged.connect(self._moved)
        # Enter behind a heading, and taking that back, change the level where the cursor stands.
        self.editor.textChanged.connect(self._moved)
        session.findings_changed.connect(self._show_offers)
        self._show_offers()
        self.level.setEnabled(not session.read_only)
        self._moved()
        self.count.setText(f"{self.editor.length()} 字")

    def minimumSizeHint(self) -> QSize:
        """The tools in as many lines as they need, and two lines of text."""
        hint = super().minimumSizeHint()
        if not self.isVisible():
            # Its width is not yet its own; a window would grow beyond a low screen for it.
            return hint
        return QSize(hint.width(), self._row.heightForWidth(self.width()) + _LEAST_TEXT)

    @staticmethod
    def _menu_button(text: str, menu: QMenu) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _fill_outline(self) -> None:
        """The headings of this text; choosing one goes there."""
        self._outline.clear()
        for paragraph, level, text in self.editor.outline():
            action = self._outline.addAction("\u3000" * max(level - 2, 0) + text)
            action.triggered.connect(lambda _=False, at=paragraph: self.editor.go_to(at))
        if self._outline.isEmpty():
            self._outline.addAction("还没有小标题").setEnabled(False)
        body = self.editor.narrative
        if in_order(body, from_one=True) != [*body] and not self._session.read_only:
            self._outline.addSeparator()
            order = PutInOrder(self._section.id, from_one=True)
            self._outline.addAction(order.name).triggered.connect(
                lambda _=False: self._session.apply(order)
            )

    def _pictures_menu(self) -> QMenu:
        menu = QMenu(self)
        editor = self.editor
        insert = menu.addAction("插入图片…")
        insert.triggered.connect(editor.choose_picture)
        insert.setEnabled(not self._session.read_only)
        menu.addSeparator()
        self.picture_actions = editor.picture_actions(menu)
        menu.addActions(self.picture_actions)

        def offer() -> None:
            there = editor.picture_at_cursor() is not None and not self._session.read_only
            for action in self.picture_actions:
                action.setEnabled(there)

        menu.aboutToShow.connect(offer)
        return menu

    def _prompts_menu(self) -> QMenu:
        menu = QMenu(self)
        year = self._session.report.year
        organ = self._session.report.organ
        for aspect in self._section.aspects:
            text = aspect.prompt.format(year=year, organ=organ)
            menu.addAction(aspect.name).triggered.connect(
                lambda _=False, t=text: self.editor.insert_prompt(t)
            )
        return menu

    def _show_offers(self) -> None:
        place = (self.editor.section, self.editor.part)
        number = sum((o.place.section, o.place.part) == place for o in self._session.offers)
        offered = number > 0 and not self._session.read_only
        self.bind_button.setText(BIND_ALL.format(number))
        self.bind_button.setVisible(offered and not self._tight)
        self.bind_action.setText(BIND_ALL.format(number))
        self.bind_action.setVisible(offered)

    def set_tight(self, *, tight: bool) -> None:
        """On a very low screen the tools keep to one line: the offer waits in the menu of figures."""
        self._tight = tight
        self.count.setVisible(not tight)
        self._show_offers()

    def _bind_offered(self) -> None:
        from gic_desktop.checks.figures_in_text import BindOffered

        self._session.apply(BindOffered(self.editor.section, self.editor.part))
        self.bind_button.hide()
        self.bind_action.setVisible(False)
        self.editor.setFocus()

    def _set_level(self, level: int) -> None:
        self.editor.set_level(level)
        self.editor.setFocus()

    def _moved(self) -> None:
        level = self.editor.level()
        index = max((i for i, (value, _) in enumerate(LEVELS) if value == level), default=0)
        self.level.setCurrentIndex(index)


class _Level(QComboBox):
    """The wheel scrolls the page and never changes a level."""

    def sizeHint(self) -> QSize:
        # The sheet's arrow is wider than the one that Qt reckons with.
        hint = super().sizeHint()
        return QSize(hint.width() + 16, hint.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def wheelEvent(self, event: object) -> None:
        event.ignore()  # type: ignore[attr-defined]


class SectionTab(QWidget):
    said = Signal(str)
    selection_summed = Signal(str)
    zoom_asked = Signal(int)

    def __init__(self, session: Session, section: Section, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("desk")
        self._session = session
        self._tight = False
        self.section = section
        self.table: TableEditor | None = None
        column = QVBoxLayout(self)
        self._column = column
        top = QHBoxLayout()
        self.heading = QLabel()
        self.heading.setProperty("heading", True)
        top.addWidget(self.heading, 1)
        self.heading_button = QPushButton("改为规定标题")
        self.heading_button.clicked.connect(self._restore_heading)
        top.addWidget(self.heading_button)
        self.notes_button = QPushButton("添加表后说明")
        self.notes_button.clicked.connect(self.show_notes)
        self.notes_button.hide()
        top.addWidget(self.notes_button)
        column.addLayout(top)
        self.parts: dict[str, NarrativePart] = {}
        if section.table:
            column.addWidget(self._table_and_notes(theme), 1)
        else:
            self.parts["body"] = NarrativePart(session, section, theme, "body")
            # Beside the preview it would take the tools a second line, alone.
            top.addWidget(self.parts["body"].count)
            column.addWidget(self.parts["body"], 1)
        for part in self.parts.values():
            part.editor.said.connect(self.said)
        session.changed.connect(self._report_changed)
        self._show_heading()
        self.set_tight(tight=False)

    def set_tight(self, *, tight: bool) -> None:
        """Where a screen is very low, rows and lines of text are worth more than the heading."""
        self._tight = tight
        self._column.setContentsMargins(*((8, 4, 8, 4) if tight else (16, 10, 16, 12)))
        self._column.setSpacing(4 if tight else 8)
        for part in self.parts.values():
            part.set_tight(tight=tight)
        self._show_heading()
        self.notes_button.setVisible(self.notes_wanting and not tight)

    @property
    def notes_wanting(self) -> bool:
        """A line below the table could be written, and there is none yet."""
        notes = self.parts.get("notes")
        return notes is not None and notes.isHidden() and not self._session.read_only

    def _table_and_notes(self, theme: Theme) -> QWidget:
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        if self._session.report.section(self.section.id).body:
            self.parts["body"] = NarrativePart(
                self._session, self.section, theme, "body", "表前文字"
            )
            split.addWidget(self.parts["body"])
        self.table = TableEditor(self._session, self.section.table)
        self.table.selection_summary.connect(self.selection_summed)
        self.table.notice.connect(self.said)
        self.table.zoom_asked.connect(self.zoom_asked)
        split.addWidget(self.table)
        self.parts["notes"] = NarrativePart(
            self._session, self.section, theme, "notes", "表后说明（可以留空）"
        )
        self.parts["notes"].setMinimumHeight(84)
        split.addWidget(self.parts["notes"])
        split.setStretchFactor(split.count() - 2, 1)
        split.setStretchFactor(split.count() - 1, 0)
        split.setSizes([*([100] if "body" in self.parts else []), 1000, 90])
        # Few reports print a line below a table: until then the room is the table's.
        self.parts["notes"].setVisible(bool(self._session.report.section(self.section.id).notes))
        return split

    def set_look(self, theme: Theme, zoom: int, points: float, *, comfortable: bool) -> None:
        if self.table is not None:
            self.table.set_look(theme, zoom, points, comfortable=comfortable)
        for part in self.parts.values():
            part.editor.set_look(theme, zoom, points)

    def show_place(self, place: Place) -> None:
        """Brings a cell or words into sight."""
        if place.cell and self.table is not None:
            self.table.show_cell(place.cell)
        elif place.part in self.parts:
            self.parts[place.part].show()
            self.parts[place.part].editor.go_to(place.paragraph, place.start, place.end)
        elif self.table is not None:
            self.table.setFocus()

    def show_notes(self) -> None:
        self.notes_button.hide()
        self.parts["notes"].show()
        self.parts["notes"].editor.setFocus()

    def first_focus(self) -> None:
        if self.table is not None:
            self.table.setFocus()
        else:
            self.parts["body"].editor.setFocus()

    def _report_changed(self, change: Change) -> None:
        if self.section.id in change.sections:
            self._show_heading()
            if self._session.report.section(self.section.id).notes and "notes" in self.parts:
                self.notes_button.hide()
                self.parts["notes"].show()

    def _show_heading(self) -> None:
        written = self._session.report.heading(self.section.id)
        self.heading.setText(written or self.section.heading)
        differs = written != self.section.heading
        self.heading_button.setVisible(differs and not self._session.read_only)
        self.heading.setVisible(differs or not self._tight)

    def _restore_heading(self) -> None:
        written = self._session.report.section(self.section.id)
        self._session.apply(SetSection(replace(written, heading=None), "修正标题"))
