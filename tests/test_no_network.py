"""The watch that keeps every test off the network."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from gic_desktop import resources, verbs


def test_a_socket_cannot_be_made_even_under_a_broad_except(network_attempts: list[str]) -> None:
    with pytest.raises(BaseException, match="__new__") as caught:
        socket.socket()
    assert not isinstance(caught.value, Exception)
    assert len(network_attempts) == 1
    network_attempts.clear()


def test_a_name_cannot_be_looked_up(network_attempts: list[str]) -> None:
    with pytest.raises(BaseException, match="getaddrinfo"):
        socket.getaddrinfo("localhost", 80)
    network_attempts.clear()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no AF_UNIX in Python")
def test_local_sockets_are_free(network_attempts: list[str]) -> None:
    for end in socket.socketpair():
        end.close()
    assert network_attempts == []


def test_a_started_python_is_watched_too() -> None:
    code = "import socket; socket.socket()"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert "NetworkUsedError" in run.stderr


UNSHARE = ["unshare", "--map-root-user", "--net"]


def _may_unshare() -> bool:
    try:
        done = subprocess.run([*UNSHARE, "true"], capture_output=True, timeout=20, check=False)
    except OSError:
        return False
    return done.returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's network namespaces")
def test_everything_works_where_there_is_no_network_at_all(tmp_path: Path) -> None:
    if not _may_unshare():
        pytest.skip("network namespaces are not permitted here")
    report = tmp_path / "年报.gicr"
    reports = tmp_path / "各街道"
    reports.mkdir()
    shutil.copy(resources.path("samples", "2021.gicr"), report)
    shutil.copy(report, reports / "甲.gicr")
    calls = [
        ["form", "2021"],
        ["new", "--org", "某街道办事处", "--year", "2025", "-o", str(tmp_path / "新.gicr")],
        ["set", str(report), "requests.received.person=26"],
        ["show", str(report), "--json"],
        ["check", str(report)],
        *(["export", str(report), "-o", str(tmp_path / f"年报{s}")] for s in verbs.EXPORTS),
        ["import", str(tmp_path / "年报.docx"), "-o", str(tmp_path / "导入.gicr")],
        ["rollup", str(reports), "-o", str(tmp_path / "汇总.gicr")],
    ]
    for call in calls:
        command = [*UNSHARE, sys.executable, "-m", "gic_desktop.console.main", *call]
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        assert run.returncode == 0, (call, run.stderr)
    told = tmp_path / "自检.json"
    window = ["-m", "gic_desktop", "--selftest", str(report), "--result", str(told)]
    run = subprocess.run(
        [*UNSHARE, sys.executable, *window],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(told.read_text("utf-8"))
    assert found["opened"] is True
    assert found["window"] is True
    assert "refused" not in found
