"""Numbers of people are found in text; numbers of cases are not."""

import pytest

from hall.privacy.canonical import identity_check_character
from hall.privacy.detector import REDACTED, Sieve, personal_kinds, personal_paths, redact, without_personal

IDENTITY = "13030219900307001" + identity_check_character("13030219900307001")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (f"身份证{IDENTITY}，请核对", {"identity"}),
        (IDENTITY.translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)}), {"identity"}),
        ("电话13812340921。", {"mobile"}),
        ("138 1234 0921", {"mobile"}),
        ("+86-13812340921", {"mobile"}),
        ("卡号6222021234567890128", {"card"}),
        (f"{IDENTITY} 13812340921", {"identity", "mobile"}),
    ],
)
def test_found(text: str, kinds: set[str]) -> None:
    assert personal_kinds(text) == kinds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "130302-0012-20260413-00001-7",
        "130302001220260413000017",
        "130302-受-2026-00412",
        "6f1e0c1a-7d1b-4e0e-9c2b-138123409213",
        "国办发明电〔2019〕16号",
        "2026-04-13T10:08:00+08:00",
        "13030219900307001" + ("0" if not IDENTITY.endswith("0") else "1"),
        "0335-3602345",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "6222021234567890123",
    ],
)
def test_not_found(text: str) -> None:
    assert personal_kinds(text) == set()


def test_paths_name_the_place_and_not_the_value() -> None:
    data = {
        "reason": "缺材料",
        "items": ["申请表", f"复印件 {IDENTITY}"],
        "contact": {"phone": "3602345"},
        "n": 13812340921,
    }
    assert personal_paths(data) == ["items.1", "contact.phone", "n"]


@pytest.mark.parametrize(
    "data", [{}, {"phone": ""}, {"phone": None}, {"address": False}, {"item": "食品经营许可", "count": 3}]
)
def test_impersonal_data_have_no_paths(data: dict[str, object]) -> None:
    assert personal_paths(data) == []


def test_a_sieve_finds_what_the_detector_finds_however_often_it_is_asked() -> None:
    sieve = Sieve()
    for _ in range(2):
        assert sieve.paths({"item": "食品经营许可", "note": f"证件 {IDENTITY}", "phone": "3602345"}) == [
            "note",
            "phone",
        ]
        assert sieve.paths({"item": "食品经营许可", "items": ["申请表", IDENTITY]}) == ["items.1"]
        assert sieve.paths({"item": "食品经营许可", "count": 3}) == []


def test_a_sieve_tells_the_same_value_under_another_key() -> None:
    sieve = Sieve()
    assert sieve.paths({"number": "3602345"}) == []
    assert sieve.paths({"phone": "3602345"}) == ["phone"]


def test_personal_values_are_replaced_and_the_rest_stays() -> None:
    data = {"reason": "缺材料", "items": ["申请表", f"复印件 {IDENTITY}"], "applicant": {"phone": "1"}}
    assert without_personal(data) == {
        "reason": "缺材料",
        "items": ["申请表", REDACTED],
        "applicant": {"phone": REDACTED},
    }


def test_redacted_text_keeps_its_words() -> None:
    assert redact(f"被叫13812340921，证件{IDENTITY}") == f"被叫{REDACTED},证件{REDACTED}"
