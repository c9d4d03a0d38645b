"""What a roll-up gives: rows, one a file; the sum as a report; who is missing; what is doubtful.

The rules of the sum, decided here once:

* **Which reports**: the form and year that most organs sent (of equally many, the later year). Others
  are rows with state `other`, never summed.
* **Two of one organ and year**: the newest counts (by the file's time); a Word file gives way to a
  project with the same figures. The others are rows with state `duplicate`, whose reason names the
  one that counts and says whether the figures differ.
* **A roll-up among the files** is a report like any other, unless an organ it sums up has sent its
  own: then it is `other`, or everything would count twice.
* **Unanswered is not zero**: a cell is summed over those that answered it, `gaps` says how many did
  not; unanswered by all, it stays unanswered. A report with errors counts too, with its errors shown.
* **Money without a unit in the form** is summed in 元 where all say 元 or 万元; where some do not say,
  the cell stays unanswered and `doubts` gives the partial sums.

Everything is exact and independent of the order in which files were found, read or finished.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from gic_desktop.checks.finding import Count
from gic_desktop.report.figures import Figure
from gic_desktop.report.report import Report

State = Literal["read", "counted", "duplicate", "other", "unreadable"]

STATES: Mapping[State, str] = {
    "read": "已读取",
    "counted": "已汇总",
    "duplicate": "重复，未计入",
    "other": "不同年度或格式，未计入",
    "unreadable": "无法读取",
}


class RollupRefused(Exception):
    """Nothing can be summed; the text says why and what to do, in one sentence."""


class Cancelled(Exception):
    """The caller asked to stop; nothing was written."""


@dataclass(frozen=True, slots=True)
class Row:
    """One file. While reading, the state is `read` or `unreadable`; the end decides the rest."""

    path: Path
    name: str
    """The path below the folder as a person reads it, `/` between."""
    state: State
    organ: str = ""
    year: int = 0
    form_id: str = ""
    count: Count = Count()
    """Findings by severity. With `words`, of all rules; else of those that run at once."""
    blanks: int = 0
    """Input cells without an answer."""
    received: float = 0
    """The file's time, in seconds since 1970; 0 where it is not known."""
    reason: str = ""
    """Why it is not in the sum, a sentence; empty when it is."""
    number: int = 0
    """Its place among the rows: what `Details` goes by."""

    @property
    def finished(self) -> bool:
        """Whether the superior has nothing to ask back: read, no open error, nothing unanswered."""
        return self.state != "unreadable" and not self.count.errors and not self.blanks


@dataclass(frozen=True, slots=True)
class Progress:
    """`rows` are new since the last call, in no particular order; each file comes once."""

    done: int
    total: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """An organ of the list that sent nothing. `near`: senders whose names are much like it."""

    organ: str
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A finding as a line of a list."""

    severity: str
    rule: str
    section: str
    cell: str
    message: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two organs whose narratives share text; figures, years and the organs' names are not counted.

    `percent` of `of`'s narrative stands in `other`'s; `example` is such a paragraph.
    """

    of: str
    other: str
    percent: int
    example: str


class Details:
    """What each file gave, kept outside the memory of the process; gone with the roll-up."""

    def figures(self, number: int) -> dict[str, Figure]:
        raise NotImplementedError

    def findings(self, number: int) -> tuple[Said, ...]:
        raise NotImplementedError

    def __iter__(self) -> Iterator[int]:
        raise NotImplementedError


@dataclass(frozen=True)
class Rollup:
    folder: Path
    report: Report
    """The sum: figures filled, narrative empty, `sources` noted. `origins` reads them."""
    rows: tuple[Row, ...]
    """By name; final states."""
    details: Details
    missing: tuple[Missing, ...] = ()
    unexpected: tuple[str, ...] = ()
    """Senders that are not on the list of expected organs, when there was one."""
    gaps: Mapping[str, int] = field(default_factory=dict)
    """cell → how many of the reports in the sum left it unanswered; cells answered by all are not in it."""
    doubts: tuple[str, ...] = ()
    not_reports: int = 0
    """Files of other kinds, passed over."""
    words: bool = False
    """Whether the rules that read the texts ran as well."""

    @property
    def counted(self) -> int:
        return sum(row.state == "counted" for row in self.rows)

    def describe(self) -> dict[str, Any]:
        """The document of `gic rollup --json`."""
        raise NotImplementedError

    def summary(self) -> str:
        """The same in sentences."""
        raise NotImplementedError
