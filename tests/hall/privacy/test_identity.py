"""Possible numbers pass; the others get a sentence that says what is wrong. All numbers here are synthetic."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from stdnum.cn import uscc

from hall.privacy.canonical import identity_check_character
from hall.privacy.enums import ORGANISATION_KINDS, PERSON_KINDS, IdentityKind
from hall.privacy.identity import check_identity, check_phone

TODAY = date(2026, 11, 22)


def number(body: str) -> str:
    return body + identity_check_character(body)


def refusal(kind: str, typed: str) -> str:
    with pytest.raises(ValidationError) as caught:
        check_identity(kind, typed, today=TODAY)
    return str(caught.value.messages[0])


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        (IdentityKind.RESIDENT, number("13030219900307001"), number("13030219900307001")),
        (IdentityKind.RESIDENT, "11010519491231002x", "11010519491231002X"),
        (IdentityKind.RESIDENT, number("13310020200229001"), number("13310020200229001")),
        (IdentityKind.HMT, number("81000019900307001"), number("81000019900307001")),
        (IdentityKind.HMT, number("82000019900307001"), number("82000019900307001")),
        (IdentityKind.HMT, number("83000019900307001"), number("83000019900307001")),
        (IdentityKind.FOREIGN_PERMANENT, "911124198108030024", "911124198108030024"),
        (IdentityKind.FOREIGN_PERMANENT, "can110081080310", "CAN110081080310"),
        (IdentityKind.FOREIGN_PERMANENT, "FRA110000022910", "FRA110000022910"),
        (IdentityKind.PASSPORT, "e 1234 5678", "E12345678"),
        (IdentityKind.PASSPORT, "563412789", "563412789"),
        (IdentityKind.USCC, "91110000600037341l", "91110000600037341L"),
    ],
)
def test_possible_number_comes_back_canonical(kind: str, typed: str, stored: str) -> None:
    assert check_identity(kind, typed, today=TODAY) == stored


@pytest.mark.parametrize("head", ["N2", "A1", "Y1"])
def test_credit_codes_the_library_refuses_pass(head: str) -> None:
    body = f"{head}130302MA0ABCDE2"
    code = body + uscc.calc_check_digit(body)
    assert not uscc.is_valid(code)
    assert check_identity(IdentityKind.USCC, code) == code


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "请填写证件号码"),
        ("1303021990030700", "应为18位，现在是16位"),
        ("130302199003O70018", "前17位应为数字"),
        ("130302900307001", "15位的旧身份证号码已停用"),
        (number("13030219901307001"), "第7至14位"),
        (number("13030219900230001"), "第7至14位"),
        (number("13030220990101001"), "在今天之后"),
        (number("13030220261123001"), "在今天之后"),
        (number("13030218000101001"), "早于150年前"),
        (number("99030219900307001"), "外国人永久居留身份证"),
        (number("10030219900307001"), "“10”不是省级地区代码"),
        (number("81000019900307001"), "请把证件类型改为“港澳台居民居住证”"),
        ("911124198108030024", "请把证件类型改为“外国人永久居留身份证”"),
    ],
)
def test_i06_refused_resident_numbers(typed: str, words: str) -> None:
    assert words in refusal(IdentityKind.RESIDENT, typed)


@pytest.mark.parametrize("wrong", [c for c in "0123456789X" if c != identity_check_character("13030219900307001")])
def test_every_wrong_check_character_is_refused(wrong: str) -> None:
    assert "最后一位与前17位对不上" in refusal(IdentityKind.RESIDENT, "13030219900307001" + wrong)


def test_somebody_born_today_may_apply() -> None:
    born_today = number("13030220261122001")
    assert check_identity(IdentityKind.RESIDENT, born_today, today=TODAY) == born_today


def test_without_a_day_the_clock_bounds_the_birth() -> None:
    with pytest.raises(ValidationError):
        check_identity(IdentityKind.RESIDENT, number("13030229990101001"))


@pytest.mark.parametrize(
    ("kind", "typed", "words"),
    [
        (IdentityKind.HMT, number("84000019900307001"), "810000"),
        (IdentityKind.HMT, number("81000019900332001"), "第7至14位"),
        (IdentityKind.HMT, "81000019900307001", "应为18位，现在是17位"),
        (IdentityKind.FOREIGN_PERMANENT, number("13030219900307001"), "应以9开头"),
        (IdentityKind.FOREIGN_PERMANENT, "911124198108030025", "对不上"),
        (IdentityKind.FOREIGN_PERMANENT, "CAN110081133110", "第8至13位"),
        (IdentityKind.FOREIGN_PERMANENT, "CA1110081080310", "3个字母加12个数字"),
        (IdentityKind.PASSPORT, "ABCDEFGH", "护照号码"),
        (IdentityKind.PASSPORT, "E1", "护照号码"),
        (IdentityKind.PASSPORT, "E1234567?", "护照号码"),
        (IdentityKind.USCC, "9111000060003734", "应为18位，现在是16位"),
        (IdentityKind.USCC, "91110000600037341I", "没有I、O、S、V、Z"),
        (IdentityKind.USCC, "91110000600037341K", "最后一位与前17位对不上"),
        ("birth certificate", "123", "请选择证件类型"),
        ("", "123", "请选择证件类型"),
    ],
)
def test_i06_refused_numbers_of_other_kinds(kind: str, typed: str, words: str) -> None:
    assert words in refusal(kind, typed)


def test_no_refusal_repeats_the_whole_number() -> None:
    typed = "13030219900307001" + "0"
    assert typed not in refusal(IdentityKind.RESIDENT, typed)


@pytest.mark.parametrize("typed", ["1" * 18, "x" * 18, "１" * 18, "\x00" * 18, "🀄" * 18, "9" * 5000])
def test_nonsense_is_a_sentence_never_a_crash(typed: str) -> None:
    for kind in IdentityKind:
        assert refusal(kind, typed)


def test_every_kind_belongs_to_a_person_or_an_organisation() -> None:
    assert set(IdentityKind) == PERSON_KINDS | ORGANISATION_KINDS
    assert not PERSON_KINDS & ORGANISATION_KINDS


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("138 1234 0921", "13812340921"),
        ("0335 3602345", "0335-3602345"),
        ("010-66551234-12", "010-66551234-12"),
        ("400 810 0000", "4008100000"),
        ("+852 91234567", "+85291234567"),
    ],
)
def test_i07_possible_phones(typed: str, stored: str) -> None:
    assert check_phone(typed) == stored


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("1381234092", "应为11位，现在是10位"),
        ("138123409211", "应为11位，现在是12位"),
        ("12812340921", "带区号的固定电话"),
        ("3602345", "请加区号"),
        ("", "请填写11位手机号码"),
        ("电话", "请填写11位手机号码"),
        ("0335-1602345", "请填写11位手机号码"),
        ("+86 1234", "请填写11位手机号码"),
    ],
)
def test_i07_refused_phones(typed: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        check_phone(typed)


def test_a_landline_cannot_get_a_short_message() -> None:
    with pytest.raises(ValidationError, match="手机号码"):
        check_phone("0335-3602345", mobile_only=True)


@pytest.mark.parametrize(
    ("born", "possible"), [("20000229", True), ("19000229", False), ("20240229", True), ("20230229", False)]
)
def test_t16_the_29th_of_february_is_a_birthday_in_leap_years_only(born: str, possible: bool) -> None:
    typed = number(f"130302{born}001")
    if possible:
        assert check_identity(IdentityKind.RESIDENT, typed, today=TODAY) == typed
    else:
        assert "第7至14位" in refusal(IdentityKind.RESIDENT, typed)
