"""Placed marks → a PDF that is PDF/A-3a and PDF/UA-1 at once, drawn on ReportLab's canvas.

    data = pdf.write(pages, attachment=project, attachment_name="报告.gicr", moment=saved_at)

Importing this package loads nothing; the first call loads ReportLab.
"""

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gic_desktop.output.typeset.marks import Pages

__all__ = ["write"]


def write(
    pages: "Pages",
    *,
    attachment: bytes | None = None,
    attachment_name: str = "report.gicr",
    moment: datetime | None = None,
) -> bytes:
    """The file's bytes; equal pages, attachment and moment give equal bytes."""
    from gic_desktop.output.pdf.metadata import EPOCH
    from gic_desktop.output.pdf.writer import Writer

    return Writer(pages).write(attachment, attachment_name, moment or EPOCH)
