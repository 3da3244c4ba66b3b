"""Dated, sourced numbers: what holds on a day, who may set it, and the pages that show and set it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from hall.access.models import User
from hall.facts import actions, parameters, queries, rules
from hall.facts.errors import NotPermitted, Refused
from hall.facts.models import Setting
from hall.facts.parameters import Key, MissingSetting
from hall.ledger import kinds
from hall.ledger.models import Event
from tests.builders import Hall, make_staff, make_user, moment

pytestmark = pytest.mark.django_db
KEY = Key("test.days", "测试天数", "个工作日", least=1, most=60)
AT = moment("2026-10-12 09:00")
TODAY = date(2026, 10, 12)


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key of our own, forgotten after the test."""
    monkeypatch.setattr(parameters, "_keys", dict(parameters._keys))
    parameters.declare(KEY)


def row(value: int, on: date, center: Any = None, key: str = KEY.name) -> Setting:
    return Setting.objects.create(key=key, value=value, source="测试办法", effective_from=on, center=center)


def add(by: User, **facts: Any) -> Setting:
    wanted = {"center": None, "value": 4, "source": "市政办〔2026〕1号第三条", "effective_from": TODAY, **facts}
    return actions.add(key=KEY, by=by, at=AT, **wanted)


days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(
    st.dictionaries(days, st.integers(1, 60), max_size=6), st.dictionaries(days, st.integers(1, 60), max_size=6), days
)
def test_what_holds_is_what_a_person_would_read_off_the_table(
    general: dict[date, int], own: dict[date, int], on: date
) -> None:
    with transaction.atomic():
        center = Hall().center
        for values, place in ((general, None), (own, center)):
            for day, value in values.items():
                row(value, day, place)
        before = {name: [day for day in values if day <= on] for name, values in (("own", own), ("general", general))}
        expected = (
            own[max(before["own"])] if before["own"] else general[max(before["general"])] if before["general"] else None
        )
        (line,) = [line for line in queries.lines(center=center, on=on) if line.key == KEY]
        if expected is None:
            with pytest.raises(MissingSetting):
                parameters.whole_number(KEY.name, center=center.pk, on=on)
            assert line.row is None
        else:
            assert parameters.whole_number(KEY.name, center=center.pk, on=on) == expected
            assert line.row is not None
            assert line.row.value == expected
        transaction.set_rollback(True)


def test_another_centers_number_holds_there_only(hall: Hall) -> None:
    row(3, TODAY)
    row(9, TODAY, Hall().center)
    assert parameters.whole_number(KEY.name, center=hall.center.pk, on=TODAY) == 3
    assert parameters.whole_number(KEY.name, center=None, on=TODAY) == 3


def test_every_declared_number_is_seeded_with_its_source() -> None:
    for key in parameters.declared():
        if key != KEY:
            held = parameters.in_force(key.name, center=None, on=timezone.localdate())
            assert key.least <= held.value <= key.most, key.name
            assert held.source


def test_a_value_is_added_with_who_when_and_why(hall: Hall) -> None:
    made = add(hall.admin)
    assert (made.value, made.added_by, made.added_at) == (4, hall.admin, AT)
    event = Event.objects.get(kind="facts.setting")
    assert kinds.describe(event) == "设定参数：测试天数 4，自 2026-10-12 起"
    assert event.data["source"] == "市政办〔2026〕1号第三条"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"value": 0}, "value"),
        ({"value": 61}, "value"),
        ({"effective_from": TODAY - timedelta(days=1)}, "effective_from"),
        ({"source": "  "}, "source"),
        ({"source": "电话 13912345678 通知"}, "source"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(hall: Hall, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        add(hall.admin, **facts)
    assert refusal.value.field == field
    assert not Setting.objects.filter(key=KEY.name).exists()


def test_a_day_has_one_value_a_place(hall: Hall) -> None:
    add(hall.admin)
    with pytest.raises(Refused) as refusal:
        add(hall.admin, value=5)
    assert refusal.value.field == "effective_from"
    assert add(hall.admin, center=hall.center).value == 4
    assert Event.objects.filter(kind="facts.setting").count() == 2


@pytest.mark.parametrize("change", [{"source": ""}, {"value": -1}])
def test_the_database_wants_sense_and_source_too(change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Setting.objects.create(**{"key": "x", "value": 1, "source": "x", "effective_from": TODAY, **change})


def test_who_may_set_for_whom(hall: Hall) -> None:
    branch = Hall()
    branch.center.parent = hall.center
    branch.center.save()
    elsewhere = Hall()
    for user in (*hall.everybody(), *branch.everybody(), *elsewhere.everybody()):
        user.refresh_from_db()
        top, below = user in (hall.admin, elsewhere.admin), user == branch.admin
        assert rules.sets_for(user, None) == top, user.role
        assert rules.sets_for(user, branch.center) == (user == hall.admin or below), user.role
        assert rules.sets_for(user, hall.center) == (user == hall.admin), user.role
    with pytest.raises(NotPermitted):
        add(branch.admin)
    assert add(branch.admin, center=branch.center).center == branch.center


def test_an_account_of_no_person_sets_for_all() -> None:
    user = make_user("admin", make_staff())
    user.staff = None
    assert rules.sets_for_all(user)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_list_shows_what_holds_and_what_is_to_come(hall: Hall) -> None:
    today = timezone.localdate()
    row(3, date(2026, 1, 1))
    row(7, today + timedelta(days=30))
    page = browser(hall.auditor).get(reverse("facts:parameters"), {"q": "测试"}).content.decode()
    assert "测试天数" in page
    assert "3 个工作日" in page
    assert f"{today + timedelta(days=30)} 起 7 个工作日" in page
    assert "设定新值" not in page


def test_the_list_is_one_query_whatever_it_holds(hall: Hall, django_assert_num_queries: Any) -> None:
    for number in range(3):
        with django_assert_num_queries(1):
            queries.lines(center=hall.center, on=TODAY)
        row(number + 1, date(2026, 1, number + 1), hall.center)


def test_the_list_of_a_center_marks_its_own(hall: Hall) -> None:
    row(3, date(2026, 1, 1))
    row(5, date(2026, 1, 1), hall.center)
    for named in (hall.center.name, hall.center.code):
        page = (
            browser(hall.supervisor).get(reverse("facts:parameters"), {"center": named, "q": "测试"}).content.decode()
        )
        assert "5 个工作日" in page
        assert "本中心" in page


@pytest.mark.parametrize("named", ["没有这个中心", "0000000000", "１２３４５６７８９０", "'\"<>"])
def test_an_unknown_center_is_said(hall: Hall, named: str) -> None:
    response = browser(hall.supervisor).get(reverse("facts:parameters"), {"center": named})
    assert "没有找到这个中心" in response.content.decode()


def test_a_word_without_a_hit_says_so(hall: Hall) -> None:
    assert "没有这样的参数" in browser(hall.admin).get(reverse("facts:parameters"), {"q": "飞船"}).content.decode()


def test_the_history_stays_readable_and_other_houses_own(hall: Hall) -> None:
    row(3, date(2026, 1, 1))
    row(5, date(2026, 2, 1), hall.center)
    row(42, date(2026, 3, 1), Hall().center)
    page = browser(hall.admin).get(reverse("facts:parameter", kwargs={"name": KEY.name})).content.decode()
    assert page.count("测试办法") == 2
    assert "42 个工作日" not in page


def test_an_unknown_number_is_no_page(hall: Hall) -> None:
    for name in ("facts:parameter", "facts:parameter_new"):
        assert browser(hall.admin).get(reverse(name, kwargs={"name": "test.nothing"})).status_code == 404


def filled(**facts: Any) -> dict[str, Any]:
    return {"value": "4", "effective_from": timezone.localdate(), "source": "市政办〔2026〕1号", "center": "", **facts}


def test_the_administrator_sets_a_value_on_the_page(hall: Hall) -> None:
    url = reverse("facts:parameter_new", kwargs={"name": KEY.name})
    response = browser(hall.admin).post(url, filled(center=hall.center.code))
    assert response.status_code == 302
    made = Setting.objects.get(key=KEY.name)
    assert (made.center, made.value, made.added_by) == (hall.center, 4, hall.admin)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"value": "99"}, "测试天数要在 1 到 60 之间。"),
        ({"value": "很多"}, "要填数字"),
        ({"value": "9" * 40}, "测试天数要在 1 到 60 之间。"),
        ({"source": ""}, "请填写依据。"),
        ({"center": "别处"}, "没有找到这个中心"),
        ({"effective_from": "2020-01-01"}, "不能早于今天"),
        ({"source": "x\x00"}, "不能保存的字符"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_saved(
    hall: Hall, facts: dict[str, Any], sentence: str
) -> None:
    url = reverse("facts:parameter_new", kwargs={"name": KEY.name})
    response = browser(hall.admin).post(url, filled(**facts))
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Setting.objects.filter(key=KEY.name).exists()


def test_a_branch_is_told_that_all_centers_are_not_its_matter(hall: Hall) -> None:
    hall.center.parent = Hall().center
    hall.center.save()
    url = reverse("facts:parameter_new", kwargs={"name": KEY.name})
    assert browser(hall.admin).post(url, filled()).status_code == 403
