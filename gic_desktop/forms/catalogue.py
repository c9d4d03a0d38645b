"""Which forms there are, and which one a year wants. A form file is read once per process.

Forms ship with the program; the environment variable `GIC_DESKTOP_FORMS` names a folder with
further form files, so that an office can work on a new form before a new version of the program.
"""

import os
from functools import cache
from pathlib import Path

from gic_desktop import resources
from gic_desktop.forms.description import Form
from gic_desktop.forms.reader import FormError, read_form

FURTHER_FORMS = "GIC_DESKTOP_FORMS"

_added: dict[str, Form] = {}


class UnknownForm(LookupError):
    """No such form, or none for that year; the text is a sentence for the clerk."""


@cache
def _shipped() -> dict[str, Form]:
    folders = [resources.path("forms")]
    if further := os.environ.get(FURTHER_FORMS):
        folders.append(Path(further))
    forms = [read_form(path) for folder in folders for path in sorted(folder.glob("*.toml"))]
    by_id = {form.id: form for form in forms}
    if len(by_id) != len(forms):
        raise FormError("two form files have the same id")
    return by_id


def all_forms() -> dict[str, Form]:
    return {**_shipped(), **_added}


@cache
def _alone(form_id: str) -> Form | None:
    """One shipped form without reading the others: a file is called after its form's id."""
    if not form_id.isalnum():
        return None
    path = resources.path("forms") / f"{form_id}.toml"
    return read_form(path) if path.is_file() else None


def form_named(form_id: str) -> Form:
    form = _added.get(form_id) or _alone(form_id) or all_forms().get(form_id)
    if form is None:
        known = "、".join(all_forms())
        raise UnknownForm(f"没有名为“{form_id}”的年报格式，现有格式：{known}。")
    return form


def form_for_year(year: int) -> Form:
    """The form whose years cover `year`; of several, the one that began last."""
    fitting = [form for form in all_forms().values() if form.covers(year)]
    if not fitting:
        first = min(form.first_year for form in all_forms().values())
        raise UnknownForm(f"没有适用于{year}年度的年报格式，最早的格式用于{first}年度。")
    return max(fitting, key=lambda form: form.first_year)


def add_form(path: Path) -> Form:
    """A further form file, beside the shipped ones, for the life of the process."""
    form = read_form(path)
    _added[form.id] = form
    return form


def forget_added() -> None:
    _added.clear()
