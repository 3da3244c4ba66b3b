"""Writing messages: with the deed, once, and nothing personal (C2, R13, R14)."""

from typing import Any

import pytest
from django.db import transaction
from django.template import TemplateDoesNotExist

from hall.outbox import actions
from hall.outbox.actions import UnfitMessage
from hall.outbox.models import Message
from hall.outbox.recipients import UnknownRecipientKind
from tests.hall.ledger.builders import AT, at_once
from tests.hall.outbox.builders import new_message, queue

pytestmark = pytest.mark.django_db


def test_a_message_waits() -> None:
    message = queue()
    assert (message.attempts, message.done_at, message.parked_at) == (0, None, None)
    assert message.available_at == AT


def test_one_by_one() -> None:
    actions.enqueue(
        docket="D1",
        channel="inbox",
        template="staff_due_soon",
        recipient_kind="user",
        recipient_ref="1",
        dedupe_key="one",
        available_at=AT,
    )
    assert Message.objects.get().context == {}


def test_the_same_key_is_written_once() -> None:
    first = queue("late:1")
    assert queue("late:1", template="staff_over_promise") == first
    assert Message.objects.get().template == "staff_due_soon"


def test_repetitions_inside_one_batch_are_dropped_too() -> None:
    actions.enqueue_many([new_message("a"), new_message("b"), new_message("a")])
    assert Message.objects.count() == 2


def test_a_batch_takes_one_insert(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(3):
        actions.enqueue_many(new_message(f"k{n}") for n in range(300))
    assert Message.objects.count() == 300


def test_r14_a_rollback_takes_the_message_with_it() -> None:
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)
    assert not Message.objects.exists()


def test_text_must_exist_when_the_message_is_written() -> None:
    with pytest.raises(TemplateDoesNotExist):
        queue(template="typo")
    assert not Message.objects.exists()


def test_kind_of_recipient_must_be_known() -> None:
    with pytest.raises(UnknownRecipientKind):
        queue(recipient_kind="nobody")


def test_channel_must_be_known() -> None:
    with pytest.raises(UnfitMessage, match="pigeon"):
        queue(channel="pigeon")


@pytest.mark.parametrize(
    "facts",
    [
        {"context": {"phone": "3602345"}},
        {"context": {"item": "电话 13812340921"}},
        {"context": {"items": ["a"]}},
        {"context": {"case": {"docket": "D1"}}},
        {"recipient_ref": "13812340921"},
        {"dedupe_key": "sms:13812340921"},
    ],
)
def test_nothing_personal_and_nothing_nested_is_stored(facts: dict[str, Any]) -> None:
    with pytest.raises(UnfitMessage) as caught:
        actions.enqueue_many([new_message(**facts) if "dedupe_key" not in facts else new_message(facts["dedupe_key"])])
    assert "13812340921" not in str(caught.value)
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_once_makes_one_row() -> None:
    at_once(10, lambda _: actions.enqueue_many([new_message("late:1")]))
    assert Message.objects.count() == 1
