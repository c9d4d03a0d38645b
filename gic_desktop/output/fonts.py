"""Which font prints which character: the roles of an official document and their fallback chains.

    fonts = FontSet()                                  # the program's own fonts
    fonts = FontSet({"body": "仿宋_GB2312"})           # with fonts installed on this PC, by name
    fonts.face("body", "堃")                           # the Face that draws it; never fails
    fonts.runs("政府信息2025年", "body")               # [(face, text), ...]
    fonts.missing("王𱁬", "body")                     # [(1, "𱁬")]: no font has it
    fonts.faults                                       # chosen fonts not usable here
    visible(text)                                      # the text without what never prints

A character belongs to the first font of the role's chain that has an outline for it. In 仿宋 and
楷体 Latin letters and digits come from a Latin font, whose colour fits; in title, 黑体 and tables
from the font itself. A character that no font has is drawn as the first font's empty box by
`face`: ask `missing` before an export, and tell the person its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import groupby
from typing import Literal, get_args

from gic_desktop.output import font_cache
from gic_desktop.output.face_file import FontError
from gic_desktop.output.font_cache import Face

Role = Literal["title", "h1", "h2", "body", "table"]
"""标题、一级标题（黑体）、二级标题（楷体）、正文（仿宋）、表格和页码（宋体）。"""

Choice = Literal["title", "h1", "h2", "body", "table", "latin"]
"""What a person may choose a font for; `latin`: letters and digits in 正文 and 二级标题."""

ROLES: tuple[Role, ...] = get_args(Role)

CHAINS: Mapping[Role, tuple[str, ...]] = {
    "title": ("title", "table", "rare", "h1"),
    "h1": ("h1", "table", "rare"),
    "h2": ("h2", "rare", "table", "h1"),
    "body": ("body", "rare", "table", "h1"),
    "table": ("table", "rare", "h1"),
}

_LATIN_ROLES = ("h2", "body")

# Letters, digits and signs of Latin script. Signs that Chinese text uses at full width stay out.
_LATIN = frozenset(map(chr, (*range(0x20, 0x7F), 0xA0, *range(0xC0, 0x250)))) - frozenset("×÷")

# Signs which the program's 仿宋 draws far heavier than its hanzi, or wrongly (its ～ is a small,
# high tilde, as is that of its 楷体): lighter ones stand in the font of rare characters.
_LIGHT_SIGNS: Mapping[str, frozenset[str]] = {
    "body": frozenset("〈〉《》（）〔〕；：！？～①②③④⑤⑥⑦⑧⑨⑩●▲◆"),
    "h2": frozenset("～"),
}

# Signs which the program's 仿宋 and 楷体 draw as others: a dollar for ￥, hyphens for ￣ and －, an … of
# uneven dots.
_WRONG = frozenset("￥￣－…")
_WITH_WRONG = frozenset(("body", "h2"))

_INVISIBLE = frozenset(
    map(
        chr,
        (
            *range(0x20),
            *range(0x7F, 0xA0),
            0xAD,
            0x34F,
            0x61C,
            *range(0x180B, 0x1810),
            *range(0x200B, 0x2010),
            *range(0x2028, 0x202F),
            *range(0x2060, 0x2070),
            *range(0xFE00, 0xFE10),
            0xFEFF,
            *range(0xFFF0, 0xFFFC),
            *range(0xE0000, 0xE0200),
        ),
    )
)
"""Control characters, joiners, marks of direction, variation selectors: nothing to print."""


def visible(text: str) -> str:
    """Give the text without control characters, joiners, variation selectors and their like."""
    if _INVISIBLE.isdisjoint(text):
        return text
    return "".join(character for character in text if character not in _INVISIBLE)


class FontSet:
    """The fonts of one document: the program's own, or those of this PC that the office chose."""

    def __init__(self, chosen: Mapping[Choice, str] | None = None) -> None:
        """`chosen` maps a role to the name of an installed font, as `installed_fonts` lists it.

        One that is not usable here is passed over, and `faults` says so.
        """
        faults: list[str] = []
        self._chosen: dict[str, Face] = {}
        for role, name in (chosen or {}).items():
            try:
                self._chosen[role] = _installed(name)
            except FontError as error:
                faults.append(str(error))
        self.faults = tuple(faults)
        self._faces: dict[str, dict[str, Face]] = {role: {} for role in ROLES}
        self._absent: dict[str, set[str]] = {role: set() for role in ROLES}

    def chain(self, role: Role) -> tuple[Face, ...]:
        """Give the fonts of a role, first choice first; the Latin one is not among them."""
        own = tuple(font_cache.open_face(name) for name in CHAINS[role])
        return (self._chosen[role], *own) if role in self._chosen else own

    def latin(self) -> Face:
        return self._chosen.get("latin") or font_cache.open_face("latin")

    def face(self, role: Role, character: str) -> Face:
        """Give the font that draws the character; the role's first font when none can."""
        known = self._faces[role]
        try:
            return known[character]
        except KeyError:
            pass
        found = self._find(role, character)
        if found is None:
            if character not in _INVISIBLE:
                self._absent[role].add(character)
            found = self._first(role)
        known[character] = found
        return found

    def _first(self, role: Role) -> Face:
        return self._chosen.get(role) or font_cache.open_face(CHAINS[role][0])

    def _find(self, role: Role, character: str) -> Face | None:
        code = ord(character)
        # Fonts are opened one by one: most characters are in the first.
        if role in _LATIN_ROLES and character in _LATIN and self.latin().glyph(code):
            return self.latin()
        if role in self._chosen:
            if self._chosen[role].glyph(code):
                return self._chosen[role]
        elif character in _LIGHT_SIGNS.get(role, ()):
            return font_cache.open_face("rare")
        for name in CHAINS[role]:
            if character in _WRONG and name in _WITH_WRONG:
                continue
            face = font_cache.open_face(name)
            if face.glyph(code):
                return face
        latin = self.latin()
        return latin if latin.glyph(code) else None

    def runs(self, text: str, role: Role) -> list[tuple[Face, str]]:
        """Split the visible text where the font changes; joined, the parts are it again."""
        pairs = [(self.face(role, character), character) for character in visible(text)]
        return [
            (face, "".join(character for _, character in group))
            for face, group in groupby(pairs, key=lambda pair: pair[0])
        ]

    def missing(self, text: str, role: Role) -> list[tuple[int, str]]:
        """Name the characters that no font can draw, each with its place in the text."""
        for character in set(text):
            self.face(role, character)
        absent = self._absent[role]
        return [(at, character) for at, character in enumerate(text) if character in absent]


def _installed(name: str) -> Face:
    from gic_desktop.output import installed_fonts

    found = installed_fonts.named(name)
    if found is None:
        raise FontError(f"这台电脑没有安装字体“{name}”，已改用本程序自带的字体。")
    if found.refusal:
        raise FontError(f"字体“{name}”不能使用：{found.refusal}，已改用本程序自带的字体。")
    return font_cache.open_installed(found.path, found.index)


@cache
def standard() -> FontSet:
    """Give the program's own fonts, opened once."""
    return FontSet()


def runs(text: str, role: Role) -> list[tuple[Face, str]]:
    return standard().runs(text, role)


def missing(text: str, role: Role) -> list[tuple[int, str]]:
    return standard().missing(text, role)
