"""Form file → description. Refuses whatever does not fit together, naming the file and the place.

The notation: a row of a table lists its printed rectangles left to right; the key names the role
(`caption`, `corner`, `column`, `row`: a label; `cell`: one figure; `cells`: one figure per member of
the table's `series`). Places already covered by a `rows` span from above are skipped, as in HTML.
Sums and relations are written once: `per = "column"` repeats them for each member of the series,
`per = "row"` for each row of `cells`, `per = "cell"` takes them as they stand.
A bar of a chart goes by the printed labels of its cells (`names` says which, those of the row or of
the column): the innermost that they have in common, without its number, unless a `name` is given.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar, cast, get_args

from gic_desktop.forms.description import (
    Aspect,
    Cell,
    Chart,
    ChartBar,
    ChartKind,
    ChartPart,
    Form,
    FormError,
    GridCell,
    Head,
    Kind,
    Relation,
    Role,
    Section,
    Severity,
    Sum,
    Table,
    Term,
)

LABEL_ROLES: tuple[Role, ...] = ("caption", "corner", "column", "row")
INPUT_KINDS = ("count", "signed", "money")
_NUMBERED = re.compile(
    r"(?:[（(][一二三四五六七八九十]+[）)]|[一二三四五六七八九十]+、|[0-9]+[.．])"
)
SPECIAL_SECTIONS = ("cover", "preamble", "signature", "charts")

_T = TypeVar("_T")


class _Keys:
    """A table of the file whose every key must be asked for: what is left over is an error."""

    def __init__(self, raw: object, where: str) -> None:
        if not isinstance(raw, dict):
            raise FormError(f"{where}: expected a table")
        self._left = dict(raw)
        self.where = where

    def take(self, key: str, kind: type[_T], default: _T | None = None) -> _T:
        if key not in self._left:
            if default is None:
                raise FormError(f"{self.where}: {key} is missing")
            return default
        value = self._left.pop(key)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise FormError(f"{self.where}: {key} must be {kind.__name__}")
        return value

    def take_texts(self, key: str) -> tuple[str, ...]:
        values = self.take(key, list, [])
        if not all(isinstance(value, str) for value in values):
            raise FormError(f"{self.where}: {key} must be a list of texts")
        return tuple(values)

    def has(self, key: str) -> bool:
        return key in self._left

    def done(self) -> None:
        if self._left:
            raise FormError(f"{self.where}: unknown key {min(self._left)}")


def read_head(path: Path) -> Head:
    """Without reading the tables: which form a year wants is asked at every start."""
    text = path.read_text(encoding="utf-8").partition("\n[")[0]
    try:
        head = tomllib.loads(text)
        last = head.get("last_year")
        return Head(str(head["id"]), int(head["first_year"]), None if last is None else int(last))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise FormError(f"{path.name}: {error}") from error


def read_form(path: Path) -> Form:
    return parse_form(path.read_text(encoding="utf-8"), path.name)


def parse_form(text: str, name: str) -> Form:
    try:
        keys = _Keys(tomllib.loads(text), name)
    except tomllib.TOMLDecodeError as error:
        raise FormError(f"{name}: {error}") from error
    return _form(keys)


def _form(keys: _Keys) -> Form:
    file = keys.where
    sections = tuple(
        _section(_Keys(raw, f"{file}: section {number}"))
        for number, raw in enumerate(keys.take("sections", list), 1)
    )
    _no_doubles([s.id for s in sections], f"{file}: section id")
    _no_doubles([*SPECIAL_SECTIONS, *(s.id for s in sections)], f"{file}: section id")
    read = [
        _TableReader(_Keys(raw, f"{file}: table {number}"), sections)
        for number, raw in enumerate(keys.take("tables", list), 1)
    ]
    _no_doubles([table.id for table in read], f"{file}: table id")
    for section in sections:
        if section.kind == "table" and section.table not in {table.id for table in read}:
            raise FormError(f"{file}: section {section.id}: no table {section.table}")
    sums = [one for table in read for one in table.sums()]
    relations = [one for table in read for one in table.relations({s.total for s in sums})]
    totals = {one.total for one in sums}
    cells: dict[str, Cell] = {}
    for table in read:
        for cell in table.cells(totals):
            if cell.id in cells:
                raise FormError(f"{file}: doubled cell {cell.id}")
            cells[cell.id] = cell
    _known_cells(sums, relations, cells, file)
    sums = _in_order(sums, file)
    leaves: dict[str, tuple[str, ...]] = {cell: (cell,) for cell in cells}
    for one in sums:
        leaves[one.total] = tuple(leaf for part in one.parts for leaf in leaves[part])
    names = keys.take("names", dict, {})
    for given, target in names.items():
        if target not in cells:
            raise FormError(f"{file}: name {given}: no cell {target}")
    form = Form(
        id=keys.take("id", str),
        name=keys.take("name", str),
        first_year=keys.take("first_year", int),
        last_year=keys.take("last_year", int, -1) if keys.has("last_year") else None,
        legal_base=keys.take("legal_base", str),
        title=keys.take("title", str),
        preamble=keys.take("preamble", str, ""),
        contact=keys.take("contact", str, ""),
        deadline=keys.take("deadline", str, "01-31"),
        sections=sections,
        tables=tuple(table.table() for table in read),
        cells=cells,
        sums=tuple(sums),
        relations=tuple(relations),
        names=names,
        leaves=leaves,
        facts=keys.take("facts", dict, {}),
        charts=tuple(
            _ChartReader(_Keys(raw, f"{file}: chart {number}"), cells, leaves, sections).chart()
            for number, raw in enumerate(keys.take("charts", list, []), 1)
        ),
    )
    _no_doubles([chart.id for chart in form.charts], f"{file}: chart id")
    keys.done()
    return form


def _section(keys: _Keys) -> Section:
    kind = keys.take("kind", str)
    if kind not in ("narrative", "table"):
        raise FormError(f"{keys.where}: kind {kind}")
    aspects = []
    for raw in keys.take("aspects", list, []):
        aspect = _Keys(raw, f"{keys.where}: aspect")
        aspects.append(
            Aspect(aspect.take("name", str), aspect.take("prompt", str), aspect.take_texts("words"))
        )
        aspect.done()
    section = Section(
        id=keys.take("id", str),
        heading=keys.take("heading", str),
        kind="table" if kind == "table" else "narrative",
        table=keys.take("table", str) if kind == "table" else "",
        aliases=keys.take_texts("aliases"),
        aspects=tuple(aspects),
        expects=keys.take("expects", str, ""),
    )
    keys.done()
    return section


class _TableReader:
    """One table of the file: its grid tiled, its cells found, its sums and relations repeated."""

    def __init__(self, keys: _Keys, sections: tuple[Section, ...]) -> None:
        self.where = keys.where
        self.id = keys.take("id", str)
        self.where = f"{keys.where} ({self.id})"
        owners = [s.id for s in sections if s.table == self.id]
        if len(owners) != 1:
            raise FormError(f"{self.where}: stands in {len(owners)} sections, not in one")
        self._section = owners[0]
        self._summary = keys.take("summary", str)
        self._header_rows = keys.take("header_rows", int, 0)
        self._widths = tuple(keys.take("widths", list))
        self._series = keys.take_texts("series")
        self._rows = keys.take("rows", list)
        self._sums = keys.take("sums", list, [])
        self._relations = keys.take("relations", list, [])
        self._improbable = tuple(f"{self.id}.{key}" for key in keys.take_texts("improbable"))
        keys.done()
        if any(not isinstance(w, int) or w <= 0 for w in self._widths) or sum(self._widths) != 1000:
            raise FormError(f"{self.where}: widths must be whole numbers that add up to 1000")
        self._kinds: dict[str, tuple[Kind | None, str]] = {}
        self._member: dict[str, str] = {}
        self._series_rows: list[str] = []
        self._grid = tuple(self._tile())
        if not 0 <= self._header_rows < len(self._rows):
            raise FormError(f"{self.where}: header_rows {self._header_rows}")
        for cell in self._improbable:
            if cell not in self._kinds:
                raise FormError(f"{self.where}: improbable: no cell {cell}")

    def _tile(self) -> Iterator[GridCell]:
        width, height = len(self._widths), len(self._rows)
        taken = [[False] * width for _ in range(height)]
        for row, entries in enumerate(self._rows):
            column = 0
            for entry in self._entries(entries, row):
                while column < width and taken[row][column]:
                    column += 1
                place = f"{self.where}: row {row + 1}: {entry.text or entry.cell}"
                for y in range(row, row + entry.rows):
                    for x in range(column, column + entry.columns):
                        if y >= height or x >= width:
                            raise FormError(f"{place}: reaches beyond the grid")
                        if taken[y][x]:
                            raise FormError(f"{place}: lies on another cell")
                        taken[y][x] = True
                yield GridCell(
                    row, column, entry.rows, entry.columns,
                    entry.role, entry.text, entry.cell, entry.vertical, entry.short,
                )  # fmt: skip
                column += entry.columns
        for row, line in enumerate(taken):
            if not all(line):
                raise FormError(
                    f"{self.where}: row {row + 1}: unit {line.index(False) + 1} is bare"
                )

    def _entries(self, entries: object, row: int) -> Iterator[GridCell]:
        where = f"{self.where}: row {row + 1}"
        if not isinstance(entries, list):
            raise FormError(f"{where}: expected a list")
        for raw in entries:
            keys = _Keys(raw, where)
            columns, rows = keys.take("columns", int, 1), keys.take("rows", int, 1)
            if columns < 1 or rows < 1:
                raise FormError(f"{where}: a span is at least 1")
            role = next((role for role in LABEL_ROLES if keys.has(role)), None)
            if role is not None:
                text = keys.take(role, str)
                vertical = keys.take("vertical", bool, False)
                short = keys.take("short", str, "")
                if role == "caption" and columns != len(self._widths):
                    raise FormError(f"{where}: caption {text} does not span the table")
                yield GridCell(0, 0, rows, columns, role, text, "", vertical, short)
            else:
                kind, unit = keys.take("kind", str, "count"), keys.take("unit", str, "")
                if kind not in INPUT_KINDS:
                    raise FormError(f"{where}: kind {kind}")
                if keys.has("cells"):
                    key = keys.take("cells", str)
                    if not self._series or key in self._series_rows:
                        raise FormError(f"{where}: cells {key}: no series, or doubled")
                    self._series_rows.append(key)
                    members = [(f"{key}.{member}", member) for member in self._series]
                else:
                    members = [(keys.take("cell", str), "")]
                for key, member in members:
                    cell = f"{self.id}.{key}"
                    if cell in self._kinds:
                        raise FormError(f"{where}: doubled cell {cell}")
                    self._kinds[cell] = cast("Kind", kind), unit
                    self._member[cell] = member
                    yield GridCell(0, 0, rows, columns, "cell", "", cell)
            keys.done()

    def cells(self, totals: set[str]) -> Iterator[Cell]:
        for at in self._grid:
            if at.role != "cell":
                continue
            kind, unit = self._kinds[at.cell]
            row_labels = list(self._labels_left(at))
            yield Cell(
                id=at.cell,
                table=self.id,
                row=tuple(g.text for g in row_labels),
                column=tuple(g.text for g in self._labels_above(at)),
                kind="total" if at.cell in totals else kind or "count",
                unit=unit,
                row_name=next(
                    (g.short or g.text for g in reversed(row_labels)),
                    "",
                ),
                series=self._member[at.cell],
                at_row=at.row,
                at_column=at.column,
            )

    def _labels_left(self, at: GridCell) -> Iterator[GridCell]:
        """The caption above the cell's block, then the row labels that reach its row."""
        captions = [g for g in self._grid if g.role == "caption" and g.row < at.row]
        yield from captions[-1:]
        for g in self._grid:
            if g.role == "row" and g.row <= at.row < g.row + g.rows and g.column < at.column:
                yield g

    def _labels_above(self, at: GridCell) -> Iterator[GridCell]:
        """The column labels over the cell, from the last caption down (each block has its own)."""
        start = max(
            (g.row for g in self._grid if g.role == "caption" and g.row < at.row), default=0
        )
        for g in self._grid:
            if (
                g.role == "column"
                and start <= g.row < at.row
                and g.column <= at.column < g.column + g.columns
            ):
                yield g

    def _subject(self, cell: str, per: str, given: str) -> str:
        if given or per == "cell":
            return given
        at = next(g for g in self._grid if g.cell == cell)
        labels = list(self._labels_above(at) if per == "column" else self._labels_left(at))
        return (labels[-1].short or labels[-1].text) if labels else ""

    def _repeat(self, keys: _Keys) -> tuple[str, list[tuple[str, str]]]:
        """`per`, and for each repetition what goes before and after a written key."""
        per = keys.take("per", str)
        if per == "column":
            return per, [("", f".{member}") for member in self._series]
        if per == "row":
            return per, [(f"{row}.", "") for row in self._series_rows]
        if per != "cell":
            raise FormError(f"{keys.where}: per {per}")
        return per, [("", "")]

    def sums(self) -> Iterator[Sum]:
        for number, raw in enumerate(self._sums, 1):
            keys = _Keys(raw, f"{self.where}: sum {number}")
            per, repeats = self._repeat(keys)
            name, rule = keys.take("id", str), keys.take("rule", str)
            total, parts = keys.take("total", str), keys.take_texts("parts")
            given = keys.take("subject", str, "")
            keys.done()
            _no_doubles([total, *parts], f"{keys.where}: cell")
            if not parts:
                raise FormError(f"{keys.where}: parts are missing")
            for before, after in repeats:
                ids = [f"{self.id}.{before}{key}{after}" for key in (total, *parts)]
                for cell in ids:
                    if cell not in self._kinds:
                        raise FormError(f"{keys.where}: no cell {cell}")
                yield Sum(name, rule, self._subject(ids[0], per, given), ids[0], tuple(ids[1:]))

    def relations(self, totals: set[str]) -> Iterator[Relation]:
        for number, raw in enumerate(self._relations, 1):
            keys = _Keys(raw, f"{self.where}: relation {number}")
            per, repeats = self._repeat(keys)
            name, rule = keys.take("id", str), keys.take("rule", str)
            severity, sign = keys.take("severity", str), keys.take("is", str)
            left, right = keys.take_texts("left"), keys.take_texts("right")
            look, given = keys.take_texts("look"), keys.take("subject", str, "")
            same_form = keys.take("same_form", bool, False)
            keys.done()
            if severity not in ("error", "warning", "hint") or sign not in ("=", ">="):
                raise FormError(f"{keys.where}: severity {severity}, is {sign}")
            if not left or not look:
                raise FormError(f"{keys.where}: left and look must name cells")
            for before, after in repeats:
                terms = [
                    tuple(self._term(key, before, after, keys.where) for key in side)
                    for side in (left, right)
                ]
                looks = tuple(f"{self.id}.{before}{key}{after}" for key in look)
                here = [t.cell for side in terms for t in side]
                yield Relation(
                    id=name,
                    rule=rule,
                    severity=cast("Severity", severity),
                    subject=self._subject(here[0], per, given),
                    left=terms[0],
                    sign="=" if sign == "=" else ">=",
                    right=terms[1],
                    look=looks,
                    same_form=same_form,
                    # A repetition made of nothing but totals follows from the others.
                    implied=per != "cell" and all(cell in totals for cell in here),
                )

    def _term(self, written: str, before: str, after: str, where: str) -> Term:
        last = written.startswith("last:")
        key = written.removeprefix("last:")
        negative = key.startswith("-")
        cell = f"{self.id}.{before}{key.removeprefix('-')}{after}"
        if cell not in self._kinds:
            raise FormError(f"{where}: no cell {cell}")
        return Term(cell, last, negative)

    def table(self) -> Table:
        return Table(
            id=self.id,
            section=self._section,
            summary=self._summary,
            rows=len(self._rows),
            columns=len(self._widths),
            header_rows=self._header_rows,
            widths=self._widths,
            grid=self._grid,
            cells=tuple(g.cell for g in self._grid if g.role == "cell"),
            improbable=self._improbable,
        )


class _ChartReader:
    """One chart of the file: its bars named and made of figures that may be added up."""

    def __init__(
        self,
        keys: _Keys,
        cells: Mapping[str, Cell],
        leaves: Mapping[str, tuple[str, ...]],
        sections: tuple[Section, ...],
    ) -> None:
        self._keys = keys
        self._where = keys.where
        self._cells = cells
        self._leaves = leaves
        self._sections = sections

    def chart(self) -> Chart:
        keys = self._keys
        kind, names = keys.take("kind", str), keys.take("names", str)
        if kind not in get_args(ChartKind) or names not in ("row", "column"):
            raise FormError(f"{self._where}: kind {kind}, names {names}")
        title, section = keys.take("title", str), keys.take("section", str)
        if "{" in title.replace("{year}", "") or section not in {s.id for s in self._sections}:
            raise FormError(f"{self._where}: title {title}, section {section}")
        bars = tuple(
            self._bar(_Keys(raw, f"{self._where}: bar {number}"), names, stacked=kind == "stacked")
            for number, raw in enumerate(keys.take("bars", list), 1)
        )
        if not bars:
            raise FormError(f"{self._where}: bars are missing")
        _no_doubles([bar.name for bar in bars], f"{self._where}: bar")
        made = Chart(
            keys.take("id", str),
            title,
            cast("ChartKind", kind),
            keys.take("unit", str),
            section,
            bars,
        )
        keys.done()
        return made

    def _bar(self, keys: _Keys, names: str, *, stacked: bool) -> ChartBar:
        if not stacked:
            part = self._part(keys, names)
            return ChartBar(part.name, (part,))
        given = keys.take("name", str, "")
        parts = tuple(
            self._part(_Keys(raw, f"{keys.where}: part {number}"), names)
            for number, raw in enumerate(keys.take("parts", list), 1)
        )
        keys.done()
        every = [cell for part in parts for cell in part.cells]
        self._countable(every, keys.where)
        _no_doubles([part.name for part in parts], f"{keys.where}: part")
        return ChartBar(given or self._common(every, names, keys.where), parts)

    def _part(self, keys: _Keys, names: str) -> ChartPart:
        cells = keys.take_texts("cells")
        given = keys.take("name", str, "")
        keys.done()
        self._countable(list(cells), keys.where)
        return ChartPart(given or self._common(list(cells), names, keys.where), cells)

    def _countable(self, cells: list[str], where: str) -> None:
        """One unit, nothing that can be negative, nothing twice: the length of a bar is a sum."""
        for cell in cells:
            if cell not in self._cells:
                raise FormError(f"{where}: no cell {cell}")
        if not cells:
            raise FormError(f"{where}: cells are missing")
        leaves = [leaf for cell in cells for leaf in self._leaves[cell]]
        _no_doubles(leaves, f"{where}: cell")
        kinds = {(self._cells[leaf].kind, self._cells[leaf].unit) for leaf in leaves}
        if len(kinds) > 1 or any(kind == "signed" for kind, _ in kinds):
            raise FormError(f"{where}: figures that cannot be added up")

    def _common(self, cells: list[str], names: str, where: str) -> str:
        first = self._cells[cells[0]]
        if len(cells) == 1 and names == "row" and first.row_name:
            return _NUMBERED.sub("", first.row_name, count=1)
        each = [getattr(self._cells[cell], names) for cell in cells]
        shared = [label for label in each[0] if all(label in labels for labels in each)]
        if not shared:
            raise FormError(f"{where}: name is missing")
        return _NUMBERED.sub("", shared[-1], count=1)


def _no_doubles(names: list[str], what: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise FormError(f"{what} {name} is doubled")
        seen.add(name)


def _known_cells(
    sums: list[Sum], relations: list[Relation], cells: Mapping[str, Cell], file: str
) -> None:
    used = {cell for one in sums for cell in (one.total, *one.parts)}
    for relation in relations:
        used |= {t.cell for t in (*relation.left, *relation.right)} | set(relation.look)
    for cell in used:
        if cell not in cells:
            raise FormError(f"{file}: no cell {cell}")


def _in_order(sums: list[Sum], file: str) -> list[Sum]:
    """Sums sorted so that parts come first. A total defined twice must come to the same leaves."""
    by_total: dict[str, list[Sum]] = {}
    for one in sums:
        by_total.setdefault(one.total, []).append(one)
    leaves: dict[str, dict[str, int]] = {}
    ordered: list[Sum] = []

    def expand(cell: str, path: tuple[str, ...]) -> dict[str, int]:
        if cell in path:
            raise FormError(f"{file}: circular sum: {' → '.join((*path, cell))}")
        if cell not in by_total:
            return {cell: 1}
        if cell not in leaves:
            found: dict[str, int] = {}
            for number, one in enumerate(by_total[cell]):
                counted: dict[str, int] = {}
                for part in one.parts:
                    for leaf, times in expand(part, (*path, cell)).items():
                        counted[leaf] = counted.get(leaf, 0) + times
                if number and counted != found:
                    raise FormError(f"{file}: {cell} is the sum of two different things")
                found = counted
                ordered.append(one)
            leaves[cell] = found
        return leaves[cell]

    for total in by_total:
        expand(total, ())
    return ordered
