"""The health checks: by effect, with Redis stopped, and what each status code means (C6, R04, R07)."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from hall.access import health
from hall.ledger import actions as ledger
from hall.ledger.models import Heartbeat
from tests.builders import Hall

pytestmark = pytest.mark.django_db


@pytest.fixture
def working():
    for name in health.JOBS:
        ledger.beat(name, timezone.now())


def test_liveness_asks_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz/live").content == b"ok"


def test_readiness_asks_the_database(client):
    assert client.get("/healthz/ready").status_code == 200


def test_deep_check_is_well_while_jobs_finish(client, working):
    response = client.get("/healthz/deep")
    assert (response.status_code, response.json()["well"]) == (200, True)


def test_r07_deep_check_fails_when_no_sweep_finished_for_three_minutes(client, working):
    late = timezone.now() - timedelta(minutes=3, seconds=5)
    Heartbeat.objects.filter(name="sweep").update(finished_at=late)
    assert client.get("/healthz/deep").status_code == 503


def test_r08_deep_check_fails_when_the_clock_was_set_back_far(client, working):
    """The last sweep finished in the future: nothing can be told from its age."""
    Heartbeat.objects.filter(name="sweep").update(finished_at=timezone.now() + timedelta(hours=2))
    response = client.get("/healthz/deep")
    assert response.status_code == 503
    assert "核对服务器的时钟" in response.json()["signs"]["期限检查"]


def test_another_room_can_have_its_own_thing_looked_at(client, working, monkeypatch):
    monkeypatch.setattr(health, "_looks", [])
    sign = health.Sign("备份", False, "昨晚没有备份")

    def look(_):
        return sign

    health.register(look)
    health.register(look)
    answer = client.get("/healthz/deep")
    assert (answer.status_code, answer.json()["signs"]["备份"]) == (503, "昨晚没有备份")
    assert health.signs(timezone.now()).count(sign) == 1


def test_deep_check_fails_before_the_first_sweep(client):
    assert client.get("/healthz/deep").status_code == 503


def test_r04_silent_redis_only_degrades(client, working, settings):
    settings.CELERY_BROKER_URL = "redis+socket:///nowhere/redis.sock"
    response = client.get("/healthz/deep")
    assert (response.status_code, response.json()["degraded"]) == (200, True)


def test_page_is_for_those_who_watch(client):
    hall = Hall()
    client.force_login(hall.supervisor)
    assert "期限检查" in client.get("/health/").content.decode()
    client.force_login(hall.clerk)
    assert client.get("/health/").status_code == 403


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=-1), "0 秒"),
        (timedelta(seconds=119), "119 秒"),
        (timedelta(seconds=120), "2 分钟"),
        (timedelta(hours=3, minutes=59), "3 小时"),
        (timedelta(days=172), "172 天"),
    ],
)
def test_an_age_is_said_in_a_unit_a_person_reads(age, words):
    beat = Heartbeat(name="sweep", finished_at=timezone.now())
    beat.save()
    assert health.job_sign("sweep", beat.finished_at + age).says == f"{words}前完成"


def nightly(name: str, at: datetime) -> health.Sign:
    return health.nightly_sign(name, at)


def test_a_job_of_the_night_may_be_a_day_and_two_hours_old():
    now = timezone.now()
    ledger.beat("retention", now)
    assert nightly("retention", now + timedelta(hours=25)).well
    late = nightly("retention", now + timedelta(hours=27))
    assert (late.well, late.vital, late.says) == (False, False, "27 小时前完成")


def test_a_hall_of_today_has_had_no_night_yet_and_one_of_last_week_has():
    now = timezone.now()
    assert nightly("verify", now).says == "还没有到第一次"
    ledger.append(docket="", kind="access.unlocked", center_code="", actor=None, occurred_at=now)
    assert nightly("verify", now + timedelta(hours=1)).well
    missed = nightly("verify", now + timedelta(days=7))
    assert (missed.well, missed.says) == (False, "还没有运行过")


def test_p10_what_the_verifier_found_fails_the_deep_check(client, working):
    ledger.beat("verify", timezone.now(), "2")
    answer = client.get("/healthz/deep")
    assert answer.status_code == 503
    assert answer.json()["signs"]["事件账核对"].endswith("2 处不符")


def test_the_recount_of_scores_is_on_the_page(client, working):
    ledger.beat("appraise", timezone.now(), "12")
    assert client.get("/healthz/deep").json()["signs"]["考核计算"] == "0 秒前完成"
