"""A network share below the real program: it stalls, breaks off, or loses its answers.

The system's own calls are intercepted (share_that_fails.c), so everything above them is what runs at
an office. Whatever happens the file is the whole old or the whole new one, and a call that says it
succeeded has.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gic_desktop import resources, verbs
from gic_desktop.report.figures import Figure
from gic_desktop.store import gicr

SOURCE = Path(__file__).with_name("share_that_fails.c")
CELL = "requests.received.person"
# The error and after how many good calls; a save makes some 30.
BROKEN = {
    "EIO": (errno.EIO, range(36)),
    "ENOTCONN": (errno.ENOTCONN, range(0, 36, 3)),
    "ESTALE": (errno.ESTALE, range(1, 36, 3)),
    "EACCES": (errno.EACCES, range(2, 36, 3)),
}
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("cc") is None, reason="needs Linux and a C compiler"
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("share") / "share.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", made, SOURCE, "-ldl"], check=True)
    return made


class Share:
    def __init__(self, folder: Path, library: Path) -> None:
        self.folder, self.library = folder, library
        folder.mkdir()
        self.file = folder / "年报.gicr"
        self.old = resources.path("samples", "2021.gicr").read_bytes()
        self.file.write_bytes(self.old)

    def call(
        self, way: str, good: int, *arguments: str, error: int = errno.EIO, wait: int = 0
    ) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {
            "LD_PRELOAD": str(self.library),
            "SHARE_FOLDER": str(self.folder),
            "SHARE_WAY": way,
            "SHARE_GOOD": str(good),
            "SHARE_ERRNO": str(error),
            "SHARE_MILLISECONDS": str(wait),
        }
        command = [sys.executable, "-m", "gic_desktop.console.main", *arguments]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=120
        )

    def value(self) -> object:
        cells = gicr.read(self.file.read_bytes()).report.cells
        return cells[CELL].value


@pytest.fixture
def share(tmp_path: Path, library: Path) -> Share:
    return Share(tmp_path / "共享", library)


def told(run: subprocess.CompletedProcess[str]) -> str:
    assert run.returncode == 2, run
    assert run.stderr.count("\n") == 1
    assert "Traceback" not in run.stderr
    return run.stderr


@pytest.mark.parametrize("name", BROKEN)
def test_broken_off_at_any_call_the_file_is_whole_and_no_success_is_false(
    share: Share, name: str
) -> None:
    error, after = BROKEN[name]
    outcomes = set()
    for good in after:
        share.file.write_bytes(share.old)
        run = share.call("break", good, "set", str(share.file), f"{CELL}=77", error=error)
        if run.returncode == 0:
            assert share.value() == Figure(77).value
        else:
            sentence = told(run)
            assert share.file.read_bytes() == share.old or "没有确认写入完成" in sentence, good
        outcomes.add(run.returncode)
    assert outcomes == {0, 2}, "some calls must break, and enough good ones succeed"


def test_a_new_report_on_a_share_that_breaks_off_is_whole_or_not_there(share: Share) -> None:
    target = share.folder / "新.gicr"
    outcomes = set()
    for good in range(24):
        target.unlink(missing_ok=True)
        call = ("new", "--org", "某街道办事处", "--year", "2025", "-o", str(target))
        run = share.call("break", good, *call)
        if run.returncode == 0:
            assert gicr.read(target.read_bytes()).report.year == 2025
        else:
            sentence = told(run)
            assert not target.exists() or "没有确认写入完成" in sentence, good
        outcomes.add(run.returncode)
    assert outcomes == {0, 2}


def test_answers_that_are_lost_make_no_false_success(share: Share) -> None:
    for good in range(0, 36, 2):
        share.file.write_bytes(share.old)
        run = share.call("late", good, "set", str(share.file), f"{CELL}=78", wait=5)
        now = share.file.read_bytes()
        assert now == share.old or share.value() == Figure(78).value, "whole, old or new"
        if run.returncode == 0:
            assert share.value() == Figure(78).value


def test_a_share_that_stalls_is_waited_for(share: Share) -> None:
    run = share.call("stall", 0, "set", str(share.file), f"{CELL}=79", wait=60)
    assert run.returncode == 0, run.stderr
    assert share.value() == Figure(79).value
    assert [file.name for file in share.folder.iterdir()] == [share.file.name]


@pytest.mark.parametrize("verb", ["show", "check", "import", "import several", "rollup"])
def test_what_cannot_be_read_from_a_share_is_told(share: Share, tmp_path: Path, verb: str) -> None:
    html = share.folder / "年报.html"
    verbs.export(verbs.open_any(share.file), html)
    made = tmp_path / "好.gicr"
    several = share.folder / "导入"
    calls = {
        "show": ("show", str(share.file)),
        "check": ("check", str(share.file)),
        "import": ("import", str(html), "-o", str(made)),
        "import several": ("import", str(html), str(share.file), "-o", str(several)),
        "rollup": ("rollup", str(share.folder), "-o", str(made)),
    }
    outcomes = set()
    for good in (0, 1, 2, 3, 5, 8, 13, 60):
        made.unlink(missing_ok=True)
        shutil.rmtree(several, ignore_errors=True)
        run = share.call("break", good, *calls[verb], error=errno.ESTALE)
        assert run.returncode in {0, 1, 2}, (good, run.stderr)
        assert "Traceback" not in run.stderr
        assert run.returncode != 2 or run.stderr.strip(), "what is wrong is said"
        outcomes.add(run.returncode)
    assert 0 in outcomes
    assert len(outcomes) > 1


@pytest.mark.parametrize("suffix", verbs.EXPORTS)
def test_an_export_that_breaks_off_leaves_the_older_one(share: Share, suffix: str) -> None:
    target = share.folder / f"年报{suffix}"
    target.write_bytes(b"older")
    broken = 0
    for good in (0, 4, 8, 12, 16):
        run = share.call("break", good, "export", str(share.file), "-o", str(target))
        if run.returncode:
            sentence = told(run)
            assert target.read_bytes() == b"older" or "没有确认写入完成" in sentence
            broken += 1
    assert broken
