"""What a pasted block becomes: by place, by labels, compared with totals, refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from gic_desktop.forms.catalogue import form_named
from gic_desktop.forms.reader import read_form
from gic_desktop.report.figures import Figure
from gic_desktop.window.table.clipboard import COVERED, Block, read_text
from gic_desktop.window.table.paste import PastePlan, plan_paste
from gic_desktop.window.table.places import Places

REQUESTS = Places(form_named("2021"), "requests")
DISCLOSURE = Places(form_named("2021"), "disclosure")
DISPUTES = Places(form_named("2021"), "disputes")
OLD = Places(form_named("2019"), "disclosure")


def pasted(places: Places, text: str | Block, at: str, until: str = "") -> PastePlan:
    block = read_text(text) if isinstance(text, str) else text
    current = places.of_cell[at]
    area = places.range_between(current, places.of_cell[until or at])
    return plan_paste(block, places, {}, current, list(places.inside(area)))


def shown(plan: PastePlan) -> dict[str, object]:
    assert plan.refused == ()
    return {cell: None if f is None else f.value for cell, f in plan.figures.items()}


def test_a_block_fills_from_the_current_cell() -> None:
    plan = pasted(REQUESTS, "1\t2\r\n３\t1,036\r\n", "requests.received.person")
    assert shown(plan) == {
        "requests.received.person": 1,
        "requests.received.business": 2,
        "requests.carried_in.person": 3,
        "requests.carried_in.business": 1036,
    }


def test_a_total_is_compared_not_written() -> None:
    right = pasted(REQUESTS, "1\t2\t0\t0\t0\t0\t3", "requests.received.person")
    wrong = pasted(REQUESTS, "1\t2\t0\t0\t0\t0\t4", "requests.received.person")
    assert "requests.received.total" not in right.figures
    assert right.totals == ()
    assert wrong.totals == ("总计·新收：粘贴来的合计是 4，按各项相加是 3。",)
    assert len(wrong.figures) == 6


def test_one_refused_field_refuses_all_and_is_named() -> None:
    plan = pasted(REQUESTS, "1\t1.5\t三\r\n2\t2\t2", "requests.received.person")
    assert plan.figures == {}
    assert [(one.cell, one.text) for one in plan.refused] == [
        ("requests.received.business", "1.5"),
        ("requests.received.research", "三"),
    ]
    assert plan.refused[0].sentence == "商业企业·新收：“1.5”，此处应为整数，不能有小数。"


def test_beyond_the_edge_is_refused() -> None:
    right = pasted(REQUESTS, "1\t2\t3", "requests.received.other")
    below = pasted(REQUESTS, "1\n2", "requests.carried_out.person")
    assert [one.reason for one in right.refused] == ["超出了表格的最后一列。"]
    assert [one.reason for one in below.refused] == ["超出了表格的最后一行。"]


def test_one_value_fills_a_range_and_leaves_totals() -> None:
    plan = pasted(REQUESTS, "0", "requests.received.other", "requests.carried_in.total")
    assert shown(plan) == {"requests.received.other": 0, "requests.carried_in.other": 0}


def test_one_row_fills_every_row_of_a_range() -> None:
    plan = pasted(REQUESTS, "1\t2", "requests.received.person", "requests.granted.business")
    assert len(shown(plan)) == 6


def test_merged_figures_take_their_fields_with_and_without_spans() -> None:
    by_text = pasted(OLD, "1\t\t2\t\t3\t", next(iter(OLD.of_cell)))
    by_span = pasted(OLD, (("1", COVERED, "2", COVERED, "3", COVERED),), next(iter(OLD.of_cell)))
    plain = pasted(OLD, "1\t2\t3", next(iter(OLD.of_cell)))
    assert list(shown(by_text).values()) == [1, 2, 3]
    assert shown(by_text) == shown(by_span) == shown(plain)


def test_labels_decide_where_a_row_lands() -> None:
    row = (("四、结转下年度继续办理", COVERED, COVERED, "1", "0", "0", "0", "0", "0", "1"),)
    plan = pasted(REQUESTS, row, "requests.received.person")
    assert plan.by_labels
    assert shown(plan)["requests.carried_out.person"] == 1
    assert "requests.received.person" not in plan.figures


def test_a_misprinted_label_is_found_and_an_unknown_one_refused() -> None:
    near = pasted(
        REQUESTS, "2.没有现成信息需另行制作\t1\t0\t0\t0\t0\t0\t1", "requests.received.person"
    )
    assert shown(near)["requests.unavailable.not_made.person"] == 1
    mixed = pasted(
        REQUESTS, "（一）予以公开\t1\t0\t0\t0\t0\t0\t1\n合计办件\t1\t0\t0\t0\t0\t0\t1",
        "requests.received.person",
    )  # fmt: skip
    assert [one.text for one in mixed.refused] == ["合计办件"]
    assert mixed.figures == {}


def test_the_blanks_that_a_page_puts_around_its_figures_are_no_cells() -> None:
    """The rows 一, 二 and 四 of a table copied out of a PDF, whose labels take three columns."""
    row = "一、本年新收政府信息公开申请数量\t\t\t3\t1\t\t0\t0\t0\t4\t"
    deeper = "\n（三）不予公开\t1.属于国家秘密\t\t2\t0\t0\t0\t0\t0\t2\t"
    plan = pasted(REQUESTS, row + deeper, "requests.received.person")
    assert list(shown(plan).values()) == [3, 1, None, 0, 0, 0, 2, 0, 0, 0, 0, 0]
    assert plan.totals == ()
    as_wide = pasted(
        REQUESTS, "二、上年结转政府信息公开申请数量\t\t\t1\t0\t0\t0\t1", "requests.received.person"
    )
    assert list(shown(as_wide).values()) == [None, None, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ("\t\t1\t\t\t\t\t\t", "这一行有 1 个数，另有空白，表中有 7 格，无法一一对应。"),
        ("\t1\t0\t0\t0\t0\t0\t0\t1", "这一行有 8 个数，表中有 7 格，无法一一对应。"),
    ],
    ids=["the one figure may be 自然人's or another's", "one too many"],
)  # fmt: skip
def test_figures_that_could_land_on_other_cells_too_are_refused(figures: str, said: str) -> None:
    plan = pasted(
        REQUESTS, f"一、本年新收政府信息公开申请数量\t{figures}", "requests.received.person"
    )
    assert plan.figures == {}
    assert [one.reason for one in plan.refused] == [said]


def test_rows_of_word_that_end_at_different_places_land_with_their_blank_cells() -> None:
    """Word's plain text has a merged label once, so that 一 is shorter than 1.属于国家秘密."""
    plan = pasted(
        REQUESTS,
        "一、本年新收政府信息公开申请数量\t\t1\t0\t0\t0\t2\t3\r\n"
        "\t（三）不予公开\t1.属于国家秘密\t4\t0\t0\t0\t0\t0\t4\r\n",
        "requests.granted.person",
    )
    assert plan.refused == ()
    assert list(shown(plan).values()) == [None, 1, 0, 0, 0, 2, 4, 0, 0, 0, 0, 0]


def test_a_shorter_row_leaves_the_cells_beyond_it_alone() -> None:
    plan = pasted(REQUESTS, "1\t2\t3\r\n4\r\n", "requests.received.person")
    assert list(shown(plan)) == [
        "requests.received.person", "requests.received.business", "requests.received.research",
        "requests.carried_in.person",
    ]  # fmt: skip


def _as_printed(places: Places) -> Block:
    """The whole table with its labels; figures count up from 1."""
    values = {cell: str(n) for n, cell in enumerate(places.of_cell, 1)}
    rows = []
    for row in range(places.table.rows):
        line: list[str | None] = []
        for column in range(places.table.columns):
            place = places.at(row, column)
            assert place is not None
            origin = (place.row, place.column) == (row, column)
            text = values[place.cell] if place.cell else place.text
            line.append(text if origin else COVERED)
        rows.append(tuple(line))
    return tuple(rows)


@pytest.mark.parametrize("form", ["2019", "2021", "invented"])
@pytest.mark.parametrize("cursor", [0, -1])
def test_a_whole_table_with_labels_lands_right_wherever_the_cursor_is(
    form: str, cursor: int
) -> None:
    found = (
        read_form(Path(__file__).parents[1] / "samples" / "third_form.toml")
        if form == "invented"
        else form_named(form)
    )
    for table in found.tables:
        places = Places(found, table.id)
        inputs = list(places.inputs)
        plan = plan_paste(_as_printed(places), places, {}, inputs[cursor])
        assert plan.refused == (), table.id
        expected = {
            cell: Figure(n) for n, cell in enumerate(places.of_cell, 1)
            if not found.cells[cell].computed
        }  # fmt: skip
        assert dict(plan.figures) == expected, table.id


def test_blank_fields_make_cells_unanswered() -> None:
    plan = pasted(DISPUTES, "\t1", "disputes.review.upheld")
    assert shown(plan) == {"disputes.review.upheld": None, "disputes.review.corrected": 1}


def test_nothing_to_paste_is_nothing() -> None:
    assert plan_paste((), DISCLOSURE, {}, DISCLOSURE.first) == PastePlan()
