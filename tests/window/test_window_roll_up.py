"""汇总: a folder chosen, the list that grows, who is missing, the sum opened as a report."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from gic_desktop import resources, verbs
from gic_desktop.report.report import Report
from gic_desktop.store import gicr
from gic_desktop.values import replace
from gic_desktop.window import background
from gic_desktop.window import theme as look
from gic_desktop.window.application import Program
from gic_desktop.window.dialogs.roll_up import COLUMNS, FILTERS, NOT_SENT, RollUpDialog
from gic_desktop.window.settings import Settings

SAMPLE = gicr.read(resources.path("samples", "2021.gicr").read_bytes()).report
PERSONS = "requests.received.person"
ORGANS = ("东河区桥头街道办事处", "东河区西关街道办事处", "东河区南苑街道办事处")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    sent = tmp_path / "各街道年报"
    sent.mkdir()
    for organ in ORGANS:
        (sent / f"{organ}.gicr").write_bytes(gicr.write(replace(SAMPLE, organ=organ)))
    (sent / "损坏的.gicr").write_text("{", "utf-8")
    return sent


@pytest.fixture
def dialog(qtbot, tmp_path, folder):
    made = RollUpDialog(Settings(tmp_path / "settings.ini"), look.LIGHT)
    qtbot.addWidget(made)
    made.folder.setText(str(folder))
    made.show()
    yield made
    background.wait_for_all()


def finished(qtbot, dialog) -> None:
    dialog.start()
    qtbot.waitUntil(lambda: not dialog.bar.isVisible(), timeout=60_000)


def column(dialog, name: str) -> list[str]:
    lines = range(dialog.narrowed.rowCount())
    at = COLUMNS.index(name)
    return [dialog.narrowed.index(line, at).data() for line in lines]


def test_the_sum_of_three_opens_as_a_report(qtbot, dialog):
    finished(qtbot, dialog)
    asked: list[Report] = []
    dialog.report_asked.connect(asked.append)
    dialog.result_button.click()
    (sum_of_all,) = asked
    assert sum_of_all.cells[PERSONS].value == 3 * SAMPLE.cells[PERSONS].value
    assert sorted(column(dialog, "机关")) == ["", *sorted(ORGANS)]
    assert column(dialog, "状态").count("已计入") == 3
    assert "汇总了 3 份年报" in dialog.said.text()


def test_who_is_on_the_list_and_sent_nothing_is_a_line(qtbot, dialog, tmp_path):
    names = tmp_path / "名单.txt"
    names.write_text("\n".join([*ORGANS, "东河区北营街道办事处"]), "utf-8")
    dialog.take_names(names)
    assert "4 个机关" in dialog.names.text()
    finished(qtbot, dialog)
    dialog.kind.setCurrentText(NOT_SENT)
    assert column(dialog, "机关") == ["东河区北营街道办事处"]
    assert column(dialog, "状态") == [NOT_SENT]
    dialog.kind.setCurrentText("未计入和无法读取")
    assert column(dialog, "文件") == ["损坏的.gicr"]
    assert column(dialog, "说明") != [""]


def test_a_line_opens_its_report_and_a_damaged_one_says_why(qtbot, dialog, monkeypatch):
    told: list[str] = []
    monkeypatch.setattr(
        "gic_desktop.window.dialogs.roll_up.tell",
        lambda _parent, _title, text, **_: told.append(text),
    )
    finished(qtbot, dialog)
    opened: list[Path] = []
    dialog.file_asked.connect(opened.append)
    dialog.search.setText("桥头")
    dialog.list.setCurrentIndex(dialog.narrowed.index(0, 0))
    dialog.open_line.click()
    assert [path.name for path in opened] == ["东河区桥头街道办事处.gicr"]
    dialog.search.setText("损坏")
    dialog.list.setCurrentIndex(dialog.narrowed.index(0, 0))
    dialog.open_line.click()
    assert len(opened) == len(told) == 1


def test_lines_are_sorted_by_what_a_column_means(qtbot, dialog, folder):
    wrong = verbs.set_cells(replace(SAMPLE, organ="东河区新城街道办事处"), {PERSONS: "999"})
    (folder / "新城.gicr").write_bytes(gicr.write(wrong))
    finished(qtbot, dialog)
    dialog.list.sortByColumn(COLUMNS.index("错误"), Qt.SortOrder.DescendingOrder)
    assert column(dialog, "机关")[0] == "东河区新城街道办事处"
    assert column(dialog, "错误")[0].startswith("● ")
    dialog.kind.setCurrentText("有错误")
    assert column(dialog, "文件") == ["新城.gicr"]
    assert set(FILTERS) == {dialog.kind.itemText(i) for i in range(dialog.kind.count())}


def test_stopped_nothing_is_summed(qtbot, dialog):
    dialog.start()
    dialog.start_button.click()
    qtbot.waitUntil(lambda: not dialog.bar.isVisible(), timeout=60_000)
    assert dialog.rollup is not None or "已停止" in dialog.said.text()
    assert dialog.result_button.isEnabled() == (dialog.rollup is not None)


def test_closed_while_reading_it_stops_first(qtbot, dialog):
    dialog.start()
    dialog.reject()
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=60_000)


def test_the_program_opens_what_the_list_names(qtbot, qapp, folder, tmp_path):
    program = Program(qapp)
    program.roll_up()
    dialog = program._roll_up
    assert dialog is not None
    dialog.folder.setText(str(folder))
    finished(qtbot, dialog)
    dialog.result_button.click()
    dialog.file_asked.emit(folder / f"{ORGANS[0]}.gicr")
    word = tmp_path / "年报.docx"
    word.write_bytes(verbs.export_bytes(SAMPLE, ".docx"))
    dialog.file_asked.emit(word)
    read = [window.session.report for window in program.windows]
    assert [report.organ for report in read[1:]] == [ORGANS[0], SAMPLE.organ]
    assert read[0].cells[PERSONS].value == 3 * SAMPLE.cells[PERSONS].value
    assert not read[0].section("overview").body
    for window in program.windows:
        window.session.close(discard=True)
    for window in [*program.windows, dialog]:
        window.deleteLater()


def test_a_folder_without_reports_says_what_to_choose(qtbot, dialog, tmp_path):
    (tmp_path / "空").mkdir()
    dialog.folder.setText(str(tmp_path / "空"))
    finished(qtbot, dialog)
    assert "没有可以汇总的年报" in dialog.said.text()
    assert not dialog.result_button.isEnabled()


def test_a_list_that_was_chosen_can_be_left_out_again(qtbot, dialog, tmp_path):
    assert not dialog.drop_names.isVisible()
    names = tmp_path / "名单.txt"
    names.write_text("东河区北营街道办事处", "utf-8")
    dialog.take_names(names)
    dialog.drop_names.click()
    assert dialog.names.text() == ""
    assert not dialog.drop_names.isVisible()
    finished(qtbot, dialog)
    assert NOT_SENT not in column(dialog, "状态")


def test_what_is_said_and_each_state_can_be_read_by_a_clerk(qtbot, dialog, folder):
    report = replace(SAMPLE, organ=ORGANS[0], cells={})
    (folder / "再报.gicr").write_bytes(gicr.write(report))
    finished(qtbot, dialog)
    assert "没有填写" in dialog.said.text()
    assert "JSON" not in dialog.said.text()
    shown = dialog.list
    letters = shown.fontMetrics()
    widest = max(letters.horizontalAdvance(state) for state in column(dialog, "状态"))
    assert "重复，未计入" in column(dialog, "状态")
    assert shown.columnWidth(COLUMNS.index("状态")) >= widest + 2 * letters.averageCharWidth()


def dragged(dialog, path: Path) -> bool:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    where, copies = QPoint(20, 20), Qt.DropAction.CopyAction
    button, no_key = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enters = QDragEnterEvent(where, copies, data, button, no_key)
    enters.ignore()
    dialog.dragEnterEvent(enters)
    if enters.isAccepted():
        dialog.dropEvent(QDropEvent(QPointF(where), copies, data, button, no_key))
    return enters.isAccepted()


def test_a_folder_and_a_list_can_be_dragged_onto_it(qtbot, dialog, folder, tmp_path):
    dialog.folder.clear()
    names = tmp_path / "名单.txt"
    names.write_text("\n".join(ORGANS), "utf-8")
    assert dragged(dialog, folder)
    assert dragged(dialog, names)
    assert dialog.folder.text() == str(folder)
    assert "3 个机关" in dialog.names.text()
    assert dialog.start_button.isEnabled()
    assert not dragged(dialog, folder / "损坏的.gicr")
    finished(qtbot, dialog)
    assert "汇总了 3 份年报" in dialog.said.text()
