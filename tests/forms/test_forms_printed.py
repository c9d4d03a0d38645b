"""Both forms word by word as the notices print them: a label that changes unasked is a wrong report.

One line a printed row; what spans several rows stands once, at its first. `_` is a cell to fill in.
"""

import pytest

from gic_desktop.forms.catalogue import form_named

APPLICANTS = """
（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）@3×3 申请人情况@7
自然人×2 法人或其他组织@5 总计×2
商业企业 科研机构 社会公益组织 法律服务机构 其他
一、本年新收政府信息公开申请数量@3
二、上年结转政府信息公开申请数量@3
三、本年度办理结果×{outcomes} （一）予以公开@2
（二）部分公开（区分处理的，只计这一情形，不计其他情形）@2
（三）不予公开×8 1.属于国家秘密
2.其他法律行政法规禁止公开
3.危及“三安全一稳定”
4.保护第三方合法权益
5.属于三类内部事务信息
6.属于四类过程性信息
7.属于行政执法案卷
8.属于行政查询事项
（四）无法提供×3 1.本机关不掌握相关政府信息
2.没有现成信息需要另行制作
3.补正后申请内容仍不明确
（五）不予处理×5 1.信访举报投诉类申请
2.重复申请
3.要求提供公开出版物
4.无正当理由大量反复申请
5.要求行政机关确认或重新出具已获取信息
{otherwise}
（七）总计@2
四、结转下年度继续办理@3
"""

DISPUTES = """
行政复议@5 行政诉讼@10
结果维持×2 结果纠正×2 其他结果×2 尚未审结×2 总计×2 未经复议直接起诉@5 复议后起诉@5
结果维持 结果纠正 其他结果 尚未审结 总计 结果维持 结果纠正 其他结果 尚未审结 总计
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _
"""

PRINTED = {
    ("2019", "disclosure"): """
第二十条第（一）项@7
信息内容 本年新制作数量@2 本年新公开数量@2 对外公开总数量@2
规章 _@2 _@2 _@2
规范性文件 _@2 _@2 _@2
第二十条第（五）项@7
信息内容 上一年项目数量@2 本年增/减@2 处理决定数量@2
行政许可 _@2 ±@2 _@2
其他对外管理服务事项 _@2 ±@2 _@2
第二十条第（六）项@7
信息内容 上一年项目数量@2 本年增/减@2 处理决定数量@2
行政处罚 _@2 ±@2 _@2
行政强制 _@2 ±@2 _@2
第二十条第（八）项@7
信息内容 上一年项目数量@3 本年增/减@3
行政事业性收费 _@3 ±@3
第二十条第（九）项@7
信息内容 采购项目数量@3 采购总金额@3
政府集中采购 _@3 元@3
""",
    ("2021", "disclosure"): """
第二十条第（一）项@4
信息内容 本年制发件数 本年废止件数 现行有效件数
规章 _ _ _
行政规范性文件 _ _ _
第二十条第（五）项@4
信息内容 本年处理决定数量@3
行政许可 _@3
第二十条第（六）项@4
信息内容 本年处理决定数量@3
行政处罚 _@3
行政强制 _@3
第二十条第（八）项@4
信息内容 本年收费金额（单位：万元）@3
行政事业性收费 元@3
""",
    ("2019", "requests"): APPLICANTS.format(outcomes=20, otherwise="（六）其他处理@2"),
    ("2021", "requests"): APPLICANTS.format(
        outcomes=22,
        otherwise="（六）其他处理×3 1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请\n"
        "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请\n3.其他",
    ),
    ("2019", "disputes"): DISPUTES,
    ("2021", "disputes"): DISPUTES,
}


def printed(form, table):
    """The table's grid in the notation above; in the applicants' table seven cells end a row unsaid."""
    lines = []
    for row in range(table.rows):
        words = []
        for part in (one for one in table.grid if one.row == row):
            text = part.text
            if part.role == "cell":
                text = {"signed": "±", "money": "元"}.get(form.cells[part.cell].kind, "_")
            rows = f"×{part.rows}" if part.rows > 1 else ""
            columns = f"@{part.columns}" if part.columns > 1 else ""
            both = f"{columns}{rows}" if part.role == "corner" else rows + columns
            words.append(text + both)
        line = " ".join(words)
        lines.append(line.removesuffix(" _" * 7) if table.columns == 10 else line)
    return lines


@pytest.mark.parametrize(("form", "table"), PRINTED, ids="-".join)
def test_the_table_as_printed(form, table):
    described = form_named(form)
    assert printed(described, described.table(table)) == PRINTED[form, table].strip().splitlines()


def test_the_parts_of_every_sum_are_the_printed_ones():
    for form in (form_named("2019"), form_named("2021")):
        rows = list(dict.fromkeys(c.row[1:] for c in form.cells.values() if len(c.row) > 1))
        for one in form.sums:
            total, parts = form.cells[one.total], [form.cells[part] for part in one.parts]
            if one.id == "S3b":  # all outcomes of this column, in print order
                assert [p.row[1:] for p in parts] == [
                    row for row in rows if row[0][:3] in _OUTCOMES
                ], one.total
                assert {p.column for p in parts} == {total.column}
            elif one.id == "S3c":  # all applicants of this row
                assert {p.row for p in parts} == {total.row}
                assert len(parts) == 6
            else:  # the four results before it, of the same group
                assert {p.column[:-1] for p in parts} == {total.column[:-1]}
                names = [p.column[-1] for p in parts]
                assert names == ["结果维持", "结果纠正", "其他结果", "尚未审结"]


_OUTCOMES = ("（一）", "（二）", "（三）", "（四）", "（五）", "（六）")
