"""Plain text copied out of Word, in the two shapes that copying gives.

One cell a line: every cell begins with a tab, a blank line ends the row, a cell that breaks into
lines goes on without a tab. Or one row a line: cells parted by tabs, as Excel and most programs
copy. Both may stand in one text; all other lines are paragraphs.
"""

from __future__ import annotations

import re

from gic_desktop.imports.source import Budget, Item, Paragraph, Source, grid_from_rows
from gic_desktop.imports.sources.encoding import decode

_BLANK = " \t\u3000\xa0\r"
_JUNK = re.compile(r"\[bookmark: ?[^\]\n]{0,80}\]")
"""What some converters leave behind for a bookmark."""
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufeff\u200b\u200e\u200f]")


def read_text(data: bytes, budget: Budget) -> Source:
    """Read the bytes of a text file."""
    return Source(
        "txt", tuple(text_items(decode(data, budget), budget)), losses=tuple(budget.losses)
    )


def text_items(text: str, budget: Budget) -> list[Item]:
    """Turn text into paragraphs and grids."""
    text = re.sub(r"\r\n?|\x0b|\x0c|\x85|\u2028|\u2029", "\n", text)
    text = _JUNK.sub("", _CONTROL.sub("", text))
    items: list[Item] = []
    rows: list[list[str]] = []
    lines = text.split("\n")
    at = 0

    def end_grid() -> None:
        if rows:
            items.append(grid_from_rows(rows))
            rows.clear()

    while at < len(lines):
        line = lines[at]
        if "\t" in line.rstrip(" \u3000\xa0"):
            block_end = at
            while block_end < len(lines) and lines[block_end].strip(" \u3000\xa0\r"):
                block_end += 1
            block = lines[at:block_end]
            for row in _rows(block, budget):
                budget.row()
                budget.cell(len(row))
                rows.append(row)
            at = block_end
            continue
        shown = line.strip(_BLANK)
        if shown:
            end_grid()
            budget.paragraph(shown)
            indent = len(line) - len(line.lstrip(" \u3000\xa0"))
            wide = indent + line[:indent].count("\u3000") >= 10
            items.append(Paragraph(shown, align="right" if wide and len(shown) < 40 else ""))
        at += 1
    end_grid()
    return items


def _rows(block: list[str], budget: Budget) -> list[list[str]]:
    """Read lines that stand together, the first of which holds a tab."""
    for line in block:
        budget.characters -= len(line)
        budget.paragraph("")
    one_cell_a_line = (
        block[0].startswith("\t")
        and all(
            "\t" not in line.strip(" \u3000\xa0\r")[1:] for line in block if line.startswith("\t")
        )
        and all("\t" not in line.rstrip(_BLANK) for line in block if not line.startswith("\t"))
    )
    if one_cell_a_line:
        cells: list[str] = []
        for line in block:
            if line.startswith("\t"):
                cells.append(line.strip(_BLANK))
            else:
                cells[-1] = f"{cells[-1]}\n{line.strip(_BLANK)}".strip("\n")
        return [cells]
    return _tab_separated(block)


def _tab_separated(block: list[str]) -> list[list[str]]:
    """Split rows at tabs; a quoted cell, or one whose words break into lines, is one cell."""
    rows: list[list[str]] = []
    at = 0
    while at < len(block):
        line = block[at]
        at += 1
        # Excel puts a cell with a line break between quotation marks and doubles those inside it.
        while (
            line.count('"') % 2
            and any(field.startswith('"') for field in line.split("\t"))
            and at < min(len(block), at + 12)
        ):
            closing = next(
                (end for end in range(at, min(len(block), at + 12)) if block[end].count('"') % 2),
                None,
            )
            if closing is None:
                break
            line = "\n".join([line, *block[at : closing + 1]])
            at = closing + 1
        rows.append([_unquoted(field) for field in line.split("\t")])
    return _joined(rows)


def _joined(rows: list[list[str]]) -> list[list[str]]:
    """Join rows that are pieces of one row whose words were broken by plain line ends.

    Only where the pieces together give exactly the width of the block, and only at words, never at
    figures: everything else is left for the matching to report.
    """
    widths = [len(row) for row in rows]
    width = max(widths)
    if widths.count(width) < 2 or width < 3:
        return rows
    made: list[list[str]] = []
    at = 0
    while at < len(rows):
        row = rows[at]
        at += 1
        joined = row
        end = at
        while len(joined) < width and end < len(rows) and end < at + 8:
            following = rows[end]
            if not _is_word(joined[-1]) or not _is_word(following[0]):
                break
            if len(following) == width and not any(re.search(r"[0-9０-９]", f) for f in following):
                # A whole row of names: a table's header under its caption.
                break
            joined = [*joined[:-1], f"{joined[-1]}\n{following[0]}", *following[1:]]
            end += 1
        if len(joined) == width and end > at:
            row = joined
            at = end
        made.append(row)
    return made


def _is_word(text: str) -> bool:
    return bool(text) and not re.search(r"[0-9０-９/—－-]", text)


def _unquoted(field: str) -> str:
    field = field.strip(_BLANK)
    if len(field) >= 2 and field[0] == field[-1] == '"' and ("\n" in field or '""' in field):
        field = field[1:-1].replace('""', '"')
    return "\n".join(part.strip(_BLANK) for part in field.split("\n")).strip("\n")
