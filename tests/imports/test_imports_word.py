"""Word files: what Word would print, as text."""

import io
import zipfile

import pytest

from gic_desktop.imports.source import Budget, Grid, ImportRefused, Paragraph, Picture
from gic_desktop.imports.sources.docx import read_docx
from gic_desktop.imports.sources.numbering import number_text
from gic_desktop.report.numbering import chinese

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
NAMES = (
    W
    + 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    + 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    + 'xmlns:v="urn:schemas-microsoft-com:vml" '
    + 'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    + 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def word(body: str, relations: str = "", **parts: str | bytes) -> bytes:
    """Make a Word file out of what stands in its body; `parts` name files inside `word/`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "word/document.xml", f"<w:document {NAMES}><w:body>{body}</w:body></w:document>"
        )
        package.writestr(
            "word/_rels/document.xml.rels", f"<Relationships>{relations}</Relationships>"
        )
        for name, content in parts.items():
            package.writestr("word/" + name.replace("__", "."), content)
    return buffer.getvalue()


def items(body: str, relations: str = "", **parts: str | bytes):
    return read_docx(word(body, relations, **parts), Budget()).items


def texts(body: str, relations: str = "", **parts: str | bytes) -> list[str]:
    return [i.text for i in items(body, relations, **parts) if isinstance(i, Paragraph)]


def p(inner: str) -> str:
    return f"<w:p>{inner}</w:p>"


def r(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def related(name: str, kind: str) -> str:
    return f'<Relationship Id="{kind}1" Type="{RELATION}/{kind}" Target="{name}"/>'


def test_tracked_changes_read_as_accepted():
    assert texts(
        p(
            r("收到申请")
            + f"<w:ins>{r('8')}</w:ins><w:del><w:r><w:delText>6</w:delText></w:r></w:del>"
            + r("件")
        )
        + p(f"<w:moveFrom>{r('挪走')}</w:moveFrom>{r('留下')}<w:moveTo>{r('挪来')}</w:moveTo>")
    ) == ["收到申请8件", "留下挪来"]


def test_tracked_changes_are_named():
    told = ("文档里的修订还没有接受，按接受全部修订后的内容导入，请核对。",)
    for tag in ("ins", "del"):
        changed = p(r("收到申请") + f"<w:{tag}>{r('8')}</w:{tag}>" + r("件"))
        assert read_docx(word(changed), Budget()).losses == told
    assert read_docx(word(p(r("收到申请8件"))), Budget()).losses == ()


def test_a_deleted_paragraph_end_joins_two_paragraphs():
    ended = "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>"
    assert texts(p(ended + r("上半句，")) + p(r("下半句。"))) == ["上半句，下半句。"]


def test_a_deleted_row_is_gone():
    row = "<w:tr><w:tc>{0}</w:tc><w:tc>{1}</w:tc></w:tr>"
    gone = "<w:tr><w:trPr><w:del/></w:trPr><w:tc>{0}</w:tc><w:tc>{0}</w:tc></w:tr>"
    (grid,) = items(
        f"<w:tbl>{row.format(p(r('规章')), p(r('0')))}{gone.format(p(r('旧')))}</w:tbl>"
    )
    assert [[c.text for c in cells] for cells in grid.rows()] == [["规章", "0"]]


def test_a_field_reads_as_its_result():
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> DATE </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        + r("2021年1月19日")
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    assert texts(p(field)) == ["2021年1月19日"]
    assert texts(p(f'<w:fldSimple w:instr=" PAGE ">{r("3")}</w:fldSimple>')) == ["3"]


def test_hidden_words_are_named_as_lost():
    source = read_docx(
        word(p(r("可见") + "<w:r><w:rPr><w:vanish/></w:rPr><w:t>不可见</w:t></w:r>")), Budget()
    )
    assert [i.text for i in source.items] == ["可见"]
    assert source.losses == ("文档里设为隐藏的文字未导入。",)


def test_merged_cells_become_spans():
    def cell(about: str, text: str) -> str:
        return f"<w:tc><w:tcPr>{about}</w:tcPr>{p(r(text))}</w:tc>"

    wide, down, on = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    (grid,) = items(
        "<w:tbl>"
        f"<w:tr>{cell(wide, '申请人情况')}{cell(down, '总计')}</w:tr>"
        f"<w:tr>{cell('', '自然人')}{cell('', '其他')}{cell(on, '')}</w:tr></w:tbl>"
    )
    assert [(c.text, c.row, c.column, c.rows, c.columns) for c in grid.cells] == [
        ("申请人情况", 0, 0, 1, 2),
        ("总计", 0, 2, 2, 1),
        ("自然人", 1, 0, 1, 1),
        ("其他", 1, 1, 1, 1),
    ]


def test_a_frame_table_around_the_report_is_taken_off():
    inner = (
        "<w:tbl>"
        + "".join(
            f"<w:tr><w:tc>{p(r(label))}</w:tc><w:tc>{p(r('0'))}</w:tc></w:tr>"
            for label in ("规章", "行政许可")
        )
        + "</w:tbl>"
    )
    made = items(f"<w:tbl><w:tr><w:tc>{p(r('一、总体情况'))}{inner}{p('')}</w:tc></w:tr></w:tbl>")
    assert [type(i) for i in made] == [Paragraph, Grid]
    assert [c.text for c in made[1].cells] == ["规章", "0", "行政许可", "0"]


def test_a_small_table_inside_a_cell_is_flattened_and_named():
    small = f"<w:tbl><w:tr><w:tc>{p(r('1'))}</w:tc><w:tc>{p(r('2'))}</w:tc></w:tr></w:tbl>"
    rows = "".join(
        f"<w:tr><w:tc>{p(r('栏目名称栏目名称'))}</w:tc><w:tc>{p(r('3'))}</w:tc></w:tr>"
        for _ in range(3)
    )
    source = read_docx(
        word(f"<w:tbl>{rows}<w:tr><w:tc>{p(r('说明'))}</w:tc><w:tc>{small}</w:tc></w:tr></w:tbl>"),
        Budget(),
    )
    assert source.items[0].cells[-1].text == "1\t2"
    assert "套着表格" in source.losses[0]


def test_text_boxes_follow_their_paragraph_and_are_read_once():
    box = f"<w:txbxContent>{p(r('文本框里的话'))}</w:txbxContent>"
    twice = (
        f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert texts(p(r("正文") + twice) + p(r("下一段"))) == ["正文", "文本框里的话", "下一段"]


def test_running_heads_stand_apart_and_footnotes_follow():
    made = read_docx(
        word(
            p(r("正文") + '<w:r><w:footnoteReference w:id="2"/></w:r>'),
            related("header1.xml", "header") + related("footnotes.xml", "footnotes"),
            header1__xml=f"<w:hdr {NAMES}>{p(r('梧桐街道'))}</w:hdr>",
            footnotes__xml=f'<w:footnotes {NAMES}><w:footnote w:id="2">{p(r("含转办件"))}</w:footnote></w:footnotes>',
        ),
        Budget(),
    )
    assert made.headers == ("梧桐街道",)
    assert [(i.text, i.role) for i in made.items] == [("正文", ""), ("含转办件", "footnote")]


def test_a_picture_is_told_by_its_bytes_not_its_name():
    body = p('<w:r><w:drawing><a:blip r:embed="image1"/></w:drawing></w:r>')
    (picture,) = items(body, related("media/a.exe", "image"), **{"media/a__exe": PNG})
    assert picture == Picture(PNG, "png")
    source = read_docx(
        word(body, related("media/a.png", "image"), **{"media/a__png": b"MZ\x90 program"}), Budget()
    )
    assert source.items == ()
    assert source.losses == ("有图片的格式无法识别，未导入。",)


NUMBERING = f"""<w:numbering {W}><w:abstractNum w:abstractNumId="5">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:suff w:val="nothing"/>
<w:lvlText w:val="（%1）"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2.%3"/></w:lvl>
</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="5"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
</w:numbering>"""


def numbered(text: str, depth: int = 0, numbering: int = 1) -> str:
    return p(
        f'<w:pPr><w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{numbering}"/></w:numPr></w:pPr>{r(text)}'
    )


def test_automatic_numbers_become_text():
    body = (
        numbered("主动公开") + numbered("网站", 1) + numbered("2020年开通", 1) + numbered("细目", 2)
        + numbered("依申请公开") + numbered("渠道", 1) + numbered("另起一列", 0, 2)
    )  # fmt: skip
    assert texts(body, related("numbering.xml", "numbering"), numbering__xml=NUMBERING) == [
        "（一）主动公开", "1.网站", "2. 2020年开通", "2.1 细目",
        "（二）依申请公开", "1.渠道", "（一）另起一列",
    ]  # fmt: skip


def test_a_style_can_carry_the_numbering():
    styles = (
        f'<w:styles {W}><w:style w:type="paragraph" w:styleId="h"><w:pPr><w:outlineLvl w:val="1"/>'
        '<w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style></w:styles>'
    )
    (made,) = items(
        p(f'<w:pPr><w:pStyle w:val="h"/></w:pPr>{r("主动公开")}'),
        related("numbering.xml", "numbering") + related("styles.xml", "styles"),
        numbering__xml=NUMBERING,
        styles__xml=styles,
    )
    assert (made.text, made.level) == ("（一）主动公开", 2)


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1, "一"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (21, "二十一"),
        (105, "一百〇五"),
        (110, "一百一十"),
        (1200, "一千二百"),
    ],
)
def test_chinese_numbers(number, written):
    assert chinese(number) == written


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("decimalEnclosedCircle", "④"), ("upperRoman", "IV"), ("lowerLetter", "d"), ("decimalZero", "04"),
        ("decimalFullWidth", "４"), ("ideographTraditional", "丁"), ("chineseLegalSimplified", "肆"), ("none", ""),
    ],
)  # fmt: skip
def test_numbering_formats(kind, written):
    assert number_text(4, kind) == written


@pytest.mark.parametrize("broken", ["<w:p>", "<w:p>&x;</w:p>", "\x00", "<w:p></w:tbl>"])
def test_damaged_xml_is_one_sentence(broken):
    with pytest.raises(ImportRefused, match="已损坏"):
        read_docx(word(broken), Budget())
