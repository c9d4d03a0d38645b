"""检查结果: what is wrong, by section; a click goes there, one more repairs it or gives a reason."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QLabel,
    QPushButton,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gic_desktop.checks.change_words import printed_words
from gic_desktop.checks.finding import SEVERITY_NAMES, Finding
from gic_desktop.report.edits import SetDismissed, SetField, SetOverride
from gic_desktop.window.finding_row import FINDING, SIGNS, FindingList, FindingRow, words
from gic_desktop.window.session import Session
from gic_desktop.window.theme import Theme, delete_later
from gic_desktop.window.tool_row import ToolRow

_LEAST_LIST = 98
OTHER_PLACES = {"": "整份年报", "cover": "封面与基本信息", "preamble": "前言", "signature": "落款"}


class FindingsPanel(QWidget):
    chosen = Signal(object)

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self._theme = theme
        self._shown: tuple[Finding, ...] | None = None
        self._filter = ""
        self._at = 0
        """Where the chosen finding stands among those shown, or stood before it was repaired."""
        self._opened = ""
        """The tab that was opened since a finding was last gone to."""
        self.setObjectName("desk")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(6)
        self._row = row = ToolRow()
        title = QLabel("检查结果")
        title.setProperty("heading", True)
        title.setContentsMargins(0, 0, 8, 0)
        row.addWidget(title)
        self._buttons = QButtonGroup(self)
        self._by_severity: dict[str, QPushButton] = {}
        for severity in ("", "error", "warning", "hint"):
            button = QPushButton()
            button.setCheckable(True)
            button.setChecked(not severity)
            button.clicked.connect(lambda _=False, s=severity: self.filter_by(s))
            self._buttons.addButton(button)
            self._by_severity[severity] = button
            row.addWidget(button)
        row.spring()
        self.repair_button = QPushButton("一键修正")
        self.reason_button = QPushButton("说明理由…")
        self.words_button = QPushButton("加入本单位用词…")
        self.dismiss_button = QPushButton("忽略此处")
        self.rule_button = QPushButton("检查说明")
        self.rule_button.setToolTip("这一条检查什么、怎么办（F1）")
        self.tools: dict[QPushButton, QAction] = {}
        """What can be done about the finding chosen, for the menu too: a keyboard has no other way."""
        for button, run in (
            (self.repair_button, self.repair),
            (self.reason_button, self.give_reason),
            (self.words_button, self.add_word),
            (self.dismiss_button, self.dismiss),
            (self.rule_button, self.explain),
        ):
            button.clicked.connect(run)
            row.addWidget(button)
            self.tools[button] = action = QAction(button.text(), self)
            action.triggered.connect(lambda _=False, do=run: do())
        column.addLayout(row)
        self.list = FindingList()
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setIndentation(0)
        self.row = FindingRow(self.list, theme)
        self.list.setItemDelegate(self.row)
        self.list.setUniformRowHeights(False)
        self.list.setAccessibleName("检查结果")
        self.list.itemClicked.connect(self._clicked)
        self.list.itemActivated.connect(self._clicked)
        self.list.currentItemChanged.connect(self._offer)
        column.addWidget(self.list, 1)
        session.changed.connect(self.refresh)
        session.findings_changed.connect(self.refresh)
        self.refresh()

    def minimumSizeHint(self) -> QSize:
        """The tools in as many lines as they need, and a finding."""
        hint = super().minimumSizeHint()
        if not self.isVisible():
            return hint  # its width is not yet its own
        return QSize(hint.width(), self._row.heightForWidth(self.width() - 24) + _LEAST_LIST)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()  # the tools may need another line now

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.updateGeometry()

    def set_theme(self, theme: Theme) -> None:
        self._theme = self.row.theme = theme
        self._shown = None
        self.refresh()

    def filter_by(self, severity: str) -> None:
        self._filter = severity
        self._by_severity[severity].setChecked(True)
        self._shown = None
        self.refresh()
        if self.current() is None:
            self._at = 0

    def refresh(self, _: object = None) -> None:
        findings = self._session.findings
        if findings == self._shown:
            return
        self._shown = findings
        counted = self._session.count
        self._by_severity[""].setText(f"全部 {len(findings)}")
        self._by_severity["error"].setText(f"错误 {counted.errors + counted.overridden}")
        self._by_severity["warning"].setText(f"提醒 {counted.warnings}")
        self._by_severity["hint"].setText(f"提示 {counted.hints}")
        current, top = self.current(), self.list.verticalScrollBar().value()
        if current is not None and (item := self.list.currentItem()) is not None:
            self._at = self._items().index(item)
        heads = self._heads()
        self.list.clear()
        groups: dict[str, QTreeWidgetItem] = {}
        for finding in findings:
            if self._filter and finding.severity != self._filter:
                continue
            section = finding.place.section
            if section not in groups:
                group = QTreeWidgetItem(self.list, [self._place_name(section)])
                group.setFlags(Qt.ItemFlag.ItemIsEnabled)
                group.setExpanded(True)
                groups[section] = group
            item = self._item(groups[section], finding)
            if current is not None and _is_still(current, finding):
                self.list.setCurrentItem(item)
        if not findings:
            self._say("没有发现问题，可以导出。")
        elif not groups:
            names = {str(severity): name for severity, name in SEVERITY_NAMES.items()}
            self._say(f"没有{names[self._filter]}。")
        elif top and self.current() is None:
            # What stood there is repaired: the list stays where it was read.
            self.list.doItemsLayout()
            self.list.verticalScrollBar().setValue(top + self._moved(heads, self._heads(), top))
        self._offer()

    def _heads(self) -> dict[str, int]:
        """In which line of the list each section begins; the list scrolls by lines."""
        found, line = {}, 0
        for number in range(self.list.topLevelItemCount()):
            group = self.list.topLevelItem(number)
            if group is not None:
                found[group.text(0)] = line
                line += 1 + group.childCount()
        return found

    @staticmethod
    def _moved(before: dict[str, int], now: dict[str, int], top: int) -> int:
        """By how many lines the section that is read goes down for what was found above it meanwhile."""
        read = max(
            (name for name in before if before[name] <= top), key=before.__getitem__, default=""
        )
        return now[read] - before[read] if read in now else 0

    def _say(self, sentence: str) -> None:
        QTreeWidgetItem(self.list, [sentence]).setFlags(Qt.ItemFlag.ItemIsEnabled)

    def _item(self, group: QTreeWidgetItem, finding: Finding) -> QTreeWidgetItem:
        item = QTreeWidgetItem(group, [f"{SIGNS[finding.severity]} {words(finding)}"])
        item.setData(0, FINDING, finding)
        spoken = f"{finding.severity_name}：{words(finding)}"
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, spoken)
        item.setToolTip(0, f"{finding.rule} {finding.message}")
        return item

    def _place_name(self, section: str) -> str:
        if section in OTHER_PLACES:
            return OTHER_PLACES[section]
        return self._session.report.form.section(section).heading

    def show_section(self, key: str) -> None:
        """Where a section is opened its findings come into sight; the one chosen there stays so."""
        current = self.current()
        if current is not None and current.place.section == key:
            return
        self._opened = key
        for number in range(self.list.topLevelItemCount()):
            group = self.list.topLevelItem(number)
            if group is None or not group.childCount():
                continue
            if group.child(0).data(0, FINDING).place.section == key:
                self.list.scrollToItem(group, self.list.ScrollHint.PositionAtTop)
                return

    def current(self) -> Finding | None:
        item = self.list.currentItem()
        finding = None if item is None else item.data(0, FINDING)
        return finding if isinstance(finding, Finding) else None

    def _items(self) -> list[QTreeWidgetItem]:
        found = []
        for number in range(self.list.topLevelItemCount()):
            group = self.list.topLevelItem(number)
            if group is not None:
                found += [group.child(i) for i in range(group.childCount())]
        return found

    def go_to_next(self, by: int = 1) -> None:
        """F8 and Shift+F8: the next finding, round and round."""
        items = self._items()
        if not items:
            return
        item = self.list.currentItem()
        # Where the chosen one was repaired its follower has its place, and is the next.
        gone = self._at if by > 0 else self._at - 1
        at = items.index(item) + by if item in items else gone
        here = [i for i, one in enumerate(items) if _tab_of(one.data(0, FINDING)) == self._opened]
        if here:
            # One looks for the next from where one is, not from where one was.
            at = here[0] if by > 0 else here[-1]
        self.list.setCurrentItem(items[at % len(items)])
        self._clicked(items[at % len(items)])

    def _clicked(self, item: QTreeWidgetItem) -> None:
        finding = item.data(0, FINDING)
        if isinstance(finding, Finding):
            self.chosen.emit(finding)
            self._opened = ""

    def _offer(self, *_: object) -> None:
        finding = self.current()
        writable = finding is not None and not self._session.read_only
        repair = finding.repair if finding is not None else None
        self.repair_button.setVisible(writable and repair is not None)
        self.repair_button.setText(repair.label if repair else "一键修正")
        error = finding is not None and finding.severity == "error"
        self.reason_button.setVisible(finding is not None and writable and finding.may_stand)
        self.dismiss_button.setVisible(writable and not error)
        own = finding is not None and finding.own_words and finding.place.start >= 0
        self.words_button.setVisible(writable and own)
        self.rule_button.setVisible(finding is not None)
        for button, action in self.tools.items():
            action.setText(button.text())
            action.setVisible(not button.isHidden())
        self.updateGeometry()

    def repair(self) -> None:
        finding = self.current()
        if finding is not None and finding.repair is not None:
            self._session.apply(finding.repair.edit)

    def give_reason(self) -> None:
        finding = self.current()
        if finding is None:
            return
        from gic_desktop.window.dialogs.reason import ReasonDialog

        dialog = ReasonDialog(finding, self)
        if dialog.exec():
            self._session.apply(SetOverride(finding.key, dialog.given))
        delete_later(dialog)

    def add_word(self) -> None:
        """What the office always writes so: kept in the file, and carried over to the next year."""
        finding = self.current()
        if finding is None:
            return
        from gic_desktop.window.dialogs.own_word import OwnWordDialog

        report = self._session.report
        dialog = OwnWordDialog(printed_words(report, self._session.bound, finding.place), self)
        if dialog.exec():
            self._session.apply(SetField("words", report.words | {dialog.given}))
        delete_later(dialog)

    def explain(self) -> None:
        finding = self.current()
        if finding is not None:
            from gic_desktop.window.dialogs.help import HelpWindow

            self._help = HelpWindow("checks", self)
            self._help.open_page(finding.rule)
            self._help.show()

    def event(self, event: QEvent) -> bool:
        # The window's F1 opens the page of the tab; here it is asked what this finding means.
        if event.type() == QEvent.Type.ShortcutOverride and self._asks_for_help(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._asks_for_help(event):
            self.explain()
        else:
            super().keyPressEvent(event)

    def _asks_for_help(self, event: QEvent) -> bool:
        assert isinstance(event, QKeyEvent)
        wanted = event.matches(QKeySequence.StandardKey.HelpContents)
        return wanted and self.current() is not None

    def dismiss(self) -> None:
        finding = self.current()
        if finding is not None:
            self._session.apply(SetDismissed(finding.key))


def _tab_of(finding: Finding) -> str:
    section = finding.place.section
    return "cover" if section in OTHER_PLACES else section


def _is_still(one: Finding, now: Finding) -> bool:
    """Sentences that differ in their figures only share a key, and none stands for another."""
    return one.key == now.key and (one.place == now.place or one.message == now.message)
