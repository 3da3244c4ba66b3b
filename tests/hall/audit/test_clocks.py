"""Machines that disagree what time it is are found, and the record does not care (U09)."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from hall.audit import actions, clocks
from hall.ledger import actions as ledger
from hall.ledger import clock_actions, queries
from hall.ledger.models import Event, HostClock
from hall.outbox.models import Message
from tests.builders import Hall

pytestmark = pytest.mark.django_db


def ahead(seconds: float) -> float:
    return time.time() + seconds


def measured(seconds: float, host: str = "web-2") -> int | None:
    return clock_actions.measure(lambda: ahead(seconds), host=host, process="web")


def told() -> list[Message]:
    return list(Message.objects.filter(template="staff_clock_off"))


@pytest.mark.parametrize("seconds", [90, -90, 0])
def test_u09_each_process_puts_down_how_far_its_clock_is_from_the_databases(seconds: int) -> None:
    found = measured(seconds)
    assert found is not None
    assert found == pytest.approx(seconds * 1000, abs=500)
    clock = HostClock.objects.get()
    assert (clock.host, clock.process, clock.ahead_ms) == ("web-2", "web", found)


def test_what_is_as_it_was_a_moment_ago_is_not_written_again() -> None:
    measured(90)
    first = HostClock.objects.get().measured_at
    measured(90)
    assert HostClock.objects.get().measured_at == first
    HostClock.objects.update(measured_at=first - timedelta(seconds=6))
    measured(90)
    assert HostClock.objects.get().measured_at > first - timedelta(seconds=1)


def test_u09_this_machine_and_kind_of_process_are_found_without_being_told() -> None:
    clock_actions.measure()
    clock = HostClock.objects.get()
    assert clock.host
    assert clock.process in {"command", "worker", "web"}


def test_u09_an_answer_that_took_long_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_actions, "SLOW", -1.0)
    assert measured(90) is None
    assert not HostClock.objects.exists()


def test_u09_two_hosts_ninety_seconds_apart_record_by_one_clock(hall: Hall) -> None:
    """Business time may be what a host believes, within two minutes; the moment of recording is the database's."""
    now = timezone.now()
    facts: dict[str, Any] = {"docket": "", "kind": "access.unlocked", "center_code": "", "actor": None, "data": {}}
    first, second = (ledger.append(**facts, occurred_at=now + timedelta(seconds=seconds)) for seconds in (90, 0))
    assert first.recorded_at < second.recorded_at
    assert abs((second.recorded_at - first.recorded_at).total_seconds()) < 5


def test_u09_the_deep_check_says_how_far_and_names_no_machine(client: Client, hall: Hall) -> None:
    measured(90)
    answer = client.get("/healthz/deep").json()
    assert answer["signs"]["主机时钟"] == "与数据库的时钟相差 90 秒，请校时"
    assert answer["degraded"]
    assert "web-2" not in str(answer)


def test_u09_the_page_of_running_state_says_it_too(client: Client, hall: Hall) -> None:
    measured(-90)
    client.force_login(hall.admin)
    assert "与数据库的时钟相差 90 秒" in client.get("/health/").content.decode()


@pytest.mark.parametrize(("seconds", "well"), [(4, True), (6, False), (-6, False)])
def test_u09_a_few_seconds_are_borne(seconds: int, well: bool) -> None:
    measured(seconds)
    assert clocks.sign(timezone.now()).well is well


def test_u09_administrators_are_told_once_until_the_clock_is_right_again(hall: Hall) -> None:
    at = timezone.now()
    measured(90)
    assert [actions.watch(at=at), actions.watch(at=at)] == [1, 0]
    (message,) = told()
    assert message.recipient_ref == str(hall.admin.staff_id)
    assert message.context == {"host": "web-2", "process": "web", "apart": "快 90 秒", "allowed": 5}
    measured(0)
    actions.watch(at=at)
    measured(-90)
    assert actions.watch(at=at + timedelta(minutes=1)) == 1
    assert len(told()) == 2


def test_u09_the_alarm_is_on_record(hall: Hall) -> None:
    measured(90)
    actions.watch(at=timezone.now())
    assert Event.objects.get(kind=actions.OFF).data["apart"] == "快 90 秒"


def test_a_machine_that_is_off_for_long_is_forgotten() -> None:
    measured(90)
    HostClock.objects.update(measured_at=timezone.now() - timedelta(minutes=11))
    assert not queries.clocks().exists()
    assert clocks.sign(timezone.now()).says == "还没有测量"


def test_the_worst_of_several_machines_is_shown() -> None:
    for seconds, host in ((1, "web-1"), (-90, "web-2"), (2, "web-3")):
        measured(seconds, host)
    assert "90 秒" in clocks.sign(timezone.now()).says


def test_a_host_whose_name_looks_like_a_telephone_is_not_named(hall: Hall) -> None:
    measured(90, "13800138000")
    actions.watch(at=timezone.now())
    assert told()[0].context["host"] == "（名称略）"
