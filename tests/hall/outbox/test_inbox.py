"""The in-app inbox: one's own entries, read once."""

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command

from hall.access.models import User
from hall.ledger import queries as ledger
from hall.outbox import actions, queries
from hall.outbox.enums import Channel
from hall.outbox.models import InboxEntry
from tests.hall.ledger.builders import make_account
from tests.hall.outbox.builders import AT, later, queue

pytestmark = pytest.mark.django_db


def entry(user: User, minutes: float = 0) -> InboxEntry:
    return InboxEntry.objects.create(recipient=user, title="办件临期", created_at=later(minutes))


def test_newest_first_and_nobody_elses() -> None:
    mine, other = make_account(), make_account()
    old, new = entry(mine), entry(mine, 5)
    entry(other)
    assert list(queries.entries_for(mine)) == [new, old]


def test_unread_are_counted() -> None:
    user = make_account()
    entry(user)
    actions.mark_read(user=user, entry_id=entry(user).pk, at=AT)
    assert queries.unread_count(user) == 1


def test_without_an_account_there_is_no_inbox() -> None:
    assert list(queries.entries_for(AnonymousUser())) == []
    assert queries.unread_count(AnonymousUser()) == 0


def test_reading_twice_keeps_the_first_time() -> None:
    user = make_account()
    unread = entry(user)
    assert actions.mark_read(user=user, entry_id=unread.pk, at=later(1))
    assert actions.mark_read(user=user, entry_id=unread.pk, at=later(2))
    unread.refresh_from_db()
    assert unread.read_at == later(1)


def test_nobody_reads_for_another() -> None:
    unread = entry(make_account())
    assert not actions.mark_read(user=make_account(), entry_id=unread.pk, at=AT)
    unread.refresh_from_db()
    assert unread.read_at is None


def test_an_entry_that_is_not_there_is_not_read() -> None:
    assert not actions.mark_read(user=make_account(), entry_id=uuid.uuid4(), at=AT)


def test_reading_all_leaves_what_came_after_the_page() -> None:
    user = make_account()
    entry(user)
    entry(user, 10)
    entry(make_account())
    assert actions.mark_all_read(user=user, at=later(5)) == 1
    assert queries.unread_count(user) == 1


def test_parked_messages_are_taken_up_again_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    queue(channel=Channel.INBOX, recipient_kind="gone")
    call_command("relay")
    call_command("retry_parked", "inbox")
    assert "1 条搁置的消息" in capsys.readouterr().out
    assert queries.pending().count() == 1


def test_only_channels_can_be_retried() -> None:
    with pytest.raises(CommandError):
        call_command("retry_parked", "pigeon")


def test_the_relay_command_delivers_and_leaves_a_heartbeat(capsys: pytest.CaptureFixture[str]) -> None:
    user = make_account()
    queue(user=user, channel=Channel.INBOX)
    call_command("relay")
    assert "已发出 1 条消息" in capsys.readouterr().out
    assert queries.unread_count(user) == 1
    assert ledger.last_beat("relay") is not None
