"""The first thing seen: begin a report, open one, go on with an earlier one, get back unsaved work."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QScrollArea,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gic_desktop.forms.catalogue import UnknownForm, form_for_year
from gic_desktop.store.journal import Pending
from gic_desktop.store.places import is_there
from gic_desktop.window.theme import STEP

PATH = Qt.ItemDataRole.UserRole
GONE = PATH + 1
LAST_YEAR = 2100
_YEAR = re.compile(r"\s*(\d{4})\s*(年度?)?\s*")
"""An input method's full-width digits are digits, and what is pasted may bring its 年."""


def heading(text: str, kind: str = "heading") -> QLabel:
    label = QLabel(text)
    label.setProperty(kind, True)
    return label


def paper() -> tuple[QFrame, QVBoxLayout]:
    frame = QFrame()
    frame.setProperty("paper", True)
    inside = QVBoxLayout(frame)
    inside.setContentsMargins(20, 16, 20, 16)
    inside.setSpacing(10)
    return frame, inside


class _Grey(QStyledItemDelegate):
    """What cannot be found now looks so, and can still be reached: to be taken off the list."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        if index.data(GONE):
            option.state &= ~QStyle.StateFlag.State_Enabled  # type: ignore[attr-defined]


class _Recent(QListWidget):
    forget_asked = Signal(QListWidgetItem)

    def __init__(self) -> None:
        super().__init__()
        self.setItemDelegate(_Grey(self))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        if event.key() == Qt.Key.Key_Delete and item is not None:
            self.forget_asked.emit(item)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        item = self.itemAt(event.pos()) if by_mouse else self.currentItem()
        if item is None or item.data(PATH) is None:
            return
        self.setCurrentItem(item)
        at = event.pos() if by_mouse else self.visualItemRect(item).center()
        self.menu(item).popup(self.viewport().mapToGlobal(at))

    def menu(self, item: QListWidgetItem) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("打开").triggered.connect(lambda: self.itemActivated.emit(item))
        forget = menu.addAction("从列表中移除\tDelete")
        forget.setToolTip("文件本身不受影响。")
        menu.setToolTipsVisible(True)
        forget.triggered.connect(lambda: self.forget_asked.emit(item))
        return menu

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.fit()

    def fit(self) -> None:
        """All of a name, in as many lines as it needs, and its folder; the sheet's margins Qt forgets."""
        letters = self.fontMetrics()
        room = QRect(0, 0, max(self.viewport().width() - 6 * STEP, 1), 0)
        wrapped = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere
        for row in range(self.count()):
            item = self.item(row)
            height = letters.boundingRect(room, wrapped, item.text()).height()
            item.setSizeHint(QSize(0, height + 6 * STEP))


class StartPage(QWidget):
    new_asked = Signal(str, int)
    from_last_asked = Signal()
    open_asked = Signal()
    path_chosen = Signal(object)
    forget_asked = Signal(object)
    sample_asked = Signal()
    roll_up_asked = Signal()
    recover_asked = Signal(object)
    discard_asked = Signal(object)

    def __init__(self, today: date) -> None:
        super().__init__()
        self.setObjectName("desk")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        # On a low screen the page scrolls; its fields are never pressed together.
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole.addWidget(scroll)
        page = QWidget()
        scroll.setWidget(page)
        # The ground is the window's own: it is painted, and known to be.
        page.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        outer = QVBoxLayout(page)
        outer.setContentsMargins(16, 12, 16, 12)
        outer.addStretch(1)
        middle = QHBoxLayout()
        outer.addLayout(middle, 8)
        outer.addStretch(1)
        middle.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(16)
        middle.addLayout(column, 24)
        middle.addStretch(1)
        column.addWidget(heading("政府信息公开工作年度报告", "title"))
        promise = QLabel("从上年的文件到一份数据相符、可以打印的年报。全程在本机进行，不联网。")
        promise.setProperty("faint", True)
        column.addWidget(promise)
        self._recovered, self._recovered_list = paper()
        self._recovered.hide()
        column.addWidget(self._recovered)
        boxes = QHBoxLayout()
        boxes.setSpacing(16)
        column.addLayout(boxes, 1)
        boxes.addWidget(self._new_box(today), 1)
        boxes.addWidget(self._open_box(), 1)

    def _new_box(self, today: date) -> QWidget:
        box, inside = paper()
        inside.addWidget(heading("新建年报"))
        fields = QFormLayout()
        fields.setSpacing(8)
        self.organ = QLineEdit()
        self.organ.setPlaceholderText("如：某某区某某街道办事处")
        self.organ.setMaxLength(100)
        self.organ.setAccessibleName("机关全称")
        self.year = QLineEdit(str(today.year - 1 if today.month < 10 else today.year))
        self.year.setMaxLength(12)
        self.year.setMaximumWidth(90)
        self.year.setAccessibleName("年度")
        fields.addRow("机关全称", self.organ)
        fields.addRow("年度", self.year)
        inside.addLayout(fields)
        self.form_said = QLabel()
        self.form_said.setWordWrap(True)
        self.form_said.setProperty("faint", True)
        inside.addWidget(self.form_said)
        self.new_button = QPushButton("新建")
        self.new_button.setProperty("primary", True)
        self.last_button = QPushButton("从上年年报开始…")
        self.last_button.setToolTip(
            "读取上年的 Word、PDF、网页或项目文件，带入机关、联系方式和结转数据。"
        )
        buttons = QHBoxLayout()
        buttons.addWidget(self.new_button)
        buttons.addWidget(self.last_button)
        buttons.addStretch(1)
        inside.addLayout(buttons)
        inside.addStretch(1)
        self.organ.textChanged.connect(self._judge)
        self.year.textChanged.connect(self._judge)
        self.organ.returnPressed.connect(self._ask_new)
        self.year.returnPressed.connect(self._ask_new)
        self.new_button.clicked.connect(self._ask_new)
        self.last_button.clicked.connect(self.from_last_asked)
        self._judge()
        return box

    def _open_box(self) -> QWidget:
        box, inside = paper()
        inside.addWidget(heading("最近的年报"))
        self.recent = _Recent()
        self.recent.setAccessibleName("最近的年报")
        self.recent.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.recent.setWordWrap(True)
        self.recent.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.recent.itemActivated.connect(self._chosen)
        self.recent.itemClicked.connect(self._chosen)
        self.recent.forget_asked.connect(self._forget)
        inside.addWidget(self.recent, 1)
        buttons = QHBoxLayout()
        self.open_button = QPushButton("打开…")
        self.sample_button = QPushButton("看一份示例")
        self.roll_up_button = QPushButton("汇总年报…")
        self.roll_up_button.setToolTip("把下级单位的年报合成一份，列出缺报和有错误的单位。")
        self.open_button.clicked.connect(self.open_asked)
        self.sample_button.clicked.connect(self.sample_asked)
        self.roll_up_button.clicked.connect(self.roll_up_asked)
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.sample_button)
        buttons.addWidget(self.roll_up_button)
        buttons.addStretch(1)
        inside.addLayout(buttons)
        hint = QLabel("也可以把文件拖到窗口中打开。")
        hint.setProperty("faint", True)
        inside.addWidget(hint)
        return box

    def _judge(self) -> None:
        """Which form the year means, and why; the button waits until both fields can be used."""
        named, usable = bool(self.organ.text().strip()), False
        found = _YEAR.fullmatch(self.year.text())
        self._chosen_year = year = int(found[1]) if found else 0
        if not year or year > LAST_YEAR:
            said = "请核对年度。" if year else "请填写四位数的年度，如 2025。"
        else:
            try:
                form = form_for_year(year)
            except UnknownForm as error:
                said = str(error)
            else:
                usable = True
                said = f"{year} 年度的年报使用 {form.name}（{form.legal_base}）。"
                said += "" if named else "请填写机关全称。"
        self.form_said.setText(said)
        self.new_button.setEnabled(usable and named)

    def _ask_new(self) -> None:
        if self.new_button.isEnabled():
            self.new_asked.emit(self.organ.text().strip(), self._chosen_year)

    def _chosen(self, item: QListWidgetItem) -> None:
        if item.data(PATH) is not None:
            self.path_chosen.emit(item.data(PATH))

    def _forget(self, item: QListWidgetItem) -> None:
        """Off the list, whose file stays what and where it is; the next one is the current one."""
        if item.data(PATH) is None:
            return
        row = self.recent.row(item)
        self.forget_asked.emit(item.data(PATH))
        self.recent.setCurrentRow(min(row, self.recent.count() - 1))

    def show_recent(self, paths: Sequence[Path]) -> None:
        self.recent.clear()
        for path in paths:
            item = QListWidgetItem(f"{path.stem}\n{path.parent}")
            item.setData(PATH, path)
            item.setToolTip(str(path))
            if not is_there(path):
                # Not an error: the file may lie on a share that is off today.
                item.setData(GONE, True)
                item.setText(f"{path.stem}（现在找不到）\n{path.parent}")
            self.recent.addItem(item)
        self.recent.fit()
        if not paths:
            item = QListWidgetItem("打开过、保存过的年报会列在这里。")
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.recent.addItem(item)
        elif not self.recent.item(0).data(GONE):
            # The next morning Enter goes on with yesterday's report and begins no second one.
            self.recent.setCurrentRow(0)
            self.recent.setFocus()

    def show_recovered(self, works: Sequence[Pending]) -> None:
        while self._recovered_list.count():
            old = self._recovered_list.takeAt(0)
            if (widget := old.widget()) is not None:
                widget.deleteLater()
        self._recovered.setVisible(bool(works))
        if not works:
            return
        self._recovered_list.addWidget(heading("上次没有保存的内容"))
        for work in works:
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            when = work.time.astimezone()
            name = work.project.stem if work.project is not None else "尚未命名的年报"
            row.addWidget(QLabel(f"{name}，{when.month} 月 {when.day} 日 {when:%H:%M} 的修改"), 1)
            recover, discard = QPushButton("恢复"), QPushButton("不要了")
            recover.setAccessibleName(f"恢复“{name}”")
            discard.setAccessibleName(f"不要“{name}”的修改了")
            recover.clicked.connect(lambda _=False, w=work: self.recover_asked.emit(w))
            discard.clicked.connect(lambda _=False, w=work: self.discard_asked.emit(w))
            row.addWidget(recover)
            row.addWidget(discard)
            self._recovered_list.addWidget(line)
