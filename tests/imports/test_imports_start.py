"""`gic new --from`: last year's Word file in, this year's beginning out, in the clerk's terms."""

import io
import json

import import_samples as samples
import pytest

from gic_desktop.console import main as console

COLUMNS = ("person", "business", "research", "welfare", "legal", "other")
ZEROS = dict.fromkeys(samples.figures("2021"), "0")


@pytest.fixture
def gic(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def call(*words):
        status = console.main([*words])
        said = capsys.readouterr().out
        return json.loads(said) if "--json" in words else status

    return call


def last_year(tmp_path, form="2021", year=2024, **figures):
    values = dict.fromkeys(samples.figures(form), "0") | figures
    (tmp_path / "上年.docx").write_bytes(samples.word(form, year, values))


def begun(gic, year="2025"):
    assert gic("new", "--from", "上年.docx", "--year", year, "-o", "今年.gicr") == 0
    return gic("show", "今年.gicr", "--json")


def test_what_a_clerk_finds_in_the_new_report(gic, tmp_path):
    last_year(tmp_path)
    report = begun(gic)
    assert (report["form"], report["year"], report["org"]) == ("2021", 2025, samples.ORGAN)
    assert report["title"] == f"{samples.ORGAN}2025年政府信息公开工作年度报告"
    assert report["preamble"] == samples.PREAMBLE.format(year=2025)
    texts = {section["id"]: section["text"].splitlines() for section in report["sections"]}
    assert texts["overview"] == ["（一）主动公开", "（二）依申请公开", "（三）政府信息管理"]
    assert texts["problems"] == ["（一）存在的主要问题", "（二）改进情况"]
    assert texts["other"] == []
    assert report["signature"] == {"org": samples.ORGAN, "date": None, "shown": True}
    assert report["earlier"] == [{"form": "2021", "year": 2024, "org": samples.ORGAN}]
    saved = json.loads((tmp_path / "今年.gicr").read_text("utf-8"))
    assert "临河区梧桐路12号" in json.dumps(saved["contacts"], ensure_ascii=False)
    assert "123456" in json.dumps(saved["contacts"])


@pytest.mark.parametrize(("form", "year"), [("2019", 2020), ("2021", 2024)])
def test_four_becomes_two_column_by_column_and_nothing_else(gic, tmp_path, form, year):
    """Also a report on the first form starts one on the second."""
    carried = {f"requests.carried_out.{name}": str(at + 3) for at, name in enumerate(COLUMNS)}
    last_year(tmp_path, form, year, **carried)
    report = begun(gic, str(year + 1))
    assert report["form"] == "2021"
    answered = {
        name: cell["value"]
        for name, cell in report["cells"].items()
        if cell["value"] is not None and not cell["computed"]
    }
    assert answered == {f"requests.carried_in.{name}": at + 3 for at, name in enumerate(COLUMNS)}
    assert report["cells"]["requests.carried_in.total"]["value"] == sum(range(3, 9))


def test_a_blank_in_last_years_four_is_a_blank_in_this_years_two(gic, tmp_path):
    last_year(tmp_path, **{"requests.carried_out.person": "", "requests.carried_out.total": ""})
    cells = begun(gic)["cells"]
    assert cells["requests.carried_in.person"]["value"] is None
    assert cells["requests.carried_in.business"]["value"] == 0


def rules(gic):
    return {finding["rule"]: finding for finding in gic("check", "今年.gicr", "--json")}


def test_the_checks_across_years_know_last_year(gic, tmp_path):
    last_year(tmp_path, **{"disclosure.normative.valid": "5", "requests.carried_out.person": "3"})
    begun(gic)
    assert not rules(gic).keys() & {"V05", "V06"}
    # 现行有效: five last year, one made, one ended, seven now.
    gic("set", "今年.gicr", "disclosure.normative.issued=1",
        "disclosure.normative.repealed=1", "disclosure.normative.valid=7")  # fmt: skip
    gic("set", "今年.gicr", "requests.carried_in.person=4")
    found = rules(gic)
    assert found["V05"]["severity"] == "error"
    assert found["V06"]["severity"] == "warning"
    assert "7" in found["V06"]["message"]


def test_last_years_documents_say_nothing_about_the_other_form(gic, tmp_path):
    last_year(tmp_path, "2019", 2020)
    begun(gic, "2021")
    gic("set", "今年.gicr", "disclosure.normative.issued=1",
        "disclosure.normative.repealed=0", "disclosure.normative.valid=7")  # fmt: skip
    assert "V06" not in rules(gic)


def test_an_organ_that_was_renamed(gic, tmp_path):
    last_year(tmp_path)
    assert gic("new", "--org", "新名街道办事处", "--from", "上年.docx", "--year", "2025",
               "-o", "今年.gicr") == 0  # fmt: skip
    report = gic("show", "今年.gicr", "--json")
    assert report["org"] == report["signature"]["org"] == "新名街道办事处"


def test_last_years_file_is_not_touched_and_nothing_is_written_over(gic, tmp_path):
    last_year(tmp_path)
    before = (tmp_path / "上年.docx").read_bytes()
    begun(gic)
    assert (tmp_path / "上年.docx").read_bytes() == before
    assert gic("new", "--from", "上年.docx", "--year", "2025", "-o", "今年.gicr") == 2
    assert gic("new", "--from", "上年.docx", "--year", "2024", "-o", "另一份.gicr") == 2
    assert not (tmp_path / "另一份.gicr").exists()


def test_a_file_that_is_no_report_begins_nothing(gic, tmp_path):
    made = io.BytesIO()
    from docx import Document

    document = Document()
    document.add_paragraph("会议通知")
    document.save(made)
    (tmp_path / "上年.docx").write_bytes(made.getvalue())
    assert gic("new", "--from", "上年.docx", "--year", "2025", "-o", "今年.gicr") == 2
    assert not (tmp_path / "今年.gicr").exists()
