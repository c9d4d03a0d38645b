"""PySide6 would read the source of every module that is imported after it."""

import json
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import json, linecache
import gic_desktop.window.main_window
print(json.dumps(sorted(linecache.cache)))
"""


def test_no_source_of_ours_is_read_for_an_import() -> None:
    told = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True)
    read = [Path(file).parts for file in json.loads(told.stdout)]
    assert [parts for parts in read if "gic_desktop" in parts] == []
