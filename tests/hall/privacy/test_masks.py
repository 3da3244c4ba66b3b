"""What masks show, and what they never show (P09, L07)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.privacy.canonical import half_width
from hall.privacy.enums import IdentityKind
from hall.privacy.masks import graphemes, mask_address, mask_identity, mask_name, mask_organisation, mask_phone

IDENTITY = "130302199003070018"


@pytest.mark.parametrize(
    ("name", "staff", "public"),
    [
        ("", "", ""),
        ("·", "*", "*"),
        ("张", "*", "*"),
        ("张三", "张*", "张*"),
        ("张小明", "张*明", "张**"),
        ("李王小明", "李**明", "李***"),
        ("欧阳修", "欧阳*", "欧阳*"),
        ("欧阳", "欧*", "欧*"),
        ("欧阳娜娜", "欧阳**", "欧阳**"),
        ("买买提·吐尔逊", "买**·***", "买**·***"),
        ("买买提•吐尔逊", "买**•***", "买**•***"),
        ("John Smith", "J*** ****", "J*** ****"),
        ("Smith", "S****", "S****"),
        ("𠮷野家", "𠮷*家", "𠮷**"),
        (" 张三 ", "张*", "张*"),
        ("张　三", "* *", "* *"),
        ("一二三四五六七八九十一二三四五六七八九十", "一****十", "一****"),
    ],
)
def test_p09_names(name: str, staff: str, public: str) -> None:
    assert mask_name(name) == staff
    assert mask_name(name, public=True) == public


@pytest.mark.parametrize("name", ["葛\U000e0100城", "e\u0301o", "ก\u0e33ข"])
def test_p09_a_mask_never_splits_a_character(name: str) -> None:
    shown = mask_name(name).rstrip("*")
    assert graphemes(shown)[0] == graphemes(name)[0]


def test_joined_parts_are_one_character() -> None:
    assert graphemes("👩\u200d⚕王") == ["👩\u200d⚕", "王"]


@given(st.text(min_size=1, max_size=30))
def test_p09_a_name_is_never_unmasked(name: str) -> None:
    assert "*" in mask_name(name) or not half_width(name).strip()


@given(st.from_regex(r"[一-龥]{2,12}", fullmatch=True))
def test_the_public_mask_shows_no_more_than_the_one_for_staff(name: str) -> None:
    staff, public = (set(mask_name(name, public=public)) - {"*"} for public in (False, True))
    assert public <= staff


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("秦皇岛市海港区好味餐饮有限公司", "秦皇岛市海港区**有限公司"),
        ("北戴河区张小明餐饮店", "北戴河区**餐饮店"),
        ("河北某某科技股份有限公司", "**股份有限公司"),
        ("海港区好又多超市", "海港区**超市"),
        ("秦皇岛某某物流有限公司（分公司）", "**有限公司(分公司)"),
        ("好味", "好**"),
        ("店", "**"),
        ("海港区张小村饭店", "海港区**饭店"),
        ("河北省秦皇岛市好味", "河北省秦皇岛市**"),
        ("", ""),
        ("Acme Ltd", "A**"),
        ("海港区", "海**"),
    ],
)
def test_organisations(name: str, masked: str) -> None:
    assert mask_organisation(name) == masked


@given(st.text(min_size=2, max_size=40).filter(lambda name: name.strip() and "**" not in name))
def test_an_organisation_is_never_unmasked(name: str) -> None:
    assert mask_organisation(name) != name


def test_identity_numbers_show_first_and_last_only() -> None:
    assert mask_identity(IDENTITY) == "1****************8"
    assert mask_identity(IDENTITY, public=True) == "*" * 18


def test_passports_show_first_and_last_only() -> None:
    assert mask_identity("e12345678", IdentityKind.PASSPORT) == "E*******8"


def test_credit_codes_show_what_the_registry_publishes_in_part() -> None:
    assert mask_identity("91130302MA0ABCDE2K", IdentityKind.USCC) == "9113********2K"
    assert mask_identity("91130302MA0ABCDE2K", IdentityKind.USCC, public=True) == "91********"


@pytest.mark.parametrize("typed", ["", "1", "12", "1234"])
def test_short_numbers_are_hidden_whole(typed: str) -> None:
    assert mask_identity(typed) == "*" * len(typed)


@pytest.mark.parametrize(
    ("phone", "staff", "public"),
    [
        ("13812340921", "138****0921", "1**********"),
        ("+86 138 1234 0921", "138****0921", "1**********"),
        ("0335-3602345", "0335-****345", "****"),
        ("0335-3602345-801", "0335-****345", "****"),
        ("4008100000", "****00", "****"),
        ("12345", "****", "****"),
        ("", "", ""),
    ],
)
def test_phones(phone: str, staff: str, public: str) -> None:
    assert mask_phone(phone) == staff
    assert mask_phone(phone, public=True) == public


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("河北省秦皇岛市海港区文化路100号1单元101室", "河北省秦皇岛市海港区****"),
        ("河北省秦皇岛市青龙满族自治县祖山镇1号", "河北省秦皇岛市青龙满族自治县****"),
        ("昌黎县城关", "昌黎县****"),
        ("内蒙古自治区呼和浩特市新城区1号", "内蒙古自治区呼和浩特市新城区****"),
        ("文化路100号", "****"),
        ("幸福小区3号楼", "****"),
        ("100号院2区3号", "****"),
        ("", ""),
    ],
)
def test_addresses(address: str, masked: str) -> None:
    assert mask_address(address) == masked


def test_l07_all_masks_together_rebuild_no_number() -> None:
    shown = {
        mask_identity(IDENTITY),
        mask_identity(IDENTITY, public=True),
        mask_identity(IDENTITY, IdentityKind.RESIDENT),
    }
    revealed = {place for mask in shown for place, char in enumerate(mask) if char != "*"}
    assert revealed == {0, 17}


def test_l07_the_public_sees_no_digit_of_a_phone_but_the_one_all_have() -> None:
    assert set(mask_phone("13987654321", public=True)) == {"1", "*"}
