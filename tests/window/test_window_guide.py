"""The guide inside the program: every page opens, leads on, and speaks the interface's words."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gic_desktop import __version__, resources
from gic_desktop.forms.catalogue import form_named
from gic_desktop.window.dialogs.help import HelpWindow, about, page_for

FOLDER = resources.folder() / "help"
PAGES = sorted(file.stem for file in FOLDER.glob("*.md"))
FORBIDDEN = ("异常", "非法", "null", "失败代码", "JSON", "解析", "去年", "今年", "您必须", "！")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_shown_with_its_title(page: str, qtbot: QtBot) -> None:
    window = HelpWindow()
    qtbot.addWidget(window)
    window.open_page(page)
    title = (FOLDER / f"{page}.md").read_text("utf-8").splitlines()[0].removeprefix("# ")
    assert window.guide.toPlainText().startswith(title)


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_page_and_every_picture_is_there(page: str) -> None:
    text = (FOLDER / f"{page}.md").read_text("utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", text):
        assert (FOLDER / target).is_file(), target


@pytest.mark.parametrize("page", PAGES)
def test_the_words_are_those_of_the_interface(page: str) -> None:
    text = (FOLDER / f"{page}.md").read_text("utf-8")
    assert [word for word in FORBIDDEN if word in text] == []


def test_every_page_is_reached_from_the_contents() -> None:
    text = (FOLDER / "index.md").read_text("utf-8")
    linked = set(re.findall(r"\]\((\w+)\.md\)", text))
    assert linked == set(PAGES) - {"index"}


def test_every_rule_is_reached_from_the_page_of_the_checks() -> None:
    text = (FOLDER / "checks.md").read_text("utf-8")
    linked = re.findall(r"\]\(rules/(\w+)\.md\)", text)
    assert sorted(linked) == sorted(file.stem for file in (FOLDER / "rules").glob("*.md"))


def test_a_rule_has_its_page(qtbot: QtBot) -> None:
    window = HelpWindow("checks")
    qtbot.addWidget(window)
    window.open_page("V28")
    assert window.guide.toPlainText().startswith("V28 ")


def test_a_tab_has_its_page() -> None:
    assert page_for("cover") == "cover"
    assert page_for("charts") == "charts"
    kinds = [page_for(section.id) for section in form_named("2021").sections]
    assert kinds == ["narrative", "tables", "tables", "tables", "narrative", "narrative"]
    assert page_for("a tab without a page") == "index"


def test_the_window_opens_at_the_page_of_the_tab(qtbot: QtBot) -> None:
    window = HelpWindow("requests")
    qtbot.addWidget(window)
    assert window.guide.toPlainText().startswith("填写表格")


def test_about_names_the_version_and_the_licences(qtbot: QtBot) -> None:
    dialog = about()
    qtbot.addWidget(dialog)
    said = "\n".join(label.text() for label in dialog.findChildren(QLabel))
    assert f"版本 {__version__}" in said
    assert "Apache 2.0" in said
    assert "LGPL" in said


def test_a_link_in_the_guide_goes_nowhere_else(qtbot: QtBot) -> None:
    window = HelpWindow()
    qtbot.addWidget(window)
    window.open_page("index")
    before = window.guide.toPlainText()
    for outside in ("https://example.com/index.md2", "file:///etc/passwd", "../forms/2021.toml"):
        window.guide.setSource(QUrl(outside))
        assert window.guide.toPlainText() == before


def test_back_returns_to_the_page_before(qtbot: QtBot) -> None:
    window = HelpWindow()
    qtbot.addWidget(window)
    window.open_page("index")
    window.open_page("keys")
    window.guide.backward()
    assert window.guide.toPlainText().startswith("使用说明")
