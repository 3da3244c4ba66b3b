"""Facts of the ledger: events nobody changes, their seals, counters, idempotency keys, limits, heartbeats, clocks."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.lookups import GreaterThan

from hall.ledger.columns import DatabaseClock, RecordedAtField, RecordedTransactionField, current_transaction

CLOCK_TOLERANCE = timedelta(minutes=2)
DELAY = F("recorded_at") - F("occurred_at")
WRITTEN_LATE = Q(GreaterThan(DELAY, Value(timedelta(minutes=30))))


class Event(models.Model):
    """What happened, once and for all (laws 8, 10). A trigger refuses UPDATE, DELETE and TRUNCATE.

    `occurred_at` is business time, `recorded_at` the database's clock. `data` holds no personal data.
    """

    id = models.BigAutoField(primary_key=True)
    docket = models.CharField("编号", max_length=64, blank=True)
    kind = models.CharField("事件", max_length=64)
    center_code = models.CharField("中心", max_length=20, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="办理人", null=True, blank=True, related_name="+"
    )
    actor_role = models.CharField("角色", max_length=20, blank=True)
    occurred_at = models.DateTimeField("发生时间")
    recorded_at = RecordedAtField("记录时间", db_default=DatabaseClock(), editable=False)
    recorded_xid = RecordedTransactionField("事务号", db_default=current_transaction(), editable=False)
    data = models.JSONField("内容", default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = verbose_name_plural = "事件"
        ordering = ["occurred_at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["docket", "occurred_at", "id"], name="event_docket"),
            models.Index(fields=["kind", "occurred_at"], name="event_kind"),
            models.Index(fields=["center_code", "recorded_xid", "id"], name="event_sealing"),
            # Written down more than half an hour after it is said to have happened: what supervision looks for.
            models.Index(fields=["kind", "recorded_at"], name="event_written_late", condition=WRITTEN_LATE),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(occurred_at__lte=F("recorded_at") + CLOCK_TOLERANCE),
                name="event_not_in_the_future",
                violation_error_message="发生时间不能晚于现在。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.docket}"


class Seal(models.Model):
    """One link of a center's chain: the hash of the events of a range of finished transactions and of the link before.

    Covers the center's events with `from_xid` ≤ recorded_xid < `to_xid` and an id above `floor_id`; the floor rises
    only after a restore into a database whose transaction numbers begin anew (hall.ledger.sealing).
    """

    center_code = models.CharField("中心", max_length=20, blank=True)
    number = models.PositiveIntegerField("序号")
    from_xid = models.BigIntegerField()
    to_xid = models.BigIntegerField()
    floor_id = models.BigIntegerField(default=0)
    last_id = models.BigIntegerField("最后事件")
    count = models.PositiveIntegerField("事件数")
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField("封存时间")

    class Meta:
        verbose_name = verbose_name_plural = "封存"
        ordering = ["center_code", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["center_code", "number"], name="seal_one_chain"),
            models.CheckConstraint(condition=Q(from_xid__lt=F("to_xid")), name="seal_range"),
        ]

    def __str__(self) -> str:
        return f"{self.center_code} {self.number}"


class Counter(models.Model):
    """The last number given out of a gapless series; taken in the transaction that uses it (C16, N01)."""

    series = models.CharField(max_length=64, primary_key=True)
    last = models.PositiveIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = "文书编号"

    def __str__(self) -> str:
        return f"{self.series} {self.last}"


class DocketCounter(models.Model):
    """The last serial a center gave out on a Beijing day; one row per center and day (C16, N03)."""

    center_code = models.CharField("中心", max_length=10)
    day = models.DateField("收件日")
    last = models.PositiveIntegerField("最后顺序号")

    class Meta:
        verbose_name = verbose_name_plural = "收件编号"
        constraints: ClassVar = [models.UniqueConstraint(fields=["center_code", "day"], name="docket_counter_day")]

    def __str__(self) -> str:
        return f"{self.center_code} {self.day} {self.last}"


class IdempotencyKey(models.Model):
    """A form already answered: the same key with the same body gets the same reply (C20). Kept seven days."""

    key = models.UUIDField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    body_digest = models.CharField(max_length=64)
    reference = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=DatabaseClock(), db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "防重复键"
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_user_key")]

    def __str__(self) -> str:
        return str(self.key)


class RateCounter(models.Model):
    """How often a key was used in one window of time (C23). Keys are keyed digests: no address, no number."""

    scope = models.CharField(max_length=40)
    key_hash = models.CharField(max_length=64)
    window_start = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = "限次计数"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scope", "key_hash", "window_start"], name="rate_counter_window")
        ]
        indexes: ClassVar = [models.Index(fields=["window_start"], name="rate_counter_age")]

    def __str__(self) -> str:
        return f"{self.scope} {self.count}"


class Heartbeat(models.Model):
    """When a periodic job last finished: the effect is watched, not the process (C6)."""

    name = models.CharField(max_length=40, primary_key=True)
    finished_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "心跳"

    def __str__(self) -> str:
        return f"{self.name} {self.finished_at}"


class HostClock(models.Model):
    """How far the clock of a machine stands from the database's, as one kind of process there last found it (U09).

    `told_at`: when administrators were told that it is too far off; empty again once it is right.
    """

    host = models.CharField("主机", max_length=100)
    process = models.CharField("进程", max_length=20)
    ahead_ms = models.BigIntegerField("快（毫秒）")
    measured_at = models.DateTimeField("测量时间", db_default=DatabaseClock())
    told_at = models.DateTimeField("告警时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "主机时钟"
        ordering = ["host", "process"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["host", "process"], name="host_clock_once")]

    def __str__(self) -> str:
        return f"{self.host} {self.process} {self.ahead_ms}"
