"""Notices tried out by a worker, and the transactions to wait for before what a notice moves is listed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workdays", "0004_calendar_change"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "calendarchange", "elders", models.JSONField(blank=True, null=True, verbose_name="先等它们结束")
        ),
        migrations.CreateModel(
            name="CalendarTrial",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(verbose_name="通知文件")),
                ("title", models.CharField(blank=True, max_length=120, verbose_name="通知标题")),
                ("url", models.CharField(blank=True, max_length=300, verbose_name="通知网址")),
                ("region", models.CharField(blank=True, max_length=12, verbose_name="地区代码")),
                ("region_name", models.CharField(blank=True, max_length=60, verbose_name="地区")),
                ("asked_at", models.DateTimeField(verbose_name="试算时间")),
                ("token", models.UUIDField(blank=True, null=True, verbose_name="所据日历")),
                ("found", models.JSONField(blank=True, null=True, verbose_name="结果")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="算完时间")),
                ("error", models.CharField(blank=True, max_length=100, verbose_name="原因")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="试算人",
                    ),
                ),
            ],
            options={
                "verbose_name": "放假通知试算",
                "verbose_name_plural": "放假通知试算",
                "ordering": ("id",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("finished_at", None)), fields=["asked_at"], name="calendar_trial_open"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("error", ""), ("finished_at__isnull", False), _connector="OR"),
                        name="calendar_trial_failed_is_over",
                        violation_error_message="没有算成的试算要有结束时间。",
                    )
                ],
            },
        ),
    ]
