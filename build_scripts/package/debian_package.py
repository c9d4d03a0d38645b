"""The .deb: the program's folder under /usr/lib, and what a Debian desktop knows a program by."""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
import time
from pathlib import Path

import bill
import commands
import contents
import icons
from commands import say

FILES = Path(__file__).resolve().parent / "debian"
NAME = "gic-desktop"
HOME = "usr/lib/gic-desktop"
FONT_CACHE = "/var/cache/gic-desktop/fonts"
MAINTAINER = "GIC Desktop maintainers <maintainers@gic-desktop.example>"
TOOLS = {"dpkg-deb": "dpkg", "dpkg-shlibdeps": "dpkg-dev", "strip": "binutils"}

# What Qt's X11 platform loads from the desktop. Some of it is loaded only at run time, where
# dpkg-shlibdeps does not see it; without one of them the program does not start.
NAMED = (
    *("libxcb1", "libxcb-randr0", "libxcb-render0", "libxcb-shape0", "libxcb-shm0", "libxcb-sync1"),
    *("libxcb-xfixes0", "libxcb-xkb1", "libxkbcommon0", "libx11-6", "libx11-xcb1"),
    *("libfontconfig1", "libfreetype6", "libdbus-1-3", "libegl1", "libgl1", "zlib1g", "libstdc++6"),
)
# Those that a desktop without other Qt 6 programs may lack are in the folder: an office PC without a
# network could not fetch them. The system's own are the better ones where there is a network.
CARRIED = (
    *("libxcb-cursor0", "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1"),
    *("libxcb-render-util0", "libxcb-util1", "libxkbcommon-x11-0"),
    # Python's own needs, whose names differ between releases of a system.
    *("libbz2-1.0", "libffi8", "liblzma5", "libssl3", "libzstd1", "libexpat1", "libpython3.11"),
)
RECOMMENDED = ", ".join(
    [
        *(name for name in CARRIED if name.startswith(("libxcb", "libxkb"))),
        "fonts-noto-cjk | fonts-wqy-zenhei | fonts-wqy-microhei",
        "xdg-utils",
    ]
)


def build(folder: Path) -> Path:
    commands.need(TOOLS)
    say("- .deb")
    tree = commands.fresh(commands.WORK / "deb" / NAME)
    shutil.copytree(folder, tree / HOME, symlinks=True)
    # The manual of the portable folder, and a second copy of the licence.
    for name in ("使用说明.txt", "LICENSE.txt"):
        (tree / HOME / name).unlink()
    link(tree, f"{HOME}/{contents.INNER}/resources/font_cache", FONT_CACHE)
    for program in ("gic", "gic-desktop"):
        link(tree, f"usr/bin/{program}", f"../lib/gic-desktop/{program}")
    _desktop(tree)
    _documents(tree)
    _control(tree)
    commands.set_times(tree)
    target = commands.DIST / f"{NAME}_{bill.VERSION}_amd64.deb"
    target.parent.mkdir(parents=True, exist_ok=True)
    pack = ["dpkg-deb", "--root-owner-group", "-Zxz", "-z6", "--build"]
    commands.run([*pack, tree, target], environment=commands.build_environment())
    return target


def link(tree: Path, at: str, to: str) -> None:
    place = tree / at
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(to)


def put(source: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, place)


def put_gz(text: bytes, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(gzip.compress(text, 9, mtime=0))


def _desktop(tree: Path) -> None:
    share = tree / "usr" / "share"
    put(FILES / "gic-desktop.desktop", share / "applications" / "gic-desktop.desktop")
    put(FILES / "gic-desktop.xml", share / "mime" / "packages" / "gic-desktop.xml")
    for size in icons.LINUX_SIZES:
        sized = share / "icons" / "hicolor" / f"{size}x{size}"
        for name, place in (
            ("app", "apps/gic-desktop"),
            ("app-document", "mimetypes/application-x-gicr"),
        ):
            target = sized / f"{place}.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(icons.picture(name, size))
    scalable = share / "icons" / "hicolor" / "scalable"
    put(icons.ICONS / "app.svg", scalable / "apps" / "gic-desktop.svg")
    put(icons.ICONS / "app-document.svg", scalable / "mimetypes" / "application-x-gicr.svg")
    manual = share / "man"
    put_gz((FILES / "gic.1").read_bytes(), manual / "man1" / "gic.1.gz")
    put_gz((FILES / "gic-desktop.1").read_bytes(), manual / "man1" / "gic-desktop.1.gz")
    put_gz((FILES / "gic.zh_CN.1").read_bytes(), manual / "zh_CN" / "man1" / "gic.1.gz")


def _documents(tree: Path) -> None:
    place = tree / "usr" / "share" / "doc" / NAME
    place.mkdir(parents=True)
    (place / "copyright").write_text(copyright_file(), encoding="utf-8")
    put_gz(changelog().encode(), place / "changelog.gz")
    put(contents.ROOT / "docs" / "it.zh-CN.md", place / "it.zh-CN.md")
    bill.write(tree / HOME, place / "bill-of-materials.json", windows=False)
    put(FILES / "lintian-overrides", tree / "usr" / "share" / "lintian" / "overrides" / NAME)


def copyright_file() -> str:
    """Debian's form; the texts themselves are in the program's folder, which also shows them."""
    licences = bill.short_licences()
    lines = [
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/",
        "Upstream-Name: GIC Desktop",
        "Comment: A frozen Python program with the libraries named below; their complete licence",
        f" texts are in /{HOME}/_internal/resources/licences.",
        "",
        "Files: *",
        "Copyright: 2026 the GIC Desktop authors",
        "License: Apache-2.0",
        " On Debian systems the text is in /usr/share/common-licenses/Apache-2.0.",
    ]
    for name in bill.packages(windows=False):
        lines += [
            "",
            f"Files: {HOME}/_internal/{name}*",
            f"Copyright: the authors of {name}",
            f"License: {re.sub('[^A-Za-z0-9.]+', '-', licences.get(name, 'see-text')).strip('-')}",
            f" {licences.get(name, '')}; the text is in THIRD-PARTY.txt of the folder named above.",
        ]
    return "\n".join(lines) + "\n"


def changelog() -> str:
    when = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(commands.epoch()))
    return (
        f"{NAME} ({bill.VERSION}) unstable; urgency=medium\n\n"
        f"  * Version {bill.VERSION}.\n\n -- {MAINTAINER}  {when}\n"
    )


def control(depends: str, installed_kilobytes: int) -> str:
    return (
        f"Package: {NAME}\n"
        f"Version: {bill.VERSION}\n"
        "Section: editors\n"
        "Priority: optional\n"
        "Architecture: amd64\n"
        f"Maintainer: {MAINTAINER}\n"
        f"Installed-Size: {installed_kilobytes}\n"
        f"Depends: {depends}\n"
        f"Recommends: {RECOMMENDED}\n"
        "Description: annual reports on the disclosure of government information\n"
        " 政府信息公开年报编制工具：为街道办事处编写《政府信息公开工作年度报告》。\n"
        " 表格与正式格式一致，合计自动计算，勾稽关系随时核对，可导出 PDF、Word、\n"
        " Excel 和网页，可汇总。不访问网络。\n"
        " .\n"
        " A desktop program in Chinese for the yearly report that every Chinese\n"
        " street office publishes, with a console program for the same work.\n"
    )


def _control(tree: Path) -> None:
    place = tree / "DEBIAN"
    place.mkdir()
    size = (commands.size_of(tree) + 1023) // 1024
    (place / "control").write_text(control(dependencies(tree), size), encoding="utf-8")
    for script in ("postinst", "postrm"):
        put(FILES / script, place / script)
        (place / script).chmod(0o755)
    sums = []
    for file in sorted((tree / "usr").rglob("*")):
        if file.is_file() and not file.is_symlink():
            digest = hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()
            sums.append(f"{digest}  {file.relative_to(tree).as_posix()}\n")
    (place / "md5sums").write_text("".join(sums), encoding="utf-8")


def dependencies(tree: Path) -> str:
    """What dpkg-shlibdeps reads from the files, and the libraries that only run time shows."""
    work = commands.fresh(commands.WORK / "deb" / "shlibdeps")
    (work / "debian").mkdir()
    (work / "debian" / "control").write_text(
        f"Source: {NAME}\n\nPackage: {NAME}\nArchitecture: amd64\n", encoding="utf-8"
    )
    home = tree / HOME
    inner = home / contents.INNER
    own = [inner, *(inner / name for name in ("numpy.libs", "pillow.libs", "PySide6/Qt/lib"))]
    files = [
        file
        for file in sorted(home.rglob("*"))
        if file.is_file() and not file.is_symlink() and file.read_bytes()[:4] == b"\x7fELF"
    ]
    said = commands.run(
        [
            *("dpkg-shlibdeps", "-O", "--ignore-missing-info", "--warnings=0"),
            *(f"-l{folder}" for folder in own if folder.is_dir()),
            *(f"-e{file}" for file in files),
        ],
        folder=work,
    )
    found = re.search(r"shlibs:Depends=(.*)", said)
    listed = [part.strip() for part in found.group(1).split(",")] if found else []
    listed = [part for part in listed if re.split(r"[ |(:]", part)[0] not in CARRIED]
    known = {re.split(r"[ |(:]", part)[0] for part in listed}
    return ", ".join(sorted([*listed, *(name for name in NAMED if name not in known)]))
