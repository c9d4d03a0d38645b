"""Report → blocks: what is printed and in which order, decided here once for all formats."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from gic_desktop.forms.description import Form, GridCell, Table
from gic_desktop.output import blocks
from gic_desktop.output.blocks import Align, Block, Document, TableCell
from gic_desktop.report.bound import BoundFigures
from gic_desktop.report.figures import Number, figure_text
from gic_desktop.report.narrative import Chart, Narrative, Paragraph
from gic_desktop.report.place import Part, Place
from gic_desktop.report.report import CONTACT_NAMES, Contacts, Report
from gic_desktop.report.totals import shown_figure, values_of

# Characters that no format may hold; a person cannot type them, a damaged import can carry them.
_UNPRINTABLE = r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]"
# Row labels up to this long stand in the middle of their cell; a longer one moves its column left.
_CENTRED = 8


def document(report: Report, *, draft: bool = False) -> Document:
    return Document(
        title=clean(report.full_title.replace("\n", "")),
        organ=clean(report.organ),
        year=report.year,
        blocks=tuple(_blocks(report)),
        draft=draft,
    )


def moment_of(report: Report) -> datetime:
    """The date in a file's properties: the signature's day, so that equal reports give equal bytes."""
    day = report.signature.date
    if day is None:
        return datetime(report.year + 1, 1, 1, tzinfo=UTC)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def clean(text: str) -> str:
    text = text.replace("\t", " ").replace("\n", " ")
    return text if text.isprintable() else re.sub(_UNPRINTABLE, "", text)


def _blocks(report: Report) -> Iterator[Block]:
    form = report.form
    values = values_of(report)
    bound = BoundFigures(report, values)
    if report.annex:
        yield blocks.Annex(clean(report.annex), Place("cover"))
    lines = tuple(clean(line) for line in report.full_title.split("\n") if line.strip())
    yield blocks.Title(lines, Place("cover"))
    yield from _narrative(report, bound, "preamble", "body", report.preamble)
    if sentence := contact_sentence(report):
        yield blocks.Paragraph(clean(sentence), Place("cover"))
    for section in form.sections:
        written = report.section(section.id)
        heading = report.heading(section.id).strip() or section.heading
        yield blocks.Heading(1, clean(heading), Place(section.id, part="heading", paragraph=0))
        yield from _narrative(report, bound, section.id, "body", written.body)
        if section.table:
            yield _table(report, form, form.table(section.table), values)
        yield from _narrative(report, bound, section.id, "notes", written.notes)
    if (signature := report.signature).shown:
        day = signature.date
        shown = [clean(signature.organ or report.organ)]
        if day is not None:
            shown.append(f"{day.year}年{day.month}月{day.day}日")
        yield blocks.Signature(tuple(shown), Place("signature"))


def contact_sentence(report: Report) -> str:
    """The form's sentence with the contacts, unless the author's preamble names them already."""
    written = "".join(i.text for i in report.preamble if isinstance(i, Paragraph))
    contacts = report.contacts
    known = [c for c in (contacts.address, contacts.telephone) if c.strip()]
    if not known or any(c in written for c in known) or not report.form.contact:
        return ""
    return report.form.contact.format(organ=report.organ, contacts=contact_list(contacts))


def contact_list(contacts: Contacts) -> str:
    given = ((name, getattr(contacts, key).strip()) for key, name in CONTACT_NAMES.items())
    return "，".join(f"{name}：{value}" for name, value in given if value)


def _narrative(
    report: Report, bound: BoundFigures, section: str, part: Part, narrative: Narrative
) -> Iterator[Block]:
    for number, item in enumerate(narrative):
        place = Place(section, part=part, paragraph=number)
        if isinstance(item, Paragraph):
            text = clean(bound.printed(item.text).text)
            if not text.strip():
                continue
            if item.level >= 2:
                yield blocks.Heading(item.level, text, place)
            else:
                yield blocks.Paragraph(text, place, note=part == "notes")
        elif isinstance(item, Chart):
            from gic_desktop.output import series

            chart = series.chart(report, item.series)
            # Without figures, or of another form, it would be an empty frame in a published report.
            if chart is not None and not chart.missing:
                caption = clean(item.caption) or chart.title
                yield blocks.Chart(item.series, caption, chart.words, place)
        else:
            yield blocks.Picture(
                report.pictures[item.picture],
                clean(item.caption),
                clean(item.alternative or item.caption) or "图片",
                item.width,
                place,
            )


def _table(report: Report, form: Form, table: Table, values: Mapping[str, Number]) -> blocks.Table:
    # Labels that stand in one column are aligned alike, or the column looks ragged.
    long = {(g.column, g.columns) for g in table.grid if g.role == "row" and len(g.text) > _CENTRED}
    labels = [g for g in table.grid if g.role in ("caption", "column", "row")]
    spoken_for = _Headers(labels)
    cells = []
    for at in table.grid:
        role: blocks.Role = "figure"
        align: Align = "center"
        text = at.text
        headers: tuple[tuple[int, int], ...] = ()
        place = Place(table.section, at.cell)
        if at.role == "cell":
            cell = form.cells[at.cell]
            role = "total" if cell.computed else "figure"
            text = clean(figure_text(shown_figure(report, values, at.cell), cell))
            headers = spoken_for.of(at.row, at.column)
        else:
            role = at.role
            if at.role == "row" and not at.vertical and (at.column, at.columns) in long:
                align = "left"
        cells.append(
            TableCell(
                row=at.row,
                column=at.column,
                rows=at.rows,
                columns=at.columns,
                text=text,
                role=role,
                vertical=at.vertical,
                align=align,
                place=place,
                headers=headers,
                cell=at.cell,
            )
        )
    return blocks.Table(
        id=table.id,
        rows=table.rows,
        columns=table.columns,
        header_rows=table.header_rows,
        widths=table.widths,
        cells=tuple(cells),
        summary=table.summary,
        place=Place(table.section),
    )


class _Headers:
    """The label cells that speak for a figure: above it in its block, and in its row."""

    def __init__(self, labels: Sequence[GridCell]) -> None:
        self._blocks = [g.row for g in labels if g.role == "caption"]
        self._over: dict[int, list[tuple[int, int]]] = {}
        self._beside: dict[int, list[tuple[int, int]]] = {}
        for g in labels:
            if g.role == "column":
                for column in range(g.column, g.column + g.columns):
                    self._over.setdefault(column, []).append((g.row, g.column))
            elif g.role == "row":
                for row in range(g.row, g.row + g.rows):
                    self._beside.setdefault(row, []).append((g.row, g.column))

    def of(self, row: int, column: int) -> tuple[tuple[int, int], ...]:
        start = max((block for block in self._blocks if block < row), default=0)
        over = [place for place in self._over.get(column, ()) if start <= place[0] < row]
        return tuple(sorted((*over, *self._beside.get(row, ()))))
