"""Measures the export of a whole report to PDF against other ways of making the same pages.

    .venv/bin/python build_scripts/bench_pdf.py [--rounds 20] [--json OUT.json]

Everything is measured in one interleaved run, in random order within each round: a whole process from
its start to the finished file, and repeated calls inside one living process. The figures are medians; what
counts are the ratios to Typst, which sets the same content with the same fonts to the same standards. A peer
that is not installed is left out, and the table says so. The report is `bench_pdf/report.gicr`.
"""

import argparse
import importlib
import json
import lzma
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REPORT = Path(__file__).resolve().parent / "bench_pdf" / "report.gicr"
BUDGET = 0.8
# An installed program has its bytecode beside it; a shell may say otherwise.
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}

# What each peer's process runs. `again` is the part that is repeated in a living process; a process
# of ours that does it once ends as the program `gic` does, without collecting or clearing away.
COMMAND = """
import sys
from gic_desktop.console.main import main, program
def again():
    main(["export", sys.argv[1], "-o", sys.argv[2]])
def once():
    sys.argv[1:] = ["export", sys.argv[1], "-o", sys.argv[2]]
    program()
"""
OURS = """
import gc, os, sys
def once():
    gc.disable()
    again()
    os._exit(0)
from pathlib import Path
from gic_desktop.store import gicr
from gic_desktop.output import fonts, pages, pdf, typeset
source, target = Path(sys.argv[1]), Path(sys.argv[2])
def again():
    data = source.read_bytes()
    report = gicr.read(data).report
    laid_out = typeset.layout(pages.document(report), fonts.standard())
    target.write_bytes(pdf.write(laid_out, attachment=data, attachment_name="report.gicr"))
"""
BLOCKS = """
import pickle, sys
from pathlib import Path
from gic_desktop.output import fonts, pdf, typeset
source, target = Path(sys.argv[1]), Path(sys.argv[2])
def again():
    document = pickle.loads(source.read_bytes())
    target.write_bytes(pdf.write(typeset.layout(document, fonts.standard())))
"""
TYPST = """
import sys
import typst
source, target, faces = sys.argv[1:4]
def again():
    typst.compile(source, output=target, font_paths=[faces], ignore_system_fonts=True,
                  pdf_standards=["a-3a", "ua-1"])
"""
PLATYPUS = """
import pickle, sys
from pathlib import Path
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle
source, target, faces = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
content = pickle.loads(source.read_bytes())
for name in ("title", "h1", "h2", "body", "table"):
    pdfmetrics.registerFont(TTFont(name, str(faces / f"{name}.ttf")))
def again():
    def style(font, size=16, indent=32):
        return ParagraphStyle(font, fontName=font, fontSize=size, leading=28.95, wordWrap="CJK",
                              firstLineIndent=indent)
    styles = {"title": style("title", 22, 0), "h1": style("h1"), "h2": style("h2"),
              "body": style("body"), "table": ParagraphStyle("cell", fontName="table", fontSize=9,
              leading=12, wordWrap="CJK", alignment=1)}
    story = []
    for kind, value in content:
        if kind != "grid":
            story.append(Paragraph(value, styles[kind]))
            continue
        rows, columns, header, widths, cells = value
        grid = [[""] * columns for _ in range(rows)]
        marks = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
        for row, column, high, wide, text in cells:
            grid[row][column] = Paragraph(text, styles["table"])
            marks.append(("SPAN", (column, row), (column + wide - 1, row + high - 1)))
        story.append(Table(grid, [442 * w / 1000 for w in widths], repeatRows=header,
                           style=TableStyle(marks)))
    SimpleDocTemplate(target, pagesize=A4, leftMargin=79, rightMargin=73, topMargin=99,
                      bottomMargin=98).build(story)
"""


@dataclass
class Peer:
    name: str
    code: str
    source: Path
    missing: str = ""
    cold: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    size: int = 0


def content_of(data: bytes) -> tuple[Any, list[tuple[str, Any]]]:
    """The report as blocks, and the same as plain values for the peers."""
    from gic_desktop.output import blocks, pages
    from gic_desktop.store import gicr

    document = pages.document(gicr.read(data).report)
    content: list[tuple[str, Any]] = []
    for block in document.blocks:
        match block:
            case blocks.Title(lines=lines):
                content.append(("title", "".join(lines)))
            case blocks.Heading(level=level, text=text):
                content.append(({1: "h1", 2: "h2"}.get(level, "body"), text))
            case blocks.Paragraph(text=text):
                content.append(("body", text))
            case blocks.Signature(lines=lines):
                content += [("body", line) for line in lines]
            case blocks.Table():
                cells = [(c.row, c.column, c.rows, c.columns, c.text) for c in block.cells]
                grid = (block.rows, block.columns, block.header_rows, block.widths, cells)
                content.append(("grid", grid))
    return document, content


def typst_source(content: list[tuple[str, Any]]) -> str:
    """The same content as a Typst document of the same page."""

    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    body = '("GIC Latin Serif", "FandolFang", "GIC Rare Kai")'
    lines = [
        '#set document(title: "报告", date: datetime(year: 2021, month: 1, day: 19))',
        '#set text(lang: "zh", region: "cn", size: 16pt, font: ' + body + ")",
        (
            '#set page(paper: "a4", margin: (top: 37mm, left: 28mm, right: 26mm, bottom: 35mm),'
            " footer: context align(if calc.odd(here().page()) {right} else {left},"
            ' text(14pt, font: "Noto Serif CJK SC")[— #counter(page).display() —]))'
        ),
        (
            "#set par(justify: true, leading: 12.95pt, spacing: 12.95pt,"
            " first-line-indent: (amount: 2em, all: true))"
        ),
        '#show heading: set text(16pt, weight: "regular")',
        '#show heading.where(level: 1): set text(22pt, weight: 600, font: "Noto Serif CJK SC")',
        "#show heading.where(level: 1): set align(center)",
        '#show heading.where(level: 2): set text(weight: 500, font: "Noto Sans CJK SC")',
        '#show heading.where(level: 3): set text(font: "FandolKai")',
        '#show table: set text(9.5pt, font: "Noto Serif CJK SC")',
        "#show table: set par(first-line-indent: 0pt, leading: 4pt)",
        "#set table(stroke: 0.5pt, inset: 3pt, align: center + horizon)",
    ]
    for kind, value in content:
        if kind == "grid":
            rows, columns, header, widths, cells = value
            made = {True: [], False: []}  # type: dict[bool, list[str]]
            for row, column, high, wide, text in cells:
                made[row < header].append(
                    f"table.cell(x: {column}, y: {row}, colspan: {wide}, rowspan: {high})"
                    f"[#{quoted(text)}]"
                )
            shares = ", ".join(f"{share}fr" for share in widths)
            head = f"table.header({', '.join(made[True])})," if made[True] else ""
            lines.append(f"#table(columns: ({shares}), {head} {', '.join(made[False])})")
            del rows, columns
        else:
            level = {"title": "=", "h1": "==", "h2": "==="}.get(kind)
            lines.append(f"{level} #{quoted(value)}" if level else f"#par[#{quoted(value)}]")
        lines.append("")
    return "\n".join(lines)


def prepared(folder: Path) -> tuple[list[Peer], Path]:
    """Writes every peer's input; nothing of this is measured."""
    import pickle

    faces = folder / "fonts"
    faces.mkdir()
    for packed in (ROOT / "resources" / "fonts").glob("*.ttf.xz"):
        (faces / packed.stem).write_bytes(lzma.decompress(packed.read_bytes()))
    data = REPORT.read_bytes()
    document, content = content_of(data)
    (folder / "blocks.pickle").write_bytes(pickle.dumps(document))
    (folder / "content.pickle").write_bytes(pickle.dumps(content))
    (folder / "report.typ").write_text(typst_source(content), "utf-8")
    peers = [
        Peer("gic export, with all its checks", COMMAND, REPORT),
        Peer("this program, .gicr to PDF/A-3a, UA-1", OURS, REPORT),
        Peer("this program, from blocks", BLOCKS, folder / "blocks.pickle"),
        Peer("Typst, PDF/A-3a, UA-1", TYPST, folder / "report.typ"),
        Peer("ReportLab Platypus, plain", PLATYPUS, folder / "content.pickle"),
        Peer("LibreOffice, docx to PDF", "", folder / "report.docx"),
    ]
    try:
        import typst  # noqa: F401
    except ImportError:
        peers[3].missing = "typst is not installed"
    peers[5].missing = docx_missing(data, document, peers[5].source)
    return peers, faces


def docx_missing(data: bytes, document: Any, target: Path) -> str:
    """Writes the Word file for LibreOffice; says why not otherwise."""
    if shutil.which("soffice") is None:
        return "LibreOffice is not installed"
    try:
        docx: Any = importlib.import_module("gic_desktop.output.docx")
    except ImportError:
        return "no Word output in this version"
    from gic_desktop.store import gicr

    target.write_bytes(docx.docx_bytes(gicr.read(data).report, document))
    return ""


def command(peer: Peer, target: Path, faces: Path) -> list[str]:
    if not peer.code:
        return [
            "soffice",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(target.parent),
            str(peer.source),
        ]
    first = "once()" if "def once" in peer.code else "again()"
    return [
        sys.executable,
        "-c",
        f"{peer.code}\n{first}",
        str(peer.source),
        str(target),
        str(faces),
    ]


def run_cold(peer: Peer, folder: Path, faces: Path) -> None:
    target = folder / "cold.pdf"
    arguments = command(peer, target, faces)
    start = time.perf_counter()
    done = subprocess.run(arguments, capture_output=True, check=False, env=ENVIRONMENT)
    peer.cold.append(time.perf_counter() - start)
    if done.returncode:
        raise SystemExit(f"{peer.name}: {done.stderr.decode(errors='replace')}")
    made = target if peer.code else folder / "report.pdf"
    peer.size = made.stat().st_size


class Living:
    """A process in which a peer does the same again and again."""

    def __init__(self, peer: Peer, folder: Path, faces: Path) -> None:
        code = f"""{peer.code}
import contextlib, io, time
def quiet():
    with contextlib.redirect_stdout(io.StringIO()):
        again()
quiet()
for line in sys.stdin:
    start = time.perf_counter()
    quiet()
    print(time.perf_counter() - start, flush=True)
"""
        arguments = [sys.executable, "-c", code, str(peer.source), str(folder / f"{id(peer)}.pdf")]
        # What a peer says is not for us: only the times come through.
        self.process = subprocess.Popen(
            [*arguments, str(faces)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=ENVIRONMENT,
        )

    def again(self) -> float:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def end(self) -> None:
        self.process.communicate()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--json", type=Path, help="write the figures there as well")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        peers, faces = prepared(folder)
        there = [peer for peer in peers if not peer.missing]
        living = {peer.name: Living(peer, folder, faces) for peer in there if peer.code}
        for peer in there:
            run_cold(peer, folder, faces)
            peer.cold.clear()
        order = random.Random(1)  # noqa: S311 - only an order
        for round_number in range(options.rounds):
            for peer in order.sample(there, len(there)):
                if peer.code or round_number < 5:
                    run_cold(peer, folder, faces)
            for peer in order.sample([peer for peer in there if peer.code], len(living)):
                peer.warm.append(living[peer.name].again())
        for process in living.values():
            process.end()
    report(peers, options.json)
    return 0


def report(peers: list[Peer], target: Path | None) -> None:
    def median(values: list[float]) -> float | None:
        return statistics.median(values) * 1000 if values else None

    typst = next(peer for peer in peers if peer.name.startswith("Typst"))
    base = median(typst.cold), median(typst.warm)
    print(f"{'':42}{'process ms':>12}{'ratio':>7}{'again ms':>11}{'ratio':>7}{'KB':>7}")
    figures = []
    for peer in peers:
        if peer.missing:
            print(f"{peer.name:42}  left out: {peer.missing}")
            continue
        row = [f"{peer.name:42}"]
        values = (median(peer.cold), median(peer.warm))
        for value, of, width in zip(values, base, (12, 11), strict=True):
            row.append(f"{value:{width}.1f}" if value else " " * (width - 1) + "-")
            row.append(f"{value / of:7.2f}" if value and of else "      -")
        print("".join(row) + f"{peer.size // 1000:7}")
        figures.append({"name": peer.name, "process_ms": values[0], "again_ms": values[1]})
    if base[0] and base[1]:
        print(f"budget: {BUDGET} of Typst, process and again; {os.cpu_count()} processors")
    if target:
        target.write_text(json.dumps(figures, ensure_ascii=False, indent=1), "utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
