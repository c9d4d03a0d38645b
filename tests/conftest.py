"""What every test finds: an empty home, no screen, no network, the fonts ready for printing."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import hypothesis
import pytest

HERE = Path(__file__).resolve().parent
NO_NETWORK = HERE / "no_network"

# Before anything imports Qt. A test that needs a real screen starts its own Xvfb and program.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Programs that tests start are watched as well.
os.environ["PYTHONPATH"] = os.pathsep.join(
    part for part in (str(NO_NETWORK), os.environ.get("PYTHONPATH", "")) if part
)


def _network() -> ModuleType:
    # Not by its name: Debian's Python brings a sitecustomize of its own, loaded long ago.
    spec = importlib.util.spec_from_file_location("network", NO_NETWORK / "sitecustomize.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


network = _network()

# A slow machine fails no test. `dev.py test --long` looks at twenty times as many examples.
hypothesis.settings.register_profile("gic", deadline=None)
hypothesis.settings.register_profile("gic-long", deadline=None, max_examples=2000)
hypothesis.settings.load_profile("gic-long" if os.environ.get("GIC_TEST_LONG") else "gic")


def pytest_sessionstart() -> None:
    """Make the font caches where every test finds them, unless the set-up has done it.

    ReportLab is loaded whole: some tests draw with it themselves, and the program's lean loading
    is shown in processes of its own.
    """
    importlib.import_module("reportlab.pdfgen.canvas")
    from gic_desktop import resources
    from gic_desktop.output import font_cache

    folder = resources.folder() / "font_cache"
    if not folder.is_dir():
        font_cache.prepare(folder)


def pytest_sessionfinish() -> None:
    """Empty the clipboard, which outlives Python on the platform without a screen, and crashes then."""
    gui = sys.modules.get("PySide6.QtGui")
    if gui is not None and gui.QGuiApplication.instance() is not None:
        gui.QGuiApplication.clipboard().clear()


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every test its own settings, journal, versions, cache and logs."""
    monkeypatch.setenv("GIC_DESKTOP_HOME", str(tmp_path / "home"))


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    """Fail a test that reached for the network, even where the code swallowed the error."""
    yield
    attempts = list(network.attempts)
    network.attempts.clear()
    assert not attempts, "the program must never use a network"


@pytest.fixture
def network_attempts() -> list[str]:
    """What was tried so far in this test; a test about the watch itself clears it."""
    attempts: list[str] = network.attempts
    return attempts
