"""The .deb and the portable folder, as somebody in an office meets them.

The .deb is installed with apt in a clean Debian folder, used there by 张三 under a path with Chinese
and a space, and purged; then the folder must be as before but for what 张三 wrote.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import commands
import contents
import screen
from commands import BuildError, say

USER = "张三"
REPORT = Path("项目 夹") / "测试 一.gicr"
SAMPLE = contents.ROOT / "resources" / "samples" / "2021.gicr"
TITLE = "测试 一"
# dpkg's own books, and caches that other packages keep; nothing of ours is in them.
BOOKS = ("var/lib/dpkg/", "var/cache/", "var/log/", "var/lib/apt/", "etc/ld.so.cache")
NOT_OF_DISK = ("proc", "sys", "dev", "tmp", "run", "srv")
MADE_BY_OTHERS = ("usr/share/mime/", "usr/share/applications/mimeinfo.cache")


def portable(archive: Path) -> None:
    say(f"- {archive.name}: unpacked and used")
    place = commands.fresh(commands.WORK / "try" / "程序 文件")
    with tarfile.open(archive) as packed:
        packed.extractall(place, filter="tar")
    program = next(place.iterdir())
    report = _a_report(commands.fresh(commands.WORK / "try" / USER))
    home = commands.fresh(commands.WORK / "try" / "home")
    environment = _plain_environment(home)
    _try_programs(program, report, environment)
    _no_trace(home, "without portable.txt settings belong into the home folder", wanted=True)
    shutil.rmtree(home)
    home.mkdir()
    (program / "portable.txt").write_text("", encoding="ascii")
    _try_programs(program, report, environment)
    _no_trace(home, "with portable.txt the home folder must stay empty", wanted=False)
    if not any((program / "数据").rglob("*")):
        raise BuildError("portable.txt is there, but nothing is in the folder 数据")
    with screen.screen() as display:
        _picture([str(program / "gic-desktop")], report, environment, display, "portable")


def _no_trace(home: Path, what: str, *, wanted: bool) -> None:
    if (
        any(f.is_file() and "gic" in str(f.relative_to(home)) for f in home.rglob("*"))
        is not wanted
    ):
        raise BuildError(what)


def _plain_environment(home: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    return kept | {"HOME": str(home), "LANG": "C.UTF-8", "USER": USER, "LOGNAME": USER}


def _a_report(folder: Path) -> Path:
    report = folder / REPORT
    report.parent.mkdir(parents=True)
    shutil.copyfile(SAMPLE, report)
    return report


def _try_programs(program: Path, report: Path, environment: dict[str, str]) -> None:
    """Both programs: the window's own trial, and an export whose text is compared."""
    result = report.with_name("结果.json")
    offscreen = environment | {"QT_QPA_PLATFORM": "offscreen"}
    commands.run(
        [program / "gic-desktop", "--selftest", report, "--result", result],
        environment=offscreen,
        timeout=180,
    )
    told = json.loads(result.read_text("utf-8"))
    if not screen.is_good(told):
        raise BuildError(f"the window's own trial found: {told}")
    pdf = report.with_suffix(".pdf")
    commands.run([program / "gic", "export", report, "-o", pdf], environment=environment)
    say("  " + screen.same_text(pdf, screen.reference_pdf(report)))
    # Read in a process of its own, which is this program once more.
    foreign = screen.foreign_pdf(pdf)
    imported = report.with_name("导入.gicr")
    imported.unlink(missing_ok=True)
    arguments = ["import", str(foreign), "-o", str(imported)]
    commands.run([program / "gic", *arguments], environment=environment, good=(0, 1), timeout=120)
    if not imported.exists():
        raise BuildError("a PDF was not read")
    say("  a PDF of another program was read")


def _picture(
    command: Sequence[str], report: Path, environment: dict[str, str], display: str, name: str
) -> None:
    running = subprocess.Popen(
        [*command, str(report)],
        env=environment | {"DISPLAY": display},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        screen.picture_of_window(display, TITLE, name)
    finally:
        running.terminate()
        running.wait()


class Root:
    """A clean Debian folder, and commands in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, command: Sequence[str], *, user: str = "", more: Sequence[str] = ()) -> str:
        change = ["chroot", *([f"--userspec={user}"] if user else []), str(self.folder)]
        home = f"/home/{USER}" if user else "/root"
        environment = [
            *("env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
            *(f"HOME={home}", "LANG=C.UTF-8", f"USER={USER}", f"LOGNAME={USER}"),
            *("DEBIAN_FRONTEND=noninteractive", *more),
        ]
        return commands.run([*change, *environment, *command])

    def files(self) -> dict[str, tuple[int, int]]:
        """Every file that counts, with its size and kind."""
        found = {}
        tops = [top for top in self.folder.iterdir() if top.name not in NOT_OF_DISK]
        for file in (file for top in tops if not top.is_symlink() for file in top.rglob("*")):
            name = file.relative_to(self.folder).as_posix()
            if not name.startswith((*BOOKS, *MADE_BY_OTHERS)) and not file.is_dir():
                about = file.lstat()
                found[name] = (about.st_size, about.st_mode)
        return found


@contextmanager
def clean_root() -> Iterator[Root]:
    """A fresh copy of a minimal Debian 12, fetched once."""
    commands.need({"debootstrap": "debootstrap"})
    base = commands.WORK / "clean-debian.tar"
    folder = commands.WORK / "clean-debian"
    if not base.exists():
        say("- a clean Debian 12, with debootstrap")
        commands.fresh(folder)
        commands.run(["debootstrap", "--variant=minbase", "bookworm", folder])
        commands.run(["tar", "-C", folder, "-cf", base.with_suffix(".part"), "."])
        base.with_suffix(".part").rename(base)
    commands.fresh(folder)
    commands.run(["tar", "-C", folder, "-xf", base])
    mounted = []
    try:
        for kind, name in (("proc", "proc"), ("devtmpfs", "dev")):
            commands.run(["mount", "-t", kind, kind, folder / name])
            mounted.append(folder / name)
        yield Root(folder)
    finally:
        for place in reversed(mounted):
            subprocess.run(["umount", "-l", str(place)], check=False)


def deb(package: Path) -> None:
    say(f"- {package.name}: lintian, then apt in a clean Debian")
    commands.need({"lintian": "lintian", "desktop-file-validate": "desktop-file-utils"})
    said = commands.run(
        ["lintian", "--fail-on", "error", "--allow-root", "--tag-display-limit", "0", package],
    )
    say(f"  lintian: no error, {said.count('W: ')} warnings")
    with clean_root() as root:
        _prove_deb(root, package)


def _prove_deb(root: Root, package: Path) -> None:
    root.run(["apt-get", "-q", "update"])
    # The test's own: what a desktop has anyway.
    root.run(
        [
            *("apt-get", "-q", "-y", "install", "--no-install-recommends"),
            *("xdg-utils", "shared-mime-info", "desktop-file-utils", "libfile-mimeinfo-perl"),
            *("fonts-wqy-zenhei", "hicolor-icon-theme", "man-db"),
        ]
    )
    root.run(["useradd", "--create-home", "--badname", USER])
    before = root.files()
    shutil.copyfile(package, root.folder / "srv" / package.name)
    file = f"/srv/{package.name}"
    install = ["apt-get", "-q", "-y", "install", "--no-install-recommends", file]
    root.run(install)
    fonts = list((root.folder / "var/cache/gic-desktop/fonts").glob("*.face"))
    if len(fonts) < 5:
        raise BuildError("the package did not prepare the fonts")
    root.run(["desktop-file-validate", "/usr/share/applications/gic-desktop.desktop"])
    if "GIC" not in root.run(["man", "-P", "cat", "gic"]):
        raise BuildError("there is no manual page of gic")

    home = root.folder / "home" / USER
    report = _a_report(home)
    result = report.with_name("结果.json")
    owner = (home.stat().st_uid, home.stat().st_gid)
    for entry in [report.parent, report]:
        os.chown(entry, *owner)
    who = f"{owner[0]}:{owner[1]}"
    inside = "/" + report.relative_to(root.folder).as_posix()
    root.run(
        ["gic-desktop", "--selftest", inside, "--result", str(Path(inside).with_name("结果.json"))],
        user=who,
        more=["QT_QPA_PLATFORM=offscreen"],
    )
    told = json.loads(result.read_text("utf-8"))
    if not screen.is_good(told):
        raise BuildError(f"the window's own trial found: {told}")
    pdf = report.with_suffix(".pdf")
    root.run(["gic", "export", inside, "-o", str(Path(inside).with_suffix(".pdf"))], user=who)
    say("  " + screen.same_text(pdf, screen.reference_pdf(report)))
    kind = root.run(["mimetype", "--brief", inside], user=who).strip()
    if kind != "application/x-gicr":
        raise BuildError(f"a report is taken for {kind}")
    default = root.run(["xdg-mime", "query", "default", kind], user=who).strip()
    if default != "gic-desktop.desktop":
        raise BuildError(f"a report would be opened by {default or 'nothing'}")

    with screen.screen() as display:
        # Xvfb listens on an abstract socket too, which a changed root does not hide.
        command = ["chroot", f"--userspec={who}", str(root.folder), "gic-desktop"]
        environment = _plain_environment(Path("/home") / USER)
        environment["XDG_RUNTIME_DIR"] = "/tmp"  # noqa: S108 - of the clean folder
        _picture(command, Path(inside), environment, display, "deb")

    root.run([*install, "--reinstall"])
    say("  installed over itself")
    root.run(["apt-get", "-q", "-y", "purge", "gic-desktop"])
    root.run(["apt-get", "-q", "-y", "autoremove", "--purge"])
    after = root.files()
    mine = f"home/{USER}/"
    left = [name for name in after if name not in before and not name.startswith(mine)]
    ours = [name for name in left if "gic" in name.lower()]
    if ours or (root.folder / "usr/lib/gic-desktop").exists():
        raise BuildError("left behind after the purge: " + ", ".join(ours[:10]))
    if (root.folder / "var/cache/gic-desktop").exists():
        raise BuildError("the fonts' cache is left behind after the purge")
    if not report.exists() or not pdf.exists():
        raise BuildError("the purge took a report of the user")
    say(f"  purged: nothing of ours left; {len(left)} files of other packages; the report is there")
