"""Days of what follows a bad grade: settings with a source, counted in the center's calendar."""

from datetime import date, datetime

import pytest

from hall.facts import parameters
from hall.facts.models import Setting
from hall.rectification import deadlines
from hall.rectification.enums import Limit, RectificationState
from hall.rectification.models import Rectification
from hall.rectification.queries import lamp
from hall.workdays.calendars import calendar_for
from tests.builders import make_center, moment

pytestmark = pytest.mark.django_db
SEEDED = {
    "rectification.contact_days": 1,
    "rectification.rectify_days": 5,
    "rectification.revisit_days": 5,
    "rectification.appeal_days": 5,
    "rectification.decide_days": 5,
    "rectification.contact_attempts": 3,
    "rectification.attempt_hours": 3,
    "rectification.attempt_days": 2,
    "rectification.small_group": 10,
}


@pytest.mark.parametrize(("name", "value"), SEEDED.items())
def test_every_number_is_seeded_with_a_source(name: str, value: int) -> None:
    row = Setting.objects.get(key=name, center=None)
    assert row.value == value
    assert len(row.source) > 5


@pytest.mark.parametrize("name", SEEDED)
def test_every_number_is_declared_with_unit_and_span(name: str) -> None:
    [key] = [key for key in parameters.declared() if key.name == name]
    assert key.unit
    assert key.least <= SEEDED[name] <= key.most


def test_the_one_day_is_the_regulation_of_anyang() -> None:
    assert "安阳市优化营商环境条例第五十二条" in Setting.objects.get(key="rectification.contact_days").source


@pytest.mark.parametrize(
    "name",
    [
        "rectification.revisit_days",
        "rectification.appeal_days",
        "rectification.decide_days",
        "rectification.attempt_hours",
        "rectification.attempt_days",
        "rectification.small_group",
    ],
)
def test_what_the_hall_chose_itself_says_so(name: str) -> None:
    assert Setting.objects.get(key=name).source.startswith("大厅自定")


@pytest.mark.parametrize(
    ("at", "contact", "rectify"),
    [
        ("2026-04-13 00:00", date(2026, 4, 14), date(2026, 4, 20)),  # Monday, the first minute
        ("2026-04-13 23:59", date(2026, 4, 14), date(2026, 4, 20)),  # Monday, the last
        ("2026-04-17 12:00", date(2026, 4, 20), date(2026, 4, 24)),  # Friday
        ("2026-04-18 12:00", date(2026, 4, 20), date(2026, 4, 24)),  # Saturday
        ("2026-04-30 12:00", date(2026, 5, 6), date(2026, 5, 11)),  # before the holidays; Saturday 9 May is worked
        ("2026-09-30 12:00", date(2026, 10, 8), date(2026, 10, 13)),  # before the national holidays
    ],
)
def test_days_are_working_days_after_the_day_of_the_grade(at: str, contact: date, rectify: date) -> None:
    found = deadlines.at_opening(make_center(), named=True, at=moment(at))
    assert (found.contact, found.rectify, found.appeal) == (contact, rectify, rectify)


def test_an_anonymous_grade_has_no_day_of_contact() -> None:
    found = deadlines.at_opening(make_center(), named=False, at=moment("2026-04-13 10:00"))
    assert (found.contact, found.rectify) == (None, date(2026, 4, 20))


def test_a_center_may_have_a_number_of_its_own_from_a_day_on() -> None:
    center, other = make_center(), make_center()
    facts = {"center": center, "value": 2, "source": "本地规定"}
    Setting.objects.create(key=deadlines.CONTACT, effective_from=date(2026, 4, 14), **facts)
    days = [(center, "2026-04-13 10:00"), (center, "2026-04-14 10:00"), (other, "2026-04-14 10:00")]
    found = [deadlines.after(place, deadlines.CONTACT, moment(at)) for place, at in days]
    assert found == [date(2026, 4, 14), date(2026, 4, 16), date(2026, 4, 15)]


@pytest.mark.parametrize(
    ("due", "today", "left"),
    [
        (date(2026, 4, 20), date(2026, 4, 13), 5),
        (date(2026, 4, 14), date(2026, 4, 13), 1),
        (date(2026, 4, 13), date(2026, 4, 13), 0),
        (date(2026, 4, 17), date(2026, 4, 20), -1),
        (date(2026, 4, 17), date(2026, 4, 19), 0),
        (date(2026, 4, 13), date(2026, 4, 20), -5),
    ],
)
def test_what_is_left_is_counted_in_working_days(due: date, today: date, left: int) -> None:
    assert deadlines.remaining(calendar_for("130302000000"), due, today) == left


def row_in(state: str, **days: date) -> Rectification:
    return Rectification(state=state, **{"rectify_due": date(2026, 4, 20), **days})


@pytest.mark.parametrize(
    ("state", "due"),
    [
        ("contacting", (Limit.CONTACT, date(2026, 4, 14))),
        ("rectifying", (Limit.RECTIFY, date(2026, 4, 20))),
        ("rectified", (Limit.REVISIT, date(2026, 4, 22))),
        ("answered", (Limit.REVISIT, date(2026, 4, 22))),
        ("revisited", None),
        ("closed", None),
        ("struck", None),
    ],
)
def test_one_deadline_runs_at_a_time(state: str, due: tuple[Limit, date] | None) -> None:
    assert row_in(state, contact_due=date(2026, 4, 14), revisit_due=date(2026, 4, 22)).due == due


def test_without_a_way_to_ask_again_no_deadline_runs_after_the_remedy() -> None:
    assert row_in("rectified").due is None


@pytest.mark.parametrize("state", [state.value for state in RectificationState])
def test_only_what_is_over_is_not_open(state: str) -> None:
    assert row_in(state).is_open is (state not in ("closed", "struck"))


@pytest.mark.parametrize(
    ("at", "kind", "text"),
    [
        (date(2026, 4, 13), "ok", "整改答复剩 5 个工作日"),
        (date(2026, 4, 17), "warn", "整改答复剩 1 个工作日"),
        (date(2026, 4, 20), "warn", "整改答复今天到期"),
        (date(2026, 4, 21), "late", "整改答复逾期 1 个工作日"),
        (date(2026, 4, 24), "late", "整改答复逾期 4 个工作日"),
    ],
)
def test_the_lamp_says_how_much_time_is_left(at: date, kind: str, text: str) -> None:
    from tests.builders import Hall  # noqa: PLC0415 - the one test here that needs a whole hall
    from tests.hall.rectification.builders import bad  # noqa: PLC0415 - likewise

    shown = lamp(bad(Hall(), signed=False), at)
    assert (shown.kind, shown.text, shown.due) == (kind, text, date(2026, 4, 20))


def test_beijing_decides_what_day_it_is() -> None:
    at = datetime.fromisoformat("2026-04-13T17:00:00+00:00")  # one in the morning of the 14th in Beijing
    assert deadlines.after(make_center(), deadlines.CONTACT, at) == date(2026, 4, 15)
