"""Clipboards as Excel, Word, WPS and LibreOffice write them, read as blocks of texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gic_desktop.window.table.clipboard import (
    COVERED,
    MAX_COLUMNS,
    MAX_ROWS,
    Copied,
    read,
    read_html,
    read_text,
    write_html,
    write_text,
)

EXCEL = """Version:1.0\r\nStartHTML:0000000217\r\nEndHTML:0000002012\r\nStartFragment:0000001800\r
EndFragment:0000001960\r\nSourceURL:file:///D:/年报/2024.xlsx\r
<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel">
<head><meta http-equiv=Content-Type content="text/html; charset=utf-8">
<style><!--table {mso-displayed-decimal-separator:"\\.";} td {padding-top:1px;} --></style></head>
<body link="#0563C1"><table border=0 cellpadding=0 cellspacing=0 width=192>
<!--StartFragment-->
 <col width=64 span=3 style='width:48pt'>
 <tr height=19 style='height:14.25pt'>
  <td height=19 class=xl65 align=right width=64>8</td><td align=right>0</td><td>&nbsp;</td>
 </tr>
 <tr height=19>
  <td height=19 align=right>1,036</td><td colspan=2 class=xl66>22（其中修订<br> 16 件）</td>
 </tr>
 <![if supportMisalignedColumns]>
 <tr height=0 style='display:none'><td width=64></td><td width=64></td><td width=64></td></tr>
 <![endif]>
<!--EndFragment-->
</table></body></html>"""

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><body lang=ZH-CN>
<!--StartFragment-->
<table class=MsoNormalTable border=0 cellspacing=0 style='border-collapse:collapse'>
 <tr style='mso-yfti-irow:0;height:17.0pt'>
  <td width=161 colspan=3 valign=center><p class=MsoNormal align=center><span lang=EN-US
  style='font-family:宋体'><o:p></o:p></span><span style='font-size:10.0pt'>一、本年新收政府信息
  公开申请数量</span></p></td>
  <td width=50><p class=MsoNormal><span lang=EN-US>8<o:p></o:p></span></p></td>
  <td width=50><p class=MsoNormal><span lang=EN-US>&nbsp;0<o:p></o:p></span></p></td>
 </tr>
 <tr><td rowspan=2><p>三、</p><p>本年度</p></td><td colspan=2><p>（一）<![if !supportNestedAnchors]><a
  name=a></a><![endif]>予以公开</p></td><td><p>3</p></td><td><p>1</p></td></tr>
 <tr><td colspan=2><p>（二）部分公开</p></td><td><p>4</p></td><td><p>2</p></td></tr>
</table>
<p class=MsoNormal><span lang=EN-US><o:p>&nbsp;</o:p></span></p>
<!--EndFragment--></body></html>"""

WPS = """<html><head><meta charset="utf-8"><meta name="Generator" content="WPS Office ET"></head><body>
<!--StartFragment--><table width="144"><colgroup><col width="72"/><col width="72"/></colgroup><tbody>
<tr height="18"><td class="et2" x:num>12</td><td class="et2" x:num="0.092">0.092</td></tr>
<tr height="18"><td class="et2">—</td><td></td></tr></tbody></table><!--EndFragment--></body></html>"""

LIBREOFFICE = """<!DOCTYPE html><html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"/>
<style type="text/css">body,div,table,td { font-family:"Liberation Sans"; font-size:x-small }</style></head>
<body><table cellspacing="0" border="0"><colgroup span="2" width="85"></colgroup>
<tr><td height="17" align="right" sdval="3" sdnum="2052;">3</td>
<td align="left"><font face="Noto Sans CJK SC">４</font></td></tr></table></body></html>"""


def test_excel_keeps_merged_cells_breaks_and_drops_its_row_of_widths() -> None:
    assert read_html(EXCEL) == (("8", "0", ""), ("1,036", "22（其中修订\n16 件）", COVERED))


def test_word_nests_paragraphs_and_merges_over_rows() -> None:
    assert read_html(WORD) == (
        ("一、本年新收政府信息 公开申请数量", COVERED, COVERED, "8", "0"),
        ("三、\n本年度", "（一）予以公开", COVERED, "3", "1"),
        (COVERED, "（二）部分公开", COVERED, "4", "2"),
    )


def test_wps_and_libreoffice() -> None:
    assert read_html(WPS) == (("12", "0.092"), ("—", ""))
    assert read_html(LIBREOFFICE) == (("3", "４"),)


def test_html_comes_first_and_text_where_it_holds_no_table() -> None:
    assert read(WPS, "9\t9")[0] == ("12", "0.092")
    assert read("<p>8</p>", "8\t9\r\n") == (("8", "9"),)
    assert read(None, None) == ()


def test_text_of_excel_with_quoted_breaks_and_one_trailing_break() -> None:
    assert read_text('8\t"22\n（修订 ""甲""）"\r\n1\t2\r\n') == (
        ("8", '22\n（修订 "甲"）'),
        ("1", "2"),
    )
    assert read_text('"八\t9') == (('"八', "9"),)


def test_a_table_inside_a_cell_is_part_of_it() -> None:
    page = "<table><tr><td>8<table><tr><td>甲</td></tr></table></td><td>9</td></tr></table>"
    assert [len(row) for row in read_html(page)] == [2]


def test_nothing_larger_than_a_table_comes_in() -> None:
    wide = "<table>" + "<tr>" + "<td>1</td>" * 5000 + "</tr></table>"
    assert len(read_html(wide)[0]) <= MAX_COLUMNS
    assert len(read_text("1\n" * 5000)) <= MAX_ROWS
    spans = "<table>" + "<tr><td rowspan=9999 colspan=9999>1</td></tr>" * 50 + "</table>"
    assert len(read_html(spans)) <= MAX_ROWS
    assert read_html("<td " * 100_000) == ()
    assert read_html("<!--" * 100_000 + "<td>") == ()


PLAIN = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029"), max_size=8
)
FIELD = st.one_of(PLAIN, st.sampled_from(["8", "22（其中修订\n16 件）", '"', 'a"b\tc', "", "-5"]))
GRID = st.integers(1, 5).flatmap(
    lambda n: st.lists(st.lists(FIELD, min_size=n, max_size=n), min_size=1, max_size=6)
)


@given(GRID)
def test_text_copied_is_text_pasted(grid: list[list[str]]) -> None:
    if grid == [[""]]:
        return
    assert read_text(write_text(grid)) == tuple(map(tuple, grid))


WORDS = st.text("0123456789.,-+（）()<>&;\"'甲乙丙", min_size=0, max_size=8)


@given(st.integers(1, 5).flatmap(
    lambda n: st.lists(st.lists(WORDS, min_size=n, max_size=n), min_size=1, max_size=6)
))  # fmt: skip
def test_table_copied_is_table_pasted(grid: list[list[str]]) -> None:
    html = write_html([[Copied(text) for text in row] for row in grid])
    assert read_html(html) == tuple(map(tuple, grid))


PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            ["<table>", "<tr>", "<td>", "</td>", "</table>", "<td rowspan=3", "<![if x]>", "<!--", "-->",
             "<![CDATA[", "<!x", "<?", "&#x110000;", "&nbsp", "<p>", "<td colspan='９'>", "\0", "<style>",
             "<!--StartFragment-->", "<!--EndFragment-->", "</", "<br/>", "<td colspan=-1>"]
        ),
        st.text(max_size=5),
    ),
    max_size=25,
).map("".join)  # fmt: skip


@given(PIECES)
def test_nothing_on_a_clipboard_raises(page: str) -> None:
    block = read("<table><tr><td>" + page, page)
    assert all(field is COVERED or isinstance(field, str) for row in block for field in row)
    assert len({len(row) for row in block}) <= 1
    read_html(page)
    read_text(page)
