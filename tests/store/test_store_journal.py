"""The journal: at most two seconds lost, torn tails seen, recovered once, never in the way."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_fault_layer import FaultyFiles, RememberingFiles, failure

from gic_desktop.store import journal, owner
from gic_desktop.store.faults import ReadFailed, Reason, StoreError
from gic_desktop.store.files import Files
from gic_desktop.store.journal import JournalWriter, Pending, Work, pending, work_in

SOURCE = Path(__file__).parents[2]
SOON = 30.0
"""Long enough for the slowest machine; nothing waits for it unless it is broken."""


class Untroubled(Files):
    """The real system on a disk that never waits: these tests are not about syncing."""

    def fsync(self, descriptor: int) -> None:
        pass


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture
def write(folder: Path) -> Iterator[Callable[..., JournalWriter]]:
    made: list[JournalWriter] = []

    def start(*states: str, files: Files | None = None, **more: object) -> JournalWriter:
        writer = JournalWriter(folder, files=files or Files(), pause=0.0, **more)  # type: ignore[arg-type]
        made.append(writer)
        for state in states:
            writer.put(state.encode())
            assert writer.flush(SOON)
        return writer

    yield start
    for writer in made:
        writer.discard(SOON)


def found(writer: JournalWriter) -> list[str]:
    work = work_in(writer.file.read_bytes())
    return [] if work is None else [one.decode() for one in (work.state, *work.changes)]


def abandon(writer: JournalWriter, **who: object) -> Path:
    """The file of a writer whose process is gone."""
    writer.close(SOON)
    content = writer.file.read_bytes()
    about = journal._about(content)
    first = next(journal._records(content))
    rest = content[journal._HEAD.size + len(first.stored) :]
    about["owner"] = {**owner.myself().as_json(), "began": "1", **who}
    record = journal._record(journal._Kind.ABOUT, 1, json.dumps(about).encode())
    left = writer.file.with_name("left" + journal.SUFFIX)
    left.write_bytes(record + rest)
    writer.file.unlink()
    return left


# -- writing -------------------------------------------------------------------------------------


def test_nothing_is_made_before_the_first_keystroke(
    write: Callable[..., JournalWriter], folder: Path
) -> None:
    writer = write()
    assert writer.flush(SOON)
    writer.clear()
    assert writer.flush(SOON)
    assert not folder.exists()


def test_the_latest_state_is_found(write: Callable[..., JournalWriter]) -> None:
    assert found(write("一", "二", "三")) == ["三"]


def test_changes_follow_their_state(write: Callable[..., JournalWriter]) -> None:
    writer = write("全文")
    writer.add("改一处".encode())
    writer.add("再改".encode())
    assert writer.flush(SOON)
    assert found(writer) == ["全文", "改一处", "再改"]
    writer.put("新全文".encode())
    assert writer.flush(SOON)
    assert found(writer) == ["新全文"]


def test_a_change_of_nothing_is_refused(write: Callable[..., JournalWriter]) -> None:
    with pytest.raises(ValueError, match="whole state first"):
        write().add(b"x")


def test_only_the_owner_can_read_it(write: Callable[..., JournalWriter], folder: Path) -> None:
    writer = write("私人内容")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert writer.file.stat().st_mode & 0o077 == 0


def test_after_a_save_nothing_is_left_to_recover(write: Callable[..., JournalWriter]) -> None:
    writer = write("x" * 100_000)
    writer.clear(Path("年报.gicr"), "0a1b")
    assert writer.flush(SOON)
    assert found(writer) == []
    assert writer.file.stat().st_size < 1000
    writer.put("之后的修改".encode())
    assert writer.flush(SOON)
    assert found(writer) == ["之后的修改"]
    (left,) = pending_of(writer)
    assert (left.project, left.base) == (Path("年报.gicr"), "0a1b")


def pending_of(writer: JournalWriter) -> tuple[Pending, ...]:
    abandon(writer)
    return pending(writer.file.parent)


def test_discarded_it_leaves_no_file(write: Callable[..., JournalWriter], folder: Path) -> None:
    writer = write("一")
    assert writer.discard(SOON)
    assert list(folder.iterdir()) == []
    with pytest.raises(RuntimeError):
        writer.put(b"x")


def test_closed_and_then_discarded(write: Callable[..., JournalWriter], folder: Path) -> None:
    writer = write("一")
    assert writer.close(SOON)
    assert found(writer) == ["一"]
    assert writer.discard(SOON)
    assert list(folder.iterdir()) == []


def test_closing_writes_what_is_waiting(folder: Path) -> None:
    writer = JournalWriter(folder, pause=1e6)
    writer.put("刚刚输入".encode())
    assert writer.close(SOON)
    assert found(writer) == ["刚刚输入"]


def test_many_edits_at_once_become_few_writes(folder: Path) -> None:
    system = FaultyFiles(only="fsync")
    writer = JournalWriter(folder, pause=1e6, files=system)
    for number in range(1000):
        writer.put(str(number).encode())
    assert writer.flush(SOON)
    assert found(writer) == ["999"]
    assert len(system.calls) == 2  # the file and its folder
    assert writer.discard(SOON)


def test_the_caller_never_waits_for_the_disk(folder: Path) -> None:
    """A disk that does not answer: a thousand edits are accepted while it is silent."""
    answer = threading.Event()

    class Silent(Files):
        def open_new(self, path: str) -> int:
            answer.wait(SOON)
            return super().open_new(path)

    writer = JournalWriter(folder, pause=0.0, files=Silent())
    for number in range(1000):
        writer.put(str(number).encode())
    assert not writer.flush(0.01)
    answer.set()
    assert writer.flush(SOON)
    assert found(writer) == ["999"]
    assert writer.discard(SOON)


def test_it_does_not_grow_without_bound(write: Callable[..., JournalWriter]) -> None:
    chance = random.Random(1)
    writer = write(files=Untroubled())
    largest = 0
    for _ in range(60):
        state = chance.randbytes(200_000)
        writer.put(state)
        assert writer.flush(SOON)
        largest = max(largest, writer.file.stat().st_size)
    assert largest < journal._SMALL + 300_000
    work = work_in(writer.file.read_bytes())
    assert work is not None
    assert work.state == state


def test_text_takes_little_room(write: Callable[..., JournalWriter]) -> None:
    writer = write("予以公开" * 50_000)
    assert writer.file.stat().st_size < 20_000
    assert found(writer) == ["予以公开" * 50_000]


def test_a_swept_away_journal_is_written_anew(
    write: Callable[..., JournalWriter], folder: Path
) -> None:
    """Cleaning programs remove what they do not know, even the folder."""
    writer = write("一")
    writer.add("二".encode())
    assert writer.flush(SOON)
    writer.file.unlink()
    folder.rmdir()
    writer.add("三".encode())
    assert writer.flush(SOON)
    assert found(writer) == ["一", "二", "三"]


# -- faults --------------------------------------------------------------------------------------


def test_a_full_disk_is_told_once_keeps_what_is_there_and_heals(
    write: Callable[..., JournalWriter],
) -> None:
    told: list[str] = []
    healed = threading.Event()

    def hear(error: StoreError | None) -> None:
        told.append("好了" if error is None else error.sentence)
        if error is None:
            healed.set()

    system = FaultyFiles(only="write", error=failure(errno.ENOSPC), stays=True)
    writer = write("一", "二", files=system, on_error=hear)
    system.fail_at = 0
    writer.put("三".encode())
    assert not writer.flush(0.05)
    writer.put("四".encode())
    assert not writer.flush(0.05)
    assert writer.error is not None
    assert writer.error.reason is Reason.DISK_FULL
    assert found(writer) == ["二"]
    system.fail_at = -1
    assert writer.flush(SOON)
    assert healed.wait(SOON)
    assert writer.error is None
    assert found(writer) == ["四"]
    assert told == [
        (
            "磁盘已满，最近的修改未能自动保存。"
            "请清理空间，或把项目文件另存到其他位置。在此之前请及时手动保存。"
        ),
        "好了",
    ]


def test_changes_are_neither_lost_nor_doubled_when_the_disk_fails_between(
    write: Callable[..., JournalWriter],
) -> None:
    system = FaultyFiles(only="fsync", error=failure(errno.EIO))
    writer = write("全文", files=system)
    for number in range(6):
        system.fail_at = len(system.calls) if number % 2 else -1
        writer.add(str(number).encode())
        assert flushed(writer)
    assert found(writer) == ["全文", "0", "1", "2", "3", "4", "5"]


def flushed(writer: JournalWriter) -> bool:
    """Until all is on disk, asking again and again as an impatient person would."""
    until = time.monotonic() + SOON
    while not writer.flush(0.02):
        if time.monotonic() > until:
            return False
    return True


def test_every_call_failing_once_is_made_good(folder: Path) -> None:
    def session(files: FaultyFiles, where: Path) -> list[str]:
        writer = JournalWriter(where, pause=0.0, files=files)
        for state in ("一", "二"):
            writer.put(state.encode())
            assert flushed(writer)
        writer.add("三".encode())
        assert flushed(writer)
        writer.close(SOON)
        return found(writer)

    plain = FaultyFiles()
    assert session(plain, folder / "plain") == ["二", "三"]
    folder.mkdir(exist_ok=True)
    for number in range(len(plain.calls)):
        assert session(FaultyFiles(number), folder / str(number)) == ["二", "三"]


def test_closing_on_a_broken_disk_ends_and_says_so(folder: Path) -> None:
    writer = JournalWriter(folder, pause=0.0, files=FaultyFiles(0, stays=True))
    writer.put(b"x")
    writer.flush(0.05)
    assert not writer.close(SOON)
    assert writer.error is not None


def test_power_loss_after_each_call_loses_nothing_that_was_confirmed(tmp_path: Path) -> None:
    """Every state the disk may be found in: what was flushed is there, whole, in order."""
    system = RememberingFiles(tmp_path)
    writer = JournalWriter(tmp_path, pause=0.0, files=system)
    confirmed: list[int] = []
    for number in range(4):
        writer.put(f"第 {number} 稿".encode() * 3)
        assert writer.flush(SOON)
        confirmed.append(len(system.moments))
    writer.close(SOON)
    for moment, (_, states) in enumerate(system.moments, start=1):
        at_least = sum(count <= moment for count in confirmed) - 1
        for state in states:
            work = work_in(state.get(writer.file.name, b""))
            got = -1 if work is None else int(work.state.decode().split()[1])
            assert at_least <= got <= at_least + 1


# -- torn tails and rubbish ----------------------------------------------------------------------


@pytest.fixture
def whole(write: Callable[..., JournalWriter]) -> bytes:
    writer = write("第一稿", "第二稿")
    writer.add("补充".encode())
    assert writer.flush(SOON)
    return writer.file.read_bytes()


def told(content: bytes) -> list[str] | None:
    work = work_in(content)
    return None if work is None else [one.decode() for one in (work.state, *work.changes)]


EXPECTED: list[list[str] | None] = [None, ["第一稿"], ["第二稿"], ["第二稿", "补充"]]


def test_torn_at_every_byte_the_last_whole_word_counts(whole: bytes) -> None:
    seen = [told(whole[:cut]) for cut in range(len(whole) + 1)]
    assert [one for i, one in enumerate(seen) if i == 0 or seen[i - 1] != one] == EXPECTED
    assert seen[-1] == EXPECTED[-1]


def test_a_tail_of_zeros_instead_of_data(whole: bytes) -> None:
    """What some file systems leave of a file that had grown when the power went."""
    for cut in range(len(whole)):
        assert told(whole[:cut] + bytes(len(whole) - cut)) in EXPECTED


def test_one_wrong_byte_anywhere(whole: bytes) -> None:
    for place in range(len(whole)):
        damaged = whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :]
        assert told(damaged) in EXPECTED


def test_after_a_hole_a_later_whole_state_counts_but_no_orphaned_change(
    whole: bytes,
) -> None:
    first = whole.index("第一稿".encode())
    second = whole.index("第二稿".encode())
    assert told(whole[:first] + b"XXX" + whole[first + 3 :]) == ["第二稿", "补充"]
    assert told(whole[:second] + b"XXX" + whole[second + 3 :]) == ["第一稿"]


def test_what_was_cleared_stays_cleared(write: Callable[..., JournalWriter]) -> None:
    writer = write("第一稿")
    content = writer.file.read_bytes()
    cleared = journal._record(journal._Kind.CLEARED, 5, b"")
    assert told(content + cleared) is None


@given(st.binary(max_size=500))
def test_any_bytes_never_raise(content: bytes) -> None:
    work_in(content)
    work_in(journal._MARK + content)
    journal._about(content)


@given(st.integers(0, 255), st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.binary())
def test_any_numbers_in_a_head_that_fits_never_raise(
    kind: int, time_ns: int, length: int, body: bytes
) -> None:
    """Whole by its checks, but with lengths, times and packed bodies that make no sense."""
    check = hashlib.blake2b(body, digest_size=16).digest()
    numbers = (kind, time_ns, len(body), length)
    head = journal._HEAD.pack(journal._MARK, *numbers, check, journal._head_check(*numbers, check))
    work_in(head + body)
    journal._about(head + body)


@given(st.binary(max_size=2000), st.integers(0, 2**63))
def test_a_record_is_read_as_it_was_written(body: bytes, time_ns: int) -> None:
    (record,) = journal._records(journal._record(journal._Kind.WHOLE, time_ns, body))
    assert (record.kind, record.time_ns, record.body()) == (journal._Kind.WHOLE, time_ns, body)


def test_a_megabyte_of_marks_is_given_up_soon() -> None:
    assert work_in(journal._MARK * 300_000) is None


def test_a_body_that_unpacks_to_more_than_it_says_is_refused() -> None:
    record = journal._record(journal._Kind.WHOLE, 1, bytes(100_000))
    one = next(journal._records(record))
    assert one.packed
    bomb = journal._Record(one.kind, 1, zlib.compress(bytes(10**7)), 100_000, True, True)
    assert bomb.body() is None


# -- recovery ------------------------------------------------------------------------------------


def test_a_living_program_is_not_recovered_from(
    write: Callable[..., JournalWriter], folder: Path
) -> None:
    write("一")
    assert pending(folder) == ()


def test_a_dead_program_is(write: Callable[..., JournalWriter], folder: Path) -> None:
    project = Path("/台账/幸福街道办事处2025年.gicr")
    abandon(write("一", "二", project=project, base="abc"))
    (left,) = pending(folder)
    assert left.project == project
    assert left.base == "abc"
    assert left.certain
    assert left.read().state.decode() == "二"
    assert abs(left.time - datetime.now(UTC)) < timedelta(minutes=5)
    left.discard()
    left.discard()
    assert list(folder.iterdir()) == []


def test_an_unnamed_report_is_recovered_too(
    write: Callable[..., JournalWriter], folder: Path
) -> None:
    abandon(write("从未保存过"))
    (left,) = pending(folder)
    assert left.project is None
    assert left.read() == Work("从未保存过".encode(), (), left.time)


def test_after_a_restart_of_the_pc(write: Callable[..., JournalWriter], folder: Path) -> None:
    abandon(write("一"), boot="the one before", began=owner.myself().began)
    assert len(pending(folder)) == 1


def test_another_pcs_journal_only_after_a_long_silence(
    write: Callable[..., JournalWriter], folder: Path
) -> None:
    """A portable copy or a home folder on the network."""
    file = abandon(write("一"), host="政务办-02", machine="another")
    assert pending(folder) == ()
    then = file.stat().st_mtime_ns - 11 * 60 * 10**9
    os.utime(file, ns=(then, then))
    (left,) = pending(folder)
    assert not left.certain
    assert left.owner is not None
    assert left.owner.host == "政务办-02"


def test_of_two_windows_one_offers_the_recovery(
    write: Callable[..., JournalWriter], folder: Path
) -> None:
    file = abandon(write("一"))
    first, second = pending(folder)[0], pending(folder)[0]
    assert first.claim()
    assert not second.claim()
    assert pending(folder) == ()
    claim = file.with_name(file.name + ".claim")
    claim.write_text(json.dumps({**owner.myself().as_json(), "began": "1"}), encoding="utf-8")
    (again,) = pending(folder)  # the one that claimed it has died
    assert again.claim()


def test_rubbish_in_the_folder_is_passed_over(folder: Path) -> None:
    folder.mkdir()
    (folder / "x.gicj").write_bytes(os.urandom(1000))
    (folder / "y.gicj").mkdir()
    (folder / "note.txt").write_bytes(b"?")
    assert pending(folder) == ()
    assert len(list(folder.iterdir())) == 3


def test_a_journal_that_never_got_its_first_word_is_removed(
    write: Callable[..., JournalWriter], folder: Path
) -> None:
    writer = write("一")
    writer.clear()
    writer.flush(SOON)
    abandon(writer)
    assert pending(folder) == ()
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_read(folder: Path) -> None:
    assert pending(folder) == ()
    assert pending(folder, files=FaultyFiles(0)) == ()


def test_a_journal_that_is_damaged_between_listing_and_reading(
    write: Callable[..., JournalWriter], folder: Path
) -> None:
    file = abandon(write("一"))
    (left,) = pending(folder)
    file.write_bytes(b"?")
    with pytest.raises(ReadFailed):
        left.read()


def test_the_latest_work_comes_first(write: Callable[..., JournalWriter], folder: Path) -> None:
    for state in ("早", "晚"):
        file = abandon(write(state))
        file.rename(folder / f"{state}.gicj")
    assert [one.read().state.decode() for one in pending(folder)] == ["晚", "早"]


# -- killed --------------------------------------------------------------------------------------

TYPIST = """
import sys, time
from pathlib import Path
from gic_desktop.store.journal import JournalWriter
writer = JournalWriter(Path(sys.argv[1]), Path("年报.gicr"))
number = 0
while True:
    number += 1
    writer.put(f"{number}".encode())
    print(number, time.monotonic(), flush=True)
    time.sleep(0.02)
"""


@pytest.mark.parametrize("seconds", [1.0, 1.37, 2.1])
def test_killed_while_typing_at_most_two_seconds_are_lost(folder: Path, seconds: float) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", TYPIST, str(folder)], stdout=subprocess.PIPE, text=True, cwd=SOURCE
    ) as child:
        assert child.stdout is not None
        typed = [child.stdout.readline().split()]
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL)
        killed = time.monotonic()
        typed += [line.split() for line in child.stdout if line.count(" ") == 1]
    (left,) = pending(folder)
    recovered = int(left.read().state)
    older_than_two_seconds = [int(n) for n, when in typed if killed - float(when) >= 2.0]
    assert recovered >= max(older_than_two_seconds, default=1)
    assert left.project == Path("年报.gicr")
