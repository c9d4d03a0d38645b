"""What can go wrong with a file, as values with a sentence for the clerk.

A `StoreError` is the only exception that leaves the file modules of this package. ``str(error)``
is Chinese and complete: what is, that the old file is whole, what to do. ``error.reason`` is for
programs and never changes its spelling; the operating system's own error is ``__cause__``.

`from_system` decides the reason. Windows codes are looked at first: Python folds some two hundred
of them into EINVAL and EACCES, and the difference between “no such folder” and “the network drive
is gone” is what the clerk needs to know.
"""

from __future__ import annotations

import errno
import sys
from enum import StrEnum
from pathlib import Path

from gic_desktop.store.places import is_folder
from gic_desktop.values import Struct


class Reason(StrEnum):
    DISK_FULL = "disk_full"
    QUOTA = "quota"
    FOLDER_GONE = "folder_gone"
    FOLDER_READ_ONLY = "folder_read_only"
    FILE_READ_ONLY = "file_read_only"
    HELD_OPEN = "held_open"
    NAME_TOO_LONG = "name_too_long"
    BAD_NAME = "bad_name"
    IS_A_FOLDER = "is_a_folder"
    NOT_A_FILE = "not_a_file"
    SHARE_GONE = "share_gone"
    DISK_FAULT = "disk_fault"
    TOO_BIG = "too_big"
    NO_RESOURCES = "no_resources"
    LINK_LOOP = "link_loop"
    NOT_FOUND = "not_found"
    NOT_READABLE = "not_readable"
    CHANGED_OUTSIDE = "changed_outside"
    NOT_CONFIRMED = "not_confirmed"
    DAMAGED = "damaged"
    OTHER = "other"


class Purpose(Struct, frozen=True):
    """What the file is being touched for, in the words of the sentence."""

    failed: str
    """…，未能保存"""
    untouched: str
    """said when an older file stands where the new one was to go"""
    elsewhere: str
    """what to do when this place will not do"""
    other_name: str
    """what to do when this name will not do"""
    afterwards: str = ""
    """what to do in any case"""

    def sentence(self, cause: str, advice: str, *, old_file: bool) -> str:
        whole = self.untouched if old_file else ""
        done = advice.format(elsewhere=self.elsewhere, other_name=self.other_name)
        return f"{cause}，{self.failed}{whole}。{done}{self.afterwards}"


SAVE = Purpose("未能保存", "；原文件完好", "另存到其他位置", "换一个文件名另存")
EXPORT = Purpose("未能导出", "；原有的文件完好", "换一个位置导出", "换一个文件名导出")
OPEN = Purpose("未能打开", "", "换一个文件", "换一个文件")
JOURNAL = Purpose(
    "最近的修改未能自动保存",
    "",
    "把项目文件另存到其他位置",
    "把项目文件换一个文件名另存",
    "在此之前请及时手动保存。",
)
KEEP = Purpose("保存前的旧版本未能留存", "", "联系管理员", "联系管理员", "项目文件的保存不受影响。")
SETTINGS = Purpose("设置和最近使用的文件未能留存", "", "联系管理员", "联系管理员", "年报不受影响。")
LOCK = Purpose("未能登记“正在编辑”", "", "另存到其他位置", "换一个文件名另存")


class StoreError(Exception):
    """A file could not be read or written; nothing that was whole before has been harmed."""

    def __init__(self, reason: Reason, sentence: str, path: Path) -> None:
        super().__init__(sentence)
        self.reason = reason
        self.sentence = sentence
        self.path = path


class WriteFailed(StoreError):
    """Nothing was replaced: what stood at the path before stands there still."""


class HeldOpen(WriteFailed):
    """Another program holds the target: trying again may help, another name will."""


class ReadFailed(StoreError):
    """The file could not be read, or is not what it should be."""


_SENTENCES: dict[Reason, tuple[str, str]] = {
    Reason.DISK_FULL: ("磁盘已满", "请清理空间，或{elsewhere}。"),
    Reason.QUOTA: ("本账户的存储配额已用完", "请删除不用的文件，或{elsewhere}。"),
    Reason.FOLDER_GONE: (
        "文件所在的文件夹已不存在（可能已改名、移走，或者 U 盘已拔出）",
        "请恢复该文件夹，或{elsewhere}。",
    ),
    Reason.FOLDER_READ_ONLY: ("所在的文件夹不允许写入", "请{elsewhere}。"),
    Reason.FILE_READ_ONLY: ("该文件是只读的", "请取消文件的“只读”属性后重试，或{other_name}。"),
    Reason.HELD_OPEN: (
        "该文件正被其他程序打开（例如阅读器、杀毒软件或同步盘）",
        "请关闭占用它的程序后重试，或{other_name}。",
    ),
    Reason.NAME_TOO_LONG: ("文件名或所在路径太长", "请用短一些的名称或路径，{elsewhere}。"),
    Reason.BAD_NAME: ("文件名中有系统不允许的字符或名称", "请{other_name}。"),
    Reason.IS_A_FOLDER: ("同名的文件夹已存在", "请{other_name}。"),
    Reason.NOT_A_FILE: ("该路径不是普通文件", "请{other_name}。"),
    Reason.SHARE_GONE: ("网络位置或移动磁盘已断开", "请检查连接后重试，或{elsewhere}。"),
    Reason.DISK_FAULT: ("磁盘或网络读写出错", "请{elsewhere}，并请管理员检查磁盘。"),
    Reason.TOO_BIG: ("文件太大，超出所在磁盘的限制", "请{elsewhere}。"),
    Reason.NO_RESOURCES: ("系统资源不足", "请关闭一些程序后重试。"),
    Reason.LINK_LOOP: ("该路径是互相指向的快捷链接", "请{elsewhere}。"),
    Reason.NOT_FOUND: ("文件不存在（可能已改名、移走或删除）", "请{elsewhere}。"),
    Reason.NOT_READABLE: ("没有读取该文件的权限", "请联系管理员，或{elsewhere}。"),
    Reason.DAMAGED: ("内容不完整或已损坏", "请{elsewhere}。"),
    Reason.OTHER: ("系统拒绝了这次操作（{detail}）", "请稍后重试，或{elsewhere}。"),
}

_WINDOWS_NAME = 255
"""Letters in the name of a file."""

_BY_WINDOWS_CODE: dict[int, Reason] = {
    2: Reason.FOLDER_GONE,  # the file itself is new: what is missing is its folder
    3: Reason.FOLDER_GONE,
    5: Reason.FOLDER_READ_ONLY,
    14: Reason.NO_RESOURCES,
    8: Reason.NO_RESOURCES,
    15: Reason.SHARE_GONE,
    19: Reason.FOLDER_READ_ONLY,  # the medium is write-protected
    21: Reason.SHARE_GONE,
    23: Reason.DISK_FAULT,
    29: Reason.DISK_FAULT,
    30: Reason.DISK_FAULT,
    32: Reason.HELD_OPEN,
    33: Reason.HELD_OPEN,
    39: Reason.DISK_FULL,
    51: Reason.SHARE_GONE,
    53: Reason.SHARE_GONE,
    54: Reason.SHARE_GONE,
    55: Reason.SHARE_GONE,
    59: Reason.SHARE_GONE,
    64: Reason.SHARE_GONE,
    65: Reason.FOLDER_READ_ONLY,
    67: Reason.SHARE_GONE,
    82: Reason.FOLDER_READ_ONLY,  # a full root folder of an old stick is the other reading
    112: Reason.DISK_FULL,
    121: Reason.SHARE_GONE,
    123: Reason.BAD_NAME,
    161: Reason.BAD_NAME,
    206: Reason.NAME_TOO_LONG,
    223: Reason.TOO_BIG,
    267: Reason.FOLDER_GONE,
    303: Reason.HELD_OPEN,
    433: Reason.SHARE_GONE,
    665: Reason.TOO_BIG,
    1006: Reason.SHARE_GONE,
    1110: Reason.SHARE_GONE,
    1117: Reason.DISK_FAULT,
    1167: Reason.SHARE_GONE,
    1224: Reason.HELD_OPEN,
    1231: Reason.SHARE_GONE,
    1232: Reason.SHARE_GONE,
    1236: Reason.SHARE_GONE,
    1295: Reason.QUOTA,
    1392: Reason.DISK_FAULT,
    1921: Reason.LINK_LOOP,
}

_BY_ERRNO: dict[int, Reason] = {
    errno.ENOSPC: Reason.DISK_FULL,
    errno.ENOENT: Reason.FOLDER_GONE,
    errno.ENOTDIR: Reason.FOLDER_GONE,
    errno.EACCES: Reason.FOLDER_READ_ONLY,
    errno.EPERM: Reason.FOLDER_READ_ONLY,
    errno.EROFS: Reason.FOLDER_READ_ONLY,
    errno.EISDIR: Reason.IS_A_FOLDER,
    errno.EBUSY: Reason.HELD_OPEN,
    errno.ENAMETOOLONG: Reason.NAME_TOO_LONG,
    errno.EIO: Reason.DISK_FAULT,
    errno.EFBIG: Reason.TOO_BIG,
    errno.EMFILE: Reason.NO_RESOURCES,
    errno.ENFILE: Reason.NO_RESOURCES,
    errno.ENOMEM: Reason.NO_RESOURCES,
    errno.ELOOP: Reason.LINK_LOOP,
    errno.EILSEQ: Reason.BAD_NAME,
    errno.ENODEV: Reason.SHARE_GONE,
    errno.ENXIO: Reason.SHARE_GONE,
    errno.ETIMEDOUT: Reason.SHARE_GONE,
    errno.ENOTCONN: Reason.SHARE_GONE,
    errno.ECONNRESET: Reason.SHARE_GONE,
    errno.ECONNABORTED: Reason.SHARE_GONE,
    errno.EHOSTUNREACH: Reason.SHARE_GONE,
    errno.ENETUNREACH: Reason.SHARE_GONE,
    errno.ENETDOWN: Reason.SHARE_GONE,
    errno.EPIPE: Reason.SHARE_GONE,
}
# Names that not every system's errno module has.
for _name, _reason in (
    ("EDQUOT", Reason.QUOTA),
    ("ETXTBSY", Reason.HELD_OPEN),
    ("ESTALE", Reason.SHARE_GONE),
    ("EHOSTDOWN", Reason.SHARE_GONE),
    ("EREMOTEIO", Reason.SHARE_GONE),
    ("ESHUTDOWN", Reason.SHARE_GONE),
    ("ENOMEDIUM", Reason.SHARE_GONE),
    ("ENOKEY", Reason.NOT_READABLE),
):
    if hasattr(errno, _name):
        _BY_ERRNO[getattr(errno, _name)] = _reason


def reason_of(error: BaseException) -> Reason:
    """Why the system refused, from its code alone."""
    if not isinstance(error, OSError):
        # UnicodeEncodeError and ValueError("embedded null byte"): a name no system can take.
        return Reason.BAD_NAME if isinstance(error, ValueError) else Reason.NO_RESOURCES
    windows_code: int | None = getattr(error, "winerror", None)
    if windows_code is not None and windows_code in _BY_WINDOWS_CODE:
        return _BY_WINDOWS_CODE[windows_code]
    return _BY_ERRNO.get(error.errno or 0, Reason.OTHER)


def write_failed(
    reason: Reason, path: Path, purpose: Purpose, *, old_file: bool, detail: str = ""
) -> WriteFailed:
    kind = HeldOpen if reason is Reason.HELD_OPEN else WriteFailed
    return kind(reason, _sentence(reason, purpose, old_file=old_file, detail=detail), path)


def read_failed(reason: Reason, path: Path, purpose: Purpose, detail: str = "") -> ReadFailed:
    if reason is Reason.IS_A_FOLDER:
        # Nothing was to be written here: no other name is wanted, but a file.
        said = purpose.sentence("这是一个文件夹", "请选择其中的文件。", old_file=False)
        return ReadFailed(reason, said, path)
    if reason is Reason.TOO_BIG:
        # No disk's limit was met, but this program's.
        said = purpose.sentence(
            "文件太大，超出本程序能打开的大小", "请{elsewhere}。", old_file=False
        )
        return ReadFailed(reason, said, path)
    return ReadFailed(reason, _sentence(reason, purpose, old_file=False, detail=detail), path)


def from_system(
    error: BaseException, path: Path, purpose: Purpose, *, old_file: bool
) -> StoreError:
    """The sentence for a failed write. Raise it ``from error``."""
    detail = detail_of(error)
    reason = reason_of(error)
    if sys.platform == "win32" and reason is Reason.FOLDER_GONE and is_folder(path.parent):
        # Windows names a missing folder also when the name itself is what it cannot take.
        reason = Reason.NAME_TOO_LONG if len(path.name) > _WINDOWS_NAME else Reason.BAD_NAME
    return write_failed(reason, path, purpose, old_file=old_file, detail=detail)


def from_system_reading(error: BaseException, path: Path, purpose: Purpose) -> ReadFailed:
    """The sentence for a failed read. Raise it ``from error``."""
    reason = reason_of(error)
    windows_code: int | None = getattr(error, "winerror", None)
    if windows_code == 2 or isinstance(error, FileNotFoundError | NotADirectoryError):
        reason = Reason.SHARE_GONE if reason is Reason.SHARE_GONE else Reason.NOT_FOUND
    elif reason is Reason.FOLDER_READ_ONLY:
        # Windows refuses to open a folder as it refuses what is another's.
        reason = Reason.IS_A_FOLDER if is_folder(path) else Reason.NOT_READABLE
    return read_failed(reason, path, purpose, detail_of(error))


def detail_of(error: BaseException) -> str:
    """The code an administrator can look up; the system's English prose is of no use to a clerk."""
    if isinstance(error, OSError):
        windows_code: int | None = getattr(error, "winerror", None)
        if windows_code is not None:
            return f"代码 {windows_code}"
        return f"代码 {errno.errorcode.get(error.errno or 0, error.errno)}"
    return type(error).__name__


def _sentence(reason: Reason, purpose: Purpose, *, old_file: bool, detail: str) -> str:
    cause, advice = _SENTENCES[reason]
    return purpose.sentence(cause.format(detail=detail), advice, old_file=old_file)
