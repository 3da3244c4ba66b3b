"""How the hall is doing: by effect (when did a sweep last finish?), not by whether a process lives (reliability C6)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import redis
from django.conf import settings
from django.db import DatabaseError, connection

from hall.ledger import grants
from hall.ledger.models import Event, Heartbeat
from hall.outbox import queries as outbox
from hall.outbox.enums import Channel

# A sweep comes every 20 seconds; an alarm after three minutes without one (reliability P3). Seals and messages alike.
SILENT_AFTER: Final = timedelta(minutes=3)
WAITING_TOO_LONG: Final = timedelta(minutes=10)
REDIS_PATIENCE: Final = 1.0  # seconds; a hung Redis must not hang the page
JOBS: Final = {"sweep": "期限检查", "relay": "消息发送", "seal": "事件封存"}
# What runs once a night may be late by an hour or two. Rooms above add theirs.
NIGHT: Final = timedelta(hours=26)


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing looked at: its name, whether it is well, and a sentence. `vital` makes the deep check fail."""

    name: str
    well: bool
    says: str
    vital: bool = True


Look = Callable[[datetime], Sign]
_looks: list[Look] = []
_nightly: dict[str, str] = {"verify": "事件账核对", "retention": "到期清除"}


def register(look: Look) -> None:
    """Have another thing looked at, from a room's AppConfig.ready; shown after our own."""
    if look not in _looks:
        _looks.append(look)


def register_nightly(name: str, label: str) -> None:
    """Have the heartbeat of another job of the night looked at, from a room's AppConfig.ready."""
    _nightly[name] = label


def database_answers() -> bool:
    """Whether PostgreSQL answers a trivial query."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except DatabaseError:
        return False


def redis_sign() -> Sign:
    """Redis is a doorbell: without it nothing is lost, work is only picked up later (law 1)."""
    url = settings.CELERY_BROKER_URL.replace("redis+socket://", "unix://")
    try:
        client = redis.Redis.from_url(url, socket_timeout=REDIS_PATIENCE, socket_connect_timeout=REDIS_PATIENCE)
        answered = bool(client.ping())
        client.close()
    except (redis.RedisError, OSError, ValueError):
        answered = False
    says = "有回应" if answered else "没有回应：收件、办理、查询不受影响，期限检查和消息会晚一些"
    return Sign("Redis", answered, says, vital=False)


def _span(age: timedelta) -> str:
    """A length of time in the largest unit that leaves at least two of it, for a person at a glance."""
    seconds = max(0, int(age.total_seconds()))
    for unit, length in (("天", 86_400), ("小时", 3_600), ("分钟", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} 秒"


def job_sign(name: str, at: datetime) -> Sign:
    """When a periodic job last finished."""
    beat = Heartbeat.objects.filter(pk=name).first()
    if beat is None:
        return Sign(JOBS[name], False, "还没有运行过")
    age = at - beat.finished_at
    if age < -SILENT_AFTER:
        return Sign(JOBS[name], False, "上次完成的时间在将来，请核对服务器的时钟")
    return Sign(JOBS[name], age <= SILENT_AFTER, f"{_span(age)}前完成")


def nightly_sign(name: str, at: datetime) -> Sign:
    """When a job of the night last finished. Missed, it is made up for the next night: worth a look, no more.

    Except that what the verifier of the ledger found is as grave as anything here (P10): its note is how many faults.
    """
    beat = Heartbeat.objects.filter(pk=name).first()
    if beat is None:
        first = Event.objects.order_by("pk").values_list("recorded_at", flat=True).first()
        young = first is None or at - first < NIGHT
        return Sign(_nightly[name], young, "还没有到第一次" if young else "还没有运行过", vital=False)
    if name == "verify" and beat.note != "0":
        return Sign(_nightly[name], False, f"{_span(at - beat.finished_at)}前核对，{beat.note} 处不符")
    age = at - beat.finished_at
    return Sign(_nightly[name], age <= NIGHT, f"{_span(age)}前完成", vital=False)


def outbox_sign(at: datetime) -> Sign:
    """How long the oldest message has been waiting."""
    age = outbox.oldest_pending_age(at)
    if age is None:
        return Sign("待发消息", True, "没有积压", vital=False)
    return Sign("待发消息", age <= WAITING_TOO_LONG, f"最早一条已等 {_span(age)}", vital=False)


def given_up_sign() -> Sign:
    """What lies aside, a channel at a time, and how it is sent once its reason is gone."""
    counted = outbox.parked_by_channel()
    if not counted:
        return Sign("发不出的消息", True, "没有", vital=False)
    lying = "，".join(f"{Channel(channel).label}（{channel}）{number} 条" for channel, number in counted)
    says = f"{lying}。查明原因（没有账号、对方不收、恢复后搁置）以后，用 manage.py retry_parked 渠道 再发"
    return Sign("发不出的消息", False, says, vital=False)


def role_sign() -> Sign:
    """Whether who answers pages could change the ledger if they wanted to (C10)."""
    if grants.may_touch_the_record():
        says = "能改动事件账：请让网页和后台任务改用应用账号（HALL_APP_DATABASE_URL）"
        return Sign("数据库账号", False, says, vital=False)
    return Sign("数据库账号", True, "不能改动事件账", vital=False)


def signs(at: datetime) -> list[Sign]:
    """Everything, for the page and the deep check."""
    given_up = given_up_sign()
    jobs = [job_sign(name, at) for name in JOBS]
    others = [*(nightly_sign(name, at) for name in _nightly), *(look(at) for look in _looks)]
    return [Sign("数据库", True, "有回应"), role_sign(), *jobs, outbox_sign(at), given_up, redis_sign(), *others]
