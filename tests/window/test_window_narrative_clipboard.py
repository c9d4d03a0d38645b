"""Copied, cut, pasted and dragged, a part of a text arrives whole: levels, figures, pictures."""

import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeySequence,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtTest import QTest

from gic_desktop.forms.catalogue import form_for_year
from gic_desktop.report.bound import names_of_form
from gic_desktop.report.edits import AddPictures, SetCells
from gic_desktop.report.figures import Figure
from gic_desktop.report.narrative import Chart, Paragraph, Picture, printed
from gic_desktop.report.report import Section, new_report
from gic_desktop.store import gicr
from gic_desktop.values import replace
from gic_desktop.window import background
from gic_desktop.window import theme as look
from gic_desktop.window.cover_tab import CoverTab
from gic_desktop.window.narrative import clipboard
from gic_desktop.window.narrative.marks import units
from gic_desktop.window.section_tab import SectionTab
from gic_desktop.window.session import Session

pytestmark = pytest.mark.filterwarnings("ignore:.*plugin does not support.*")
MOVE = Qt.DropAction.MoveAction
KEEP = QTextCursor.MoveMode.KeepAnchor
COPY = QKeySequence.StandardKey.Copy
CUT = QKeySequence.StandardKey.Cut
PASTE = QKeySequence.StandardKey.Paste


def png(colour):
    image = QImage(60, 40, QImage.Format.Format_RGB32)
    image.fill(colour)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


PICTURES = {"one": png(0x336699), "two": png(0x993322)}
ONE = Picture("one", "图1 专区", "专区首页", 60)
TWO = Picture("two", "", "栏目", 45)
TEXT = (
    Paragraph("（一）主动公开", 2),
    Paragraph("收到申请{收到申请总数}件，𬭎盛。"),
    ONE,
    TWO,
    Paragraph("1.网站", 3),
    Paragraph("更新栏目。"),
)


class Window:
    """A report of its own with the texts of two sections, and one with lines below a table."""

    def __init__(self, qtbot, *, body=TEXT, year=2025):
        report = new_report(form_for_year(year), year, "某街道")
        self.session = Session(AddPictures(PICTURES, Section("overview", body)).apply(report))
        self.session.apply(SetCells({"requests.received.person": Figure(35)}))
        self.session.end_visit()
        self.start = self.session.report
        self.tabs = {}
        for name in ("overview", "requests", "other"):
            section = report.form.section(name)
            self.tabs[name] = tab = SectionTab(self.session, section, look.LIGHT)
            qtbot.addWidget(tab)
            tab.resize(900, 600)
            tab.show()
        self.editor = self.tabs["overview"].parts["body"].editor
        self.other = self.tabs["other"].parts["body"].editor
        self.notes = self.tabs["requests"].parts["notes"].editor

    def body(self, section="overview"):
        return self.session.report.section(section).body

    def close(self):
        self.session.close(discard=True)


@pytest.fixture
def window(qtbot):
    made = []

    def build(**given):
        made.append(Window(qtbot, **given))
        return made[-1]

    yield build
    for one in made:
        one.close()
    background.wait_for_all()


def choose(editor, begin, end):
    """Places count as Qt does: a paragraph's end is one, a picture is one."""
    cursor = editor.textCursor()
    cursor.setPosition(begin)
    cursor.setPosition(end, KEEP)
    editor.setTextCursor(cursor)


def press(editor, key):
    QTest.keySequence(editor, QKeySequence(key))


def told(window, narrative):
    """What is shown, whatever the pictures are called in the store."""
    stored = window.session.report.pictures
    return [
        (stored[i.picture], i.caption, i.alternative, i.width) if isinstance(i, Picture) else i
        for i in narrative
    ]


def drop(editor, data, at, source=None, action=MOVE):
    """At a place of the text, as Qt counts; `source` is whose selection is dragged."""
    cursor = editor.textCursor()
    cursor.setPosition(at)
    place = QPointF(editor.cursorRect(cursor).center())
    event = QDropEvent(
        place,
        action | Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.ShiftModifier if action == MOVE else Qt.KeyboardModifier.NoModifier,
        QEvent.Type.Drop,
    )
    event.source = lambda: source and source.viewport()
    editor.dropEvent(event)
    return event.dropAction()


# -- between texts -----------------------------------------------------------------------------------


def test_a_whole_text_is_copied_into_another_section_in_one_step(window):
    here = window()
    here.editor.selectAll()
    press(here.editor, COPY)
    press(here.other, PASTE)
    assert (
        here.body("other")
        == here.body()[:2]
        + tuple(replace(i, picture=clipboard.sha256(PICTURES[i.picture])[:16]) for i in (ONE, TWO))
        + TEXT[4:]
    )
    assert told(here, here.body("other")) == told(here, TEXT)
    assert here.other.toPlainText() == here.editor.toPlainText()
    assert here.session.undo_name == "粘贴文字和图片"
    here.session.undo()
    assert here.session.report == here.start
    assert here.other.toPlainText() == ""
    here.session.redo()
    assert told(here, here.body("other")) == told(here, TEXT)


def test_between_two_windows_figures_follow_the_report_they_came_to(window):
    here, there = window(), window(body=(Paragraph("甲乙"),))
    there.session.apply(SetCells({"requests.received.person": Figure(7)}))
    here.editor.selectAll()
    press(here.editor, COPY)
    choose(there.editor, 1, 1)
    press(there.editor, PASTE)
    assert told(there, there.body())[2:4] == told(here, TEXT)[2:4]
    texts = [i.text for i in there.body() if isinstance(i, Paragraph)]
    assert texts == [
        "甲（一）主动公开",
        "收到申请{收到申请总数}件，𬭎盛。",
        "1.网站",
        "更新栏目。乙",
    ]
    assert "收到申请7件" in there.editor.toPlainText()
    again = gicr.read(gicr.write(there.session.report)).report
    assert again.section("overview").body == there.body()


def test_a_figure_that_the_other_report_does_not_know_arrives_as_its_number(window):
    new, old = (set(names_of_form(form_for_year(year).id)) for year in (2025, 2020))
    name = min(n for n in new - old if "." not in n)
    here = window(body=(Paragraph(f"共{{{name}}}件。"),))
    shown = here.editor.toPlainText()
    assert "{" not in shown
    there = window(body=(), year=2020)
    here.editor.selectAll()
    press(here.editor, COPY)
    press(there.editor, PASTE)
    assert there.editor.toPlainText() == shown
    assert "{" not in there.body()[0].text


def test_a_part_of_a_heading_is_words_and_a_part_of_a_figure_is_digits(window):
    here = window()
    choose(here.editor, 3, 5)
    press(here.editor, COPY)
    press(here.other, PASTE)
    assert here.body("other") == (Paragraph("主动"),)
    here.session.undo()
    line = here.editor.document().findBlockByNumber(1)
    figure = line.position() + line.text().index("35")
    choose(here.editor, figure, figure + 1)
    press(here.editor, COPY)
    press(here.other, PASTE)
    assert here.body("other") == (Paragraph("3"),)


def test_a_chart_travels_too(window):
    here = window(body=(Paragraph("见图"), Chart("outcomes", "图3 办理结果")))
    here.editor.selectAll()
    press(here.editor, COPY)
    press(here.other, PASTE)
    assert here.body("other") == here.body()


paragraphs = st.builds(
    Paragraph,
    st.text("甲乙𬭎1，{} ", max_size=4).map(lambda t: t + "x"),
    st.sampled_from([0, 2, 3]),
)
bound = st.sampled_from([Paragraph("收到{收到申请总数}{收到申请总数}件"), Paragraph("")])
narratives = st.lists(paragraphs | bound | st.sampled_from([ONE, TWO]), min_size=1, max_size=5)


def test_cut_out_and_pasted_back_any_part_leaves_the_text_as_it_was(window):
    here = window()

    def as_printed(narrative):
        # Half of a figure is digits from then on.
        return [
            replace(i, text=printed(i.text, here.session.bound.text).text)
            if isinstance(i, Paragraph)
            else i
            for i in told(here, narrative)
        ]

    @settings(max_examples=60)
    @given(narratives, st.data())
    def whole(items, data):
        here.session.apply(AddPictures(PICTURES, Section("overview", (*items, Paragraph("终")))))
        editor, before = here.editor, here.body()
        shown = editor.toPlainText()
        begin = data.draw(st.integers(0, len(shown)))
        end = data.draw(st.integers(begin, len(shown)))
        if begin and shown[begin - 1] == clipboard.OBJECT:
            return  # the break behind a picture is no text: nothing is joined by taking it away
        choose(editor, units(shown, begin), units(shown, end))
        if not editor.textCursor().hasSelection():
            return
        if [type(item) for item in editor.selected()] in ([], [Picture]):
            return  # a picture alone is put behind the paragraph, as from a file
        press(editor, CUT)
        press(editor, PASTE)
        assert editor.written() == here.body()
        assert as_printed(here.body()) == as_printed(before)
        assert editor.toPlainText() == shown

    whole()


# -- dragged -----------------------------------------------------------------------------------------


def test_dragged_within_a_text_it_is_moved_in_one_step(window):
    here = window()
    # From the second half of the sentence over both pictures to the first half of “1.网站”.
    line = here.editor.document().findBlockByNumber(1)
    begin = line.position() + line.text().index("件")
    end = here.editor.document().findBlockByNumber(4).position() + 2
    choose(here.editor, begin, end)
    length = here.editor.document().characterCount() - 1
    data = here.editor.createMimeDataFromSelection()
    left = drop(here.editor, data, length, here.editor)
    assert left == Qt.DropAction.CopyAction, "nothing is left for Qt to take away"
    assert here.body() == (
        Paragraph("（一）主动公开", 2),
        Paragraph("收到申请{收到申请总数}网站"),
        Paragraph("更新栏目。件，𬭎盛。"),
        ONE,
        TWO,
        Paragraph("1.", 3),
    )
    here.session.undo()
    assert here.session.report == here.start
    assert here.session.undo_name is None or here.session.report == here.start


def test_dropped_where_it_is_it_stays(window):
    here = window()
    choose(here.editor, 2, 15)
    drop(here.editor, here.editor.createMimeDataFromSelection(), 9, here.editor)
    assert here.session.report is here.start


def test_dragged_below_the_table_it_leaves_its_place_in_the_same_step(window):
    here = window()
    here.notes.insertPlainText("注：")
    here.session.end_visit()
    before = here.session.report
    here.editor.selectAll()
    data = here.editor.createMimeDataFromSelection()
    drop(here.notes, data, 2, here.editor)
    assert here.body() == ()
    notes = here.session.report.section("requests").notes
    assert notes[1:] == TEXT[1:]
    assert notes[0].text == "注：（一）主动公开"
    here.session.undo()
    assert here.session.report == before


@pytest.mark.parametrize("action", [Qt.DropAction.CopyAction, MOVE])
def test_from_another_window_qt_takes_away_what_was_moved(window, action):
    here, there = window(), window(body=())
    here.editor.selectAll()
    left = drop(there.editor, here.editor.createMimeDataFromSelection(), 0, here.editor, action)
    assert left == action
    assert told(there, there.body()) == told(here, TEXT)
    assert here.body() == TEXT


# -- for and from other programs -----------------------------------------------------------------------


def test_other_programs_get_the_words_and_the_pictures(window):
    here = window()
    here.editor.selectAll()
    data = here.editor.createMimeDataFromSelection()
    assert data.text().splitlines() == [
        "（一）主动公开",
        "收到申请35件，𬭎盛。",
        "1.网站",
        "更新栏目。",
    ]
    assert "{" not in data.html()
    page = QTextDocument()
    page.setHtml(data.html())
    assert "图1 专区" in page.toPlainText()
    assert data.html().count('<img src="data:image/png;base64,') == 2
    assert 'alt="专区首页"' in data.html()
    here.editor.go_to(2)
    here.editor.select_picture(2)
    alone = here.editor.createMimeDataFromSelection()
    assert alone.hasImage()
    assert not alone.hasText()


def test_what_is_selected_is_packed_when_asked_for_and_as_it_was_then(window, monkeypatch):
    """Under X11 a mere selection is offered to all programs; large pictures would cost each a moment."""
    packed = []
    write = gicr.write
    monkeypatch.setattr(gicr, "write", lambda report: packed.append(report) or write(report))
    here = window()
    here.editor.selectAll()
    data = here.editor.createMimeDataFromSelection()
    assert data.formats() == ["text/plain", "text/html", clipboard.MIME]
    assert data.hasText()
    assert packed == []
    here.session.apply(SetCells({"requests.received.person": Figure(36)}))
    here.editor.selectAll()
    here.editor.cut()
    assert "收到申请35件" in data.text()
    piece = clipboard.pasted(data, here.session.bound.text)
    assert set(piece.pictures.values()) == set(PICTURES.values())
    assert piece.items[1] == TEXT[1]
    assert len(packed) == 1


def test_what_is_html_in_a_caption_is_words_elsewhere(window):
    hostile = replace(ONE, caption="<script>", alternative='"><img src=x>')
    here = window(body=(hostile, Paragraph("<b>甲</b>")))
    here.editor.selectAll()
    html = here.editor.createMimeDataFromSelection().html()
    assert html.count("<") == html.count("</p>") * 2 + 1
    assert "&lt;script&gt;" in html


def forged(**changed):
    raw = {
        "project": "gic-desktop",
        "version": 1,
        "form": "2021",
        "year": 2025,
        "organ": "",
        "sections": [{"id": "overview", "body": [{"text": "甲"}]}],
        "cells": {},
        **changed,
    }
    data = QMimeData()
    data.setText("文字")
    data.setData(clipboard.MIME, QByteArray(json.dumps(raw).encode()))
    return data


def body(*items):
    return [{"id": "overview", "body": list(items)}]


def test_whoever_wrote_it_a_project_is_pasted_as_one(window):
    here = window(body=())
    here.editor.insertFromMimeData(forged())
    assert here.body() == (Paragraph("甲"),)


@pytest.mark.parametrize(
    "changed",
    [
        {"project": "other"},
        {"form": "../../etc/passwd"},
        {"sections": body({"picture": "/etc/passwd"})},
        {"sections": body({"text": 3})},
        {"sections": body({"text": "甲\n乙"})},
        {"sections": body({"text": "甲", "level": 9})},
        {"sections": body(*[{"text": ""}] * (gicr.MAX_ITEMS + 1))},
        {"pictures": {"p": {"type": "image/png", "data": "AAAA"}}},
        {"pictures": {"p": {"type": "image/png", "data": "file:///etc/passwd"}}},
    ],
)
def test_a_forged_clipboard_is_pasted_as_its_words(window, changed):
    here = window(body=())
    here.editor.insertFromMimeData(forged(**changed))
    assert here.body() == (Paragraph("文字"),)


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[" * 100_000, b"\xff\xfe", b'{"project": "gic-desktop"}']
)
def test_what_is_no_project_is_pasted_as_its_words(window, raw):
    here = window(body=())
    data = forged()
    data.setData(clipboard.MIME, QByteArray(raw))
    here.editor.insertFromMimeData(data)
    assert here.body() == (Paragraph("文字"),)


def test_a_forged_picture_is_left_out_and_told(window):
    here = window(body=())
    broken = b"\x89PNG\r\n\x1a\n" + bytes(50)
    pictures = {
        "p": {"type": "image/png", "data": clipboard.QByteArray(broken).toBase64().toStdString()}
    }
    said = []
    here.editor.said.connect(said.append)
    items = body({"text": "甲\u2028乙\0\ufffc"}, {"picture": "p", "caption": "a\nb"})
    here.editor.insertFromMimeData(forged(sections=items, pictures=pictures))
    assert here.body() == (Paragraph("甲 乙"),)
    assert "已损坏" in said[0]


def test_pictures_among_anothers_words_are_told_and_their_addresses_not_followed(window, tmp_path):
    (tmp_path / "图.png").write_bytes(PICTURES["one"])
    here = window(body=())
    said = []
    here.editor.said.connect(said.append)
    data = QMimeData()
    data.setText("甲\n乙")
    address = QUrl.fromLocalFile(str(tmp_path / "图.png")).toString()
    data.setHtml(f'<p>甲</p><img src="{address}"><img src="http://127.0.0.1/x.png"><p>乙</p>')
    here.editor.insertFromMimeData(data)
    assert here.body() == (Paragraph("甲"), Paragraph("乙"))
    assert "图片" in said[0]


PAGE = """<html><head><style>p {color: red}</style></head><body><!--StartFragment-->
<p>（一）主动<b>公开</b></p><ol><li>网站</ol>
<table><tr><td>收到<td>35</table><!--EndFragment--></body></html>"""


def test_a_page_without_plain_text_is_pasted_as_any_other(window, qtbot):
    """Some programs offer text/html alone: nothing happened, and nothing was said."""
    here = window(body=())
    cover = CoverTab(here.session)
    qtbot.addWidget(cover)
    data = QMimeData()
    data.setHtml(PAGE)
    QGuiApplication.clipboard().setMimeData(data)
    press(here.editor, PASTE)
    press(cover.preamble, PASTE)
    lines = ["（一）主动公开", "1.网站", "收到 35"]
    assert [one.text for one in here.body()] == lines
    assert here.body()[0].level == 2
    assert cover.preamble.toPlainText().startswith("\n".join(lines))


def test_a_page_without_words_takes_nothing_away_and_is_told(window):
    here = window(body=(Paragraph("甲乙"),))
    said = []
    here.editor.said.connect(said.append)
    for page in ("<p> </p>", "<b>" * 50_000 + "丙"):
        data = QMimeData()
        data.setHtml(page)
        choose(here.editor, 0, 2)
        here.editor.insertFromMimeData(data)
        assert here.body() == (Paragraph("甲乙"),)
        assert said.pop().startswith("没有读到可以粘贴的文字")


def test_a_picture_on_another_computer_is_not_fetched(window):
    here = window(body=())
    said = []
    here.editor.said.connect(said.append)
    data = QMimeData()
    data.setUrls([QUrl("file://server/share/图.png"), QUrl("http://server/图.png")])
    here.editor.insertFromMimeData(data)
    assert here.body() == ()
    assert "请先" in said[0]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="about pipes")
def test_a_pipe_with_a_pictures_name_stops_nothing(window, tmp_path):
    os.mkfifo(tmp_path / "图.png")
    here = window(body=())
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "图.png"))])
    here.editor.insertFromMimeData(data)
    assert here.body() == ()


def test_a_list_of_word_has_its_numbers_and_no_signs_of_its_fonts():
    copied = (
        "（一）\t主动公开\r\n1.\t网站\r\nl\t专区\r\n\uf0d8\t公众号\r\n·\t热线\r\n"
        "l 是字母\r\n一行\x0b又一行\x0b\r\n渠道\t数量\r\n"
    )
    assert [f"{p.level} {p.text}" for p in clipboard.from_lines(copied)] == [
        "2 （一）主动公开",
        "3 1.网站",
        "0 专区",
        "0 公众号",
        "0 热线",
        "0 l 是字母",
        "0 一行",
        "0 又一行",
        "0 渠道 数量",
    ]
