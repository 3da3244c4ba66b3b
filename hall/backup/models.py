"""Facts of the backup room: what was run and how it went, and on which line of time this database is meant to live."""

from typing import ClassVar

from django.db import models

from hall.backup.enums import RunKind


class Run(models.Model):
    """One backup, check, drill or restore, and what came of it."""

    kind = models.CharField("种类", max_length=10, choices=RunKind)
    began_at = models.DateTimeField("开始")
    ended_at = models.DateTimeField("结束")
    succeeded = models.BooleanField("成功")
    says = models.CharField("结果", max_length=500)
    facts = models.JSONField("数字", default=dict, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "备份记录"
        ordering = ["-ended_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["kind", "-ended_at"], name="backup_run_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.ended_at:%Y-%m-%d %H:%M}"


class Epoch(models.Model):
    """The cluster and timeline this database is meant to run on (D12).

    A restore by whatever means leaves the rows as they were and opens another timeline: then the two differ, and no
    message leaves the house until somebody has settled it (`actions.settle`).
    """

    system = models.CharField("数据库集群", max_length=20)
    timeline = models.PositiveIntegerField("时间线")
    begun_at = models.DateTimeField("启用时间")
    reason = models.CharField("缘由", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "时间线"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.system}/{self.timeline}"
