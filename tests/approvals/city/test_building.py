"""A small city in a real database: its rows are what the product itself would have written."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from approvals.cases import clockwork
from approvals.cases.actions.lateness import sweep
from approvals.cases.enums import OPEN
from approvals.cases.models import Case, ClockRow, Flag, Party
from approvals.city.building import NotScratch, Plan, build
from hall.evaluation.models import Evaluation, Invitation
from hall.ledger import kinds, numbers
from hall.ledger.models import Event
from tests.append_only import _reset
from tests.builders import Hall

CASES = 260


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[datetime]:
    """One city for the file; the tests only read it, and it is taken away at the end."""
    at = timezone.now()
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        build(Plan(cases=CASES, years=1, counties=0, seed=3), at=at)
        yield at
        _reset(connection.introspection.django_table_names(only_existing=True, include_views=False))


@pytest.fixture
def rows(city: datetime, db: None) -> datetime:
    return city


def test_every_case_is_there(rows: datetime) -> None:
    assert Case.objects.count() == CASES


def test_about_one_in_ten_is_open(rows: datetime) -> None:
    assert 0.05 < Case.objects.filter(state__in=OPEN).count() / CASES < 0.25


def test_docket_numbers_are_whole(rows: datetime) -> None:
    assert all(str(numbers.parse(docket)) == docket for docket in Case.objects.values_list("docket", flat=True))


def test_running_clocks_are_those_the_product_computes(rows: datetime) -> None:
    for case in Case.objects.open().select_related("center", "version_filed__regime").order_by("pk")[:30]:
        computed = {(d.clock.value, d.due, d.warn_from, d.stopped) for d in clockwork.running(case, at=rows)}
        stored = case.clocks.filter(ended_on__isnull=True)
        assert {(r.clock, r.due, r.warn_from, r.stopped) for r in stored} == computed, case.docket


def test_the_sweep_finds_nothing_left_to_flag(rows: datetime) -> None:
    before = Flag.objects.count()
    sweep(at=rows)
    assert Flag.objects.count() == before


def test_some_are_late_and_flagged(rows: datetime) -> None:
    assert Flag.objects.filter(level__in=("over_promise", "over_statute")).exists()


def test_ended_decision_clocks_say_how_long_it_took(rows: datetime) -> None:
    ended = ClockRow.objects.filter(clock="decision", case__decided_at__isnull=False)
    assert ended.exists()
    assert not ended.filter(net_days__isnull=True).exists()


def test_every_event_is_of_a_known_kind(rows: datetime) -> None:
    for kind in Event.objects.values_list("kind", flat=True).distinct():
        kinds.kind_of(kind)


def test_the_last_event_tells_the_state(rows: datetime) -> None:
    case = Case.objects.filter(state="delivered").first()
    assert case is not None
    assert Event.objects.filter(docket=case.docket).order_by("-id")[0].kind in ("case.deliver", "case.flag_raised")


def test_applicants_can_be_read(rows: datetime) -> None:
    party = Party.objects.first()
    assert party is not None
    assert party.name.startswith("样本人")


def test_closed_cases_may_be_evaluated_and_some_are(rows: datetime) -> None:
    invited = Invitation.objects.count()
    assert invited == Case.objects.filter(closed_at__isnull=False).exclude(state="voided").count()
    assert 0.2 < Evaluation.objects.count() / invited < 0.6


def test_a_second_city_is_refused(rows: datetime) -> None:
    with pytest.raises(NotScratch, match="空的临时数据库"):
        build(Plan(cases=1), at=rows)


@pytest.mark.django_db
def test_a_hall_at_work_is_never_overwritten() -> None:
    Hall()
    with pytest.raises(CommandError, match="已有账号或办件"):
        call_command("generate_city", cases=1)


@pytest.mark.parametrize("wrong", [{"cases": 0}, {"years": 0}, {"open_share": 1.0}])
def test_impossible_plans_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(CommandError, match="至少是 1"):
        call_command("generate_city", **wrong)
