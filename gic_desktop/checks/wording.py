"""Words that are not this report's own: a superior's or another office's (V19), another year's (V20)."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, islice

from gic_desktop.checks.change_words import (
    MOST_IN_A_PARAGRAPH,
    change_caption,
    change_words,
    words_key,
    words_place,
)
from gic_desktop.checks.finding import Finding, Repair, finding_key
from gic_desktop.checks.prose_numbers import Chunk, plain, sentences
from gic_desktop.checks.registry import Caption, Subject, Text, rule
from gic_desktop.forms.description import Form
from gic_desktop.report.place import Place

# -- V19 -----------------------------------------------------------------------------------------

_KINDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("街道办事处", "街道", "街道办"), "街道"),
    (("镇人民政府", "镇政府", "镇"), "镇"),
    (("乡人民政府", "乡政府", "乡"), "乡"),
)
_OWN = {
    "街道": re.compile(r"[我本](?:镇|乡)(?!镇|村|风|愁|土|音|情|亲|街)"),
    "镇": re.compile(r"[我本](?:街道|乡)(?!镇|村|风|愁|土|音|情|亲)"),
    "乡": re.compile(r"[我本](?:街道|镇)(?!街)"),
}
# 我局 in a street's report is another office's word; 我局限于, 本局面 are not the word.
_BUREAU = re.compile(r"(?:我|本)(?:局(?![限面部势促])|厅(?![堂])|委办局)")
_WORK = (
    r"(?:共|累计|全年|各级|各县|各区|各部门|各地|政府信息公开工作|政务公开工作|行政机关|主动公开|收到|受理|办结|认真|深入|"
    r"高度重视|扎实|严格|坚持|积极|不断|持续|进一步|始终|紧紧|切实|着力)"
)
_ABOVE = re.compile(
    rf"\s*(?:(?:20[0-9]{{2}}年(?:度)?)?[我全](?P<what>市|省|州|自治区)(?!场|民|直|级|委|政府)){_WORK}"
)
# A district is where the street stands, so that only its numbers are another's.
_DISTRICT = re.compile(
    r"\s*(?:20[0-9]{2}年(?:度)?)?[我全](?P<what>区|县|旗)(?:共|累计|全年|共计|总共)*(?:主动公开|收到|受理|办结|新收|接收)[^，。；]{0,30}?[0-9]"
)
_SELF = re.compile(r"[我本](?:街|镇|乡|单位)")
_NOT_A_NAME = re.compile(
    r"[我本各全该某两几每由在到对向从与及了的是有将按经让使把被请和属内下外为以等]|社区|乡镇|基层|所有|其他|其它|相关|有关|部分|多个|个别|一些"
    r"|试点|示范|周边|兄弟|领导|干部|机关|部门|政府|单位|委会"
)
_FULL_NAME = re.compile(
    r"(?P<district>[\u4e00-\u9fff]{1,6}?[区县市旗])(?P<name>[\u4e00-\u9fff]{2,4}?)街道(?=办事处|党工委)"
)


def _kind(organ: str) -> str:
    return next((kind for ends, kind in _KINDS if organ.endswith(ends)), "")


def _accused(text: Text, start: int, end: int, message: str) -> Finding:
    words = text.text[start:end]
    return Finding(
        rule="V19",
        severity="warning",
        place=words_place(text, start, end),
        message=message,
        key=finding_key("V19", text.section, words_key(words)),
    )


@rule("V19", pace="after a pause", reads={"text", "fields"})
def own_words(subject: Subject) -> Iterator[Finding]:
    """V19: `全市共收到…`, `我局…`, `本镇…` or another street's full name in a street's report.

    A superior may be named in a street's report: only where it is the one who does the street's work,
    at the head of a clause, were the words taken from its report.
    """
    organ = re.sub(r"\s+", "", subject.report.organ)
    kind = _kind(organ)
    if not kind:
        return
    seen: set[str] = set()
    for text in subject.texts:
        for finding in islice(_words_of_others(text, organ, kind), MOST_IN_A_PARAGRAPH):
            if finding.key not in seen:
                seen.add(finding.key)
                yield finding


def _words_of_others(text: Text, organ: str, kind: str) -> Iterator[Finding]:
    words = text.text
    own_name = f"“{organ}”"
    for pattern in (_OWN[kind], _BUREAU):
        for found in pattern.finditer(words):
            if words[max(0, found.start() - 1) : found.start()] in (
                "自",
                "原",
                "基",
                "日",
                "书",
                "剧",
                "资",
                "成",
                "根",
            ):
                continue
            yield _accused(
                text,
                found.start(),
                found.end(),
                f"“{found[0]}”不是{own_name}的自称，可能是从其他机关的年报中带来的。请核对。",
            )
    for sentence in sentences(words):
        if not sentence:
            continue
        # 全区收到328件，我街道占7件: the district is what the street is compared with.
        compared = _SELF.search(words, sentence[0].start, sentence[-1].end) is not None
        for chunk in sentence:
            yield from _superior(text, chunk, own_name, compared=compared)
    for found in _FULL_NAME.finditer(words) if kind == "街道" else ():
        name, district = found["name"], found["district"]
        if name in organ or _NOT_A_NAME.search(name) or district[-2:] not in organ:
            continue
        start = found.start("name")
        yield _accused(
            text,
            start,
            found.end(),
            f"正文提到“{name}街道”，本年报的机关是{own_name}。请核对是否为其他街道年报中的文字。",
        )


def _superior(text: Text, chunk: Chunk, own_name: str, *, compared: bool) -> Iterator[Finding]:
    words = text.text[chunk.start : chunk.end][:80]
    found = _ABOVE.match(words) or (None if compared else _DISTRICT.match(plain(words)))
    if found is None:
        return
    start = chunk.start + found.start("what") - 1
    said = text.text[start : start + 2]
    yield _accused(
        text,
        start,
        start + 2,
        f"“{said}”像是上级机关年报中的文字，本年报的机关是{own_name}。请核对。",
    )


# -- V20 -----------------------------------------------------------------------------------------

_YEAR = re.compile(
    r"(?<![0-9])((?:19|20)[0-9]{2})年(度)?|([一二][零〇○][零〇○一二三四五六七八九]{2})年(度)?"
)
_CHINESE = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0"}
_PERIOD = re.compile(
    r"((?:19|20)[0-9]{2})年1月1日(?:起)?(?:至|到|—|-|~|－|～){1,2}((?:19|20)[0-9]{2})年12月31日"
)
_BY_END = re.compile(r"截[至止](?:到)?((?:19|20)[0-9]{2})年(?:12月31日|年?底|12月底)")
_OWN_WORK = re.compile(
    r"[，,、]?(?:我街|我镇|我乡|我单位|我机关|我办|本街|本镇|本乡|本单位|本机关|街道|办事处|政府信息公开|政务公开工作|主动公开|全年|共|"
    r"[\u4e00-\u9fff]{2,4}(?:街道|镇|乡)(?:办事处|人民政府|政府)?(?:深入|认真|全面|严格|坚持|紧紧|围绕|按照|主动|共|积极))"
)
_HISTORY = re.compile(
    r"比|较|同期|相比|以来|印发|出台|施行|修订|颁布|公布|制定|成立|建成|启动|获|首次|曾|上年|去年|结转|至今|沿用|延续|"
    r"开始|起步|之前|此前|以前|已经|原|回顾|当时|从[0-9]|自[0-9]|《"
)
_FUTURE = re.compile(
    r"将(?:继续|进一步|着力|不断|持续|加大|加强|深入|坚持|重点|认真|严格|紧紧|努力|积极|从以下)"
)
_FUTURE_NOT = re.compile(r"作为|纳入|列入|列为")
_PLANS = re.compile(r"将|计划|拟|力争|预计|目标|下一步|打算|继续")
_NAMED = re.compile(r"《[^》]{0,80}》|“[^”]{0,80}”")
# What a picture may show of last year, as it was made or given in this one.
_SHOWN = re.compile(r"决算|审计|年报|报告|总结|先进|优秀|表彰|荣|称号|奖|评|考核|排名|上一|往年")
_LEAD = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}是|[（(][^）)]{1,3}[）)]|[0-9]{1,2}[.、．]|在|截至|根据)?\s*"
)


def _year_of(found: re.Match[str]) -> int:
    return int(found[1]) if found[1] else int("".join(_CHINESE[c] for c in found[3]))


@lru_cache(maxsize=2048)
def sentence_ranges(text: str) -> tuple[tuple[int, int], ...]:
    return tuple((s[0].start, s[-1].end) for s in sentences(text))


@rule("V20", pace="after a pause", reads={"text", "fields"})
def years_are_current(subject: Subject) -> Iterator[Finding]:
    """V20: a period or a sentence about this office's work that carries another year; the signature's date.

    Only where the sentence begins with the year, speaks of the office's own work and of no history.
    And what is written about a picture, where it names last year and no other.
    """
    year = subject.report.year
    problems = {s.id for s in subject.form.sections if s.expects == "problems"}
    for text in subject.texts:
        flat = plain(text.text)
        said: set[int] = set()
        stale = _stale(flat, year, plans=text.section in problems)
        if text.section == "preamble":
            stale = chain(_own_title(flat, subject.form, year), stale)
        for start, end, wanted in islice(stale, MOST_IN_A_PARAGRAPH):
            if start in said:
                continue
            said.add(start)
            yield _stale_finding(subject, text, start, end, wanted)
    yield from _stale_captions(subject, year)
    signed = subject.report.signature
    if signed.shown and signed.date is not None and signed.date.year != year + 1:
        yield Finding(
            rule="V20",
            severity="warning",
            place=Place("signature"),
            message=(
                f"落款日期是{signed.date.year}年{signed.date.month}月{signed.date.day}日，"
                f"{year}年度的年报应在{year + 1}年发布。请核对。"
            ),
            key=finding_key("V20", "signature"),
        )


def _own_title(flat: str, form: Form, year: int) -> Iterator[tuple[int, int, int]]:
    """What a preamble calls the report; sections may well speak of last year's."""
    name = form.title.partition("{year}年")[2]
    for found in re.finditer(rf"(?<![0-9])([0-9]{{4}})年度?{re.escape(name)}", flat):
        if name and int(found[1]) != year:
            yield found.start(1), found.end(1), year


def _stale(flat: str, year: int, *, plans: bool) -> Iterator[tuple[int, int, int]]:
    """Where a wrong year stands (its digits), and the year that is meant."""
    for found in _PERIOD.finditer(flat):
        for group in (1, 2):
            if (
                int(found[group]) != year
                and "统计" in flat[max(0, found.start() - 20) : found.start()]
            ):
                yield found.start(group), found.end(group), year
    if "年" not in flat:
        return
    for start, end in sentence_ranges(flat):
        sentence = flat[start : min(end, start + 400)]
        first = _LEAD.match(sentence)
        assert first is not None
        if (by := _BY_END.search(sentence[:60])) is not None and int(by[1]) == year - 1:
            if str(year) not in sentence and not _HISTORY.search(sentence):
                yield start + by.start(1), start + by.end(1), year
            continue
        found_year = _YEAR.match(sentence, first.end())
        if found_year is None:
            continue
        at = found_year.start(1 if found_year[1] else 3)
        stop = found_year.end(1 if found_year[1] else 3)
        written = _year_of(found_year)
        rest = sentence[found_year.end() :]
        if plans and written == year:
            clause = re.split(r"[。；]", rest, maxsplit=1)[0]
            if (future := _FUTURE.search(clause[:24])) and not _FUTURE_NOT.search(
                clause[future.end() : future.end() + 40]
            ):
                yield start + at, start + stop, year + 1
            continue
        if written == year - 1 and _OWN_WORK.match(rest):
            others = {_year_of(f) for f in _YEAR.finditer(sentence)}
            if others == {written} and not _HISTORY.search(re.sub(r"《[^》]{0,80}》", "", rest)):
                yield start + at, start + stop, year
        elif (
            written == year + 1
            and not plans
            and _OWN_WORK.match(rest)
            and not _PLANS.search(sentence)
            and re.search(r"(?:共|收到|公开)[^，。；]{0,20}[0-9]+(?:条|件)", rest)
        ):
            yield start + at, start + stop, year


def _stale_captions(subject: Subject, year: int) -> Iterator[Finding]:
    """Below a picture of this year's work last year's date is a leftover, unless it is what is shown."""
    written = {plain(text) for caption in subject.captions for _, text in caption.texts}
    for caption in subject.captions:
        for name, text in caption.texts:
            flat = _NAMED.sub(lambda found: " " * len(found[0]), plain(text))
            found = _YEAR.search(flat)
            if found is None or _HISTORY.search(flat) or _SHOWN.search(flat):
                continue
            if {*map(_year_of, _YEAR.finditer(flat)), *_years(flat)} != {year - 1}:
                continue
            if plain(text).replace(str(year - 1), str(year)) in written - {plain(text)}:
                continue  # the same picture of this year stands beside it
            yield _stale_caption(caption, name, text, found)
            break


def _years(flat: str) -> Iterator[int]:
    """Those without 年 too: 2023-2024年."""
    return (int(found[0]) for found in re.finditer(r"(?<![0-9])20[0-9]{2}(?![0-9])", flat))


def _stale_caption(caption: Caption, name: str, text: str, found: re.Match[str]) -> Finding:
    old = text[found.start() : found.end(1 if found[1] else 3)] + "年"
    new = f"{_year_of(found) + 1}年"
    repair = None
    if found[1] and all(words.count(old) <= 1 for _, words in caption.texts):
        edit = change_caption(caption, old, new, name="修正年份")
        repair = Repair(f"改为 {new[:-1]} 年", edit)
    return Finding(
        rule="V20",
        severity="warning",
        place=caption.place,
        message=(f"{name}写“{old}”，本年报是{new}度的，可能是往年留下的文字或图片。请核对。"),
        key=finding_key("V20", caption.section, "caption", words_key(text)),
        repair=repair,
    )


def _stale_finding(subject: Subject, text: Text, start: int, end: int, wanted: int) -> Finding:
    written = text.text[start:end]
    around = text.text[end : end + 16]
    edit = None
    if plain(written).isdigit():
        edit = change_words(subject, text, start, end, str(wanted), name="修正年份")
    return Finding(
        rule="V20",
        severity="warning",
        place=words_place(text, start, min(end + 1, len(text.text))),
        message=(
            f"正文写“{written}年”，本年报是{subject.report.year}年度的，此处应为{wanted}年，"
            "可能是往年留下的文字。请核对。"
        ),
        key=finding_key("V20", text.section, words_key(around)),
        repair=None if edit is None else Repair(f"改为 {wanted} 年", edit),
    )
