"""Bulletins (通报): a text around figures that were frozen on a day (安康 3.24, 定期通报制度)."""

from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hall.conduct.enums import Audience, BulletinState
from hall.ledger.uuids import uuid7


class Bulletin(models.Model):
    """One bulletin. Published ones stay as they were published; a withdrawn one says why and stays readable.

    `figures` is a list of rows frozen at `frozen_at`: code, label, definition, excludes, source, unit, numerator,
    denominator, text, missing.
    """

    id: "models.UUIDField[UUID, UUID]" = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    center = models.ForeignKey("organisation.Center", models.PROTECT, related_name="+", verbose_name="中心")
    audience = models.CharField("范围", max_length=8, choices=Audience.choices)
    period = models.CharField("时段", max_length=24)
    title = models.CharField("标题", max_length=100)
    body = models.TextField("正文", max_length=5000, blank=True)
    figures = models.JSONField("数字", default=list)
    frozen_at = models.DateTimeField("数字截至")
    state = models.CharField("状态", max_length=10, choices=BulletinState.choices, default=BulletinState.DRAFT)
    year = models.PositiveSmallIntegerField("年份", null=True, blank=True)
    serial = models.PositiveIntegerField("期号", null=True, blank=True)
    return_note = models.CharField("退回意见", max_length=300, blank=True)
    drafted_at = models.DateTimeField("起草时间")
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="起草人")
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审核发布人"
    )
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤回人"
    )
    withdrawal = models.CharField("撤回原因", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "通报"
        ordering = ("-drafted_at", "-id")
        indexes = (models.Index(fields=("audience", "-published_at"), name="bulletin_published"),)
        constraints = (
            models.UniqueConstraint(fields=("center", "year", "serial"), name="bulletin_number_once"),
            models.CheckConstraint(
                condition=Q(
                    published_at__isnull=True,
                    published_by__isnull=True,
                    serial__isnull=True,
                    year__isnull=True,
                    state__in=(BulletinState.DRAFT, BulletinState.SUBMITTED),
                )
                | Q(
                    published_at__isnull=False,
                    published_by__isnull=False,
                    serial__isnull=False,
                    year__isnull=False,
                    state__in=(BulletinState.PUBLISHED, BulletinState.WITHDRAWN),
                ),
                name="bulletin_published_whole",
                violation_error_message="发布的通报要有期号、时间和审核人。",
            ),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True) | ~Q(published_by=F("drafted_by")),
                name="bulletin_second_person",
                violation_error_message="审核发布的人不能是起草人。",
            ),
            models.CheckConstraint(
                condition=(
                    Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal="")
                    & ~Q(state=BulletinState.WITHDRAWN)
                )
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, state=BulletinState.WITHDRAWN)
                    & ~Q(withdrawal="")
                ),
                name="bulletin_withdrawn_whole",
                violation_error_message="撤回要写明时间、撤回人和原因。",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> str:
        """〔2026〕第 3 期, or nothing before it is published."""
        return f"〔{self.year}〕第 {self.serial} 期" if self.serial else ""
