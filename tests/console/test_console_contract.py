"""`gic` as other programs use it: one call, its output, its exit status."""

import json
import shutil
from pathlib import Path

import pytest

from gic_desktop import resources
from gic_desktop.console.main import main
from gic_desktop.forms import catalogue

SAMPLE = resources.path("samples", "2021.gicr")
THIRD = Path(__file__).parents[1] / "samples" / "third_form.toml"


class Gic:
    """Calls `gic` in-process and keeps what it said."""

    def __init__(self, capsys):
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *words):
        try:
            status = main([str(word) for word in words])
        except SystemExit as left:
            status = left.code
        self.out, self.err = self._capsys.readouterr()
        assert "Traceback" not in self.err
        if status == 2:
            assert len(self.err.strip().splitlines()) == 1, self.err
        return status

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def gic(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Gic(capsys)


@pytest.fixture
def project(gic, tmp_path):
    path = tmp_path / "报告.gicr"
    assert gic("new", "--org", "甲区乙街道办事处", "--year", "2025", "-o", path) == 0
    return path


@pytest.mark.parametrize(
    ("form", "cells"), [("2019", [22, 161, 15]), ("2021", [10, 175, 15]), ("2025", [10, 175, 15])]
)
def test_form(gic, form, cells):
    assert gic("form", form, "--json") == 0
    listed = gic.json["cells"]
    assert [sum(c["table"] == t["id"] for c in listed) for t in gic.json["tables"]] == cells
    assert set(listed[0]) == {"id", "table", "row", "column", "kind"}


def test_new_picks_the_form_and_writes_nothing_over(gic, project):
    before = project.read_bytes()
    assert gic("show", project, "--json") == 0
    assert (gic.json["form"], gic.json["year"], gic.json["org"]) == (
        "2021",
        2025,
        "甲区乙街道办事处",
    )
    assert gic("new", "--org", "丙", "--year", "2025", "-o", project) == 2
    assert "已经存在" in gic.err
    assert project.read_bytes() == before


def test_new_proposes_a_name(gic, tmp_path):
    assert gic("new", "--org", "甲/乙街道办事处", "--year", "2020") == 0
    assert (tmp_path / "甲乙街道办事处2020年政府信息公开工作年度报告.gicr").exists()


def test_many_refused_values_are_still_one_sentence_to_read(gic, project):
    cells = [c["id"] for c in _cells(gic) if c["kind"] != "total"]
    assert gic("set", project, *(f"{cell}=甲" for cell in cells)) == 2
    assert gic.err.count("“甲”未被接受") == 10
    assert "另有 156 格未被接受。" in gic.err


@pytest.mark.parametrize("name", ["n.docx", "n.PDF", "夹", "."])
def test_a_project_does_not_go_by_another_name(gic, tmp_path, name):
    (tmp_path / "夹").mkdir()
    said = "是一个文件夹" if name in "夹." else "扩展名应为 .gicr"
    assert gic("new", "--org", "甲", "--year", "2025", "-o", name) == 2
    assert said in gic.err
    if said.startswith("扩展名"):
        assert gic("import", SAMPLE, "-o", name) == 2
        assert said in gic.err
    assert [one.name for one in tmp_path.rglob("*")] == ["夹"]


def test_a_name_is_no_essay(gic):
    assert gic("new", "--org", "甲" * 101, "--year", "2025") == 2
    assert "100 字以内" in gic.err
    assert gic("new", "--org", "甲" * 100, "--year", "2025", "-o", "长.gicr") == 0


def test_a_range_is_that_of_the_text_shown(gic, project):
    raw = json.loads(project.read_text(encoding="utf-8"))
    paragraph = {"text": "一段。"}
    raw["preamble"] = [paragraph, {"text": "统计期限自2024年1月1日起至2025年12月31日止。"}]
    blanks = (c["id"] for c in _cells(gic) if c["kind"] != "total")
    raw["cells"] = dict.fromkeys(blanks, 0) | {"requests.received.person": 8}
    section = next(one for one in raw["sections"] if one["id"] == "requests")
    section["body"] = [{"text": "{收到申请总数}件。"}]
    section["notes"] = [paragraph, {"text": "收到{收到申请总数}件申请，予以公开7件。"}]
    project.write_text(json.dumps(raw, ensure_ascii=False), encoding="utf-8")
    assert gic("show", project, "--json") == 0
    shown = {one["id"]: one["text"] for one in gic.json["sections"]}
    shown["preamble"] = gic.json["preamble"]
    gic("check", project, "--json")
    said = [(f["rule"], shown[f["section"]][slice(*f["range"])]) for f in gic.json if f["range"]]
    assert said == [("V20", "2024年"), ("V09", "7件")]


@pytest.mark.parametrize("organ", ["甲\n乙", "甲\t乙", "甲\u202e乙"])
def test_a_name_that_cannot_be_seen_whole_is_refused(gic, organ):
    assert gic("new", "--org", organ, "--year", "2025") == 2
    assert "看不见的字符" in gic.err
    assert gic("new", "--org", "甲\u3000乙", "--year", "2025") == 0


def test_set_and_show(gic, project):
    assert gic("set", project, "requests.received.person=８", "disclosure.fees.amount=0.0920",
               "disclosure.normative.valid=22（其中修订 16 件）") == 0  # fmt: skip
    assert gic("show", project, "--json") == 0
    cells = gic.json["cells"]
    assert cells["requests.received.person"] == {"value": 8, "remark": None, "computed": False}
    assert cells["requests.received.total"] == {"value": 8, "remark": None, "computed": True}
    assert cells["disclosure.normative.valid"]["remark"] == "其中修订 16 件"
    assert cells["requests.granted.person"]["value"] is None
    assert "0.0920" in gic.out
    assert len(cells) == 200
    assert gic.json["sections"][0]["id"] == "overview"


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("requests.received.person=abc", "请填写数字"),
        ("requests.received.total=3", "自动计算"),
        ("nowhere=3", "没有这一格"),
        ("requests.received.person", "单元格=值"),
        ("=3", "没有写单元格"),
        ("requests.received.person=" + "九" * 5000, "九…”未被接受"),
    ],
)
def test_a_refused_value_refuses_the_call(gic, project, call, said):
    before = project.read_bytes()
    assert gic("set", project, "requests.granted.person=1", call) == 2
    assert said in gic.err
    assert project.read_bytes() == before


def test_check_tells_by_its_status(gic, project):
    zeros = [f"{c['id']}=0" for c in _cells(gic) if c["kind"] != "total"]
    assert gic("set", project, *zeros) == 0
    assert gic("set", project, "requests.received.person=8", "requests.granted.person=7") == 0
    assert gic("check", project, "--json") == 1
    errors = [f for f in gic.json if f["severity"] == "error"]
    assert [(f["rule"], f["section"], f["cell"]) for f in errors] == [
        ("V01", "requests", "requests.carried_out.person")
    ]
    assert "相差 1" in errors[0]["message"]
    assert {"rule", "severity", "section", "cell", "range", "message", "fix"} <= set(errors[0])
    assert gic("set", project, "requests.carried_out.person=1") == 0
    assert gic("check", project) == 0


def _cells(gic):
    assert gic("form", "2021", "--json") == 0
    return gic.json["cells"]


def test_check_against_last_year(gic, project):
    last = project.with_name("上年.gicr")
    assert gic("new", "--org", "甲区乙街道办事处", "--year", "2024", "-o", last) == 0
    assert gic("set", last, "requests.carried_out.person=2") == 0
    assert gic("set", project, "requests.carried_in.person=1") == 0
    gic("check", project, "--previous", last, "--json")
    assert "V05" in [f["rule"] for f in gic.json if f["severity"] == "error"]
    # Another organ may be the same one under its old name: that is said, no more.
    assert gic("new", "--org", "甲区丙街道办事处", "--year", "2024", "-o", "丙.gicr") == 0
    assert gic("check", project, "--previous", "丙.gicr") in (0, 1)
    assert gic.out.startswith("上年文件的机关是“甲区丙街道办事处”")
    assert gic("check", project, "--previous", last) in (0, 1)
    assert "上年文件的机关" not in gic.out
    # Two years ago, or this very year, is no last year.
    for year in ("2023", "2025"):
        other = project.with_name(f"{year}.gicr")
        assert gic("new", "--org", "甲区乙街道办事处", "--year", year, "-o", other) == 0
        assert gic("check", project, "--previous", other) == 2
        assert f"是{year}年度的，2025年度的上年是2024年度" in gic.err
    begun = project.with_name("新.gicr")
    assert (
        gic("new", "--org", "甲区乙街道办事处", "--year", "2025", "--from", last, "-o", begun) == 0
    )
    assert gic("show", begun, "--json") == 0
    assert gic.json["cells"]["requests.carried_in.person"]["value"] == 2


def test_the_samples_are_silent(gic):
    for form in ("2019", "2021"):
        assert gic("check", resources.path("samples", f"{form}.gicr"), "--json") == 0
        # Deadlines come and go; nothing else may be said of a sample.
        assert [f for f in gic.json if f["rule"] != "V22"] == []


@pytest.mark.parametrize(
    "words",
    [
        ["show", "没有.gicr"],
        ["check", "."],
        ["form", "1999"],
        ["new", "--org", "甲", "--year", "1990"],
        ["new", "--year", "2025"],
        ["new", "--org", "甲", "--year", "二〇二五"],
        ["fly"],
        [],
        ["set", "没有.gicr", "a=1"],
        ["export", "没有.gicr", "-o", "x.pdf"],
    ],
)
def test_unusable_calls(gic, tmp_path, words):
    assert gic(*words) == 2
    assert not list(tmp_path.rglob("*.gicr"))


@pytest.mark.parametrize("name", ["x.exe", "x"])
def test_only_known_formats_are_exported(gic, tmp_path, name):
    assert gic("export", SAMPLE, "-o", tmp_path / name) == 2
    assert not (tmp_path / name).exists()


def test_open_errors_refuse_the_export_and_a_draft_does_not(gic, project, tmp_path):
    gic("set", project, "disclosure.regulations.valid=2")
    assert gic("export", project, "-o", tmp_path / "x.pdf") == 1
    assert not (tmp_path / "x.pdf").exists()
    assert gic("export", project, "-o", tmp_path / "x.pdf", "--draft") == 0
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF-")


def test_a_pdf_is_a_project_too(gic, tmp_path):
    pdf = tmp_path / "报告.pdf"
    assert gic("export", SAMPLE, "-o", pdf) == 0
    assert gic("show", SAMPLE, "--json") == 0
    shown = gic.json
    assert gic("show", pdf, "--json") == 0
    assert gic.json == shown
    assert gic("set", pdf, "requests.received.person=1") == 2
    shutil.copy(pdf, tmp_path / "改名.gicr")
    assert gic("show", tmp_path / "改名.gicr") == 0


@pytest.mark.parametrize(
    "verb", ["", "form", "new", "set", "show", "check", "import", "export", "rollup"]
)
def test_help_is_chinese(gic, verb):
    assert gic(*([verb] if verb else []), "--help") == 0
    assert "用法" in gic.out
    assert not any(word in gic.out for word in ("usage", "options", "show this", "positional"))


def test_an_invented_form_without_a_line_of_code(gic, tmp_path):
    catalogue.add_form(THIRD)
    try:
        path = tmp_path / "试.gicr"
        assert gic("form", "invented", "--json") == 0
        assert len(gic.json["cells"]) == 17
        assert gic("new", "--org", "档案馆", "--year", "2090", "-o", path) == 0
        figures = {"lent.adult": 9, "lent.pupil": 4, "in_time.adult": 5, "in_time.pupil": 3,
                   "late.adult": 2, "late.pupil": 0, "out.adult": 2, "out.pupil": 1,
                   "deposit.balance": "1.25", "deposit.change": "-3"}  # fmt: skip
        assert (
            gic("set", path, *(f"lending.{cell}={value}" for cell, value in figures.items())) == 0
        )
        gic("check", path, "--json")
        assert not [f for f in gic.json if f["severity"] == "error"]
        assert gic("show", path, "--json") == 0
        assert gic.json["title"] == "档案馆2090年档案利用年度报告"
        assert gic.json["cells"]["lending.returned.all"]["value"] == 10
        assert gic("set", path, "lending.out.pupil=2") == 0
        assert gic("check", path, "--json") == 1
        (error,) = [f for f in gic.json if f["severity"] == "error"]
        assert (
            "学生读者：借出 4，归还 3 + 未还 2 = 5，相差 1，请核对“丙、年末未还卷数”"
            in error["message"]
        )
    finally:
        catalogue.forget_added()


def test_import_on_the_form_that_is_named(gic, tmp_path):
    report = tmp_path / "上年.docx"
    assert gic("export", SAMPLE, "--draft", "-o", report) == 0
    assert gic("import", report, "--form", "2019", "-o", tmp_path / "旧.gicr", "--json") == 0
    assert gic.json["recognised"]["form"] == "2019"
    assert "2021 格式" in gic.json["recognised"]["form_reason"]
    assert gic("show", tmp_path / "旧.gicr", "--json") == 0
    assert gic.json["form"] == "2019"
    # Several into one folder, all of them on it.
    shutil.copy(report, tmp_path / "另一份.docx")
    several = (report, tmp_path / "另一份.docx", "--form", "2019", "-o", tmp_path / "各份")
    assert gic("import", *several, "--json") == 0
    assert {one["import"]["recognised"]["form"] for one in gic.json["files"]} == {"2019"}
    # None of that name: one sentence that names those there are, and nothing is written.
    assert gic("import", report, "--form", "旧表", "-o", tmp_path / "没有.gicr") == 2
    assert "旧表" in gic.err
    assert "2019、2021" in gic.err
    assert not (tmp_path / "没有.gicr").exists()
    # A project is what it is.
    assert gic("import", SAMPLE, "--form", "2019", "-o", tmp_path / "没有.gicr") == 2
    assert "2021 格式" in gic.err
