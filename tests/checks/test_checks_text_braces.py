"""V31: a name in braces that names nothing would be printed as it stands."""

import pytest

from gic_desktop.report.narrative import Paragraph
from gic_desktop.values import replace


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("{收到申请总输}", "{收到申请总数}"),
        ("{收到申请数}", "{收到申请总数}"),
        ("{ 收到申请总数 }", "{收到申请总数}"),
        ("｛收到申请总数｝", "{收到申请总数}"),
        ("{自然人-予以公开}", "{自然人·予以公开}"),
        ("{商业企业新收}", "{商业企业·新收}"),
        ("{不于公开}", "{不予公开}"),
        ("{上年收到申请总输}", "{上年收到申请总数}"),
        ("{收到申请总输较上年增减}", "{收到申请总数较上年增减}"),
        ("{上年收到申请总数较上年增减}", "{收到申请总数较上年增减}"),
    ],
)
def test_a_slip_in_a_name_is_found_and_mended(desk, written, meant):
    report = desk.report(f"本年共收到申请{written}件。")
    (found,) = desk.found("V31", report)
    assert found.severity == "warning"
    assert desk.words(report, found) == written
    assert "原样印在年报上" in found.message
    assert found.repair.label == f"改为“{meant[1:-1]}”"
    mended = found.repair.edit.apply(report)
    assert mended.section("overview").body[0].text == f"本年共收到申请{meant}件。"
    assert desk.found("V31", mended) == []


def test_between_two_names_the_clerk_chooses(desk):
    (found,) = desk.found("V31", desk.report("全年{不以公开}2件。"))
    assert found.repair is None
    assert "“予以公开”" in found.message
    assert "“不予公开”" in found.message


def test_a_placeholder_left_standing_is_a_hint_without_a_guess(desk):
    (found,) = desk.found("V31", desk.report("{请填写街道名称}认真开展工作。"))
    assert found.severity == "hint"
    assert found.repair is None
    assert "去掉大括号" in found.message


def test_the_preamble_is_looked_at_and_mended_too(desk):
    preamble = (Paragraph("新收{收到申请总数}件，办结{办结总输}件。"),)
    report = replace(desk.report(), preamble=preamble)
    (found,) = desk.found("V31", report)
    assert (found.place.section, found.place.paragraph) == ("preamble", 0)
    assert desk.words(report, found) == "{办结总输}", "behind a number shorter than its name"
    mended = found.repair.edit.apply(report)
    assert mended.preamble[0].text == "新收{收到申请总数}件，办结{办结总数}件。"


@pytest.mark.parametrize(
    "text",
    [
        "新收{收到申请总数}件，比上年{收到申请总数较上年增减}件，上年{上年收到申请总数}件。",
        "其中自然人{自然人·予以公开}件，不予公开{不予公开}件。",
        "集合{x|x>0}，坐标{1,2}，编号{A-12}，｛附件｝，空的{}。",
        "没有配对的{收到申请总输，到此为止。",
        "《通知》（梧街办{2025}12号）。",
    ],
)
def test_known_names_and_other_braces_are_left_alone(desk, text):
    assert desk.said("V31", desk.report(text)) == []


def test_text_full_of_braces_is_read_to_an_end(desk):
    text = "".join(f"{{收到申请总{n}}}" for n in range(3000))
    assert 0 < len(desk.found("V31", desk.report(text))) <= 50
