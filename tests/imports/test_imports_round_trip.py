"""What the program exports it can import again from the printed page alone: figures and text."""

import import_samples as samples
import pytest

from gic_desktop import verbs
from gic_desktop.imports.outcome import import_source
from gic_desktop.imports.reading import read_bytes
from gic_desktop.imports.source import Budget
from gic_desktop.imports.sources.text import read_text
from gic_desktop.values import replace


def report(form: str):
    values = {name: str(value) for name, value in samples.figures(form, 1).items()}
    values |= {"disclosure.normative.issued": "22（其中修订 16 件）"} if form == "2021" else {}
    values |= {"disclosure.fees.amount": "59237.2449"} if form == "2021" else {}
    text = samples.rows_of_tabs(form, 2020 if form == "2019" else 2024, values)
    outcome = import_source(read_text(text.encode(), Budget()))
    assert outcome.unrecognised == ()
    return replace(outcome.report, printed={}, import_notes=())


@pytest.mark.parametrize("draft", [False, True])
@pytest.mark.parametrize("suffix", verbs.EXPORTS)
@pytest.mark.parametrize("form", ["2019", "2021"])
def test_exported_and_imported_again(form, suffix, draft):
    before = report(form)
    # The bytes go to the reader itself: the project inside a PDF would be opened, not read.
    outcome = import_source(read_bytes(verbs.export_bytes(before, suffix, draft=draft)))
    after = outcome.report
    assert dict(after.cells) == dict(before.cells)
    assert (outcome.unrecognised, outcome.uncertain, outcome.labels) == ((), (), ())
    assert outcome.missing == ()
    assert [(s.id, s.body, s.notes) for s in after.sections] == [
        (s.id, s.body, s.notes) for s in before.sections
    ]
    assert (after.organ, after.year, after.form_id) == (before.organ, before.year, before.form_id)
    assert after.preamble == before.preamble
    assert after.signature == before.signature


def test_our_own_pdf_opens_as_the_project_it_carries(tmp_path):
    from gic_desktop.imports.outcome import import_report

    before = report("2021")
    file = tmp_path / "年报.pdf"
    file.write_bytes(verbs.export_bytes(before, ".pdf"))
    outcome = import_report(file)
    assert outcome.opened
    assert outcome.report.cells == before.cells
