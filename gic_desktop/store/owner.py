"""Who is running this program, and whether somebody who ran it is still there.

A process number alone proves nothing: numbers are used again, after a restart within minutes. An
`Owner` therefore also carries when its process began, as the system counts it, and which machine
and which start of that machine it belongs to. The name of a PC is not enough either: a freshly
installed domestic desktop is called ``uos-PC`` or ``kylin-pc`` in every office.
"""

from __future__ import annotations

import os
import sys
from enum import Enum
from functools import cache
from pathlib import Path

from gic_desktop.digest import sha256
from gic_desktop.values import Struct

_TEXT_LIMIT = 256


class Life(Enum):
    ALIVE = "alive"
    DEAD = "dead"
    RESTARTED = "restarted"
    """the same machine by all signs, but started again since: dead, unless machines were cloned"""
    UNKNOWN = "unknown"
    """another machine: only a sign of life can tell"""


class Owner(Struct, frozen=True):
    host: str
    user: str
    process: int
    began: str
    """start of the process, in the system's own count"""
    machine: str
    boot: str

    def as_json(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__struct_fields__}

    @classmethod
    def from_json(cls, value: object) -> Owner | None:
        """The owner, or None where the text is not one; never raises."""
        if not isinstance(value, dict):
            return None
        process = value.get("process")
        if type(process) is not int or not 0 < process < 2**31:
            return None
        texts: dict[str, str] = {}
        for name in cls.__struct_fields__:
            if name == "process":
                continue
            text = value.get(name)
            if not isinstance(text, str) or len(text) > _TEXT_LIMIT:
                return None
            texts[name] = text
        return cls(process=process, **texts)


def myself() -> Owner:
    return _of_process(os.getpid())


@cache
def _of_process(process: int) -> Owner:
    return Owner(
        host=host_name(),
        user=_user_name(),
        process=process,
        began=process_began(process) or "",
        machine=machine_mark(),
        boot=_boot_mark(),
    )


def life_of(owner: Owner) -> Life:
    me = myself()
    if (owner.host, owner.machine) != (me.host, me.machine):
        return Life.UNKNOWN
    if owner.boot != me.boot:
        return Life.RESTARTED
    began = process_began(owner.process)
    if began is None or (began and owner.began and began != owner.began):
        return Life.DEAD
    return Life.ALIVE


@cache
def host_name() -> str:
    if sys.platform == "win32":
        name = os.environ.get("COMPUTERNAME", "")
    else:
        name = os.uname().nodename
    return name or "本机"


@cache
def machine_mark() -> str:
    """A hash: the number it comes from identifies the PC and has no business on a network share."""
    return sha256(f"gic-desktop {_machine_id()}".encode())[:16]


def _machine_id() -> str:
    if sys.platform == "win32":
        import winreg

        try:
            with winreg.OpenKey(
                winreg.HKEY_LOCAL_MACHINE,
                r"SOFTWARE\Microsoft\Cryptography",
                0,
                winreg.KEY_READ | winreg.KEY_WOW64_64KEY,
            ) as key:
                return str(winreg.QueryValueEx(key, "MachineGuid")[0])
        except OSError:
            return ""
    else:
        return _first_line("/etc/machine-id") or _first_line("/var/lib/dbus/machine-id")


@cache
def _boot_mark() -> str:
    """Which start of the machine this is.

    Windows tells a process's start in wall-clock time, which differs from boot to boot by itself.
    """
    return "" if sys.platform == "win32" else _first_line("/proc/sys/kernel/random/boot_id")


def process_began(process: int) -> str | None:
    """When the process began, in the system's count, or None when there is no such process."""
    if process <= 0:
        return None
    if sys.platform == "win32":
        return _windows_process_began(process)
    else:  # noqa: RET505 - the type checker reads the branch of the other system, and only so
        return _unix_process_began(process)


def _unix_process_began(process: int) -> str | None:
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return None if Path("/proc/self").exists() else _asked_by_signal(process)
    except OSError:
        return _asked_by_signal(process)
    # The name in brackets may hold spaces and brackets: count from the last one.
    after_name = text.rpartition(")")[2].split()
    if len(after_name) < 20 or after_name[0] in {"Z", "X"}:  # killed, only not yet buried
        return None
    return after_name[19]


def _asked_by_signal(process: int) -> str | None:
    # Signal 0 kills nobody here; on Windows it would, which is why Windows never comes this way.
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        return ""
    return ""


def _windows_process_began(process: int) -> str | None:
    if sys.platform != "win32":
        return None
    else:  # noqa: RET505 - the type checker reads the branch of the other system, and only so
        import ctypes
        from ctypes import wintypes

        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = wintypes.HANDLE
        kernel.OpenProcess.argtypes = (wintypes.DWORD, wintypes.BOOL, wintypes.DWORD)
        kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
        times = [wintypes.FILETIME() for _ in range(4)]
        kernel.GetProcessTimes.argtypes = (
            wintypes.HANDLE,
            *[ctypes.POINTER(wintypes.FILETIME)] * 4,
        )
        kernel.GetExitCodeProcess.argtypes = (wintypes.HANDLE, ctypes.POINTER(wintypes.DWORD))
        handle = kernel.OpenProcess(0x1000, False, process)  # QUERY_LIMITED_INFORMATION
        if not handle:
            # 87: no such process. Anything else (5: another user's) means that there is one.
            return None if ctypes.get_last_error() == 87 else ""
        try:
            code = wintypes.DWORD()
            if kernel.GetExitCodeProcess(handle, ctypes.byref(code)) and code.value != 259:
                return None
            if not kernel.GetProcessTimes(handle, *[ctypes.byref(one) for one in times]):
                return ""
            return str((times[0].dwHighDateTime << 32) | times[0].dwLowDateTime)
        finally:
            kernel.CloseHandle(handle)


def _user_name() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no entry for this user, no variable
        return ""


def _first_line(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
