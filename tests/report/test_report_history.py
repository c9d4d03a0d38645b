"""Edits, undo and redo, and what a visit to a cell leaves behind."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from gic_desktop.forms.catalogue import form_named
from gic_desktop.report.edits import (
    AddPictures,
    LinkEarlier,
    SetCells,
    SetDismissed,
    SetField,
    SetOverride,
    SetSection,
    change_between,
    fill_blanks,
)
from gic_desktop.report.figures import Figure
from gic_desktop.report.history import History
from gic_desktop.report.narrative import Paragraph, Picture
from gic_desktop.report.report import Section, Signature, new_report

FORM = form_named("2021")
BLANK = new_report(FORM, 2025, "甲街道办事处")
CELL = "requests.received.person"
INPUTS = sorted(c.id for c in FORM.cells.values() if not c.computed)

figures = st.none() | st.integers(0, 999).map(Figure)
edits = st.one_of(
    st.dictionaries(st.sampled_from(INPUTS), figures, min_size=1, max_size=4).map(SetCells),
    st.text("一二（三）件，", max_size=8).map(
        lambda t: SetSection(Section("overview", (Paragraph(t),)))
    ),
    st.text("甲乙丙", max_size=4).map(lambda t: SetField("organ", t)),
    st.integers(2021, 2030).map(lambda y: SetField("signature", Signature("甲", date(y, 1, 2)))),
    st.text("因", max_size=2).map(lambda t: SetOverride("V01:x", t)),
    st.booleans().map(lambda b: SetDismissed("V24:x", b)),
    st.integers(2019, 2024).map(lambda y: LinkEarlier(new_report(FORM, y, "甲"))),
    st.just(AddPictures({"p1": b"\x89PNG\r\n\x1a\n"}, Section("other", (Picture("p1"),)))),
)
visits = st.none() | st.integers(1, 3)


@given(st.lists(st.tuples(edits, visits), max_size=30))
def test_undo_restores_and_redo_brings_back(steps):
    history = History(BLANK)
    for edit, visit in steps:
        history.apply(edit, visit)
    final = history.report
    seen = [final]
    while history.undo_name is not None:
        seen.append(history.undo())
    assert history.report == BLANK
    for report in reversed(seen[:-1]):
        assert history.redo() == report
    assert history.report == final
    assert history.redo_name is None


def test_one_visit_is_one_step():
    history = History(BLANK)
    for typed in (1, 12, 120):
        history.apply(SetCells({CELL: Figure(typed)}), visit="here")
    assert history.report.cells[CELL] == Figure(120)
    assert history.undo() == BLANK


def test_a_second_visit_is_a_second_step():
    history = History(BLANK)
    history.apply(SetCells({CELL: Figure(1)}), visit="here")
    history.end_visit()
    history.apply(SetCells({CELL: Figure(2)}), visit="here")
    assert history.undo().cells[CELL] == Figure(1)


def test_escape_leaves_no_step():
    history = History(BLANK)
    history.apply(SetCells({CELL: Figure(1)}), visit="here")
    assert history.cancel_visit("here") == BLANK
    assert (history.undo_name, history.redo_name) == (None, None)


def test_typed_back_to_the_beginning_leaves_no_step():
    history = History(BLANK)
    history.apply(SetCells({CELL: Figure(1)}), visit="here")
    history.apply(SetCells({CELL: None}), visit="here")
    assert history.undo_name is None


def test_a_change_names_the_cell_and_its_totals():
    after = SetCells({"requests.granted.person": Figure(3)}).apply(BLANK)
    assert change_between(BLANK, after).cells == {
        "requests.granted.person",
        "requests.granted.total",
        "requests.finished.person",
        "requests.finished.total",
    }
    assert not change_between(after, after)


def test_a_section_changes_alone():
    after = SetSection(Section("other", (Paragraph("无。"),))).apply(BLANK)
    assert change_between(BLANK, after).sections == {"other"}
    assert not change_between(BLANK, after).cells


def test_fill_blanks_answers_zero_and_spares_answers():
    some = SetCells({CELL: Figure(5)}).apply(BLANK)
    full = fill_blanks(some, FORM.cells).apply(some)
    assert full.cells[CELL] == Figure(5)
    assert full.cells.keys() == set(INPUTS)


def test_the_signature_follows_the_organ():
    assert SetField("organ", "乙街道办事处").apply(BLANK).signature.organ == "乙街道办事处"
