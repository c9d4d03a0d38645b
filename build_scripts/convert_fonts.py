"""Make `resources/fonts` from the fonts of Debian 12: run by hand, its result is committed.

    .venv/bin/python build_scripts/convert_fonts.py [--packages FOLDER] [--only NAME ...]

The packages are fetched with `apt-get download` into FOLDER (kept, so that a second run needs no
network) and unpacked, never installed. Each font is cut down to what a Chinese official document
can contain, its cubic outlines become quadratic ones (error at most 0.6/1000 em), and hints,
composites and layout tables go. The same fontTools and the same packages give the same bytes; the
sums of the originals are checked.

Reserved names (SIL Open Font License, condition 3) leave the names of the font; the copyright
notice itself stays, as condition 2 asks. The embedding permission (fsType) is copied.

The two faces of the screen are cut otherwise: see `screen_fonts.py`.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import lzma
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import screen_fonts

REPOSITORY = Path(__file__).resolve().parent.parent
TARGET = REPOSITORY / "resources" / "fonts"

CUBIC_ERROR = 0.6
"""Largest distance of the quadratic outline from the original, in 1/1000 em."""

FIXED_TIME = 3_786_912_000
"""2024-01-01 in the seconds of `head`: an equal input gives equal bytes."""

# Characters of the Table of General Standard Chinese Characters (2013) that lie in extension A.
TABLE_IN_EXTENSION_A = (
    "㑇㑊㕮㘎㙍㙘㙦㛃㛚㛹㟃㠇㠓㤘㥄㧐㧑㧟㫰㬊㬎㬚㭎㭕㮾㰀㳇㳘㳚㴔㵐㶲㸆㸌㺄㻬㽏㿠䁖䂮䃅䃎䅟䌹䎃䎖䏝䏡"
    "䏲䐃䓖䓛䓨䓫䓬䗖䗛䗪䗴䜣䝙䢺䢼䣘䥽䦃䲟䲠䲢䴓䴔䴕䴖䴗䴘䴙䶮"
)

# Signs of the body font that are far heavier than its hanzi, or misdrawn (～ a small, high tilde).
LIGHT_SIGNS = "〈〉《》（）〔〕；：！？～①②③④⑤⑥⑦⑧⑨⑩●▲◆"

OFL_REST = """
This Font Software is licensed under the SIL Open Font License, Version 1.1.
This license is copied below, and is also available with a FAQ at:
https://scripts.sil.org/OFL


"""


@dataclass(frozen=True)
class Source:
    package: str
    version: str
    path: str
    sha256: str
    face: str = ""
    """The PostScript name wanted inside a collection."""


@dataclass(frozen=True)
class Target:
    name: str
    source: Source
    characters: str
    """`all`; `document`: GBK, the general table, symbols; `wide`: and the extensions; `rest`."""
    family: str
    style: str
    weight: int
    licence: str
    note: str


_FANDOL = "usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/"
_NOTO = "usr/share/fonts/opentype/noto/"
_TEXLIVE = ("texlive-lang-chinese", "2022.20230122-1")
_NOTO_VERSION = "1:20220127+repack1-1"

FANG = Source(
    *_TEXLIVE,
    _FANDOL + "FandolFang-Regular.otf",
    "d838ad32ce2244d8144f408c37fe71065aba6fbbc80759a4d2aa2033948d5bc9",
)
KAI = Source(
    *_TEXLIVE,
    _FANDOL + "FandolKai-Regular.otf",
    "ea7e7fb4f9b3ac694a68d43946e04d21deed6e8c29a7c2d3081e1a4138f2f827",
)
SERIF = Source(
    "fonts-noto-cjk",
    _NOTO_VERSION,
    _NOTO + "NotoSerifCJK-Regular.ttc",
    "a04178ec485dffdff7cc0c0c20e1fce9202d7e2160d805e8e44a4c8841c58481",
    "NotoSerifCJKsc-Regular",
)
SERIF_SEMIBOLD = Source(
    "fonts-noto-cjk-extra",
    _NOTO_VERSION,
    _NOTO + "NotoSerifCJK-SemiBold.ttc",
    "e6edff6a5aa3c7988d4ea69992feee194ce100f514bcaef74f633805ddb19de0",
    "NotoSerifCJKsc-SemiBold",
)
SANS_MEDIUM = Source(
    "fonts-noto-cjk-extra",
    _NOTO_VERSION,
    _NOTO + "NotoSansCJK-Medium.ttc",
    "197d5e1e019faca33a4d55931c7d68b8056f3b97cb862049f5cb8de9efdfb8ce",
    "NotoSansCJKsc-Medium",
)
SCREEN = {
    "Regular": Source(
        "fonts-noto-cjk",
        _NOTO_VERSION,
        _NOTO + "NotoSansCJK-Regular.ttc",
        "b76b0433203017ca80401b2ee0dd69350349871c4b19d504c34dbdd80541690a",
        "NotoSansCJKsc-Regular",
    ),
    "Bold": Source(
        "fonts-noto-cjk",
        _NOTO_VERSION,
        _NOTO + "NotoSansCJK-Bold.ttc",
        "faa5f3656a78b2e2d450d27fe8382c778bc2b6bb5ea29c986664a6a435056ceb",
        "NotoSansCJKsc-Bold",
    ),
}
WENKAI = Source(
    "fonts-lxgw-wenkai",
    "1.250+repack-1",
    "usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Light.ttf",
    "e302f84a1967817f91fc4011de7c8c12489c41072a7f0605a1c7b1399352cb93",
)
LIBERATION = Source(
    "fonts-liberation2",
    "2.1.5-1",
    "usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf",
    "29d12439831b7f59194efec85872f24f54eff05738933f9a860220d2abff88ba",
)

TARGETS = (
    Target(
        "title",
        SERIF_SEMIBOLD,
        "document",
        "Noto Serif CJK SC SemiBold",
        "Regular",
        600,
        "OFL-noto.txt",
        "titles, in the place of 小标宋",
    ),
    Target(
        "body",
        FANG,
        "all",
        "FandolFang",
        "Regular",
        400,
        "GPL-fandol.txt",
        "body text, in the place of 仿宋_GB2312",
    ),
    Target(
        "h1",
        SANS_MEDIUM,
        "document",
        "Noto Sans CJK SC Medium",
        "Regular",
        500,
        "OFL-noto.txt",
        "headings of the first level, in the place of 黑体",
    ),
    Target(
        "h2",
        KAI,
        "all",
        "FandolKai",
        "Regular",
        400,
        "GPL-fandol.txt",
        "headings of the second level, in the place of 楷体_GB2312",
    ),
    Target(
        "table",
        SERIF,
        "wide",
        "Noto Serif CJK SC",
        "Regular",
        400,
        "OFL-noto.txt",
        "tables and page numbers, in the place of 宋体; the last resort of every other role",
    ),
    Target(
        "rare",
        WENKAI,
        "rest",
        "GIC Rare Kai",
        "Regular",
        300,
        "OFL-wenkai.txt",
        "rare characters within 仿宋 and 楷体, and lighter signs (《》 and others) for 仿宋",
    ),
    Target(
        "latin",
        LIBERATION,
        "all",
        "GIC Latin Serif",
        "Regular",
        400,
        "OFL-latin.txt",
        "Latin letters and digits within 仿宋 and 楷体",
    ),
)

RENAMED = ("rare", "latin")
RESERVED_WORDS = ("LXGW", "霞鹜", "Liberation", "Arimo", "Tinos", "Cousine")

MODIFIED = "Modified for GIC Desktop: subset, quadratic outlines, no hinting, no layout tables."


def gbk_characters() -> set[int]:
    """Every character that GBK can write, hanzi and symbols, without its private-use area."""
    found = set()
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            try:
                text = bytes((lead, trail)).decode("gbk")
            except UnicodeDecodeError:
                continue
            if len(text) == 1 and not 0xE000 <= ord(text) < 0xF900:
                found.add(ord(text))
    return found


def document_characters() -> set[int]:
    """GBK, the general table of characters, and the signs of official documents."""
    wanted = gbk_characters()
    wanted |= {ord(character) for character in TABLE_IN_EXTENSION_A}
    for first, last in (
        (0x20, 0x7E),
        (0xA0, 0x24F),  # Latin with accents: names of foreigners and of places
        (0x2B0, 0x2FF),
        (0x370, 0x3FF),
        (0x400, 0x45F),
        (0x1E00, 0x1EFF),
        (0x2000, 0x206F),
        (0x2070, 0x209F),
        (0x20A0, 0x20BF),
        (0x2100, 0x218F),
        (0x2190, 0x21FF),
        (0x2200, 0x22FF),
        (0x2300, 0x23FF),
        (0x2460, 0x24FF),  # ① and its kin
        (0x2500, 0x27BF),
        (0x2E80, 0x2FDF),  # radicals
        (0x3000, 0x303F),
        (0x3040, 0x30FF),
        (0x3105, 0x312F),
        (0x31C0, 0x31EF),
        (0x3200, 0x33FF),  # ㎡ ㈠ ㊣
        (0x9FA6, 0x9FFF),
        (0xF900, 0xFAFF),
        (0xFE10, 0xFE1F),
        (0xFE30, 0xFE6F),
        (0xFF01, 0xFFEE),
        (0x20000, 0x3FFFF),
    ):
        wanted.update(range(first, last + 1))
    return wanted


def wanted_characters(target: Target, present: set[int], taken: set[int]) -> set[int]:
    """What of `present` goes into the target; `taken` is what the body font has."""
    if target.characters == "all":
        return present
    if target.characters == "rest":
        return (present - taken) | {ord(character) for character in LIGHT_SIGNS}
    wanted = document_characters()
    if target.characters == "wide":
        wanted.update(range(0x3400, 0x4DC0))
    else:
        # The heavy faces take from planes 2 and 3 what names need, which is extensions C to F
        # as the original has them (nearly all of the general table's), and those of B listed.
        wanted -= set(range(0x20000, 0x2A6E0)) - {ord(c) for c in TABLE_IN_EXTENSION_B}
    return wanted & present


TABLE_IN_EXTENSION_B = "𠅤𠙶𠳐𡎚𡐓𣗋𣲗𣲘𣸣𤧛𤩽𤫉𥔲𥕢𥖨𥻗𦈡𦒍𦙶𦝼𦭜𧿹𨐈𨙸𨚕𨟠𨭉𨱇𨱏𨱑𨱔𨺙𩽾𩾃𩾌"


def fetch(packages: Path, source: Source) -> Path:
    """Give the original file out of the package in `packages`, fetching that when not there."""
    unpacked = packages / "unpacked"
    original = unpacked / source.path
    if not original.is_file():
        name = f"{source.package}_{source.version.replace(':', '%3a')}_all.deb"
        if not (packages / name).is_file():
            packages.mkdir(parents=True, exist_ok=True)
            wanted = f"{source.package}={source.version}"
            subprocess.run(["apt-get", "download", wanted], cwd=packages, check=True)
        unpacked.mkdir(exist_ok=True)
        subprocess.run(["dpkg-deb", "-x", str(packages / name), str(unpacked)], check=True)
    found = hashlib.sha256(original.read_bytes()).hexdigest()
    if found != source.sha256:
        sys.exit(f"{original}: sha256 is {found}, not {source.sha256}")
    return original


def open_font(path: Path, face: str) -> Any:
    from fontTools.ttLib import TTCollection, TTFont

    if not face:
        return TTFont(path, lazy=True)
    for font in TTCollection(path, lazy=True).fonts:
        if font["name"].getDebugName(6) == face:
            return font
    sys.exit(f"{path}: no face {face}")


def convert(target: Target, original: Any, wanted: set[int]) -> bytes:
    """Draw every wanted glyph anew with quadratic curves, and make a font of nothing else."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.recordingPen import DecomposingRecordingPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    units = original["head"].unitsPerEm
    cubic = "glyf" not in original
    outlines = original.getGlyphSet()
    by_character = original.getBestCmap()

    new_names: dict[str, str] = {original.getGlyphOrder()[0]: ".notdef"}
    characters: dict[int, str] = {}
    for character in sorted(wanted):
        old = by_character[character]
        new_names.setdefault(old, f"g{len(new_names)}")
        characters[character] = new_names[old]

    glyphs, metrics = {}, {}
    for old, new in new_names.items():
        drawing = TTGlyphPen(None)
        recorded = DecomposingRecordingPen(outlines)
        outlines[old].draw(recorded)
        if cubic:
            error = CUBIC_ERROR * units / 1000
            recorded.replay(Cu2QuPen(drawing, error, reverse_direction=True))
        else:
            recorded.replay(drawing)
        glyph = drawing.glyph(dropImpliedOnCurves=True)
        glyphs[new] = glyph
        glyph.recalcBounds(glyphs)
        metrics[new] = (outlines[old].width, getattr(glyph, "xMin", 0))

    builder = FontBuilder(units, isTTF=True)
    builder.setupGlyphOrder(list(new_names.values()))
    builder.setupCharacterMap(characters)
    builder.setupGlyf(glyphs, calcGlyphBounds=False)
    builder.setupHorizontalMetrics(metrics)
    old_os2, old_hhea = original["OS/2"], original["hhea"]
    builder.setupHorizontalHeader(ascent=old_hhea.ascent, descent=old_hhea.descent)
    builder.setupOS2(
        version=4,
        usWeightClass=target.weight,
        fsType=old_os2.fsType,
        sTypoAscender=old_os2.sTypoAscender,
        sTypoDescender=old_os2.sTypoDescender,
        sTypoLineGap=old_os2.sTypoLineGap,
        usWinAscent=old_os2.usWinAscent,
        usWinDescent=old_os2.usWinDescent,
        sxHeight=height_of(glyphs, characters, "x") or old_os2.sxHeight,
        sCapHeight=height_of(glyphs, characters, "H") or old_os2.sCapHeight,
        panose=old_os2.panose,
        fsSelection=0x40,
    )
    builder.setupPost(keepGlyphNames=False, italicAngle=original["post"].italicAngle)
    font = builder.font
    font["head"].created = font["head"].modified = FIXED_TIME
    font["head"].fontRevision = original["head"].fontRevision
    font["head"].flags = 0b11  # baseline and left side bearing at zero
    set_names(font, original, target)
    font.recalcTimestamp = False
    whole = io.BytesIO()
    font.save(whole, reorderTables=True)
    return whole.getvalue()


def height_of(glyphs: dict[str, Any], characters: dict[int, str], letter: str) -> int:
    name = characters.get(ord(letter))
    return int(getattr(glyphs[name], "yMax", 0)) if name else 0


def set_names(font: Any, original: Any, target: Target) -> None:
    from fontTools.ttLib import newTable

    def old(number: int) -> str:
        return str(original["name"].getDebugName(number) or "")

    copied = {number: old(number) for number in (0, 5, 9, 13, 14)}
    post_script = target.family.replace(" ", "") + "-" + target.style
    copied |= {
        1: target.family,
        2: target.style,
        3: f"GICDesktop;{post_script}",
        4: target.family,
        6: post_script,
        10: MODIFIED,
    }
    if target.source.package == "texlive-lang-chinese":
        copied[13] = (
            "GNU General Public License version 3 with font exception; "
            "the exception is extended to this modified version."
        )
    names = newTable("name")
    names.names = []
    for number, text in sorted(copied.items()):
        if target.name in RENAMED and number != 0:
            for word in RESERVED_WORDS:
                if word in text:
                    sys.exit(f"{target.name}: the reserved name {word} stands in name {number}")
        if text:
            names.setName(text, number, 3, 1, 0x409)
    font["name"] = names


def write_licences(packages: Path) -> None:
    """Copy the licence texts out of the same packages."""
    documents = packages / "unpacked" / "usr" / "share" / "doc"
    fandol = documents / "texlive-doc" / "fonts" / "fandol"
    copying = gzip.decompress((fandol / "COPYING.gz").read_bytes()).decode()
    notice = (
        "FandolFang and FandolKai, Copyright (c) 2012-2013, the Fandol team (Clerk Ma, Jie Su).\n"
        "body.ttf.xz and h2.ttf.xz were modified for GIC Desktop in November 2026: quadratic\n"
        "outlines, no hinting, no layout tables (by build_scripts/convert_fonts.py; the originals\n"
        "are in Debian's source package texlive-lang). They stay under the GNU General Public\n"
        "License, version 3, and the font exception at the end of this text is extended to them.\n"
        "\n"
    )
    save(TARGET / "GPL-fandol.txt", notice + tidy(copying))

    ofl = open_licence((documents / "fonts-noto-cjk" / "copyright").read_text("utf-8"))
    for name, notice in (
        ("OFL-noto.txt", NOTO_NOTICE),
        ("OFL-wenkai.txt", WENKAI_NOTICE),
        ("OFL-latin.txt", LATIN_NOTICE),
    ):
        save(TARGET / name, notice + OFL_REST + ofl)


NOTO_NOTICE = """title.ttf.xz and table.ttf.xz (Noto Serif CJK SC), h1.ttf.xz, screen.otf and
screen-bold.otf (Noto Sans CJK SC), modified versions:

Copyright 2014-2021 Adobe (http://www.adobe.com/). Noto Sans CJK
Copyright 2017-2022 Adobe (http://www.adobe.com/). Noto Serif CJK
Noto is a trademark of Google Inc.
"""

WENKAI_NOTICE = """rare.ttf.xz, a modified and renamed version of:

Copyright 2021-2023 LXGW (https://github.com/lxgw/LxgwWenKai),
with Reserved Font Names "霞鹜" and "LXGW".
Copyright 2020 The Klee Project Authors (https://github.com/fontworks-fonts/Klee)
"""

LATIN_NOTICE = """latin.ttf.xz, a modified and renamed version of:

Digitized data copyright (c) 2010 Google Corporation
with Reserved Font Arimo, Tinos and Cousine.
Copyright (c) 2012 Red Hat, Inc.
with Reserved Font Name Liberation.
"""


def open_licence(copyright_file: str) -> str:
    """Take the licence out of Debian's copyright file: from its title to the end of it."""
    lines = copyright_file.splitlines()
    first = next(i for i, line in enumerate(lines) if "SIL OPEN FONT LICENSE Version 1.1" in line)
    last = next(i for i in range(first, len(lines)) if not lines[i].startswith(" "))
    plain = ["" if line == " ." else line[1:] for line in lines[first:last]]
    return tidy("\n".join(plain))


def tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines()) + "\n"


def save(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))


def compress(font: bytes) -> bytes:
    return lzma.compress(
        font, format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC32, preset=9 | lzma.PRESET_EXTREME
    )


def write_readme() -> None:
    """Say where each file comes from; list the sums in the form `sha256sum -c` reads."""
    from fontTools import version as tools_version
    from fontTools.ttLib import TTFont

    lines = [
        "# Fonts",
        "",
        f"Made by `build_scripts/convert_fonts.py` (fontTools {tools_version}) from packages of",
        "Debian 12; do not edit.",
        "Each `.xz` is a compressed TrueType font without hints, composites and layout tables, for",
        "print. The two `.otf` are for the screen, see `build_scripts/screen_fonts.py`.",
        "`SHA256SUMS` lists the files; the program reads it, because a cache belongs to one sum.",
        "",
        "| file | use | made from | package and version | licence | characters | MB, unpacked MB |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    sums, origins = [], []
    for target in TARGETS:
        path = TARGET / f"{target.name}.ttf.xz"
        if not path.is_file():  # a first run with --only
            continue
        packed = path.read_bytes()
        plain = lzma.decompress(packed)
        font = TTFont(io.BytesIO(plain))
        original = target.source.path.rsplit("/", 1)[-1]
        lines.append(
            f"| {path.name} | {target.note} | {original} | {target.source.package} "
            f"{target.source.version} | [{target.licence}]({target.licence}) | "
            f"{len(font.getBestCmap())} | {len(packed) / 1e6:.1f}, {len(plain) / 1e6:.1f} |"
        )
        sums.append(f"{hashlib.sha256(packed).hexdigest()}  {path.name}\n")
        origins.append(f"    {target.source.sha256}  {original}")
    for style, source in SCREEN.items():
        path = TARGET / screen_fonts.FILES[style]
        data = path.read_bytes()
        original = source.path.rsplit("/", 1)[-1]
        lines.append(
            f"| {path.name} | the window, everyday characters | {original} | {source.package} "
            f"{source.version} | [OFL-noto.txt](OFL-noto.txt) | "
            f"{len(TTFont(io.BytesIO(data)).getBestCmap())} | {len(data) / 1e6:.1f} |"
        )
        sums.append(f"{hashlib.sha256(data).hexdigest()}  {path.name}\n")
        origins.append(f"    {source.sha256}  {original}")
    lines += [
        "",
        "Sums of the originals (sha256):",
        "",
        *dict.fromkeys(origins),
        "",
        "Licences in short: the SIL Open Font License allows changing and passing on; a changed",
        "font must not carry a reserved name, so some are renamed. The Fandol fonts are under the",
        "GNU GPL version 3 with the font exception (a document that embeds them is not covered by",
        "the licence); the exception is extended to the versions here. All permit embedding.",
        "",
    ]
    save(TARGET / "README.md", "\n".join(lines))
    save(TARGET / "SHA256SUMS", "".join(sums))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--packages", type=Path, help="folder of the .deb files")
    parser.add_argument(
        "--only", nargs="*", choices=[target.name for target in TARGETS] + ["screen"]
    )
    arguments = parser.parse_args()

    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        packages = (arguments.packages or Path(temporary)).resolve()
        body = set(open_font(fetch(packages, FANG), "").getBestCmap())
        for target in TARGETS:
            if arguments.only is not None and target.name not in arguments.only:
                continue
            original = open_font(fetch(packages, target.source), target.source.face)
            present = set(original.getBestCmap())
            wanted = wanted_characters(target, present, body)
            font = convert(target, original, wanted)
            packed = compress(font)
            (TARGET / f"{target.name}.ttf.xz").write_bytes(packed)
            print(
                f"{target.name}: {len(wanted)} characters, {len(font)} bytes, {len(packed)} packed"
            )
        if arguments.only is None or "screen" in arguments.only:
            for style, source in SCREEN.items():
                original = open_font(fetch(packages, source), source.face)
                wanted = screen_fonts.wanted_characters(style, set(original.getBestCmap()))
                font = screen_fonts.cut(original, style, wanted)
                (TARGET / screen_fonts.FILES[style]).write_bytes(font)
                print(f"{screen_fonts.FILES[style]}: {len(wanted)} characters, {len(font)} bytes")
        write_licences(packages)
    write_readme()


if __name__ == "__main__":
    main()
