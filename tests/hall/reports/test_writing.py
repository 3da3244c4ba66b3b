"""Reports: asked for once, written chapter by chapter, frozen when done."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from hall.dashboard import rolling
from hall.facts.errors import Refused
from hall.facts.periods import Period, PeriodKind, holding
from hall.ledger.models import Event
from hall.organisation.enums import Level
from hall.reports import actions, chapters
from hall.reports.models import Report
from tests.builders import Hall, accepted_case, make_case, make_center

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def this_month() -> Period:
    return holding(PeriodKind.MONTH, timezone.localdate(NOW))


def asked(hall: Hall, period: Period | None = None) -> Report:
    return actions.ask(center=hall.center, period=period or this_month(), by=hall.supervisor, at=NOW)


def written(hall: Hall) -> Report:
    report = asked(hall)
    actions.write_waiting(at=NOW)
    report.refresh_from_db()
    return report


def chapter(report: Report, title: str) -> chapters.Chapter:
    return next(one for one in report.chapters if one["title"] == title)


def test_asking_writes_nothing_yet(hall: Hall) -> None:
    report = asked(hall)
    assert (report.state, report.step, report.percent) == ("writing", 0, 0)


def test_asking_leaves_a_trail(hall: Hall) -> None:
    report = asked(hall)
    event = Event.objects.get(kind="report.asked")
    assert (event.actor_id, event.data["report"]) == (hall.supervisor.pk, str(report.pk))


@pytest.mark.parametrize("who", ["clerk", "approver", "chief", "auditor", "admin"])
def test_only_supervisors_ask(hall: Hall, who: str) -> None:
    with pytest.raises(Refused, match="不能要求"):
        actions.ask(center=hall.center, period=this_month(), by=getattr(hall, who), at=NOW)


def test_a_foreign_center_is_refused(hall: Hall) -> None:
    with pytest.raises(Refused) as refusal:
        actions.ask(center=make_center("邻区中心"), period=this_month(), by=hall.supervisor, at=NOW)
    assert refusal.value.field == "center"


def test_a_period_that_has_not_begun_is_refused(hall: Hall) -> None:
    with pytest.raises(Refused, match="还没有开始"):
        asked(hall, this_month().following())


def test_other_lengths_are_refused(hall: Hall) -> None:
    with pytest.raises(Refused, match="只有周报和月报"):
        asked(hall, holding(PeriodKind.QUARTER, timezone.localdate(NOW)))


def test_the_same_report_is_not_written_twice_at_once(hall: Hall) -> None:
    asked(hall)
    with pytest.raises(Refused, match="正在写"):
        asked(hall)


def test_once_it_is_written_it_may_be_asked_for_again(hall: Hall) -> None:
    written(hall)
    assert asked(hall).state == "writing"


def test_every_chapter_is_written(hall: Hall) -> None:
    report = written(hall)
    assert (report.state, len(report.chapters), report.percent) == ("done", len(chapters.CHAPTERS), 100)


def test_the_numbers_are_those_of_the_cases(hall: Hall) -> None:
    for _ in range(3):
        make_case(hall, at=NOW - timedelta(minutes=10))
    rolling.rebuild(at=NOW)
    rows = chapter(written(hall), "收件和办结")["rows"]
    assert rows[0][:3] == ["收件", 3, 0]


def test_departments_stand_with_their_rates(hall: Hall) -> None:
    accepted_case(hall, at=NOW - timedelta(minutes=10))
    rolling.rebuild(at=NOW)
    rows = chapter(written(hall), "各部门")["rows"]
    assert [row[:3] for row in rows] == [[hall.center.name, hall.department.name, 1]]
    assert rows[0][6] is None  # nothing was closed: no rate, and certainly not 100 %


def test_what_is_open_longest_is_named(hall: Hall) -> None:
    old = accepted_case(hall, at=NOW - timedelta(days=9))
    accepted_case(hall, at=NOW - timedelta(minutes=10))
    rows = chapter(written(hall), "现在最久未结")["rows"]
    assert rows[0][0].replace("-", "") == old.docket.replace("-", "")
    assert rows[0][4] == 9


def test_another_centers_cases_stay_out(hall: Hall) -> None:
    accepted_case(Hall(), at=NOW - timedelta(days=2))
    assert chapter(written(hall), "现在最久未结")["rows"] == []


def test_a_worker_killed_half_way_goes_on_where_it_was(hall: Hall) -> None:
    report = asked(hall)
    actions._write_next(report.pk, at=NOW)
    report.refresh_from_db()
    assert (report.state, report.step) == ("writing", 1)
    actions.write_waiting(at=NOW)
    report.refresh_from_db()
    assert [one["title"] for one in report.chapters].count("收件和办结") == 1


def test_a_chapter_that_cannot_be_written_ends_the_report_with_its_reason(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(about: chapters.Subject) -> chapters.Chapter:
        raise ZeroDivisionError

    monkeypatch.setattr(actions, "CHAPTERS", (broken,))
    report = written(hall)
    assert (report.state, report.error) == ("failed", "ZeroDivisionError")


@pytest.mark.parametrize("change", ["UPDATE reports_report SET chapters = '[]'", "DELETE FROM reports_report"])
def test_a_finished_report_cannot_be_changed_in_the_database(hall: Hall, change: str) -> None:
    written(hall)
    with pytest.raises(DatabaseError, match="不能修改或删除"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_the_week_and_the_month_that_are_over_come_by_themselves(hall: Hall) -> None:
    assert actions.schedule(at=NOW) == 2
    assert set(Report.objects.values_list("kind", flat=True)) == {"week", "month"}


def test_scheduling_twice_writes_once(hall: Hall) -> None:
    actions.schedule(at=NOW)
    assert actions.schedule(at=NOW + timedelta(hours=1)) == 0


def test_towns_get_none_by_themselves(hall: Hall) -> None:
    hall.center.level = Level.TOWN
    hall.center.save()
    assert actions.schedule(at=NOW) == 0


def test_a_missed_week_is_caught_up_for_the_last_one_only(hall: Hall) -> None:
    actions.schedule(at=NOW)
    later = NOW + timedelta(days=21)
    actions.schedule(at=later)
    last = holding(PeriodKind.WEEK, timezone.localdate(later)).previous()
    assert Report.objects.filter(kind="week").order_by("-first_on")[0].period_code == last.code
