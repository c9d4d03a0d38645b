"""V09, V10, V11, V13: sentences about applications, reviews and lawsuits against the tables."""

import pytest

from gic_desktop.checks.figures_in_text import BindOffered, offers
from gic_desktop.report.bound import BoundFigures
from gic_desktop.report.edits import SetCells, SetSection
from gic_desktop.report.figures import Figure
from gic_desktop.report.narrative import from_text
from gic_desktop.report.report import Section
from gic_desktop.values import replace

# 新收 8 (自然人 6), 上年结转 2, 予以公开 3, 部分公开 1, 不予公开 2, 无法提供 1, 不予处理 1, 其他处理 1, 办结 9, 结转 1.
APPLICATIONS = {
    "requests.received.person": 6,
    "requests.received.business": 2,
    "requests.carried_in.person": 2,
    "requests.granted.person": 3,
    "requests.partial.person": 1,
    "requests.refused.internal.person": 1,
    "requests.refused.process.business": 1,
    "requests.unavailable.not_held.person": 1,
    "requests.unprocessed.repeated.person": 1,
    "requests.otherwise.rest.business": 1,
    "requests.carried_out.person": 1,
}
NUMBERS = [
    ("2025年，我街道共收到政府信息公开申请9件。", ["9件"]),
    ("全年收到公民、法人和其他组织提出的政府信息公开申请１２件。", ["１２件"]),
    ("全年共收到依申请公开 7 件。", ["7 件"]),
    ("本年新收政府信息公开申请七件。", ["七件"]),
    ("收到9件政府信息公开申请。", ["9件"]),
    ("本年新收政府信息公开申请8件，上年结转3件。", ["3件"]),
    ("收到信息公开申请8件，办结8件，结转下年度1件。", ["8件"]),
    ("收到信息公开申请8件，办结9件，结转下年度2件。", ["2件"]),
    ("收到信息公开申请8件，其中予以公开4件、部分公开1件、不予公开3件。", ["4件", "3件"]),
    ("收到依申请公开申请8件，无法提供2件，不予处理1件，其他处理1件。", ["2件"]),
    ("收到信息公开申请8件，其中自然人5件。", ["5件"]),
    ("收到信息公开申请60余件。", ["60余件"]),
    ("收到信息公开申请3余件。", ["3余件"]),
    ("信息公开申请数量比2024年有所增加，共收到政府信息公开申请9件。", ["9件"]),
    ("收到信息公开申请20余件。", ["20余件"]),
    ("收到政府信息公开申请8件（予以公开2件，部分公开1件）。", ["2件"]),
    ("云岚市望江区梧桐街道办事处2025年收到政府信息公开申请10件。", ["10件"]),
]


def test_the_preamble_is_not_judged(desk):
    report = desk.report("", cells=APPLICATIONS)
    text = from_text("2025年收到政府信息公开申请9件。")
    assert desk.found("V09", replace(report, preamble=text)) == []
    assert desk.found("V09", SetSection(Section("overview", text)).apply(report))


@pytest.mark.parametrize(("text", "words"), NUMBERS)
def test_a_number_that_the_table_does_not_bear_out(desk, text, words):
    report = desk.report(text, cells=APPLICATIONS)
    assert desk.said("V09", report) == words


SILENT = [
    # right
    "2025年，我街道共收到政府信息公开申请8件。",
    "全年收到公民、法人和其他组织提出的政府信息公开申请八件。",
    "收到信息公开申请4余件，上年结转近4件。",  # within what 余 and 近 may leave
    "收到信息公开申请009件。",  # a number of a file, not of files
    "2024年居民关切较多，收到政府信息公开申请9件。",
    "2023年与2024年，收到政府信息公开申请9件。",
    "收到信息公开申请8件，上年结转2件，办结9件，结转下年度继续办理1件。",
    "收到8件政府信息公开申请，3件予以公开，1件部分公开。",
    "收到政府信息公开申请8件，结转至2026年1件。",
    "收到申请情况：政府信息公开申请8件，予以公开3件。",
    "受理政府信息公开申请10件，含上年结转2件。",
    "共收到政府信息公开申请10件（含上年结转2件）。",
    "收到政府信息公开申请近10件。",
    # a part of them
    "通过网络收到政府信息公开申请5件，通过信函收到政府信息公开申请3件。",
    "收到政府信息公开申请8件，其中网上申请5件，当面申请3件，予以公开2件。",
    "收到政府信息公开申请8件，其中企业提出的2件，均予以公开。",
    "其中涉及拆迁补偿的申请4件，予以公开2件。",
    "对收到的2件重复申请，不予处理2件。",
    "上年结转2件，办结2件。",
    "自然人申请6件，予以公开2件。",
    # another time
    "2024年收到政府信息公开申请5件。",
    "2024年，我街道收到政府信息公开申请5件，予以公开5件。",
    "上半年收到政府信息公开申请5件。",
    "截至6月30日，收到政府信息公开申请4件。",
    "上年收到政府信息公开申请12件。",
    "自条例施行以来，累计收到政府信息公开申请120件。",
    "较上年增加政府信息公开申请3件。",
    # another office
    "全区共收到政府信息公开申请230件。",
    "区政府办转来政府信息公开申请2件。",
    "各社区收到政府信息公开申请3件。",
    # other business
    "收到群众来信15件，办结15件。",
    "受理低保申请42件，办结42件。",
    "收到政府信息公开申请8件。办理12345热线工单320件，办结318件。",
    "答复网民留言12条。",
    "收到政府信息公开申请8件；受理信访件20件，答复20件。",
    "依申请公开方面，编制答复文书范例3份。",
    # not a statement of fact
    "如收到政府信息公开申请5件以上，应专人办理。",
    "力争政府信息公开申请在15个工作日内答复。",
    "对政府信息公开申请的答复率达100%。",
    "根据国办发〔2019〕60号，收到申请后20个工作日内答复。",
    "收到政府信息公开申请3至5件。",
]  # fmt: skip


@pytest.mark.parametrize("text", SILENT)
def test_a_sentence_that_may_mean_something_else_is_left_alone(desk, text):
    report = desk.report(text, cells=APPLICATIONS)
    for rule in ("V09", "V11", "V13"):
        assert desk.said(rule, report) == []


def test_the_message_names_both_numbers_and_the_difference(desk):
    report = desk.report("共收到政府信息公开申请5件。", cells=APPLICATIONS)
    (found,) = desk.found("V09", report)
    assert (found.severity, found.also) == ("warning", ("requests.received.total",))
    for words in ("5件", " 8", "相差 3", "三、收到和处理政府信息公开申请情况"):
        assert words in found.message


def test_one_click_binds_the_number_to_the_table(desk):
    report = desk.report("共收到政府信息公开申请5件，办结9件。", cells=APPLICATIONS)
    (found,) = desk.found("V09", report)
    mended = found.repair.edit.apply(report)
    assert mended.section("overview").body[0].text == (
        "共收到政府信息公开申请{收到申请总数}件，办结9件。"
    )
    assert desk.found("V09", mended) == []
    later = SetCells({"requests.received.other": Figure(4)}).apply(mended)
    assert desk.found("V09", later) == []


def test_a_repair_leaves_words_alone_that_have_changed_meanwhile(desk):
    report = desk.report("共收到政府信息公开申请5件。", cells=APPLICATIONS)
    (found,) = desk.found("V09", report)
    typed = SetSection(Section("overview", from_text("尚在起草。"))).apply(report)
    assert found.repair.edit.apply(typed) is typed


def test_a_repair_follows_its_paragraph(desk):
    report = desk.report("共收到政府信息公开申请5件。", cells=APPLICATIONS)
    (found,) = desk.found("V09", report)
    moved = SetSection(
        Section("overview", from_text("总述一段。\n共收到政府信息公开申请5件。"))
    ).apply(report)
    assert "{收到申请总数}" in found.repair.edit.apply(moved).section("overview").body[1].text


def test_unfinished_tables_accuse_nobody(desk):
    report = desk.report("共收到政府信息公开申请5件。", cells=APPLICATIONS)
    blank = SetCells({"requests.received.other": None}).apply(report)
    assert desk.found("V09", blank) == []


def test_under_a_heading_about_applications_the_subject_is_known(desk):
    text = "（二）依申请公开\n全年共收到申请9件，办结8件。"
    report = desk.report(text, cells=APPLICATIONS)
    assert desk.said("V09", report) == ["9件", "8件"]
    other = desk.report("（二）信访工作\n全年共收到申请9件，办结8件。", cells=APPLICATIONS)
    assert desk.said("V09", other) == []


def test_the_first_form_has_its_own_cells(desk):
    text = "收到政府信息公开申请2件，其他处理1件。"
    cells = {"requests.received.person": 2, "requests.otherwise.person": 2}
    report = desk.report(text, form="2019", year=2020, cells=cells)
    assert desk.said("V09", report) == ["1件"]


def test_a_finding_keeps_its_name_when_figures_and_neighbours_change(desk):
    one = desk.report("共收到政府信息公开申请5件。", cells=APPLICATIONS)
    two = desk.report("新的一段。\n共收到政府信息公开申请6件。", cells=APPLICATIONS)
    (first,), (second,) = desk.found("V09", one), desk.found("V09", two)
    assert first.key == second.key
    assert desk.found("V09", replace(two, dismissed=frozenset({first.key}))) == []


# -- V10 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "（一）主动公开\n网站主动公开信息63条，微信发布763余条。",
        "（二）依申请公开\n渠道畅通。",
    ],
)
def test_applications_in_the_table_and_not_a_word_in_the_text(desk, text):
    report = desk.report(text, cells=APPLICATIONS)
    (found,) = desk.found("V10", report)
    assert "新收 8、结转 2" in found.message


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("网站主动公开信息63条。", {}),
        ("收到政府信息公开申请8件。", APPLICATIONS),
        ("规范依申请公开办理流程。", APPLICATIONS),
        ("收到申请{收到申请总数}件。", APPLICATIONS),
    ],
)
def test_no_silence(desk, text, cells):
    assert desk.found("V10", desk.report(text, cells=cells)) == []


# -- V13 -----------------------------------------------------------------------------------------

CLAIMS = [
    ("2025年度我街道未收到任何形式的政府信息公开申请。", 1),
    ("本年度没有收到公民、法人和其他组织提出的政府信息公开申请。", 1),
    ("我单位未接到依申请公开。", 1),
    ("全年无政府信息公开申请。", 1),
]


@pytest.mark.parametrize(("text", "count"), CLAIMS)
def test_none_received_against_a_table_that_has_some(desk, text, count):
    found = desk.found("V13", desk.report(text, cells=APPLICATIONS))
    assert [f.severity for f in found] == ["error"] * count
    assert desk.found("V13", desk.report(text)) == []


LEFT_OVER = {"requests.received.person": 3, "requests.granted.person": 2, "requests.carried_out.person": 1}  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "收到政府信息公开申请3件，全部办结。",
        "收到政府信息公开申请3件，均已按期答复。",
        "政府信息公开申请均已办结。",
        "2025年收到的政府信息公开申请均已办结。",
    ],
)
def test_all_finished_although_one_is_carried_over(desk, text):
    report = desk.report(text, cells=LEFT_OVER)
    (found,) = desk.found("V13", report)
    assert found.severity == "error"
    done = {"requests.received.person": 3, "requests.granted.person": 3}
    assert desk.found("V13", desk.report(text, cells=done)) == []


@pytest.mark.parametrize(
    "text",
    [
        "收到政府信息公开申请3件，到期的全部办结。",
        "收到政府信息公开申请3件，其中网上申请2件，均已办结。",
        "信访件全部办结。",
        "收到信访件20件，全部办结。",
        "确保政府信息公开申请全部办结。",
        "2024年的政府信息公开申请全部办结。",
        "上年结转的申请已全部办结。",
        "收到的上年结转的政府信息公开申请已全部办结。",
        "未收到要求更正的政府信息公开申请。",
        "未收到涉及收费的申请。",
        "申请人未收到政府信息公开申请答复的，可以投诉。",
        "未因政府信息公开申请被追责。",
        "上半年未收到政府信息公开申请。",
        "各社区未收到政府信息公开申请。",
        "没有发现应主动公开政府信息而未予公开的情况。",
    ],
)
def test_claims_of_other_things(desk, text):
    assert desk.found("V13", desk.report(text, cells=LEFT_OVER)) == []


def test_what_is_left_over_may_be_last_years(desk):
    cells = {
        "requests.received.person": 3,
        "requests.carried_in.person": 1,
        "requests.granted.person": 3,
        "requests.carried_out.person": 1,
    }
    assert desk.found("V13", desk.report("收到政府信息公开申请3件，均已答复。", cells=cells)) == []


# -- V11 -----------------------------------------------------------------------------------------

DISPUTES = {
    "disputes.review.upheld": 2,
    "disputes.review.corrected": 1,
    "disputes.direct.upheld": 1,
    "disputes.after_review.pending": 1,
}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("因政府信息公开被申请行政复议2件。", ["2件"]),
        ("政府信息公开行政复议案件3件，行政诉讼案件1件。", ["1件"]),
        ("因政府信息公开引发行政复议3件，均维持。", ["均维持"]),
        ("政府信息公开行政复议、行政诉讼均为0件。", ["0件"]),
        ("未发生因政府信息公开引起的行政复议、行政诉讼。", ["未发生因政府信息公开引起的行政复议、行政诉讼"]),
        ("因政府信息公开被申请行政复议3件，维持3件。", ["3件"]),
        ("政府信息公开类行政复议3件，结果维持2件，结果纠正0件。", ["0件"]),
        ("未发生因政府信息公开申请提起的行政复议。", ["未发生因政府信息公开申请提起的行政复议"]),
    ],
)  # fmt: skip
def test_disputes_that_the_table_does_not_bear_out(desk, text, words):
    report = desk.report(text, cells=DISPUTES)
    assert list(dict.fromkeys(desk.said("V11", report))) == words


@pytest.mark.parametrize(
    "text",
    [
        "因政府信息公开被申请行政复议3件，维持2件，纠正1件。",
        "政府信息公开行政诉讼案件2件，尚未审结1件。",
        "就政府信息公开答复可以提起行政诉讼或者行政复议。",
        "未发生因政府信息公开申请提起的信访。",
        "全街道参与行政复议案件12件。",
        "收到行政诉讼案件5件，胜诉4件。",
        "2024年因政府信息公开被申请行政复议5件。",
        "可以依法申请行政复议或者提起行政诉讼。",
        "政府信息公开行政复议案件近3件。",
        "严格落实行政复议决定，维持率较高。",
        "区政府收到因信息公开申请行政复议8件。",
        "未因拆迁发生行政复议、行政诉讼。",
        "政府信息公开培训3次，维持公开专区1处。",
        "上半年未发生因政府信息公开引起的行政复议。",
    ],
)
def test_disputes_left_alone(desk, text):
    assert desk.said("V11", desk.report(text, cells=DISPUTES)) == []


def test_no_applications_says_nothing_of_disputes(desk):
    text = "政府信息公开情况：全年无政府信息公开申请。"
    assert desk.found("V11", desk.report(text, cells=DISPUTES)) == []
    assert desk.found("V13", desk.report(text, cells=APPLICATIONS))


def test_no_disputes_is_right_when_there_are_none(desk):
    text = "未发生因政府信息公开引起的行政复议、行政诉讼。"
    assert desk.found("V11", desk.report(text)) == []


# -- binding -------------------------------------------------------------------------------------


def test_a_number_that_says_what_a_cell_holds_is_offered_a_binding(desk):
    text = "收到政府信息公开申请8件，办结9件，予以公开{予以公开}件，不予公开2件，公开信息8条。"
    report = desk.report(text, cells=APPLICATIONS)
    printed = text.replace("{予以公开}", "3")
    offered = [(printed[o.place.start : o.place.end], o.name) for o in offers(report)]
    assert offered == [("8", "收到申请总数"), ("9", "办结总数"), ("2", "不予公开")]


def test_all_numbers_that_are_offered_are_bound_in_one_step(desk):
    text = "收到政府信息公开申请8件，办结9件，予以公开{予以公开}件，不予公开2件，公开信息8条。"
    report = desk.report(text, cells=APPLICATIONS)
    after = BindOffered("overview", "body").apply(report)
    (paragraph,) = after.section("overview").body
    assert paragraph.text == (
        "收到政府信息公开申请{收到申请总数}件，办结{办结总数}件，"
        "予以公开{予以公开}件，不予公开{不予公开}件，公开信息8条。"
    )
    assert BoundFigures(after).printed(paragraph.text).text == text.replace("{予以公开}", "3")
    assert offers(after) == ()
