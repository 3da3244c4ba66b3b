"""One written form for what people type in many ways."""

import pytest

from hall.privacy.canonical import (
    canonical_identity,
    canonical_name,
    canonical_phone,
    half_width,
    identity_check_character,
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ＡＢＣ１２３", "ABC123"),
        ("１３０　３０２", "130 302"),
        ("a—b－c", "a-b-c"),
        ("\u200b1\ufeff2", "12"),
        ("张䶮𠮷\uf900", "张䶮𠮷\uf900"),
    ],
    ids=["letters", "ideographic space", "dashes", "invisible", "rare characters stay"],
)
def test_i05_half_width(typed: str, expected: str) -> None:
    assert half_width(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("e 1234-5678", "E12345678"),
        ("91130302ma0abcde2k", "91130302MA0ABCDE2K"),
        ("110105491231002", "11010519491231002X"),
        ("", ""),
    ],
)
def test_identity(typed: str, expected: str) -> None:
    assert canonical_identity(typed) == expected


def test_check_character_of_the_standard() -> None:
    assert identity_check_character("11010519491231002") == "X"  # the example of GB 11643-1999
    assert identity_check_character("44052418800101001") == "4"


@pytest.mark.parametrize(
    "typed",
    ["13812340921", "138 1234 0921", "１３８１２３４０９２１", "+86 138-1234-0921", "008613812340921", "8613812340921"],
)
def test_mobile(typed: str) -> None:
    assert canonical_phone(typed) == "13812340921"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("03353602345", "0335-3602345"),
        ("（0335）3602345", "0335-3602345"),
        ("0335-3602345转801", "0335-3602345-801"),
        ("010 6655 1234", "010-66551234"),
        ("02166551234", "021-66551234"),
        ("400-810-0000", "4008100000"),
        ("+852 9123 4567", "+85291234567"),
        ("86-0335-3602345", "0335-3602345"),
    ],
)
def test_landline_and_others(typed: str, expected: str) -> None:
    assert canonical_phone(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (" 张 小明 ", "张小明"),
        ("买买提•吐尔逊", "买买提·吐尔逊"),
        ("买买提 ・ 吐尔逊", "买买提·吐尔逊"),
        ("John  Smith", "JOHN SMITH"),
        ("Ｊohn Smith", "JOHN SMITH"),
    ],
)
def test_name(typed: str, expected: str) -> None:
    assert canonical_name(typed) == expected
