"""What is counted of cases: one definition of in time, late and early, and what is open past its day."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from approvals.cases import actions
from approvals.cases.actions.lateness import sweep
from approvals.cases.models import Case
from approvals.catalogue.enums import CaseKind
from hall.facts import indicators, sources
from hall.facts.periods import between, holding
from tests.approvals.cases.sources.asking import dockets, find, part
from tests.approvals.cases.ways import WEDNESDAY, archived, delivered, paused, refused, voided, withdrawn
from tests.builders import MONDAY, Hall, accepted_case, make_case, make_item_version, moment

pytestmark = pytest.mark.django_db
CLOSINGS = ("cases.closed", "cases.closed_on_time", "cases.closed_late", "cases.closed_early")


def closed(hall: Hall, at: datetime, *, days: int | None = 5, **facts) -> Case:
    """Accepted on Monday 13 April, promised in so many working days, decided and handed over at `at`."""
    promise = None if days is None else (days, "workday")
    version = make_item_version(hall.department, promise=promise, statute=promise, steps=(), **facts)
    case = accepted_case(hall, version)
    case = actions.grant(case, by=hall.chief if case.case_kind != CaseKind.INSTANT else hall.clerk, at=at)
    return actions.deliver(case, by=hall.clerk, at=at, method="collected")


def counted(case: Case) -> set[str]:
    """Under which closings a case is counted."""
    return {code.removeprefix("cases.") for code in CLOSINGS if case.docket in dockets(code)}


@pytest.mark.parametrize(
    ("at", "under"),
    [
        ("2026-04-14 09:00", {"closed", "closed_on_time", "closed_early"}),
        ("2026-04-17 17:00", {"closed", "closed_on_time", "closed_early"}),  # Friday, a day before the last
        ("2026-04-18 10:00", {"closed", "closed_on_time", "closed_early"}),  # Saturday: Monday is still to come
        ("2026-04-20 09:00", {"closed", "closed_on_time"}),  # the last day
        ("2026-04-20 23:59", {"closed", "closed_on_time"}),
        ("2026-04-21 00:00", {"closed", "closed_late"}),
        ("2026-05-20 09:00", {"closed", "closed_late"}),
    ],
)
def test_in_time_until_midnight_after_the_last_day(hall, at, under):
    assert counted(closed(hall, moment(at))) == under


@pytest.mark.parametrize(
    ("at", "under"),
    [
        ("2026-04-13 23:00", {"closed", "closed_on_time"}),  # promised for the day itself: never early
        ("2026-04-14 09:00", {"closed", "closed_late"}),
    ],
)
def test_an_instant_item_is_decided_the_same_day(hall, at, under):
    assert counted(closed(hall, moment(at), days=1, case_kind=CaseKind.INSTANT)) == under


def test_an_instant_item_needs_no_limit_to_be_measured(hall):
    case = closed(hall, moment("2026-04-13 16:00"), days=None, case_kind=CaseKind.INSTANT)
    assert counted(case) == {"closed", "closed_on_time"}


def test_without_a_limit_nothing_is_in_time_or_late(hall):
    assert counted(closed(hall, moment("2026-04-20 09:00"), days=None)) == {"closed"}


def test_days_that_stood_still_do_not_count(hall):
    version = make_item_version(hall.department, promise=(5, "workday"), steps=())
    case = accepted_case(hall, version)
    case = actions.pause(case, by=hall.approver, at=WEDNESDAY, ground=hall.ground(), notified_days=5, reason="评审")
    case = actions.resume(case, by=hall.clerk, at=moment("2026-04-21 09:00"), ground=hall.ground())
    case = actions.grant(case, by=hall.approver, at=moment("2026-04-24 09:00"))
    case = actions.deliver(case, by=hall.clerk, at=moment("2026-04-24 10:00"), method="collected")
    assert counted(case) == {"closed", "closed_on_time"}


@pytest.mark.parametrize(
    ("way", "under"),
    [
        (refused, {"closed"}),
        (withdrawn, {"closed"}),
        (voided, set()),
        (delivered, {"closed", "closed_on_time", "closed_early"}),
        (paused, set()),
    ],
)
def test_what_ended_without_a_decision_is_neither(hall, way, under):
    assert counted(way(hall)) == under


def test_filed_counts_every_receipt(hall):
    case, gone = make_case(hall), voided(hall)
    (first, second) = find("cases.filed")
    assert {first.docket, second.docket} == {case.docket, gone.docket}
    assert first.text.endswith("4月13日（周一）窗口收件。")
    assert find("cases.filed", period=between(date(2026, 4, 14), date(2026, 5, 31))) == []


def test_what_an_early_closing_says(hall):
    case = closed(hall, moment("2026-04-16 09:00"))
    (fact,) = find("cases.closed_early")
    assert fact.text == f"“{case.version_filed.name}”4月16日（周四）作出决定（承诺 5 个工作日），提前 2 个工作日。"


def test_archiving_is_no_second_closing(hall):
    case = archived(hall)
    assert [fact.docket for fact in find("cases.closed")] == [case.docket]


def test_rates_say_what_they_are_made_of(hall):
    for at in ("2026-04-14 09:00", "2026-04-20 09:00", "2026-04-21 09:00"):
        closed(hall, moment(at))
    refused(hall)
    at = moment("2026-06-01 09:00")
    in_time = indicators.indicator_of("cases.on_time_rate").figure(part(), at)
    early = indicators.indicator_of("cases.early_rate").figure(part(), at)
    assert (in_time.fraction, in_time.text) == ("2 / 3", "66.6%")
    assert (early.fraction, early.text) == ("1 / 3", "33.3%")


def test_nothing_closed_is_no_rate(hall):
    assert indicators.indicator_of("cases.on_time_rate").figure(part(), MONDAY).text == "—"


# --- open past the day -----------------------------------------------------------------------------------------------


def late(hall: Hall) -> Case:
    """Promised until Monday 20 April."""
    return accepted_case(hall, make_item_version(hall.department, promise=(5, "workday"), steps=()))


def test_open_late_is_what_stands_at_the_end_whenever_it_began(hall):
    case = late(hall)
    assert dockets("cases.open_late", period=between(date(2026, 4, 1), date(2026, 4, 20))) == set()
    assert dockets("cases.open_late", period=between(date(2026, 4, 21), date(2026, 4, 21))) == {case.docket}
    assert dockets("cases.open_late", period=between(date(2026, 6, 1), date(2026, 6, 30))) == {case.docket}


def test_open_late_of_a_past_month_is_not_rewritten_by_its_decision(hall):
    case = late(hall)
    actions.grant(case, by=hall.approver, at=moment("2026-05-06 09:00"))
    april, may = holding("month", date(2026, 4, 1)), holding("month", date(2026, 5, 1))
    source = sources.source_of("cases.open_late")
    assert [fact.docket for fact in source.find(part(period=april))] == [case.docket]
    assert source.count(part(period=may)) == 0
    assert source.standing([f"cases.open_late:{case.docket}"]) == set()  # now it is decided


def test_open_late_ends_with_withdrawal_as_well(hall):
    actions.withdraw(late(hall), by=hall.clerk, at=moment("2026-05-06 09:00"), reason="不办了")
    assert find("cases.open_late", period=holding("month", date(2026, 5, 1))) == []


def test_what_is_late_only_in_the_future_is_not_late(hall):
    now = timezone.now()
    accepted_case(hall, make_item_version(hall.department, promise=(5, "workday"), steps=()), at=now)
    year = holding("year", timezone.localdate(now) + timedelta(days=30))
    assert find("cases.open_late", period=year) == []


def test_a_case_that_stands_still_is_not_late(hall):
    paused(hall)
    sweep(at=moment("2026-05-29 09:00"))
    assert find("cases.open_late") == []


def test_what_an_open_late_case_says(hall):
    case = late(hall)
    (fact,) = find("cases.open_late")
    assert (
        fact.text == f"“{case.version_filed.name}”自 4月21日（周二）起超过承诺期限，还没有作出决定（承诺 5 个工作日）。"
    )
    assert fact.occurred_at == moment("2026-04-21 00:00")


def test_a_received_case_is_not_late(hall):
    make_case(hall, at=MONDAY)
    assert find("cases.open_late") == []
