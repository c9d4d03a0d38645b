"""A report that was read on the wrong form, put on the right one by hand."""

from pathlib import Path

import import_samples as samples
import pytest

from gic_desktop import resources, verbs
from gic_desktop.forms import catalogue
from gic_desktop.imports import corrections, form_switch
from gic_desktop.imports.outcome import import_report, import_source, read_again
from gic_desktop.imports.reading import read_bytes
from gic_desktop.imports.source import ImportRefused
from gic_desktop.report.figures import Figure

THIRD = Path(__file__).parents[1] / "samples" / "third_form.toml"
SECRET = "requests.refused.secret.person"
FEES = "disclosure.fees.amount"
YEARS = {"2019": 2020, "2021": 2024}


@pytest.fixture
def third():
    catalogue.add_form(THIRD)
    yield "invented"
    catalogue.forget_added()


def read(form, form_id=None):
    source = read_bytes(samples.word(form, YEARS[form]))
    return import_source(source, "年报", form_id)


@pytest.mark.parametrize(("own", "other"), [("2019", "2021"), ("2021", "2019")])
def test_a_word_file_is_read_on_the_form_that_is_named(own, other):
    forced = read(own, other)
    assert forced.report.form_id == other
    # Rows that both forms print are read; what only the file's form has is told, not guessed.
    both = set(read(own).places) & set(catalogue.form_named(other).cells)
    assert set(forced.places) <= both
    assert forced.unrecognised
    assert "指定" in forced.form_reason
    assert catalogue.form_named(own).name in forced.form_reason
    assert read_again(forced, own).report == read(own).report


@pytest.mark.parametrize(("own", "other"), [("2019", "2021"), ("2021", "2019")])
def test_the_samples_themselves_on_the_other_form(own, other, tmp_path):
    """The program's own project keeps its form; printed, it can be read on another."""
    sample = resources.path("samples", f"{own}.gicr")
    assert import_report(sample, own).report.form_id == own
    with pytest.raises(ImportRefused, match="不能按"):
        import_report(sample, other)
    printed = tmp_path / "年报.docx"
    printed.write_bytes(verbs.export_bytes(verbs.open_report(sample).report, ".docx", draft=True))
    forced = import_report(printed, other)
    assert forced.report.form_id == other
    assert forced.printed_figures > 150


@pytest.mark.parametrize("own", ["2019", "2021"])
def test_why_a_form_was_taken_is_said(own):
    outcome = read(own)
    assert outcome.form_reason.startswith(f"“{outcome.report.form.name}”与文件的内容最相符")
    assert outcome.describe()["recognised"]["form_reason"] == outcome.form_reason
    assert outcome.form_reason in outcome.summary()


def test_a_report_of_a_third_form(third):
    text = (
        "档案馆2090年档案利用年度报告\n一、总体情况\n内容。\n"
        + "\n".join(s.heading for s in catalogue.form_named(third).sections)
        + "\n档案馆\n2091年1月8日\n"
    )
    outcome = import_source(read_bytes(text.encode()), "年报", third)
    assert outcome.report.form_id == third
    assert outcome.missing_sections == ()
    with pytest.raises(ImportRefused, match="请改选别的表样"):
        read("2021", third)


def test_an_unknown_form_is_told_with_those_there_are():
    with pytest.raises(catalogue.UnknownForm, match=r"2019、2021"):
        read("2021", "1999")


def test_corrections_go_along_where_they_fit_and_wait_where_they_do_not():
    before = read("2021")
    now = corrections.set_organ(before, "临河区档案馆")
    now = corrections.type_in(now, SECRET, Figure(37))
    now = corrections.type_in(now, FEES, Figure(5))
    line = now.shelves["overview", "body"][0]
    now = corrections.put_into(now, line, ("other", "body"))
    wanted = form_switch.corrected(before, now)
    assert wanted.count == 4

    fresh = read_again(before, "2019")
    after, aside = form_switch.put_again(fresh, wanted)
    assert after.report.form_id == "2019"
    assert after.report.organ == "临河区档案馆"
    assert after.report.cells[SECRET] == Figure(37)
    assert FEES not in after.report.cells
    assert line in after.shelves["other", "body"]
    assert list(aside.cells) == [FEES]
    told = form_switch.told(wanted, aside, after)
    assert "带入 3 处" in told
    assert aside.names[FEES] in told

    # Back on the first form the one that waited is put in again.
    again = form_switch.corrected(fresh, after, aside)
    back, left = form_switch.put_again(read_again(fresh, "2021"), again)
    assert left.count == 0
    assert back.report.cells[FEES] == Figure(5)
    assert back.report.cells == now.report.cells
    assert back.report.sections == now.report.sections


def test_a_figure_clicked_into_another_cell_is_clicked_there_again():
    before = read("2019")
    here, there = SECRET, "requests.refused.secret.research"
    place = before.places[here]
    now = corrections.assign(before, there, place)
    wanted = form_switch.corrected(before, now)
    assert wanted.cells == {there: place}
    after, aside = form_switch.put_again(read_again(before, "2021"), wanted)
    assert aside.count == 0
    assert after.places[there] == place
    assert here not in after.report.cells


def test_nothing_corrected_nothing_told():
    outcome = read("2021")
    wanted = form_switch.corrected(outcome, outcome)
    assert wanted == form_switch.Corrected()
    fresh = read_again(outcome, "2019")
    after, aside = form_switch.put_again(fresh, wanted)
    assert after == fresh
    assert form_switch.told(wanted, aside, fresh) == ""
