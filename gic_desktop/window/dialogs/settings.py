"""设置: how the window looks, where files begin, what is kept, what is printed with."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gic_desktop.window import background, on_screen
from gic_desktop.window.dialogs.ask import tell
from gic_desktop.window.dialogs.help import help_on_f1
from gic_desktop.window.dialogs.path_line import PathLine
from gic_desktop.window.settings import PRINTED, SCHEMES, Settings

SIZES = (9.0, 10.5, 12.0, 14.0, 16.0)
VERSIONS = (5, 10, 20, 50, 100)
OWN_FONT = "程序自带"
MOST_OFFERED = 60
# Any year with the same days will do: only month and day are kept.
A_YEAR = 2001


class _Choice(QComboBox):
    """The wheel scrolls and never chooses."""

    def wheelEvent(self, event: object) -> None:
        event.ignore()  # type: ignore[attr-defined]


class _Day(QDateEdit):
    def wheelEvent(self, event: object) -> None:
        event.ignore()  # type: ignore[attr-defined]


def offered_fonts() -> dict[str, list[str]]:
    """Names of usable fonts of this PC for each role; reads every font file, so off the GUI thread."""
    from gic_desktop.output.fonts import Choice
    from gic_desktop.output.installed_fonts import offered

    roles: tuple[Choice, ...] = ("title", "h1", "h2", "body", "table", "latin")
    found = {}
    for role in roles:
        usable = [font.name for font in offered(role) if not font.refusal]
        found[str(role)] = list(dict.fromkeys(usable))[:MOST_OFFERED]
    return found


class SettingsDialog(QDialog):
    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._task: background.Task | None = None
        self.setWindowTitle("设置")
        help_on_f1(self, "input")
        column = QVBoxLayout(self)
        column.setSpacing(10)
        # On a low screen the fields scroll, so that 确定 stays in reach.
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        page.setObjectName("desk")
        columns = QHBoxLayout(page)
        columns.setContentsMargins(0, 0, 0, 0)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self._look_box())
        left.addWidget(self._files_box())
        left.addStretch(1)
        right.addWidget(self._print_box())
        right.addStretch(1)
        columns.addLayout(left, 1)
        columns.addLayout(right, 1)
        scroll.setWidget(page)
        column.addWidget(scroll)
        buttons = QDialogButtonBox()
        accept = buttons.addButton("确定", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton("取消", QDialogButtonBox.ButtonRole.RejectRole)
        accept.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        edges = self.sizeHint() - scroll.sizeHint()
        wanted = page.sizeHint() + edges
        on_screen.resize(self, max(720, wanted.width()), wanted.height())
        self.finished.connect(self._stop)
        self._task = background.start(offered_fonts, self.offer, self._no_fonts)

    def _look_box(self) -> QWidget:
        settings = self._settings
        box = QGroupBox("显示")
        fields = QFormLayout(box)
        fields.setSpacing(10)
        self.scheme = _Choice()
        for scheme, name in SCHEMES.items():
            self.scheme.addItem(name, scheme)
        self.scheme.setCurrentIndex(list(SCHEMES).index(settings.scheme))
        self.text_size = _Choice()
        for points in SIZES:
            self.text_size.addItem(f"{points:g} 磅", points)
        nearest = min(range(len(SIZES)), key=lambda i: abs(SIZES[i] - settings.points))
        self.text_size.setCurrentIndex(nearest)
        self.comfortable = QCheckBox("表格行高宽松")
        self.comfortable.setChecked(settings.comfortable)
        fields.addRow("外观", self.scheme)
        fields.addRow("文字大小", self.text_size)
        fields.addRow(self.comfortable)
        return box

    def _files_box(self) -> QWidget:
        settings = self._settings
        box = QGroupBox("文件和期限")
        fields = QFormLayout(box)
        fields.setSpacing(10)
        self.folder = PathLine("默认文件夹", str(settings.folder))
        choose = QPushButton("选择…")
        choose.setAutoDefault(False)
        choose.clicked.connect(self._choose_folder)
        row = QHBoxLayout()
        row.addWidget(self.folder, 1)
        row.addWidget(choose)
        # The field stands below its name: a path is long.
        fields.addRow(QLabel("默认文件夹"))
        fields.addRow(row)
        self.versions = _Choice()
        for number in sorted({*VERSIONS, settings.versions}):
            self.versions.addItem(f"{number} 个", number)
        self.versions.setCurrentIndex(self.versions.findData(settings.versions))
        fields.addRow("保留早前版本", self.versions)
        self.own_deadline = QCheckBox("使用本单位的报送期限")
        self.own_deadline.setChecked(bool(settings.deadline))
        self.deadline = _Day()
        self.deadline.setDisplayFormat("M月d日")
        self.deadline.setButtonSymbols(QDateEdit.ButtonSymbols.NoButtons)
        self.deadline.setAccessibleName("报送期限")
        month, _, day = (settings.deadline or "01-20").partition("-")
        self.deadline.setDateRange(QDate(A_YEAR, 1, 1), QDate(A_YEAR, 12, 31))
        self.deadline.setDate(QDate(A_YEAR, int(month), int(day)))
        self.deadline.setEnabled(bool(settings.deadline))
        self.own_deadline.toggled.connect(self.deadline.setEnabled)
        fields.addRow(self.own_deadline)
        fields.addRow("报送期限（次年）", self.deadline)
        return box

    def _print_box(self) -> QWidget:
        box = QGroupBox("打印和 PDF 的字体")
        fields = QFormLayout(box)
        fields.setSpacing(10)
        chosen = self._settings.fonts
        self.fonts: dict[str, QComboBox] = {}
        for role, name in PRINTED.items():
            choice = _Choice()
            choice.setAccessibleName(f"{name}字体")
            choice.addItem(OWN_FONT, "")
            if role in chosen:
                choice.addItem(chosen[role], chosen[role])
                choice.setCurrentIndex(1)
            choice.setMinimumContentsLength(12)
            self.fonts[role] = choice
            fields.addRow(name, choice)
        self.fonts_said = QLabel("正在查看本机的字体…")
        self.fonts_said.setProperty("faint", True)
        self.fonts_said.setWordWrap(True)
        fields.addRow(self.fonts_said)
        return box

    # -- fonts of this PC ------------------------------------------------------------------------

    def offer(self, found: Mapping[str, list[str]]) -> None:
        """The fonts of this PC are known: fitting ones first, what is chosen stays chosen."""
        self._task = None
        for role, choice in self.fonts.items():
            for name in found.get(role, []):
                if choice.findData(name) < 0:
                    choice.addItem(name, name)
        self.fonts_said.setText(
            "只列出可以嵌入 PDF 的字体。字体中没有的字，自动用程序自带的字体印出。"
        )

    def _no_fonts(self, _: Exception) -> None:
        self._task = None
        self.fonts_said.setText("未能读取本机的字体，可以继续使用程序自带的字体。")

    def _stop(self) -> None:
        if self._task is not None:
            self._task.abandon()

    def _choose_folder(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        name = QFileDialog.getExistingDirectory(self, "默认文件夹", self.folder.text())
        if name:
            self.folder.show_path(name)

    def accept(self) -> None:
        settings = self._settings
        settings.scheme = self.scheme.currentData()
        settings.points = float(self.text_size.currentData())
        settings.comfortable = self.comfortable.isChecked()
        settings.folder = Path(self.folder.text())
        settings.versions = int(self.versions.currentData())
        day = self.deadline.date()
        own = self.own_deadline.isChecked()
        settings.deadline = f"{day.month():02}-{day.day():02}" if own else ""
        settings.fonts = {role: str(choice.currentData()) for role, choice in self.fonts.items()}
        if said := settings.write():
            tell(self, "设置", said, warning=True)
        super().accept()
