"""Exports in one process, one after the other: the memory does not grow."""

import subprocess
import sys
from pathlib import Path

import pytest

CODE = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from typeset_specimen import report
from gic_desktop.output import fonts, pdf, typeset
def export(number):
    document = report("2021" if number % 2 else "2019", repeat=1 + number % 3)
    return len(pdf.write(typeset.layout(document, fonts.standard()), attachment=b"{}"))
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4
rounds = int(sys.argv[2])
for number in range(rounds // 4):
    export(number)
before = resident()
for number in range(rounds):
    export(number)
print(resident() - before)
"""


def grown(rounds: int) -> int:
    arguments = [sys.executable, "-c", CODE, str(Path(__file__).parent), str(rounds)]
    return int(subprocess.run(arguments, capture_output=True, check=True, text=True).stdout)


linux = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="asks Linux for it")


@linux
def test_forty_exports_take_no_more_memory_than_ten() -> None:
    assert grown(40) < 2000


@linux
@pytest.mark.long
def test_five_hundred_exports_take_no_more_memory_than_a_hundred() -> None:
    assert grown(500) < 2000
