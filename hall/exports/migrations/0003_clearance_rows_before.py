"""What one person took out alone of the same list that day is told to the second person, and stays as it was told."""

from django.db import migrations, models

from hall.ledger.guards import ALWAYS, written_once

GUARD = written_once(
    "exports_clearance_before",
    "exports_clearance",
    {ALWAYS: "rows_before"},
    says="a request stays as it was asked and decided",
)


class Migration(migrations.Migration):
    dependencies = [("exports", "0002_guards_and_settings")]
    operations = [
        migrations.AddField(
            "clearance",
            "rows_before",
            models.PositiveIntegerField(db_default=0, default=0, editable=False, verbose_name="当天已独自导出"),
        ),
        migrations.RunSQL(*GUARD),
    ]
