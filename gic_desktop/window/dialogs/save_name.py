"""Where to save: a name with its ending, and never another file replaced unasked.

A dialog of the system asks about the name that was typed. Where an ending is added to it, as some
desktops leave to the program, that is the name of another file. Qt's own dialog, seen where a
desktop has none, would ask with 是 and 否, and is told not to.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QTreeView, QWidget

from gic_desktop.store.places import is_there
from gic_desktop.window.dialogs.ask import ask
from gic_desktop.window.theme import delete_later

_OTHER, _REPLACE = "换一个名称…", "替换"


def save_name(
    parent: QWidget | None, title: str, proposed: Path, kinds: str, endings: Sequence[str]
) -> Path | None:
    """`endings` as `kinds` names them, the usual one first; None when nothing shall be saved."""
    asks_itself = _of_the_system()
    option = QFileDialog.Option
    options = option(0) if asks_itself else option.DontConfirmOverwrite
    while True:
        name, kind = QFileDialog.getSaveFileName(parent, title, str(proposed), kinds, "", options)
        if not name:
            return None
        path = whole_name(Path(name), kind, endings, proposed)
        if (asks_itself and path == Path(name)) or not is_there(path):
            return path
        question = f"“{path.name}”已经存在。"
        answer = ask(parent, title, question, [_OTHER, _REPLACE, "取消"], safe=0)
        if answer == _REPLACE:
            return path
        if answer != _OTHER:
            return None
        proposed = path


@cache
def _of_the_system() -> bool:
    """Whether files are chosen in the system's dialog: Qt makes the list of its own one at once."""
    dialog = QFileDialog()
    found = dialog.findChild(QTreeView)
    delete_later(dialog)
    return found is None


def whole_name(path: Path, kind: str, endings: Sequence[str], proposed: Path) -> Path:
    """With an ending: the typed one; that of the chosen kind where the name stands as proposed."""
    chosen = next((ending for ending in endings if f"*{ending}" in kind), None)
    if path.suffix.lower() not in endings:
        return path.with_name(path.name + (chosen or endings[0]))
    if chosen is not None and path.name == proposed.name:
        return path.with_suffix(path.suffix if path.suffix.lower() == chosen else chosen)
    return path
