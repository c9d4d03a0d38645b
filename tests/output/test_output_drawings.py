"""Charts as they are seen: every value printed, everything inside, equal bytes, valid in the PDF."""

from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import page as page_validation
import pypdfium2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from gic_desktop import resources
from gic_desktop.forms import catalogue
from gic_desktop.output import blocks, drawings, fonts, pages
from gic_desktop.output.export_pdf import pdf_bytes
from gic_desktop.output.series import Bar, Chart, Value, charts
from gic_desktop.output.typeset.drawing import Drawing, DrawnLine, DrawnRect, DrawnText
from gic_desktop.report.edits import LinkEarlier, SetCells, SetSection
from gic_desktop.report.figures import Figure
from gic_desktop.report.narrative import Chart as Placed
from gic_desktop.report.report import Report, new_report
from gic_desktop.store import gicr
from gic_desktop.values import replace

THIRD = Path(__file__).parents[1] / "samples" / "third_form.toml"
KEYS = ("outcomes", "applicants", "flow", "disputes", "request_years", "dispute_years")


def sample(form: str = "2021") -> Report:
    return gicr.read(resources.path("samples", f"{form}.gicr").read_bytes()).report


def with_charts(report: Report, section: str, *keys: str) -> Report:
    written = report.section(section)
    return SetSection(replace(written, body=(*written.body, *map(Placed, keys)))).apply(report)


def texts(made: Drawing) -> list[str]:
    return [shape.text for shape in made.shapes if isinstance(shape, DrawnText)]


def assert_inside(made: Drawing) -> None:
    """Nothing sticks out, and no text lies on another."""
    pen = fonts.standard()
    boxes = []
    for shape in made.shapes:
        if isinstance(shape, DrawnRect):
            box = (shape.x, shape.y, shape.x + shape.width, shape.y + shape.height)
        elif isinstance(shape, DrawnLine):
            xs, ys = zip(*shape.points, strict=True)
            box = (min(xs), min(ys), max(xs), max(ys))
        else:
            assert isinstance(shape, DrawnText)
            wide = sum(
                face.advance(face.glyph(ord(c))) / 1000 * shape.size
                for c in shape.text
                for face in [pen.face("table", c)]
            )
            left = shape.x - {"left": 0.0, "center": wide / 2, "right": wide}[shape.align]
            box = (left, shape.y - shape.size * 0.75, left + wide, shape.y + shape.size * 0.1)
            assert not any(
                box[0] < b[2] - 0.1 and b[0] < box[2] - 0.1 and box[1] < b[3] and b[1] < box[3]
                for b in boxes
            ), shape.text
            boxes.append(box)
        assert -0.01 <= box[0] <= box[2] <= made.width + 0.01, shape
        assert -0.01 <= box[1] <= box[3] <= made.height + 0.01, shape


@pytest.fixture
def third() -> Iterator[Report]:
    report = new_report(catalogue.add_form(THIRD), 2090, "档案馆")
    yield SetCells({"lending.lent.adult": Figure(5), "lending.in_time.adult": Figure(3)}).apply(
        report
    )
    catalogue.forget_added()


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_every_name_and_value_stands_at_its_bar(form: str) -> None:
    for made in charts(sample(form)):
        drawn = drawings.drawing(made)
        assert_inside(drawn)
        said = " ".join(texts(drawn))
        for bar in made.bars:
            assert bar.name in said
            for value in bar.values:
                assert value.text in said.replace("（", " ").split()


def test_lengths_are_as_the_numbers() -> None:
    made = next(one for one in charts(sample()) if one.key == "outcomes")
    long = [shape.width for shape in drawings.drawing(made).shapes if isinstance(shape, DrawnRect)]
    assert [value.number for bar in made.bars for value in bar.values] == [15, 5, 6, 6, 3, 1]
    assert long == pytest.approx([long[0] * n / 15 for n in (15, 5, 6, 6, 3, 1)])


def test_the_parts_of_a_bar_differ_in_grey_print_too() -> None:
    """Neighbours in a stacked bar, by the lightness that a grey print keeps."""
    light = [
        0.2126 * r**2.2 + 0.7152 * g**2.2 + 0.0722 * b**2.2 for (r, g, b), _ in drawings.STYLES
    ]
    for one, other in pairwise(light):
        bright, dark = max(one, other), min(one, other)
        assert (bright + 0.05) / (dark + 0.05) > 1.5
    looks = {
        (round(grey, 1), hatch) for grey, (_, hatch) in zip(light, drawings.STYLES, strict=True)
    }
    assert len(looks) == len(drawings.STYLES)


def test_the_svg_reads_and_says_what_it_shows() -> None:
    report = sample()
    for key in KEYS:
        root = etree.fromstring(drawings.svg(report, key).encode())
        assert root.get("role") == "img"
        assert root.get("aria-label") == drawings.words(report, key)
        said = [element.text for element in root.iter("{*}text")]
        chart = next(one for one in charts(report) if one.key == key)
        assert said == texts(drawings.drawing(chart))
    assert "2025年政府信息公开申请办理结果" in drawings.svg(report, "outcomes", titled=True)


def test_a_picture_is_as_wide_as_asked_and_has_ink() -> None:
    report = sample()
    for key in KEYS:
        with Image.open(BytesIO(drawings.png(report, key, 800))) as image:
            assert image.format == "PNG"
            assert image.width == 800
            assert len(image.convert("RGB").getcolors(1 << 24) or ()) > 10
            assert image.convert("RGB").getpixel((799, 0)) == (255, 255, 255)


def test_equal_reports_give_equal_bytes() -> None:
    for key in KEYS:
        assert drawings.svg(sample(), key) == drawings.svg(sample(), key)
        assert drawings.png(sample(), key, 600) == drawings.png(sample(), key, 600)


def test_nothing_is_drawn_where_nothing_is_filled_in_or_the_form_has_no_such_chart() -> None:
    report = new_report(catalogue.form_for_year(2025), 2025, "青山街道办事处")
    for key in (*KEYS, "unknown"):
        assert drawings.svg(report, key) == ""
        assert drawings.png(report, key, 600) == b""
        assert drawings.drawer_for(report)(key, 400) is None
    placed = with_charts(report, "overview", *KEYS, "unknown")
    assert not any(isinstance(b, blocks.Chart) for b in pages.document(placed).blocks)


def test_a_placed_chart_goes_with_the_figures() -> None:
    report = with_charts(sample(), "overview", "flow")
    [before] = [b for b in pages.document(report).blocks if isinstance(b, blocks.Chart)]
    assert before.caption == "2025年政府信息公开申请收到、办结和结转情况"
    assert "本年新收35件" in before.alternative
    report = SetCells({"requests.received.person": Figure(1026)}).apply(report)
    [after] = [b for b in pages.document(report).blocks if isinstance(b, blocks.Chart)]
    assert "本年新收1035件" in after.alternative


@pytest.mark.parametrize("form", ["2019", "2021", "third"])
def test_pdf_with_every_chart_keeps_both_standards(form: str, third: Report) -> None:
    report = third if form == "third" else sample(form)
    keys = [one.key for one in charts(report)]
    data = pdf_bytes(report := with_charts(report, report.form.sections[0].id, *keys),
                     pages.document(report))  # fmt: skip
    for profile in ("3a", "ua1"):
        result = page_validation.validate_pdf_bytes(data, profile=profile)
        assert [f"{f.rule_id} {f.message}" for f in result.failures] == []
    with pypdfium2.PdfDocument(data) as document:
        said = "".join("".join(page.get_textpage().get_text_range().split()) for page in document)
        pictures = [o for page in document for o in page.get_objects() if o.type == 3]
    assert pictures == []  # lines and letters, no raster picture
    drawer = drawings.drawer_for(report)
    for chart in charts(report):
        if not chart.missing:
            made = drawer(chart.key, drawings.WIDTH)
            assert made is not None
            for text in texts(made):
                assert "".join(text.split()) in said
            assert chart.title in said
    assert pdf_bytes(report, pages.document(report)) == data


_NUMBERS = st.one_of(st.none(), st.integers(0, 20), st.integers(0, 10**15 - 1))
_NAMES = st.text("一二三四五信息公开申请（）·1", min_size=1, max_size=30)


@given(
    st.sampled_from(["bars", "stacked", "years"]),
    st.lists(
        st.tuples(_NAMES, st.lists(_NUMBERS, min_size=1, max_size=25)), min_size=1, max_size=5
    ),
    st.booleans(),
)
@example("years", [("1", [None]), ("一" * 30, [None])], False)
@example("stacked", [("一" * 30, [10**15 - 1] * 7)], True)
def test_any_numbers_and_names_stay_inside_and_apart(kind, bars, titled) -> None:
    years = max(len(numbers) for _, numbers in bars)
    made = tuple(
        Bar(name, tuple(
            Value(str(2000 + n) if kind == "years" else f"{name[:8]}{n}", number)
            for n, number in enumerate((numbers * years)[: years if kind == "years" else 7])
        )[: 1 if kind == "bars" else None])
        for name, numbers in bars
    )  # fmt: skip
    chart = Chart("any", "任意图表", kind, "件", "overview", made, "", "")
    assert_inside(drawings.drawing(chart, titled=titled))


def test_ten_linked_years_are_still_read() -> None:
    report = sample()
    for year in range(2010, 2024):
        old = new_report(catalogue.form_named("2021"), year, report.organ)
        old = SetCells({"requests.received.person": Figure(year * 10)}).apply(old)
        report = LinkEarlier(old).apply(report)
    chart = next(one for one in charts(report) if one.key == "request_years")
    drawn = drawings.drawing(chart)
    assert_inside(drawn)
    assert min(s.size for s in drawn.shapes if isinstance(s, DrawnText)) >= 8
