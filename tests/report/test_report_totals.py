"""Totals for any figures, against an adding up that knows nothing of the form file."""

from hypothesis import given
from hypothesis import strategies as st

from gic_desktop.forms.catalogue import form_named
from gic_desktop.report.edits import SetCells
from gic_desktop.report.figures import Figure
from gic_desktop.report.report import new_report
from gic_desktop.report.totals import values_of, values_with_totals

APPLICANTS = ("person", "business", "research", "welfare", "legal", "other")


def _inputs(form):
    return [cell.id for cell in form.cells.values() if not cell.computed]


@given(st.sampled_from(["2019", "2021"]), st.randoms(use_true_random=False))
def test_totals_for_any_figures(form_id, random):
    form = form_named(form_id)
    typed = {cell: random.randrange(10**6) for cell in _inputs(form) if random.random() < 0.9}
    values = values_with_totals(form, {cell: Figure(value) for cell, value in typed.items()})
    lines = {cell.rpartition(".")[0] for cell in form.leaves if cell.startswith("requests.")}
    outcomes = lines - {
        f"requests.{name}" for name in ("received", "carried_in", "carried_out", "finished")
    }
    for line in lines - {"requests.finished"}:
        answered = [typed[c] for a in APPLICANTS if (c := f"{line}.{a}") in typed]
        assert values.get(f"{line}.total") == (sum(answered) if answered else None)
    for applicant in APPLICANTS:
        answered = [typed[c] for line in outcomes if (c := f"{line}.{applicant}") in typed]
        assert values.get(f"requests.finished.{applicant}") == (sum(answered) if answered else None)
    everything = [v for c, v in typed.items() if c.rpartition(".")[0] in outcomes]
    assert values.get("requests.finished.total") == (sum(everything) if everything else None)


def test_unanswered_is_not_zero():
    report = new_report(form_named("2021"), 2025, "甲街道办事处")
    assert values_of(report) == {}
    answered = SetCells({"requests.granted.person": Figure(0)}).apply(report)
    assert values_of(answered)["requests.finished.person"] == 0
    assert "requests.received.total" not in values_of(answered)
