"""Programs that save, are killed while they do, or save against each other.

Run as a script with one thread, so that forking is safe and a child starts in a millisecond:
``store_arena.py kill FOLDER TIMES SEED``, ``store_arena.py count FILE TIMES``. Prints JSON.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from gic_desktop.store import durable
from gic_desktop.store.earlier_versions import EarlierVersions


def state(number: int) -> bytes:
    """A content that can tell by itself whether it is whole; of changing length."""
    body = f"第 {number} 稿\n".encode() * (500 + number * 37 % 9000)
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def is_whole(content: bytes) -> bool:
    digest, _, body = content.partition(b"\n")
    return hashlib.sha256(body).hexdigest().encode() == digest


def save_for_ever(file: Path, first: int, versions: Path) -> None:
    kept = EarlierVersions(versions)
    number = first
    while True:
        number += 1
        durable.replace(file, state(number), keep=kept.keep if number % 3 == 0 else None)


def kill(folder: Path, times: int, seed: int) -> dict[str, int]:
    chance = random.Random(seed)
    file = folder / "年报.gicr"
    versions = folder.parent / "versions"
    durable.replace(file, state(0))
    began = time.monotonic()
    for number in range(5):
        durable.replace(file, state(number))
    longest = max(0.012, (time.monotonic() - began) * 2)  # on a busy machine kills wait longer
    result = {"kills": 0, "torn": 0, "during_a_save": 0, "different": 0, "damaged_versions": 0}
    last = file.read_bytes()
    for number in range(times):
        child = os.fork()
        if child == 0:
            save_for_ever(file, number * 1000, versions)
        time.sleep(chance.uniform(0.0, longest))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        content = file.read_bytes()
        result["kills"] += 1
        result["torn"] += not is_whole(content)
        result["different"] += content != last
        last = content
        strays = [path for path in folder.iterdir() if path != file]
        result["during_a_save"] += bool(strays)
        for stray in strays:
            stray.unlink()
    kept = EarlierVersions(versions)
    for version in kept.of(file):
        result["damaged_versions"] += not is_whole(kept.read(version))
    return result


def count(file: Path, times: int) -> dict[str, int]:
    """Add one, `times` times, each time only if nobody else wrote since we read."""
    refused = 0
    for _ in range(times):
        while True:
            content, known = durable.read(file, 1 << 20)
            try:
                durable.replace(file, b"%d" % (int(content) + 1), expected=known)
            except durable.ChangedOutside:
                refused += 1
            else:
                break
    return {"refused": refused}


def overwrite(file: Path, times: int) -> dict[str, int]:
    for number in range(times):
        durable.replace(file, state(number + os.getpid()))
    return {"saved": times}


def main(what: str, place: str, times: str, seed: str = "0") -> None:
    if what == "kill":
        result = kill(Path(place), int(times), int(seed))
    elif what == "count":
        result = count(Path(place), int(times))
    else:
        result = overwrite(Path(place), int(times))
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main(*sys.argv[1:])
