"""Single cells: V08, V23, V24, V25, V27, with what must stay silent."""

from decimal import Decimal

import pytest

from gic_desktop.checks.run import check
from gic_desktop.forms.catalogue import form_named
from gic_desktop.report.edits import SetCells, SetSection, fill_blanks
from gic_desktop.report.figures import Figure
from gic_desktop.report.narrative import from_text
from gic_desktop.report.report import Section, new_report
from gic_desktop.values import replace


def report(figures=None, *, organ="甲街道办事处", year=2025, form="2021", zeros=True):
    made = new_report(form_named(form), year, organ)
    figures = {cell: Figure(value) for cell, value in (figures or {}).items()}
    made = SetCells(figures).apply(made)
    return fill_blanks(made, made.form.cells).apply(made) if zeros else made


def rule(name, report, last=None):
    return [f for f in check(report, last) if f.rule == name]


def test_blanks_are_counted_named_and_repaired_at_one_click():
    blank = report(zeros=False)
    said = rule("V08", blank)
    assert [f.place.cell for f in said] == [
        "disclosure.regulations.issued",
        "requests.received.person",
        "disputes.review.upheld",
    ]
    for finding in said:
        blank = finding.repair.edit.apply(blank)
    assert rule("V08", blank) == []


def test_one_blank_is_named():
    made = report()
    made = SetCells({"requests.granted.legal": None}).apply(made)
    (said,) = rule("V08", made)
    assert "有 1 格没有填写，第一格是“法律服务机构·予以公开”" in said.message


def test_the_printed_dash_of_an_import_is_quoted():
    made = replace(report(zeros=False), printed={"requests.granted.legal": "—"})
    assert "“—”" in rule("V08", made)[1].message


@pytest.mark.parametrize(
    ("organ", "accused"),
    [("甲街道办事处", True), ("乙镇人民政府", True), ("丙市人民政府", False), ("丁部", False)],
)
def test_only_street_offices_and_towns_make_no_regulations(organ, accused):
    made = report({"disclosure.regulations.valid": 1}, organ=organ)
    assert bool(rule("V23", made)) is accused


def test_a_figure_with_a_unit_is_shown_as_read():
    made = replace(
        report({"requests.granted.legal": 3}), printed={"requests.granted.legal": "３件"}
    )
    (said,) = rule("V24", made)
    assert "“３件”，已读作 3" in said.message
    plain = replace(made, printed={"requests.granted.legal": " 3 "})
    assert rule("V24", plain) == []


SWINGS = [(12, 240, "", True), (240, 12, "", True), (1, 15, "", False), (30, 200, "", False),
          (0, 200, "", False), (12, 240, "较上年大幅增加，主要因旧区改造。", False)]  # fmt: skip


@pytest.mark.parametrize(("then", "now", "words", "accused"), SWINGS)
def test_ten_times_more_wants_a_word(then, now, words, accused):
    last = report({"disclosure.licences.decisions": then}, year=2024)
    made = report({"disclosure.licences.decisions": now})
    made = SetSection(Section("overview", from_text(words))).apply(made)
    assert bool(rule("V25", made, last)) is accused


FEES = [("848450", None, True), ("96171.6", "95000", False), ("0.092", None, False),
        ("7545", "7000", False), ("920", "0.092", True), ("4068.208", None, False)]  # fmt: skip


@pytest.mark.parametrize(("now", "then", "accused"), FEES)
def test_an_amount_that_looks_like_yuan(now, then, accused):
    cell = "disclosure.fees.amount"
    last = None if then is None else report({cell: Decimal(then)}, year=2024)
    assert bool(rule("V27", report({cell: Decimal(now)}), last)) is accused
