"""Stand-ins for the operating system: one that fails, one that remembers what was done."""

from __future__ import annotations

import errno
import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gic_desktop.store.files import Files

CALLS = (
    "open_new",
    "open_to_read",
    "open_to_append",
    "open_to_update",
    "open_folder",
    "stat",
    "may_write",
    "real",
    "replace",
    "unlink",
    "mkdir",
    "rmdir",
    "names",
    "facts",
    "read",
    "write",
    "rewind",
    "truncate",
    "set_mode",
    "set_owner",
    "fsync",
    "close",
    "hold_folder",
)


def failure(code: int) -> OSError:
    return OSError(code, os.strerror(code))


def windows_failure(code: int) -> OSError:
    """What Python raises on Windows, made on any system."""
    error = PermissionError(errno.EACCES, f"[WinError {code}]")
    error.winerror = code  # type: ignore[attr-defined]
    return error


class FaultyFiles(Files):
    """The real system until call number `fail_at`, which fails with `error`.

    `stays` lets everything after it fail too (a stick pulled out); `done_first` does what was asked
    and then fails (an answer lost on the network); `only` counts calls of one name.
    """

    def __init__(
        self,
        fail_at: int = -1,
        error: OSError | None = None,
        *,
        stays: bool = False,
        done_first: bool = False,
        only: str = "",
    ) -> None:
        self.fail_at = fail_at
        self.error = error or failure(errno.EIO)
        self.stays = stays
        self.done_first = done_first
        self.only = only
        self.calls: list[str] = []
        self.failed: str = ""
        self.slept = 0.0

    def sleep(self, seconds: float) -> None:
        self.slept += seconds

    def monotonic(self) -> float:
        return self.slept

    def pass_on(self, name: str, real: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        if self.only and name != self.only:
            return real(self, *arguments)
        number = len(self.calls)
        self.calls.append(name)
        if number == self.fail_at or (self.stays and 0 <= self.fail_at < number):
            self.failed = self.failed or name
            if name == "close" or self.done_first:
                real(self, *arguments)
            raise self.error
        return real(self, *arguments)


def _wrapped(name: str) -> Callable[..., Any]:
    real = getattr(Files, name)

    def call(self: FaultyFiles, *arguments: Any) -> Any:
        return self.pass_on(name, real, arguments)

    return call


for _name in CALLS:
    setattr(FaultyFiles, _name, _wrapped(_name))


class ShortWrites(Files):
    """A system that takes a few bytes at a time, and then perhaps has no more room."""

    def __init__(self, at_once: int, room: int | None = None) -> None:
        self.at_once = at_once
        self.room = room

    def write(self, descriptor: int, data: memoryview) -> int:
        count = min(self.at_once, len(data))
        if self.room is not None:
            if self.room == 0:
                raise failure(errno.ENOSPC)
            count = min(count, self.room)
            self.room -= count
        return super().write(descriptor, data[:count])


# -- power loss ----------------------------------------------------------------------------------


@dataclass
class Inode:
    """A file's content: what was written, and how much of that the disk has promised to keep."""

    content: bytes = b""
    promised: bytes = b""
    synced_once: bool = False

    def after_power_loss(self) -> set[bytes]:
        """What may be found: not yet synced bytes written, missing, torn or zeroed."""
        if self.content == self.promised:
            return {self.content}
        found = {self.content, self.promised}
        if self.content.startswith(self.promised):
            fresh = self.content[len(self.promised) :]
            for cut in {1, 511, 4096, len(fresh) // 2, max(len(fresh) - 1, 0)}:
                found.add(self.promised + fresh[:cut])
                found.add((self.promised + fresh[:cut]).ljust(len(self.content), b"\0"))
            found.add(self.promised + bytes(len(fresh)))
        else:  # shortened or rewritten: anything between
            found.add(self.content[: len(self.content) // 2])
        return found


@dataclass
class Disk:
    """One folder: names as the program sees them, and as they were last promised."""

    inodes: list[Inode] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    promised_names: dict[str, int] = field(default_factory=dict)
    waiting: list[tuple[int | None, str, str]] = field(default_factory=list)
    """changes of names since the folder was synced, in order"""

    def after_power_loss(self) -> Iterator[dict[str, bytes]]:
        """Every folder that may be found.

        Changes of names may be kept in any selection: weaker than what journals promise.
        """
        for kept in itertools.product((False, True), repeat=len(self.waiting)):
            names = dict(self.promised_names)
            for (inode, source, target), stays in zip(self.waiting, kept, strict=True):
                if not stays:
                    continue
                names.pop(source, None)
                if inode is not None:
                    names[target] = inode
            choices = [sorted(self.inodes[i].after_power_loss()) for i in names.values()]
            for contents in itertools.product(*choices):
                yield dict(zip(names, contents, strict=True))


class RememberingFiles(Files):
    """Does everything for real in `folder` and mirrors it; `moments`: the disk after each call."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder)
        self.disk = Disk()
        for path in folder.iterdir():
            content = path.read_bytes()
            self.disk.inodes.append(Inode(content, content, synced_once=True))
            self.disk.names[path.name] = len(self.disk.inodes) - 1
        self.disk.promised_names = dict(self.disk.names)
        self.open_files: dict[int, int] = {}
        self.folders: set[int] = set()
        self.moments: list[tuple[str, list[dict[str, bytes]]]] = []

    def _note(self, what: str) -> None:
        self.moments.append((what, list(self.disk.after_power_loss())))

    def _inside(self, path: str) -> bool:
        return str(Path(path).parent) == self.folder

    def open_new(self, path: str) -> int:
        descriptor = super().open_new(path)
        if self._inside(path):
            self.disk.inodes.append(Inode())
            number = len(self.disk.inodes) - 1
            self.disk.names[Path(path).name] = number
            self.disk.waiting.append((number, "", Path(path).name))
            self.open_files[descriptor] = number
            self._note("open_new")
        return descriptor

    def open_to_append(self, path: str) -> int:
        descriptor = super().open_to_append(path)
        if self._inside(path):
            self.open_files[descriptor] = self.disk.names[Path(path).name]
        return descriptor

    def open_folder(self, path: str) -> int:
        descriptor = super().open_folder(path)
        if path == self.folder:
            self.folders.add(descriptor)
        return descriptor

    def write(self, descriptor: int, data: memoryview) -> int:
        taken = super().write(descriptor, data)
        if descriptor in self.open_files:
            self.disk.inodes[self.open_files[descriptor]].content += bytes(data[:taken])
            self._note("write")
        return taken

    def truncate(self, descriptor: int, length: int) -> None:
        super().truncate(descriptor, length)
        if descriptor in self.open_files:
            inode = self.disk.inodes[self.open_files[descriptor]]
            inode.content = inode.content[:length]
            self._note("truncate")

    def fsync(self, descriptor: int) -> None:
        super().fsync(descriptor)
        if descriptor in self.open_files:
            inode = self.disk.inodes[self.open_files[descriptor]]
            inode.promised, inode.synced_once = inode.content, True
            self._note("fsync")
        elif descriptor in self.folders:
            self.disk.promised_names = dict(self.disk.names)
            self.disk.waiting.clear()
            self._note("fsync of the folder")

    def close(self, descriptor: int) -> None:
        super().close(descriptor)
        self.open_files.pop(descriptor, None)
        self.folders.discard(descriptor)

    def replace(self, source: str, target: str) -> None:
        super().replace(source, target)
        if self._inside(target):
            old, new = Path(source).name, Path(target).name
            self.disk.names[new] = self.disk.names.pop(old)
            self.disk.waiting.append((self.disk.names[new], old, new))
            self._note("replace")

    def unlink(self, path: str) -> None:
        super().unlink(path)
        if self._inside(path):
            self.disk.names.pop(Path(path).name, None)
            self.disk.waiting.append((None, Path(path).name, ""))
            self._note("unlink")
