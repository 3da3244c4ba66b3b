"""Eligibility as a table, and against the real cards, complaints and attendance it is made of."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from hall.appraisal import candidates
from hall.appraisal.actions import attendance, awards
from hall.appraisal.eligibility import Evidence, conditions, eligible
from hall.facts.errors import Refused
from hall.facts.models import Setting
from hall.facts.periods import parse
from hall.organisation.models import Staff, Window
from tests.builders import Hall, make_window, moment
from tests.hall.appraisal.builders import (
    OCTOBER,
    SCORED,
    ListSource,
    announced,
    attended,
    frozen,
    honoured,
    manual_line,
    run,
    second_supervisor,
)
from tests.hall.conduct import builders as conduct
from tests.hall.supervision import builders as cards

LEAST = 20
MAY = parse("2026-05")


@pytest.mark.parametrize(("red", "upheld", "away"), list(product((0, 1), repeat=3)))
@pytest.mark.parametrize("closed", [LEAST - 1, LEAST])
def test_only_a_clean_month_with_enough_cases_is_eligible(red: int, upheld: int, away: int, closed: int) -> None:
    found = conditions(Evidence(closed, red, upheld, away, recorded=10), least=LEAST)
    assert eligible(found) is (not (red or upheld or away) and closed == LEAST)
    assert [one.ok for one in found] == [not red, not upheld, closed == LEAST, not away]


@pytest.mark.parametrize("missing", ["red", "upheld", "closed"])
def test_what_no_room_counts_is_told_and_does_not_bar(missing: str) -> None:
    known = {"closed": LEAST, "red": 0, "upheld": 0, "away": 0}
    found = conditions(Evidence(**{**known, missing: None}, recorded=2), least=LEAST)
    assert eligible(found)
    assert sum("未核" in one.text for one in found) == 1


@pytest.mark.parametrize(("recorded", "away", "ok"), [(0, 0, False), (0, None, False), (1, None, True), (1, 1, False)])
def test_full_attendance_has_to_be_on_record(recorded: int, away: int | None, ok: bool) -> None:
    found = conditions(Evidence(LEAST, 0, 0, away, recorded=recorded), least=LEAST)
    assert found[-1].ok is ok


def test_every_reason_is_a_whole_sentence_for_the_person() -> None:
    worst = conditions(Evidence(3, 2, 1, 4, recorded=9), least=LEAST)
    assert [one.text for one in worst] == [
        "有 2 张督查红牌", "有 1 件有责投诉", "办结 3 件，不到最低 20 件", "缺勤或迟到 4 次"
    ]  # fmt: skip


def test_nothing_is_no_reason_to_be_barred_but_no_attendance_is() -> None:
    assert eligible([])
    assert not eligible(conditions(Evidence(), least=LEAST))


def evidence(hall: Hall, subject: Staff | Window, period: Any = OCTOBER) -> Evidence:
    return candidates.evidence_for(type(subject), hall.center.pk, period, only=subject.pk)[subject.pk]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "bars"),
    [("awaiting", 1), ("answered", 1), ("upheld", 1), ("appealing", 1), ("confirmed", 1), ("overturned", 0),
     ("revoked", 0), ("withdrawn", 0)],
)  # fmt: skip
def test_a_red_card_bars_while_it_stands(hall: Hall, state: str, bars: int) -> None:
    cards.card_in(hall, state, colour="red")
    assert evidence(hall, hall.clerk.staff, MAY).red == bars


@pytest.mark.django_db
def test_a_yellow_card_does_not_bar(hall: Hall) -> None:
    cards.card_in(hall, "confirmed")
    assert evidence(hall, hall.clerk.staff, MAY).red == 0


@pytest.mark.django_db
def test_a_red_card_bars_the_window_and_not_the_neighbour(hall: Hall) -> None:
    cards.card_in(hall, "upheld", colour="red")
    neighbour = make_window(hall.center, department=hall.department)
    assert evidence(hall, hall.window, MAY).red == 1
    assert evidence(hall, neighbour, MAY).red == 0
    assert evidence(hall, hall.approver.staff, MAY).red == 0


@pytest.mark.django_db
@pytest.mark.parametrize(("verdict", "bars"), [("upheld", 1), ("partly", 1), ("not_upheld", 0)])
def test_a_complaint_bars_when_upheld(hall: Hall, verdict: str, bars: int) -> None:
    conduct.decided(hall, verdict=verdict)
    assert evidence(hall, hall.clerk.staff).upheld == bars


@pytest.mark.django_db
def test_an_upheld_complaint_bars_the_window_of_the_person_and_not_the_neighbour(hall: Hall) -> None:
    conduct.decided(hall)
    neighbour = make_window(hall.center, department=hall.department)
    assert hall.clerk.staff.window == hall.window
    assert [evidence(hall, window).upheld for window in (hall.window, neighbour)] == [1, 0]
    whole = candidates.evidence_for(Window, hall.center.pk, OCTOBER)
    assert [whole[window.pk].upheld for window in (hall.window, neighbour)] == [1, 0]


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["received", "assigned", "reported"])
def test_a_complaint_nobody_decided_does_not_bar(hall: Hall, state: str) -> None:
    conduct.complaint_in(state, hall)
    assert evidence(hall, hall.clerk.staff).upheld == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("presence", "away"),
    [("present", 0), ("leave", 0), ("site", 0), ("meeting", 0), ("village", 0), ("absent", 1), ("late", 1)],
)
def test_only_an_absence_or_a_late_arrival_breaks_full_attendance(hall: Hall, presence: str, away: int) -> None:
    attended(hall, hall.clerk.staff, presence=presence)
    found = evidence(hall, hall.clerk.staff)
    assert (found.away, found.recorded) == (away, 1)


@pytest.mark.django_db
def test_a_corrected_absence_makes_eligible_again(hall: Hall) -> None:
    row = attended(hall, hall.clerk.staff, presence="absent")
    attendance.correct(row, presence="site", reason="踏勘单", by=hall.chief, at=SCORED)
    assert evidence(hall, hall.clerk.staff).away == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "counts"), [("2026-09-30", 0), ("2026-10-01", 1), ("2026-10-31", 1), ("2026-11-01", 0)]
)
def test_the_first_and_last_day_of_the_period_count(hall: Hall, day: str, counts: int) -> None:
    attended(hall, hall.clerk.staff, day=day, half="afternoon", presence="absent")
    found = evidence(hall, hall.clerk.staff)
    assert (found.away, found.recorded) == (counts, counts)


@pytest.mark.django_db
def test_a_window_without_people_has_no_attendance(hall: Hall) -> None:
    assert evidence(hall, make_window(hall.center)).recorded == 0


@pytest.mark.django_db
def test_an_absence_of_who_sits_at_no_window_bars_no_window(hall: Hall) -> None:
    attended(hall, hall.approver.staff, presence="absent")
    assert evidence(hall, hall.window).away == 0


@pytest.mark.django_db
@pytest.mark.parametrize(("closed", "ok"), [(4, False), (5, True), (6, True)])
def test_a_hall_sets_its_own_minimum(hall: Hall, closed: int, ok: bool) -> None:
    since = OCTOBER.first - timedelta(days=30)
    Setting.objects.create(key="awards.min_cases", center=hall.center, value=5, source="中心核定", effective_from=since)
    with announced("cases.closed") as (source,):
        for _ in range(closed):
            source.happened(hall, hall.clerk.staff)
        found = awards.judged(hall.clerk.staff, OCTOBER, OCTOBER.last)
    assert (found[2].ok, "最低 5 件" in found[2].text) == (ok, True)


@pytest.mark.django_db
def test_the_minimum_of_another_hall_is_not_ours(hall: Hall) -> None:
    other, since = Hall(), OCTOBER.first
    Setting.objects.create(key="awards.min_cases", center=other.center, value=1, source="核定", effective_from=since)
    assert "最低 20 件" in awards.judged(hall.clerk.staff, OCTOBER, OCTOBER.last)[2].text


def closed_by(hall: Hall, source: ListSource, count: int = LEAST) -> None:
    for _ in range(count):
        source.happened(hall, hall.clerk.staff)
    attended(hall, hall.clerk.staff)


@pytest.mark.django_db
def test_a_card_overturned_after_a_refused_publication_lets_it_be_published(hall: Hall) -> None:
    with announced("cases.closed", "supervision.red") as (closed, red):
        closed_by(hall, closed)
        facts: dict[str, Any] = {"kind": "star", "period": OCTOBER, "evidence": "快", "by": hall.chief, "at": SCORED}
        row = awards.nominate(hall.clerk.staff, **facts)
        frozen(hall, manual_line(100))
        red.happened(hall, hall.clerk.staff)
        with pytest.raises(Refused, match="情况有变"):
            awards.publish(row, reasons="好", by=hall.supervisor, at=SCORED)
        red.facts.clear()
        assert awards.publish(row, reasons="好", by=hall.supervisor, at=SCORED).state == "published"


@pytest.mark.django_db
def test_what_was_known_at_nomination_stays_readable_when_facts_change(hall: Hall) -> None:
    with announced("cases.closed") as (closed,):
        closed_by(hall, closed)
        facts: dict[str, Any] = {"kind": "star", "period": OCTOBER, "evidence": "快", "by": hall.chief, "at": SCORED}
        row = awards.nominate(hall.clerk.staff, **facts)
        closed.facts.clear()
    row.refresh_from_db()
    assert row.figures[2] == {"ok": True, "text": "办结 20 件，达到最低 20 件"}


@pytest.mark.django_db
def test_ties_share_a_place_and_only_they_are_marked(hall: Hall) -> None:
    with announced("test.late") as (late,):
        late.happened(hall, hall.clerk.staff)
        line = {"name": "按事实", "kind": "facts", "weight": 100, "source": "test.late", "per_fact": -5}
        run(hall, line)
        drawn = candidates.drawn_up("star", hall.center, OCTOBER, OCTOBER.last)
    tied = {one.subject.pk: one.tied for one in drawn}
    assert tied.pop(hall.clerk.staff.pk) is False
    assert set(tied.values()) == {True}
    assert drawn[-1].subject == hall.clerk.staff


@pytest.mark.django_db
def test_the_list_is_cut_where_it_is_asked_to_be(hall: Hall) -> None:
    run(hall, manual_line(100))
    assert len(candidates.drawn_up("star", hall.center, OCTOBER, OCTOBER.last, most=2)) == 2


@pytest.mark.django_db
def test_windows_are_drawn_up_from_the_sheets_of_windows(hall: Hall) -> None:
    run(hall, manual_line(100))
    assert candidates.drawn_up("banner", hall.center, OCTOBER, OCTOBER.last) == []
    run(hall, manual_line(100), subject="window")
    assert [one.subject for one in candidates.drawn_up("banner", hall.center, OCTOBER, OCTOBER.last)] == [hall.window]


@pytest.mark.django_db
def test_an_honour_withdrawn_frees_its_place_for_another_nomination(hall: Hall) -> None:
    with announced("cases.closed") as (closed,):
        closed_by(hall, closed)
        awards.withdraw(honoured(hall), reason="查实", by=hall.supervisor, at=SCORED)
        made = awards.nominate(
            hall.clerk.staff, kind="star", period=OCTOBER, evidence="改正了", by=second_supervisor(hall), at=SCORED
        )
    assert made.state == "nominated"


@pytest.mark.django_db
def test_the_year_is_judged_over_the_whole_year(hall: Hall) -> None:
    attended(hall, hall.clerk.staff, day="2026-03-02", presence="absent")
    attended(hall, hall.clerk.staff)
    assert evidence(hall, hall.clerk.staff, parse("2026")).away == 1
    assert evidence(hall, hall.clerk.staff).away == 0
    assert moment("2026-03-02 08:00").date() < OCTOBER.first
