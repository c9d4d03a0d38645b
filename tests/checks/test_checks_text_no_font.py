"""V32: a character that no font has is an error before anybody exports, wherever it stands."""

import subprocess
import sys
import threading
from contextlib import suppress
from datetime import date

import pytest

from gic_desktop import resources, verbs
from gic_desktop.checks.no_font import _KNOWN
from gic_desktop.checks.run import check
from gic_desktop.output import export_pdf
from gic_desktop.output.export_pdf import missing_in
from gic_desktop.output.fonts import ROLES, standard
from gic_desktop.output.pages import document
from gic_desktop.report.edits import SetOverride
from gic_desktop.report.figures import Figure
from gic_desktop.report.narrative import Chart, Paragraph, Picture
from gic_desktop.report.place import Place
from gic_desktop.report.report import Contacts, Section, Signature
from gic_desktop.store import gicr
from gic_desktop.values import replace

CELL = "disclosure.normative.issued"


def found(report):
    return [f for f in verbs.check(report) if f.rule == "V32"]


def in_section(report, *items, notes=(), heading=None):
    section = Section("overview", tuple(items), tuple(notes), heading)
    return replace(report, sections=(section, *report.sections[1:]))


def test_a_sign_without_a_font_is_an_error_at_its_words(desk):
    report = desk.report("政务公开开放日圆满结束😀，群众满意。")
    (one,) = found(report)
    assert one.severity == "error"
    assert one.message == "“😀”没有可用的字体，印不出来。请删除或换一个字。"
    assert desk.words(report, one) == "😀"
    assert found(one.repair.edit.apply(report)) == []
    assert one.repair.label == "删去"


def test_a_name_loses_no_character_by_one_click(desk):
    (one,) = found(desk.report("联系人：王\U00031abc。"))
    assert "“\U00031abc”" in one.message
    assert one.repair is None


def test_what_is_drawn_as_one_is_told_as_one(desk):
    family = "👨\u200d👩\u200d👧"
    assert [desk.words(r, f) for r in [desk.report(f"欢迎{family}！👍👍好")] for f in found(r)] == [
        family,
        "👍👍",
    ]


def test_a_place_behind_a_bound_figure_is_the_printed_one(desk):
    report = desk.report("共收到{收到申请总数}件😀。")
    (one,) = found(report)
    assert desk.words(report, one) == "😀"


def places():
    """A report with 😀 in one place, and where the finding must lead."""
    body = Place("overview", part="body", paragraph=0)

    def cover(**fields):
        return lambda r: replace(r, **fields)

    yield lambda r: in_section(r, Paragraph("一😀")), Place("overview", "", "body", 0, 1, 2)
    yield (
        lambda r: in_section(r, notes=[Paragraph("注😀")]),
        Place("overview", "", "notes", 0, 1, 2),
    )
    yield (
        lambda r: in_section(r, heading="一、总体😀情况"),
        Place("overview", "", "heading", 0, 4, 5),
    )
    yield lambda r: in_section(r, Chart("outcomes", "图😀")), body
    yield (
        lambda r: replace(in_section(r, Picture("a", "图😀", "图")), pictures={"a": b""}),
        body,
    )
    yield (
        lambda r: replace(r, cells={**r.cells, CELL: Figure(0, "见附件😀")}),
        Place("disclosure", CELL),
    )
    yield cover(organ="梧桐😀街道办事处"), Place("cover")
    yield cover(title="梧桐街道2025年\n政府信息公开😀工作年度报告"), Place("cover")
    yield cover(annex="附件😀"), Place("cover")
    yield cover(contacts=Contacts(address="梧桐路😀8号")), Place("cover")
    yield cover(preamble=(Paragraph("前言😀"),)), Place("preamble", "", "body", 0, 2, 3)
    signed = Signature("梧桐街道😀", date(2026, 1, 9), shown=True)
    yield cover(signature=signed), Place("signature")


@pytest.mark.parametrize(("write", "place"), list(places()))
def test_wherever_an_export_would_stop_the_finding_leads(desk, write, place):
    report = write(desk.report())
    told = missing_in(report)
    said = found(report)
    assert place in [f.place for f in said]
    assert {(f.place.section, f.place.cell) for f in said} == {(p.section, p.cell) for p, _ in told}


def test_the_cover_says_in_which_field(desk):
    report = desk.report(contacts=Contacts(telephone="😀010-1"), organ="梧桐😀街道办事处")
    assert [f.message.partition("没有")[0] for f in found(report)] == [
        "“机关全称”中的“😀”",
        "“联系电话”中的“😀”",
    ]


def test_a_sign_goes_from_a_caption_by_one_click(desk):
    report = in_section(desk.report(), Chart("outcomes", "图😀一😀"))
    (one,) = found(report)
    mended = one.repair.edit.apply(report)
    assert mended.section("overview").body == (Chart("outcomes", "图一"),)
    assert found(mended) == []


def test_a_description_is_not_printed_and_not_accused(desk):
    report = replace(in_section(desk.report(), Picture("a", "图", "笑脸😀")), pictures={"a": b""})
    assert found(report) == []


def test_no_reason_lets_it_stand(desk):
    report = desk.report("好😀")
    (one,) = found(report)
    kept = SetOverride(one.key, "就这样").apply(report)
    assert [f.blocks for f in found(kept)] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "王𬱖、李㙦、龚䶮、张㛃、𫟹某、赵堃、钱翀",
        "①②⑩㈠⑴〇～—……·•●▲◆■□★☆√×÷±≤≥％‰℃㎡㎞№￥§→←【】〔〕《》“”‘’、，。；：？！",
        "ⅠⅡⅢ ⅰⅱ αβγ 2,345.6% A-Z a–z é ü",
        "带\u200b隐\ufeff藏\u00ad字\t符",
    ],
)
def test_names_and_signs_of_official_texts_are_silent(desk, text):
    assert found(desk.report(text)) == []


@pytest.mark.parametrize("role", ROLES)
def test_what_is_taken_as_known_is_printed_by_every_font_chain(role):
    known = "".join(map(chr, (c for a, z in _KNOWN for c in range(a, z + 1))))
    assert standard().missing(known, role) == []


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_the_forms_and_samples_ask_for_no_font(form):
    """Ordinary text opens no font file: the question is not even asked."""
    report = gicr.read(resources.path("samples", f"{form}.gicr").read_bytes()).report

    def asked(_):
        raise AssertionError("a font was asked for")

    assert not [f for f in check(report, unprintable=asked) if f.rule == "V32"]


def test_gic_check_of_an_ordinary_report_loads_no_fonts():
    sample = str(resources.path("samples", "2021.gicr"))
    code = (
        "import sys\nfrom gic_desktop.console.main import main\n"
        "sys.argv = ['gic', 'check', sys.argv[1]]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "assert 'gic_desktop.checks.no_font' in sys.modules\n"
        "assert 'gic_desktop.output.fonts' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-X", "utf8", "-c", code, sample], check=True, timeout=120)


def test_a_check_and_a_layout_come_to_the_fonts_one_after_the_other(desk, monkeypatch):
    report = desk.report("好√")
    inside, most = [], []
    both = threading.Barrier(2)

    def slow(made, _fonts):
        inside.append(made)
        most.append(len(inside))
        with suppress(threading.BrokenBarrierError):
            both.wait(0.2)  # the other one would come in now
        inside.remove(made)
        return []

    monkeypatch.setattr(export_pdf, "missing_characters", slow)
    pages = threading.Thread(target=lambda: export_pdf.laid_out(document(report)))
    pages.start()
    export_pdf.missing_in(report)
    pages.join()
    assert most == [1, 1]


def test_without_the_fonts_the_rule_is_silent_and_an_export_keeps_its_own_sentence(desk, tmp_path):
    report = desk.report("好😀")
    assert not [f for f in check(report) if f.rule == "V32"]
    clean = gicr.read(resources.path("samples", "2021.gicr").read_bytes()).report
    marked = in_section(clean, Paragraph("好😀"))
    with pytest.raises(verbs.Refused, match="字库中没有这些字：😀"):
        verbs.export(marked, tmp_path / "a.pdf")
    verbs.export(marked, tmp_path / "a.docx")
    assert (tmp_path / "a.docx").exists()
