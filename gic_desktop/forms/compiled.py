"""A form flattened once into lists of positions, for programs that judge very many reports.

A report is a vector: its input cells in print order, then the totals in the order in which they can
be computed. `Compiled` says nothing that the form does not say, and it finds nothing: it only tells
reports in which every relation holds from those that the rules must look at. `None` stands for an
unanswered cell, and a total without an answered part is unanswered too.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from operator import itemgetter

from gic_desktop.forms.description import Form, Relation, Sum, Term
from gic_desktop.values import Struct

Number = int | Decimal
Vector = Sequence[Number | None]


def _picker(positions: Sequence[int]) -> Callable[[Vector], tuple[Number | None, ...]]:
    """As itemgetter, but a tuple for one position and for none as well."""
    if len(positions) > 1:
        return itemgetter(*positions)
    if not positions:
        return lambda _: ()
    (only,) = positions
    return lambda values: (values[only],)


class _Side(Struct, frozen=True):
    """Terms of one side: positions to add and to take away, of this year and of last year."""

    plus: tuple[int, ...]
    minus: tuple[int, ...]
    last_plus: tuple[str, ...]
    last_minus: tuple[str, ...]

    def now(self, values: Sequence[Number]) -> Number:
        total: Number = 0
        for position in self.plus:
            total += values[position]
        for position in self.minus:
            total -= values[position]
        return total

    def then(self, last: Mapping[str, Number]) -> Number | None:
        total: Number = 0
        for cell in self.last_plus:
            value = last.get(cell)
            if value is None:
                return None
            total += value
        for cell in self.last_minus:
            value = last.get(cell)
            if value is None:
                return None
            total -= value
        return total


class _Relation(Struct, frozen=True):
    left: _Side
    right: _Side
    equal: bool
    same_form: bool


class Compiled:
    def __init__(self, form: Form) -> None:
        self.form = form
        cells = form.cells
        self.inputs = tuple(cell for cell in cells if not cells[cell].computed)
        sums: dict[str, Sum] = {}
        for one in form.sums:
            # A total defined twice comes to the same leaves: the first definition will do.
            sums.setdefault(one.total, one)
        self.all = (*self.inputs, *sums)
        self.position = {cell: number for number, cell in enumerate(self.all)}
        at = self.position
        self.input_set = frozenset(self.inputs)
        self.money = frozenset(at[c] for c in self.inputs if cells[c].kind == "money")
        unsigned = [at[c] for c in self.inputs if cells[c].kind != "signed"]
        self.unsigned = _picker(unsigned) if len(unsigned) < len(self.inputs) else None
        """Picks the inputs that must not be negative; None where that is all of them."""
        self._parts = tuple(_picker([at[part] for part in one.parts]) for one in sums.values())
        self._within = [_relation(r, at) for r in form.relations if not r.across_years]
        self._across = [_relation(r, at) for r in form.relations if r.across_years]
        needs_last = (
            r for r in form.relations if r.across_years and r.severity == "error" and r.implied
        )
        self.carried = tuple(dict.fromkeys(at[r.look[0]] for r in needs_last))
        """Totals that only last year's report can confirm."""
        self.improbable = tuple(at[c] for table in form.tables for c in table.improbable)
        self.in_unit: dict[str, tuple[int, ...]] = {}
        for cell, described in cells.items():
            if described.unit:
                self.in_unit[described.unit] = (*self.in_unit.get(described.unit, ()), at[cell])
        self.print_order = tuple(at[cell] for cell in cells)
        """Where each cell of the form, in print order, stands in a vector."""

    def whole(self, inputs: list[Number]) -> list[Number]:
        """The vector of a report that answers every input."""
        values = [*inputs]
        for parts in self._parts:
            values.append(sum(parts(values)))  # type: ignore[arg-type]
        return values

    def vector(self, inputs: Sequence[Number | None]) -> list[Number | None]:
        """The vector of a report with blanks."""
        values = [*inputs]
        for parts in self._parts:
            answered = [value for value in parts(values) if value is not None]
            values.append(sum(answered) if answered else None)
        return values

    def holds(self, values: Sequence[Number]) -> bool:
        """Whether every relation within the year holds in a report without blanks."""
        return all(
            left == right if relation.equal else left >= right
            for relation in self._within
            for left, right in ((relation.left.now(values), relation.right.now(values)),)
        )

    def holds_across(
        self, values: Sequence[Number], last: Mapping[str, Number], *, same_form: bool
    ) -> bool:
        """Whether every relation to last year's figures holds, where those are known."""
        for relation in self._across:
            if relation.same_form and not same_form:
                continue
            left_then, right_then = relation.left.then(last), relation.right.then(last)
            if left_then is None or right_then is None:
                continue
            left = relation.left.now(values) + left_then
            right = relation.right.now(values) + right_then
            if not (left == right if relation.equal else left >= right):
                return False
        return True


def _side(terms: Sequence[Term], at: Mapping[str, int]) -> _Side:
    return _Side(
        tuple(at[t.cell] for t in terms if not t.last and not t.negative),
        tuple(at[t.cell] for t in terms if not t.last and t.negative),
        tuple(t.cell for t in terms if t.last and not t.negative),
        tuple(t.cell for t in terms if t.last and t.negative),
    )


def _relation(relation: Relation, at: Mapping[str, int]) -> _Relation:
    return _Relation(
        _side(relation.left, at),
        _side(relation.right, at),
        relation.sign == "=",
        relation.same_form,
    )


_compiled: dict[str, Compiled] = {}


def compiled(form: Form) -> Compiled:
    """Made once for each form; a further form of the same name takes its place."""
    known = _compiled.get(form.id)
    if known is None or known.form is not form:
        known = _compiled[form.id] = Compiled(form)
    return known
