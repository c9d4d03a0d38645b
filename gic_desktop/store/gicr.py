"""Report ⇄ the bytes of a `.gicr` project file: UTF-8 JSON, stable order, unknown fields kept.

What nobody has vouched for is judged here, field by field; whatever is wrong ends in
`DamagedProject`, one sentence that names the place. Pictures live inside as base64, real PNG and
JPEG only, within limits.
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from gic_desktop.forms.catalogue import UnknownForm, form_named
from gic_desktop.forms.description import Form
from gic_desktop.report.edits import narratives, used_pictures
from gic_desktop.report.figures import Figure, Number, figure_text
from gic_desktop.report.narrative import Chart, Item, Narrative, Paragraph, Picture
from gic_desktop.report.report import (
    Contacts,
    ImportNote,
    Override,
    Report,
    Section,
    Signature,
)
from gic_desktop.store import json_text, migrations
from gic_desktop.store.faults import Reason, WriteFailed
from gic_desktop.values import Struct

MAX_FILE = 128 * 1024 * 1024
MAX_PICTURE = 10 * 1024 * 1024
MAX_PICTURES = 300
MAX_ITEMS = 20_000
MAX_EARLIER = 20
MARK = "gic-desktop"
YEARS = range(1990, 2101)

PICTURE_TYPES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}

_INSIDE = ("cells", "pictures")
"""Under these names `Report.extra` keeps what stood unknown inside the members of that name."""

_T = TypeVar("_T")


class DamagedProject(ValueError):
    """The bytes are no usable project; the text is the sentence for the clerk."""


class Opened(Struct, frozen=True):
    """`newer`: written by a newer program; to be shown, never to be saved over."""

    report: Report
    newer: bool = False


def picture_type(data: bytes) -> str | None:
    """The type of a picture by its first bytes, None when it is not one of ours."""
    return next((kind for kind, mark in PICTURE_TYPES.items() if data.startswith(mark)), None)


# -- writing -------------------------------------------------------------------------------------


def write(report: Report) -> bytes:
    """Raises `WriteFailed` rather than make what `read` would refuse."""
    if any(len(narrative) > MAX_ITEMS for narrative in narratives(report)):
        raise _too_much(f"有一节的正文超过 {MAX_ITEMS} 段，项目文件容纳不下。请删去一部分")
    raw: dict[str, Any] = {"project": MARK, "version": migrations.VERSION, **_report(report)}
    used = used_pictures(report)
    unknown = report.extra.get("pictures", {})
    pictures = {
        name: {"type": picture_type(data), "data": base64.b64encode(data).decode("ascii")}
        | unknown.get(name, {})
        for name, data in report.pictures.items()
        if name in used
    }
    if len(pictures) > MAX_PICTURES:
        raise _too_much(f"图片超过 {MAX_PICTURES} 张，项目文件容纳不下。请删去一部分")
    if pictures:
        raw["pictures"] = pictures
    text = json_text.dumps(raw)
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        # Half of a rare character, cut in two by another program: no character, and no reason to save nothing.
        text = "".join("\ufffd" if "\ud800" <= one <= "\udfff" else one for one in text)
        data = text.encode("utf-8")
    if len(data) > MAX_FILE:
        most = MAX_FILE // 1024 // 1024
        raise _too_much(f"图片和文字合计过大，超过项目文件的上限 {most} MB。请缩小或删去部分图片")
    return data


def _too_much(what: str) -> WriteFailed:
    return WriteFailed(Reason.TOO_BIG, f"{what}，再保存或导出。", Path())


def _report(report: Report) -> dict[str, Any]:
    raw: dict[str, Any] = {"form": report.form_id, "year": report.year, "organ": report.organ}
    if report.title is not None:
        raw["title"] = report.title
    _put(raw, "annex", report.annex)
    _put(raw, "preamble", _narrative(report.preamble))
    raw["sections"] = [_section(section) for section in report.sections]
    order = report.form.cells
    figures = ((cell, report.cells[cell]) for cell in order if cell in report.cells)
    unknown = report.extra.get("cells", {})
    raw["cells"] = {cell: _figure(figure, unknown.get(cell)) for cell, figure in figures}
    raw["cells"] |= {cell: value for cell, value in unknown.items() if cell not in order}
    _put(raw, "printed", dict(report.printed))
    _put(raw, "contacts", _members(report.contacts))
    signature = report.signature
    signed: dict[str, Any] = {"organ": signature.organ}
    if signature.date is not None:
        signed["date"] = signature.date.isoformat()
    raw["signature"] = {**signed, "shown": signature.shown, **signature.extra}
    _put(
        raw, "overrides", [{"key": o.key, "reason": o.reason, **o.extra} for o in report.overrides]
    )
    _put(raw, "dismissed", sorted(report.dismissed))
    _put(raw, "words", sorted(report.words))
    _put(raw, "import_notes", [_members(note) for note in report.import_notes])
    _put(raw, "sources", [dict(source) for source in report.sources])
    _put(raw, "settings", dict(report.settings))
    _put(raw, "earlier", [_report(earlier) for earlier in report.earlier])
    return raw | {key: value for key, value in report.extra.items() if key not in _INSIDE}


def _put(raw: dict[str, Any], key: str, value: Any) -> None:
    """Empty things are left out: the file says what there is."""
    if value:
        raw[key] = value


def _members(value: Contacts | ImportNote) -> dict[str, Any]:
    names = [name for name in value.__struct_fields__ if name != "extra"]
    found = {name: getattr(value, name) for name in names if getattr(value, name)}
    return found | dict(getattr(value, "extra", {}))


def _figure(figure: Figure, unknown: dict[str, Any] | None) -> Number | dict[str, Any]:
    if not figure.remark and not figure.unit and not unknown:
        return figure.value
    raw: dict[str, Any] = {"value": figure.value}
    _put(raw, "unit", figure.unit)
    _put(raw, "remark", figure.remark)
    return raw | (unknown or {})


def _section(section: Section) -> dict[str, Any]:
    raw: dict[str, Any] = {"id": section.id}
    if section.heading is not None:
        raw["heading"] = section.heading
    _put(raw, "body", _narrative(section.body))
    _put(raw, "notes", _narrative(section.notes))
    return raw | dict(section.extra)


def _narrative(narrative: Narrative) -> list[dict[str, Any]]:
    return [_item(item) for item in narrative]


def _item(item: Item) -> dict[str, Any]:
    if isinstance(item, Paragraph):
        level = {"level": item.level} if item.level else {}
        return {"text": item.text, **level, **item.extra}
    if isinstance(item, Picture):
        raw: dict[str, Any] = {"picture": item.picture, "width": item.width}
        _put(raw, "caption", item.caption)
        _put(raw, "alternative", item.alternative)
    else:
        raw = {"chart": item.series}
        _put(raw, "caption", item.caption)
    return raw | dict(item.extra)


# -- reading -------------------------------------------------------------------------------------


def read(data: bytes) -> Opened:
    if len(data) > MAX_FILE:
        raise DamagedProject(f"项目文件过大，超过 {MAX_FILE // 1024 // 1024} MB，无法打开。")
    try:
        raw = json_text.loads(data)
    except json_text.JsonError as error:
        raise DamagedProject(
            f"这不是可用的项目文件：{error}。请改用这份文件的其他副本。"
        ) from error
    if not isinstance(raw, dict) or raw.get("project") != MARK:
        raise DamagedProject("这不是本程序的项目文件，请选择扩展名为 .gicr 的文件。")
    fields = _Fields(raw, "")
    fields.take("project", str)
    version = fields.take("version", int)
    if version < 1:
        raise _bad("version")
    newer = version > migrations.VERSION
    if version < migrations.VERSION:
        fields = _Fields(migrations.lifted(fields.rest(), version), "")
    try:
        return Opened(_read_report(fields, *_read_pictures(fields)), newer)
    except DamagedProject as error:
        if newer:
            # Whatever is strange in it is the newer program's: nobody need look for an older copy.
            raise DamagedProject(
                "这份项目文件由更新版本的程序保存，本程序不能显示其中的内容。请升级本程序后再打开。"
            ) from error
        raise


def _bad(where: str) -> DamagedProject:
    place = f"（位置：{where}）" if where else ""
    return DamagedProject(f"项目文件的内容有误{place}，无法打开。请改用这份文件的其他副本。")


class _Fields:
    """The members of one object; what nobody asked for is `rest` and survives."""

    def __init__(self, raw: Any, where: str) -> None:
        if not isinstance(raw, dict):
            raise _bad(where)
        self._left = dict(raw)
        self._where = where

    def where(self, key: str) -> str:
        return f"{self._where}.{key}" if self._where else key

    def has(self, key: str) -> bool:
        return key in self._left

    def take(self, key: str, kind: type[_T], default: _T | None = None) -> _T:
        value = self._left.pop(key, default)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise _bad(self.where(key))
        return value

    def take_texts(self, key: str) -> list[str]:
        values = self.take(key, list, [])
        if not all(isinstance(value, str) for value in values):
            raise _bad(self.where(key))
        return values

    def objects(self, key: str, most: int) -> list["_Fields"]:
        values = self.take(key, list, [])
        if len(values) > most:
            raise _bad(self.where(key))
        return [_Fields(v, f"{self.where(key)}[{n}]") for n, v in enumerate(values)]

    def rest(self) -> dict[str, Any]:
        return self._left


def _read_report(
    fields: _Fields,
    pictures: Mapping[str, bytes],
    unknown_of_pictures: Mapping[str, Any],
    *,
    inner: bool = False,
) -> Report:
    form_id = fields.take("form", str)
    try:
        form = form_named(form_id)
    except UnknownForm as error:
        raise DamagedProject(str(error)) from error
    year = fields.take("year", int)
    if year not in YEARS:
        raise _bad(fields.where("year"))
    organ = fields.take("organ", str)
    cells, printed, unknown = _read_cells(form, fields)
    earlier = (
        ()
        if inner
        else tuple(
            _read_report(one, {}, {}, inner=True) for one in fields.objects("earlier", MAX_EARLIER)
        )
    )
    report = Report(
        form_id=form_id,
        year=year,
        organ=organ,
        title=fields.take("title", str) if fields.has("title") else None,
        annex=fields.take("annex", str, ""),
        preamble=_read_narrative(fields, "preamble"),
        sections=_read_sections(form, fields),
        cells=cells,
        printed=printed,
        contacts=_read_contacts(fields.take("contacts", dict, {}), fields.where("contacts")),
        signature=_read_signature(fields.take("signature", dict, {}), fields.where("signature")),
        pictures=pictures,
        overrides=tuple(
            Override(o.take("key", str), o.take("reason", str), o.rest())
            for o in fields.objects("overrides", MAX_ITEMS)
        ),
        dismissed=frozenset(fields.take_texts("dismissed")),
        words=frozenset(fields.take_texts("words")),
        import_notes=tuple(
            ImportNote(
                o.take("kind", str),
                o.take("printed", str, ""),
                o.take("expected", str, ""),
                o.take("cell", str, ""),
                o.rest(),
            )
            for o in fields.objects("import_notes", MAX_ITEMS)
        ),
        sources=tuple(o.rest() for o in fields.objects("sources", 1_000_000)),
        settings=fields.take("settings", dict, {}),
        earlier=earlier,
        extra=fields.rest()
        | ({"cells": unknown} if unknown else {})
        | ({"pictures": unknown_of_pictures} if unknown_of_pictures else {}),
    )
    missing = used_pictures(report) - report.pictures.keys()
    if missing and not inner:
        raise DamagedProject("项目文件中缺少图片的内容，无法打开。请改用这份文件的其他副本。")
    return report


def _read_cells(
    form: Form, fields: _Fields
) -> tuple[dict[str, Figure], dict[str, str], dict[str, Any]]:
    """Figures, printed texts, and what is unknown: cells this form does not have, members of figures."""
    cells: dict[str, Figure] = {}
    unknown: dict[str, Any] = {}
    printed = fields.take("printed", dict, {})
    if not all(isinstance(text, str) for text in printed.values()):
        raise _bad(fields.where("printed"))
    for cell, raw in fields.take("cells", dict, {}).items():
        known = form.cells.get(cell)
        if known is None:
            unknown[cell] = raw
            continue
        figure, more = _read_figure(raw, fields.where(f"cells.{cell}"))
        if known.computed:
            # Somebody wrote a total by hand: it is shown beside the computed one, never believed.
            printed.setdefault(cell, figure_text(figure))
            continue
        if isinstance(figure.value, Decimal) and known.kind != "money":
            raise _bad(fields.where(f"cells.{cell}"))
        if figure.value < 0 and known.kind != "signed":
            raise _bad(fields.where(f"cells.{cell}"))
        cells[cell] = figure
        if more:
            unknown[cell] = more
    return cells, printed, unknown


def _read_figure(raw: Any, where: str) -> tuple[Figure, dict[str, Any]]:
    more: dict[str, Any] = {}
    if isinstance(raw, dict):
        fields = _Fields(raw, where)
        value: Any = fields.take("value", object)
        figure = Figure(value, fields.take("remark", str, ""), fields.take("unit", str, ""))
        more = fields.rest()
    else:
        figure = Figure(raw)
    if isinstance(figure.value, bool) or not isinstance(figure.value, (int, Decimal)):
        raise _bad(where)
    return figure, more


def _read_sections(form: Form, fields: _Fields) -> tuple[Section, ...]:
    """The file's sections in its order, then those of the form that it lacks."""
    found: dict[str, Section] = {}
    for one in fields.objects("sections", 100):
        section_id = one.take("id", str)
        heading = one.take("heading", str) if one.has("heading") else None
        body, notes = _read_narrative(one, "body"), _read_narrative(one, "notes")
        if section_id in found:
            raise _bad(fields.where(f"sections.{section_id}"))
        found[section_id] = Section(section_id, body, notes, heading, one.rest())
    for section in form.sections:
        found.setdefault(section.id, Section(section.id))
    return tuple(found.values())


def _read_narrative(fields: _Fields, key: str) -> Narrative:
    return tuple(_read_item(item, key) for item in fields.objects(key, MAX_ITEMS))


def _read_item(fields: _Fields, key: str) -> Item:
    if fields.has("picture"):
        width = fields.take("width", int, 100)
        if not 5 <= width <= 100:
            raise _bad(fields.where("width"))
        return Picture(
            fields.take("picture", str),
            fields.take("caption", str, ""),
            fields.take("alternative", str, ""),
            width,
            fields.rest(),
        )
    if fields.has("chart"):
        return Chart(fields.take("chart", str), fields.take("caption", str, ""), fields.rest())
    text, level = fields.take("text", str), fields.take("level", int, 0)
    if not 0 <= level <= 4 or "\n" in text:
        raise _bad(fields.where(key))
    return Paragraph(text, level, fields.rest())


def _read_contacts(raw: Any, where: str) -> Contacts:
    fields = _Fields(raw, where)
    names = [name for name in Contacts.__struct_fields__ if name != "extra"]
    known = {name: fields.take(name, str, "") for name in names}
    return Contacts(**known, extra=fields.rest())


def _read_signature(raw: Any, where: str) -> Signature:
    fields = _Fields(raw, where)
    organ = fields.take("organ", str, "")
    day = fields.take("date", str, "")
    shown = fields.take("shown", bool, False)
    try:
        signed = date.fromisoformat(day) if day else None
    except ValueError as error:
        raise _bad(f"{where}.date") from error
    return Signature(organ, signed, shown, fields.rest())


def _read_pictures(report: _Fields) -> tuple[dict[str, bytes], dict[str, Any]]:
    """The pictures' bytes, and what else stood beside them."""
    raw = report.take("pictures", dict, {})
    if len(raw) > MAX_PICTURES:
        raise DamagedProject(f"项目文件中的图片超过 {MAX_PICTURES} 张，无法打开。")
    found: dict[str, bytes] = {}
    unknown: dict[str, Any] = {}
    for name, one in raw.items():
        fields = _Fields(one, "pictures")
        fields.take("type", str)
        text = fields.take("data", str)
        if len(text) > MAX_PICTURE * 4 // 3 + 4:
            raise DamagedProject(
                f"项目文件中有图片超过 {MAX_PICTURE // 1024 // 1024} MB，无法打开。"
            )
        try:
            data = base64.b64decode(text, validate=True)
        except binascii.Error as error:
            raise _bad("pictures") from error
        if picture_type(data) is None:
            raise _bad("pictures")
        found[name] = data
        if fields.rest():
            unknown[name] = fields.rest()
    return found, unknown
