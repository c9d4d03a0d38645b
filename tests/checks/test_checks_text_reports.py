"""Three whole reports of street offices, in the shapes and figures that published ones have.

Each test names every finding of the words and why it is right. Anything more would be a false alarm.
"""

from gic_desktop.checks.run import check
from gic_desktop.report.edits import SetSection
from gic_desktop.report.narrative import from_text
from gic_desktop.report.report import ImportNote, Section
from gic_desktop.values import replace

OF_WORDS = {f"V{n:02}" for n in (*range(9, 23), 26, 28, 30)}


def found(report):
    return sorted(f.rule for f in check(report) if f.rule in OF_WORDS)


def written(desk, text, other="", problems="", **how):
    report = desk.report(text, form="2019", year=2020, **how)
    for section, words in (("problems", problems), ("other", other)):
        report = SetSection(Section(section, from_text(words))).apply(report)
    return report


PROBLEMS = (
    "2020年，信息公开取得进步，但仍存在一些不足。一是公开力度还不够；二是更新还不够及时。\n"
    "2021年，将继续落实各项规定，坚持以公开为常态。一是加强学习，清理事项，编制目录；二是加强宣传，改进栏目。"
)


def test_mixed_numbering_and_nothing_else(desk):
    text = (
        "2020年，梧桐街道贯彻落实条例，拓展内容，强化监督，参加了区里组织的培训，保质完成任务。\n"
        "（1） 做好主动公开。按照区里的要求，2020年我街道主动公开工作信息3件，微信服务号公开信息14件。\n"
        "（2） 接待群众。在一门式大厅设置公开专区，摆放依申请公开表格，由专人解答。\n"
        "（3） 梳理目录。共梳理出一级事项26项，二级事项138项，涉及领域10个。\n"
        "（四）完善形式。开通了8个新媒体账号，其中微信服务号5个，短视频号3个。\n"
        "（五）加强队伍。落实保密审核，明确专人负责。"
    )
    # V17: （四） after （1）（2）（3）. The accounts (5 + 3 = 8) add up; 26, 138 and 10 are no breakdown;
    # 3件 and 14件 are publications, not applications; 依申请公开 is mentioned and the table is zero.
    assert found(written(desk, text, "无", PROBLEMS)) == ["V17"]


def test_a_breakdown_of_forty_eight_that_adds_up(desk):
    text = (
        "2020年，我街道围绕区委、区政府2020年各项任务，落实《条例》精神，工作取得阶段性成效。\n"
        "（一）主动公开\n"
        "截止2020年12月31日，我街道通过区政府网站、公开栏等主动公开各种信息48条，其中包括：公示公告5条，"
        "招标采购18条，基层信息5条，政策7条，领导信息12条，机构职能1条。\n"
        "（二）依申请公开\n"
        "2020年度我街道未接到任何形式的信息公开申请。没有发现应公开而未公开的情况。\n"
        "（三）政府信息管理\n"
        "建立动态调整机制，由专人维护公开目录。\n"
        "（4） 平台建设\n"
        "依托区门户网站建立子网站，开设机构职能、年度报告等栏目。\n"
        "（五）监督保障\n"
        "认为本机关侵犯其合法权益的，可以依法申请行政复议或者提起行政诉讼。"
    )
    # V17: （4） among （三） and （五）. 48 adds up; no applications is what the table says.
    report = written(desk, text, "无其他需报告的事项。", PROBLEMS)
    assert found(report) == ["V17"]
    # And V17 once more: the report prints `2、` before the second heading, where 二、 is prescribed.
    printed = replace(report.section("disclosure"), heading="2、 主动公开政府信息情况")
    assert found(SetSection(printed).apply(report)) == ["V17", "V17"]
    with_one = {"requests.received.person": 3, "requests.unavailable.not_held.person": 3}
    # The same words above a table with three applications contradict it.
    assert found(written(desk, text, "无。", PROBLEMS, cells=with_one)) == ["V13", "V17"]


def test_sixty_three_against_seventy_three_and_silence(desk):
    text = (
        "（一）基本情况\n"
        "1. 将机构联系方式在公开栏公布。\n"
        "2. 将领导分工在政府信息网公布。\n"
        "3. 将动态在政府信息公开目录上公开。\n"
        "4. 通过社区 E 站、微信公众号发布通知。\n"
        "（二）主动公开政府信息的情况\n"
        "1. 政府网站：2020 年，本单位主动公开政府信息 63 条，其中：①机构类信息 3 条；②文件类信息 3 条；"
        "③动态类信息 52 条；④财政信息 2 条；⑤报告信息 3 条；⑥其他信息 10 条。\n"
        "2. 微信：2020 年微信发布 763 余条。"
    )
    cells = {"requests.received.person": 3, "requests.unavailable.not_held.person": 3}
    report = written(desk, text, "本单位暂无需要报告的其他事项。", PROBLEMS, cells=cells)
    # V10: three applications in the table, not a word in the text. V12: the parts come to 73.
    # V16 twice: neither 依申请公开 nor 监督保障 is written about. V28: 763 is exact, 余 is not.
    # The blanks around figures are the report's habit, no slip.
    assert found(report) == ["V10", "V12", "V16", "V16", "V28"]
    (sum_,) = desk.found("V12", report)
    assert "合计 73 条" in sum_.message
    assert "动态类信息 52" in sum_.message
    # V29: the report's own table drops a word of a prescribed label; the number under it may be another's.
    label = ImportNote("label", "2. 没有现成信息需另行制作", "2.没有现成信息需要另行制作")
    assert [f.rule for f in check(replace(report, import_notes=(label,))) if f.rule == "V29"] == [
        "V29"
    ]
