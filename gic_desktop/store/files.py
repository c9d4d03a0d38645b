"""The operating system, one call at a time.

Every system call that saving, journalling, locking and keeping versions make goes through an object
of this class, so that a test can let the n-th of them fail, write half, come late, or never return.
The methods add nothing of their own: no retry, no translation of errors, no clean-up. Paths are
strings here, because they are handed to the system as they are.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from typing import Any

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL
# O_BINARY and O_NOINHERIT exist on Windows only; O_CLOEXEC is set by Python itself. O_NONBLOCK
# keeps the opening of somebody's named pipe from waiting for ever.
_EXTRA: int = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOINHERIT", 0)
_NO_WAIT: int = getattr(os, "O_NONBLOCK", 0)
_WINDOWS_LONGEST = 240
"""Longer paths need the ``\\\\?\\`` form unless the whole machine was set up for long paths."""


class Files:
    windows: bool = sys.platform == "win32"

    # -- by path ---------------------------------------------------------------------------------

    def open_new(self, path: str) -> int:
        """A file that did not exist, readable and writable by its owner only."""
        return os.open(native(path), _NEW | _EXTRA, 0o600)

    def open_to_read(self, path: str) -> int:
        return os.open(native(path), os.O_RDONLY | _EXTRA | _NO_WAIT)

    def open_to_append(self, path: str) -> int:
        return os.open(native(path), os.O_WRONLY | os.O_APPEND | _EXTRA)

    def open_to_update(self, path: str) -> int:
        """For reading and writing in place: what is read and what is written is the same file."""
        return os.open(native(path), os.O_RDWR | _EXTRA | _NO_WAIT)

    def open_folder(self, path: str) -> int:
        return os.open(path, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))

    def stat(self, path: str) -> os.stat_result:
        return os.stat(native(path))  # noqa: PTH116 - one system call, path as it is

    def may_write(self, path: str) -> bool:
        return os.access(native(path), os.W_OK)

    def real(self, path: str) -> str:
        """The path with every link followed; need not exist."""
        if sys.platform == "win32":
            try:
                return short_windows_path(os.path.realpath(native(path)))
            except OSError:
                # Following fails on some drives that are no disk; writing there may still work.
                return path
        else:
            return os.path.realpath(path)

    def replace(self, source: str, target: str) -> None:
        """Put `source` in the place of `target` in one step."""
        if sys.platform == "win32":
            _replace_through(native(source), native(target))
        else:
            os.replace(source, target)  # noqa: PTH105 - one system call, path as it is

    def unlink(self, path: str) -> None:
        os.unlink(native(path))  # noqa: PTH108 - one system call, path as it is

    def mkdir(self, path: str) -> None:
        os.mkdir(native(path), 0o700)  # noqa: PTH102 - one system call, path as it is

    def rmdir(self, path: str) -> None:
        os.rmdir(native(path))  # noqa: PTH106 - one system call, path as it is

    def names(self, folder: str) -> list[str]:
        return os.listdir(native(folder))  # noqa: PTH208 - one system call, path as it is

    # -- by descriptor ---------------------------------------------------------------------------

    def facts(self, descriptor: int) -> os.stat_result:
        return os.fstat(descriptor)

    def read(self, descriptor: int, count: int) -> bytes:
        return os.read(descriptor, count)

    def write(self, descriptor: int, data: memoryview) -> int:
        """How many bytes the system took: it may be fewer than were offered."""
        return os.write(descriptor, data)

    def rewind(self, descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)

    def truncate(self, descriptor: int, length: int) -> None:
        os.ftruncate(descriptor, length)

    def set_mode(self, descriptor: int, mode: int) -> None:
        if sys.platform != "win32":
            os.fchmod(descriptor, mode)

    def set_owner(self, descriptor: int, user: int, group: int) -> None:
        if sys.platform != "win32":
            os.fchown(descriptor, user, group)

    def fsync(self, descriptor: int) -> None:
        os.fsync(descriptor)

    def close(self, descriptor: int) -> None:
        os.close(descriptor)

    def hold_folder(self, descriptor: int) -> bool:
        """Be the only one on this machine who replaces something in the folder; False: not now.

        The lock goes with the descriptor, so that a killed process leaves nothing behind.
        """
        if sys.platform != "win32":
            import fcntl

            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
        return True

    def take_turn(self, name: str, seconds: float) -> int | None:
        """The same on Windows, by a name: what `end_turn` gives back, None when it is another's yet.

        It goes with the process, so that a killed one leaves nothing behind.
        """
        if sys.platform == "win32":
            kernel = _kernel()
            turn: int | None = kernel.CreateMutexW(None, False, f"Local\\gic-desktop-{name}")
            if turn:
                # 0: given; 0x80: given, whoever had it was killed.
                if kernel.WaitForSingleObject(turn, int(seconds * 1000)) in (0, 0x80):
                    return turn
                kernel.CloseHandle(turn)
        return None

    def end_turn(self, turn: int) -> None:
        if sys.platform == "win32":
            _kernel().ReleaseMutex(turn)
            _kernel().CloseHandle(turn)

    # -- time ------------------------------------------------------------------------------------

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def monotonic(self) -> float:
        return time.monotonic()

    def now_ns(self) -> int:
        """Wall-clock time. It may jump: never measure a span with it."""
        return time.time_ns()


SYSTEM = Files()


def _kernel() -> Any:
    """Windows' own calls; handles are as wide as a pointer."""
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateMutexW.restype = wintypes.HANDLE
        kernel.CreateMutexW.argtypes = (ctypes.c_void_p, wintypes.BOOL, wintypes.LPCWSTR)
        kernel.WaitForSingleObject.argtypes = (wintypes.HANDLE, wintypes.DWORD)
        kernel.ReleaseMutex.argtypes = kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
        return kernel
    return None


def native(path: str) -> str:
    """`path` as the system takes it: on Windows long ones in the form that knows no limit."""
    return long_windows_path(path) if sys.platform == "win32" else path


def long_windows_path(path: str) -> str:
    """Absolute Windows paths over the old limit, spelled so that every Windows 10 takes them."""
    if len(path) <= _WINDOWS_LONGEST or path.startswith("\\\\?\\"):
        return path
    plain = path.replace("/", "\\")
    if plain.startswith("\\\\"):
        return "\\\\?\\UNC\\" + plain[2:]
    if plain[1:3] == ":\\":
        return "\\\\?\\" + plain
    return path


def short_windows_path(path: str) -> str:
    """The opposite: the spelling that people and other programs know."""
    if path.startswith("\\\\?\\UNC\\"):
        return "\\\\" + path[8:]
    if path.startswith("\\\\?\\") and path[5:7] == ":\\":
        return path[4:]
    return path


def _replace_through(source: str, target: str) -> None:
    """As os.replace, and on disk when it returns: Windows has no way to sync a folder.

    MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH; os.replace passes only the first.
    """
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        move = kernel.MoveFileExW
        move.argtypes = (ctypes.c_wchar_p, ctypes.c_wchar_p, ctypes.c_uint32)
        move.restype = ctypes.c_int
        if "\0" in source or "\0" in target:  # a C string would end there: another file
            raise ValueError("embedded null character")
        if not move(source, target, 0x1 | 0x8):
            code = ctypes.get_last_error()
            message = ctypes.FormatError(code).strip()
            raise OSError(None, message, source, code, target)


def _umask() -> int:
    """The permissions this process withholds from new files; Windows has no such thing."""
    if os.name == "nt":
        return 0
    try:
        with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 - not a file
            for line in status:
                if line.startswith("Umask:"):
                    return int(line.split()[1], 8)
    except (OSError, ValueError):
        pass
    # The only portable way to ask is to set it; done once, while the program has one thread.
    current = os.umask(0o077)
    os.umask(current)
    return current


NEW_FILE_MODE = 0o666 & ~_umask()
"""What an ordinary program's new file would allow: a report in a shared folder is to be shared."""

UNSUPPORTED = frozenset(
    code
    for code in (
        errno.EINVAL,
        errno.ENOSYS,
        getattr(errno, "ENOTSUP", errno.ENOSYS),
        getattr(errno, "EOPNOTSUPP", errno.ENOSYS),
        getattr(errno, "ENOLCK", errno.ENOSYS),
    )
)
"""Codes with which a file system says that it does not know a call, rather than that it failed."""
