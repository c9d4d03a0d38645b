"""Charts' numbers: equal to the cells they are made of, for forms that no code knows too."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gic_desktop import resources
from gic_desktop.forms import catalogue
from gic_desktop.output.series import NO_FIGURES, NO_YEARS, Chart, chart, charts
from gic_desktop.report.edits import LinkEarlier, SetCells
from gic_desktop.report.figures import Figure
from gic_desktop.report.report import Report, new_report
from gic_desktop.report.totals import values_of
from gic_desktop.store import gicr
from gic_desktop.values import replace

THIRD = Path(__file__).parents[1] / "samples" / "third_form.toml"


def sample(form: str) -> Report:
    return gicr.read(resources.path("samples", f"{form}.gicr").read_bytes()).report


def blank(year: int = 2025) -> Report:
    return new_report(catalogue.form_for_year(year), year, "青山街道办事处")


def filled(report: Report, **figures: int) -> Report:
    """`carried_in_person=2` fills requests.carried_in.person."""
    cells = {f"requests.{'.'.join(name.rsplit('_', 1))}": Figure(n) for name, n in figures.items()}
    return SetCells(cells).apply(report)


def named(report: Report, key: str) -> Chart:
    found = chart(report, key)
    assert found is not None
    return found


def shown(made: Chart) -> dict[str, dict[str, object]]:
    return {bar.name: {value.name: value.number for value in bar.values} for bar in made.bars}


@pytest.fixture
def third() -> Iterator[Report]:
    yield new_report(catalogue.add_form(THIRD), 2090, "档案馆")
    catalogue.forget_added()


def test_outcomes_are_the_rows_that_the_clerk_sees_in_the_table() -> None:
    report = SetCells(
        {
            "requests.granted.person": Figure(3),
            "requests.granted.legal": Figure(1),
            "requests.refused.secret.person": Figure(2),
            "requests.refused.enquiry.other": Figure(5),
            "requests.otherwise.rest.person": Figure(0),
        }
    ).apply(blank())
    made = named(report, "outcomes")
    assert shown(made) == {
        "予以公开": {"予以公开": 4},
        "部分公开": {"部分公开": None},
        "不予公开": {"不予公开": 7},
        "无法提供": {"无法提供": None},
        "不予处理": {"不予处理": None},
        "其他处理": {"其他处理": 0},
    }
    assert made.title == "2025年政府信息公开申请办理结果"
    assert made.words == (
        "2025年政府信息公开申请办理结果：予以公开4件，部分公开未填写，不予公开7件，"
        "无法提供未填写，不予处理未填写，其他处理0件。"
    )


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_every_outcome_is_in_one_bar_and_together_they_are_what_was_finished(form: str) -> None:
    report = sample(form)
    values = values_of(report)
    bars = named(report, "outcomes").bars
    numbers = [value.number for bar in bars for value in bar.values]
    assert None not in numbers
    assert sum(filter(None, numbers)) == values["requests.finished.total"] != 0
    [described] = [one for one in report.form.charts if one.id == "outcomes"]
    cells = {cell for bar in described.bars for part in bar.parts for cell in part.cells}
    [whole] = [
        s for s in report.form.sums if s.total == "requests.finished.total" and s.rule == "V02"
    ]
    assert cells == set(whole.parts)


def test_applicants_by_kind() -> None:
    report = filled(blank(), received_person=8, received_business=0, received_legal=1)
    assert shown(named(report, "applicants")) == {
        "自然人": {"自然人": 8},
        "商业企业": {"商业企业": 0},
        "科研机构": {"科研机构": None},
        "社会公益组织": {"社会公益组织": None},
        "法律服务机构": {"法律服务机构": 1},
        "其他": {"其他": None},
    }


def test_what_came_in_and_what_became_of_it() -> None:
    report = filled(
        blank(), received_person=8, carried_in_person=2, granted_person=9, carried_out_person=1
    )
    made = named(report, "flow")
    assert shown(made) == {
        "应办理": {"本年新收": 8, "上年结转": 2},
        "办理情况": {"本年办结": 9, "结转下年度": 1},
    }
    assert [bar.total for bar in made.bars] == [10, 10]
    assert "应办理共10件，其中本年新收8件，上年结转2件" in made.words


def test_reviews_and_lawsuits_go_by_the_table_s_own_headings() -> None:
    assert [bar.name for bar in named(sample("2021"), "disputes").bars] == [
        "行政复议",
        "未经复议直接起诉",
        "复议后起诉",
    ]
    assert shown(named(sample("2021"), "disputes"))["行政复议"] == {
        "结果维持": 2,
        "结果纠正": 1,
        "其他结果": 0,
        "尚未审结": 0,
    }


def test_nothing_filled_in_says_what_to_do_and_zero_is_not_nothing() -> None:
    for made in charts(blank()):
        assert made.missing == NO_FIGURES
        assert made.words == f"{made.title}：尚未填写数字，填写后自动成图。"
    answered = filled(blank(), received_person=0)
    assert named(answered, "applicants").missing == ""
    assert named(answered, "outcomes").missing == NO_FIGURES


def test_as_many_years_as_are_linked_old_to_new() -> None:
    report = filled(blank(2025), received_person=40)
    assert named(report, "request_years").missing == NO_YEARS
    for year, number in ((2022, 10), (2024, 30), (2021, 5), (2023, 20)):
        report = LinkEarlier(filled(blank(year), received_person=number)).apply(report)
    made = named(report, "request_years")
    assert not made.missing
    assert shown(made)["本年新收"] == {"2021": 5, "2022": 10, "2023": 20, "2024": 30, "2025": 40}
    assert "本年新收：2021年5件，2022年10件，2023年20件，2024年30件，2025年40件" in made.words


def test_an_earlier_year_on_another_form_is_added_up_by_its_own_form() -> None:
    old = SetCells({"requests.otherwise.person": Figure(4), "requests.granted.person": Figure(6)})
    report = LinkEarlier(old.apply(blank(2020))).apply(filled(blank(2021), granted_person=9))
    years = shown(named(report, "request_years"))
    assert years["本年办结"] == {"2020": 10, "2021": 9}
    assert years["予以公开"] == {"2020": 6, "2021": 9}


def test_a_year_of_a_form_without_such_a_chart_has_no_number(third: Report) -> None:
    report = LinkEarlier(filled(blank(2089), received_person=3)).apply(third)
    report = SetCells({"lending.lent.adult": Figure(7)}).apply(report)
    assert shown(named(report, "years")) == {"借出": {"2089": None, "2090": 7}}


def test_the_invented_form_has_its_charts_without_code(third: Report) -> None:
    report = SetCells(
        {
            "lending.in_time.adult": Figure(5),
            "lending.in_time.pupil": Figure(7),
            "lending.late.pupil": Figure(1),
            "lending.lent.pupil": Figure(30),
            "lending.deposit.balance": Figure(Decimal("0.0920")),
        }
    ).apply(third)
    assert [one.key for one in charts(report)] == ["ways", "readers", "years", "money"]
    assert shown(named(report, "ways")) == {"按期": {"按期": 12}, "逾期": {"逾期": 1}}
    assert shown(named(report, "readers")) == {
        "借出": {"成年读者": None, "学生读者": 30},
        "归还": {"成年读者": 5, "学生读者": 8},
    }
    assert named(report, "money").words == "2090年押金：押金0.0920万元。"


def test_a_chart_of_another_form_is_none() -> None:
    assert chart(sample("2021"), "ways") is None


@given(st.data())
def test_any_figures_bars_are_the_exact_sums_of_their_cells(data: st.DataObject) -> None:
    form = catalogue.form_named("2021")
    inputs = sorted({leaf for one in form.charts for bar in one.bars for part in bar.parts
                     for cell in part.cells for leaf in form.leaves[cell]})  # fmt: skip
    numbers = st.one_of(st.none(), st.integers(0, 10**15 - 1))
    chosen = {cell: data.draw(numbers) for cell in data.draw(st.sets(st.sampled_from(inputs)))}
    figures = {cell: Figure(n) for cell, n in chosen.items() if n is not None}
    report = replace(blank(), cells=figures)
    for described, made in zip(form.charts, charts(report), strict=True):
        for bar, drawn in zip(described.bars, made.bars, strict=True):
            for part, value in zip(bar.parts, drawn.values, strict=True):
                leaves = [leaf for cell in part.cells for leaf in form.leaves[cell]]
                known = [figures[leaf].value for leaf in leaves if leaf in figures]
                assert value.number == (sum(known) if known else None)
