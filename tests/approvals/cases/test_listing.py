"""Lists: the lamp computed in SQL is the lamp in words, sorts are stable, a deputy sees what is represented."""

import random
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from approvals.cases import actions, listing, row_reading
from approvals.cases.clock import LampKind
from approvals.cases.enums import CaseState
from approvals.cases.models import Case, ClockRow
from approvals.catalogue.models import PauseGround
from hall.organisation.models import Absence
from tests.approvals.cases.ways import FRIDAY, WAYS, noticed, own_regime, paused, put, with_promise
from tests.builders import MONDAY, Hall, accepted_case, make_case, make_item_version, moment

pytestmark = pytest.mark.django_db


def seen(cases, at: datetime) -> dict[str, tuple[str, str]]:
    """Docket → (lamp of the SQL, lamp in words)."""
    found = listing.with_lamp(cases, at)
    in_words = {row.docket: row.lamp.kind.value if row.lamp else "" for row in row_reading.rows(found, at)}
    return {case.docket: (case.lamp, in_words[case.docket]) for case in found}


@pytest.fixture(scope="module")
def version(house: Hall):
    return make_item_version(house.department)


# --- the lamp in SQL and in words ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def everybody(house: Hall) -> list[Case]:
    """Cases of many kinds: every state, limits of every unit, pauses of both kinds, promises and corrections."""
    cases = [way(house) for way in WAYS.values()]
    units = [(5, "workday"), (30, "day"), (1, "month"), (24, "hour"), (4, "opening_hour")]
    for promise in units:
        own = make_item_version(house.department, promise=promise, steps=())
        cases.append(accepted_case(house, own))
    cases += [with_promise(house), noticed(house), paused(house, days=1)]
    ground = PauseGround.objects.create(
        regime=own_regime("listing-rule"), code="redesign", name="方案修改", stops_statute=False
    )
    local = make_item_version(house.department, regime="listing-rule", promise=(10, "workday"), steps=())
    for with_law in (house.ground(), ground):
        case = accepted_case(house, local if with_law is ground else None)
        cases.append(actions.pause(case, by=house.approver, at=FRIDAY, ground=with_law, notified_days=3, reason="评审"))
    return cases


MOMENTS = [
    "2026-04-13 10:08", "2026-04-14 10:07:59", "2026-04-14 10:08", "2026-04-17 15:30", "2026-04-20 23:59:59",
    "2026-04-21 00:00", "2026-04-27 09:00", "2026-04-28 00:00", "2026-04-29 00:00", "2026-05-06 12:00",
    "2026-05-07 00:00", "2026-05-08 00:00", "2026-05-11 12:00", "2026-05-13 23:59:59", "2026-05-14 00:00",
    "2026-05-14 00:00:01", "2026-06-01 09:00", "2026-12-31 23:59:59",
]  # fmt: skip


@pytest.mark.parametrize("at", MOMENTS)
def test_the_lamp_of_the_list_is_the_lamp_in_words(everybody, at):
    lamps = seen(Case.objects.filter(pk__in=[c.pk for c in everybody]), moment(at))
    assert {docket: pair for docket, pair in lamps.items() if pair[0] != pair[1]} == {}


def test_the_moments_show_every_lamp(everybody):
    """The comparison above says something only if each lamp occurs."""
    cases = Case.objects.filter(pk__in=[c.pk for c in everybody])
    shown = {lamp for at in MOMENTS for lamp, _ in seen(cases, moment(at)).values()}
    assert shown == {*(kind.value for kind in LampKind), ""}  # and none, where nothing runs any more


def random_row(draw: random.Random, case: Case) -> ClockRow:
    """A row such as the clock writes them: warn ≤ late, statute after the promise, stopped ones with a gap."""
    start = date(2026, 4, 13)
    due = start + timedelta(days=draw.randint(1, 40))
    statute = due + timedelta(days=draw.choice([0, 0, 5, 20])) if draw.random() < 0.8 else None
    stopped = draw.random() < 0.3
    statute_stopped = stopped and draw.random() < 0.7
    runs = statute is not None and not statute_stopped
    warned = statute if stopped and runs else due
    return ClockRow(
        case=case, clock="decision", start_on=start, unit="workday", due=due, promise_due=due, statute_due=statute,
        warn_from=midnight(warned - timedelta(days=draw.randint(0, 5))), late_from=midnight(due + timedelta(days=1)),
        statute_late_from=midnight(statute + timedelta(days=1)) if runs else None,
        stopped=stopped, statute_stopped=statute_stopped, stop_label="专家评审", stop_since=start,
    )  # fmt: skip


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


@pytest.mark.parametrize("seed", range(4))
def test_the_lamps_agree_over_many_random_rows(house, version, seed):
    draw = random.Random(seed)
    cases = [put(house, version, CaseState.REVIEWING) for _ in range(40)]
    ClockRow.objects.bulk_create(random_row(draw, case) for case in cases)
    found = Case.objects.filter(pk__in=[c.pk for c in cases])
    for days in range(0, 70, 7):
        at = midnight(date(2026, 4, 13) + timedelta(days=days)) + timedelta(hours=draw.randint(0, 23))
        lamps = seen(found, at)
        assert {docket: pair for docket, pair in lamps.items() if pair[0] != pair[1]} == {}, at


def test_a_ground_without_law_shows_how_near_the_statute_is(house):
    """The promise stands still, the statute runs: the lamp warns of what can still be broken."""
    ground = PauseGround.objects.create(regime=own_regime(), code="redesign", name="方案修改", stops_statute=False)
    own = make_item_version(house.department, regime="local-rule", promise=(10, "workday"), steps=())
    case = accepted_case(house, own)
    actions.pause(case, by=house.approver, at=FRIDAY, ground=ground, notified_days=30, reason="改图")
    cases = Case.objects.filter(pk=case.pk)
    assert seen(cases, moment("2026-04-27 09:00"))[case.docket] == ("paused", "paused")
    assert seen(cases, moment("2026-05-12 09:00"))[case.docket] == ("due_soon", "due_soon")
    assert seen(cases, moment("2026-05-14 09:00"))[case.docket] == ("over_statute", "over_statute")


def test_every_lamp_has_word_and_shape():
    assert set(listing.LAMP_LABELS) == set(row_reading.LAMP_CSS) == set(LampKind)
    assert not set("红黄绿蓝橙") & set("".join(listing.LAMP_LABELS.values()))


def test_counting_by_lamp_is_counting_the_list(everybody):
    cases, at = Case.objects.filter(pk__in=[c.pk for c in everybody]), moment("2026-05-14 09:00")
    lamps = [lamp for lamp, _ in seen(cases, at).values()]
    assert listing.counts(cases, at) == {lamp: lamps.count(lamp) for lamp in set(lamps)}


def test_a_lamp_filters_the_list(everybody):
    cases, at = Case.objects.filter(pk__in=[c.pk for c in everybody]), moment("2026-05-14 09:00")
    late = listing.under(listing.with_lamp(cases, at), "over_statute")
    assert {case.lamp for case in late} == {"over_statute"}


# --- sorting ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def twins(house: Hall) -> list[Case]:
    """Many cases that are equal in everything a sort looks at but the number."""
    own = make_item_version(house.department)
    return [make_case(house, own) for _ in range(9)]


@pytest.mark.parametrize("sort", listing.SORTS)
def test_pages_neither_overlap_nor_leave_out(twins, sort):
    cases = listing.ordered(listing.with_lamp(Case.objects.filter(pk__in=[c.pk for c in twins]), FRIDAY), sort)
    pages = [case.docket for start in range(0, 9, 3) for case in cases[start : start + 3]]
    assert sorted(pages) == sorted(case.docket for case in twins)


def order(sort: str, cases: list[Case], at=FRIDAY) -> list[str]:
    found = Case.objects.filter(pk__in=[c.pk for c in cases])
    return [case.docket for case in listing.ordered(listing.with_lamp(found, at), sort)]


@pytest.fixture(scope="module")
def three(house: Hall) -> dict[str, Case]:
    """Received in April, accepted with a short promise, and over."""
    short = make_item_version(house.department, promise=(2, "workday"), steps=())
    return {
        "long": accepted_case(house),
        "short": accepted_case(house, short, at=MONDAY + timedelta(hours=2)),
        "over": WAYS[CaseState.WITHDRAWN](house),
    }


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("urgency", ["short", "long", "over"]),
        ("due", ["short", "long", "over"]),
        ("docket", ["long", "short", "over"]),
        ("nonsense", ["short", "long", "over"]),
    ],
)
def test_in_what_order(three, sort, names):
    assert order(sort, list(three.values())) == [three[name].docket for name in names]


def test_newest_first_by_receipt(three):
    assert order("received", list(three.values()))[0] == three["short"].docket


# --- whose list ------------------------------------------------------------------------------------------------------


def mine(user, at=FRIDAY) -> set[str]:
    return set(listing.base(user, listing.PRESETS["worklist"], at).values_list("docket", flat=True))


def test_the_worklist_is_what_lies_with_the_person(house):
    case = make_case(house)
    assert case.docket in mine(house.clerk)
    assert case.docket not in mine(house.other_clerk)


def test_a_deputy_sees_what_is_represented_only_while_it_lasts(house):
    case = make_case(house)
    Absence.objects.create(
        staff=house.clerk.staff, acting=house.other_clerk.staff, from_at=FRIDAY, until_at=FRIDAY + timedelta(days=3),
        reason="培训",
    )  # fmt: skip
    seen_at = {days: case.docket in mine(house.other_clerk, FRIDAY + timedelta(days=days)) for days in (-1, 0, 2, 3)}
    assert seen_at == {-1: False, 0: True, 2: True, 3: False}


def test_who_is_represented_keeps_the_case_in_the_own_list(house):
    case = make_case(house)
    Absence.objects.create(staff=house.clerk.staff, acting=house.other_clerk.staff, from_at=FRIDAY, reason="培训")
    assert case.docket in mine(house.clerk)


@pytest.mark.parametrize(
    ("preset", "states"),
    [
        ("worklist", {"received", "supplementing", "reviewing", "paused", "returning", "granted", "denied"}),
        ("notices", {"received", "supplementing"}),
        ("deliveries", {"granted", "denied"}),
        ("all", set(CaseState.values)),
    ],
)
def test_each_list_shows_its_states(house, everybody, preset, states):
    found = listing.base(house.chief if preset != "worklist" else house.clerk, listing.PRESETS[preset], FRIDAY)
    assert set(found.values_list("state", flat=True)) == states
