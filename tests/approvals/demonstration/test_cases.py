"""How the stories are placed in time: the same again, nothing ahead, due where they say."""

from datetime import datetime, timedelta
from random import Random

import pytest
from django.utils import timezone

from approvals.catalogue.enums import LimitUnit, ServiceTarget
from approvals.demonstration import cases, items
from approvals.demonstration.applicants import MARK, Applicants
from approvals.demonstration.cases import Planned, plan, workdays, working_days_back
from approvals.demonstration.organisation import Hall
from hall.privacy.identity import check_identity
from hall.workdays.shipped import shipped_calendar
from tests.approvals.demonstration.conftest import AT

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
CALENDAR = shipped_calendar()


def moment(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def told(acts: list[Planned]) -> list[tuple[object, ...]]:
    return [(a.at, a.act, a.course.version.item.code, a.course.application.applicant, a.course.clerk.pk) for a in acts]


def test_the_same_day_gives_the_same_cases(hall: Hall) -> None:
    assert told(plan(hall, items.published(), at=AT)) == told(plan(hall, items.published(), at=AT))


@pytest.mark.parametrize(
    "text", ["2026-10-28 15:30", "2026-10-28 03:00", "2026-11-22 21:00", "2026-02-18 10:00", "2026-10-10 09:31"]
)
def test_nothing_lies_ahead_whenever_it_is_loaded(hall: Hall, text: str) -> None:
    at = moment(text)
    acts = plan(hall, items.published(), at=at)
    assert max(act.at for act in acts) < at
    assert all(CALENDAR.is_working(timezone.localdate(act.at)) for act in acts)


def test_acts_of_a_case_keep_the_order_of_its_story(hall: Hall) -> None:
    orders: dict[int, list[int]] = {}
    for act in plan(hall, items.published(), at=AT):
        orders.setdefault(id(act.course), []).append(act.order)
    assert all(order == sorted(order) for order in orders.values())


def test_every_case_is_filed_first_and_once(hall: Hall) -> None:
    seen: set[int] = set()
    for act in plan(hall, items.published(), at=AT):
        assert (act.act == "register") == (id(act.course) not in seen)
        seen.add(id(act.course))


def test_who_accepts_does_not_decide(hall: Hall) -> None:
    assert all(act.course.clerk != act.course.decider for act in plan(hall, items.published(), at=AT))


@pytest.mark.parametrize(
    ("count", "unit", "days"),
    [(8, LimitUnit.WORKDAY, 8), (7, LimitUnit.DAY, 5), (2, LimitUnit.MONTH, 42), (4, LimitUnit.OPENING_HOUR, 1)],
)
def test_limits_in_working_days(count: int, unit: str, days: int) -> None:
    assert workdays(count, unit) == days


def test_days_go_back_over_holidays_from_the_last_open_one() -> None:
    days = list(working_days_back(CALENDAR, moment("2026-10-09 10:00"), 3))
    assert [day.isoformat() for day in days] == ["2026-10-09", "2026-10-08", "2026-09-30"]
    early = list(working_days_back(CALENDAR, moment("2026-10-09 08:00"), 1))
    assert [day.isoformat() for day in early] == ["2026-10-08"]


def test_a_seed_draws_the_same_people() -> None:
    first, second = Applicants(Random(5)), Applicants(Random(5))
    assert [first.draw("both") for _ in range(30)] == [second.draw("both") for _ in range(30)]


@pytest.mark.parametrize("target", ServiceTarget.values)
def test_people_are_possible_and_organisations_marked(target: str) -> None:
    drawn = Applicants(Random(1))
    for facts in (drawn.draw(target) for _ in range(60)):
        check_identity(facts.identity_kind, facts.identity, today=AT.date())
        assert facts.kind == "person" or facts.name.endswith(MARK)
        assert facts.phone.startswith("1380000")


def test_some_people_come_back() -> None:
    drawn = Applicants(Random(1))
    numbers = [drawn.draw(ServiceTarget.PERSON).identity for _ in range(100)]
    assert 5 < len(numbers) - len(set(numbers)) < 30


def test_the_seed_is_fixed() -> None:
    assert cases.SEED == 130302
    assert timedelta(days=150) < AT - moment("2026-01-05 09:00")
