"""What an immutable value is made of: `Struct`, `field` and `replace`, for every part of the program.

They are those of msgspec, whose `json` writes and reads them as well, and behave as a dataclass does:
annotated fields, equality by value, patterns, a hash where `frozen=True`. A class of them is made in a
twentieth of the time, which is what a start consists of, and a value in a fifth, which is what a layout
consists of.
"""

import os
from typing import TYPE_CHECKING

from gic_desktop.left_out import without

# JSON schemas are not asked for here, nor what msgspec takes types apart for; `uuid` asks for the
# system's name only; and typing_extensions, where it is, takes longest of all.
with without(
    "msgspec._json_schema",
    "msgspec.inspect",
    absent=("typing_extensions",),
    given={"platform": {"system": lambda: os.uname().sysname}},
):
    from msgspec import DecodeError, Raw, Struct, ValidationError, field, json

if TYPE_CHECKING:
    # The same function for the type checker, which knows this one's arguments by name and type.
    from dataclasses import replace
else:
    from msgspec.structs import replace

__all__ = ["DecodeError", "Raw", "Struct", "ValidationError", "field", "json", "replace"]
