"""`docs/console.md` is what other programs rely on: its documents have the members of the real ones."""

import json
import re
from pathlib import Path

import pytest

from gic_desktop import resources, verbs
from gic_desktop.console.main import main
from gic_desktop.report.report import Override, Signature
from gic_desktop.values import replace

PAGE = Path(__file__).parents[2] / "docs" / "console.md"
SAMPLE = resources.path("samples", "2021.gicr")
DOCUMENTS = dict(
    re.findall(r"```json (\w+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
)


@pytest.fixture
def said(capsys):
    def call(*words):
        assert main([*map(str, words)]) in (0, 1)
        return json.loads(capsys.readouterr().out)

    return call


def same_members(shown, real, where=""):
    """What the page shows is there, and nothing else; a list's first, an object of cells' named one."""
    if isinstance(shown, dict) and shown:
        if not where.endswith(".cells"):
            assert set(shown) == set(real), where
        for key, value in shown.items():
            same_members(value, real[key], f"{where}.{key}")
    elif isinstance(shown, list) and shown:
        assert real, f"{where} is empty"
        same_members(shown[0], real[0], f"{where}[]")
    elif shown is not None and real is not None:
        assert type(shown) is type(real), where


def test_the_form(said):
    shown, real = json.loads(DOCUMENTS["form"]), said("form", "2021", "--json")
    same_members(shown, real)
    assert shown["cells"][0] == real["cells"][0]
    assert shown["tables"][0] == real["tables"][0]


def test_the_report(said, tmp_path):
    report = verbs.open_report(SAMPLE).report
    signed = replace(
        report,
        signature=Signature(report.organ, None, shown=True),
        overrides=(Override("V01:x", "已核实"),),
        earlier=(replace(report, year=2024, earlier=()),),
    )
    path = tmp_path / "年报.gicr"
    verbs.save_project(path, signed)
    shown = json.loads(DOCUMENTS["show"])
    same_members(shown, said("show", path, "--json"))
    one = said("set", path, "requests.received.person=26", "--json")["set"]
    assert one == {"requests.received.person": shown["cells"]["requests.received.person"]}


def test_the_findings(said, tmp_path):
    path = tmp_path / "年报.gicr"
    path.write_bytes(SAMPLE.read_bytes())
    said("set", path, "requests.received.person=99", "--json")
    same_members(json.loads(DOCUMENTS["check"]), said("check", path, "--json"))


def test_the_import(said, tmp_path, capsys):
    html = tmp_path / "上年.html"
    main(["export", str(SAMPLE), "-o", str(html)])
    text = html.read_text(encoding="utf-8")
    assert text.count(">35<") == 1
    html.write_text(text.replace(">35<", ">99<"), encoding="utf-8")
    capsys.readouterr()
    real = said("import", html, "-o", tmp_path / "一.gicr", "--json")
    shown = json.loads(DOCUMENTS["import"])
    same_members(shown, real)
    (tmp_path / "夹").mkdir()
    several = said("import", html, "-o", tmp_path / "夹", "--json")
    assert list(several) == ["folder", "saved", "refused", "files"]
    assert list(several["files"][0]) == ["source", "file", "refused", "import"]
