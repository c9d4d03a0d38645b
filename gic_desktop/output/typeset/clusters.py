"""Cutting a text into clusters between which a line may end.

The prohibition rules are GB/T 15834-2011 section 5.1: closing marks never begin a line, opening
marks never end one, —— and …… are never cut, joining marks (– ～ · /) never begin a line. Beyond
them, what reads as one thing stays in one piece: Latin words, a number with its unit, the parts
of a date, 〔2019〕60号.
"""

import re
from enum import IntEnum
from typing import NamedTuple

NO_START = frozenset(
    "，。、；：？！”’）》】〕」』〉］｝〗〞…‥·•‧～－–/％‰℃°′″々〻ー"
    ",.;:?!)]}%\u2014\u2013\ufe30\u2019\u3000 \t"
) - {"\u2014"}
NO_END = frozenset("（《“‘【〔「『〈［｛〖〝([{￥$＄№#＃/①②③④⑤⑥⑦⑧⑨⑩")

# Marks whose right (left) half is blank, so that they can be drawn half as wide.
BLANK_RIGHT = frozenset("，。、；：”’）》】〕」』〉］｝〗")
BLANK_LEFT = frozenset("（《“‘【〔「『〈［｛〖")
OPENING = BLANK_LEFT
CLOSING = BLANK_RIGHT | frozenset("！？")


class After(IntEnum):
    """How gladly a line ends after a cluster."""

    FREE = 0
    RELUCTANT = 1
    NEVER = 2


class Cluster(NamedTuple):
    """Characters `start` to `end` of a text, never cut unless alone too long for a line."""

    start: int
    end: int
    after: After


# Compiling this is a part of every start, and a class of characters that has hanzi or wide marks among
# others takes longest: so a hanzi is a letter outside of ASCII, wide signs stand as alternatives that
# cannot be merged, and a number's unit is looked for afterwards.
_ATOM = re.compile(
    r"(?P<han>[^\W\d_A-Za-z]+)"
    r"|(?P<address>(?:[A-Za-z][A-Za-z0-9+.\-]*://|www\.)[!-~]+"
    r"|[A-Za-z0-9._%+\-]+@[A-Za-z0-9.\-]+)"
    r"|(?P<mark>〔\d{2,4}〕第?\d*号?)"
    r"|(?P<date>\d{2,4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月\d{1,2}日)"
    r"|(?P<number>(?:[+\-±]|＋(?=\d)|－(?=\d))?\d[\d,.:/\-]*(?<=\d))"
    r"|(?P<word>[A-Za-z0-9][!-~]*)"
    r"|(?P<dash>—+|…+|\.{3,})"
    r"|(?P<blank>(?:[ \t]+|\u3000+)+)"
    r"|(?P<one>.)",
    re.DOTALL,
)
_SIGN_UNITS = frozenset("%％‰℃°")
_MANY = frozenset("十百千万亿")
_AFTER_MANY = frozenset("元件条个次人户份篇册")
_UNITS = frozenset(
    "元件条个项篇次人户份期号页章节款年月日岁时点分秒级类批起宗册张名场家倍部本套处块天周届"
)
# After these an address may be cut when it would otherwise tear a line apart.
_ADDRESS_STOP = re.compile(r"(?<=[/?&=\-_.@#])(?=[^/?&=\-_.@#])|(?<=://)")
_DATE_STOP = re.compile(r"(?<=[年月])(?=\d)")
_WORD_STOP = re.compile(r"(?<=[a-z\-/])(?=[A-Z0-9])|(?<=[\-/])")


def clusters(text: str) -> list[Cluster]:
    """The clusters of a text, in order and without gaps."""
    pieces: list[tuple[int, int, After]] = []
    add = pieces.append
    number_ends = -1
    for found in _ATOM.finditer(text):
        start, end = found.span()
        kind = found.lastgroup
        if start == number_ends and (unit := _unit(text, start)):
            begin, _, after = pieces.pop()
            start += unit
            add((begin, start, after))
            if start == end:
                continue
        if kind == "han":
            pieces += [(at, at + 1, After.FREE) for at in range(start, end)]
            continue
        if kind == "one" or kind == "blank" or kind == "dash":  # noqa: PLR1714 - the usual case first
            add((start, end, After.FREE))
            continue
        stops: list[int] = []
        if kind == "address":
            stops = [stop.start() for stop in _ADDRESS_STOP.finditer(text, start + 1, end)]
        elif kind == "date":
            stops = [stop.start() for stop in _DATE_STOP.finditer(text, start, end)]
        elif kind == "word":
            stops = [stop.start() for stop in _WORD_STOP.finditer(text, start + 2, end - 1)]
        elif kind == "mark":
            # The organ's letters before 〔 are only probably that; they may be left behind.
            for back in range(1, min(6, len(pieces)) + 1):
                begin, stop, _ = pieces[-back]
                if not "\u3400" <= text[begin] <= "\u9fff":
                    break
                pieces[-back] = (begin, stop, After.RELUCTANT)
        elif kind == "number":
            number_ends = end
            if start and text[start - 1] == "第":
                pieces[-1] = (start - 1, start, After.NEVER)
        for stop in stops:
            if start < stop < end:
                add((start, stop, After.RELUCTANT))
                start = stop
        add((start, end, After.FREE))
    return _join(text, pieces)


def _unit(text: str, at: int) -> int:
    """How many characters there are a unit: 12%, 3个百分点, 5万元, 8件."""
    if text[at] in _SIGN_UNITS:
        return 1
    if text.startswith("个百分点", at):
        return 4
    end = at
    while text[end : end + 1] in _MANY:
        end += 1
    if end > at:
        return end - at + (text[end : end + 1] in _AFTER_MANY)
    return int(text[at] in _UNITS)


def _join(text: str, pieces: list[tuple[int, int, After]]) -> list[Cluster]:
    joined: list[Cluster] = []
    last = len(pieces) - 1
    start = 0
    for index, (_, end, after) in enumerate(pieces):
        if index < last:
            following = text[end]
            before = text[end - 1]
            if following in NO_START or (before in NO_END and after == After.FREE):
                continue
            if after == After.NEVER:
                continue
            if before == "/" and after == After.FREE:
                continue
        joined.append(Cluster(start, end, after))
        start = end
    return joined
