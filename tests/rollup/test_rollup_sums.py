"""Sums are exact at any size, and the same however reports are grouped."""

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gic_desktop.forms.catalogue import form_named
from gic_desktop.forms.compiled import compiled
from gic_desktop.report.figures import Figure
from gic_desktop.report.totals import values_with_totals
from gic_desktop.rollup.spool import Details, record
from gic_desktop.rollup.sums import EXACT, Sums, split

FLAT = compiled(form_named("2021"))
FEES = "disclosure.fees.amount"
PROCUREMENT = "disclosure.procurement.amount"

counts = st.integers(0, 10**15) | st.integers(10**30, 10**39 - 1)
amounts = st.decimals(0, 10**9, places=6) | st.decimals(0, 10**9, places=2) | st.integers(0, 10**15)
reports = st.dictionaries(st.sampled_from(FLAT.inputs), counts.map(Figure), max_size=8).flatmap(
    lambda cells: amounts.map(lambda fee: {**cells, FEES: Figure(fee)})
)


def total(given_reports, flat=FLAT):
    sums = Sums.of(flat)
    with decimal.localcontext(EXACT):
        for report in given_reports:
            sums.take(*split(flat, report))
    return sums


def told(sums, flat=FLAT):
    with decimal.localcontext(EXACT):
        return sums.told(flat)


@given(st.lists(reports, max_size=12))
def test_as_fractions_would(several):
    figures, gaps, doubts = told(total(several))
    for cell in FLAT.inputs:
        given_figures = [r[cell].value for r in several if cell in r]
        assert gaps.get(cell, 0) == len(several) - len(given_figures)
        if cell in figures:
            assert Fraction(figures[cell].value) == sum(map(Fraction, given_figures))
        else:
            assert not given_figures or "超过 40 位" in doubts[cell]


@given(st.lists(reports, max_size=8), st.integers(0, 8), st.randoms())
def test_in_any_order_and_any_pieces(several, cut, chance):
    mixed = several.copy()
    chance.shuffle(mixed)
    joined = total(mixed[:cut])
    with decimal.localcontext(EXACT):
        joined.join(total(mixed[cut:]))
    assert told(joined) == told(total(several))


@given(st.lists(reports, min_size=1, max_size=6))
def test_taking_away_is_never_having_added(several):
    sums = total(several)
    with decimal.localcontext(EXACT):
        sums.take(*split(FLAT, several[0]), away=True)
    rest = total(several[1:])
    assert (told(sums)[0], told(sums)[1]) == (told(rest)[0], told(rest)[1])


@pytest.mark.parametrize(
    ("written", "sum_"),
    [
        ([("3", "万元"), ("5", "元")], ("30005", "元")),
        ([("0.5", "万元"), ("0.25", "万元")], ("0.75", "万元")),
        ([("848450", ""), ("1", "")], ("848451", "")),
        ([("0", ""), ("7", "元")], ("7", "元")),
        ([("0", ""), ("0", "")], ("0", "")),
        ([("8", ""), ("7", "元")], None),
        ([("8", "美元"), ("7", "元")], None),
        ([("8", "美元"), ("7", "美元")], ("15", "美元")),
    ],
)
def test_units(written, sum_):
    flat = compiled(form_named("2019"))
    several = [
        {PROCUREMENT: Figure(Decimal(v) if "." in v else int(v), unit=u)} for v, u in written
    ]
    figures, _, doubts = told(total(several, flat), flat)
    if sum_ is None:
        assert PROCUREMENT not in figures
        assert doubts[PROCUREMENT].startswith("单位不一致")
    else:
        found = figures[PROCUREMENT]
        assert (str(found.value), found.unit) == sum_


def test_a_form_with_a_unit_takes_others_in():
    several = [{FEES: Figure(Decimal("0.092"))}, {FEES: Figure(25000, unit="元")}]
    assert told(total(several))[0][FEES] == Figure(Decimal("2.5920"))


cells_2021 = st.dictionaries(
    st.sampled_from(list(form_named("2021").cells)), st.integers(0, 10**20)
)


@given(cells_2021)
def test_a_compiled_form_computes_the_same_totals(cells):
    inputs = {cell: value for cell, value in cells.items() if cell in FLAT.input_set}
    expected = values_with_totals(FLAT.form, {c: Figure(v) for c, v in inputs.items()})
    vector = FLAT.vector([inputs.get(cell) for cell in FLAT.inputs])
    assert {c: v for c, v in zip(FLAT.all, vector, strict=True) if v is not None} == expected


texts = st.text(max_size=30)


@given(
    st.lists(
        st.none()
        | st.integers(-(10**38), 10**38)
        | st.builds(Figure, st.decimals(0, 10**9, places=6), texts, texts),
        min_size=len(FLAT.inputs),
        max_size=len(FLAT.inputs),
    )
)
def test_what_a_file_gave_comes_back(figures):
    details = Details()
    details.keep(3, record("2021", figures))
    expected = {
        cell: f if isinstance(f, Figure) else Figure(f)
        for cell, f in zip(FLAT.inputs, figures, strict=True)
        if f is not None
    }
    assert details.figures(3) == expected
    assert {c: str(f.value) for c, f in details.figures(3).items()} == {
        c: format(f.value, "f") if isinstance(f.value, Decimal) else str(f.value)
        for c, f in expected.items()
    }
    assert details.figures(2) == details.figures(4) == {}
