"""What the program remembers for its user, in the settings folder, never in the registry.

A small JSON file of texts, replaced as a project is. A file that cannot be read is left alone, a
damaged one is kept beside the new one; the program starts either way, and `write` says what is wrong.
Qt's own settings were given up: they wait without end for a lock that another process holds, keep
silent on a full disk, and write over what they could not read.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QByteArray

from gic_desktop import user_folders
from gic_desktop.store import durable, json_text
from gic_desktop.store.earlier_versions import KEPT_VERSIONS
from gic_desktop.store.faults import SETTINGS, Reason, StoreError
from gic_desktop.store.places import is_folder
from gic_desktop.window.theme import POINTS, Scheme

NAME = "settings.json"
MOST_RECENT = 10
_LARGEST = 1 << 20
SCHEMES: dict[Scheme, str] = {
    "system": "跟随系统",
    "light": "浅色",
    "dark": "深色",
    "contrast": "高对比度",
}
PRINTED = {
    "title": "标题",
    "h1": "一级标题",
    "h2": "二级标题",
    "body": "正文",
    "table": "表格",
    "latin": "西文和数字",
}
"""What a font can be chosen for, as the interface names it."""
_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


class Settings:
    def __init__(self, file: Path | None = None) -> None:
        self._file = file or user_folders.settings() / NAME
        self._changed: dict[str, str] = {}
        self._trouble = ""
        """what `write` has to say next"""
        self._known = self._read() or {}

    def _read(self) -> dict[str, str] | None:
        """What is on disk; None for a file that must be left alone."""
        try:
            data, _ = durable.read(self._file, _LARGEST)
            raw = json_text.loads(data)
        except StoreError as error:
            if error.reason is Reason.NOT_FOUND:
                return {}
            if error.reason is Reason.TOO_BIG:
                return self._put_aside()
            self._trouble = (
                "设置文件无法读取，本次使用初始设置，改动不会留存；年报不受影响。"
                f"请联系管理员检查。\n{self._file}"
            )
            return None
        except json_text.JsonError:
            return self._put_aside()
        if not isinstance(raw, dict):
            return self._put_aside()
        return {key: value for key, value in raw.items() if isinstance(value, str)}

    def _put_aside(self) -> dict[str, str] | None:
        kept = self._file.with_suffix(".damaged.json")
        try:
            self._file.replace(kept)
        except OSError:
            self._trouble = (
                f"设置文件已损坏，改动不会留存；年报不受影响。请联系管理员检查。\n{self._file}"
            )
            return None
        self._trouble = f"设置文件已损坏，已恢复为初始设置；年报不受影响。\n原文件留存为：{kept}"
        return {}

    def _text(self, key: str, default: str = "") -> str:
        return self._known.get(key, default)

    def _set(self, key: str, value: str) -> None:
        if self._known.get(key) != value:
            self._known[key] = self._changed[key] = value

    @property
    def scheme(self) -> Scheme:
        value = self._text("look/scheme", "system")
        return next((scheme for scheme in SCHEMES if scheme == value), "system")

    @scheme.setter
    def scheme(self, value: Scheme) -> None:
        self._set("look/scheme", value)

    @property
    def points(self) -> float:
        try:
            return min(max(float(self._text("look/points", str(POINTS))), 9.0), 20.0)
        except ValueError:
            return POINTS

    @points.setter
    def points(self, value: float) -> None:
        self._set("look/points", str(value))

    @property
    def comfortable(self) -> bool:
        return self._text("look/comfortable") == "yes"

    @comfortable.setter
    def comfortable(self, value: bool) -> None:
        self._set("look/comfortable", "yes" if value else "no")

    @property
    def zoom(self) -> int:
        text = self._text("look/zoom", "100")
        return min(max(int(text), 100), 300) if text.isdigit() and len(text) < 5 else 100

    @zoom.setter
    def zoom(self, value: int) -> None:
        self._set("look/zoom", str(value))

    @property
    def versions(self) -> int:
        """How many earlier versions of a report are kept."""
        text = self._text("files/versions", str(KEPT_VERSIONS))
        known = text.isdigit() and len(text) < 5
        return min(max(int(text), 1), 500) if known else KEPT_VERSIONS

    @versions.setter
    def versions(self, value: int) -> None:
        self._set("files/versions", str(value))

    @property
    def deadline(self) -> str:
        """The office's own day for sending the report, `01-20`; empty: the form's."""
        text = self._text("office/deadline")
        return text if _DAY.fullmatch(text) else ""

    @deadline.setter
    def deadline(self, value: str) -> None:
        self._set("office/deadline", value)

    @property
    def fonts(self) -> dict[str, str]:
        """Fonts of this PC to print with, by what they print; a missing one is the program's own."""
        found = {role: self._text(f"print/{role}") for role in PRINTED}
        return {role: name for role, name in found.items() if name}

    @fonts.setter
    def fonts(self, value: Mapping[str, str]) -> None:
        for role in PRINTED:
            self._set(f"print/{role}", value.get(role, ""))

    @property
    def folder(self) -> Path:
        """Where dialogs begin: where the last file was."""
        given = self._text("files/folder")
        return Path(given) if given and is_folder(Path(given)) else Path.home()

    @folder.setter
    def folder(self, value: Path) -> None:
        self._set("files/folder", str(value))

    @property
    def recent(self) -> list[Path]:
        text = self._text("files/recent")
        return [Path(line) for line in text.split("\n") if line][:MOST_RECENT]

    def opened(self, path: Path) -> None:
        others = [other for other in self.recent if other != path]
        self._set("files/recent", "\n".join(str(p) for p in [path, *others][:MOST_RECENT]))
        self.folder = path.parent

    def forget(self, path: Path) -> None:
        self._set("files/recent", "\n".join(str(p) for p in self.recent if p != path))

    @property
    def office(self) -> dict[str, str]:
        """The organ and contacts used last: offered for a new report."""
        names = ("organ", "address", "postcode", "telephone", "email", "website")
        return {name: self._text(f"office/{name}") for name in names}

    @office.setter
    def office(self, values: dict[str, str]) -> None:
        for name, value in values.items():
            if value:
                self._set(f"office/{name}", value)

    def bytes_of(self, key: str) -> QByteArray | None:
        text = self._text(f"window/{key}")
        return QByteArray.fromBase64(text.encode()) if text else None

    def set_bytes(self, key: str, value: QByteArray) -> None:
        self._set(f"window/{key}", bytes(value.toBase64().data()).decode("ascii"))

    @property
    def last_tab(self) -> str:
        return self._text("window/tab")

    @last_tab.setter
    def last_tab(self, value: str) -> None:
        self._set("window/tab", value)

    def panel(self, *, low: bool) -> bool:
        """Whether the findings are shown; a low window has its own answer, and folds them at first."""
        return (
            self._text(f"window/findings{'-low' if low else ''}", "no" if low else "yes") == "yes"
        )

    def set_panel(self, *, low: bool, shown: bool) -> None:
        self._set(f"window/findings{'-low' if low else ''}", "yes" if shown else "no")

    def was_told(self, what: str) -> bool:
        return self._text(f"told/{what}") == "yes"

    def tell_no_more(self, what: str) -> None:
        """What needs to be read once was read."""
        self._set(f"told/{what}", "yes")

    def write(self) -> str:
        """Puts on disk what has changed; what is wrong, as a sentence, empty if nothing is.

        Another window's changes since are kept. What could not be written is tried again next time.
        """
        if self._changed and (newest := self._read()) is not None:
            self._known = {**newest, **self._changed}
            data = json_text.dumps(self._known).encode("utf-8", "replace")
            try:
                durable.replace(self._file, data, purpose=SETTINGS, private=True)
                self._changed.clear()
            except StoreError as error:
                self._trouble = error.sentence
        said, self._trouble = self._trouble, ""
        return said
