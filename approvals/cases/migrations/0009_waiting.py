"""The cases whose clocks have yet to follow a new calendar."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_waking_hours"), ("workdays", "0004_calendar_change")]

    operations = [
        migrations.CreateModel(
            name="Waiting",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="waiting",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                (
                    "change",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workdays.calendarchange",
                        verbose_name="日历变更",
                    ),
                ),
                ("parked_error", models.CharField(blank=True, max_length=200, verbose_name="算不出的原因")),
            ],
            options={"verbose_name": "待重算的办件", "verbose_name_plural": "待重算的办件"},
        ),
    ]
