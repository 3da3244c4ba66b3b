"""Never twice for one fact: two rules, a hand and a rule, nested centers, three watches at once, a watch cut short."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, connections, transaction

from hall.facts.errors import Refused
from hall.facts.sources import Fact
from hall.ledger.models import Event
from hall.outbox.models import Message
from hall.supervision import watching
from hall.supervision.actions import cards
from hall.supervision.actions import rules as rule_actions
from hall.supervision.enums import CardState, Colour, DeferralReason
from hall.supervision.models import Card, Deferral, Signal
from tests.builders import Hall, make_center, make_staff, make_user, moment
from tests.hall.supervision.builders import (
    NOW,
    Facts,
    announced,
    card_in,
    fact,
    hand_card,
    make_draft,
    make_rule,
    second_supervisor,
    switched_on,
    tried,
)

SOON, LATER = NOW + timedelta(minutes=1), NOW + timedelta(hours=2)
real_threads = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def keys() -> list[str]:
    return sorted(Card.objects.values_list("fact_key", flat=True))


class Dying(str):
    """A text at which the process is stopped from outside; no handler of errors sees that."""

    __slots__ = ()

    def __getitem__(self, cut: object) -> str:
        raise KeyboardInterrupt


def test_two_rules_of_one_source_raise_one_card_on_a_fact(hall: Hall, source: Facts) -> None:
    switched_on(hall, make_rule("mild"))
    switched_on(hall, make_rule("stern"), colour=Colour.RED)
    source.rows = [fact(hall, "a"), fact(hall, "b")]
    assert watching.watch(at=NOW).cards == 2
    assert keys() == ["test.facts:a", "test.facts:b"]
    assert watching.watch(at=SOON).cards == 0


def test_a_signal_of_one_rule_does_not_stand_in_for_the_card_of_another(hall: Hall, source: Facts) -> None:
    switched_on(hall, make_rule("warns"), colour=Colour.SIGNAL)
    switched_on(hall, make_rule("blames"))
    source.rows = [fact(hall)]
    result = watching.watch(at=NOW)
    assert (result.signals, result.cards) == (1, 1)
    result = watching.watch(at=SOON)
    assert (result.signals, result.cards) == (0, 0)


def test_what_has_its_card_is_not_signalled_afterwards(hall: Hall, source: Facts) -> None:
    switched_on(hall, make_rule("blames"))
    source.rows = [fact(hall)]
    watching.watch(at=NOW)
    switched_on(hall, make_rule("warns"), colour=Colour.SIGNAL)
    assert watching.watch(at=SOON).signals == 0
    assert not Signal.objects.exists()


def test_a_fact_a_person_raised_a_card_on_gets_none_from_a_rule(hall: Hall, source: Facts) -> None:
    switched_on(hall)
    source.rows = [fact(hall)]
    hand_card(hall, fact_key="test.facts:a")
    assert watching.watch(at=NOW).cards == 0


@pytest.mark.parametrize("taken_back", [False, True])
def test_a_fact_a_rule_raised_a_card_on_gets_none_by_hand(hall: Hall, source: Facts, taken_back: bool) -> None:
    switched_on(hall)
    source.rows = [fact(hall)]
    watching.watch(at=NOW)
    if taken_back:
        cards.withdraw(Card.objects.get(), at=NOW)
    with pytest.raises(Refused, match="已经发过牌"):
        hand_card(hall, fact_key="test.facts:a")
    assert Card.objects.count() == 1


@pytest.mark.parametrize("state", [CardState.REVOKED, CardState.OVERTURNED, CardState.WITHDRAWN])
def test_a_card_taken_back_is_never_followed_by_another_on_the_same_fact(hall: Hall, source: Facts, state: str) -> None:
    switched_on(hall)
    source.rows = [fact(hall)]
    watching.watch(at=NOW)
    card = Card.objects.get()
    if state == CardState.WITHDRAWN:
        cards.withdraw(card, at=NOW)
    else:
        cards.answer(card, text="x", plea="", by=hall.clerk, at=NOW)
    if state == CardState.REVOKED:
        cards.revoke(card, text="x", ground="mistaken", by=second_supervisor(hall), at=NOW)
    if state == CardState.OVERTURNED:
        cards.uphold(card, text="x", by=second_supervisor(hall), at=NOW)
        cards.appeal(card, text="x", by=hall.clerk, at=NOW)
        cards.overturn(card, text="x", ground="mistaken", by=second_supervisor(hall), at=NOW)
    assert watching.watch(at=LATER).cards == 0
    assert Card.objects.get().state == state


def test_a_rule_of_the_city_and_one_of_the_county_raise_one_card(hall: Hall, source: Facts) -> None:
    rule = make_rule()
    hall.center.parent = make_center("市政务服务中心")
    hall.center.save()
    above = make_user("supervisor", make_staff(center=hall.center.parent))
    city = make_draft(rule, above)
    tried(city, above)
    rule_actions.switch_on(city, applies_from=date(2026, 5, 1), by=above, at=NOW)
    county = switched_on(hall, rule, colour=Colour.RED)
    source.rows = [fact(hall)]
    assert watching.watch(at=NOW).cards == 1
    assert Card.objects.get().version in (city, county)


def test_the_same_fact_told_again_with_other_words_is_the_same_fact(hall: Hall, source: Facts) -> None:
    switched_on(hall)
    source.rows = [fact(hall)]
    watching.watch(at=NOW)
    moved = replace(source.rows[0], text="改了措辞。", occurred_at=NOW, recorded_at=NOW)
    source.rows = [moved]
    assert watching.watch(at=LATER).cards == 0
    assert Card.objects.get().staff == hall.clerk.staff


def test_a_source_that_tells_a_fact_twice_in_one_breath_raises_one_card(hall: Hall, source: Facts) -> None:
    switched_on(hall)
    source.rows = [fact(hall), fact(hall, at=NOW - timedelta(minutes=5)), fact(hall, "b")]
    watching.watch(at=NOW)
    watching.watch(at=LATER)
    assert keys() == ["test.facts:a", "test.facts:b"]


def test_the_same_fact_under_two_sources_is_two_facts(hall: Hall, source: Facts) -> None:
    with announced(Facts(code="test.red")) as other:
        switched_on(hall)
        switched_on(hall, make_rule("red", "test.red"), colour=Colour.RED)
        source.rows = [fact(hall)]
        other.rows = [replace(fact(hall), key="test.red:a")]
        assert watching.watch(at=NOW).cards == 2


def test_the_database_refuses_a_second_card_of_a_rule_whoever_writes_it(hall: Hall, source: Facts) -> None:
    switched_on(hall)
    source.rows = [fact(hall)]
    watching.watch(at=NOW)
    card = Card.objects.get()
    card.pk, card.number = None, "130302-黄-2026-09999"
    with pytest.raises(IntegrityError, match="card_once_a_fact"), transaction.atomic():
        card.save(force_insert=True)


def test_the_database_refuses_a_second_card_of_another_rule(hall: Hall, source: Facts) -> None:
    """Two rules may ask the same source; the fact itself still grounds one card."""
    switched_on(hall)
    source.rows = [fact(hall)]
    watching.watch(at=NOW)
    card, other = Card.objects.get(), switched_on(hall, make_rule("stern"))
    card.pk, card.number, card.rule, card.version = None, "130302-黄-2026-09999", other.rule, other
    with pytest.raises(IntegrityError, match="card_once_a_fact"), transaction.atomic():
        card.save(force_insert=True)


def test_the_database_refuses_a_second_card_by_hand_too(hall: Hall) -> None:
    card = hand_card(hall, fact_key="patrol:1")
    card.pk, card.number = None, "130302-黄-2026-09999"
    with pytest.raises(IntegrityError, match="card_once_a_fact"), transaction.atomic():
        card.save(force_insert=True)


def test_a_watch_stopped_in_the_middle_leaves_whole_batches_and_the_next_one_goes_on(hall: Hall, source: Facts) -> None:
    switched_on(hall)
    at = [NOW - timedelta(minutes=60 - n) for n in range(6)]
    source.rows = [fact(hall, str(n), at=at[n]) for n in range(6)]
    source.rows[1] = replace(source.rows[1], text=Dying("x"))
    with pytest.raises(KeyboardInterrupt):
        watching.watch(at=NOW, batch=2)
    # Newest first: two batches were through, the third, of 1 and 0, fell as a whole.
    assert keys() == [f"test.facts:{n}" for n in (2, 3, 4, 5)]
    assert Event.objects.filter(kind="supervision.card_raised").count() == 4
    assert Message.objects.filter(template="supervision_raised").count() == 8
    source.rows[1] = replace(source.rows[1], text="x")
    assert watching.watch(at=SOON, batch=2).cards == 2
    assert sorted(int(card.number[-5:]) for card in Card.objects.all()) == [1, 2, 3, 4, 5, 6]


def test_a_watch_stopped_before_its_first_card_has_moved_no_mark(hall: Hall, source: Facts) -> None:
    version = switched_on(hall)
    before = version.watched_until
    source.rows = [fact(hall, at=moment("2026-05-01 08:00"), text=Dying("x"))]
    with pytest.raises(KeyboardInterrupt):
        watching.watch(at=NOW)
    version.refresh_from_db()
    assert version.watched_until == before
    assert not Deferral.objects.exists()


def test_one_poisonous_fact_in_a_batch_costs_the_others_nothing(hall: Hall, source: Facts) -> None:
    switched_on(hall)
    source.rows = [fact(hall, str(n)) for n in range(7)]
    source.rows[3] = replace(source.rows[3], docket="9" * 65)  # longer than the column
    result = watching.watch(at=NOW, batch=7)
    assert (result.cards, result.parked) == (6, ["test.facts:3"])
    assert Deferral.objects.get().error == "DataError"
    numbers = sorted(int(card.number[-5:]) for card in Card.objects.all())
    assert numbers == list(range(1, 7))


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"staff": 999_999_999}, "DoesNotExist"),
        ({"department": 999_999_999}, "DoesNotExist"),
        ({"window": 999_999_999}, "DoesNotExist"),
        ({"center": None, "department": None, "staff": None}, "这件事实没有说明发生在哪个中心。"),
    ],
)
def test_a_fact_that_names_nobody_there_is_parked_with_its_reason(
    hall: Hall, source: Facts, wrong: dict[str, int | None], error: str
) -> None:
    version = switched_on(hall)
    source.rows = [replace(fact(hall), **wrong)]
    # A fact of no center is found by a version that holds everywhere alone.
    watching._take_day(version, NOW.date(), source.rows, at=NOW, batch=9, result=watching.WatchResult())
    assert Deferral.objects.get().error == error
    assert not Card.objects.exists()


def test_staff_of_another_center_than_the_fact_gets_no_card(hall: Hall, source: Facts) -> None:
    switched_on(hall)
    source.rows = [fact(hall, staff=Hall().clerk.staff_id)]
    assert watching.watch(at=NOW).cards == 0
    assert Deferral.objects.get().error == "人员、部门和窗口要属于同一个中心。"


def test_a_parked_fact_keeps_the_moment_it_was_first_parked(hall: Hall, source: Facts) -> None:
    switched_on(hall)
    source.rows = [fact(hall, department=None, staff=None)]
    watching.watch(at=NOW)
    watching.watch(at=LATER)
    left = Deferral.objects.get()
    assert (left.since, left.look_again_at) == (NOW, LATER + timedelta(hours=1))


def test_what_stands_still_longer_than_the_tail_of_a_replaced_version_still_fires(hall: Hall, source: Facts) -> None:
    old = switched_on(hall)
    still = fact(hall, at=moment("2026-05-11 10:00"), paused=True)
    source.rows = [still]
    watching.watch(at=NOW)
    new = make_draft(old.rule, hall.supervisor, colour=Colour.RED)
    tried(new, hall.supervisor)
    rule_actions.switch_on(new, applies_from=date(2026, 5, 12), by=hall.supervisor, at=NOW)
    much_later = NOW + timedelta(days=90)
    assert watching.watch(at=much_later).cards == 0
    source.rows = [replace(still, paused=False)]
    assert watching.watch(at=much_later + timedelta(hours=1)).cards == 1
    assert Card.objects.get().version == old


def test_a_replaced_version_that_left_nothing_over_is_watched_no_longer_than_its_tail(
    hall: Hall, source: Facts
) -> None:
    old = switched_on(hall)
    watching.watch(at=NOW)
    new = make_draft(old.rule, hall.supervisor)
    tried(new, hall.supervisor)
    rule_actions.switch_on(new, applies_from=date(2026, 5, 12), by=hall.supervisor, at=NOW)
    assert {v.pk for v in watching._watched(NOW + watching.TAIL - timedelta(days=2))} == {old.pk, new.pk}
    assert {v.pk for v in watching._watched(NOW + watching.TAIL + timedelta(days=2))} == {new.pk}


def test_a_poisonous_fact_does_not_keep_a_replaced_version_watched(hall: Hall, source: Facts) -> None:
    old = switched_on(hall)
    source.rows = [fact(hall, at=moment("2026-05-11 10:00"), department=None, staff=None)]
    watching.watch(at=NOW)
    assert Deferral.objects.get().reason == DeferralReason.POISON
    new = make_draft(old.rule, hall.supervisor)
    tried(new, hall.supervisor)
    rule_actions.switch_on(new, applies_from=date(2026, 5, 12), by=hall.supervisor, at=NOW)
    assert {v.pk for v in watching._watched(NOW + timedelta(days=90))} == {new.pk}


def at_once(count: int, run: object) -> list[int]:
    """The same thing in threads with connections of their own, begun together."""
    gate = Barrier(count)

    def one(number: int) -> int:
        try:
            gate.wait(timeout=10)
            return run(number)  # type: ignore[operator, no-any-return]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@real_threads
def test_two_rules_of_one_source_in_three_watches_at_once_raise_one_card_a_fact() -> None:
    hall = Hall()
    with announced() as source:
        switched_on(hall, make_rule("mild"))
        switched_on(hall, make_rule("stern"), colour=Colour.RED)
        source.rows = [fact(hall, str(n)) for n in range(12)]
        raised = at_once(3, lambda _: watching.watch(at=NOW, batch=3).cards)
        raised.append(watching.watch(at=SOON).cards)
    assert sum(raised) == 12
    assert keys() == sorted(f"test.facts:{n}" for n in range(12))
    assert Event.objects.filter(kind="supervision.card_raised").count() == 12


@real_threads
def test_a_review_and_a_person_at_once_take_a_card_back_once() -> None:
    hall = Hall()
    card, reader = card_in(hall, CardState.ANSWERED), second_supervisor(hall)

    def take(number: int) -> int:
        try:
            if number:
                cards.withdraw(card, at=SOON)
            else:
                cards.revoke(card, text="属实。", ground="mistaken", by=reader, at=SOON)
        except Refused:
            return 0
        return 1

    assert sum(at_once(2, take)) == 1
    assert Event.objects.filter(kind__in=("supervision.card_withdraw", "supervision.card_revoke")).count() == 1


@real_threads
def test_a_person_who_sends_the_same_hand_card_twice_at_once_gets_one() -> None:
    hall = Hall()

    def send(_: int) -> int:
        try:
            hand_card(hall, fact_key="patrol.finding:1")
        except Refused:
            return 0
        return 1

    assert sum(at_once(2, send)) == 1
    assert Card.objects.count() == 1


@real_threads
def test_a_watch_whose_connection_is_cut_between_batches_is_finished_by_the_next() -> None:
    hall = Hall()

    class Cutting(Facts):
        """Ends the server side of the watch's connection when asked for the third day."""

        def find(self, part: object, *, offset: int = 0, limit: int | None = None) -> list[Fact]:
            found = super().find(part, offset=offset, limit=limit)  # type: ignore[arg-type]
            if len(self.asked) == 3 and victim:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            return found

    victim = True
    with announced(Cutting()) as source:
        switched_on(hall, since=date(2026, 5, 11))
        source.asked.clear()
        source.rows = [fact(hall, str(day), at=moment(f"2026-05-{day} 08:00")) for day in (11, 12, 13)]
        with pytest.raises(Exception, match=r"terminat|closed"):
            watching.watch(at=NOW)
        connection.close()
        assert keys() == ["test.facts:11"]  # the day before the first, the first; the second was cut short
        victim = False
        assert watching.watch(at=SOON).cards == 2
    assert Card.objects.count() == Event.objects.filter(kind="supervision.card_raised").count() == 3
