"""What other programs make of exported files: LibreOffice's pages and sums, Chromium's pictures."""

import re
from collections import Counter
from decimal import Decimal
from io import BytesIO

import openpyxl
import pypdfium2
import pytest
from office_programs import BROWSER, OFFICE, converted, font_folder, pictured
from office_reports import FORMS, rich, sample
from PIL import Image

from gic_desktop import verbs
from gic_desktop.output import blocks
from gic_desktop.output.pages import document
from gic_desktop.report.narrative import Paragraph
from gic_desktop.report.totals import values_of
from gic_desktop.values import replace

office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
browser = pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed")
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def fonts(tmp_path_factory):
    return font_folder(tmp_path_factory.mktemp("fonts"))


def pages_of(data):
    with pypdfium2.PdfDocument(data) as pdf:
        return [page.get_textpage().get_text_bounded() for page in pdf]


def plain(text):
    return re.sub(r"\s|—\d+—", "", re.sub(r"—\s*\d+\s*—", "", text))


def longer(report, lines):
    first, *rest = report.sections
    more = tuple(
        Paragraph("街道各科室、各社区按照分工做好政府信息公开各项工作。") for _ in range(lines)
    )
    return replace(report, sections=(replace(first, body=first.body + more), *rest))


def said(block):
    if isinstance(block, blocks.Title | blocks.Signature):
        return block.lines
    if isinstance(block, blocks.Table):
        return tuple(cell.text for cell in block.cells)
    if isinstance(block, blocks.Picture | blocks.Chart):
        return (block.caption,)
    return (block.text,)


def make(report, suffix, folder):
    file = folder / f"年报{suffix}"
    file.write_bytes(verbs.export_bytes(report, suffix))
    return file


@office
@pytest.mark.parametrize("lines", [0, 7, 15])
@pytest.mark.parametrize("form", ["2019", "2021"])
def test_word_pages_are_as_many_as_ours(form, lines, tmp_path, fonts):
    report = longer(sample(form), lines)
    ours = pages_of(verbs.export_bytes(report, ".pdf"))
    theirs = pages_of(converted(make(report, ".docx", tmp_path), "pdf", fonts).read_bytes())
    assert abs(len(ours) - len(theirs)) <= 1


@office
@pytest.mark.parametrize("form", FORMS)
def test_word_says_everything_that_our_pages_say(form, tmp_path, fonts):
    report = rich(form)
    theirs = pages_of(converted(make(report, ".docx", tmp_path), "pdf", fonts).read_bytes())
    words = plain("".join(theirs))
    every = [(block, plain(text)) for block in document(report).blocks for text in said(block)]
    for block, text in every:
        # Labels on two lines stand side by side on the page, and their lines are read across.
        assert isinstance(block, blocks.Table) or text in words
    assert not Counter("".join(text for _, text in every)) - Counter(words)
    for number, page in enumerate(theirs, 1):
        assert plain(page)
        assert re.search(rf"—\s*{number}\s*—", page)


@office
@pytest.mark.parametrize("form", FORMS)
def test_a_spreadsheet_computes_our_totals(form, tmp_path, fonts):
    """The values that we wrote beside the formulas are taken out first: nothing can be copied."""
    report = rich(form)
    book = openpyxl.load_workbook(BytesIO(verbs.export_bytes(report, ".xlsx")))
    formulas = {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }
    file = tmp_path / "年报.xlsx"
    book.save(file)
    computed = openpyxl.load_workbook(
        converted(file, "xlsx:Calc MS Excel 2007 XML", fonts), data_only=True
    )
    known = openpyxl.load_workbook(BytesIO(verbs.export_bytes(report, ".xlsx")), data_only=True)
    for sheet, place in formulas:
        assert computed[sheet][place].value == known[sheet][place].value
    totals = sorted(v for c, v in values_of(report).items() if report.form.cells[c].computed)
    assert totals == sorted(Decimal(known[sheet][place].value) for sheet, place in formulas)


@office
@pytest.mark.parametrize("form", ["2019", "2021"])
def test_a_printed_workbook_has_a_page_for_every_table(form, tmp_path, fonts):
    report = sample(form)
    pages = pages_of(converted(make(report, ".xlsx", tmp_path), "pdf", fonts).read_bytes())
    assert len(pages) == len(report.form.sections)
    for section, page in zip(report.form.sections, pages, strict=True):
        assert plain(section.heading) in plain(page)


@browser
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("form", FORMS)
def test_a_page_fits_its_screen(form, width, tmp_path):
    """Nothing but a table, which scrolls inside its own frame, is wider than the screen."""
    file = make(rich(form), ".html", tmp_path)
    picture = tmp_path / "page.png"
    pictured(file, width, 6000, picture)
    shown = Image.open(picture).convert("L")
    assert shown.width == width
    right = shown.crop((width - 6, 0, width, 6000))
    left = shown.crop((0, 0, 6, 6000))
    assert left.getextrema() == (255, 255)
    # On a phone only the tables' frames reach the edge.
    assert width == 390 or right.getextrema() == (255, 255)
    inked = shown.point(lambda v: 255 * (v < 250)).getbbox()
    assert inked is not None
    assert inked[3] > 1500
