"""Typing slips, of the kinds that are certain (V28): what the eye passes over and an inspector finds.

Half-width punctuation between Chinese characters, doubled punctuation, doubled words that never stand
twice, 余 after an exact number, a book-title mark left open, and a blank beside a number where the rest
of the report has none. Words on the office's own list are left alone.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from gic_desktop.checks.change_words import (
    MOST_IN_A_PARAGRAPH,
    change_caption,
    change_words,
    words_key,
    words_place,
)
from gic_desktop.checks.finding import Finding, Repair, finding_key
from gic_desktop.checks.prose_numbers import plain
from gic_desktop.checks.registry import Caption, Subject, Text, rule
from gic_desktop.values import Struct

_HAN = "\u4e00-\u9fff"
_WIDE = {",": "，", ";": "；", "?": "？", ":": "：", "!": "！"}
_NARROW = re.compile(rf"(?<=[{_HAN}》”）%])[,;?:!](?=[{_HAN}《“（])|(?<=[{_HAN}])[,;](?=[0-9])")
_MARKS = re.compile(
    r"(?<![，。；：、])(?:，，|。。|、、|；；|：：|，。|。，|、，|，、|；。|。；|：，)(?![，。；：、])"
)
_MARK_KEPT = {
    "，。": "。",
    "。，": "。",
    "、，": "，",
    "，、": "，",
    "；。": "。",
    "。；": "；",
    "：，": "：",
}
# Words that say nothing twice, and that no other word begins or ends with.
_TWICE = (
    "进行", "进一步", "以及", "并且", "通过", "根据", "按照", "不断", "开展", "切实", "认真", "积极", "深入",
    "确保", "为了", "同时", "但是", "因此", "由于", "关于", "我街道", "本街道", "本单位", "我单位", "加强", "完善", "推进",
    "落实", "提高", "提升", "组织", "建立", "健全", "持续", "全面", "及时", "有效", "严格",
)  # fmt: skip
_DOUBLED = re.compile(
    "|".join(f"(?:{word}){{2}}" for word in sorted(_TWICE, key=len, reverse=True))
)
_DE_DE = re.compile(r"(?<![目标无有])的的(?![确士话])")
_SURPLUS = re.compile(r"(?<![0-9.,])[0-9]{0,14}[1-9][ \u3000]{0,2}余(?![万亿千百年款额下热数地切])")
_SPACED = re.compile(rf"(?<=[{_HAN}])[ \u3000]+(?=[0-9])|(?<=[0-9])[ \u3000]+(?=[{_HAN}])")
_CLOSE = re.compile(rf"(?<=[{_HAN}])(?=[0-9])|(?<=[0-9])(?=[{_HAN}])")
_NUMBERED = re.compile(r"\s*(?:[（(]?[0-9]{1,2}[)）.．、])?\s*")


class _Slip(Struct, frozen=True):
    start: int
    end: int
    new: str | None
    message: str


def _of_paragraph(text: str) -> Iterator[_Slip]:
    flat = plain(text)
    for found in _NARROW.finditer(text):
        wide = _WIDE[found[0]]
        yield _Slip(
            found.start(),
            found.end(),
            wide,
            f"中文之间用了半角的“{found[0]}”，应为全角的“{wide}”。",
        )
    for found in _MARKS.finditer(text):
        kept = _MARK_KEPT.get(found[0], found[0][0])
        yield _Slip(found.start(), found.end(), kept, f"标点“{found[0]}”重复，应为“{kept}”。")
    for found in _DOUBLED.finditer(text):
        once = found[0][: len(found[0]) // 2]
        # 推进落实落实中…: what stands twice may belong to its neighbours only in names, which are listed.
        yield _Slip(found.start(), found.end(), once, f"“{once}”写了两遍，请核对。")
    for found in _DE_DE.finditer(text):
        yield _Slip(found.start(), found.end(), "的", "“的”写了两遍，请核对。")
    for found in _SURPLUS.finditer(flat):
        at = found.end() - 1
        number = text[found.start() : at].strip()
        yield _Slip(
            found.start(),
            found.end(),
            number,
            f"“{text[found.start() : found.end()]}”：{number} 是确切的数，后面不用“余”；若是约数，请写整数。",
        )
    opened = text.count("《") - text.count("》")
    if opened > 0 and "》" not in text[text.rfind("《") :]:
        at = text.rfind("《")
        yield _Slip(at, at + 1, None, "书名号“《”没有与之对应的“》”，请补上。")


def _stray_blanks(texts: Iterable[Text]) -> Iterator[tuple[Text, re.Match[str]]]:
    """Blanks beside numbers, when nearly all numbers of the report stand without."""
    spaced: list[tuple[Text, re.Match[str]]] = []
    close = 0
    for text in texts:
        flat = plain(text.text)
        lead = _NUMBERED.match(flat)
        begin = lead.end() if lead else 0
        close += sum(1 for _ in _CLOSE.finditer(flat, begin))
        for found in _SPACED.finditer(flat, begin):
            if len(spaced) <= 3:
                spaced.append((text, found))
    if spaced and len(spaced) <= 3 and close >= 10 * len(spaced):
        yield from spaced


@rule("V28", pace="after a pause", reads={"text", "fields"})
def typing_slips(subject: Subject) -> Iterator[Finding]:
    """V28: slips that are certain. The office's own words (`Report.words`) are left alone."""
    words = [word for word in subject.report.words if word]
    covered: set[tuple[str, str, int, int]] = set()
    for text in subject.texts:
        for slip in islice(_of_paragraph(text.text), MOST_IN_A_PARAGRAPH):
            covered |= {
                (text.section, text.part, text.paragraph, i) for i in range(slip.start, slip.end)
            }
            if not _listed(text.text, slip, words):
                yield _finding(subject, text, slip)
    for caption in subject.captions:
        yield from _in_caption(caption, words)
    for text, found in _stray_blanks(subject.texts):
        if (text.section, text.part, text.paragraph, found.start()) in covered:
            continue
        slip = _Slip(found.start(), found.end(), "", "数字旁边多了空格，全文其他地方没有。")
        if not _listed(text.text, slip, words):
            yield _finding(subject, text, slip)


def _in_caption(caption: Caption, words: list[str]) -> Iterator[Finding]:
    for name, text in caption.texts:
        for slip in islice(_of_paragraph(text), MOST_IN_A_PARAGRAPH):
            if _listed(text, slip, words):
                continue
            written = text[slip.start : slip.end]
            repair = None
            if slip.new is not None and all(t.count(written) <= 1 for _, t in caption.texts):
                edit = change_caption(caption, written, slip.new)
                repair = Repair(f"改为“{slip.new}”", edit)
            yield Finding(
                rule="V28",
                severity="hint",
                place=caption.place,
                message=f"{name}中，{slip.message}",
                key=finding_key("V28", caption.section, "caption", words_key(written, text)),
                repair=repair,
            )


def _listed(text: str, slip: _Slip, words: list[str]) -> bool:
    """Whether a word of the office's list covers the slip where it stands."""
    for word in words:
        begin = max(0, slip.start - len(word) + 1)
        at = text.find(word, begin, slip.end + len(word))
        while at >= 0:
            if at <= slip.start and slip.end <= at + len(word):
                return True
            at = text.find(word, at + 1, slip.end + len(word))
    return False


def _finding(subject: Subject, text: Text, slip: _Slip) -> Finding:
    edit = None
    if slip.new is not None:
        edit = change_words(subject, text, slip.start, slip.end, slip.new)
    words = text.text[slip.start : slip.end]
    around = text.text[max(0, slip.start - 6) : slip.start] + text.text[slip.end : slip.end + 6]
    shown = f"改为“{slip.new}”" if slip.new else "删去空格"
    return Finding(
        rule="V28",
        severity="hint",
        place=words_place(text, slip.start, slip.end),
        message=slip.message,
        key=finding_key("V28", text.section, words_key(words, around)),
        repair=None if edit is None else Repair(shown, edit),
        own_words=True,
    )
