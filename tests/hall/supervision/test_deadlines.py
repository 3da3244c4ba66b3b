"""Deadlines in working days: over weekends, holidays and make-up Saturdays, and what a later notice leaves alone."""

from datetime import date, timedelta

import pytest

from hall.facts.errors import Refused
from hall.facts.models import Setting
from hall.supervision import card_page, queries, watching
from hall.supervision.actions import accountability, cards
from hall.supervision.enums import CardState, RecordState
from hall.supervision.models import Card
from hall.workdays.actions import import_notice
from tests.builders import Hall, moment
from tests.hall.supervision.builders import (
    NOW,
    TOO_LATE,
    Facts,
    card_in,
    fact,
    hand_card,
    second_supervisor,
    switched_on,
)
from tests.hall.supervision.test_accountability import measured, open_one, record_in

# 2026: 1 to 5 May are off and Saturday the 9th is worked; 1 to 7 October are off and Saturday the 10th is worked.
RAISED = [
    ("2026-04-13 09:00", date(2026, 4, 20)),  # a plain week
    ("2026-04-30 09:00", date(2026, 5, 11)),  # five days off, then 6, 7, 8, the worked Saturday, 11
    ("2026-04-30 23:59", date(2026, 5, 11)),  # the day counts, not the hour
    ("2026-05-01 00:00", date(2026, 5, 11)),  # on a holiday: the first day is the first worked one
    ("2026-05-09 09:00", date(2026, 5, 15)),  # on a worked Saturday
    ("2026-05-08 18:00", date(2026, 5, 14)),  # the Saturday after it counts
    ("2026-05-16 12:00", date(2026, 5, 22)),  # on a free Saturday
    ("2026-09-30 09:00", date(2026, 10, 13)),  # 8, 9, the worked Saturday 10, 12, 13
]


@pytest.mark.parametrize(("at", "due"), RAISED)
def test_feedback_is_due_in_working_days(hall: Hall, at: str, due: date) -> None:
    card = hand_card(hall, at=moment(at))
    assert card.feedback_due == due
    assert card.late_at == moment(f"{due + timedelta(days=1)} 00:00")


@pytest.mark.parametrize(("at", "due"), RAISED[:3])
def test_a_card_of_a_rule_has_the_same_days(hall: Hall, source: Facts, at: str, due: date) -> None:
    switched_on(hall, since=date(2026, 4, 1))
    source.rows = [fact(hall, at=moment(at) - timedelta(hours=1))]
    watching.watch(at=moment(at))
    assert Card.objects.get().feedback_due == due


@pytest.mark.parametrize(("at", "due"), RAISED[1:5])
def test_an_appeal_is_due_in_working_days(hall: Hall, at: str, due: date) -> None:
    raised = moment(at) - timedelta(days=60)
    card = cards.answer(hand_card(hall, at=raised), text="x", plea="", by=hall.clerk, at=raised)
    assert cards.uphold(card, text="x", by=second_supervisor(hall), at=moment(at)).appeal_due == due


@pytest.mark.parametrize(("at", "due"), RAISED[1:5])
def test_an_objection_is_due_in_working_days(hall: Hall, at: str, due: date) -> None:
    record = accountability.serve(measured(hall, open_one(hall)), by=hall.supervisor, at=moment(at))
    assert accountability.objection_due(record) == due


LAST = [("23:59:59.999999", False), ("00:00", True)]


@pytest.mark.parametrize(("hour", "late"), LAST)
def test_feedback_is_late_from_the_first_moment_of_the_next_day(hall: Hall, hour: str, late: bool) -> None:
    card = hand_card(hall)
    at = moment(f"2026-05-{21 if late else 20} {hour}")
    (row,) = card_page.rows([card], at)
    assert row.late is late
    answered = cards.answer(card, text="x", plea="", by=hall.clerk, at=at)
    assert (answered.answered_at >= answered.late_at) is late  # type: ignore[operator]
    assert ("反馈（逾期）" in [step["text"] for step in card_page.course(answered)]) is late


@pytest.mark.parametrize(("hour", "late"), LAST)
def test_an_unanswered_card_is_decided_from_that_moment_on(hall: Hall, hour: str, late: bool) -> None:
    card, reader = hand_card(hall), second_supervisor(hall)
    at = moment(f"2026-05-{21 if late else 20} {hour}")
    if late:
        assert cards.uphold(card, text="x", by=reader, at=at).state == CardState.UPHELD
    else:
        with pytest.raises(Refused, match="5月20日"):
            cards.uphold(card, text="x", by=reader, at=at)


def test_an_answered_card_is_decided_at_once(hall: Hall) -> None:
    card = cards.answer(hand_card(hall), text="x", plea="", by=hall.clerk, at=NOW)
    assert cards.uphold(card, text="x", by=second_supervisor(hall), at=NOW).state == CardState.UPHELD


def test_a_card_is_taken_back_before_its_time_is_over(hall: Hall) -> None:
    card = cards.revoke(hand_card(hall), text="x", ground="mistaken", by=second_supervisor(hall), at=NOW)
    assert card.state == CardState.REVOKED


@pytest.mark.parametrize(("days", "due"), [(1, date(2026, 5, 14)), (3, date(2026, 5, 18)), (30, date(2026, 6, 25))])
def test_feedback_days_are_a_setting_of_the_center(hall: Hall, days: int, due: date) -> None:
    Setting.objects.create(
        key="supervision.feedback_days", center=hall.center, value=days, source="本级办法",
        effective_from=date(2026, 1, 1),
    )  # fmt: skip
    assert hand_card(hall).feedback_due == due


def test_a_setting_that_comes_later_leaves_cards_as_they_were_raised(hall: Hall) -> None:
    Setting.objects.create(
        key="supervision.feedback_days", center=hall.center, value=1, source="本级办法",
        effective_from=date(2026, 5, 14),
    )  # fmt: skip
    assert hand_card(hall).feedback_due == date(2026, 5, 20)
    assert hand_card(hall, at=moment("2026-05-14 09:00")).feedback_due == date(2026, 5, 15)


@pytest.mark.parametrize(("days", "due"), [(2, date(2026, 5, 15)), (10, date(2026, 5, 27))])
def test_objection_days_are_a_setting_of_the_center(hall: Hall, days: int, due: date) -> None:
    Setting.objects.create(
        key="supervision.objection_days", center=hall.center, value=days, source="本级办法",
        effective_from=date(2026, 1, 1),
    )  # fmt: skip
    assert accountability.objection_due(record_in(hall, RecordState.SERVED)) == due


def test_a_later_holiday_moves_the_day_of_an_open_card(hall: Hall) -> None:
    card = hand_card(hall)
    text = "date,kind,name,document_no\n2026-05-18,off,临时放假,测试〔2026〕9号\n"
    import_notice(text=text, by=None, at=NOW)
    card.refresh_from_db()
    assert (card.feedback_due, card.late_at) == (date(2026, 5, 21), moment("2026-05-22 00:00"))
    assert hand_card(hall).feedback_due == date(2026, 5, 21)


def test_a_holiday_between_is_no_day_that_is_left(hall: Hall) -> None:
    card = hand_card(hall, at=moment("2026-04-30 09:00"))
    said = [card_page.rows([card], moment(f"2026-05-{day:02d} 10:00"))[0].time for day in (1, 5, 8, 9, 11, 12)]
    assert said == [
        "还有 5 个工作日", "还有 5 个工作日", "还有 2 个工作日", "还有 1 个工作日", "今天截止", "已过期限",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("state", "due", "label"),
    [
        (CardState.AWAITING, date(2026, 5, 20), "反馈期限"),
        (CardState.UPHELD, date(2026, 5, 20), "申诉期限"),
        (CardState.ANSWERED, None, "反馈期限"),
        (CardState.APPEALING, None, "反馈期限"),
        (CardState.REVOKED, None, "反馈期限"),
    ],
)
def test_a_letter_names_the_deadline_that_runs(hall: Hall, state: str, due: date | None, label: str) -> None:
    letter = card_page.letter(card_in(hall, state), NOW)
    assert letter["due"] == due
    assert due is None or letter["due_label"] == label


@pytest.mark.parametrize(("at", "hour"), [("2026-05-12 00:00", ""), ("2026-05-12 08:05", "08:05")])
def test_a_letter_names_the_hour_where_there_is_one(hall: Hall, at: str, hour: str) -> None:
    assert card_page.letter(hand_card(hall, happened_at=moment(at)), NOW)["hour"] == hour


@pytest.mark.parametrize(
    ("due", "left", "said"),
    [
        (date(2026, 5, 20), 5, "还有 5 个工作日"),
        (date(2026, 5, 13), 0, "今天截止"),
        (date(2026, 5, 12), 0, "已过期限"),
    ],
)
def test_the_words_for_the_time_left(due: date, left: int, said: str) -> None:
    assert queries.remaining(due, date(2026, 5, 13), left) == said


def test_two_regions_on_one_page_each_count_their_own_days(hall: Hall) -> None:
    other = Hall()
    import_notice(
        text="date,kind,name,document_no\n2026-05-18,off,建县纪念日,外县〔2026〕1号\n", by=None, at=NOW,
        region=other.center.region_id, region_name="邻区",
    )  # fmt: skip
    rows = card_page.rows([hand_card(hall), hand_card(other)], NOW)
    assert [row.card.feedback_due for row in rows] == [date(2026, 5, 20), date(2026, 5, 21)]
    assert [row.time for row in rows] == ["还有 5 个工作日", "还有 5 个工作日"]


def test_the_desk_counts_as_late_what_a_row_calls_late(hall: Hall) -> None:
    hand_card(hall)
    for at in (TOO_LATE - timedelta(seconds=1), TOO_LATE):
        (row,) = card_page.rows(list(Card.objects.all()), at)
        assert queries.desk(hall.supervisor, at).late == int(row.late)


@pytest.mark.parametrize("hours", [0, 1, 23])
def test_the_number_of_a_card_carries_the_beijing_year(hall: Hall, hours: int) -> None:
    at = moment("2026-01-01 00:00") + timedelta(hours=hours)
    assert hand_card(hall, at=at).number.endswith("-2026-00001")
    assert hand_card(hall, at=moment("2025-12-31 23:59")).number.endswith("-2025-00001")
