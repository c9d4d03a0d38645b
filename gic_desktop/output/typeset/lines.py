"""Breaking a paragraph into lines and spreading each line's characters over its width.

Lines are filled from the top like a typist's: the standard page is a grid of characters, and a
line is disturbed only where a cluster does not fit. Then either the blank halves of punctuation are
squeezed or all gaps are stretched, whichever disturbs less.
"""

from collections.abc import Sequence
from typing import NamedTuple

from gic_desktop.output.typeset.clusters import (
    BLANK_LEFT,
    BLANK_RIGHT,
    CLOSING,
    OPENING,
    After,
    Cluster,
    clusters,
)
from gic_desktop.output.typeset.faces import Face, Pen

# A stretch of this share of an em in every gap is as bad as a fully squeezed line.
_WORST_STRETCH = 0.08
_RELUCTANCE = 0.8
_SQUEEZE_INSIDE = 0.25
_TIGHT = 1e-6


class Run(NamedTuple):
    """Characters of one face in a line; `x` is relative to the line's left edge."""

    x: float
    face: Face
    text: str
    width: float
    spacing: float
    kerns: tuple[tuple[int, float], ...]
    offset: int


class Line(NamedTuple):
    """One line: its runs and the width they take."""

    runs: list[Run]
    width: float
    start: int
    end: int


class Measure:
    """A text's faces, advances and unavoidable squeezing at one size."""

    __slots__ = ("_clusters", "advances", "faces", "gaps", "size", "squeeze", "sums", "text")

    def __init__(self, text: str, pen: Pen, size: float, tracking: float = 0.0) -> None:
        self.text = text
        self.size = size
        pairs = [pen[character] for character in text]
        self.faces = [pair[0] for pair in pairs]
        self.advances = [pair[1] * size for pair in pairs]
        self._clusters: list[Cluster] | None = None
        # What follows each character besides its advance, before any justification.
        self.gaps = [tracking] * len(text)
        # How much of each character's own blank half is still there to be squeezed.
        self.squeeze = [0.0] * len(text)
        half = size / 2
        blank_right, blank_left = BLANK_RIGHT, BLANK_LEFT
        for index, character in enumerate(text):
            if character in blank_right:
                blank = max(self.advances[index] - half, 0.0)
                following = text[index + 1 : index + 2]
                if following and (
                    following in CLOSING
                    or following in OPENING
                    or (character == "〕" and following.isalnum())
                ):
                    self.gaps[index] -= blank
                else:
                    self.squeeze[index] = blank
            elif character in blank_left:
                blank = max(self.advances[index] - half, 0.0)
                if index and (
                    text[index - 1] in OPENING or (character == "〔" and text[index - 1].isalpha())
                ):
                    self.gaps[index - 1] -= blank
                else:
                    self.squeeze[index] = blank
        sums = [0.0]
        total = 0.0
        for advance, gap in zip(self.advances, self.gaps, strict=True):
            total += advance + gap
            sums.append(total)
        self.sums = sums

    @property
    def clusters(self) -> list[Cluster]:
        """Where lines may end; found when first asked for: most cells never need it."""
        if self._clusters is None:
            self._clusters = clusters(self.text)
        return self._clusters

    def width(self, start: int, end: int) -> float:
        """The width of a stretch as a line of its own: without what follows its last character."""
        if end <= start:
            return 0.0
        return self.sums[end] - self.sums[start] - self.gaps[end - 1]

    def without_blanks(self, start: int, end: int) -> int:
        """Where a line's ink ends: blanks at a line's end are not drawn."""
        while end > start and self.text[end - 1] in " \t\u3000":
            end -= 1
        return end


def break_lines(measure: Measure, width: float, indent: float = 0.0) -> list[tuple[int, int]]:
    """Where the lines of a justified paragraph begin and end."""
    pieces = _cut_too_long(measure, width)
    spans: list[tuple[int, int]] = []
    first, count = 0, len(pieces)
    while first < count:
        room = width - (indent if not spans else 0.0)
        last = _best_end(measure, pieces, first, room)
        spans.append((pieces[first].start, pieces[last].end))
        first = last + 1
    return _no_lonely_character(
        measure, pieces, spans, width - (indent if len(spans) == 2 else 0.0)
    )


def _cut_too_long(measure: Measure, width: float) -> list[Cluster]:
    """A cluster wider than a line has to be cut: each character may then begin a line."""
    if all(measure.width(piece.start, piece.end) <= width for piece in measure.clusters):
        return measure.clusters
    pieces: list[Cluster] = []
    for piece in measure.clusters:
        if measure.width(piece.start, piece.end) <= width:
            pieces.append(piece)
            continue
        pieces += [Cluster(at, at + 1, After.RELUCTANT) for at in range(piece.start, piece.end - 1)]
        pieces.append(Cluster(piece.end - 1, piece.end, piece.after))
    return pieces


def _best_end(measure: Measure, pieces: Sequence[Cluster], first: int, room: float) -> int:
    """The index of the piece that ends the line beginning with `first`."""
    start = pieces[first].start
    count = len(pieces)
    limit = room + measure.size * 8
    begin = measure.sums[start]
    fits = first
    # Candidates that need squeezing lie just behind the last piece that fits as it is.
    best, best_cost = first, float("inf")
    index = first
    while index < count and measure.sums[pieces[index].end] - begin <= limit:
        end = measure.without_blanks(start, pieces[index].end)
        natural = measure.width(start, end)
        if natural <= room + _TIGHT:
            fits = index
            if index == count - 1:
                return index
        elif index > first:
            cost = _squeeze_cost(measure, start, end, natural - room)
            if cost is not None:
                if pieces[index].after == After.RELUCTANT and index < count - 1:
                    cost += _RELUCTANCE
                if cost < best_cost:
                    best, best_cost = index, cost
            elif natural - room > 2 * measure.size:
                break
        index += 1
    for index in range(fits, first - 1, -1):
        end = measure.without_blanks(start, pieces[index].end)
        gaps = max(end - start - 1, 1)
        stretch = (room - measure.width(start, end)) / gaps / measure.size
        cost = (stretch / _WORST_STRETCH) ** 2
        if pieces[index].after == After.RELUCTANT:
            cost += _RELUCTANCE
        if cost < best_cost:
            best, best_cost = index, cost
        if pieces[index].after == After.FREE:
            break
    return best


def _squeeze_cost(measure: Measure, start: int, end: int, excess: float) -> float | None:
    """How bad it is to squeeze `excess` out of a line; None when there is not so much to give."""
    at_end = measure.squeeze[end - 1] if measure.text[end - 1] in BLANK_RIGHT else 0.0
    if excess <= at_end + _TIGHT:
        return 0.0
    inside = sum(measure.squeeze[start : end - 1]) * 2 * _SQUEEZE_INSIDE
    if excess > at_end + inside + _TIGHT:
        return None
    return float(((excess - at_end) / inside) ** 2) if inside else None


def _no_lonely_character(
    measure: Measure, pieces: Sequence[Cluster], spans: list[tuple[int, int]], width: float
) -> list[tuple[int, int]]:
    """One character (with its full stop) alone on the last line gets company from the line above."""
    if len(spans) < 2:
        return spans
    alone, ink = spans[-1]
    while ink > alone + 1 and measure.text[ink - 1] in CLOSING:
        ink -= 1
    if measure.width(alone, ink) > 1.1 * measure.size:
        return spans
    start, end = spans[-2]
    ends = [piece.end for piece in pieces if start < piece.end < end]
    if not ends:
        return spans
    cut = ends[-1]
    gaps = max(cut - start - 1, 1)
    loose = (width - measure.width(start, measure.without_blanks(start, cut))) / gaps
    if loose > _WORST_STRETCH * measure.size * 1.5:
        return spans
    return [*spans[:-2], (start, cut), (cut, spans[-1][1])]


def set_line(
    measure: Measure,
    start: int,
    end: int,
    room: float,
    *,
    justify: bool,
    stretch_short: bool = False,
) -> Line:
    """A line's characters in their places: squeezed when too long, stretched when `justify`."""
    end_ink = measure.without_blanks(start, end)
    if end_ink <= start:
        return Line([], 0.0, start, end)
    natural = measure.width(start, end_ink)
    gaps = measure.gaps[start:end_ink]
    text = measure.text
    extra = 0.0
    if natural > room + _TIGHT:
        _squeeze(measure, gaps, start, end_ink, natural - room)
        natural = room
    elif justify or stretch_short:
        places = _stretchable(text, start, end_ink)
        if places:
            extra = (room - natural) / len(places)
            for place in places:
                gaps[place] += extra
            natural = room
    return Line(_runs(measure, start, end_ink, gaps), natural, start, end)


def _stretchable(text: str, start: int, end: int) -> list[int]:
    """The gaps (relative to `start`) that may grow: not inside Latin words and numbers, not ——."""
    places = []
    for index in range(start, end - 1):
        here, following = text[index], text[index + 1]
        if here < "\u0250" and following < "\u0250" and here != " " and following != " ":
            continue
        if here == following and here in "—…":
            continue
        places.append(index - start)
    return places or list(range(end - start - 1))


def _squeeze(measure: Measure, gaps: list[float], start: int, end: int, excess: float) -> None:
    text, squeeze = measure.text, measure.squeeze
    if text[end - 1] in BLANK_RIGHT:
        # Its right half lies behind the line: nothing has to move for it.
        excess -= min(excess, squeeze[end - 1])
    if excess <= _TIGHT:
        return
    share = sum(squeeze[start : end - 1])
    if share <= 0:
        # Nothing to squeeze (a cluster cut by force): all gaps give a little.
        for index in range(end - start - 1):
            gaps[index] -= excess / max(end - start - 1, 1)
        return
    ratio = excess / share
    for index in range(start, end - 1):
        give = squeeze[index] * ratio
        if give and text[index] in BLANK_LEFT:
            # An opening mark's blank is on its left: the gap before it gives, or its own at the edge.
            gaps[max(index - 1 - start, 0)] -= give
        else:
            gaps[index - start] -= give


def short_line(text: str, pen: Pen, size: float) -> Line | None:
    """A line of one face without punctuation, such as a figure; None for anything else."""
    face = pen[text[0]][0]
    wide = 0.0
    for character in text:
        if character in BLANK_RIGHT or character in BLANK_LEFT:
            return None
        own, advance = pen[character]
        if own is not face:
            return None
        wide += advance
    width = wide * size
    return Line([Run(0.0, face, text, width, 0.0, (), 0)], width, 0, len(text))


def _runs(measure: Measure, start: int, end: int, gaps: list[float]) -> list[Run]:
    runs: list[Run] = []
    faces, advances, text = measure.faces, measure.advances, measure.text
    x = 0.0
    at = start
    while at < end:
        face = faces[at]
        stop = at + 1
        while stop < end and faces[stop] is face:
            stop += 1
        inner = gaps[at - start : stop - start - 1]
        # The commonest gap becomes the run's spacing, the others are kerns.
        spacing = max(set(inner), key=inner.count) if inner else 0.0
        kerns = tuple(
            (index, gap - spacing) for index, gap in enumerate(inner) if abs(gap - spacing) > 1e-4
        )
        width = sum(advances[at:stop]) + sum(inner)
        runs.append(Run(x, face, text[at:stop], width, spacing, kerns, at))
        x += width + gaps[stop - start - 1]
        at = stop
    return runs


def paragraph(
    text: str, pen: Pen, size: float, width: float, *, indent: float, tracking: float
) -> list[Line]:
    """A justified paragraph; the first line's runs are already moved in by `indent`."""
    measure = Measure(text, pen, size, tracking)
    spans = break_lines(measure, width, indent)
    lines: list[Line] = []
    for number, (start, end) in enumerate(spans):
        shift = indent if number == 0 else 0.0
        line = set_line(measure, start, end, width - shift, justify=number < len(spans) - 1)
        if shift:
            line = line._replace(runs=[run._replace(x=run.x + shift) for run in line.runs])
        lines.append(line)
    return lines


def ragged(text: str, pen: Pen, size: float, width: float) -> list[Line]:
    """Lines as short as the text asks, for cells and captions: filled, never stretched."""
    measure = Measure(text, pen, size)
    spans = break_lines(measure, width)
    return [set_line(measure, start, end, width, justify=False) for start, end in spans]
