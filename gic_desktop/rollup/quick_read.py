"""The short road for a project file with nothing unusual in it: its figures, without making a report.

`quick_read` answers only where the strict reader would accept the file *and* the rules that run at
once would find nothing; for everything else it answers None, and the caller goes the long road
through `store.gicr` and `checks.run`. It never judges a file bad and it words no finding. What it
does not know — a field, a rule — is unusual.
"""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, NoReturn

from gic_desktop.checks.run import AT_ONCE, rules
from gic_desktop.forms.catalogue import UnknownForm, form_for_year, form_named
from gic_desktop.forms.compiled import Compiled, compiled
from gic_desktop.report.figures import Number
from gic_desktop.report.report import Contacts
from gic_desktop.store.gicr import MARK, MAX_EARLIER, MAX_ITEMS, YEARS
from gic_desktop.store.json_text import MAX_NUMBER
from gic_desktop.store.migrations import VERSION
from gic_desktop.values import Struct

_JUDGED = {
    *("relations_hold", "last_year_is_linked", "printed_totals_agree"),
    *("every_cell_is_answered", "street_makes_no_regulations", "figures_are_plain"),
    *("no_unexplained_swing", "money_in_its_unit"),
    *("form_fits_the_year", "headings_as_printed", "title_and_organ", "labels_as_printed"),
}
"""The rules that run at once, each of which this module knows to be silent where it answers."""

_INNER = frozenset(
    ("form", "year", "organ", "annex", "preamble", "sections", "cells", "contacts", "signature",
     "dismissed", "words", "settings")
)  # fmt: skip
_EARLIER = _INNER | {"title", "printed", "import_notes", "overrides"}
_OUTER = _INNER | {"project", "version", "earlier"}
_SECTION = frozenset(("id", "body", "notes"))
_SECTION_WITH_HEADING = _SECTION | {"heading"}
_PARAGRAPH = frozenset(("text", "level"))
_CONTACTS = frozenset(Contacts.__struct_fields__) - {"extra"}
_SIGNATURE = frozenset(("organ", "date", "shown"))
_NOTE = frozenset(("kind", "printed", "expected", "cell"))
_OVERRIDE = frozenset(("key", "reason"))
_WHOLE = {int}
_PLAIN = {int, Decimal}
_LARGEST = 10 ** (MAX_NUMBER - 1) - 1
_LARGE_FEE = 10_000
_SWING, _SMALLEST_SWING = 10, 20


class _Unusual(Exception):
    """Not for the short road."""


class QuickReport(Struct, frozen=True):
    """A report without findings: what the roll-up needs of it. `raw` is the file's document."""

    organ: str
    year: int
    form_id: str
    values: list[Number]
    """The vector of `compiled`: every input, then every total."""
    raw: dict[str, Any]


def quick_read(data: bytes) -> QuickReport | None:
    try:
        text = str(data, "utf-8")
        if "\\ud" in text or "\\uD" in text or not knows_the_rules():
            return None
        return _report(_decoder.decode(text))
    except (_Unusual, ValueError, RecursionError, UnknownForm):
        # ValueError: not JSON, not UTF-8, or a whole number of thousands of digits.
        return None


@cache
def knows_the_rules() -> bool:
    """A rule added later is not known to be silent: until it is, every file goes the long road."""
    return {one.run.__name__ for one in rules(AT_ONCE) if one.pace == "at once"} <= _JUDGED


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Unusual
    return found


def _decimal(text: str) -> Decimal:
    if len(text) > MAX_NUMBER or "e" in text or "E" in text:
        raise _Unusual
    return Decimal(text)


def _constant(_: str) -> NoReturn:
    raise _Unusual


# Whole numbers come without a hook, which would be called two hundred times a file: every number of
# a known field is bounded below, and an unknown field is unusual.
_decoder = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_float=_decimal, parse_constant=_constant
)


def _report(raw: Any) -> QuickReport | None:
    if type(raw) is not dict or not raw.keys() <= _OUTER:
        return None
    if raw.get("project") != MARK or type(raw.get("version")) is not int:
        return None
    if raw["version"] != VERSION:
        return None
    form_id, year, organ = _frame(raw, _SECTION)
    if not organ.strip() or form_for_year(year).id != form_id:
        return None
    signature = raw.get("signature", {})
    signed = signature.get("organ", "")
    if signature.get("shown") and signed and "".join(signed.split()) != "".join(organ.split()):
        return None
    flat = compiled(form_named(form_id))
    cells = raw["cells"]
    if len(cells) != len(flat.inputs):
        return None
    inputs = list(map(cells.get, flat.inputs))
    _figures(inputs, flat)
    values = flat.whole(inputs)
    last = _last(raw, year)
    if _may_be_found(flat, values, form_id, last):
        return None
    return QuickReport(organ, year, form_id, values, raw)


def _frame(raw: dict[str, Any], section_keys: frozenset[str]) -> tuple[str, int, str]:
    """Everything of a report but its figures; the strict reader has no complaint about it."""
    form_id, year, organ = raw.get("form"), raw.get("year"), raw.get("organ")
    if type(form_id) is not str or type(year) is not int or type(organ) is not str:
        raise _Unusual
    if year not in YEARS or type(raw.get("cells")) is not dict:
        raise _Unusual
    if type(raw.get("annex", "")) is not str:
        raise _Unusual
    _narrative(raw.get("preamble", []))
    sections = raw.get("sections", [])
    if type(sections) is not list or len(sections) > 100:
        raise _Unusual
    seen = set()
    for section in sections:
        if type(section) is not dict or not section.keys() <= section_keys:
            raise _Unusual
        if type(section.get("heading", "")) is not str or type(section.get("id")) is not str:
            raise _Unusual
        seen.add(section["id"])
        _narrative(section.get("body", []))
        _narrative(section.get("notes", []))
    if len(seen) != len(sections):
        raise _Unusual
    _texts_by_name(raw.get("contacts", {}), _CONTACTS)
    _signature(raw.get("signature", {}))
    _texts_by_name(raw.get("settings", {}), None)
    for key in ("dismissed", "words"):
        texts = raw.get(key, [])
        if type(texts) is not list or (texts and set(map(type, texts)) != {str}):
            raise _Unusual
    return form_id, year, organ


def _narrative(items: Any) -> None:
    if type(items) is not list or len(items) > MAX_ITEMS:
        raise _Unusual
    for item in items:
        if type(item) is not dict or not item.keys() <= _PARAGRAPH:
            raise _Unusual
        text, level = item.get("text"), item.get("level", 0)
        if type(text) is not str or "\n" in text or type(level) is not int or not 0 <= level <= 4:
            raise _Unusual


def _texts_by_name(raw: Any, known: frozenset[str] | None) -> None:
    if type(raw) is not dict or (known is not None and not raw.keys() <= known):
        raise _Unusual
    if raw and set(map(type, raw.values())) != {str}:
        raise _Unusual


def _signature(raw: Any) -> None:
    if type(raw) is not dict or not raw.keys() <= _SIGNATURE:
        raise _Unusual
    day = raw.get("date", "")
    if type(raw.get("organ", "")) is not str or type(day) is not str:
        raise _Unusual
    if type(raw.get("shown", False)) is not bool:
        raise _Unusual
    if day:
        date.fromisoformat(day)


def _figures(values: list[Any], flat: Compiled) -> None:
    """Plain numbers of the right kind; a remark, a unit, a blank or a sign is unusual."""
    kinds = set(map(type, values))
    if kinds != _WHOLE:
        if not kinds <= _PLAIN:
            raise _Unusual
        for position, value in enumerate(values):
            if type(value) is Decimal and position not in flat.money:
                raise _Unusual
    lowest = min(values if flat.unsigned is None else flat.unsigned(values))
    if lowest < 0 or min(values) < -_LARGEST or max(values) > _LARGEST:
        raise _Unusual


def _last(raw: dict[str, Any], year: int) -> tuple[str, Mapping[str, Number]] | None:
    """Form and figures of the linked report of the year before. All linked ones must be usual."""
    linked = raw.get("earlier", [])
    if type(linked) is not list or len(linked) > MAX_EARLIER:
        raise _Unusual
    last: tuple[str, Mapping[str, Number]] | None = None
    for one in linked:
        if type(one) is not dict or not one.keys() <= _EARLIER:
            raise _Unusual
        form_id, its_year, _ = _frame(one, _SECTION_WITH_HEADING)
        if type(one.get("title", "")) is not str:
            raise _Unusual
        _texts_by_name(one.get("printed", {}), None)
        _notes(one.get("import_notes", []), _NOTE, "kind")
        _notes(one.get("overrides", []), _OVERRIDE, "key", "reason")
        flat = compiled(form_named(form_id))
        cells = one["cells"]
        if not cells.keys() <= flat.input_set:
            raise _Unusual
        inputs: list[Number | None] = list(map(cells.get, flat.inputs))
        blank = None in inputs
        if cells:
            # The signs are judged with a harmless figure in the blanks.
            _figures([cells.get(c, 0) for c in flat.inputs] if blank else inputs, flat)
            if blank and not set(map(type, cells.values())) <= _PLAIN:
                raise _Unusual
        if last is None and its_year == year - 1:
            found = zip(flat.all, flat.vector(inputs), strict=True)
            last = form_id, {cell: value for cell, value in found if value is not None}
    return last


def _notes(raw: Any, known: frozenset[str], *needed: str) -> None:
    if type(raw) is not list or len(raw) > MAX_ITEMS:
        raise _Unusual
    for one in raw:
        _texts_by_name(one, known)
        if not all(key in one for key in needed):
            raise _Unusual


def _may_be_found(
    flat: Compiled,
    values: list[Number],
    form_id: str,
    last: tuple[str, Mapping[str, Number]] | None,
) -> bool:
    """Whether a rule could have something to say; the rule itself decides and words it."""
    if not flat.holds(values) or any(values[at] for at in flat.improbable):
        return True
    then = {} if last is None else last[1]
    if last is None:
        if any(values[at] for at in flat.carried):
            return True
    elif not flat.holds_across(values, then, same_form=last[0] == form_id) or any(
        _swings(now, before)
        for now, before in zip(values, map(then.get, flat.all), strict=True)
        if now and before
    ):
        return True
    return any(
        _in_other_unit(values[at], then.get(flat.all[at])) for at in flat.in_unit.get("万元", ())
    )


def _swings(now: Number, then: Number) -> bool:
    if now < 0 or then < 0:
        return True  # rare enough to be left to the rule
    larger, smaller = (now, then) if now > then else (then, now)
    return larger >= _SMALLEST_SWING and larger >= smaller * _SWING


def _in_other_unit(value: Number, then: Number | None) -> bool:
    return bool(value) and (value >= _LARGE_FEE or bool(then and value >= then * 1000))
