"""What the program remembers for its user, in the settings folder, never in the registry."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from gic_desktop import user_folders
from gic_desktop.store.earlier_versions import KEPT_VERSIONS
from gic_desktop.store.places import is_folder
from gic_desktop.window.theme import POINTS, Scheme

MOST_RECENT = 10
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
        place = file or user_folders.settings() / "settings.ini"
        self._store = QSettings(str(place), QSettings.Format.IniFormat)

    def _text(self, key: str, default: str = "") -> str:
        value = self._store.value(key, default)
        return value if isinstance(value, str) else default

    def _set(self, key: str, value: Any) -> None:
        self._store.setValue(key, value)

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
        value = self._store.value(f"window/{key}")
        return value if isinstance(value, QByteArray) else None

    def set_bytes(self, key: str, value: QByteArray) -> None:
        self._set(f"window/{key}", value)

    @property
    def last_tab(self) -> str:
        return self._text("window/tab")

    @last_tab.setter
    def last_tab(self, value: str) -> None:
        self._set("window/tab", value)

    def was_told(self, what: str) -> bool:
        return self._text(f"told/{what}") == "yes"

    def tell_no_more(self, what: str) -> None:
        """What needs to be read once was read."""
        self._set(f"told/{what}", "yes")

    def write(self) -> None:
        self._store.sync()
