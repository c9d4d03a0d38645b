"""设置: font size, theme, row height."""

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QVBoxLayout,
    QWidget,
)

from gic_desktop.window.settings import SCHEMES, Settings

SIZES = (9.0, 10.5, 12.0, 14.0, 16.0)


class SettingsDialog(QDialog):
    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setWindowTitle("设置")
        column = QVBoxLayout(self)
        fields = QFormLayout()
        fields.setSpacing(10)
        self.scheme = QComboBox()
        for scheme, name in SCHEMES.items():
            self.scheme.addItem(name, scheme)
        self.scheme.setCurrentIndex(list(SCHEMES).index(settings.scheme))
        self.points = QComboBox()
        for points in SIZES:
            self.points.addItem(f"{points:g} 磅", points)
        nearest = min(range(len(SIZES)), key=lambda i: abs(SIZES[i] - settings.points))
        self.points.setCurrentIndex(nearest)
        self.comfortable = QCheckBox("表格行高宽松")
        self.comfortable.setChecked(settings.comfortable)
        fields.addRow("外观", self.scheme)
        fields.addRow("文字大小", self.points)
        fields.addRow(self.comfortable)
        column.addLayout(fields)
        buttons = QDialogButtonBox()
        accept = buttons.addButton("应用", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton("取消", QDialogButtonBox.ButtonRole.RejectRole)
        accept.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)

    def accept(self) -> None:
        self._settings.scheme = self.scheme.currentData()
        self._settings.points = float(self.points.currentData())
        self._settings.comfortable = self.comfortable.isChecked()
        super().accept()
