"""Blocks → PDF bytes with the project inside. Characters nobody can print are named beforehand."""

from _thread import allocate_lock  # all of `threading` is not needed to print
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from gic_desktop.output import blocks
from gic_desktop.output.blocks import Document
from gic_desktop.output.fonts import Choice, FontSet, Role, standard
from gic_desktop.output.pages import document, moment_of
from gic_desktop.report.edits import used_pictures
from gic_desktop.report.place import Place
from gic_desktop.report.report import Report
from gic_desktop.store import gicr
from gic_desktop.store.inside_pdf import ATTACHMENT
from gic_desktop.values import replace

if TYPE_CHECKING:
    from gic_desktop.output.typeset import Pages
    from gic_desktop.output.typeset.drawing import Drawer

Missing = tuple[Place, str]
_asking = allocate_lock()
_LEVELS: Mapping[int, Role] = {1: "h1", 2: "h2"}


class NotPrintable(ValueError):
    """Characters that no font has, each with its place; the text is a sentence for the clerk."""

    def __init__(self, missing: list[Missing]) -> None:
        self.missing = missing
        characters = "、".join(dict.fromkeys(character for _, character in missing))
        super().__init__(
            f"字库中没有这些字：{characters}，无法印出。请换用其他写法，或在设置中选用含有这些字的字体。"
        )


def laid_out(
    made: Document,
    fonts: Mapping[str, str] | None = None,
    drawer: "Drawer | None" = None,
) -> "Pages":
    """The pages, with the way from a point on one to its place in the report and back."""
    from gic_desktop.output.typeset import layout

    chosen = _fonts(fonts)
    if missing := _missing(made, chosen):
        raise NotPrintable(missing)
    return layout(made, chosen, drawer)


def pdf_bytes(report: Report, made: Document, fonts: Mapping[str, str] | None = None) -> bytes:
    return written(report, laid_out(made, fonts, _drawer(report, made)))


def _drawer(report: Report, made: Document) -> "Drawer | None":
    """Few reports have a chart: the others need not wait for what draws it."""
    if not any(isinstance(block, blocks.Chart) for block in made.blocks):
        return None
    from gic_desktop.output.drawings import drawer_for

    return drawer_for(report)


def written(report: Report, pages: "Pages") -> bytes:
    from gic_desktop.output.pdf import write

    return write(
        pages,
        attachment=gicr.write(_for_others(report)),
        attachment_name=ATTACHMENT,
        moment=moment_of(report),
    )


def _for_others(report: Report) -> Report:
    """The project as it goes out with the PDF: its photos do not tell where and with what they were taken."""
    if not report.pictures:
        return report
    from gic_desktop.output.pdf.images import for_others

    used = used_pictures(report)
    shown = ((name, data) for name, data in report.pictures.items() if name in used)
    return replace(report, pictures={name: for_others(data) for name, data in shown})


def missing_in(report: Report, fonts: Mapping[str, str] | None = None) -> list[Missing]:
    """What would stop this report's pages, told without laying them out."""
    return _missing(document(report), _fonts(fonts))


def _missing(made: Document, fonts: FontSet) -> list[Missing]:
    # A check and a layout may come to the fonts at once. Each is opened by the first character that
    # it prints, and opened twice it would be two fonts on the pages.
    with _asking:
        return missing_characters(made, fonts)


def _fonts(chosen: Mapping[str, str] | None) -> FontSet:
    return FontSet(cast("Mapping[Choice, str]", chosen)) if chosen else standard()


def missing_characters(made: Document, fonts: FontSet) -> list[Missing]:
    found: list[Missing] = []

    def look(text: str, role: Role, place: Place) -> None:
        found.extend((place, character) for _, character in fonts.missing(text, role))

    for block in made.blocks:
        if isinstance(block, blocks.Title | blocks.Signature):
            role: Role = "title" if isinstance(block, blocks.Title) else "body"
            for line in block.lines:
                look(line, role, block.place)
        elif isinstance(block, blocks.Heading):
            look(block.text, _LEVELS.get(block.level, "body"), block.place)
        elif isinstance(block, blocks.Paragraph | blocks.Annex):
            look(block.text, "body" if isinstance(block, blocks.Paragraph) else "h1", block.place)
        elif isinstance(block, blocks.Picture | blocks.Chart):
            look(block.caption, "h2", block.place)
        else:
            for cell in block.cells:
                look(cell.text, "table", cell.place)
    return found
