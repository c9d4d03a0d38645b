"""Work since the last save, in the user's own folder, from the first keystroke.

Each open report has one journal file. `JournalWriter.put` hands over a whole state as bytes (what
is in them is the caller's business), `add` a change since the state before; both return at once. A
thread of its own appends them and syncs, at most two seconds later. A later `put` replaces what is
still waiting. `clear` is for after a save: the work is in the project file now.

A file is a row of records. Each has a head (mark, kind, time, length, check) and a body with a
check of its own, so a tail torn by a power cut, a hole, or rubbish is seen and passed over; what
was whole before it counts. The first record is about the journal: whose it is, and which project.
A failed append is cut off again before the next. A file that has grown is rewritten through
`durable.replace`. When the disk is full the records already there stay, the writer says so
(`error`, `on_error`) and tries again until it succeeds.

`pending` lists the journals whose process is gone; `Pending.claim` makes sure that of two windows
that start at once only one offers the recovery.
"""

from __future__ import annotations

import errno
import json
import os
import struct
import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from pathlib import Path

from gic_desktop.digest import blake2b
from gic_desktop.store import durable, faults
from gic_desktop.store.durable import make_folder, write_all
from gic_desktop.store.faults import JOURNAL, OPEN, Reason, StoreError
from gic_desktop.store.files import SYSTEM, Files
from gic_desktop.store.owner import Life, Owner, life_of, myself
from gic_desktop.store.packed import packed
from gic_desktop.values import Struct

SUFFIX = ".gicj"
_CLAIM = ".claim"
PAUSE = 0.4
"""Seconds for which edits are gathered before they are written."""
_FIRST_RETRY = 1.0
_LONGEST_RETRY = 30.0
_GROW = 4
"""A file is rewritten when it is so many times as large as what a recovery would need of it, …"""
_SMALL = 2 << 20
"""… and larger than this."""
_LIMIT = 1 << 30
_SILENT = timedelta(minutes=10)

_MARK = b"\xa7GJ1"
_HEAD = struct.Struct("<4sBQQQ16s4s")
"""mark, kind, time (ns), bytes in the file, bytes unpacked, check of these, check of the head"""
_RESYNCS = 64
_PACKED = 0x80
_PACK_FROM = 512


class _Kind(IntEnum):
    ABOUT = 0
    WHOLE = 1
    CHANGE = 2
    CLEARED = 3


class Work(Struct, frozen=True):
    """What a journal holds: the last whole state and the changes after it."""

    state: bytes
    changes: tuple[bytes, ...]
    time: datetime


# -- writing -------------------------------------------------------------------------------------


class JournalWriter:
    """One open report's journal. All methods but `flush` and `close` return at once.

    `on_error` is called from the writing thread, once when writing begins to fail and once, with
    None, when it works again. The file comes into being with the first `put`.
    """

    def __init__(
        self,
        folder: Path,
        project: Path | None = None,
        *,
        base: str = "",
        pause: float = PAUSE,
        on_error: Callable[[StoreError | None], None] | None = None,
        files: Files = SYSTEM,
    ) -> None:
        self.error: StoreError | None = None
        """why the latest work is not on disk, or None"""
        self._file = folder / f"{os.urandom(16).hex()}{SUFFIX}"
        self._project = project
        self._base = base
        self._pause = pause
        self._on_error = on_error
        self._files = files
        # All below is shared and guarded; the disk is touched by the thread alone, unguarded.
        self._changed = threading.Condition()
        self._waiting: deque[tuple[_Kind, int, bytes]] = deque()
        self._retold = False
        self._asked = 0
        self._done = 0
        self._hurry = False
        self._closing = False
        self._discarding = False
        self._thread: threading.Thread | None = None
        # Of the thread alone:
        self._descriptor: int | None = None
        self._length = 0
        self._needed: list[tuple[_Kind, int, bytes]] = []

    @property
    def file(self) -> Path:
        return self._file

    def put(self, state: bytes) -> None:
        """The whole report as it is now."""
        self._hand_over(_Kind.WHOLE, state)

    def add(self, change: bytes) -> None:
        """A change of the state put last. The first word must be a `put`."""
        self._hand_over(_Kind.CHANGE, change)

    def clear(self, project: Path | None = None, base: str = "") -> None:
        """The work is saved: forget it. Also tells where it was saved, and as what content.

        A report that was edited on while it was being saved must be put again right after.
        """
        with self._changed:
            if project is not None:
                self._project = project
            self._base = base
            self._retold = True
        self._hand_over(_Kind.CLEARED, b"")

    def flush(self, timeout: float | None = 10.0) -> bool:
        """Wait until all that was put so far is on disk; False when it is not by then."""
        with self._changed:
            wanted = self._asked
            self._hurry = True
            self._changed.notify_all()
            return (
                self._changed.wait_for(
                    lambda: self._done >= wanted or self._thread is None, timeout
                )
                and self._done >= wanted
            )

    def close(self, timeout: float | None = 10.0) -> bool:
        """Write what is waiting and end; the file stays for a recovery. False: not all is there."""
        return self._end(timeout, discard=False)

    def discard(self, timeout: float | None = 10.0) -> bool:
        """End, and remove the file: all is saved, or the clerk chose not to save."""
        return self._end(timeout, discard=True)

    def _end(self, timeout: float | None, *, discard: bool) -> bool:
        with self._changed:
            thread = self._thread
            self._closing = True
            self._discarding = discard
            self._changed.notify_all()
        if thread is not None:
            thread.join(timeout)
            if thread.is_alive():
                return False
        elif discard:
            self._remove()
        return discard or self._done >= self._asked

    def _hand_over(self, kind: _Kind, body: bytes) -> None:
        with self._changed:
            if self._closing:
                raise RuntimeError("the journal is closed")
            if kind is not _Kind.CHANGE:
                self._waiting.clear()  # a whole state makes everything before it needless
            elif not self._asked:
                raise ValueError("a change of nothing: put a whole state first")
            self._waiting.append((kind, self._files.now_ns(), body))
            self._asked += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    # -- the thread ------------------------------------------------------------------------------

    def _run(self) -> None:
        retry = _FIRST_RETRY
        try:
            while True:
                batch, asked, retold, last = self._next_batch()
                if batch is None:
                    return
                try:
                    self._write(batch, retold=retold)
                except (OSError, ValueError, MemoryError, StoreError) as error:
                    self._failed(error, batch, retold=retold)
                    if last:
                        return
                    self._wait_to_retry(retry)
                    retry = min(retry * 2, _LONGEST_RETRY)
                else:
                    retry = _FIRST_RETRY
                    self._succeeded(asked)
        finally:
            self._forget_descriptor()
            if self._discarding:
                self._remove()
            with self._changed:
                self._thread = None
                self._changed.notify_all()

    def _next_batch(self) -> tuple[list[tuple[_Kind, int, bytes]] | None, int, bool, bool]:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            if not self._closing:  # let a quick typist's next letters come along
                self._changed.wait_for(lambda: self._hurry or self._closing, self._pause)
            self._hurry = False
            if self._discarding or not self._waiting:
                return None, 0, False, True
            batch = list(self._waiting)
            self._waiting.clear()
            retold, self._retold = self._retold, False
            return batch, self._asked, retold, self._closing

    def _succeeded(self, asked: int) -> None:
        with self._changed:
            self._done = asked
            recovered = self.error is not None
            self.error = None
            self._changed.notify_all()
        if recovered and self._on_error is not None:
            self._on_error(None)

    def _failed(
        self, cause: BaseException, batch: list[tuple[_Kind, int, bytes]], *, retold: bool
    ) -> None:
        error = (
            cause
            if isinstance(cause, StoreError)
            else faults.from_system(cause, self._file, JOURNAL, old_file=False)
        )
        if error is not cause:
            error.__cause__ = cause
        self._forget_descriptor()  # the next attempt starts from what is really there
        with self._changed:
            new = self.error is None
            self.error = error
            self._retold = self._retold or retold
            if not any(kind is not _Kind.CHANGE for kind, _, _ in self._waiting):
                self._waiting.extendleft(reversed(batch))
            self._changed.notify_all()
        if new and self._on_error is not None:
            self._on_error(error)

    def _wait_to_retry(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._hurry or self._closing, seconds)

    def _remove(self) -> None:
        with suppress(OSError):
            self._files.unlink(os.fspath(self._file))

    def _forget_descriptor(self) -> None:
        if self._descriptor is not None:
            with suppress(OSError):
                self._files.close(self._descriptor)
            self._descriptor = None

    def _write(self, batch: list[tuple[_Kind, int, bytes]], *, retold: bool) -> None:
        needed = list(self._needed)
        for record in batch:
            if record[0] is not _Kind.CHANGE:
                needed.clear()
            if record[0] is not _Kind.CLEARED:
                needed.append(record)
        if not needed and not self._length:
            return  # saved before anything was ever journalled
        fresh = b"".join(_record(*record) for record in batch)
        worth = sum(len(body) for _, _, body in needed)
        grown = self._length + len(fresh) > max(_SMALL, _GROW * worth)
        if retold or grown or not self._can_append():
            self._rewrite(needed)
        else:
            self._append(fresh)
        self._needed = needed

    def _can_append(self) -> bool:
        """Is our file still the one at the path? Cleaning programs remove what they do not know."""
        if self._descriptor is None:
            return False
        try:
            there = self._files.stat(os.fspath(self._file))
        except FileNotFoundError:
            return False
        ours = self._files.facts(self._descriptor)
        return (there.st_ino, there.st_size) == (ours.st_ino, self._length)

    def _append(self, fresh: bytes) -> None:
        assert self._descriptor is not None
        try:
            write_all(self._descriptor, fresh, self._files)
            self._files.fsync(self._descriptor)
        except OSError:
            with suppress(OSError):  # the reader passes over a torn tail, should this fail too
                self._files.truncate(self._descriptor, self._length)
            raise
        self._length += len(fresh)

    def _rewrite(self, needed: list[tuple[_Kind, int, bytes]]) -> None:
        self._forget_descriptor()  # Windows replaces no file that is open
        about = {
            "owner": myself().as_json(),
            "project": None if self._project is None else os.fspath(self._project),
            "base": self._base,
        }
        body = json.dumps(about).encode("ascii")
        records = [(_Kind.ABOUT, self._files.now_ns(), body), *needed]
        content = b"".join(_record(*record) for record in records)
        make_folder(os.fspath(self._file.parent), self._files)
        durable.replace(self._file, content, purpose=JOURNAL, private=True, files=self._files)
        self._length = len(content)
        self._descriptor = self._files.open_to_append(os.fspath(self._file))


def _record(kind: _Kind, time_ns: int, body: bytes) -> bytes:
    stored, flag = body, 0
    if len(body) >= _PACK_FROM:
        small = packed(body, 1)
        if len(small) < len(body):
            stored, flag = small, _PACKED
    if len(body) > _LIMIT:
        raise OSError(errno.EFBIG, "a state larger than a journal may hold")
    numbers = (kind | flag, time_ns & (2**64 - 1), len(stored), len(body))
    check = blake2b(stored, digest_size=16).digest()
    return _HEAD.pack(_MARK, *numbers, check, _head_check(*numbers, check)) + stored


def _head_check(kind: int, time_ns: int, stored: int, length: int, check: bytes) -> bytes:
    text = struct.pack("<BQQQ", kind, time_ns, stored, length) + check
    return blake2b(text, digest_size=4).digest()


# -- reading -------------------------------------------------------------------------------------


class _Record(Struct, frozen=True):
    kind: _Kind
    time_ns: int
    stored: bytes
    length: int
    packed: bool
    follows: bool
    """nothing was passed over between the record before and this one"""

    def body(self) -> bytes | None:
        if not self.packed:
            return self.stored if len(self.stored) == self.length else None
        try:
            body = zlib.decompressobj().decompress(self.stored, self.length + 1)
        except (zlib.error, MemoryError):
            return None
        return body if len(body) == self.length else None


def _records(content: bytes) -> Iterator[_Record]:
    """The whole records, in order; what lies between them is passed over."""
    place, follows, resyncs = 0, True, 0
    while place < len(content):
        record = _record_at(content, place, follows=follows)
        if record is not None:
            yield record
            place += _HEAD.size + len(record.stored)
            follows = True
            continue
        follows = False
        resyncs += 1
        place = content.find(_MARK, place + 1)
        if place < 0 or resyncs > _RESYNCS:
            return


def _record_at(content: bytes, place: int, *, follows: bool) -> _Record | None:
    if len(content) - place < _HEAD.size:
        return None
    mark, kind, time_ns, stored, length, check, head = _HEAD.unpack_from(content, place)
    if mark != _MARK or head != _head_check(kind, time_ns, stored, length, check):
        return None
    begin = place + _HEAD.size
    if stored > len(content) - begin or length > _LIMIT or kind & ~_PACKED > max(_Kind):
        return None
    body = content[begin : begin + stored]
    if blake2b(body, digest_size=16).digest() != check:
        return None
    return _Record(_Kind(kind & ~_PACKED), time_ns, body, length, bool(kind & _PACKED), follows)


def work_in(content: bytes) -> Work | None:
    """The work that a journal's bytes hold, or None. Never raises, whatever the bytes are."""
    state: bytes | None = None
    changes: list[bytes] = []
    time_ns = 0
    broken = False
    for record in _records(content):
        broken = broken or not record.follows
        if record.kind is _Kind.CLEARED:
            state, changes = None, []
        elif record.kind is _Kind.WHOLE:
            body = record.body()
            if body is not None:
                state, changes, time_ns, broken = body, [], record.time_ns, False
        elif record.kind is _Kind.CHANGE:
            # A change is one of the state right before it; after a hole it would be of another.
            body = None if broken else record.body()
            if body is None:
                broken = True
            elif state is not None:
                changes.append(body)
                time_ns = record.time_ns
    if state is None:
        return None
    return Work(state, tuple(changes), _as_time(time_ns))


class Pending(Struct, frozen=True):
    """A journal whose program is gone, with work that was never saved."""

    file: Path
    project: Path | None
    """None: a report that was never saved"""
    base: str
    """SHA-256 of the project file that the work goes on from, as told to the writer, or empty"""
    time: datetime
    """of the latest work"""
    owner: Owner | None
    certain: bool
    """False: it was begun on another PC, and only its silence says that its program is gone"""
    files: Files = SYSTEM

    def read(self) -> Work:
        """The last whole work, or `ReadFailed`."""
        content, _ = durable.read(self.file, _LIMIT, files=self.files)
        work = work_in(content)
        if work is None:
            raise faults.read_failed(Reason.DAMAGED, self.file, OPEN)
        return work

    def claim(self) -> bool:
        """Be the only one to offer this recovery; True until this process ends or discards it."""
        claim = os.fspath(self.file) + _CLAIM
        for _ in range(2):
            try:
                descriptor = self.files.open_new(claim)
            except FileExistsError:
                if _claimed(self.file, self.files):
                    return False
                with suppress(OSError):
                    self.files.unlink(claim)
                continue
            except OSError:
                return True  # a folder that takes no files: nobody can be told, none is kept away
            try:
                with suppress(OSError):
                    write_all(descriptor, json.dumps(myself().as_json()).encode(), self.files)
            finally:
                with suppress(OSError):
                    self.files.close(descriptor)
            return True
        return False

    def discard(self) -> None:
        """Remove the journal: its work was recovered and put elsewhere, or is not wanted."""
        for name in (os.fspath(self.file), os.fspath(self.file) + _CLAIM):
            with suppress(FileNotFoundError):
                try:
                    self.files.unlink(name)
                except FileNotFoundError:
                    raise
                except OSError as error:
                    raise faults.from_system(error, self.file, JOURNAL, old_file=False) from error


def pending(folder: Path, *, files: Files = SYSTEM) -> tuple[Pending, ...]:
    """Journals with work whose program is gone, latest first. Removes dead ones without work.

    A journal that cannot be read just now is left out and left alone.
    """
    found: list[Pending] = []
    with suppress(OSError):
        for name in files.names(os.fspath(folder)):
            if name.endswith(SUFFIX):
                with suppress(OSError, StoreError):
                    one = _pending_in(folder / name, files)
                    if one is not None:
                        found.append(one)
    return tuple(sorted(found, key=lambda one: one.time, reverse=True))


def _pending_in(file: Path, files: Files) -> Pending | None:
    content, _ = durable.read(file, _LIMIT, files=files)
    about = _about(content)
    owner = Owner.from_json(about.get("owner"))
    life = Life.UNKNOWN if owner is None else life_of(owner)
    if life is Life.ALIVE or _claimed(file, files):
        return None
    if life is Life.UNKNOWN:
        changed = files.stat(os.fspath(file)).st_mtime_ns
        if abs(files.now_ns() - changed) < _SILENT / timedelta(microseconds=1) * 1000:
            return None
    work = work_in(content)
    if work is None:
        if owner is not None and life is not Life.UNKNOWN:  # ended in the middle of its first word
            for name in (os.fspath(file), os.fspath(file) + _CLAIM):
                with suppress(OSError):
                    files.unlink(name)
        return None
    project = about.get("project")
    base = about.get("base")
    return Pending(
        file=file,
        project=Path(project) if isinstance(project, str) and project else None,
        base=base if isinstance(base, str) else "",
        time=work.time,
        owner=owner,
        certain=life is not Life.UNKNOWN,
        files=files,
    )


def _about(content: bytes) -> dict[str, object]:
    for record in _records(content):
        if record.kind is _Kind.ABOUT:
            body = record.body()
            with suppress(ValueError, RecursionError):
                value = json.loads(body or b"")
                if isinstance(value, dict):
                    return value
        return {}
    return {}


def _claimed(file: Path, files: Files) -> bool:
    """By a living process. An unreadable claim counts for as long as it is young."""
    claim = Path(os.fspath(file) + _CLAIM)
    try:
        content, fingerprint = durable.read(claim, 64 << 10, files=files)
    except StoreError:
        return False
    try:
        owner = Owner.from_json(json.loads(content))
    except (ValueError, RecursionError):
        owner = None
    life = Life.UNKNOWN if owner is None else life_of(owner)
    if life is Life.UNKNOWN:
        age = abs(files.now_ns() - fingerprint.mtime_ns)
        return age < _SILENT / timedelta(microseconds=1) * 1000
    return life is Life.ALIVE


def _as_time(time_ns: int) -> datetime:
    try:
        return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=time_ns // 1000)
    except OverflowError:
        return datetime.fromtimestamp(0, UTC)
