"""Whether something stands at a place, asked without ever failing.

`Path.exists` and `Path.is_dir` raise where a share has broken off or forbids the look. Such a place
has nothing to offer now; whoever goes on to read or write there learns the cause, with its sentence.
"""

import os
from pathlib import Path


def is_there(path: Path) -> bool:
    return os.path.exists(path)  # noqa: PTH110 - never raises


def is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - never raises
