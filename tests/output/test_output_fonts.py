"""Which font prints a character: the roles, their chains, and what nobody can print."""

from __future__ import annotations

from pathlib import Path

import pytest

from gic_desktop.output import font_cache, fonts, installed_fonts
from gic_desktop.output.fonts import ROLES, FontSet, Role, visible

# What the text and the tables of a report may contain besides everyday hanzi.
NAMES = "𬱖㙦䶮㛃𫟹堃翀玥𫖮𬬭𫚕"
SIGNS = (
    "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㎡±—…·℃×÷≥≤√●▲◆■□△○☆★→％‰№§Ⅰ Ⅱ Ⅲ〇"
    "，。、；：？！“”‘’（）《》〈〉【】〔〕「」『』～－＋＝／＃＆＠０１９ＡＺａｚ￥"
)
LATIN = "ABCXYZabcxyz0123456789.,:;%/-+@()[]#&=?!'\" éüÖαβΩμ"
WORDS = "中华人民共和国政府信息公开条例街道办事处申请人予以公开行政复议诉讼年度报告"


@pytest.fixture(scope="module")
def program_fonts() -> FontSet:
    return FontSet()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("text", [NAMES, SIGNS, LATIN, WORDS])
def test_every_character_has_a_real_outline(program_fonts: FontSet, role: Role, text: str) -> None:
    assert program_fonts.missing(text, role) == []
    for face, part in program_fonts.runs(text, role):
        for character in part:
            glyph = face.glyph(ord(character))
            assert glyph
            assert face.advance(glyph) > 0
            assert bool(face.outline(glyph)) is (character != " ")


@pytest.mark.parametrize("role", ROLES)
def test_every_hanzi_of_gb2312_and_gbk_prints(program_fonts: FontSet, role: Role) -> None:
    hanzi = "".join(map(chr, range(0x4E00, 0x9FA6)))
    assert program_fonts.missing(hanzi, role) == []


def test_a_character_nobody_has_is_named_with_its_place(program_fonts: FontSet) -> None:
    assert program_fonts.missing("王\U00031abc和\U00031abc。", "body") == [
        (1, "\U00031abc"),
        (3, "\U00031abc"),
    ]
    # It does not stop a preview: an empty box stands for it.
    box = program_fonts.face("body", "\U00031abc")
    assert box.key.startswith("body-")
    assert box.outline(box.glyph(0x31ABC))


def test_digits_in_body_text_come_from_the_latin_font(program_fonts: FontSet) -> None:
    runs = program_fonts.runs("《条例》第54条，2025年，约12.5%。", "body")
    assert [(face.key.split("-")[0], text) for face, text in runs] == [
        ("rare", "《"),
        ("body", "条例"),
        ("rare", "》"),
        ("body", "第"),
        ("latin", "54"),
        ("body", "条，"),
        ("latin", "2025"),
        ("body", "年，约"),
        ("latin", "12.5%"),
        ("body", "。"),
    ]


@pytest.mark.parametrize("role", ["title", "h1", "table"])
def test_digits_elsewhere_come_from_the_font_itself(program_fonts: FontSet, role: Role) -> None:
    ((face, text),) = program_fonts.runs("2025年收到12件", role)
    assert text == "2025年收到12件"
    assert face.key.startswith(f"{role}-")


def test_a_rare_name_changes_the_font_only_for_itself(program_fonts: FontSet) -> None:
    runs = program_fonts.runs("联系人王堃、龙𬱖", "body")
    assert [(face.key.split("-")[0], text) for face, text in runs] == [
        ("body", "联系人王"),
        ("rare", "堃"),
        ("body", "、龙"),
        ("rare", "𬱖"),
    ]


@pytest.mark.parametrize("role", ROLES)
def test_runs_lose_nothing(program_fonts: FontSet, role: Role) -> None:
    text = WORDS + LATIN + NAMES + SIGNS + "\U00031abc"
    assert "".join(part for _, part in program_fonts.runs(text, role)) == text


def test_what_never_prints_is_no_missing_character(program_fonts: FontSet) -> None:
    pasted = "\ufeff王\u200b堃\ufe00\t"
    assert program_fonts.missing(pasted, "body") == []
    assert visible(pasted) == "王堃"
    assert "".join(part for _, part in program_fonts.runs(pasted, "body")) == "王堃"


def test_the_light_signs_are_in_the_font_that_draws_them() -> None:
    rare = font_cache.open_face("rare")
    for signs in fonts._LIGHT_SIGNS.values():
        for sign in signs:
            assert rare.outline(rare.glyph(ord(sign)))
            assert rare.advance(rare.glyph(ord(sign))) == 1000


@pytest.mark.parametrize("role", ["body", "h2"])
def test_signs_that_a_font_draws_as_others_come_from_another(
    program_fonts: FontSet, role: Role
) -> None:
    wrong = font_cache.open_face("body")
    assert wrong.outline(wrong.glyph(ord("￥")))[:10] == wrong.outline(wrong.glyph(ord("＄")))[:10]
    right = font_cache.open_face("table")
    assert right.outline(right.glyph(ord("￥")))[:10] != right.outline(right.glyph(ord("＄")))[:10]
    assert program_fonts.runs("￥￣－…", role) == [(right, "￥￣－…")]
    assert program_fonts.missing("￥￣－…", role) == []


def test_a_font_that_is_not_on_this_pc_is_passed_over_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(installed_fonts, "folders", lambda: [tmp_path])
    installed_fonts.installed.cache_clear()
    try:
        chosen = FontSet({"body": "仿宋_GB2312"})
    finally:
        installed_fonts.installed.cache_clear()
    assert chosen.faults == ("这台电脑没有安装字体“仿宋_GB2312”，已改用本程序自带的字体。",)
    assert chosen.face("body", "政").key.startswith("body-")


def test_the_body_font_is_a_whole_em_wide() -> None:
    body = font_cache.open_face("body")
    assert body.advances("政府信息公开，。") == [1000] * 8
    latin = font_cache.open_face("latin")
    assert latin.advances("0123456789 ") == [500] * 10 + [250]
