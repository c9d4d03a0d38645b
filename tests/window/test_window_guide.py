"""The guide inside the program: every page opens, leads on, and speaks the interface's words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gic_desktop import __version__, resources
from gic_desktop.forms.catalogue import form_named
from gic_desktop.report.edits import SetSection
from gic_desktop.report.narrative import Paragraph
from gic_desktop.report.report import Section
from gic_desktop.store import gicr
from gic_desktop.window import background
from gic_desktop.window import theme as look
from gic_desktop.window.dialogs.help import HelpWindow, about, page_for
from gic_desktop.window.dialogs.roll_up import RollUpDialog
from gic_desktop.window.dialogs.settings import SettingsDialog
from gic_desktop.window.dialogs.versions import VersionsDialog
from gic_desktop.window.finding_row import FINDING
from gic_desktop.window.main_window import MainWindow
from gic_desktop.window.session import Session
from gic_desktop.window.settings import Settings

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


@pytest.mark.parametrize("focused", ["list", "dismiss_button"])
def test_f1_at_a_finding_opens_its_rule_and_elsewhere_the_page_of_the_tab(
    focused: str, qtbot: QtBot, tmp_path: Path
) -> None:
    sample = gicr.read(resources.path("samples", "2021.gicr").read_bytes()).report
    report = SetSection(Section("overview", (Paragraph("认真做好公开，，更新栏目。"),))).apply(
        sample
    )
    session = Session(report)
    window = MainWindow(session, Settings(tmp_path / "settings.ini"), look.LIGHT)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    session.check_now()
    window.show_tab("overview")
    panel = window.panel
    panel.show()
    item = next(i for i in panel._items() if i.data(0, FINDING).rule == "V28")
    panel.list.setCurrentItem(item)
    getattr(panel, focused).setFocus()
    QTest.keyClick(getattr(panel, focused), Qt.Key.Key_F1)
    (opened,) = window.findChildren(HelpWindow)
    assert opened.guide.accessibleDescription() == "V28"
    opened.close()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.section_tab("overview").first_focus()
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_F1)
    _, opened = window.findChildren(HelpWindow)
    assert opened.guide.accessibleDescription() == "narrative"
    session.close(discard=True)
    background.wait_for_all()


def found_on(window: HelpWindow, words: str) -> tuple[str, str]:
    """The page that is shown and what is marked on it."""
    window.words.setText(words)
    window.find_next()
    return window.guide.accessibleDescription(), window.guide.textCursor().selectedText()


def test_words_are_found_on_every_page_one_place_after_the_other(qtbot: QtBot) -> None:
    window = HelpWindow()
    qtbot.addWidget(window)
    first = found_on(window, "早前版本")
    assert first == ("index", "早前版本")
    seen = [first[0]]
    for _ in range(40):
        window.find_next()
        assert window.guide.textCursor().selectedText() == "早前版本"
        seen.append(window.guide.accessibleDescription())
        if seen[-1] == "index":
            break
    assert "files" in seen
    assert seen[-1] == "index", "from the last page to the first"


def test_what_stands_nowhere_is_said_and_the_page_stays(qtbot: QtBot) -> None:
    window = HelpWindow("shortcuts")
    qtbot.addWidget(window)
    assert found_on(window, "量子")[0] == "shortcuts"
    assert window.found.text() == "没有找到"
    # The names of pictures are in the files and not on the pages.
    picture = next((FOLDER / "pictures").iterdir()).name
    found_on(window, picture)
    assert window.found.text() == "没有找到"
    window.words.setText("导")
    assert window.found.text() == ""


def test_the_words_of_a_rule_are_found_too(qtbot: QtBot) -> None:
    window = HelpWindow()
    qtbot.addWidget(window)
    rule = max((FOLDER / "rules").glob("*.md"))
    title = rule.read_text("utf-8").splitlines()[0].removeprefix("# ")
    assert found_on(window, title) == (rule.stem, title)


def test_f1_in_a_dialog_opens_its_page_and_opens_it_once(qtbot: QtBot, tmp_path: Path) -> None:
    report = gicr.read(resources.path("samples", "2021.gicr").read_bytes()).report
    dialogs = {
        "input": SettingsDialog(Settings(tmp_path / "settings.json")),
        "files": VersionsDialog(tmp_path / "年报.gicr", report),
        "roll_up": RollUpDialog(Settings(tmp_path / "settings.json"), look.LIGHT),
    }
    for page, dialog in dialogs.items():
        qtbot.addWidget(dialog)
        dialog.show()
        for _ in range(2):
            dialog.activateWindow()
            qtbot.waitUntil(dialog.isActiveWindow)
            QTest.keyClick(dialog, Qt.Key.Key_F1)
        (help_window,) = dialog.findChildren(HelpWindow)
        assert help_window.isVisible()
        assert help_window.guide.accessibleDescription() == page
    background.wait_for_all()
