"""A repair of words: it changes one paragraph, and only while that paragraph reads as the check saw it."""

import re

from gic_desktop.checks.registry import Caption, Subject, Text
from gic_desktop.digest import sha256
from gic_desktop.report.bound import BoundFigures
from gic_desktop.report.edits import set_narrative
from gic_desktop.report.narrative import Chart, Item, Narrative, Paragraph, Picture
from gic_desktop.report.place import Part, Place
from gic_desktop.report.report import Report
from gic_desktop.values import Struct, replace

_FIGURES = re.compile(r"[0-9０-９零〇一二两三四五六七八九十百千万亿.．%％\s]+")


MOST_IN_A_PARAGRAPH = 50
"""Findings of one rule in one paragraph: nobody reads more, and hostile text has no end of them."""


class ChangeCaption(Struct, frozen=True):
    """Puts other words to a picture, while it is the one that the check saw, where it has moved to."""

    section: str
    part: Part
    paragraph: int
    before: Picture | Chart
    after: Picture | Chart
    name: str = "修正文字"

    def apply(self, report: Report) -> Report:
        narrative = report.narrative(self.section, self.part)
        there = [number for number, item in enumerate(narrative) if item == self.before]
        if self.paragraph not in there and len(there) != 1:
            return report
        at = self.paragraph if self.paragraph in there else there[0]
        return _with(report, self.section, self.part, at, self.after)


def _with(report: Report, section: str, part: Part, at: int, item: Item) -> Report:
    narrative = report.narrative(section, part)
    changed = (*narrative[:at], item, *narrative[at + 1 :])
    return set_narrative(report, section, part, changed, "修正文字").apply(report)


def change_caption(
    caption: Caption, old: str, new: str, *, name: str = "修正文字"
) -> ChangeCaption:
    """The repair that puts `new` for `old` wherever it stands in a picture's words."""
    item = caption.item
    after: Picture | Chart = replace(item, caption=item.caption.replace(old, new))
    if isinstance(after, Picture):
        after = replace(after, alternative=after.alternative.replace(old, new))
    return ChangeCaption(caption.section, caption.part, caption.paragraph, item, after, name)


class ChangeWords(Struct, frozen=True):
    """Puts `new` in the place of a stretch of the paragraph `before`, where it stood or has moved to."""

    section: str
    part: Part
    paragraph: int
    before: str
    start: int
    end: int
    new: str
    name: str = "修正文字"

    def apply(self, report: Report) -> Report:
        narrative = report.narrative(self.section, self.part)
        at = self._found(narrative)
        if at < 0:
            return report
        item = narrative[at]
        assert isinstance(item, Paragraph)
        after = self.before[: self.start] + self.new + self.before[self.end :]
        return _with(report, self.section, self.part, at, replace(item, text=after))

    def _found(self, narrative: Narrative) -> int:
        def reads(number: int) -> bool:
            item = narrative[number]
            return isinstance(item, Paragraph) and item.text == self.before

        if 0 <= self.paragraph < len(narrative) and reads(self.paragraph):
            return self.paragraph
        there = [number for number in range(len(narrative)) if reads(number)]
        return there[0] if len(there) == 1 else -1


def printed_words(report: Report, bound: BoundFigures, place: Place) -> str:
    """The words at a place, as printed."""
    item = report.narrative(place.section, place.part)[place.paragraph]
    text = bound.printed(item.text).text if isinstance(item, Paragraph) else ""
    return text[place.start : place.end]


def written_range(
    subject: Subject, text: Text, start: int, end: int
) -> tuple[str, int, int] | None:
    """The paragraph as written and where a printed stretch stands in it; None where it cuts a bound figure."""
    item = subject.report.narrative(text.section, text.part)[text.paragraph]
    assert isinstance(item, Paragraph)
    raw = item.text
    shown = subject.bound.printed(raw)
    shift = 0
    raw_start = raw_end = -1
    for _, (bound_raw_start, bound_raw_end), (bound_start, bound_end) in shown.bound:
        if (bound_start, bound_end) == (start, end):
            return raw, bound_raw_start, bound_raw_end
        if bound_start < end and start < bound_end:
            return None
        if bound_end <= start:
            shift = bound_raw_end - bound_end
    raw_start, raw_end = start + shift, end + shift
    return raw, raw_start, raw_end


def is_bound(subject: Subject, text: Text, start: int, end: int) -> bool:
    """Whether a printed number comes from a cell already."""
    item = subject.report.narrative(text.section, text.part)[text.paragraph]
    assert isinstance(item, Paragraph)
    if "{" not in item.text:
        return False
    return any(b < end and start < e for _, _, (b, e) in subject.bound.printed(item.text).bound)


def change_words(
    subject: Subject, text: Text, start: int, end: int, new: str, *, name: str = "修正文字"
) -> ChangeWords | None:
    """The repair that puts `new` (as written, braces and all) in the place of a printed stretch."""
    found = written_range(subject, text, start, end)
    if found is None:
        return None
    raw, raw_start, raw_end = found
    return ChangeWords(text.section, text.part, text.paragraph, raw, raw_start, raw_end, new, name)


def words_place(text: Text, start: int, end: int) -> Place:
    return Place(text.section, "", text.part, text.paragraph, start, end)


def words_key(*words: str) -> str:
    """A short name for words that stays when figures in them change."""
    bare = "\n".join(_FIGURES.sub("", word) for word in words)
    return sha256(bare.encode("utf-8", "surrogatepass"))[:10]
