"""What the clerk wrote: one immutable value. An edit makes a new one, which shares all that stayed.

`cells` holds only answered cells: a missing one is unanswered, which is not zero. Totals are never
in it. `printed` keeps, of an imported report, the text of cells that were not plain numbers and of
printed totals, so that a disagreement can be shown and nothing is lost.
"""

# Signature.date has the name of its type.
from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from gic_desktop.forms.catalogue import form_named
from gic_desktop.forms.description import Form
from gic_desktop.report.figures import Figure
from gic_desktop.report.narrative import Narrative, Paragraph
from gic_desktop.report.place import Part
from gic_desktop.values import Struct, field, replace

NOTHING: Mapping[str, Any] = {}


class Section(Struct, frozen=True):
    """`heading` is set only where it differs from the statutory one. `notes` stand under the table."""

    id: str
    body: Narrative = ()
    notes: Narrative = ()
    heading: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


class Contacts(Struct, frozen=True):
    address: str = ""
    postcode: str = ""
    telephone: str = ""
    email: str = ""
    website: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


CONTACT_NAMES = {
    "address": "地址",
    "postcode": "邮政编码",
    "telephone": "联系电话",
    "email": "电子邮箱",
    "website": "网址",
}
"""What each is called, in the window, in print and in findings."""


class Signature(Struct, frozen=True):
    """Organ and date at the end; `shown` keeps them while they are not printed."""

    organ: str = ""
    date: date | None = None
    shown: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)


class Override(Struct, frozen=True):
    """An error that stands, with its reason. `key` is the finding's own (`Finding.key`)."""

    key: str
    reason: str
    extra: Mapping[str, Any] = field(default_factory=dict)


class ImportNote(Struct, frozen=True):
    """What an import saw and the checks must know: a differing label, a mixed form, a lost part.

    `kind`: `label` (printed, expected), `form` (the forms met), `heading`, `lost`; `left` (what
    found no place in the report) and `doubt` (what was placed and should be looked at), both with
    the reason in `expected`.
    """

    kind: str
    printed: str = ""
    expected: str = ""
    cell: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


class Report(Struct, frozen=True, dict=True):
    form_id: str
    year: int
    organ: str
    sections: tuple[Section, ...]
    title: str | None = None
    annex: str = ""
    preamble: Narrative = ()
    contacts: Contacts = Contacts()
    signature: Signature = Signature()
    cells: Mapping[str, Figure] = field(default_factory=dict)
    printed: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()
    dismissed: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    """Words of this office that the typing checks leave alone."""
    earlier: tuple[Report, ...] = ()
    """Earlier years' reports, newest first, without pictures: for the checks across years."""
    import_notes: tuple[ImportNote, ...] = ()
    sources: tuple[Mapping[str, Any], ...] = ()
    """Of a roll-up: what it was made from, as `rollup` wrote it."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the file that this version does not know: written back as they came."""

    @property
    def form(self) -> Form:
        return form_named(self.form_id)

    @cached_property
    def _sections_by_id(self) -> dict[str, Section]:
        return {section.id: section for section in self.sections}

    def section(self, section_id: str) -> Section:
        return self._sections_by_id.get(section_id, Section(section_id))

    def narrative(self, section_id: str, part: Part) -> Narrative:
        """The text of a place; the preamble is a section here, with a body and no notes."""
        if section_id == "preamble":
            return self.preamble
        written = self.section(section_id)
        return written.notes if part == "notes" else written.body

    @property
    def full_title(self) -> str:
        """The title as printed, with a line feed where its author broke the line."""
        if self.title is not None:
            return self.title
        return self.form.title.format(organ=self.organ, year=self.year)

    @property
    def last(self) -> Report | None:
        """Last year's report, if it is linked."""
        return next((r for r in self.earlier if r.year == self.year - 1), None)

    def heading(self, section_id: str) -> str:
        written = self.section(section_id).heading
        return self.form.section(section_id).heading if written is None else written


def new_report(form: Form, year: int, organ: str) -> Report:
    """A blank report: the form's sections, the form's preamble with this year in it, no figures."""
    preamble = form.preamble.format(organ=organ, year=year)
    return Report(
        form_id=form.id,
        year=year,
        organ=organ,
        sections=tuple(Section(section.id) for section in form.sections),
        preamble=(Paragraph(preamble),) if preamble else (),
        signature=Signature(organ=organ),
    )


def without_pictures(report: Report) -> Report:
    """As kept inside the next year's report: no pictures, no report inside a report."""
    return replace(report, pictures={}, earlier=())
