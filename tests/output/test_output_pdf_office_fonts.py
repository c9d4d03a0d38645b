"""A whole report in the fonts of an office's own PC: a .ttc, a .ttf, one that may not be embedded."""

import io
import lzma
import re
from collections.abc import Iterator
from pathlib import Path

import page as page_validation
import pypdfium2
import pytest
from fontTools.ttLib import TTCollection, TTFont

from gic_desktop import resources, user_folders, verbs
from gic_desktop.output import font_cache, installed_fonts
from gic_desktop.store import gicr

NARROW = 0.9


def as_sold(file: str, family: str, english: str, *, narrow: bool = False) -> TTFont:
    """One of the program's fonts under the name of a font that offices buy."""
    font = TTFont(io.BytesIO(lzma.decompress(resources.path("fonts", file).read_bytes())))
    name = font["name"]
    name.names = []
    for number, words in (
        (1, english),
        (2, "Regular"),
        (4, english),
        (6, english.replace(" ", "")),
    ):
        name.setName(words, number, 3, 1, 0x409)
    for number in (1, 4):
        name.setName(family, number, 3, 1, 0x804)
    if narrow:
        metrics = font["hmtx"].metrics
        for glyph, (advance, left) in metrics.items():
            metrics[glyph] = (int(advance * NARROW), left)
    return font


@pytest.fixture(scope="module")
def office_fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    both = TTCollection()
    both.fonts = [
        as_sold("h2.ttf.xz", "仿宋_GB2312", "FangSong_GB2312", narrow=True),
        as_sold("body.ttf.xz", "楷体_GB2312", "KaiTi_GB2312"),
    ]
    both.save(folder / "gb2312.ttc")
    as_sold("h1.ttf.xz", "方正小标宋简体", "FZXiaoBiaoSong-B05S").save(folder / "FZXBSJW.TTF")
    forbidden = as_sold("table.ttf.xz", "黑体", "SimHei")
    forbidden["OS/2"].fsType = 2
    forbidden.save(folder / "simhei.ttf")
    return folder


@pytest.fixture
def office_pc(
    office_fonts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    monkeypatch.setattr(installed_fonts, "folders", lambda: [office_fonts])
    monkeypatch.setenv(user_folders.HOME_VARIABLE, str(tmp_path))
    installed_fonts.installed.cache_clear()
    yield office_fonts
    installed_fonts.installed.cache_clear()
    font_cache._open_installed.cache_clear()


def fonts_in(data: bytes) -> set[str]:
    return {name.decode() for name in re.findall(rb"/BaseFont\s*/(?:[A-Z]{6}\+)?([\w#.-]+)", data)}


def right_ends(data: bytes, number: int) -> list[float]:
    """Where the lines of a page of text end, in points."""
    with pypdfium2.PdfDocument(data) as document:
        words = document[number].get_textpage()
        ends: dict[int, float] = {}
        for at in range(words.count_chars()):
            if words.get_text_range(at, 1).isspace():
                continue
            _, bottom, right, top = words.get_charbox(at)
            line = round((bottom + top) / 2 / 14)
            ends[line] = max(ends.get(line, 0.0), right)
    return list(ends.values())


@pytest.mark.usefixtures("office_pc")
def test_a_report_in_the_offices_own_fonts() -> None:
    assert installed_fonts.offered("body")[0].name == "仿宋_GB2312"
    report = gicr.read(resources.path("samples", "2021.gicr").read_bytes()).report
    chosen = {
        "title": "方正小标宋简体", "h1": "黑体", "h2": "楷体_GB2312", "body": "仿宋_GB2312"
    }  # fmt: skip
    data = verbs.export_bytes(report, ".pdf", fonts=chosen)
    for profile in ("3a", "ua1"):
        assert not page_validation.validate_pdf_bytes(data, profile=profile).failures
    named = fonts_in(data)
    assert {"FZXiaoBiaoSong-B05S", "KaiTi_GB2312", "FangSong_GB2312"} <= named
    # The maker of this 黑体 does not allow embedding: the program's own stands in, it is not left out.
    assert "SimHei" not in named
    assert data.count(b"/FontFile2") == len(named)
    with pypdfium2.PdfDocument(data) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    assert "政府信息公开工作年度报告" in text
    assert "一、总体情况" in text
    # The font's own widths decide what a line holds; full lines end at the edge of the type area.
    edge = (28 + 156) * 72 / 25.4
    ends = right_ends(data, 1)
    # Its strokes are those of a wider font: they stand out by a point at most.
    assert max(ends) <= edge + 1.6
    assert len([right for right in ends if right > edge - 3]) >= 4
    longest = max(len(line) for line in text.split("\r\n") if "，" in line)
    assert longest > 28


def test_without_the_fonts_the_programs_own_print_the_same_report(
    office_pc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = gicr.read(resources.path("samples", "2021.gicr").read_bytes()).report
    monkeypatch.setattr(installed_fonts, "folders", lambda: [office_pc / "nothing here"])
    installed_fonts.installed.cache_clear()
    plain = verbs.export_bytes(report, ".pdf")
    assert verbs.export_bytes(report, ".pdf", fonts={"body": "仿宋_GB2312"}) == plain
