"""What each file gave, in a temporary file: a roll-up of a whole country fits into a small memory.

A record is a JSON text: the form, the figures in the order of the form's inputs (`null`: unanswered; a list
[value, remark, unit] where a figure is more than a number), the findings, and the texts where they
will be compared. The file has no name, or is removed when it is closed.
"""

from __future__ import annotations

import json
import tempfile
import weakref
from array import array
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from gic_desktop.forms.catalogue import form_named
from gic_desktop.forms.compiled import compiled
from gic_desktop.report.figures import Figure, Number, number_text
from gic_desktop.rollup.outcome import Said


def record(
    form_id: str,
    figures: Sequence[Figure | Number | None],
    findings: Sequence[Said] = (),
    texts: Sequence[str] = (),
) -> bytes:
    # Nearly every report is nothing but whole numbers, two hundred of them.
    plain = set(map(type, figures)) <= {int, Decimal}
    written = ",".join(map(str if plain else _written, figures))
    rest: dict[str, Any] = {}
    if findings:
        rest["findings"] = [[s.severity, s.rule, s.section, s.cell, s.message] for s in findings]
    if texts:
        rest["texts"] = list(texts)
    more = json.dumps(rest, ensure_ascii=False)
    return f"[{json.dumps(form_id)},[{written}],{more}]".encode("utf-8", "replace")


def _written(figure: Figure | Number | None) -> str:
    if type(figure) is int:
        return str(figure)
    if figure is None:
        return "null"
    if isinstance(figure, Figure):
        plain = number_text(figure.value)
        if not figure.remark and not figure.unit:
            return plain
        words = json.dumps([figure.remark, figure.unit], ensure_ascii=False)
        return f"[{plain},{words[1:]}"
    return number_text(figure)


class Details:
    """Answers by a row's number; a file that gave nothing has no figures and no findings."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="gic-rollup-")  # noqa: SIM115 - lives with this
        self._end = 0
        self._at = array("q")
        self._length = array("q")
        weakref.finalize(self, self._file.close)

    def keep(self, number: int, data: bytes) -> None:
        missing = number + 1 - len(self._at)
        if missing > 0:
            self._at.extend([0] * missing)
            self._length.extend([0] * missing)
        self._file.seek(self._end)
        self._file.write(data)
        self._at[number], self._length[number] = self._end, len(data)
        self._end += len(data)

    def _read(self, number: int) -> tuple[str, list[Any], dict[str, Any]]:
        if number >= len(self._at) or not self._length[number]:
            return "", [], {}
        self._file.seek(self._at[number])
        data = self._file.read(self._length[number])
        form_id, figures, rest = json.loads(data, parse_float=Decimal)
        return form_id, figures, rest

    def figures(self, number: int) -> dict[str, Figure]:
        """Answered input cells, in print order."""
        form_id, figures, _ = self._read(number)
        if not figures:
            return {}
        inputs = compiled(form_named(form_id)).inputs
        return {
            cell: Figure(*one) if isinstance(one, list) else Figure(one)
            for cell, one in zip(inputs, figures, strict=True)
            if one is not None
        }

    def findings(self, number: int) -> tuple[Said, ...]:
        return tuple(Said(*one) for one in self._read(number)[2].get("findings", ()))

    def texts(self, number: int) -> list[str]:
        """The paragraphs of the narrative, where they were kept."""
        found: list[str] = self._read(number)[2].get("texts", [])
        return found
