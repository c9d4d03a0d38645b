"""V12 and V26: parts that do not come to their whole, percentages that do not recompute."""

import pytest

SEVENTY_THREE = (
    "政府网站：2020年，本单位主动公开政府信息 63 条，其中：①机构职能 3 条；②文件通知 3 条；③工作动态 52 条；"
    "④预算决算 2 条；⑤年度报告 3 条；⑥其他 10 条。"
)

WRONG = [
    (SEVENTY_THREE, "63 条", "多出 10 条"),
    ("公开信息48条，其中包括：公示5条，招标18条，动态5条，领导信息12条，机构职能1条。", "48条", "少了 7 条"),
    ("公开信息30条，其中通知公告12条，其他17条。", "30条", "少了 1 条"),
    ("公开信息30条，其中通知公告12条、人事信息20条。", "30条", "多出 2 条"),
    ("公开信息30条，其中通知公告42条。", "30条", "多出 12 条"),
    ("公开信息30条（其中：通知公告12条，人事信息8条，财政信息9条）。", "30条", "少了 1 条"),
    ("办理事项十件，其中：一是户籍三件，二是社保四件，三是养老二件。", "十件", "少了 1 件"),
    ("公开信息100条，其中：①动态80条，其中图片30条、视频60条；②公告20条。", "80条", "多出 10 条"),
    ("公开信息７０条：①动态４０条；②公告２０条。", "７０条", "少了 10 条"),
    ("采购支出90万元，其中办公用品30万元，其他50万元。", "90万元", "少了 10 万元"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "whole", "gap"), WRONG)
def test_parts_that_do_not_come_to_their_whole(desk, text, whole, gap):
    report = desk.report(text)
    (found,) = desk.found("V12", report)
    assert desk.words(report, found) == whole
    assert gap in found.message


def test_the_message_names_every_part(desk):
    (found,) = desk.found("V12", desk.report(SEVENTY_THREE))
    assert "合计 73 条" in found.message
    for part in ("机构职能 3", "文件通知 3", "工作动态 52", "预算决算 2", "年度报告 3", "其他 10"):
        assert part in found.message


RIGHT = [
    # the parts come to the whole
    "公开信息48条，其中包括：公示公告5条，招标采购18条，街情介绍5条，政策解读7条，领导信息12条，机构职能1条。",
    "开通账号8个，其中微信服务号5个，短视频号3个。",
    "公开信息63条，其中：①机构职能3条；②动态50条；③其他10条。",
    "公开信息100条，其中：动态80条（其中图片30条、视频50条），公告20条。",
    "公开信息30条，其中通知公告12条，其他18条。",
    # only some of the parts are named
    "公开信息63条，其中微信20条。",
    "公开信息63条，其中动态类20条、公告类10条。",
    "公开信息63条，其中：动态类20条、公告类10条、人事类5条等。",
    "公开信息63条，内容包括动态20条。",
    # channels overlap
    "公开信息63条，其中网站公开60条、微信公众号公开40条。",
    # something else is counted
    "召开会议12次，其中：专题会3次，参会200人次，印发材料50份。",
    "梳理一级事项26项，二级事项138项，涉及领域10个。",
    "公开信息63条，阅读量1200次，其中微信800次。",
    # nobody wrote the last digits
    "公开信息60余条，其中：动态20条、公告10条、人事5条。",
    "公开信息63条，其中：动态约50条、公告10条、人事5条。",
    "公开信息1.2万条，其中：动态8000条、公告1000条、其他500条。",
    # comparisons are no parts
    "公开信息63条，其中动态52条，比上年增加20条，其他11条。",
    "公开信息63条，较上年增加13条，增长26%。",
    # dates, documents and lists are no parts
    "公开信息63条，其中：2025年3月5日、6月7日、9月10日集中发布。",
    "公开文件3件，其中：国办发〔2019〕60号、国办函〔2020〕109号、第711号令。",
    "公开信息63条，其中1至3季度50条。",
    "做好三项工作，其中：一是学习，二是宣传，三是整改。",
    "公开信息5条，其中{予以公开}条。",
]


@pytest.mark.parametrize("text", RIGHT)
def test_no_breakdown_or_one_that_adds_up(desk, text):
    assert desk.found("V12", desk.report(text)) == []


def test_the_name_of_a_finding_goes_by_the_parts_not_by_their_numbers(desk):
    (one,) = desk.found("V12", desk.report("公开30条，其中公告12条，其他17条。"))
    (two,) = desk.found("V12", desk.report("开头。\n公开31条，其中公告11条，其他17条。"))
    assert one.key == two.key


PERCENT = [
    ("公开信息63条，其中动态52条，占72.5%，其他11条，占17.5%。", "72.5%", "82.5%"),
    ("公开信息200条，其中公告50条，占总数的20％，其他150条。", "20％", "25.0%"),
    ("公开信息60条，较上年增加12条，增长20%。", "20%", "25.0%"),
    ("公开信息60条，同比减少20条，下降百分之二十。", "百分之二十", "25.0%"),
    ("公开信息由40条增加到60条，增长33.3%。", "33.3%", "50.0%"),
]


@pytest.mark.parametrize(("text", "words", "exact"), PERCENT)
def test_percentages_that_do_not_recompute(desk, text, words, exact):
    report = desk.report(text)
    (found,) = desk.found("V26", report)
    assert found.severity == "hint"
    assert desk.words(report, found) == words
    assert exact in found.message


@pytest.mark.parametrize(
    "text",
    [
        "公开信息63条，其中动态52条，占82.5%，其他11条，占17.5%。",
        "公开信息63条，其中动态52条，占83%，其他11条，占17%。",
        "公开信息60条，较上年增加12条，增长25%。",
        "公开信息60条，同比减少20条，下降25%。",
        "公开信息由40条增加到60条，增长50%。",
        "公开信息60余条，较上年增加12条，增长20%。",
        "公开信息60条，增长20%。",
        "公开信息60条，办结率100%。",
        "公开信息60条，公告12条，占比较高，满意度98%。",
        "培训60人次，较上年增加12场，增长20%。",
        "公开信息60条，微信12条，增长20%。",
        "公开信息60条，较上年增加约12条，增长20%。",
        "公开信息60条，其中公告12条，其点击量占全站的20%。",
        "办理提速20%，减少材料12份、环节6个。",
    ],
)
def test_percentages_left_alone(desk, text):
    assert desk.found("V26", desk.report(text)) == []
