"""What holds for every value: canonical forms are final, envelopes lossless, no case number is anybody's."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import assume, given
from hypothesis import strategies as st

from hall.ledger.numbers import compose, compose_document_no, grouped
from hall.privacy.canonical import (
    canonical_identity,
    canonical_name,
    canonical_phone,
    half_width,
    identity_check_character,
)
from hall.privacy.cipher import decrypt_bytes, decrypt_text, encrypt, encrypt_bytes
from hall.privacy.detector import personal_kinds, personal_paths, redact, without_personal
from hall.privacy.enums import IdentityKind
from hall.privacy.identity import check_identity, check_phone
from hall.privacy.masks import mask_identity, mask_phone

TODAY = date(2026, 11, 22)
TEXT = st.text(max_size=60)
DAYS = st.dates(date(1920, 1, 1), TODAY)
MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@st.composite
def identities(draw: st.DrawFn) -> str:
    """A synthetic resident number of area 130302."""
    body = f"130302{draw(DAYS):%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return body + identity_check_character(body)


@pytest.mark.parametrize("form", [half_width, canonical_identity, canonical_name, canonical_phone])
def test_canonical_forms_are_final(form: object) -> None:
    @given(TEXT)
    def holds(text: str) -> None:
        once = form(text)  # type: ignore[operator]
        assert form(once) == once  # type: ignore[operator]

    holds()


@given(identities())
def test_every_sound_number_passes(number: str) -> None:
    assert check_identity(IdentityKind.RESIDENT, number, today=TODAY) == number


@given(identities(), st.integers(0, 16), st.sampled_from("0123456789"))
def test_every_single_slip_is_refused(number: str, place: int, digit: str) -> None:
    assume(number[place] != digit)
    with pytest.raises(ValidationError):
        check_identity(IdentityKind.RESIDENT, number[:place] + digit + number[place + 1 :], today=TODAY)


def said(check: Callable[[], str]) -> str:
    """The accepted number, or the sentence of the refusal."""
    try:
        return check()
    except ValidationError as refusal:
        return str(refusal.messages[0])


@given(st.sampled_from(list(IdentityKind)), TEXT)
def test_whatever_is_typed_is_a_number_or_a_sentence(kind: str, typed: str) -> None:
    answer = said(lambda: check_identity(kind, typed, today=TODAY))
    assert answer.endswith("。") or answer == canonical_identity(typed)


@given(TEXT)
def test_whatever_is_typed_as_a_phone_is_a_number_or_a_sentence(typed: str) -> None:
    answer = said(lambda: check_phone(typed))
    assert answer.endswith("。") or answer == canonical_phone(typed)


@given(MOBILES)
def test_every_mobile_passes(number: str) -> None:
    assert check_phone(number, mobile_only=True) == number


@given(TEXT, st.text(min_size=1, max_size=40))
def test_every_text_comes_out_of_its_envelope(plain: str, context: str) -> None:
    assume(not any("\ud800" <= char <= "\udfff" for char in plain + context))
    assert decrypt_text(encrypt(plain, context=context), context=context) == plain


@given(st.binary(max_size=2000))
def test_every_file_comes_out_of_its_envelope(plain: bytes) -> None:
    assert decrypt_bytes(encrypt_bytes(plain, context="x"), context="x") == plain


@given(identities(), st.sampled_from(["证件号{}。", "（{}）", "{}", "a: {}, b"]))
def test_every_number_is_found_in_a_sentence(number: str, sentence: str) -> None:
    assert "identity" in personal_kinds(sentence.format(number))
    assert number not in redact(sentence.format(number))


@given(MOBILES)
def test_every_mobile_is_found(number: str) -> None:
    assert personal_kinds(f"电话{number}") == {"mobile"}


@given(st.dates(date(2020, 1, 1), date(2099, 12, 31)), st.integers(1, 999_999), st.integers(0, 9999))
def test_no_docket_is_taken_for_a_person(day: date, serial: int, center: int) -> None:
    docket = compose(region6="130302", center4=f"{center:04d}", on=day, serial=serial)
    assert personal_kinds(docket) == personal_kinds(grouped(docket)) == set()


@given(st.integers(1, 999_999), st.integers(2020, 2099))
def test_no_document_number_is_taken_for_a_person(serial: int, year: int) -> None:
    assert personal_kinds(compose_document_no(center="130302", mark="受", year=year, serial=serial)) == set()


@given(st.uuids())
def test_no_row_id_is_taken_for_a_person(row: object) -> None:
    assert personal_kinds(str(row)) == set()


@given(st.dictionaries(st.sampled_from(["reason", "lines", "phone"]), st.lists(MOBILES | TEXT, max_size=3), max_size=3))
def test_what_was_cleaned_may_be_stored(data: dict[str, list[str]]) -> None:
    cleaned = without_personal(data)
    assert [path for path in personal_paths(cleaned) if not path.startswith("phone")] == []


@given(identities())
def test_masks_of_identity_numbers_show_two_places_at_most(number: str) -> None:
    staff, public = mask_identity(number), mask_identity(number, public=True)
    assert len(staff) == len(public) == 18
    assert staff[1:17] == "*" * 16
    assert set(public) == {"*"}


@given(MOBILES)
def test_masks_of_mobiles_leave_ten_thousand_numbers_possible(number: str) -> None:
    assert mask_phone(number).count("*") == 4
    assert mask_phone(number, public=True).count("*") == 10
