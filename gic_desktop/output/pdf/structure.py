"""The structure tree: what a screen reader walks through, and the way from a page's content to it."""

from collections.abc import Sequence

from gic_desktop.output.pdf.archive import text_string
from gic_desktop.output.typeset.marks import Node


class Structure:
    """Elements for the layout's nodes. `owners[page]` are the nodes of that page's marked sequences."""

    def __init__(
        self,
        nodes: Sequence[Node],
        owners: Sequence[Sequence[int]],
        page_numbers: Sequence[int],
        height: float,
    ) -> None:
        self._nodes = nodes
        self._owners = owners
        self._page_numbers = page_numbers
        self._height = height

    def write(self, first: int, root: int) -> tuple[bytes, list[bytes]]:
        """The root's bytes and the elements', which are numbered from `first`."""
        children: list[list[str]] = [[] for _ in self._nodes]
        home: list[int] = [-1] * len(self._nodes)
        for page, owners in enumerate(self._owners):
            for sequence, owner in enumerate(owners):
                if home[owner] < 0:
                    home[owner] = page
                if home[owner] == page:
                    children[owner].append(str(sequence))
                else:
                    number = self._page_numbers[page]
                    children[owner].append(f"<</Type/MCR/Pg {number} 0 R/MCID {sequence}>>")
        for index, node in enumerate(self._nodes):
            if node.parent >= 0:
                children[node.parent].append(f"{first + index} 0 R")
        elements: list[bytes] = []
        keys: list[tuple[str, int]] = []
        for index, node in enumerate(self._nodes):
            number = first + index
            parent = root if node.parent < 0 else first + node.parent
            parts = [f"<</Type/StructElem/S/{node.kind}/P {parent} 0 R"]
            if home[index] >= 0:
                parts.append(f"/Pg {self._page_numbers[home[index]]} 0 R")
            if len(children[index]) == 1:
                parts.append(f"/K {children[index][0]}")
            elif children[index]:
                parts.append(f"/K[{' '.join(children[index])}]")
            attributes = self._attributes(node)
            if attributes:
                parts.append(f"/A<<{attributes}>>")
            if node.alternative:
                parts.append(f"/Alt{text_string(node.alternative)}")
            if node.key:
                keys.append((node.key, number))
                parts.append(f"/ID({node.key})")
            parts.append(">>")
            elements.append("".join(parts).encode())
        parents = [
            f"{page}[{' '.join(f'{first + owner} 0 R' for owner in owners)}]"
            for page, owners in enumerate(self._owners)
        ]
        count = len(self._owners)
        keys.sort()
        named = " ".join(f"({key}){number} 0 R" for key, number in keys)
        tree = f"/IDTree<</Names[{named}]>>" if keys else ""
        whole = (
            f"<</Type/StructTreeRoot/K {first} 0 R/ParentTree<</Nums[{''.join(parents)}]>>"
            f"/ParentTreeNextKey {count}{tree}>>"
        )
        return whole.encode(), elements

    def _attributes(self, node: Node) -> str:
        if node.kind in ("TH", "TD"):
            parts = ["/O/Table"]
            if node.scope:
                parts.append(f"/Scope/{node.scope}")
            if node.columns > 1:
                parts.append(f"/ColSpan {node.columns}")
            if node.rows > 1:
                parts.append(f"/RowSpan {node.rows}")
            if node.headers:
                parts.append(f"/Headers[{''.join(f'({key})' for key in node.headers)}]")
            return "".join(parts) if len(parts) > 1 else ""
        if node.kind == "Table" and node.summary:
            return f"/O/Table/Summary{text_string(node.summary)}"
        if node.kind == "Figure" and node.box is not None:
            _, x, y, width, height = node.box
            bottom = self._height - y - height
            box = f"{x:.2f} {bottom:.2f} {x + width:.2f} {bottom + height:.2f}"
            return f"/O/Layout/Placement/Block/BBox[{box}]"
        return ""
