"""Blocks → placed marks on pages; knows no file format and opens no font file.

    pages = typeset.layout(document, chooser, drawer)

`chooser` answers which face draws a character (fonts), `drawer` makes the charts. The result holds
everything a writer needs and leads from a point on a page to the place in the report and back.
"""

from gic_desktop.output.typeset.flow import layout
from gic_desktop.output.typeset.marks import Box, Page, Pages

__all__ = ["Box", "Page", "Pages", "layout"]
