"""A PDF of ours read as pages, its project not asked for: every paragraph comes back by itself."""

import pytest

from gic_desktop import resources, verbs
from gic_desktop.imports.outcome import import_source
from gic_desktop.imports.reading import read_bytes
from gic_desktop.report.bound import BoundFigures
from gic_desktop.report.narrative import Paragraph
from gic_desktop.values import replace


def texts(report):
    """Paragraph by paragraph as printed, under each section and under its table."""
    bound = BoundFigures(report)
    return {
        section.id: [
            bound.printed(item.text).text
            for item in (*section.body, *section.notes)
            if isinstance(item, Paragraph)
        ]
        for section in report.sections
    }


def read_back(report):
    data = verbs.export_bytes(report, ".pdf", draft=True)
    return import_source(read_bytes(data)).report


@pytest.mark.parametrize("name", ["2019", "2021"])
def test_the_sample_comes_back_paragraph_by_paragraph(name):
    report = verbs.open_report(resources.path("samples", f"{name}.gicr")).report
    assert texts(read_back(report)) == texts(report)


def test_unlucky_paragraphs():
    """A signed number alone, and a line that is full to the margin before a heading."""
    report = verbs.open_report(resources.path("samples", "2021.gicr")).report
    first, *others = report.sections
    full = "全年" * 12 + "办结。"
    unlucky = tuple(Paragraph(text) for text in ("-5", full, full, "较上年变化如下", "-5"))
    report = replace(report, sections=(replace(first, body=unlucky), *others))
    assert texts(read_back(report))[first.id] == [item.text for item in unlucky]
