"""A form file that does not fit together is refused, with the file and the place in the message."""

from pathlib import Path

import pytest

from gic_desktop.forms.description import FormError
from gic_desktop.forms.reader import parse_form

THIRD = (Path(__file__).parents[1] / "samples" / "third_form.toml").read_text(encoding="utf-8")


def test_the_invented_form_reads():
    form = parse_form(THIRD, "third.toml")
    assert [c.id for c in form.cells.values()][:3] == [
        "lending.lent.adult",
        "lending.lent.pupil",
        "lending.lent.all",
    ]
    assert form.cells["lending.returned.adult"].computed
    assert not form.cells["lending.deposit.balance"].computed


SECOND = (
    '{ id = "A9", rule = "V04", per = "cell", total = "returned.all", parts = ["in_time.adult"] },'
)

BREAKS = [
    ('kind = "narrative"', 'kind = "narrative"\ncolour = "red"', "unknown key colour"),
    ('id = "plans"', 'id = "general"', "general is doubled"),
    ('id = "plans"', 'id = "cover"', "cover is doubled"),
    ('table = "lending"', 'table = "borrowing"', "stands in 0 sections"),
    ('total = "all"', 'total = "everyone"', "no cell lending.lent.everyone"),
    ('parts = ["in_time", "late"]', 'parts = ["in_time", "lost"]', "no cell lending.lost"),
    ('parts = ["in_time", "late"]', 'parts = ["in_time", "returned"]', "returned.* is doubled"),
    ("sums = [", f"sums = [ {SECOND}", "sum of two different things"),
    ("widths = [100,", "widths = [90,", "add up to 1000"),
    ("header_rows = 2", "header_rows = 99", "header_rows 99"),
    ("rows = 3, vertical = true", "rows = 2, vertical = true", "bare"),
    ("rows = 3, vertical = true", "rows = 9, vertical = true", "beyond the grid"),
    ('{ column = "读者", columns = 3 }', '{ column = "读者", columns = 4 }', "beyond the grid"),
    ('{ caption = "附：费用", columns = 5 }', '{ caption = "附：费用", columns = 4 }', "does not span"),
    ('{ cells = "late" }', '{ cells = "in_time" }', "doubled"),
    ('kind = "signed" }', 'kind = "roman" }', "kind roman"),
    ('"借出总数" = "lending.lent.all"', '"借出总数" = "lending.lent.none"', "no cell lending.lent.none"),
    ('is = "="', 'is = "<"', "is <"),
    ("first_year = 2090", 'first_year = "2090"', "first_year must be int"),
    ('legal_base = "试拟办函〔2089〕7号"\n', "", "legal_base is missing"),
    ("[names]", "[names", "third.toml"),
    ('id = "ways"', 'id = "years"', "chart id years is doubled"),
    ('kind = "stacked"', 'kind = "cake"', "kind cake"),
    ('section = "general"\nnames = "column"', 'section = "cover"\nnames = "column"', "section cover"),
    ('section = "general"\nnames = "column"', 'section = "general"\nnames = "both"', "names both"),
    ('title = "{year}年归还情况"', 'title = "{organ}归还情况"', "title"),
    ('cells = ["lending.late.all"]', 'cells = ["lending.lost.all"]', "no cell lending.lost.all"),
    ('cells = ["lending.late.all"]', "cells = []", "cells are missing"),
    ('cells = ["lending.late.all"]', 'cells = ["lending.late.all", "lending.late.pupil"]', "doubled"),
    ('cells = ["lending.late.all"]', 'cells = ["lending.deposit.change"]', "cannot be added up"),
    ('["lending.late.all"]', '["lending.late.all", "lending.deposit.balance"]', "cannot be added up"),
    ('cells = ["lending.late.all"]', 'cells = ["lending.in_time.adult"]', "bar 按期 is doubled"),
    ('cells = ["lending.late.all"]', 'cells = ["lending.late.all"], hue = 1', "unknown key hue"),
    ('["lending.late.all"]', '["lending.late.all", "lending.lent.all"]', "name is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("good", "bad", "said"), BREAKS)
def test_what_does_not_fit_is_named(good, bad, said):
    broken = THIRD.replace(good, bad, 1)
    assert broken != THIRD
    with pytest.raises(FormError, match=said) as refused:
        parse_form(broken, "third.toml")
    assert "third.toml" in str(refused.value)


def test_circular_sums_are_refused():
    circle = THIRD.replace(
        "sums = [",
        'sums = [\n  { id = "A0", rule = "V02", per = "column", total = "late", parts = ["returned"] },',
    )
    with pytest.raises(FormError, match=r"circular sum: .*→"):
        parse_form(circle, "third.toml")
