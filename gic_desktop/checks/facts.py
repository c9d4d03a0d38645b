"""Which words of the prose speak of which cells: the `[facts]` part of a form file, read strictly.

    [[facts.topics]]   what sentences may be about (政府信息公开申请, 行政复议), its words and units,
                       the rules that judge its numbers and its claims, where silence is a finding
    [[facts.figures]]  one thing said about a topic: its words, the cells whose sum it is,
                       `object` where the topic's own words must stand beside it,
                       `rest` the cells that are 0 when 全部 stands before its word, and `spare`
                       those that `rest` may come from without contradicting it,
                       `denied` where 未 or 无 before it says that its cells are 0,
                       `narrow` where what follows it speaks of a part only,
                       `opens` where it speaks of the whole again
    foreign            words of other business (信访, 热线): what follows them is no longer the topic's
    denials            words that say a thing of a topic did not happen

`{year}`, `{last}` and `{next}` in words stand for the report's year and its neighbours.
"""

from collections.abc import Mapping
from functools import lru_cache

from gic_desktop.forms.catalogue import form_named
from gic_desktop.forms.description import Form
from gic_desktop.report.bound import groups_of_form, names_of_form
from gic_desktop.values import Struct


class FactsError(ValueError):
    """The form file's `[facts]` do not fit its cells: a defect of the file, found by its tests."""


class Silence(Struct, frozen=True):
    """Cells that must not be passed over in silence in a section's text."""

    rule: str
    section: str
    cells: tuple[str, ...]


class Topic(Struct, frozen=True):
    id: str
    name: str
    section: str
    words: tuple[str, ...]
    plain: tuple[str, ...]
    units: tuple[str, ...]
    scope: tuple[str, ...]
    """Where not empty, one of these must stand in the paragraph or the heading above it."""
    number_rule: str
    claim_rule: str
    silence: Silence | None


class FigureFact(Struct, frozen=True):
    topic: str
    name: str
    words: tuple[str, ...]
    cells: tuple[str, ...]
    object: bool
    rest: tuple[str, ...]
    spare: tuple[str, ...]
    denied: bool
    narrow: bool
    opens: bool
    bind: str


class Facts(Struct, frozen=True):
    topics: Mapping[str, Topic]
    figures: tuple[FigureFact, ...]
    foreign: tuple[str, ...]
    denials: tuple[str, ...]


class _Keys:
    def __init__(self, raw: object, where: str) -> None:
        if not isinstance(raw, dict):
            raise FactsError(f"{where}: expected a table")
        self._left = dict(raw)
        self._where = where

    def text(self, key: str, default: str | None = None) -> str:
        value = self._left.pop(key, default)
        if not isinstance(value, str):
            raise FactsError(f"{self._where}: {key} must be a text")
        return value

    def flag(self, key: str) -> bool:
        value = self._left.pop(key, False)
        if not isinstance(value, bool):
            raise FactsError(f"{self._where}: {key} must be true or false")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._left.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
            raise FactsError(f"{self._where}: {key} must be a list of texts")
        if len(set(value)) != len(value):
            raise FactsError(f"{self._where}: {key} has doubles")
        return tuple(value)

    def tables(self, key: str) -> list[object]:
        value = self._left.pop(key, [])
        if not isinstance(value, list):
            raise FactsError(f"{self._where}: {key} must be a list of tables")
        return value

    def maybe(self, key: str) -> object:
        value: object = self._left.pop(key, None)
        return value

    def done(self) -> None:
        if self._left:
            raise FactsError(f"{self._where}: unknown key {min(self._left)}")


def read_facts(form: Form) -> Facts:
    where = f"form {form.id}: facts"
    keys = _Keys(form.facts, where)
    topics: dict[str, Topic] = {}
    for number, raw in enumerate(keys.tables("topics"), 1):
        topic = _topic(_Keys(raw, f"{where}: topic {number}"), form, f"{where}: topic {number}")
        if topic.id in topics:
            raise FactsError(f"{where}: topic {topic.id} is doubled")
        topics[topic.id] = topic
    figures = tuple(
        _figure(_Keys(raw, f"{where}: figure {number}"), form, topics, f"{where}: figure {number}")
        for number, raw in enumerate(keys.tables("figures"), 1)
    )
    said: set[tuple[str, str]] = set()
    for figure in figures:
        for word in figure.words:
            if (figure.topic, word) in said:
                raise FactsError(f"{where}: {word} speaks of two things")
            said.add((figure.topic, word))
    facts = Facts(topics, figures, keys.texts("foreign"), keys.texts("denials"))
    keys.done()
    return facts


def _cells(cells: tuple[str, ...], form: Form, where: str) -> tuple[str, ...]:
    for cell in cells:
        if cell not in form.cells:
            raise FactsError(f"{where}: no cell {cell}")
    return cells


def _topic(keys: _Keys, form: Form, where: str) -> Topic:
    sections = {section.id for section in form.sections}
    silence = None
    if (raw := keys.maybe("silence")) is not None:
        inner = _Keys(raw, f"{where}: silence")
        silence = Silence(
            inner.text("rule"), inner.text("section"), _cells(inner.texts("cells"), form, where)
        )
        inner.done()
        if silence.section not in sections or not silence.cells:
            raise FactsError(f"{where}: silence: no section {silence.section}, or no cells")
    topic = Topic(
        id=keys.text("id"),
        name=keys.text("name"),
        section=keys.text("section"),
        words=keys.texts("words"),
        plain=keys.texts("plain"),
        units=keys.texts("units"),
        scope=keys.texts("scope"),
        number_rule=keys.text("number_rule"),
        claim_rule=keys.text("claim_rule"),
        silence=silence,
    )
    keys.done()
    if topic.section not in sections:
        raise FactsError(f"{where}: no section {topic.section}")
    if not topic.words or not topic.units:
        raise FactsError(f"{where}: words and units are missing")
    return topic


def _figure(keys: _Keys, form: Form, topics: Mapping[str, Topic], where: str) -> FigureFact:
    cells = _cells(keys.texts("cells"), form, where)
    figure = FigureFact(
        topic=keys.text("topic"),
        name=keys.text("name"),
        words=keys.texts("words"),
        cells=cells,
        object=keys.flag("object"),
        rest=_cells(keys.texts("rest"), form, where),
        spare=_cells(keys.texts("spare"), form, where),
        denied=keys.flag("denied"),
        narrow=keys.flag("narrow"),
        opens=keys.flag("opens"),
        bind=_name_of(form, cells),
    )
    keys.done()
    if figure.topic not in topics:
        raise FactsError(f"{where}: no topic {figure.topic}")
    if not figure.cells or not figure.words:
        raise FactsError(f"{where}: cells and words are missing")
    return figure


def _name_of(form: Form, cells: tuple[str, ...]) -> str:
    """The name under which a text may hold these cells' sum in braces."""
    if len(cells) == 1:
        return next(n for n, cell in names_of_form(form.id).items() if cell == cells[0])
    return next((n for n, group in groups_of_form(form.id).items() if group == cells), "")


@lru_cache(maxsize=8)
def facts_of(form_id: str) -> Facts:
    return read_facts(form_named(form_id))
