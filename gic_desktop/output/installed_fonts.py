"""The fonts installed on this PC that an office may choose instead of the program's own.

    offered("body")      # what the settings show for 正文: fitting ones first
    named("仿宋_GB2312")  # the font of that name, Chinese or English, or None

Only TrueType outlines can be embedded here, and only where the font's maker allows it (`fsType`).
A font that cannot be used is listed with the reason, so that nobody looks for it in vain.
"""

from __future__ import annotations

import mmap
import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from gic_desktop.output.font_files import MAX_FILE, FontFile, FontFileError, face_count
from gic_desktop.output.fonts import Choice
from gic_desktop.values import Struct

_MAX_FILES = 5_000
_UPRIGHT = frozenset(("regular", "normal", "book", "roman", "medium", "常规"))

# The names under which the fonts of GB/T 9704 are sold and installed, the most wanted first.
FITTING: dict[Choice, tuple[str, ...]] = {
    "title": (
        "方正小标宋简体",
        "方正小标宋_GBK",
        "方正小标宋",
        "FZXiaoBiaoSong-B05S",
        "FZXiaoBiaoSong-B05",
        "小标宋",
        "华文中宋",
        "STZhongsong",
        "宋体",
        "SimSun",
    ),
    "h1": ("黑体", "SimHei", "方正黑体简体", "方正黑体_GBK", "华文黑体", "STHeiti"),
    "h2": ("楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi", "方正楷体_GBK", "华文楷体", "STKaiti"),
    "body": (
        "仿宋_GB2312",
        "FangSong_GB2312",
        "仿宋",
        "FangSong",
        "方正仿宋_GBK",
        "方正仿宋简体",
        "华文仿宋",
        "STFangsong",
    ),
    "table": ("宋体", "SimSun", "新宋体", "NSimSun", "方正书宋_GBK", "华文宋体", "STSong"),
    "latin": ("Times New Roman",),
}


class InstalledFont(Struct, frozen=True):
    name: str
    """As the person knows it, Chinese where the font has a Chinese name."""
    names: frozenset[str]
    """Every name of it, folded for comparison."""
    path: Path
    index: int
    refusal: str = ""
    """Why it cannot be used; empty when it can."""


def folders() -> list[Path]:
    """Give the folders where fonts lie on this system, the person's own first."""
    if sys.platform == "win32":
        windows = Path(os.environ.get("WINDIR", r"C:\Windows"))
        local = os.environ.get("LOCALAPPDATA")
        own = [Path(local) / "Microsoft" / "Windows" / "Fonts"] if local else []
        return [*own, windows / "Fonts"]
    try:
        home = Path.home()
    except RuntimeError:
        return [Path("/usr/local/share/fonts"), Path("/usr/share/fonts")]
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return [
        data / "fonts",
        home / ".fonts",
        Path("/usr/local/share/fonts"),
        Path("/usr/share/fonts"),
    ]


@cache
def installed() -> tuple[InstalledFont, ...]:
    """Read the names of all fonts of this PC, once."""
    return tuple(scan(folders()))


def scan(places: list[Path]) -> Iterator[InstalledFont]:
    """Read the names of all fonts below these folders; files that are no fonts are passed over."""
    seen = 0
    for place in places:
        for folder, subfolders, files in os.walk(place):
            subfolders.sort()
            for file in sorted(files):
                if not file.lower().endswith((".ttf", ".ttc", ".otf", ".otc")):
                    continue
                seen += 1
                if seen > _MAX_FILES:
                    return
                yield from read_names(Path(folder, file))


def read_names(path: Path) -> list[InstalledFont]:
    """Give the faces of one file; none when it cannot be read as a font."""
    try:
        with path.open("rb") as file:
            if not 12 <= os.fstat(file.fileno()).st_size <= MAX_FILE:
                return []
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return [
                    found
                    for index in range(face_count(data))
                    if (found := _read_face(path, data, index)) is not None
                ]
    except (OSError, ValueError):
        return []


def _read_face(path: Path, data: mmap.mmap, index: int) -> InstalledFont | None:
    try:
        font = FontFile(data, index)
        names = font.names()
        full = names.get(4, []) or names.get(1, [])
        if not full:
            return None
        every = {_folded(name) for number in (1, 4, 6, 16) for name in names.get(number, [])}
        # A family's bold or italic face must not answer to the family's bare name.
        if _UPRIGHT.isdisjoint(name.casefold() for name in names.get(2, ["Regular"])):
            every -= {_folded(name) for number in (1, 16) for name in names.get(number, [])}
        return InstalledFont(full[0], frozenset(every), path, index, refusal(font))
    except FontFileError:
        return None


def refusal(font: FontFile) -> str:
    """Say why this font cannot be embedded; nothing when it can."""
    if not font.has(b"glyf"):
        return "它不是 TrueType 轮廓的字体"
    allowed = font.embedding()
    if allowed & 0b1110 == 0b0010:
        return "字体的授权不允许嵌入文件"
    if allowed & 0x0100:
        return "字体的授权只允许整套嵌入，不允许只嵌入用到的字"
    if allowed & 0x0200:
        return "字体的授权只允许嵌入点阵字形"
    return ""


def named(name: str) -> InstalledFont | None:
    """Give the font of this name; a usable one where several have it."""
    wanted = _folded(name)
    found = [font for font in installed() if wanted in font.names]
    return min(found, key=lambda font: bool(font.refusal), default=None)


def offered(choice: Choice) -> list[InstalledFont]:
    """List the fonts that have what the role needs (hanzi, or Latin), fitting ones first."""
    order = {_folded(name): rank for rank, name in enumerate(FITTING[choice])}

    def rank(font: InstalledFont) -> tuple[int, bool, str]:
        fitting = min((order[name] for name in font.names if name in order), default=99)
        return fitting, bool(font.refusal), font.name

    needed = "Aa0" if choice == "latin" else "政府信息公开"
    found = sorted(installed(), key=rank)
    return [font for font in found if _has(font.path, font.index, needed)]


@cache
def _has(path: Path, index: int, text: str) -> bool:
    try:
        with (
            path.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
        ):
            characters = FontFile(data, index).characters()
    except (OSError, ValueError):
        return False
    return all(ord(character) in characters for character in text)


def _folded(name: str) -> str:
    return name.casefold().replace(" ", "")
