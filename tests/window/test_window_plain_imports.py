"""PySide6 would read the source of every module that is imported after it."""

import json
import subprocess
import sys

PROGRAM = """
import json, linecache, sys
import gic_desktop.window.rail  # any of the window's: it comes after PySide6
print(json.dumps([sorted(linecache.cache), sys.modules["gic_desktop.window.rail"].__file__]))
"""


def test_no_source_of_ours_is_read_for_an_import() -> None:
    told = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True)
    read, ours = json.loads(told.stdout)
    assert ours.endswith("rail.py")
    assert ours not in read
