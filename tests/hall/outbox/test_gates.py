"""Nothing leaves the house while a gate is closed, and what may have gone out already waits for a person (D12)."""

from collections.abc import Iterator

import pytest

from hall.outbox import actions, channels, gates
from hall.outbox.actions.holding import hold_back
from hall.outbox.enums import Channel
from hall.outbox.models import Message
from tests.builders import make_user
from tests.hall.outbox.builders import AT, Recorder, later, queue, relay

pytestmark = pytest.mark.django_db


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A gate that is closed as long as the list holds a reason."""
    reasons = ["数据库回到了较早的时间"]
    monkeypatch.setattr(gates, "_gates", [lambda: "", lambda: reasons[0] if reasons else ""])
    return reasons


@pytest.fixture
def sms() -> Iterator[Recorder]:
    recorder = Recorder()
    channels.use(Channel.SMS, recorder)
    yield recorder
    channels.use(Channel.SMS, None)


def test_d12_behind_a_closed_gate_nothing_is_sent_nor_counted_as_tried(gate: list[str], sms: Recorder) -> None:
    message = queue()
    assert relay(AT) == 0
    assert sms.letters == []
    message.refresh_from_db()
    assert (message.attempts, message.leased_until) == (0, None)


def test_d12_once_it_opens_everything_goes(gate: list[str], sms: Recorder) -> None:
    queue()
    relay(AT)
    gate.clear()
    assert relay(AT) == 1
    assert len(sms.letters) == 1


def test_the_first_reason_is_the_one_told(gate: list[str]) -> None:
    assert gates.closed() == "数据库回到了较早的时间"


def test_a_gate_is_asked_once_however_often_it_was_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "_gates", [])
    asked: list[int] = []

    def gate() -> str:
        asked.append(1)
        return ""

    gates.register(gate)
    gates.register(gate)
    assert gates.closed() == ""
    assert asked == [1]


def test_d12_held_messages_wait_for_a_person_and_go_when_let(sms: Recorder) -> None:
    waiting, inside = queue("k1"), queue("k2", user=make_user())
    Message.objects.filter(pk=inside.pk).update(channel=Channel.INBOX)
    assert hold_back(at=AT, reason="恢复前可能已发出") == 1
    waiting.refresh_from_db()
    assert (waiting.parked_at, waiting.last_error) == (AT, "恢复前可能已发出")
    relay(later(60))
    assert sms.letters == []
    assert actions.unpark(channel=Channel.SMS, at=later(61)) == 1
    relay(later(62))
    assert len(sms.letters) == 1


def test_what_was_sent_or_parked_before_is_left_as_it_is(sms: Recorder) -> None:
    sent = queue("k1")
    relay(AT)
    sent.refresh_from_db()
    assert hold_back(at=later(60), reason="x") == 0
    assert Message.objects.get(pk=sent.pk).done_at == sent.done_at
