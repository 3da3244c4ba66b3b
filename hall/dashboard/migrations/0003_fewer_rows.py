"""Distributions as one row each, and no rows that no page reads. All of it is counted anew the next time."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


def count_anew(apps, _):
    """Without a mark the next refresh counts everything."""
    for name in ("CaseTally", "DurationTally", "FactTally", "Watermark"):
        rows = apps.get_model("dashboard", name).objects.all()
        rows._raw_delete(rows.db)


PLACE = ("span", "grain", "day", "center", "department")


def once(*fields):
    return models.UniqueConstraint(fields=(*PLACE, *fields), name="durationtally_once", nulls_distinct=False)


def many(label):
    return ArrayField(models.IntegerField(), verbose_name=label)


class Migration(migrations.Migration):
    atomic = False  # rows deleted and a table changed in one transaction: pending trigger events
    dependencies = [("dashboard", "0002_centers_and_months")]
    operations = [
        migrations.RunPython(count_anew, migrations.RunPython.noop),
        migrations.RemoveConstraint("durationtally", "durationtally_once"),
        migrations.RemoveIndex("durationtally", "durationtally_department"),
        migrations.RemoveIndex("durationtally", "durationtally_item"),
        migrations.RemoveField("durationtally", "days"),
        migrations.RemoveField("durationtally", "n"),
        migrations.AddField("durationtally", "days", many("天数"), preserve_default=False),
        migrations.AddField("durationtally", "n", many("件数"), preserve_default=False),
        migrations.AddConstraint("durationtally", once("kind")),
        migrations.RemoveIndex("casetally", "casetally_department"),
        migrations.AddIndex(
            "casetally",
            models.Index(
                fields=["window", "span", "grain", "day"],
                name="casetally_window",
                condition=models.Q(window__isnull=False),
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, count_anew),
    ]
