"""XML from outside as a tree: no document type, no entity, no network, bounded depth and size.

Names come as ``{namespace}local``. `watch` is called with every element's name while the file is
still being read, so that a reader can refuse a hundred thousand rows before they are in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from gic_desktop.imports.source import TOO_DEEP, TOO_LONG, Budget, ImportRefused

DAMAGED = "文件已损坏，无法读出；请用 Word 或 WPS 打开后重新保存，再导入。"
ENTITIES = "文件里带有不该出现的外部定义，为安全起见未导入；请用 Word 或 WPS 另存后再试。"

_SLICE = 1 << 16


def parse(data: bytes, budget: Budget, watch: Callable[[str], None] | None = None) -> Element:
    """Read one XML part, or refuse it with a sentence."""
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    names: dict[str, str] = {}
    depth = 0

    def full(name: str) -> str:
        known = names.get(name)
        if known is None:
            known = names[name] = "{" + name if "}" in name else name
        return known

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        budget.elements -= 1
        if depth > budget.depth:
            raise ImportRefused(TOO_DEEP)
        if budget.elements < 0:
            raise ImportRefused(TOO_LONG)
        tag = full(name)
        if watch is not None:
            watch(tag)
        builder.start(tag, {full(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(full(name))

    def doctype(*_: object) -> None:
        raise ImportRefused(ENTITIES)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = doctype
    try:
        for position in range(0, len(data), _SLICE):
            budget.tick()
            parser.Parse(data[position : position + _SLICE], False)
        parser.Parse(b"", True)
        return builder.close()
    except (expat.ExpatError, ValueError, LookupError, AssertionError) as damage:
        raise ImportRefused(DAMAGED) from damage
