"""What the program never does: run text as code, start programs unasked, leave traces in its files."""

import ast
import base64
import contextlib
import functools
import getpass
import io
import os
import platform
import re
import shutil
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest
from created_files import others_reach
from PIL import Image

from gic_desktop import resources, verbs
from gic_desktop.output import pdf, series
from gic_desktop.output.export_pdf import laid_out
from gic_desktop.output.pages import document
from gic_desktop.report.edits import SetSection
from gic_desktop.report.narrative import Chart, Picture
from gic_desktop.store import gicr
from gic_desktop.values import replace

PACKAGE = Path(__file__).parents[1] / "gic_desktop"
SAMPLE = resources.path("samples", "2021.gicr")
SOURCES = sorted(PACKAGE.rglob("*.py"))

FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill", "yaml", "code", "pty", "socketserver", "ftplib",
                     "smtplib", "telnetlib", "xmlrpc", "webbrowser"}  # fmt: skip
# As a call or handed on: under these names nothing else exists.
FORBIDDEN_NAMES = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_OF_OS = {"system", "popen", "startfile", "fork", "forkpty", "posix_spawn", "posix_spawnp"}

# Modules that may start another process, and which one.
STARTS_PROCESSES = {
    "imports/sources/apart.py": "a reader of foreign files, this program itself, with a time limit",
    "rollup/gather.py": "this program itself, one process a core, to read very many reports",
}
# Modules that hand a file to the system's own opener, and which file.
OPENS_FILES = {
    "window/other_programs.py": "the exported file, or its folder, when the clerk asks for it",
}


def _tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def _imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_no_text_is_run_as_code(path):
    tree = _tree(path)
    assert not {name.partition(".")[0] for name in _imported(tree)} & FORBIDDEN_MODULES
    for node in ast.walk(tree):
        at = f"{path.name}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Name):
            assert node.id not in FORBIDDEN_NAMES, at
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "os":
            assert node.attr not in FORBIDDEN_OF_OS, at
            assert not node.attr.startswith(("exec", "spawn")), at
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            names = {alias.name for alias in node.names}
            assert not names & FORBIDDEN_OF_OS, at
            assert not any(name.startswith(("exec", "spawn")) for name in names), at
        elif isinstance(node, ast.keyword):
            assert node.arg not in {"shell", "allow_pickle"}, at


def test_processes_are_started_only_where_it_is_said():
    starters = {"subprocess", "multiprocessing", "concurrent.futures"}
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in SOURCES
        if starters & set(_imported(_tree(path)))
    }
    assert found == STARTS_PROCESSES.keys(), "say in STARTS_PROCESSES what is started and why"


def test_files_are_handed_to_the_system_only_where_it_is_said():
    found = set()
    for path in SOURCES:
        for node in ast.walk(_tree(path)):
            name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
            assert name != "QProcess", path
            if name in {"QDesktopServices", "openUrl"}:
                found.add(path.relative_to(PACKAGE).as_posix())
    assert found == OPENS_FILES.keys(), "say in OPENS_FILES what is opened and why"


HOST = "pc-of-zhangsan"
# A name of the machine that would be noticed, where the system lets a test have one.
NAMED = ["unshare", "--map-root-user", "--uts", "sh", "-c", 'hostname "$0" && exec "$@"', HOST]


@functools.cache
def _may_be_named():
    if sys.platform != "linux":
        return False
    try:
        done = subprocess.run([*NAMED, "hostname"], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return done.stdout.strip() == HOST


def _gic(home, *words, **variables):
    home.mkdir(exist_ok=True)
    told = dict.fromkeys(("USER", "LOGNAME", "USERNAME"), "zhangsan-user")
    environment = {**os.environ, **told, "HOME": str(home), **variables}
    environment.pop("GIC_DESKTOP_HOME")
    call = [sys.executable, "-m", "gic_desktop.console.main", *map(str, words)]
    return subprocess.run(
        [*NAMED, *call] if _may_be_named() else call,
        capture_output=True, text=True, env=environment, cwd=PACKAGE.parent, check=False,
    )  # fmt: skip


def _photo(width, height):
    """As a camera held upright writes it, with the name of its owner."""
    data = io.BytesIO()
    notes = Image.Exif()
    notes[0x0112] = 6
    notes[0x013B] = "zhangsan-artist"
    Image.new("L", (width, height)).save(data, "JPEG", exif=notes, comment=b"zhangsan-note")
    return data.getvalue()


def _with_everything(folder, photo):
    """A report with a photo and a chart."""
    report = replace(verbs.open_any(SAMPLE), pictures={"合影": photo})
    body = (Picture("合影"), Chart(series.charts(report)[0].key))
    report = SetSection(replace(report.section("overview"), body=body)).apply(report)
    file = folder / "年报.gicr"
    file.write_bytes(gicr.write(report))
    return file


def _export(tmp_path, suffix):
    # A home whose name would be noticed in a file.
    home = tmp_path / "secret-home-of-zhangsan"
    target = tmp_path / f"out{suffix}"
    done = _gic(home, "export", _with_everything(tmp_path, _photo(300, 200)), "-o", target)
    assert done.returncode == 0, done.stderr
    return target


def _all_bytes(path):
    """The file's bytes and what they say unpacked: the parts of a ZIP, the streams of a PDF."""
    data = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as parts:
            assert all(part.date_time[0] in (1980, 2025, 2026) for part in parts.infolist())
            return data + b"".join(parts.read(name) for name in parts.namelist())
    streams = []
    for found in re.finditer(rb"stream\r?\n", data):
        with contextlib.suppress(zlib.error):
            streams.append(zlib.decompressobj().decompress(data[found.end() :]))
    if path.suffix == ".pdf":
        assert any(b'"gic-desktop"' in stream for stream in streams), "the project is looked at too"
    return data + b"".join(streams)


def _says_nothing_of_the_pc(path, tmp_path):
    data = _all_bytes(path)
    for encoded in re.findall(rb"[A-Za-z0-9+/]{200,}={0,2}", data):
        data += base64.b64decode(encoded + b"=" * (-len(encoded) % 4))
    words = ["zhangsan", str(PACKAGE.parent), str(tmp_path), sys.prefix]
    # A host called "vm" is found in any file by chance.
    words += [name for name in (platform.node(), getpass.getuser()) if len(name) > 4]
    for word in words:
        assert word.encode() not in data, word
        assert word.encode("utf-16-le") not in data, word
        assert word.encode("utf-16-be") not in data, word


@pytest.mark.parametrize("suffix", verbs.EXPORTS)
def test_an_exported_file_says_nothing_of_the_pc(tmp_path, suffix):
    _says_nothing_of_the_pc(_export(tmp_path, suffix), tmp_path)


@pytest.mark.parametrize("suffix", verbs.EXPORTS)
def test_a_small_photo_that_unpacks_to_a_gigabyte_is_refused_unopened(
    tmp_path, suffix, monkeypatch
):
    file = _with_everything(tmp_path, _photo(9000, 9000))
    assert file.stat().st_size < 3_000_000
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda _: pytest.fail("it was unpacked"))
    with pytest.raises(verbs.Refused, match="像素过多"):
        verbs.export(verbs.open_any(file), tmp_path / f"年报{suffix}")
    assert not (tmp_path / f"年报{suffix}").exists()


def test_a_project_says_nothing_of_the_pc(tmp_path):
    home = tmp_path / "secret-home-of-zhangsan"
    file, imported, total = (tmp_path / f"{name}.gicr" for name in ("新", "导入", "汇总"))
    reports = tmp_path / "各街道"
    reports.mkdir()
    for words in (
        ("new", "--org", "某街道办事处", "--year", "2026", "--from", SAMPLE, "-o", file),
        ("set", file, "requests.received.person=26"),
        ("export", file, "-o", tmp_path / "年报.docx"),
        ("import", tmp_path / "年报.docx", "-o", imported),
        ("export", file, "-o", reports / "甲.pdf"),
        ("rollup", reports, "-o", total),
    ):
        done = _gic(home, *words)
        assert done.returncode == 0, done.stderr
    for made in (file, imported, total):
        _says_nothing_of_the_pc(made, tmp_path)
    assert not list(tmp_path.glob("*.lock"))


@pytest.mark.parametrize("suffix", verbs.EXPORTS)
def test_the_same_report_makes_the_same_bytes(tmp_path, suffix):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert (
        _export(tmp_path / "a", suffix).read_bytes() == _export(tmp_path / "b", suffix).read_bytes()
    )


def _watched(tmp_path, *calls):
    """What each call made: the file's path, and whether others could read it."""
    tmp_path.chmod(0o755)  # only a file's own permissions guard it here
    watch, temporary = tmp_path / "watch", tmp_path / "temporary"
    for folder in (watch, temporary):
        folder.mkdir()
    shutil.copy(Path(__file__).with_name("created_files.py"), watch / "sitecustomize.py")
    log = watch / "made.txt"
    log.write_text("")
    before = os.umask(0)
    try:
        for words in calls:
            done = _gic(
                tmp_path / "home", *words,
                TMPDIR=str(temporary), PYTHONPATH=str(watch),
                CREATED_FILES=str(log), CREATED_BELOW=str(tmp_path),
            )  # fmt: skip
            assert done.returncode in (0, 2), done.stderr
            assert "Traceback" not in done.stderr
    finally:
        os.umask(before)
    assert list(temporary.iterdir()) == [], "nothing stays in the temporary folder"
    lines = [line.split("\t") for line in log.read_text("utf-8").splitlines()]
    # A path that was looked at several times counts as it was at its most open: "open" sorts first.
    return {Path(name): words for words, name in sorted(lines, reverse=True)}


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a user's folders to the user")
def test_nothing_unfinished_can_be_read_by_others(tmp_path):
    shared, reports = tmp_path / "shared", tmp_path / "reports"
    for folder in (shared, reports):
        folder.mkdir(mode=0o755)
    report = shared / "年报.gicr"
    shutil.copy(SAMPLE, report)
    report.chmod(0o600)
    for name in ("甲", "乙"):
        shutil.copy(SAMPLE, reports / f"{name}.gicr")
    old_word = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "WordDocument".encode("utf-16-le")
    (shared / "旧.doc").write_bytes(old_word)
    made = _watched(
        tmp_path,
        ("new", "--org", "某街道", "--year", "2025", "-o", shared / "新.gicr"),
        ("set", report, "requests.received.person=26"),
        ("show", report),
        ("check", report),
        *(("export", report, "-o", shared / f"年报{suffix}") for suffix in verbs.EXPORTS),
        ("import", shared / "年报.docx", "-o", shared / "导入.gicr"),
        ("import", shared / "旧.doc", "-o", shared / "旧.gicr"),
        ("rollup", reports, "-o", shared / "汇总.gicr"),
    )
    unfinished = [path for path in made if path.name.startswith("~gic-")]
    assert len(unfinished) >= 8, "the watch sees what is made"
    # What a person asked for in a shared folder is for others; so are marks of who has it open.
    asked = {".gicr", ".lock", *verbs.EXPORTS}
    seen = [
        p for p, w in made.items() if w == "open" and not (p.parent == shared and p.suffix in asked)
    ]
    assert seen == []
    assert report.stat().st_mode & 0o077 == 0, "what was private stays so"
    home = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert home, "earlier versions are kept there"
    assert [path for path in home if others_reach(path, tmp_path)] == []


NAMES = (
    "../../evil.txt",
    "/evil.txt",
    "..\\..\\evil.txt",
    "C:\\evil.txt",
    "word/../../../evil.txt",
)


def _packed(suffix, original):
    """A document with parts whose names lead outside."""
    data = io.BytesIO()
    with zipfile.ZipFile(original) as old, zipfile.ZipFile(data, "w") as new:
        for part in old.infolist():
            new.writestr(part, old.read(part))
        for name in NAMES:
            new.writestr(name, "evil")
    target = original.with_name(f"恶意{suffix}")
    target.write_bytes(data.getvalue())
    return target


def _attached(folder, name):
    """A PDF whose project is attached under a name that leads outside."""
    made = document(verbs.open_any(SAMPLE))
    pages = laid_out(made)
    file = folder / f"恶意{len(name)}.pdf"
    file.write_bytes(pdf.write(pages, attachment=SAMPLE.read_bytes(), attachment_name=name))
    return file


def test_names_inside_a_file_lead_nowhere(tmp_path):
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    hostile = []
    for suffix in (".docx", ".xlsx"):
        verbs.export(verbs.open_any(SAMPLE), inside / f"年报{suffix}")
        hostile.append(_packed(suffix, inside / f"年报{suffix}"))
    hostile += [_attached(inside, f"{name[:-4]}.gicr") for name in NAMES[:3]]
    calls = [
        call
        for number, file in enumerate(hostile)
        for call in (("import", file, "-o", inside / f"导入{number}.gicr"), ("show", file))
    ]
    made = _watched(tmp_path, *calls)
    allowed = (inside, tmp_path / "home", tmp_path / "temporary")
    assert [path for path in made if not any(path.is_relative_to(one) for one in allowed)] == []
    assert list(tmp_path.rglob("*evil*")) == []
    assert len(list(inside.glob("导入*.gicr"))) == len(hostile), "and what is asked for is done"
