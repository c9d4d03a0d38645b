"""Every change to a report as a value: `apply` gives the new report, `name` what undo is called."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from gic_desktop.report.figures import Figure
from gic_desktop.report.narrative import Item, Narrative, Picture
from gic_desktop.report.place import Part
from gic_desktop.report.report import Override, Report, Section, without_pictures
from gic_desktop.report.totals import values_of
from gic_desktop.values import Struct, replace

PLAIN_FIELDS = {
    "organ": "机关名称",
    "year": "年度",
    "form_id": "格式",
    "title": "标题",
    "annex": "附件标记",
    "preamble": "前言",
    "contacts": "联系方式",
    "signature": "落款",
    "settings": "设置",
    "words": "本单位用词",
}


class Edit(Protocol):
    @property
    def name(self) -> str: ...
    def apply(self, report: Report) -> Report: ...


class Change(Struct, frozen=True):
    """What differs between two reports: inputs and totals together, so that views know enough."""

    cells: frozenset[str] = frozenset()
    sections: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.cells or self.sections or self.fields)


class SetCells(Struct, frozen=True):
    """`None` makes a cell unanswered. One cell or a pasted block: one undo step either way."""

    figures: Mapping[str, Figure | None]
    name: str = "填写数据"

    def apply(self, report: Report) -> Report:
        cells = dict(report.cells)
        printed = report.printed
        for cell, figure in self.figures.items():
            if report.form.cells[cell].computed:
                raise ValueError(f"{cell} is computed")
            if figure is None:
                cells.pop(cell, None)
            else:
                cells[cell] = figure
        if not printed.keys().isdisjoint(self.figures):
            # The clerk has answered: what the imported file printed there is no longer the matter.
            printed = {k: v for k, v in printed.items() if k not in self.figures}
        return replace(report, cells=cells, printed=printed)


class SetField(Struct, frozen=True):
    """Any of `PLAIN_FIELDS`. The organ's own name in the signature follows the organ."""

    field: str
    value: Any

    @property
    def name(self) -> str:
        return f"修改{PLAIN_FIELDS[self.field]}"

    def apply(self, report: Report) -> Report:
        if self.field not in PLAIN_FIELDS:
            raise ValueError(self.field)
        changed = replace(report, **{self.field: self.value})
        if self.field == "organ" and report.signature.organ == report.organ:
            signature = replace(changed.signature, organ=self.value)
            changed = replace(changed, signature=signature)
        return changed


class SetSection(Struct, frozen=True):
    section: Section
    name: str = "修改正文"

    def apply(self, report: Report) -> Report:
        if all(s.id != self.section.id for s in report.sections):
            return replace(report, sections=(*report.sections, self.section))
        sections = tuple(self.section if s.id == self.section.id else s for s in report.sections)
        return replace(report, sections=sections)


class AddPictures(Struct, frozen=True):
    """Puts pictures' bytes into the report's store; the section places them."""

    pictures: Mapping[str, bytes]
    section: Section
    name: str = "插入图片"

    def apply(self, report: Report) -> Report:
        stored = replace(report, pictures={**report.pictures, **self.pictures})
        return SetSection(self.section).apply(stored)


class SetOverride(Struct, frozen=True):
    """Keeps an error with a reason; an empty reason takes the override back."""

    key: str
    reason: str

    @property
    def name(self) -> str:
        return "说明理由" if self.reason else "撤回理由"

    def apply(self, report: Report) -> Report:
        kept = tuple(o for o in report.overrides if o.key != self.key)
        added = (Override(self.key, self.reason),) if self.reason.strip() else ()
        return replace(report, overrides=kept + added)


class SetDismissed(Struct, frozen=True):
    key: str
    dismissed: bool = True

    @property
    def name(self) -> str:
        return "忽略此处提醒" if self.dismissed else "恢复此处提醒"

    def apply(self, report: Report) -> Report:
        change = {self.key}
        kept = report.dismissed | change if self.dismissed else report.dismissed - change
        return replace(report, dismissed=frozenset(kept))


class LinkEarlier(Struct, frozen=True):
    """Links an earlier year's report for the checks across years; of one year the newest linked stays."""

    report: Report
    name: str = "关联往年年报"

    def apply(self, report: Report) -> Report:
        inner = (without_pictures(self.report), *self.report.earlier)
        by_year = {r.year: r for r in report.earlier}
        by_year |= {r.year: r for r in reversed(inner) if r.year < report.year}
        ordered = tuple(by_year[year] for year in sorted(by_year, reverse=True))
        return replace(report, earlier=ordered)


class Several(Struct, frozen=True):
    """Edits that are one step for the person who made them."""

    edits: tuple[Edit, ...]
    name: str

    def apply(self, report: Report) -> Report:
        for edit in self.edits:
            report = edit.apply(report)
        return report


def set_narrative(
    report: Report, section: str, part: Part, narrative: Narrative, name: str
) -> Edit:
    """Writes the text of a place anew, as `Report.narrative` tells it."""
    if section == "preamble":
        return Several((SetField("preamble", narrative),), name)
    written = report.section(section)
    if part == "notes":
        return SetSection(replace(written, notes=narrative), name)
    return SetSection(replace(written, body=narrative), name)


class ReplaceReport(Struct, frozen=True):
    """Going back to an earlier version is an edit too: it can be undone."""

    report: Report
    name: str = "恢复早前版本"

    def apply(self, report: Report) -> Report:  # noqa: ARG002 - the same shape as all edits
        return self.report


def fill_blanks(report: Report, cells: Iterable[str]) -> SetCells:
    """Answers 0 in the given cells that are unanswered."""
    form = report.form
    blanks = (c for c in cells if c not in report.cells and not form.cells[c].computed)
    return SetCells(dict.fromkeys(blanks, Figure(0)), "空白填 0")


def change_between(before: Report, after: Report) -> Change:
    """By identity first: what an edit did not touch is the same object."""
    if before is after:
        return Change()
    fields = {
        name
        for name in before.__struct_fields__
        if name not in ("cells", "sections")
        and getattr(before, name) is not getattr(after, name)
        and getattr(before, name) != getattr(after, name)
    }
    cells: set[str] = set()
    if before.form_id != after.form_id:
        cells = {*before.form.cells, *after.form.cells}
    elif before.cells is not after.cells:
        old, new = values_of(before), values_of(after)
        cells = {c for c in old.keys() | new.keys() if old.get(c) != new.get(c)}
        both = before.cells.keys() | after.cells.keys()
        cells |= {c for c in both if before.cells.get(c) != after.cells.get(c)}
    sections: set[str] = set()
    if before.sections is not after.sections:
        old_by_id = {s.id: s for s in before.sections}
        new_by_id = {s.id: s for s in after.sections}
        sections = {
            s
            for s in old_by_id.keys() | new_by_id.keys()
            if old_by_id.get(s) is not new_by_id.get(s) and old_by_id.get(s) != new_by_id.get(s)
        }
    return Change(frozenset(cells), frozenset(sections), frozenset(fields))


def narratives(report: Report) -> list[Narrative]:
    """All that is written in words: the preamble, then each section's body and notes."""
    return [report.preamble, *(n for s in report.sections for n in (s.body, s.notes))]


def used_pictures(report: Report) -> set[str]:
    """Names of the pictures that stand somewhere; the others are dropped when the file is written."""
    items: list[Item] = [item for narrative in narratives(report) for item in narrative]
    return {item.picture for item in items if isinstance(item, Picture)}
