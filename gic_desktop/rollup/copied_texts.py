"""Narratives of different organs that share text: first by sketches, then exactly.

A sketch is the `SIZE` smallest checksums of a text's stretches of `RUN` Chinese characters; two texts
with much in common have much of their sketches in common, and a sketch has the same size for every
text. Pairs found so are compared by the rule that compares with last year's report, so that a
percentage means the same in both places: figures, years and the organs' names are not counted.
What more than `TEMPLATE` organs share is a wording that somebody prescribed, and is left out.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from heapq import nsmallest
from itertools import combinations

from gic_desktop.checks.likeness import Likeness, likeness
from gic_desktop.checks.registry import Subject
from gic_desktop.report.narrative import Paragraph
from gic_desktop.report.report import Report, Section
from gic_desktop.rollup.outcome import Rollup, Row
from gic_desktop.values import Struct, replace

SIZE = 64
RUN = 10
TEMPLATE = 30
HALF = 50
MOST_PAIRS = 300
_SHARED = SIZE // 4
_CHINESE = re.compile("[\u4e00-\u9fff]+")


class Pair(Struct, frozen=True):
    """`percent` of the narrative of `of` stands in that of `other`; `example` is such a paragraph."""

    of: Row
    other: Row
    percent: int
    back: int
    """The other way round: how much of `other` stands in `of`."""
    example: str


def sketch_of(texts: Iterable[str]) -> list[int]:
    found: set[int] = set()
    for text in texts:
        plain = "".join(_CHINESE.findall(text)).encode("utf-16-le")
        found.update(
            zlib.crc32(plain[i : i + 2 * RUN]) for i in range(0, len(plain) - 2 * RUN + 1, 2)
        )
    return nsmallest(SIZE, found)


def likely_pairs(sketches: Mapping[int, Sequence[int]]) -> list[tuple[int, int]]:
    """Pairs of numbers that deserve an exact look, the likeliest first, no more than `MOST_PAIRS`."""
    holders: dict[int, list[int]] = {}
    for number in sorted(sketches):
        for checksum in sketches[number]:
            holders.setdefault(checksum, []).append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for held in holders.values():
        if 1 < len(held) <= TEMPLATE:
            shared.update(combinations(held, 2))
    # A short text has a short sketch: a quarter of what there is.
    enough = (
        (-times, pair)
        for pair, times in shared.items()
        if times >= min(_SHARED, *(max(len(sketches[n]) // 2, 1) for n in pair))
    )
    return [pair for _, pair in sorted(enough)[:MOST_PAIRS]]


def compared(
    report: Report, one: Row, other: Row, texts: Mapping[int, Sequence[str]]
) -> Pair | None:
    """The exact shares, or None where neither has half of its narrative from the other."""
    forth = _likeness(report, one, other, texts)
    back = _likeness(report, other, one, texts)
    if max(forth.percent, back.percent) <= HALF:
        return None
    if back.percent > forth.percent:
        one, other, forth, back = other, one, back, forth
    longest = max(forth.paragraphs, key=lambda p: p.taken_over)
    return Pair(one, other, forth.percent, back.percent, longest.text.text)


def _likeness(report: Report, one: Row, other: Row, texts: Mapping[int, Sequence[str]]) -> Likeness:
    found = likeness(
        Subject(
            _only(report, one.organ, texts[one.number]),
            _only(report, other.organ, texts[other.number]),
        )
    )
    assert found is not None
    return found


def _only(report: Report, organ: str, texts: Sequence[str]) -> Report:
    """A report with nothing in it but these paragraphs."""
    section = next(s.id for s in report.form.sections if s.kind == "narrative")
    body = tuple(Paragraph(text) for text in texts)
    return replace(report, organ=organ, cells={}, sections=(Section(section, body),))


def copied(rollup: Rollup) -> list[Pair]:
    """The pairs among the reports in the sum, the most alike first; empty where no texts were kept."""
    rows = {row.number: row for row in rollup.in_state("counted")}
    texts = {number: rollup.details.texts(number) for number in rows}
    sketches = {number: sketch_of(texts[number]) for number in rows if texts[number]}
    found = [
        compared(rollup.report, rows[one], rows[other], texts)
        for one, other in likely_pairs(sketches)
    ]
    pairs = [pair for pair in found if pair is not None]
    return sorted(pairs, key=lambda p: (-p.percent, p.of.number, p.other.number))
