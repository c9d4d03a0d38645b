"""What the lines around the tables are: annex mark, title, preamble, sections, notes, signature.

Headings are found by the form's names in all the shapes that published reports print, and only in
the form's order. Nothing is thrown away unseen: a page number or a portal's "publication date" is
listed as left out, a heading that differs is kept as printed and noted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from gic_desktop.digest import sha256
from gic_desktop.forms.description import Form
from gic_desktop.imports.labels import allowed, distance, normal
from gic_desktop.imports.lines import Line
from gic_desktop.imports.source import Picture as SourcePicture
from gic_desktop.report.narrative import Item, Paragraph, Picture, heading_level
from gic_desktop.report.report import Contacts, Signature
from gic_desktop.values import Struct, field

_CHINESE = "〇一二三四五六七八九"
_HEADING = re.compile(
    r"(?P<chinese>[一二三四五六七八九十]{1,2})[、.．,，:：]?|(?P<arabic>[1-9])[、.．,，]|第(?P<part>[一二三四五六七八九十])部分[、:：]?"
)
# A dash on one side only is a sign: “-5” is a paragraph, “- 5 -” a page's number.
_PAGE_NUMBER = re.compile(
    r"(?!\s*[-—–－]\s*[0-9０-９]+\s*$)[-—–－_·•\s]*(第\s*)?[0-9０-９]{1,3}(\s*页)?(\s*[/／,，]?\s*共\s*[0-9]{1,3}\s*页|\s*/\s*[0-9]{1,3})?[-—–－_·•\s]*"
)
_CONTENTS_LINE = re.compile(r".*(\.{4,}|…{2,}|·{4,}|\t)\s*-?\s*\d{1,3}\s*-?")
_PORTAL = re.compile(
    r"[\[【(（]?\s*(发布(时间|日期|机构|单位|人)|发文(时间|日期|字号|机关|单位)|成文日期|来\s*源|信息来源|文章来源|索\s*引\s*号|信息索引|主题分类|文\s*号|浏览(次数|量)|点击(数|次数|率)|阅读(次数|量)?|访问(量|次数)|字\s*号|字体|打\s*印|关\s*闭|分\s*享(到)?|作\s*者|责任编辑|编\s*辑|当前位置|您(现在)?(所在)?的?位置|视力保护色|上一篇|下一篇|扫一扫|相关附件|附件下载|收藏本?页?)\s*[】\])）]?\s*([:：>》\[【(（].*|$)"
)
_ANNEX = re.compile(r"附\s*件\s*[0-9０-９一二三四五六七八九十]{0,2}\s*[:：]?")
_DATE = re.compile(
    r"(?P<year>(?:19|20)[0-9]{2}|二[〇○零0][〇○零一二三四五六七八九]{2})年(?P<month>[0-9]{1,2}|[一二三四五六七八九十]{1,3})月(?P<day>[0-9]{1,2}|[一二三四五六七八九十]{1,3})日"
)
_YEAR = re.compile(r"((?:19|20)[0-9]{2}|二[〇○零0][〇○零一二三四五六七八九]{2})(?=年)")
_SENTENCE = re.compile(r"[。；;！!？?，,]")
_JUNK = re.compile(r"\[bookmark: ?[^\]\n]{0,80}\]")


def plain_digits(text: str) -> str:
    """Full-width digits as plain ones."""
    return text.translate({0xFF10 + digit: 48 + digit for digit in range(10)})


def _number(text: str) -> int:
    """`2021`, `二〇二一`, `十九`, `19` as a number."""
    text = plain_digits(text)
    if text.isascii() and text.isdigit():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return 10 * (_CHINESE.find(tens) if tens else 1) + (_CHINESE.find(ones) if ones else 0)
    digits = text.replace("○", "〇").replace("零", "〇").replace("0", "〇")
    return int("".join(str(max(_CHINESE.find(digit), 0)) for digit in digits))


def date_in(text: str) -> date | None:
    """Read a text that is nothing but a date."""
    found = _DATE.fullmatch(plain_digits(re.sub(r"\s", "", text)))
    if found is None:
        return None
    try:
        return date(_number(found["year"]), _number(found["month"]), _number(found["day"]))
    except ValueError:
        return None


def year_in(text: str) -> int | None:
    """Find the first year that a text names."""
    found = _YEAR.search(plain_digits(re.sub(r"\s", "", text)))
    return _number(found[1]) if found else None


Shelf = tuple[str, str]
"""A text of the report: its section and `body` or `notes`; `("", "preamble")` before the first."""


class Recognised(Struct):
    """Everything but the figures."""

    headings: dict[str, int] = field(default_factory=dict)
    """section → line of its heading."""
    sections: list[str] = field(default_factory=list)
    """For every line, the section it stands in; empty before the first heading."""
    title: str = ""
    organ: str = ""
    year: int | None = None
    annex: str = ""
    preamble: list[Item] = field(default_factory=list)
    body: dict[str, list[Item]] = field(default_factory=dict)
    notes: dict[str, list[Item]] = field(default_factory=dict)
    written_headings: dict[str, str] = field(default_factory=dict)
    """Only those that differ from the statutory ones."""
    contacts: Contacts = field(default_factory=Contacts)
    signature: Signature = field(default_factory=Signature)
    pictures: dict[str, bytes] = field(default_factory=dict)
    shelves: dict[Shelf, list[int]] = field(default_factory=dict)
    """Of every text the lines that its paragraphs and pictures came from, one each."""
    dropped: list[tuple[int, str]] = field(default_factory=list)
    """Lines that are no part of the report, and what they are, in words."""
    lost_pictures: int = 0


# Headings


class _Heading(Struct, frozen=True):
    line: int
    section: int
    score: float


def _heading_scores(form: Form, line: int, text: str) -> list[_Heading]:
    text = _JUNK.sub("", text).strip()
    if not 2 <= len(text) <= 60 or _CONTENTS_LINE.fullmatch(text):
        return []
    bare = normal(text)
    number = _HEADING.match(bare)
    rest = bare[number.end() :] if number else bare
    rest = rest.rstrip("。:：")
    made: list[_Heading] = []
    for place, section in enumerate(form.sections):
        names = [normal(section.name), *map(normal, section.aliases)]
        exact = rest in names
        near = any(distance(rest, name, allowed(len(name))) <= allowed(len(name)) for name in names)
        own_number = normal(section.number)
        if number is None:
            score = 1.0 if exact else 0.0
        elif number["chinese"] or number["part"]:
            same = (number["chinese"] or number["part"]) == own_number
            score = (5.0 if same else 4.0) if exact else (3.5 if same and near else 0.0)
            if not score and near and len(rest) >= 6:
                score = 2.5
        else:
            score = 2.0 if exact else 0.0
            if score and _CHINESE.find(own_number) == int(number["arabic"]):
                score = 3.0
        if score:
            made.append(_Heading(line, place, score))
    return made


def find_headings(form: Form, lines: Sequence[Line]) -> dict[str, int]:
    """Find the line of every section's heading: the likeliest ones that stand in the form's order.

    Of two equal ones the later counts: a table of contents names all headings before they come.
    """
    candidates: list[_Heading] = []
    for number, line in enumerate(lines):
        text = line.only_text
        if text:
            candidates.extend(_heading_scores(form, number, text.replace("\n", "")))
    # For every section the best run of headings that ends with it.
    best: dict[int, tuple[float, tuple[_Heading, ...]]] = {}
    for candidate in candidates:
        before = max(
            (
                run
                for section, run in best.items()
                if section < candidate.section and run[1][-1].line < candidate.line
            ),
            key=lambda run: (run[0], run[1][-1].line),
            default=(0.0, ()),
        )
        score = before[0] + candidate.score
        if candidate.section not in best or score >= best[candidate.section][0]:
            best[candidate.section] = (score, (*before[1], candidate))
    _, run = max(best.values(), key=lambda run: (run[0], run[1][-1].line), default=(0.0, ()))
    return {form.sections[heading.section].id: heading.line for heading in run}


def sections_of(headings: dict[str, int], count: int) -> list[str]:
    """Name the section in which every line stands."""
    begins = {line: section for section, line in headings.items()}
    made: list[str] = []
    current = ""
    for line in range(count):
        current = begins.get(line, current)
        made.append(current)
    return made


# The rest


def recognise(
    form: Form,
    lines: Sequence[Line],
    used: set[int],
    hints: Sequence[str],
    *,
    paged: bool = False,
) -> Recognised:
    """Sort the lines that the tables did not use. `hints`: a page title, a file name, for the organ.

    `paged`: the reader knew the pages and has taken their numbers out of the margins.
    """
    made = Recognised(headings=find_headings(form, lines))
    made.sections = sections_of(made.headings, len(lines))
    heading_lines = set(made.headings.values())
    first = min(heading_lines, default=len(lines))
    rest = [n for n in range(len(lines)) if n not in used and n not in heading_lines]
    rest = _without_furniture(rest, lines, made, first, paged=paged)
    front = [n for n in rest if n < first]
    front = _read_title(front, lines, made)
    _read_tail(rest, lines, made, first, front)
    placed = used | heading_lines
    dropped = {number for number, _ in made.dropped}
    body = {n for n in rest if n >= first and n not in placed and n not in dropped}
    for number in front:
        _add(made, made.preamble, ("", "preamble"), number, lines[number])
    tables = {section.id for section in form.sections if section.table}
    seen_table: set[str] = set()
    for number in range(first, len(lines)):
        section = made.sections[number]
        if number in used:
            seen_table.add(section)
        if number not in body:
            continue
        under = section in tables and section in seen_table
        shelf = made.notes if under else made.body
        name = (section, "notes" if under else "body")
        _add(made, shelf.setdefault(section, []), name, number, lines[number])
    for section_id, number in made.headings.items():
        written = _JUNK.sub("", lines[number].only_text).strip().replace("\n", "")
        if normal(written) != normal(form.section(section_id).heading):
            made.written_headings[section_id] = written
    _read_organ_and_year(made, lines, hints)
    made.contacts = _contacts(
        [item.text for item in made.preamble if isinstance(item, Paragraph)]
        + [
            item.text
            for item in made.body.get(form.sections[-1].id, ())
            if isinstance(item, Paragraph)
        ]
    )
    return made


def _without_furniture(
    rest: list[int], lines: Sequence[Line], made: Recognised, first: int, *, paged: bool
) -> list[int]:
    """Take out page numbers, a portal's own lines and a table of contents.

    A number alone is a paragraph where the pages are known; without pages nothing tells the two
    apart, and it is listed as left out.
    """
    kept: list[int] = []
    for number in rest:
        line = lines[number]
        text = line.only_text
        if line.role == "sheet":
            continue
        if text and _PAGE_NUMBER.fullmatch(text) and not (paged and text.isdigit()):
            made.dropped.append((number, "页码"))
        elif (
            text
            and len(text) < 80
            and (number < first or number > len(lines) - 12)
            and _PORTAL.match(text)
        ):
            made.dropped.append((number, "网站的附加信息"))
        elif (
            text
            and number < first
            and (_CONTENTS_LINE.fullmatch(text) or normal(text) in ("目录", "目次"))
        ):
            made.dropped.append((number, "目录"))
        else:
            kept.append(number)
    return kept


def picture_in(picture: SourcePicture) -> str:
    """Name a picture by its content."""
    return sha256(picture.data)[:16]


def _add(made: Recognised, shelf: list[Item], name: Shelf, number: int, line: Line) -> None:
    if line.picture is not None:
        if line.picture.kind not in ("png", "jpeg"):
            made.lost_pictures += 1
            return
        stored = picture_in(line.picture)
        made.pictures[stored] = line.picture.data
        shelf.append(Picture(stored, alternative=line.picture.description))
        made.shelves.setdefault(name, []).append(number)
        return
    text = _JUNK.sub("", line.words).strip(" \t\u3000")
    if not text:
        return
    last = shelf[-1] if shelf else None
    if (
        isinstance(last, Picture)
        and not last.caption
        and len(text) <= 40
        and re.match(r"图\s*[0-9一二三四五六七八九十]|▲|△", text)
    ):
        shelf[-1] = Picture(last.picture, text, last.alternative, last.width)
        return
    shelf.append(Paragraph(text, heading_level(text)))
    made.shelves.setdefault(name, []).append(number)


_TITLE_END = re.compile(r"(政府信息公开)?(工作)?(年度)?(工作)?报告$|年报$")


def _is_title_text(text: str) -> bool:
    bare = re.sub(r"\s", "", text)
    return (
        bool(
            re.search(
                r"(政府信息公开|信息公开|政务公开).{0,12}(报告|年报)|工作年度报告|年度工作报告",
                bare,
            )
        )
        and not _SENTENCE.search(bare)
        and len(bare) <= 80
    )


def _short_line(text: str) -> bool:
    return bool(text) and len(text) <= 40 and not re.search(r"[。；;，,：:]", text)


def _read_title(front: list[int], lines: Sequence[Line], made: Recognised) -> list[int]:
    """Find annex mark and title before the first heading; give what is left there."""
    left = list(front)
    for number in front[:6]:
        text = lines[number].only_text.strip()
        if text and _ANNEX.fullmatch(text):
            made.annex = text
            left.remove(number)
            break
    # The title may be broken into two or three lines: the shortest run that reads as a title.
    best: list[int] = []
    for end in range(min(len(left), 12)):
        for begin in range(max(0, end - 2), end + 1):
            run = left[begin : end + 1]
            texts = [lines[n].only_text.replace("\n", "") for n in run]
            if run[-1] - run[0] > 4 or not all(map(_short_or_title, texts)):
                continue
            if any(lines[n].role == "sheet" for n in range(run[0], run[-1])):
                continue
            if not _is_title_text("".join(texts)) or not _TITLE_END.search(
                re.sub(r"\s", "", texts[-1])
            ):
                continue
            if begin < end and _is_title_text(texts[-1]) and _organ_of(texts[-1]):
                continue
            if begin < end and any(_PORTAL.match(text) for text in texts):
                continue
            if begin < end and lines[run[0]].role == "title" and _is_title_text(texts[0]):
                continue
            if not best or (best[-1] == run[-1] and len(run) > len(best)):
                best = run
    if best:
        made.title = "\n".join(lines[n].only_text.replace("\n", "").strip() for n in best)
        for number in best:
            left.remove(number)
        # A web page repeats its title above the text.
        for number in list(left):
            if normal(lines[number].only_text) == normal(made.title):
                left.remove(number)
                made.dropped.append((number, "重复的标题"))
    return left


def _short_or_title(text: str) -> bool:
    return _short_line(text) or _is_title_text(text)


def _organ_of(title: str) -> str:
    """Take the organ out of a title: before the year, or between the year and the subject."""
    bare = plain_digits(re.sub(r"\s", "", title))
    found = _YEAR.search(bare)
    subject = re.search(r"(政府)?信息公开|政务公开|工作年度报告|年度工作报告|年度报告", bare)
    end = subject.start() if subject else len(bare)
    if found is None:
        return bare[:end].strip("关于的")
    before = bare[: found.start()].removeprefix("关于")
    after = re.sub(r"^年(度)?", "", bare[found.end() : end]) if end > found.end() else ""
    return (before or after).removesuffix("的")


def _read_tail(
    rest: list[int], lines: Sequence[Line], made: Recognised, first: int, front: list[int]
) -> None:
    """Find organ and date at the very end."""
    tail = [n for n in rest if n >= first and lines[n].picture is None][-4:]
    where = next((n for n in reversed(tail) if date_in(lines[n].only_text)), None)
    organ = ""
    signed: date | None = None
    lines_taken: list[int] = []
    if where is not None:
        signed = date_in(lines[where].only_text)
        lines_taken.append(where)
        at = tail.index(where)
        for near in (at - 1, at + 1):
            if 0 <= near < len(tail) and _reads_as_organ(lines[tail[near]].only_text):
                organ = lines[tail[near]].only_text
                lines_taken.append(tail[near])
                break
    else:
        # Organ and date in one line.
        for number in tail[::-1]:
            text = lines[number].only_text
            found = _DATE.search(plain_digits(re.sub(r"\s", "", text)))
            bare = re.sub(r"\s", "", text)
            if found and found.end() == len(bare) and _reads_as_organ(bare[: found.start()]):
                signed = date_in(bare[found.start() :])
                organ = bare[: found.start()]
                lines_taken.append(number)
                break
    if lines_taken:
        made.signature = Signature(organ=organ, date=signed, shown=True)
        for number in lines_taken:
            rest.remove(number)
            if number in front:
                front.remove(number)


def _reads_as_organ(text: str) -> bool:
    return (
        2 < len(text) <= 40
        and not re.search(r"[。；;，,：:、0-9]", text)
        and bool(
            re.search(
                r"(办事处|办公室|政府|委员会|管委会|局|厅|委|街道|镇|乡|中心|院|馆|队|处|站)$", text
            )
        )
    )


def _read_organ_and_year(made: Recognised, lines: Sequence[Line], hints: Sequence[str]) -> None:
    titles = [made.title.replace("\n", ""), *hints]
    for text in titles:
        year = year_in(text)
        if made.year is None and year is not None:
            made.year = year
    organ = _organ_of(titles[0]) if titles[0] else ""
    made.organ = organ or made.signature.organ
    if not made.organ:
        for text in hints:
            if _is_title_text(text) and _organ_of(text):
                made.organ = _organ_of(text)
                break
    if made.year is None:
        texts = [line.only_text for line in lines]
        period = next((t for t in texts if re.search(r"1\s*月\s*1\s*日起?\s*[至到—-]", t)), "")
        made.year = year_in(period)
    if made.year is None and made.signature.date is not None:
        made.year = made.signature.date.year - 1


_ADDRESS = re.compile(r"(?:联系地址|通讯地址|办公地址|地\s*址)\s*[:：为]\s*([^，,；;。\n]{4,60})")
_POSTCODE = re.compile(r"(?:邮政编码|邮\s*编)\s*[:：为]\s*([0-9]{6})(?![0-9])")
_TELEPHONE = re.compile(
    r"(?:联系电话|咨询电话|电\s*话|联系方式)\s*[:：为]\s*([0-9（(][0-9\-—－()（） ]{5,24}[0-9])"
)
_EMAIL = re.compile(r"([A-Za-z0-9._-]{1,64}@[A-Za-z0-9.-]{3,120}[A-Za-z])")
_WEBSITE = re.compile(r"((?:https?://|www\.)[A-Za-z0-9./_~%?=&:-]{4,200})")


def _contacts(texts: Sequence[str]) -> Contacts:
    """Read address, postcode, telephone out of sentences; the sentences stay where they are."""
    whole = plain_digits("\n".join(texts))

    def first(pattern: re.Pattern[str]) -> str:
        found = pattern.search(whole)
        return found[1].strip() if found else ""

    return Contacts(
        address=first(_ADDRESS).rstrip("）)"),
        postcode=first(_POSTCODE),
        telephone=first(_TELEPHONE),
        email=first(_EMAIL),
        website=first(_WEBSITE).rstrip("/."),
    )
