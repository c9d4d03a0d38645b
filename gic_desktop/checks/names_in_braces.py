"""Names in braces that name nothing (V31): `{收到申请总输}` prints as it stands.

Said only where a name of the tables was surely meant: the words are nearly one of those names, or
the braces that the program itself reads hold Chinese characters and nothing else. Braces with
anything else in them, sets and formulas and codes, are the author's.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import lru_cache

from gic_desktop.checks.change_words import (
    MOST_IN_A_PARAGRAPH,
    change_words,
    words_key,
    words_place,
)
from gic_desktop.checks.finding import Finding, Repair, finding_key
from gic_desktop.checks.registry import Subject, Text, rule
from gic_desktop.report.bound import CHANGE, GROWTH, LAST, groups_of_form, names_of_form

# An input method types ｛｝ as easily as {}; only the latter are read.
_BRACES = re.compile(r"[{｛]([^{}｛｝\n]{1,80})[}｝]")
_CHINESE = re.compile(r"[\u4e00-\u9fff·、]+")
_SHORTEST = 3
_NEAR = 0.75
"""One character of four, two of eight: `不于公开`, `收到申请总输`, `自然人-予以公开`."""
_MOST = 200
"""Different names looked up in one report; each is compared with some hundreds."""


@lru_cache(maxsize=4)
def _names(form_id: str) -> tuple[str, ...]:
    """The names of figures, but for the cells' own ids, which nobody types."""
    named = [name for name in names_of_form(form_id) if not name.isascii()]
    return (*named, *groups_of_form(form_id))


def _near(written: str, known: Sequence[str]) -> list[str]:
    if written in known or len(written) < _SHORTEST:
        return [written] if written in known else []
    return get_close_matches(written, known, n=3, cutoff=_NEAR)


@lru_cache(maxsize=_MOST)
def near_names(form_id: str, written: str) -> tuple[str, ...]:
    """The names that `written` may be a slip of, the nearest first."""
    stem, compares, rest = "".join(written.split()).partition(CHANGE[0])
    names = _names(form_id)
    if stem.startswith(LAST) and not compares:
        names += tuple(LAST + name for name in names)
    endings = _near(compares + rest, (CHANGE, GROWTH)) if compares else [""]
    return tuple(name + ending for name in _near(stem, names) for ending in endings)


@rule("V31", pace="after a pause", reads={"text", "fields"})
def names_that_name_nothing(subject: Subject) -> Iterator[Finding]:
    """V31: a misspelt name in braces, which would stand so in the published report."""
    seen: set[str] = set()
    for text in subject.texts:
        if "}" not in text.text and "｝" not in text.text:
            continue
        for number, found in enumerate(_BRACES.finditer(text.text)):
            seen.add(found[1])
            if number >= MOST_IN_A_PARAGRAPH or len(seen) > _MOST:
                break
            near = near_names(subject.report.form_id, found[1])
            if near or (found[0][0] == "{" and _CHINESE.fullmatch(found[1])):
                yield _finding(subject, text, found, near)


def _finding(subject: Subject, text: Text, found: re.Match[str], near: tuple[str, ...]) -> Finding:
    said = f"“{found[0]}”不是表格数字的名称，会原样印在年报上。"
    repair = None
    if len(near) == 1:
        said += f"与它相近的名称是“{near[0]}”，请核对。"
        new = "{" + near[0] + "}"
        edit = change_words(subject, text, found.start(), found.end(), new)
        repair = None if edit is None else Repair(f"改为“{near[0]}”", edit)
    elif near:
        named = "、".join(f"“{name}”" for name in near)
        said += f"与它相近的名称有{named}，请核对后改正。"
    else:
        said += "要印表格中的数字，请用“插入表格数字”选取；不是表格数字的，请去掉大括号。"
    return Finding(
        rule="V31",
        severity="warning" if near else "hint",
        place=words_place(text, found.start(), found.end()),
        message=said,
        key=finding_key("V31", text.section, words_key(found[0])),
        repair=repair,
    )
