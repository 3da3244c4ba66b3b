"""Sheets of people who came in the middle of a period, and how much of it honours ask for."""

from datetime import date

from django.db import migrations, models

from hall.facts.seeding import take_back

KEY = "awards.min_presence"
SOURCE = "建议值，无上级文件规定，由中心核定：考核期中间到岗的，在岗天数不到一半的不参加评选"


def sow(apps, schema_editor):
    facts = {"value": 50, "source": SOURCE, "effective_from": date(2020, 1, 1)}
    apps.get_model("facts", "Setting").objects.create(key=KEY, **facts)


def reap(apps, schema_editor):
    take_back(apps, schema_editor, [KEY])


class Migration(migrations.Migration):
    dependencies = [
        ("appraisal", "0005_written_once"),
        ("organisation", "0004_joined_on"),
        ("facts", "0001_initial"),
    ]

    operations = [
        migrations.AddField("score", "since", models.DateField("到岗", null=True, blank=True)),
        migrations.RunPython(sow, reap),
    ]
