"""Copies of a made-up city: as many, on the same days, under numbers of their own."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from approvals.cases.enums import OPEN
from approvals.cases.models import Case, ClockRow, Flag, Party, Pause
from approvals.city.building import Plan, build
from approvals.city.multiplying import MOST_COPIES, STRIDE, TooBusy, multiply
from hall.ledger import numbers
from hall.ledger.models import DocketCounter, Event
from tests.append_only import _reset
from tests.builders import MONDAY

CASES, COPIES = 60, 3
_COUNTED = (Case, ClockRow, Flag, Pause, Party, Event)


@pytest.fixture(scope="module")
def before(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[dict[str, int]]:
    """One city for the file, taken away at the end: how many rows there were before the copies were made."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        build(Plan(cases=CASES, years=1, counties=0, open_share=0.5), at=timezone.now())
        counts = {model.__name__: model.objects.count() for model in _COUNTED}
        counts["open"] = Event.objects.filter(docket__in=Case.objects.open().values("docket")).count()
        multiply(COPIES)
        yield counts
        _reset(connection.introspection.django_table_names(only_existing=True, include_views=False))


@pytest.fixture
def city(before: dict[str, int], db: None) -> dict[str, int]:
    return before


def test_everything_is_there_so_many_times(city):
    for model in (Case, ClockRow, Flag, Pause):
        assert model.objects.count() == COPIES * city[model.__name__], model.__name__


def test_no_two_dockets_are_the_same_and_every_one_is_whole(city):
    dockets = set(Case.objects.values_list("docket", flat=True))
    assert len(dockets) == COPIES * CASES
    assert all(str(numbers.parse(docket)) == docket for docket in dockets)


def test_copies_lie_on_the_same_days(city):
    days = Case.objects.values("received_at", "center", "state").annotate(n=Count("pk"))
    assert all(row["n"] % COPIES == 0 for row in days)


def test_clocks_of_a_copy_are_those_of_the_first(city):
    first = Case.objects.filter(parties__isnull=False).order_by("docket").first()
    number = numbers.parse(first.docket)
    copy = Case.objects.get(docket=str(replace(number, serial=number.serial + STRIDE)))
    facts = ("clock", "due", "next_look_at", "ended_on")
    assert list(copy.clocks.order_by("clock").values_list(*facts)) == list(
        first.clocks.order_by("clock").values_list(*facts)
    )


def test_events_are_copied_of_what_is_open_only(city):
    assert Event.objects.count() == city["Event"] + (COPIES - 1) * city["open"]
    closed = Case.objects.exclude(state__in=OPEN).exclude(parties__isnull=False)
    assert not Event.objects.filter(docket__in=closed.values("docket")).exists()


def test_no_applicant_is_copied(city):
    assert Party.objects.count() == city["Party"]


def test_the_next_number_is_free(city):
    for counter in DocketCounter.objects.all():
        day = f"{counter.center_code}{counter.day:%Y%m%d}"
        highest = Case.objects.filter(docket__startswith=day).order_by("-docket").values_list("docket", flat=True)[0]
        assert numbers.parse(highest).serial <= counter.last


@pytest.mark.django_db
@pytest.mark.parametrize("copies", [0, -1, MOST_COPIES + 1])
def test_so_many_copies_are_refused(copies):
    with pytest.raises(ValueError, match=str(copies)):
        multiply(copies)


@pytest.mark.django_db
def test_a_center_with_too_many_a_day_is_refused():
    DocketCounter.objects.create(center_code="1303020001", day=MONDAY.date(), last=STRIDE)
    with pytest.raises(TooBusy):
        multiply(2)
