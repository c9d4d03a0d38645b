"""What went into a build: a bill of materials, and the licence texts that go with it.

The bill is one JSON document in the layout of CycloneDX 1.5: name, version, licence and, where a
file is pinned, its sum. The texts come from the packages themselves; nothing is typed by hand but
the short names of licences, which docs/licences.md holds and a test compares with the lock.
"""

from __future__ import annotations

import json
import platform
import re
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import commands
import contents
import windows_python
from packaging.utils import canonicalize_name

from gic_desktop import __version__

VERSION = __version__
LICENCES = contents.ROOT / "resources" / "licences"
THIRD_PARTY = LICENCES / "THIRD-PARTY.txt"
DOCUMENT = contents.ROOT / "docs" / "licences.md"
_LICENCE_FILE = re.compile(r"(licen[cs]es?|copying|notice|authors)([.\-_].*)?$", re.IGNORECASE)
_RULE = "=" * 78

_HEAD = """GIC Desktop 使用的其他程序、程序库和字体，以及它们的许可文本。
This program contains the work of others; their licences follow.

GIC Desktop itself is under the Apache License 2.0 (file LICENSE).

Qt and PySide6 are used under the GNU Lesser General Public License, version 3
(files LGPL-3.0.txt and GPL-3.0.txt). They are separate, unmodified libraries in
the program's folder and may be replaced by other builds of the same interface.
Their complete source is published by the Qt Project.
"""


def packages(*, windows: bool) -> dict[str, str]:
    """Name and version of every package that the program imports."""
    return windows_python.packages_of_the_program(windows=windows)


def short_licences(document: Path = DOCUMENT) -> dict[str, str]:
    """Package → licence, as docs/licences.md names it."""
    rows = re.findall(
        r"^\| ([a-z][a-z0-9-]+) \| ([^|]+?) \|", document.read_text("utf-8"), re.MULTILINE
    )
    return {name: licence for name, licence in rows if name != "package"}


def texts_of(package: str) -> list[tuple[str, str]]:
    """The licence files of an installed package, by name."""
    found = {}
    for file in metadata.files(package) or []:
        inside = file.as_posix()
        path = Path(str(file.locate()))
        lawful = _LICENCE_FILE.match(file.name) and file.suffix not in (".py", ".pyc", ".pyi")
        if (lawful or "/licenses/" in inside.lower()) and path.is_file():
            found[inside.partition("/")[2] or inside] = path.read_text("utf-8", "replace").strip()
    return sorted(found.items())


def third_party() -> str:
    """All texts in one, for the about box and for whoever asks."""
    parts = [_HEAD]

    def add(title: str, text: str) -> None:
        parts.append(f"{_RULE}\n{title}\n{_RULE}\n\n{_plain(text)}\n")

    licences = short_licences()
    seen: dict[str, str] = {}
    for name, version in packages(windows=True).items():
        licence = licences.get(name, "")
        # The texts of Qt's licences are files of their own beside this one.
        texts = texts_of(name) if not name.startswith(("pyside6", "shiboken6")) else []
        head = f"{name} {version}: {licence}"
        if not texts:
            add(head, _without_file(name, licence))
        for where, text in texts:
            title = f"{head}\n({where})"
            if text in seen:
                add(title, f"The same text as for {seen[text]}.")
            else:
                seen[text] = f"{name}, {where}"
                add(title, text)
    add("Python 3.11: PSF-2.0", (LICENCES / "Python-3.11.txt").read_text("utf-8"))
    add("PyInstaller's start program: GPL-2.0 with an exception", _pyinstaller_exception())
    for file in sorted((contents.ROOT / "resources" / "fonts").glob("*.txt")):
        add(f"Fonts: {file.name}", file.read_text("utf-8"))
    return "\n".join(parts)


def _plain(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\f", "\n").splitlines()
    return "\n".join(line.rstrip() for line in lines).strip()


def _without_file(name: str, licence: str) -> str:
    if name.startswith(("pyside6", "shiboken6")):
        return (
            "Copyright (C) The Qt Company Ltd. and other contributors.\n"
            "Used under the GNU Lesser General Public License, version 3: see LGPL-3.0.txt and\n"
            "GPL-3.0.txt. ICU, which comes with Qt on Linux, is under the Unicode licence; other\n"
            "parts of Qt under permissive licences are named in Qt's own documentation."
        )
    told = metadata.metadata(name)
    author = told["Author"] if "Author" in told else ""  # noqa: SIM401 - it has no get
    return f"{author}\nThe package names its licence ({licence}) and brings no text of its own."


def _pyinstaller_exception() -> str:
    text = dict(texts_of("pyinstaller"))
    whole = next(iter(text.values()))
    return whole.partition("GNU GENERAL PUBLIC LICENSE")[0] or whole


def write_licences(folder: Path = LICENCES) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / THIRD_PARTY.name
    target.write_text(third_party(), encoding="utf-8", newline="\n")
    return target


def of_materials(folder: Path, *, windows: bool) -> dict[str, object]:
    """The bill for one built folder."""
    licences = short_licences()
    components: list[dict[str, object]] = []

    def add(kind: str, name: str, version: str, licence: str, **more: object) -> None:
        entry: dict[str, object] = {"type": kind, "name": name, "version": version}
        entry["licenses"] = [{"license": {"name": licence}}]
        components.append(entry | more)

    for name, version in packages(windows=windows).items():
        purl = f"pkg:pypi/{canonicalize_name(name)}@{version}"
        add("library", name, version, licences.get(name, ""), purl=purl)
    python = windows_python.VERSION if windows else platform.python_version()
    add("platform", "CPython", python, "PSF-2.0")
    version = metadata.version("pyinstaller")
    add("library", "PyInstaller start program", version, "GPL-2.0 with bootloader exception")
    sums = (contents.ROOT / "resources" / "fonts" / "SHA256SUMS").read_text("ascii")
    for line in sums.splitlines():
        digest, _, name = line.partition("  ")
        if name.endswith((".xz", ".otf")):
            licence = "GPL-3.0 with font exception" if name[:2] in ("bo", "h2") else "OFL-1.1"
            hashes = [{"alg": "SHA-256", "content": digest}]
            add("data", f"fonts/{name}", VERSION, licence, hashes=hashes)
    if not windows:
        for library, package, package_version in _from_debian(folder):
            add("library", library, package_version, f"see Debian package {package}")
    when = datetime.fromtimestamp(commands.epoch(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": when,
            "component": {
                "type": "application",
                "name": "gic-desktop",
                "version": VERSION,
                "licenses": [{"license": {"name": "Apache-2.0"}}],
            },
        },
        "components": components,
    }


def _from_debian(folder: Path) -> list[tuple[str, str, str]]:
    """The libraries of the building machine in the folder, with the package they came from."""
    found = []
    for file in sorted((folder / contents.INNER).glob("lib*.so*")):
        if file.is_symlink() or file.name.startswith("libpython"):
            continue
        said = commands.run(["dpkg-query", "-S", f"*/{file.name}"], good=(0, 1, 127))
        package = said.partition(":")[0] if said.startswith("lib") else ""
        if package:
            shown = ["dpkg-query", "-W", "-f", "${Version} ", package]
            version = commands.run(shown).split()[0]
            found.append((file.name, package, version))
    return found


def write(folder: Path, file: Path, *, windows: bool) -> None:
    text = json.dumps(of_materials(folder, windows=windows), ensure_ascii=False, indent=1)
    file.write_text(text + "\n", encoding="utf-8", newline="\n")
