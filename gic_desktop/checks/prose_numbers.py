"""Numbers in Chinese prose: what is counted, how exactly, and what only looks like a count.

`63 条`, `763 余条`, `１５件`, `1.2万`, `三件`, `两百余条`, `848450元`, `82.5%` are amounts. Dates, years,
document numbers, ordinals, list numbers, telephone numbers, `1+9+X`, `24小时`, `三安全一稳定` are not.
A number without a unit is never an amount. Positions are those of the text as given: full-width
digits are read in place. Everything here takes time proportional to the text, whatever it holds.
"""

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache
from typing import Literal

from gic_desktop.report.figures import Number
from gic_desktop.values import Struct

Sort = Literal["count", "money", "percent", "time"]

_WIDE = {0xFF10 + i: 0x30 + i for i in range(10)} | {
    ord("％"): ord("%"),
    ord("．"): ord("."),
    ord("＋"): ord("+"),
    ord("－"): ord("-"),
    ord("～"): ord("~"),
}
_CHINESE_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SMALL_SCALES = {"十": 10, "百": 100, "千": 1000}
_SCALES = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
# Neither alternative can fail once it has begun, so that a run is read once.
_NUMERAL = re.compile(
    r"(?P<digits>[0-9]+(?:,[0-9]{3}(?![0-9]))*(?:\.[0-9]+)?)|(?P<chinese>[零〇一二两三四五六七八九十百千万亿]+)"
)
_COUNT_UNITS = (
    "人次", "件次", "篇次", "条次", "场次", "户次", "批次",
    "件", "条", "个", "项", "次", "份", "篇", "期", "起", "宗", "人", "例", "本", "部", "张",
    "场", "家", "户", "批", "册", "名", "处", "块", "则", "幅", "套", "栏", "辆", "台", "间", "座",
)  # fmt: skip
_TIME_UNITS = (
    "个工作日", "工作日", "个月", "个半月", "小时", "分钟", "季度", "周年", "年", "月", "日", "天", "号",
    "时", "分", "秒", "周", "岁", "点",
)  # fmt: skip
_MONEY_UNITS = ("万元", "亿元", "千元", "元")
_UNIT = re.compile(
    "|".join(sorted((*_COUNT_UNITS, *_TIME_UNITS, *_MONEY_UNITS), key=len, reverse=True))
)
_MONEY = {"元": 1, "千元": 1000, "万元": 10_000, "亿元": 100_000_000}
_ABOUT_BEFORE = (
    "近",
    "约",
    "大约",
    "将近",
    "超",
    "超过",
    "逾",
    "不足",
    "不到",
    "至少",
    "最多",
    "几",
    "数",
    "多于",
    "少于",
)
_ABOUT_AFTER = ("左右", "以上", "以下", "上下", "以内", "之多")
# Words that a one-character unit may begin without being one: 一次性, 一条龙, 一件事, 三个月.
_NOT_UNITS = (
    "次性",
    "条龙",
    "件事",
    "条心",
    "本书",
    "期工程",
    "部分",
    "项目",
    "场所",
    "家庭",
    "人民",
    "块钱",
    "点建议",
)
_RANGE = "-~—–至到"
_BEFORE_NO_COUNT = frozenset("第〔[【+-~—–./#№*＊")
_AFTER_NO_COUNT = frozenset("+-~/*＊〕]】#")
_LONGEST_CHINESE = 14
_LONGEST_DIGITS = 15


class Amount(Struct, frozen=True):
    """`start`–`end` is the whole amount with its unit, `number_start`–`number_end` what stands for the number."""

    start: int
    end: int
    number_start: int
    number_end: int
    value: Number
    unit: str
    sort: Sort
    about: bool
    """余, 近, 左右, a rounded 万: the value is not to be taken at its word."""
    decimals: int

    def may_be(self, exact: Number) -> bool:
        """Whether the amount, exact or rounded as written, can stand for `exact`."""
        if not self.about:
            return self.value == exact
        # 60余件 and 近60件 both leave room; only what no reader would call so is excluded.
        return self.value <= 2 * exact and exact <= 2 * self.value


def plain(text: str) -> str:
    """Full-width digits and signs as their plain twins, position by position."""
    return text.translate(_WIDE)


def chinese_number(text: str) -> int | None:
    """三 → 3, 两百零五 → 205, 二十 → 20; None for years spelt digit by digit and for 三五, 一百二."""
    if not 0 < len(text) <= _LONGEST_CHINESE:
        return None
    total = section = 0
    digit: int | None = None
    last_scale, last_big = 10_000, 10**12
    after_zero = True
    for char in text:
        if char in _CHINESE_DIGITS:
            value = _CHINESE_DIGITS[char]
            if value == 0:
                if digit is not None:
                    return None
                after_zero = True
                continue
            if digit is not None:
                return None
            digit = value
        elif char in _SMALL_SCALES:
            scale = _SMALL_SCALES[char]
            if scale >= last_scale or (digit is None and (scale != 10 or section or total)):
                return None
            section += (digit or 1) * scale
            digit, last_scale, after_zero = None, scale, False
        else:
            scale = _SCALES[char]
            section += digit or 0
            if not section or scale >= last_big:
                return None
            total += section * scale
            section, digit, last_scale, last_big, after_zero = 0, None, 10_000, scale, False
    if digit is not None and last_scale > 10 and not after_zero and (section or total):
        return None  # 一百二: a hundred and twenty or a slip
    if text in ("零", "〇"):
        return 0
    return total + section + (digit or 0) or None


@lru_cache(maxsize=2048)
def amounts(text: str) -> tuple[Amount, ...]:
    """Every amount of a text, left to right. A range (`3至5件`) and an ordinal are none."""
    flat = plain(text)
    found = []
    for numeral in _NUMERAL.finditer(flat):
        amount = _amount(flat, numeral)
        if amount is not None:
            found.append(amount)
    return tuple(found)


def _value(numeral: re.Match[str]) -> tuple[Number, int] | None:
    digits = numeral["digits"]
    if digits is None:
        value = chinese_number(numeral["chinese"])
        return None if value is None else (value, 0)
    if len(digits) > _LONGEST_DIGITS + 5:
        return None
    whole, _, decimals = digits.partition(".")
    grouped = whole.split(",")
    if len(grouped) > 1 and len(grouped[0]) > 3:
        return None
    bare = "".join(grouped)
    if len(bare) > _LONGEST_DIGITS or (len(bare) > 1 and bare[0] == "0"):
        return None
    return (Decimal(f"{bare}.{decimals}") if decimals else int(bare)), len(decimals)


def _amount(flat: str, numeral: re.Match[str]) -> Amount | None:
    start, at = numeral.span()
    before, before2 = flat[start - 1 : start], flat[start - 2 : start - 1]
    if before and _excluded_before(before, before2):
        return None
    read = _value(numeral)
    if read is None:
        return None
    value, decimals = read
    chinese = numeral["digits"] is None
    lead = flat[max(0, start - 2) : start]
    percent_words = flat[max(0, start - 3) : start] == "百分之"
    about = lead.endswith(_ABOUT_BEFORE)
    at, more = _more(flat, at)
    about |= more
    at = _past_spaces(flat, at)
    scaled = not chinese and flat[at : at + 1] in _SCALES and flat[at + 1 : at + 2] != "元"
    if scaled:
        scale = _SCALES[flat[at]]
        if flat[at + 1 : at + 2].isdigit():
            return None
        # 1.2万条 is twelve thousand to the hundred: nobody wrote the last digits.
        value = _whole(Decimal(value) * scale)
        about, decimals = True, 0
        at += 1
        at, _ = _more(flat, at)
        at = _past_spaces(flat, at)
    number_end = numeral.end()
    if percent_words:
        return Amount(
            start - 3, number_end, start, number_end, value, "%", "percent", about, decimals
        )
    if flat[at : at + 1] == "%":
        return Amount(start, at + 1, start, number_end, value, "%", "percent", about, decimals)
    if flat[at : at + 4] == "个百分点":
        return None
    if flat[at : at + 1] in _RANGE and flat[at : at + 1] and _numeral_at(flat, at + 1):
        return None
    if flat[at : at + 1] in _AFTER_NO_COUNT:
        return None
    unit = _UNIT.match(flat, at)
    if unit is None or flat.startswith(_NOT_UNITS, at):
        if scaled and not isinstance(value, Decimal):
            return Amount(start, at, start, number_end, value, "", "count", about, 0)
        return None
    word, end = unit[0], unit.end()
    about |= flat.startswith(_ABOUT_AFTER, end) or flat.startswith("余", end)
    if flat[end : end + 1] in _RANGE and flat[end : end + 1] and _numeral_at(flat, end + 1):
        return None
    if word in _TIME_UNITS:
        return Amount(start, end, start, number_end, value, word, "time", about, decimals)
    if word in _MONEY:
        money = _whole(Decimal(value) * _MONEY[word])
        return Amount(start, end, start, number_end, money, word, "money", about, decimals)
    if isinstance(value, Decimal):
        return None
    return Amount(start, end, start, number_end, value, word, "count", about, 0)


def _excluded_before(before: str, before2: str) -> bool:
    if before in _BEFORE_NO_COUNT or (before.isascii() and before.isalnum()):
        return True
    if before in ",:：至到" and (before2.isdigit() or before2 in _CHINESE_DIGITS):
        return True
    if before == "》":
        return True  # 《条例》二十条
    # 几十件, 数百条: the run begins with its scale.
    return before in "几数"


def _more(flat: str, at: int) -> tuple[int, bool]:
    at = _past_spaces(flat, at)
    if flat[at : at + 1] in ("余", "多", "来"):
        return at + 1, True
    return at, False


def _past_spaces(flat: str, at: int) -> int:
    """Past at most two blanks: what stands further off does not belong to the number."""
    for _ in range(2):
        if flat[at : at + 1] not in (" ", "\u3000", "\xa0"):
            break
        at += 1
    return at


def _numeral_at(flat: str, at: int) -> bool:
    char = flat[at : at + 1]
    return bool(char) and (char.isdigit() or char in _CHINESE_DIGITS or char == "十")


def _whole(value: Decimal) -> Number:
    return int(value) if value == value.to_integral_value() else value


def percent_fits(shown: Number, decimals: int, part: Number, whole: Number) -> bool:
    """Whether a share, rounded or cut off at the decimals shown, is `part` of `whole`."""
    exact = Decimal(part) * 100 / Decimal(whole)
    unit = Decimal(1).scaleb(-decimals)
    down, up = exact.quantize(unit, ROUND_FLOOR), exact.quantize(unit, ROUND_CEILING)
    return Decimal(shown) in (down, up)


class Chunk(Struct, frozen=True):
    """A stretch between two marks of punctuation, at its depth of brackets; `mark` stands before it."""

    start: int
    end: int
    mark: str
    depth: int


_BREAKS = re.compile(r"[，,；;：:。！？!?（）()\n]")
_ENDS = "。！？!?\n"


@lru_cache(maxsize=2048)
def sentences(text: str) -> tuple[tuple[Chunk, ...], ...]:
    """The chunks of a text, sentence by sentence. A comma or colon inside a number breaks nothing."""
    done: list[tuple[Chunk, ...]] = []
    chunks: list[Chunk] = []
    start = depth = 0
    mark = ""
    for found in _BREAKS.finditer(text):
        at, char = found.start(), found[0]
        if char in ",:" and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit() and at:
            continue
        if text[start:at].strip():
            chunks.append(Chunk(start, at, mark, depth))
        if char in "（(":
            depth += 1
        elif char in "）)":
            depth = max(0, depth - 1)
        elif char in _ENDS and (depth == 0 or char == "\n"):
            depth = 0
            if chunks:
                done.append(tuple(chunks))
                chunks = []
        start, mark = at + 1, char
    if text[start:].strip():
        chunks.append(Chunk(start, len(text), mark, depth))
    if chunks:
        done.append(tuple(chunks))
    return tuple(done)
