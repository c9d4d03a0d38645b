"""A screen that is none, and pictures of it: what a program really put on it is looked at."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import commands
from commands import BuildError, say

PICTURES = commands.WORK / "pictures"
TOOLS = {
    "Xvfb": "xvfb",
    "xdotool": "xdotool",
    "import": "imagemagick",
    "pdftotext": "poppler-utils",
}


@contextmanager
def screen() -> Iterator[str]:
    """The name of a display."""
    commands.need(TOOLS)
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1366x768x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        number = os.read(reading, 16).decode().strip()
        if not number:
            raise BuildError("Xvfb did not start")
        yield f":{number}"
    finally:
        os.close(reading)
        server.terminate()
        server.wait()


def picture_of_window(display: str, title: str, name: str, patience: float = 90) -> Path:
    """Wait for a window whose title holds the words, and take a picture of the screen."""
    environment = dict(os.environ, DISPLAY=display)
    until = time.monotonic() + patience
    while time.monotonic() < until:
        with suppress(BuildError):
            search = ["xdotool", "search", "--onlyvisible", "--name", title]
            if commands.run(search, environment=environment).strip():
                break
        time.sleep(0.5)
    else:
        _take(environment, PICTURES / f"{name}-without-window.png")
        raise BuildError(f"no window with “{title}” in its title after {patience:.0f} s")
    time.sleep(3)
    picture = PICTURES / f"{name}.png"
    _take(environment, picture)
    say(f"  picture to look at: {picture}")
    return picture


def _take(environment: dict[str, str], picture: Path) -> None:
    picture.parent.mkdir(parents=True, exist_ok=True)
    commands.run(["import", "-window", "root", picture], environment=environment)


def text_of(pdf: Path) -> str:
    return commands.run(["pdftotext", "-layout", pdf, "-"])


def reference_pdf(report: Path) -> Path:
    """The same report's PDF, made from source on this machine."""
    import sys

    target = commands.WORK / "reference.pdf"
    commands.run([sys.executable, "-m", "gic_desktop.console.main", "export", report, "-o", target])
    return target


def is_good(told: dict[str, object]) -> bool:
    """Judge what `gic-desktop --selftest` found: opened, exported to every format, shown, a mistake told."""
    whole = told.get("opened") is True and told.get("window") is True and bool(told.get("exports"))
    return whole and "setObjectName" in str(told.get("mistake")) and "refused" not in told


def foreign_pdf(pdf: Path) -> Path:
    """The same pages as another program writes them: without the report attached."""
    target = pdf.with_name("上年年报.pdf")
    commands.run(["pdftocairo", "-pdf", pdf, target])
    return target


def same_text(pdf: Path, reference: Path) -> str:
    one, other = text_of(pdf), text_of(reference)
    if one != other:
        raise BuildError(f"the text of {pdf} differs from the one made from source")
    return f"{len(other.split())} words of its PDF are those made from source"
