"""The numbers of giving an evaluation, each with where it comes from; a hall adds its own rows."""

from datetime import date

from django.db import migrations

from hall.facts.seeding import seeded

ROWS = (
    ("evaluation.open_days", 90, "本厅规定（GB/T 39734-2020 第 7.2 条把评价时效列为应当规定的内容）"),
    ("evaluation.pad_seconds", 60, "本厅规定（评价器无人操作自动清屏，不让后来的人看到）"),
    ("evaluation.staff_address_hours", 12, "本厅规定（国办发〔2019〕51号：自愿自主真实评价）"),
)
FROM = date(2020, 1, 1)


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0001_initial"), ("facts", "0001_initial")]
    operations = [seeded(ROWS, since=FROM)]
