"""Numbers of headings as a section prints them: one comes, one goes, the others count on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gic_desktop.report.narrative import Paragraph, Picture, numbered_level
from gic_desktop.report.numbering import in_order, number_text, number_value, set_level


def items(*lines):
    """`2 （一）甲`: a heading of level 2."""
    return tuple(Paragraph(line[2:], int(line[0])) for line in lines)


def shown(made):
    return [f"{item.level} {item.text}" for item in made]


@pytest.mark.parametrize(
    ("level", "count", "text"),
    [(1, 3, "三、"), (2, 10, "（十）"), (2, 11, "（十一）"), (2, 20, "（二十）"), (3, 4, "4."), (4, 2, "（2）")],
)  # fmt: skip
def test_numbers_of_the_four_levels(level, count, text):
    assert number_text(level, count) == text


@given(level=st.integers(1, 4), count=st.integers(1, 99))
def test_a_number_reads_as_it_was_written(level, count):
    text = number_text(level, count)
    assert numbered_level(text) == level
    assert number_value(text.strip("、（）.")) == count


def test_a_heading_in_the_middle_moves_those_behind_it_on():
    before = items("2 （一）甲", "3 1.子", "0 新的", "2 （二）乙", "3 1.子", "3 2.子", "2 （三）丙")
    assert shown(set_level(before, [2], 2)) == [
        "2 （一）甲", "3 1.子", "2 （二）新的", "2 （三）乙", "3 1.子", "3 2.子", "2 （四）丙",
    ]  # fmt: skip


def test_a_heading_that_becomes_text_loses_its_number_and_closes_the_gap():
    before = items("2 （一）甲", "2 （二）乙", "2 （三）丙")
    assert shown(set_level(before, [1], 0)) == ["2 （一）甲", "0 乙", "2 （二）丙"]


def test_a_heading_of_another_level_has_that_levels_number_only():
    before = items("2 （一）甲", "2 （二）乙", "2 （三）丙")
    assert shown(set_level(before, [1], 3)) == ["2 （一）甲", "3 1.乙", "2 （二）丙"]
    assert shown(set_level(set_level(before, [1], 3), [1], 2)) == shown(before)


def test_several_paragraphs_at_once():
    before = items("0 甲", "0 乙", "2 （一）丙")
    assert shown(set_level(before, [0, 1], 2)) == ["2 （一）甲", "2 （二）乙", "2 （三）丙"]


def test_a_number_that_was_typed_is_kept_or_moves_the_others_on():
    assert shown(set_level(items("2 （一）甲", "0 （二）乙", "2 （二）丙"), [1], 2)) == [
        "2 （一）甲",
        "2 （二）乙",
        "2 （三）丙",
    ]
    # Body text that was counted already takes nobody's place.
    assert shown(set_level(items("0 （一）甲", "0 （二）乙", "2 （三）丙"), [1], 2)) == [
        "0 （一）甲",
        "2 （二）乙",
        "2 （三）丙",
    ]


def test_a_number_that_its_author_set_otherwise_is_left_alone():
    before = items("2 （一）甲", "0 新的", "2 （五）乙", "3 1.子", "0 。", "3 1.另一列", "3 2.子")
    assert shown(set_level(before, [1], 2)) == [
        "2 （一）甲", "2 （二）新的", "2 （五）乙", "3 1.子", "0 。", "3 1.另一列", "3 2.子",
    ]  # fmt: skip


def test_brackets_and_blanks_stay_as_their_author_wrote_them():
    before = items("2 (一) 甲", "0 新的", "2 (二) 乙")
    assert shown(set_level(before, [1], 2)) == ["2 (一) 甲", "2 （二）新的", "2 (三) 乙"]


def test_pictures_and_what_later_versions_added_stay():
    picture = Picture("p")
    before = (picture, Paragraph("甲", 0, {"later": 1}))
    assert set_level(before, [0, 1], 2) == [picture, Paragraph("（一）甲", 2, {"later": 1})]


def test_numbers_are_put_in_order_and_lists_may_begin_anew():
    before = items("2 （一）甲", "2 （一）乙", "2 （二）丙", "3 1.子", "3 3.子", "2 （五）丁")
    assert shown(in_order(before)) == [
        "2 （一）甲", "2 （一）乙", "2 （二）丙", "3 1.子", "3 2.子", "2 （三）丁",
    ]  # fmt: skip


@given(
    levels=st.lists(st.sampled_from([2, 3, 4]), min_size=1, max_size=8),
    place=st.integers(0, 7),
    level=st.sampled_from([2, 3, 4]),
)
def test_what_is_made_of_headings_is_in_order(levels, place, level):
    made: list = []
    for one in levels:
        made = set_level([*made, Paragraph("文")], [len(made)], one)
    assert in_order(made) == made
    place %= len(made) + 1
    wider = set_level([*made[:place], Paragraph("新"), *made[place:]], [place], level)
    assert in_order(wider) == wider
    back = set_level(wider, [place], 0)
    assert [*back[:place], *back[place + 1 :]] == made
