"""Random reports: no character is lost, no row is split, nothing stands on anything else."""

import math
import struct
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
from typeset_specimen import ORGAN, form_table

from gic_desktop.output import fonts, typeset
from gic_desktop.output.blocks import (
    Annex,
    Block,
    Document,
    Heading,
    Paragraph,
    Signature,
    Table,
    TableCell,
    Title,
)
from gic_desktop.output.typeset.clusters import NO_END, NO_START
from gic_desktop.output.typeset.flow import BOTTOM, LEFT, TOP, WIDTH
from gic_desktop.output.typeset.marks import ARTIFACT, Page, Pages, Rule, Stack, Text
from gic_desktop.report.place import Place

PIECES = st.sampled_from(
    [
        "政府信息", "公开", "，", "。", "“主动公开”", "（区分处理的）", "《条例》", "、", "——", "……",
        "2020年12月31日", "848450元", "12.5%", "国办发〔2019〕60号", "http://www.lucheng.gov.cn/zwgk/a_b.html",
        "APP", " ", "①", "36件", "：", "；", "！”", "王堃", "𬱖㙦", "1", "Word 2019", "3个百分点", "/", "·", "“", "”",
    ]
)  # fmt: skip
SENTENCES = st.lists(PIECES, min_size=1, max_size=120).map("".join)
FIGURES = st.sampled_from(
    ["0", "7", "36", "12345678", "59237.2449", "22（其中修订16件）", "", "+1036", "848450元"]
)


class Filled(NamedTuple):
    """A form's table with these figures in turn: short to print when a test fails."""

    year: str
    table: str
    figures: list[str]

    def made(self) -> Table:
        cells = form_table(self.year, self.table).cells
        names = [cell.cell for cell in cells if cell.cell]
        chosen = {name: self.figures[at % len(self.figures)] for at, name in enumerate(names)}
        return form_table(self.year, self.table, chosen)


TABLES = st.builds(
    Filled,
    st.sampled_from(["2019", "2021"]),
    st.sampled_from(["disclosure", "requests", "disputes"]),
    st.lists(FIGURES, min_size=1, max_size=9),
)
SECTION = Place("overview", paragraph=0)
BLOCKS = st.lists(
    st.one_of(
        st.builds(Paragraph, SENTENCES, st.just(SECTION)),
        st.builds(Paragraph, SENTENCES, st.just(SECTION), st.just(True)),
        st.builds(Heading, st.integers(1, 4), SENTENCES.map(lambda words: words[:70]), st.just(SECTION)),
        st.builds(Title, st.tuples(SENTENCES.map(lambda words: words[:90])), st.just(SECTION)),
        st.builds(Annex, st.just("附件1"), st.just(SECTION)),
        st.builds(Signature, st.tuples(SENTENCES.map(lambda w: w[:50]), st.just("2026年1月19日")), st.just(SECTION)),
        TABLES,
    ),
    max_size=12,
)  # fmt: skip


def laid_out(blocks: Sequence[Block | Filled]) -> Pages:
    made = tuple(block.made() if isinstance(block, Filled) else block for block in blocks)
    return typeset.layout(Document("报告", ORGAN, 2025, made), fonts.standard())


def texts_of(page: Page) -> Iterator[Text]:
    for mark in page.marks:
        if isinstance(mark, Text):
            yield mark
        elif isinstance(mark, Stack):
            yield from mark.texts


Ink = tuple[float, float, float, float]


def inks_of(mark: Text) -> Iterator[tuple[str, Ink]]:
    """What is black of each character: left, top, right, bottom on the page."""
    scale = mark.size / mark.face.units  # type: ignore[attr-defined]
    for character, at in zip(mark.text, mark.stops(), strict=False):
        outline = mark.face.outline(mark.face.glyph(ord(character)))  # type: ignore[attr-defined]
        if outline:
            x0, y0, x1, y1 = (value * scale for value in struct.unpack(">hhhh", outline[2:10]))
            if mark.angle == 90:
                yield character, (mark.x + y0, mark.y + at + x0, mark.x + y1, mark.y + at + x1)
            else:
                yield character, (mark.x + at + x0, mark.y - y1, mark.x + at + x1, mark.y - y0)


def letters(words: str) -> Counter[str]:
    return Counter(character for character in words if not character.isspace())


def words_of(blocks: list[Block | Filled]) -> Counter[str]:
    found: Counter[str] = Counter()
    for block in blocks:
        if isinstance(block, Filled):
            for cell in block.made().cells:
                found += letters(cell.text)
        elif isinstance(block, Title | Signature):
            for line in block.lines:
                found += letters(line)
        else:
            found += letters(block.text)  # type: ignore[union-attr]
    return found


@settings(max_examples=60, deadline=None)
@given(BLOCKS)
def test_no_character_is_lost(blocks: list[Block | Filled]) -> None:
    pages = laid_out(blocks)
    real: Counter[str] = Counter()
    for page in pages.pages:
        for mark in page.marks:
            if isinstance(mark, Text | Stack) and mark.node != ARTIFACT:
                real += letters(
                    mark.text if isinstance(mark, Text) else "".join(t.text for t in mark.texts)
                )
    assert real == words_of(blocks)


@settings(max_examples=60, deadline=None)
@given(BLOCKS)
def test_text_stands_inside_the_type_area_and_not_on_other_text(
    blocks: list[Block | Filled],
) -> None:
    for page in laid_out(blocks).pages:
        inks = [
            (ink, character, mark.size)
            for mark in texts_of(page)
            for character, ink in inks_of(mark)
        ]
        inks = [entry for entry in inks if entry[0][1] < BOTTOM + 1]
        inks.sort(key=lambda entry: entry[0][1])
        for index, ((left, top, right, bottom), character, size) in enumerate(inks):
            assert left >= LEFT - 1, character
            assert right <= LEFT + WIDTH + 1, character
            assert top >= TOP - 1, character
            assert bottom <= BOTTOM + 1, character
            for other, second, _ in inks[index + 1 :]:
                if other[1] >= bottom:
                    break
                across = min(right, other[2]) - max(left, other[0])
                down = min(bottom, other[3]) - max(top, other[1])
                assert across < 0.07 * size or down < 0.07 * size, (character, second)


@settings(max_examples=40, deadline=None)
@given(st.lists(TABLES, min_size=1, max_size=3), st.integers(0, 20))
def test_rows_are_whole_and_texts_stay_in_their_cells(tables: list[Filled], lines: int) -> None:
    blocks: list[Block | Filled] = [Paragraph("正文。", SECTION) for _ in range(lines)]
    blocks += tables
    for page in laid_out(blocks).pages:
        rules = [mark for mark in page.marks if isinstance(mark, Rule)]
        across = [rule for rule in rules if rule.y1 == rule.y2]
        down = [rule for rule in rules if rule.x1 == rule.x2]
        for mark in texts_of(page):
            for character, (left, top, right, bottom) in inks_of(mark):
                for rule in across:
                    crossed = top < rule.y1 < bottom
                    assert not (crossed and rule.x1 < right and rule.x2 > left), character
                for rule in down:
                    crossed = left < rule.x1 < right
                    assert not (crossed and rule.y1 < bottom and rule.y2 > top), character


@settings(max_examples=40, deadline=None)
@given(st.integers(4, 60), st.integers(0, 21), st.integers(0, 3), st.data())
def test_any_table_prints_every_row_once_and_its_header_on_every_page(
    rows: int, lines: int, header: int, data: st.DataObject
) -> None:
    cells = []
    row = header
    while row < rows:
        high = min(data.draw(st.integers(1, 12)), rows - row)
        label = data.draw(
            st.sampled_from(["（三）不予公开", "一、很长的行标签" * 3, "三、本年度办理结果"])
        )
        upright = high >= 8 and data.draw(st.booleans())
        cells.append(cell_at(row, 0, high, label, "row", vertical=upright))
        row += high
    for row in range(rows):
        if row < header:
            cells.append(cell_at(row, 0, 1, f"头{row}", "column"))
        words = data.draw(st.sampled_from(["1", "数" * 9, "字" * 70, "12345678"]))
        cells.append(
            cell_at(row, 1, 1, f"行{row}。{words}", "column" if row < header else "figure")
        )
    table = Table("t", rows, 2, header, (200, 800), tuple(cells), "表", Place("t"))
    blocks: list[Block | Filled] = [Paragraph("正文。", SECTION) for _ in range(lines)]
    pages = laid_out([*blocks, table])
    seen: Counter[str] = Counter()
    for page in pages.pages:
        texts = "".join(mark.text for mark in texts_of(page))
        for row in range(header):
            if any(isinstance(mark, Rule) for mark in page.marks):
                assert f"头{row}" in texts
        for mark in page.marks:
            real = mark.texts if isinstance(mark, Stack) else [mark]
            for words in real:
                if (
                    isinstance(words, Text)
                    and words.node != ARTIFACT
                    and words.text.startswith("行")
                ):
                    seen[words.text.split("。")[0]] += 1
    assert seen == Counter({f"行{row}": 1 for row in range(rows)})


def cell_at(
    row: int, column: int, high: int, words: str, role: str, *, vertical: bool = False
) -> TableCell:
    place = Place("t", cell=f"{row}.{column}")
    return TableCell(row, column, high, 1, words, role, vertical, "center", place)  # type: ignore[arg-type]


@settings(max_examples=150, deadline=None)
@given(SENTENCES)
def test_no_line_begins_or_ends_with_a_mark_that_may_not(words: str) -> None:
    pages = laid_out([Paragraph(words, SECTION)])
    lines: dict[tuple[int, float], str] = {}
    for number, mark in pages.texts():
        if mark.node != ARTIFACT:
            key = (number, round(mark.y, 1))
            lines[key] = lines.get(key, "") + mark.text
    texts = [lines[key].strip() for key in sorted(lines)]
    for above, below in pairwise(texts):
        forced = longest_unbroken(words) > 26
        assert forced or below[0] not in NO_START - set(" "), (above, below)
        # An address that is too long is parted behind a slash.
        assert forced or above[-1] not in NO_END - set("/#"), (above, below)
        assert not (above[-1] == below[0] and above[-1] in "—…") or forced
        # A number is not parted, nor from its unit.
        assert forced or not (above[-1].isdecimal() and below[0].isdecimal())


def longest_unbroken(words: str) -> float:
    """Characters in the longest stretch that no line may be broken in."""
    from gic_desktop.output.typeset.clusters import clusters

    sizes = [
        sum(0.5 if character < "\u0250" else 1 for character in words[piece.start : piece.end])
        for piece in clusters(words)
    ]
    return max(sizes, default=0)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, min_size=61, max_size=120).map("".join))
def test_full_lines_reach_the_right_edge_exactly(words: str) -> None:
    pages = laid_out([Paragraph(words, SECTION)])
    ends: dict[tuple[int, float], tuple[float, str]] = {}
    for number, mark in pages.texts():
        if mark.node != ARTIFACT:
            ends[number, mark.y] = (mark.x + mark.stops()[-1], mark.text[-1])
    ordered = [ends[key] for key in sorted(ends)]
    for end, last in ordered[:-1]:
        # Only the blank half of a closing mark may lie behind the edge.
        behind = end - LEFT - WIDTH
        assert behind < 0.05 or last in "，。、；：”’）》】〕」』〉"
        assert behind < 8.3
        assert math.isfinite(end)
