"""Sets up, runs, tests and checks this program from a bare Python; nothing else has to be there.

    python3 build_scripts/dev.py run [FILE]      the program with the sample report, or with FILE
    python3 build_scripts/dev.py test [...]      every check; --long for the slow tests as well;
                                                 the rest goes to pytest
    python3 build_scripts/dev.py setup           .venv, system libraries, fonts; no more
    python3 build_scripts/dev.py lint            formatting, ruff, mypy
    python3 build_scripts/dev.py format          formats, and repairs what ruff can repair
    python3 build_scripts/dev.py NAME [...]      build_scripts/NAME.py in the same environment

Each of them first makes `.venv` from the hashed lock, asks apt for the system libraries that are
missing (or prints the one command that does), and prepares the fonts. What is already there is not
done again: a file in `.venv` keeps the sums of what each step was made from.

Standard library only. The file is read by whatever Python the machine calls python3, so the grammar
stays that of Python 3.7 (tests/build holds it to that): an old one must get as far as saying so.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

# For annotations only, which nobody evaluates.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "build_scripts"
LOCK = SCRIPTS / "requirements.lock"
PROJECT = ROOT / "pyproject.toml"
PACKAGE = ROOT / "gic_desktop"
VENV = ROOT / ".venv"
BUILD = ROOT / "build"
FONT_CACHE = ROOT / "resources" / "font_cache"
FORM_CACHE = ROOT / "resources" / "form_cache"
SAMPLE = ROOT / "resources" / "samples" / "2021.gicr"

WINDOWS = sys.platform == "win32"
VENV_PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
PROGRAMS = VENV / ("Scripts" if WINDOWS else "bin")

# The first is the one the product is built with; pyproject.toml gives the range.
SUPPORTED = ((3, 11), (3, 12), (3, 13))

# Which Debian package brings a library that PySide6's wheels expect from the system. All of them
# are what the Qt platform plug-in for X11, the widgets, printing and ibus load.
LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libOpenGL.so.0": "libopengl0",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libcups.so.2": "libcups2",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}

QT_FILES = (
    "QtWidgets.abi3.so",
    "QtPrintSupport.abi3.so",
    "QtSvg.abi3.so",
    "QtOpenGLWidgets.abi3.so",
    "Qt/plugins/platforms/libqxcb.so",
    "Qt/plugins/platforms/libqoffscreen.so",
    "Qt/plugins/platforminputcontexts/libibusplatforminputcontextplugin.so",
    "Qt/plugins/printsupport/libcupsprintersupport.so",
)

# What the tests call beside the program itself: a screen that is none, keys pressed on it, and two
# other people's opinions on a PDF.
TEST_TOOLS = {
    "Xvfb": "xvfb",
    "xauth": "xauth",
    "xdotool": "xdotool",
    "pdftotext": "poppler-utils",
    "qpdf": "qpdf",
}

# "compat" puts one line with this folder into the environment. The default is a finder, whose
# imports cost every start of the program 10 ms (20 against 10 ms for an empty Python) and hide
# what the program itself imports.
INSTALL_PROJECT = (
    *("install", "--no-deps", "--no-build-isolation"),
    *("--config-settings", "editable_mode=compat"),
)


class GiveUpError(Exception):
    """The text is all that the person at the keyboard needs; no traceback."""


def say(text: str = "") -> None:
    print(text, flush=True)


def dotted(version: Iterable[int]) -> str:
    return ".".join(str(number) for number in version)


def is_supported(version: Sequence[int]) -> bool:
    return tuple(version[:2]) in SUPPORTED


def other_python(
    find: Callable[[str], str | None] = shutil.which,
    answer: Callable[[Sequence[str]], str] | None = None,
) -> list[str] | None:
    """Find the command of a supported Python on this PC.

    A name on PATH proves nothing (version switchers leave empty shims), so each one is asked.
    """
    ask = answer or _output
    candidates = [["python" + dotted(version)] for version in SUPPORTED]
    candidates += [["py", "-" + dotted(version)] for version in SUPPORTED]
    for command in candidates:
        found = find(command[0])
        if found is None:
            continue
        whole = [found, *command[1:]]
        try:
            said = ask([*whole, "-c", "import sys; print(*sys.version_info[:2])"])
            version = [int(word) for word in said.split()]
        except (OSError, ValueError, subprocess.SubprocessError):
            continue
        if is_supported(version):
            return whole
    return None


def hand_over_to_a_supported_python(arguments: Sequence[str]) -> int:
    running = dotted(sys.version_info[:2])
    wanted = ", ".join(dotted(version) for version in SUPPORTED)
    command = other_python()
    if command is None:
        message = "This is Python {}; GIC Desktop needs one of {}, and none is on the PATH."
        print(message.format(running, wanted), file=sys.stderr)
        return 2
    say("Python {} is not supported, going on with {}".format(running, " ".join(command)))
    return subprocess.call([*command, str(Path(__file__).resolve()), *arguments])


def sum_of(*parts: Path | str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else part.encode()
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()


class Done:
    """The steps of the set-up that need not be repeated, each with the sum of its ingredients.

    The file lives in `.venv` and goes with it. A step is entered after it ended, so that an
    interrupted one is done again.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        try:
            read = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            read = {}
        self._sums = read if isinstance(read, dict) else {}

    def has(self, step: str, ingredients: str) -> bool:
        return self._sums.get(step) == ingredients

    def enter(self, step: str, ingredients: str) -> None:
        self._sums[step] = ingredients
        self._file.write_text(json.dumps(self._sums, indent=1), encoding="utf-8")


def set_up(tools: Mapping[str, str] | None = None) -> None:
    """Bring everything to the state that this checkout asks for; `tools` as in TEST_TOOLS."""
    version = make_venv()
    done = Done(VENV / "set-up.json")

    packages = sum_of(LOCK, version)
    if not done.has("packages", packages):
        install_packages()
        done.enter("packages", packages)

    project = sum_of(PROJECT, PACKAGE / "__init__.py", version, " ".join(INSTALL_PROJECT))
    if not done.has("project", project) or not programs_are_there():
        say("- this checkout, as gic and gic-desktop in " + shown(PROGRAMS))
        pip(*INSTALL_PROJECT, "--editable", str(ROOT))
        done.enter("project", project)

    install_system_packages(missing_system_packages(tools or {}))

    fonts = fonts_to_prepare()
    if fonts and not (done.has("fonts", fonts) and FONT_CACHE.is_dir()):
        prepare_fonts()
        done.enter("fonts", fonts)

    forms = forms_to_keep()
    if not (done.has("forms", forms) and FORM_CACHE.is_dir()):
        keep_forms()
        done.enter("forms", forms)


def make_venv() -> str:
    """Make `.venv` unless a usable one is there; give the version of its Python."""
    version = usable_venv()
    if version:
        return version
    if VENV.exists() or VENV.is_symlink():
        if VENV.is_symlink() or (any(VENV.iterdir()) and not (VENV / "pyvenv.cfg").exists()):
            raise GiveUpError(f"{VENV} is no virtual environment; please move it away.")
        say(f"- {shown(VENV)} was made elsewhere or is damaged: making it anew")
        shutil.rmtree(str(VENV))
    say("- {} with Python {}.{}.{}".format(shown(VENV), *sys.version_info[:3]))
    # Debian packs ensurepip apart, in python3-venv. Without it the environment gets no pip of its
    # own, and the pip of the system, if there is one, works on it from outside.
    with_pip = can_import(sys.executable, "ensurepip")
    if not with_pip and outside_pip() is None:
        install_system_packages(["python" + dotted(sys.version_info[:2]) + "-venv"])
        with_pip = True
    checked([sys.executable, "-m", "venv", *([] if with_pip else ["--without-pip"]), str(VENV)])
    (VENV / "made-for").write_text(str(VENV), encoding="utf-8")
    version = usable_venv()
    if not version:
        raise GiveUpError(f"{VENV} was made, but its Python does not start.")
    return version


def usable_venv() -> str:
    """Give the version of the Python in `.venv`, "" when it cannot be used.

    An environment is bound to its path; one that came with a moved or copied checkout starts, but
    its programs lead to the old place.
    """
    try:
        settings = (VENV / "pyvenv.cfg").read_text(encoding="utf-8")
        made_for = VENV / "made-for"
        if made_for.exists():
            if made_for.read_text(encoding="utf-8") != str(VENV):
                return ""
        elif not can_import(str(VENV_PYTHON), "pip"):  # its making was interrupted
            return ""
        said = _output([str(VENV_PYTHON), "-S", "-c", "import sys; print(*sys.version_info[:3])"])
    except (OSError, subprocess.SubprocessError):
        return ""
    numbers = [int(word) for word in said.split()]
    if not is_supported(numbers):
        return ""
    found = re.search(r"^version\s*=\s*(\d+\.\d+)", settings, re.MULTILINE)
    if found and found.group(1) != dotted(numbers[:2]):
        return ""
    return dotted(numbers)


def can_import(python: str, module: str) -> bool:
    return _status([python, "-c", "import " + module]) == 0


def outside_pip() -> list[str] | None:
    """The pip of the running Python, if it can work on another environment (22.3 and later)."""
    command = [sys.executable, "-m", "pip"]
    return (
        [*command, "--python", str(VENV_PYTHON)]
        if _status([*command, "--python", sys.executable, "--version"]) == 0
        else None
    )


def pip_command() -> list[str]:
    if can_import(str(VENV_PYTHON), "pip"):
        return [str(VENV_PYTHON), "-m", "pip"]
    command = outside_pip()
    if command is None:
        raise GiveUpError(f"{VENV} has no pip; please delete it and try again.")
    return command


def pip(*arguments: str) -> None:
    """Run pip and tell in short lines what it is at; all it says when it fails."""
    command = [*pip_command(), *arguments, "--no-input", "--progress-bar", "off"]
    command += ["--disable-pip-version-check", "--no-warn-script-location"]
    told: list[str] = []
    count = 0
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=str(ROOT),
        text=True,
        errors="replace",
    )
    assert process.stdout is not None
    for line in process.stdout:
        told.append(line)
        # "Processing" is said of a wheel that lies on this PC.
        collecting = re.match(r"Collecting ([^\s=]+)==([^\s;]+)", line) or re.match(
            r"Processing .*?([^/\\]+?)-([^-/\\]+)-[^/\\]+\.whl", line
        )
        loading = re.match(r"\s+Downloading \S+ \((\d[^)]*[MG]B)\)", line)
        if collecting:
            count += 1
            say("    {:2} {} {}".format(count, *collecting.groups()))
        elif loading:
            say(f"       loading {loading.group(1)}")
        elif count and line.startswith("Installing collected packages"):
            say("       unpacking")
    if process.wait() != 0:
        sys.stderr.write("".join(told[-40:]))
        raise GiveUpError("pip could not do it; its last words are above.")


def install_packages() -> None:
    say(f"- packages, as {shown(LOCK)} names them")
    # Wheels only: nothing is compiled or run while installing, and a system for which there is no
    # wheel hears so at once.
    pip("install", "--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(LOCK))


def programs_are_there() -> bool:
    suffix = ".exe" if WINDOWS else ""
    return all((PROGRAMS / (name + suffix)).exists() for name in ("gic", "gic-desktop"))


def fonts_to_prepare() -> str:
    """Give the sum of what the font caches are made from; "" when this checkout has no fonts."""
    made_from = [
        ROOT / "resources" / "fonts" / "SHA256SUMS",
        PACKAGE / "output" / "font_cache.py",
        PACKAGE / "output" / "face_file.py",
    ]
    return sum_of(*made_from) if all(part.exists() for part in made_from) else ""


def prepare_fonts() -> None:
    # Beside the fonts, as in an installed copy: tests, whose home is empty, share them.
    say("- fonts, unpacked for printing into " + shown(FONT_CACHE))
    checked([str(VENV_PYTHON), "-m", "gic_desktop.output.font_cache", "--into", str(FONT_CACHE)])


def forms_to_keep() -> str:
    """Give the sum of what the kept forms are made from."""
    code = sorted((PACKAGE / "forms").glob("*.py"))
    return sum_of(*code, *sorted((ROOT / "resources" / "forms").glob("*.toml")))


def keep_forms() -> None:
    checked([str(VENV_PYTHON), "-m", "gic_desktop.forms.kept", "--into", str(FORM_CACHE)])


def missing_system_packages(tools: Mapping[str, str]) -> list[str]:
    """Name the Debian packages that Qt and the given tools need and that are not there."""
    if not sys.platform.startswith("linux"):
        return []
    packages = packages_for(missing_libraries())
    packages += [package for tool, package in tools.items() if shutil.which(tool) is None]
    return sorted(set(packages))


def missing_libraries() -> list[str]:
    """Ask the dynamic linker which libraries PySide6 will not find."""
    where = _output(
        [str(VENV_PYTHON), "-c", "import sysconfig; print(sysconfig.get_path('platlib'))"]
    )
    folder = Path(where.strip()) / "PySide6"
    files = [str(folder / name) for name in QT_FILES if (folder / name).exists()]
    if not files or shutil.which("ldd") is None:
        return []
    run = subprocess.run(
        ["ldd", *files],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=dict(os.environ, LC_ALL="C"),
        text=True,
        check=False,
    )
    return libraries_not_found(run.stdout)


def libraries_not_found(ldd_said: str) -> list[str]:
    found = re.findall(r"^\s*(\S+) => not found", ldd_said, re.MULTILINE)
    # Qt's own libraries come with the wheel; plug-ins for parts that Essentials lacks name others.
    return sorted({name for name in found if not name.startswith("libQt6")})


def packages_for(libraries: Iterable[str]) -> list[str]:
    libraries = list(libraries)
    unknown = [name for name in libraries if name not in LIBRARIES]
    if unknown:
        raise GiveUpError(
            "Qt needs these system libraries, whose package is not known here: {}. "
            "Please install them and try again.".format(" ".join(unknown))
        )
    return sorted({LIBRARIES[name] for name in libraries})


def install_system_packages(packages: Sequence[str]) -> None:
    """Install them when that needs no password; else say the one command that does."""
    if not packages:
        return
    if shutil.which("apt-get") is None:
        raise GiveUpError(
            "The system lacks what these Debian packages bring: {}. "
            "Please install their counterparts and try again.".format(" ".join(packages))
        )
    become_root = how_to_become_root()
    if become_root is None:
        raise GiveUpError(
            "The system lacks some packages. Please run this, then try again:\n\n"
            "    sudo apt-get install {}\n".format(" ".join(packages))
        )
    say("- system packages: " + " ".join(packages))
    apt = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    # Another apt may be at work (a freshly started machine updates itself): wait for it.
    apt += ["-q", "-y", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0"]
    install = [*apt, "install", "--no-install-recommends", *packages]
    if _status(install) == 0:
        return
    # A machine that was never asked has no lists of packages, or old ones.
    say("  updating the lists of packages first")
    _status([*apt, "update"])
    checked(install)


def how_to_become_root() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and _status([sudo, "-n", "true"]) == 0:
        return [sudo, "-n"]
    return None


def setup(arguments: Sequence[str]) -> int:
    refuse(arguments)
    set_up(TEST_TOOLS)
    say("Ready. The programs: {} and gic-desktop".format(shown(PROGRAMS / "gic")))
    return 0


def run(arguments: Sequence[str]) -> int:
    if len(arguments) > 1 or any(argument.startswith("-") for argument in arguments):
        raise GiveUpError("dev.py run takes one file at most")
    set_up()
    file = Path(arguments[0]).resolve() if arguments else copy_of_the_sample()
    if not file.exists():
        raise GiveUpError(f"There is no file {file}")
    if display_works():
        say("Opening " + shown(file))
        return in_venv("-m", "gic_desktop", str(file))
    return show_without_display(file)


def copy_of_the_sample() -> Path:
    """A copy to play with: saving it must not show up as a change of the repository."""
    copy = BUILD / "sample" / SAMPLE.name
    if not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(str(SAMPLE), str(copy))
    return copy


def display_works() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    # A variable left over in a remote shell is not a screen; Qt would abort.
    probe = "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"
    return _status([str(VENV_PYTHON), "-c", probe]) == 0


def show_without_display(file: Path) -> int:
    say("There is no display: exporting the report, and drawing every tab into a picture.")
    folder = BUILD / "without-display"
    folder.mkdir(parents=True, exist_ok=True)
    document = folder / (file.stem + ".pdf")
    status = in_venv("-m", "gic_desktop.console.main", "export", str(file), "-o", str(document))
    if status != 0:
        return status
    say("The report:   " + shown(document))
    if (SCRIPTS / "screenshots.py").exists():
        offscreen = dict(os.environ, QT_QPA_PLATFORM="offscreen")
        status = in_venv(
            str(SCRIPTS / "screenshots.py"),
            str(file),
            str(folder),
            "--few",
            environment=offscreen,
        )
        say("The pictures: " + shown(folder))
    return status


def test(arguments: Sequence[str]) -> int:
    rest = [argument for argument in arguments if argument != "--long"]
    long = len(rest) != len(arguments)
    set_up(TEST_TOOLS)
    environment = test_environment(os.environ, long=long)
    report = BUILD / "tests.xml"
    # One -m more on the command line replaces this one.
    chosen = [] if long else ["-m", "not long"]
    pytest = ["-m", "pytest", *chosen, "--durations=10", "--junitxml", str(report), *rest]
    checks = [*LINTERS, ("tests", pytest)]
    if report.exists():
        report.unlink()
    return run_checks(checks, environment, lambda: counted(report))


def test_environment(environment: Mapping[str, str], *, long: bool) -> dict[str, str]:
    """What the tests find: no screen unless one asks for it, and nobody to ask."""
    found = dict(environment)
    found.setdefault("QT_QPA_PLATFORM", "offscreen")
    if long:
        found["GIC_TEST_LONG"] = "1"
    return found


LINTERS = [
    ("format", ["-m", "ruff", "format", "--check", "--quiet", "."]),
    ("ruff", ["-m", "ruff", "check", "."]),
    ("mypy", ["-m", "mypy"]),
]


def lint(arguments: Sequence[str]) -> int:
    refuse(arguments)
    set_up()
    return run_checks(LINTERS, os.environ)


def format_(arguments: Sequence[str]) -> int:
    set_up()
    where = list(arguments) or ["."]
    in_venv("-m", "ruff", "check", "--fix-only", "--quiet", *where)
    return in_venv("-m", "ruff", "format", *where)


def run_checks(
    checks: Sequence[tuple[str, Sequence[str]]],
    environment: Mapping[str, str],
    count: Callable[[], str] = str,
) -> int:
    """Run them all, whatever fails, and close with one line for each and one for all."""
    lines = []
    failed = []
    for name, arguments in checks:
        say(
            "\n=== {}: {}".format(
                name, " ".join(arguments[1:] if arguments[0] == "-m" else arguments)
            )
        )
        started = time.monotonic()
        status = in_venv(*arguments, environment=environment)
        took = time.monotonic() - started
        lines.append("{:8}{:8}{:8.1f} s".format(name, "ok" if status == 0 else "FAILED", took))
        if status != 0:
            failed.append(name)
    counts = count()
    if counts:
        lines[-1] += "   " + counts
    say("\n" + "\n".join(lines))
    say("FAILED: " + ", ".join(failed) if failed else "All checks passed.")
    return 1 if failed else 0


def counted(report: Path) -> str:
    """Say what pytest counted; skipped tests are easily overlooked."""
    try:
        head = report.read_text(encoding="utf-8")[:2000]
    except OSError:
        return ""
    number = {
        what: int(found.group(1)) if found else 0
        for what in ("tests", "failures", "errors", "skipped")
        for found in [re.search(rf'<testsuite [^>]*\b{what}="(\d+)"', head)]
    }
    bad = number["failures"] + number["errors"]
    passed = number["tests"] - bad - number["skipped"]
    return "{} passed, {} failed, {} skipped".format(passed, bad, number["skipped"])


COMMANDS = {"setup": setup, "run": run, "test": test, "lint": lint, "format": format_}


def scripts() -> dict[str, Path]:
    """The other commands: every script beside this one, under its file name."""
    return {
        file.stem.replace("_", "-"): file
        for file in sorted(SCRIPTS.glob("*.py"))
        if file != Path(__file__).resolve() and not file.name.startswith("_")
    }


def usage() -> str:
    lines = [str(__doc__).partition("\n\nEach")[0], "", "Scripts:"]
    for name, file in scripts().items():
        tree = ast.parse(file.read_text(encoding="utf-8"))
        first = (ast.get_docstring(tree) or "").partition("\n")[0]
        lines.append(f"    {name:20} {first}")
    return "\n".join(lines)


def refuse(arguments: Sequence[str]) -> None:
    if arguments:
        raise GiveUpError("What does {} mean here? --help tells.".format(" ".join(arguments)))


def main(arguments: Sequence[str]) -> int:
    if not is_supported(sys.version_info[:2]):
        return hand_over_to_a_supported_python(arguments)
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        say(usage())
        return 0 if arguments else 2
    name, rest = arguments[0], list(arguments[1:])
    script = scripts().get(name.replace("_", "-"))
    if name in COMMANDS and rest[:1] in (["-h"], ["--help"]):
        say(usage())
        return 0
    if name in COMMANDS:
        return COMMANDS[name](rest)
    if script is None:
        say(usage())
        raise GiveUpError(f"There is no command {name}")
    set_up(TEST_TOOLS)
    return in_venv(str(script), *rest)


def in_venv(*arguments: str, environment: Mapping[str, str] | None = None) -> int:
    return subprocess.call(
        [str(VENV_PYTHON), *arguments],
        cwd=str(ROOT),
        env=dict(os.environ if environment is None else environment),
    )


def checked(command: Sequence[str]) -> None:
    run = subprocess.run(
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=str(ROOT),
        text=True,
        errors="replace",
        check=False,
    )
    if run.returncode != 0:
        sys.stderr.write(run.stdout[-4000:])
        raise GiveUpError("This failed, its last words are above: " + " ".join(command))


def _status(command: Sequence[str]) -> int:
    try:
        return subprocess.call(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return 127


def _output(command: Sequence[str]) -> str:
    return subprocess.check_output(
        list(command),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        timeout=60,
    )


def shown(path: Path) -> str:
    try:
        return str(path.relative_to(ROOT))
    except ValueError:
        return str(path)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except GiveUpError as problem:
        print(problem, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
