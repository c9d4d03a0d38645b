"""Numbers in sentences against the tables: V09, V10, V11, V13, and what may be bound to a cell.

A sentence is judged only when every word of it around the number is known: who, when, how many, of
what. One unknown word (`通过网络`, `上半年`, `全区`) and it may speak of a part, another time or another
office; then nothing is said. The words and their cells stand in the form file (`facts.py`).
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from gic_desktop.checks.change_words import (
    MOST_IN_A_PARAGRAPH,
    ChangeWords,
    change_words,
    is_bound,
    words_key,
    words_place,
)
from gic_desktop.checks.facts import FigureFact, Topic, facts_of
from gic_desktop.checks.finding import Finding, Repair, finding_key
from gic_desktop.checks.prose_numbers import Amount, Chunk, amounts, plain, sentences
from gic_desktop.checks.registry import Subject, Text, rule
from gic_desktop.forms.description import Severity
from gic_desktop.report.figures import Number, distance, number_text
from gic_desktop.report.narrative import Paragraph
from gic_desktop.report.place import Part, Place
from gic_desktop.report.report import Report
from gic_desktop.values import Struct, replace

_ALL = ("全部", "均", "均已", "都", "都已", "已全部", "全都", "均已全部")
_FILLER_WORDS = """
    共 共计 总共 总计 合计 一共 计 其中 分别 有 为 是 的 了 已 中 依法 依规 按时
    按期 及时 如期 依法依规 全年 全年共 本年 本年度 今年 年度 年内 当年 报告期内
    我街道 本街道 我街 本街 街道 街道办 街道办事处 办事处 我街道办事处 本街道办事处 我办
    本办 我处 本处 我单位 本单位 我机关 本机关 本行政机关 我镇 本镇 镇 我乡 本乡 乡
    镇政府 镇人民政府 乡政府 乡人民政府 公民 法人 和 及 与 以及 或 或者 其他组织
    其它组织 社会公众 群众 任何 任何形式 任何形式的 任何单位和个人 各类 各种 形式 书面
    有效 提出 提交 递交 新 新增 政府 政务 信息 关于 有关 对 对于 向 在 法定期限内
    法定时限内 规定期限内 规定时限内 决定 作出 做出 情况 的情况 数 数量 总数 总量 件数
    处理 截至 截止 到 至 年底 目前 另 因 政府信息公开 政府信息公开工作 信息公开
    信息公开工作 政务公开工作 引起 引发 提起 政府信息公开类 信息公开类 而 案件 案 工作 方面 上述 以上 发生
    的有 则 结果 本年度内 期间 统计期内 因政府信息公开 因政府信息公开工作 涉及政府信息公开
    政府信息公开方面 也 亦 年 本报告期
"""
_FILLER = (*_FILLER_WORDS.split(), *"、“” \u3000\xa0")
"""Words that change nothing about what is counted: who reports, the whole year, all of it."""
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}年度?")
_OTHER_TIME = re.compile(
    r"上半年|下半年|季度|同期|以来|累计|历年|近[两三几0-9]年|上年|上一年|上年度|去年|往年|上一年度|(?<![0-9])[0-9]{1,2}月|[一二三四五六七八九十]月"
)
_THIS_TIME = ("本年", "今年", "全年", "年度内", "报告期内")
_WHOLE_YEAR = re.compile(r"12月31日|1月1日")
# 较多, 比例: only what stands before a year compares with it.
_COMPARES = re.compile(
    r"[比较](?:之)?(?:上年|上一年|去年|往年|近|历年|前|(?:19|20)[0-9]{2}年)|同期|同比|相比"
)
_OPENS_A_PART = re.compile(r"^\s*(?:其中|对|针对|在)|(?:中|方面|里|内)\s*$|申请|自然人|法人")
_LEAD_NUMBER = re.compile(
    r"\s*(?:[①-⑳]|[一二三四五六七八九十]{1,3}是|[一二三四五六七八九十]{1,3}、|[0-9]{1,2}[.、．])\s*"
)


class Statement(Struct, frozen=True):
    """What one chunk says of the form's figures, every word of it understood.

    `amount` None with `denied`: that the figures are 0; with `everything`: that nothing else is left.
    """

    text: Text
    start: int
    end: int
    figures: tuple[FigureFact, ...]
    amount: Amount | None
    denied: bool = False
    everything: bool = False


class _Role(Struct, frozen=True):
    kind: str
    topic: str = ""
    figure: FigureFact | None = None


class _Vocabulary:
    def __init__(self, form_id: str, year: int, organ: str) -> None:
        facts = facts_of(form_id)
        self.facts = facts
        self.year = year
        self.roles: dict[str, list[_Role]] = {}
        for word in _FILLER:
            self._add(word, _Role("filler"))
        for end in range(2, len(organ) + 1):
            # 云岚市望江区梧桐街道办事处, 望江区梧桐街道办事处, 梧桐街道: every tail, and without 办事处.
            tail = organ[-end:]
            self._add(tail, _Role("filler"))
            if tail.endswith("办事处") and len(tail) > 4:
                self._add(tail.removesuffix("办事处"), _Role("filler"))
        for word in _ALL:
            self._add(word, _Role("all"))
        for word in facts.denials:
            self._add(word, _Role("denial"))
        for topic in facts.topics.values():
            for word in topic.words:
                self._add(word, _Role("object", topic.id))
            for word in topic.plain:
                self._add(word, _Role("plain", topic.id))
                self._names(word, topic)
        for figure in facts.figures:
            for written in figure.words:
                word = written.format(year=year, last=year - 1, next=year + 1)
                self._add(word, _Role("figure", figure.topic, figure))
                self._names(word, facts.topics[figure.topic])
        lengths: dict[str, set[int]] = {}
        for word in self.roles:
            lengths.setdefault(word[0], set()).add(len(word))
        # A pattern of all these words takes longer to compile than a report to read.
        self._lengths = {first: sorted(known, reverse=True) for first, known in lengths.items()}
        objects = [w for t in facts.topics.values() for w in t.words]
        self._object = re.compile("|".join(map(re.escape, sorted(objects, key=len, reverse=True))))
        self._foreign = re.compile("|".join(map(re.escape, facts.foreign)) or r"(?!)")

    def _add(self, word: str, role: _Role) -> None:
        self.roles.setdefault(word, []).append(role)

    def _names(self, word: str, topic: Topic) -> None:
        """被申请行政复议 holds the topic's own word: no other need stand beside it."""
        if word not in topic.words and any(own in word for own in topic.words):
            self._add(word, _Role("object", topic.id))

    def tokens(self, words: str) -> list[str] | None:
        """The words of a stretch, the longest first; None at the first unknown one."""
        found: list[str] = []
        at = 0
        lead = _LEAD_NUMBER.match(words)
        if lead is not None:
            at = lead.end()
        while at < len(words):
            token = self._longest(words, at)
            if not token:
                return None
            found.append(token)
            at += len(token)
        return found

    def _longest(self, words: str, at: int) -> str:
        for length in self._lengths.get(words[at], ()):
            if (word := words[at : at + length]) in self.roles:
                return word
        year = _YEAR.match(words, at)
        return "" if year is None else year[0]

    def topic_in(self, words: str) -> str | None:
        """The topic that a stretch names last."""
        last = None
        for found in self._object.finditer(words):
            last = found[0]
        if last is None:
            return None
        return next(r.topic for r in self.roles[last] if r.kind == "object")

    def foreign_in(self, words: str) -> bool:
        return self._foreign.search(self._object.sub("", words)) is not None


@lru_cache(maxsize=8)
def _vocabulary(form_id: str, year: int, organ: str) -> _Vocabulary:
    return _Vocabulary(form_id, year, organ[-40:])


class _Said(Struct):
    """A stretch of known words, sorted."""

    objects: list[str]
    plains: set[str]
    figures: list[tuple[str, FigureFact]]
    denied: bool
    everything: bool
    years: list[int]


def _sorted(vocabulary: _Vocabulary, tokens: Sequence[str]) -> _Said:
    said = _Said([], set(), [], denied=False, everything=False, years=[])
    for token in tokens:
        roles = vocabulary.roles.get(token)
        if roles is None:
            said.years.append(int(token[:4]))
            continue
        for role in roles:
            if role.kind == "object":
                said.objects.append(role.topic)
            elif role.kind == "plain":
                said.plains.add(role.topic)
            elif role.kind == "figure" and role.figure is not None:
                said.figures.append((token, role.figure))
            elif role.kind == "denial":
                said.denied = True
            elif role.kind == "all":
                said.everything = True
    return said


def _figures(
    said: _Said, topic: str | None, vocabulary: _Vocabulary
) -> tuple[list[FigureFact], str | None]:
    """The figures a stretch speaks of, and its topic: its own object's, else the one so far."""
    own = list(dict.fromkeys(said.objects))
    topics = own or ([topic] if topic else [])
    found: dict[tuple[str, str], FigureFact] = {}
    for _, figure in said.figures:
        if figure.topic not in topics:
            continue
        if figure.object and figure.topic not in own and figure.topic not in said.plains:
            continue
        found[figure.topic, figure.name] = figure
    kept: list[FigureFact] = []
    for figure in found.values():
        siblings = [f for f in found.values() if f.topic == figure.topic and f is not figure]
        names_topic = any(w in vocabulary.facts.topics[figure.topic].words for w in figure.words)
        # 行政复议维持: the topic's own word says what about, the other word what.
        if siblings and names_topic:
            continue
        kept.append(figure)
    return kept, (own[-1] if own else topic)


class _Reader:
    """Reads one paragraph, chunk by chunk, remembering what it is about."""

    def __init__(self, vocabulary: _Vocabulary, text: Text, heading: str) -> None:
        self.vocabulary = vocabulary
        self.text = text
        self.flat = plain(text.text)
        self.topic: str | None = None
        facts = vocabulary.facts
        named = vocabulary.topic_in(heading)
        if named in facts.topics:
            self.topic = named
        self.heading = heading
        own_table = [t.id for t in facts.topics.values() if t.section == text.section]
        if len(own_table) == 1:
            self.topic = own_table[0]
        self.in_table_section = bool(own_table)
        self.other_time = False

    def statements(self) -> Iterator[Statement]:
        if not self._worth_reading():
            return
        for sentence in sentences(self.text.text):
            self.sentence_time = False
            outer: dict[int, str | None] = {}
            depth = 0
            self.before_strict = False
            for chunk in sentence:
                if chunk.depth > depth:
                    outer[depth] = self.topic
                elif chunk.depth < depth:
                    self.topic = outer.get(chunk.depth, self.topic)
                depth = chunk.depth
                yield from self._chunk(chunk)
            if depth:
                self.topic = outer.get(0, self.topic)

    def _worth_reading(self) -> bool:
        return self.topic is not None or self.vocabulary.topic_in(self.flat) is not None

    def _in_scope(self, topic: Topic) -> bool:
        if not topic.scope or self.in_table_section:
            return True
        return any(word in self.flat or word in self.heading for word in topic.scope)

    def _time(self, words: str) -> None:
        """Whether what is said now speaks of the report's year."""
        years = [int(y[0][:4]) for y in _YEAR.finditer(words)]
        if any(word in words for word in _THIS_TIME) or self.vocabulary.year in years:
            self.other_time = False
        elif years and _COMPARES.search(words) is None:
            self.other_time = True
        if _OTHER_TIME.search(_WHOLE_YEAR.sub("", words)) and _COMPARES.search(words) is None:
            self.sentence_time = True

    def _chunk(self, chunk: Chunk) -> Iterator[Statement]:
        words = self.flat[chunk.start : chunk.end]
        counted = [a for a in _within(self.text.text, chunk) if a.sort == "count"]
        if chunk.end - chunk.start > 120:
            # Longer than any sentence that is understood whole.
            self.topic = None
            return
        read = list(self._read(chunk, words, counted))
        if not read:
            self._time(words)
            named = self.vocabulary.topic_in(words)
            if counted:
                # A number of something that was not understood: what follows may be a part of it.
                self.topic = None
            elif self.vocabulary.foreign_in(words) and named is None:
                self.topic = None
            elif named is not None:
                self.topic = named
            elif _OPENS_A_PART.search(words):
                self.topic = None
        self.before_strict = bool(read)
        if self.other_time or self.sentence_time:
            return
        topics = self.vocabulary.facts.topics
        for one in read:
            if one.figures and all(self._in_scope(topics[f.topic]) for f in one.figures):
                yield one

    def _read(self, chunk: Chunk, words: str, counted: list[Amount]) -> Iterator[Statement]:
        """The chunk's statements, or none at all when one of its words is unknown."""
        if not counted:
            tokens = self.vocabulary.tokens(words)
            if tokens is None:
                return
            said = _sorted(self.vocabulary, tokens)
            figures, topic = _figures(said, self.topic, self.vocabulary)
            if said.years:
                self.other_time = self.vocabulary.year not in said.years
            elif any(word in words for word in _THIS_TIME):
                self.other_time = False
            if said.denied:
                denied = self._denied(said, figures)
                self.topic = topic
                yield Statement(self.text, chunk.start, chunk.end, denied, None, denied=True)
                return
            # 收到的申请均已办结: that they were received says which, no more.
            ended = tuple(f for f in figures if f.rest or not f.opens)
            if said.everything and len(ended) == 1 and ended[0].rest:
                own = bool(said.objects) or bool(said.plains)
                if own or self.before_strict:
                    yield Statement(self.text, chunk.start, chunk.end, ended, None, everything=True)
            self.topic = topic
            if not said.figures:
                yield Statement(self.text, chunk.start, chunk.end, (), None)
            return
        made: list[Statement] = []
        at = chunk.start
        for number, amount in enumerate(counted):
            last = number == len(counted) - 1
            before = self.vocabulary.tokens(self.flat[at : amount.start])
            after = self.vocabulary.tokens(self.flat[amount.end : chunk.end]) if last else []
            if before is None or after is None:
                return
            statement = self._counted(chunk, before, after, amount)
            if statement is None:
                return
            made.append(statement)
            at = amount.end
        yield from made

    def _denied(self, said: _Said, figures: list[FigureFact]) -> tuple[FigureFact, ...]:
        deniable = [f for f in figures if f.denied]
        if len(deniable) != len(figures):
            return ()
        if deniable:
            return tuple(deniable)
        if said.figures or not said.objects:
            return ()
        # 无政府信息公开申请: the topic's own deniable figure.
        facts = self.vocabulary.facts
        return tuple(f for f in facts.figures if f.denied and f.topic in said.objects)

    def _counted(
        self, chunk: Chunk, before: list[str], after: list[str], amount: Amount
    ) -> Statement | None:
        lead, tail = _sorted(self.vocabulary, before), _sorted(self.vocabulary, after)
        whole = _sorted(self.vocabulary, [*before, *after])
        if whole.denied:
            return None
        figures, topic = _figures(whole, self.topic, self.vocabulary)
        if not figures or (lead.figures and tail.figures and len(figures) > 1):
            return None
        topics = self.vocabulary.facts.topics
        if any(amount.unit not in topics[f.topic].units for f in figures):
            return None
        if len(figures) > 1 and (amount.value != 0 or len({f.topic for f in figures}) == 1):
            return None
        if whole.years:
            self.other_time = self.vocabulary.year not in whole.years
        elif any(word in "".join(before) for word in _THIS_TIME):
            self.other_time = False
        self.topic = None if any(f.narrow for f in figures) else topic
        everything = whole.everything and bool(figures[0].rest) and len(figures) == 1
        return Statement(
            self.text, chunk.start, chunk.end, tuple(figures), amount, everything=everything
        )


def _within(text: str, chunk: Chunk) -> list[Amount]:
    from bisect import bisect_left

    every = amounts(text)
    at = bisect_left(every, chunk.start, key=lambda a: a.start)
    found = []
    while at < len(every) and every[at].start < chunk.end:
        found.append(every[at])
        at += 1
    return found


def statements(subject: Subject, *, preamble: bool = False) -> Iterator[Statement]:
    """Everything the narrative says about the form's figures that is understood whole.

    No rule judges the preamble; a number there is only offered its cell.
    """
    report = subject.report
    vocabulary = _vocabulary(report.form_id, report.year, report.organ)
    heading, section = "", ""
    for text in subject.texts:
        if text.section == "preamble" and not preamble:
            continue
        if text.section != section:
            heading, section = "", text.section
        yield from _Reader(vocabulary, text, heading).statements()
        if text.level:
            heading = text.text


def _known(subject: Subject, cells: Sequence[str]) -> Number | None:
    """The sum of cells, when every input below them is answered."""
    leaves = subject.form.leaves
    if any(leaf not in subject.report.cells for cell in cells for leaf in leaves[cell]):
        return None
    total: Number = 0
    for cell in cells:
        total = total + subject.values.get(cell, 0)
    return total


def _severity(rule_id: str) -> Severity:
    return "error" if rule_id == "V13" else "warning"


def _heading(subject: Subject, figure: FigureFact) -> str:
    return subject.form.section(facts_of(subject.form.id).topics[figure.topic].section).heading


def _short(words: str) -> str:
    words = words.strip()
    return words if len(words) <= 30 else words[:30] + "…"


@rule("V09", "V11", "V13", pace="after a pause", reads={"text", "cells"}, may_block=True)
def words_agree_with_the_tables(subject: Subject) -> Iterator[Finding]:
    """V09, V11, V13: what the narrative says about applications, reviews and lawsuits, against the tables.

    `收到政府信息公开申请5件` with 3 in the table; `均维持` with one corrected; `全部办结` with one carried over.
    """
    seen: set[str] = set()
    within: dict[tuple[str, str, int], int] = {}
    for one in statements(subject):
        where = (one.text.section, one.text.part, one.text.paragraph)
        if within.get(where, 0) >= MOST_IN_A_PARAGRAPH:
            continue
        for finding in _judged(subject, one, seen):
            seen.add(finding.key)
            within[where] = within.get(where, 0) + 1
            yield finding


def _judged(subject: Subject, one: Statement, seen: set[str]) -> Iterator[Finding]:
    topics = facts_of(subject.form.id).topics
    words = words_key(one.text.text[one.start : one.end])
    for figure in one.figures:
        topic = topics[figure.topic]
        rule_id = topic.claim_rule if one.amount is None else topic.number_rule
        key = finding_key(rule_id, one.text.section, figure.name, words)
        if one.amount is not None and key not in seen:
            yield from _number(subject, one, figure, one.amount, key)
        if one.denied and key not in seen:
            yield from _denial(subject, one, figure, key)
        key = finding_key(topic.claim_rule, one.text.section, figure.name, "all", words)
        if one.everything and key not in seen:
            yield from _everything(subject, one, figure, key)


def _number(
    subject: Subject, one: Statement, figure: FigureFact, amount: Amount, key: str
) -> Iterator[Finding]:
    exact = _known(subject, figure.cells)
    if exact is None or amount.may_be(exact):
        return
    if figure.opens and not figure.narrow and _with_carried(subject, one, figure, amount):
        return
    rule_id = facts_of(subject.form.id).topics[figure.topic].number_rule
    gap = distance(amount.value, exact)
    shown = one.text.text[amount.start : amount.end]
    yield Finding(
        rule=rule_id,
        severity=_severity(rule_id),
        place=words_place(one.text, amount.start, amount.end),
        message=(
            f"正文写{figure.name} {shown}，"
            f"“{_heading(subject, figure)}”的表格中是 {number_text(exact)}，相差 {number_text(gap)}。"
            "请核对正文和表格。"
        ),
        key=key,
        also=figure.cells,
        repair=_repair(subject, one, figure, amount, exact),
    )


def _with_carried(subject: Subject, one: Statement, figure: FigureFact, amount: Amount) -> bool:
    """收到5件（含上年结转2件）: the new and the carried over together, said so in the sentence."""
    silence = facts_of(subject.form.id).topics[figure.topic].silence
    if silence is None:
        return False
    together = _known(subject, silence.cells)
    start = max(one.text.text.rfind(end, 0, one.start) for end in "。！？\n") + 1
    stops = [p for end in "。！？\n" if (p := one.text.text.find(end, one.end)) >= 0]
    sentence = one.text.text[start : min(stops, default=len(one.text.text))]
    return (
        together is not None
        and amount.value == together
        and ("结转" in sentence or "受理" in sentence)
    )


def _repair(
    subject: Subject, one: Statement, figure: FigureFact, amount: Amount, exact: Number
) -> Repair | None:
    if amount.about or subject.form.id != subject.report.form_id:
        return None
    new = f"{{{figure.bind}}}" if figure.bind else number_text(exact)
    edit = change_words(
        subject, one.text, amount.number_start, amount.number_end, new, name="按表格改正数字"
    )
    if edit is None:
        return None
    kept = "，并随表格更新" if figure.bind else ""
    return Repair(f"改为 {number_text(exact)}{kept}", edit)


def _denial(subject: Subject, one: Statement, figure: FigureFact, key: str) -> Iterator[Finding]:
    exact = _known(subject, figure.cells)
    if not exact:
        return
    rule_id = facts_of(subject.form.id).topics[figure.topic].claim_rule
    words = one.text.text[one.start : one.end]
    yield Finding(
        rule=rule_id,
        severity=_severity(rule_id),
        place=words_place(one.text, one.start, one.end),
        message=(
            f"正文写“{_short(words)}”，“{_heading(subject, figure)}”的表格中{figure.name}是 "
            f"{number_text(exact)}，两处不一致。请核对正文和表格。"
        ),
        key=key,
        also=figure.cells,
    )


def _everything(
    subject: Subject, one: Statement, figure: FigureFact, key: str
) -> Iterator[Finding]:
    left, spare = _known(subject, figure.rest), _known(subject, figure.spare)
    # 收到3件，均已答复: what is left over may be last year's, as far as there was any.
    if not left or spare is None or left <= spare:
        return
    rule_id = facts_of(subject.form.id).topics[figure.topic].claim_rule
    words = one.text.text[one.start : one.end]
    named = "、".join(
        f"“{(subject.form.cells[c].row or subject.form.cells[c].column)[-1]}”"
        for c in figure.rest
        if subject.values.get(c)
    )
    yield Finding(
        rule=rule_id,
        severity=_severity(rule_id),
        place=words_place(one.text, one.start, one.end),
        message=(
            f"正文写“{_short(words)}”，“{_heading(subject, figure)}”的表格中{named}是 "
            f"{number_text(left)}，不是 0。请核对正文和表格。"
        ),
        key=key,
        also=figure.rest,
    )


@rule("V10", pace="after a pause", reads={"text", "cells"})
def narrative_speaks_of_applications(subject: Subject) -> Iterator[Finding]:
    """V10: the table holds applications, and no sentence of the narrative mentions any."""
    for topic in facts_of(subject.form.id).topics.values():
        silence = topic.silence
        if silence is None:
            continue
        counts = [(c, v) for c in silence.cells if (v := subject.values.get(c))]
        if not counts:
            continue
        words = [t.text for t in subject.texts if t.section != "preamble" and not t.level]
        if any(word in text for text in words for word in (*topic.words, *topic.plain)):
            continue
        cells = subject.form.cells
        told = "、".join(f"{cells[c].row_name} {number_text(v)}" for c, v in counts)
        yield Finding(
            rule=silence.rule,
            severity="warning",
            place=Place(silence.section),
            message=(
                f"“{subject.form.section(topic.section).heading}”的表格中有{told}，"
                f"正文没有一句提到{topic.name}。请在“{subject.form.section(silence.section).heading}”中说明。"
            ),
            key=finding_key(silence.rule, topic.id),
            also=tuple(c for c, _ in counts),
        )


class Offer(Struct, frozen=True):
    """A number typed by hand that says what a cell holds, and could follow it."""

    place: Place
    name: str
    edit: ChangeWords


class BindOffered(Struct, frozen=True):
    """Every number of a text that is offered a cell is bound to it."""

    section: str
    part: Part
    name: str = "数字随表格更新"

    def apply(self, report: Report) -> Report:
        mine = [
            o
            for o in offers(report)
            if (o.place.section, o.place.part) == (self.section, self.part)
        ]
        # From the end, so that what stands before keeps its place.
        for offer in sorted(mine, key=lambda o: (o.place.paragraph, o.place.start), reverse=True):
            item = report.narrative(self.section, self.part)[offer.place.paragraph]
            assert isinstance(item, Paragraph)
            report = replace(offer.edit, before=item.text).apply(report)
        return report


def offers(report: Report) -> tuple[Offer, ...]:
    """Numbers typed by hand that say what a cell holds, where both are certain."""
    subject = Subject(report)
    found: list[Offer] = []
    for one in statements(subject, preamble=True):
        amount = one.amount
        if amount is None or amount.about or len(one.figures) != 1 or not one.figures[0].bind:
            continue
        figure = one.figures[0]
        start, end = amount.number_start, amount.number_end
        if subject.bound.text(figure.bind) != number_text(amount.value):
            continue
        if is_bound(subject, one.text, start, end):
            continue
        bound = "{" + figure.bind + "}"
        edit = change_words(subject, one.text, start, end, bound, name="数字随表格更新")
        if edit is not None:
            found.append(Offer(words_place(one.text, start, end), figure.bind, edit))
    return tuple(found)
