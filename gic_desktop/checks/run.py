"""Runs the rules. The modules of rules are listed here, once; importing them registers them."""

import importlib
from collections.abc import Iterable
from datetime import date
from functools import cache

from gic_desktop.checks.finding import SEVERITIES, Finding
from gic_desktop.checks.registry import Pace, Rule, Subject, Unprintable, registered
from gic_desktop.report.report import Report
from gic_desktop.values import replace

AT_ONCE = ("arithmetic", "answers", "structure")
"""Where the rules stand that run at once: the window starts without the others."""
MAY_BLOCK = (*AT_ONCE, "figures_in_text")
"""Where the rules stand that may find errors: an export needs no others (of what no font has, it tells itself)."""
MODULES = (
    *MAY_BLOCK,
    "breakdowns",
    "expected",
    "wording",
    "slips",
    "names_in_braces",
    "likeness",
    "privacy",
    "no_font",
)


@cache
def rules(modules: tuple[str, ...] = MODULES) -> tuple[Rule, ...]:
    for module in modules:
        importlib.import_module(f"gic_desktop.checks.{module}")
    return registered()


def check(
    report: Report,
    last: Report | None = None,
    *,
    pace: Pace | None = None,
    today: date | None = None,
    unprintable: Unprintable | None = None,
) -> tuple[Finding, ...]:
    """All findings in print order, the graver first at the same place.

    `pace` limits to the rules that run at once, or after a pause of typing. `today` is asked only
    by the deadline's rule; without it that rule is silent, so that results do not change overnight.
    `unprintable` is asked by the rule about fonts, which is silent without it.
    """
    wanted = rules(AT_ONCE if pace == "at once" else MODULES)
    return _found(
        Subject(report, last, today, unprintable),
        (one for one in wanted if pace is None or one.pace == pace),
    )


def errors(report: Report) -> tuple[Finding, ...]:
    """Those findings that stop an export: the errors without a reason."""
    able = (one for one in rules(MAY_BLOCK) if one.may_block)
    return tuple(finding for finding in _found(Subject(report), able) if finding.blocks)


def _found(subject: Subject, wanted: Iterable[Rule]) -> tuple[Finding, ...]:
    return arranged(subject.report, [found for one in wanted for found in one.run(subject)])


def arranged(report: Report, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Without what was dismissed, with what was overridden marked, in print order."""
    reasons = {o.key: o.reason for o in report.overrides}
    kept = [
        replace(f, overridden=reasons[f.key]) if f.may_stand and f.key in reasons else f
        for f in findings
        # An error is never dismissed: it needs a reason.
        if f.severity == "error" or f.key not in report.dismissed
    ]
    order = {"": -3, "cover": -2, "preamble": -1, "signature": len(report.form.sections)}
    order |= {section.id: i for i, section in enumerate(report.form.sections)}
    cells = {cell: i for i, cell in enumerate(report.form.cells)}

    def key(f: Finding) -> tuple[int, int, int, int, int, str]:
        place = f.place
        return (
            order.get(place.section, 99),
            SEVERITIES.index(f.severity),
            cells.get(place.cell, -1),
            place.paragraph,
            place.start,
            f.rule,
        )

    return tuple(sorted(kept, key=key))
