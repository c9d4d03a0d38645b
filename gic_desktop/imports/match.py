"""Rows of printed tables → cells of a form, by the form's labels alone.

A row is known by its innermost label; its figures belong to the columns in the order in which the
printed header names them. What fits is placed; what fits only by distance or by position is placed
and reported; everything else is reported and not placed. Rules that decide are in this order:

1. the label, exactly; 2. the label by distance, when its neighbours and its group agree;
3. the number of figures must be the number of columns; 4. the header must name the form's columns,
in any order; 5. two different rows for one place: neither is believed.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from gic_desktop.forms.description import Form, GridCell, Table
from gic_desktop.imports.labels import Labels, normal
from gic_desktop.imports.lines import Line
from gic_desktop.report.figures import Figure, Refusal, figure_text, read_figure
from gic_desktop.values import Struct, field, replace

Verdict = Literal["caption", "header", "placed", "joined", "repeated", "refused", "text"]

_FIGURE = re.compile(
    r"[约共计]?[+\-±]?[0-9][0-9,.\s]*(?:[%元万亿件条项个份宗起次人只户部篇](?:元|次)?)?\s*(?:\(.*\))?",
    re.DOTALL,
)
_MARKS = {"/", "-", "--", "—", "——", "–", "－", "无", "\\", "／", "*", "×", "○", "〇", "零"}
_FORMULA_ERRORS = ("#REF!", "#VALUE!", "#N/A", "#DIV/0!", "#NAME?", "#NUM!")


def looks_like_figure(text: str) -> bool:
    """Whether a cell holds a figure, or a mark that stands where one belongs; no label does."""
    plain = normal(text)
    return plain in _MARKS or bool(_FIGURE.fullmatch(plain)) or plain in _FORMULA_ERRORS


def has_digits(text: str) -> bool:
    """Whether anything that could be a figure stands in a text."""
    return bool(re.search(r"[0-9０-９]", text))


def holds_figure(text: str) -> bool:
    """Whether a cell holds a number and nothing that reads as a label."""
    return has_digits(text) and looks_like_figure(text)


class BodyRow(Struct, frozen=True):
    """A row of the form that has figures: its labels from the outermost in, its cells in order."""

    table: str
    block: int
    at: int
    labels: tuple[str, ...]
    cells: tuple[str, ...]
    columns: tuple[int, ...]

    @property
    def leaf(self) -> str:
        return self.labels[-1] if self.labels else ""


class Block(Struct, frozen=True):
    """A header of the form and the rows under it."""

    table: str
    caption: str
    header: tuple[tuple[GridCell, ...], ...]
    first_row: int


class Problem(Struct, frozen=True):
    """Something that was not placed, or placed with a doubt: what stood there, and why."""

    text: str
    reason: str
    line: int
    cell: str = ""
    cells: tuple[str, ...] = ()
    """All cells that the doubt is about, where it is about more than one."""
    about: str = ""
    """`organ` or `year`, where the doubt is about the report itself."""


class LabelNote(Struct, frozen=True):
    printed: str
    expected: str
    cell: str


class Matched(Struct):
    """What a form made of the lines."""

    form: Form
    cells: dict[str, Figure] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    """cell → number of the line, number of the cell in it."""
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    unrecognised: list[Problem] = field(default_factory=list)
    uncertain: list[Problem] = field(default_factory=list)
    labels: list[LabelNote] = field(default_factory=list)
    foreign: list[tuple[int, str]] = field(default_factory=list)
    """Rows that are exactly another form's: line and that form's id."""

    @property
    def score(self) -> float:
        doubtful = {cell for problem in self.uncertain for cell in problem.cells}
        certain = len(self.places) - 0.5 * len(doubtful)
        return certain - 0.5 * len(self.labels) - 0.25 * len(self.unrecognised)


class _Order(Struct, frozen=True):
    """The form's grid columns in printed order; `columns` is None when the header names others."""

    columns: tuple[int, ...] | None
    certain: bool = False
    differing: tuple[tuple[str, str, int], ...] = ()
    """Printed label, the form's, the grid column it heads."""


class _Candidate(Struct, frozen=True):
    line: int
    row: BodyRow
    exact: bool
    figures: tuple[tuple[int, str], ...]
    """Number in the line and text of every cell after the label."""
    label: str
    header: tuple[int, ...]
    other: int = -1
    """A second line that was the rest of this row."""


class Matcher:
    """One form, laid out for finding its rows and columns."""

    def __init__(self, form: Form, others: Iterable[Form] = ()) -> None:
        self.form = form
        self.blocks: list[Block] = []
        self.rows: list[BodyRow] = []
        for table in form.tables:
            self._lay_out(table)
        self.by_leaf: dict[str, BodyRow] = {}
        for row in self.rows:
            if row.leaf:
                self.by_leaf[row.leaf] = row
        captions = {g.text for t in form.tables for g in t.grid if g.role == "caption"}
        columns = {g.text for t in form.tables for g in t.grid if g.role == "column"}
        corners = {g.text for t in form.tables for g in t.grid if g.role == "corner"}
        row_labels = {g.text for t in form.tables for g in t.grid if g.role == "row"}
        self.foreign_leaves: dict[str, str] = {}
        rivals: set[str] = set()
        foreign_columns: set[str] = set()
        for other in others:
            for table in other.tables:
                rivals |= {g.text for g in table.grid if g.text}
                foreign_columns |= {normal(g.text) for g in table.grid if g.role == "column"}
            for row in Matcher(other).rows:
                if row.leaf and row.leaf not in self.by_leaf:
                    self.foreign_leaves[normal(row.leaf)] = other.id
        everything = captions | columns | corners | row_labels | rivals
        self.leaves = Labels(self.by_leaf, everything)
        self.all_row_labels = Labels(row_labels, everything)
        self.captions = Labels(captions, everything)
        self.columns = Labels(columns, everything)
        self.corners = Labels(corners, everything)
        self.foreign_columns = foreign_columns
        self._orders: dict[tuple[int, tuple[tuple[str, ...], ...]], _Order] = {}

    def _lay_out(self, table: Table) -> None:
        by_row: dict[int, list[GridCell]] = defaultdict(list)
        for cell in table.grid:
            by_row[cell.row].append(cell)
        header: list[tuple[GridCell, ...]] = []
        caption = ""
        fresh = True
        for at in range(table.rows):
            cells = sorted(by_row[at], key=lambda cell: cell.column)
            figures = [cell for cell in cells if cell.role == "cell"]
            if figures:
                if fresh:
                    self.blocks.append(Block(table.id, caption, tuple(header), at))
                    fresh = False
                labels = sorted(
                    (g for g in table.grid if g.role == "row" and g.row <= at < g.row + g.rows),
                    key=lambda g: g.column,
                )
                self.rows.append(
                    BodyRow(
                        table.id,
                        len(self.blocks) - 1,
                        at,
                        tuple(label.text for label in labels),
                        tuple(cell.cell for cell in figures),
                        tuple(cell.column for cell in figures),
                    )
                )
                continue
            if not fresh:
                header, caption, fresh = [], "", True
            columns = tuple(cell for cell in cells if cell.role == "column")
            if columns:
                header.append(columns)
            for cell in cells:
                if cell.role == "caption":
                    caption = cell.text

    def _caption_alone(self, line: Line, section: str) -> bool:
        """Whether a line of text is a table's caption: tabs part cells, and a caption has one."""
        tables = {block.table for block in self.blocks if block.caption}
        here = any(self.form.table(table).section == section for table in tables)
        return here and self.captions.exact(line.text) is not None

    # Headers

    def is_header(self, line: Line) -> bool:
        """Whether a row names columns: most of its texts are column labels, none is a figure."""
        texts = [cell for cell in line.cells if cell]
        if any(looks_like_figure(text) for text in texts):
            return False
        named = [
            t
            for t in texts
            if self.columns.find(t) is not None or normal(t) in self.foreign_columns
        ]
        corners = [t for t in texts if self.corners.find(t) is not None]
        return bool(named) and 2 * (len(named) + len(corners)) >= len(texts)

    def order(self, number: int, rows: Sequence[Line]) -> _Order:
        """Read a printed header of a block: which column of the form each printed one is."""
        key = (number, tuple(row.cells for row in rows))
        if key not in self._orders:
            order = self._order(self.blocks[number], rows)
            if order.columns is None:
                order = self._leaves_in_one_row(self.blocks[number], rows)
            self._orders[key] = order
        return self._orders[key]

    def _leaves_in_one_row(self, block: Block, rows: Sequence[Line]) -> _Order:
        """Where merged cells were parted and filled, the last row of a header names every column."""
        lowest: dict[int, GridCell] = {}
        for cell in (cell for level in block.header for cell in level):
            lowest |= dict.fromkeys(range(cell.column, cell.column + cell.columns), cell)
        leaves = {cell.column: normal(cell.text) for cell in lowest.values()}
        column_of = {text: column for column, text in leaves.items()}
        texts = (
            [normal(t) for t in rows[-1].cells if t and self.corners.find(t) is None]
            if rows
            else []
        )
        if len(column_of) != len(leaves) or sorted(texts) != sorted(column_of):
            return _Order(None)
        return _Order(tuple(column_of[text] for text in texts), certain=True)

    def _order(self, block: Block, rows: Sequence[Line]) -> _Order:
        levels = [list(level) for level in block.header]
        printed: list[list[str]] = [
            [text for text in row.cells if text and self.corners.find(text) is None] for row in rows
        ]
        found = self._levels(levels, [texts for texts in printed if texts])
        certain = True
        differing: list[tuple[str, str, int]] = []
        opened: list[GridCell | None] = [None]
        for depth, level in enumerate(levels):
            texts = list(found.get(depth, ()))
            if not texts and len(level) > 1:
                certain = False
            following: list[GridCell | None] = []
            missing = not texts
            for parent in opened:
                if parent is not None and parent.row + parent.rows > level[0].row:
                    following.append(parent)
                    continue
                group = [
                    cell
                    for cell in level
                    if parent is None
                    or parent.column <= cell.column < parent.column + parent.columns
                ]
                if missing:
                    following.extend(group)
                    continue
                own, texts = texts[: len(group)], texts[len(group) :]
                ordered = self._siblings(group, own, differing)
                if ordered is None:
                    return _Order(None)
                following.extend(ordered)
            if texts:
                return _Order(None)
            opened = following
        columns = tuple(node.column for node in opened if node is not None)
        return _Order(columns, certain and bool(rows), tuple(differing))

    def _levels(
        self, levels: Sequence[Sequence[GridCell]], printed: Sequence[Sequence[str]]
    ) -> dict[int, Sequence[str]]:
        """Tell which of the form's header rows each printed row is."""
        found: dict[int, Sequence[str]] = {}
        at = 0
        for texts in printed:
            best, where = 0.0, -1
            have = Counter(normal(text) for text in texts)
            for depth in range(at, len(levels)):
                want = Counter(normal(cell.text) for cell in levels[depth])
                share = sum((have & want).values()) / max(len(levels[depth]), len(texts))
                if share == 0 and len(texts) == len(levels[depth]):
                    share = 0.01
                if share > best:
                    best, where = share, depth
            if where < 0:
                # Names that are no columns of this block: no header of it.
                return {depth: [""] for depth in range(len(levels))}
            found[where] = texts
            at = where + 1
        return found

    def _siblings(
        self, group: Sequence[GridCell], texts: Sequence[str], differing: list[tuple[str, str, int]]
    ) -> list[GridCell] | None:
        if len(texts) != len(group):
            return None
        left = {normal(cell.text): cell for cell in group}
        made: list[GridCell | None] = [left.pop(normal(text), None) for text in texts]
        open_places = [place for place, cell in enumerate(made) if cell is None]
        names = Labels([cell.text for cell in left.values()])
        for place in list(open_places):
            # A text that is another label of the form never stands for this one.
            if self.columns.exact(texts[place]) is not None or self.columns.is_rival(texts[place]):
                return None
            found = names.find(texts[place])
            if found is not None and normal(found.label) in left:
                cell = left.pop(normal(found.label))
                made[place] = cell
                open_places.remove(place)
                differing.append((texts[place], cell.text, cell.column))
        if len(open_places) == 1 and len(left) == 1 and len(group) > 1:
            # All others are named: what is left over is the last one, and that is reported.
            cell = next(iter(left.values()))
            made[open_places[0]] = cell
            differing.append((texts[open_places[0]], cell.text, cell.column))
            open_places = []
        if open_places:
            return None
        return [cell for cell in made if cell is not None]

    # Rows

    def match(self, lines: Sequence[Line], sections: Sequence[str], *, wrapped: bool) -> Matched:
        """Place the figures of all rows. `wrapped`: a cell's digits may break into lines (PDF)."""
        result = Matched(self.form)
        candidates = self._candidates(lines, sections, result)
        candidates = self._believable(candidates, lines, result)
        offsets = self._offsets(candidates, lines)
        by_row: dict[tuple[str, int], list[_Candidate]] = defaultdict(list)
        for candidate in candidates:
            by_row[candidate.row.table, candidate.row.at].append(candidate)
        single: list[_Candidate] = []
        doubled: set[str] = set()
        for group in by_row.values():
            one = self._place_group(group, lines, offsets, result, wrapped=wrapped)
            if sum(any(text for _, text in c.figures) for c in group) > 1:
                doubled.add(group[0].row.table)
            elif one is not None:
                single.append(one)
        for candidate in single:
            # A table that is there twice: a row that only one of them has may be of either.
            cells = tuple(cell for cell in candidate.row.cells if cell in result.places)
            if candidate.row.table in doubled and cells:
                again = "这张表在文件中不止一份，这一行只读到一次；请核对以哪一份为准。"
                self._doubt(result, candidate, lines, again, cells)
        result.unrecognised.sort(key=lambda problem: problem.line)
        return result

    def _candidates(
        self, lines: Sequence[Line], sections: Sequence[str], result: Matched
    ) -> list[_Candidate]:
        made: list[_Candidate] = []
        headers: list[int] = []
        header_used = False
        owner = -1
        caption = ""
        taken: set[int] = set()
        for number, line in enumerate(lines):
            if number in taken or not (line.is_row or self._caption_alone(line, sections[number])):
                continue
            only = line.only_text
            if only and (found := self.captions.find(only)) is not None:
                caption = found.label
                header_used = True
                result.verdicts[number] = "caption"
                if not found.exact:
                    result.labels.append(LabelNote(only, found.label, ""))
                continue
            if self.is_header(line):
                if header_used:
                    headers, header_used, owner = [], False, -1
                headers.append(number)
                result.verdicts[number] = "header"
                continue
            labels, figures = _parts(line)
            # Any row of figures ends the header above it, also one that finds no place.
            header_used = header_used or any(has_digits(text) for _, text in figures)
            if not labels:
                candidate = self._unlabelled(number, figures, headers, sections, lines)
                if candidate is not None:
                    made.append(candidate)
                    header_used, owner = True, candidate.row.block
                elif any(has_digits(text) for _, text in figures) and not only:
                    self._refuse(
                        result, number, line, "这一行没有栏目名称，无法对应到格式中的栏目。"
                    )
                else:
                    result.verdicts[number] = "text"
                continue
            leaf = labels[-1]
            found = self.leaves.find(leaf)
            other = -1
            if found is None or not found.exact:
                joined = self._rest_of_row(number, lines, leaf, figures)
                if joined is not None:
                    other, label, figures = joined
                    found = self.leaves.find(label)
                    taken.add(other)
                    result.verdicts[other] = "joined"
            if found is None:
                self._unknown(number, line, leaf, figures, result)
                continue
            row = self.by_leaf[found.label]
            reason = self._contradiction(row, labels[:-1], caption, exact=found.exact)
            if reason:
                self._refuse(result, number, line, reason)
                continue
            if owner >= 0 and not self._same_header(owner, row.block):
                # What was printed above belongs to other rows: this header was not read.
                headers = []
            header_used, owner = True, row.block
            made.append(_Candidate(number, row, found.exact, figures, leaf, tuple(headers), other))
        return made

    def _same_header(self, first: int, second: int) -> bool:
        def texts(block: int) -> list[list[str]]:
            return [[cell.text for cell in level] for level in self.blocks[block].header]

        return first == second or texts(first) == texts(second)

    def _unknown(
        self,
        number: int,
        line: Line,
        leaf: str,
        figures: Sequence[tuple[int, str]],
        result: Matched,
    ) -> None:
        foreign = self.foreign_leaves.get(normal(leaf))
        if foreign is not None and any(text for _, text in figures):
            result.foreign.append((number, foreign))
            reason = f"“{_short(leaf)}”是 {foreign} 格式的栏目，不在本格式中。"
            self._refuse(result, number, line, reason)
            return
        if any(has_digits(text) or text in _MARKS for _, text in figures):
            self._refuse(result, number, line, f"“{_short(leaf)}”不是格式中的栏目名称。")
        elif self.all_row_labels.find(leaf) is not None or (
            figures and len(line.cells) > 3 and not line.only_text
        ):
            result.verdicts[number] = "header"
        else:
            result.verdicts[number] = "text"

    def _rest_of_row(
        self, number: int, lines: Sequence[Line], leaf: str, figures: tuple[tuple[int, str], ...]
    ) -> tuple[int, str, tuple[tuple[int, str], ...]] | None:
        """Find the other half of a row that a page end cut: its label goes on further down."""
        for after in range(number + 1, min(number + 6, len(lines))):
            line = lines[after]
            if not line.is_row:
                continue
            if self.is_header(line):
                continue
            labels, more = _parts(line)
            if not labels:
                return None
            whole = self.leaves.exact(leaf + labels[-1])
            mine = any(text for _, text in figures)
            theirs = any(text for _, text in more)
            if whole is None or (mine and theirs):
                return None
            return after, whole, figures if mine or not theirs else more
        return None

    def _unlabelled(
        self,
        number: int,
        figures: tuple[tuple[int, str], ...],
        headers: Sequence[int],
        sections: Sequence[str],
        lines: Sequence[Line],
    ) -> _Candidate | None:
        """Place a row without labels under the header it follows, or in the section it stands in."""
        line = lines[number]
        if not figures:
            return None
        for row in self.rows:
            if row.leaf:
                continue
            block = self.blocks[row.block]
            names = {normal(cell.text) for level in block.header for cell in level}
            texts = [normal(t) for h in headers for t in lines[h].cells if t]
            under = bool(texts) and 2 * sum(text in names for text in texts) >= len(texts)
            section = self.form.table(row.table).section
            if under or (sections[number] == section and len(line.cells) == len(row.cells)):
                return _Candidate(number, row, True, figures, "", tuple(headers) if under else ())
        return None

    def _contradiction(
        self, row: BodyRow, parents: Sequence[str], caption: str, *, exact: bool
    ) -> str:
        """Say why a label cannot stand where it stands; empty when it can."""
        own = {normal(label) for label in row.labels}
        for parent in parents:
            found = self.all_row_labels.exact(parent)
            if found is not None and normal(found) not in own:
                return f"“{_short(row.leaf)}”印在“{_short(parent)}”之下，与格式不一致。"
        block = self.blocks[row.block]
        if not exact and block.caption and caption and block.caption != caption:
            return f"“{_short(row.leaf)}”附近的栏目名称与格式不一致，无法确定。"
        return ""

    def _believable(
        self, candidates: list[_Candidate], lines: Sequence[Line], result: Matched
    ) -> list[_Candidate]:
        """Keep a label found by distance only where its neighbours stand in the form's order."""
        kept: list[_Candidate] = []
        exact = {(c.row.table, c.row.at) for c in candidates if c.exact}
        following: list[int] = []
        next_at: dict[str, int] = {}
        for candidate in reversed(candidates):
            following.append(next_at.get(candidate.row.table, 10_000))
            if candidate.exact:
                next_at[candidate.row.table] = candidate.row.at
        last_at: dict[str, int] = {}
        for candidate, after in zip(candidates, reversed(following), strict=True):
            before = last_at.get(candidate.row.table, -1)
            if candidate.exact:
                last_at[candidate.row.table] = candidate.row.at
            else:
                in_order = before < candidate.row.at < after
                if (candidate.row.table, candidate.row.at) in exact or not in_order:
                    self._refuse(
                        result,
                        candidate.line,
                        lines[candidate.line],
                        f"“{_short(candidate.label)}”与格式中的栏目名称不一致，无法确定是哪一栏。",
                    )
                    continue
            kept.append(candidate)
        return kept

    @staticmethod
    def _offsets(
        candidates: Sequence[_Candidate], lines: Sequence[Line]
    ) -> dict[tuple[int, int, int], set[int]]:
        """Learn from full rows of plain texts how far behind the label the figures begin."""
        offsets: dict[tuple[int, int, int], set[int]] = defaultdict(set)
        for candidate in candidates:
            line = lines[candidate.line]
            texts = [text for _, text in candidate.figures]
            filled = [place for place, text in enumerate(texts) if text]
            count = len(candidate.row.cells)
            if line.spans or len(filled) != count or filled[-1] - filled[0] + 1 != count:
                continue
            offsets[line.item, len(line.cells), len(texts)].add(filled[0])
        return offsets

    def _place_group(
        self,
        group: Sequence[_Candidate],
        lines: Sequence[Line],
        offsets: Mapping[tuple[int, int, int], set[int]],
        result: Matched,
        *,
        wrapped: bool,
    ) -> _Candidate | None:
        """Place one row of the form from the printed rows that name it; give the one believed."""
        readings: list[tuple[_Candidate, dict[str, tuple[int, str]], str, list[LabelNote]]] = []
        refused = len(result.unrecognised)
        for candidate in group:
            line = lines[candidate.line]
            taken, reason = self._texts(candidate, line, offsets)
            if taken is None:
                self._refuse(result, candidate.line, line, reason)
                continue
            order = self.order(candidate.row.block, [lines[n] for n in candidate.header])
            columns = order.columns
            if columns is None or sorted(columns) != sorted(candidate.row.columns):
                self._refuse(
                    result, candidate.line, line, "表头的栏目名称与格式不一致，无法确定各列是什么。"
                )
                continue
            if not self._aligned(candidate, lines, taken):
                self._refuse(result, candidate.line, line, "这一行的数字与表头没有对齐。")
                continue
            by_column = dict(zip(candidate.row.columns, candidate.row.cells, strict=True))
            reading = {
                by_column[column]: place for column, place in zip(columns, taken, strict=True)
            }
            notes = [
                LabelNote(printed, expected, by_column.get(column, ""))
                for printed, expected, column in order.differing
            ]
            if not candidate.exact:
                first = candidate.row.cells[0]
                notes.append(LabelNote(candidate.label, candidate.row.leaf, first))
            doubt = ""
            if not order.certain:
                doubt = "没有读到完整的表头，各列按格式的顺序放入，请核对。"
            elif columns != candidate.row.columns:
                doubt = "这张表各列的次序与格式不同，已按表头的名称放入，请核对。"
            readings.append((candidate, reading, doubt, notes))
        if not readings:
            return None
        texts = {tuple((c, normal(t)) for c, (_, t) in sorted(r[1].items())) for r in readings}
        filled = {reading for reading in texts if any(text for _, text in reading)}
        if len(filled) > 1:
            for candidate, *_ in readings:
                self._refuse(
                    result,
                    candidate.line,
                    lines[candidate.line],
                    f"“{_short(candidate.row.leaf or '这一行')}”出现了不止一次，数字又不相同，无法确定用哪一个。",
                )
            return None
        readings.sort(key=lambda r: not any(text for _, text in r[1].values()))
        for candidate, *_ in readings[1:]:
            result.verdicts[candidate.line] = "repeated"
            if any(text for _, text in candidate.figures):
                result.uncertain.append(
                    Problem(
                        lines[candidate.line].words,
                        "这一行重复出现，数字相同，只导入一次。",
                        candidate.line,
                        candidate.row.cells[0],
                    )
                )
        candidate, reading, doubt, notes = readings[0]
        result.verdicts[candidate.line] = "placed"
        known = {(note.printed, note.expected) for note in result.labels}
        # A column's label heads many rows and is said once.
        result.labels += [n for n in notes if (n.printed, n.expected) not in known]
        line_number = candidate.line if candidate.other < 0 else self._bearer(candidate, lines)
        row_refused = len(result.unrecognised) > refused
        for cell, (place, text) in reading.items():
            self._place(cell, text, (line_number, place), result, wrapped=wrapped)
        filled_cells = tuple(cell for cell, (_, text) in reading.items() if text)
        if doubt and filled_cells:
            self._doubt(result, candidate, lines, doubt, filled_cells)
        if row_refused and filled_cells:
            again = "同一行在文件中还出现过一次，那一次无法读取；请核对以哪一个为准。"
            self._doubt(result, candidate, lines, again, filled_cells)
        return candidate

    @staticmethod
    def _doubt(
        result: Matched,
        candidate: _Candidate,
        lines: Sequence[Line],
        reason: str,
        cells: tuple[str, ...],
    ) -> None:
        """Note a doubt; the rows of one table that share it are one entry."""
        table = cells[0].partition(".")[0]
        for place, problem in enumerate(result.uncertain):
            if problem.reason == reason and problem.cell.partition(".")[0] == table:
                result.uncertain[place] = replace(problem, cells=problem.cells + cells)
                return
        words = lines[candidate.line].words
        result.uncertain.append(Problem(words, reason, candidate.line, cells[0], cells))

    @staticmethod
    def _bearer(candidate: _Candidate, lines: Sequence[Line]) -> int:
        """Tell which half of a cut row holds the figures."""
        _, figures = _parts(lines[candidate.line])
        return candidate.line if figures == candidate.figures else candidate.other

    @staticmethod
    def _texts(
        candidate: _Candidate, line: Line, offsets: Mapping[tuple[int, int, int], set[int]]
    ) -> tuple[list[tuple[int, str]] | None, str]:
        """Pick the row's figures: as many as the form has columns, or none."""
        figures = list(candidate.figures)
        count = len(candidate.row.cells)
        texts = [text for _, text in figures]
        filled = [place for place, text in enumerate(texts) if text]
        if not filled:
            return [(-1, "")] * count, ""
        wrong = f"这一行应有 {count} 个数字，文件中有 {len(filled)} 个，无法确定各自是哪一列。"
        if len(texts) == count:
            edge_blank = not texts[0] or not texts[-1]
            if edge_blank and not line.spans:
                seen = offsets.get((line.item, len(line.cells), len(texts)), set())
                one_cell_a_line = not any(
                    key[0] == line.item and 0 not in begins for key, begins in offsets.items()
                )
                if seen - {0} or (not seen and not one_cell_a_line):
                    return None, wrong
            return figures, ""
        first, last = filled[0], filled[-1]
        if len(filled) == count:
            # Nothing is missing, so the blanks between are merged cells' empty rests.
            return [figures[place] for place in filled], ""
        if not line.spans:
            seen = offsets.get((line.item, len(line.cells), len(texts)), set())
            if len(seen) == 1:
                begin = next(iter(seen))
                if begin <= first and last < begin + count <= len(figures):
                    return figures[begin : begin + count], ""
        return None, wrong

    def _aligned(
        self, candidate: _Candidate, lines: Sequence[Line], taken: Sequence[tuple[int, str]]
    ) -> bool:
        """Check that figures stand under their own headers, where the file says where they stand."""
        line = lines[candidate.line]
        header = [lines[number] for number in candidate.header]
        same = [row for row in header if row.item == line.item and row.spans]
        if not line.spans or len(same) != len(header) or not header or candidate.other >= 0:
            return True
        # The lowest header over each column, left to right, is the column's own.
        leaves: list[tuple[int, int]] = []
        for row in same:
            for text, span in zip(row.cells, row.spans, strict=True):
                if not text or self.corners.find(text) is not None:
                    continue
                leaves = [s for s in leaves if not (s[0] < span[1] and span[0] < s[1])]
                leaves.append(span)
        leaves.sort()
        if len(leaves) != len(taken):
            return True
        for (place, _), span in zip(taken, leaves, strict=True):
            if place < 0:
                continue
            own = line.spans[place]
            if not (own[0] < span[1] and span[0] < own[1]):
                return False
        return True

    def _place(
        self, cell_id: str, text: str, place: tuple[int, int], result: Matched, *, wrapped: bool
    ) -> None:
        if not text:
            return
        cell = self.form.cells[cell_id]
        shown = text.replace("\n", "")
        if re.search(r"[0-9０-９]\s*\n\s*[0-9０-９]", text):
            if not wrapped:
                result.unrecognised.append(
                    Problem(text, "一个单元格里有两个数字，无法确定用哪一个。", place[0], cell_id)
                )
                result.printed[cell_id] = text
                return
            result.uncertain.append(
                Problem(
                    text, f"数字在单元格里断成两行，已合为 {shown}，请核对。", place[0], cell_id
                )
            )
        plain_cell = replace(cell, kind="count") if cell.computed else cell
        figure = read_figure(shown, plain_cell)
        if isinstance(figure, Refusal):
            result.printed[cell_id] = shown
            if normal(shown) not in _MARKS:
                result.unrecognised.append(Problem(shown, figure.reason, place[0], cell_id))
            else:
                result.places[cell_id] = place
            return
        if figure is None:
            return
        result.places[cell_id] = place
        if cell.computed:
            result.printed[cell_id] = shown
            return
        result.cells[cell_id] = figure
        if shown not in (figure_text(figure, cell), figure_text(figure)):
            result.printed[cell_id] = shown

    def _refuse(self, result: Matched, number: int, line: Line, reason: str) -> None:
        result.verdicts[number] = "refused"
        if line.words:
            result.unrecognised.append(Problem(line.words, reason, number))


def _parts(line: Line) -> tuple[list[str], tuple[tuple[int, str], ...]]:
    """Part a row into the labels that begin it and all cells after the last of them."""
    end = 0
    labels: list[str] = []
    for place, text in enumerate(line.cells):
        if not text:
            continue
        if looks_like_figure(text):
            break
        labels.append(text)
        end = place + 1
    return labels, tuple((place, line.cells[place]) for place in range(end, len(line.cells)))


def _short(text: str) -> str:
    text = text.replace("\n", "")
    return text if len(text) <= 30 else text[:29] + "…"
