"""Who sees which cards, signals, versions and trials; what the desk counts; what a card's page says."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connections

from hall.facts.errors import Refused
from hall.ledger.models import Event
from hall.supervision import card_page, queries, simulation, watching
from hall.supervision.actions import Subject, cards
from hall.supervision.enums import OPEN, CardState, Colour, VersionStatus
from hall.supervision.models import Card
from tests.builders import Hall, make_center, make_department, make_staff, make_user, moment
from tests.hall.supervision.builders import (
    NOW,
    TOO_LATE,
    Facts,
    card_in,
    fact,
    hand_card,
    make_draft,
    make_rule,
    second_supervisor,
    switched_on,
)
from tests.hall.supervision.test_simulation import APRIL


def seers(hall: Hall, card: Card) -> set[str]:
    return {user.role for user in hall.everybody() if card in queries.cards_visible_to(user)}


def test_a_card_is_seen_by_the_person_the_chief_and_those_who_watch(hall: Hall) -> None:
    card = hand_card(hall)
    assert seers(hall, card) == {"clerk", "chief", "supervisor", "auditor"}
    assert card not in queries.cards_visible_to(hall.other_clerk)


def test_a_card_of_a_department_is_seen_by_its_chief_alone(hall: Hall) -> None:
    card = hand_card(hall, subject=Subject(hall.center, hall.department))
    assert seers(hall, card) == {"chief", "supervisor", "auditor"}


def test_the_chief_of_another_department_sees_nothing(hall: Hall) -> None:
    card, other = hand_card(hall), make_department(hall.center, "自然资源局")
    chief = make_user("chief", make_staff(other))
    other.chief_representative = chief.staff
    other.save()
    assert card not in queries.cards_visible_to(chief)


def test_a_center_above_sees_what_happened_below_and_not_the_other_way(hall: Hall) -> None:
    city = make_center("市政务服务中心")
    hall.center.parent = city
    hall.center.save()
    above = make_user("supervisor", make_staff(center=city))
    below = hand_card(hall)
    higher = hand_card(hall, subject=Subject(city, None, None, make_staff(center=city)), by=above)
    assert set(queries.cards_visible_to(above)) == {below, higher}
    assert set(queries.cards_visible_to(hall.supervisor)) == {below}


def test_an_account_of_no_person_and_no_right_sees_nothing(hall: Hall) -> None:
    hand_card(hall)
    nobody = make_user("clerk", make_staff(hall.department))
    nobody.staff = None
    assert not queries.cards_visible_to(nobody).exists()
    assert not queries.records_visible_to(nobody).exists()


def test_signals_are_seen_like_cards(hall: Hall, source: Facts) -> None:
    switched_on(hall, colour=Colour.SIGNAL)
    source.rows = [fact(hall)]
    watching.watch(at=NOW)
    seen = {user.role for user in hall.everybody() if queries.signals_visible_to(user).exists()}
    assert seen == {"clerk", "chief", "supervisor", "auditor"}


def test_versions_of_ones_own_of_above_and_templates_are_seen(hall: Hall, source: Facts) -> None:
    rule, stranger = make_rule(), Hall()
    hall.center.parent = make_center("市政务服务中心")
    hall.center.save()
    above = make_user("supervisor", make_staff(center=hall.center.parent))
    drafts = {name: make_draft(rule, user) for name, user in
              (("own", hall.supervisor), ("above", above), ("foreign", stranger.supervisor))}  # fmt: skip
    seen = set(queries.versions_visible_to(hall.supervisor).filter(rule=rule, status=VersionStatus.DRAFT))
    assert seen == {drafts["own"], drafts["above"]}
    assert queries.versions_visible_to(hall.supervisor).filter(rule=rule, status=VersionStatus.TEMPLATE).exists()
    assert not source.rows


def test_trials_stay_within_the_center(hall: Hall, source: Facts) -> None:
    trial = simulation.try_on([make_draft(make_rule(), hall.supervisor)], APRIL, by=hall.supervisor, at=NOW)
    assert trial in queries.trials_visible_to(second_supervisor(hall))
    assert trial not in queries.trials_visible_to(Hall().supervisor)
    assert source.asked


def test_the_desk_counts_by_what_has_to_be_done(hall: Hall) -> None:
    for state in CardState.values:
        card_in(hall, state)
    card_in(hall, CardState.AWAITING, colour=Colour.RED)
    desk = queries.desk(hall.supervisor, TOO_LATE)
    assert (desk.awaiting, desk.late, desk.answered, desk.appealing) == (2, 2, 1, 1)
    assert (desk.yellow, desk.red, desk.taken_back) == (5, 1, 3)
    assert desk.month == "2026-05"


def test_another_month_begins_with_nothing(hall: Hall) -> None:
    hand_card(hall)
    desk = queries.desk(hall.supervisor, moment("2026-06-01 08:00"))
    assert (desk.awaiting, desk.yellow, desk.signals_today) == (1, 0, 0)


@pytest.mark.parametrize("state", CardState.values)
def test_open_is_what_somebody_still_has_to_do(hall: Hall, state: str) -> None:
    assert (card_in(hall, state) in Card.objects.open()) == (state in OPEN)


@pytest.mark.parametrize(("day", "said"), [(19, "还有 1 个工作日"), (20, "今天截止"), (21, "已过期限")])
def test_a_row_says_how_long_there_is_still_time(hall: Hall, day: int, said: str) -> None:
    (row,) = card_page.rows([hand_card(hall)], moment(f"2026-05-{day} 10:00"))
    assert (row.time, row.late) == (said, day == 21)
    assert row.card.feedback_due == date(2026, 5, 20)


def test_a_decided_card_has_no_deadline_any_more(hall: Hall) -> None:
    (row,) = card_page.rows([card_in(hall, CardState.CONFIRMED)], NOW)
    assert row.time == ""


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        (CardState.AWAITING, ["发牌"]),
        (CardState.ANSWERED, ["反馈", "发牌"]),
        (CardState.REVOKED, ["认定不成立", "反馈", "发牌"]),
        (CardState.OVERTURNED, ["裁定撤销", "申诉", "认定成立", "反馈", "发牌"]),
        (CardState.CONFIRMED, ["裁定维持", "申诉", "认定成立", "反馈", "发牌"]),
        (CardState.WITHDRAWN, ["自动撤销", "发牌"]),
    ],
)
def test_the_course_tells_what_happened_newest_first(hall: Hall, state: str, steps: list[str]) -> None:
    assert [step["text"] for step in card_page.course(card_in(hall, state))] == steps


def test_doings_offer_what_the_state_allows_and_say_why_not(hall: Hall) -> None:
    decider = second_supervisor(hall)
    card = card_in(hall, CardState.APPEALING, deciding=decider)
    offered = {d["label"]: d["allowed"] for d in card_page.doings(card, decider)}
    assert offered == {"维持": False, "撤销": False}
    assert all("第二人" in d["why"] for d in card_page.doings(card, decider))
    assert all(d["allowed"] for d in card_page.doings(card, second_supervisor(hall)))
    assert card_page.doings(card, hall.clerk) == []
    assert card_page.doings(card, hall.auditor) == []


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_decisions_at_once_one_is_refused() -> None:
    hall = Hall()
    card = card_in(hall, CardState.ANSWERED)
    readers = [second_supervisor(hall), second_supervisor(hall)]

    def decide(number: int) -> bool:
        try:
            if number:
                cards.uphold(card, text="成立。", by=readers[1], at=NOW + timedelta(minutes=1))
            else:
                cards.revoke(card, text="不成立。", ground="mistaken", by=readers[0], at=NOW + timedelta(minutes=1))
        except Refused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, range(2))) == [False, True]
    kinds = ("supervision.card_uphold", "supervision.card_revoke")
    assert Event.objects.filter(kind__in=kinds).count() == 1
