"""The same report saved by LibreOffice in every format it can write: figures identical."""

import shutil
import subprocess
from pathlib import Path

import import_samples as samples
import pytest

from gic_desktop.imports.outcome import import_report
from gic_desktop.values import replace

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")

_OLD = ("旧版格式中有图片或图形没有完整读出。",)
LOST = {
    "doc": _OLD,
    "odt doc": _OLD,
    "html": ("网页里的图片没有保存在文件内，未导入。",),
}

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed"),
]


def convert(file: Path, kind: str, folder: Path) -> Path:
    assert OFFICE is not None
    folder.mkdir(exist_ok=True)
    profile = (folder.parent / "profile").as_uri()
    subprocess.run(
        [
            OFFICE,
            "--headless",
            f"-env:UserInstallation={profile}",
            "--convert-to",
            kind,
            "--outdir",
            str(folder),
            str(file),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return folder / f"{file.stem}.{kind}"


@pytest.fixture(scope="module", params=["2019", "2021", "own"])
def report(request, tmp_path_factory):
    """A report that people wrote in Word on either form, and one that this program exported."""
    made_by = request.param
    form = "2021" if made_by == "own" else made_by
    folder = tmp_path_factory.mktemp(made_by)
    file = folder / "年报.docx"
    written = samples.word(form, 2020 if form == "2019" else 2024)
    if made_by == "own":
        from gic_desktop import verbs

        file.write_bytes(written)
        before = replace(import_report(file).report, printed={}, import_notes=())
        written = verbs.export_bytes(before, ".docx", draft=True)
    file.write_bytes(written)
    return made_by, file


@pytest.mark.parametrize("kinds", ["docx", "doc", "odt docx", "html", "pdf", "odt doc"])
def test_saved_by_libreoffice(report, kinds):
    made_by, file = report
    form = "2021" if made_by == "own" else made_by
    year = 2020 if form == "2019" else 2024
    for number, kind in enumerate(kinds.split()):
        file = convert(file, kind, file.parent / f"{kinds.replace(' ', '-')}-{number}")
    outcome = import_report(file)
    wanted = {name: str(value) for name, value in samples.figures(form).items()}
    read = {cell: str(figure.value) for cell, figure in outcome.report.cells.items()}
    computed = {c for c in wanted if outcome.report.form.cells[c].computed}
    printed = {c: t for c, t in outcome.report.printed.items() if c in computed}
    if made_by == "own":
        # Its totals are the sums, and agree.
        assert set(printed) == computed
        assert outcome.mismatches == ()
        wanted = {name: text for name, text in wanted.items() if name not in computed}
    else:
        read |= printed
    assert read == wanted
    assert (outcome.unrecognised, outcome.labels, outcome.missing) == ((), (), ())
    # Only where a PDF breaks a number in a narrow cell is there anything to look at.
    assert kinds == "pdf" or outcome.uncertain == ()
    for section, texts in samples.NARRATIVE.items():
        body = [item.text for item in outcome.report.section(section).body]
        assert body == [text.format(year=year) for text in texts]
    assert outcome.report.organ == samples.ORGAN
    assert outcome.report.signature.organ == samples.ORGAN
    # An export of ours is a draft here: its mark is a drawing that not every format keeps.
    assert outcome.losses == (LOST.get(kinds, ()) if made_by == "own" else ())
