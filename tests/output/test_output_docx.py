"""Word files, read by python-docx and as the XML that they are."""

import zipfile
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from office_reports import DANGEROUS, FORMS, blank, part, rich, sample, tables_of, with_chart
from PIL import Image

from gic_desktop.output import blocks, drawings
from gic_desktop.output.blocks import Document
from gic_desktop.output.docx import docx_bytes
from gic_desktop.output.pages import clean, document
from gic_desktop.report.place import Place
from gic_desktop.values import replace


def written(report, *, draft=False):
    made = document(report, draft=draft)
    return made, docx_bytes(report, made)


def opened(data):
    return docx.Document(BytesIO(data))


def text_of(cell):
    return cell.text.replace("\n", "")


@pytest.mark.parametrize("form", FORMS)
def test_headings_are_words_own_in_print_order(form):
    made, data = written(rich(form))
    found = [
        (p.style.name, p.text) for p in opened(data).paragraphs if p.style.name.startswith("Head")
    ]
    headings = [b for b in made.blocks if isinstance(b, blocks.Heading)]
    assert found == [(f"Heading {h.level}", h.text) for h in headings]
    assert {h.level for h in headings} == {1, 2, 3, 4}
    styles = etree.fromstring(part(data, "word/styles.xml").encode())
    levels = [e.get(qn("w:val")) for e in styles.iter(qn("w:outlineLvl"))]
    assert levels == ["0", "1", "2", "3"]


@pytest.mark.parametrize("form", FORMS)
def test_tables_as_printed_with_real_merged_cells(form):
    made, data = written(rich(form))
    for block, table in zip(tables_of(made), opened(data).tables, strict=True):
        assert (len(table.rows), len(table.columns)) == (block.rows, block.columns)
        for cell in block.cells:
            first = table.cell(cell.row, cell.column)
            last = table.cell(cell.row + cell.rows - 1, cell.column + cell.columns - 1)
            assert first._tc is last._tc
            assert text_of(first) == cell.text


@pytest.mark.parametrize("form", FORMS)
def test_columns_are_whole_twips_and_rows_add_up_to_the_grid(form):
    _, data = written(rich(form))
    for table in opened(data).tables:
        grid = [int(e.get(qn("w:w"))) for e in table._tbl.tblGrid]
        total = int(table._tbl.tblPr.find(qn("w:tblW")).get(qn("w:w")))
        assert sum(grid) == total
        for row in table._tbl.tr_lst:
            assert sum(tc.width.twips for tc in row.tc_lst) == total
            assert sum(tc.grid_span for tc in row.tc_lst) == len(grid)


@pytest.mark.parametrize("form", FORMS)
def test_header_rows_repeat_and_no_row_splits(form):
    made, data = written(rich(form))
    for block, table in zip(tables_of(made), opened(data).tables, strict=True):
        heads = [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in table.rows]
        assert heads == [n < block.header_rows for n in range(block.rows)]
        assert all(row._tr.find(f".//{qn('w:cantSplit')}") is not None for row in table.rows)


def test_two_tables_never_touch():
    """Word joins tables that have nothing between them, and wants a paragraph at the end."""
    report = sample("2021")
    made = document(report)
    tables = replace(made, blocks=tuple(tables_of(made)))
    body = etree.fromstring(part(docx_bytes(report, tables), "word/document.xml").encode())[0]
    assert [child.tag.rpartition("}")[2] for child in body] == ["tbl", "p"] * 3 + ["sectPr"]


def test_the_page_of_official_documents():
    _, data = written(sample("2021"))
    section = opened(data).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert abs(section.top_margin - Mm(37)) < Mm(0.1)
    assert abs(section.left_margin - Mm(28)) < Mm(0.1)
    width = section.page_width - section.left_margin - section.right_margin
    assert abs(width - Mm(156)) < Mm(0.1)


def test_page_numbers_stand_at_the_outer_edge():
    _, data = written(sample("2021"))
    document_ = opened(data)
    assert document_.settings.odd_and_even_pages_header_footer
    section = document_.sections[0]
    sides = {}
    for name, footer in (("odd", section.footer), ("even", section.even_page_footer)):
        (paragraph,) = footer.paragraphs
        assert "".join(paragraph._p.xpath(".//w:t/text()")) == "— 1 —"
        assert " PAGE " in etree.tostring(paragraph._p, encoding="unicode")
        sides[name] = str(paragraph.alignment)
    assert sides["odd"].startswith("RIGHT")
    assert sides["even"].startswith("LEFT")


def test_fonts_by_their_word_names_with_fall_backs():
    _, data = written(sample("2021"))
    styles = opened(data).styles

    def face(name):
        fonts = styles[name].element.find(f".//{qn('w:rFonts')}")
        return fonts.get(qn("w:eastAsia"))

    named = {"Title", "Heading 1", "Heading 2", "Heading 3", "表格文字", "footer"}
    assert {name: face(name) for name in named} == {
        "Title": "方正小标宋简体",
        "Heading 1": "黑体",
        "Heading 2": "楷体_GB2312",
        "Heading 3": "仿宋_GB2312",
        "表格文字": "宋体",
        "footer": "宋体",
    }
    table = etree.fromstring(part(data, "word/fontTable.xml").encode())
    alike = {
        font.get(qn("w:name")): font.find(qn("w:altName"))
        for font in table
        if font.get(qn("w:name")) != "Times New Roman"
    }
    assert all(other is not None for other in alike.values())
    assert alike["仿宋_GB2312"].get(qn("w:val")).split(",")[0] == "仿宋"


def test_properties_name_the_organ_and_no_person():
    report = sample("2021")
    _, data = written(report)
    known = opened(data).core_properties
    assert known.title == report.full_title
    assert known.author == report.organ
    assert (known.created.year, known.created.month, known.created.day) == (2026, 1, 16)
    assert known.last_modified_by == ""


@pytest.mark.parametrize("form", FORMS)
def test_equal_reports_make_equal_bytes(form):
    assert written(rich(form))[1] == written(rich(form))[1]


def test_pictures_stand_upright_with_their_words_and_without_their_owner():
    _, data = written(rich("2021"))
    shapes = opened(data).inline_shapes
    described = [shape._inline.docPr.get("descr") for shape in shapes]
    assert described == ["社区门口的公开栏", "流程图"]
    assert shapes[0].height > shapes[0].width
    captions = [p.text for p in opened(data).paragraphs if p.style.name == "Caption"]
    assert captions == ["图1 公开栏"]
    with zipfile.ZipFile(BytesIO(data)) as package:
        pictures = [package.read(n) for n in package.namelist() if "media" in n]
    assert len(pictures) == 2
    for note in (b"CAMERA-OF-ZHANG", b"OWNER", b"ZHANG-SAN"):
        assert not any(note in picture for picture in pictures)
    assert Image.open(BytesIO(pictures[0])).size == (40, 80)


def test_a_chart_is_a_picture_that_says_its_figures():
    report = with_chart(sample("2021"), "outcomes")
    _, data = written(report)
    (shape,) = opened(data).inline_shapes
    assert shape._inline.docPr.get("descr") == drawings.words(report, "outcomes")
    assert abs(shape.width - Mm(156)) < Mm(0.2)
    assert [p.text for p in opened(data).paragraphs if p.style.name == "Caption"] == [
        "图2 办理结果"
    ]


def test_a_chart_without_figures_is_left_out_with_its_caption():
    _, data = written(with_chart(blank("2021"), "outcomes"))
    assert len(opened(data).inline_shapes) == 0
    assert "图2" not in part(data, "word/document.xml")


def test_every_text_arrives_as_it_was_typed():
    _, data = written(rich("2021"))
    texts = [p.text for p in opened(data).paragraphs]
    assert all(words in texts for words in DANGEROUS)
    assert texts[0] == "附件1"


def test_a_draft_says_so_on_every_page():
    _, final = written(sample("2021"))
    _, draft = written(sample("2021"), draft=True)
    assert "草稿" in part(draft, "word/header1.xml")
    kinds = part(draft, "word/document.xml")
    assert kinds.count("<w:headerReference") == 2
    assert "headerReference" not in part(final, "word/document.xml")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("draft", [False, True])
def test_every_part_is_declared_and_every_reference_leads_to_one(form, draft):
    """What Word calls a damaged file."""
    _, data = written(rich(form), draft=draft)
    with zipfile.ZipFile(BytesIO(data)) as package:
        names = set(package.namelist())
        assert package.namelist()[0] == "[Content_Types].xml"
        kinds = etree.fromstring(package.read("[Content_Types].xml"))
        links = etree.fromstring(package.read("word/_rels/document.xml.rels"))
        body = package.read("word/document.xml").decode()
    declared = {e.get("PartName", "").lstrip("/") for e in kinds if e.tag.endswith("Override")}
    extensions = {e.get("Extension") for e in kinds if e.tag.endswith("Default")}
    assert declared <= names
    assert all(n in declared or n.rpartition(".")[2] in extensions for n in names)
    assert all(f"word/{link.get('Target')}" in names for link in links)
    keys = {link.get("Id") for link in links}
    root = etree.fromstring(body.encode())
    ours = f"{{{root.nsmap['r']}}}"
    used = {v for e in root.iter() for k, v in e.attrib.items() if k.startswith(ours)}
    assert used
    assert used <= keys


@given(st.lists(st.text(max_size=60), max_size=5))
def test_any_words_make_a_file_that_opens(words):
    report = sample("2021")
    place = Place("overview", part="body", paragraph=0)
    texts = tuple(clean(text) for text in words)
    made = Document("=1", "机关", 2025, tuple(blocks.Paragraph(text, place) for text in texts))
    assert [p.text for p in opened(docx_bytes(report, made)).paragraphs] == list(texts)
