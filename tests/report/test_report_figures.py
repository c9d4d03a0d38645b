"""What a clerk types into a cell, and what comes of it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gic_desktop.forms.catalogue import form_named
from gic_desktop.report.figures import Figure, Refusal, figure_text, number_text, read_figure

OLD, NEW = form_named("2019"), form_named("2021")
COUNT = NEW.cells["requests.received.person"]
MONEY = NEW.cells["disclosure.fees.amount"]
PURCHASE = OLD.cells["disclosure.procurement.amount"]
SIGNED = OLD.cells["disclosure.licences.change"]
TOTAL = NEW.cells["requests.received.total"]

ACCEPTED = [
    (COUNT, "8", Figure(8)),
    (COUNT, "８", Figure(8)),
    (COUNT, " 8 ", Figure(8)),
    (COUNT, "　１２　", Figure(12)),
    (COUNT, "1,036", Figure(1036)),
    (COUNT, "1，036", Figure(1036)),
    (COUNT, "1 036", Figure(1036)),
    (COUNT, "+4", Figure(4)),
    (COUNT, "007", Figure(7)),
    (COUNT, "3件", Figure(3)),
    (COUNT, "63 条", Figure(63)),
    (COUNT, "5.0", Figure(5)),
    (COUNT, "-0", Figure(0)),
    (COUNT, "22（其中修订 16 件）", Figure(22, "其中修订 16 件")),
    (COUNT, "22(其中修订16件)", Figure(22, "其中修订16件")),
    (COUNT, "123456789012345", Figure(123456789012345)),
    (SIGNED, "+1036", Figure(1036)),
    (SIGNED, "－3", Figure(-3)),
    (SIGNED, "−3", Figure(-3)),
    (MONEY, "0.092", Figure(Decimal("0.092"))),
    (MONEY, "0.50", Figure(Decimal("0.50"))),
    (MONEY, "59237.2449", Figure(Decimal("59237.2449"))),
    (MONEY, "7545", Figure(7545)),
    (MONEY, "96171.6万元", Figure(Decimal("96171.6"))),
    (PURCHASE, "848450元", Figure(848450, "", "元")),
    (PURCHASE, "0", Figure(0)),
    (COUNT, "", None),
    (COUNT, " 　", None),
]

REFUSED = [
    (COUNT, "—", "没有数量时请填 0"),
    (COUNT, "/", "没有数量时请填 0"),
    (COUNT, "无", "没有数量时请填 0"),
    (COUNT, "abc", "请填写数字"),
    (COUNT, "1e3", "科学记数法"),
    (COUNT, "٣", "请填写数字"),
    (COUNT, "③", "请填写数字"),
    (COUNT, "-1", "不能为负数"),
    (COUNT, "1.5", "整数"),
    (COUNT, "1" * 40, "数字过长"),
    (COUNT, "1,03", "逗号"),
    (COUNT, "3千克", "整数"),
    (COUNT, "9" * 500, "内容过长"),
    (COUNT, "4（" + "长" * 201 + "）", "备注过长"),
    (MONEY, "848450元", "以万元为单位"),
    (MONEY, "-3", "不能为负数"),
    (MONEY, "0.1234567", "小数最多 6 位"),
    (TOTAL, "3", "自动计算"),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "typed", "figure"), ACCEPTED)
def test_accepted(cell, typed, figure):
    read = read_figure(typed, cell)
    assert read == figure
    if figure is not None:
        assert type(read.value) is type(figure.value)


@pytest.mark.parametrize(("cell", "typed", "reason"), REFUSED)
def test_refused_with_a_reason(cell, typed, reason):
    read = read_figure(typed, cell)
    assert isinstance(read, Refusal)
    assert reason in read.reason


@pytest.mark.parametrize(
    ("cell", "figure", "text"),
    [
        (SIGNED, Figure(4), "+4"),
        (SIGNED, Figure(-4), "-4"),
        (COUNT, Figure(4), "4"),
        (MONEY, Figure(Decimal("0.50")), "0.50"),
        (PURCHASE, Figure(848450, "", "元"), "848450元"),
        (COUNT, Figure(22, "其中修订 16 件"), "22（其中修订 16 件）"),
        (COUNT, None, ""),
    ],
)
def test_printed_as_typed(cell, figure, text):
    assert figure_text(figure, cell) == text


@given(st.text(max_size=60), st.sampled_from([COUNT, MONEY, SIGNED, PURCHASE]))
def test_any_text_is_a_figure_a_blank_or_a_reason(typed, cell):
    read = read_figure(typed, cell)
    if isinstance(read, Figure):
        # Printed and read again it is the same figure: nothing was rounded or lost.
        assert read_figure(figure_text(read, cell), cell) == read
    elif isinstance(read, Refusal):
        assert read.reason.endswith("。")


@given(st.decimals(0, 10**12, allow_nan=False, places=6))
def test_money_keeps_every_digit(amount):
    typed = number_text(amount)
    assert number_text(read_figure(typed, MONEY).value) == typed
