"""Every measure against cases counted by hand: on time, late, early, paused, on the spot, voided, corrected."""

from collections import Counter
from datetime import date

import pytest
from django.utils import timezone

from approvals.cases.models import Case, ClockRow
from hall.dashboard import lists, queries
from hall.dashboard.measures import LATE_LAMPS, MEASURES, STANDINGS, listed, of_moment
from hall.dashboard.models import CaseTally
from hall.facts.periods import parse
from hall.facts.slices import Slice
from tests.hall.dashboard.builders import counted_by_hand, kept
from tests.hall.dashboard.season import COUNTS, DAYS, DECIDED, SPRING, Season, counting, expected

pytestmark = pytest.mark.django_db
YEAR = parse("2026")


def part_of(season: Season, period: str = SPRING["period"]) -> Slice:
    return Slice(parse(period), centers=frozenset({season.hall.center.pk}))


@pytest.mark.parametrize("code", [measure.code for measure in listed()])
def test_a_measure_counts_the_cases_it_says(season: Season, code: str) -> None:
    assert season.names(MEASURES[code].cases(Case.objects.all())) == counting(code)


@pytest.mark.parametrize("code", [measure.code for measure in listed()])
def test_the_list_of_a_measure_holds_the_same_cases(season: Season, code: str) -> None:
    found = lists.cases(season.hall.supervisor, part_of(season), MEASURES[code], timezone.now())
    assert season.names(found) == counting(code)


@pytest.mark.parametrize("code", MEASURES)
def test_the_tally_adds_up_to_what_was_counted_by_hand(season: Season, code: str) -> None:
    assert queries.totals(part_of(season))[code] == expected()[code]


def test_the_tally_of_every_grain_is_the_recount(season: Season) -> None:
    assert kept() == counted_by_hand()


@pytest.mark.parametrize(("name", "day"), DECIDED.items())
def test_a_decision_belongs_to_its_own_day(season: Season, name: str, day: str) -> None:
    part = part_of(season, f"2026-{day}")
    assert name in season.names(lists.cases(season.hall.supervisor, part, MEASURES["decided"], timezone.now()))


def test_what_was_corrected_is_filed_on_the_corrected_day_alone(season: Season) -> None:
    user, filed = season.hall.supervisor, MEASURES["filed"]
    friday, monday = (
        season.names(lists.cases(user, part_of(season, f"2026-04-{day}"), filed, timezone.now())) for day in (10, 13)
    )
    assert friday == {"moved"}
    assert monday == set(COUNTS) - {"moved"}


@pytest.mark.parametrize(("name", "days"), DAYS.items())
def test_the_days_of_a_case_are_those_of_law_promise_and_clock(
    season: Season, name: str, days: tuple[int, int, int]
) -> None:
    case = season.cases[name]
    net = ClockRow.objects.get(case=case, clock="decision").net_days
    assert (case.statute_count, case.promise_count, net) == days


@pytest.mark.parametrize(("name", "spare"), [("early", 2), ("last_day", 0), ("late", -1), ("paused", 0), ("denied", 1)])
def test_the_spare_days_of_a_case_tell_early_from_in_time(season: Season, name: str, spare: int) -> None:
    assert ClockRow.objects.get(case=season.cases[name], clock="decision").spare_days == spare


def test_a_pause_lengthens_the_calendar_and_not_the_clock(season: Season) -> None:
    clock = ClockRow.objects.get(case=season.cases["paused"], clock="decision")
    assert (clock.net_days, clock.elapsed_days, clock.due) == (3, 10, date(2026, 4, 23))


def test_what_is_timed_is_in_time_or_late_and_never_both(season: Season) -> None:
    assert counting("on_time") | counting("late") == counting("timed")
    on_time, late = (season.names(MEASURES[code].cases(Case.objects.all())) for code in ("on_time", "late"))
    assert not on_time & late


def test_what_is_early_is_in_time(season: Season) -> None:
    early, on_time = (season.names(MEASURES[code].cases(Case.objects.all())) for code in ("early", "on_time"))
    assert early < on_time


def test_voided_cases_were_filed_and_never_closed(season: Season) -> None:
    codes = {m.code for m in listed() if "voided" in season.names(m.cases(Case.objects.all()))}
    assert codes == {"filed"}


def test_withdrawn_and_refused_cases_are_closed_and_in_no_rate(season: Season) -> None:
    closed, timed = (season.names(MEASURES[code].cases(Case.objects.all())) for code in ("closed", "timed"))
    assert {"withdrawn", "refused"} <= closed - timed


def test_an_item_without_any_limit_is_in_no_rate(season: Season) -> None:
    timed, closed = (season.names(MEASURES[code].cases(Case.objects.all())) for code in ("timed", "closed"))
    assert "unlimited" in closed - timed


def test_an_item_promised_nothing_is_held_to_the_statute_and_not_compared(season: Season) -> None:
    on_time, compared = (season.names(MEASURES[code].cases(Case.objects.all())) for code in ("on_time", "compressed"))
    assert "by_statute" in on_time - compared


@pytest.mark.parametrize(("kind", "column"), [("net", "net_days"), ("elapsed", "elapsed_days")])
def test_durations_hold_every_timed_decision_that_has_days(season: Season, kind: str, column: str) -> None:
    timed = MEASURES["timed"].cases(Case.objects.all()).values("pk")
    clocks = ClockRow.objects.filter(clock="decision", net_days__isnull=False, case__in=timed)
    assert queries.spreads(part_of(season))[kind].counts == Counter(clocks.values_list(column, flat=True))


def test_the_shape_of_compression_is_twenty_three_and_two_and_a_third(season: Season) -> None:
    total = queries.totals(part_of(season))
    shape = [total[code] / total["compressed"] for code in ("statute_days", "promise_days", "actual_days")]
    assert shape == pytest.approx([20, 3, 14 / 6])


def test_a_case_undone_after_the_count_leaves_no_row_behind(season: Season) -> None:
    """Rows in which nothing counts are not written at all."""
    empty = [row for row in CaseTally.objects.all() if not sum(getattr(row, code) for code in MEASURES)]
    assert empty == []


@pytest.mark.parametrize(
    ("moment", "codes"),
    [
        ("received_at", {"filed", "online"}),
        ("accepted_at", {"accepted"}),
        ("decided_at", {"decided", "granted"}),
        ("closed_at", set(MEASURES) - {"filed", "online", "accepted", "decided", "granted"}),
    ],
)
def test_every_measure_belongs_to_one_moment(moment: str, codes: set[str]) -> None:
    assert {measure.code for measure in of_moment(moment)} == codes  # type: ignore[arg-type]


def test_sums_of_days_open_no_list() -> None:
    assert [lists.measure_of(code) for code in ("statute_days", "promise_days", "actual_days")] == [None] * 3
    assert {m.code for m in listed()} == set(MEASURES) - {"statute_days", "promise_days", "actual_days"}


def test_every_measure_has_a_column_and_every_number_a_column_is_a_measure() -> None:
    numbers = {f.name for f in CaseTally._meta.fields if f.get_internal_type().startswith("Positive")}
    assert numbers == set(MEASURES)


@pytest.mark.parametrize("code", STANDINGS)
def test_a_standing_number_is_found_by_its_code(code: str) -> None:
    assert lists.measure_of(code) is STANDINGS[code]


def test_late_lamps_are_both_limits_and_nothing_milder() -> None:
    assert set(LATE_LAMPS) == {"over_promise", "over_statute"}


@pytest.mark.parametrize("code", MEASURES)
def test_every_definition_says_by_which_day_or_of_which_cases(code: str) -> None:
    definition = MEASURES[code].definition
    assert definition.endswith("。")
    assert any(word in definition for word in ("日计", "有期限的办结", "办结的办件", "承诺件"))
