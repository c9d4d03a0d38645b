"""What is written about pictures is published too: last year's dates, private numbers, slips (V20, V28, V30)."""

import pytest

from gic_desktop.checks.run import check
from gic_desktop.report.edits import SetSection
from gic_desktop.report.narrative import Chart, Paragraph, Picture
from gic_desktop.report.place import Place
from gic_desktop.report.report import Section
from gic_desktop.values import replace


@pytest.fixture
def with_pictures(desk):
    """A report for 2025 with these pictures in its first section, below a paragraph."""

    def made(*pictures, **fields):
        written = Section("overview", (Paragraph("工作情况如下。"), *pictures))
        return SetSection(written).apply(desk.report(**fields))

    return made


def told(report):
    return [f for f in check(report) if f.rule in ("V20", "V28", "V30")]


@pytest.mark.parametrize(
    "caption",
    [
        "2024年政务公开开放日",
        "图1 2024年度政府信息公开申请情况",
        "２０２４年10月，工作人员为居民讲解信息公开条例",
        "街道政务公开专区（2024年12月）",
    ],
)
def test_last_years_date_below_a_picture(desk, with_pictures, caption):
    report = with_pictures(Picture("p", caption))
    (found,) = desk.found("V20", report)
    assert found.severity == "warning"
    assert found.place == Place("overview", part="body", paragraph=1)
    assert found.message.startswith("图片说明写“")
    assert found.message.endswith("年”，本年报是2025年度的，可能是往年留下的文字或图片。请核对。")
    mended = found.repair.edit.apply(report)
    assert "2025年" in mended.section("overview").body[1].caption
    assert told(mended) == []


@pytest.mark.parametrize(
    "caption",
    [
        "2025年政务公开开放日",
        "2023—2025年申请数量",
        "2023-2024年申请数量",
        "2024年与2025年申请数量对比",
        "申请数量与2024年相比",
        "学习《2024年政务公开工作要点》",
        "宣传栏上的“2024年便民清单”",
        "2024年度政务公开先进单位奖牌",
        "2024年度部门决算公开页面",
        "2024年政府信息公开工作年度报告解读",
        "2019年启用的政务公开专区",
        "自2024年设立的查阅点",
        "2024年同期数据",
        "20240101号文件",
        "图2024",
        "",
    ],
)
def test_captions_that_may_name_last_year_are_left_alone(with_pictures, caption):
    assert told(with_pictures(Picture("p", caption, alternative=caption))) == []


def test_the_year_of_a_document_is_not_changed_with_the_others(desk, with_pictures):
    picture = Picture("p", "2024年5月学习《2024年政务公开工作要点》")
    (found,) = desk.found("V20", with_pictures(picture))
    assert found.repair is None


def test_a_pair_of_years_side_by_side_compares(desk, with_pictures):
    before, now = Picture("a", "2024年办理结果"), Picture("b", "2025年办理结果")
    assert told(with_pictures(before, now)) == []
    assert len(desk.found("V20", with_pictures(before))) == 1


def test_the_description_that_a_screen_reader_says_is_read_too(desk, with_pictures):
    report = with_pictures(Picture("p", "开放日", alternative="居民在2024年开放日上提问"))
    (found,) = desk.found("V20", report)
    assert found.message.startswith("图片的替代文字写“2024年”")
    (_, picture) = found.repair.edit.apply(report).section("overview").body
    assert picture == Picture("p", "开放日", alternative="居民在2025年开放日上提问")


def test_one_picture_is_named_once_and_mended_whole(desk, with_pictures):
    picture = Picture("p", "2024年开放日", alternative="2024年开放日现场")
    report = with_pictures(picture)
    (found,) = desk.found("V20", report)
    mended = found.repair.edit.apply(report).section("overview").body[1]
    assert (mended.caption, mended.alternative) == ("2025年开放日", "2025年开放日现场")


def test_a_charts_own_caption(desk, with_pictures):
    report = with_pictures(Chart("outcomes", "2024年申请办理结果"))
    (found,) = desk.found("V20", report)
    (_, chart) = found.repair.edit.apply(report).section("overview").body
    assert chart == Chart("outcomes", "2025年申请办理结果")


def test_what_the_author_has_changed_meanwhile_is_not_mended(desk, with_pictures):
    report = with_pictures(Picture("p", "2024年开放日"))
    (found,) = desk.found("V20", report)
    later = with_pictures(Picture("p", "2024年开放日（修改过）"))
    assert found.repair.edit.apply(later) == later
    moved = with_pictures(Paragraph("新写的一段。"), Picture("p", "2024年开放日"))
    assert found.repair.edit.apply(moved).section("overview").body[2].caption == "2025年开放日"


def test_pictures_of_the_preamble_and_the_notes(desk):
    stale = Picture("p", "2024年开放日")
    report = replace(desk.report(), preamble=(stale,))
    (found,) = desk.found("V20", report)
    assert found.place == Place("preamble", part="body", paragraph=0)
    assert told(found.repair.edit.apply(report)) == []
    noted = SetSection(Section("requests", (), (stale,))).apply(desk.report())
    (found,) = desk.found("V20", noted)
    assert found.place == Place("requests", part="notes", paragraph=0)
    assert told(found.repair.edit.apply(noted)) == []


def test_a_private_number_in_a_description(desk, with_pictures):
    number = "13800138000"
    report = with_pictures(Picture("p", f"申请表{number}", alternative=f"表中电话{number}"))
    (found,) = desk.found("V30", report)
    assert found.message.startswith("图片说明中有手机号码（138****8000）")
    mended = found.repair.edit.apply(report).section("overview").body[1]
    assert (mended.caption, mended.alternative) == ("申请表138****8000", "表中电话138****8000")
    only_told = with_pictures(Picture("p", "申请表", alternative=f"表中电话{number}"))
    assert "替代文字中有手机号码" in desk.found("V30", only_told)[0].message


def test_a_slip_in_a_caption(desk, with_pictures):
    report = with_pictures(Picture("p", "工作人员认真认真讲解"))
    (found,) = desk.found("V28", report)
    assert found.message == "图片说明中，“认真”写了两遍，请核对。"
    assert told(found.repair.edit.apply(report)) == []
    own = replace(report, words=frozenset({"认真认真"}))
    assert told(own) == []
