"""The two faces that the window writes with where the system's Chinese font is Noto Sans CJK.

They are that font, outline for outline and hint for hint, cut down to what the interface says and
to everyday characters. The whole of it is 40 MB in two weights, and every character shown brings
64 kB of it into memory: half of what the window took beside Qt. What is not in the cut comes from
the system's font as before, and looks no different.

`convert_fonts.py` makes them with the others.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FAMILY = "GIC Screen"
FILES = {"Regular": "screen.otf", "Bold": "screen-bold.otf"}
EVERYDAY = Path(__file__).with_name("everyday_characters.txt")
"""The 3,000 most frequent hanzi, the most frequent first; then what names of places have besides."""

BOLD = 1200
"""How many of the first in bold, which titles, labels and totals have, and no long text."""

_TEXTS = (".py", ".json", ".md", ".html", ".gicr")
_FEATURES = ("ccmp", "kern", "liga", "locl", "mark", "mkmk", "tnum")


def own_characters() -> set[str]:
    """What stands in the program's sources, its forms, help and samples."""
    files = [*(ROOT / "gic_desktop").rglob("*.py"), *(ROOT / "resources").rglob("*")]
    texts = [file.read_text("utf-8") for file in files if file.suffix in _TEXTS]
    return {character for text in texts for character in text if character.isprintable()}


def wanted_characters(style: str, present: set[int]) -> set[int]:
    frequent, places = EVERYDAY.read_text("utf-8").split("\n\n")
    frequent = frequent.replace("\n", "")[: BOLD if style == "Bold" else None]
    wanted = own_characters() | set(frequent) | set(places)
    wanted |= {chr(code) for code in range(0x20, 0x7F)}
    return {ord(character) for character in wanted} & present


def cut(original: Any, style: str, wanted: set[int]) -> bytes:
    from fontTools import subset
    from fontTools.ttLib import newTable

    options = subset.Options()
    options.layout_features = list(_FEATURES)
    options.drop_tables += ["BASE", "VORG", "vhea", "vmtx"]  # for upright columns
    options.name_IDs = [0, 5, 13, 14]
    options.notdef_outline = True
    options.recalc_timestamp = False
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(original)

    names, kept = newTable("name"), original["name"]
    names.names = []
    post_script = f"{FAMILY.replace(' ', '')}-{style}"
    told = {number: str(kept.getDebugName(number) or "") for number in options.name_IDs}
    told |= {1: FAMILY, 2: style, 3: f"GICDesktop;{post_script}", 4: f"{FAMILY} {style}"}
    told |= {6: post_script, 10: "Modified for GIC Desktop: subset, renamed."}
    for number, text in sorted(told.items()):
        if text:
            names.setName(text, number, 3, 1, 0x409)
    original["name"] = names
    original["CFF "].cff.fontNames[0] = post_script
    whole = io.BytesIO()
    original.save(whole, reorderTables=True)
    return whole.getvalue()
