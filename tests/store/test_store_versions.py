"""Earlier versions: kept before each save, ever fewer of the older, never in the way of a save."""

from __future__ import annotations

import errno
import os
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_fault_layer import FaultyFiles, failure

from gic_desktop.store import durable
from gic_desktop.store.earlier_versions import EarlierVersions, Version, which_stay
from gic_desktop.store.faults import ReadFailed, Reason, StoreError
from gic_desktop.store.files import Files

NOW = datetime(2026, 1, 14, 17, 0, tzinfo=UTC)


class Clock(Files):
    """The clock on the wall, set by the test."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def now_ns(self) -> int:
        return int(self.now.timestamp()) * 10**9


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "台账").mkdir()
    path = tmp_path / "台账" / "幸福街道办事处 2025年.gicr"
    path.write_bytes("第 0 稿".encode())
    return path


@pytest.fixture
def kept(tmp_path: Path) -> EarlierVersions:
    return EarlierVersions(tmp_path / "versions")


def texts(kept: EarlierVersions, project: Path) -> list[str]:
    return [kept.read(version).decode() for version in kept.of(project)]


def save(kept: EarlierVersions, project: Path, text: str, files: Files | None = None) -> object:
    return durable.replace(project, text.encode(), keep=kept.keep, files=files or Files())


# -- keeping and reading -------------------------------------------------------------------------


def test_each_save_keeps_what_it_replaces_latest_first(
    project: Path, kept: EarlierVersions
) -> None:
    for number in (1, 2, 3):
        save(kept, project, f"第 {number} 稿")
    assert texts(kept, project) == ["第 2 稿", "第 1 稿", "第 0 稿"]
    latest = kept.of(project)[0]
    assert latest.size == len("第 2 稿".encode())
    assert abs(latest.time - datetime.now(UTC)) < timedelta(minutes=5)


def test_saving_the_same_again_keeps_nothing_twice(project: Path, kept: EarlierVersions) -> None:
    for _ in range(3):
        save(kept, project, "定稿")
    assert texts(kept, project) == ["定稿", "第 0 稿"]


def test_going_back_and_forth_keeps_each_step(project: Path, kept: EarlierVersions) -> None:
    for text in ("甲", "乙", "甲", "乙"):
        save(kept, project, text)
    assert texts(kept, project) == ["甲", "乙", "甲", "第 0 稿"]


def test_versions_survive_the_program(project: Path, kept: EarlierVersions, tmp_path: Path) -> None:
    save(kept, project, "一")
    assert texts(EarlierVersions(tmp_path / "versions"), project) == ["第 0 稿"]


def test_projects_of_the_same_name_are_kept_apart(kept: EarlierVersions, tmp_path: Path) -> None:
    for folder in ("东", "西"):
        (tmp_path / folder).mkdir()
        kept.keep(tmp_path / folder / "年报.gicr", folder.encode())
    assert texts(kept, tmp_path / "东" / "年报.gicr") == ["东"]
    assert texts(kept, tmp_path / "西" / "年报.gicr") == ["西"]
    assert dict(kept.projects()) == {tmp_path / each / "年报.gicr": 1 for each in ("东", "西")}


def test_a_link_and_its_file_have_the_same_versions(project: Path, kept: EarlierVersions) -> None:
    link = project.parent / "捷径"
    link.symlink_to(project)
    save(kept, link, "一")
    assert texts(kept, project) == texts(kept, link) == ["第 0 稿"]


def test_only_the_owner_can_read_them(project: Path, kept: EarlierVersions) -> None:
    save(kept, project, "一")
    version = kept.of(project)[0].file
    assert version.stat().st_mode & 0o077 == 0
    assert version.parent.stat().st_mode & 0o077 == 0


def test_forgetting(project: Path, kept: EarlierVersions, tmp_path: Path) -> None:
    save(kept, project, "一")
    kept.forget(project)
    kept.forget(project)
    assert kept.of(project) == ()
    assert list((tmp_path / "versions").iterdir()) == []


def test_a_project_that_never_was_saved_has_none(kept: EarlierVersions) -> None:
    assert kept.of(Path("没有.gicr")) == ()
    assert kept.of(Path("a\0b")) == ()
    assert kept.projects() == ()


# -- bounds --------------------------------------------------------------------------------------


def test_never_more_than_the_limit(project: Path, tmp_path: Path) -> None:
    kept = EarlierVersions(tmp_path / "versions", limit=12)
    for number in range(1, 40):
        save(kept, project, f"第 {number} 稿")
    assert len(kept.of(project)) <= 12
    assert texts(kept, project)[:10] == [f"第 {number} 稿" for number in range(38, 28, -1)]


def test_a_limit_of_one(project: Path, tmp_path: Path) -> None:
    kept = EarlierVersions(tmp_path / "versions", limit=1)
    for text in ("一", "二"):
        save(kept, project, text)
    assert texts(kept, project) == ["一"]
    with pytest.raises(ValueError, match="at least one"):
        EarlierVersions(tmp_path, limit=0)


def stays(*ages: timedelta, limit: int = 20) -> list[timedelta]:
    versions = [
        Version(number, NOW - age, 1, "", Path()) for number, age in enumerate(ages, start=1)
    ]
    return [NOW - version.time for version in which_stay(versions, limit, NOW)]


def test_older_versions_grow_sparse() -> None:
    """A version every ten minutes for eight hours, and one a day for a fortnight before."""
    ages = [timedelta(days=day, hours=2) for day in range(14, 0, -1)]
    ages += [timedelta(minutes=minute) for minute in range(480, 0, -10)]
    left = stays(*ages, limit=40)
    assert left[-10:] == [timedelta(minutes=minute) for minute in range(100, 0, -10)]
    hours = [age for age in left[:-10] if age < timedelta(days=1)]
    assert 6 <= len(hours) <= 8
    assert sum(age > timedelta(days=1) for age in left) == 14


def test_of_old_years_one_a_month_stays() -> None:
    ages = [timedelta(days=day) for day in range(400, 40, -1)] + [timedelta(0)] * 10
    left = stays(*ages, limit=50)
    assert len(left) - 10 in {12, 13}


ANY_AGES = st.lists(st.timedeltas(timedelta(days=-400), timedelta(days=4000)), max_size=80)


@given(ANY_AGES, st.integers(1, 30))
def test_whatever_the_clock_did_the_latest_stay_and_the_limit_holds(
    ages: list[timedelta], limit: int
) -> None:
    left = stays(*ages, limit=limit)
    assert len(left) <= limit
    assert left[-min(10, limit) :] == ages[-min(10, limit) :]


def test_a_clock_set_back_does_not_mix_up_the_order(project: Path, tmp_path: Path) -> None:
    clock = Clock()
    kept = EarlierVersions(tmp_path / "versions", files=clock)
    for number in range(1, 8):
        clock.now = NOW + timedelta(days=1000 * (-1) ** number)
        save(kept, project, f"第 {number} 稿")
    assert texts(kept, project) == [f"第 {number} 稿" for number in range(6, -1, -1)]


def test_all_projects_together_stay_within_their_room(tmp_path: Path) -> None:
    clock = Clock()
    kept = EarlierVersions(tmp_path / "versions", room=40_000, files=clock)
    for number in range(20):
        clock.now += timedelta(hours=1)
        kept.keep(tmp_path / f"{number % 4}.gicr", os.urandom(5_000))
    files = list((tmp_path / "versions").rglob("*.z"))
    assert sum(path.stat().st_size for path in files) <= 40_000
    assert len(kept.of(tmp_path / "3.gicr")) >= 1


def test_the_latest_of_the_project_in_hand_stays_even_if_it_fills_the_room(tmp_path: Path) -> None:
    kept = EarlierVersions(tmp_path / "versions", room=1_000)
    kept.keep(tmp_path / "a.gicr", os.urandom(500))
    kept.keep(tmp_path / "b.gicr", os.urandom(5_000))
    assert kept.of(tmp_path / "a.gicr") == ()
    assert len(kept.of(tmp_path / "b.gicr")) == 1


def test_contents_are_compressed(tmp_path: Path, kept: EarlierVersions) -> None:
    version = kept.keep(tmp_path / "a.gicr", "予以公开".encode() * 10_000)
    assert version is not None
    assert version.file.stat().st_size < 2_000


# -- faults --------------------------------------------------------------------------------------


def test_every_call_failing_never_stops_the_save(project: Path, tmp_path: Path) -> None:
    plain = FaultyFiles()
    EarlierVersions(tmp_path / "plain", files=plain).keep(project, b"x")
    for number in range(len(plain.calls)):
        kept = EarlierVersions(
            tmp_path / str(number), files=FaultyFiles(number, failure(errno.ENOSPC))
        )
        project.write_bytes("旧".encode())
        saved = durable.replace(project, "新".encode(), keep=kept.keep)
        assert project.read_text(encoding="utf-8") == "新"
        for note in saved.notes:
            assert "旧版本未能留存" in note.sentence or note.reason is Reason.NOT_CONFIRMED
        for version in kept.of(project):
            assert kept.read(version).decode() == "旧"


def test_a_full_disk_is_told_once_and_in_full(project: Path, tmp_path: Path) -> None:
    full = FaultyFiles(0, failure(errno.ENOSPC), only="write", stays=True)
    kept = EarlierVersions(tmp_path / "versions", files=full)
    (note,) = durable.replace(project, b"x", keep=kept.keep).notes
    assert note.sentence == (
        "磁盘已满，保存前的旧版本未能留存。请清理空间，或联系管理员。项目文件的保存不受影响。"
    )


@pytest.mark.parametrize("damage", ["empty", "cut", "flipped", "other", "bomb"])
def test_a_damaged_version_is_refused(project: Path, kept: EarlierVersions, damage: str) -> None:
    save(kept, project, "一")
    version = kept.of(project)[0]
    packed = version.file.read_bytes()
    version.file.write_bytes(
        {
            "empty": b"",
            "cut": packed[:-5],
            "flipped": packed[:6] + bytes([packed[6] ^ 1]) + packed[7:],
            "other": zlib.compress(b"something else"),
            "bomb": zlib.compress(bytes(50_000_000)),
        }[damage]
    )
    with pytest.raises(ReadFailed):
        kept.read(version)


def test_strange_files_in_the_folder_are_passed_over(project: Path, kept: EarlierVersions) -> None:
    save(kept, project, "一")
    folder = kept.of(project)[0].file.parent
    for name in ("desktop.ini", "00000009-x.z", f"00000009-20269999T000000000000-1-{'0' * 32}.z"):
        (folder / name).write_bytes(b"?")
    save(kept, project, "二")
    assert texts(kept, project) == ["一", "第 0 稿"]
    assert (folder / "desktop.ini").exists()


def test_a_version_that_vanished(project: Path, kept: EarlierVersions) -> None:
    save(kept, project, "一")
    version = kept.of(project)[0]
    version.file.unlink()
    with pytest.raises(StoreError):
        kept.read(version)
