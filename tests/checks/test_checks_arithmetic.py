"""V01–V06 and the soft bounds: one column of the form at a time, as a clerk would see it."""

import pytest

from gic_desktop.checks.run import check
from gic_desktop.forms.catalogue import form_named
from gic_desktop.report.edits import LinkEarlier, SetCells, fill_blanks
from gic_desktop.report.figures import Figure
from gic_desktop.report.report import new_report
from gic_desktop.values import replace

ARITHMETIC = {"V01", "V02", "V03", "V04", "V05", "V06", "S2b", "S2c", "S2d", "X3"}


def report(figures, form="2021", year=2025, *, zeros=True):
    made = new_report(form_named(form), year, "甲街道办事处")
    made = SetCells({cell: Figure(value) for cell, value in figures.items()}).apply(made)
    return fill_blanks(made, made.form.cells).apply(made) if zeros else made


def found(report, last=None):
    """Rule, cell to look at, sentence: arithmetic only."""
    return [
        (f.rule, f.place.cell, f.message)
        for f in check(report, last, pace="at once")
        if f.rule in ARITHMETIC
    ]


def column(received, carried_in, granted, carried_out, applicant="person"):
    names = {
        "received": received,
        "carried_in": carried_in,
        "granted": granted,
        "carried_out": carried_out,
    }
    return {f"requests.{name}.{applicant}": value for name, value in names.items()}


def test_a_column_that_ties_out_is_silent():
    assert found(report(column(8, 0, 7, 1))) == []


def test_both_numbers_the_difference_and_the_cell():
    last = report(column(2, 0, 0, 2), year=2024)
    assert found(report(column(8, 2, 9, 0)), last) == [
        (
            "V01",
            "requests.carried_out.person",
            "自然人：新收 8 + 结转 2 = 10，办结 9 + 转下年 0 = 9，相差 1，请核对“四、结转下年度继续办理”。",
        )
    ]


def test_last_year_points_at_the_carried_in():
    last = report(column(2, 0, 0, 2), year=2024)
    rules = [(rule, cell) for rule, cell, _ in found(report(column(8, 3, 9, 1)), last)]
    assert rules == [("V01", "requests.carried_in.person"), ("V05", "requests.carried_in.person")]


@pytest.mark.parametrize(
    ("figures", "last", "look"),
    [
        (column(2, 0, 3, 0), None, "carried_in"),
        (column(2, 1, 4, 0), 1, "received"),
        (column(5, 1, 4, 3), 1, "carried_out"),
        (column(2, 1, 2, 0), 1, "carried_out"),
    ],
    ids=["nothing to take off 四", "二 as last year's 四", "四 too large", "四 too small"],
)
def test_a_cell_is_pointed_at_that_could_mend_it(figures, last, look):
    """More outcomes than applications: a 四 of nothing is not what is wrong."""
    before = None if last is None else report(column(last, 0, 0, last), year=2024)
    said = [(rule, cell) for rule, cell, _ in found(report(figures), before) if rule == "V01"]
    assert said == [("V01", f"requests.{look}.person")]


def test_the_total_column_is_reported_only_when_the_others_hold():
    broken = report({**column(8, 0, 7, 0), **column(1, 0, 2, 0, "legal")})
    assert {cell for _, cell, _ in found(broken)} == {
        "requests.carried_out.person",
        "requests.carried_in.legal",
    }


UNFINISHED = [
    ({"received": 8}, False),
    ({"received": 8, "granted": 3}, False),
    ({"received": 8, "carried_in": 0, "granted": 3}, False),
    ({"received": 8, "carried_in": 0, "granted": 9}, True),
    ({"received": 0, "carried_in": 0, "carried_out": 1}, True),
    ({"granted": 3, "carried_out": 0}, False),
]


@pytest.mark.parametrize(("line", "certain"), UNFINISHED)
def test_what_is_only_unfinished_is_no_error(line, certain):
    """Accused only when no answer in the blank cells could mend it."""
    figures = {f"requests.{name}.person": value for name, value in line.items()}
    rules = [rule for rule, *_ in found(report(figures, zeros=False))]
    assert rules == (["V01"] if certain else [])


def test_a_printed_total_that_disagrees_is_shown_beside_the_computed_one():
    from gic_desktop.values import replace

    made = report({**column(8, 0, 8, 0), "disputes.review.upheld": 3})
    made = replace(
        made,
        printed={
            "requests.finished.person": "７",
            "requests.granted.total": "9",
            "disputes.review.total": "0",
            "requests.received.total": " 8 ",
        },
    )
    said = found(made)
    assert [(rule, cell) for rule, cell, _ in said] == [
        ("V03", "requests.granted.total"),
        ("V02", "requests.finished.person"),
        ("V04", "disputes.review.total"),
    ]
    assert "原文件中印的是 7，各项相加是 8，相差 1" in said[1][2]


def test_without_last_year_a_carried_in_figure_asks_for_it():
    said = found(report(column(8, 1, 9, 0)))
    assert [rule for rule, *_ in said] == ["V05"]
    assert "没有关联2024年年报" in said[0][2]
    linked = LinkEarlier(report(column(1, 0, 0, 1), year=2024)).apply(report(column(8, 1, 9, 0)))
    assert found(linked) == []


@pytest.mark.parametrize(("valid", "silent"), [(12, True), (13, False)])
def test_valid_documents_follow_from_last_year(valid, silent):
    last = report({"disclosure.normative.valid": 11}, year=2024)
    now = {"issued": 2, "repealed": 1, "valid": valid}
    made = report({f"disclosure.normative.{name}": value for name, value in now.items()})
    said = found(made, last)
    assert [rule for rule, *_ in said] == ([] if silent else ["V06"])
    if not silent:
        assert "现行有效件数 13" in said[0][2]
        assert "= 12，相差 1" in said[0][2]


def test_the_chain_needs_two_reports_on_the_same_form():
    last = report({}, form="2019", year=2020)
    made = report({"disclosure.normative.valid": 5}, year=2021)
    assert found(made, last) == []


def test_more_made_than_can_be_valid():
    made = report({"disclosure.normative.issued": 3, "disclosure.normative.valid": 1})
    assert [(rule, cell) for rule, cell, _ in found(made)] == [
        ("S2b", "disclosure.normative.valid")
    ]


def test_published_figures_one_column_each_way():
    """Every outcome row counts once: any single figure raised by one breaks exactly its column."""
    good = report({**column(3, 0, 0, 0), "requests.unavailable.not_held.person": 3})
    assert found(good) == []
    for cell in good.form.leaves["requests.finished.total"]:
        raised = SetCells({cell: Figure(good.cells[cell].value + 1)}).apply(good)
        said = [(rule, where.rpartition(".")[2]) for rule, where, _ in found(raised)]
        assert said == [("V01", cell.rpartition(".")[2])]


def test_a_printed_total_is_named_with_its_group():
    made = report({"disputes.review.upheld": 2, "disputes.direct.upheld": 1})
    printed = {
        "disputes.review.total": "0",
        "disputes.direct.total": "3",
        "disputes.after_review.total": "1",
    }
    said = [message.partition("：")[0] for _, _, message in found(replace(made, printed=printed))]
    assert said == ["行政复议·总计", "未经复议直接起诉·总计", "复议后起诉·总计"]


def test_whose_year_a_label_means_is_said():
    last = report({"disclosure.licences.items_last_year": 21}, "2019", 2019)
    made = report({"disclosure.licences.items_last_year": 20}, "2019", 2020)
    said = "上一年项目数量 20，上年年报的上一年项目数量 21 + 上年年报的本年增/减 0 = 21，相差 1"
    ((rule, _, message),) = found(made, last)
    assert (rule, said in message) == ("X3", True), message
