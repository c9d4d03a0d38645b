"""Typed text → figure, or a refusal with its reason; and a figure back to text. Exact throughout.

A figure is a whole number (`int`) or, in money cells, a `Decimal` that keeps the digits its author
typed. What the clerk's keyboard, Excel or Word put around a number is understood: full-width digits,
spaces, thousands separators, a unit, a remark in brackets. Everything else is refused, never guessed.
"""

import re
from decimal import Decimal

from gic_desktop.forms.description import Cell
from gic_desktop.values import Struct

Number = int | Decimal

MAX_DIGITS = 15
MAX_DECIMALS = 6
MAX_REMARK = 200
MAX_TYPED = 400


class Figure(Struct, frozen=True):
    """A number, the unit its author wrote where the form names none, and a remark in brackets."""

    value: Number
    remark: str = ""
    unit: str = ""


class Refusal(Struct, frozen=True):
    """Why a text is not a figure of this cell: a sentence for the clerk."""

    reason: str


# Full-width forms and the ideographic space become their plain twins; nothing else of Unicode's
# digits is accepted, so that ٣ or ③ never turns into a number unseen.
_PLAIN = {0xFF01 + i: 0x21 + i for i in range(94)} | {
    0x3000: 0x20,
    0xA0: 0x20,
    0x2009: 0x20,
    0x202F: 0x20,
}
_PLAIN |= {ord("－"): ord("-"), ord("−"): ord("-"), ord("﹣"): ord("-")}
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
_REMARK = re.compile(r"^(?P<number>[^()]*)\((?P<remark>.*)\)$", re.DOTALL)
_NUMBER = re.compile(r"(?P<sign>[+-]?)(?P<digits>[0-9][0-9,\s]*)(?:\.(?P<decimals>[0-9]*))?")
_GROUPED = re.compile(r"[0-9]{1,3}([,\s][0-9]{3})+|[0-9]+")
_COUNT_UNITS = ("件", "条", "项", "个", "份", "宗", "起", "次", "人次", "人")
_MONEY_UNITS = ("元", "万元")
_NOTHING = {"/", "-", "--", "—", "——", "–", "无", "\\", "／"}


def read_figure(typed: str, cell: Cell) -> Figure | Refusal | None:
    """`None` when nothing stands there: the cell becomes unanswered."""
    if len(typed) > MAX_TYPED:
        return Refusal("内容过长，请只填写一个数字。")
    text = typed.translate(_INVISIBLE).strip()
    plain = text.translate(_PLAIN).strip()
    if not plain:
        return None
    if cell.computed:
        return Refusal("此格由程序自动计算，不需要填写。")
    if plain in _NOTHING or text in _NOTHING:
        return Refusal("没有数量时请填 0；尚不清楚时请留空。")
    remark = ""
    if bracket := _REMARK.match(plain):
        # The remark keeps the author's own characters: only the outer brackets are taken off.
        opened = min(i for i in (text.find("("), text.find("（")) if i >= 0)
        remark = text[opened + 1 : -1].strip()
        plain = bracket["number"].strip()
        if len(remark) > MAX_REMARK:
            return Refusal(f"备注过长，请控制在 {MAX_REMARK} 字以内。")
    return _number(plain, remark, cell)


def _number(plain: str, remark: str, cell: Cell) -> Figure | Refusal:
    found = _NUMBER.match(plain)
    if found is None:
        return Refusal("请填写数字。")
    digits = found["digits"].strip()
    rest = plain[found.end() :].strip()
    if rest[:1] in ("e", "E") and rest[1:2].isdigit():
        return Refusal("请把数字完整写出，不要用科学记数法。")
    if not _GROUPED.fullmatch(digits):
        return Refusal("数字中间的逗号或空格位置不对，请核对。")
    whole = re.sub(r"[,\s]", "", digits)
    decimals = found["decimals"]
    if decimals == "" and not rest:
        decimals = None if cell.kind != "money" else ""
    if len(whole.lstrip("0")) > MAX_DIGITS:
        return Refusal(f"数字过长，最多 {MAX_DIGITS} 位，请核对。")
    unit = _unit(rest, cell)
    if isinstance(unit, Refusal):
        return unit
    negative = found["sign"] == "-"
    if cell.kind == "money":
        if negative:
            return Refusal("金额不能为负数。")
        if decimals and len(decimals) > MAX_DECIMALS:
            return Refusal(f"小数最多 {MAX_DECIMALS} 位。")
        value: Number = Decimal(f"{int(whole)}.{decimals}") if decimals else int(whole)
        return Figure(value, remark, unit)
    if decimals and decimals.strip("0"):
        return Refusal("此处应为整数，不能有小数。")
    if negative and cell.kind == "count" and int(whole):
        return Refusal("数量不能为负数。")
    return Figure(-int(whole) if negative else int(whole), remark, unit)


def _unit(rest: str, cell: Cell) -> str | Refusal:
    """The unit to keep. A unit the form prints itself, or a counting word, says nothing new."""
    if not rest or rest == cell.unit:
        return ""
    if cell.kind == "money":
        if rest not in _MONEY_UNITS:
            return Refusal("请填写金额数字。")
        if not cell.unit:
            return rest
        return Refusal(f"本栏以{cell.unit}为单位，请换算后填写。")
    if rest in _COUNT_UNITS:
        return ""
    return Refusal("请只填写一个整数。")


def distance(one: Number, other: Number) -> Number:
    gap = one - other
    return -gap if gap < 0 else gap


def number_text(value: Number) -> str:
    """Digits as the author typed them, never in scientific notation."""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def figure_text(figure: Figure | None, cell: Cell | None = None) -> str:
    """As printed. An increase shows its plus sign, as published reports do."""
    if figure is None:
        return ""
    sign = "+" if cell is not None and cell.kind == "signed" and figure.value > 0 else ""
    remark = f"（{figure.remark}）" if figure.remark else ""
    return f"{sign}{number_text(figure.value)}{figure.unit}{remark}"
