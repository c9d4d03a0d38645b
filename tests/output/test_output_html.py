"""Web pages, read by lxml: what a portal, a screen reader and a phone need of them."""

import re
from base64 import b64decode
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from office_reports import DANGEROUS, FORMS, blank, rich, sample, tables_of, with_chart

from gic_desktop.output import blocks, drawings
from gic_desktop.output.blocks import Document
from gic_desktop.output.html import html_bytes, table_html
from gic_desktop.output.pages import document
from gic_desktop.report.place import Place


def written(report, *, draft=False):
    made = document(report, draft=draft)
    return made, html_bytes(report, made)


def opened(data):
    return html.fromstring(data.decode())


@pytest.mark.parametrize("form", FORMS)
def test_one_file_that_needs_nothing_else(form):
    report = rich(form)
    _, data = written(with_chart(report, "outcomes"))
    page = opened(data)
    assert data.startswith(b'<!DOCTYPE html>\n<html lang="zh-CN">')
    assert page.find(".//meta[@charset]").get("charset") == "utf-8"
    assert not list(page.iter("script", "link", "iframe", "object", "form"))
    addresses = [v for e in page.iter() for k, v in e.attrib.items() if k in ("src", "href")]
    assert all(address.startswith("data:image/") for address in addresses)
    # The name of SVG looks like an address and is none.
    plain = data.decode().replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?:|url\(|@import|\son\w+=", plain)


@pytest.mark.parametrize("form", FORMS)
def test_headings_leave_no_level_out(form):
    made, data = written(rich(form))
    found = [(int(e.tag[1]), e.text_content()) for e in opened(data).iter("h1", "h2", "h3", "h4", "h5")]  # fmt: skip
    title = next(b for b in made.blocks if isinstance(b, blocks.Title))
    assert found[0] == (1, "".join(title.lines))
    assert [text for _, text in found[1:]] == [
        b.text for b in made.blocks if isinstance(b, blocks.Heading)
    ]
    levels = [level for level, _ in found]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert levels.count(1) == 1


@pytest.mark.parametrize("form", FORMS)
def test_tables_have_their_spans_and_every_figure_its_headers(form):
    made, data = written(rich(form))
    page = opened(data)
    ids = {e.get("id"): e for e in page.iter() if e.get("id")}
    assert len(ids) == sum(e.get("id") is not None for e in page.iter())
    for block, table in zip(tables_of(made), page.iter("table"), strict=True):
        shown = sorted(block.cells, key=lambda c: (c.row, c.column))
        cells = list(table.iter("td", "th"))
        texts = {(c.row, c.column): c.text for c in block.cells}
        for cell, element in zip(shown, cells, strict=True):
            assert element.text_content() == cell.text
            assert int(element.get("colspan", 1)) == cell.columns
            assert int(element.get("rowspan", 1)) == cell.rows
            label = cell.role in ("row", "column", "caption")
            assert (element.tag == "th") == label
            assert (element.get("scope") is not None) == label
            if cell.headers:
                spoken = [ids[key].text_content() for key in element.get("headers").split()]
                assert spoken == [texts[at] for at in cell.headers]
        assert len(table.findall("./thead/tr")) == block.header_rows
        assert table.get("aria-label") == block.summary


@pytest.mark.parametrize("form", FORMS)
def test_every_text_arrives_as_it_was_typed(form):
    _, data = written(rich(form))
    texts = [e.text_content() for e in opened(data).iter("p")]
    assert all(words in texts for words in DANGEROUS)
    assert "附件1" in texts
    assert "注：含上年度结转数量。" in texts


def test_pictures_lie_inside_with_their_words_and_without_their_owner():
    _, data = written(rich("2021"))
    first, second = opened(data).iter("img")
    assert (first.get("alt"), second.get("alt")) == ("社区门口的公开栏", "流程图")
    assert first.getparent().find("figcaption").text == "图1 公开栏"
    assert second.getparent().find("figcaption") is None
    for image in (first, second):
        picture = b64decode(image.get("src").partition("base64,")[2])
        for note in (b"CAMERA-OF-ZHANG", b"OWNER", b"ZHANG-SAN"):
            assert note not in picture


def test_a_chart_is_a_vector_picture_that_says_its_figures():
    report = with_chart(sample("2021"), "outcomes")
    _, data = written(report)
    figure = opened(data).find(".//figure")
    assert figure.find("svg").get("role") == "img"
    assert figure.find("svg").get("aria-label") == drawings.words(report, "outcomes")
    assert figure.find("figcaption").text == "图2 办理结果"
    _, empty = written(with_chart(blank("2021"), "outcomes"))
    assert opened(empty).find(".//figure") is None


def test_a_draft_says_so():
    _, final = written(sample("2021"))
    _, draft = written(sample("2021"), draft=True)
    assert opened(draft).find(".//aside").text == "草稿，尚未定稿"
    assert opened(final).find(".//aside") is None


@pytest.mark.parametrize("form", FORMS)
def test_equal_reports_make_equal_bytes(form):
    assert written(rich(form))[1] == written(rich(form))[1]


@pytest.mark.parametrize("form", FORMS)
def test_a_table_for_an_editor_carries_its_looks_in_its_cells(form):
    """A portal's editor throws away style sheets and classes."""
    made, _ = written(rich(form))
    for block in tables_of(made):
        table = html.fromstring(table_html(block))
        assert table.tag == "table"
        assert not [e for e in table.iter() if e.get("class")]
        cells = list(table.iter("td", "th"))
        assert len(cells) == len(block.cells)
        assert all("border:1px solid" in cell.get("style") for cell in cells)


@given(st.lists(st.text(st.characters(exclude_categories=("C", "Z")), min_size=1), max_size=5))
def test_any_words_come_back(words):
    place = Place("overview", part="body", paragraph=0)
    made = Document("<b>", '"', 2025, tuple(blocks.Paragraph(text, place) for text in words))
    page = opened(html_bytes(sample("2021"), made))
    assert [p.text_content() for p in page.iter("p")] == words
    assert page.find(".//title").text == "<b>"
