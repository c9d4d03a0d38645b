"""Names of groups of rows in braces: sums that the form prints no total for."""

import pytest

from gic_desktop.forms.catalogue import form_named
from gic_desktop.report.bound import BoundFigures, groups_of_form, names_of_form
from gic_desktop.report.edits import LinkEarlier, SetCells
from gic_desktop.report.figures import Figure
from gic_desktop.report.report import new_report


def report(year, **cells):
    blank = new_report(form_named("2021"), year, "甲区乙街道办事处")
    figures = {f"requests.refused.{key}.person": Figure(n) for key, n in cells.items()}
    return SetCells(figures).apply(blank)


def test_the_rows_under_one_label_have_a_name():
    bound = BoundFigures(report(2025, internal=2, process=3))
    assert bound.text("不予公开") == "5"
    assert bound.text("无法提供") == "＿＿"
    assert bound.cell("不予公开") is None


def test_a_group_is_compared_with_last_year():
    now = LinkEarlier(report(2024, internal=4)).apply(report(2025, internal=2, process=3))
    text = "{不予公开}、{上年不予公开}、{不予公开较上年增减}、{不予公开较上年增长率}"
    assert BoundFigures(now).printed(text).text == "5、4、增加1、增长25%"


@pytest.mark.parametrize("form_id", ["2019", "2021"])
def test_no_group_takes_a_name_or_counts_twice(form_id):
    form = form_named(form_id)
    for name, cells in groups_of_form(form_id).items():
        assert name not in names_of_form(form_id)
        assert len(cells) > 1
        leaves = [leaf for cell in cells for leaf in form.leaves[cell]]
        assert len(leaves) == len(set(leaves))
