"""The appraisee who feels wronged: what is taken back when a fact is, what an objection does, and until when."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from hall.access.models import User
from hall.appraisal.actions import attendance, periods, sheets
from hall.appraisal.actions.computing import recompute, recompute_open
from hall.appraisal.models import AppraisalPeriod, Objection, ScoreEntry
from hall.facts.errors import NotPermitted, Refused
from hall.facts.indicators import Figure, Indicator
from tests.builders import Hall, moment
from tests.hall.appraisal.builders import (
    AFTER,
    SCORED,
    ListSource,
    announced,
    attended,
    bonus_line,
    facts_line,
    manual_line,
    measuring,
    run,
    sheet_of,
)
from tests.hall.appraisal.pages import read, send

pytestmark = pytest.mark.django_db
LAST_DAY = moment("2026-11-09 17:00")


@pytest.fixture
def late() -> Iterator[ListSource]:
    with announced("test.late") as (source,):
        yield source


def objected(hall: Hall, entry: ScoreEntry, by: User | None = None, **facts: Any) -> Objection:
    return sheets.object_to(entry, **{"grounds": "当天停电", "by": by or hall.clerk, "at": SCORED, **facts})


def struck(hall: Hall, entry: ScoreEntry, **facts: Any) -> Objection:
    row = objected(hall, entry, **facts)
    return sheets.decide_objection(row, strike=True, reason="属实", by=hall.supervisor, at=SCORED)


def entry_of(period: AppraisalPeriod, user: User, source: str = "test.late") -> ScoreEntry:
    return sheet_of(period, user).entries.filter(source=source).earliest("occurred_at")


def in_state(hall: Hall, state: str, *lines: dict[str, Any]) -> AppraisalPeriod:
    period = run(hall, *lines)
    if state != "open":
        period = periods.announce(period, by=hall.supervisor, at=SCORED)
    return periods.freeze(period, by=hall.supervisor, at=AFTER) if state == "frozen" else period


@pytest.mark.parametrize(("state", "total"), [("open", 95), ("objection", 95), ("frozen", 100)])
def test_a_fact_found_later_counts_until_the_freeze(hall: Hall, late: ListSource, state: str, total: int) -> None:
    period = in_state(hall, state, facts_line("test.late"))
    late.happened(hall, hall.clerk.staff)
    recompute_open(at=AFTER)
    assert sheet_of(period, hall.clerk).total == total


@pytest.mark.parametrize(("state", "total"), [("open", 100), ("objection", 100), ("frozen", 95)])
def test_a_fact_that_vanishes_gives_its_points_back_until_the_freeze(
    hall: Hall, late: ListSource, state: str, total: int
) -> None:
    late.happened(hall, hall.clerk.staff)
    period = in_state(hall, state, facts_line("test.late"))
    late.facts.clear()
    recompute_open(at=AFTER)
    assert sheet_of(period, hall.clerk).total == total


def test_a_fact_that_vanishes_leaves_no_entry(hall: Hall, late: ListSource) -> None:
    late.happened(hall, hall.clerk.staff)
    period = run(hall, facts_line("test.late"))
    late.facts.clear()
    recompute(period, at=SCORED)
    assert list(sheet_of(period, hall.clerk).entries.values_list("key", flat=True)) == ["start"]


def test_only_the_fact_that_vanished_is_taken_back(hall: Hall, late: ListSource) -> None:
    for _ in range(3):
        late.happened(hall, hall.clerk.staff)
    period = run(hall, facts_line("test.late"))
    kept = [fact.key for fact in late.facts[1:]]
    del late.facts[0]
    recompute(period, at=SCORED)
    sheet = sheet_of(period, hall.clerk)
    assert (sheet.total, list(sheet.entries.exclude(key="start").values_list("key", flat=True))) == (90, kept)


def test_a_fact_that_moves_to_a_colleague_moves_its_points(hall: Hall, late: ListSource) -> None:
    fact = late.happened(hall, hall.clerk.staff)
    period = run(hall, facts_line("test.late"))
    late.facts.clear()
    late.happened(hall, hall.approver.staff)
    recompute(period, at=SCORED)
    assert late.facts[0].key == fact.key
    assert [sheet_of(period, user).total for user in (hall.clerk, hall.approver)] == [100, 95]


def test_a_struck_fact_that_vanishes_and_comes_back_stays_struck(hall: Hall, late: ListSource) -> None:
    late.happened(hall, hall.clerk.staff)
    period = run(hall, facts_line("test.late"))
    struck(hall, entry_of(period, hall.clerk))
    gone, late.facts = late.facts, []
    recompute(period, at=SCORED)
    late.facts = gone
    recompute(period, at=SCORED)
    assert entry_of(period, hall.clerk).struck
    assert sheet_of(period, hall.clerk).total == 100


def test_a_struck_fact_lets_the_next_one_count_where_the_line_was_used_up(hall: Hall, late: ListSource) -> None:
    for day in range(1, 4):
        late.happened(hall, hall.clerk.staff, f"2026-10-{day:02d} 09:00")
    period = run(hall, facts_line("test.late", weight=10), manual_line(90))
    struck(hall, entry_of(period, hall.clerk))
    sheet = sheet_of(period, hall.clerk)
    assert sheet.total == 90
    assert not sheet.entries.filter(key="over").exists()


def test_a_kept_fact_may_not_be_objected_to_again(hall: Hall, late: ListSource) -> None:
    late.happened(hall, hall.clerk.staff)
    period = run(hall, facts_line("test.late"))
    row = objected(hall, entry_of(period, hall.clerk))
    sheets.decide_objection(row, strike=False, reason="不属实", by=hall.supervisor, at=SCORED)
    with pytest.raises(Refused, match="已提过异议"):
        objected(hall, entry_of(period, hall.clerk))


def test_a_struck_indicator_gives_the_full_weight_after_computing_again(hall: Hall) -> None:
    poor = Indicator("test.rate", "按时率", "定义", "不计", "测试", compute=lambda *_: Figure(1, 2))
    with measuring(poor):
        line = {"name": "按时", "kind": "indicator", "weight": 100, "indicator": "test.rate", "scale": [[900, 100]]}
        period = run(hall, line)
        sheet = sheet_of(period, hall.clerk)
        assert sheet.total == 0
        struck(hall, sheet.entries.get(key="indicator"))
        recompute(period, at=SCORED)
    assert sheet_of(period, hall.clerk).total == 100


def test_striking_a_bonus_takes_the_bonus_only(hall: Hall, late: ListSource) -> None:
    late.happened(hall, hall.clerk.staff)
    period = run(hall, manual_line(100), bonus_line("test.late"))
    assert sheet_of(period, hall.clerk).total == 101
    struck(hall, entry_of(period, hall.clerk))
    assert sheet_of(period, hall.clerk).total == 100


@pytest.mark.parametrize("key", ["start", "over", "bonus-cap"])
def test_points_that_stand_for_no_event_offer_no_objection(hall: Hall, late: ListSource, key: str) -> None:
    for _ in range(9):
        late.happened(hall, hall.clerk.staff)
    lines = [facts_line("test.late", weight=10), manual_line(90), bonus_line("test.late", cap=4)]
    period = run(hall, *lines, bonus_line("test.late", cap=4), bonus_cap=5)
    entry = sheet_of(period, hall.clerk).entries.filter(key=key).first()
    assert entry is not None
    with pytest.raises(Refused, match="不能提异议"):
        objected(hall, entry)
    link = f"/object/{entry.pk}/"
    assert link not in read(hall.clerk, "sheet", entry.score_id)


@pytest.mark.parametrize("grounds", ["", " ", "\n\t"])
def test_an_objection_needs_grounds(hall: Hall, late: ListSource, grounds: str) -> None:
    late.happened(hall, hall.clerk.staff)
    period = run(hall, facts_line("test.late"))
    with pytest.raises(Refused) as refusal:
        objected(hall, entry_of(period, hall.clerk), grounds=grounds)
    assert refusal.value.field == "grounds"


def test_an_objection_after_the_window_but_before_the_freeze_is_still_heard(hall: Hall, late: ListSource) -> None:
    """The freeze ends it, not the day: a supervisor who has not frozen yet may still be wrong."""
    late.happened(hall, hall.clerk.staff)
    period = in_state(hall, "objection", facts_line("test.late"))
    row = objected(hall, entry_of(period, hall.clerk), at=AFTER)
    with pytest.raises(Refused, match="1 条异议"):
        periods.freeze(period, by=hall.supervisor, at=AFTER)
    sheets.decide_objection(row, strike=True, reason="属实", by=hall.supervisor, at=AFTER)
    assert periods.freeze(period, by=hall.supervisor, at=AFTER).state == "frozen"


def test_an_objection_decided_after_the_freeze_is_too_late(hall: Hall, late: ListSource) -> None:
    late.happened(hall, hall.clerk.staff)
    period = in_state(hall, "frozen", facts_line("test.late"))
    entry = entry_of(period, hall.clerk)
    with pytest.raises(Refused, match="已定分"):
        objected(hall, entry, at=AFTER)
    assert "提异议" not in read(hall.clerk, "sheet", entry.score_id)
    response = send(hall.clerk, "object", entry.score_id, entry.pk, grounds="不服")
    assert response.status_code == 422
    assert "已定分，不能再改" in response.content.decode()


def test_going_back_to_scoring_keeps_what_was_objected_to(hall: Hall, late: ListSource) -> None:
    late.happened(hall, hall.clerk.staff)
    period = in_state(hall, "objection", facts_line("test.late"))
    row = objected(hall, entry_of(period, hall.clerk))
    periods.reopen(period, by=hall.supervisor, at=LAST_DAY)
    sheets.decide_objection(row, strike=True, reason="属实", by=hall.supervisor, at=LAST_DAY)
    assert sheet_of(period, hall.clerk).total == 100


def test_striking_an_entry_of_one_sheet_changes_no_other(hall: Hall, late: ListSource) -> None:
    for user in (hall.clerk, hall.approver):
        late.happened(hall, user.staff)
    period = run(hall, facts_line("test.late"))
    struck(hall, entry_of(period, hall.clerk))
    assert [sheet_of(period, user).total for user in (hall.clerk, hall.approver)] == [100, 95]


def test_striking_moves_the_places(hall: Hall, late: ListSource) -> None:
    late.happened(hall, hall.clerk.staff)
    period = run(hall, facts_line("test.late"))
    last = period.scores.count()
    assert sheet_of(period, hall.clerk).rank == last
    struck(hall, entry_of(period, hall.clerk))
    assert sheet_of(period, hall.clerk).rank == 1


def test_the_chief_objects_for_the_window_and_not_for_a_person(hall: Hall, late: ListSource) -> None:
    late.happened(hall, hall.clerk.staff)
    period = run(hall, facts_line("test.late"), subject="window")
    entry = period.scores.get().entries.get(source="test.late")
    with pytest.raises(NotPermitted):
        objected(hall, entry, by=hall.clerk)
    assert objected(hall, entry, by=hall.chief).raised_by == hall.chief


def test_a_person_without_any_fact_has_a_full_sheet(hall: Hall, late: ListSource) -> None:
    sheet = sheet_of(run(hall, facts_line("test.late", weight=40), manual_line(60)), hall.clerk)
    assert (sheet.total, sheet.band, sheet.rank) == (Decimal(100), "excellent", 1)


def test_a_corrected_absence_gives_its_points_back_but_not_after_the_freeze(hall: Hall) -> None:
    open_row, frozen_row = (attended(hall, user.staff, presence="absent") for user in (hall.clerk, hall.approver))
    period = run(hall, facts_line("attendance.absent"))
    attendance.correct(open_row, presence="leave", reason="补假条", by=hall.chief, at=SCORED)
    period = periods.announce(period, by=hall.supervisor, at=SCORED)
    periods.freeze(period, by=hall.supervisor, at=AFTER)
    attendance.correct(frozen_row, presence="leave", reason="补假条", by=hall.chief, at=AFTER)
    recompute_open(at=AFTER)
    assert [sheet_of(period, user).total for user in (hall.clerk, hall.approver)] == [100, 95]


def test_the_person_may_open_what_cost_the_points(hall: Hall) -> None:
    attended(hall, hall.clerk.staff, presence="absent")
    entry = entry_of(run(hall, facts_line("attendance.absent")), hall.clerk, "attendance.absent")
    assert f'href="{entry.url}"' in read(hall.clerk, "sheet", entry.score_id)
    assert "缺勤" in read(hall.clerk, "attendance_row", int(entry.url.rstrip("/").rsplit("/", 1)[1]))
