"""build_scripts/dev.py: an old Python, a bare system, a second run, a failed check."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "build_scripts" / "dev.py"


@pytest.fixture
def dev() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dev", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Commands:
    """Stands in for the processes that dev.py starts; `status` maps a word of a command a number."""

    def __init__(self, **status: int) -> None:
        self.asked: list[str] = []
        self._status = status

    def __call__(self, command: Sequence[str], **_: object) -> int:
        line = " ".join(command)
        self.asked.append(line)
        return next((n for word, n in self._status.items() if word in line.split()), 0)


def test_an_old_python_can_read_the_script_as_far_as_the_refusal() -> None:
    source = SCRIPT.read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))
    imported = {
        alias.name
        for node in ast.parse(source).body
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    younger_than_3_7 = {"tomllib", "graphlib", "zoneinfo"}
    assert imported <= set(sys.stdlib_module_names) - younger_than_3_7


@pytest.mark.parametrize("version", [(3, 10), (3, 14), (2, 7)])
def test_an_unsupported_python_says_so_in_one_line(
    dev: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    version: tuple[int, int],
) -> None:
    monkeypatch.setattr(dev.sys, "version_info", (*version, 1, "final", 0))
    monkeypatch.setattr(dev, "other_python", lambda: None)
    assert dev.main(["test"]) == 2
    said = capsys.readouterr().err
    assert said == (
        f"This is Python {version[0]}.{version[1]}; GIC Desktop needs one of 3.11, 3.12, 3.13, "
        "and none is on the PATH.\n"
    )


def test_a_supported_python_on_the_path_is_found_behind_an_empty_shim(dev: ModuleType) -> None:
    def answer(command: Sequence[str]) -> str:
        if command[0] == "/shims/python3.11":
            raise subprocess.CalledProcessError(127, command)
        return "3 12"

    names = {"python3.11": "/shims/python3.11", "python3.12": "/usr/bin/python3.12"}
    assert dev.other_python(names.get, answer) == ["/usr/bin/python3.12"]


def test_a_python_that_lies_about_its_name_is_not_taken(dev: ModuleType) -> None:
    assert dev.other_python(lambda name: f"/x/{name}", lambda _: "3 9") is None


LDD = """\
/v/PySide6/Qt/plugins/platforms/libqxcb.so:
\tlinux-vdso.so.1 (0x00007ffd)
\tlibxcb-cursor.so.0 => not found
\tlibxkbcommon-x11.so.0 => not found
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f)
\tlibQt6VirtualKeyboard.so.6 => not found
/v/PySide6/QtWidgets.abi3.so:
\tlibxcb-cursor.so.0 => not found
\tlibEGL.so.1 => not found
"""


def test_missing_libraries_become_debian_packages(dev: ModuleType) -> None:
    libraries = dev.libraries_not_found(LDD)
    assert libraries == ["libEGL.so.1", "libxcb-cursor.so.0", "libxkbcommon-x11.so.0"]
    assert dev.packages_for(libraries) == ["libegl1", "libxcb-cursor0", "libxkbcommon-x11-0"]


def test_a_library_nobody_knows_is_named_not_dropped(dev: ModuleType) -> None:
    with pytest.raises(dev.GiveUpError, match=r"libnew\.so\.7"):
        dev.packages_for(["libnew.so.7"])


def apt(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, commands: Commands, *, root: bool, sudo: bool
) -> Callable[[Sequence[str]], None]:
    there = {"apt-get": "/usr/bin/apt-get", **({"sudo": "/usr/bin/sudo"} if sudo else {})}
    monkeypatch.setattr(dev.shutil, "which", there.get)
    monkeypatch.setattr(dev.os, "geteuid", lambda: 0 if root else 1000)
    monkeypatch.setattr(dev, "_status", commands)
    monkeypatch.setattr(dev, "checked", commands)
    install: Callable[[Sequence[str]], None] = dev.install_system_packages
    return install


def test_root_installs_at_once(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    commands = Commands()
    apt(dev, monkeypatch, commands, root=True, sudo=False)(["libegl1", "qpdf"])
    (line,) = commands.asked
    assert line.startswith("env DEBIAN_FRONTEND=noninteractive apt-get ")
    assert line.endswith(" install --no-install-recommends libegl1 qpdf")


def test_a_machine_never_asked_gets_its_lists_first(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = Commands(install=100)
    apt(dev, monkeypatch, commands, root=True, sudo=False)(["qpdf"])
    assert ["update" in line.split() for line in commands.asked] == [False, True, False]


def test_sudo_without_a_password_is_used(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    commands = Commands()
    apt(dev, monkeypatch, commands, root=False, sudo=True)(["qpdf"])
    assert commands.asked[0] == "/usr/bin/sudo -n true"
    assert commands.asked[1].startswith("/usr/bin/sudo -n env ")


def test_sudo_that_asks_for_a_password_leads_to_the_one_command(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = Commands(true=1)
    install = apt(dev, monkeypatch, commands, root=False, sudo=True)
    with pytest.raises(dev.GiveUpError, match="\n    sudo apt-get install libegl1 qpdf\n"):
        install(["libegl1", "qpdf"])
    assert len(commands.asked) == 1


def test_nothing_missing_asks_nobody(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    commands = Commands()
    apt(dev, monkeypatch, commands, root=True, sudo=False)([])
    assert commands.asked == []


@pytest.fixture
def checkout(dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Commands:
    """A checkout whose steps write down that they ran."""
    ran = Commands()
    (tmp_path / "gic_desktop").mkdir()
    (tmp_path / ".venv").mkdir()
    for name in ("lock", "pyproject.toml", "gic_desktop/__init__.py"):
        (tmp_path / name).write_text("1")
    monkeypatch.setattr(dev, "LOCK", tmp_path / "lock")
    monkeypatch.setattr(dev, "PROJECT", tmp_path / "pyproject.toml")
    monkeypatch.setattr(dev, "PACKAGE", tmp_path / "gic_desktop")
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(dev, "FONT_CACHE", tmp_path / "font_cache")
    monkeypatch.setattr(dev, "FORM_CACHE", tmp_path / "form_cache")
    monkeypatch.setattr(dev, "make_venv", lambda: "3.11.7")
    monkeypatch.setattr(dev, "programs_are_there", lambda: True)
    monkeypatch.setattr(dev, "missing_system_packages", lambda _: [])
    monkeypatch.setattr(dev, "fonts_to_prepare", lambda: "sum")
    monkeypatch.setattr(dev, "install_packages", lambda: ran(["packages"]))
    monkeypatch.setattr(dev, "pip", lambda *_: ran(["project"]))
    monkeypatch.setattr(
        dev, "prepare_fonts", lambda: (ran(["fonts"]), dev.FONT_CACHE.mkdir(exist_ok=True))
    )
    monkeypatch.setattr(dev, "forms_to_keep", lambda: "sum")
    monkeypatch.setattr(
        dev, "keep_forms", lambda: (ran(["forms"]), dev.FORM_CACHE.mkdir(exist_ok=True))
    )
    return ran


def test_a_second_run_does_nothing(dev: ModuleType, checkout: Commands) -> None:
    dev.set_up()
    assert checkout.asked == ["packages", "project", "fonts", "forms"]
    dev.set_up()
    assert checkout.asked == ["packages", "project", "fonts", "forms"]


@pytest.mark.parametrize(
    ("changed", "again"),
    [
        ("lock", ["packages"]),
        ("pyproject.toml", ["project"]),
        ("gic_desktop/__init__.py", ["project"]),
        (".venv/set-up.json", ["packages", "project", "fonts", "forms"]),
    ],
)
def test_a_change_repeats_only_its_step(
    dev: ModuleType, checkout: Commands, tmp_path: Path, changed: str, again: list[str]
) -> None:
    dev.set_up()
    checkout.asked.clear()
    (tmp_path / changed).write_text("2")
    dev.set_up()
    assert checkout.asked == again


def test_fonts_that_were_deleted_are_made_again(dev: ModuleType, checkout: Commands) -> None:
    dev.set_up()
    checkout.asked.clear()
    dev.FONT_CACHE.rmdir()
    dev.set_up()
    assert checkout.asked == ["fonts"]


def test_an_interrupted_step_is_done_again(
    dev: ModuleType, checkout: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(dev, "install_packages", interrupted)
        with pytest.raises(KeyboardInterrupt):
            dev.set_up()
    dev.set_up()
    assert checkout.asked == ["packages", "project", "fonts", "forms"]


def test_an_environment_of_another_folder_is_made_anew(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(dev, "VENV_PYTHON", tmp_path / ".venv" / "bin" / "python")
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(tmp_path / ".venv")], check=True
    )
    (tmp_path / ".venv" / "made-for").write_text("/somewhere/else/.venv")
    assert dev.usable_venv() == ""
    (tmp_path / ".venv" / "made-for").write_text(str(tmp_path / ".venv"))
    assert dev.usable_venv() == ".".join(map(str, sys.version_info[:3]))


def test_a_folder_that_is_no_environment_is_left_alone(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "thesis.txt").write_text("the only copy")
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    with pytest.raises(dev.GiveUpError, match="move it away"):
        dev.make_venv()
    assert (tmp_path / ".venv" / "thesis.txt").exists()


def run_checks(dev: ModuleType, monkeypatch: pytest.MonkeyPatch, **status: int) -> int:
    calls = Commands(**status)
    monkeypatch.setattr(dev, "in_venv", lambda *words, **_: calls(words))
    checks = [("ruff", ["-m", "ruff"]), ("mypy", ["-m", "mypy"]), ("tests", ["-m", "pytest"])]
    result: int = dev.run_checks(checks, {}, lambda: "512 passed")
    assert len(calls.asked) == 3
    return result


def test_all_checks_run_and_one_failure_is_a_failure(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_checks(dev, monkeypatch, ruff=1) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "FAILED: ruff"
    assert run_checks(dev, monkeypatch) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "All checks passed."


def test_the_summary_counts_what_pytest_counted(dev: ModuleType, tmp_path: Path) -> None:
    report = tmp_path / "tests.xml"
    report.write_text(
        '<?xml version="1.0"?><testsuites name="pytest tests">'
        '<testsuite name="pytest" errors="1" failures="2" skipped="3" tests="20" time="1">'
    )
    assert dev.counted(report) == "14 passed, 3 failed, 3 skipped"
    assert dev.counted(tmp_path / "none.xml") == ""


def test_slow_tests_run_only_when_asked_for(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr(dev, "set_up", lambda _: None)
    monkeypatch.setattr(dev, "run_checks", lambda checks, *_: seen.append(checks[-1][1]) or 0)
    dev.test(["-k", "forms"])
    dev.test(["--long"])
    assert seen[0][2:4] == ["-m", "not long"]
    assert seen[0][-2:] == ["-k", "forms"]
    assert "not long" not in seen[1]
    assert "--long" not in seen[1]


def test_every_script_is_a_command_with_a_line_of_help(dev: ModuleType) -> None:
    assert {"relock", "convert-fonts"} <= dev.scripts().keys()
    for name, file in dev.scripts().items():
        assert ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))), name
        assert name in dev.usage()


@pytest.mark.parametrize("name", ["run", "test", "setup", "lint", "format"])
def test_help_of_a_command_sets_nothing_up(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.setattr(dev, "set_up", lambda *_: pytest.fail("was set up"))
    assert dev.main([name, "--help"]) == 0
    assert f"dev.py {name}" in capsys.readouterr().out


def test_an_unknown_command_is_refused_before_anything_is_installed(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "set_up", lambda *_: pytest.fail("too early"))
    with pytest.raises(dev.GiveUpError, match="no command tset"):
        dev.main(["tset"])
    with pytest.raises(dev.GiveUpError, match="--all"):
        dev.main(["lint", "--all"])


def test_without_a_display_run_exports_the_sample_and_says_where(
    dev: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    calls = Commands()
    sample = tmp_path / "2021.gicr"
    sample.write_text("{}")
    monkeypatch.setattr(dev, "set_up", lambda: None)
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "BUILD", tmp_path / "build")
    monkeypatch.setattr(dev, "SAMPLE", sample)
    monkeypatch.setattr(dev, "display_works", lambda: False)
    monkeypatch.setattr(dev, "in_venv", lambda *words, **_: calls(words))
    assert dev.main(["run"]) == 0
    copy, document = "build/sample/2021.gicr", "build/without-display/2021.pdf"
    assert f"{tmp_path}/{copy} -o {tmp_path}/{document}" in calls.asked[0]
    assert document in capsys.readouterr().out


def test_a_display_that_is_only_a_variable_is_none(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":987")
    monkeypatch.setattr(dev, "_status", lambda _: -6)
    assert dev.display_works() is (sys.platform != "linux")
