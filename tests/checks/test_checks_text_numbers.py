"""Numbers in prose: what is an amount, what only looks like one."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gic_desktop.checks.prose_numbers import amounts, chinese_number, percent_fits, sentences

READ = [
    ("公开信息63 条", 63, "条", False),
    ("微信发布763 余条", 763, "条", True),
    ("受理１５件", 15, "件", False),
    ("公开1.2万条", 12000, "条", True),
    ("阅读量1.2万", 12000, "", True),
    ("收到三件", 3, "件", False),
    ("公开两百余条", 200, "条", True),
    ("发布一百零五篇", 105, "篇", False),
    ("发布二十一期", 21, "期", False),
    ("采购848450元", 848450, "元", False),
    ("收费0.092万元", 920, "万元", False),
    ("发布1,234条", 1234, "条", False),
    ("占82.5%", Decimal("82.5"), "%", False),
    ("占１００％", 100, "%", False),
    ("占百分之三十", 30, "%", False),
    ("近100件", 100, "件", True),
    ("超过100件", 100, "件", True),
    ("100件左右", 100, "件", True),
    ("100多件", 100, "件", True),
    ("0件", 0, "件", False),
    ("其中：20条", 20, "条", False),
    ("①机构类3条", 3, "条", False),
    ("培训12人次", 12, "人次", False),
]


@pytest.mark.parametrize(("text", "value", "unit", "about"), READ)
def test_an_amount_is_read(text, value, unit, about):
    (found,) = amounts(text)
    assert (found.value, found.unit, found.about) == (value, unit, about)


NOT_COUNTED = [
    "国办发〔2019〕60号", "国务院令第711号", "自2020年1月1日起", "截至12月31日", "二〇二〇年", "2024年度", "第二十条第（一）项",
    "第3条", "第十二次会议", "1+9+X模式", "“1+N”体系", "电话0871-65000066", "邮编650200", "12345热线", "24小时服务",
    "20个工作日内", "三个月", "危及“三安全一稳定”", "五公开", "一网通办", "一次性告知", "一条龙服务", "高效办成一件事", "3-5件",
    "3至5件", "三到五件",
    "几十件", "数百条", "三五件", "一是抓学习", "1.抓学习", "（1）抓学习", "上午9：30", "提高2个百分点", "A4纸", "2.0版",
    "《条例》二十条", "第1期",
    "十四五规划", "百分之百满意", "一百二", "66号楼", "5G网络", "近三年",
]  # fmt: skip


@pytest.mark.parametrize("text", NOT_COUNTED)
def test_what_only_looks_like_a_count(text):
    assert [a for a in amounts(text) if a.sort in ("count", "money")] == []


CHINESE = [
    ("三", 3), ("两", 2), ("十", 10), ("十二", 12), ("二十", 20), ("一百", 100), ("一百零二", 102), ("一百一十", 110),
    ("一千二百三十四", 1234), ("三万", 30000), ("两万零三", 20003), ("一亿", 100000000), ("零", 0),
    ("三五", None), ("二〇二〇", None), ("一百二", None), ("百", None), ("十百", None), ("万", None), ("", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), CHINESE)
def test_chinese_numerals(text, value):
    assert chinese_number(text) == value


def written(n):
    """A number below ten thousand as a clerk writes it."""
    digits, out, gap = "零一二三四五六七八九", "", False
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = n // scale % 10
        if digit:
            out += ("零" if gap else "") + digits[digit] + name
            gap = False
        elif out:
            gap = True
    return out.removeprefix("一") if out.startswith("一十") else out


@given(st.integers(1, 9999))
def test_every_number_a_clerk_writes_out(n):
    assert chinese_number(written(n)) == n


@given(st.integers(0, 10**9))
def test_every_number_typed(n):
    (found,) = amounts(f"公开{n}条")
    assert found.value == n


@given(st.text())
def test_whatever_text_its_amounts_stand_in_it(text):
    reached = 0
    for one in amounts(text):
        assert reached <= one.start <= one.number_start < one.number_end <= one.end <= len(text)
        reached = one.end


@given(st.text(alphabet="公（）()，。；：1条\n"))
def test_chunks_run_on_and_never_cut_into_each_other(text):
    reached = 0
    for sentence in sentences(text):
        for chunk in sentence:
            assert reached <= chunk.start < chunk.end <= len(text)
            assert chunk.depth >= 0
            reached = chunk.end


@pytest.mark.parametrize(
    ("shown", "decimals", "part", "whole", "fits"),
    [
        (Decimal("82.5"), 1, 52, 63, True),
        (Decimal("82.6"), 1, 52, 63, True),
        (83, 0, 52, 63, True),
        (82, 0, 52, 63, True),
        (80, 0, 52, 63, False),
        (50, 0, 1, 2, True),
        (51, 0, 1, 2, False),
    ],
)
def test_a_share_may_be_rounded_either_way(shown, decimals, part, whole, fits):
    assert percent_fits(shown, decimals, part, whole) is fits
