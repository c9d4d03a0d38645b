"""A pasted block → figures of this table, or the reasons why not. Pure, no Qt, nothing guessed.

Two ways. *By place*: the block fills from the current cell on, row by row, figure by figure.
*By labels*: the block brings the form's own row or column labels (a row, or the whole table, copied
out of last year's Word file); then these decide where a figure lands, wherever the cursor stands.
Totals are never written: the pasted one is compared with the computed one. One refused field
refuses the whole block, and all refused fields are named.
"""

from collections.abc import Mapping, Sequence

from gic_desktop.forms.description import GridCell
from gic_desktop.imports.labels import Labels, normal
from gic_desktop.report.figures import Figure, Number, Refusal, number_text, read_figure
from gic_desktop.report.totals import values_with_totals
from gic_desktop.values import Struct, field, replace
from gic_desktop.window.table.clipboard import COVERED, Block, Field
from gic_desktop.window.table.places import Places

MOST_NAMED = 40


class RefusedField(Struct, frozen=True):
    """`cell` is empty where the field has no cell to go to; `where` names its place for the clerk."""

    cell: str
    where: str
    text: str
    reason: str

    @property
    def sentence(self) -> str:
        shown = " ".join(self.text.split())
        shown = shown if len(shown) <= 24 else shown[:23] + "…"
        return f"{self.where}：“{shown}”，{self.reason}"


class PastePlan(Struct, frozen=True):
    """`figures` is empty when anything was refused. `totals`: sentences on totals that disagree."""

    figures: Mapping[str, Figure | None] = field(default_factory=dict)
    refused: tuple[RefusedField, ...] = ()
    totals: tuple[str, ...] = ()
    by_labels: bool = False
    cells: tuple[str, ...] = ()
    """All cells the block landed on, totals included: what is selected afterwards."""


def plan_paste(
    block: Block,
    places: Places,
    cells: Mapping[str, Figure],
    current: GridCell,
    selected: Sequence[GridCell] = (),
) -> PastePlan:
    """What pasting would do to a table whose answered cells are `cells`."""
    if not block or not any(f is not COVERED for row in block for f in row):
        return PastePlan()
    refused: list[RefusedField] = []
    landed = _by_labels(block, places, refused)
    by_labels = landed is not None
    if landed is None:
        landed = _by_place(block, places, current, selected, refused)
    figures: dict[str, Figure | None] = {}
    printed: dict[str, Figure] = {}
    for cell, text in landed.items():
        described = places.form.cells[cell]
        # A total's text is read like a figure that may have any sign.
        reads_as = replace(described, kind="signed") if described.computed else described
        if described.computed and any(
            places.form.cells[p].kind == "money" for p in _parts(places, cell)
        ):
            reads_as = replace(described, kind="money")
        read = read_figure(text, reads_as)
        if isinstance(read, Refusal):
            if described.computed:
                continue
            refused.append(RefusedField(cell, places.name(cell), text, read.reason))
        elif described.computed:
            if read is not None:
                printed[cell] = read
        else:
            figures[cell] = read
    if refused:
        return PastePlan(refused=tuple(refused), by_labels=by_labels)
    totals = _compared(places, {**cells, **_answered(figures)}, figures, printed)
    return PastePlan(figures, (), totals, by_labels, tuple(landed))


def _parts(places: Places, cell: str) -> Sequence[str]:
    return places.form.leaves.get(cell, ())


def _answered(figures: Mapping[str, Figure | None]) -> dict[str, Figure]:
    return {cell: figure for cell, figure in figures.items() if figure is not None}


def _compared(
    places: Places,
    cells: Mapping[str, Figure],
    figures: Mapping[str, Figure | None],
    printed: Mapping[str, Figure],
) -> tuple[str, ...]:
    cleared = {cell for cell, figure in figures.items() if figure is None}
    values = values_with_totals(places.form, {c: f for c, f in cells.items() if c not in cleared})
    said = []
    for cell, figure in printed.items():
        computed: Number = values.get(cell, 0)
        if figure.value != computed:
            said.append(
                f"{places.name(cell)}：粘贴来的合计是 {number_text(figure.value)}，"
                f"按各项相加是 {number_text(computed)}。"
            )
    return tuple(said)


# -- by place ------------------------------------------------------------------------------------


def _by_place(
    block: Block,
    places: Places,
    current: GridCell,
    selected: Sequence[GridCell],
    refused: list[RefusedField],
) -> dict[str, str]:
    fields = [f for row in block for f in row if f is not COVERED]
    if len(fields) == 1 and len(selected) > 1:
        # One value into a range fills it; totals there have nothing to compare with.
        return {p.cell: fields[0] for p in selected if not places.computed(p)}
    if len(selected) > 1:
        rows = sorted({p.row for p in selected})
        current = min(selected, key=lambda p: (p.row, p.column))
        if len(block) == 1 and len(rows) > 1:
            # One row into a range of rows fills each of them.
            block = block * len(rows)
    landed: dict[str, str] = {}
    row = current.row
    for number, given in enumerate(block, 1):
        empty = not any(f for f in given)
        while row not in places.rows and row < places.table.rows:
            if empty:
                break
            row += 1
        if row not in places.rows:
            if not empty and row >= places.table.rows:
                refused.extend(
                    RefusedField("", f"第 {number} 行", f, "超出了表格的最后一行。")
                    for f in given
                    if f
                )
            row += 1
            continue
        # In the first row from the current cell on; below it from the same printed column on.
        here = [p for p in places.rows[row] if p.column + p.columns > current.column]
        for place, text in _fitted(given, here):
            if place is not None:
                landed[place.cell] = text
            elif text:
                refused.append(RefusedField("", f"第 {number} 行", text, "超出了表格的最后一列。"))
        row += 1
    return landed


def _fitted(given: Sequence[Field], here: Sequence[GridCell]) -> list[tuple[GridCell | None, str]]:
    """Field by field; unless the row is as wide as the printed one, blanks under its merged cells."""
    texts = [f for f in given if f is not COVERED]
    if here and len(texts) > len(here):
        start = here[0].column
        firsts = {p.column - start: p for p in here}
        whole = all(not text for at, text in enumerate(texts) if at not in firsts)
        if whole:
            return [(firsts[at], text) for at, text in enumerate(texts) if at in firsts]
    return [(here[at] if at < len(here) else None, text) for at, text in enumerate(texts)]


# -- by labels -----------------------------------------------------------------------------------


def _is_label(text: Field) -> bool:
    return bool(text) and any("\u4e00" <= c <= "\u9fff" for c in text or "")


class _Known:
    """The labels of a table, as a block may bring them."""

    def __init__(self, places: Places) -> None:
        grid = places.table.grid
        self.rows: dict[str, list[int]] = {}
        for row, figures in places.rows.items():
            labels = [
                p
                for p in grid
                if p.role == "row"
                and p.row <= row < p.row + p.rows
                and p.column < figures[0].column
            ]
            if labels:
                innermost = max(labels, key=lambda p: p.column)
                self.rows.setdefault(normal(innermost.text), []).append(row)
        self.others = {normal(p.text) for p in grid if p.text} - set(self.rows)
        self.columns = {normal(p.text) for p in grid if p.role == "column"}
        self._near = Labels(self.rows, self.others)

    def row_label(self, text: Field) -> str | None:
        """The innermost row label that a field is, a misprint allowed for."""
        if text is None or not _is_label(text):
            return None
        found = normal(text)
        if found in self.rows:
            return found
        if found in self.others:
            return None
        near = self._near.find(text)
        return None if near is None else normal(near.label)

    def any_label(self, text: Field) -> bool:
        return (
            text is not None
            and _is_label(text)
            and (normal(text) in self.others or self.row_label(text) is not None)
        )


def _by_labels(block: Block, places: Places, refused: list[RefusedField]) -> dict[str, str] | None:
    """`None` when the block has no labels of this table."""
    known = _Known(places)
    matched = [_label_at(row, known) for row in block]
    if not any(m is not None for m in matched):
        return _under_columns(block, places, known, refused)
    landed: dict[str, str] = {}
    columns = _columns_of(block, known)
    last = -1
    for number, (given, match) in enumerate(zip(block, matched, strict=True), 1):
        if match is None:
            words = [f for f in given if f and not known.any_label(f)]
            if words and not any(known.any_label(f) for f in given):
                refused.append(
                    RefusedField("", f"第 {number} 行", words[0], "这一行没有可以对上的栏目名称。")
                )
            continue
        at, label = match
        rows = known.rows[label]
        # The same label twice in a form: the next one down, as a table is read.
        row = next((r for r in rows if r > last), rows[0])
        last = row
        here = places.rows[row]
        after = [(c, f) for c, f in enumerate(given) if c > at and f is not COVERED]
        texts = [f or "" for _, f in after]
        where = places.form.cells[here[0].cell].row[-1]
        pairs = _row_pairs(after, here, places, columns)
        if pairs is None:
            refused.append(_unpaired(where, texts, here))
            continue
        landed.update({place.cell: text for place, text in pairs})
    return landed


def _label_at(given: Sequence[Field], known: _Known) -> tuple[int, str] | None:
    """Where in a row its innermost label stands, and which it is."""
    found = None
    for at, text in enumerate(given):
        label = known.row_label(text)
        if label is not None:
            found = (at, label)
        elif text and not known.any_label(text):
            break
    return found


def _row_pairs(
    after: Sequence[tuple[int, Field]],
    here: Sequence[GridCell],
    places: Places,
    columns: Mapping[int, str],
) -> list[tuple[GridCell, str]] | None:
    texts = [f or "" for _, f in after]
    if len(texts) > len(here):
        if any(p.columns > 1 for p in here):
            fitted = _fitted(texts, here)
            if all(place is not None for place, _ in fitted):
                return [(place, text) for place, text in fitted if place is not None]
        # Blanks around the figures are the labels' or the page's. Where some of them may be blank
        # cells of the row, so that its figures could land here or one place on, nobody can tell.
        wide = len(here)
        rows = {
            tuple(texts[at : at + wide])
            for at in range(len(texts) - wide + 1)
            if not any(texts[:at]) and not any(texts[at + wide :])
        }
        if len(rows) == 1:
            texts = list(rows.pop())
    if len(texts) == len(here):
        return list(zip(here, texts, strict=True))
    inputs = [p for p in here if not places.computed(p)]
    if len(texts) == len(inputs):
        return list(zip(inputs, texts, strict=True))
    by_label = {normal(places.cell(p).column[-1]): p for p in here if places.cell(p).column}
    if len(by_label) == len(here) and columns:
        found = [(by_label.get(columns.get(c, "")), f or "") for c, f in after]
        if all(place is not None for place, _ in found):
            return [(place, text) for place, text in found if place is not None]
    return None


def _unpaired(where: str, texts: Sequence[Field], here: Sequence[GridCell]) -> RefusedField:
    given = [text for text in texts if text]
    blanks = "，另有空白" if len(given) <= len(here) < len(texts) else ""
    reason = f"这一行有 {len(given)} 个数{blanks}，表中有 {len(here)} 格，无法一一对应。"
    return RefusedField("", where, " ".join(given), reason)


def _columns_of(block: Block, known: _Known) -> dict[int, str]:
    """The innermost column label above each column of the block."""
    found: dict[int, str] = {}
    for given in block:
        for at, text in enumerate(given):
            if text and normal(text) in known.columns:
                found[at] = normal(text)
    return found


def _under_columns(
    block: Block, places: Places, known: _Known, refused: list[RefusedField]
) -> dict[str, str] | None:
    """A table without row labels, copied with its header: the first row below it are the figures."""
    if known.rows:
        return None
    head = 0
    for given in block:
        words = [f for f in given if f]
        if not words or not all(normal(f) in known.columns for f in words):
            break
        head += 1
    if not head:
        return None
    landed: dict[str, str] = {}
    rows = sorted(places.rows)
    for number, given in enumerate(block[head:]):
        if not any(f for f in given):
            continue
        if number >= len(rows):
            refused.extend(
                RefusedField("", f"第 {head + number + 1} 行", f, "超出了表格的最后一行。")
                for f in given
                if f
            )
            continue
        here = places.rows[rows[number]]
        pairs = _row_pairs(list(enumerate(given)), here, places, {})
        if pairs is None:
            texts = [f for f in given if f is not COVERED]
            refused.append(_unpaired(f"第 {head + number + 1} 行", texts, here))
            continue
        landed.update({place.cell: text for place, text in pairs})
    return landed
