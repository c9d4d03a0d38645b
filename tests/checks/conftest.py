"""A report with every cell answered, and the words a test gives it."""

import pytest

from gic_desktop.checks import run
from gic_desktop.checks.registry import Rule
from gic_desktop.checks.run import check
from gic_desktop.forms.catalogue import form_named
from gic_desktop.report.edits import SetSection
from gic_desktop.report.figures import Figure
from gic_desktop.report.narrative import from_text
from gic_desktop.report.report import Section, new_report
from gic_desktop.values import replace

ORGAN = "云岚市望江区梧桐街道办事处"


class Desk:
    """What a clerk has before her: a report with figures, one section's text, and what the checks say."""

    organ = ORGAN

    def report(self, text="", section="overview", form="2021", year=2025, cells=None, **fields):
        blank = new_report(form_named(form), year, fields.pop("organ", ORGAN))
        answered = {c: Figure(0) for c, d in blank.form.cells.items() if not d.computed}
        answered |= {cell: Figure(value) for cell, value in (cells or {}).items()}
        made = replace(blank, cells=answered, **fields)
        return SetSection(Section(section, from_text(text))).apply(made)

    def found(self, rule, report, last=None, **how):
        return [f for f in check(report, last, **how) if f.rule == rule]

    def words(self, report, finding):
        """What a finding points at, as printed."""
        from gic_desktop.checks.registry import Subject

        place = finding.place
        text = next(
            t
            for t in Subject(report).texts
            if (t.section, t.part, t.paragraph) == (place.section, place.part, place.paragraph)
        )
        return text.text[place.start : place.end]

    def said(self, rule, report, last=None, **how):
        return [self.words(report, f) for f in self.found(rule, report, last, **how)]


@pytest.fixture(scope="session")
def desk():
    return Desk()


@pytest.fixture(autouse=True)
def no_error_from_a_rule_that_an_export_passes_over(monkeypatch):
    """Whatever a test has checked: errors come from the rules that an export runs, no others."""
    real = run.rules

    def watched(rule: Rule) -> Rule:
        def found(subject):
            for finding in rule.run(subject):
                assert rule.may_block or finding.severity != "error", finding
                yield finding

        return replace(rule, run=found)

    monkeypatch.setattr(run, "rules", lambda *modules: tuple(map(watched, real(*modules))))
