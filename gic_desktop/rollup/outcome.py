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
* **Units**: 元 and 万元 are converted, exactly. Where some amounts of a cell do not say which they
  are, the cell stays unanswered and `doubts` gives the partial sums.

Everything is exact and independent of the order in which files were found, read or finished.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from gic_desktop.checks.finding import Count
from gic_desktop.forms.description import Severity
from gic_desktop.report.report import Report
from gic_desktop.values import Struct, field

if TYPE_CHECKING:
    from gic_desktop.rollup.spool import Details

State = Literal["read", "counted", "duplicate", "other", "unreadable"]

STATES: Mapping[State, str] = {
    "read": "已读取",
    "counted": "已计入",
    "duplicate": "重复，未计入",
    "other": "未计入",
    "unreadable": "无法读取",
}
NO_FINDINGS = Count()
TIME_ZONE = timezone(timedelta(hours=8))
"""Every office's; fixed, so that a table does not change with the PC that makes it."""
_LISTED = 20
"""So many of a kind are named in the summary; the workbook and the JSON have them all."""


def organ_key(organ: str) -> str:
    """Two spellings of one name: blanks and the width of brackets do not tell organs apart."""
    key = "".join(organ.split()).replace("(", "（").replace(")", "）")
    # Nearly always the same: then the same object, for tens of thousands of names.
    return organ if key == organ else key


class RollupRefused(Exception):
    """Nothing can be summed; the text says why and what to do, in one sentence."""


class Cancelled(Exception):
    """The caller asked to stop; nothing was written."""


class Row(Struct, frozen=True):
    """One file. While reading, the state is `read` or `unreadable`; the end decides the rest."""

    folder: Path
    file: str
    """Its path below `folder`, as the system knows it."""
    name: str
    """The same as a person reads it, `/` between."""
    state: State
    organ: str = ""
    year: int = 0
    form_id: str = ""
    count: Count = NO_FINDINGS
    """Findings by severity. With `words`, of all rules; else of those that run at once."""
    blanks: int = 0
    """Input cells without an answer."""
    received: float = 0
    """The file's time, in seconds since 1970; 0 where it is not known."""
    reason: str = ""
    """Why it is not in the sum, a sentence; empty when it is."""
    number: int = 0
    """What `Details` knows it by."""

    @property
    def path(self) -> Path:
        return self.folder / self.file

    @property
    def finished(self) -> bool:
        """Whether the superior has nothing to ask back: read, no open error, nothing unanswered."""
        return self.state != "unreadable" and not self.count.errors and not self.blanks


class Progress(Struct, frozen=True):
    """`rows` are new since the last call, in no particular order; each file comes once."""

    done: int
    total: int
    rows: tuple[Row, ...]


class Missing(Struct, frozen=True):
    """An organ of the list without a report in the sum. `near`: what may be its own nevertheless."""

    organ: str
    near: tuple[str, ...] = ()


class Said(Struct, frozen=True):
    """A finding as a line of a list."""

    severity: Severity
    rule: str
    section: str
    cell: str
    message: str


class Rollup(Struct, frozen=True):
    folder: Path
    report: Report
    """The sum: figures filled, narrative empty, `sources` noted. `summary.origins` reads them."""
    rows: tuple[Row, ...]
    """By name; final states."""
    details: Details
    missing: tuple[Missing, ...] = ()
    unexpected: tuple[str, ...] = ()
    """Senders that are not on the list of expected organs, when there was one."""
    expected: int = 0
    gaps: Mapping[str, int] = field(default_factory=dict)
    """cell → how many of the reports in the sum left it unanswered; cells answered by all are not in it."""
    doubts: Mapping[str, str] = field(default_factory=dict)
    """cell → why it could not be summed, a sentence."""
    not_reports: int = 0
    """Files of other kinds, passed over."""
    words: bool = False
    """Whether the rules that read the texts ran as well."""

    @property
    def counted(self) -> int:
        return len(self.in_state("counted"))

    def in_state(self, state: State) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.state == state)

    @property
    def has_errors(self) -> bool:
        """Whether a report in the sum has open errors."""
        return any(row.count.errors for row in self.rows if row.state == "counted")

    def describe(self) -> dict[str, Any]:
        """The document of `gic rollup --json`."""
        return {
            "form": self.report.form_id,
            "year": self.report.year,
            "org": self.report.organ,
            "counted": self.counted,
            "words_checked": self.words,
            "files": [_row(row) for row in self.rows],
            "duplicates": self._duplicates(),
            "missing": [{"org": one.organ, "near": list(one.near)} for one in self.missing],
            "unexpected": list(self.unexpected),
            "unanswered": dict(self.gaps),
            "not_summed": dict(self.doubts),
            "not_reports": self.not_reports,
        }

    def _duplicates(self) -> list[dict[str, Any]]:
        left_out: dict[str, list[str]] = {}
        for row in self.in_state("duplicate"):
            left_out.setdefault(organ_key(row.organ), []).append(row.name)
        counted = {organ_key(row.organ): row for row in self.in_state("counted")}
        return [
            {
                "org": counted[organ].organ if organ in counted else organ,
                "counted": counted[organ].name if organ in counted else None,
                "left_out": names,
            }
            for organ, names in left_out.items()
        ]

    def summary(self) -> str:
        """The same in sentences."""
        form = self.report.form
        counted = self.in_state("counted")
        said = [f"{self.report.year}年度（{form.name}）：汇总了 {len(counted)} 份年报。"]
        wrong = [row for row in counted if row.count.errors]
        if wrong:
            said += _listed(
                f"其中 {len(wrong)} 份有错误，也已计入，请退回改正后重新汇总：",
                [f"{row.organ or row.name}（{row.count.errors} 处错误）" for row in wrong],
            )
        left_out: tuple[tuple[State, str], ...] = (
            ("duplicate", "份重复，未计入"),
            ("other", "份未计入"),
            ("unreadable", "个文件或文件夹无法读取"),
        )
        for state, what in left_out:
            rows = self.in_state(state)
            if rows:
                said += _listed(
                    f"{len(rows)} {what}：", [f"{row.name}：{row.reason}" for row in rows]
                )
        if self.missing:
            said += _listed(
                f"名单上有 {len(self.missing)} 个机关没有可以计入的年报：",
                [
                    one.organ + (f"（可能是：{'、'.join(one.near)}）" if one.near else "")
                    for one in self.missing
                ],
            )
        elif self.expected:
            said.append("名单上的机关都已报送。")
        if self.unexpected:
            said += _listed(f"{len(self.unexpected)} 个机关不在名单上：", list(self.unexpected))
        if self.gaps:
            said.append(f"{len(self.gaps)} 格有年报没有填写，合计只包括已填写的，详见汇总表。")
        said += self.doubts.values()
        if self.not_reports:
            said.append(f"另有 {self.not_reports} 个其他文件，没有读取。")
        return "\n".join(said)


def _listed(head: str, lines: list[str]) -> list[str]:
    rest = len(lines) - _LISTED
    more = [f"  ……另有 {rest} 项，详见汇总表。"] if rest > 0 else []
    return [head, *(f"  {line}" for line in lines[:_LISTED]), *more]


def received_text(row: Row) -> str:
    """The file's time to the second."""
    if not row.received:
        return ""
    return datetime.fromtimestamp(int(row.received), TIME_ZONE).isoformat()


def _row(row: Row) -> dict[str, Any]:
    return {
        "file": row.name,
        "state": row.state,
        "org": row.organ or None,
        "year": row.year or None,
        "form": row.form_id or None,
        "errors": row.count.errors,
        "warnings": row.count.warnings,
        "hints": row.count.hints,
        "overridden": row.count.overridden,
        "blanks": row.blanks,
        "received": received_text(row) or None,
        "reason": row.reason or None,
    }
