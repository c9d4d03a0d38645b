"""Word's automatic numbering turned into the text that Word prints before a paragraph.

The file stores only a list id and a level; the number itself (`（二）`, `3.`, `④`) exists nowhere
until somebody counts. Counting follows the file's definitions: start values, restarts after a
higher level, overrides, styles that carry a list.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from gic_desktop.report.numbering import chinese
from gic_desktop.values import Struct, field

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_BULLETS = {
    "\uf06c": "●", "\uf06e": "■", "\uf075": "◆", "\uf0d8": "➢", "\uf0fc": "✓", "\uf0b7": "•",
    "\uf0a7": "▪", "\uf0b2": "❖", "\uf076": "❖", "\uf0e0": "→", "\uf0f0": "⇨", "\uf0a8": "◻",
}  # fmt: skip


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    text = ""
    for value, letters in (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
        (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ):  # fmt: skip
        text += letters * (number // value)
        number %= value
    return text


def _letters(number: int) -> str:
    return chr(65 + (number - 1) % 26) * ((number - 1) // 26 + 1) if 0 < number < 2600 else ""


def _from(first: str, count: int, number: int) -> str:
    return chr(ord(first) + number - 1) if 0 < number <= count else str(number)


def number_text(number: int, kind: str) -> str:
    """Write a number the way a numbering format of Word prints it."""
    match kind:
        case "none" | "bullet":
            return ""
        case (
            "chineseCounting" | "chineseCountingThousand" | "japaneseCounting"
            | "taiwaneseCounting" | "taiwaneseCountingThousand" | "koreanCounting"
        ):  # fmt: skip
            return chinese(number)
        case "chineseLegalSimplified" | "ideographLegalTraditional" | "japaneseLegal":
            return chinese(number, _LEGAL, "拾佰仟")
        case "ideographDigital" | "japaneseDigitalTenThousand" | "taiwaneseDigital":
            return "".join(_DIGITS[int(digit)] for digit in str(abs(number)))
        case "ideographTraditional":
            return _STEMS[number - 1] if 0 < number <= 10 else str(number)
        case "ideographZodiac":
            return _BRANCHES[number - 1] if 0 < number <= 12 else str(number)
        case "decimalEnclosedCircle" | "decimalEnclosedCircleChinese":
            return _from("①", 20, number)
        case "decimalEnclosedParen":
            return _from("⑴", 20, number)
        case "decimalEnclosedFullstop":
            return _from("⒈", 20, number)
        case "ideographEnclosedCircle":
            return _from("㊀", 10, number)
        case "decimalFullWidth" | "decimalFullWidth2":
            return str(number).translate({48 + digit: 0xFF10 + digit for digit in range(10)})
        case "decimalZero":
            return f"{number:02d}"
        case "upperRoman":
            return _roman(number)
        case "lowerRoman":
            return _roman(number).lower()
        case "upperLetter":
            return _letters(number)
        case "lowerLetter":
            return _letters(number).lower()
        case _:
            return str(number)


class _Level(Struct):
    start: int = 1
    kind: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    restart: int | None = None
    legal: bool = False


class _List(Struct):
    abstract: str
    levels: dict[int, _Level]
    start_over: dict[int, int] = field(default_factory=dict)


def _value(element: Element | None, default: str = "") -> str:
    return default if element is None else element.get(f"{W}val", default)


def _integer(text: str, default: int) -> int:
    return int(text) if re.fullmatch(r"-?\d{1,6}", text) else default


def _level(element: Element) -> _Level:
    restart = element.find(f"{W}lvlRestart")
    legal = element.find(f"{W}isLgl")
    return _Level(
        start=_integer(_value(element.find(f"{W}start")), 1),
        kind=_value(element.find(f"{W}numFmt"), "decimal"),
        text=_value(element.find(f"{W}lvlText"))[:64],
        suffix=_value(element.find(f"{W}suff"), "tab"),
        restart=None if restart is None else _integer(_value(restart), 0),
        legal=legal is not None and _value(legal, "1") not in ("0", "false"),
    )


class Numbering:
    """Counts the paragraphs of one document, in their order."""

    def __init__(self, root: Element | None) -> None:
        self._lists: dict[str, _List] = {}
        self._counters: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()
        if root is None:
            return
        abstracts: dict[str, Element] = {}
        by_style: dict[str, str] = {}
        for element in root.iter(f"{W}abstractNum"):
            abstracts[element.get(f"{W}abstractNumId", "")] = element
            style = element.find(f"{W}styleLink")
            if style is not None:
                by_style[_value(style)] = element.get(f"{W}abstractNumId", "")
        for element in root.iter(f"{W}num"):
            abstract_id = _value(element.find(f"{W}abstractNumId"))
            abstract = abstracts.get(abstract_id)
            if abstract is None:
                continue
            linked = abstract.find(f"{W}numStyleLink")
            if linked is not None and _value(linked) in by_style:
                abstract_id = by_style[_value(linked)]
                abstract = abstracts[abstract_id]
            levels = {
                _integer(level.get(f"{W}ilvl", "0"), 0): _level(level)
                for level in abstract.findall(f"{W}lvl")
            }
            made = _List(abstract_id, levels)
            for override in element.findall(f"{W}lvlOverride"):
                depth = _integer(override.get(f"{W}ilvl", "0"), 0)
                replaced = override.find(f"{W}lvl")
                if replaced is not None:
                    made.levels[depth] = _level(replaced)
                begin = override.find(f"{W}startOverride")
                if begin is not None:
                    made.start_over[depth] = _integer(_value(begin), 1)
            self._lists[element.get(f"{W}numId", "")] = made

    def next(self, list_id: str, depth: int) -> str:
        """Count one paragraph and give the text printed before it, with what parts it from it."""
        found = self._lists.get(list_id)
        level = None if found is None else found.levels.get(depth)
        if found is None or level is None:
            return ""
        # All lists over one abstract definition share its counters; only an override starts anew.
        counters = self._counters.setdefault(found.abstract, {})
        if (list_id, depth) not in self._begun:
            self._begun.add((list_id, depth))
            if depth in found.start_over:
                counters[depth] = found.start_over[depth] - 1
        counters[depth] = counters.get(depth, level.start - 1) + 1
        for deeper in [known for known in counters if known > depth]:
            rule = found.levels.get(deeper)
            restart = None if rule is None else rule.restart
            if restart is None or (restart > 0 and depth < restart):
                del counters[deeper]
        if level.kind == "bullet":
            text = "".join(_BULLETS.get(mark, mark) for mark in level.text)
            text = "".join("•" if "\ue000" <= mark <= "\uf8ff" else mark for mark in text)
        else:
            text = re.sub(
                r"%([1-9])",
                lambda match: self._one(found, counters, int(match[1]) - 1, level),
                level.text,
            )
        if not text:
            return ""
        # The gap after the number is paper, not text, except where two words would run together.
        closed = (
            text[-1] in "、．，）】〕。：)" or level.suffix == "nothing" or level.kind == "bullet"
        )
        return text if closed else text + ("" if text[-1] == "." else " ")

    @staticmethod
    def _one(found: _List, counters: dict[int, int], depth: int, printed: _Level) -> str:
        level = found.levels.get(depth)
        if level is None:
            return ""
        number = counters.get(depth, level.start)
        return number_text(number, "decimal" if printed.legal else level.kind)
