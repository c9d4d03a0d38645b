"""Private data that would be published: identity numbers, mobile numbers, bank cards (V30).

Only numbers that prove themselves: a citizen identity number by its date and check character, a bank
card by its issuer's first digits and Luhn's sum, a mobile number by its form. The office's own
published telephone is not accused. Nothing found is repeated whole in a message or kept in the file.
"""

import re
from collections.abc import Iterator
from datetime import date
from itertools import islice

from gic_desktop.checks.change_words import (
    MOST_IN_A_PARAGRAPH,
    change_caption,
    change_words,
    words_key,
    words_place,
)
from gic_desktop.checks.finding import Finding, Repair, finding_key
from gic_desktop.checks.prose_numbers import plain
from gic_desktop.checks.registry import Caption, Subject, Text, rule
from gic_desktop.report.place import Place

# A run is consumed whole: a number inside a longer one is not a number.
_RUN = re.compile(r"[0-9]+(?:[ -][0-9]+)*[Xx]?")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_PROVINCE_CODES = (
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 "
    "50 51 52 53 54 61 62 63 64 65 71 81 82"
)
_PROVINCES = frozenset(_PROVINCE_CODES.split())


def is_identity_number(text: str) -> bool:
    """GB 11643: province, a date of birth that was, and the check character."""
    if len(text) != 18 or not text[:17].isdigit() or text[:2] not in _PROVINCES:
        return False
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    if not 1900 <= born.year <= 2100:
        return False
    total = sum(int(c) * w for c, w in zip(text, _WEIGHTS, strict=False))
    return text[17].upper() == _CHECKS[total % 11]


def is_mobile_number(text: str) -> bool:
    return len(text) == 11 and text.isdigit() and text[0] == "1" and text[1] in "3456789"


def is_bank_card(text: str) -> bool:
    """UnionPay, Visa, MasterCard or American Express, by Luhn's sum."""
    if not text.isdigit() or len(set(text)) < 3:
        return False
    length = len(text)
    if not (
        (text[:2] == "62" and 16 <= length <= 19)
        or (text[0] == "4" and length == 16)
        or (text[:2] in ("51", "52", "53", "54", "55") and length == 16)
        or (text[:2] in ("34", "37") and length == 15)
    ):
        return False
    total = 0
    for place, char in enumerate(reversed(text)):
        digit = int(char) * (1 + place % 2)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def _kind(digits: str) -> str:
    if is_identity_number(digits):
        return "公民身份号码"
    if is_mobile_number(digits):
        return "手机号码"
    return "银行卡号" if is_bank_card(digits) else ""


def private_numbers(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Start, end, kind and the bare number of everything private in a text."""
    flat = plain(text)
    for run in _RUN.finditer(flat):
        start, end = run.span()
        if _letter(flat[start - 1 : start]) or _letter(flat[end : end + 1]):
            continue
        if flat[start - 1 : start] in ("*", "＊") or flat[end : end + 1] in ("*", "＊"):
            continue
        if end - start > 60:
            continue
        whole = re.sub(r"[ -]", "", run[0])
        # +86 138…: the country's number before a mobile one.
        if (
            whole.startswith("86")
            and is_mobile_number(whole[2:])
            and flat[start - 1 : start] == "+"
        ):
            yield start - 1, end, "手机号码", whole[2:]
            continue
        if len(whole) <= 19 and (kind := _kind(whole)):
            yield start, end, kind, whole
            continue
        for piece in re.finditer(r"[0-9]+[Xx]?", run[0]):
            if kind := _kind(piece[0]):
                yield start + piece.start(), start + piece.end(), kind, piece[0]


def _letter(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _published(subject: Subject) -> set[str]:
    """The office's own numbers: what it prints as its contact."""
    contacts = subject.report.contacts
    texts = [contacts.telephone, contacts.address, contacts.website, contacts.email]
    texts += [t.text for t in subject.texts if t.section == "preamble"]
    joined = plain("\n".join(texts))
    return {number for _, _, _, number in private_numbers(joined)}


def _masked(number: str) -> str:
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"


def _advice(kind: str, number: str) -> str:
    return f"有{kind}（{_masked(number)}），属于个人信息。公开前请删除或隐去。"


@rule("V30", pace="after a pause", reads={"text", "cells", "fields"})
def nothing_private(subject: Subject) -> Iterator[Finding]:
    """V30: citizen identity numbers, mobile numbers and bank cards in the text, in words about pictures, in remarks."""
    published = _published(subject)
    for text in subject.texts:
        numbers = private_numbers(text.text)
        for start, end, kind, number in islice(numbers, MOST_IN_A_PARAGRAPH):
            # An identity number or a card is nobody's published contact.
            if number in published and kind == "手机号码":
                continue
            yield _in_text(subject, text, start, end, kind=kind, number=number)
    for caption in subject.captions:
        yield from _in_caption(caption, published)
    for cell, figure in subject.report.cells.items():
        for _, _, kind, number in private_numbers(figure.remark):
            table = subject.form.cells[cell].table
            yield Finding(
                rule="V30",
                severity="warning",
                place=Place(subject.form.table(table).section, cell),
                message=f"备注中{_advice(kind, number)}",
                key=finding_key("V30", cell, kind),
            )


def _in_text(
    subject: Subject, text: Text, start: int, end: int, *, kind: str, number: str
) -> Finding:
    # Unlike other repairs this one cannot mislead: what it takes away must not be printed.
    edit = change_words(subject, text, start, end, _masked(number), name="隐去个人信息")
    around = text.text[max(0, start - 12) : start] + text.text[end : end + 12]
    return Finding(
        rule="V30",
        severity="warning",
        place=words_place(text, start, end),
        message=f"正文中{_advice(kind, number)}",
        key=finding_key("V30", text.section, kind, words_key(around)),
        repair=None if edit is None else Repair("隐去中间数字", edit),
    )


def _in_caption(caption: Caption, published: set[str]) -> Iterator[Finding]:
    seen: set[str] = set()
    for name, text in caption.texts:
        for start, end, kind, number in islice(private_numbers(text), MOST_IN_A_PARAGRAPH):
            if number in seen or (number in published and kind == "手机号码"):
                continue
            seen.add(number)
            edit = change_caption(caption, text[start:end], _masked(number), name="隐去个人信息")
            yield Finding(
                rule="V30",
                severity="warning",
                place=caption.place,
                message=f"{name}中{_advice(kind, number)}",
                key=finding_key("V30", caption.section, "caption", kind),
                repair=Repair("隐去中间数字", edit),
            )
