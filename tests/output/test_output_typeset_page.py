"""The printed page as GB/T 9704 describes it, and the way from a point on it to the report and back."""

import pytest
from typeset_specimen import ORGAN, form_table, heading, report, text

from gic_desktop.output import fonts, pdf, typeset
from gic_desktop.output.blocks import (
    Annex,
    Block,
    Chart,
    Document,
    Heading,
    Paragraph,
    Picture,
    Signature,
    Title,
)
from gic_desktop.output.typeset.drawing import (
    Drawing,
    DrawnLine,
    DrawnPolygon,
    DrawnRect,
    DrawnText,
)
from gic_desktop.output.typeset.faces import Pen
from gic_desktop.output.typeset.flow import BOTTOM, INDENT, LEFT, MM, PITCH, TOP, WIDTH
from gic_desktop.output.typeset.marks import ARTIFACT, Pages, Polygon, Stack, Text
from gic_desktop.output.typeset.title import fit_title
from gic_desktop.report.place import Place

HAN = "全面推进政务公开工作规范有序开展深化重点领域信息公开"


def laid_out(*blocks: Block, organ: str = ORGAN) -> Pages:
    return typeset.layout(Document("报告", organ, 2025, blocks), fonts.standard())


def lines_of(pages: Pages) -> list[tuple[int, float, float, str]]:
    """Page, x, y and text of every line that is not an artifact, in order."""
    lines: dict[tuple[int, float], tuple[float, str]] = {}
    for number, mark in pages.texts():
        if mark.node == ARTIFACT:
            continue
        key = (number, round(mark.y, 2))
        x, before = lines.get(key, (mark.x, ""))
        lines[key] = (x, before + mark.text)
    return [(number, x, y, words) for (number, y), (x, words) in lines.items()]


def test_a_page_holds_22_lines_of_28_characters() -> None:
    pages = laid_out(text((HAN * 80)[: 28 * 60 - 2]))
    lines = lines_of(pages)
    first = [words for number, _, _, words in lines if number == 0]
    assert len(first) == 22
    assert [len(words) for words in first] == [26] + [28] * 21
    assert lines[0][1] == pytest.approx(LEFT + INDENT)
    assert lines[1][1] == pytest.approx(LEFT)
    assert lines[2][2] - lines[1][2] == pytest.approx(PITCH)
    assert pytest.approx((28 * MM, 37 * MM, 156 * MM)) == (LEFT, TOP, WIDTH)
    assert lines[21][2] < BOTTOM


def test_a_full_line_ends_at_the_right_edge() -> None:
    marks = [mark for _, mark in laid_out(text(HAN * 4)).texts() if mark.node != ARTIFACT]
    assert marks[0].x + marks[0].stops()[-1] == pytest.approx(LEFT + WIDTH, abs=0.02)


def test_page_numbers_stand_outside() -> None:
    pages = laid_out(text(HAN * 60))
    numbers = [
        [mark for mark in page.marks if isinstance(mark, Text) and mark.y > BOTTOM]
        for page in pages.pages
    ]
    assert ["".join(mark.text for mark in marks) for marks in numbers[:2]] == ["— 1 —", "— 2 —"]
    right = numbers[0][-1]
    assert right.x + right.width == pytest.approx(LEFT + WIDTH - 14, abs=0.1)
    assert numbers[1][0].x == pytest.approx(LEFT + 14, abs=0.1)


@pytest.mark.parametrize("lines_before", range(16, 24))
def test_no_line_of_a_paragraph_is_alone_on_a_page(lines_before: int) -> None:
    blocks = [text(HAN) for _ in range(lines_before)] + [text((HAN * 9)[: 28 * 5])]
    lines = lines_of(laid_out(*blocks))
    long = lines[lines_before:]
    pages = [number for number, *_ in long]
    for number in set(pages):
        assert pages.count(number) >= 2


@pytest.mark.parametrize("lines_before", range(17, 24))
@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_a_heading_goes_with_its_text(lines_before: int, level: int) -> None:
    blocks: list[Block] = [text(HAN) for _ in range(lines_before)]
    blocks += [heading("一、总体情况", 1), heading("（一）主动公开", level), text(HAN * 2)]
    lines = {words: number for number, _, _, words in lines_of(laid_out(*blocks))}
    assert lines["一、总体情况"] == lines["（一）主动公开"] == lines[(HAN * 2)[:26]]


def test_headings_have_their_faces_and_sizes() -> None:
    pages = laid_out(
        Title(("关于公开的报告",), Place("cover")),
        heading("一、情况"),
        heading("（一）公开", 2),
        heading("1.平台", 3),
        text("正文。"),
    )
    found = {
        mark.text: (mark.face.key.split("-")[0], mark.size)
        for _, mark in pages.texts()
        if mark.node != ARTIFACT
    }
    assert found["关于公开的报告"] == ("title", 22)
    assert found["一、情况"] == ("h1", 16)
    assert ("h2", 16) in found.values()
    assert found["正文。"] == ("body", 16)


@pytest.mark.parametrize(
    ("organ", "rest", "wanted"),
    [
        ("青山街道办事处", "2025年政务公开报告", ["青山街道办事处2025年政务公开报告"]),
        (
            "芦城市东湖区青山街道办事处",
            "2025年政府信息公开工作年度报告",
            ["芦城市东湖区青山街道办事处", "2025年政府信息公开工作年度报告"],
        ),
        (
            "内蒙古自治区呼伦贝尔市莫力达瓦达斡尔族自治旗尼尔基街道办事处",
            "2025年政府信息公开工作年度报告",
            [
                "内蒙古自治区呼伦贝尔市",
                "莫力达瓦达斡尔族自治旗尼尔基街道办事处",
                "2025年政府信息公开工作年度报告",
            ],
        ),
    ],
)
def test_a_title_breaks_where_its_sense_pauses(organ: str, rest: str, wanted: list[str]) -> None:
    pen = Pen(fonts.standard(), "title")
    assert fit_title((organ + rest,), organ, pen, 22, WIDTH) == wanted


def test_the_author_s_own_break_in_a_title_is_kept() -> None:
    pen = Pen(fonts.standard(), "title")
    lines = ("青山街道办事处", "2025年工作年度报告")
    assert fit_title(lines, "青山街道办事处", pen, 22, WIDTH) == list(lines)


def test_numbers_dates_and_marks_stay_in_one_piece() -> None:
    for filler in range(1, 27):
        words = (
            "公" * filler
            + "共收入848450元，占12.5%。依据国办发〔2019〕60号，至2020年12月31日止——完毕……"
        )
        lines = [words for *_, words in lines_of(laid_out(text(words)))]
        joined = "|".join(lines)
        for whole in (
            "848450元，",
            "12.5%。",
            "〔2019〕60号，",
            "31日",
            "12月",
            "2020年",
            "——",
            "……",
        ):
            assert whole in joined, joined


def test_a_long_address_is_broken_behind_a_stop() -> None:
    address = (
        "http://www.qingshan-street.example.gov.cn/zwgk/public/annual-report/2025/index.html?id=88"
    )
    lines = [words for *_, words in lines_of(laid_out(text(f"详见{address}。")))]
    assert len(lines) > 1
    assert all(line[-1] in "/?&=-_." for line in lines[:-1])


def test_no_character_stands_alone_on_the_last_line() -> None:
    for length in (26 + 28 + 1, 26 + 1):
        lines = lines_of(laid_out(text((HAN * 4)[: length - 1] + "了。")))
        assert len(lines[-1][3]) > 2


def test_the_date_begins_two_characters_after_the_organ() -> None:
    pages = laid_out(text(HAN), Signature((ORGAN, "2026年1月19日"), Place("signature")))
    organ, date = lines_of(pages)[-2:]
    assert (organ[3], date[3]) == (ORGAN, "2026年1月19日")
    assert date[1] - organ[1] == pytest.approx(32)
    end = max(mark.x + mark.width for _, mark in pages.texts() if mark.text.startswith("芦城"))
    assert end == pytest.approx(LEFT + WIDTH - 32, abs=0.5)


@pytest.mark.parametrize("lines_before", range(15, 24))
def test_a_signature_is_never_alone_on_a_page(lines_before: int) -> None:
    blocks: list[Block] = [text(HAN) for _ in range(lines_before)]
    blocks.append(Signature((ORGAN, "2026年1月19日"), Place("signature")))
    lines = lines_of(laid_out(*blocks))
    last = [words for number, _, _, words in lines if number == lines[-1][0]]
    assert len(last) >= 3


def test_section_three_of_both_forms_fits_on_a_page_of_its_own() -> None:
    for year in ("2019", "2021"):
        pages = laid_out(
            text(HAN * 12), heading("三、收到和处理情况"), form_table(year, "requests")
        )
        assert len(pages.pages) == 2
        sizes = {
            mark.size for mark in pages.pages[1].marks if isinstance(mark, Text) and mark.y < BOTTOM
        }
        assert min(sizes) >= 9


def test_a_vertical_label_reads_downwards() -> None:
    pages = laid_out(form_table("2021", "requests"))
    stack = next(
        mark
        for mark in pages.pages[0].marks
        if isinstance(mark, Stack) and mark.actual == "三、本年度办理结果"
    )
    tops = [mark.y for mark in stack.texts if mark.text != "、"]
    assert tops == sorted(tops)
    assert (
        len({round(mark.x + mark.width / 2, 1) for mark in stack.texts if mark.text != "、"}) == 1
    )


@pytest.mark.parametrize(
    ("table", "value", "least"),
    [
        ("disclosure", "12345678", 7.5),
        ("disclosure", "59237.2449", 7.5),
        ("disclosure", "22（其中修订16件）", 7.5),
        ("requests", "12345678", 7.5),
        ("requests", "1234567890", 6.0),
        ("disputes", "12345", 7.5),
    ],
)
def test_wide_figures_are_whole_and_readable(table: str, value: str, least: float) -> None:
    names = ("received.person", "normative.issued", "review.upheld")
    pages = laid_out(form_table("2021", table, dict.fromkeys(names, value)))
    shown = {mark.text: mark.size for _, mark in pages.texts()}
    assert shown[value] >= least
    assert all(size >= 7.5 for text, size in shown.items() if text != value)


def test_a_click_leads_to_the_cell_and_back() -> None:
    pages = laid_out(heading("三、收到"), form_table("2021", "requests"))
    place = Place("requests", cell="granted.legal")
    (box,) = pages.boxes_of(place)
    assert pages.place_at(box.page, box.x + 1, box.y + 1) == place
    assert pages.place_at(box.page, box.x + box.width - 1, box.y + box.height - 1) == place


def test_a_click_leads_to_the_character_and_back() -> None:
    words = "全年公开信息1284条，" + HAN * 3
    pages = laid_out(text("另一段。", 0), text(words, 1))
    start = words.index("1284")
    place = Place("overview", paragraph=1, start=start, end=start + 4)
    (box,) = pages.boxes_of(place)
    found = pages.place_at(box.page, box.x + 1, box.y + box.height / 2)
    assert found == Place("overview", paragraph=1, start=start, end=start + 1)
    over = Place("overview", paragraph=1, start=20, end=40)
    assert len(pages.boxes_of(over)) == 2
    assert len(pages.boxes_of(Place("overview"))) == 7


def test_a_click_beside_everything_leads_nowhere() -> None:
    pages = laid_out(text(HAN))
    assert pages.place_at(0, 300, 700) is None
    assert pages.place_at(7, 300, 700) is None


def test_a_chart_is_drawn_as_shapes_and_keeps_its_caption() -> None:
    drawing = Drawing(
        400,
        200,
        (
            DrawnRect(10, 10, 80, 150, (0.2, 0.4, 0.7), (0.0, 0.0, 0.0)),
            DrawnLine(((0, 190), (400, 190)), dash=(2, 1)),
            DrawnPolygon(((200, 20), (220, 60), (180, 60)), stroke=(1.0, 0.0, 0.0)),
            DrawnText(50, 180, "自然人36件", align="center"),
            DrawnText(5, 100, "件数", angle=270),
        ),
    )
    chart = Chart(
        "applicants", "图1 申请人情况", "柱形图：自然人36件", Place("overview", paragraph=1)
    )
    document = Document("图", ORGAN, 2025, (text(HAN), chart))
    pages = typeset.layout(document, fonts.standard(), lambda _series, _width: drawing)
    assert sum(isinstance(mark, Polygon) for mark in pages.pages[0].marks) == 3
    figure = next(node for node in pages.nodes if node.kind == "Figure")
    assert figure.alternative == "柱形图：自然人36件"
    assert figure.box is not None
    data = pdf.write(pages)
    import page as page_validation
    import pypdfium2

    for profile in ("3a", "ua1"):
        assert page_validation.validate_pdf_bytes(data, profile=profile).is_compliant
    with pypdfium2.PdfDocument(data) as opened:
        found = opened[0].get_textpage().get_text_range()
    assert "自然人36件" in found
    assert "图1 申请人情况" in found


def test_a_picture_and_its_caption_stay_together() -> None:
    from io import BytesIO

    from PIL import Image

    data = BytesIO()
    Image.new("RGB", (300, 900), (10, 90, 10)).save(data, "PNG")
    for before in range(23):
        picture = Picture(data.getvalue(), "图1 专区", "照片", 100, Place("overview", paragraph=9))
        pages = laid_out(*[text(HAN)] * before, picture)
        figure = next(node for node in pages.nodes if node.kind == "Figure")
        caption = next(number for number, _, _, words in lines_of(pages) if words == "图1 专区")
        assert figure.box is not None
        assert figure.box[0] == caption
        _, _, top, _, height = figure.box
        assert top >= TOP
        assert top + height < BOTTOM


def test_an_annex_mark_stands_above_the_title() -> None:
    pages = laid_out(Annex("附件1", Place("cover")), Title(("报告",), Place("cover")))
    annex, title = lines_of(pages)[:2]
    assert (annex[3], annex[1]) == ("附件1", LEFT)
    assert title[2] > annex[2] + PITCH


def test_unprintable_characters_do_not_draw_boxes() -> None:
    words = "公\u200b开\ufeff信\u00ad息"
    data = pdf.write(laid_out(text(words)))
    import pypdfium2

    with pypdfium2.PdfDocument(data) as opened:
        assert "公开信息" in opened[0].get_textpage().get_text_range()


def test_a_report_without_anything_is_one_empty_page() -> None:
    assert len(laid_out().pages) == 1


def test_the_same_report_is_laid_out_the_same() -> None:
    first, second = (typeset.layout(report(), fonts.standard()) for _ in range(2))
    assert [repr(mark) for _, mark in lines_with_marks(first)] == [
        repr(mark) for _, mark in lines_with_marks(second)
    ]


def lines_with_marks(pages: Pages) -> list[tuple[int, tuple[float, float, str, float]]]:
    return [(n, (mark.x, mark.y, mark.text, mark.spacing)) for n, mark in pages.texts()]


def test_heading_levels_have_no_gap_for_a_screen_reader() -> None:
    pages = laid_out(
        Heading(3, "1.", Place("overview")), Paragraph("正文", Place("overview", paragraph=0))
    )
    assert [node.kind for node in pages.nodes if node.kind.startswith("H")] == ["H1"]
