"""The Windows installer and portable folder, used in a fresh Wine prefix as in an office.

张三, whose name and folders are Chinese with a space, gets the program by a silent installation, opens
a report by its file type, exports it, gets an upgrade while the program is open and again when it is
closed, and has it removed. Each step looks at files, registry and exit status; the exported PDF has
the text of the one made on this machine; pictures of the screen are left to be looked at.

Wine does not show printing, high resolution, input methods, virus scanners and SmartScreen.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import commands
import contents
import screen
import windows_python
import wine
from commands import BuildError, say

USER = "张三"
NAME = "政府信息公开年报编制工具"
REPORT = Path("Documents") / "项目 夹" / "测试 一.gicr"
SAMPLE = contents.ROOT / "resources" / "samples" / "2021.gicr"
TITLE = "测试 一"
TYPE = "GicDesktop.Report"
KEYS = (
    "Software\\Classes\\.gicr",
    f"Software\\Classes\\{TYPE}",
    "Software\\GIC Desktop",
    "Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\GIC Desktop",
)
TOO_OLD, NEEDS_RIGHTS, IS_OPEN = 3, 4, 5


class Office:
    """A Windows PC with nothing on it, and a screen."""

    def __init__(self, prefix: wine.Prefix, display: str) -> None:
        self.prefix = prefix
        self.more = {"DISPLAY": display}
        self.display = display
        self.report = prefix.home / REPORT

    def run(self, *command: str | Path, good: tuple[int, ...] = (0,)) -> str:
        return self.prefix.run(command, more=self.more, good=good, timeout=240)

    def expect(self, status: int, *command: str | Path) -> None:
        self.run(*command, good=(status,))

    def registered(self, hive: str, key: str) -> bool:
        return "ERROR" not in self.run("reg", "query", f"{hive}\\{key}", good=(0, 1)) and (
            self._status("reg", "query", f"{hive}\\{key}") == 0
        )

    def _status(self, *command: str) -> int:
        return subprocess.run(
            ["wine", *command],
            env=self.prefix.environment(self.more),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=120,
        ).returncode

    def files(self) -> set[str]:
        """Everything on drive C but Windows itself and temporary files."""
        found = set()
        for file in self.prefix.drive.rglob("*"):
            name = file.relative_to(self.prefix.drive).as_posix()
            if not name.startswith("windows/") and "/Temp/" not in name and not file.is_dir():
                found.add(name)
        return found

    def new_report(self) -> Path:
        self.report.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(SAMPLE, self.report)
        return self.report

    def use(self, program: Path) -> None:
        """Both programs: the window's own trial, then an export whose text is compared."""
        report = wine.windows_path(self.report)
        result = self.report.with_name("结果.json")
        result.unlink(missing_ok=True)
        self.run(
            *(program / "gic-desktop.exe", "--selftest", report),
            *("--result", wine.windows_path(result)),
        )
        told = json.loads(result.read_text("utf-8"))
        if not screen.is_good(told):
            raise BuildError(f"the window's own trial found: {told}")
        pdf = self.report.with_suffix(".pdf")
        pdf.unlink(missing_ok=True)
        self.run(program / "gic.exe", "export", report, "-o", wine.windows_path(pdf))
        say("  " + screen.same_text(pdf, screen.reference_pdf(SAMPLE)))
        # Read in a process of its own, which is this program once more.
        foreign = wine.windows_path(screen.foreign_pdf(pdf))
        imported = self.report.with_name("导入.gicr")
        imported.unlink(missing_ok=True)
        target = wine.windows_path(imported)
        self.run(program / "gic.exe", "import", foreign, "-o", target, good=(0, 1))
        if not imported.exists():
            raise BuildError("a PDF was not read")
        say("  a PDF of another program was read")


def office(display: str) -> Office:
    prefix = wine.Prefix(commands.WORK / "wine-try", USER)
    if prefix.folder.exists():
        shutil.rmtree(prefix.folder)
    return Office(prefix.make(), display)


def file_modules() -> None:
    """Saves, locks and several at once, by the Windows Python from source: what no program shows."""
    say("- the file modules, in Wine")
    python = windows_python.prepare(commands.WORK / "windows-python")
    prefix = wine.Prefix(commands.WORK / "wine-build").make()
    play = "tests/store/test_store_durable_windows.py"
    commands.run(
        [sys.executable, "-m", "pytest", "-q", play],
        folder=contents.ROOT,
        environment=prefix.environment({"GIC_DESKTOP_WINDOWS_PYTHON": f"wine '{python}'"}),
    )
    prefix.end()


def installer(setup: Path) -> None:
    say(f"- {setup.name}: in a fresh Wine prefix, by {USER}")
    with screen.screen() as display:
        pc = office(display)
        try:
            _prove_installer(pc, setup)
        finally:
            subprocess.run(["wineserver", "-k"], env=pc.prefix.environment(), check=False)


def _prove_installer(pc: Office, setup: Path) -> None:
    report = pc.new_report()
    before = pc.files()
    pc.prefix.be(wine.WINDOWS_7)
    pc.expect(TOO_OLD, setup, "/S")
    pc.prefix.be(wine.WINDOWS_10)
    if pc.files() != before:
        raise BuildError("the installer left files on a Windows that is too old")
    say("  refused on Windows 7")

    started = time.monotonic()
    pc.run(setup, "/S", "/CurrentUser")
    program = pc.prefix.home / "AppData" / "Local" / "Programs" / "GIC Desktop"
    say(f"  installed for {USER} in {time.monotonic() - started:.0f} s")
    _expect_installed(pc, program, "HKCU")
    pc.use(program)

    _open_by_type(pc, report, program, setup)
    (program / "_internal" / "of-an-older-version.txt").write_text("old", encoding="ascii")
    pc.run(setup, "/S", "/CurrentUser")
    if (program / "_internal" / "of-an-older-version.txt").exists():
        raise BuildError("an upgrade leaves files of the older version behind")
    _expect_installed(pc, program, "HKCU")
    pc.run(program / "gic.exe", "check", wine.windows_path(report), good=(0, 1))
    say("  upgraded over itself")

    _uninstall(pc, program)
    for key in KEYS:
        if pc.registered("HKCU", key):
            raise BuildError(f"left in the registry: HKCU\\{key}")
    left = {name for name in pc.files() - before if not name.startswith(_inside(pc, report.parent))}
    data = {name for name in left if "/GIC Desktop/" in name and "/AppData/" in name}
    if left - data:
        raise BuildError(f"left behind: {sorted(left - data)[:10]}")
    if any("/Programs/" in name or "/cache/" in name for name in data):
        raise BuildError(f"left behind: {sorted(data)[:10]}")
    if not report.exists():
        raise BuildError("the uninstaller took a report")
    say(f"  removed; the report and {len(data)} files of settings and work are there")

    pc.run(setup, "/S", "/AllUsers", "/NoDesktop")
    program = pc.prefix.drive / "Program Files" / "GIC Desktop"
    _expect_installed(pc, program, "HKLM", desktop=False)
    pc.run(program / "gic.exe", "check", wine.windows_path(report), good=(0, 1))
    _uninstall(pc, program, "/DeleteSettings")
    left = {name for name in pc.files() - before if not name.startswith(_inside(pc, report.parent))}
    left = {name for name in left if "/journal/" not in name}
    if left or not report.exists():
        raise BuildError(f"left behind: {sorted(left)[:10]}")
    say("  installed for all users, removed with its settings: only the reports remain")


def _inside(pc: Office, folder: Path) -> str:
    return folder.relative_to(pc.prefix.drive).as_posix() + "/"


def _expect_installed(pc: Office, program: Path, hive: str, *, desktop: bool = True) -> None:
    for name in ("gic.exe", "gic-desktop.exe", "uninstall.exe", "app-document.ico"):
        if not (program / name).is_file():
            raise BuildError(f"not installed: {name}")
    if len(list((program / "_internal/resources/font_cache").glob("*.face"))) < 5:
        raise BuildError("the installer did not prepare the fonts")
    found = contents.problems_of_code(program)
    if found:
        raise BuildError("installed folder: " + "; ".join(found[:5]))
    links = [f for f in pc.files() if f.endswith(f"{NAME}.lnk")]
    if not any("/Start Menu/" in link for link in links):
        raise BuildError("nothing in the start menu")
    if any("/Desktop/" in link for link in links) is not desktop:
        raise BuildError("the desktop shortcut is not as asked for")
    for key in KEYS:
        if not pc.registered(hive, key):
            raise BuildError(f"not in the registry: {hive}\\{key}")


def _open_by_type(pc: Office, report: Path, program: Path, setup: Path) -> None:
    """Double-click the report; while it is open, try to upgrade."""
    # Wine 8 does not show a user's own file types to its shell; Windows does.
    copied = [key for key in KEYS if "Classes" in key]
    for key in copied:
        pc.run("reg", "copy", f"HKCU\\{key}", f"HKLM\\{key}", "/s", "/f")
    running = subprocess.Popen(
        ["wine", "start", "/wait", "/unix", str(report)],
        env=pc.prefix.environment(pc.more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        screen.picture_of_window(pc.display, TITLE, "windows")
        mark = program / "_internal" / "base_library.zip"
        when = mark.stat().st_ino
        pc.expect(IS_OPEN, setup, "/S", "/CurrentUser")
        if running.poll() is not None or mark.stat().st_ino != when:
            raise BuildError("an upgrade disturbed the open program")
        # The uninstaller works from a copy of itself, whose exit status nobody gets.
        pc.run(program / "uninstall.exe", "/S")
        time.sleep(8)
        if running.poll() is not None or not mark.exists() or not (program / "gic.exe").exists():
            raise BuildError("a removal disturbed the open program")
        say("  while it is open neither upgrade nor removal goes on")
        environment = dict(os.environ, DISPLAY=pc.display)
        search = ["xdotool", "search", "--onlyvisible", "--name", TITLE]
        window = commands.run(search, environment=environment).split()[0]
        commands.run(["xdotool", "windowclose", window], environment=environment)
        try:
            running.wait(20)
        except subprocess.TimeoutExpired:
            pc.run("taskkill", "/F", "/IM", "gic-desktop.exe", good=(0, 1))
            running.wait(60)
    finally:
        if running.poll() is None:
            running.kill()
        for key in copied:
            pc.run("reg", "delete", f"HKLM\\{key}", "/f", good=(0, 1))


def _uninstall(pc: Office, program: Path, *switches: str) -> None:
    # It works from a copy of itself and returns at once.
    pc.run(program / "uninstall.exe", "/S", *switches)
    until = time.monotonic() + 120
    while program.exists():
        if time.monotonic() > until:
            raise BuildError(f"after two minutes there is still {sorted(program.rglob('*'))[:5]}")
        time.sleep(0.5)
    time.sleep(3)


def portable(archive: Path) -> None:
    say(f"- {archive.name}: unpacked and used in a fresh Wine prefix")
    with screen.screen() as display:
        pc = office(display)
        try:
            pc.new_report()
            place = pc.prefix.drive / "U盘 工具"
            with zipfile.ZipFile(archive) as packed:
                packed.extractall(place)
            program = next(place.iterdir())
            (program / "portable.txt").write_text("", encoding="ascii")
            before = pc.files()
            pc.use(program)
            new = pc.files() - before
            outside = {name for name in new if not name.startswith("U盘 工具/")}
            outside = {n for n in outside if not n.startswith(_inside(pc, pc.report.parent))}
            if outside:
                raise BuildError(f"with portable.txt it wrote elsewhere: {sorted(outside)[:10]}")
            if not any("/数据/" in name for name in new):
                raise BuildError("portable.txt is there, but nothing is in the folder 数据")
            say("  nothing written outside its folder")
        finally:
            subprocess.run(["wineserver", "-k"], env=pc.prefix.environment(), check=False)
