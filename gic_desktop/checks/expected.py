"""What must be there: the fee (V14), problems and measures (V15), the aspects (V16), the deadline (V22)."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import islice

from gic_desktop.checks.breakdowns import breakdowns, fee_words, sum_message, wrong_sum
from gic_desktop.checks.change_words import MOST_IN_A_PARAGRAPH, words_key, words_place
from gic_desktop.checks.finding import Finding, finding_key
from gic_desktop.checks.prose_numbers import amounts
from gic_desktop.checks.registry import Subject, rule
from gic_desktop.forms.description import Section
from gic_desktop.report.narrative import Chart, Picture
from gic_desktop.report.place import Place
from gic_desktop.report.report import Report

_NOTHING = re.compile(
    r"(?:本[年街单机]\w{0,6}|我\w{0,6}|目前|暂)?(?:暂时)?(?:无|没有|暂无|不存在)(?:存在|主要|明显|突出|任何)*(?:的)?(?:问题)?(?:情况)?(?:及改进情况)?"
)
_NO_FEE = re.compile(r"未|没有|无|免|不收|不予收|零")
_NOT_HAN = re.compile(r"[^\u4e00-\u9fff]+")
_SHORTEST = 50
_NEAR = 14
_LONG_AGO = 180
_DAY = re.compile(r"(?:(\d{4})-)?(\d{1,2})-(\d{1,2})")


def _written(subject: Subject, section: str) -> str:
    return "\n".join(t.text for t in subject.texts_of(section))


@rule("V14", pace="after a pause", reads={"text"})
def fee_is_stated(subject: Subject) -> Iterator[Finding]:
    """V14: the section that must state the 信息处理费 does so, in 元, also when it is 0, and its parts add up."""
    words = fee_words(subject)
    if not words:
        return
    word = words[0]
    section = next(s for s in subject.form.sections if s.expects == "fee")
    there = [t for t in subject.texts_of(section.id) if any(w in t.text for w in words)]
    if not there:
        elsewhere = next(
            (
                t
                for t in subject.texts
                if t.section not in ("preamble", section.id) and any(w in t.text for w in words)
            ),
            None,
        )
        where = "" if elsewhere is None else "，只写在其他部分"
        yield Finding(
            rule="V14",
            severity="warning",
            place=Place(section.id),
            message=(
                f"“{section.heading}”没有写明收取{word}的情况{where}。没有收取的也要写明 0 元。"
            ),
            key=finding_key("V14", "missing"),
        )
        return
    money = [
        (t, a)
        for t in there
        for a in islice((a for a in amounts(t.text) if a.sort == "money"), MOST_IN_A_PARAGRAPH)
    ]
    denied = any(
        _NO_FEE.search(t.text[max(0, t.text.find(w) - 12) : t.text.find(w) + len(w) + 12])
        for t in there
        for w in words
        if w in t.text
    )
    if not money and not denied:
        at = there[0].text.find(word)
        yield Finding(
            rule="V14",
            severity="warning",
            place=words_place(there[0], at, at + len(word)),
            message=f"“{section.heading}”提到了{word}，没有写明金额。请写明收取了多少元，没有收取的写 0 元。",
            key=finding_key("V14", "amount"),
        )
    for text, amount in money:
        other = next((c.row_name for c in subject.form.cells.values() if c.unit == amount.unit), "")
        start = text.text.rfind("。", 0, amount.start) + 1
        if amount.unit != "元" and any(w in text.text[start : amount.end] for w in words):
            yield Finding(
                rule="V14",
                severity="warning",
                place=words_place(text, amount.start, amount.end),
                message=(
                    f"{word}以元为单位，正文写的是“{text.text[amount.start : amount.end]}”。"
                    f"请核对金额和单位{f'，以{amount.unit}为单位的是{other}' if other else ''}。"
                ),
                key=finding_key("V14", "unit"),
            )
    for text in there:
        for one in islice(breakdowns(text.text), MOST_IN_A_PARAGRAPH):
            total = wrong_sum(one)
            if total is not None and one.whole.sort == "money":
                yield Finding(
                    rule="V14",
                    severity="warning",
                    place=words_place(text, one.whole.start, one.whole.end),
                    message=sum_message(one, total),
                    key=finding_key("V14", "sum", words_key(one.words)),
                )


def _missing(subject: Subject, section: Section, rule_id: str) -> Iterator[Finding]:
    said = _written(subject, section.id)
    for aspect in section.aspects:
        if any(word in said for word in aspect.words):
            continue
        yield Finding(
            rule=rule_id,
            severity="warning",
            place=Place(section.id),
            message=f"“{section.heading}”没有写到“{aspect.name}”。请补写，或核对是否换了说法。",
            key=finding_key(rule_id, section.id, aspect.name),
        )


def _has_pictures(report: Report, section: str) -> bool:
    return any(isinstance(item, Picture | Chart) for item in report.section(section).body)


@rule("V15", pace="after a pause", reads={"text"})
def problems_and_measures(subject: Subject) -> Iterator[Finding]:
    """V15: the section on problems is written, is not 无, says more than a line, and names measures."""
    for section in subject.form.sections:
        if section.expects != "problems":
            continue
        said = _written(subject, section.id).strip()
        han = _NOT_HAN.sub("", said)
        if not han:
            trouble, key = "还没有写", "empty"
        elif len(han) <= 24 and _NOTHING.fullmatch(han):
            trouble, key = f"只写了“{said[:30]}”，上级审核时通常会退回", "nothing"
        elif len(han) < _SHORTEST and not _has_pictures(subject.report, section.id):
            trouble, key = f"只有 {len(han)} 个字，过于简单", "short"
        else:
            yield from _missing(subject, section, "V15")
            continue
        yield Finding(
            rule="V15",
            severity="warning",
            place=Place(section.id),
            message=f"“{section.heading}”{trouble}。请写明主要问题和改进措施。",
            key=finding_key("V15", section.id, key),
        )


@rule("V16", pace="after a pause", reads={"text"})
def aspects_are_covered(subject: Subject) -> Iterator[Finding]:
    """V16: the sections whose aspects the form lists speak of each one."""
    for section in subject.form.sections:
        if not section.aspects or section.expects:
            continue
        if not _NOT_HAN.sub("", _written(subject, section.id)):
            names = "、".join(aspect.name for aspect in section.aspects)
            yield Finding(
                rule="V16",
                severity="warning",
                place=Place(section.id),
                message=f"“{section.heading}”还没有写。应写明：{names}。",
                key=finding_key("V16", section.id, "empty"),
            )
            continue
        yield from _missing(subject, section, "V16")


def deadline_of(report: Report) -> date | None:
    """The day by which the report is due: the office's own (`deadline` in the settings), else the form's."""
    for wanted in (report.settings.get("deadline"), report.form.deadline):
        found = _DAY.fullmatch(wanted.strip()) if isinstance(wanted, str) else None
        if found is None:
            continue
        try:
            return date(int(found[1] or report.year + 1), int(found[2]), int(found[3]))
        except ValueError:
            continue
    return None


@rule("V22", pace="after a pause", reads={"fields"})
def deadline_is_near(subject: Subject) -> Iterator[Finding]:
    """V22: the deadline is within two weeks, or has passed within the last half year."""
    due = deadline_of(subject.report)
    if subject.today is None or due is None:
        return
    left = (due - subject.today).days
    if not -_LONG_AGO <= left <= _NEAR:
        return
    day = f"{due.year}年{due.month}月{due.day}日"
    if left > 0:
        message = f"年报应在{day}前报送并公开，还有 {left} 天。"
    elif left == 0:
        message = f"年报应在{day}前报送并公开，今天是最后一天。"
    else:
        message = f"年报应在{day}前报送并公开，已过 {-left} 天。如已报送，可忽略此提示。"
    yield Finding("V22", "hint", Place("cover"), message, finding_key("V22", "deadline"))
