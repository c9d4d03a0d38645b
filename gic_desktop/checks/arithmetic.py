"""Sums and relations of the form: V01–V06 and the soft bounds S2b, S2c, S2d, X3.

All of it is evaluation of what the form file says; no label and no cell stands here. A relation
with unanswered cells is reported only when no answer in the blanks could mend it: what is merely
unfinished is V08's matter, not an error.
"""

from collections.abc import Iterator, Sequence

from gic_desktop.checks.finding import Finding, finding_key
from gic_desktop.checks.registry import Subject, rule
from gic_desktop.forms.description import Cell, Form, Relation, Sum, Term
from gic_desktop.report.figures import Figure, Number, Refusal, distance, number_text, read_figure
from gic_desktop.report.place import Place
from gic_desktop.values import Struct, replace


def cell_place(form: Form, cell: str) -> Place:
    return Place(form.table(form.cells[cell].table).section, cell)


def look_label(cell: Cell) -> str:
    """How a sentence sends a person to a cell: its whole row label where the subject names the column."""
    return cell.row[-1] if cell.series and cell.row else cell_name(cell)


def cell_name(cell: Cell) -> str:
    """How a sentence names one cell: its column and its row; without a row, the group of its column."""
    names = [*cell.column[-1 if cell.row_name else -2 :], cell.row_name]
    return "·".join(dict.fromkeys(name for name in names if name))


def signed_text(value: Number) -> str:
    return number_text(value) if value >= 0 else f"-{number_text(-value)}"


class _Side(Struct, frozen=True):
    """One side of a relation: what is known of it, and whether a blank could still raise it."""

    total: Number
    open: bool
    """A blank among its terms, or inside a total among them, may still add to it."""
    known: bool
    terms: tuple[tuple[Term, Number | None], ...]


def _has_blank(subject: Subject, cell: str) -> bool:
    return any(leaf not in subject.report.cells for leaf in subject.form.leaves[cell])


def _side(subject: Subject, terms: Sequence[Term]) -> _Side:
    total: Number = 0
    is_open, known = False, True
    seen: list[tuple[Term, Number | None]] = []
    for term in terms:
        value: Number | None
        value = (subject.last_values if term.last else subject.values).get(term.cell)
        seen.append((term, value))
        if value is None:
            known = False
            is_open = True
        else:
            total = total - value if term.negative else total + value
            if not term.last and _has_blank(subject, term.cell):
                is_open = True
    return _Side(total, is_open, known, tuple(seen))


def _may_hold(relation: Relation, left: _Side, right: _Side, form: Form) -> bool:
    """Whether some answer in the blanks makes the relation true (counts are never negative)."""
    if relation.sign == ">=":
        return left.open or right.open or left.total >= right.total
    can_move = any(
        term.negative or form.cells[term.cell].kind == "signed"
        for side in (left, right)
        for term, _ in side.terms
    )
    if can_move and (left.open or right.open):
        return True
    if left.total < right.total:
        return left.open
    if left.total > right.total:
        return right.open
    return True


def _side_text(side: _Side, form: Form, subject: str) -> str:
    parts = []
    for number, (term, value) in enumerate(side.terms):
        name = _term_name(form.cells[term.cell], subject)
        sign = ("-" if term.negative else "+") if number else ""
        year = "上年" if term.last else ""
        if year and name.startswith(("上", "本")):
            # 上年上一年项目数量, 上年本年增/减: whose year the label's own word means must be said.
            year = "上年年报的"
        shown = "未填" if value is None else signed_text(value)
        parts.append(f"{sign} {year}{name} {shown}".strip())
    text = " ".join(parts)
    return f"{text} = {signed_text(side.total)}" if len(side.terms) > 1 else text


def _term_name(cell: Cell, subject: str) -> str:
    """A row's name, unless the sentence's subject has said it already: then the column's."""
    if cell.row_name and cell.row_name != subject:
        return cell.row_name
    return cell.column[-1] if cell.column else cell.row_name


def _look_first(
    relation: Relation, left: _Side, right: _Side, broken_carry: set[str], confirmed: set[str]
) -> str:
    """The likeliest wrong cell: one that last year contradicts, else one that the difference fits.

    Never one that last year confirms, nor one that could not mend it: a blank 四 takes nothing off
    more outcomes than there were applications.
    """
    for cell in relation.look:
        if cell in broken_carry:
            return cell
    difference = distance(left.total, right.total)
    values = {term.cell: value for side in (left, right) for term, value in side.terms}
    sides = {term.cell: side for side in (left, right) for term, _ in side.terms}
    for cell in relation.look:
        # The cell is exactly too large by the difference, or it is 0 and lacks just that.
        side, value = sides.get(cell), values.get(cell)
        if side is None or not value or cell in confirmed:
            continue
        other = right if side is left else left
        if value == difference and side.total > other.total:
            return cell
    for cell in relation.look:
        side, value = sides.get(cell), values.get(cell)
        too_large = side is not None and side.total == max(left.total, right.total)
        if relation.sign == "=" and too_large and (value or 0) < difference:
            continue
        if cell not in confirmed:
            return cell
    return relation.look[0]


def _relation_finding(
    relation: Relation, left: _Side, right: _Side, form: Form, look: str
) -> Finding:
    cells = tuple(dict.fromkeys(t.cell for t in (*relation.left, *relation.right) if not t.last))
    name = f"{relation.subject}：" if relation.subject else ""
    lhs = _side_text(left, form, relation.subject)
    rhs = _side_text(right, form, relation.subject)
    label = look_label(form.cells[look])
    if relation.sign == "=":
        difference = number_text(distance(left.total, right.total))
        message = f"{name}{lhs}，{rhs}，相差 {difference}，请核对“{label}”。"
    elif not relation.right:
        message = f"{name}{lhs}，不应小于 0，请核对“{label}”。"
    else:
        message = f"{name}{lhs}，不应小于{rhs}，请核对“{label}”。"
    return Finding(
        rule=relation.rule,
        severity=relation.severity,
        place=cell_place(form, look),
        message=message,
        key=finding_key(relation.rule, relation.id, relation.look[0]),
        also=tuple(cell for cell in cells if cell != look),
    )


def _applies(relation: Relation, subject: Subject) -> bool:
    if not relation.across_years:
        return True
    if subject.last is None or subject.last.year != subject.report.year - 1:
        return False
    return not relation.same_form or subject.last.form_id == subject.report.form_id


@rule(
    "V01",
    "V05",
    "V06",
    "S2b",
    "S2c",
    "S2d",
    "X3",
    pace="at once",
    reads={"cells", "fields"},
    may_block=True,
)
def relations_hold(subject: Subject) -> Iterator[Finding]:
    """V01, V05, V06 and the soft bounds, as the form file writes them.

    V01: 第一项加第二项之和，等于第三项加第四项之和. V05: 二 of this year is 四 of last year's. V06: 现行有效
    follows from last year's, made and repealed.

    新收 8 + 结转 2 = 10，办结 9 + 转下年 0 = 9，相差 1 → error at 四、结转下年度继续办理.
    """
    form = subject.form
    broken: list[tuple[Relation, _Side, _Side]] = []
    confirmed: set[str] = set()
    for relation in form.relations:
        if not _applies(relation, subject):
            continue
        left = _side(subject, relation.left)
        right = _side(subject, relation.right)
        if relation.across_years and not (left.known and right.known):
            continue
        if not any(value is not None for _, value in (*left.terms, *right.terms)):
            continue
        if not _may_hold(relation, left, right, form):
            broken.append((relation, left, right))
        elif relation.across_years and relation.severity == "error":
            confirmed.add(relation.look[0])
    contradicted = {relation.look[0] for relation, *_ in broken if relation.across_years}
    explicit = {relation.id for relation, *_ in broken if not relation.implied}
    for relation, left, right in broken:
        if relation.implied and relation.id in explicit:
            continue
        look = _look_first(relation, left, right, contradicted, confirmed)
        yield _relation_finding(relation, left, right, form, look)


@rule("V05", pace="at once", reads={"cells", "fields"}, may_block=True)
def last_year_is_linked(subject: Subject) -> Iterator[Finding]:
    """V05: without last year's report nobody can tell whether what was carried over is right.

    Silent for a report that carries nothing over, and in the first year there is a form for.
    """
    if subject.last is not None and subject.last.year == subject.report.year - 1:
        return
    for relation in subject.form.relations:
        if not relation.across_years or relation.severity != "error" or not relation.implied:
            continue
        value = subject.values.get(relation.look[0])
        if not value:
            continue
        label = look_label(subject.form.cells[relation.look[0]])
        year = subject.report.year
        yield Finding(
            rule=relation.rule,
            severity="warning",
            place=cell_place(subject.form, relation.look[0]),
            message=(
                f"“{label}”填写了 {number_text(value)}，但没有关联{year - 1}年年报，"
                "无法核对结转数量。请导入上年年报后再核对。"
            ),
            key=finding_key(relation.rule, "link", relation.look[0]),
        )


@rule("V02", "V03", "V04", pace="at once", reads={"cells"}, may_block=True)
def printed_totals_agree(subject: Subject) -> Iterator[Finding]:
    """V02–V04: a total printed in the imported file must be the sum of its parts.

    Printed 总计 0 over parts 3 and 2 → error: 文件中印的是 0，各项之和是 5，相差 5.
    """
    form = subject.form
    said: set[str] = set()
    for one in form.sums:
        text = subject.report.printed.get(one.total)
        if text is None or one.total in said:
            continue
        figure = printed_figure(text, form.cells[one.total])
        total = subject.values.get(one.total)
        if figure is None:
            continue
        computed: Number = total or 0
        if figure.value == computed:
            continue
        said.add(one.total)
        yield _total_finding(form, one, figure.value, computed)


def printed_figure(text: str, cell: Cell) -> Figure | None:
    """A printed total read like an input of its table."""
    read = read_figure(text, replace(cell, kind="signed"))
    return None if read is None or isinstance(read, Refusal) else read


def _total_finding(form: Form, one: Sum, shown: Number, computed: Number) -> Finding:
    cell = form.cells[one.total]
    name = cell_name(cell)
    return Finding(
        rule=one.rule,
        severity="error",
        place=cell_place(form, one.total),
        message=(
            f"{name}：原文件中印的是 {signed_text(shown)}，各项相加是 {signed_text(computed)}，"
            f"相差 {number_text(distance(shown, computed))}。请核对各项数字；确认无误后以计算结果为准。"
        ),
        key=finding_key(one.rule, one.total),
        also=one.parts,
    )
