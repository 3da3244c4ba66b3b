"""The numbers a hall may set: the center's own before the general one, the newest in force, never a guess."""

from datetime import UTC, date, datetime
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps

from approvals.cases import parameters
from approvals.cases.enums import ParameterKey
from approvals.cases.parameters import MissingParameter, whole_number, whole_numbers
from approvals.catalogue.enums import LapseSubject
from approvals.catalogue.models import LapseRule
from hall.facts.actions import add
from hall.facts.models import Setting
from hall.facts.parameters import declared
from tests.builders import Hall, make_center

pytestmark = pytest.mark.django_db
KEY = ParameterKey.BACKDATE_DAYS
TODAY = date(2026, 4, 13)


@pytest.fixture(scope="module")
def center(house: Hall) -> int:
    return house.center.pk


def setting(value: int, since: date, center: int | None = None, key: ParameterKey = KEY) -> Setting:
    return Setting.objects.create(key=key, center_id=center, value=value, source="规定", effective_from=since)


def value(center: int | None, on: date = TODAY) -> int:
    return whole_number(KEY, center=center, on=on)


@pytest.mark.parametrize("key", ParameterKey)
def test_a_hall_starts_with_a_sourced_number_for_every_key(key):
    assert whole_number(key, center=None, on=TODAY) > 0
    assert all(row.source for row in Setting.objects.filter(key=key))


@pytest.mark.parametrize(
    ("key", "number"),
    [
        ("cases.warn_last_days", 1),
        ("cases.warn_share", 20),
        ("cases.query_code_hours", 24),
        ("cases.backdate_days", 3),
        ("cases.supplement_days", 10),
        ("cases.tell_from_hour", 9),
        ("cases.tell_until_hour", 18),
    ],
)
def test_the_numbers_a_hall_starts_with(key, number):
    assert whole_number(ParameterKey(key), center=None, on=TODAY) == number


def test_the_newest_that_has_taken_effect_holds(center):
    setting(5, date(2026, 1, 1))
    setting(7, date(2026, 4, 1))
    assert value(center) == 7


@pytest.mark.parametrize(("day", "number"), [(12, 3), (13, 9), (14, 9)])
def test_it_holds_from_its_first_day(center, day, number):
    setting(9, TODAY)
    assert value(center, date(2026, 4, day)) == number


def test_one_of_the_future_waits(center):
    setting(9, date(2026, 5, 1))
    assert value(center) == 3


def test_the_centers_own_comes_before_a_newer_general_one(center):
    setting(5, date(2026, 1, 1), center)
    setting(7, date(2026, 4, 1))
    assert value(center) == 5


def test_the_centers_own_of_the_future_leaves_the_general_one(center):
    setting(5, date(2026, 5, 1), center)
    assert value(center) == 3


def test_another_centers_setting_is_not_ours(center):
    setting(5, date(2026, 1, 1), make_center("邻区政务服务中心").pk)
    assert value(center) == 3


def test_without_a_center_only_the_general_one_counts(center):
    setting(5, date(2026, 1, 1), center)
    assert value(None) == 3


def test_each_key_stands_alone(center):
    setting(5, date(2026, 1, 1), center, ParameterKey.SUPPLEMENT_DAYS)
    assert value(center) == 3


def test_several_are_one_query_and_each_its_own(center, django_assert_num_queries):
    setting(5, date(2026, 1, 1), center, ParameterKey.SUPPLEMENT_DAYS)
    setting(7, date(2026, 1, 1))
    with django_assert_num_queries(1):
        found = whole_numbers([KEY, ParameterKey.SUPPLEMENT_DAYS], center=center, on=TODAY)
    assert found == {KEY: 7, ParameterKey.SUPPLEMENT_DAYS: 5}


def test_before_any_took_effect_the_lack_is_named(center):
    with pytest.raises(MissingParameter, match="补录最多可提前的天数"):
        value(center, date(2018, 1, 1))


def test_no_row_is_an_error_and_no_default():
    with pytest.raises(MissingParameter, match="补录最多可提前的天数"):
        parameters.complete([KEY, ParameterKey.WARN_SHARE], [("cases.warn_share", 20)])


@pytest.mark.parametrize("key", ParameterKey)
def test_every_number_stands_on_the_page_of_numbers_within_its_span(key):
    (shown,) = (one for one in declared() if one.name == key)
    assert (shown.label, bool(shown.unit)) == (key.label, True)
    assert shown.least <= whole_number(key, center=None, on=TODAY) <= shown.most


def test_a_number_set_on_that_page_holds_for_the_cases(house, center):
    (key,) = (one for one in declared() if one.name == KEY)
    at = datetime(2026, 4, 13, 9, tzinfo=UTC)
    add(key=key, center=house.center, value=5, source="本中心规定", effective_from=TODAY, by=house.admin, at=at)
    assert (value(center), value(None)) == (5, 3)


# --- how they came there ---------------------------------------------------------------------------------------------

MOVING = import_module("approvals.cases.migrations.0011_one_home_for_numbers")


@pytest.fixture
def before() -> StateApps:
    """The tables as the release before had them; the rows of the numbers are still there."""
    executor = MigrationExecutor(connection)
    return executor.loader.project_state([("cases", "0010_accounted"), ("facts", "0003_only_added")]).apps


def test_a_hall_takes_its_own_numbers_along(before, center):
    old = before.get_model("cases", "Parameter")
    facts = {"source": "中心规定", "effective_from": date(2026, 1, 1)}
    old.objects.create(key="backdate_days", center_id=center, value="5", **facts)
    old.objects.create(key="backdate_days", value="nonsense", **facts)
    for _ in range(2):
        MOVING.move(before, None)
    assert (value(center), value(None)) == (5, 3)
    rows = Setting.objects.filter(key__startswith="cases.").values_list("key", "center_id", "value")
    assert len(rows) == len(set(rows)) == len(ParameterKey) + 1


def test_the_way_back_leaves_the_old_table_as_it_was(before):
    assert old_numbers(before) == 7
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.schema_editor(atomic=False) as editor:
        MOVING.back(before, editor)
    assert (old_numbers(before), Setting.objects.filter(key__startswith="cases.").count()) == (7, 0)


def old_numbers(before: StateApps) -> int:
    return before.get_model("cases", "Parameter").objects.count()


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
