"""Opening and saving a project: the one road from a path to a report and back."""

from pathlib import Path

from gic_desktop import user_folders
from gic_desktop.report.report import Report
from gic_desktop.store import durable, gicr, inside_pdf
from gic_desktop.store.durable import Fingerprint, Keep, Saved
from gic_desktop.store.faults import Reason, WriteFailed
from gic_desktop.values import Struct


class Project(Struct, frozen=True):
    """`fingerprint` is what the file looked like; `from_pdf`: saving goes to another file."""

    report: Report
    fingerprint: Fingerprint
    newer: bool = False
    from_pdf: bool = False


def open_project(path: Path) -> Project:
    """A `.gicr`, or a PDF that carries one. Raises `StoreError` or `DamagedProject`."""
    data, fingerprint = durable.read(path, gicr.MAX_FILE)
    from_pdf = inside_pdf.is_pdf(data)
    opened = gicr.read(inside_pdf.project_in(data) if from_pdf else data)
    return Project(opened.report, fingerprint, opened.newer, from_pdf)


def save_project(
    path: Path,
    report: Report,
    *,
    expected: Fingerprint | None = None,
    keep: Keep | None = None,
) -> Saved:
    """Replaces the file, keeping what it was among the earlier versions.

    What is to replace it is read before: whatever the report holds, no save ends in a file that
    cannot be opened.
    """
    if keep is None:
        from gic_desktop.store.earlier_versions import EarlierVersions

        keep = EarlierVersions(user_folders.earlier_versions()).keep
    data = gicr.write(report)
    try:
        gicr.read(data)
    except gicr.DamagedProject as error:
        raise WriteFailed(
            Reason.OTHER, f"报告中有内容存入后无法再打开，未能保存；原文件完好。{error}", path
        ) from error
    return durable.replace(path, data, expected=expected, keep=keep)
