"""What an import brought: the report, and plainly what is certain, doubtful, left out, missing.

`to_json` is the contract of `gic import --json`: `recognised`, `unrecognised`, `mismatches`,
`missing`, and beside them what a dialog shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gic_desktop.imports.lines import Line
from gic_desktop.imports.match import LabelNote, Problem
from gic_desktop.imports.source import Source
from gic_desktop.report.figures import Number, number_text
from gic_desktop.report.report import Report


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A printed total that its own parts do not add up to. `computed` None: no part was there."""

    cell: str
    printed: str
    computed: Number | None


@dataclass(frozen=True)
class ImportOutcome:
    report: Report
    source: Source
    lines: tuple[Line, ...] = ()
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """cell → number of its line in `lines`, number of the printed cell in that line."""
    unrecognised: tuple[Problem, ...] = ()
    """What could not be placed. Nothing in it is in the report's cells."""
    uncertain: tuple[Problem, ...] = ()
    """What is in the report, but by position or distance: to be looked at."""
    mismatches: tuple[Mismatch, ...] = ()
    missing: tuple[str, ...] = ()
    """Cells of the form for which nothing was found."""
    missing_sections: tuple[str, ...] = ()
    labels: tuple[LabelNote, ...] = ()
    dropped: tuple[tuple[str, str], ...] = ()
    """Lines that are no part of a report (page numbers, a portal's own), and what they are."""
    losses: tuple[str, ...] = ()
    opened: bool = False
    """The file was one of this program's own projects: nothing had to be recognised."""

    @property
    def certain(self) -> bool:
        """Whether nothing needs a person's eye."""
        return not (self.unrecognised or self.uncertain or self.mismatches or self.labels)

    @property
    def printed_figures(self) -> int:
        """How many cells were read, totals included."""
        return len(self.places) if self.places or not self.opened else len(self.report.cells)

    def to_json(self) -> dict[str, Any]:
        """Give the import report of the console."""
        report = self.report
        return {
            "recognised": {
                "kind": self.source.kind,
                "form": report.form_id,
                "year": report.year,
                "org": report.organ,
                "title": report.full_title,
                "figures": self.printed_figures,
                "sections": [
                    {
                        "id": section.id,
                        "heading": report.heading(section.id),
                        "paragraphs": len(section.body),
                        "notes": len(section.notes),
                    }
                    for section in report.sections
                ],
            },
            "unrecognised": [_problem(problem) for problem in self.unrecognised],
            "uncertain": [_problem(problem) for problem in self.uncertain],
            "mismatches": [
                {
                    "cell": one.cell,
                    "printed": one.printed,
                    "computed": None if one.computed is None else number_text(one.computed),
                }
                for one in self.mismatches
            ],
            "missing": [*self.missing],
            "missing_sections": [*self.missing_sections],
            "labels": [
                {"printed": note.printed, "expected": note.expected, "cell": note.cell}
                for note in self.labels
            ],
            "left_out": [{"text": text, "what": what} for text, what in self.dropped],
            "losses": [*self.losses],
        }


def _problem(problem: Problem) -> dict[str, Any]:
    made: dict[str, Any] = {"text": problem.text, "reason": problem.reason}
    if problem.cell:
        made["cell"] = problem.cell
    if problem.cells:
        made["cells"] = [*problem.cells]
    return made
