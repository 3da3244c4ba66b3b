"""How far the open deadlines have followed a notice. Those imported before today were followed in their own import."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workdays", "0003_imported_at")]

    operations = [
        migrations.CreateModel(
            name="CalendarChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("days", models.JSONField(default=list, verbose_name="变动的日子")),
                ("begun_at", models.DateTimeField(blank=True, null=True, verbose_name="开始重算")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="重算完毕")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="要重算")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="已重算")),
                ("moved", models.PositiveIntegerField(default=0, verbose_name="变动的期限")),
                ("parked", models.PositiveIntegerField(default=0, verbose_name="算不出的")),
                (
                    "notice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="change",
                        to="workdays.calendarnotice",
                        verbose_name="通知",
                    ),
                ),
            ],
            options={
                "verbose_name": "日历变更",
                "verbose_name_plural": "日历变更",
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("finished_at__isnull", True), ("begun_at__isnull", False), _connector="OR"
                        ),
                        name="calendar_change_begun_before_finished",
                        violation_error_message="没有开始的重算不能完毕。",
                    )
                ],
            },
        ),
    ]
