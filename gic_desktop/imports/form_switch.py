"""What a person corrected in an import, taken out of one reading and put into another.

The lines of a file are the same on every form, so a correction says which line or printed figure
became what. What has no place on the other form is kept aside, to be told and to come back.
"""

from __future__ import annotations

from collections.abc import Mapping

from gic_desktop.imports import corrections
from gic_desktop.imports.match import Problem
from gic_desktop.imports.outcome import ImportOutcome, name_of
from gic_desktop.imports.recognise import Shelf
from gic_desktop.report.figures import Figure, Refusal
from gic_desktop.values import Struct, field

Put = corrections.Place | Figure | None
"""Of a cell: the printed figure put into it, the figure typed, or that it was cleared."""


class Corrected(Struct, frozen=True):
    organ: str | None = None
    year: int | None = None
    cells: Mapping[str, Put] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    """How each of these cells is called on the form on which it was corrected."""
    lines: Mapping[int, Shelf | None] = field(default_factory=dict)
    confirmed: tuple[Problem, ...] = ()
    labels: tuple[str, ...] = ()
    left_out: tuple[Problem, ...] = ()

    @property
    def count(self) -> int:
        """What a person put somewhere; doubts that were looked at are not counted."""
        return (
            len(self.cells) + len(self.lines) + (self.organ is not None) + (self.year is not None)
        )


def corrected(read: ImportOutcome, now: ImportOutcome, aside: Corrected | None = None) -> Corrected:
    """All that was corrected since `read`, and what an earlier switch had put aside."""
    form, before, after = now.report.form, read.report, now.report
    cells: dict[str, Put] = {}
    taken = set(now.places.values())
    for cell in form.cells:
        if cell in now.places:
            if now.places[cell] != read.places.get(cell):
                cells[cell] = now.places[cell]
        elif cell not in after.cells and read.places.get(cell) in taken:
            continue  # Its figure was moved to another cell, which says so itself.
        elif (
            cell in read.places
            or before.cells.get(cell) != after.cells.get(cell)
            or before.printed.get(cell) != after.printed.get(cell)
        ):
            cells[cell] = after.cells.get(cell)
    where, were = _shelf_of_lines(now), _shelf_of_lines(read)
    lines = {n: where.get(n) for n in where.keys() | were.keys() if where.get(n) != were.get(n)}
    had = aside or Corrected()
    names = {cell: name_of(form, cell) for cell in cells}
    return Corrected(
        organ=after.organ if after.organ != before.organ else None,
        year=after.year if after.year != before.year else None,
        cells={**had.cells, **cells},
        names={**had.names, **names},
        lines={**had.lines, **lines},
        confirmed=(*had.confirmed, *_gone(read.uncertain, now.uncertain)),
        labels=(
            *had.labels,
            *(one.printed for one in read.labels if one not in now.labels),
        ),
        left_out=(
            *had.left_out,
            *(
                one
                for one in _gone(read.unrecognised, now.unrecognised)
                if (one.text, corrections.NOT_PART) in now.dropped
            ),
        ),
    )


def put_again(fresh: ImportOutcome, wanted: Corrected) -> tuple[ImportOutcome, Corrected]:
    """Make the corrections again in a reading on another form; with it those that do not fit."""
    form = fresh.report.form
    made = fresh
    cells: dict[str, Put] = {}
    lines: dict[int, Shelf | None] = {}
    if wanted.organ is not None:
        made = corrections.set_organ(made, wanted.organ)
    if wanted.year is not None:
        after = corrections.set_year(made, wanted.year)
        made = made if isinstance(after, Refusal) else after
    # Cleared first: a figure may have been moved from one of these cells to another.
    for cell, put in sorted(wanted.cells.items(), key=lambda one: one[1] is not None):
        described = form.cells.get(cell)
        if described is None or (isinstance(put, Figure) and described.computed):
            cells[cell] = put
        elif put is None:
            made = corrections.clear(made, {cell})
        elif isinstance(put, Figure):
            made = corrections.type_in(made, cell, put)
        else:
            placed = corrections.assign(made, cell, put)
            if isinstance(placed, Refusal):
                cells[cell] = put
            else:
                made = placed
    sections = {section.id for section in form.sections}
    taken = {at[0] for at in made.places.values()}
    for line, shelf in sorted(wanted.lines.items()):
        if line in taken or (shelf is not None and shelf[0] not in {"", *sections}):
            lines[line] = shelf
        elif _shelf_of_lines(made).get(line) != shelf:
            made = corrections.put_into(made, line, shelf)
    for problem in wanted.confirmed:
        same = next((one for one in made.uncertain if one == problem), None)
        made = made if same is None else corrections.confirm(made, same)
    for printed in wanted.labels:
        made = corrections.confirm_label(made, printed)
    for problem in wanted.left_out:
        like = next((o for o in made.unrecognised if _same_spot(o, problem)), None)
        made = made if like is None else corrections.leave_out(made, like)
    names = {cell: wanted.names[cell] for cell in cells}
    return made, Corrected(cells=cells, names=names, lines=lines)


def told(wanted: Corrected, aside: Corrected, fresh: ImportOutcome) -> str:
    """What came of the corrections, in one sentence; nothing where there were none."""
    if not wanted.count:
        return ""
    fitted = wanted.count - aside.count
    said = f"您的改正已带入 {fitted} 处" if fitted else "您的改正没有可以带入的"
    if not aside.count:
        return f"{said}。"
    names = [f"“{name}”" for name in dict.fromkeys(aside.names.values())]
    names += [f"“{fresh.lines[line].words[:12]}”" for line in aside.lines]
    shown = "、".join(names[:3]) + ("等" if len(names) > 3 else "")
    return f"{said}，另有 {aside.count} 处在这种表样中没有位置：{shown}；换回原表样时仍会带入。"


def _shelf_of_lines(outcome: ImportOutcome) -> dict[int, Shelf]:
    return {line: name for name, lines in outcome.shelves.items() for line in lines}


def _gone(before: tuple[Problem, ...], now: tuple[Problem, ...]) -> list[Problem]:
    return [one for one in before if one not in now]


def _same_spot(one: Problem, other: Problem) -> bool:
    return (one.line, one.text) == (other.line, other.text)
