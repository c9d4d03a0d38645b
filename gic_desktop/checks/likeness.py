"""How much of the text was taken over from last year's report (V21).

A stretch counts as taken over when at least `RUN` of its characters in a row stand in one paragraph
of last year's report. Figures, blanks, punctuation and the office's names are not counted: a sentence
in which only they changed is the same sentence.
"""

import re
from collections.abc import Iterator

from gic_desktop.checks.change_words import words_key, words_place
from gic_desktop.checks.finding import Finding, finding_key
from gic_desktop.checks.registry import Subject, Text, rule
from gic_desktop.report.report import Report
from gic_desktop.values import Struct

RUN = 6
_SHORTEST = 40
_HALF = 50
# A stock phrase may stand in a hundred paragraphs: the first few places are enough to compare with.
_PLACES = 6
_NUMBERS = re.compile(
    r"[0-9０-９零〇一二两三四五六七八九十百千万亿]+(?:[.．,，][0-9０-９]+)*(?:年度?|月|日|[%％])?"
)
_COUNTED = re.compile(r"[\u3400-\u9fffA-Za-z]")


class LikeParagraph(Struct, frozen=True):
    """`shared` are stretches of its text that stand in last year's paragraph `like`."""

    text: Text
    like: Text | None
    counted: int
    taken_over: int
    shared: tuple[tuple[int, int], ...]

    @property
    def percent(self) -> int:
        return self.taken_over * 100 // self.counted if self.counted else 0


class Likeness(Struct, frozen=True):
    paragraphs: tuple[LikeParagraph, ...]

    @property
    def percent(self) -> int:
        """The share of the whole narrative."""
        counted = sum(p.counted for p in self.paragraphs)
        return sum(p.taken_over for p in self.paragraphs) * 100 // counted if counted else 0


def _names(report: Report) -> list[str]:
    organ = report.organ.strip()
    names = {organ, organ.removesuffix("办事处"), organ.removesuffix("人民政府")}
    for found in re.finditer(r"[市区县州旗]", organ):
        tail = organ[found.end() :]
        names |= {tail, tail.removesuffix("办事处"), tail.removesuffix("人民政府")}
    return sorted((n for n in names if len(n) >= 3), key=len, reverse=True)


def _bare(text: str, names: re.Pattern[str] | None) -> tuple[str, list[int]]:
    """The characters that count, and where each stands."""
    hidden = bytearray(len(text))
    for pattern in (_NUMBERS, names):
        if pattern is not None:
            for found in pattern.finditer(text):
                hidden[found.start() : found.end()] = b"\1" * (found.end() - found.start())
    at = [f.start() for f in _COUNTED.finditer(text) if not hidden[f.start()]]
    return "".join(text[i] for i in at), at


def _narrative(subject: Subject) -> list[Text]:
    return [t for t in subject.texts if t.section != "preamble" and not t.level]


def likeness(subject: Subject) -> Likeness | None:
    """None without last year's report. Paragraph by paragraph, the best likeness of each."""
    last = subject.last
    if last is None:
        return None
    words = [*_names(subject.report), *_names(last)]
    names = re.compile("|".join(map(re.escape, dict.fromkeys(words)))) if words else None
    earlier = _narrative(Subject(last))
    bare_earlier = [_bare(text.text, names)[0] for text in earlier]
    places: dict[str, list[int]] = {}
    for number, bare in enumerate(bare_earlier):
        for i in range(len(bare) - RUN + 1):
            held = places.setdefault(bare[i : i + RUN], [])
            if len(held) < _PLACES and (not held or held[-1] != number):
                held.append(number)
    return Likeness(
        tuple(
            _compared(text, _bare(text.text, names), earlier, places)
            for text in _narrative(subject)
        )
    )


def _compared(
    text: Text, bare: tuple[str, list[int]], earlier: list[Text], places: dict[str, list[int]]
) -> LikeParagraph:
    chars, at = bare
    votes: dict[int, int] = {}
    runs = [places.get(chars[i : i + RUN], ()) for i in range(len(chars) - RUN + 1)]
    for held in runs:
        for number in held:
            votes[number] = votes.get(number, 0) + 1
    if not votes:
        return LikeParagraph(text, None, len(chars), 0, ())
    best = max(votes, key=lambda number: (votes[number], -number))
    taken = 0
    shared: list[tuple[int, int]] = []
    reached = 0
    for i, held in enumerate(runs):
        if best not in held:
            continue
        taken += i + RUN - max(i, reached)
        start, end = at[max(i, reached)], at[i + RUN - 1] + 1
        if shared and i <= reached:
            shared[-1] = (shared[-1][0], end)
        else:
            shared.append((start, end))
        reached = i + RUN
    return LikeParagraph(text, earlier[best], len(chars), taken, tuple(shared))


@rule("V21", pace="after a pause", reads={"text"})
def paragraphs_are_new(subject: Subject) -> Iterator[Finding]:
    """V21: a paragraph of some length, more than half of which stands in last year's report."""
    found = likeness(subject)
    if found is None or subject.last is None or subject.last.year >= subject.report.year:
        return
    for one in found.paragraphs:
        if one.counted < _SHORTEST or one.percent <= _HALF:
            continue
        same = "全部" if one.percent == 100 else f"约 {one.percent}% "
        yield Finding(
            rule="V21",
            severity="warning",
            place=words_place(one.text, 0, len(one.text.text)),
            message=(
                f"本段{same}与{subject.last.year}年度年报的文字相同（数字、年份、机关名称不计）。"
                "请核对是否仍符合本年情况，并写出本年的做法。"
            ),
            key=finding_key("V21", one.text.section, words_key(one.text.text)),
            stretches=one.shared,
        )
