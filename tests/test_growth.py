"""The same work again and again leaves no handle and no memory behind: the short form of bench_growth."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[1] / "build_scripts"
TIMES = {"opened, changed, saved": 60, "keystrokes with totals and checks": 600}
CODE = """
import json, sys
from pathlib import Path
import bench_growth as bench
times = json.loads(sys.argv[2])
works = bench.works(Path(sys.argv[1]))
print(json.dumps({name: bench.grown(work, times.get(name, 12)) for name, (work, _) in works.items()}))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux what a process holds")
def test_what_a_process_holds_does_not_grow(tmp_path):
    # A process of its own: what pytest holds is not counted.
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(tmp_path), json.dumps(TIMES)],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(SCRIPTS)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert TIMES.keys() <= seen.keys()
    for name, ((before, handles), *_, (after, handles_after)) in seen.items():
        assert handles_after == handles, name
        # Megabytes. A report kept at each turn would be far more than the history's few kilobytes.
        assert after - before < 8, (name, before, after)
