"""V14, V15, V16, V22: what must be there."""

from datetime import date

import pytest

from gic_desktop.checks.expected import deadline_of
from gic_desktop.values import replace

FEE = [
    ("", "没有写明"),
    ("无其他需要报告的事项。", "没有写明"),
    ("按照信息处理费管理办法执行。", "没有写明金额"),
    (
        "2025年收取信息处理费0.03万元。",
        "“0.03万元”。请核对金额和单位，以万元为单位的是行政事业性收费。",
    ),
    ("2025年收取信息处理费300元，其中按件计收100元，其他100元。", "少了 100 元"),
]


@pytest.mark.parametrize(("text", "message"), FEE)
def test_the_fee_is_not_stated_as_it_should(desk, text, message):
    (found,) = desk.found("V14", desk.report(text, section="other"))
    assert message in found.message
    assert found.severity == "warning"


@pytest.mark.parametrize(
    "text",
    [
        "2025年本机关收取信息处理费0元。",
        "2025年，我街道未收取信息处理费。",
        "本年度没有产生信息处理费。",
        "根据国办函〔2020〕109号，本年度收取信息处理费共计120元。",
        "本年度无信息处理费。",
        "收取信息处理费300元，其中按件计收100元，其他200元。",
        "收取信息处理费0元。行政事业性收费3万元。",
        "信息处理费：0元。",
        "收取信息处理费300元，其中按件计收100元。",
        "全年信息处理费收取情况为零。",
    ],
)
def test_the_fee_is_stated(desk, text):
    assert desk.found("V14", desk.report(text, section="other")) == []


def test_the_first_form_asks_for_no_fee(desk):
    assert desk.found("V14", desk.report("无。", section="other", form="2019", year=2020)) == []


def test_the_fee_stands_in_another_section(desk):
    (found,) = desk.found("V14", desk.report("收取信息处理费0元。"))
    assert "只写在其他部分" in found.message


GOOD = (
    "存在的主要问题：一是政策解读形式单一，图解和短视频偏少；二是个别社区公开栏更新不及时。"
    "改进措施：加强业务培训，每月检查更新情况。"
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "还没有写"),
        ("无", "只写了“无”"),
        ("暂无。", "只写了“暂无。”"),
        ("本单位不存在问题。", "只写了"),
        ("信息更新不够及时，下一步将加强。", "过于简单"),
        (("一是信息更新不够及时，个别栏目长期没有内容；二是依申请公开的答复说理不够充分；三是政策解读形式单一，图解偏少；"
         "四是队伍变动较大。"), "改进情况"),
    ],
)  # fmt: skip
def test_section_five_says_too_little(desk, text, message):
    found = desk.found("V15", desk.report(text, section="problems"))
    assert len(found) == 1
    assert message in found[0].message


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "（一）存在的主要问题\n" + GOOD,
        GOOD.replace("改进措施", "下一步"),
        "我街道政府信息公开工作仍有不足：公开的内容不够全面，群众关心的信息更新不够及时。今后，将明确专人负责，定期检查通报。",
        "无障碍浏览功能还不完善，老年人查阅不便，是存在的问题之一。下一步将完善网站功能，并在各社区增设查阅点，安排专人协助查询。",
        GOOD + "无其他问题。",
        "问题方面，公开不够主动，栏目设置不够清晰，群众查找信息不便，业务人员变动频繁。改进方面，制定栏目规范，开展轮训，每半年检查一次。",
        f"{GOOD}\n{GOOD}",
        "一是人手薄弱，兼职多；二是公开目录调整不及时，部分事项没有归类。针对以上情况，街道已经整改：配备专职人员，逐项清理目录。",
        "存在问题：重公开数量、轻公开质量，解读材料与群众需求有距离。整改措施：会前征集居民关心的题目，会后回访，按季度公布结果。",
        "公开时限把握不够严格，有两条信息迟于规定时间发布；社区公开栏更换不勤。街道将建立时限提醒台账，由专人每周核对一次。",
        "  " + GOOD + "  ",
    ],
)
def test_section_five_is_written(desk, text):
    assert desk.found("V15", desk.report(text, section="problems")) == []


FIVE = "做好主动公开。办理依申请公开。公开前逐件审核。优化网站专栏。开展社会评议和业务培训。"


def test_every_missing_aspect_is_named_once(desk):
    assert desk.found("V16", desk.report(FIVE)) == []
    for words, aspect in (
        ("做好主动公开。", "主动公开"),
        ("办理依申请公开。", "依申请公开"),
        ("公开前逐件审核。", "政府信息管理"),
        ("优化网站专栏。", "政府信息公开平台建设"),
        ("开展社会评议和业务培训。", "监督保障"),
    ):
        (found,) = desk.found("V16", desk.report(FIVE.replace(words, "做好各项工作。")))
        assert f"“{aspect}”" in found.message


def test_an_empty_section_is_one_finding(desk):
    (found,) = desk.found("V16", desk.report(""))
    assert "还没有写" in found.message


@pytest.mark.parametrize(
    ("today", "message"),
    [
        (date(2026, 1, 17), "还有 14 天"),
        (date(2026, 1, 31), "最后一天"),
        (date(2026, 2, 3), "已过 3 天"),
    ],
)
def test_the_deadline_is_near_or_passed(desk, today, message):
    (found,) = desk.found("V22", desk.report(), today=today)
    assert message in found.message
    assert found.severity == "hint"


@pytest.mark.parametrize(
    "today", [None, date(2026, 1, 16), date(2025, 12, 31), date(2026, 12, 31), date(2030, 1, 31)]
)
def test_the_deadline_is_far(desk, today):
    assert desk.found("V22", desk.report(), today=today) == []


@pytest.mark.parametrize(
    ("own", "due"),
    [
        ("2026-01-15", date(2026, 1, 15)),
        ("01-20", date(2026, 1, 20)),
        ("一月中旬", date(2026, 1, 31)),
        ("2026-02-30", date(2026, 1, 31)),
        (20260115, date(2026, 1, 31)),
    ],
)
def test_the_locality_may_set_its_own_day(desk, own, due):
    report = replace(desk.report(), settings={"deadline": own})
    assert deadline_of(report) == due


def test_the_fee_has_two_names(desk):
    for words in ("全年未收取信息处理费。", "全年未收取任何政府信息公开处理费。"):
        assert desk.said("V14", desk.report(words, section="other")) == []
    assert desk.found("V14", desk.report("全年未收取任何诉讼费。", section="other"))
