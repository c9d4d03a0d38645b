"""What stands in a section besides its table: headings, paragraphs, pictures, charts.

A paragraph's number (`（一）`, `1.`) is part of its text, as its author wrote it; its level is kept
beside it, so that output never has to guess. Figures bound to cells stand as `{name}` and are
printed as numbers: `printed` replaces them and knows how to find the way back.
"""

import re
from collections.abc import Callable, Mapping

from gic_desktop.values import Struct, field

BODY = 0

# Compiled when first asked for, as most reports are opened without.
_LEVELS = (
    (1, r"[一二三四五六七八九十]{1,3}、"),
    (2, r"[（(][一二三四五六七八九十]{1,3}[）)]"),
    (3, r"[0-9０-９]{1,2}[.．、](?![0-9０-９])"),
    (4, r"[（(][0-9０-９]{1,2}[）)]"),
)
_SENTENCE_END = "。；;！!？?：:，,"
# Longer first lines with a number are paragraphs that begin with one, not headings.
_LONGEST_HEADING = 40
_BOUND = re.compile(r"\{([^{}\n]{1,80})\}")


class Paragraph(Struct, frozen=True):
    """`level` 0 is body text; 2, 3 and 4 are headings below the section's own."""

    text: str
    level: int = BODY
    extra: Mapping[str, object] = field(default_factory=dict)


class Picture(Struct, frozen=True):
    """`picture` names bytes in the report's store of pictures; `width` is percent of the line."""

    picture: str
    caption: str = ""
    alternative: str = ""
    width: int = 100
    extra: Mapping[str, object] = field(default_factory=dict)


class Chart(Struct, frozen=True):
    """A chart made from the report's own figures, by its id in the form."""

    series: str
    caption: str = ""
    extra: Mapping[str, object] = field(default_factory=dict)


Item = Paragraph | Picture | Chart
Narrative = tuple[Item, ...]


def numbered_level(text: str) -> int:
    """The level that a text's number speaks of, 0 without one."""
    start = text.lstrip()
    return next((level for level, pattern in _LEVELS if re.match(pattern, start)), BODY)


def heading_level(text: str) -> int:
    """The level if the text reads as a heading: numbered, short, not a sentence."""
    stripped = text.strip()
    level = numbered_level(stripped)
    if level and len(stripped) <= _LONGEST_HEADING and stripped[-1] not in _SENTENCE_END:
        return level
    return BODY


def from_text(text: str) -> Narrative:
    """Plain text, a paragraph a line, levels read from the numbers; blank lines dropped."""
    lines = (line.strip("\r\t \u3000\xa0") for line in text.split("\n"))
    return tuple(Paragraph(line, heading_level(line)) for line in lines if line)


def paragraphs(narrative: Narrative) -> list[tuple[int, Paragraph]]:
    return [(i, item) for i, item in enumerate(narrative) if isinstance(item, Paragraph)]


class Printed(Struct, frozen=True):
    """A text with its bound figures as numbers. `bound`: name, and where it stands in both texts."""

    text: str
    bound: tuple[tuple[str, tuple[int, int], tuple[int, int]], ...] = ()

    def raw_position(self, position: int) -> int:
        """Where a place of the printed text stands in the written one."""
        shift = 0
        for _, (raw_start, raw_end), (start, end) in self.bound:
            if position <= start:
                break
            if position < end:
                return raw_start
            shift = raw_end - end
        return position + shift


def printed(text: str, value: Callable[[str], str | None]) -> Printed:
    """`value` gives the text for a name, or None for a name it does not know: left as written."""
    if "{" not in text:
        return Printed(text)
    out: list[str] = []
    bound = []
    done = length = 0
    for found in _BOUND.finditer(text):
        shown = value(found[1])
        if shown is None:
            continue
        before = text[done : found.start()]
        out += (before, shown)
        start = length + len(before)
        length = start + len(shown)
        bound.append((found[1], found.span(), (start, length)))
        done = found.end()
    out.append(text[done:])
    return Printed("".join(out), tuple(bound))
