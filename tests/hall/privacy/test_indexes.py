"""Blind indexes: equal for equal values, of no use without the key."""

import base64
import hashlib

import pytest
from pytest_django import Settings

from hall.privacy.canonical import canonical_identity
from hall.privacy.indexes import blind_index, keyed_digest, keyed_hasher, same_digest


def test_p04_equal_values_have_equal_indexes() -> None:
    assert blind_index("identity", "E12345678") == blind_index("identity", "E12345678")


def test_p04_every_purpose_has_a_key_of_its_own() -> None:
    assert blind_index("identity", "13812340921") != blind_index("phone", "13812340921")


def test_p05_another_key_gives_another_index(settings: Settings) -> None:
    before = blind_index("identity", "E12345678")
    settings.INDEX_KEY = base64.b64encode(b"9" * 32).decode()
    assert blind_index("identity", "E12345678") != before


def test_p05_an_index_is_no_plain_hash() -> None:
    assert blind_index("phone", "13812340921") != hashlib.sha256(b"13812340921").hexdigest()


def test_an_index_is_64_hex_digits() -> None:
    assert len(bytes.fromhex(blind_index("phone", "13812340921"))) == 32


def test_purpose_is_required() -> None:
    with pytest.raises(ValueError, match="purpose"):
        keyed_digest("", b"x")


@pytest.mark.parametrize(
    "typed",
    ["11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ", " 110105 19491231 002X", "110105-19491231-002X"],
)
def test_p06_ways_to_type_a_number_share_one_index(typed: str) -> None:
    expected = blind_index("identity", "11010519491231002X")
    assert blind_index("identity", canonical_identity(typed)) == expected


def test_p06_former_15_digits_share_the_index_of_the_18() -> None:
    assert blind_index("identity", canonical_identity("110105491231002")) == blind_index(
        "identity", "11010519491231002X"
    )


def test_digests_are_compared() -> None:
    assert same_digest("ab", "ab")
    assert not same_digest("ab", "ac")


def test_fed_in_pieces_the_digest_is_the_same() -> None:
    hasher = keyed_hasher("ledger.seal")
    for piece in (b"a", b"b", b""):
        hasher.update(piece)
    assert hasher.hexdigest() == keyed_digest("ledger.seal", b"ab")
