"""Folders that nobody tidied and files that somebody made to hurt: named, bounded, never followed."""

import json
import os
import sys

import pytest

from gic_desktop.rollup.gather import CLOSED, LINK, gather, readable
from gic_desktop.rollup.outcome import RollupRefused

LICENCES = "disclosure.licences.decisions"


def reasons(rollup):
    return {row.name: row.reason for row in rollup.in_state("unreadable")}


def total(rollup):
    return rollup.report.cells[LICENCES].value


def test_loops_of_links(office):
    office("东街道", {LICENCES: 1}, file="a/b/东.gicr")
    folder = office.folder
    (folder / "a/b/again").symlink_to(folder / "a")
    (folder / "self").symlink_to("self")
    (folder / "up").symlink_to("..")
    (folder / "round.gicr").symlink_to("round.gicr")
    (folder / "gone.gicr").symlink_to("nowhere.gicr")
    rollup = gather(folder)
    assert total(rollup) == 1
    found = reasons(rollup)
    assert found["a/b/again"] == found["up"] == LINK
    assert all("。" in found[name] for name in ("round.gicr", "gone.gicr"))
    assert rollup.not_reports == 1


def test_a_linked_file_counts_once(office):
    path = office("东街道", {LICENCES: 1})
    (office.folder / "同一份.gicr").symlink_to(path)
    rollup = gather(office.folder)
    assert total(rollup) == 1
    assert len(rollup.in_state("duplicate")) == 1


def others(office, count):
    office("东街道", {LICENCES: 1})
    for number in range(count):
        folder = office.folder / str(number % 50)
        folder.mkdir(exist_ok=True)
        os.close(os.open(folder / f"{number}.jpg", os.O_CREAT | os.O_WRONLY))
    rollup = gather(office.folder)
    assert (total(rollup), len(rollup.rows), rollup.not_reports) == (1, 1, count)


def test_many_files_that_are_not_ours(office):
    others(office, 1500)


@pytest.mark.long
def test_a_hundred_thousand_files_that_are_not_ours(office):
    others(office, 100_000)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names in bytes")
def test_names_in_gbk(office):
    path = office("东街道", {LICENCES: 1})
    old = office.folder / os.fsdecode("旧电脑".encode("gbk"))
    old.mkdir()
    path.rename(old / os.fsdecode("东街道年报.gicr".encode("gbk")))
    (old / os.fsdecode("坏的.gicr".encode("gbk"))).touch()
    rollup = gather(office.folder)
    assert total(rollup) == 1
    assert [row.name for row in rollup.rows] == ["旧电脑/东街道年报.gicr", "旧电脑/坏的.gicr"]
    assert rollup.rows[0].path.exists()
    # The result can be written although a name cannot.
    json.dumps(rollup.describe(), ensure_ascii=False).encode()
    assert rollup.report.sources[0]["file"] == "旧电脑/东街道年报.gicr"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("甲\n乙.gicr", "甲□乙.gicr"),
        ("甲\u202egpj.gicr", "甲□gpj.gicr"),
        ("\udcff\udcfe.gicr", "□□.gicr"),
        ("普通 名称（1）.gicr", "普通 名称（1）.gicr"),
    ],
)
def test_names_that_hide(name, shown):
    assert readable(name) == shown


@pytest.mark.parametrize("count", [5, 150])
def test_files_that_vanish_while_others_are_read(office, count):
    for number in range(count):
        office(f"{number}街道", {LICENCES: 1})

    def remove_some(progress):
        if not progress.done:
            for number in range(0, count, 3):
                (office.folder / f"{number}街道.gicr").unlink(missing_ok=True)

    rollup = gather(office.folder, on_progress=remove_some)
    gone = len(range(0, count, 3))
    assert total(rollup) == count - gone
    assert len(reasons(rollup)) == gone
    assert all("不存在" in reason or "找不到" in reason for reason in reasons(rollup).values())


def test_a_file_of_two_gigabytes(office):
    office("东街道", {LICENCES: 1})
    for name in ("巨大.gicr", "巨大.docx"):
        with (office.folder / name).open("wb") as file:
            file.truncate(2 << 30)
    rollup = gather(office.folder)
    assert total(rollup) == 1
    assert all("大" in reason for reason in reasons(rollup).values())
    assert len(reasons(rollup)) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes in folders")
def test_pipes_and_folders_called_like_reports(office):
    office("东街道", {LICENCES: 1})
    os.mkfifo(office.folder / "管道.gicr")
    (office.folder / "文件夹.gicr").mkdir()
    office("西街道", {LICENCES: 2}, file="文件夹.gicr/西.gicr")
    rollup = gather(office.folder)
    assert total(rollup) == 3
    assert list(reasons(rollup)) == ["管道.gicr"]


BOMBS = {
    "deep": b"[" * 100_000,
    "deep inside": b'{"project": "gic-desktop", "version": 1, "form": ' + b"[" * 90_000,
    "long number": b'{"project": "gic-desktop", "version": 1, "year": ' + b"9" * 20_000 + b"}",
    "exponent": b'{"project": "gic-desktop", "version": 1, "year": 1e999999999}',
    "list": b"[1, 2]",
    "null": b"null",
    "NaN": b'{"project": NaN}',
    "other program": b'{"project": "other"}',
    "unknown form": b'{"project": "gic-desktop", "version": 1, "form": "x", "year": 2025, "organ": ""}',
    "PDF": b"%PDF-1.7\n" + b"1 0 obj<</Type/Catalog>>endobj " * 50,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_file_that_is_no_report_is_one_sentence(office, name):
    office("东街道", {LICENCES: 1})
    office("", file="坏.gicr", data=BOMBS[name])
    rollup = gather(office.folder)
    assert total(rollup) == 1
    assert reasons(rollup)["坏.gicr"].endswith("。")


def test_endless_names_are_cut(office):
    office("街道\n" * 20_000, {LICENCES: 1}, file="长.gicr")
    office("东街道")
    rollup = gather(office.folder)
    assert max(len(row.organ) for row in rollup.rows) <= 100
    assert all("\n" not in row.organ for row in rollup.rows)


def test_too_many_files_are_refused(office, monkeypatch):
    monkeypatch.setattr("gic_desktop.rollup.gather.MOST_FILES", 3)
    for number in range(4):
        office(f"{number}街道")
    with pytest.raises(RollupRefused, match="超过 3 个"):
        gather(office.folder)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is closed to root")
def test_a_closed_folder_is_named(office):
    office("东街道", {LICENCES: 1})
    closed = office.folder / "无权限"
    closed.mkdir(mode=0)
    try:
        assert reasons(gather(office.folder)) == {"无权限": CLOSED}
    finally:
        closed.chmod(0o700)


def test_readers_that_die_while_starting_are_not_waited_for(office, monkeypatch, tmp_path):
    """Killed by the system or a virus scanner, again and again."""
    dies = tmp_path / "dies"
    dies.mkdir()
    (dies / "sitecustomize.py").write_text("import os\nos._exit(3)\n")
    office("东街道", {LICENCES: 1})
    (office.folder / "西街道.docx").write_bytes(b"PK")
    monkeypatch.setenv("PYTHONPATH", str(dies))
    if sys.flags.no_site:
        pytest.skip("no sitecustomize without site")
    with pytest.raises(RollupRefused, match="无法启动"):
        gather(office.folder)
