"""Pages → the bytes of one PDF file, archive and accessibility standards kept."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from gic_desktop.output.pdf.archive import ArchiveCanvas, stream
from gic_desktop.output.pdf.content import PageContent
from gic_desktop.output.pdf.faces import UsedFace
from gic_desktop.output.pdf.metadata import attach, information, output_intent, packet
from gic_desktop.output.pdf.structure import Structure
from gic_desktop.output.typeset.burst import uncollected
from gic_desktop.output.typeset.faces import Face
from gic_desktop.output.typeset.marks import Image, Pages

if TYPE_CHECKING:
    from gic_desktop.output.pdf.images import Embedded


class Writer:
    """Writes one document; made for each."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._canvas = ArchiveCanvas((pages.width, pages.height))
        self._document = self._canvas.document
        self._faces: dict[Face, UsedFace] = {}
        self._pictures: dict[bytes, tuple[str, Embedded]] = {}

    def _face(self, face: Face) -> UsedFace:
        used = self._faces.get(face)
        if used is None:
            used = self._faces[face] = UsedFace(face, f"F{len(self._faces) + 1}")
        return used

    def _picture(self, data: bytes) -> tuple[str, str]:
        found = self._pictures.get(data)
        if found is None:
            from gic_desktop.output.pdf.images import embed_picture

            printed = max(mark.width for mark in self._images() if mark.data == data)
            picture = embed_picture(self._document, data, printed)
            found = f"P{len(self._pictures) + 1}", picture
            self._pictures[data] = found
        return found[0], found[1].turn

    def _images(self) -> Iterator[Image]:
        return (m for page in self._pages.pages for m in page.marks if isinstance(m, Image))

    def write(self, attachment: bytes | None, attachment_name: str, moment: datetime) -> bytes:
        """The file's bytes; equal input gives equal bytes."""
        with uncollected():
            return self._write(attachment, attachment_name, moment)

    def _write(self, attachment: bytes | None, attachment_name: str, moment: datetime) -> bytes:
        pages, canvas, document = self._pages, self._canvas, self._document
        owners: list[list[int]] = []
        bookmarks: list[list[tuple[str, float]]] = [[] for _ in pages.pages]
        for index, entry in enumerate(pages.outline):
            top = round(pages.height - entry.y + 6, 2)
            bookmarks[entry.page].append((f"b{index}", top))
        for number, page in enumerate(pages.pages):
            content = PageContent(page, pages.height, pages.nodes, self._face, self._picture)
            canvas.add_page(content.draw(), bookmarks[number])
            owners.append(content.owners)
        for index, entry in enumerate(pages.outline):
            canvas.addOutlineEntry(entry.text, f"b{index}", entry.level)
        self._resources()
        self._catalog(attachment, attachment_name, moment)
        numbers = [document.page_number(index) for index in range(len(pages.pages))]
        structure = Structure(pages.nodes, owners, numbers, pages.height)
        root = int(document.reference(document.structure_root).split()[0])
        return document.finish(canvas, lambda first: structure.write(first, root))

    def _resources(self) -> None:
        fonts = "".join(
            f"/{used.name} {used.embed(self._document)}" for used in self._faces.values()
        )
        pictures = "".join(
            f"/{name} {picture.reference}" for name, picture in self._pictures.values()
        )
        objects = f"/XObject<<{pictures}>>" if pictures else ""
        self._document.resources.data = f"<</Font<<{fonts}>>{objects}>>".encode()

    def _catalog(self, attachment: bytes | None, name: str, moment: datetime) -> None:
        pages, canvas, document = self._pages, self._canvas, self._document
        document.info.data = information(pages.title, pages.author, moment)
        document.Reference(document.info)
        catalog = document.Catalog
        catalog.Metadata = document.add_raw(
            stream("/Type/Metadata/Subtype/XML", packet(pages.title, pages.author, moment))
        )
        catalog.OutputIntents = output_intent(document)
        catalog.MarkInfo = "<</Marked true>>"
        catalog.StructTreeRoot = document.structure_root
        canvas.setViewerPreference("DisplayDocTitle", "true")
        canvas.addPageLabel(0, style="ARABIC", start=1)
        if pages.outline:
            canvas.showOutline()
        if attachment is not None:
            specification, names = attach(document, attachment, name, moment)
            catalog.AF = f"[{specification}]"
            catalog.Names = names
