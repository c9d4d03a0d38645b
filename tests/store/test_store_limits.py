"""What is saved can be opened: a report too large for a file is refused, the old file stays."""

from pathlib import Path

import pytest

from gic_desktop import resources
from gic_desktop.report.edits import LinkEarlier, SetSection
from gic_desktop.report.narrative import Item, Paragraph, Picture
from gic_desktop.report.report import Report, Section
from gic_desktop.store import gicr
from gic_desktop.store.faults import Reason, WriteFailed
from gic_desktop.store.projects import open_project, save_project
from gic_desktop.values import replace

SAMPLE = resources.path("samples", "2021.gicr")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(40))


def with_body(*items: Item, pictures: dict[str, bytes] | None = None) -> Report:
    report = gicr.read(SAMPLE.read_bytes()).report
    report = replace(report, pictures=pictures or {})
    return SetSection(Section("overview", items)).apply(report)


def pictures(count: int) -> Report:
    names = [f"图{number}" for number in range(count)]
    return with_body(*map(Picture, names), pictures=dict.fromkeys(names, PNG))


def deep(levels: int) -> Report:
    """Fields of a later version inside one another, in last year's report."""
    inside: object = "甲"
    for _ in range(levels):
        inside = {"丙": inside}
    last = with_body(Paragraph("去年。", extra={"later": inside}))
    return LinkEarlier(replace(last, year=last.year - 1)).apply(with_body(Paragraph("今年。")))


TOO_MUCH = {
    "图片超过 300 张": pictures(gicr.MAX_PICTURES + 1),
    "正文超过 20000 段": with_body(*[Paragraph("一")] * (gicr.MAX_ITEMS + 1)),
    "无法再打开": deep(54),
}


@pytest.mark.parametrize("said", TOO_MUCH)
def test_what_could_not_be_opened_again_is_not_saved(said: str, tmp_path: Path) -> None:
    file = tmp_path / "年报.gicr"
    file.write_bytes(SAMPLE.read_bytes())
    with pytest.raises(WriteFailed, match=said) as failed:
        save_project(file, TOO_MUCH[said])
    assert failed.value.sentence.endswith("。")
    assert file.read_bytes() == SAMPLE.read_bytes()
    assert [one.name for one in tmp_path.glob("*gic*")] == [file.name]


@pytest.mark.parametrize(
    "most", [pictures(gicr.MAX_PICTURES), with_body(*[Paragraph("一")] * gicr.MAX_ITEMS), deep(40)]
)
def test_the_most_that_fits_is_saved_and_opened(most: Report, tmp_path: Path) -> None:
    file = tmp_path / "年报.gicr"
    save_project(file, most)
    assert open_project(file).report == most


def nested(levels: int) -> bytes:
    text = SAMPLE.read_text("utf-8").rstrip()[:-1]
    return (text + ', "later": ' + '{"a":' * levels + "1" + "}" * levels + "}").encode()


def test_what_lies_deep_is_kept() -> None:
    assert (
        gicr.read(gicr.write(gicr.read(nested(56)).report)).report == gicr.read(nested(56)).report
    )


@pytest.mark.parametrize("levels", [600, 900, 100_000])
def test_what_lies_too_deep_is_not_opened(levels: int) -> None:
    """Six hundred levels could be read but not written: the clerk could not have saved."""
    with pytest.raises(gicr.DamagedProject, match="嵌套过深"):
        gicr.read(nested(levels))


def test_pictures_that_are_too_large_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fourteen photos of ten megabytes each are more than a file of 128."""
    assert 14 * gicr.MAX_PICTURE * 4 // 3 > gicr.MAX_FILE
    monkeypatch.setattr(gicr, "MAX_FILE", 60_000)
    file = tmp_path / "年报.gicr"
    with pytest.raises(WriteFailed, match="合计过大") as failed:
        save_project(file, with_body(Picture("图"), pictures={"图": PNG + bytes(60_000)}))
    assert failed.value.reason is Reason.TOO_BIG
    assert not file.exists()


def test_half_a_character_keeps_nothing_from_being_saved(tmp_path: Path) -> None:
    """Other programs cut rare characters in two; one half is no character."""
    file = tmp_path / "年报.gicr"
    save_project(file, with_body(Paragraph("收到\ud842件申请。")))
    assert open_project(file).report.section("overview").body == (Paragraph("收到\ufffd件申请。"),)
