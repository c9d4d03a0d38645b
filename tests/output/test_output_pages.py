"""Report → blocks: everything of the report is there, once, in print order, for any form."""

from pathlib import Path

import pytest

from gic_desktop import resources
from gic_desktop.forms import catalogue
from gic_desktop.output import blocks
from gic_desktop.output.pages import document
from gic_desktop.report.edits import SetCells
from gic_desktop.report.figures import Figure
from gic_desktop.report.narrative import Paragraph
from gic_desktop.report.report import Contacts, new_report
from gic_desktop.store import gicr
from gic_desktop.values import replace

THIRD = Path(__file__).parents[1] / "samples" / "third_form.toml"


def sample(form):
    return gicr.read(resources.path("samples", f"{form}.gicr").read_bytes()).report


@pytest.fixture
def third():
    form = catalogue.add_form(THIRD)
    yield new_report(form, 2090, "档案馆")
    catalogue.forget_added()


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_headings_and_tables_in_print_order(form):
    made = document(sample(form))
    found = [b.text if isinstance(b, blocks.Heading) else b.id for b in made.blocks
             if isinstance(b, blocks.Table) or (isinstance(b, blocks.Heading) and b.level == 1)]  # fmt: skip
    expected = []
    for section in sample(form).form.sections:
        expected += [section.heading, *([section.table] if section.table else [])]
    assert found == expected


def test_every_label_and_figure_of_a_form_is_in_its_table(third):
    report = SetCells({"lending.lent.adult": Figure(5), "lending.deposit.change": Figure(2)}).apply(
        third
    )
    (table,) = [b for b in document(report).blocks if isinstance(b, blocks.Table)]
    texts = {cell.cell or cell.text: cell.text for cell in table.cells}
    form = report.form.tables[0]
    assert {g.text for g in form.grid if g.text} <= texts.keys()
    assert texts["lending.lent.adult"] == "5"
    assert texts["lending.lent.all"] == "5"
    assert texts["lending.deposit.change"] == "+2"
    assert texts["lending.late.adult"] == ""


def test_a_figure_knows_its_headers():
    tables = [b for b in document(sample("2021")).blocks if isinstance(b, blocks.Table)]
    by_place = {(c.row, c.column): c.text for c in tables[1].cells}
    cell = next(c for c in tables[1].cells if c.cell == "requests.refused.secret.business")
    assert [by_place[h] for h in cell.headers] == [
        "申请人情况", "法人或其他组织", "商业企业", "三、本年度办理结果", "（三）不予公开", "1.属于国家秘密"]  # fmt: skip


def test_bound_figures_are_numbers():
    text = "".join(
        b.text for b in document(sample("2021")).blocks if isinstance(b, blocks.Paragraph)
    )
    assert "本年新收政府信息公开申请35件，上年结转2件，共办结36件" in text
    assert "{" not in text


def test_contacts_are_printed_unless_the_preamble_has_them(third):
    contacts = Contacts(address="某路1号", telephone="0871-1")
    said = replace(third, contacts=contacts)
    assert "联系档案馆（地址：某路1号，联系电话：0871-1）。" in [
        b.text for b in document(said).blocks if hasattr(b, "text")
    ]
    written = replace(said, preamble=(Paragraph("电话0871-1。"),))
    assert not any("联系档案馆" in b.text for b in document(written).blocks if hasattr(b, "text"))


def test_characters_that_no_file_may_hold_are_left_out(third):
    odd = replace(third, preamble=(Paragraph("甲\x00乙\tc\x1f丙"),))
    assert document(odd).blocks[1].text == "甲乙 c丙"
