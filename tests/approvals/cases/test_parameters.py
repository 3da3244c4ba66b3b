"""The numbers a hall may set: the center's own before the general one, the newest in force, never a guess."""

from datetime import date

import pytest

from approvals.cases import parameters
from approvals.cases.enums import ParameterKey
from approvals.cases.models import Parameter
from approvals.cases.parameters import MissingParameter, whole_number, whole_numbers
from approvals.catalogue.enums import LapseSubject
from approvals.catalogue.models import LapseRule
from tests.builders import Hall, make_center

pytestmark = pytest.mark.django_db
KEY = ParameterKey.BACKDATE_DAYS
TODAY = date(2026, 4, 13)


@pytest.fixture(scope="module")
def center(house: Hall) -> int:
    return house.center.pk


def setting(value: str, since: date, center: int | None = None, key: ParameterKey = KEY) -> Parameter:
    return Parameter.objects.create(key=key, center_id=center, value=value, source="规定", effective_from=since)


def value(center: int | None, on: date = TODAY) -> int:
    return whole_number(KEY, center=center, on=on)


@pytest.mark.parametrize("key", ParameterKey)
def test_a_hall_starts_with_a_sourced_number_for_every_key(key):
    assert whole_number(key, center=None, on=TODAY) > 0
    assert all(row.source for row in Parameter.objects.filter(key=key))


@pytest.mark.parametrize(
    ("key", "number"),
    [
        ("warn_last_days", 1),
        ("warn_share", 20),
        ("query_code_hours", 24),
        ("backdate_days", 3),
        ("supplement_days", 10),
        ("tell_from_hour", 9),
        ("tell_until_hour", 18),
    ],
)
def test_the_numbers_a_hall_starts_with(key, number):
    assert whole_number(ParameterKey(key), center=None, on=TODAY) == number


def test_the_newest_that_has_taken_effect_holds(center):
    setting("5", date(2026, 1, 1))
    setting("7", date(2026, 4, 1))
    assert value(center) == 7


@pytest.mark.parametrize(("day", "number"), [(12, 3), (13, 9), (14, 9)])
def test_it_holds_from_its_first_day(center, day, number):
    setting("9", TODAY)
    assert value(center, date(2026, 4, day)) == number


def test_one_of_the_future_waits(center):
    setting("9", date(2026, 5, 1))
    assert value(center) == 3


def test_the_centers_own_comes_before_a_newer_general_one(center):
    setting("5", date(2026, 1, 1), center)
    setting("7", date(2026, 4, 1))
    assert value(center) == 5


def test_the_centers_own_of_the_future_leaves_the_general_one(center):
    setting("5", date(2026, 5, 1), center)
    assert value(center) == 3


def test_another_centers_setting_is_not_ours(center):
    setting("5", date(2026, 1, 1), make_center("邻区政务服务中心").pk)
    assert value(center) == 3


def test_without_a_center_only_the_general_one_counts(center):
    setting("5", date(2026, 1, 1), center)
    assert value(None) == 3


def test_each_key_stands_alone(center):
    setting("5", date(2026, 1, 1), center, ParameterKey.SUPPLEMENT_DAYS)
    assert value(center) == 3


def test_several_are_one_query_and_each_its_own(center, django_assert_num_queries):
    setting("5", date(2026, 1, 1), center, ParameterKey.SUPPLEMENT_DAYS)
    setting("7", date(2026, 1, 1))
    with django_assert_num_queries(1):
        found = whole_numbers([KEY, ParameterKey.SUPPLEMENT_DAYS], center=center, on=TODAY)
    assert found == {KEY: 7, ParameterKey.SUPPLEMENT_DAYS: 5}


def test_before_any_took_effect_the_lack_is_named(center):
    with pytest.raises(MissingParameter, match="补录最多可提前的天数"):
        value(center, date(2018, 1, 1))


def test_deleted_rows_are_an_error_and_no_default(center):
    Parameter.objects.filter(key=KEY).delete()
    with pytest.raises(MissingParameter):
        value(center)


# --- rules by which something lapses ---------------------------------------------------------------------------------


def rule(center: int, since: date, until: date | None = None, **facts: str) -> LapseRule:
    given = {"subject": LapseSubject.CORRECTION, "rule": "某市条例", "article": "第三十六条", "source": "测试", **facts}
    return LapseRule.objects.create(center_id=center, effective_from=since, effective_until=until, **given)


def lapses(house: Hall, on: date = TODAY, subject: str = LapseSubject.CORRECTION) -> str:
    return str(parameters.lapse_rule(house.center, LapseSubject(subject), on) or "")


def test_without_a_rule_nothing_lapses(house):
    assert lapses(house) == ""


@pytest.mark.parametrize(("day", "holds"), [(11, False), (12, True), (20, True), (21, False)])
def test_a_rule_holds_from_its_first_to_its_last_day(house, center, day, holds):
    rule(center, date(2026, 4, 12), date(2026, 4, 20))
    assert bool(lapses(house, date(2026, 4, day))) is holds


def test_a_newer_rule_replaces_the_older(house, center):
    rule(center, date(2025, 1, 1))
    rule(center, date(2026, 1, 1), article="第四十条")
    assert lapses(house) == "某市条例第四十条"


def test_a_rule_for_promised_supplements_says_nothing_of_corrections(house, center):
    rule(center, date(2026, 1, 1), subject=LapseSubject.SUPPLEMENT)
    assert lapses(house) == ""
    assert lapses(house, subject=LapseSubject.SUPPLEMENT) == "某市条例第三十六条"


def test_the_rule_of_another_center_is_not_ours(house):
    rule(make_center("邻区政务服务中心").pk, date(2026, 1, 1))
    assert lapses(house) == ""
