"""Embedding: the faces a document uses, each with just the glyphs it needs.

A face becomes a Type 0 font with Identity-H codes. Codes are given in order of first use, one for each
character (not each glyph: two characters may share a glyph and must still be told apart when copied).
"""

import struct
import zlib
from typing import Any, Protocol

from gic_desktop.digest import md5
from gic_desktop.output.fonts import visible
from gic_desktop.output.pdf.archive import ArchiveDocument, stream
from gic_desktop.output.typeset.faces import Face


class PrintedFace(Face, Protocol):
    """What embedding asks of a face besides its measures."""

    @property
    def name(self) -> str: ...
    @property
    def bounds(self) -> tuple[int, int, int, int]: ...
    @property
    def ascent(self) -> int: ...
    @property
    def descent(self) -> int: ...
    @property
    def cap_height(self) -> int: ...
    @property
    def italic_angle(self) -> float: ...
    @property
    def weight(self) -> int: ...
    def deflated_subset(self, glyphs: list[int], /) -> Any: ...


class UsedFace(dict[str, str]):
    """Character → its code in hexadecimal, and what is needed to embed them all."""

    def __init__(self, face: Any, name: str) -> None:
        super().__init__()
        self.face: PrintedFace = face
        self.name = name
        self.characters: list[str] = [""]
        self.glyphs: list[int] = [0]
        self._place: dict[int, int] = {0: 0}
        self.places: list[int] = [0]

    def __missing__(self, character: str) -> str:
        glyph = self.face.glyph(ord(character))
        if not glyph and not visible(character):
            self[character] = ""
            return ""
        if glyph not in self._place:
            self._place[glyph] = len(self.glyphs)
            self.glyphs.append(glyph)
        self.places.append(self._place[glyph])
        code = self[character] = f"{len(self.characters):04X}"
        self.characters.append(character)
        return code

    def embed(self, document: ArchiveDocument) -> str:
        """Writes the font and returns the reference to it."""
        face = self.face
        tag = md5(
            "".join(self.characters).encode("utf-8", "surrogatepass"), usedforsecurity=False
        ).digest()
        letters = "".join(chr(65 + byte % 26) for byte in tag[:6])
        name = f"{letters}+{face.name}"
        program = face.deflated_subset(self.glyphs)
        file = document.add(stream(f"/Filter/FlateDecode/Length1 {program.length}", program.stream))
        box = " ".join(str(round(value)) for value in face.bounds)
        descriptor = document.add(
            (
                f"<</Type/FontDescriptor/FontName/{name}/Flags 4/FontBBox[{box}]"
                f"/ItalicAngle {face.italic_angle:g}/Ascent {face.ascent}/Descent {face.descent}"
                f"/CapHeight {face.cap_height}/StemV {50 + (face.weight // 65) ** 2}"
                f"/FontFile2 {file}>>"
            ).encode()
        )
        plain = self.places == list(range(len(self.places)))
        mapping = "/Identity"
        if not plain:
            table = zlib.compress(struct.pack(f">{len(self.places)}H", *self.places))
            mapping = " " + document.add(stream("/Filter/FlateDecode", table))
        descendant = document.add(
            (
                f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}"
                "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
                f"/FontDescriptor {descriptor}/DW 1000/W[{self._widths()}]/CIDToGIDMap{mapping}>>"
            ).encode()
        )
        unicode_map = document.add(
            stream("/Filter/FlateDecode", zlib.compress(self._to_unicode(), 6))
        )
        return document.add(
            (
                f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H"
                f"/DescendantFonts[{descendant}]/ToUnicode {unicode_map}>>"
            ).encode()
        )

    def _widths(self) -> str:
        parts: list[str] = []
        row: list[str] = []
        for code, place in enumerate(self.places):
            advance = self.face.advance(self.glyphs[place])
            if advance == 1000:
                if row:
                    parts.append(f"{code - len(row)}[{' '.join(row)}]")
                    row = []
                continue
            row.append(f"{advance:g}")
        if row:
            parts.append(f"{len(self.places) - len(row)}[{' '.join(row)}]")
        return "".join(parts)

    def _to_unicode(self) -> bytes:
        lines = [
            (
                "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
                "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
                "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
                "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange"
            )
        ]
        # No more than a hundred entries in a block.
        count = len(self.characters)
        for start in range(1, count, 100):
            end = min(start + 100, count)
            lines.append(f"{end - start} beginbfchar")
            lines += [
                f"<{code:04X}> <{self.characters[code].encode('utf-16-be').hex().upper()}>"
                for code in range(start, end)
            ]
            lines.append("endbfchar")
        lines.append("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
        return "\n".join(lines).encode()
