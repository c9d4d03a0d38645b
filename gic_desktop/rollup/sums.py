"""Exact sums of many reports of one form: added, taken away again, joined, and told as figures.

Amounts whose unit the form does not print, or that name another, are kept apart by unit until the
end, which converts what can be converted and refuses to guess the rest.
"""

from __future__ import annotations

import decimal
from collections.abc import Mapping, Sequence
from operator import add, sub

from gic_desktop.forms.compiled import Compiled
from gic_desktop.report.figures import Figure, Number, number_text
from gic_desktop.store.json_text import MAX_NUMBER
from gic_desktop.values import Struct, field

# Wider than any number that a file may hold, and an error rather than a rounded digit.
EXACT = decimal.Context(prec=400, traps=[decimal.Inexact, decimal.InvalidOperation])
_POWERS = {"元": 0, "万元": 4}
_LONGEST_UNIT = 20
_MOST_UNITS = 10


class Sums(Struct):
    """Of one form: by input position. `apart`: (position, unit) → amount and how many gave it."""

    plain: list[Number]
    answered: list[int]
    reports: int = 0
    apart: dict[tuple[int, str], tuple[Number, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, flat: Compiled) -> Sums:
        return cls([0] * len(flat.inputs), [0] * len(flat.inputs))

    def take(
        self, values: Sequence[Number | None], apart: Mapping[int, str], *, away: bool = False
    ) -> None:
        """Adds a report, or takes it `away` again. `apart`: position → unit of an amount kept apart."""
        if apart:
            values = list(values)
            for at, unit in apart.items():
                amount = values[at] or 0
                before, times = self.apart.get((at, unit), (0, 0))
                self.apart[at, unit] = (
                    (before - amount, times - 1) if away else (before + amount, times + 1)
                )
                values[at] = 0
        one, change = (-1, sub) if away else (1, add)
        self.reports += one
        if None in values:
            self.answered = [
                n if v is None else n + one for n, v in zip(self.answered, values, strict=True)
            ]
            self.plain = [change(s, v or 0) for s, v in zip(self.plain, values, strict=True)]
        else:
            self.answered = [n + one for n in self.answered]
            self.plain = list(map(change, self.plain, values))

    def join(self, other: Sums) -> None:
        self.plain = list(map(add, self.plain, other.plain))
        self.answered = list(map(add, self.answered, other.answered))
        self.reports += other.reports
        for key, (amount, times) in other.apart.items():
            before, so_far = self.apart.get(key, (0, 0))
            self.apart[key] = before + amount, so_far + times

    def told(self, flat: Compiled) -> tuple[dict[str, Figure], dict[str, int], dict[str, str]]:
        """Figures of the sum, cell → reports that left it unanswered, cell → why it was not summed."""
        figures: dict[str, Figure] = {}
        gaps: dict[str, int] = {}
        doubts: dict[str, str] = {}
        for at, cell in enumerate(flat.inputs):
            if self.answered[at] < self.reports:
                gaps[cell] = self.reports - self.answered[at]
            if not self.answered[at]:
                continue
            by_unit = {u: v for (p, u), (v, times) in self.apart.items() if p == at and times}
            figure = _one(self.plain[at], flat.form.cells[cell].unit, by_unit)
            if figure is None:
                parts = "、".join(
                    f"{unit or '没有写单位的'}合计 {number_text(by_unit[unit])}"
                    for unit in sorted(by_unit)[:_MOST_UNITS]
                )
                doubts[cell] = f"单位不一致，未汇总：{parts}。请核对后自行填写。"
            elif len(number_text(figure.value)) > MAX_NUMBER:
                doubts[cell] = f"合计超过 {MAX_NUMBER} 位，未汇总。请核对各机关的数字。"
            else:
                figures[cell] = figure
        return figures, gaps, doubts


def split(
    flat: Compiled, cells: Mapping[str, Figure]
) -> tuple[list[Number | None], dict[int, str]]:
    """A report's inputs by position, and the units of those that are kept apart."""
    found = [cells.get(cell) for cell in flat.inputs]
    apart = {}
    for at, figure in enumerate(found):
        if figure is not None and (figure.unit or at in flat.money):
            own = flat.form.cells[flat.inputs[at]].unit
            if figure.unit != own if figure.unit else figure.value and not own:
                apart[at] = figure.unit[:_LONGEST_UNIT]
    return [None if figure is None else figure.value for figure in found], apart


def _one(plain: Number, own: str, by_unit: Mapping[str, Number]) -> Figure | None:
    """One amount in one unit; `own` is the form's, `plain` is in it. None where that would be a guess."""
    if not by_unit:
        return Figure(plain)
    if plain and not own:
        return None
    if len(by_unit) == 1 and not own:
        ((unit, amount),) = by_unit.items()
        return Figure(amount, unit=unit)
    if not by_unit.keys() <= _POWERS.keys() or (own and own not in _POWERS):
        return None
    wanted = own or "元"
    total = plain
    for unit, amount in by_unit.items():
        total += _moved(amount, _POWERS[unit] - _POWERS[wanted])
    return Figure(total, unit="" if own else wanted)


def _moved(amount: Number, places: int) -> Number:
    if isinstance(amount, int) and places >= 0:
        return int(amount * 10**places)
    moved = decimal.Decimal(amount).scaleb(places)
    # 5E+4 is exact, but the file knows no exponents.
    return int(moved) if moved == moved.to_integral_value() and "E" in str(moved) else moved
