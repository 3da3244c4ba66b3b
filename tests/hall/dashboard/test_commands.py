"""Counting anew by command and by task: all of it, from a month on, and what was wrong put right."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from hall.dashboard import tasks
from hall.dashboard.models import CaseTally, OpenTally
from hall.ledger.models import Heartbeat
from tests.hall.dashboard.builders import counted_by_hand, everything, kept
from tests.hall.dashboard.season import Season

pytestmark = pytest.mark.django_db


def rebuild(*options: str) -> str:
    out = StringIO()
    call_command("rebuild_tallies", *options, stdout=out)
    return out.getvalue()


def test_everything_is_counted_anew(season: Season) -> None:
    before = everything()
    CaseTally.objects.all().delete()
    OpenTally.objects.all().delete()
    assert "已重新汇总" in rebuild()
    assert everything() == before
    assert kept() == counted_by_hand()


def test_a_wrong_number_is_put_right(season: Season) -> None:
    CaseTally.objects.update(filed=77, on_time=99)
    rebuild()
    assert kept() == counted_by_hand()


def test_counting_twice_counts_once(season: Season) -> None:
    rebuild()
    once = everything()
    rebuild()
    assert everything() == once


@pytest.mark.parametrize(("since", "wrong"), [("2026-04-30", False), ("2026-05-01", True), ("2026-04-01", False)])
def test_since_reaches_back_to_the_first_of_its_month(season: Season, since: str, wrong: bool) -> None:
    CaseTally.objects.filter(day__lt=date(2026, 5, 1)).update(filed=77)
    rebuild("--since", since)
    assert CaseTally.objects.filter(filed=77).exists() is wrong


@pytest.mark.parametrize("since", ["x", "2026-13-01", "2026-02-30", "20260", "\x00", "9" * 50])
def test_what_is_no_day_is_refused_with_an_example(since: str) -> None:
    with pytest.raises(CommandError, match="2026-01-01 这样的日期"):
        rebuild("--since", since)


def test_the_task_leaves_the_numbers_in_step_and_a_heartbeat(season: Season) -> None:
    tasks.roll()
    assert kept() == counted_by_hand()
    assert Heartbeat.objects.get(name="roll").note.isdigit()


def test_a_task_that_comes_twice_changes_nothing(season: Season) -> None:
    tasks.roll()
    once = everything()
    tasks.roll()
    assert everything() == once
