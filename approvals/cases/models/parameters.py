"""Numbers and wordings a hall may set, each with its source and the day it takes effect."""

from django.db import models

from approvals.cases.enums import ParameterKey


class Parameter(models.Model):
    """One dated, sourced setting; without a center it holds everywhere. The newest that has taken effect holds."""

    key = models.CharField("参数", max_length=30, choices=ParameterKey)
    center = models.ForeignKey(
        "organisation.Center", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="中心"
    )
    value = models.CharField("值", max_length=300)
    source = models.CharField("依据", max_length=200)
    effective_from = models.DateField("施行日期")

    class Meta:
        verbose_name = verbose_name_plural = "参数"
        constraints = (
            models.UniqueConstraint(
                fields=("key", "center", "effective_from"),
                nulls_distinct=False,
                name="parameter_once_a_day",
                violation_error_message="这一天已有同一参数。",
            ),
            models.CheckConstraint(
                condition=~models.Q(source=""),
                name="parameter_has_source",
                violation_error_message="参数必须写明依据。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"
