"""The end of a roll-up: which files count, the sum as a report, who is missing.

Decides by what all files gave together, never by the order in which they came.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from gic_desktop.forms.catalogue import form_named
from gic_desktop.forms.compiled import compiled
from gic_desktop.report.figures import Figure, Number
from gic_desktop.report.report import Report, new_report, without_pictures
from gic_desktop.rollup.outcome import Missing, RollupRefused, Row, organ_key
from gic_desktop.rollup.reading import Given, Key
from gic_desktop.rollup.spool import Details
from gic_desktop.rollup.sums import Sums, split
from gic_desktop.values import Struct, field, replace

MOST_DETAILED = 5_000
"""Up to so many files the sum's project file names every source with its figures (half a kilobyte
each), and texts are compared. A province has some 3,000 towns and streets."""
_PLACE_ENDS = "省市区县州盟旗"
_MOST_NEAR = 3


class Collected(Struct):
    """What was read: rows by number, sums by form and year, what `Row` does not say."""

    details: Details
    rows: dict[int, Row] = field(default_factory=dict)
    sums: dict[Key, Sums] = field(default_factory=dict)
    foreign: set[int] = field(default_factory=set)
    parts: dict[int, frozenset[str]] = field(default_factory=dict)

    def take(self, row: Row, given: Given) -> None:
        self.rows[row.number] = row
        if given.record:
            self.details.keep(row.number, given.record)
        if given.foreign:
            self.foreign.add(row.number)
        if given.parts:
            self.parts[row.number] = given.parts

    def join(self, sums: Mapping[Key, Sums]) -> None:
        for key, some in sums.items():
            if key in self.sums:
                self.sums[key].join(some)
            else:
                self.sums[key] = some


def chosen(collected: Collected) -> Key:
    """Form and year of the sum: what most organs sent; of equally many, the later year."""
    organs: dict[Key, set[str]] = {}
    for row in collected.rows.values():
        if row.state == "read":
            organs.setdefault((row.form_id, row.year), set()).add(_whose(row))
    if not organs:
        raise RollupRefused(
            "这个文件夹里没有可以汇总的年报。请选择放有项目文件（.gicr）、本程序导出的 PDF 或 Word 年报的文件夹。"
        )
    return max(organs, key=lambda key: (len(organs[key]), key[1], key[0]))


def decide(collected: Collected, key: Key) -> None:
    """Gives every row its final state and reason."""
    rows = collected.rows
    form = form_named(key[0])
    same: dict[str, list[Row]] = {}
    for row in list(rows.values()):
        if row.state != "read":
            continue
        if (row.form_id, row.year) == key:
            same.setdefault(_whose(row), []).append(row)
            continue
        differs = f"是{row.year}年度的" if row.year != key[1] else "用的是另一年度的格式"
        if row.form_id != key[0]:
            differs += f"（{form_named(row.form_id).name}）"
        rows[row.number] = replace(
            row,
            state="other",
            reason=f"{differs}，与汇总的{key[1]}年度（{form.name}）不同，没有计入。",
        )
    for organ, several in same.items():
        counts = _counting(collected, several)
        for row in several:
            if row is counts:
                rows[row.number] = replace(row, state="counted")
                continue
            differing = _differing(collected.details, row, counts)
            figures = f"两份有 {differing} 格数字不同，请核对。" if differing else "数字相同。"
            rows[row.number] = replace(
                row,
                state="duplicate",
                reason=f"同一机关有多份，计入的是“{counts.name}”，{figures}",
            )
        others = [
            part
            for part in collected.parts.get(counts.number, ())
            if part in same and part != organ
        ]
        if others:
            rows[counts.number] = replace(
                counts,
                state="other",
                reason=f"这是汇总，其中 {len(others)} 个机关另有自己的年报，没有重复计入。",
            )


def _whose(row: Row) -> str:
    """The organ; a report without a name is nobody's duplicate."""
    return organ_key(row.organ) or f"\0{row.number}"


def _counting(collected: Collected, several: Sequence[Row]) -> Row:
    """Of one organ's files the newest, or a project with the same figures where that is a Word file."""
    by_age = sorted(several, key=lambda row: (row.received, row.name), reverse=True)
    newest = by_age[0]
    if newest.number in collected.foreign:
        for row in by_age[1:]:
            if row.number not in collected.foreign and not _differing(
                collected.details, row, newest
            ):
                return row
    return newest


def _differing(details: Details, one: Row, other: Row) -> int:
    here, there = details.figures(one.number), details.figures(other.number)
    return sum(
        _plain(here.get(cell)) != _plain(there.get(cell)) for cell in here.keys() | there.keys()
    )


def _plain(figure: Figure | None) -> tuple[Number, str] | None:
    return None if figure is None else (figure.value, figure.unit)


def summed(collected: Collected, key: Key) -> Sums:
    """The sums of the form and year, less those of its files that do not count."""
    sums = collected.sums[key]
    flat = compiled(form_named(key[0]))
    of_key = [row for row in collected.rows.values() if (row.form_id, row.year) == key]
    for row in of_key:
        if row.state == "counted":
            continue
        values, apart = split(flat, collected.details.figures(row.number))
        if any(isinstance(value, Decimal) for value in values):
            break
        sums.take(values, apart, away=True)
    else:
        return sums
    # 5.10 added and taken away again would leave 3 as 3.00: amounts are added anew.
    anew = Sums.of(flat)
    for row in of_key:
        if row.state == "counted":
            anew.take(*split(flat, collected.details.figures(row.number)))
    return anew


def report_of(
    key: Key,
    figures: Mapping[str, Figure],
    counted: Sequence[Row],
    *,
    details: Details,
    organ: str,
    last: Report | None,
) -> Report:
    """The sum as a report like any other, with its sources noted and last year's roll-up linked."""
    form_id, year = key
    begun = new_report(form_named(form_id), year, organ or common_name(r.organ for r in counted))
    sources: list[dict[str, Any]] = []
    if len(counted) <= MOST_DETAILED:
        sources = [_source(row, details) for row in counted]
    return replace(
        begun,
        cells=figures,
        sources=tuple(sources),
        earlier=() if last is None else (replace(without_pictures(last), sources=()),),
    )


def _source(row: Row, details: Details) -> dict[str, Any]:
    """An answered cell that is not named here is 0."""
    given = details.figures(row.number)
    figures = {cell: figure for cell, figure in given.items() if figure.value}
    inputs = compiled(form_named(row.form_id)).inputs
    source: dict[str, Any] = {
        "organ": row.organ,
        "file": row.name,
        "errors": row.count.errors,
        "cells": {
            cell: {"value": f.value, "unit": f.unit} if f.unit else f.value
            for cell, f in figures.items()
        },
    }
    blank = [cell for cell in inputs if cell not in given]
    if blank:
        source["unanswered"] = blank
    return source


def origins(report: Report, cell: str) -> tuple[tuple[str, Number | None], ...]:
    """Which report gave what to a cell of a roll-up: organ and figure, None where it is unanswered."""
    found: list[tuple[str, Number | None]] = []
    for source in report.sources:
        given = source.get("cells", {}).get(cell, 0)
        if isinstance(given, Mapping):
            given = given.get("value")
        answered = cell not in source.get("unanswered", ())
        found.append((str(source.get("organ", "")), given if answered else None))
    return tuple(found)


def common_name(organs: Iterable[str]) -> str:
    """What all names begin with, up to the end of a place's name: 甲市乙区丙街道、甲市乙区丁街道 → 甲市乙区."""
    names = [name for name in organs if name]
    if not names:
        return ""
    first, last = min(names), max(names)
    same = next(
        (i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b),
        min(len(first), len(last)),
    )
    cut = max((first.rfind(end, 0, same) for end in _PLACE_ENDS), default=-1)
    return first[: cut + 1]


def compared_with_list(
    expected: Sequence[str], rows: Collection[Row]
) -> tuple[tuple[Missing, ...], tuple[str, ...]]:
    """Who of the list is missing, with what may be theirs nevertheless; who is not on the list."""
    wanted = {organ_key(name): name for name in expected}
    counted = [row for row in rows if row.state == "counted"]
    here = {organ_key(row.organ) for row in counted}
    strangers = [row.organ or row.name for row in counted if organ_key(row.organ) not in wanted]
    absent = [name for key, name in wanted.items() if key not in here]
    rest = [row for row in rows if row.state in {"other", "unreadable"}]
    if len(absent) * (len(strangers) + len(rest)) > 10_000_000:
        return tuple(Missing(name) for name in absent), tuple(strangers)
    return tuple(Missing(name, _near(name, strangers, rest)) for name in absent), tuple(strangers)


def _near(name: str, strangers: Sequence[str], rest: Sequence[Row]) -> tuple[str, ...]:
    key = organ_key(name)
    keys = ((other, organ_key(other)) for other in strangers)
    found = [other for other, known in keys if key in known or known in key]
    for row in rest:
        if row.organ and organ_key(row.organ) == key:
            found.append(f"{row.name}（{row.year}年度）")
        elif row.state == "unreadable" and key in organ_key(row.name):
            found.append(f"{row.name}（无法读取）")
    return tuple(found[:_MOST_NEAR])
