"""The workbook as Excel's users get it: read back with an independent reader."""

import io
import json
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from openpyxl.utils.escape import unescape

from gic_desktop.report.totals import values_of
from gic_desktop.rollup import workbook
from gic_desktop.rollup.copied_texts import SIZE, likely_pairs, sketch_of
from gic_desktop.rollup.gather import gather
from gic_desktop.rollup.workbook import SHEETS, workbook_bytes

RECEIVED, GRANTED, OUT = (
    f"requests.{row}.person" for row in ("received", "granted", "carried_out")
)
FEES = "disclosure.fees.amount"


def opened(rollup):
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(rollup)))
    assert book.sheetnames == list(SHEETS)
    return book


def rows(book, name, head=1):
    return [tuple(row) for row in book[name].iter_rows(min_row=head + 1, values_only=True)]


@pytest.fixture
def three(office):
    office("甲市乙区东街道办事处", {RECEIVED: 8, GRANTED: 7, OUT: 1, FEES: 0})
    office("甲市乙区西街道办事处", {RECEIVED: 2, GRANTED: None, FEES: None})
    office("甲市乙区东街道办事处", {RECEIVED: 5, OUT: 5}, file="旧稿.gicr")
    office("甲市乙区东街道办事处", {RECEIVED: 8, GRANTED: 7, OUT: 1}, file="新稿.gicr")
    office("", file="坏.gicr", data=b"{")
    return gather(office.folder, expected=["甲市乙区东街道办事处", "甲市乙区北街道办事处"])


def test_each_sheet(three):
    book = opened(three)
    sums = {(row[1], row[2]): row[3:] for row in rows(book, "汇总")}
    assert sums["一、本年新收政府信息公开申请数量", "申请人情况 自然人"] == (10, 2, 0, None)
    assert sums["三、本年度办理结果 （一）予以公开", "申请人情况 自然人"] == (
        7,
        1,
        1,
        "合计只包括已填写的",
    )
    assert sums["一、本年新收政府信息公开申请数量", "申请人情况 总计"][0] == 10
    assert len(sums) == 200

    organs = rows(book, "各机关数据", head=3)
    assert [row[0] for row in organs] == ["甲市乙区东街道办事处", "甲市乙区西街道办事处", "合计"]
    cells = list(three.report.form.cells)
    by_cell = {cell: [row[2 + at] for row in organs] for at, cell in enumerate(cells)}
    assert by_cell[RECEIVED] == [8, 2, 10]
    assert by_cell[GRANTED] == [7, None, 7]
    assert by_cell["requests.received.total"] == [8, 2, 10]

    files = {row[1]: row for row in rows(book, "报送情况")}
    assert {name: row[4] for name, row in files.items()} == {
        "新稿.gicr": "已计入",
        "旧稿.gicr": "重复，未计入",
        "甲市乙区东街道办事处.gicr": "重复，未计入",
        "甲市乙区西街道办事处.gicr": "已计入",
        "坏.gicr": "无法读取",
    }
    assert files["坏.gicr"][5:9] == (None, None, None, None)
    assert files["甲市乙区西街道办事处.gicr"][5:9] == (0, 2, 0, 2)
    assert rows(book, "未报送") == [
        ("甲市乙区北街道办事处", "没有可以计入的年报"),
        ("甲市乙区西街道办事处", "已报送，但不在名单上"),
    ]
    assert "V08" in [row[3] for row in rows(book, "核对发现")]


def test_equal_rollups_make_equal_bytes_without_a_clock(three):
    data = workbook_bytes(three)
    assert data == workbook_bytes(three)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert {part.date_time[0] for part in parts.infolist()} == {1980}
        for name in parts.namelist():
            etree.fromstring(parts.read(name))


DANGEROUS = ["=1+1", "@SUM(A1)", "+86", "-东", "=HYPERLINK('x')街道", "＝1", "a_x0041_b", "<&>\"'"]


@pytest.mark.parametrize("organ", DANGEROUS)
def test_a_persons_text_is_never_a_formula(office, organ):
    office(organ, file="甲.gicr")
    office("东街道", file="=2+2.gicr")
    book = opened(gather(office.folder))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in "sn", cell.coordinate
                if isinstance(cell.value, str) and cell.value.startswith(
                    ("=", "+", "-", "@", "＝")
                ):
                    assert cell.quotePrefix
    # An escape that Excel undoes and this reader leaves.
    names = {unescape(row[0]) for row in rows(book, "报送情况")}
    assert names == {organ, "东街道"}
    assert "=2+2.gicr" in {row[1] for row in rows(book, "报送情况")}


@given(st.integers(0, 10**38) | st.decimals(0, 10**12, places=6))
def test_numbers_keep_every_digit(value):
    """What a spreadsheet would round stands there as a text."""
    book = workbook._Book()
    with book.sheet([1], head=1) as sheet:
        written = sheet._cell(workbook.Figure(value))
    digits = workbook.number_text(value)
    assert f">{digits}<" in written
    if len(digits.replace(".", "").strip("0")) > 15:
        assert "inlineStr" in written


def test_amounts_show_their_decimals(office):
    office("东街道", {FEES: 3})
    raw = office.raw("西街道", {FEES: 77777777})
    office("西街道", data=json.dumps(raw).replace("77777777", "59237.2440").encode())
    rollup = gather(office.folder)
    assert str(rollup.report.cells[FEES].value) == "59240.2440"
    book = opened(rollup)
    (cell,) = [row[3] for row in book["汇总"].iter_rows() if row[3].value == 59240.244]
    assert cell.number_format == "0.0000"


def test_too_many_rows_are_said(office, monkeypatch):
    monkeypatch.setattr(workbook, "_MOST_ROWS", 3)
    for number in range(6):
        office(f"{number}街道")
    found = rows(opened(gather(office.folder)), "报送情况")
    assert len(found) == 3
    assert "行数上限" in found[-1][0]


def test_totals_in_the_workbook_are_the_reports_own(generated):
    folder, _ = generated
    rollup = gather(folder)
    cells = list(rollup.report.form.cells)
    values = values_of(rollup.report)
    sheet = opened(rollup)["各机关数据"]
    *organs, total = sheet.iter_rows(min_row=4, values_only=True)
    assert len(organs) == rollup.counted
    for at, cell in enumerate(cells):
        assert Decimal(str(total[2 + at])) == values[cell]
        column = [Decimal(str(row[2 + at])) for row in organs if row[2 + at] is not None]
        assert sum(column) == values[cell], cell


# -- copied texts --------------------------------------------------------------------------------

OWN = [
    "围绕老旧小区改造建立台账，逐栋公示改造内容、工期和联系人，居民可以随时查看进度并提出意见。",
    "组织社区工作者学习条例，分批到区政务公开办跟班，掌握依申请公开的受理、登记和答复流程。",
    "在公园入口增设公开栏，张贴停车收费、垃圾分类、养犬登记等与居民生活密切相关的规定和办理指南。",
    "针对企业关心的用工补贴，编印简明手册，上门讲解申请条件，回访了解是否看得懂、用得上。",
    "梳理历年文件，废止过时规定，公布现行有效文件目录，并注明文号、成文日期和咨询电话。",
    "设立意见箱和电话专线，专人每日查看，对反映集中的问题列入下月公开计划，办理结果及时答复。",
]  # fmt: skip


def narrative(*paragraphs):
    return [{"id": "overview", "body": [{"text": text} for text in paragraphs]}]


def test_copied_narratives_are_found(office):
    office("甲区东街道办事处", sections=narrative(*OWN[:3]))
    copied = [text.replace("居民", "群众") if text is OWN[2] else text for text in OWN[:3]]
    office("甲区西街道办事处", sections=narrative(*copied))
    office("甲区南街道办事处", sections=narrative(*OWN[3:]))
    rollup = gather(office.folder, compare_texts=True)
    found = rows(opened(rollup), "文字雷同")
    assert len(found) == 2
    of, other, percent, back, example = found[0]
    assert {of, other} == {"甲区东街道办事处", "甲区西街道办事处"}
    assert min(percent, back) > 80
    assert example in OWN[:3] + copied
    assert "一半以上" in found[-1][-1]
    # Without the wish, no text is kept.
    assert len(rows(opened(gather(office.folder)), "文字雷同")) == 1


def test_a_prescribed_wording_is_nobodys(office):
    for number in range(35):
        office(f"甲区{number}街道办事处", sections=narrative(*OWN[:3]))
    rollup = gather(office.folder, compare_texts=True)
    assert len(rows(opened(rollup), "文字雷同")) == 1


def test_sketches():
    text = "".join(OWN)
    assert len(sketch_of([text])) == SIZE
    assert sketch_of([text]) == sketch_of([text.replace("，", " 12 ，")])
    assert sketch_of([]) == sketch_of(["短"]) == []
    sketches = {1: sketch_of([text]), 2: sketch_of([text[:150]]), 3: sketch_of(["另外的文字" * 9])}
    assert likely_pairs(sketches) == [(1, 2)]
