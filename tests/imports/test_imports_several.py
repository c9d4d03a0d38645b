"""Several files become a folder of projects with one summary; one that is no report stops no other."""

import json

import import_samples as samples
import pytest

from gic_desktop import verbs
from gic_desktop.console import main as console


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    values = {name: str(value) for name, value in samples.figures("2021").items()}
    (tmp_path / "甲.docx").write_bytes(samples.word("2021", 2024))
    (tmp_path / "乙.txt").write_text(samples.rows_of_tabs("2021", 2023, values), "utf-8")
    (tmp_path / "通知.txt").write_text("关于报送年报的通知。", "utf-8")
    return tmp_path


def projects(folder):
    return sorted(path.name for path in folder.glob("*.gicr"))


def name(year, more=""):
    return f"{samples.ORGAN}{year}年政府信息公开工作年度报告{more}.gicr"


def test_three_files_two_projects_one_summary(folder, capsys):
    assert console.main(["import", "甲.docx", "乙.txt", "通知.txt", "-o", "上年"]) == 1
    said = capsys.readouterr()
    assert projects(folder / "上年") == [name(2023), name(2024)]
    assert "共 3 份文件，已导入 2 份" in said.out
    assert said.err.splitlines() == [
        "通知.txt：没有导入。这份文件里没有找到年报的表格和标题；请确认选对了文件。"
    ]
    report = verbs.open_report(folder / "上年" / name(2024)).report
    assert len(report.cells) == sum(not cell.computed for cell in report.form.cells.values())


@pytest.mark.usefixtures("folder")
def test_the_same_as_one_json_document(capsys):
    assert console.main(["import", "甲.docx", "通知.txt", "-o", "上年", "--json"]) == 1
    made = json.loads(capsys.readouterr().out)
    assert (made["saved"], made["refused"]) == (1, 1)
    first, second = made["files"]
    assert first["import"]["recognised"]["figures"] == 200
    assert first["refused"] is None
    assert (second["file"], second["import"]) == (None, None)
    assert "没有找到年报" in second["refused"]


def test_nothing_readable_writes_nothing(folder, capsys):
    assert console.main(["import", "通知.txt", "没有.docx", "-o", "上年"]) == 2
    assert not (folder / "上年").exists()
    assert len(capsys.readouterr().err.splitlines()) == 2


@pytest.mark.usefixtures("folder")
def test_all_readable():
    assert console.main(["import", "甲.docx", "乙.txt", "-o", "上年"]) == 0


def test_one_file_into_a_folder_that_is_there(folder):
    (folder / "上年").mkdir()
    assert console.main(["import", "甲.docx", "-o", "上年"]) == 0
    assert projects(folder / "上年") == [name(2024)]


def test_one_file_keeps_its_own_form_of_the_call(folder, capsys):
    assert console.main(["import", "甲.docx", "-o", "上年.gicr", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) >= {"recognised", "unrecognised", "missing"}
    assert (folder / "上年.gicr").is_file()


def test_several_files_never_go_into_one(folder):
    (folder / "上年.gicr").write_text("旧", "utf-8")
    assert console.main(["import", "甲.docx", "乙.txt", "-o", "上年.gicr"]) == 2
    assert (folder / "上年.gicr").read_text("utf-8") == "旧"
    assert console.main(["import", "甲.docx", "乙.txt", "-o", "没有/上年"]) == 2


def test_names_are_unique_and_nothing_is_written_over(folder):
    (folder / "丙.docx").write_bytes((folder / "甲.docx").read_bytes())
    (folder / "上年").mkdir()
    (folder / "上年" / name(2024)).write_text("旧", "utf-8")
    assert console.main(["import", "甲.docx", "丙.docx", "-o", "上年"]) == 0
    assert projects(folder / "上年") == sorted(
        [name(2024), name(2024, "（2）"), name(2024, "（3）")]
    )
    assert (folder / "上年" / name(2024)).read_text("utf-8") == "旧"


def test_a_file_named_twice_is_read_once(folder):
    batch = verbs.import_files([folder / "甲.docx", folder / "." / "甲.docx"], folder / "上年")
    assert len(batch.rows) == 1


def test_stopped_after_the_first(folder):
    seen = []
    batch = verbs.import_files(
        [folder / "甲.docx", folder / "乙.txt"],
        folder / "上年",
        on_row=seen.append,
        cancelled=lambda: bool(seen),
    )
    assert batch.stopped
    assert [row.source.name for row in batch.rows] == ["甲.docx"]
    assert "已停止" in batch.headline()


@pytest.mark.parametrize(
    ("organ", "safe"),
    [
        ("../../etc/某街道", "....etc某街道"),
        ("某\x00街\u202e道\n", "某街道"),
        ('<某>:"|?*街道.', "某街道"),
        ("", "未命名"),
        ("街" * 200, "街" * 60),
    ],
)
def test_a_name_out_of_a_file_is_only_a_name(organ, safe):
    report = verbs.new("某", 2024)
    from gic_desktop.values import replace

    made = verbs.proposed_name(replace(report, organ=organ))
    assert made == f"{safe.strip('.')}2024年政府信息公开工作年度报告.gicr"
    assert len(made.encode()) < 250


def test_what_found_no_place_is_still_said_when_the_project_is_opened_later(folder):
    """Nobody looked through the import: the checks of the opened report speak of it."""
    text = (folder / "乙.txt").read_text("utf-8").replace("1.属于国家秘密", "内部秘密类")
    (folder / "乙.txt").write_text(text, "utf-8")
    assert console.main(["import", "乙.txt", "-o", "乙.gicr"]) == 0
    report = verbs.open_report(folder / "乙.gicr").report
    said = [f.message for f in verbs.check(report) if f.rule == "V29"]
    assert any("内部秘密类" in one and "没有导入" in one for one in said)
