"""What Word and Excel files have in common: parts in a ZIP, and text as XML.

Equal parts make equal bytes: no clock, no user, no order of a dictionary that was not given.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from xml.sax.saxutils import escape

HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
# What XML cannot hold, whatever it came from.
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EARLIEST = (1980, 1, 1, 0, 0, 0)


def text(value: str) -> str:
    return escape(_FORBIDDEN.sub("", value))


def attribute(value: str) -> str:
    return escape(
        _FORBIDDEN.sub("", value), {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
    )


def part(name: str) -> zipfile.ZipInfo:
    """What the archive says of a part, the same at every time and on every system."""
    info = zipfile.ZipInfo(name, _EARLIEST)
    info.compress_type = zipfile.ZIP_DEFLATED
    # The field says where the archive was made.
    info.create_system = 0
    return info


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """The parts as one file, in the order given; the first must be `[Content_Types].xml`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(
                part(name), content if isinstance(content, bytes) else content.encode()
            )
    return out.getvalue()


def content_types(overrides: Mapping[str, str], extensions: Iterable[str] = ()) -> str:
    """`overrides`: part → its type; `extensions`: of the pictures in the package."""
    kinds = {
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
        "xml": "application/xml",
        "vml": "application/vnd.openxmlformats-officedocument.vmlDrawing",
        "png": "image/png",
        "jpeg": "image/jpeg",
    }
    wanted = ["rels", "xml", *sorted(set(extensions))]
    defaults = "".join(f'<Default Extension="{e}" ContentType="{kinds[e]}"/>' for e in wanted)
    each = "".join(
        f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in overrides.items()
    )
    return f'{HEADER}<Types xmlns="{_PACKAGE}/content-types">{defaults}{each}</Types>'


def relationships(targets: Mapping[str, tuple[str, str]]) -> str:
    """`targets`: the id → (type, target); a type without a colon is one of Office's own."""
    each = "".join(
        f'<Relationship Id="{key}" Type="{kind if ":" in kind else f"{OFFICE}/{kind}"}"'
        f' Target="{attribute(target)}"/>'
        for key, (kind, target) in targets.items()
    )
    return f'{HEADER}<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


def package_relationships(main: str) -> str:
    core = f"{_PACKAGE}/relationships/metadata/core-properties"
    return relationships(
        {
            "rId1": ("officeDocument", main),
            "rId2": (core, "docProps/core.xml"),
            "rId3": ("extended-properties", "docProps/app.xml"),
        }
    )


CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
APP_TYPE = "application/vnd.openxmlformats-officedocument.extended-properties+xml"


def core_properties(title: str, organ: str, moment: datetime) -> str:
    """The organ signs the file, never the person who happened to sit at the PC."""
    when = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        f'{HEADER}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{text(title)}</dc:title><dc:creator>{text(organ)}</dc:creator>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{when}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{when}</dcterms:modified>'
        "<dc:language>zh-CN</dc:language></cp:coreProperties>"
    )


def app_properties(organ: str) -> str:
    return (
        f'{HEADER}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
        f'extended-properties"><Application>GIC Desktop</Application>'
        f"<Company>{text(organ)}</Company></Properties>"
    )
