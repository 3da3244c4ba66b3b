"""Docket numbers: composed, typed in many ways, read back."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.ledger.numbers import (
    Docket,
    InvalidDocket,
    check_character,
    compose,
    compose_document_no,
    grouped,
    parse,
)

DAY = date(2026, 4, 13)
FIRST = compose(region6="130302", center4="0012", on=DAY, serial=1)


def number(serial: int) -> str:
    return compose(region6="130302", center4="0012", on=DAY, serial=serial)


def test_first_docket_of_a_day() -> None:
    assert FIRST[:-1] == "13030200122026041300001"
    assert grouped(FIRST) == f"130302-0012-20260413-00001-{FIRST[-1]}"


def test_check_character_is_the_one_of_identity_cards() -> None:
    assert check_character("11010519491231002") == "X"
    assert check_character("0794") == "0"  # the example of ISO 7064 for MOD 11-2


@pytest.mark.parametrize(("serial", "length"), [(1, 24), (99_999, 24), (100_000, 25), (999_999, 25)])
def test_the_100000th_widens(serial: int, length: int) -> None:
    assert len(number(serial)) == length
    assert parse(number(serial)).serial == serial


@pytest.mark.parametrize("serial", [0, -1, 1_000_000])
def test_serials_that_do_not_fit_are_refused(serial: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        number(serial)


@pytest.mark.parametrize(
    ("region", "center"), [("13030", "0012"), ("130302", "12"), ("13030X", "0012"), ("１３０３０２", "0012")]
)
def test_impossible_parts_are_refused(region: str, center: str) -> None:
    with pytest.raises(ValueError, match="region of 6"):
        compose(region6=region, center4=center, on=DAY, serial=1)


@pytest.mark.parametrize(
    "typed",
    [
        FIRST,
        grouped(FIRST),
        f"  {grouped(FIRST)}  ",
        grouped(FIRST).replace("-", " "),
        grouped(FIRST).replace("-", "－"),
        grouped(FIRST).replace("-", "—"),
        grouped(FIRST).replace("-", "\u3000"),
        FIRST.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)}),
        "\u200b" + FIRST,
    ],
)
def test_typed_in_many_ways(typed: str) -> None:
    assert str(parse(typed)) == FIRST


def test_lower_case_and_full_width_x() -> None:
    ending = next(text for text in map(number, range(1, 100)) if text.endswith("X"))
    assert str(parse(ending.lower())) == str(parse(ending.replace("X", "ｘ"))) == ending


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "现在是0位"),
        ("130302-0012-20260413-00001", "现在是23位"),
        (FIRST + "00", "现在是26位"),
        ("A" + FIRST[1:], "只含数字"),
        (FIRST[:5] + "X" + FIRST[6:], "只含数字"),
        ("\x00" * 24, "只含数字"),
        ("²" * 24, "只含数字"),
        ("9" * 10_000, "现在是100位"),
    ],
)
def test_refused_with_a_sentence(typed: str, words: str) -> None:
    with pytest.raises(InvalidDocket, match=words):
        parse(typed)


@pytest.mark.parametrize(
    ("digits", "words"),
    [
        ("13030200122026133100001", "收件日期"),
        ("13030200122026022900001", "收件日期"),
        ("13030200120000010100001", "收件日期"),
        ("13030200122026041300000", "顺序号"),
        ("130302001220260413012345", "顺序号"),
    ],
    ids=["month 13", "no leap day", "year 0", "serial 0", "widened without need"],
)
def test_sound_check_character_over_impossible_parts(digits: str, words: str) -> None:
    with pytest.raises(InvalidDocket, match=words):
        parse(digits + check_character(digits))


@given(st.integers(1, 999_999), st.data())
def test_one_wrong_digit_is_found(serial: int, data: st.DataObject) -> None:
    text = number(serial)
    place = data.draw(st.integers(0, len(text) - 2))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != text[place]]))
    with pytest.raises(InvalidDocket):
        parse(text[:place] + other + text[place + 1 :])


@given(st.integers(1, 999_999), st.data())
def test_two_neighbours_swapped_are_found(serial: int, data: st.DataObject) -> None:
    text = number(serial)
    place = data.draw(st.integers(0, len(text) - 3))
    swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    if swapped != text:
        with pytest.raises(InvalidDocket):
            parse(swapped)


@given(st.integers(1, 999_999), st.dates(date(2020, 1, 1), date(2099, 12, 31)))
def test_every_number_is_read_back(serial: int, day: date) -> None:
    text = compose(region6="130302", center4="0012", on=day, serial=serial)
    assert parse(text) == Docket("130302", "0012", day, serial)
    assert str(parse(grouped(text))) == text


def test_n04_order_across_the_widening() -> None:
    read = [parse(number(serial)) for serial in (100_000, 2, 99_999, 100_001)]
    assert [docket.serial for docket in sorted(read)] == [2, 99_999, 100_000, 100_001]


def test_numbers_of_other_systems_are_shown_as_they_are() -> None:
    assert grouped("case-10011") == "case-10011"


@pytest.mark.parametrize(("serial", "text"), [(412, "130302-受-2026-00412"), (100_000, "130302-受-2026-100000")])
def test_document_numbers(serial: int, text: str) -> None:
    assert compose_document_no(center="130302", mark="受", year=2026, serial=serial) == text
