"""Sheets from facts: the same twice, the sum of their entries, gone with the fact, frozen for good."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hall.appraisal.actions.computing import recompute, recompute_open
from hall.appraisal.enums import LineKind
from hall.appraisal.models import AppraisalPeriod, ManualMark, Score, ScoreEntry
from hall.appraisal.tasks import recompute as nightly
from hall.facts import sources
from hall.facts.errors import Refused
from hall.facts.indicators import Figure, Indicator
from hall.facts.slices import Slice
from hall.facts.sources import Fact
from hall.ledger.models import Heartbeat
from tests.builders import Hall, make_staff, make_window
from tests.hall.appraisal.builders import (
    AFTER,
    SCORED,
    ListSource,
    announced,
    attended,
    bonus_line,
    facts_line,
    frozen,
    manual_line,
    measuring,
    run,
    sheet_of,
)
from tests.hall.rectification.builders import bad

pytestmark = pytest.mark.django_db


@pytest.fixture
def late() -> Iterator[ListSource]:
    with announced("test.late") as (source,):
        yield source


@pytest.fixture
def good() -> Iterator[ListSource]:
    with announced("test.good") as (source,):
        yield source


def written(period: AppraisalPeriod) -> list[tuple[Any, ...]]:
    """Every entry and every total, with their rows."""
    entries = ScoreEntry.objects.filter(score__period=period).order_by("pk").values_list()
    return [*entries, *Score.objects.filter(period=period).order_by("pk").values_list()]


def test_a_fact_takes_its_points_and_links_to_itself(hall: Hall, late: ListSource) -> None:
    fact = late.happened(hall, hall.clerk.staff, docket="1303020012202610120001", url="/cases/x/")
    sheet = sheet_of(run(hall, facts_line("test.late")), hall.clerk)
    entry = sheet.entries.get(key=fact.key)
    assert (entry.source, entry.docket, entry.url, entry.text) == ("test.late", fact.docket, "/cases/x/", fact.text)
    assert (entry.points, sheet.total) == (-5, 95)


def test_a_grade_without_a_name_reaches_the_sheet_the_day_after(hall: Hall) -> None:
    now = timezone.now()
    today = timezone.localdate(now)
    period = run(hall, facts_line("evaluation.bad"), at=now, code=f"{today:%Y-%m}")
    bad(hall, signed=False, at=now)
    bad(hall, at=now)
    recompute(period, at=now)
    texts = [entry.text for entry in sheet_of(period, hall.clerk).entries.exclude(key="start")]
    assert len(texts) == 1
    assert "匿名" not in texts[0]


def test_the_total_is_the_sum_of_the_entries(hall: Hall, late: ListSource, good: ListSource) -> None:
    for day in range(1, 9):
        late.happened(hall, hall.clerk.staff, f"2026-10-{day:02d} 09:00")
        good.happened(hall, hall.approver.staff, f"2026-10-{day:02d} 09:00")
    lines = (facts_line("test.late", 30), facts_line("test.good", 10, per=3), manual_line(60))
    period = run(hall, *lines, bonus_line("test.good"))
    for sheet in period.scores.all():
        assert sheet.total == sum(entry.points for entry in sheet.entries.all())
    assert sheet_of(period, hall.clerk).total == 0 + 0 + 60
    assert sheet_of(period, hall.approver).total == 30 + 10 + 60 + 3


def test_computing_twice_changes_no_row(hall: Hall, late: ListSource) -> None:
    late.happened(hall, hall.clerk.staff)
    period = run(hall, facts_line("test.late"))
    before = written(period)
    recompute(period, at=SCORED)
    assert written(period) == before


def test_a_fact_that_is_gone_takes_its_entry_along(hall: Hall, late: ListSource) -> None:
    fact = late.happened(hall, hall.clerk.staff)
    period = run(hall, facts_line("test.late"))
    late.facts.clear()
    recompute(period, at=SCORED)
    sheet = sheet_of(period, hall.clerk)
    assert not sheet.entries.filter(key=fact.key).exists()
    assert sheet.total == 100


def test_a_new_fact_is_found_the_next_time(hall: Hall, late: ListSource) -> None:
    period = run(hall, facts_line("test.late"))
    late.happened(hall, hall.clerk.staff)
    recompute(period, at=SCORED)
    assert sheet_of(period, hall.clerk).total == 95


@pytest.mark.parametrize(("day", "total"), [("2026-09-30 23:59", 100), ("2026-10-01 00:00", 95),
                                            ("2026-10-31 23:59", 95), ("2026-11-01 00:00", 100)])  # fmt: skip
def test_only_beijing_days_of_the_period_count(hall: Hall, late: ListSource, day: str, total: int) -> None:
    late.happened(hall, hall.clerk.staff, day)
    assert sheet_of(run(hall, facts_line("test.late")), hall.clerk).total == total


def test_another_persons_fact_is_not_mine(hall: Hall, late: ListSource) -> None:
    late.happened(hall, hall.other_clerk.staff)
    assert sheet_of(run(hall, facts_line("test.late")), hall.clerk).total == 100


def test_another_centers_facts_do_not_count(hall: Hall, late: ListSource) -> None:
    other = Hall()
    late.happened(other, other.clerk.staff)
    period = run(hall, facts_line("test.late"))
    assert not ScoreEntry.objects.filter(score__period=period, source="test.late").exists()


def test_everybody_at_a_window_or_in_a_department_has_a_sheet_and_nobody_else(hall: Hall) -> None:
    gone = make_staff(hall.department, left_on="2026-09-30")
    leaving = make_staff(hall.department, left_on="2026-10-15")
    at_window = make_staff(center=hall.center, window=hall.window)
    period = run(hall, manual_line(100))
    people = set(period.scores.values_list("staff_id", flat=True))
    assert {hall.clerk.staff_id, hall.chief.staff_id, leaving.pk, at_window.pk} <= people
    assert not people & {gone.pk, hall.supervisor.staff_id}


def test_windows_are_scored_by_the_facts_of_their_people(hall: Hall, late: ListSource) -> None:
    late.happened(hall, hall.clerk.staff, window=None)
    period = run(hall, facts_line("test.late"), subject="window")
    assert period.scores.get(window=hall.window).total == 95


def test_departments_are_scored_by_the_facts_of_their_people(hall: Hall, late: ListSource) -> None:
    late.happened(hall, hall.clerk.staff, department=None)
    period = run(hall, facts_line("test.late"), subject="department")
    assert period.scores.get().department == hall.department
    assert period.scores.get().total == 95


def test_a_closed_window_has_no_sheet(hall: Hall) -> None:
    shut = make_window(hall.center, closed_on="2026-09-01")
    period = run(hall, manual_line(100), subject="window")
    assert not period.scores.filter(window=shut).exists()


def test_bonus_lines_together_stay_under_the_cap(hall: Hall, good: ListSource) -> None:
    for day in range(1, 9):
        good.happened(hall, hall.clerk.staff, f"2026-10-{day:02d} 09:00")
    lines = (manual_line(100), bonus_line("test.good", cap=4), bonus_line("test.good", cap=4))
    sheet = sheet_of(run(hall, *lines, bonus_cap=5), hall.clerk)
    assert sheet.total == 105
    assert sheet.entries.get(key="bonus-cap").points == -3


def indicator(code: str = "test.rate", **facts: Any) -> Indicator:
    defaults = {"label": "测试率", "definition": "测试", "numerator": ["test.good"], "denominator": ["test.late"]}
    return Indicator(code, **{**defaults, **facts})


def rate_line(weight: int = 100, **facts: Any) -> dict[str, Any]:
    return {"name": "指标项", "kind": LineKind.INDICATOR, "weight": weight, "indicator": "test.rate",
            "scale": [[900, 100], [500, 40]], **facts}  # fmt: skip


def test_an_indicator_is_asked_for_each_person_and_links_to_its_list(
    hall: Hall, late: ListSource, good: ListSource
) -> None:
    for _ in range(2):
        late.happened(hall, hall.clerk.staff)
    good.happened(hall, hall.clerk.staff)
    with measuring(indicator()):
        period = run(hall, rate_line())
    entry = sheet_of(period, hall.clerk).entries.get()
    assert entry.text == "测试率 50%（1 / 2），得 40 分"
    assert f"staff={hall.clerk.staff_id}" in entry.url
    assert "/test.good/?period=2026-10" in entry.url


def test_an_indicator_without_data_takes_nothing(hall: Hall, late: ListSource, good: ListSource) -> None:
    with measuring(indicator()):
        period = run(hall, rate_line())
    assert sheet_of(period, hall.clerk).total == 100


def test_an_indicator_nobody_can_feed_yet_takes_nothing_and_says_so(hall: Hall) -> None:
    nothing = indicator(compute=lambda _part, at: Figure(missing="还没有来源", as_of=at))
    with measuring(nothing):
        period = run(hall, rate_line())
    sheet = sheet_of(period, hall.clerk)
    assert (sheet.total, "还没有来源" in sheet.entries.get().text) == (100, True)


def test_attendance_feeds_a_line(hall: Hall) -> None:
    attended(hall, hall.clerk.staff, presence="absent")
    attended(hall, hall.clerk.staff, half="afternoon", presence="late")
    lines = (facts_line("attendance.absent", 60, per=-3), facts_line("attendance.late", 40, per=-1))
    assert sheet_of(run(hall, *lines), hall.clerk).total == 96


def test_a_source_is_asked_once_for_everybody(hall: Hall, late: ListSource) -> None:
    period = run(hall, facts_line("test.late"))
    late.asked = 0
    recompute(period, at=SCORED)
    assert late.asked == 1


def test_computing_costs_no_more_queries_for_more_people(hall: Hall, late: ListSource) -> None:
    period = run(hall, facts_line("test.late"))

    def cost() -> int:
        late.happened(hall, hall.clerk.staff)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            recompute(period, at=SCORED)
        return len(queries)

    few = cost()
    for _ in range(10):
        late.happened(hall, make_staff(hall.department))
    recompute(period, at=SCORED)
    assert cost() == few


def test_who_moves_away_loses_the_sheet_unless_somebody_wrote_on_it(hall: Hall) -> None:
    period = run(hall, manual_line(100))
    marked = sheet_of(period, hall.clerk)
    line = period.version.lines.get()
    who = {"marked_by": hall.supervisor, "marked_at": SCORED}
    ManualMark.objects.create(score=marked, line=line, points=-1, evidence="巡查", **who)
    elsewhere = Hall()
    for person in (hall.clerk.staff, hall.other_clerk.staff):
        person.center, person.department, person.window = elsewhere.center, elsewhere.department, None
        person.save()
    recompute(period, at=SCORED)
    assert period.scores.filter(pk=marked.pk).exists()
    assert not period.scores.filter(staff=hall.other_clerk.staff).exists()


def test_who_changes_department_is_shown_under_the_new_one(hall: Hall) -> None:
    period = run(hall, manual_line(100))
    other = hall.center.departments.create(name="市场监管局")
    hall.clerk.staff.department = other
    hall.clerk.staff.save()
    recompute(period, at=SCORED)
    assert sheet_of(period, hall.clerk).department == other


def test_ranks_and_results_follow_the_totals(hall: Hall, late: ListSource) -> None:
    for day in range(1, 4):
        late.happened(hall, hall.clerk.staff, f"2026-10-{day:02d} 09:00")
    period = run(hall, facts_line("test.late"))
    assert sheet_of(period, hall.clerk).band == "good"
    assert sheet_of(period, hall.clerk).rank == period.scores.count()
    assert sheet_of(period, hall.approver).rank == 1


def test_a_frozen_period_is_never_computed_again(hall: Hall, late: ListSource) -> None:
    period = frozen(hall, facts_line("test.late"))
    before = written(period)
    late.happened(hall, hall.clerk.staff)
    with pytest.raises(Refused, match="不再计算"):
        recompute(period, at=SCORED)
    assert recompute_open(at=SCORED).sheets == 0
    assert written(period) == before


def test_a_calendar_month_still_running_counts_what_has_happened(hall: Hall, late: ListSource) -> None:
    late.happened(hall, hall.clerk.staff, "2026-11-01 09:00")
    period = run(hall, facts_line("test.late"), code="2026-11")
    assert sheet_of(period, hall.clerk).total == Decimal(95)


def test_a_long_sentence_is_cut_to_the_column(hall: Hall, late: ListSource) -> None:
    fact = late.happened(hall, hall.clerk.staff)
    late.facts[0] = type(fact)(**{name: getattr(fact, name) for name in fact.__slots__} | {"text": "长" * 400})
    period = run(hall, facts_line("test.late"))
    before = written(period)
    recompute(period, at=SCORED)
    assert written(period) == before


def test_the_command_and_the_nightly_task_compute_what_is_open(hall: Hall, late: ListSource, capsys: Any) -> None:
    period = run(hall, facts_line("test.late"))
    late.happened(hall, hall.clerk.staff)
    call_command("appraise")
    assert f"已计算 {period.scores.count()} 张考核表" in capsys.readouterr().out
    assert sheet_of(period, hall.clerk).total == 95
    late.happened(hall, hall.clerk.staff)
    nightly()
    assert sheet_of(period, hall.clerk).total == 90


class Broken(ListSource):
    """A source that fails for one center."""

    fails_at: int = 0

    def find(self, part: Slice, **_: Any) -> list[Fact]:
        if part.centers and self.fails_at in part.centers:
            raise RuntimeError("a name of somebody")
        return super().find(part)


@pytest.fixture
def broken() -> Iterator[Broken]:
    with announced("test.late"):
        made = Broken("test.late")
        sources.register(made)
        yield made


def test_a_center_that_fails_keeps_no_other_up(hall: Hall, broken: Broken, caplog: pytest.LogCaptureFixture) -> None:
    other = Hall()
    failing, fine = (run(one, facts_line("test.late")) for one in (hall, other))
    before = written(failing)
    broken.fails_at = hall.center.pk
    for one in (hall, other):
        broken.happened(one, one.clerk.staff)
    done = recompute_open(at=AFTER)
    assert (done.sheets, done.failed) == (fine.scores.count(), [f"{hall.center.name}：{failing}"])
    assert sheet_of(fine, other.clerk).total == 95
    assert written(failing) == before
    assert "RuntimeError" in caplog.text
    assert "a name of somebody" not in caplog.text
    assert not Heartbeat.objects.filter(name="appraisal.recompute").exists()


def test_the_round_leaves_its_mark_where_everything_was_computed(hall: Hall) -> None:
    run(hall, manual_line(100))
    recompute_open(at=AFTER)
    assert Heartbeat.objects.get(name="appraisal.recompute").finished_at == AFTER


def test_the_command_says_what_was_not_computed(hall: Hall, broken: Broken) -> None:
    run(hall, facts_line("test.late"))
    broken.fails_at = hall.center.pk
    with pytest.raises(CommandError, match=hall.center.name):
        call_command("appraise")


def test_a_night_that_was_missed_is_said_beside_the_sheets(hall: Hall) -> None:
    period = run(hall, manual_line(100), at=timezone.now() - timedelta(hours=37))
    address = reverse("appraisal:overview")
    client = Client()
    client.force_login(hall.supervisor)
    assert "昨夜的计分没有算成" in client.get(address).content.decode()
    recompute(period, at=timezone.now())
    assert "昨夜的计分没有算成" not in client.get(address).content.decode()
