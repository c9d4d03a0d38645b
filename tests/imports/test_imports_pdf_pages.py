"""A PDF of ours read as pages, its project not asked for: every paragraph comes back by itself."""

import io

import pytest

from gic_desktop import resources, verbs
from gic_desktop.imports.outcome import import_source
from gic_desktop.imports.reading import read_bytes
from gic_desktop.report.bound import BoundFigures
from gic_desktop.report.narrative import Paragraph
from gic_desktop.values import replace


def texts(report):
    """Paragraph by paragraph as printed, under each section and under its table."""
    bound = BoundFigures(report)
    return {
        section.id: [
            bound.printed(item.text).text
            for item in (*section.body, *section.notes)
            if isinstance(item, Paragraph)
        ]
        for section in report.sections
    }


def read_back(report):
    data = verbs.export_bytes(report, ".pdf", draft=True)
    return import_source(read_bytes(data)).report


@pytest.mark.parametrize("name", ["2019", "2021"])
def test_the_sample_comes_back_paragraph_by_paragraph(name):
    report = verbs.open_report(resources.path("samples", f"{name}.gicr")).report
    assert texts(read_back(report)) == texts(report)


def test_unlucky_paragraphs():
    """A signed number alone, and a line that is full to the margin before a heading."""
    report = verbs.open_report(resources.path("samples", "2021.gicr")).report
    first, *others = report.sections
    full = "全年" * 12 + "办结。"
    unlucky = tuple(Paragraph(text) for text in ("-5", full, full, "较上年变化如下", "-5"))
    report = replace(report, sections=(replace(first, body=unlucky), *others))
    assert texts(read_back(report))[first.id] == [item.text for item in unlucky]


def drawn(pages):
    """A foreign PDF: of every page its lines, each with its place from the left and from below."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=(595, 842))
    for lines in pages:
        canvas.setFont("STSong-Light", 16)
        for x, y, text in lines:
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def set_in(characters, top, lines):
    return [(80 + 16 * characters, top - 28 * n, text) for n, text in enumerate(lines)]


def test_a_block_set_in_by_two_characters_is_one_paragraph():
    full, block = "全" * 27, "年" * 25
    page = [
        *set_in(0, 740, [full, full, full, "末行。"]),
        *set_in(4, 628, [block[:23]]),
        *set_in(2, 600, [block, block, "引文至此。"]),
        *set_in(2, 516, ["又一段。"]),
    ]
    items = read_bytes(drawn([page])).items
    assert [item.text for item in items] == [
        full * 3 + "末行。",
        block[:23] + block * 2 + "引文至此。",
        "又一段。",
    ]


def test_a_number_in_the_middle_of_a_page_is_a_paragraph_and_one_in_the_margin_is_not():
    head = set_in(0, 740, ["某街道办事处2024年政府信息公开工作年度报告"])
    page = [*head, *set_in(0, 690, ["一、总体情况"]), *set_in(2, 640, ["共办理", "5", "件。"])]
    data = drawn([[*page, (294, 60, "1")], [*set_in(2, 740, ["另有一段。"]), (290, 150, "2")]])
    report = import_source(read_bytes(data)).report
    assert texts(report)["overview"] == ["共办理", "5", "件。", "另有一段。"]


def test_a_number_alone_is_listed_as_left_out_where_no_page_is_known():
    text = "某街道办事处2024年政府信息公开工作年度报告\n一、总体情况\n共办理\n5\n件。\n"
    outcome = import_source(read_bytes(text.encode()))
    assert outcome.dropped == (("5", "页码"),)


def test_a_line_of_digits_in_another_font_goes_on_with_its_paragraph():
    """Word and Writer set digits in a font of their own, whose heights are others."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=(595, 842))
    canvas.setFont("STSong-Light", 16)
    for n in range(3):
        canvas.drawString(80, 740 - 28 * n, "全" * 27)
    canvas.drawString(80, 656, "年")
    canvas.setFont("Courier", 22)
    canvas.drawString(96, 656, "2024.12.31")
    canvas.setFont("STSong-Light", 16)
    canvas.drawString(228, 656, "止。")
    canvas.save()
    items = read_bytes(made.getvalue()).items
    assert [item.text for item in items] == ["全" * 81 + "年2024.12.31止。"]
