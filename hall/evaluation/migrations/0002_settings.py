"""The numbers of giving an evaluation, each with where it comes from; a hall adds its own rows."""

from datetime import date

from django.db import migrations

from hall.facts.seeding import take_back

ROWS = (
    ("evaluation.open_days", 90, "本厅规定（GB/T 39734-2020 第 7.2 条把评价时效列为应当规定的内容）"),
    ("evaluation.pad_seconds", 60, "本厅规定（评价器无人操作自动清屏，不让后来的人看到）"),
    ("evaluation.staff_address_hours", 12, "本厅规定（国办发〔2019〕51号：自愿自主真实评价）"),
)
FROM = date(2020, 1, 1)


def sow(apps, _schema_editor):
    Setting = apps.get_model("facts", "Setting")
    Setting.objects.bulk_create(
        Setting(key=key, value=value, source=source, effective_from=FROM) for key, value, source in ROWS
    )


def reap(apps, schema_editor):
    take_back(apps, schema_editor, [key for key, _, _ in ROWS])


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0001_initial"), ("facts", "0001_initial")]
    operations = [migrations.RunPython(sow, reap)]
