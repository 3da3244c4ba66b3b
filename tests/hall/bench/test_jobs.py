"""The jobs on a small made-up city: they measure what they say they measure."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.utils import timezone

from approvals.cases.models import Case, Flag
from approvals.city.building import Plan, build
from hall.bench.jobs import JOBS, dashboard, due, filing, sweeping
from hall.bench.jobs.http import cookies_of_anybody, printed
from hall.bench.jobs.people import AT_HAND, a_clerk
from hall.bench.measuring import Ground
from hall.bench.scratch import SCALES, Scale
from hall.dashboard import rolling
from hall.ledger.models import Event
from hall.outbox.models import Message
from hall.workdays.shipped import shipped_calendar
from tests.append_only import _reset

GROUND = Ground(Scale("1k", 1_000), lambda _: None)
ORDER = (
    "due sweep sweep_idle filing lookup_http filing_http worklist_http worklist_growth dashboard recalc"
    " page_weight memory"
)


@pytest.fixture(scope="module")
def scratch(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """One city for the file, really written, and taken away at the end."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        build(Plan(cases=600, years=1, counties=0, open_share=0.5), at=timezone.now())
        rolling.rebuild(timezone.now())
        yield
        _reset(connection.introspection.django_table_names(only_existing=True, include_views=False))


@pytest.fixture
def city(scratch: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """What a job commits stays committed: jobs of one file work on one city, as jobs of one run do."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield


def rows() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (Flag, Event, Message)}


def test_the_jobs_stand_in_the_order_of_the_table():
    assert " ".join(JOBS) == ORDER


def test_every_job_is_called_by_its_name():
    assert all(name == job.name and job.label for name, job in JOBS.items())


def test_ten_millions_are_ten_copies():
    assert (SCALES["10m"].total, SCALES["1m"].total, SCALES["100k"].total) == (10_000_000, 1_000_000, 100_000)


@pytest.mark.django_db
def test_no_scale_lives_in_the_halls_own_database():
    assert connection.settings_dict["NAME"] not in {scale.database for scale in SCALES.values()}


@pytest.mark.parametrize("measured", [due._plain, due._explained])
def test_due_dates_are_counted_by_the_second(measured):
    assert measured(shipped_calendar(), 200) > 100


def test_the_sweep_and_its_floor_write_the_same_rows(city):
    keys = sweeping._clocks(6)
    half = len(keys) // 2
    written = []
    for part, work in ((keys[:half], sweeping._bare), (keys[half : 2 * half], lambda at: sweeping.sweep_all(at, half))):
        before = rows()
        sweeping._timed(part, work)
        written.append({name: count - before[name] for name, count in rows().items()})
    floor, ours = written
    assert (floor["Flag"], floor["Event"]) == (half, half)
    assert ours == floor
    assert ours["Message"] >= half  # the handler's, and the chief representative's where there is one


def test_the_sweep_is_held_against_its_floor(city):
    result = sweeping.measure(GROUND)
    assert result.n >= 1
    assert result.ratio == result.ours / result.floor
    assert [must.what for must in result.musts] == ["倍数"]


def test_the_idle_sweep_raises_nothing(city):
    sweeping.measure_idle(GROUND)
    before = rows()
    sweeping.measure_idle(GROUND)
    assert rows() == before


def test_filing_is_held_against_the_same_inserts(city):
    before = Case.objects.count()
    result = filing.measure(GROUND)
    # The floor's inserts are committed as well: raw rows are as good as ours, and numbers go on without a gap.
    assert Case.objects.count() == before + 1 + 2 * result.n
    assert result.also["statements"] <= 12


def test_what_was_recorded_is_not_kept(city):
    version, clerk = filing.at_a_window()
    before = Case.objects.count()
    asked = filing.an_application(version)
    recorded = filing._recorded(lambda: filing.actions.register(asked, by=clerk, at=timezone.now()), 3)
    assert (len(recorded), Case.objects.count()) == (3, before)
    assert len({tuple(map(str, one)) for one in recorded}) == 3


def test_the_dashboard_is_held_against_the_rows_read_raw(city):
    result = dashboard.measure(GROUND)
    assert result.also["queries"] >= 4
    assert result.floor > 0


def test_codes_are_those_on_the_receipts(city):
    pairs = printed(2)
    assert len(set(pairs)) == 2
    assert Case.objects.filter(docket__in=[docket for docket, _ in pairs]).count() == 2


def test_a_form_and_its_cookie_carry_the_same_token():
    assert cookies_of_anybody().split("=")[1] == "b" * 32


def test_the_clerk_of_a_worklist_holds_a_full_page_and_nothing_else(city):
    one, other = a_clerk(cases=3), a_clerk(cases=0)
    assert Case.objects.filter(handler=one.staff).count() == 3
    assert not Case.objects.filter(handler=other.staff).exists()
    assert AT_HAND > 50


def test_the_clerk_of_a_worklist_may_go_to_work_at_once(city):
    assert not a_clerk(cases=0).must_change_password
