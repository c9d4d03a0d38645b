"""Last year's report → this year's beginning.

The organ, contacts, preamble with its years moved on, the outline (headings without their text) and
what the form itself carries over (a relation of this year's cell alone to last year's alone) come
along; every other figure starts unanswered. Last year's report is linked for the checks.
"""

import re
from datetime import date

from gic_desktop.forms.catalogue import form_for_year
from gic_desktop.report.edits import LinkEarlier, SetCells
from gic_desktop.report.figures import Figure
from gic_desktop.report.narrative import Narrative, Paragraph
from gic_desktop.report.report import Report, Section, new_report
from gic_desktop.report.totals import values_of
from gic_desktop.values import replace

_YEAR = re.compile(r"(?<![0-9])([12][0-9]{3})(?=\s*年)")


def start_from(last: Report, year: int, organ: str = "") -> Report:
    """A new report for `year`, begun from an earlier one."""
    form = form_for_year(year)
    begun = new_report(form, year, organ or last.organ)
    same_base = form.id == last.form_id or last.form.legal_base not in _text(last.preamble)
    preamble = _moved(last.preamble, year - last.year) if same_base else begun.preamble
    sections = tuple(
        Section(
            section.id,
            _outline(last.section(section.id).body) if section.kind == "narrative" else (),
        )
        for section in form.sections
    )
    begun = replace(
        begun,
        preamble=preamble or begun.preamble,
        sections=sections,
        annex=last.annex,
        contacts=last.contacts,
        words=last.words,
        signature=replace(
            last.signature, organ=organ or last.signature.organ or last.organ, date=None
        ),
        settings=last.settings,
    )
    begun = LinkEarlier(last).apply(begun)
    return SetCells(carried_figures(begun)).apply(begun)


def carried_figures(report: Report) -> dict[str, Figure | None]:
    """Cells whose value the form takes over from last year's report, column by column."""
    last = report.last
    if last is None:
        return {}
    then = values_of(last)
    found: dict[str, Figure | None] = {}
    for relation in report.form.relations:
        if relation.sign != "=" or len(relation.left) != 1 or len(relation.right) != 1:
            continue
        here, there = relation.left[0], relation.right[0]
        if here.last or not there.last or report.form.cells[here.cell].computed:
            continue
        if relation.same_form and last.form_id != report.form_id:
            continue
        value = then.get(there.cell)
        if value is not None:
            found[here.cell] = Figure(value)
    return found


def move_years(text: str, by: int) -> str:
    """`2024年1月1日至2024年12月31日` a year on. Document numbers, `〔2021〕30号`, stay."""
    return _YEAR.sub(lambda found: str(int(found[1]) + by), text)


def signing_day(report: Report, today: date) -> date:
    """The day proposed for the signature: today, if it lies in the year after the report's."""
    if today.year == report.year + 1:
        return today
    return date(report.year + 1, 1, 15)


def _text(narrative: Narrative) -> str:
    return "\n".join(item.text for item in narrative if isinstance(item, Paragraph))


def _moved(narrative: Narrative, by: int) -> Narrative:
    return tuple(
        replace(item, text=move_years(item.text, by))
        for item in narrative
        if isinstance(item, Paragraph)
    )


def _outline(narrative: Narrative) -> Narrative:
    return tuple(item for item in narrative if isinstance(item, Paragraph) and item.level)
