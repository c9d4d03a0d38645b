"""`gic rollup` as other programs use it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from gic_desktop.console.main import main
from gic_desktop.forms import catalogue
from gic_desktop.store.projects import open_project

LICENCES, RECEIVED, OUT = "disclosure.licences.decisions", "requests.received.person", "requests.carried_out.person"  # fmt: skip
ROOT = Path(__file__).parents[2]
_PATH = os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))
THIRD = Path(__file__).parents[1] / "samples" / "third_form.toml"


@pytest.fixture
def gic(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def call(*words):
        try:
            status = main([str(word) for word in words])
        except SystemExit as left:
            status = left.code
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        if status == 2:
            assert len(said.err.strip().splitlines()) == 1
            assert said.out == ""
        return status, said.out

    return call


def test_sums_table_and_json(gic, office, tmp_path):
    office("甲市乙区东街道办事处", {LICENCES: 2})
    office("甲市乙区西街道办事处", {LICENCES: 3})
    office("", file="坏.gicr", data=b"")
    (tmp_path / "名单.txt").write_text("甲市乙区东街道办事处\n甲市乙区北街道办事处\n", "utf-8")
    status, out = gic("rollup", office.folder, "-o", "和.gicr", "--table", "表.xlsx",
                      "--expected", "名单.txt", "--json")  # fmt: skip
    assert status == 0
    said = json.loads(out)
    assert (said["form"], said["year"], said["org"], said["counted"]) == (
        "2021",
        2025,
        "甲市乙区",
        2,
    )
    assert {file["file"]: file["state"] for file in said["files"]} == {
        "坏.gicr": "unreadable",
        "甲市乙区东街道办事处.gicr": "counted",
        "甲市乙区西街道办事处.gicr": "counted",
    }
    assert set(said["files"][0]) == {"file", "state", "org", "year", "form", "errors", "warnings",
                                     "hints", "overridden", "blanks", "received", "reason"}  # fmt: skip
    assert said["missing"] == [{"org": "甲市乙区北街道办事处", "near": []}]
    assert said["unexpected"] == ["甲市乙区西街道办事处"]
    assert open_project(tmp_path / "和.gicr").report.cells[LICENCES].value == 5
    assert openpyxl.load_workbook(tmp_path / "表.xlsx")["汇总"].max_row == 201
    assert gic("show", "和.gicr", "--json")[0] == 0


def test_again_into_the_same_folder(gic, office):
    """Late reports arrive: the sum is made again, and never counts itself or its table."""
    office("甲市乙区东街道办事处", {LICENCES: 2})
    target = office.folder / "汇总.gicr"
    assert gic("rollup", office.folder, "-o", target)[0] == 0
    office("甲市乙区西街道办事处", {LICENCES: 3})
    assert gic("rollup", office.folder, "-o", target, "--org", "乙区人民政府")[0] == 0
    report = open_project(target).report
    assert (report.organ, report.cells[LICENCES].value) == ("乙区人民政府", 5)


def test_reports_with_errors_are_told_by_the_status(gic, office):
    office("东街道", {RECEIVED: 3})
    status, out = gic("rollup", office.folder, "-o", "和.gicr")
    assert status == 1
    assert "东街道（1 处错误）" in out
    assert "汇总已保存为“和.gicr”" in out


def test_last_years_sum(gic, office, tmp_path):
    last = office.put(office.report("甲市", {OUT: 2}, year=2024), "../上年.gicr")
    office("甲市东街道", {"requests.carried_in.person": 3, OUT: 3})
    assert gic("rollup", office.folder, "-o", "和.gicr", "--previous", last)[0] == 0
    assert gic("check", "和.gicr")[0] == 1
    assert open_project(tmp_path / "和.gicr").report.last.organ == "甲市"
    older = office.put(office.report("甲市", {OUT: 2}, year=2023), "../前年.gicr")
    wrong = ("rollup", office.folder, "-o", "错.gicr", "--table", "错.xlsx", "--previous", older)
    assert gic(*wrong)[0] == 2
    assert not list(tmp_path.glob("错.*"))


@pytest.mark.parametrize(
    "words",
    [
        ["没有的文件夹", "-o", "和.gicr"],
        ["空", "-o", "和.gicr"],
        ["收到的年报", "-o", "和.xlsx"],
        ["收到的年报", "-o", "和.gicr", "--table", "表.csv"],
        ["收到的年报", "-o", "没有/和.gicr"],
        ["收到的年报", "-o", "和.gicr", "--expected", "没有.txt"],
        ["收到的年报", "-o", "和.gicr", "--previous", "没有.gicr"],
        ["收到的年报"],
        ["-o", "和.gicr"],
    ],
)
def test_unusable_calls_write_nothing(gic, office, tmp_path, words):
    (tmp_path / "空").mkdir()
    office("东街道")
    assert gic("rollup", *words)[0] == 2
    assert sorted(path.name for path in tmp_path.rglob("*.*") if path.is_file()) == ["东街道.gicr"]


@pytest.mark.parametrize("count", [3, 120])
def test_an_invented_form_without_a_line_of_code(gic, tmp_path, monkeypatch, count):
    """Here, and in the processes that read many files: a form file in a folder is all it takes."""
    monkeypatch.setenv(catalogue.FURTHER_FORMS, str(THIRD.parent))
    catalogue._heads.cache_clear()
    catalogue._shipped.cache_clear()
    folder = tmp_path / "收"
    folder.mkdir()
    try:
        for number in range(count):
            cells = {"lending.lent.adult": 9, "lending.in_time.adult": 7, "lending.out.adult": 2,
                     "lending.deposit.balance": 1, "lending.deposit.change": -number}  # fmt: skip
            cells = (
                dict.fromkeys(
                    (
                        c
                        for c, d in catalogue.form_named("invented").cells.items()
                        if not d.computed
                    ),
                    0,
                )
                | cells
            )
            raw = {"project": "gic-desktop", "version": 1, "form": "invented", "year": 2090,
                   "organ": f"甲市{number}档案馆", "sections": [], "cells": cells}  # fmt: skip
            text = json.dumps(raw).replace('balance": 1', 'balance": 0.10')
            (folder / f"{number}.gicr").write_text(text, "utf-8")
        status, out = gic("rollup", folder, "-o", "和.gicr", "--table", "表.xlsx", "--json")
        assert status == 0
        said = json.loads(out)
        assert (said["form"], said["year"], said["counted"]) == ("invented", 2090, count)
        shown = json.loads(gic("show", "和.gicr", "--json")[1])
        assert shown["title"] == "甲市2090年档案利用年度报告"
        cells = shown["cells"]
        assert cells["lending.lent.all"]["value"] == 9 * count
        assert cells["lending.returned.all"]["value"] == 7 * count
        assert cells["lending.deposit.change"]["value"] == -sum(range(count))
        assert f"{count / 10:.2f}" in gic("show", "和.gicr", "--json")[1]
        sheet = openpyxl.load_workbook(tmp_path / "表.xlsx")["各机关数据"]
        assert sheet.max_row == 3 + count + 1
    finally:
        catalogue._heads.cache_clear()
        catalogue._shipped.cache_clear()


def test_a_process_of_its_own_leaves_nothing_behind(office, tmp_path):
    """As a script calls it: processes start from it, the temporary folder is empty afterwards."""
    for number in range(130):
        office(f"甲市{number}街道", {LICENCES: 1})
    office("", file="坏.pdf", data=b"%PDF-1.7 nothing")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    call = [sys.executable, "-m", "gic_desktop.console.main", "rollup", str(office.folder),
            "-o", "和.gicr", "--table", "表.xlsx"]  # fmt: skip
    done = subprocess.run(
        call,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(temporary), "PYTHONUTF8": "1", "PYTHONPATH": _PATH},
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "汇总了 130 份年报" in done.stdout
    assert list(temporary.iterdir()) == []
    assert {path.name for path in tmp_path.glob("*.*")} == {"和.gicr", "表.xlsx"}
