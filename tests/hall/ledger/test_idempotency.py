"""The same form sent twice is answered once (N06, N07, N08)."""

import time
import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from hall.access.models import User
from hall.ledger import actions
from hall.ledger.idempotency import KeyReused
from hall.ledger.models import Event, IdempotencyKey
from tests.hall.ledger.builders import at_once, make_account, make_event

KEY = uuid.UUID("6f1e0c1a-7d1b-4e0e-9c2b-0123456789ab")


def file(user: User, body: bytes = b"form", key: uuid.UUID = KEY) -> tuple[str, bool]:
    """A filing: (reference, whether it was made now)."""
    with transaction.atomic():
        earlier = actions.once(key=key, user=user, body=body)
        if earlier is not None:
            return earlier, False
        event = make_event()
        actions.remember(key=key, user=user, reference=f"event-{event.pk}")
        return f"event-{event.pk}", True


@pytest.mark.django_db
def test_second_post_gets_the_first_answer() -> None:
    user = make_account()
    reference, _ = file(user)
    assert file(user) == (reference, False)
    assert Event.objects.count() == 1


@pytest.mark.django_db
def test_n07_same_key_with_another_body_is_refused() -> None:
    user = make_account()
    file(user)
    with pytest.raises(KeyReused):
        file(user, body=b"another form")


@pytest.mark.django_db
def test_keys_of_two_people_are_apart() -> None:
    file(make_account())
    assert file(make_account(), body=b"another form")[1]


@pytest.mark.django_db
def test_a_failed_filing_leaves_the_key_free() -> None:
    user = make_account()
    with transaction.atomic():
        actions.once(key=KEY, user=user, body=b"form")
        transaction.set_rollback(True)
    assert file(user)[1]


@pytest.mark.django_db
def test_n08_next_day_the_answer_is_still_there_and_after_seven_days_it_is_gone() -> None:
    user = make_account()
    reference, _ = file(user)
    now = timezone.now()
    actions.purge(now + timedelta(days=6, hours=23))
    assert file(user) == (reference, False)
    actions.purge(now + timedelta(days=7, minutes=1))
    assert file(user)[1]


@pytest.mark.django_db
def test_remembering_without_a_key_is_a_mistake() -> None:
    with pytest.raises(LookupError):
        actions.remember(key=KEY, user=make_account(), reference="x")


@pytest.mark.django_db
def test_the_body_is_not_stored() -> None:
    file(make_account(), body=b"identity=130302199003070018")
    row = IdempotencyKey.objects.values().get()
    assert "130302199003070018" not in str(row)


@pytest.mark.django_db(transaction=True)
def test_n06_twenty_posts_at_once_make_one() -> None:
    user = make_account()

    def post(_: int) -> tuple[str, bool]:
        with transaction.atomic():
            earlier = actions.once(key=KEY, user=user, body=b"form")
            if earlier is not None:
                return earlier, False
            time.sleep(0.2)  # the others are waiting at the key by now
            actions.remember(key=KEY, user=user, reference=f"event-{make_event().pk}")
            return "", True

    answers = at_once(20, post)
    assert [made for _, made in answers].count(True) == 1
    assert {reference for reference, made in answers if not made} == {f"event-{Event.objects.get().pk}"}


@pytest.mark.django_db(transaction=True)
def test_a_key_is_taken_inside_the_transaction_only() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        actions.once(key=KEY, user=make_account(), body=b"form")
