"""A file into a report: read, matched against every form, recognised, and what came of it.

`import_report` is what `verbs` calls; `import_source` is the same for what was already read (the
clipboard). Deterministic, offline, nothing written. The outcome says plainly what is certain,
doubtful, left out, missing; `describe` is the contract of `gic import --json`: `recognised`,
`unrecognised`, `mismatches`, `missing`, and beside them what a dialog shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gic_desktop.forms.catalogue import UnknownForm, all_forms, form_for_year, form_named
from gic_desktop.forms.description import Form
from gic_desktop.imports.lines import Line, lines_of
from gic_desktop.imports.match import LabelNote, Matched, Matcher, Problem, has_digits
from gic_desktop.imports.reading import load, read_bytes
from gic_desktop.imports.recognise import (
    Recognised,
    Shelf,
    find_headings,
    recognise,
    sections_of,
    year_in,
)
from gic_desktop.imports.source import ImportRefused, Source
from gic_desktop.report.figures import Figure, Number, number_text, read_figure
from gic_desktop.report.report import ImportNote, Report, Section
from gic_desktop.report.totals import values_with_totals
from gic_desktop.values import Struct, field, replace

MAX_NOTES, MAX_NOTE = 100, 200
NO_REPORT = "这份文件里没有找到年报的表格和标题；请确认选对了文件。"
NOT_ON_FORM = "这份文件里没有找到“{}”的表格和标题；请改选别的表样。"


class Mismatch(Struct, frozen=True):
    """A printed total that its own parts do not add up to. `computed` None: no part was there."""

    cell: str
    printed: str
    computed: Number | None


class ImportOutcome(Struct, frozen=True):
    report: Report
    source: Source
    lines: tuple[Line, ...] = ()
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """cell → number of its line in `lines`, number of the printed cell in that line."""
    unrecognised: tuple[Problem, ...] = ()
    """What could not be placed. Nothing in it is in the report's cells."""
    uncertain: tuple[Problem, ...] = ()
    """What is in the report, but by position or distance: to be looked at."""
    mismatches: tuple[Mismatch, ...] = ()
    missing: tuple[str, ...] = ()
    """Cells of the form for which nothing was found."""
    missing_sections: tuple[str, ...] = ()
    labels: tuple[LabelNote, ...] = ()
    dropped: tuple[tuple[str, str], ...] = ()
    """Lines that are no part of a report (page numbers, a portal's own), and what they are."""
    losses: tuple[str, ...] = ()
    shelves: Mapping[Shelf, tuple[int, ...]] = field(default_factory=dict)
    """Of every text of the report the lines that its paragraphs and pictures came from."""
    form_reason: str = ""
    """Why the report was read on this form, in one sentence."""
    file_name: str = ""
    opened: bool = False
    """The file was one of this program's own projects: nothing had to be recognised."""

    @property
    def certain(self) -> bool:
        """Whether nothing needs a person's eye."""
        return not (self.unrecognised or self.uncertain or self.mismatches or self.labels)

    @property
    def printed_figures(self) -> int:
        """How many cells were read, totals included."""
        return len(self.places) if self.places or not self.opened else len(self.report.cells)

    def describe(self) -> dict[str, Any]:
        """Give the import report of the console."""
        report = self.report
        return {
            "recognised": {
                "kind": self.source.kind,
                "form": report.form_id,
                "form_reason": self.form_reason,
                "year": report.year,
                "org": report.organ,
                "title": report.full_title,
                "figures": self.printed_figures,
                "sections": [
                    {
                        "id": section.id,
                        "heading": report.heading(section.id),
                        "paragraphs": len(section.body),
                        "notes": len(section.notes),
                    }
                    for section in report.sections
                ],
            },
            "unrecognised": [_problem(problem) for problem in self.unrecognised],
            "uncertain": [_problem(problem) for problem in self.uncertain],
            "mismatches": [
                {
                    "cell": one.cell,
                    "printed": one.printed,
                    "computed": one.computed,
                }
                for one in self.mismatches
            ],
            "missing": [*self.missing],
            "missing_sections": [*self.missing_sections],
            "labels": [
                {"printed": note.printed, "expected": note.expected, "cell": note.cell}
                for note in self.labels
            ],
            "left_out": [{"text": text, "what": what} for text, what in self.dropped],
            "losses": [*self.losses],
        }

    def summary(self) -> str:
        """Give the same in sentences."""
        report = self.report
        if self.opened:
            return f"已打开项目文件：{report.full_title}。"
        said = [
            (
                f"{report.organ or '（未写机关名称）'}，{report.year}年度，{report.form.name}："
                f"读到数据 {self.printed_figures} 项（含合计），应有 {len(report.form.cells)} 项。"
            )
        ]
        names = {s.id: report.form.section(s.id).heading for s in report.sections}
        if self.form_reason:
            said.append(self.form_reason)
        if self.missing_sections:
            said.append(
                "没有找到：" + "、".join(names[one] for one in self.missing_sections) + "。"
            )
        if self.missing:
            said.append(f"有 {len(self.missing)} 格没有数据。")
        if self.mismatches:
            said.append(f"有 {len(self.mismatches)} 处合计与各项之和不一致：")
            said += [
                f"  {name_of(report.form, one.cell)}：印的是 {one.printed}，"
                f"各项之和是 {'—' if one.computed is None else number_text(one.computed)}"
                for one in self.mismatches
            ]
        if self.unrecognised:
            said.append(f"有 {len(self.unrecognised)} 处没有导入：")
            said += [f"  {_line(one.text)}：{one.reason}" for one in self.unrecognised]
        if self.uncertain:
            said.append(f"有 {len(self.uncertain)} 处请核对：")
            said += [f"  {_line(one.text)}：{one.reason}" for one in self.uncertain]
        if self.labels:
            said.append(f"有 {len(self.labels)} 个栏目名称与格式不同，已按最接近的栏目导入：")
            said += [f"  “{_line(n.printed)}”按“{n.expected}”导入" for n in self.labels]
        said += self.losses
        return "\n".join(said)


def name_of(form: Form, cell_id: str) -> str:
    """Name a cell by its labels, as a clerk would point at it."""
    cell = form.cells[cell_id]
    names = (*(cell.column[-1:] or ()), cell.row_name)
    if not cell.row_name:
        names = cell.column
    return "·".join(dict.fromkeys(name for name in names if name))


def _line(text: str) -> str:
    text = text.replace("\n", "")
    return text if len(text) <= 60 else text[:59] + "…"


def _problem(problem: Problem) -> dict[str, Any]:
    made: dict[str, Any] = {"text": problem.text, "reason": problem.reason}
    if problem.cell:
        made["cell"] = problem.cell
    if problem.cells:
        made["cells"] = [*problem.cells]
    return made


def import_report(path: Path, form_id: str | None = None) -> ImportOutcome:
    """Import a report from a file of any kind; `ImportRefused` says in one sentence why not.

    `form_id`: the form to read it on, instead of the one that explains most of it.
    """
    data = load(path)
    own = _own_project(data)
    if own is not None:
        if form_id is not None and form_id != own.report.form_id:
            name = form_named(form_id).name
            raise ImportRefused(
                f"这是本程序的项目，表样是“{own.report.form.name}”，不能按“{name}”读取；请不指定表样。"
            )
        return own
    return import_source(read_bytes(data), file_name=path.stem, form_id=form_id)


def import_source(source: Source, file_name: str = "", form_id: str | None = None) -> ImportOutcome:
    """Import a report from what a reader gave, on the form named or the one that fits best."""
    lines = lines_of(source)
    form, matched, others, why = _best_form(source, lines, form_id)
    used = {
        number
        for number, verdict in matched.verdicts.items()
        if verdict in ("caption", "header", "placed", "joined", "repeated")
    }
    headings = find_headings(form, lines)
    sections = sections_of(headings, len(lines))
    narrative = {section.id for section in form.sections if not section.table}
    kept_as_text = [
        number
        for number, verdict in matched.verdicts.items()
        if verdict == "refused" and sections[number] in narrative
    ]
    used |= {
        number
        for number, verdict in matched.verdicts.items()
        if verdict == "refused" and number not in kept_as_text
    }
    if not matched.places and not headings:
        raise ImportRefused(NO_REPORT if form_id is None else NOT_ON_FORM.format(form.name))
    hints = [text for text in (source.title, file_name) if text]
    found = recognise(form, lines, used - set(headings.values()), hints, paged=source.kind == "pdf")
    outcome = _outcome(source, lines, form, matched, found, kept_as_text, others)
    return replace(outcome, form_reason=why, file_name=file_name)


def read_again(outcome: ImportOutcome, form_id: str) -> ImportOutcome:
    """Read what is in memory already on another form."""
    return import_source(outcome.source, outcome.file_name, form_id)


def _best_form(
    source: Source, lines: Sequence[Line], asked: str | None
) -> tuple[Form, Matched, dict[str, int], str]:
    """Match against every form; the one that explains most figures is the report's, or `asked`.

    With it the other forms whose rows were met, and why it is this form.
    """
    forms = all_forms()
    if asked is not None:
        form_named(asked)
    results: dict[str, Matched] = {}
    for form in forms.values():
        matcher = Matcher(form, [other for other in forms.values() if other.id != form.id])
        sections = sections_of(find_headings(form, lines), len(lines))
        results[form.id] = matcher.match(lines, sections, wrapped=source.kind == "pdf")
    year = next((y for line in lines[:8] if (y := year_in(line.only_text)) is not None), None)
    fitting = ""
    if year is not None:
        try:
            fitting = form_for_year(year).id
        except UnknownForm:
            fitting = ""
    best = max(results, key=lambda name: (results[name].score, name == fitting, name))
    why = _why(forms, results, best, by_year=best == fitting)
    if (
        any(other == fitting for _, other in results[best].foreign)
        and results[fitting].score > 0.7 * results[best].score
    ):
        # A mixed report: of two forms that both left rows in it, the year's own is meant.
        best = fitting
        why = f"文件中混有几种表样的栏目，已按年度（{year}年）选用“{forms[best].name}”。"
    if asked is not None and asked != best:
        why = f"已按指定的“{forms[asked].name}”读取；按内容辨认是“{forms[best].name}”。"
        best = asked
    met: dict[str, int] = {}
    for _, other in results[best].foreign:
        met[other] = met.get(other, 0) + 1
    return forms[best], results[best], met, why


def _why(
    forms: Mapping[str, Form], results: Mapping[str, Matched], best: str, *, by_year: bool
) -> str:
    name, count = forms[best].name, len(results[best].places)
    rest = [one for one in results if one != best]
    if any(results[one].score == results[best].score for one in rest):
        reason = "按年度选用" if by_year else "暂用"
        return f"各表样与文件的内容同样相符，{reason}“{name}”，请核对。"
    near = max(rest, key=lambda one: results[one].score, default=None)
    told = f"“{name}”与文件的内容最相符：对上 {count} 项数据"
    if near is None:
        return f"{told}。"
    return f"{told}，“{forms[near].name}”对上 {len(results[near].places)} 项。"


def _outcome(  # noqa: PLR0917 (one caller, which has just made them all)
    source: Source,
    lines: Sequence[Line],
    form: Form,
    matched: Matched,
    found: Recognised,
    kept_as_text: Sequence[int],
    others: dict[str, int],
) -> ImportOutcome:
    year = found.year
    uncertain = list(matched.uncertain)
    if year is None:
        year = form.last_year or form.first_year
        uncertain.append(Problem(str(year), "文件中没有写明年度，请核对。", -1, about="year"))
    if not found.organ:
        uncertain.append(Problem("", "文件中没有找到机关名称，请补填。", -1, about="organ"))
    notes = [ImportNote("label", note.printed, note.expected, note.cell) for note in matched.labels]
    if others:
        met = sorted((form, *map(form_named, others)), key=lambda one: one.first_year)
        notes.append(ImportNote("form", "、".join(one.name for one in met), form.name))
    notes += [
        ImportNote("heading", written, form.section(section_id).heading)
        for section_id, written in found.written_headings.items()
    ]
    losses = list(source.losses)
    if found.lost_pictures:
        losses.append("有图片不是 PNG 或 JPEG 格式，未导入。")
    notes += [ImportNote("lost", loss) for loss in losses]
    unrecognised = []
    for problem in matched.unrecognised:
        if problem.line in kept_as_text and not problem.cell:
            reason = "正文中的表格已改为文字，其中的数字没有放入统计表。"
            uncertain.append(replace(problem, reason=reason))
        else:
            unrecognised.append(problem)
    report = Report(
        form_id=form.id,
        year=year,
        organ=found.organ,
        sections=tuple(
            Section(
                section.id,
                tuple(found.body.get(section.id, ())),
                tuple(found.notes.get(section.id, ())),
                found.written_headings.get(section.id),
            )
            for section in form.sections
        ),
        annex=found.annex,
        preamble=tuple(found.preamble),
        contacts=found.contacts,
        signature=found.signature,
        cells=matched.cells,
        printed=matched.printed,
        pictures=found.pictures,
        import_notes=tuple(notes),
    )
    if found.title and ("\n" in found.title or _bare(found.title) != _bare(report.full_title)):
        report = replace(report, title=found.title)
    outcome = ImportOutcome(
        report=report,
        source=source,
        lines=tuple(lines),
        places=matched.places,
        unrecognised=tuple(unrecognised),
        uncertain=tuple(uncertain),
        mismatches=mismatches_in(form, matched.cells, matched.printed),
        missing=tuple(
            cell for cell in form.cells if cell not in matched.cells and cell not in matched.places
        ),
        missing_sections=tuple(s.id for s in form.sections if s.id not in found.headings),
        labels=tuple(matched.labels),
        dropped=tuple((lines[number].words, what) for number, what in found.dropped),
        losses=tuple(losses),
        shelves={name: tuple(numbers) for name, numbers in found.shelves.items()},
    )
    return noted(outcome)


def noted(outcome: ImportOutcome) -> ImportOutcome:
    """Keep in the report itself what is still open, for whoever opens it without its import."""
    others = [n for n in outcome.report.import_notes if n.kind not in ("left", "doubt")]
    for kind, problems in (("left", outcome.unrecognised), ("doubt", outcome.uncertain)):
        others += [
            ImportNote(kind, one.text.replace("\n", "")[:MAX_NOTE], one.reason, one.cell)
            for one in problems[:MAX_NOTES]
        ]
    return replace(outcome, report=replace(outcome.report, import_notes=tuple(others)))


def _bare(text: str) -> str:
    return "".join(text.split())


def mismatches_in(
    form: Form, cells: Mapping[str, Figure], kept: Mapping[str, str]
) -> tuple[Mismatch, ...]:
    """Compare every printed total with the sum of its printed parts."""
    values = values_with_totals(form, cells)
    made: list[Mismatch] = []
    for one in form.sums:
        printed = kept.get(one.total)
        if printed is None or not has_digits(printed):
            continue
        figure = read_figure(printed, replace(form.cells[one.total], kind="count"))
        computed = values.get(one.total)
        if isinstance(figure, Figure) and figure.value == computed:
            continue
        if not any(other.cell == one.total for other in made):
            made.append(Mismatch(one.total, printed, computed))
    return tuple(made)


def _own_project(data: bytes) -> ImportOutcome | None:
    """Open our own project file, or the one inside our own PDF; None when it is neither."""
    from gic_desktop.store import gicr, inside_pdf

    inner = data
    kind = "gicr"
    if inside_pdf.is_pdf(data):
        try:
            inner = inside_pdf.project_in(data)
        except (LookupError, ValueError, OSError):
            return None
        kind = "pdf"
    elif not (data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and gicr.MARK.encode() in data):
        return None
    try:
        report = gicr.read(inner).report
    except gicr.DamagedProject as damaged:
        if kind == "pdf":
            return None
        raise ImportRefused(str(damaged)) from damaged
    values = values_with_totals(report.form, report.cells)
    return ImportOutcome(
        report=report,
        source=Source(kind, ()),
        missing=tuple(cell for cell in report.form.cells if cell not in values),
        opened=True,
    )
