"""Thousands of harmed reports: a figure is in its own cell, or the import speaks of it."""

import random

import mutated_reports
import pytest

FORMS = ("2019", "2021")
_unharmed: dict[tuple[str, str], mutated_reports.Source] = {}


def source(form: str, shape: str):
    if (form, shape) not in _unharmed:
        _unharmed[form, shape] = mutated_reports.unharmed(form, shape)
    return _unharmed[form, shape]


def run(seeds: range) -> mutated_reports.Count:
    count = mutated_reports.Count()
    for seed in seeds:
        chance = random.Random(seed)
        form, shape = chance.choice(FORMS), chance.choice(mutated_reports.SHAPES)
        made = mutated_reports.harmed(source(form, shape), chance)
        mutated_reports.judge(made, mutated_reports.values(form), count)
    return count


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("shape", mutated_reports.SHAPES)
def test_an_unharmed_report_is_read_whole_and_without_a_word(form, shape):
    count = mutated_reports.Count()
    values = mutated_reports.values(form)
    mutated_reports.judge(mutated_reports.draft(source(form, shape)), values, count)
    assert (count.right, count.reported, count.silently_wrong, count.gone) == (
        len(values),
        0,
        [],
        [],
    )


def test_no_figure_of_a_harmed_report_is_silently_wrong():
    count = run(range(400))
    assert count.silently_wrong == []
    assert count.gone == []
    # The harm is real and yet most figures still reach their cells.
    assert count.reported > 1000
    assert count.right > 400 * 100


@pytest.mark.long
@pytest.mark.parametrize("thousands", range(100, 120, 4))
def test_no_figure_of_many_harmed_reports_is_silently_wrong(thousands):
    count = run(range(thousands * 1000, (thousands + 4) * 1000))
    assert count.silently_wrong == []
    assert count.gone == []


def test_the_judge_sees_a_figure_in_a_foreign_cell():
    """Two figures exchanged by hand: nobody could report that, and the judge must count it."""
    made = mutated_reports.draft(source("2019", "word"))
    table = made.items[made.tables()[1]]
    row = next(r for r in table if r[0].text.startswith("一、"))
    row[1], row[2] = (
        mutated_reports._with(row[1], row[2].text),
        mutated_reports._with(row[2], row[1].text),
    )
    count = mutated_reports.Count()
    mutated_reports.judge(made, mutated_reports.values("2019"), count)
    assert len(count.silently_wrong) == 2
