"""Who has the project open: told truly, left behind seldom, believed within limits."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_fault_layer import CALLS, FaultyFiles, failure

from gic_desktop.store import lock, owner
from gic_desktop.store.files import Files
from gic_desktop.store.lock import HeldBy, Lock, NoLock
from gic_desktop.values import replace

MINUTE = 60 * 10**9
SOURCE = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "幸福街道办事处2025年.gicr"
    path.write_bytes(b"{}")
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def leave_lock(project: Path, minutes_ago: float = 0, **who: object) -> Path:
    """The lock that the person `who` would have left, last renewed so many minutes ago."""
    content = {
        "program": "gic-desktop",
        **owner.myself().as_json(),
        "since": "2026-01-12T09:30:00+08:00",
        "token": "t",
        **who,
    }
    file = lock.lock_file(project)
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    renewed = file.stat().st_mtime_ns - int(minutes_ago * MINUTE)
    os.utime(file, ns=(renewed, renewed))
    return file


def leave_other_lock(project: Path, minutes_ago: float = 0) -> Path:
    return leave_lock(project, minutes_ago, host="政务办-02", user="李敏", machine="another")


def dead_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def held(project: Path) -> HeldBy:
    answer = lock.acquire(project)
    assert isinstance(answer, HeldBy)
    return answer


def taken(project: Path) -> Lock:
    answer = lock.acquire(project)
    assert isinstance(answer, Lock)
    return answer


# -- taking and giving back ----------------------------------------------------------------------


def test_a_lock_stands_beside_the_project_under_libreoffices_name(project: Path) -> None:
    ours = taken(project)
    assert ours.file == project.parent / ".~lock.幸福街道办事处2025年.gicr#"
    content = json.loads(ours.file.read_bytes())
    assert content["process"] == os.getpid()
    assert content["host"] == os.uname().nodename
    assert ours.left_by is None


def test_released_it_is_gone_and_can_be_taken_again(project: Path) -> None:
    ours = taken(project)
    ours.release()
    ours.release()
    assert names(project.parent) == [project.name]
    taken(project).release()


def test_a_second_window_of_the_same_process_is_told_so(project: Path) -> None:
    taken(project)
    told = held(project)
    assert told.mine
    assert told.here
    assert not told.stale


def test_a_link_locks_what_it_points_to(project: Path) -> None:
    link = project.parent / "捷径.gicr"
    link.symlink_to(project)
    taken(link)
    assert held(project).mine


def test_a_name_too_long_for_a_marked_one_is_shortened(tmp_path: Path) -> None:
    project = tmp_path / ("年" * 83 + ".gicr")
    ours = taken(project)
    assert len(os.fsencode(ours.file.name)) < 60
    assert held(project).mine


# -- somebody else -------------------------------------------------------------------------------


@pytest.fixture
def beijing_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as changed:
        changed.setenv("TZ", "Asia/Shanghai")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("beijing_time")
def test_another_pc_is_named_with_person_and_time(project: Path) -> None:
    leave_other_lock(project, minutes_ago=9)
    told = held(project)
    assert not told.stale
    assert told.sentence == (
        "文件正被另一台电脑（政务办-02）编辑（李敏，自 1 月 12 日 09:30 起），可以只读打开。"
    )


def test_another_pc_that_has_been_silent_is_called_so_but_not_pushed_aside(project: Path) -> None:
    leave_other_lock(project, minutes_ago=11)
    told = held(project)
    assert told.stale
    assert "可能没有正常退出" in told.sentence
    assert lock.lock_file(project).exists()


def test_a_person_may_take_over(project: Path) -> None:
    leave_other_lock(project, minutes_ago=11)
    shown = held(project)
    ours = lock.take_over(project, shown)
    assert isinstance(ours, Lock)
    assert ours.left_by == shown
    assert held(project).mine
    assert names(project.parent) == [lock.lock_file(project).name, project.name]


def test_a_newer_lock_than_the_one_shown_is_not_taken(project: Path) -> None:
    leave_other_lock(project, minutes_ago=11)
    shown = held(project)
    leave_lock(project, host="政务办-03", user="王芳", machine="third")
    answer = lock.take_over(project, shown)
    assert isinstance(answer, HeldBy)
    assert answer.host == "政务办-03"


def test_taking_over_what_was_released_meanwhile(project: Path) -> None:
    file = leave_other_lock(project)
    shown = held(project)
    file.unlink()
    assert isinstance(lock.take_over(project, shown), Lock)


def test_looking_leaves_no_lock(project: Path) -> None:
    assert lock.holder(project) is None
    assert names(project.parent) == [project.name]
    leave_other_lock(project)
    told = lock.holder(project)
    assert told is not None
    assert told.host == "政务办-02"


# -- left behind ---------------------------------------------------------------------------------


def test_a_dead_process_of_this_pc_is_succeeded_without_a_question(project: Path) -> None:
    leave_lock(project, process=dead_process(), began="1")
    ours = taken(project)
    assert ours.left_by is not None
    assert names(project.parent) == [lock.lock_file(project).name, project.name]


def test_a_process_number_used_again_is_not_the_old_process(project: Path) -> None:
    leave_lock(project, process=os.getpid(), began="12345")
    assert taken(project).left_by is not None


def test_a_pc_that_lost_power_and_started_again(project: Path) -> None:
    leave_lock(project, minutes_ago=4, boot="the one before")
    assert taken(project).left_by is not None


def test_a_cloned_pc_that_lives_is_not_taken_for_this_one_after_a_restart(project: Path) -> None:
    """Same name, same number of the installation: only the renewals tell them apart."""
    leave_lock(project, minutes_ago=1, boot="the clone's")
    assert not held(project).stale


def test_a_killed_program(project: Path) -> None:
    """Signal 9 while it holds the lock."""
    program = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from gic_desktop.store import lock\n"
        "print(type(lock.acquire(Path(sys.argv[1]))).__name__, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(project)], stdout=subprocess.PIPE, cwd=SOURCE
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"Lock\n"
        told = held(project)
        assert told.here
        assert not told.mine
        assert not told.stale
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert taken(project).left_by is not None


def test_two_processes_that_find_the_same_dead_lock(project: Path) -> None:
    """Exactly one gets it, round after round."""
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from gic_desktop.store import lock\n"
        "for line in sys.stdin:\n"
        "    print(type(lock.acquire(Path(sys.argv[1]))).__name__, flush=True)\n"
    )
    children = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(project)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=SOURCE,
        )
        for _ in range(2)
    ]
    try:
        for _ in range(40):
            leave_lock(project, process=2**31 - 1)
            for child in children:
                child.stdin.write("go\n")
                child.stdin.flush()
            answers = sorted(child.stdout.readline() for child in children)
            assert answers == ["HeldBy\n", "Lock\n"]
    finally:
        for child in children:
            child.stdin.close()
            child.wait()
            child.stdout.close()


# -- signs of life -------------------------------------------------------------------------------


def test_renewing_moves_the_time_and_nothing_else(project: Path) -> None:
    ours = taken(project)
    before = ours.file.read_bytes()
    os.utime(ours.file, ns=(1, 1))
    assert ours.renew()
    assert ours.file.read_bytes() == before
    assert ours.file.stat().st_mtime_ns > 10**18


def test_a_lock_that_was_swept_away_is_made_again(project: Path) -> None:
    ours = taken(project)
    ours.file.unlink()
    assert ours.renew()
    assert held(project).mine


def test_a_lock_that_was_taken_over_is_known_to_be_lost_and_left_alone(project: Path) -> None:
    ours = taken(project)
    file = leave_other_lock(project)
    theirs = file.read_bytes()
    assert not ours.renew()
    assert ours.lost
    ours.release()
    assert file.read_bytes() == theirs


def test_an_unreachable_share_does_not_lose_the_lock(project: Path) -> None:
    system = FaultyFiles(only="open_to_update", error=failure(errno.EHOSTDOWN), stays=True)
    answer = lock.acquire(project, files=system)
    assert isinstance(answer, Lock)
    system.fail_at = 0
    assert answer.renew()
    assert not answer.lost


def test_renewing_in_the_background_until_released(project: Path) -> None:
    ours = taken(project)
    lost = threading.Event()
    os.utime(ours.file, ns=(1, 1))
    ours.keep_fresh(every=0.01, on_lost=lost.set)
    leave_other_lock(project)
    assert lost.wait(30)


# -- clocks --------------------------------------------------------------------------------------


class Clock(Files):
    """A PC whose own clock is wrong by so many minutes."""

    def __init__(self, minutes: float) -> None:
        self.minutes = minutes

    def now_ns(self) -> int:
        return super().now_ns() + int(self.minutes * MINUTE)


@pytest.mark.parametrize("minutes", [-600_000, -30, 30, 600_000])
def test_a_wrong_clock_of_this_pc_changes_no_judgement(project: Path, minutes: float) -> None:
    leave_other_lock(project, minutes_ago=2)
    answer = lock.acquire(project, files=Clock(minutes))
    assert isinstance(answer, HeldBy)
    assert not answer.stale


def test_a_lock_from_the_future_is_silent_too(project: Path) -> None:
    """The share's clock was set back; a living owner would have renewed it since."""
    leave_other_lock(project, minutes_ago=-500)
    assert held(project).stale


# -- places and contents -------------------------------------------------------------------------


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES, errno.ENOSPC, errno.EIO])
def test_where_no_lock_can_be_left_opening_goes_on(project: Path, code: int) -> None:
    for call in ("open_new", "write", "close"):
        answer = lock.acquire(project, files=FaultyFiles(0, failure(code), only=call))
        assert isinstance(answer, NoLock)
        assert "未能登记“正在编辑”" in answer.why.sentence
        assert answer.why.__cause__ is not None
        assert names(project.parent) == [project.name]


def test_in_a_read_only_folder_somebody_elses_lock_is_still_seen(project: Path) -> None:
    leave_other_lock(project, minutes_ago=1)

    class ReadOnly(Files):
        def open_new(self, path: str) -> int:
            raise failure(errno.EEXIST if path.endswith("#") else errno.EROFS)

    assert isinstance(lock.acquire(project, files=ReadOnly()), HeldBy)


def test_every_call_failing_in_turn_never_raises(project: Path) -> None:
    leave_lock(project, process=dead_process(), began="1")
    plain = FaultyFiles()
    lock.acquire(project, files=plain)
    for number in range(len(plain.calls)):
        leave_lock(project, process=dead_process(), began="1")
        answer = lock.acquire(project, files=FaultyFiles(number))
        assert isinstance(answer, Lock | HeldBy | NoLock)
    assert set(plain.calls) <= set(CALLS)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[" * 60_000,
        b"\xff\xfe",
        b"null",
        b'{"process": true}',
        b'{"process": 1e400}',
        b'{"process": -1, "host": 3}',
        ",李敏,office-2,12.01.2026 09:30,file:///;".encode(),
    ],
)
def test_a_lock_nobody_can_read_is_somebodys(project: Path, content: bytes) -> None:
    lock.lock_file(project).write_bytes(content)
    told = held(project)
    assert not told.stale
    assert "另一台电脑编辑" in told.sentence


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_as_a_lock_are_an_answer(shared_project: Path, content: bytes) -> None:
    lock.lock_file(shared_project).write_bytes(content)
    assert isinstance(lock.acquire(shared_project), HeldBy)


@pytest.fixture(scope="module")
def shared_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lock") / "a.gicr"


def test_a_hostile_name_stays_on_one_line(project: Path) -> None:
    leave_lock(project, host="PC\n\u202e" + "x" * 200, user="李\x00敏", machine="m")
    told = held(project)
    assert told.host == "PC" + "x" * 62
    assert told.user == "李敏"


# -- owners --------------------------------------------------------------------------------------


def test_an_owner_survives_json() -> None:
    me = owner.myself()
    assert owner.Owner.from_json(json.loads(json.dumps(me.as_json()))) == me


def test_lives() -> None:
    me = owner.myself()
    assert owner.life_of(me) is owner.Life.ALIVE
    assert owner.life_of(replace(me, process=dead_process())) is owner.Life.DEAD
    assert owner.life_of(replace(me, began="1")) is owner.Life.DEAD
    assert owner.life_of(replace(me, boot="b")) is owner.Life.RESTARTED
    assert owner.life_of(replace(me, host="h")) is owner.Life.UNKNOWN
    assert owner.life_of(replace(me, machine="m")) is owner.Life.UNKNOWN


def test_a_killed_process_that_nobody_buried_yet_is_dead() -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    assert owner.process_began(child.pid)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert owner.process_began(child.pid) is None
    child.wait()
