"""The watch: what fires, what never does, what comes back later, and what two watches at once do."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection, connections

from hall.ledger.models import Event
from hall.outbox.models import Message
from hall.supervision import watching
from hall.supervision.actions import rules as rule_actions
from hall.supervision.enums import CardState, Colour, DeferralReason
from hall.supervision.models import Card, Deferral, RuleVersion, Signal
from tests.builders import Hall, make_center, make_department, make_staff, moment
from tests.hall.supervision.builders import NOW, Facts, announced, fact, make_draft, make_rule, switched_on, tried


def watch(at: object = NOW) -> watching.WatchResult:
    return watching.watch(at=at)  # type: ignore[arg-type]


def test_a_fact_becomes_a_card_with_everything_a_person_needs_to_answer_it(hall: Hall, source: Facts) -> None:
    version = switched_on(hall)
    source.rows = [fact(hall, docket="130302001220260413000017")]
    assert watch().cards == 1
    card = Card.objects.get()
    assert (card.rule, card.version, card.colour, card.state) == (version.rule, version, "yellow", CardState.AWAITING)
    assert (card.staff, card.department, card.window) == (hall.clerk.staff, hall.department, hall.window)
    assert card.chief == hall.chief.staff
    assert card.reason == "办件 a 超过承诺期限 2 个工作日。请说明情况。"
    assert card.feedback_due == date(2026, 5, 20)
    assert card.late_at == moment("2026-05-21 00:00")
    assert card.number == f"{hall.center.region6}-黄-2026-00001"


def test_the_card_and_its_event_are_written_together(hall: Hall, source: Facts) -> None:
    switched_on(hall)
    source.rows = [fact(hall, docket="130302001220260413000017")]
    watch()
    event = Event.objects.get(kind="supervision.card_raised")
    assert (event.docket, event.actor, event.occurred_at) == ("130302001220260413000017", None, NOW)
    assert event.data == {"card": Card.objects.get().number, "colour": "yellow", "rule": "test"}


def test_the_person_and_the_chief_representative_are_told(hall: Hall, source: Facts) -> None:
    switched_on(hall)
    source.rows = [fact(hall)]
    watch()
    told = set(Message.objects.filter(template="supervision_raised").values_list("recipient_ref", flat=True))
    assert told == {str(hall.clerk.staff_id), str(hall.chief.staff_id)}


def test_watching_twice_raises_nothing_more(hall: Hall, source: Facts) -> None:
    switched_on(hall)
    source.rows = [fact(hall, key) for key in "abc"]
    assert watch().cards == 3
    assert watch(NOW + timedelta(minutes=1)).cards == 0
    assert Card.objects.count() == 3


def test_missed_nights_are_caught_up(hall: Hall, source: Facts) -> None:
    switched_on(hall)
    watch()
    source.rows = [fact(hall, str(n), at=NOW + timedelta(days=n)) for n in range(1, 6)]
    assert watch(NOW + timedelta(days=6)).cards == 5


def test_what_is_recorded_late_is_found_by_its_record(hall: Hall, source: Facts) -> None:
    switched_on(hall)
    watch()
    source.rows = [fact(hall, at=NOW - timedelta(days=4), recorded_at=NOW + timedelta(hours=3))]
    assert watch(NOW + timedelta(days=1)).cards == 1


def test_what_was_committed_just_after_midnight_under_the_day_before_is_found(hall: Hall, source: Facts) -> None:
    switched_on(hall)
    watch(moment("2026-05-14 00:00"))
    source.rows = [fact(hall, at=moment("2026-05-13 23:59"))]
    assert watch(moment("2026-05-14 00:01")).cards == 1


def test_facts_of_days_before_the_rule_never_fire(hall: Hall, source: Facts) -> None:
    switched_on(hall, since=date(2026, 5, 10))
    source.rows = [
        fact(hall, "before", at=moment("2026-05-09 23:59"), recorded_at=NOW),
        fact(hall, "first", at=moment("2026-05-10 00:00")),
    ]
    watch()
    assert [card.fact_key for card in Card.objects.all()] == ["test.facts:first"]


def test_a_draft_a_template_and_a_stopped_version_raise_nothing(hall: Hall, source: Facts) -> None:
    rule = make_rule()
    make_draft(rule, hall.supervisor)
    stopped = switched_on(hall, make_rule("stopped"))
    rule_actions.switch_off(stopped, by=hall.supervisor, at=NOW)
    source.rows = [fact(hall)]
    assert watch().cards == 0


def test_a_version_speaks_only_for_its_center_and_those_below(hall: Hall, source: Facts) -> None:
    switched_on(hall)
    below = make_center("乡镇便民服务中心", parent=hall.center)
    elsewhere = make_center("外县政务服务中心")
    inside, outside = make_staff(make_department(below)), make_staff(make_department(elsewhere))
    source.rows = [
        fact(hall, "below", center=below.pk, department=inside.department_id, window=None, staff=inside.pk),
        fact(hall, "elsewhere", center=elsewhere.pk, department=outside.department_id, window=None, staff=outside.pk),
    ]
    watch()
    assert list(Card.objects.values_list("center_id", flat=True)) == [below.pk]


def test_the_thresholds_of_the_version_are_asked_for(hall: Hall, source: Facts) -> None:
    rule = make_rule()
    version = make_draft(rule, hall.supervisor, days=7)
    tried(version, hall.supervisor)
    rule_actions.switch_on(version, applies_from=date(2026, 5, 1), by=hall.supervisor, at=NOW)
    source.asked.clear()
    watch()
    assert {part.options["days"] for part in source.asked} == {7}
    assert all(part.by_record for part in source.asked)


def test_a_signal_is_told_and_counts_against_nobody(hall: Hall, source: Facts) -> None:
    switched_on(hall, colour=Colour.SIGNAL)
    source.rows = [fact(hall)]
    assert (watch().signals, Card.objects.count(), Signal.objects.get().staff) == (1, 0, hall.clerk.staff)
    assert watch(NOW + timedelta(minutes=1)).signals == 0
    assert Message.objects.get(template="supervision_signal").recipient_ref == str(hall.chief.staff_id)


def test_nothing_fires_while_the_clock_stands_still_and_it_fires_when_it_runs_again(hall: Hall, source: Facts) -> None:
    switched_on(hall)
    standing = fact(hall, paused=True)
    source.rows = [standing]
    assert (watch().cards, watch(NOW + timedelta(days=30)).cards, Card.objects.count()) == (0, 0, 0)
    source.rows = [replace(standing, paused=False)]
    assert watch(NOW + timedelta(days=60)).cards == 1
    assert not Deferral.objects.exists()


def test_a_pause_of_one_fact_does_not_hold_back_the_others(hall: Hall, source: Facts) -> None:
    switched_on(hall)
    source.rows = [fact(hall, "paused", paused=True), fact(hall, "runs")]
    watch()
    assert [card.fact_key for card in Card.objects.all()] == ["test.facts:runs"]
    assert Deferral.objects.get().reason == DeferralReason.PAUSED


def test_days_long_past_are_not_read_again_unless_something_is_left_over(hall: Hall, source: Facts) -> None:
    switched_on(hall)
    source.rows = [fact(hall, "paused", at=moment("2026-05-04 10:00"), paused=True)]
    watch()
    source.asked.clear()
    watch(NOW + timedelta(hours=1))
    assert [part.period.first for part in source.asked] == [date(2026, 5, 4), date(2026, 5, 13)]


def test_a_fact_that_cannot_be_written_is_parked_and_named_and_the_others_go_on(hall: Hall, source: Facts) -> None:
    switched_on(hall)
    nobody = fact(hall, "nobody", department=None, staff=None)
    source.rows = [fact(hall, "a"), nobody, fact(hall, "b")]
    result = watch()
    assert (result.cards, result.parked) == (2, ["test.facts:nobody"])
    left = Deferral.objects.get()
    assert (left.reason, left.error) == (DeferralReason.POISON, "督查牌要发给一个人或一个部门。")


def test_a_parked_fact_is_tried_again_after_an_hour(hall: Hall, source: Facts) -> None:
    switched_on(hall)
    source.rows = [fact(hall, "a", department=None, staff=None)]
    watch()
    source.rows = [fact(hall, "a")]
    assert watch(NOW + timedelta(minutes=5)).cards == 0
    assert watch(NOW + timedelta(hours=2)).cards == 1
    assert not Deferral.objects.exists()


def test_a_broken_source_stops_its_own_rule_only(hall: Hall, source: Facts) -> None:
    switched_on(hall)
    with announced(Facts(code="test.broken")) as broken:
        ill = switched_on(hall, make_rule("ill", "test.broken"))
        broken.broken = True
        source.rows = [fact(hall)]
        result = watch()
    assert (result.cards, result.parked) == (1, ["ill"])
    ill.refresh_from_db()
    assert (ill.parked_error, ill.parked_until) == ("RuntimeError", NOW + timedelta(hours=1))


def test_a_source_nobody_announces_any_more_is_named(hall: Hall) -> None:
    with announced():
        version = switched_on(hall)
    assert watch().parked == ["test"]
    version.refresh_from_db()
    assert version.parked_error == "没有登记的事实来源 test.facts"


def test_after_trouble_the_rule_catches_up(hall: Hall, source: Facts) -> None:
    version = switched_on(hall)
    source.broken, source.rows = True, [fact(hall)]
    watch()
    source.broken = False
    assert watch(NOW + timedelta(minutes=2)).cards == 0
    assert watch(NOW + timedelta(hours=2)).cards == 1
    version.refresh_from_db()
    assert version.parked_until is None


def test_a_new_version_takes_over_from_its_day(hall: Hall, source: Facts) -> None:
    old = switched_on(hall)
    new = make_draft(old.rule, hall.supervisor, colour=Colour.RED)
    tried(new, hall.supervisor)
    rule_actions.switch_on(new, applies_from=date(2026, 5, 12), by=hall.supervisor, at=NOW)
    source.rows = [
        fact(hall, "old", at=moment("2026-05-11 10:00")),
        fact(hall, "new", at=moment("2026-05-12 10:00")),
    ]
    watch()
    assert dict(Card.objects.values_list("fact_key", "colour")) == {
        "test.facts:old": "yellow",
        "test.facts:new": "red",
    }


def test_a_fact_with_a_card_gets_none_from_a_later_version(hall: Hall, source: Facts) -> None:
    old = switched_on(hall)
    source.rows = [fact(hall)]
    watch()
    new = make_draft(old.rule, hall.supervisor, colour=Colour.RED)
    tried(new, hall.supervisor)
    rule_actions.switch_on(new, applies_from=date(2026, 5, 1), by=hall.supervisor, at=NOW)
    assert watch(NOW + timedelta(minutes=5)).cards == 0


def test_a_withdrawn_card_is_never_raised_again_for_the_same_fact(hall: Hall, source: Facts) -> None:
    switched_on(hall)
    source.rows = [fact(hall)]
    watch()
    kept, source.rows = source.rows, []
    assert watching.review_grounds(at=NOW + timedelta(minutes=1)) == 1
    source.rows = kept
    assert watch(NOW + timedelta(minutes=2)).cards == 0


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_watches_at_once_raise_one_card() -> None:
    hall = Hall()
    with announced() as source:
        switched_on(hall)
        source.rows = [fact(hall, str(n)) for n in range(20)]

        def run(_: int) -> int:
            try:
                return watch().cards
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            raised = list(pool.map(run, range(2)))
        assert Card.objects.count() == 20
        assert sum(raised) == 20
        numbers = sorted(int(card.number[-5:]) for card in Card.objects.all())
        assert numbers == list(range(1, 21))
    connection.close()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_rule_somebody_holds_is_left_for_the_next_watch() -> None:
    hall = Hall()
    with announced() as source:
        version = switched_on(hall)
        source.rows = [fact(hall)]
        other = connections.create_connection("default")
        try:
            other.set_autocommit(False)
            with other.cursor() as cursor:
                cursor.execute("SELECT 1 FROM supervision_superviserule WHERE id = %s FOR UPDATE", [version.rule_id])
            assert watch().held == 1
        finally:
            other.rollback()
            other.close()
        assert watch().cards == 1


def test_the_watch_leaves_its_beat(hall: Hall) -> None:
    from hall.ledger.queries import last_beat  # noqa: PLC0415 - the only test that asks

    watch()
    assert last_beat("supervision.watch") == NOW
    assert RuleVersion.objects.filter(status="on").count() == 0
