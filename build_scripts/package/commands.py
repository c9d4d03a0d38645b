"""Runs what the build needs from outside, and says in one sentence what went wrong.

A build is deterministic as far as its tools allow: `SOURCE_DATE_EPOCH` is the time of the last
commit, files get that time, and lists are sorted.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import contents

ROOT = contents.ROOT
WORK = ROOT / "build" / "package"
DIST = ROOT / "dist"


class BuildError(Exception):
    """The text is all that the person at the keyboard needs."""


def say(text: str = "") -> None:
    print(text, flush=True)


def run(
    command: Sequence[str | Path],
    *,
    folder: Path = ROOT,
    environment: Mapping[str, str] | None = None,
    good: Sequence[int] = (0,),
    timeout: float = 1800,
) -> str:
    """Run it and give what it printed; a bad exit shows its last words."""
    words = [str(word) for word in command]
    # Wine's Python starts only when its standard streams are pipes or the null device.
    try:
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=dict(os.environ if environment is None else environment),
            timeout=timeout,
            check=False,
        )
    except FileNotFoundError as error:
        raise BuildError(f"{words[0]} is not on this machine") from error
    except subprocess.TimeoutExpired as error:
        raise BuildError(f"still not done after {timeout:.0f} s: {' '.join(words)}") from error
    said = done.stdout.decode("utf-8", "replace")
    if done.returncode not in good:
        sys.stderr.write(said[-6000:])
        raise BuildError(f"ended with {done.returncode}, see above: {' '.join(words)}")
    return said


def need(tools: Mapping[str, str]) -> None:
    """Install the Debian packages that bring these tools, or say the command that does."""
    missing = sorted({package for tool, package in tools.items() if not there(tool)})
    if not missing:
        return
    apt = ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300", "install"]
    apt += ["--no-install-recommends", *missing]
    if sys.platform == "win32" or os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise BuildError("Please run this, then try again:\n    sudo " + " ".join(apt))
    say("- system packages: " + " ".join(missing))
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    try:
        run(apt, environment=environment)
    except BuildError:
        run(["apt-get", "-q", "update"], environment=environment)
        run(apt, environment=environment)


def there(tool: str) -> bool:
    return Path(tool).exists() if tool.startswith("/") else shutil.which(tool) is not None


def sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while part := opened.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()


def epoch() -> int:
    """The time that everything built from this checkout carries."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given.isdecimal():
        return int(given)
    try:
        return int(run(["git", "log", "-1", "--format=%ct"]).strip())
    except (BuildError, ValueError):
        return int((ROOT / "CHANGELOG.md").stat().st_mtime)


def build_environment() -> dict[str, str]:
    return dict(
        os.environ,
        SOURCE_DATE_EPOCH=str(epoch()),
        PYTHONHASHSEED="0",
        TZ="UTC",
        LC_ALL="C.UTF-8",
    )


def set_times(folder: Path) -> None:
    """Give every file the time of the commit and plain rights."""
    when = epoch()
    for entry in [folder, *folder.rglob("*")]:
        if entry.is_symlink():
            os.utime(entry, (when, when), follow_symlinks=False)
            continue
        if sys.platform != "win32":
            library = re.search(r"\.so(\.|$)", entry.name) is not None
            runs = entry.is_dir() or (bool(entry.stat().st_mode & 0o100) and not library)
            entry.chmod(0o755 if runs else 0o644)
        os.utime(entry, (when, when))


def fresh(folder: Path) -> Path:
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder


def size_of(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(
        file.lstat().st_size for file in path.rglob("*") if file.is_symlink() or file.is_file()
    )


def megabytes(path: Path) -> str:
    return f"{size_of(path) / 1e6:.1f} MB"
