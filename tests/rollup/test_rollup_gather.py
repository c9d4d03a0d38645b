"""A folder of reports is summed: who counts, who does not and why; the same whatever the order."""

import json
import multiprocessing
import os
import shutil

import jsonschema
import pytest

from gic_desktop import verbs
from gic_desktop.checks.run import check
from gic_desktop.rollup import gather as gathering
from gic_desktop.rollup.gather import gather, read_expected
from gic_desktop.rollup.outcome import Cancelled, RollupRefused
from gic_desktop.rollup.summary import common_name, origins
from gic_desktop.store.gicr import read, write
from gic_desktop.store.schema import schema

RECEIVED, GRANTED, OUT = (
    f"requests.{row}.person" for row in ("received", "granted", "carried_out")
)
LICENCES, FEES = "disclosure.licences.decisions", "disclosure.fees.amount"


def states(rollup):
    return {row.name: row.state for row in rollup.rows}


def value(rollup, cell):
    figure = rollup.report.cells.get(cell)
    return None if figure is None else str(figure.value)


def test_three_streets_are_added_up(office):
    office("甲市乙区东街道办事处", {RECEIVED: 8, GRANTED: 7, OUT: 1, FEES: 0})
    office("甲市乙区西街道办事处", {RECEIVED: 2, GRANTED: 2})
    office("甲市乙区南街道办事处", {LICENCES: 40}, file="补报/南.gicr")
    rollup = gather(office.folder)
    assert rollup.counted == 3
    assert (value(rollup, RECEIVED), value(rollup, GRANTED), value(rollup, OUT)) == ("10", "9", "1")
    assert value(rollup, LICENCES) == "40"
    report = rollup.report
    assert (report.organ, report.year, report.form_id) == ("甲市乙区", 2025, "2021")
    assert all(not section.body for section in report.sections)
    assert not [f for f in check(report) if f.severity == "error"]
    # Who gave what is kept with the report, also after saving and opening it.
    again = read(write(report)).report
    assert again == report
    jsonschema.validate(json.loads(write(report)), schema())
    assert origins(again, GRANTED) == (
        ("甲市乙区东街道办事处", 7),
        ("甲市乙区西街道办事处", 2),
        ("甲市乙区南街道办事处", 0),
    )


def test_generated_reports_against_their_manifest(generated):
    """Exactly the known broken ones, with exactly the known errors; the sum of an independent road."""
    folder, manifest = generated
    rollup = gather(folder)
    assert rollup.counted == manifest["counted"]
    summed = {cell: int(f.value * 10**6) for cell, f in rollup.report.cells.items()}
    assert summed == manifest["millionths"]
    assert rollup.gaps == manifest["unanswered"]
    found = {
        row.name: (row.state, sorted(s.rule for s in rollup.details.findings(row.number) if s.severity == "error"))
        for row in rollup.rows
        if row.state != "counted" or row.count.errors or row.blanks
    }  # fmt: skip
    assert found == {one["file"]: (one["state"], one["errors"]) for one in manifest["broken"]}
    assert all(row.reason for row in rollup.rows if row.state != "counted")


def test_here_and_in_processes_the_same(generated, monkeypatch):
    folder, _ = generated
    some = folder / "07"
    there = gather(folder)
    monkeypatch.setattr(gathering, "_READ_HERE", 10_000)
    here = gather(folder)
    assert write(here.report) == write(there.report)
    assert here.rows == there.rows
    assert gather(some).counted < here.counted


def test_the_order_on_the_disk_does_not_matter(office, tmp_path):
    for number in range(12):
        office(f"甲市{number}街道", {RECEIVED: number, OUT: number})
    office("甲市3街道", {RECEIVED: 30, OUT: 30}, file="3-改.gicr")
    other = tmp_path / "另一处"
    other.mkdir()
    for path in sorted(office.folder.iterdir(), reverse=True):
        shutil.copy2(path, other / path.name)
    one, two = gather(office.folder), gather(other)
    assert write(one.report) == write(two.report)
    assert one.describe() == two.describe()


def test_of_two_the_newest_counts_and_both_are_named(office):
    office("东街道", {LICENCES: 5}, file="东-一稿.gicr")
    office("东 街道", {LICENCES: 6}, file="东-二稿.gicr")
    office("东街道", {LICENCES: 6}, file="东-终稿.gicr")
    office("西街道", {LICENCES: 1})
    rollup = gather(office.folder)
    assert states(rollup) == {
        "东-一稿.gicr": "duplicate",
        "东-二稿.gicr": "duplicate",
        "东-终稿.gicr": "counted",
        "西街道.gicr": "counted",
    }
    assert value(rollup, LICENCES) == "7"
    reasons = {row.name: row.reason for row in rollup.in_state("duplicate")}
    assert "“东-终稿.gicr”，两份有 1 格数字不同" in reasons["东-一稿.gicr"]
    assert "“东-终稿.gicr”，数字相同" in reasons["东-二稿.gicr"]
    assert rollup.describe()["duplicates"] == [
        {"org": "东街道", "counted": "东-终稿.gicr", "left_out": ["东-一稿.gicr", "东-二稿.gicr"]}
    ]


def test_what_does_not_count_leaves_no_decimals(office):
    for day, fees in enumerate(("5.10", "3", "1")):
        raw = office.raw("东街道" if day < 2 else "西街道", {FEES: 77777777})
        data = json.dumps(raw).replace("77777777", fees).encode()
        office("", file=f"{day}.gicr", data=data)
    rollup = gather(office.folder)
    assert value(rollup, FEES) == "4"


def test_another_year_or_form_is_named_and_not_added(office):
    office("东街道", {LICENCES: 5})
    office("西街道", {LICENCES: 5})
    office("南街道", {LICENCES: 100}, year=2024)
    office("北街道", year=2020, form="2019", cells={}, sections=[])
    rollup = gather(office.folder)
    assert value(rollup, LICENCES) == "10"
    assert {row.organ: row.reason.partition("，")[0] for row in rollup.in_state("other")} == {
        "南街道": "是2024年度的",
        "北街道": "是2020年度的（2019 格式）",
    }
    assert all("与汇总的2025年度" in row.reason for row in rollup.in_state("other"))


def test_of_as_many_the_later_year_is_summed(office):
    office("东街道", year=2024)
    office("西街道")
    assert gather(office.folder).report.year == 2025


def test_unanswered_is_not_zero(office):
    office("东街道", {LICENCES: 5, FEES: None, OUT: None})
    office("西街道", {LICENCES: None, FEES: None, OUT: 0})
    rollup = gather(office.folder)
    assert (value(rollup, LICENCES), value(rollup, FEES), value(rollup, OUT)) == ("5", None, "0")
    assert rollup.gaps == {LICENCES: 1, FEES: 2, OUT: 1}
    assert origins(rollup.report, LICENCES) == (("东街道", 5), ("西街道", None))
    assert [row.blanks for row in rollup.rows] == [2, 2]
    assert not any(row.finished for row in rollup.rows)


def test_a_report_with_errors_counts_and_shows_them(office):
    office("东街道", {RECEIVED: 3})
    office("西街道")
    rollup = gather(office.folder)
    wrong, fine = rollup.rows
    assert (wrong.state, wrong.count.errors, wrong.finished) == ("counted", 1, False)
    assert fine.finished
    assert rollup.has_errors
    assert "相差 3" in rollup.details.findings(wrong.number)[0].message


def test_the_texts_are_checked_when_asked(office):
    office("东街道", {RECEIVED: 3, OUT: 3}, sections=[])
    plain, whole = gather(office.folder), gather(office.folder, words=True)
    assert not plain.rows[0].count.warnings
    assert whole.rows[0].count.warnings > 0
    findings = check(office.report("东街道", {RECEIVED: 3, OUT: 3}, sections=[]))
    assert whole.rows[0].count.warnings == sum(f.severity == "warning" for f in findings)


def test_word_and_pdf_files_count_too(office):
    report = office.report("甲市乙区东街道办事处", {RECEIVED: 3, OUT: 3, FEES: 2})
    office("", file="东.docx", data=verbs.export_bytes(report, ".docx"))
    west = office.report("甲市乙区西街道办事处", {RECEIVED: 5, OUT: 5})
    office("", file="西.pdf", data=verbs.export_bytes(west, ".pdf"))
    office("", file="不是年报.docx", data=b"PK\x03\x04 nothing")
    office("", file="扫描.pdf", data=b"%PDF-1.4\n%%EOF\n")
    (office.folder / "~$东.docx").write_bytes(b"lock")
    rollup = gather(office.folder)
    assert value(rollup, RECEIVED) == "8"
    assert value(rollup, FEES) == "2"
    assert states(rollup) == {
        "不是年报.docx": "unreadable",
        "东.docx": "counted",
        "扫描.pdf": "unreadable",
        "西.pdf": "counted",
    }
    assert rollup.not_reports == 1


def test_a_word_file_gives_way_to_a_project_with_the_same_figures(office):
    east = office.report("东街道办事处", {RECEIVED: 3, OUT: 3})
    office.put(east, "东.gicr")
    office("", file="东.docx", data=verbs.export_bytes(east, ".docx"))
    assert states(gather(office.folder)) == {"东.docx": "duplicate", "东.gicr": "counted"}
    later = office.report("东街道办事处", {RECEIVED: 4, OUT: 4})
    office("", file="东.docx", data=verbs.export_bytes(later, ".docx"))
    assert states(gather(office.folder)) == {"东.docx": "counted", "东.gicr": "duplicate"}


def test_a_roll_up_in_the_folder_is_not_counted_beside_its_own_parts(office):
    office("甲市乙区东街道", {LICENCES: 2})
    office("甲市乙区西街道", {LICENCES: 3})
    sum_of_streets = gather(office.folder, organ="甲市乙区人民政府").report
    office.put(sum_of_streets, "汇总.gicr")
    rollup = gather(office.folder)
    assert value(rollup, LICENCES) == "5"
    assert "2 个机关另有自己的年报" in rollup.in_state("other")[0].reason
    # A city adds districts: their sums are reports like any other.
    for path in office.folder.glob("甲市*"):
        path.unlink()
    office("甲市丙区人民政府", {LICENCES: 10})
    assert value(gather(office.folder), LICENCES) == "15"


def test_amounts_in_yuan_and_ten_thousands(office):
    """The first form prints no unit for one amount: what the offices wrote decides."""
    amount = "disclosure.procurement.amount"

    def office_2019(organ, written):
        cells = {} if written is None else {amount: written}
        office(organ, form="2019", year=2020, sections=[], data=json.dumps(
            {"project": "gic-desktop", "version": 1, "form": "2019", "year": 2020, "organ": organ,
             "sections": [], "cells": cells}).encode())  # fmt: skip

    office_2019("东街道", {"value": 848450, "unit": "元"})
    office_2019("西街道", {"value": 3, "unit": "万元"})
    office_2019("南街道", 0)
    office_2019("北街道", None)
    rollup = gather(office.folder)
    figure = rollup.report.cells[amount]
    assert (str(figure.value), figure.unit) == ("878450", "元")
    office_2019("中街道", 12)
    rollup = gather(office.folder)
    assert amount not in rollup.report.cells
    assert "没有写单位的合计 12、万元合计 3、元合计 848450" in rollup.doubts[amount]


def test_who_is_missing(office, tmp_path):
    office("甲市乙区东街道办事处")
    office("甲市乙区西街道办事处", year=2024)
    office("甲市乙区外来街道办事处")
    office("", file="甲市乙区北街道办事处.gicr", data=b"cut off")
    names = tmp_path / "名单.txt"
    text = (
        "甲市乙区东街道办事处\r\n\r\n西街道办事处\n甲市乙区西街道办事处，\n"
        "甲市乙区北街道办事处\n外来街道办事处\n甲市乙区东街道办事处\n"
    )
    names.write_bytes(text.encode("gb18030"))
    expected = read_expected(names)
    assert len(expected) == 5
    rollup = gather(office.folder, expected=expected)
    assert {one.organ: one.near for one in rollup.missing} == {
        "西街道办事处": (),
        "甲市乙区西街道办事处": ("甲市乙区西街道办事处.gicr（2024年度）",),
        "甲市乙区北街道办事处": ("甲市乙区北街道办事处.gicr（无法读取）",),
        "外来街道办事处": ("甲市乙区外来街道办事处",),
    }
    assert rollup.unexpected == ("甲市乙区外来街道办事处",)
    said = rollup.summary()
    assert "名单上有 4 个机关没有可以计入的年报" in said
    assert "可能是：甲市乙区外来街道办事处" in said
    (tmp_path / "空.txt").write_bytes(b"\n \n")
    (tmp_path / "表.xlsx").write_bytes(b"PK\x03\x04\0\0\0\0\0\0\0\0")
    for wrong in ("空.txt", "表.xlsx", "没有.txt"):
        with pytest.raises(RollupRefused, match="。"):
            read_expected(tmp_path / wrong)


@pytest.mark.parametrize(
    ("names", "common"),
    [
        (["甲市乙区东街道", "甲市乙区西街道"], "甲市乙区"),
        (["甲市乙区东街道", "甲市丙区西街道"], "甲市"),
        (["甲市乙区东街道"], "甲市乙区"),
        (["东街道", "西街道"], ""),
        ([], ""),
    ],
)
def test_whose_sum_it_is(names, common):
    assert common_name(names) == common


def test_an_empty_folder_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "说明.txt").write_text("x")
    for folder in (tmp_path, tmp_path / "没有", tmp_path / "说明.txt"):
        with pytest.raises(RollupRefused) as refused:
            gather(folder)
        assert "文件夹" in str(refused.value)
        assert "\n" not in str(refused.value)


def test_last_years_sum_is_linked(office):
    last = office.report("甲市", {OUT: 2, LICENCES: 1}, year=2024)
    office("甲市东街道", {"requests.carried_in.person": 3, OUT: 3})
    rollup = gather(office.folder, last=last)
    assert rollup.report.last == last
    assert "V05" in {f.rule for f in check(rollup.report) if f.severity == "error"}


def test_progress_tells_each_file_once(generated):
    folder, _ = generated
    told = []
    rollup = gather(folder, on_progress=told.append)
    assert sorted(row.name for one in told for row in one.rows) == [r.name for r in rollup.rows]
    assert told[0].done == 0
    assert (told[-1].done, told[-1].total) == (len(rollup.rows), len(rollup.rows))
    assert {row.state for one in told for row in one.rows} == {"read", "unreadable"}


@pytest.mark.parametrize("when", [0, 1, 200])
def test_cancelling_leaves_nothing_behind(generated, when):
    folder, _ = generated
    seen = []
    with pytest.raises(Cancelled):
        gather(
            folder,
            on_progress=lambda p: seen.append(p.done),
            cancelled=lambda: (seen or [-1])[-1] >= when,
        )
    assert multiprocessing.active_children() == []


def test_a_reader_that_dies_is_replaced(generated):
    folder, manifest = generated
    killed = []

    def kill(progress):
        if progress.done and not killed:
            killed.extend(child.pid for child in multiprocessing.active_children())
            for pid in killed:
                os.kill(pid, 9)

    rollup = gather(folder, on_progress=kill)
    assert killed
    assert rollup.counted == manifest["counted"]
    assert {c: int(f.value * 10**6) for c, f in rollup.report.cells.items()} == manifest[
        "millionths"
    ]


def test_a_file_that_takes_for_ever_is_named(office, monkeypatch):
    office("东街道", {LICENCES: 1})
    office("西街道", {LICENCES: 2}, file="西.pdf")
    monkeypatch.setattr(gathering, "_MOST_SECONDS", -1)
    monkeypatch.setattr(gathering, "_PAUSE", 0)
    monkeypatch.setattr(gathering, "_give", _give_nothing)
    with pytest.raises(RollupRefused, match="没有可以汇总"):
        gather(office.folder, on_progress=(told := []).append)
    assert {row.reason for one in told for row in one.rows} == {gathering.TOO_SLOW}


def _give_nothing(reader, _folder, portion, _wish):
    """Stands for a reader that never answers."""
    reader.portion, reader.since = portion, 0
