"""What a file says about itself: description, standards kept, colour space, attached project."""

import struct
from datetime import UTC, datetime
from functools import cache

from gic_desktop.digest import md5
from gic_desktop.output.pdf.archive import ArchiveDocument, stream, text_string

CREATOR = "GIC Desktop"
PRODUCER = "ReportLab"
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def pdf_date(moment: datetime) -> str:
    """`D:20260119083000+08'00'`."""
    return f"D:{moment:%Y%m%d%H%M%S}" + "{}{:02d}'{:02d}'".format(*_zone(moment))


def _xmp_date(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}" + "{}{:02d}:{:02d}".format(*_zone(moment))


def _zone(moment: datetime) -> tuple[str, int, int]:
    offset = moment.utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset is not None else 0
    return "-" if minutes < 0 else "+", *divmod(abs(minutes), 60)


def information(title: str, author: str, moment: datetime) -> bytes:
    """The information dictionary; the same facts stand in the XMP packet."""
    date = pdf_date(moment)
    return (
        f"<</Title{text_string(title)}/Author{text_string(author)}/Creator({CREATOR})"
        f"/Producer({PRODUCER})/CreationDate({date})/ModDate({date})>>"
    ).encode()


def packet(title: str, author: str, moment: datetime) -> bytes:
    """The XMP packet, uncompressed so that archive software finds it without reading the PDF."""
    date = _xmp_date(moment)
    title, author = _escaped(title), _escaped(author)
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li></rdf:Bag></dc:language>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate>
<xmp:CreatorTool>{CREATOR}</xmp:CreatorTool>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdf:Producer>{PRODUCER}</pdf:Producer>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates, which part of ISO 14289 standard is followed</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>""".encode()


def _escaped(text: str) -> str:
    """Text as XML holds it. The standard library's own function would load a web client."""
    legal = "".join(character for character in text if character >= " " or character in "\t\n")
    return legal.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@cache
def srgb_profile() -> bytes:
    """A small ICC profile of sRGB (version 4, parametric curve), for the output intent."""

    def fixed(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(fixed(value) for value in values)

    def words(text: str) -> bytes:
        data = text.encode("utf-16-be")
        return b"mluc\0\0\0\0" + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(data), 28) + data

    curve = b"para\0\0\0\0" + struct.pack(">HH", 3, 0)
    curve += b"".join(fixed(v) for v in (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))
    adapted: tuple[float, ...] = (1.04788208, 0.02291870, -0.05021667, 0.02958679, 0.99047852)
    adapted += (-0.01707458, -0.00923157, 0.01507568, 0.75167847)
    tags: list[tuple[bytes, bytes]] = [
        (b"desc", words("sRGB")),
        (b"cprt", words("CC0")),
        (b"wtpt", xyz(0.96420288, 1.0, 0.82490540)),
        (b"chad", b"sf32\0\0\0\0" + b"".join(fixed(value) for value in adapted)),
        (b"rXYZ", xyz(0.43606567, 0.22248840, 0.01391602)),
        (b"gXYZ", xyz(0.38514709, 0.71687317, 0.09707642)),
        (b"bXYZ", xyz(0.14306641, 0.06060791, 0.71409607)),
        (b"rTRC", curve),
        (b"gTRC", curve),
        (b"bTRC", curve),
    ]
    at = 128 + 4 + 12 * len(tags)
    table, data, seen = [struct.pack(">I", len(tags))], [], {}
    for name, value in tags:
        if value not in seen:
            seen[value] = at
            padded = value + bytes(-len(value) % 4)
            data.append(padded)
            at += len(padded)
        table.append(struct.pack(">4sII", name, seen[value], len(value)))
    header = struct.pack(
        ">I4sI4s4s4s6H4s4sI4s4sQI12s4s44x",
        at,
        bytes(4),
        0x04200000,
        b"mntr",
        b"RGB ",
        b"XYZ ",
        *(2020, 1, 1, 0, 0, 0),
        b"acsp",
        bytes(4),
        0,
        bytes(4),
        bytes(4),
        0,
        0,
        xyz(0.96420288, 1.0, 0.82490540)[8:],
        bytes(4),
    )
    return b"".join((header, *table, *data))


def output_intent(document: ArchiveDocument) -> str:
    """The colours of the file are those of sRGB."""
    import zlib

    profile = document.add(stream("/N 3/Filter/FlateDecode", zlib.compress(srgb_profile(), 9)))
    return (
        "[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)"
        f"/Info(sRGB)/DestOutputProfile {profile}>>]"
    )


_LARGE = 1 << 20


def attach(document: ArchiveDocument, data: bytes, name: str, moment: datetime) -> tuple[str, str]:
    """The project inside the PDF, as its source: the reference to it and the name tree with it."""
    import zlib

    digest = md5(data, usedforsecurity=False).hexdigest()
    file = document.add(
        stream(
            "/Type/EmbeddedFile/Subtype/application#2Fjson/Filter/FlateDecode"
            f"/Params<</Size {len(data)}/ModDate({pdf_date(moment)})/CheckSum<{digest}>>>",
            # Photos are compressed already: more effort takes seconds and gains nothing.
            zlib.compress(data, 6 if len(data) < _LARGE else 1),
        )
    )
    called = text_string(name)
    specification = document.add(
        (
            f"<</Type/Filespec/F{called}/UF{called}/AFRelationship/Source"
            f"/Desc{called}/EF<</F {file}/UF {file}>>>>"
        ).encode()
    )
    return specification, f"<</EmbeddedFiles<</Names[{called}{specification}]>>>>"
