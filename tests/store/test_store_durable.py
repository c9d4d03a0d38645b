"""Saving: the old file until the new one is whole, and a sentence for every refusal."""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from store_fault_layer import (
    FaultyFiles,
    RememberingFiles,
    ShortWrites,
    failure,
    windows_failure,
)

from gic_desktop.store import durable, faults, files
from gic_desktop.store.durable import ABSENT, ChangedOutside, NotConfirmed, Reason, StoreError
from gic_desktop.store.faults import EXPORT, HeldOpen, ReadFailed, WriteFailed

posix = pytest.mark.skipif(sys.platform == "win32", reason="permissions and links of Unix")
OLD = "上年的报告\n".encode() * 400
NEW = "本年的报告，比上年的长\n".encode() * 900


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "幸福街道办事处2025年.gicr"
    path.write_bytes(OLD)
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def refusal(path: Path, error: OSError, *, only: str, fail_at: int = 0) -> StoreError:
    with pytest.raises(StoreError) as caught:
        durable.replace(path, NEW, files=FaultyFiles(fail_at, error, only=only))
    return caught.value


# -- what a save does ----------------------------------------------------------------------------


def test_a_save_leaves_the_new_content_and_nothing_else(report: Path) -> None:
    saved = durable.replace(report, NEW)
    assert report.read_bytes() == NEW
    assert names(report.parent) == [report.name]
    assert saved.path == report
    assert saved.fingerprint == durable.read(report, 10**6)[1]
    assert saved.notes == ()


def test_a_first_save(tmp_path: Path) -> None:
    durable.replace(tmp_path / "新.gicr", NEW, expected=ABSENT)
    assert (tmp_path / "新.gicr").read_bytes() == NEW


def test_an_empty_file_can_be_saved(report: Path) -> None:
    durable.replace(report, b"")
    assert report.read_bytes() == b""


def test_a_relative_path(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(report.parent)
    assert durable.replace(Path(report.name), NEW).path == report


def test_the_order_of_the_calls(report: Path) -> None:
    """Written, synced, closed, measured; only then put in place; then the folder is synced."""
    system = FaultyFiles()
    durable.replace(report, NEW, files=system)
    calls = [name for name in system.calls if name not in {"stat", "facts", "may_write", "names"}]
    assert calls == [
        "real",
        "open_new",
        "write",
        "set_mode",
        "fsync",
        "close",
        "open_folder",
        "hold_folder",
        "replace",
        "fsync",
        "close",
    ]


@posix
def test_nobody_else_can_read_the_new_file_before_it_is_finished(report: Path) -> None:
    report.chmod(0o644)
    seen: list[int] = []

    class Watching(files.Files):
        def write(self, descriptor: int, data: memoryview) -> int:
            seen.append(stat.S_IMODE(self.facts(descriptor).st_mode))
            return super().write(descriptor, data)

    durable.replace(report, NEW, files=Watching())
    assert seen == [0o600]


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o644])
def test_permissions_are_carried_over(report: Path, mode: int) -> None:
    report.chmod(mode)
    durable.replace(report, NEW)
    assert stat.S_IMODE(report.stat().st_mode) == mode


@posix
def test_a_new_file_gets_ordinary_permissions(tmp_path: Path) -> None:
    durable.replace(tmp_path / "a.gicr", NEW)
    (tmp_path / "ordinary").write_bytes(b"")
    assert (tmp_path / "a.gicr").stat().st_mode == (tmp_path / "ordinary").stat().st_mode


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give")
def test_the_owner_is_carried_over_where_the_system_allows(report: Path) -> None:
    os.chown(report, 1234, 4321)
    durable.replace(report, NEW)
    assert (report.stat().st_uid, report.stat().st_gid) == (1234, 4321)
    os.chown(report, 1235, 4321)
    durable.replace(report, OLD, files=FaultyFiles(0, failure(errno.EPERM), only="set_owner"))
    assert report.read_bytes() == OLD


@posix
def test_a_link_stays_and_what_it_points_to_is_replaced(report: Path) -> None:
    (report.parent / "桌面").mkdir()
    link = report.parent / "桌面" / "年报.gicr"
    link.symlink_to(Path("..") / report.name)
    saved = durable.replace(link, NEW)
    assert link.is_symlink()
    assert report.read_bytes() == NEW
    assert saved.path == report
    assert names(link.parent) == ["年报.gicr"]


@posix
def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(WriteFailed) as caught:
        durable.replace(tmp_path / "a", NEW)
    assert caught.value.reason is Reason.LINK_LOOP


def test_a_name_as_long_as_the_system_allows(tmp_path: Path) -> None:
    path = tmp_path / ("年" * 83 + ".gicr")  # 254 bytes
    durable.replace(path, OLD)
    durable.replace(path, NEW)
    assert path.read_bytes() == NEW


# -- everything that can fail, failing -----------------------------------------------------------


def test_every_call_failing_once_leaves_one_whole_file_and_a_sentence(report: Path) -> None:
    """For each call and several errors: old or new, told truly, and nothing stray."""
    plain = FaultyFiles()
    expected = durable.replace(report, OLD).fingerprint
    durable.replace(report, OLD, expected=expected, files=plain)
    tried = 0
    for number, name in enumerate(plain.calls):
        for code in (errno.EIO, errno.ENOSPC, errno.EACCES, errno.EBUSY, errno.EDQUOT):
            report.write_bytes(OLD)
            system = FaultyFiles(number, failure(code))
            try:
                durable.replace(report, NEW, expected=expected, files=system)
            except NotConfirmed as error:
                left, told = NEW, error.saved.fingerprint == durable.read(report, 10**6)[1]
            except StoreError as error:
                left, told = OLD, "未能保存；原文件完好。" in error.sentence and error.__cause__
            else:
                left, told = NEW, True
            assert (report.read_bytes(), bool(told)) == (left, True), (name, code)
            assert system.failed == name
            if name != "unlink":
                assert names(report.parent) == [report.name], (name, code)
            tried += 1
    assert tried == 5 * len(plain.calls) >= 90


def test_the_disk_vanishing_at_any_call_leaves_one_whole_file(report: Path) -> None:
    """A stick pulled out: from some call on, everything fails, the tidying up included."""
    plain = FaultyFiles()
    durable.replace(report, OLD, files=plain)
    for number in range(len(plain.calls)):
        report.write_bytes(OLD)
        system = FaultyFiles(number, failure(errno.ENODEV), stays=True)
        try:
            durable.replace(report, NEW, files=system)
        except NotConfirmed:
            left, reason = NEW, Reason.SHARE_GONE
        except StoreError as error:
            left, reason = OLD, error.reason
        else:
            left, reason = NEW, Reason.SHARE_GONE
        assert (report.read_bytes(), reason) == (left, Reason.SHARE_GONE)


def test_every_answer_lost_on_the_network(report: Path) -> None:
    """The share does what was asked, but the answer never comes: never a false word about it."""
    plain = FaultyFiles()
    durable.replace(report, OLD, files=plain)
    for number, name in enumerate(plain.calls):
        report.write_bytes(OLD)
        system = FaultyFiles(number, failure(errno.EIO), done_first=True)
        try:
            durable.replace(report, NEW, files=system)
        except NotConfirmed:
            assert report.read_bytes() == NEW
        except StoreError:
            assert report.read_bytes() == OLD, name
        else:
            assert report.read_bytes() == NEW, name
        assert names(report.parent) == [report.name]


def test_short_writes_are_continued(report: Path) -> None:
    durable.replace(report, NEW, files=ShortWrites(at_once=7))
    assert report.read_bytes() == NEW


@pytest.mark.parametrize("room", [0, 1, 4096, len(NEW) - 1])
def test_a_disk_that_fills_up_on_the_way(report: Path, room: int) -> None:
    with pytest.raises(WriteFailed) as caught:
        durable.replace(report, NEW, files=ShortWrites(at_once=1000, room=room))
    assert str(caught.value) == ("磁盘已满，未能保存；原文件完好。请清理空间，或另存到其他位置。")
    assert report.read_bytes() == OLD
    assert names(report.parent) == [report.name]


def test_a_write_that_takes_nothing_is_an_error_not_a_loop(report: Path) -> None:
    with pytest.raises(WriteFailed):
        durable.replace(report, NEW, files=ShortWrites(at_once=0))
    assert report.read_bytes() == OLD


def test_a_shorter_file_than_was_written_is_never_put_in_place(report: Path) -> None:
    class Forgetful(files.Files):
        def close(self, descriptor: int) -> None:
            if not stat.S_ISDIR(self.facts(descriptor).st_mode):
                os.ftruncate(descriptor, 10)
            super().close(descriptor)

    with pytest.raises(WriteFailed) as caught:
        durable.replace(report, NEW, files=Forgetful())
    assert caught.value.reason is Reason.DISK_FAULT
    assert report.read_bytes() == OLD


def test_a_failed_fsync_is_never_tried_again(report: Path) -> None:
    system = FaultyFiles(0, failure(errno.EIO), only="fsync")
    with pytest.raises(WriteFailed):
        durable.replace(report, NEW, files=system)
    assert system.calls == ["fsync"]


def test_a_file_system_that_knows_no_fsync_is_no_failure(report: Path) -> None:
    system = FaultyFiles(0, failure(errno.EINVAL), only="fsync", stays=True)
    durable.replace(report, NEW, files=system)
    assert report.read_bytes() == NEW


def test_a_folder_that_will_not_confirm_is_told_and_not_called_a_success(report: Path) -> None:
    with pytest.raises(NotConfirmed) as caught:
        durable.replace(report, NEW, files=FaultyFiles(1, only="fsync"))
    assert report.read_bytes() == NEW
    assert "请再保存一次" in caught.value.sentence
    durable.replace(report, OLD, expected=caught.value.saved.fingerprint)


def test_an_interrupt_leaves_nothing_behind(report: Path) -> None:
    class Interrupted(files.Files):
        def fsync(self, _descriptor: int) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        durable.replace(report, NEW, files=Interrupted())
    assert report.read_bytes() == OLD
    assert names(report.parent) == [report.name]


# -- sentences -----------------------------------------------------------------------------------

CASES = [
    ("open_new", failure(errno.EROFS), Reason.FOLDER_READ_ONLY, "文件夹不允许写入"),
    ("open_new", failure(errno.EACCES), Reason.FOLDER_READ_ONLY, "文件夹不允许写入"),
    ("open_new", failure(errno.ENOENT), Reason.FOLDER_GONE, "文件夹已不存在"),
    ("open_new", failure(errno.EMFILE), Reason.NO_RESOURCES, "系统资源不足"),
    ("open_new", failure(errno.EILSEQ), Reason.BAD_NAME, "文件名"),
    ("write", failure(errno.ENOSPC), Reason.DISK_FULL, "磁盘已满"),
    ("write", failure(errno.EDQUOT), Reason.QUOTA, "配额"),
    ("write", failure(errno.EFBIG), Reason.TOO_BIG, "太大"),
    ("write", failure(errno.EIO), Reason.DISK_FAULT, "读写出错"),
    ("fsync", failure(errno.ESTALE), Reason.SHARE_GONE, "已断开"),
    ("close", failure(errno.ENOSPC), Reason.DISK_FULL, "磁盘已满"),
    ("replace", failure(errno.EBUSY), Reason.HELD_OPEN, "被其他程序打开"),
    ("replace", failure(errno.EPERM), Reason.FILE_READ_ONLY, "只读"),
    ("write", failure(errno.EOVERFLOW), Reason.OTHER, "代码 EOVERFLOW"),
    ("write", windows_failure(112), Reason.DISK_FULL, "磁盘已满"),
    ("write", windows_failure(64), Reason.SHARE_GONE, "已断开"),
    ("open_new", windows_failure(53), Reason.SHARE_GONE, "已断开"),
    ("open_new", windows_failure(3), Reason.FOLDER_GONE, "文件夹已不存在"),
    ("open_new", windows_failure(5), Reason.FOLDER_READ_ONLY, "文件夹不允许写入"),
    ("open_new", windows_failure(206), Reason.NAME_TOO_LONG, "太长"),
    ("write", windows_failure(4242), Reason.FOLDER_READ_ONLY, "不允许写入"),
]


@pytest.mark.parametrize(("call", "error", "reason", "words"), CASES)
def test_each_refusal_has_its_reason_and_its_sentence(
    report: Path, call: str, error: OSError, reason: Reason, words: str
) -> None:
    told = refusal(report, error, only=call)
    assert told.reason is reason
    assert words in told.sentence
    assert "原文件完好" in told.sentence
    assert told.sentence.count("。") == 2
    assert told.__cause__ is error
    assert report.read_bytes() == OLD


def test_sentences_have_no_programmers_words() -> None:
    for reason in Reason:
        if reason in {Reason.CHANGED_OUTSIDE, Reason.NOT_CONFIRMED}:
            continue
        for purpose in (faults.SAVE, faults.EXPORT, faults.JOURNAL, faults.KEEP, faults.OPEN):
            for old_file in (True, False):
                told = faults.write_failed(
                    reason, Path("x"), purpose, old_file=old_file, detail="代码 1"
                )
                assert told.sentence.endswith("。")
                for word in ("异常", "非法", "null", "失败", "JSON", "解析", "！", "{", "。。"):
                    assert word not in told.sentence


def test_without_an_old_file_nothing_is_said_about_one(tmp_path: Path) -> None:
    told = refusal(tmp_path / "新.gicr", failure(errno.ENOSPC), only="write")
    assert told.sentence == "磁盘已满，未能保存。请清理空间，或另存到其他位置。"
    assert names(tmp_path) == []


def test_an_export_speaks_of_exporting(report: Path) -> None:
    with pytest.raises(WriteFailed) as caught:
        durable.replace(
            report, NEW, purpose=EXPORT, files=FaultyFiles(0, failure(errno.ENOSPC), only="write")
        )
    assert str(caught.value) == (
        "磁盘已满，未能导出；原有的文件完好。请清理空间，或换一个位置导出。"
    )


# -- places that cannot be written, for real -----------------------------------------------------


def test_the_folder_is_gone(report: Path) -> None:
    gone = report.parent / "已改名" / report.name
    with pytest.raises(WriteFailed) as caught:
        durable.replace(gone, NEW)
    assert caught.value.reason is Reason.FOLDER_GONE
    with pytest.raises(WriteFailed) as caught:
        durable.replace(gone, NEW, expected=durable.fingerprint_of(OLD, 0))
    assert caught.value.reason is Reason.FOLDER_GONE


def test_the_folder_goes_in_the_middle_of_a_save(tmp_path: Path) -> None:
    folder = tmp_path / "U盘"
    folder.mkdir()
    (folder / "a.gicr").write_bytes(OLD)

    class Renaming(files.Files):
        def fsync(self, descriptor: int) -> None:
            super().fsync(descriptor)
            if folder.exists():
                folder.rename(tmp_path / "改名")

    with pytest.raises(WriteFailed) as caught:
        durable.replace(folder / "a.gicr", NEW, files=Renaming())
    assert caught.value.reason is Reason.FOLDER_GONE
    assert (tmp_path / "改名" / "a.gicr").read_bytes() == OLD


@posix
def test_a_read_only_file_is_respected_even_when_the_folder_can_be_written(report: Path) -> None:
    report.chmod(0o444)
    with pytest.raises(WriteFailed) as caught:
        durable.replace(report, NEW)
    assert caught.value.reason is Reason.FILE_READ_ONLY
    assert "取消文件的“只读”属性" in caught.value.sentence
    assert report.read_bytes() == OLD


@posix
def test_a_read_only_folder_for_an_ordinary_user(tmp_path: Path) -> None:
    """In a child that gives up root's rights, which know no read-only folder."""
    report = tmp_path / "a.gicr"
    report.write_bytes(OLD)
    report.chmod(0o666)
    tmp_path.chmod(0o555)
    program = (
        "import fcntl, os, sys\n"
        "from pathlib import Path\n"
        "from gic_desktop.store import durable\n"
        "os.geteuid() == 0 and os.setuid(65534)\n"
        "try: durable.replace(Path(sys.argv[1]), b'x')\n"
        "except durable.StoreError as error: print(error.reason.value)\n"
    )
    for folder in (tmp_path, *tmp_path.parents):  # pytest's folders are private to their owner
        if folder.name.startswith("pytest-"):
            folder.chmod(folder.stat().st_mode | 0o055)
    done = subprocess.run(
        [sys.executable, "-c", program, str(report)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    tmp_path.chmod(0o755)
    assert done.stdout.strip() == "folder_read_only"
    assert report.read_bytes() == OLD
    assert names(tmp_path) == ["a.gicr"]


@pytest.mark.parametrize("name", ["年" * 90 + ".gicr", "x" * 300])
def test_a_name_too_long(tmp_path: Path, name: str) -> None:
    with pytest.raises(WriteFailed) as caught:
        durable.replace(tmp_path / name, NEW)
    assert caught.value.reason is Reason.NAME_TOO_LONG
    assert names(tmp_path) == []


@pytest.mark.parametrize("name", ["a\0b.gicr", "\udfff" if os.name == "nt" else "\ud800.gicr"])
def test_a_name_no_system_takes(tmp_path: Path, name: str) -> None:
    with pytest.raises(WriteFailed) as caught:
        durable.replace(tmp_path / name, NEW)
    assert caught.value.reason is Reason.BAD_NAME


def test_a_folder_of_that_name(tmp_path: Path) -> None:
    (tmp_path / "年报.pdf").mkdir()
    with pytest.raises(WriteFailed) as caught:
        durable.replace(tmp_path / "年报.pdf", NEW, purpose=EXPORT)
    assert caught.value.sentence == "同名的文件夹已存在，未能导出。请换一个文件名导出。"


@posix
@pytest.mark.parametrize("kind", ["pipe", "socket", "device"])
def test_pipes_sockets_and_devices_are_refused_without_waiting(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(path))
    else:
        path = Path("/dev/null")
    with pytest.raises(WriteFailed) as caught:
        durable.replace(path, NEW)
    assert caught.value.reason is Reason.NOT_A_FILE
    with pytest.raises(durable.ReadFailed):
        durable.read(path, 100)


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("年报.gicr", False),
        ("con", True),
        ("NUL.pdf", True),
        ("com1.gicr", True),
        ("console.gicr", False),
        ("年报.", True),
        ("年报 ", True),
        ("a.gicr:hidden", True),
        ("什么？.gicr", False),
        ("what?.gicr", True),
        ("tab\t.gicr", True),
    ],
)
def test_names_that_windows_takes_for_something_else(name: str, *, bad: bool) -> None:
    assert durable.windows_forbids(name) is bad


# -- Windows, as far as it can be shown here -----------------------------------------------------


class Scanned(FaultyFiles):
    """Windows while a scanner looks at the fresh file for `seconds`."""

    windows = True

    def __init__(self, code: int, seconds: float, *, only: str = "replace") -> None:
        super().__init__(error=windows_failure(code), only=only)
        self.seconds = seconds
        self.tries = 0

    def pass_on(self, name: str, real: object, arguments: tuple[object, ...]) -> object:
        if name == self.only:
            self.tries += 1
            if self.slept < self.seconds:
                raise self.error
        return super().pass_on(name, real, arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("code", [5, 32])
def test_a_scanner_that_lets_go_is_waited_for(report: Path, code: int) -> None:
    system = Scanned(code, 0.8)
    durable.replace(report, NEW, files=system)
    assert report.read_bytes() == NEW
    assert 0.8 <= system.slept < 1.1


@pytest.mark.parametrize("code", [5, 32])
def test_a_reader_that_never_lets_go_is_told_after_two_seconds(report: Path, code: int) -> None:
    system = Scanned(code, 1e9)
    with pytest.raises(HeldOpen) as caught:
        durable.replace(report, NEW, purpose=EXPORT, files=system)
    assert caught.value.sentence == (
        "该文件正被其他程序打开（例如阅读器、杀毒软件或同步盘），未能导出；原有的文件完好。"
        "请关闭占用它的程序后重试，或换一个文件名导出。"
    )
    assert 2.0 <= system.slept < 2.5
    assert system.tries < 20
    assert report.read_bytes() == OLD
    assert names(report.parent) == [report.name]


@pytest.mark.parametrize("code", [3, 33, 64, 112, 1117])
def test_no_other_windows_code_is_tried_again(report: Path, code: int) -> None:
    system = Scanned(code, 1e9)
    with pytest.raises(StoreError):
        durable.replace(report, NEW, files=system)
    assert (system.tries, system.slept) == (1, 0.0)


def test_on_linux_nothing_is_tried_again(report: Path) -> None:
    system = Scanned(5, 1e9)
    system.windows = False
    with pytest.raises(StoreError):
        durable.replace(report, NEW, files=system)
    assert (system.tries, system.slept) == (1, 0.0)


def test_writing_the_temporary_file_is_not_tried_again(report: Path) -> None:
    system = Scanned(5, 1e9, only="open_new")
    with pytest.raises(StoreError) as caught:
        durable.replace(report, NEW, files=system)
    assert (system.tries, system.slept) == (1, 0.0)
    assert caught.value.reason is Reason.FOLDER_READ_ONLY


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("D:\\台账\\年报.gicr", "D:\\台账\\年报.gicr"),
        ("D:\\" + "长" * 250 + "\\a.gicr", "\\\\?\\D:\\" + "长" * 250 + "\\a.gicr"),
        ("\\\\server\\共享\\" + "x" * 250, "\\\\?\\UNC\\server\\共享\\" + "x" * 250),
        ("\\\\?\\D:\\" + "x" * 250, "\\\\?\\D:\\" + "x" * 250),
        ("x" * 250, "x" * 250),
    ],
)
def test_long_windows_paths(path: str, wanted: str) -> None:
    assert files.long_windows_path(path) == wanted
    assert files.short_windows_path(wanted) == files.short_windows_path(path)


# -- somebody else wrote -------------------------------------------------------------------------


def test_a_change_by_somebody_else_is_noticed_before_anything_is_written(report: Path) -> None:
    _, known = durable.read(report, 10**6)
    report.write_bytes("别人的改动".encode())
    system = FaultyFiles()
    with pytest.raises(ChangedOutside) as caught:
        durable.replace(report, NEW, expected=known, files=system)
    assert "open_new" not in system.calls
    assert report.read_bytes().decode() == "别人的改动"
    assert "被其他程序或其他电脑修改过" in caught.value.sentence
    durable.replace(report, NEW)  # what “save all the same” does
    assert report.read_bytes() == NEW


def test_a_change_of_the_same_length_and_time_is_noticed(report: Path) -> None:
    _, known = durable.read(report, 10**6)
    report.write_bytes(OLD[:-2] + b"?\n")
    os.utime(report, ns=(known.mtime_ns, known.mtime_ns))
    with pytest.raises(ChangedOutside):
        durable.replace(report, NEW, expected=known)


def test_the_same_content_with_another_time_is_no_change(report: Path) -> None:
    """A sync client that wrote the file anew, a clock set back."""
    _, known = durable.read(report, 10**6)
    os.utime(report, ns=(1, 1))
    assert not durable.differs(report, known)
    durable.replace(report, NEW, expected=known)


def test_a_removed_file_is_noticed(report: Path) -> None:
    _, known = durable.read(report, 10**6)
    report.rename(report.with_name("定稿.gicr"))
    assert durable.differs(report, known)
    with pytest.raises(ChangedOutside) as caught:
        durable.replace(report, NEW, expected=known)
    assert "已被改名、移走或删除" in caught.value.sentence
    assert caught.value.found == ABSENT
    assert names(report.parent) == ["定稿.gicr"]


def test_a_file_that_appeared_is_noticed(report: Path) -> None:
    assert durable.differs(report, ABSENT)
    with pytest.raises(ChangedOutside):
        durable.replace(report, NEW, expected=ABSENT)
    assert report.read_bytes() == OLD


class Meddling(files.Files):
    """Somebody writes the target while our new file is being written."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def fsync(self, descriptor: int) -> None:
        if not stat.S_ISDIR(self.facts(descriptor).st_mode):
            self.target.write_bytes(b"in between")
        super().fsync(descriptor)


def test_a_change_during_the_save_is_noticed(report: Path) -> None:
    _, known = durable.read(report, 10**6)
    with pytest.raises(ChangedOutside):
        durable.replace(report, NEW, expected=known, files=Meddling(report))
    assert report.read_bytes() == b"in between"
    assert names(report.parent) == [report.name]


def test_a_change_during_the_save_is_kept_when_nothing_was_expected(report: Path) -> None:
    kept: list[bytes] = []
    durable.replace(report, NEW, keep=lambda _, old: kept.append(old), files=Meddling(report))
    assert kept == [OLD, b"in between"]
    assert report.read_bytes() == NEW


def test_differs_answers_without_reading_when_nothing_moved(report: Path) -> None:
    _, known = durable.read(report, 10**6)
    system = FaultyFiles()
    assert not durable.differs(report, known, files=system)
    assert system.calls == ["stat"]
    report.write_bytes(OLD + b"x")
    assert durable.differs(report, known)
    assert not durable.differs(report, known, files=FaultyFiles(0, failure(errno.EIO)))


# -- keeping what is replaced --------------------------------------------------------------------


def test_the_old_content_is_handed_over_before_it_is_replaced(report: Path) -> None:
    seen: list[tuple[Path, bytes, bytes]] = []
    durable.replace(
        report, NEW, keep=lambda path, old: seen.append((path, old, report.read_bytes()))
    )
    assert seen == [(report, OLD, OLD)]


def test_a_failure_to_keep_is_noted_and_does_not_stop_the_save(report: Path) -> None:
    def full(_path: Path, _content: bytes) -> None:
        raise failure(errno.ENOSPC)

    saved = durable.replace(report, NEW, keep=full)
    assert report.read_bytes() == NEW
    (note,) = saved.notes
    assert note.reason is Reason.DISK_FULL
    assert "旧版本未能留存" in note.sentence


def test_an_old_file_that_cannot_be_read_can_still_be_replaced(report: Path) -> None:
    system = FaultyFiles(0, failure(errno.EIO), only="open_to_read")
    saved = durable.replace(report, NEW, keep=lambda *_: None, files=system)
    assert report.read_bytes() == NEW
    assert len(saved.notes) == 1


# -- reading -------------------------------------------------------------------------------------


def test_reading_stops_at_the_limit(report: Path) -> None:
    assert durable.read(report, len(OLD))[0] == OLD
    with pytest.raises(durable.ReadFailed) as caught:
        durable.read(report, len(OLD) - 1)
    assert caught.value.reason is Reason.TOO_BIG


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (failure(errno.ENOENT), Reason.NOT_FOUND),
        (failure(errno.EACCES), Reason.NOT_READABLE),
        (failure(errno.EIO), Reason.DISK_FAULT),
        (windows_failure(2), Reason.NOT_FOUND),
        (windows_failure(53), Reason.SHARE_GONE),
        (windows_failure(32), Reason.HELD_OPEN),
    ],
)
def test_reading_refusals(report: Path, error: OSError, reason: Reason) -> None:
    with pytest.raises(durable.ReadFailed) as caught:
        durable.read(report, 10**6, files=FaultyFiles(0, error, only="open_to_read"))
    assert caught.value.reason is reason
    assert "未能打开" in caught.value.sentence


# -- what killed saves leave ---------------------------------------------------------------------


def leave_temporary(folder: Path, process: int, *, host: str = "") -> Path:
    path = folder / f"~gic-{host or durable._host_mark()}-{process}-0badcafe.tmp"
    path.write_bytes(b"half")
    return path


@pytest.fixture
def first_save(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable, "_swept", set())


@pytest.mark.usefixtures("first_save")
def test_the_next_save_sweeps_up_after_a_dead_process(report: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    leave_temporary(report.parent, dead.pid)
    alive = leave_temporary(report.parent, os.getpid())
    foreign = leave_temporary(report.parent, dead.pid, host="0f0f0f")
    stranger = report.parent / "~gic-notes.tmp"
    stranger.write_bytes(b"a person's own file")
    durable.replace(report, NEW)
    assert names(report.parent) == sorted(path.name for path in (report, alive, foreign, stranger))


@pytest.mark.usefixtures("first_save")
def test_what_another_computer_left_is_swept_after_a_day(report: Path) -> None:
    foreign = leave_temporary(report.parent, 77, host="0f0f0f")
    day_ago = foreign.stat().st_mtime_ns - 25 * 3600 * 10**9
    os.utime(foreign, ns=(day_ago, day_ago))
    durable.replace(report, NEW)
    assert names(report.parent) == [report.name]


# -- power loss ----------------------------------------------------------------------------------


@pytest.mark.parametrize("had_old", [True, False])
def test_power_loss_at_any_moment_leaves_the_old_or_the_new_file_whole(
    tmp_path: Path, *, had_old: bool
) -> None:
    path = tmp_path / "a.gicr"
    if had_old:
        path.write_bytes(OLD)
    system = RememberingFiles(tmp_path)
    durable.replace(path, NEW, files=system)
    states = 0
    for _what, found in system.moments:
        for folder in found:
            assert folder.get("a.gicr") in ((OLD, NEW) if had_old else (None, NEW))
            states += 1
    assert states > 20
    last_call, at_the_end = system.moments[-1]
    assert last_call == "fsync of the folder"
    assert at_the_end == [{"a.gicr": NEW}]


def test_the_replay_would_notice_a_missing_fsync(tmp_path: Path) -> None:
    """The proof above is worth something only if it fails for a careless save."""
    (tmp_path / "a.gicr").write_bytes(OLD)

    class Careless(RememberingFiles):
        def fsync(self, descriptor: int) -> None:
            if descriptor in self.folders:
                super().fsync(descriptor)

    system = Careless(tmp_path)
    durable.replace(tmp_path / "a.gicr", NEW, files=system)
    found = {folder.get("a.gicr") for _, moment in system.moments for folder in moment}
    assert found - {OLD, NEW}


# -- a disk that is really full ------------------------------------------------------------------


@pytest.fixture
def tiny_disk(tmp_path: Path) -> object:
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("needs root on Linux, to mount a disk of 256 kB")
    where = tmp_path / "小磁盘"
    where.mkdir()
    system = ctypes.CDLL(None, use_errno=True)
    if system.mount(b"tmpfs", os.fsencode(where), b"tmpfs", 0, b"size=256k"):
        pytest.skip(f"cannot mount here: {os.strerror(ctypes.get_errno())}")
    yield where
    assert system.umount2(os.fsencode(where), 2) == 0


def test_a_disk_that_is_really_full(tiny_disk: Path) -> None:
    report = tiny_disk / "a.gicr"
    durable.replace(report, OLD)
    with pytest.raises(WriteFailed) as caught:
        durable.replace(report, bytes(300 << 10))
    assert caught.value.reason is Reason.DISK_FULL
    assert report.read_bytes() == OLD
    assert names(tiny_disk) == ["a.gicr"]
    durable.replace(report, NEW)
    assert report.read_bytes() == NEW


def test_a_folder_is_not_read_as_a_report(tmp_path: Path) -> None:
    with pytest.raises(ReadFailed) as caught:
        durable.read(tmp_path, 1000)
    assert caught.value.reason is Reason.IS_A_FOLDER
    assert caught.value.sentence == "这是一个文件夹，未能打开。请选择其中的文件。"
