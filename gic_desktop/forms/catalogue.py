"""Which forms there are, and which one a year wants. A form file is read once per process.

Forms ship with the program; the environment variable `GIC_DESKTOP_FORMS` names a folder with
further form files, so that an office can work on a new form before a new version of the program.
"""

import os
from functools import cache
from pathlib import Path

from gic_desktop import resources
from gic_desktop.forms import kept
from gic_desktop.forms.description import Form, FormError, Head

FURTHER_FORMS = "GIC_DESKTOP_FORMS"

_added: dict[str, Form] = {}


class UnknownForm(LookupError):
    """No such form, or none for that year; the text is a sentence for the clerk."""


@cache
def _heads() -> dict[str, tuple[Head, Path]]:
    """Id and years of every form file; the rest of a file is read when its form is wanted."""
    folders = [resources.path("forms")]
    if further := os.environ.get(FURTHER_FORMS):
        folders.append(Path(further))
    files = [path for folder in folders for path in sorted(folder.glob("*.toml"))]
    heads = [(kept.head(path), path) for path in files]
    by_id = {head.id: (head, path) for head, path in heads}
    if len(by_id) != len(heads):
        raise FormError("two form files have the same id")
    return by_id


@cache
def _shipped(form_id: str) -> Form | None:
    found = _heads().get(form_id)
    return None if found is None else kept.form(found[1])


def all_forms() -> dict[str, Form]:
    shipped = ((form_id, _shipped(form_id)) for form_id in _heads())
    return {**{form_id: form for form_id, form in shipped if form is not None}, **_added}


def form_named(form_id: str) -> Form:
    form = _added.get(form_id) or _shipped(form_id)
    if form is None:
        known = "、".join(all_forms())
        raise UnknownForm(f"没有名为“{form_id}”的年报格式，现有格式：{known}。")
    return form


def form_for_year(year: int) -> Form:
    """The form whose years cover `year`; of several, the one that began last."""
    known = {form_id: (head.first_year, head.last_year) for form_id, (head, _) in _heads().items()}
    known |= {form.id: (form.first_year, form.last_year) for form in _added.values()}
    fitting = [
        (first, form_id)
        for form_id, (first, last) in known.items()
        if first <= year and (last is None or year <= last)
    ]
    if not fitting:
        first = min(first for first, _ in known.values())
        raise UnknownForm(f"没有适用于{year}年度的年报格式，最早的格式用于{first}年度。")
    # Of two that begin in the same year, the one that is named first.
    return form_named(max(fitting, key=lambda one: one[0])[1])


def add_form(path: Path) -> Form:
    """A further form file, beside the shipped ones, for the life of the process."""
    form = kept.form(path)
    _added[form.id] = form
    return form


def forget_added() -> None:
    _added.clear()
