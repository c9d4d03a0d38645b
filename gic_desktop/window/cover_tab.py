"""封面与基本信息: organ, year, title, annex mark, preamble, contacts, signature."""

from datetime import date

from PySide6.QtCore import QDate, QEvent, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QTextCharFormat
from PySide6.QtWidgets import (
    QCheckBox,
    QDateEdit,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gic_desktop.report.carry_over import signing_day
from gic_desktop.report.edits import Change, SetField
from gic_desktop.report.narrative import Paragraph
from gic_desktop.report.report import CONTACT_NAMES
from gic_desktop.values import replace
from gic_desktop.window.line import Line
from gic_desktop.window.narrative import keys
from gic_desktop.window.narrative.figures_menu import FiguresMenu
from gic_desktop.window.narrative.marks import BIND_ALL, BIND_WHY
from gic_desktop.window.preamble_editor import PreambleEditor
from gic_desktop.window.session import Session


class _Field(Line):
    """Its steps are the report's, as everywhere."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not keys.undone(event, self._session):
            super().keyPressEvent(event)

    def menu(self) -> QMenu:
        menu = super().menu()
        keys.undo_in_menu(menu, self._session)
        return menu


class _Date(QDateEdit):
    """The wheel scrolls the page and never turns a date; its steps are the report's."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not keys.undone(event, self._session):
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.lineEdit().createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        keys.undo_in_menu(menu, self._session)
        menu.popup(event.globalPos())

    def wheelEvent(self, event: object) -> None:
        event.ignore()  # type: ignore[attr-defined]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        # Qt's red of the weekend is none of the program's colours, and too dark on a dark ground.
        plain = QTextCharFormat()
        plain.setForeground(self.palette().text())
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.calendarWidget().setWeekdayTextFormat(day, plain)
        super().mousePressEvent(event)


class CoverTab(QScrollArea):
    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._loading = False
        self._forms: list[QFormLayout] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        page = QWidget()
        page.setObjectName("desk")
        self.setWidget(page)
        column = QVBoxLayout(page)
        column.setContentsMargins(20, 12, 20, 20)
        column.setSpacing(8)
        column.addWidget(self._organ_box())
        column.addWidget(self._preamble_box())
        column.addWidget(self._contacts_box())
        column.addWidget(self._signature_box())
        column.addStretch(1)
        self._align()
        self.load()
        self._show_printed()
        session.changed.connect(self._report_changed)

    def _line(self, name: str, field: str) -> QLineEdit:
        editor = _Field(self._session)
        editor.setAccessibleName(name)
        editor.setReadOnly(self._session.read_only)
        editor.textEdited.connect(lambda text: self._edited(field, text))
        editor.editingFinished.connect(self._session.end_visit)
        return editor

    def _fields(self, box: QGroupBox) -> QFormLayout:
        made = QFormLayout(box)
        made.setSpacing(8)
        self._forms.append(made)
        return made

    def _align(self) -> None:
        """One left edge for the fields of all boxes."""
        rows = [(form, row) for form in self._forms for row in range(form.rowCount())]
        items = [form.itemAt(row, QFormLayout.ItemRole.LabelRole) for form, row in rows]
        labels = [w for i in items if i is not None and isinstance(w := i.widget(), QLabel)]
        letters = self.fontMetrics()
        width = max((letters.horizontalAdvance(label.text()) for label in labels), default=0)
        for label in labels:
            label.setMinimumWidth(width)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._align()

    def _organ_box(self) -> QWidget:
        box = QGroupBox("标题")
        fields = self._fields(box)
        self.organ = self._line("机关全称", "organ")
        self.organ.setMaxLength(100)
        self.year = QLabel()
        self.title = self._line("标题", "title")
        self.annex = self._line("附件标记", "annex")
        self.annex.setPlaceholderText("需要时填写，如：附件1")
        self.preview = QLabel()
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setWordWrap(True)
        self.preview.setProperty("title", True)
        self.preview.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        fields.addRow("机关全称", self.organ)
        fields.addRow("年度与格式", self.year)
        fields.addRow("标题", self.title)
        fields.addRow("附件标记", self.annex)
        fields.addRow(self.preview)
        return box

    def _preamble_box(self) -> QWidget:
        box = QGroupBox("前言（“一、”之前的说明文字，可以留空）")
        inside = QVBoxLayout(box)
        self.preamble = PreambleEditor(self._session)
        inside.addWidget(self.preamble)
        tools = QHBoxLayout()
        figures = QToolButton()
        figures.setText("插入表格数字")
        figures.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.figures = FiguresMenu(self._session, self)
        self.figures.chosen.connect(lambda name: self.preamble.insertPlainText("{" + name + "}"))
        figures.setMenu(self.figures)
        figures.setEnabled(not self._session.read_only)
        tools.addWidget(figures)
        self.bind_button = QPushButton()
        self.bind_button.setToolTip(BIND_WHY)
        self.bind_button.clicked.connect(self.preamble.bind_offered)
        self.bind_button.hide()
        self.preamble.offered.connect(self._show_offers)
        tools.addWidget(self.bind_button)
        tools.addStretch(1)
        inside.addLayout(tools)
        self.printed = QLabel()
        self.printed.setProperty("faint", True)
        self.printed.setWordWrap(True)
        self.printed.setTextFormat(Qt.TextFormat.PlainText)
        inside.addWidget(self.printed)
        return box

    def _contacts_box(self) -> QWidget:
        box = QGroupBox("联系方式（填写后印在前言之后；前言中已写明的不再重复）")
        fields = self._fields(box)
        self.contacts: dict[str, QLineEdit] = {}
        for key, name in CONTACT_NAMES.items():
            self.contacts[key] = self._line(name, f"contacts.{key}")
            fields.addRow(name, self.contacts[key])
        return box

    def _signature_box(self) -> QWidget:
        box = QGroupBox("落款")
        fields = self._fields(box)
        self.signed = QCheckBox("在文末印出落款")
        self.signature_organ = self._line("落款机关", "signature.organ")
        self.signature_date = _Date(self._session)
        self.signature_date.setCalendarPopup(True)
        self.signature_date.setDisplayFormat("yyyy年M月d日")
        self.signature_date.setAccessibleName("落款日期")
        self.signed.toggled.connect(self._signed)
        self.signature_date.dateChanged.connect(self._dated)
        fields.addRow(self.signed)
        fields.addRow("机关", self.signature_organ)
        fields.addRow("日期", self.signature_date)
        return box

    # -- report → fields -------------------------------------------------------------------------

    def _report_changed(self, change: Change) -> None:
        if change.fields:
            self.load()
        if change.fields or change.cells:
            self._show_printed()

    def _show_printed(self) -> None:
        """Names in braces are numbers on paper: the text as it will be printed."""
        shown = [
            self._session.bound.printed(i.text)
            for i in self._session.report.preamble
            if isinstance(i, Paragraph)
        ]
        bound = any(one.bound for one in shown)
        self.printed.setVisible(bound)
        self.printed.setText("印出为：" + "\n".join(one.text for one in shown) if bound else "")

    def load(self) -> None:
        report = self._session.report
        self._loading = True
        _show(self.organ, report.organ)
        self.year.setText(f"{report.year} 年度，{report.form.name}（{report.form.legal_base}）")
        _show(self.title, report.full_title.replace("\n", " "))
        _show(self.annex, report.annex)
        self.preview.setText(report.full_title)
        self.preamble.load()
        for key, editor in self.contacts.items():
            _show(editor, getattr(report.contacts, key))
        signature = report.signature
        self.signed.setChecked(signature.shown)
        _show(self.signature_organ, signature.organ)
        day = signature.date or signing_day(report, date.today())  # noqa: DTZ011 - the wall calendar
        self.signature_date.setDate(QDate(day.year, day.month, day.day))
        for widget in (self.signature_organ, self.signature_date):
            widget.setEnabled(signature.shown and not self._session.read_only)
        self.signed.setEnabled(not self._session.read_only)
        self._loading = False

    # -- fields → report -------------------------------------------------------------------------

    def _edited(self, field: str, text: str) -> None:
        report = self._session.report
        name, _, part = field.partition(".")
        if name == "title":
            standard = report.form.title.format(organ=report.organ, year=report.year)
            edit = SetField("title", None if text.strip() in ("", standard) else text)
        elif part:
            edit = SetField(name, replace(getattr(report, name), **{part: text}))
        else:
            edit = SetField(name, text)
        self._session.apply(edit, visit=("cover", field))

    def _show_offers(self, number: int) -> None:
        self.bind_button.setText(BIND_ALL.format(number))
        self.bind_button.setVisible(number > 0)

    def _signed(self, shown: bool) -> None:  # noqa: FBT001 - a slot
        if self._loading:
            return
        report = self._session.report
        day = report.signature.date or (signing_day(report, date.today()) if shown else None)  # noqa: DTZ011
        signature = replace(report.signature, shown=shown, date=day)
        self._session.apply(SetField("signature", signature))

    def _dated(self, day: QDate) -> None:
        if not self._loading:
            signed = replace(
                self._session.report.signature, date=date(day.year(), day.month(), day.day())
            )
            self._session.apply(SetField("signature", signed), visit=("cover", "date"))


def _show(editor: QLineEdit, text: str) -> None:
    """Leaves the field alone while it already says so: the cursor stays where it is."""
    if editor.text() != text:
        editor.setText(text)
