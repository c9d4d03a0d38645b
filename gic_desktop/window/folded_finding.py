"""The finding last gone to, in a line at the foot of the tab, while the list of all is folded away."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QLabel

from gic_desktop.checks.finding import Finding
from gic_desktop.window.finding_row import SIGNS, token, words
from gic_desktop.window.theme import Theme


class FoldedFinding(QLabel):
    """Hidden until it has something to say; a click asks for the whole list."""

    opened = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._finding: Finding | None = None
        self.setWordWrap(True)
        self.setContentsMargins(12, 4, 12, 4)
        self.setToolTip("点击显示全部检查结果（F7）")
        self.hide()

    def tell(self, finding: Finding, theme: Theme) -> None:
        self._finding = finding
        self.setText(f"{SIGNS[finding.severity]} {words(finding)}")
        colour = theme.colour(token(finding)).name()
        ground = theme.label if finding.overridden else theme.severity(finding.severity)[1].name()
        self.setStyleSheet(f"color: {colour}; background: {ground};")
        self.show()

    def keep(self, findings: Sequence[Finding]) -> None:
        """Gone as soon as what it says is mended."""
        if self._finding is not None and self._finding not in findings:
            self._finding = None
            self.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.opened.emit()
