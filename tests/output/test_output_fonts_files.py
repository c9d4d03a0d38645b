"""Font files of the PC: plain outlines out of any TrueType font, refusals, damaged files."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont
from fontTools.ttLib.tables.ttProgram import Program
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gic_desktop import user_folders
from gic_desktop.output import font_cache, installed_fonts
from gic_desktop.output.face_file import FontError, compile_face
from gic_desktop.output.font_cache import Face
from gic_desktop.output.font_files import FontFile, FontFileError, decode_outline, encode_outline
from gic_desktop.output.fonts import FontSet

HANZI = "政府信息公开"
NAMES = {
    "familyName": {"en": "FangSong_GB2312", "zh": "仿宋_GB2312"},
    "fullName": {"en": "FangSong_GB2312", "zh": "仿宋_GB2312"},
    "psName": "FangSong_GB2312",
}


def stroke(pen: Any, x: int, y: int, size: int) -> None:
    pen.moveTo((x, y))
    pen.qCurveTo((x + size // 2, y + size), (x + size, y + 7), (x + size, y))
    pen.lineTo((x + size // 3, y - 300))
    pen.closePath()


def components(kind: str) -> Callable[[Any], None]:
    def draw(pen: TTGlyphPen) -> None:
        pen.addComponent("stroke", (1, 0, 0, 1, 40, -20))
        if kind == "scaled":
            pen.addComponent("stroke", (0.5, 0, 0, 0.5, 300, 11))
            pen.addComponent("stroke", (0.5, 0, 0, -1.25, 1, 300))
        if kind == "turned":
            pen.addComponent("stroke", (0.7, 0.7, -0.7, 0.7, 300, 10))
        if kind == "nested":
            pen.addComponent("scaled", (0.25, 0, 0, 0.25, -5, -5))

    return draw


@pytest.fixture(scope="module")
def office_font() -> bytes:
    """Give a font as a vendor makes one: hints, components of components, a blank hanzi."""
    return make_font()


def make_font(
    embedding: int = 0,
    names: dict[str, Any] | None = None,
    hanzi: str = HANZI,
    style: str = "Regular",
) -> bytes:
    order = [".notdef", "space", "stroke", "scaled", "turned", "nested", "matched", "blank"]
    builder = FontBuilder(256, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(
        {
            0x20: "space",
            **{ord(character): "stroke" for character in hanzi},
            ord("乙"): "scaled",
            ord("丙"): "turned",
            ord("丁"): "nested",
            ord("戊"): "matched",
            ord("䶮"): "blank",
            ord("𬱖"): "nested",
        }
    )
    glyphs: dict[str, Any] = {}
    for name in order:
        pen = TTGlyphPen(glyphs)
        if name in (".notdef", "stroke"):
            stroke(pen, 10, -10, 200)
            stroke(pen, 600, 20, 15)
        elif name in ("scaled", "turned", "nested", "matched"):
            components(name)(pen)
        glyphs[name] = pen.glyph()
    second = glyphs["matched"].components[0].__class__()
    second.glyphName, second.firstPt, second.secondPt = "stroke", 2, 4
    second.flags = 0
    glyphs["matched"].components.append(second)
    glyphs["stroke"].program = Program()
    glyphs["stroke"].program.fromBytecode(b"\xb0\x01\x2f")
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(
        {name: (256 if name != "space" else 85, getattr(glyphs[name], "xMin", 0)) for name in order}
    )
    builder.setupHorizontalHeader(ascent=220, descent=-36)
    builder.setupOS2(sTypoAscender=220, sTypoDescender=-36, fsType=embedding, usWeightClass=400)
    builder.setupNameTable((names or NAMES) | {"styleName": style})
    builder.setupPost()
    saved = io.BytesIO()
    builder.font.save(saved)
    return saved.getvalue()


def face_of(content: bytes) -> Face:
    return Face("test", content, bytes, len)


def test_hints_go_and_components_are_drawn_in(office_font: bytes) -> None:
    original = TTFont(io.BytesIO(office_font))
    table = original["glyf"]
    assert table["stroke"].program.getBytecode()
    plain = FontFile(office_font).plain_glyphs()
    for number, name in enumerate(original.getGlyphOrder()):
        wanted, ends, flags = table[name].getCoordinates(table)
        contours = decode_outline(plain[number]) if plain[number] else []
        assert len(contours) == len(ends)
        points = [point for contour in contours for point in contour]
        assert [on for _, _, on in points] == [bool(flag & 1) for flag in flags]
        for (x, y, _), (wanted_x, wanted_y) in zip(points, wanted, strict=True):
            assert abs(x - wanted_x) <= 0.5
            assert abs(y - wanted_y) <= 0.5


def test_the_subset_of_an_office_font_is_plain_and_valid(office_font: bytes) -> None:
    face = face_of(compile_face(office_font))
    chosen = [0, *(face.glyph(ord(character)) for character in "政乙丙丁戊")]
    program = TTFont(io.BytesIO(face.subset(chosen)), checkChecksums=2)
    for name in program.getGlyphOrder():
        glyph = program["glyf"][name]
        assert not glyph.isComposite()
        assert not glyph.program.getBytecode()
    assert face.family == "仿宋_GB2312"
    assert face.name == "FangSong_GB2312"
    assert face.advances("政 ") == [1000, 332]
    assert (face.ascent, face.descent) == (859, -141)


def test_a_claimed_but_blank_character_counts_as_missing(office_font: bytes) -> None:
    assert ord("䶮") in FontFile(office_font).characters()
    face = face_of(compile_face(office_font))
    assert face.glyph(ord("䶮")) == 0
    assert face.glyph(ord("𬱖")) > 0
    assert face.glyph(ord(" ")) > 0


def test_each_face_of_a_collection_can_be_chosen(tmp_path: Path) -> None:
    collection = TTCollection()
    other = {"familyName": {"en": "KaiTi_GB2312", "zh": "楷体_GB2312"}}
    collection.fonts = [TTFont(io.BytesIO(make_font(names=n))) for n in (NAMES, other)]
    collection.save(tmp_path / "both.ttc")
    found = installed_fonts.read_names(tmp_path / "both.ttc")
    assert [(font.name, font.index) for font in found] == [
        ("仿宋_GB2312", 0),
        ("楷体_GB2312", 1),
    ]
    data = (tmp_path / "both.ttc").read_bytes()
    assert face_of(compile_face(data, 1)).family == "楷体_GB2312"
    with pytest.raises(FontError, match="没有所选的字体"):
        compile_face(data, 2)


def test_a_postscript_font_is_refused() -> None:
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder([".notdef", "stroke"])
    builder.setupCharacterMap({ord("政"): "stroke"})
    pen = T2CharStringPen(500, None)
    stroke(pen, 0, 0, 100)
    shapes = {".notdef": pen.getCharString(), "stroke": pen.getCharString()}
    builder.setupCFF("Office", {}, shapes, {})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "stroke": (500, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupOS2()
    builder.setupNameTable(NAMES)
    builder.setupPost()
    saved = io.BytesIO()
    builder.font.save(saved)
    with pytest.raises(FontError, match="TrueType 轮廓"):
        compile_face(saved.getvalue())
    assert "TrueType" in installed_fonts.refusal(FontFile(saved.getvalue()))


@pytest.mark.parametrize(
    ("embedding", "words"),
    [
        (0x000, ""),
        (0x004, ""),
        (0x008, ""),
        (0x002, "不允许嵌入"),
        (0x006, ""),  # in old fonts the more permissive of two bits counts
        (0x108, "整套嵌入"),
        (0x208, "点阵"),
    ],
)
def test_the_maker_decides_about_embedding(embedding: int, words: str) -> None:
    reason = installed_fonts.refusal(FontFile(make_font(embedding)))
    assert words in reason
    assert bool(reason) is bool(words)


@pytest.fixture
def office_pc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a PC with no font but those that the test puts into the folder."""
    (tmp_path / "fonts" / "vendor").mkdir(parents=True)
    monkeypatch.setattr(installed_fonts, "folders", lambda: [tmp_path / "fonts"])
    monkeypatch.setenv(user_folders.HOME_VARIABLE, str(tmp_path / "home"))
    installed_fonts.installed.cache_clear()
    yield tmp_path / "fonts"
    installed_fonts.installed.cache_clear()


def test_an_office_prints_in_its_own_font(office_pc: Path, office_font: bytes) -> None:
    (office_pc / "vendor" / "SIMFANG_GB2312.TTF").write_bytes(office_font)
    (office_pc / "notes.txt").write_text("no font")
    (office_pc / "broken.ttf").write_bytes(office_font[:300])
    (office_pc / "latin.ttf").write_bytes(make_font(hanzi="ab", names={"familyName": "Serif"}))
    assert [font.name for font in installed_fonts.offered("body")] == ["仿宋_GB2312"]
    for name in ("仿宋_GB2312", "fangsong_gb2312", "FangSong_GB2312"):
        assert installed_fonts.named(name) is not None
    chosen = FontSet({"body": "仿宋_GB2312"})
    assert chosen.faults == ()
    runs = chosen.runs("政府12䶮街（", "body")
    # Its blank 䶮 and what it lacks come from the program's fonts, digits from the Latin one.
    assert [(face.family, text) for face, text in runs] == [
        ("仿宋_GB2312", "政府"),
        ("GIC Latin Serif", "12"),
        ("GIC Rare Kai", "䶮"),
        ("FandolFang", "街（"),
    ]
    assert chosen.missing("政府12䶮街", "body") == []


def test_a_font_that_may_not_be_embedded_is_named_with_the_reason(office_pc: Path) -> None:
    (office_pc / "restricted.ttf").write_bytes(make_font(embedding=2))
    (offered,) = installed_fonts.offered("body")
    assert "不允许嵌入" in offered.refusal
    chosen = FontSet({"body": "仿宋_GB2312"})
    assert chosen.faults == (
        "字体“仿宋_GB2312”不能使用：字体的授权不允许嵌入文件，已改用本程序自带的字体。",
    )
    assert chosen.face("body", "政").family == "FandolFang"


def test_the_bold_face_does_not_stand_in_for_its_family(office_pc: Path) -> None:
    (office_pc / "bold.ttf").write_bytes(make_font(style="Bold"))
    assert installed_fonts.named("仿宋_GB2312") is None
    (office_pc / "regular.ttf").write_bytes(make_font())
    installed_fonts.installed.cache_clear()
    found = installed_fonts.named("仿宋_GB2312")
    assert found is not None
    assert found.path.name == "regular.ttf"


def test_a_replaced_font_file_is_read_anew(office_pc: Path, office_font: bytes) -> None:
    file = office_pc / "own.ttf"
    file.write_bytes(office_font)
    assert font_cache.open_installed(file).glyph(ord("开"))
    file.write_bytes(make_font(hanzi="政府"))
    assert font_cache.open_installed(file).glyph(ord("开")) == 0
    file.unlink()
    with pytest.raises(FontError, match=r"找不到字体文件“own\.ttf”。"):
        font_cache.open_installed(file)


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), min_size=1, max_size=12),
    st.integers(0, 1 << 20),
)
def test_a_damaged_font_is_refused_or_read_never_a_crash(
    office_font: bytes, changes: list[tuple[int, int]], length: int
) -> None:
    damaged = bytearray(office_font)
    for place, value in changes:
        damaged[place % len(damaged)] = value
    if length < len(damaged):
        del damaged[length:]
    try:
        content = compile_face(bytes(damaged))
    except FontError:
        return
    face = face_of(content)
    face.read_all()
    face.subset(range(face.glyph_count))
    face.advances("政府 乙丙丁戊䶮")


def test_components_that_contain_themselves_are_an_empty_glyph(office_font: bytes) -> None:
    font = TTFont(io.BytesIO(office_font))
    font["glyf"]["scaled"].components[0].glyphName = "nested"
    font["glyf"]["nested"].components[0].glyphName = "scaled"
    saved = io.BytesIO()
    font["maxp"].recalc = lambda _: None
    font.recalcBBoxes = False
    font.save(saved)
    face = face_of(compile_face(saved.getvalue()))
    assert face.glyph(ord("乙")) == 0
    assert face.glyph(ord("丁")) == 0
    assert face.glyph(ord("丙")) > 0


POINT = st.tuples(st.integers(-9000, 9000), st.integers(-9000, 9000), st.booleans())


@settings(deadline=None)
@given(st.lists(st.lists(POINT, min_size=1, max_size=40), min_size=1, max_size=5))
def test_an_outline_written_is_the_outline_read(contours: list[list[Any]]) -> None:
    written = encode_outline(contours)
    assert decode_outline(written) == contours


@pytest.mark.parametrize("content", [b"", b"no font at all", b"ttcf", b"\0\1\0\0" + b"\xff" * 60])
def test_what_is_no_font_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(FontFileError):
        FontFile(content)
    (tmp_path / "x.ttf").write_bytes(content)
    assert installed_fonts.read_names(tmp_path / "x.ttf") == []
    with pytest.raises(FontError, match=r"字体“x\.ttf”不能使用："):
        font_cache.open_installed(tmp_path / "x.ttf")
