"""How names are typed on a Latin keyboard."""

import pytest

from hall.organisation.models import Center, Staff
from hall.organisation.pinyin import spell
from tests.builders import make_center, make_staff


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("海港区", "haigangqu", "hgq"),
        ("秦皇岛市", "qinhuangdaoshi", "qhds"),
        ("重庆市", "chongqingshi", "cqs"),  # a character with two readings, by its word
        ("A区 3号", "aqu3hao", "aq3h"),
        ("", "", ""),
    ],
)
def test_spelling(name: str, full: str, initials: str) -> None:
    assert spell(name) == (full, initials)


def test_a_very_long_name_fits_its_columns() -> None:
    spelled = spell("窗" * 300)
    assert (len(spelled.full), len(spelled.initials)) == (400, 100)


def test_a_name_with_rare_characters_is_no_error() -> None:
    assert spell("䶮㛃𬭎").full


@pytest.mark.django_db
def test_saving_the_name_alone_saves_its_spelling() -> None:
    person = make_staff(name="王丽")
    person.name = "张强"
    person.save(update_fields=["name"])
    assert Staff.objects.get(pk=person.pk).initials == "zq"


@pytest.mark.django_db
def test_saving_another_field_leaves_the_spelling_alone() -> None:
    center = make_center()
    Center.objects.filter(pk=center.pk).update(pinyin="x")
    center.save(update_fields=["phone"])
    assert Center.objects.get(pk=center.pk).pinyin == "x"
