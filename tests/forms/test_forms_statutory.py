"""Both statutory forms, counted and compared with what the notices print."""

import pytest

from gic_desktop.forms.catalogue import UnknownForm, form_for_year, form_named


@pytest.mark.parametrize(
    ("form", "cells", "rows"),
    [("2019", [22, 161, 15], [18, 26, 4]), ("2021", [10, 175, 15], [14, 28, 4])],
)
def test_tables_have_the_printed_size(form, cells, rows):
    tables = form_named(form).tables
    assert [len(table.cells) for table in tables] == cells
    assert [table.rows for table in tables] == rows
    assert [table.columns for table in tables][1:] == [10, 15]


@pytest.mark.parametrize(
    ("year", "form"),
    [(2019, "2019"), (2020, "2019"), (2021, "2021"), (2025, "2021"), (2060, "2021")],
)
def test_the_year_picks_the_form(year, form):
    assert form_for_year(year).id == form


def test_before_the_first_form_there_is_a_sentence():
    with pytest.raises(UnknownForm, match=r"2018年度.*2019年度"):
        form_for_year(2018)


def test_six_headings_verbatim():
    for form in ("2019", "2021"):
        assert [section.heading for section in form_named(form).sections] == [
            "一、总体情况",
            "二、主动公开政府信息情况",
            "三、收到和处理政府信息公开申请情况",
            "四、政府信息公开行政复议、行政诉讼情况",
            "五、存在的主要问题及改进情况",
            "六、其他需要报告的事项",
        ]


def test_cells_know_their_printed_labels():
    cells = form_named("2021").cells
    secret = cells["requests.refused.secret.business"]
    assert secret.row == ("三、本年度办理结果", "（三）不予公开", "1.属于国家秘密")
    assert secret.column == ("申请人情况", "法人或其他组织", "商业企业")
    assert cells["disclosure.fees.amount"].row == ("第二十条第（八）项", "行政事业性收费")
    assert cells["disclosure.fees.amount"].column == ("本年收费金额（单位：万元）",)
    assert cells["disputes.after_review.total"].column == ("行政诉讼", "复议后起诉", "总计")


def test_totals_are_what_the_form_sums():
    for form in (form_named("2019"), form_named("2021")):
        totals = {cell.id for cell in form.cells.values() if cell.computed}
        outcomes = len(next(s for s in form.sums if s.id == "S3b").parts)
        assert outcomes == {"2019": 19, "2021": 21}[form.id]
        # Seven totals of columns, one of each row, three of section four; one cell is both.
        assert len(totals) == 6 + (outcomes + 4) + 3


def test_the_grand_total_stands_on_inputs_only():
    form = form_named("2021")
    leaves = form.leaves["requests.finished.total"]
    assert len(leaves) == 21 * 6 == len(set(leaves))
    assert all(not form.cells[leaf].computed for leaf in leaves)


def test_a_form_file_is_called_after_its_form():
    from gic_desktop import resources

    for path in resources.path("forms").glob("*.toml"):
        assert form_named(path.stem).id == path.stem
