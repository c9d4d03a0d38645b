"""Finds what the program carries beside its code: forms, schema, fonts, icons, the sample report.

In a source tree and in an installed copy `resources/` lies beside the package or inside it; in a
built program inside the program's folder. Where it is, is decided once. Nothing here writes.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path


class MissingResourceError(FileNotFoundError):
    """The installation is incomplete; the text is a sentence for the person at the PC."""


@cache
def folder() -> Path:
    """Give the folder `resources`."""
    package = Path(__file__).resolve().parent
    places = [
        package.parent / "resources",
        package / "resources",
        Path(sys.prefix) / "share" / "gic-desktop" / "resources",
    ]
    if getattr(sys, "frozen", False):
        places.insert(0, Path(getattr(sys, "_MEIPASS", Path(sys.executable).parent)) / "resources")
    for place in places:
        if (place / "forms").is_dir():
            return place
    raise MissingResourceError("程序文件不完整：找不到资源文件夹，请重新安装本程序。")


def path(*parts: str) -> Path:
    """Give the path of one resource, say ``path("forms", "2021.toml")``; it must be there."""
    found = folder().joinpath(*parts)
    if not found.exists():
        raise MissingResourceError(f"程序文件不完整：缺少“{'/'.join(parts)}”，请重新安装本程序。")
    return found
