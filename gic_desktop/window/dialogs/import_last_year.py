"""导入上年年报: the file as it was read beside the form it became; corrected by clicking.

What is certain, in doubt, left over or at odds is marked on both sides and listed with its reason.
A figure is taken up on the left and put into a cell on the right, by mouse, by drag or with Enter;
each correction can be taken back. Then the report is kept as last year's, begins this year's, or is
opened itself. The file is never changed.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import (
    QBrush,
    QDragEnterEvent,
    QDropEvent,
    QIntValidator,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QSplitter,
    QTabWidget,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gic_desktop import verbs
from gic_desktop.forms.catalogue import all_forms
from gic_desktop.imports import corrections, form_switch
from gic_desktop.imports.doubts import Doubt
from gic_desktop.imports.match import holds_figure
from gic_desktop.imports.recognise import Shelf
from gic_desktop.report.narrative import Item, Narrative, Paragraph, Picture
from gic_desktop.report.report import Report
from gic_desktop.window.dialogs.import_corrections import Corrections
from gic_desktop.window.dialogs.import_several import wait_for
from gic_desktop.window.dialogs.import_source_view import SourceView, Where, place_in
from gic_desktop.window.dialogs.push_button import push_button
from gic_desktop.window.table.editor import TableEditor
from gic_desktop.window.theme import POINTS, Theme
from gic_desktop.window.tool_row import ToolRow

if TYPE_CHECKING:
    from gic_desktop.imports.outcome import ImportOutcome

SIGNS = {"error": "●", "warning": "▲", "hint": "◆"}
_ROLE = Qt.ItemDataRole.UserRole
_LOW = 520
PREAMBLE: Shelf = ("", "preamble")


class ImportDialog(QDialog):
    """`report` is what was read and corrected; `link_only`: it becomes last year's of the open one."""

    def __init__(
        self,
        outcome: "ImportOutcome",
        open_report: Report | None,
        parent: QWidget | None = None,
        *,
        theme: Theme | None = None,
        points: float = POINTS,
        name: str = "",
    ) -> None:
        super().__init__(parent)
        self.corrections = Corrections(outcome)
        self._read = outcome
        """As it was read on this form, before any correction."""
        self._aside = form_switch.Corrected()
        """Corrections made on another form that have no place on this one."""
        self.link_only = False
        self.open_imported = False
        self._theme = theme or Theme()
        self._points = points
        self._open_report = open_report
        self.carried: Where | None = None
        self.whole_row = False
        """What is held is a row of the file whose figures have no cells yet."""
        self._leading = False
        """One side is being led by the other: it must not lead back."""
        self.setWindowTitle(f"导入上年年报 - {name}" if name else "导入上年年报")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        room = self.screen().availableSize()
        self.resize(min(1240, room.width() - 24), min(690, room.height() - 56))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(self._make_head())
        self.form_reason = _faint(outcome.form_reason)
        self.form_reason.setWordWrap(True)
        self.form_reason.setAccessibleName("选用这种表样的原因")
        column.addWidget(self.form_reason)
        self.halves = QSplitter(Qt.Orientation.Horizontal)
        self.halves.addWidget(self._make_source())
        self.halves.addWidget(self._make_result())
        self.halves.setSizes([560, 660])
        self.halves.setChildrenCollapsible(False)
        self.upper_and_lower = QSplitter(Qt.Orientation.Vertical)
        self.upper_and_lower.addWidget(self.halves)
        self.upper_and_lower.addWidget(self._make_list())
        self.upper_and_lower.setStretchFactor(0, 1)
        self.upper_and_lower.setSizes([400, 190])
        self.upper_and_lower.setChildrenCollapsible(False)
        column.addWidget(self.upper_and_lower, 1)
        column.addLayout(self._make_ends())
        if outcome.opened:
            # Our own project: nothing had to be recognised, there is nothing to compare.
            self.left.hide()
            self.below.hide()
            self.form_reason.hide()
        self._give_way(low=room.height() < _LOW)
        self._make_keys()
        self.corrections.changed.connect(self._changed)
        self._show()
        self._say("")
        self.doubts.setFocus()

    @property
    def report(self) -> Report:
        return self.corrections.report

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_way(low=self.height() < _LOW)

    def _give_way(self, *, low: bool) -> None:
        """What explains makes room for what it explains."""
        self.form_reason.setHidden(low or self._read.opened)
        if self.legend.isHidden() == low:
            return
        self.legend.setHidden(low)
        # Of the list of doubts one line has to do then: what it speaks of is compared above.
        self.upper_and_lower.setSizes([1000, 1] if low else [400, 190])

    # -- what is on it ---------------------------------------------------------------------------

    def _make_head(self) -> ToolRow:
        row = ToolRow()
        self.organ = QLineEdit(self.report.organ)
        self.organ.setMaxLength(100)
        self.organ.setAccessibleName("机关全称")
        self.organ.setMinimumWidth(240)
        self.year = QLineEdit(str(self.report.year))
        self.year.setValidator(QIntValidator(1000, 2100))
        self.year.setFixedWidth(72)
        self.year.setAccessibleName("年度")
        self.form = QComboBox()
        self.form.setAccessibleName("表样")
        self.form.setToolTip("年报读在哪种表样上；认错时可在这里改选，文件会按所选的表样重新读取。")
        for form in all_forms().values():
            self.form.addItem(form.name, form.id)
        self.form.setCurrentIndex(self.form.findData(self.report.form_id))
        self.form.setEnabled(not self.corrections.outcome.opened)
        self.form.activated.connect(lambda _: self.switch_form(self.form.currentData()))
        self.told = QLabel()
        self.told.setAccessibleName("读取情况")
        self.organ.editingFinished.connect(self._set_organ)
        self.year.editingFinished.connect(self._set_year)
        for name, field in (
            ("机关全称", self.organ),
            ("年度", self.year),
            ("表样", self.form),
        ):
            label = QLabel(name)
            label.setBuddy(field)
            row.addWidget(label)
            row.addWidget(field)
        row.spring()
        row.addWidget(self.told)
        return row

    def _make_source(self) -> QWidget:
        self.left = QWidget()
        column = QVBoxLayout(self.left)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(4)
        row = ToolRow()
        self.legend = _faint("原文件　✓ 已放入　▲ 请核对　● 没有放入或不相符")
        row.addWidget(self.legend)
        row.spring()
        self.put_button = QToolButton()
        self.put_button.setText("放入正文")
        self.put_button.setToolTip("把左边选中的一行文字放入某一部分，或移出年报。")
        self.put_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.put_menu = QMenu(self)
        self.put_menu.aboutToShow.connect(self._fill_put_menu)
        self.put_button.setMenu(self.put_menu)
        row.addWidget(self.put_button)
        column.addLayout(row)
        self.source = SourceView(self._theme, self._points)
        self.source.chosen.connect(self._source_chosen)
        self.source.clicked.connect(self._source_clicked)
        self.source.taken_up.connect(self.take_up)
        column.addWidget(self.source, 1)
        return self.left

    def _make_result(self) -> QWidget:
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tables: dict[str, TableEditor] = {}
        form = self.report.form
        for table in form.tables:
            editor = TableEditor(self.corrections, table.id)
            editor.set_look(self._theme, 100, self._points - 1)
            editor.notice.connect(self._say)
            # Clearing here also takes out a printed total, and where it came from.
            editor.view.clear_asked.disconnect(editor.clear)
            editor.view.clear_asked.connect(partial(self._clear, table.id))
            editor.view.selectionModel().currentChanged.connect(
                lambda *_, t=table.id: self._result_chosen(t)
            )
            editor.view.viewport().setAcceptDrops(True)
            editor.view.viewport().installEventFilter(self)
            editor.view.installEventFilter(self)
            self.tables[table.id] = editor
            section = form.section(table.section)
            self.tabs.addTab(editor, f"{section.number}、{_short(section.name)}")
            self.tabs.setTabToolTip(self.tabs.count() - 1, section.heading)
        self.texts = QTreeWidget()
        self.texts.setHeaderHidden(True)
        self.texts.setWordWrap(True)
        self.texts.setIndentation(12)
        self.texts.setAccessibleName("读到的文字")
        self.texts.setAcceptDrops(True)
        self.texts.viewport().installEventFilter(self)
        self.texts.installEventFilter(self)
        self.texts.currentItemChanged.connect(self._text_chosen)
        self.tabs.addTab(self.texts, "正文")
        return self.tabs

    def _make_list(self) -> QWidget:
        self.below = QWidget()
        column = QVBoxLayout(self.below)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(4)
        self.doubts = QTreeWidget()
        self.doubts.setHeaderLabels(["需要核对的内容", "原因"])
        self.doubts.setRootIsDecorated(False)
        self.doubts.setUniformRowHeights(True)
        self.doubts.setAllColumnsShowFocus(True)
        self.doubts.setAccessibleName("需要核对的内容")
        self.doubts.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.doubts.header().resizeSection(0, 420)
        self.doubts.currentItemChanged.connect(self._doubt_chosen)
        self.doubts.itemClicked.connect(lambda *_: self._doubt_chosen())
        self.doubts.installEventFilter(self)
        column.addWidget(self.doubts, 1)
        row = QHBoxLayout()
        self.confirm_button = push_button("核对无误", self._confirm)
        self.leave_button = push_button("不属于年报", self._leave_out)
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.said.setAccessibleName("操作提示")
        row.addWidget(self.confirm_button)
        row.addWidget(self.leave_button)
        row.addWidget(self.said, 1)
        column.addLayout(row)
        return self.below

    def _make_ends(self) -> ToolRow:
        row = ToolRow()
        self.undo_button = push_button("撤销", self._undo)
        self.redo_button = push_button("重做", self._redo)
        self.start_button = push_button("", self.accept)
        self.start_button.setProperty("primary", True)
        self.link_button = push_button("作为上年报告保留", self._link)
        self.link_button.setToolTip("关联到已打开的年报，用于核对跨年数据；已填写的内容不变。")
        self.open_button = push_button("打开读到的年报", self._open)
        row.addWidget(self.undo_button)
        row.addWidget(self.redo_button)
        row.spring()
        for button in (self.start_button, self.link_button, self.open_button):
            row.addWidget(button)
        row.addWidget(push_button("取消", self.reject))
        return row

    def _make_keys(self) -> None:
        for keys, do in (
            (QKeySequence.StandardKey.Undo, self._undo),
            (QKeySequence.StandardKey.Redo, self._redo),
            (QKeySequence.StandardKey.HelpContents, self._show_help),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(do)
        QShortcut(QKeySequence("F8"), self).activated.connect(partial(self._next_doubt, 1))
        QShortcut(QKeySequence("Shift+F8"), self).activated.connect(partial(self._next_doubt, -1))
        QShortcut(QKeySequence("F6"), self).activated.connect(self._other_side)

    # -- another form ----------------------------------------------------------------------------

    def switch_form(self, form_id: str) -> None:
        """Read the same file on another form; what was corrected is put in again where it fits."""
        if form_id == self.report.form_id:
            return
        self._close_editors()
        self._set_organ()
        try:
            fresh = wait_for(partial(verbs.read_again, self._read, form_id), "文件", self)
        except verbs.Refused as refused:
            fresh = None
            self._say(str(refused))
        if fresh is None:
            self.form.setCurrentIndex(self.form.findData(self.report.form_id))
            return
        wanted = form_switch.corrected(self._read, self.corrections.outcome, self._aside)
        after, self._aside = form_switch.put_again(fresh, wanted)
        self.carried = None
        self._read = fresh
        self.corrections.changed.disconnect(self._changed)
        self.corrections = Corrections(fresh)
        old, shown = self.tabs, self.tabs.currentIndex()
        self.halves.replaceWidget(1, self._make_result())
        old.deleteLater()
        self.tabs.setCurrentIndex(min(shown, self.tabs.count() - 1))
        self.corrections.correct(after, "带入的改正")
        self.corrections.changed.connect(self._changed)
        said = form_switch.told(wanted, self._aside, fresh)
        self.form_reason.setText(fresh.form_reason + said)
        self.form.setCurrentIndex(self.form.findData(form_id))
        self._show()
        self._say(said)

    # -- showing ---------------------------------------------------------------------------------

    def _changed(self, _: object) -> None:
        """While a figure is typed the left waits: laying the file out takes longer than a key."""
        if self.corrections.open_cell is None and self.corrections.outcome is not self._shown:
            self._show()

    def _show(self) -> None:
        outcome, report = self.corrections.outcome, self.report
        self._shown = outcome
        if not outcome.opened:
            self.source.show_outcome(outcome)
        self._show_texts()
        self._show_doubts()
        for field, text in ((self.organ, report.organ), (self.year, str(report.year))):
            if field.text() != text:
                field.setText(text)
        doubts = self.corrections.doubts
        counted = {
            sign: sum(one.severity == severity for one in doubts)
            for severity, sign in SIGNS.items()
            if severity != "hint"
        }
        count = f"读到数据 {outcome.printed_figures} 项，应有 {len(report.form.cells)} 项"
        parts = [f"{sign} {number} 处" for sign, number in counted.items() if number]
        self.told.setText("　".join((count, *parts)) if parts else f"{count}　✓ 全部相符")
        if outcome.opened:
            self.told.setText("这是本程序的项目文件，内容完整。")
        self.undo_button.setEnabled(self.corrections.undo_name is not None)
        self.undo_button.setText(f"撤销{self.corrections.undo_name or ''}")
        self.redo_button.setEnabled(self.corrections.redo_name is not None)
        self.redo_button.setText(f"重做{self.corrections.redo_name or ''}")
        self.start_button.setText(f"以此开始{report.year + 1}年年报")
        opened = self._open_report
        self.link_button.setVisible(opened is not None and report.year < opened.year)
        self._show_possible()

    def _show_texts(self) -> None:
        at = self._text_place(self.texts.currentItem())
        self.texts.blockSignals(True)
        self.texts.clear()
        report = self.report
        groups: list[tuple[Shelf, str, Narrative]] = [(PREAMBLE, "前言", report.preamble)]
        for section in report.form.sections:
            written = report.section(section.id)
            groups.append(((section.id, "body"), report.heading(section.id), written.body))
            if section.table:
                groups.append(((section.id, "notes"), f"{section.number}、表下文字", written.notes))
        for shelf, name, narrative in groups:
            if shelf[1] != "body" and not narrative and shelf != PREAMBLE:
                continue
            head = QTreeWidgetItem(self.texts, [f"{name}（{len(narrative)} 段）"])
            head.setData(0, _ROLE, (*shelf, -1))
            font = head.font(0)
            font.setBold(True)
            head.setFont(0, font)
            head.setExpanded(True)
            for number, item in enumerate(narrative):
                line = QTreeWidgetItem(head, [_words(item)])
                line.setData(0, _ROLE, (*shelf, number))
                line.setToolTip(0, _words(item))
        self.texts.blockSignals(False)
        if at is not None:
            self._show_text(*at, quietly=True)

    def _show_doubts(self) -> None:
        before = self._doubt_row()
        self.doubts.blockSignals(True)
        self.doubts.clear()
        for doubt in self.corrections.doubts:
            text = doubt.text.replace("\n", "")
            item = QTreeWidgetItem(self.doubts, [f"{SIGNS[doubt.severity]} {text}", doubt.reason])
            item.setData(0, _ROLE, doubt)
            item.setForeground(0, QBrush(self._theme.colour(doubt.severity)))
            item.setToolTip(0, text)
            item.setToolTip(1, doubt.reason)
        if not self.corrections.doubts:
            QTreeWidgetItem(self.doubts, ["✓ 没有需要核对的内容", ""])
        count = self.doubts.topLevelItemCount()
        if before >= 0:
            self.show_doubt(min(before, count - 1))
        self.doubts.blockSignals(False)

    def _show_possible(self) -> None:
        """Buttons speak of what is chosen now."""
        doubt = self._doubt()
        kind = doubt.kind if doubt is not None else ""
        self.confirm_button.setEnabled(kind in ("uncertain", "label"))
        self.leave_button.setEnabled(kind == "unrecognised")
        place = self.source.place
        outcome = self.corrections.outcome
        usable = False
        if place is not None:
            line = outcome.lines[place[0]]
            picture = line.picture is None or line.picture.kind in ("png", "jpeg")
            usable = picture and all(at[0] != place[0] for at in outcome.places.values())
        self.put_button.setEnabled(usable)

    def _say(self, text: str) -> None:
        self.said.setText(
            text
            or "单击原文件中没有放入的数字，再单击表中的格，即可放入；也可以拖动，或按回车拿起、再按回车放入。"
        )

    # -- one side leads the other ----------------------------------------------------------------

    def _source_chosen(self, line: int, cell: int) -> None:
        """The caret on the left has moved: show on the right what became of it."""
        self._show_possible()
        if self._leading or self.carried is not None:
            return
        outcome = self.corrections.outcome
        found = next((c for c, at in outcome.places.items() if at == (line, cell)), None)
        shelf = corrections.shelf_of(outcome, line)
        if found is not None:
            self._show_cell(found)
        elif shelf is not None:
            (section, part), number = shelf
            self._show_text(section, part, number)
        if reason := self.source.reason((line, cell)):
            self._say(reason)

    def _source_clicked(self, line: int, cell: int) -> None:
        """A figure that has no cell yet is taken up at once; one that has is only shown."""
        place = (line, cell)
        if self.source.is_figure(place) and place not in self.corrections.outcome.places.values():
            self.take_up(line, cell)
            return
        if self.carried is not None:
            self.put_down()
        self._source_chosen(line, cell)

    def take_up(self, line: int, cell: int) -> None:
        """Hold a figure, or a line of text, until a place on the right is chosen."""
        outcome = self.corrections.outcome
        place = (line, cell) if self.source.is_figure((line, cell)) else (line, -1)
        row = place[1] < 0 and any(holds_figure(text) for text in outcome.lines[line].cells)
        if row and any(at[0] == line for at in outcome.places.values()):
            self._say("这一行已在表中，请选择其中的数字。")
            return
        if place[1] < 0 and not row and not self.put_button.isEnabled():
            return
        self.carried = place
        self.whole_row = row
        words = _short(self.source.words(place).replace("\n", ""), 24)
        where = "表中的格" if place[1] >= 0 else "表中对应的一行" if row else "“正文”中的一部分"
        self._say(f"已拿起“{words}”：请单击{where}，或按 F6 到右边选好再按回车；按 Esc 放下。")
        if place[1] < 0 and not row:
            self.tabs.setCurrentWidget(self.texts)

    def put_down(self) -> None:
        self.carried = None
        self._say("")

    def _result_chosen(self, table: str) -> None:
        cell = self.tables[table].view.current.cell
        place = self.corrections.outcome.places.get(cell)
        if self._leading or place is None or self.carried is not None:
            return
        self._lead(partial(self.source.go_to, place))
        self._show_possible()
        self._say(self._reason_of(cell))

    def _reason_of(self, cell: str) -> str:
        found = self.corrections.findings_for_cell(cell)
        return found[0].message if found else ""

    def _text_chosen(self) -> None:
        place = self._text_place(self.texts.currentItem())
        if place is None or place[2] < 0 or self._leading:
            return
        lines = self.corrections.outcome.shelves.get(place[:2], ())
        if place[2] < len(lines):
            self._lead(partial(self.source.go_to, (lines[place[2]], -1)))
            self._show_possible()

    def _lead(self, follow: Callable[[], object]) -> None:
        self._leading = True
        follow()
        self._leading = False

    def _show_cell(self, cell: str) -> None:
        editor = self.tables[self.report.form.cells[cell].table]
        focus = self.focusWidget()

        def show() -> None:
            self.tabs.setCurrentWidget(editor)
            editor.show_cell(cell)
            if focus is not None:
                focus.setFocus()

        self._lead(show)

    def _show_text(self, section: str, part: str, number: int, *, quietly: bool = False) -> None:
        for group in range(self.texts.topLevelItemCount()):
            head = self.texts.topLevelItem(group)
            if head is not None and self._text_place(head) == (section, part, -1):
                item = head.child(number) if 0 <= number < head.childCount() else head
                self._lead(partial(self.texts.setCurrentItem, item))
                if not quietly:
                    self.tabs.setCurrentWidget(self.texts)

    @staticmethod
    def _text_place(item: QTreeWidgetItem | None) -> tuple[str, str, int] | None:
        return None if item is None else tuple(item.data(0, _ROLE))

    # -- the list of doubts ----------------------------------------------------------------------

    def _doubt(self) -> Doubt | None:
        item = self.doubts.currentItem()
        found = item.data(0, _ROLE) if item is not None else None
        return found if isinstance(found, Doubt) else None

    def _doubt_chosen(self, *_: object) -> None:
        doubt = self._doubt()
        self._show_possible()
        if doubt is None:
            return
        self.carried = None
        if doubt.cells:
            self._show_cell(doubt.cells[0])
        elif doubt.section:
            self._show_text(doubt.section, "body", -1)
        elif doubt.line >= 0:
            self._show_table_near(doubt.line)
        place = self.corrections.outcome.places.get(doubt.cells[0]) if doubt.cells else None
        if place is None and doubt.line >= 0:
            marked = [at for at in self._marked(doubt.line) if at[1] >= 0]
            place = marked[0] if marked else (doubt.line, -1)
        if place is not None:
            self._lead(partial(self.source.go_to, place))
            self._show_possible()
        problem = doubt.problem
        if problem is not None and problem.about:
            (self.organ if problem.about == "organ" else self.year).setFocus()
        self._say(doubt.reason)

    def _show_table_near(self, line: int) -> None:
        """The gap that the line may belong to: the first blank after what its neighbour became."""
        outcome = self.corrections.outcome
        before = max(
            ((at, cell) for cell, at in outcome.places.items() if at[0] < line), default=None
        )
        if before is None or line - before[0][0] > 12:
            return
        cells = self.report.form.table(self.report.form.cells[before[1]].table).cells
        missing = set(outcome.missing)
        after = cells[cells.index(before[1]) :]
        self._show_cell(next((cell for cell in after if cell in missing), before[1]))

    def _marked(self, line: int) -> list[Where]:
        cells = range(len(self.corrections.outcome.lines[line].cells))
        return [(line, cell) for cell in cells if self.source.reason((line, cell))]

    def _next_doubt(self, way: int) -> None:
        count = len(self.corrections.doubts)
        if count:
            here = self._doubt_row()
            self.show_doubt((here + way) % count if here >= 0 else 0)

    def _doubt_row(self) -> int:
        item = self.doubts.currentItem()
        return self.doubts.indexOfTopLevelItem(item) if item is not None else -1

    def show_doubt(self, row: int) -> None:
        """Choose a line of the list; both sides follow."""
        item = self.doubts.topLevelItem(row)
        if item is not None:
            self.doubts.setCurrentItem(item)

    def _confirm(self) -> None:
        doubt = self._doubt()
        if doubt is None:
            return
        outcome = self.corrections.outcome
        after = (
            corrections.confirm_label(outcome, doubt.text)
            if doubt.problem is None
            else corrections.confirm(outcome, doubt.problem)
        )
        self.corrections.correct(after, "核对无误")

    def _leave_out(self) -> None:
        doubt = self._doubt()
        if doubt is not None and doubt.problem is not None:
            after = corrections.leave_out(self.corrections.outcome, doubt.problem)
            self.corrections.correct(after, "不属于年报")

    # -- correcting ------------------------------------------------------------------------------

    def put_figure(self, cell: str, place: Where) -> None:
        """The figure at a place of the file becomes this cell's."""
        outcome = self.corrections.outcome
        after = (
            corrections.assign(outcome, cell, place)
            if place[1] >= 0
            else corrections.assign_row(outcome, cell, place[0])
        )
        words = self.source.words(place).replace("\n", "")
        refused: list[str] = []
        if self.corrections.attempt(after, "放入数字", refused.append):
            self.carried = None
            self._say(f"已将“{_short(words, 24)}”放入所选的{'格' if place[1] >= 0 else '行'}。")
        else:
            self._say(f"“{_short(words, 24)}”没有放入：{refused[0]}")

    def put_text(self, shelf: Shelf | None, line: int) -> None:
        """A line of the file becomes a paragraph of this section, or is no part of the report."""
        after = corrections.put_into(self.corrections.outcome, line, shelf)
        self.carried = None
        self.corrections.correct(after, "移出年报" if shelf is None else "放入正文")
        self._say("已移出年报。" if shelf is None else "已放入正文。")

    def _fill_put_menu(self) -> None:
        self.put_menu.clear()
        place = self.source.place
        if place is None:
            return
        shelves: list[tuple[Shelf, str]] = [(PREAMBLE, "前言")]
        for section in self.report.form.sections:
            shelves.append(((section.id, "body"), section.heading))
            if section.table:
                shelves.append(((section.id, "notes"), f"{section.number}、表下文字"))
        here = corrections.shelf_of(self.corrections.outcome, place[0])
        for shelf, name in shelves:
            action = self.put_menu.addAction(name)
            action.setEnabled(here is None or here[0] != shelf)
            action.triggered.connect(partial(self._put_chosen, shelf, place[0]))
        if here is not None:
            self.put_menu.addSeparator()
            self.put_menu.addAction("移出年报").triggered.connect(
                partial(self._put_chosen, None, place[0])
            )

    def _put_chosen(self, shelf: Shelf | None, line: int, _checked: object = None) -> None:
        self.put_text(shelf, line)

    def _clear(self, table: str) -> None:
        editor = self.tables[table]
        editor.close_editor()
        outcome = self.corrections.outcome
        held = {place.cell for place in editor.view.selected()} & {
            *outcome.report.cells,
            *outcome.report.printed,
            *outcome.places,
        }
        if held:
            self.corrections.correct(corrections.clear(outcome, held), "清除数据")

    def _set_organ(self) -> None:
        organ = self.organ.text().strip()
        if organ != self.report.organ:
            after = corrections.set_organ(self.corrections.outcome, organ)
            self.corrections.correct(after, "修改机关名称")

    def _set_year(self) -> None:
        text = self.year.text()
        if text.isdigit() and int(text) != self.report.year:
            after = corrections.set_year(self.corrections.outcome, int(text))
            if not self.corrections.attempt(after, "修改年度", self._say):
                self.year.setText(str(self.report.year))

    def _undo(self) -> None:
        self._close_editors()
        self.corrections.undo()

    def _redo(self) -> None:
        self._close_editors()
        self.corrections.redo()

    def _close_editors(self) -> None:
        for editor in self.tables.values():
            editor.close_editor()

    # -- mouse and keys on the right -------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if isinstance(event, QKeyEvent) and kind == QEvent.Type.KeyPress:
            return self._key(watched, event)
        if isinstance(event, QDropEvent) and kind in (
            QEvent.Type.DragEnter,
            QEvent.Type.DragMove,
            QEvent.Type.Drop,
        ):
            return self._dragged(watched, event)
        if (
            isinstance(event, QMouseEvent)
            and kind == QEvent.Type.MouseButtonRelease
            and event.button() == Qt.MouseButton.LeftButton
            and self.carried is not None
        ):
            # The release itself still belongs to the view.
            self._put_at(watched, event.position().toPoint(), self.carried)
            return False
        return super().eventFilter(watched, event)

    def _key(self, watched: QObject, event: QKeyEvent) -> bool:
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return False
        if self.carried is not None:
            for editor in self.tables.values():
                if watched is editor.view and self._for_cells(self.carried):
                    self.put_figure(editor.view.current.cell, self.carried)
                    return True
            if watched is self.texts and not self._for_cells(self.carried):
                self._put_on_item(self.texts.currentItem(), self.carried)
                return True
        if watched is self.doubts:
            self._doubt_chosen()
            self.source.setFocus()
            return True
        # A tree passes Enter on, and a dialog would take it for its button.
        return watched is self.texts

    def _dragged(self, watched: QObject, event: QDropEvent) -> bool:
        place = place_in(event.mimeData())
        if place is None:
            return False
        at = event.position().toPoint()
        if event.type() == QEvent.Type.Drop:
            if self._put_at(watched, at, place):
                event.acceptProposedAction()
            return True
        if isinstance(event, QDragEnterEvent) or self._target(watched, at) is not None:
            event.acceptProposedAction()
        else:
            event.ignore()
        return True

    def _target(self, watched: QObject, at: QPoint) -> str | QTreeWidgetItem | None:
        for editor in self.tables.values():
            if watched is editor.view.viewport():
                place = editor.view.place_at(at)
                return place.cell or None if place is not None else None
        if watched is self.texts.viewport():
            return self.texts.itemAt(at)
        return None

    def _put_at(self, watched: QObject, at: QPoint, carried: Where) -> bool:
        target = self._target(watched, at)
        if isinstance(target, str) and self._for_cells(carried):
            self.put_figure(target, carried)
            self._show_cell(target)
            return True
        if isinstance(target, QTreeWidgetItem) and not self._for_cells(carried):
            self._put_on_item(target, carried)
            return True
        return False

    def _for_cells(self, carried: Where) -> bool:
        return carried[1] >= 0 or self.whole_row

    def _put_on_item(self, item: QTreeWidgetItem | None, carried: Where) -> None:
        place = self._text_place(item)
        if place is not None:
            self.put_text(place[:2], carried[0])

    def _other_side(self) -> None:
        """From the file to the form and back."""
        if self.source.hasFocus():
            self.tabs.currentWidget().setFocus()
        else:
            self.source.setFocus()

    def _show_help(self) -> None:
        from gic_desktop.window.dialogs.help import HelpWindow

        self._help = HelpWindow("import", self)
        self._help.show()

    def reject(self) -> None:
        """Escape first puts down what is held, then asks about corrections that would be lost."""
        if self.carried is not None:
            self.put_down()
            return
        if self.corrections.undo_name is not None or self._aside.count:
            from gic_desktop.window.dialogs.ask import ask

            kept = "继续核对"
            answer = ask(self, "导入上年年报", "您改正过的内容还没有使用。", [kept, "放弃导入"])
            if answer != "放弃导入":
                return
        super().reject()

    # -- ends ------------------------------------------------------------------------------------

    def accept(self) -> None:
        self._close_editors()
        self._set_organ()
        super().accept()

    def _link(self) -> None:
        self.link_only = True
        self.accept()

    def _open(self) -> None:
        self.open_imported = True
        self.accept()


def _faint(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("faint", True)
    return label


def _short(text: str, most: int = 8) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _words(item: Item) -> str:
    if isinstance(item, Paragraph):
        return item.text
    if isinstance(item, Picture):
        return f"［图片］{item.caption}"
    return item.caption
