"""A Wine prefix of our own, in which the Windows program is built and tried on Debian.

Wine 8 lacks one thing that Windows 10 has and Qt 6.9 asks for: the class UISettings. A stand-in for
it is compiled and registered in the prefix; it is for trials only and never shipped (`contents`
refuses it). Standard streams are pipes: with a regular file Wine's Python does not start. An
unhandled crash would start Wine's debugger and hang, so that one is switched off.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import commands

HERE = Path(__file__).resolve().parent
TOOLS = {
    "wine": "wine",
    "/usr/lib/wine/wine64": "wine64",
    "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64",
    "Xvfb": "xvfb",
}
WINDOWS_7, WINDOWS_10 = "win7", "win10"
_UI_SETTINGS = (
    "HKLM\\Software\\Microsoft\\WindowsRuntime\\ActivatableClassId"
    "\\Windows.UI.ViewManagement.UISettings"
)


class Prefix:
    """One imagined Windows PC; `user` is who works at it."""

    def __init__(self, folder: Path, user: str = "") -> None:
        self.folder = folder
        self.user = user

    @property
    def drive(self) -> Path:
        return self.folder / "drive_c"

    @property
    def home(self) -> Path:
        return self.drive / "users" / (self.user or os.environ.get("USER", "root"))

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        found = commands.build_environment()
        found |= {
            "WINEPREFIX": str(self.folder),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml=;winedbg.exe,winemenubuilder.exe=d",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "GIC_DESKTOP_HOME", "QT_QPA_PLATFORM"):
            found.pop(name, None)
        # How Wine names a user's home.
        if self.user:
            found |= {"USER": self.user, "LOGNAME": self.user}
        return found | dict(more or {})

    def make(self) -> Prefix:
        """Make the prefix when it is not there, with the stand-in in it."""
        if (self.folder / "made").exists():
            return self
        commands.need(TOOLS)
        commands.fresh(self.folder)
        self.run(["wineboot", "--init"])
        system = self.drive / "windows" / "system32"
        commands.run(
            [
                *("x86_64-w64-mingw32-gcc", "-shared", "-O2", "-s", "-static-libgcc", "-w"),
                *("-o", system / "uisettings.dll", HERE / "wine_ui_settings.c"),
            ]
        )
        value = ["/v", "DllPath", "/t", "REG_SZ", "/d", "C:\\windows\\system32\\uisettings.dll"]
        self.run(["reg", "add", _UI_SETTINGS, *value, "/f"])
        self._move_in()
        self.be(WINDOWS_10)
        self.end()
        (self.folder / "made").write_text("", encoding="ascii")
        return self

    def _move_in(self) -> None:
        """Make the user's folders real ones; Wine links them to the home of who builds."""
        for entry in sorted(self.home.iterdir()):
            if entry.is_symlink():
                entry.unlink()
                entry.mkdir()

    def be(self, version: str) -> None:
        """Which Windows it says it is; a new prefix of Wine 8 says 7."""
        self.run(["winecfg", "-v", version])

    def run(
        self,
        command: Sequence[str | Path],
        *,
        more: Mapping[str, str] | None = None,
        good: Sequence[int] = (0,),
        timeout: float = 900,
        folder: Path | None = None,
    ) -> str:
        return commands.run(
            ["wine", *command],
            environment=self.environment(more),
            good=good,
            timeout=timeout,
            folder=folder or commands.ROOT,
        )

    def end(self) -> None:
        """Wait until this prefix has written its registry and is at rest."""
        subprocess.run(
            ["wineserver", "-k"] if not _waits(self) else ["wineserver", "-w"],
            env=self.environment(),
            check=False,
            timeout=60,
        )


def _waits(prefix: Prefix) -> bool:
    """Wine's services stay some seconds; they end by themselves when nobody needs them."""
    try:
        subprocess.run(["wineserver", "-w"], env=prefix.environment(), check=True, timeout=30)
    except subprocess.TimeoutExpired:
        return False
    return True


def windows_path(path: Path) -> str:
    """As Wine names a file of this machine."""
    return "Z:" + str(path.resolve()).replace("/", "\\")
