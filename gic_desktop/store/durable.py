"""A file's old content until its new content is whole and on disk; then the new one.

`replace` writes beside the target, syncs, and renames over it; nothing else in the program may
write a file that a clerk owns. When it raises, what stood at the path stands there still and
nothing is left beside it, with one exception that has a class of its own: `NotConfirmed`, where the
new content is in place but the disk would not promise to keep it.

The temporary file is called ``~gic-….tmp``: sync clients pass over ``~*.tmp``, and a person who
finds one after a power cut sees whose it is. A later save in the same folder sweeps it up.

Not carried over to the new file: alternate data streams and explicit access lists on Windows,
extended attributes on Linux. Kept: permissions, and the owner where the system lets us.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from _thread import allocate_lock
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import NoReturn, TypeVar

from gic_desktop import values
from gic_desktop.digest import sha256
from gic_desktop.store import faults, owner
from gic_desktop.store.faults import (
    EXPORT,
    OPEN,
    SAVE,
    Purpose,
    ReadFailed,
    Reason,
    StoreError,
    WriteFailed,
)
from gic_desktop.store.files import NEW_FILE_MODE, SYSTEM, UNSUPPORTED, Files
from gic_desktop.store.places import is_folder
from gic_desktop.values import Struct

__all__ = [
    "ABSENT",
    "EXPORT",
    "SAVE",
    "ChangedOutside",
    "Fingerprint",
    "NotConfirmed",
    "ReadFailed",
    "Reason",
    "Saved",
    "StoreError",
    "WriteFailed",
    "differs",
    "read",
    "replace",
]

PATIENCE = 2.0
"""Seconds that Windows may go on saying “access denied” or “in use” before we believe it."""
_FIRST_PAUSE = 0.01
_LONGEST_PAUSE = 0.25
_MOMENTARY = frozenset({5, 32})
"""ERROR_ACCESS_DENIED and ERROR_SHARING_VIOLATION: what a virus scanner or a sync client that looks
at a fresh file causes for some milliseconds. Nothing else is ever tried again."""
_CHUNK = 1 << 20
_KEEP_AT_MOST = 256 << 20
_LEFT_BEHIND_NS = 24 * 3600 * 10**9

_Answer = TypeVar("_Answer")


class Fingerprint(Struct, frozen=True):
    """A file's content as it was seen. Size and time only save reading it again."""

    size: int
    mtime_ns: int
    sha256: str

    def same_content(self, other: Fingerprint) -> bool:
        return (self.size, self.sha256) == (other.size, other.sha256)


ABSENT = Fingerprint(size=-1, mtime_ns=0, sha256="")
"""No file there. As `expected`: somebody else may have made one since."""


class Saved(Struct, frozen=True):
    path: Path
    """where the bytes are, links followed"""
    fingerprint: Fingerprint
    notes: tuple[StoreError, ...] = ()
    """what did not work beside the save itself: an earlier version that could not be kept"""


class ChangedOutside(StoreError):
    """Somebody else wrote, removed or renamed the file since it was read; nothing was written."""

    def __init__(self, path: Path, found: Fingerprint) -> None:
        what = (
            "文件已被改名、移走或删除"
            if found == ABSENT
            else "文件在打开之后被其他程序或其他电脑修改过"
        )
        super().__init__(
            Reason.CHANGED_OUTSIDE,
            f"{what}，本次没有写入。请选择另存为其他文件，或确认后仍然保存到这里。",
            path,
        )
        self.found = found


class NotConfirmed(StoreError):
    """The new file is whole and in place, but the disk did not confirm it: power loss may undo it.

    `saved` tells what is there now. Not a success: the clerk must save again or elsewhere.
    """

    def __init__(self, saved: Saved) -> None:
        super().__init__(
            Reason.NOT_CONFIRMED,
            "文件已写入，但磁盘没有确认写入完成。请再保存一次，或另存到其他磁盘。",
            saved.path,
        )
        self.saved = saved


Keep = Callable[[Path, bytes], object]
"""Takes the path and the content that is about to be replaced. May raise: the save goes on."""


def replace(
    path: Path,
    data: bytes,
    *,
    expected: Fingerprint | None = None,
    keep: Keep | None = None,
    purpose: Purpose = SAVE,
    private: bool = False,
    files: Files = SYSTEM,
) -> Saved:
    """Make `data` the content of `path`, durably, or raise a `StoreError` and change nothing.

    With `expected`, `ChangedOutside` is raised when the file is no longer what it was. A link is
    followed: the file it points to is replaced, the link stays. A `private` file stays readable by
    its owner only, instead of by whom the folder's custom allows.
    """
    return _Replacement(
        path,
        data,
        expected=expected,
        keep=keep,
        purpose=purpose,
        private=private,
        files=files,
    ).run()


def read(
    path: Path, limit: int, *, purpose: Purpose = OPEN, files: Files = SYSTEM
) -> tuple[bytes, Fingerprint]:
    """The whole content and what it looked like, or `ReadFailed`; never more than `limit` bytes."""
    try:
        seen = _look(os.fspath(path), limit, files, Patience(files))
    except _NotAFileError as error:
        raise faults.read_failed(error.reason, path, purpose) from error
    except _TooLongError as error:
        raise faults.read_failed(Reason.TOO_BIG, path, purpose) from error
    except (OSError, ValueError, MemoryError) as error:
        raise faults.from_system_reading(error, path, purpose) from error
    return seen.content, seen.fingerprint


def differs(path: Path, known: Fingerprint, *, files: Files = SYSTEM) -> bool:
    """Whether the file's content is no longer `known`; reads it only when size or time moved.

    A file that cannot be looked at just now counts as unchanged: the next save will say more.
    """
    name = os.fspath(path)
    try:
        facts = files.stat(name)
        if (facts.st_size, facts.st_mtime_ns) == (known.size, known.mtime_ns):
            return False
        if facts.st_size != known.size:
            return True
        return not _look(name, None, files, Patience(files)).fingerprint.same_content(known)
    except (FileNotFoundError, NotADirectoryError):
        return known != ABSENT
    except (OSError, ValueError, _NotAFileError):
        return False


def fingerprint_of(data: bytes, mtime_ns: int) -> Fingerprint:
    return Fingerprint(len(data), mtime_ns, sha256(data))


def make_folder(folder: str, files: Files) -> None:
    """The folder and those above it, for their owner only; for our own folders, never a clerk's."""
    try:
        files.mkdir(folder)
    except FileExistsError:
        pass
    except FileNotFoundError:
        above = os.path.dirname(folder)  # noqa: PTH120 - a string
        if above == folder:
            raise
        make_folder(above, files)
        with suppress(FileExistsError):
            files.mkdir(folder)


@contextmanager
def turn(folder: str, opened: int | None, files: Files) -> Iterator[None]:
    """One replacement at a time per folder and machine: to look again and to replace are one step.

    Advice, like every lock here: where a file system knows no locks, or the other one stalls, we go
    on after a moment. Files are whole either way. `opened` is the folder's descriptor, which is held
    and then closed; on Windows, where no folder can be opened, its name is.
    """
    name: int | None = None
    try:
        with suppress(OSError):
            if opened is not None:
                _hold(opened, files)
            elif files.windows:
                known = os.path.normcase(folder).encode("utf-8", "surrogatepass")
                name = files.take_turn(sha256(known)[:32], PATIENCE)
        yield
    finally:
        if opened is not None:
            with suppress(OSError):
                files.close(opened)
        if name is not None:
            files.end_turn(name)


def _hold(folder: int, files: Files) -> None:
    until = files.monotonic() + PATIENCE
    while not files.hold_folder(folder) and files.monotonic() < until:
        files.sleep(_FIRST_PAUSE)


def write_all(descriptor: int, data: bytes, files: Files) -> None:
    rest = memoryview(data)
    while rest:
        taken = files.write(descriptor, rest)
        if taken <= 0:
            raise OSError(errno.EIO, "the system took nothing of what was written")
        rest = rest[taken:]


class _NotAFileError(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class _TooLongError(Exception):
    pass


class _Seen(Struct, frozen=True):
    content: bytes
    fingerprint: Fingerprint
    facts: os.stat_result


class Patience:
    """The bounded wait for Windows, one for a whole save."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._until: float | None = None

    def call(self, step: Callable[[], _Answer]) -> _Answer:
        pause = _FIRST_PAUSE
        while True:
            try:
                return step()
            except OSError as error:
                if not self._files.windows or not _may_pass(error):
                    raise
                now = self._files.monotonic()
                if self._until is None:
                    self._until = now + PATIENCE
                if now >= self._until:
                    raise
            self._files.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)


def _may_pass(error: OSError) -> bool:
    code = getattr(error, "winerror", None)
    if code is not None:
        return code in _MOMENTARY
    # Opening tells no code; what is opened while another program replaces it is denied, as a folder
    # always is.
    denied = isinstance(error, PermissionError) and error.filename is not None
    return denied and not is_folder(Path(error.filename))


def _look(name: str, limit: int | None, files: Files, patience: Patience) -> _Seen:
    descriptor = patience.call(lambda: files.open_to_read(name))
    try:
        facts = files.facts(descriptor)
        if stat.S_ISDIR(facts.st_mode):
            raise _NotAFileError(Reason.IS_A_FOLDER)
        if not stat.S_ISREG(facts.st_mode):
            raise _NotAFileError(Reason.NOT_A_FILE)
        if limit is not None and facts.st_size > limit:
            raise _TooLongError
        parts: list[bytes] = []
        length = 0
        while chunk := files.read(descriptor, _CHUNK):
            parts.append(chunk)
            length += len(chunk)
            if limit is not None and length > limit:
                raise _TooLongError
    finally:
        files.close(descriptor)
    content = b"".join(parts)
    return _Seen(content, fingerprint_of(content, facts.st_mtime_ns), facts)


class _Replacement:
    """One save, step by step; each step leaves the target as it was but for the last."""

    def __init__(
        self,
        path: Path,
        data: bytes,
        *,
        expected: Fingerprint | None,
        keep: Keep | None,
        purpose: Purpose,
        private: bool,
        files: Files,
    ) -> None:
        self._asked = path
        self._data = data
        self._expected = expected
        self._keep = keep
        self._purpose = purpose
        self._private = private
        self._files = files
        self._patience = Patience(files)
        self._target = ""
        self._folder = ""
        self._old: os.stat_result | None = None
        self._notes: list[StoreError] = []
        self._replaced = False

    def run(self) -> Saved:
        try:
            self._resolve()
            self._examine_old()
        except (OSError, ValueError, MemoryError) as error:
            raise self._sentence(error) from error
        temporary = temporary_in(self._folder)
        try:
            self._write(temporary)
            return self._put_in_place(temporary)
        except (OSError, ValueError, MemoryError) as error:
            raise self._sentence(error) from error
        finally:
            if not self._replaced:
                self._remove(temporary)

    # -- before anything is written --------------------------------------------------------------

    def _resolve(self) -> None:
        files = self._files
        # Before the path is made absolute: that already drops a last dot and turns names into devices.
        if files.windows and windows_forbids(self._asked.name):
            self._refuse(Reason.BAD_NAME)
        asked = os.path.abspath(os.fspath(self._asked))  # noqa: PTH100 - links are the next step
        self._target = files.real(asked)
        self._folder = os.path.dirname(self._target)  # noqa: PTH120 - a string

    def _examine_old(self) -> None:
        try:
            self._old = self._files.stat(self._target)
        except FileNotFoundError:
            self._old = None
        if self._old is None:
            if self._expected is not None and self._expected != ABSENT:
                self._refuse_if_folder_gone()
                raise ChangedOutside(self._asked, ABSENT)
            return
        mode = self._old.st_mode
        if stat.S_ISDIR(mode):
            self._refuse(Reason.IS_A_FOLDER)
        if not stat.S_ISREG(mode):
            self._refuse(Reason.NOT_A_FILE)
        # Renaming over it would succeed on Unix, for root even if others own it: a person who
        # made a file read-only meant it.
        if not mode & 0o222 or not self._files.may_write(self._target):
            self._refuse(Reason.FILE_READ_ONLY)
        self._compare_and_keep(self._old)

    def _compare_and_keep(self, facts: os.stat_result) -> None:
        """Look at what will be replaced: is it what we know, and can it be kept."""
        expected = self._expected
        if expected == ABSENT:
            raise ChangedOutside(self._asked, Fingerprint(facts.st_size, facts.st_mtime_ns, ""))
        if expected is not None and facts.st_size != expected.size:
            raise ChangedOutside(self._asked, Fingerprint(facts.st_size, facts.st_mtime_ns, ""))
        keep = self._keep
        if keep is not None and facts.st_size > _KEEP_AT_MOST:
            keep = None
            note = faults.write_failed(Reason.TOO_BIG, self._asked, faults.KEEP, old_file=False)
            self._notes.append(note)
        if expected is None and keep is None:
            return
        try:
            seen = _look(self._target, None, self._files, self._patience)
        except FileNotFoundError:
            if expected is None:
                return  # gone between two looks: nothing to keep, nothing to compare with
            raise ChangedOutside(self._asked, ABSENT) from None
        except _NotAFileError as error:
            self._refuse(error.reason)
        except OSError as error:
            if expected is None:
                self._notes.append(faults.from_system_reading(error, self._asked, faults.KEEP))
                return
            raise
        if expected is not None and not seen.fingerprint.same_content(expected):
            raise ChangedOutside(self._asked, seen.fingerprint)
        self._old = seen.facts
        if keep is not None:
            self._try_to_keep(keep, seen.content)

    def _try_to_keep(self, keep: Keep, content: bytes) -> None:
        try:
            keep(Path(self._target), content)
        except StoreError as error:
            self._notes.append(error)
        except (OSError, ValueError, MemoryError) as error:
            note = faults.from_system(error, self._asked, faults.KEEP, old_file=False)
            self._notes.append(note)

    def _refuse_if_folder_gone(self) -> None:
        try:
            self._files.stat(self._folder)
        except OSError as error:
            raise self._sentence(error) from error

    # -- the new file, beside the old one --------------------------------------------------------

    def _write(self, temporary: str) -> None:
        files = self._files
        descriptor = files.open_new(temporary)  # for its owner only, before there is data in it
        try:
            write_all(descriptor, self._data, files)
            self._carry_over_permissions(descriptor)
            self._sync(descriptor)
        except BaseException:
            with suppress(OSError):
                files.close(descriptor)
            raise
        files.close(descriptor)  # network shares report a full disk only here
        if files.stat(temporary).st_size != len(self._data):
            raise OSError(errno.EIO, "the written file has another length")

    def _carry_over_permissions(self, descriptor: int) -> None:
        files = self._files
        if files.windows or self._private:
            return
        if self._old is None:
            wanted = NEW_FILE_MODE
        else:
            wanted = stat.S_IMODE(self._old.st_mode)
            now = files.facts(descriptor)
            if (now.st_uid, now.st_gid) != (self._old.st_uid, self._old.st_gid):
                # Only root may give a file away, and members of the group may keep the group.
                with suppress(OSError):
                    files.set_owner(descriptor, self._old.st_uid, self._old.st_gid)
        # A share without permissions (FAT, most mounted Windows folders) may refuse. The content
        # is what matters.
        with suppress(PermissionError):
            try:
                files.set_mode(descriptor, wanted)
            except OSError as error:
                if error.errno not in UNSUPPORTED:
                    raise

    def _sync(self, descriptor: int) -> None:
        try:
            self._files.fsync(descriptor)
        except OSError as error:
            # Never a second try: after a failed fsync the kernel may have dropped the data and
            # would call the next one a success.
            if error.errno not in UNSUPPORTED:
                raise

    # -- the one step that changes the target ----------------------------------------------------

    def _put_in_place(self, temporary: str) -> Saved:
        files = self._files
        written = files.stat(temporary)
        folder = self._open_folder()
        with turn(self._folder, folder, files):
            saved = Saved(Path(self._target), fingerprint_of(self._data, written.st_mtime_ns), ())
            self._look_again()
            try:
                self._patience.call(lambda: files.replace(temporary, self._target))
            except OSError as error:
                if not self._happened_after_all(temporary):
                    raise self._refused_in_place(error) from error
            self._replaced = True
            saved = values.replace(saved, notes=tuple(self._notes))
            if folder is not None:
                try:
                    self._sync(folder)
                except OSError as error:
                    raise NotConfirmed(saved) from error
        self._sweep(written.st_mtime_ns)
        return saved

    def _open_folder(self) -> int | None:
        if self._files.windows:  # a folder cannot be opened there; the rename is written through
            return None
        try:
            return self._files.open_folder(self._folder)
        except PermissionError:  # a drop box: files may be put in, not listed
            return None

    def _look_again(self) -> None:
        """Has somebody written since we looked first? Costs one call when nobody has."""
        try:
            now: os.stat_result | None = self._files.stat(self._target)
        except FileNotFoundError:
            now = None
        if now is None:
            if self._expected is not None and self._expected != ABSENT:
                raise ChangedOutside(self._asked, ABSENT)
            return
        if stat.S_ISDIR(now.st_mode):
            self._refuse(Reason.IS_A_FOLDER)
        if self._old is None or _outside(now) != _outside(self._old):
            self._compare_and_keep(now)

    def _happened_after_all(self, temporary: str) -> bool:
        """Whether a network share did the renaming and only its answer was lost."""
        try:
            self._files.stat(temporary)
        except FileNotFoundError:
            with suppress(OSError, _NotAFileError, _TooLongError):
                found = _look(self._target, len(self._data), self._files, self._patience)
                return found.content == self._data
        except OSError:
            pass
        return False

    def _refused_in_place(self, error: OSError) -> StoreError:
        reason = faults.reason_of(error)
        code: int | None = getattr(error, "winerror", None)
        # A file could be made in this folder a moment ago: what is denied now is this target.
        if code == 5:
            reason = Reason.HELD_OPEN
        elif code is None and reason is Reason.FOLDER_READ_ONLY:
            reason = Reason.FILE_READ_ONLY
        return faults.write_failed(
            reason,
            self._asked,
            self._purpose,
            old_file=self._had_file(),
            detail=faults.detail_of(error),
        )

    # -- what is left ----------------------------------------------------------------------------

    def _remove(self, temporary: str) -> None:
        with suppress(OSError):
            self._patience.call(lambda: self._files.unlink(temporary))

    def _sweep(self, now_ns: int) -> None:
        """Remove what killed saves left in this folder, once per folder and process.

        `now_ns` is the file system's clock: the PC's may be wrong, the share's another.
        """
        if not _first_time(self._folder):
            return
        with suppress(OSError):
            for name in self._files.names(self._folder):
                if self._is_left_behind(name, now_ns):
                    with suppress(OSError):
                        self._files.unlink(os.path.join(self._folder, name))  # noqa: PTH118

    def _is_left_behind(self, name: str, now_ns: int) -> bool:
        parts = _TEMPORARY.fullmatch(name)
        if parts is None:
            return False
        if parts["host"] == _host_mark() and owner.process_began(int(parts["process"])) is None:
            return True
        with suppress(OSError):
            facts = self._files.stat(os.path.join(self._folder, name))  # noqa: PTH118
            return now_ns - facts.st_mtime_ns > _LEFT_BEHIND_NS
        return False

    # -- sentences -------------------------------------------------------------------------------

    def _refuse(self, reason: Reason) -> NoReturn:
        raise faults.write_failed(reason, self._asked, self._purpose, old_file=self._had_file())

    def _had_file(self) -> bool:
        if self._old is None:  # perhaps the system would not even let us look
            return self._expected is not None and self._expected != ABSENT
        return stat.S_ISREG(self._old.st_mode)

    def _sentence(self, error: BaseException) -> StoreError:
        return faults.from_system(error, self._asked, self._purpose, old_file=self._had_file())


_TEMPORARY = re.compile(r"~gic-(?P<host>[0-9a-f]{6})-(?P<process>[0-9]{1,10})-[0-9a-f]{8}\.tmp")
_swept: set[str] = set()
_sweeping = allocate_lock()


def _first_time(folder: str) -> bool:
    with _sweeping:
        if folder in _swept:
            return False
        _swept.add(folder)
        return True


def temporary_in(folder: str) -> str:
    """A new name for a file that is not to stay; `replace` sweeps it up when its process is dead.

    Of fixed length, whatever the target's name: that may be as long as the file system allows.
    """
    name = f"~gic-{_host_mark()}-{os.getpid()}-{os.urandom(4).hex()}.tmp"
    return os.path.join(folder, name)  # noqa: PTH118 - a string


@cache
def _host_mark() -> str:
    seed = f"{owner.host_name()} {owner.machine_mark()}"
    return sha256(seed.encode("utf-8", "surrogateescape"))[:6]


def _outside(facts: os.stat_result) -> tuple[int, int, int]:
    return facts.st_ino, facts.st_size, facts.st_mtime_ns


_DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\..*)?", re.IGNORECASE)


def windows_forbids(name: str) -> bool:
    """Whether Windows would refuse the name, or worse, take it for something else.

    A device, a hidden stream of another file, the same name without its last dot.
    """
    return (
        bool(_DEVICES.fullmatch(name))
        or name.endswith((".", " "))
        or any(character in '<>:"|?*' or character < " " for character in name)
    )
