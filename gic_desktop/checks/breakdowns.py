"""Breakdowns, shares and growth inside sentences: V12, V14 (its sums), V26.

`63条，其中：①组织机构类3条；…；⑥其他10条`: the parts of one sentence are added up when they can only be
meant as the whole: numbered ones, three or more after `其中：`, or a last one called 其他. `其中微信20条`
alone names a part. Channels overlap (the same news stands on the site and in 微信), so they may exceed
the whole together, but none of them alone.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import islice

from gic_desktop.checks.change_words import MOST_IN_A_PARAGRAPH, words_key, words_place
from gic_desktop.checks.finding import Finding, finding_key
from gic_desktop.checks.prose_numbers import (
    Amount,
    Chunk,
    amounts,
    percent_fits,
    plain,
    sentences,
)
from gic_desktop.checks.registry import Subject, Text, rule
from gic_desktop.report.figures import Number, distance, number_text
from gic_desktop.values import Struct

_MARK = re.compile(
    r"\s*(?:其中(?:主要)?(?:包括|包含|有|为|是)?|(?:主要)?包括|包含|分别为|分别是|具体为|具体包括|具体是|即)"
)
_ITEM = re.compile(r"\s*(?:[①-⑳]|[一二三四五六七八九十]{1,3}是)\s*")
_CIRCLED = re.compile(r"[①-⑳]")
_COMPARES = re.compile(
    r"较|比|增|减|同期|上年|去年|平均|人均|每|达到|超|提高|下降|上升|累计|总数|共计|合计|占"
)
_SHARE = re.compile(
    r"占(?:比|(?:总数|总量|全部|总条数|总件数|公开总数|公开总量|信息总数)的?)?(?:为|达)?\s*$"
)
_CHANNELS = (
    "网站", "网", "微信", "公众号", "微博", "抖音", "新媒体", "平台", "公开栏", "公示栏", "宣传栏", "报", "电视", "广播",
    "客户端", "视频号", "渠道", "栏目", "专栏", "窗口", "APP", "头条",
)  # fmt: skip
_REST = ("其他", "其它", "其余", "剩余")
_JOIN = "、，, 和及与以 \u3000\xa0“”；;"
_LONGEST_LABEL = 30
_LONGEST_LIST = 64


class Part(Struct, frozen=True):
    label: str
    amount: Amount


class Breakdown(Struct, frozen=True):
    """A whole and the parts named after it. `complete` when they can only be meant as all of it."""

    whole: Amount
    parts: tuple[Part, ...]
    complete: bool
    overlapping: bool
    shares: tuple[tuple[Amount, Amount], ...]
    """Percentages with the part each stands behind."""
    words: str


@lru_cache(maxsize=2048)
def breakdowns(text: str) -> tuple[Breakdown, ...]:
    """Every breakdown of a text, at any depth of brackets."""
    every = amounts(text)
    if len(every) < 2:
        return ()
    flat = plain(text)
    found: list[Breakdown] = []
    at = 0
    for sentence in sentences(text):
        inside: list[list[Amount]] = []
        for chunk in sentence:
            own = []
            while at < len(every) and every[at].start < chunk.end:
                if every[at].start >= chunk.start:
                    own.append(every[at])
                at += 1
            inside.append(own)
        if sum(map(len, inside)) < 2:
            continue
        found += _of_sentence(flat, sentence, inside)
    return tuple(found)


_Amounts = Sequence[Sequence[Amount]]


def _of_sentence(flat: str, chunks: Sequence[Chunk], inside: _Amounts) -> Iterator[Breakdown]:
    # A chunk is looked at as the beginning of one breakdown only, and a list of parts ends where
    # the next one begins, so that the work stays within a few passes over the sentence.
    for number, chunk in enumerate(chunks[:-1]):
        counted = [a for a in inside[number] if a.sort in ("count", "money")]
        if not counted or counted[-1].about or counted[-1].value < 2:
            continue
        if chunk.end - counted[-1].end > 14:
            continue
        following = chunks[number + 1]
        words = flat[following.start : following.end]
        marked = _MARK.match(words)
        listed = following.mark in ("：", ":") and _CIRCLED.match(words.lstrip()) is not None
        if marked is None and not listed:
            continue
        if marked is not None and marked.end() < len(words.rstrip()) and words.lstrip()[0] == "即":
            continue
        made = _parts(flat, chunks, inside, number, marked.end() if marked else 0)
        if made is not None:
            yield made


def _parts(
    flat: str, chunks: Sequence[Chunk], inside: _Amounts, number: int, skip: int
) -> Breakdown | None:
    whole = [a for a in inside[number] if a.sort in ("count", "money")][-1]
    first = chunks[number + 1]
    depth = first.depth
    parts: list[Part] = []
    shares: list[tuple[Amount, Amount]] = []
    numbered = 0
    open_end = False
    colon = False
    nested = apart = False
    for at in range(number + 1, min(len(chunks), number + _LONGEST_LIST)):
        chunk = chunks[at]
        if chunk.depth < depth:
            break
        if chunk.depth > depth:
            continue
        start = chunk.start + (skip if at == number + 1 else 0)
        words = flat[start : chunk.end]
        if not words.strip():
            continue
        if at == number + 2 and chunk.mark in ("：", ":"):
            colon = True
        item = _ITEM.match(words)
        if parts and not numbered and (item is not None or chunk.mark in ("；", ";")):
            # ①动态80条，其中图片30条、视频50条；②公告20条: the list above goes on. Parts that have
            # stood apart by ； from the first are numbered or follow one another without a break.
            if item is not None or (len(parts) > 1 and not apart):
                open_end = True
                break
            apart = True
        if item is not None:
            numbered += 1
            nested = False
            start += item.end()
            words = flat[start : chunk.end]
        elif at > number + 1 and chunk.mark in ("；", ";"):
            nested = False
        if at > number + 1 and item is None and _MARK.match(words):
            # A breakdown inside a part: its numbers are not parts of the whole.
            if not numbered and chunks[number + 2].mark not in ("；", ";", "：", ":"):
                return None
            nested = True
        own = inside[at]
        percents = [a for a in own if a.sort == "percent"]
        if percents and parts and len(own) == 1:
            if _SHARE.search(flat[chunk.start : percents[0].start]):
                shares.append((percents[0], parts[-1].amount))
            continue
        counted = [a for a in own if a.sort in ("count", "money")]
        if nested:
            continue
        if not counted:
            if words.strip().startswith("等"):
                open_end = True
            if not numbered and at != number + 1:
                break
            continue
        if _COMPARES.search(words):
            if not numbered:
                break
            continue
        if any(a.unit != whole.unit or a.about for a in counted):
            return None
        made = _labelled(flat, start, chunk.end, counted)
        if made is None:
            return None
        parts += made
        tail = flat[counted[-1].end : chunk.end].strip()
        if tail.startswith("等"):
            open_end = True
            break
    if not parts:
        return None
    rest = parts[-1].label.startswith(_REST) and len(parts) > 1
    complete = not open_end and (
        (numbered >= 2 and numbered == len(parts)) or (colon and len(parts) >= 3) or rest
    )
    overlapping = sum(any(c in p.label for c in _CHANNELS) for p in parts) >= 2
    labels = "、".join(p.label for p in parts)
    return Breakdown(whole, tuple(parts), complete, overlapping, tuple(shares), labels)


def _labelled(flat: str, start: int, end: int, counted: Sequence[Amount]) -> list[Part] | None:
    made: list[Part] = []
    at = start
    for number, amount in enumerate(counted):
        label = flat[at : amount.start].strip(_JOIN)
        after = counted[number + 1].start if number + 1 < len(counted) else end
        if not label:
            label = flat[amount.end : after].strip(_JOIN)
            at = after
        else:
            at = amount.end
        if not label or len(label) > _LONGEST_LABEL or "第" in label[-1:]:
            return None
        made.append(Part(label, amount))
    return made


def wrong_sum(one: Breakdown) -> Number | None:
    """The parts' sum when it certainly contradicts the whole."""
    total: Number = 0
    for part in one.parts:
        total = total + part.amount.value
    whole = one.whole.value
    if total == whole or any(p.amount.unit != one.whole.unit for p in one.parts):
        return None
    if any(p.amount.value > whole for p in one.parts):
        return total
    if total > whole:
        return None if one.overlapping or len(one.parts) < 2 else total
    return total if one.complete and not one.overlapping else None


def _sum_text(one: Breakdown) -> str:
    return " + ".join(f"{p.label} {number_text(_shown(p.amount))}" for p in one.parts)


def _shown(amount: Amount) -> Number:
    """The figure in the unit its author wrote."""
    per = {"万元": 10_000, "亿元": 100_000_000, "千元": 1000}.get(amount.unit, 1)
    if per == 1:
        return amount.value
    value = Decimal(amount.value) / per
    return int(value) if value == value.to_integral_value() else value.normalize()


def sum_message(one: Breakdown, total: Number) -> str:
    per = Decimal(one.whole.value) / Decimal(_shown(one.whole)) if one.whole.value else Decimal(1)
    added, gap = (Decimal(v) / per for v in (total, distance(total, one.whole.value)))
    unit = one.whole.unit
    text = [
        number_text(int(v) if v == v.to_integral_value() else v.normalize()) for v in (added, gap)
    ]
    more = "多出" if total > one.whole.value else "少了"
    return (
        f"正文写 {number_text(_shown(one.whole))} {unit}，各分项合计 {text[0]} {unit}"
        f"（{_sum_text(one)}），{more} {text[1]} {unit}。请核对。"
    )


def fee_words(subject: Subject) -> tuple[str, ...]:
    """What the section that must state the fee calls it."""
    return tuple(
        word
        for section in subject.form.sections
        if section.expects == "fee"
        for aspect in section.aspects
        for word in aspect.words
    )


@rule("V12", pace="after a pause", reads={"text"})
def breakdowns_add_up(subject: Subject) -> Iterator[Finding]:
    """V12: `63条，其中：①…3条；②…10条`: the parts named after a whole come to it."""
    words = fee_words(subject)
    for text in subject.texts:
        said = 0
        fee = any(word in text.text for word in words)
        for one in breakdowns(text.text):
            if said == MOST_IN_A_PARAGRAPH:
                break
            total = wrong_sum(one)
            if total is None or (fee and one.whole.sort == "money"):
                continue
            said += 1
            yield Finding(
                rule="V12",
                severity="warning",
                place=words_place(text, one.whole.start, one.whole.end),
                message=sum_message(one, total),
                key=finding_key("V12", text.section, words_key(one.words)),
            )


_CHANGE = re.compile(
    r"\s*(?:同比|环比|(?:较|比|与)(?:上年|去年|上一年度?|上年度|20[0-9]{2}年度?)(?:度)?(?:同期)?(?:相比)?)?"
    r"(增加|增长|上升|增多|减少|下降|降低)(?:了)?\s*$"
)
_RATE = re.compile(
    r"\s*(?:同比)?(?:(增长|增加|上升|提高|增幅|增长率|增速|减少|下降|降低|降幅|下降率)(?:了|为|达|约)?)\s*$"
)
_FROM = re.compile(r"(?:由|从)(?:上年|去年|20[0-9]{2}年|上年度)?(?:的)?\s*$")
_TO = re.compile(
    r"\s*(增加|增长|上升|提高|减少|下降|降低)(?:到|至|为)(?:今年|本年|20[0-9]{2}年)?(?:的)?\s*$"
)
_THAN = re.compile(
    r"\s*(?:较|比|与)(?:上年|去年|上一年|20[0-9]{2}年)(?:度)?(?:同期)?的?(?:相比)?\s*$"
)
_WHAT = r"(?:度)?[，,]?(?P<what>[^，,。；;、0-9]{0,24})$"
_THEN = re.compile(rf"(?:(?P<year>20[0-9]{{2}})年|上年|去年){_WHAT}")
_NOW = re.compile(rf"(?:，|,|；|;|、)(?:而|到)?(?:(?P<year>20[0-9]{{2}})年|今年|本年){_WHAT}")


def _direction(word: str) -> int:
    return -1 if word[0] in "减下降" else 1


@rule("V26", pace="after a pause", reads={"text"})
def percentages_recompute(subject: Subject) -> Iterator[Finding]:
    """V26: a share of a named whole, and growth whose two ends stand in the sentence, recomputed."""
    for text in subject.texts:
        yield from islice(_percentages(text), MOST_IN_A_PARAGRAPH)


def _percentages(text: Text) -> Iterator[Finding]:
    for one in breakdowns(text.text):
        for percent, part in one.shares:
            if percent.about or not one.whole.value or part.value > one.whole.value:
                continue
            if percent_fits(percent.value, percent.decimals, part.value, one.whole.value):
                continue
            yield _percent(text, percent, part.value, one.whole.value, "占比")
    yield from _growth(text)


def _growth(text: Text) -> Iterator[Finding]:
    # 较2024年增加12条: the year is no end of the growth.
    every = [one for one in amounts(text.text) if one.sort != "time"]
    for third, percent in enumerate(every):
        if percent.sort != "percent" or third < 2 or percent.about:
            continue
        one, two = every[third - 2], every[third - 1]
        if one.sort != two.sort or one.unit != two.unit or one.sort not in ("count", "money"):
            continue
        if one.about or two.about:
            continue
        if percent.start - one.end > 60:
            continue
        between = text.text[one.end : two.start].lstrip("，,（( ")
        rate = _RATE.match(text.text[two.end : percent.start].lstrip("，,、（( "))
        if rate is None:
            continue
        then: Number
        if (change := _CHANGE.match(between)) is not None:
            if _direction(change[1]) != _direction(rate[1]):
                continue
            moved = _direction(change[1]) * two.value
            if _THAN.search(text.text, max(0, one.start - 16), one.start) is not None:
                # 8篇，比上年6篇增加2篇: what it grew from.
                then, now = one.value, one.value + moved
            elif moved > one.value:
                continue
            else:
                then, now = one.value - moved, one.value
        elif _TO.match(between) is not None and _FROM.search(
            text.text[max(0, one.start - 12) : one.start]
        ):
            then, now = one.value, two.value
            if _direction(rate[1]) * (now - then) < 0:
                continue
        elif _THAN.match(between) is not None:
            then, now = two.value, one.value
            if _direction(rate[1]) * (now - then) < 0:
                continue
        elif _year_after_year(text.text, one, two):
            then, now = one.value, two.value
            if _direction(rate[1]) * (now - then) < 0:
                continue
        else:
            continue
        if not then or percent_fits(percent.value, percent.decimals, distance(now, then), then):
            continue
        yield _percent(text, percent, distance(now, then), then, "增减")


def _year_after_year(text: str, one: Amount, two: Amount) -> bool:
    """2024年收到申请28件，2025年收到35件: the same, one year and the next."""
    then = _THEN.search(text, max(0, one.start - 40), one.start)
    now = _NOW.fullmatch(text, one.end, two.start)
    if then is None or now is None or now["what"].lstrip("共则") not in then["what"]:
        return False
    return not (then["year"] and now["year"]) or int(now["year"]) == int(then["year"]) + 1


def _percent(text: Text, percent: Amount, part: Number, whole: Number, what: str) -> Finding:
    decimals = max(percent.decimals, 1)
    exact = (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal(1).scaleb(-decimals))
    return Finding(
        rule="V26",
        severity="hint",
        place=words_place(text, percent.start, percent.end),
        message=(
            f"正文写 {number_text(percent.value)}%，按句中的数字计算，{what}是 {number_text(part)} ÷ "
            f"{number_text(whole)} = {number_text(exact)}%。请核对。"
        ),
        key=finding_key(
            "V26", text.section, words_key(text.text[max(0, percent.start - 20) : percent.start])
        ),
    )
