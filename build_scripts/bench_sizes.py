"""What work costs as what it works on grows: pages of text, pictures, findings, kept projects.

    python3 build_scripts/dev.py bench_sizes [--only NAME] [--json FILE]

Each line is one piece of work in milliseconds of processor at three or four sizes, each twice the one
before or more, and its slope: the exponent over the last two sizes, so 1 is linear and 2 quadratic.
In the window only the thread that paints counts: what waits for others does not hold up a key.
Reports in a roll-up have their own (bench_rollup), hostile text too (bench_text_checks).
"""

import argparse
import gc
import io
import itertools
import json
import math
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from gic_desktop import user_folders, verbs  # noqa: E402 - after the path to the source tree
from gic_desktop.checks.run import check  # noqa: E402
from gic_desktop.report.edits import SetCells, SetSection, change_between  # noqa: E402
from gic_desktop.report.figures import Figure  # noqa: E402
from gic_desktop.report.history import History  # noqa: E402
from gic_desktop.report.narrative import Item, Paragraph, Picture  # noqa: E402
from gic_desktop.report.report import Report, Section  # noqa: E402
from gic_desktop.store import gicr  # noqa: E402
from gic_desktop.store.earlier_versions import KEPT_VERSIONS, EarlierVersions  # noqa: E402
from gic_desktop.store.files import Files  # noqa: E402
from gic_desktop.store.journal import JournalWriter  # noqa: E402
from gic_desktop.store.projects import save_project  # noqa: E402
from gic_desktop.values import replace  # noqa: E402

SAMPLE = ROOT / "resources" / "samples" / "2021.gicr"
A_PAGE = 22 * 28
PAGES = (20, 100, 250, 500)
PICTURES = (25, 50, 100, 200)
FINDINGS = (250, 1_000, 4_000)
PROJECTS = (25, 50, 100, 200)
OFTEN = 5
SECTION = "overview"

Work = Callable[[], object]
Works = Iterator[tuple[str, dict[int, Work]]]


# -- what it grows to ---------------------------------------------------------------------------


def sample() -> Report:
    return verbs.open_any(SAMPLE)


def with_text(items: list[Item], report: Report | None = None) -> Report:
    return SetSection(Section(SECTION, tuple(items))).apply(report or sample())


def of_pages(pages: int) -> Report:
    """The sample's own prose, each paragraph with a number of its own: no two are the same."""
    prose = [i.text for s in sample().sections for i in s.body if isinstance(i, Paragraph)]
    made: list[Item] = []
    length = 0
    for number, text in enumerate(itertools.cycle(prose)):
        if length >= pages * A_PAGE:
            break
        made.append(Paragraph(f"{text}见档案{number}号。"))
        length += len(text)
    return with_text(made)


def of_pictures(count: int) -> Report:
    from PIL import Image

    pictures: dict[str, bytes] = {}
    for number in range(count):
        data = io.BytesIO()
        noise = Image.effect_noise((640, 480), 40 + number % 50).convert("RGB")
        noise.save(data, "JPEG", quality=70)
        pictures[f"图{number}"] = data.getvalue()
    items: list[Item] = [Picture(name) for name in pictures]
    return with_text(items, replace(sample(), pictures=pictures))


def of_findings(count: int) -> Report:
    """Two findings a paragraph: doubled marks, a breakdown that does not add up."""
    return with_text(
        [Paragraph(f"主动公开信息{n + 9}条，，其中公告类{n}条。") for n in range(count // 2)]
    )


# -- what is done to it -------------------------------------------------------------------------


def files(reports: dict[int, Report], folder: Path) -> Works:
    def save(report: Report, file: Path, number: Iterator[int]) -> None:
        # Its earlier version is of the same size: each report has a file of its own.
        save_project(file, replace(report, organ=f"甲{next(number)}街道办事处"))

    def journal(writer: JournalWriter, report: Report, number: Iterator[int]) -> None:
        writer.put(gicr.write(replace(report, organ=f"甲{next(number)}街道办事处")))
        writer.flush()

    for suffix in verbs.EXPORTS:
        yield (
            f"export to {suffix}",
            {n: partial(verbs.export_bytes, r, suffix, draft=True) for n, r in reports.items()},
        )
    yield (
        "saved, the version before kept",
        {n: partial(save, r, folder / f"{n}.gicr", itertools.count()) for n, r in reports.items()},
    )
    written = {n: gicr.write(r) for n, r in reports.items()}
    yield "opened", {n: partial(gicr.read, d) for n, d in written.items()}
    writers = {n: JournalWriter(user_folders.journal(), None) for n in reports}
    yield (
        "an edit journalled, on disk",
        {n: partial(journal, writers[n], r, itertools.count()) for n, r in reports.items()},
    )
    for writer in writers.values():
        writer.discard()


def checks(reports: dict[int, Report]) -> Works:
    def all_new(report: Report) -> None:
        from bench_text_checks import forget

        forget()
        check(report)

    def figure(history: History, cell: str, number: Iterator[int]) -> None:
        before = history.report
        after = history.apply(SetCells({cell: Figure(next(number) % 100)}))
        check(after, pace="at once")
        change_between(before, after)

    def words(history: History, number: Iterator[int]) -> None:
        before = history.report
        body = before.section(SECTION).body
        changed = (*body[:7], Paragraph(f"第{next(number)}次修改。"), *body[8:])
        after = history.apply(SetSection(Section(SECTION, changed)))
        check(after, pace="at once")
        change_between(before, after)

    def rest(history: History, number: Iterator[int]) -> None:
        words(history, number)
        check(history.report, pace="after a pause")

    def each(work: Callable[..., None], *more: object) -> dict[int, Work]:
        return {n: partial(work, History(r), *more, itertools.count()) for n, r in reports.items()}

    cells = sample().form.cells
    cell = next(name for name, described in cells.items() if not described.computed)
    yield "a figure: edit, totals, checks", each(figure, cell)
    yield "a paragraph: edit, checks", each(words)
    yield "the checks of words after it", each(rest)
    yield "all checks, nothing known", {n: partial(all_new, r) for n, r in reports.items()}


def windows(reports: dict[int, Report], *, undo: bool = True) -> Works:
    from PySide6.QtCore import QEvent, Qt, qInstallMessageHandler
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from gic_desktop.window import background
    from gic_desktop.window import theme as look
    from gic_desktop.window.main_window import MainWindow
    from gic_desktop.window.narrative.editor import NarrativeEditor
    from gic_desktop.window.session import Session
    from gic_desktop.window.settings import Settings

    qInstallMessageHandler(lambda *_: None)  # what a platform without a screen cannot do
    application = QApplication.instance() or QApplication(["bench", *look.FUSION])
    assert isinstance(application, QApplication)
    look.dress(application, look.LIGHT)
    settings = Settings(Path(os.environ["GIC_DESKTOP_HOME"]) / "settings.ini")

    def shown(report: Report) -> MainWindow:
        window = MainWindow(Session(report), settings, look.LIGHT)
        window.resize(1366, 700)
        window.show_tab(SECTION)
        window.show()
        application.processEvents()
        return window

    def closed(window: MainWindow) -> None:
        window.session.close(discard=True)
        window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def editor(window: MainWindow) -> NarrativeEditor:
        return next(iter(window.section_tab(SECTION).parts.values())).editor

    def key(window: MainWindow) -> None:
        QTest.keyClick(editor(window), Qt.Key.Key_A)
        application.processEvents()

    def another(window: MainWindow) -> None:
        editor(window).insert_prompt("新的一段。")
        application.processEvents()

    def back(window: MainWindow) -> None:
        window.session.undo()
        application.processEvents()

    def listed(window: MainWindow) -> None:
        window.session.check_now()
        application.processEvents()

    yield (
        "window built, its text shown",
        {
            n: lambda r=r: closed(shown(r))  # type: ignore[misc]
            for n, r in reports.items()
        },
    )
    opened = {n: shown(r) for n, r in reports.items()}
    doings: list[tuple[str, Callable[[MainWindow], None]]] = [
        ("a key in the text, painted", key),
        ("all checks, listed and underlined", listed),
        ("a key then", key),
    ]
    if undo:
        doings[1:1] = [("a paragraph more, painted", another), ("it is undone, painted", back)]
    for name, work in doings:
        yield name, {n: partial(work, w) for n, w in opened.items()}
    for window in opened.values():
        closed(window)
    background.wait_for_all()


class Hourly(Files):
    """A clock that goes on by an hour at each look: versions of one minute would not all stay."""

    def __init__(self) -> None:
        self._hours = itertools.count()

    def now_ns(self) -> int:
        return time.time_ns() + next(self._hours) * 3_600_000_000_000


def versions(folder: Path) -> Works:
    """Every project with all the versions that are kept of one."""
    project, content, number = folder / "年报.gicr", SAMPLE.read_bytes(), itertools.count()
    stores: dict[int, EarlierVersions] = {}
    for projects in PROJECTS:
        root = folder / str(projects)
        store = stores[projects] = EarlierVersions(root, files=Hourly())
        while len(store.of(project)) < KEPT_VERSIONS:
            store.keep(project, content + b"%d" % next(number))
        (first,) = root.iterdir()
        for other in range(projects - 1):
            shutil.copytree(first, root / f"{other}-0000000000000000")

    def keep(store: EarlierVersions) -> None:
        store.keep(project, content + b"%d" % next(number))

    yield "one more is kept, one goes", {n: partial(keep, s) for n, s in stores.items()}
    yield "the versions of a project", {n: partial(s.of, project) for n, s in stores.items()}
    yield "the projects with versions", {n: partial(s.projects) for n, s in stores.items()}


# -- measuring ----------------------------------------------------------------------------------


def measured(works: dict[int, Work], clock: Callable[[], float]) -> dict[int, float]:
    """Milliseconds of processor, medians of turns that take every size once.

    The first turn is thrown away: it loads and compiles.
    """
    taken: dict[int, list[float]] = {size: [] for size in works}
    for turn in range(OFTEN + 1):
        for size, work in works.items():
            gc.collect()
            began = clock()
            work()
            if turn:
                taken[size].append((clock() - began) * 1000)
    return {size: sorted(times)[OFTEN // 2] for size, times in taken.items()}


def slope(taken: dict[int, float]) -> float:
    (small, quick), (large, slow) = list(taken.items())[-2:]
    return math.log(max(slow, 0.001) / max(quick, 0.001)) / math.log(large / small)


Part = Iterator[tuple[Works, Callable[[], float]]]


def pages(folder: Path) -> Part:
    reports = {n: of_pages(n) for n in PAGES}
    yield itertools.chain(files(reports, folder), checks(reports)), time.process_time
    yield windows(reports), time.thread_time


def pictures(folder: Path) -> Part:
    reports = {n: of_pictures(n) for n in PICTURES}
    yield files(reports, folder), time.process_time
    yield windows(reports), time.thread_time


def findings(_: Path) -> Part:
    reports = {n: of_findings(n) for n in FINDINGS}
    yield checks(reports), time.process_time
    yield windows(reports, undo=False), time.thread_time


def kept_versions(folder: Path) -> Part:
    yield versions(folder), time.process_time


PARTS: dict[str, tuple[tuple[int, ...], Callable[[Path], Part]]] = {
    "pages": (PAGES, pages),
    "pictures": (PICTURES, pictures),
    "findings": (FINDINGS, findings),
    "projects, 20 versions each": (PROJECTS, kept_versions),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=[name.partition(",")[0] for name in PARTS])
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory(prefix="gic-sizes-") as folder:
        os.environ["GIC_DESKTOP_HOME"] = str(Path(folder) / "home")
        for name, (sizes, part) in PARTS.items():
            if given.only not in (None, name.partition(",")[0]):
                continue
            print(f"{name:36}" + "".join(f"{size:10,}" for size in sizes), flush=True)
            for works, clock in part(Path(folder)):
                for what, sized in works:
                    taken = measured(sized, clock)
                    columns = "".join(f"{ms:10.2f}" for ms in taken.values())
                    print(f"{what:36}{columns}   slope {slope(taken):5.2f}", flush=True)
                    rows.append({"of": name, "what": what, "ms": taken, "slope": slope(taken)})
            print(flush=True)
    if given.json:
        given.json.write_text(json.dumps({"rows": rows}, ensure_ascii=False, indent=1), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
