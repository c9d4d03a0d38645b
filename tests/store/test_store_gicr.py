"""The project file: what is saved is what is opened, whatever else the bytes hold."""

import base64
import json
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gic_desktop import resources
from gic_desktop.forms.catalogue import form_named
from gic_desktop.report.edits import SetCells
from gic_desktop.report.figures import Figure
from gic_desktop.report.narrative import Chart, Paragraph, Picture
from gic_desktop.report.report import (
    Contacts,
    ImportNote,
    Override,
    Section,
    Signature,
    new_report,
)
from gic_desktop.store import gicr, json_text
from gic_desktop.store.migrations import MIGRATIONS, VERSION
from gic_desktop.store.schema import NAME, schema
from gic_desktop.values import replace

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(40))
SAMPLES = [resources.path("samples", f"{form}.gicr") for form in ("2019", "2021")]

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=12)
paragraphs = st.builds(Paragraph, words, st.integers(0, 4))
items = st.one_of(
    paragraphs,
    st.builds(Picture, st.just("图1"), words, words, st.integers(5, 100)),
    st.builds(Chart, st.sampled_from(["outcomes", "applicants"]), words),
)
narratives = st.lists(items, max_size=4).map(tuple)
numbers = st.integers(0, 10**15) | st.decimals(0, 10**6, allow_nan=False, places=4)


@st.composite
def reports(draw):
    form = form_named(draw(st.sampled_from(["2019", "2021"])))
    inputs = [c for c in form.cells.values() if not c.computed]
    cells = {}
    for cell in draw(st.lists(st.sampled_from(inputs), max_size=8, unique_by=lambda c: c.id)):
        value = draw(numbers if cell.kind == "money" else st.integers(0, 10**15))
        cells[cell.id] = Figure(value, draw(words), draw(st.sampled_from(["", "元"])))
    sections = [
        Section(s.id, draw(narratives), draw(narratives), draw(st.none() | words))
        for s in form.sections
    ]
    blank = new_report(form, draw(st.integers(2019, 2030)), draw(words))
    return replace(
        blank,
        cells=cells,
        sections=tuple(sections),
        pictures={"图1": PNG},
        title=draw(st.none() | words),
        annex=draw(words),
        contacts=Contacts(telephone=draw(words), extra={"wechat": "x"}),
        signature=Signature(
            draw(words), draw(st.none() | st.dates(date(2020, 1, 1))), draw(st.booleans())
        ),
        overrides=tuple(draw(st.lists(st.builds(Override, words, words), max_size=2))),
        dismissed=frozenset(draw(st.lists(words, max_size=2))),
        import_notes=(ImportNote("label", "甲", "乙"),),
        printed={"requests.received.total": draw(words)},
        extra={"later_version": {"n": Decimal("1.50"), "list": [1, "二"]}},
    )


@given(reports())
def test_saved_and_opened_is_the_same(report):
    opened = gicr.read(gicr.write(report))
    shown = (
        opened.report
        if gicr.used_pictures(report)
        else replace(opened.report, pictures=report.pictures)
    )
    assert shown == report
    assert gicr.write(opened.report) == gicr.write(report)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.name)
def test_the_samples_are_canonical_and_fit_the_schema(path):
    data = path.read_bytes()
    assert gicr.write(gicr.read(data).report) == data
    jsonschema.Draft202012Validator(schema()).validate(json.loads(data))


def test_the_published_schema_is_fresh():
    published = resources.path("schema", NAME).read_text(encoding="utf-8")
    assert published == json_text.dumps(schema()), "run: build_scripts/dev.py make_schema"


def sample():
    return json.loads(SAMPLES[1].read_bytes())


def test_unknown_fields_survive():
    raw = sample()
    raw["mood"] = {"well": True}
    raw["sections"][0]["colour"] = "blue"
    raw["sections"][0]["body"][0]["bold"] = [1, 2]
    raw["cells"]["requests.unheard_of.person"] = 3
    raw["signature"]["seal"] = "x"
    raw["cells"]["requests.received.person"] = {"value": 26, "asked": "by letter"}
    raw["cells"]["disclosure.fees.amount"] = {"value": 3, "remark": "一笔", "paid": True}
    raw["import_notes"] = [{"kind": "label", "printed": "甲", "expected": "乙", "row": 3}]
    picture = {"type": "image/png", "data": base64.b64encode(PNG).decode(), "taken": "2025"}
    raw["pictures"] = {"图1": picture}
    raw["sections"][0]["body"].append({"picture": "图1", "width": 50, "frame": 1})
    again = json.loads(gicr.write(gicr.read(json.dumps(raw).encode()).report))
    assert again == raw
    # Of a figure that is no longer there nothing is left.
    report = SetCells({"disclosure.fees.amount": None}).apply(
        gicr.read(json.dumps(raw).encode()).report
    )
    assert "disclosure.fees.amount" not in json.loads(gicr.write(report))["cells"]


def test_a_newer_version_opens_to_be_read():
    raw = sample() | {"version": VERSION + 1, "new_thing": 1}
    opened = gicr.read(json.dumps(raw).encode())
    assert opened.newer
    assert opened.report.organ == raw["organ"]


@pytest.mark.parametrize(
    "strange",
    [{"form": "2031"}, {"cells": {"requests.received.person": "=8"}}, {"preamble": [{"table": 1}]}],
)
def test_what_only_a_newer_program_can_show_is_no_damage(strange):
    raw = sample() | {"version": VERSION + 1} | strange
    with pytest.raises(gicr.DamagedProject, match=r"由更新版本的程序保存.*请升级本程序"):
        gicr.read(json.dumps(raw).encode())


def test_every_version_has_its_migration_and_its_sample():
    versions = Path(__file__).parents[1] / "samples" / "versions"
    assert set(MIGRATIONS) == set(range(1, VERSION))
    for version in range(1, VERSION + 1):
        report = gicr.read((versions / f"{version}.gicr").read_bytes()).report
        became = (versions / f"{version}.became.gicr").read_bytes()
        assert gicr.write(report) == became


def test_a_total_in_the_file_is_never_believed():
    raw = sample()
    raw["cells"]["requests.received.total"] = 99
    report = gicr.read(json.dumps(raw).encode()).report
    assert "requests.received.total" not in report.cells
    assert report.printed["requests.received.total"] == "99"


def changed(**fields):
    return json.dumps(sample() | fields).encode()


def cell(value):
    return changed(cells={"requests.received.person": value})


DAMAGED = {
    "empty": b"",
    "not JSON": b"hello",
    "truncated": SAMPLES[1].read_bytes()[:-200],
    "GBK": '{"project":"街道"}'.encode("gb18030"),
    "zeros": bytes(1000),
    "list": b"[]",
    "other JSON": b'{"a": 1}',
    "deep": b"[" * 200_000,
    "deep object": b'{"a":' * 50_000,
    "long number": b'{"project": "gic-desktop", "version": ' + b"9" * 100_000 + b"}",
    "exponent": SAMPLES[1].read_bytes().replace(b"0.092", b"1e999999999"),
    "NaN": SAMPLES[1].read_bytes().replace(b"0.092", b"NaN"),
    "doubled key": b'{"project": "gic-desktop", "project": "gic-desktop"}',
    "lone surrogate": SAMPLES[1].read_bytes().replace(b'"organ": "', b'"organ": "\\ud800', 1),
    "lone surrogate in capitals": SAMPLES[1]
    .read_bytes()
    .replace(b'"organ": "', b'"organ": "\\uDFFF', 1),
    "printed total as a number": changed(printed={"requests.received.total": 3}),
    "no form": changed(form="1999"),
    "form of a wrong type": changed(form=7),
    "year as text": changed(year="2025"),
    "year true": changed(year=True),
    "year far away": changed(year=10**9),
    "cell as text": cell("8"),
    "cell true": cell(True),
    "cell null": cell(None),
    "cell negative": cell(-1),
    "cell broken": cell(1.5),
    "cell without a number": cell({"remark": "甲"}),
    "sections as object": changed(sections={}),
    "doubled section": changed(sections=[{"id": "overview"}, {"id": "overview"}]),
    "level 5": changed(preamble=[{"text": "x", "level": 5}]),
    "two lines in one paragraph": changed(preamble=[{"text": "x\ny"}]),
    "no such day": changed(signature={"date": "2025-02-30"}),
    "picture of another kind": changed(pictures={"a": {"type": "image/png", "data": "aGVsbG8="}}),
    "picture that is no base64": changed(pictures={"a": {"type": "image/png", "data": "!!"}}),
    "picture without its bytes": changed(preamble=[{"picture": "nowhere"}]),
    "version 0": changed(version=0),
    "too many paragraphs": changed(preamble=[{"text": ""}] * (gicr.MAX_ITEMS + 1)),
    "too many earlier years": changed(
        earlier=[{"form": "2021", "year": 2024, "organ": "甲"}] * (gicr.MAX_EARLIER + 1)
    ),
}


def test_a_picture_larger_than_any_is_refused_unread(monkeypatch):
    raw = sample()
    data = base64.b64encode(PNG).decode()
    raw["pictures"] = {"图1": {"type": "image/png", "data": data}}
    monkeypatch.setattr(gicr, "MAX_PICTURE", len(PNG))
    assert gicr.read(json.dumps(raw).encode()).report.pictures == {"图1": PNG}
    monkeypatch.setattr(gicr, "MAX_PICTURE", len(PNG) - 9)
    with pytest.raises(gicr.DamagedProject, match="有图片超过"):
        gicr.read(json.dumps(raw).encode())


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED.keys())
def test_damaged_files_end_in_one_sentence(data):
    with pytest.raises(gicr.DamagedProject) as refused:
        gicr.read(data)
    assert str(refused.value).endswith("。")
    assert "\n" not in str(refused.value)
    assert "早前版本" not in str(refused.value), "there may be none: the window knows"


def test_a_byte_order_mark_is_no_damage():
    assert gicr.read(b"\xef\xbb\xbf" + SAMPLES[0].read_bytes()).report.year == 2020


@given(st.binary(max_size=200))
def test_any_bytes_are_a_report_or_a_sentence(data):
    with pytest.raises(gicr.DamagedProject):
        gicr.read(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.sampled_from(sorted(sample())), json_values)
def test_any_value_anywhere_is_a_report_or_a_sentence(key, value):
    try:
        report = gicr.read(json.dumps(sample() | {key: value}).encode()).report
    except gicr.DamagedProject:
        return
    assert gicr.read(gicr.write(report)).report == report


@given(st.integers(0, 20_000), st.binary(min_size=1, max_size=3))
def test_a_few_bytes_changed_anywhere(at, bytes_):
    data = SAMPLES[1].read_bytes()
    at %= len(data)
    with suppress(gicr.DamagedProject):
        assert gicr.read(data[:at] + bytes_ + data[at + len(bytes_) :]).report.form_id == "2021"
