"""Who has a project open: advice for people, kept in a small file beside the project.

``.~lock.<name>#`` is LibreOffice's way of naming it, which file managers hide and sync clients
pass over. It holds who, on which PC, in which process, since when. It is taken last, when
everything else about opening has succeeded, and it never keeps anybody from reading; whether a save
may replace the file is decided by `durable.replace` and its fingerprint, not here.

A lock is *left behind* when its process is certainly gone (same PC, and no such process, or the PC
was started again): `acquire` takes it without asking. On another PC nobody can look; there the lock
file's time is the sign of life. Its owner renews it every minute, and after ten minutes of silence
`HeldBy.stale` says so, and a person decides. Ages are measured with the file system's own clock
(a file made for the purpose tells it), because two PCs seldom agree about the time.

Nothing here waits for a lock. A share that has stopped answering still makes any call late: call
from a background thread.
"""

from __future__ import annotations

import errno
import json
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gic_desktop.digest import sha256
from gic_desktop.store import faults
from gic_desktop.store.durable import Patience, temporary_in, turn, write_all
from gic_desktop.store.faults import Reason, StoreError
from gic_desktop.store.files import SYSTEM, Files
from gic_desktop.store.owner import Life, Owner, life_of, myself
from gic_desktop.values import Struct

RENEW_EVERY = 60.0
_SILENT_NS = 10 * 60 * 10**9
"""ten renewals missed: another PC's lock is probably left behind"""
_RESTART_NS = 150 * 10**9
"""A lock that was renewed this recently did not outlive a restart: somebody cloned the PC."""
_LIMIT = 64 << 10
_NAME_BYTES = 255
_SHOWN = 64


class HeldBy(Struct, frozen=True):
    host: str
    user: str
    since: datetime
    stale: bool
    """silent for so long that it is probably left behind"""
    here: bool
    """on this PC"""
    mine: bool
    """in this very process: another of its windows"""
    mark: str
    """which lock this is about, so that `take_over` takes that one and no newer one"""

    @property
    def sentence(self) -> str:
        who = f"{self.user}，" if self.user else ""
        since = self.since.astimezone()
        when = f"自 {since.month} 月 {since.day} 日 {since:%H:%M} 起"
        if self.here:
            where = "本机的另一个窗口"
        elif self.host:
            where = f"另一台电脑（{self.host}）"
        else:
            where = "另一台电脑"
        if self.stale:
            return (
                f"{where}在编辑此文件（{who}{when}），但已较长时间没有动静，可能没有正常退出。"
                "可以只读打开；确认无人在编辑后，也可以接着编辑。"
            )
        return f"文件正被{where}编辑（{who}{when}），可以只读打开。"


class NoLock(Struct, frozen=True):
    """No lock could be left there (a read-only folder, a full disk). Opening works all the same."""

    why: StoreError


class Lock:
    """Ours until `release`. Losing it (`lost`) means that somebody took over."""

    def __init__(self, file: str, content: bytes, left_by: HeldBy | None, files: Files) -> None:
        self.file = Path(file)
        self.left_by = left_by
        """whose abandoned lock was taken, if one was"""
        self.lost = False
        self._name = file
        self._content = content
        self._files = files
        self._released = threading.Event()
        self._one_at_a_time = threading.Lock()

    def renew(self) -> bool:
        """Give a sign of life; False when the lock is somebody else's by now.

        A lock file that was swept away is made again. A share that cannot be reached keeps its
        lock: the next minute tries again.
        """
        with self._one_at_a_time:
            if self._released.is_set() or self.lost:
                return False
            try:
                self._write_again()
            except FileNotFoundError:
                try:
                    _create(self._name, self._content, self._files)
                except FileExistsError:
                    self.lost = True
                except OSError:
                    pass
            except OSError:
                pass
            return not self.lost

    def _write_again(self) -> None:
        files = self._files
        descriptor = files.open_to_update(self._name)
        try:
            # Read and written through one descriptor: a lock that is replaced in between is
            # another file, and this one's content then reaches nobody.
            if files.read(descriptor, _LIMIT) != self._content:
                self.lost = True
                return
            files.rewind(descriptor)
            write_all(descriptor, self._content, files)
        finally:
            files.close(descriptor)

    def keep_fresh(
        self, *, every: float = RENEW_EVERY, on_lost: Callable[[], None] | None = None
    ) -> None:
        """Renew in the background until released. `on_lost` is called there, once."""

        def run() -> None:
            while not self._released.wait(every):
                if not self.renew():
                    if self.lost and on_lost is not None:
                        on_lost()
                    return

        threading.Thread(target=run, name="lock", daemon=True).start()

    def release(self) -> None:
        """Remove the lock file if it is still ours. Never raises, may be called again."""
        self._released.set()
        with self._one_at_a_time, suppress(OSError):
            if _content(self._name, self._files)[0] == self._content:
                Patience(self._files).call(lambda: self._files.unlink(self._name))


def lock_file(project: Path, *, files: Files = SYSTEM) -> Path:
    """Where the lock of `project` stands: beside what a link points to."""
    folder, name = os.path.split(files.real(os.path.abspath(os.fspath(project))))  # noqa: PTH100
    marked = f".~lock.{name}#"
    if len(os.fsencode(marked)) > _NAME_BYTES:
        marked = f".~lock.{sha256(os.fsencode(name))[:24]}#"
    return Path(folder) / marked


def acquire(project: Path, *, files: Files = SYSTEM) -> Lock | HeldBy | NoLock:
    """Leave our lock, or tell whose stands there. Never raises a system error."""
    return _guarded(project, files, lambda file: _acquire(file, files))


def take_over(project: Path, held: HeldBy, *, files: Files = SYSTEM) -> Lock | HeldBy | NoLock:
    """Put our lock in the place of the one a person was shown; a newer one stays."""

    def take(file: str) -> Lock | HeldBy | NoLock:
        found = _look(file, files)
        if found is None:
            return _acquire(file, files)
        if found.mark != held.mark:
            return found
        return _put_in_place_of(found, file, files)

    return _guarded(project, files, take)


def holder(project: Path, *, files: Files = SYSTEM) -> HeldBy | None:
    """Whose lock stands there, without leaving one; also a left-behind one."""
    try:
        return _look(os.fspath(lock_file(project, files=files)), files)
    except (OSError, ValueError):
        return None


def _guarded(
    project: Path, files: Files, step: Callable[[str], Lock | HeldBy | NoLock]
) -> Lock | HeldBy | NoLock:
    try:
        return step(os.fspath(lock_file(project, files=files)))
    except (OSError, ValueError) as error:
        why = faults.from_system(error, project, faults.LOCK, old_file=False)
        why.__cause__ = error
        return NoLock(why)


def _acquire(file: str, files: Files) -> Lock | HeldBy | NoLock:
    content = _our_content(files)
    for _ in range(3):  # it may be released between our two looks, more than once
        try:
            _create(file, content, files)
        except FileExistsError:
            found = _look(file, files)
            if found is None:
                continue
            if found.stale and found.here and not found.mine:
                return _put_in_place_of(found, file, files)
            return found
        return Lock(file, content, None, files)
    raise OSError(errno.EBUSY, "the lock file comes and goes")


def _create(file: str, content: bytes, files: Files) -> None:
    descriptor = files.open_new(file)
    try:
        try:
            _show_to_others(descriptor, files)
            write_all(descriptor, content, files)
        finally:
            files.close(descriptor)
    except BaseException:
        with suppress(OSError):
            files.unlink(file)
        raise


def _show_to_others(descriptor: int, files: Files) -> None:
    with suppress(OSError):  # a lock that nobody else can read warns nobody
        files.set_mode(descriptor, 0o644)


def _put_in_place_of(found: HeldBy, file: str, files: Files) -> Lock | HeldBy | NoLock:
    content = _our_content(files)
    folder = os.path.dirname(file)  # noqa: PTH120 - a string
    temporary = temporary_in(folder)
    _create(temporary, content, files)
    placed = False
    opened: int | None = None
    try:
        with suppress(OSError):
            opened = None if files.windows else files.open_folder(folder)
        # Two processes that find the same dead lock: the second looks after the first has written.
        with turn(folder, opened, files):
            now = _look(file, files)
            if now is not None and now.mark != found.mark:
                return now
            Patience(files).call(lambda: files.replace(temporary, file))
            placed = True
    finally:
        if not placed:
            with suppress(OSError):
                files.unlink(temporary)
    return Lock(file, content, found, files)


def _our_content(files: Files) -> bytes:
    return json.dumps(
        {
            "program": "gic-desktop",
            **myself().as_json(),
            "since": datetime.fromtimestamp(files.now_ns() // 10**9, UTC).isoformat(),
            "token": os.urandom(16).hex(),
        },
        ensure_ascii=False,
        indent=1,
    ).encode("utf-8", "replace")


def _content(file: str, files: Files) -> tuple[bytes, os.stat_result]:
    descriptor = Patience(files).call(lambda: files.open_to_read(file))
    try:
        return files.read(descriptor, _LIMIT), files.facts(descriptor)
    finally:
        files.close(descriptor)


def _look(file: str, files: Files) -> HeldBy | None:
    try:
        content, facts = _content(file, files)
    except FileNotFoundError:
        return None
    value = _parsed(content)
    owner = Owner.from_json(value)
    since = _time_in(value) or datetime.fromtimestamp(0, UTC) + timedelta(
        microseconds=facts.st_mtime_ns // 1000
    )
    life = life_of(owner) if owner is not None else Life.UNKNOWN
    if life in {Life.UNKNOWN, Life.RESTARTED}:
        silent = abs(_file_system_time(file, files) - facts.st_mtime_ns)
        stale = silent > (_SILENT_NS if life is Life.UNKNOWN else _RESTART_NS)
    else:
        stale = life is Life.DEAD
    return HeldBy(
        host=_plain(owner.host) if owner else "",
        user=_plain(owner.user) if owner else "",
        since=since,
        stale=stale,
        here=life is not Life.UNKNOWN,
        mine=owner == myself(),
        mark=sha256(content),
    )


def _file_system_time(file: str, files: Files) -> int:
    """Now, by the clock that dates the files in this folder; ours where no file can be made.

    Times in the future count as silence too: a living owner's renewal would have mended them.
    """
    probe = temporary_in(os.path.dirname(file))  # noqa: PTH120 - a string
    try:
        descriptor = files.open_new(probe)
    except OSError:
        return files.now_ns()
    try:
        try:
            return files.facts(descriptor).st_mtime_ns
        finally:
            files.close(descriptor)
    except OSError:
        return files.now_ns()
    finally:
        with suppress(OSError):
            files.unlink(probe)


def _parsed(content: bytes) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _time_in(value: object) -> datetime | None:
    text = value.get("since") if isinstance(value, dict) else None
    if not isinstance(text, str) or len(text) > _SHOWN:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    if time.tzinfo is None or not 2000 < time.year < 9000:
        return None
    return time


def _plain(text: str) -> str:
    """Somebody else's text, fit for one line: no control characters, no reversed writing."""
    return "".join(one for one in text if one.isprintable())[:_SHOWN]


__all__ = [
    "RENEW_EVERY",
    "HeldBy",
    "Lock",
    "NoLock",
    "Reason",
    "acquire",
    "holder",
    "lock_file",
    "take_over",
]
