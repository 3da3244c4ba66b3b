"""Facts of the outbox: messages that must go out, what was tried, and the in-app inbox."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from hall.ledger.columns import DatabaseClock
from hall.outbox.enums import Channel, Outcome


class Message(models.Model):
    """One message to one recipient by one channel, written in the transaction of the deed it tells of (C2).

    Holds docket, channel and template only (law 13): the address is looked up and the text rendered at sending. `id` is
    the message id a provider sees on every attempt, so that it can drop a repetition.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    docket = models.CharField("编号", max_length=64, blank=True)
    channel = models.CharField("渠道", max_length=10, choices=Channel)
    template = models.SlugField("文本", max_length=64)
    recipient_kind = models.CharField("收件人类别", max_length=40)
    recipient_ref = models.CharField("收件人", max_length=64)
    dedupe_key = models.CharField(max_length=200, unique=True)
    context = models.JSONField("内容", default=dict, blank=True)
    created_at = models.DateTimeField("写入时间", db_default=DatabaseClock(), editable=False)
    available_at = models.DateTimeField("最早发出时间")
    attempts = models.PositiveSmallIntegerField("已试次数", default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField("最近问题", max_length=200, blank=True)
    done_at = models.DateTimeField("发出时间", null=True, blank=True)
    received_at = models.DateTimeField("回执时间", null=True, blank=True)
    parked_at = models.DateTimeField("搁置时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        ordering = ["available_at"]
        indexes: ClassVar = [
            models.Index(
                fields=["channel", "available_at"],
                name="message_pending",
                condition=Q(done_at__isnull=True, parked_at__isnull=True),
            ),
            models.Index(fields=["docket"], name="message_docket"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(parked_at__isnull=True), name="message_done_or_parked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.template} {self.docket}"


class Attempt(models.Model):
    """One try to send a message: when, and what came of it. Names the problem, never the address."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="tries")
    number = models.PositiveSmallIntegerField("第几次")
    started_at = models.DateTimeField("开始")
    finished_at = models.DateTimeField("结束", db_default=DatabaseClock())
    outcome = models.CharField("结果", max_length=10, choices=Outcome)
    error = models.CharField("问题", max_length=200, blank=True)
    provider_ref = models.CharField("对方流水号", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "发送尝试"
        ordering = ["message", "number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["message", "number"], name="attempt_number")]

    def __str__(self) -> str:
        return f"{self.number} {self.outcome}"


class Breaker(models.Model):
    """A channel that fails again and again rests a while, so that it neither blocks nor floods (C9)."""

    channel = models.CharField(max_length=10, choices=Channel, primary_key=True)
    failures = models.PositiveIntegerField("连续失败", default=0)
    open_until = models.DateTimeField("停用至", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "渠道断路"

    def __str__(self) -> str:
        return f"{self.channel} {self.failures}"


class InboxEntry(models.Model):
    """A message in a staff member's in-app inbox. One per outbox message, however often that is relayed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.OneToOneField(Message, models.SET_NULL, null=True, blank=True, related_name="entry")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="inbox")
    docket = models.CharField("编号", max_length=64, blank=True)
    title = models.CharField("标题", max_length=120)
    body = models.TextField("内容", blank=True)
    created_at = models.DateTimeField("收到时间")
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "站内消息"
        ordering = ["-created_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["recipient", "-created_at", "-id"], name="inbox_list"),
            models.Index(fields=["recipient"], name="inbox_unread", condition=Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.title
