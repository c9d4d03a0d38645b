"""V19, V20, V28: borrowed words, stale years, typing slips."""

from datetime import date

import pytest

from gic_desktop.report.narrative import from_text
from gic_desktop.report.report import Signature
from gic_desktop.values import replace

BORROWED = [
    ("全市共收到政府信息公开申请3200件。", "全市"),
    ("2025年，我市深入贯彻落实条例。", "我市"),
    ("我市高度重视政务公开工作。", "我市"),
    ("我市各级行政机关主动公开信息。", "我市"),
    ("2025年全省共受理申请12万件。", "全省"),
    ("全区共收到政府信息公开申请230件。", "全区"),
    ("我县主动公开政府信息5200条。", "我县"),
    ("我局认真做好信息公开工作。", "我局"),
    ("本镇严格落实公开制度。", "本镇"),
    ("望江区柳荫街道办事处认真做好公开。", "柳荫街道"),
]


@pytest.mark.parametrize(("text", "words"), BORROWED)
def test_words_of_another_office(desk, text, words):
    assert desk.said("V19", desk.report(text)) == [words]


OWN = [
    "按照全市统一部署，认真做好公开。",
    "在全市政府信息公开工作会议上作交流发言。",
    "全面落实我市《政务公开工作要点》。",
    "我市政府网站开设专栏。",
    "我街道在全市考核中排名第三。",
    "推动全市政务公开标准化试点在街道落地。",
    "我区政务公开工作要点明确的任务全部完成。",
    "全区各街道中率先建成公开专区。",
    "全区主动公开工作会议在我街道召开。",
    "梧桐街道办事处主动公开信息48条。",
    "望江区梧桐街道办事处认真做好公开。",
    "云岚市望江区梧桐街道办事处主动公开信息48条。",
    "区政府办公室组织各街道办事处培训。",
    "望江区各街道办事处开展互查。",
    "望江区人民政府指导街道办事处工作。",
    "公开不局限于网站。",
    "我局限于人手，公开不多。",
    "基本局面保持稳定。",
    "邀请其他街道观摩。",
    "省、市、区三级联动。",
    "全市场监管领域信息公开。",
    "原本镇上没有公开栏。",
    "我县级公路建设信息已公开。",
]


@pytest.mark.parametrize("text", OWN)
def test_a_superior_may_be_named(desk, text):
    assert desk.said("V19", desk.report(text)) == []


def test_each_kind_of_office_has_its_own_words(desk):
    town = {"organ": "云岚市平川县石桥镇人民政府"}
    assert desk.said("V19", desk.report("本镇严格落实公开制度。", **town)) == []
    assert desk.said("V19", desk.report("我街道严格落实公开制度。", **town)) == ["我街道"]
    bureau = {"organ": "云岚市水利局"}
    assert desk.said("V19", desk.report("我局、我市、本镇严格落实。", **bureau)) == []


STALE = [
    ("2024年，我街道认真贯彻落实条例。", "2024年", "2025"),
    ("2024年度，政府信息公开工作稳步推进。", "2024年", "2025"),
    ("2024年梧桐街道深入贯彻落实要求。", "2024年", "2025"),
    ("二〇二四年，本单位主动公开信息。", "二〇二四年", "2025"),
    ("截至2024年12月31日，主动公开信息48条。", "2024年", "2025"),
    ("2026年，我街道共公开信息48条。", "2026年", "2025"),
    ("统计期限自2024年1月1日起至2025年12月31日止。", "2024年", "2025"),
]


@pytest.mark.parametrize(("text", "words", "wanted"), STALE)
def test_a_year_that_was_left_standing(desk, text, words, wanted):
    report = desk.report(text)
    (found,) = desk.found("V20", report)
    assert desk.words(report, found) == words
    assert f"{wanted}年" in found.message


def test_the_plan_of_last_year(desk):
    report = desk.report("2025年，我街道将进一步加强公开。", section="problems")
    (found,) = desk.found("V20", report)
    assert "应为2026年" in found.message
    mended = found.repair.edit.apply(report)
    assert mended.section("problems").body[0].text == "2026年，我街道将进一步加强公开。"
    assert desk.found("V20", mended) == []


def test_the_preamble_names_this_years_report(desk):
    old = "现将梧桐街道2024年政府信息公开工作年度报告公布如下。"
    report = desk.report(old, preamble=from_text(old))
    (found,) = desk.found("V20", report)  # not the section's: last year's was published this year
    assert (found.place.section, desk.words(report, found)) == ("preamble", "2024年")
    mended = found.repair.edit.apply(report)
    assert mended.preamble == from_text(old.replace("2024", "2025"))
    assert desk.found("V20", mended) == []


CURRENT = [
    "2025年，我街道认真贯彻落实条例。",
    "与2024年相比，主动公开信息增加12条。",
    "2024年，我街道公开信息36条，2025年公开48条。",
    "2024年公开36条，较上年有所增加。",
    "2024年修订的条例施行以来，我街道加强学习。",
    "2019年，国务院修订《中华人民共和国政府信息公开条例》。",
    "2024年5月，街道公开专区建成。",
    "自2008年条例施行，街道一直设有公开栏。",
    "根据国办发〔2024〕12号文件，公开目录随之调整。",
    "落实《2024年政务公开工作要点》未完成事项。",
    "2024—2026年行动方案稳步实施。",
    "统计期限自2025年1月1日起至2025年12月31日止。",
    "截至2025年12月31日，主动公开信息48条。",
    "截至2023年底，全市已建成专区36处。",
    "2026年，我街道将公开信息100条以上。",
    "2035年远景目标明确。",
    "2024年底建成的公开专区全年接待群众320人次。",
    "上年结转2件，系2024年12月收到。",
]


@pytest.mark.parametrize("text", CURRENT)
def test_a_year_that_fits_its_sentence(desk, text):
    assert desk.said("V20", desk.report(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "2025年，政府信息公开工作取得新进展，但仍存在不足。",
        "2025年，我街道将公开工作纳入考核，仍有不足。",
        "2025年，我街道将进一步加强公开作为重点，成效明显。",
        "2026年，我街道将进一步加强公开。",
        "下一步，我街道将继续加强公开。",
    ],
)
def test_plans_that_are_right(desk, text):
    assert desk.said("V20", desk.report(text, section="problems")) == []


def test_the_signature_is_dated_in_the_next_year(desk):
    for day, wrong in ((date(2025, 12, 30), 1), (date(2026, 1, 16), 0), (date(2027, 1, 4), 1)):
        signed = Signature(desk.organ, day, shown=True)
        assert len(desk.found("V20", desk.report(signature=signed))) == wrong
        hidden = replace(signed, shown=False)
        assert desk.found("V20", desk.report(signature=hidden)) == []


SLIPS = [
    ("加强公开,提高质量。", ",", "加强公开，提高质量。"),
    ("占82.5%,其余为公告。", ",", "占82.5%，其余为公告。"),
    ("主要做法有:一是学习。", ":", "主要做法有：一是学习。"),
    ("加强公开，，提高质量。", "，，", "加强公开，提高质量。"),
    ("加强公开。。提高质量。", "。。", "加强公开。提高质量。"),
    ("加强公开，。", "，。", "加强公开。"),
    ("对目录进行进行梳理。", "进行进行", "对目录进行梳理。"),
    ("进一步进一步加强。", "进一步进一步", "进一步加强。"),
    ("群众的的需求。", "的的", "群众的需求。"),
    ("微信发布763余条。", "763余", "微信发布763条。"),
    ("微信发布763 余条。", "763 余", "微信发布763条。"),
]


@pytest.mark.parametrize(("text", "words", "mended"), SLIPS)
def test_a_slip_and_its_repair(desk, text, words, mended):
    report = desk.report(text)
    (found,) = desk.found("V28", report)
    assert (desk.words(report, found), found.severity) == (words, "hint")
    after = found.repair.edit.apply(report)
    assert after.section("overview").body[0].text == mended
    assert desk.found("V28", after) == []


def test_an_open_title_mark(desk):
    report = desk.report("落实《政府信息公开条例要求。")
    assert desk.said("V28", report) == ["《"]


NO_SLIPS = [
    "阅读量1,234次。",
    "时间为9:30至11:30。",
    "网址http://www.example.gov.cn，欢迎查阅。",
    "政务服务App, 微信同步发布。",
    "等等，不一而足。……",
    "公开公开栏内容。",
    "政府信息公开公开栏更新12次。",
    "政府信息管理管理办法。",
    "共商共建共享。",
    "一条一条核对，一件一件办理。",
    "研究研究再定。",
    "公开的目的的确明确。",
    "目的的实现。",
    "的确如此。",
    "微信发布760余条。",
    "微信发布100余条。",
    "资金25余万元。",
    "结余3万元，剩余5项。",
    "微信发布1.2万余条。",
    "落实《国务院办公厅关于印发《要点》的通知》。",
    "依申请公开开展顺利。",
    "进行中的进行公示。",
    "工作人员3人，工作工作日安排合理。",
    "以及时公开为原则，以及时回应为要求。",
    "参与与监督并重。",
    "“应公开尽公开”。",
    "（1）公开、（2）回应。",
    "加强公开；提高质量。",
    "高质量、高效率、高标准。",
]


@pytest.mark.parametrize("text", NO_SLIPS)
def test_no_slip(desk, text):
    assert desk.said("V28", desk.report(text)) == []


def test_a_blank_beside_a_number_only_where_the_others_have_none(desk):
    close = "公开48条，回应3次，解读8篇，培训4场，更新17条。"
    assert desk.said("V28", desk.report(close + "\n评议2 次，讨论5场。")) == [" "]
    assert desk.said("V28", desk.report("公开 48 条，回应 3 次，解读8篇。")) == []
    assert desk.said("V28", desk.report("1. 公开48条\n2. 回应3次，解读8篇，培训4场")) == []


def test_the_offices_own_words_are_left_alone(desk):
    report = desk.report("梧桐的的确良展览馆，加强公开,提高。", words=frozenset({"的的确良"}))
    assert desk.said("V28", report) == [","]


def test_one_place_is_dismissed_the_other_stays(desk):
    report = desk.report("加强公开,提高质量。\n完善制度,落实责任。")
    first, second = desk.found("V28", report)
    kept = replace(report, dismissed=frozenset({first.key}))
    assert [f.key for f in desk.found("V28", kept)] == [second.key]


def test_the_district_beside_the_street_is_a_comparison(desk):
    beside = desk.report("2025年全区收到政府信息公开申请328件，我街道占7件。")
    assert desk.said("V19", beside) == []
    alone = desk.report("2025年全区收到政府信息公开申请328件，比上年增加20件。")
    assert desk.said("V19", alone) == ["全区"]
