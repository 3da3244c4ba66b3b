"""The channels: in-app inbox, mail, and files for SMS and robots."""

import json
import smtplib
import stat
from pathlib import Path

import pytest
from django.core import mail
from pytest_django import Settings

from hall.outbox import channels
from hall.outbox.channels import Delivery
from hall.outbox.enums import Channel, Outcome
from hall.outbox.models import InboxEntry, Message
from tests.hall.ledger.builders import make_account
from tests.hall.outbox.builders import AT, Recorder, later, queue, relay

pytestmark = pytest.mark.django_db


class Gateway(Recorder):
    pass


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.OUTBOX_DIR = tmp_path / "outbox"


def test_inbox_shows_the_text_to_its_recipient() -> None:
    user = make_account()
    message = queue(user=user, channel=Channel.INBOX)
    assert relay() == 1
    entry = InboxEntry.objects.get()
    assert (entry.recipient, entry.message, entry.docket, entry.created_at) == (user, message, message.docket, AT)
    assert entry.title == "办件即将到期"


def test_inbox_relayed_twice_holds_one_entry() -> None:
    message = queue(user=make_account(), channel=Channel.INBOX)
    relay()
    Message.objects.filter(pk=message.pk).update(done_at=None, available_at=AT)
    assert relay(later(5)) == 1
    assert InboxEntry.objects.count() == 1


@pytest.mark.parametrize("ref", ["999999", "", "abc", "１２"])
def test_inbox_of_nobody_is_refused(ref: str) -> None:
    message = queue(channel=Channel.INBOX, recipient_kind="user", recipient_ref=ref)
    relay()
    message.refresh_from_db()
    assert (message.last_error, message.parked_at) == ("没有可登录的账号", AT)


def test_a_closed_account_gets_nothing() -> None:
    queue(user=make_account(is_active=False), channel=Channel.INBOX)
    assert relay() == 0


def test_mail_carries_the_id_of_the_message() -> None:
    message = queue(channel=Channel.EMAIL)
    relay()
    (sent,) = mail.outbox
    assert sent.to == ["somebody@example.org"]
    assert sent.subject == "办件即将到期"
    assert sent.extra_headers["Message-ID"] == f"<{message.pk}@localhost>"


def test_x06_a_line_break_in_a_fact_adds_no_header() -> None:
    queue(channel=Channel.EMAIL, context={"item": "许可\nBcc: x@example.org", "due": "5月13日"})
    assert relay() == 1
    assert "\n" not in mail.outbox[0].subject
    assert mail.outbox[0].recipients() == ["somebody@example.org"]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (smtplib.SMTPRecipientsRefused({}), Outcome.REFUSED),
        (TimeoutError(), Outcome.UNKNOWN),
        (ConnectionResetError(), Outcome.UNKNOWN),
        (smtplib.SMTPServerDisconnected(), Outcome.UNKNOWN),
        (ConnectionRefusedError(), Outcome.FAILED),
        (smtplib.SMTPAuthenticationError(535, b""), Outcome.FAILED),
    ],
)
def test_what_a_mail_server_may_do(monkeypatch: pytest.MonkeyPatch, error: Exception, outcome: Outcome) -> None:
    def send(self: object) -> None:
        raise error

    monkeypatch.setattr("django.core.mail.EmailMessage.send", send)
    message = queue(channel=Channel.EMAIL)
    relay()
    assert message.tries.get().outcome == outcome


def test_short_messages_are_lines_of_a_private_file(tmp_path: Path) -> None:
    first, second = queue("a"), queue("b")
    relay()
    path = tmp_path / "outbox" / "sms.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert {line["message_id"] for line in lines} == {str(first.pk), str(second.pk)}
    assert lines[0]["to"] == "13800000000"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_robots_have_a_file_of_their_own(tmp_path: Path) -> None:
    queue(channel=Channel.ROBOT)
    relay()
    assert json.loads((tmp_path / "outbox" / "robot.jsonl").read_text())["to"] == "group-1"


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL, Channel.ROBOT])
def test_without_an_address_nothing_is_sent(channel: Channel) -> None:
    message = queue(user=make_account(), channel=channel)
    relay()
    message.refresh_from_db()
    assert message.parked_at == AT
    assert message.last_error.startswith("没有")


def test_a_folder_that_cannot_be_written_loses_nothing(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file stands in the way")
    message = queue()
    relay()
    message.refresh_from_db()
    assert (message.done_at, message.parked_at, message.last_error) == (None, None, "FileExistsError")


def test_a_gateway_comes_from_settings(settings: Settings) -> None:
    settings.OUTBOX_ADAPTERS = {"sms": "tests.hall.outbox.test_channels.Gateway"}
    assert isinstance(channels.adapter_for(Channel.SMS), Gateway)
    assert channels.adapter_for(Channel.SMS).send is not None


def test_a_delivery_prints_no_address() -> None:
    recorder = Recorder()
    channels.use(Channel.SMS, recorder)
    queue()
    relay()
    assert "13800000000" not in repr(recorder.letters[0])
    assert Delivery(Outcome.SENT) == Delivery(Outcome.SENT)
