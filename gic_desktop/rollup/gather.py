"""A folder of reports → their sum: walks, reads on every core, keeps memory bounded.

    rollup = gather(folder, expected=read_expected(list_file), on_progress=show, cancelled=asked)
    table = workbook_bytes(rollup)      # rollup.workbook
    save_project(target, rollup.report)

`gather` blocks: a window calls it off its own thread. `on_progress` and `cancelled` are called on
the thread that called `gather`, several times a second, never for each file. It raises `Cancelled`,
or `RollupRefused` with a sentence; it writes nothing but a temporary file, which goes with the result.

Read are `.gicr`, `.pdf` (with a project inside), `.docx`, `.doc` and `.wps`; other files are counted and
passed over, links to folders are named and not entered.

Few and small project files are read here. Many, and all that foreign code reads, are read by processes of this
program, one a core: each gets some files, answers with values, and is ended and replaced when it
breaks or takes too long. Then its files are tried one by one, and the one at fault is named.
"""

from __future__ import annotations

import contextlib
import decimal
import gc
import os
import re
import stat
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gic_desktop.forms.catalogue import form_named
from gic_desktop.forms.compiled import compiled
from gic_desktop.report.report import Report
from gic_desktop.rollup import summary
from gic_desktop.rollup.outcome import Cancelled, Progress, Rollup, RollupRefused, Row
from gic_desktop.rollup.reading import PROJECTS, WORD, Given, Key, Wish, read_all
from gic_desktop.rollup.spool import Details
from gic_desktop.rollup.summary import MOST_DETAILED, Collected
from gic_desktop.rollup.sums import EXACT, Sums
from gic_desktop.store.files import native
from gic_desktop.values import Struct, field

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

MOST_FILES = 200_000
LINK = "这是指向其他文件夹的链接，没有进入。如需汇总，请把文件复制过来。"
CLOSED = "这个文件夹打不开，没有进入。请检查权限，或磁盘、网络连接。"
BROKE_OFF = "读取时中途停止，文件可能已损坏，没有读出。请用本程序或 Word 单独打开它核对。"
TOO_SLOW = "读取时间过长，已放弃。请用本程序或 Word 单独打开它核对。"

_CANNOT_START = "无法启动读取程序，内存或权限可能不足。请重新启动电脑后再试。"

_READ_HERE = 100
_SMALL = 4 << 20
_AT_ONCE = 32
_MOST_PROCESSES = 8
_MOST_SECONDS = 60.0
_MOST_FALSE_STARTS = 5
_MEMORY = 1536 << 20
_PAUSE = 0.1
_LONGEST_LIST = 8 << 20
_STRANGE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202f\u2066-\u2069\ud800-\udfff]")
_LONE = re.compile("[\ud800-\udfff]")

Files = list[tuple[int, str]]
Answer = tuple[list[Given], dict[Key, Sums]]


def gather(
    folder: Path,
    *,
    expected: Sequence[str] = (),
    organ: str = "",
    last: Report | None = None,
    without: Sequence[Path] = (),
    words: bool = False,
    compare_texts: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Rollup:
    """`organ`: whose report the sum is; by default the place that all organs' names begin with.

    `last`: last year's roll-up, to check against. `without`: files to leave out, as the result of an
    earlier call is. `words`: run the rules that read texts too (some 2 ms a report more).
    `compare_texts`: keep the narratives for `copied_texts.copied`, up to `MOST_DETAILED` files.
    """
    live = _Live(on_progress, cancelled)
    found = _walked(folder, without, live)
    collected = Collected(Details())
    for number, (file, reason) in enumerate(found.refused, len(found.files)):
        name = readable(file)
        collected.rows[number] = Row(folder, file, name, "unreadable", reason=reason, number=number)
    live.begin(len(found.files), collected.rows.values())
    wish = Wish(words, compare_texts and len(found.files) <= MOST_DETAILED)
    answers = _answers(str(folder), list(enumerate(found.files)), wish, live)
    # Closed here and now: a caller that stops must not leave processes behind.
    with contextlib.closing(answers):
        _collect(folder, found, answers, collected, live)
    live.tell()
    key = summary.chosen(collected)
    if last is not None and last.year != key[1] - 1:
        raise RollupRefused(
            f"指定的上年汇总是{last.year}年度的，这些年报是{key[1]}年度的，上年是{key[1] - 1}年度，请核对。"
        )
    summary.decide(collected, key)
    with decimal.localcontext(EXACT):
        sums_of_all = summary.summed(collected, key)
        figures, gaps, doubts = sums_of_all.told(compiled(form_named(key[0])))
    rows = sorted(collected.rows.values(), key=lambda row: (row.name, row.number))
    counted = [row for row in rows if row.state == "counted"]
    missing, unexpected = summary.compared_with_list(expected, rows) if expected else ((), ())
    return Rollup(
        folder=folder,
        report=summary.report_of(
            key, figures, counted, details=collected.details, organ=organ, last=last
        ),
        rows=tuple(rows),
        details=collected.details,
        missing=missing,
        unexpected=unexpected,
        expected=len(expected),
        gaps=gaps,
        doubts=doubts,
        not_reports=found.others,
        words=words,
    )


def _collect(
    folder: Path, found: _Found, answers: Iterable[Answer], collected: Collected, live: _Live
) -> None:
    for given, sums in answers:
        rows = [_row(folder, found.files[one.number], one) for one in given]
        for row, one in zip(rows, given, strict=True):
            collected.take(row, one)
        # Not around the whole loop: the rules of the checks divide, and may round.
        with decimal.localcontext(EXACT):
            collected.join(sums)
        live.more(rows)


def read_expected(path: Path) -> tuple[str, ...]:
    """A list of organs, one a line, in a text file (UTF-8 or GBK); `RollupRefused` where it is none."""
    from gic_desktop.imports.source import Budget, ImportRefused
    from gic_desktop.imports.sources.encoding import decode
    from gic_desktop.store import durable
    from gic_desktop.store.faults import StoreError

    try:
        data, _ = durable.read(path, _LONGEST_LIST)
        text = decode(data, Budget())
    except (StoreError, ImportRefused) as error:
        raise RollupRefused(str(error)) from error
    if "\0" in text:
        raise RollupRefused("名单应是文本文件（.txt），一行一个机关名称。请另存为文本文件后再选。")
    names = (line.strip(" \t\r,，;；") for line in text.splitlines())
    found = tuple(dict.fromkeys(name for name in names if name))
    if not found:
        raise RollupRefused("名单里没有机关名称。请一行写一个机关全称。")
    return found


def readable(name: str) -> str:
    """A file's name for a person: one that is no UTF-8 is read as GBK, a hidden sign is shown."""
    name = name.replace(os.sep, "/")
    if not _STRANGE.search(name):
        return name
    return _STRANGE.sub("□", "/".join(map(_from_gbk, name.split("/"))))


def _from_gbk(name: str) -> str:
    if _LONE.search(name):
        with contextlib.suppress(UnicodeError):
            return name.encode("utf-8", "surrogateescape").decode("gb18030")
    return name


def _row(folder: Path, file: str, given: Given) -> Row:
    return Row(
        folder,
        file,
        readable(file),
        "unreadable" if given.reason else "read",
        given.organ,
        given.year,
        given.form_id,
        given.found,
        given.blanks,
        given.received,
        given.reason,
        given.number,
    )


# -- telling -------------------------------------------------------------------------------------


class _Live:
    """Tells the caller from time to time, and hears when it wants to stop."""

    def __init__(
        self,
        on_progress: Callable[[Progress], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self._on_progress = on_progress
        self._cancelled = cancelled
        self._new: list[Row] = []
        self._done = self._total = 0
        self._next = 0.0

    def begin(self, total: int, refused: Iterable[Row]) -> None:
        self._total = total
        self._new.extend(refused)
        self.tell()

    def more(self, rows: Sequence[Row]) -> None:
        self._done += len(rows)
        self._new.extend(rows)
        self.asked()

    def asked(self) -> None:
        """Once in a while, between any two pieces of work."""
        if self._cancelled is not None and self._cancelled():
            raise Cancelled
        if time.monotonic() >= self._next:
            self.tell()

    def tell(self) -> None:
        self._next = time.monotonic() + _PAUSE
        if self._on_progress is not None:
            self._on_progress(Progress(self._done, self._total, tuple(self._new)))
        self._new.clear()


# -- walking -------------------------------------------------------------------------------------


class _Found(Struct):
    """Paths below the folder: files to read in order, what was not entered and why, and the rest."""

    files: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    others: int = 0


def _walked(folder: Path, without: Sequence[Path], live: _Live) -> _Found:
    top = os.path.realpath(folder)
    left_out = {os.path.realpath(path) for path in without}
    found = _Found()
    seen: set[tuple[int, int]] = set()
    waiting = [""]
    while waiting:
        below = waiting.pop()
        path = native(os.path.join(top, below)) if below else top  # noqa: PTH118 - names as they are
        try:
            facts = os.stat(path)  # noqa: PTH116 - as above
            # A folder met again, by whatever road, would be counted twice, or for ever.
            if (facts.st_dev, facts.st_ino) in seen:
                found.refused.append((below, LINK))
                continue
            seen.add((facts.st_dev, facts.st_ino))
            with os.scandir(path) as entries:
                for entry in entries:
                    _sort(entry, os.path.join(below, entry.name), found, waiting)  # noqa: PTH118
                    if (len(found.files) + found.others) % 1000 == 0:
                        live.asked()
        except OSError as error:
            if not below:
                raise RollupRefused(
                    f"文件夹“{readable(str(folder))}”打不开，请检查位置和权限后重新选择。"
                ) from error
            found.refused.append((below, CLOSED))
        if len(found.files) + len(found.refused) > MOST_FILES:
            raise RollupRefused(
                f"这个文件夹里的年报文件超过 {MOST_FILES} 个，请分成几个文件夹汇总。"
            )
    if left_out:
        found.files = [f for f in found.files if os.path.join(top, f) not in left_out]  # noqa: PTH118
    found.files.sort()
    return found


def _sort(entry: os.DirEntry[str], below: str, found: _Found, waiting: list[str]) -> None:
    if entry.is_dir(follow_symlinks=False):
        if _is_junction(entry):
            found.refused.append((below, LINK))
        else:
            waiting.append(below)
        return
    if entry.is_symlink():
        with contextlib.suppress(OSError):
            if entry.is_dir():
                found.refused.append((below, LINK))
                return
    name = entry.name
    # Word and WPS put a small file of the same kind beside one that is open.
    if _suffix(name) in PROJECTS | WORD and not name.startswith(("~$", ".")):
        found.files.append(below)
    else:
        found.others += 1


def _suffix(name: str) -> str:
    return os.path.splitext(name)[1].lower()  # noqa: PTH122 - names as they are, very many


def _is_junction(entry: os.DirEntry[str]) -> bool:
    """Windows' other kind of link to a folder, which `is_symlink` does not know in Python 3.11."""
    tag = getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0)
    return bool(tag) and tag == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)


# -- reading -------------------------------------------------------------------------------------


def _answers(folder: str, files: Files, wish: Wish, live: _Live) -> Generator[Answer, None, None]:
    if len(files) > _READ_HERE or not all(_harmless(folder, file) for _, file in files):
        with contextlib.closing(_Crew(folder, files, wish)) as crew:
            yield from crew.answers(live)
        return
    for portion in _portions(files):
        live.asked()
        yield read_all(folder, portion, wish)


def _harmless(folder: str, file: str) -> bool:
    """Whether a file can be read beside a window: our own kind, and too small to fill a memory."""
    if _suffix(file) != ".gicr":
        return False
    try:
        return os.stat(native(os.path.join(folder, file))).st_size <= _SMALL  # noqa: PTH116, PTH118 - as above
    except OSError:
        return True  # it will not be read at all


def _portions(files: Files) -> Iterator[Files]:
    """Project files by the dozen, the others singly: those may take long, or break their reader."""
    portion: Files = []
    for one in files:
        if _suffix(one[1]) != ".gicr":
            yield [one]
            continue
        portion.append(one)
        if len(portion) == _AT_ONCE:
            yield portion
            portion = []
    if portion:
        yield portion


class _Reader(Struct, eq=False):
    """A process. `portion` is what it is reading, None before it has said that it is ready."""

    process: SpawnProcess
    pipe: Connection
    portion: Files | None = None
    since: float = 0.0

    def late(self) -> bool:
        return self.portion is not None and time.monotonic() > self.since + _MOST_SECONDS

    def gone(self) -> bool:
        """Without a word: on Windows the pipe of one that dies while starting stays open."""
        return not self.process.is_alive() and not self.pipe.poll()

    def end(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.join()


class _Crew:
    """Processes that read; in place of one that breaks off or takes too long comes another."""

    def __init__(self, folder: str, files: Files, wish: Wish) -> None:
        self._folder = folder
        self._wish = wish
        self._portions = deque(_portions(files))
        self._busy: list[_Reader] = []
        self._idle: list[_Reader] = []
        self._false_starts = 0

    def answers(self, live: _Live) -> Iterator[Answer]:
        from multiprocessing.connection import wait

        while len(self._busy) < min(os.cpu_count() or 1, _MOST_PROCESSES, len(self._portions)):
            self._busy.append(_started())
        while self._portions or any(reader.portion is not None for reader in self._busy):
            while self._portions and self._idle:
                self._employ(self._idle.pop())
            ready = set(wait([reader.pipe for reader in self._busy], _PAUSE))
            live.asked()
            for reader in list(self._busy):
                late = reader.late()
                if reader.pipe not in ready and not late and not reader.gone():
                    continue
                self._busy.remove(reader)
                answer = _heard(reader) if reader.pipe in ready else None
                if answer is None:
                    answer = self._without(reader, TOO_SLOW if late else BROKE_OFF)
                elif self._again(reader):
                    continue
                if answer is not None:
                    yield answer

    def _employ(self, reader: _Reader) -> None:
        self._busy.append(reader)
        _give(reader, self._folder, self._portions.popleft(), self._wish)

    def _again(self, reader: _Reader) -> bool:
        """Gives it work before its last answer is taken in; true when it only said that it stands."""
        only_stands, reader.portion = reader.portion is None, None
        if self._portions:
            self._employ(reader)
        else:
            self._idle.append(reader)
        return only_stands

    def _without(self, reader: _Reader, reason: str) -> Answer | None:
        """Of a portion that ended a process each file is tried alone; one that does so again is told."""
        reader.end()
        portion = reader.portion
        self._false_starts += portion is None
        if self._false_starts > _MOST_FALSE_STARTS:
            raise RollupRefused(_CANNOT_START)
        self._busy.append(_started())
        if portion is None:
            return None
        if len(portion) > 1:
            self._portions.extendleft([one] for one in reversed(portion))
            return None
        return [Given(portion[0][0], reason=reason)], {}

    def close(self) -> None:
        for reader in (*self._busy, *self._idle):
            reader.end()


def _started() -> _Reader:
    import multiprocessing

    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    # No daemon: the import of an old Word file has a process of its own.
    process = context.Process(target=_work, args=(theirs,))
    try:
        process.start()
    except OSError as error:
        raise RollupRefused(_CANNOT_START) from error
    theirs.close()
    return _Reader(process, ours)


def _give(reader: _Reader, folder: str, portion: Files, wish: Wish) -> None:
    reader.portion, reader.since = portion, time.monotonic()
    # One that has just died is noticed when it is asked.
    with contextlib.suppress(OSError):
        reader.pipe.send((folder, portion, wish))


def _heard(reader: _Reader) -> Answer | None:
    try:
        answer: Answer = reader.pipe.recv()
    except (EOFError, OSError):
        return None
    return answer


def _work(pipe: Connection) -> None:
    """The life of a reading process: ends when the other side has gone."""
    import signal

    # Ctrl+C is the caller's to hear; this process hears that the caller has gone.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, most))
    # Reports hold no circles: collecting by hand, after each portion, is all it takes.
    gc.freeze()
    gc.disable()
    with contextlib.suppress(EOFError, OSError):
        pipe.send(([], {}))
        while True:
            folder, portion, wish = pipe.recv()
            pipe.send(read_all(folder, portion, wish))
            gc.collect()
