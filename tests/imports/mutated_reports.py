"""Reports as careless hands leave them: labels misspelt, columns swapped, rows gone or doubled.

Every cell of the unharmed report holds a figure that stands nowhere else. So after an import it can
be told of each figure whether it is in its own cell, in a foreign one, reported, or gone.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import import_samples as samples

from gic_desktop.imports.outcome import ImportOutcome, import_source
from gic_desktop.imports.source import Budget, Grid, GridCell, ImportRefused, Paragraph, Source
from gic_desktop.imports.sources.docx import read_docx
from gic_desktop.imports.sources.html import read_html
from gic_desktop.imports.sources.text import read_text

LETTERS = "政府信息公开申请数量结果维持纠正其他处理总计本年行许可罚强制规章范性文件转办理不予提供重复上一的和"
SHAPES = ("word", "page", "lines of cells", "rows of tabs")


def values(form: str) -> dict[str, str]:
    return {name: str(value) for name, value in samples.figures(form).items()}


def unharmed(form: str, shape: str) -> Source:
    year = 2020 if form == "2019" else 2024
    if shape == "word":
        return read_docx(samples.word(form, year, values(form)), Budget())
    if shape == "page":
        return read_html(samples.web_page(form, year, values(form)).encode(), Budget())
    make = samples.lines_of_cells if shape == "lines of cells" else samples.rows_of_tabs
    return read_text(make(form, year, values(form)).encode(), Budget())


@dataclass
class Draft:
    """A source being harmed: grids as lists of rows of cells."""

    source: Source
    items: list[Paragraph | list[list[GridCell]]]
    known: list[bool]
    homeless: set[str] = field(default_factory=set)
    """Figures that belong to no cell any more: wherever they are placed unseen, it is wrong."""
    harm: list[str] = field(default_factory=list)

    def tables(self) -> list[int]:
        return [place for place, item in enumerate(self.items) if isinstance(item, list)]

    def finished(self) -> Source:
        items = []
        for item, known in zip(self.items, self.known, strict=True):
            if isinstance(item, Paragraph):
                items.append(item)
            else:
                cells = tuple(
                    GridCell(
                        row, cell.column, cell.text, min(cell.rows, len(item) - row), cell.columns
                    )
                    for row, cells in enumerate(item)
                    for cell in cells
                )
                items.append(Grid(cells, spans_known=known))
        return Source(self.source.kind, tuple(items))


def draft(source: Source) -> Draft:
    items = [
        [list(row) for row in item.rows()] if isinstance(item, Grid) else item
        for item in source.items
    ]
    known = [isinstance(item, Grid) and item.spans_known for item in source.items]
    return Draft(source, items, known)


def misspelt(text: str, chance: random.Random) -> str:
    letters = list(text)
    for _ in range(chance.choice((1, 1, 2))):
        place = chance.randrange(len(letters))
        match chance.randrange(4):
            case 0:
                letters[place] = chance.choice(LETTERS)
            case 1 if len(letters) > 1:
                del letters[place]
            case 2:
                letters.insert(place, chance.choice(LETTERS))
            case _ if place:
                letters[place - 1], letters[place] = letters[place], letters[place - 1]
    return "".join(letters)


def _with(cell: GridCell, text: str) -> GridCell:
    return GridCell(cell.row, cell.column, text, cell.rows, cell.columns)


def _misspell(made: Draft, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 4)):
        table = made.items[chance.choice(made.tables())]
        row = chance.choice(table)
        labels = [n for n, cell in enumerate(row) if cell.text and not cell.text.isdigit()]
        if labels:
            place = chance.choice(labels)
            row[place] = _with(row[place], misspelt(row[place].text, chance))


def _misspell_text(made: Draft, chance: random.Random) -> None:
    places = [n for n, item in enumerate(made.items) if isinstance(item, Paragraph)]
    place = chance.choice(places)
    item = made.items[place]
    assert isinstance(item, Paragraph)
    made.items[place] = Paragraph(misspelt(item.text, chance), item.level, item.align)


def _drop_row(made: Draft, chance: random.Random) -> None:
    table = made.items[chance.choice(made.tables())]
    if len(table) > 2:
        del table[chance.randrange(len(table))]


def _swap_rows(made: Draft, chance: random.Random) -> None:
    table = made.items[chance.choice(made.tables())]
    if len(table) > 1:
        a, b = chance.sample(range(len(table)), 2)
        table[a], table[b] = table[b], table[a]


def _swap_columns(made: Draft, chance: random.Random) -> None:
    """Exchange two columns of one header row and the figures under them, or only look-alikes."""
    table = made.items[chance.choice(made.tables())]
    heads = [
        n
        for n, row in enumerate(table)
        if sum(bool(c.text) for c in row) >= 2 and not any(c.text.isdigit() for c in row)
    ]
    if not heads:
        return
    head = chance.choice(heads)
    filled = [n for n, cell in enumerate(table[head]) if cell.text]
    if len(filled) < 2:
        return
    a, b = chance.sample(filled, 2)
    first, second = table[head][a], table[head][b]
    if first.text == second.text:
        return
    table[head][a], table[head][b] = _with(first, second.text), _with(second, first.text)
    # The figures do not move: the header now says something else about them.
    for row in table[head + 1 :]:
        if any(cell.text and not cell.text.isdigit() for cell in row) and not any(
            cell.text.isdigit() for cell in row
        ):
            break
        made.homeless |= {cell.text for cell in row if cell.text.isdigit()}
    made.homeless |= {
        cell.text for row in table for cell in row if cell.text.isdigit() and len(table) < 6
    }
    if len(table) > 20 and len(table) != 18:
        made.homeless |= {cell.text for row in table for cell in row if cell.text.isdigit()}


def _double(made: Draft, chance: random.Random) -> None:
    place = chance.choice(made.tables())
    table = made.items[place]
    copy = [list(row) for row in table]
    if chance.random() < 0.6:
        for _ in range(chance.randint(1, 5)):
            row = chance.choice(copy)
            for n, cell in enumerate(row):
                if cell.text.isdigit():
                    row[n] = _with(cell, str(chance.randrange(90_000, 99_999)))
                    made.homeless |= {row[n].text, cell.text}
                    # Which of the two is meant nobody knows, for the whole row.
                    made.homeless |= {c.text for c in row if c.text.isdigit()}
    made.items.insert(place + 1, copy)
    made.known.insert(place + 1, made.known[place])


def _lose_cell(made: Draft, chance: random.Random) -> None:
    table = made.items[chance.choice(made.tables())]
    row = chance.choice(table)
    if len(row) > 1:
        del row[chance.randrange(len(row))]


def _gain_cell(made: Draft, chance: random.Random) -> None:
    table = made.items[chance.choice(made.tables())]
    row = chance.choice(table)
    place = chance.randrange(len(row) + 1)
    near = row[min(place, len(row) - 1)]
    text = chance.choice(("", "", "77777", "备注", "/"))
    row.insert(place, GridCell(near.row, near.column, text))
    if text.isdigit():
        made.homeless.add(text)


def _blank(made: Draft, chance: random.Random) -> None:
    table = made.items[chance.choice(made.tables())]
    for _ in range(chance.randint(1, 8)):
        row = chance.choice(table)
        place = chance.randrange(len(row)) if row else 0
        if row and row[place].text.isdigit():
            row[place] = _with(row[place], chance.choice(("", "/", "—", "约5", "无")))


def _cut(made: Draft, chance: random.Random) -> None:
    """Let a page end cut a table: two grids, the header repeated or not, a label perhaps in two."""
    place = chance.choice(made.tables())
    table = made.items[place]
    if len(table) < 4:
        return
    at = chance.randrange(2, len(table))
    upper, lower = [list(r) for r in table[:at]], [list(r) for r in table[at:]]
    if chance.random() < 0.5:
        row = upper[-1]
        labels = [n for n, c in enumerate(row) if len(c.text) > 4 and not c.text.isdigit()]
        if labels and any(c.text.isdigit() for c in row):
            n = labels[-1]
            half = len(row[n].text) // 2
            rest = [_with(c, "") for c in row]
            rest[n] = _with(row[n], row[n].text[half:])
            row[n] = _with(row[n], row[n].text[:half])
            lower.insert(0, rest)
    if chance.random() < 0.6:
        head = []
        for row in table:
            if any(c.text.isdigit() for c in row):
                break
            head.append(list(row))
        lower = head + lower
    made.items[place : place + 1] = [upper, lower]
    made.known[place : place + 1] = [made.known[place], made.known[place]]


HARMS = (
    _misspell, _misspell, _misspell, _misspell_text, _drop_row, _drop_row, _swap_rows,
    _swap_columns, _swap_columns, _double, _lose_cell, _gain_cell, _blank, _cut,
)  # fmt: skip


def harmed(source: Source, chance: random.Random) -> Draft:
    made = draft(source)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        harm = chance.choice(HARMS)
        made.harm.append(harm.__name__.strip("_"))
        harm(made, chance)
    return made


@dataclass
class Count:
    right: int = 0
    reported: int = 0
    silently_wrong: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    refused: int = 0


def judge(made: Draft, truth: dict[str, str], count: Count) -> None:
    """Import a harmed report and tell what became of every figure that stands in it."""
    try:
        outcome = import_source(made.finished())
    except ImportRefused:
        count.refused += 1
        return
    report = outcome.report
    placed = {cell: str(figure.value) for cell, figure in report.cells.items()}
    placed |= {
        cell: text
        for cell, text in report.printed.items()
        if report.form.cells[cell].computed and text.isdigit()
    }
    spoken = _spoken(outcome)
    for cell, value in placed.items():
        if truth.get(cell) == value and value not in made.homeless:
            count.right += 1
        elif _is_reported(cell, value, outcome, spoken):
            count.reported += 1
        elif truth.get(cell) == value:
            # Homeless by the harm, yet back in its own cell: the import saw through it.
            count.right += 1
        else:
            count.silently_wrong.append(f"{made.harm} {cell}={value}, is {truth.get(cell)}")
    texts = " ".join(
        item.text
        for section in report.sections
        for item in (*section.body, *section.notes)
        if hasattr(item, "text")
    )
    standing = {
        cell.text
        for item in made.items
        if isinstance(item, list)
        for row in item
        for cell in row
        if cell.text.isdigit()
    }
    for value in standing - set(placed.values()):
        if value in spoken or value in texts:
            count.reported += 1
        else:
            count.gone.append(f"{made.harm} {value}")


def _spoken(outcome: ImportOutcome) -> str:
    return " ".join(problem.text for problem in (*outcome.unrecognised, *outcome.uncertain))


def _is_reported(cell: str, value: str, outcome: ImportOutcome, spoken: str) -> bool:
    """Whether the outcome speaks of this figure, of its row, or of its column's label."""
    if value in spoken or any(cell in problem.cells for problem in outcome.uncertain):
        return True
    line = outcome.places.get(cell, (-1, -1))[0]
    for note in outcome.labels:
        if note.cell and outcome.places.get(note.cell, (-2, -1))[0] == line:
            return True
        if note.expected in outcome.report.form.cells[cell].column:
            return True
    return False
