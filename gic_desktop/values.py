"""What an immutable value is made of: `Struct`, `field` and `replace`, for every part of the program.

They are those of msgspec, whose `json` writes and reads them as well, and behave as a dataclass does:
annotated fields, equality by value, patterns, a hash where `frozen=True`. A class of them is made in a
twentieth of the time, which is what a start consists of, and a value in a fifth, which is what a layout
consists of.
"""

import sys
from typing import TYPE_CHECKING

# msgspec asks for typing_extensions, content to find none; where one is, it takes longer to import
# than everything else here. Whoever wants it afterwards imports it as ever.
_KEPT_OUT = "typing_extensions"
if _KEPT_OUT in sys.modules:
    from msgspec import DecodeError, Raw, Struct, ValidationError, field, json
else:
    sys.modules[_KEPT_OUT] = None  # type: ignore[assignment]
    try:
        from msgspec import DecodeError, Raw, Struct, ValidationError, field, json
    finally:
        del sys.modules[_KEPT_OUT]

if TYPE_CHECKING:
    # The same function for the type checker, which knows this one's arguments by name and type.
    from dataclasses import replace
else:
    from msgspec.structs import replace

__all__ = ["DecodeError", "Raw", "Struct", "ValidationError", "field", "json", "replace"]
