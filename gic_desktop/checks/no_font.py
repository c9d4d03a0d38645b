"""Characters that no font has (V32): the pages could neither be printed nor exported as PDF.

Which fonts there are only `output` knows: whoever runs the checks gives the function that names the
characters, the very one that stops an export. Without it the rule is silent, and it is asked only
about a report with characters outside of `_KNOWN`, so that ordinary text opens no font.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import islice

from gic_desktop.checks.change_words import (
    MOST_IN_A_PARAGRAPH,
    change_caption,
    change_words,
    words_key,
    words_place,
)
from gic_desktop.checks.finding import Finding, Repair, finding_key
from gic_desktop.checks.registry import Caption, Subject, Text, rule
from gic_desktop.report.narrative import Chart, Paragraph, Picture
from gic_desktop.report.place import Place
from gic_desktop.report.report import CONTACT_NAMES, Report

_KNOWN = (
    (0x00, 0x36F),  # Latin script and its signs
    (0x3A3, 0x3CE),
    (0x2000, 0x2022),  # dashes, quotation marks
    (0x2025, 0x2037),
    (0x2460, 0x25AC),  # ① ⑴ ■
    (0x3000, 0x303F),
    (0x3220, 0x332B),
    (0x332D, 0x9FFF),  # ㎡, and all hanzi of the basic block and its first extension
    (0xFE30, 0xFE52),
    (0xFF01, 0xFF9F),  # what is as wide as a hanzi
)
"""First and last of the characters that every font chain of the program prints, or need not."""
_JOINERS = frozenset("\u200b\u200c\u200d\u2060\ufe0e\ufe0f")
"""What holds the parts of one drawn sign together."""
_LONGEST = 10
_GONE = "删去印不出的字符"


@cache
def _unknown() -> re.Pattern[str]:
    return re.compile("[^" + "".join(f"{chr(a)}-{chr(z)}" for a, z in _KNOWN) + "]")


def _on_the_cover(report: Report) -> Iterator[tuple[str, str]]:
    yield "机关全称", report.organ
    yield "标题", report.title or ""
    yield "附件标记", report.annex
    for key, name in CONTACT_NAMES.items():
        yield name, getattr(report.contacts, key)


def _written(report: Report) -> Iterator[str]:
    """All that a person wrote and a page may show."""
    for _, text in _on_the_cover(report):
        yield text
    yield report.signature.organ
    narratives = [report.preamble]
    for section in report.sections:
        yield section.heading or ""
        narratives += [section.body, section.notes]
    for narrative in narratives:
        for item in narrative:
            yield item.text if isinstance(item, Paragraph) else item.caption
    for figure in report.cells.values():
        yield figure.unit
        yield figure.remark


def _runs(text: str, absent: set[str]) -> Iterator[tuple[int, int]]:
    """Where such characters stand, those beside each other and what joins them as one."""
    start = -1
    for at, character in enumerate(text):
        if character in absent:
            start = at if start < 0 else start
        elif start >= 0 and character not in _JOINERS:
            yield start, at
            start = -1
    if start >= 0:
        yield start, len(text)


def _finding(place: Place, words: str, where: str = "", repair: Repair | None = None) -> Finding:
    shown = words if len(words) <= _LONGEST else words[:_LONGEST] + "…"
    return Finding(
        rule="V32",
        severity="error",
        place=place,
        message=f"{where}“{shown}”没有可用的字体，印不出来。请删除或换一个字。",
        key=finding_key("V32", place.section, place.cell, words_key(words)),
        repair=repair,
        only_pages=True,
    )


@rule("V32", pace="after a pause", reads={"text", "cells", "fields"}, may_block=True)
def a_font_has_every_character(subject: Subject) -> Iterator[Finding]:
    """V32: `😀`, or a hanzi so rare that no font of the program and none that was chosen has it."""
    if subject.unprintable is None or not any(map(_unknown().search, _written(subject.report))):
        return
    absent: dict[Place, set[str]] = {}
    for place, character in subject.unprintable(subject.report):
        absent.setdefault(place, set()).add(character)
    for place, characters in absent.items():
        yield from islice(_at(subject, place, characters), MOST_IN_A_PARAGRAPH)


def _at(subject: Subject, place: Place, absent: set[str]) -> Iterator[Finding]:
    report = subject.report
    if place.section == "cover":
        for name, text in _on_the_cover(report):
            for start, end in _runs(text, absent):
                yield _finding(place, text[start:end], f"“{name}”中的")
    elif place.section == "signature":
        # Where the signature has no name of its own, the cover's is named already.
        for start, end in _runs(report.signature.organ, absent):
            yield _finding(place, report.signature.organ[start:end], "落款中的")
    elif place.cell:
        figure = report.cells[place.cell]
        for text in (figure.unit, figure.remark):
            for start, end in _runs(text, absent):
                yield _finding(place, text[start:end], "备注中的")
    elif place.part == "heading":
        heading = Text(place.section, "heading", 0, 1, report.heading(place.section))
        for start, end in _runs(heading.text, absent):
            yield _finding(words_place(heading, start, end), heading.text[start:end])
    else:
        yield from _in_narrative(subject, place, absent)


def _in_narrative(subject: Subject, place: Place, absent: set[str]) -> Iterator[Finding]:
    item = subject.report.narrative(place.section, place.part)[place.paragraph]
    if isinstance(item, Picture | Chart):
        caption = Caption(place.section, place.part, place.paragraph, item)
        for words in dict.fromkeys(item.caption[a:z] for a, z in _runs(item.caption, absent)):
            gone = change_caption(caption, words, "", name=_GONE) if _is_sign(words) else None
            yield _finding(
                place, words, "图片说明中的", None if gone is None else Repair("删去", gone)
            )
        return
    shown = subject.bound.printed(item.text).text
    text = Text(place.section, place.part, place.paragraph, item.level, shown)
    for start, end in _runs(shown, absent):
        words = shown[start:end]
        edit = None
        if _is_sign(words):
            edit = change_words(subject, text, start, end, "", name=_GONE)
        repair = None if edit is None else Repair("删去", edit)
        yield _finding(words_place(text, start, end), words, repair=repair)


def _is_sign(words: str) -> bool:
    """A sign can go; whether a name may lose a character nobody but its author knows."""
    return all(c in _JOINERS or unicodedata.category(c) in ("So", "Sk") for c in words)
