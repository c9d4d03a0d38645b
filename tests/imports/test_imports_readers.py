"""Text, web pages, workbooks, PDFs and the clipboard: figures exactly, spans and encodings."""

import io
import zipfile

import import_samples as samples
import pytest

from gic_desktop.imports.reading import kind_of, read_bytes, read_source
from gic_desktop.imports.source import Budget, Grid, ImportRefused, Paragraph
from gic_desktop.imports.sources.html import read_html
from gic_desktop.imports.sources.text import read_text
from gic_desktop.imports.sources.xlsx import date_text, number_text, read_xlsx


def rows(item: Grid) -> list[list[str]]:
    return [[cell.text for cell in row] for row in item.rows()]


def shown(source) -> list:
    return [i.text if isinstance(i, Paragraph) else rows(i) for i in source.items]


# Text


CELL_A_LINE = """二、主动公开政府信息情况
\t信息内容
\t本年新
制作数量
\t本年新
公开数量

\t规章
\t　　0
\t

\t2020年本街道政府信息公开发布总数量：3


三、收到和处理政府信息公开申请情况
"""


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_one_cell_a_line_in_every_encoding(encoding):
    source = read_text(CELL_A_LINE.encode(encoding), Budget())
    assert shown(source) == [
        "二、主动公开政府信息情况",
        [
            ["信息内容", "本年新\n制作数量", "本年新\n公开数量"],
            ["规章", "0", ""],
            ["2020年本街道政府信息公开发布总数量：3"],
        ],
        "三、收到和处理政府信息公开申请情况",
    ]
    assert source.losses == ()


def test_one_row_a_line():
    text = "规章\t0\t0\n行政许可\t12\t\n\n下一段。"
    assert shown(read_text(text.encode(), Budget())) == [
        [["规章", "0", "0"], ["行政许可", "12", ""]],
        "下一段。",
    ]


def test_a_quoted_cell_of_excel_holds_its_line_break():
    text = '信息内容\t"本年新\n制作数量"\t说“是”\n规章\t0\t0'
    assert shown(read_text(text.encode(), Budget())) == [
        [["信息内容", "本年新\n制作数量", "说“是”"], ["规章", "0", "0"]]
    ]


def test_words_broken_by_line_ends_are_joined_only_where_the_width_proves_it():
    text = "信息内容\t本年新\n制作数量\t本年新\n公开数量\t总数\n规章\t0\t0\t0\n许可\t1\t2\t3"
    assert shown(read_text(text.encode(), Budget()))[0][0] == [
        "信息内容", "本年新\n制作数量", "本年新\n公开数量", "总数",
    ]  # fmt: skip
    unproved = "甲\t5\n6\t乙\n规章\t0\t0\n许可\t1\t2"
    assert shown(read_text(unproved.encode(), Budget()))[0][:2] == [["甲", "5"], ["6", "乙"]]


def test_a_converter_s_bookmark_is_no_text():
    assert shown(read_text("[bookmark: _GoBack]本报告编制。".encode(), Budget())) == [
        "本报告编制。"
    ]


# Web pages


def test_spans_of_a_web_table():
    page = """<table><tr><th rowspan=2>项目</th><th colspan="2">申请人</th></tr>
    <tr><td>自然人</td><td>总&nbsp;计</td></tr><tr><td>新收</td><td><p>1<p></td><td>　2　</td></tr></table>"""
    (grid,) = read_html(page.encode(), Budget()).items
    assert [(c.text, c.row, c.column, c.rows, c.columns) for c in grid.cells] == [
        ("项目", 0, 0, 2, 1), ("申请人", 0, 1, 1, 2), ("自然人", 1, 1, 1, 1), ("总 计", 1, 2, 1, 1),
        ("新收", 2, 0, 1, 1), ("1", 2, 1, 1, 1), ("2", 2, 2, 1, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("gb2312", "gb18030"),
        ("utf-8", "utf-8"),
        ("gb2312", "utf-8"),
        ("utf-8", "gb18030"),
        ("", "gb18030"),
    ],
)
def test_a_page_s_encoding_is_found_even_where_it_is_declared_wrongly(declared, encoding):
    values = {name: str(value) for name, value in samples.figures("2019").items()}
    page = samples.web_page("2019", 2020, values).replace("CHARSET", declared)
    source = read_html(page.encode(encoding), Budget())
    assert source.items[0].text == f"{samples.ORGAN}2020年政府信息公开工作年度报告"
    assert sum(isinstance(i, Grid) for i in source.items) == 3


def test_a_portal_s_menus_and_imprint_stay_out():
    values = {name: str(value) for name, value in samples.figures("2021").items()}
    source = read_html(samples.web_page("2021", 2024, values).encode(), Budget())
    words = " ".join(i.text for i in source.items if isinstance(i, Paragraph))
    assert all(word not in words for word in ("首页", "网站地图", "公开指南", "figures"))
    assert source.losses == ("网页里正文以外的栏目、导航未导入。",)


def test_hidden_parts_and_scripts_are_no_text():
    page = "<div><p style='display: none'>藏</p><script>1</script><p>见</p><!-- 注 --></div>"
    assert shown(read_html(page.encode(), Budget())) == ["见"]


def test_a_web_archive_is_read_like_its_page():
    archive = (
        "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=B\n\n--B\n"
        "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        "<html><body><p>一、总体情况</p><p>内容</p></body></html>\n--B--\n"
    )
    assert shown(read_bytes(archive.encode())) == ["一、总体情况", "内容"]


# Workbooks


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("9.1999999999999998E-2", "0.092"), ("0.092", "0.092"), ("96171.600000000006", "96171.6"),
        ("59237.2449", "59237.2449"), ("4068.2080000000001", "4068.208"), ("12", "12"), ("1E3", "1000"),
        ("-4", "-4"), ("0", "0"), ("1.50", "1.5"), ("99999999", "99999999"), ("abc", "abc"), ("NaN", "NaN"),
    ],
)  # fmt: skip
def test_a_stored_number_reads_as_excel_shows_it(stored, text):
    assert number_text(stored) == text


def test_dates_of_both_calendars():
    assert date_text("44215", from_1904=False) == "2021年1月19日"
    assert date_text("42753", from_1904=True) == "2021年1月19日"


def test_money_survives_a_workbook_exactly():
    from openpyxl import Workbook

    book = Workbook()
    for place, value in enumerate((0.092, 7545, 96171.6, 4068.208, 59237.2449), 1):
        book.active.cell(1, place, value)
    buffer = io.BytesIO()
    book.save(buffer)
    grid = read_xlsx(buffer.getvalue(), Budget()).items[1]
    assert rows(grid) == [["0.092", "7545", "96171.6", "4068.208", "59237.2449"]]


def test_a_formula_reads_as_its_saved_result_and_a_hidden_sheet_is_named():
    from openpyxl import Workbook

    book = Workbook()
    book.active["A1"] = "规章"
    book.active["B1"] = "=1+1"
    hidden = book.create_sheet("藏")
    hidden["A1"] = "旧"
    hidden.sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    source = read_xlsx(buffer.getvalue(), Budget())
    assert rows(source.items[1]) == [["规章"]]
    assert len(source.items) == 2
    assert any("公式" in loss for loss in source.losses)
    assert "隐藏的工作表未导入。" in source.losses


# PDF


def ruled_page(*, password: str = "", pages: int = 1) -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(
        buffer, pagesize=(400, 500), encrypt=StandardEncryption(password) if password else None
    )
    for number in range(pages):
        canvas.setFont("STSong-Light", 12)
        canvas.drawString(64, 440, "第一段从缩进处开始，一直写到这一行的末尾为止，")
        canvas.drawString(40, 420, "接着到下一行结束。")
        canvas.drawString(64, 400, "第二段另起一行。")
        for y in (300, 330, 360):
            canvas.line(40, y, 340, y)
        for x in (40, 340):
            canvas.line(x, 300, x, 360)
        canvas.line(140, 300, 140, 330)
        canvas.line(240, 300, 240, 360)
        for x, y, text in (
            (60, 340, "申请人"),
            (260, 340, "总计"),
            (60, 310, "新收"),
            (160, 310, "8"),
            (260, 310, "9"),
        ):
            canvas.drawString(x, y, text)
        canvas.drawCentredString(200, 30, f"— {number + 1} —")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def test_a_ruled_table_and_paragraphs_of_a_pdf(tmp_path):
    file = tmp_path / "年报.pdf"
    file.write_bytes(ruled_page(pages=2))
    source = read_source(file)
    assert shown(source)[:3] == [
        "第一段从缩进处开始，一直写到这一行的末尾为止，接着到下一行结束。",
        "第二段另起一行。",
        [["申请人", "总计"], ["新收", "8", "9"]],
    ]
    grid = source.items[2]
    assert (grid.cells[0].columns, grid.cells[1].columns) == (2, 1)
    assert source.footers == ("— 1 —", "— 2 —")


def test_a_locked_and_a_scanned_pdf_are_refused_in_a_sentence():
    with pytest.raises(ImportRefused, match="打开密码"):
        read_bytes(ruled_page(password="secret"))
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.rect(10, 10, 100, 100)
    canvas.save()
    with pytest.raises(ImportRefused, match="扫描件"):
        read_bytes(buffer.getvalue())


# Kinds


def package(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return buffer.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"), (b"\n\n  ", "empty"), (package("word/document.xml"), "docx"),
        (package("xl/workbook.xml"), "xlsx"), (package("OFD.xml"), "ofd"), (package("content.xml"), "odt"),
        (package("a.txt"), "zip"), (OLE + "WordDocument".encode("utf-16-le"), "doc"),
        (OLE + "Workbook".encode("utf-16-le"), "xls"), (OLE + "EncryptedPackage".encode("utf-16-le"), "locked"),
        (b"%PDF-1.7\n", "pdf"), (b"{\\rtf1 x}", "rtf"), (b"Rar!\x1a", "rar"), (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"MZ\x90\0", "program"), ("一、总体情况".encode("gb18030"), "txt"), (b"<html><p>x", "html"),
        ("<TABLE>一".encode("utf-16"), "html"), (bytes(range(256)) * 20, "unknown"),
        (b'<?xml version="1.0"?><w:wordDocument/>', "flat xml"),
    ],
)  # fmt: skip
def test_a_file_is_told_by_its_content(data, kind):
    assert kind_of(data) == kind


def test_a_word_file_with_a_wrong_name_is_still_a_word_file(tmp_path):
    file = tmp_path / "年报.pdf"
    file.write_bytes(samples.word("2019", 2020))
    assert read_source(file).kind == "docx"
