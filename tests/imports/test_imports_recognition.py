"""From a file to a report: forms, headings, titles, notes, signatures, totals, as clerks print them."""

import io
from datetime import date

import import_samples as samples
import pytest

from gic_desktop.forms.catalogue import form_named
from gic_desktop.imports.labels import Labels, distance, normal
from gic_desktop.imports.match import Matcher, looks_like_figure
from gic_desktop.imports.outcome import ImportOutcome, import_report, import_source
from gic_desktop.imports.reading import read_bytes
from gic_desktop.imports.recognise import date_in, year_in
from gic_desktop.imports.source import Budget
from gic_desktop.imports.sources.html import html_source
from gic_desktop.imports.sources.text import read_text
from gic_desktop.report.figures import figure_text


def values(form: str, **changed: str) -> dict[str, str]:
    made = {name: str(value) for name, value in samples.figures(form).items()}
    return made | {name.replace("__", "."): text for name, text in changed.items()}


def read(text: str, name: str = "") -> ImportOutcome:
    return import_source(read_text(text.encode(), Budget()), name)


def paragraphs(outcome: ImportOutcome, section: str) -> list[str]:
    return [item.text for item in outcome.report.section(section).body]


def notes(outcome: ImportOutcome, section: str) -> list[str]:
    return [item.text for item in outcome.report.section(section).notes]


# A whole report


@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize("shape", [samples.lines_of_cells, samples.rows_of_tabs])
def test_a_report_as_text_comes_in_whole(form, shape):
    year = 2020 if form == "2019" else 2024
    outcome = read(shape(form, year, values(form)))
    report = outcome.report
    assert (report.form_id, report.year, report.organ) == (form, year, samples.ORGAN)
    assert report.title is None
    assert [outcome.unrecognised, outcome.uncertain, outcome.labels, outcome.missing] == [
        (),
        (),
        (),
        (),
    ]
    assert outcome.printed_figures == len(report.form.cells)
    for section, texts in samples.NARRATIVE.items():
        assert paragraphs(outcome, section) == [text.format(year=year) for text in texts]
    assert [item.text for item in report.preamble] == [samples.PREAMBLE.format(year=year)]
    assert report.contacts.address == "临河区梧桐路12号"
    assert (report.contacts.postcode, report.contacts.telephone) == ("123456", "0100-1234567")
    assert (report.signature.organ, report.signature.date) == (samples.ORGAN, date(year + 1, 1, 19))
    assert outcome.dropped == (("—6—", "页码"),)


def test_heading_levels_follow_the_numbers():
    outcome = read(samples.rows_of_tabs("2021", 2024, values("2021")))
    levels = [(item.text[:6], item.level) for item in outcome.report.section("overview").body]
    assert ("（一）主动公", 2) in levels
    assert [level for _, level in levels if level] == [2, 2, 2]


def test_every_printed_total_is_kept_and_compared():
    outcome = read(samples.rows_of_tabs("2021", 2024, values("2021")))
    form = outcome.report.form
    totals = [cell for cell in form.cells.values() if cell.computed]
    assert all(outcome.report.printed[cell.id] == values("2021")[cell.id] for cell in totals)
    assert {one.cell for one in outcome.mismatches} == {cell.id for cell in totals}
    one = next(m for m in outcome.mismatches if m.cell == "disputes.review.total")
    assert (one.printed, one.computed) == ("7189", 7185 + 7186 + 7187 + 7188)


def test_totals_that_tie_out_are_no_mismatch():
    zeros = dict.fromkeys(values("2021"), "0")
    outcome = read(samples.rows_of_tabs("2021", 2024, zeros))
    assert outcome.mismatches == ()
    assert outcome.certain


# Cells


@pytest.mark.parametrize(
    ("printed", "value", "remark", "kept"),
    [
        ("22（其中修订 16 件）", 22, "其中修订 16 件", False),
        ("１２", 12, "", True),
        ("3件", 3, "", True),
        ("　0 ", 0, "", False),
    ],
)
def test_cells_that_are_not_plain_numbers(printed, value, remark, kept):
    cell = "disclosure.normative.issued"
    outcome = read(samples.rows_of_tabs("2021", 2024, values("2021") | {cell: printed}))
    figure = outcome.report.cells[cell]
    assert (figure.value, figure.remark) == (value, remark)
    assert (cell in outcome.report.printed) is kept


@pytest.mark.parametrize("mark", ["/", "—", "无"])
def test_a_mark_in_place_of_a_figure_stays_unanswered_and_is_kept(mark):
    cell = "requests.received.legal"
    outcome = read(samples.rows_of_tabs("2021", 2024, values("2021") | {cell: mark}))
    assert cell not in outcome.report.cells
    assert outcome.report.printed[cell] == mark
    assert outcome.unrecognised == ()


def test_a_blank_cell_is_unanswered_and_named_as_missing():
    cell = "requests.received.legal"
    outcome = read(samples.lines_of_cells("2021", 2024, values("2021") | {cell: ""}))
    assert outcome.missing == (cell,)
    assert cell not in outcome.report.cells


def test_a_figure_that_cannot_be_read_is_reported_with_its_cell():
    cell = "requests.received.legal"
    outcome = read(samples.rows_of_tabs("2021", 2024, values("2021") | {cell: "约20"}))
    assert [(p.text, p.cell) for p in outcome.unrecognised] == [("约20", cell)]
    assert outcome.report.printed[cell] == "约20"


@pytest.mark.parametrize(
    "text", ["0", "12", "+4", "1,036", "22（其中修订16件）", "848450元", "/", "—", "0.092", "３件"]
)
def test_texts_that_are_figures(text):
    assert looks_like_figure(text)


@pytest.mark.parametrize(
    "text",
    ["规章", "1.属于国家秘密", "3.其他", "一、本年新收", "（四）", "2020年发布总数量：3", "第1项"],
)
def test_texts_that_are_no_figures(text):
    assert not looks_like_figure(text)


# Forms


def test_a_mixed_form_is_named_and_its_foreign_row_is_not_placed():
    text = samples.rows_of_tabs("2021", 2024, values("2021"))
    lines = text.split("\n")
    begin = next(n for n, line in enumerate(lines) if "（六）其他处理" in line)
    lines[begin : begin + 3] = ["\t（六）其他处理\t\t" + "\t".join("1234567")]
    outcome = read("\n".join(lines))
    assert outcome.report.form_id == "2021"
    assert ("form", "2019 格式、2021 格式", "2021 格式") in {
        (n.kind, n.printed, n.expected) for n in outcome.report.import_notes
    }
    assert [p.text for p in outcome.unrecognised] == ["（六）其他处理　1　2　3　4　5　6　7"]
    assert sum(cell.startswith("requests.otherwise") for cell in outcome.missing) == 21


def test_an_older_section_two_in_a_newer_report_is_a_mixed_form():
    old = samples.rows_of_tabs("2019", 2024, values("2019"))
    new = samples.rows_of_tabs("2021", 2024, values("2021"))
    two, three = "二、主动公开政府信息情况", "三、收到和处理"
    mixed = new[: new.index(two)] + old[old.index(two) : old.index(three)] + new[new.index(three) :]
    outcome = read(mixed)
    assert outcome.report.form_id == "2021"
    assert ("form", "2019 格式、2021 格式", "2021 格式") in {
        (n.kind, n.printed, n.expected) for n in outcome.report.import_notes
    }
    reported = " ".join(problem.text for problem in outcome.unrecognised)
    assert all(
        value in reported
        for name, value in values("2019").items()
        if name.startswith("disclosure.normative")
    )


def test_a_report_on_a_wrong_year_s_form_keeps_its_form():
    outcome = read(samples.rows_of_tabs("2019", 2022, values("2019")))
    assert (outcome.report.form_id, outcome.report.year) == ("2019", 2022)


# Titles


@pytest.mark.parametrize(
    ("lines", "title", "organ"),
    [
        ([f"{samples.ORGAN}2024年政府信息公开工作年度报告"], None, samples.ORGAN),
        ([f"{samples.ORGAN} 2024 年政府信息公开工作年度报告"], None, samples.ORGAN),
        ([f"2024年{samples.ORGAN}政府信息公开工作年度报告"], f"2024年{samples.ORGAN}政府信息公开工作年度报告", samples.ORGAN),
        ([samples.ORGAN, "2024年政府信息公开工作年度报告"], f"{samples.ORGAN}\n2024年政府信息公开工作年度报告", samples.ORGAN),
        (
            [samples.ORGAN, "2024年政府信息公开", "工作年度报告"],
            f"{samples.ORGAN}\n2024年政府信息公开\n工作年度报告", samples.ORGAN,
        ),
        ([f"{samples.ORGAN}２０２４年度政府信息公开年报"], f"{samples.ORGAN}２０２４年度政府信息公开年报", samples.ORGAN),
    ],
)  # fmt: skip
def test_titles_in_their_variants(lines, title, organ):
    text = "\n".join(["附件1", *lines, "", "本报告依法编制。", "一、总体情况", "内容。"])
    report = read(text).report
    assert (report.annex, report.title, report.organ, report.year) == ("附件1", title, organ, 2024)
    assert [item.text for item in report.preamble] == ["本报告依法编制。"]


def test_a_report_without_title_takes_organ_and_year_from_elsewhere():
    text = (
        "数据的统计期限自2024年1月1日起至2024年12月31日止。\n一、总体情况\n内容。\n"
        f"{samples.ORGAN}\n2025年1月8日\n"
    )
    report = read(text).report
    assert (report.year, report.organ) == (2024, samples.ORGAN)
    named = read("一、总体情况\n内容。\n", f"{samples.ORGAN}2023年政府信息公开工作年度报告").report
    assert (named.year, named.organ) == (2023, samples.ORGAN)


def test_a_report_that_names_neither_year_nor_organ_says_so():
    outcome = read("一、总体情况\n内容。\n")
    assert len(outcome.uncertain) == 2
    assert "年度" in outcome.uncertain[0].reason
    assert "机关名称" in outcome.uncertain[1].reason


@pytest.mark.parametrize(
    "text", ["2021年1月19日", "２０２１年１月１９日", "二〇二一年一月十九日", " 2021 年 1 月 19 日"]
)
def test_dates(text):
    assert date_in(text) == date(2021, 1, 19)
    assert year_in(text) == 2021


# Headings


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("二、主动公开政府信息情况", None),
        ("二、 主动公开政府信息情况 ", None),
        ("2、 主动公开政府信息情况", "2、 主动公开政府信息情况"),
        ("二、主动公开政府信息的情况", "二、主动公开政府信息的情况"),
        ("主动公开政府信息情况", "主动公开政府信息情况"),
        ("第二部分 主动公开政府信息情况", "第二部分 主动公开政府信息情况"),
    ],
)
def test_headings_in_their_variants(printed, kept):
    text = samples.rows_of_tabs("2021", 2024, values("2021")).replace(
        samples.HEADINGS["disclosure"], printed
    )
    outcome = read(text)
    assert outcome.missing_sections == ()
    assert outcome.report.section("disclosure").heading == kept


@pytest.mark.parametrize(
    "printed",
    ["五、存在问题及改进情况", "五、存在的主要问题及整改措施", "5．存在的主要问题及改进情况"],
)
def test_the_fifth_heading_s_variants(printed):
    text = samples.rows_of_tabs("2021", 2024, values("2021")).replace(
        samples.HEADINGS["problems"], printed
    )
    outcome = read(text)
    assert paragraphs(outcome, "problems") == samples.NARRATIVE["problems"]
    assert outcome.report.heading("problems") == printed


def test_a_sub_heading_that_sounds_like_a_section_stays_in_its_section():
    text = samples.rows_of_tabs("2021", 2024, values("2021")).replace(
        "（一）主动公开\n", "（一）主动公开政府信息情况\n2、主动公开政府信息情况\n"
    )
    outcome = read(text)
    assert "（一）主动公开政府信息情况" in paragraphs(outcome, "overview")
    assert "2、主动公开政府信息情况" in paragraphs(outcome, "overview")
    assert outcome.report.section("disclosure").heading is None


def test_a_table_of_contents_is_no_section():
    contents = "目录\n" + "\n".join(
        f"{heading}……………{n}" for n, heading in enumerate(samples.HEADINGS.values(), 1)
    )
    bare = "\n".join(samples.HEADINGS.values())
    body = samples.rows_of_tabs("2021", 2024, values("2021"))
    title, rest = body.split("\n", 1)
    for extra in (contents, bare):
        outcome = read(f"{title}\n{extra}\n{rest}")
        assert paragraphs(outcome, "other") == samples.NARRATIVE["other"]
        assert outcome.printed_figures == len(values("2021"))


# Around the tables


def test_a_line_under_a_table_is_kept_under_it():
    line = "2024年本街道政府信息公开发布总数量（非新闻类、消息类）：3"
    for text in (f"\t{line}", line):
        made = samples.lines_of_cells("2021", 2024, values("2021")).replace(
            "三、收到和处理", f"{text}\n\n三、收到和处理"
        )
        outcome = read(made)
        assert notes(outcome, "disclosure") == [line]
        assert outcome.unrecognised == ()


def test_a_table_cut_by_a_page_with_its_header_again_and_a_row_in_two():
    text = samples.rows_of_tabs("2021", 2024, values("2021"))
    lines = text.split("\n")
    at = next(n for n, line in enumerate(lines) if "6.属于四类过程性信息" in line)
    header = next(n for n, line in enumerate(lines) if "勾稽关系" in line)
    whole = lines[at]
    lines[at : at + 1] = [
        whole.replace("过程性信息", "过"), "", "— 4 —", "", *lines[header : header + 3],
        "\t\t程性信息" + "\t" * 7,
    ]  # fmt: skip
    outcome = read("\n".join(lines))
    assert outcome.unrecognised == ()
    assert outcome.labels == ()
    assert outcome.missing == ()
    assert ("— 4 —", "页码") in outcome.dropped


def test_a_row_with_too_few_figures_is_reported_whole():
    text = samples.lines_of_cells("2021", 2024, values("2021"))
    cell = "\t" + values("2021")["requests.received.legal"] + "\n"
    outcome = read(text.replace(cell, ""))
    assert len(outcome.unrecognised) == 1
    assert "应有 7 个数字，文件中有 6 个" in outcome.unrecognised[0].reason
    assert sum(c.startswith("requests.received") for c in outcome.missing) == 7


def test_columns_in_another_order_follow_their_labels_and_are_pointed_out():
    text = samples.rows_of_tabs("2021", 2024, values("2021"))
    swapped = text.replace("商业企业\t科研机构", "科研机构\t商业企业")
    outcome = read(swapped)
    mine = values("2021")
    assert (
        str(outcome.report.cells["requests.received.research"].value)
        == mine["requests.received.business"]
    )
    assert [p.reason for p in outcome.uncertain] == [
        "这张表各列的次序与格式不同，已按表头的名称放入，请核对。"
    ]
    assert "requests.received.research" in outcome.uncertain[0].cells


def test_a_header_that_names_other_columns_places_nothing():
    text = samples.rows_of_tabs("2021", 2024, values("2021")).replace(
        "商业企业\t科研机构", "商业企业\t自然人"
    )
    outcome = read(text)
    assert not any(cell.startswith("requests.") for cell in outcome.report.cells)
    assert len(outcome.unrecognised) == 25


def test_a_table_of_the_narrative_becomes_text_and_is_named():
    text = samples.rows_of_tabs("2021", 2024, values("2021")).replace(
        "（二）依申请公开\n", "平台\t发布数\n公众号\t51\n（二）依申请公开\n"
    )
    outcome = read(text)
    assert "公众号　51" in paragraphs(outcome, "overview")
    assert [p.text for p in outcome.uncertain] == ["公众号　51"]


# Labels


def test_published_misprints_are_found_and_named():
    text = samples.rows_of_tabs("2021", 2024, values("2021"))
    for right, wrong in (
        ("2.没有现成信息需要另行制作", "2. 没有现成信息需另行制作"),
        ("2.其他法律行政法规禁止公开", "2.其他法律行政止公开"),
        ("1.属于国家秘密", "1、属于国家秘密"),
    ):
        text = text.replace(right, wrong)
    outcome = read(text)
    assert outcome.missing == ()
    assert {(n.printed, n.expected) for n in outcome.labels} == {
        ("2. 没有现成信息需另行制作", "2.没有现成信息需要另行制作"),
        ("2.其他法律行政止公开", "2.其他法律行政法规禁止公开"),
        ("1、属于国家秘密", "1.属于国家秘密"),
    }


def test_white_space_width_and_quotation_marks_are_no_difference():
    text = samples.rows_of_tabs("2021", 2024, values("2021"))
    text = text.replace("3.危及“三安全一稳定”", '3． 危及"三安全一稳定"').replace(
        "（四）无法提供", "(四) 无法提供"
    )
    outcome = read(text)
    assert (outcome.labels, outcome.missing) == ((), ())


def test_a_label_between_two_is_believed_to_be_neither():
    labels = Labels(["行政许可", "行政处罚", "行政强制"])
    assert labels.find("行政许可").exact
    assert labels.find("行政许诺").label == "行政许可"
    assert labels.find("行政处可") is None
    assert labels.find("完全不同的栏目") is None
    assert Labels(["规章"], ["规范性文件"]).find("规范性文件") is None


def test_a_wrong_number_before_a_label_is_one_difference():
    labels = Labels(["1.属于国家秘密", "3.其他"])
    assert labels.find("2.属于国家秘密").label == "1.属于国家秘密"
    assert not labels.find("属于国家秘密").exact
    assert labels.find("其它") is None


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [("规章", "规章", 0), ("规章", "规", 1), ("abc", "axc", 1), ("", "ab", 2), ("abcd", "efgh", 3)],
)
def test_distances(first, second, apart):
    assert distance(first, second, 2) == min(apart, 3)


def test_every_label_of_every_form_finds_itself_alone():
    for form in (form_named("2019"), form_named("2021")):
        matcher = Matcher(form, [form_named("2021" if form.id == "2019" else "2019")])
        assert sum(len(row.cells) for row in matcher.rows) == len(form.cells)
        for row in matcher.rows:
            if row.leaf:
                assert matcher.leaves.find(row.leaf).exact
                assert matcher.by_leaf[row.leaf] is row
        assert normal("（一）") == "(一)"


# Other ways in


def test_an_invented_form_is_imported_from_its_data_alone(tmp_path):
    from gic_desktop.forms.catalogue import add_form, forget_added

    text = (samples.FORMS / "2021.toml").read_text("utf-8")
    text = text.replace('id = "2021"', 'id = "2030"').replace(
        "first_year = 2021", "first_year = 2030"
    )
    text = text.replace("法律服务机构", "公证机构").replace("行政许可", "行政确认")
    file = tmp_path / "2030.toml"
    file.write_text(text, "utf-8")
    add_form(file)
    try:
        made = samples.rows_of_tabs("2021", 2030, values("2021"))
        made = made.replace("法律服务机构", "公证机构").replace("行政许可", "行政确认")
        outcome = read(made)
        assert (outcome.report.form_id, outcome.missing, outcome.labels) == ("2030", (), ())
    finally:
        forget_added()


def test_a_part_of_a_web_page_is_imported_like_a_file():
    page = samples.web_page("2021", 2024, values("2021"))
    inner = page[page.index('<div class="content">') : page.index("</td></tr></table>\n<div")]
    outcome = import_source(html_source(inner, Budget(), fragment=True))
    assert outcome.printed_figures == len(values("2021"))


def test_our_own_project_opens_instead_of_being_guessed_at(tmp_path):
    from gic_desktop.report.report import new_report
    from gic_desktop.store import gicr

    report = new_report(form_named("2021"), 2024, samples.ORGAN)
    file = tmp_path / "项目.gicr"
    file.write_bytes(gicr.write(report))
    outcome = import_report(file)
    assert outcome.opened
    assert outcome.report.organ == samples.ORGAN


def test_a_page_of_a_portal_comes_in_whole():
    page = (
        samples.web_page("2021", 2024, values("2021")).replace("CHARSET", "gbk").encode("gb18030")
    )
    outcome = import_source(read_bytes(page))
    assert (outcome.missing, outcome.unrecognised, outcome.report.title) == ((), (), None)
    assert paragraphs(outcome, "other") == samples.NARRATIVE["other"]
    assert outcome.report.signature.date == date(2025, 1, 19)


def test_the_import_report_has_the_contract_s_four_parts():
    outcome = read(
        samples.rows_of_tabs("2021", 2024, values("2021") | {"requests.received.legal": "约20"})
    )
    described = outcome.describe()
    assert {"recognised", "unrecognised", "mismatches", "missing"} <= set(described)
    assert described["recognised"]["org"] == samples.ORGAN
    assert described["mismatches"][0].keys() == {"cell", "printed", "computed"}
    assert "没有导入" in outcome.summary()


def test_a_copy_whose_cells_slipped_is_read_by_its_labels():
    """Merged cells copied out of a viewer: blanks before and after the figures, groups moved."""
    lines = samples.rows_of_tabs("2019", 2020, values("2019")).split("\n")
    made = []
    for line in lines:
        cells = line.split("\t")
        if "属于行政执法案卷" in line or "属于行政查询事项" in line:
            cells = [*cells[1:], ""]
        elif "（六）其他处理" in line or "（七）总计" in line:
            cells = [cells[1], *cells[3:], "", ""]
        elif line.startswith(("一、本年新收", "四、结转")):
            cells = [cells[0], "", *cells[3:], ""]
        elif "无法提供" in line or "不予处理" in line:
            cells = [*cells[1:], ""]
        made.append("\t".join(cells))
    outcome = read("\n".join(made))
    assert (outcome.unrecognised, outcome.uncertain, outcome.missing) == ((), (), ())
    placed = {cell: str(figure.value) for cell, figure in outcome.report.cells.items()}
    assert placed == {cell: text for cell, text in values("2019").items() if cell in placed}


def test_a_caption_without_a_tab_is_no_note_of_its_table():
    text = samples.rows_of_tabs("2021", 2024, values("2021"))
    loose = [line.strip("\t") if "第二十条" in line else line for line in text.split("\n")]
    assert "第二十条第（五）项" in loose
    for line_end in ("\n", "\n\n"):
        outcome = read(line_end.join(loose))
        assert notes(outcome, "disclosure") == paragraphs(outcome, "disclosure") == []
        assert outcome.missing == ()


def test_a_caption_in_another_section_is_a_paragraph():
    text = "某街道办事处2024年政府信息公开工作年度报告\n一、总体情况\n第二十条第（一）项\n"
    assert paragraphs(read(text), "overview") == ["第二十条第（一）项"]


def test_a_title_does_not_begin_on_another_sheet():
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["内部核对用"])
    sheet = book.create_sheet("一、总体情况")
    for line in ("梧桐街道办事处", "2024年政府信息公开工作年度报告", "一、总体情况", "一切顺利。"):
        sheet.append([line])
    made = io.BytesIO()
    book.save(made)
    report = import_source(read_bytes(made.getvalue())).report
    assert report.organ == "梧桐街道办事处"
    assert [item.text for item in report.preamble] == ["内部核对用"]


@pytest.mark.parametrize("swapped", [False, True])
def test_a_header_whose_merged_cells_were_parted_and_filled_is_understood(swapped):
    header = [
        ["勾稽关系", "申请人情况", "申请人情况", "申请人情况", "申请人情况", "申请人情况", "申请人情况", "申请人情况"],
        ["勾稽关系", "自然人", *["法人或其他组织"] * 5, "总计"],
        ["勾稽关系", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"],
    ]  # fmt: skip
    row = ["一、本年新收政府信息公开申请数量", "26", "5", "0", "1", "3", "0", "35"]
    rows = [*header, row]
    if swapped:
        rows = [[r[0], r[2], r[1], *r[3:]] for r in rows]
    rows = [[corner.replace("勾稽关系", CORNER), *others] for corner, *others in rows]
    text = "某街道办事处2024年政府信息公开工作年度报告\n三、收到和处理政府信息公开申请情况\n"
    outcome = read(text + "\n".join("\t".join(row) for row in rows))
    cells = {name: figure_text(figure) for name, figure in outcome.report.cells.items()}
    assert (cells["requests.received.person"], cells["requests.received.business"]) == ("26", "5")
    assert outcome.unrecognised == ()


CORNER = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
