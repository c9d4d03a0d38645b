"""Reports with everything that a report can hold, for the writers of Word, Excel and web pages."""

import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

from PIL import Image

from gic_desktop import resources
from gic_desktop.forms import catalogue
from gic_desktop.output import blocks
from gic_desktop.report.edits import SetCells
from gic_desktop.report.figures import Figure
from gic_desktop.report.narrative import Chart, Paragraph, Picture
from gic_desktop.report.report import Report, Section, new_report
from gic_desktop.store import gicr
from gic_desktop.values import replace

THIRD = Path(__file__).parents[1] / "samples" / "third_form.toml"
FORMS = ("2019", "2021", "invented")
DANGEROUS = ("=1+2", "+8613800", "-5", "@SUM(A1)", "＝HYPERLINK()", "<script>\"&'</script>")


def sample(form: str) -> Report:
    return gicr.read(resources.path("samples", f"{form}.gicr").read_bytes()).report


def blank(form: str) -> Report:
    if form == "invented":
        return new_report(catalogue.add_form(THIRD), 2090, "档案馆")
    return new_report(catalogue.form_named(form), 2020 if form == "2019" else 2024, "甲区乙街道")


def photograph() -> bytes:
    """Higher than wide, as a telephone says it, with its owner's name beside it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "CAMERA-OF-ZHANG"
    data = BytesIO()
    Image.new("RGB", (80, 40), (200, 30, 30)).save(data, "JPEG", exif=exif, comment=b"OWNER")
    return data.getvalue()


def drawing() -> bytes:
    """A PNG with a note of the program that made it."""
    data = BytesIO()
    Image.new("RGBA", (60, 30), (30, 30, 200, 128)).save(data, "PNG")
    note = b"tEXt" + b"Author\0ZHANG-SAN"
    chunk = struct.pack(">I", len(note) - 4) + note + struct.pack(">I", zlib.crc32(note))
    whole = data.getvalue()
    return whole[:33] + chunk + whole[33:]


def rich(form: str) -> Report:
    """A figure in every cell, and every kind of thing in the text."""
    report = blank(form)
    figures = {
        cell.id: Figure(number % 7)
        for number, cell in enumerate(report.form.cells.values())
        if not cell.computed
    }
    first = report.form.sections[0].id
    table = next(section.id for section in report.form.sections if section.table)
    body = (
        Paragraph("（一）主动公开", 2),
        Paragraph("1.平台", 3),
        Paragraph("（1）网站", 4),
        *(Paragraph(words) for words in DANGEROUS),
        Picture("photo", "图1 公开栏", "社区门口的公开栏", 40),
        Picture("drawing", "", "流程图", 100),
    )
    notes = (Paragraph("注：含上年度结转数量。"),)
    sections = {
        first: Section(first, body=body),
        table: Section(table, body=(Paragraph("情况如下。"),), notes=notes),
    }
    return replace(
        SetCells(figures).apply(report),
        annex="附件1",
        sections=tuple(sections.get(s.id, s) for s in report.sections),
        pictures={"photo": photograph(), "drawing": drawing()},
    )


def with_chart(report: Report, series: str) -> Report:
    first, *rest = report.sections
    body = (*first.body, Chart(series, "图2 办理结果"))
    return replace(report, sections=(replace(first, body=body), *rest))


def figures_of(report: Report, kind: str) -> list[str]:
    return [cell.id for cell in report.form.cells.values() if cell.kind == kind]


def tables_of(made):
    return [block for block in made.blocks if isinstance(block, blocks.Table)]


def part(data, name):
    with zipfile.ZipFile(BytesIO(data)) as package:
        return package.read(name).decode()
