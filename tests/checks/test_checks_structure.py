"""V07, V17, V18, V29: form and year, headings, title and organ, labels."""

import pytest

from gic_desktop.checks.run import check
from gic_desktop.forms.catalogue import form_named
from gic_desktop.report.edits import SetSection
from gic_desktop.report.narrative import from_text
from gic_desktop.report.report import ImportNote, Section, Signature, new_report
from gic_desktop.values import replace


def report(form="2021", year=2025, **fields):
    return replace(new_report(form_named(form), year, "甲区乙街道办事处"), **fields)


def rule(name, report):
    return [f for f in check(report) if f.rule == name]


@pytest.mark.parametrize(
    ("form", "year", "wrong"),
    [("2019", 2020, False), ("2019", 2021, True), ("2021", 2020, True), ("2021", 2025, False)],
)
def test_the_form_fits_the_year(form, year, wrong):
    assert bool(rule("V07", report(form, year))) is wrong


def test_a_mixed_form_is_an_error():
    mixed = report(import_notes=(ImportNote("form", "2019 格式、2021 格式"),))
    assert [f.severity for f in rule("V07", mixed)] == ["error"]


def test_a_differing_heading_is_repaired_at_one_click():
    made = SetSection(Section("problems", heading="五、存在问题及改进情况")).apply(report())
    (said,) = rule("V17", made)
    assert said.severity == "warning"
    assert rule("V17", said.repair.edit.apply(made)) == []


def test_a_missing_heading_is_an_error():
    made = SetSection(Section("problems", heading="")).apply(report())
    assert [f.severity for f in rule("V17", made)] == ["error"]


NUMBERED = [
    ("（一）甲\n（二）乙\n（三）丙", []),
    ("（一）甲\n1.子\n2.子\n（二）乙\n1.子\n2.子", []),
    ("（一）甲\n（1）子\n（2）子\n（二）乙\n（1）子", []),
    ("1.甲\n2.乙\n正文没有序号\n3.丙", []),
    ("（九）甲\n（十）乙\n（十一）丙", []),
    ("一是抓学习；二是抓落实。\n（一）甲\n（二）乙", []),
    ("（一）甲\n（二）乙\n（四）丁", ["（四）"]),
    ("（一）甲\n（二）乙\n（二）丙", ["（二）"]),
    ("1.甲\n3.丙", ["3."]),
    ("（1）甲\n（2）乙\n（3）丙\n（四）丁\n（五）戊", ["（四）"]),
    ("（一）甲\n（二）乙\n（三）丙\n（4）丁\n（五）戊", ["（4）"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrong"), NUMBERED)
def test_numbers_run_on(text, wrong):
    made = SetSection(Section("overview", from_text(text))).apply(report())
    lines = text.split("\n")
    said = rule("V17", made)
    assert [lines[f.place.paragraph][f.place.start : f.place.end] for f in said] == wrong
    for finding in said:
        if finding.repair is not None:
            assert rule("V17", finding.repair.edit.apply(made)) == []


def test_a_gap_is_closed_at_one_click_and_mixed_styles_are_not():
    lines = "（一）甲\n（二）乙\n（四）丁\n（五）戊"
    made = SetSection(Section("overview", from_text(lines))).apply(report())
    (said,) = rule("V17", made)
    after = said.repair.edit.apply(made).section("overview").body
    assert [item.text for item in after] == ["（一）甲", "（二）乙", "（三）丁", "（四）戊"]
    mixed = SetSection(Section("overview", from_text("（1）甲\n（2）乙\n（三）丙"))).apply(report())
    assert [finding.repair for finding in rule("V17", mixed)] == [None]


TITLES = [
    (None, False),
    ("甲区乙街道办事处2025年政府信息公开工作年度报告", False),
    ("甲区乙街道办事处\n2025年政府信息公开工作年度报告", False),
    ("2025年甲区乙街道办事处政府信息公开工作年度报告", False),
    ("甲区乙街道办事处 2025 年政府信息公开工作年度报告", False),
    ("工作年度报告", True),
    ("甲区乙街道办事处2024年政府信息公开工作年度报告", True),
    ("丙街道办事处2025年政府信息公开工作年度报告", True),
]


@pytest.mark.parametrize(("title", "wrong"), TITLES)
def test_the_title_is_whole(title, wrong):
    assert bool(rule("V18", report(title=title))) is wrong


def test_the_organ_is_named_alike():
    signed = report(signature=Signature("乙街道办事处", shown=True))
    assert [f.severity for f in rule("V18", signed)] == ["warning"]
    assert rule("V18", rule("V18", signed)[0].repair.edit.apply(signed)) == []
    unseen = report(signature=Signature("乙街道办事处", shown=False))
    assert rule("V18", unseen) == []


def test_a_differing_label_is_named_once():
    note = ImportNote(
        "label", "没有现成信息需另行制作", "2.没有现成信息需要另行制作", "requests.received.person"
    )
    (said,) = rule("V29", report(import_notes=(note, note)))
    assert said.place.cell == "requests.received.person"


@pytest.mark.parametrize(("kind", "how"), [("left", "没有导入"), ("doubt", "请核对")])
def test_what_the_import_could_not_place_stays_said(kind, how):
    note = ImportNote(kind, "注：含历年结转。" * 9, "表后的说明没有位置。", "disputes.review.total")
    (said,) = rule("V29", report(import_notes=(note,)))
    assert (said.place.section, said.place.cell) == ("disputes", "disputes.review.total")
    assert said.message.endswith(f"…”{how}：表后的说明没有位置。")
