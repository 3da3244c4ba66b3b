"""Envelopes: opened only where they were sealed, under a key that is still there."""

import base64

import pytest
from pytest_django import Settings

from hall.privacy.cipher import (
    DecryptionFailed,
    decrypt,
    decrypt_bytes,
    decrypt_text,
    encrypt,
    encrypt_bytes,
    key_id_of,
)

KEY_A, KEY_B = (base64.b64encode(bytes([byte]) * 32).decode() for byte in (1, 2))
PLACE = "cases_case.query_code.1"


@pytest.mark.parametrize("plain", ["张小明", "", "𠮷野家", "a|b|c", "x" * 10_000])
def test_text_comes_back(plain: str) -> None:
    assert decrypt_text(encrypt(plain, context=PLACE), context=PLACE) == plain


@pytest.mark.parametrize("plain", [b"", b"|", b"%PDF-1.7\n\x00|\xff" * 1000])
def test_files_come_back(plain: bytes) -> None:
    assert decrypt_bytes(encrypt_bytes(plain, context=PLACE), context=PLACE) == plain


def test_a_file_read_from_the_database_comes_back() -> None:
    assert decrypt_bytes(memoryview(encrypt_bytes(b"pdf", context=PLACE)), context=PLACE) == b"pdf"


def test_envelope_has_four_parts_and_names_version_and_key(settings: Settings) -> None:
    settings.FIELD_KEYS = f"k7:{KEY_A}"
    envelope = encrypt("x", context=PLACE)
    assert envelope.startswith("v1|k7|")
    assert len(envelope.split("|")) == 4
    assert key_id_of(envelope) == "k7"


def test_p04_equal_values_have_different_envelopes() -> None:
    assert encrypt("x", context=PLACE) != encrypt("x", context=PLACE)


def test_plain_text_is_not_in_the_envelope() -> None:
    assert b"130302199003070018" not in encrypt_bytes(b"130302199003070018", context=PLACE)


def test_p03_moved_envelope_does_not_open() -> None:
    envelope = encrypt("x", context=PLACE)
    with pytest.raises(DecryptionFailed, match=r"cases_case\.query_code\.2"):
        decrypt(envelope, context="cases_case.query_code.2")


def test_p03_moved_file_does_not_open() -> None:
    with pytest.raises(DecryptionFailed):
        decrypt_bytes(encrypt_bytes(b"x", context=PLACE), context="elsewhere")


@pytest.mark.parametrize("position", [0, 5, -1])
def test_damaged_file_does_not_open(position: int) -> None:
    damaged = bytearray(encrypt_bytes(b"x" * 20, context=PLACE))
    damaged[position] ^= 1
    with pytest.raises(DecryptionFailed):
        decrypt_bytes(bytes(damaged), context=PLACE)


@pytest.mark.parametrize(
    "text", ["", "plain text", "v1|k1|a", "v9|k1|AAAA|AAAA", "v1|k1|AAAA|AAAA", "v1|k1|*|*", "v1|k1|A|A"]
)
def test_what_is_no_envelope_does_not_open(text: str) -> None:
    with pytest.raises(DecryptionFailed):
        decrypt(text, context=PLACE)


@pytest.mark.parametrize("raw", [b"", b"v1", b"v1|k1", b"v1|k1|", b"\xff|\xff|\xff"])
def test_what_is_no_sealed_file_does_not_open(raw: bytes) -> None:
    with pytest.raises(DecryptionFailed):
        decrypt_bytes(raw, context=PLACE)


def test_old_key_still_opens_after_a_new_one_took_over(settings: Settings) -> None:
    settings.FIELD_KEYS = f"old:{KEY_A}"
    envelope = encrypt("x", context=PLACE)
    settings.FIELD_KEYS = f"new:{KEY_B},old:{KEY_A}"
    assert decrypt_text(envelope, context=PLACE) == "x"
    assert key_id_of(encrypt("x", context=PLACE)) == "new"


def test_p08_retired_key_is_named_in_the_error(settings: Settings) -> None:
    settings.FIELD_KEYS = f"old:{KEY_A}"
    envelope = encrypt("x", context=PLACE)
    settings.FIELD_KEYS = f"new:{KEY_B}"
    with pytest.raises(DecryptionFailed, match="key old is not in HALL_FIELD_KEYS"):
        decrypt(envelope, context=PLACE)


def test_wrong_key_under_the_same_id_does_not_open(settings: Settings) -> None:
    settings.FIELD_KEYS = f"k1:{KEY_A}"
    envelope = encrypt("x", context=PLACE)
    settings.FIELD_KEYS = f"k1:{KEY_B}"
    with pytest.raises(DecryptionFailed):
        decrypt(envelope, context=PLACE)


def test_key_id_of_nonsense_is_empty() -> None:
    assert key_id_of("nonsense") == ""
