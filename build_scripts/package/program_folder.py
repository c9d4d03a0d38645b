"""The program's folder, made by PyInstaller on the system it is for, or in Wine, and then judged."""

from __future__ import annotations

import shutil
import sys
import zipfile
from pathlib import Path

import bill
import commands
import contents
import icons
import windows_python
import wine
from commands import BuildError, say

SPEC = Path(__file__).resolve().parent / "gic.spec"
FOLDER = "gic-desktop"

MANUAL = """政府信息公开年报编制工具 {version}

不需要安装：把整个文件夹放在任何位置，双击 {program} 即可使用。请不要移动文件夹里面的文件。

设置和自动保存的内容通常放在当前用户的个人文件夹中。如果希望它们跟着本文件夹走（例如放在 U 盘上），
请在本文件夹中新建一个名为 portable.txt 的空文件：程序会把它们放进本文件夹的“数据”文件夹。

本程序不访问网络。技术说明见源代码中的 docs/it.zh-CN.md；许可文本在 _internal/resources/licences 中。
"""


def native(target: Path) -> Path:
    """Build for the system that this runs on."""
    return _judged(_pyinstaller([sys.executable], target), windows=sys.platform == "win32")


def for_windows(target: Path) -> Path:
    """Build for Windows: on Windows itself, elsewhere in Wine with a verified Python."""
    if sys.platform == "win32":
        return native(target)
    python = windows_python.prepare(commands.WORK / "windows-python")
    prefix = wine.Prefix(commands.WORK / "wine-build").make()
    icons.write_all(commands.WORK / "icons")
    # PyInstaller keeps lists of what it found; those of Linux must not be taken for Windows'.
    say("- PyInstaller, in Wine")
    work = commands.WORK / "work-windows"
    prefix.run(
        [
            *(python, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"),
            *("--distpath", wine.windows_path(commands.fresh(target))),
            *("--workpath", wine.windows_path(commands.fresh(work))),
            wine.windows_path(SPEC),
        ],
        more={"PYINSTALLER_CONFIG_DIR": wine.windows_path(commands.WORK / "cache-windows")},
    )
    prefix.end()
    return _judged(target / FOLDER, windows=True)


def _pyinstaller(python: list[str], target: Path) -> Path:
    icons.write_all(commands.WORK / "icons")
    say("- PyInstaller")
    work = commands.fresh(commands.WORK / "work-native")
    commands.run(
        [
            *(*python, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"),
            *("--distpath", commands.fresh(target), "--workpath", work, SPEC),
        ],
        environment=commands.build_environment()
        | {"PYINSTALLER_CONFIG_DIR": str(commands.WORK / "cache")},
    )
    folder = target / FOLDER
    if sys.platform.startswith("linux"):
        strip(folder)
    return folder


def strip(folder: Path) -> None:
    """Take the tables for debuggers out. Never from numpy.libs: OpenBLAS does not load then."""
    commands.need({"strip": "binutils"})
    inner = folder / contents.INNER
    for pattern in ("libpython*.so*", "python3*/lib-dynload/*.so", "numpy/**/*.so", "lxml/**/*.so"):
        for file in sorted(inner.glob(pattern)):
            if not file.is_symlink() and "numpy.libs" not in file.parts:
                commands.run(["strip", "--strip-unneeded", file])


def _judged(folder: Path, *, windows: bool) -> Path:
    fresh_licences = bill.third_party()
    shipped = folder / contents.INNER / "resources" / "licences" / bill.THIRD_PARTY.name
    shipped.write_text(fresh_licences, encoding="utf-8", newline="\n")
    text = MANUAL.format(
        version=bill.VERSION, program="gic-desktop.exe" if windows else "gic-desktop"
    )
    # The byte order mark is for Windows' Notepad of 1809.
    manual = folder / "使用说明.txt"
    manual.write_text(
        text, encoding="utf-8-sig" if windows else "utf-8", newline="\r\n" if windows else "\n"
    )
    shutil.copyfile(contents.ROOT / "LICENSE", folder / "LICENSE.txt")
    found = contents.problems(folder, windows=windows)
    if found:
        raise BuildError("The program's folder is not right:\n  " + "\n  ".join(found[:40]))
    commands.set_times(folder)
    files = sum(1 for _ in contents.files_of(folder))
    say(f"  {commands.megabytes(folder)} in {files} files")
    return folder


def name_of(kind: str, ending: str) -> Path:
    return commands.DIST / f"gic-desktop-{bill.VERSION}-{kind}{ending}"


def pack_tar(folder: Path) -> Path:
    """The portable folder for Linux."""
    target = name_of("linux-x86_64", ".tar.xz")
    target.parent.mkdir(parents=True, exist_ok=True)
    top = f"gic-desktop-{bill.VERSION}"
    plain = target.with_suffix("")
    commands.run(
        [
            *("tar", "--create", "--file", plain, "--sort=name", "--format=gnu"),
            *("--owner=0", "--group=0", "--numeric-owner", f"--mtime=@{commands.epoch()}"),
            *(f"--transform=s,^{folder.name},{top},S", "--directory", folder.parent, folder.name),
        ]
    )
    commands.run(["xz", "--force", "-6", "--threads=2", plain])
    return target


def pack_zip(folder: Path) -> Path:
    """The portable folder for Windows."""
    import time

    target = name_of("windows-x86_64-portable", ".zip")
    target.parent.mkdir(parents=True, exist_ok=True)
    when = time.gmtime(commands.epoch())[:6]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name in contents.files_of(folder):
            info = zipfile.ZipInfo(f"gic-desktop-{bill.VERSION}/{name}", when)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            packed.writestr(info, (folder / name).read_bytes())
    return target
