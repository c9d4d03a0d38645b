"""V30: private data before publication."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gic_desktop.checks.privacy import is_bank_card, is_identity_number, private_numbers
from gic_desktop.report.figures import Figure
from gic_desktop.report.narrative import Picture
from gic_desktop.report.report import Contacts, Section
from gic_desktop.values import replace

# Numbers that prove themselves and belong to nobody: invented areas, test ranges of the issuers.
PERSON = "110101190001010008"
CARD = "6222021234567890128"


def valid_person(head):
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(c) * w for c, w in zip(head, weights, strict=True))
    return head + "10X98765432"[total % 11]


def luhn(head):
    digits = [int(c) for c in reversed(head + "0")]
    total = sum(sum(divmod(d * (1 + place % 2), 10)) for place, d in enumerate(digits))
    return head + str(-total % 10)


def valid_card(head):
    return next(head + str(d) for d in range(10) if is_bank_card(head + str(d)))


PERSON = valid_person("11010119000101000")
WITH_X = next(p for n in range(100) if (p := valid_person(f"110101190001010{n:02}")).endswith("X"))
CARD = valid_card("622202123456789012")

PRIVATE = [
    (f"申请人张某，身份证号{PERSON}。", PERSON, "公民身份号码"),
    (f"身份证号{WITH_X}", WITH_X, "公民身份号码"),
    (f"身份证号{WITH_X.lower()}", WITH_X.lower(), "公民身份号码"),
    ("联系人手机13800138000。", "13800138000", "手机号码"),
    ("手机１３８００１３８０００。", "１３８００１３８０００", "手机号码"),
    ("手机138 0013 8000。", "138 0013 8000", "手机号码"),
    ("手机+86 13800138000。", "+86 13800138000", "手机号码"),
    (f"退费至账户{CARD}。", CARD, "银行卡号"),
    ("卡号4111 1111 1111 1111", "", ""),
]


@pytest.mark.parametrize(("text", "words", "kind"), PRIVATE[:-1])
def test_private_numbers_are_found_and_hidden_at_one_click(desk, text, words, kind):
    report = desk.report(text)
    (found,) = desk.found("V30", report)
    assert desk.words(report, found) == words
    assert kind in found.message
    assert words not in found.message
    assert found.key.isascii() is False or words not in found.key
    hidden = found.repair.edit.apply(report)
    assert "****" in hidden.section("overview").body[0].text
    assert desk.found("V30", hidden) == []


@pytest.mark.parametrize(
    "text",
    [
        "联系电话：0871-65000066。",
        "电话65000066，传真65000067。",
        "邮编650200。",
        "统一社会信用代码11530102MB1234567X。",
        f"编号{PERSON[:-1]}{(int(PERSON[-1], 11) + 1) % 10 if PERSON[-1] != 'X' else 1}。",
        "编号110101190013320008。",
        f"编号{valid_person('99010119000101000')}。",  # no province
        "身份证号110101********0008。",
        "手机138****8000。",
        "热线12345、12315、96110。",
        "文号国办发〔2019〕60号。",
        "档案号20250101000012345678901234567890。",
        "项目编号12800138000。",
        "编号A13800138000。",
        "阅读量13800138000000次。",
        "卡号6222000000000000000。",
        f"流水号{luhn('712345678901234')}。",  # the sum of a card, but nobody's beginning
        f"流水号{luhn('41234567890123')}。",
        "合同金额4111111111111112元。",
        "2025年1月1日至2025年12月31日。",
        "1111111111111111",
    ],
)
def test_numbers_that_are_nobodys(desk, text):
    assert desk.found("V30", desk.report(text)) == []


def test_the_offices_own_published_number_is_not_accused(desk):
    text = "值班手机13800138000，王某手机13900139000。"
    report = desk.report(text, contacts=Contacts(telephone="13800138000"))
    assert desk.said("V30", report) == ["13900139000"]


def test_captions_and_remarks_are_published_too(desk):
    picture = Picture("p", caption="申请表（13800138000）")
    report = desk.report(cells={})
    from gic_desktop.report.edits import SetCells, SetSection

    captioned = SetSection(Section("overview", (picture,))).apply(report)
    (found,) = desk.found("V30", captioned)
    assert found.place.paragraph == 0
    offices = replace(captioned, contacts=Contacts(telephone="13800138000"))
    assert desk.found("V30", offices) == []
    remarked = SetCells({"requests.received.person": Figure(1, "13800138000")}).apply(report)
    (found,) = desk.found("V30", remarked)
    assert found.place.cell == "requests.received.person"


@given(st.integers(0, 10**17 - 1))
def test_one_check_character_in_eleven(number):
    head = f"{number:017}"
    rightly = [c for c in "0123456789X" if is_identity_number(head + c)]
    assert len(rightly) <= 1


@given(st.text(alphabet="0123456789 -Xx*+公", max_size=80))
def test_whatever_is_found_stands_there(text):
    for start, end, _, number in private_numbers(text):
        assert "".join(c for c in text[start:end] if c not in " -+") in (number, "86" + number)
