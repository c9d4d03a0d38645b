"""V21: what was taken over from last year's report."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gic_desktop.checks.likeness import likeness
from gic_desktop.checks.registry import Subject
from gic_desktop.report.narrative import Paragraph
from gic_desktop.report.report import Section

LAST = (
    "2024年，梧桐街道围绕旧小区改造、养老助餐和就业援助扩大公开范围，全年主动公开政府信息96条，"
    "配套发布图文解读5篇，在便民服务中心设置公开专区1处，安排2名工作人员负责日常更新。"
)
NEW = (
    "年内把征地补偿、物业监管列为公开重点，请居民代表逐条点评公开目录，删去难懂的词句，补上办事时限，"
    "每季度到社区听一次意见，并把采纳结果张贴在楼道里。"
)


def two_years(desk, now, then=LAST):
    return desk.report(now), desk.report(then, year=2024)


@pytest.mark.parametrize(
    "text",
    [
        LAST,
        LAST.replace("2024", "2025").replace("96", "124").replace("5篇", "8篇"),
        LAST.replace("梧桐街道", "云岚市望江区梧桐街道办事处"),
        LAST.replace("，", ",").replace("。", "．"),
        LAST.replace("旧小区改造", "加装电梯"),
        LAST + "新增一句。",
    ],
)
def test_a_paragraph_taken_over(desk, text):
    now, last = two_years(desk, text)
    (found,) = desk.found("V21", now, last)
    assert found.severity == "warning"
    assert desk.words(now, found) == text


@pytest.mark.parametrize(
    "text",
    [
        NEW,
        NEW + LAST[:60],
        "2025年，梧桐街道主动公开政府信息124条。",
        "深入贯彻《中华人民共和国政府信息公开条例》。" + NEW,
        "（一）主动公开",
        "养老助餐方面，新设餐点3处，公开菜单和价格，欢迎居民监督；就业援助方面，公布岗位信息。"
        + NEW,
        "",
    ],
)
def test_a_paragraph_written_anew(desk, text):
    now, last = two_years(desk, text)
    assert desk.found("V21", now, last) == []


def test_without_last_years_report_nothing_is_said(desk):
    assert desk.found("V21", desk.report(LAST)) == []
    assert likeness(Subject(desk.report(LAST))) is None


def test_the_share_and_the_shared_words(desk):
    now, last = two_years(desk, NEW + LAST[6:40])
    (one,) = likeness(Subject(now, last)).paragraphs
    assert one.like.text == LAST
    assert 0 < one.percent < 50
    (stretch,) = one.shared
    assert one.text.text[slice(*stretch)] in LAST


def test_the_whole_narrative_has_a_share(desk):
    now, last = two_years(desk, LAST + "\n" + NEW)
    measured = likeness(Subject(now, last))
    assert [p.percent for p in measured.paragraphs] == [100, 0]
    assert 45 < measured.percent < 65


@given(
    st.text(alphabet="公开信息1年，", max_size=120), st.text(alphabet="公开信息1年，", max_size=120)
)
def test_shares_are_shares(desk, one, two):
    now = desk.report(year=2025)
    last = desk.report(year=2024)
    from gic_desktop.report.edits import SetSection

    now = SetSection(Section("overview", (Paragraph(one),))).apply(now)
    last = SetSection(Section("overview", (Paragraph(two),))).apply(last)
    for paragraph in likeness(Subject(now, last)).paragraphs:
        assert 0 <= paragraph.percent <= 100
        assert paragraph.taken_over <= paragraph.counted
        reached = 0
        for start, end in paragraph.shared:
            assert reached <= start < end <= len(one)
            reached = end
