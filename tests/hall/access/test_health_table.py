"""The signs of health by table: when each is well, what it says, and whether its loss fails the deep check (C6, P3)."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from hall.access import health
from hall.access.enums import Role
from hall.ledger import actions as ledger
from hall.ledger.models import Heartbeat
from hall.outbox.models import Message
from tests.builders import MONDAY
from tests.hall.access.builders import logged_in

pytestmark = pytest.mark.django_db

AGES = [
    # since the job last finished, is it well
    (timedelta(0), True),
    (timedelta(seconds=20), True),
    (timedelta(minutes=2, seconds=59), True),
    (timedelta(minutes=3), True),
    (timedelta(minutes=3, seconds=1), False),
    (timedelta(days=400), False),
    (timedelta(seconds=-5), True),  # a clock that was set back
]


@pytest.mark.parametrize(("age", "well"), AGES)
@pytest.mark.parametrize("job", health.JOBS)
def test_a_job_is_well_while_it_finishes(job: str, age: timedelta, well: bool) -> None:
    Heartbeat.objects.create(name=job, finished_at=MONDAY - age)
    sign = health.job_sign(job, MONDAY)
    assert (sign.well, sign.vital, "-" in sign.says) == (well, True, False)


@pytest.mark.parametrize("job", health.JOBS)
def test_a_job_that_never_ran_is_not_well(job: str) -> None:
    sign = health.job_sign(job, MONDAY)
    assert (sign.well, sign.says) == (False, "还没有运行过")


WAITING = [
    # the oldest message waits since, well
    (None, True),
    (timedelta(0), True),
    (timedelta(minutes=10), True),
    (timedelta(minutes=10, seconds=1), False),
    (timedelta(hours=-1), True),  # for later
]


def message(**facts: object) -> Message:
    defaults = {
        "docket": "x", "channel": "sms", "template": "staff_due_soon", "recipient_kind": "user", "recipient_ref": "1",
        "dedupe_key": f"k{Message.objects.count()}", "available_at": MONDAY,
    }  # fmt: skip
    return Message.objects.create(**{**defaults, **facts})


@pytest.mark.parametrize(("age", "well"), WAITING)
def test_messages_that_wait_too_long_are_told(age: timedelta | None, well: bool) -> None:
    if age is not None:
        message(available_at=MONDAY - age)
    sign = health.outbox_sign(MONDAY)
    assert (sign.well, sign.vital) == (well, False)


@pytest.mark.parametrize(
    ("facts", "counted"), [({"parked_at": MONDAY}, True), ({"done_at": MONDAY}, False), ({}, False)]
)
def test_messages_given_up_on_are_counted(facts: dict[str, object], counted: bool) -> None:
    message(**facts)
    sign = next(sign for sign in health.signs(MONDAY) if sign.name == "发不出的消息")
    told = (sign.well, sign.says.partition("。")[0])
    assert told == ((False, "短信（sms）1 条") if counted else (True, "没有"))


def test_messages_given_up_on_are_told_a_channel_at_a_time() -> None:
    for channel in ("sms", "inbox", "sms"):
        message(channel=channel, parked_at=MONDAY)
    sign = health.given_up_sign()
    assert sign.says.startswith("站内消息（inbox）1 条，短信（sms）2 条。")
    assert "manage.py retry_parked" in sign.says


REDIS = [
    "redis+socket:///nowhere/redis.sock",
    "redis://127.0.0.1:1/0",
    "nonsense",
    "",
]


@pytest.mark.parametrize("url", REDIS)
def test_a_silent_redis_is_told_and_costs_nothing_vital(settings: LazySettings, url: str) -> None:
    settings.CELERY_BROKER_URL = url
    sign = health.redis_sign()
    assert (sign.well, sign.vital, "不受影响" in sign.says) == (False, False, True)


DEEP = [
    # jobs that finished, status
    (("sweep", "relay", "seal"), 200),
    (("sweep", "relay"), 503),
    (("sweep", "seal"), 503),
    (("relay", "seal"), 503),
    ((), 503),
]


@pytest.mark.parametrize(("jobs", "status"), DEEP)
def test_the_deep_check_fails_with_any_vital_sign(client: Client, jobs: tuple[str, ...], status: int) -> None:
    for job in jobs:
        ledger.beat(job, timezone.now())
    response = client.get("/healthz/deep")
    assert (response.status_code, response.json()["well"]) == (status, status == 200)


def test_the_deep_check_holds_names_and_times_only(client: Client) -> None:
    message(docket="130302001220260413000017", parked_at=MONDAY)
    page = client.get("/healthz/deep").content.decode()
    assert "130302001220260413000017" not in page
    assert "staff_due_soon" not in page


@pytest.mark.parametrize("address", ["/healthz/live", "/healthz/ready", "/healthz/deep"])
def test_checks_are_never_kept_and_only_read(client: Client, address: str) -> None:
    assert "no-store" in client.get(address)["Cache-Control"]
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("address", ["/healthz/live", "/healthz/ready", "/healthz/deep"])
def test_checks_set_no_cookie(client: Client, address: str) -> None:
    assert not client.get(address).cookies


def test_the_page_names_every_sign() -> None:
    client, _ = logged_in(Role.SUPERVISOR)
    page = client.get("/health/").content.decode()
    assert all(label in page for label in ("数据库", "Redis", "待发消息", "发不出的消息", *health.JOBS.values()))
