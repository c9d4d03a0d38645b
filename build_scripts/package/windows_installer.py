"""The Windows installer, made by makensis on either system."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import bill
import commands
import program_folder
import version_resource
from commands import say

SCRIPT = Path(__file__).resolve().parent / "installer.nsi"
SIGN = "GIC_SIGN_COMMAND"
"""A command that signs the file named after it, for when there is a certificate."""


def sign(folder: Path) -> None:
    command = os.environ.get(SIGN, "")
    for file in sorted(folder.glob("*.exe")) if command else ():
        commands.run([*command.split(), file])


def makensis() -> str:
    usual = Path(os.environ.get("PROGRAMFILES(X86)", "C:\\")) / "NSIS" / "makensis.exe"
    found = shutil.which("makensis") or (str(usual) if usual.exists() else None)
    if found is None:
        commands.need({"makensis": "nsis"})
    return found or "makensis"


def build(folder: Path, *, fast: bool = False, target: Path | None = None) -> Path:
    say("- installer for Windows")
    sign(folder)
    if target is None:
        target = program_folder.name_of("windows-x86_64-setup", ".exe")
    target.parent.mkdir(parents=True, exist_ok=True)
    files = commands.WORK / "files.nsh"
    files.write_text(uninstalled(folder), encoding="utf-8")
    defined = {
        "VERSION": bill.VERSION,
        "FOUR": ".".join(map(str, version_resource.four_numbers(bill.VERSION))),
        "PAYLOAD": str(folder),
        "ICONS": str(commands.WORK / "icons"),
        "FILES": str(files),
        "OUT": str(target),
    }
    if fast:
        defined["FAST"] = "1"
    if os.environ.get(SIGN):
        defined["SIGN"] = os.environ[SIGN]
    commands.run(
        [
            *(makensis(), "-V2", "-INPUTCHARSET", "UTF8"),
            *(f"-D{name}={value}" for name, value in defined.items()),
            SCRIPT,
        ],
        environment=commands.build_environment(),
    )
    return target


def uninstalled(folder: Path) -> str:
    """What the uninstaller deletes beside the inner folder: exactly what is installed."""
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    return "".join(f'Delete "$INSTDIR\\{name}"\n' for name in names)
