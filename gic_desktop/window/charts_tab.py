"""图表: the form's charts of this report, always those of the figures; copied, saved, put in the report.

The one module that loads pyqtgraph, when the tab is first looked at. On the screen the charts have
the window's colours; what is copied, saved and printed is drawn by `output.drawings`.
"""

from functools import partial
from html import escape
from math import ceil
from pathlib import Path

import pyqtgraph as pg
from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QMimeData,
    QRect,
    QSize,
    Qt,
    QTimer,
    QUrl,
    Signal,
)
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetrics,
    QFontMetricsF,
    QGuiApplication,
    QHideEvent,
    QImage,
    QKeySequence,
    QPainter,
    QPen,
    QResizeEvent,
    QShortcut,
    QShowEvent,
    QTextDocument,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QMenu,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gic_desktop.forms.description import Section as Printed
from gic_desktop.output import drawings
from gic_desktop.output.series import Bar, Chart, charts
from gic_desktop.report.edits import Change, SetSection, Several
from gic_desktop.report.figures import Number, number_text
from gic_desktop.report.narrative import Chart as Placed
from gic_desktop.report.narrative import Narrative
from gic_desktop.report.report import Section
from gic_desktop.store import durable
from gic_desktop.store.faults import EXPORT, StoreError
from gic_desktop.values import replace
from gic_desktop.window.dialogs.ask import tell
from gic_desktop.window.dialogs.save_name import save_name
from gic_desktop.window.session import Session
from gic_desktop.window.theme import POINTS, Theme
from gic_desktop.window.tool_row import ToolRow

PIXELS = 2000
"""The width of a picture that is copied or saved: sharp on a page of A4 at 300 dots an inch."""
PAUSE = 40
_NAMES, _FEWEST, _NAMES_SHARE = 250, 150, 0.27
"""The list's width, and what it gives way to in a narrow window, of whose width it takes a share."""
_LOW = 330
"""Below this height the chart has the room of its heading, which the list says too."""
_ROWS = {"bars": (26, 42), "stacked": (66, 92), "years": (132, 230)}
"""The least and the best height of a row of text and bar, in pixels."""
_SHARE = 0.56
"""Of a row or a column's room, what its bar fills."""
# As in print: neighbours differ in lightness and hatching. On dark paper the lightness turns over.
_DARK = (("#86b1ea", ""), ("#b8862b", "/"), ("#4d9381", "\\"), ("#23272e", ""), ("#a877a0", "x"),
         ("#5a616b", "/"))  # fmt: skip
_EARLIER = {False: "#a7bfdc", True: "#44597a"}
_HATCHES = {
    "/": Qt.BrushStyle.BDiagPattern,
    "\\": Qt.BrushStyle.FDiagPattern,
    "x": Qt.BrushStyle.DiagCrossPattern,
}


class _Paper(pg.GraphicsLayoutWidget):  # type: ignore[misc] # pyqtgraph has no types
    """Where a chart is drawn. Nothing on it moves: the wheel scrolls the page below."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.ci.layout.setContentsMargins(4, 4, 4, 4)
        self.ci.layout.setSpacing(12)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class ChartsTab(QWidget):
    said = Signal(str)

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self._theme = theme
        self._size = POINTS
        self._charts: tuple[Chart, ...] = ()
        self._stale = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self._refresh_seen)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(12)
        self.names = QListWidget()
        self.names.setFixedWidth(_NAMES)
        self.names.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.names.setWordWrap(True)
        self.names.setAccessibleName("图表列表")
        self.names.currentRowChanged.connect(self._chosen)
        row.addWidget(self.names)
        row.addWidget(self._sheet(), 1)
        session.changed.connect(self._report_changed)
        session.state_changed.connect(self._show_buttons)
        self.refresh()

    def _sheet(self) -> QWidget:
        sheet = QFrame()
        sheet.setProperty("paper", True)
        column = QVBoxLayout(sheet)
        column.setContentsMargins(20, 14, 20, 14)
        column.setSpacing(8)
        self.heading = QLabel()
        self.heading.setProperty("heading", True)
        self.heading.setWordWrap(True)
        column.addWidget(self.heading)
        self.paper = _Paper()
        self.words = QLabel()
        self.words.setProperty("faint", True)
        self.words.setWordWrap(True)
        self.words.setAccessibleName("图表内容")
        self.words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        drawn = QWidget()
        below = QVBoxLayout(drawn)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(self.paper)
        below.addWidget(self.words)
        below.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(drawn)
        drawn.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll = scroll
        self.empty = QLabel()
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setProperty("faint", True)
        self.pages = QStackedWidget()
        self.pages.addWidget(scroll)
        self.pages.addWidget(self.empty)
        column.addWidget(self.pages, 1)
        self.where = QLabel()
        self.where.setWordWrap(True)
        column.addWidget(self.where)
        buttons = ToolRow()
        self.copy_button = QPushButton("复制")
        self.save_button = QPushButton("保存为图片…")
        self.place_button = QPushButton("放入报告")
        self.remove_button = QPushButton("移出报告")
        self.copy_button.clicked.connect(self.copy)
        self.save_button.clicked.connect(self.save)
        self.remove_button.clicked.connect(self.remove)
        self.place_menu = QMenu(self)
        self.place_menu.aboutToShow.connect(self._fill_places)
        self.place_button.setMenu(self.place_menu)
        self.copy_button.setToolTip("复制为图片，可粘贴到文档中（Ctrl+C）")
        keys = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.names)
        keys.setContext(Qt.ShortcutContext.WidgetShortcut)
        keys.activated.connect(self.copy_button.click)
        self.save_button.setToolTip("保存为 PNG 或 SVG 图片")
        self.place_button.setToolTip("放入年报的某一部分，随数字更新")
        for button in (self.copy_button, self.save_button, self.place_button, self.remove_button):
            buttons.addWidget(button)
        column.addLayout(buttons)
        return sheet

    # -- what is shown ---------------------------------------------------------------------------

    def set_look(self, theme: Theme, zoom: int, points: float) -> None:
        self._theme = theme
        self._size = points * zoom / 100
        self._stale = True
        self._refresh_seen()

    @property
    def chart(self) -> Chart | None:
        row = self.names.currentRow()
        return self._charts[row] if 0 <= row < len(self._charts) else None

    def _report_changed(self, change: Change) -> None:
        if change:
            self._stale = True
            if self.isVisible():
                self._timer.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        # pyqtgraph's items must be gone before Python ends, or their remains are asked for sizes.
        self.paper.clear()
        self._stale = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = min(max(int(event.size().width() * _NAMES_SHARE), _FEWEST), _NAMES)
        if self.names.width() != wide:
            self.names.setFixedWidth(wide)
            self._fit_names()
        self.heading.setVisible(event.size().height() >= _LOW)
        self._timer.start()

    def _refresh_seen(self) -> None:
        if self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        """The report's charts as they are now; the chosen one stays chosen."""
        self._stale = False
        self._charts = charts(self._session.report)
        titles = [chart.title for chart in self._charts]
        if titles != [self.names.item(row).text() for row in range(self.names.count())]:
            row = max(self.names.currentRow(), 0)
            self.names.blockSignals(True)
            self.names.clear()
            self.names.addItems(titles)
            self.names.setCurrentRow(min(row, len(titles) - 1))
            self.names.blockSignals(False)
        self._fit_names()
        self.draw()

    def _fit_names(self) -> None:
        """Whole titles, in as many lines as the size of the text asks for: they begin alike."""
        metrics = QFontMetrics(self.names.font())
        bar = self.names.verticalScrollBar().sizeHint().width()
        room = QRect(0, 0, self.names.width() - bar - 24, 10_000)
        for row in range(self.names.count()):
            item = self.names.item(row)
            wrapped = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, item.text())
            item.setSizeHint(QSize(0, wrapped.height() + 16))

    def first_focus(self) -> None:
        self.names.setFocus()

    def _chosen(self, _row: int) -> None:
        # A list that is being destroyed chooses once more: nobody sees that.
        if self.isVisible():
            self.draw()
        else:
            self._stale = True

    def draw(self) -> None:
        chart = self.chart
        self.paper.clear()
        self._show_buttons()
        if chart is None:
            self.heading.clear()
            self.words.clear()
            self.empty.setText("此格式没有图表")
            self.pages.setCurrentIndex(1)
            return
        self.heading.setText(chart.title)
        self.paper.setAccessibleName(chart.title)
        self.paper.setAccessibleDescription(chart.words)
        if chart.missing:
            self.empty.setText(chart.missing)
            self.words.clear()
            self.pages.setCurrentIndex(1)
            return
        self.pages.setCurrentIndex(0)
        self.words.setText(chart.words)
        self.paper.setBackground(self._theme.paper)
        # All of it in sight where the window allows, its sentence too.
        view = self._scroll.viewport()
        room = view.height() - self.words.heightForWidth(view.width()) - 6
        _Draws(self.paper, chart, self._theme, self._size).draw(room)
        # All in its place before it is painted, not a moment later: the parts, then what scrolls them.
        for _ in range(2):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)

    # -- what is done with it --------------------------------------------------------------------

    def _show_buttons(self) -> None:
        chart = self.chart
        drawn = chart is not None and not chart.missing
        placed = [] if chart is None else placed_in(self._session.report.sections, chart.key)
        writable = not self._session.read_only
        self.copy_button.setEnabled(drawn)
        self.save_button.setEnabled(drawn)
        self.place_button.setEnabled(drawn and writable)
        self.remove_button.setEnabled(bool(placed) and writable)
        names = "、".join(f"“{self._session.report.form.section(one).heading}”" for one in placed)
        self.where.setText(f"已放入{names}，随数字更新。" if placed else "")
        self.where.setVisible(bool(placed))

    def _picture(self, suffix: str) -> bytes:
        chart = self.chart
        if chart is None:
            return b""
        report = self._session.report
        if suffix == ".svg":
            head = '<?xml version="1.0" encoding="UTF-8"?>\n'
            return (head + drawings.svg(report, chart.key, titled=True) + "\n").encode()
        return drawings.png(report, chart.key, PIXELS, titled=True)

    def copy(self) -> None:
        data = self._picture(".png")
        if not data:
            return
        mime = QMimeData()
        mime.setImageData(QImage.fromData(data))
        mime.setData("image/png", data)
        QGuiApplication.clipboard().setMimeData(mime)
        self.said.emit("图表已复制，可以粘贴到文档中。")

    def save(self) -> None:
        chart = self.chart
        if chart is None or chart.missing:
            return
        folder = self._session.path.parent if self._session.path is not None else Path.home()
        kinds = "PNG 图片 (*.png);;SVG 矢量图 (*.svg)"
        proposed = folder / f"{chart.title}.png"
        path = save_name(self, "保存为图片", proposed, kinds, [".png", ".svg"])
        if path is None:
            return
        try:
            durable.replace(path, self._picture(path.suffix.lower()), purpose=EXPORT)
        except StoreError as error:
            tell(self, "保存为图片", error.sentence, warning=True)
            return
        self.said.emit(f"图表已保存为“{path.name}”。")

    def _fill_places(self) -> None:
        self.place_menu.clear()
        chart = self.chart
        if chart is None:
            return
        report = self._session.report
        here = placed_in(report.sections, chart.key)
        for section in report.form.sections:
            after = "，表格之后" if section.table else ""
            own = "（建议）" if section.id == chart.section and not here else ""
            action = self.place_menu.addAction(f"{section.heading}{after}{own}")
            action.setEnabled(section.id not in here)
            action.triggered.connect(partial(self.place, section))

    def place(self, section: Printed, *_checked: object) -> None:
        """At the end of the section's text; where there is a table, behind it."""
        chart = self.chart
        if chart is None:
            return
        written = self._session.report.section(section.id)
        if chart.key in _keys((*written.body, *written.notes)):
            return
        item = Placed(chart.key)
        if section.table:
            written = replace(written, notes=(*written.notes, item))
        else:
            written = replace(written, body=(*written.body, item))
        self._session.end_visit()
        self._session.apply(SetSection(written, "放入图表"))
        self.said.emit(f"已放入“{section.heading}”，随数字更新；可以撤销。")

    def remove(self) -> None:
        chart = self.chart
        if chart is None:
            return
        report = self._session.report
        edits = tuple(
            SetSection(
                replace(
                    report.section(one),
                    body=_without(report.section(one).body, chart.key),
                    notes=_without(report.section(one).notes, chart.key),
                )
            )
            for one in placed_in(report.sections, chart.key)
        )
        self.place_button.setFocus()  # the other one is of no use afterwards
        self._session.end_visit()
        self._session.apply(Several(edits, "移出图表"))
        self.said.emit("图表已移出年报；可以撤销。")


def placed_in(sections: tuple[Section, ...], key: str) -> list[str]:
    return [one.id for one in sections if key in _keys((*one.body, *one.notes))]


def _keys(narrative: Narrative) -> set[str]:
    return {item.series for item in narrative if isinstance(item, Placed)}


def _without(narrative: Narrative, key: str) -> Narrative:
    return tuple(i for i in narrative if not (isinstance(i, Placed) and i.series == key))


class _Draws:
    """One chart on the paper in the window's look. Lengths are the only binary fractions."""

    def __init__(self, paper: _Paper, chart: Chart, theme: Theme, size: float) -> None:
        self._paper = paper
        self._chart = chart
        self._theme = theme
        self._font = QFont(paper.font())
        self._font.setPointSizeF(size)
        self._metrics = QFontMetricsF(self._font)
        # Rows are as high as the text in them asks for, whatever the zoom.
        self._scale = self._metrics.height() / 18

    def draw(self, room: int) -> None:
        kind = self._chart.kind
        rows = {"bars": self._bars, "stacked": self._stacked, "years": self._years}[kind]()
        least, best = (round(height * self._scale * rows) + 8 for height in _ROWS[kind])
        self._paper.setFixedHeight(min(max(room, least), best))

    def _plot(self, row: int = 0, column: int = 0) -> pg.PlotItem:
        plot = self._paper.addPlot(row, column)
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setMouseEnabled(x=False, y=False)
        view = plot.getViewBox()
        view.setDefaultPadding(0.0)
        for side in ("left", "bottom"):
            axis = plot.getAxis(side)
            axis.setPen(pg.mkPen(self._theme.faint, width=1))
            axis.setTextPen(self._theme.ink)
            # Told and not found out while it paints: the first picture had no room for the labels.
            axis.setStyle(
                tickLength=0,
                tickFont=self._font,
                autoExpandTextSpace=False,
                tickTextHeight=ceil(self._metrics.height()),
            )
            plot.hideAxis(side)
        return plot

    def _say(
        self, plot: pg.PlotItem, text: str, x: float, y: float, anchor: tuple[float, float]
    ) -> None:
        said = pg.TextItem(text, color=self._theme.ink, anchor=anchor)
        said.setFont(self._font)
        plot.addItem(said, ignoreBounds=True)
        said.setPos(x, y)

    def _bars(self) -> float:
        bars, unit = self._chart.bars, self._chart.unit
        plot = self._plot()
        said = [
            f" {bar.values[0].text}{f' {unit}' if bar.values[0].number is not None else ''}"
            for bar in bars
        ]
        lengths = _shares([bar.values[0].number for bar in bars])
        self._fill(plot, self._styles()[0], x0=0, width=lengths, y=range(len(bars)), height=_SHARE)
        for row, text in enumerate(said):
            self._say(plot, text, lengths[row], row, (0, 0.5))
        axis = plot.getAxis("left")
        axis.setTicks([[(row, bar.name) for row, bar in enumerate(bars)]])
        plot.showAxis("left")
        names = max(self._metrics.horizontalAdvance(bar.name) for bar in bars)
        axis.setStyle(tickTextWidth=ceil(names))
        room = self._paper.width() - names - 60
        values = max(self._metrics.horizontalAdvance(text) for text in said) + 16
        plot.invertY(True)
        plot.setXRange(0, room / max(room - values, 1), padding=0)
        plot.setYRange(-0.5, len(bars) - 0.5, padding=0)
        return len(bars)

    def _stacked(self) -> float:
        chart = self._chart
        plot = self._plot()
        plot.invertY(True)
        plot.setXRange(0, 1, padding=0)
        plot.setYRange(0, len(chart.bars), padding=0)
        most = max((bar.total or 0 for bar in chart.bars), default=0)
        lines = 1
        for row, bar in enumerate(chart.bars):
            at = 0.0
            for number, value in enumerate(bar.values):
                long = float(value.number / most) if value.number and most else 0.0
                style = self._styles()[number % len(self._styles())]
                if long:
                    self._fill(plot, style, x0=[at], width=[long], y=[row + 0.68], height=0.34)
                at += long
            key = pg.TextItem(anchor=(0, 1))
            key.setFont(self._font)
            key.textItem.document().setDocumentMargin(0)
            self._put_signs(key.textItem.document())
            broken = self._key_to(bar)
            key.setHtml(f'<span style="color:{self._theme.ink}">{"<br>".join(broken)}</span>')
            plot.addItem(key, ignoreBounds=True)
            key.setPos(0, row + 0.48)
            lines = max(lines, len(broken))
        return len(chart.bars) * (1 + (lines - 1) * 0.4)

    def _key_to(self, bar: Bar) -> list[str]:
        """Lines of its name and whole, then of each part with its sign, which is filled as the bar is."""
        side = round(self._metrics.height() * 0.66)
        wide = self._metrics.horizontalAdvance
        whole = (
            "" if bar.total is None else f"\xa0\xa0共 {number_text(bar.total)} {self._chart.unit}"
        )
        lines = [f"<b>{escape(bar.name)}</b>{whole}"]
        room = self._paper.width() - 24
        used = wide(bar.name) * 1.1 + wide(whole)
        for number, value in enumerate(bar.values):
            text = f"\xa0{value.name}\xa0{value.text}"
            sign = f'<img src="sign:{number % len(self._styles())}" width="{side}" height="{side}">'
            long = side + wide(text) + wide("\xa0\xa0\xa0") + 4
            # A sign stays beside its name: Qt would part them at the end of a line.
            if used + long > room:
                lines.append("")
                used = 0.0
            space = "\xa0\xa0\xa0" if lines[-1] else ""
            lines[-1] += f"{space}{sign}{escape(text)}"
            used += long
        return lines

    def _put_signs(self, document: QTextDocument) -> None:
        """Small squares filled as the parts are."""
        side = 16
        for number, (colour, hatch) in enumerate(self._styles()):
            image = QImage(2 * side, 2 * side, QImage.Format.Format_RGB32)
            image.setDevicePixelRatio(2)
            image.fill(QColor(colour))
            painter = QPainter(image)
            if hatch:
                painter.fillRect(
                    0, 0, side, side, QBrush(self._theme.colour("ink"), _HATCHES[hatch])
                )
            painter.setPen(QPen(self._theme.colour("faint"), 2))
            painter.drawRect(0, 0, side, side)
            painter.end()
            kind = QTextDocument.ResourceType.ImageResource.value
            document.addResource(kind, QUrl(f"sign:{number}"), image)

    def _years(self) -> float:
        bars = self._chart.bars
        values = [text for bar in bars for value in bar.values for text in (value.text, value.name)]
        column = max(self._metrics.horizontalAdvance(text) for text in values) + 10
        panel = max(column * (len(bars[0].values) + 0.4), 150 * self._scale)
        beside = max(1, min(len(bars), int(self._paper.width() // panel)))
        beside = -(
            -len(bars) // -(-len(bars) // beside)
        )  # no panel alone on its row if it can be helped
        for number, bar in enumerate(bars):
            self._panel(bar, number // beside, number % beside)
        return -(-len(bars) // beside)

    def _panel(self, bar: Bar, row: int, column: int) -> None:
        plot = self._plot(row, column)
        style = f"{self._font.pointSizeF()}pt"
        plot.setTitle(f"{bar.name}（{self._chart.unit}）", color=self._theme.ink, size=style)
        heights = _shares([value.number for value in bar.values])
        last = len(heights) - 1
        if last:
            earlier = (_EARLIER[self._theme.dark], "")
            self._fill(plot, earlier, x=range(last), y0=0, height=heights[:last], width=_SHARE)
        self._fill(plot, self._styles()[0], x=[last], y0=0, height=heights[last:], width=_SHARE)
        for number, value in enumerate(bar.values):
            self._say(plot, value.text, number, heights[number], (0.5, 1))
        axis = plot.getAxis("bottom")
        axis.setTicks([[(number, value.name) for number, value in enumerate(bar.values)]])
        plot.showAxis("bottom")
        plot.setXRange(-0.7, last + 0.7, padding=0)
        plot.setYRange(0, 1.3, padding=0)

    def _styles(self) -> tuple[tuple[str, str], ...]:
        if self._theme.dark:
            return _DARK
        colours = [QColor.fromRgbF(*colour).name() for colour, _ in drawings.STYLES]
        return tuple(zip(colours, (hatch for _, hatch in drawings.STYLES), strict=True))

    def _fill(self, plot: pg.PlotItem, style: tuple[str, str], **where: object) -> None:
        colour, hatch = style
        line = QPen(self._theme.colour("faint"))
        line.setCosmetic(True)
        plot.addItem(pg.BarGraphItem(**where, brush=QBrush(QColor(colour)), pen=line))
        if hatch:
            lines = QBrush(self._theme.colour("ink"), _HATCHES[hatch])
            plot.addItem(pg.BarGraphItem(**where, brush=lines, pen=line))


def _shares(numbers: list[Number | None]) -> list[float]:
    """Of the longest: what a screen can show of an exact number."""
    most = max((number or 0 for number in numbers), default=0)
    return [float(number / most) if number and most else 0.0 for number in numbers]
