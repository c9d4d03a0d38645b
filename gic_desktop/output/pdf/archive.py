"""ReportLab's document made into an archive file: PDF 1.7 as PDF/A-3 and PDF/UA-1 ask for it.

`ArchiveCanvas` is ReportLab's canvas; pages, outline, page labels and viewer preferences go through its own
methods. What ReportLab does not know (catalog entries, plain metadata, deterministic identity, an end of
line before `endstream`, hundreds of structure elements at once) is added here.
"""

import zlib
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from gic_desktop.digest import md5
from gic_desktop.output.pdf.light_reportlab import Canvas, pdfdoc

HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def text_string(text: str) -> str:
    """A PDF text string: UTF-16 in hexadecimal, which needs no escapes."""
    return "<FEFF" + text.encode("utf-16-be", "surrogatepass").hex().upper() + ">"


class Raw(pdfdoc.PDFObject):  # type: ignore[misc]
    """An object whose bytes are ready."""

    __RefOnly__ = 1

    def __init__(self, data: bytes) -> None:
        self.data = data

    def format(self, _document: object) -> bytes:
        return self.data


def stream(entries: str, data: bytes) -> bytes:
    """A stream object of bytes that are already encoded as its entries say.

    Both bytes of an end of line follow them: were it a line feed alone, a reader that looks back from
    `endstream` would take a carriage return, with which one stream in 256 ends, for a part of it.
    """
    return b"".join(
        (f"<<{entries}/Length {len(data)}>>\nstream\n".encode(), data, b"\r\nendstream")
    )


class ArchivePage(pdfdoc.PDFPage):  # type: ignore[misc]
    """A page that knows its place in the structure and shares the document's resources."""

    def __init__(self, page: Any, index: int) -> None:
        super().__init__()
        self.pagewidth, self.pageheight = page.pagewidth, page.pageheight
        self._index = index
        self._content = Raw(stream("/Filter/FlateDecode", zlib.compress(page.stream.encode(), 6)))

    def format(self, document: "ArchiveDocument") -> bytes:
        return (
            f"<</Type/Page/Parent {document.reference(document.Pages)}"
            f"/MediaBox[0 0 {self.pagewidth:.2f} {self.pageheight:.2f}]"
            f"/Resources {document.reference(document.resources)}"
            f"/Contents {document.reference(self._content)}"
            f"/StructParents {self._index}/Tabs/S>>"
        ).encode()


class ArchiveCatalog(pdfdoc.PDFCatalog):  # type: ignore[misc]
    """The catalog with the entries of PDF/A-3 besides ReportLab's."""

    __NoDefault__ = (*pdfdoc.PDFCatalog.__NoDefault__, "OutputIntents", "AF")
    __Refs__ = tuple(
        name
        for name in pdfdoc.PDFCatalog.__NoDefault__
        if name not in ("PageMode", "ViewerPreferences", "MarkInfo", "PageLabels", "Names")
    )


class ArchiveDocument(pdfdoc.PDFDocument):  # type: ignore[misc]
    """ReportLab's document; `structure` is written behind everything else."""

    def __init__(self) -> None:
        super().__init__(compression=1, invariant=1, pdfVersion=(1, 7), lang="zh-CN")
        catalog: Any = ArchiveCatalog()
        catalog.__dict__.update(self._catalog.__dict__)
        self.Catalog: Any = catalog
        self._catalog: Any = catalog
        self.resources = Raw(b"")
        self.Reference(self.resources)
        self.structure_root = Raw(b"")
        self.Reference(self.structure_root)
        self.info = Raw(b"")

    def add(self, data: bytes) -> str:
        """Registers an object and returns the reference to it."""
        return self.reference(Raw(data))

    def add_raw(self, data: bytes) -> Raw:
        """Registers an object and returns it, for an entry that ReportLab writes."""
        raw = Raw(data)
        self.Reference(raw)
        return raw

    def reference(self, thing: Any) -> str:
        """The reference to an object as it stands in the file."""
        name = self.Reference(thing).name
        return f"{self.idToObjectNumberAndVersion[name][0]} 0 R"

    def page_number(self, index: int) -> int:
        """The object number of a page, counted from 0."""
        return int(self.idToObjectNumberAndVersion[f"Page{index + 1}"][0])

    def addPage(self, page: Any) -> None:  # noqa: N802 - ReportLab's name
        """Takes a finished page of the canvas."""
        super().addPage(ArchivePage(page, self.pageCounter - 1))

    def finish(self, canvas: Any, make_structure: Any) -> bytes:
        """The whole file. `make_structure(first)` gives the root and the elements from `first`."""
        self.Reference(self.Catalog)
        self.Reference(self.info)
        self.Outlines.prepare(self, canvas)
        if self.Outlines.ready < 0:
            self.Catalog.Outlines = None
        parts: list[bytes] = [HEAD]
        offsets: dict[int, int] = {}
        at = len(HEAD)

        def put(number: int, data: bytes) -> None:
            nonlocal at
            body = b"%d 0 obj\n%b\nendobj\n" % (number, data)
            offsets[number] = at
            at += len(body)
            parts.append(body)

        late = self.idToObjectNumberAndVersion[self.Reference(self.structure_root).name][0]
        # Formatting an object may register further ones: the list grows while it is walked.
        number = 1
        while number in self.numberToId:
            if number != late:
                thing = self.idToObject[self.numberToId[number]]
                put(number, pdfdoc.format(thing, self, toplevel=1))
            number += 1
        root, elements = make_structure(number)
        put(late, root)
        for element in elements:
            put(number, element)
            number += 1
        table = [b"xref\n0 %d\n0000000000 65535 f \n" % number]
        table += [b"%010d 00000 n \n" % offsets[each] for each in range(1, number)]
        identity = md5(b"".join(parts), usedforsecurity=False).hexdigest().encode()
        trailer = (
            b"trailer\n<</Size %d/Root %b/Info %b/ID[<%b><%b>]>>\nstartxref\n%d\n%%%%EOF\n"
            % (
                number,
                self.reference(self.Catalog).encode(),
                self.reference(self.info).encode(),
                identity,
                identity,
                at,
            )
        )
        return b"".join((*parts, *table, trailer))


class ArchiveCanvas(Canvas):  # type: ignore[misc]
    """ReportLab's canvas over an archive document; nothing is on a page that was not put there."""

    def __init__(self, size: tuple[float, float]) -> None:
        super().__init__(BytesIO(), pagesize=size, pageCompression=0, invariant=1)
        self._doc = ArchiveDocument()

    @property
    def document(self) -> ArchiveDocument:
        document: ArchiveDocument = self._doc
        return document

    def _make_preamble(self) -> None:
        # ReportLab's would name Helvetica, which a file with all fonts embedded cannot have.
        self._preamble = ""

    def add_page(self, content: str, bookmarks: Sequence[tuple[str, float]]) -> None:
        """One page of finished content, and the named heights on it."""
        for name, top in bookmarks:
            self.bookmarkHorizontalAbsolute(name, top)
        self.addLiteral(content)
        self.showPage()
