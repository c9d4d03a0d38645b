"""Fitting a title over lines: breaks where the sense pauses, lines of agreeable shape.

What may be parted is judged by how official Chinese is written (an organ's name ends in a kind of
organ, a year in 年), not by any form.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from gic_desktop.output.typeset.faces import Pen
from gic_desktop.output.typeset.lines import Measure

# Words that a reader takes in at once; a break inside them costs most.
_WHOLE = (
    "街道办事处|办事处|人民政府|人民法院|人民检察院|管理委员会|委员会|管理局|办公室|办公厅|领导小组"
    "|执法局|保障局|监督局|自治区|自治州|自治县|自治旗|开发区|高新区|示范区|新区|街道|政府信息公开|政务公开"
    "|信息公开|工作|年度报告|报告|年报|通知|意见|方案|关于|年度"
)
# An organ's name may pause after these.
_ORGAN_PART = (
    "人民政府|管理委员会|委员会|自治区|自治州|自治县|自治旗|省|市|区|县|州|盟|旗|乡|镇|局|厅|院"
)
_NO_PART = "级"
_WORST = 1000.0


def fit_title(lines: tuple[str, ...], organ: str, pen: Pen, size: float, width: float) -> list[str]:
    """The author's lines, each broken further where it is wider than `width`."""
    fitted: list[str] = []
    for line in lines:
        text = line.strip()
        if text:
            fitted += _fit(text, organ.strip(), pen, size, width)
    return fitted


def _fit(text: str, organ: str, pen: Pen, size: float, width: float) -> list[str]:
    measure = Measure(text, pen, size)
    if measure.width(0, len(text)) <= width:
        return [text]
    penalties = _penalties(text, organ, measure)
    fewest = max(2, -int(-measure.width(0, len(text)) // width))
    best: tuple[float, list[int]] = (float("inf"), [])
    for count in (fewest, fewest + 1):
        cost, cuts = _cut(measure, penalties, count, width)
        # One line more must earn its place by a much better break.
        cost += 12.0 * (count - fewest)
        if cost < best[0]:
            best = (cost, cuts)
    if not best[1]:
        best = _cut(measure, penalties, fewest + 2, width)
    edges = [0, *best[1], len(text)]
    return [text[a:b] for a, b in pairwise(edges)]


def _penalties(text: str, organ: str, measure: Measure) -> list[float]:
    """What a break before each character costs."""
    costs = [_WORST] * (len(text) + 1)
    for piece in measure.clusters:
        costs[piece.end] = 14.0
    for start, end in _found(_WHOLE, text):
        for at in range(start + 1, end):
            costs[at] += 40.0
        if end < len(text):
            costs[end] -= 3.0
        costs[start] -= 3.0
    for start, end in _found(_ORGAN_PART, text):
        if end - start > 1 or not text.startswith(_NO_PART, end):
            costs[end] -= 10.0
    for found in re.finditer(r"\d{4}年?度?", text):
        costs[found.start()] -= 6.0
        costs[found.end()] -= 1.0
    at = text.find(organ) if organ else -1
    if at >= 0:
        costs[at + len(organ)] -= 40.0
        if at:
            costs[at] -= 8.0
    return costs


def _found(listed: str, text: str) -> Iterator[tuple[int, int]]:
    """Where the words stand, one after another; of two that begin at a place the earlier listed one.

    A title is short, and compiling the list as a pattern would take longer than everything else here.
    """
    words = tuple(listed.split("|"))
    at = 0
    while at < len(text):
        if text.startswith(words, at):
            end = at + len(next(word for word in words if text.startswith(word, at)))
            yield at, end
            at = end
        else:
            at += 1


def _cut(
    measure: Measure, penalties: list[float], count: int, width: float
) -> tuple[float, list[int]]:
    """The cheapest way to make `count` lines; no cuts when there is none that fits."""
    length = len(measure.text)
    ideal = measure.width(0, length) / count

    @cache
    def rest(start: int, left: int) -> tuple[float, tuple[int, ...]]:
        if left == 1:
            wide = measure.width(start, length)
            return (_shape(wide, ideal, measure.size), ()) if wide <= width else (float("inf"), ())
        best: tuple[float, tuple[int, ...]] = (float("inf"), ())
        for cut in range(start + 1, length - left + 2):
            wide = measure.width(start, cut)
            if wide > width:
                break
            cost, cuts = rest(cut, left - 1)
            cost += _shape(wide, ideal, measure.size) + penalties[cut]
            if cost < best[0]:
                best = (cost, (cut, *cuts))
        return best

    cost, cuts = rest(0, count)
    return cost, list(cuts) if cost < float("inf") else []


def _shape(wide: float, ideal: float, size: float) -> float:
    """Lines of like length; one of one or two characters is the worst."""
    lonely = 60.0 if wide < 2.5 * size else 0.0
    return abs(wide - ideal) / size * 1.2 + lonely
