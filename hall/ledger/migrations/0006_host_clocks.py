"""What each machine's clock says beside the database's (U09)."""

from django.db import migrations, models

import hall.ledger.columns


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_new_seals")]

    operations = [
        migrations.CreateModel(
            name="HostClock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("host", models.CharField(max_length=100, verbose_name="主机")),
                ("process", models.CharField(max_length=20, verbose_name="进程")),
                ("ahead_ms", models.BigIntegerField(verbose_name="快（毫秒）")),
                (
                    "measured_at",
                    models.DateTimeField(db_default=hall.ledger.columns.DatabaseClock(), verbose_name="测量时间"),
                ),
                ("told_at", models.DateTimeField(blank=True, null=True, verbose_name="告警时间")),
            ],
            options={
                "verbose_name": "主机时钟",
                "verbose_name_plural": "主机时钟",
                "ordering": ["host", "process"],
                "constraints": [models.UniqueConstraint(fields=("host", "process"), name="host_clock_once")],
            },
        ),
    ]
