"""The list of rules. A rule is a pure function from a `Subject` to findings, registered by `@rule`."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Literal

from gic_desktop.checks.finding import Finding
from gic_desktop.forms.description import Form
from gic_desktop.report.bound import BoundFigures
from gic_desktop.report.figures import Number
from gic_desktop.report.narrative import Chart, Paragraph, Picture
from gic_desktop.report.place import Part, Place
from gic_desktop.report.report import Report
from gic_desktop.report.totals import values_of
from gic_desktop.values import Struct

Pace = Literal["at once", "after a pause"]
Reads = Literal["cells", "text", "fields"]


Unprintable = Callable[[Report], Sequence[tuple[Place, str]]]
"""Names the characters that no font has, each with its place."""


class Text(Struct, frozen=True):
    """A paragraph as printed, with where it stands. `level` 0 is body text."""

    section: str
    part: Part
    paragraph: int
    level: int
    text: str


class Caption(Struct, frozen=True):
    """What is written about a picture or a chart, and where that stands."""

    section: str
    part: Part
    paragraph: int
    item: Picture | Chart

    @property
    def place(self) -> Place:
        return Place(self.section, part=self.part, paragraph=self.paragraph)

    @property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """Each text with what it is called; one that only says the other again is left out."""
        item = self.item
        told = item.alternative if isinstance(item, Picture) else ""
        texts = (("图片说明", item.caption), ("图片的替代文字", told))
        return tuple((n, text) for n, text in texts[: 1 if told == item.caption else 2] if text)


class Subject:
    """What rules look at: the report, last year's, and what several rules derive from them, once."""

    def __init__(
        self,
        report: Report,
        last: Report | None = None,
        today: date | None = None,
        unprintable: Unprintable | None = None,
    ) -> None:
        self.report = report
        self.form: Form = report.form
        self.last = last if last is not None else report.last
        self.today = today
        self.unprintable = unprintable

    @cached_property
    def values(self) -> dict[str, Number]:
        return values_of(self.report)

    @cached_property
    def last_values(self) -> dict[str, Number]:
        """Last year's figures; where its file printed a total that nobody can recompute, that one."""
        return {} if self.last is None else values_of(self.last)

    @cached_property
    def bound(self) -> BoundFigures:
        return BoundFigures(self.report, self.values)

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """Every paragraph of the report in print order: preamble, then the sections."""
        return tuple(text for section, part in self._parts for text in self._of(section, part))

    @cached_property
    def captions(self) -> tuple[Caption, ...]:
        """What stands below the pictures and charts of the report, and what describes them."""
        return tuple(
            Caption(section, part, number, item)
            for section, part in self._parts
            for number, item in enumerate(self.report.narrative(section, part))
            if isinstance(item, Picture | Chart)
        )

    @property
    def _parts(self) -> Iterator[tuple[str, Part]]:
        yield "preamble", "body"
        for section in self.form.sections:
            yield section.id, "body"
            yield section.id, "notes"

    def texts_of(self, section: str) -> tuple[Text, ...]:
        return tuple(text for text in self.texts if text.section == section)

    def _of(self, section: str, part: Part) -> Iterator[Text]:
        for number, item in enumerate(self.report.narrative(section, part)):
            if isinstance(item, Paragraph):
                shown = self.bound.printed(item.text).text
                yield Text(section, part, number, item.level, shown)


RuleFunction = Callable[[Subject], Iterator[Finding]]


class Rule(Struct, frozen=True):
    """`ids`: the rules of the statute's list that the function decides (some share their work).

    `may_block`: whether it may find errors, which stop an export; what the others find never does.
    """

    ids: tuple[str, ...]
    pace: Pace
    reads: frozenset[Reads]
    run: RuleFunction
    may_block: bool = False


_rules: list[Rule] = []


def rule(
    *ids: str, pace: Pace, reads: set[Reads], may_block: bool = False
) -> Callable[[RuleFunction], RuleFunction]:
    def register(function: RuleFunction) -> RuleFunction:
        _rules.append(Rule(ids, pace, frozenset(reads), function, may_block))
        return function

    return register


def registered() -> tuple[Rule, ...]:
    return tuple(_rules)
