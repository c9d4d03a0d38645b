"""The repository's own promises: a lock that fits, licences, two commands."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "build_scripts" / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pins() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([a-z0-9.-]+)==(\S+)", LOCK, re.MULTILINE):
        found.setdefault(name, set()).add(version)
    return found


def asked_for() -> list[str]:
    groups = PROJECT["dependency-groups"].values()
    return PROJECT["project"]["dependencies"] + [line for group in groups for line in group]


@pytest.mark.parametrize("line", asked_for())
def test_the_lock_pins_what_the_project_asks_for(line: str) -> None:
    wanted = Requirement(line)
    versions = pins()[canonicalize_name(wanted.name)]
    assert any(wanted.specifier.contains(version) for version in versions), (
        "out of date: python3 build_scripts/dev.py relock"
    )


def test_every_pin_carries_sums() -> None:
    blocks = re.split(r"^(?=[a-z0-9])", LOCK, flags=re.MULTILINE)[1:]
    assert len(blocks) >= 40
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def tracked() -> list[Path]:
    run = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if run.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in run.stdout.split("\0") if name and (ROOT / name).is_file()]


ADDRESSES = re.compile(
    r"(pypi\.org|pythonhosted\.org|registry\.npmjs|deb\.debian\.org|mirrors?\.[a-z]+\.|/simple/)"
    r"|--(extra-)?index-url|--find-links"
)


def test_no_file_names_a_package_registry() -> None:
    found = []
    for file in tracked():
        if file == Path(__file__).resolve() or file.suffix in {".xz", ".png", ".pdf", ".docx"}:
            continue
        if file.name == "THIRD-PARTY.txt":  # others' licences, to the letter
            continue
        text = file.read_text(encoding="utf-8", errors="ignore")
        found += [f"{file.relative_to(ROOT)}: {hit[0]}" for hit in ADDRESSES.finditer(text)]
    assert found == []


def test_every_locked_package_is_in_the_page_of_licences() -> None:
    page = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8").lower()
    assert [name for name in pins() if f"| {name} |" not in page] == []


def test_every_font_is_in_the_page_of_licences() -> None:
    page = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    folder = ROOT / "resources" / "fonts"
    fonts = [file.name for file in folder.iterdir() if file.suffix in {".xz", ".otf"}]
    assert len(fonts) >= 9
    assert [name for name in fonts if name not in page] == []


PAGES = ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", "CHANGELOG.md"]
PAGES += ["docs/architecture.md", "docs/licences.md"]


@pytest.mark.parametrize("page", PAGES)
def test_no_link_or_picture_of_a_page_leads_nowhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#]+)", text)
    here = [target for target in targets if "://" not in target]
    assert [target for target in here if not ((ROOT / page).parent / target).exists()] == []


def test_the_newcomers_two_commands_are_the_ones_the_build_uses() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^    (python3 .*)$", text, re.MULTILINE)
    assert commands == ["python3 build_scripts/dev.py run", "python3 build_scripts/dev.py test"]
    assert "python3 build_scripts/dev.py test" in (ROOT / ".ci" / "run").read_text()


def test_the_change_notes_speak_of_this_version() -> None:
    version = re.search(r'"(.+)"', (ROOT / "gic_desktop" / "__init__.py").read_text())
    assert version is not None
    notes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{version[1]}]" in notes


def test_every_package_is_named_in_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found = {
        ".".join(file.parent.relative_to(ROOT).parts)
        for file in (ROOT / "gic_desktop").rglob("__init__.py")
    }
    assert set(project["tool"]["setuptools"]["packages"]) == found
