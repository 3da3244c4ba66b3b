"""Sending: at least once, under one id, never blocking (C2, C9, R12)."""

import logging
import time
from datetime import timedelta

import pytest
from django.db import transaction

from hall.outbox import actions, channels, queries
from hall.outbox.actions import relaying
from hall.outbox.channels import Delivery, Letter
from hall.outbox.enums import Channel, Outcome
from hall.outbox.models import Attempt, Message
from tests.hall.ledger.builders import at_once
from tests.hall.outbox.builders import AT, Recorder, later, queue, relay

pytestmark = pytest.mark.django_db


def use(*answers: object, channel: str = Channel.SMS) -> Recorder:
    recorder = Recorder(*answers)  # type: ignore[arg-type]
    channels.use(channel, recorder)
    return recorder


def outcomes() -> list[str]:
    return list(Attempt.objects.order_by("message_id", "number").values_list("outcome", flat=True))


def test_a_due_message_goes_out_once() -> None:
    sms = use()
    message = queue()
    assert relay(AT, later(1)) == 1
    message.refresh_from_db()
    assert message.done_at == AT
    assert [letter.message_id for letter in sms.letters] == [message.pk]


def test_address_and_text_are_made_at_sending() -> None:
    sms = use()
    queue()
    relay()
    (letter,) = sms.letters
    assert letter.address.phone == "13800000000"
    assert letter.text.title == "办件即将到期"
    assert "食品经营许可" in letter.text.body
    assert "5月13日" in letter.text.body


def test_a_message_for_later_waits() -> None:
    use()
    queue(available_at=later(10))
    assert relay(later(9)) == 0
    assert relay(later(10)) == 1


def test_the_oldest_goes_first() -> None:
    sms = use()
    ids = [queue(f"k{n}", available_at=later(-n)).pk for n in range(3)]
    relay()
    assert [letter.message_id for letter in sms.letters] == ids[::-1]


def test_more_than_one_batch_goes_out_in_one_run() -> None:
    use()
    for number in range(relaying.BATCH + 5):
        queue(f"k{number}")
    assert relay() == relaying.BATCH + 5


def test_a_failed_attempt_is_tried_again_later_under_the_same_id() -> None:
    sms = use(Outcome.FAILED, Outcome.SENT)
    message = queue()
    assert relay(AT, later(seconds=29)) == 0
    assert relay(later(seconds=30)) == 1
    assert {letter.message_id for letter in sms.letters} == {message.pk}
    assert outcomes() == [Outcome.FAILED, Outcome.SENT]


@pytest.mark.parametrize(
    ("attempt", "wait"),
    [(1, timedelta(seconds=30)), (2, timedelta(minutes=1)), (5, timedelta(minutes=8)), (30, timedelta(hours=6))],
)
def test_waits_double_up_to_six_hours(attempt: int, wait: timedelta) -> None:
    assert relaying.wait_before(attempt) == wait


def test_after_the_last_attempt_a_message_is_parked() -> None:
    use(Outcome.FAILED)
    message = queue()
    relay(*(later(hours=7 * n) for n in range(relaying.MOST_ATTEMPTS + 3)))
    message.refresh_from_db()
    assert message.attempts == relaying.MOST_ATTEMPTS
    assert message.parked_at is not None
    assert list(queries.parked()) == [message]


def test_an_unparked_message_begins_anew() -> None:
    use(Outcome.REFUSED, Outcome.SENT)
    queue()
    relay()
    assert actions.unpark(channel=Channel.EMAIL, at=later(5)) == 0
    assert actions.unpark(channel=Channel.SMS, at=later(5)) == 1
    assert relay(later(5)) == 1
    assert outcomes() == [Outcome.REFUSED, Outcome.SENT]


class TestWhatAGatewayMayDo:
    """The six ways of R12."""

    def test_r12a_accepted_and_then_the_line_broke(self) -> None:
        sms = use(ConnectionResetError(), Outcome.SENT)
        message = queue()
        relay(AT, later(1))
        message.refresh_from_db()
        assert message.done_at == later(1)
        assert [letter.message_id for letter in sms.letters] == [message.pk] * 2
        assert outcomes() == [Outcome.UNKNOWN, Outcome.SENT]

    def test_r12b_hanging_is_cut_off(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def hang(letter: Letter) -> Delivery:
            time.sleep(2)
            return Delivery(Outcome.SENT)

        monkeypatch.setattr(relaying, "SEND_SECONDS", 0.1)
        use(hang)
        queue()
        began = time.monotonic()
        relay()
        assert time.monotonic() - began < 1.5
        assert outcomes() == [Outcome.UNKNOWN]

    def test_r12c_server_error(self) -> None:
        use(Delivery(Outcome.FAILED, "HTTP 500"))
        message = queue()
        relay()
        message.refresh_from_db()
        assert (message.last_error, message.done_at, message.parked_at) == ("HTTP 500", None, None)

    def test_r12d_business_error_is_final(self) -> None:
        use(Delivery(Outcome.REFUSED, "签名未审核"))
        message = queue()
        relay(AT, later(hours=10))
        message.refresh_from_db()
        assert message.parked_at == AT
        assert outcomes() == [Outcome.REFUSED]

    def test_r12e_receipt_comes_twice(self) -> None:
        use()
        message = queue()
        relay()
        for minutes in (1, 2):
            assert actions.receipt(message_id=message.pk, delivered=True, at=later(minutes))
        message.refresh_from_db()
        assert message.received_at == later(1)

    def test_r12f_receipt_comes_before_our_own_commit(self) -> None:
        def receipt_first(letter: Letter) -> Delivery:
            Message.objects.filter(pk=letter.message_id).update(received_at=later(-1), done_at=later(-1))
            return Delivery(Outcome.SENT)

        channels.use(Channel.INBOX, Recorder(receipt_first))
        message = queue(channel=Channel.INBOX)
        relay()
        message.refresh_from_db()
        assert (message.done_at, message.received_at) == (later(-1), later(-1))


def test_a_receipt_that_tells_of_failure_parks_the_message() -> None:
    use()
    message = queue()
    relay()
    actions.receipt(message_id=message.pk, delivered=False, at=later(1), error="空号")
    message.refresh_from_db()
    assert (message.done_at, message.parked_at, message.last_error) == (None, later(1), "空号")


def test_a_late_good_receipt_takes_a_message_off_the_park() -> None:
    use(Outcome.REFUSED)
    message = queue()
    relay()
    actions.receipt(message_id=message.pk, delivered=True, at=later(1))
    message.refresh_from_db()
    assert (message.done_at, message.parked_at) == (later(1), None)


def test_a_receipt_for_nothing_is_answered() -> None:
    stranger = Message(docket="x")
    assert not actions.receipt(message_id=stranger.pk, delivered=True, at=AT)


def test_somebody_who_left_is_not_written_to() -> None:
    sms = use()
    message = queue(recipient_kind="gone")
    relay()
    message.refresh_from_db()
    assert message.last_error == "收件人已无法联系"
    assert not sms.letters


def test_a_poison_message_does_not_stop_the_others() -> None:
    use(ZeroDivisionError(), Outcome.SENT)
    queue("poison", available_at=later(-1))
    queue("sound")
    assert relay() == 1
    assert Message.objects.get(dedupe_key="poison").last_error == "ZeroDivisionError"


def test_no_address_gets_into_rows_or_logs(caplog: pytest.LogCaptureFixture) -> None:
    use(ValueError("no route to 13800000000"), Delivery(Outcome.REFUSED, "黑名单 13800000000"))
    queue()
    with caplog.at_level(logging.DEBUG):
        relay(AT, later(1))
    assert "13800000000" not in caplog.text
    assert not Attempt.objects.filter(error__contains="13800000000").exists()
    assert not Message.objects.filter(last_error__contains="13800000000").exists()


class TestBreaker:
    def test_a_failing_channel_rests_and_is_tried_again(self) -> None:
        sms = use(*[Outcome.FAILED] * relaying.BREAKER_FAILURES, Outcome.SENT)
        for number in range(10):
            queue(f"k{number}")
        assert relay() == 0
        assert len(sms.letters) == relaying.BREAKER_FAILURES
        assert queries.resting_channels(AT) == [Channel.SMS]
        assert relay(later(2)) == 10
        assert queries.resting_channels(later(2)) == []

    def test_what_was_claimed_and_not_tried_costs_no_attempt(self) -> None:
        use(Outcome.FAILED)
        for number in range(relaying.BREAKER_FAILURES + 3):
            queue(f"k{number}")
        relay()
        assert sorted(Message.objects.values_list("attempts", flat=True)) == [0] * 3 + [1] * relaying.BREAKER_FAILURES

    def test_after_the_rest_one_failure_is_enough(self) -> None:
        sms = use(Outcome.FAILED)
        for number in range(10):
            queue(f"k{number}")
        relay(AT, later(2))
        assert len(sms.letters) == relaying.BREAKER_FAILURES + 1

    def test_other_channels_go_on(self) -> None:
        use(Outcome.FAILED)
        mail = use(channel=Channel.EMAIL)
        for number in range(10):
            queue(f"sms{number}")
            queue(f"mail{number}", channel=Channel.EMAIL)
        assert relay() == 10
        assert len(mail.letters) == 10

    def test_refusals_do_not_open_it(self) -> None:
        sms = use(Outcome.REFUSED)
        for number in range(10):
            queue(f"k{number}")
        relay()
        assert len(sms.letters) == 10


def test_a_slow_channel_gives_back_what_it_has_no_time_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relaying, "CHANNEL_SECONDS", 0.0)
    sms = use()
    message = queue()
    assert relay() == 0
    message.refresh_from_db()
    assert (message.attempts, message.leased_until, sms.letters) == (0, None, [])


def test_what_a_dead_relay_held_is_sent_after_its_lease() -> None:
    use()
    message = queue()
    Message.objects.update(leased_until=later(2), attempts=1)
    assert relay(later(1)) == 0
    assert relay(later(2)) == 1
    message.refresh_from_db()
    assert message.attempts == 2


def test_a_lease_begins_with_its_claim_and_outlasts_what_one_run_may_take(monkeypatch: pytest.MonkeyPatch) -> None:
    """The channels before may have taken their time; a relay that still works must not find its letters taken over."""
    moments = iter([0.0, *[70.0] * 50])
    monkeypatch.setattr(relaying.time, "monotonic", lambda: next(moments))
    leased = []

    def look(letter: Letter) -> Delivery:
        leased.append(Message.objects.get(pk=letter.message_id).leased_until)
        return Delivery(Outcome.SENT)

    channels.use(Channel.INBOX, Recorder(look))
    queue(channel=Channel.INBOX)
    relay()
    assert leased == [AT + timedelta(seconds=70) + relaying.LEASE]
    assert timedelta(seconds=relaying.CHANNEL_SECONDS + relaying.SEND_SECONDS) < relaying.LEASE < timedelta(minutes=1)


def test_age_of_the_oldest() -> None:
    use()
    assert queries.oldest_pending_age(AT) is None
    queue("a", available_at=later(-5))
    queue("b", available_at=later(60))
    assert queries.oldest_pending_age(AT) == timedelta(minutes=5)
    relay()
    assert queries.oldest_pending_age(AT) is None


@pytest.mark.django_db(transaction=True)
def test_four_relays_at_once_send_everything_once() -> None:
    sms = use()
    for number in range(60):
        queue(f"k{number}")
    assert sum(at_once(4, lambda _: actions.relay(AT))) == 60
    assert len({letter.message_id for letter in sms.letters}) == len(sms.letters) == 60


@pytest.mark.django_db(transaction=True)
def test_no_lock_is_held_while_a_gateway_answers() -> None:
    def look(letter: Letter) -> Delivery:
        free = Message.objects.select_for_update(nowait=True).filter(pk=letter.message_id)
        found = at_once(1, lambda _: _lock(free))
        return Delivery(Outcome.SENT if found == [1] else Outcome.FAILED)

    use(look)
    queue()
    assert relay() == 1


def _lock(rows: object) -> int:
    with transaction.atomic():
        return len(list(rows.all()))  # type: ignore[attr-defined]
