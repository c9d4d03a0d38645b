"""Colours, spacing and the one style sheet, made from the tokens of the look. Light, dark, high contrast."""

from functools import cache
from typing import Literal

from PySide6.QtCore import SIGNAL, QObject, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from gic_desktop.values import Struct, replace

Scheme = Literal["system", "light", "dark", "contrast"]
STEP = 4
CONTROL = 32
ROW = 30
COMFORTABLE_ROW = 36
CLOSE_ROW = 26
POINTS = 10.5
FUSION = ("-style", "Fusion")
"""Arguments of the application: Fusion on every system, so that pictures in the guide are true
everywhere. Asked for by `setStyle` it would cost the start 10 ms of Qt's enumerations in Python."""


class Theme(Struct, frozen=True):
    paper: str = "#ffffff"
    desk: str = "#f4f5f7"
    ink: str = "#1f2329"
    faint: str = "#646a73"
    disabled: str = "#646a73"
    """What cannot be used now; where nothing is faint it must not look as if it could."""
    rule: str = "#d4d8de"
    label: str = "#f0f3f8"
    computed: str = "#eef1f4"
    accent: str = "#1d5fbf"
    on_accent: str = "#ffffff"
    selected: str = "#e3edfb"
    error: str = "#b3261e"
    error_ground: str = "#fdecea"
    warning: str = "#8a5a00"
    warning_ground: str = "#fff4dc"
    hint: str = "#1f5c8a"
    hint_ground: str = "#e8f2fa"
    dark: bool = False

    def colour(self, token: str) -> QColor:
        return QColor(getattr(self, token))

    def severity(self, severity: str) -> tuple[QColor, QColor]:
        """The sign's colour and the ground below it."""
        return self.colour(severity), self.colour(f"{severity}_ground")


LIGHT = Theme()
DARK = Theme(
    paper="#1e2126", desk="#16181c", ink="#e6e8eb", faint="#9aa1ab", rule="#3a3f47",
    disabled="#9aa1ab", label="#262b33", computed="#2a2f37", accent="#6aa5ff", on_accent="#10151c", selected="#263a57",
    error="#ff8a80", error_ground="#40211f", warning="#ffcf70", warning_ground="#3d3118",
    hint="#8cc8f2", hint_ground="#1c303f", dark=True,
)  # fmt: skip
CONTRAST = replace(
    LIGHT, desk="#ffffff", ink="#000000", faint="#1f1f1f", disabled="#767676", rule="#000000", label="#ffffff",
    computed="#eeeeee", accent="#0037a8", selected="#cfe0ff", error="#8e0000", warning="#5c3b00",
    hint="#003a63",
)  # fmt: skip


def choose(scheme: Scheme) -> Theme:
    if scheme == "system":
        from PySide6.QtCore import Qt

        hints = QGuiApplication.styleHints()
        return DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT
    return {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}[scheme]


def palette(theme: Theme) -> QPalette:
    made = QPalette()
    role = QPalette.ColorRole
    for where, token in (
        (role.Window, "desk"), (role.WindowText, "ink"), (role.Base, "paper"), (role.Text, "ink"),
        (role.AlternateBase, "label"), (role.Button, "paper"), (role.ButtonText, "ink"),
        (role.Highlight, "accent"), (role.HighlightedText, "on_accent"), (role.Link, "accent"),
        (role.ToolTipBase, "paper"), (role.ToolTipText, "ink"), (role.PlaceholderText, "faint"),
    ):  # fmt: skip
        made.setColor(where, theme.colour(token))
    for where in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, where, theme.colour("disabled"))
    return made


SHEET = """
QWidget {{ color: {ink}; }}
QMainWindow, QDialog, QWidget#desk {{ background: {desk}; }}
QToolTip {{ background: {paper}; color: {ink}; border: 1px solid {rule}; padding: 4px 6px; }}
QMenuBar {{ background: {desk}; padding: 2px 4px; }}
QMenuBar::item {{ padding: 5px 10px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {selected}; }}
QMenu {{ background: {paper}; border: 1px solid {rule}; padding: 4px; }}
QMenu::item {{ padding: 6px 28px 6px 24px; border-radius: 4px; }}
QMenu::item:selected {{ background: {selected}; color: {ink}; }}
QMenu::item:disabled {{ color: {disabled}; }}
QMenu::separator {{ height: 1px; background: {rule}; margin: 4px 8px; }}
QToolBar {{ background: {desk}; border: none; border-bottom: 1px solid {rule}; padding: 3px 8px; spacing: 4px; }}
QToolButton {{ padding: 5px 10px; border-radius: 4px; border: 1px solid transparent; }}
QToolButton:hover {{ background: {selected}; }}
QToolButton:pressed {{ border-color: {accent}; }}
QToolButton:disabled {{ color: {disabled}; }}
QToolButton[popupMode="2"] {{ padding-left: 8px; padding-right: 20px; }}
QToolButton::menu-indicator {{ image: none; width: 0; height: 0; subcontrol-origin: padding;
  subcontrol-position: center right; right: 8px; border-left: 4px solid {desk};
  border-right: 4px solid {desk}; border-top: 5px solid {faint}; }}
QPushButton::menu-indicator {{ image: none; width: 0; height: 0; subcontrol-origin: padding;
  subcontrol-position: center right; right: 6px; border-left: 4px solid {paper};
  border-right: 4px solid {paper}; border-top: 5px solid {faint}; }}
QStatusBar QToolButton {{ padding: 0 8px; }}
QToolBar#notice {{ background: {hint_ground}; border: none; border-top: 1px solid {rule}; padding: 2px; }}
QToolButton[link="true"] {{ color: {accent}; }}
QToolButton[link="true"]:focus {{ border-color: {accent}; }}
QPushButton {{ background: {paper}; border: 1px solid {rule}; border-radius: 4px; padding: 5px 16px; min-height: 20px; }}
QPushButton:hover {{ border-color: {accent}; }}
QPushButton:focus {{ border-color: {accent}; }}
QPushButton:disabled {{ color: {disabled}; }}
QPushButton:default, QPushButton[primary="true"] {{ background: {accent}; color: {on_accent}; border-color: {accent}; }}
QPushButton:default:disabled, QPushButton[primary="true"]:disabled {{
  background: {computed}; color: {disabled}; border-color: {rule}; }}
QPushButton:checked {{ background: {selected}; border-color: {accent}; }}
QPushButton {{ outline: 0; }}
QPushButton:default:focus, QPushButton[primary="true"]:focus {{ border-color: {ink}; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QLineEdit, QTextEdit, QPlainTextEdit, QComboBox, QDateEdit, QListWidget, QTreeView, QTextBrowser {{
  background: {paper}; border: 1px solid {rule}; border-radius: 4px;
  selection-background-color: {accent}; selection-color: {on_accent}; }}
QLineEdit, QComboBox, QDateEdit {{ padding: 4px 8px; min-height: 20px; }}
QLineEdit, QTextEdit, QPlainTextEdit {{ placeholder-text-color: {faint}; }}
QDateEdit {{ padding: 2px 8px 3px 8px; }}
QLineEdit:focus, QTextEdit:focus, QComboBox:focus, QDateEdit:focus {{ border-color: {accent}; }}
QLineEdit:read-only {{ color: {faint}; }}
QLineEdit:disabled, QComboBox:disabled, QDateEdit:disabled {{ background: {desk}; color: {disabled}; }}
QCheckBox:disabled, QRadioButton:disabled {{ color: {disabled}; }}
QComboBox::drop-down, QDateEdit::drop-down {{ border: none; width: 24px; }}
QComboBox::down-arrow, QDateEdit::down-arrow {{ image: none; width: 0; height: 0; margin-right: 8px;
  border-left: 4px solid {paper}; border-right: 4px solid {paper}; border-top: 5px solid {faint}; }}
QCalendarWidget #qt_calendar_navigationbar {{ background: {label}; }}
QCalendarWidget #qt_calendar_prevmonth {{ qproperty-icon: none; qproperty-text: "‹"; }}
QCalendarWidget #qt_calendar_nextmonth {{ qproperty-icon: none; qproperty-text: "›"; }}
QCalendarWidget QAbstractItemView:disabled {{ color: {disabled}; }}
QListWidget, QTreeView {{ outline: 0; }}
QListWidget:focus, QTreeView:focus {{ border-color: {accent}; }}
Rail:focus {{ border-color: {rule}; }}
QListWidget::item, QTreeView::item {{ padding: 5px 6px; border-radius: 4px; }}
QListWidget::item:disabled {{ color: {disabled}; }}
QListWidget::item:selected, QTreeView::item:selected {{ background: {selected}; color: {ink}; }}
QListWidget::item:hover, QTreeView::item:hover {{ background: {label}; }}
QTreeView::branch {{ background: transparent; }}
QHeaderView::section {{ background: {label}; border: none; border-right: 1px solid {rule};
  border-bottom: 1px solid {rule}; padding: 5px 8px; }}
QGroupBox {{ border: 1px solid {rule}; border-radius: 6px; margin-top: 12px; padding: 12px; background: {paper}; }}
QGroupBox::title {{ subcontrol-origin: margin; left: 12px; padding: 0 4px; color: {faint}; }}
QLabel[faint="true"] {{ color: {faint}; }}
QLabel[heading="true"] {{ font-weight: 600; font-size: {heading}pt; }}
QLabel[title="true"] {{ font-weight: 600; font-size: {title}pt; }}
QFrame[paper="true"] {{ background: {paper}; border: 1px solid {rule}; border-radius: 6px; }}
QStatusBar {{ background: {desk}; border-top: 1px solid {rule}; }}
QStatusBar::item {{ border: none; }}
QSplitter::handle {{ background: {rule}; }}
QDockWidget::title {{ background: {label}; padding: 6px 10px; }}
QTabBar::tab {{ padding: 6px 14px; border: none; }}
QTabBar QToolButton {{ padding: 0; }}
QTabBar::tab:selected {{ border-bottom: 2px solid {accent}; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {rule}; }}
QSlider::handle:horizontal {{ width: 12px; margin: -4px 0; border-radius: 6px; background: {faint}; }}
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus {{ background: {accent}; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {rule}; border-radius: 5px; min-height: 32px; margin: 1px; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle:horizontal {{ background: {rule}; border-radius: 5px; min-width: 32px; margin: 1px; }}
QScrollBar::handle:hover {{ background: {faint}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QProgressBar {{ border: 1px solid {rule}; border-radius: 4px; text-align: center; background: {paper}; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 3px; }}
"""

TIGHT_BARS = """
QMenuBar { padding: 0 4px; }
QMenuBar::item { padding: 3px 10px; }
QToolBar { padding: 1px; }
QToolButton { padding: 2px 10px; }
"""
"""For menus and tools on a very low screen, over the sheet."""


def style_sheet(theme: Theme, points: float = POINTS) -> str:
    colours = {name: getattr(theme, name) for name in theme.__struct_fields__}
    return SHEET.format(**colours, heading=points + 2, title=points + 6)


def dress(application: QApplication, theme: Theme, points: float = POINTS) -> None:
    """Colours, sheet and font; the style below is `FUSION`, which the application starts with."""
    colours = palette(theme)
    application.setPalette(colours)
    # Fusion draws these frames in a darker shade of the window: on a dark one they were not seen.
    colours.setColor(QPalette.ColorRole.Window, theme.colour("faint").lighter(127))
    for framed in ("QCheckBox", "QSpinBox"):
        application.setPalette(colours, framed)  # type: ignore[arg-type] # as PySide6 takes it
    font = application.font()
    font.setPointSizeF(points)
    # Before the sheet: what is dressed already takes another font only with a new sheet.
    application.setFont(font)
    application.setStyleSheet(style_sheet(theme, points))
    # A new sheet brings the fonts back that Windows and KDE have for menus, lists and heads of tables.
    application.setFont(font)


def delete_later(window: QWidget) -> None:
    """Deletes it when Qt has time, with what the sheet noted of each widget inside.

    Qt forgets its notes of a widget that it dressed by name. Of viewports, lists of choices and
    fields within fields it keeps them for ever, by their addresses: 12 kB a window. Their end is
    therefore told as if it were that of one that it knows.
    """
    ended = SIGNAL("destroyed(QObject*)")
    for part in window.findChildren(QWidget):
        if not part.testAttribute(Qt.WidgetAttribute.WA_StyleSheet):
            QObject.connect(part, ended, _known_to_the_sheet(), ended)
    window.deleteLater()


@cache
def _known_to_the_sheet() -> QWidget:
    known = QWidget()
    known.ensurePolished()
    return known
