"""A person's corrections of an import: every one a function from one outcome to the next.

Outcomes are values, so undo is keeping the old one. A figure taken from the source remembers where
it stands there; a text line goes into its section where the source has it. What was in doubt and is
now decided leaves the list of doubts, and nothing else does.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping

from gic_desktop.forms.catalogue import UnknownForm, form_for_year
from gic_desktop.imports.match import Problem, holds_figure, looks_like_figure
from gic_desktop.imports.outcome import ImportOutcome, mismatches_in, noted
from gic_desktop.imports.recognise import Shelf, picture_in
from gic_desktop.report.edits import change_between
from gic_desktop.report.figures import Figure, Refusal, figure_text, read_figure
from gic_desktop.report.narrative import Item, Narrative, Paragraph, Picture, heading_level
from gic_desktop.report.report import Report
from gic_desktop.values import replace

Place = tuple[int, int]
NOT_PART = "按您的选择，不属于年报"


def text_at(outcome: ImportOutcome, place: Place) -> str:
    """What is printed at a place of the source: a cell of a row, or a whole line."""
    return outcome.lines[place[0]].text_at(place[1])


def assign(outcome: ImportOutcome, cell: str, place: Place) -> ImportOutcome | Refusal:
    """Put the figure printed at a place into a cell of the form; a total is kept as printed."""
    described = outcome.report.form.cells[cell]
    text = text_at(outcome, place).replace("\n", "")
    asked = replace(described, kind="count") if described.computed else described
    figure = read_figure(text, asked)
    if isinstance(figure, Refusal):
        return figure
    if figure is None:
        return Refusal("这里没有数字。")
    cells, printed = dict(outcome.report.cells), dict(outcome.report.printed)
    places = {name: at for name, at in outcome.places.items() if at != place}
    for other in outcome.places.keys() - places.keys() - {cell}:
        # A printed figure stands in one cell only: this one was in the wrong place.
        cells.pop(other, None)
        printed.pop(other, None)
    places[cell] = place
    printed.pop(cell, None)
    if described.computed:
        printed[cell] = text
    else:
        cells[cell] = figure
        if text not in (figure_text(figure, described), figure_text(figure)):
            printed[cell] = text
    moved = {cell, *(outcome.places.keys() - places.keys())}
    report = replace(outcome.report, cells=cells, printed=printed)
    return _settled(replace(outcome, report=report, places=places), moved)


def assign_row(outcome: ImportOutcome, cell: str, line: int) -> ImportOutcome | Refusal:
    """Put all figures of a printed row into the form's row of a cell, in order; all or none."""
    form = outcome.report.form
    grid = form.table(form.cells[cell].table).grid
    row = next(one.row for one in grid if one.cell == cell)
    cells = [
        one.cell for one in sorted(grid, key=lambda g: g.column) if one.cell and one.row == row
    ]
    texts = outcome.lines[line].cells
    figures = [at for at, text in enumerate(texts) if looks_like_figure(text)]
    if len(figures) != len(cells):
        return Refusal(
            f"这一行有 {len(figures)} 个数字，表中这一行有 {len(cells)} 格，请逐个放入。"
        )
    for name, at in zip(cells, figures, strict=True):
        if holds_figure(texts[at]):
            after = assign(outcome, name, (line, at))
            if isinstance(after, Refusal):
                return after
            outcome = after
    return outcome


def type_in(outcome: ImportOutcome, cell: str, figure: Figure | None) -> ImportOutcome:
    """A figure typed over what was read, or `None`: nothing is known of the cell."""
    report = outcome.report
    cells = {name: value for name, value in report.cells.items() if name != cell}
    if figure is not None:
        cells[cell] = figure
    return take(outcome, replace(report, cells=cells, printed=_without(report.printed, {cell})))


def clear(outcome: ImportOutcome, cells: set[str]) -> ImportOutcome:
    """Take what was read out of some cells again, printed totals included."""
    report = outcome.report
    kept = {name: value for name, value in report.cells.items() if name not in cells}
    report = replace(report, cells=kept, printed=_without(report.printed, cells))
    places = {name: at for name, at in outcome.places.items() if name not in cells}
    return _settled(replace(outcome, report=report, places=places), cells)


def take(outcome: ImportOutcome, report: Report) -> ImportOutcome:
    """Take over a report that was edited otherwise: pasted, filled; its cells are decided."""
    changed = {
        cell
        for cell in change_between(outcome.report, report).cells
        if not report.form.cells[cell].computed
    }
    changed |= {
        cell
        for cell in outcome.report.printed.keys() | report.printed.keys()
        if outcome.report.printed.get(cell) != report.printed.get(cell)
    }
    places = {name: at for name, at in outcome.places.items() if name not in changed}
    return _settled(replace(outcome, report=report, places=places), changed)


def confirm(outcome: ImportOutcome, problem: Problem) -> ImportOutcome:
    """A doubt was looked at and is none."""
    left = tuple(one for one in outcome.uncertain if one is not problem)
    return noted(replace(outcome, uncertain=left))


def confirm_label(outcome: ImportOutcome, printed: str) -> ImportOutcome:
    """A differing label was understood rightly. That it differs stays in the report's notes."""
    left = tuple(note for note in outcome.labels if note.printed != printed)
    return replace(outcome, labels=left)


def leave_out(outcome: ImportOutcome, problem: Problem) -> ImportOutcome:
    """What was not recognised is no part of the report."""
    left = tuple(one for one in outcome.unrecognised if one is not problem)
    dropped = (*outcome.dropped, (problem.text, NOT_PART))
    return noted(replace(outcome, unrecognised=left, dropped=dropped))


def put_into(outcome: ImportOutcome, line: int, shelf: Shelf | None) -> ImportOutcome:
    """Put a line of the source into a section, where its neighbours stand; `None`: take it out."""
    shelves = {name: list(numbers) for name, numbers in outcome.shelves.items()}
    report = outcome.report
    for name, numbers in shelves.items():
        if line in numbers:
            at = numbers.index(line)
            report = _with(report, name, _narrative(report, name)[:at], at + 1)
            del numbers[at]
            break
    dropped = outcome.dropped
    if shelf is None:
        dropped = (*dropped, (outcome.lines[line].words, NOT_PART))
    else:
        item = _item(outcome, line)
        numbers = shelves.setdefault(shelf, [])
        at = bisect_left(numbers, line)
        numbers.insert(at, line)
        head = (*_narrative(report, shelf)[:at], item)
        report = _with(report, shelf, head, at)
        if picture := outcome.lines[line].picture:
            report = replace(
                report, pictures={**report.pictures, picture_in(picture): picture.data}
            )
    left = tuple(one for one in outcome.unrecognised if one.line != line)
    after = replace(
        outcome,
        report=report,
        shelves={name: tuple(numbers) for name, numbers in shelves.items()},
        unrecognised=left,
        dropped=dropped,
    )
    return noted(after)


def set_organ(outcome: ImportOutcome, organ: str) -> ImportOutcome:
    """The organ as the clerk writes it; the doubt about it is gone once there is one."""
    report = outcome.report
    signature = report.signature
    if signature.organ == report.organ:
        signature = replace(signature, organ=organ)
    changed = replace(outcome, report=replace(report, organ=organ, signature=signature))
    return _without_doubt(changed, "organ") if organ else changed


def set_year(outcome: ImportOutcome, year: int) -> ImportOutcome | Refusal:
    """The year as the clerk writes it. A report on another year's form is kept: it happens."""
    try:
        form_for_year(year)
    except UnknownForm as unknown:
        return Refusal(str(unknown))
    changed = replace(outcome, report=replace(outcome.report, year=year))
    return _without_doubt(changed, "year")


def shelf_of(outcome: ImportOutcome, line: int) -> tuple[Shelf, int] | None:
    """Where in the report a line of the source stands."""
    for name, numbers in outcome.shelves.items():
        if line in numbers:
            return name, numbers.index(line)
    return None


def figures_left(outcome: ImportOutcome, problem: Problem) -> int:
    """How many figures of a line that was not recognised have no cell yet."""
    taken = set(outcome.places.values())
    line = outcome.lines[problem.line]
    return sum(
        holds_figure(text) and (problem.line, place) not in taken
        for place, text in enumerate(line.cells)
    )


def _without_doubt(outcome: ImportOutcome, about: str) -> ImportOutcome:
    left = tuple(one for one in outcome.uncertain if one.about != about)
    return noted(replace(outcome, uncertain=left))


def _settled(outcome: ImportOutcome, changed: set[str]) -> ImportOutcome:
    """The lists after some cells were decided by a person."""
    form, report = outcome.report.form, outcome.report
    unrecognised = []
    for problem in outcome.unrecognised:
        if problem.cell:
            decided = problem.cell in changed
        else:
            # A whole row: it is settled when each of its figures has found its cell.
            before = problem.line >= 0 and any(
                at[0] == problem.line for at in outcome.places.values()
            )
            decided = before and not figures_left(outcome, problem)
        if not decided:
            unrecognised.append(problem)
    uncertain = []
    for problem in outcome.uncertain:
        about = {problem.cell, *problem.cells} - {""}
        left = about - changed
        if not about or left == about:
            uncertain.append(problem)
        elif left:
            in_order = tuple(cell for cell in problem.cells if cell in left)
            uncertain.append(replace(problem, cell=in_order[0], cells=in_order))
    after = replace(
        outcome,
        unrecognised=tuple(unrecognised),
        uncertain=tuple(uncertain),
        mismatches=mismatches_in(form, report.cells, report.printed),
        missing=tuple(
            cell for cell in form.cells if cell not in report.cells and cell not in outcome.places
        ),
    )
    return noted(after)


def _without(printed: Mapping[str, str], cells: set[str]) -> dict[str, str]:
    return {name: text for name, text in printed.items() if name not in cells}


def _item(outcome: ImportOutcome, line: int) -> Item:
    source = outcome.lines[line]
    if source.picture is not None:
        return Picture(picture_in(source.picture), alternative=source.picture.description)
    text = source.words.strip(" \t\u3000")
    return Paragraph(text, heading_level(text))


def _narrative(report: Report, shelf: Shelf) -> Narrative:
    section, part = shelf
    if part == "preamble":
        return report.preamble
    written = report.section(section)
    return written.notes if part == "notes" else written.body


def _with(report: Report, shelf: Shelf, head: Narrative, rest: int) -> Report:
    """The shelf's text is `head` and, of what it was, everything from `rest` on."""
    text = (*head, *_narrative(report, shelf)[rest:])
    section, part = shelf
    if part == "preamble":
        return replace(report, preamble=text)
    written = report.section(section)
    changed = replace(written, notes=text) if part == "notes" else replace(written, body=text)
    sections = tuple(changed if one.id == section else one for one in report.sections)
    return replace(report, sections=sections)
