"""Several files imported at once: one line a file, the same for console and window.

A file that cannot be read has a reason and no report; it never stops the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os.path import realpath
from pathlib import Path
from typing import Any

from gic_desktop.imports.outcome import ImportOutcome
from gic_desktop.values import Struct, field


class Imported(Struct, frozen=True):
    """What came of one file. `target` is its project; empty `reason`: it was read and saved."""

    source: Path
    target: Path | None = None
    reason: str = ""
    organ: str = ""
    year: int | None = None
    form: str = ""
    figures: int = 0
    expected: int = 0
    unrecognised: int = 0
    uncertain: int = 0
    disagreeing: int = 0
    described: Mapping[str, Any] = field(default_factory=dict)
    """The import report of this file, as `gic import --json` gives it for one."""

    @property
    def certain(self) -> bool:
        found = self.unrecognised or self.uncertain or self.disagreeing
        return not self.reason and not found and self.figures == self.expected

    def describe(self) -> dict[str, Any]:
        return {
            "source": str(self.source),
            "file": None if self.target is None else str(self.target),
            "refused": self.reason or None,
            "import": dict(self.described) or None,
        }

    def summary(self) -> str:
        if self.reason:
            return f"{self.source.name}：没有导入。{self.reason}"
        parts = [f"{self.organ or '（未写机关名称）'}，{self.year}年度"]
        parts.append(f"数据 {self.figures} 项，应有 {self.expected} 项")
        parts += [
            f"{name} {number} 处"
            for name, number in (
                ("没有认出", self.unrecognised),
                ("请核对", self.uncertain),
                ("合计不符", self.disagreeing),
            )
            if number
        ]
        to = "" if self.target is None else f"→ {self.target.name}"
        return f"{self.source.name}：{'，'.join(parts)} {to}".rstrip()


class Batch(Struct, frozen=True):
    folder: Path
    rows: tuple[Imported, ...]
    stopped: bool = False
    """The person stopped it; what was read until then is saved."""

    @property
    def saved(self) -> int:
        return sum(not row.reason for row in self.rows)

    @property
    def refused(self) -> int:
        return len(self.rows) - self.saved

    def describe(self) -> dict[str, Any]:
        return {
            "folder": str(self.folder),
            "saved": self.saved,
            "refused": self.refused,
            "files": [row.describe() for row in self.rows],
        }

    def headline(self) -> str:
        look = sum(not row.certain and not row.reason for row in self.rows)
        said = [f"共 {len(self.rows)} 份文件，已导入 {self.saved} 份"]
        if look:
            said.append(f"其中 {look} 份有内容需要核对")
        if self.refused:
            said.append(f"没有导入 {self.refused} 份")
        return "，".join(said) + ("。已停止，其余文件没有读取。" if self.stopped else "。")


def imported(source: Path, target: Path, outcome: ImportOutcome) -> Imported:
    """Sum up an import whose project is saved."""
    report = outcome.report
    return Imported(
        source,
        target,
        organ=report.organ,
        year=report.year,
        form=report.form.name,
        figures=outcome.printed_figures,
        expected=len(report.form.cells),
        unrecognised=len(outcome.unrecognised),
        uncertain=len(outcome.uncertain) + len(outcome.labels),
        disagreeing=len(outcome.mismatches),
        described=outcome.describe(),
    )


def each_once(sources: Sequence[Path]) -> list[Path]:
    """The files in the given order; one that is named twice is read once."""
    seen: dict[str, Path] = {}
    for source in sources:
        seen.setdefault(realpath(source), source)
    return list(seen.values())
