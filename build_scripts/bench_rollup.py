"""Measures the roll-up: time and memory over many files, beside `json.loads` alone of the same files.

    python build_scripts/bench_rollup.py [--counts 4000 40000] [--rounds 3] [--table] [--json FILE]

40,000 files are every town and street of the country; making them takes a minute and a gigabyte.

The ratio is taken in one process, block by block. Time and memory are taken of fresh processes,
interleaved in random order, and figures are medians; the processor time of all processes together
tells more than the clock where others use the machine as well.
Memory is the largest sum of what all processes of a roll-up held resident at one moment, looked at
every 20 ms; pages that processes share are counted in each. The sum and the list of broken files are
compared with the generator's manifest each time.
"""

import argparse
import contextlib
import gc
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import make_reports  # noqa: E402 - the neighbour, by the path set above

_PAGE = os.sysconf("SC_PAGE_SIZE")


def rollup(folder: Path, table: Path | None) -> dict[str, Any]:
    """In the measured process: a roll-up as `gic rollup` makes it, judged by the manifest."""
    from gic_desktop.rollup.gather import gather
    from gic_desktop.store.gicr import write
    from gic_desktop.verbs import save_rollup_table

    began = time.perf_counter()
    gathered = gather(folder)
    write(gathered.report)
    taken = time.perf_counter() - began
    if table is not None:
        save_rollup_table(gathered, table)
    with_table = time.perf_counter() - began
    used = sum(os.times()[:4])
    manifest = json.loads((folder / make_reports.MANIFEST).read_bytes())
    cells = gathered.report.cells
    broken = {row.name: row.state for row in gathered.rows
              if row.state != "counted" or row.count.errors or row.blanks}  # fmt: skip
    agrees = {c: int(f.value * 10**6) for c, f in cells.items()} == manifest["millionths"]
    agrees = agrees and broken == {one["file"]: one["state"] for one in manifest["broken"]}
    return {"wall": taken, "cpu": used, "with_table": with_table, "agrees": agrees}


def loads(folder: Path) -> dict[str, Any]:
    """In the measured process: every file read and parsed, no more."""
    files = sorted(folder.rglob("*.gicr"))
    began, used = time.perf_counter(), time.process_time()
    for file in files:
        with contextlib.suppress(ValueError):
            json.loads(file.read_bytes())
    return {"wall": time.perf_counter() - began, "cpu": time.process_time() - used, "agrees": True}


def side_by_side(folder: Path) -> dict[str, Any]:
    """In the measured process: 32 files parsed, the same 32 read as a roll-up reads them, and so on.

    Both wait for the same disk and suffer from the same neighbours: the ratio is worth most.
    """
    from gic_desktop.rollup.reading import Wish, read_all

    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.gicr"))[:3200]
    alone, whole = [], []
    read_all(str(folder), list(enumerate(names[:32])), Wish())
    gc.freeze()
    gc.disable()
    for first in range(0, len(names), 32):
        some = list(enumerate(names[first : first + 32], first))
        began = time.process_time()
        for _, name in some:
            with contextlib.suppress(ValueError):
                json.loads(Path(folder, name).read_bytes())
        parsed = time.process_time()
        read_all(str(folder), some, Wish())
        alone.append((parsed - began) / len(some))
        whole.append((time.process_time() - parsed) / len(some))
    ratio = statistics.median(w / a for w, a in zip(whole, alone, strict=True))
    return {"alone": statistics.median(alone), "whole": statistics.median(whole), "ratio": ratio}


def resident(pid: int) -> int:
    """What a process and its children hold at this moment, in bytes."""
    try:
        held = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * _PAGE
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except (OSError, IndexError):
        return 0
    return held + sum(resident(int(child)) for child in children)


def measured(what: str, folder: Path, table: Path | None) -> dict[str, Any]:
    call = [sys.executable, __file__, "--inside", what, "--folder", str(folder)]
    if table is not None:
        call += ["--table-file", str(table)]
    process = subprocess.Popen(call, stdout=subprocess.PIPE, text=True)
    most = 0
    while process.poll() is None:
        most = max(most, resident(process.pid))
        time.sleep(0.02)
    assert process.stdout is not None
    result: dict[str, Any] = json.loads(process.stdout.read())
    return result | {"resident": most}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--counts", type=int, nargs="+", default=[4000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--table", action="store_true", help="write the workbook too")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", type=Path, help="make the files here, and use them again")
    parser.add_argument(
        "--inside", choices=["rollup", "loads", "side by side"], help=argparse.SUPPRESS
    )
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--table-file", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside == "rollup":
        print(json.dumps(rollup(given.folder, given.table_file)))
        return
    if given.inside:
        inside = loads if given.inside == "loads" else side_by_side
        print(json.dumps(inside(given.folder)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        place = given.keep or Path(temporary)
        for count in given.counts:
            if not (place / str(count) / make_reports.MANIFEST).exists():
                (place / str(count)).mkdir(parents=True, exist_ok=True)
                make_reports.make(place / str(count), count)
        runs = [(what, count) for what in ("rollup", "loads") for count in given.counts]
        found: dict[tuple[str, int], list[dict[str, Any]]] = {run: [] for run in runs}
        chance = random.Random(1)  # noqa: S311 - an order, not a secret
        for _ in range(given.rounds):
            for what, count in chance.sample(runs, len(runs)):
                table = Path(temporary, "table.xlsx") if given.table and what == "rollup" else None
                found[what, count].append(measured(what, place / str(count), table))
        pairs = [
            measured("side by side", place / str(given.counts[0]), None)
            for _ in range(given.rounds)
        ]
        best = min(
            pairs,
            key=lambda pair: abs(pair["ratio"] - statistics.median(p["ratio"] for p in pairs)),
        )
        print(
            f"one process, block by block: json.loads {best['alone'] * 1000:.3f} ms a file, read, checked and"
            f" summed {best['whole'] * 1000:.3f} ms, ratio {best['ratio']:.2f}"
        )
        rows = [tell(n, found["rollup", n], found["loads", n]) for n in given.counts]
    if given.json:
        told = {"rows": rows, "a file beside json.loads": best["ratio"]}
        given.json.write_text(json.dumps(told, indent=1), "utf-8")


def tell(count: int, of: list[dict[str, Any]], alone: list[dict[str, Any]]) -> dict[str, object]:
    def median(key: str, runs: list[dict[str, Any]]) -> float:
        return float(statistics.median(run[key] for run in runs))

    most = max(run["resident"] for run in of) / 1e6
    agrees = all(run["agrees"] for run in of)
    print(
        f"{count} files: {median('wall', of):.2f} s by the clock (at best {min(r['wall'] for r in of):.2f} s),"
        f" processor {median('cpu', of):.1f} s; json.loads alone {median('wall', alone):.2f} s;"
        f" resident {most:.0f} MB; {'as' if agrees else 'NOT as'} the manifest says"
    )
    if of[0]["with_table"] - of[0]["wall"] > 0.01:
        print(f"  with the workbook {median('with_table', of):.2f} s")
    wall, least = median("wall", of), min(run["wall"] for run in of)
    seconds = {"s": wall, "best s": least, "json.loads s": median("wall", alone)}
    return {"files": count, **seconds, "MB": most, "agrees": agrees}


if __name__ == "__main__":
    main()
