"""Pictures of every tab and dialog: light, dark, high contrast, 100 to 300 per cent, on two screens.

    python build_scripts/screenshots.py [REPORT] [FOLDER]    all of them, into build/pictures
    python build_scripts/screenshots.py --guide              the few that the guide and README show

Runs without a display (Qt's offscreen platform); a scale needs a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gic_desktop.values import replace

if TYPE_CHECKING:
    from gic_desktop.window.dialogs.picture import PictureDialog
    from gic_desktop.window.main_window import MainWindow

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "resources" / "samples" / "2021.gicr"
GUIDE = ROOT / "resources" / "help" / "pictures"
README = ROOT / "docs" / "pictures"
SIZES = ((1366, 768), (1920, 1080))
LOOKS = (("light", 1), ("dark", 1), ("contrast", 1), ("light", 1.5), ("light", 2), ("dark", 2))
# What the desktop keeps for its task bar and the window's title.
BARS = 70


@dataclass(frozen=True)
class Job:
    report: Path
    folder: Path
    scheme: str
    scale: float
    size: tuple[int, int]
    guide: bool = False

    @property
    def mark(self) -> str:
        return f"{self.size[0]}-{self.scheme}-{round(self.scale * 100)}"

    def arguments(self) -> list[str]:
        flags = ["--guide"] if self.guide else []
        size = f"{self.size[0]}x{self.size[1]}"
        words = ["--one", self.scheme, str(self.scale), size]
        return [str(self.report), str(self.folder), *words, *flags]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("report", nargs="?", type=Path, default=SAMPLE)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "pictures")
    parser.add_argument("--guide", action="store_true")
    parser.add_argument("--few", action="store_true", help="light, at 100 per cent, on one screen")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.one:
        scheme, scale, size = given.one
        width, _, height = size.partition("x")
        job = Job(
            given.report, given.folder, scheme, float(scale), (int(width), int(height)), given.guide
        )
        Pictures(job).take()
        return 0
    if given.guide:
        return run(Job(given.report, GUIDE, "light", 1, (1180, 700), guide=True))
    jobs = [
        Job(given.report, given.folder, scheme, scale, size)
        for size in SIZES
        for scheme, scale in LOOKS
    ]
    # Three times as large leaves 455 points on the smaller screen: less than the window's least.
    jobs.append(Job(given.report, given.folder, "light", 3, SIZES[1]))
    status = max(run(job) for job in (jobs[:1] if given.few else jobs))
    print(f"{len(list(given.folder.glob('*.png')))} pictures in {given.folder}")
    return status


def run(job: Job) -> int:
    job.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="gic-pictures-") as home:
        # Without a screen Qt takes one of 800 points, and a window is never larger than its screen.
        screen = Path(home) / "screen.json"
        width, height = (1920, 1080) if job.guide else job.size
        shape = {"name": "screen", "x": 0, "y": 0, "width": width, "height": height}
        screen.write_text(json.dumps({"screens": [shape]}))
        environment = os.environ | {
            "QT_QPA_PLATFORM": f"offscreen:configfile={screen}",
            "QT_SCALE_FACTOR": str(job.scale),
            "GIC_DESKTOP_HOME": home,
        }
        # Qt's offscreen platform says of every window that it gives no hints of its size.
        environment["QT_LOGGING_RULES"] = "default.warning=false"
        command = [sys.executable, str(Path(__file__).resolve()), *job.arguments()]
        return subprocess.run(command, env=environment, check=False).returncode


class Pictures:
    """One look of one report: everything that can be seen, one after another."""

    def __init__(self, job: Job) -> None:
        from gic_desktop.store.gicr import read
        from gic_desktop.window.application import make_application
        from gic_desktop.window.settings import SCHEMES, Settings
        from gic_desktop.window.theme import choose, dress

        self.job = job
        self.application = make_application(["gic-desktop"])
        self.settings = Settings()
        self.settings.scheme = next(s for s in SCHEMES if s == job.scheme)
        self.theme = choose(self.settings.scheme)
        dress(self.application, self.theme, self.settings.points)
        self.report = read(job.report.read_bytes()).report

    def take(self) -> None:
        if self.job.guide:
            self.take_for_guide()
            return
        self.start_page()
        self.tabs()
        self.dialogs()

    def settle(self, seconds: float = 0.15) -> None:
        """Layouts, the checks after a pause, painting."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.application.processEvents()
            time.sleep(0.01)

    def keep(self, widget: object, name: str) -> None:
        from PySide6.QtWidgets import QWidget

        assert isinstance(widget, QWidget)
        self.settle()
        target = self.job.folder / (name if self.job.guide else f"{self.job.mark}-{name}")
        picture = widget.grab()
        if not picture.save(str(target.with_suffix(".png"))):
            raise SystemExit(f"{target}: could not be written")

    def open(self, *, broken: bool = False) -> object:
        from gic_desktop.report.edits import SetCells
        from gic_desktop.report.figures import Figure
        from gic_desktop.window.main_window import MainWindow
        from gic_desktop.window.session import Session

        report = self.report
        if broken:
            # One figure too many in a column, and one blank: what a clerk comes to see first.
            cells = [c for t in report.form.tables for c in t.cells]
            relation = next(r for r in report.form.relations if not r.across_years and r.look)
            cell = next(c for c in relation.look if not report.form.cells[c].computed)
            blank = next(c for c in reversed(cells) if c in report.cells)
            report = SetCells({cell: Figure(7), blank: None}).apply(report)
        window = MainWindow(Session(report), self.settings, self.theme)
        width, height = self.job.size
        scale = self.job.scale
        window.resize(round(width / scale), round((height - BARS) / scale))
        window.show()
        self.settle(1.0)
        return window

    def start_page(self) -> None:
        from gic_desktop.store.journal import Pending
        from gic_desktop.window.start_page import StartPage

        page = StartPage(date(2026, 1, 5))
        width, height = self.job.size
        page.resize(round(width / self.job.scale), round((height - BARS) / self.job.scale))
        with tempfile.TemporaryDirectory() as folder:
            here = Path(folder) / f"{self.report.organ}2024年年报.gicr"
            here.write_bytes(b"")
            page.show_recent([here, Path(folder) / "旧电脑上的年报.gicr"])
            page.show()
            self.keep(page, "start")
            when = datetime(2026, 1, 5, 6, 32, tzinfo=UTC)
            work = Pending(here, here, "", when, owner=None, certain=True)
            page.show_recovered([work])
            self.keep(page, "start-recovered")

    def tabs(self) -> None:
        from gic_desktop.window.main_window import MainWindow
        from gic_desktop.window.rail import KEY

        for broken in (False, True):
            window = self.open(broken=broken)
            assert isinstance(window, MainWindow)
            keys = [window.rail.item(row).data(KEY) for row in range(window.rail.count())]
            for number, key in enumerate(keys):
                window.show_tab(key)
                self.keep(window, f"tab-{number}-{key}{'-broken' if broken else ''}")
            if broken:
                window.next_action.trigger()
                self.settle(2)
                self.keep(window, "finding")
                window.panel_action.trigger()
                self.keep(window, "finding-panel")
            _close(window)

    def dialogs(self) -> None:
        from PySide6.QtWidgets import QWidget

        from gic_desktop.window.dialogs.find import FindDialog
        from gic_desktop.window.dialogs.help import HelpWindow, about
        from gic_desktop.window.dialogs.settings import SettingsDialog
        from gic_desktop.window.dialogs.versions import VersionsDialog
        from gic_desktop.window.main_window import MainWindow

        window = self.open(broken=True)
        assert isinstance(window, MainWindow)
        saved = Path(os.environ["GIC_DESKTOP_HOME"]) / "年报.gicr"
        window.session.save(saved)
        other = replace(self.report, annex="附件1")
        from gic_desktop.report.edits import ReplaceReport

        window.session.apply(ReplaceReport(other))
        window.session.save(saved)
        made: dict[str, Callable[[], QWidget]] = {
            "find": lambda: FindDialog(window.session, window),
            "settings": lambda: SettingsDialog(self.settings, window),
            "versions": lambda: VersionsDialog(saved, self.report, window),
            "about": lambda: about(window),
            "picture": lambda: self.picture(window),
            "help": lambda: HelpWindow("tables", window),
            "shortcuts": lambda: HelpWindow("shortcuts", window),
        }
        for name, make in made.items():
            dialog = make()
            dialog.show()
            self.keep(dialog, f"dialog-{name}")
            dialog.close()
        self.roll_up("dialog-roll_up")
        self.import_last_year("dialog-import")
        window.preview_action.trigger()
        self.settle(6)
        self.keep(window, "preview")
        _close(window)

    def picture(self, window: MainWindow) -> PictureDialog:
        """One of the guide's own pictures, as if a clerk had put it into the first text."""
        from gic_desktop.report.narrative import Picture
        from gic_desktop.window.dialogs.picture import PictureDialog

        section = next(s.id for s in self.report.form.sections if s.kind == "narrative")
        editor = window.section_tab(section).parts["body"].editor
        data = (GUIDE / "narrative.png").read_bytes()
        item = Picture(
            "", "图1　街道政府信息公开专区", "专区首页，设政策文件、指南、年报三栏。", 80
        )
        return PictureDialog(item, data, editor.picture_look(), window)

    def roll_up(self, name: str) -> None:
        """Invented offices of one district: most are right, one is not, one is damaged, two missing."""
        from gic_desktop.report.edits import SetCells
        from gic_desktop.report.figures import Figure
        from gic_desktop.store.gicr import write
        from gic_desktop.window.dialogs.roll_up import RollUpDialog

        relation = next(r for r in self.report.form.relations if not r.across_years and r.look)
        cell = next(c for c in relation.look if not self.report.form.cells[c].computed)
        places = ("桥头", "西关", "南苑", "北营", "新城", "文昌", "和平")
        organs = [f"东河区{place}街道办事处" for place in places]
        dialog = RollUpDialog(self.settings, self.theme)
        with tempfile.TemporaryDirectory(prefix="各街道年报") as folder:
            here = Path(folder)
            for number, organ in enumerate(organs):
                report = replace(self.report, organ=organ)
                if number == 1:
                    report = SetCells({cell: Figure(7)}).apply(report)
                (here / f"{organ}2025年年报.gicr").write_bytes(write(report))
            (here / "新文件.gicr").write_bytes(b"{")
            names = here / "名单.txt"
            names.write_text(
                "\n".join([*organs, "东河区城南街道办事处", "东河区光明街道办事处"]), "utf-8"
            )
            dialog.take_names(names)
            dialog.folder.setText(folder)
            dialog.start()
            while dialog.bar.isVisible() or dialog.rollup is None:
                self.settle()
            dialog.folder.setText("D:\\各街道年报")
            dialog.show()
            self.keep(dialog, name)
        dialog.deleteLater()

    def import_last_year(self, name: str) -> None:
        """The report itself as somebody's Word file: one row under another name, one total wrong."""
        from gic_desktop import verbs
        from gic_desktop.imports.match import Matcher
        from gic_desktop.imports.outcome import import_source
        from gic_desktop.imports.reading import read_bytes
        from gic_desktop.imports.source import Grid
        from gic_desktop.window.dialogs.import_last_year import ImportDialog

        source = read_bytes(verbs.export_bytes(self.report, ".docx", draft=True))
        table = max(self.report.form.tables, key=lambda t: t.rows)
        rows = [row for row in Matcher(self.report.form).rows if row.table == table.id]
        grids = [item for item in source.items if isinstance(item, Grid)]
        grid = max(grids, key=lambda one: one.row_count)
        wrong = {rows[4].leaf: "1.属于不能公开的秘密"}
        first = next(cell for cell in grid.cells if cell.text == rows[0].leaf)
        total = max(
            (cell for cell in grid.cells if cell.row == first.row), key=lambda cell: cell.column
        )
        cells = tuple(
            replace(
                cell,
                text=wrong.get(cell.text, str(int(cell.text) + 1) if cell is total else cell.text),
            )
            for cell in grid.cells
        )
        items = tuple(replace(item, cells=cells) if item is grid else item for item in source.items)
        outcome = import_source(replace(source, items=items))
        dialog = ImportDialog(outcome, None, theme=self.theme, points=self.settings.points)
        width, height = self.job.size
        dialog.resize(round(width / self.job.scale), round((height - BARS) / self.job.scale))
        dialog.show()
        self.settle()
        dialog.show_doubt(0)
        self.keep(dialog, name)
        dialog.done(0)
        dialog.deleteLater()

    def take_for_guide(self) -> None:
        from gic_desktop.window.main_window import MainWindow

        form = self.report.form
        table = max(form.tables, key=lambda t: t.rows).section
        narrative = next(s.id for s in form.sections if s.kind == "narrative")
        window = self.open()
        assert isinstance(window, MainWindow)
        tabs = (
            ("cover", "cover"),
            ("narrative", narrative),
            ("table", table),
            ("charts", "charts"),
        )
        for name, tab in tabs:
            window.show_tab(tab)
            self.keep(window, name)
        _close(window)
        window = self.open(broken=True)
        assert isinstance(window, MainWindow)
        window.show_tab(table)
        window.panel.go_to_next()
        self.settle(2)
        self.keep(window, "findings")
        _close(window)
        self.roll_up("roll_up")
        self.import_last_year("import")
        README.mkdir(parents=True, exist_ok=True)
        for picture in sorted(self.job.folder.glob("*.png")):
            _make_small(picture)
        (README / "table.png").write_bytes((self.job.folder / "table.png").read_bytes())
        (README / "findings.png").write_bytes((self.job.folder / "findings.png").read_bytes())


def _make_small(file: Path) -> None:
    """128 colours are enough for a window of paper and ink, if the rare red of a mark is among them."""
    from PIL import Image

    with Image.open(file) as picture:
        few = picture.convert("RGB").quantize(
            128, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
        )
    few.save(file, optimize=True)


def _close(window: object) -> None:
    from gic_desktop.window.main_window import MainWindow

    assert isinstance(window, MainWindow)
    window.session.close(discard=True)
    window.hide()
    window.deleteLater()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
