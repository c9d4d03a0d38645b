"""Folders of reports for these tests, small ones made by hand and seeded ones by the generator."""

import importlib.util
import json
import os
import sys
from pathlib import Path

import pytest

from gic_desktop import resources
from gic_desktop.store.gicr import read, write

SCRIPTS = Path(__file__).parents[2] / "build_scripts"
SAMPLE = resources.path("samples", "2021.gicr")


def _script(name):
    spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def make_reports():
    return _script("make_reports")


@pytest.fixture(scope="session")
def generated(make_reports, tmp_path_factory):
    """700 files with each kind of harm, and their manifest."""
    folder = tmp_path_factory.mktemp("generated")
    manifest = make_reports.make(folder, 700)
    assert {one["kind"] for one in manifest["broken"]} == set(make_reports.KINDS)
    return folder, manifest


class Office:
    """A folder in which organs put their reports: `office("甲街道", {...cells})`."""

    def __init__(self, folder):
        self.folder = folder
        self._sample = json.loads(SAMPLE.read_bytes())
        self._day = 0

    def raw(self, organ, cells=None, **fields):
        raw = json.loads(json.dumps(self._sample)) | {"organ": organ, "earlier": []} | fields
        raw["signature"] = {"organ": organ}
        raw["cells"] = dict.fromkeys(raw["cells"], 0) | (cells or {})
        raw["cells"] = {cell: v for cell, v in raw["cells"].items() if v is not None}
        return raw

    def __call__(self, organ, cells=None, *, file=None, data=None, **fields):
        """Each file is a day younger than the one before."""
        path = self.folder / (file or f"{organ}.gicr")
        path.parent.mkdir(parents=True, exist_ok=True)
        if data is None:
            data = json.dumps(self.raw(organ, cells, **fields)).encode()
        path.write_bytes(data)
        self._day += 1
        os.utime(path, (1_767_225_600 + self._day * 86_400,) * 2)
        return path

    def report(self, organ, cells=None, **fields):
        return read(json.dumps(self.raw(organ, cells, **fields)).encode()).report

    def put(self, report, file):
        return self(report.organ, file=file, data=write(report))


@pytest.fixture
def office(tmp_path):
    folder = tmp_path / "收到的年报"
    folder.mkdir()
    return Office(folder)
