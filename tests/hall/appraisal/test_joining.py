"""Who comes in the middle of a period has a sheet for the rest of it, which says so, and is honoured for half of it."""

from collections.abc import Iterator
from datetime import date

import pytest

from hall.appraisal.actions import awards
from hall.appraisal.actions.computing import recompute
from hall.appraisal.models import AppraisalPeriod
from hall.facts.errors import Refused
from hall.facts.models import Setting
from hall.organisation.models import Staff
from tests.builders import Hall
from tests.hall.appraisal.builders import (
    OCTOBER,
    SCORED,
    ListSource,
    announced,
    attended,
    facts_line,
    frozen,
    manual_line,
    run,
    sheet_of,
)
from tests.hall.appraisal.pages import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall() -> Hall:
    return Hall()


@pytest.fixture
def closed() -> Iterator[ListSource]:
    with announced("cases.closed") as (source,):
        yield source


def joins(hall: Hall, day: date | None) -> None:
    Staff.objects.filter(pk=hall.clerk.staff_id).update(joined_on=day)


def since(period: AppraisalPeriod, hall: Hall) -> list[date | None]:
    return list(period.scores.filter(staff=hall.clerk.staff).values_list("since", flat=True))


@pytest.mark.parametrize(
    ("joined", "sheets"),
    [
        (None, [None]),
        (date(2020, 1, 1), [None]),
        (date(2026, 10, 1), [None]),
        (date(2026, 10, 2), [date(2026, 10, 2)]),
        (date(2026, 10, 31), [date(2026, 10, 31)]),
        (date(2026, 11, 1), []),
    ],
)
def test_a_sheet_from_the_day_of_joining_on(hall: Hall, joined: date | None, sheets: list[date | None]) -> None:
    joins(hall, joined)
    assert since(run(hall, manual_line(100)), hall) == sheets


def test_the_facts_of_the_days_here_are_counted(hall: Hall, closed: ListSource) -> None:
    joins(hall, date(2026, 10, 10))
    closed.happened(hall, hall.clerk.staff, "2026-10-12 10:00")
    period = run(hall, facts_line("cases.closed"))
    assert sheet_of(period, hall.clerk).total == 95


def test_a_day_of_joining_that_is_put_right_reaches_the_sheet(hall: Hall) -> None:
    period = run(hall, manual_line(100))
    joins(hall, date(2026, 10, 20))
    recompute(period, at=SCORED)
    assert since(period, hall) == [date(2026, 10, 20)]
    joins(hall, None)
    recompute(period, at=SCORED)
    assert since(period, hall) == [None]


def test_the_sheet_and_the_ranking_say_so(hall: Hall) -> None:
    joins(hall, date(2026, 10, 20))
    period = run(hall, manual_line(100))
    assert "2026年10月20日到岗" in read(hall.supervisor, "sheet", sheet_of(period, hall.clerk).pk)
    assert read(hall.supervisor, "overview").count("不满考核期") == 1


@pytest.mark.parametrize(("day", "ok"), [(16, True), (17, False)])
def test_half_of_the_period_is_asked_for(hall: Hall, closed: ListSource, day: int, ok: bool) -> None:
    joins(hall, date(2026, 10, day))
    attended(hall, hall.clerk.staff, day="2026-10-26")
    for _ in range(20):
        closed.happened(hall, hall.clerk.staff, "2026-10-26 10:00")
    found = awards.judged(hall.clerk.staff, OCTOBER, SCORED.date())
    assert [one.ok for one in found if "不满考核期" in one.text] == [ok]
    assert all(one.ok for one in found if "不满考核期" not in one.text)
    facts = {"kind": "star", "period": OCTOBER, "evidence": "快", "by": hall.chief, "at": SCORED}
    if ok:
        assert awards.nominate(hall.clerk.staff, **facts).pk
    else:
        with pytest.raises(Refused, match="在岗 15 天，不到全期 31 天的 50%"):
            awards.nominate(hall.clerk.staff, **facts)


def test_how_much_is_asked_for_is_a_setting_of_the_center(hall: Hall, closed: ListSource) -> None:
    joins(hall, date(2026, 10, 30))
    facts = {"source": "中心规定", "effective_from": date(2026, 1, 1), "center": hall.center}
    Setting.objects.create(key="awards.min_presence", value=5, **facts)
    found = awards.judged(hall.clerk.staff, OCTOBER, SCORED.date())
    assert [one.ok for one in found if "不满考核期" in one.text] == [True]


def test_a_frozen_sheet_keeps_what_it_said(hall: Hall) -> None:
    joins(hall, date(2026, 10, 20))
    period = frozen(hall, manual_line(100))
    joins(hall, None)
    assert since(period, hall) == [date(2026, 10, 20)]
