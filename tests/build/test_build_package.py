"""What is shipped: the lists of the build against what the program really imports and carries."""

from __future__ import annotations

import configparser
import importlib.util
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "build_scripts" / "package"

sys.path.insert(0, str(PACKAGE))
import bill  # noqa: E402 - the build's modules lie beside its script
import contents  # noqa: E402
import debian_package  # noqa: E402
import program_folder  # noqa: E402
import version_resource  # noqa: E402
import windows_installer  # noqa: E402
import windows_python  # noqa: E402

sys.path.remove(str(PACKAGE))

# Imports everything of ours and a drawn chart while whatever the build leaves out cannot be imported.
TRIAL = """
import importlib, json, os, sys
left_out, modules = json.loads(sys.argv[1])
class Absent:
    def find_spec(self, name, path=None, target=None):
        if any(name == one or name.startswith(one + ".") for one in left_out):
            raise ModuleNotFoundError("left out of the build: " + name, name=name)
sys.meta_path.insert(0, Absent())
for name in modules:
    importlib.import_module(name)
from PySide6.QtWidgets import QApplication
application = QApplication([])
import pyqtgraph
chart = pyqtgraph.PlotWidget()
chart.plot([1, 2], [2, 1], symbol="o")
chart.addItem(pyqtgraph.BarGraphItem(x=[1, 2], height=[3, 4], width=0.5))
chart.show()
application.processEvents()
chart.grab()
import numpy.random, openpyxl, docx, lxml.etree, pypdfium2, PIL.Image, doc2docx
print(json.dumps([name for name in sys.modules if name.startswith("PySide6.")]))
"""


def own_modules() -> list[str]:
    # Running the window's entry module would open it.
    return [name for name in contents.own_modules() if not name.endswith("__main__")]


@pytest.fixture(scope="module")
def imported_of_qt(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The modules of Qt that everything of ours and a chart import without what is left out."""
    run = subprocess.run(
        [sys.executable, "-c", TRIAL, json.dumps([contents.EXCLUDES, own_modules()])],
        cwd=ROOT,
        env={
            "QT_QPA_PLATFORM": "offscreen",
            "GIC_DESKTOP_HOME": str(tmp_path_factory.mktemp("home")),
            "PATH": "/usr/bin:/bin",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return {name.split(".")[1] for name in json.loads(run.stdout.splitlines()[-1])}


def test_everything_works_without_what_the_build_leaves_out(imported_of_qt: set[str]) -> None:
    assert {"QtCore", "QtGui", "QtWidgets", "QtOpenGL"} <= imported_of_qt


def test_every_qt_module_that_is_imported_is_shipped(imported_of_qt: set[str]) -> None:
    bindings = {name for name in imported_of_qt if name.startswith("Qt")}
    assert bindings - contents.QT_MODULES_OF_LINUX == set()


def qt_in_the_source() -> set[str]:
    found = set()
    for file in (ROOT / "gic_desktop").rglob("*.py"):
        found |= set(re.findall(r"PySide6\.(Qt\w+)", file.read_text("utf-8")))
        found |= set(re.findall(r"from PySide6 import (Qt\w+)", file.read_text("utf-8")))
    return found


def test_no_source_names_a_qt_module_that_is_not_shipped() -> None:
    assert qt_in_the_source() - contents.QT_MODULES_OF_LINUX == set()


def test_rules_that_are_imported_by_name_are_told_to_the_build() -> None:
    from gic_desktop.checks import run

    wanted = {f"gic_desktop.checks.{name}" for name in run.MODULES}
    assert wanted <= set(contents.hidden_imports())
    assert "secrets" in contents.hidden_imports()


@pytest.mark.parametrize("name", ["pydoc", "unittest", "pyqtgraph.multiprocess", "secrets"])
def test_what_fails_only_in_the_office_is_not_left_out(name: str) -> None:
    assert name not in contents.EXCLUDES


REFUSED = """
reportlab/fonts/DarkGardenMK.pfb
resources/font_cache/body-40c6a60f55c74849-1l.face
PySide6/Qt/lib/libQt6Network.so.6
PySide6/Qt6Quick.dll
PySide6/opengl32sw.dll
PySide6/Qt/plugins/platformthemes/libqgtk3.so
PySide6/plugins/tls/qopensslbackend.dll
PySide6/translations/qtbase_fr.qm
PySide6/QtNetwork.pyd
PySide6/Qt/qml/QtQuick/qmldir
numpy/core/tests/test_api.py
numpy/core/include/numpy/arrayobject.h
lxml/etree.pyx
_ssl.pyd
libssl-3.dll
ucrtbase.dll
uisettings.dll
libQt6Network.so.6
"""

KEPT = """
PySide6/Qt/lib/libQt6Core.so.6
PySide6/Qt6Widgets.dll
PySide6/plugins/platforms/qwindows.dll
PySide6/Qt/plugins/platforms/libqxcb.so
PySide6/Qt/plugins/platforminputcontexts/libibusplatforminputcontextplugin.so
PySide6/translations/qtbase_zh_CN.qm
PySide6/QtPrintSupport.abi3.so
PySide6/MSVCP140.dll
numpy.libs/libopenblas64_p-r0-0cf96a72.3.23.dev.so
docx/templates/default.docx
resources/fonts/body.ttf.xz
libxcb-cursor.so.0
"""


@pytest.mark.parametrize("name", REFUSED.split())
def test_this_stays_out(name: str) -> None:
    assert not contents.keep(name)


@pytest.mark.parametrize("name", KEPT.split())
def test_this_goes_in(name: str) -> None:
    assert contents.keep(name)


def test_the_desktops_own_libraries_stay_the_desktops() -> None:
    assert not contents.keep("libstdc++.so.6", "/usr/lib/x86_64-linux-gnu/libstdc++.so.6")
    wheel = "/x/site-packages/pillow.libs/libxcb-9065bb12.so.1.1.0"
    assert contents.keep("pillow.libs/libxcb-9065bb12.so.1.1.0", wheel)


def built(folder: Path) -> Path:
    """A folder with every name that a built program for Linux must have."""
    names = ["gic", "gic-desktop"]
    inner = contents.INNER
    names += [f"{inner}/{where}/{Path(file).name}" for file, where in contents.resource_files()]
    names += [f"{inner}/resources/licences/{name}" for name in contents.LICENCE_FILES]
    names += [f"{inner}/PySide6/{module}.abi3.so" for module in contents.QT_MODULES]
    names += [f"{inner}/PySide6/Qt/plugins/platforms/lib{n}.so" for n in ("qxcb", "qoffscreen")]
    names += [f"{inner}/PySide6/Qt/translations/qtbase_zh_CN.qm"]
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    return folder


def test_a_whole_folder_is_right(tmp_path: Path) -> None:
    assert contents.problems(built(tmp_path), windows=False) == []


@pytest.mark.parametrize(
    "name",
    [
        f"{contents.INNER}/resources/licences/LGPL-3.0.txt",
        f"{contents.INNER}/resources/licences/THIRD-PARTY.txt",
        f"{contents.INNER}/PySide6/Qt/plugins/platforms/libqxcb.so",
        f"{contents.INNER}/resources/forms/2021.toml",
        "gic",
    ],
)
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    (built(tmp_path) / name).unlink()
    (problem,) = contents.problems(tmp_path, windows=False)
    assert Path(name).name.split(".")[0].removeprefix("lib") in problem


def test_an_unneeded_file_is_named(tmp_path: Path) -> None:
    extra = built(tmp_path) / contents.INNER / "PySide6" / "QtNetwork.abi3.so"
    extra.write_bytes(b"")
    (problem,) = contents.problems(tmp_path, windows=False)
    assert "QtNetwork" in problem


def test_a_library_of_wine_is_named(tmp_path: Path) -> None:
    (tmp_path / "msvcrt.dll").write_bytes(b"MZ" + bytes(62) + b"Wine builtin DLL")
    found = contents.problems(tmp_path, windows=True)
    assert "is Wine's own: msvcrt.dll" in found


def test_the_parts_of_the_program_that_an_office_gets() -> None:
    shipped = {where for _, where in contents.resource_files()}
    assert {"resources/forms", "resources/fonts", "resources/samples"} <= shipped
    assert not any("font_cache" in where for where in shipped)


def test_licences_of_all_packages_are_in_the_text_that_is_shown() -> None:
    text = bill.THIRD_PARTY.read_text("utf-8")
    named = bill.short_licences()
    for name, version in bill.packages(windows=True).items():
        assert f"{name} {version}: {named[name]}" in text, (
            "python3 build_scripts/dev.py package licences"
        )
    for words in ("SIL OPEN FONT LICENSE", "font exception", "PYTHON SOFTWARE FOUNDATION LICENSE"):
        assert words.lower() in text.lower()
    assert "GNU LESSER GENERAL PUBLIC" in (bill.LICENCES / "LGPL-3.0.txt").read_text("utf-8")


def test_the_bill_names_versions_and_licences(tmp_path: Path) -> None:
    bill.write(tmp_path, tmp_path / "bom.json", windows=True)
    told = json.loads((tmp_path / "bom.json").read_text("utf-8"))
    parts = {part["name"]: part for part in told["components"]}
    assert parts["numpy"]["version"] == "1.26.4"
    assert parts["CPython"]["version"] == windows_python.VERSION
    assert {"pyside6-essentials", "reportlab", "fonts/body.ttf.xz", "fonts/screen.otf"} <= set(
        parts
    )
    assert [n for n, part in parts.items() if not part["licenses"][0]["license"]["name"]] == []


def test_windows_gets_packages_of_its_own_from_the_lock() -> None:
    names = windows_python.packages_of_the_program(("pyinstaller",), windows=True)
    assert {"pefile", "pywin32-ctypes", "pyinstaller", "pyside6-essentials"} <= set(names)
    assert not {"pytest", "mypy", "hypothesis", "typst"} & set(names)
    assert all("--hash=sha256:" in windows_python.lock_entries(windows=True)[n] for n in names)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("python.exe", True),
        ("DLLs/_ctypes.pyd", True),
        ("Lib/os.py", True),
        ("Lib/site-packages/pip/__init__.py", False),
        ("Lib/test/test_os.py", False),
        ("Scripts/pip.exe", False),
        ("msvcp140.dll", False),
        ("DLLs/_tkinter.pyd", False),
    ],
)
def test_only_what_can_be_verified_is_taken_of_the_windows_python(
    name: str, *, expected: bool
) -> None:
    assert windows_python.wanted(name) is expected


def test_a_module_nobody_signed_is_left_out() -> None:
    import hashlib

    good = b"print('x')\r\n"
    catalogue = b"..." + hashlib.sha256(good).digest() + b"..."
    assert windows_python.vouched_for("os.py", good, catalogue)
    assert not windows_python.vouched_for("os.py", good + b"import evil\r\n", catalogue)
    own = Path(json.__file__).parents[1] / "xml" / "__init__.py"
    assert windows_python.vouched_for("xml/__init__.py", own.read_bytes(), b"")
    assert not windows_python.vouched_for("xml/__init__.py", b"import evil", b"")


def test_an_archive_with_another_sum_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / windows_python.ARCHIVE).write_bytes(b"something else")
    with pytest.raises(Exception, match="not the pinned one"):
        windows_python.fetch(tmp_path)


def desktop_entry() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[method-assign,assignment]
    parser.read(PACKAGE / "debian" / "gic-desktop.desktop", encoding="utf-8")
    return parser["Desktop Entry"]


def mime_type() -> str:
    tree = ET.parse(PACKAGE / "debian" / "gic-desktop.xml")
    name = "{http://www.freedesktop.org/standards/shared-mime-info}"
    (kind,) = tree.getroot().findall(f"{name}mime-type")
    assert [glob.get("pattern") for glob in kind.findall(f"{name}glob")] == ["*.gicr"]
    return str(kind.get("type"))


def test_the_desktop_entry_opens_reports_and_speaks_chinese() -> None:
    entry = desktop_entry()
    assert entry["Name[zh_CN]"] == "政府信息公开年报编制工具"
    assert entry["Exec"] == "gic-desktop %f"
    assert entry["MimeType"] == mime_type() + ";"
    assert entry["Icon"] == "gic-desktop"


def test_the_control_file_names_what_qt_needs_and_carries_what_desktops_lack() -> None:
    text = debian_package.control("libc6 (>= 2.36), " + ", ".join(debian_package.NAMED), 12345)
    fields = dict(line.split(": ", 1) for line in text.splitlines() if not line.startswith(" "))
    assert fields["Architecture"] == "amd64"
    assert "libxcb-xkb1" in fields["Depends"]
    assert "libxcb-cursor0" in fields["Recommends"]
    assert "libxcb-cursor0" not in fields["Depends"]
    assert text.endswith("\n")
    carried = [name for name in contents.FROM_THE_DESKTOP if name.startswith("libxcb-")]
    assert carried == [], "the rarer xcb libraries are in the folder"


def test_the_copyright_file_names_every_package() -> None:
    text = debian_package.copyright_file()
    assert all(f"_internal/{name}*" in text for name in bill.packages(windows=False))


def test_the_installer_deletes_exactly_what_it_brought(tmp_path: Path) -> None:
    (tmp_path / "_internal").mkdir()
    for name in ("gic.exe", "使用说明.txt"):
        (tmp_path / name).write_bytes(b"")
    assert windows_installer.uninstalled(tmp_path).splitlines() == [
        'Delete "$INSTDIR\\gic.exe"',
        'Delete "$INSTDIR\\使用说明.txt"',
    ]
    script = windows_installer.SCRIPT.read_text("utf-8")
    removed = re.findall(r"RMDir /r (.*)", script)
    assert removed
    assert all(
        re.search(r"\\(_internal|cache|logs|settings|versions)\"$", line) for line in removed
    )
    assert "taskkill" not in script.lower()


def test_the_version_that_windows_shows() -> None:
    assert version_resource.four_numbers("0.1.0") == (0, 1, 0, 0)
    text = version_resource.text("gic", "政府信息公开年报编制工具", "0.1.0")
    compile(text, "version", "eval")
    assert "filevers=(0, 1, 0, 0)" in text


def test_the_manual_says_how_to_carry_the_settings_along() -> None:
    from gic_desktop.user_folders import PORTABLE_FOLDER, PORTABLE_MARK

    assert PORTABLE_MARK in program_folder.MANUAL
    assert f"“{PORTABLE_FOLDER}”" in program_folder.MANUAL


@pytest.fixture
def start_gic(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(PACKAGE)
    spec = importlib.util.spec_from_file_location("start_gic", PACKAGE / "start_gic.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_installers_way_to_prepare_fonts(
    start_gic: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gic_desktop.output import font_cache

    asked: list[object] = []
    monkeypatch.setattr(font_cache, "main", lambda arguments: asked.append(arguments) or 0)
    monkeypatch.setattr(sys, "argv", ["gic", "--prepare-fonts", "--into", str(tmp_path)])
    with pytest.raises(SystemExit) as left:
        start_gic.start()
    assert left.value.code == 0
    assert asked == [["--into", str(tmp_path)]]
    installer = windows_installer.SCRIPT.read_text("utf-8")
    postinst = (PACKAGE / "debian" / "postinst").read_text("utf-8")
    assert start_gic.PREPARE_FONTS in installer
    assert start_gic.PREPARE_FONTS in postinst


def test_gic_of_a_built_program_is_the_program_of_the_source(
    start_gic: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gic_desktop.console import main

    called: list[bool] = []
    monkeypatch.setattr(main, "program", lambda: called.append(True))
    monkeypatch.setattr(sys, "argv", ["gic", "check", "年报.gicr"])
    start_gic.start()
    assert called == [True]


@pytest.mark.parametrize("size", [16, 32, 256])
def test_icons_are_drawn_and_not_empty(size: int) -> None:
    import io

    from PIL import Image

    sys.path.insert(0, str(PACKAGE))
    try:
        import icons
    finally:
        sys.path.remove(str(PACKAGE))
    for name in ("app", "app-document"):
        image = Image.open(io.BytesIO(icons.picture(name, size)))
        assert image.size == (size, size)
        colours = image.getcolors(size * size)
        assert colours is not None
        assert len(colours) > 8


def test_every_page_for_it_matches_the_installer() -> None:
    page = (ROOT / "docs" / "it.zh-CN.md").read_text("utf-8")
    script = windows_installer.SCRIPT.read_text("utf-8")
    for switch in ("/CurrentUser", "/AllUsers", "/NoDesktop", "/DeleteSettings"):
        assert f'"{switch}"' in script
        assert switch in page
    for status in re.findall(r"SetErrorLevel (\d)", script):
        assert f"| {status} |" in page
    assert windows_installer.SIGN in page
