"""One statutory table as the clerk meets it: the view, its clipboard, its actions, its messages."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from gic_desktop.forms.description import GridCell
from gic_desktop.report.edits import SetCells, fill_blanks
from gic_desktop.window.table.clipboard import Block, Copied, read, write_html, write_text
from gic_desktop.window.table.model import TableSession
from gic_desktop.window.table.paste import MOST_NAMED, PastePlan, plan_paste
from gic_desktop.window.table.places import Places
from gic_desktop.window.table.view import TableView
from gic_desktop.window.theme import POINTS, Theme, delete_later

OWN_MIME = "application/x-gic-desktop-cells"
_MOST_OWN = 1_000_000


def clipboard_block() -> Block:
    """What could be pasted here: our own cells as they were, else HTML, else text."""
    mime = QGuiApplication.clipboard().mimeData()
    if mime.hasFormat(OWN_MIME):
        own = _own_block(bytes(mime.data(OWN_MIME).data()))
        if own:
            return own
    return read(mime.html() if mime.hasHtml() else None, mime.text() if mime.hasText() else None)


def _own_block(data: bytes) -> Block:
    if len(data) > _MOST_OWN:
        return ()
    try:
        rows: Any = json.loads(data)
    except (ValueError, RecursionError):
        return ()
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return ()
    if not all(field is None or isinstance(field, str) for row in rows for field in row):
        return ()
    return tuple(tuple(row) for row in rows)


class TableEditor(QWidget):
    selection_summary = Signal(str)
    """`选中 3 格，合计 12`, or empty."""
    notice = Signal(str)
    """One sentence for the status line."""
    zoom_asked = Signal(int)

    def __init__(self, session: TableSession, table_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.table_id = table_id
        self.places = Places(session.report.form, table_id)
        self.view = TableView(session, self.places, self)
        self.setFocusProxy(self.view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.view.selection_told.connect(self.selection_summary)
        self.view.zoom_asked.connect(self.zoom_asked)
        self.view.copy_asked.connect(self.copy)
        self.view.cut_asked.connect(self.cut)
        self.view.paste_asked.connect(self.paste)
        self.view.clear_asked.connect(self.clear)
        self.view.fill_asked.connect(self._fill_typed)
        self.view.undo_asked.connect(session.undo)
        self.view.redo_asked.connect(session.redo)
        self.view.menu_asked.connect(self._show_menu)
        self.message: QDialog | None = None
        self._make_actions()

    # -- for the main window ---------------------------------------------------------------------

    def show_cell(self, cell: str) -> None:
        """Go to a cell of this table and flash it."""
        self.view.show_cell(cell)

    def set_look(
        self, theme: Theme, zoom: int = 100, points: float = POINTS, *, comfortable: bool = False
    ) -> None:
        """Theme, zoom in per cent (100 to 300), font size in points, the roomier rows."""
        self.view.set_look(theme, zoom, points, comfortable=comfortable)

    def close_editor(self) -> None:
        """End the visit of the open cell: before another report is shown."""
        self.view.close_editor()

    def actions_for_menu(self) -> list[QAction]:
        """In the order of the menu; an action without text is a separator."""
        return list(self._actions)

    # -- actions ---------------------------------------------------------------------------------

    def _action(self, text: str, do: Callable[[], object], shortcut: Any = None) -> QAction:
        action = QAction(text, self)
        if shortcut is not None:
            # Shown in the menu; the view's own keys do the work while it has the focus.
            action.setShortcut(shortcut)
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        # `triggered` would hand its boolean to the function.
        action.triggered.connect(lambda _checked: do())
        self._actions.append(action)
        return action

    def _separator(self) -> None:
        line = QAction(self)
        line.setSeparator(True)
        self._actions.append(line)

    def _make_actions(self) -> None:
        self._actions: list[QAction] = []
        keys = QKeySequence.StandardKey
        self.edit_action = self._action("修改此格", self._edit_current, QKeySequence("F2"))
        self._separator()
        self.cut_action = self._action("剪切", self.cut, keys.Cut)
        self.copy_action = self._action("复制", self.copy, keys.Copy)
        self.copy_table_action = self._action("复制整张表格（含栏目名称）", self.copy_table)
        self.paste_action = self._action("粘贴", self.paste, keys.Paste)
        self._separator()
        self.zero_selection_action = self._action("选中的空白格填 0", self.fill_selection)
        self.zero_table_action = self._action("全表空白格填 0", self.fill_table)
        self.clear_action = self._action("清除内容", self.clear, keys.Delete)
        self._separator()
        self.select_all_action = self._action("全选", self.view.select_all, keys.SelectAll)
        self._changing = (
            self.edit_action, self.cut_action, self.paste_action, self.zero_selection_action,
            self.zero_table_action, self.clear_action,
        )  # fmt: skip
        for action in self._changing:
            action.setEnabled(not self._session.read_only)

    def _edit_current(self) -> None:
        self.view.setFocus()
        self.view.edit_current()

    def _show_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self._actions)
        for action in self._changing:
            action.setEnabled(not self._session.read_only)
        menu.popup(self.view.viewport().mapToGlobal(at))

    # -- figures ---------------------------------------------------------------------------------

    def _inputs(self, places: Sequence[GridCell]) -> list[str]:
        return [p.cell for p in places if not self.places.computed(p)]

    def fill_selection(self) -> None:
        """0 into the blanks of the selection, one undo step."""
        self._fill(self._inputs(self.view.selected()))

    def fill_table(self) -> None:
        self._fill(self._inputs(self.places.inputs))

    def _fill(self, cells: Sequence[str]) -> None:
        self.view.close_editor()
        if self._refuse_read_only():
            return
        edit = fill_blanks(self._session.report, cells)
        if not edit.figures:
            self.notice.emit("没有空白格。")
            return
        self._forget_drafts(list(edit.figures))
        self._session.apply(edit)
        self.notice.emit(f"已在 {len(edit.figures)} 个空白格填 0。")

    def _fill_typed(self, text: str, visit: object) -> None:
        """What is being typed into one cell of the selection, into all of them: one undo step."""
        selected = self.view.selected()
        plan = plan_paste(
            ((text,),), self.places, self._session.report.cells, self.view.current, selected
        )
        if plan.figures:
            self._forget_drafts(list(plan.figures))
            self._session.apply(SetCells(dict(plan.figures), "填入数据"), visit)
            self.notice.emit(f"已填入 {len(plan.figures)} 格。")
        elif plan.refused:
            what = f"有 {len(plan.refused)} 格不能填入，因此只填入了当前的一格。"
            self._tell(what, [(one.cell, one.sentence) for one in plan.refused])

    def clear(self) -> None:
        """What stands in the selection becomes unanswered, one undo step; totals stay computed."""
        self._clear("清除数据")

    def _clear(self, name: str) -> None:
        self.view.close_editor()
        if self._refuse_read_only():
            return
        cells = self._inputs(self.view.selected())
        self._forget_drafts(cells)
        held = [c for c in cells if c in self._session.report.cells]
        if held:
            self._session.apply(SetCells(dict.fromkeys(held), name))

    def _forget_drafts(self, cells: Sequence[str]) -> None:
        for cell in cells:
            self.view.items.drafts.pop(cell, None)
        self.view.viewport().update()

    def _refuse_read_only(self) -> bool:
        if self._session.read_only:
            self.notice.emit("报告以只读方式打开，不能修改。")
        return self._session.read_only

    # -- clipboard -------------------------------------------------------------------------------

    def copy(self) -> None:
        """The selected figures: as text, as a table, and as they are for ourselves."""
        self.view.close_editor()
        rows: dict[int, list[GridCell]] = {}
        for place in self.view.selected():
            rows.setdefault(place.row, []).append(place)
        text = self.view.items.text
        block = [[text(p.cell) for p in rows[row]] for row in sorted(rows)]
        html = [[Copied(text(p.cell), 1, p.columns) for p in rows[row]] for row in sorted(rows)]
        self._put(block, html)
        count = sum(len(row) for row in block)
        self.notice.emit(f"已复制 {count} 格。")

    def copy_table(self) -> None:
        """The whole table with its labels, as it is printed."""
        self.view.close_editor()
        text = self.view.items.text
        block: list[list[str]] = []
        html: list[list[Copied]] = []
        for row in range(self.places.table.rows):
            line = [""] * self.places.table.columns
            fields = []
            here = [p for p in self.places.table.grid if p.row == row]
            for place in sorted(here, key=lambda p: p.column):
                words = text(place.cell) if place.cell else place.text
                line[place.column] = words
                fields.append(Copied(words, place.rows, place.columns, header=not place.cell))
            block.append(line)
            html.append(fields)
        self._put(block, html, own=False)
        self.notice.emit("已复制整张表格。")

    def _put(
        self, block: Sequence[Sequence[str]], html: Sequence[Sequence[Copied]], *, own: bool = True
    ) -> None:
        mime = QMimeData()
        mime.setText(write_text(block))
        mime.setHtml(write_html(html))
        if own:
            mime.setData(OWN_MIME, json.dumps(block, ensure_ascii=False).encode())
        QGuiApplication.clipboard().setMimeData(mime)

    def cut(self) -> None:
        if self._refuse_read_only():
            return
        self.copy()
        self._clear("剪切数据")

    def paste(self) -> None:
        """The clipboard's block, all or nothing, in one undo step."""
        self.view.close_editor()
        if self._refuse_read_only():
            return
        block = clipboard_block()
        if not block:
            self.notice.emit("剪贴板里没有可以粘贴的内容。")
            return
        plan = plan_paste(
            block, self.places, self._session.report.cells, self.view.current, self.view.selected()
        )
        self._carry_out(plan)

    def _carry_out(self, plan: PastePlan) -> None:
        if plan.refused:
            what = f"有 {len(plan.refused)} 格不能填入，因此没有粘贴任何内容。"
            self._tell(what, [(one.cell, one.sentence) for one in plan.refused])
            return
        if not plan.figures and not plan.cells:
            self.notice.emit("剪贴板里没有可以填入此表的数据。")
            return
        self._forget_drafts(list(plan.figures))
        if plan.figures:
            self._session.apply(SetCells(dict(plan.figures), "粘贴数据"))
        self.view.select_cells(plan.cells)
        how = "，已按栏目名称对应" if plan.by_labels else ""
        self.notice.emit(f"已粘贴 {len(plan.figures)} 格{how}。")
        if plan.totals:
            self._tell(
                "数据已粘贴。粘贴来的合计与按各项计算的结果不一致，表中以计算结果为准，请核对：",
                [("", sentence) for sentence in plan.totals],
            )

    def _tell(self, what: str, lines: Sequence[tuple[str, str]]) -> None:
        """One list of all of it; a line with a cell leads there."""
        dialog = QDialog(self)
        dialog.setWindowTitle("粘贴")
        layout = QVBoxLayout(dialog)
        heading = QLabel(what, dialog)
        heading.setWordWrap(True)
        layout.addWidget(heading)
        listed = QListWidget(dialog)
        listed.setWordWrap(True)
        for cell, sentence in lines[:MOST_NAMED]:
            item = QListWidgetItem(sentence, listed)
            item.setData(Qt.ItemDataRole.UserRole, cell)
        if len(lines) > MOST_NAMED:
            QListWidgetItem(f"……另有 {len(lines) - MOST_NAMED} 处。", listed)
        layout.addWidget(listed)
        buttons = QDialogButtonBox(dialog)
        close = buttons.addButton("知道了", QDialogButtonBox.ButtonRole.AcceptRole)
        close.setDefault(True)
        buttons.accepted.connect(dialog.accept)
        layout.addWidget(buttons)

        def jump(item: QListWidgetItem) -> None:
            cell = item.data(Qt.ItemDataRole.UserRole)
            if cell:
                dialog.accept()
                self.show_cell(cell)

        listed.itemActivated.connect(jump)
        dialog.resize(520, 300)
        self.message = dialog
        dialog.finished.connect(self._forget_message)
        dialog.finished.connect(lambda: delete_later(dialog))
        dialog.open()

    def _forget_message(self) -> None:
        self.message = None
