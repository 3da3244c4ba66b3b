"""The numbers of this room move to those of all rooms; their old table is read no more and goes with a later release."""

import django.db.models.deletion
from django.db import migrations, models

from hall.facts.seeding import take_back

KEYS = (
    "warn_last_days", "warn_share", "query_code_hours", "backdate_days", "supplement_days", "tell_from_hour",
    "tell_until_hour",
)  # fmt: skip


def move(apps, schema_editor):
    setting = apps.get_model("facts", "Setting")
    for row in apps.get_model("cases", "Parameter").objects.filter(key__in=KEYS, value__regex=r"^[0-9]{1,9}$"):
        setting.objects.get_or_create(
            key=f"cases.{row.key}",
            center_id=row.center_id,
            effective_from=row.effective_from,
            defaults={"value": int(row.value), "source": row.source},
        )


def back(apps, schema_editor):
    take_back(apps, schema_editor, [f"cases.{key}" for key in KEYS])


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_accounted"), ("facts", "0003_only_added")]

    operations = [
        migrations.RunPython(move, back),
        # Code of yesterday reads the table while a release is rolled out; nothing else hangs on it any more.
        migrations.AlterField(
            "parameter",
            "center",
            models.ForeignKey(
                "organisation.Center",
                django.db.models.deletion.PROTECT,
                null=True,
                blank=True,
                related_name="+",
                verbose_name="中心",
                db_constraint=False,
            ),
        ),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Parameter")]),
    ]
