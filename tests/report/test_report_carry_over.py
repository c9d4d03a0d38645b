"""Last year's report becomes this year's beginning."""

from gic_desktop.forms.catalogue import form_named
from gic_desktop.report.bound import BoundFigures
from gic_desktop.report.carry_over import move_years, start_from
from gic_desktop.report.edits import SetCells
from gic_desktop.report.figures import Figure
from gic_desktop.report.narrative import Paragraph, from_text
from gic_desktop.report.report import Contacts, Section, new_report
from gic_desktop.values import replace


def _last(form="2021", year=2024):
    blank = new_report(form_named(form), year, "甲区乙街道办事处")
    body = from_text("（一）主动公开\n全年公开信息12条。\n（二）依申请公开")
    blank = replace(
        blank,
        contacts=Contacts(telephone="0871-65000066"),
        sections=(Section("overview", body), *blank.sections[1:]),
    )
    figures = {
        "requests.carried_out.person": 2,
        "requests.carried_out.legal": 1,
        "requests.received.person": 9,
    }
    return SetCells({cell: Figure(value) for cell, value in figures.items()}).apply(blank)


def test_four_becomes_two_column_by_column():
    begun = start_from(_last(), 2025)
    assert begun.cells == {
        "requests.carried_in.person": Figure(2),
        "requests.carried_in.legal": Figure(1),
    }


def test_a_report_on_the_first_form_starts_one_on_the_second():
    begun = start_from(_last("2019", 2020), 2021)
    assert begun.form_id == "2021"
    assert begun.cells["requests.carried_in.person"] == Figure(2)
    assert begun.form.legal_base in begun.preamble[0].text


def test_what_comes_along():
    begun = start_from(_last(), 2025)
    assert begun.organ == "甲区乙街道办事处"
    assert begun.contacts.telephone == "0871-65000066"
    assert begun.section("overview").body == (
        Paragraph("（一）主动公开", 2),
        Paragraph("（二）依申请公开", 2),
    )
    assert "自2025年1月1日起至2025年12月31日止" in begun.preamble[0].text
    assert begun.last is not None
    assert begun.last.year == 2024


def test_two_years_on_nothing_is_carried_over():
    assert start_from(_last(year=2023), 2025).cells == {}


def test_years_move_and_document_numbers_stay():
    assert move_years("2024年1月，国办公开办函〔2021〕30号，共2024件", 1) == (
        "2025年1月，国办公开办函〔2021〕30号，共2024件"
    )


def test_bound_figures_print_this_year_last_year_and_the_difference():
    report = start_from(_last(), 2025)
    report = SetCells({"requests.received.person": Figure(12)}).apply(report)
    bound = BoundFigures(report)
    text = "新收{收到申请总数}件，上年{上年收到申请总数}件，{收到申请总数较上年增减}件，{收到申请总数较上年增长率}，{别的}"
    assert bound.printed(text).text == "新收12件，上年9件，增加3件，增长33.3%，{别的}"
    assert bound.printed("{予以公开}").text == "＿＿"


def test_a_place_in_the_printed_text_is_found_in_the_written_one():
    report = SetCells({"requests.received.person": Figure(12)}).apply(_last())
    shown = BoundFigures(report).printed("收{收到申请总数}件")
    assert shown.text == "收12件"
    assert [shown.raw_position(i) for i in range(5)] == [0, 1, 1, 9, 10]
