"""Trying rules on the past: what is counted, what is listed, and that nothing else is written."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hall.facts import periods
from hall.facts.errors import NotPermitted, Refused
from hall.supervision import simulation
from hall.supervision.enums import Colour
from hall.supervision.models import Card, Trial, TrialLine
from tests.builders import Hall, moment
from tests.guards.writes import watched
from tests.hall.supervision.builders import NOW, Facts, announced, fact, make_draft, make_rule

APRIL = periods.parse("2026-04")
THEN = moment("2026-04-15 10:00")


def try_on(hall: Hall, *versions: object, period: periods.Period = APRIL) -> list[TrialLine]:
    trial = simulation.try_on(list(versions), period, by=hall.supervisor, at=NOW)  # type: ignore[arg-type]
    return list(trial.lines.order_by("pk"))


def test_it_counts_what_would_have_been_raised_by_department_and_person(hall: Hall, source: Facts) -> None:
    version = make_draft(make_rule(), hall.supervisor)
    source.rows = [fact(hall, str(n), at=THEN) for n in range(3)]
    source.rows += [fact(hall, "other", at=THEN, staff=hall.other_clerk.staff_id), fact(hall, "may", at=NOW)]
    (line,) = try_on(hall, version)
    assert (line.count, line.departments) == (4, {str(hall.department.pk): 4})
    assert line.people == {str(hall.clerk.staff_id): 3, str(hall.other_clerk.staff_id): 1}


def test_several_rules_at_once_say_how_many_of_each_colour(hall: Hall, source: Facts) -> None:
    with announced(Facts(code="test.red")) as other:
        yellow = make_draft(make_rule(), hall.supervisor)
        red = make_draft(make_rule("red", "test.red"), hall.supervisor, colour=Colour.RED)
        source.rows = [fact(hall, str(n), at=THEN) for n in range(14)]
        other.rows = [fact(hall, str(n), at=THEN) for n in range(2)]
        lines = try_on(hall, yellow, red)
    assert {line.colour: line.count for line in lines} == {"yellow": 14, "red": 2}


def test_what_stands_still_is_counted_apart(hall: Hall, source: Facts) -> None:
    version = make_draft(make_rule(), hall.supervisor)
    source.rows = [fact(hall, "runs", at=THEN), fact(hall, "paused", at=THEN, paused=True)]
    (line,) = try_on(hall, version)
    assert (line.count, line.paused) == (1, 1)


def test_only_the_centers_the_version_governs_are_asked(hall: Hall, source: Facts) -> None:
    version, elsewhere = make_draft(make_rule(), hall.supervisor), Hall()
    source.rows = [fact(hall, "here", at=THEN), fact(elsewhere, "there", at=THEN)]
    assert [line.count for line in try_on(hall, version)] == [1]


def test_the_thresholds_are_those_of_the_draft(hall: Hall, source: Facts) -> None:
    try_on(hall, make_draft(make_rule(), hall.supervisor, days=9))
    assert source.asked[-1].options == {"days": 9}
    assert not source.asked[-1].by_record


def test_nothing_is_written_but_the_trial(hall: Hall, source: Facts) -> None:
    version = make_draft(make_rule(), hall.supervisor)
    source.rows = [fact(hall, at=THEN)]
    with watched() as writes:
        try_on(hall, version)
    assert writes.tables == {"supervision_trial", "supervision_trialline"}
    assert not Card.objects.exists()


def test_the_list_behind_a_trial_keeps_its_thresholds(hall: Hall, source: Facts) -> None:
    rule = make_rule()
    (line,) = try_on(hall, make_draft(rule, hall.supervisor, days=9))
    make_draft(rule, hall.supervisor, days=2)
    simulation.facts_of(TrialLine.objects.get(pk=line.pk), offset=0, limit=5)
    assert source.asked[-1].options == {"days": 9}


def test_the_list_is_cut_into_pages_by_the_source(hall: Hall, source: Facts) -> None:
    source.rows = [fact(hall, f"{n:02d}", at=THEN + timedelta(minutes=n)) for n in range(30)]
    (line,) = try_on(hall, make_draft(make_rule(), hall.supervisor))
    keys = [found.key for found in simulation.facts_of(line, offset=10, limit=2)]
    assert keys == ["test.facts:19", "test.facts:18"]
    assert simulation.total_of(line) == 30


def test_beyond_the_most_it_counts_and_says_what_it_left_out(
    hall: Hall, source: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulation, "MOST", 4)
    monkeypatch.setattr(simulation, "CHUNK", 2)
    source.rows = [fact(hall, str(n), at=THEN) for n in range(7)]
    (line,) = try_on(hall, make_draft(make_rule(), hall.supervisor))
    assert (line.count, line.uncounted, sum(line.departments.values())) == (7, 3, 4)


def test_a_trial_needs_a_version_a_past_period_and_a_source(hall: Hall, source: Facts) -> None:
    version = make_draft(make_rule(), hall.supervisor)
    with pytest.raises(Refused, match="至少选一条"):
        try_on(hall)
    with pytest.raises(Refused, match="已经过去"):
        try_on(hall, version, period=periods.parse("2026-06"))
    with announced(Facts(code="test.gone")):
        gone = make_draft(make_rule("gone", "test.gone"), hall.supervisor)
    with pytest.raises(Refused, match="还没有接入"):
        try_on(hall, version, gone)
    assert (Trial.objects.count(), source.code) == (0, "test.facts")


def test_only_supervisors_try(hall: Hall, source: Facts) -> None:
    version = make_draft(make_rule(), hall.supervisor)
    for user in (hall.clerk, hall.chief, hall.auditor, hall.admin):
        with pytest.raises(NotPermitted):
            simulation.try_on([version], APRIL, by=user, at=NOW)
    assert not source.asked


def test_it_costs_the_same_for_one_fact_and_for_many(hall: Hall, source: Facts) -> None:
    version, costs = make_draft(make_rule(), hall.supervisor), []
    for n in (1, 30):
        source.rows = [replace(fact(hall, str(i)), occurred_at=THEN) for i in range(n)]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            try_on(hall, version)
        costs.append(len(queries))
    assert costs[0] == costs[1]
