"""Which files a program makes, and who else could read them: put on PYTHONPATH as `sitecustomize`.

Every file that is opened to be written is looked at when the next thing happens in its process: in
what folder it stands, and with what permissions. The log, CREATED_FILES, has one line a look: the
file's path, and whether others can reach it ("open") or not ("private"). Folders above CREATED_BELOW
are taken to be open.
"""

import os
import sys
from pathlib import Path

_LOG = os.environ.get("CREATED_FILES", "")
_BELOW = Path(os.environ.get("CREATED_BELOW", "/"))
_WRITING = os.O_WRONLY | os.O_RDWR
_made: list[Path] = []
_busy = False


def others_reach(path: Path, below: Path) -> bool:
    """Nobody gets through a folder that is closed to others, whatever the file's own mode."""
    folders = [folder for folder in path.parents if folder.is_relative_to(below)]
    closed = any(not folder.stat().st_mode & 0o011 for folder in folders)
    return bool(path.stat().st_mode & 0o077) and not closed


def _look() -> None:
    for path in _made:
        if path.is_file():
            words = "open" if others_reach(path, _BELOW) else "private"
            with Path(_LOG).open("a", encoding="utf-8") as log:
                log.write(f"{words}\t{path}\n")
    _made.clear()


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    global _busy  # noqa: PLW0603 - what the watch opens itself is not watched
    if _busy:
        return
    _busy = True
    try:
        _look()
        if event == "open" and isinstance(arguments[0], str | bytes):
            flags = arguments[2]
            if isinstance(flags, int) and flags & _WRITING:
                _made.append(Path(os.fsdecode(arguments[0])).absolute())
    finally:
        _busy = False


if _LOG:
    sys.addaudithook(_watch)
