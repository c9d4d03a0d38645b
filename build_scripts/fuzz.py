"""Harms good input at random and hands it to everything that reads from outside.

    python3 build_scripts/dev.py fuzz [TARGET …] [--minutes 5] [--rounds N] [--seed S] [--guided]

Each target must end in a result or in its own refusal, which is a sentence for the clerk; anything
else is a fault: its input is kept in `build/fuzz/` and the script ends with status 1. The same seed
gives the same inputs. The tests run a short form of it (tests/fuzz).

`--guided` lets atheris watch which lines of this program an input reaches and go on from those that
reach new ones; they stay in `build/fuzz/corpus`. Nothing else needs atheris, which is made for Linux
and macOS only, so it is not locked: `.venv/bin/python -m pip install --target build/atheris atheris`
"""

import argparse
import hashlib
import io
import os
import random
import re
import subprocess
import sys
import time
import traceback
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gic_desktop.values import replace

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gic_desktop import verbs  # noqa: E402 - after the path to the source tree
from gic_desktop.checks.run import check  # noqa: E402
from gic_desktop.imports.outcome import import_source  # noqa: E402
from gic_desktop.imports.reading import read_bytes  # noqa: E402
from gic_desktop.imports.source import Budget, ImportRefused  # noqa: E402
from gic_desktop.report.bound import BoundFigures  # noqa: E402
from gic_desktop.report.edits import SetSection  # noqa: E402
from gic_desktop.report.figures import Figure, figure_text, read_figure  # noqa: E402
from gic_desktop.report.narrative import Paragraph, from_text  # noqa: E402
from gic_desktop.report.report import Report, Section  # noqa: E402
from gic_desktop.store import gicr  # noqa: E402

KEPT = ROOT / "build" / "fuzz"
CORPUS = ROOT / "tests" / "fuzz" / "corpus"
ATHERIS = ROOT / "build" / "atheris"
LONGEST = 400_000
MOST_FAULTS = 5

# What readers have stumbled over before, here and elsewhere.
TOKENS = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r\n", b"[" * 200, b"{" * 200, b'{"a":' * 60, b"NaN",
    b"-Infinity", b"1e999", b"9" * 400, b"-0", b"null", b'"\\ud800"', b"\xed\xa0\x80", b"]]>",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>&a;", b"<table>" * 60, b'rowspan="99999"', b'colspan="-1"',
    b"&#0;", b"&#x110000;", b"<![CDATA[", b"\t" * 80, b"\n" * 80, b"endstream", b"/Length -1",
    b"PK\x03\x04", b"%PDF-", "（".encode(), "《".encode() * 40, "{收到申请总数}".encode(),
    "其中：".encode(), "１２３".encode(), "٣".encode(), "两百余条".encode(), "𬱖".encode(), b"=1+1",
)  # fmt: skip


def harmed(data: bytes, chance: random.Random) -> bytes:
    made = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randrange(len(made) + 1)
        size = chance.choice((1, 2, 8, 64, 700))
        match chance.randrange(7):
            case 0 if at < len(made):
                made[at] ^= 1 << chance.randrange(8)
            case 1:
                del made[at : at + size]
            case 2:
                made[at:at] = chance.choice(TOKENS)
            case 3:
                made[at : at + size] = chance.choice(TOKENS)
            case 4:
                other = chance.randrange(len(made) + 1)
                made[at:at] = made[other : other + size]
            case 5:
                del made[chance.randrange(at, len(made) + 1) :]
            case _:
                made[at : at + size] = chance.randbytes(min(size, 64))
    return bytes(made[:LONGEST])


def harmed_zip(data: bytes, chance: random.Random) -> bytes:
    """Mostly inside one part: the package itself stays readable."""
    if chance.random() < 0.2:
        return harmed(data, chance)
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        names = old.namelist()
        victims = set(chance.sample(names, k=min(len(names), chance.choice((1, 1, 2)))))
        for name in names:
            part = old.read(name)
            if name in victims:
                if chance.random() < 0.1:
                    continue
                part = harmed(part, chance)
            new.writestr(name, part)
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class Target:
    """`read` raises one of `refusals`, or returns."""

    samples: tuple[bytes, ...]
    read: Callable[[bytes], object]
    refusals: tuple[type[Exception], ...] = ()
    harm: Callable[[bytes, random.Random], bytes] = harmed


def sample() -> Report:
    return gicr.read((ROOT / "resources" / "samples" / "2021.gicr").read_bytes()).report


def _words(report: Report) -> bytes:
    texts = [i.text for s in report.sections for i in s.body if isinstance(i, Paragraph)]
    return "\n".join(texts).encode()


def _imported(data: bytes) -> object:
    return import_source(read_bytes(data))


def _pdf(data: bytes) -> object:
    # In this process: one of its own for each would make this a test of starting processes.
    from gic_desktop.imports.sources.pdf import read_pdf

    return import_source(read_pdf(data, Budget()))


def _doc(data: bytes) -> object:
    from gic_desktop.imports.sources.doc import read_doc

    return import_source(read_doc(data, Budget()))


def _project(data: bytes) -> None:
    opened = gicr.read(data)
    again = gicr.read(gicr.write(opened.report))
    assert again.report == opened.report
    verbs.show(opened.report)
    check(opened.report)


def _figure(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    for cell in list(_REPORT.form.cells.values())[::7]:
        figure = read_figure(text, cell)
        if isinstance(figure, Figure):
            assert read_figure(figure_text(figure, cell), cell) == figure


def _text(data: bytes) -> None:
    words = data.decode("utf-8", "replace")[:6000]
    section = Section("overview", from_text(words))
    report = SetSection(section).apply(_REPORT)
    last = replace(_REPORT, year=_REPORT.year - 1, earlier=())
    for finding in check(report, last):
        assert finding.message
        if finding.repair is not None:
            finding.repair.edit.apply(report)
    bound = BoundFigures(report)
    for item in section.body:
        if isinstance(item, Paragraph):
            bound.printed(item.text)


def _table_clipboard(data: bytes) -> None:
    from gic_desktop.window.table.clipboard import read

    text = data.decode("utf-8", "surrogateescape")
    read(text, None)
    read(None, text)


def _text_clipboard(data: bytes) -> None:
    from PySide6.QtCore import QMimeData

    from gic_desktop.window.narrative import clipboard

    text = data.decode("utf-8", "replace")
    page, plain, ours = QMimeData(), QMimeData(), QMimeData()
    page.setHtml(text)
    plain.setText(text)
    ours.setData(clipboard.MIME, data)
    for source in (page, plain, ours):
        if clipboard.pasted(source, lambda _name: None) is None:
            clipboard.from_lines(clipboard.words(source))


def _journal(data: bytes) -> None:
    from gic_desktop.store.journal import work_in

    work_in(data)


def _journal_bytes(report: Report) -> bytes:
    import tempfile

    from gic_desktop.store.journal import JournalWriter

    with tempfile.TemporaryDirectory() as folder:
        writer = JournalWriter(Path(folder), None)
        for text in ("一", "二", "三"):
            changed = SetSection(Section("overview", (Paragraph(text),))).apply(report)
            writer.put(gicr.write(changed))
            writer.flush()
        data = max((f.read_bytes() for f in Path(folder).iterdir()), key=len)
        writer.discard()
    return data


_REPORT = sample()


def corpus(name: str) -> tuple[bytes, ...]:
    """What this program does not write itself: files and clipboards of other programs."""
    found = (CORPUS / name.replace(" ", "-")).iterdir()
    return tuple(file.read_bytes() for file in sorted(found))


def targets() -> dict[str, Target]:
    report = _REPORT
    made = {s: verbs.export_bytes(report, s) for s in verbs.EXPORTS}
    table = b"<table><tr><th colspan=2>\xe7\x94\xb3\xe8\xaf\xb7</th></tr><tr><td>8<td>0</table>"
    rows = "一、总体情况\n主动公开63条。\n\t8\t0\t\t1\n".encode()
    typed = ("８", "1,036", "+4", "848450元", "22（其中修订 16 件）", "0.092", "—", "1e3", "-1")
    refused = (ImportRefused,)
    told = corpus("text")
    body = made[".html"][made[".html"].find(b"<body") :]
    return {
        "project": Target((gicr.write(report),), _project, (gicr.DamagedProject,)),
        "journal": Target((_journal_bytes(report),), _journal),
        "docx": Target((made[".docx"],), _imported, refused, harmed_zip),
        "xlsx": Target((made[".xlsx"],), _imported, refused, harmed_zip),
        "html": Target((made[".html"],), _imported, refused),
        "text": Target((*told, told[0].decode("utf-16").encode("gb18030")), _imported, refused),
        "pdf": Target((made[".pdf"],), _pdf, refused),
        "doc": Target(corpus("doc"), _doc, refused),
        "pasted table": Target((table, rows, *corpus("pasted table")), _table_clipboard),
        "pasted text": Target((body, rows, *corpus("pasted text")), _text_clipboard),
        "typed figure": Target(tuple(t.encode() for t in typed), _figure),
        "sentences": Target((_words(report),), _text),
    }


@dataclass(slots=True)
class Outcome:
    runs: int = 0
    refused: int = 0
    faults: int = 0
    slowest: float = 0.0


def fuzz(name: str, target: Target, seed: int, *, rounds: int = 0, seconds: float = 0.0) -> Outcome:
    """So many rounds, or so long; the first few faults are printed and kept."""
    chance = random.Random(f"{seed}/{name}")  # noqa: S311 - the same seed, the same inputs
    outcome = Outcome()
    until = time.monotonic() + seconds
    while outcome.runs < rounds or time.monotonic() < until:
        data = target.harm(chance.choice(target.samples), chance)
        outcome.runs += 1
        began = time.process_time()
        try:
            target.read(data)
        except target.refusals as refusal:
            outcome.refused += 1
            outcome.faults += not str(refusal).strip()
        except Exception:  # noqa: BLE001 - that is what is looked for
            outcome.faults += 1
            KEPT.mkdir(parents=True, exist_ok=True)
            kept = KEPT / f"{name.replace(' ', '-')}-{seed}-{outcome.runs}"
            kept.write_bytes(data)
            print(f"{name}: {kept}\n{traceback.format_exc()}", file=sys.stderr)
            if outcome.faults >= MOST_FAULTS:
                break
        outcome.slowest = max(outcome.slowest, time.process_time() - began)
    return outcome


# -- guided by what is reached -------------------------------------------------------------------

# A process of its own for each target: libFuzzer ends the process it runs in.
INSIDE = """
import sys
import atheris
with atheris.instrument_imports(include=["gic_desktop"]):
    import fuzz
    fuzz.inside(sys.argv[1], sys.argv[:1] + sys.argv[2:])
"""


def inside(name: str, arguments: list[str]) -> None:
    import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore]

    target = targets()[name]

    def one(data: bytes) -> None:
        try:
            target.read(data)
        except target.refusals as refusal:
            if not str(refusal).strip():
                raise AssertionError("a refusal without a sentence") from refusal

    def mutated(data: bytes, longest: int, seed: int) -> bytes:
        chance = random.Random(seed)  # noqa: S311 - libFuzzer's own seed
        if chance.random() < 0.5:
            return bytes(atheris.Mutate(data, longest))
        try:
            return target.harm(data, chance)[:longest]
        except Exception:  # noqa: BLE001 - a package that cannot be unpacked any more: as bytes
            return harmed(data, chance)[:longest]

    atheris.Setup(arguments, one, custom_mutator=mutated)
    atheris.Fuzz()


def guided(name: str, target: Target, seed: int, seconds: float) -> tuple[int, int, int]:
    """Inputs tried, places reached, faults found in so many seconds."""
    grown = KEPT / "corpus" / name.replace(" ", "-")
    grown.mkdir(parents=True, exist_ok=True)
    for sample in target.samples:
        (grown / hashlib.sha256(sample).hexdigest()[:16]).write_bytes(sample)
    paths = [str(ATHERIS), str(ROOT), str(ROOT / "build_scripts"), os.environ.get("PYTHONPATH", "")]
    runs = reached = faults = 0
    until = time.monotonic() + seconds
    while faults < MOST_FAULTS and (left := int(until - time.monotonic())) > 0:
        call = [sys.executable, "-c", INSIDE, name, f"-max_total_time={left}", f"-seed={seed}"]
        call += [f"-max_len={LONGEST}", "-timeout=60", "-rss_limit_mb=3000", "-print_final_stats=1"]
        call += [f"-artifact_prefix={KEPT / name.replace(' ', '-')}-", str(grown)]
        done = subprocess.run(
            call,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            check=False,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
        )
        runs += max(
            [
                0,
                *map(
                    int,
                    re.findall(r"(?m)^(?:#|stat::number_of_executed_units: )(\d+)", done.stderr),
                ),
            ]
        )
        reached = max([reached, *map(int, re.findall(r" cov: (\d+)", done.stderr))])
        if done.returncode:
            faults += 1
            print(f"{name}: {done.stderr[-4000:]}", file=sys.stderr)
            if not reached:
                break  # it does not run at all
    return runs, reached, faults


def main() -> int:
    every = targets()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", choices=[*every, []], metavar="TARGET")
    parser.add_argument("--minutes", type=float, default=5.0, help="for all targets together")
    parser.add_argument("--rounds", type=int, default=0, help="for each target, whatever the time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--guided", action="store_true", help="by what is reached; needs atheris")
    given = parser.parse_args()
    names = given.targets or list(every)
    seconds = 0.0 if given.rounds else given.minutes * 60 / len(names)
    faults = 0
    if given.guided and not (ATHERIS / "atheris").is_dir():
        parser.error(
            f"atheris is not installed: {sys.executable} -m pip install --target {ATHERIS} atheris"
        )
    for name in names:
        if given.guided:
            runs, reached, found = guided(name, every[name], given.seed, seconds or 60.0)
            print(
                f"{name:14} {runs:9,} inputs  {reached:6,} places reached  {found} faults",
                flush=True,
            )
            faults += found
            continue
        told = fuzz(name, every[name], given.seed, rounds=given.rounds, seconds=seconds)
        faults += told.faults
        print(
            f"{name:14} {told.runs:9,} inputs  {told.refused:9,} refused  {told.faults} faults"
            f"  slowest {told.slowest:.2f} s of processor",
            flush=True,
        )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
