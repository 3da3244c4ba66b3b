"""Dated, sourced numbers of the rooms above: no legal figure is a constant in code."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Setting(models.Model):
    """One value of one key from a day on; without a center it holds everywhere. The newest in force holds.

    Rows are added, never edited (a trigger refuses it): what was in force on a past day stays readable.
    """

    key = models.CharField("参数", max_length=60)
    center = models.ForeignKey(
        "organisation.Center", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="中心"
    )
    value = models.IntegerField("值")
    source = models.CharField("依据", max_length=200)
    effective_from = models.DateField("施行日期")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="设定人"
    )
    added_at = models.DateTimeField("设定时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "参数"
        ordering = ("key", "-effective_from")
        constraints = (
            models.UniqueConstraint(
                fields=("key", "center", "effective_from"),
                nulls_distinct=False,
                name="setting_once_a_day",
                violation_error_message="这一天已有同一参数。",
            ),
            models.CheckConstraint(
                condition=~Q(source=""), name="setting_has_source", violation_error_message="参数必须写明依据。"
            ),
            models.CheckConstraint(
                condition=Q(added_by__isnull=True, added_at__isnull=True)
                | Q(added_by__isnull=False, added_at__isnull=False),
                name="setting_added_paired",
                violation_error_message="设定人和设定时间要么都有，要么都没有。",
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0), name="setting_not_negative", violation_error_message="参数不能是负数。"
            ),
        )

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"
