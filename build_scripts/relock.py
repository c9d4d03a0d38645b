"""Writes requirements.lock anew from pyproject.toml: exact versions with sums, for every system.

    python3 build_scripts/relock.py               keeps every version that still fits
    python3 build_scripts/relock.py --upgrade     takes the newest that fit

Arguments go to `uv pip compile`; uv comes from the package index that pip is configured for, into
an environment that is thrown away. The lock names no index, so that it serves behind any mirror.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "build_scripts" / "requirements.lock"
GROUPS = ("test", "lint", "package")


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="gic-relock-") as folder:
        venv.create(folder, with_pip=True)
        programs = Path(folder) / ("Scripts" if os.name == "nt" else "bin")
        subprocess.run([programs / "python", "-m", "pip", "install", "--quiet", "uv"], check=True)
        command = [
            str(programs / "uv"),
            *("pip", "compile", "--universal", "--python-version", "3.11"),
            *("--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-header"),
            *(word for group in GROUPS for word in ("--group", group)),
            *("--output-file", str(LOCK), "--quiet"),
            *arguments,
            "pyproject.toml",
        ]
        return subprocess.run(command, cwd=ROOT, env=where_to_look(), check=False).returncode


def where_to_look() -> dict[str, str]:
    """Give uv the index that pip is configured for: it reads none of pip's settings."""
    found = dict(os.environ)
    # As pip does: the configured places together are one index.
    found.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    said = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    settings = {
        key.rpartition(".")[2]: value.strip("'\"")
        for key, _, value in (line.partition("=") for line in said.splitlines())
    }
    translation = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_INDEX",
        "find-links": "UV_FIND_LINKS",
        "cert": "SSL_CERT_FILE",
    }
    for setting, variable in translation.items():
        if setting in settings:
            found.setdefault(variable, settings[setting])
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
