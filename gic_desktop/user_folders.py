"""Where the program keeps what belongs to the user, on each system.

Five folders: settings, journal (unsaved work), earlier versions (of saved reports), cache (may be
deleted at any time), logs. Asking for a folder makes it, readable by its owner only. In order:

1. the environment variable ``GIC_DESKTOP_HOME``: all five below that folder (tests, technicians);
2. portable: a file ``portable.txt`` beside the built program and a folder ``数据`` there that can
   be written: all five below it, so that a USB stick carries everything;
3. Windows: ``%APPDATA%`` for the settings, ``%LOCALAPPDATA%`` for the rest (a roaming profile need
   not carry megabytes of versions through the office network at every log-in);
4. elsewhere the XDG folders, or their documented defaults below the home folder.

A home folder that cannot be found or written (a kiosk account) ends in a private folder below the
system's temporary one: working without yesterday's settings beats not working.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping
from functools import cache as _once
from pathlib import Path

from gic_desktop.values import Struct

HOME_VARIABLE = "GIC_DESKTOP_HOME"
PORTABLE_MARK = "portable.txt"
PORTABLE_FOLDER = "数据"

_WINDOWS_NAME = "GIC Desktop"
_UNIX_NAME = "gic-desktop"


class UserFolders(Struct, frozen=True):
    settings: Path
    journal: Path
    earlier_versions: Path
    cache: Path
    logs: Path

    @classmethod
    def below(cls, root: Path) -> UserFolders:
        return cls(
            settings=root / "settings",
            journal=root / "journal",
            earlier_versions=root / "versions",
            cache=root / "cache",
            logs=root / "logs",
        )


def settings() -> Path:
    return _made("settings")


def journal() -> Path:
    return _made("journal")


def earlier_versions() -> Path:
    return _made("earlier_versions")


def cache() -> Path:
    return _made("cache")


def logs() -> Path:
    return _made("logs")


def choose(
    environment: Mapping[str, str],
    *,
    windows: bool,
    home: Path | None,
    program: Path | None,
) -> UserFolders:
    """Decide, without making anything (but for the trial whether a portable folder can be used)."""
    forced = environment.get(HOME_VARIABLE, "")
    if forced:
        return UserFolders.below(Path(os.path.abspath(forced)))  # noqa: PTH100 - no link is followed
    if program is not None and (program / PORTABLE_MARK).is_file():
        carried = program / PORTABLE_FOLDER
        if _can_be_written(carried):
            return UserFolders.below(carried)
    return _windows(environment, home) if windows else _xdg(environment, home)


def is_portable(folders: UserFolders) -> bool:
    return folders.settings.parent.name == PORTABLE_FOLDER


def _windows(environment: Mapping[str, str], home: Path | None) -> UserFolders:
    def base(variable: str, default: str) -> Path | None:
        named = environment.get(variable, "")
        if named and Path(named).is_absolute():
            return Path(named)
        return home / "AppData" / default if home else None

    roaming, local = base("APPDATA", "Roaming"), base("LOCALAPPDATA", "Local")
    if roaming is None or local is None:
        return UserFolders.below(_last_resort())
    rest = UserFolders.below(local / _WINDOWS_NAME)
    return UserFolders(
        settings=roaming / _WINDOWS_NAME / "settings",
        journal=rest.journal,
        earlier_versions=rest.earlier_versions,
        cache=rest.cache,
        logs=rest.logs,
    )


def _xdg(environment: Mapping[str, str], home: Path | None) -> UserFolders:
    def base(variable: str, *default: str) -> Path:
        named = environment.get(variable, "")
        # The XDG specification: a relative path in these variables is invalid and to be ignored.
        if named and Path(named).is_absolute():
            return Path(named) / _UNIX_NAME
        if home is None:
            return _last_resort() / default[-1]
        return home.joinpath(*default) / _UNIX_NAME

    state = base("XDG_STATE_HOME", ".local", "state")
    return UserFolders(
        settings=base("XDG_CONFIG_HOME", ".config"),
        journal=state / "journal",
        earlier_versions=base("XDG_DATA_HOME", ".local", "share") / "versions",
        cache=base("XDG_CACHE_HOME", ".cache"),
        logs=state / "logs",
    )


def _last_resort() -> Path:
    if sys.platform == "win32":
        whose = os.environ.get("USERNAME", "user")
    else:
        whose = str(os.getuid())
    # Rarely needed, and an import that every start would pay for.
    import tempfile

    return Path(tempfile.gettempdir()) / f"{_UNIX_NAME}-{whose}"


def _can_be_written(folder: Path) -> bool:
    """Try it: on Windows no attribute tells whether a USB stick or a program folder takes files."""
    trial = folder / f"~gic-trial-{os.urandom(16).hex()}.tmp"
    try:
        folder.mkdir(exist_ok=True)
        trial.write_bytes(b"")
        trial.unlink()
    except OSError:
        return False
    return True


@_once
def _chosen(forced: str) -> UserFolders:  # noqa: ARG001 - the key under which the answer is kept
    try:
        home: Path | None = Path.home()
    except RuntimeError:
        home = None
    frozen = bool(getattr(sys, "frozen", False))
    return choose(
        os.environ,
        windows=sys.platform == "win32",
        home=home,
        program=Path(sys.executable).parent if frozen else None,
    )


def current() -> UserFolders:
    """The folders of this process; none of them is made by asking for them all."""
    return _chosen(os.environ.get(HOME_VARIABLE, ""))


def _made(which: str) -> Path:
    wanted: Path = getattr(current(), which)
    # What was kept is read where it is, though nothing can be added; work in progress must be kept.
    only_to_read = which in {"settings", "earlier_versions"}
    if _make_private(wanted) and (only_to_read or os.access(wanted, os.W_OK | os.X_OK)):
        return wanted
    other: Path = getattr(UserFolders.below(_last_resort()), which)
    _make_private(other)
    return other


def _make_private(folder: Path) -> bool:
    """Make the folder, ours alone. A folder of another user below /tmp is no folder of ours."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        facts = folder.stat()
    except OSError:
        return False
    if not stat.S_ISDIR(facts.st_mode):
        return False
    return sys.platform == "win32" or facts.st_uid == os.geteuid()
