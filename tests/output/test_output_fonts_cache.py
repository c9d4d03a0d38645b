"""The font cache: whole programs out of it, and what happens when its files are not whole."""

from __future__ import annotations

import io
import lzma
import os
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gic_desktop import resources, user_folders
from gic_desktop.output import font_cache, fonts
from gic_desktop.output.face_file import FontError, compile_face
from gic_desktop.output.font_cache import STANDARD, Face

TEXT = "某某街道办事处2025年政府信息公开工作年度报告：申请12件，《条例》㎡堃𬱖①—…"


def source(name: str) -> TTFont:
    packed = resources.path("fonts", f"{name}.ttf.xz").read_bytes()
    return TTFont(io.BytesIO(lzma.decompress(packed)), lazy=True)


def numbers(face: Face, text: str) -> list[int]:
    return [0, *sorted({face.glyph(ord(character)) for character in text} - {0})]


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a person who starts the program for the first time: no cache anywhere."""
    monkeypatch.setenv(user_folders.HOME_VARIABLE, str(tmp_path))
    monkeypatch.setattr(font_cache, "_SHIPPED", "no such folder")
    forget_faces()
    yield tmp_path / "cache" / "fonts"
    forget_faces()


def forget_faces() -> None:
    """Faces are told apart by identity: a set that holds old ones goes with them."""
    font_cache.open_face.cache_clear()
    font_cache._open_installed.cache_clear()
    fonts.standard.cache_clear()


@pytest.mark.parametrize("name", STANDARD)
def test_a_subset_is_a_valid_font_with_the_outlines_of_the_source(name: str) -> None:
    face, original = font_cache.open_face(name), source(name)
    chosen = numbers(face, TEXT)
    assert len(chosen) > 5
    program = TTFont(io.BytesIO(face.subset(chosen)), checkChecksums=2)
    assert program["maxp"].numGlyphs == len(chosen)
    assert program["head"].unitsPerEm == original["head"].unitsPerEm
    old_names, new_names = original.getGlyphOrder(), program.getGlyphOrder()
    for new, old in enumerate(chosen):
        was, now = original["glyf"][old_names[old]], program["glyf"][new_names[new]]
        assert was.getCoordinates(original["glyf"])[:2] == now.getCoordinates(program["glyf"])[:2]
        assert original["hmtx"][old_names[old]] == program["hmtx"][new_names[new]]


@pytest.mark.parametrize("name", STANDARD)
def test_characters_and_widths_are_those_of_the_source(name: str) -> None:
    face, original = font_cache.open_face(name), source(name)
    order = {glyph: number for number, glyph in enumerate(original.getGlyphOrder())}
    units = original["head"].unitsPerEm
    characters = original.getBestCmap()
    for character in [*list(characters)[::97], *(c for c in characters if c > 0xFFFF)]:
        outline = face.glyph(character)
        assert outline in (order[characters[character]], 0)
        if outline:
            width = original["hmtx"][characters[character]][0] * 1000 / units
            assert abs(face.advance(outline) - width) <= 0.5
    assert face.glyph(0x31ABC) == 0
    assert face.embedding == original["OS/2"].fsType


@pytest.mark.parametrize("name", ["body", "table", "h1"])
def test_everyday_characters_lie_together(name: str) -> None:
    """A page of a report then touches some dozen pages of memory, not one for each character."""
    face = font_cache.open_face(name)
    everyday, rare = "某某街道办事处2025年政府信息公开工作年度报告：申请12件，《条例》①—…", "堃翀"
    places = {c: face._record(face.glyph(ord(c))).place for c in everyday + rare}
    first, last = min(places.values()), max(places[c] for c in everyday if face.glyph(ord(c)))
    assert last - first < 2_400_000
    assert all(places[c] > last for c in rare if face.glyph(ord(c)))


def test_the_sums_of_the_fonts_are_right() -> None:
    import hashlib

    for name in STANDARD:
        packed = resources.path("fonts", f"{name}.ttf.xz").read_bytes()
        assert font_cache._sums()[f"{name}.ttf.xz"] == hashlib.sha256(packed).hexdigest()


@pytest.mark.parametrize("name", ["rare", "latin"])
def test_no_reserved_name_is_left_in_a_renamed_font(name: str) -> None:
    for record in source(name)["name"].names:
        if record.nameID == 0:  # the notice of the copyright holders, which must stay
            continue
        for word in ("LXGW", "霞鹜", "Liberation", "Arimo", "Tinos", "Cousine"):
            assert word not in record.toUnicode()


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(1, 9000), unique=True, max_size=40))
def test_any_choice_of_glyphs_gives_one_stream_and_right_sums(chosen: list[int]) -> None:
    face = font_cache.open_face("body")
    packed = face.deflated_subset([0, *chosen])
    plain = zlib.decompress(packed.stream)  # checks the adler32 of the join
    assert len(plain) == packed.length
    assert face.deflated_subset([0, *chosen]) == packed
    TTFont(io.BytesIO(plain), checkChecksums=2)


@pytest.mark.parametrize("wrong", [[], [5], [0, 3, 3], [0, 0], [3, 0]])
def test_a_subset_without_notdef_or_with_doubles_is_refused(wrong: list[int]) -> None:
    with pytest.raises(ValueError, match="glyph 0"):
        font_cache.open_face("latin").subset(wrong)


def cut(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


def older(whole: bytes) -> bytes:
    return whole[:7] + b"\0" + whole[8:]


def other_byte_order(whole: bytes) -> bytes:
    return whole[:8] + whole[8:12][::-1] + whole[12:]


@pytest.mark.parametrize(
    "damage", [cut, older, other_byte_order, lambda _: b"", lambda whole: bytes(len(whole))]
)
def test_a_file_damaged_as_a_whole_is_made_anew(
    empty_home: Path, damage: Callable[[bytes], bytes]
) -> None:
    expected = font_cache.open_face("latin").subset([0, 40, 41])
    (file,) = empty_home.iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    font_cache.open_face.cache_clear()
    assert font_cache.open_face("latin").subset([0, 40, 41]) == expected
    assert file.read_bytes() == whole


@pytest.fixture(scope="module")
def latin_file() -> bytes:
    return compile_face(font_cache._standard_font("latin"))


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_a_changed_byte_anywhere_never_changes_what_is_printed(
    latin_file: bytes, data: st.DataObject
) -> None:
    face = Face("whole", latin_file, bytes, len)
    text = "Annual Report 2025, 12.5%"
    chosen = numbers(face, text)
    at = data.draw(st.integers(0, len(latin_file) - 1), label="byte")
    changed = bytearray(latin_file)
    changed[at] ^= data.draw(st.integers(1, 255), label="change")
    kept: list[bytes] = []
    try:
        damaged = Face("damaged", bytes(changed), lambda: latin_file, kept.append)
    except font_cache.DamagedError:
        return  # noticed at once; opening goes on to make a new file
    assert damaged.advances(text) == face.advances(text)
    assert numbers(damaged, text) == chosen
    assert damaged.subset(chosen) == face.subset(chosen)
    assert kept in ([], [latin_file])
    font_cache.verify(damaged)
    gap_or_repaired = kept == [latin_file] or not any(latin_file[at : at + 1])
    assert gap_or_repaired


def test_damage_in_a_glyph_is_repaired_in_the_file_too(empty_home: Path) -> None:
    expected = font_cache.open_face("latin").subset([0, 40, 41])
    (file,) = empty_home.iterdir()
    whole = file.read_bytes()
    place = font_cache.open_face("latin")._record(40).place
    font_cache.open_face.cache_clear()
    file.write_bytes(whole[: place + 3] + b"\xff\xff" + whole[place + 5 :])
    assert font_cache.open_face("latin").subset([0, 40, 41]) == expected
    assert file.read_bytes() == whole
    assert [entry.name for entry in empty_home.iterdir()] == [file.name]


def test_several_processes_at_once_end_with_one_whole_file(empty_home: Path) -> None:
    code = (
        "from gic_desktop.output import font_cache as c; c._SHIPPED = 'none'; import zlib;"
        "f = c.open_face('latin'); print(zlib.crc32(f.subset(list(range(300)))))"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    answers = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0] * 4
    assert len(set(answers)) == 1
    (file,) = empty_home.iterdir()
    assert file.read_bytes() == compile_face(font_cache._standard_font("latin"))


def test_without_a_writable_folder_the_font_is_used_from_memory(
    empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "replace", refused)
    assert font_cache.open_face("latin").glyph(ord("A"))
    assert list(empty_home.iterdir()) == []


def test_a_damaged_font_of_the_program_says_what_to_do(
    empty_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installation = tmp_path / "resources"
    (installation / "forms").mkdir(parents=True)
    shutil.copytree(resources.path("fonts"), installation / "fonts")
    file = installation / "fonts" / "latin.ttf.xz"
    file.write_bytes(file.read_bytes()[:-100])
    monkeypatch.setattr(resources, "folder", lambda: installation)
    with pytest.raises(FontError, match=r"“latin\.ttf\.xz”已损坏，请重新安装本程序。"):
        font_cache.open_face("latin")
    assert not empty_home.exists()


def test_set_up_makes_ready_caches_and_keeps_whole_ones(
    empty_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(font_cache, "STANDARD", ("latin",))
    target = empty_home.parent / "installer"
    assert font_cache.main(["--into", str(target)]) == 0
    assert capsys.readouterr().out.splitlines() == ["正在准备字体 1/1：latin", "字体已准备好"]
    (file,) = target.iterdir()
    before = file.stat().st_mtime_ns
    (target / "latin-0000000000000000-0l.face").write_bytes(b"of an earlier version")
    assert font_cache.main(["--into", str(target)]) == 0
    assert list(target.iterdir()) == [file]
    assert file.stat().st_mtime_ns == before
    os.truncate(file, 1000)
    assert font_cache.main(["--into", str(target)]) == 0
    assert file.read_bytes() == compile_face(font_cache._standard_font("latin"))


def test_a_shipped_cache_is_used_and_nothing_is_written(
    empty_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(font_cache, "_SHIPPED", str(tmp_path / "shipped"))
    monkeypatch.setattr(font_cache, "STANDARD", ("latin",))
    font_cache.prepare(tmp_path / "shipped")
    assert font_cache.open_face("latin").glyph(ord("A"))
    assert not empty_home.exists()


def test_opening_loads_nothing_heavy() -> None:
    code = (
        "import sys; from gic_desktop.output import font_cache, fonts;"
        "fonts.FontSet().runs('政府信息2025年', 'body');"
        "print([m for m in ('fontTools', 'reportlab', 'PIL', 'numpy', 'PySide6',"
        " 'gic_desktop.output.font_files', 'lzma', 'json') if m in sys.modules])"
    )
    font_cache.open_face("body")
    font_cache.open_face("latin")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
