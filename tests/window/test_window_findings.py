"""检查结果 while it is worked through: the place in the list is kept when what stood there is repaired."""

import pytest

from gic_desktop import resources
from gic_desktop.report.edits import SetCells, SetSection
from gic_desktop.report.figures import Figure
from gic_desktop.report.narrative import Paragraph
from gic_desktop.report.report import Section
from gic_desktop.store import gicr
from gic_desktop.window import theme as look
from gic_desktop.window.findings_panel import FindingsPanel
from gic_desktop.window.session import Session

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*plugin does not support.*"),
    pytest.mark.usefixtures("qapp"),
]


@pytest.fixture
def panel(qtbot):
    session = Session(gicr.read(resources.path("samples", "2021.gicr").read_bytes()).report)
    slips = tuple(Paragraph(f"全年发布信息{100 + n}余条，答复群众。") for n in range(1, 9))
    session.apply(SetSection(Section("overview", slips)))
    made = FindingsPanel(session, look.LIGHT)
    session.findings_changed.connect(made.refresh)
    qtbot.addWidget(made)
    made.resize(900, 150)
    made.show()
    qtbot.waitExposed(made)
    qtbot.waitUntil(lambda: session.count.hints >= 8)
    made.filter_by("hint")
    yield made
    session.close(discard=True)


def test_after_a_repair_the_next_one_is_the_next(panel, qtbot):
    went = []
    panel.chosen.connect(lambda finding: went.append(finding.place.paragraph))
    for _ in range(3):
        panel.go_to_next()
    assert went == [0, 1, 2]
    panel.repair()
    qtbot.waitUntil(lambda: panel.current() is None)
    panel.go_to_next()
    assert went[3:] == [3]
    panel.repair()
    qtbot.waitUntil(lambda: panel.current() is None)
    panel.go_to_next(-1)
    assert went[4:] == [1]


def test_the_menu_offers_what_the_buttons_do_for_the_finding_chosen(panel):
    """With a keyboard alone F8 goes to a finding, and nothing but the menu leads to its tools."""

    def offered():
        return [action.text() for action in panel.tools.values() if action.isVisible()]

    assert offered() == []
    panel.go_to_next()
    assert offered() == ["改为“101”", "加入本单位用词…", "忽略此处", "检查说明"]
    panel.tools[panel.repair_button].trigger()
    (first, *_) = panel._session.report.section("overview").body
    assert first.text == "全年发布信息101条，答复群众。"
    panel._session.apply(SetCells({"requests.carried_out.person": Figure(9)}))
    panel.filter_by("error")
    panel.go_to_next()
    assert offered() == ["说明理由…", "检查说明"]


def test_what_is_found_above_does_not_move_the_section_that_is_read(panel):
    session = panel._session
    who = ("person", "business", "research", "welfare", "legal", "other")
    session.apply(SetCells({f"requests.carried_out.{one}": Figure(9) for one in who}))
    panel.filter_by("")
    panel.show_section("requests")

    def top():
        return panel.list.itemAt(4, 4).text(0)

    read = top()
    assert read.startswith("三、")
    count = len(session.findings)
    session.apply(
        SetCells({"disclosure.licences.decisions": None, "disclosure.normative.issued": None})
    )
    assert len(session.findings) > count
    assert top() == read
    session.undo()
    assert top() == read


def test_the_next_finding_is_looked_for_from_the_section_that_was_opened(panel):
    session = panel._session
    session.apply(
        SetCells({"requests.carried_out.person": Figure(9), "requests.received.other": None})
    )
    panel.filter_by("")
    went = []
    panel.chosen.connect(lambda finding: went.append(finding.place.section))
    panel.show_section("requests")
    panel.go_to_next()
    assert went == ["requests"]
    panel.go_to_next()
    assert went == ["requests", "requests"], "and on from there"
    panel.show_section("overview")
    panel.go_to_next(-1)
    assert went[2:] == ["overview"]
    panel.go_to_next()
    assert went[3:] == ["requests"], "the one after the last of 一"
    panel.show_section("other")
    panel.go_to_next()
    assert went[4:] == ["requests"], "where there is none, the round goes on"


def test_after_a_repair_the_list_stays_where_it_was_read(panel, qtbot):
    for _ in range(6):
        panel.go_to_next()
    bar = panel.list.verticalScrollBar()
    read_at = bar.value()
    assert read_at > 0
    panel.repair()
    qtbot.waitUntil(lambda: panel.current() is None)
    assert bar.value() == min(read_at, bar.maximum())
    assert bar.value() > 0


def test_a_section_that_is_opened_brings_its_findings_into_sight(panel):
    session = panel._session
    session.apply(SetCells({"requests.carried_out.person": Figure(9)}))
    panel.filter_by("")

    def top():
        return panel.list.itemAt(4, 4).text(0)

    assert top() == "一、总体情况"
    panel.show_section("requests")
    shown = panel.list.visualItemRect(panel.list.topLevelItem(1))
    assert panel.list.topLevelItem(1).text(0) == "三、收到和处理政府信息公开申请情况"
    assert panel.list.viewport().rect().contains(shown)
    assert panel.current() is None
    panel.show_section("overview")
    assert top() == "一、总体情况"
    # The one that is being worked on is not scrolled away.
    panel.go_to_next()
    panel.go_to_next(-1)
    chosen = panel.list.visualItemRect(panel.list.currentItem())
    panel.show_section(panel.current().place.section)
    assert panel.list.visualItemRect(panel.list.currentItem()) == chosen


def test_a_kind_of_which_there_is_none_says_so(panel):
    panel.filter_by("error")
    assert [panel.list.topLevelItem(0).text(0)] == ["没有错误。"]
    assert panel.list.topLevelItemCount() == 1
    panel.go_to_next()
    assert panel.current() is None
