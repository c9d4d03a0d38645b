"""What can go wrong around a file: one sentence, exit status 2, and the old file whole."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gic_desktop import resources, verbs
from gic_desktop.console import main
from gic_desktop.store import durable

SAMPLE = resources.path("samples", "2021.gicr")
THIRD = Path(__file__).parents[1] / "samples" / "third_form.toml"


def gic(*words, **environment):
    return subprocess.run(
        [sys.executable, "-m", "gic_desktop.console.main", *map(str, words)],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=60,
        check=False,
    )


def refused(done):
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    (line,) = done.stderr.strip().splitlines()
    return line


def test_the_folder_is_gone(tmp_path):
    target = tmp_path / "无" / "a.gicr"
    assert "文件夹已不存在" in refused(gic("new", "--org", "甲", "--year", "2025", "-o", target))
    assert not target.parent.exists()


@pytest.mark.parametrize("verb", ["show", "check"])
def test_a_folder_is_no_file(tmp_path, verb):
    assert refused(gic(verb, tmp_path))


def test_two_gigabytes_are_refused_unread(tmp_path):
    big = tmp_path / "大.gicr"
    with big.open("wb") as file:
        file.truncate(2 << 30)
    assert "大" in refused(gic("show", big))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "管.gicr")
    assert refused(gic("check", tmp_path / "管.gicr"))


def test_somebody_else_saved_in_between(tmp_path):
    path = tmp_path / "a.gicr"
    path.write_bytes(SAMPLE.read_bytes())
    project = verbs.open_report(path)
    path.write_bytes(SAMPLE.read_bytes() + b" ")
    with pytest.raises(durable.ChangedOutside):
        verbs.save_project(path, project.report, expected=project.fingerprint)
    assert path.read_bytes() == SAMPLE.read_bytes() + b" "


def test_cells_are_not_set_over_somebody_elses_save(tmp_path, monkeypatch):
    path = tmp_path / "a.gicr"
    path.write_bytes(SAMPLE.read_bytes())
    real = verbs.set_cells
    saves = []

    def meanwhile(report, typed):
        path.write_bytes(SAMPLE.read_bytes() + b" " * (len(saves) + 1))
        saves.append(path.read_bytes())
        return real(report, typed)

    monkeypatch.setattr(verbs, "set_cells", meanwhile)
    with pytest.raises(durable.ChangedOutside):
        verbs.set_in_file(path, {"requests.received.person": "30"})
    assert path.read_bytes() == saves[-1]


def test_of_several_who_set_cells_at_once_none_is_lost(tmp_path):
    path = tmp_path / "a.gicr"
    path.write_bytes(SAMPLE.read_bytes())
    whose = ("person", "business", "research", "welfare", "legal", "other")
    call = [sys.executable, "-m", "gic_desktop.console.main", "set", str(path)]
    at_once = [
        subprocess.Popen([*call, f"requests.granted.{one}=7"], stdout=subprocess.DEVNULL)
        for one in whose
    ]
    assert [one.wait(60) for one in at_once] == [0] * len(whose)
    cells = verbs.open_report(path).report.cells
    assert [cells[f"requests.granted.{one}"].value for one in whose] == [7] * len(whose)


def test_what_was_saved_over_is_kept(tmp_path):
    from gic_desktop import user_folders
    from gic_desktop.store.earlier_versions import EarlierVersions

    path = tmp_path / "a.gicr"
    path.write_bytes(SAMPLE.read_bytes())
    verbs.set_in_file(path, {"requests.received.person": "30"})
    kept = EarlierVersions(user_folders.earlier_versions())
    assert [kept.read(version) for version in kept.of(path)] == [SAMPLE.read_bytes()]


def test_a_further_form_from_a_folder(tmp_path):
    (tmp_path / "third.toml").write_bytes(THIRD.read_bytes())
    done = gic("form", "invented", "--json", GIC_DESKTOP_FORMS=str(tmp_path))
    assert done.returncode == 0
    assert '"lending.lent.adult"' in done.stdout


def test_chinese_arrives_whatever_the_locale(tmp_path):
    path = tmp_path / "甲 乙.gicr"
    done = gic(
        "new", "--org", "𬱖街道办事处", "--year", "2025", "-o", path, LC_ALL="C", PYTHONUTF8="0"
    )
    assert done.returncode == 0
    assert "已新建" in done.stdout
    assert verbs.open_report(path).report.organ == "𬱖街道办事处"


@pytest.mark.parametrize("call", ["form 2021 >&-", "form 2021 --json >&- <&-", "form 1990 2>&-"])
def test_a_closed_stream_is_no_trouble(call):
    shell = (
        f'"{sys.executable}" -c "from gic_desktop.console.main import program; program()" {call}'
    )
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2 if "1990" in call else 0, "")


@pytest.mark.skipif(not os.access("/dev/full", os.W_OK), reason="no full device here")
@pytest.mark.parametrize(
    "call", [f"show '{SAMPLE}'", f"show '{SAMPLE}' --json", "form 2021", "--help"]
)
def test_what_cannot_be_told_is_not_done(call):
    shell = f'"{sys.executable}" -m gic_desktop.console.main {call} >/dev/full'
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)
    assert "结果未能完整输出" in refused(done)
    # Nor is a reason that nobody can read a finding.
    shell = f'"{sys.executable}" -m gic_desktop.console.main show nowhere 2>/dev/full'
    assert subprocess.run(["bash", "-c", shell], check=False).returncode == 2


@pytest.mark.skipif(os.name == "nt", reason="a shell's pipe")
@pytest.mark.parametrize("call", [f"show '{SAMPLE}'", "form 2021 --json", "--help"])
def test_who_reads_the_beginning_only_is_no_trouble(call):
    shell = f'set -o pipefail; "{sys.executable}" -m gic_desktop.console.main {call} | head -c 1'
    done = subprocess.run(["bash", "-c", shell], capture_output=True, check=False)
    assert (done.returncode, len(done.stdout), done.stderr) == (0, 1, b"")


def test_a_call_that_fails_half_way_has_said_nothing(monkeypatch, capsys):
    def broken(*_):
        sys.stdout.write("一半")
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(main.VERBS, "show", ("", broken, main.VERBS["show"][2]))
    assert main.main(["show", str(SAMPLE)]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "系统拒绝了这次操作（代码 ENOSPC），请稍后重试。\n")


def test_a_file_larger_than_any_report_is_no_matter_of_the_disk(tmp_path):
    big = tmp_path / "大.gicr"
    with big.open("wb") as file:
        file.truncate(2 << 30)
    assert "超出本程序能打开的大小" in refused(gic("show", big))
    assert "磁盘" not in refused(gic("check", SAMPLE, "--previous", big))


def test_of_several_who_make_one_file_one_is_told_so(tmp_path, monkeypatch):
    path = tmp_path / "一.gicr"
    # Somebody else's file arrives between the look and the save.
    monkeypatch.setattr(verbs, "is_there", lambda _: False)
    path.write_bytes(SAMPLE.read_bytes())
    with pytest.raises(verbs.Refused, match="已经存在"):
        verbs.new_file("甲街道办事处", 2025, None, path)
    assert path.read_bytes() == SAMPLE.read_bytes()
