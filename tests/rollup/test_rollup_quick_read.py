"""The short road says yes only where the long one has nothing to say, and says it often enough."""

import copy
import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from gic_desktop import resources
from gic_desktop.checks.run import check
from gic_desktop.forms.catalogue import form_named
from gic_desktop.forms.compiled import compiled
from gic_desktop.report.totals import values_of
from gic_desktop.rollup.quick_read import knows_the_rules, quick_read
from gic_desktop.store import gicr

AMOUNT = "disclosure.procurement.amount"


def sample(form):
    """Without the unit that the first form makes its authors write: that is what is not usual."""
    raw = json.loads(resources.path("samples", f"{form}.gicr").read_bytes())
    for report in (raw, *raw["earlier"]):
        if AMOUNT in report["cells"]:
            report["cells"][AMOUNT] = 848450
    return raw


SAMPLES = [sample("2019"), sample("2021")]


def agrees(data):
    """Whether the short road took the file; if so, the long road has the same figures, no finding."""
    quick = quick_read(data)
    if quick is None:
        return False
    opened = gicr.read(data)
    report = opened.report
    assert not opened.newer
    assert (quick.organ, quick.year, quick.form_id) == (report.organ, report.year, report.form_id)
    assert check(report, pace="at once") == ()
    flat = compiled(form_named(quick.form_id))
    values = values_of(report)
    assert dict(zip(flat.all, quick.values, strict=True)) == {c: values[c] for c in flat.all}
    assert [str(v) for v in quick.values] == [str(values[c]) for c in flat.all]
    return True


def test_usual_files_take_the_short_road(generated):
    folder, manifest = generated
    broken = {one["file"] for one in manifest["broken"]}
    took = [agrees(p.read_bytes()) for p in sorted(folder.rglob("*.gicr"))
            if p.relative_to(folder).as_posix() not in broken]  # fmt: skip
    assert sum(took) > 0.95 * len(took)
    for one in manifest["broken"]:
        if one["state"] == "unreadable" or one["errors"]:
            assert quick_read((folder / one["file"]).read_bytes()) is None, one


def test_the_sample_takes_it():
    assert knows_the_rules()
    assert agrees(json.dumps(SAMPLES[1]).encode())
    # A decrease, or a unit: left to the long road.
    assert not agrees(json.dumps(SAMPLES[0]).encode())


def _places(value, path=()):
    """Every member and element of a document."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()  # fmt: skip
    for key, member in inner:
        yield from _places(member, (*path, key))


PLACES = [[place for place in _places(sample) if place] for sample in SAMPLES]

ODD = st.one_of(
    st.sampled_from([None, True, False, "", "x", [], {}, -1, 0, 1, 4, 5, 9, 20, 200, 10_000, 99_999, 2023, 2024,
                     2025, 2026, 10**38, 10**39, 10**45, -(10**38), 0.5, {"value": 3}, {"value": 3, "remark": "其中"},
                     {"text": "x\ny"}, {"picture": "a"}, "2019", "2021", "甲街道办事处", "2025-13-40", "\ud800"]),
    st.integers(-50, 500),
    st.text(max_size=5),
)  # fmt: skip


@st.composite
def harmed(draw):
    """A sample with a few members changed, removed or added, where a clerk or a program might."""
    which = draw(st.integers(0, 1))
    raw = copy.deepcopy(SAMPLES[which])
    for _ in range(draw(st.integers(0, 2))):
        if draw(st.booleans()):
            where = draw(st.sampled_from([p for p in PLACES[which] if "cells" in p]))
        else:
            where = draw(st.sampled_from([p for p in PLACES[which] if "cells" not in p]))
        holder = raw
        try:
            for key in where[:-1]:
                holder = holder[key]
            match draw(st.sampled_from(["set", "set", "set", "remove", "add"])):
                case "set":
                    holder[where[-1]] = draw(ODD)
                case "remove":
                    del holder[where[-1]]
                case "add" if isinstance(holder, dict):
                    holder[draw(st.sampled_from(["new", "title", "heading", "printed", "notes", "extra",
                                                 "dismissed", "overrides", "level"]))] = draw(ODD)  # fmt: skip
                case _:
                    pass
        except (KeyError, IndexError, TypeError):
            pass
    return json.dumps(raw).encode()


@given(harmed())
def test_never_yes_where_the_long_road_says_something(data):
    agrees(data)


@st.composite
def balanced(draw):
    """This year's and last year's figures that tie out, near the bounds of every rule."""
    raw = copy.deepcopy(SAMPLES[1])
    now, then = dict.fromkeys(raw["cells"], 0), dict.fromkeys(raw["cells"], 0)
    received, carried, out, before = (
        draw(st.sampled_from([0, 1, 2, 19, 20, 200])) for _ in range(4)
    )
    now["requests.received.person"], now["requests.carried_in.person"] = received, carried
    now["requests.carried_out.person"] = out
    now["requests.granted.person"] = max(received + carried - out, 0)
    then["requests.carried_out.person"] = draw(st.sampled_from([carried, carried, before]))
    then["requests.received.person"] = before
    now["disclosure.fees.amount"] = draw(st.sampled_from([0, 9_999, 10_000, 1000]))
    then["disclosure.fees.amount"] = draw(st.sampled_from([0, 1, 10, 9_999]))
    now["disclosure.normative.valid"] = draw(st.integers(0, 3))
    now["disclosure.normative.issued"] = draw(st.integers(0, 3))
    then["disclosure.normative.valid"] = draw(st.integers(0, 3))
    now["disclosure.regulations.valid"] = then["disclosure.regulations.valid"] = draw(
        st.integers(0, 1)
    )
    raw["organ"] = draw(st.sampled_from(["甲街道办事处", "甲区财政局", "甲区财政局", " "]))
    raw["signature"] = {
        "organ": draw(st.sampled_from(["", raw["organ"], "乙"])),
        "shown": draw(st.booleans()),
    }
    raw["cells"] = now
    raw["earlier"][0]["cells"] = draw(st.sampled_from([then, {}, dict(list(then.items())[40:])]))
    if draw(st.booleans()):
        raw["earlier"] = []
    return json.dumps(raw).encode()


@given(balanced())
def test_near_the_bounds_of_the_rules(data):
    agrees(data)


def test_amounts_keep_their_digits():
    raw = copy.deepcopy(SAMPLES[1])
    data = json.dumps(raw).encode()
    data = data.replace(b'"disclosure.fees.amount": 0', b'"disclosure.fees.amount": 12.3400')
    quick = quick_read(data)
    if quick is not None:
        assert agrees(data)
        assert Decimal("12.3400") in [v for v in quick.values if isinstance(v, Decimal)]
