"""A person's corrections: one outcome to the next, nothing lost on the way, every doubt accounted for."""

import import_samples as samples
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gic_desktop.imports import corrections
from gic_desktop.imports.doubts import doubts_of, source_marks
from gic_desktop.imports.outcome import import_source
from gic_desktop.imports.source import Budget
from gic_desktop.imports.sources.text import read_text
from gic_desktop.report.edits import SetCells
from gic_desktop.report.figures import Figure, Refusal


def values():
    return {name: str(value) for name, value in samples.figures("2021").items()}


def imported(text: str):
    return import_source(read_text(text.encode(), Budget()))


def report(change=lambda text: text):
    return imported(change(samples.rows_of_tabs("2021", 2024, values())))


@pytest.fixture(scope="module")
def with_strange_row():
    """属于国家秘密 printed under a name that no form has: its seven figures find no cell."""
    return report(lambda text: text.replace("1.属于国家秘密", "内部秘密类"))


def row_of(outcome, word):
    return next(n for n, line in enumerate(outcome.lines) if word in line.cells)


def figures_in(outcome, line):
    return [at for at, text in enumerate(outcome.lines[line].cells) if text.isdigit()]


def kinds(outcome):
    return {doubt.kind for doubt in doubts_of(outcome)}


def test_a_figure_without_a_cell_is_put_into_one(with_strange_row):
    line = row_of(with_strange_row, "内部秘密类")
    first = figures_in(with_strange_row, line)[0]
    cell = "requests.refused.secret.person"
    assert cell not in with_strange_row.report.cells
    after = corrections.assign(with_strange_row, cell, (line, first))
    assert after.report.cells[cell] == Figure(int(values()[cell]))
    assert after.places[cell] == (line, first)
    assert cell not in after.missing
    # Six figures of that row are still without a cell: it stays in the list.
    assert after.unrecognised == with_strange_row.unrecognised
    assert corrections.figures_left(after, after.unrecognised[0]) == 6


def test_a_whole_row_is_put_into_a_row_and_nothing_is_left_to_do(with_strange_row):
    line = row_of(with_strange_row, "内部秘密类")
    after = corrections.assign_row(with_strange_row, "requests.refused.secret.person", line)
    whole = report()
    assert dict(after.report.cells) == dict(whole.report.cells)
    assert after.unrecognised == ()
    assert after.missing == ()
    assert len(after.places) == 200


def test_a_row_of_another_width_is_refused(with_strange_row):
    line = row_of(with_strange_row, "内部秘密类")
    refused = corrections.assign_row(with_strange_row, "disclosure.regulations.issued", line)
    assert isinstance(refused, Refusal)
    assert "7 个数字" in refused.reason


def test_words_are_no_figure(with_strange_row):
    line = row_of(with_strange_row, "内部秘密类")
    label = with_strange_row.lines[line].cells.index("内部秘密类")
    assert isinstance(
        corrections.assign(with_strange_row, "requests.received.person", (line, label)), Refusal
    )


def test_a_figure_stands_in_one_cell_only():
    """Moved to its neighbour, it leaves the cell it was in unanswered."""
    outcome = report()
    here, there = "requests.received.person", "requests.received.business"
    after = corrections.assign(outcome, there, outcome.places[here])
    assert after.report.cells[there] == outcome.report.cells[here]
    assert here not in after.report.cells
    assert here in after.missing


def test_printed_totals_are_compared_again_after_each_correction():
    wrong = values() | {"requests.received.total": "9"}
    outcome = imported(samples.rows_of_tabs("2021", 2024, wrong))
    total = "requests.received.total"
    found = {one.cell: one for one in outcome.mismatches}[total]
    assert (found.printed, type(found.computed)) == ("9", int)
    described = {one["cell"]: one for one in outcome.describe()["mismatches"]}
    assert described[total]["computed"] == found.computed
    cleared = corrections.clear(outcome, {total})
    assert total not in {one.cell for one in cleared.mismatches}
    assert total in cleared.missing


def test_typing_over_a_figure_settles_its_doubt():
    text = samples.rows_of_tabs("2021", 2024, values())
    outcome = imported(text.replace("3.危及“三安全一稳定”", "3.危及“三安全一稳”"))
    cell = "requests.refused.safety.person"
    assert "label" in kinds(outcome)
    after = corrections.type_in(outcome, cell, Figure(5))
    assert after.report.cells[cell] == Figure(5)
    assert cell not in after.places
    blank = corrections.type_in(after, cell, None)
    assert cell not in blank.report.cells
    assert cell in blank.missing


def test_a_pasted_block_is_decided_too(with_strange_row):
    edit = SetCells({"requests.refused.secret.person": Figure(1)})
    after = corrections.take(with_strange_row, edit.apply(with_strange_row.report))
    assert "requests.refused.secret.person" not in after.missing


def test_what_is_no_part_of_the_report_is_kept_as_left_out(with_strange_row):
    after = corrections.leave_out(with_strange_row, with_strange_row.unrecognised[0])
    assert after.unrecognised == ()
    assert after.dropped[-1][0] == with_strange_row.unrecognised[0].text
    assert after.describe()["left_out"][-1]["what"] == corrections.NOT_PART


def test_a_line_of_text_moves_to_another_section_and_back():
    outcome = report()
    words = "完善信息发布审核制度，坚持先审后发。"
    line = next(n for n, one in enumerate(outcome.lines) if one.words == words)
    assert corrections.shelf_of(outcome, line) == (("overview", "body"), 7)
    moved = corrections.put_into(outcome, line, ("problems", "body"))
    assert moved.report.section("problems").body[0].text == words
    assert len(moved.report.section("overview").body) == 7
    back = corrections.put_into(moved, line, ("overview", "body"))
    assert back.report == outcome.report
    gone = corrections.put_into(outcome, line, None)
    assert words not in [item.text for item in gone.report.section("overview").body]
    assert (words, corrections.NOT_PART) in gone.dropped


def test_a_row_becomes_text_where_its_neighbours_stand(with_strange_row):
    line = row_of(with_strange_row, "内部秘密类")
    after = corrections.put_into(with_strange_row, line, ("requests", "notes"))
    assert "内部秘密类" in after.report.section("requests").notes[0].text
    assert after.unrecognised == ()


def test_organ_and_year_that_the_file_does_not_name():
    text = (
        samples.rows_of_tabs("2021", 2024, values())
        .replace(samples.ORGAN, "")
        .replace("2024年", "")
    )
    outcome = imported(text.replace("2025年1月19日", ""))
    assert {one.about for one in outcome.uncertain} == {"organ", "year"}
    named = corrections.set_organ(outcome, "某街道办事处")
    dated = corrections.set_year(named, 2022)
    assert (dated.report.organ, dated.report.year) == ("某街道办事处", 2022)
    assert dated.uncertain == ()
    assert isinstance(corrections.set_year(named, 1990), Refusal)


def test_marks_of_the_source_say_what_became_of_every_figure():
    text = samples.rows_of_tabs("2021", 2024, dict.fromkeys(values(), "0"))
    outcome = imported(text.replace("1.属于国家秘密", "内部秘密类"))
    marks = source_marks(outcome)
    line = row_of(outcome, "内部秘密类")
    for number, one in enumerate(outcome.lines):
        for at in figures_in(outcome, number) if one.is_row else []:
            assert (number, at) in marks, (one.words, at)
    assert {marks[line, at][0] for at in figures_in(outcome, line)} == {"error"}
    assert sum(mark == "placed" for mark, _ in marks.values()) == 193


def test_marks_instead_of_figures_are_hints():
    wrong = values() | {"disclosure.regulations.issued": "/"}
    outcome = imported(samples.rows_of_tabs("2021", 2024, wrong))
    (hint,) = [doubt for doubt in doubts_of(outcome) if doubt.kind == "missing"]
    assert "“/”" in hint.reason
    assert hint.cells == ("disclosure.regulations.issued",)


CELLS = sorted(samples.figures("2021"))


@given(st.lists(st.tuples(st.sampled_from(CELLS), st.integers(0, 6)), max_size=6))
def test_whatever_is_assigned_no_printed_figure_stands_twice(steps):
    outcome = WHOLE
    line = row_of(outcome, "内部秘密类")
    at = figures_in(outcome, line)
    for cell, number in steps:
        after = corrections.assign(outcome, cell, (line, at[number]))
        assert not isinstance(after, Refusal)
        outcome = after
        assert len(set(outcome.places.values())) == len(outcome.places)
        for name, place in outcome.places.items():
            printed = corrections.text_at(outcome, place)
            if name in outcome.report.cells:
                assert str(outcome.report.cells[name].value) == printed
        held = {*outcome.report.cells, *outcome.places}
        assert set(outcome.missing) == set(outcome.report.form.cells) - held


WHOLE = report(lambda text: text.replace("1.属于国家秘密", "内部秘密类"))
