"""What a built program holds: data for the spec, and the judge of the folder that came out.

Everything here is a list somebody can argue about. Qt is an allow-list: a module, plug-in or library
of Qt that is not named stays out, and a build that needs one fails in `problems` or in its own trial
run, not in an office. `problems` reads a finished folder and is also what the tests call.

Standard library only: the spec imports this under Wine, the tests without a build.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
INNER = "_internal"
"""The folder of libraries inside the program's folder, as PyInstaller names it."""

QT_MODULES = frozenset(
    {"QtCore", "QtGui", "QtWidgets", "QtPrintSupport", "QtSvg", "QtOpenGL", "QtOpenGLWidgets"}
)
"""What the window, or pyqtgraph when it is imported, imports of PySide6."""

QT_MODULES_OF_LINUX = QT_MODULES | {"QtDBus"}
"""QtDBus: the input method and the desktop are asked through it."""

# pyqtgraph imports these when asked for something that this program never asks for.
NEVER_QT = (
    *("QtNetwork", "QtQml", "QtQuick", "QtQuickWidgets", "QtQuickControls2", "QtSql", "QtTest"),
    *("QtXml", "QtConcurrent", "QtDesigner", "QtHelp", "QtUiTools", "QtSvgWidgets", "QtQuickTest"),
)

PLUGINS = {
    "platforms": ("qwindows", "qxcb", "qoffscreen"),
    "styles": ("qmodernwindowsstyle", "qwindowsvistastyle"),
    "imageformats": ("qico", "qjpeg", "qsvg", "qgif"),
    "iconengines": ("qsvgicon",),
    "printsupport": ("cupsprintersupport",),
    "platforminputcontexts": (
        "ibusplatforminputcontextplugin",
        "composeplatforminputcontextplugin",
    ),
    "platformthemes": ("qxdgdesktopportal",),
    "xcbglintegrations": ("qxcb-glx-integration", "qxcb-egl-integration"),
}

# Beside the libraries of the modules above: what these load. XcbQpa is the X11 platform itself.
QT_LIBRARIES = {module.replace("Qt", "Qt6", 1) for module in QT_MODULES_OF_LINUX} | {
    "Qt6XcbQpa",
}
ICU = ("libicudata", "libicui18n", "libicuuc")

TRANSLATIONS = ("qtbase_zh_CN.qm", "qt_zh_CN.qm")

HIDDEN = (
    *("secrets", "msgspec._utils", "uuid"),
    *("pyqtgraph", "PySide6.QtSvg", "PySide6.QtPrintSupport"),
)
"""numpy's and msgspec's compiled modules import the first three, which no reader of Python source can see; the
rest is what QT_MODULES promises, whichever parts of the window import it."""

# Never exclude pydoc or unittest: pyqtgraph imports pydoc, which fails only when a chart is opened.
EXCLUDES = (
    *("tkinter", "_tkinter", "turtle", "idlelib", "lib2to3", "ensurepip", "venv", "distutils"),
    *("ssl", "_ssl", "sqlite3", "curses", "readline", "pip", "setuptools", "pkg_resources"),
    *("pytest", "_pytest", "pytestqt", "hypothesis", "mypy", "ruff", "jsonschema", "fontTools"),
    *("typst", "page_validation", "PyInstaller", "pygments", "IPython", "matplotlib", "scipy"),
    *("pandas", "cupy", "numba", "OpenGL", "h5py", "cffi", "psutil", "jinja2", "docutils"),
    # What msgspec would read and write if somebody had it.
    *("attr", "attrs", "yaml", "tomli_w"),
    *("numpy.f2py", "numpy.distutils", "numpy.testing.tests", "numpy.array_api"),
    *("pyqtgraph.examples", "pyqtgraph.opengl", "pyqtgraph.flowchart", "pyqtgraph.jupyter"),
    *("pyqtgraph.canvas", "pyqtgraph.dockarea", "pyqtgraph.console"),
    *("PIL.ImageTk", "PIL._imagingtk", "PIL.ImageQt", "PIL._avif", "PIL._webp", "PIL._imagingcms"),
    *("PIL.ImageShow", "pypdfium2_cli", "pypdfium2._cli", "lxml.isoschematron"),
    *("lxml.objectify", "lxml.html"),
    *("PyQt5", "PyQt6", "PySide2", "cssselect", "bs4", "rlPyCairo", "rl_renderPM", "_rl_accel"),
    *(f"PySide6.{name}" for name in NEVER_QT),
)

# Libraries of the machine that builds which every desktop has in its own, matching version. A copy
# would shadow the desktop's: an older libstdc++ keeps its graphics drivers from loading, another
# fontconfig or glib reads its settings wrongly. The package's dependencies name them instead.
FROM_THE_DESKTOP = (
    *("libstdc++.so*", "libgcc_s.so*", "libz.so*", "libglib-2.0.so*", "libgthread-2.0.so*"),
    *("libgobject-2.0.so*", "libgio-2.0.so*", "libgmodule-2.0.so*", "libpcre2-8.so*"),
    *("libfontconfig.so*", "libfreetype.so*", "libexpat.so*", "libX11.so*", "libX11-xcb.so*"),
    *("libxcb.so*", "libXau.so*", "libXdmcp.so*", "libbsd.so*", "libmd.so*", "libGL*.so*"),
    *("libEGL.so*", "libOpenGL.so*", "libdrm.so*", "libgbm.so*", "libwayland-*.so*"),
    *("libdbus-1.so*", "libsystemd.so*", "libcap.so*", "libgcrypt.so*", "libgpg-error.so*"),
    *("liblz4.so*", "libzstd.so*", "libcups.so*", "libgnutls.so*", "libavahi-*.so*"),
    *("libgssapi_krb5.so*", "libkrb5*.so*", "libk5crypto.so*", "libcom_err.so*", "libkeyutils.so*"),
    *("libnettle.so*", "libhogweed.so*", "libgmp.so*", "libp11-kit.so*", "libtasn1.so*"),
    *("libidn2.so*", "libunistring.so*", "libresolv.so*", "libmount.so*", "libblkid.so*"),
    *("libselinux.so*", "libuuid.so*", "libpng16.so*", "libbrotli*.so*", "libxkbcommon.so*"),
    *("libgtk-3.so*", "libgdk-3.so*", "libgdk_pixbuf*.so*", "libpango*.so*", "libcairo*.so*"),
    *("libatk*.so*", "libatspi.so*", "libharfbuzz.so*", "libfribidi.so*", "libepoxy.so*"),
    *("libXi.so*", "libXcursor.so*", "libXcomposite.so*", "libXdamage.so*", "libXext.so*"),
    *("libXfixes.so*", "libXinerama.so*", "libXrandr.so*", "libXrender.so*", "libthai.so*"),
    *("libdatrie.so*", "libgraphite2.so*", "libpixman-1.so*", "libjpeg.so*"),
)

REFUSED = (
    # Development files, and what belongs to tests.
    *("*.pyi", "*.h", "*.hpp", "*.lib", "*.a", "*.c", "*.pyx", "*.pxd", "*.pdb", "*.md5", "*.map"),
    *("*/tests/*", "*/test/*", "*/testing/*", "*/examples/*", "*/include/*", "*.prl", "*.cmake"),
    # DarkGarden among them is under the GPL, and none is used.
    "*reportlab/fonts/*",
    # 54 MB that are made where the program is installed, in seconds.
    "*.face",
    # Windows has its own Direct3D; the software OpenGL of 20 MB is for what nobody here opens.
    *("*opengl32sw.dll", "*d3dcompiler_*.dll", "*D3Dcompiler_*.dll"),
    # Only lxml.etree is asked for.
    *("*lxml/isoschematron/*", "*lxml/objectify*", "*lxml/html/*"),
    *("*pyqtgraph/icons/peegee/*", "*pyqtgraph/colors/maps/*"),
    *("*PIL/_avif*", "*PIL/_webp*", "*PIL/_imagingcms*", "*PIL/_imagingtk*"),
    *("*pillow.libs/libavif*", "*pillow.libs/libwebp*", "*pillow.libs/libsharpyuv*"),
    *(
        "*pillow.libs/liblcms2*",
        "*_ssl.*",
        "*libssl*",
        "*.dist-info/RECORD",
        "*.dist-info/INSTALLER",
    ),
    *("*.dist-info/direct_url.json", "*.dist-info/REQUESTED", "*__editable__*"),
    # Wine's own and the stand-ins of the tests.
    *("*ucrtbase*.dll", "*api-ms-*.dll", "*uisettings.dll", "*icuuc.dll"),
)

RESOURCES = (
    "forms",
    "form_cache",
    "fonts",
    "icons",
    "samples",
    "schema",
    "licences",
    "help",
    "templates",
)
"""The folders of `resources` that an office gets, those that are there."""

SOURCE_PACKAGES_WITH_DATA = ("docx", "doc2docx")

LICENCE_FILES = ("LICENSE", "THIRD-PARTY.txt", "LGPL-3.0.txt", "GPL-3.0.txt", "Python-3.11.txt")


def hidden_imports(package: Path = ROOT / "gic_desktop") -> list[str]:
    """Every module of ours: the modules of rules, among others, are imported by name."""
    return [*own_modules(package), *HIDDEN]


def own_modules(package: Path = ROOT / "gic_desktop") -> list[str]:
    found = []
    for file in sorted(package.rglob("*.py")):
        parts = file.relative_to(package.parent).with_suffix("").parts
        if parts[-1] == "__main__" and len(parts) > 2:
            continue
        found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return found


def resource_files(root: Path = ROOT) -> list[tuple[str, str]]:
    """Every file of `resources` that is shipped, and the folder it goes to."""
    found = [(str(root / "LICENSE"), "resources/licences")]
    for name in RESOURCES:
        for file in sorted((root / "resources" / name).rglob("*")):
            if file.is_file() and not file.name.endswith((".lock", ".tmp", ".py")):
                inside = file.relative_to(root).parent
                found.append((str(file), inside.as_posix()))
    return found


def keep(destination: str, source: str = "") -> bool:
    """Say whether a file that PyInstaller collected goes into the program's folder."""
    inside = destination.replace("\\", "/")
    origin = source.replace("\\", "/")
    name = PurePosixPath(inside).name
    if any(fnmatchcase(inside, pattern) for pattern in REFUSED):
        return False
    if _of_the_desktop(name) and (not origin or origin.startswith(("/lib/", "/usr/lib/"))):
        return False
    if inside.startswith("PySide6/"):
        return keep_of_qt(inside)
    # PyInstaller links the libraries of wheels into the top folder.
    if re.match(r"(lib)?Qt6\w+\.(so|dll)", name):
        return _qt_library(name)
    return True


def _of_the_desktop(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in FROM_THE_DESKTOP)


def keep_of_qt(inside: str) -> bool:
    path = PurePosixPath(inside)
    if "translations" in path.parts:
        return path.name in TRANSLATIONS
    if "plugins" in path.parts:
        kind = path.parts[path.parts.index("plugins") + 1]
        plain = re.sub(r"^lib(?=.*\.so$)", "", path.name).rpartition(".")[0]
        return plain in PLUGINS.get(kind, ())
    if "qml" in path.parts or "libexec" in path.parts or "resources" in path.parts:
        return False
    binding = re.match(r"(Qt\w+)\.(abi3\.so|pyd)$", path.name)
    if binding:
        return binding.group(1) in QT_MODULES_OF_LINUX
    if re.match(r"(lib)?Qt6\w+\.(so|dll)", path.name):
        return _qt_library(path.name)
    return True


def _qt_library(name: str) -> bool:
    found = re.match(r"(?:lib)?(Qt6\w+?)\.(?:so|dll)", name)
    return found is not None and found.group(1) in QT_LIBRARIES


def files_of(folder: Path) -> Iterator[str]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() or file.is_symlink():
            yield file.relative_to(folder).as_posix()


def problems(folder: Path, *, windows: bool) -> list[str]:
    """Say everything that is wrong with a program's folder; nothing when it may be shipped."""
    found = []
    inside = list(files_of(folder))
    for name in inside:
        plain = name.removeprefix(INNER + "/")
        if not keep(plain, "/usr/lib/" if not windows else ""):
            found.append(f"does not belong into it: {name}")
    found += [f"missing: {what}" for what in _missing(inside, windows=windows)]
    for name in inside:
        file = folder / name
        if file.is_symlink() and not file.exists():
            found.append(f"leads nowhere: {name}")
        elif windows and file.suffix in (".dll", ".exe", ".pyd") and of_wine(file):
            found.append(f"is Wine's own: {name}")
    return found


def problems_of_code(folder: Path) -> list[str]:
    """Say which libraries of an installed copy came from Wine."""
    libraries = (f for f in folder.rglob("*") if f.suffix in (".dll", ".exe", ".pyd"))
    return [f"is Wine's own: {file.name}" for file in libraries if of_wine(file)]


def of_wine(file: Path) -> bool:
    with file.open("rb") as opened:
        return b"Wine builtin DLL" in opened.read(0x100)


def _missing(inside: Iterable[str], *, windows: bool) -> Iterator[str]:
    there = set(inside)
    suffix = ".exe" if windows else ""
    wanted = [f"gic{suffix}", f"gic-desktop{suffix}"]
    wanted += [f"{INNER}/resources/licences/{name}" for name in LICENCE_FILES]
    wanted += [f"{INNER}/{where}/{Path(file).name}" for file, where in resource_files()]
    yield from sorted({name for name in wanted if name not in there})
    wanted_parts = [
        f"/platforms/*{name}*" for name in ("qwindows" if windows else "qxcb", "qoffscreen")
    ]
    wanted_parts += [f"/{TRANSLATIONS[0]}"]
    wanted_parts += [f"/PySide6/{module}.*" for module in sorted(QT_MODULES)]
    for part in wanted_parts:
        if not any(fnmatchcase(name, f"*{part}") for name in there):
            yield part.strip("/*")
