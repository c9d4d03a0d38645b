"""One plain function per thing the program does. The window and the console call the same ones.

What cannot be done raises `Refused` with one sentence for the clerk, or a `StoreError`; nothing has
been written then. Nothing here prints or asks.
"""

import os
import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gic_desktop.forms.catalogue import UnknownForm, all_forms, form_for_year
from gic_desktop.forms.description import Form
from gic_desktop.report.bound import BoundFigures
from gic_desktop.report.edits import SetCells
from gic_desktop.report.figures import Figure, Refusal, number_text, read_figure
from gic_desktop.report.narrative import Narrative, Paragraph
from gic_desktop.report.place import Place
from gic_desktop.report.report import Report, new_report
from gic_desktop.report.totals import shown_figure, values_of
from gic_desktop.store.faults import StoreError, detail_of
from gic_desktop.store.gicr import DamagedProject
from gic_desktop.store.places import is_folder, is_there
from gic_desktop.store.projects import Project, open_project, save_project
from gic_desktop.values import Struct

if TYPE_CHECKING:
    from collections.abc import Callable

    from gic_desktop.checks.finding import Finding
    from gic_desktop.imports.batch import Batch, Imported
    from gic_desktop.imports.outcome import ImportOutcome
    from gic_desktop.rollup.outcome import Rollup

EXPORTS = (".pdf", ".docx", ".xlsx", ".html")
MAX_ORGAN = 100
LONGEST_ECHO = 40
MOST_NAMED = 10
TRIES = 20


class Refused(Exception):
    """The call cannot be carried out; the text says why in one sentence."""


class CellRefused(Struct, frozen=True):
    cell: str
    typed: str
    reason: str


class CellsRefused(Refused):
    """Typed values that are no figures of their cells; all or nothing was written: nothing."""

    def __init__(self, refused: Sequence[CellRefused]) -> None:
        self.refused = tuple(refused)
        said = [
            f"{one.cell or '（没有写单元格）'}：“{_cut(one.typed)}”未被接受，{one.reason}"
            for one in refused[:MOST_NAMED]
        ]
        if len(refused) > MOST_NAMED:
            said.append(f"另有 {len(refused) - MOST_NAMED} 格未被接受。")
        super().__init__(" ".join(said))


def _cut(typed: str) -> str:
    return typed if len(typed) <= LONGEST_ECHO else typed[: LONGEST_ECHO - 1] + "…"


def json_text(value: Any) -> str:
    """One JSON document, figures with exactly their digits."""
    from gic_desktop.store.json_text import dumps

    return dumps(value)


# -- opening -------------------------------------------------------------------------------------


def open_report(path: Path) -> Project:
    """A project file, or a PDF that carries one."""
    try:
        return open_project(path)
    except DamagedProject as error:
        raise Refused(str(error)) from error


def open_any(path: Path) -> Report:
    """A project, or any file that can be imported: what `--from` and `--previous` take."""
    try:
        return open_project(path).report
    except DamagedProject as error:
        from gic_desktop.store.durable import read
        from gic_desktop.store.gicr import MARK, MAX_FILE

        marked = f'"{MARK}"'.encode()
        if path.suffix.lower() == ".gicr" or marked in read(path, MAX_FILE)[0][:200]:
            raise Refused(str(error)) from error
    return import_report(path).report


def must_be_the_year_before(last: Report, report: Report) -> None:
    """Compared with any other year a report seems in order, or everything in it wrong."""
    if last.year != report.year - 1:
        raise Refused(
            f"指定的上年文件是{last.year}年度的，{report.year}年度的上年是{report.year - 1}年度，请核对。"
        )


# -- form ----------------------------------------------------------------------------------------


def form_of(name: str) -> Form:
    """A form by its id (`2021`) or by a year that it covers (`2025`)."""
    known = all_forms().get(name)
    if known is not None:
        return known
    try:
        return form_for_year(int(name))
    except (ValueError, UnknownForm) as error:
        names = "、".join(all_forms())
        raise Refused(f"没有“{name}”格式，现有格式：{names}。") from error


def describe_form(form: Form) -> dict[str, Any]:
    return {
        "id": form.id,
        "name": form.name,
        "legal_base": form.legal_base,
        "first_year": form.first_year,
        "last_year": form.last_year,
        "sections": [
            {"id": s.id, "heading": s.heading, "kind": s.kind, "table": s.table or None}
            for s in form.sections
        ],
        "tables": [
            {"id": t.id, "section": t.section, "rows": t.rows, "columns": t.columns}
            for t in form.tables
        ],
        "cells": [
            {
                "id": cell.id,
                "table": cell.table,
                "row": list(cell.row),
                "column": list(cell.column),
                "kind": cell.kind,
            }
            for cell in form.cells.values()
        ],
    }


# -- new -----------------------------------------------------------------------------------------


def new(organ: str, year: int, last: Report | None = None) -> Report:
    """A new report; the year picks the form."""
    organ = organ.strip()
    if not organ and last is None:
        raise Refused("请填写机关名称。")
    if len(organ) > MAX_ORGAN:
        raise Refused(f"机关名称过长，请控制在 {MAX_ORGAN} 字以内。")
    if not organ.replace("\u3000", " ").isprintable():
        raise Refused("机关名称中有换行、制表符或看不见的字符，请删去后重试。")
    try:
        form = form_for_year(year)
    except UnknownForm as error:
        raise Refused(str(error)) from error
    if year > 2100:
        raise Refused(f"年度“{year}”不合理，请核对。")
    if last is None:
        return new_report(form, year, organ)
    if last.year >= year:
        raise Refused(f"所选的往年年报是{last.year}年度的，不早于{year}年度，请核对。")
    from gic_desktop.report.carry_over import start_from

    return start_from(last, year, organ)


def proposed_name(report: Report, suffix: str = ".gicr") -> str:
    """A file name from the organ and the year that every system accepts."""
    organ = "".join(c for c in report.organ if c not in '<>:"/\\|?*' and c.isprintable())
    organ = organ.strip(" .")[:60] or "未命名"
    return f"{organ}{report.year}年政府信息公开工作年度报告{suffix}"


def new_file(organ: str, year: int, last_path: Path | None, target: Path | None) -> Path:
    last = None if last_path is None else open_any(last_path)
    report = new(organ, year, last)
    path = Path(proposed_name(report)) if target is None else target
    _save_new(path, report)
    return path


def _must_be_free(path: Path) -> None:
    """A new project replaces nothing, and does not go by the name of another kind of file."""
    if is_folder(path):
        raise Refused(f"“{path}”是一个文件夹，请写出要保存的文件名。")
    if is_there(path):
        raise _taken(path)
    if path.suffix.lower() in EXPORTS:
        raise Refused(
            f"保存的是项目文件，扩展名应为 .gicr，不能是 {path.suffix}。要得到这种格式，请再导出。"
        )


def _taken(path: Path) -> Refused:
    return Refused(f"“{path.name}”已经存在。为避免覆盖，请换一个文件名，或先移走原文件。")


def _save_new(path: Path, report: Report) -> None:
    from gic_desktop.store.durable import ABSENT, ChangedOutside

    _must_be_free(path)
    try:
        save_project(path, report, expected=ABSENT)
    except ChangedOutside as error:
        # Somebody was faster.
        raise _taken(path) from error


# -- set -----------------------------------------------------------------------------------------


def set_cells(report: Report, typed: Mapping[str, str]) -> Report:
    """Sets cells as typing would; one refused value refuses them all, each with its reason."""
    figures: dict[str, Figure | None] = {}
    refused: list[CellRefused] = []
    for name, text in typed.items():
        cell = report.form.cells.get(name)
        if cell is None:
            refused.append(CellRefused(name, text, "这份年报的表格中没有这一格。"))
            continue
        read = read_figure(text, cell)
        if isinstance(read, Refusal):
            refused.append(CellRefused(name, text, read.reason))
        else:
            figures[name] = read
    if refused:
        raise CellsRefused(refused)
    return SetCells(figures).apply(report)


def set_in_file(path: Path, typed: Mapping[str, str]) -> Report:
    """What another program saves meanwhile stays: the cells are set in that."""
    from gic_desktop.store.durable import ChangedOutside

    for left in reversed(range(TRIES)):
        project = open_report(path)
        _must_be_writable(project)
        report = set_cells(project.report, typed)
        try:
            save_project(path, report, expected=project.fingerprint)
        except ChangedOutside:
            if not left:
                raise
            # Not all who were late at once again.
            time.sleep(os.getpid() % 10 / 100)
        else:
            break
    return report


def _must_be_writable(project: Project) -> None:
    if project.newer:
        raise Refused("这份项目文件由更新版本的程序保存，只能查看。请升级本程序后再修改。")
    if project.from_pdf:
        raise Refused("PDF 中的项目不能直接修改。请用窗口程序打开后另存为项目文件。")


# -- show ----------------------------------------------------------------------------------------


def show(report: Report) -> dict[str, Any]:
    """The whole report as it will be printed, totals computed."""
    values = values_of(report)
    bound = BoundFigures(report, values)
    form = report.form
    cells: dict[str, Any] = {}
    for cell in form.cells.values():
        figure = shown_figure(report, values, cell.id)
        shown: dict[str, Any] = {
            "value": None if figure is None else figure.value,
            "remark": None if figure is None else figure.remark or None,
            "computed": cell.computed,
        }
        if figure is not None and figure.unit:
            shown["unit"] = figure.unit
        if cell.id in report.printed:
            shown["printed"] = report.printed[cell.id]
        cells[cell.id] = shown
    signature = report.signature
    return {
        "form": report.form_id,
        "year": report.year,
        "org": report.organ,
        "title": report.full_title,
        "annex": report.annex or None,
        "preamble": section_text(bound, report.preamble),
        "sections": [
            {
                "id": section.id,
                "heading": report.heading(section.id),
                "text": section_text(
                    bound, report.section(section.id).body + report.section(section.id).notes
                ),
            }
            for section in form.sections
        ],
        "cells": cells,
        "signature": {
            "org": signature.organ,
            "date": None if signature.date is None else signature.date.isoformat(),
            "shown": signature.shown,
        },
        "overrides": [{"key": o.key, "reason": o.reason} for o in report.overrides],
        "earlier": [{"form": e.form_id, "year": e.year, "org": e.organ} for e in report.earlier],
    }


def section_text(bound: BoundFigures, narrative: Narrative) -> str:
    """A paragraph a line, as printed; pictures have no text."""
    return "\n".join(bound.printed(i.text).text for i in narrative if isinstance(i, Paragraph))


# -- check ---------------------------------------------------------------------------------------


def check(
    report: Report, last: Report | None = None, today: date | None = None
) -> tuple["Finding", ...]:
    from gic_desktop.checks.run import check as run_checks

    return run_checks(report, last, today=today, unprintable=unprintable)


def unprintable(report: Report, fonts: Mapping[str, str] | None = None) -> list[tuple[Place, str]]:
    """The characters that no font has, each with its place: what would stop a PDF."""
    from gic_desktop.output.export_pdf import missing_in

    return missing_in(report, fonts)


def describe_findings(report: Report, findings: Sequence["Finding"]) -> list[dict[str, Any]]:
    bound = BoundFigures(report)
    return [
        {
            "rule": f.rule,
            "severity": f.severity,
            "section": f.place.section or None,
            "cell": f.place.cell or None,
            "range": text_range(report, bound, f),
            "message": f.message,
            "fix": f.repair.label if f.repair else None,
            "key": f.key,
            "overridden": f.overridden or None,
        }
        for f in findings
    ]


def text_range(report: Report, bound: BoundFigures, finding: "Finding") -> list[int] | None:
    """Where the words stand in the section's `text` as `show` gives it."""
    place = finding.place
    if place.start < 0 or place.part == "heading":
        return None
    if place.section == "preamble":
        narrative, number = report.preamble, place.paragraph
    else:
        written = report.section(place.section)
        narrative = written.body + written.notes
        number = place.paragraph + (len(written.body) if place.part == "notes" else 0)
    before = [i for i in narrative[:number] if isinstance(i, Paragraph)]
    offset = sum(len(bound.printed(i.text).text) + 1 for i in before)
    return [offset + place.start, offset + place.end]


# -- import --------------------------------------------------------------------------------------


def import_report(path: Path, form_id: str | None = None) -> "ImportOutcome":
    """On the form named, or on the one that fits best."""
    from gic_desktop.imports.outcome import import_report as run_import
    from gic_desktop.imports.source import ImportRefused

    try:
        return run_import(path, form_id)
    except ImportRefused as error:
        raise Refused(str(error)) from error


def read_again(outcome: "ImportOutcome", form_id: str) -> "ImportOutcome":
    """What was read from a file, on another form."""
    from gic_desktop.imports.outcome import read_again as run_again
    from gic_desktop.imports.source import ImportRefused

    try:
        return run_again(outcome, form_id)
    except ImportRefused as error:
        raise Refused(str(error)) from error


def import_file(source: Path, target: Path, form_id: str | None = None) -> "ImportOutcome":
    """Nothing is written over: an import is last year's report, and that may be all there is."""
    _must_be_free(target)
    outcome = import_report(source, form_id)
    _save_new(target, outcome.report)
    return outcome


def import_files(
    sources: Sequence[Path],
    folder: Path,
    *,
    form_id: str | None = None,
    on_row: "Callable[[Imported], object]" = lambda _: None,
    cancelled: "Callable[[], bool]" = lambda: False,
) -> "Batch":
    """Several files into a folder of projects. One that cannot be read or saved stops no other.

    The folder is made if it is not there; nothing in it is written over.
    """
    from gic_desktop.imports.batch import Batch, Imported, each_once, imported
    from gic_desktop.store.durable import ABSENT

    if is_there(folder) and not is_folder(folder):
        raise Refused(f"“{folder.name}”是一个文件。导入多份文件时，请指定文件夹。")
    if not is_folder(folder.absolute().parent):
        raise Refused(f"找不到文件夹“{folder.absolute().parent}”，请检查保存的位置。")
    rows: list[Imported] = []
    taken: set[str] = set()
    stopped = False
    for source in each_once(sources):
        if cancelled():
            stopped = True
            break
        try:
            outcome = import_report(source, form_id)
            _make_folder(folder)
            target = _free_name(folder, proposed_name(outcome.report), taken)
            save_project(target, outcome.report, expected=ABSENT)
            row = imported(source, target, outcome)
        except Refused as refused:
            row = Imported(source, reason=str(refused))
        except StoreError as error:
            row = Imported(source, reason=error.sentence)
        rows.append(row)
        on_row(row)
    return Batch(folder, tuple(rows), stopped)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise Refused(f"文件夹“{folder.name}”不能建立，请检查保存的位置和权限。") from error


def _free_name(folder: Path, name: str, taken: set[str]) -> Path:
    """A name that stands neither in the folder nor among those just given, whatever its case."""
    stem = Path(name).stem
    number = 1
    while name.casefold() in taken or is_there(folder / name):
        number += 1
        name = f"{stem}（{number}）.gicr"
    taken.add(name.casefold())
    return folder / name


# -- export --------------------------------------------------------------------------------------


class HasErrors(Refused):
    """The report has open errors: fix them, give reasons, or print a draft."""

    def __init__(self, errors: int) -> None:
        self.errors = errors
        super().__init__(
            f"年报还有 {errors} 处错误，没有导出。请先改正，或在程序中说明理由，或导出草稿。"
        )


def export_bytes(
    report: Report,
    suffix: str,
    *,
    draft: bool = False,
    fonts: Mapping[str, str] | None = None,
) -> bytes:
    """The finished file's bytes for one of `EXPORTS`; no errors are asked about here."""
    _exported_as(suffix)
    from gic_desktop.output.pages import document

    made = document(report, draft=draft)
    if suffix == ".pdf":
        from gic_desktop.output.export_pdf import pdf_bytes

        return pdf_bytes(report, made, fonts)
    if suffix == ".docx":
        from gic_desktop.output.docx import docx_bytes

        return docx_bytes(report, made)
    if suffix == ".xlsx":
        from gic_desktop.output.xlsx import xlsx_bytes

        return xlsx_bytes(report, made)
    from gic_desktop.output.html import html_bytes

    return html_bytes(report, made)


def _exported_as(suffix: str) -> None:
    if suffix not in EXPORTS:
        named = suffix or "没有扩展名的文件"
        raise Refused(f"不能导出为“{named}”，可用的格式：{'、'.join(EXPORTS)}。")


def export(
    report: Report,
    target: Path,
    *,
    draft: bool = False,
    fonts: Mapping[str, str] | None = None,
) -> None:
    """Checks in full, makes the bytes, then replaces the target. Open errors refuse, unless a draft."""
    suffix = target.suffix.lower()
    _exported_as(suffix)
    if not draft:
        from gic_desktop.checks.run import errors

        if found := errors(report):
            raise HasErrors(len(found))
    from gic_desktop.output.export_pdf import NotPrintable
    from gic_desktop.output.typeset.pictures import PictureError
    from gic_desktop.store.durable import EXPORT, replace

    try:
        data = export_bytes(report, suffix, draft=draft, fonts=fonts)
    except (NotPrintable, PictureError) as error:
        raise Refused(str(error)) from error

    replace(target, data, purpose=EXPORT)


# -- roll-up -------------------------------------------------------------------------------------


def rollup(
    folder: Path,
    target: Path,
    table: Path | None = None,
    *,
    expected: Path | None = None,
    organ: str = "",
    previous: Path | None = None,
    words: bool = False,
) -> "Rollup":
    """The superior's sum as a project file, and as a workbook where one is wanted.

    Both may stand in the folder itself, and may replace an earlier sum: what they were is kept.
    """
    from gic_desktop.rollup.gather import gather, read_expected
    from gic_desktop.rollup.outcome import RollupRefused

    if target.suffix.lower() != ".gicr":
        raise Refused("汇总结果是项目文件，请让输出文件的扩展名为 .gicr。")
    if table is not None and table.suffix.lower() != ".xlsx":
        raise Refused("汇总表是 Excel 文件，请让它的扩展名为 .xlsx。")
    for path in (target, table):
        if path is not None and not is_folder(path.absolute().parent):
            raise Refused(f"找不到文件夹“{path.parent}”，请检查保存的位置。")
    last = None if previous is None else open_any(previous)
    try:
        names = () if expected is None else read_expected(expected)
        gathered = gather(
            folder,
            expected=names,
            organ=organ.strip(),
            last=last,
            without=[path for path in (target, table, previous) if path is not None],
            words=words,
            compare_texts=table is not None,
        )
    except RollupRefused as refused:
        raise Refused(str(refused)) from refused
    if table is not None:
        save_rollup_table(gathered, table)
    save_project(target, gathered.report)
    return gathered


def save_rollup_table(gathered: "Rollup", table: Path) -> None:
    from gic_desktop.rollup.workbook import workbook_bytes
    from gic_desktop.store.durable import EXPORT, replace

    replace(table, workbook_bytes(gathered), purpose=EXPORT)


__all__ = [
    "CellRefused",
    "CellsRefused",
    "HasErrors",
    "Refused",
    "StoreError",
    "check",
    "describe_findings",
    "describe_form",
    "detail_of",
    "export",
    "export_bytes",
    "form_of",
    "import_file",
    "import_files",
    "import_report",
    "is_folder",
    "json_text",
    "must_be_the_year_before",
    "new",
    "new_file",
    "number_text",
    "open_any",
    "open_report",
    "proposed_name",
    "read_again",
    "rollup",
    "save_rollup_table",
    "set_cells",
    "set_in_file",
    "show",
    "unprintable",
]
