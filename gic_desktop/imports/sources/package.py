"""A zip package from outside: parts are read into memory by name, counted while they unpack.

Nothing is ever written under a name taken from the package.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib

from gic_desktop.imports.source import MB, Budget, ImportRefused

BOMB = "这个文件解开后大得不合常理，为安全起见未导入；请确认它来自可信的单位。"
DAMAGED = "文件不完整或已损坏，无法打开；请重新拷贝，或用 Word、WPS 打开后另存再导入。"
LOCKED = "文件设有打开密码，请先用 Word 或 WPS 去掉密码并另存，再导入。"

_PARTS = 4_000
_PART = 64 * MB
_RATIO = 250
"""Word's XML shrinks 10 to 60 times; a bomb a thousand times and more."""


class Package:
    """The parts of one zip file."""

    def __init__(self, data: bytes, budget: Budget) -> None:
        self._budget = budget
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            infos = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as damage:
            raise ImportRefused(DAMAGED) from damage
        if len(infos) > _PARTS:
            raise ImportRefused(BOMB)
        self._infos = {self._name(info.filename): info for info in infos}

    @staticmethod
    def _name(name: str) -> str:
        return posixpath.normpath("/" + name.replace("\\", "/")).lstrip("/").lower()

    def __contains__(self, name: str) -> bool:
        return self._name(name) in self._infos

    def names(self) -> tuple[str, ...]:
        """Give all part names, in lower case."""
        return tuple(self._infos)

    def read(self, name: str) -> bytes | None:
        """Give one part, or None when there is no such part."""
        info = self._infos.get(self._name(name))
        if info is None:
            return None
        if info.flag_bits & 0x1:
            raise ImportRefused(LOCKED)
        if info.file_size > _PART or info.file_size > MB + _RATIO * max(1, info.compress_size):
            raise ImportRefused(BOMB)
        pieces: list[bytes] = []
        size = 0
        try:
            with self._zip.open(info) as part:
                while piece := part.read(1 << 18):
                    size += len(piece)
                    if size > _PART or size > MB + _RATIO * max(1, info.compress_size):
                        raise ImportRefused(BOMB)
                    self._budget.unpack(len(piece))
                    self._budget.tick()
                    pieces.append(piece)
        except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError) as damage:
            raise ImportRefused(DAMAGED) from damage
        except (NotImplementedError, RuntimeError) as damage:
            raise ImportRefused(LOCKED) from damage
        return b"".join(pieces)

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Give a part's relations: id → (kind, target part); targets outside are left out."""
        from gic_desktop.imports.sources.xml_tree import parse

        folder, base = posixpath.split(part)
        data = self.read(f"{folder}/_rels/{base}.rels")
        if data is None:
            return {}
        found: dict[str, tuple[str, str]] = {}
        for element in parse(data, self._budget):
            target = element.get("Target", "")
            if element.get("TargetMode") == "External" or not target:
                continue
            if not target.startswith("/"):
                target = f"{folder}/{target}"
            kind = element.get("Type", "").rsplit("/", 1)[-1]
            found[element.get("Id", "")] = (kind, self._name(target))
        return found
