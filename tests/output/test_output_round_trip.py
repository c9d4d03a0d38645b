"""Everything a report can hold, exported in every format and read again by the import."""

import pytest
from office_reports import FORMS, rich, sample

from gic_desktop import verbs
from gic_desktop.imports.outcome import import_source
from gic_desktop.imports.reading import read_bytes
from gic_desktop.report.bound import BoundFigures
from gic_desktop.report.narrative import Paragraph

OFFICE = (".docx", ".xlsx", ".html")


def texts(report):
    """Headings with their levels and body text; a caption is read where its picture is lost."""
    bound = BoundFigures(report)
    return [
        [
            (item.level, bound.printed(item.text).text)
            for item in section.body + section.notes
            # A lone number is read as a page's.
            if isinstance(item, Paragraph) and item.text not in ("-5", "图1 公开栏")
        ]
        for section in report.sections
    ]


@pytest.mark.parametrize("suffix", OFFICE)
@pytest.mark.parametrize("form", FORMS)
def test_figures_and_text_come_back(form, suffix):
    before = rich(form)
    outcome = import_source(read_bytes(verbs.export_bytes(before, suffix)))
    after = outcome.report
    assert dict(after.cells) == dict(before.cells)
    assert texts(after) == texts(before)
    assert (outcome.unrecognised, outcome.labels, outcome.missing) == ((), (), ())
    assert (after.year, after.form_id, after.annex) == (before.year, form, before.annex)
    if suffix != ".xlsx":
        assert len(after.pictures) == len(before.pictures)


@pytest.mark.parametrize("suffix", OFFICE)
@pytest.mark.parametrize("form", ["2019", "2021"])
def test_a_real_report_comes_back(form, suffix):
    before = sample(form)
    outcome = import_source(read_bytes(verbs.export_bytes(before, suffix)))
    after = outcome.report
    assert dict(after.cells) == dict(before.cells)
    assert texts(after) == texts(before)
    assert (after.organ, after.signature) == (before.organ, before.signature)
    assert (outcome.unrecognised, outcome.uncertain, outcome.labels) == ((), (), ())
