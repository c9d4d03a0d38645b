"""Another typesetter's opinion: the same paragraphs in Typst, same fonts, same width."""

import lzma
from pathlib import Path

import pypdfium2
import pytest
from typeset_specimen import NARRATIVE, ORGAN, text

from gic_desktop.output import fonts, typeset
from gic_desktop.output.blocks import Document
from gic_desktop.output.typeset.flow import INDENT, TRACKING
from gic_desktop.output.typeset.marks import ARTIFACT

typst = pytest.importorskip("typst")
FONTS = Path(__file__).resolve().parents[2] / "resources" / "fonts"
PLAIN = (
    "全面推进基层政务公开标准化规范化建设编制公开事项标准目录明确公开主体内容时限方式推动政策文件解读回应社会关切"
    "加强公开平台建设保障群众知情权参与权监督权不断提升工作透明度和政府公信力努力建设人民满意的服务型机关"
)


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fonts")
    for name in ("body", "latin", "rare"):
        packed = FONTS / f"{name}.ttf.xz"
        (folder / f"{name}.ttf").write_bytes(lzma.decompress(packed.read_bytes()))
    return folder


def lines_in_typst(words: str, faces: Path, folder: Path) -> list[str]:
    source = folder / "a.typ"
    source.write_text(
        '#set page(paper: "a4", margin: (top: 37mm, left: 28mm, right: 26mm, bottom: 35mm))\n'
        '#set text(lang: "zh", region: "cn", size: 16pt, cjk-latin-spacing: none, '
        f'tracking: {TRACKING}pt, font: ("GIC Latin Serif", "FandolFang", "GIC Rare Kai"))\n'
        "#set par(justify: true, leading: 12.95pt, first-line-indent: "
        f"(amount: {INDENT}pt, all: true))\n"
        f'#"{words}"\n',
        "utf-8",
    )
    data = typst.compile(str(source), font_paths=[str(faces)], ignore_system_fonts=True)
    with pypdfium2.PdfDocument(data) as document:
        found = "".join(page.get_textpage().get_text_range() for page in document)
    return [line for line in found.replace("\r", "").split("\n") if line.strip()]


def our_lines(words: str) -> list[str]:
    pages = typeset.layout(Document("报告", ORGAN, 2025, (text(words),)), fonts.standard())
    lines: dict[tuple[int, float], str] = {}
    for number, mark in pages.texts():
        if mark.node != ARTIFACT:
            key = number, round(mark.y, 1)
            lines[key] = lines.get(key, "") + mark.text
    return list(lines.values())


@pytest.mark.parametrize("repeat", [1, 2, 5])
def test_without_punctuation_every_break_is_the_same(
    repeat: int, faces: Path, tmp_path: Path
) -> None:
    words = PLAIN * repeat
    assert our_lines(words) == lines_in_typst(words, faces, tmp_path)


@pytest.mark.parametrize("words", NARRATIVE)
def test_with_punctuation_and_numbers_the_number_of_lines_is_the_same(
    words: str, faces: Path, tmp_path: Path
) -> None:
    theirs = lines_in_typst(words, faces, tmp_path)
    assert abs(len(our_lines(words)) - len(theirs)) <= 1
