"""Processes killed at the worst moment: what was committed goes out, under the same id (R01, R13)."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from hall.outbox import channels, queries
from hall.outbox.enums import Channel, Outcome
from hall.outbox.models import Attempt, Message
from tests.hall.outbox.builders import AT, Recorder, later, queue, relay

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

BEGIN = """
import os, signal, sys
from datetime import datetime
import django
django.setup()
from django.db import transaction
from hall.outbox import actions, channels
AT = datetime.fromisoformat(sys.argv[1])
def die(*args):
    os.kill(os.getpid(), signal.SIGKILL)
def write():
    actions.enqueue(docket="D1", channel="sms", template="staff_due_soon", recipient_kind="user", recipient_ref="1",
                    dedupe_key="k1", available_at=AT, context={"item": "x"})
"""


def killed(script: str) -> None:
    """Run a script in a process of its own that kills itself with SIGKILL."""
    place = connection.settings_dict
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + script, AT.isoformat()],
        cwd=Path(__file__).parents[3],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "hall.settings",
            "DATABASE_URL": f"postgresql://{place['USER']}@/{place['NAME']}?host={place['HOST']}",
        },
        timeout=60,
        check=False,
    )
    assert done.returncode == -9


def test_r13_killed_between_commit_and_what_comes_after() -> None:
    killed("with transaction.atomic():\n    transaction.on_commit(die)\n    write()\n")
    channels.use(Channel.SMS, Recorder())
    assert relay() == 1


def test_killed_before_the_commit() -> None:
    killed("with transaction.atomic():\n    write()\n    die()\n")
    assert not Message.objects.exists()


def test_killed_while_the_gateway_answers() -> None:
    message = queue(recipient_kind="user", recipient_ref="1")
    killed("channels.use('sms', type('Deadly', (), {'send': die})())\nactions.relay(AT)\n")
    sms = Recorder()
    channels.use(Channel.SMS, sms)
    assert relay(AT + timedelta(seconds=40)) == 0, "the lease of the dead relay still runs"
    assert relay(later(1)) == 1
    assert [letter.message_id for letter in sms.letters] == [message.pk]
    message.refresh_from_db()
    assert message.attempts == 2
    assert Attempt.objects.get().outcome == Outcome.SENT


def test_a_message_that_kills_every_relay_is_counted() -> None:
    message = queue(recipient_kind="user", recipient_ref="1")
    killed("channels.use('sms', type('Deadly', (), {'send': die})())\nactions.relay(AT)\n")
    message.refresh_from_db()
    assert message.attempts == 1
    assert queries.pending().get() == message
