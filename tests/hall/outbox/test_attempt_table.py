"""What becomes of a message, step by step: every answer a gateway can give, at every attempt, as tables (C2, R12)."""

import json
import os
import stat
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from pytest_django import Settings

from hall.ledger import numbers
from hall.ledger.models import Heartbeat
from hall.outbox import actions, channels, queries, tasks, texts
from hall.outbox.actions import relaying
from hall.outbox.channels import Delivery, append_line
from hall.outbox.enums import Channel, Outcome
from hall.outbox.models import Attempt, Breaker, Message
from tests.hall.ledger.builders import make_account
from tests.hall.outbox.builders import AT, Recorder, later, queue, relay

pytestmark = pytest.mark.django_db
S, R, F, U = Outcome.SENT, Outcome.REFUSED, Outcome.FAILED, Outcome.UNKNOWN


def use(*answers: object, channel: str = Channel.SMS) -> Recorder:
    recorder = Recorder(*answers)  # type: ignore[arg-type]
    channels.use(channel, recorder)
    return recorder


# The first answer; done, parked, tried again, counted by the breaker.
FIRST = [
    (S, True, False, False, 0),
    (R, False, True, False, 0),
    (F, False, False, True, 1),
    (U, False, False, True, 1),
    (TimeoutError(), False, False, True, 1),
    (ConnectionResetError(), False, False, True, 1),
    (BrokenPipeError(), False, False, True, 1),
    (OSError(), False, False, True, 1),
    (ValueError(), False, False, True, 1),
    (KeyError("phone"), False, False, True, 1),
    (MemoryError(), False, False, True, 1),
]


@pytest.mark.parametrize(("answer", "done", "parked", "again", "failures"), FIRST)
def test_after_the_first_attempt(answer: object, done: bool, parked: bool, again: bool, failures: int) -> None:
    use(answer)
    message = queue()
    relay()
    message.refresh_from_db()
    assert (message.done_at is not None, message.parked_at is not None) == (done, parked)
    assert (message.available_at > AT) is again
    assert sum(Breaker.objects.values_list("failures", flat=True)) == failures


OUTCOMES = [
    (TimeoutError(), U),
    (ConnectionResetError(), U),
    (BrokenPipeError(), U),
    (ConnectionRefusedError(), F),
    (OSError(), F),
    (RuntimeError(), F),
]


@pytest.mark.parametrize(("error", "outcome"), OUTCOMES)
def test_an_error_is_written_down_as_what_it_may_mean(error: Exception, outcome: str) -> None:
    """Only where the message cannot have left do we say so."""
    use(error)
    message = queue()
    relay()
    attempt = message.tries.get()
    assert (attempt.outcome, attempt.error) == (outcome, type(error).__name__)


WAITS = {
    1: timedelta(seconds=30), 2: timedelta(minutes=1), 3: timedelta(minutes=2), 4: timedelta(minutes=4),
    5: timedelta(minutes=8), 6: timedelta(minutes=16), 7: timedelta(minutes=32), 8: timedelta(minutes=64),
    9: timedelta(minutes=128), 10: timedelta(minutes=256), 11: timedelta(hours=6), 100: timedelta(hours=6),
    10_000: timedelta(hours=6),
}  # fmt: skip


@pytest.mark.parametrize(("attempt", "wait"), WAITS.items())
def test_how_long_each_failure_waits(attempt: int, wait: timedelta) -> None:
    assert relaying.wait_before(attempt) == wait


def test_the_waits_are_kept_to_the_second() -> None:
    sms = use(F)
    message = queue()
    at = AT
    for attempt in range(1, 4):
        relay(at)
        message.refresh_from_db()
        assert message.available_at == at + WAITS[attempt]
        relay(message.available_at - timedelta(seconds=1))
        assert len(sms.letters) == attempt
        at = message.available_at


def test_ten_attempts_last_about_half_a_day() -> None:
    """Long enough for a night without the gateway, short enough for a person to notice the next day."""
    whole = sum((relaying.wait_before(n) for n in range(1, relaying.MOST_ATTEMPTS)), timedelta())
    assert timedelta(hours=4) < whole < timedelta(hours=24)


PATHS: list[tuple[list[Outcome], str, list[Outcome]]] = [
    # answers in turn, end, attempts written down
    ([S], "done", [S]),
    ([F, S], "done", [F, S]),
    ([U, S], "done", [U, S]),
    ([F, U, F, S], "done", [F, U, F, S]),
    ([R], "parked", [R]),
    ([F, R], "parked", [F, R]),
    ([U, R], "parked", [U, R]),
    ([F] * 9 + [S], "done", [F] * 9 + [S]),
    ([F] * 10, "parked", [F] * 10),
    ([U] * 10, "parked", [U] * 10),
    ([F] * 20, "parked", [F] * 10),
]


@pytest.mark.parametrize(("answers", "end", "attempts"), PATHS)
def test_the_whole_way(answers: list[Outcome], end: str, attempts: list[Outcome]) -> None:
    sms = use(*answers)
    message = queue()
    relay(*(later(hours=7 * n) for n in range(14)))
    message.refresh_from_db()
    assert {"done": message.done_at is not None, "parked": message.parked_at is not None}[end]
    assert list(message.tries.order_by("number").values_list("outcome", flat=True)) == attempts
    assert len(sms.letters) == len(attempts)


def test_attempts_are_numbered_and_never_lost() -> None:
    use(*[F] * 3, S)
    message = queue()
    relay(*(later(hours=7 * n) for n in range(4)))
    assert list(message.tries.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4]


def test_numbers_go_on_after_a_message_was_taken_off_the_park() -> None:
    use(R, S)
    message = queue()
    relay()
    actions.unpark(channel=Channel.SMS, at=later(5))
    relay(later(5))
    assert list(message.tries.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_the_reference_of_the_provider_is_kept() -> None:
    use(Delivery(S, provider_ref="X-" + "9" * 200))
    message = queue()
    relay()
    assert message.tries.get().provider_ref == ("X-" + "9" * 200)[:100]


RECEIPTS = [
    # what happened before, delivered; done, parked, received
    ("waiting", True, True, False, True),
    ("waiting", False, False, True, False),
    ("sent", True, True, False, True),
    ("sent", False, False, True, False),
    ("parked", True, True, False, True),
    ("parked", False, False, True, False),
    ("received", False, True, False, True),  # good news is not taken back
    ("received", True, True, False, True),
]


@pytest.mark.parametrize(("before", "delivered", "done", "parked", "received"), RECEIPTS)
def test_what_a_receipt_does(before: str, delivered: bool, done: bool, parked: bool, received: bool) -> None:
    use(R if before == "parked" else S)
    message = queue()
    if before != "waiting":
        relay()
    if before == "received":
        actions.receipt(message_id=message.pk, delivered=True, at=later(1))
    assert actions.receipt(message_id=message.pk, delivered=delivered, at=later(2))
    message.refresh_from_db()
    found = (message.done_at is not None, message.parked_at is not None, message.received_at is not None)
    assert found == (done, parked, received)


@pytest.mark.parametrize("error", ["空号 13812340921", "to=13812340921 status=MK:0001"])
def test_a_receipt_that_repeats_the_number_is_not_believed_to_the_letter(error: str) -> None:
    """What a provider writes about a number goes into a row: without the number (law 13)."""
    message = queue()
    actions.receipt(message_id=message.pk, delivered=False, at=AT, error=error)
    message.refresh_from_db()
    assert "13812340921" not in message.last_error
    assert message.last_error


def test_a_receipt_without_a_reason_says_so() -> None:
    message = queue()
    actions.receipt(message_id=message.pk, delivered=False, at=AT)
    message.refresh_from_db()
    assert message.last_error == "回执：未送达"


BREAKERS = [
    # answers in turn, does the channel rest now
    ([F] * 4, False),
    ([F] * 5, True),
    ([U] * 5, True),
    ([F, F, F, F, S, F], False),
    ([F, F, F, F, R, F], False),  # an answer is an answer
    ([R] * 9, False),
]


@pytest.mark.parametrize(("answers", "rests"), BREAKERS)
def test_when_a_channel_rests(answers: list[Outcome], rests: bool) -> None:
    use(*answers)
    for number in range(len(answers)):
        queue(f"k{number:02d}", available_at=later(-100 + number))
    relay()
    assert (queries.resting_channels(AT) == [Channel.SMS]) is rests


@pytest.mark.parametrize(("seconds", "tried"), [(0, 0), (59, 0), (60, 1), (61, 1)])
def test_how_long_a_channel_rests(seconds: int, tried: int) -> None:
    sms = use(*[F] * 5, S)
    for number in range(6):
        queue(f"k{number}", available_at=later(-10 + number))
    relay()
    sms.letters.clear()
    relay(AT + timedelta(seconds=seconds))
    assert min(len(sms.letters), 1) == tried


def test_a_rest_of_one_channel_is_not_one_of_another() -> None:
    use(F)
    for number in range(5):
        queue(f"k{number}")
    relay()
    assert queries.resting_channels(AT) == [Channel.SMS]
    assert Breaker.objects.get().channel == Channel.SMS


def test_an_inbox_entry_is_made_while_other_channels_rest() -> None:
    use(F)
    for number in range(6):
        queue(f"k{number}")
    user = make_account()
    queue("in", user, channel=Channel.INBOX)
    relay()
    assert queries.unread_count(user) == 1


ROWS = [
    ({"done_at": AT, "parked_at": AT}, False),
    ({"done_at": AT}, True),
    ({"parked_at": AT}, True),
    ({}, True),
]


@pytest.mark.parametrize(("facts", "accepted"), ROWS)
def test_no_message_is_both_done_and_given_up(facts: dict[str, object], accepted: bool) -> None:
    message = queue()
    rows = Message.objects.filter(pk=message.pk)
    if accepted:
        rows.update(**facts)
        return
    with pytest.raises(IntegrityError, match="message_done_or_parked"), transaction.atomic():
        rows.update(**facts)


def test_an_attempt_has_its_number_once() -> None:
    message = queue()
    Attempt.objects.create(message=message, number=1, started_at=AT, outcome=S)
    with pytest.raises(IntegrityError, match="attempt_number"), transaction.atomic():
        Attempt.objects.create(message=message, number=1, started_at=AT, outcome=S)


# Pending, by what happened to a message.
STANDS = [
    ({}, True),
    ({"available_at": later(60)}, True),
    ({"leased_until": later(1)}, True),
    ({"done_at": AT}, False),
    ({"parked_at": AT}, False),
]


@pytest.mark.parametrize(("facts", "pending"), STANDS)
def test_what_still_waits(facts: dict[str, object], pending: bool) -> None:
    queue()
    Message.objects.update(**facts)
    assert queries.pending().exists() is pending


FILES = [("sms", Channel.SMS, "13800000000"), ("robot", Channel.ROBOT, "group-1")]


@pytest.mark.parametrize(("name", "channel", "to"), FILES)
def test_a_file_of_messages_is_private_from_its_first_byte(
    settings: Settings, tmp_path: Path, name: str, channel: str, to: str
) -> None:
    settings.OUTBOX_DIR = tmp_path / "outbox"
    old = os.umask(0)
    try:
        queue(channel=channel)
        relay()
    finally:
        os.umask(old)
    path = tmp_path / "outbox" / f"{name}.jsonl"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert json.loads(path.read_text())["to"] == to


def test_lines_are_added_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a" / "x.jsonl"
    for line in ("一", "二"):
        append_line(path, line)
    assert path.read_text() == "一\n二\n"


def test_a_text_of_several_lines_is_one_line_of_the_file(settings: Settings, tmp_path: Path) -> None:
    settings.OUTBOX_DIR = tmp_path
    queue(context={"item": "食品\n许可", "due": "5月13日"})
    relay()
    assert len((tmp_path / "sms.jsonl").read_text().splitlines()) == 1


FACTS = [
    ("食品经营许可", "食品经营许可"),
    ("A & B", "A & B"),
    ("<b>粗</b>", "<b>粗</b>"),
    ("{{ settings.SECRET_KEY }}", "{{ settings.SECRET_KEY }}"),
    ("{% now 'Y' %}", "{% now 'Y' %}"),
]


@pytest.mark.parametrize(("item", "shown"), FACTS)
def test_facts_arrive_as_they_are_and_are_never_run(item: str, shown: str) -> None:
    text = texts.render(template="staff_due_soon", docket="", context={"item": item, "due": "5月13日"})
    assert shown in text.title + text.body


def test_titles_are_cut_where_a_column_ends() -> None:
    text = texts.render(template="staff_due_soon", docket="", context={"item": "长" * 500, "due": "x"})
    assert len(text.title) <= texts.TITLE_LENGTH


# A whole number: what links to the case reads it.
DOCKET = numbers.compose(region6="130302", center4="0012", on=date(2026, 4, 13), serial=1)
TEMPLATES = sorted(path.stem for path in (Path(__file__).parents[3] / "templates" / "outbox").glob("*.txt"))


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_text_has_a_title_and_a_body_and_names_nobody(name: str) -> None:
    source = (Path(__file__).parents[3] / "templates" / "outbox" / f"{name}.txt").read_text()
    text = texts.render(template=name, docket=DOCKET, context={"item": "某事项"})
    assert text.title
    assert not any(word in source for word in ("applicant", "phone", "identity", "name }}"))


def test_the_task_leaves_a_heartbeat_with_its_count() -> None:
    use(S)
    queue(available_at=AT)
    assert tasks.relay() == 1
    assert Heartbeat.objects.get(pk="relay").finished_at is not None


def test_the_command_sends_and_says_how_many(capsys: pytest.CaptureFixture[str]) -> None:
    use(S)
    queue()
    call_command("relay")
    assert "已发出 1 条消息" in capsys.readouterr().out


@pytest.mark.parametrize(("channel", "count"), [("sms", 1), ("email", 0)])
def test_the_command_takes_one_channel_off_the_park(
    capsys: pytest.CaptureFixture[str], channel: str, count: int
) -> None:
    use(R)
    queue()
    relay()
    call_command("retry_parked", channel)
    assert f"{count} 条搁置的消息" in capsys.readouterr().out
    assert queries.parked().count() == 1 - count


def test_the_command_knows_its_channels() -> None:
    with pytest.raises(CommandError):
        call_command("retry_parked", "pigeon")
