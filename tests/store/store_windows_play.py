"""What the file modules do on Windows, one scene after another; prints what came of each.

A script, not a test module: it runs under a Windows Python that has nothing installed, real or in
Wine. ``store_windows_play.py FOLDER`` with the source tree on ``PYTHONPATH``.
"""

from __future__ import annotations

import ctypes
import json
import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from gic_desktop import digest, user_folders
from gic_desktop.store import durable, journal, lock, owner
from gic_desktop.store.earlier_versions import EarlierVersions
from gic_desktop.values import replace

OLD, NEW = "上年".encode() * 1000, "本年".encode() * 3000


def told(step: Callable[[], object]) -> str:
    try:
        return type(step()).__name__
    except durable.StoreError as error:
        return error.reason.value


TAKER = """import pathlib, sys
from gic_desktop.store import lock
for line in sys.stdin:
    print(type(lock.acquire(pathlib.Path(sys.argv[1]))).__name__, flush=True)
"""


def two_at(report: Path, file: Path, left: dict[str, object]) -> list[str]:
    """What two processes get that find the same dead lock at once, round after round."""
    call = [sys.executable, "-c", TAKER, str(report)]
    pipe = subprocess.PIPE
    takers = [subprocess.Popen(call, stdin=pipe, stdout=pipe, text=True) for _ in range(2)]
    answers = set()
    for number in range(10):
        file.write_text(json.dumps({**left, "token": f"{number}"}), encoding="utf-8")
        for taker in takers:
            taker.stdin.write("go\n")
            taker.stdin.flush()
        answers.add(" ".join(sorted(taker.stdout.readline().strip() for taker in takers)))
    for taker in takers:
        taker.communicate()
    return sorted(answers)


ADDER = """import pathlib, sys
from gic_desktop.store import durable
path, own = pathlib.Path(sys.argv[1]), sys.argv[2].encode()
for _ in range(5):
    while True:
        try:
            data, seen = durable.read(path, 10**6)
            durable.replace(path, data + own, expected=seen)
            break
        except durable.StoreError as error:
            assert error.reason in ("changed_outside", "held_open"), error
"""


def several_add_to(path: Path) -> str:
    """What is left when four processes each add five letters to one file, as fast as they can."""
    path.write_bytes(b"")
    adders = [subprocess.Popen([sys.executable, "-c", ADDER, str(path), one]) for one in "abcd"]
    assert [adder.wait(120) for adder in adders] == [0] * 4
    return "".join(sorted(path.read_text()))


def scenes(folder: Path) -> dict[str, object]:
    result: dict[str, object] = {}
    report = folder / "幸福街道 年报.gicr"
    result["a first save"] = told(lambda: durable.replace(report, OLD, expected=durable.ABSENT))
    _, known = durable.read(report, 10**6)
    result["a second save"] = told(lambda: durable.replace(report, NEW, expected=known))
    result["content"] = report.read_bytes() == NEW
    result["changed outside"] = told(lambda: durable.replace(report, OLD, expected=known))
    result["nothing beside it"] = [path.name for path in folder.iterdir()] == [report.name]

    with report.open("rb"):  # Python opens without FILE_SHARE_DELETE, as most readers do
        began = time.monotonic()
        result["held open"] = told(lambda: durable.replace(report, OLD))
        result["held open, seconds"] = round(time.monotonic() - began)
    result["held open, old file"] = report.read_bytes() == NEW

    scanner = report.open("rb")
    threading.Timer(0.5, scanner.close).start()
    result["held for a moment"] = told(lambda: durable.replace(report, OLD))

    report.chmod(stat.S_IREAD)
    result["read-only file"] = told(lambda: durable.replace(report, NEW))
    report.chmod(stat.S_IWRITE)
    result["folder gone"] = told(lambda: durable.replace(folder / "没有" / "a.gicr", NEW))
    result["a folder"] = told(lambda: durable.replace(folder, NEW))
    for name in ("con.gicr", "a.gicr:b", "a.", "what?.gicr"):
        result[f"name {name}"] = told(lambda name=name: durable.replace(folder / name, NEW))
    result["name too long"] = told(lambda: durable.replace(folder / ("年" * 300), NEW))
    deep = folder.joinpath(*["深" * 60] * 5)
    durable.make_folder(str(deep), durable.SYSTEM)
    result["long path"] = told(lambda: durable.replace(deep / "a.gicr", NEW))
    result["long path, again"] = told(lambda: durable.replace(deep / "a.gicr", OLD))
    result["missing"] = told(lambda: durable.read(folder / "没有.gicr", 10))
    result["a folder read"] = told(lambda: durable.read(folder, 10))
    result["nothing stray"] = sorted(p.name for p in folder.iterdir() if "~" in p.name) == []

    me = owner.myself()
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    began = owner.process_began(child.pid)
    living = replace(me, process=child.pid, began=began or "")
    result["living"] = owner.life_of(living).value
    child.kill()
    child.wait()
    result["dead"] = owner.life_of(living).value
    result["number used again"] = owner.life_of(replace(me, began="1")).value
    result["machine known"] = me.machine != digest.sha256(b"gic-desktop ")[:16]

    ours = lock.acquire(report)
    result["lock"] = type(ours).__name__
    again = lock.acquire(report)
    result["second lock"] = type(again).__name__
    assert isinstance(ours, lock.Lock)
    result["renewed"] = ours.renew()
    ours.release()
    result["released"] = not ours.file.exists()
    left = {**replace(me, began="1").as_json(), "since": "2026-01-01T00:00:00+00:00"}
    ours.file.write_text(json.dumps(left), encoding="utf-8")
    result["dead lock"] = type(lock.acquire(report)).__name__

    result["several add"] = several_add_to(folder / "同时.gicr")
    result["two at a dead lock"] = two_at(report, ours.file, left)

    kept = EarlierVersions(folder / "versions")
    durable.replace(report, NEW, keep=kept.keep)
    result["version kept"] = kept.read(kept.of(report)[0]) == OLD

    writer = journal.JournalWriter(folder / "journal", report, pause=0.0)
    for state in (b"1", b"2"):
        writer.put(state)
        result["journal"] = writer.flush(30)
    writer.clear(report)
    writer.put(b"3")
    result["journal rewritten while open"] = writer.flush(30)
    result["alive journal is not offered"] = journal.pending(folder / "journal") == ()
    work = journal.work_in(writer.file.read_bytes())
    result["journal holds"] = work is not None and work.state.decode()
    result["journal gone"] = writer.discard(30) and not writer.file.exists()

    result["settings"] = "AppData" in str(user_folders.current().settings)
    result["system"] = f"{sys.platform} {ctypes.windll.kernel32.GetVersion() & 0xFF}"  # type: ignore[attr-defined]
    return result


if __name__ == "__main__":
    place = Path(os.path.abspath(sys.argv[1]))  # noqa: PTH100 - as the program does
    place.mkdir(parents=True, exist_ok=True)
    sys.stdout.write(json.dumps(scenes(place)) + "\n")
