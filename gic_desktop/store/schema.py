"""The JSON Schema of the project file, made from the forms: published in `resources/`, never by hand."""

from typing import Any

from gic_desktop.forms.catalogue import all_forms
from gic_desktop.forms.description import Form
from gic_desktop.store.gicr import MARK, PICTURE_TYPES, YEARS
from gic_desktop.store.migrations import VERSION

NAME = "gicr.schema.json"


def schema() -> dict[str, Any]:
    forms = list(all_forms().values())
    report = _report(forms)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "GIC Desktop project file (.gicr)",
        "type": "object",
        "required": ["project", "version", "form", "year", "organ", "sections", "cells"],
        "properties": {
            "project": {"const": MARK},
            "version": {"const": VERSION},
            "pictures": {"type": "object", "additionalProperties": {"$ref": "#/$defs/picture"}},
            "earlier": {"type": "array", "items": {"$ref": "#/$defs/report"}},
            **report["properties"],
        },
        "allOf": report["allOf"],
        "$defs": {
            "report": report,
            "item": _item(),
            "narrative": {"type": "array", "items": {"$ref": "#/$defs/item"}},
            "picture": {
                "type": "object",
                "required": ["type", "data"],
                "properties": {
                    "type": {"enum": list(PICTURE_TYPES)},
                    "data": {"type": "string", "contentEncoding": "base64"},
                },
            },
            "count": _figure({"type": "integer", "minimum": 0}),
            "signed": _figure({"type": "integer"}),
            "money": _figure({"type": "number", "minimum": 0}),
        },
    }


def _text() -> dict[str, Any]:
    return {"type": "string"}


def _figure(number: dict[str, Any]) -> dict[str, Any]:
    members = {"value": number, "unit": _text(), "remark": _text()}
    whole = {"type": "object", "required": ["value"], "properties": members}
    return {"oneOf": [number, whole]}


def _item() -> dict[str, Any]:
    shapes = {
        "text": {"text": _text(), "level": {"type": "integer", "minimum": 0, "maximum": 4}},
        "picture": {
            "picture": _text(),
            "caption": _text(),
            "alternative": _text(),
            "width": {"type": "integer", "minimum": 5, "maximum": 100},
        },
        "chart": {"chart": _text(), "caption": _text()},
    }
    return {
        "oneOf": [
            {"type": "object", "required": [key], "properties": members}
            for key, members in shapes.items()
        ]
    }


def _report(forms: list[Form]) -> dict[str, Any]:
    narrative = {"$ref": "#/$defs/narrative"}
    section = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": _text(), "heading": _text(), "body": narrative, "notes": narrative},
    }
    override = {
        "type": "object",
        "required": ["key", "reason"],
        "properties": {"key": _text(), "reason": _text()},
    }
    texts = {"type": "array", "items": _text()}
    signature = {"organ": _text(), "date": {"type": "string"}, "shown": {"type": "boolean"}}
    return {
        "type": "object",
        "required": ["form", "year", "organ", "sections", "cells"],
        "properties": {
            "form": {"enum": [form.id for form in forms]},
            "year": {"type": "integer", "minimum": YEARS.start, "maximum": YEARS.stop - 1},
            "organ": _text(),
            "title": _text(),
            "annex": _text(),
            "preamble": narrative,
            "sections": {"type": "array", "items": section},
            "cells": {"type": "object"},
            "printed": {"type": "object", "additionalProperties": _text()},
            "contacts": {"type": "object"},
            "signature": {"type": "object", "properties": signature},
            "overrides": {"type": "array", "items": override},
            "dismissed": texts,
            "words": texts,
            "import_notes": {"type": "array", "items": {"type": "object"}},
            "sources": {"type": "array", "items": {"type": "object"}},
            "settings": {"type": "object"},
        },
        "allOf": [_cells_of(form) for form in forms],
    }


def _cells_of(form: Form) -> dict[str, Any]:
    """Each input cell by name with its kind; totals are computed and do not stand in the file."""
    cells = {
        cell.id: {"$ref": f"#/$defs/{cell.kind}"}
        for cell in form.cells.values()
        if not cell.computed
    }
    return {
        "if": {"properties": {"form": {"const": form.id}}},
        "then": {"properties": {"cells": {"properties": cells}}},
    }
