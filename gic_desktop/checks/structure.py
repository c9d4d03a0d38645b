"""The report's frame: form and year, title and organ, headings, labels (V07, V17, V18, V29)."""

import re
from collections.abc import Iterator

from gic_desktop.checks.finding import Finding, Repair, finding_key
from gic_desktop.checks.registry import Subject, Text, rule
from gic_desktop.forms.catalogue import UnknownForm, form_for_year
from gic_desktop.report.edits import SetField, SetSection
from gic_desktop.report.narrative import numbered_level
from gic_desktop.report.numbering import PutInOrder, number_value
from gic_desktop.report.place import Place
from gic_desktop.report.report import ImportNote
from gic_desktop.values import replace

_SPACE = re.compile(r"\s+")
_NUMBERS = {
    2: re.compile(r"^[（(]([一二三四五六七八九十]{1,3})[）)]"),
    3: re.compile(r"^([0-9０-９]{1,2})[.．、]"),
    4: re.compile(r"^[（(]([0-9０-９]{1,2})[）)]"),
}


def _bare(text: str) -> str:
    return _SPACE.sub("", text)


@rule("V07", pace="at once", reads={"fields"}, may_block=True)
def form_fits_the_year(subject: Subject) -> Iterator[Finding]:
    """V07: reports on 2019 and 2020 use the first form, later ones the second; never a mixture."""
    report = subject.report
    try:
        wanted = form_for_year(report.year)
    except UnknownForm as error:
        yield Finding("V07", "error", Place("cover"), str(error), finding_key("V07", "year"))
        return
    if wanted.id != report.form_id:
        yield Finding(
            rule="V07",
            severity="error",
            place=Place("cover"),
            message=(
                f"{report.year}年度应使用{wanted.name}（{wanted.legal_base}），"
                f"现在用的是{subject.form.name}。请核对年度，或用正确的格式重新填写。"
            ),
            key=finding_key("V07", "form"),
        )
    for note in report.import_notes:
        if note.kind == "form":
            yield Finding(
                rule="V07",
                severity="error",
                place=Place("cover"),
                message=(
                    f"原文件混用了不同年度的格式（{note.printed}），"
                    f"已按{subject.form.name}读取，请逐表核对。"
                ),
                key=finding_key("V07", "mixed"),
            )


@rule("V17", pace="at once", reads={"text", "fields"}, may_block=True)
def headings_as_printed(subject: Subject) -> Iterator[Finding]:
    """V17: the six statutory headings, verbatim; `2、主动公开…` gets a repair; a missing one is an error."""
    report = subject.report
    for section in subject.form.sections:
        written = report.section(section.id)
        if written.heading is None or written.heading == section.heading:
            continue
        repair = Repair("改为规定标题", SetSection(replace(written, heading=None), "修正标题"))
        if not _bare(written.heading):
            yield Finding(
                rule="V17",
                severity="error",
                place=Place(section.id, part="heading"),
                message=f"缺少规定的标题“{section.heading}”。",
                key=finding_key("V17", "missing", section.id),
                repair=repair,
            )
            continue
        yield Finding(
            rule="V17",
            severity="warning",
            place=Place(section.id, part="heading", paragraph=0, start=0, end=len(written.heading)),
            message=f"标题写作“{written.heading}”，规定的标题是“{section.heading}”。",
            key=finding_key("V17", "heading", section.id),
            repair=repair,
        )


@rule("V17", pace="after a pause", reads={"text"})
def numbers_run_on(subject: Subject) -> Iterator[Finding]:
    """V17: numbers within a section run on: `（一）（二）（四）` has a gap, `（1）（2）（三）` mixes styles.

    Only paragraphs that begin with a number are looked at; a deeper level starts anew below a
    higher one. A list that starts at another number than one is left alone: it may go on one above.
    """
    for section in subject.form.sections:
        texts = [t for t in subject.texts_of(section.id) if t.part == "body"]
        found = list(_numbering(section.id, texts))
        if not found or any("mixed" in finding.key for finding in found):
            # Of two styles that are mixed nobody knows which one is meant.
            yield from found
            continue
        repair = Repair("重排序号", PutInOrder(section.id))
        yield from (replace(finding, repair=repair) for finding in found)


def _numbering(section: str, texts: list[Text]) -> Iterator[Finding]:
    last: dict[int, int] = {}
    numbered = [(t, numbered_level(t.text)) for t in texts]
    previous: tuple[int, int] | None = None
    for text, level in numbered:
        found = _NUMBERS[level].match(text.text.strip()) if level in _NUMBERS else None
        if found is None:
            if level == 0:
                continue
            previous = None
            continue
        value = number_value(found[1])
        mixed = (
            previous is not None
            and {previous[0], level} == {2, 4}
            and value == previous[1] + 1
            and last.get(level, 0) != value - 1
        )
        start = len(text.text) - len(text.text.lstrip())
        place = Place(section, "", text.part, text.paragraph, start, start + found.end())
        if mixed and previous is not None:
            styles = "中文数字和阿拉伯数字"
            yield Finding(
                rule="V17",
                severity="warning",
                place=place,
                message=f"“{found[0]}”与前面的序号写法不一致，混用了{styles}，请统一。",
                key=finding_key("V17", section, "mixed", found[0]),
            )
        elif level in last and value != last[level] + 1 and value != 1:
            what = "重复" if value <= last[level] else "不连续"
            yield Finding(
                rule="V17",
                severity="warning",
                place=place,
                message=f"序号“{found[0]}”{what}：前一个同级序号是第 {last[level]} 个，请核对。",
                key=finding_key("V17", section, "number", found[0]),
            )
        last[level] = value
        if mixed and previous is not None:
            # The other style counts on as well: only the odd one out is named.
            last[previous[0]] = value
        for deeper in [lower for lower in last if lower > level and not mixed]:
            del last[deeper]
        previous = (level, value)


@rule("V18", pace="at once", reads={"fields", "text"}, may_block=True)
def title_and_organ(subject: Subject) -> Iterator[Finding]:
    """V18: the title is 机关全称、年、政府信息公开工作年度报告; the organ is named alike everywhere."""
    report = subject.report
    if not report.organ.strip():
        yield Finding(
            "V18", "error", Place("cover"), "还没有填写机关名称。", finding_key("V18", "organ")
        )
        return
    if report.title is not None:
        title = _bare(report.title)
        statutory = subject.form.title.format(organ=report.organ, year=report.year)
        fixed = _bare(subject.form.title.format(organ="", year=""))
        lacking = [
            name
            for name, words in (
                ("机关名称", report.organ),
                ("年度", f"{report.year}年"),
                ("“政府信息公开工作年度报告”", fixed.lstrip("年")),
            )
            if _bare(words) not in title
        ]
        if lacking:
            yield Finding(
                rule="V18",
                severity="error",
                place=Place("cover"),
                message=f"标题“{report.title}”中缺少{'、'.join(lacking)}，完整的标题是“{statutory}”。",
                key=finding_key("V18", "title"),
                repair=Repair("改为完整标题", SetField("title", None)),
            )
    signed = report.signature.organ
    if report.signature.shown and signed and _bare(signed) != _bare(report.organ):
        yield Finding(
            rule="V18",
            severity="warning",
            place=Place("signature"),
            message=f"落款的机关是“{signed}”，封面的机关名称是“{report.organ}”，请统一。",
            key=finding_key("V18", "signature"),
            repair=Repair(
                "改为封面的名称",
                SetField("signature", replace(report.signature, organ=report.organ)),
            ),
        )


@rule("V29", pace="at once", reads={"fields"})
def labels_as_printed(subject: Subject) -> Iterator[Finding]:
    """V29: a label of the imported file that is not the form's; the output prints the form's.

    And what of the file found no place, or was placed with a doubt: nobody may miss it later.
    """
    seen: set[tuple[str, str]] = set()
    for note in subject.report.import_notes:
        if note.kind in ("left", "doubt"):
            yield _of_import(subject, note)
            continue
        if note.kind != "label" or (note.printed, note.expected) in seen:
            continue
        seen.add((note.printed, note.expected))
        cell = subject.form.cells.get(note.cell)
        section = subject.form.table(cell.table).section if cell is not None else "cover"
        yield Finding(
            rule="V29",
            severity="warning",
            place=Place(section, note.cell if cell is not None else ""),
            message=(
                f"原文件中的“{note.printed}”与规定的“{note.expected}”不同，"
                "已按规定的项目读取，请核对数字是否对应。"
            ),
            key=finding_key("V29", note.printed, note.expected),
        )


def _of_import(subject: Subject, note: ImportNote) -> Finding:
    cell = subject.form.cells.get(note.cell)
    section = subject.form.table(cell.table).section if cell is not None else "cover"
    shown = note.printed if len(note.printed) <= 40 else note.printed[:39] + "…"
    what = f"原文件中的“{shown}”" if shown else "原文件"
    how = "没有导入" if note.kind == "left" else "请核对"
    return Finding(
        rule="V29",
        severity="warning",
        place=Place(section, note.cell if cell is not None else ""),
        message=f"{what}{how}：{note.expected}",
        key=finding_key("V29", note.kind, note.printed, note.expected),
    )
