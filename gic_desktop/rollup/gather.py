"""A folder of reports → their sum: walks, reads on every core, keeps memory bounded.

    rollup = gather(folder, expected=read_expected(list_file), on_progress=show, cancelled=asked)
    table = workbook_bytes(rollup)      # rollup.workbook
    save_project(target, rollup.report)

`gather` blocks: a window calls it off its own thread. `on_progress` and `cancelled` are called on
the thread that called `gather`, several times a second, never for each file. It raises `Cancelled`,
or `RollupRefused` with a sentence; it writes nothing but temporary files, which are gone afterwards.

Read are `.gicr`, `.pdf` (with a project inside), `.docx`, `.doc` and `.wps`; other files are counted and
passed over, links to folders are named and not entered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from gic_desktop.report.report import Report
from gic_desktop.rollup.outcome import Progress, Rollup


def gather(
    folder: Path,
    *,
    expected: Sequence[str] = (),
    organ: str = "",
    last: Report | None = None,
    without: Path | None = None,
    words: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Rollup:
    """`organ`: whose report the sum is; by default what the organs' names begin with.

    `last`: last year's roll-up, to check against. `without`: a file to leave out, the result of an
    earlier call. `words`: run the rules that read texts too (some 2 ms a report more).
    """
    raise NotImplementedError


def read_expected(path: Path) -> tuple[str, ...]:
    """A list of organs, one a line, in a text file (UTF-8 or GBK); `RollupRefused` where it is none."""
    raise NotImplementedError
