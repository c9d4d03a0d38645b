"""The history of the project file's format: one function per version that lifts a file to the next.

To change the format: raise `VERSION`, add `_from_N` here, add a sample file of version N under
`tests/samples/versions/` with what it must become. A test fails if a function has no sample.

Version 1 (2026): the first. Cells are numbers, or objects with `value`, `remark`, `unit`.
"""

from collections.abc import Callable
from typing import Any

VERSION = 1

Migration = Callable[[dict[str, Any]], dict[str, Any]]

MIGRATIONS: dict[int, Migration] = {}


def lifted(raw: dict[str, Any], version: int) -> dict[str, Any]:
    while version < VERSION:
        raw = MIGRATIONS[version](raw)
        version += 1
    return raw
