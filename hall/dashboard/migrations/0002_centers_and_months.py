"""Rows by center alone, and facts by month: what a whole city reads. All of it is counted anew the next time."""

from django.db import migrations, models
from django.db.models import deletion


def count_anew(apps, _):
    """Without a mark the next refresh counts everything."""
    for name in ("Watermark", "FactTally"):
        apps.get_model("dashboard", name).objects.all().delete()


def forget_centers(apps, _):
    """On the way back: rows without a department have no place in the tables as they were."""
    count_anew(apps, _)
    for name in ("CaseTally", "DurationTally"):
        apps.get_model("dashboard", name).objects.filter(department=None).delete()


GRAINS = [("center", "中心"), ("department", "部门"), ("window", "窗口"), ("item", "事项"), ("full", "窗口和事项")]


def place(null):
    return models.ForeignKey(
        db_constraint=False, db_index=False, null=null, on_delete=deletion.DO_NOTHING, related_name="+",
        to="organisation.department",
    )


def grain():
    return models.CharField(choices=GRAINS, max_length=10, verbose_name="粒度")


class Migration(migrations.Migration):
    dependencies = [("dashboard", "0001_initial")]
    operations = [
        migrations.RunPython(count_anew, migrations.RunPython.noop),
        *(migrations.AlterField(name, "department", place(True)) for name in ("casetally", "durationtally")),
        *(migrations.AlterField(name, "grain", grain()) for name in ("casetally", "durationtally")),
        migrations.AlterField("durationtally", "days", models.PositiveSmallIntegerField(verbose_name="天数")),
        migrations.RemoveConstraint("facttally", "facttally_once"),
        migrations.RemoveIndex("facttally", "facttally_center"),
        migrations.AddField(
            "facttally",
            "span",
            models.CharField(choices=[("day", "日"), ("month", "月")], default="day", max_length=5, verbose_name="跨度"),
            preserve_default=False,
        ),
        migrations.AddField(
            "facttally",
            "grain",
            models.CharField(choices=GRAINS, default="department", max_length=10, verbose_name="粒度"),
            preserve_default=False,
        ),
        migrations.AddIndex(
            "facttally", models.Index(fields=["center", "span", "grain", "day"], name="facttally_center")
        ),
        migrations.AddIndex(
            "facttally", models.Index(fields=["department", "span", "grain", "day"], name="facttally_department")
        ),
        migrations.AddConstraint(
            "facttally",
            models.UniqueConstraint(
                fields=("span", "grain", "source", "day", "center", "department"),
                name="facttally_once",
                nulls_distinct=False,
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget_centers),
    ]
