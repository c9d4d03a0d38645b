"""A kept form is the form file read once; whatever does not fit is read anew."""

from pathlib import Path

import pytest

from gic_desktop import resources
from gic_desktop.forms import kept
from gic_desktop.forms.description import Form
from gic_desktop.forms.reader import read_form, read_head


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A form file, and nothing kept yet."""
    path = tmp_path / "2021.toml"
    path.write_bytes(resources.path("forms", "2021.toml").read_bytes())
    monkeypatch.setattr(resources, "folder", lambda: tmp_path)
    kept._head.cache_clear()
    return path


def keep(path: Path, part: str = "form") -> Path:
    kept.keep(path, path.parent / "form_cache")
    kept._head.cache_clear()
    return path.parent / "form_cache" / f"2021.{part}.json"


@pytest.mark.parametrize(
    "path", sorted(resources.path("forms").glob("*.toml")), ids=lambda p: p.stem
)
def test_a_kept_form_is_the_form(path: Path, office: Path) -> None:
    office.write_bytes(path.read_bytes())
    keep(office)
    assert kept._kept(office, "form", Form) == kept.form(office) == read_form(office)
    assert kept._head(office) == kept.head(office) == read_head(office)


def test_it_is_not_read_again(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(office)
    monkeypatch.setattr("gic_desktop.forms.reader.read_form", None)
    monkeypatch.setattr("gic_desktop.forms.reader.read_head", None)
    assert kept.form(office).id == kept.head(office).id == "2021"


def test_a_changed_form_file_counts(office: Path) -> None:
    keep(office)
    office.write_text(office.read_text("utf-8").replace("新收", "收到"), "utf-8")
    assert kept._kept(office, "form", Form) is None
    assert kept.form(office) == read_form(office)


def test_another_reader_counts(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(office)
    monkeypatch.setattr(kept, "_reader", lambda: ((1, 1), (2, 2)))
    assert kept._kept(office, "form", Form) is None
    assert kept._head(office) is None


@pytest.mark.parametrize(
    "harm", [b"", b"{}", b"\xff", b'{"reader":[],"text":"","made":1}', b"sektions"]
)
def test_a_damaged_one_is_passed_over(office: Path, harm: bytes) -> None:
    form, head = keep(office), keep(office, "head")
    if harm == b"sektions":  # whole, but not a form
        harm = form.read_bytes().replace(b'"sections"', b'"sektions"')
    form.write_bytes(harm)
    head.write_bytes(harm)
    assert kept.form(office) == read_form(office)
    assert kept.head(office) == read_head(office)
