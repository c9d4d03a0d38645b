"""The PDF as a file: standards, text that can be found, the project inside, equal bytes."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from shutil import which

import page as page_validation
import pypdfium2
import pytest
from typeset_specimen import ORGAN, form_table, heading, report, text

from gic_desktop import resources
from gic_desktop.forms import catalogue
from gic_desktop.output import fonts, pages, pdf, typeset
from gic_desktop.output.blocks import (
    Annex,
    Block,
    Document,
    Paragraph,
    Picture,
    Table,
    Title,
)
from gic_desktop.output.typeset.marks import Page, Stack, Text
from gic_desktop.report.edits import SetCells
from gic_desktop.report.figures import Figure
from gic_desktop.report.place import Place
from gic_desktop.report.report import new_report
from gic_desktop.store import gicr

THIRD = Path(__file__).parents[1] / "samples" / "third_form.toml"
RARE = "𬱖㙦䶮㛃𫟹堃翀"


def written(document: Document, **options: object) -> bytes:
    pages = typeset.layout(document, fonts.standard())
    return pdf.write(pages, **options)  # type: ignore[arg-type]


def faults(data: bytes) -> list[str]:
    found = []
    for profile in ("3a", "ua1"):
        result = page_validation.validate_pdf_bytes(data, profile=profile)
        found += [f"{profile} {failure.rule_id} {failure.message}" for failure in result.failures]
    return found


def plain(words: str) -> str:
    return "".join(words.split())


def extracted(data: bytes) -> str:
    """The text in the order in which it is drawn, without white space."""
    with pypdfium2.PdfDocument(data) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return plain("".join(pages).replace("\ufffe", ""))


def printed_words(document: Document) -> list[str]:
    """Every text of the blocks, in order."""
    words: list[str] = []
    for block in document.blocks:
        if isinstance(block, Table):
            cells = sorted(block.cells, key=lambda cell: (cell.row, cell.column))
            words += [cell.text for cell in cells]
        elif hasattr(block, "lines"):
            words += block.lines
        elif hasattr(block, "text"):
            words.append(block.text)
        else:
            words.append(block.caption)
    return words


def picture_of(width: int, height: int, kind: str = "PNG", mode: str = "RGB") -> bytes:
    from io import BytesIO

    from PIL import Image

    image = Image.new(
        mode,
        (width, height),
        {"L": 120, "P": 120, "1": 0}[mode] if len(mode) == 1 else (40, 90, 160, 90)[: len(mode)],
    )
    data = BytesIO()
    image.save(data, kind)
    return data.getvalue()


def picture(number: int, data: bytes, percent: int = 80) -> Picture:
    place = Place("overview", paragraph=number)
    return Picture(
        data, f"图{number} 政务公开专区", f"第{number}张照片：政务公开专区", percent, place
    )


def long_report() -> Document:
    blocks: list[Block] = list(report(repeat=60).blocks)
    for number in range(20):
        data = picture_of(300 + number, 200, "PNG" if number % 2 else "JPEG")
        blocks.insert(8 + 14 * number, picture(number + 1, data))
    return Document("长报告", ORGAN, 2025, tuple(blocks))


@pytest.mark.parametrize("year", ["2019", "2021"])
def test_a_report_keeps_both_standards(year: str) -> None:
    assert faults(written(report(year), attachment=b"{}", attachment_name="报告.gicr")) == []


def test_an_empty_report_keeps_both_standards() -> None:
    assert faults(written(Document("空", ORGAN, 2025, ()))) == []


def test_sixty_pages_with_twenty_pictures_keep_both_standards() -> None:
    document = long_report()
    pages = typeset.layout(document, fonts.standard())
    assert len(pages.pages) >= 60
    data = pdf.write(pages)
    assert faults(data) == []
    for words in printed_words(document):
        assert plain(words) in extracted(data) or len(plain(words)) > 60


def test_rare_characters_are_printed_and_read_back() -> None:
    document = Document(
        f"{RARE}街道报告",
        f"{RARE}街道办事处",
        2025,
        (
            Title((f"{RARE}街道办事处2025年报告",), Place("cover")),
            heading(f"一、{RARE}"),
            heading(f"（一）{RARE}", 2),
            text(f"联系人：王{RARE}、𠮷，电话010-1。"),
        ),
    )
    data = written(document)
    assert faults(data) == []
    assert extracted(data).count(RARE) == 4


def test_a_draft_says_so_on_every_page_and_keeps_both_standards() -> None:
    data = written(report(draft=True))
    assert faults(data) == []
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            assert "草稿" in plain(page.get_textpage().get_text_range())


@pytest.mark.parametrize("year", ["2019", "2021"])
def test_everything_is_found_in_reading_order(year: str) -> None:
    document = report(year)
    found = extracted(written(document))
    at = 0
    for words in printed_words(document):
        # Page numbers and repeated headers may stand inside a paragraph or between two cells.
        place = found.find(plain(words), at)
        if place < 0:
            half = plain(words)[: len(plain(words)) // 3]
            place = found.find(half, at)
        assert place >= 0, words
        at = place


@pytest.fixture(params=["sample of 2019", "sample of 2021", "empty report", "third form"])
def whole_report(request: pytest.FixtureRequest) -> Iterator[Document]:
    """Reports as they come out of files, and one on a form that no code has ever heard of."""
    if request.param == "third form":
        made = new_report(catalogue.add_form(THIRD), 2090, "芦城市档案馆")
        yield pages.document(SetCells({"lending.lent.adult": Figure(12345678)}).apply(made))
        catalogue.forget_added()
    elif request.param == "empty report":
        yield pages.document(new_report(catalogue.form_for_year(2025), 2025, ORGAN))
    else:
        file = resources.path("samples", f"{request.param[-4:]}.gicr")
        yield pages.document(gicr.read(file.read_bytes()).report)


def drawn_on(page: Page) -> list[str]:
    """What a page says, each label on several lines as the one thing it is."""
    said = [mark for mark in page.marks if isinstance(mark, Text | Stack)]
    return [mark.text if isinstance(mark, Text) else mark.actual for mark in said]


def test_whole_reports_are_read_once_and_keep_both_standards(whole_report: Document) -> None:
    laid_out = typeset.layout(whole_report, fonts.standard())
    data = pdf.write(laid_out, attachment=b"{}")
    assert faults(data) == []
    with pypdfium2.PdfDocument(data) as document:
        read = [plain(page.get_textpage().get_text_range()) for page in document]
    for page, found in zip(laid_out.pages, read, strict=True):
        assert Counter(found) == Counter(plain("".join(drawn_on(page))))
        for mark in page.marks:
            if isinstance(mark, Stack):
                assert plain(mark.actual) in found
    whole = "".join(read)
    for block in whole_report.blocks:
        if isinstance(block, Table):
            assert all(plain(cell.text) in whole for cell in block.cells)
            whole = whole[whole.index(plain(block.cells[0].text)) :]
        else:
            for words in getattr(block, "lines", None) or [getattr(block, "text", "")]:
                # A page's number may stand in the middle of a paragraph.
                whole = whole[whole.index(plain(words)[:12]) :]


@pytest.mark.skipif(which("pdftotext") is None, reason="pdftotext is not installed")
def test_another_reader_finds_every_label_too(tmp_path) -> None:
    document = report("2021")
    (tmp_path / "a.pdf").write_bytes(written(document))
    run = subprocess.run(
        ["pdftotext", "-raw", "-enc", "UTF-8", tmp_path / "a.pdf", "-"],
        capture_output=True,
        check=True,
    )
    found = plain(run.stdout.decode())
    for block in document.blocks:
        if isinstance(block, Table):
            for cell in block.cells:
                assert plain(cell.text) in found


@pytest.mark.skipif(which("qpdf") is None, reason="qpdf is not installed")
def test_qpdf_has_nothing_to_say(tmp_path) -> None:
    (tmp_path / "a.pdf").write_bytes(written(report(), attachment=b"{}"))
    run = subprocess.run(["qpdf", "--check", tmp_path / "a.pdf"], capture_output=True, check=False)
    assert (run.returncode, b"WARNING" in run.stdout + run.stderr) == (0, False)


def test_the_project_is_inside() -> None:
    project = '{"机关": "芦城市东湖区青山街道办事处"}'.encode() * 50
    data = written(report(), attachment=project, attachment_name="青山街道2025.gicr")
    with pypdfium2.PdfDocument(data) as document:
        assert document.count_attachments() == 1
        inside = document.get_attachment(0)
        assert inside.get_name() == "青山街道2025.gicr"
        assert bytes(inside.get_data()) == project


def test_equal_reports_give_equal_bytes() -> None:
    moment = datetime(2026, 1, 19, 8, 30, tzinfo=timezone(timedelta(hours=8)))
    first = written(report(), attachment=b"{}", moment=moment)
    assert written(report(), attachment=b"{}", moment=moment) == first
    later = written(report(), attachment=b"{}", moment=moment + timedelta(days=1))
    assert later != first
    assert b"D:20260119083000+08'00'" in first
    assert b"2026-01-19T08:30:00+08:00" in first


def test_title_outline_and_page_labels() -> None:
    document = report()
    with pypdfium2.PdfDocument(written(document)) as opened:
        assert opened.get_metadata_dict()["Title"] == document.title
        assert opened.get_metadata_dict()["Author"] == ORGAN
        entries = [(entry.level, entry.get_title()) for entry in opened.get_toc()]
        assert (0, document.title) in entries
        assert (1, "三、收到和处理政府信息公开申请情况") in entries
        assert (2, "（二）依申请公开") in entries
        assert [opened.get_page_label(index) for index in range(3)] == ["1", "2", "3"]


def test_a_skipped_heading_level_does_not_break_the_structure() -> None:
    blocks = (
        heading("1.没有上级", 3),
        text("正文。"),
        heading("一、总体情况"),
        heading("（1）跳级", 4),
    )
    assert faults(written(Document("无标题", ORGAN, 2025, blocks))) == []


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "L"), ("PNG", "P"), ("PNG", "LA"), ("PNG", "1"),
     ("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK")],
)  # fmt: skip
def test_every_kind_of_picture(kind: str, mode: str) -> None:
    data = written(Document("图", ORGAN, 2025, (picture(1, picture_of(64, 48, kind, mode)),)))
    assert faults(data) == []
    with pypdfium2.PdfDocument(data) as document:
        bitmap = document[0].render(scale=1).to_pil().convert("RGB")
        x, y = bitmap.width // 2, 180
        assert bitmap.getpixel((x, y)) != (255, 255, 255)


def test_the_annex_mark_and_a_note_stand_in_the_text() -> None:
    blocks = (
        Annex("附件1", Place("cover")),
        Title(("报告",), Place("cover")),
        form_table("2021", "disclosure"),
        Paragraph(
            "注：含上年度结转数量。", Place("disclosure", part="notes", paragraph=0), note=True
        ),
    )
    data = written(Document("报告", ORGAN, 2025, blocks))
    assert faults(data) == []
    assert extracted(data).startswith("附件1报告第二十条第（一）项")
    assert "注：含上年度结转数量。" in extracted(data)


@pytest.mark.parametrize(
    "before",
    ["", "import reportlab.pdfgen.canvas", "import threading; threading.Timer(9, print).start()"],
    ids=["light", "ReportLab is there already", "another thread runs"],
)
def test_the_bytes_are_the_same_however_reportlab_was_loaded(before: str) -> None:
    code = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
{before}
from typeset_specimen import report
from gic_desktop.output import fonts, pdf, typeset
from hashlib import sha256
data = pdf.write(typeset.layout(report(), fonts.standard()))
import PIL.Image, hashlib, pickle, platform, reportlab.pdfbase.pdfmetrics, reportlab.lib.colors
assert hashlib.sha256 and PIL.Image.open and pickle.dumps and platform.system()
assert reportlab.lib.colors.red and reportlab.pdfbase.pdfmetrics.stringWidth("a", "Helvetica", 10)
print(sha256(data).hexdigest(), flush=True)
import os
os._exit(0)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    here = sha256(written(report())).hexdigest()
    assert run.stdout.strip() == here
