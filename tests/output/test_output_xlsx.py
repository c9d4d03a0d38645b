"""Excel workbooks, read by openpyxl and as the XML that they are."""

import re
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from office_reports import DANGEROUS, FORMS, blank, figures_of, part, rich, sample, with_chart

from gic_desktop.output import blocks, drawings
from gic_desktop.output.pages import document
from gic_desktop.output.workbook import Cell, Sheet, sheet_names, workbook_bytes
from gic_desktop.output.xlsx import xlsx_bytes
from gic_desktop.report.edits import SetCells
from gic_desktop.report.figures import Figure
from gic_desktop.report.totals import values_of
from gic_desktop.values import replace


def written(report, *, draft=False):
    return xlsx_bytes(report, document(report, draft=draft))


def opened(data, *, values=False):
    return openpyxl.load_workbook(BytesIO(data), data_only=values)


def places(report, book):
    """Where each figure of the form stands: sheet and cell."""
    found = {}
    for section in report.form.sections:
        if not section.table:
            continue
        sheet = next(s for s in book if s.title == report.heading(section.id)[:31])
        table = report.form.table(section.table)
        corner = next(g for g in table.grid if (g.row, g.column) == (0, 0))
        top = next(r for r in range(1, 99) if sheet.cell(r, 1).value == corner.text)
        for g in table.grid:
            if g.cell:
                found[g.cell] = sheet.cell(top + g.row, 1 + g.column)
    return found


@pytest.mark.parametrize("form", FORMS)
def test_a_sheet_for_every_section_in_print_order(form):
    report = rich(form)
    names = opened(written(report)).sheetnames
    assert names == [report.heading(s.id)[:31] for s in report.form.sections]


@pytest.mark.parametrize("form", FORMS)
def test_labels_stand_as_printed_in_merged_cells(form):
    report = rich(form)
    book = opened(written(report))
    tables = [b for b in document(report).blocks if isinstance(b, blocks.Table)]
    for table in tables:
        any_figure = next(cell for cell in table.cells if cell.cell)
        at = places(report, book)[any_figure.cell]
        top = at.row - any_figure.row
        merged = {str(r) for r in at.parent.merged_cells.ranges}
        for cell in table.cells:
            first = at.parent.cell(top + cell.row, 1 + cell.column)
            last = at.parent.cell(
                top + cell.row + cell.rows - 1, cell.column + cell.columns
            ).coordinate
            if cell.rows > 1 or cell.columns > 1:
                assert f"{first.coordinate}:{last}" in merged
            if not cell.cell:
                assert first.value == cell.text


@pytest.mark.parametrize("form", FORMS)
def test_figures_are_numbers_and_totals_are_formulas_with_their_values(form):
    report = rich(form)
    data = written(report)
    formulas, values = places(report, opened(data)), places(report, opened(data, values=True))
    computed = values_of(report)
    for cell in report.form.cells.values():
        assert values[cell.id].value == computed[cell.id], cell.id
        if cell.computed:
            assert re.fullmatch(r"=SUM\([A-Z0-9:,]+\)", formulas[cell.id].value)
        else:
            assert formulas[cell.id].data_type == "n"


@pytest.mark.parametrize("form", FORMS)
def test_a_formula_adds_exactly_the_parts_of_its_sum(form):
    report = rich(form)
    found = places(report, opened(written(report)))
    for cell in report.form.cells.values():
        if not cell.computed:
            continue
        sheet = found[cell.id].parent
        added = set()
        for piece in found[cell.id].value[5:-1].split(","):
            area = sheet[piece]
            rows = area if isinstance(area, tuple) else ((area,),)
            added |= {c.coordinate for row in rows for c in (row if isinstance(row, tuple) else (row,))}  # fmt: skip
        sums = [one for one in report.form.sums if one.total == cell.id]
        assert added in [{found[p].coordinate for p in one.parts} for one in sums]


def test_nothing_answered_is_not_zero():
    report = blank("2021")
    data = written(report)
    total = places(report, opened(data, values=True))["requests.received.total"]
    assert total.value in (None, "")
    formula = places(report, opened(data))["requests.received.total"].value
    assert formula.startswith("=IF(COUNT(")


def test_money_keeps_every_decimal_its_author_typed():
    for typed in ("0.092", "59237.2449", "848450.10", "7545"):
        money = figures_of(blank("2021"), "money")[0]
        report = SetCells({money: Figure(Decimal(typed))}).apply(blank("2021"))
        data = written(report)
        at = places(report, opened(data))[money]
        sheet = f"xl/worksheets/sheet{at.parent.parent.index(at.parent) + 1}.xml"
        assert f"<v>{typed}</v>" in part(data, sheet)
        decimals = len(typed.partition(".")[2])
        assert at.number_format == ("0." + "0" * decimals if decimals else "0")


def test_what_excel_would_round_stays_text():
    name = "requests.received.person"
    report = SetCells({name: Figure(12345678901234567)}).apply(blank("2021"))
    found = places(report, opened(written(report)))
    assert found[name].value == "12345678901234567"
    assert found["requests.received.total"].value == "12345678901234567"


def test_a_remark_is_a_comment_and_stands_behind_its_number():
    name = "disclosure.normative.issued"
    report = SetCells({name: Figure(22, '其中"修订" 16 件')}).apply(blank("2021"))
    at = places(report, opened(written(report)))[name]
    assert (at.value, at.comment.text) == (22, '其中"修订" 16 件')
    shown = at.number_format.replace('\\"', "*").replace('"', "").replace("*", '"')
    assert shown == '0（其中"修订" 16 件）'


def test_signed_figures_show_their_sign():
    name = figures_of(blank("2019"), "signed")[0]
    report = SetCells({name: Figure(4)}).apply(blank("2019"))
    assert places(report, opened(written(report)))[name].number_format == "+0;-0;0"


def test_no_text_of_a_person_begins_a_formula():
    data = written(rich("2021"))
    sheet = opened(data)["一、总体情况"]
    cells = {c.value: c for row in sheet.iter_rows() for c in row if c.value}
    for words in DANGEROUS:
        assert cells[words].data_type == "s"
        assert cells[words].quotePrefix == (not words.startswith("<"))
    for name in zipfile.ZipFile(BytesIO(data)).namelist():
        if name.startswith("xl/worksheets/sheet"):
            assert all(f.startswith(("SUM(", "IF(")) for f in re.findall("<f>(.*?)</f>", part(data, name)))  # fmt: skip


def test_formulas_in_the_organs_name_and_headings_stay_text():
    report = rich("2021")
    sections = tuple(replace(s, heading="=cmd|' /C calc'!A0") for s in report.sections)
    data = written(replace(report, organ="=1+1", title="+1", sections=sections))
    book = opened(data)
    assert len(set(book.sheetnames)) == 6
    assert all(
        c.data_type != "f" or c.value.startswith(("=SUM(", "=IF("))
        for sheet in book
        for row in sheet.iter_rows()
        for c in row
    )


@pytest.mark.parametrize("form", FORMS)
def test_printed_on_a4_with_its_header_on_every_page(form):
    report = rich(form)
    book = opened(written(report))
    for sheet in book:
        assert int(sheet.page_setup.paperSize) == 9
        assert sheet.page_setup.orientation == "portrait"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.oddFooter.right.text == "— &P —"
        assert sheet.evenFooter.left.text == "— &P —"
    for section in report.form.sections:
        if section.table and (rows := report.form.table(section.table).header_rows):
            sheet = book[report.heading(section.id)[:31]]
            first, last = (int(n) for n in re.findall(r"\d+", sheet.print_title_rows))
            assert last - first + 1 == rows


def test_pictures_and_charts_stand_where_they_stand_in_the_text():
    report = with_chart(rich("2021"), "outcomes")
    data = written(report)
    sheet = opened(data)["一、总体情况"]
    rows = [image.anchor._from.row for image in sheet._images]
    assert len(rows) == 3
    assert sheet.cell(rows[0] + 2, 1).value == "图1 公开栏"
    assert sheet.cell(rows[2] + 2, 1).value == "图2 办理结果"
    assert all(sheet.row_dimensions[row + 1].height <= 409 for row in rows)
    described = re.findall('descr="(.*?)"', part(data, "xl/drawings/drawing1.xml"))
    assert described == ["社区门口的公开栏", "流程图", drawings.words(report, "outcomes")]
    with zipfile.ZipFile(BytesIO(data)) as package:
        media = [package.read(name) for name in package.namelist() if "/media/" in name]
    for note in (b"CAMERA-OF-ZHANG", b"OWNER", b"ZHANG-SAN"):
        assert not any(note in picture for picture in media)


def test_a_remark_and_a_picture_on_one_sheet():
    name = "requests.received.person"
    report = SetCells({name: Figure(3, "其中网上 2 件")}).apply(rich("2021"))
    sections = tuple(
        replace(s, body=report.sections[0].body) if s.id == "requests" else s
        for s in report.sections
    )
    data = written(replace(report, sections=sections))
    at = places(report, opened(data))[name]
    assert at.comment.text == "其中网上 2 件"
    assert len(at.parent._images) == 2


@pytest.mark.parametrize("form", FORMS)
def test_equal_reports_make_equal_bytes(form):
    assert written(rich(form)) == written(rich(form))


def test_properties_and_draft():
    report = sample("2021")
    book = opened(written(report, draft=True))
    assert (book.properties.title, book.properties.creator) == (report.full_title, report.organ)
    assert "草稿" in book.worksheets[0].oddHeader.center.text
    assert opened(written(report)).worksheets[0].oddHeader.center.text is None


@given(st.lists(st.text(max_size=40), min_size=1, max_size=8))
def test_sheet_names_that_excel_accepts(wanted):
    names = sheet_names(wanted)
    assert len(names) == len(wanted) == len({n.lower() for n in names})
    for name in names:
        assert 0 < len(name) <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")


@given(st.text(max_size=60))
def test_any_text_comes_back_as_it_was_or_without_what_xml_cannot_hold(words):
    sheet = Sheet("表", [Cell(0, 0, words)], [100.0])
    data = workbook_bytes(
        [sheet], title=words, organ=words, moment=datetime(2026, 1, 1, tzinfo=UTC)
    )
    value = opened(data).active["A1"].value or ""
    kept = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", words)
    assert value.replace("\r\n", "\n").replace("\r", "\n") == kept.replace("\r\n", "\n").replace("\r", "\n")  # fmt: skip
