"""LibreOffice and Chromium as readers of exported files, with this program's fonts under Word's names.

An office PC has 仿宋_GB2312 and its like; here their stand-ins are the fonts that print the PDF, so
that lines and pages can be compared.
"""

import lzma
import os
import shutil
import subprocess
from pathlib import Path

from gic_desktop import resources

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
BROWSER = shutil.which("chromium")
_NAMES = {
    "FandolFang": ("仿宋_GB2312", "仿宋"),
    "FandolKai": ("楷体_GB2312", "楷体"),
    "Noto Sans CJK SC Medium": ("黑体",),
    "Noto Serif CJK SC": ("宋体",),
    "Noto Serif CJK SC SemiBold": ("方正小标宋简体",),
    "GIC Latin Serif": ("Times New Roman",),
}


def font_folder(folder: Path) -> Path:
    """A fontconfig file in `folder` that knows the program's fonts and nothing else."""
    fonts = folder / "fonts"
    fonts.mkdir()
    for packed in resources.path("fonts").glob("*.ttf.xz"):
        (fonts / packed.stem).write_bytes(lzma.decompress(packed.read_bytes()))
    same = "".join(
        f'<match target="pattern"><test name="family"><string>{word}</string></test>'
        f'<edit name="family" mode="assign" binding="same"><string>{ours}</string></edit></match>'
        for ours, words in _NAMES.items()
        for word in words
    )
    settings = folder / "fonts.conf"
    settings.write_text(
        f"<?xml version='1.0'?><fontconfig><dir>{fonts}</dir>"
        f"<cachedir>{folder / 'cache'}</cachedir>{same}</fontconfig>",
        encoding="utf-8",
    )
    return settings


def converted(file: Path, kind: str, fonts: Path) -> Path:
    """What LibreOffice makes of a file, in a folder beside it."""
    assert OFFICE is not None
    folder = file.parent / f"{file.name}.converted"
    subprocess.run(
        [
            OFFICE,
            "--headless",
            f"-env:UserInstallation={(fonts.parent / 'profile').as_uri()}",
            *("--convert-to", kind, "--outdir", str(folder), str(file)),
        ],
        check=True,
        capture_output=True,
        timeout=180,
        env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
    )
    return folder / f"{file.stem}.{kind.partition(':')[0]}"


def pictured(page: Path, width: int, height: int, picture: Path, *options: str) -> None:
    """A picture of a page in a browser's window of that size."""
    assert BROWSER is not None
    subprocess.run(
        [
            BROWSER,
            *("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            *(f"--window-size={width},{height}", f"--screenshot={picture}"),
            f"--user-data-dir={picture.parent / 'browser'}",
            *options,
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
