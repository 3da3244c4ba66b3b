"""A reduced city over two years: whose names are left out, and that its rows obey what the product's own obey."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import connection
from django.db.models import F, Q
from django.utils import timezone

from approvals.cases.models import Case, ClockRow, Party, Pause
from approvals.city.building import NAMED_WITHIN, Plan, build
from approvals.city.distribution import CHANNELS, PEOPLE_ORDER
from approvals.city.places import LIMITS
from hall.access.models import User
from hall.dashboard import queries, rolling
from hall.dashboard.measures import MEASURES
from hall.evaluation.models import Evaluation, Invitation
from hall.facts.periods import parse
from hall.facts.slices import Slice
from hall.ledger.models import DocketCounter, Event
from hall.organisation.models import Center, Department
from tests.append_only import _reset

CASES = 300


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[datetime]:
    """One city for the file; the tests only read it, and it is taken away at the end."""
    at = timezone.now()
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        build(Plan(cases=CASES, years=2, counties=0, seed=11, reduced=True), at=at)
        yield at
        _reset(connection.introspection.django_table_names(only_existing=True, include_views=False))


@pytest.fixture
def rows(city: datetime, db: None) -> datetime:
    return city


def test_who_applied_long_ago_is_left_out_and_nobody_else(rows: datetime) -> None:
    named = set(Party.objects.values_list("case_id", flat=True))
    old = set(Case.objects.filter(closed_at__lte=rows - NAMED_WITHIN).values_list("pk", flat=True))
    assert old
    assert named == set(Case.objects.values_list("pk", flat=True)) - old


def test_a_case_without_a_name_has_its_clock_and_its_events(rows: datetime) -> None:
    old = Case.objects.filter(closed_at__lte=rows - NAMED_WITHIN, decided_at__isnull=False).first()
    assert old is not None
    assert old.clocks.exists()
    assert Event.objects.filter(docket=old.docket, kind="case.register").exists()


def test_every_case_has_an_applicant_at_most_once(rows: datetime) -> None:
    counts = Counter(Party.objects.values_list("case_id", flat=True))
    assert set(counts.values()) == {1}


def test_constraints_hold_without_the_guards(rows: datetime) -> None:
    """COPY goes past the forms, and triggers were off; checks and references were not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT conrelid::regclass, conname FROM pg_constraint WHERE NOT convalidated")
        assert cursor.fetchall() == []
    for model in (Case, ClockRow, Pause):
        for row in model.objects.order_by("?")[:20]:
            row.validate_constraints()


def test_triggers_are_on_again(rows: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    "wrong",
    [
        Q(accepted_at__lt=F("received_at")), Q(decided_at__lt=F("accepted_at")), Q(delivered_at__lt=F("decided_at")),
        Q(closed_at__lt=F("received_at")), Q(decided_at__isnull=False, accepted_at__isnull=True),
        Q(closed_at__isnull=False, closing_code=""), Q(closed_at__isnull=True) & ~Q(closing_code=""),
        Q(granted__isnull=False, decided_at__isnull=True), Q(granted=False, decision_reason=""),
    ],
)  # fmt: skip
def test_no_case_contradicts_itself(rows: datetime, wrong: Q) -> None:
    assert not Case.objects.filter(wrong).exists()


def test_handlers_belong_to_the_department_of_the_case(rows: datetime) -> None:
    assert not Case.objects.exclude(handler__department=F("department")).exists()
    assert not Case.objects.exclude(version_filed__item__department=F("department")).exists()
    assert not Case.objects.exclude(department__center=F("center")).exists()


def test_limits_are_those_of_the_item(rows: datetime) -> None:
    found = set(Case.objects.values_list("promise_count", "statute_count"))
    assert found <= {(promise, statute or None) for promise, statute in LIMITS}


def test_channels_come_as_often_as_they_should(rows: datetime) -> None:
    counts = Counter(Case.objects.values_list("channel", flat=True))
    for channel, percent in zip(PEOPLE_ORDER, CHANNELS, strict=True):
        assert counts[channel] / CASES == pytest.approx(percent / 100, abs=0.09)


def test_an_ended_decision_says_how_many_days_were_left(rows: datetime) -> None:
    ended = ClockRow.objects.filter(clock="decision", case__decided_at__isnull=False)
    assert ended.exists()
    assert not ended.filter(spare_days__isnull=True).exists()
    assert not ended.filter(spare_days__gt=0, case__decided_at__date__gte=F("due")).exists()
    assert not ended.filter(spare_days__lt=0, case__decided_at__date__lte=F("due")).exists()


def test_a_clock_that_runs_has_no_days_yet(rows: datetime) -> None:
    running = ClockRow.objects.filter(clock="decision", ended_on__isnull=True)
    assert running.exists()
    assert not running.exclude(net_days=None, elapsed_days=None, spare_days=None).exists()


def test_the_dashboard_finds_early_ones_and_late_ones(rows: datetime) -> None:
    rolling.rebuild(rows)
    years = f"{rows.year - 2}-01-01..{rows.year}-12-31"
    found = queries.totals(Slice(parse(years), centers=None))
    assert found["filed"] == CASES
    assert 0 < found["early"] < found["timed"]
    assert found["on_time"] + found["late"] == found["timed"]
    counted = {code: MEASURES[code].cases(Case.objects.all()).count() for code in ("closed", "timed", "early", "late")}
    assert counted == {code: found[code] for code in counted}


def test_pauses_have_a_reason_a_paper_and_who_agreed(rows: datetime) -> None:
    assert not Pause.objects.filter(Q(reason="") | Q(document_no="") | Q(approved_by__isnull=True)).exists()
    assert not Pause.objects.filter(end_on__isnull=False, ended_by__isnull=True).exists()


def test_the_counter_goes_on_where_the_city_ended(rows: datetime) -> None:
    for counter in DocketCounter.objects.all():
        day = Case.objects.filter(docket__startswith=f"{counter.center_code}{counter.day:%Y%m%d}")
        assert day.count() == counter.last


def test_versions_of_events_rise_by_one(rows: datetime) -> None:
    docket = Case.objects.filter(state="delivered").values_list("docket", flat=True)[0]
    deeds = Event.objects.filter(docket=docket, kind__startswith="case.").exclude(kind="case.flag_raised")
    versions = [event.data["version"] for event in deeds.order_by("pk")]
    assert versions == list(range(1, len(versions) + 1))


def test_no_event_carries_a_name(rows: datetime) -> None:
    assert not Event.objects.filter(data__icontains="样本人").exists()


def test_an_evaluation_follows_its_closing(rows: datetime) -> None:
    assert Evaluation.objects.exists()
    assert not Evaluation.objects.filter(given_at__lt=F("invitation__closed_at")).exists()
    assert not Invitation.objects.filter(docket__in=Case.objects.open().values("docket")).exists()


def test_nobody_can_log_in_as_a_made_up_person(rows: datetime) -> None:
    assert User.objects.exists()
    assert not any(user.check_password("!") or user.has_usable_password() for user in User.objects.all()[:10])


def test_a_city_without_counties_is_one_center_with_its_departments(rows: datetime) -> None:
    assert Center.objects.count() == 1
    assert Department.objects.count() == 20
    assert not Department.objects.filter(Q(head__isnull=True) | Q(chief_representative__isnull=True)).exists()
