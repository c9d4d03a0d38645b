"""Importing: a ten-page Word file beside python-docx that only opens it; hostile files, each in a process.

    .venv/bin/python build_scripts/bench_import.py [--rounds N] [--json FILE] [--only NAME]

The ten pages are the sample report with its own words repeated until its PDF has ten pages; "whole"
is from bytes to the report with every figure in its cell. Of each hostile file the table shows
seconds and peak memory of the whole process `gic import`, its exit status (2 is wanted), how many
lines it said (1 is wanted) and whether anything was written. A benchmark, never a test.
"""

import argparse
import io
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from gic_desktop.values import replace

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gic_desktop import verbs  # noqa: E402 - after the path to the source tree
from gic_desktop.imports.outcome import import_source  # noqa: E402
from gic_desktop.imports.reading import read_bytes  # noqa: E402
from gic_desktop.report.edits import SetSection  # noqa: E402
from gic_desktop.report.report import Section  # noqa: E402

SAMPLE = ROOT / "resources" / "samples" / "2021.gicr"
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
WATCHED = """
import resource, subprocess, sys, time
began = time.perf_counter()
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(round(time.perf_counter() - began, 2), round(most), done.returncode,
      len(done.stderr.splitlines()), done.stderr.strip()[:60], sep="|")
"""


def ten_pages() -> bytes:
    """The sample as a Word file whose PDF has ten pages."""
    import pypdfium2

    report = verbs.open_report(SAMPLE).report
    body = report.section("overview").body
    words = body
    while True:
        longer = SetSection(Section("overview", words)).apply(report)
        pages = len(pypdfium2.PdfDocument(verbs.export_bytes(longer, ".pdf", draft=True)))
        if pages >= 10:
            plain = replace(longer, import_notes=())
            return verbs.export_bytes(plain, ".docx", draft=True)
        words += body


def speed(rounds: int) -> list[dict[str, object]]:
    """Interleaved, in random order; the median of each."""
    import docx

    data = ten_pages()
    source = read_bytes(data)
    things: dict[str, Callable[[], object]] = {
        "python-docx opens it": lambda: docx.Document(io.BytesIO(data)),
        "read": lambda: read_bytes(data),
        "recognise": lambda: import_source(source),
        "whole": lambda: import_source(read_bytes(data)),
    }
    taken: dict[str, list[float]] = {name: [] for name in things}
    chance = random.Random(1)  # noqa: S311 - an order, not a secret
    for _ in range(rounds):
        for name in chance.sample(list(things), len(things)):
            began = time.perf_counter()
            things[name]()
            taken[name].append(time.perf_counter() - began)
    median = {name: statistics.median(times) for name, times in taken.items()}
    peer = median["python-docx opens it"]
    return [
        {"what": name, "ms": round(1000 * one, 1), "ratio": round(one / peer, 2)}
        for name, one in median.items()
    ]


def _zip(**parts: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return made.getvalue()


def _word(body: str, before: str = "") -> bytes:
    whole = f"{before}<w:document {WORD}><w:body>{body}</w:body></w:document>"
    return _zip(word__document_xml=whole.encode())


def _cell(text: object) -> str:
    return f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def _looping_pdf() -> bytes:
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [2 0 R 3 0 R 2 0 R] /Count 900 >>",
        (
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R"
            " /Resources << /XObject << /F 5 0 R >> >> >>"
        ),
        "<< /Length 4 >>\nstream\n/F Do\nendstream",
        (
            "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 10"
            " /Resources << /XObject << /F 5 0 R >> >> >>\nstream\n/F Do /F Do\nendstream"
        ),
    )
    written = "".join(f"{at} 0 obj\n{text}\nendobj\n" for at, text in enumerate(objects, 1))
    return f"%PDF-1.7\n{written}trailer << /Root 1 0 R /Size 6 >>\n%%EOF".encode()


LOCKED = """
import sys
from reportlab.pdfgen.canvas import Canvas
canvas = Canvas(sys.stdout.buffer, encrypt="secret")
canvas.drawString(100, 100, "1")
canvas.save()
"""


def _locked_pdf() -> bytes:
    """In a process of its own: the program's PDF writer has lightened ReportLab in this one."""
    return subprocess.run([sys.executable, "-c", LOCKED], capture_output=True, check=True).stdout


def hostile() -> Iterator[tuple[str, str, bytes | int]]:
    """Name, file name, content; a number is a file of so many bytes that are all zero."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(9))
    rows = "".join(f"<w:tr>{_cell(n)}{_cell(0)}</w:tr>" for n in range(100_000))
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    yield "zip bomb, 1 GB in one part", "a.docx", _zip(word__document_xml=b" " * 1_000_000_000)
    yield (
        "zip bomb, 400 parts of 20 MB",
        "a.docx",
        _zip(
            word__document_xml=b"<a/>",
            **{f"word__media__{n}": b"\0" * 20_000_000 for n in range(400)},
        ),
    )
    yield "XML entities, billion laughs", "a.docx", _word("", f"<!DOCTYPE w [{laughs}]>")
    entity = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    yield "XML entities, a file of the system", "a.docx", _word("&x;", entity)
    yield "Word, 100,000 rows", "a.docx", _word(f"<w:tbl>{rows}</w:tbl>")
    tower = "<w:tbl><w:tr><w:tc>" * 2000 + "</w:tc></w:tr></w:tbl>" * 2000
    yield "Word, 2,000 tables in each other", "a.docx", _word(tower)
    yield "PDF that refers to itself", "a.pdf", _looping_pdf()
    yield (
        "PDF, half of one",
        "a.pdf",
        verbs.export_bytes(verbs.open_report(SAMPLE).report, ".pdf", draft=True)[:60_000],
    )
    yield "PDF with a password", "a.pdf", _locked_pdf()
    yield "web page of 200 MB", "a.html", 200 * 1024 * 1024
    yield "web page, 12 MB of open tables", "a.html", b"<table><tr><td>" * 800_000
    yield (
        "web page, 100,000 rows",
        "a.html",
        (b"<table>" + b"<tr><td>1<td>2</tr>" * 100_000 + b"</table>"),
    )
    yield "Word with a password", "a.docx", locked + "EncryptedPackage".encode("utf-16-le")
    yield "program with a Word file's name", "a.docx", b"MZ\x90\0" * 1000
    yield "picture with a PDF's name", "a.pdf", b"\x89PNG\r\n\x1a\n" + b"\0" * 1000
    yield "text, 11 MB of one line", "a.txt", "一".encode() * 3_900_000
    yield "text, 11 MB of tabs", "a.txt", b"1\t" * 5_700_000


def harm() -> list[dict[str, object]]:
    made: list[dict[str, object]] = []
    for what, name, content in hostile():
        with tempfile.TemporaryDirectory(prefix="gic-bench-") as folder:
            file, target = Path(folder, name), Path(folder, "out.gicr")
            with file.open("wb") as out:
                if isinstance(content, int):
                    out.truncate(content)
                else:
                    out.write(content)
            call = [sys.executable, "-m", "gic_desktop.console.main", "import", str(file)]
            done = subprocess.run(
                [sys.executable, "-c", WATCHED, *call, "-o", str(target)],
                capture_output=True,
                text=True,
                check=True,
                cwd=ROOT,
            )
            seconds, most, status, lines, said = done.stdout.rstrip("\n").split("|", 4)
            left = sorted(one.name for one in Path(folder).iterdir())
            made.append(
                {
                    "what": what,
                    "s": float(seconds),
                    "MB": int(most),
                    "exit": int(status),
                    "lines": int(lines),
                    "written": left != [name],
                    "said": said,
                }
            )
    return made


def show(rows: list[dict[str, object]]) -> None:
    for row in rows:
        print("  ".join(f"{name} {value}" for name, value in row.items()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", choices=("speed", "harm"))
    given = parser.parse_args()
    rows: list[dict[str, object]] = []
    if given.only != "harm":
        rows += speed(given.rounds)
    if given.only != "speed":
        rows += harm()
    show(rows)
    if given.json:
        given.json.write_text(json.dumps({"rows": rows}, indent=1, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
