"""No transaction: an index, a column, a step that can fail, and another index, made while the hall is at work."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


def stumble(apps, _):
    if apps.get_model("next_release", "Note").objects.filter(word="half-way").exists():
        raise RuntimeError("half-way")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("next_release", "0002_whole")]
    operations = [
        AddIndexConcurrently("note", models.Index(fields=["word"], name="note_word")),
        migrations.AddField("note", "last", models.IntegerField(null=True)),
        migrations.RunPython(stumble, migrations.RunPython.noop),
        AddIndexConcurrently("note", models.Index(fields=["last"], name="note_last")),
    ]
