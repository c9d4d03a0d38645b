"""Files → what the sum needs of them. Runs in a process of its own: knows paths, gives plain values.

Whatever a file holds, it ends in a `Given`: figures and findings as a record for the spool,
or the reason why it cannot be read. Project files with nothing unusual go the short road of
`quick_read`; every other one the road that opening takes.
"""

from __future__ import annotations

import decimal
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from gic_desktop.checks.finding import Count, count
from gic_desktop.checks.run import check
from gic_desktop.forms.catalogue import form_named
from gic_desktop.forms.compiled import Compiled, compiled
from gic_desktop.report.figures import Number
from gic_desktop.report.narrative import Paragraph
from gic_desktop.report.report import Report
from gic_desktop.rollup.outcome import NO_FINDINGS, Said, organ_key
from gic_desktop.rollup.quick_read import quick_read
from gic_desktop.rollup.spool import record
from gic_desktop.rollup.sums import EXACT, Sums, split
from gic_desktop.store import durable, gicr, inside_pdf
from gic_desktop.store.faults import StoreError
from gic_desktop.values import Struct

PROJECTS = frozenset((".gicr", ".pdf"))
WORD = frozenset((".docx", ".doc", ".wps"))

NEWER = "由更新版本的程序保存，没有计入。请升级本程序后重新汇总。"
STRANGE = "文件内容异常，没有读出。请用本程序单独打开它核对。"
TOO_LARGE = "文件过大或过于复杂，内存不足，没有读出。"
_MOST_SAID = 200
_LONGEST = 500

Key = tuple[str, int]
"""Form and year: what may be summed together."""


class Wish(Struct, frozen=True):
    """`words`: run the rules that read texts. `texts`: keep the texts, to compare them."""

    words: bool = False
    texts: bool = False


class Given(NamedTuple):
    """What one file gave; with a `reason` it gave nothing. A tuple: it travels between processes."""

    number: int
    organ: str = ""
    year: int = 0
    form_id: str = ""
    found: Count = NO_FINDINGS
    blanks: int = 0
    received: float = 0
    reason: str = ""
    record: bytes = b""
    foreign: bool = False
    """Read from a Word file, not from a project."""
    parts: frozenset[str] = frozenset()
    """Of a roll-up: the organs it sums up, as `organ_key` writes them."""


def read_all(
    folder: str, files: Sequence[tuple[int, str]], wish: Wish
) -> tuple[list[Given], dict[Key, Sums]]:
    """Some files, each with its number, and the sums of those that could be read."""
    sums: dict[Key, Sums] = {}
    return [_read(number, os.path.join(folder, file), wish, sums) for number, file in files], sums  # noqa: PTH118 - names as the system gives them, thousands of them


def _read(number: int, path: str, wish: Wish, sums: dict[Key, Sums]) -> Given:
    received = 0.0
    try:
        data, seen = durable.read(Path(path), gicr.MAX_FILE)
        received = seen.mtime_ns / 1e9
        return _given(number, path, data, wish, sums)._replace(received=received)
    except (StoreError, _Unusable) as error:
        return Given(number, received=received, reason=str(error))
    except (MemoryError, RecursionError):
        return Given(number, received=received, reason=TOO_LARGE)
    except Exception:  # noqa: BLE001 - one file out of thousands must not end the whole
        return Given(number, received=received, reason=STRANGE)


class _Unusable(Exception):
    """The text is the reason."""


def _given(number: int, path: str, data: bytes, wish: Wish, sums: dict[Key, Sums]) -> Given:
    suffix = os.path.splitext(path)[1].lower()  # noqa: PTH122 - as above
    foreign = suffix in WORD
    if foreign:
        report = _imported(path, data)
    else:
        project = _project(data)
        quick = None if wish.words else quick_read(project)
        if quick is not None:
            flat = compiled(form_named(quick.form_id))
            values = quick.values[: len(flat.inputs)]
            given = Given(
                number,
                _line(quick.organ),
                quick.year,
                quick.form_id,
                record=record(
                    quick.form_id, values, texts=_raw_texts(quick.raw) if wish.texts else ()
                ),
            )
            _take(sums, given, flat, values, _without_unit(flat, values))
            return given
        report = _opened(project)
    findings = check(report) if wish.words else check(report, pace="at once")
    said = [
        Said(f.severity, f.rule, f.place.section, f.place.cell, _line(f.message, _LONGEST))
        for f in findings
        if not f.overridden
    ]
    flat = compiled(report.form)
    inputs, apart = split(flat, report.cells)
    given = Given(
        number,
        _line(report.organ),
        report.year,
        report.form_id,
        count(findings),
        sum(value is None for value in inputs),
        record=record(
            report.form_id,
            [report.cells.get(cell) for cell in flat.inputs],
            said[:_MOST_SAID],
            _texts(report) if wish.texts else (),
        ),
        foreign=foreign,
        parts=frozenset(organ_key(str(source.get("organ", ""))) for source in report.sources)
        - {""},
    )
    _take(sums, given, flat, inputs, apart)
    return given


def _take(
    sums: dict[Key, Sums],
    given: Given,
    flat: Compiled,
    values: Sequence[Number | None],
    apart: dict[int, str],
) -> None:
    """The last step: a file that fails before it is in no sum."""
    key = given.form_id, given.year
    known = sums.get(key)
    if known is None:
        known = sums[key] = Sums.of(flat)
    with decimal.localcontext(EXACT):
        known.take(values, apart)


def _without_unit(flat: Compiled, values: Sequence[Number]) -> dict[int, str]:
    cells = flat.form.cells
    return {at: "" for at in flat.money if values[at] and not cells[flat.inputs[at]].unit}


def _project(data: bytes) -> bytes:
    if not inside_pdf.is_pdf(data):
        return data
    try:
        return inside_pdf.project_in(data)
    except gicr.DamagedProject as error:
        raise _Unusable(str(error)) from error


def _opened(data: bytes) -> Report:
    try:
        opened = gicr.read(data)
    except gicr.DamagedProject as error:
        raise _Unusable(str(error)) from error
    if opened.newer:
        raise _Unusable(NEWER)
    return opened.report


def _imported(path: str, data: bytes) -> Report:
    """A Word file's report; what the import was not sure of stands in it, for the checks to name."""
    from gic_desktop.imports.outcome import import_source
    from gic_desktop.imports.reading import read_bytes
    from gic_desktop.imports.source import ImportRefused

    try:
        return import_source(read_bytes(data), file_name=Path(path).stem).report
    except ImportRefused as refused:
        raise _Unusable(str(refused)) from refused


def _texts(report: Report) -> list[str]:
    return [
        item.text
        for section in report.sections
        for item in section.body
        if isinstance(item, Paragraph) and not item.level
    ]


def _raw_texts(raw: dict[str, Any]) -> list[str]:
    """The same of a file that needs no report."""
    return [
        item["text"]
        for section in raw.get("sections", ())
        for item in section.get("body", ())
        if not item.get("level")
    ]


def _line(text: str, longest: int = 100) -> str:
    """What a file says, as one line of a list."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
