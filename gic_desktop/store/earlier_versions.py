"""What a report was before it was saved again, kept in the user's own folder.

One sub-folder per project file, named after it and a hash of its whole path; in it one file per
version, whose name says everything a list needs: ``<number>-<time>-<size>-<hash>.z``. Numbers only
grow and decide the order; the clock may jump. Contents are compressed and written through
`durable.replace`; reading one compares it with the hash in its name.

`EarlierVersions.keep` is made to be the `keep` of `durable.replace`: what it raises becomes a note
beside the save, never a reason not to save. The number of versions per project is bounded, and so
is the room they take together: the ten latest stay, older ones grow sparse (one per hour for a day,
one per day for a month, one per month), and when room is short the oldest go first, those of other
projects before the latest of this one.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gic_desktop.digest import sha256
from gic_desktop.store import durable, faults
from gic_desktop.store.faults import KEEP, OPEN, Reason, StoreError
from gic_desktop.store.files import SYSTEM, Files
from gic_desktop.store.packed import packed
from gic_desktop.values import Struct

KEPT_VERSIONS = 20
_LATEST = 10
_ROOM = 400 << 20
_LARGEST = 256 << 20
_NAME = re.compile(
    r"(?P<number>[0-9]{8,12})-(?P<time>[0-9]{8}T[0-9]{12})-(?P<size>[0-9]{1,12})"
    r"-(?P<hash>[0-9a-f]{32})\.z"
)
_TIME = "%Y%m%dT%H%M%S%f"
_WHERE = "path.txt"
_UNFIT = re.compile(r"[^\w.\-]+")


class Version(Struct, frozen=True):
    number: int
    """grows with every version of a project"""
    time: datetime
    """when it was replaced by a newer one"""
    size: int
    mark: str
    """the beginning of the content's SHA-256"""
    file: Path


class EarlierVersions:
    def __init__(
        self,
        folder: Path,
        *,
        limit: int = KEPT_VERSIONS,
        room: int = _ROOM,
        files: Files = SYSTEM,
    ) -> None:
        if limit < 1:
            raise ValueError(f"at least one version is kept, not {limit}")
        self._root = folder
        self._limit = limit
        self._room = room
        self._files = files

    # -- keeping ---------------------------------------------------------------------------------

    def keep(self, path: Path, content: bytes) -> Version | None:
        """Keep `content` as a version of `path`; None when it is the one kept last.

        Raises `StoreError`, for `durable.replace` to put beside the save.
        """
        try:
            return self._keep(path, content)
        except (OSError, ValueError, MemoryError) as error:
            raise faults.from_system(error, path, KEEP, old_file=False) from error

    def _keep(self, path: Path, content: bytes) -> Version | None:
        folder = self._folder_of(path)
        mark = _mark_of(content)
        known = self._versions_in(folder)
        if known and (known[-1].mark, known[-1].size) == (mark, len(content)):
            return None
        self._make(folder, path)
        time = self._now()
        number = known[-1].number + 1 if known else 1
        file = folder / f"{number:08}-{time:{_TIME}}-{len(content)}-{mark}.z"
        compressed = packed(content, 6)
        durable.replace(file, compressed, purpose=KEEP, private=True, files=self._files)
        version = Version(number, time, len(content), mark, file)
        with suppress(OSError):
            self._prune(folder, time)
        return version

    def _make(self, folder: Path, path: Path) -> None:
        durable.make_folder(os.fspath(folder), self._files)
        where = folder / _WHERE
        try:
            self._files.stat(os.fspath(where))
        except FileNotFoundError:
            # For a person who looks here, and for `projects`.
            text = _absolute(path).encode("utf-8", "surrogateescape")
            durable.replace(where, text, purpose=KEEP, private=True, files=self._files)

    # -- finding ---------------------------------------------------------------------------------

    def of(self, path: Path) -> tuple[Version, ...]:
        """The kept versions, latest first; none where nothing can be read."""
        try:
            return tuple(reversed(self._versions_in(self._folder_of(path))))
        except (OSError, ValueError):
            return ()

    def projects(self) -> tuple[tuple[Path, int], ...]:
        """Every project that has versions and how many: for one that was moved or renamed."""
        found: list[tuple[Path, int]] = []
        with suppress(OSError):
            for name in sorted(self._files.names(os.fspath(self._root))):
                with suppress(OSError, StoreError):
                    folder = self._root / name
                    count = len(self._versions_in(folder))
                    text, _ = durable.read(folder / _WHERE, 64 << 10, files=self._files)
                    if count:
                        found.append((Path(text.decode("utf-8", "surrogateescape")), count))
        return tuple(found)

    def read(self, version: Version) -> bytes:
        """The whole content, or `ReadFailed`: what is damaged is never handed out."""
        packed, _ = durable.read(version.file, _LARGEST, files=self._files)
        try:
            unpacker = zlib.decompressobj()
            content = unpacker.decompress(packed, min(version.size, _LARGEST) + 1)
        except (zlib.error, MemoryError) as error:
            raise faults.read_failed(Reason.DAMAGED, version.file, OPEN) from error
        if len(content) != version.size or _mark_of(content) != version.mark:
            raise faults.read_failed(Reason.DAMAGED, version.file, OPEN)
        return content

    def forget(self, path: Path) -> None:
        """Remove all versions of `path`; what cannot be removed stays."""
        with suppress(OSError, ValueError):
            folder = self._folder_of(path)
            for name in self._files.names(os.fspath(folder)):
                with suppress(OSError):
                    self._files.unlink(os.fspath(folder / name))
            self._files.rmdir(os.fspath(folder))

    # -- inside ----------------------------------------------------------------------------------

    def _now(self) -> datetime:
        return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=self._files.now_ns() // 1000)

    def _folder_of(self, path: Path) -> Path:
        whole = os.path.normcase(self._files.real(_absolute(path)))
        mark = sha256(os.fsencode(whole))[:16]
        readable = _UNFIT.sub("_", Path(whole).stem)[:24].strip("._") or "report"
        return self._root / f"{readable}-{mark}"

    def _versions_in(self, folder: Path) -> list[Version]:
        """Oldest first. Files that are not ours are passed over."""
        try:
            names = self._files.names(os.fspath(folder))
        except (FileNotFoundError, NotADirectoryError):
            return []
        found = (_version_named(name, folder) for name in names)
        return sorted((one for one in found if one is not None), key=lambda one: one.number)

    def _prune(self, folder: Path, now: datetime) -> None:
        versions = self._versions_in(folder)
        staying = set(which_stay(versions, self._limit, now))
        for version in versions:
            if version not in staying:
                with suppress(OSError):
                    self._files.unlink(os.fspath(version.file))
        self._make_room(folder)

    def _make_room(self, folder: Path) -> None:
        """Oldest first, over all projects, until all fit; never the latest of this project."""
        everything: list[tuple[Version, int]] = []
        for name in self._files.names(os.fspath(self._root)):
            with suppress(OSError):
                for version in self._versions_in(self._root / name):
                    taken = self._files.stat(os.fspath(version.file)).st_size
                    everything.append((version, taken))
        ours = self._versions_in(folder)
        total = sum(taken for _, taken in everything)
        for version, taken in sorted(everything, key=lambda one: (one[0].time, one[0].number)):
            if total <= self._room:
                return
            if ours and version == ours[-1]:
                continue
            with suppress(OSError):
                self._files.unlink(os.fspath(version.file))
                total -= taken


def which_stay(versions: Sequence[Version], limit: int, now: datetime) -> list[Version]:
    """Of versions in order, the ones worth keeping: the latest, and ever fewer of the older."""
    latest = list(versions[-min(_LATEST, limit) :])
    seen: set[tuple[str, object]] = set()
    sparse: list[Version] = []
    for version in reversed(versions[: len(versions) - len(latest)]):
        age = now - version.time
        span: tuple[str, object]
        if age < timedelta(days=1):
            span = ("hour", (version.time.date(), version.time.hour))
        elif age < timedelta(days=31):
            span = ("day", version.time.date())
        else:
            span = ("month", (version.time.year, version.time.month))
        if span not in seen:
            seen.add(span)
            sparse.append(version)
    return sparse[: limit - len(latest)][::-1] + latest


def _version_named(name: str, folder: Path) -> Version | None:
    parts = _NAME.fullmatch(name)
    if parts is None:
        return None
    try:
        time = datetime.strptime(parts["time"], _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Version(int(parts["number"]), time, int(parts["size"]), parts["hash"], folder / name)


def _mark_of(content: bytes) -> str:
    return sha256(content)[:32]


def _absolute(path: Path) -> str:
    return os.path.abspath(os.fspath(path))  # noqa: PTH100 - links are followed by the caller
