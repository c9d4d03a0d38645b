"""The numbers of headings: `（三）`, `3.`, `（3）` as official documents write them, and their order.

A number is part of its paragraph's text. When headings come, go or change their level, those that
counted on before count on afterwards; a number that its author set otherwise is left alone. Body
text that begins with a number (`（一）主动公开。全年……`) counts like a heading.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gic_desktop.report.edits import SetSection
from gic_desktop.report.narrative import BODY, Item, Paragraph, numbered_level
from gic_desktop.report.report import Report
from gic_desktop.values import Struct, replace

_CHINESE = "一二三四五六七八九十"
# Compiled when first asked for, as in `narrative`.
_NUMBER = r"\s*[（(]?(?P<value>[一二三四五六七八九十]{1,3}|[0-9０-９]{1,2})[）)、.．]"


class _Number(NamedTuple):
    level: int
    value: int
    found: re.Match[str]


class PutInOrder(Struct, frozen=True):
    """An edit: the numbers of a section as it is when this is applied, `in_order`."""

    section: str
    from_one: bool = False
    name: str = "重排序号"

    def apply(self, report: Report) -> Report:
        written = report.section(self.section)
        body = tuple(in_order(written.body, from_one=self.from_one))
        return SetSection(replace(written, body=body)).apply(report)


def number_text(level: int, count: int) -> str:
    """`（三）`, `3.`, `（3）`: the number of a level as official documents write it."""
    if level == 1:
        return f"{chinese(count)}、"
    if level == 2:
        return f"（{chinese(count)}）"
    return f"{count}." if level == 3 else f"（{count}）"


def number_value(text: str) -> int:
    """`十二`, `12`, `１２` as a number."""
    if text[0] not in _CHINESE:
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return _CHINESE.index(text[0]) + 1
    high = _CHINESE.index(tens) + 1 if tens else 1
    return high * 10 + (_CHINESE.index(ones) + 1 if ones else 0)


def set_level(items: Sequence[Item], places: Sequence[int], level: int) -> list[Item]:
    """Makes paragraphs headings or body text, with the number of their new level or without one.

    What counted on behind them does so still.
    """
    made: list[Item] = []
    before: dict[int, int] = {}
    after: dict[int, int] = {}
    for place, item in enumerate(items):
        made.append(item)
        if not isinstance(item, Paragraph):
            continue
        old, changed = _read(item.text), item
        if place in places:
            changed = _releveled(item, old, level, after.get(level, 0) + 1)
        elif old is not None and old.value == before.get(old.level, 0) + 1:
            changed = _with_value(item, old, after.get(old.level, 0) + 1)
        made[-1] = changed
        if old is not None and not (place in places and _comes_again(items, place, old)):
            _count(before, old)
        if (new := _read(changed.text)) is not None:
            _count(after, new)
    return made


def in_order(items: Sequence[Item], *, from_one: bool = False) -> list[Item]:
    """Every number follows the one before it of its level; a number one may always begin anew.

    `from_one`: the first of a level is one, and goes on from nothing above the section.
    """
    made: list[Item] = []
    counted: dict[int, int] = {}
    for item in items:
        made.append(item)
        if isinstance(item, Paragraph) and (found := _read(item.text)) is not None:
            last = counted.get(found.level, 0 if from_one else None)
            if last is not None and found.value not in (1, last + 1):
                made[-1] = _with_value(item, found, last + 1)
                found = found._replace(value=last + 1)
            _count(counted, found)
    return made


def without_number(text: str) -> str:
    found = _read(text)
    return text if found is None else text[found.found.end() :]


def _releveled(item: Paragraph, old: _Number | None, level: int, count: int) -> Paragraph:
    if level == BODY:
        # The number came with the heading, and goes with it; a body text's own number is its words.
        text = item.text[old.found.end() :] if old is not None and item.level else item.text
        return replace(item, text=text, level=BODY)
    if old is None:
        return replace(item, text=number_text(level, count) + item.text, level=level)
    if old.level == level:
        return replace(_with_value(item, old, count), level=level)
    text = number_text(level, count) + item.text[old.found.end() :].lstrip()
    return replace(item, text=text, level=level)


def _comes_again(items: Sequence[Item], place: int, number: _Number) -> bool:
    """Whether a number that was just typed is already that of the next one of its level."""
    following = next(_numbers(items[place + 1 :], number.level), None)
    return following is not None and (following.level, following.value) == number[:2]


def _numbers(items: Sequence[Item], deepest: int) -> Iterator[_Number]:
    for item in items:
        if isinstance(item, Paragraph):
            found = _read(item.text)
            if found is not None and found.level <= deepest:
                yield found


def _read(text: str) -> _Number | None:
    level = numbered_level(text)
    found = re.match(_NUMBER, text) if level else None
    return _Number(level, number_value(found["value"]), found) if found is not None else None


def _with_value(item: Paragraph, number: _Number, value: int) -> Paragraph:
    """The author's brackets and dots stay."""
    if value == number.value:
        return item
    said = chinese(value) if number.level in (1, 2) else str(value)
    begin, end = number.found.span("value")
    return replace(item, text=item.text[:begin] + said + item.text[end:])


def _count(counts: dict[int, int], number: _Number) -> None:
    counts[number.level] = number.value
    for deeper in [level for level in counts if level > number.level]:
        del counts[deeper]


def chinese(number: int, digits: str = "〇一二三四五六七八九", units: str = "十百千") -> str:
    """Write 0…9999 in Chinese: 10 十, 12 十二, 20 二十, 105 一百〇五."""
    if not 0 < number < 10_000:
        return str(number)
    text = ""
    gap = False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit == 0:
            gap = bool(text)
            continue
        if gap:
            text += digits[0]
            gap = False
        one_ten = place == 1 and digit == 1 and not text and units[0] == "十"
        text += "" if one_ten else digits[digit]
        text += units[place - 1] if place else ""
    return text
